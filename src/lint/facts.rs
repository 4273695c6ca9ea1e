//! What can be known of a value without a record: whether it may be null, what kind it
//! is, how its letters are written, how long it can be, and which texts it can be.
//!
//! Facts err on the side of not knowing: a rule that speaks up relies on them.

use super::view::{argument, arguments, attribute, bare, name, text};
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

/// Whether a value may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    Never,
    Maybe,
    Always,
}

/// What kind a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Anything.
    Any,
    Text,
    Boolean,
    Integer,
    Date,
    /// The object or attribute leaves the flow, or fails.
    Stops,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Any,
    Lower,
    Upper,
}

const UNKNOWN: Facts = Facts {
    null: Null::Maybe,
    form: Form::Any,
    letters: Letters::Any,
    spaceless: false,
    trimmed: false,
    longest: None,
    values: None,
};

const STOPS: Facts =
    Facts { form: Form::Stops, values: Some(Vec::new()), longest: Some(0), null: Null::Never, ..UNKNOWN };

/// More values than these are not listed.
const MOST: usize = 256;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn constant(value: &str, form: Form) -> Facts {
    Facts { null: Null::Never, form, longest: Some(units(value)), values: Some(vec![value.to_owned()]), ..UNKNOWN }
}

fn boolean() -> Facts {
    Facts {
        null: Null::Never,
        form: Form::Boolean,
        longest: Some(5),
        values: Some(vec!["True".to_owned(), "False".to_owned()]),
        ..UNKNOWN
    }
}

/// What is known of a node.
pub(super) fn of(expr: &Expr, compiler: &Compiler) -> Facts {
    match &bare(expr).node {
        Node::Text(text) => constant(&text.value, Form::Text),
        Node::Number(number) => constant(&number.raw, Form::Integer),
        Node::Word(word) if word.eq_ignore_ascii_case("true") => constant("True", Form::Boolean),
        Node::Word(word) if word.eq_ignore_ascii_case("false") => constant("False", Form::Boolean),
        Node::Word(word) if word.eq_ignore_ascii_case("null") => {
            Facts { null: Null::Always, longest: Some(0), values: Some(vec![String::new()]), ..UNKNOWN }
        }
        Node::Word(word) if word.starts_with("Ignore") => STOPS,
        Node::Operation(operation) if operation.operator == Operator::Concatenate => {
            let parts: Vec<Facts> = operation.operands.iter().map(|operand| of(operand, compiler)).collect();
            joined(&parts, Some(0))
        }
        Node::Operation(_) => boolean(),
        Node::Call(call) => match name(call, compiler) {
            Some(name) => of_call(name, call, compiler),
            None => UNKNOWN,
        },
        _ => UNKNOWN,
    }
}

