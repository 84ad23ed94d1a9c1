//! What of the vault's accounts a format can carry, before anything is written.

use std::sync::Arc;

use super::{Entry, Format, Loss, Writer};
use crate::vault::{Account, AccountId};

/// What an export would hold, and what it cannot.
#[derive(Debug)]
pub struct ExportPlan {
    /// The format.
    pub format: &'static Format,
    /// How it is written.
    pub writer: &'static Writer,
    /// What is written, as the format has it.
    pub entries: Vec<Entry>,
    /// What the format cannot carry: of which account, and what.
    pub losses: Vec<(AccountId, String, Vec<Loss>)>,
}

impl ExportPlan {
    /// Finds out what a format can carry of these accounts; `None` if it cannot be written.
    pub fn of(accounts: &[Arc<Account>], format: &'static Format) -> Option<Self> {
        let writer = format.write.as_ref()?;
        let mut plan = Self { format, writer, entries: Vec::new(), losses: Vec::new() };
        for account in accounts {
            plan.take(account);
        }
        Some(plan)
    }

    fn take(&mut self, account: &Account) {
        let mut entry = Entry::of(account, self.entries.len());
        let mut losses = (self.writer.losses)(&entry);
        let is_left_out = losses.iter().any(|loss| loss.leaves_out());
        losses.iter().for_each(|loss| loss.take_off(&mut entry));
        losses.extend((account.former().next().is_some()).then_some(Loss::Former));
        losses.extend((!account.recovery().is_empty()).then_some(Loss::RecoveryCodes));
        if !is_left_out {
            self.entries.push(entry);
        }
        if !losses.is_empty() {
            self.losses.push((account.id(), account.label(), losses));
        }
    }

    /// Returns how many accounts it would hold.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether it would hold none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tells whether the format can be encrypted.
    pub fn can_encrypt(&self) -> bool {
        self.writer.encrypts
    }
}
