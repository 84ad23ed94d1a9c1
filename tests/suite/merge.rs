//! The laws of merging, over random histories of three devices; and what a merge says it decided.

use std::collections::{BTreeMap, BTreeSet};

use countersign::otp::{Enrolment, Params, Secret, Timestamp};
use countersign::vault::{self, AccountId, Change, DecisionKind, Edit, NewAccount, Stamp, Vault, apply, merge};
use proptest::prelude::*;

/// What one device does next.
#[derive(Clone, Debug)]
enum Act {
    Add(u8),
    Issuer(u8, u8),
    Note(u8, u8),
    Secret(u8, u8),
    Tags(u8, u8),
    Pin(u8, bool),
    Trash(u8),
    Restore(u8),
    Purge(u8),
    Advance(u8, u8),
    Counter(u8, u8),
    MergeFrom(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let id = 0..4u8;
    prop_oneof![
        3 => id.clone().prop_map(Act::Add),
        2 => (id.clone(), any::<u8>()).prop_map(|(id, value)| Act::Issuer(id, value)),
        2 => (id.clone(), any::<u8>()).prop_map(|(id, value)| Act::Note(id, value)),
        2 => (id.clone(), 0..6u8).prop_map(|(id, value)| Act::Secret(id, value)),
        2 => (id.clone(), 0..8u8).prop_map(|(id, value)| Act::Tags(id, value)),
        1 => (id.clone(), any::<bool>()).prop_map(|(id, value)| Act::Pin(id, value)),
        2 => id.clone().prop_map(Act::Trash),
        1 => id.clone().prop_map(Act::Restore),
        2 => id.clone().prop_map(Act::Purge),
        2 => (id.clone(), 0..5u8).prop_map(|(id, value)| Act::Advance(id, value)),
        1 => (id, 0..9u8).prop_map(|(id, value)| Act::Counter(id, value)),
        3 => (0..3usize).prop_map(Act::MergeFrom),
    ]
}

/// Three devices, each with its own clock, and everything that ever happened.
#[derive(Default)]
struct World {
    devices: [Vault; 3],
    salt: u32,
    added: BTreeSet<AccountId>,
    purged: BTreeSet<AccountId>,
    secrets: BTreeMap<AccountId, Vec<Enrolment>>,
}

fn id(number: u8) -> AccountId {
    AccountId::from_bytes([number; 8])
}

fn enrolment(number: u8) -> Enrolment {
    let params = Params::USUAL;
    Enrolment { params, secret: Secret::from_bytes(vec![number + 1; 20]).expect("not empty"), pin: None }
}

fn new_account(number: u8) -> NewAccount {
    NewAccount {
        id: id(number),
        issuer: format!("issuer {number}"),
        account: "alice".to_owned(),
        enrolment: enrolment(100 + number),
        counter: 0,
        tags: BTreeSet::new(),
        note: String::new(),
        pinned: false,
        pending: false,
        created: Timestamp::from_secs(1_700_000_000),
    }
}

impl World {
    fn run(history: &[(usize, i64, Act)]) -> Self {
        let mut world = Self::default();
        for (device, clock, act) in history {
            world.act(*device, *clock, act);
        }
        world
    }

    fn act(&mut self, device: usize, clock: i64, act: &Act) {
        if let Act::MergeFrom(other) = act {
            self.devices[device] = merge(None, &self.devices[device], &self.devices[*other]).vault;
            return;
        }
        let change = self.change(device, act);
        self.salt += 1;
        let vault = &mut self.devices[device];
        let stamp = Stamp::next(Timestamp::from_millis(clock), vault.newest_stamp(), self.salt);
        if apply(vault, &change, stamp).is_err() {
            return;
        }
        match &change {
            Change::Add(new) => {
                self.added.insert(new.id);
                self.secrets.entry(new.id).or_default().push(new.enrolment.clone());
            }
            Change::Edit(id, edit) => {
                self.secrets.entry(*id).or_default().extend(edit.enrolment.clone());
            }
            Change::Purge(id) => _ = self.purged.insert(*id),
            Change::Trash(..) | Change::Restore(_) | Change::Advance(..) | Change::Batch(_) => {}
        }
    }

