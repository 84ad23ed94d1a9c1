//! Moments in the user's words.

use jiff::tz::TimeZone;
use jiff::{Timestamp as Moment, Zoned};

use crate::otp::Timestamp;

/// Returns a past moment as one says it: `today 09:14`, `yesterday 22:01`, `2026-11-20`.
pub fn when(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (Some(moment), Some(now)) = (zoned(moment, zone), zoned(now, zone)) else {
        return "at an unknown time".to_owned();
    };
    let clock = moment.strftime("%H:%M");
    if moment.date() == now.date() {
        return format!("today {clock}");
    }
    if now.date().yesterday().is_ok_and(|yesterday| yesterday == moment.date()) {
        return format!("yesterday {clock}");
    }
    moment.strftime("%Y-%m-%d").to_string()
}

/// Returns a past moment to the minute: `2026-11-20 09:14`.
pub fn minute(moment: Timestamp, zone: &TimeZone) -> String {
    zoned(moment, zone)
        .map_or_else(|| "at an unknown time".to_owned(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}

/// Returns a past moment by its distance: `today`, `yesterday`, `12 days ago`.
pub fn ago(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    match days_since(moment, now, zone) {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// Returns how long something lasts: `since today`, `for 2 days`.
pub fn lasting(since: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    match days_since(since, now, zone) {
        ..=0 => "since today".to_owned(),
        1 => "since yesterday".to_owned(),
        days => format!("for {days} days"),
    }
}

/// Returns on how many midnights of the user's the day has changed since.
pub fn days_since(moment: Timestamp, now: Timestamp, zone: &TimeZone) -> i64 {
    let (Some(moment), Some(now)) = (zoned(moment, zone), zoned(now, zone)) else {
        return 0;
    };
    now.date().since(moment.date()).map_or(0, |span| i64::from(span.get_days()))
}

fn zoned(moment: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Moment::from_millisecond(moment.as_millis()).ok().map(|moment| moment.to_zoned(zone.clone()))
}
