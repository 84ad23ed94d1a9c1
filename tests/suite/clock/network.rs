//! Servers on the network: what each of them may say, and what several come to. The servers are ours, on loopback.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use countersign::otp::{Ahead, Timestamp};
use countersign::ports::{Machine, ServerAnswer, ServerError};
use countersign::system::network_time::{ask_within, host_and_port};
use countersign::tasks::clock::{
    EvidenceKind, Facts, Heard, Level, ask_network, full_report, full_report_knowing, keep_asked, known,
    remember_network,
};

use crate::support::fakes::machine;

/// What makes an answer out of a question.
type Answer = fn(&[u8; 48]) -> Vec<u8>;

/// Starts a server that answers one question so; returns where it is.
fn server(answer: Answer) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut question = [0; 48];
        let (_, from) = socket.recv_from(&mut question).unwrap();
        socket.send_to(&answer(&question), from).unwrap();
    });
    address
}

/// An answer as a good server gives it (RFC 5905, figure 8), whose time is that of the question and `seconds`.
fn honest(question: &[u8; 48], seconds: i64) -> Vec<u8> {
    let asked = u32::from_be_bytes(question[40..44].try_into().unwrap());
    let theirs = u32::try_from(i64::from(asked) + seconds).unwrap().to_be_bytes();
    let fraction = &question[44..48];
    let time = [&theirs[..], fraction].concat();
    // No leap second, version 4, a server; stratum 2, an address as its reference.
    let head = [0b00_100_100, 2, 6, 0xec, 0, 0, 0, 1, 0, 0, 0, 1, 127, 0, 0, 1];
    [&head[..], &time, &question[40..48], &time, &time].concat()
}

fn with(mut answer: Vec<u8>, place: usize, bytes: &[u8]) -> Vec<u8> {
    answer[place..place + bytes.len()].copy_from_slice(bytes);
    answer
}

fn ask(server: String) -> Result<ServerAnswer, ServerError> {
    ask_within(&[server], Duration::from_secs(20), Duration::from_secs(20))[0]
}

#[test]
fn a_server_that_is_behind_means_that_this_computer_is_ahead() {
    for (answer, expected) in [
        ((|question| honest(question, -61)) as Answer, 61_000),
        (|question| honest(question, 3_600), -3_600_000),
        (|question| honest(question, 0), 0),
    ] {
        let said = ask(server(answer)).unwrap();
        assert!((said.ahead_millis - expected).abs() <= said.round_trip_millis / 2 + 1, "{expected}: {said:?}");
        assert_eq!(said.stratum, 2);
    }
}

#[test]
fn what_a_server_should_not_say_is_named_and_counts_for_nothing() {
    let cases: [(&str, Answer, ServerError); 10] = [
        ("kiss of death, too often", |q| with(with(honest(q, 0), 1, &[0]), 12, b"RATE"), ServerError::Refused),
        ("kiss of death, denied", |q| with(with(honest(q, 0), 1, &[0]), 12, b"DENY"), ServerError::Refused),
        ("just started", |q| with(with(honest(q, 0), 1, &[0]), 12, b"INIT"), ServerError::NotSynchronised),
        ("stratum 0 without a word", |q| with(with(honest(q, 0), 1, &[0]), 12, &[0; 4]), ServerError::NotSynchronised),
        ("leap alarm", |q| with(honest(q, 0), 0, &[0b11_100_100]), ServerError::NotSynchronised),
        ("stratum 16", |q| with(honest(q, 0), 1, &[16]), ServerError::NotSynchronised),
        ("to another question", |q| with(honest(q, 0), 24, &[1; 8]), ServerError::Nonsense),
        ("no time at all", |q| with(honest(q, 0), 40, &[0; 8]), ServerError::Nonsense),
        (
            "it held the question for an hour",
            |q| with(honest(q, 0), 40, &honest(q, 3_600)[40..44]),
            ServerError::Nonsense,
        ),
        ("a few bytes", |q| q[..7].to_vec(), ServerError::Nonsense),
    ];
    for (what, answer, expected) in cases {
        assert_eq!(ask(server(answer)), Err(expected), "{what}");
    }
}

#[test]
fn a_server_that_is_silent_gone_or_nameless_is_not_waited_for() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let servers = [silent.local_addr().unwrap().to_string(), gone, String::new(), "no such name".to_owned()];
    let said = ask_within(&servers, Duration::from_millis(20), Duration::from_secs(20));
    assert_eq!(said[..2], [Err(ServerError::NoAnswer), Err(ServerError::NoAnswer)]);
    assert_eq!(said[2..], [Err(ServerError::NotFound), Err(ServerError::NotFound)]);
    // The deadline of all holds although one is still waited for.
    let late = ask_within(&servers[..1], Duration::from_secs(3_600), Duration::from_millis(20));
    assert_eq!(late, [Err(ServerError::NoAnswer)]);
}

