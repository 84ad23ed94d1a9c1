//! `import`: another app's accounts, seen first and brought in as one change.

use std::path::Path;

use secrecy::SecretString;
use serde::Serialize;

use super::args::Import;
use super::output::{Exit, Failure, Table};
use super::{Context, decisions};
use crate::exchange::{Choice, Held, ImportError, ImportNote, Imported, Preview, Row, Standing, missing_parts};
use crate::shown::shown;
use crate::tasks::{self, Export, Session};

/// How often a password may be typed.
const TRIES: usize = 3;

/// What was read of one file, without its accounts.
struct About {
    name: String,
    format: &'static str,
    title: &'static str,
    version: Option<u64>,
    encrypted: bool,
}

#[derive(Serialize)]
struct Json {
    format: &'static str,
    version: Option<u64>,
    encrypted: bool,
    new: usize,
    same: usize,
    differs: usize,
    skipped: Vec<JsonSkipped>,
}

#[derive(Serialize)]
struct JsonSkipped {
    index: usize,
    reason: String,
}

pub(super) fn run(context: &mut Context<'_>, import: &Import) -> Result<(), Failure> {
    let read = read_all(context, import)?;
    let mut session = context.unlock()?;
    bring_in(context, &mut session, import, read)
}

/// Brings files into a vault that is open already.
pub(super) fn into(context: &mut Context<'_>, session: &mut Session, import: &Import) -> Result<(), Failure> {
    let read = read_all(context, import)?;
    bring_in(context, session, import, read)
}

fn bring_in(
    context: &mut Context<'_>,
    session: &mut Session,
    import: &Import,
    (about, exports): (Vec<About>, Vec<Imported>),
) -> Result<(), Failure> {
    let previews = tasks::preview_import(session, exports);
    tell(context, session, &about, &previews)?;
    if import.dry_run {
        context.output.note("nothing was changed: this was a dry run");
        return Ok(());
    }
    let rows = previews.iter().flat_map(|preview| &preview.rows);
    let on_conflict = import.on_conflict.unwrap_or_default();
    let chosen: Vec<(&Row, Choice)> = rows.map(|row| (row, row.choice(on_conflict))).collect();
    let wanted = chosen.iter().filter(|(_, choice)| *choice != Choice::Leave).count();
    if wanted > 0 && !may_go_on(context, wanted)? {
        return Err(Failure::new(Exit::Failed, "nothing was imported", "run it again whenever you like"));
    }
    let from = match &about[..] {
        [only] => only.title,
        [first, rest @ ..] if rest.iter().all(|other| other.format == first.format) => first.title,
        _ => "several apps",
    };
    let (count, saved) = tasks::import(context.machine, session, from, chosen.iter().copied())?;
    decisions::tell(&mut context.output, &saved.decisions);
    tell_the_end(context, &about, &chosen, count);
    Ok(())
}

fn may_go_on(context: &mut Context<'_>, count: usize) -> Result<bool, Failure> {
    if context.global.yes || !context.machine.prompter.can_ask() {
        return Ok(true);
    }
    Ok(context.machine.prompter.confirm(&format!("Import {}?", accounts(count)))?)
}

fn read_all(context: &mut Context<'_>, import: &Import) -> Result<(Vec<About>, Vec<Imported>), Failure> {
    let given = match &import.password_file {
        Some(path) => Some(context.read_first_line(path, "the password file")?),
        None => None,
    };
    let (mut about, mut exports) = (Vec::new(), Vec::new());
    for path in &import.files {
        context.claim_input(path)?;
        let name = if path == Path::new("-") { "standard input".to_owned() } else { shown(&path.to_string_lossy()) };
        let export = Export::open(context.machine, path, import.from)?;
        let imported = read(context, &name, &export, given.as_ref())?;
        for note in &imported.notes {
            tell_note(context, note);
        }
        let (version, encrypted) = (imported.version, imported.encrypted);
        about.push(About { name, format: export.format.name, title: export.format.title, version, encrypted });
        exports.push(imported);
    }
    for missing in missing_parts(exports.iter().flat_map(|export| export.parts.iter().copied())) {
        let next = "give all of them in one import, in any order; what is here is imported all the same";
        context.output.warning(&format!("the export is not complete: {missing}"), next);
    }
    Ok((about, exports))
}

fn tell_note(context: &mut Context<'_>, note: &ImportNote) {
    context.output.note(&note.to_string());
}

/// Reads a file with the password that is given, or with one that is typed.
fn read(
    context: &mut Context<'_>,
    name: &str,
    export: &Export,
    given: Option<&SecretString>,
) -> Result<Imported, Failure> {
    match export.read(given) {
        Err(ImportError::NeedsPassword) if context.machine.prompter.can_ask() => ask(context, name, export),
        Err(ImportError::NeedsPassword) => {
            let what = format!("{name} is encrypted, and there is no terminal to ask for its password on");
            Err(Failure::new(Exit::NeedsDecision, what, "give --password-file FILE"))
        }
        Err(error) => {
            let Failure { exit, .. } = Failure::from(error);
            Err(Failure::new(exit, format!("{name}: {error}"), error.next_step()))
        }
        Ok(imported) => Ok(imported),
    }
}

