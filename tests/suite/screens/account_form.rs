//! The form: anything pasted is understood, every mistake is named where it is, and nothing is saved before the end.

mod adding;
mod editing;
mod endurance;
mod pasting;
mod pictures;

use super::NOW;
use crate::support::accounts::normal;
use crate::support::driver::Driver;

/// 160 invented bits.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn list() -> Driver {
    Driver::at(NOW).unlocked(normal())
}

fn uri(rest: &str) -> String {
    format!("otpauth://totp/GitHub:bob?secret={SECRET}&issuer=GitHub{rest}")
}

/// The form filled from an address.
fn filled() -> Driver {
    list().paste(&uri(""))
}

/// Returns whether anything was asked to be saved.
fn saves(driver: &Driver) -> bool {
    driver.effects().iter().any(|effect| effect.contains("Add") || effect.contains("Commit"))
}
