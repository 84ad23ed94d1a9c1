//! What the kernel knows of its own clock: one system call that reads and sets nothing.
#![cfg_attr(
    any(target_os = "linux", target_os = "macos"),
    expect(
        unsafe_code,
        reason = "no maintained crate reads this state; those that steer clocks need a daemon's parts"
    )
)]

use crate::ports::KernelClock;

/// The largest error that still counts as being in step, in microseconds: 16 s, `NTP_PHASE_LIMIT` of the kernel, to
/// which the error grows when nobody keeps the clock. As systemd does, its own flag `STA_UNSYNC` is not looked at:
/// chrony leaves it set unless it also keeps the hardware's clock (`rtcsync`).
const LIMIT_MICROS: i64 = 16_000_000;

/// Returns what the kernel says; `None` where it cannot be asked, as in some sandboxes.
pub(super) fn state() -> Option<KernelClock> {
    error_micros().map(of_error)
}

/// Returns what an error of so many microseconds means.
pub fn of_error(micros: impl Into<i64>) -> KernelClock {
    let micros = micros.into();
    KernelClock { is_synchronised: (0..LIMIT_MICROS).contains(&micros), max_error_millis: Some(micros / 1000) }
}

/// `adjtimex(2)` with no bit in `modes` changes nothing and needs no rights.
#[cfg(target_os = "linux")]
fn error_micros() -> Option<libc::c_long> {
    // SAFETY: the structure is plain numbers, of which zero is one, and zero `modes` ask for nothing to be set.
    let mut state: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes into the structure it is given, which lives until it returns.
    let answer = unsafe { libc::adjtimex(&raw mut state) };
    (answer >= 0).then_some(state.maxerror)
}

/// The same call by its other name. Never run by us: written after the header, `sys/timex.h`.
#[cfg(target_os = "macos")]
fn error_micros() -> Option<libc::c_long> {
    // SAFETY: the structure is plain numbers, of which zero is one, and zero `modes` ask for nothing to be set.
    let mut state: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the call writes into the structure it is given, which lives until it returns.
    let answer = unsafe { libc::ntp_adjtime(&raw mut state) };
    // There a clock that nobody keeps has a small error and this flag.
    let is_kept = answer >= 0 && state.status & libc::STA_UNSYNC == 0;
    is_kept.then_some(state.maxerror)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn error_micros() -> Option<i64> {
    None
}
