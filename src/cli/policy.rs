//! `policy`: whether secrets may leave the vault.

use serde::Serialize;

use super::Context;
use super::args::Policy as Args;
use super::output::{Exit, Failure};
use crate::vault::{Change, Forbidden, Policy};

#[derive(Serialize)]
struct Json {
    policy: &'static str,
}

pub(super) fn run(context: &mut Context<'_>, args: &Args) -> Result<(), Failure> {
    let mut session = context.unlock()?;
    let before = session.vault().policy();
    let policy = args.rule.map_or(before, |rule| rule.policy());
    if policy != before {
        if policy == Policy::Open {
            may_be_lifted(context)?;
        }
        let title = format!("set the policy {}", policy.name());
        context.commit(&mut session, &title, &Change::Policy(policy))?;
    }
    if context.global.json {
        return context.output.json(&Json { policy: policy.name() });
    }
    context.output.line(policy.name())?;
    context.output.note(words(policy));
    Ok(())
}

/// Asks for a typed yes: --yes is for questions that lose nothing.
fn may_be_lifted(context: &mut Context<'_>) -> Result<(), Failure> {
    if !context.machine.prompter.can_ask() {
        let next = "run it in a terminal; --yes does not answer this question";
        return Err(Failure::new(Exit::NeedsDecision, "the policy is lifted with a typed yes alone", next));
    }
    let question = "Secrets may leave this vault then, from every device that has it. Type yes to lift the policy:";
    match context.machine.prompter.ask(question)?.trim() {
        "yes" => Ok(()),
        _ => Err(Failure::new(Exit::Failed, "the policy stays as it is", "type yes in full if you want to lift it")),
    }
}

const fn words(policy: Policy) -> &'static str {
    match policy {
        Policy::Open => "secrets may leave the vault: exports, QR codes, backups for others, further devices",
        Policy::SingleDevice => {
            "no exports, QR codes, shown secrets, backups for others, further devices; keep a backup for a passphrase of \
             yours, for a lost device must not be a lost vault"
        }
    }
}

/// What the policy forbids waits for its owner, who alone can lift it.
impl From<Forbidden> for Failure {
    fn from(error: Forbidden) -> Self {
        Self::new(Exit::NeedsDecision, error, error.next_step())
    }
}
