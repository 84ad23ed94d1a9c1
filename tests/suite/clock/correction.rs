//! The user's correction: kept on this device, applied in one place, and only as long as it is plausible.

use std::io;

use countersign::otp::{Ahead, Timestamp};
use countersign::ports::{Clock, KernelClock, StateSlot};
use countersign::tasks::clock::{
    CorrectionError, LARGEST_CORRECTION_MILLIS, apply_correction, correction, known, remember_comparison,
    remember_network, set_correction,
};

use crate::support::fakes::machine;

#[test]
fn a_correction_holds_from_the_moment_it_is_set_and_in_later_runs() {
    let (mut machine, handles) = machine();
    let raw = machine.clock.now();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    assert_eq!(machine.clock.now(), raw.plus_secs(-61));
    assert_eq!(machine.clock.reading().wall, raw);

    handles.clock.correct(0);
    let later = handles.machine();
    apply_correction(&later);
    assert_eq!(later.clock.now(), raw.plus_secs(-61));
    assert_eq!(correction(&later).unwrap().set.wall, raw);
}

#[test]
fn taking_the_correction_away_brings_the_computers_own_time_back() {
    let (mut machine, handles) = machine();
    let raw = machine.clock.now();
    set_correction(&mut machine, Some(5_000)).unwrap();
    set_correction(&mut machine, None).unwrap();
    assert_eq!(machine.clock.now(), raw);
    assert_eq!(correction(&handles.machine()), None);
}

#[test]
fn a_correction_beyond_a_day_is_refused_and_the_one_before_holds() {
    let (mut machine, _) = machine();
    set_correction(&mut machine, Some(LARGEST_CORRECTION_MILLIS)).unwrap();
    for absurd in [LARGEST_CORRECTION_MILLIS + 1, -LARGEST_CORRECTION_MILLIS - 1, i64::MIN, i64::MAX] {
        let refused = set_correction(&mut machine, Some(absurd));
        assert!(matches!(refused, Err(CorrectionError::TooLarge)), "{refused:?}");
    }
    assert_eq!(machine.clock.correction_millis(), LARGEST_CORRECTION_MILLIS);
}

#[test]
fn a_correction_that_cannot_be_stored_does_not_hold() {
    let (mut machine, handles) = machine();
    set_correction(&mut machine, Some(1_000)).unwrap();
    handles.state.fail(io::ErrorKind::StorageFull);
    let refused = set_correction(&mut machine, Some(2_000));
    assert!(matches!(refused, Err(CorrectionError::File(_))), "{refused:?}");
    assert_eq!(machine.clock.correction_millis(), 1_000);
}

#[test]
fn what_somebody_else_wrote_into_the_file_is_not_applied() {
    for bytes in [&b"no JSON"[..], br#"{"correction":{"add":999999999999,"set":{"wall":0}}}"#, b"[]"] {
        let (machine, handles) = machine();
        let raw = machine.clock.now();
        handles.state.put(StateSlot::Clock, bytes);
        apply_correction(&machine);
        assert_eq!(machine.clock.now(), raw);
    }
}

#[test]
fn what_is_known_of_the_clock_survives_side_by_side() {
    let (mut machine, handles) = machine();
    handles.time_sources.kernel_says(Some(KernelClock { is_synchronised: true, max_error_millis: Some(16) }));
    remember_comparison(&mut machine, Ahead::between(60_000, 62_000), 3, None).unwrap();
    remember_network(&mut machine, None, vec!["time.example".to_owned()]).unwrap();
    set_correction(&mut machine, Some(-61_000)).unwrap();

    let known = known(&handles.machine());
    let compared = known.compared.unwrap();
    assert_eq!((compared.ahead, compared.codes), (Ahead::between(60_000, 62_000), 3));
    assert_eq!(known.asked.unwrap().servers, ["time.example"]);
    assert!(known.correction.unwrap().was_synchronised);
}

#[test]
fn a_clock_that_was_set_since_is_seen_unless_the_computer_was_started_anew() {
    let (mut machine, handles) = machine();
    set_correction(&mut machine, Some(-61_000)).unwrap();
    let then = correction(&machine).unwrap().set;
    handles.clock.advance_secs(100);
    handles.clock.sleep_secs(3_600);
    let now = |machine| countersign::tasks::clock::Seen::now(machine);
    assert_eq!(then.stepped_by(&now(&machine)), Some(0));

    let wall = machine.clock.reading().wall;
    handles.clock.set(Timestamp::from_millis(wall.as_millis() - 61_000));
    assert_eq!(then.stepped_by(&now(&machine)), Some(-61_000));
    handles.time_sources.reboot();
    assert_eq!(then.stepped_by(&now(&machine)), None);
}
