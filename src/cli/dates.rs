//! Dates for people. Codes never pass through here.

use jiff::tz::TimeZone;

use crate::otp::Timestamp;

/// Returns day and minute as the user's calendar and clock have them: `2026-11-22 09:14`.
pub(super) fn minute(moment: Timestamp, zone: &TimeZone) -> String {
    write(moment, zone, "%Y-%m-%d %H:%M")
}

/// Returns the day: `2026-11-22`.
pub(super) fn day(moment: Timestamp, zone: &TimeZone) -> String {
    write(moment, zone, "%Y-%m-%d")
}

fn write(moment: Timestamp, zone: &TimeZone, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(moment.as_millis()) {
        Ok(moment) => moment.to_zoned(zone.clone()).strftime(format).to_string(),
        Err(_) => "beyond all calendars".to_owned(),
    }
}
