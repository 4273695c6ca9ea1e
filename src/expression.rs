//! A compiled expression.

use crate::compiler::Compiler;
use crate::diagnostic::{CompileError, Diagnostic};
use crate::machine::Machine;
use crate::outcome::{Outcome, RecordError};
use crate::program::Program;
use crate::record::{Attributes, Schema};
use crate::syntax::Expr;
use std::fmt;
use std::sync::Arc;

/// A compiled expression, shared between threads freely.
///
/// ```
/// use attrflow::{AttributeBag, Expression};
///
/// let expression = Expression::parse(r#"Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane")"#)?;
/// let bag = AttributeBag::from_iter([("state", "QLD")]);
/// assert_eq!(expression.evaluate(&bag)?.to_string(), "Australia/Brisbane");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Expression {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: String,
    tree: Expr,
    diagnostics: Vec<Diagnostic>,
    program: Program,
}

impl Expression {
    pub(crate) fn new(text: &str, tree: Expr, diagnostics: Vec<Diagnostic>, program: Program) -> Self {
        Expression { inner: Arc::new(Inner { text: text.to_owned(), tree, diagnostics, program }) }
    }

    /// Compiles an expression of the provisioning language; [`Compiler`] has more to set.
    ///
    /// # Errors
    /// Every diagnostic, if one of them is an error.
    pub fn parse(text: &str) -> Result<Self, CompileError> {
        Compiler::new().expression(text)
    }

    /// Evaluates the expression on a record, with the system's clock and entropy. For
    /// many records, and for a clock of your own, use a [`Machine`].
    ///
    /// # Errors
    /// What the record fails with.
    pub fn evaluate<R: Attributes + ?Sized>(&self, record: &R) -> Result<Outcome, RecordError> {
        Machine::new().evaluate(self, record).into_owned()
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// Its tree; prints as the canonical text.
    #[must_use]
    pub fn tree(&self) -> &Expr {
        &self.inner.tree
    }

    /// Warnings and hints.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.inner.diagnostics
    }

    /// The attributes it was compiled for, with the slots that it reads.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.inner.program.schema
    }

    /// The program as text, for people.
    #[must_use]
    pub fn disassembly(&self) -> String {
        self.inner.program.to_string()
    }

    pub(crate) fn program(&self) -> &Program {
        &self.inner.program
    }
}

impl fmt::Display for Expression {
    /// The text it was compiled from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.text)
    }
}
