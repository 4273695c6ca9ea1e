//! What a plan adds up to.

use super::entry::{Done, Verb};
use crate::cli::codes::Codes;
use crate::cli::policies::Policies;
use std::collections::BTreeMap;
use std::fmt;

/// What a plan adds up to.
#[derive(Debug, Default)]
pub(super) struct Totals {
    by_verb: BTreeMap<Verb, usize>,
    skipped: BTreeMap<String, usize>,
    codes: Codes,
    pub(super) unreadable: usize,
    pub(super) unreadable_targets: usize,
    pub(super) repeated_anchors: usize,
    pub(super) never_managed: usize,
    pub(super) cycles: usize,
    missing: usize,
    orphans: usize,
    orphans_aside: usize,
    pub(super) policies: Policies,
}

impl Totals {
    pub(super) fn add(&mut self, done: &Done) {
        *self.by_verb.entry(done.operation).or_default() += 1;
        self.orphans += usize::from(done.removed);
        self.orphans_aside += usize::from(done.removed && done.operation == Verb::Quarantine);
        if done.operation == Verb::Skip {
            *self.skipped.entry(done.reason.clone()).or_default() += 1;
        }
        self.codes.count(done.code);
        self.missing += done.missing;
        self.unreadable += usize::from(done.unreadable);
    }

    fn count(&self, verb: Verb) -> usize {
        self.by_verb.get(&verb).copied().unwrap_or_default()
    }

    /// Objects that were set aside.
    pub(super) fn failed(&self) -> usize {
        let aside = self.count(Verb::Conflict) + self.count(Verb::Quarantine);
        aside + self.unreadable_targets + self.repeated_anchors
    }

    /// Whether more than half of the source's objects were quarantined.
    pub(super) fn most_failed(&self) -> bool {
        let all: usize = self.by_verb.values().sum();
        // Entries of target objects alone are no objects of the source.
        let source = all - self.orphans;
        (self.count(Verb::Quarantine) - self.orphans_aside) * 2 > source
    }
}

/// A number of things.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: usize = self.by_verb.values().sum();
        write!(f, "{}", counted(all, "object", "objects"))?;
        let mut separator = ": ";
        for verb in Verb::ALL {
            let count = self.count(verb);
            if count > 0 {
                write!(f, "{separator}{count} {}", verb.word())?;
                separator = ", ";
            }
        }
        for (reason, count) in &self.skipped {
            write!(f, "\n  skip: {count} because {reason}")?;
        }
        self.policies.fmt(f)?;
        self.codes.fmt(f)?;
        if self.missing > 0 {
            write!(
                f,
                "\n  {} to objects that the target does not have",
                counted(self.missing, "reference", "references")
            )?;
        }
        if self.never_managed > 0 {
            let objects = counted(self.never_managed, "target object was", "target objects were");
            write!(f, "\n  {objects} never managed: no value for a matching attribute")?;
        }
        if self.repeated_anchors > 0 {
            let objects = counted(self.repeated_anchors, "target object has", "target objects have");
            write!(f, "\n  {objects} an anchor that another one has")?;
        }
        if self.unreadable_targets > 0 {
            let rows = counted(self.unreadable_targets, "object", "objects");
            write!(f, "\n  {rows} of the target could not be read")?;
        }
        Ok(())
    }
}
