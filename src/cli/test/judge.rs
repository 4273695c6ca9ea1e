//! One case: what comes out, and whether it is what is expected.

use super::cases::{Case, Expectation, Subject};
use super::configs::Mapped;
use crate::cli::record::RunArgs;
use crate::configuration::{NoObject, ObjectFlow, Scope, ScopeTrace, Subject as SourceObject};
use crate::{
    AttributeBag, Attributes, Code, CompileError, Compiler, Environment, Expression, Machine, Operation, Outcome,
    OwnedValue, RecordError, Schema, Severity, Trace,
};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;

/// What came of a case.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) passed: bool,
    pub(super) actual: Actual,
    /// How the value came about, where the case failed and its expression compiles.
    pub(super) trace: Option<Trace>,
    /// How a scope that is not the expected one came about.
    pub(super) scope: Option<ScopeTrace>,
}

#[derive(Debug)]
pub(super) enum Actual {
    Ran {
        outcome: Result<Outcome, RecordError>,
        redacted: bool,
    },
    NotCompiled(CompileError),
    /// The case's own settings are unusable.
    Unusable(String),
}

impl Actual {
    /// Redact was passed: the report shows neither side.
    pub(super) const fn is_redacted(&self) -> bool {
        matches!(self, Actual::Ran { redacted: true, .. })
    }
}

/// An expression with the names of the record, which decide how its own are read.
type Key = (String, Vec<String>);

/// Judges cases. What several of them test is compiled once.
pub(super) struct Judge<'j> {
    compiler: Compiler,
    environment: &'j Environment,
    expressions: HashMap<Key, Result<Expression, CompileError>>,
}

impl<'j> Judge<'j> {
    pub(super) fn new(run: &RunArgs, environment: &'j Environment) -> Self {
        Judge { compiler: run.language.compiler(), environment, expressions: HashMap::new() }
    }

    pub(super) fn judge(&mut self, case: &Case) -> Verdict {
        let environment = match case.environment(self.environment) {
            Ok(environment) => environment,
            Err(error) => {
                return Verdict {
                    passed: false,
                    actual: Actual::Unusable(format!("{error:#}")),
                    trace: None,
                    scope: None,
                };
            }
        };
        let mut machine = Machine::with_environment(environment);
        let actual = match &case.subject {
            Subject::Expression(text) => match self.expression(text, &case.input) {
                Ok(expression) => {
                    let evaluation = machine.evaluate(expression, &case.input);
                    Actual::Ran { redacted: evaluation.is_redacted(), outcome: evaluation.into_owned() }
                }
                Err(error) => Actual::NotCompiled(error.clone()),
            },
            Subject::Mapping(mapped) => flowing(mapped, &mut machine, &case.input),
            Subject::Scope(flow) => scope(flow, &mut machine, &case.input),
        };
        let passed = matches(&case.expect, &actual);
        let trace = if passed { None } else { self.trace(case, &mut machine) };
        let scope = match &case.subject {
            Subject::Scope(flow) if !passed => {
                let bag = bound(flow.mappings().schema(), &case.input);
                Some(flow.explain_scope(&mut machine, &SourceObject::new(flow, &bag)))
            }
            _ => None,
        };
        Verdict { passed, actual, trace, scope }
    }

    fn expression(&mut self, text: &str, input: &AttributeBag) -> Result<&Expression, &CompileError> {
        let names: Vec<String> = input.iter().map(|(name, _)| name.to_owned()).collect();
        let compiler = &self.compiler;
        let entry = self.expressions.entry((text.to_owned(), names));
        let compiled = entry.or_insert_with_key(|(text, names)| {
            compiler.clone().schema(Schema::open(names.iter().cloned())).expression(text)
        });
        compiled.as_ref()
    }

    fn trace(&mut self, case: &Case, machine: &mut Machine) -> Option<Trace> {
        machine.forget_unique_values();
        match &case.subject {
            Subject::Expression(text) => {
                let expression = self.expression(text, &case.input).ok()?;
                Some(machine.trace(expression, &case.input))
            }
            Subject::Mapping(mapped) => {
                // On its own the expression reads the same slots.
                let compiler = self.compiler.clone().schema(mapped.flow.mappings().schema().as_ref().clone());
                let expression = compiler.expression(&mapped.mapping().expression).ok()?;
                let bag = bound(mapped.flow.mappings().schema(), &case.input);
                let subject = SourceObject::new(&mapped.flow, &bag);
                Some(machine.trace(&expression, &subject))
            }
            Subject::Scope(_) => None,
        }
    }
}

