//! What several tests share.

#[allow(dead_code)] // until the screens use all of it
pub(crate) mod accounts;
pub(crate) mod corpus;
#[allow(dead_code)]
pub(crate) mod driver;
pub(crate) mod fake_keys;
pub(crate) mod fakes;
#[allow(dead_code)]
pub(crate) mod paper_backups;
pub(crate) mod paper_clock;
pub(crate) mod paper_slots;
pub(crate) mod plugin;
pub(crate) mod random;
pub(crate) mod snapshot;
pub(crate) mod svg;
pub(crate) mod vaults;

pub(crate) use corpus::{corpus, corpus_path};
