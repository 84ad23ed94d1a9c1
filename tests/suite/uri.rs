//! otpauth URIs: what is read, what is refused, and that what is written is read back as the same.

use countersign::exchange::{ImportError, google};
use countersign::otp::uri::{self, UriError, UriNote};
use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Pin, Secret, SecretError, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::corpus;

#[test]
fn every_case_seen_in_the_wild_gives_what_it_means() {
    let Some(cases) = corpus("otpauth_cases.jsonl") else { return };
    let mut checked = 0;
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        check(&case);
        checked += 1;
    }
    assert!(checked > 80, "only {checked} cases");
}

fn check(case: &Value) {
    let (id, text, expected) = (&case["id"], case["uri"].as_str().unwrap(), &case["expect"]);
    if text.contains("otpauth-migration:") {
        return check_migration(id, text, expected);
    }
    match (uri::parse(text), expected.get("error").and_then(Value::as_str)) {
        (Err(error), Some(class)) => assert_eq!(uri_class(&error), class, "{id}: {error}"),
        (Ok(read), None) => {
            check_account(id, &expected["ok"], &read.issuer, &read.account, &read.enrolment, read.counter);
            if let Some(moment) = case.get("code_at") {
                let step = read.enrolment.step_at(Timestamp::from_secs(moment["time"].as_i64().unwrap())).unwrap();
                assert_eq!(read.enrolment.code(step).expose_secret(), moment["code"].as_str().unwrap(), "{id}");
            }
        }
        (Ok(_), Some(class)) => panic!("{id}: read, though it should be {class}"),
        (Err(error), None) => panic!("{id}: {error}"),
    }
}

fn check_migration(id: &Value, text: &str, expected: &Value) {
    match (google::read(text), expected.get("error").and_then(Value::as_str)) {
        (Err(error), Some(class)) => assert_eq!(import_class(&error), class, "{id}"),
        (Ok(read), None) => {
            let accounts = expected["accounts"].as_array().unwrap();
            assert_eq!(read.accounts.len(), accounts.len(), "{id}");
            for (entry, account) in read.accounts.iter().zip(accounts) {
                check_account(id, account, &entry.issuer, &entry.account, &entry.enrolment, entry.counter);
            }
        }
        (Ok(_), Some(class)) => panic!("{id}: read, though it should be {class}"),
        (Err(error), None) => panic!("{id}: {error}"),
    }
}

pub(crate) fn check_account(
    id: &Value,
    expected: &Value,
    issuer: &str,
    name: &str,
    enrolment: &Enrolment,
    counter: u64,
) {
    let params = &enrolment.params;
    assert_eq!(params.kind().as_str(), expected["type"], "{id}");
    assert_eq!(issuer, expected["issuer"], "{id}");
    assert_eq!(name, expected["name"], "{id}");
    // Compared by bytes: leftover bits may make another last letter.
    let secret = Secret::from_base32(expected["secret"].as_str().unwrap()).unwrap();
    assert!(enrolment.secret == secret, "{id}: another secret");
    if let Some(algorithm) = params.algorithm() {
        assert_eq!(algorithm.as_uri_str(), expected["algo"], "{id}");
    }
    assert_eq!(params.digits().get(), expected["digits"], "{id}");
    assert_eq!(params.period().map(Period::as_secs), expected.get("period").and_then(Value::as_u64), "{id}");
    assert_eq!(counter, expected.get("counter").and_then(Value::as_u64).unwrap_or(0), "{id}");
}

#[test]
fn a_list_of_uris_that_another_app_wrote_is_read_line_by_line() {
    let lists = ("uri-list/aegis_plain.txt", "uri-list/aegis_plain.txt.expected.json");
    let (Some(text), Some(expected)) = (corpus(lists.0), corpus(lists.1)) else { return };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let accounts = expected["accounts"].as_array().unwrap();
    assert_eq!(text.lines().count(), accounts.len());
    for (line, account) in text.lines().zip(accounts) {
        let read = uri::parse(line).unwrap();
        check_account(&account["name"], account, &read.issuer, &read.account, &read.enrolment, read.counter);
    }
}

