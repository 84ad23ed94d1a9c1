//! The names that backups get, which tell people what is inside without opening it.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::otp::Timestamp;
use crate::ports::Version;

const BEGINNING: &str = "countersign-";
const AUTOMATIC: &str = "auto-";
/// How much of a basket's digest tells its states apart.
const BASKET_DIGITS: usize = 16;
const MOMENT: &str = "%Y-%m-%dT%H-%M-%SZ";
const ACCOUNTS: &str = "-accounts";
const ENDING: &str = ".age";
/// Longer names than this are no help to anybody.
const LONGEST_HOST: usize = 40;

/// What the name of a backup says. Nothing of it is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The computer that made it.
    pub host: String,
    /// When, to the second.
    pub made: Timestamp,
    /// How many accounts are in it.
    pub accounts: usize,
    /// Whether it was made without being asked for.
    pub is_automatic: bool,
    /// The day, in UTC.
    pub(super) day: Date,
}

/// Returns the name of a new backup; `number` sets those of one second apart.
pub(super) fn of(host: &str, made: Timestamp, accounts: usize, is_automatic: bool, number: usize) -> String {
    let automatic = if is_automatic { AUTOMATIC } else { "" };
    let host = of_host(host);
    let moment = utc(made).strftime(MOMENT);
    let number = if number > 1 { format!("-{number}") } else { String::new() };
    format!("{BEGINNING}{automatic}{host}-{moment}-{accounts}{ACCOUNTS}{number}{ENDING}")
}

/// Returns the name of the copy of the basket beside a backup.
pub(super) fn of_the_basket(backup: &str, number: usize) -> String {
    let again = if number > 1 { format!("-{number}") } else { String::new() };
    format!("{backup}-recovery{again}.age")
}

/// Returns the name of the copy of the basket that is made without being asked for: each state of it has one of its own.
pub(super) fn of_the_basket_alone(host: &str, state: &Version) -> String {
    let state = state.hex();
    format!("{BEGINNING}{AUTOMATIC}{}-recovery-{}{ENDING}", of_host(host), &state[..BASKET_DIGITS])
}

/// Returns a computer's name as a part of a file's name.
pub(super) fn of_host(host: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
    let host: String = host.chars().map(plain).take(LONGEST_HOST).collect();
    match host.strip_prefix(AUTOMATIC) {
        // Its backups would look like those of another computer that were made by themselves.
        Some(rest) => format!("auto_{rest}"),
        None if host.is_empty() => "computer".to_owned(),
        None => host,
    }
}

/// Reads a name back; `None` for any other file's.
pub(super) fn read(name: &str) -> Option<Named> {
    let inside = name.strip_prefix(BEGINNING)?.strip_suffix(ENDING)?;
    let (rest, number) = inside.rsplit_once(ACCOUNTS)?;
    let is_numbered = number.strip_prefix('-').is_some_and(|digits| digits.parse::<usize>().is_ok());
    let (rest, accounts) = rest.rsplit_once('-')?;
    let moment = rest.get(rest.len().checked_sub("2026-11-22T09-14-05Z".len())?..)?;
    let host = rest.strip_suffix(moment)?.strip_suffix('-')?;
    let at = DateTime::strptime(MOMENT, moment).ok()?;
    let made = at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let is_automatic = host.starts_with(AUTOMATIC);
    (number.is_empty() || is_numbered).then_some(Named {
        host: host.strip_prefix(AUTOMATIC).unwrap_or(host).to_owned(),
        made: Timestamp::from_millis(made),
        accounts: accounts.parse().ok()?,
        is_automatic,
        day: at.date(),
    })
}

/// Returns the day of a moment in UTC, for people.
pub(super) fn day(moment: Timestamp) -> String {
    utc(moment).date().to_string()
}

fn utc(moment: Timestamp) -> DateTime {
    let moment = jiff::Timestamp::from_millisecond(moment.as_millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).datetime()
}

#[cfg(test)]
mod tests {
    use super::{Named, day, of, read};
    use crate::otp::Timestamp;

    const NOW: Timestamp = Timestamp::from_secs(1_795_338_845);

    #[test]
    fn a_name_says_where_when_and_how_much_and_reads_back() {
        let name = of("laptop", NOW, 24, false, 1);
        assert_eq!(name, "countersign-laptop-2026-11-22T09-14-05Z-24-accounts.age");
        let Named { host, made, accounts, is_automatic, .. } = read(&name).expect("a name of ours");
        assert_eq!((host.as_str(), made, accounts, is_automatic), ("laptop", NOW, 24, false));
        assert_eq!(day(NOW), "2026-11-22");
        let second = of("laptop", NOW, 24, true, 2);
        assert_eq!(second, "countersign-auto-laptop-2026-11-22T09-14-05Z-24-accounts-2.age");
        assert!(read(&second).expect("a name of ours").is_automatic);
    }

    #[test]
    fn hosts_become_harmless_and_none_looks_like_another() {
        for host in ["../../etc", "a b\n\u{202e}c", "", "auto-laptop", "-", "x-2026-11-22T09-14-05Z-1-accounts"] {
            let name = of(host, NOW, 3, false, 1);
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)), "{name}");
            let read = read(&name).expect("a name of ours");
            assert!(!read.is_automatic && read.accounts == 3, "{name}");
        }
        assert!(of(&"h".repeat(5000), NOW, 3, false, 1).len() < 120);
    }

    #[test]
    fn other_names_are_not_ours() {
        for name in [
            "",
            "vault.age",
            "countersign-.age",
            "countersign-laptop-2026-11-22T09-14-05Z-24-accounts",
            "countersign-laptop-2026-11-22T09-14-05Z-24-accounts.age.bak",
            "countersign-laptop-2026-13-22T09-14-05Z-24-accounts.age",
            "countersign-laptop-2026-11-22T09-14-05Z-many-accounts.age",
            "countersign-laptop-2026-11-22T09-14-05Z-24-accounts (1).age",
            "countersign-laptop-2026-11-22T09-14-05Z-24-accounts.sync-conflict-1.age",
            "countersign-2026-11-22T09-14-05Z-24-accounts.age",
            "countersign-ü2026-11-22T09-14-05Z-24-accounts.age",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
