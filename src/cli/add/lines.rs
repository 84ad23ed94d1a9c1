//! `add -`, `add --qr` and `add --clipboard`: otpauth URIs, one a line or one a code. What can be read is added, as one
//! change; what cannot is named by its place.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::super::args::Add;
use super::super::output::{Exit, Failure};
use super::super::{Context, list};
use super::{Draft, account, is_there, label};
use crate::exchange::{Part, google, missing_parts};
use crate::otp::uri::{self, UriError};
use crate::shown::shown;
use crate::tasks::{self, CodesError, Taken};
use crate::vault::{self, AccountId, Change, Stamp, Vault};

/// What came out of the lines, or of the codes of pictures.
struct Read {
    /// What one of them is called.
    piece: &'static str,
    /// The accounts, and where they came from.
    drafts: Vec<(String, Draft)>,
    /// Parts of larger exports.
    parts: Vec<Part>,
    /// How many pieces could not be read.
    wrong: usize,
}

impl Read {
    fn of(piece: &'static str) -> Self {
        Self { piece, drafts: Vec::new(), parts: Vec::new(), wrong: 0 }
    }

    fn count(&self, count: usize) -> String {
        format!("{count} {}{}", self.piece, if count == 1 { "" } else { "s" })
    }
}

pub(super) fn run(context: &mut Context<'_>, add: &Add) -> Result<(), Failure> {
    let text = context.read_standard_input()?;
    let read = take_lines(context, &text);
    finish(context, add, read, "standard input holds no URI", "give otpauth URIs, one a line")
}

pub(super) fn from_pictures(context: &mut Context<'_>, add: &Add, pictures: &[PathBuf]) -> Result<(), Failure> {
    let mut read = Read::of("code");
    for path in pictures {
        context.claim_input(path)?;
        let name = if path == Path::new("-") { "standard input".to_owned() } else { shown(&path.to_string_lossy()) };
        match tasks::codes_of_file(context.machine, path) {
            Ok(codes) => take_codes(context, &mut read, &codes, &format!(" of {name}")),
            // Of several pictures one bad one must not stop the others.
            Err(error) if pictures.len() > 1 => {
                let is_named = matches!(error, CodesError::File(_));
                let what = if is_named { error.to_string() } else { format!("{name}: {error}") };
                context.output.warning(&what, error.next_step());
                read.wrong += 1;
            }
            Err(error) => return Err(Failure::from(error)),
        }
    }
    finish(context, add, read, "there is no account in the picture", NO_ACCOUNT)
}

pub(super) fn from_clipboard(context: &mut Context<'_>, add: &Add) -> Result<(), Failure> {
    match tasks::take_clipboard(context.machine)? {
        Taken::Text(text) => {
            let read = take_lines(context, &text);
            finish(
                context,
                add,
                read,
                "the text on the clipboard holds no URI",
                "copy the address of the account first",
            )
        }
        Taken::Codes(codes) => {
            let mut read = Read::of("code");
            take_codes(context, &mut read, &codes, "");
            finish(context, add, read, "there is no account in the picture", NO_ACCOUNT)
        }
    }
}

const NO_ACCOUNT: &str = "show the code that the site or the other app offers for setting up an authenticator";

fn finish(context: &mut Context<'_>, add: &Add, read: Read, nothing: &str, next: &str) -> Result<(), Failure> {
    if read.drafts.is_empty() {
        return Err(match read.wrong {
            0 => Failure::new(Exit::Failed, nothing, next),
            wrong => {
                let what = format!("{} could not be read, nothing was added", read.count(wrong));
                Failure::new(Exit::Failed, what, next)
            }
        });
    }
    for missing in missing_parts(read.parts.iter().copied()) {
        let next = "add the others too, in any order; what is here is added all the same";
        context.output.warning(&format!("the export is not complete: {missing}"), next);
    }
    let mut session = context.unlock()?;
    let (wrong, words) = (read.wrong, read.piece);
    let (changes, ids, refused) = changes(context, &session, add, read.drafts)?;
    if !changes.is_empty() {
        let title = format!("added {}", accounts(ids.len()));
        context.commit(&mut session, &title, &Change::Batch(changes))?;
    }
    context.output.note(&format!("added {}", accounts(ids.len())));
    list::print(context, &session, &ids)?;
    match wrong + refused {
        0 => Ok(()),
        wrong => {
            let what = format!("{} could not be read", Read::of(words).count(wrong));
            Err(Failure::new(Exit::Failed, what, "correct them and add them again; the others are in the vault"))
        }
    }
}

fn take_lines(context: &mut Context<'_>, text: &SecretString) -> Read {
    let mut read = Read::of("line");
    for (line, number) in text.expose_secret().lines().zip(1..) {
        let line = line.trim();
        // Blank lines and comments say nothing.
        if !line.is_empty() && !line.starts_with('#') {
            take(context, &mut read, &format!("line {number}"), line);
        }
    }
    read
}

fn take_codes(context: &mut Context<'_>, read: &mut Read, codes: &[SecretString], of: &str) {
    for (code, number) in codes.iter().zip(1..) {
        take(context, read, &format!("code {number}{of}"), code.expose_secret().trim());
    }
}

fn take(context: &mut Context<'_>, read: &mut Read, place: &str, text: &str) {
    match uri::parse(text) {
        Ok(found) => {
            for note in &found.notes {
                context.output.note(&format!("{place}: {note}"));
            }
            let draft = Draft {
                issuer: found.issuer,
                account: found.account,
                enrolment: found.enrolment,
                counter: found.counter,
                note: String::new(),
                tags: Vec::new(),
            };
            read.drafts.push((place.to_owned(), draft));
        }
        Err(UriError::Migration) => take_google(context, read, place, text),
        Err(error) => {
            context.output.warning(&format!("{place}: {error}"), error.next_step());
            read.wrong += 1;
        }
    }
}

/// Takes one of Google's transfer codes, which hold several accounts.
fn take_google(context: &mut Context<'_>, read: &mut Read, place: &str, text: &str) {
    let imported = match google::read(text) {
        Ok(imported) => imported,
        Err(error) => {
            context.output.warning(&format!("{place}: {error}"), error.next_step());
            read.wrong += 1;
            return;
        }
    };
    read.parts.extend(imported.parts);
    for skipped in &imported.skipped {
        let what = format!("{place}, account {}: {}", skipped.index + 1, skipped.reason);
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
        (place.to_owned(), draft)
    }));
}

/// Returns the additions and their ids, without what is there already, and how many the vault would refuse.
fn changes(
    context: &mut Context<'_>,
    session: &tasks::Session,
    add: &Add,
    drafts: Vec<(String, Draft)>,
) -> Result<(Vec<Change>, Vec<AccountId>, usize), Failure> {
    // Most new accounts have a name that the vault has not, which spares the comparison of secrets.
    let names: HashSet<(&str, &str)> =
        session.vault().accounts().map(|account| (account.issuer(), account.account())).collect();
    let mut changes = Vec::with_capacity(drafts.len());
    let mut ids = Vec::with_capacity(drafts.len());
    let mut refused = 0;
    for (place, mut draft) in drafts {
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
            context.output.warning(&format!("{place}: {error}"), error.next_step());
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
