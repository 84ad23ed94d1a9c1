//! Recovery codes as sites hand them out, and the basket that keeps them apart.

use countersign::exchange::recovery_codes::{Reading, doubts, found_by_chance, holder, is_list, read};
use countersign::otp::Timestamp;
use countersign::vault::{BasketContents, Change, CodeState, NewSet, RecoveryChange, SetId, Stamp, apply};
use secrecy::ExposeSecret;

use crate::input::{Input, text};
use crate::shown::assert_is_tame;
use crate::vault::three_accounts;

/// The file's name, a line break, and what is in it. Without a name it is pasted.
pub fn codes(input: &[u8]) {
    let mut input = Input(input);
    let name = text(input.line());
    let (name, bytes) = (Some(name).filter(|name| !name.is_empty()), input.0);
    is_list(&text(bytes));
    found_by_chance(bytes, name.as_deref().unwrap_or_default(), true);
    match read(bytes, name.as_deref()) {
        Ok(reading) => check(&reading),
        Err(problem) => {
            assert_is_tame(&problem.to_string());
            assert!(!problem.next_step().is_empty());
        }
    }
}

fn check(reading: &Reading) {
    assert!(!reading.codes.is_empty() && reading.codes.len() <= 256);
    assert_eq!(reading.unused(), reading.codes.iter().filter(|code| !code.is_used).count());
    reading.remarks.iter().for_each(|remark| assert_is_tame(&remark.to_string()));
    assert!(reading.odd.iter().all(|line| line.number > 0));
    reading.mentions("git");
    let mut vault = three_accounts();
    for account in vault.clone().accounts() {
        doubts(&vault, account, reading).iter().for_each(|doubt| assert_is_tame(&doubt.to_string()));
    }
    let state = |is_used| if is_used { CodeState::Used(Timestamp::MIN) } else { CodeState::Unused };
    let new = NewSet {
        id: SetId::from_bytes([9; 8]),
        created: reading.issued.unwrap_or(Timestamp::MAX),
        origin: "fuzz".to_owned(),
        about: reading.provenance(),
        kind: reading.kind,
        codes: reading.codes.iter().map(|code| (code.text.clone(), state(code.is_used))).collect(),
    };
    let id = vault.accounts().next().expect("there are three").id();
    let stamp = Stamp::next(Timestamp::MAX, vault.newest_stamp(), 3);
    apply(&mut vault, &Change::Recovery(id, RecoveryChange::Add(Box::new(new))), stamp).expect("what is read fits");
    assert_eq!(holder(&vault, reading).map(|(account, _)| account), Some(id), "what is stored is found again");
    let written = countersign::vault::write(&vault);
    assert_eq!(countersign::vault::read(written.expose_secret()).as_ref(), Ok(&vault));
}

/// Two baskets, with an empty line of a zero byte between them.
pub fn basket(input: &[u8]) {
    let mut halves = input.split(|byte| *byte == 0);
    let mut next = || halves.next().map(BasketContents::read);
    let (one, other) = (next(), next());
    if let Some(Err(error)) = &one {
        assert_is_tame(&error.to_string());
        assert!(!error.next_step().is_empty());
    }
    let Some(Ok(one)) = one else { return };
    let written = one.write();
    assert_eq!(BasketContents::read(written.expose_secret()).as_ref(), Ok(&one), "what is written is read the same");
    assert_eq!(joined(&one, &one), one);
    let mut vault = three_accounts();
    vault = vault.seen_with(&one);
    let mut taken = one.clone();
    taken.take_from(&vault);
    assert_eq!(one.texts_of(&one.sets()).len(), one.sets().len());
    if let Some(Ok(other)) = other {
        assert_eq!(joined(&one, &other).texts_of(&one.sets()), one.texts_of(&one.sets()), "no text is lost or changed");
        let both = joined(&one, &other);
        assert_eq!(joined(&both, &other), both);
    }
}

fn joined(one: &BasketContents, other: &BasketContents) -> BasketContents {
    let mut joined = one.clone();
    joined.join(other);
    joined
}
