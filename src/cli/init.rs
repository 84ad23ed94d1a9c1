//! `init`: a vault and its passphrase.

use secrecy::{ExposeSecret, SecretString};

use super::args::Init;
use super::output::{Exit, Failure};
use super::{Context, unlock};
use crate::ports::{Entropy, NoEntropy};
use crate::sealing::{self, WorkFactor};
use crate::tasks;

pub(super) fn run(context: &mut Context<'_>, init: &Init) -> Result<(), Failure> {
    let work_factor = match init.work_factor {
        Some(log_n) => WorkFactor::explicit(log_n)
            .map_err(|_| Failure::new(Exit::Usage, "there is no such work factor", "leave --work-factor out"))?,
        None => WorkFactor::DEFAULT,
    };
    // Nobody should choose a passphrase before hearing that it is not needed.
    if let Some(stored) = context.machine.vault_file.read()? {
        drop(stored);
        let path = context.machine.vault_file.path().to_string_lossy().into_owned();
        let next = "open it, or choose another place with --vault; nothing was changed";
        return Err(Failure::new(Exit::NeedsDecision, format!("there is a file at {path} already"), next));
    }
    let passphrase = passphrase(context, init)?;
    let session = tasks::create(context.machine, &passphrase, work_factor)?;
    let path = context.machine.vault_file.path().to_string_lossy().into_owned();
    context.output.note(&format!("made a vault at {path}"));
    context.output.note(&format!("its words are: {}", session.fingerprint()));
    context.output.note("add an account: countersign add");
    Ok(())
}

fn passphrase(context: &mut Context<'_>, init: &Init) -> Result<SecretString, Failure> {
    if init.generate {
        return generated(context);
    }
    if context.global.identity.is_some() {
        let next = "give --passphrase-file or --passphrase-command, or nothing to be asked";
        return Err(Failure::new(Exit::Usage, "a new vault is locked with a passphrase", next));
    }
    if let Some(passphrase) = unlock::given_passphrase(context)? {
        let strength = sealing::strength(&passphrase);
        if strength.is_weak() {
            context.output.warning(&format!("the passphrase is {strength}"), "`init --generate` makes a strong one");
        }
        return Ok(passphrase);
    }
    if !context.machine.prompter.can_ask() {
        let next = "give --passphrase-file, --passphrase-command or --generate";
        return Err(Failure::new(Exit::NeedsDecision, "there is no terminal to ask for a passphrase on", next));
    }
    typed_twice(context)
}

/// Asks until a passphrase was typed twice alike and is strong enough for its owner.
pub(super) fn typed_twice(context: &mut Context<'_>) -> Result<SecretString, Failure> {
    loop {
        let passphrase = context.machine.prompter.ask_secret("New passphrase (empty: make one of six words):")?;
        if passphrase.expose_secret().is_empty() {
            return generated(context);
        }
        let strength = sealing::strength(&passphrase);
        context.output.tell(&strength.to_string());
        if strength.is_weak() && !context.global.yes && !context.machine.prompter.confirm("Use it all the same?")? {
            continue;
        }
        if is_repeated(context, &passphrase)? {
            return Ok(passphrase);
        }
    }
}

/// Makes a passphrase and prints it: it is what the command was asked for, so it is data.
pub(super) fn generated(context: &mut Context<'_>) -> Result<SecretString, Failure> {
    let passphrase = six_words(context.machine.entropy.as_mut())?;
    context.output.raw(passphrase.expose_secret().as_bytes())?;
    context.output.raw(b"\n")?;
    context.output.flush()?;
    context.output.note("this is the passphrase: write it down now, it is not shown again");
    while context.machine.prompter.can_ask() && !is_repeated(context, &passphrase)? {}
    Ok(passphrase)
}

fn six_words(entropy: &mut dyn Entropy) -> Result<SecretString, NoEntropy> {
    let mut filled = Ok(());
    let passphrase = sealing::generate(&mut |buffer| {
        if filled.is_ok() {
            filled = entropy.fill(buffer);
        }
    });
    filled.map(|()| passphrase)
}

fn is_repeated(context: &mut Context<'_>, passphrase: &SecretString) -> Result<bool, Failure> {
    let again = context.machine.prompter.ask_secret("The passphrase again:")?;
    let is_same = again.expose_secret() == passphrase.expose_secret();
    if !is_same {
        context.output.tell("the two are not the same, try again");
    }
    Ok(is_same)
}
