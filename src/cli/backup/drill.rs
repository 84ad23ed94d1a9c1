//! `backup drill`.

use serde::Serialize;

use super::super::args::BackupDrill;
use super::super::output::{Exit, Failure};
use super::super::{Context, dates, unlock};
use super::{accounts, in_trash, opening};
use crate::tasks::backup::{self, Drilled};
use crate::vault::Difference;

#[derive(Serialize)]
struct Json {
    file: String,
    made: i64,
    accounts: usize,
    same: usize,
    differs: Vec<Differs>,
    missing: usize,
    extra: usize,
    /// How many of the missing ones were added after the backup was made.
    newer: usize,
    proved: bool,
}

#[derive(Serialize)]
struct Differs {
    id: String,
    what: &'static str,
    /// Whether the vault wrote it after the backup was made.
    since: bool,
}

pub(super) fn run(context: &mut Context<'_>, drill: &BackupDrill) -> Result<(), Failure> {
    let file = opening::read(context, &drill.file)?;
    let session = context.unlock()?;
    let trust = unlock::trust(context);
    let (drilled, _) = opening::open(context, &file, &drill.opening, &mut |context, way| {
        backup::drill(context.machine, &session, &file, way, &trust)
    })?;
    if context.global.json {
        context.output.json(&json(&drilled))?;
    } else {
        tell(context, &drilled)?;
    }
    if drilled.is_proved {
        return Ok(());
    }
    let next = "make a new one: countersign backup create";
    Err(Failure::new(Exit::Failed, "the backup is not proved: it lacks what the vault had when it was made", next))
}

fn tell(context: &mut Context<'_>, drilled: &Drilled) -> Result<(), Failure> {
    let zone = context.surroundings.time_zone.clone();
    let made = dates::minute(drilled.made, &zone);
    let count = format!("{}{}", accounts(drilled.accounts), in_trash(drilled.trash));
    let host = if drilled.host.is_empty() { String::new() } else { format!(" on {}", drilled.host) };
    context.output.line(&format!("made {made}{host}: {count}; {} the same as in the vault", drilled.found.same))?;
    let since = |found: &Difference| if found.is_since { ", since then" } else { "" };
    for found in &drilled.found.differs {
        context.output.line(&format!("{}: {} differs{}", found.label, found.what, since(found)))?;
    }
    for found in &drilled.found.missing {
        context.output.line(&format!("{}: not in the backup{}", found.label, added(found)))?;
    }
    for found in &drilled.found.extra {
        let since = if found.is_since { ", deleted since then" } else { "" };
        context.output.line(&format!("{}: not in the vault{since}", found.label))?;
    }
    context.output.line(&format!("its contents are: {}", drilled.words.0))?;
    if drilled.sets_apart > 0 {
        context.output.note(super::APART);
    }
    if !drilled.is_own {
        context.output.note("it was not written with this vault's key, as one from before a restore");
    }
    if drilled.is_proved {
        context.output.note("proved: it opens, and holds all that the vault held when it was made");
        if !drilled.is_recorded {
            context.output.warning("this device could not remember that it was proved", "check its state folder");
        }
    }
    Ok(())
}

fn added(found: &Difference) -> &'static str {
    if found.is_since { ", added since then" } else { "" }
}

fn json(drilled: &Drilled) -> Json {
    let differs = drilled.found.differs.iter();
    Json {
        file: drilled.file.to_string_lossy().into_owned(),
        made: drilled.made.as_secs(),
        accounts: drilled.accounts,
        same: drilled.found.same,
        differs: differs.map(|one| Differs { id: one.id.to_string(), what: one.what, since: one.is_since }).collect(),
        missing: drilled.found.missing.len(),
        extra: drilled.found.extra.len(),
        newer: drilled.newer,
        proved: drilled.is_proved,
    }
}
