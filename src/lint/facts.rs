//! What can be known of a value without a record: beside its type, how its letters are
//! written, how long it can be, and which texts it can be.
//!
//! Facts err on the side of not knowing: a rule that speaks up relies on them.

use super::view::{Expression, argument, arguments, bare, name, text};
pub(super) use crate::check::types::{Form, Null};
use crate::compiler::Compiler;
use crate::syntax::{Call, Expr, Node, Operator};

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub(super) null: Null,
    pub(super) form: Form,
    pub(super) letters: Letters,
    /// It has no space anywhere.
    pub(super) spaceless: bool,
    /// It neither starts nor ends with white space.
    pub(super) trimmed: bool,
    /// The most UTF-16 units it can have.
    pub(super) longest: Option<usize>,
    /// Every text that it can be, null counting as the empty one.
    pub(super) values: Option<Vec<String>>,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Any,
    Lower,
    Upper,
}

/// Nothing. Whether it is null and its form come from its type ([`of`]).
const UNKNOWN: Facts = Facts {
    null: Null::Unknown,
    form: Form::Any,
    letters: Letters::Any,
    spaceless: false,
    trimmed: false,
    longest: None,
    values: None,
};

const STOPS: Facts = Facts { values: Some(Vec::new()), longest: Some(0), ..UNKNOWN };

/// More values than these are not listed.
const MOST: usize = 256;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn constant(value: &str) -> Facts {
    Facts { longest: Some(units(value)), values: Some(vec![value.to_owned()]), ..UNKNOWN }
}

fn boolean() -> Facts {
    Facts { longest: Some(5), values: Some(vec!["True".to_owned(), "False".to_owned()]), ..UNKNOWN }
}

/// What is known of a node.
pub(super) fn of(expr: &Expr, view: &Expression<'_>) -> Facts {
    let (form, null) = view.types.get(&bare(expr).span).copied().unwrap_or((Form::Any, Null::Unknown));
    Facts { form, null, ..as_text(expr, view) }
}

/// What is known of its text.
fn as_text(expr: &Expr, view: &Expression<'_>) -> Facts {
    match &bare(expr).node {
        Node::Text(text) => constant(&text.value),
        Node::Number(number) => constant(&number.raw),
        Node::Word(word) if word.eq_ignore_ascii_case("true") => constant("True"),
        Node::Word(word) if word.eq_ignore_ascii_case("false") => constant("False"),
        Node::Word(word) if word.eq_ignore_ascii_case("null") => constant(""),
        Node::Word(word) if word.starts_with("Ignore") => STOPS,
        Node::Operation(operation) if operation.operator == Operator::Concatenate => {
            let parts: Vec<Facts> = operation.operands.iter().map(|operand| of(operand, view)).collect();
            joined(&parts, Some(0))
        }
        Node::Operation(_) => boolean(),
        Node::Call(call) => match name(call, view.compiler) {
            Some(name) => of_call(name, call, view),
            None => UNKNOWN,
        },
        _ => UNKNOWN,
    }
}

fn of_call(name: &str, call: &Call, view: &Expression<'_>) -> Facts {
    // Asked for once a node: twice would double the work with every level.
    let source = || argument(call, 0).map_or(UNKNOWN, |source| of(source, view));
    let kept = |facts: Facts| Facts { values: None, ..facts };
    // .NET changes case unit by unit, so that the length stays.
    let cased = |facts: Facts, letters| Facts { letters, ..kept(facts) };
    match name {
        "ToLower" => cased(source(), Letters::Lower),
        "ToUpper" => cased(source(), Letters::Upper),
        "PCase" => Facts { letters: Letters::Any, ..kept(source()) },
        "Trim" => Facts { trimmed: true, ..kept(source()) },
        "LTrim" | "RTrim" => kept(source()),
        "StripSpaces" => Facts { spaceless: true, ..kept(source()) },
        "NormalizeDiacritics" => {
            let source = source();
            Facts { longest: source.longest.map(|most| most.saturating_mul(2)), ..kept(source) }
        }
        "Redact" | "RemoveDuplicates" | "IgnoreFlowIfNullOrEmpty" => source(),
        "Left" | "Right" | "Mid" => {
            let count = argument(call, if name == "Mid" { 2 } else { 1 }).and_then(whole);
            let source = source();
            let longest = [count, source.longest].into_iter().flatten().min();
            Facts { longest, trimmed: false, ..kept(source) }
        }
        "Item" | "Word" => Facts { trimmed: false, ..kept(source()) },
        "CStr" => kept(source()),
        "Replace" => replace(call, source()),
        "Join" => {
            let separator = argument(call, 0).and_then(text).map(units);
            let parts: Vec<Facts> = arguments(call).skip(1).map(|part| of(part, view)).collect();
            let omits = call.arguments.iter().any(|argument| argument.value.is_none());
            let known = joined(&parts, separator.map(|separator| separator * parts.len().saturating_sub(1)));
            // Several values of one source are joined too, so the number of parts is not known.
            let single = arguments(call).skip(1).all(|part| is_single(part, view.compiler));
            Facts { longest: known.longest.filter(|_| single && !omits), values: None, ..known }
        }
        "Append" | "Prepend" => {
            let parts: Vec<Facts> = arguments(call).map(|part| of(part, view)).collect();
            Facts { values: None, ..joined(&parts, Some(0)) }
        }
        "IIF" => either(&[argument(call, 1), argument(call, 2)], view),
        "Switch" => {
            let mut branches = vec![argument(call, 1)];
            let values = call.arguments.iter().skip(3).step_by(2);
            branches.extend(values.map(|argument| argument.value.as_ref().map(bare)));
            either(&branches, view)
        }
        "Coalesce" => one_of(arguments(call).map(|source| of(source, view))),
        "SelectUniqueValue" => {
            let rules: Vec<_> = arguments(call).map(Some).collect();
            Facts { values: None, ..either(&rules, view) }
        }
        "IsPresent" | "IsNull" | "IsNullOrEmpty" | "IsNothing" | "IsString" | "Not" | "CBool" | "Contains" => boolean(),
        "BitAnd" | "Count" | "InStr" | "Len" | "DateDiff" | "NumFromDate" => {
            Facts { longest: Some(20), spaceless: true, trimmed: true, ..UNKNOWN }
        }
        "CDate" | "DateAdd" | "DateFromNum" | "Now" => Facts { trimmed: true, ..UNKNOWN },
        "Guid" => Facts { longest: Some(36), spaceless: true, trimmed: true, ..UNKNOWN },
        "RandomString" => Facts { longest: argument(call, 0).and_then(whole), ..UNKNOWN },
        "Error" => STOPS,
        _ => UNKNOWN,
    }
}

