//! The laws of merging, over random histories of three devices; and what a merge says it decided.

use std::collections::{BTreeMap, BTreeSet};

use countersign::otp::{Enrolment, Params, Secret, Timestamp};
use countersign::vault::{
    self, AccountId, BasketChange, BasketContents, Change, CodeState, CodeText, DecisionKind, Edit, LastChange,
    NewAccount, NewSet, RecoveryChange, RotationChange, SetId, SetKind, Side, Stamp, Vault, apply, merge,
};
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
    StoreCodes(u8, u8),
    UseCode(u8, u8, u8),
    TakeBack(u8, u8, u8),
    Supersede(u8, u8),
    StoreApart(u8, u8),
    MoveOut,
    MoveBack,
    KeepApart(bool),
    JoinBasket(usize),
    Try(u8, u8),
    Accept(u8),
    Stop(u8),
    Spend(u8),
    Dismiss(u8, bool),
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
        1 => (id.clone(), 0..9u8).prop_map(|(id, value)| Act::Counter(id, value)),
        2 => (id.clone(), 0..2u8).prop_map(|(id, set)| Act::StoreCodes(id, set)),
        3 => (id.clone(), 0..2u8, 0..3u8).prop_map(|(id, set, code)| Act::UseCode(id, set, code)),
        1 => (id.clone(), 0..2u8, 0..3u8).prop_map(|(id, set, code)| Act::TakeBack(id, set, code)),
        1 => (id.clone(), 0..2u8).prop_map(|(id, set)| Act::Supersede(id, set)),
        1 => (id.clone(), 0..2u8).prop_map(|(id, set)| Act::StoreApart(id, set)),
        2 => Just(Act::MoveOut),
        2 => Just(Act::MoveBack),
        1 => any::<bool>().prop_map(Act::KeepApart),
        1 => (0..3usize).prop_map(Act::JoinBasket),
        2 => (id.clone(), 6..9u8).prop_map(|(id, value)| Act::Try(id, value)),
        1 => id.clone().prop_map(Act::Accept),
        1 => id.clone().prop_map(Act::Stop),
        1 => id.clone().prop_map(Act::Spend),
        1 => (id, any::<bool>()).prop_map(|(id, value)| Act::Dismiss(id, value)),
        3 => (0..3usize).prop_map(Act::MergeFrom),
    ]
}

/// Three devices, each with its own clock, and everything that ever happened.
#[derive(Default)]
struct World {
    devices: [Vault; 3],
    /// The file beside each: no sync tool need bring them together.
    baskets: [BasketContents; 3],
    salt: u32,
    added: BTreeSet<AccountId>,
    purged: BTreeSet<AccountId>,
    secrets: BTreeMap<AccountId, Vec<Enrolment>>,
    sets: BTreeSet<(AccountId, SetId)>,
    used: BTreeSet<(AccountId, SetId, usize)>,
    taken_back: BTreeSet<(AccountId, SetId, usize)>,
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

fn set_id(number: u8) -> SetId {
    SetId::from_bytes([number; 8])
}

/// Returns a text that nothing else in a vault looks like.
fn text_of(set: u8, code: u8) -> String {
    format!("code-{set}-{code}-of-alice")
}

fn new_set(number: u8) -> NewSet {
    let code = |code: u8| CodeText::new(text_of(number, code).into()).expect("a short text");
    NewSet {
        id: set_id(number),
        created: Timestamp::from_secs(2),
        origin: "codes.txt".to_owned(),
        about: "for alice".to_owned(),
        kind: SetKind { ordered: number % 2 == 1, ..SetKind::default() },
        codes: (0..3).map(|number| (code(number), CodeState::Unused)).collect(),
    }
}

fn number_of(set: SetId) -> u8 {
    u8::from_str_radix(&set.to_string()[..2], 16).expect("hexadecimal digits")
}

fn codes(number: u8, change: RecoveryChange) -> Change {
    Change::Recovery(id(number), change)
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
        if let Act::JoinBasket(other) = act {
            let theirs = self.baskets[*other].clone();
            self.baskets[device].join(&theirs);
            return;
        }
        let change = self.change(device, act);
        self.salt += 1;
        let vault = &mut self.devices[device];
        let stamp = Stamp::next(Timestamp::from_millis(clock), vault.newest_stamp(), self.salt);
        if apply(vault, &change, stamp).is_err() {
            return;
        }
        self.note(&change);
    }

