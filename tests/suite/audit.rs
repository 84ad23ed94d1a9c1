//! The audit: every finding when it is due, none when it is not, and each with something to do.

use countersign::otp::{Algorithm, Digits, Enrolment, Params, Period, Secret, Timestamp};
use countersign::vault::audit::{Backups, Facts, Finding, FindingKind, Severity, audit};
use countersign::vault::{
    BasketChange, Change, CodeState, CodeText, DeviceMemory, NewAccount, NewSet, RecoveryChange, RotationChange, SetId,
    SetKind, Stamp, Vault, apply,
};

use crate::support::vaults::{account, add, enrolment, hotp, id};

const NOW: i64 = 1_795_305_600;
const DAY: i64 = 24 * 3600;

fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_secs(NOW - days * DAY)
}

fn facts() -> Facts {
    Facts::at(Timestamp::from_secs(NOW))
}

fn set(codes: usize, kind: SetKind) -> NewSet {
    let code = |number: usize| CodeText::new(format!("code-{number}").into()).expect("a short text");
    NewSet {
        id: SetId::from_bytes([1; 8]),
        created: days_ago(0),
        origin: "codes.txt".to_owned(),
        about: String::new(),
        kind,
        codes: (0..codes).map(|number| (code(number), CodeState::Unused)).collect(),
    }
}

/// A vault with nothing to complain about but what is changed afterwards.
fn fine(change: impl FnOnce(&mut NewAccount)) -> Vault {
    let mut new = account(1, "GitHub", "alice");
    new.created = days_ago(0);
    change(&mut new);
    let mut vault = Vault::default();
    do_to(&mut vault, add(new), 0);
    let codes = RecoveryChange::Add(Box::new(set(10, SetKind::default())));
    do_to(&mut vault, Change::Recovery(id(1), codes), 0);
    vault
}

fn do_to(vault: &mut Vault, change: Change, days: i64) {
    let stamp = Stamp::next(days_ago(days), vault.newest_stamp(), 1);
    apply(vault, &change, stamp).expect("it fits");
}

fn kinds(vault: &Vault) -> Vec<FindingKind> {
    audit(vault, &DeviceMemory::default(), &facts()).into_iter().map(|finding| finding.kind).collect()
}

fn with_params(params: Params) -> Vec<FindingKind> {
    kinds(&fine(|new| new.enrolment = enrolment_of(params, 20)))
}

fn enrolment_of(params: Params, bytes: usize) -> Enrolment {
    Enrolment { params, secret: Secret::from_bytes(vec![7; bytes]).expect("not empty"), pin: None }
}

fn totp(digits: u8, period: u64) -> Params {
    let digits = Digits::new(digits).expect("1 to 10");
    Params::Totp { algorithm: Algorithm::Sha1, digits, period: Period::from_secs(period).expect("not 0") }
}

#[test]
fn a_vault_in_order_has_no_findings_and_sha1_is_none() {
    assert_eq!(kinds(&fine(|_| {})), []);
    assert_eq!(kinds(&Vault::default()), []);
}

#[test]
fn recovery_codes_that_are_missing_few_spent_expired_or_unchecked_are_found() {
    let mut none = Vault::default();
    do_to(&mut none, add(NewAccount { created: days_ago(0), ..account(1, "GitHub", "alice") }), 0);
    assert_eq!(kinds(&none), [FindingKind::NoRecoveryCodes]);
    let stored = |codes: usize, kind: SetKind, days: i64| {
        let mut vault = none.clone();
        do_to(&mut vault, Change::Recovery(id(1), RecoveryChange::Add(Box::new(set(codes, kind)))), days);
        vault
    };
    let usual = SetKind::default();
    assert_eq!(kinds(&stored(3, usual, 0)), []);
    assert_eq!(kinds(&stored(2, usual, 0)), [FindingKind::FewRecoveryCodes { left: 2 }]);
    assert_eq!(kinds(&stored(1, SetKind { one_off: true, ..usual }, 0)), []);
    assert_eq!(kinds(&stored(1, SetKind { replaced_when_used: true, ..usual }, 0)), []);
    assert_eq!(
        kinds(&stored(9, SetKind { expires: Some(days_ago(1)), ..usual }, 0)),
        [FindingKind::RecoveryCodesExpired]
    );
    let mut spent = stored(1, usual, 0);
    let using = RecoveryChange::Use { set: SetId::from_bytes([1; 8]), code: 0, at: days_ago(0) };
    do_to(&mut spent, Change::Recovery(id(1), using), 0);
    assert_eq!(kinds(&spent), [FindingKind::RecoveryCodesSpent]);
}

