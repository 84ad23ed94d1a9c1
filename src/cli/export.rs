//! `export`: accounts as another app reads them, with what it cannot carry said before.

use std::path::Path;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::args::Export;
use super::output::{Exit, Failure};
use super::{Context, pick};
use crate::exchange::{ExportPlan, Loss};
use crate::otp::Params;
use crate::shown::shown;
use crate::tasks;
use crate::vault::{Account, Deed};

/// How often a password may be typed.
const TRIES: usize = 3;

#[derive(Serialize)]
struct Json {
    format: &'static str,
    encrypted: bool,
    accounts: usize,
    files: Vec<String>,
    losses: Vec<JsonLoss>,
}

#[derive(Serialize)]
struct JsonLoss {
    id: String,
    left_out: bool,
    what: Vec<String>,
}

pub(super) fn run(context: &mut Context<'_>, export: &Export) -> Result<(), Failure> {
    if export.file == Path::new("-") {
        let next = "name a new file; it is made readable for you alone";
        return Err(Failure::new(Exit::Usage, "an export goes to a file", next));
    }
    let mut session = context.unlock()?;
    // Said before a password is thought up.
    tasks::allow(&session, Deed::Export)?;
    let accounts: Vec<Arc<Account>> = match &export.query {
        Some(query) => pick::all(session.vault(), query)?,
        None => session.vault().accounts().cloned().collect(),
    };
    let plan = ExportPlan::of(&accounts, export.to);
    let plan =
        plan.ok_or_else(|| Failure::new(Exit::Usage, "this format is only read", "see --help for the others"))?;
    tell_losses(context, export.to.title, &plan);
    if plan.is_empty() {
        let what =
            if accounts.is_empty() { "there are no accounts to export" } else { "none of the accounts can go there" };
        return Err(Failure::new(Exit::Failed, what, "nothing was written; choose another format, or other accounts"));
    }
    let name = shown(&export.file.to_string_lossy());
    // Nobody should think up a password before hearing that it is not needed.
    if !plan.writer.pictures && context.machine.documents.look(&export.file)?.is_some() {
        let next = "choose another name; nothing is ever overwritten";
        return Err(Failure::new(Exit::NeedsDecision, format!("{name} is there already"), next));
    }
    let password = password(context, export, &plan, &name)?;
    let written = tasks::export(context.machine, &session, &export.file, &plan, password.as_ref())?;
    if !written.encrypted {
        tasks::remember_plaintext(context.machine, &mut session, &written.files);
    }
    if context.global.json {
        let files = written.files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
        let (accounts, encrypted, losses) = (written.accounts, written.encrypted, losses(&plan));
        return context.output.json(&Json { format: export.to.name, encrypted, accounts, files, losses });
    }
    for file in &written.files {
        context.output.line(&file.to_string_lossy())?;
    }
    let how = match written.encrypted {
        true => "encrypted with its password: without it nobody opens the file, you neither",
        false => "NOT encrypted: whoever gets it has the secrets; delete it when it is where it should be",
    };
    context.output.note(&format!("exported {}, read back and compared; it is {how}", count(written.accounts)));
    if plan.entries.iter().any(|entry| matches!(entry.enrolment.params, Params::Hotp { .. })) {
        let next = "use accounts with a counter in one place from now on";
        context.output.warning("two devices that count on their own fall out of step", next);
    }
    if let Some(arrival) = plan.writer.arrival {
        context.output.note(&format!("then, {arrival}"));
    }
    Ok(())
}

fn tell_losses(context: &mut Context<'_>, title: &str, plan: &ExportPlan) {
    for (_, label, losses) in &plan.losses {
        let names = |is_wanted: fn(&Loss) -> bool| {
            losses.iter().filter(|loss| is_wanted(loss)).map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let why = names(|loss| loss.leaves_out());
        match why.is_empty() {
            false => context.output.warning(&format!("{label} stays out"), &format!("{title} cannot have {why}")),
            true => context.output.note(&format!("{label} goes without {}", names(|loss| !loss.leaves_out()))),
        }
    }
}

fn losses(plan: &ExportPlan) -> Vec<JsonLoss> {
    let losses = plan.losses.iter().map(|(id, _, losses)| JsonLoss {
        id: id.to_string(),
        left_out: losses.iter().any(|loss| loss.leaves_out()),
        what: losses.iter().map(ToString::to_string).collect(),
    });
    losses.collect()
}

/// Returns the password to encrypt with; none if the secrets shall be readable, and somebody has said so.
fn password(
    context: &mut Context<'_>,
    export: &Export,
    plan: &ExportPlan,
    name: &str,
) -> Result<Option<SecretString>, Failure> {
    if export.plaintext {
        return Ok(None);
    }
    if !plan.can_encrypt() {
        if export.password_file.is_some() {
            let next = "leave --password-file out and say --plaintext, or choose a format that can be encrypted: aegis";
            return Err(Failure::new(Exit::Usage, "this format cannot be encrypted", next));
        }
        return may_be_readable(context, plan, name).map(|()| None);
    }
    if let Some(path) = &export.password_file {
        return context.read_first_line(path, "the password file").map(Some);
    }
    if !context.machine.prompter.can_ask() {
        let next = "give --password-file FILE, or say --plaintext";
        return Err(Failure::new(
            Exit::NeedsDecision,
            "there is no terminal to ask for the export's password on",
            next,
        ));
    }
    ask(context).map(Some)
}

fn may_be_readable(context: &mut Context<'_>, plan: &ExportPlan, name: &str) -> Result<(), Failure> {
    if !context.machine.prompter.can_ask() {
        let what = "the export would hold secrets that everybody can read, and there is no terminal to ask on";
        return Err(Failure::new(Exit::NeedsDecision, what, "say --plaintext if that is what you want"));
    }
    let question = format!(
        "Whoever gets {name} can make the codes of {} for ever. Type yes to write it unencrypted:",
        count(plan.len())
    );
    match context.machine.prompter.ask(&question)?.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::new(Exit::Failed, "nothing was written", "type yes in full if you want to write it")),
    }
}

fn ask(context: &mut Context<'_>) -> Result<SecretString, Failure> {
    for _ in 0..TRIES {
        let typed = context.machine.prompter.ask_secret("Password for the export:")?;
        if typed.expose_secret().is_empty() {
            context.output.tell("an empty password protects nothing, try again");
            continue;
        }
        let again = context.machine.prompter.ask_secret("The password again:")?;
        if again.expose_secret() == typed.expose_secret() {
            return Ok(typed);
        }
        context.output.tell("the two are not the same, try again");
    }
    Err(Failure::new(Exit::Failed, "nothing was written: no password was chosen", "run it again"))
}

fn count(accounts: usize) -> String {
    if accounts == 1 { "1 account".to_owned() } else { format!("{accounts} accounts") }
}
