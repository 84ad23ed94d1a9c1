//! `slots`: the ways to unlock the vault.

mod add;
mod list;
mod passphrase;
mod remove;
mod sheet;

use super::Context;
use super::args::Slots;
use super::output::Failure;

/// How much of an id names a slot to people.
const SHORT_ID: usize = 8;

pub(super) fn run(context: &mut Context<'_>, command: &Slots) -> Result<(), Failure> {
    match command {
        Slots::List => list::run(context),
        Slots::Add { slot } => add::run(context, slot),
        Slots::Remove { id } => remove::run(context, id),
        Slots::ChangePassphrase(change) => passphrase::change(context, change),
    }
}

/// Returns as much of an id as people need.
fn short(id: &str) -> String {
    id.chars().take(SHORT_ID).collect()
}
