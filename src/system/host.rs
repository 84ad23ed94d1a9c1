//! What this computer is called, and how much memory it can still give.

use crate::ports::{Host, NotKept};

/// The computer that this runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThisComputer;

impl Host for ThisComputer {
    fn name(&self) -> String {
        own_name().filter(|name| !name.is_empty()).unwrap_or_else(|| "this computer".to_owned())
    }

    fn available_memory(&self) -> Option<u64> {
        #[cfg(target_os = "linux")]
        let (machine, group) = (linux::left_in_machine(), linux::left_in_control_group());
        #[cfg(not(target_os = "linux"))]
        let (machine, group) = (None, None);
        [machine, group, left_for_process()].into_iter().flatten().min()
    }

    fn tells_of_screen_lock(&self) -> bool {
        #[cfg(target_os = "linux")]
        {
            super::logind::seems_to_run()
        }
        #[cfg(not(target_os = "linux"))]
        {
            false
        }
    }

    fn keep_in_memory(&self, address: usize, length: usize) -> Result<Box<dyn Send + Sync>, NotKept> {
        #[cfg(unix)]
        {
            super::kept_pages::KeptPages::keep(address, length).map(|kept| Box::new(kept) as _)
        }
        #[cfg(not(unix))]
        {
            let _not_asked = (address, length);
            Err(NotKept::Refused)
        }
    }
}

#[cfg(unix)]
fn own_name() -> Option<String> {
    Some(rustix::system::uname().nodename().to_string_lossy().into_owned())
}

#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "Windows tells the name there and nowhere else that is safe")]
fn own_name() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}

/// Returns what `ulimit -v` leaves.
fn left_for_process() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        let limit = getrlimit(Resource::As).current?;
        #[cfg(target_os = "linux")]
        let used = linux::address_space_in_use().unwrap_or(0);
        #[cfg(not(target_os = "linux"))]
        let used = 0;
        Some(limit.saturating_sub(used))
    }
    #[cfg(not(unix))]
    {
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io::Read;
    use std::path::Path;

    /// More than a file of the kernel about memory is long, in bytes.
    const ROOM: usize = 16 << 10;
    /// Where version 1 says that there is no limit, it says nearly 2^63 instead.
    const NO_LIMIT: u64 = 1 << 62;

    /// Returns what the kernel can still give without swapping.
    pub(super) fn left_in_machine() -> Option<u64> {
        let memory = read("/proc/meminfo")?;
        let kibibytes: u64 = value_of("MemAvailable:", &memory)?;
        kibibytes.checked_mul(1024)
    }

    /// Returns the address space that this process has taken.
    pub(super) fn address_space_in_use() -> Option<u64> {
        let status = read("/proc/self/status")?;
        let kibibytes: u64 = value_of("VmSize:", &status)?;
        kibibytes.checked_mul(1024)
    }

    /// Returns what the tightest of the control groups around this process (a container, a unit) leaves.
    pub(super) fn left_in_control_group() -> Option<u64> {
        let membership = read("/proc/self/cgroup")?;
        membership.lines().filter_map(left_in_hierarchy).min()
    }

    /// Reads one line of `/proc/self/cgroup`: `0::/path` is version 2, `N:memory:/path` is version 1.
    fn left_in_hierarchy(line: &str) -> Option<u64> {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let (root, files) = match controllers {
            "" => ("/sys/fs/cgroup", VERSION_2),
            "memory" => ("/sys/fs/cgroup/memory", VERSION_1),
            _other_controllers => return None,
        };
        let group = Path::new(root).join(path.trim_start_matches('/'));
        // A container sees its own group as the root; then the longer path is not there and the root counts.
        group
            .ancestors()
            .take_while(|above| above.starts_with(root))
            .filter_map(|above| left_in_group(above, files))
            .min()
    }

    #[derive(Clone, Copy)]
    struct Files {
        limit: &'static str,
        used: &'static str,
        reclaimable: &'static str,
    }

    const VERSION_2: Files = Files { limit: "memory.max", used: "memory.current", reclaimable: "inactive_file" };
    const VERSION_1: Files =
        Files { limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes", reclaimable: "total_inactive_file" };

    fn left_in_group(group: &Path, files: Files) -> Option<u64> {
        // `max` is no number: no limit here.
        let limit = number(&group.join(files.limit)).filter(|limit| *limit < NO_LIMIT)?;
        let used = number(&group.join(files.used))?;
        // The page cache counts as used, and is given back as soon as somebody asks.
        let statistics = read(group.join("memory.stat")).unwrap_or_default();
        let reclaimable = value_of(files.reclaimable, &statistics).unwrap_or(0);
        Some(limit.saturating_sub(used.saturating_sub(reclaimable)))
    }

    fn number(path: &Path) -> Option<u64> {
        read(path)?.trim().parse().ok()
    }

    /// Reads a file of the kernel. It says to be empty, so we must know how long it may be, or ask many times.
    fn read(path: impl AsRef<Path>) -> Option<String> {
        let mut text = String::with_capacity(ROOM);
        let limit = ROOM.try_into().unwrap_or(u64::MAX);
        File::open(path).ok()?.take(limit).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// Returns the number after `name` in lines of words.
    fn value_of(name: &str, lines: &str) -> Option<u64> {
        lines.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next()? == name).then(|| words.next()?.parse().ok()).flatten()
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_number_is_found_by_its_whole_name() {
            let lines = "MemTotal:       100 kB\nMemAvailable:    42 kB\n";
            assert_eq!(value_of("MemAvailable:", lines), Some(42));
            assert_eq!(value_of("Mem", lines), None);
        }

        #[test]
        fn other_controllers_say_nothing_about_memory() {
            assert_eq!(left_in_hierarchy("4:cpu,cpuacct:/"), None);
            assert_eq!(left_in_hierarchy("nonsense"), None);
        }

        #[test]
        fn what_can_be_reclaimed_is_not_used() {
            let folder = tempfile::tempdir().expect("a folder can be made");
            for (name, text) in
                [("memory.max", "1000\n"), ("memory.current", "900\n"), ("memory.stat", "anon 1\ninactive_file 300\n")]
            {
                std::fs::write(folder.path().join(name), text).expect("it can be written");
            }
            assert_eq!(left_in_group(folder.path(), VERSION_2), Some(400));
            std::fs::write(folder.path().join("memory.max"), "max\n").expect("it can be written");
            assert_eq!(left_in_group(folder.path(), VERSION_2), None);
            std::fs::write(folder.path().join("memory.limit_in_bytes"), "9223372036854771712\n")
                .expect("it can be written");
            std::fs::write(folder.path().join("memory.usage_in_bytes"), "5\n").expect("it can be written");
            assert_eq!(left_in_group(folder.path(), VERSION_1), None, "nearly 2^63 is no limit");
        }
    }
}
