//! `recovery add`: shows what was understood of a text, and stores it after a yes.

use std::path::Path;

use secrecy::ExposeSecret;

use super::super::args::AddRecovery;
use super::super::output::Failure;
use super::super::{Context, dates, pick};
use super::{basket, unanswered};
use crate::exchange::recovery_codes::{self, Doubt, Reading, Remark};
use crate::tasks::{self, Session, count_words};
use crate::vault::{Account, SetKind};

/// How many lines of text around the codes are shown.
const MOST_LINES: usize = 6;

pub(super) fn run(context: &mut Context<'_>, add: &AddRecovery) -> Result<(), Failure> {
    let (reading, origin) = read(context, add)?;
    let mut session = context.unlock()?;
    store(context, &mut session, add, &reading, &origin)
}

/// Stores the codes of a file in a vault that is open already.
pub(in crate::cli) fn into(context: &mut Context<'_>, session: &mut Session, add: &AddRecovery) -> Result<(), Failure> {
    let (reading, origin) = read(context, add)?;
    store(context, session, add, &reading, &origin)
}

fn store(
    context: &mut Context<'_>,
    session: &mut Session,
    add: &AddRecovery,
    reading: &Reading,
    origin: &str,
) -> Result<(), Failure> {
    let account = pick::one(session.vault(), &add.which.query)?;
    let mut held = match session.vault().keeps_apart() {
        true => Some(basket::open(context, &add.opening)?),
        false => None,
    };
    let seen = match &held {
        Some(basket) => session.vault().seen_with(basket.contents()),
        None => session.vault().as_ref().clone(),
    };
    if let Some((owner, _)) = recovery_codes::holder(&seen, reading)
        && owner == account.id()
    {
        context.output.note(&format!("{} has these very codes already; nothing was stored", account.label()));
        return Ok(());
    }
    let doubts = recovery_codes::doubts(&seen, &account, reading);
    preview(context, add, &account, reading, &doubts);
    let is_decided = add.anyway || context.global.yes && doubts.is_empty();
    if !is_decided {
        ask(context, reading, &doubts)?;
    }
    let (id, keep_old) = (account.id(), add.keep_old);
    let saved = tasks::add_recovery(context.machine, session, held.as_mut(), id, reading, origin, keep_old)?;
    super::super::decisions::tell(&mut context.output, &saved.decisions);
    let label = account.label();
    context.output.note(&format!("stored {} for {label}", count_words(reading.codes.len())));
    Ok(())
}

fn read(context: &mut Context<'_>, add: &AddRecovery) -> Result<(Reading, String), Failure> {
    let path = add.file.as_deref().unwrap_or(Path::new("-"));
    let is_file = path != Path::new("-");
    if !is_file && context.surroundings.out_is_terminal && context.machine.prompter.can_ask() {
        context.output.note("paste the codes, then press Ctrl-D on a line of its own");
    }
    let bytes = context.read_recovery_text(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).filter(|_| is_file);
    let reading = recovery_codes::read(bytes.expose_secret(), name.as_deref())?;
    Ok((reading, name.unwrap_or_else(|| "standard input".to_owned())))
}

fn preview(context: &mut Context<'_>, add: &AddRecovery, account: &Account, reading: &Reading, doubts: &[Doubt]) {
    let zone = context.surroundings.time_zone.clone();
    let used = reading.codes.len() - reading.unused();
    let marked = if used > 0 { format!(", {used} of them marked as used") } else { String::new() };
    let output = &mut context.output;
    output.note(&format!("{}{marked}, for {}", count_words(reading.codes.len()), account.label()));
    for (code, number) in reading.codes.iter().zip(1..) {
        let used = match (code.is_used, code.used_at) {
            (false, _) => String::new(),
            (true, None) => "  used".to_owned(),
            (true, Some(at)) => format!("  used {}", dates::day(at, &zone)),
        };
        output.note(&format!("  {number:>3}  {}{used}", code.text.masked()));
    }
    for words in kind_words(reading.kind) {
        output.note(words);
    }
    if let Some(at) = reading.kind.expires {
        output.note(&format!("they expire on {}", dates::day(at, &zone)));
    }
    for line in reading.about.iter().take(MOST_LINES) {
        output.note(&format!("  text: {line}"));
    }
    let is_doubt = |remark: &&Remark| matches!(remark, Remark::Lengths | Remark::Headings);
    for remark in reading.remarks.iter().filter(|remark| !is_doubt(remark)) {
        output.note(&format!("note: {remark}"));
    }
    for odd in &reading.odd {
        let what = if odd.is_read { "was understood in part" } else { "was not understood" };
        output.warning(&format!("line {} {what}", odd.number), "look at it: it is kept as text, not as a code");
    }
    // The odd lines are named one by one above.
    for doubt in doubts.iter().filter(|doubt| !matches!(doubt, Doubt::OddLines(_))) {
        output.warning(&doubt.to_string(), doubt.next_step());
    }
    let old = account.recovery().current().len();
    if old > 0 && !add.keep_old {
        output.note("the codes stored before are superseded; --keep-old leaves them");
    }
}

/// Returns what is special about a kind of set.
pub(super) fn kind_words(kind: SetKind) -> Vec<&'static str> {
    let all = [
        (kind.one_off, "one key, which works once"),
        (kind.ordered, "the site asks for them in their order"),
        (kind.replaced_when_used, "the site replaces a code that was used"),
    ];
    all.into_iter().filter(|(applies, _)| *applies).map(|(_, words)| words).collect()
}

fn ask(context: &mut Context<'_>, reading: &Reading, doubts: &[Doubt]) -> Result<(), Failure> {
    if context.machine.prompter.can_ask() {
        let yes = context.machine.prompter.confirm("Store them?")?;
        let refused = || Failure::new(super::Exit::Failed, "nothing was stored", "correct the text, and add it again");
        return if yes { Ok(()) } else { Err(refused()) };
    }
    let lines: Vec<String> = reading.odd.iter().map(|odd| odd.number.to_string()).collect();
    Err(match (lines.as_slice(), doubts.first()) {
        ([], None) => unanswered("there is no terminal to ask on, and nothing was stored", "say --yes to store them"),
        ([], Some(doubt)) => unanswered(format!("nothing was stored: {doubt}"), "say --anyway if they belong there"),
        ([one], _) => unanswered(format!("nothing was stored: line {one} is odd"), NEXT_WITH_ODD_LINES),
        (_, _) => unanswered(format!("nothing was stored: lines {} are odd", lines.join(", ")), NEXT_WITH_ODD_LINES),
    })
}

const NEXT_WITH_ODD_LINES: &str = "correct them, or say --anyway to store the codes and keep those lines as text";
