//! Servers on the network: the only file of the program that opens a connection, and only when the user asks for it.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rsntp::{Config, KissCode, ProtocolError, SntpClient, SynchronizationError, SynchronizationResult};

use super::clock::Stopwatch;
use crate::ports::{ServerAnswer, ServerError};

/// How long one server may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How long all of it may take, with the names looked up before.
const ALL: Duration = Duration::from_secs(5);
/// NTP's own port (RFC 5905, section 7.2).
const PORT: u16 = 123;

/// Asks all servers at once, and returns what each said, in their order.
pub(super) fn ask(servers: &[String]) -> Vec<Result<ServerAnswer, ServerError>> {
    ask_within(servers, ANSWER, ALL)
}

/// As `ask`, with at most so much time for one, and for all of them.
pub fn ask_within(servers: &[String], one: Duration, all: Duration) -> Vec<Result<ServerAnswer, ServerError>> {
    let (sender, receiver) = mpsc::channel();
    for (index, server) in servers.iter().cloned().enumerate() {
        let sender = sender.clone();
        // Ends with its server, or with the process: a name that is looked up for ever holds up nobody.
        thread::spawn(move || sender.send((index, ask_one(&server, one))));
    }
    let mut answers = vec![Err(ServerError::NoAnswer); servers.len()];
    let stopwatch = Stopwatch::start();
    for _ in servers {
        let left = all.saturating_sub(stopwatch.elapsed());
        let Ok((index, answer)) = receiver.recv_timeout(left) else { break };
        answers[index] = answer;
    }
    answers
}

fn ask_one(server: &str, deadline: Duration) -> Result<ServerAnswer, ServerError> {
    let (host, port) = host_and_port(server).ok_or(ServerError::NotFound)?;
    let addresses = (host, port).to_socket_addrs().map_err(|_| ServerError::NotFound)?;
    // Most networks can do the older addresses.
    let mut addresses: Vec<SocketAddr> = addresses.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    let address = *addresses.first().ok_or(ServerError::NotFound)?;
    let from: SocketAddr =
        if address.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let client = SntpClient::with_config(Config::default().bind_address(from).timeout(deadline));
    match client.synchronize(address) {
        Ok(answer) => read(&answer),
        Err(error) => Err(meant(&error)),
    }
}

fn read(answer: &SynchronizationResult) -> Result<ServerAnswer, ServerError> {
    let millis = |seconds: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "checked in the same line")]
        (seconds.abs() < 1e12).then(|| (seconds * 1000.0).round() as i64).ok_or(ServerError::Nonsense)
    };
    let round_trip_millis = millis(answer.round_trip_delay().as_secs_f64())?;
    // A server that claims to have held the question for longer than it was away makes up its times.
    if round_trip_millis < -1 {
        return Err(ServerError::Nonsense);
    }
    Ok(ServerAnswer {
        // There it is how far the server is ahead of us.
        ahead_millis: -millis(answer.clock_offset().as_secs_f64())?,
        round_trip_millis: round_trip_millis.max(0),
        stratum: answer.stratum(),
    })
}

fn meant(error: &SynchronizationError) -> ServerError {
    match error {
        SynchronizationError::IOError(_) => ServerError::NoAnswer,
        SynchronizationError::ProtocolError(error) => match error {
            // No code at all is what servers send that have only been started.
            ProtocolError::KissODeath(
                KissCode::AssociationNotYetSynchronized | KissCode::StepChange | KissCode::Unknown,
            )
            | ProtocolError::ServerNotSynchronized => ServerError::NotSynchronised,
            ProtocolError::KissODeath(_) => ServerError::Refused,
            ProtocolError::PacketIsTooShort
            | ProtocolError::InvalidPacketVersion
            | ProtocolError::InvalidLeapIndicator
            | ProtocolError::InvalidMode
            | ProtocolError::InvalidOriginateTimestamp
            | ProtocolError::InvalidTransmitTimestamp
            | ProtocolError::InvalidReferenceIdentifier => ServerError::Nonsense,
        },
    }
}

/// Splits `host`, `host:port`, `[address]:port` and an address that has colons itself.
pub fn host_and_port(server: &str) -> Option<(&str, u16)> {
    if let Some(rest) = server.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        let port = if rest.is_empty() { Some(PORT) } else { rest.strip_prefix(':')?.parse().ok() };
        return Some((host, port?));
    }
    match server.split_once(':') {
        Some((host, port)) if !port.contains(':') => Some((host, port.parse().ok()?)),
        _ => Some((server, PORT)),
    }
    .filter(|(host, port)| !host.is_empty() && *port != 0)
}
