//! Vaults, backups and baskets as files.

use std::io::{Read as _, Write as _};
use std::str::FromStr as _;
use std::sync::{LazyLock, Mutex};

use age::{Decryptor, Encryptor, Identity, Recipient};
use countersign::sealing::{
    BackupKey, BackupLock, BackupNote, BackupRecipient, BasketLock, CostPolicy, Manifest, Opened, SealError,
    SealedBasket, SlotKind, Slots, VaultKey, WorkFactor, look_at_backup, open, open_age_file_with_identities,
    open_age_file_with_passphrase, open_backup, open_private, peek, seal, seal_backup, seal_basket, seal_private,
};
use data_encoding::{BASE64, HEXLOWER};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sha2::{Digest, Sha256};

use crate::fake_keys::nobody;
use crate::input::{Input, damage};
use crate::shown::assert_is_tame;
use crate::vault::three_accounts;

/// Invented, and nobody's.
pub const IDENTITY: &str = "AGE-SECRET-KEY-13M29MDPP3JYKJPFXLEAAC8ZV79SMAJW0RJDKL03KKCLZGPM4JFASS72RL8";
/// What opens everything here.
pub const PASSPHRASE: &str = "ochre kettle drifts sideways";
/// What trying a passphrase may cost: next to nothing.
pub const POLICY: CostPolicy = CostPolicy { cap: 4, available_bytes: None };

/// The file that was opened last: it has random bytes in it, so the input alone does not bring it back.
static LAST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

pub fn print_last_file() {
    if let Ok(file) = LAST.try_lock().map(|file| file.clone())
        && !file.is_empty()
    {
        eprintln!("the file was, in base64: {}", BASE64.encode(&file));
    }
}

pub fn remember(file: &[u8]) {
    LAST.lock().expect("nobody panics while holding it").clone_from(&file.to_vec());
}

/// A vault, and everything that can be made of it.
pub struct Kit {
    pub key: VaultKey,
    identity: age::x25519::Identity,
    pub slots: Slots,
    /// As the manifest has it.
    slots_digest: String,
    manifest: Manifest,
    body: SecretSlice<u8>,
    pub vault: Vec<u8>,
    backups: Vec<Vec<u8>>,
    baskets: Vec<(SealedBasket, bool)>,
    private: Vec<u8>,
}

pub static KIT: LazyLock<Kit> = LazyLock::new(Kit::make);

impl Kit {
    fn make() -> Self {
        let key = VaultKey::from_identity_file(&SecretString::from(IDENTITY)).expect("it is one");
        let identity = age::x25519::Identity::from_str(IDENTITY).expect("it is one");
        let (passphrase, work) = (SecretString::from(PASSPHRASE), WorkFactor::unchecked_for_tests(1));
        let mut slots = Slots::default();
        slots.add_passphrase(&key, &passphrase, work).expect("there is room");
        let recipient = identity.to_public().to_string();
        slots.add_recipient(SlotKind::Identity, &key, &recipient, &nobody()).expect("there is room");
        slots.add_former(&key, &VaultKey::generate()).expect("there is room");
        let mut manifest = Manifest::new("00ff".to_owned());
        manifest.generations.insert("d1".to_owned(), 7);
        let body = countersign::vault::write(&three_accounts());
        let vault = seal(&body, &manifest, &slots, &key).expect("it is one line");
        let note = BackupNote { made_ms: 1, host: "desk".to_owned(), accounts: 3, trash: 0 };
        let mut noted = manifest.clone();
        noted.backup = Some(note);
        let recipients = [BackupRecipient::parse(&recipient).expect("it is one")];
        let locks = [
            BackupLock::Passphrase(&passphrase, work),
            BackupLock::Recipients(&recipients),
            BackupLock::Either(&passphrase, work, &recipients),
            BackupLock::AsTheVault(&slots),
        ];
        let backups = locks.map(|lock| seal_backup(&body, &noted, lock, &key, &nobody()).expect("it is one line"));
        let baskets = [BasketLock::Passphrase(&passphrase, work), BasketLock::Recipients(&recipients)].map(|lock| {
            (seal_basket(&body, lock, &nobody()).expect("it fits"), matches!(lock, BasketLock::Passphrase(..)))
        });
        let private = seal_private(body.expose_secret(), &key).expect("it fits");
        let slots_digest = slots_digest_in(&vault, &identity);
        let (backups, baskets) = (backups.into(), baskets.into());
        Self { key, identity, slots, slots_digest, manifest, body, vault, backups, baskets, private }
    }

