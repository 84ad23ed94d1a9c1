//! What a backup promises: it opens with what it was made for and nothing else, and what is wrong with one is named.

use age::armor::{ArmoredWriter, Format};
use age::secrecy::ExposeSecret;
use countersign::sealing::{
    BackupKey, BackupLock, BackupNote, BackupRecipient, CostPolicy, Manifest, OpenedBackup, OpensWith, SealError,
    SlotKind, Slots, VaultKey, WorkFactor, look_at_backup, open_backup, peek, seal_backup, seal_private,
};
use secrecy::SecretString;
use std::io::Write;

use super::craft::{self, key_and_identity};
use super::{BODY, PASSPHRASE, body, manifest, nobody, quick, secret, slots_for};

const OF_ITS_OWN: &str = "only for the backup";

/// Somebody with an age identity: its file, and its recipient.
fn somebody() -> (SecretString, BackupRecipient) {
    let identity = age::x25519::Identity::generate();
    let file = secret(identity.to_string().expose_secret());
    (file, BackupRecipient::parse(&identity.to_public().to_string()).unwrap())
}

fn noted() -> Manifest {
    let note = BackupNote { made_ms: 1_700_000_000_123, host: "laptop".to_owned(), accounts: 24, trash: 1 };
    let mut manifest = manifest();
    manifest.backup = Some(note);
    manifest
}

fn sealed(lock: BackupLock<'_>, key: &VaultKey) -> Vec<u8> {
    seal_backup(&body(BODY), &noted(), lock, key, &nobody()).unwrap()
}

fn open(file: &[u8], key: BackupKey<'_>) -> Result<OpenedBackup, SealError> {
    open_backup(file, key, &[])
}

fn with_passphrase(file: &[u8], passphrase: &str) -> Result<OpenedBackup, SealError> {
    open(file, BackupKey::Passphrase(&secret(passphrase), &CostPolicy::default()))
}

fn holds_all(opened: Result<OpenedBackup, SealError>) -> OpenedBackup {
    let opened = opened.unwrap();
    assert_eq!(opened.opened.expose_secret(), BODY);
    assert_eq!(opened.opened.manifest, noted());
    opened
}

/// One of each container, with a name.
fn all_kinds(key: &VaultKey, recipient: &BackupRecipient) -> [(&'static str, Vec<u8>); 4] {
    let own = secret(OF_ITS_OWN);
    let recipients = std::slice::from_ref(recipient);
    [
        ("passphrase", sealed(BackupLock::Passphrase(&own, quick()), key)),
        ("recipients", sealed(BackupLock::Recipients(recipients), key)),
        ("either", sealed(BackupLock::Either(&own, quick(), recipients), key)),
        ("as the vault", sealed(BackupLock::AsTheVault(&slots_for(key)), key)),
    ]
}

#[test]
fn each_backup_opens_with_what_it_was_made_for_and_tells_what_that_is() {
    let (key, (identity, recipient)) = (VaultKey::generate(), somebody());
    let [one, two, three, four] = all_kinds(&key, &recipient).map(|(_, file)| file);
    let said = |passphrase, identity| OpensWith { passphrase, identity };

    holds_all(with_passphrase(&one, OF_ITS_OWN));
    assert_eq!(look_at_backup(&one).unwrap(), said(true, false));
    assert_eq!(with_passphrase(&one, PASSPHRASE).unwrap_err(), SealError::WrongPassphrase);
    assert_eq!(
        open(&one, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())).unwrap_err(),
        SealError::NeedsPassphrase
    );
    assert_eq!(open(&one, BackupKey::Vault(&key)).unwrap_err(), SealError::NeedsPassphrase);

    holds_all(open(&two, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())));
    assert!(holds_all(open(&two, BackupKey::Vault(&key))).is_proved);
    assert_eq!(look_at_backup(&two).unwrap(), said(false, true));
    assert_eq!(with_passphrase(&two, OF_ITS_OWN).unwrap_err(), SealError::NeedsIdentity);
    assert_eq!(
        open(&two, BackupKey::Identities(&somebody().0, &nobody(), &CostPolicy::default())).unwrap_err(),
        SealError::WrongIdentity
    );

    holds_all(with_passphrase(&three, OF_ITS_OWN));
    holds_all(open(&three, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())));
    assert!(holds_all(open(&three, BackupKey::Vault(&key))).is_proved);
    assert_eq!(look_at_backup(&three).unwrap(), said(true, true));
    assert_eq!(with_passphrase(&three, PASSPHRASE).unwrap_err(), SealError::WrongPassphrase);
    assert_eq!(open(&three, BackupKey::Vault(&VaultKey::generate())).unwrap_err(), SealError::WrongIdentity);

    assert!(holds_all(with_passphrase(&four, PASSPHRASE)).is_proved, "the slot gives the vault's key");
    assert!(holds_all(open(&four, BackupKey::Vault(&key))).is_proved);
    assert_eq!(look_at_backup(&four).unwrap(), said(true, false));
    assert_eq!(with_passphrase(&four, OF_ITS_OWN).unwrap_err(), SealError::WrongPassphrase);
}

