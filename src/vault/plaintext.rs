//! A vault as bytes, and back: line 2 of the payload. `docs/VAULT-FORMAT.md` describes it.

mod secrets;

use std::borrow::Cow;
use std::sync::Arc;

use secrecy::SecretSlice;
use serde_json::value::RawValue;
use thiserror::Error;

use super::Vault;
use super::account::{Account, AccountId};
use super::field::{Field, Progress, Write};
use super::recovery::{self, Recovery, SetId};
use super::stamp::Stamp;
use super::wire::{self, WireAccount, WireStamp, WireVault, WireWrite};
use crate::otp::Timestamp;
use secrets::Secrets;

/// About how many bytes an account takes; so that the buffer of a usual vault never grows.
const BYTES_PER_ACCOUNT: usize = 512;

/// Why bytes are no vault. They come out of an authenticated file, so this is our fault or a stranger's tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FormatError {
    /// The JSON cannot be read.
    #[error("the vault's contents cannot be read (column {column})")]
    Json {
        /// Where it fails; the whole of it is one line.
        column: usize,
    },
    /// One account cannot be understood.
    #[error("account number {index} of the vault has no valid {field}")]
    Account {
        /// Which one, from 1.
        index: usize,
        /// Which of its fields.
        field: &'static str,
    },
}

impl FormatError {
    /// Says what to do about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Json { .. } | Self::Account { .. } => {
                "open an earlier copy of the vault, and report this: countersign never writes such a file"
            }
        }
    }
}

/// Writes a vault as one line of JSON.
pub fn write(vault: &Vault) -> SecretSlice<u8> {
    let secrets: Vec<Secrets> = vault.accounts.values().map(|account| Secrets::of(account)).collect();
    let accounts = vault.accounts.values().zip(&secrets).map(|(account, secrets)| to_wire(account, secrets)).collect();
    let purged = vault.purged.iter().map(|(id, stamp)| (id.to_string(), (*stamp).into())).collect();
    let unknown = vault.unknown.iter().map(|(key, json)| (key.clone(), raw(json))).collect();
    let mut bytes = Vec::with_capacity(vault.accounts.len() * BYTES_PER_ACCOUNT + 1024);
    let dismissed =
        vault.dismissed.iter().map(|(finding, field)| (finding.clone(), wire::field::write(field))).collect();
    let apart = vault.apart.moved.iter().map(|(set, stamp)| (set.to_string(), (*stamp).into())).collect();
    let keeps_apart = vault.apart.rule.as_ref().map(wire::field::write).unwrap_or_default();
    let policy = vault.policy.as_ref().map(wire::field::write).unwrap_or_default();
    serde_json::to_writer(&mut bytes, &WireVault { accounts, purged, dismissed, apart, keeps_apart, policy, unknown })
        .expect("strings and numbers, into memory");
    SecretSlice::from(bytes)
}

/// Reads a vault.
///
/// # Errors
/// The bytes are not what [`write()`] makes.
pub fn read(bytes: &[u8]) -> Result<Vault, FormatError> {
    read_some(bytes, &mut |_| true)
}

