//! What is inside a vault, and what this device remembers beside it.

use std::collections::BTreeSet;

use countersign::otp::{Enrolment, Params, Secret, Timestamp};
use countersign::vault::audit::{Facts, audit};
use countersign::vault::{
    AccountId, BasketChange, Change, DeviceMemory, Edit, LastChange, NewAccount, RecoveryChange, RotationChange, Stamp,
    Vault, apply, compare, content_digest, find, folding, merge, read, read_meant, select, turning, undoing, write,
};
use secrecy::ExposeSecret;

use crate::input::Input;
use crate::shown::assert_is_tame;
use crate::uri::check_codes;

const NOW: Timestamp = Timestamp::from_secs(1_795_305_600);

/// Returns a vault with three accounts of invented secrets.
pub fn three_accounts() -> Vault {
    let mut vault = Vault::default();
    for (number, issuer) in (1..).zip(["GitHub", "Fastmail", "evil\u{202e}gnp.exe"]) {
        let secret = Secret::from_bytes(vec![number; 20]).expect("twenty bytes are a secret");
        let account = NewAccount {
            id: AccountId::from_bytes([number; 8]),
            issuer: issuer.to_owned(),
            account: "alice@example.com".to_owned(),
            enrolment: Enrolment { params: Params::USUAL, secret, pin: None },
            counter: 0,
            tags: BTreeSet::from(["work".to_owned()]),
            note: String::new(),
            pinned: false,
            pending: false,
            created: NOW,
        };
        apply(&mut vault, &Change::Add(Box::new(account)), Stamp { at: 1, salt: number.into() }).expect("it is new");
    }
    vault
}

/// Three vaults, a line each: ours, theirs, and one more.
pub fn plaintext(input: &[u8]) {
    let mut input = Input(input);
    let mut next = || {
        let line = input.line();
        match read(line) {
            Ok(vault) => Some(vault),
            Err(error) => {
                assert_is_tame(&error.to_string());
                assert!(!error.next_step().is_empty());
                None
            }
        }
    };
    let (ours, theirs, base) = (next(), next(), next());
    let Some(ours) = ours else { return };
    check(&ours);
    check_changes(&ours);
    let Some(theirs) = theirs else { return };
    // They may have nothing to do with each other, or one stamp for different things: then the laws of merging promise
    // nothing, and it still gives a vault.
    check_written(&merge(base.as_ref(), &ours, &theirs).vault);
    check_decisions(&ours, &theirs);
}

/// A vault, a line break, and what three devices do with it, two bytes a change.
pub fn histories(input: &[u8]) {
    let mut input = Input(input);
    let Ok(start) = read(input.line()) else { return };
    // At the end of time stamps are no more told apart.
    if start.newest_stamp().is_some_and(|stamp| stamp.at > i64::MAX - 1_000) {
        return;
    }
    let mut devices = [start.clone(), start.clone(), start.clone()];
    for salt in 1..100 {
        if input.is_empty() {
            break;
        }
        let (who, what) = (input.byte(), input.byte());
        let [one, other] = [who, who / 3].map(|number| usize::from(number % 3));
        if who & 0x80 != 0 {
            devices[one] = joined(&devices[one], &devices[other]);
            continue;
        }
        let vault = &mut devices[one];
        let Some(change) = change(vault, what, salt) else { continue };
        let stamp = Stamp::next(NOW, vault.newest_stamp(), salt);
        apply(vault, &change, stamp).ok();
        check_written(vault);
    }
    let [a, b, c] = &devices;
    check_laws(a, b, c);
    check_decisions(a, b);
    merge(Some(&start), a, b);
}

