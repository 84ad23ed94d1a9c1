//! The list: live codes, finding, copying.

use crate::support::accounts::normal;
use crate::support::driver::Driver;

/// 2026-11-22 09:14:11 UTC: 19 seconds of a 30 s step are left.
const NOW: i64 = 1_795_338_851_000;

#[test]
fn the_list_shows_live_codes() {
    let picture = Driver::at(NOW).unlocked(normal()).size(120, 40).picture();
    assert!(picture.contains("GitHub") && picture.contains("192 524"), "{picture}");
}
