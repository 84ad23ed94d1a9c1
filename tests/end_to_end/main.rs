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
mod clipboard_of_the_app;
mod devices;
mod faults;
mod git;
#[cfg(target_os = "linux")]
mod hardening;
mod home;
mod keyring;
#[cfg(target_os = "linux")]
mod logind;
mod memory;
mod memory_of_ways;
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
mod scan;
mod syncthing;
mod terminal;
#[cfg(target_os = "linux")]
mod traces;
mod wrong_clock;
