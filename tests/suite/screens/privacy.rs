//! Privacy: no name of an account is in any frame of any screen, and whoever may look on is told of.

use std::collections::BTreeSet;

use countersign::otp::Timestamp;
use countersign::tui::backups::{Drilled, Fault, OpensWith};
use countersign::tui::key::Key;
use countersign::tui::message::{FoundCopy, Message, Outcome, Review, Trouble};
use countersign::tui::privacy::{Names, mask};
use countersign::tui::screen::ScreenName;
use countersign::tui::settings::{Onlooker, Privacy, Settings, Terminal};
use countersign::vault::audit::{Backups, Facts};
use countersign::vault::{Decision, DecisionKind, Vault};
use jiff::tz::TimeZone;
use serde_json::json;

use super::{NOW, pictures};
use crate::support::accounts::{account, id, normal, strange_names, three, vault};
use crate::support::driver::{Driver, PASSPHRASE};
use crate::support::paper_backups::known;
use crate::support::paper_slots::SHEET;

/// How the names of the accounts here begin, in the vault and in what comes from outside.
const BEGINNINGS: [&str; 16] = [
    "Amazon", "root@", "Fastmail", "me@fast", "GitH", "alice", "GitL", "Hetz", "k0012", "Nextc", "Office", "a.smi",
    "PyPI", "Steam", "Exampl", "npm",
];
const ADDRESS: &str = "otpauth://totp/Example:bobby?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";
const EXPORT: &str = "/home/me/aegis.json";
const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 12), (24, 6)];

fn private(settings: &mut Settings) {
    settings.privacy = Privacy::On;
}

fn exported() -> String {
    let entry = |issuer: &str, name: &str, secret: &str| {
        json!({
            "type": "totp", "name": name, "issuer": issuer,
            "info": {"secret": secret, "algo": "SHA1", "digits": 6, "period": 30},
        })
    };
    let entries =
        [entry("npm", "alice-dev", "GEZDGNBVGY3TQOJQ"), entry("GitHub", "alice@example.com", "JBSWY3DPEHPK3PXP")];
    json!({"version": 1, "header": {"slots": null, "params": null}, "db": {"version": 2, "entries": entries}})
        .to_string()
}

fn review() -> Review {
    let decision = |number, label: &str, kind| Decision { id: id(number), label: label.to_owned(), kind };
    Review {
        decisions: vec![
            decision(99, "npm · alice-dev", DecisionKind::Added),
            decision(3, "GitHub · alice@example.com", DecisionKind::Updated { fields: vec!["note", "tags"] }),
        ],
        files: 1,
        troubles: Vec::new(),
    }
}

/// Keys that lead from the list to every screen that can be reached by keys alone.
const JOURNEYS: &[&str] = &[
    "jjjjGgg<enter>npH",
    "?jjjj",
    ":jjjjtrash",
    "dDjxy",
    "D<esc>dDr",
    "u",
    "#<enter>W",
    "oj<enter>JK",
    "e<tab><tab>",
    "e<tab><tab><tab><tab>",
    "Rn",
    "c",
    "m<space><enter>",
    "Q<enter>lg<enter>i",
    ":export<enter>",
    "A",
    "Ajjjjx",
    "Ajjl",
    "Al",
    "r",
    "ra",
    "b",
    "bc",
    "bD",
    "bf",
    "bd",
    "bda",
    "bdx",
    "bdjx",
    "t",
    "t?",
    "tc",
    "tcj<enter>",
    "to",
    "tn",
    "x",
    "xj",
    "Uajd",
    "Uc<tab><tab>",
    "Ua<right><right><enter>safe<enter><enter>",
];

/// Everything that a screen could tell, in front of an open vault with privacy on.
fn app() -> Driver {
    let now = Timestamp::from_millis(NOW);
    Driver::with_settings(NOW, private)
        .knowing(Facts { backups: Some(Backups::default()), weak_work_factor: Some(16), ..Facts::at(now) })
        .with_export(EXPORT, exported())
        .reviewing(review())
        .backups(|paper| {
            let file = "/media/stick/countersign-laptop-2026-11-10T09-14-11Z-3-accounts.age";
            let fault = |account: &str| Fault { account: account.to_owned(), what: "not in the vault".to_owned() };
            let faults = vec![fault("npm · alice-dev"), fault("GitHub · alice@example.com")];
            paper.found = Some(Drilled {
                file: file.into(),
                made: Some(now),
                accounts: 3,
                same: 1,
                faults,
                ..Drilled::default()
            });
            paper.known.made = vec![known(file, now, None, OpensWith::Passphrase)];
        })
        .unlocked(normal())
}

