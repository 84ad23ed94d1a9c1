//! What a file says of its slots is what any holder of the key wrote: it neither lets somebody in nor chooses a program.

use countersign::ports::{Machine, StateSlot};
use countersign::sealing::{self, CostPolicy, Label, Manifest, SealError, SlotKind, Slots};
use countersign::tasks::slots::{
    NewPassphrase, NewSlot, PassphraseChanged, SlotError, add_slot, change_passphrase, new_sheet,
};
use countersign::tasks::{self, Behind, Session};
use secrecy::{SecretSlice, SecretString};

use crate::support::fake_keys::nobody;
use crate::support::fakes::{Handles, machine};
use crate::support::plugin;
use crate::support::vaults::{self, account};

const NEW: &str = "amber ferry leaves at dusk";

/// Returns the file as another holder of the vault's key would write it.
fn by_another(handles: &Handles, change: impl FnOnce(&mut Manifest, &mut Slots, &sealing::VaultKey)) -> Vec<u8> {
    let file = handles.vault_file.bytes().unwrap();
    let mut slots = sealing::peek(&file).unwrap();
    let key = slots.unlock_with_passphrase(&vaults::passphrase(), &CostPolicy::default()).unwrap().key;
    let opened = sealing::open(&file, &key).unwrap();
    let mut manifest = opened.manifest.clone();
    manifest.generations.insert("0123456789abcdef".to_owned(), 1);
    change(&mut manifest, &mut slots, &key);
    let body = SecretSlice::from(opened.expose_secret().to_vec());
    sealing::seal(&body, &manifest, &slots, &key).unwrap()
}

fn changed(machine: &mut Machine, session: &mut Session) -> Result<PassphraseChanged, SlotError> {
    let (old, new) = (vaults::passphrase(), SecretString::from(NEW));
    let work = sealing::WorkFactor::unchecked_for_tests(4);
    let change = NewPassphrase { old: &old, new: &new, work, others: &[], keep_key: false };
    change_passphrase(machine, session, &change)
}

fn is_told(session: &Session) -> bool {
    session.warnings().iter().any(|warning| warning.to_string().contains("that they are for another key"))
}

/// A vault with a sheet, and a file in which the sheet's label names somebody else's key.
struct Forged {
    machine: Machine,
    handles: Handles,
    session: Session,
    words: SecretString,
    file: Vec<u8>,
    thief: SecretString,
}

fn forged() -> Forged {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let code = new_sheet(&mut machine).unwrap();
    let sheet = add_slot(&mut machine, &mut session, NewSlot::Sheet(&code), "in the safe").unwrap().id;
    let (recipient, thief) = sealing::fresh_identity();
    let file = by_another(&handles, |manifest, _, _| {
        manifest.labels.get_mut(&sheet).unwrap().recipient = Some(recipient);
    });
    Forged { machine, handles, session, words: code.words().clone(), file, thief }
}

impl Forged {
    fn assert_only_the_sheet_opens(&self) {
        let slots = sealing::peek(&self.handles.vault_file.bytes().unwrap()).unwrap();
        assert!(
            slots.unlock_with_identity(&self.thief, &nobody(), &CostPolicy::default()).is_err(),
            "a forged label let somebody in"
        );
        slots.unlock_with_passphrase(&self.words, &CostPolicy::default()).unwrap();
    }
}

#[test]
fn a_label_that_changes_while_the_vault_is_open_lets_nobody_in() {
    let mut scene = forged();
    scene.handles.vault_file.changed_by_another_device(&scene.file);
    tasks::refresh(&mut scene.machine, &mut scene.session).unwrap();
    assert!(is_told(&scene.session), "{:?}", scene.session.warnings());
    changed(&mut scene.machine, &mut scene.session).unwrap();
    scene.assert_only_the_sheet_opens();
}

#[test]
fn a_label_that_changed_between_two_runs_lets_nobody_in() {
    let mut scene = forged();
    scene.handles.vault_file.changed_by_another_device(&scene.file);
    scene.machine = scene.handles.machine();
    scene.session = vaults::unlock(&mut scene.machine);
    assert!(is_told(&scene.session), "{:?}", scene.session.warnings());
    changed(&mut scene.machine, &mut scene.session).unwrap();
    scene.assert_only_the_sheet_opens();
}

