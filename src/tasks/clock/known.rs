//! What this device remembers of its clock, without secrets and without names: one file for all vaults.

use serde::{Deserialize, Serialize};

use crate::otp::{Ahead, Timestamp};
use crate::ports::{ClockReading, FileError, Machine, StateSlot};
use crate::vault::AccountId;

/// All that is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What the user has countersign add to this computer's time.
    pub correction: Option<Correction>,
    /// The last comparison with another device.
    pub compared: Option<Compared>,
    /// The last time that somebody had the network asked.
    pub asked: Option<Asked>,
    /// The last time that somebody looked at the clock.
    pub looked: Option<Seen>,
}

/// What the user has countersign add to this computer's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// How much, in milliseconds: negative where the computer is ahead.
    pub millis: i64,
    /// When it was set, by the clocks of that moment.
    pub set: Seen,
    /// Whether something kept the clock in step then.
    pub was_synchronised: bool,
}

/// A comparison with another device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// How far this computer, without a correction, was ahead.
    pub ahead: Ahead,
    /// How many codes or key presses it rests on.
    pub codes: u32,
    /// Whose codes these were; `None` for a secret that was made for it.
    pub account: Option<AccountId>,
    /// When.
    pub at: Seen,
}

/// What servers on the network said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How far this computer, without a correction, was ahead; `None` where they were of no use.
    pub ahead: Option<Ahead>,
    /// Who was asked.
    pub servers: Vec<String>,
    /// When.
    pub at: Seen,
}

/// A moment as the clocks of this computer showed it, so that it is seen later whether the wall clock was set since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The wall clock, without correction.
    pub wall: Timestamp,
    /// Since the computer was started.
    pub boot_millis: Option<i64>,
    /// Which start that was.
    pub boot_name: Option<String>,
}

impl Seen {
    /// Returns the present moment.
    pub fn now(machine: &Machine) -> Self {
        let reading = machine.clock.reading();
        Self { wall: reading.wall, boot_millis: reading.boot_millis, boot_name: machine.time_sources.boot_name() }
    }

    /// Returns how far the wall clock was set forward since, in milliseconds; `None` where the computer was started
    /// anew or does not tell.
    pub fn stepped_by(&self, now: &Self) -> Option<i64> {
        if self.boot_name.is_none() || self.boot_name != now.boot_name {
            return None;
        }
        let of = |seen: &Self| {
            let boot_millis = Some(seen.boot_millis?);
            Some(ClockReading { wall: seen.wall, monotonic_millis: 0, boot_millis })
        };
        Some(of(now)?.stepped_since(&of(self)?))
    }
}

/// Returns what is remembered; what cannot be read is nothing.
pub fn known(machine: &Machine) -> Known {
    let stored = machine.state.load(StateSlot::Clock).ok().flatten();
    stored.and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).ok()).map(Known::from).unwrap_or_default()
}

/// Remembers a comparison with another device.
///
/// # Errors
/// It cannot be kept.
pub fn remember_comparison(
    machine: &mut Machine,
    ahead: Ahead,
    codes: u32,
    account: Option<AccountId>,
) -> Result<(), FileError> {
    let compared = Compared { ahead, codes, account, at: Seen::now(machine) };
    change(machine, |known| known.compared = Some(compared))
}

/// Remembers what servers on the network said; `None` if they were of no use.
///
/// # Errors
/// It cannot be kept.
pub fn remember_network(machine: &mut Machine, ahead: Option<Ahead>, servers: Vec<String>) -> Result<(), FileError> {
    let asked = Asked { ahead, servers, at: Seen::now(machine) };
    change(machine, |known| known.asked = Some(asked))
}

/// Remembers that somebody looked at the clock now, so that the next one hears whether it was set since.
///
/// # Errors
/// It cannot be kept.
pub fn remember_look(machine: &mut Machine) -> Result<(), FileError> {
    let now = Seen::now(machine);
    change(machine, |known| known.looked = Some(now))
}

/// Changes what is remembered.
pub(super) fn change(machine: &mut Machine, change: impl FnOnce(&mut Known)) -> Result<(), FileError> {
    let mut known = known(machine);
    change(&mut known);
    let bytes = serde_json::to_vec(&Stored::from(known)).expect("strings and numbers, into memory");
    machine.state.store(StateSlot::Clock, &bytes)
}

/// The same as JSON; moments and lengths in milliseconds.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correction: Option<StoredCorrection>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compared: Option<StoredComparison>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<StoredAnswer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    looked: Option<StoredMoment>,
}

#[derive(Serialize, Deserialize)]
struct StoredCorrection {
    add: i64,
    set: StoredMoment,
    #[serde(default)]
    synchronised: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredComparison {
    ahead: (i64, i64),
    codes: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    at: StoredMoment,
}

#[derive(Serialize, Deserialize)]
struct StoredAnswer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ahead: Option<(i64, i64)>,
    servers: Vec<String>,
    at: StoredMoment,
}

#[derive(Serialize, Deserialize)]
struct StoredMoment {
    wall: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since_boot: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot: Option<String>,
}

impl From<Seen> for StoredMoment {
    fn from(seen: Seen) -> Self {
        Self { wall: seen.wall.as_millis(), since_boot: seen.boot_millis, boot: seen.boot_name }
    }
}

impl From<StoredMoment> for Seen {
    fn from(stored: StoredMoment) -> Self {
        Self { wall: Timestamp::from_millis(stored.wall), boot_millis: stored.since_boot, boot_name: stored.boot }
    }
}

impl From<Known> for Stored {
    fn from(known: Known) -> Self {
        let pair = |ahead: Ahead| (ahead.low(), ahead.high());
        Self {
            correction: known.correction.map(|it| StoredCorrection {
                add: it.millis,
                set: it.set.into(),
                synchronised: it.was_synchronised,
            }),
            compared: known.compared.map(|it| StoredComparison {
                ahead: pair(it.ahead),
                codes: it.codes,
                account: it.account.map(|id| id.to_string()),
                at: it.at.into(),
            }),
            asked: known.asked.map(|it| StoredAnswer {
                ahead: it.ahead.map(pair),
                servers: it.servers,
                at: it.at.into(),
            }),
            looked: known.looked.map(StoredMoment::from),
        }
    }
}

impl From<Stored> for Known {
    fn from(stored: Stored) -> Self {
        let ahead = |(low, high): (i64, i64)| Ahead::between(low, high);
        Self {
            correction: stored.correction.map(|it| Correction {
                millis: it.add,
                set: it.set.into(),
                was_synchronised: it.synchronised,
            }),
            compared: stored.compared.map(|it| Compared {
                ahead: ahead(it.ahead),
                codes: it.codes,
                account: it.account.as_deref().and_then(AccountId::parse),
                at: it.at.into(),
            }),
            asked: stored.asked.map(|it| Asked { ahead: it.ahead.map(ahead), servers: it.servers, at: it.at.into() }),
            looked: stored.looked.map(Seen::from),
        }
    }
}