/// Fails if a name can be read at any size.
fn assert_private(mut driver: Driver, when: &str) -> Driver {
    for (width, height) in SIZES {
        driver = driver.size(width, height);
        let picture = driver.picture();
        for beginning in BEGINNINGS {
            let is_there = picture.to_lowercase().contains(&beginning.to_lowercase());
            assert!(!is_there, "{beginning} after {when}, {width} x {height}:\n{picture}");
        }
    }
    driver.size(80, 24)
}

/// Presses keys and looks at every frame in between; returns the screens that were seen.
fn walk(mut driver: Driver, keys: &str, seen: &mut BTreeSet<ScreenName>) -> Driver {
    for (place, key) in Key::sequence(keys).unwrap().into_iter().enumerate() {
        driver = driver.tell(Message::Key(key));
        seen.insert(driver.on());
        driver = assert_private(driver, &format!("{} keys of {keys}", place + 1));
    }
    driver
}

#[test]
fn no_name_is_in_any_frame_of_any_screen() {
    let mut seen = BTreeSet::new();
    for keys in JOURNEYS {
        walk(app(), keys, &mut seen);
    }
    walk(app().keys("bD").keys(PASSPHRASE), "<enter>", &mut seen);
    walk(app().keys("br").keys(PASSPHRASE), "<enter>", &mut seen);
    walk(app().paste(ADDRESS), "<enter>y", &mut seen);
    walk(app().paste(ADDRESS), "<tab><tab><esc>", &mut seen);
    let two = format!("{ADDRESS}\notpauth://totp/npm:alice-dev?secret=GEZDGNBVGY3TQOJQ&issuer=npm\n");
    walk(app().paste(&two), "j<enter>", &mut seen);
    walk(app().keys("i").paste(EXPORT), "<enter>jj<enter>u", &mut seen);
    walk(app().keys("jjjR").paste("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), "<enter>nj<enter>", &mut seen);
    let codes = "GitHub recovery codes\na1f0c-77be2\n0d9e8-1a2b3\n55aa0-c0ffe\n9b8a7-00112\n";
    walk(app().keys("r").paste(codes), "<enter>y<esc>rjmpd", &mut seen);
    walk(app().paste(codes), "j<enter><enter>", &mut seen);
    let first_run = || Driver::first_run(NOW);
    walk(first_run(), "j", &mut seen);
    walk(first_run(), "<enter>hello", &mut seen);
    walk(app().keys("L"), "x", &mut seen);
    let missing: Vec<ScreenName> = ScreenName::ALL.into_iter().filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "nobody has looked at {missing:?}: add the keys that lead there");
}

#[test]
fn what_the_worker_tells_names_nobody_either() {
    let told = vec!["removed GitHub · alice@example.com".to_owned()];
    let refreshed = |driver: &Driver| Outcome::Refreshed {
        snapshot: driver.snapshot_of_vault(),
        told: told.clone(),
        copy: Some(FoundCopy { tool: "Syncthing", device: None, saved: Timestamp::from_millis(NOW) }),
    };
    let driver = app();
    let outcome = refreshed(&driver);
    assert_private(driver.hear(outcome), "what another device did");
    let trouble = Trouble { what: "Hetzner · k0012345 cannot be saved".to_owned(), next_step: None };
    assert_private(app().hear(Outcome::Failed(trouble)), "a failure");
    // What was deleted for good is told of when it is in the vault no longer.
    let mut driver = app().keys("d");
    driver = assert_private(driver.keys("DX").keys("delete<enter>"), "deleting it for good");
    assert!(driver.vault().trash().next().is_none(), "{}", driver.picture());
    // The title of what is undone may be of an earlier run.
    let mut driver = app().keys("du");
    assert!(driver.picture().contains("undone") && !driver.picture().contains("undone:"), "{}", driver.picture());
}

#[test]
fn names_and_codes_are_masked_and_the_first_letter_stays() {
    pictures("privacy", Driver::with_settings(NOW, private).unlocked(normal()));
    pictures("privacy_revealed", Driver::with_settings(NOW, private).unlocked(normal()).keys("jj<space>"));
    pictures("privacy_form", Driver::with_settings(NOW, private).unlocked(normal()).keys("jje<tab>"));
    pictures("privacy_qr", Driver::with_settings(NOW, private).unlocked(three()).keys("Q"));
}

#[test]
fn every_mask_is_as_wide_as_any_other() {
    for name in ["GitHub", "a", "山田太郎", "👩‍👩‍👧‍👦 Family", "\u{1b}[31mred", "a name that is much longer than any column"]
    {
        assert_eq!(countersign::shown::width(&mask(name)), 6, "{name}: {}", mask(name));
    }
    assert_eq!((mask("GitHub").as_str(), mask("").as_str()), ("G•••••", ""));
}

#[test]
fn names_are_found_in_sentences_as_words_and_where_they_were_cut() {
    let mut names = Names::default();
    for name in ["GitHub", "GitHub Enterprise", "alice@example.com", "HP", "a", "Zoëlle", "alice"] {
        names.add(name);
    }
    for (text, seen) in [
        ("removed GitHub · alice@example.com · u undo", "removed G••••• · a••••• · u undo"),
        ("GitHub Enterprise", "G•••••"),
        ("github-recovery-codes.txt", "g•••••-recovery-codes.txt"),
        ("GitHubber and malice", "GitHubber and malice"),
        ("an HP, not an hp", "an H•••••, not an hp"),
        ("a name of one letter", "a name of one letter"),
        ("changed alice@exam…", "changed a•••••"),
        ("Zoëlle", "Z•••••"),
        ("ZOËLLE's", "Z•••••'s"),
        ("nobody", "nobody"),
        ("", ""),
    ] {
        assert_eq!(names.masked(text), seen);
    }
}

#[test]
fn a_revealed_row_shows_its_name_for_as_long_as_its_code_and_no_other() {
    let both = vault([account(1, "GitHub", "alice@example.com"), account(2, "GitHub", "robert@example.com")]);
    let mut driver = Driver::with_settings(NOW, private).unlocked(both).size(120, 40).keys("<space>");
    let picture = driver.picture();
    assert!(picture.contains("alice@example.com") && picture.contains("GitHub"), "{picture}");
    assert_eq!(picture.matches("GitHub").count(), 2, "the row and the panel, not the other row: {picture}");
    assert!(!picture.contains("robert"), "{picture}");
    driver = driver.wait(9_900);
    assert!(driver.picture().contains("alice"), "{}", driver.picture());
    driver = driver.wait(100);
    assert!(!driver.picture().contains("alice") && !driver.picture().contains("GitHub"), "{}", driver.picture());
}

#[test]
fn a_search_finds_real_names_and_shows_what_was_typed() {
    let mut driver = Driver::with_settings(NOW, private).unlocked(normal()).keys("/hetz");
    let picture = driver.picture();
    assert!(picture.contains("hetz") && picture.contains("1 of 10 accounts"), "{picture}");
    assert!(picture.contains("H•••••") && !picture.contains("Hetzner"), "{picture}");
    driver = driver.keys("<enter>");
    assert_eq!(driver.effects(), [format!("Copy {{ id: {}, at: Timestamp({NOW}) }}", id(5))]);
}

#[test]
fn a_form_hides_the_names_in_it_until_asked_and_changes_nothing_by_itself() {
    let mut driver = Driver::with_settings(NOW, private).unlocked(three()).keys("e<tab>");
    assert!(!driver.picture().contains("Fastmail"), "{}", driver.picture());
    driver = driver.keys("<ctrl-r>");
    assert!(
        driver.picture().contains("Fastmail") && driver.picture().contains("me@fastmail.com"),
        "{}",
        driver.picture()
    );
    driver = driver.keys("2<enter>");
    let names: Vec<String> = driver.vault().accounts().map(|account| account.label()).collect();
    assert!(names.contains(&"Fastmail · me@fastmail.com2".to_owned()), "{names:?}");
}

#[test]
fn one_key_switches_privacy_for_this_run_on_and_off() {
    let mut driver = Driver::at(NOW).unlocked(three());
    assert!(driver.picture().contains("Fastmail"));
    driver = driver.keys("P");
    assert!(driver.picture().contains("names and codes are hidden · space shows a row"), "{}", driver.picture());
    driver = assert_private(driver, "the key");
    driver = driver.keys("L").keys(PASSPHRASE).keys("<enter>");
    driver = assert_private(driver, "a lock");
    assert!(driver.picture().contains("private"), "{}", driver.picture());
    driver = driver.keys("<space>PP");
    driver = assert_private(driver, "switching takes back what was revealed");
    driver = driver.keys(":privacy<enter>");
    assert!(driver.picture().contains("Fastmail"), "{}", driver.picture());
}

#[test]
fn vaults_with_strange_names_stay_private_too() {
    let mut driver = Driver::with_settings(NOW, private).unlocked(strange_names()).size(120, 40);
    let picture = driver.picture();
    for name in ["山田", "resume", "Café", "gnp.exe", "[31mred", "much longer", "only an", "zalgo"] {
        assert!(!picture.contains(name), "{name}: {picture}");
    }
}

fn terminal(variables: &'static [(&str, &str)]) -> Terminal {
    let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Terminal::of(value, TimeZone::UTC)
}

#[test]
fn who_may_look_on_is_read_from_what_recorders_and_multiplexers_set() {
    for (variables, onlooker) in [
        (&[][..], None),
        (&[("TMUX", "")], None),
        (&[("ASCIINEMA_REC", "1")], Some(Onlooker::Recorder("asciinema"))),
        (
            &[("ASCIINEMA_SESSION", "6f2c"), ("TMUX", "/tmp/tmux-1000/default,7,0")],
            Some(Onlooker::Recorder("asciinema")),
        ),
        (&[("TMUX", "/tmp/tmux-1000/default,7,0")], Some(Onlooker::Multiplexer("tmux"))),
        (&[("TMUX", "/tmp/tmate-1000/XbRGRb,7,0")], Some(Onlooker::Sharing("tmate"))),
        (&[("STY", "1234.pts-0.host")], Some(Onlooker::Multiplexer("screen"))),
    ] {
        assert_eq!(terminal(variables).onlooker, onlooker, "{variables:?}");
    }
}

fn seen_by(onlooker: Onlooker, privacy: Privacy) -> Driver {
    let change = |settings: &mut Settings| {
        settings.onlooker = Some(onlooker);
        settings.privacy = privacy;
    };
    Driver::with_settings(NOW, change).unlocked(three())
}

#[test]
fn a_recorded_terminal_is_private_until_somebody_switches_it_off() {
    for onlooker in [Onlooker::Recorder("asciinema"), Onlooker::Sharing("tmate")] {
        let mut driver = seen_by(onlooker, Privacy::Auto);
        let picture = driver.picture();
        assert!(picture.contains("this terminal: names and codes are hidden · P shows them"), "{picture}");
        driver = assert_private(driver, "unlocking");
        driver = driver.keys("P");
        assert!(driver.picture().contains("Fastmail"), "{}", driver.picture());
        driver = driver.keys("L").keys(PASSPHRASE).keys("<enter>");
        assert!(driver.picture().contains("Fastmail") && !driver.picture().contains("this terminal"));
        let mut driver = seen_by(onlooker, Privacy::Off);
        assert!(driver.picture().contains("Fastmail") && !driver.picture().contains("this terminal"));
    }
}

#[test]
fn in_a_multiplexer_privacy_is_offered_once_a_run_and_not_where_it_is_settled() {
    let words = "this terminal is tmux: others may look on · P hides names and codes";
    let mut driver = seen_by(Onlooker::Multiplexer("tmux"), Privacy::Auto);
    assert!(driver.picture().contains(words) && driver.picture().contains("Fastmail"), "{}", driver.picture());
    driver = driver.wait(15_000);
    assert!(!driver.picture().contains("others may look on"));
    driver = driver.keys("L").keys(PASSPHRASE).keys("<enter>");
    assert!(!driver.picture().contains("others may look on"), "{}", driver.picture());
    for settled in [Privacy::Off, Privacy::On] {
        let mut driver = seen_by(Onlooker::Multiplexer("tmux"), settled);
        assert!(!driver.picture().contains("others may look on"), "{}", driver.picture());
    }
    let mut told = seen_by(Onlooker::Multiplexer("tmux"), Privacy::Auto).keys("P");
    told = assert_private(told, "the offer was taken");
    assert!(!told.picture().contains("others may look on"));
}

#[test]
fn an_empty_vault_with_privacy_on_is_no_trouble() {
    let mut driver = Driver::with_settings(NOW, private).unlocked(Vault::default());
    assert!(driver.picture().contains("no accounts yet"), "{}", driver.picture());
}

#[test]
fn words_to_be_written_down_are_shown_although_an_account_is_called_like_one_of_them() {
    let harbor = vault([account(1, "Harbor", "kettle")]);
    let mut sheet = Driver::with_settings(NOW, private).unlocked(harbor).keys("Ua<right><right><enter><enter>");
    let picture = sheet.picture();
    assert!(SHEET.split(' ').all(|word| picture.contains(word)), "{picture}");
}