#[test]
fn a_device_that_is_removed_stays_out_whatever_it_wrote_about_the_sheet() {
    let mut scene = forged();
    let mut phone = Label::named("phone", 1);
    phone.recipient = Some(sealing::fresh_identity().0);
    let recipient = phone.recipient.clone().unwrap();
    tasks::add_device(&mut scene.machine, &mut scene.session, &recipient, "phone").unwrap();
    scene.handles.vault_file.changes_just_before_the_next_save(&scene.file);
    let behind = Behind { passphrases: vec![vaults::passphrase()], ..Behind::default() };
    tasks::remove_device(&mut scene.machine, &mut scene.session, "phone", &behind).unwrap();
    scene.assert_only_the_sheet_opens();
}

#[test]
fn what_a_label_said_first_is_what_counts_after_a_save_and_a_new_key_too() {
    let mut scene = forged();
    changed(&mut scene.machine, &mut scene.session).unwrap();
    let (machine, handles) = (&mut scene.machine, &scene.handles);
    let file = handles.vault_file.bytes().unwrap();
    let slots = sealing::peek(&file).unwrap();
    let sheet = slots.iter().find(|slot| slot.kind() == SlotKind::Sheet).unwrap().id().to_owned();
    let key = slots.unlock_with_passphrase(&SecretString::from(NEW), &CostPolicy::default()).unwrap().key;
    let opened = sealing::open(&file, &key).unwrap();
    let mut manifest = opened.manifest.clone();
    manifest.generations.insert("0123456789abcdef".to_owned(), 1);
    manifest.labels.get_mut(&sheet).unwrap().recipient = Some(sealing::fresh_identity().0);
    let body = SecretSlice::from(opened.expose_secret().to_vec());
    handles.vault_file.changed_by_another_device(&sealing::seal(&body, &manifest, &slots, &key).unwrap());
    let again = tasks::unlock(machine, &tasks::Way::Passphrase(SecretString::from(NEW)), &tasks::Trust::default());
    assert!(is_told(&again.unwrap()));
}

/// A vault into which another device has put a slot whose label names a plugin.
fn with_a_plugin_slot() -> (Machine, Handles, Session) {
    let (mut machine, handles) = machine();
    let mut session = vaults::with(&mut machine, [account(1, "GitHub", "alice")]);
    let file = by_another(&handles, |manifest, slots, key| {
        let recipient = sealing::fresh_identity().0;
        let id = slots.add_recipient(SlotKind::Identity, key, &recipient, &nobody()).unwrap();
        manifest.labels.insert(id, Label::new("work key", 1, &plugin::recipient("plain", "blue")));
    });
    handles.vault_file.changed_by_another_device(&file);
    tasks::refresh(&mut machine, &mut session).unwrap();
    (machine, handles, session)
}

fn started(handles: &Handles) -> Vec<String> {
    handles.key_talk.heard().into_iter().filter(|heard| heard.starts_with("waiting for")).collect()
}

#[test]
fn a_new_key_starts_no_plugin_that_this_device_does_not_use() {
    let (mut machine, handles, mut session) = with_a_plugin_slot();
    let refused = changed(&mut machine, &mut session).unwrap_err();
    let SlotError::WouldLeaveBehind(which) = &refused else { panic!("{refused}") };
    assert_eq!(
        which,
        &["work key (identity): this device does not use the age plugin of this key, so it was not started"]
    );
    let behind = Behind { new_passphrase: Some(SecretString::from(NEW)), ..Behind::default() };
    let passphrase = sealing::peek(&handles.vault_file.bytes().unwrap()).unwrap();
    let passphrase = passphrase.iter().find(|slot| slot.kind() == SlotKind::Passphrase).unwrap().id().to_owned();
    let removed = tasks::remove_device(&mut machine, &mut session, &passphrase, &behind).unwrap();
    assert_eq!(&removed.left_behind, which);
    assert_eq!(started(&handles), Vec::<String>::new(), "the file has chosen a program");
}

#[test]
fn a_new_key_is_wrapped_by_a_plugin_that_this_device_uses() {
    let (mut machine, handles, mut session) = with_a_plugin_slot();
    let identity = plugin::identity("plain", "blue");
    let ways = format!(r#"{{"ways":[{{"kind":"plugin","identity":"{identity}","recipient":"age1elsewhere"}}]}}"#);
    handles.state.put(StateSlot::Ways, ways.as_bytes());
    let refused = changed(&mut machine, &mut session).unwrap_err();
    let SlotError::WouldLeaveBehind(which) = &refused else { panic!("{refused}") };
    // There is no such program here, which is found out by looking for it.
    assert!(which[0].contains(&SealError::PluginMissing.to_string()), "{which:?}");
    assert_eq!(started(&handles).len(), 1);
}
