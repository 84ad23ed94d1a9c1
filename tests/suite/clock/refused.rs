//! Why a site may have refused a code: what is known here moves the causes.

use countersign::otp::{Ahead, Timestamp};
use countersign::tasks::clock::{
    Cause, CauseKind, Facts, Likelihood, Refused, quick_report, refused_causes, remember_comparison,
};
use countersign::vault::{Account, DeviceMemory, Vault};

use crate::support::fakes::machine;
use crate::support::vaults::{account, id, with};

/// The middle of a step.
const NOW: Timestamp = Timestamp::from_secs(1_795_305_612);

fn causes(vault: &Vault, account: &Account, memory: &DeviceMemory, now: Timestamp, ahead: Option<i64>) -> Vec<Cause> {
    let (mut machine, _) = machine();
    if let Some(ahead) = ahead {
        remember_comparison(&mut machine, Ahead::around(ahead, 0), 2, None).unwrap();
    }
    let report = quick_report(&machine, &Facts::default());
    refused_causes(Some(Refused { account, vault, memory, now }), &report)
}

fn of(causes: &[Cause], kind: CauseKind) -> &Cause {
    causes.iter().find(|cause| cause.kind == kind).unwrap()
}

/// Looks at one account of a vault with two of the same site.
fn looked_at(memory: &DeviceMemory, now: Timestamp, ahead: Option<i64>) -> Vec<Cause> {
    let (mut machine, _) = machine();
    let accounts = [account(1, "GitHub", "alice"), account(2, "GitHub (work)", "bob"), account(3, "Bank", "carol")];
    let session = with(&mut machine, accounts);
    let own = session.vault().get(id(1)).unwrap();
    causes(session.vault(), own, memory, now, ahead)
}

#[test]
fn a_code_that_was_used_here_is_the_first_thing_to_look_at() {
    let step = NOW.as_secs() as u64 / 30;
    let used = |at: Timestamp, step: u64| {
        let mut memory = DeviceMemory::default();
        memory.mark_used(id(1), step, at);
        looked_at(&memory, NOW, None)[0].clone()
    };
    assert_eq!(used(NOW.plus_secs(-4), step).likelihood, Likelihood::Likely);
    assert_eq!(used(NOW.plus_secs(-40), step - 1).likelihood, Likelihood::Possible);
    assert_eq!(used(NOW.plus_secs(-4000), step - 133).likelihood, Likelihood::Unlikely);
    assert_eq!(looked_at(&DeviceMemory::default(), NOW, None)[0].likelihood, Likelihood::Unlikely);
}

#[test]
fn a_code_in_its_last_seconds_is_said_to_be_too_old_on_arrival() {
    let expired = |secs: i64| {
        let causes = looked_at(&DeviceMemory::default(), Timestamp::from_secs(1_795_305_600 + secs), None);
        let cause = of(&causes, CauseKind::Expired);
        (cause.likelihood, cause.words.clone())
    };
    assert_eq!(expired(2).0, Likelihood::Possible);
    let (likelihood, words) = expired(26);
    assert!(likelihood == Likelihood::Likely && words.contains("has 4 s left"), "{words}");
}

#[test]
fn the_clock_is_the_cause_when_it_is_off_and_never_when_it_was_compared_and_fits() {
    let clock = |ahead| of(&looked_at(&DeviceMemory::default(), NOW, ahead), CauseKind::Clock).clone();
    assert_eq!(clock(Some(61_000)).likelihood, Likelihood::Likely);
    assert!(clock(Some(61_000)).words.contains("61 s ahead"), "{:?}", clock(Some(61_000)));
    assert_eq!(clock(Some(-8_000)).likelihood, Likelihood::Likely);
    assert_eq!(clock(Some(500)).likelihood, Likelihood::Unlikely);
    let unknown = clock(None);
    assert_eq!(unknown.likelihood, Likelihood::Possible);
    assert!(unknown.advice.contains("countersign clock compare QUERY"), "{unknown:?}");
}

#[test]
fn accounts_that_look_alike_are_named_and_others_are_not() {
    let causes = looked_at(&DeviceMemory::default(), NOW, None);
    let other = of(&causes, CauseKind::OtherAccount);
    assert_eq!(other.likelihood, Likelihood::Possible);
    assert!(other.words.contains("bob") && !other.words.contains("carol"), "{}", other.words);
}

#[test]
fn no_cause_is_left_out_and_their_order_is_the_order_in_which_to_look() {
    let kinds: Vec<CauseKind> = looked_at(&DeviceMemory::default(), NOW, None).iter().map(|cause| cause.kind).collect();
    use CauseKind::{Clock, Expired, OtherAccount, OtherSecret, Parameters, Used};
    assert_eq!(kinds, [Used, Expired, Clock, OtherAccount, OtherSecret, Parameters]);
}
