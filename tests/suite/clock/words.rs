//! Lengths of time and offsets, as people say them.

use countersign::otp::Ahead;
use countersign::tasks::clock::{ahead_in_words, correction_in_words, rounded_length};

#[test]
fn lengths_have_their_one_or_two_largest_units() {
    let pairs = [
        (0, "0 s"),
        (400, "0.4 s"),
        (1_960, "2 s"),
        (9_949, "9.9 s"),
        (61_400, "61 s"),
        (125_000, "2 min 5 s"),
        (3_600_000, "1 h"),
        (3_661_000, "1 h 1 min"),
        (86_400_000, "1 day"),
        (176_400_000, "2 days 1 h"),
    ];
    for (millis, words) in pairs {
        assert_eq!(rounded_length(millis), words, "{millis}");
    }
    rounded_length(u64::MAX);
}

#[test]
fn an_offset_has_a_direction_only_if_it_exceeds_its_doubt() {
    let pairs = [
        (Ahead::around(61_000, 1_000), "61 s ahead, give or take 1 s"),
        (Ahead::around(-61_000, 0), "61 s behind"),
        (Ahead::around(-3_607_400, 20), "1 h 7 s behind"),
        (Ahead::around(90_061_000, 20), "1 day 1 h ahead"),
        (Ahead::around(300, 400), "right to within 0.7 s"),
        (Ahead::around(0, 0), "right to within 0.1 s"),
        (Ahead::behind_by_at_least(7_200_000), "at least 2 h behind"),
        (Ahead::behind_by_at_least(7_200_000).plus(3_600_000), "at least 1 h behind"),
    ];
    for (ahead, words) in pairs {
        assert_eq!(ahead_in_words(ahead), words);
    }
}

#[test]
fn a_correction_has_its_sign_and_no_more_digits_than_it_needs() {
    let pairs = [(-61_000, "-61 s"), (1_500, "+1.5 s"), (-20, "-0.02 s")];
    for (millis, words) in pairs {
        assert_eq!(correction_in_words(millis), words);
    }
}
