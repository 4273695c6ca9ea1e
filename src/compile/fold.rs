//! Constant subtrees become constants: they run once, here, on the machine itself.

use super::{Builder, Settings};
use crate::check::{BoundCall, Checked, Term};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::functions::{Body, Purity};
use crate::machine::Machine;
use crate::outcome::Outcome;
use crate::record::{AttributeBag, Schema};
use crate::value::OwnedValue;
use std::sync::Arc;

/// Folds from the leaves up.
pub(super) fn fold(checked: &mut Checked<'_>, settings: &Settings, found: &mut Vec<Diagnostic>) {
    match &mut checked.term {
        Term::Constant(_) | Term::Attribute(_) | Term::Parameter(_) | Term::Stop(_) => return,
        Term::Call(call) => {
            call.arguments.iter_mut().filter_map(|a| a.value.as_mut()).for_each(|value| fold(value, settings, found));
            if !constant_call(call) {
                return;
            }
        }
        Term::Compare { left, right, .. } => {
            fold(left, settings, found);
            fold(right, settings, found);
            if !(is_constant(left) && is_constant(right)) {
                return;
            }
        }
        Term::Concatenate(parts) => {
            parts.iter_mut().for_each(|part| fold(part, settings, found));
            if !parts.iter().all(is_constant) {
                return;
            }
        }
        // Branches are chosen by the record; a constant condition is rare enough to run.
        Term::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|part| fold(part, settings, found));
            return;
        }
        Term::Match { source, cases, default } => {
            fold(source, settings, found);
            for (key, value) in cases {
                fold(key, settings, found);
                fold(value, settings, found);
            }
            fold(default, settings, found);
            return;
        }
        Term::First(values) | Term::Unique(values) => {
            values.iter_mut().for_each(|value| fold(value, settings, found));
            return;
        }
    }
    let span = checked.span;
    let term = std::mem::replace(&mut checked.term, Term::Constant(OwnedValue::Null));
    let (term, outcome) = run(term, span, settings);
    checked.term = term;
    match outcome {
        Some(Ok(value)) => checked.term = Term::Constant(value),
        // It fails on every record; in a branch that is not taken it does no harm.
        Some(Err(message)) => found.push(Diagnostic::new(
            Code::AlwaysFails,
            span,
            format!("this fails whatever the record holds: {message}"),
        )),
        None => {}
    }
}

fn is_constant(checked: &Checked<'_>) -> bool {
    matches!(checked.term, Term::Constant(_))
}

fn constant_call(call: &BoundCall<'_>) -> bool {
    call.function.purity == Purity::Pure
        && !matches!(call.function.body, Body::Lazy(_))
        && call.arguments.iter().all(|argument| argument.value.as_ref().is_none_or(is_constant))
}

/// Runs a constant subtree; gives it back beside what came out.
fn run<'r>(term: Term<'r>, span: crate::Span, settings: &Settings) -> (Term<'r>, Option<Result<OwnedValue, String>>) {
    let mut builder = Builder::new(Settings { fold: false, ..*settings });
    builder.entries.push(Checked { span, term });
    let (program, found, mut entries) = builder.write(Arc::new(Schema::default()), Vec::new());
    let term = entries.pop().map_or(Term::Constant(OwnedValue::Null), |checked| checked.term);
    if found.iter().flatten().any(|diagnostic| diagnostic.severity == Severity::Error) {
        // What is wrong with its constants is reported where the call is compiled.
        return (term, None);
    }
    let mut machine = Machine::new();
    let bag = AttributeBag::new();
    let folded = match machine.run_entry(&program, 0, "", &bag).into_owned() {
        Ok(Outcome::Value(value)) => Some(Ok(value)),
        Ok(Outcome::Null) => Some(Ok(OwnedValue::Null)),
        Ok(_) => None,
        Err(error) => Some(Err(error.message)),
    };
    (term, folded)
}
