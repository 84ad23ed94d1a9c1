//! `backup`: copies that open without this device, made, listed, proved and brought back.

mod create;
mod drill;
mod opening;
mod restore;

use std::path::Path;

use serde::Serialize;

use super::args::Backup;
use super::output::{Failure, Table};
use super::{Context, dates};
use crate::config::Settings;
use crate::tasks::backup::{self, BackupPlan, How, Record, Records};

/// What is said of a backup whose recovery codes are elsewhere.
const APART: &str =
    "its recovery codes are kept apart: they are in a file of their own, usually beside it (…-recovery.age)";

pub(super) fn run(context: &mut Context<'_>, command: &Backup) -> Result<(), Failure> {
    match command {
        Backup::Create(create) => create::run(context, create),
        Backup::List => list(context),
        Backup::Drill(drill) => drill::run(context, drill),
        Backup::Restore(restore) => restore::run(context, restore),
    }
}

/// Returns where the settings want backups to go by themselves.
pub fn plan(settings: &Settings) -> Option<BackupPlan> {
    let chosen = &settings.backup;
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    (!chosen.folder.is_empty()).then(|| BackupPlan {
        folder: chosen.folder.clone().into(),
        keep: count(chosen.keep),
        daily: count(chosen.daily),
        weekly: count(chosen.weekly),
        recipients: chosen.recipients.clone(),
    })
}

/// One backup as JSON has it.
#[derive(Serialize)]
pub(super) struct Row {
    path: String,
    made: i64,
    accounts: usize,
    how: &'static str,
    proved: Option<i64>,
    automatic: bool,
    /// Whether there is still a file; `null` where that cannot be known now.
    exists: Option<bool>,
}

impl Row {
    pub(super) fn of(context: &Context<'_>, record: &Record) -> Self {
        Self {
            path: record.path.to_string_lossy().into_owned(),
            made: record.made.as_secs(),
            accounts: record.accounts,
            how: record.how.word(),
            proved: record.proved.map(|moment| moment.as_secs()),
            automatic: record.is_automatic,
            exists: context.machine.documents.look(&record.path).ok().map(|found| found.is_some()),
        }
    }
}

/// How the vault stands as to backups, as `status` has it in JSON.
#[derive(Serialize)]
pub(super) struct Standing {
    destination: Option<String>,
    folder: Option<String>,
    last: Option<Row>,
    proved: Option<Row>,
    drill_due: bool,
    failing: Option<Alarm>,
}

#[derive(Serialize)]
struct Alarm {
    since: i64,
    why: String,
}

impl Standing {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let settings = context.settings();
        let Records { destination, failing, .. } = &records(context);
        let records = records(context);
        let standing = records.standing(context.machine.clock.now(), settings.backup.remind_days);
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Self {
            destination: destination.as_deref().map(text),
            folder: plan(&settings).map(|plan| text(&plan.folder)),
            last: standing.last.map(|record| Row::of(context, record)),
            proved: standing.proved.map(|record| Row::of(context, record)),
            drill_due: standing.is_drill_due,
            failing: failing.as_ref().map(|alarm| Alarm { since: alarm.since.as_secs(), why: alarm.why.clone() }),
        }
    }

    /// Returns the same for people.
    pub(super) fn facts(&self, context: &Context<'_>) -> Vec<(&'static str, String)> {
        let minute = |secs: i64| date(context, secs);
        let mut facts = vec![(
            "backup",
            match &self.last {
                Some(row) => format!("{}, {}: {}", minute(row.made), accounts(row.accounts), row.path),
                None => "none was made here: countersign backup create".to_owned(),
            },
        )];
        let proved = self.proved.as_ref().and_then(|row| Some((row, row.proved?)));
        facts.extend(proved.map(|(row, on)| ("proved", format!("{}, the one of {}", minute(on), minute(row.made)))));
        if self.drill_due {
            facts.push(("to do", "prove that a backup opens: countersign backup drill FILE".to_owned()));
        }
        let automatic = self.folder.iter().map(|folder| ("backs up to", format!("{folder}, by itself")));
        facts.extend(automatic);
        facts.extend(self.destination.iter().map(|folder| ("by hand to", folder.clone())));
        let alarm = self.failing.as_ref().filter(|_| self.folder.is_some());
        facts.extend(alarm.map(|alarm| ("FAILING", format!("no backup since {}: {}", minute(alarm.since), alarm.why))));
        facts
    }
}

fn records(context: &Context<'_>) -> Records {
    backup::records(context.machine)
}

fn date(context: &Context<'_>, secs: i64) -> String {
    dates::minute(crate::otp::Timestamp::from_secs(secs), &context.surroundings.time_zone)
}

fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let rows: Vec<Row> = records(context).backups.iter().map(|record| Row::of(context, record)).collect();
    if context.global.json {
        return context.output.json(&rows);
    }
    if rows.is_empty() {
        context.output.note("no backup was made here yet: countersign backup create");
    }
    let mut table = Table::default();
    for row in &rows {
        let proved = row.proved.map_or("not proved".to_owned(), |secs| format!("proved {}", date(context, secs)));
        let automatic = if row.automatic { "by itself" } else { "" };
        let exists = if row.exists == Some(true) { "" } else { "not there now" };
        table.row([&date(context, row.made), &accounts(row.accounts), automatic, &proved, exists]);
    }
    // The path stands whole behind the columns, for it is to be copied.
    for (line, row) in table.lines().iter().zip(&rows) {
        context.output.line(&format!("{line}  {}", row.path))?;
    }
    Ok(())
}

/// Returns a number of accounts in words.
fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

fn in_trash(count: usize) -> String {
    if count == 0 { String::new() } else { format!(", {count} more in the trash") }
}

/// Returns what opens a backup, in words.
fn how(how: How) -> &'static str {
    match how {
        How::Passphrase => "opens with its own passphrase (age -d)",
        How::SamePassphrase => "opens with the passphrase that the vault has now (age -d)",
        How::Recipients => "opens with the identities of its recipients (age -d -i)",
        How::Either => "opens with its own passphrase, or the identities of its recipients (age -d -i)",
        How::Vault => "opens with what opens the vault now: its passphrase or its recovery sheet",
    }
}