fn of_call(name: &str, call: &Call, compiler: &Compiler) -> Facts {
    // Asked for once a node: twice would double the work with every level.
    let source = || argument(call, 0).map_or(UNKNOWN, |source| of(source, compiler));
    // A text function keeps null and the number of values of its source.
    let kept = |facts: Facts| Facts { form: Form::Text, values: None, ..facts };
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
        "Redact" | "RemoveDuplicates" => source(),
        "IgnoreFlowIfNullOrEmpty" => Facts { null: Null::Never, ..source() },
        "Left" | "Right" | "Mid" => {
            let count = argument(call, if name == "Mid" { 2 } else { 1 }).and_then(whole);
            let source = source();
            let longest = [count, source.longest].into_iter().flatten().min();
            Facts { longest, trimmed: false, ..kept(source) }
        }
        "Item" | "Word" => Facts { null: Null::Maybe, trimmed: false, ..kept(source()) },
        "CStr" => kept(source()),
        "Replace" => replace(call, source(), compiler),
        "Join" => {
            let separator = argument(call, 0).and_then(text).map(units);
            let parts: Vec<Facts> = arguments(call).skip(1).map(|part| of(part, compiler)).collect();
            let omits = call.arguments.iter().any(|argument| argument.value.is_none());
            let known = joined(&parts, separator.map(|separator| separator * parts.len().saturating_sub(1)));
            // Several values of one source are joined too, so the number of parts is not known.
            let single = arguments(call).skip(1).all(|part| is_single(part, compiler));
            Facts { longest: known.longest.filter(|_| single && !omits), values: None, ..known }
        }
        "Append" | "Prepend" => {
            let parts: Vec<Facts> = arguments(call).map(|part| of(part, compiler)).collect();
            let null = parts.first().map_or(Null::Maybe, |first| first.null);
            Facts { null, values: None, ..joined(&parts, Some(0)) }
        }
        "IIF" => either(&[argument(call, 1), argument(call, 2)], compiler),
        "Switch" => {
            let mut branches = vec![argument(call, 1)];
            let values = call.arguments.iter().skip(3).step_by(2);
            branches.extend(values.map(|argument| argument.value.as_ref().map(bare)));
            either(&branches, compiler)
        }
        "Coalesce" => {
            let sources: Vec<Facts> = arguments(call).map(|source| of(source, compiler)).collect();
            let ends = sources.iter().any(|source| source.null == Null::Never);
            let facts = one_of(sources);
            Facts { null: if ends { Null::Never } else { facts.null }, ..facts }
        }
        "SelectUniqueValue" => {
            let rules: Vec<_> = arguments(call).map(Some).collect();
            Facts { null: Null::Never, values: None, ..either(&rules, compiler) }
        }
        "IsPresent" | "IsNull" | "IsNullOrEmpty" | "IsNothing" | "IsString" | "Not" | "CBool" | "Contains" => boolean(),
        "BitAnd" | "Count" | "InStr" | "Len" | "DateDiff" | "NumFromDate" => {
            Facts { form: Form::Integer, longest: Some(20), spaceless: true, trimmed: true, ..UNKNOWN }
        }
        "CDate" | "DateAdd" | "DateFromNum" => Facts { form: Form::Date, trimmed: true, ..UNKNOWN },
        "Now" => Facts { form: Form::Date, null: Null::Never, trimmed: true, ..UNKNOWN },
        "Guid" => {
            Facts { form: Form::Text, null: Null::Never, longest: Some(36), spaceless: true, trimmed: true, ..UNKNOWN }
        }
        "RandomString" => {
            Facts { form: Form::Text, null: Null::Never, longest: argument(call, 0).and_then(whole), ..UNKNOWN }
        }
        "Error" => STOPS,
        "FormatDateTime" | "ConvertToBase64" | "ConvertToUTF8Hex" | "ConvertFromBase64" => {
            Facts { form: Form::Text, ..UNKNOWN }
        }
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
    let null = if parts.iter().any(|part| part.null == Null::Never) { Null::Never } else { Null::Maybe };
    Facts { null, form: Form::Text, longest: longest.and_then(|sum| Some(sum.saturating_add(between?))), ..UNKNOWN }
}

/// Replace keeps its source's length where it only takes something away.
fn replace(call: &Call, source: Facts, compiler: &Compiler) -> Facts {
    let replacement = argument(call, 4).and_then(text);
    let template = argument(call, 6).is_some();
    let other = argument(call, 5).map(|other| of(other, compiler));
    let takes_away = replacement == Some("") && !template && other.is_none();
    Facts {
        null: if other.is_some() { Null::Maybe } else { source.null },
        form: Form::Text,
        longest: source.longest.filter(|_| takes_away),
        letters: if takes_away { source.letters } else { Letters::Any },
        spaceless: takes_away && source.spaceless,
        ..UNKNOWN
    }
}

