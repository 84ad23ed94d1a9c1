//! What to do about a clock, on the system at hand.

use crate::ports::Means;

/// Says how the clock of such a system is set right, and kept right.
pub(super) fn how_to_set(means: Means) -> &'static str {
    match means {
        Means::Systemd => "let the system keep the clock: sudo timedatectl set-ntp true",
        Means::Chrony => "have chrony set the clock at once: sudo chronyc makestep",
        Means::OpenRc => {
            "let the system keep the clock, as root: rc-update add chronyd && rc-service chronyd restart \
             (apk add chrony first, if there is none)"
        }
        Means::Wsl => "take over the time of Windows: sudo hwclock -s; or wsl --shutdown in Windows, and start again",
        Means::ContainerHost => "set the clock of the computer that runs this container; nothing in here can",
        Means::MacOs => {
            "turn on System Settings > General > Date & Time > Set time and date automatically; or at once: \
             sudo sntp -sS time.apple.com"
        }
        Means::Windows => {
            "turn on Settings > Time & language > Date & time > Set time automatically; or as administrator: \
             w32tm /resync"
        }
        Means::Unknown => "turn on automatic time in this system's settings",
    }
}

/// Says how to find out more where nothing confirms the clock.
pub(super) const COMPARE: &str = "compare with your phone: countersign clock compare";
