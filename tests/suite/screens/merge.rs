//! The review of a merge: every decision is told, can be turned, and leaving leaves everything as it was.

use countersign::otp::Timestamp;
use countersign::tui::message::{FoundCopy, Outcome, Review, Trouble};
use countersign::vault::{Change, Decision, DecisionKind, Edit, Side};

use super::{NOW, pictures};
use crate::support::accounts::{id, three};
use crate::support::driver::Driver;

fn decision(number: u8, label: &str, kind: DecisionKind) -> Decision {
    Decision { id: id(number), label: label.to_owned(), kind }
}

fn review() -> Review {
    let conflict = DecisionKind::Conflict {
        field: "note",
        kept: "renewed by IT".to_owned(),
        other: "ask Bob".to_owned(),
        side: Side::Theirs,
    };
    Review {
        decisions: vec![
            decision(9, "npm · alice-dev", DecisionKind::Added),
            decision(1, "GitHub · alice@example.com", DecisionKind::Updated { fields: vec!["note", "tags"] }),
            decision(2, "GitLab · alice", DecisionKind::Removed),
            decision(3, "Fastmail · me@fastmail.com", conflict),
            decision(8, "Hetzner · k0012345", DecisionKind::Twin { other: id(7) }),
        ],
        files: 2,
        troubles: Vec::new(),
    }
}

fn trouble() -> Trouble {
    Trouble {
        what: "the file is cut short: its end is missing".to_owned(),
        next_step: Some("take another copy of it".to_owned()),
    }
}

fn reviewing(review: Review) -> Driver {
    Driver::at(NOW).unlocked(three()).reviewing(review).keys("m")
}

#[test]
fn the_review_names_every_decision() {
    pictures("merge", reviewing(review()));
    pictures("merge_turned", reviewing(review()).keys("<space>jj<space>j<space>"));
    pictures("merge_nothing", reviewing(Review::default()));
    pictures("merge_trouble", reviewing(Review { troubles: vec![trouble()], ..review() }));
    pictures("merge_only_trouble", reviewing(Review { troubles: vec![trouble(), trouble()], ..Review::default() }));
}

#[test]
fn enter_merges_with_what_was_turned() {
    let mut driver = reviewing(review()).keys("j<space>kj<space><space>G<space><enter>");
    let last = driver.effects().iter().rev().find(|effect| effect.starts_with("Merge {")).expect("it merges").clone();
    assert!(last.contains("Updated") && last.contains("Twin"), "{last}");
    assert!(!last.contains("Removed") && !last.contains("Conflict"), "{last}");
    assert!(driver.picture().contains("merged 1 file"), "{}", driver.picture());
}

#[test]
fn leaving_the_review_merges_nothing() {
    let mut driver = reviewing(review()).keys("<space><esc>");
    assert!(!driver.effects().iter().any(|effect| effect.starts_with("Merge {")), "{:?}", driver.effects());
    assert!(driver.picture().contains("nothing was merged"), "{}", driver.picture());
}

#[test]
fn with_nothing_to_merge_enter_only_goes_back() {
    let driver = reviewing(Review::default()).keys("<enter>");
    assert!(!driver.effects().iter().any(|effect| effect.starts_with("Merge {")), "{:?}", driver.effects());
}

#[test]
fn a_conflict_copy_that_turns_up_is_told_with_the_key_that_merges() {
    let driver = Driver::at(NOW).unlocked(three());
    let saved = Timestamp::from_millis(NOW - 60_000);
    let copy = FoundCopy { tool: "Syncthing", device: Some("laptop".to_owned()), saved };
    let snapshot = driver.snapshot_of_vault();
    let mut driver = driver.hear(Outcome::Refreshed { snapshot, told: Vec::new(), copy: Some(copy) });
    assert!(driver.picture().contains("conflict copy of laptop, today 09:13: m merges"), "{}", driver.picture());
}

#[test]
fn a_change_made_elsewhere_loses_nothing_of_what_is_being_typed() {
    let elsewhere = Change::Edit(id(2), Box::new(Edit { note: Some("elsewhere".to_owned()), ..Edit::default() }));
    let mut driver = Driver::at(NOW).unlocked(three()).keys("a<tab>Some Site").changed_elsewhere(&elsewhere);
    assert!(driver.picture().contains("Some Site"), "{}", driver.picture());
    driver = driver.keys("!");
    assert!(driver.picture().contains("Some Site!"), "{}", driver.picture());
    assert_eq!(driver.snapshot_of_vault().vault.get(id(2)).unwrap().note(), "elsewhere");
}
