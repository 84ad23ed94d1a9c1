//! The recovery sheet as a page to be printed.

use secrecy::{ExposeSecret, SecretString};

use super::super::session::Session;
use crate::sealing::SheetCode;
use crate::shown::shown;

/// Words in a row of the page.
const IN_A_ROW: usize = 4;
/// More than the page takes: growing would leave copies of it behind.
const PAGE_BYTES: usize = 4096;

/// How stock age opens the vault with the sheet: the lines of `docs/RECOVER.md`.
const WITH_AGE: &str = r#"
   LC_ALL=C awk -v slot=1 '
     /^--- /                           { exit }
     /^-> /                            { inside = 0 }
     inside                            { body = body $0 }
     /^-> countersign\.app\/slot sheet / { inside = (++found == slot) }
     END                               { while (length(body) % 4) body = body "="; print body }
   ' vault.age | base64 -d > slot.age
   age -d -i <(age -d -i sheet.txt slot.age) vault.age | sed -n 2p
"#;

/// Returns the sheet with the words of this code, as plain text; `day` is written on it.
pub fn sheet_page(session: &Session, code: &SheetCode, day: &str) -> SecretString {
    let mut page = String::with_capacity(PAGE_BYTES);
    page.push_str("RECOVERY SHEET of a countersign vault\n\n");
    page.push_str("These words open the vault when everything else is gone. Keep the paper in a safe\n");
    page.push_str("place, away from your devices: whoever has it and the vault's file can open it.\n\n");
    let words: Vec<&str> = code.words().expose_secret().split(' ').collect();
    for (row, words) in words.chunks(IN_A_ROW).enumerate() {
        let numbered = (row * IN_A_ROW + 1..).zip(words);
        let row: String = numbered.map(|(place, word)| format!("{place:>5}. {word:<11}")).collect();
        page.push_str(row.trim_end());
        page.push('\n');
    }
    page.push('\n');
    page.push_str(&format!("made              {day}, on {}\n", shown(session.device_name())));
    page.push_str(&format!("the vault's name  {}\n", session.fingerprint()));
    page.push_str("                  (other words once the vault has a new key; the sheet still opens it)\n\n");
    page.push_str("With countersign: bring vault.age, or a backup that opens with what the vault opens\n");
    page.push_str("with, and type the words, in order, where the passphrase is asked for.\n\n");
    page.push_str("Without it: the same key as an age identity (https://age-encryption.org). Write this\n");
    page.push_str("line into sheet.txt, and run the lines below it in bash or zsh beside vault.age.\n");
    page.push_str("If age finds no match, the vault has another sheet too: try slot=2, and so on.\n\n   ");
    page.push_str(code.identity_file().expose_secret());
    page.push_str(WITH_AGE);
    SecretString::from(page)
}