    /// Seals what the holder of the key says: the members of a manifest as JSON, and a body.
    pub fn signed(&self, members: &[u8], body: &[u8]) -> Vec<u8> {
        let mut line = members.trim_ascii().strip_suffix(b"}").unwrap_or(members).to_vec();
        let gap = if line.trim_ascii() == b"{" { "" } else { "," };
        let body_digest = HEXLOWER.encode(&Sha256::digest(body));
        write!(line, "{gap}\"slots\":\"{}\",\"body\":\"{body_digest}\"}}", self.slots_digest).expect("into memory");
        let mac = BASE64.encode(&self.key.mac("countersign vault manifest v1", &line));
        line.pop();
        write!(line, ",\"mac\":\"{mac}\"}}").expect("into memory");
        let payload = [&line, &b"\n"[..], body, b"\n   \n"].concat();
        let (own, slots) = (self.identity.to_public(), &self.slots);
        let recipients: [&dyn Recipient; 2] = [&own, slots];
        let encryptor = Encryptor::with_recipients(recipients.into_iter()).expect("there are two");
        let mut file = Vec::new();
        let mut writer = encryptor.wrap_output(&mut file).expect("into memory");
        writer.write_all(&payload).expect("into memory");
        writer.finish().expect("into memory");
        file
    }
}

fn slots_digest_in(vault: &[u8], identity: &age::x25519::Identity) -> String {
    let identities: [&dyn Identity; 1] = [identity];
    let decryptor = Decryptor::new_buffered(vault).expect("it was just sealed");
    let mut payload = String::new();
    let mut reader = decryptor.decrypt(identities.into_iter()).expect("it is ours");
    reader.read_to_string(&mut payload).expect("it is text");
    let (_, rest) = payload.split_once("\"slots\":\"").expect("every manifest has it");
    rest[..64].to_owned()
}

fn check_error(error: SealError) {
    assert_is_tame(&error.to_string());
    assert!(error.next_step().is_none_or(|next| !next.is_empty()));
}

/// Any bytes, as a file of any of our kinds.
pub fn file(input: &[u8]) {
    let (kit, talk) = (&*KIT, nobody());
    let (passphrase, identity) = (SecretString::from(PASSPHRASE), SecretString::from(IDENTITY));
    if let Ok(slots) = peek(input) {
        check_slots(&slots);
    }
    open(input, &kit.key).map_err(check_error).ok();
    open_private(input, &kit.key).map_err(check_error).ok();
    look_at_backup(input).map_err(check_error).ok();
    for key in [
        BackupKey::Vault(&kit.key),
        BackupKey::Passphrase(&passphrase, &POLICY),
        BackupKey::Identities(&identity, &talk, &POLICY),
    ] {
        open_backup(input, key, &[&kit.key]).map_err(check_error).ok();
    }
    open_age_file_with_passphrase(input, &passphrase, &POLICY).map_err(check_error).ok();
    open_age_file_with_identities(input, &identity, &talk, &POLICY).map_err(check_error).ok();
}

fn check_slots(slots: &Slots) {
    for slot in slots.iter() {
        assert_is_tame(&countersign::shown::shown(slot.kind_name()));
        (slot.kind(), slot.id(), slot.work_factor());
    }
    assert_eq!(slots.joined(slots, |_| false), *slots, "slots joined with themselves stay the same");
    let (passphrase, identity) = (SecretString::from(PASSPHRASE), SecretString::from(IDENTITY));
    for opened in
        [slots.unlock_with_passphrase(&passphrase, &POLICY), slots.unlock_with_identity(&identity, &nobody(), &POLICY)]
    {
        opened.map_err(check_error).ok();
    }
}

/// Which file, and what is done to it.
pub fn damaged(input: &[u8]) {
    let kit = &*KIT;
    let mut input = Input(input);
    let which = usize::from(input.byte()) % 8;
    let original: &[u8] = match which {
        0 => &kit.vault,
        backup @ 1..=4 => &kit.backups[backup - 1],
        basket @ 5..=6 => &kit.baskets[basket - 5].0.bytes,
        _ => &kit.private,
    };
    let mut file = original.to_vec();
    damage(&mut file, &mut input);
    remember(&file);
    let is_whole = file == original;
    match which {
        0 => check_vault(&file, is_whole),
        1..=4 => check_backup(&file, which, is_whole),
        5..=6 => check_basket(&file, which - 5, is_whole),
        _ => {
            let opened = open_private(&file, &kit.key).map_err(check_error);
            assert_eq!(opened.is_ok(), is_whole, "a damaged file is refused");
        }
    }
}

