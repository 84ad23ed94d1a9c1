//! What people type.

use countersign::config::path_of;
use countersign::otp::{Params, Pin, Secret, Timestamp, no_match_words, verify};
use countersign::sealing::{BackupRecipient, SheetCode, VaultKey, is_recipient, strength};
use countersign::system::network_time::host_and_port;
use countersign::system::time_services::{chrony_tracking, w32tm};
use countersign::tui::key::{Key, KeyCode};
use countersign::vault::{AccountId, CodeText, SetId, find, nearest, rank, select};
use secrecy::{ExposeSecret, SecretString};

use crate::input::text;
use crate::shown::assert_is_tame;
use crate::uri::check_codes;
use crate::vault::three_accounts;

/// A wider window is only more of the same.
const MOST_STEPS: u16 = 20;
/// To estimate a longer passphrase only takes longer, in bytes.
const LONGEST_PASSPHRASE: usize = 40;

pub fn check(input: &[u8]) {
    let text = text(input);
    if text.len() <= LONGEST_PASSPHRASE {
        assert_is_tame(&strength(&SecretString::from(text.as_str())).to_string());
    }
    check_secret(&text);
    check_keys(&text);
    let vault = three_accounts();
    assert!(find(&vault, &text).len() <= 3);
    select(&vault, &text);
    nearest(&vault, &text).iter().for_each(|label| assert_is_tame(label));
    rank(["GitHub", text.as_str()], &text);
    for parsed in [AccountId::parse(&text).map(|id| id.to_string()), SetId::parse(&text).map(|id| id.to_string())] {
        assert!(parsed.is_none_or(|again| again.eq_ignore_ascii_case(text.trim())));
    }
    if let Ok(code) = CodeText::new(SecretString::from(text.as_str())) {
        assert!(!code.masked().contains(char::is_alphanumeric), "a hidden code shows nothing of itself");
    }
    host_and_port(&text);
    path_of(&text, Some("/home/me".as_ref()));
}

fn check_secret(text: &str) {
    for secret in [Secret::from_base32(text), Secret::from_hex(text)] {
        let Ok(secret) = secret else { continue };
        let base32 = secret.to_base32();
        assert_eq!(Secret::from_base32(base32.expose_secret()).as_ref(), Ok(&secret));
        assert_eq!(Secret::from_hex(secret.to_hex().expose_secret()).as_ref(), Ok(&secret));
        for params in [Params::USUAL, Params::Motp] {
            let pin = Pin::from_text(text).ok().filter(|_| params.needs_pin());
            let enrolment = countersign::otp::Enrolment { params, secret: secret.clone(), pin };
            check_codes(&enrolment, u64::MAX);
            verify(&enrolment, u64::MAX, text, Timestamp::MAX, MOST_STEPS);
            assert_is_tame(&no_match_words(&params));
        }
    }
}

fn check_keys(text: &str) {
    is_recipient(text);
    match SheetCode::read(&SecretString::from(text)) {
        Ok(code) => {
            let again = SheetCode::read(code.words()).expect("a sheet is read as it is written");
            assert_eq!(again.recipient(), code.recipient());
            assert!(is_recipient(&code.recipient()));
        }
        Err(mistake) => assert_is_tame(&mistake.to_string()),
    }
    BackupRecipient::parse(text).ok();
    VaultKey::from_identity_file(&SecretString::from(text)).ok();
    if let Ok(keys) = Key::sequence(text) {
        for key in keys.into_iter().filter(|key| !matches!(key.code, KeyCode::Char(letter) if letter.is_control())) {
            assert_eq!(key.to_string().parse(), Ok(key), "a key is read as it is written");
        }
    }
}

/// What time services say of themselves: the first byte tells which one.
pub fn services(input: &[u8]) {
    let said = text(input);
    for service in [chrony_tracking(&said), w32tm(&said)].into_iter().flatten() {
        assert!(service.ahead.is_none_or(|ahead| ahead.low() <= ahead.high()));
        assert!(service.is_synchronised != Some(false) || service.ahead.is_none());
    }
}
