//! `slots add sheet`: words on paper, for the safe.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::super::output::{Exit, Failure};
use super::super::{Context, dates};
use super::add;
use crate::ports::Entropy;
use crate::sealing::SheetCode;
use crate::shown::shown;
use crate::tasks::Session;
use crate::tasks::slots::{NewSlot, SlotError, add_slot, new_sheet, sheet_page};

/// How long the words stay on the screen at most.
const SHOWN_SECONDS: u32 = 600;
/// How many of the words are asked for.
const ASKED: usize = 3;
/// How often they may be.
const TRIES: usize = 3;
/// Lines that the page on the screen needs besides the words.
const OTHER_LINES: usize = 3;

pub(super) fn add(context: &mut Context<'_>, to: Option<&Path>, name: &str) -> Result<(), Failure> {
    let is_for_the_screen = to.is_none() && context.surroundings.out_is_terminal;
    if is_for_the_screen && (context.machine.private_screen.size().is_none() || !context.machine.prompter.can_ask()) {
        let next = "run it where you can read and answer, or write it into a file with --to FILE";
        return Err(Failure::new(Exit::NeedsDecision, "the words are shown on a terminal's private screen only", next));
    }
    let mut session = context.unlock()?;
    let code = new_sheet(context.machine)?;
    match to {
        Some(path) => into_file(context, &mut session, &code, path, name),
        None if is_for_the_screen => {
            show_until_written_down(context, &code)?;
            add::add(context, &mut session, NewSlot::Sheet(&code), name)
        }
        None => {
            // Printed before it counts: words that nobody has read must open nothing.
            context.output.raw(code.words().expose_secret().as_bytes())?;
            context.output.raw(b"\n")?;
            context.output.flush()?;
            add::add(context, &mut session, NewSlot::Sheet(&code), name)
        }
    }
}

/// Writes the sheet, reads it back, and only then adds its words.
fn into_file(
    context: &mut Context<'_>,
    session: &mut Session,
    code: &SheetCode,
    path: &Path,
    name: &str,
) -> Result<(), Failure> {
    let day = dates::day(context.machine.clock.now(), &context.surroundings.time_zone);
    let page = sheet_page(session, code, &day);
    context.machine.documents.write_new(path, page.expose_secret().as_bytes())?;
    let added = match is_there(context, path, &page) {
        true => add_slot(context.machine, session, NewSlot::Sheet(code), name).map_err(Failure::from),
        false => {
            let what = format!("{} does not read back as it was written", shown(&path.to_string_lossy()));
            Err(Failure::new(Exit::Failed, what, "choose another disk; nothing was added"))
        }
    };
    if added.is_err() {
        // Its words open nothing.
        context.machine.documents.remove(path).ok();
    }
    let added = added?;
    let what = format!("whoever reads {} can open the vault", shown(&path.to_string_lossy()));
    context.output.warning(&what, "print it, put the paper in a safe place, and delete the file");
    // From here on it opens the vault, whether or not anybody reads that.
    add::tell(context, session, &added)
}

fn is_there(context: &mut Context<'_>, path: &Path, page: &SecretString) -> bool {
    let page = page.expose_secret().as_bytes();
    context.machine.documents.read(path, page.len()).is_ok_and(|read| read == page)
}

/// Shows the words until some of them are typed back from what was written down.
fn show_until_written_down(context: &mut Context<'_>, code: &SheetCode) -> Result<(), Failure> {
    let words: Vec<&str> = code.words().expose_secret().split(' ').collect();
    let (_, rows) = context.machine.private_screen.size().unwrap_or_default();
    if rows < words.len() + OTHER_LINES {
        let what = format!("the words need {} lines, and the terminal has {rows}", words.len() + OTHER_LINES);
        return Err(Failure::new(Exit::Failed, what, "enlarge the window, or write a file with --to FILE"));
    }
    let lines: Vec<SecretString> =
        (1..).zip(&words).map(|(place, word)| format!("{place:>4}.  {word:<12}").into()).collect();
    context.output.tell("the words of the sheet come on a screen of their own: write them down on paper, in order");
    for _ in 0..TRIES {
        context.output.flush()?;
        let below = "any key puts them away; some of them are asked for then";
        context.machine.private_screen.show(&lines, below, SHOWN_SECONDS)?;
        if are_known(context, &words)? {
            return Ok(());
        }
        context.output.tell("those are not the words; here they are once more");
    }
    let what = "the words were not written down, so nothing was added";
    Err(Failure::new(Exit::Failed, what, "try again with paper and pencil, or write a file with --to FILE"))
}

/// Asks for some of the words. What is typed is not shown: it would stay on the screen.
fn are_known(context: &mut Context<'_>, words: &[&str]) -> Result<bool, Failure> {
    let mut are_known = true;
    for place in places(context.machine.entropy.as_mut(), words.len())? {
        let typed = context.machine.prompter.ask_secret(&format!("Word {}:", place + 1))?;
        are_known &= typed.expose_secret().trim().to_lowercase() == words[place];
    }
    Ok(are_known)
}

/// Draws some of so many places, each once, in order.
fn places(entropy: &mut dyn Entropy, count: usize) -> Result<Vec<usize>, SlotError> {
    let mut left: Vec<usize> = (0..count).collect();
    while left.len() > ASKED {
        let mut drawn = [0];
        entropy.fill(&mut drawn)?;
        left.remove(usize::from(drawn[0]) % left.len());
    }
    Ok(left)
}
