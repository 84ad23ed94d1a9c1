//! When the vault locks, what goes with it, and how the app ends.

use countersign::tui::message::{Delay, Desktop, Message, Outcome, Signal};
use countersign::tui::model::End;
use countersign::tui::settings::Settings;

use super::NOW;
use crate::support::accounts::three;
use crate::support::driver::{Driver, PASSPHRASE};

fn unlocked() -> Driver {
    Driver::at(NOW).unlocked(three())
}

fn last_effects(driver: &Driver, count: usize) -> Vec<&str> {
    let effects = driver.effects();
    effects[effects.len().saturating_sub(count)..].iter().map(String::as_str).collect()
}

#[test]
fn five_idle_minutes_lock() {
    let driver = unlocked().wait(299_000);
    assert!(driver.is_unlocked());
    let driver = driver.wait(1_000);
    assert!(!driver.is_unlocked());
    assert_eq!(last_effects(&driver, 3), ["ClearClipboard", "Lock", "Look"]);
}

#[test]
fn a_key_puts_the_lock_off() {
    assert!(unlocked().wait(299_000).keys("j").wait(299_000).is_unlocked());
}

#[test]
fn the_last_minute_before_the_lock_is_counted() {
    let mut driver = unlocked().wait(270_000);
    assert!(driver.picture().contains("locks in 30 s"), "{}", driver.picture());
}

#[test]
fn a_computer_that_slept_is_locked() {
    let mut driver = unlocked().slept(5_000);
    assert!(!driver.is_unlocked());
    assert!(driver.picture().contains("locked: this computer was asleep"), "{}", driver.picture());
}

#[test]
fn the_desktop_locks_before_sleep_and_with_the_screen() {
    for (told, words) in [
        (Desktop::Sleep(Delay::default()), "locked: this computer goes to sleep"),
        (Desktop::ScreenLocked, "locked: the screen was locked"),
    ] {
        let mut driver = unlocked().tell(Message::Desktop(told));
        assert_eq!(last_effects(&driver, 3), ["ClearClipboard", "Lock", "Look"]);
        assert!(!driver.is_unlocked());
        assert!(driver.picture().contains(words), "{}", driver.picture());
    }
}

#[test]
fn who_does_not_want_to_be_locked_with_the_computer_is_not() {
    let stay_open = || {
        let keep = |settings: &mut Settings| (settings.lock_on_sleep, settings.lock_on_screen_lock) = (false, false);
        Driver::with_settings(NOW, keep).unlocked(three())
    };
    assert!(stay_open().tell(Message::Desktop(Desktop::Sleep(Delay::default()))).is_unlocked());
    assert!(stay_open().tell(Message::Desktop(Desktop::ScreenLocked)).is_unlocked());
    assert!(stay_open().slept(5_000).is_unlocked());
    assert!(stay_open().sleep(60_000).is_unlocked());
    // Five idle minutes are another matter, also when they were slept through.
    assert!(!stay_open().sleep(300_000).is_unlocked());
}

/// Half of a passphrase, or one of which the key is being derived; then something that locks. Returns what was done then.
fn while_locked(keys: &str, told: Message) -> (Driver, Vec<String>) {
    let driver = unlocked().keys("L").slow().keys(keys);
    let before = driver.effects().len();
    let driver = driver.tell(told);
    let done = driver.effects()[before..].to_vec();
    (driver, done)
}

const SHUTS: [fn() -> Message; 3] = [
    || Message::Desktop(Desktop::ScreenLocked),
    || Message::Desktop(Desktop::Sleep(Delay::default())),
    || Message::Signal(Signal::Suspend),
];

#[test]
fn half_a_passphrase_does_not_outlive_the_screens_lock_nor_sleep_nor_the_way_to_the_shell() {
    for told in SHUTS {
        let (mut driver, done) = while_locked("half", told());
        assert_eq!(done[0], "Lock");
        assert!(!driver.picture().contains("••••"), "{}", driver.picture());
    }
}

#[test]
fn a_key_that_is_being_derived_opens_nothing_behind_the_screens_lock_nor_asleep_nor_stopped() {
    for told in SHUTS {
        let (driver, done) = while_locked(&format!("{PASSPHRASE}<enter>"), told());
        assert_eq!(done[0], "Lock");
        assert!(!driver.answer().is_unlocked());
    }
}

#[test]
fn half_a_new_passphrase_does_not_outlive_them_either() {
    let leave: [fn(Driver) -> Driver; 4] = [
        |driver| driver.tell(Message::Desktop(Desktop::Sleep(Delay::default()))),
        |driver| driver.tell(Message::Desktop(Desktop::ScreenLocked)),
        |driver| driver.slept(5_000),
        |driver| driver.keys("<ctrl-z>"),
    ];
    for leave in leave {
        let driver = leave(Driver::first_run(NOW).keys("<enter>half typed<tab>half"));
        let driver = driver.keys(PASSPHRASE).keys("<tab>").keys(PASSPHRASE).keys("<enter>");
        assert!(driver.is_unlocked() || driver.keys("<enter>").is_unlocked(), "something was left in a field");
    }
}

#[test]
fn a_long_time_without_a_wake_counts_as_sleep() {
    assert!(unlocked().sleep(10_000).is_unlocked());
    assert!(!unlocked().sleep(60_000).is_unlocked());
}

#[test]
fn a_clock_set_back_does_not_put_the_lock_off() {
    let driver = unlocked().wait(200_000).set_clock(-3_600_000).wait(99_000);
    assert!(driver.is_unlocked());
    assert!(!driver.wait(2_000).is_unlocked());
}

#[test]
fn a_clock_set_forward_does_not_lock_and_does_not_shorten_the_wait() {
    let driver = unlocked().wait(200_000).set_clock(3_600_000);
    assert!(driver.is_unlocked());
    let driver = driver.wait(99_000);
    assert!(driver.is_unlocked());
    assert!(!driver.wait(2_000).is_unlocked());
}

#[test]
fn stopping_locks_first() {
    let driver = unlocked().keys("<ctrl-z>");
    assert_eq!(last_effects(&driver, 4), ["ClearClipboard", "Lock", "Look", "Suspend"]);
    assert!(!driver.is_unlocked());
}

#[test]
fn every_end_clears_the_clipboard_and_forgets_the_key() {
    for (driver, end) in [
        (unlocked().keys("q"), End::Quit),
        (unlocked().keys("/gi<ctrl-c>"), End::Quit),
        (unlocked().tell(Message::Signal(Signal::End { number: 15 })), End::Signal { number: 15 }),
    ] {
        assert_eq!(driver.end(), Some(end));
        assert_eq!(last_effects(&driver, 2), ["ClearClipboard", "Lock"]);
        assert!(!driver.is_unlocked());
    }
}

#[test]
fn a_worker_that_panicked_locks_and_says_so() {
    let mut driver = unlocked().hear(Outcome::Crashed);
    assert!(!driver.is_unlocked());
    assert!(driver.picture().contains("something went wrong inside"), "{}", driver.picture());
}

#[test]
fn a_late_answer_behind_the_lock_shows_nothing() {
    let driver = unlocked();
    let snapshot = driver.snapshot_of_vault();
    let driver = driver.keys("L").hear(Outcome::Refreshed { snapshot, told: Vec::new(), copy: None });
    assert!(!driver.is_unlocked());
}