/// Returns what a device does: the lower bits say what, the upper ones to which account.
fn change(vault: &Vault, what: u8, salt: u32) -> Option<Change> {
    let all: Vec<AccountId> = vault.accounts().chain(vault.trash()).map(|account| account.id()).collect();
    let id = *all.get(usize::from(what >> 4) % all.len().max(1))?;
    let text = Some(format!("by {salt}"));
    let edit = |edit: Edit| Change::Edit(id, Box::new(edit));
    let set = vault.get(id)?.recovery().sets().first().map(|set| set.id());
    let tags = BTreeSet::from([format!("tag {}", salt % 3)]);
    let enrolment =
        Enrolment { secret: Secret::from_bytes(vec![salt as u8; 20]).ok()?, params: Params::USUAL, pin: None };
    Some(match what & 15 {
        0 => edit(Edit { note: text, ..Edit::default() }),
        1 => edit(Edit { issuer: text, pinned: Some(salt.is_multiple_of(2)), ..Edit::default() }),
        2 => edit(Edit { tags: Some(tags), ..Edit::default() }),
        3 => edit(Edit { enrolment: Some(enrolment), ..Edit::default() }),
        4 => edit(Edit { order: Some(Some(i64::from(salt))), counter: Some(u64::from(salt)), ..Edit::default() }),
        5 => Change::Trash(id, NOW),
        6 => Change::Restore(id),
        7 => Change::Purge(id),
        8 => Change::Advance(id, vault.get(id)?.counter().checked_add(1)?),
        9 => Change::Recovery(id, RecoveryChange::Use { set: set?, code: 0, at: NOW }),
        10 => Change::Recovery(id, RecoveryChange::TakeBack { set: set?, code: 0 }),
        11 => Change::Recovery(id, RecoveryChange::Remove(set?, salt.is_multiple_of(2))),
        12 => Change::Rotation(id, RotationChange::Try { enrolment: Box::new(enrolment), counter: 0 }),
        13 => Change::Rotation(id, RotationChange::Accept),
        14 => Change::Dismiss("a finding".to_owned(), text.filter(|_| !salt.is_multiple_of(3))),
        _ => Change::Basket(BasketChange::MoveOut(vault.sets_here())),
    })
}

fn check_laws(a: &Vault, b: &Vault, c: &Vault) {
    let both = joined(a, b);
    assert_eq!(both, joined(b, a), "merging is commutative");
    assert_eq!(joined(&both, c), joined(a, &joined(b, c)), "merging is associative");
    assert_eq!(joined(a, a), *a, "merging is idempotent");
    assert_eq!(joined(&both, b), both, "merging again changes nothing");
    for account in a.accounts() {
        let is_purged = joined(&both, c).get(account.id()).is_none();
        assert!(!is_purged || [b, c].iter().any(|other| other.get(account.id()).is_none()), "an account is lost");
    }
}

/// Whatever a vault holds can be written, shown and looked at.
fn check(vault: &Vault) {
    let written = write(vault);
    assert!(!written.expose_secret().contains(&b'\n'), "it is one line");
    assert_eq!(read(written.expose_secret()).as_ref(), Ok(vault), "what is written is read the same");
    for account in vault.accounts().chain(vault.trash()) {
        assert_is_tame(&account.label());
        check_codes(account.enrolment(), account.counter());
        account.candidate().into_iter().chain(account.former()).for_each(|enrolment| check_codes(enrolment, 0));
        for set in account.recovery().sets() {
            assert!(set.unused() <= set.len());
            set.next_unused().map(|code| set.state(code));
        }
        read_meant(written.expose_secret(), &account.label()).expect("all of it was read");
    }
    for now in [Timestamp::MIN, NOW, Timestamp::MAX] {
        vault.overdue_trash(now);
        for finding in audit(vault, &DeviceMemory::default(), &Facts::at(now)) {
            assert_is_tame(&finding.label);
        }
    }
    find(vault, "git !work ^a");
    select(vault, "github");
    vault.tags();
    assert_eq!(content_digest(vault), content_digest(&vault.clone()));
    assert!(compare(vault, vault).is_faultless());
    assert!(vault.differing(vault).is_empty());
}

