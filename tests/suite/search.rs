//! Finding accounts by what somebody types: exact beats partial beats fuzzy, and a slip gets a suggestion.

use countersign::vault::{Selection, Vault, find, nearest, select};

use crate::support::fakes::machine;
use crate::support::vaults::{self, account};

fn vault() -> Vault {
    let (mut machine, _handles) = machine();
    let mut tagged = account(4, "Hetzner", "k0012345");
    tagged.tags.insert("servers".to_owned());
    let accounts = [
        account(1, "GitHub", "alice@example.com"),
        account(2, "GitHub Enterprise", "alice@work.example"),
        account(3, "GitLab", "alice"),
        tagged,
        account(5, "Über", "zoë"),
    ];
    Vault::clone(vaults::with(&mut machine, accounts).vault())
}

fn selected(query: &str) -> Vec<String> {
    match select(&vault(), query) {
        Selection::One(one) => vec![one.issuer().to_owned()],
        Selection::Several(several) => several.iter().map(|account| account.issuer().to_owned()).collect(),
        Selection::Nothing(_) => Vec::new(),
    }
}

#[test]
fn an_exact_name_beats_every_longer_one() {
    assert_eq!(selected("github"), ["GitHub"]);
    assert_eq!(selected("GitHub:alice@example.com"), ["GitHub"]);
    assert_eq!(selected("alice"), ["GitLab"]);
}

#[test]
fn the_start_of_an_id_names_an_account() {
    assert_eq!(selected("0303"), ["GitLab"]);
    assert_eq!(selected("0404040404040404"), ["Hetzner"]);
}

#[test]
fn words_anywhere_match_and_several_matches_are_all_told() {
    assert_eq!(selected("git alice"), ["GitHub", "GitHub Enterprise", "GitLab"]);
    assert_eq!(selected("lab"), ["GitLab"]);
}

#[test]
fn letters_in_order_match_when_nothing_better_does() {
    assert_eq!(selected("htznr"), ["Hetzner"]);
    assert_eq!(selected("uber"), ["Über"]);
}

#[test]
fn a_slip_gets_a_suggestion_and_nonsense_gets_none() {
    assert_eq!(nearest(&vault(), "githib").as_deref(), Some("GitHub"));
    assert_eq!(nearest(&vault(), "qqqqqq"), None);
    assert!(matches!(select(&vault(), "gihtbu"), Selection::Nothing(Some(name)) if name == "GitHub"));
}

#[test]
fn what_matched_can_be_highlighted() {
    let found = find(&vault(), "lab");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].in_issuer, [3, 4, 5]);
    let by_account = find(&vault(), "zoe");
    assert_eq!(by_account[0].in_account, [0, 1, 2]);
}

#[test]
fn tags_are_searched_too() {
    assert_eq!(find(&vault(), "servers").len(), 1);
}

#[test]
fn an_empty_query_finds_everything() {
    assert_eq!(find(&vault(), "  ").len(), 5);
}
