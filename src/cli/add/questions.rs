//! What `add` asks for on a terminal.

use secrecy::ExposeSecret;

use super::super::args::Add;
use super::super::output::Failure;
use super::super::{Context, fields};
use super::Draft;
use crate::exchange::recovery_codes;
use crate::otp::uri::{self, UriError};
use crate::otp::{Enrolment, Kind, Params, Pin, Secret};

/// Asks for a URI, or for a secret and the names; whatever is unusual has an option.
pub(super) fn ask(context: &mut Context<'_>, add: &Add) -> Result<Draft, Failure> {
    loop {
        let text = context.machine.prompter.ask_secret("otpauth URI, or the secret alone:")?;
        let text = text.expose_secret().trim();
        if uri::find(text) {
            match from_uri(context, add, text) {
                Ok(draft) => return Ok(draft),
                Err(error @ UriError::Migration) => say(context, &error, "give it to: countersign add -"),
                Err(error) => say(context, &error, error.next_step()),
            }
            continue;
        }
        if recovery_codes::is_list(text) {
            context.output.setback(&fields::recovery_codes_as_secret());
            continue;
        }
        match Secret::from_base32(text) {
            Ok(secret) => return from_secret(context, add, secret),
            Err(error) => say(context, &error, error.next_step()),
        }
    }
}

fn from_uri(context: &mut Context<'_>, add: &Add, text: &str) -> Result<Draft, UriError> {
    let found = uri::parse(text)?;
    for note in &found.notes {
        context.output.note(&note.to_string());
    }
    Ok(Draft {
        issuer: found.issuer,
        account: found.account,
        enrolment: found.enrolment,
        counter: found.counter,
        note: String::new(),
        tags: add.tags.clone(),
    })
}

fn from_secret(context: &mut Context<'_>, add: &Add, secret: Secret) -> Result<Draft, Failure> {
    let issuer = context.machine.prompter.ask("Issuer (who gave you the secret):")?;
    let account = context.machine.prompter.ask("Account (your name there):")?;
    Ok(Draft {
        issuer: issuer.trim().to_owned(),
        account: account.trim().to_owned(),
        enrolment: Enrolment { params: Params::USUAL, secret, pin: None },
        counter: 0,
        note: String::new(),
        tags: add.tags.clone(),
    })
}

/// Asks for a secret until one can be read.
pub(super) fn secret(context: &mut Context<'_>, kind: Kind) -> Result<Secret, Failure> {
    loop {
        let text = context.machine.prompter.ask_secret("Secret:")?;
        match fields::secret(text.expose_secret(), kind) {
            Ok(secret) => return Ok(secret),
            Err(failure) => context.output.setback(&failure),
        }
    }
}

/// Asks for the PIN that goes into the codes.
pub(in crate::cli) fn pin(context: &mut Context<'_>) -> Result<Pin, Failure> {
    let text = context.machine.prompter.ask_secret("PIN:")?;
    fields::pin(text.expose_secret())
}

fn say(context: &mut Context<'_>, what: &impl ToString, next: &str) {
    context.output.warning(&what.to_string(), next);
}
