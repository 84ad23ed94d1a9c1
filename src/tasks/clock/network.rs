//! Asking servers on the network, because the user said so: what each says, and whether they can be believed.
//!
//! Nothing proves that an answer comes from whom it says, so that it is shown, and never applied by itself.

use super::evidence::{Certainty, Evidence, EvidenceKind, Says};
use super::known::{Asked, Known, Seen, change, known};
use super::words::rounded_length;
use crate::otp::Ahead;
use crate::ports::{FileError, Machine, ServerAnswer, ServerError};

/// From how much on servers contradict each other, in milliseconds.
const LARGEST_SPREAD_MILLIS: u64 = 1_000;

/// What servers said, and what that comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// What each said, in the order in which they were named.
    pub answers: Vec<(String, Result<ServerAnswer, ServerError>)>,
    /// What it comes to.
    pub heard: Heard,
}

/// What the answers of several servers come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This computer is ahead of them by that.
    Agreed(Ahead),
    /// They contradict each other, by so many milliseconds.
    Apart(u64),
    /// None gave a time.
    Nothing,
}

/// Asks servers on the network. Returns what they said and, for [`keep_asked`], what is known now.
///
/// Where they are of no use, what they said before stays.
pub fn ask_network(machine: &mut Machine, servers: &[String]) -> (Asking, Known) {
    let answers = machine.time_sources.ask(servers);
    let now = Seen::now(machine);
    let built = machine.time_sources.built();
    // A server whose time lies before this program was made does not know the time.
    let believable = |answer: ServerAnswer| match now.wall.plus_millis(answer.ahead_millis.saturating_neg()) {
        theirs if theirs < built => Err(ServerError::Nonsense),
        _ => Ok(answer),
    };
    let answers: Vec<_> = servers.iter().cloned().zip(answers.into_iter().map(|it| it.and_then(believable))).collect();
    let heard = heard(answers.iter().filter_map(|(_, answer)| answer.ok()));
    let mut known = known(machine);
    let ahead = match heard {
        Heard::Agreed(ahead) => Some(ahead),
        Heard::Apart(_) | Heard::Nothing => None,
    };
    if ahead.is_some() || known.asked.as_ref().is_none_or(|before| before.ahead.is_none()) {
        known.asked = Some(Asked { ahead, servers: servers.to_vec(), at: now });
    }
    (Asking { answers, heard }, known)
}

/// Remembers that servers were asked, and what they said.
///
/// # Errors
/// It cannot be kept.
pub fn keep_asked(machine: &mut Machine, known: &Known) -> Result<(), FileError> {
    change(machine, |stored| stored.asked.clone_from(&known.asked))
}

/// Weighs what servers said: the answer in the middle counts, give or take half its round trip and what they differ by.
fn heard(answers: impl Iterator<Item = ServerAnswer>) -> Heard {
    let mut answers: Vec<ServerAnswer> = answers.collect();
    answers.sort_by_key(|answer| answer.ahead_millis);
    let (Some(first), Some(last)) = (answers.first(), answers.last()) else { return Heard::Nothing };
    let spread = last.ahead_millis.abs_diff(first.ahead_millis);
    if spread > LARGEST_SPREAD_MILLIS {
        return Heard::Apart(spread);
    }
    let middle = answers[answers.len() / 2];
    let margin = (middle.round_trip_millis / 2).saturating_add_unsigned(spread).saturating_add(1);
    Heard::Agreed(Ahead::around(middle.ahead_millis, margin))
}

impl Heard {
    /// Says it where it is of no use; what is of use is in the report as a measurement.
    pub fn setback(self) -> Option<Evidence> {
        let (says, words) = match self {
            Self::Agreed(_) => return None,
            Self::Apart(spread) => (
                Says::Doubtful,
                format!("the servers differ by {}: untrustworthy, so none of them counts", rounded_length(spread)),
            ),
            Self::Nothing => (Says::Unknown, "no server on the network told the time".to_owned()),
        };
        let advice = match self {
            Self::Apart(_) => "name servers that you trust: countersign clock --network SERVER…",
            Self::Agreed(_) | Self::Nothing => {
                "check the connection, or name a server: countersign clock --network SERVER"
            }
        };
        let certainty = Certainty::CannotTell;
        Some(Evidence { kind: EvidenceKind::Network, certainty, says, words, advice: Some(advice.to_owned()) })
    }
}
