//! Backups: made whole or not at all, proved by opening them, brought back with every code the same.

mod automatic;
mod create;
mod drill;
mod restore;

use crate::support::fake_keys::nobody;
use std::path::Path;

use countersign::otp::{Algorithm, Digits, Params, Period, Timestamp};
use countersign::ports::Machine;
use countersign::sealing::{self, BackupLock, BackupNote, BackupRecipient, CostPolicy, WorkFactor};
use countersign::tasks::backup::{self, BackupError, BackupFile, BackupPassphrase, Created, NewBackup};
use countersign::tasks::{self, Session, Trust, Way};
use countersign::vault::{
    Change, CodeState, CodeText, Edit, NewAccount, NewSet, RecoveryChange, SetId, SetKind, Vault,
};
use secrecy::{ExposeSecret, SecretString};

use crate::support::fakes::Handles;
use crate::support::vaults::{self, account, add, enrolment, hotp, id};

const OF_ITS_OWN: &str = "only for the backup";
const STICK: &str = "/stick";

/// Puts a folder there.
fn mount(handles: &Handles) {
    handles.documents.put(Path::new(STICK).join("photo.jpg"), b"anything");
}

/// Lists the backups in the folder.
fn on_the_stick(handles: &Handles) -> Vec<String> {
    let inside =
        handles.documents.paths().into_iter().filter_map(|path| Some(path.strip_prefix(STICK).ok()?.to_owned()));
    inside.map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "photo.jpg").collect()
}

fn own() -> Option<BackupPassphrase> {
    Some(BackupPassphrase { passphrase: SecretString::from(OF_ITS_OWN), is_the_vaults: false })
}

fn new(to: &str, passphrase: Option<BackupPassphrase>, recipients: Vec<BackupRecipient>) -> NewBackup {
    NewBackup { to: Some(to.into()), passphrase, recipients, work_factor: WorkFactor::unchecked_for_tests(2) }
}

/// Makes one in the folder, with a passphrase of its own.
fn made(machine: &mut Machine, session: &Session) -> Created {
    backup::create(machine, session, &new(STICK, own(), Vec::new())).unwrap()
}

fn with(passphrase: &str) -> Way {
    Way::Passphrase(SecretString::from(passphrase))
}

fn file(machine: &mut Machine, path: &Path) -> Result<BackupFile, BackupError> {
    backup::read(machine, path)
}

fn drilled(machine: &mut Machine, session: &Session, path: &Path) -> Result<backup::Drilled, BackupError> {
    let file = file(machine, path)?;
    backup::drill(machine, session, &file, &with(OF_ITS_OWN), &Trust::default())
}

/// An identity file, and its recipient.
fn somebody() -> (SecretString, BackupRecipient) {
    let identity = age::x25519::Identity::generate();
    let text = SecretString::from(identity.to_string().expose_secret().to_owned());
    (text, BackupRecipient::parse(&identity.to_public().to_string()).unwrap())
}

/// One account of every kind, everything that an account can have, one in the trash.
fn of_everything(machine: &mut Machine) -> Session {
    let sha512 =
        Params::Totp { algorithm: Algorithm::Sha512, digits: Digits::EIGHT, period: Period::from_secs(60).unwrap() };
    let sha256 = Params::Totp { algorithm: Algorithm::Sha256, digits: Digits::SIX, period: Period::THIRTY };
    let with = |number, params| NewAccount {
        enrolment: countersign::otp::Enrolment { params, ..enrolment(number) },
        ..account(number, &format!("Site {number}"), "alice")
    };
    let pin = |number, params, text| {
        let mut new = with(number, params);
        new.enrolment.pin = Some(countersign::otp::Pin::from_text(text).unwrap());
        new
    };
    let mut session = vaults::with(
        machine,
        [
            with(1, Params::USUAL),
            with(2, sha256),
            with(3, sha512),
            NewAccount { enrolment: hotp(4), counter: 41, ..account(4, "Office VPN", "a.smith") },
            with(5, Params::Steam { period: Period::THIRTY }),
            pin(6, Params::Motp, "1234"),
            pin(7, Params::Yandex, "5678"),
            account(8, "Gone", "alice"),
        ],
    );
    let unused = |code| (CodeText::new(SecretString::from(code)).unwrap(), CodeState::Unused);
    let codes = ["a1f0c-77be2", "1d2c3-b4a59"].map(unused);
    let set = NewSet {
        id: SetId::from_bytes([9; 8]),
        created: Timestamp::from_secs(1_795_000_000),
        origin: "github-recovery-codes.txt".to_owned(),
        about: String::new(),
        kind: SetKind::default(),
        codes: codes.into(),
    };
    let edit = Edit { note: Some("renewed by IT".to_owned()), ..Edit::default() };
    let changes = vec![
        Change::Recovery(id(1), RecoveryChange::Add(Box::new(set))),
        Change::Edit(id(2), Box::new(edit)),
        Change::Trash(id(8), Timestamp::from_secs(1_795_305_600)),
    ];
    tasks::commit(machine, &mut session, "everything", &Change::Batch(changes)).unwrap();
    session
}

/// Every code of every account, now and in the next step.
fn codes(vault: &Vault, now: Timestamp) -> Vec<(String, String, String)> {
    let all = vault.accounts().chain(vault.trash());
    all.map(|account| {
        let step = account.step(now);
        let code = |step| account.code(step).expose_secret().to_owned();
        (account.label(), code(step), code(step + 1))
    })
    .collect()
}

/// Makes a backup of this instead of what the vault holds, with everything else as it should be.
fn backup_of(handles: &Handles, vault: &Vault) -> Vec<u8> {
    let bytes = handles.vault_file.bytes().unwrap();
    let slots = sealing::peek(&bytes).unwrap();
    let key = slots.unlock_with_passphrase(&vaults::passphrase(), &CostPolicy::default()).unwrap().key;
    let mut manifest = sealing::open(&bytes, &key).unwrap().manifest;
    manifest.backup = Some(BackupNote { made_ms: 0, host: "laptop".to_owned(), accounts: 7, trash: 1 });
    let own = SecretString::from(OF_ITS_OWN);
    let lock = BackupLock::Passphrase(&own, WorkFactor::unchecked_for_tests(2));
    sealing::seal_backup(&countersign::vault::write(vault), &manifest, lock, &key, &nobody()).unwrap()
}

fn note(number: u8, text: &str) -> Change {
    Change::Edit(id(number), Box::new(Edit { note: Some(text.to_owned()), ..Edit::default() }))
}

fn added(number: u8) -> Change {
    add(account(number, "Later", "alice"))
}