#[test]
fn recovery_codes_unchecked_for_half_a_year_are_found_until_they_are_checked() {
    let mut vault = Vault::default();
    do_to(&mut vault, add(NewAccount { created: days_ago(10), ..account(1, "GitHub", "alice") }), 200);
    let add = RecoveryChange::Add(Box::new(set(10, SetKind::default())));
    do_to(&mut vault, Change::Recovery(id(1), add), 190);
    let found = kinds(&vault);
    assert!(matches!(found[..], [FindingKind::RecoveryCodesUnchecked { days: 189 | 190 }]), "{found:?}");
    let check = RecoveryChange::Check(SetId::from_bytes([1; 8]), Some(days_ago(0)));
    do_to(&mut vault, Change::Recovery(id(1), check), 0);
    assert_eq!(kinds(&vault), []);
}

#[test]
fn what_was_begun_and_not_finished_is_found_after_a_day() {
    let pending = |days| kinds(&fine(|new| (new.pending, new.created) = (true, days_ago(days))));
    assert_eq!(pending(0), []);
    assert_eq!(pending(1), [FindingKind::Pending]);
    let mut rotating = Vault::default();
    do_to(&mut rotating, add(NewAccount { created: days_ago(3), ..account(1, "GitHub", "alice") }), 3);
    let trying = RotationChange::Try { enrolment: Box::new(enrolment(2)), counter: 0 };
    do_to(&mut rotating, Change::Rotation(id(1), trying), 2);
    assert!(kinds(&rotating).contains(&FindingKind::RotationOpen));
    do_to(&mut rotating, Change::Rotation(id(1), RotationChange::Accept), 1);
    assert!(!kinds(&rotating).contains(&FindingKind::RotationOpen));
}

#[test]
fn short_secrets_are_measured_by_rfc_4226() {
    let of = |bytes| kinds(&fine(|new| new.enrolment = enrolment_of(Params::USUAL, bytes)));
    assert_eq!(of(20), []);
    assert_eq!(of(16), [FindingKind::SecretUnder160 { bits: 128 }]);
    assert_eq!(of(15), [FindingKind::SecretUnder128 { bits: 120 }]);
    let motp = kinds(&fine(|new| new.enrolment = enrolment_of(Params::Motp, 8)));
    assert_eq!(motp, [], "mOTP has rules of its own");
}

#[test]
fn few_digits_and_odd_periods_are_found_and_the_usual_ones_are_not() {
    for (digits, period) in [(6, 30), (8, 60), (10, 120), (7, 20)] {
        assert_eq!(with_params(totp(digits, period)), []);
    }
    assert_eq!(with_params(totp(5, 30)), [FindingKind::FewDigits { digits: 5 }]);
    assert_eq!(with_params(totp(6, 3600)), [FindingKind::OddPeriod { seconds: 3600 }]);
    assert_eq!(with_params(totp(6, 5)), [FindingKind::OddPeriod { seconds: 5 }]);
}

#[test]
fn one_secret_or_one_name_for_two_accounts_is_found() {
    let mut vault = fine(|_| {});
    let twin = NewAccount { enrolment: enrolment_of(totp(8, 60), 20), created: days_ago(0), ..account(2, "X", "y") };
    let twin = NewAccount { enrolment: Enrolment { secret: enrolment(1).secret, ..twin.enrolment.clone() }, ..twin };
    do_to(&mut vault, add(twin), 0);
    let found = kinds(&vault);
    assert!(found.contains(&FindingKind::SharedSecret { with: "GitHub · alice".to_owned() }), "{found:?}");
    let namesake = NewAccount { created: days_ago(0), ..account(3, " github", "Alice ") };
    do_to(&mut vault, add(namesake), 0);
    let shared = kinds(&vault).iter().filter(|kind| **kind == FindingKind::SharedLabel).count();
    assert_eq!(shared, 2, "both are named");
    do_to(&mut vault, Change::Trash(id(3), days_ago(0)), 0);
    assert!(!kinds(&vault).contains(&FindingKind::SharedLabel), "what is in the trash does not count");
}

#[test]
fn a_counter_behind_or_far_ahead_of_what_was_used_here_is_found() {
    let vault = fine(|new| (new.enrolment, new.counter) = (hotp(1), 30));
    let used = |step: u64| {
        let mut memory = DeviceMemory::default();
        memory.mark_used(id(1), step, Timestamp::from_secs(NOW + 5));
        let found = audit(&vault, &memory, &facts());
        found.into_iter().map(|finding| finding.kind).collect::<Vec<_>>()
    };
    assert_eq!(used(29), []);
    assert_eq!(used(12), []);
    assert_eq!(used(11), [FindingKind::CounterAhead { by: 18 }]);
    assert_eq!(used(30), [FindingKind::CounterBehind { counter: 30, used: 30 }]);
    // What was used before the counter was set is no sign of anything.
    let mut before = DeviceMemory::default();
    before.mark_used(id(1), 99, days_ago(9));
    assert_eq!(audit(&vault, &before, &facts()), []);
}

