//! Builds the real machine, picks a front, hands over.

fn main() {}
