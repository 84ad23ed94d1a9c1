//! From options or a prompt to an open vault.

use secrecy::SecretString;

use super::output::{Exit, Failure};
use super::{Context, backup, decisions};
use crate::config::Merging;
use crate::ports::Machine;
use crate::sealing::SealError;
use crate::shown::shown;
use crate::tasks::{self, EasyWay, Session, Trust, UnlockError, Warning, Way};

/// How often a passphrase may be typed.
const TRIES: usize = 3;
/// How a slot for a recovery sheet is called in the file.
const SHEET: &str = "sheet";

pub(super) fn unlock(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open(context, None)?;
    brought_together(context, session)
}

/// As [`unlock`], but brings nothing together, whatever the settings say.
pub(super) fn unlock_as_it_is(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open(context, None)?;
    warn(context, &session);
    Ok(session)
}

/// As [`unlock_as_it_is`]; `None` where nothing is given, nobody can be asked, and this device does not open the vault by
/// itself. Why it does not has been told then.
pub(super) fn unlock_if_possible(context: &mut Context<'_>) -> Result<Option<Session>, Failure> {
    if is_given(context) || context.machine.prompter.can_ask() {
        return unlock_as_it_is(context).map(Some);
    }
    match by_itself(context, None)? {
        Ok(session) => {
            let session = made_ready(context, session);
            warn(context, &session);
            Ok(Some(session))
        }
        Err(reasons) => {
            reasons.iter().for_each(|reason| context.output.note(reason));
            Ok(None)
        }
    }
}

/// As [`unlock_as_it_is`], without naming the conflict copies: they are what is about to be merged.
pub(super) fn unlock_to_merge(context: &mut Context<'_>) -> Result<Session, Failure> {
    let session = open(context, None)?;
    warn_of(context, session.warnings().iter().filter(|warning| !matches!(warning, Warning::ConflictCopies { .. })));
    Ok(session)
}

/// As [`unlock`], but reads no more than the accounts that the query may mean.
pub(super) fn unlock_for(context: &mut Context<'_>, query: &str) -> Result<Session, Failure> {
    let session = open(context, Some(query))?;
    brought_together(context, session)
}

/// As [`unlock`], with a passphrase and nothing else, which the command needs once more.
pub(super) fn unlock_with_passphrase(context: &mut Context<'_>) -> Result<(Session, SecretString), Failure> {
    let (session, passphrase) = match given_passphrase(context)? {
        Some(given) => {
            let session = opened_by(context.machine, &Way::Passphrase(given.clone()), &context.global.trust(), None)?;
            (session, given)
        }
        None => ask(context, None, Vec::new())?,
    };
    let session = made_ready(context, session);
    Ok((brought_together(context, session)?, passphrase))
}

/// As [`unlock`], with what the options gave, for a command that needs it once more.
pub(super) fn unlock_given(context: &mut Context<'_>, way: &Way) -> Result<Session, Failure> {
    let session = tasks::unlock(context.machine, way, &trust(context))?;
    let session = made_ready(context, session);
    brought_together(context, session)
}

/// Opens the vault: with what the options give, or as this device does by itself, or with what is typed.
fn open(context: &mut Context<'_>, query: Option<&str>) -> Result<Session, Failure> {
    let session = match given_way(context)? {
        Some(way) => opened_by(context.machine, &way, &context.global.trust(), query)?,
        None => match by_itself(context, query)? {
            Ok(session) => session,
            Err(reasons) => ask(context, query, reasons)?.0,
        },
    };
    Ok(made_ready(context, session))
}

/// Leaves nothing of the unlocking in memory that is not needed again, and has what is saved from now on backed up.
fn made_ready(context: &mut Context<'_>, mut session: Session) -> Session {
    if !context.needs_passphrase_again {
        context.given_passphrase = None;
    }
    tasks::wipe_stack();
    if let Some(plan) = backup::plan(&context.settings()) {
        session.back_up_to(plan);
    }
    session
}

fn opened_by(machine: &mut Machine, way: &Way, trust: &Trust, query: Option<&str>) -> Result<Session, UnlockError> {
    match query {
        Some(query) => tasks::unlock_for(machine, way, trust, query),
        None => tasks::unlock(machine, way, trust),
    }
}

/// Opens the vault in the first of the ways that this device knows which does it, and says why those before it did not; else
/// returns why each did not. A fault of the file ends at once: no other way would do.
fn by_itself(context: &mut Context<'_>, query: Option<&str>) -> Result<Result<Session, Vec<String>>, Failure> {
    let trust = trust(context);
    let mut ways = tasks::easy_ways(context.machine);
    ways.retain(|way| match way {
        EasyWay::Keyring { .. } => !context.global.no_keyring,
        EasyWay::File { .. } | EasyWay::Plugin { .. } => true,
    });
    let mut reasons: Vec<String> = Vec::new();
    for way in ways {
        match tasks::unlock_easily(context.machine, &way, &trust, query) {
            Ok(session) => {
                reasons.iter().for_each(|reason| context.output.note(reason));
                return Ok(Ok(session));
            }
            Err(error) if error.is_about_the_way() => {
                reasons.push(format!("{} did not open the vault: {error}; {}", way.words(), error.next_step()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Err(reasons))
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

/// Tells whether the options give a way to unlock.
pub(super) fn is_given(context: &Context<'_>) -> bool {
    let global = context.global;
    global.identity.is_some() || global.passphrase_file.is_some() || global.passphrase_command.is_some()
}

/// Returns the way that the options name, if they name one.
pub(super) fn given_way(context: &mut Context<'_>) -> Result<Option<Way>, Failure> {
    if let Some(path) = &context.global.identity {
        return Ok(Some(Way::Identity(context.read_identity(path)?)));
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

/// Asks for the passphrase, after saying why it has to be asked for.
fn ask(
    context: &mut Context<'_>,
    query: Option<&str>,
    reasons: Vec<String>,
) -> Result<(Session, SecretString), Failure> {
    if !context.machine.prompter.can_ask() {
        return Err(nobody_to_ask(reasons));
    }
    // Nobody should type a passphrase before hearing that there is nothing to open.
    let Some(look) = tasks::look(context.machine)? else {
        return Err(no_vault(context));
    };
    reasons.iter().for_each(|reason| context.output.tell(&shown(reason)));
    let trust = trust(context);
    let mut tries = TRIES;
    loop {
        let passphrase = context.machine.prompter.ask_secret("Passphrase:")?;
        tries -= 1;
        match opened_by(context.machine, &Way::Passphrase(passphrase.clone()), &trust, query) {
            Err(error) if error.is_wrong_passphrase() && tries > 0 => {
                context.output.tell(&try_again(&error));
                if tries == 1 && look.slots.iter().any(|kind| kind == SHEET) {
                    context.output.tell("the words of the vault's recovery sheet open it as well");
                }
            }
            unlocked => return Ok((unlocked?, passphrase)),
        }
    }
}

fn nobody_to_ask(reasons: Vec<String>) -> Failure {
    let next = "give --passphrase-file, --passphrase-command or --identity";
    if reasons.is_empty() {
        return Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the passphrase on", next);
    }
    let what =
        "this device does not open the vault by itself now, and there is no terminal to ask for the passphrase on";
    Failure::new(Exit::CannotUnlock, what, next).with_details(reasons)
}

fn try_again(error: &UnlockError) -> String {
    match error {
        UnlockError::Seal(SealError::Sheet(_) | SealError::SheetOfNone) => {
            format!("{error}: {}, and try again", error.next_step())
        }
        _ => "wrong passphrase, try again".to_owned(), // it is no more than wrong
    }
}