/// Whether a part of Join is one value whatever the record holds. An attribute is taken
/// for one: that it has several values is not known here.
fn is_single(part: &Expr, compiler: &Compiler) -> bool {
    match &bare(part).node {
        Node::Call(call) => name(call, compiler).is_some_and(|name| name != "Split" && name != "RemoveDuplicates"),
        _ => true,
    }
}

/// A whole number, also as text.
pub(super) fn whole(expr: &Expr) -> Option<usize> {
    match &bare(expr).node {
        Node::Number(number) => number.raw.parse().ok(),
        Node::Text(text) => text.value.parse().ok(),
        _ => None,
    }
}

/// Parts behind each other. `between` is how much stands between them.
fn joined(parts: &[Facts], between: Option<usize>) -> Facts {
    let longest = parts.iter().try_fold(0_usize, |sum, part| Some(sum.saturating_add(part.longest?)));
    Facts { longest: longest.and_then(|sum| Some(sum.saturating_add(between?))), ..UNKNOWN }
}

/// Replace keeps its source's length where it only takes something away.
fn replace(call: &Call, source: Facts) -> Facts {
    let replacement = argument(call, 4).and_then(text);
    let template = argument(call, 6).is_some();
    let takes_away = replacement == Some("") && !template && argument(call, 5).is_none();
    Facts {
        longest: source.longest.filter(|_| takes_away),
        letters: if takes_away { source.letters } else { Letters::Any },
        spaceless: takes_away && source.spaceless,
        ..UNKNOWN
    }
}

/// One of several values; nothing stands for an omitted one, which is null.
fn either(branches: &[Option<&Expr>], view: &Expression<'_>) -> Facts {
    one_of(branches.iter().map(|branch| match branch {
        Some(expr) => of(expr, view),
        None => constant(""),
    }))
}

fn one_of(branches: impl IntoIterator<Item = Facts>) -> Facts {
    // What stops gives no value.
    let values = branches.into_iter().filter(|facts| facts.form != Form::Stops);
    values.reduce(union).unwrap_or(STOPS)
}

fn union(one: Facts, two: Facts) -> Facts {
    let values = one.values.zip(two.values).map(|(mut values, more)| {
        for value in more {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    });
    Facts {
        letters: if one.letters == two.letters { one.letters } else { Letters::Any },
        spaceless: one.spaceless && two.spaceless,
        trimmed: one.trimmed && two.trimmed,
        longest: one.longest.zip(two.longest).map(|(one, two)| one.max(two)),
        values: values.filter(|values| values.len() <= MOST),
        ..UNKNOWN
    }
}

impl Facts {
    /// Why the value can never be `text`, where that is so. Null counts as the empty text.
    pub(super) fn never(&self, text: &str) -> Option<Never> {
        if let Some(values) = &self.values {
            if values.iter().any(|value| value == text) {
                return None;
            }
            let alike = values.iter().find(|value| value.eq_ignore_ascii_case(text));
            return match (self.form, alike) {
                (Form::Boolean, Some(value)) => Some(Never::Spelled(value.clone())),
                (Form::Boolean, None) => Some(Never::because("it is True or False")),
                _ => Some(Never::because("it is none of the texts that the source can be")),
            };
        }
        if text.is_empty() {
            return None;
        }
        if self.letters == Letters::Lower && text.chars().any(char::is_uppercase) {
            return Some(Never::Spelled(text.to_lowercase()));
        }
        if self.letters == Letters::Upper && text.chars().any(char::is_lowercase) {
            return Some(Never::Spelled(text.to_uppercase()));
        }
        if self.spaceless && text.contains(' ') {
            return Some(Never::Spelled(text.replace(' ', "")));
        }
        if self.trimmed && text.trim() != text {
            return Some(Never::Spelled(text.trim().to_owned()));
        }
        if let Some(longest) = self.longest
            && units(text) > longest
        {
            return Some(Never::because(format!("it has at most {longest} characters")));
        }
        match self.form {
            Form::Integer | Form::Number if text.trim().parse::<f64>().is_err() => {
                Some(Never::because("it is a number"))
            }
            Form::Date if !text.contains('/') => Some(Never::because("the text of a date is M/d/yyyy h:mm:ss tt")),
            _ => None,
        }
    }
}

/// Why a value can never be a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Never {
    /// It would be, were the text spelled like this.
    Spelled(String),
    /// It is something else.
    Because(String),
}

impl Never {
    fn because(why: impl Into<String>) -> Self {
        Never::Because(why.into())
    }
}
