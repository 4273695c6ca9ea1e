//! Populations: many records from one input.
//!
//! A [`Source`] reads an input once, from its beginning to its end, and keeps nothing.
//! A [`Population`] can be read any number of times, by several threads and at any
//! record; what cannot be read twice is kept in a temporary file.
//!
//! Reading has two halves. Cutting finds where a record begins and ends and puts its
//! bytes into a [`Chunk`]; one thread does it, at the speed of looking for line ends.
//! A [`Parser`] makes an [`AttributeBag`](crate::AttributeBag) of a cut record; every
//! thread has its own.

mod args;
mod binding;
mod chunk;
pub(super) mod csv;
mod json;
mod ldif;
mod members;
mod nested;
mod parser;
mod replay;
mod source;
mod store;
mod text;

pub use args::{Format, Origin, PopulationArgs, TargetArgs};
pub use binding::Binding;
pub use chunk::{Chunk, Extent, Raw};
pub use parser::Parser;
pub use replay::{Population, RecordReader};
pub use source::Source;

use std::fmt;

/// A record could not be read; the others can, if the source goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the input that is wrong, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
    /// Whether it looks as if the input was cut off here: as the last record it is a sign
    /// that others are missing.
    pub cut_off: bool,
}

impl RowError {
    fn new(line: usize, message: impl Into<String>) -> Self {
        RowError { line, message: message.into(), cut_off: false }
    }

    fn cut_off(self) -> Self {
        RowError { cut_off: true, ..self }
    }

    /// The message with its place in an input, `file:line: message`.
    #[must_use]
    pub fn within(&self, name: &str) -> String {
        format!("{name}:{}: {}", self.line, self.message)
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for RowError {}

/// Bytes of an input, wherever they come from.
type Bytes = Box<dyn std::io::BufRead + Send>;
