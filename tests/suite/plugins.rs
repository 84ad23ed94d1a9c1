//! What age plugins may do for a vault, against a real one.

mod programs;

use std::collections::BTreeMap;
use std::sync::{Arc, mpsc};
use std::thread;

use countersign::ports::PluginStop;
use countersign::sealing::{
    self, BackupKey, BackupLock, BackupRecipient, BasketLock, CostPolicy, KeyFacts, KeyKind, Label, LeftBehind,
    Manifest, Passphrases, SealError, SlotKind, Slots, Talk, VaultKey, WorkFactor,
};
use countersign::tasks::{self, Trust, Way};
use countersign::tui::key_talk::{KeyTalks, Told};
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::support::fake_keys::{ScriptedKeyTalk, nobody};
use crate::support::plugin::{encoded, identity, recipient, starts, where_the_plugin_is_installed};

const PASSPHRASE: &str = "correct horse battery staple";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn quick() -> WorkFactor {
    WorkFactor::unchecked_for_tests(1)
}

/// Somebody at the key, and what is handed to the code under test.
fn somebody() -> (ScriptedKeyTalk, Talk) {
    let talk = ScriptedKeyTalk::default();
    (talk.clone(), Arc::new(talk))
}

/// A vault's slots: a passphrase, and one plugin slot for each of these recipients.
fn slots_for(key: &VaultKey, recipients: &[String]) -> Slots {
    let mut slots = Slots::default();
    slots.add_passphrase(key, &secret(PASSPHRASE), quick()).unwrap();
    let (_, talk) = somebody();
    for recipient in recipients {
        slots.add_recipient(SlotKind::Plugin, key, recipient, &talk).unwrap();
    }
    slots
}

/// Opens the slot of a key that behaves in this manner, with these answers; returns how that ended, and all that was
/// heard after the first sentence, which is always the same.
fn opened_by(manner: &str, answers: &[&str]) -> (Result<(), SealError>, Vec<String>) {
    let key = VaultKey::generate();
    let slots = slots_for(&key, &[recipient("plain", "blue")]);
    let (person, talk) = somebody();
    for answer in answers {
        person.answer(answer);
    }
    let opened = slots.unlock_with_identity(&secret(&identity(manner, "blue")), &talk, &CostPolicy::default());
    if let Ok(opened) = &opened {
        assert_eq!(opened.key.fingerprint(), key.fingerprint(), "{manner}");
    }
    let mut heard = person.heard();
    assert_eq!(heard.remove(0), "waiting for age-plugin-trial; touch the key if it blinks", "{manner}");
    (opened.map(|_| ()), heard)
}

#[test]
fn a_plugin_opens_its_slot_and_what_it_says_and_asks_is_passed_on() {
    where_the_plugin_is_installed(|| {
        assert_eq!(opened_by("plain", &[]), (Ok(()), vec![]));
        assert_eq!(opened_by("touch", &[]), (Ok(()), vec!["age-plugin-trial: touch the trial key".to_owned()]));
        let pin = vec!["age-plugin-trial: PIN of the trial key".to_owned()];
        assert_eq!(opened_by("pin", &["123456"]), (Ok(()), pin));
        let confirm = vec!["age-plugin-trial: use the trial key?".to_owned()];
        assert_eq!(opened_by("confirm", &["y"]), (Ok(()), confirm));
        let name = vec!["age-plugin-trial: name of the trial key".to_owned()];
        assert_eq!(opened_by("name", &["the blue one"]), (Ok(()), name));
    });
}

