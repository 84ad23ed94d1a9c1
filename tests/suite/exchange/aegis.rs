//! Aegis: its files of three versions, plain and encrypted.

use countersign::exchange::{EntryNote, ImportError, ImportNote, Imported, SkipReason};
use countersign::otp::uri::UriNote;
use countersign::otp::{Algorithm, Digits, Kind, Params, Period};
use serde_json::{Value, json};

use super::{check_corpus, password, read};

/// Returns a plain file with these entries.
fn plain(version: u64, entries: &Value, groups: &Value) -> Value {
    json!({
        "version": 1,
        "header": {"slots": null, "params": null},
        "db": {"version": version, "entries": entries, "groups": groups},
    })
}

fn entry(kind: &str, info: &Value) -> Value {
    json!({
        "type": kind, "uuid": "5b11ae3b-6fc3-4d46-8ca7-cf0aea7de920", "name": "alice", "issuer": "Example",
        "note": "", "favorite": false, "icon": null, "info": info, "groups": [],
    })
}

fn usual() -> Value {
    json!({"secret": "GEZDGNBVGY3TQOJQ", "algo": "SHA1", "digits": 6, "period": 30})
}

fn read_entries(entries: &Value) -> Imported {
    read(plain(3, entries, &json!([])).to_string().as_bytes(), None).unwrap()
}

/// Reads a usual TOTP in which one field is another.
fn with(field: &str, value: Value) -> Result<Imported, SkipReason> {
    let mut info = usual();
    info[field] = value;
    let mut imported = read_entries(&json!([entry("totp", &info)]));
    match imported.skipped.pop() {
        Some(skipped) => Err(skipped.reason),
        None => Ok(imported),
    }
}

#[test]
fn every_aegis_file_of_the_corpus_is_read_field_by_field() {
    let files = check_corpus("aegis", "aegis");
    assert!(files.is_none_or(|files| files >= 3), "{files:?}");
}

#[test]
fn what_a_file_says_beside_the_codes_comes_along() {
    let mut one = entry("totp", &usual());
    one["note"] = json!("two\nlines");
    one["favorite"] = json!(true);
    one["icon"] = json!("aWNvbg==");
    one["groups"] = json!(["b", "a", "gone"]);
    let groups = json!([{"uuid": "a", "name": "work"}, {"uuid": "b", "name": "home"}]);
    let file = plain(3, &json!([one, entry("totp", &usual())]), &groups).to_string();
    let imported = read(file.as_bytes(), None).unwrap();
    let [first, second] = &imported.accounts[..] else { panic!("{imported:?}") };
    assert_eq!((first.note.as_str(), first.pinned), ("two\nlines", true));
    assert_eq!(first.tags, ["home", "work"]);
    assert_eq!((second.note.as_str(), second.pinned, second.tags.len()), ("", false, 0));
    assert_eq!(imported.notes, [ImportNote::Icons(1)]);
    assert_eq!((imported.version, imported.encrypted), (Some(3), false));
}

#[test]
fn the_one_group_of_older_versions_becomes_a_tag() {
    let mut one = entry("totp", &usual());
    one["group"] = json!("work");
    one.as_object_mut().unwrap().remove("groups");
    for version in [1, 2] {
        let imported = read(plain(version, &json!([one]), &Value::Null).to_string().as_bytes(), None).unwrap();
        assert_eq!(imported.accounts[0].tags, ["work"]);
        assert_eq!(imported.version, Some(version));
    }
}

