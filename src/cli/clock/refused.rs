//! `clock help`: why a site may have refused a code, and what to do.

use serde::Serialize;

use crate::cli::output::Failure;
use crate::cli::{Context, pick, unlock};
use crate::tasks::clock::{Cause, Facts, Likelihood, Refused, full_report, refused_causes};
use crate::vault::Account;

/// A cause as JSON has it.
#[derive(Serialize)]
struct Json<'a> {
    cause: &'static str,
    likelihood: &'static str,
    finding: &'a str,
    advice: String,
}

pub(super) fn run(context: &mut Context<'_>, query: Option<&str>) -> Result<(), Failure> {
    let Some(query) = query else {
        let facts = Facts::around(context.machine, None);
        let causes = refused_causes(None, &full_report(context.machine, &facts));
        return write(context, &causes, None);
    };
    let session = unlock::unlock(context)?;
    let account = pick::one(session.vault(), query)?;
    let mut facts = Facts::around(context.machine, Some(&session));
    facts.shortest_period = account.params().period().or(facts.shortest_period);
    let report = full_report(context.machine, &facts);
    let now = context.machine.clock.now();
    let refused = Refused { account: &account, vault: session.vault(), memory: session.memory(), now };
    write(context, &refused_causes(Some(refused), &report), Some(&account))
}

fn write(context: &mut Context<'_>, causes: &[Cause], account: Option<&Account>) -> Result<(), Failure> {
    // What is to be typed, typed out.
    let query = account.map_or_else(|| "QUERY".to_owned(), pick::short_id);
    let advice = |cause: &Cause| cause.advice.replace("QUERY", &query);
    if context.global.json {
        let mut rows = Vec::new();
        for cause in causes {
            let (finding, likelihood) = (cause.words.as_str(), cause.likelihood.word());
            rows.push(Json { cause: cause.kind.word(), likelihood, finding, advice: advice(cause) });
        }
        return context.output.json(&rows);
    }
    let what = account.map_or_else(|| "a code".to_owned(), |account| format!("a code of {}", account.label()));
    context.output.line(&format!("when a site refuses {what}, look at this, in this order:"))?;
    for (number, cause) in causes.iter().enumerate() {
        context.output.line("")?;
        let mark = match cause.likelihood {
            Likelihood::Likely => "  <- likely",
            Likelihood::Possible => "",
            Likelihood::Unlikely => "  (unlikely)",
        };
        context.output.line(&format!("{}. {}{mark}", number + 1, cause.kind.question()))?;
        context.output.line(&format!("   {}", cause.words))?;
        context.output.line(&format!("   to do: {}", advice(cause)))?;
    }
    let recovery = account.map_or(0, |account| account.recovery().unused());
    let last = if recovery > 0 {
        format!("when nothing helps: {recovery} recovery codes are stored; countersign recovery use {query} gives one")
    } else {
        "when nothing helps: the recovery codes that the site gave you, or its support".to_owned()
    };
    context.output.line("")?;
    context.output.line(&last)
}
