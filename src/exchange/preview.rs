//! How another app's accounts stand to the vault, before anything is written.
//!
//! Two accounts are the same if secret and parameters are, whatever they are called.

use std::collections::{BTreeSet, HashMap};

use super::{Entry, Imported, SkipReason, Skipped};
use crate::otp::{Enrolment, Timestamp};
use crate::vault::{self, Account, AccountId, Change, Edit, NewAccount, Stamp, Vault};

/// An export beside the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The accounts that can be brought in, and how they stand.
    pub rows: Vec<Row>,
    /// Those that cannot, and why, in the export's order.
    pub skipped: Vec<Skipped>,
}

/// An account of an export beside the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The account.
    pub entry: Entry,
    /// How it stands to the vault.
    pub standing: Standing,
}

/// How an account of an export stands to the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The vault does not know it.
    New,
    /// It is known.
    Same(Held),
    /// Its HOTP counter has moved on elsewhere: the one here would give out used codes.
    Behind(AccountId),
    /// There is an account of the same name with another secret.
    Differs(AccountId),
}

/// Where a secret is held already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// An account has it.
    Account(AccountId),
    /// An account in the trash has it.
    Trash(AccountId),
    /// An account had it before.
    Former(AccountId),
    /// It stands in the export twice.
    Export,
}

/// What becomes of an account of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It stays out.
    Leave,
    /// It becomes an account of its own.
    Add,
    /// Its secret takes the place of the one of the same name, which is kept as a former one.
    Replace,
    /// The counter here moves on to its own.
    Advance,
}

/// What becomes of accounts that have the name of another one, and another secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// They stay out.
    Skip,
    /// They take the other's place, whose secret is kept as a former one.
    Replace,
    /// They stand beside the other, so that nothing is lost.
    #[default]
    Both,
}

impl Row {
    /// Returns what becomes of it, unless somebody chooses otherwise.
    pub fn choice(&self, on_conflict: OnConflict) -> Choice {
        match (&self.standing, on_conflict) {
            (Standing::New, _) | (Standing::Differs(_), OnConflict::Both) => Choice::Add,
            (Standing::Differs(_), OnConflict::Replace) => Choice::Replace,
            (Standing::Behind(_), _) => Choice::Advance,
            (Standing::Same(_), _) | (Standing::Differs(_), OnConflict::Skip) => Choice::Leave,
        }
    }

    /// Returns everything that it can become, the usual first.
    pub fn choices(&self) -> &'static [Choice] {
        match self.standing {
            Standing::New => &[Choice::Add, Choice::Leave],
            Standing::Same(_) => &[Choice::Leave],
            Standing::Behind(_) => &[Choice::Advance, Choice::Leave],
            Standing::Differs(_) => &[Choice::Add, Choice::Replace, Choice::Leave],
        }
    }

    /// Returns the change that makes the choice come true; none for one that changes nothing.
    pub fn change(&self, choice: Choice, vault: &Vault, id: AccountId, now: Timestamp) -> Option<Change> {
        match (choice, &self.standing) {
            (Choice::Add, _) => Some(Change::Add(Box::new(added(&self.entry, id, now)))),
            (Choice::Replace, Standing::Differs(id)) => {
                Some(Change::Edit(*id, Box::new(replacing(&self.entry, vault.get(*id)?))))
            }
            (Choice::Advance, Standing::Behind(id)) => Some(Change::Advance(*id, self.entry.counter)),
            (Choice::Replace | Choice::Advance | Choice::Leave, _) => None,
        }
    }

    /// Returns whose name it has, ready to be shown.
    pub fn label(&self) -> String {
        let names = [&self.entry.issuer, &self.entry.account];
        let names: Vec<String> =
            names.into_iter().filter(|name| !name.is_empty()).map(|name| crate::shown::shown(name)).collect();
        if names.is_empty() { "(no name)".to_owned() } else { names.join(" · ") }
    }
}

