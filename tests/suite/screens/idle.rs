//! What an app that nobody touches costs.

use countersign::tui::theme::{BUILT_IN, Colours, Theme};

use super::NOW;
use crate::support::accounts::overfull;
use crate::support::driver::Driver;

#[test]
fn a_full_list_writes_less_than_300_bytes_a_second_and_wakes_twice_at_most() {
    // Whole periods, so that it does not matter when it begins.
    const SECS: i64 = 120;
    for (name, _) in BUILT_IN {
        let theme = Theme::built_in(name, Colours::True).unwrap();
        let driver = Driver::with_settings(NOW, |settings| settings.theme = theme).unlocked(overfull()).size(120, 40);
        let (wakes, frames) = driver.idle(SECS);
        let bytes = frames.iter().sum::<usize>() / usize::try_from(SECS).unwrap();
        assert!(bytes < 300, "{name}: {bytes} bytes a second, {frames:?}");
        assert!(wakes <= 2 * usize::try_from(SECS).unwrap(), "{name}: woke {wakes} times");
    }
}
