//! The question whether a site accepted a code, and what a typed code says about the clocks.

use super::output::Failure;
use super::{Context, clock};
use crate::otp::{Enrolment, Timestamp, VERIFY_WINDOW, Verdict, drift_words, no_match_words, verify};
use crate::tasks::Issued;

/// How often a code may be typed.
const TRIES: usize = 5;

/// Returns a code, and how long it lives.
pub(super) fn with_time_left(issued: &Issued, now: Timestamp) -> String {
    let left = issued.valid.map_or_else(String::new, |(_, until)| {
        format!("   ({} s left)", until.as_secs().saturating_sub(now.as_secs()))
    });
    format!("{}{left}", issued.code.expose_secret())
}

/// Asks whether the site accepted the code that was shown. A code typed instead is compared, and a difference of
/// the clocks is named.
pub(super) fn is_accepted(
    context: &mut Context<'_>,
    enrolment: Option<&Enrolment>,
    counter: u64,
) -> Result<bool, Failure> {
    clock::tell_with_codes(context, None);
    for _ in 0..TRIES {
        let question = "Did the site accept this code? yes, no, or the code that another device shows:";
        let answer = context.machine.prompter.ask(question)?;
        let answer = answer.trim();
        let enrolment = match (answer.to_lowercase().as_str(), enrolment) {
            ("y" | "yes", _) => return Ok(true),
            ("" | "n" | "no", _) | (_, None) => return Ok(false),
            (_, Some(enrolment)) => enrolment,
        };
        let now = context.machine.clock.now();
        match verify(enrolment, counter, answer, now, VERIFY_WINDOW) {
            Verdict::Match { drift_steps } => {
                context.output.note(&drift_words(&enrolment.params, drift_steps));
                return Ok(true);
            }
            Verdict::NoMatch => context.output.note(&no_match_words(&enrolment.params)),
            Verdict::WrongLength { expected } => context.output.note(&format!("a code here has {expected} characters")),
            Verdict::NotDigits => context.output.note("that is neither yes nor no nor a code of this account"),
        }
    }
    Ok(false)
}
