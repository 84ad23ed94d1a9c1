//! What was written is read back as the same, for every format that can be written, and no bytes make one panic.

use countersign::exchange::{Entry, FORMATS, Format, recognise};
use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Pin, Secret};
use proptest::prelude::*;

use super::{format, password};

fn bytes_from(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut state = seed;
    move |buffer: &mut [u8]| {
        for byte in buffer {
            // A multiplicative generator: bytes that differ are all that is needed here.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,20}",
        "\\PC{0,12}",
        Just(String::new()),
        Just("Steam".to_owned()),
        Just("a:b %3A+&#\"\\".to_owned()),
    ]
    .prop_map(|text: String| text.trim().to_owned())
}

fn params() -> impl Strategy<Value = Params> {
    let algorithms = prop::sample::select(&Algorithm::ALL);
    let digits = (1..=10_u8).prop_map(|digits| Digits::new(digits).unwrap());
    let periods =
        prop_oneof![Just(30), 1..=2_147_483_u64, Just(1 << 53)].prop_map(|secs| Period::from_secs(secs).unwrap());
    prop_oneof![
        (algorithms.clone(), digits.clone(), periods.clone()).prop_map(|(algorithm, digits, period)| Params::Totp {
            algorithm,
            digits,
            period
        }),
        Just(Params::USUAL),
        (algorithms, digits).prop_map(|(algorithm, digits)| Params::Hotp { algorithm, digits }),
        periods.prop_map(|period| Params::Steam { period }),
        Just(Params::Motp),
        Just(Params::Yandex),
    ]
}

prop_compose! {
    fn entries()(
        params in params(),
        secret in prop::collection::vec(any::<u8>(), 1..80),
        pin in prop::option::of("[0-9a-z]{1,16}"),
        (issuer, account, note) in (texts(), texts(), texts()),
        counter in any::<u64>(),
        tags in prop::collection::btree_set("[a-z ä]{0,5}x", 0..4),
        pinned in any::<bool>(),
    ) -> Entry {
        let mut secret = secret;
        if params == Params::Yandex {
            secret.resize(if secret.len() % 2 == 0 { 16 } else { 26 }, 7);
        }
        let pin = pin.filter(|_| params.needs_pin()).map(|pin| Pin::from_text(&pin).unwrap());
        let enrolment = Enrolment { params, secret: Secret::from_bytes(secret).unwrap(), pin };
        let counter = if params.period().is_none() { counter } else { 0 };
        Entry { note, tags: tags.into_iter().collect(), pinned, ..Entry::new(issuer, account, enrolment, counter) }
    }
}

/// Returns what a format has of these accounts, by its own word.
fn carried(format: &Format, entries: &[Entry]) -> Vec<Entry> {
    let losses = format.write.as_ref().unwrap().losses;
    let kept = entries.iter().filter(|entry| !losses(entry).iter().any(|loss| loss.leaves_out()));
    let kept = kept.enumerate().map(|(index, entry)| {
        let mut entry = Entry { index, ..entry.clone() };
        losses(&entry).iter().for_each(|loss| loss.take_off(&mut entry));
        entry
    });
    kept.collect()
}

/// Writes accounts and reads them back.
fn returned(format: &Format, entries: &[Entry], given: Option<&str>) -> Vec<Entry> {
    let given = given.map(password);
    let writer = format.write.as_ref().unwrap();
    let bytes = (writer.write)(entries, given.as_ref(), &mut bytes_from(1));
    let bytes = secrecy::ExposeSecret::expose_secret(&bytes);
    assert_eq!(recognise(bytes).map(|format| format.name), Some(format.name));
    let imported = (format.read)(bytes, given.as_ref()).unwrap();
    assert_eq!(imported.skipped, []);
    assert_eq!(imported.encrypted, given.is_some());
    imported.accounts
}

fn no_failure_files(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(no_failure_files(300))]

    #[test]
    fn every_format_gives_back_what_it_says_it_carries(entries in prop::collection::vec(entries(), 1..6)) {
        for format in FORMATS.iter().filter(|format| format.write.is_some()) {
            let carried = carried(format, &entries);
            if !carried.is_empty() {
                prop_assert_eq!(returned(format, &carried, None), carried, "{}", format.name);
            }
        }
    }

    #[test]
    fn no_change_to_a_file_makes_a_reader_panic(
        entries in prop::collection::vec(entries(), 1..3),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        for format in FORMATS.iter().filter(|format| format.write.is_some()) {
            let writer = format.write.as_ref().unwrap();
            let bytes = (writer.write)(&carried(format, &entries), None, &mut bytes_from(2));
            let mut bytes = secrecy::ExposeSecret::expose_secret(&bytes).to_vec();
            if bytes.is_empty() {
                continue;
            }
            for (place, byte) in &places {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            for format in FORMATS {
                let _ = (format.recognises)(&bytes);
                let _ = (format.read)(&bytes, None);
                let _ = (format.read)(&bytes[..end.index(bytes.len())], None);
            }
        }
    }
}

proptest! {
    #![proptest_config(no_failure_files(4))]

    #[test]
    fn an_encrypted_file_gives_back_the_same(entries in prop::collection::vec(entries(), 1..4), given in "\\PC{1,70}") {
        for format in FORMATS.iter().filter(|format| format.write.as_ref().is_some_and(|writer| writer.encrypts)) {
            let carried = carried(format, &entries);
            prop_assume!(!carried.is_empty());
            prop_assert_eq!(returned(format, &carried, Some(&given)), carried, "{}", format.name);
        }
    }
}

#[test]
fn an_encrypted_file_shows_nothing_and_never_twice_the_same() {
    let secret = Secret::from_bytes(b"a secret to look for".to_vec()).unwrap();
    let enrolment = Enrolment { params: Params::USUAL, secret, pin: None };
    let entry = Entry::new("Readable".to_owned(), "alice".to_owned(), enrolment, 0);
    let written = |seed| {
        let write = format("aegis").write.as_ref().unwrap().write;
        let bytes = write(std::slice::from_ref(&entry), Some(&password("test")), &mut bytes_from(seed));
        String::from_utf8(secrecy::ExposeSecret::expose_secret(&bytes).to_vec()).unwrap()
    };
    let (one, two) = (written(1), written(2));
    assert!(!one.contains("Readable") && !one.contains("alice"), "{one}");
    for field in ["salt", "key", "nonce", "tag", "db"] {
        let values = |text: &str| {
            let lines = text.lines().filter(|line| line.contains(&format!("\"{field}\": \""))).map(str::to_owned);
            lines.collect::<Vec<_>>()
        };
        assert!(!values(&one).is_empty(), "{field}");
        assert!(values(&one).iter().all(|value| !values(&two).contains(value)), "{field}");
    }
}
