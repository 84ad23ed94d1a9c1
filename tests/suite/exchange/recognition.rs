//! Which format a file has, by nothing but what is in it.

use countersign::exchange::{FORMATS, ImportError, SkipReason, missing_parts, recognise};
use countersign::otp::uri::UriError;

use super::{check, check_corpus, read};
use crate::support::{corpus, corpus_path};

const URI: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub";
/// Part 1 of 2 of an export: one account.
const CODE: &str = "otpauth-migration://offline?data=ChQKBnNlY3JldBIBYRoBYiABKAEwAhABGAIgACgB";

fn name(bytes: impl AsRef<[u8]>) -> Option<&'static str> {
    recognise(bytes.as_ref()).map(|format| format.name)
}

#[test]
fn each_format_is_told_from_the_others() {
    assert_eq!(name(URI), Some("otpauth"));
    assert_eq!(name(format!("\u{feff}# my codes\r\n\r\n{URI}\r\n")), Some("otpauth"));
    assert_eq!(name(format!("  \"{URI}\",")), Some("otpauth"));
    assert_eq!(name("steam://GEZDGNBVGY3TQOJQ"), Some("otpauth"));
    assert_eq!(name(CODE), Some("google-qr"));
    assert_eq!(name(format!("QR-Code:{CODE}\n# a comment\n{CODE}")), Some("google-qr"));
    assert_eq!(name(format!("{URI}\n{CODE}")), Some("otpauth"));
    assert_eq!(name("\n{ \"version\": 1, \"header\": {\"slots\": null}, \"db\": {}"), Some("aegis"));
}

#[test]
fn what_no_format_claims_is_said_with_what_is_read() {
    let unknown = [
        "".to_owned(),
        "hello".to_owned(),
        "{}".to_owned(),
        "https://example.com".to_owned(),
        // A URI inside of something else: that is another app's table or JSON, of which a list would lose the rest.
        format!("\"Root\",\"GitHub\",\"alice\",\"{URI}\""),
        format!("{{\n  \"login\": {{\n    \"totp\": \"{URI}\"\n  }}\n}}"),
    ];
    for text in unknown {
        assert_eq!(name(&text), None, "{text}");
    }
    assert_eq!(name([0xff, 0xfe, 0x00]), None);
    let next = ImportError::NotRecognised.next_step();
    assert!(next.contains("otpauth") && next.contains("Aegis") && next.contains("Google"), "{next}");
}

#[test]
fn lists_and_transfer_codes_of_the_corpus_are_read_field_by_field() {
    check_corpus("uri-list", "otpauth");
    let file = "google-authenticator/example_export.txt";
    let (Some(text), Some(expected)) = (corpus(file), corpus(&format!("{file}.expected.json"))) else { return };
    assert_eq!(name(&text), Some("google-qr"));
    check(&read(text.as_bytes(), None).unwrap(), &serde_json::from_str(&expected).unwrap());
}

#[test]
fn no_file_of_another_app_is_taken_for_something_else() {
    let Some(manifest) = corpus("MANIFEST.tsv") else { return };
    for line in manifest.lines().skip(1) {
        let file = line.split('\t').next().unwrap();
        let Some(bytes) = corpus_path(file).and_then(|path| std::fs::read(path).ok()) else { continue };
        let expected: &[Option<&str>] = match file.split('/').next().unwrap() {
            "aegis" => &[Some("aegis")],
            "uri-list" => &[Some("otpauth")],
            "google-authenticator" => &[Some("google-qr"), None],
            // These export lists of addresses, too.
            "ente" | "freeotp-plus" | "gnome-authenticator" | "cotp" | "proton-pass" => &[Some("otpauth"), None],
            _ => &[None],
        };
        assert!(expected.contains(&name(&bytes)), "{file} is taken for {:?}", name(&bytes));
    }
}

#[test]
fn names_are_unlike_and_what_is_written_can_be_read() {
    for (place, format) in FORMATS.iter().enumerate() {
        assert!(FORMATS[..place].iter().all(|other| other.name != format.name), "{}", format.name);
    }
}

#[test]
fn a_line_that_cannot_be_read_is_left_out_with_its_place() {
    let text = format!("{URI}\notpauth://totp/a\n# no entry\nwords\n{CODE}\notpauth-migration://offline?data=!\n{URI}");
    let imported = read(text.as_bytes(), None).unwrap();
    let places: Vec<usize> = imported.accounts.iter().map(|entry| entry.index).collect();
    assert_eq!(places, [0, 3, 5]);
    let skipped: Vec<_> = imported.skipped.into_iter().map(|skipped| (skipped.index, skipped.reason)).collect();
    let expected = [
        (1, SkipReason::Uri(UriError::MissingSecret)),
        (2, SkipReason::Uri(UriError::NotAUri)),
        (4, SkipReason::TransferCode(ImportError::Damaged)),
    ];
    assert_eq!(skipped, expected);
}

#[test]
fn a_code_given_twice_does_not_stand_for_the_others() {
    let imported = read(format!("{CODE}\n{CODE}").as_bytes(), None).unwrap();
    assert_eq!(missing_parts(imported.parts.iter().copied()).len(), 1, "{:?}", imported.parts);
}
