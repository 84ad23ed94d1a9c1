//! `edit` and `confirm`: new values for fields of an account.

use std::collections::BTreeSet;

use super::args::{self, Which};
use super::output::{Exit, Failure};
use super::{Context, add, list, pick, rotate};
use crate::otp::{Enrolment, Kind};
use crate::vault::{Account, Change, Edit};

pub(super) fn run(context: &mut Context<'_>, edit: args::Edit) -> Result<(), Failure> {
    let is_something_given =
        edit.fields.are_given() || edit.pin || edit.unpin || !edit.add_tags.is_empty() || !edit.remove_tags.is_empty();
    if !is_something_given {
        return Err(Failure::new(Exit::Usage, "no new value was given", "see --help for the fields"));
    }
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &edit.which.query)?;
    let enrolment = if edit.fields.codes.decide() { Some(enrolment(context, &edit, &account)?) } else { None };
    let kind = enrolment.as_ref().map_or(account.params().kind(), |enrolment| enrolment.params.kind());
    if edit.fields.codes.counter.is_some() && kind != Kind::Hotp {
        return Err(Failure::new(Exit::Usage, "only a hotp account has a counter", "leave --counter out"));
    }
    let change = Edit {
        tags: tags(&edit, &account),
        pinned: (edit.pin || edit.unpin).then_some(edit.pin),
        issuer: edit.fields.issuer,
        account: edit.fields.account,
        enrolment,
        counter: edit.fields.codes.counter,
        note: edit.fields.note,
        ..Edit::default()
    };
    let title = format!("edited {}", account.label());
    context.commit(&mut session, &title, &Change::Edit(account.id(), Box::new(change)))?;
    context.output.note(&title);
    list::print(context, &session, &[account.id()])
}

/// Returns the enrolment with the options' values in the place of its own.
fn enrolment(context: &mut Context<'_>, edit: &args::Edit, account: &Account) -> Result<Enrolment, Failure> {
    let present = account.enrolment();
    let params = edit.fields.codes.params(Some(&present.params))?;
    let secret = context.given_secret(&edit.fields.codes, params.kind())?.unwrap_or_else(|| present.secret.clone());
    let pin = match context.given_pin(&edit.fields.codes)?.or_else(|| present.pin.clone()) {
        None if params.needs_pin() => Some(add::pin(context)?),
        pin => pin.filter(|_| params.needs_pin()),
    };
    Ok(Enrolment { params, secret, pin })
}

fn tags(edit: &args::Edit, account: &Account) -> Option<BTreeSet<String>> {
    if edit.add_tags.is_empty() && edit.remove_tags.is_empty() {
        return None;
    }
    let mut tags: BTreeSet<String> = account.tags().into_iter().map(str::to_owned).collect();
    tags.extend(edit.add_tags.iter().cloned());
    tags.retain(|tag| !edit.remove_tags.contains(tag));
    Some(tags)
}

pub(super) fn confirm(context: &mut Context<'_>, which: &Which) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let account = pick::one(session.vault(), &which.query)?;
    if account.candidate().is_some() {
        rotate::accept(context, &mut session, &account)?;
    } else if account.pending() {
        let edit = Edit { pending: Some(false), ..Edit::default() };
        let title = format!("confirmed {}", account.label());
        context.commit(&mut session, &title, &Change::Edit(account.id(), Box::new(edit)))?;
        context.output.note(&title);
    } else {
        context.output.note(&format!("{} was confirmed already", account.label()));
    }
    list::print(context, &session, &[account.id()])
}
