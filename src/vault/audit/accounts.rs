//! What an account, and accounts among themselves, may have wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Facts, Finding, FindingKind, Limits, days_between};
use crate::otp::{Params, Timestamp};
use crate::vault::Vault;
use crate::vault::account::Account;
use crate::vault::contents::secret_digest;
use crate::vault::device_memory::DeviceMemory;
use crate::vault::recovery::RecoverySet;

/// So many recovery codes are few.
const FEW_CODES: usize = 2;
/// What RFC 4226 demands and recommends of a secret's length, in bits (R6).
const LEAST_BITS: usize = 128;
const GOOD_BITS: usize = 160;
/// Below this many digits, guessing is worth a try.
const LEAST_DIGITS: u8 = 6;
/// Shorter or longer than this, in seconds, a code's life is a surprise.
const USUAL_PERIODS: std::ops::RangeInclusive<u64> = 20..=120;
/// Further ahead than this, servers stop looking (libpam's widest window is 17).
const MOST_AHEAD: u64 = 17;
/// An account without a used code is worth a word after so many days.
const UNUSED_DAYS: i64 = 180;

pub(super) fn audit(vault: &Vault, memory: &DeviceMemory, facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for account in vault.accounts() {
        let mut kinds = recovery(account, facts);
        kinds.extend(unfinished(account, facts.now));
        kinds.extend(secret(account));
        kinds.extend(oddities(account));
        kinds.extend(counter(account, memory));
        kinds.extend(unused(account, memory, facts.now));
        found.extend(kinds.into_iter().map(|kind| about(account, kind)));
    }
    found.extend(shared_secrets(vault));
    found.extend(shared_labels(vault));
    found
}

fn about(account: &Account, kind: FindingKind) -> Finding {
    Finding { kind, account: Some(account.id()), label: account.label(), dismissed: None }
}

fn recovery(account: &Account, facts: &Facts) -> Vec<FindingKind> {
    let all = account.recovery().current();
    let is_expired = |set: &&&RecoverySet| set.kind().expires.is_some_and(|at| at <= facts.now);
    let honoured: Vec<&RecoverySet> = all.iter().filter(|set| !is_expired(set)).copied().collect();
    if honoured.is_empty() {
        return vec![if all.is_empty() { FindingKind::NoRecoveryCodes } else { FindingKind::RecoveryCodesExpired }];
    }
    let left: usize = honoured.iter().map(|set| set.unused()).sum();
    // One key that is there is all there is, and what the site replaces does not run out.
    let lasts = |set: &&RecoverySet| (set.kind().one_off || set.kind().replaced_when_used) && set.unused() > 0;
    let count = match left {
        0 => Some(FindingKind::RecoveryCodesSpent),
        1..=FEW_CODES if !honoured.iter().any(lasts) => Some(FindingKind::FewRecoveryCodes { left }),
        _ => None,
    };
    let seen = honoured.iter().map(|set| set.checked().unwrap_or(Timestamp::from_millis(set.added().at)));
    let days = seen.min().map_or(0, |oldest| days_between(oldest, facts.now));
    let unchecked = (left > 0 && Limits::is_over(facts.limits.check_days, days))
        .then_some(FindingKind::RecoveryCodesUnchecked { days });
    count.into_iter().chain(unchecked).collect()
}

fn unfinished(account: &Account, now: Timestamp) -> Vec<FindingKind> {
    let is_long = |since: Timestamp| days_between(since, now) >= 1;
    let pending = (account.pending() && is_long(account.created())).then_some(FindingKind::Pending);
    let rotation = account.rotating_since().filter(|since| is_long(*since)).map(|_| FindingKind::RotationOpen);
    pending.into_iter().chain(rotation).collect()
}

fn secret(account: &Account) -> Option<FindingKind> {
    // mOTP and Yandex have rules of their own, and a PIN besides.
    let is_under_rfc = match account.params() {
        Params::Totp { .. } | Params::Hotp { .. } | Params::Steam { .. } => true,
        Params::Motp | Params::Yandex => false,
    };
    match account.enrolment().secret.bits() {
        bits if bits < LEAST_BITS && is_under_rfc => Some(FindingKind::SecretUnder128 { bits }),
        bits if bits < GOOD_BITS && is_under_rfc => Some(FindingKind::SecretUnder160 { bits }),
        _ => None,
    }
}

/// SHA-1 is none: what HMAC asks of it still holds, and nearly every site uses it.
fn oddities(account: &Account) -> Vec<FindingKind> {
    let params = account.params();
    let digits = match params {
        Params::Totp { digits, .. } | Params::Hotp { digits, .. } => Some(digits.get()),
        Params::Steam { .. } | Params::Motp | Params::Yandex => None,
    };
    let few = digits.filter(|digits| *digits < LEAST_DIGITS).map(|digits| FindingKind::FewDigits { digits });
    let seconds = match params {
        Params::Totp { period, .. } | Params::Steam { period } => Some(period.as_secs()),
        Params::Hotp { .. } | Params::Motp | Params::Yandex => None,
    };
    let odd = seconds.filter(|seconds| !USUAL_PERIODS.contains(seconds));
    few.into_iter().chain(odd.map(|seconds| FindingKind::OddPeriod { seconds })).collect()
}

fn counter(account: &Account, memory: &DeviceMemory) -> Option<FindingKind> {
    if !matches!(account.params(), Params::Hotp { .. }) {
        return None;
    }
    let used = memory.last_step(account.id())?;
    // What was used before the secret or the counter was set says nothing about them.
    let set = account.enrolments.head().written.max(account.counter.head().written);
    memory.last_used(account.id()).filter(|at| at.as_millis() >= set.at)?;
    let next = account.counter();
    if used >= next {
        return Some(FindingKind::CounterBehind { counter: next, used });
    }
    let by = next - used - 1;
    (by > MOST_AHEAD).then_some(FindingKind::CounterAhead { by })
}

fn unused(account: &Account, memory: &DeviceMemory, now: Timestamp) -> Option<FindingKind> {
    let days = days_between(account.created(), now);
    let is_unused = memory.times_used(account.id()) == 0 && !account.pending();
    (is_unused && days > UNUSED_DAYS).then_some(FindingKind::NeverUsed { days })
}

fn shared_secrets(vault: &Vault) -> Vec<Finding> {
    let mut by_secret: BTreeMap<[u8; 32], &Arc<Account>> = BTreeMap::new();
    let mut found = Vec::new();
    for account in vault.accounts() {
        if let Some(first) = by_secret.get(&secret_digest(account.enrolment())) {
            found.push(about(account, FindingKind::SharedSecret { with: first.label() }));
        } else {
            by_secret.insert(secret_digest(account.enrolment()), account);
        }
    }
    found
}

fn shared_labels(vault: &Vault) -> Vec<Finding> {
    let name = |account: &Account| (account.issuer().trim().to_lowercase(), account.account().trim().to_lowercase());
    let mut by_name: BTreeMap<(String, String), usize> = BTreeMap::new();
    for account in vault.accounts() {
        *by_name.entry(name(account)).or_default() += 1;
    }
    let shared = vault.accounts().filter(|account| by_name.get(&name(account)).is_some_and(|count| *count > 1));
    shared.map(|account| about(account, FindingKind::SharedLabel)).collect()
}
