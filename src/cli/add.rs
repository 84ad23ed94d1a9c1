//! `add`: new accounts, from options, questions or otpauth URIs.

mod lines;
mod questions;

use std::collections::BTreeSet;
use std::ffi::OsStr;

pub(super) use questions::pin;

use super::args::{self, Add};
use super::output::{Exit, Failure};
use super::{Context, list, trial};
use crate::otp::{Enrolment, Timestamp};
use crate::tasks::{self, Session, Which};
use crate::vault::{AccountId, Change, Edit, NewAccount, Vault};

/// An account as it was given, before it has an id.
struct Draft {
    issuer: String,
    account: String,
    enrolment: Enrolment,
    counter: u64,
    note: String,
    tags: Vec<String>,
}

pub(super) fn run(context: &mut Context<'_>, add: Add) -> Result<(), Failure> {
    match &add.source {
        Some(source) if source == "-" => lines::run(context, &add),
        Some(source) => Err(not_as_an_argument(source)),
        None if add.clipboard => lines::from_clipboard(context, &add),
        None if !add.pictures.is_empty() => lines::from_pictures(context, &add, &add.pictures),
        None if add.fields.are_given() => {
            let draft = given(context, &add)?;
            let mut session = context.unlock()?;
            one(context, &mut session, &add, draft)
        }
        None => {
            if !context.machine.prompter.can_ask() {
                let next = "give otpauth URIs on standard input (countersign add -), or --secret-file and --issuer";
                return Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the account on", next));
            }
            let mut session = context.unlock()?;
            let draft = questions::ask(context, &add)?;
            one(context, &mut session, &add, draft)
        }
    }
}

fn not_as_an_argument(source: &OsStr) -> Failure {
    if args::holds_a_uri(source) {
        return args::uri_as_argument();
    }
    let next = "give its URI on standard input (countersign add -), or see --help for the fields";
    Failure::new(Exit::Usage, "an account is not given as an argument", next)
}

/// Takes the fields from the options; asks for the secret if it is all that is missing.
fn given(context: &mut Context<'_>, add: &Add) -> Result<Draft, Failure> {
    let params = add.fields.codes.params(None)?;
    let secret = match context.given_secret(&add.fields.codes, params.kind())? {
        Some(secret) => secret,
        None if context.machine.prompter.can_ask() => questions::secret(context, params.kind())?,
        None => {
            let next = "give --secret-file FILE, or `--secret-file -` for standard input";
            return Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for the secret on", next));
        }
    };
    let pin = match context.given_pin(&add.fields.codes)? {
        None if params.needs_pin() => Some(questions::pin(context)?),
        given => given,
    };
    Ok(Draft {
        issuer: add.fields.issuer.clone().unwrap_or_default(),
        account: add.fields.account.clone().unwrap_or_default(),
        enrolment: Enrolment { params, secret, pin },
        counter: add.fields.codes.counter.unwrap_or(0),
        note: add.fields.note.clone().unwrap_or_default(),
        tags: add.tags.clone(),
    })
}

/// Adds one account, and asks whether the site accepted its code if nobody has said so.
fn one(context: &mut Context<'_>, session: &mut Session, add: &Add, draft: Draft) -> Result<(), Failure> {
    if is_there(session.vault(), &draft) {
        context.output.note(&format!("{} is there already with this very secret; nothing was added", label(&draft)));
        return list::print(context, session, &[]);
    }
    if let Some(twin) = session.vault().with_enrolment(&draft.enrolment) {
        context.output.warning(
            &format!("{} has the same secret", twin.label()),
            "remove one of them if they are the same account",
        );
    }
    let new = account(draft, tasks::new_account_id(context.machine)?, context.machine.clock.now(), add.confirmed);
    let id = new.id;
    let label = saved_label(&new);
    context.commit(session, &format!("added {label}"), &Change::Add(Box::new(new)))?;
    context.output.note(&format!("added {label}"));
    let is_answered = add.pending || add.confirmed;
    if !is_answered && context.machine.prompter.can_ask() {
        ask_the_site(context, session, id)?;
    }
    list::print(context, session, &[id])
}

/// Shows a code and asks whether the site took it; a code typed instead is compared. The account is saved by then: a site may count on it already.
fn ask_the_site(context: &mut Context<'_>, session: &mut Session, id: AccountId) -> Result<(), Failure> {
    let now = context.machine.clock.now();
    let issued = tasks::issue(context.machine, session, id, Which::Current, now, true)?;
    context.machine.prompter.say(&trial::with_time_left(&issued, now));
    let account = session.vault().get(id).cloned();
    if trial::is_accepted(context, account.as_ref().map(|account| account.enrolment()), issued.step)? {
        let edit = Edit { pending: Some(false), ..Edit::default() };
        context.commit(session, "confirmed the new account", &Change::Edit(id, Box::new(edit)))?;
    } else {
        context.output.note("it stays pending; once the site accepts a code: countersign confirm");
    }
    Ok(())
}

fn account(draft: Draft, id: AccountId, created: Timestamp, is_confirmed: bool) -> NewAccount {
    NewAccount {
        id,
        issuer: draft.issuer,
        account: draft.account,
        enrolment: draft.enrolment,
        counter: draft.counter,
        tags: BTreeSet::from_iter(draft.tags),
        note: draft.note,
        pinned: false,
        pending: !is_confirmed,
        created,
    }
}

/// Tells whether the vault has this account by name and secret, so that adding it again adds nothing.
fn is_there(vault: &Vault, draft: &Draft) -> bool {
    vault.accounts().any(|account| {
        account.issuer() == draft.issuer
            && account.account() == draft.account
            && *account.enrolment() == draft.enrolment
    })
}

fn label(draft: &Draft) -> String {
    joined(&draft.issuer, &draft.account)
}

fn saved_label(new: &NewAccount) -> String {
    joined(&new.issuer, &new.account)
}

fn joined(issuer: &str, account: &str) -> String {
    let names: Vec<&str> = [issuer, account].into_iter().filter(|name| !name.is_empty()).collect();
    if names.is_empty() { "an account without a name".to_owned() } else { crate::shown::shown(&names.join(" · ")) }
}
