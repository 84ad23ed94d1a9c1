//! Recovery codes: storing a set, and giving one code out after it was marked as used.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretSlice};
use thiserror::Error;

use super::basket::{Basket, BasketError};
use super::commit::{CommitError, Saved, commit};
use super::copy::Hold;
use super::session::Session;
use crate::exchange::recovery_codes::{self, Problem, Reading};
use crate::otp::Timestamp;
use crate::ports::{ClipboardError, Delivery, FileError, Machine, NoEntropy};
use crate::vault::{
    AccountId, BasketChange, BasketContents, Change, ChangeError, CodeState, CodeText, NewSet, RecoveryChange,
    RecoverySet, SetId,
};

/// From so few codes on, it is time for new ones.
pub const FEW: usize = 2;

/// Which code is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeChoice {
    /// The next unused one of the newest set that has one.
    Next,
    /// This one of the newest set, counted from 1.
    Number(usize),
    /// This one of this set, counted from 0.
    Of(SetId, usize),
}

/// A code that was marked as used, and now may be shown.
#[derive(Debug)]
pub struct UsedCode {
    /// Of which set.
    pub set: SetId,
    /// Its place in the set, from 1.
    pub number: usize,
    /// The code.
    pub code: CodeText,
    /// How many are left in the sets that the site still honours.
    pub left: usize,
    /// What its owner should know.
    pub notes: Vec<UseNote>,
    /// What was taken in from others meanwhile.
    pub saved: Saved,
}

/// Something to know about a code that is about to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UseNote {
    /// Few are left, or none.
    #[error("{}", few_words(*.0))]
    Few(usize),
    /// The site has stopped to honour it.
    #[error("these codes have expired, so the site will hardly take it")]
    Expired,
    /// A newer set took its place.
    #[error("a newer set has taken the place of this one, so the site will hardly take it")]
    Superseded,
    /// The site shows a new one now.
    #[error("the site replaces a code that was used: store the new one that it shows")]
    Replaced,
    /// It works once, and perhaps turns the second factor off.
    #[error("this key works once: set the account up anew and store the new key")]
    OneOff,
}

fn few_words(left: usize) -> String {
    match left {
        0 => "this was the last code: make new ones at the site and store them".to_owned(),
        1 => "1 code is left: make new ones at the site and store them".to_owned(),
        left => format!("{left} codes are left: make new ones at the site and store them"),
    }
}

/// Why nothing was stored or given out.
#[derive(Debug, Error)]
pub enum RecoveryError {
    /// There is no such account any more.
    #[error("the account is not in the vault any more")]
    Gone,
    /// It has no codes.
    #[error("no recovery codes are stored for this account")]
    NoCodes,
    /// They are not in the vault, and nobody has opened the basket.
    #[error("the recovery codes of this account are kept apart from the vault")]
    Apart,
    /// All were used.
    #[error("every stored recovery code was used")]
    Spent,
    /// The set has fewer codes.
    #[error("the set has {0} codes")]
    NoSuchCode(usize),
    /// This one was used.
    #[error("code {0} was used already")]
    Used(usize),
    /// The site asks for another one first.
    #[error("the site asks for these codes in their order, and code {0} comes next")]
    OutOfOrder(usize),
    /// It could not be saved, so nothing was shown.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The basket could not be opened or written.
    #[error(transparent)]
    Basket(#[from] BasketError),
    /// Nothing took the copied code; it is unused as before.
    #[error("{0}; the code counts as unused, as before")]
    Clipboard(ClipboardError),
    /// The system gave no random numbers.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl RecoveryError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Gone => "list the accounts again; another device may have deleted it",
            Self::NoCodes => "store them: countersign recovery add, or r in the app",
            Self::Apart => "open the file that has them: --password-file, or a terminal to ask on",
            Self::Spent => "make new codes at the site and store them; undo takes a mark back that was a mistake",
            Self::NoSuchCode(_) => "see which there are: countersign recovery show",
            Self::Used(_) => "take the next one; undo takes a mark back that was a mistake",
            Self::OutOfOrder(_) => "use that one; mark it as used first if it was",
            Self::Commit(error) => error.next_step(),
            Self::Basket(error) => error.next_step(),
            Self::Clipboard(error) => error.next_step(),
            Self::NoEntropy(_) => "try again",
        }
    }
}

