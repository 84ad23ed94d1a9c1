//! What countersign promises, tested with the real binary.

#![cfg(unix)]
// clippy.toml allows these in test functions, but not in what they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod aegis;
mod app;
mod backup;
mod backup_faults;
mod cli;
mod clipboard;
mod devices;
mod faults;
mod git;
mod home;
mod keyring;
mod multiplexer;
mod network_time;
mod pam;
#[path = "../suite/support/plugin.rs"]
#[allow(dead_code)] // the suite uses all of it
mod plugin;
mod prompt;
mod qr;
mod readme;
mod recover;
mod syncthing;
mod terminal;
mod wrong_clock;
