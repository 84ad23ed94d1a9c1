//! Why a site may have refused a code: every likely cause in the order in which to look, with what is known here.

use super::report::Report;
use super::verdict::Level;
use super::words::{ago, ahead_in_words, rounded_length};
use crate::otp::{Algorithm, Digits, Params, Period, Timestamp};
use crate::vault::{Account, DeviceMemory, Vault};

/// How to find out about the clock.
const COMPARE: &str = "compare with your phone: countersign clock compare QUERY";
/// A code that was used longer ago than this many steps is not the one that was refused.
const STEPS_ONE_REMEMBERS: i64 = 4;
/// With less than this left a code is too old by the time it is typed, in milliseconds.
const TYPING_MILLIS: i64 = 8_000;

/// One reason why a site may have refused a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub kind: CauseKind,
    /// How likely it is here.
    pub likelihood: Likelihood,
    /// What is known about it, for people who know nothing of it. May hold names from outside.
    pub words: String,
    /// What to do if it is that.
    pub advice: String,
}

/// The reasons, in the order in which to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    /// Sites take each code once.
    Used,
    /// The code was too old when it arrived.
    Expired,
    /// This computer's clock is wrong.
    Clock,
    /// The site and countersign count differently.
    Counter,
    /// The code was another account's.
    OtherAccount,
    /// The site knows another secret.
    OtherSecret,
    /// Length, hash or period are not what the site computes with.
    Parameters,
}

impl CauseKind {
    /// Returns its word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Clock => "clock",
            Self::Counter => "counter",
            Self::OtherAccount => "other-account",
            Self::OtherSecret => "other-secret",
            Self::Parameters => "parameters",
        }
    }

    /// Returns it as a question that people ask themselves.
    pub fn question(self) -> &'static str {
        match self {
            Self::Used => "was the code used already?",
            Self::Expired => "was the code too old when it arrived?",
            Self::Clock => "is this computer's clock wrong?",
            Self::Counter => "do the site and countersign count differently?",
            Self::OtherAccount => "was it the code of another account?",
            Self::OtherSecret => "does the site know another secret?",
            Self::Parameters => "does the site compute its codes in another way?",
        }
    }
}

/// How likely a cause is, as far as can be told here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likelihood {
    /// Something here speaks for it.
    Likely,
    /// Nothing tells.
    Possible,
    /// Something here speaks against it.
    Unlikely,
}

impl Likelihood {
    /// Returns its word, for people and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::Unlikely => "unlikely",
        }
    }
}

/// What is known of one account.
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    /// The account whose code was refused.
    pub account: &'a Account,
    /// All accounts.
    pub vault: &'a Vault,
    /// What was used on this device.
    pub memory: &'a DeviceMemory,
    /// The time that codes are made with.
    pub now: Timestamp,
}

/// Returns why a site may have refused a code of the account, in the order in which to look; without one, what holds
/// for any. No cause names a code or a secret.
pub fn refused_causes(refused: Option<Refused<'_>>, clock: &Report) -> Vec<Cause> {
    let Some(refused) = refused else { return general(clock) };
    let timed = refused.account.params().period();
    let mut causes = vec![used(&refused, timed)];
    match timed {
        Some(period) => causes.extend([expired(&refused, period), of_clock(clock)]),
        None => causes.push(counter(&refused)),
    }
    causes.extend([other_account(&refused), other_secret(&refused), parameters(refused.account.params())]);
    causes
}

fn cause(kind: CauseKind, likelihood: Likelihood, words: impl Into<String>, advice: impl Into<String>) -> Cause {
    Cause { kind, likelihood, words: words.into(), advice: advice.into() }
}

fn general(clock: &Report) -> Vec<Cause> {
    use CauseKind::{Expired, OtherAccount, OtherSecret, Parameters, Used};
    let possible = |kind, words, advice| cause(kind, Likelihood::Possible, words, advice);
    vec![
        possible(
            Used,
            "most sites take each code once: the same one a second time is refused, even seconds later",
            "wait for the next code: countersign code QUERY --fresh",
        ),
        possible(
            Expired,
            "a code lives for 30 seconds at most sites; one that is copied in its last seconds arrives too late",
            "take one that lives longer: countersign code QUERY --min-left 15",
        ),
        of_clock(clock),
        possible(
            OtherAccount,
            "with several accounts at one site the codes look alike",
            "compare the user name on the site's page with countersign list",
        ),
        possible(
            OtherSecret,
            "whoever sets up the second factor anew gets a new secret; codes of the old one are refused from then on",
            "set it up once more on the site, and put the new secret in: countersign rotate QUERY",
        ),
        possible(
            Parameters,
            "a few sites compute with another length, hash or period than the account here",
            "compare with the site's own words: countersign show QUERY",
        ),
    ]
}

fn used(refused: &Refused<'_>, period: Option<Period>) -> Cause {
    let Refused { account, memory, now, .. } = *refused;
    let Some(period) = period else {
        let (words, advice) = ("each code is good for one login", "take the next one: countersign code QUERY");
        return cause(CauseKind::Used, Likelihood::Possible, words, advice);
    };
    let Some(last) = memory.last_used(account.id()) else {
        let words = "none of its codes was used on this device; another device may have used the same one";
        return cause(CauseKind::Used, Likelihood::Unlikely, words, "if so, wait for the next code");
    };
    let since = now.millis_since(last);
    let advice = "wait for one that was not used yet: countersign code QUERY --fresh";
    if memory.is_used(account.id(), account.step(now)) {
        let words = "the code that is shown now was already copied or printed here; most sites take each code once";
        cause(CauseKind::Used, Likelihood::Likely, words, advice)
    } else if since >= 0 && since / 1000 < step_secs(period).saturating_mul(STEPS_ONE_REMEMBERS) {
        let words =
            format!("a code was used here {}; if you typed that one twice, the second time was refused", ago(since));
        cause(CauseKind::Used, Likelihood::Possible, words, advice)
    } else {
        let words = format!("the last one was used here {}; the code that is shown now was not", ago(since));
        cause(CauseKind::Used, Likelihood::Unlikely, words, advice)
    }
}

