//! Comparing with another device, by the codes it shows.

use countersign::otp::compare::{CompareError, Comparison, Difference, Finding, Sighting, chance_words, random_match};
use countersign::otp::{Ahead, Algorithm, Digits, Enrolment, Params, Period, Pin, Secret, Timestamp};

/// A moment by the other device: 10 s after a code has changed.
const THEN: Timestamp = Timestamp::from_secs(1_795_305_610);

fn enrolment(params: Params) -> Enrolment {
    let pin = params.needs_pin().then(|| Pin::from_text("1234").unwrap());
    Enrolment { params, secret: Secret::from_bytes(b"an invented secret, of 26b".to_vec()).unwrap(), pin }
}

fn totp(digits: u8) -> Params {
    let digits = Digits::new(digits).unwrap();
    Params::Totp { algorithm: Algorithm::Sha1, digits, period: Period::THIRTY }
}

/// The other device, and we who are so many seconds ahead of it.
struct Pair {
    enrolment: Enrolment,
    comparison: Comparison,
    ahead: i64,
}

impl Pair {
    fn new(params: Params, ahead: i64) -> Self {
        let enrolment = enrolment(params);
        Self { comparison: Comparison::new(enrolment.clone()).unwrap(), enrolment, ahead }
    }

    fn ours(&self, other: Timestamp) -> Timestamp {
        other.plus_secs(self.ahead)
    }

    fn shown(&self, other: Timestamp) -> String {
        self.enrolment.code(self.enrolment.step_at(other).unwrap()).expose_secret().to_owned()
    }

    /// Types what the other device shows at that moment of its clock.
    fn type_at(&mut self, other: Timestamp) -> Result<Finding, CompareError> {
        self.comparison.typed(&self.shown(other), Sighting::at(self.ours(other)))
    }

    /// Types something.
    fn type_text(&mut self, text: &str, other: Timestamp) -> Result<Finding, CompareError> {
        self.comparison.typed(text, Sighting::at(self.ours(other)))
    }
}

fn found(finding: &Finding) -> Difference {
    *finding.found().unwrap_or_else(|| panic!("{finding:?}"))
}

fn seconds(low: i64, high: i64) -> Ahead {
    Ahead::between(low * 1000, high * 1000)
}

#[test]
fn every_kind_of_code_that_changes_by_itself_tells_the_difference() {
    let period = Period::from_secs(60).unwrap();
    let long = Params::Totp { algorithm: Algorithm::Sha512, digits: Digits::EIGHT, period };
    let steam = Params::Steam { period: Period::THIRTY };
    for params in [totp(6), long, steam, Params::Motp, Params::Yandex] {
        for ahead in [-43_200, -3_725, -61, 0, 1, 61, 3_725, 43_200] {
            let mut pair = Pair::new(params, ahead);
            pair.type_at(THEN).unwrap();
            let difference = found(&pair.type_at(THEN.plus_secs(65)).unwrap());
            assert!((difference.ahead.low()..=difference.ahead.high()).contains(&(ahead * 1000)), "{params:?} {ahead}");
            assert_eq!(difference.codes, 2);
        }
    }
}

#[test]
fn counted_codes_are_refused_with_a_sentence() {
    let hotp = Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX };
    let refused = Comparison::new(enrolment(hotp)).unwrap_err();
    assert_eq!(refused, CompareError::Counts);
    assert_eq!(refused.to_string(), "the codes of this account are counted, they say nothing about the time");
}

#[test]
fn one_code_of_six_digits_may_be_a_coincidence_and_a_second_settles_it() {
    let mut pair = Pair::new(totp(6), 61);
    let first = pair.type_at(THEN).unwrap();
    let Finding::Likely(likely) = first else { panic!("{first:?}") };
    assert_eq!(likely.ahead, seconds(41, 71), "10 s after a change, 20 s before the next");
    assert_eq!(chance_words(likely.chance), "1 in 350");
    assert!(first.words().contains("a coincidence is still possible (1 in 350)"), "{}", first.words());

    let second = found(&pair.type_at(THEN.plus_secs(45)).unwrap());
    assert_eq!(second.ahead, seconds(56, 71), "25 s after a change: the later cut is at 56");
    assert_eq!((second.codes, chance_words(second.chance)), (2, "1 in 170,000,000".to_owned()));
    assert_eq!(second.basis_words(), "2 codes; a coincidence: 1 in 170,000,000");
}

