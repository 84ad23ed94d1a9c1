//! The alarm that wakes the app's loop.

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use countersign::tui::alarm::Alarm;

/// Far longer than any of this takes.
const DEADLINE: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(1);

fn alarm() -> (Alarm, Receiver<()>) {
    let (ring, rings) = mpsc::channel();
    (Alarm::new(move || ring.send(()).is_ok()).unwrap(), rings)
}

#[test]
fn an_alarm_rings_once_for_each_time_it_is_set() {
    let (alarm, rings) = alarm();
    for after in [SOON, Duration::ZERO, SOON] {
        alarm.ring_after(after);
        rings.recv_timeout(DEADLINE).expect("it rings");
    }
    drop(alarm);
    assert!(rings.recv().is_err(), "it rings no more, and its thread is gone");
}

#[test]
fn an_alarm_that_is_set_anew_forgets_what_it_was_set_to() {
    let (alarm, rings) = alarm();
    alarm.ring_after(Duration::from_secs(3600));
    alarm.ring_after(SOON);
    rings.recv_timeout(DEADLINE).expect("it rings soon, and not in an hour");
    alarm.ring_after(Duration::from_secs(3600));
    drop(alarm);
    assert!(rings.recv().is_err(), "it does not ring when it is put away");
}
