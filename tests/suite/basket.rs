//! Recovery codes apart from the vault: at each moment the vault or the basket has them, and afterwards the basket alone.

use std::io;

use countersign::exchange::recovery_codes::read;
use countersign::ports::{FileStep, Machine, StateSlot};
use countersign::sealing::{self, CostPolicy, VaultKey};
use countersign::tasks::backup::BackupPlan;
use countersign::tasks::basket::{
    self, Basket, BasketError, NewLock, earlier_with_codes, move_apart, move_together, new_basket, open_basket,
    remove_earlier_with_codes,
};
use countersign::tasks::{self, CodeChoice, RecoveryError, Session, Trust, Way, add_recovery, use_recovery};
use countersign::vault::{self, BasketContents, Change, Edit, SetId};
use secrecy::{ExposeSecret, SecretString};

use crate::support::fakes::{self, Handles, MemoryVaultFile};
use crate::support::vaults::{account, id, passphrase, unlock, with};

const CODES: [&str; 3] = ["a1f0c-77be2", "0d9e8-1a2b3", "55aa0-c0ffe"];
const ABOUT: &str = "Keep these codes for alice@example.com";
const STEPS: [FileStep; 7] = [
    FileStep::Read,
    FileStep::Lock,
    FileStep::MakeFolder,
    FileStep::Write,
    FileStep::Sync,
    FileStep::KeepCopy,
    FileStep::Replace,
];

fn own() -> SecretString {
    SecretString::from("wharf lantern opposes quietly")
}

fn store(machine: &mut Machine, session: &mut Session, basket: Option<&mut Basket>, text: &str) {
    let reading = read(text.as_bytes(), None).unwrap();
    add_recovery(machine, session, basket, id(1), &reading, "codes.txt", true).unwrap();
}

/// Returns a vault with one account and its codes, of which one was used.
fn stored(machine: &mut Machine) -> Session {
    let mut session = with(machine, [account(1, "GitHub", "alice")]);
    store(machine, &mut session, None, &format!("{ABOUT}\n{}\n", CODES.join("\n")));
    use_recovery(machine, &mut session, None, id(1), CodeChoice::Number(2)).unwrap();
    session
}

fn made(machine: &mut Machine, session: &Session) -> Basket {
    new_basket(machine, session, NewLock::Passphrase(own()), &Trust::default()).unwrap()
}

fn opened(machine: &mut Machine) -> Basket {
    open_basket(machine, Way::Passphrase(own()), &Trust::default()).unwrap()
}

fn apart(machine: &mut Machine) -> (Session, Basket) {
    let mut session = stored(machine);
    let mut basket = made(machine, &session);
    assert_eq!(move_apart(machine, &mut session, &mut basket).unwrap().codes, 3);
    (session, basket)
}

/// Returns the texts of the account's sets, wherever they are.
fn texts(session: &Session, basket: Option<&BasketContents>) -> Vec<Option<Vec<String>>> {
    let sets = session.vault().get(id(1)).unwrap().recovery().sets();
    let of = |texts: &vault::SetTexts| texts.codes().iter().map(|code| code.expose_secret().to_owned()).collect();
    sets.iter().map(|set| set.texts_in(basket).map(of)).collect()
}

fn all() -> Vec<Option<Vec<String>>> {
    vec![Some(CODES.map(str::to_owned).to_vec())]
}

fn key(handles: &Handles) -> VaultKey {
    let file = handles.vault_file.bytes().unwrap();
    let policy = CostPolicy::default();
    sealing::peek(&file).unwrap().unlock_with_passphrase(&passphrase(), &policy).unwrap().key
}

