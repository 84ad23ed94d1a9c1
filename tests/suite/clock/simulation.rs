//! Many comparisons with people who do not exist: is the truth always in what is said, and how narrow is that?

use std::collections::HashMap;
use std::ops::RangeInclusive;

use countersign::otp::compare::{CompareError, Finding, Narrowing, Sighting, random_match};
use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};

use crate::support::random::Random;

const PERIOD: i64 = 30_000;
const HALF_A_DAY: i64 = 12 * 60 * 60;
/// A moment by the other device, in the middle of a step.
const THEN: Timestamp = Timestamp::from_secs(1_795_305_615);

/// All codes that a comparison may look at, so that an HMAC is computed once.
struct Table {
    random_match: f64,
    codes: HashMap<u64, String>,
    steps: HashMap<String, Vec<u64>>,
}

impl Table {
    fn new(digits: u8) -> Self {
        let digits = Digits::new(digits).unwrap();
        let params = Params::Totp { algorithm: Algorithm::Sha1, digits, period: Period::THIRTY };
        let secret = Secret::from_bytes(b"an invented secret".to_vec()).unwrap();
        let enrolment = Enrolment { params, secret, pin: None };
        let mut table = Self { random_match: random_match(&params), codes: HashMap::new(), steps: HashMap::new() };
        let here = enrolment.step_at(THEN).unwrap();
        for step in here - 3_000..here + 3_000 {
            let code = enrolment.code(step).expose_secret().to_owned();
            table.steps.entry(code.clone()).or_default().push(step);
            table.codes.insert(step, code);
        }
        table
    }

    fn begin(&self) -> Narrowing {
        Narrowing::new(Period::THIRTY, self.random_match)
    }

    fn type_code(&self, into: &mut Narrowing, code: &str, seen: Sighting) -> Result<Finding, CompareError> {
        let known = self.steps.get(code).map(Vec::as_slice).unwrap_or_default();
        let matching = |steps: RangeInclusive<u64>| known.iter().copied().filter(|step| steps.contains(step)).collect();
        into.see(seen, &matching)
    }

    /// Types the code that a device shows which is so far behind us.
    fn type_shown(&self, into: &mut Narrowing, seen: Sighting, ahead: i64) -> Finding {
        let other = seen.until.plus_millis(-ahead);
        let code = &self.codes[&Period::THIRTY.step_at(other)];
        let found = self.type_code(into, code, seen).unwrap();
        assert!(contains(&found, ahead), "ahead by {ahead} ms is not in {found:?}");
        found
    }
}

fn contains(finding: &Finding, ahead: i64) -> bool {
    let is_in =
        |found: &countersign::otp::compare::Difference| (found.ahead.low()..=found.ahead.high()).contains(&ahead);
    match finding {
        Finding::Nothing => true,
        Finding::Several(several) => several.iter().any(is_in),
        Finding::Likely(one) | Finding::Found(one) => is_in(one),
    }
}

/// Returns how wide the answer is in seconds, if there is one, whether it counts already or not.
fn width(finding: &Finding) -> Option<f64> {
    match finding {
        Finding::Likely(one) | Finding::Found(one) => Some((one.ahead.high() - one.ahead.low()) as f64 / 1000.0),
        Finding::Nothing | Finding::Several(_) => None,
    }
}

/// Somebody who types codes: when the next one is seen, by our clock.
type Typist = fn(&mut Random, &Narrowing, Timestamp, i64) -> Sighting;

/// Whenever it comes to mind; only Enter is known.
fn at_random(random: &mut Random, _: &Narrowing, last: Timestamp, _: i64) -> Sighting {
    Sighting::at(last.plus_millis(random.millis(20_000, 90_000)))
}

/// The same, with the moment of the first key: a code that changes meanwhile is typed again.
fn at_random_with_first_key(random: &mut Random, narrowing: &Narrowing, last: Timestamp, ahead: i64) -> Sighting {
    let start = at_random(random, narrowing, last, ahead).until;
    typed_from(random, start, ahead)
}

/// At the moment that was asked for, and up to five seconds later.
fn when_asked(random: &mut Random, narrowing: &Narrowing, last: Timestamp, ahead: i64) -> Sighting {
    match narrowing.next_best_moment(last.plus_millis(5_000)) {
        Some(best) => Sighting::at(best.plus_millis(random.millis(0, 5_000))),
        None => at_random(random, narrowing, last, ahead),
    }
}

