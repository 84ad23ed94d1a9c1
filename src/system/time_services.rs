//! What the time services of this system say of themselves: files they leave, and their own programs. Nothing here
//! opens a connection to anybody.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use super::command::output_within;
use crate::otp::{Ahead, Timestamp};
use crate::ports::TimeService;

/// How long a service's own program may take.
const DEADLINE: Duration = Duration::from_secs(1);

/// Asks all services that this system may have.
pub(super) fn all() -> Vec<TimeService> {
    if cfg!(windows) {
        let mut query = Command::new("w32tm");
        query.args(["/query", "/status"]);
        return output_within(&mut query, DEADLINE).and_then(|text| w32tm(&text)).into_iter().collect();
    }
    let timesyncd = timesyncd(Path::new("/run/systemd/timesync"), Path::new("/var/lib/systemd/timesync"));
    let silent = [("/run/ntpd-rs", "ntpd-rs"), ("/run/ntpd.pid", "ntpd"), ("/run/ntpd.sock", "OpenNTPD")]
        .map(|(path, name)| Path::new(path).exists().then_some(TimeService::silent(name)));
    timesyncd.into_iter().chain(chrony(Path::new("/run/chrony"))).chain(silent.into_iter().flatten()).collect()
}

impl TimeService {
    /// Returns a service that runs and says nothing.
    fn silent(name: &'static str) -> Self {
        Self { name, is_synchronised: None, ahead: None, last: None }
    }
}

/// Returns what systemd-timesyncd has left in its two folders: a file from the moment on when it was in step, whose
/// date is that of its last answer, and one whose date is the latest time it knows (systemd-timesyncd.service(8)).
pub fn timesyncd(run: &Path, state: &Path) -> Option<TimeService> {
    if !run.is_dir() {
        return None;
    }
    let synchronised = modified(&run.join("synchronized"));
    let last = synchronised.max(modified(&state.join("clock")));
    Some(TimeService { name: "systemd-timesyncd", is_synchronised: Some(synchronised.is_some()), ahead: None, last })
}

fn modified(path: &Path) -> Option<Timestamp> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?))
}

/// Asks the chrony that runs in this folder, over its own socket there, which only some users may reach. Without the
/// socket nothing is asked: its other way is a network connection, if only to this computer.
pub fn chrony(run: &Path) -> Option<TimeService> {
    if !run.is_dir() {
        return None;
    }
    let socket = run.join("chronyd.sock");
    let said = fs::metadata(&socket).is_ok().then(|| {
        let mut query = Command::new("chronyc");
        // Numbers, for names would be looked up.
        query.env("LC_ALL", "C").arg("-h").arg(&socket).args(["-n", "-c", "tracking"]);
        output_within(&mut query, DEADLINE)
    });
    Some(said.flatten().and_then(|text| chrony_tracking(&text)).unwrap_or(TimeService::silent("chrony")))
}

/// Reads a line of `chronyc -c tracking`: reference, its name, stratum, its time, how far the system's clock is behind,
/// last offset, mean offset, frequency, residual, skew, delay and dispersion up to the root, interval, leap status.
pub fn chrony_tracking(text: &str) -> Option<TimeService> {
    let fields: Vec<&str> = text.lines().next()?.split(',').collect();
    let [reference, _, stratum, time, behind, _, _, _, _, _, delay, dispersion, _, leap] = fields.as_slice() else {
        return None;
    };
    let stratum: u8 = stratum.parse().ok()?;
    let [time, behind, delay, dispersion] = [time, behind, delay, dispersion].map(|field| millis(field));
    // 127.127.1.1 is the computer's own clock, which confirms itself.
    if *reference == "7F7F0101" {
        return Some(TimeService::silent("chrony"));
    }
    let is_synchronised = (1..16).contains(&stratum) && *leap != "Not synchronised";
    let ahead = Ahead::around(behind?.checked_neg()?, dispersion?.saturating_add(delay? / 2).saturating_add(1));
    Some(TimeService {
        name: "chrony",
        is_synchronised: Some(is_synchronised),
        ahead: is_synchronised.then_some(ahead),
        last: time.filter(|millis| *millis > 0).map(Timestamp::from_millis),
    })
}

/// Reads seconds with a fraction as milliseconds, of a length that a clock can be off by.
fn millis(seconds: &str) -> Option<i64> {
    let seconds: f64 = seconds.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "checked in the same line")]
    (seconds.abs() < 1e15).then(|| (seconds * 1000.0).round() as i64)
}

/// Reads what `w32tm /query /status` prints, in any language: the first two lines end with the leap indicator and
/// the stratum, and the sources that are no sources have English names everywhere.
pub fn w32tm(text: &str) -> Option<TimeService> {
    const NO_SOURCES: [&str; 2] = ["Local CMOS Clock", "Free-running System Clock"];
    let mut numbers = text.lines().filter(|line| !line.trim().is_empty()).map(number_behind_colon);
    let (leap, stratum) = (numbers.next()??, numbers.next()??);
    let is_alone = NO_SOURCES.iter().any(|source| text.contains(source));
    // 3 is the alarm, although the text beside it speaks of leap seconds (RFC 5905, figure 9).
    let is_synchronised = leap < 3 && (1..16).contains(&stratum) && !is_alone;
    Some(TimeService {
        name: "the Windows time service",
        is_synchronised: Some(is_synchronised),
        ahead: None,
        last: None,
    })
}

fn number_behind_colon(line: &str) -> Option<u8> {
    let value = line.split_once(':')?.1.trim_start();
    let digits = value.find(|letter: char| !letter.is_ascii_digit()).map_or(value, |end| &value[..end]);
    digits.parse().ok()
}