#[test]
fn a_refused_touch_and_an_unanswered_question_are_said_plainly() {
    where_the_plugin_is_installed(|| {
        let (refused, heard) = opened_by("refused", &[]);
        assert_eq!(refused, Err(SealError::PluginFailed));
        assert!(heard[1].contains("nobody touched it"), "{heard:?}");

        let (wrong_pin, heard) = opened_by("pin", &["654321"]);
        assert_eq!(wrong_pin, Err(SealError::PluginFailed));
        assert!(heard[1].contains("wrong PIN"), "{heard:?}");

        assert_eq!(opened_by("pin", &[]).0, Err(SealError::PluginRefused));
        assert_eq!(opened_by("confirm", &["n"]).0, Err(SealError::PluginRefused));
        assert_eq!(opened_by("confirm", &[]).0, Err(SealError::PluginRefused));
        assert_eq!(opened_by("name", &[]).0, Err(SealError::PluginRefused));
    });
}

#[test]
fn a_plugin_that_dies_talks_nonsense_or_has_nothing_opens_nothing() {
    where_the_plugin_is_installed(|| {
        for manner in ["dies", "garbage"] {
            let ended = vec!["age-plugin-trial ended without an answer".to_owned()];
            assert_eq!(opened_by(manner, &[]), (Err(SealError::PluginFailed), ended), "{manner}");
        }
        assert_eq!(opened_by("silent", &[]).0, Err(SealError::WrongIdentity));
        // Sixteen wrong bytes instead of the file key: the header's MAC finds that out.
        assert_eq!(opened_by("wrong", &[]).0, Err(SealError::SlotDamaged));
    });
}

#[test]
fn what_a_plugin_says_cannot_rewrite_the_screen() {
    where_the_plugin_is_installed(|| {
        let (opened, heard) = opened_by("rude", &[]);
        assert_eq!(opened, Ok(()));
        assert_eq!(heard[0], "age-plugin-trial: <U+001B>[2J<U+001B>]0;owned<U+0007><U+202E>gnip.exe");
        assert_eq!(heard[1], "age-plugin-trial: second line");
        assert!(heard[2].ends_with("xxx…") && heard[2].len() < 400, "{heard:?}");
        assert_eq!(heard.len(), 3);
    });
}

#[test]
fn of_two_slots_and_two_keys_the_one_that_works_opens() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let slots = slots_for(&key, &[recipient("plain", "blue"), recipient("plain", "red")]);
        let both = format!("{}\n{}\n", identity("refused", "blue"), identity("touch", "red"));
        let (person, talk) = somebody();

        let opened = slots.unlock_with_identity(&secret(&both), &talk, &CostPolicy::default()).unwrap();

        assert_eq!(opened.key.fingerprint(), key.fingerprint());
        assert_eq!(opened.id, slots.iter().last().unwrap().id());
        assert!(person.heard().iter().any(|said| said.contains("nobody touched it")), "{:?}", person.heard());
        // And what is told when none works is what the plugin had to say, not that the other slot is another's.
        let refused = slots.unlock_with_identity(&secret(&identity("refused", "red")), &talk, &CostPolicy::default());
        assert_eq!(refused.unwrap_err(), SealError::PluginFailed);
        let foreign = slots.unlock_with_identity(&secret(&identity("plain", "green")), &talk, &CostPolicy::default());
        assert_eq!(foreign.unwrap_err(), SealError::WrongIdentity);
    });
}

#[test]
fn a_program_is_started_only_if_the_users_own_text_names_it() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let mut slots = slots_for(&key, &[recipient("plain", "blue")]);
        slots.add_recipient(SlotKind::Identity, &key, &recipient("plain", "red"), &nobody_but_plugins()).unwrap();
        let made = starts();
        let (person, talk) = somebody();

        // The file is full of plugin slots; what is brought is not.
        let mine = age::x25519::Identity::generate().to_string();
        assert_eq!(
            slots.unlock_with_identity(&mine, &talk, &CostPolicy::default()).unwrap_err(),
            SealError::WrongIdentity
        );
        slots.unlock_with_passphrase(&secret(PASSPHRASE), &CostPolicy::default()).unwrap();
        sealing::open(&sealing::seal(&body(), &manifest(), &slots, &key).unwrap(), &key).unwrap();
        assert_eq!(person.heard(), Vec::<String>::new());
        assert_eq!(starts(), made);

        // What lies at hand is tried first, so nobody has to touch anything.
        slots.add_recipient(SlotKind::Identity, &key, &mine_to_public(&mine), &talk).unwrap();
        let all = format!("{}\n{}\n", identity("plain", "blue"), mine.expose_secret());
        slots.unlock_with_identity(&secret(&all), &talk, &CostPolicy::default()).unwrap();
        assert_eq!(starts(), made);
    });
}