#[test]
fn one_code_of_eight_digits_is_enough() {
    let difference = found(&Pair::new(totp(8), -90).type_at(THEN).unwrap());
    assert_eq!((difference.codes, chance_words(difference.chance)), (1, "1 in 35,000".to_owned()));
}

#[test]
fn a_code_typed_twice_narrows_but_confirms_nothing() {
    let mut pair = Pair::new(totp(6), 0);
    pair.type_at(THEN).unwrap();
    let again = pair.type_at(THEN.plus_secs(15)).unwrap();
    let Finding::Likely(likely) = again else { panic!("{again:?}") };
    assert_eq!((likely.codes, likely.ahead), (1, seconds(-5, 10)));
    assert_eq!(chance_words(likely.chance), "1 in 350");
}

#[test]
fn the_first_key_of_a_code_narrows_it() {
    let mut pair = Pair::new(totp(8), 0);
    let seen = Sighting { from: THEN, until: THEN.plus_secs(6) };
    let difference = found(&pair.comparison.typed(&pair.shown(THEN), seen).unwrap());
    assert_eq!(difference.ahead, seconds(-14, 10));
    let mut slow = Pair::new(totp(8), 0);
    let seen = Sighting { from: THEN.plus_secs(-300), until: THEN };
    let difference = found(&slow.comparison.typed(&slow.shown(THEN), seen).unwrap());
    assert_eq!(difference.ahead, seconds(-20, 10), "longer than a code lives: the first key was of another one");
}

#[test]
fn a_code_that_came_at_an_unknown_moment_leaves_more_open() {
    let mut pair = Pair::new(totp(6), 0);
    let seen = |secs, until| Sighting::between(THEN.plus_secs(secs), THEN.plus_secs(until));
    let (first, second, third) = (pair.shown(THEN), pair.shown(THEN.plus_secs(45)), pair.shown(THEN.plus_secs(82)));
    pair.comparison.typed(&first, seen(0, 2)).unwrap();
    let difference = found(&pair.comparison.typed(&second, seen(45, 47)).unwrap());
    assert_eq!(difference.ahead, seconds(-5, 12));
    // It had not changed yet at the earlier of the two moments.
    pair.comparison.typed(&third, seen(78, 83)).unwrap();
}

#[test]
fn codes_that_arrive_together_confirm_each_other_and_leave_open_which_was_on_the_screen() {
    for order in [[0, 1, 2], [2, 1, 0]] {
        let mut pair = Pair::new(totp(6), 61);
        let codes = order.map(|number| pair.shown(THEN.plus_secs(30 * number)));
        for (place, code) in codes.iter().enumerate() {
            let seen = Sighting::at(pair.ours(THEN).plus_millis(place as i64));
            pair.comparison.typed(code, seen).unwrap();
        }
        let difference = found(&pair.comparison.finding());
        assert_eq!(difference.codes, 3);
        assert!(difference.ahead.low() <= 61_000 && difference.ahead.high() >= 61_000, "{difference:?}");
        assert!(difference.ahead.uncertainty() <= 45_002, "{difference:?}");
    }
    let mut pair = Pair::new(totp(6), 0);
    pair.type_at(THEN).unwrap();
    let repeated = pair.type_at(THEN).unwrap();
    assert!(matches!(repeated, Finding::Likely(Difference { codes: 1, .. })), "{repeated:?}");
}

