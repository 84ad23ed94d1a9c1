//! What the worker does about the clock.

use std::sync::Arc;

use super::snapshot;
use super::words::{no_entropy, trouble};
use crate::otp::Secret;
use crate::ports::Machine;
use crate::tasks::Session;
use crate::tasks::clock::{
    Facts, Report, ask_network, correction, full_report, keep_asked, quick_report, remember_comparison, set_correction,
};
use crate::tui::clock::{ClockOutcome, ClockTask};
use crate::tui::message::{Outcome, Trouble};

/// As long as SHA-1's own output: RFC 4226, section 4.
const SECRET_BYTES: usize = 20;

pub(super) fn perform(machine: &mut Machine, session: &mut Session, task: ClockTask) -> Result<Outcome, Trouble> {
    let outcome = match task {
        ClockTask::Look => {
            let facts = Facts::around(machine, Some(session));
            ClockOutcome::Looked(Arc::new(full_report(machine, &facts)))
        }
        ClockTask::Correct(millis) => {
            let before = correction(machine).map(|correction| correction.millis);
            set_correction(machine, millis).map_err(|error| trouble(&error, error.next_step()))?;
            ClockOutcome::Corrected { snapshot: snapshot(machine, session), before }
        }
        ClockTask::Remember { ahead, codes, account } => {
            remember_comparison(machine, ahead, codes, account).map_err(|error| trouble(&error, error.next_step()))?;
            ClockOutcome::Remembered(snapshot(machine, session))
        }
        ClockTask::Ask { asked, servers } => {
            let (asking, known) = ask_network(machine, &servers);
            keep_asked(machine, &known).map_err(|error| trouble(&error, error.next_step()))?;
            ClockOutcome::Asked { asked, asking, snapshot: snapshot(machine, session) }
        }
        ClockTask::MakeSecret => {
            let mut bytes = vec![0; SECRET_BYTES];
            machine.entropy.fill(&mut bytes).map_err(no_entropy)?;
            ClockOutcome::Secret(Secret::from_bytes(bytes).expect("20 bytes are neither none nor too many"))
        }
    };
    Ok(Outcome::Clock(outcome))
}

/// Returns what is known of the clock without asking anybody.
pub(super) fn at_a_glance(machine: &Machine, session: &Session) -> Report {
    quick_report(machine, &Facts::near(machine, Some(session)))
}
