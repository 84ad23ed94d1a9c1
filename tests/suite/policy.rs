//! The vault's policy: set, merged, kept by older readers, and obeyed by both fronts.

use countersign::sealing::{BackupRecipient, WorkFactor};
use countersign::tasks::backup::{self, BackupError, BackupPlan, NewBackup};
use countersign::tasks::{self, DeviceError, ExportError};
use countersign::vault::{
    self, Change, DecisionKind, Deed, Forbidden, Policy, Side, Stamp, Vault, apply, merge, turning,
};
use secrecy::ExposeSecret as _;

use crate::support::accounts::three;
use crate::support::fakes::machine;
use crate::support::vaults;

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn set(vault: &Vault, policy: Policy, at: i64) -> Vault {
    let mut vault = vault.clone();
    apply(&mut vault, &Change::Policy(policy), Stamp { at, salt: 0 }).unwrap();
    vault
}

#[test]
fn a_policy_travels_with_the_vault_and_is_written_as_it_is_read() {
    let vault = set(&three(), Policy::SingleDevice, 100);
    let bytes = vault::write(&vault);
    let read = vault::read(bytes.expose_secret()).unwrap();
    assert_eq!((read.policy(), &read), (Policy::SingleDevice, &vault));
    let text = String::from_utf8(bytes.expose_secret().to_vec()).unwrap();
    assert!(text.contains(r#""policy":[{"value":"single-device""#), "{text}");
    assert!(!String::from_utf8_lossy(vault::write(&three()).expose_secret()).contains("policy"));
}

#[test]
fn a_policy_of_a_newer_version_counts_as_the_stricter_one() {
    let text = String::from_utf8(vault::write(&set(&three(), Policy::Open, 100)).expose_secret().to_vec()).unwrap();
    assert_eq!(vault::read(text.as_bytes()).unwrap().policy(), Policy::Open);
    let newer = vault::write(&set(&three(), Policy::SingleDevice, 100));
    let newer = String::from_utf8(newer.expose_secret().to_vec()).unwrap().replace("single-device", "no-device-at-all");
    let read = vault::read(newer.as_bytes()).unwrap();
    assert_eq!(read.policy(), Policy::SingleDevice);
    assert_eq!(vault::write(&read).expose_secret(), newer.as_bytes(), "and is kept as it is");
}

#[test]
fn the_later_policy_wins_on_both_devices_and_is_told_as_a_decision() {
    let base = three();
    let (ours, theirs) =
        (set(&base, Policy::SingleDevice, 100), set(&set(&base, Policy::SingleDevice, 90), Policy::Open, 200));
    for (one, other) in [(&ours, &theirs), (&theirs, &ours)] {
        let merged = merge(Some(&base), one, other);
        assert_eq!(merged.vault.policy(), Policy::Open);
        let told: Vec<_> = merged.decisions.iter().map(|decision| (decision.label.as_str(), &decision.kind)).collect();
        let side = if one == &ours { Side::Theirs } else { Side::Ours };
        let kind = DecisionKind::Conflict {
            field: "policy",
            kept: "open".to_owned(),
            other: "single-device".to_owned(),
            side,
        };
        assert_eq!(told, [("the policy of this vault", &kind)]);
        // A merge can make it stricter, and never looser.
        let turned =
            turning(&merged.decisions[0], one, other, &merged.vault, countersign::otp::Timestamp::from_millis(1));
        assert_eq!(turned, Some(Change::Policy(Policy::SingleDevice)));
    }
    assert!(merge(Some(&base), &ours, &base).decisions.is_empty(), "an older copy disagrees with nothing");
    let strict = merge(Some(&base), &base, &ours);
    let turned =
        turning(&strict.decisions[0], &base, &ours, &strict.vault, countersign::otp::Timestamp::from_millis(1));
    assert_eq!((strict.vault.policy(), turned), (Policy::SingleDevice, None));
}

#[test]
fn undo_does_not_lift_a_policy() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [vaults::account(1, "GitHub", "alice")]);
    tasks::commit(&mut machine, &mut session, "set the policy", &Change::Policy(Policy::SingleDevice)).unwrap();
    assert!(tasks::undo(&mut machine, &mut session).is_err());
    assert_eq!(session.vault().policy(), Policy::SingleDevice);
}

#[test]
fn every_task_that_lets_a_secret_out_is_refused_while_it_holds() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [vaults::account(1, "GitHub", "alice")]);
    tasks::commit(&mut machine, &mut session, "set the policy", &Change::Policy(Policy::SingleDevice)).unwrap();
    for deed in Deed::ALL {
        let refused = match deed {
            Deed::Export => {
                let accounts: Vec<_> = session.vault().accounts().cloned().collect();
                let format = countersign::exchange::FORMATS.iter().find(|format| format.name == "otpauth").unwrap();
                let plan = countersign::exchange::ExportPlan::of(&accounts, format).unwrap();
                match tasks::export(&mut machine, &session, "/stick/list.txt".as_ref(), &plan, None) {
                    Err(ExportError::Forbidden(forbidden)) => Some(forbidden),
                    other => panic!("{other:?}"),
                }
            }
            Deed::BackupForOthers => {
                let recipients = vec![BackupRecipient::parse(RECIPIENT).unwrap()];
                let work_factor = WorkFactor::unchecked_for_tests(4);
                let new = NewBackup { to: Some("/stick/".into()), passphrase: None, recipients, work_factor };
                match backup::create(&mut machine, &session, &new) {
                    Err(BackupError::Forbidden(forbidden)) => Some(forbidden),
                    other => panic!("{:?}", other.map(|made| made.path)),
                }
            }
            Deed::AddDevice => match tasks::add_device(&mut machine, &mut session, RECIPIENT, "phone") {
                Err(DeviceError::Forbidden(forbidden)) => Some(forbidden),
                other => panic!("{:?}", other.map(drop)),
            },
            Deed::ShowSecret => {
                let account = session.vault().accounts().next().unwrap();
                tasks::readable_secret(&session, account).err()
            }
            Deed::QrCode => tasks::allow(&session, deed).err(),
        };
        assert_eq!(refused, Some(Forbidden(deed)));
    }
    tasks::commit(&mut machine, &mut session, "lifted it", &Change::Policy(Policy::Open)).unwrap();
    assert!(Deed::ALL.into_iter().all(|deed| tasks::allow(&session, deed).is_ok()));
}

#[test]
fn automatic_backups_for_others_are_an_alarm_and_the_save_holds() {
    let (mut machine, _handles) = machine();
    let mut session = vaults::with(&mut machine, [vaults::account(1, "GitHub", "alice")]);
    let recipients = vec![RECIPIENT.to_owned()];
    session.back_up_to(BackupPlan { folder: "/stick".into(), keep: 3, daily: 0, weekly: 0, recipients });
    tasks::commit(&mut machine, &mut session, "set the policy", &Change::Policy(Policy::SingleDevice)).unwrap();
    assert_eq!(session.vault().policy(), Policy::SingleDevice);
    let warnings: Vec<String> = session.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|warning| warning.contains("backup")), "{warnings:?}");
}
