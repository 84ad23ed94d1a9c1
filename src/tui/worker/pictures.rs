//! What the worker does with pictures: reading the QR codes in them.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::words::trouble;
use crate::ports::Machine;
use crate::tasks::{self, Taken};
use crate::tui::message::{Outcome, Trouble};

pub(super) fn read_picture(machine: &mut Machine, path: &Path) -> Result<Outcome, Trouble> {
    let codes = tasks::codes_of_file(machine, path).map_err(|error| trouble(&error, error.next_step()))?;
    Ok(Outcome::Read { text: lines(&codes), is_picture: true })
}

pub(super) fn take_clipboard(machine: &mut Machine) -> Result<Outcome, Trouble> {
    let taken = tasks::take_clipboard(machine).map_err(|error| trouble(&error, error.next_step()))?;
    Ok(match taken {
        Taken::Text(text) => Outcome::Read { text, is_picture: false },
        Taken::Codes(codes) => Outcome::Read { text: lines(&codes), is_picture: true },
    })
}

/// Puts codes one below the other, as if they had been pasted so.
pub(super) fn lines(codes: &[SecretString]) -> SecretString {
    // Sized once, because a growing buffer leaves copies behind.
    let mut lines = String::with_capacity(codes.iter().map(|code| code.expose_secret().len() + 1).sum());
    for code in codes {
        lines.extend(code.expose_secret().trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
        lines.push('\n');
    }
    lines.into()
}
