//! `recovery show` and `recovery print`: the sets of an account, and their codes after a typed yes.

use secrecy::ExposeSecret;

use super::super::args::{PrintRecovery, ShowRecovery};
use super::super::output::{Exit, Failure};
use super::super::{Context, dates, pick};
use super::{Row, add, basket, unanswered};
use crate::exchange::recovery_codes;
use crate::tasks::RecoveryError;
use crate::tasks::basket::Basket;
use crate::vault::{Account, BasketContents, CodeState, RecoverySet, SetTexts};

/// What stands for a code whose text is not at hand.
const UNKNOWN: &str = "•••";

pub(super) fn run(context: &mut Context<'_>, show: &ShowRecovery) -> Result<(), Failure> {
    if show.reveal && !(context.surroundings.out_is_terminal && context.machine.prompter.can_ask()) {
        let next = "run it where you can read the answer; `recovery use` prints one code anywhere";
        return Err(unanswered("recovery codes are shown on a terminal only", next));
    }
    let session = context.unlock()?;
    let account = pick::one(session.vault(), &show.which.query)?;
    if context.global.json {
        return context.output.json(&Row::of(&account));
    }
    let (sets, removed) = (account.recovery().sets(), account.recovery().removed());
    if sets.is_empty() && removed.is_empty() {
        return Err(RecoveryError::NoCodes.into());
    }
    if show.reveal {
        typed_yes(context, &format!("Whoever sees these codes can log in to {} with them.", account.label()))?;
    }
    let basket = if show.reveal { basket::open_for(context, &account, &show.opening)? } else { None };
    let contents = basket.as_ref().map(Basket::contents);
    sets.into_iter().chain(removed).try_for_each(|set| write(context, set, contents, show.reveal))
}

fn write(
    context: &mut Context<'_>,
    set: &RecoverySet,
    basket: Option<&BasketContents>,
    is_revealed: bool,
) -> Result<(), Failure> {
    let zone = context.surroundings.time_zone.clone();
    let day = |at| dates::day(at, &zone);
    let texts = set.texts_in(basket);
    let id: String = set.id().to_string().chars().take(8).collect();
    let mut facts = vec![("set", id), ("from", format!("{} on {}", set.origin(), day(set.created())))];
    facts.push(("left", format!("{} of {}", set.unused(), set.len())));
    facts.extend(add::kind_words(set.kind()).into_iter().map(|words| ("kind", words.to_owned())));
    facts.extend(set.kind().expires.map(|at| ("expires", day(at))));
    facts.extend(set.is_apart().then(|| ("kept", "apart from the vault".to_owned())));
    facts.push(("checked", set.checked().map_or_else(|| "never".to_owned(), &day)));
    facts.extend(set.superseded().map(|at| ("superseded", day(at))));
    facts.extend(set.is_removed().then(|| ("removed", "yes; recovery restore brings it back".to_owned())));
    context.output.facts(&facts)?;
    if is_revealed {
        let about = texts.map(SetTexts::about).unwrap_or_default();
        about.lines().try_for_each(|line| context.output.line(&format!("text     {line}")))?;
    }
    for place in 0..set.len() {
        let text = match texts.and_then(|texts| texts.codes().get(place)) {
            Some(code) if is_revealed => code.expose_secret().to_owned(),
            Some(code) => code.masked(),
            None => UNKNOWN.to_owned(),
        };
        let used = match set.state(place) {
            CodeState::Unused => String::new(),
            CodeState::Used(at) => format!("  used {}", day(at)),
        };
        context.output.line(&format!("{:>5}  {text}{used}", place + 1))?;
    }
    Ok(())
}

pub(super) fn print(context: &mut Context<'_>, print: &PrintRecovery) -> Result<(), Failure> {
    if !context.machine.prompter.can_ask() {
        let next = "run it on a terminal; `recovery use` gives one code anywhere";
        return Err(unanswered("a sheet is plain text, and there is no terminal to ask on", next));
    }
    let session = context.unlock()?;
    let account: std::sync::Arc<Account> = pick::one(session.vault(), &print.which.query)?;
    if account.recovery().current().is_empty() {
        return Err(RecoveryError::NoCodes.into());
    }
    let place = if print.file.is_some() { "A file" } else { "What is printed" };
    let warning = format!("{place} is not encrypted: whoever reads it can log in to {}.", account.label());
    typed_yes(context, &warning)?;
    let basket = basket::open_for(context, &account, &print.opening)?;
    let day = dates::day(context.machine.clock.now(), &context.surroundings.time_zone);
    let sheet =
        recovery_codes::sheet(&account.label(), &day, account.recovery(), basket.as_ref().map(Basket::contents));
    match &print.file {
        None => context.output.whole(sheet.expose_secret().as_bytes()),
        Some(path) => {
            context.machine.documents.write_new(path, sheet.expose_secret().as_bytes())?;
            let shown = path.to_string_lossy();
            context.output.note(&format!("wrote {shown}; print it and delete it, for it is not encrypted"));
            Ok(())
        }
    }
}

fn typed_yes(context: &mut Context<'_>, warning: &str) -> Result<(), Failure> {
    match context.machine.prompter.ask(&format!("{warning} Type yes to go on:"))?.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::new(Exit::Failed, "no code was shown", "type yes in full if you want to see them")),
    }
}
