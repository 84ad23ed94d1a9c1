//! One secret added on two devices: one account in the end, the same on both, and nothing lost.

use std::collections::{BTreeMap, BTreeSet};

use countersign::otp::Timestamp;
use countersign::vault::{
    AccountId, Change, CodeState, CodeText, DecisionKind, Edit, NewAccount, NewSet, RecoveryChange, SetId, SetKind,
    Stamp, Twin, Vault, apply, folding, merge,
};
use proptest::prelude::*;

use crate::support::vaults::{account, add, enrolment, hotp, id};

fn stamp(at: i64, salt: u32) -> Stamp {
    Stamp { at, salt }
}

fn with(account: NewAccount, at: i64) -> Vault {
    let mut vault = Vault::default();
    apply(&mut vault, &add(account), stamp(at, 0)).unwrap();
    vault
}

/// The account of `number`, with the secret that all twins here share.
fn twin(number: u8) -> NewAccount {
    NewAccount { enrolment: enrolment(99), ..account(number, "GitHub", "alice") }
}

/// Merges as the program does: join, then fold what both had added.
fn merged(ours: &Vault, theirs: &Vault, salt: u32) -> Vault {
    let joined = merge(None, ours, theirs);
    let mut vault = joined.vault;
    if let Some(change) = folding(&vault, &joined.twins, Timestamp::from_secs(9)) {
        let stamp = Stamp::next(Timestamp::from_secs(9), vault.newest_stamp(), salt);
        apply(&mut vault, &change, stamp).unwrap();
    }
    vault
}

fn in_use(vault: &Vault) -> Vec<AccountId> {
    vault.accounts().map(|account| account.id()).collect()
}

#[test]
fn one_secret_added_on_both_devices_is_one_account_on_both() {
    let (ours, theirs) = (with(twin(7), 10), with(twin(3), 20));
    let here = merged(&ours, &theirs, 1);
    let there = merged(&theirs, &ours, 2);
    assert_eq!(in_use(&here), [id(7)], "the one added first stays");
    assert_eq!(in_use(&there), [id(7)]);
    assert_eq!(in_use(&merged(&here, &there, 3)), [id(7)]);
    assert!(here.get(id(3)).is_some_and(|other| other.trashed().is_some()), "the other one is in the trash, whole");
}

#[test]
fn twins_are_told_as_such_and_not_as_added() {
    let joined = merge(None, &with(twin(7), 10), &with(twin(3), 20));
    let kinds: Vec<DecisionKind> = joined.decisions.iter().map(|decision| decision.kind.clone()).collect();
    assert_eq!(kinds, [DecisionKind::Twin { other: id(3) }]);
    assert_eq!(joined.twins, [Twin { stays: id(7), goes: id(3) }]);
    assert_eq!(joined.unchanged(&with(twin(7), 10)), 0);
}

#[test]
fn the_one_that_stays_takes_over_what_the_other_had() {
    let hotp = |number, counter| NewAccount { enrolment: hotp(9), counter, ..account(number, "", "alice") };
    let ours = NewAccount { note: "ours".into(), tags: BTreeSet::from(["a".to_owned()]), pending: true, ..hotp(1, 4) };
    let theirs = NewAccount {
        issuer: "VPN".into(),
        note: "theirs".into(),
        tags: BTreeSet::from(["b".to_owned()]),
        pinned: true,
        ..hotp(2, 7)
    };
    let vault = merged(&with(ours, 10), &with(theirs, 20), 1);
    let one = vault.get(id(1)).unwrap();
    assert_eq!((one.issuer(), one.account(), one.note()), ("VPN", "alice", "ours\ntheirs"));
    assert_eq!((one.tags(), one.counter()), (vec!["a", "b"], 7));
    assert!(one.pinned() && !one.pending());
}

#[test]
fn the_one_that_stays_takes_over_recovery_codes_and_which_were_used() {
    let codes = |number: u8| NewSet {
        id: SetId::from_bytes([number; 8]),
        created: Timestamp::from_secs(1),
        origin: "codes.txt".to_owned(),
        about: String::new(),
        kind: SetKind::default(),
        codes: ["one", "two"].map(|text| (CodeText::new(text.into()).unwrap(), CodeState::Unused)).into(),
    };
    let stored = |vault: &mut Vault, number: u8, at: i64| {
        let add = RecoveryChange::Add(Box::new(codes(number)));
        apply(vault, &Change::Recovery(id(number), add), stamp(at, 0)).unwrap();
        let used = RecoveryChange::Use { set: SetId::from_bytes([number; 8]), code: 1, at: Timestamp::from_secs(5) };
        apply(vault, &Change::Recovery(id(number), used), stamp(at + 1, 0)).unwrap();
    };
    let (mut ours, mut theirs) = (with(twin(7), 10), with(twin(3), 20));
    stored(&mut ours, 7, 11);
    stored(&mut theirs, 3, 21);
    let (here, there) = (merged(&ours, &theirs, 1), merged(&theirs, &ours, 2));
    for vault in [merged(&here, &there, 3), merged(&there, &here, 4)] {
        let recovery = vault.get(id(7)).unwrap().recovery();
        assert_eq!((recovery.current().len(), recovery.unused(), recovery.used()), (2, 2, 2));
    }
    assert_eq!(merge(None, &here, &there).vault, merge(None, &there, &here).vault);
}

