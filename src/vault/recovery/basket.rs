//! What the basket holds: the texts of recovery codes that are kept apart from the vault, a line of JSON each.
//!
//! A person who opens it with `age` and nothing else can read it. `docs/VAULT-FORMAT.md` describes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secrecy::SecretSlice;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use thiserror::Error;

use super::texts::SetTexts;
use super::wire::{read_texts, texts_of};
use super::{NewSet, SetId};
use crate::otp::Timestamp;
use crate::vault::Vault;
use crate::vault::account::{Account, AccountId};

/// What the first line says of the others.
const WHAT: &str = "recovery codes that countersign keeps apart from its vault";

/// The texts of recovery codes, and whose they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasketContents {
    /// To whom the file is encrypted, as `age1…`; none where a passphrase opens it.
    pub recipients: Vec<String>,
    sets: BTreeMap<SetId, KeptApart>,
    /// Members of the first line that a newer version wrote, as JSON.
    unknown: BTreeMap<String, String>,
}

/// One set in the basket.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KeptApart {
    account: AccountId,
    issuer: String,
    name: String,
    origin: String,
    created: Timestamp,
    texts: Arc<SetTexts>,
    /// Members that a newer version wrote, as JSON.
    unknown: BTreeMap<String, String>,
}

/// Why bytes are no basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the recovery codes that are kept apart cannot be read")]
pub struct BasketFormatError {
    /// Which line, from 1.
    pub line: usize,
}

impl BasketFormatError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        "open it with age, as docs/RECOVER.md says, or take an earlier copy of it"
    }
}

impl BasketContents {
    /// Returns the texts of a set.
    pub fn texts(&self, set: SetId) -> Option<&SetTexts> {
        self.sets.get(&set).map(|kept| &*kept.texts)
    }

    /// Returns the texts of a set, to be held longer.
    pub(super) fn shared(&self, set: SetId) -> Option<Arc<SetTexts>> {
        self.sets.get(&set).map(|kept| Arc::clone(&kept.texts))
    }

    /// Returns the texts of these sets, as far as they are here.
    pub fn texts_of(&self, sets: &BTreeSet<SetId>) -> BTreeMap<SetId, Arc<SetTexts>> {
        let held = self.sets.iter().filter(|(set, _)| sets.contains(set));
        held.map(|(set, kept)| (*set, Arc::clone(&kept.texts))).collect()
    }

    /// Returns every set in it.
    pub fn sets(&self) -> BTreeSet<SetId> {
        self.sets.keys().copied().collect()
    }

    /// Tells whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Takes the texts of every set that the vault has.
    pub fn take_from(&mut self, vault: &Vault) {
        let accounts = vault.accounts.values();
        let sets = accounts.flat_map(|account| account.recovery.sets.values().map(move |set| (account, set)));
        for (account, set) in sets {
            if let Some(held) = &set.held {
                let kept = KeptApart::of(account, &set.origin, set.created, Arc::clone(&held.texts));
                self.insert(set.id, kept);
            }
        }
    }

    /// Takes the texts of a set that is about to be stored.
    pub fn take_new(&mut self, account: &Account, new: &NewSet) {
        self.insert(new.id, KeptApart::of(account, &new.origin, new.created, new.texts()));
    }

    /// Drops sets.
    pub fn drop_sets(&mut self, sets: &BTreeSet<SetId>) {
        self.sets.retain(|set, _| !sets.contains(set));
    }

    /// Takes everything that another basket has.
    pub fn join(&mut self, other: &Self) {
        other.sets.iter().for_each(|(set, kept)| self.insert(*set, kept.clone()));
    }

    /// The texts of a set never change, so what is there stays, but for what the account is called.
    fn insert(&mut self, set: SetId, kept: KeptApart) {
        let held = self.sets.entry(set).or_insert_with(|| kept.clone());
        if held.texts == kept.texts && line(&kept.members(set)) > line(&held.members(set)) {
            *held = kept;
        }
    }

    /// Writes it as lines of JSON.
    pub fn write(&self) -> SecretSlice<u8> {
        let mut head = vec![("what", raw(WHAT)), ("app", raw(&1))];
        if !self.recipients.is_empty() {
            head.push(("recipients", raw(&self.recipients)));
        }
        let mut lines = line(&with_unknown(head, &self.unknown));
        for (set, kept) in &self.sets {
            lines.push_str(&line(&kept.members(*set)));
        }
        SecretSlice::from(lines.into_bytes())
    }

