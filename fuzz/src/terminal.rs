//! What a terminal sends, before the app hears of it.

use countersign::tui::key::{Input as Told, Key, KeyCode};
use countersign::tui::terminal_input::TerminalInput;

use crate::input::{Input, text};

const ESCAPE: u8 = 0x1b;
/// What is longer may be a sequence that is given up before its end.
const LONGEST_SEQUENCE: usize = 64;

/// Where to cut it, and what is sent.
pub fn check(input: &[u8]) {
    let mut input = Input(input);
    let cut = usize::from(input.byte());
    let sent = input.0;
    let (mut whole, mut in_two) = (TerminalInput::default(), TerminalInput::default());
    let told = whole.take(sent);
    assert!(told.len() <= sent.len());
    let pasted = told.iter().map(|told| if let Told::Paste(text) = told { text.len() } else { 0 });
    assert!(pasted.sum::<usize>() <= text(sent).len(), "more is pasted than was sent");
    let (before, after) = sent.split_at(cut.min(sent.len()));
    let mut cut_told = in_two.take(before);
    cut_told.extend(in_two.take(after));
    // An Escape at the end of what was read is the key, and an O behind one the letter.
    let cuts_a_key = before.ends_with(&[ESCAPE]) || before.ends_with(&[ESCAPE, b'O']);
    if sent.len() <= LONGEST_SEQUENCE && !cuts_a_key {
        let (told, cut_told): (Vec<_>, Vec<_>) =
            (told.iter().map(words).collect(), cut_told.iter().map(words).collect());
        assert_eq!(told, cut_told, "it does not matter where it is cut");
    }
    for mut reader in [whole, in_two] {
        let last = reader.take(b"\x1b[201~x").pop();
        let is_heard = matches!(last, Some(Told::Key(key)) if key == Key::plain(KeyCode::Char('x')));
        assert!(is_heard, "whatever was sent, the key behind the end of a paste is heard");
    }
}

fn words(told: &Told) -> String {
    match told {
        Told::Key(key) => format!("{key:?}"),
        Told::Paste(text) => format!("{text:?}"),
        Told::Mouse(mouse) => format!("{mouse:?}"),
        Told::Redraw => "redraw".to_owned(),
    }
}