#[test]
fn a_plugin_that_waits_for_its_key_is_left_alone_once_nobody_waits_for_it() {
    where_the_plugin_is_installed(|| {
        let slots = slots_for(&VaultKey::generate(), &[recipient("plain", "blue")]);
        let (heard, words) = mpsc::channel();
        let talks = KeyTalks::new(somebody().1, move |told| heard.send(told).unwrap());
        let (talk, app) = (talks.begin(), talks.clone());
        let locking = thread::spawn(move || {
            let is_touch = |told: &Told| *told == Told::Says("age-plugin-trial: touch the trial key".to_owned());
            while !is_touch(&words.recv().unwrap()) {}
            app.end();
            words
        });
        let opened = slots.unlock_with_identity(&secret(&identity("waits", "blue")), &talk, &CostPolicy::default());
        assert_eq!(opened.map(|_| ()), Err(SealError::PluginRefused));
        locking.join().unwrap();
    });
}

#[test]
fn a_plugin_is_not_started_for_slots_that_cannot_be_its_own() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let mut slots = slots_for(&key, &[]);
        let other = age::x25519::Identity::generate().to_public().to_string();
        slots.add_recipient(SlotKind::Identity, &key, &other, &nobody()).unwrap();
        slots.add_recipient(SlotKind::Keyring, &key, &other, &nobody()).unwrap();
        let refused =
            slots.unlock_with_identity(&secret(&identity("plain", "blue")), &somebody().1, &CostPolicy::default());
        assert_eq!(refused.unwrap_err(), SealError::WrongIdentity);
        assert_eq!(starts(), 0);
    });
}

#[test]
fn a_plugin_that_may_not_start_is_named_once_with_the_reason() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let slots = slots_for(&key, &[recipient("plain", "blue"), recipient("plain", "red")]);
        let made = starts();
        let stops = [
            (PluginStop::Missing, SealError::PluginMissing, "age-plugin-trial: the program is not installed"),
            (
                PluginStop::Unsafe,
                SealError::PluginUnsafe,
                "age-plugin-trial: the program lies where anybody could have put it",
            ),
            (PluginStop::Debugged, SealError::PluginDebugged, "age-plugin-trial: AGEDEBUG is set"),
        ];
        for (stop, expected, said) in stops {
            let (person, talk) = somebody();
            person.stop(Some(stop));
            let refused =
                slots.unlock_with_identity(&secret(&identity("plain", "blue")), &talk, &CostPolicy::default());
            assert_eq!(refused.unwrap_err(), expected);
            assert_eq!(person.heard(), [said]);
            let mut slots = slots.clone();
            let refused = slots.add_recipient(SlotKind::Plugin, &key, &recipient("plain", "green"), &talk);
            assert_eq!(refused.unwrap_err(), expected);
        }
        assert_eq!(starts(), made);
        // The age crate looks as well, and says the same.
        let absent = encoded("age-plugin-absent-", "x").to_uppercase();
        let refused = slots.unlock_with_identity(&secret(&absent), &somebody().1, &CostPolicy::default());
        assert_eq!(refused.unwrap_err(), SealError::PluginMissing);
    });
}

#[test]
fn a_slot_can_be_made_for_an_identity_that_names_no_recipient() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let text = identity("plain", "blue");
        let slots = slots_for(&key, std::slice::from_ref(&text));
        assert!(slots.unlock_with_identity(&secret(&text), &somebody().1, &CostPolicy::default()).is_ok());
        // Not for a backup: those recipients stand in files that are no secret.
        assert_eq!(BackupRecipient::parse(&text).unwrap_err(), SealError::NotARecipient);
        assert!(!sealing::is_recipient(&text));
    });
}