#[test]
fn every_type_of_code_is_read() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY";
    let imported = read_entries(&json!([
        entry("totp", &json!({"secret": secret, "algo": "SHA512", "digits": 10, "period": 2_147_483})),
        entry("hotp", &json!({"secret": secret, "algo": "SHA256", "digits": 8, "counter": i64::MAX})),
        entry("steam", &json!({"secret": secret, "algo": "SHA1", "digits": 5, "period": 30})),
        entry("motp", &json!({"secret": secret, "algo": "MD5", "digits": 6, "period": 10, "pin": "1234"})),
        entry("yandex", &json!({"secret": secret, "algo": "SHA256", "digits": 8, "period": 30, "pin": "7586"})),
        entry("motp", &json!({"secret": secret})),
    ]));
    assert_eq!(imported.skipped, []);
    let params: Vec<Params> = imported.accounts.iter().map(|account| account.enrolment.params).collect();
    let period = Period::from_secs(2_147_483).unwrap();
    let expected = [
        Params::Totp { algorithm: Algorithm::Sha512, digits: Digits::TEN, period },
        Params::Hotp { algorithm: Algorithm::Sha256, digits: Digits::EIGHT },
        Params::Steam { period: Period::THIRTY },
        Params::Motp,
        Params::Yandex,
        Params::Motp,
    ];
    assert_eq!(params, expected);
    assert_eq!(imported.accounts[1].counter, u64::try_from(i64::MAX).unwrap());
    let pins: Vec<_> = imported.accounts.iter().map(|account| account.enrolment.pin.is_some()).collect();
    assert_eq!(pins, [false, false, false, true, true, false]);
    assert_eq!(imported.notes, [ImportNote::Entry { index: 5, note: EntryNote::Uri(UriNote::MissingPin) }]);
}

#[test]
fn md5_is_taken_for_sha1_as_aegis_does_and_said() {
    let imported = with("algo", json!("MD5")).unwrap();
    assert_eq!(imported.accounts[0].enrolment.params, Params::USUAL);
    assert_eq!(imported.notes, [ImportNote::Entry { index: 0, note: EntryNote::Md5AsSha1 }]);
}

#[test]
fn one_bad_entry_is_left_out_with_its_reason_and_the_others_stay() {
    let reasons = [
        ("digits", json!(11), SkipReason::Digits),
        ("digits", json!(0), SkipReason::Digits),
        ("digits", json!(null), SkipReason::Digits),
        ("period", json!(0), SkipReason::Period),
        ("period", json!(-30), SkipReason::Period),
        ("period", json!(2_147_484), SkipReason::Period),
        ("algo", json!("SHA3"), SkipReason::Algorithm),
        ("algo", json!(null), SkipReason::Algorithm),
        ("secret", json!(7), SkipReason::Damaged),
    ];
    for (field, value, reason) in reasons {
        assert_eq!(with(field, value.clone()).unwrap_err(), reason, "{field}: {value}");
    }
    assert!(matches!(with("secret", json!("GEZ0")), Err(SkipReason::Secret(_))));
    let counter = json!({"secret": "GEZDGNBV", "algo": "SHA1", "digits": 6, "counter": -1});
    let imported = read_entries(&json!([
        entry("totp", &usual()),
        entry("hotp", &counter),
        entry("yandex", &usual()),
        entry("steam", &usual()),
        entry("battlenet", &usual()),
        7,
        entry("totp", &usual()),
    ]));
    let places: Vec<usize> = imported.accounts.iter().map(|entry| entry.index).collect();
    assert_eq!(places, [0, 6]);
    let skipped: Vec<_> = imported.skipped.into_iter().map(|skipped| (skipped.index, skipped.reason)).collect();
    let expected = [
        (1, SkipReason::Counter),
        (2, SkipReason::YandexSecret),
        (3, SkipReason::Digits),
        (4, SkipReason::Type),
        (5, SkipReason::Damaged),
    ];
    assert_eq!(skipped, expected);
}

#[test]
fn a_missing_issuer_is_an_empty_one() {
    let mut one = entry("totp", &usual());
    one["issuer"] = Value::Null;
    let mut two = entry("totp", &usual());
    for name in ["issuer", "uuid", "note", "favorite", "groups", "icon"] {
        two.as_object_mut().unwrap().remove(name);
    }
    let imported = read_entries(&json!([one, two]));
    assert_eq!(imported.accounts.len(), 2);
    assert!(imported.accounts.iter().all(|entry| entry.issuer.is_empty() && entry.account == "alice"));
    assert!(imported.accounts.iter().all(|entry| entry.enrolment.params.kind() == Kind::Totp));
}

/// Returns an encrypted file whose slot has these values; none of it opens.
fn encrypted(slots: &Value) -> String {
    let params = json!({"nonce": "00".repeat(12), "tag": "00".repeat(16)});
    json!({"version": 1, "header": {"slots": slots, "params": params}, "db": "AAAA"}).to_string()
}

