//! What a terminal sees of text from outside.

use countersign::shown::{shown, shown_line, width};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

#[test]
fn what_people_write_stays_as_it_is() {
    for text in [
        "",
        "alice@example.com",
        "Größe, naïveté, Ångström",
        "e\u{301}\u{323} with two marks",
        "北京 東京 서울",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        "שָׁלוֹם مرحبا नमस्ते ไทย",
        "😀👍🏽❤\u{FE0F}1\u{FE0F}\u{20E3}",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "🏴\u{200D}☠\u{FE0F} 🏳\u{FE0F}\u{200D}🌈 👩🏽\u{200D}💻",
        "🇩🇪🇫🇷",
        "no\u{A0}break\u{3000}wide",
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn what_is_invisible_or_dangerous_becomes_a_visible_mark() {
    for (text, expected) in [
        ("a\u{202E}b", "a<U+202E>b"),
        ("\x1b[2Jx", "<U+001B>[2Jx"),
        ("a\nb\tc\r", "a<U+000A>b<U+0009>c<U+000D>"),
        ("\u{7F}\u{9B}31m", "<U+007F><U+009B>31m"),
        ("a\u{200B}b\u{200D}c\u{FEFF}", "a<U+200B>b<U+200D>c<U+FEFF>"),
        ("\u{AD}\u{2028}\u{2066}\u{61C}", "<U+00AD><U+2028><U+2066><U+061C>"),
        ("🏴\u{E0067}\u{E007F}", "🏴<U+E0067><U+E007F>"),
        ("\u{E000}\u{378}\u{10FFFF}", "<U+E000><U+0378><U+10FFFF>"),
        ("\u{3164}\u{115F}\u{34F}", "<U+3164><U+115F><U+034F>"),
        ("a\u{FE0F}", "a<U+FE0F>"),
        ("😀\u{FE0F}\u{FE0F}\u{FE0F}", "😀\u{FE0F}<U+FE0F>×2"),
        ("😀\u{200D}x", "😀<U+200D>x"),
        ("👩\u{200D}\u{1FD91}", "👩<U+200D><U+1FD91>"),
        ("\u{301}a", "<U+0301>a"),
        ("\u{200B}\u{301}", "<U+200B><U+0301>"),
        ("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{302}x", "e\u{301}\u{301}\u{301}\u{301}<+2 marks>x"),
        ("\0\0\0\0", "<U+0000>×4"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn every_single_character_is_shown_as_itself_or_as_a_mark() {
    for letter in '\0'..=char::MAX {
        let text = letter.to_string();
        let seen = shown(&text);
        if seen == text {
            assert!(is_harmless(letter) && width(&seen) > 0, "{seen:?}");
        } else {
            assert_eq!(seen, format!("<U+{:04X}>", letter as u32));
            assert!(!(' '..='~').contains(&letter), "{seen:?}");
        }
    }
}

#[test]
fn a_line_is_cut_between_graphemes_and_says_so() {
    assert_eq!(shown_line("alice@example.com", 17), "alice@example.com");
    assert_eq!(shown_line("alice@example.com", 16), "alice@example.c…");
    assert_eq!(shown_line("日本語", 6), "日本語");
    assert_eq!(shown_line("日本語", 5), "日本…");
    assert_eq!(shown_line("日本語", 4), "日…");
    assert_eq!(shown_line("👨\u{200D}👩\u{200D}👧 family", 4), "👨\u{200D}👩\u{200D}👧 …");
    assert_eq!(shown_line("abc", 1), "…");
    assert_eq!(shown_line("abc", 0), "");
    assert_eq!(shown_line("", 0), "");
}

#[test]
fn a_flood_stays_short() {
    let million = 1_000_000;
    assert_eq!(shown(&format!("a{}", "\u{301}".repeat(million))), "a\u{301}\u{301}\u{301}\u{301}<+999996 marks>");
    assert_eq!(shown(&"\u{202E}".repeat(million)), "<U+202E>×1000000");
    let mixed = "\u{300}\u{323}\u{5B0}".repeat(million);
    assert!(shown(&format!("a{mixed}")).len() < 40);
    for flood in ["x", "日", "👨\u{200D}", "\u{202E}\u{202D}", "e\u{301}", "\u{1100}", "🇩", "क\u{94D}"] {
        let line = shown_line(&flood.repeat(million), 20);
        assert!(width(&line) <= 20 && line.len() < 600, "{} bytes of {flood:?}", line.len());
    }
}

/// Nothing that acts on the terminal or hides, told by other means than the program's own.
fn is_harmless(letter: char) -> bool {
    let is_invisible = matches!(letter as u32,
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200c | 0x200e..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0d
        | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff | 0xe000..=0xf8ff
        | 0xf0000..=0x10ffff);
    !is_invisible && !letter.is_control()
}

/// A joiner only between pictures, a style only behind something that has styles, and never a pile of marks.
fn assert_harmless(text: &str) {
    let letters: Vec<char> = text.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        assert!(is_harmless(*letter), "{text:?}");
        if *letter == '\u{200D}' {
            let both = [index.wrapping_sub(1), index + 1].map(|at| letters.get(at).copied().unwrap_or(' '));
            assert!(both.iter().all(|letter| !letter.is_alphanumeric() && !letter.is_ascii()), "{text:?}");
        }
        if matches!(letter, '\u{FE0E}' | '\u{FE0F}') {
            assert!(index > 0 && !letters[index - 1].is_alphabetic() && letters[index - 1] != '\u{FE0F}', "{text:?}");
        }
    }
    for grapheme in text.graphemes(true) {
        assert!(grapheme.len() <= 200, "{text:?}");
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "\x1b[31m",
        "\x1b]0;t\x07",
        "\r",
        "\n",
        "\0",
        "\u{7F}",
        "\u{9B}",
        "\u{202E}",
        "\u{2067}",
        "\u{200B}",
        "\u{200D}",
        "\u{FE0F}",
        "\u{FE0E}",
        "\u{301}",
        "\u{20E3}",
        "\u{E0041}",
        "\u{FEFF}",
        "😀",
        "👩",
        "🏽",
        "🇩",
        "1",
        "a",
        "日",
        "\u{1100}",
        "\u{1161}",
        "\u{11A8}",
        "\u{915}",
        "\u{94D}",
        "\u{D4E}",
        "\u{600}",
        "\u{644}",
        "\u{627}",
        "ﷺ",
        " ",
        "…",
    ];
    let piece =
        prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_harmless_and_fits(text in hostile(), max_cells in 0..60_usize) {
        let whole = shown(&text);
        assert_harmless(&whole);
        prop_assert_eq!(shown(&whole), whole.clone(), "shown twice");
        let line = shown_line(&text, max_cells);
        assert_harmless(&line);
        prop_assert!(width(&line) <= max_cells, "{:?} fills {}", line, width(&line));
        prop_assert!(unicode_width::UnicodeWidthStr::width(line.as_str()) <= max_cells, "{:?}", line);
        prop_assert!(width(&whole) > max_cells || line == whole, "{:?} instead of {:?}", line, whole);
        prop_assert!(line == whole || max_cells == 0 || line.ends_with('…'), "{:?}", line);
    }
}
