//! The secrets of one account: the one in use, and those it had before.
//!
//! A secret is never overwritten. Writing a new one keeps the old one as *former*, and two devices that each
//! write one end up with both; the later write is in use.

use std::collections::BTreeMap;

use super::stamp::Stamp;
use crate::otp::Enrolment;

/// All enrolments an account ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolments {
    /// Invariant: never empty; sorted by `written`, latest first; no two with the same `written`.
    versions: Vec<EnrolmentVersion>,
}

/// One enrolment and its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentVersion {
    /// When it was written; names it across devices.
    pub written: Stamp,
    /// When an edit of the account last kept it.
    pub kept: Stamp,
    /// Secret and parameters.
    pub enrolment: Enrolment,
    /// What a newer version wrote beside them, as JSON, kept as it is.
    pub unknown: BTreeMap<String, String>,
}

impl EnrolmentVersion {
    /// Returns the version written at `stamp`.
    pub fn new(enrolment: Enrolment, stamp: Stamp) -> Self {
        Self { written: stamp, kept: stamp, enrolment, unknown: BTreeMap::new() }
    }
}

impl Enrolments {
    /// Returns the enrolments of a new account.
    pub fn new(enrolment: Enrolment, stamp: Stamp) -> Self {
        Self { versions: vec![EnrolmentVersion::new(enrolment, stamp)] }
    }

    /// Returns enrolments from stored versions; `None` if there are none.
    pub fn from_versions(versions: impl IntoIterator<Item = EnrolmentVersion>) -> Option<Self> {
        let mut all = Self { versions: Vec::new() };
        for version in versions {
            all.insert(version);
        }
        (!all.versions.is_empty()).then_some(all)
    }

    /// Returns every version, latest first.
    pub fn versions(&self) -> &[EnrolmentVersion] {
        &self.versions
    }

    /// Returns the version in use.
    pub fn head(&self) -> &EnrolmentVersion {
        &self.versions[0]
    }

    /// Returns the enrolments it had before, latest first; none that equals the one in use.
    pub fn former(&self) -> impl Iterator<Item = &Enrolment> {
        let current = &self.head().enrolment;
        self.versions[1..].iter().map(|version| &version.enrolment).filter(move |former| *former != current)
    }

    /// Puts an enrolment into use.
    pub fn set(&mut self, enrolment: Enrolment, stamp: Stamp) {
        self.insert(EnrolmentVersion::new(enrolment, stamp));
    }

    /// Keeps all of them through an edit of the account.
    pub fn keep(&mut self, stamp: Stamp) {
        for version in &mut self.versions {
            version.kept = stamp;
        }
    }

    /// Returns the join of two states.
    pub fn merge(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for version in &other.versions {
            merged.insert(version.clone());
        }
        merged
    }

    /// Drops what a deletion at `purged` covers; `None` if nothing is left.
    pub fn after(&self, purged: Stamp) -> Option<Self> {
        Self::from_versions(self.versions.iter().filter(|version| version.kept > purged).cloned())
    }

    /// Tells whether this state has ever had the version written at `stamp`.
    pub fn knows(&self, stamp: Stamp) -> bool {
        self.versions.iter().any(|version| version.written == stamp)
    }

    fn insert(&mut self, version: EnrolmentVersion) {
        let place = self.versions.partition_point(|held| held.written > version.written);
        match self.versions.get_mut(place) {
            Some(held) if held.written == version.written => {
                held.kept = held.kept.max(version.kept);
                for (key, json) in version.unknown {
                    let kept = held.unknown.entry(key).or_default();
                    *kept = json.max(std::mem::take(kept));
                }
            }
            _ => self.versions.insert(place, version),
        }
    }
}
