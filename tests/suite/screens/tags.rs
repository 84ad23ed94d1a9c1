//! The picker of tags.

use super::{NOW, pictures};
use crate::support::accounts::{account, normal, three, vault};
use crate::support::driver::Driver;
use countersign::vault::NewAccount;

fn list() -> Driver {
    Driver::at(NOW).unlocked(normal())
}

/// An account with more tags than rows, some of them hostile.
fn overfull() -> Driver {
    let hostile =
        ["evil\u{202e}gat".to_owned(), "東京電力ホールディングス株式会社の長い名前".to_owned(), "x".repeat(120)];
    let tags = (0..40).map(|number| format!("tag {number:02}")).chain(hostile).collect();
    Driver::at(NOW).unlocked(vault([NewAccount { tags, ..account(1, "GitHub", "alice") }]))
}

#[test]
fn the_tags_stand_with_their_counts() {
    pictures("tags", list().keys("#"));
    pictures("tags_none", Driver::at(NOW).unlocked(three()).keys("#"));
    pictures("tags_overfull", overfull().keys("#G"));
}

#[test]
fn the_chosen_tag_is_the_one_that_is_shown() {
    for keys in ["#G<enter>", "#jj<enter>"] {
        let picture = list().keys(keys).picture();
        assert!(picture.contains("Amazon AWS") && !picture.contains("GitLab"), "{picture}");
    }
    let mut driver = list().keys("#j<enter>#g<enter>");
    assert!(driver.picture().contains("Hetzner"), "{}", driver.picture());
    assert!(driver.effects().is_empty());
}

#[test]
fn a_click_chooses() {
    let picture = list().keys("#").click_on("  code  ").picture();
    assert!(picture.contains("GitLab") && !picture.contains("Hetzner"), "{picture}");
}
