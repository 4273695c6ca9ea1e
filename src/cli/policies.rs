//! How many objects are in scope, or out of it, by a policy for null.

use crate::configuration::NullPolicy;
use std::fmt;

/// Objects by the policy that their scope rests on.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Policies {
    never_holds: usize,
    negative_holds: usize,
}

impl Policies {
    pub(super) fn count(&mut self, policy: Option<NullPolicy>) {
        match policy {
            Some(NullPolicy::NeverHolds) => self.never_holds += 1,
            Some(NullPolicy::NegativeHolds) => self.negative_holds += 1,
            None => {}
        }
    }
}

/// A line for each policy that decided, after a line break.
impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.negative_holds, "in", NullPolicy::NegativeHolds),
            (self.never_holds, "out of", NullPolicy::NeverHolds),
        ];
        for (count, word, policy) in counts.into_iter().filter(|(count, ..)| *count > 0) {
            write!(
                f,
                "\n  {word} scope: {count} with an attribute missing that a clause asks for: {}",
                policy.meaning()
            )?;
        }
        Ok(())
    }
}
