//! What a terminal sends: every key that has a meaning, pastes in pieces, clicks, and bytes that mean nothing.

use countersign::tui::key::{Input, Mouse};
use countersign::tui::terminal_input::TerminalInput;
use proptest::prelude::*;

/// Returns what these pieces say, keys as people write them.
fn said(pieces: &[&[u8]]) -> Vec<String> {
    let mut input = TerminalInput::default();
    let all = pieces.iter().flat_map(|piece| input.take(piece)).collect::<Vec<_>>();
    all.into_iter().map(in_words).collect()
}

fn in_words(input: Input) -> String {
    match input {
        Input::Key(key) => key.to_string(),
        Input::Paste(text) => format!("paste {text}"),
        Input::Mouse(Mouse { kind, column, row }) => format!("{kind:?} {column} {row}"),
        Input::Redraw => "redraw".to_owned(),
    }
}

#[test]
fn letters_and_control_keys_are_what_they_are() {
    assert_eq!(said(&[b"aZ \r\t\x7f"]), ["a", "Z", "space", "enter", "tab", "backspace"]);
    assert_eq!(said(&[b"\x01\x03\x08\n\x1a\x00"]), ["ctrl-a", "ctrl-c", "ctrl-h", "ctrl-j", "ctrl-z", "ctrl-space"]);
    assert_eq!(said(&["é€🔑".as_bytes()]), ["é", "€", "🔑"]);
}

#[test]
fn a_character_in_two_pieces_is_one_key() {
    assert_eq!(said(&[b"\xc3", b"\xa9x"]), ["é", "x"]);
    assert_eq!(said(&[b"a\xf0\x9f", b"\x94", b"\x91"]), ["a", "🔑"]);
}

#[test]
fn bytes_that_are_no_text_say_nothing_and_spoil_nothing() {
    assert_eq!(said(&[b"\xff\xfea"]), ["a"]);
    assert_eq!(said(&[b"\xc3a"]), ["a"]);
}

#[test]
fn named_keys_arrive_in_every_way_in_which_terminals_say_them() {
    let ways: [(&str, &[&[u8]]); 14] = [
        ("up", &[b"\x1b[A", b"\x1bOA", b"\x1b[1;1A"]),
        ("down", &[b"\x1b[B", b"\x1bOB"]),
        ("right", &[b"\x1b[C", b"\x1bOC"]),
        ("left", &[b"\x1b[D", b"\x1bOD"]),
        ("home", &[b"\x1b[H", b"\x1bOH", b"\x1b[1~", b"\x1b[7~"]),
        ("end", &[b"\x1b[F", b"\x1bOF", b"\x1b[4~", b"\x1b[8~"]),
        ("page-up", &[b"\x1b[5~"]),
        ("page-down", &[b"\x1b[6~"]),
        ("delete", &[b"\x1b[3~"]),
        ("shift-tab", &[b"\x1b[Z", b"\x1b[9;2u"]),
        ("f1", &[b"\x1bOP", b"\x1b[P", b"\x1b[11~", b"\x1b[[A"]),
        ("f5", &[b"\x1b[15~", b"\x1b[[E"]),
        ("f12", &[b"\x1b[24~"]),
        ("ctrl-alt-left", &[b"\x1b[1;7D"]),
    ];
    for (name, all) in ways {
        for way in all {
            assert_eq!(said(&[way]), [name], "{way:?}");
        }
    }
    assert_eq!(
        said(&[b"\x1b[1;5C", b"\x1b[3;3~", b"\x1b[97;5u", b"\x1b[27u"]),
        ["ctrl-right", "alt-delete", "ctrl-a", "esc"]
    );
}

#[test]
fn an_escape_alone_is_the_key_and_one_before_a_letter_is_alt() {
    assert_eq!(said(&[b"\x1b"]), ["esc"]);
    assert_eq!(said(&[b"\x1b", b"x"]), ["esc", "x"]);
    assert_eq!(said(&[b"\x1b\x1b"]), ["esc", "esc"]);
    assert_eq!(said(&[b"\x1bx\x1b\r\x1bO"]), ["alt-x", "alt-enter", "alt-O"]);
}

#[test]
fn a_sequence_in_pieces_is_one_key() {
    assert_eq!(said(&[b"\x1b[", b"1;", b"5A", b"x"]), ["ctrl-up", "x"]);
    assert_eq!(said(&[b"\x1b[", b"[", b"Ax"]), ["f1", "x"]);
}

#[test]
fn what_is_pasted_is_one_text_however_it_is_cut() {
    let sent = b"a\x1b[200~line \x1b[A\r\nzwei \xc3\xa4\x1b[201~b";
    let whole = ["a", "paste line \x1b[A\r\nzwei ä", "b"];
    assert_eq!(said(&[sent]), whole);
    // An Escape at the end of a piece is the key, so what is between two marks is cut anywhere, and the first mark is not.
    for cut in 7..sent.len() {
        assert_eq!(said(&[&sent[..cut], &sent[cut..]]), whole, "cut at {cut}");
    }
    let letter_by_letter: Vec<&[u8]> = std::iter::once(&sent[..7]).chain(sent[7..].chunks(1)).collect();
    assert_eq!(said(&letter_by_letter), whole);
}

#[test]
fn clicks_and_the_wheel_are_told_with_their_cell_and_the_rest_is_not() {
    assert_eq!(said(&[b"\x1b[<0;3;7M\x1b[<0;3;7m"]), ["Click 2 6"]);
    assert_eq!(
        said(&[b"\x1b[<64;1;1M", b"\x1b[<65;500;2M", b"\x1b[<4;1;1M"]),
        ["WheelUp 0 0", "WheelDown 499 1", "Click 0 0"]
    );
    assert_eq!(said(&[b"\x1b[<35;1;1M\x1b[<2;1;1Mx"]), ["x"]);
    // A terminal that knows the old report alone.
    assert_eq!(said(&[b"\x1b[M #'x", b"\x1b[M#", b"#'x"]), ["Click 2 6", "x", "x"]);
}

#[test]
fn a_terminal_that_comes_to_the_front_is_painted_and_other_reports_say_nothing() {
    assert_eq!(said(&[b"\x1b[I\x1b[O\x1b[?62;4cx"]), ["redraw", "x"]);
}

#[test]
fn a_sequence_without_end_does_not_swallow_what_is_typed_later() {
    let long = [b"\x1b[".as_slice(), &[b'1'; 100]].concat();
    assert_eq!(said(&[&long, b"x"]), ["x"]);
    assert_eq!(said(&[b"\x1b[12\x1b[A"]), ["up"]);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6)) {
        let mut input = TerminalInput::default();
        for piece in pieces {
            input.take(&piece);
        }
    }

    #[test]
    fn letters_arrive_whole_wherever_they_are_cut(text in "[^\\x00-\\x1f\\x7f]{0,20}", cut in 0_usize..80) {
        let (before, after) = text.as_bytes().split_at(cut.min(text.len()));
        let mut input = TerminalInput::default();
        let letters: String = [before, after]
            .into_iter()
            .flat_map(|piece| input.take(piece))
            .filter_map(|input| match input {
                Input::Key(key) => key.letter(),
                Input::Paste(_) | Input::Mouse(_) | Input::Redraw => None,
            })
            .collect();
        // A control character beyond ASCII is no letter.
        let expected: String = text.chars().filter(|letter| !letter.is_control()).collect();
        prop_assert_eq!(letters, expected);
    }
}
