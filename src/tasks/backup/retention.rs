//! Which automatic backups stay: the newest few, and one for each of the last days and weeks.
//!
//! Nothing is removed that is not certainly one of ours: a name that this device gives, and a file that opens with
//! this vault's key and says the same as its name.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::{Date, ISOWeekDate};

use super::BackupPlan;
use super::name::{self, Named};
use super::records::Records;
use crate::ports::{FoundKind, Machine};
use crate::sealing::{self, BackupKey};
use crate::tasks::session::Session;

/// Removes what the plan does not keep. What cannot be removed stays until the next time.
pub(super) fn thin_out(machine: &mut Machine, session: &Session, plan: &BackupPlan, known: &mut Records) {
    let Ok(found) = machine.documents.list(&plan.folder) else {
        return;
    };
    let host = name::of_host(&session.device.name);
    let files = found.into_iter().filter(|found| found.kind == FoundKind::File).map(|found| found.path);
    let named = files.filter_map(|path| Some((name::read(&path.file_name()?.to_string_lossy())?, path)));
    let mut ours: Vec<_> = named.filter(|(named, _)| named.is_automatic && named.host == host).collect();
    // The newest first; of those of one second, the last one made has the longest name.
    ours.sort_by(|(one, one_path), (other, other_path)| {
        (other.made, other_path.as_os_str().len(), other_path).cmp(&(one.made, one_path.as_os_str().len(), one_path))
    });
    let days: Vec<Date> = ours.iter().map(|(named, _)| named.day).collect();
    let kept = kept(&days, plan);
    for (_, (named, path)) in ours.iter().enumerate().filter(|(place, _)| !kept.contains(place)) {
        if is_certainly_ours(machine, session, named, path) && machine.documents.remove(path).is_ok() {
            known.backups.retain(|record| record.path != *path);
        }
    }
}

/// Returns the places, in a list of days from the newest back, of those that stay.
fn kept(days: &[Date], plan: &BackupPlan) -> BTreeSet<usize> {
    let mut kept: BTreeSet<usize> = (0..days.len().min(plan.keep)).collect();
    let week = |day: &Date| {
        let week: ISOWeekDate = day.iso_week_date();
        (week.year(), week.week())
    };
    kept.extend(first_of_each(days.iter().copied()).take(plan.daily));
    kept.extend(first_of_each(days.iter().map(week)).take(plan.weekly));
    // Whatever the settings say, the newest one is what all this is for.
    kept.extend((!days.is_empty()).then_some(0));
    kept
}

fn first_of_each<T: Ord + Copy>(all: impl Iterator<Item = T>) -> impl Iterator<Item = usize> {
    let mut seen = BTreeSet::new();
    all.enumerate().filter(move |(_, one)| seen.insert(*one)).map(|(place, _)| place)
}

fn is_certainly_ours(machine: &mut Machine, session: &Session, named: &Named, path: &Path) -> bool {
    let Ok(bytes) = machine.documents.read(path, sealing::MAX_FILE_BYTES) else {
        return false;
    };
    let keys = session.known_keys();
    let mut opened = keys.iter().filter_map(|key| sealing::open_backup(&bytes, BackupKey::Vault(key), &[]).ok());
    opened.next().is_some_and(|backup| {
        let manifest = &backup.opened.manifest;
        let says_the_same = manifest.backup.as_ref().is_some_and(|note| {
            note.made_ms.div_euclid(1000) == named.made.as_secs()
                && name::of_host(&note.host) == named.host
                && usize::try_from(note.accounts) == Ok(named.accounts)
        });
        says_the_same && manifest.vault == session.manifest.vault
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::{BackupPlan, kept};

    fn plan(keep: usize, daily: usize, weekly: usize) -> BackupPlan {
        BackupPlan { folder: "/b".into(), keep, daily, weekly, recipients: Vec::new() }
    }

    #[test]
    fn the_newest_and_one_of_each_day_and_week_stay() {
        // Three a day for sixty days, the newest first.
        let start = date(2026, 11, 22);
        let days: Vec<Date> = (0..180).map(|number| start.saturating_sub(jiff::Span::new().days(number / 3))).collect();
        let of = |plan: BackupPlan| kept(&days, &plan).into_iter().collect::<Vec<_>>();
        assert_eq!(of(plan(2, 0, 0)), [0, 1]);
        assert_eq!(of(plan(0, 3, 0)), [0, 3, 6]);
        // 2026-11-22 is a Sunday: the last of its week.
        assert_eq!(of(plan(0, 0, 3)), [0, 21, 42]);
        assert_eq!(of(plan(4, 2, 2)), [0, 1, 2, 3, 21]);
        assert_eq!(of(plan(0, 0, 0)), [0], "the newest one stays in any case");
        assert_eq!(of(plan(500, 0, 0)).len(), 180);
        assert!(kept(&[], &plan(5, 5, 5)).is_empty());
    }
}
