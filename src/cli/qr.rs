//! `qr`: an account as a QR code, for the phone beside the screen.

use std::path::Path;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::args::{Qr, QrPlace};
use super::output::{Exit, Failure};
use super::{Context, pick};
use crate::exchange::qr::{self, QrCode};
use crate::otp::{Enrolment, Params};
use crate::shown::shown;
use crate::tasks;
use crate::vault::Deed;

/// How long a code stays on the screen.
const SHOWN_SECONDS: u32 = 60;
/// The least margin that scanners forgive.
const LEAST_QUIET: usize = 2;
/// Lines below the code.
const WORDS_ROWS: usize = 1;

pub(super) fn run(context: &mut Context<'_>, args: &Qr) -> Result<(), Failure> {
    check(context, &args.place)?;
    let session = context.unlock()?;
    tasks::allow(&session, Deed::QrCode)?;
    let account = pick::one(session.vault(), &args.which.query)?;
    give(context, &args.place, account.issuer(), account.account(), account.enrolment(), account.counter())?;
    if matches!(account.params(), Params::Hotp { .. }) {
        let next =
            format!("use the account in one place from now on; here its counter stands at {}", account.counter());
        context.output.warning("two devices that count on their own fall out of step", &next);
    }
    Ok(())
}

/// Refuses to show a code where anybody may find it.
pub(super) fn check(context: &Context<'_>, place: &QrPlace) -> Result<(), Failure> {
    let can_be_shown = context.surroundings.out_is_terminal && context.machine.private_screen.size().is_some();
    if place.is_file() || can_be_shown {
        return Ok(());
    }
    let next = "run it where you can see it, or write a picture with --png FILE or --svg FILE";
    Err(Failure::new(Exit::NeedsDecision, "a QR code is a secret, and is shown on a terminal only", next))
}

/// Writes or shows the code of an enrolment.
pub(super) fn give(
    context: &mut Context<'_>,
    place: &QrPlace,
    issuer: &str,
    account: &str,
    enrolment: &Enrolment,
    counter: u64,
) -> Result<(), Failure> {
    let room = context.machine.private_screen.size().unwrap_or_default();
    let fits = |code: &QrCode| place.is_file() || quiet(code, room).is_some();
    let code = QrCode::of_account(issuer, account, enrolment, counter, fits)
        .map_err(|error| Failure::new(Exit::Failed, error, error.next_step()))?;
    if let Some(path) = &place.png {
        write(context, path, &code.to_png())
    } else if let Some(path) = &place.svg {
        write(context, path, &SecretSlice::from(code.to_svg().expose_secret().as_bytes().to_vec()))
    } else {
        show(context, &code, room)
    }
}

fn write(context: &mut Context<'_>, path: &Path, picture: &SecretSlice<u8>) -> Result<(), Failure> {
    context.machine.documents.write_new(path, picture.expose_secret())?;
    let next = "delete it once it is scanned, and wherever it was copied to";
    context.output.warning(&format!("{} shows the secret to whoever sees it", shown(&path.to_string_lossy())), next);
    Ok(())
}

/// Returns the widest margin that fits into so many columns and lines; none if the code does not.
fn quiet(code: &QrCode, (columns, rows): (usize, usize)) -> Option<usize> {
    let fits = |quiet: &usize| {
        let (needed_columns, needed_rows) = code.cells(*quiet);
        needed_columns <= columns && needed_rows + WORDS_ROWS <= rows
    };
    [qr::QUIET, LEAST_QUIET].into_iter().find(fits)
}

fn show(context: &mut Context<'_>, code: &QrCode, (columns, rows): (usize, usize)) -> Result<(), Failure> {
    let Some(quiet) = quiet(code, (columns, rows)) else {
        return Err(too_small(code, columns, rows));
    };
    let words = format!("any key puts it away, and so do {SHOWN_SECONDS} s");
    // Where there is no room for all of the words, they must not make a second line of it.
    let words: String = words.chars().take(columns.saturating_sub(1)).collect();
    let lines: Vec<SecretString> = code.lines(quiet);
    context.output.flush()?;
    context.machine.private_screen.show(&lines, &words, SHOWN_SECONDS)?;
    Ok(())
}

fn too_small(code: &QrCode, columns: usize, rows: usize) -> Failure {
    let (needed_columns, needed_rows) = code.cells(LEAST_QUIET);
    let needed_rows = needed_rows + WORDS_ROWS;
    let what = format!(
        "the code needs {needed_columns} columns and {needed_rows} lines, and the terminal has {columns} and {rows}"
    );
    let next = "enlarge the window or make its letters smaller, or write a picture with --png FILE";
    Failure::new(Exit::Failed, what, next)
}
