//! Several states of one vault become one: whatever a sync tool left, in whatever order, nothing is lost.

use std::path::PathBuf;

use countersign::ports::{FileStep, StateSlot, VaultFile};
use countersign::tasks::{self, Choice, ConflictCopy, MergeError, MergeReport, MergeRequest, Session, Trust, Warning};
use countersign::vault::{Change, DecisionKind, Edit, Side};
use countersign::{otp::Timestamp, ports::Machine};

use crate::support::fakes::{Handles, MemoryVaultFile, machine};
use crate::support::vaults::{self, account, add, enrolment, hotp, id};

const SYNCTHING: &str = "/memory/vault.sync-conflict-20261122-093012-ABCDEFG.age";

fn note(number: u8, text: &str) -> Change {
    Change::Edit(id(number), Box::new(Edit { note: Some(text.to_owned()), ..Edit::default() }))
}

/// Two devices that had a vault in common and have each gone on with a file of their own.
struct Apart {
    ours: Machine,
    our_handles: Handles,
    here: Session,
    theirs: Machine,
    their_handles: Handles,
    there: Session,
}

impl Apart {
    fn with(accounts: impl IntoIterator<Item = countersign::vault::NewAccount>) -> Self {
        let (mut ours, our_handles) = machine();
        let here = vaults::with(&mut ours, accounts);
        let (_, mut their_handles) = our_handles.another_device("phone");
        their_handles.vault_file = MemoryVaultFile::holding(&our_handles.vault_file.bytes().unwrap());
        let mut theirs = their_handles.machine();
        let there = vaults::unlock(&mut theirs);
        Self { ours, our_handles, here, theirs, their_handles, there }
    }

    fn we(mut self, change: &Change) -> Self {
        tasks::commit(&mut self.ours, &mut self.here, "here", change).expect("it fits");
        self
    }

    fn they(mut self, change: &Change) -> Self {
        tasks::commit(&mut self.theirs, &mut self.there, "there", change).expect("it fits");
        self
    }

    /// Returns their file.
    fn file(&self) -> Vec<u8> {
        self.their_handles.vault_file.bytes().unwrap()
    }

    /// Has a sync tool leave their file beside ours.
    fn conflict(self) -> Self {
        self.our_handles.documents.put(SYNCTHING, self.file());
        self
    }

    fn merge(&mut self, sources: &[&str], choices: &[Choice]) -> Result<MergeReport, MergeError> {
        merge(&mut self.ours, &mut self.here, sources, choices)
    }

    fn reopened(&self) -> Session {
        vaults::unlock(&mut self.our_handles.machine())
    }

    fn noted(&self, number: u8) -> String {
        self.here.vault().get(id(number)).expect("it is there").note().to_owned()
    }
}

fn merge(
    machine: &mut Machine,
    session: &mut Session,
    sources: &[&str],
    choices: &[Choice],
) -> Result<MergeReport, MergeError> {
    let sources: Vec<PathBuf> = sources.iter().map(PathBuf::from).collect();
    let trust = Trust::default();
    let request = MergeRequest { sources: &sources, way: None, trust: &trust, choices, is_dry_run: false };
    tasks::merge(machine, session, &request)
}

fn copies(session: &Session) -> Vec<ConflictCopy> {
    let warned = session.warnings().iter().find_map(|warning| match warning {
        Warning::ConflictCopies(copies) => Some(copies.clone()),
        _ => None,
    });
    warned.unwrap_or_default()
}

#[test]
fn a_conflict_copy_is_found_named_merged_and_put_away() {
    let mut both = Apart::with([account(1, "GitHub", "alice")])
        .we(&add(account(2, "npm", "bob")))
        .they(&add(account(3, "VPN", "carol")))
        .conflict();
    let session = both.reopened();
    let found = copies(&session);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].left_by.tool, found[0].device.as_deref()), ("Syncthing", Some("phone")));
    assert!(!session.warnings().iter().any(Warning::forbids_writing));

    let report = both.merge(&[], &[]).expect("it is ours");
    assert!(report.saved);
    let session = both.reopened();
    assert_eq!((session.vault().len(), copies(&session)), (3, Vec::new()));
    let away = PathBuf::from("/memory/vault.age.earlier/vault.sync-conflict-20261122-093012-ABCDEFG.age");
    assert_eq!(both.our_handles.documents.paths(), std::slice::from_ref(&away), "nothing is deleted");
    assert_eq!(report.files[0].outcome.as_ref().unwrap(), &Some(away));
}

