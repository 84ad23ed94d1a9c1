//! `show`: one account, and on request its secret.

use secrecy::ExposeSecret;
use serde::Serialize;

use super::args::Show;
use super::list::Row;
use super::output::{Exit, Failure};
use super::{Context, dates, pick};
use crate::otp::Params;
use crate::tasks::{self, ReadableSecret, Session};
use crate::vault::Account;

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    former: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotating_since: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
}

pub(super) fn run(context: &mut Context<'_>, show: &Show) -> Result<(), Failure> {
    if show.secret && !(context.surroundings.out_is_terminal && context.machine.prompter.can_ask()) {
        let next = "run it where you can read the answer, without redirecting it";
        return Err(Failure::new(Exit::NeedsDecision, "a secret is shown on a terminal only", next));
    }
    let session = context.unlock()?;
    let account = pick::one(session.vault(), &show.which.query)?;
    let revealed = if show.secret { Some(reveal(context, &session, &account)?) } else { None };
    if context.global.json {
        return write_json(context, &session, &account, revealed.as_ref());
    }
    write(context, &session, &account, revealed.as_ref())
}

fn reveal(context: &mut Context<'_>, session: &Session, account: &Account) -> Result<ReadableSecret, Failure> {
    let secret = tasks::readable_secret(session, account)?;
    let question =
        format!("Whoever sees the secret of {} can make its codes for ever. Type yes to show it:", account.label());
    if context.machine.prompter.ask(&question)?.trim() != "yes" {
        return Err(Failure::new(Exit::Failed, "the secret was not shown", "type yes in full if you want to see it"));
    }
    Ok(secret)
}

fn write_json(
    context: &mut Context<'_>,
    session: &Session,
    account: &Account,
    revealed: Option<&ReadableSecret>,
) -> Result<(), Failure> {
    context.output.json(&Json {
        row: Row::of(account, session.memory()),
        former: account.former().count(),
        rotating_since: account.rotating_since().map(|since| since.as_secs()),
        secret: revealed.map(|revealed| revealed.secret.expose_secret()),
        uri: revealed.map(|revealed| revealed.uri.expose_secret()),
    })
}

fn rotating(since: String) -> String {
    format!("since {since}: a new secret waits for the site to accept a code of it (code --new, confirm)")
}

fn write(
    context: &mut Context<'_>,
    session: &Session,
    account: &Account,
    revealed: Option<&ReadableSecret>,
) -> Result<(), Failure> {
    let zone = &context.surroundings.time_zone;
    let used = session.memory().last_used(account.id()).map(|moment| {
        let times = match session.memory().times_used(account.id()) {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        format!("{times}, last at {}", dates::minute(moment, zone))
    });
    let counter = matches!(account.params(), Params::Hotp { .. }).then(|| account.counter().to_string());
    let former = account.former().count();
    let rows = [
        ("id", Some(account.id().to_string())),
        ("issuer", Some(account.issuer().to_owned())),
        ("account", Some(account.account().to_owned())),
        ("codes", Some(account.params().describe())),
        ("secret", Some(format!("{} bits", account.enrolment().secret.bits()))),
        ("counter", counter),
        ("tags", Some(account.tags().join(", "))),
        ("pinned", account.pinned().then(|| "yes".to_owned())),
        ("pending", account.pending().then(|| "yes: no site has accepted a code yet".to_owned())),
        ("rotating", account.rotating_since().map(|since| rotating(dates::minute(since, zone)))),
        ("added", Some(dates::minute(account.created(), zone))),
        ("used here", used),
        ("former", (former > 0).then(|| format!("{former} earlier secrets are kept"))),
    ];
    let known = rows.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    let note = account.note().lines().map(|line| ("note", line.to_owned()));
    let facts: Vec<(&str, String)> = known.chain(note).collect();
    context.output.facts(&facts)?;
    if let Some(revealed) = revealed {
        for text in [&revealed.secret, &revealed.uri] {
            context.output.raw(text.expose_secret().as_bytes())?;
            context.output.raw(b"\n")?;
        }
    }
    Ok(())
}
