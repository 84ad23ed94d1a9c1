//! The part behind the `?`: names and values, tolerant of what sites and mail programs do to them.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Parameter, UriError, UriNote};

/// The parameters of a URI. The values may be secret, so they are wiped.
pub(super) struct Query {
    known: Vec<(Parameter, SecretString)>,
    /// What should be told about them.
    pub notes: Vec<UriNote>,
}

impl Query {
    /// Reads the text behind the `?`.
    pub fn read(text: &str) -> Result<Self, UriError> {
        let mut query = Self { known: Vec::new(), notes: Vec::new() };
        let mut unknown = 0;
        // `&amp;` is an `&` that came through HTML.
        for piece in text.split('&').map(|piece| piece.strip_prefix("amp;").unwrap_or(piece)) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decoded(name);
            match Parameter::ALL.into_iter().find(|known| name.trim().eq_ignore_ascii_case(known.as_str())) {
                Some(parameter) => query.add(parameter, value)?,
                None => unknown += usize::from(!piece.trim().is_empty()),
            }
        }
        if unknown > 0 {
            query.notes.push(UriNote::Dropped(unknown));
        }
        Ok(query)
    }

    fn add(&mut self, parameter: Parameter, value: &str) -> Result<(), UriError> {
        let is_text = matches!(parameter, Parameter::Issuer | Parameter::Data);
        // In a sentence a URI ends with the sentence's own comma. No value but an issuer can end that way itself.
        let value = if is_text { value } else { value.trim_end_matches(TRAILING) };
        let value = SecretString::from(decoded(&value.replace('+', " ")).trim());
        let is_absent = value.expose_secret() == "null"
            && matches!(parameter, Parameter::Algorithm | Parameter::Digits | Parameter::Period | Parameter::Counter);
        if is_absent {
            return Ok(());
        }
        let Some(first) = self.get(parameter) else {
            self.known.push((parameter, value));
            return Ok(());
        };
        let is_same = first.eq_ignore_ascii_case(value.expose_secret());
        match parameter {
            Parameter::Secret => Err(UriError::Duplicate(parameter)),
            Parameter::Algorithm
            | Parameter::Digits
            | Parameter::Period
            | Parameter::Counter
            | Parameter::Encoder
            | Parameter::Data
            | Parameter::Pin
                if !is_same =>
            {
                Err(UriError::Duplicate(parameter))
            }
            _ if self.notes.contains(&UriNote::Repeated(parameter)) => Ok(()),
            _ => {
                self.notes.push(UriNote::Repeated(parameter));
                Ok(())
            }
        }
    }

    /// Returns the first value of a parameter, trimmed.
    pub fn get(&self, parameter: Parameter) -> Option<&str> {
        let (_, value) = self.known.iter().find(|(known, _)| *known == parameter)?;
        Some(value.expose_secret())
    }

    /// Reads a whole number in decimal; none if the parameter is absent.
    pub fn number(&self, parameter: Parameter, wrong: UriError) -> Result<Option<u64>, UriError> {
        let Some(value) = self.get(parameter) else {
            return Ok(None);
        };
        // The standard parser would also take a sign.
        if !value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong);
        }
        value.parse().map(Some).map_err(|_| wrong)
    }
}

/// What a sentence may put behind a URI.
pub(super) const TRAILING: &[char] = &['.', ',', ';', ':', '!', ')', ']', '}', '>', '"', '\'', '`'];

/// Undoes percent encoding. A broken escape stays as it stands, bytes that are no text become U+FFFD.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
