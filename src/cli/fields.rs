//! From options to what codes are computed from.

use secrecy::ExposeSecret;

use super::Context;
use super::args::{CodeFields, Fields};
use super::output::{Exit, Failure};
use crate::exchange::recovery_codes;
use crate::otp::{Kind, Params, Pin, Secret, uri};

impl Fields {
    /// Tells whether any option was given.
    pub(super) fn are_given(&self) -> bool {
        self.codes.decide()
            || self.issuer.is_some()
            || self.account.is_some()
            || self.codes.counter.is_some()
            || self.note.is_some()
    }
}

impl CodeFields {
    /// Tells whether any option that decides about codes was given.
    pub(super) fn decide(&self) -> bool {
        let Self { secret_file, pin_file, kind, algorithm, digits, period, counter: _ } = self;
        secret_file.is_some()
            || pin_file.is_some()
            || kind.is_some()
            || algorithm.is_some()
            || digits.is_some()
            || period.is_some()
    }

    /// Returns how codes are computed; what no option says stays as it is at `present`, or is as usual.
    pub(super) fn params(&self, present: Option<&Params>) -> Result<Params, Failure> {
        let kind = self.kind.or(present.map(Params::kind)).unwrap_or(Kind::Totp);
        self.refuse_what_does_not_fit(kind)?;
        // TOTP and HOTP share algorithm and length; the others have their own.
        let alike = present.filter(|params| matches!(params.kind(), Kind::Totp | Kind::Hotp));
        let algorithm = self.algorithm.or(alike.and_then(Params::algorithm)).unwrap_or_default();
        let digits = self.digits.or(alike.map(Params::digits)).unwrap_or_default();
        let same = present.filter(|params| params.kind() == kind);
        let period = self.period.or(same.and_then(Params::period)).unwrap_or_default();
        Ok(match kind {
            Kind::Totp => Params::Totp { algorithm, digits, period },
            Kind::Hotp => Params::Hotp { algorithm, digits },
            Kind::Steam => Params::Steam { period },
            Kind::Motp => Params::Motp,
            Kind::Yandex => Params::Yandex,
        })
    }

    fn refuse_what_does_not_fit(&self, kind: Kind) -> Result<(), Failure> {
        let is_plain = matches!(kind, Kind::Totp | Kind::Hotp);
        let has_pin = matches!(kind, Kind::Motp | Kind::Yandex);
        let misfits = [
            ("--algorithm", self.algorithm.is_some() && !is_plain),
            ("--digits", self.digits.is_some() && !is_plain),
            ("--period", self.period.is_some() && !matches!(kind, Kind::Totp | Kind::Steam)),
            ("--counter", self.counter.is_some() && kind != Kind::Hotp),
            ("--pin-file", self.pin_file.is_some() && !has_pin),
        ];
        match misfits.iter().find(|(_, is_misfit)| *is_misfit) {
            Some((option, _)) => {
                let what = format!("{option} means nothing for an account of type {kind}");
                Err(Failure::new(Exit::Usage, what, "leave it out, or give another --type"))
            }
            None => Ok(()),
        }
    }
}

impl Context<'_> {
    /// Reads the secret that the options name, if they name one.
    pub(super) fn given_secret(&mut self, fields: &CodeFields, kind: Kind) -> Result<Option<Secret>, Failure> {
        let Some(path) = &fields.secret_file else { return Ok(None) };
        let text = self.read_secret_text(path, "the secret file")?;
        if uri::find(text.expose_secret()) {
            let next = "give it to: countersign add -";
            return Err(Failure::new(Exit::Failed, "the secret file holds an otpauth URI", next));
        }
        secret(text.expose_secret(), kind).map(Some)
    }

    /// Reads the PIN that the options name, if they name one.
    pub(super) fn given_pin(&mut self, fields: &CodeFields) -> Result<Option<Pin>, Failure> {
        let Some(path) = &fields.pin_file else { return Ok(None) };
        let text = self.read_first_line(path, "the PIN file")?;
        pin(text.expose_secret()).map(Some)
    }
}

/// Reads a secret as its sites write it: mOTP in hexadecimal, all others in base32.
pub(super) fn secret(text: &str, kind: Kind) -> Result<Secret, Failure> {
    if recovery_codes::is_list(text) {
        return Err(recovery_codes_as_secret());
    }
    let read = match kind {
        Kind::Motp => Secret::from_hex(text.trim()),
        Kind::Totp | Kind::Hotp | Kind::Steam | Kind::Yandex => Secret::from_base32(text.trim()),
    };
    read.map_err(|error| Failure::new(Exit::Failed, &error, error.next_step()))
}

/// Returns the refusal of recovery codes in the place of a secret.
pub(super) fn recovery_codes_as_secret() -> Failure {
    let next = "store them with the account: countersign recovery add; the secret is what sets the authenticator up";
    Failure::new(Exit::Failed, "these are recovery codes, not a secret", next)
}

/// Reads a PIN.
pub(super) fn pin(text: &str) -> Result<Pin, Failure> {
    Pin::from_text(text).map_err(|error| Failure::new(Exit::Failed, error, "check it and try again"))
}