fn ask(context: &mut Context<'_>, name: &str, export: &Export) -> Result<Imported, Failure> {
    let mut tries = TRIES;
    loop {
        let title = export.format.title;
        let typed = context.machine.prompter.ask_secret(&format!("Password of {name} ({title}):"))?;
        tries -= 1;
        match export.read(Some(&typed)) {
            Err(error @ ImportError::WrongPassword { .. }) if tries > 0 => {
                context.output.warning(&error.to_string(), error.next_step());
            }
            read => return Ok(read?),
        }
    }
}

/// Prints what would happen to each account.
fn tell(context: &mut Context<'_>, session: &Session, about: &[About], previews: &[Preview]) -> Result<(), Failure> {
    if context.global.json {
        let mut all: Vec<Json> = about.iter().zip(previews).map(|(about, preview)| json(about, preview)).collect();
        return match all.len() {
            1 => context.output.json(&all.remove(0)),
            _ => context.output.json(&all),
        };
    }
    for (about, preview) in about.iter().zip(previews) {
        let version = about.version.map_or_else(String::new, |version| format!(", version {version}"));
        let encrypted = if about.encrypted { "encrypted" } else { "not encrypted" };
        context.output.note(&format!("{}: {}{version}, {encrypted}", about.name, about.title));
        let mut table = Table::default();
        for row in &preview.rows {
            table.row([word(&row.standing), &row.label(), &explained(row, session)]);
        }
        for skipped in &preview.skipped {
            table.row(["skipped", &format!("entry {}", skipped.index + 1), &skipped.reason.to_string()]);
        }
        table.lines().iter().try_for_each(|line| context.output.line(line))?;
    }
    Ok(())
}

fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Same(_) | Standing::Behind(_) => "same",
        Standing::Differs(_) => "differs",
    }
}

fn explained(row: &Row, session: &Session) -> String {
    let label = |id| session.vault().get(id).map_or_else(String::new, |account| account.label());
    match &row.standing {
        Standing::New => String::new(),
        Standing::Same(Held::Account(id)) if label(*id) == row.label() => String::new(),
        Standing::Same(Held::Account(id)) => format!("is here as {}", label(*id)),
        Standing::Same(Held::Trash(id)) => format!("is in the trash as {}", label(*id)),
        Standing::Same(Held::Former(id)) => format!("is a former secret of {}", label(*id)),
        Standing::Same(Held::Export) => "is there twice".to_owned(),
        Standing::Behind(_) => format!("its counter is further there: {}", row.entry.counter),
        Standing::Differs(_) => "has another secret here".to_owned(),
    }
}

fn json(about: &About, preview: &Preview) -> Json {
    let count = |wanted: &str| preview.rows.iter().filter(|row| word(&row.standing) == wanted).count();
    let skipped = preview.skipped.iter();
    Json {
        format: about.format,
        version: about.version,
        encrypted: about.encrypted,
        new: count("new"),
        same: count("same"),
        differs: count("differs"),
        skipped: skipped.map(|left| JsonSkipped { index: left.index, reason: left.reason.to_string() }).collect(),
    }
}

fn tell_the_end(context: &mut Context<'_>, about: &[About], chosen: &[(&Row, Choice)], count: usize) {
    match count {
        0 => context.output.note("there was nothing new in it; nothing was changed"),
        count => context.output.note(&format!("imported {}; take it back with: countersign undo", accounts(count))),
    }
    let differing = chosen.iter().filter(|(row, _)| matches!(row.standing, Standing::Differs(_)));
    let (mut beside, mut replaced, mut left) = (0, 0, 0);
    for (_, choice) in differing {
        match choice {
            Choice::Add => beside += 1,
            Choice::Replace => replaced += 1,
            Choice::Leave | Choice::Advance => left += 1,
        }
    }
    let said = [
        (beside, "now beside the one of the same name: compare their codes, and remove the wrong one"),
        (replaced, "now in the place of the one of the same name, whose old secret is kept as a former one"),
        (left, "not imported, because the one of the same name has another secret: --on-conflict both or replace"),
    ];
    for (count, words) in said.into_iter().filter(|(count, _)| *count > 0) {
        context.output.note(&format!("{} with another secret: {words}", accounts(count)));
    }
    for about in about.iter().filter(|about| !about.encrypted && about.name != "standard input") {
        let next = "delete it once the codes are right, and wherever it was copied to";
        context.output.warning(&format!("{} holds its secrets readable", about.name), next);
    }
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}
