//! Who is in charge of this system's clock, by the traces that a system leaves in known places.

use std::fs;
use std::path::Path;

use crate::ports::{Keeper, Means};

/// Where containers leave traces: Docker, Podman, systemd-nspawn and LXC, Flatpak, Kubernetes.
const OF_CONTAINERS: [&str; 6] = [
    "/.dockerenv",
    "/run/.containerenv",
    "/run/systemd/container",
    "/run/host/container-manager",
    "/.flatpak-info",
    "/var/run/secrets/kubernetes.io",
];
/// How makers of virtual machines name their computers.
const VIRTUAL_MAKERS: [&str; 9] =
    ["QEMU", "KVM", "VMware", "VirtualBox", "innotek", "Xen", "Virtual Machine", "Parallels", "Bochs"];

/// What was found in the known places.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// The kernel's release, such as `5.15.90.1-microsoft-standard-WSL2`.
    pub kernel: String,
    /// Maker and model of the computer, as its firmware tells them.
    pub computer: String,
    /// Whether a container's trace was found.
    pub is_container: bool,
    /// Whether a hypervisor makes itself known.
    pub has_hypervisor: bool,
    /// Whether systemd runs here.
    pub has_systemd: bool,
    /// Whether chrony runs here.
    pub has_chrony: bool,
    /// Whether OpenRC runs here.
    pub has_openrc: bool,
}

/// Returns who is in charge here.
pub(super) fn find() -> Keeper {
    if cfg!(target_os = "macos") {
        return Keeper { means: Means::MacOs, is_virtual: false };
    }
    if cfg!(windows) {
        return Keeper { means: Means::Windows, is_virtual: false };
    }
    let exists = |path: &str| Path::new(path).exists();
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    of(&Traces {
        kernel: text("/proc/sys/kernel/osrelease"),
        computer: text("/sys/class/dmi/id/sys_vendor") + &text("/sys/class/dmi/id/product_name"),
        is_container: OF_CONTAINERS.into_iter().any(exists),
        has_hypervisor: exists("/sys/hypervisor/type") || exists("/proc/device-tree/hypervisor"),
        // As sd_booted(3) tells.
        has_systemd: exists("/run/systemd/system"),
        has_chrony: exists("/run/chrony") || exists("/run/chronyd.pid"),
        has_openrc: exists("/run/openrc"),
    })
}

/// Returns who is in charge of a Linux with these traces.
pub fn of(traces: &Traces) -> Keeper {
    let means = if traces.is_container {
        Means::ContainerHost
    } else if traces.kernel.to_ascii_lowercase().contains("microsoft") {
        Means::Wsl
    } else if traces.has_chrony {
        Means::Chrony
    } else if traces.has_systemd {
        Means::Systemd
    } else if traces.has_openrc {
        Means::OpenRc
    } else {
        Means::Unknown
    };
    let is_virtual = traces.has_hypervisor || VIRTUAL_MAKERS.iter().any(|maker| traces.computer.contains(maker));
    Keeper { means, is_virtual }
}
