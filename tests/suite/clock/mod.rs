//! The clock: what is known about it, and the user's correction of it.

mod correction;
mod verdict;
mod watch;
