//! Mapping sets: expressions that fill the attributes of a target object.

use crate::diagnostic::{Code, CompileError, Diagnostic, Severity, Span};
use crate::functions::{Purity, Stop};
use crate::outcome::Evaluation;
use crate::program::Program;
use crate::record::{Schema, Slot};
use crate::value::OwnedValue;
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

    /// The target attribute of a mapping.
    pub(crate) fn target(&self, index: usize) -> &str {
        self.inner.mappings.get(index).map_or("", |mapping| &mapping.target)
    }

    /// The flow rules of a mapping; none where it does not apply.
    pub(crate) fn rules(&self, index: usize, operation: Operation) -> Option<Rules<'_>> {
        let Mapping { default, apply, .. } = self.inner.mappings.get(index)?;
        let default = default.as_ref().filter(|_| operation == Operation::Create);
        (*apply == Apply::Always || operation == Operation::Create).then_some(Rules { default })
    }
}

/// What applies around a mapping's evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'s> {
    /// What flows in the place of null.
    pub(crate) default: Option<&'s OwnedValue>,
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
