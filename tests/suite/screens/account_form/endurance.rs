//! No keys, no paste and no terminal break it.

use proptest::prelude::*;

use super::{NOW, uri};
use crate::support::accounts::strange_names;
use crate::support::driver::Driver;

/// Keys that mean something, and letters.
fn keys() -> impl Strategy<Value = String> {
    let named = prop::sample::select(vec![
        "<enter>",
        "<esc>",
        "<tab>",
        "<shift-tab>",
        "<up>",
        "<down>",
        "<left>",
        "<right>",
        "<backspace>",
        "<delete>",
        "<ctrl-r>",
        "<ctrl-u>",
        "<ctrl-p>",
        "<f1>",
        "<space>",
        "a",
        "e",
        "d",
        "D",
        "u",
        "y",
        "n",
        "?",
        "#",
        "o",
        ":",
        "X",
        "x",
        "/",
        "1",
        "9",
    ]);
    let piece = prop_oneof![4 => named.prop_map(str::to_owned), 1 => "[A-Z2-7 ]{1,6}"];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = String> {
    let hostile = "[\\x00-\\x1f\\x7f\\u{80}-\\u{9f}\\u{202e}\\u{200b}a-z0-9é東👩‍ \\n]{0,60}";
    prop_oneof![
        hostile.prop_map(|text| format!("otpauth://totp/{text}?secret=JBSWY3DPEHPK3PXP&issuer={text}")),
        hostile.prop_map(|text| format!("{}\n{text}\notpauth://totp/x?secret={text}", uri(""))),
        hostile,
        any::<String>(),
    ]
}

/// Fails if anything on the screen could move the cursor or hide something.
fn assert_clean(driver: &mut Driver) {
    let buffer = driver.draw();
    for cell in &buffer.content {
        assert!(
            !cell.symbol().chars().any(|letter| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_and_no_paste_break_the_screens(
        first in keys(),
        text in texts(),
        then in keys(),
        width in 1_u16..140,
        height in 1_u16..45,
    ) {
        let driver = Driver::at(NOW).unlocked(strange_names()).size(width, height);
        let mut driver = driver.keys(&first).paste(&text);
        assert_clean(&mut driver);
        driver = driver.keys(&then);
        assert_clean(&mut driver);
        driver = driver.paste(&text).size(height, width).keys(&first);
        assert_clean(&mut driver);
    }
}
