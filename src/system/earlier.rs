//! Earlier copies of a vault: what each save replaced, thinned out with age.
//!
//! They lie in `NAME.earlier/` beside the vault, one file each, named by the moment until which it was the vault.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::folder::create_folder;
use super::fresh_file::{FreshFile, guarded, make_private, sync_folder};
use crate::otp::Timestamp;
use crate::ports::Version;

/// How many of the newest stay in any case.
const NEWEST: usize = 10;
/// For how many days the last of each day stays.
const DAYS: i64 = 7;
/// For how many weeks the last of each week stays.
const WEEKS: i64 = 4;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How a copy is dated, in UTC. No colons: some file systems refuse them.
const DATE_FORMAT: &str = "%Y-%m-%dT%H-%M-%S%.3fZ";
/// How much of its digest follows.
const DIGEST_DIGITS: usize = 16;

/// The earlier copies of one vault.
pub(super) struct EarlierCopies {
    folder: PathBuf,
}

impl EarlierCopies {
    /// Returns those of the vault at `target`.
    pub(super) fn of(target: &Path) -> Self {
        let mut name = OsString::from(target.file_name().unwrap_or_default());
        name.push(".earlier");
        Self { folder: target.with_file_name(name) }
    }

    /// Keeps the vault as it is now: by a second link to it or, where links are impossible, as a copy.
    ///
    /// Returns where; `None` when the file at `target` is no longer the one that was read.
    pub(super) fn keep(
        &self,
        target: &Path,
        bytes: &[u8],
        found: &Metadata,
        now: Timestamp,
    ) -> io::Result<Option<PathBuf>> {
        create_folder(&self.folder)?;
        let digest = digest_of(Version::of(bytes));
        // Left by a save that was broken off before its last step.
        if let Some(newest) = self.newest_first().into_iter().next()
            && newest.to_str().is_some_and(|name| name.ends_with(&digest))
            && fs::metadata(&newest)?.len() == found.len()
        {
            return Ok(Some(newest));
        }
        let copy = self.folder.join(format!("{}{digest}", date_of(now)));
        match fs::hard_link(target, &copy) {
            Ok(()) if is_same_file(&copy, found)? => {}
            Ok(()) => {
                fs::remove_file(&copy)?;
                return Ok(None);
            }
            Err(_) => write_copy(&copy, target, bytes)?,
        }
        sync_folder(&self.folder)?;
        Ok(Some(copy))
    }

    /// Returns where they lie.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a state that is not the file's own, unless it is there already.
    pub(super) fn keep_bytes(&self, target: &Path, bytes: &[u8], now: Timestamp) -> io::Result<()> {
        create_folder(&self.folder)?;
        if self.has(Version::of(bytes)) {
            return Ok(());
        }
        let copy = self.folder.join(format!("{}{}", date_of(now), digest_of(Version::of(bytes))));
        write_copy(&copy, target, bytes)?;
        sync_folder(&self.folder)
    }

    /// Tells whether one of them is this version.
    pub(super) fn has(&self, version: Version) -> bool {
        let end = digest_of(version);
        self.newest_first().iter().any(|copy| copy.to_string_lossy().ends_with(&end))
    }

    /// Lists them.
    pub(super) fn newest_first(&self) -> Vec<PathBuf> {
        self.dated().into_iter().map(|(_, path)| path).collect()
    }

    /// Takes the rights of others from the copy just kept, and removes those that are no longer worth their place.
    ///
    /// What fails here loses nobody anything, and the next save tries again.
    pub(super) fn tidy(&self, kept: Option<&Path>, now: Timestamp) {
        if let Some(copy) = kept {
            guarded().read(true).open(copy).and_then(|file| make_private(&file)).ok();
        }
        let copies = self.dated();
        let dates: Vec<i64> = copies.iter().map(|(date, _)| *date).collect();
        let worth_keeping = worth_keeping(&dates, now.as_millis());
        for (index, (_, path)) in copies.iter().enumerate() {
            if !worth_keeping.contains(&index) {
                fs::remove_file(path).ok();
            }
        }
    }

    /// Returns date and path of each, newest first; files with other names are none of ours.
    fn dated(&self) -> Vec<(i64, PathBuf)> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let mut copies: Vec<(i64, PathBuf)> =
            entries.flatten().filter_map(|entry| Some((date_in(entry.file_name().to_str()?)?, entry.path()))).collect();
        copies.sort_unstable_by(|a, b| b.cmp(a));
        copies
    }
}

/// Picks, from dates that run from the newest to the oldest, the ones to keep.
///
/// Copies from the future, made while the clock was wrong, are counted apart: else ten of them would push
/// out every new one until that day comes.
fn worth_keeping(dates: &[i64], now: i64) -> HashSet<usize> {
    let mut keep = HashSet::new();
    let (mut of_the_past, mut of_the_future) = (0, 0);
    let (mut days, mut weeks) = (HashSet::new(), HashSet::new());
    for (index, &date) in dates.iter().enumerate() {
        let counted = if date > now { &mut of_the_future } else { &mut of_the_past };
        *counted += 1;
        let (day, week) = (day_of(date), week_of(date));
        let is_last_of_its_day = days.insert(day) && day > day_of(now) - DAYS;
        let is_last_of_its_week = weeks.insert(week) && week > week_of(now) - WEEKS;
        if *counted <= NEWEST || (date <= now && (is_last_of_its_day || is_last_of_its_week)) {
            keep.insert(index);
        }
    }
    keep
}

fn day_of(millis: i64) -> i64 {
    millis.div_euclid(DAY_MILLIS)
}

/// Returns the number of a week that starts on Monday; 1970 began on a Thursday.
fn week_of(millis: i64) -> i64 {
    (day_of(millis) + 3).div_euclid(7)
}

fn date_of(now: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).strftime(DATE_FORMAT).to_string()
}

/// Returns the end of the name of a copy of this version.
fn digest_of(version: Version) -> String {
    format!("-{}.age", &version.hex()[..DIGEST_DIGITS])
}

/// Returns the date in a name of ours.
fn date_in(name: &str) -> Option<i64> {
    let (date, digest) = name.strip_suffix(".age")?.rsplit_once('-')?;
    let is_ours = digest.len() == DIGEST_DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let moment = DateTime::strptime(DATE_FORMAT, date).ok().filter(|_| is_ours)?;
    Some(moment.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// Writes a copy by hand. The temporary one lies beside the vault, where the next save would sweep it.
fn write_copy(copy: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = FreshFile::beside(target)?;
    fresh.write(bytes)?;
    fresh.sync()?;
    fresh.replace(copy)
}

fn is_same_file(path: &Path, found: &Metadata) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let linked = fs::symlink_metadata(path)?;
        Ok((linked.dev(), linked.ino()) == (found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        let _locked_by_the_lock_alone = (path, found);
        Ok(true)
    }
}