    /// Reads what [`BasketContents::write`] wrote; spaces and empty lines behind it do not matter.
    ///
    /// # Errors
    /// Names the line, and quotes nothing of it.
    pub fn read(bytes: &[u8]) -> Result<Self, BasketFormatError> {
        let fault = |line| BasketFormatError { line };
        let text = std::str::from_utf8(bytes).map_err(|_secret| fault(1))?;
        let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        let (head, _) = lines.next().ok_or(fault(1))?;
        let mut head = members_of(head).ok_or(fault(1))?;
        let what: Option<String> = take(&mut head, "what");
        let (_format, recipients): (Option<u64>, _) = (take(&mut head, "app"), take(&mut head, "recipients"));
        what.ok_or(fault(1))?;
        let mut basket =
            Self { recipients: recipients.unwrap_or_default(), sets: BTreeMap::new(), unknown: kept(head) };
        for (line, number) in lines {
            let (set, kept) = members_of(line).and_then(KeptApart::read).ok_or(fault(number))?;
            basket.insert(set, kept);
        }
        Ok(basket)
    }
}

type Members = BTreeMap<String, Box<RawValue>>;
/// Members in the order in which a person reads them.
type Line = Vec<(String, Box<RawValue>)>;

impl KeptApart {
    fn of(account: &Account, origin: &str, created: Timestamp, texts: Arc<SetTexts>) -> Self {
        Self {
            account: account.id,
            issuer: account.issuer().to_owned(),
            name: account.account().to_owned(),
            origin: origin.to_owned(),
            created,
            texts,
            unknown: BTreeMap::new(),
        }
    }

    fn members(&self, set: SetId) -> Line {
        let members = vec![
            ("issuer", raw(&self.issuer)),
            ("account", raw(&self.name)),
            ("day", raw(&self.created.day_utc())),
            ("codes", raw(&texts_of(&self.texts))),
            ("about", raw(&self.texts.about)),
            ("origin", raw(&self.origin)),
            ("created", raw(&self.created.as_millis())),
            ("account-id", raw(&self.account.to_string())),
            ("set", raw(&set.to_string())),
        ];
        with_unknown(members, &self.unknown)
    }

    fn read(mut members: Members) -> Option<(SetId, Self)> {
        let set: String = take(&mut members, "set")?;
        let account: String = take(&mut members, "account-id")?;
        let about = take(&mut members, "about").unwrap_or_default();
        let _day_is_for_people: Option<String> = take(&mut members, "day");
        let kept_apart = Self {
            account: AccountId::parse(&account)?,
            issuer: take(&mut members, "issuer").unwrap_or_default(),
            name: take(&mut members, "account").unwrap_or_default(),
            origin: take(&mut members, "origin").unwrap_or_default(),
            created: Timestamp::from_millis(take(&mut members, "created").unwrap_or(0)),
            texts: Arc::new(read_texts(take(&mut members, "codes")?, about).ok()?),
            unknown: kept(members),
        };
        Some((SetId::parse(&set)?, kept_apart))
    }
}

fn members_of(line: &str) -> Option<Members> {
    // serde's message would quote the line, so it goes no further.
    serde_json::from_str(line).ok()
}

fn take<T: DeserializeOwned>(members: &mut Members, name: &str) -> Option<T> {
    serde_json::from_str(members.remove(name)?.get()).ok()
}

fn kept(members: Members) -> BTreeMap<String, String> {
    members.into_iter().map(|(name, json)| (name, json.get().to_owned())).collect()
}

fn with_unknown(members: Vec<(&str, Box<RawValue>)>, unknown: &BTreeMap<String, String>) -> Line {
    let known = members.into_iter().map(|(name, json)| (name.to_owned(), json));
    let json = |json: &String| RawValue::from_string(json.clone()).expect("it was read as JSON");
    known.chain(unknown.iter().map(|(name, text)| (name.clone(), json(text)))).collect()
}

fn line(members: &Line) -> String {
    struct InOrder<'a>(&'a Line);
    impl Serialize for InOrder<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(name, json)| (name, json)))
        }
    }
    let json = serde_json::to_string(&InOrder(members)).expect("names and JSON are JSON");
    format!("{json}\n")
}

fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).expect("strings, numbers and lists of them are JSON")
}
