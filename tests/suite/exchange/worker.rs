//! Imports and exports as the app's worker does them, over the fakes of every port.

use std::path::PathBuf;

use countersign::exchange::{ExportPlan, Format, OnConflict, Row};
use countersign::ports::FileStep;
use countersign::sealing::WorkFactor;
use countersign::tasks::Trust;
use countersign::tui::effect::Effect;
use countersign::tui::message::{ExportRead, Outcome};
use countersign::tui::worker::Worker;
use secrecy::SecretString;

use crate::support::fakes::{self, Handles};

const URIS: &str =
    "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQ\notpauth://hotp/VPN:bob?secret=JBSWY3DPEHPK3PXP";

fn open() -> (Worker, Handles) {
    let (machine, handles) = fakes::machine();
    let mut worker = Worker::new(machine, Trust::default(), WorkFactor::unchecked_for_tests(2));
    worker.perform(Effect::Create { attempt: 1, passphrase: SecretString::from("correct horse") }).unwrap();
    (worker, handles)
}

fn read(worker: &mut Worker, path: &str, password: Option<&str>) -> Outcome {
    let password = password.map(SecretString::from);
    worker.perform(Effect::ReadExport { path: PathBuf::from(path), password }).unwrap()
}

fn rows(outcome: Outcome) -> Vec<Row> {
    match outcome {
        Outcome::ExportRead(read) => ExportRead::clone(&read).preview.rows,
        other => panic!("{other:?}"),
    }
}

/// Imports the two accounts and returns the vault's plan for an export.
fn imported(worker: &mut Worker, handles: &Handles, format: &str) -> ExportPlan {
    handles.documents.put("/list.txt", URIS);
    let rows = rows(read(worker, "/list.txt", None));
    let rows = rows.into_iter().map(|row| (row.clone(), row.choice(OnConflict::default()))).collect();
    match worker.perform(Effect::Import { from: "a list", rows }) {
        Some(Outcome::Saved { title, snapshot, .. }) => {
            assert_eq!(title, "imported 2 accounts from a list");
            let accounts: Vec<_> = snapshot.vault.accounts().cloned().collect();
            ExportPlan::of(&accounts, Format::named(format).unwrap()).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_exported_is_known_when_it_is_read_again() {
    let (mut worker, handles) = open();
    let plan = imported(&mut worker, &handles, "aegis");
    let (path, password) = (PathBuf::from("/aegis.json"), Some(SecretString::from("open sesame")));
    match worker.perform(Effect::Export { path, plan, password }) {
        Some(Outcome::Exported { path, accounts: 2, is_encrypted: true }) => assert_eq!(path, "/aegis.json"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(read(&mut worker, "/aegis.json", None), Outcome::NeedsPassword { trouble: None, .. }));
    let wrong = read(&mut worker, "/aegis.json", Some("close sesame"));
    assert!(matches!(&wrong, Outcome::NeedsPassword { from: "Aegis", trouble: Some(_) }), "{wrong:?}");
    let rows = rows(read(&mut worker, "/aegis.json", Some("open sesame")));
    assert!(rows.iter().all(|row| row.choices().len() == 1), "{rows:?}");
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_said() {
    let (mut worker, handles) = open();
    handles.documents.put("/text", "hello");
    for path in ["/text", "/none"] {
        assert!(matches!(read(&mut worker, path, None), Outcome::Failed(_)), "{path}");
    }
    let plan = imported(&mut worker, &handles, "otpauth");
    handles.documents.fail_with(FileStep::Write, std::io::ErrorKind::StorageFull);
    let outcome = worker.perform(Effect::Export { path: PathBuf::from("/list.out"), plan, password: None });
    assert!(matches!(outcome, Some(Outcome::Failed(_))), "{outcome:?}");
    assert_eq!(handles.documents.get("/list.out"), None);
}

#[test]
fn a_locked_vault_takes_and_gives_nothing() {
    let (mut worker, handles) = open();
    let plan = imported(&mut worker, &handles, "otpauth");
    worker.perform(Effect::Lock);
    assert!(worker.perform(Effect::Export { path: PathBuf::from("/list.out"), plan, password: None }).is_none());
    assert!(worker.perform(Effect::ReadExport { path: PathBuf::from("/list.txt"), password: None }).is_none());
}