/// It is refused, or it is the one that was sealed: not a byte of it was changed then.
fn check_vault(file: &[u8], is_whole: bool) {
    let kit = &*KIT;
    if let Ok(slots) = peek(file) {
        check_slots(&slots);
        let passphrase = SecretString::from(PASSPHRASE);
        if let Ok(opened) = slots.unlock_with_passphrase(&passphrase, &POLICY) {
            assert_eq!(opened.key.fingerprint(), kit.key.fingerprint(), "a slot holds the vault's key or nothing");
        }
    }
    match open(file, &kit.key) {
        Ok(opened) => {
            assert!(is_whole, "a damaged vault is refused");
            assert_holds(&opened);
            assert_eq!((&opened.manifest, &opened.slots), (&kit.manifest, &kit.slots));
        }
        Err(error) => {
            check_error(error);
            assert!(!is_whole, "what was sealed opens");
        }
    }
}

fn assert_holds(opened: &Opened) {
    assert_eq!(opened.expose_secret(), KIT.body.expose_secret(), "it is what was sealed");
}

fn check_backup(file: &[u8], which: usize, is_whole: bool) {
    let kit = &*KIT;
    look_at_backup(file).map_err(check_error).ok();
    let (passphrase, identity) = (SecretString::from(PASSPHRASE), SecretString::from(IDENTITY));
    let talk = nobody();
    let by_passphrase = BackupKey::Passphrase(&passphrase, &POLICY);
    let by_identity = BackupKey::Identities(&identity, &talk, &POLICY);
    let by_key = BackupKey::Vault(&kit.key);
    for (key, fits) in [(by_passphrase, which != 2), (by_identity, which != 1), (by_key, which != 1)] {
        match open_backup(file, key, &[&kit.key]) {
            Ok(backup) => {
                assert!(is_whole && fits, "a damaged backup is refused");
                assert!(backup.is_proved);
                assert_holds(&backup.opened);
            }
            Err(error) => {
                check_error(error);
                assert!(!is_whole || !fits, "what was sealed opens");
            }
        }
    }
}

fn check_basket(file: &[u8], which: usize, is_whole: bool) {
    let kit = &*KIT;
    let (basket, has_passphrase) = &kit.baskets[which];
    let (passphrase, work) = (SecretString::from(PASSPHRASE), WorkFactor::unchecked_for_tests(1));
    let lock = if *has_passphrase { BasketLock::Passphrase(&passphrase, work) } else { BasketLock::Recipients(&[]) };
    assert_eq!(basket.is_proved_by(file, &kit.body, lock, &POLICY), is_whole, "a damaged basket proves nothing");
}

/// A manifest's members as JSON, a line break, and a body.
pub fn manifest(input: &[u8]) {
    let kit = &*KIT;
    let mut input = Input(input);
    let (members, body) = (input.line(), input.line());
    let file = kit.signed(members, body);
    remember(&file);
    let passphrase = SecretString::from(PASSPHRASE);
    for key in [BackupKey::Vault(&kit.key), BackupKey::Passphrase(&passphrase, &POLICY)] {
        match open_backup(&file, key, &[]) {
            Ok(backup) => assert!(backup.is_proved && backup.opened.expose_secret() == body),
            Err(error) => check_error(error),
        }
    }
    let opened = match open(&file, &kit.key) {
        Ok(opened) => opened,
        Err(error) => return check_error(error),
    };
    assert_eq!(opened.expose_secret(), body);
    assert_eq!(opened.slots, kit.slots);
    match seal(&SecretSlice::from(body.to_vec()), &opened.manifest, &opened.slots, &kit.key) {
        Ok(again) => {
            assert!(!opened.is_read_only(), "what a newer version wrote is not written again");
            let again = open(&again, &kit.key).expect("what was just sealed opens");
            assert_eq!(again.manifest, opened.manifest, "a manifest is read as it is written");
        }
        Err(error) => {
            check_error(error);
            assert!(opened.is_read_only());
        }
    }
}
