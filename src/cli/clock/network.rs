//! `clock --network`: what servers said, one by one.

use serde::Serialize;

use super::super::Context;
use super::super::output::{Exit, Failure};
use super::seconds;
use crate::otp::Ahead;
use crate::ports::{ServerAnswer, ServerError};
use crate::tasks::clock::{Asking, Known, ahead_in_words, ask_network, keep_asked};

/// What a server said, as JSON has it; times in seconds.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    server: &'a str,
    /// How far this computer's own clock is ahead of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stratum: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Asks these servers, or those of the settings if there are none.
pub(super) fn ask(context: &mut Context<'_>, servers: &[String]) -> Result<(Asking, Known), Failure> {
    let servers = if servers.is_empty() { context.settings().clock.servers } else { servers.to_vec() };
    if servers.is_empty() {
        let next = "name one: countersign clock --network SERVER; or clock.servers in the settings";
        return Err(Failure::new(Exit::Usage, "there is no time server to ask", next));
    }
    context.output.note(&format!("asking {}", servers.join(", ")));
    let (asking, known) = ask_network(context.machine, &servers);
    if let Err(error) = keep_asked(context.machine, &known) {
        context.output.warning(&error.to_string(), error.next_step());
    }
    Ok((asking, known))
}

/// Returns how the command ends when no server was of use and nothing else is wrong.
pub(super) fn in_vain() -> Failure {
    let next = "check the connection, or name other servers: countersign clock --network SERVER…";
    Failure::new(Exit::Failed, "the network told no time that can be believed; nothing was changed", next)
}

pub(super) fn answer((server, answer): &(String, Result<ServerAnswer, ServerError>)) -> Answer<'_> {
    let said = answer.ok();
    Answer {
        server,
        offset: said.map(|said| seconds(said.ahead_millis)),
        round_trip: said.map(|said| seconds(said.round_trip_millis)),
        stratum: said.map(|said| said.stratum),
        error: answer.err().map(|error| error.to_string()),
    }
}

/// Returns a line for each server.
pub(super) fn rows(asking: &Asking) -> Vec<(&'static str, String)> {
    asking.answers.iter().map(|(server, answer)| ("asked", format!("{server}: {}", words(answer)))).collect()
}

fn words(answer: &Result<ServerAnswer, ServerError>) -> String {
    match answer {
        Ok(said) => format!(
            "this computer is {}; it took {} s to answer and is {} from a reference clock",
            ahead_in_words(Ahead::around(said.ahead_millis, said.round_trip_millis / 2)),
            seconds(said.round_trip_millis),
            if said.stratum == 1 { "one step".to_owned() } else { format!("{} steps", said.stratum) }
        ),
        Err(error) => error.to_string(),
    }
}
