//! Mapping sets: expressions that fill the attributes of a target object.

use crate::diagnostic::{Code, CompileError, Diagnostic, Severity, Span};
use crate::functions::{Purity, Stop};
use crate::machine::Context;
use crate::outcome::Evaluation;
use crate::program::{Entry, Plan, Program};
use crate::record::{Schema, Slot};
use crate::value::{OwnedValue, Value};
use bumpalo::Bump;
use std::fmt;
use std::sync::Arc;

/// One attribute mapping: a target attribute and the expression that fills it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// The target attribute.
    pub target: String,
    /// The expression's text.
    pub expression: String,
    /// What flows where the expression gives null while an object is created.
    pub default: Option<OwnedValue>,
    /// When the mapping applies.
    pub apply: Apply,
}

/// When a mapping applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Apply {
    /// Whenever an object is created or updated.
    #[default]
    Always,
    /// Only while an object is created.
    OnCreate,
}

/// What a record is applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A new object.
    Create,
    /// An object that the target has.
    Update,
}

impl Mapping {
    /// A mapping that always applies, without a default value.
    #[must_use]
    pub fn new(target: impl Into<String>, expression: impl Into<String>) -> Self {
        Mapping { target: target.into(), expression: expression.into(), default: None, apply: Apply::Always }
    }

    /// Sets what flows where the expression gives null while an object is created.
    #[must_use]
    pub fn default_value(mut self, value: impl Into<OwnedValue>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Applies the mapping only while an object is created.
    #[must_use]
    pub fn only_on_create(mut self) -> Self {
        self.apply = Apply::OnCreate;
        self
    }

    /// Sets the default value where it takes the place of null.
    fn fall_back<'a>(&'a self, operation: Operation, arena: &'a Bump, evaluation: &mut Evaluation<'a>) {
        if let (Ok(Value::Null), Operation::Create, Some(default)) = (&evaluation.returned, operation, &self.default) {
            evaluation.returned = Ok(default.borrow(arena));
        }
    }
}

/// A compiled mapping set: one program, shared between threads freely.
///
/// ```
/// use attrflow::{AttributeBag, Machine, Mapping, MappingSet};
///
/// let set = MappingSet::compile([
///     Mapping::new("displayName", r#"Join(" ", [givenName], [surname])"#),
///     Mapping::new("country", "[country]").default_value("AU"),
/// ])?;
/// let mut machine = Machine::new();
/// let bag = AttributeBag::from_iter([("givenName", "Ann"), ("surname", "Lee")]);
/// let target: Vec<_> = machine
///     .apply(&set, &bag)
///     .iter()
///     .map(|(name, evaluation)| format!("{name}={}", evaluation.outcome().unwrap()))
///     .collect();
/// assert_eq!(target, ["displayName=Ann Lee", "country=AU"]);
/// # Ok::<(), attrflow::MappingSetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct MappingSet {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    mappings: Vec<Mapping>,
    diagnostics: Vec<Vec<Diagnostic>>,
    program: Program,
}

impl MappingSet {
    pub(crate) fn new(mappings: Vec<Mapping>, diagnostics: Vec<Vec<Diagnostic>>, mut program: Program) -> Self {
        for (mapping, entry) in mappings.iter().zip(&mut program.entries) {
            entry.ruled = mapping.apply != Apply::Always || mapping.default.is_some();
        }
        MappingSet { inner: Arc::new(Inner { mappings, diagnostics, program }) }
    }

    /// Compiles mappings of the provisioning language;
    /// [`Compiler::mapping_set`](crate::Compiler::mapping_set) has more to set.
    ///
    /// # Errors
    /// Every mapping's diagnostics, if one of them is an error.
    pub fn compile(mappings: impl IntoIterator<Item = Mapping>) -> Result<Self, MappingSetError> {
        crate::Compiler::new().mapping_set(mappings)
    }

