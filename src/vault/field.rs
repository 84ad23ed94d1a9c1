//! One field of an account, as several devices may have written it.
//!
//! A field remembers when its value was *written* and when it was last *kept* (any edit of an account keeps
//! all its fields). The later write is shown. The earlier one stays only if it was kept later: should a
//! deletion turn out to cover the later write but not the edit that kept the earlier one, the field still has a
//! value. What remains is the set of writes that no other one beats on both counts, so merging is a union
//! followed by that selection: commutative, associative, idempotent.

use super::stamp::Stamp;

/// A value that several devices may write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<T> {
    /// The write to show: no other one has a higher rank.
    head: Write<T>,
    /// Almost always empty. Invariant: in falling order of rank; none beats another, or the head, on both counts.
    others: Vec<Write<T>>,
}

/// One write of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write<T> {
    /// What was written.
    pub value: T,
    /// When it was written.
    pub written: Stamp,
    /// When an edit of the account last kept it.
    pub kept: Stamp,
}

/// How far a value has come within one write; only counters move.
pub trait Progress {
    /// Returns how far it has come.
    fn progress(&self) -> u64 {
        0
    }
}

impl Progress for String {}
impl Progress for bool {}
impl<T> Progress for Option<T> {}
impl Progress for () {}
impl Progress for u64 {
    fn progress(&self) -> u64 {
        *self
    }
}

impl<T: Progress> Write<T> {
    fn rank(&self) -> (Stamp, u64) {
        (self.written, self.value.progress())
    }

    fn beats(&self, other: &Self) -> bool {
        self.rank() >= other.rank() && self.kept >= other.kept
    }
}

impl<T: Clone + PartialEq + Progress> Field<T> {
    /// Returns a field written for the first time.
    pub fn new(value: T, stamp: Stamp) -> Self {
        Self::of(Write { value, written: stamp, kept: stamp })
    }

    /// Returns a field with one stored write.
    pub fn of(head: Write<T>) -> Self {
        Self { head, others: Vec::new() }
    }

    /// Adds stored writes.
    #[must_use]
    pub fn with(mut self, writes: impl IntoIterator<Item = Write<T>>) -> Self {
        writes.into_iter().for_each(|write| self.insert(write));
        self
    }

    /// Returns the field with every value replaced by a function of it that keeps their order.
    pub fn map<U>(&self, map: impl Fn(&T) -> U) -> Field<U> {
        let mapped = |write: &Write<T>| Write { value: map(&write.value), written: write.written, kept: write.kept };
        Field { head: mapped(&self.head), others: self.others.iter().map(mapped).collect() }
    }

    /// Returns the value to show: the latest write.
    pub fn get(&self) -> &T {
        &self.head.value
    }

    /// Returns the write behind [`Field::get`].
    pub fn head(&self) -> &Write<T> {
        &self.head
    }

    /// Returns the writes that are not shown.
    pub fn others(&self) -> &[Write<T>] {
        &self.others
    }

    /// Writes a new value.
    pub fn set(&mut self, value: T, stamp: Stamp) {
        *self = Self::new(value, stamp);
    }

    /// Moves the value on within its write; for counters.
    pub fn advance(&mut self, value: T, stamp: Stamp) {
        *self = Self::of(Write { value, written: self.head.written, kept: stamp });
    }

    /// Keeps the shown value through an edit of the account.
    pub fn keep(&mut self, stamp: Stamp) {
        self.head.kept = stamp;
        self.others.clear();
    }

    /// Returns the join of two states of one field.
    pub fn merge(&self, other: &Self) -> Self {
        if self == other { self.clone() } else { self.clone().with(other.writes().cloned()) }
    }

    /// Drops what a deletion at `purged` covers; `None` if nothing is left.
    pub fn after(&self, purged: Stamp) -> Option<Self> {
        let mut left = self.writes().filter(|write| write.kept > purged).cloned();
        Some(Self { head: left.next()?, others: left.collect() })
    }

    /// Drops the writes until `moved`; `None` if nothing is left.
    pub fn since(&self, moved: Stamp) -> Option<Self> {
        let mut left = self.writes().filter(|write| write.written > moved).cloned();
        Some(Self { head: left.next()?, others: left.collect() })
    }

    /// Returns every write, the shown one first.
    pub fn writes(&self) -> impl Iterator<Item = &Write<T>> {
        std::iter::once(&self.head).chain(&self.others)
    }

    fn insert(&mut self, write: Write<T>) {
        if self.writes().any(|held| held.beats(&write)) {
            return;
        }
        self.others.retain(|held| !write.beats(held));
        if write.rank() >= self.head.rank() {
            let before = std::mem::replace(&mut self.head, write);
            if !self.head.beats(&before) {
                self.others.insert(0, before);
            }
        } else {
            let place = self.others.partition_point(|held| held.rank() > write.rank());
            self.others.insert(place, write);
        }
    }
}
