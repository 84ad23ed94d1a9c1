//! The worker and what lies about: the usual folders, a search in pieces, what the vault has, and deleting.

use std::path::{Path, PathBuf};

use countersign::otp::Timestamp;
use countersign::sealing::WorkFactor;
use countersign::tasks::{Trust, usual_folders};
use countersign::tui::Worker;
use countersign::tui::effect::{Draft, Effect};
use countersign::tui::leftovers::{Leftover, LeftoverKind, LeftoverOutcome, LeftoverTask, Leftovers};
use countersign::tui::message::Outcome;
use countersign::vault::NewAccount;
use secrecy::{ExposeSecret, SecretString};

use crate::support::accounts::account;
use crate::support::fakes::{self, Handles};

const ASKED: Timestamp = Timestamp::from_millis(7);
const ADDRESS: &str = "otpauth://totp/New:bob?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=New";

/// A worker with an open vault of one account.
fn open() -> (Worker, Handles) {
    let (_, handles) = fakes::machine();
    let mut worker = Worker::new(handles.machine(), Trust::default(), WorkFactor::unchecked_for_tests(2));
    worker.perform(Effect::Create { attempt: 1, passphrase: SecretString::from("correct horse") });
    let NewAccount { issuer, account, enrolment, counter, tags, note, pending, .. } = account(1, "GitHub", "alice");
    let draft = Draft { issuer, account, enrolment, counter, tags, note, pending };
    assert!(matches!(worker.perform(Effect::Add(Box::new(draft))), Some(Outcome::Saved { .. })));
    (worker, handles)
}

fn perform(worker: &mut Worker, task: LeftoverTask) -> Option<LeftoverOutcome> {
    match worker.perform(Effect::Leftovers(task)) {
        Some(Outcome::Leftovers(outcome)) => Some(outcome),
        None => None,
        other => panic!("{other:?}"),
    }
}

/// Looks to the end; returns what was found, what of it the vault has, and in how many pieces.
fn search(worker: &mut Worker, folder: &str) -> (Leftovers, Vec<PathBuf>, usize) {
    let mut task = LeftoverTask::Search { asked: ASKED, folders: vec![folder.into()] };
    for pieces in 1.. {
        match perform(worker, task) {
            Some(LeftoverOutcome::Found { leftovers, kept, .. }) => return (leftovers, kept, pieces),
            Some(LeftoverOutcome::Looking { .. }) => task = LeftoverTask::GoOn { asked: ASKED },
            other => panic!("{other:?}"),
        }
    }
    unreachable!()
}

#[test]
fn a_long_search_comes_in_pieces_and_ends_when_the_vault_is_locked() {
    let (mut worker, handles) = open();
    for number in 0..1000 {
        handles.documents.put(format!("/down/{number}.txt"), "nothing");
    }
    handles.documents.put("/down/x.txt", ADDRESS);
    let (leftovers, kept, pieces) = search(&mut worker, "/down");
    assert_eq!((leftovers.found.len(), kept.len()), (1, 0));
    assert!(pieces >= 5, "{pieces}");
    perform(&mut worker, LeftoverTask::Search { asked: ASKED, folders: vec!["/down".into()] });
    let late = LeftoverTask::GoOn { asked: Timestamp::from_millis(8) };
    assert!(perform(&mut worker, late).is_none(), "of another search");
    worker.perform(Effect::Lock);
    assert!(perform(&mut worker, LeftoverTask::GoOn { asked: ASKED }).is_none());
}

#[test]
fn what_the_vault_has_is_told_from_what_it_lacks() {
    let (mut worker, handles) = open();
    handles.documents.put("/down/new.txt", ADDRESS);
    handles.documents.put("/down/codes.txt", "GitHub recovery codes\n11223344\n55667788\n99887766\n13572468\n");
    let (leftovers, kept, _) = search(&mut worker, "/down");
    assert_eq!((leftovers.found.len(), kept.len()), (2, 0));
    let Some(LeftoverOutcome::Taken(text)) = perform(&mut worker, LeftoverTask::Take(leftovers.found[1].clone()))
    else {
        panic!("it is a text");
    };
    assert_eq!(text.expose_secret(), ADDRESS);
    let Some(Outcome::RecoveryRead { reading: Ok(reading), .. }) =
        worker.perform(Effect::ReadRecovery("/down/codes.txt".into()))
    else {
        panic!("it has codes");
    };
    let id = countersign::vault::AccountId::from_bytes([0; 8]);
    let missing = Effect::AddRecovery { id, reading, origin: "codes.txt".to_owned(), keep_old: false };
    assert!(matches!(worker.perform(missing), Some(Outcome::Failed(_))), "there is no such account");
    let Some(LeftoverOutcome::Compared(kept)) = perform(&mut worker, LeftoverTask::Compare(leftovers.found)) else {
        panic!("they are compared");
    };
    assert!(kept.is_empty(), "{kept:?}");
}

#[test]
fn a_file_is_deleted_and_one_that_is_gone_is_said_to_be() {
    let (mut worker, handles) = open();
    handles.documents.put("/down/new.txt", ADDRESS);
    let task = || LeftoverTask::Delete("/down/new.txt".into());
    assert!(matches!(perform(&mut worker, task()), Some(LeftoverOutcome::Deleted(_))));
    assert!(handles.documents.get("/down/new.txt").is_none());
    assert!(matches!(worker.perform(Effect::Leftovers(task())), Some(Outcome::Failed(_))));
    let gone = Leftover { path: "/down/new.txt".into(), kind: LeftoverKind::Addresses { count: 1 } };
    assert!(matches!(worker.perform(Effect::Leftovers(LeftoverTask::Take(gone))), Some(Outcome::Failed(_))));
}

#[test]
fn the_usual_folders_are_those_that_there_are_in_any_language() {
    let (mut machine, handles) = fakes::machine();
    handles.documents.put("/home/me/Downloads/a", "x");
    handles.documents.put("/home/me/Schreibtisch/a", "x");
    handles.documents.put("/home/me/Other/a", "x");
    let names =
        "# comment\nXDG_DESKTOP_DIR=\"$HOME/Schreibtisch\"\nXDG_DOCUMENTS_DIR=\"$HOME/\"\nXDG_DOWNLOAD_DIR=\"/etc\"\n";
    handles.documents.put("/home/me/.config/user-dirs.dirs", names);
    let folders = usual_folders(&mut machine, Path::new("/home/me"));
    assert_eq!(folders, [PathBuf::from("/home/me/Downloads"), PathBuf::from("/home/me/Schreibtisch")]);
}
