//! `add -`: otpauth URIs, one a line. What can be read is added, as one change; what cannot is named by its line.

use std::collections::HashSet;

use secrecy::ExposeSecret;

use super::super::args::Add;
use super::super::output::{Exit, Failure};
use super::super::{Context, list};
use super::{Draft, account, is_there, label};
use crate::exchange::google;
use crate::otp::uri::{self, UriError};
use crate::tasks;
use crate::vault::{self, AccountId, Change, Stamp, Vault};

/// What came out of the lines.
#[derive(Default)]
struct Read {
    /// The accounts, and the lines they came from.
    drafts: Vec<(usize, Draft)>,
    /// How many lines could not be read.
    wrong: usize,
}

pub(super) fn run(context: &mut Context<'_>, add: &Add) -> Result<(), Failure> {
    let text = context.read_standard_input()?;
    let mut read = Read::default();
    for (index, line) in text.expose_secret().lines().enumerate() {
        take_line(context, &mut read, index + 1, line.trim());
    }
    if read.drafts.is_empty() {
        let next = "give otpauth URIs, one a line";
        return Err(match read.wrong {
            0 => Failure::new(Exit::Failed, "standard input holds no URI", next),
            wrong => Failure::new(Exit::Failed, format!("{} could not be read, nothing was added", lines(wrong)), next),
        });
    }
    let mut session = context.unlock()?;
    let (changes, ids, refused) = changes(context, &session, add, read.drafts)?;
    if !changes.is_empty() {
        let title = format!("added {}", accounts(ids.len()));
        context.commit(&mut session, &title, &Change::Batch(changes))?;
    }
    context.output.note(&format!("added {}", accounts(ids.len())));
    list::print(context, &session, &ids)?;
    match read.wrong + refused {
        0 => Ok(()),
        wrong => {
            let what = format!("{} could not be read", lines(wrong));
            Err(Failure::new(Exit::Failed, what, "correct them and add them again; the others are in the vault"))
        }
    }
}

/// Takes a line; blank ones and comments say nothing.
fn take_line(context: &mut Context<'_>, read: &mut Read, number: usize, line: &str) {
    if line.is_empty() || line.starts_with('#') {
        return;
    }
    match uri::parse(line) {
        Ok(found) => {
            for note in &found.notes {
                context.output.note(&format!("line {number}: {note}"));
            }
            let draft = Draft {
                issuer: found.issuer,
                account: found.account,
                enrolment: found.enrolment,
                counter: found.counter,
                note: String::new(),
                tags: Vec::new(),
            };
            read.drafts.push((number, draft));
        }
        Err(UriError::Migration) => take_google(context, read, number, line),
        Err(error) => {
            context.output.warning(&format!("line {number}: {error}"), error.next_step());
            read.wrong += 1;
        }
    }
}

/// Takes one of Google's transfer codes, which hold several accounts.
fn take_google(context: &mut Context<'_>, read: &mut Read, number: usize, line: &str) {
    let imported = match google::read(line) {
        Ok(imported) => imported,
        Err(error) => {
            context.output.warning(&format!("line {number}: {error}"), error.next_step());
            read.wrong += 1;
            return;
        }
    };
    if let Some(part) = imported.parts.first() {
        context.output.note(&format!("line {number}: this is {part} of an export; the other parts are needed too"));
    }
    for skipped in &imported.skipped {
        let what = format!("line {number}, account {}: {}", skipped.index + 1, skipped.reason);
        context.output.warning(&what, "add it by hand");
    }
    read.wrong += usize::from(!imported.skipped.is_empty());
    read.drafts.extend(imported.accounts.into_iter().map(|entry| {
        let draft = Draft {
            issuer: entry.issuer,
            account: entry.account,
            enrolment: entry.enrolment,
            counter: entry.counter,
            note: entry.note,
            tags: entry.tags,
        };
        (number, draft)
    }));
}

/// Returns the additions and their ids, without what is there already, and how many the vault would refuse.
fn changes(
    context: &mut Context<'_>,
    session: &tasks::Session,
    add: &Add,
    drafts: Vec<(usize, Draft)>,
) -> Result<(Vec<Change>, Vec<AccountId>, usize), Failure> {
    // Most new accounts have a name that the vault has not, which spares the comparison of secrets.
    let names: HashSet<(&str, &str)> =
        session.vault().accounts().map(|account| (account.issuer(), account.account())).collect();
    let mut changes = Vec::with_capacity(drafts.len());
    let mut ids = Vec::with_capacity(drafts.len());
    let mut refused = 0;
    for (line, mut draft) in drafts {
        let has_known_name = names.contains(&(draft.issuer.as_str(), draft.account.as_str()));
        if has_known_name && is_there(session.vault(), &draft) {
            context.output.note(&format!("{} is there already with this very secret", label(&draft)));
            continue;
        }
        draft.tags.extend(add.tags.iter().cloned());
        if let Some(note) = &add.fields.note {
            draft.note.clone_from(note);
        }
        let id = tasks::new_account_id(context.machine)?;
        let now = context.machine.clock.now();
        let change = Change::Add(Box::new(account(draft, id, now, add.confirmed)));
        // Tried alone first: one name that is too long must not stop the others.
        if let Err(error) = vault::apply(&mut Vault::default(), &change, Stamp::next(now, None, 0)) {
            context.output.warning(&format!("line {line}: {error}"), error.next_step());
            refused += 1;
            continue;
        }
        changes.push(change);
        ids.push(id);
    }
    Ok((changes, ids, refused))
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}
