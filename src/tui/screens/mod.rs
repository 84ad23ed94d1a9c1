//! The screens, one file each.

pub mod account_form;
pub mod audit;
pub mod backups;
pub mod checklist;
pub mod clock;
pub mod confirm;
pub mod device_form;
pub mod devices;
pub mod elsewhere;
pub mod enrolled;
pub mod export;
mod file_form;
pub mod first_run;
pub mod help;
pub mod import;
pub mod leftovers;
pub mod list;
pub mod merge;
mod new_passphrase;
pub mod palette;
pub mod qr;
pub mod recovery;
pub mod sort;
pub mod tags;
pub mod trash;
pub mod unlock;
pub mod welcome;
