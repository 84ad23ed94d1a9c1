//! A sheet of recovery codes on paper: plain text, to be kept where the devices are not.

use secrecy::SecretString;

use crate::shown::shown;
use crate::vault::{BasketContents, CodeState, Recovery};

/// Returns the sheet of all sets that the site still honours; `label` names the account, `day` is written on it.
///
/// Codes that are neither in the vault nor in the basket are left out.
pub fn sheet(label: &str, day: &str, recovery: &Recovery, basket: Option<&BasketContents>) -> SecretString {
    let mut sheet = format!("Recovery codes\n{}\nprinted {day} by countersign\n", shown(label));
    for set in recovery.current() {
        let Some(texts) = set.texts_in(basket) else {
            continue;
        };
        sheet.push('\n');
        for (place, code) in texts.codes().iter().enumerate() {
            let tick = match set.state(place) {
                CodeState::Unused => ' ',
                CodeState::Used(_) => 'x',
            };
            sheet.push_str(&format!("[{tick}] {:>3}.  {}\n", place + 1, code.expose_secret()));
        }
    }
    sheet.push_str("\nEach code works once: tick it off. Keep this sheet away from your devices.\n");
    SecretString::from(sheet)
}
