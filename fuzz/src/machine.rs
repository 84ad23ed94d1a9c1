//! The program's tasks on a machine of the tests' own fakes: an odd vault, or odd things that the device remembers.

use countersign::otp::{Period, Timestamp};
use countersign::ports::StateSlot;
use countersign::sealing::{WorkFactor, open, seal_private};
use countersign::system::time_services::{chrony_tracking, w32tm};
use countersign::tasks::backup::records;
use countersign::tasks::clock::{Facts, apply_correction, full_report, quick_report, remember_look};
use countersign::tasks::{self, Hold, MergeRequest, Session, Trust, Way, Which};
use countersign::vault::audit::{Limits, audit};
use countersign::vault::{self, Change, Edit};
use secrecy::SecretString;

use crate::fakes::{Handles, machine};
use crate::input::{Input, text};
use crate::sealed::{IDENTITY, KIT, remember};
use crate::shown::{assert_is_tame, assert_sentences_are_tame};

const TRUST: Trust = Trust { accept_older: false, accept_different: false, work_factor_cap: 4 };

/// A manifest's members as JSON, a line break, and a vault's contents: both by a holder of the key.
pub fn session(input: &[u8]) {
    let mut input = Input(input);
    let (members, body) = (input.line(), input.line());
    let (_, handles) = machine();
    handles.vault_file.changed_by_another_device(&KIT.signed(members, body));
    use_it(&handles);
}

/// A line for each thing: a letter that says what it is, and its bytes.
pub fn remembered(input: &[u8]) {
    let mut input = Input(input);
    let (_, handles) = machine();
    handles.vault_file.changed_by_another_device(&KIT.vault);
    while !input.is_empty() {
        let kind = input.byte();
        let line = input.line();
        match kind {
            b'd' => handles.state.put(StateSlot::Device, line),
            b'p' => handles.state.put(StateSlot::Pin, line),
            b'P' => handles.state.put(StateSlot::Private, &seal_private(line, &KIT.key).expect("it is short")),
            b'r' => handles.state.put(StateSlot::Private, line),
            b's' => handles.state.put(StateSlot::Seen, line),
            b'S' => handles.state.put(StateSlot::Seen, &KIT.vault),
            b'b' => handles.state.put(StateSlot::Backups, line),
            b'c' => handles.state.put(StateSlot::Clock, line),
            b'w' => handles.state.put(StateSlot::Ways, line),
            b'i' => handles.state.put(StateSlot::Identity, line),
            b'f' => handles.documents.put(format!("/memory/{}", text(line)), &KIT.vault),
            b'u' => handles.documents.put("/home/me/.config/user-dirs.dirs", line),
            b't' => {
                let said = text(line);
                let services = [chrony_tracking(&said), w32tm(&said)];
                services.into_iter().flatten().for_each(|service| handles.time_sources.service_says(service));
            }
            _ => {
                let millis = text(line).trim().parse().unwrap_or(0);
                handles.clock.set(Timestamp::from_millis(millis));
            }
        }
    }
    use_it(&handles);
}

/// Unlocks with the vault's own identity: before a passphrase is tried, the age crate measures for milliseconds what that
/// may cost.
fn way() -> Way {
    Way::Identity(SecretString::from(IDENTITY))
}

