//! age proves that a file is whole, not who wrote it: that is the manifest's part.

use countersign::sealing::{self, FORMAT, SealError, VaultKey};

use super::craft::{Verbatim, age_file, key_and_identity, payload_by_age, sha256, signed};
use super::{BODY, body, manifest, slots_for};

/// Line 1 of a vault without slots, before it is signed.
fn unsigned(body: &[u8], more: &str) -> String {
    let (nothing, digest) = (sha256(b""), sha256(body));
    format!(r#"{{"app":1,"min":1,"vault":"v","gen":{{}},"at":0{more},"slots":"{nothing}","body":"{digest}"}}"#)
}

fn payload(line: &str, body: &[u8]) -> Vec<u8> {
    [line.as_bytes(), b"\n", body, b"\n    \n"].concat()
}

#[test]
fn the_file_is_what_the_description_says() {
    let (key, identity) = key_and_identity();
    let file = sealing::seal(&body(BODY), &manifest(), &slots_for(&key), &key).unwrap();

    let payload = payload_by_age(&file, &identity);
    let text = String::from_utf8(payload).unwrap();
    let lines: Vec<&str> = text.split('\n').collect();

    assert_eq!(lines.len(), 4, "manifest, body, padding, and the end of the last line");
    assert_eq!(lines[1].as_bytes(), BODY);
    assert!(lines[2].bytes().all(|byte| byte == b' ') && lines[3].is_empty());
    let beginning = concat!(
        r#"{"app":1,"min":1,"vault":"0123456789abcdef0123456789abcdef","gen":{"5e1f":57},"#,
        r#""devices":{"5e1f":"laptop"},"parent":null,"at":1700000000000,"slots":""#
    );
    assert!(lines[0].starts_with(beginning));
    let unsigned = format!("{}}}", lines[0].split_once(",\"mac\":").unwrap().0);
    assert_eq!(lines[0], signed(&unsigned, &key));
    assert!(unsigned.ends_with(&format!(r#","body":"{}"}}"#, sha256(BODY))));
}

#[test]
fn a_vault_made_by_the_description_opens() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, ""), &key);
    let file = age_file(&identity, &Verbatim(vec![]), &payload(&line, BODY));
    assert_eq!(sealing::open(&file, &key).unwrap().expose_secret(), BODY);
}

#[test]
fn whoever_knows_only_the_recipient_cannot_make_a_vault() {
    let (key, identity) = key_and_identity();
    let strangers = VaultKey::generate();
    let forgeries = [
        b"{\"accounts\":[\"ATTACKER\"]}".to_vec(),
        b"{\"accounts\":[\"ATTACKER\"]}\n".to_vec(),
        b"".to_vec(),
        b"\n\n".to_vec(),
        payload(&unsigned(BODY, ""), BODY),
        payload(&signed(&unsigned(BODY, ""), &strangers), BODY),
    ];
    for forged in forgeries {
        let file = age_file(&identity, &Verbatim(vec![]), &forged);
        assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Forged);
    }
}

#[test]
fn a_manifest_does_not_vouch_for_another_body() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, ""), &key);
    let file = age_file(&identity, &Verbatim(vec![]), &payload(&line, b"{\"accounts\":[]}"));
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Forged);
}

#[test]
fn a_manifest_does_not_vouch_for_other_slots() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, ""), &key);
    let slot = Verbatim(vec![("countersign.app/slot", vec!["passphrase", "attackers"], b"body".to_vec())]);
    let file = age_file(&identity, &slot, &payload(&line, BODY));
    assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Forged);
}

#[test]
fn a_changed_manifest_is_forged_whichever_byte_it_is() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, ""), &key);
    for position in 0..line.len() {
        let mut changed = payload(&line, BODY);
        changed[position] ^= 1;
        let file = age_file(&identity, &Verbatim(vec![]), &changed);
        assert_eq!(sealing::open(&file, &key).unwrap_err(), SealError::Forged, "byte {position}");
    }
}

#[test]
fn a_vault_of_a_newer_format_is_read_and_never_written() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, "").replace(r#""app":1,"min":1"#, r#""app":7,"min":5"#), &key);
    let file = age_file(&identity, &Verbatim(vec![]), &payload(&line, BODY));

    let opened = sealing::open(&file, &key).unwrap();
    assert!(opened.is_read_only());
    assert_eq!(opened.expose_secret(), BODY);

    let refused = sealing::seal(
        &secrecy::SecretSlice::from(opened.expose_secret().to_vec()),
        &opened.manifest,
        &slots_for(&key),
        &key,
    );
    assert_eq!(refused.unwrap_err(), SealError::NewerFormat { format: 7, minimum: 5 });
}

#[test]
fn a_newer_format_that_lets_us_write_keeps_its_number() {
    let (key, identity) = key_and_identity();
    let line = signed(&unsigned(BODY, "").replace(r#""app":1"#, r#""app":9"#), &key);
    let file = age_file(&identity, &Verbatim(vec![]), &payload(&line, BODY));

    let opened = sealing::open(&file, &key).unwrap();
    assert!(!opened.is_read_only());
    let saved = sealing::seal(
        &secrecy::SecretSlice::from(opened.expose_secret().to_vec()),
        &opened.manifest,
        &slots_for(&key),
        &key,
    )
    .unwrap();
    assert_eq!(sealing::open(&saved, &key).unwrap().manifest.format, 9);
    assert_eq!(FORMAT, 1);
}

#[test]
fn unknown_members_of_the_manifest_are_kept_byte_for_byte() {
    let (key, identity) = key_and_identity();
    let unknown = r#""future":{"b": 1.50,"a":[1e3, "\u00e9"],"big":123456789012345678901234567890}"#;
    let line = signed(&unsigned(BODY, &format!(",{unknown}")), &key);
    let file = age_file(&identity, &Verbatim(vec![]), &payload(&line, BODY));

    let mut opened = sealing::open(&file, &key).unwrap();
    opened.manifest.saved_at_ms = 5;
    let saved = sealing::seal(
        &secrecy::SecretSlice::from(opened.expose_secret().to_vec()),
        &opened.manifest,
        &slots_for(&key),
        &key,
    )
    .unwrap();

    let text = String::from_utf8(payload_by_age(&saved, &identity)).unwrap();
    assert!(text.contains(unknown), "{}", text.lines().next().unwrap());
}