#[test]
fn a_server_is_a_host_with_or_without_a_port() {
    let pairs = [
        ("time.example.org", Some(("time.example.org", 123))),
        ("time.example.org:11123", Some(("time.example.org", 11123))),
        ("192.0.2.1", Some(("192.0.2.1", 123))),
        ("2001:db8::1", Some(("2001:db8::1", 123))),
        ("[2001:db8::1]", Some(("2001:db8::1", 123))),
        ("[2001:db8::1]:11123", Some(("2001:db8::1", 11123))),
        ("host:", None),
        ("host:0", None),
        ("host:99999", None),
        (":123", None),
        ("[::1", None),
        ("", None),
    ];
    for (server, expected) in pairs {
        assert_eq!(host_and_port(server), expected, "{server}");
    }
}

fn said(ahead_millis: i64, round_trip_millis: i64) -> Result<ServerAnswer, ServerError> {
    Ok(ServerAnswer { ahead_millis, round_trip_millis, stratum: 2 })
}

/// A machine whose servers a, b, c… say this; and their names.
fn answered(answers: &[Result<ServerAnswer, ServerError>]) -> (Machine, Vec<String>) {
    let (machine, handles) = machine();
    let names: Vec<String> = ('a'..).take(answers.len()).map(String::from).collect();
    for (name, answer) in names.iter().zip(answers) {
        handles.time_sources.server_says(name, *answer);
    }
    (machine, names)
}

fn heard(answers: &[Result<ServerAnswer, ServerError>]) -> Heard {
    let (mut machine, names) = answered(answers);
    ask_network(&mut machine, &names).0.heard
}

#[test]
fn of_several_servers_the_one_in_the_middle_counts() {
    let agreed = heard(&[said(61_400, 30), said(61_000, 10), Err(ServerError::NoAnswer), said(61_100, 40)]);
    assert_eq!(agreed, Heard::Agreed(Ahead::around(61_100, 20 + 400 + 1)));
}

#[test]
fn an_answer_that_took_long_leaves_much_doubt() {
    assert_eq!(heard(&[said(0, 2_800)]), Heard::Agreed(Ahead::around(0, 1_401)));
}

#[test]
fn servers_that_differ_by_more_than_a_second_are_not_believed() {
    assert_eq!(heard(&[said(0, 10), said(20, 10), said(1_021, 10)]), Heard::Apart(1_021));
    assert!(matches!(heard(&[said(0, 10), said(1_000, 10)]), Heard::Agreed(_)));
    assert_eq!(heard(&[said(0, 10), said(-i64::MAX, 10)]), Heard::Apart(i64::MAX as u64));
    assert_eq!(heard(&[Err(ServerError::NotFound)]), Heard::Nothing);
    assert_eq!(heard(&[]), Heard::Nothing);
}

#[test]
fn a_server_whose_time_lies_before_this_program_was_made_makes_it_up() {
    let three_years = 3 * 365 * 86_400_000;
    assert_eq!(heard(&[said(three_years, 10)]), Heard::Agreed(Ahead::around(three_years, 6)));
    let (mut machine, names) = answered(&[said(2 * three_years, 10), said(0, 10)]);
    let asking = ask_network(&mut machine, &names).0;
    assert_eq!(asking.answers[0].1, Err(ServerError::Nonsense));
    assert!(matches!(asking.heard, Heard::Agreed(_)));
}

#[test]
fn what_servers_said_is_remembered_and_weighs_more_than_the_kernel() {
    let (mut machine, names) = answered(&[said(61_000, 10)]);
    let (_, learned) = ask_network(&mut machine, &names);
    assert_eq!(known(&machine).asked, None, "nothing is kept before it is said so");
    assert_eq!(full_report_knowing(&mut machine, &Facts::default(), &learned).level, Level::Critical);
    keep_asked(&mut machine, &learned).unwrap();
    let report = full_report(&mut machine, &Facts::default());
    assert_eq!((report.level, report.source), (Level::Critical, Some(EvidenceKind::Network)));
    assert_eq!(known(&machine).asked.unwrap().servers, names);
}

#[test]
fn asking_in_vain_changes_nothing_but_that_somebody_was_asked() {
    let (mut machine, names) = answered(&[said(0, 10), said(90_000, 10)]);
    let (_, learned) = ask_network(&mut machine, &names);
    assert_eq!(learned.asked.as_ref().map(|asked| asked.ahead), Some(None));

    remember_network(&mut machine, Some(Ahead::around(0, 20)), vec!["z".to_owned()]).unwrap();
    let before = known(&machine);
    let (_, learned) = ask_network(&mut machine, &names);
    assert_eq!(learned, before);
    assert_eq!(machine.clock.now(), Timestamp::from_secs(1_795_305_600));
}