/// Reads those accounts of a vault that `is_wanted` wants by their labels.
///
/// Saving what this returns would save the others away: it is for looking, and for merging with the whole.
///
/// # Errors
/// The bytes are not what [`write()`] makes.
pub(super) fn read_some(bytes: &[u8], is_wanted: &mut dyn FnMut(&Labels<'_>) -> bool) -> Result<Vault, FormatError> {
    let mut number = 0;
    let mut accounts = Vec::new();
    let mut refused = None;
    let read = wire::read_vault(bytes, &mut |account| {
        number += 1;
        let labels =
            Labels { id: &account.id, issuer: &account.issuer, account: &account.account, tags: &account.tags };
        if !is_wanted(&labels) {
            return true;
        }
        match from_wire(&account) {
            Ok(account) => accounts.push((account.id, Arc::new(account))),
            Err(field) => refused = Some(FormatError::Account { index: number, field }),
        }
        refused.is_none()
    });
    if let Some(refused) = refused {
        return Err(refused);
    }
    // The parser's own message would quote the vault; only its position is told.
    let rest = read.map_err(|error| FormatError::Json { column: error.column() })?;
    let mut vault = Vault { accounts: accounts.into_iter().collect(), ..Vault::default() };
    for (id, stamp) in rest.purged {
        let id = AccountId::parse(&id).ok_or(FormatError::Account { index: 0, field: "id" })?;
        vault.purged.insert(id, stamp.into());
    }
    for (finding, writes) in rest.dismissed {
        let field = wire::field::read(writes).ok_or(FormatError::Account { index: 0, field: "dismissed finding" })?;
        vault.dismissed.insert(finding, field);
    }
    for (set, stamp) in rest.apart {
        let set = SetId::parse(&set).ok_or(FormatError::Account { index: 0, field: "set of recovery codes" })?;
        vault.apart.moved.insert(set, stamp.into());
    }
    // As everywhere: what was moved out is not here, whatever still has it.
    vault.accounts.values_mut().for_each(|account| vault.apart.leave_out(account));
    vault.apart.rule = Some(rest.keeps_apart).filter(|writes| !writes.is_empty()).and_then(wire::field::read);
    // A policy that cannot be read must not be taken for none.
    if !rest.policy.is_empty() {
        let field = wire::field::read(rest.policy).ok_or(FormatError::Account { index: 0, field: "policy" })?;
        vault.policy = Some(field);
    }
    vault.unknown = rest.unknown.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect();
    Ok(vault)
}

/// What a stored account is found by.
pub(super) struct Labels<'a> {
    pub id: &'a str,
    pub issuer: &'a str,
    pub account: &'a str,
    pub tags: &'a [Cow<'a, str>],
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("it was read as JSON, or written by serde_json")
}

fn to_wire<'a>(account: &'a Account, secrets: &'a Secrets) -> WireAccount<'a> {
    let mut stamps = Stamps { added: account.added, touched: account.touched, wire: WireAccount::default() };
    stamps.field("issuer", &account.issuer);
    stamps.field("account", &account.account);
    stamps.field("counter", &account.counter);
    stamps.field("note", &account.note);
    stamps.field("pinned", &account.pinned);
    stamps.field("pending", &account.pending);
    stamps.field("order", &account.order);
    stamps.field("trashed", &Field::map(&account.trashed, |at| at.map(Timestamp::as_millis)));
    stamps.field("candidate", &Field::map(&account.candidate, |at| at.map(WireStamp::from)));
    stamps.field("candidate-counter", &account.candidate_counter);
    account.tags.iter().for_each(|(tag, field)| stamps.field(format!("tag:{tag}"), field));
    for (key, field) in &account.unknown {
        stamps.stamps(key.clone(), field);
    }
    let head = account.enrolments.head();
    stamps.one("secret", head.written, head.kept);
    let with = |set: bool| {
        account
            .tags
            .iter()
            .filter(move |(_, field)| *field.get() == set)
            .map(|(tag, _)| Cow::from(tag.as_str()))
            .collect()
    };
    WireAccount {
        id: account.id.to_string().into(),
        issuer: account.issuer().into(),
        account: account.account().into(),
        enrolment: secrets.head(account),
        counter: account.counter(),
        tags: with(true),
        untagged: with(false),
        note: account.note().into(),
        pinned: account.pinned(),
        pending: account.pending(),
        order: account.order(),
        trashed: account.trashed().map(Timestamp::as_millis),
        created: Some(account.created.as_millis()).filter(|created| *created != account.added.at),
        added: account.added.into(),
        touched: (account.touched != account.added).then(|| account.touched.into()),
        recovery: recovery::write(&account.recovery),
        former: secrets.former(account),
        tried: secrets.tried(account),
        candidate: account.candidate.get().map(WireStamp::from),
        candidate_counter: *account.candidate_counter.get(),
        unknown: account.unknown.iter().map(|(key, field)| (key.clone(), raw(field.get()))).collect(),
        ..stamps.wire
    }
}

/// Collects the stamps that are not what a reader assumes.
struct Stamps<'a> {
    added: Stamp,
    touched: Stamp,
    wire: WireAccount<'a>,
}

impl<'a> Stamps<'a> {
    fn field<T: Clone + PartialEq + Progress + serde::Serialize>(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        field: &Field<T>,
    ) {
        let key = key.into();
        let others: Vec<WireWrite> = field.others().iter().map(WireWrite::of).collect();
        if !others.is_empty() {
            self.wire.others.insert(key.clone(), others);
        }
        self.one(key, field.head().written, field.head().kept);
    }

