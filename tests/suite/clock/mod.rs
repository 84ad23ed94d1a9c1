//! The clock: what is known about it, how it compares with another device's, and the user's correction of it.

mod comparison;
mod correction;
mod network;
mod refused;
mod report;
mod services;
mod simulation;
mod verdict;
mod watch;
mod words;