#[test]
fn only_a_known_key_proves_who_wrote_a_backup() {
    let (key, (_, recipient)) = (VaultKey::generate(), somebody());
    let [one, ..] = all_kinds(&key, &recipient).map(|(_, file)| file);
    let own = secret(OF_ITS_OWN);
    let with = BackupKey::Passphrase(&own, &CostPolicy { cap: 20, available_bytes: None });
    assert!(!open_backup(&one, with, &[]).unwrap().is_proved);
    assert!(!open_backup(&one, with, &[&VaultKey::generate()]).unwrap().is_proved);
    assert!(open_backup(&one, with, &[&VaultKey::generate(), &key]).unwrap().is_proved);
}

#[test]
fn the_vaults_own_identity_is_in_no_backup_but_one_that_opens_like_the_vault() {
    let (key, identity) = key_and_identity();
    let (_, recipient) = somebody();
    let [_, two, three, four] = all_kinds(&key, &recipient).map(|(_, file)| file);
    let inside = |file: &[u8], passphrase: &str| {
        let slots = peek(file).unwrap();
        slots
            .unlock_with_passphrase(&secret(passphrase), &CostPolicy::default())
            .ok()
            .map(|opened| opened.key.fingerprint())
    };
    assert_eq!(inside(&two, OF_ITS_OWN), None);
    assert!(inside(&three, OF_ITS_OWN).is_some_and(|found| found != key.fingerprint()));
    assert_eq!(inside(&four, PASSPHRASE), Some(key.fingerprint()));
    let its_recipient = identity.to_public().to_string();
    for file in [two, three, four] {
        assert!(!String::from_utf8_lossy(&file).contains(&its_recipient));
    }
}

#[test]
fn a_backup_like_the_vault_leaves_out_what_belongs_to_a_device() {
    let key = VaultKey::generate();
    let mut slots = slots_for(&key);
    let users = age::x25519::Identity::generate().to_public().to_string();
    for kind in [SlotKind::Keyring, SlotKind::Identity, SlotKind::Plugin, SlotKind::Sheet] {
        slots.add_recipient(kind, &key, &users, &nobody()).unwrap();
    }
    let file = sealed(BackupLock::AsTheVault(&slots), &key);
    let kept: Vec<SlotKind> = peek(&file).unwrap().iter().map(countersign::sealing::Slot::kind).collect();
    assert_eq!(kept, [SlotKind::Passphrase, SlotKind::Sheet]);

    let mut of_this_device = Slots::default();
    of_this_device.add_recipient(SlotKind::Keyring, &key, &users, &nobody()).unwrap();
    let refused = seal_backup(&body(BODY), &noted(), BackupLock::AsTheVault(&of_this_device), &key, &nobody());
    assert_eq!(refused.unwrap_err(), SealError::NoSlots, "nobody could open it elsewhere");
    assert_eq!(
        seal_backup(&body(BODY), &noted(), BackupLock::Recipients(&[]), &key, &nobody()).unwrap_err(),
        SealError::NoSlots
    );
}

#[test]
fn a_backup_without_its_end_is_called_that_wherever_it_was_cut() {
    let (key, (identity, recipient)) = (VaultKey::generate(), somebody());
    let own = secret(OF_ITS_OWN);
    let policy = CostPolicy::default();
    for (name, file) in all_kinds(&key, &recipient) {
        let near_an_end = |length: &usize| *length < 40 || length + 40 > file.len();
        for length in (0..file.len()).filter(|length| length % 29 == 0 || near_an_end(length)) {
            let cut = &file[..length];
            let passphrase = if name == "as the vault" { PASSPHRASE } else { OF_ITS_OWN };
            let opened = match name {
                "recipients" => open(cut, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())),
                // Trying a passphrase takes a while, so the header's own damage is tried less often.
                _ if length % 3 == 0 => with_passphrase(cut, passphrase),
                "passphrase" => open_backup(cut, BackupKey::Passphrase(&own, &policy), &[]),
                _ => open(cut, BackupKey::Vault(&key)),
            };
            let wanted = if length == 0 { SealError::Empty } else { SealError::CutShort };
            assert_eq!(opened.unwrap_err(), wanted, "{name}, {length} of {} bytes", file.len());
        }
        let longer = [&file[..], b"\0"].concat();
        let opened = match name {
            "recipients" => open(&longer, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())),
            "as the vault" => with_passphrase(&longer, PASSPHRASE),
            _ => with_passphrase(&longer, OF_ITS_OWN),
        };
        assert!(opened.is_err(), "{name} with a byte more");
    }
}