#[test]
fn only_letters_digits_and_dashes_name_a_program() {
    for name in ["age1../x", "age1a.b", "age1a_b", "age1a+b"] {
        assert!(!sealing::is_recipient(&encoded(name, "plain:blue")), "{name}");
    }
    assert!(sealing::is_recipient(&encoded("age1a-b2", "plain:blue")));
    for name in ["age-plugin-../../bin/sh-", "age-plugin-a.b-", "age-plugin--"] {
        let text = encoded(name, "plain:blue").to_uppercase();
        let refused = Slots::default().unlock_with_identity(&secret(&text), &nobody(), &CostPolicy::default());
        assert_eq!(refused.unwrap_err(), SealError::NotAnIdentity, "{name}");
    }
}

#[test]
fn a_new_key_is_wrapped_for_plugins_and_one_that_fails_is_left_behind_with_the_reason() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let (works, fails) = (recipient("plain", "blue"), recipient("unwrapped", "red"));
        let mut slots = slots_for(&key, &[works.clone(), recipient("plain", "red")]);
        slots.add_recipient(SlotKind::Plugin, &key, &recipient("plain", "green"), &nobody_but_plugins()).unwrap();
        let ids: Vec<String> = slots.iter().skip(1).map(|slot| slot.id().to_owned()).collect();
        let labels: BTreeMap<String, Label> = [(0, "blue", &works), (1, "red", &fails)]
            .map(|(place, name, recipient)| (ids[place].clone(), Label::new(name, 0, recipient)))
            .into();
        let (person, talk) = somebody();
        let known = [secret(PASSPHRASE)];

        let rotate = |talk| {
            let policy = CostPolicy::default();
            sealing::rotate(&key, &slots, &labels, Passphrases::Stay(&known), &policy, talk).unwrap()
        };
        let rotated = rotate(&talk);

        let behind = |place: usize, reason| LeftBehind { kind: "plugin".to_owned(), id: ids[place].clone(), reason };
        assert_eq!(rotated.left_behind, [behind(1, Some(SealError::PluginFailed)), behind(2, None)]);
        assert_eq!(rotated.left_behind_words(&labels)[0], "red (plugin): the age plugin could not use its key");
        assert!(person.heard().iter().any(|said| said.contains("cannot encrypt now")), "{:?}", person.heard());
        let opened = rotated
            .slots
            .unlock_with_identity(&secret(&identity("plain", "blue")), &talk, &CostPolicy::default())
            .unwrap();
        assert_eq!(opened.key.fingerprint(), rotated.key.fingerprint());
        assert_eq!(rotated.labels[&opened.id].name, "blue");

        person.stop(Some(PluginStop::Missing));
        let reasons: Vec<_> = rotate(&talk).left_behind.into_iter().map(|behind| behind.reason).collect();
        assert_eq!(reasons, [Some(SealError::PluginMissing), Some(SealError::PluginMissing), None]);
    });
}