#[test]
fn twins_that_stood_in_one_vault_already_are_left_alone() {
    let mut both = with(twin(1), 10);
    apply(&mut both, &add(twin(2)), stamp(11, 0)).unwrap();
    let mut elsewhere = both.clone();
    let note = Change::Edit(id(2), Box::new(Edit { note: Some("mine".into()), ..Edit::default() }));
    apply(&mut elsewhere, &note, stamp(12, 0)).unwrap();
    assert_eq!(merge(None, &both, &elsewhere).twins, []);
    assert_eq!(merge(None, &both, &Vault::default()).twins, []);
}

#[test]
fn a_twin_brought_back_from_the_trash_stays() {
    let (ours, theirs) = (with(twin(7), 10), with(twin(3), 20));
    let mut vault = merged(&ours, &theirs, 1);
    apply(&mut vault, &Change::Restore(id(3)), stamp(i64::MAX - 1, 0)).unwrap();
    let again = merged(&vault, &theirs, 2);
    assert_eq!(in_use(&again), [id(3), id(7)]);
}

#[test]
fn other_parameters_make_another_account() {
    let other = NewAccount { enrolment: hotp(99), ..twin(3) };
    assert_eq!(merge(None, &with(twin(7), 10), &with(other, 20)).twins, []);
}

#[derive(Clone, Debug)]
enum Act {
    Add(u8),
    Note(u8, u8),
    Trash(u8),
    Purge(u8),
    MergeFrom(usize),
}

fn history(devices: usize) -> impl Strategy<Value = Vec<(usize, i64, Act)>> {
    let act = prop_oneof![
        4 => (0..4u8).prop_map(Act::Add),
        2 => (0..12u8, any::<u8>()).prop_map(|(number, note)| Act::Note(number, note)),
        1 => (0..12u8).prop_map(Act::Trash),
        1 => (0..12u8).prop_map(Act::Purge),
        3 => (0..devices).prop_map(Act::MergeFrom),
    ];
    proptest::collection::vec((0..devices, 0..40i64, act), 1..24)
}

/// Every device adds secrets 0 to 3 under ids of its own, and each merge folds what it finds.
fn run(devices: usize, history: &[(usize, i64, Act)]) -> (Vec<Vault>, BTreeMap<AccountId, u8>) {
    let mut vaults = vec![Vault::default(); devices];
    let mut added = BTreeMap::new();
    for (salt, (device, clock, act)) in (1_u32..).zip(history) {
        let change = match *act {
            Act::MergeFrom(other) => {
                vaults[*device] = merged(&vaults[*device], &vaults[other].clone(), salt);
                continue;
            }
            Act::Add(secret) => {
                let number = secret * 3 + u8::try_from(*device).unwrap();
                added.entry(id(number)).or_insert(secret);
                add(NewAccount { enrolment: enrolment(secret + 1), ..account(number, "Site", "alice") })
            }
            Act::Note(number, note) => {
                Change::Edit(id(number), Box::new(Edit { note: Some(format!("n{note}")), ..Edit::default() }))
            }
            Act::Trash(number) => Change::Trash(id(number), Timestamp::from_secs(1)),
            Act::Purge(number) => Change::Purge(id(number)),
        };
        let vault = &mut vaults[*device];
        let stamp = Stamp::next(Timestamp::from_millis(*clock), vault.newest_stamp(), salt);
        let _fits_or_not = apply(vault, &change, stamp);
    }
    (vaults, added)
}

/// Merges all into all until nothing changes.
fn settled(mut vaults: Vec<Vault>) -> Vec<Vault> {
    for round in 0..8 {
        let before = vaults.clone();
        for device in 0..vaults.len() {
            for other in 0..vaults.len() {
                let salt = 1000 + round * 10 + u32::try_from(device).unwrap();
                vaults[device] = merged(&vaults[device], &vaults[other].clone(), salt);
            }
        }
        if vaults == before {
            return vaults;
        }
    }
    panic!("the devices never agree");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn devices_that_fold_on_their_own_agree_and_lose_nothing(history in (2..4usize).prop_flat_map(|devices| (Just(devices), history(devices)))) {
        let (devices, history) = history;
        let (before, added) = run(devices, &history);
        let was_in_use: BTreeSet<u8> = before.iter().flat_map(in_use).map(|id| added[&id]).collect();
        let after = settled(before.clone());
        prop_assert!(after.windows(2).all(|pair| pair[0] == pair[1]), "they agree");
        let vault = &after[0];
        let was_purged = history.iter().any(|(_, _, act)| matches!(act, Act::Trash(_) | Act::Purge(_)));
        for (id, secret) in &added {
            let was_there = before.iter().any(|vault| vault.get(*id).is_some());
            prop_assert!(was_purged || !was_there || vault.get(*id).is_some(), "account {} is gone", id);
            // Nobody removed anything: then each secret is still in use, once for every time it was in one vault.
            prop_assert!(was_purged || !was_in_use.contains(secret) || vault.accounts().any(|account| *account.enrolment() == enrolment(secret + 1)));
        }
    }
}
