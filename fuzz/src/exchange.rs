//! Other apps' accounts.

use countersign::exchange::google::Room;
use countersign::exchange::{Entry, Format, Imported, Loss, OnConflict, google as transfer, missing_parts, preview};
use countersign::exchange::{FORMATS, Row, Standing, recognise};
use countersign::otp::Timestamp;
use countersign::vault::{AccountId, Change, Stamp, Vault, apply};
use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::shown::assert_is_tame;
use crate::uri::check_codes;

pub fn otpauth(input: &[u8]) {
    check("otpauth", input, None);
}

pub fn google(input: &[u8]) {
    check("google-qr", input, None);
}

/// Spares the fuzzer the base64 around the protobuf.
pub fn google_protobuf(input: &[u8]) {
    let data = BASE64.encode(input);
    google(format!("otpauth-migration://offline?data={}", data.replace('+', "%2B")).as_bytes());
}

/// The password is that of the seeds.
pub fn aegis(input: &[u8]) {
    check("aegis", input, None);
    if is_cheap(input) {
        check("aegis", input, Some(&SecretString::from("test")));
    }
}

/// Tells whether trying a password takes no time to speak of. What is refused for its cost is refused without one, too.
fn is_cheap(input: &[u8]) -> bool {
    let cost = |slot: &Value| ["n", "r", "p"].map(|name| slot[name].as_u64().unwrap_or(0)).into_iter().max();
    let Ok(file) = serde_json::from_slice::<Value>(input) else { return false };
    let slots = file["header"]["slots"].as_array().map_or(&[][..], Vec::as_slice);
    !slots.is_empty() && slots.len() <= 4 && slots.iter().all(|slot| cost(slot) <= Some(32))
}

fn check(name: &str, input: &[u8], password: Option<&SecretString>) {
    // All of them look at everything that is offered to one.
    recognise(input);
    let format = Format::named(name).expect("the table has it");
    match (format.read)(input, password) {
        Ok(imported) => check_imported(format, imported),
        Err(error) => {
            assert_is_tame(&error.to_string());
            assert!(!error.next_step().is_empty());
        }
    }
}

fn check_imported(format: &Format, imported: Imported) {
    assert!(!imported.is_empty(), "an export of nothing is an error");
    let mut places: Vec<usize> = imported.accounts.iter().map(|entry| entry.index).collect();
    places.extend(imported.skipped.iter().map(|skipped| skipped.index));
    places.sort_unstable();
    assert!(places.iter().copied().eq(0..places.len()), "each entry has a place of its own: {places:?}");
    imported.notes.iter().for_each(|note| assert_is_tame(&note.to_string()));
    imported.skipped.iter().for_each(|skipped| assert_is_tame(&skipped.reason.to_string()));
    missing_parts(imported.parts.clone()).iter().for_each(|missing| assert_is_tame(&missing.to_string()));
    for entry in &imported.accounts {
        check_codes(&entry.enrolment, entry.counter);
    }
    bring_in(imported.clone());
    for other in FORMATS {
        write_again(other, &imported.accounts);
    }
    if format.name == "google-qr" {
        let carried = carried(transfer::losses, &imported.accounts);
        transfer::write(&carried, -1, Room { accounts: 3, bytes: 200 });
    }
}

/// What fits the vault goes into it, and all of it is then there.
fn bring_in(imported: Imported) {
    let (mut vault, now) = (Vault::default(), Timestamp::from_secs(1_795_305_600));
    let read = imported.accounts.len();
    let again = imported.clone();
    let rows = preview(&vault, vec![imported]).remove(0).rows;
    assert!(rows.len() <= read);
    for (number, row) in rows.iter().enumerate() {
        assert_is_tame(&row.label());
        for choice in row.choices() {
            let id = AccountId::from_bytes((number as u64).to_be_bytes());
            let Some(change) = row.change(*choice, &vault, id, now) else { continue };
            let is_usual = *choice == row.choice(OnConflict::Both);
            let stamp = Stamp::next(now, vault.newest_stamp(), 7);
            if is_usual {
                apply(&mut vault, &Change::Batch(vec![change]), stamp).expect("the preview has checked it");
            }
        }
    }
    let rows = preview(&vault, vec![again]).remove(0).rows;
    // A counter that stands there twice may be behind.
    let is_there = |row: &Row| matches!(row.standing, Standing::Same(_) | Standing::Behind(_));
    assert!(rows.iter().all(is_there), "what was brought in is there");
}

/// Every format gives back what it says it carries.
fn write_again(format: &Format, entries: &[Entry]) {
    let Some(writer) = &format.write else { return };
    let mut carried = carried(writer.losses, entries);
    if carried.is_empty() {
        return;
    }
    // White space around a name is no part of it in an address.
    for entry in &mut carried {
        entry.issuer = entry.issuer.trim().to_owned();
        entry.account = entry.account.trim().to_owned();
    }
    let written = (writer.write)(&carried, None, &mut |buffer| buffer.fill(7));
    let written = written.expose_secret();
    assert_eq!(recognise(written).map(|format| format.name), Some(format.name));
    let again = (format.read)(written, None).expect("what we write can be read");
    assert_eq!(again.skipped, []);
    assert_eq!(again.accounts, carried, "as {}", format.name);
}

/// Returns what a format has of these accounts, by its own word.
fn carried(losses: fn(&Entry) -> Vec<Loss>, entries: &[Entry]) -> Vec<Entry> {
    let kept = entries.iter().filter(|entry| !losses(entry).iter().any(|loss| loss.leaves_out()));
    let kept = kept.enumerate().map(|(index, entry)| {
        let mut entry = Entry { index, ..entry.clone() };
        losses(&entry).iter().for_each(|loss| loss.take_off(&mut entry));
        entry
    });
    kept.collect()
}