#[test]
fn backups_and_kept_codes_open_with_a_plugin() {
    where_the_plugin_is_installed(|| {
        let key = VaultKey::generate();
        let to = [BackupRecipient::parse(&recipient("plain", "blue")).unwrap()];
        let mine = secret(&identity("touch", "blue"));
        let (_, talk) = somebody();
        let own = secret("a passphrase of its own");
        for lock in [BackupLock::Recipients(&to), BackupLock::Either(&own, quick(), &to)] {
            let mut manifest = manifest();
            manifest.backup = Some(sealing::BackupNote { made_ms: 1, host: "here".to_owned(), accounts: 1, trash: 0 });
            let file = sealing::seal_backup(&body(), &manifest, lock, &key, &talk).unwrap();
            assert!(sealing::look_at_backup(&file).unwrap().identity);
            let opened =
                sealing::open_backup(&file, BackupKey::Identities(&mine, &talk, &CostPolicy::default()), &[&key])
                    .unwrap();
            assert_eq!(opened.opened.expose_secret(), body().expose_secret());
            assert!(opened.is_proved);
        }
        let basket = sealing::seal_basket(&body(), BasketLock::Recipients(&to), &talk).unwrap();
        let opened =
            sealing::open_age_file_with_identities(&basket.bytes, &mine, &talk, &CostPolicy::default()).unwrap();
        assert_eq!(opened.expose_secret().trim_ascii_end(), body().expose_secret());

        // A vault is opened through its slots.
        let slots = slots_for(&key, &[recipient("plain", "blue")]);
        let vault = sealing::seal(&body(), &self::manifest(), &slots, &key).unwrap();
        assert!(
            sealing::open_backup(&vault, BackupKey::Identities(&mine, &talk, &CostPolicy::default()), &[])
                .unwrap()
                .is_proved
        );
    });
}

#[test]
fn recipients_that_a_plugin_wants_apart_are_not_mixed() {
    where_the_plugin_is_installed(|| {
        let to = [BackupRecipient::parse(&recipient("labelled", "blue")).unwrap()];
        let key = VaultKey::generate();
        let refused = sealing::seal_backup(&body(), &manifest(), BackupLock::Recipients(&to), &key, &somebody().1);
        assert_eq!(refused.unwrap_err(), SealError::RecipientsApart);
        // A slot is a file with one recipient.
        slots_for(&key, &[recipient("labelled", "blue")]);
    });
}

#[test]
fn an_identity_file_is_described_with_the_recipient_that_its_comment_names() {
    let own = age::x25519::Identity::generate();
    let to = recipient("plain", "blue");
    let text = format!(
        "# created: 2026-11-22\n# public key: {own_to}\n{own}\n\n#       Serial: 1, Slot: 1\n#    Recipient: {to}\n{blue}\n{red}\n",
        own_to = own.to_public(),
        own = own.to_string().expose_secret(),
        blue = identity("plain", "blue"),
        red = identity("plain", "red"),
    );
    let facts = sealing::describe_identity(&secret(&text), &nobody(), &CostPolicy::default()).unwrap();
    assert!(!facts.is_encrypted);
    let plugin = |recipient| KeyFacts { kind: KeyKind::Plugin("trial".to_owned()), recipient };
    let expected = [
        KeyFacts { kind: KeyKind::X25519, recipient: own.to_public().to_string() },
        plugin(to),
        plugin(identity("plain", "red")),
    ];
    assert_eq!(facts.keys, expected);

    // A comment that names somebody else's recipient is not believed.
    let other = encoded("age1other", "x");
    let text = format!("# Recipient: {other}\n{}\n", identity("plain", "blue"));
    let facts = sealing::describe_identity(&secret(&text), &nobody(), &CostPolicy::default()).unwrap();
    assert_eq!(facts.keys, [plugin(identity("plain", "blue"))]);
}

#[test]
fn an_identity_file_with_a_passphrase_is_asked_for_it() {
    let own = age::x25519::Identity::generate();
    let key = VaultKey::generate();
    let mut slots = Slots::default();
    slots.add_recipient(SlotKind::Identity, &key, &own.to_public().to_string(), &nobody()).unwrap();
    let locked = locked(own.to_string().expose_secret().as_bytes(), 2);
    let locked = sealing::identity_text(locked).unwrap();
    assert!(locked.expose_secret().starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));

    let (person, talk) = somebody();
    person.answer("of the key");
    assert_eq!(
        slots.unlock_with_identity(&locked, &talk, &CostPolicy::default()).unwrap().key.fingerprint(),
        key.fingerprint()
    );
    assert_eq!(person.heard(), ["Passphrase of the identity file:"]);
    person.answer("of the key");
    let facts = sealing::describe_identity(&locked, &talk, &CostPolicy::default()).unwrap();
    assert!(facts.is_encrypted && facts.keys[0].recipient == own.to_public().to_string());
    person.answer("of the key");
    let plain = sealing::opened_identity(&locked, &talk, &CostPolicy::default()).unwrap().unwrap();
    assert!(sealing::opened_identity(&plain, &talk, &CostPolicy::default()).unwrap().is_none());

    person.answer("of something else");
    assert_eq!(
        slots.unlock_with_identity(&locked, &talk, &CostPolicy::default()).unwrap_err(),
        SealError::WrongPassphrase
    );
    assert_eq!(
        slots.unlock_with_identity(&locked, &nobody(), &CostPolicy::default()).unwrap_err(),
        SealError::Unanswered
    );
    let costly = sealing::identity_text(costly(21)).unwrap();
    person.answer("of the key");
    let refused = slots.unlock_with_identity(&costly, &talk, &CostPolicy::default()).unwrap_err();
    assert_eq!(refused, SealError::CostTooHigh { log_n: 21, cap: 20 });
}