/// Returns everything that the vault's key opens on this device, decrypted: the vault, what was last seen, the memory.
fn decrypted(handles: &Handles) -> Vec<(&'static str, String)> {
    let key = key(handles);
    let open = |file: Vec<u8>| String::from_utf8(sealing::open(&file, &key).unwrap().expose_secret().to_vec()).unwrap();
    let memory = sealing::open_private(&handles.state.get(StateSlot::Private).unwrap(), &key).unwrap();
    vec![
        ("the vault", open(handles.vault_file.bytes().unwrap())),
        ("what was seen", open(handles.state.get(StateSlot::Seen).unwrap())),
        ("the memory", String::from_utf8(memory.expose_secret().to_vec()).unwrap()),
    ]
}

#[test]
fn a_move_is_not_offered_to_be_undone() {
    let (mut machine, _) = fakes::machine();
    let (mut session, mut basket) = apart(&mut machine);
    assert_eq!(session.can_undo(), None, "what went out of the vault is not remembered");
    move_together(&mut machine, &mut session, &mut basket).unwrap();
    assert_eq!(session.can_undo(), None);
}

#[test]
fn each_state_of_the_basket_has_one_copy_among_the_automatic_backups() {
    let (mut machine, handles) = fakes::machine();
    let (mut session, mut basket) = apart(&mut machine);
    handles.documents.put("/stick/here", "");
    let folder = "/stick".into();
    session.back_up_to(BackupPlan { folder, keep: 2, daily: 0, weekly: 0, recipients: Vec::new() });
    let copies = || -> Vec<_> {
        let paths = handles.documents.paths().into_iter();
        paths.filter(|path| path.to_string_lossy().contains("-recovery-")).collect()
    };
    let edit = |machine: &mut Machine, session: &mut Session, note: &str| {
        let edit = Change::Edit(id(1), Box::new(Edit { note: Some(note.to_owned()), ..Edit::default() }));
        tasks::commit(machine, session, "edited", &edit).unwrap();
    };
    edit(&mut machine, &mut session, "one");
    edit(&mut machine, &mut session, "two");
    assert_eq!(copies().len(), 1, "{:?}", handles.documents.paths());
    assert_eq!(handles.documents.get(&copies()[0]), handles.basket_file.bytes());

    store(&mut machine, &mut session, Some(&mut basket), "fresh-11111\nfresh-22222\nfresh-33333");
    assert_eq!(copies().len(), 2, "{:?}", handles.documents.paths());
    assert!(copies().iter().any(|copy| handles.documents.get(copy) == handles.basket_file.bytes()));
    assert!(session.warnings().iter().all(|warning| !matches!(warning, tasks::Warning::BackupFailing { .. })));
}

#[test]
fn codes_that_moved_out_are_in_the_basket_and_nowhere_that_the_vaults_key_opens() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine);
    for (place, text) in decrypted(&handles) {
        assert!(CODES.iter().all(|code| text.contains(code)) && text.contains(ABOUT), "{place} has them before");
    }
    let mut basket = made(&mut machine, &session);
    move_apart(&mut machine, &mut session, &mut basket).unwrap();
    for (place, text) in decrypted(&handles) {
        assert!(text.contains("accounts") || place == "the memory");
        assert!(!CODES.iter().any(|code| text.contains(code)) && !text.contains(ABOUT), "{place} still has them");
    }
    let session = unlock(&mut machine);
    assert!(session.vault().keeps_apart() && session.vault().sets_here().is_empty());
    let account = session.vault().get(id(1)).unwrap();
    assert_eq!((account.recovery().unused(), account.recovery().used()), (2, 1), "the vault still counts");
    assert_eq!(texts(&session, Some(opened(&mut machine).contents())), all());
    let lines =
        sealing::open_age_file_with_passphrase(&handles.basket_file.bytes().unwrap(), &own(), &CostPolicy::default());
    let lines = String::from_utf8(lines.unwrap().expose_secret().to_vec()).unwrap();
    assert!(lines.contains("\"issuer\":\"GitHub\"") && lines.contains(CODES[0]) && lines.contains(ABOUT), "{lines}");
    assert_eq!(lines.len(), 4096, "its size says nothing");
}