#[test]
fn what_cannot_be_a_code_of_the_account_is_said_and_changes_nothing() {
    let mut pair = Pair::new(totp(6), 5);
    pair.type_at(THEN).unwrap();
    let before = pair.comparison.finding();
    for (text, error) in [
        ("12345", CompareError::WrongLength { expected: 6 }),
        ("1234567", CompareError::WrongLength { expected: 6 }),
        ("", CompareError::WrongLength { expected: 6 }),
        ("12345x", CompareError::NotACode),
        ("１２３４５６", CompareError::NotACode),
    ] {
        assert_eq!(pair.type_text(text, THEN.plus_secs(40)), Err(error), "{text}");
        assert_eq!(pair.comparison.finding(), before);
    }
    assert_eq!(CompareError::WrongLength { expected: 6 }.to_string(), "a code of this account has 6 characters");
}

#[test]
fn a_code_of_no_moment_and_one_of_the_wrong_moment_are_told_apart() {
    let mut pair = Pair::new(totp(6), 5);
    let nowhere = (0..1_000_000).map(|code| format!("{code:06}")).find(|code| {
        let mut fresh = Pair::new(totp(6), 5);
        fresh.type_text(code, THEN) == Err(CompareError::NoMatch)
    });
    let nowhere = nowhere.unwrap();
    assert_eq!(pair.type_text(&nowhere, THEN), Err(CompareError::NoMatch));
    assert_eq!(pair.comparison.finding(), Finding::Nothing);

    pair.type_at(THEN).unwrap();
    let before = pair.comparison.finding();
    assert_eq!(pair.type_text(&nowhere, THEN.plus_secs(40)), Err(CompareError::NoMatch));
    let an_hour_ago = pair.shown(THEN.plus_secs(-3600));
    assert_eq!(pair.type_text(&an_hour_ago, THEN.plus_secs(40)), Err(CompareError::Contradiction));
    assert_eq!(pair.comparison.finding(), before);
    found(&pair.type_at(THEN.plus_secs(45)).unwrap());
}

#[test]
fn spaces_hyphens_and_the_case_of_letters_do_not_matter() {
    let mut pair = Pair::new(totp(8), 0);
    let code = pair.shown(THEN);
    pair.type_text(&format!(" {} - {} ", &code[..4], &code[4..]), THEN).unwrap();
    let mut steam = Pair::new(Params::Steam { period: Period::THIRTY }, 0);
    let code = steam.shown(THEN).to_lowercase();
    steam.type_text(&code, THEN).unwrap();
}

#[test]
fn key_presses_tell_the_phase_and_a_code_tells_the_rest() {
    let mut pair = Pair::new(totp(8), 61);
    let change = pair.ours(THEN.plus_secs(20));
    for number in 0..3 {
        let finding = pair.comparison.pressed(change.plus_secs(30 * number).plus_millis(200)).unwrap();
        assert_eq!(finding, Finding::Nothing, "without a code nobody knows which step it was");
    }
    let difference = found(&pair.type_at(THEN.plus_secs(95)).unwrap());
    assert_eq!(difference.ahead, Ahead::between(60_500, 61_500));
    assert_eq!(difference.words(), "this computer is 61 s ahead of that device, ±0.5 s");
    assert_eq!(difference.basis_words(), "1 code and 3 key presses; a coincidence: 1 in 35,000");
}

#[test]
fn a_press_far_from_the_others_or_from_the_codes_is_refused() {
    let mut pair = Pair::new(totp(8), 0);
    let change = THEN.plus_secs(20);
    pair.comparison.pressed(change).unwrap();
    assert_eq!(pair.comparison.pressed(change.plus_secs(33)), Err(CompareError::PressApart));
    assert_eq!(pair.comparison.presses(), 1);
    // At 15 s into the step the code says that the last change was long ago.
    let mut pair = Pair::new(totp(8), 0);
    pair.type_at(THEN).unwrap();
    pair.type_at(THEN.plus_secs(15)).unwrap();
    let before = pair.comparison.finding();
    assert_eq!(pair.comparison.pressed(THEN.plus_secs(37)), Err(CompareError::PressApart));
    assert_eq!(pair.comparison.finding(), before);
    let quick = Params::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::from_secs(2).unwrap() };
    assert_eq!(Pair::new(quick, 0).comparison.pressed(THEN), Err(CompareError::TooQuick));
}

