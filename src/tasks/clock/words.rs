//! Lengths of time and offsets, as people say them.

use crate::otp::{Ahead, exact_length};

const SECOND: u64 = 1_000;
const TEN_SECONDS: u64 = 10 * SECOND;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Says how far a clock is off: "61 s ahead, give or take 1 s", "at least 2 h behind".
pub fn ahead_in_words(ahead: Ahead) -> String {
    let direction = |millis: i64| if millis < 0 { "behind" } else { "ahead" };
    if ahead.is_open() {
        return format!("at least {} behind", distance(ahead.high().unsigned_abs()));
    }
    let (centre, doubt) = (ahead.centre(), ahead.uncertainty().unsigned_abs());
    // A number below its own doubt has no direction.
    if centre.unsigned_abs() <= doubt || centre.unsigned_abs() < SECOND / 20 {
        return format!("right to within {}", rounded_length(ahead.at_most().max(SECOND / 10)));
    }
    let words = format!("{} {}", distance(centre.unsigned_abs()), direction(centre));
    if doubt < SECOND / 20 { words } else { format!("{words}, give or take {}", rounded_length(doubt)) }
}

/// Says how far a clock is off: to the second below a day, since every second of it counts for codes.
fn distance(millis: u64) -> String {
    match millis {
        TEN_SECONDS..DAY => exact_length(millis.saturating_add(SECOND / 2) / SECOND * SECOND),
        _ => rounded_length(millis),
    }
}

/// Says what is added to the clock: "-61 s", "+1.5 s".
pub fn correction_in_words(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let (whole, rest) = (millis.unsigned_abs() / SECOND, millis.unsigned_abs() % SECOND);
    match rest {
        0 => format!("{sign}{whole} s"),
        rest => format!("{sign}{whole}.{} s", format!("{rest:03}").trim_end_matches('0')),
    }
}

/// Says how long something is or was, in its one or two largest units, rounded.
pub fn rounded_length(millis: u64) -> String {
    let tenths = millis.saturating_add(SECOND / 20) / (SECOND / 10);
    let seconds = millis.saturating_add(SECOND / 2) / SECOND;
    if tenths < 100 && !tenths.is_multiple_of(10) {
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    if seconds < 120 {
        return format!("{seconds} s");
    }
    let millis = seconds.saturating_mul(SECOND);
    if millis < HOUR {
        two(millis, (MINUTE, "min"), (SECOND, "s"))
    } else if millis < DAY {
        two(millis, (HOUR, "h"), (MINUTE, "min"))
    } else {
        two(millis, (DAY, "days"), (HOUR, "h"))
    }
}

fn two(millis: u64, (large, large_name): (u64, &str), (small, small_name): (u64, &str)) -> String {
    let (whole, rest) = (millis / large, millis % large / small);
    let large_name = if large == DAY && whole == 1 { "day" } else { large_name };
    if rest == 0 { format!("{whole} {large_name}") } else { format!("{whole} {large_name} {rest} {small_name}") }
}

/// Says how long ago something was.
pub(super) fn ago(millis: i64) -> String {
    match millis.unsigned_abs() {
        ..MINUTE => "just now".to_owned(),
        millis => format!("{} ago", rounded_length(millis)),
    }
}
