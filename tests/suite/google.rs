//! Google Authenticator's transfer codes.

use countersign::exchange::{ImportError, Part, SkipReason, google};
use countersign::otp::{Algorithm, Digits, Params, Period};
use data_encoding::BASE64;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::corpus;
use crate::uri::check_account;

/// A field of the protobuf wire format, short enough for one-byte lengths.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(value.len()).unwrap()], value].concat()
}

fn number(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn account(secret: &[u8], name: &str, issuer: &str, rest: &[u8]) -> Vec<u8> {
    let parts = [field(1, secret), field(2, name.as_bytes()), field(3, issuer.as_bytes()), rest.to_vec()];
    field(1, &parts.concat())
}

fn uri(payload: &[u8]) -> String {
    let data = BASE64.encode(payload).replace('+', "%2B").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

#[test]
fn the_exports_of_the_corpus_hold_what_they_should() {
    let (Some(text), Some(expected)) = (
        corpus("google-authenticator/example_export.txt"),
        corpus("google-authenticator/example_export.txt.expected.json"),
    ) else {
        return;
    };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let read: Vec<_> = lines.flat_map(|line| google::read(line).unwrap().accounts).collect();
    let accounts = expected["accounts"].as_array().unwrap();
    assert_eq!(read.len(), accounts.len());
    for (entry, account) in read.iter().zip(accounts) {
        check_account(&account["name"], account, &entry.issuer, &entry.account, &entry.enrolment, entry.counter);
    }
}

#[test]
fn all_that_the_format_can_say_is_read() {
    let payload = [
        account(
            b"12345678901234567890",
            "GitHub:alice",
            "GitHub",
            &[number(4, 1), number(5, 1), number(6, 2)].concat(),
        ),
        account(
            b"12345678901234567890",
            "bob",
            "",
            &[number(4, 3), number(5, 2), number(6, 1), number(7, 41)].concat(),
        ),
        number(2, 1),
    ];
    let read = google::read(&uri(&payload.concat())).unwrap();
    let [alice, bob] = &read.accounts[..] else { panic!("{} accounts", read.accounts.len()) };
    assert_eq!((alice.issuer.as_str(), alice.account.as_str()), ("GitHub", "alice"));
    assert_eq!(alice.enrolment.params, Params::USUAL);
    assert_eq!((bob.issuer.as_str(), bob.account.as_str()), ("", "bob"));
    assert_eq!(bob.enrolment.params, Params::Hotp { algorithm: Algorithm::Sha512, digits: Digits::EIGHT });
    assert_eq!(bob.counter, 41);
    assert_eq!(read.parts, []);
}

#[test]
fn an_account_that_cannot_be_read_is_left_out_with_its_place_and_reason() {
    let payload = [
        account(b"secret", "md5", "", &number(4, 4)),
        account(b"secret", "good", "", &[]),
        account(b"", "empty", "", &[]),
        account(b"secret", "digits", "", &number(5, 3)),
        account(b"secret", "type", "", &number(6, 9)),
        field(1, &[0x0a, 0x7f]),
    ];
    let read = google::read(&uri(&payload.concat())).unwrap();
    assert_eq!(read.accounts.len(), 1);
    assert_eq!(read.accounts[0].enrolment.params.period(), Some(Period::THIRTY));
    let reasons: Vec<_> = read.skipped.iter().map(|skipped| (skipped.index, skipped.reason.to_string())).collect();
    let expected = [
        (0, SkipReason::Algorithm.to_string()),
        (2, "the secret is empty".to_owned()),
        (3, SkipReason::Digits.to_string()),
        (4, SkipReason::Type.to_string()),
        (5, SkipReason::Damaged.to_string()),
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn one_code_of_several_says_which_it_is() {
    let batch = [vec![5 << 3], vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]].concat();
    let payload = [account(b"secret", "a", "", &[]), number(3, 5), number(4, 1), batch];
    let read = google::read(&uri(&payload.concat())).unwrap();
    assert_eq!(read.parts, [Part { number: 2, of: 5, batch: -1 }]);
    assert_eq!(read.parts[0].to_string(), "part 2 of 5");
}

#[test]
fn what_scanners_and_mails_do_to_the_base64_does_not_matter() {
    // Bytes whose base64 has both a plus and a slash.
    let payload = account(&[1, 1, 0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff], "abc", "", &[]);
    let data = BASE64.encode(&payload);
    assert!(data.contains('+') && data.contains('/'), "{data}");
    let expected = google::read(&uri(&payload)).unwrap();
    for data in [
        data.clone(),
        data.replace('=', ""),
        data.replace('+', "-").replace('/', "_"),
        data.replace('/', "%2F"),
        format!("{}\r\n {}", &data[..8], &data[8..]),
    ] {
        assert_eq!(
            google::read(&format!("QR-Code:otpauth-migration://offline?data={data}")).unwrap(),
            expected,
            "{data}"
        );
    }
}

#[test]
fn what_is_no_export_is_told_from_one_that_is_damaged() {
    let error = |text: &str| google::read(text).unwrap_err();
    assert_eq!(error("otpauth://totp/a?secret=GEZDGNBV"), ImportError::NotRecognised);
    assert_eq!(error("otpauth-migration://offline"), ImportError::Damaged);
    assert_eq!(error("otpauth-migration://offline?data=a"), ImportError::Damaged);
    assert_eq!(error("otpauth-migration://offline?data="), ImportError::Empty);
    let whole = account(b"secret", "a", "", &[]);
    for end in 1..whole.len() {
        assert_eq!(error(&uri(&whole[..end])), ImportError::Damaged, "cut at {end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..120),
        nested in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let _ = google::read(&uri(&bytes));
        let _ = google::read(&uri(&field(1, &nested)));
    }
}
