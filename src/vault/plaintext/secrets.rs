//! The secrets of an account as they stand in the vault's bytes, and back.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::raw;
use crate::otp::{Algorithm, Digits, Enrolment, Kind, Params, Period, Pin, Secret};
use crate::vault::account::Account;
use crate::vault::enrolments::{EnrolmentVersion, Enrolments};
use crate::vault::stamp::Stamp;
use crate::vault::wire::{WireAccount, WireEnrolment, WireFormer};

/// The secrets of an account as base32, while it is being written.
pub(super) struct Secrets {
    /// One for each version, in their order.
    versions: Vec<SecretString>,
    /// One for each that was tried.
    tried: Vec<SecretString>,
}

impl Secrets {
    pub(super) fn of(account: &Account) -> Self {
        let base32 = |versions: &[EnrolmentVersion]| -> Vec<SecretString> {
            versions.iter().map(|version| version.enrolment.secret.to_base32()).collect()
        };
        Self { versions: base32(account.enrolments.versions()), tried: base32(account.enrolments.tried()) }
    }

    /// Returns the one in use.
    pub(super) fn head<'a>(&'a self, account: &'a Account) -> WireEnrolment<'a> {
        enrolment_to_wire(&account.enrolments.head().enrolment, &self.versions[0])
    }

    /// Returns those that were in use before, and the one in use if a newer version said more of it: only here it has members of
    /// its own.
    pub(super) fn former<'a>(&'a self, account: &'a Account) -> Vec<WireFormer<'a>> {
        let is_in_use = |version: &EnrolmentVersion| version.written == account.enrolments.head().written;
        let versions = account.enrolments.versions().iter().zip(&self.versions);
        let former = versions.filter(|(version, _)| !is_in_use(version) || !version.unknown.is_empty());
        former.map(|(version, base32)| former_to_wire(version, base32)).collect()
    }

    /// Returns those that were tried.
    pub(super) fn tried<'a>(&'a self, account: &'a Account) -> Vec<WireFormer<'a>> {
        let tried = account.enrolments.tried().iter().zip(&self.tried);
        tried.map(|(version, base32)| former_to_wire(version, base32)).collect()
    }
}

/// Reads the secret in use, as it was written and kept, and all the others.
///
/// # Errors
/// Names what is wrong, without quoting it.
pub(super) fn read(wire: &WireAccount<'_>, (written, kept): (Stamp, Stamp)) -> Result<Enrolments, &'static str> {
    let head = enrolment_from_wire(&wire.enrolment)?;
    let mut versions = vec![EnrolmentVersion { kept, ..EnrolmentVersion::new(head, written) }];
    for former in &wire.former {
        versions.push(former_from_wire(former)?);
    }
    let tried = wire.tried.iter().map(former_from_wire).collect::<Result<Vec<_>, _>>()?;
    Enrolments::from_versions(versions, tried).ok_or("secret")
}

/// What a reader assumes is left out: ten thousand accounts are a third shorter for it.
fn enrolment_to_wire<'a>(enrolment: &'a Enrolment, base32: &'a SecretString) -> WireEnrolment<'a> {
    let params = &enrolment.params;
    let usual = matches!(params, Params::Totp { .. } | Params::Hotp { .. });
    WireEnrolment {
        kind: params.kind().as_str().into(),
        secret: base32.expose_secret().into(),
        algorithm: params
            .algorithm()
            .filter(|algorithm| usual && *algorithm != Algorithm::Sha1)
            .map(|algorithm| algorithm.as_uri_str().into()),
        digits: Some(params.digits()).filter(|digits| usual && *digits != Digits::SIX).map(Digits::get),
        period: match params {
            Params::Totp { period, .. } | Params::Steam { period } => Some(*period),
            Params::Hotp { .. } | Params::Motp | Params::Yandex => None,
        }
        .filter(|period| *period != Period::THIRTY)
        .map(Period::as_secs),
        pin: enrolment.pin.as_ref().map(|pin| pin.expose_secret().into()),
    }
}

fn former_to_wire<'a>(version: &'a EnrolmentVersion, base32: &'a SecretString) -> WireFormer<'a> {
    WireFormer {
        enrolment: enrolment_to_wire(&version.enrolment, base32),
        written: version.written.into(),
        kept: version.kept.into(),
        unknown: version.unknown.iter().map(|(key, json)| (key.clone(), raw(json))).collect(),
    }
}

fn enrolment_from_wire(wire: &WireEnrolment<'_>) -> Result<Enrolment, &'static str> {
    let algorithm = || match &wire.algorithm {
        Some(text) => Algorithm::from_str(text).map_err(|_| "algorithm"),
        None => Ok(Algorithm::Sha1),
    };
    let digits = || wire.digits.map_or(Ok(Digits::SIX), |digits| Digits::new(digits).ok_or("digits"));
    let period = || wire.period.map_or(Ok(Period::THIRTY), |secs| Period::from_secs(secs).ok_or("period"));
    let params = match Kind::from_str(&wire.kind).map_err(|_| "type")? {
        Kind::Totp => Params::Totp { algorithm: algorithm()?, digits: digits()?, period: period()? },
        Kind::Hotp => Params::Hotp { algorithm: algorithm()?, digits: digits()? },
        Kind::Steam => Params::Steam { period: period()? },
        Kind::Motp => Params::Motp,
        Kind::Yandex => Params::Yandex,
    };
    let secret = Secret::from_base32(&wire.secret).map_err(|_| "secret")?;
    let pin = wire.pin.as_deref().map(Pin::from_text).transpose().map_err(|_| "pin")?;
    Ok(Enrolment { params, secret, pin })
}

fn former_from_wire(former: &WireFormer<'_>) -> Result<EnrolmentVersion, &'static str> {
    Ok(EnrolmentVersion {
        written: former.written.into(),
        kept: former.kept.into(),
        enrolment: enrolment_from_wire(&former.enrolment)?,
        unknown: former.unknown.iter().map(|(key, json)| (key.clone(), json.get().to_owned())).collect(),
    })
}
