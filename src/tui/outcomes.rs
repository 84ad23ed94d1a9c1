//! What the user is told about what the worker did.

use super::dates;
use super::message::{Copied, FoundCopy, Outcome, Snapshot};
use super::notice::Notice;
use super::screen::Context;
use super::widgets::countdown::EXPIRING_MILLIS;
use crate::ports::Delivery;

/// Returns the snapshot that came with an outcome, if the vault was open before.
pub fn snapshot(outcome: &Outcome) -> Option<&Snapshot> {
    match outcome {
        Outcome::Saved { snapshot, .. }
        | Outcome::Undone { snapshot, .. }
        | Outcome::Refreshed { snapshot, .. }
        | Outcome::RecoveryCopied { snapshot, .. }
        | Outcome::Basket { snapshot, .. }
        | Outcome::Copied { snapshot, .. } => Some(snapshot),
        Outcome::Devices(devices) => Some(&devices.snapshot),
        Outcome::Backup(outcome) => outcome.snapshot(),
        Outcome::Clock(outcome) => outcome.snapshot(),
        Outcome::Slots(outcome) => outcome.slots().map(|slots| &slots.snapshot),
        Outcome::Looked(_)
        | Outcome::Unlocked { .. }
        | Outcome::NotUnlocked { .. }
        | Outcome::Key(_)
        | Outcome::Generated(_)
        | Outcome::MergeReviewed(_)
        | Outcome::ExportRead(_)
        | Outcome::NeedsPassword { .. }
        | Outcome::Exported { .. }
        | Outcome::Read { .. }
        | Outcome::AuditFacts(_)
        | Outcome::RecoveryRead { .. }
        | Outcome::BasketRefused { .. }
        | Outcome::Leftovers(_)
        | Outcome::SheetWritten(_)
        | Outcome::Locked
        | Outcome::Failed(_)
        | Outcome::Crashed => None,
    }
}

/// Returns the notice for an outcome; screens tell the rest in place.
pub fn notice(outcome: &Outcome, context: &Context<'_>) -> Option<Notice> {
    match outcome {
        Outcome::Saved { title, told, .. } if told.is_empty() => Some(Notice::good(format!("{title} · u undo"))),
        Outcome::Saved { title, told, .. } => {
            Some(Notice::note(format!("{title}; another device {}", told.join(", "))))
        }
        // It may be of an earlier run, and name an account that is gone since.
        Outcome::Undone { .. } if context.hides_names() => Some(Notice::good("undone")),
        Outcome::Undone { title, .. } => Some(Notice::good(format!("undone: {title}"))),
        Outcome::Refreshed { copy: Some(copy), .. } => Some(Notice::note(copy_words(copy, context))),
        Outcome::Refreshed { told, .. } if told.is_empty() => None,
        Outcome::Refreshed { told, .. } => Some(Notice::note(format!("another device {}", told.join(", ")))),
        Outcome::Copied { copied, .. } => Some(copied_notice(copied, context)),
        Outcome::Devices(devices) => devices.title.clone().map(Notice::good),
        Outcome::RecoveryCopied { number, left, delivery, notes, .. } => {
            let what = format!("code {number} {}, marked as used · {left} left · u undo", told_place(*delivery));
            Some(match notes.first() {
                None => Notice::good(what),
                Some(note) => Notice::note(format!("{what}; {note}")),
            })
        }
        Outcome::Clock(outcome) => outcome.notice(),
        Outcome::Slots(outcome) => outcome.slots().and_then(|slots| slots.title.clone()).map(Notice::good),
        Outcome::Basket { title, .. } => Some(Notice::good(title.clone())),
        Outcome::SheetWritten(path) => Some(Notice::note(format!("wrote {path}: print it, then delete it"))),
        Outcome::Failed(trouble) => Some(Notice::trouble(trouble)),
        Outcome::Crashed => Some(Notice::note("something went wrong inside; what was saved is safe")),
        Outcome::Exported { path, accounts, is_encrypted } => Some(exported_notice(path, *accounts, *is_encrypted)),
        Outcome::Looked(_)
        | Outcome::Unlocked { .. }
        | Outcome::NotUnlocked { .. }
        | Outcome::Key(_)
        | Outcome::Generated(_)
        | Outcome::MergeReviewed(_)
        | Outcome::ExportRead(_)
        | Outcome::NeedsPassword { .. }
        | Outcome::Read { .. }
        | Outcome::AuditFacts(_)
        | Outcome::RecoveryRead { .. }
        | Outcome::BasketRefused { .. }
        | Outcome::Leftovers(_)
        | Outcome::Backup(_)
        | Outcome::Locked => None,
    }
}