fn step_secs(period: Period) -> i64 {
    i64::try_from(period.as_secs()).unwrap_or(i64::MAX)
}

fn expired(refused: &Refused<'_>, period: Period) -> Cause {
    let (account, now) = (refused.account, refused.now);
    let left = account.enrolment().valid_until(account.step(now)).millis_since(now);
    let lives = period.as_secs();
    let left_words = rounded_length(u64::try_from(left).unwrap_or(0) / 1000 * 1000);
    let words =
        format!("a code lives {lives} s, and the one shown now has {left_words} left; what arrives later is refused");
    let likelihood = if left < TYPING_MILLIS { Likelihood::Likely } else { Likelihood::Possible };
    let enough = (lives / 2).max(1);
    cause(
        CauseKind::Expired,
        likelihood,
        words,
        format!("take one that lives longer: countersign code QUERY --min-left {enough}"),
    )
}

fn of_clock(report: &Report) -> Cause {
    let advice = || match report.advice().first() {
        Some(advice) => (*advice).to_owned(),
        None => COMPARE.to_owned(),
    };
    let off = report.corrected().map(ahead_in_words).unwrap_or_default();
    let made = "a code is made from the time";
    match report.level {
        Level::Critical => cause(
            CauseKind::Clock,
            Likelihood::Likely,
            format!("{made}, and the time here is {off}: that is why"),
            advice(),
        ),
        Level::Warn => {
            cause(CauseKind::Clock, Likelihood::Likely, format!("{made}, and the time here is {off}"), advice())
        }
        Level::Unknown => {
            let words = format!("{made}, and nothing confirms that the time here is right");
            cause(CauseKind::Clock, Likelihood::Possible, words, COMPARE)
        }
        Level::Note | Level::Ok => {
            let words = format!("{made}, and the time here is {off}: that is near enough");
            cause(CauseKind::Clock, Likelihood::Unlikely, words, "nothing is to be done about the clock")
        }
    }
}

fn counter(refused: &Refused<'_>) -> Cause {
    let next = refused.account.counter();
    let words = format!(
        "these codes are counted, not timed; the next one here is number {next}. Codes that were shown and never \
         used, or used on another device, let the two counts drift apart"
    );
    let advice = "try the next two or three codes in a row; if they fail, the site's support can set its counter anew";
    cause(CauseKind::Counter, Likelihood::Possible, words, advice)
}

fn other_account(refused: &Refused<'_>) -> Cause {
    let (account, vault) = (refused.account, refused.vault);
    let name = |account: &Account| {
        let name = if account.issuer().trim().is_empty() { account.account() } else { account.issuer() };
        name.trim().to_lowercase()
    };
    let own = name(account);
    // "GitHub" and "GitHub (work)" are looked for on the same page.
    let is_like = |other: &Account| {
        let other = name(other);
        !own.is_empty() && !other.is_empty() && (other.contains(&own) || own.contains(&other))
    };
    let others: Vec<String> = vault
        .accounts()
        .filter(|other| other.id() != account.id() && is_like(other))
        .map(|other| other.label())
        .collect();
    let advice = "compare the user name on the site's page with the one here";
    if others.is_empty() {
        let words = "there is no other account of this site in the vault";
        return cause(CauseKind::OtherAccount, Likelihood::Unlikely, words, advice);
    }
    let words = format!("this is {}; there are others that look like it: {}", account.label(), others.join(", "));
    cause(CauseKind::OtherAccount, Likelihood::Possible, words, advice)
}

fn other_secret(refused: &Refused<'_>) -> Cause {
    let account = refused.account;
    if account.candidate().is_some() {
        let words = "a new secret is being tried beside the old one: the site may want codes of the new one already";
        let advice = "try countersign code QUERY --new; once it is accepted: countersign confirm QUERY";
        return cause(CauseKind::OtherSecret, Likelihood::Likely, words, advice);
    }
    if account.pending() {
        let words = "no code of this account was ever accepted, as far as is known here: the secret may be mistyped";
        let advice = "set it up once more on the site, by its QR code, and remove this one";
        return cause(CauseKind::OtherSecret, Likelihood::Likely, words, advice);
    }
    let advice = "set the second factor up once more on the site, and put the new secret in: countersign rotate QUERY";
    if account.former().next().is_some() {
        let words = "the secret was replaced here, and the former one is kept: perhaps the site never took the new one";
        return cause(CauseKind::OtherSecret, Likelihood::Possible, words, advice);
    }
    let words = "if the second factor was set up anew since, on another device, codes of the old secret are refused";
    cause(CauseKind::OtherSecret, Likelihood::Possible, words, advice)
}

fn parameters(params: &Params) -> Cause {
    let described = params.describe();
    let (likelihood, words) = match params {
        Params::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY }
        | Params::Steam { period: Period::THIRTY }
        | Params::Motp
        | Params::Yandex => (Likelihood::Unlikely, format!("{described}, as nearly everywhere")),
        Params::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX } => {
            (Likelihood::Unlikely, format!("{described}, as nearly everywhere"))
        }
        Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } => (
            Likelihood::Possible,
            format!("{described}: most sites use SHA-1, 6 digits and 30 s, also some that say otherwise"),
        ),
    };
    let advice = "compare with the site's own words, and with how many digits it asks for: countersign show QUERY";
    cause(CauseKind::Parameters, likelihood, words, advice)
}
