//! The parts of an export, which come in any order and not always all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Part;

/// How many of the missing parts are named; a hostile code may claim to be one of billions.
const MOST_NAMED: usize = 12;

/// The parts that are missing of one export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which ones, the first few of them.
    numbers: Vec<u32>,
    /// How many there are besides.
    more: u32,
    /// How many parts the export has.
    of: u32,
}

/// Returns what is missing of the exports that some parts belong to; nothing of those that are whole.
pub fn missing_parts(there: impl IntoIterator<Item = Part>) -> Vec<Missing> {
    let mut exports: BTreeMap<(i32, u32), BTreeSet<u32>> = BTreeMap::new();
    for part in there {
        exports.entry((part.batch, part.of)).or_default().insert(part.number);
    }
    let missing = |((_, of), there): ((i32, u32), BTreeSet<u32>)| {
        let numbers: Vec<u32> = (1..=of).filter(|number| !there.contains(number)).take(MOST_NAMED).collect();
        let count = of - u32::try_from(there.len()).unwrap_or(of);
        let more = count - u32::try_from(numbers.len()).unwrap_or(count);
        Missing { numbers, more, of }
    };
    exports.into_iter().map(missing).filter(|missing| !missing.numbers.is_empty()).collect()
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.of;
        let names: Vec<String> = self.numbers.iter().map(u32::to_string).collect();
        match (names.split_last(), self.more) {
            (Some((last, [])), 0) => write!(f, "part {last} of {of} is missing"),
            (Some((last, others)), 0) => write!(f, "parts {} and {last} of {of} are missing", others.join(", ")),
            (_, more) => write!(f, "parts {} and {more} more of {of} are missing", names.join(", ")),
        }
    }
}
