//! What several tests share.

pub(crate) mod corpus;
pub(crate) mod fakes;
pub(crate) mod vaults;

pub(crate) use corpus::{corpus, corpus_path};
