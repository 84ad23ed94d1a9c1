//! How bad it is that the clock is off.

use countersign::otp::{Ahead, Period};
use countersign::tasks::clock::Level;

#[test]
fn the_limits_are_two_five_and_twenty_seconds_for_a_step_of_thirty() {
    let level = |millis| Level::of(millis, Period::THIRTY);
    let at = [0, 1_999, 2_000, 4_999, 5_000, 19_999, 20_000, u64::MAX];
    let expected =
        [Level::Ok, Level::Ok, Level::Note, Level::Note, Level::Warn, Level::Warn, Level::Critical, Level::Critical];
    assert_eq!(at.map(level), expected);
}

#[test]
fn the_limits_grow_and_shrink_with_the_step() {
    let sixty = Period::from_secs(60).unwrap();
    assert_eq!(
        [3_999, 4_000, 10_000, 40_000].map(|millis| Level::of(millis, sixty)),
        [Level::Ok, Level::Note, Level::Warn, Level::Critical]
    );
    assert_eq!(Level::of(1_700, Period::TEN), Level::Warn);
    let longest = Period::from_secs(Period::MAX_SECS).unwrap();
    assert_eq!(Level::of(86_400_000, longest), Level::Ok);
}

#[test]
fn what_is_certain_decides_and_doubt_is_said() {
    let judge = |low, high| Level::judge(Some(Ahead::between(low, high)), Period::THIRTY);
    assert_eq!(judge(-1_000, 1_000), Level::Ok);
    assert_eq!(judge(-1_000, 3_000), Level::Ok);
    assert_eq!(judge(2_500, 3_000), Level::Note);
    assert_eq!(judge(-15_000, 15_000), Level::Unknown);
    assert_eq!(judge(3_000, 25_000), Level::Unknown);
    assert_eq!(judge(46_000, 76_000), Level::Critical);
    assert_eq!(judge(-12_000, -6_000), Level::Warn);
    assert_eq!(judge(6_000, 30_000), Level::Warn);
    assert_eq!(Level::judge(None, Period::THIRTY), Level::Unknown);
}

#[test]
fn an_interval_knows_its_middle_its_edges_and_its_doubt() {
    let ahead = Ahead::between(62_000, 59_000);
    assert_eq!((ahead.low(), ahead.high(), ahead.centre(), ahead.uncertainty()), (59_000, 62_000, 60_500, 1_500));
    assert_eq!((ahead.at_least(), ahead.at_most()), (59_000, 62_000));
    assert_eq!(ahead.plus(-61_000), Ahead::between(-2_000, 1_000));
    assert_eq!((ahead.plus(-61_000).at_least(), ahead.plus(-61_000).at_most()), (0, 2_000));
    assert_eq!(Ahead::around(-5_000, 500).widened(500), Ahead::between(-6_000, -4_000));
    assert_eq!(ahead.and(Ahead::between(61_500, 90_000)), Some(Ahead::between(61_500, 62_000)));
    assert_eq!(ahead.and(Ahead::between(63_000, 90_000)), None);
    assert_eq!(Ahead::between(i64::MIN, i64::MAX).at_most(), 1 << 63);
}
