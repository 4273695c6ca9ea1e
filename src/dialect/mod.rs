//! The languages. What differs between them is data in a [`Profile`]; a stage asks
//! the profile, never which language it is.

mod provisioning;

use crate::syntax::Operator;

/// A language of attribute flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub enum Dialect {
    /// Attribute mappings of Microsoft Entra provisioning and cloud sync.
    #[default]
    Provisioning,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &'static [Dialect] = &[Dialect::Provisioning];

    /// What is particular to the dialect.
    #[must_use]
    pub const fn profile(self) -> &'static Profile {
        match self {
            Dialect::Provisioning => &provisioning::PROFILE,
        }
    }

    /// The dialect of that name, as `--dialect` takes it.
    ///
    /// ```
    /// use attrflow::Dialect;
    /// assert_eq!(Dialect::named("provisioning"), Some(Dialect::Provisioning));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Dialect> {
        Dialect::ALL.iter().copied().find(|dialect| dialect.profile().name == name)
    }
}

/// What is particular to a dialect, as data.
#[derive(Debug)]
pub struct Profile {
    /// The name on the command line.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// The operators it has.
    pub operators: &'static [Operator],
    /// Whether an operator may stand outside a call's arguments.
    pub operators_at_top: bool,
    /// Whether an argument may be left out between commas.
    pub omitted_arguments: bool,
    /// Bare words with a meaning anywhere.
    pub words: &'static [(&'static str, Meaning)],
    /// What people write out of habit from other languages, and what to write instead.
    pub foreign: &'static [Foreign],
    /// Functions of related languages, and what to write instead.
    pub strangers: &'static [(&'static str, &'static str)],
    /// How text is compared.
    pub comparison: CaseRule,
}

/// What a bare word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// A truth value.
    Boolean(bool),
    /// No value.
    Null,
    /// The attribute leaves the flow.
    Skip,
    /// The object leaves the flow.
    SkipObject,
}

/// How `=` and the orders compare text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseRule {
    /// By UTF-16 code units; case counts.
    Ordinal,
}

/// An operator that the dialect does not have.
#[derive(Debug)]
pub struct Foreign {
    /// Its spellings, in lower case.
    pub spellings: &'static [&'static str],
    /// What to write instead.
    pub advice: &'static str,
}
