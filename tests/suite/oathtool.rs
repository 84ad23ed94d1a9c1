//! The same codes as `oathtool`, an implementation by other people, for ten thousand parameter sets.

use std::process::Command;

use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};
use data_encoding::HEXLOWER;
use secrecy::ExposeSecret as _;

use crate::support::random::Random;

const SETS: u64 = 10_000;
const THREADS: u64 = 2;

#[test]
fn ten_thousand_random_parameter_sets_give_the_codes_of_oathtool() {
    if Command::new("oathtool").arg("--version").output().is_err() {
        println!("skipped: oathtool is not installed");
        return;
    }
    let compare = |thread| (0..SETS).filter(|set| set % THREADS == thread).map(compare_set).count() as u64;
    let compared: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || compare(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(compared, SETS);
}

fn compare_set(set: u64) {
    let case = Case::random(&mut Random::new(set));
    let output = Command::new("oathtool").args(&case.arguments).output().unwrap();
    let theirs = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "set {set}: oathtool {:?}", case.arguments);
    assert_eq!(case.code, theirs.trim_end(), "set {set}: oathtool {:?}", case.arguments);
}

struct Case {
    arguments: Vec<String>,
    code: String,
}

impl Case {
    fn random(random: &mut Random) -> Self {
        let bytes = (0..=random.below(64)).map(|_| random.below(256) as u8).collect();
        let secret = Secret::from_bytes(bytes).unwrap();
        // oathtool knows no other lengths.
        let digits = Digits::new(6 + random.below(3) as u8).unwrap();
        let mut arguments = vec![format!("--digits={}", digits.get())];
        let (params, counter) = if random.below(4) == 0 {
            let counter = random.wide();
            arguments.extend(["--hotp".to_owned(), format!("--counter={counter}")]);
            (Params::Hotp { algorithm: Algorithm::Sha1, digits }, counter)
        } else {
            let algorithm = Algorithm::ALL[random.below(3) as usize];
            let period = Period::from_secs(if random.below(2) == 0 { 30 } else { 1 + random.below(100_000) }).unwrap();
            // Up to the year 9999, as far as oathtool reads times.
            let secs = random.below(253_402_300_799);
            arguments.push(format!("--totp={}", algorithm.as_str()));
            arguments.push(format!("--time-step-size={}s", period.as_secs()));
            arguments.push(format!("--now=@{secs}"));
            let step = period.step_at(Timestamp::from_secs(secs as i64));
            (Params::Totp { algorithm, digits, period }, step)
        };
        if random.below(2) == 0 {
            arguments.push("--base32".to_owned());
            arguments.push(secret.to_base32().expose_secret().to_owned());
        } else {
            arguments.push(HEXLOWER.encode(secret.expose_secret()));
        }
        let code = Enrolment { params, secret, pin: None }.code(counter).expose_secret().to_owned();
        Self { arguments, code }
    }
}
