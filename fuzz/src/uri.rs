//! One otpauth address.

use countersign::exchange::qr::QrCode;
use countersign::otp::uri::{OtpUri, find, parse, write, write_brief};
use countersign::otp::{Enrolment, Timestamp};
use secrecy::ExposeSecret;

use crate::input::text;
use crate::shown::assert_is_tame;

pub fn check(input: &[u8]) {
    let text = text(input);
    let is_found = find(&text);
    match parse(&text) {
        Ok(uri) => {
            assert!(is_found, "what is read is found");
            uri.notes.iter().for_each(|note| assert_is_tame(&note.to_string()));
            assert_is_read_again(&uri);
            check_codes(&uri.enrolment, uri.counter);
        }
        Err(error) => {
            assert_is_tame(&error.to_string());
            assert!(!error.next_step().is_empty());
        }
    }
}

fn assert_is_read_again(uri: &OtpUri) {
    let OtpUri { issuer, account, enrolment, counter, .. } = uri;
    for written in [write(issuer, account, enrolment, *counter), write_brief(issuer, account, enrolment, *counter)] {
        let again = parse(written.expose_secret()).expect("what we write can be read");
        assert_eq!(again.enrolment, *enrolment);
        assert_eq!((&again.issuer, &again.account, again.counter), (issuer, account, *counter));
        // A text that is long enough is more than a code can hold, and that is told.
        QrCode::of(&written).map(|code| code.side()).ok();
    }
}

/// Makes the codes of every edge of time.
pub fn check_codes(enrolment: &Enrolment, counter: u64) {
    for now in [Timestamp::MIN, Timestamp::from_millis(-1), Timestamp::from_secs(1_795_305_600), Timestamp::MAX] {
        let step = enrolment.step_at(now).unwrap_or(counter);
        let code = enrolment.code(step);
        let code = code.expose_secret();
        assert_eq!(code.chars().count(), usize::from(enrolment.params.digits().get()), "{:?}", enrolment.params);
        assert!(enrolment.valid_from(step) <= enrolment.valid_until(step));
        enrolment.next_begins(now);
        countersign::otp::verify(enrolment, counter, code, now, 3);
    }
    assert_is_tame(&enrolment.params.describe());
}