#[test]
fn texts_that_were_moved_out_are_not_read_from_a_vault_that_still_has_them() {
    let moved = r#"{"accounts":[{"id":"0101010101010101","issuer":"GitHub","account":"alice","type":"totp",
        "secret":"JBSWY3DPEHPK3PXP","added":[1,1],"touched":[3,3],"recovery":[{"id":"5d0b7fe2a9c31648","added":[3,3],"kept":[3,3],
        "codes":["a1f0c-77be2"],"about":"codes.txt","origin":"x"}]}],"apart":{"5d0b7fe2a9c31648":[9,9]}}"#;
    let vault = vault::read(moved.as_bytes()).unwrap();
    assert_eq!((vault.sets_here().len(), vault.sets_apart().len()), (0, 1));
    assert!(vault::compare(&vault, &vault).is_faultless());
    assert_eq!(vault::merge(None, &vault, &vault).vault, vault);
    let later = moved.replace("[9,9]", "[3,2]");
    assert_eq!(vault::read(later.as_bytes()).unwrap().sets_here().len(), 1, "they came after that move");
}

#[test]
fn what_is_said_of_codes_that_are_not_there_is_not_laid_over_those_that_are() {
    let with = |members: &str| {
        let text = format!(
            r#"{{"accounts":[{{"id":"0101010101010101","issuer":"GitHub","account":"alice","type":"totp",
            "secret":"JBSWY3DPEHPK3PXP","added":[1,1],"recovery":[{{"id":"5d0b7fe2a9c31648","added":[3,3],"kept":[4,4],{members}}}]}}]}}"#
        );
        vault::read(text.as_bytes()).unwrap()
    };
    let (texts, none) = (with(r#""codes":["a1f0c-77be2"],"about":"x""#), with(r#""count":1,"here":[],"about":"y""#));
    for (one, other) in [(&texts, &none), (&none, &texts)] {
        let merged = vault::merge(None, one, other).vault;
        assert_eq!(merged.sets_here().len(), 1);
        assert_eq!(vault::read(vault::write(&merged).expose_secret()).as_ref(), Ok(&merged));
    }
}

#[test]
fn the_vaults_key_does_not_open_the_basket_nor_the_other_way_round() {
    let (mut machine, handles) = fakes::machine();
    let (session, _basket) = apart(&mut machine);
    let file = handles.basket_file.bytes().unwrap();
    assert!(sealing::open(&file, &key(&handles)).is_err());
    let wrong = open_basket(&mut machine, Way::Passphrase(passphrase()), &Trust::default());
    assert!(wrong.is_err_and(|error| error.is_wrong_passphrase()));
    assert!(tasks::unlock(&mut machine, &Way::Passphrase(own()), &Trust::default()).is_err());
    drop(session);
}

#[test]
fn another_device_forgets_the_texts_as_soon_as_it_takes_the_move_in() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine);
    let (mut other, others) = handles.another_device("laptop");
    let mut there = unlock(&mut other);
    let note = Change::Edit(id(1), Box::new(Edit { note: Some("theirs".into()), ..Edit::default() }));
    tasks::commit(&mut other, &mut there, "wrote a note", &note).unwrap();
    assert!(decrypted(&others).iter().all(|(_, text)| text.contains(CODES[0])), "it had them");
    tasks::refresh(&mut machine, &mut session).unwrap();
    let mut basket = made(&mut machine, &session);
    move_apart(&mut machine, &mut session, &mut basket).unwrap();
    tasks::refresh(&mut other, &mut there).unwrap();
    for (place, text) in decrypted(&others) {
        assert!(!CODES.iter().any(|code| text.contains(code)), "{place} of the other device still has them");
    }
    tasks::undo(&mut other, &mut there).unwrap();
    assert_eq!(texts(&there, Some(basket.contents())), all(), "its own undo works on, without them");
    assert!(there.vault().sets_here().is_empty());
}