    fn change(&self, device: usize, act: &Act) -> Change {
        let edit = |number: u8, edit: Edit| Change::Edit(id(number), Box::new(edit));
        let counter = |number: u8| self.devices[device].get(id(number)).map_or(0, |account| account.counter());
        let tags = |bits: u8| {
            ["a", "b", "c"]
                .iter()
                .enumerate()
                .filter(|(bit, _)| bits >> bit & 1 == 1)
                .map(|(_, tag)| (*tag).to_owned())
                .collect()
        };
        match *act {
            // Another device that adds makes another id; sharing one only happens through merges.
            Act::Add(number) => Change::Add(Box::new(new_account(number * 3 + device as u8))),
            Act::Issuer(number, value) => edit(number, Edit { issuer: Some(format!("i{value}")), ..Edit::default() }),
            Act::Note(number, value) => edit(number, Edit { note: Some(format!("n{value}")), ..Edit::default() }),
            Act::Secret(number, value) => edit(number, Edit { enrolment: Some(enrolment(value)), ..Edit::default() }),
            Act::Tags(number, bits) => edit(number, Edit { tags: Some(tags(bits)), ..Edit::default() }),
            Act::Pin(number, pinned) => edit(number, Edit { pinned: Some(pinned), ..Edit::default() }),
            Act::Trash(number) => Change::Trash(id(number), Timestamp::from_secs(1)),
            Act::Restore(number) => Change::Restore(id(number)),
            Act::Purge(number) => Change::Purge(id(number)),
            Act::Advance(number, by) => Change::Advance(id(number), counter(number) + u64::from(by)),
            Act::Counter(number, value) => edit(number, Edit { counter: Some(value.into()), ..Edit::default() }),
            Act::MergeFrom(_) => Change::Batch(Vec::new()),
        }
    }
}

fn history() -> impl Strategy<Value = Vec<(usize, i64, Act)>> {
    // Clocks are wrong by anything: merging must not depend on them.
    proptest::collection::vec((0..3usize, 0..40i64, act()), 1..30)
}

fn joined(left: &Vault, right: &Vault) -> Vault {
    merge(None, left, right).vault
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_commutative_associative_and_idempotent(history in history()) {
        let [a, b, c] = World::run(&history).devices;
        prop_assert_eq!(joined(&a, &b), joined(&b, &a));
        prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
        prop_assert_eq!(joined(&joined(&a, &c), &b), joined(&a, &joined(&b, &c)));
        prop_assert_eq!(joined(&a, &a), a.clone());
        let all = joined(&joined(&a, &b), &c);
        prop_assert_eq!(joined(&all, &b), all);
    }

    #[test]
    fn merging_loses_no_account_and_no_secret(history in history()) {
        let world = World::run(&history);
        let [a, b, c] = &world.devices;
        let all = joined(&joined(a, b), c);
        for id in world.added.difference(&world.purged) {
            let account = all.get(*id);
            prop_assert!(account.is_some(), "account {} is gone", id);
            let account = account.expect("just checked");
            for secret in &world.secrets[id] {
                prop_assert!(account.enrolment() == secret || account.former().any(|former| former == secret));
            }
        }
        // What only one device deleted for good stays deleted, unless another edited it since.
        for device in &world.devices {
            for account in device.accounts() {
                prop_assert!(all.get(account.id()).is_some() || world.purged.contains(&account.id()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_vault_survives_writing_and_reading(history in history()) {
        use secrecy::ExposeSecret;
        let [a, b, c] = World::run(&history).devices;
        let all = joined(&joined(&a, &b), &c);
        let bytes = vault::write(&all);
        prop_assert!(!bytes.expose_secret().contains(&b'\n'));
        prop_assert_eq!(vault::read(bytes.expose_secret()).expect("we wrote it"), all);
    }

    #[test]
    fn reading_anything_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _either_way = vault::read(&bytes);
    }
}

/// Two devices that had one account in common.
struct Pair {
    base: Vault,
    ours: Vault,
    theirs: Vault,
}

fn stamp(at: i64) -> Stamp {
    Stamp { at, salt: at as u32 }
}

fn pair(ours: &[Change], theirs: &[Change]) -> Pair {
    let mut base = Vault::default();
    apply(&mut base, &Change::Add(Box::new(new_account(1))), stamp(1)).expect("it is new");
    let side = |changes: &[Change], start: i64| {
        let mut vault = base.clone();
        for (number, change) in changes.iter().enumerate() {
            apply(&mut vault, change, stamp(start + number as i64)).expect("it fits");
        }
        vault
    };
    Pair { ours: side(ours, 10), theirs: side(theirs, 20), base }
}

fn edit(edit: Edit) -> Change {
    Change::Edit(id(1), Box::new(edit))
}

fn kinds(pair: &Pair) -> Vec<DecisionKind> {
    let merged = merge(Some(&pair.base), &pair.ours, &pair.theirs);
    merged.decisions.into_iter().map(|decision| decision.kind).collect()
}

#[test]
fn edits_of_different_fields_both_count() {
    let pair = pair(
        &[edit(Edit { note: Some("ours".into()), ..Edit::default() })],
        &[edit(Edit { issuer: Some("theirs".into()), ..Edit::default() })],
    );
    let merged = joined(&pair.ours, &pair.theirs);
    let account = merged.get(id(1)).expect("it is there");
    assert_eq!((account.note(), account.issuer()), ("ours", "theirs"));
    assert_eq!(kinds(&pair), [DecisionKind::Updated]);
}

#[test]
fn two_edits_of_one_secret_keep_both_and_say_so() {
    let pair = pair(
        &[edit(Edit { enrolment: Some(enrolment(5)), ..Edit::default() })],
        &[edit(Edit { enrolment: Some(enrolment(6)), ..Edit::default() })],
    );
    let merged = joined(&pair.ours, &pair.theirs);
    let account = merged.get(id(1)).expect("it is there");
    assert_eq!(account.enrolment(), &enrolment(6), "the later write is in use");
    assert!(account.former().any(|former| *former == enrolment(5)));
    assert!(kinds(&pair).iter().any(|kind| matches!(kind, DecisionKind::Conflict { field: "secret", .. })));
}

#[test]
fn one_edit_of_a_secret_is_no_conflict() {
    let pair = pair(&[], &[edit(Edit { enrolment: Some(enrolment(6)), ..Edit::default() })]);
    assert_eq!(kinds(&pair), [DecisionKind::Updated]);
}

#[test]
fn a_counter_never_goes_back() {
    let pair = pair(&[Change::Advance(id(1), 9)], &[Change::Advance(id(1), 4)]);
    assert_eq!(joined(&pair.ours, &pair.theirs).get(id(1)).map(|account| account.counter()), Some(9));
    assert_eq!(joined(&pair.theirs, &pair.ours).get(id(1)).map(|account| account.counter()), Some(9));
    let back = apply(&mut pair.ours.clone(), &Change::Advance(id(1), 8), stamp(99));
    assert!(back.is_err());
}

#[test]
fn a_deletion_for_good_reaches_the_other_device() {
    let pair = pair(&[], &[Change::Trash(id(1), Timestamp::from_secs(1)), Change::Purge(id(1))]);
    assert!(joined(&pair.ours, &pair.theirs).get(id(1)).is_none());
    assert_eq!(kinds(&pair), [DecisionKind::Removed]);
}

#[test]
fn an_edit_made_after_a_deletion_keeps_the_whole_account() {
    let deleted = [Change::Trash(id(1), Timestamp::from_secs(1)), Change::Purge(id(1))];
    let mut pair = pair(&[], &deleted);
    let later = edit(Edit { note: Some("still needed".into()), ..Edit::default() });
    apply(&mut pair.ours, &later, stamp(50)).expect("it is still there");
    let merged = joined(&pair.ours, &pair.theirs);
    let account = merged.get(id(1)).expect("the edit is later than the deletion");
    assert_eq!((account.issuer(), account.note()), ("issuer 1", "still needed"));
    assert_eq!(account.enrolment(), &enrolment(101));
}

#[test]
fn tags_added_on_both_sides_are_all_there() {
    let tagged = |tag: &str| edit(Edit { tags: Some(BTreeSet::from([tag.to_owned()])), ..Edit::default() });
    let pair = pair(&[tagged("work")], &[tagged("home")]);
    assert_eq!(joined(&pair.ours, &pair.theirs).get(id(1)).map(|account| account.tags()), Some(vec!["home", "work"]));
}

#[test]
fn both_writing_one_field_is_a_conflict_that_names_both_values() {
    let pair = pair(
        &[edit(Edit { issuer: Some("Ours".into()), ..Edit::default() })],
        &[edit(Edit { issuer: Some("Theirs".into()), ..Edit::default() })],
    );
    let conflict = DecisionKind::Conflict { field: "issuer", kept: "Theirs".into(), other: "Ours".into() };
    assert!(kinds(&pair).contains(&conflict));
}

#[test]
fn fields_of_a_newer_version_survive() {
    use secrecy::ExposeSecret;
    let mut vault = Vault::default();
    apply(&mut vault, &Change::Add(Box::new(new_account(1))), stamp(1)).expect("it is new");
    let json = String::from_utf8(vault::write(&vault).expose_secret().to_vec()).expect("JSON is UTF-8");
    let newer = json.replacen("\"issuer\"", "\"colour\":{\"b\":1,\"a\":[1.50,null]},\"issuer\"", 1);
    let newer = newer.replacen('{', "{\"preferences\":{\"z\":1},", 1);
    let former = "\"former\":[{\"type\":\"steam\",\"secret\":\"GEZDGNBV\",\"written\":[0,1],\"kept\":[1,1],\"why\":[2]}],\"issuer\"";
    let newer = newer.replacen("\"issuer\"", former, 1);
    let mut read = vault::read(newer.as_bytes()).expect("unknown fields are no error");
    apply(&mut read, &edit(Edit { note: Some("edited".into()), ..Edit::default() }), stamp(5)).expect("it fits");
    let merged = joined(&read, &vault);
    let again = String::from_utf8(vault::write(&merged).expose_secret().to_vec()).expect("JSON is UTF-8");
    assert!(again.contains("\"colour\":{\"b\":1,\"a\":[1.50,null]}"), "{again}");
    assert!(again.contains("\"preferences\":{\"z\":1}"), "{again}");
    assert!(again.contains("\"why\":[2]"), "{again}");
}