#[test]
fn an_identity_file_that_needs_more_memory_than_there_is_is_not_tried() {
    let (mut machine, handles) = crate::support::fakes::machine();
    crate::support::vaults::create(&mut machine);
    let mut refused = |work: u8, trust: &Trust| {
        let way = Way::Identity(sealing::identity_text(costly(work)).unwrap());
        tasks::unlock(&mut machine, &way, trust).err().unwrap().to_string()
    };
    handles.host.leave_memory(200 << 20);
    let needs = "opening this file needs 256 MiB of memory; 200 MiB are available";
    assert_eq!(refused(18, &Trust::default()), needs);
    handles.host.leave_memory(8 << 30);
    let trust = Trust { work_factor_cap: 11, ..Default::default() };
    assert_eq!(refused(12, &trust), "opening this file needs scrypt work factor 12; the limit is 11");
    assert!(handles.key_talk.heard().is_empty(), "nobody types a passphrase for nothing");
}

#[test]
fn what_is_no_identity_file_is_refused() {
    let to = age::x25519::Identity::generate().to_public();
    let for_a_key = age::encrypt(&to, b"x").unwrap();
    let twice = locked(sealing::identity_text(locked(b"x", 1)).unwrap().expose_secret().as_bytes(), 1);
    for file in [for_a_key, twice, b"AGE-PLUGIN-TRIAL-1QQQQ".to_vec(), b"-----BEGIN CERTIFICATE-----\n".to_vec()] {
        let text = sealing::identity_text(file).unwrap();
        let (person, talk) = somebody();
        person.answer("of the key");
        assert_eq!(
            sealing::describe_identity(&text, &talk, &CostPolicy::default()).unwrap_err(),
            SealError::NotAnIdentity
        );
    }
    assert_eq!(sealing::identity_text(vec![0xFF, 0]).unwrap_err(), SealError::NotAnIdentity);
}

/// An age file with the passphrase "of the key".
fn locked(plain: &[u8], work: u8) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(secret("of the key"));
    recipient.set_work_factor(work);
    age::encrypt(&recipient, plain).unwrap()
}

/// An age file that says to be as hard as this: nobody has to make it so.
fn costly(work: u8) -> Vec<u8> {
    let cheap = locked(b"AGE-SECRET-KEY-1", 9);
    let header = String::from_utf8_lossy(&cheap).find(" 9\n").unwrap();
    [&cheap[..header], format!(" {work}\n").as_bytes(), &cheap[header + 3..]].concat()
}

fn mine_to_public(text: &SecretString) -> String {
    let identity: age::x25519::Identity = text.expose_secret().parse().unwrap();
    identity.to_public().to_string()
}

fn nobody_but_plugins() -> Talk {
    somebody().1
}

fn body() -> SecretSlice<u8> {
    SecretSlice::from(br#"{"accounts":[]}"#.to_vec())
}

fn manifest() -> Manifest {
    Manifest::new("0123456789abcdef0123456789abcdef".to_owned())
}
