//! What a pasted text is: one address, several, something like one, or just text.

use crate::exchange::google;
use crate::otp::uri::{self, OtpUri, UriError};
use crate::tui::effect::Draft;

/// What was pasted.
pub(super) enum Pasted {
    /// One address that can be read.
    One(OtpUri),
    /// Something like an address, with a mistake in it.
    Wrong,
    /// Several accounts, or some that cannot be read.
    Several(Vec<Found>),
    /// No address at all.
    Text,
}

/// One account of several.
pub(super) struct Found {
    /// Where it stood: `line 3`.
    pub(super) place: String,
    /// The account, or why there is none, ready to be shown.
    pub(super) account: Result<Draft, String>,
}

/// Tells what a text is.
pub(super) fn read(text: &str) -> Pasted {
    if !uri::find(text) {
        return Pasted::Text;
    }
    match several(text) {
        Some(found) if found.len() != 1 || is_transfer(text) => Pasted::Several(found),
        // An address may be broken into lines; if that is not it, what stands around it is not part of it.
        Some(_) => match uri::parse(text).or_else(|error| parse_line(text).unwrap_or(Err(error))) {
            Ok(uri) => Pasted::One(uri),
            Err(_) => Pasted::Wrong,
        },
        None => Pasted::Wrong,
    }
}

/// Returns every account in a text, if there is any; one line may hold several.
pub(super) fn several(text: &str) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let place = format!("line {number}");
        if is_transfer(line) {
            found.extend(transfer(line, &place));
        } else if uri::find(line) {
            found.extend(addresses(line).map(|address| Found { place: place.clone(), account: account(address) }));
        }
    }
    (!found.is_empty()).then_some(found)
}

fn parse_line(text: &str) -> Option<Result<OtpUri, UriError>> {
    text.lines().find(|line| uri::find(line)).map(uri::parse)
}

fn is_transfer(text: &str) -> bool {
    matches!(uri::parse(text), Err(UriError::Migration))
}

/// Takes a line with several addresses apart, which then have no spaces in them.
fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let is_one = !matches!(uri::parse(line), Err(UriError::Several));
    let words = line.split_whitespace().filter(|word| uri::find(word));
    std::iter::once(line).filter(move |_| is_one).chain(words.filter(move |_| !is_one))
}

fn account(address: &str) -> Result<Draft, String> {
    let uri = uri::parse(address).map_err(|error| error.to_string())?;
    let OtpUri { issuer, account, enrolment, counter, .. } = uri;
    if enrolment.params.needs_pin() && enrolment.pin.is_none() {
        return Err("the code also needs your PIN: paste this one alone".to_owned());
    }
    let (tags, note) = Default::default();
    Ok(Draft { issuer, account, enrolment, counter, tags, note, pending: false })
}

/// Returns the accounts of a Google Authenticator export.
fn transfer(line: &str, place: &str) -> Vec<Found> {
    let imported = match google::read(line) {
        Ok(imported) => imported,
        Err(error) => return vec![Found { place: place.to_owned(), account: Err(error.to_string()) }],
    };
    let place = imported.parts.first().map_or(place.to_owned(), |part| part.to_string());
    let accounts = imported.accounts.into_iter().map(|entry| {
        Ok(Draft {
            issuer: entry.issuer,
            account: entry.account,
            enrolment: entry.enrolment,
            counter: entry.counter,
            tags: entry.tags.into_iter().collect(),
            note: entry.note,
            pending: false,
        })
    });
    let skipped = imported.skipped.into_iter().map(|skipped| Err(skipped.reason.to_string()));
    accounts.chain(skipped).map(|account| Found { place: place.clone(), account }).collect()
}
