//! Who else may know what time it is: the kernel, the services of this system, servers on the network.

use super::{clock_keeper, kernel_clock, network_time, time_services};
use crate::otp::Timestamp;
use crate::ports::{Keeper, KernelClock, ServerAnswer, ServerError, TimeService, TimeSources};

/// The day on which this version was written, 2026-11-22 (UTC). A constant rather than the moment of the build: that
/// would be the builder's clock, which may be wrong as well, and no two builds would be alike.
const WRITTEN: Timestamp = Timestamp::from_secs(1_795_305_600);

/// What this computer has.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimeSources;

impl TimeSources for SystemTimeSources {
    fn kernel(&self) -> Option<KernelClock> {
        kernel_clock::state()
    }

    fn services(&mut self) -> Vec<TimeService> {
        time_services::all()
    }

    fn ask(&mut self, servers: &[String]) -> Vec<Result<ServerAnswer, ServerError>> {
        network_time::ask(servers)
    }

    fn built(&self) -> Timestamp {
        WRITTEN
    }

    fn boot_name(&self) -> Option<String> {
        #[cfg(target_os = "linux")]
        {
            let name = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
            Some(name.trim().to_owned())
        }
        #[cfg(not(target_os = "linux"))]
        {
            None
        }
    }

    fn keeper(&self) -> Keeper {
        clock_keeper::find()
    }
}
