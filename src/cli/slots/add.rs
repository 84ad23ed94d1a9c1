//! `slots add`: one more way to unlock.

use std::path::Path;

use serde::Serialize;

use super::super::args::AddSlot;
use super::super::output::Failure;
use super::super::{Context, decisions};
use super::{passphrase, sheet, short};
use crate::sealing::SlotKind;
use crate::tasks::Session;
use crate::tasks::slots::{Added, NewSlot, add_slot, protection, slots};

/// What was added, as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
}

pub(super) fn run(context: &mut Context<'_>, slot: &AddSlot) -> Result<(), Failure> {
    match slot {
        AddSlot::Passphrase { new, name } => {
            passphrase::check(context, new)?;
            let mut session = context.unlock()?;
            let work = passphrase::work_factor(context, new, &session)?;
            let chosen = passphrase::chosen(context, new)?;
            add(context, &mut session, NewSlot::Passphrase(&chosen, work), &name.name)
        }
        AddSlot::Keyring { name } => {
            let mut session = context.unlock()?;
            add(context, &mut session, NewSlot::Keyring, &name.name)
        }
        AddSlot::Identity { file, name } => {
            let text = context.read_identity(file)?;
            let mut session = context.unlock()?;
            // Standard input will not be there again; any other file is looked for where it is now.
            let place = if file == Path::new("-") { None } else { std::path::absolute(file).ok() };
            add(context, &mut session, NewSlot::Identity(&text, place.as_deref()), &name.name)
        }
        AddSlot::Plugin { file, name } => {
            let text = context.read_identity(file)?;
            let mut session = context.unlock()?;
            add(context, &mut session, NewSlot::Plugin(&text), &name.name)
        }
        AddSlot::Sheet { to, name } => sheet::add(context, to.as_deref(), &name.name),
    }
}

/// Adds a slot, and says what it is worth.
pub(super) fn add(
    context: &mut Context<'_>,
    session: &mut Session,
    new: NewSlot<'_>,
    name: &str,
) -> Result<(), Failure> {
    let added = add_slot(context.machine, session, new, name)?;
    tell(context, session, &added)
}

/// Says what was added, and what it is worth.
pub(super) fn tell(context: &mut Context<'_>, session: &Session, added: &Added) -> Result<(), Failure> {
    decisions::tell(&mut context.output, &added.saved.decisions);
    let all = slots(context.machine, session);
    let Some(slot) = all.iter().find(|slot| slot.id == added.id) else {
        return Ok(());
    };
    if context.global.json {
        context.output.json(&Row { id: &slot.id, kind: &slot.kind_name, name: &slot.name })?;
    }
    let protection = protection(slot);
    let kind = &slot.kind_name;
    context.output.note(&format!("added {kind} {}; it has opened the vault once", short(&slot.id)));
    if let Some(sentence) = what_it_changes(added.kind, slot.opens_here) {
        context.output.note(sentence);
    }
    context.output.note(&format!("it protects against {}", protection.against));
    context.output.note(&format!("it does not protect against {}", protection.not_against));
    Ok(())
}

/// Returns what is different from now on.
fn what_it_changes(kind: SlotKind, opens_here: bool) -> Option<&'static str> {
    match kind {
        SlotKind::Keyring => {
            Some("the vault opens without a passphrase on this device, as long as the keyring is unlocked")
        }
        SlotKind::Passphrase => Some("the vault opens with either passphrase"),
        SlotKind::Identity | SlotKind::Plugin if opens_here => {
            Some("the vault opens with it on this device, without a passphrase")
        }
        SlotKind::Identity | SlotKind::Plugin => Some("the vault opens with it when it is given with --identity"),
        SlotKind::Sheet => Some("type its words where the passphrase is asked for"),
        SlotKind::Unknown => None,
    }
}