/// A record with the slots of a schema. A name that differs only in case is read as the
/// schema's.
pub(super) fn bound(schema: &Arc<Schema>, input: &AttributeBag) -> AttributeBag {
    let mut bag = AttributeBag::with_schema(schema.clone());
    for (name, value) in input.iter() {
        let mut alike = schema.names().iter().filter(|known| known.eq_ignore_ascii_case(name));
        match (schema.slot(name), alike.next(), alike.next()) {
            (None, Some(known), None) if input.get(known).is_none() => bag.set(known, value.clone()),
            _ => bag.set(name, value.clone()),
        }
    }
    bag
}

/// What would be provisioned: the value as the target attribute takes it, or the default in
/// its place.
fn flowing(mapped: &Mapped, machine: &mut Machine, input: &AttributeBag) -> Actual {
    let bag = bound(mapped.flow.mappings().schema(), input);
    flows(mapped, machine, &bag)
}

fn flows<R: Attributes + ?Sized>(mapped: &Mapped, machine: &mut Machine, record: &R) -> Actual {
    let subject = SourceObject::new(&mapped.flow, record);
    let wanted = mapped.index;
    let set = mapped.flow.apply_where(machine, mapped.operation, &subject, &NoObject, |mapping| mapping == wanted);
    // What the target has before an update is not known: it may have what it requires.
    let known = |code| mapped.operation == Operation::Create || code != Code::RequiredEmpty;
    let failure = set.failures.iter().find(|failure| failure.mapping == wanted && known(failure.code));
    let outcome = match (failure, set.skips_object, set.wanted.get(wanted).copied().flatten()) {
        (Some(failure), ..) => {
            Err(RecordError { code: failure.code, message: failure.message.to_owned(), span: failure.span })
        }
        (None, true, _) => Ok(Outcome::SkipObject),
        (None, false, None) => Ok(Outcome::Skip),
        (None, false, Some(value)) if value.is_null() => Ok(Outcome::Null),
        (None, false, Some(value)) => Ok(Outcome::Value(OwnedValue::from(value))),
    };
    Actual::Ran { outcome, redacted: set.redacted.get(wanted).copied().unwrap_or_default() }
}

fn scope(flow: &ObjectFlow, machine: &mut Machine, input: &AttributeBag) -> Actual {
    let bag = bound(flow.mappings().schema(), input);
    let scope = flow.scope(machine, &SourceObject::new(flow, &bag));
    Actual::Ran { outcome: scope.map(|scope| Outcome::Value(OwnedValue::Boolean(scope == Scope::In))), redacted: false }
}

fn matches(expect: &Expectation, actual: &Actual) -> bool {
    match (expect, actual) {
        (Expectation::Error(part), Actual::Ran { outcome: Err(error), .. }) => {
            names(part, error.code.as_str(), &error.message)
        }
        (Expectation::Error(part), Actual::NotCompiled(error)) => error
            .diagnostics()
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .any(|found| names(part, found.code.as_str(), &found.message)),
        (Expectation::Null, Actual::Ran { outcome: Ok(Outcome::Null), .. })
        | (Expectation::Skip, Actual::Ran { outcome: Ok(Outcome::Skip), .. })
        | (Expectation::SkipObject, Actual::Ran { outcome: Ok(Outcome::SkipObject), .. }) => true,
        (Expectation::Value(expected), Actual::Ran { outcome: Ok(Outcome::Value(value)), .. }) => same(expected, value),
        _ => false,
    }
}

/// Whether an expectation names an error: by its code, or by part of its message.
fn names(part: &str, code: &str, message: &str) -> bool {
    part == code || message.to_lowercase().contains(&part.to_lowercase())
}

/// A boolean or number expectation matches the same value as text, a text one only the
/// same text.
fn same(expected: &OwnedValue, actual: &OwnedValue) -> bool {
    match (expected, actual) {
        (OwnedValue::Multi(expected), OwnedValue::Multi(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(expected, actual)| same(expected, actual))
        }
        (OwnedValue::Complex(_), OwnedValue::Complex(_)) => Json::from(expected) == Json::from(actual),
        (OwnedValue::Null, actual) => *actual == OwnedValue::Null,
        (_, OwnedValue::Multi(_) | OwnedValue::Complex(_) | OwnedValue::Null)
        | (OwnedValue::Multi(_) | OwnedValue::Complex(_), _) => false,
        (OwnedValue::Integer(expected), OwnedValue::Integer(actual)) => expected == actual,
        // By text, whatever the kinds: seven is 7 as a number and as text, and not 007.
        (expected, actual) => expected.to_string() == actual.to_string(),
    }
}