/// The same, begun at that moment, with the moment of the first key.
fn when_asked_with_first_key(random: &mut Random, narrowing: &Narrowing, last: Timestamp, ahead: i64) -> Sighting {
    let start = when_asked(random, narrowing, last, ahead).until;
    typed_from(random, start, ahead)
}

fn typed_from(random: &mut Random, start: Timestamp, ahead: i64) -> Sighting {
    let mut seen = Sighting { from: start, until: start.plus_millis(random.millis(4_000, 6_000)) };
    let step = |moment: Timestamp| Period::THIRTY.step_at(moment.plus_millis(-ahead));
    if step(seen.from) != step(seen.until) {
        let start = seen.until.plus_millis(random.millis(500, 2_000));
        seen = Sighting { from: start, until: start.plus_millis(random.millis(4_000, 6_000)) };
    }
    seen
}

/// Returns the mean width in seconds after each of `codes` codes, over comparisons at these distances.
fn mean_widths(typist: Typist, codes: usize, aheads: impl Iterator<Item = i64>) -> Vec<f64> {
    let table = Table::new(6);
    let mut random = Random::new(5);
    let mut sums = vec![0.0; codes];
    let mut counts = vec![0_u32; codes];
    for ahead in aheads {
        let mut narrowing = table.begin();
        let mut last = THEN.plus_millis(ahead + random.millis(-60_000, 60_000));
        for code in 0..codes {
            let seen = typist(&mut random, &narrowing, last, ahead);
            last = seen.until;
            let found = table.type_shown(&mut narrowing, seen, ahead);
            if let Some(width) = width(&found) {
                sums[code] += width;
                counts[code] += 1;
            }
        }
    }
    assert!(counts[codes - 1] > 0);
    sums.into_iter().zip(counts).map(|(sum, count)| sum / f64::from(count.max(1))).collect()
}

/// Every 23rd second of the day, as many milliseconds off.
fn some_distances() -> impl Iterator<Item = i64> {
    (-HALF_A_DAY..=HALF_A_DAY).step_by(23).map(|secs| secs * 1000 + secs.rem_euclid(1000))
}

#[test]
fn the_truth_is_always_in_what_is_said_for_every_second_of_half_a_day_either_way() {
    let every_second = (-HALF_A_DAY..=HALF_A_DAY).map(|secs| secs * 1000);
    let widths = mean_widths(at_random, 3, every_second);
    println!("bare, 1 to 3 codes: {widths:.2?} s");
    // Three random cuts of a circle of 30 s: what is left around a given point is 2 · 30 / (3 + 1) on average.
    assert!((widths[2] - 15.0).abs() < 0.3, "{widths:?}");
}

#[test]
fn three_codes_typed_when_asked_are_at_most_twelve_seconds_wide_on_average() {
    let widths = mean_widths(when_asked, 4, some_distances());
    println!("when asked, 1 to 4 codes: {widths:.2?} s");
    assert!(widths[2] <= 12.0, "{widths:?}");
}

#[test]
fn the_first_key_narrows_every_code_by_the_time_that_it_took_to_type() {
    let bare = mean_widths(at_random, 4, some_distances());
    let first_key = mean_widths(at_random_with_first_key, 4, some_distances());
    let both = mean_widths(when_asked_with_first_key, 4, some_distances());
    println!("bare, 1 to 4 codes: {bare:.2?} s; first key: {first_key:.2?} s; when asked as well: {both:.2?} s");
    assert!(first_key[2] < bare[2] - 2.0, "{first_key:?}");
    assert!(both[2] <= 12.0 && both[2] < first_key[2], "{both:?}");
}

