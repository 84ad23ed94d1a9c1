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

fn zoned(moment: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Moment::from_millisecond(moment.as_millis()).ok().map(|moment| moment.to_zoned(zone.clone()))
}
