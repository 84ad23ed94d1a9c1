//! The clock of the paper worker: real tasks on a machine whose time and time sources the test sets.

use std::sync::Arc;

use countersign::otp::{Ahead, Secret, Timestamp};
use countersign::ports::{Clock, KernelClock, Machine};
use countersign::tasks::clock::{
    Facts, Report, ask_network, correction, full_report, keep_asked, quick_report, remember_comparison, set_correction,
};
use countersign::tui::clock::{ClockOutcome, ClockTask};
use countersign::tui::message::{Outcome, Snapshot, Trouble};

use super::fakes::{Handles, machine};

/// What a throw-away secret is made of here.
pub(crate) const SECRET: [u8; 20] = *b"twenty bytes of test";

/// A clock that the kernel keeps in step, unless the test says otherwise.
pub(crate) struct PaperClock {
    machine: Machine,
    pub(crate) handles: Handles,
}

impl PaperClock {
    pub(crate) fn new() -> Self {
        let (machine, handles) = machine();
        handles.clock.set(Timestamp::from_secs(0));
        handles.time_sources.kernel_says(Some(KernelClock { is_synchronised: true, max_error_millis: Some(400) }));
        Self { machine, handles }
    }

    /// Lets time pass until the app's own moment.
    pub(crate) fn pass(&self, now: Timestamp) {
        self.handles.clock.wait_until(now);
    }

    /// Somebody sets the clock.
    pub(crate) fn step(&self, by_millis: i64) {
        self.handles.clock.set(self.handles.clock.reading().wall.plus_millis(by_millis));
    }

    pub(crate) fn correction_millis(&self) -> i64 {
        self.handles.clock.correction_millis()
    }

    /// Has the kernel keep nothing in step.
    pub(crate) fn unkept(&self) {
        self.handles.time_sources.kernel_says(Some(KernelClock { is_synchronised: false, max_error_millis: None }));
    }

    /// Has been compared with another device by three codes.
    pub(crate) fn compared(&mut self, ahead: Ahead) {
        remember_comparison(&mut self.machine, ahead, 3, None).unwrap();
    }

    /// Has a correction that the user has set.
    pub(crate) fn corrected(&mut self, millis: i64) {
        set_correction(&mut self.machine, Some(millis)).unwrap();
    }

    pub(crate) fn at_a_glance(&self, now: Timestamp) -> Report {
        self.pass(now);
        quick_report(&self.machine, &Facts::default())
    }

    pub(crate) fn perform(
        &mut self,
        task: ClockTask,
        now: Timestamp,
        snapshot: impl Fn(Arc<Report>) -> Snapshot,
    ) -> Outcome {
        self.pass(now);
        let failed =
            |what: String, next_step: &str| Outcome::Failed(Trouble { what, next_step: Some(next_step.to_owned()) });
        Outcome::Clock(match task {
            ClockTask::Look => ClockOutcome::Looked(Arc::new(full_report(&mut self.machine, &Facts::default()))),
            ClockTask::Correct(millis) => {
                let before = correction(&self.machine).map(|correction| correction.millis);
                if let Err(error) = set_correction(&mut self.machine, millis) {
                    return failed(error.to_string(), error.next_step());
                }
                let report = Arc::new(quick_report(&self.machine, &Facts::default()));
                ClockOutcome::Corrected { snapshot: snapshot(report), before }
            }
            ClockTask::Remember { ahead, codes, account } => {
                remember_comparison(&mut self.machine, ahead, codes, account).unwrap();
                ClockOutcome::Remembered(snapshot(Arc::new(quick_report(&self.machine, &Facts::default()))))
            }
            ClockTask::Ask { asked, servers } => {
                let (asking, known) = ask_network(&mut self.machine, &servers);
                keep_asked(&mut self.machine, &known).unwrap();
                let report = Arc::new(quick_report(&self.machine, &Facts::default()));
                ClockOutcome::Asked { asked, asking, snapshot: snapshot(report) }
            }
            ClockTask::MakeSecret => ClockOutcome::Secret(Secret::from_bytes(SECRET.to_vec()).unwrap()),
        })
    }
}