/// Why no codes were read from a file.
#[derive(Debug, Error)]
pub enum RecoveryFileError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There are none in it.
    #[error(transparent)]
    Content(#[from] Problem),
}

impl RecoveryFileError {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Content(problem) => problem.next_step(),
        }
    }
}

/// Reads a file with recovery codes; `-` is standard input, which has no name.
///
/// # Errors
/// It cannot be read, or there are no codes in it.
pub fn read_recovery_file(machine: &mut Machine, path: &Path) -> Result<Reading, RecoveryFileError> {
    let bytes = SecretSlice::from(machine.documents.read(path, recovery_codes::LIMIT)?);
    let name = path.file_name().map(|name| name.to_string_lossy()).filter(|name| name != "-");
    Ok(recovery_codes::read(bytes.expose_secret(), name.as_deref())?)
}

/// Stores a set that was read; the ones before it are superseded unless `keep_old`. Where the owner keeps codes apart from
/// the vault, its texts go into the basket.
///
/// # Errors
/// Nothing was stored.
pub fn add_recovery(
    machine: &mut Machine,
    session: &mut Session,
    basket: Option<&mut Basket>,
    id: AccountId,
    reading: &Reading,
    origin: &str,
    keep_old: bool,
) -> Result<Saved, RecoveryError> {
    let account = session.vault.get(id).ok_or(RecoveryError::Gone)?.clone();
    let now = machine.clock.now();
    let mut bytes = [0; 8];
    machine.entropy.fill(&mut bytes)?;
    let state = |is_used: bool, at: Option<Timestamp>| match is_used {
        true => CodeState::Used(at.unwrap_or(now)),
        false => CodeState::Unused,
    };
    let new = NewSet {
        id: SetId::from_bytes(bytes),
        created: reading.issued.filter(|at| *at <= now).unwrap_or(now),
        origin: origin.to_owned(),
        about: reading.provenance(),
        kind: reading.kind,
        codes: reading.codes.iter().map(|code| (code.text.clone(), state(code.is_used, code.used_at))).collect(),
    };
    let old = account.recovery().current().into_iter().filter(|_| !keep_old);
    let mut changes: Vec<Change> =
        old.map(|set| Change::Recovery(id, RecoveryChange::Supersede(set.id(), Some(now)))).collect();
    let moves_out = session.vault.keeps_apart().then(|| BasketChange::MoveOut([new.id].into()));
    if moves_out.is_some() {
        let basket = basket.ok_or(RecoveryError::Apart)?;
        basket.contents.take_new(&account, &new);
        // Durably there before the vault knows of them.
        basket.write(machine, session.work_factor())?;
    }
    changes.push(Change::Recovery(id, RecoveryChange::Add(Box::new(new))));
    changes.extend(moves_out.map(Change::Basket));
    let title = format!("stored {} for {}", count_words(reading.codes.len()), account.label());
    Ok(commit(machine, session, &title, &Change::Batch(changes))?)
}

/// Returns `1 recovery code` or `16 recovery codes`.
pub fn count_words(count: usize) -> String {
    if count == 1 { "1 recovery code".to_owned() } else { format!("{count} recovery codes") }
}

