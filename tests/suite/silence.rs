//! What never says a secret: `{:?}` of whatever can hold one, and errors about whatever cannot be read.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;

use countersign::config::Settings;
use countersign::exchange::{FORMATS, google, recovery_codes};
use countersign::otp::{Enrolment, Params, Pin, Secret, uri};
use countersign::sealing::{self, BackupRecipient, VaultKey};
use countersign::tui::effect::{Accept, Effect};
use countersign::tui::key::Key;
use countersign::tui::message::{Message, Outcome};
use countersign::tui::theme::Theme;
use countersign::vault::{self, Change};
use secrecy::SecretString;

use crate::support::accounts::{account, vault};
use crate::support::driver::Driver;

/// Five bits a letter: what stands for it in other alphabets is below.
const SECRET: &str = "OVXGIZLDNFSGKZBAMZXXEIDBEB3WQ2LM";
const PASSPHRASE: &str = "seven-wobbly-moons-anchored";

fn secret() -> Secret {
    Secret::from_base32(SECRET).unwrap()
}

/// Asserts that nothing of either stands in a text, in any way of writing bytes.
#[track_caller]
fn is_silent(what: &str, said: &str) {
    let bytes = data_encoding::BASE32_NOPAD.decode(SECRET.as_bytes()).unwrap();
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let ways = [
        SECRET.to_owned(),
        SECRET.to_lowercase(),
        numbers.join(", "),
        data_encoding::HEXLOWER.encode(&bytes),
        String::from_utf8_lossy(&bytes).into_owned(),
        PASSPHRASE.to_owned(),
        // A piece of it is too much as well.
        SECRET[4..16].to_owned(),
        SECRET[4..16].to_lowercase(),
        PASSPHRASE[4..16].to_owned(),
    ];
    for way in ways {
        assert!(!said.contains(&way), "{what} says {said:?}");
    }
}

#[test]
fn what_holds_a_secret_does_not_say_it_when_it_is_printed_for_debugging() {
    let mut new = account(1, "GitHub", "alice");
    let pin = Some(Pin::from_text("1234").unwrap());
    new.enrolment = Enrolment { params: Params::USUAL, secret: secret(), pin };
    let vault = vault([new.clone()]);
    let snapshot = Driver::at(0).unlocked(vault.clone()).snapshot_of_vault();
    let typed = || SecretString::from(PASSPHRASE);
    let unlock = Effect::Unlock { attempt: 1, passphrase: typed(), accept: Accept::default() };
    let commit = Effect::Commit { title: "added".to_owned(), change: Change::Add(Box::new(new.clone())) };
    let read = Outcome::Read { text: SecretString::from(SECRET), is_picture: false };
    let key = VaultKey::generate();
    let all: [&dyn Debug; 13] = [
        &new,
        &vault,
        &snapshot,
        &unlock,
        &commit,
        &Effect::Create { attempt: 1, passphrase: typed() },
        &Message::Paste(typed()),
        &Message::Done(Box::new(Outcome::Generated(typed()))),
        &Outcome::Unlocked { attempt: 1, snapshot: snapshot.clone() },
        &read,
        &key,
        &secret(),
        &new.enrolment.code(1),
    ];
    for (place, thing) in all.iter().enumerate() {
        let said = format!("{thing:?}{thing:#?}");
        is_silent(&format!("number {place}"), &said);
        let code = new.enrolment.code(1);
        assert!(!said.contains(code.expose_secret()), "number {place} says a code: {said}");
        assert!(!said.contains("1234"), "number {place} says a PIN: {said}");
    }
}

/// A reader of texts from outside: its name, and what it says of one that it refuses.
type Reader = (&'static str, fn(&str) -> String);

fn said<T>(read: Result<T, impl Debug + ToString>) -> String {
    read.map_or_else(|error| format!("{} {error:?}", error.to_string()), |_| String::new())
}

const READERS: &[Reader] = &[
    ("an otpauth URI", |text| said(uri::parse(text))),
    ("a base32 secret", |text| said(Secret::from_base32(text))),
    ("a hexadecimal secret", |text| said(Secret::from_hex(text))),
    ("a PIN", |text| said(Pin::from_text(text))),
    ("a transfer code", |text| said(google::read(text))),
    ("the settings", |text| said(Settings::read(text))),
    ("a theme", |text| said(Theme::read(text))),
    ("a key", |text| said(Key::from_str(text))),
    ("several keys", |text| said(Key::sequence(text))),
    ("the accounts", |text| said(vault::read(text.as_bytes()))),
    ("a vault", |text| said(sealing::peek(text.as_bytes()))),
    ("a vault's key", |text| said(VaultKey::from_identity_file(&SecretString::from(text)))),
    ("a recipient", |text| said(BackupRecipient::parse(text))),
];

#[test]
fn no_reader_repeats_what_it_refuses() {
    let broken = [
        "{}",
        "{}!",
        "!{}",
        "otpauth://totp/GitHub?secret={}!",
        "otpauth://totp/GitHub?secret=a&digits={}",
        "otpauth://{}/GitHub",
        "otpauth-migration://offline?data={}",
        "otpauth://totp/{}?period={}&secret={}",
        "{\"accounts\":[{\"secret\":\"{}\"}]}",
        "{\"accounts\":\"{}\"}",
        "{\"{}\":",
        "[codes]\nhide = \"{}\"",
        "[keys]\nlock = [\"{}\"]",
        "codes = {}",
        "x = = {}",
        "AGE-SECRET-KEY-1{}",
        "age1{}",
        "age-encryption.org/v1\n-> {}\n",
        "<{}>",
        "\u{202e}{}",
    ];
    let mut refusals = BTreeMap::new();
    for (name, read) in READERS {
        for text in broken {
            for needle in [SECRET, PASSPHRASE, &SECRET.to_lowercase()] {
                let said = read(&text.replace("{}", needle));
                is_silent(name, &said);
                *refusals.entry(name).or_insert(0) += usize::from(!said.is_empty());
            }
        }
    }
    // Who takes everything was not asked.
    assert!(refusals.iter().all(|(_, count)| *count > 0), "{refusals:?}");
    for text in broken {
        let text = text.replace("{}", SECRET);
        for format in FORMATS {
            is_silent(format.name, &said((format.read)(text.as_bytes(), None)));
        }
        if let Err(problem) = recovery_codes::read(text.as_bytes(), None) {
            is_silent("recovery codes", &format!("{problem:?}"));
        }
    }
}