    /// The mappings, in order.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.inner.mappings
    }

    /// Warnings and hints, a list for each mapping.
    #[must_use]
    pub fn diagnostics(&self) -> &[Vec<Diagnostic>] {
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

    /// The attributes that a mapping may read, in order of their slots; none where
    /// there is no such mapping.
    #[must_use]
    pub fn reads(&self, mapping: usize) -> &[Slot] {
        self.inner.program.entries.get(mapping).map_or(&[], |entry| &entry.reads)
    }

    /// Whether a mapping's value may have changed once these attributes have: it reads
    /// one of them, or depends on the time, parameters or chance.
    #[must_use]
    pub fn is_affected(&self, mapping: usize, changed: &[Slot]) -> bool {
        self.inner.program.entries.get(mapping).is_some_and(|entry| {
            entry.purity >= Purity::Environment || changed.iter().any(|slot| entry.reads.binary_search(slot).is_ok())
        })
    }

    /// Applies the flow rules around a mapping's evaluation, which writes the result; a
    /// mapping that does not apply leaves it.
    #[inline(always)]
    pub(crate) fn flow<'a>(
        &'a self,
        (index, entry): (usize, &Entry),
        operation: Operation,
        context: &Context<'a>,
        result: &mut Evaluation<'a>,
        evaluate: impl FnOnce(&mut Evaluation<'a>),
    ) {
        // Only code asks for the target; most mappings have neither code nor rules.
        let mapping = if entry.ruled || entry.plan == Plan::Code { self.inner.mappings.get(index) } else { None };
        if let Some(mapping) = mapping {
            if mapping.apply == Apply::OnCreate && operation == Operation::Update {
                return;
            }
            context.target.set(&mapping.target);
        }
        evaluate(result);
        if let Some(mapping) = mapping {
            mapping.fall_back(operation, context.arena, result);
        }
    }

    /// The same for a block of records.
    pub(crate) fn flow_block<'a>(
        &'a self,
        index: usize,
        operation: Operation,
        arena: &'a Bump,
        results: &mut [Evaluation<'a>],
        evaluate: impl FnOnce(&'a str, &mut [Evaluation<'a>]),
    ) {
        let Some(mapping) = self.inner.mappings.get(index) else { return };
        if mapping.apply == Apply::OnCreate && operation == Operation::Update {
            return;
        }
        evaluate(&mapping.target, results);
        results.iter_mut().for_each(|result| mapping.fall_back(operation, arena, result));
    }
}

/// The target attributes of a record, in the order of the mappings.
#[derive(Debug, Clone, Copy)]
pub struct Output<'m> {
    set: &'m MappingSet,
    results: &'m [Evaluation<'m>],
}

impl<'m> Output<'m> {
    pub(crate) const fn new(set: &'m MappingSet, results: &'m [Evaluation<'m>]) -> Self {
        Output { set, results }
    }

    /// Each target attribute with what came of its mapping.
    pub fn iter(self) -> impl Iterator<Item = (&'m str, &'m Evaluation<'m>)> {
        self.set.inner.mappings.iter().map(|mapping| mapping.target.as_str()).zip(self.results)
    }

    /// What came of each mapping.
    #[must_use]
    pub const fn results(self) -> &'m [Evaluation<'m>] {
        self.results
    }

    /// Whether a mapping takes the object out of the flow.
    #[must_use]
    pub fn skips_object(self) -> bool {
        self.results.iter().any(|result| matches!(result.returned, Err(Stop::SkipObject)))
    }
}

/// Two mappings on one target attribute.
pub(crate) fn duplicate(mappings: &[Mapping], index: usize) -> Option<Diagnostic> {
    let target = &mappings.get(index)?.target;
    let earlier = mappings.iter().take(index).any(|mapping| mapping.target == *target);
    earlier.then(|| refilled(target))
}

/// What is said of the second of two mappings on one target attribute.
pub(crate) fn refilled(target: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateTarget, Span::default(), format!("another mapping fills {target} already"))
        .help("keep one of the two")
}

/// A mapping set does not compile. Holds every mapping's diagnostics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingSetError {
    errors: Vec<(String, CompileError)>,
}

impl MappingSetError {
    pub(crate) fn new(mappings: Vec<Mapping>, diagnostics: Vec<Vec<Diagnostic>>) -> Self {
        let errors = mappings
            .into_iter()
            .zip(diagnostics)
            .filter(|(_, found)| found.iter().any(|diagnostic| diagnostic.severity == Severity::Error))
            .map(|(mapping, found)| (mapping.target, CompileError::new(&mapping.expression, found)))
            .collect();
        MappingSetError { errors }
    }

    /// The mappings that have errors: target attribute, and what is wrong.
    #[must_use]
    pub fn errors(&self) -> &[(String, CompileError)] {
        &self.errors
    }
}

impl fmt::Display for MappingSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (target, error)) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{target}: {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MappingSetError {}