#[test]
fn two_conflict_copies_at_once_and_one_of_them_torn() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol"))).conflict();
    let torn = both.file()[..900].to_vec();
    both.our_handles.documents.put("/memory/vault (conflicted copy 2026-11-22 093012).age", &torn);
    both.our_handles.documents.put("/memory/vault (SFConflict me@example.com 2026-11-22).age", b"");
    let report = both.merge(&[], &[]).expect("one of them can be merged");
    assert!(report.saved);
    assert_eq!(both.here.vault().len(), 2);
    let errors: Vec<String> =
        report.files.iter().filter_map(|file| file.outcome.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors.iter().any(|error| error.contains("empty")), "{errors:?}");
    assert_eq!(both.our_handles.documents.paths().len(), 3, "the torn ones stay where they are");
}

#[test]
fn a_merge_is_taken_back_as_one_step_also_in_a_later_run() {
    let mut hotp_account = account(4, "Office", "dan");
    hotp_account.enrolment = hotp(4);
    let mut both = Apart::with([account(1, "GitHub", "alice"), account(2, "npm", "bob"), hotp_account])
        .they(&note(1, "theirs"))
        .they(&add(account(3, "VPN", "carol")))
        .they(&Change::Advance(id(4), 9))
        .they(&Change::Trash(id(2), Timestamp::from_secs(5)))
        .they(&Change::Purge(id(2)))
        .conflict();
    both.merge(&[], &[]).expect("it is ours");
    assert!(both.here.vault().get(id(2)).is_none());

    let mut later = both.reopened();
    assert_eq!(later.can_undo(), Some("merged vault.sync-conflict-20261122-093012-ABCDEFG.age"));
    tasks::undo(&mut both.ours, &mut later).expect("it can be undone");
    let vault = later.vault();
    assert_eq!(vault.get(id(1)).unwrap().note(), "");
    assert!(vault.get(id(3)).unwrap().trashed().is_some(), "what came in goes to the trash");
    assert_eq!(vault.get(id(2)).unwrap().issuer(), "npm", "what went comes back whole");
    assert_eq!(vault.get(id(4)).unwrap().counter(), 9, "codes that were given out stay given out");

    tasks::undo(&mut both.ours, &mut later).expect("and done again");
    let vault = later.vault();
    assert_eq!(vault.get(id(1)).unwrap().note(), "theirs");
    assert!(vault.get(id(3)).unwrap().trashed().is_none());
    assert!(vault.get(id(2)).unwrap().trashed().is_some(), "in the trash, not gone");
}

#[test]
fn what_was_changed_since_the_merge_stays_when_that_is_undone() {
    let mut both = Apart::with([account(1, "GitHub", "alice"), account(2, "npm", "bob")])
        .they(&note(1, "theirs"))
        .they(&note(2, "theirs"))
        .conflict();
    both.merge(&[], &[]).expect("it is ours");
    let (mut third, _handles) = both.our_handles.another_device("tablet");
    let mut elsewhere = vaults::unlock(&mut third);
    tasks::commit(&mut third, &mut elsewhere, "note", &note(2, "later")).expect("it fits");
    tasks::refresh(&mut both.ours, &mut both.here).expect("it is our vault");
    tasks::undo(&mut both.ours, &mut both.here).expect("it can be undone");
    assert_eq!((both.noted(1), both.noted(2)), (String::new(), "later".to_owned()));
}

#[test]
fn every_decision_can_be_turned_before_it_is_saved() {
    let both = || {
        let both = Apart::with([account(1, "GitHub", "alice"), account(2, "npm", "bob"), account(5, "Site", "eve")])
            .they(&note(1, "theirs"))
            .they(&note(5, "theirs"))
            .they(&add(account(3, "VPN", "carol")))
            .they(&Change::Trash(id(2), Timestamp::from_secs(5)));
        both.our_handles.clock.advance_secs(60);
        both.we(&note(1, "ours")).conflict()
    };
    let choice = |number: u8, field: Option<&str>, side| Choice {
        id: id(number).to_string(),
        field: field.map(str::to_owned),
        side,
    };
    let mut as_it_is = both();
    let report = as_it_is.merge(&[], &[]).unwrap();
    assert_eq!(report.decisions.len(), 4);
    assert!(report.decisions.iter().any(|decided| decided.decision.kind.field() == Some("note")));
    assert_eq!((as_it_is.noted(5), as_it_is.here.vault().len()), ("theirs".to_owned(), 3));

    assert_eq!(as_it_is.noted(1), "ours");
    let mut turned = both();
    let all = [
        choice(1, Some("note"), Side::Theirs),
        choice(5, None, Side::Ours),
        choice(3, None, Side::Ours),
        choice(2, None, Side::Ours),
    ];
    let report = turned.merge(&[], &all).unwrap();
    assert!(report.decisions.iter().all(|decided| decided.is_turned), "{:?}", report.decisions);
    assert_eq!((turned.noted(1), turned.noted(5)), ("theirs".to_owned(), String::new()));
    let in_use: Vec<_> = turned.here.vault().accounts().map(|account| account.id()).collect();
    assert_eq!(in_use, [id(1), id(2), id(5)]);
    tasks::undo(&mut turned.ours, &mut turned.here).expect("all of it is one step");
    assert_eq!((turned.noted(1), turned.noted(5)), ("ours".to_owned(), String::new()));

    let wrong = both().merge(&[], &[choice(9, None, Side::Ours)]);
    assert!(matches!(wrong, Err(MergeError::NoSuchDecision(_))));
}

