//! `recovery apart` and `recovery together`, and opening the codes that are kept apart for the other commands.

use secrecy::{ExposeSecret, SecretString};

use super::super::args::{Apart, OpenBasket};
use super::super::output::{Exit, Failure};
use super::super::{Context, decisions, unlock};
use super::unanswered;
use crate::config::{Placed, with_file};
use crate::sealing::{self, BackupRecipient, SealError};
use crate::tasks::basket::{self, Basket, BasketError, NewLock};
use crate::tasks::{Session, Way, count_words};
use crate::vault::{APART_EXPLAINED, Account};

/// How often a passphrase may be typed.
const TRIES: usize = 3;

pub(super) fn apart(context: &mut Context<'_>, args: &Apart) -> Result<(), Failure> {
    check_recipients(&args.recipients)?;
    let mut session = context.unlock()?;
    let mut held = match basket::look_at_basket(context.machine)? {
        Some(_) => open(context, &args.opening)?,
        // A new file in the place of one that is missing would hide that its codes are.
        None if !session.vault().sets_apart().is_empty() => return Err(missing(context).into()),
        None => make(context, &session, args)?,
    };
    let moved = basket::move_apart(context.machine, &mut session, &mut held)?;
    decisions::tell(&mut context.output, &moved.saved.decisions);
    let place = basket::basket_place(context.machine);
    context.output.note(&format!("{} moved out of the vault, into {place}", count_words(moved.codes)));
    context.output.note("new ones go there too; the vault still knows which were used");
    context.output.note("read back from the disk, opened and compared; keep a copy of it, and of what opens it");
    if args.file.is_some() {
        write_place(context)?;
    }
    earlier_copies(context, &session, args.remove_earlier)
}

fn check_recipients(recipients: &[String]) -> Result<(), Failure> {
    let refused = |error: SealError| Failure::new(Exit::Usage, error, error.next_step().unwrap_or_default());
    recipients.iter().try_for_each(|text| BackupRecipient::parse(text).map(|_| ()).map_err(refused))
}

fn make(context: &mut Context<'_>, session: &Session, args: &Apart) -> Result<Basket, Failure> {
    let trust = unlock::trust(context);
    if !args.recipients.is_empty() {
        let lock = NewLock::Recipients(args.recipients.clone());
        return Ok(basket::new_basket(context.machine, session, lock, &trust)?);
    }
    if let Some(path) = &args.opening.password_file {
        let passphrase = context.read_first_line(path, "the password file")?;
        let strength = sealing::strength(&passphrase);
        if strength.is_weak() {
            context.output.warning(&format!("the passphrase is {strength}"), "choose a longer one");
        }
        return Ok(basket::new_basket(context.machine, session, NewLock::Passphrase(passphrase), &trust)?);
    }
    if !context.machine.prompter.can_ask() {
        return Err(unanswered("there is no terminal to ask for a passphrase on", "give --password-file or --to"));
    }
    APART_EXPLAINED.iter().for_each(|sentence| context.output.tell(sentence));
    loop {
        let passphrase = chosen(context)?;
        match basket::new_basket(context.machine, session, NewLock::Passphrase(passphrase), &trust) {
            Err(error @ BasketError::OpensTheVault) => context.output.tell(&format!("{error}: {}", error.next_step())),
            made => return Ok(made?),
        }
    }
}

/// Asks for a passphrase until it was typed twice alike.
fn chosen(context: &mut Context<'_>) -> Result<SecretString, Failure> {
    loop {
        let typed = context.machine.prompter.ask_secret("A passphrase of their own:")?;
        let strength = sealing::strength(&typed);
        context.output.tell(&strength.to_string());
        if strength.is_weak() && !context.global.yes && !context.machine.prompter.confirm("Use it all the same?")? {
            continue;
        }
        let again = context.machine.prompter.ask_secret("The passphrase again:")?;
        if again.expose_secret() == typed.expose_secret() {
            return Ok(typed);
        }
        context.output.tell("the two are not the same, try again");
    }
}

