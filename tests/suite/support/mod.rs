//! What several tests share.

pub(crate) mod corpus;

pub(crate) use corpus::corpus;
