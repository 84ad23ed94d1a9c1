//! Keeps other programs of the same user, and crash reports, away from this process's memory.

/// What of it worked; none of it is needed for anything else to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hardening {
    /// No debugger may attach, and `/proc` shows nothing of our memory.
    pub not_readable_by_others: bool,
    /// A crash writes no memory image.
    pub no_core_dump: bool,
}

/// Does what this system offers.
pub fn harden() -> Hardening {
    Hardening { not_readable_by_others: forbid_reading(), no_core_dump: forbid_core_dumps() }
}

fn forbid_reading() -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        false
    }
}

fn forbid_core_dumps() -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_ok()
    }
    #[cfg(not(unix))]
    {
        false
    }
}
