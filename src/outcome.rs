//! What an evaluation gives.

use crate::diagnostic::{Code, Span};
use crate::value::{OwnedValue, Value};
use std::fmt;

/// What comes of an expression on a record that does not fail.
///
/// `Outcome<Value>` borrows from the machine, `Outcome<OwnedValue>` stands alone.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Outcome<V = OwnedValue> {
    /// A value flows; the empty text is one.
    Value(V),
    /// Null; by default nothing flows.
    Null,
    /// The attribute leaves the flow.
    Skip,
    /// The object leaves the flow.
    SkipObject,
}

impl<V> Outcome<V> {
    /// The value, if there is one.
    pub fn value(self) -> Option<V> {
        match self {
            Outcome::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl<V: fmt::Display> fmt::Display for Outcome<V> {
    /// The text of the value; nothing for null and skip.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Value(value) => value.fmt(f),
            _ => Ok(()),
        }
    }
}

/// A record failed: what with, and where in the expression. Borrows from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("error[{code}]: {message}")]
pub struct Failure<'a> {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: &'a str,
    /// Where in the expression's text.
    pub span: Span,
}

/// A record failed: what with, and where in the expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error[{code}]: {message}")]
pub struct RecordError {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where in the expression's text.
    pub span: Span,
}

impl From<&Failure<'_>> for RecordError {
    fn from(failure: &Failure<'_>) -> Self {
        RecordError { code: failure.code, message: failure.message.to_owned(), span: failure.span }
    }
}

/// What came of an expression on a record, and what was noted on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation<'a> {
    /// The outcome, or what the record failed with.
    pub outcome: Result<Outcome<Value<'a>>, &'a Failure<'a>>,
    /// Redact was passed: reports print `[Redact]` for the value (documented).
    pub redacted: bool,
    /// The values of the target are replaced rather than added to
    /// (AssertiveAppRoleAssignmentsComplex).
    pub assertive: bool,
}

impl Evaluation<'_> {
    pub(crate) const SKIPPED: Self = Evaluation { outcome: Ok(Outcome::Skip), redacted: false, assertive: false };

    /// The outcome, independent of the machine.
    ///
    /// # Errors
    /// What the record failed with.
    pub fn into_owned(self) -> Result<Outcome<OwnedValue>, RecordError> {
        match self.outcome {
            Ok(Outcome::Value(value)) => Ok(Outcome::Value(value.into())),
            Ok(Outcome::Null) => Ok(Outcome::Null),
            Ok(Outcome::Skip) => Ok(Outcome::Skip),
            Ok(Outcome::SkipObject) => Ok(Outcome::SkipObject),
            Err(failure) => Err(failure.into()),
        }
    }
}
