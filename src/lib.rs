//! The open engine for **identity attribute flow**: it parses, checks, compiles, runs
//! and explains the expressions that decide what every account in a directory looks
//! like, as identity engineers write them in Microsoft Entra provisioning and cloud
//! sync.
//!
//! # The first call
//!
//! ```
//! use attrflow::{AttributeBag, Expression};
//!
//! let bag = AttributeBag::from_iter([("givenName", "Zoë"), ("surname", "De Souza")]);
//! let expression = Expression::parse(r#"Join(".", [givenName], [surname])"#)?;
//! let outcome = expression.evaluate(&bag)?;
//! assert_eq!(outcome.to_string(), "Zoë.De Souza");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The fast path
//!
//! A sync engine compiles its mappings once and applies them to records one after the
//! other. Attributes have slots instead of names, and values borrow from the record,
//! the program or the machine's arena, which is reset for the next record: once warm,
//! nothing is allocated.
//!
//! ```
//! use attrflow::{AttributeBag, Compiler, Machine, Mapping, Schema};
//!
//! let schema = Schema::new(["givenName", "surname", "mail"]);
//! let set = Compiler::new().schema(schema).mapping_set([
//!     Mapping::new("displayName", r#"Join(" ", [givenName], [surname])"#),
//!     Mapping::new("mail", r#"Coalesce([mail], Join("@", [surname], "contoso.com"))"#),
//! ])?;
//! let mut machine = Machine::new();
//! let mut record = AttributeBag::with_schema(set.schema().clone());
//! for (given, surname) in [("Ann", "Lee"), ("Bo", "Li")] {
//!     record.set_text(0, given);
//!     record.set_text(1, surname);
//!     let output = machine.apply(&set, &record);
//!     for (target, evaluation) in output.iter() {
//!         match evaluation.outcome() {
//!             Ok(outcome) => println!("{target}: {outcome}"),
//!             Err(fault) => println!("{target}: {fault}"),
//!         }
//!     }
//! }
//! # Ok::<(), attrflow::MappingSetError>(())
//! ```
//!
//! # What is where
//!
//! - [`Expression`], [`MappingSet`]: compiled, shared between threads freely.
//!   [`Compiler`] sets dialect, limits, schema and a host's own functions.
//! - [`Machine`]: runs them, one a thread; its [`Environment`] holds the clock, the
//!   seed, parameters and the [`Directory`] for unique values.
//! - [`AttributeBag`], [`Attributes`]: records; a host's own type is read without copying.
//! - [`Outcome`], [`RecordError`]: what comes of it: a value, null, skip, skip object, or
//!   an error with a code and a place.
//! - [`Diagnostic`], [`Code`]: what is wrong with a text, where, and what to write instead.
//! - [`lint`]: rules about what compiles and is probably not what was meant.
//! - [`coverage`]: which branches of an expression records reach.
//! - [`functions`]: the declarations, from which everything about a function is derived.
//! - [`ldif`]: LDIF records and distinguished names, read and written.
//! - [`syntax`]: the tree that a text is read into, and printed from.
//! - [`performance`]: what evaluation, compilation and memory cost, and how to measure it.
//! - [`dotnet`]: .NET's rules for dates, patterns, text and scalars, for use on their own.
//!
//! # Units
//!
//! Lengths, positions and counts in the language are UTF-16 code units, as in .NET, and
//! positions count from 1; spans of diagnostics are bytes of the UTF-8 text. A dateTime
//! is UTC, in ticks of 100 ns.
//!
//! # Where the rules come from
//!
//! Each function tells, rule by rule, whether the vendor's reference documents it, or
//! exported configurations or .NET make it evident, or we inferred it.
//!
//! # Features
//!
//! `serde`: values, trees and diagnostics serialise; `serde_json` maps are records.
//! `cli`: the `attrflow` binary. None is on by default.
#![forbid(unsafe_code)]

mod change;
mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod compile;
mod compiler;
#[cfg(feature = "serde")]
pub mod configuration;
pub mod coverage;
mod diagnostic;
mod dialect;
mod directory;
pub mod dotnet;
mod environment;
mod expression;
pub mod functions;
#[cfg(feature = "serde")]
pub mod graph;
pub mod ldif;
mod limits;
pub mod lint;
mod machine;
mod mapping;
mod outcome;
mod program;
mod record;
pub mod reference;
#[cfg(feature = "serde")]
pub mod scim;
pub mod syntax;
mod value;

#[doc = include_str!("docs/performance.md")]
pub mod performance {}

pub use bumpalo::Bump;
pub use change::{AttributeChange, Manner};
pub use compiler::Compiler;
pub use diagnostic::{Code, CompileError, Diagnostic, Fix, Severity, Span};
pub use dialect::{CaseRule, Dialect, Foreign, Meaning, Profile};
pub use environment::{
    Directory, DirectoryError, Environment, InMemoryDirectory, InvalidInstant, References, Resolved,
};
pub use expression::Expression;
pub use functions::{Fault, Registry};
pub use limits::Limits;
pub use machine::{Block, Machine, ResultColumn, Rows, Step, Trace};
pub use mapping::{Apply, Mapping, MappingSet, MappingSetError, Operation, Output};
pub use outcome::{Evaluation, Outcome, RecordError};
pub use record::{AttributeBag, AttributeRef, Attributes, Columns, Presence, Schema, Slot};
pub use value::{Field, OwnedValue, Value};

/// The README's examples run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