    /// As [`Stamps::field`], for values that are JSON already.
    fn stamps(&mut self, key: String, field: &Field<String>) {
        let others: Vec<WireWrite> = field
            .others()
            .iter()
            .map(|write| WireWrite { value: raw(&write.value), written: write.written.into(), kept: write.kept.into() })
            .collect();
        if !others.is_empty() {
            self.wire.others.insert(key.clone().into(), others);
        }
        self.one(key, field.head().written, field.head().kept);
    }

    fn one(&mut self, key: impl Into<Cow<'a, str>>, written: Stamp, kept: Stamp) {
        let key = key.into();
        if written != self.added {
            self.wire.written.insert(key.clone(), written.into());
        }
        if kept != self.touched {
            self.wire.kept.insert(key, kept.into());
        }
    }
}

fn from_wire(wire: &WireAccount<'_>) -> Result<Account, &'static str> {
    let added: Stamp = wire.added.into();
    let touched: Stamp = wire.touched.map_or(added, Stamp::from);
    let fields = Fields { added, touched, wire };
    let tags = wire.tags.iter().map(|tag| (tag, true)).chain(wire.untagged.iter().map(|tag| (tag, false)));
    let tags = tags.map(|(tag, set)| Ok((tag.to_string(), fields.field(&format!("tag:{tag}"), set)?)));
    let unknown = wire.unknown.iter().map(|(key, json)| Ok((key.clone(), fields.unknown(key, json)?)));
    Ok(Account {
        id: AccountId::parse(&wire.id).ok_or("id")?,
        created: Timestamp::from_millis(wire.created.unwrap_or(added.at)),
        added,
        touched,
        issuer: fields.field("issuer", wire.issuer.to_string())?,
        account: fields.field("account", wire.account.to_string())?,
        enrolments: secrets::read(wire, fields.stamps("secret"))?,
        candidate: fields.field("candidate", wire.candidate)?.map(|at| at.map(Stamp::from)),
        candidate_counter: fields.field("candidate-counter", wire.candidate_counter)?,
        counter: fields.field("counter", wire.counter)?,
        tags: tags.collect::<Result<_, &'static str>>()?,
        note: fields.field("note", wire.note.to_string())?,
        pinned: fields.field("pinned", wire.pinned)?,
        pending: fields.field("pending", wire.pending)?,
        order: fields.field("order", wire.order)?,
        trashed: fields.field("trashed", wire.trashed)?.map(|at| at.map(Timestamp::from_millis)),
        recovery: wire.recovery.as_deref().map_or_else(|| Ok(Recovery::default()), recovery::read)?,
        unknown: unknown.collect::<Result<_, &'static str>>()?,
    })
}

/// The fields of a stored account, with their stamps.
struct Fields<'a> {
    added: Stamp,
    touched: Stamp,
    wire: &'a WireAccount<'a>,
}

impl Fields<'_> {
    fn stamps(&self, key: &str) -> (Stamp, Stamp) {
        let written = self.wire.written.get(key).map_or(self.added, |stamp| (*stamp).into());
        let kept = self.wire.kept.get(key).map_or(self.touched, |stamp| (*stamp).into());
        (written, kept)
    }

    fn field<T>(&self, key: &str, value: T) -> Result<Field<T>, &'static str>
    where
        T: Clone + PartialEq + Progress + serde::de::DeserializeOwned,
    {
        self.with_others(key, value, |json| serde_json::from_str(json).map_err(|_| "other value"))
    }

    fn unknown(&self, key: &str, json: &RawValue) -> Result<Field<String>, &'static str> {
        self.with_others(key, json.get().to_owned(), |json| Ok(json.to_owned()))
    }

    fn with_others<T: Clone + PartialEq + Progress>(
        &self,
        key: &str,
        value: T,
        read: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Result<Field<T>, &'static str> {
        let (written, kept) = self.stamps(key);
        let head = Write { value, written, kept };
        let others = self.wire.others.get(key).map(Vec::as_slice).unwrap_or_default();
        if others.is_empty() {
            return Ok(Field::of(head));
        }
        let others = others.iter().map(|write| {
            Ok(Write { value: read(write.value.get())?, written: write.written.into(), kept: write.kept.into() })
        });
        let others: Vec<_> = others.collect::<Result<_, &'static str>>()?;
        Ok(Field::of(head).with(others))
    }
}