#[test]
fn the_next_best_moment_halves_what_is_possible_until_nothing_is_left_to_learn() {
    let mut pair = Pair::new(totp(8), 61);
    assert_eq!(pair.comparison.next_best_moment(THEN), None, "before the first code every moment is as good");
    let mut now = pair.ours(THEN);
    let mut width = found(&pair.type_at(THEN).unwrap()).ahead.uncertainty();
    while let Some(best) = pair.comparison.next_best_moment(now.plus_secs(5)) {
        assert!(best >= now.plus_secs(5) && best <= now.plus_secs(35), "{best:?}");
        now = best;
        let next = found(&pair.type_at(now.plus_secs(-61)).unwrap()).ahead.uncertainty();
        assert!((width - 2 * next).abs() <= 2, "{width} became {next}");
        width = next;
    }
    assert!(width <= 1_000, "{width}");
}

#[test]
fn a_result_is_said_in_words_that_never_claim_too_much() {
    let words = |low, high| Ahead::between(low, high).words("that device");
    assert_eq!(words(60_200, 61_900), "this computer is 61 s ahead of that device, ±1 s");
    assert_eq!(words(-76_000, -46_000), "this computer is 61 s behind that device, ±15 s");
    assert_eq!(words(60_500, 62_500), "this computer is 62 s ahead of that device, ±2 s", "60.5 is in 62 ± 2");
    assert_eq!(words(-3_725_900, -3_725_100), "this computer is 1 h 2 min 6 s behind that device, ±1 s");
    assert_eq!(words(60_940, 61_160), "this computer is 61.1 s ahead of that device, ±0.2 s");
    assert_eq!(words(-400, 300), "this computer and that device agree to within 0.4 s");
    assert_eq!(words(-14_200, 15_100), "this computer and that device agree to within 16 s");
    assert_eq!(words(0, 0), "this computer and that device agree to within 0 s");
}

#[test]
fn the_chance_of_a_coincidence_counts_the_codes_that_there_are() {
    let one_in = |params| (1.0 / random_match(&params)).round();
    assert_eq!(one_in(totp(1)), 10.0);
    assert_eq!(one_in(totp(6)), 1e6);
    assert_eq!(one_in(totp(10)), 2_147_483_648.0, "31 bits are behind a code");
    assert_eq!(one_in(Params::Steam { period: Period::THIRTY }), 11_881_376.0);
    assert_eq!(one_in(Params::Motp), 16_777_216.0);
    assert_eq!(one_in(Params::Yandex), 208_827_064_576.0);
    assert_eq!(chance_words(0.00288), "1 in 350");
    assert_eq!(chance_words(0.9), "more likely than not");
    assert_eq!(chance_words(0.4), "1 in 3");
    assert_eq!(chance_words(1e-12), "less than 1 in 1,000,000,000");
}

#[test]
fn absurd_clocks_and_periods_do_no_harm() {
    let longest = Period::from_secs(Period::MAX_SECS).unwrap();
    for period in [Period::from_secs(3600 * 24).unwrap(), longest] {
        let params = Params::Totp { algorithm: Algorithm::Sha1, digits: Digits::EIGHT, period };
        for moment in [Timestamp::MIN, Timestamp::from_secs(0), THEN, Timestamp::MAX] {
            let mut pair = Pair::new(params, 0);
            for _ in 0..2 {
                let code = pair.shown(moment);
                pair.comparison.typed(&code, Sighting::at(moment)).ok();
                pair.comparison.pressed(moment).ok();
                pair.comparison.next_best_moment(moment);
            }
        }
    }
}
