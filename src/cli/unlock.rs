//! From options or a prompt to an open vault.

use secrecy::SecretString;

use super::output::{Exit, Failure};
use super::{Context, backup, decisions};
use crate::config::Merging;
use crate::ports::Machine;
use crate::tasks::{self, Session, Trust, UnlockError, Warning, Way};

/// How often a passphrase may be typed.
const TRIES: usize = 3;

/// Opens the vault in the way it is given.
type Open<'a> = &'a dyn Fn(&mut Machine, &Way, &Trust) -> Result<Session, UnlockError>;

pub(super) fn unlock(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open_with(context, &tasks::unlock)?;
    brought_together(context, session)
}

/// As [`unlock`], but brings nothing together, whatever the settings say.
pub(super) fn unlock_as_it_is(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open_with(context, &tasks::unlock)?;
    warn(context, &session);
    Ok(session)
}

/// As [`unlock_as_it_is`], without naming the conflict copies: they are what is about to be merged.
pub(super) fn unlock_to_merge(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open_with(context, &tasks::unlock)?;
    warn_of(context, session.warnings().iter().filter(|warning| !matches!(warning, Warning::ConflictCopies { .. })));
    Ok(session)
}

/// As [`unlock`], but reads no more than the accounts that the query may mean.
pub(super) fn unlock_for(context: &mut Context<'_>, query: &str) -> Result<Session, Failure> {
    let session = open_with(context, &|machine, way, trust| tasks::unlock_for(machine, way, trust, query))?;
    brought_together(context, session)
}

/// As [`unlock`], with what the options gave, for a command that needs it once more.
pub(super) fn unlock_given(context: &mut Context<'_>, way: &Way) -> Result<Session, Failure> {
    let session = tasks::unlock(context.machine, way, &trust(context))?;
    brought_together(context, session)
}

fn open_with(context: &mut Context<'_>, open: Open<'_>) -> Result<Session, Failure> {
    let trust = trust(context);
    let mut session = match given_way(context)? {
        Some(way) => open(context.machine, &way, &trust)?,
        None => ask(context, &trust, open)?,
    };
    if let Some(plan) = backup::plan(&context.settings()) {
        session.back_up_to(plan);
    }
    Ok(session)
}

/// Merges what lies beside the vault if the settings say so; the rest is only named.
fn brought_together(context: &mut Context<'_>, mut session: Session) -> Result<Session, Failure> {
    if context.settings().sync.merge == Merging::Auto {
        let trust = trust(context);
        match tasks::merge_found(context.machine, &mut session, &trust) {
            Ok(Some(report)) => {
                for decided in &report.decisions {
                    decisions::tell(&mut context.output, std::slice::from_ref(&decided.decision));
                }
            }
            Ok(None) => {}
            // What was asked for can be done all the same.
            Err(error) => context.output.warning(&error.to_string(), error.next_step()),
        }
    }
    warn(context, &session);
    Ok(session)
}

fn warn(context: &mut Context<'_>, session: &Session) {
    warn_of(context, session.warnings().iter());
}

fn warn_of<'w>(context: &mut Context<'_>, warnings: impl Iterator<Item = &'w Warning>) {
    for warning in warnings {
        context.output.warning(&warning.to_string(), warning.next_step());
    }
    if context.is_backup_failing() {
        context.warn_of_failing_backups();
    }
}

fn no_vault(context: &Context<'_>) -> Failure {
    let path = context.machine.vault_file.path().to_string_lossy();
    UnlockError::NoVault(crate::shown::shown(&path)).into()
}

pub(super) fn trust(context: &Context<'_>) -> Trust {
    context.global.trust()
}

/// Tells whether there is a way to unlock, or somebody to ask for one.
pub(super) fn is_possible(context: &Context<'_>) -> bool {
    is_given(context) || context.machine.prompter.can_ask()
}

/// Tells whether the options give a way to unlock.
pub(super) fn is_given(context: &Context<'_>) -> bool {
    let global = context.global;
    global.identity.is_some() || global.passphrase_file.is_some() || global.passphrase_command.is_some()
}

/// Returns the way that the options name, if they name one.
pub(super) fn given_way(context: &mut Context<'_>) -> Result<Option<Way>, Failure> {
    if let Some(path) = &context.global.identity {
        return Ok(Some(Way::Identity(context.read_secret_text(path, "the identity file")?)));
    }
    Ok(given_passphrase(context)?.map(Way::Passphrase))
}

/// Returns the passphrase that the options name, if they name one.
pub(super) fn given_passphrase(context: &mut Context<'_>) -> Result<Option<SecretString>, Failure> {
    if context.given_passphrase.is_none() {
        context.given_passphrase = match (&context.global.passphrase_file, &context.global.passphrase_command) {
            (Some(path), _) => Some(context.read_first_line(path, "the passphrase file")?),
            (None, Some(command)) => Some(context.read_from_command(command, "the passphrase")?),
            (None, None) => None,
        };
    }
    Ok(context.given_passphrase.clone())
}

fn ask(context: &mut Context<'_>, trust: &Trust, open: Open<'_>) -> Result<Session, Failure> {
    if !context.machine.prompter.can_ask() {
        let next = "give --passphrase-file, --passphrase-command or --identity";
        return Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the passphrase on", next));
    }
    // Nobody should type a passphrase before hearing that there is nothing to open.
    if tasks::look(context.machine)?.is_none() {
        return Err(no_vault(context));
    }
    let mut tries = TRIES;
    loop {
        let passphrase = context.machine.prompter.ask_secret("Passphrase:")?;
        tries -= 1;
        match open(context.machine, &Way::Passphrase(passphrase), trust) {
            Err(error) if error.is_wrong_passphrase() && tries > 0 => {
                context.output.tell("wrong passphrase, try again")
            }
            unlocked => return Ok(unlocked?),
        }
    }
}