/// Writes into the settings where the file is, so that every later run finds it.
fn write_place(context: &mut Context<'_>) -> Result<(), Failure> {
    let path = context.machine.basket_file.path();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let by_hand = "write it there yourself: file = \"…\" below [recovery]";
    let Some(path) = path.to_str() else {
        return Err(Failure::new(Exit::Failed, "the path is not UTF-8 text, so it is not in the settings", by_hand));
    };
    let before = context.surroundings.config_text.as_ref().ok().cloned().flatten().unwrap_or_default();
    let failed =
        |what: String| Failure::new(Exit::Failed, format!("its place is not in the settings: {what}"), by_hand);
    let after = with_file(&before, Placed::Recovery, path).map_err(|error| failed(error.to_string()))?;
    let settings = context.surroundings.config_path.clone();
    if let Some(folder) = settings.parent() {
        context.machine.documents.make_folder(folder).map_err(|error| failed(error.to_string()))?;
    }
    context.machine.documents.replace(&settings, after.as_bytes()).map_err(|error| failed(error.to_string()))?;
    context.output.note("its place is in the settings now: [recovery] file");
    Ok(())
}

fn earlier_copies(context: &mut Context<'_>, session: &Session, is_to_remove: bool) -> Result<(), Failure> {
    let copies = |count: usize| match count {
        1 => "1 earlier copy".to_owned(),
        count => format!("{count} earlier copies"),
    };
    if is_to_remove {
        let gone = basket::remove_earlier_with_codes(context.machine, session)?;
        context.output.note(&format!("removed {} of the vault that still held the codes", copies(gone)));
        return Ok(());
    }
    let left = basket::earlier_with_codes(context.machine, session).len();
    if left > 0 {
        let verb = if left == 1 { "holds" } else { "hold" };
        let what = format!("{} of the vault still {verb} the codes, as do backups of before", copies(left));
        context.output.warning(&what, "remove the copies: countersign recovery apart --remove-earlier");
    }
    Ok(())
}

pub(super) fn together(context: &mut Context<'_>, opening: &OpenBasket) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let mut held = open(context, opening)?;
    let moved = basket::move_together(context.machine, &mut session, &mut held)?;
    decisions::tell(&mut context.output, &moved.saved.decisions);
    context.output.note(&format!("{} moved back into the vault; new ones stay there", count_words(moved.codes)));
    let place = basket::basket_place(context.machine);
    if moved.missing > 0 {
        let what = format!("the codes of {} sets are not in {place}", moved.missing);
        context.output.warning(&what, "look for another copy of the file, beside the vault of another device");
    }
    if let Some(why) = moved.left {
        let what = format!("{place} still has the codes as well: {why}");
        context.output.warning(&what, "nothing is lost; remove the file once that is clear");
    }
    Ok(())
}

/// Opens the codes that are kept apart, if some of this account are.
pub(super) fn open_for(
    context: &mut Context<'_>,
    account: &Account,
    opening: &OpenBasket,
) -> Result<Option<Basket>, Failure> {
    let recovery = account.recovery();
    let is_needed = recovery.sets().iter().any(|set| set.is_apart());
    if is_needed { open(context, opening).map(Some) } else { Ok(None) }
}

/// Opens the codes that are kept apart.
pub(super) fn open(context: &mut Context<'_>, opening: &OpenBasket) -> Result<Basket, Failure> {
    let opens_with = basket::look_at_basket(context.machine)?.ok_or_else(|| missing(context))?;
    let trust = unlock::trust(context);
    if let Some(path) = &opening.basket_identity {
        let way = Way::Identity(context.read_identity(path)?);
        return Ok(basket::open_basket(context.machine, way, &trust)?);
    }
    if let Some(path) = &opening.password_file {
        let way = Way::Passphrase(context.read_first_line(path, "the password file")?);
        return Ok(basket::open_basket(context.machine, way, &trust)?);
    }
    if !opens_with.passphrase {
        let what = "the recovery codes are kept apart, in a file that an age identity opens";
        return Err(Failure::new(Exit::CannotUnlock, what, "give it with --basket-identity"));
    }
    if !context.machine.prompter.can_ask() {
        let what = "the recovery codes are kept apart, and there is no terminal to ask for their passphrase on";
        return Err(unanswered(what, "give it with --password-file"));
    }
    let mut tries = TRIES;
    loop {
        let passphrase = context.machine.prompter.ask_secret("Passphrase of the recovery codes:")?;
        tries -= 1;
        match basket::open_basket(context.machine, Way::Passphrase(passphrase), &trust) {
            Err(error) if error.is_wrong_passphrase() && tries > 0 => {
                context.output.tell("wrong passphrase, try again");
            }
            opened => return Ok(opened?),
        }
    }
}

fn missing(context: &Context<'_>) -> BasketError {
    BasketError::Missing(basket::basket_place(context.machine))
}