/// The next change counts, and can be taken back.
fn check_changes(vault: &Vault) {
    let Some(account) = vault.accounts().next() else { return };
    let id = account.id();
    let changes = [
        Change::Edit(id, Box::new(Edit { note: Some("edited by the fuzzer".to_owned()), ..Edit::default() })),
        Change::Trash(id, NOW),
        Change::Advance(id, u64::MAX),
    ];
    for change in changes {
        let mut after = vault.clone();
        let stamp = Stamp::next(NOW, vault.newest_stamp(), 5);
        if apply(&mut after, &change, stamp).is_err() {
            continue;
        }
        // Nothing comes after the last stamp that there can be.
        if vault.newest_stamp() >= Some(Stamp { at: i64::MAX, salt: u32::MAX - 1 }) {
            continue;
        }
        assert!(vault.newest_stamp() < after.newest_stamp(), "a change is later than all before it");
        match &change {
            Change::Edit(..) => assert_eq!(after.get(id).map(|account| account.note()), Some("edited by the fuzzer")),
            Change::Trash(..) => assert!(after.get(id).is_some_and(|account| account.trashed().is_some())),
            _ => assert_eq!(after.get(id).map(|account| account.counter()), Some(u64::MAX)),
        }
        check_written(&after);
        let last = LastChange::of("changed", &change, vault, stamp);
        if let Some(back) = undoing(&last, &after) {
            check_applied(after, &back);
        }
    }
}

fn check_written(vault: &Vault) {
    let written = write(vault);
    assert_eq!(read(written.expose_secret()).as_ref(), Ok(vault), "what is written is read the same");
}

fn check_applied(mut vault: Vault, change: &Change) {
    let stamp = Stamp::next(NOW, vault.newest_stamp(), 6);
    if apply(&mut vault, change, stamp).is_ok() {
        check_written(&vault);
    }
}

/// Every decision can be turned.
fn check_decisions(ours: &Vault, theirs: &Vault) {
    let merged = merge(None, ours, theirs);
    check_written(&merged.vault);
    for decision in &merged.decisions {
        assert_is_tame(&decision.label);
        if let Some(change) = turning(decision, ours, theirs, &merged.vault, NOW) {
            check_applied(merged.vault.clone(), &change);
        }
    }
    if let Some(change) = folding(&merged.vault, &merged.twins, NOW) {
        check_applied(merged.vault.clone(), &change);
    }
    compare(ours, theirs);
}

fn joined(ours: &Vault, theirs: &Vault) -> Vault {
    merge(None, ours, theirs).vault
}

/// Two memories, with a zero byte between them.
pub fn memory(input: &[u8]) {
    let mut halves = input.split(|byte| *byte == 0);
    let mut next = || halves.next().map(DeviceMemory::read);
    let (one, other) = (next(), next());
    let Some(Ok(one)) = one else { return };
    let written = one.write();
    assert_eq!(DeviceMemory::read(written.expose_secret()).as_ref(), Ok(&one), "what is written is read the same");
    let vault = three_accounts();
    if let Some(back) = one.last_change().and_then(|last| undoing(last, &vault)) {
        check_applied(vault.clone(), &back);
    }
    for now in [Timestamp::MIN, NOW, Timestamp::MAX] {
        for finding in audit(&vault, &one, &Facts::at(now)) {
            assert_is_tame(&finding.label);
        }
    }
    let mut used = one.clone();
    let id = AccountId::from_bytes([1; 8]);
    used.mark_used(id, u64::MAX, Timestamp::MAX);
    assert!(used.is_used(id, u64::MAX));
    used.leave_out_those_apart_in(&vault);
    used.remember_plaintext("/home/me/export.json");
    if let Some(Ok(other)) = other {
        let mut both = one;
        both.absorb(other.clone());
        let once = both.clone();
        both.absorb(other);
        assert_eq!(both, once, "taking in the same again changes nothing");
    }
}