#[test]
fn the_same_account_added_on_both_devices_is_one_account_in_the_end() {
    let twin =
        |number: u8| countersign::vault::NewAccount { enrolment: enrolment(99), ..account(number, "Site", "me") };
    let both = || Apart::with([account(1, "GitHub", "alice")]).we(&add(twin(7))).they(&add(twin(3))).conflict();
    let mut folded = both();
    let report = folded.merge(&[], &[]).unwrap();
    assert!(report.decisions.iter().any(|decided| matches!(decided.decision.kind, DecisionKind::Twin { .. })));
    assert_eq!(folded.reopened().vault().len(), 2);
    // Turned round, both stay.
    let mut apart = both();
    let twin = report.decisions.iter().find(|decided| matches!(decided.decision.kind, DecisionKind::Twin { .. }));
    let keep = Choice { id: twin.unwrap().decision.id.to_string(), field: None, side: Side::Ours };
    apart.merge(&[], &[keep]).unwrap();
    assert_eq!(apart.reopened().vault().len(), 3);
}

#[test]
fn twins_become_one_also_where_nobody_asked_for_a_merge() {
    let twin =
        |number: u8| countersign::vault::NewAccount { enrolment: enrolment(99), ..account(number, "Site", "me") };
    let (mut ours, handles) = machine();
    let mut here = vaults::with(&mut ours, [account(1, "GitHub", "alice")]);
    let (mut theirs, _their_handles) = handles.another_device("phone");
    let mut there = vaults::unlock(&mut theirs);
    tasks::commit(&mut ours, &mut here, "added", &add(twin(7))).expect("it is new");
    // A commit that meets another writer.
    let saved = tasks::commit(&mut theirs, &mut there, "added", &add(twin(3))).expect("it merges");
    assert!(!saved.decisions.is_empty());
    assert_eq!(there.vault().len(), 3, "the other's account was taken in before ours was made");
    assert_eq!(tasks::refresh(&mut ours, &mut here).expect("it is our vault").decisions.len(), 1);
    assert_eq!(here.vault().len(), there.vault().len());
}

#[test]
fn what_was_seen_here_and_lost_by_the_sync_tool_comes_back() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).we(&add(account(2, "npm", "bob")));
    let both_files = both.they_and_then_the_tool_overwrites();
    let mut session = vaults::unlock(&mut both.ours);
    assert!(session.warnings().iter().any(|warning| matches!(warning, Warning::GrewApart { .. })));
    let report = merge(&mut both.ours, &mut session, &[], &[]).expect("it was seen here");
    assert!(report.saved && report.files[0].path.is_none());
    let session = both.reopened();
    assert_eq!(session.vault().len(), 3);
    assert!(!session.warnings().iter().any(Warning::forbids_writing), "{:?}", session.warnings());
    assert!(both_files);
}

impl Apart {
    /// Saves there, and has a sync tool put that over our file.
    fn they_and_then_the_tool_overwrites(&mut self) -> bool {
        tasks::commit(&mut self.theirs, &mut self.there, "added", &add(account(3, "VPN", "carol"))).expect("it is new");
        self.our_handles.vault_file.changed_by_another_device(&self.file());
        true
    }
}