/// Does with a vault what people do. Nothing panics, what is saved is whole, and what fails changes nothing.
fn use_it(handles: &Handles) {
    let mut machine = handles.machine();
    apply_correction(&machine);
    check_report(&quick_report(&machine, &Facts::near(&machine, None)));
    tasks::look(&mut machine).map_err(|error| assert_is_tame(&error.to_string())).ok();
    let kept = records(&machine);
    (kept.standing(machine.clock.now(), 90), kept.standing(Timestamp::MIN, u64::MAX));
    tasks::own_recipient(&machine);
    tasks::usual_folders(&mut machine, "/home/me".as_ref());
    let before = handles.vault_file.bytes().expect("it was put there");
    remember(&before);
    let mut session = match tasks::unlock(&mut machine, &way(), &TRUST) {
        Ok(session) => session,
        Err(error) => {
            assert_is_tame(&error.to_string());
            assert!(!error.next_step().is_empty());
            assert_eq!(handles.vault_file.bytes().as_deref(), Some(&*before), "what is refused is left alone");
            return;
        }
    };
    for warning in session.warnings() {
        assert_sentences_are_tame(&warning.to_string());
        assert!(!warning.next_step().is_empty());
    }
    let facts = Facts::around(&machine, Some(&session));
    check_report(&full_report(&mut machine, &facts));
    remember_look(&mut machine).expect("there is room");
    let facts = tasks::audit_facts(&mut machine, &session, Limits::default());
    audit(session.vault(), session.memory(), &facts).iter().for_each(|finding| assert_is_tame(&finding.label));
    (session.work_factor(), session.slots(), session.can_undo(), session.seen());
    let devices = tasks::devices(&session);
    assert!(devices.iter().filter(|device| device.is_this).count() <= 1);
    change_it(handles, &mut session);
}

fn change_it(handles: &Handles, session: &mut Session) {
    let mut machine = handles.machine();
    let now = machine.clock.now();
    let ids: Vec<_> = session.vault().accounts().take(2).map(|account| account.id()).collect();
    for id in &ids {
        tasks::copy(&mut machine, session, *id, Which::Current, now, Hold::WhileRunning).ok();
    }
    tasks::rename_device(&mut machine, session, "fuzzed").ok();
    let note = Some("a note of the fuzzer".to_owned());
    let edits = ids.iter().map(|id| Change::Edit(*id, Box::new(Edit { note: note.clone(), ..Edit::default() })));
    let change = Change::Batch(edits.collect());
    let before = handles.vault_file.bytes();
    let mut is_saved = false;
    match tasks::commit(&mut machine, session, "changed by the fuzzer", &change) {
        Ok(_) => {
            assert_is_saved(handles, session);
            is_saved = true;
        }
        Err(error) => {
            assert_sentences_are_tame(&error.to_string());
            assert_eq!(handles.vault_file.bytes(), before, "what is not saved changes nothing");
        }
    }
    if tasks::undo(&mut machine, session).is_ok() {
        assert_is_saved(handles, session);
    }
    let all = MergeRequest { sources: &[], way: None, trust: &TRUST, choices: &[], is_dry_run: false };
    match tasks::merge(&mut machine, session, &all) {
        Ok(report) if report.saved => assert_is_saved(handles, session),
        Ok(_) => {}
        Err(error) => assert_sentences_are_tame(&error.to_string()),
    }
    tasks::refresh(&mut machine, session).map_err(|error| assert_is_tame(&error.to_string())).ok();
    if is_saved {
        assert_is_trusted(handles, session);
    }
}

/// The file opens, and holds what the session has.
fn assert_is_saved(handles: &Handles, session: &Session) {
    let file = handles.vault_file.bytes().expect("it was saved");
    let opened = open(&file, &KIT.key).expect("what was just saved opens");
    assert_eq!(vault::read(opened.expose_secret()).as_ref(), Ok(&**session.vault()), "all of it was saved");
}

/// The next run of the program opens it, and may write to it.
fn assert_is_trusted(handles: &Handles, session: &Session) {
    let again = tasks::unlock(&mut handles.machine(), &way(), &TRUST).expect("what was saved here is trusted here");
    assert_eq!(again.vault(), session.vault());
    assert!(!again.warnings().iter().any(tasks::Warning::forbids_writing), "{:?}", again.warnings());
}

fn check_report(report: &countersign::tasks::clock::Report) {
    assert_is_tame(&report.headline());
    assert_is_tame(&report.meaning(Period::THIRTY));
    report.advice().into_iter().for_each(assert_is_tame);
    report.evidence.iter().for_each(|evidence| assert_is_tame(&evidence.words));
}

/// What a passphrase of the fuzzer's own may cost.
pub fn cheap() -> WorkFactor {
    WorkFactor::unchecked_for_tests(1)
}
