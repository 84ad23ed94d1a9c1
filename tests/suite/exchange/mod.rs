//! Other apps' files: telling, reading and writing them.

mod aegis;
mod recognition;
mod round_trips;
mod worker;

use countersign::exchange::{Format, ImportError, Imported, recognise};
use secrecy::SecretString;
use serde_json::Value;

use crate::support::{corpus, corpus_path};
use crate::uri::check_account;

fn password(text: &str) -> SecretString {
    SecretString::from(text)
}

/// Reads some bytes as what they are recognised as.
fn read(bytes: &[u8], password: Option<&SecretString>) -> Result<Imported, ImportError> {
    let format = recognise(bytes).ok_or(ImportError::NotRecognised)?;
    (format.read)(bytes, password)
}

fn format(name: &str) -> &'static Format {
    Format::named(name).unwrap()
}

/// Compares every field with what is expected of a file of the corpus.
fn check(imported: &Imported, expected: &Value) {
    assert_eq!(imported.skipped, []);
    let accounts = expected["accounts"].as_array().unwrap();
    assert_eq!(imported.accounts.len(), accounts.len());
    for (place, (entry, account)) in imported.accounts.iter().zip(accounts).enumerate() {
        let id = &account["name"];
        check_account(id, account, &entry.issuer, &entry.account, &entry.enrolment, entry.counter);
        assert_eq!(entry.index, place, "{id}");
        let text = |name: &str| account.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!(entry.note, text("note"), "{id}");
        let groups = account.get("groups").and_then(Value::as_array).cloned().unwrap_or_default();
        assert_eq!(
            entry.tags,
            groups.iter().map(|group| group.as_str().unwrap().to_owned()).collect::<Vec<_>>(),
            "{id}"
        );
        assert_eq!(entry.pinned, account.get("favorite").and_then(Value::as_bool).unwrap_or_default(), "{id}");
        let pin = entry.enrolment.pin.as_ref().map(|pin| pin.expose_secret().to_owned());
        assert_eq!(pin.unwrap_or_default(), text("pin"), "{id}");
    }
}

/// Reads every file of a folder of the corpus as the manifest says, and compares all of it. Returns how many there were.
fn check_corpus(folder: &str, name: &str) -> Option<usize> {
    let manifest = corpus("MANIFEST.tsv")?;
    let mut files = 0;
    for line in manifest.lines().filter(|line| line.starts_with(&format!("{folder}/"))) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (file, given) = (columns[0], password(columns[5]));
        let bytes = std::fs::read(corpus_path(file)?).unwrap();
        let expected = corpus(&format!("{file}.expected.json"))?;
        assert_eq!(recognise(&bytes).map(|format| format.name), Some(name), "{file}");
        let imported = match read(&bytes, None) {
            Err(ImportError::NeedsPassword) => {
                assert!(
                    matches!(read(&bytes, Some(&password("wrong"))), Err(ImportError::WrongPassword { .. })),
                    "{file}"
                );
                read(&bytes, Some(&given))
            }
            imported => imported,
        };
        let imported = imported.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(imported.encrypted, !columns[5].is_empty(), "{file}");
        check(&imported, &serde_json::from_str(&expected).unwrap());
        files += 1;
    }
    println!("{files} files of {folder}");
    Some(files)
}
