//! From options or a prompt to an open backup.

use std::path::Path;

use super::super::args::Opening;
use super::super::output::{Exit, Failure};
use super::super::{Context, unlock};
use crate::tasks::Way;
use crate::tasks::backup::{self, BackupError, BackupFile};

/// How often a passphrase may be typed.
const TRIES: usize = 3;

/// Reads the file that is said to be a backup.
pub(super) fn read(context: &mut Context<'_>, path: &Path) -> Result<BackupFile, Failure> {
    context.claim_input(path)?;
    context.keep_passphrase();
    Ok(backup::read(context.machine, path)?)
}

/// Opens a backup with what the options say for it, else with what they say for the vault, else with what is typed;
/// `open` is asked again when something else was typed.
pub(super) fn open<T>(
    context: &mut Context<'_>,
    file: &BackupFile,
    opening: &Opening,
    open: &mut dyn FnMut(&mut Context<'_>, &Way) -> Result<T, BackupError>,
) -> Result<(T, Way), Failure> {
    let given = match (&opening.backup_identity, &opening.password.password_file) {
        (Some(path), _) => Some(Way::Identity(context.read_identity(path)?)),
        (None, Some(path)) => Some(Way::Passphrase(context.read_first_line(path, "the password file")?)),
        (None, None) if context.machine.prompter.can_ask() => None,
        (None, None) => unlock::given_way(context)?,
    };
    match given {
        Some(way) => Ok((open(context, &way)?, way)),
        None if !file.opens_with.passphrase => {
            let next = "give --backup-identity with the identity file of one of those whom it was made for";
            Err(Failure::new(Exit::NeedsDecision, "this backup is opened with an age identity", next))
        }
        None if context.machine.prompter.can_ask() => ask(context, file, open),
        None => {
            let next = "give --password-file or --backup-identity";
            Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the backup's passphrase on", next))
        }
    }
}

fn ask<T>(
    context: &mut Context<'_>,
    file: &BackupFile,
    open: &mut dyn FnMut(&mut Context<'_>, &Way) -> Result<T, BackupError>,
) -> Result<(T, Way), Failure> {
    context.output.note(&file.about());
    let mut tries = TRIES;
    loop {
        let way = Way::Passphrase(context.machine.prompter.ask_secret("Passphrase of the backup:")?);
        tries -= 1;
        match open(context, &way) {
            Err(error) if error.is_wrong_passphrase() && tries > 0 => {
                context.output.warning(&error.to_string(), &error.next_step());
            }
            opened => return Ok((opened?, way)),
        }
    }
}