fn uri_class(error: &UriError) -> &'static str {
    match error {
        UriError::NotAUri | UriError::Several => "not_a_uri",
        UriError::Migration => "migration",
        UriError::MissingType => "missing_type",
        UriError::UnsupportedType => "unsupported_type",
        UriError::MissingSecret => "missing_secret",
        UriError::Secret(_) | UriError::YandexSecret | UriError::SteamData => "invalid_secret",
        UriError::Algorithm => "unsupported_algorithm",
        UriError::Digits => "invalid_digits",
        UriError::Period => "invalid_period",
        UriError::Counter => "invalid_counter",
        UriError::Pin => "invalid_pin",
        UriError::Duplicate(_) => "duplicate_parameter",
    }
}

fn import_class(error: &ImportError) -> &'static str {
    match error {
        ImportError::NotRecognised => "not_recognised",
        ImportError::Damaged | ImportError::Empty | ImportError::TooMany => "invalid_migration",
        ImportError::NeedsPassword
        | ImportError::NoPassword
        | ImportError::WrongPassword { .. }
        | ImportError::CostTooHigh
        | ImportError::UnknownVersion => "not of a transfer code",
    }
}

#[test]
fn a_wrong_letter_is_named_with_its_place_and_nothing_else_of_the_secret() {
    let error = uri::parse("otpauth://totp/a?secret=JB0WY3DPEHPK3PXP").unwrap_err();
    assert_eq!(error.to_string(), "the secret has a 0 at position 3, base32 has no such letter; did you mean O?");
    let error = uri::parse("otpauth://totp/a?secret=JB%C2%A3WY3DPEHPK3PXP").unwrap_err();
    assert_eq!(error.to_string(), "the secret has U+00A3 at position 3, base32 has no such letter");
    let error = uri::parse("otpauth://totp/a?secret=4e3d2c1b0a99887766554433221100ffeeddccbb").unwrap_err();
    assert_eq!(error, UriError::Secret(SecretError::LooksLikeHex));
}

#[test]
fn what_surrounds_a_pasted_uri_does_not_matter() {
    let expected = uri::parse("otpauth://totp/Example:alice?issuer=Example&secret=JBSWY3DPEHPK3PXP").unwrap();
    for text in [
        "  otpauth://totp/Example:alice?issuer=Example&secret=JBSWY3DPEHPK3PXP\r\n",
        "\"otpauth://totp/Example:alice?issuer=Example&secret=JBSWY3DPEHPK3PXP\",",
        "'otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example'",
        "<otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example>.",
        "(see otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example.",
        "QR-Code:otpauth://totp/Example:alice?issuer=Example&secret=JBSWY3DPEHPK3PXP.",
        "OTPAUTH://TOTP/Example:alice?ISSUER=Example&SECRET=JBSWY3DPEHPK3PXP",
        "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&amp;issuer=Example",
        "apple-otpauth://totp/Example%3A%20alice?secret=jbsw%20y3dp-ehpk_3pxp%3D%3D&issuer=",
    ] {
        assert_eq!(uri::parse(text).unwrap(), expected, "{text}");
        assert!(uri::find(text), "{text}");
    }
}

#[test]
fn what_is_read_of_steam_is_found_too_with_anything_around_it() {
    for text in
        ["steam://JBSWY3DPEHPK3PXP", "(steam://JBSWY3DPEHPK3PXP)", "\"steam://JBSWY3DPEHPK3PXP\",", "steam://JBS s)\t"]
    {
        assert!(uri::parse(text).is_ok() && uri::find(text), "{text}");
    }
    assert!(!uri::find("steam://rungameid/440"), "it starts a game");
}

#[test]
fn an_issuer_keeps_the_punctuation_that_its_label_has_too() {
    let read = uri::parse("otpauth://totp/Acme%20Inc.:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme%20Inc.").unwrap();
    assert_eq!((read.issuer.as_str(), read.account.as_str()), ("Acme Inc.", "alice"));
}

#[test]
fn two_uris_in_one_text_are_not_taken_for_one() {
    let text = "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&issuer=A\notpauth://totp/b?secret=GEZDGNBV";
    assert_eq!(uri::parse(text), Err(UriError::Several));
}