    fn note(&mut self, change: &Change) {
        match change {
            Change::Add(new) => {
                self.added.insert(new.id);
                self.secrets.entry(new.id).or_default().push(new.enrolment.clone());
            }
            Change::Edit(id, edit) => {
                self.secrets.entry(*id).or_default().extend(edit.enrolment.clone());
            }
            Change::Purge(id) => _ = self.purged.insert(*id),
            Change::Recovery(id, change) => match change {
                RecoveryChange::Add(new) => _ = self.sets.insert((*id, new.id)),
                RecoveryChange::Use { set, code, .. } => _ = self.used.insert((*id, *set, *code)),
                RecoveryChange::TakeBack { set, code } => _ = self.taken_back.insert((*id, *set, *code)),
                RecoveryChange::Check(..)
                | RecoveryChange::Supersede(..)
                | RecoveryChange::Remove(..)
                | RecoveryChange::TakeOver(_) => {}
            },
            Change::Rotation(id, RotationChange::Try { enrolment, .. }) => {
                self.secrets.entry(*id).or_default().push(Enrolment::clone(enrolment));
            }
            Change::Batch(changes) => changes.iter().for_each(|change| self.note(change)),
            Change::Rotation(..) | Change::Dismiss(..) | Change::Basket(_) | Change::Policy(_) => {}
            Change::Trash(..) | Change::Restore(_) | Change::Advance(..) | Change::BringBack(_) => {}
        }
    }

    /// Puts the texts into the basket and returns the move out of the vault, as the task does.
    fn move_out(&mut self, device: usize) -> Change {
        self.baskets[device].take_from(&self.devices[device]);
        Change::Basket(BasketChange::MoveOut(self.devices[device].sets_here()))
    }

    fn store_apart(&mut self, device: usize, number: u8, set: u8) -> Change {
        let new = new_set(set * 3 + device as u8);
        if let Some(account) = self.devices[device].get(id(number)) {
            self.baskets[device].take_new(account, &new);
        }
        let out = BasketChange::MoveOut(BTreeSet::from([new.id]));
        Change::Batch(vec![codes(number, RecoveryChange::Add(Box::new(new))), Change::Basket(out)])
    }