#[test]
fn a_backup_with_any_bit_turned_does_not_open() {
    let (key, (identity, recipient)) = (VaultKey::generate(), somebody());
    for (name, file) in all_kinds(&key, &recipient) {
        for place in (0..file.len()).step_by(53) {
            let mut damaged = file.clone();
            damaged[place] ^= 1 << (place % 8);
            let opened = match name {
                "recipients" => open(&damaged, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())),
                "as the vault" => with_passphrase(&damaged, PASSPHRASE),
                _ => with_passphrase(&damaged, OF_ITS_OWN),
            };
            assert!(opened.is_err(), "{name}: byte {place} of {}", file.len());
        }
    }
}

#[test]
fn an_armored_backup_opens_as_well() {
    let (key, (identity, recipient)) = (VaultKey::generate(), somebody());
    for (name, file) in all_kinds(&key, &recipient) {
        let mut text = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
        text.write_all(&file).unwrap();
        let text = text.finish().unwrap();
        assert_eq!(look_at_backup(&text), look_at_backup(&file));
        holds_all(match name {
            "recipients" => open(&text, BackupKey::Identities(&identity, &nobody(), &CostPolicy::default())),
            "as the vault" => with_passphrase(&text, PASSPHRASE),
            _ => with_passphrase(&text, OF_ITS_OWN),
        });
    }
}

#[test]
fn what_is_no_backup_of_ours_is_called_what_it_is() {
    let (key, identity) = key_and_identity();
    let whole = secret(identity.to_string().expose_secret());
    assert_eq!(open(b"", BackupKey::Vault(&key)).unwrap_err(), SealError::Empty);
    assert_eq!(open(&[0; 9000], BackupKey::Vault(&key)).unwrap_err(), SealError::NotABackup);
    assert_eq!(open(b"PK\x03\x04 a zip", BackupKey::Vault(&key)).unwrap_err(), SealError::NotABackup);
    let foreign = seal_private(b"my diary\nof two lines\n", &key).unwrap();
    assert_eq!(
        open(&foreign, BackupKey::Identities(&whole, &nobody(), &CostPolicy::default())).unwrap_err(),
        SealError::NotOurs
    );
    let one_line = seal_private(b"my diary", &key).unwrap();
    assert_eq!(open(&one_line, BackupKey::Vault(&key)).unwrap_err(), SealError::NotOurs);
    let version_two = sealed(BackupLock::AsTheVault(&slots_for(&key)), &key);
    let version_two = [b"age-encryption.org/v2", &version_two["age-encryption.org/v1".len()..]].concat();
    assert_eq!(open(&version_two, BackupKey::Vault(&key)).unwrap_err(), SealError::UnknownAgeVersion);
}

#[test]
fn a_backup_that_was_put_together_without_the_key_is_not_proved() {
    let (key, identity) = key_and_identity();
    let (stranger, _) = key_and_identity();
    let slots = slots_for(&key);
    let theirs = sealed(BackupLock::AsTheVault(&slots_for(&stranger)), &stranger);
    let payload = craft::payload(&theirs, &stranger);
    let forged = craft::age_file(&identity, &slots, &payload);
    assert_eq!(open(&forged, BackupKey::Vault(&key)).unwrap_err(), SealError::Forged);
    assert!(with_passphrase(&forged, PASSPHRASE).is_err());
}

#[test]
fn what_is_no_recipient_is_refused_by_name() {
    let secret_texts = ["AGE-SECRET-KEY-1QQQ", "AGE-PLUGIN-YUBIKEY-1QVHULF"];
    for none in ["", "alice", "age1", "age1yubikey1qqqq", "age1tag1qqqq"].iter().chain(&secret_texts) {
        assert_eq!(BackupRecipient::parse(none).unwrap_err(), SealError::NotARecipient, "{none}");
    }
    let not_here = if cfg!(feature = "ssh") { SealError::NotARecipient } else { SealError::NoSshHere };
    for ssh in ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ", "ssh-rsa AAAA"] {
        assert_eq!(BackupRecipient::parse(ssh).unwrap_err(), not_here, "{ssh}");
    }
}

#[test]
fn an_empty_passphrase_and_too_high_a_cost_are_refused() {
    let key = VaultKey::generate();
    let empty = secret("");
    let refused = seal_backup(&body(BODY), &noted(), BackupLock::Passphrase(&empty, quick()), &key, &nobody());
    assert_eq!(refused.unwrap_err(), SealError::EmptyPassphrase);
    let file = sealed(BackupLock::Passphrase(&secret(OF_ITS_OWN), WorkFactor::unchecked_for_tests(5)), &key);
    let strict = CostPolicy { cap: 4, available_bytes: None };
    let refused = open(&file, BackupKey::Passphrase(&secret(OF_ITS_OWN), &strict)).unwrap_err();
    assert_eq!(refused, SealError::CostTooHigh { log_n: 5, cap: 4 });
}
