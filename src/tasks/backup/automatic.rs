//! Backups that are made without being asked for: after each save, into a folder that the settings name.

use std::path::Path;

use super::create::{Place, allow, there_is, write};
use super::records::{Failing, How, records};
use super::{BackupError, BackupPlan, name, retention};
use crate::ports::{Machine, Version};
use crate::sealing::{self, BackupLock, BackupRecipient};
use crate::shown::shown;
use crate::tasks::session::Session;
use crate::tasks::warning::Warning;

/// Makes a backup of what was just saved, if the session has a plan. Never makes the save fail: it is done.
pub(in crate::tasks) fn after_save(machine: &mut Machine, session: &mut Session) {
    let Some(plan) = session.plan.clone() else {
        return;
    };
    session.warnings.retain(|warning| !matches!(warning, Warning::BackupFailing { .. }));
    let made = make(machine, session, &plan);
    let mut known = records(machine);
    match made {
        Ok(()) if known.failing.is_none() => return,
        Ok(()) => known.failing = None,
        Err(error) => {
            let since = known.failing.as_ref().map_or_else(|| machine.clock.now(), |alarm| alarm.since);
            let why = error.to_string();
            session.warnings.push(Warning::BackupFailing { since, why: why.clone() });
            known.failing = Some(Failing { since, why });
        }
    }
    known.store(machine);
}

fn make(machine: &mut Machine, session: &Session, plan: &BackupPlan) -> Result<(), BackupError> {
    let place = Place::Folder(there_is(machine, &plan.folder)?.to_owned());
    let recipients = plan.recipients.iter().map(|text| BackupRecipient::parse(text)).collect::<Result<Vec<_>, _>>()?;
    allow(machine, session, &recipients)?;
    let (lock, how) = match &recipients[..] {
        [] => (BackupLock::AsTheVault(&session.slots), How::Vault),
        recipients => (BackupLock::Recipients(recipients), How::Recipients),
    };
    let (_, record) = write(machine, session, &place, lock, how, true)?;
    let mut known = records(machine);
    known.add(record);
    retention::thin_out(machine, session, plan, &mut known);
    known.store(machine);
    copy_basket(machine, session, &plan.folder)
}

/// Copies the file of recovery codes that are kept apart, as it is, if this state of it has no copy there yet. It changes
/// seldom, so every state stays. A file that is missing is the audit's business.
fn copy_basket(machine: &mut Machine, session: &Session, folder: &Path) -> Result<(), BackupError> {
    if session.vault.sets_apart().is_empty() {
        return Ok(());
    }
    let Some(basket) = machine.basket_file.read()? else {
        return Ok(());
    };
    let path = folder.join(name::of_the_basket_alone(&session.device.name, &Version::of(&basket.bytes)));
    if machine.documents.look(&path)?.is_some() {
        return Ok(());
    }
    machine.documents.write_new(&path, &basket.bytes)?;
    if machine.documents.read(&path, sealing::MAX_FILE_BYTES)? == basket.bytes {
        return Ok(());
    }
    let is_removed = machine.documents.remove(&path).is_ok();
    Err(BackupError::NotProved { path: shown(&path.to_string_lossy()), is_removed })
}
