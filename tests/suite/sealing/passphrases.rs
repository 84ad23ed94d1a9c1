//! What a passphrase costs, how one is made, and how good one is.

use countersign::sealing::{CostPolicy, SealError, WorkFactor, generate, strength};
use secrecy::ExposeSecret;

use super::secret;

#[test]
fn the_work_factor_has_a_floor_and_a_ceiling() {
    assert_eq!(WorkFactor::default().log_n(), 18);
    for refused in [0, 15, 16, 21, 63, 255] {
        assert!(WorkFactor::new(refused).is_err(), "{refused} was taken");
    }
    for taken in 17..=20 {
        assert_eq!(WorkFactor::new(taken).unwrap().log_n(), taken);
    }
    assert!(WorkFactor::explicit(16).unwrap().is_below_floor());
    assert_eq!(WorkFactor::explicit(15).unwrap_err().to_string(), "a work factor is a number from 16 to 20");
}

#[test]
fn the_policy_stops_at_its_cap_and_the_hard_one() {
    let usual = CostPolicy::default();
    assert_eq!(usual.allows(20), Ok(()));
    assert_eq!(usual.allows(21), Err(SealError::CostTooHigh { log_n: 21, cap: 20 }));
    let daring = CostPolicy { cap: 255, available_bytes: None };
    assert_eq!(daring.allows(22), Ok(()));
    assert_eq!(daring.allows(255), Err(SealError::CostTooHigh { log_n: 255, cap: 22 }));
    let small = CostPolicy { cap: 20, available_bytes: Some(200 << 20) };
    assert_eq!(small.allows(17), Ok(()));
    let refusal = small.allows(18).unwrap_err();
    assert_eq!(refusal.to_string(), "opening this file needs 256 MiB of memory; 200 MiB are available");
}

#[test]
fn a_generated_passphrase_is_six_words_drawn_fairly() {
    // 0xf300 is 62,208, the first number beyond eight whole rounds of the list: it is drawn again.
    let mut script = [0, 0, 0xf3, 0x00, 0x1e, 0x5f, 0x1e, 0x60, 0xff, 0xff, 0, 1, 0, 2, 0, 3].into_iter();
    let mut entropy = |bytes: &mut [u8]| bytes.fill_with(|| script.next().expect("as many bytes as are asked for"));
    assert_eq!(generate(&mut entropy).expose_secret(), "abacus-zoom-abacus-abdomen-abdominal-abide");
    assert!(script.next().is_none());
}

#[test]
fn strength_follows_what_guessing_takes() {
    let scores = ["", "123456", "countersign", "Tr0ub4dour&3", "correct horse battery staple"];
    let scores = scores.map(|passphrase| strength(&secret(passphrase)).score);
    assert!(scores.is_sorted(), "{scores:?}");
    assert_eq!(scores[..3], [0, 0, 0]);
    assert!(strength(&secret("123456")).is_weak());

    let mut number = 0_u8;
    let generated = generate(&mut |bytes| {
        bytes.fill_with(|| {
            number = number.wrapping_mul(73).wrapping_add(41);
            number
        })
    });
    assert_eq!(strength(&generated).score, 4, "{}", strength(&generated));
}

#[test]
fn a_long_run_of_neighbouring_keys_is_judged_like_any_other() {
    for (pair, length) in [("01", 16), ("01", 30), ("qw", 40), ("Qw", 100), ("as", 400)] {
        let judged = strength(&secret(&pair.repeat(length)));
        assert!(judged.score < 4, "{pair} {length} times: {judged}");
    }
}

#[test]
fn strength_is_told_in_words_and_never_repeats_the_passphrase() {
    let weak = strength(&secret("hunter2hunter2"));
    assert_eq!(weak.to_string(), "very weak: guessed at once by somebody with the file (work factor 18)");
    assert!(!format!("{weak:?}").contains("hunter"));
}