#[test]
fn what_is_doubtful_is_said() {
    let notes = |text: &str| uri::parse(text).unwrap().notes;
    assert_eq!(notes("otpauth://totp/Steam:a?secret=GEZDGNBV"), [UriNote::GuessedSteam]);
    assert_eq!(notes("otpauth://totp/Steam:a?secret=GEZDGNBV&encoder=steam"), []);
    assert_eq!(notes("otpauth://hotp/a?secret=GEZDGNBV"), [UriNote::MissingCounter]);
    assert_eq!(notes("otpauth://totp/a?secret=GEZDGNBV&image=x&color=y"), [UriNote::Dropped(2)]);
    assert_eq!(notes("otpauth://totp/a?secret=GEZDGNBV#top"), [UriNote::DroppedFragment]);
    assert_eq!(notes("motp://a?secret=e3152afee62599c8"), [UriNote::MissingPin]);
    let issuer = UriNote::Repeated(uri::Parameter::Issuer);
    assert_eq!(notes("otpauth://totp/a?secret=GEZDGNBV&issuer=A&issuer=B&issuer=C"), [issuer]);
}

#[test]
fn what_two_authenticators_would_read_differently_is_refused() {
    for text in [
        "otpauth://totp/a?secret=GEZDGNBV&secret=GEZDGNBV",
        "otpauth://totp/a?secret=GEZDGNBV&digits=6&digits=8",
        "otpauth://totp/a?secret=GEZDGNBV&algorithm=SHA1&algorithm=SHA256",
        "otpauth://hotp/a?secret=GEZDGNBV&counter=1&counter=2",
    ] {
        assert!(matches!(uri::parse(text), Err(UriError::Duplicate(_))), "{text}");
    }
    assert!(uri::parse("otpauth://totp/a?secret=GEZDGNBV&digits=6&digits=6").is_ok());
}

#[test]
fn an_unescaped_hash_is_a_letter_as_long_as_the_secret_is_behind_it() {
    let read = uri::parse("otpauth://totp/A#1:b#2?issuer=A#1&secret=GEZDGNBV").unwrap();
    assert_eq!((read.issuer.as_str(), read.account.as_str()), ("A#1", "b#2"));
}

#[test]
fn the_ends_of_every_number_are_taken_and_what_is_beyond_refused() {
    let with = |rest: &str| uri::parse(&format!("otpauth://totp/a?secret=GEZDGNBV&{rest}"));
    assert!(with("period=1").is_ok() && with("period=9007199254740992").is_ok());
    for wrong in ["0", "-1", "", "30s", "1.5", "9007199254740993", "99999999999999999999", "%2B30", "0x1e"] {
        assert_eq!(with(&format!("period={wrong}")), Err(UriError::Period), "{wrong}");
    }
    assert!(with("digits=1").is_ok() && with("digits=10").is_ok());
    for wrong in ["0", "11", "256", "262", "-6", "six", ""] {
        assert_eq!(with(&format!("digits={wrong}")), Err(UriError::Digits), "{wrong}");
    }
    let counter = |text: &str| uri::parse(&format!("otpauth://hotp/a?secret=GEZDGNBV&counter={text}"));
    assert_eq!(counter("18446744073709551615").unwrap().counter, u64::MAX);
    assert_eq!(counter("18446744073709551616"), Err(UriError::Counter));
    assert_eq!(counter("-1"), Err(UriError::Counter));
    assert_eq!(counter("null").unwrap().counter, 0);
}

#[test]
fn what_is_written_has_every_parameter_and_no_letter_that_a_reader_might_trip_over() {
    let enrolment =
        Enrolment { params: Params::USUAL, secret: Secret::from_base32("JBSWY3DPEHPK3PXP").unwrap(), pin: None };
    let written = uri::write("Big Corp", "léa:x@example.com", &enrolment, 0);
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(&written),
        "otpauth://totp/Big%20Corp:l%C3%A9a%3Ax%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Big%20Corp\
         &algorithm=SHA1&digits=6&period=30"
    );
}

