//! The code of an account.

use super::{QrCode, TooLong};
use crate::otp::{Enrolment, uri};

impl QrCode {
    /// Returns the code of an account, with everything spelt out if that fits, and otherwise without what every reader
    /// assumes.
    ///
    /// # Errors
    /// Its names are too long for any code.
    pub fn of_account(
        issuer: &str,
        account: &str,
        enrolment: &Enrolment,
        counter: u64,
        fits: impl Fn(&Self) -> bool,
    ) -> Result<Self, TooLong> {
        match Self::of(&uri::write(issuer, account, enrolment, counter)) {
            Ok(whole) if fits(&whole) => Ok(whole),
            Ok(_) | Err(TooLong) => Self::of(&uri::write_brief(issuer, account, enrolment, counter)),
        }
    }
}
