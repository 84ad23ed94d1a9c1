//! What happens to recovery codes.

use std::fmt;
use std::sync::Arc;

use super::code::CodeText;
use super::set::{CodeState, Mark, RecoverySet, SetKind};
use super::texts::{Held, SetTexts};
use super::{Recovery, SetId};
use crate::otp::Timestamp;
use crate::vault::change::ChangeError;
use crate::vault::field::Field;
use crate::vault::stamp::Stamp;

/// The most codes in a set, and sets of an account. Nobody hands out more than some dozens.
pub(super) const CODES_LIMIT: usize = 256;
const SETS_LIMIT: usize = 256;
/// The longest origin, and the longest text around the codes, in bytes.
const ORIGIN_LIMIT: usize = 1024;
const ABOUT_LIMIT: usize = 16 * 1024;

/// What happens to the recovery codes of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryChange {
    /// A set is stored.
    Add(Box<NewSet>),
    /// A code, counted from 0, was used.
    Use {
        /// Of which set.
        set: SetId,
        /// Which one.
        code: usize,
        /// When.
        at: Timestamp,
    },
    /// A code was not used after all.
    TakeBack {
        /// Of which set.
        set: SetId,
        /// Which one.
        code: usize,
    },
    /// A set was compared with the site's; `None` takes that back.
    Check(SetId, Option<Timestamp>),
    /// A newer set took the place of one; `None` takes that back.
    Supersede(SetId, Option<Timestamp>),
    /// A set is removed, or comes back.
    Remove(SetId, bool),
    /// A set that another account has, because both are one, stands here as well.
    TakeOver(Box<RecoverySet>),
}

/// What is needed to store a set.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSet {
    /// Its id, from random bytes.
    pub id: SetId,
    /// When the site issued it, or else now.
    pub created: Timestamp,
    /// Where it came from: a file's name, or how it was brought.
    pub origin: String,
    /// The lines that stood around the codes.
    pub about: String,
    /// How the site treats it.
    pub kind: SetKind,
    /// The codes in the site's order, and whether they were used.
    pub codes: Vec<(CodeText, CodeState)>,
}

impl NewSet {
    /// Returns its texts, as the basket keeps them.
    pub fn texts(&self) -> Arc<SetTexts> {
        let codes = self.codes.iter().map(|(text, _)| text.clone()).collect();
        Arc::new(SetTexts { codes, about: self.about.clone() })
    }
}

impl fmt::Debug for NewSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "NewSet({}, [REDACTED], {} codes)", self.id, self.codes.len())
    }
}

impl RecoverySet {
    fn new(new: &NewSet, stamp: Stamp) -> Self {
        let mark = |state: &CodeState| match state {
            CodeState::Unused => None,
            CodeState::Used(at) => Some((stamp, Mark::new(*at, stamp))),
        };
        Self {
            id: new.id,
            added: stamp,
            kept: stamp,
            created: new.created,
            origin: new.origin.clone(),
            kind: new.kind,
            held: Some(Held::new(new.texts(), stamp)),
            marks: new.codes.iter().map(|(_, state)| mark(state).into_iter().collect()).collect(),
            checked: Field::new(None, stamp),
            superseded: Field::new(None, stamp),
            removed: Field::new(false, stamp),
            unknown: Default::default(),
        }
    }
}

/// Makes a change.
///
/// # Errors
/// It does not fit; nothing was changed then.
pub(in crate::vault) fn apply(
    recovery: &mut Recovery,
    change: &RecoveryChange,
    stamp: Stamp,
) -> Result<(), ChangeError> {
    match change {
        RecoveryChange::Add(new) => add(recovery, new, stamp),
        RecoveryChange::Use { set, code, at } => {
            let set = held(recovery, *set)?;
            if set.state(*code) != CodeState::Unused {
                return Err(ChangeError::CodeUsed);
            }
            let marks = set.marks.get_mut(*code).ok_or(ChangeError::NoSuchCode)?;
            marks.insert(stamp, Mark::new(*at, stamp));
            Ok(())
        }
        RecoveryChange::TakeBack { set, code } => {
            let marks = held(recovery, *set)?.marks.get_mut(*code).ok_or(ChangeError::NoSuchCode)?;
            let standing = marks.values_mut().filter(|mark| mark.taken_back.is_none());
            standing.for_each(|mark| mark.taken_back = Some(Field::new((), stamp)));
            Ok(())
        }
        RecoveryChange::Check(set, at) => write(&mut held(recovery, *set)?.checked, *at, stamp),
        RecoveryChange::Supersede(set, at) => write(&mut held(recovery, *set)?.superseded, *at, stamp),
        RecoveryChange::Remove(set, removed) => write(&mut held(recovery, *set)?.removed, *removed, stamp),
        RecoveryChange::TakeOver(set) => take_over(recovery, set),
    }
}

fn held(recovery: &mut Recovery, id: SetId) -> Result<&mut RecoverySet, ChangeError> {
    recovery.sets.get_mut(&id).ok_or(ChangeError::NoSuchSet)
}