#[test]
fn by_setting_forks_and_copies_are_merged_and_an_older_file_is_not() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).we(&add(account(2, "npm", "bob")));
    let first = both.our_handles.vault_file.earlier().last().unwrap().clone();
    both.they_and_then_the_tool_overwrites();
    let mut session = vaults::unlock(&mut both.ours);
    let report = tasks::merge_found(&mut both.ours, &mut session, &Trust::default()).expect("it can be merged");
    assert!(report.expect("there is a fork").saved);
    assert_eq!(session.vault().len(), 3);

    both.our_handles.vault_file.changed_by_another_device(&first);
    both.our_handles.documents.put(SYNCTHING, both.file());
    let mut session = vaults::unlock(&mut both.ours);
    assert!(tasks::merge_found(&mut both.ours, &mut session, &Trust::default()).expect("nothing is tried").is_none());
    assert_eq!(both.our_handles.vault_file.bytes(), Some(first));
}

#[test]
fn a_clock_that_went_back_loses_nothing() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]);
    // The other device's clock is ten years ahead, then ours goes back by twenty.
    both.their_handles.clock.set(Timestamp::from_secs(2_100_000_000));
    both = both.they(&note(1, "theirs")).they(&add(account(3, "VPN", "carol")));
    both.our_handles.clock.set(Timestamp::from_secs(1_000_000_000));
    both = both.we(&add(account(2, "npm", "bob"))).conflict();
    let choice = Choice { id: id(1).to_string(), field: None, side: Side::Ours };
    both.merge(&[], &[choice]).expect("it is ours");
    assert_eq!(both.here.vault().len(), 3);
    assert_eq!(both.noted(1), "", "what was chosen last counts, whatever the clocks say");
    let (mut ours, mut here) = (both.our_handles.machine(), both.reopened());
    tasks::commit(&mut ours, &mut here, "note", &note(1, "again")).expect("it fits");
    assert_eq!(both.reopened().vault().get(id(1)).unwrap().note(), "again");
}

#[test]
fn a_folder_is_searched_by_content_and_a_named_file_stays_where_it_is() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol")));
    let (mut strangers, stranger_handles) = machine();
    vaults::create(&mut strangers);
    let documents = both.our_handles.documents.clone();
    documents.put("/stick/from the phone.age", both.file());
    documents.put("/stick/letter.age", stranger_handles.vault_file.bytes().unwrap());
    documents.put("/stick/photo.jpg", b"not a vault");
    let report = both.merge(&["/stick"], &[]).expect("one of them is ours");
    assert_eq!((report.files.len(), report.saved), (1, true));
    assert_eq!(documents.paths().len(), 3, "nothing was moved");
    documents.put("/empty/photo.jpg", b"not a vault");
    assert!(matches!(both.merge(&["/empty"], &[]), Err(MergeError::NothingThere(_))));
    assert!(matches!(both.merge(&["/none"], &[]), Err(MergeError::File(_))));
    documents.fail_with(FileStep::Read, std::io::ErrorKind::PermissionDenied);
    assert!(matches!(both.merge(&["/stick"], &[]), Err(MergeError::File(_))));
    assert!(matches!(both.merge(&[], &[]), Err(MergeError::File(_))));
}

#[test]
fn a_merge_that_cannot_be_saved_changes_nothing_and_can_be_tried_again() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol"))).conflict();
    let before = both.our_handles.vault_file.bytes();
    both.our_handles.vault_file.fail_at(FileStep::Write);
    assert!(both.merge(&[], &[]).is_err());
    both.our_handles.vault_file.recover();
    assert_eq!(both.our_handles.vault_file.bytes(), before);
    assert!(both.our_handles.documents.get(SYNCTHING).is_some(), "it was not put away");
    assert!(both.merge(&[], &[]).expect("now it works").saved);
    assert_eq!(both.reopened().vault().len(), 2);
}

#[test]
fn a_copy_of_somebodys_own_that_has_nothing_new_is_left_alone() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]);
    both.our_handles.documents.put("/memory/vault-old.age", both.file());
    assert_eq!(copies(&both.reopened()), []);
    assert!(both.merge(&[], &[]).expect("there is nothing to do").files.is_empty());
    both = both.they(&add(account(3, "VPN", "carol")));
    both.our_handles.documents.put("/memory/vault-PHONE.age", both.file());
    assert_eq!(copies(&both.reopened()).len(), 1, "this one has something new");
    both.merge(&[], &[]).expect("it is ours");
    assert_eq!(both.our_handles.documents.paths().len(), 2, "but its name is one that a person may give");
    assert_eq!(copies(&both.reopened()), []);
}

