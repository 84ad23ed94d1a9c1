//! What speaks against storing codes with an account. Each is a question to their owner, and none is a refusal.

use std::fmt;

use super::{Reading, Remark};
use crate::shown::shown;
use crate::vault::{Account, AccountId, RecoverySet, SetId, SetTexts, Vault};

/// Something that speaks against storing codes with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// An account has all of these codes; its label, ready to be shown.
    Held(String),
    /// An account has some of them.
    Shared {
        /// How many.
        count: usize,
        /// The account's label, ready to be shown.
        with: String,
    },
    /// The text names another account.
    Names {
        /// Its issuer, ready to be shown.
        other: String,
        /// The label of the account that the codes are for, ready to be shown.
        own: String,
    },
    /// So many lines were not understood, or not whole.
    OddLines(usize),
    /// The codes differ in length or grouping.
    Lengths,
    /// Codes stand under two headings.
    Headings,
}

impl fmt::Display for Doubt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(label) => write!(formatter, "{label} has these very codes already"),
            Self::Shared { count: 1, with } => write!(formatter, "{with} has 1 of these codes already"),
            Self::Shared { count, with } => write!(formatter, "{with} has {count} of these codes already"),
            Self::Names { other, own } => write!(formatter, "the text names {other}, and this account is {own}"),
            Self::OddLines(1) => write!(formatter, "1 line was not understood, and is kept as text"),
            Self::OddLines(count) => write!(formatter, "{count} lines were not understood, and are kept as text"),
            Self::Lengths => Remark::Lengths.fmt(formatter),
            Self::Headings => Remark::Headings.fmt(formatter),
        }
    }
}

impl Doubt {
    /// Says what to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Held(_) | Self::Shared { .. } | Self::Names { .. } => {
                "check that these are the codes of this account"
            }
            Self::OddLines(_) => "look at them: they are kept as text, not as codes",
            Self::Lengths | Self::Headings => "give one set at a time, whole",
        }
    }
}

/// Returns the set that holds all of these codes already, if it was not removed, and whose it is.
pub fn holder(vault: &Vault, reading: &Reading) -> Option<(AccountId, SetId)> {
    let has = |texts: &SetTexts| reading.codes.iter().all(|code| texts.codes().contains(&code.text));
    let holds = |set: &RecoverySet| set.texts().is_some_and(has);
    vault.accounts().find_map(|account| {
        let set = account.recovery().sets().into_iter().find(|set| holds(set))?;
        Some((account.id(), set.id()))
    })
}

/// Returns everything that speaks against storing these codes with the account.
pub fn doubts(vault: &Vault, account: &Account, reading: &Reading) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    match holder(vault, reading) {
        Some((owner, _)) => doubts.extend(vault.get(owner).map(|owner| Doubt::Held(owner.label()))),
        None => doubts.extend(vault.accounts().filter_map(|other| shared(other, reading))),
    }
    let names_this = reading.mentions(account.issuer()) || reading.mentions(account.account());
    let is_another =
        |other: &Account| !other.issuer().eq_ignore_ascii_case(account.issuer()) && reading.mentions(other.issuer());
    if let Some(other) = vault.accounts().find(|other| is_another(other)).filter(|_| !names_this) {
        doubts.push(Doubt::Names { other: shown(other.issuer()), own: account.label() });
    }
    doubts.extend((!reading.is_understood()).then_some(Doubt::OddLines(reading.odd.len())));
    doubts.extend(reading.remarks.contains(&Remark::Lengths).then_some(Doubt::Lengths));
    doubts.extend(reading.remarks.contains(&Remark::Headings).then_some(Doubt::Headings));
    doubts
}

fn shared(account: &Account, reading: &Reading) -> Option<Doubt> {
    let sets = account.recovery().sets();
    let texts: Vec<&SetTexts> = sets.iter().filter_map(|set| set.texts()).collect();
    let is_held = |code: &&super::ReadCode| texts.iter().any(|texts| texts.codes().contains(&code.text));
    let count = reading.codes.iter().filter(is_held).count();
    (count > 0).then(|| Doubt::Shared { count, with: account.label() })
}