/// Compares exports with the vault and with each other, in their order.
pub fn preview(vault: &Vault, exports: Vec<Imported>) -> Vec<Preview> {
    let mut skipped: Vec<Vec<Skipped>> = Vec::new();
    let mut fitting: Vec<Vec<Entry>> = Vec::new();
    for export in exports {
        let (fits, mut left_out): (Vec<Entry>, Vec<Skipped>) = (Vec::new(), export.skipped);
        let fits = export.accounts.into_iter().fold(fits, |mut fits, entry| {
            match check(&entry) {
                Ok(()) => fits.push(entry),
                Err(reason) => left_out.push(Skipped { index: entry.index, reason }),
            }
            fits
        });
        left_out.sort_by_key(|skipped| skipped.index);
        skipped.push(left_out);
        fitting.push(fits);
    }
    let mut known = Known::of(vault);
    let standings: Vec<Vec<Standing>> =
        fitting.iter().map(|entries| entries.iter().map(|entry| known.standing(entry)).collect()).collect();
    let rows = fitting.into_iter().zip(standings).map(|(entries, standings)| {
        entries.into_iter().zip(standings).map(|(entry, standing)| Row { entry, standing }).collect()
    });
    rows.zip(skipped).map(|(rows, skipped)| Preview { rows, skipped }).collect()
}

/// What the vault and the accounts before have.
struct Known<'a> {
    /// By the secret's bytes, because comparing each with each takes minutes for ten thousand.
    secrets: HashMap<&'a [u8], Vec<(&'a Enrolment, Holder<'a>)>>,
    names: HashMap<(String, String), AccountId>,
}

#[derive(Clone, Copy)]
enum Holder<'a> {
    Account(&'a Account),
    Former(&'a Account),
    Export,
}

impl<'a> Known<'a> {
    fn of(vault: &'a Vault) -> Self {
        let mut known = Self { secrets: HashMap::new(), names: HashMap::new() };
        for account in vault.accounts().chain(vault.trash()) {
            known.hold(account.enrolment(), Holder::Account(account));
        }
        // After all that are in use, which come first when something is found.
        for account in vault.accounts().chain(vault.trash()) {
            account.former().for_each(|enrolment| known.hold(enrolment, Holder::Former(account)));
        }
        for account in vault.accounts() {
            known.names.entry(name(account.issuer(), account.account())).or_insert(account.id());
        }
        known
    }

    fn hold(&mut self, enrolment: &'a Enrolment, holder: Holder<'a>) {
        self.secrets.entry(enrolment.secret.expose_secret()).or_default().push((enrolment, holder));
    }

    fn standing(&mut self, entry: &'a Entry) -> Standing {
        let holders = self.secrets.get(entry.enrolment.secret.expose_secret());
        let holder = holders.and_then(|holders| holders.iter().find(|(held, _)| **held == entry.enrolment));
        if let Some((_, holder)) = holder {
            return match holder {
                Holder::Account(account) if account.trashed().is_some() => Standing::Same(Held::Trash(account.id())),
                Holder::Account(account) if entry.counter > account.counter() => Standing::Behind(account.id()),
                Holder::Account(account) => Standing::Same(Held::Account(account.id())),
                Holder::Former(account) => Standing::Same(Held::Former(account.id())),
                Holder::Export => Standing::Same(Held::Export),
            };
        }
        self.hold(&entry.enrolment, Holder::Export);
        let has_name = !(entry.issuer.is_empty() && entry.account.is_empty());
        let namesake = self.names.get(&name(&entry.issuer, &entry.account)).filter(|_| has_name);
        namesake.map_or(Standing::New, |id| Standing::Differs(*id))
    }
}

fn name(issuer: &str, account: &str) -> (String, String) {
    (issuer.trim().to_lowercase(), account.trim().to_lowercase())
}

/// Tells whether the vault would take it; one name that is too long must not stop the others.
fn check(entry: &Entry) -> Result<(), SkipReason> {
    let now = Timestamp::from_secs(0);
    let change = Change::Add(Box::new(added(entry, AccountId::from_bytes([0; 8]), now)));
    Ok(vault::apply(&mut Vault::default(), &change, Stamp::next(now, None, 0))?)
}

fn added(entry: &Entry, id: AccountId, created: Timestamp) -> NewAccount {
    NewAccount {
        id,
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        enrolment: entry.enrolment.clone(),
        counter: entry.counter,
        tags: entry.tags.iter().cloned().collect(),
        note: entry.note.clone(),
        pinned: entry.pinned,
        // It worked where it comes from.
        pending: false,
        created,
    }
}

fn replacing(entry: &Entry, ours: &Account) -> Edit {
    let tags: BTreeSet<String> = ours.tags().into_iter().map(str::to_owned).chain(entry.tags.iter().cloned()).collect();
    Edit {
        enrolment: Some(entry.enrolment.clone()),
        counter: Some(entry.counter),
        tags: vault::check_tags(&tags).is_ok().then_some(tags),
        note: (ours.note().is_empty() && !entry.note.is_empty()).then(|| entry.note.clone()),
        pending: Some(false),
        ..Edit::default()
    }
}
