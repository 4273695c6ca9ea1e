//! What an evaluation gives.

use crate::diagnostic::{Code, Span};
use crate::functions::{Fault, Returns, Stop};
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

impl From<&Fault<'_>> for RecordError {
    fn from(failure: &Fault<'_>) -> Self {
        RecordError { code: failure.code, message: failure.message.to_owned(), span: failure.span }
    }
}

/// What came of an expression on a record, and what was noted on the way. Borrows
/// from the machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evaluation<'a> {
    pub(crate) returned: Returns<'a>,
    pub(crate) marks: Marks,
}

/// What calls note on the value that flows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) redacted: bool,
    pub(crate) assertive: bool,
}

impl<'a> Evaluation<'a> {
    pub(crate) const SKIPPED: Self =
        Evaluation { returned: Err(Stop::Skip), marks: Marks { redacted: false, assertive: false } };

    pub(crate) const NULL: Self =
        Evaluation { returned: Ok(Value::Null), marks: Marks { redacted: false, assertive: false } };

    /// The same with another value in the place of null.
    pub(crate) const fn or(self, default: Value<'a>) -> Self {
        match self.returned {
            Ok(Value::Null) => Evaluation { returned: Ok(default), ..self },
            _ => self,
        }
    }

    /// The outcome, borrowing from the machine.
    ///
    /// # Errors
    /// What the record failed with.
    #[inline]
    pub const fn outcome(&self) -> Result<Outcome<Value<'a>>, &'a Fault<'a>> {
        match self.returned {
            Ok(Value::Null) => Ok(Outcome::Null),
            Ok(value) => Ok(Outcome::Value(value)),
            Err(Stop::Skip) => Ok(Outcome::Skip),
            Err(Stop::SkipObject) => Ok(Outcome::SkipObject),
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// The value that flows, if one does.
    #[inline]
    #[must_use]
    pub const fn value(&self) -> Option<Value<'a>> {
        match self.returned {
            Ok(Value::Null) | Err(_) => None,
            Ok(value) => Some(value),
        }
    }

    /// Whether Redact was passed: reports print `[Redact]` for the value (documented).
    #[must_use]
    pub const fn is_redacted(&self) -> bool {
        self.marks.redacted
    }

    /// Whether the values of the target are replaced rather than added to
    /// (AssertiveAppRoleAssignmentsComplex).
    #[must_use]
    pub const fn is_assertive(&self) -> bool {
        self.marks.assertive
    }

    /// The outcome, independent of the machine.
    ///
    /// # Errors
    /// What the record failed with.
    pub fn into_owned(self) -> Result<Outcome<OwnedValue>, RecordError> {
        match self.outcome() {
            Ok(Outcome::Value(value)) => Ok(Outcome::Value(value.into())),
            Ok(Outcome::Null) => Ok(Outcome::Null),
            Ok(Outcome::Skip) => Ok(Outcome::Skip),
            Ok(Outcome::SkipObject) => Ok(Outcome::SkipObject),
            Err(fault) => Err(fault.into()),
        }
    }
}