#[test]
fn whatever_fails_while_codes_move_out_they_are_in_the_vault_or_in_the_basket() {
    let mut failed = 0;
    for file in [|handles: &Handles| handles.basket_file.clone(), |handles: &Handles| handles.vault_file.clone()] {
        for step in STEPS {
            let (mut machine, handles) = fakes::machine();
            let mut session = stored(&mut machine);
            let mut basket = made(&mut machine, &session);
            let spoilt: MemoryVaultFile = file(&handles);
            spoilt.fail_at(step);
            failed += usize::from(move_apart(&mut machine, &mut session, &mut basket).is_err());
            spoilt.recover();
            // As after a kill: a new run, which knows nothing but the files.
            let mut later = handles.machine();
            let mut session = unlock(&mut later);
            let is_there = handles.basket_file.bytes().is_some();
            let mut basket = if is_there { opened(&mut later) } else { made(&mut later, &session) };
            assert_eq!(texts(&session, Some(basket.contents())), all(), "{step:?}: a code is gone");
            move_apart(&mut later, &mut session, &mut basket).unwrap();
            assert!(session.vault().sets_here().is_empty(), "{step:?}: moving again ends it");
            assert_eq!(texts(&session, Some(opened(&mut later).contents())), all());
        }
    }
    assert!(failed >= 8, "only {failed} steps were ever reached");
}

#[test]
fn killed_between_the_two_writes_both_have_the_codes_and_moving_again_ends_it() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine);
    let mut basket = made(&mut machine, &session);
    handles.vault_file.fail_at(FileStep::Replace);
    assert!(matches!(move_apart(&mut machine, &mut session, &mut basket), Err(BasketError::Commit(_))));
    handles.vault_file.recover();
    let mut session = unlock(&mut machine);
    assert_eq!(texts(&session, None), all(), "the vault has them");
    assert_eq!(texts(&session, Some(opened(&mut machine).contents())), all());
    let written = handles.basket_file.replacements();
    let mut basket = opened(&mut machine);
    move_apart(&mut machine, &mut session, &mut basket).unwrap();
    assert_eq!(handles.basket_file.replacements(), written, "what is there already is not written again");
    assert_eq!(texts(&session, None), [None]);
}

#[test]
fn a_basket_that_does_not_read_back_the_same_takes_nothing_out_of_the_vault() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine);
    let mut basket = made(&mut machine, &session);
    handles.basket_file.damage_what_is_written();
    assert!(move_apart(&mut machine, &mut session, &mut basket).is_err());
    assert_eq!((handles.basket_file.bytes(), texts(&session, None)), (None, all()));
}

#[test]
fn codes_come_back_whatever_fails_and_the_basket_gives_them_up() {
    for step in STEPS {
        let (mut machine, handles) = fakes::machine();
        let (mut session, mut basket) = apart(&mut machine);
        handles.basket_file.fail_with(step, io::ErrorKind::StorageFull);
        let moved = move_together(&mut machine, &mut session, &mut basket).unwrap();
        assert_eq!((moved.codes, moved.missing), (3, 0));
        assert_eq!(texts(&unlock(&mut machine), None), all(), "{step:?}");
        handles.basket_file.recover();
        let mut again = opened(&mut machine);
        assert_eq!(again.contents().is_empty(), moved.left.is_none());
        assert_eq!(move_together(&mut machine, &mut session, &mut again).unwrap().left, None);
        assert!(opened(&mut machine).contents().is_empty());
    }
    for step in STEPS {
        let (mut machine, handles) = fakes::machine();
        let (mut session, mut basket) = apart(&mut machine);
        handles.vault_file.fail_at(step);
        let is_refused = move_together(&mut machine, &mut session, &mut basket).is_err();
        handles.vault_file.recover();
        let session = unlock(&mut machine);
        assert_eq!(texts(&session, None) == [None], is_refused, "{step:?}");
        assert_eq!(texts(&session, Some(opened(&mut machine).contents())), all(), "{step:?}");
    }
}