    fn change(&mut self, device: usize, act: &Act) -> Change {
        let edit = |number: u8, edit: Edit| Change::Edit(id(number), Box::new(edit));
        let counter =
            |world: &Self, number: u8| world.devices[device].get(id(number)).map_or(0, |account| account.counter());
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
            Act::Advance(number, by) => Change::Advance(id(number), counter(self, number) + u64::from(by)),
            Act::Counter(number, value) => edit(number, Edit { counter: Some(value.into()), ..Edit::default() }),
            Act::StoreCodes(number, set) => {
                // Another device that stores makes another id, as with accounts.
                codes(number, RecoveryChange::Add(Box::new(new_set(set * 3 + device as u8))))
            }
            Act::UseCode(number, set, code) => {
                let at = Timestamp::from_secs(5);
                codes(number, RecoveryChange::Use { set: set_id(set), code: code.into(), at })
            }
            Act::TakeBack(number, set, code) => {
                codes(number, RecoveryChange::TakeBack { set: set_id(set), code: code.into() })
            }
            Act::StoreApart(number, set) => self.store_apart(device, number, set),
            Act::MoveOut => self.move_out(device),
            Act::MoveBack => {
                let texts = self.baskets[device].texts_of(&self.devices[device].sets_apart());
                Change::Basket(BasketChange::MoveBack(texts))
            }
            Act::KeepApart(is_apart) => Change::Basket(BasketChange::Rule(is_apart)),
            Act::JoinBasket(_) => Change::Batch(Vec::new()),
            Act::Supersede(number, set) => {
                codes(number, RecoveryChange::Supersede(set_id(set), Some(Timestamp::from_secs(9))))
            }
            Act::Try(number, value) => {
                Change::Rotation(id(number), RotationChange::Try { enrolment: Box::new(enrolment(value)), counter: 3 })
            }
            Act::Accept(number) => Change::Rotation(id(number), RotationChange::Accept),
            Act::Stop(number) => Change::Rotation(id(number), RotationChange::Stop),
            Act::Spend(number) => {
                let next = self.devices[device].get(id(number)).map_or(0, |account| account.candidate_counter() + 1);
                Change::Rotation(id(number), RotationChange::Advance(next))
            }
            Act::Dismiss(number, is_dismissed) => {
                Change::Dismiss(format!("pending:{}", id(number)), is_dismissed.then(|| format!("by {device}")))
            }
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
                let is_held = account.enrolment() == secret || account.candidate() == Some(secret);
                prop_assert!(is_held || account.former().any(|former| former == secret));
            }
        }
        for (id, set) in world.sets.iter().filter(|(id, _)| !world.purged.contains(id)) {
            let held = all.get(*id).and_then(|account| account.recovery().get(*set));
            prop_assert_eq!(held.map(|held| held.len()), Some(3), "recovery codes are gone");
            let wanted: Vec<String> = (0..3).map(|code| text_of(number_of(*set), code)).collect();
            let mut places = world.baskets.iter().map(Some).chain([None]);
            let texts = places.find_map(|basket| held?.texts_in(basket)).map(|texts| {
                texts.codes().iter().map(|text| text.expose_secret().to_owned()).collect::<Vec<_>>()
            });
            prop_assert_eq!(texts, Some(wanted), "the texts are neither in the vault nor in a basket");
        }
        for (id, set, code) in world.used.difference(&world.taken_back).filter(|(id, ..)| !world.purged.contains(id)) {
            let held = all.get(*id).and_then(|account| account.recovery().get(*set)).expect("just checked");
            prop_assert_ne!(held.state(*code), CodeState::Unused, "a used recovery code is offered again");
        }
        let bytes = vault::write(&all);
        let json = String::from_utf8_lossy(secrecy::ExposeSecret::expose_secret(&bytes)).into_owned();
        // Two accounts may have sets of one number here, as none have outside.
        for set in all.sets_apart().difference(&all.sets_here()) {
            prop_assert!(!json.contains(&format!("code-{}-", number_of(*set))), "a text is in the vault that is apart");
        }
        // What only one device deleted for good stays deleted, unless another edited it since.
        for device in &world.devices {
            for account in device.accounts() {
                prop_assert!(all.get(account.id()).is_some() || world.purged.contains(&account.id()));
            }
        }
    }
}

/// What a device does with the recovery codes of an account that all three have.
#[derive(Clone, Debug)]
enum CodeAct {
    Use(u8),
    TakeBack(u8),
    Supersede,
    Edit(u8),
    MergeFrom(usize),
}

