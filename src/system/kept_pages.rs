//! Pages of memory that are neither swapped out nor written into memory images.
#![expect(unsafe_code, reason = "advice to the kernel about pages has no safe face")]

use std::ffi::c_void;

use rustix::mm::{mlock, munlock};
use rustix::process::{Resource, getrlimit};

use crate::ports::NotKept;

/// Pages that are kept until this is dropped.
pub(super) struct KeptPages {
    address: usize,
    length: usize,
}

impl KeptPages {
    /// Keeps the pages that these bytes touch.
    ///
    /// # Errors
    /// The limit for this process, or the system, does not allow it. The pages are as before then.
    pub(super) fn keep(address: usize, length: usize) -> Result<Self, NotKept> {
        let start = std::ptr::without_provenance_mut(address);
        // SAFETY: locking changes no byte of them, and an address that is not ours is refused by the kernel.
        if unsafe { mlock(start, length) }.is_err() {
            let limit = getrlimit(Resource::Memlock).current;
            return Err(limit.map_or(NotKept::Refused, |limit_bytes| NotKept::Limit { limit_bytes }));
        }
        #[cfg(target_os = "linux")]
        // Root is asked for no limit and can still write an image of us: one without these pages.
        // SAFETY: this advice changes no byte of the pages.
        unsafe { rustix::mm::madvise(start, length, rustix::mm::Advice::LinuxDontDump) }.ok();
        Ok(Self { address, length })
    }

    fn start(&self) -> *mut c_void {
        std::ptr::without_provenance_mut(self.address)
    }
}

impl Drop for KeptPages {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        // SAFETY: this advice changes no byte of the pages.
        unsafe { rustix::mm::madvise(self.start(), self.length, rustix::mm::Advice::LinuxDoDump) }.ok();
        // SAFETY: unlocking changes no byte of them. They are whole pages of their owner, so nothing else was kept with them.
        unsafe { munlock(self.start(), self.length) }.ok();
    }
}