#[test]
fn a_new_set_goes_into_the_basket_before_the_vault_knows_of_it() {
    let (mut machine, handles) = fakes::machine();
    let (mut session, mut basket) = apart(&mut machine);
    let reading = read(b"11223344\n55667788\n", None).unwrap();
    let refused = add_recovery(&mut machine, &mut session, None, id(1), &reading, "new", true).unwrap_err();
    assert!(matches!(refused, RecoveryError::Apart), "{refused}");
    handles.basket_file.fail_at(FileStep::Replace);
    assert!(add_recovery(&mut machine, &mut session, Some(&mut basket), id(1), &reading, "new", true).is_err());
    assert_eq!(texts(&session, None).len(), 1, "nothing was stored");
    handles.basket_file.recover();
    let mut basket = opened(&mut machine);
    store(&mut machine, &mut session, Some(&mut basket), "11223344\n55667788\n");
    assert!(decrypted(&handles).iter().all(|(_, text)| !text.contains("11223344")));
    let used = use_recovery(&mut machine, &mut session, Some(basket.contents()), id(1), CodeChoice::Next).unwrap();
    assert_eq!(used.code.expose_secret(), "11223344");
}

#[test]
fn without_the_basket_no_code_is_given_out_or_marked_and_marks_can_be_made_all_the_same() {
    let (mut machine, _handles) = fakes::machine();
    let (mut session, basket) = apart(&mut machine);
    let refused = use_recovery(&mut machine, &mut session, None, id(1), CodeChoice::Next).unwrap_err();
    assert!(matches!(refused, RecoveryError::Apart), "{refused}");
    assert_eq!(session.vault().get(id(1)).unwrap().recovery().unused(), 2);
    let used = use_recovery(&mut machine, &mut session, Some(basket.contents()), id(1), CodeChoice::Next).unwrap();
    assert_eq!((used.code.expose_secret(), used.left), (CODES[0], 1));
    tasks::undo(&mut machine, &mut session).unwrap();
    assert_eq!(session.vault().get(id(1)).unwrap().recovery().unused(), 2);
}

#[test]
fn what_opens_the_vault_must_not_open_the_basket() {
    let (mut machine, _handles) = fakes::machine();
    let session = stored(&mut machine);
    let refused = new_basket(&mut machine, &session, NewLock::Passphrase(passphrase()), &Trust::default());
    assert!(matches!(refused, Err(BasketError::OpensTheVault)));
    let none = new_basket(&mut machine, &session, NewLock::Recipients(vec!["age1nobody".into()]), &Trust::default());
    assert!(matches!(none, Err(BasketError::Seal(_))));
}

#[test]
fn a_basket_for_an_identity_opens_with_that_alone_and_is_written_for_it_again() {
    let (mut machine, handles) = fakes::machine();
    let mut session = stored(&mut machine);
    let theirs = age::x25519::Identity::generate();
    let identity = || Way::Identity(theirs.to_string());
    let recipient = theirs.to_public().to_string();
    let lock = NewLock::Recipients(vec![recipient.clone()]);
    let mut basket = new_basket(&mut machine, &session, lock, &Trust::default()).unwrap();
    move_apart(&mut machine, &mut session, &mut basket).unwrap();
    let look = basket::look_at_basket(&mut machine).unwrap().unwrap();
    assert_eq!((look.passphrase, look.identity), (false, true));
    assert!(sealing::open(&handles.basket_file.bytes().unwrap(), &key(&handles)).is_err());
    let mut again = open_basket(&mut machine, identity(), &Trust::default()).unwrap();
    store(&mut machine, &mut session, Some(&mut again), "11223344\n55667788\n");
    let again = open_basket(&mut machine, identity(), &Trust::default()).unwrap();
    assert_eq!(again.contents().sets().len(), 2);
    assert_eq!(again.contents().recipients, [recipient]);
}