fn params() -> impl Strategy<Value = Params> {
    let algorithm = proptest::sample::select(Algorithm::ALL.to_vec());
    let digits = (1..=10_u8).prop_map(|digits| Digits::new(digits).unwrap());
    let period = || prop_oneof![1..100_u64, 1..=Period::MAX_SECS].prop_map(|secs| Period::from_secs(secs).unwrap());
    prop_oneof![
        (algorithm.clone(), digits.clone(), period()).prop_map(|(algorithm, digits, period)| Params::Totp {
            algorithm,
            digits,
            period
        }),
        (algorithm, digits).prop_map(|(algorithm, digits)| Params::Hotp { algorithm, digits }),
        period().prop_map(|period| Params::Steam { period }),
        Just(Params::Motp),
        Just(Params::Yandex),
    ]
}

fn enrolments() -> impl Strategy<Value = Enrolment> {
    let parts = (params(), proptest::collection::vec(any::<u8>(), 26..80), proptest::option::of("\\PC{1,12}"));
    parts.prop_map(|(params, mut bytes, pin)| {
        if params == Params::Yandex {
            bytes.truncate(26);
        }
        let pin = pin.filter(|_| params.needs_pin()).map(|pin| Pin::from_text(&pin).unwrap());
        Enrolment { params, secret: Secret::from_bytes(bytes).unwrap(), pin }
    })
}

/// Names of any letters, but also of those that mean something in a URI.
fn names() -> impl Strategy<Value = String> {
    let name = prop_oneof!["\\PC{0,20}", "[a:/?#&=%+ .\"'<>@]{0,12}", Just("Steam".to_owned()), any::<String>()];
    name.prop_map(|name| name.trim().to_owned())
}

/// Pieces of URIs in any order, which reach further into the reader than any bytes would.
fn near_uris() -> impl Strategy<Value = String> {
    let pieces = [
        "otpauth://",
        "OTPAUTH://",
        "motp://",
        "steam://",
        "otpauth-migration://offline?data=",
        "totp",
        "hotp",
        "steam",
        "yaotp",
        "/",
        "?",
        "&",
        "=",
        "#",
        ":",
        "%3A",
        "%",
        "%ff",
        "secret=",
        "issuer=",
        "digits=",
        "period=",
        "counter=",
        "algorithm=",
        "encoder=",
        "data={\"shared_secret\":\"",
        "pin=",
        "amp;",
        "GEZDGNBV",
        "SHA256",
        "Steam",
        "0",
        "6",
        "é",
        "\u{202E}",
        " ",
        "\"",
        "<",
        ">",
        "\n",
        "18446744073709551615",
    ];
    let piece =
        prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_as_the_same(
        issuer in names(), account in names(), enrolment in enrolments(), counter in any::<u64>(),
    ) {
        let counter = if matches!(enrolment.params, Params::Hotp { .. }) { counter } else { 0 };
        let written = uri::write(&issuer, &account, &enrolment, counter);
        let written = secrecy::ExposeSecret::expose_secret(&written);
        prop_assert!(written.is_ascii() && !written.contains([' ', '+']));
        prop_assert!(uri::find(written));
        let read = uri::parse(written).map_err(|error| TestCaseError::fail(format!("{error}: {written}")))?;
        prop_assert_eq!(&read.issuer, &issuer, "{}", written);
        prop_assert_eq!(&read.account, &account, "{}", written);
        prop_assert!(read.enrolment == enrolment, "{}", written);
        prop_assert_eq!(read.counter, counter);
        let pin_note = enrolment.params.needs_pin() && enrolment.pin.is_none();
        prop_assert_eq!(read.notes, if pin_note { vec![UriNote::MissingPin] } else { vec![] });
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in prop_oneof![near_uris(), any::<String>()]) {
        let _ = uri::find(&text);
        match uri::parse(&text) {
            // Whatever was accepted can be computed and written again.
            Ok(read) => {
                let _ = read.enrolment.code(u64::MAX);
                let _ = uri::write(&read.issuer, &read.account, &read.enrolment, read.counter);
            }
            Err(error) => prop_assert!(!error.next_step().is_empty() && !error.to_string().contains("GEZDGNBV")),
        }
        let _ = google::read(&text);
    }
}
