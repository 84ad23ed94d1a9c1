//! Facts about this computer, and what it does for a process's memory.

use thiserror::Error;

/// Facts about this computer.
pub trait Host: Send {
    /// Returns its name, as its owner knows it.
    fn name(&self) -> String;
    /// Returns how many bytes a process here may still allocate, where that can be known.
    fn available_memory(&self) -> Option<u64>;
    /// Tells whether this computer says when its screen is locked.
    fn tells_of_screen_lock(&self) -> bool;
    /// Keeps whole pages of this process's memory from being swapped out, and out of memory images, until what is
    /// returned is dropped: `length` bytes from `address` on.
    ///
    /// # Errors
    /// The system does not do that, or not for so much.
    fn keep_in_memory(&self, address: usize, length: usize) -> Result<Box<dyn Send + Sync>, NotKept>;
}

/// Why memory may be swapped out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotKept {
    /// A process may keep no more than that.
    #[error("the limit on locked memory (ulimit -l) is {} KiB", limit_bytes / 1024)]
    Limit {
        /// In bytes.
        limit_bytes: u64,
    },
    /// It cannot be asked for.
    #[error("this system was not asked, or refused")]
    Refused,
}