fn exported_notice(path: &str, accounts: usize, is_encrypted: bool) -> Notice {
    let plural = if accounts == 1 { "" } else { "s" };
    match is_encrypted {
        true => Notice::good(format!("{accounts} account{plural} in {path}, encrypted and read back")),
        false => {
            Notice::note(format!("{accounts} account{plural} in {path}, NOT encrypted: delete it when it has arrived"))
        }
    }
}

fn copy_words(copy: &FoundCopy, context: &Context<'_>) -> String {
    let when = dates::when(copy.saved, context.now, &context.settings.time_zone);
    match &copy.device {
        Some(device) => format!("conflict copy of {device}, {when}: m merges"),
        None => format!("conflict copy by {}, {when}: m merges", copy.tool),
    }
}

/// Returns what to tell about a vault that was just opened.
pub fn greeting(snapshot: &Snapshot, context: &Context<'_>) -> Option<Notice> {
    snapshot.warnings.first().map(Notice::trouble).or_else(|| reminder(snapshot, context))
}

/// Returns the reminder that it is time to prove a backup again.
fn reminder(snapshot: &Snapshot, context: &Context<'_>) -> Option<Notice> {
    let backups = &snapshot.backups;
    let since = backups.last_proved().or_else(|| backups.made.iter().map(|backup| backup.made).min())?;
    let days = dates::days_since(since, context.now, &context.settings.time_zone);
    let is_due = backups.is_drill_due(context.now, context.settings.remind_days);
    let is_old = u64::try_from(days).is_ok_and(|days| days > context.settings.remind_days);
    (is_due && is_old).then(|| Notice::note(format!("no backup was proved for {days} days · b proves one")))
}

fn copied_notice(copied: &Copied, context: &Context<'_>) -> Notice {
    let delivery = match &copied.delivery {
        Ok(delivery) => *delivery,
        Err(trouble) => return Notice::trouble(trouble),
    };
    // What a multiplexer keeps matters more than what could be done next: one line has no place for both.
    let (what, advice) = if copied.is_new {
        ("copied the new secret's code".to_owned(), " · c once the site has accepted it")
    } else if let Some(doubt) = doubt(copied, context) {
        doubt
    } else if is_rotating(copied, context) {
        ("copied the old secret's code: the account is being rotated".to_owned(), "")
    } else {
        return match (delivery.warning(), context.settings.clear_after_secs) {
            (Some(_), _) => Notice::note(told_place(delivery)),
            (None, 0) => Notice::good(told_place(delivery)),
            (None, secs) => Notice::good(format!("{}, clears in {secs} s", told_place(delivery))),
        };
    };
    match delivery.warning() {
        Some(kept) => Notice::note(format!("{what}; {kept}")),
        None if copied.is_new => Notice::good(format!("{what}{advice}")),
        None => Notice::note(format!("{what}{advice}")),
    }
}

fn is_rotating(copied: &Copied, context: &Context<'_>) -> bool {
    let account = context.snapshot.and_then(|snapshot| snapshot.vault.get(copied.id));
    account.is_some_and(|account| account.candidate().is_some())
}

/// Returns why a server may refuse the copied code, and what to do then.
fn doubt(copied: &Copied, context: &Context<'_>) -> Option<(String, &'static str)> {
    let (from, until) = copied.valid?;
    let left = until.millis_since(context.now);
    if from > context.now {
        let right_in = seconds(from.millis_since(context.now));
        return Some((format!("copied the next code, right in {right_in} s"), ""));
    }
    if copied.used_before {
        return Some((format!("copied again: used already, next in {} s", seconds(left)), " · w waits"));
    }
    let is_expiring = left < EXPIRING_MILLIS;
    is_expiring
        .then(|| (format!("copied, expires in {} s", seconds(left)), " · n copies the next · w waits and copies it"))
}

/// Tells whether something was put on the clipboard.
pub fn is_on_clipboard(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Copied { copied, .. } => copied.delivery.is_ok(),
        Outcome::RecoveryCopied { .. } => true,
        _ => false, // the others copy nothing
    }
}

/// Says where a text went, and what must be known of that place.
fn told_place(delivery: Delivery) -> String {
    let place = match delivery {
        Delivery::Native => "copied",
        Delivery::Terminal | Delivery::Multiplexer(_) => "sent to the terminal's clipboard",
    };
    match delivery.warning() {
        Some(kept) => format!("{place}, {kept}"),
        None => place.to_owned(),
    }
}

/// Returns whole seconds, rounded up, as a countdown says them.
fn seconds(millis: i64) -> i64 {
    millis.saturating_add(999).div_euclid(1000).max(0)
}