fn slot(n: u64, r: u64, p: u64, repaired: bool) -> Value {
    json!({
        "type": 1, "uuid": "u", "key": "00".repeat(32),
        "key_params": {"nonce": "00".repeat(12), "tag": "00".repeat(16)},
        "n": n, "r": r, "p": p, "salt": "00".repeat(32), "repaired": repaired, "is_backup": false,
    })
}

#[test]
fn a_hostile_cost_is_refused_before_anything_is_computed() {
    let costs = [(1 << 21, 1, 1), (1 << 20, 9, 1), (1 << 15, 1 << 40, 1), (1 << 15, u64::MAX, 1), (1 << 15, 8, 17)];
    for (n, r, p) in costs {
        // Without a password nothing could be computed anyway.
        for given in [None, Some(password("test"))] {
            let file = encrypted(&json!([slot(n, r, p, true)]));
            assert_eq!(read(file.as_bytes(), given.as_ref()).unwrap_err(), ImportError::CostTooHigh, "{n} {r} {p}");
        }
    }
    let many: Vec<Value> = (0..17).map(|_| slot(2, 1, 1, true)).collect();
    assert_eq!(read(encrypted(&json!(many)).as_bytes(), None).unwrap_err(), ImportError::CostTooHigh);
    for (n, r, p) in [(0, 8, 1), (1, 8, 1), (3, 8, 1), (2, 0, 1), (2, 8, 0)] {
        let file = encrypted(&json!([slot(n, r, p, true)]));
        assert_eq!(read(file.as_bytes(), None).unwrap_err(), ImportError::Damaged, "{n} {r} {p}");
    }
}

#[test]
fn a_wrong_password_comes_with_the_hint_that_helps() {
    let wrong = |slots: &Value, text: &str| {
        let error = read(encrypted(slots).as_bytes(), Some(&password(text))).unwrap_err();
        assert!(matches!(error, ImportError::WrongPassword { .. }), "{error:?}");
        error.next_step()
    };
    assert!(wrong(&json!([slot(2, 8, 1, true)]), "test").contains("backup password of its own"));
    let long = "long ".repeat(14);
    assert!(wrong(&json!([slot(2, 8, 1, true), slot(2, 8, 1, false)]), &long).contains("2019"));
    assert!(wrong(&json!([slot(2, 8, 1, true)]), &long).contains("backup password"));
}

#[test]
fn a_vault_without_a_password_slot_says_that_no_password_opens_it() {
    let mut finger = slot(2, 8, 1, true);
    finger["type"] = json!(2);
    for slots in [json!([]), json!([finger]), Value::Null] {
        assert_eq!(read(encrypted(&slots).as_bytes(), Some(&password("test"))).unwrap_err(), ImportError::NoPassword);
    }
}

#[test]
fn what_is_whole_but_not_ours_to_read_is_told_apart() {
    let error = |file: &Value| read(file.to_string().as_bytes(), None).unwrap_err();
    assert_eq!(error(&plain(3, &json!([]), &json!([]))), ImportError::Empty);
    let mut newer = plain(3, &json!([entry("totp", &usual())]), &json!([]));
    newer["version"] = json!(2);
    assert_eq!(error(&newer), ImportError::UnknownVersion);
    let content = plain(4, &json!([entry("totp", &usual())]), &json!([])).to_string();
    assert_eq!(read(content.as_bytes(), None).unwrap().notes, [ImportNote::NewerVersion(4)]);
    let many: Vec<Value> = (0..10_001).map(|_| json!(0)).collect();
    assert_eq!(error(&plain(3, &json!(many), &json!([]))), ImportError::TooMany);
}

#[test]
fn a_file_that_was_cut_off_is_damaged_and_not_unknown() {
    let whole = plain(3, &json!([entry("totp", &usual())]), &json!([])).to_string();
    let start = whole.find("\"version\":1").unwrap().max(whole.find("\"header\"").unwrap()) + 20;
    for end in start..whole.len() {
        let error = read(&whole.as_bytes()[..end], None).unwrap_err();
        assert_eq!(error, ImportError::Damaged, "cut at {end}");
    }
}
