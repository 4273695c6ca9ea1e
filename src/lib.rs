//! The open engine for identity attribute flow.
#![forbid(unsafe_code)]

mod check;
mod compile;
mod compiler;
mod diagnostic;
mod dialect;
pub mod dotnet;
mod environment;
mod expression;
pub mod functions;
#[cfg(feature = "serde")]
pub mod graph;
mod limits;
mod machine;
mod mapping;
mod outcome;
mod program;
mod record;
pub mod syntax;
mod value;

pub use bumpalo::Bump;
pub use compiler::Compiler;
pub use diagnostic::{Code, CompileError, Diagnostic, Fix, Severity, Span};
pub use dialect::{CaseRule, Dialect, Foreign, Meaning, Profile};
pub use environment::{Directory, DirectoryError, Environment, InMemoryDirectory, InvalidInstant};
pub use expression::Expression;
pub use functions::Registry;
pub use limits::Limits;
pub use machine::{Machine, Step, Trace};
pub use mapping::{Apply, Mapping, MappingSet, MappingSetError, Operation, Output};
pub use outcome::{Evaluation, Failure, Outcome, RecordError};
pub use record::{AttributeBag, AttributeRef, Attributes, Presence, Schema, Slot};
pub use value::{Field, OwnedValue, Value};