/// One of several values; nothing stands for an omitted one, which is null.
fn either(branches: &[Option<&Expr>], compiler: &Compiler) -> Facts {
    one_of(branches.iter().map(|branch| match branch {
        Some(expr) => of(expr, compiler),
        None => Facts { null: Null::Always, longest: Some(0), values: Some(vec![String::new()]), ..UNKNOWN },
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
    // Null and the empty text are no form of their own.
    let form = match (one.form, two.form) {
        (one_form, two_form) if one_form == two_form => one_form,
        (_, form) if one.null == Null::Always => form,
        (form, _) if two.null == Null::Always => form,
        _ => Form::Any,
    };
    Facts {
        null: if one.null == two.null { one.null } else { Null::Maybe },
        form,
        letters: if one.letters == two.letters { one.letters } else { Letters::Any },
        spaceless: one.spaceless && two.spaceless,
        trimmed: one.trimmed && two.trimmed,
        longest: one.longest.zip(two.longest).map(|(one, two)| one.max(two)),
        values: values.filter(|values| values.len() <= MOST),
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
            Form::Integer if text.trim().parse::<f64>().is_err() => Some(Never::because("it is a number")),
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

/// Calls `visit` with every node and the attributes that are known to have a value where
/// it stands, because the branch it is in is taken only then.
pub(super) fn walk_guarded<'t>(
    expr: &'t Expr,
    compiler: &Compiler,
    present: &mut Vec<&'t str>,
    visit: &mut impl FnMut(&'t Expr, &[&'t str]),
) {
    visit(expr, present);
    match &expr.node {
        Node::Group(inner) => walk_guarded(inner, compiler, present, visit),
        Node::Operation(operation) => {
            operation.operands.iter().for_each(|operand| walk_guarded(operand, compiler, present, visit));
        }
        Node::Call(call) => {
            let function = name(call, compiler);
            for (place, argument) in call.arguments.iter().enumerate() {
                let Some(value) = &argument.value else { continue };
                let before = present.len();
                match function {
                    Some("IIF") => {
                        let condition = call.arguments.first().and_then(|argument| argument.value.as_ref());
                        match (place, condition) {
                            (1, Some(condition)) => proves(condition, true, compiler, present),
                            (2, Some(condition)) => proves(condition, false, compiler, present),
                            _ => {}
                        }
                    }
                    Some("Switch") => present.extend(proven_by_switch(call, place)),
                    _ => {}
                }
                walk_guarded(value, compiler, present, visit);
                present.truncate(before);
            }
        }
        _ => {}
    }
}

/// The attributes that have a value where a condition comes out as `holds`.
fn proves<'t>(condition: &'t Expr, holds: bool, compiler: &Compiler, present: &mut Vec<&'t str>) {
    match &bare(condition).node {
        Node::Call(call) => {
            let Some(first) = argument(call, 0) else { return };
            match (name(call, compiler), holds) {
                (Some("IsPresent"), true) | (Some("IsNullOrEmpty" | "IsNull" | "IsNothing"), false) => {
                    present.extend(attribute(first));
                }
                (Some("Not"), _) => proves(first, !holds, compiler, present),
                _ => {}
            }
        }
        Node::Operation(operation) => {
            let [one, two] = operation.operands.as_slice() else { return };
            let (Some(name), Some(constant)) = (attribute(one).or(attribute(two)), text(two).or(text(one))) else {
                return;
            };
            let equal = operation.operator == Operator::Equal;
            let unequal = operation.operator == Operator::NotEqual;
            // `[a]="x"` holds for no empty value, `[a]<>""` neither.
            if (equal && holds && !constant.is_empty())
                || (unequal && holds && constant.is_empty())
                || (equal && !holds && constant.is_empty())
                || (unequal && !holds && !constant.is_empty())
            {
                present.push(name);
            }
        }
        _ => {}
    }
}

/// The source of a Switch has a value in every branch but the one of the key `""`, where
/// there is such a key, and in the branches of all other keys.
fn proven_by_switch(call: &Call, place: usize) -> Option<&str> {
    let source = argument(call, 0).and_then(attribute)?;
    let key = |place: usize| argument(call, place).and_then(text);
    let catches = (2..call.arguments.len()).step_by(2).any(|place| key(place) == Some(""));
    match place {
        1 => catches.then_some(source),
        place if place > 2 && place % 2 == 1 => key(place - 1).filter(|key| !key.is_empty()).map(|_| source),
        _ => None,
    }
}
