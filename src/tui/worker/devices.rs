//! What the worker does with the devices of the vault.

use super::words::trouble;
use super::{snapshot, words};
use crate::ports::Machine;
use crate::sealing::{CostPolicy, WorkFactor};
use crate::tasks::{self, Behind, DeviceError, Session};
use crate::tui::effect::DeviceJob;
use crate::tui::message::{Devices, Outcome, Trouble};

pub(super) fn devices(
    machine: &mut Machine,
    session: &mut Session,
    work: WorkFactor,
    job: DeviceJob,
) -> Result<Outcome, Trouble> {
    let told = |error: DeviceError| trouble(&error, error.next_step());
    let is_requested = matches!(job, DeviceJob::Request { .. });
    let (mut title, mut removed) = (None, None);
    match job {
        DeviceJob::List => {}
        DeviceJob::Request { passphrase } => {
            tasks::make_recipient(machine, None, &passphrase, work).map_err(told)?;
        }
        DeviceJob::Add { recipient, name } => {
            let saved = tasks::add_device(machine, session, &recipient, &name).map_err(told)?;
            title = Some(with_others(&format!("added {}", crate::shown::shown(&name)), &saved));
        }
        DeviceJob::Rename { name } => {
            let saved = tasks::rename_device(machine, session, &name).map_err(told)?;
            title = Some(with_others(&format!("this device is called {}", crate::shown::shown(&name)), &saved));
        }
        DeviceJob::Remove { id, passphrase, new_passphrase } => {
            let policy = CostPolicy { available_bytes: machine.host.available_memory(), ..CostPolicy::default() };
            let behind = Behind { passphrases: passphrase.into_iter().collect(), new_passphrase, policy };
            let report = tasks::remove_device(machine, session, &id, &behind).map_err(told)?;
            title = Some(with_others(&format!("removed {}", crate::shown::shown(&report.name)), &report.saved));
            removed = Some(report);
        }
    }
    Ok(Outcome::Devices(Box::new(Devices {
        snapshot: snapshot(machine, session),
        devices: tasks::devices(session),
        slots: session.slots().into_iter().map(|(kind, _)| crate::shown::shown(&kind)).collect(),
        recipient: tasks::own_recipient(machine),
        is_requested,
        removed,
        title,
    })))
}

fn with_others(title: &str, saved: &tasks::Saved) -> String {
    match words::tell(&saved.decisions).as_slice() {
        [] => title.to_owned(),
        told => format!("{title}; another device {}", told.join(", ")),
    }
}