fn code_act() -> impl Strategy<Value = CodeAct> {
    prop_oneof![
        4 => (0..3u8).prop_map(CodeAct::Use),
        2 => (0..3u8).prop_map(CodeAct::TakeBack),
        1 => Just(CodeAct::Supersede),
        1 => any::<u8>().prop_map(CodeAct::Edit),
        3 => (0..3usize).prop_map(CodeAct::MergeFrom),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_recovery_code_is_unused_only_if_everybody_who_used_it_took_that_back(
        history in proptest::collection::vec((0..3usize, 0..40i64, code_act()), 1..25),
    ) {
        let start = with_codes(&[], &[]).base;
        let mut devices = [start.clone(), start.clone(), start];
        // For each device, the marks that it has seen and that nobody it knows of has taken back.
        let mut standing: [BTreeSet<(usize, u32)>; 3] = Default::default();
        let mut gone: [BTreeSet<(usize, u32)>; 3] = Default::default();
        for (salt, (device, clock, act)) in (1_u32..).zip(history) {
            let change = match act {
                CodeAct::Use(code) => codes(1, using(code.into())),
                CodeAct::TakeBack(code) => codes(1, RecoveryChange::TakeBack { set: set_id(0), code: code.into() }),
                CodeAct::Supersede => codes(1, RecoveryChange::Supersede(set_id(0), Some(Timestamp::from_secs(9)))),
                CodeAct::Edit(value) => edit(Edit { note: Some(format!("n{value}")), ..Edit::default() }),
                CodeAct::MergeFrom(other) => {
                    devices[device] = joined(&devices[device], &devices[other]);
                    let (marks, ended) = (standing[other].clone(), gone[other].clone());
                    standing[device].extend(marks);
                    gone[device].extend(ended);
                    continue;
                }
            };
            let stamp = Stamp::next(Timestamp::from_millis(clock), devices[device].newest_stamp(), salt);
            if apply(&mut devices[device], &change, stamp).is_err() {
                continue;
            }
            match act {
                CodeAct::Use(code) => _ = standing[device].insert((code.into(), salt)),
                CodeAct::TakeBack(code) => {
                    let seen = standing[device].iter().filter(|(marked, _)| *marked == usize::from(code)).copied();
                    let seen: Vec<_> = seen.collect();
                    gone[device].extend(seen);
                }
                CodeAct::Supersede | CodeAct::Edit(_) | CodeAct::MergeFrom(_) => {}
            }
        }
        let [a, b, c] = &devices;
        let all = joined(&joined(a, b), c);
        prop_assert_eq!(&all, &joined(a, &joined(c, b)));
        let gone: BTreeSet<_> = gone.iter().flatten().copied().collect();
        let left: BTreeSet<usize> = standing.iter().flatten().filter(|mark| !gone.contains(mark)).map(|(code, _)| *code).collect();
        let set = all.get(id(1)).and_then(|account| account.recovery().get(set_id(0))).expect("all have it");
        let used: BTreeSet<usize> = (0..3).filter(|code| set.state(*code) != CodeState::Unused).collect();
        prop_assert_eq!(used, left);
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
    assert_eq!(kinds(&pair), [DecisionKind::Updated { fields: vec!["issuer"] }]);
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
fn an_edit_counts_also_where_the_last_one_was_made_at_the_end_of_time() {
    let mut vault = Vault::default();
    let last = Stamp { at: i64::MAX, salt: 7 };
    apply(&mut vault, &Change::Add(Box::new(new_account(1))), last).expect("it is new");
    for (salt, note) in [(9, "one"), (3, "two")] {
        let change = edit(Edit { note: Some(note.to_owned()), ..Edit::default() });
        let stamp = Stamp::next(Timestamp::from_secs(0), vault.newest_stamp(), salt);
        apply(&mut vault, &change, stamp).expect("it is there");
        assert_eq!(vault.get(id(1)).map(|account| account.note()), Some(note));
    }
}

#[test]
fn one_edit_of_a_secret_is_no_conflict() {
    let pair = pair(&[], &[edit(Edit { enrolment: Some(enrolment(6)), ..Edit::default() })]);
    assert_eq!(kinds(&pair), [DecisionKind::Updated { fields: vec!["secret"] }]);
}

#[test]
fn a_counter_never_goes_back() {
    let pair = pair(&[Change::Advance(id(1), 9)], &[Change::Advance(id(1), 4)]);
    assert_eq!(joined(&pair.ours, &pair.theirs).get(id(1)).map(|account| account.counter()), Some(9));
    assert_eq!(joined(&pair.theirs, &pair.ours).get(id(1)).map(|account| account.counter()), Some(9));
    let back = apply(&mut pair.ours.clone(), &Change::Advance(id(1), 8), stamp(99));
    assert!(back.is_err());
}

fn with_codes(ours: &[RecoveryChange], theirs: &[RecoveryChange]) -> Pair {
    let mut pair = pair(&[], &[]);
    for vault in [&mut pair.base, &mut pair.ours, &mut pair.theirs] {
        apply(vault, &codes(1, RecoveryChange::Add(Box::new(new_set(0)))), stamp(5)).expect("they are new");
    }
    for (vault, changes, start) in [(&mut pair.ours, ours, 10), (&mut pair.theirs, theirs, 20)] {
        for (number, change) in changes.iter().enumerate() {
            apply(vault, &codes(1, change.clone()), stamp(start + number as i64)).expect("it fits");
        }
    }
    pair
}

fn using(code: usize) -> RecoveryChange {
    RecoveryChange::Use { set: set_id(0), code, at: Timestamp::from_secs(77) }
}

#[test]
fn what_a_deletion_covers_of_the_marks_of_recovery_codes_does_not_depend_on_the_order_of_merges() {
    let changed = |start: &Vault, change: Change, at: i64| {
        let mut vault = start.clone();
        apply(&mut vault, &change, stamp(at)).expect("it fits");
        vault
    };
    let base = changed(&with_codes(&[], &[]).base, codes(1, using(1)), 6);
    let taken_back = RecoveryChange::TakeBack { set: set_id(0), code: 1 };
    let used = changed(&changed(&base, codes(1, using(0)), 10), codes(1, taken_back), 11);
    let deleted = changed(&changed(&base, Change::Trash(id(1), Timestamp::from_secs(7)), 29), Change::Purge(id(1)), 30);
    // By somebody who knows neither of the marks nor of the deletion.
    let edited = changed(&base, edit(Edit { note: Some("mine".into()), ..Edit::default() }), 40);
    let used_and_edited = joined(&used, &edited);
    let written = vault::write(&used_and_edited);
    assert_eq!(vault::read(secrecy::ExposeSecret::expose_secret(&written)).as_ref(), Ok(&used_and_edited));
    let all = joined(&used_and_edited, &deleted);
    assert_eq!(all, joined(&used, &joined(&edited, &deleted)));
    assert_eq!(all, joined(&joined(&deleted, &used), &edited));
    let set = all.get(id(1)).and_then(|account| account.recovery().get(set_id(0))).expect("the edit kept it");
    let states = [0, 1].map(|code| set.state(code) == CodeState::Unused);
    assert_eq!(states, [true, false], "as whoever edited it last saw them");
}

#[test]
fn a_recovery_code_used_on_one_device_is_used_on_both_whatever_the_other_took_back() {
    let taken_back = RecoveryChange::TakeBack { set: set_id(0), code: 1 };
    let pair = with_codes(&[using(1)], &[using(1), taken_back, using(2)]);
    for merged in [joined(&pair.ours, &pair.theirs), joined(&pair.theirs, &pair.ours)] {
        let account = merged.get(id(1)).expect("it is there");
        let set = account.recovery().get(set_id(0)).expect("it is there");
        let used = CodeState::Used(Timestamp::from_secs(77));
        assert_eq!([0, 1, 2].map(|code| set.state(code)), [CodeState::Unused, used, used]);
        assert_eq!((account.recovery().unused(), account.recovery().used(), set.next_unused()), (1, 2, Some(0)));
    }
    assert_eq!(kinds(&pair), [DecisionKind::Updated { fields: vec!["recovery codes"] }]);
}

#[test]
fn a_used_recovery_code_is_not_used_twice_and_a_mark_can_be_taken_back() {
    let pair = with_codes(&[using(0)], &[]);
    let again = apply(&mut pair.ours.clone(), &codes(1, using(0)), stamp(90));
    assert_eq!(again, Err(vault::ChangeError::CodeUsed));
    let mut back = pair.ours.clone();
    let taken_back = RecoveryChange::TakeBack { set: set_id(0), code: 0 };
    apply(&mut back, &codes(1, taken_back), stamp(91)).expect("it was used");
    assert_eq!(back.get(id(1)).map(|account| account.recovery().unused()), Some(3));
    apply(&mut back, &codes(1, using(0)), stamp(92)).expect("it is unused again");
}

#[test]
fn every_change_of_recovery_codes_can_be_undone_and_done_again() {
    let add = RecoveryChange::Add(Box::new(new_set(4)));
    let changes = [
        add,
        using(0),
        RecoveryChange::Check(set_id(0), Some(Timestamp::from_secs(3))),
        RecoveryChange::Supersede(set_id(0), Some(Timestamp::from_secs(4))),
        RecoveryChange::Remove(set_id(0), true),
    ];
    let look = |vault: &Vault| {
        let recovery = vault.get(id(1)).expect("it is there").recovery().clone();
        let sets = recovery.sets();
        sets.iter().map(|set| (set.id(), set.unused(), set.checked(), set.superseded())).collect::<Vec<_>>()
    };
    for change in changes {
        let before = with_codes(&[], &[]).ours;
        let mut after = before.clone();
        apply(&mut after, &codes(1, change), stamp(50)).expect("it fits");
        let mut undone = after.clone();
        let last = |before: &Vault, at| LastChange {
            title: String::new(),
            stamp: stamp(at),
            before: before.clone(),
            after: None,
        };
        let undo = vault::undoing(&last(&before, 50), &after).expect("there is something to take back");
        apply(&mut undone, &undo, stamp(60)).expect("it fits");
        assert_eq!(look(&undone), look(&before));
        let redo = vault::undoing(&last(&after, 60), &undone).expect("there is something to take back");
        let mut redone = undone.clone();
        apply(&mut redone, &redo, stamp(70)).expect("it fits");
        assert_eq!(look(&redone), look(&after));
    }
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
    let conflict =
        DecisionKind::Conflict { field: "issuer", kept: "Theirs".into(), other: "Ours".into(), side: Side::Theirs };
    assert!(kinds(&pair).contains(&conflict));
}

#[test]
fn what_a_newer_version_said_of_a_secret_stays_when_that_is_the_one_in_use() {
    let newer = r#"{"accounts":[{"id":"0101010101010101","issuer":"GitHub","account":"alice","type":"totp",
        "secret":"JBSWY3DPEHPK3PXP","added":[1,1],"former":[{"type":"totp","secret":"JBSWY3DPEHPK3PXP","written":[1,1],
        "kept":[1,1],"colour":"green"}]}]}"#;
    let read = vault::read(newer.as_bytes()).unwrap();
    let written = vault::write(&read);
    let written = secrecy::ExposeSecret::expose_secret(&written);
    assert!(written.windows(5).any(|part| part == b"green"));
    assert_eq!(vault::read(written).as_ref(), Ok(&read));
    assert_eq!(vault::merge(None, &read, &read).vault, read);
    let account = read.accounts().next().unwrap();
    assert_eq!(account.former().count(), 0, "it is still one secret");
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

fn out(sets: &[u8]) -> Change {
    Change::Basket(BasketChange::MoveOut(sets.iter().map(|set| set_id(*set)).collect()))
}

fn back(basket: &BasketContents) -> Change {
    Change::Basket(BasketChange::MoveBack(basket.texts_of(&basket.sets())))
}

fn is_apart(vault: &Vault) -> Option<bool> {
    Some(vault.get(id(1))?.recovery().get(set_id(0))?.is_apart())
}

#[test]
fn texts_moved_out_on_one_device_go_from_every_copy_that_is_merged_with_it() {
    let mut pair = with_codes(&[using(0)], &[using(1)]);
    apply(&mut pair.ours, &out(&[0]), stamp(50)).expect("they are here");
    for (merged, ours) in [(joined(&pair.ours, &pair.theirs), true), (joined(&pair.theirs, &pair.ours), false)] {
        assert_eq!(is_apart(&merged), Some(true), "{ours}");
        let set = merged.get(id(1)).expect("it is there").recovery().get(set_id(0)).expect("it is there").clone();
        assert_eq!((set.len(), set.unused(), set.next_unused()), (3, 1, Some(2)), "the marks of both count on");
    }
}

#[test]
fn texts_moved_back_are_here_whatever_an_older_copy_says() {
    let mut pair = with_codes(&[], &[]);
    let mut basket = BasketContents::default();
    basket.take_from(&pair.ours);
    apply(&mut pair.ours, &out(&[0]), stamp(50)).expect("they are here");
    let apart = joined(&pair.ours, &pair.theirs);
    // The device that moves them back has a clock that is behind: its stamp is later all the same.
    let late = Stamp::next(Timestamp::from_millis(7), pair.ours.newest_stamp(), 1);
    apply(&mut pair.ours, &back(&basket), late).expect("they fit");
    for other in [&apart, &pair.theirs] {
        assert_eq!(is_apart(&joined(&pair.ours, other)), Some(false));
        assert_eq!(is_apart(&joined(other, &pair.ours)), Some(false));
    }
}

#[test]
fn moving_texts_out_is_no_edit_that_outlives_a_deletion() {
    let mut pair = with_codes(&[], &[]);
    for (number, change) in [Change::Trash(id(1), Timestamp::from_secs(1)), Change::Purge(id(1))].iter().enumerate() {
        apply(&mut pair.theirs, change, stamp(30 + number as i64)).expect("it fits");
    }
    apply(&mut pair.ours, &out(&[0]), stamp(50)).expect("they are here");
    assert!(joined(&pair.ours, &pair.theirs).get(id(1)).is_none());
}

#[test]
fn other_codes_than_those_of_the_set_do_not_come_back() {
    let mut pair = with_codes(&[], &[]);
    apply(&mut pair.ours, &out(&[0]), stamp(50)).expect("they are here");
    let fewer = NewSet { codes: new_set(0).codes.into_iter().take(2).collect(), ..new_set(0) };
    let texts = BTreeMap::from([(set_id(0), fewer.texts())]);
    let before = pair.ours.clone();
    let refused = apply(&mut pair.ours, &Change::Basket(BasketChange::MoveBack(texts)), stamp(60));
    assert_eq!((refused, pair.ours), (Err(vault::ChangeError::OtherCodes), before));
}