/// Compares by two codes and three key presses that come so late; returns the widths of what was said, and how often
/// the truth was in it.
fn pressed(seed: u64, reaction: impl Fn(&mut Random) -> i64) -> (Vec<f64>, f64) {
    let table = Table::new(6);
    let mut random = Random::new(seed);
    let (mut widths, mut right) = (Vec::new(), 0);
    for _ in 0..5_000 {
        let ahead = random.millis(-HALF_A_DAY * 1000, HALF_A_DAY * 1000);
        let mut narrowing = table.begin();
        let mut last = THEN.plus_millis(ahead);
        for _ in 0..2 {
            let seen = Sighting::at(last.plus_millis(random.millis(30_001, 90_000)));
            last = seen.until;
            table.type_shown(&mut narrowing, seen, ahead);
        }
        // The next change of the other device, as our clock shows it.
        let change = Period::THIRTY.start_of(Period::THIRTY.step_at(last.plus_millis(-ahead)) + 1).plus_millis(ahead);
        let presses = (0..3).map(|number| change.plus_millis(number * PERIOD + reaction(&mut random)));
        // A press that is refused is made again.
        let taken = presses.filter(|at| narrowing.press(*at).is_ok()).count();
        if taken < 3 {
            continue;
        }
        let finding = narrowing.finding();
        if finding.found().is_some() {
            widths.extend(width(&finding));
            right += u32::from(contains(&finding, ahead));
        }
    }
    assert!(widths.len() > 4_900, "only {} of 5000 ended with a result", widths.len());
    let share = f64::from(right) / widths.len() as f64;
    (widths, share)
}

#[test]
fn three_key_presses_are_at_most_a_second_wide_and_hold_the_truth() {
    let even = |from, to| move |random: &mut Random| random.millis(from, to);
    let normal = |middle: f64| move |random: &mut Random| (middle + 300.0 * random.normal()) as i64;
    let of = |(widths, right): (Vec<f64>, f64)| {
        let widest = widths.iter().copied().fold(0.0, f64::max);
        println!("presses: at most {widest} s wide, the truth in {:.2} % of them", right * 100.0);
        assert!(widest <= 1.0, "{widest}");
        right
    };
    assert_eq!(of(pressed(1, even(0, 300))), 1.0);
    assert_eq!(of(pressed(2, even(-300, 300))), 1.0);
    assert_eq!(of(pressed(3, even(100, 700))), 1.0);
    assert!(of(pressed(4, normal(200.0))) > 0.98);
    assert!(of(pressed(5, normal(350.0))) > 0.94);
    assert!(of(pressed(6, normal(0.0))) > 0.92);
}

#[test]
fn a_coincidence_is_as_likely_as_is_said_over_a_million_random_codes() {
    let table = Table::new(6);
    let mut random = Random::new(11);
    let (mut matches, mut said) = (0_u32, 0.0);
    for _ in 0..1_000_000 {
        let code = format!("{:06}", random.below(1_000_000));
        if let Ok(finding) = table.type_code(&mut table.begin(), &code, Sighting::at(THEN)) {
            matches += 1;
            said = chance(&finding);
        }
    }
    let measured = f64::from(matches) / 1e6;
    println!("one code of six digits: said {said:.6}, measured {measured:.6}");
    assert!((measured / said - 1.0).abs() < 0.2, "said {said}, measured {measured}");
}

#[test]
fn a_second_coincidence_is_as_likely_as_is_said() {
    const TRIES: u32 = 300_000;
    // With three digits it happens often enough to be counted.
    let table = Table::new(3);
    let mut random = Random::new(12);
    let (mut matches, mut said) = (0_u32, 0.0);
    for _ in 0..TRIES {
        let mut narrowing = table.begin();
        let mut type_random = |seen| {
            let code = format!("{:03}", random.below(1_000));
            table.type_code(&mut narrowing, &code, seen)
        };
        let first = type_random(Sighting::at(THEN));
        let second = type_random(Sighting::at(THEN.plus_secs(45)));
        if let (Ok(_), Ok(finding)) = (first, second) {
            matches += 1;
            said = chance(&finding);
        }
    }
    let measured = f64::from(matches) / f64::from(TRIES);
    println!("two codes of three digits: said {said:.6}, measured {measured:.6}");
    assert!((measured / said - 1.0).abs() < 0.2, "said {said}, measured {measured}");
}

fn chance(finding: &Finding) -> f64 {
    match finding {
        Finding::Nothing => panic!("nothing was found"),
        Finding::Several(several) => several[0].chance,
        Finding::Likely(one) | Finding::Found(one) => one.chance,
    }
}
