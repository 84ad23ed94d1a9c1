//! `slots change-passphrase`, and where a new passphrase comes from.

use std::collections::HashSet;

use secrecy::SecretString;
use serde::Serialize;

use super::super::args::{ChangePassphrase, NewPassphrase};
use super::super::output::{Exit, Failure};
use super::super::{Context, decisions, init, unlock};
use super::short;
use crate::sealing::{self, SlotKind, WorkFactor};
use crate::tasks::Session;
use crate::tasks::slots::{self, PassphraseChanged, SlotError, calibrated, change_passphrase, slot_of_passphrase};

/// How often each of the other passphrases may be typed.
const TRIES: usize = 3;

/// What was changed, as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    work_factor: u8,
    /// The vault's words from now on, if it has a new key.
    words: Option<&'a str>,
}

pub(super) fn change(context: &mut Context<'_>, args: &ChangePassphrase) -> Result<(), Failure> {
    check(context, &args.new)?;
    let mut others = Vec::new();
    for path in &args.others {
        others.push(context.read_first_line(path, "the other passphrase's file")?);
    }
    let (mut session, old) = unlock::unlock_with_passphrase(context)?;
    check_what_was_typed(context, &session)?;
    let work = work_factor(context, &args.new, &session)?;
    if !args.keep_key {
        context.output.note(
            "the vault gets a new key: copies and backups of before open with the old passphrase, as they did, and take \
             in nothing new",
        );
        context.output.note(
            "other devices that open it with this passphrase need the new one; those with a way of their own go on",
        );
    }
    if !args.keep_key {
        ask_others(context, &session, &mut others)?;
    }
    let new = chosen(context, &args.new)?;
    let change = slots::NewPassphrase { old: &old, new: &new, work, others: &others, keep_key: args.keep_key };
    let changed = change_passphrase(context.machine, &mut session, &change)?;
    tell(context, &changed, work)
}

/// Asks for the passphrases of the vault's other slots that no file gave, before anybody thinks of a new one.
fn ask_others(context: &mut Context<'_>, session: &Session, others: &mut Vec<SecretString>) -> Result<(), Failure> {
    let all = slots::slots(context.machine, session);
    let staying = all.iter().filter(|slot| slot.kind == SlotKind::Passphrase && !slot.is_in_use).count();
    // Whether those of the files are right is seen when the key is made for them.
    if staying <= others.len() || !context.machine.prompter.can_ask() {
        return Ok(());
    }
    let mut opened: HashSet<String> = all.into_iter().filter(|slot| slot.is_in_use).map(|slot| slot.id).collect();
    for given in others.iter() {
        match slot_of_passphrase(context.machine, session, given) {
            Ok(slot) => opened.insert(slot),
            Err(SlotError::WrongPassphrase) => {
                let what = "a file of --other-passphrase-file has a passphrase that opens nothing here";
                return Err(Failure::new(Exit::CannotUnlock, what, "leave it out: what is missing is asked for"));
            }
            Err(error) => return Err(error.into()),
        };
    }
    let mut tries = 0;
    while opened.len() <= staying {
        let left = staying + 1 - opened.len();
        let what = if left == 1 { "The vault's other passphrase:" } else { "Another passphrase of the vault:" };
        let typed = context.machine.prompter.ask_secret(what)?;
        tries += 1;
        let is_news = match slot_of_passphrase(context.machine, session, &typed) {
            Ok(slot) => opened.insert(slot),
            Err(SlotError::WrongPassphrase) => false,
            Err(error) => return Err(error.into()),
        };
        if is_news {
            others.push(typed);
            tries = 0;
        } else if tries == TRIES {
            return Err(SlotError::NeedsOtherPassphrases { others: staying }.into());
        } else {
            context.output.note("that is none of the others; try again");
        }
    }
    Ok(())
}

fn tell(context: &mut Context<'_>, changed: &PassphraseChanged, work: WorkFactor) -> Result<(), Failure> {
    decisions::tell(&mut context.output, &changed.saved.decisions);
    let words = changed.new_words.as_deref();
    if context.global.json {
        context.output.json(&Row { id: &changed.id, work_factor: work.log_n(), words })?;
    }
    let id = short(&changed.id);
    context.output.note(&format!("changed the passphrase; it opens {id}, work factor {}", work.log_n()));
    match words {
        Some(words) => {
            context.output.note(&format!("the vault has a new key, its words are: {words}"));
            context.output.note("make a new backup; the old ones keep the old passphrase");
        }
        None => {
            let next = "without --keep-key, the vault gets a new key";
            context.output.warning("whoever has an old copy and the old passphrase can open what is to come", next);
        }
    }
    Ok(())
}

/// Refuses what opens the vault as well as its passphrase, but is not what is to be changed.
fn check_what_was_typed(context: &Context<'_>, session: &Session) -> Result<(), Failure> {
    let all = slots::slots(context.machine, session);
    let (what, next) = match all.iter().find(|slot| slot.is_in_use).map(|slot| slot.kind) {
        Some(SlotKind::Sheet) => (
            "these are the words of the recovery sheet, not the passphrase that is to be changed",
            "if it is forgotten: `countersign slots add passphrase`, then `countersign slots remove` the old one",
        ),
        Some(SlotKind::Identity) => (
            "this is the passphrase of this device, not the vault's, which is to be changed",
            "type the vault's; if it is forgotten: `countersign slots add passphrase`, then `countersign slots remove` the old one",
        ),
        Some(SlotKind::Passphrase | SlotKind::Keyring | SlotKind::Plugin | SlotKind::Unknown) | None => return Ok(()),
    };
    Err(Failure::new(Exit::CannotUnlock, what, next))
}

/// Sees that there is a new passphrase to be had, before anybody types the old one.
pub(super) fn check(context: &Context<'_>, new: &NewPassphrase) -> Result<(), Failure> {
    if new.generate || new.new_password_file.is_some() || context.machine.prompter.can_ask() {
        return Ok(());
    }
    let what = "there is no terminal to ask for the new passphrase on";
    Err(Failure::new(Exit::NeedsDecision, what, "give --new-password-file or --generate"))
}

/// Returns the new passphrase: from a file, made, or typed twice.
pub(super) fn chosen(context: &mut Context<'_>, new: &NewPassphrase) -> Result<SecretString, Failure> {
    if new.generate {
        return init::generated(context);
    }
    let Some(path) = &new.new_password_file else {
        return init::typed_twice(context);
    };
    let passphrase = context.read_first_line(path, "the new passphrase's file")?;
    let strength = sealing::strength(&passphrase);
    if strength.is_weak() {
        context.output.warning(&format!("the new passphrase is {strength}"), "--generate makes a strong one");
    } else {
        context.output.note(&format!("the new passphrase is {strength}"));
    }
    Ok(passphrase)
}

/// Returns what guessing the new passphrase shall cost. Nobody's higher one becomes lower unless they say so.
pub(super) fn work_factor(
    context: &mut Context<'_>,
    new: &NewPassphrase,
    session: &Session,
) -> Result<WorkFactor, Failure> {
    match new.work_factor {
        Some(log_n) => WorkFactor::explicit(log_n)
            .map_err(|_| Failure::new(Exit::Usage, "there is no such work factor", "leave --work-factor out")),
        None if new.recalibrate => {
            let work = calibrated(context.machine)?;
            context.output.note(&format!("work factor {}, as measured on this computer", work.log_n()));
            Ok(work)
        }
        None => Ok(WorkFactor::DEFAULT.max(session.work_factor())),
    }
}
