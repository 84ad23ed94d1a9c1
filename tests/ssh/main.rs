//! SSH keys as ways to unlock, made by the real `ssh-keygen`. Only built with the feature `ssh`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../suite/support/fake_keys.rs"]
mod fake_keys;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use countersign::sealing::{
    self, BackupKey, BackupLock, BackupNote, BackupRecipient, CostPolicy, KeyKind, Manifest, OpenedSlot, SealError,
    SlotKind, Slots, Talk, VaultKey,
};
use fake_keys::{ScriptedKeyTalk, nobody};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

/// A private key, and the line of its `.pub` file.
struct Pair {
    private: SecretString,
    public: String,
}

/// Makes a key; says that the test is skipped where nothing can.
fn pair(folder: &Path, name: &str, arguments: &[&str]) -> Option<Pair> {
    let path = folder.join(name);
    let made = Command::new("ssh-keygen").args(["-q", "-C", "alice@laptop", "-f"]).arg(&path).args(arguments).output();
    let Ok(made) = made else {
        println!("skipped: ssh-keygen is not installed");
        return None;
    };
    assert!(made.status.success(), "{made:?}");
    let private = SecretString::from(fs::read_to_string(&path).unwrap());
    Some(Pair { private, public: fs::read_to_string(path.with_extension("pub")).unwrap() })
}

/// A vault's slots, with one for this key.
fn slots_for(key: &VaultKey, public: &str) -> Slots {
    let mut slots = Slots::default();
    slots.add_recipient(SlotKind::Identity, key, public, &nobody()).unwrap();
    slots
}

fn opens(opened: Result<OpenedSlot, SealError>, key: &VaultKey) {
    assert_eq!(opened.unwrap().key.fingerprint(), key.fingerprint());
}

fn answering(answers: &[&str]) -> (ScriptedKeyTalk, Talk) {
    let person = ScriptedKeyTalk::default();
    for answer in answers {
        person.answer(answer);
    }
    (person.clone(), Arc::new(person))
}

#[test]
fn ssh_keys_open_their_slots() {
    let folder = tempfile::tempdir().unwrap();
    let kinds: [(&str, &[&str], &str); 3] = [
        ("ed25519", &["-t", "ed25519", "-N", ""], "ssh-ed25519"),
        ("rsa", &["-t", "rsa", "-b", "2048", "-N", ""], "ssh-rsa"),
        ("pem", &["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""], "ssh-rsa"),
    ];
    for (name, arguments, kind) in kinds {
        let Some(pair) = pair(folder.path(), name, arguments) else { return };
        let key = VaultKey::generate();
        let slots = slots_for(&key, &pair.public);
        opens(slots.unlock_with_identity(&pair.private, &nobody(), &CostPolicy::default()), &key);

        let facts = sealing::describe_identity(&pair.private, &nobody(), &CostPolicy::default()).unwrap();
        assert_eq!(facts.keys[0].kind, KeyKind::Ssh(kind));
        // What a label keeps is the public key without the name that people gave it.
        assert_eq!(format!("{} alice@laptop\n", facts.keys[0].recipient), pair.public);
        opens(
            slots_for(&key, &facts.keys[0].recipient).unlock_with_identity(
                &pair.private,
                &nobody(),
                &CostPolicy::default(),
            ),
            &key,
        );
    }
}

#[test]
fn an_ssh_key_is_asked_for_its_passphrase_once_and_only_if_a_slot_is_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let locked = ["-t", "ed25519", "-a", "1", "-N", "of the key"];
    let Some(mine) = pair(folder.path(), "mine", &locked) else { return };
    let Some(other) = pair(folder.path(), "other", &locked) else { return };
    let key = VaultKey::generate();
    let mut slots = slots_for(&key, &other.public);
    slots.add_recipient(SlotKind::Identity, &key, &mine.public, &nobody()).unwrap();

    let (person, talk) = answering(&["of the key"]);
    opens(slots.unlock_with_identity(&mine.private, &talk, &CostPolicy::default()), &key);
    assert_eq!(person.heard(), ["Passphrase of the SSH key:"]);

    let (_, wrong) = answering(&["of another"]);
    assert_eq!(
        slots.unlock_with_identity(&mine.private, &wrong, &CostPolicy::default()).unwrap_err(),
        SealError::WrongPassphrase
    );
    assert_eq!(
        slots.unlock_with_identity(&mine.private, &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::Unanswered
    );

    let (person, talk) = answering(&[]);
    let foreign = slots_for(&key, &other.public).unlock_with_identity(&mine.private, &talk, &CostPolicy::default());
    assert_eq!(foreign.unwrap_err(), SealError::WrongIdentity);
    assert_eq!(person.heard(), Vec::<String>::new());
}

#[test]
fn an_ssh_key_stands_beside_other_keys_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let Some(pair) = pair(folder.path(), "key", &["-t", "ed25519", "-N", ""]) else { return };
    let own = age::x25519::Identity::generate();
    let both = format!("{}\n{}", pair.private.expose_secret(), own.to_string().expose_secret());
    let both = SecretString::from(both.replace('\n', "\r\n"));
    let key = VaultKey::generate();
    for public in [pair.public.clone(), own.to_public().to_string()] {
        opens(slots_for(&key, &public).unlock_with_identity(&both, &nobody(), &CostPolicy::default()), &key);
    }
}

#[test]
fn a_backup_for_an_ssh_key_opens_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some(pair) = pair(folder.path(), "key", &["-t", "ed25519", "-N", ""]) else { return };
    let to = [BackupRecipient::parse(&pair.public).unwrap()];
    let key = VaultKey::generate();
    let body = SecretSlice::from(br#"{"accounts":[]}"#.to_vec());
    let mut manifest = Manifest::new("0".repeat(32));
    manifest.backup = Some(BackupNote { made_ms: 1, host: "here".to_owned(), accounts: 0, trash: 0 });
    let file = sealing::seal_backup(&body, &manifest, BackupLock::Recipients(&to), &key, &nobody()).unwrap();
    assert!(sealing::look_at_backup(&file).unwrap().identity);
    let opened =
        sealing::open_backup(&file, BackupKey::Identities(&pair.private, &nobody(), &CostPolicy::default()), &[&key])
            .unwrap();
    assert_eq!(opened.opened.expose_secret(), body.expose_secret());
}

#[test]
fn ssh_keys_that_age_does_not_know_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let kinds: [(&str, &[&str]); 2] =
        [("ecdsa", &["-t", "ecdsa", "-N", ""]), ("short", &["-t", "rsa", "-b", "1024", "-N", ""])];
    for (name, arguments) in kinds {
        let Some(pair) = pair(folder.path(), name, arguments) else { return };
        let refused =
            Slots::default().add_recipient(SlotKind::Identity, &VaultKey::generate(), &pair.public, &nobody());
        assert_eq!(refused.unwrap_err(), SealError::SshUnsupported, "{name}");
        if name == "ecdsa" {
            let refused = sealing::describe_identity(&pair.private, &nobody(), &CostPolicy::default());
            assert_eq!(refused.unwrap_err(), SealError::SshUnsupported, "{name}");
        }
    }
    let in_hardware = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t";
    assert!(!sealing::is_recipient(in_hardware));
    let torn = SecretString::from("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n");
    assert_eq!(
        sealing::describe_identity(&torn, &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::SshUnsupported
    );
    let endless = SecretString::from(format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}", "QUJD\n".repeat(10_000)));
    assert_eq!(
        sealing::describe_identity(&endless, &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::SshUnsupported
    );
}