#[test]
fn the_names_that_sync_tools_give_are_known() {
    let known = [
        ("vault.sync-conflict-20261122-093012-ABCDEFG.age", "Syncthing"),
        ("vault (conflicted copy 2026-11-22 093012).age", "Nextcloud"),
        ("vault (conflicted copy alice 2026-11-22 093012).age", "Nextcloud"),
        ("vault_conflict-20261122-093012.age", "Nextcloud"),
        ("vault (laptop's conflicted copy 2026-11-22).age", "Dropbox"),
        ("vault (SFConflict alice@example.com 2026-11-22-09-30-12).age", "Seafile"),
        ("vault (1).age", "Google Drive"),
        ("vault 2.age", "iCloud"),
        ("vault-LAPTOP.age", "OneDrive"),
        ("vault.age.orig", "git"),
        ("vault_LOCAL_4711.age", "git"),
        ("vault_REMOTE_4711.age", "git"),
        ("vault.age~HEAD", "git"),
        ("vault.age.conflict1", "rclone"),
        ("vault.Conflict.age", "Resilio Sync"),
    ];
    for (name, tool) in known {
        let both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol")));
        both.our_handles.documents.put(format!("/memory/{name}"), both.file());
        let found = copies(&both.reopened());
        assert_eq!(found.iter().map(|copy| copy.left_by.tool).collect::<Vec<_>>(), [tool], "{name}");
    }
    for name in ["vault.age.tmp", "vaults.age", "other.age", "vault.age.earlier", ".vault.age.lock", "vault.txt"] {
        let both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol")));
        both.our_handles.documents.put(format!("/memory/{name}"), both.file());
        assert_eq!(copies(&both.reopened()), [], "{name}");
    }
}

#[test]
fn a_copy_that_turns_up_while_the_vault_is_open_is_told_once() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol"))).conflict();
    let refreshed = tasks::refresh(&mut both.ours, &mut both.here).expect("it is our vault");
    assert_eq!(refreshed.copies.len(), 1);
    let refreshed = tasks::refresh(&mut both.ours, &mut both.here).expect("it is our vault");
    assert_eq!((refreshed.copies.len(), copies(&both.here).len()), (0, 1));
}

#[test]
fn a_first_sight_after_the_state_folder_was_lost_merges_all_the_same() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).they(&add(account(3, "VPN", "carol"))).conflict();
    both.our_handles.state.forget(StateSlot::Pin);
    both.our_handles.state.forget(StateSlot::Seen);
    let mut session = both.reopened();
    assert!(merge(&mut both.ours, &mut session, &[], &[]).expect("it is ours").saved);
    assert!(both.our_handles.vault_file.earlier_folder().ends_with("vault.age.earlier"));
}

#[test]
fn what_a_sync_tool_overwrites_while_the_vault_is_open_is_saved_again_at_once() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).we(&add(account(2, "npm", "bob")));
    both.they_and_then_the_tool_overwrites();
    let refreshed = tasks::refresh(&mut both.ours, &mut both.here).expect("it is our vault");
    assert!(refreshed.is_reunited);
    assert_eq!(refreshed.decisions.len(), 1);
    drop(both.here);
    let session = vaults::unlock(&mut both.ours);
    assert_eq!(session.vault().len(), 3, "ours was saved again beside theirs");
    assert!(!session.warnings().iter().any(Warning::forbids_writing), "{:?}", session.warnings());
    // The other device finds all of its own in it, and has nothing to do.
    both.their_handles.vault_file.changed_by_another_device(&both.our_handles.vault_file.bytes().unwrap());
    let saves = both.their_handles.vault_file.replacements();
    assert!(!tasks::refresh(&mut both.theirs, &mut both.there).expect("it is our vault").is_reunited);
    assert_eq!(both.their_handles.vault_file.replacements(), saves);
}

#[test]
fn what_a_sync_tool_overwrites_survives_even_if_it_cannot_be_saved_again() {
    let mut both = Apart::with([account(1, "GitHub", "alice")]).we(&add(account(2, "npm", "bob")));
    both.they_and_then_the_tool_overwrites();
    both.our_handles.vault_file.fail_at(FileStep::Write);
    let refreshed = tasks::refresh(&mut both.ours, &mut both.here).expect("it can be read");
    assert!(!refreshed.is_reunited);
    both.our_handles.vault_file.recover();
    drop(both.here);
    let mut session = vaults::unlock(&mut both.ours);
    assert!(session.warnings().iter().any(|warning| matches!(warning, Warning::GrewApart { .. })));
    merge(&mut both.ours, &mut session, &[], &[]).expect("it was seen here");
    assert_eq!(session.vault().len(), 3);
}