#[test]
fn an_account_never_used_here_is_found_after_half_a_year() {
    let vault = fine(|new| new.created = days_ago(181));
    assert_eq!(kinds(&vault), [FindingKind::NeverUsed { days: 181 }]);
    let mut memory = DeviceMemory::default();
    memory.mark_used(id(1), 5, days_ago(100));
    assert_eq!(audit(&vault, &memory, &facts()), []);
    assert_eq!(kinds(&fine(|new| new.created = days_ago(180))), []);
}

#[test]
fn what_the_machine_knows_is_found() {
    let of = |facts: Facts| {
        let found = audit(&Vault::default(), &DeviceMemory::default(), &facts);
        found.into_iter().map(|finding| (finding.id(), finding.kind.severity())).collect::<Vec<_>>()
    };
    let backups = |made: Option<i64>, proved: Option<i64>| {
        of(Facts { backups: Some(Backups { made: made.map(days_ago), proved: proved.map(days_ago) }), ..facts() })
    };
    assert_eq!(backups(None, None), [("no-backup".to_owned(), Severity::Critical)]);
    assert_eq!(backups(Some(1), None), [("no-proved-backup".to_owned(), Severity::Warn)]);
    assert_eq!(backups(Some(1), Some(91)), [("backup-old".to_owned(), Severity::Warn)]);
    assert_eq!(backups(Some(99), Some(90)), []);
    let weak = of(Facts { weak_work_factor: Some(16), ..facts() });
    assert_eq!(weak, [("weak-work-factor".to_owned(), Severity::Warn)]);
    let paths = vec!["/a.json".to_owned(), "/b.json".to_owned()];
    let exports = of(Facts { plaintext_exports: paths, ..facts() });
    assert_eq!(exports.len(), 2);
    assert_ne!(exports[0].0, exports[1].0, "each can be dismissed alone");
}

#[test]
fn a_dismissed_finding_carries_its_reason_and_a_worse_one_is_told_anew() {
    let mut vault = Vault::default();
    do_to(&mut vault, add(NewAccount { created: days_ago(0), ..account(1, "GitHub", "alice") }), 0);
    let found = |vault: &Vault| -> Vec<Finding> { audit(vault, &DeviceMemory::default(), &facts()) };
    let first = found(&vault).remove(0);
    assert_eq!(first.id(), format!("no-recovery-codes:{}", id(1)));
    do_to(&mut vault, Change::Dismiss(first.id(), Some("the site has none".to_owned())), 0);
    assert_eq!(found(&vault)[0].dismissed.as_deref(), Some("the site has none"));
    let codes = RecoveryChange::Add(Box::new(set(1, SetKind::default())));
    do_to(&mut vault, Change::Recovery(id(1), codes), 0);
    assert_eq!(found(&vault)[0].dismissed, None);
}

#[test]
fn the_worst_comes_first_and_every_finding_says_what_to_do() {
    let mut vault = fine(|new| new.enrolment = enrolment_of(totp(5, 5), 10));
    do_to(&mut vault, add(NewAccount { created: days_ago(400), ..account(2, "A", "a") }), 0);
    let all = audit(&vault, &DeviceMemory::default(), &Facts { backups: Some(Backups::default()), ..facts() });
    let severities: Vec<Severity> = all.iter().map(|finding| finding.kind.severity()).collect();
    assert!(severities.is_sorted(), "{severities:?}");
    for finding in &all {
        assert!(finding.kind.advice().len() > 10 && !finding.kind.advice().ends_with('.'));
        assert!(!finding.to_string().ends_with('.'), "{finding}");
    }
}

#[test]
fn recovery_codes_that_should_be_apart_and_a_missing_file_of_theirs_are_found() {
    let mut vault = fine(|_| {});
    let missing = Facts { missing_basket: Some("/home/recovery.age".to_owned()), ..facts() };
    let of = |vault: &Vault| -> Vec<FindingKind> {
        audit(vault, &DeviceMemory::default(), &missing).into_iter().map(|finding| finding.kind).collect()
    };
    assert_eq!(of(&vault), [], "nothing is apart, so nothing is missing");
    do_to(&mut vault, Change::Basket(BasketChange::Rule(true)), 0);
    assert_eq!(of(&vault), [FindingKind::RecoveryCodesInVault { sets: 1 }], "as when a move was broken off");
    let out = BasketChange::MoveOut(vault.sets_here());
    do_to(&mut vault, Change::Basket(out), 0);
    assert_eq!(of(&vault), [FindingKind::RecoveryFileMissing { path: "/home/recovery.age".to_owned() }]);
    assert_eq!(kinds(&vault), []);
}
