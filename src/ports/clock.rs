//! Time: what it is, how sure that is, and who else could be asked.

use thiserror::Error;

use crate::otp::{Ahead, Timestamp};

/// The wall clock, with the user's own correction applied. All who hold one of the same run share the correction.
pub trait Clock: Send {
    /// Returns the present moment: this computer's time and the correction.
    fn now(&self) -> Timestamp;
    /// Returns when the corrected clock has reached `moment`, at once if it has already.
    fn wait_until(&self, moment: Timestamp);
    /// Returns what the clocks of this computer show, without the correction.
    fn reading(&self) -> ClockReading;
    /// Returns what is added to this computer's time, in milliseconds.
    fn correction_millis(&self) -> i64;
    /// Adds this to this computer's time from now on, in this run.
    fn correct(&self, millis: i64);
}

/// What the clocks of this computer show at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The wall clock, which can be set.
    pub wall: Timestamp,
    /// Milliseconds of a clock that nobody sets; it stands still while the computer sleeps. Only differences mean something.
    pub monotonic_millis: i64,
    /// Milliseconds since the computer was started, its sleep included; `None` where the system does not tell.
    pub boot_millis: Option<i64>,
}

impl ClockReading {
    /// Returns how far the wall clock was set forward since `earlier`, in milliseconds: what it gained on the other
    /// clocks. Where the system does not tell how long it slept, sleeping looks like being set forward.
    pub fn stepped_since(&self, earlier: &Self) -> i64 {
        let wall = self.wall.millis_since(earlier.wall);
        let passed = match (self.boot_millis, earlier.boot_millis) {
            (Some(now), Some(then)) => now.saturating_sub(then),
            _ => self.monotonic_millis.saturating_sub(earlier.monotonic_millis), // one of both is unknown
        };
        wall.saturating_sub(passed)
    }

    /// Returns how long the computer slept since `earlier`, in milliseconds; 0 where the system does not tell.
    pub fn slept_since(&self, earlier: &Self) -> i64 {
        let monotonic = self.monotonic_millis.saturating_sub(earlier.monotonic_millis);
        let both = self.boot_millis.zip(earlier.boot_millis);
        both.map_or(0, |(now, then)| now.saturating_sub(then).saturating_sub(monotonic).max(0))
    }
}

/// Who else may know what time it is.
pub trait TimeSources: Send {
    /// Returns what the kernel knows of its own clock; `None` where it cannot be asked.
    fn kernel(&self) -> Option<KernelClock>;
    /// Returns what the time services of this system say of themselves. May start their own programs: not for every key.
    fn services(&mut self) -> Vec<TimeService>;
    /// Asks servers over the network, all at once, and returns what each said, in their order; an error where a server
    /// gave no answer that can be used. Nothing else here opens a connection.
    fn ask(&mut self, servers: &[String]) -> Vec<Result<ServerAnswer, ServerError>>;
    /// Returns when this program was made: it cannot be earlier than that.
    fn built(&self) -> Timestamp;
    /// Returns a name for the time since this computer was started, so that a reading can be told from one before that.
    fn boot_name(&self) -> Option<String>;
    /// Returns who is in charge of this system's clock.
    fn keeper(&self) -> Keeper;
}

/// Who is in charge of a system's clock: whom to turn to, and whether the kernel's doubt means anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// By what the clock is set here.
    pub means: Means,
    /// Whether this is a virtual machine, which may leave its clock to its host.
    pub is_virtual: bool,
}

/// By what a system's clock is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// systemd's `timedatectl`.
    Systemd,
    /// A chrony that systemd does not look after.
    Chrony,
    /// OpenRC's services, as on Alpine.
    OpenRc,
    /// The Windows around a Windows Subsystem for Linux.
    Wsl,
    /// The host of a container.
    ContainerHost,
    /// The settings of macOS.
    MacOs,
    /// The Windows time service.
    Windows,
    /// Something else.
    Unknown,
}

/// What the kernel knows of its own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelClock {
    /// Whether somebody keeps it in step with the world. In containers and virtual machines a no may mean nothing.
    pub is_synchronised: bool,
    /// How far it may be off at most, by its own account, in milliseconds.
    pub max_error_millis: Option<i64>,
}

/// What a time service says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeService {
    /// Its name, as its users know it.
    pub name: &'static str,
    /// Whether it keeps the clock in step; `None` where it does not say.
    pub is_synchronised: Option<bool>,
    /// How far this computer is ahead, if it says so.
    pub ahead: Option<Ahead>,
    /// When it last heard from its servers.
    pub last: Option<Timestamp>,
}

/// What a server on the network said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerAnswer {
    /// How far this computer is ahead of it, in milliseconds.
    pub ahead_millis: i64,
    /// How long the answer took, in milliseconds: the truth lies within half of it.
    pub round_trip_millis: i64,
    /// How many servers stand between it and a reference clock (RFC 5905, section 7.3).
    pub stratum: u8,
}

/// Why a server on the network was of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ServerError {
    /// No computer of this name was found.
    #[error("no server of this name was found")]
    NotFound,
    /// It did not answer in time.
    #[error("it did not answer in time")]
    NoAnswer,
    /// It does not want to be asked (RFC 5905, section 7.4).
    #[error("it does not want to be asked")]
    Refused,
    /// It does not know the time itself.
    #[error("it does not know the time itself")]
    NotSynchronised,
    /// What came back is no answer to our question.
    #[error("what it answered makes no sense")]
    Nonsense,
}
