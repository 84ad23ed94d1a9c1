//! `backup create`.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::super::args::{BackupCreate, PasswordFile};
use super::super::output::{Exit, Failure};
use super::super::{Context, unlock};
use super::{accounts, how, in_trash};
use crate::sealing::{self, BackupRecipient};
use crate::tasks::Session;
use crate::tasks::backup::{self, ApartCopy, BackupPassphrase, Created, NewBackup};

/// How often a passphrase may be typed.
const TRIES: usize = 3;

#[derive(Serialize)]
struct Json<'a> {
    file: String,
    made: i64,
    accounts: usize,
    trash: usize,
    how: &'static str,
    words: &'a str,
    left_out: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery: Option<String>,
}

pub(super) fn run(context: &mut Context<'_>, create: &BackupCreate) -> Result<(), Failure> {
    let recipients = recipients(&create.recipients)?;
    context.keep_passphrase();
    let session = context.unlock()?;
    let passphrase = passphrase(context, &session, create)?;
    // A backup with a relative path could not be found again from another folder.
    let to = create.path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    // `absolute` takes away the slash that says that a folder is meant.
    let to = match (to, &create.path) {
        (Some(to), Some(path)) if path.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR) => {
            Some(to.join(""))
        }
        (to, _) => to,
    };
    let new = NewBackup { to, passphrase, recipients, work_factor: session.work_factor() };
    let created = backup::create(context.machine, &session, &new)?;
    tell(context, &created)
}

fn recipients(texts: &[String]) -> Result<Vec<BackupRecipient>, Failure> {
    let refused = |error: sealing::SealError| Failure::new(Exit::Usage, error, error.next_step().unwrap_or_default());
    texts.iter().map(|text| BackupRecipient::parse(text).map_err(refused)).collect()
}

/// Returns the passphrase that the backup shall have; `None`: recipients alone, or what opens the vault.
fn passphrase(
    context: &mut Context<'_>,
    session: &Session,
    create: &BackupCreate,
) -> Result<Option<BackupPassphrase>, Failure> {
    let PasswordFile { password_file } = &create.password;
    let of_its_own = |passphrase| Some(BackupPassphrase { passphrase, is_the_vaults: false });
    let the_vaults = |passphrase| BackupPassphrase { passphrase, is_the_vaults: true };
    if let Some(path) = password_file {
        let passphrase = context.read_first_line(path, "the password file")?;
        let strength = sealing::strength(&passphrase);
        if strength.is_weak() {
            context.output.warning(&format!("the backup's passphrase is {strength}"), "choose a longer one");
        }
        return Ok(of_its_own(passphrase));
    }
    if !create.same && !create.recipients.is_empty() {
        return Ok(None);
    }
    if !create.same && context.machine.prompter.can_ask() {
        return match chosen(context)? {
            Some(passphrase) => Ok(of_its_own(passphrase)),
            None => retyped(context, session).map(the_vaults).map(Some),
        };
    }
    match unlock::given_passphrase(context)? {
        // It has just opened the vault.
        Some(passphrase) => Ok(Some(the_vaults(passphrase))),
        None if context.machine.prompter.can_ask() => retyped(context, session).map(the_vaults).map(Some),
        None => Ok(None),
    }
}

/// Asks for a passphrase until it was typed twice alike; none means the vault's own.
fn chosen(context: &mut Context<'_>) -> Result<Option<SecretString>, Failure> {
    loop {
        let typed = context.machine.prompter.ask_secret("Passphrase of the backup (empty: the vault's own):")?;
        if typed.expose_secret().is_empty() {
            return Ok(None);
        }
        let strength = sealing::strength(&typed);
        context.output.tell(&strength.to_string());
        if strength.is_weak() && !context.global.yes && !context.machine.prompter.confirm("Use it all the same?")? {
            continue;
        }
        let again = context.machine.prompter.ask_secret("The passphrase again:")?;
        if again.expose_secret() == typed.expose_secret() {
            return Ok(Some(typed));
        }
        context.output.tell("the two are not the same, try again");
    }
}

/// Asks for the vault's passphrase: a backup with one that was mistyped could never be opened.
fn retyped(context: &mut Context<'_>, session: &Session) -> Result<SecretString, Failure> {
    for _ in 0..TRIES {
        let typed = context.machine.prompter.ask_secret("The vault's passphrase:")?;
        if backup::is_passphrase_of(context.machine, session, &typed).map_err(backup::BackupError::from)? {
            return Ok(typed);
        }
        context.output.tell("that does not open the vault, try again");
    }
    Err(Failure::new(Exit::CannotUnlock, "no backup was made: wrong passphrase", "run it again, or choose another one"))
}

fn tell(context: &mut Context<'_>, created: &Created) -> Result<(), Failure> {
    let file = created.path.to_string_lossy().into_owned();
    if context.global.json {
        context.output.json(&Json {
            file,
            made: created.made.as_secs(),
            accounts: created.accounts,
            trash: created.trash,
            how: created.how.word(),
            words: &created.words,
            left_out: &created.left_out,
            recovery: match &created.apart {
                Some(ApartCopy::At(path)) => Some(path.to_string_lossy().into_owned()),
                Some(ApartCopy::Failed(_)) | None => None,
            },
        })?;
    } else {
        context.output.line(&file)?;
    }
    let count = format!("{}{}", accounts(created.accounts), in_trash(created.trash));
    context.output.note(&format!("{count}; read back from the disk, opened and compared"));
    context.output.note(how(created.how));
    if !created.left_out.is_empty() {
        let kinds = created.left_out.join(", ");
        context.output.note(&format!("not in it are these ways to unlock the vault: {kinds}"));
    }
    match &created.apart {
        Some(ApartCopy::At(path)) => {
            let copy = path.to_string_lossy();
            context.output.note(&format!("recovery codes are kept apart: beside it is a copy of their file, {copy}"));
        }
        Some(ApartCopy::Failed(why)) => {
            let what = format!("the recovery codes that are kept apart were not copied: {why}");
            context.output.warning(&what, "copy their file yourself: countersign status says where it is");
        }
        None => {}
    }
    context.output.note(&format!("its contents are: {}", created.words));
    context.output.note("prove that it opens, as on the day it is needed: countersign backup drill FILE");
    if !created.is_recorded {
        context.output.warning("the backup was made, but this device could not remember it", "note where it is");
    }
    Ok(())
}
