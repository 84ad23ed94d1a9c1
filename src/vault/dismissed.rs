//! Findings of the audit that their owner has dismissed: a preference that travels with the vault.

use super::change::ChangeError;
use super::device_memory::LastChange;
use super::field::Field;
use super::stamp::Stamp;
use super::{Change, Vault};

/// The longest reason, and the longest id of a finding, in bytes.
const REASON_LIMIT: usize = 1024;
const ID_LIMIT: usize = 8 * 1024;

/// Dismisses a finding with a reason, or takes that back.
///
/// # Errors
/// The reason is empty or too long; nothing was changed then.
pub(super) fn apply(vault: &mut Vault, id: &str, reason: Option<&str>, stamp: Stamp) -> Result<(), ChangeError> {
    for (field, text, limit) in [("reason", reason.unwrap_or_default(), REASON_LIMIT), ("id", id, ID_LIMIT)] {
        if text.len() > limit {
            return Err(ChangeError::TooLong { field, limit });
        }
    }
    if reason.is_some_and(|reason| reason.trim().is_empty()) {
        return Err(ChangeError::NoReason);
    }
    if vault.dismissal(id) == reason {
        return Ok(());
    }
    vault.dismissed.insert(id.to_owned(), Field::new(reason.map(str::to_owned), stamp));
    Ok(())
}

/// Returns the changes that take back what the last one did.
pub(super) fn undoing(last: &LastChange, now: &Vault) -> Vec<Change> {
    let made = |id: &String| match &last.after {
        Some(after) => after.dismissed.get(id).map(|field| field.head().written),
        None => Some(last.stamp),
    };
    let by_it = now.dismissed.iter().filter(|(id, field)| {
        made(id) == Some(field.head().written) && last.before.dismissal(id) != field.get().as_deref()
    });
    by_it.map(|(id, _)| Change::Dismiss(id.clone(), last.before.dismissal(id).map(str::to_owned))).collect()
}
