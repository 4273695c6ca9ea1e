//! What the type of an expression says of the target attribute that it fills.

use super::{TargetAttribute, TargetKind};
use crate::check::types::{Form, Held, Known, Null, Several, Type};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::dotnet::date::{DateTime, Kind};
use crate::graph::{AttributeDefinition, Property};
use crate::record::Schema;
use crate::value::Value;
use bumpalo::Bump;

/// What a definition says of a source attribute.
///
/// Objects have the attributes that are required of them (documented for
/// attributeDefinition: no object can be created without). An anchor that is not required
/// says nothing: the exported definition of `employeeID` is one.
pub(super) fn known(definition: &AttributeDefinition) -> Known {
    let is = |property: &Property<bool>| property.get() == Some(&true);
    let form = match TargetKind::new(definition.r#type.get()) {
        Some(TargetKind::Text) => Form::Text,
        Some(TargetKind::Integer) => Form::Integer,
        Some(TargetKind::Boolean) => Form::Boolean,
        Some(TargetKind::DateTime) => Form::Date,
        Some(TargetKind::Binary) => Form::Binary,
        Some(TargetKind::Reference) => Form::Reference,
        None => Form::Any,
    };
    let held = match form {
        // Whoever sends a required text may send an empty one.
        Form::Any | Form::Text | Form::Reference if is(&definition.required) => Held::NotNull,
        _ if is(&definition.required) => Held::NotEmpty,
        _ if is(&definition.anchor) => Held::Unknown,
        _ => Held::Sometimes,
    };
    Known { form, held, several: Some(is(&definition.multivalued)) }
}

/// What is wrong with a mapping that gives `found`; `needed` tells that objects cannot be
/// made unless it gives a value.
pub(super) fn judge(target: &TargetAttribute, found: &Type<'_>, needed: bool, schema: &Schema) -> Vec<Diagnostic> {
    let mut all = unfit(target, found);
    all.extend(several(target, found));
    all.extend(missing(target, found, schema).filter(|_| needed));
    all
}

/// The alternatives that never become what the target takes.
fn unfit(target: &TargetAttribute, found: &Type<'_>) -> Vec<Diagnostic> {
    let arena = Bump::new();
    let mut all: Vec<Diagnostic> = Vec::new();
    for one in &found.alternatives {
        let sample = match one.constant {
            Some(constant) => Some(constant.borrow(&arena)),
            None => sample(one.form),
        };
        let Some(wanted) = sample.and_then(|value| wanted(target, value, &arena)) else { continue };
        let what = match one.constant {
            Some(constant) => format!("the constant '{constant}' is not"),
            None => format!("{} is never", title(one.form)),
        };
        let message = format!("{what} {wanted}, which {} takes", target.name);
        all.push(Diagnostic::new(Code::NeverTargetType, one.span, message));
    }
    // Where something else can come out, null too, that flows.
    let other = all.len() < found.alternatives.len() || found.null != Null::Never || found.skips.is_some();
    if other || found.alternatives.iter().any(|one| one.defined) {
        all.iter_mut().for_each(|diagnostic| diagnostic.severity = Severity::Warning);
    }
    all
}

/// What the target wants in place of a value, where it does not take it.
pub(super) fn wanted(target: &TargetAttribute, value: Value<'_>, arena: &Bump) -> Option<&'static str> {
    let fit = |now: DateTime| target.fit(value, arena, || now);
    // A text may be a date in leap years only.
    let leap_year = DateTime::from_civil(2024, 1, 1, 0, 0, 0, Kind::Unspecified);
    fit(DateTime::MIN).or_else(|unfit| leap_year.map_or(Err(unfit), fit)).err().map(|unfit| unfit.wanted)
}

/// A value that fits where any of its form does; none where that depends on the value.
const fn sample(form: Form) -> Option<Value<'static>> {
    Some(match form {
        Form::Boolean => Value::Boolean(true),
        Form::Integer => Value::Integer(1),
        Form::Number => Value::Number(1.0),
        Form::Date => Value::DateTime(DateTime::MIN),
        Form::Binary => Value::Binary(&[1]),
        Form::Any | Form::Text | Form::Reference | Form::Complex | Form::Stops => return None,
    })
}

const fn title(form: Form) -> &'static str {
    match form {
        Form::Boolean => "a boolean",
        Form::Integer => "an integer",
        Form::Number => "a number",
        Form::Date => "a dateTime",
        Form::Binary => "binary",
        Form::Any | Form::Text | Form::Reference | Form::Complex | Form::Stops => "this",
    }
}

/// Several values where one belongs.
fn several(target: &TargetAttribute, found: &Type<'_>) -> Option<Diagnostic> {
    let (Several::Maybe(span), Some(false)) = (found.several, target.multivalued) else { return None };
    let message = format!("{} takes a single value, and this may have several", target.name);
    Some(Diagnostic::new(Code::SeveralForOne, span, message).help("take one of them with Item, or Join them"))
}

/// Nothing where something is required.
fn missing(target: &TargetAttribute, found: &Type<'_>, schema: &Schema) -> Option<Diagnostic> {
    if !target.required {
        return None;
    }
    let is_empty = |value: Option<&crate::OwnedValue>| value.and_then(|value| value.as_str()) == Some("");
    let empty = found.alternatives.iter().find(|one| is_empty(one.constant));
    let (span, why) = match (found.null, found.skips, empty) {
        (Null::Maybe(cause), ..) | (_, Some(cause), _) => match cause.attribute {
            Some(slot) => (cause.span, format!("[{}] may be null", schema.name(slot))),
            None => (cause.span, "this gives no value on some objects".to_owned()),
        },
        (Null::Always, ..) => (Span::default(), "the expression is always null".to_owned()),
        (_, _, Some(one)) => (one.span, "the empty text is none".to_owned()),
        _ => return None,
    };
    let message = format!("{} is required in the target, and {why}", target.name);
    let help = "give another value, with Coalesce or a default value; an attribute that is left out has none either";
    Some(Diagnostic::new(Code::RequiredMayBeNull, span, message).help(help))
}