#[test]
fn two_devices_that_write_one_basket_lose_nothing_and_copies_of_sync_tools_are_joined() {
    let (mut machine, handles) = fakes::machine();
    let (mut session, mut basket) = apart(&mut machine);
    let before = handles.basket_file.bytes().unwrap();
    let (mut other, _others) = handles.another_device("laptop");
    let mut there = unlock(&mut other);
    let mut theirs = opened(&mut other);
    store(&mut other, &mut there, Some(&mut theirs), "11223344\n55667788\n");
    // This device still holds the basket as it was, and the vault too.
    store(&mut machine, &mut session, Some(&mut basket), "99887766\n55443322\n");
    assert_eq!(opened(&mut machine).contents().sets().len(), 3);
    // A sync tool puts the older one back and leaves the newer one beside it.
    let newer = handles.basket_file.bytes().unwrap();
    handles.basket_file.changed_by_another_device(&before);
    let copy = "/memory/recovery.sync-conflict-20261122-093000-ABCDEFG.age";
    handles.documents.put(copy, &newer);
    let mut basket = opened(&mut machine);
    store(&mut machine, &mut session, Some(&mut basket), "12121212\n34343434\n");
    let sets: Vec<SetId> = session.vault().sets_apart().into_iter().collect();
    assert_eq!(opened(&mut machine).contents().sets().into_iter().collect::<Vec<_>>(), sets);
    assert_eq!(handles.documents.get(copy), None, "it was put away");
}

#[test]
fn earlier_copies_that_still_hold_the_codes_are_named_and_removed_when_asked() {
    let (mut machine, handles) = fakes::machine();
    let (session, _basket) = apart(&mut machine);
    let earlier = handles.vault_file.earlier();
    for (number, bytes) in earlier.iter().enumerate() {
        handles.documents.put(format!("/memory/vault.age.earlier/{number}"), bytes);
    }
    let holding = earlier_with_codes(&mut machine, &session).len();
    assert!(holding > 0 && holding < earlier.len(), "{holding} of {}: those before the codes do not", earlier.len());
    assert_eq!(remove_earlier_with_codes(&mut machine, &session).unwrap(), holding);
    assert!(earlier_with_codes(&mut machine, &session).is_empty());
}

#[test]
fn a_basket_is_written_and_read_back_the_same_with_what_newer_versions_wrote() {
    let (mut machine, _handles) = fakes::machine();
    let (_session, basket) = apart(&mut machine);
    let json = String::from_utf8(basket.contents().write().expose_secret().to_vec()).unwrap();
    assert_eq!(&BasketContents::read(json.as_bytes()).unwrap(), basket.contents());
    let newer =
        json.replace("\"app\":1", "\"app\":1,\"colour\":\"red\"").replace("\"origin\"", "\"hint\":[1,2],\"origin\"");
    let read = BasketContents::read(format!("{newer}\n     \n").as_bytes()).unwrap();
    let again = String::from_utf8(read.write().expose_secret().to_vec()).unwrap();
    assert!(again.contains("\"colour\":\"red\"") && again.contains("\"hint\":[1,2]"), "{again}");
    for broken in
        ["", "no JSON", "{}", &format!("{json}{{\"set\":1}}\n"), &json.replace("\"codes\":[", "\"codes\":[\"\",")]
    {
        let error = BasketContents::read(broken.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("a1f0c"), "{error}");
    }
}

#[test]
fn neither_a_set_nor_its_texts_print_what_stood_around_the_codes() {
    let (mut machine, _handles) = fakes::machine();
    let session = stored(&mut machine);
    let printed = format!("{:?}", session.vault());
    assert!(printed.contains("GitHub") && !printed.contains(ABOUT) && !printed.contains(CODES[0]));
}
