//! `slots remove`: one way to unlock less.

use serde::Serialize;

use super::super::output::{Exit, Failure};
use super::super::{Context, decisions};
use super::short;
use crate::tasks::slots::{SlotRemoved, remove_slot, slot_named};

const NEW_KEY: &str = "countersign slots change-passphrase";

/// What was removed, as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    removed: &'a str,
    left_in_keyring: bool,
}

pub(super) fn run(context: &mut Context<'_>, id: &str) -> Result<(), Failure> {
    if !context.global.yes && !context.machine.prompter.can_ask() {
        let what = "there is no terminal to ask on whether it shall go";
        return Err(Failure::new(Exit::NeedsDecision, what, "say --yes"));
    }
    let mut session = context.unlock()?;
    let slot = slot_named(context.machine, &session, id)?;
    if !context.global.yes {
        let named = if slot.name.is_empty() { String::new() } else { format!(" ({})", slot.name) };
        context.output.note("copies of the vault from before still open with it");
        let question = format!("Remove {} {}{named}?", slot.kind_name, short(&slot.id));
        if !context.machine.prompter.confirm(&crate::shown::shown(&question))? {
            return Err(Failure::new(Exit::Failed, "nothing was removed", "the vault is as it was"));
        }
    }
    let removed = remove_slot(context.machine, &mut session, &slot.id)?;
    decisions::tell(&mut context.output, &removed.saved.decisions);
    if context.global.json {
        context.output.json(&Row { removed: &removed.id, left_in_keyring: removed.is_left_in_keyring })?;
    }
    tell(context, &slot.kind_name, &removed);
    Ok(())
}

fn tell(context: &mut Context<'_>, kind: &str, removed: &SlotRemoved) {
    context.output.note(&format!("removed {kind} {}", short(&removed.id)));
    context.output.note(&format!(
        "copies of the vault from before still open with it; if somebody else may have it, give the vault a new key: {NEW_KEY}"
    ));
    if removed.is_left_in_keyring {
        let next = "it opens copies from before only; delete the entry of countersign in the keyring's own program";
        context.output.warning("the keyring did not let go of its key", next);
    }
}