fn write<T: Clone + PartialEq + crate::vault::field::Progress>(
    field: &mut Field<T>,
    value: T,
    stamp: Stamp,
) -> Result<(), ChangeError> {
    if *field.get() != value {
        field.set(value, stamp);
    }
    Ok(())
}

fn add(recovery: &mut Recovery, new: &NewSet, stamp: Stamp) -> Result<(), ChangeError> {
    let too_long = |field, limit| Err(ChangeError::TooLong { field, limit });
    if recovery.sets.contains_key(&new.id) {
        return Err(ChangeError::SetExists);
    }
    if new.codes.is_empty() {
        return Err(ChangeError::NoCodes);
    }
    if new.codes.len() > CODES_LIMIT || recovery.sets.len() >= SETS_LIMIT {
        return Err(ChangeError::TooManyCodes);
    }
    if new.origin.len() > ORIGIN_LIMIT {
        return too_long("origin of the recovery codes", ORIGIN_LIMIT);
    }
    if new.about.len() > ABOUT_LIMIT {
        return too_long("text around the recovery codes", ABOUT_LIMIT);
    }
    recovery.sets.insert(new.id, RecoverySet::new(new, stamp));
    Ok(())
}

/// Its stamps stay what they were: devices that do this independently must end with one set.
fn take_over(recovery: &mut Recovery, set: &RecoverySet) -> Result<(), ChangeError> {
    let joined = recovery.sets.get(&set.id).map_or_else(|| set.clone(), |held| held.merge(set));
    if recovery.sets.len() >= SETS_LIMIT && !recovery.sets.contains_key(&set.id) {
        return Err(ChangeError::TooManyCodes);
    }
    recovery.sets.insert(set.id, joined);
    Ok(())
}

/// Returns the changes by which an account takes over the codes of another one that is the same.
pub(in crate::vault) fn taking_over(stays: &Recovery, goes: &Recovery) -> Vec<RecoveryChange> {
    let new = goes.sets.values().filter(|set| !set.is_removed() && !stays.sets.contains_key(&set.id));
    let room = SETS_LIMIT.saturating_sub(stays.sets.len());
    new.take(room).map(|set| RecoveryChange::TakeOver(Box::new(set.clone()))).collect()
}

/// Returns the changes that give the sets back the state they had `before` a merge, where nobody has written since `after` it.
///
/// A code that was used elsewhere stays used: the site will not take it again.
pub(in crate::vault) fn restoring(before: &Recovery, after: &Recovery, now: &Recovery) -> Vec<RecoveryChange> {
    let mut back = Vec::new();
    for (id, set) in &now.sets {
        let Some(made) = after.sets.get(id) else {
            continue;
        };
        let is_as_made = made.removed.head().written == set.removed.head().written;
        let Some(before) = before.sets.get(id) else {
            back.extend((is_as_made && !set.is_removed()).then_some(RecoveryChange::Remove(*id, true)));
            continue;
        };
        if is_as_made && set.is_removed() != before.is_removed() {
            back.push(RecoveryChange::Remove(*id, before.is_removed()));
        }
        let is_as_made = made.superseded.head().written == set.superseded.head().written;
        if is_as_made && set.superseded() != before.superseded() {
            back.push(RecoveryChange::Supersede(*id, before.superseded()));
        }
    }
    back
}

/// Returns the changes that take back what the one made at `stamp` did, given the codes as they were `before`.
pub(in crate::vault) fn undoing(before: &Recovery, now: &Recovery, stamp: Stamp) -> Vec<RecoveryChange> {
    let mut back = Vec::new();
    for (id, set) in &now.sets {
        let Some(before) = before.sets.get(id) else {
            back.extend((set.added == stamp && !set.is_removed()).then_some(RecoveryChange::Remove(*id, true)));
            continue;
        };
        for code in 0..set.len() {
            let took_back = |mark: &Mark| mark.taken_back.as_ref().is_some_and(|back| back.head().written == stamp);
            let is_by_it = |(made, mark): (&Stamp, &Mark)| *made == stamp || took_back(mark);
            if set.state(code) == before.state(code) || !set.marks[code].iter().any(is_by_it) {
                continue;
            }
            back.push(match before.state(code) {
                CodeState::Unused => RecoveryChange::TakeBack { set: *id, code },
                CodeState::Used(at) => RecoveryChange::Use { set: *id, code, at },
            });
        }
        let is_by_it = |written: Stamp| written == stamp;
        if is_by_it(set.checked.head().written) && set.checked() != before.checked() {
            back.push(RecoveryChange::Check(*id, before.checked()));
        }
        if is_by_it(set.superseded.head().written) && set.superseded() != before.superseded() {
            back.push(RecoveryChange::Supersede(*id, before.superseded()));
        }
        if is_by_it(set.removed.head().written) && set.is_removed() != before.is_removed() {
            back.push(RecoveryChange::Remove(*id, before.is_removed()));
        }
    }
    back
}
