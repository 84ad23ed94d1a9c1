//! What we write is what is read.

use countersign::exchange::qr::{QrCode, most_bytes};
use image::{GrayImage, Luma};
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::{painted, png, texts};

fn shown(code: &QrCode, quiet: usize) -> Vec<String> {
    code.lines(quiet).iter().map(|line| line.expose_secret().to_owned()).collect()
}

fn code(text: &str) -> QrCode {
    QrCode::of(&SecretString::from(text)).unwrap()
}

#[test]
fn the_smallest_code_is_taken_and_the_best_correction_that_fits_it() {
    // 17 bytes are what version 1 holds at its lowest level, 11 at its second best.
    assert_eq!(code(&"a".repeat(17)).side(), 21);
    assert_eq!(code(&"a".repeat(18)).side(), 25);
    assert_eq!(most_bytes(20), 0);
    assert_eq!(most_bytes(21), 16);
    assert!(code(&"a".repeat(most_bytes(61))).side() <= 61);
    assert_eq!(most_bytes(1000), most_bytes(177));
    let plain = code("hello");
    let damaged_modules = 3;
    // Level H: three wrong modules of data are put right.
    let picture = GrayImage::from_fn(29 * 8, 29 * 8, |x, y| {
        let (column, row) = ((x / 8) as usize, (y / 8) as usize);
        let is_wrong = row == 24 && (22..22 + damaged_modules).contains(&column);
        Luma([if plain.is_dark(column, row, 4) == is_wrong { 255 } else { 0 }])
    });
    assert_eq!(texts(&png(picture)).unwrap(), ["hello"]);
}

#[test]
fn lines_for_a_terminal_have_their_margin_and_say_how_large_they_are() {
    let code = code("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ");
    for quiet in [0, 2, 4] {
        let lines = code.lines(quiet);
        let (columns, rows) = code.cells(quiet);
        assert_eq!(lines.len(), rows);
        assert!(lines.iter().all(|line| line.expose_secret().chars().count() == columns));
        let blank = |line: &SecretString| line.expose_secret().chars().all(|letter| letter == ' ');
        assert!(lines[..quiet / 2].iter().all(blank));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back_from_png_and_from_the_terminal(
        text in prop_oneof![
            "[ -~]{1,300}",
            "[A-Z2-7]{16,103}",
            "[0-9]{1,80}",
            "\\PC{1,60}",
            "otpauth://totp/[a-z%0-9]{1,40}\\?secret=[A-Z2-7]{16,64}&issuer=[a-zA-Z]{1,20}",
        ],
    ) {
        let code = code(&text);
        prop_assert_eq!(texts(code.to_png().expose_secret()).unwrap(), vec![text.clone()]);
        prop_assert_eq!(texts(&painted(&shown(&code, 2))).unwrap(), vec![text]);
    }
}