/// Marks a code as used, durably, and then gives it out.
///
/// # Errors
/// There is no such code, or the mark could not be saved; then nothing was given out.
pub fn use_recovery(
    machine: &mut Machine,
    session: &mut Session,
    basket: Option<&BasketContents>,
    id: AccountId,
    choice: CodeChoice,
) -> Result<UsedCode, RecoveryError> {
    loop {
        let account = session.vault.get(id).ok_or(RecoveryError::Gone)?.clone();
        let (set, code) = chosen(&account.recovery().current(), account.recovery(), choice)?;
        let texts = set.texts_in(basket).ok_or(RecoveryError::Apart)?;
        let text = texts.codes().get(code).ok_or(RecoveryError::NoSuchCode(texts.codes().len()))?.clone();
        let at = machine.clock.now();
        let title = format!("used a recovery code of {}", account.label());
        let change = Change::Recovery(id, RecoveryChange::Use { set: set.id(), code, at });
        // Committed before it is shown: a shown code may already be used.
        match commit(machine, session, &title, &change) {
            Ok(saved) => {
                let left = session.vault.get(id).map_or(0, |account| account.recovery().unused());
                let notes = notes(set, left, at);
                return Ok(UsedCode { set: set.id(), number: code + 1, code: text, left, notes, saved });
            }
            // Another device was quicker; its mark is taken in by now.
            Err(CommitError::Change(ChangeError::CodeUsed)) if choice == CodeChoice::Next => {}
            Err(CommitError::Change(ChangeError::CodeUsed)) => return Err(RecoveryError::Used(code + 1)),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Marks a code as used and copies it; if nothing takes it, it counts as unused again.
///
/// # Errors
/// As [`use_recovery`], or nothing took it.
pub fn copy_recovery(
    machine: &mut Machine,
    session: &mut Session,
    basket: Option<&BasketContents>,
    id: AccountId,
    choice: CodeChoice,
    hold: Hold,
) -> Result<(UsedCode, Delivery), RecoveryError> {
    let used = use_recovery(machine, session, basket, id, choice)?;
    let text = used.code.to_secret();
    let delivery = match hold {
        Hold::WhileRunning => machine.clipboard.put(&text),
        Hold::HandOver(seconds) => machine.clipboard.hand_over(&text, seconds),
    };
    match delivery {
        Ok(delivery) => Ok((used, delivery)),
        Err(error) => {
            let change = Change::Recovery(id, RecoveryChange::TakeBack { set: used.set, code: used.number - 1 });
            commit(machine, session, "took back a recovery code that could not be copied", &change)?;
            Err(RecoveryError::Clipboard(error))
        }
    }
}

/// Finds the code that is meant.
fn chosen<'a>(
    current: &[&'a RecoverySet],
    all: &'a crate::vault::Recovery,
    choice: CodeChoice,
) -> Result<(&'a RecoverySet, usize), RecoveryError> {
    let newest = current.last().copied();
    let (set, code) = match choice {
        CodeChoice::Next => {
            let open = current.iter().rev().find_map(|set| Some((*set, set.next_unused()?)));
            return open.ok_or(if current.is_empty() { RecoveryError::NoCodes } else { RecoveryError::Spent });
        }
        CodeChoice::Number(number) => {
            let set = newest.ok_or(RecoveryError::NoCodes)?;
            (set, number.checked_sub(1).ok_or(RecoveryError::NoSuchCode(set.len()))?)
        }
        CodeChoice::Of(id, code) => (all.get(id).ok_or(RecoveryError::NoCodes)?, code),
    };
    if code >= set.len() {
        return Err(RecoveryError::NoSuchCode(set.len()));
    }
    if set.state(code) != CodeState::Unused {
        return Err(RecoveryError::Used(code + 1));
    }
    match set.next_unused() {
        Some(next) if set.kind().ordered && next != code => Err(RecoveryError::OutOfOrder(next + 1)),
        Some(_) | None => Ok((set, code)),
    }
}

fn notes(set: &RecoverySet, left: usize, now: Timestamp) -> Vec<UseNote> {
    let kind = set.kind();
    let is_few = left <= FEW && !kind.one_off && !kind.replaced_when_used;
    let notes = [
        (set.superseded().is_some(), UseNote::Superseded),
        (kind.expires.is_some_and(|at| at < now), UseNote::Expired),
        (kind.replaced_when_used, UseNote::Replaced),
        (kind.one_off, UseNote::OneOff),
        (is_few, UseNote::Few(left)),
    ];
    notes.into_iter().filter(|(applies, _)| *applies).map(|(_, note)| note).collect()
}
