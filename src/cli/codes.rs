//! How many objects fail with which code.

use crate::Code;
use std::collections::BTreeMap;
use std::fmt;

/// Objects by the first code that they fail with.
#[derive(Debug, Default)]
pub(super) struct Codes(BTreeMap<Code, usize>);

impl Codes {
    pub(super) fn count(&mut self, code: Option<Code>) {
        if let Some(code) = code {
            *self.0.entry(code).or_default() += 1;
        }
    }
}

/// A line for each code, after a line break.
impl fmt::Display for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(code, count)| write!(f, "\n  {code}: {count}: {}", code.meaning()))
    }
}
