//! `backup restore`.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::super::args::BackupRestore;
use super::super::output::{Exit, Failure};
use super::super::{Context, decisions, merge, unlock};
use super::{accounts, in_trash, opening};
use crate::sealing::{self, WorkFactor};
use crate::tasks::Way;
use crate::tasks::backup::{self, BackupFile, Restored};

#[derive(Serialize)]
struct Json<'a> {
    file: String,
    accounts: usize,
    trash: usize,
    words: &'a str,
    /// `null` for a new vault.
    merged: Option<merge::Json<'a>>,
}

pub(super) fn run(context: &mut Context<'_>, restore: &BackupRestore) -> Result<(), Failure> {
    let file = opening::read(context, &restore.file)?;
    let restored = match context.machine.vault_file.read()? {
        None => as_new_vault(context, restore, &file)?,
        Some(_) => into_the_vault(context, restore, &file)?,
    };
    tell(context, restore, &file, &restored)
}

fn as_new_vault(context: &mut Context<'_>, restore: &BackupRestore, file: &BackupFile) -> Result<Restored, Failure> {
    let trust = unlock::trust(context);
    let work = restore.work_factor.and_then(|log_n| WorkFactor::explicit(log_n).ok()).unwrap_or_default();
    let (opened, way) =
        opening::open(context, file, &restore.opening, &mut |context, way| file.open(context.machine, way, &trust))?;
    if restore.dry_run {
        let (words, count) = (opened.words(), opened.vault.len());
        let trash = opened.vault.trash().count();
        return Ok(Restored {
            accounts: count,
            trash,
            sets_apart: opened.vault.sets_apart().len(),
            backup_words: words.clone(),
            words,
            is_other_vault: false,
            merged: None,
        });
    }
    let passphrase = new_passphrase(context, way)?;
    let (_, restored) = backup::restore(context.machine, &opened, &passphrase, work)?;
    let path = context.machine.vault_file.path().to_string_lossy().into_owned();
    context.output.note(&format!("made a vault at {path}"));
    Ok(restored)
}

/// Returns the passphrase of the vault that is to be: what the options give for a vault, what is typed, or the backup's.
fn new_passphrase(context: &mut Context<'_>, way: Way) -> Result<SecretString, Failure> {
    let of_the_backup = match way {
        Way::Passphrase(passphrase) => Some(passphrase),
        Way::Identity(_) => None,
    };
    if let Some(given) = unlock::given_passphrase(context)? {
        return Ok(given);
    }
    if !context.machine.prompter.can_ask() {
        return of_the_backup.ok_or_else(|| {
            let next = "give --passphrase-file or --passphrase-command";
            Failure::new(
                Exit::NeedsDecision,
                "the new vault needs a passphrase, and there is no terminal to ask on",
                next,
            )
        });
    }
    let empty = if of_the_backup.is_some() { " (empty: the backup's)" } else { "" };
    loop {
        let typed = context.machine.prompter.ask_secret(&format!("New passphrase of the vault{empty}:"))?;
        match &of_the_backup {
            Some(same) if typed.expose_secret().is_empty() => return Ok(same.clone()),
            _ if typed.expose_secret().is_empty() => continue,
            _ => context.output.tell(&sealing::strength(&typed).to_string()),
        }
        let again = context.machine.prompter.ask_secret("The passphrase again:")?;
        if again.expose_secret() == typed.expose_secret() {
            return Ok(typed);
        }
        context.output.tell("the two are not the same, try again");
    }
}

fn into_the_vault(context: &mut Context<'_>, restore: &BackupRestore, file: &BackupFile) -> Result<Restored, Failure> {
    let mut session = unlock::unlock_as_it_is(context)?;
    let trust = unlock::trust(context);
    let opened = match file.open_with_the_vaults_key(&session) {
        Some(opened) => opened,
        None => {
            let known = |context: &mut Context<'_>, way: &Way| file.open(context.machine, way, &trust);
            opening::open(context, file, &restore.opening, &mut |context, way| known(context, way))?.0
        }
    };
    Ok(backup::restore_into(context.machine, &mut session, file, opened, &[], restore.dry_run)?)
}

fn tell(
    context: &mut Context<'_>,
    restore: &BackupRestore,
    file: &BackupFile,
    restored: &Restored,
) -> Result<(), Failure> {
    if context.global.json {
        return context.output.json(&Json {
            file: file.path.to_string_lossy().into_owned(),
            accounts: restored.accounts,
            trash: restored.trash,
            words: &restored.words,
            merged: restored.merged.as_ref().map(merge::json),
        });
    }
    if let Some(report) = &restored.merged {
        for decided in &report.decisions {
            context.output.line(&decisions::sentence(&decided.decision))?;
        }
        context.output.note(match (restore.dry_run, report.saved) {
            (true, _) => "nothing was changed: this was a dry run",
            (false, true) => "merged into the vault that is here",
            (false, false) => "there was nothing new in it",
        });
    } else if restore.dry_run {
        context.output.note("nothing was made: this was a dry run");
    }
    if restored.is_other_vault {
        context.output.warning("the backup was of another vault", "undo takes the merge back if that was a mistake");
    }
    context.output.line(&format!("{}{}", accounts(restored.accounts), in_trash(restored.trash)))?;
    context.output.line(&format!("contents: {}", restored.words))?;
    if restored.sets_apart > 0 {
        context.output.note(super::APART);
    }
    context.output.note("compare number and words with the other device: countersign status");
    Ok(())
}
