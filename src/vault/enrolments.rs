//! The secrets of one account: the one in use, those it had before, and those that were tried beside it.
//!
//! A secret is never overwritten. Writing a new one keeps the old one as *former*, and two devices that each
//! write one end up with both; the later write is in use. A secret that is only tried, until the site has accepted
//! a code of it, is never in use by that: which of them is being tried, the account says.

use std::collections::BTreeMap;

use super::stamp::Stamp;
use crate::otp::Enrolment;

/// All enrolments an account ever had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolments {
    /// Invariant: never empty; sorted by `written`, latest first; no two with the same `written`.
    versions: Vec<EnrolmentVersion>,
    /// What was tried beside them; sorted likewise.
    tried: Vec<EnrolmentVersion>,
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
        Self { versions: vec![EnrolmentVersion::new(enrolment, stamp)], tried: Vec::new() }
    }

    /// Returns enrolments from stored versions, and from those that were tried; `None` if none is in use.
    pub fn from_versions(
        versions: impl IntoIterator<Item = EnrolmentVersion>,
        tried: impl IntoIterator<Item = EnrolmentVersion>,
    ) -> Option<Self> {
        let mut all = Self { versions: Vec::new(), tried: Vec::new() };
        versions.into_iter().for_each(|version| insert(&mut all.versions, version));
        tried.into_iter().for_each(|version| insert(&mut all.tried, version));
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

    /// Returns what was tried, latest first.
    pub fn tried(&self) -> &[EnrolmentVersion] {
        &self.tried
    }

    /// Returns what was written at `stamp` to be tried.
    pub fn tried_at(&self, stamp: Stamp) -> Option<&Enrolment> {
        self.tried.iter().find(|version| version.written == stamp).map(|version| &version.enrolment)
    }

    /// Returns every other enrolment that it had or tried, latest first: neither the one in use nor `candidate`.
    pub fn former(&self, candidate: Option<&Enrolment>) -> Vec<&Enrolment> {
        let mut former: Vec<&Enrolment> = Vec::new();
        for version in self.versions[1..].iter().chain(&self.tried) {
            let enrolment = &version.enrolment;
            let is_known = *enrolment == self.head().enrolment || former.contains(&enrolment);
            if !is_known && Some(enrolment) != candidate {
                former.push(enrolment);
            }
        }
        former
    }

    /// Puts an enrolment into use.
    pub fn set(&mut self, enrolment: Enrolment, stamp: Stamp) {
        insert(&mut self.versions, EnrolmentVersion::new(enrolment, stamp));
    }

    /// Keeps an enrolment beside the one in use.
    pub fn try_out(&mut self, enrolment: Enrolment, stamp: Stamp) {
        insert(&mut self.tried, EnrolmentVersion::new(enrolment, stamp));
    }

    /// Keeps all of them through an edit of the account.
    pub fn keep(&mut self, stamp: Stamp) {
        for version in self.versions.iter_mut().chain(&mut self.tried) {
            version.kept = stamp;
        }
    }

    /// Returns the join of two states.
    pub fn merge(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        other.versions.iter().for_each(|version| insert(&mut merged.versions, version.clone()));
        other.tried.iter().for_each(|version| insert(&mut merged.tried, version.clone()));
        merged
    }

    /// Drops what a deletion at `purged` covers; `None` if nothing is left.
    pub fn after(&self, purged: Stamp) -> Option<Self> {
        let left = |version: &&EnrolmentVersion| version.kept > purged;
        Self::from_versions(self.versions.iter().filter(left).cloned(), self.tried.iter().filter(left).cloned())
    }

    /// Tells whether this state has ever had the version written at `stamp`.
    pub fn knows(&self, stamp: Stamp) -> bool {
        self.versions.iter().any(|version| version.written == stamp)
    }
}

fn insert(versions: &mut Vec<EnrolmentVersion>, version: EnrolmentVersion) {
    let place = versions.partition_point(|held| held.written > version.written);
    match versions.get_mut(place) {
        Some(held) if held.written == version.written => {
            held.kept = held.kept.max(version.kept);
            for (key, json) in version.unknown {
                let kept = held.unknown.entry(key).or_default();
                *kept = json.max(std::mem::take(kept));
            }
        }
        _ => versions.insert(place, version),
    }
}
