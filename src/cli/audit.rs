//! `audit`: what deserves attention, and what to do about it.

use serde::Serialize;

use super::args::Audit;
use super::output::{Exit, Failure};
use super::{Context, config, leftovers};
use crate::tasks::{self, Session};
use crate::vault::Change;
use crate::vault::audit::{Finding, Limits, audit};

/// A finding as JSON has it.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    finding: String,
    advice: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dismissed: Option<&'a str>,
}

pub(super) fn run(context: &mut Context<'_>, args: &Audit) -> Result<(), Failure> {
    if let Some(folders) = &args.leftovers {
        return leftovers::run(context, folders);
    }
    let mut session = context.unlock()?;
    let findings = find(context, &session);
    if let Some(id) = &args.dismiss {
        return dismiss(context, &mut session, &findings, id, args.reason.as_deref().unwrap_or_default());
    }
    if let Some(id) = &args.recall {
        return recall(context, &mut session, &findings, id);
    }
    let told: Vec<&Finding> = findings.iter().filter(|finding| args.all || finding.dismissed.is_none()).collect();
    write(context, &told)?;
    let dismissed = findings.iter().filter(|finding| finding.dismissed.is_some()).count();
    if dismissed > 0 && !args.all {
        context.output.note(&format!("dismissed findings: {dismissed}; --all tells of them too"));
    }
    match findings.len() - dismissed {
        0 => {
            context.output.note("nothing here needs your attention");
            Ok(())
        }
        _ => Err(Failure::found()),
    }
}

fn find(context: &mut Context<'_>, session: &Session) -> Vec<Finding> {
    let settings = config::settings(context);
    let limits = Limits { check_days: settings.recovery.check_days, backup_days: settings.backup.remind_days };
    let facts = tasks::audit_facts(context.machine, session, limits);
    audit(session.vault(), session.memory(), &facts)
}

fn write(context: &mut Context<'_>, findings: &[&Finding]) -> Result<(), Failure> {
    if context.global.json {
        let rows: Vec<Row<'_>> = findings.iter().map(|finding| row(finding)).collect();
        return context.output.json(&rows);
    }
    for finding in findings {
        context.output.line(&format!("{:<8}  {finding}", finding.kind.severity().as_str()))?;
        context.output.line(&format!("          {}", finding.kind.advice()))?;
        let id = finding.id();
        match &finding.dismissed {
            Some(reason) => context.output.line(&format!("          {id}, dismissed: {reason}"))?,
            None => context.output.line(&format!("          {id}"))?,
        }
    }
    Ok(())
}

fn row(finding: &Finding) -> Row<'_> {
    Row {
        id: finding.id(),
        severity: finding.kind.severity().as_str(),
        account: finding.account.map(|id| id.to_string()),
        finding: finding.to_string(),
        advice: finding.kind.advice(),
        dismissed: finding.dismissed.as_deref(),
    }
}

fn dismiss(
    context: &mut Context<'_>,
    session: &mut Session,
    findings: &[Finding],
    id: &str,
    reason: &str,
) -> Result<(), Failure> {
    let finding = one(findings, id, false)?;
    let title = format!("dismissed {finding}");
    context.commit(session, &title, &Change::Dismiss(finding.id(), Some(reason.trim().to_owned())))?;
    context.output.note(&title);
    Ok(())
}

fn recall(context: &mut Context<'_>, session: &mut Session, findings: &[Finding], id: &str) -> Result<(), Failure> {
    let finding = one(findings, id, true)?;
    let title = format!("recalled {finding}");
    context.commit(session, &title, &Change::Dismiss(finding.id(), None))?;
    context.output.note(&title);
    Ok(())
}

/// Returns the finding with that id, or the only one whose id begins so.
fn one<'a>(findings: &'a [Finding], id: &str, is_dismissed: bool) -> Result<&'a Finding, Failure> {
    let open: Vec<&Finding> = findings.iter().filter(|finding| finding.dismissed.is_some() == is_dismissed).collect();
    if let Some(exact) = open.iter().find(|finding| finding.id() == id) {
        return Ok(exact);
    }
    let like: Vec<&&Finding> = open.iter().filter(|finding| finding.id().starts_with(id)).collect();
    match like.as_slice() {
        [only] => Ok(only),
        [] => {
            let next = if is_dismissed { "see them: countersign audit --all" } else { "see them: countersign audit" };
            Err(Failure::new(Exit::NothingMatches, "there is no such finding", next))
        }
        several => {
            let ids = several.iter().map(|finding| finding.id());
            let what = format!("{} findings begin like that", several.len());
            Err(Failure::new(Exit::SeveralMatch, what, "give the whole id").with_details(ids))
        }
    }
}
