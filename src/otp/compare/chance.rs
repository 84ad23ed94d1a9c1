//! How likely it is that codes agree although they have nothing to do with each other.

use crate::otp::params::{Kind, Params};

/// Returns the chance that a random code is one given code of such an enrolment.
pub fn random_match(params: &Params) -> f64 {
    let length = i32::from(params.digits().get());
    let codes = match params.kind() {
        // 31 bits are behind a code (RFC 4226, section 5.3): the tenth digit does not make ten times as many.
        Kind::Totp | Kind::Hotp => 10_f64.powi(length).min(2_f64.powi(31)),
        Kind::Steam | Kind::Yandex => 26_f64.powi(length),
        Kind::Motp => 16_f64.powi(length),
    };
    codes.recip()
}

/// Returns the chance that at least one of so many tries succeeds.
pub(super) fn any_of(tries: f64, chance: f64) -> f64 {
    // Not 1 - (1 - chance)^tries, which is 0 for small chances.
    -(tries * (-chance).ln_1p()).exp_m1()
}

/// Says a chance in words: `1 in 350`.
pub fn chance_words(chance: f64) -> String {
    const MOST: f64 = 1e9;
    if chance > 0.5 {
        return "more likely than not".to_owned();
    }
    let one_in = chance.recip();
    if one_in > MOST {
        return "less than 1 in 1,000,000,000".to_owned();
    }
    // Two digits are as much as anybody wants to know.
    let scale = 10_f64.powf((one_in.log10().floor() - 1.0).max(0.0));
    format!("1 in {}", with_commas((one_in / scale).round() * scale))
}

fn with_commas(whole: f64) -> String {
    let digits = format!("{whole:.0}");
    let mut words = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}
