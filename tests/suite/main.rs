//! What countersign promises, tested in memory.

// clippy.toml allows these in test functions, but not in what they share.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod age_vectors;
mod alarm;
mod architecture;
mod audit;
mod backups;
mod backups_on_the_worker;
mod basket;
mod bringing_together;
mod cli;
mod clock;
mod codes;
mod commit;
mod config;
mod devices;
mod documents;
mod exchange;
mod giving_out;
mod google;
mod google_writing;
mod leftovers_on_the_worker;
mod merge;
mod oathtool;
mod painter;
mod plugins;
mod qr;
mod recovery;
mod recovery_codes;
mod rotation;
mod screens;
mod screenshot;
mod sealing;
mod search;
mod shared_folder;
mod shown;
mod slots;
mod state;
mod support;
mod twins;
mod undo;
mod unlock;
mod uri;
mod vault_file;
mod worker;
