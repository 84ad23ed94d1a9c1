//! Two looks at the clocks tell that the wall clock was set, and that the computer slept.

use countersign::otp::Timestamp;
use countersign::ports::{Clock, ClockReading};
use countersign::tui::clock_watch::ClockWatch;
use countersign::tui::message::Message;

use crate::support::fakes::FakeClock;

/// What was seen, in one word each.
fn seen(told: &[Message]) -> Vec<String> {
    let word = |message: &Message| match message {
        Message::ClockSet { by_millis } => format!("set by {by_millis}"),
        Message::Corrected { by_millis } => format!("corrected by {by_millis}"),
        Message::Slept { millis } => format!("slept {millis}"),
        other => format!("{other:?}"),
    };
    told.iter().map(word).collect()
}

struct Watched {
    clock: FakeClock,
    watch: ClockWatch,
}

impl Watched {
    fn new() -> Self {
        let clock = FakeClock::at_secs(1_795_305_600);
        let watch = ClockWatch::new(clock.reading(), clock.correction_millis());
        Self { clock, watch }
    }

    fn look(&mut self) -> Vec<String> {
        let told = self.watch.look(self.clock.reading(), self.clock.correction_millis());
        assert_eq!(self.watch.now(), self.clock.now());
        seen(&told)
    }

    fn set_by(&self, millis: i64) {
        self.clock.set(self.clock.reading().wall.plus_millis(millis));
    }
}

#[test]
fn time_that_only_passes_is_no_event() {
    let mut watched = Watched::new();
    for secs in [0, 1, 60, 86_400] {
        watched.clock.advance_secs(secs);
        assert!(watched.look().is_empty());
    }
}

#[test]
fn a_clock_that_was_set_is_seen_once_and_by_how_much() {
    let mut watched = Watched::new();
    for millis in [61_000, -61_000, 250, -250, 43_200_000, -86_400_000] {
        watched.clock.advance_secs(7);
        watched.set_by(millis);
        assert_eq!(watched.look(), [format!("set by {millis}")]);
        assert!(watched.look().is_empty());
    }
}

#[test]
fn being_interrupted_between_two_readings_is_no_event() {
    let mut watched = Watched::new();
    watched.clock.advance_secs(1);
    watched.set_by(200);
    assert!(watched.look().is_empty());
}

#[test]
fn a_second_that_comes_twice_is_seen_however_little_the_clock_was_set_back() {
    let mut watched = Watched::new();
    watched.set_by(-1);
    assert_eq!(watched.look(), ["set by -1"]);
}

#[test]
fn sleep_is_told_apart_from_a_clock_that_was_set() {
    let mut watched = Watched::new();
    watched.clock.sleep_secs(4);
    assert!(watched.look().is_empty());
    watched.clock.sleep_secs(3_600);
    assert_eq!(watched.look(), ["slept 3600000"]);
    watched.clock.sleep_secs(3_600);
    watched.set_by(-61_000);
    assert_eq!(watched.look(), ["set by -61000", "slept 3600000"]);
}

#[test]
fn a_correction_is_seen_and_is_not_taken_for_a_clock_that_was_set() {
    let mut watched = Watched::new();
    watched.clock.correct(-61_000);
    assert_eq!(watched.look(), ["corrected by -61000"]);
    watched.clock.correct(0);
    watched.set_by(-61_000);
    assert_eq!(watched.look(), ["set by -61000", "corrected by 61000"]);
}

#[test]
fn where_nobody_tells_sleep_a_jump_forward_locks_and_a_jump_back_is_seen() {
    let at = |wall, monotonic_millis| ClockReading {
        wall: Timestamp::from_millis(wall),
        monotonic_millis,
        boot_millis: None,
    };
    let mut watch = ClockWatch::new(at(1_000_000, 0), 0);
    assert_eq!(seen(&watch.look(at(1_062_000, 1_000), 0)), ["slept 61000"]);
    assert_eq!(seen(&watch.look(at(1_066_000, 2_000), 0)), ["set by 3000"]);
    assert_eq!(seen(&watch.look(at(1_006_000, 3_000), 0)), ["set by -61000"]);
}

#[test]
fn how_long_ago_the_last_look_was_does_not_depend_on_the_wall_clock() {
    let watched = Watched::new();
    watched.clock.advance_secs(3);
    watched.set_by(-3_600_000);
    assert_eq!(watched.watch.since(&watched.clock.reading()), 3_000);
}
