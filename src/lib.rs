//! countersign: second-factor codes in the terminal, offline, from a vault that only you can open.

pub mod cli;
pub mod config;
pub mod exchange;
pub mod otp;
pub mod ports;
pub mod sealing;
pub mod shown;
pub mod system;
pub mod tasks;
pub mod tui;
pub mod vault;
