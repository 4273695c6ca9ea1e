//! Filters of RFC 7644 section 3.4.2.2, as they stand in the brackets of a path.

use super::path::AttributePath;
use super::vocabulary::member;
use chrono::DateTime;
use serde_json::{Number, Value as Json};
use std::cmp::Ordering;
use std::fmt;

/// A filter on the elements of a multi-valued attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filter {
    /// A comparison with a value.
    Compare {
        /// The sub-attribute.
        attribute: AttributePath,
        /// How it is compared.
        operator: Comparison,
        /// What with.
        value: Literal,
    },
    /// `pr`: the sub-attribute has a value.
    Present(AttributePath),
    /// All of them hold.
    And(Vec<Filter>),
    /// One of them holds.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
}

/// An operator between an attribute and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `co`
    Contains,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

impl Comparison {
    pub(super) const ALL: [Comparison; 9] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Contains,
        Comparison::StartsWith,
        Comparison::EndsWith,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
    ];

    /// The operator as RFC 7644 writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Comparison::Equal => "eq",
            Comparison::NotEqual => "ne",
            Comparison::Contains => "co",
            Comparison::StartsWith => "sw",
            Comparison::EndsWith => "ew",
            Comparison::Greater => "gt",
            Comparison::GreaterOrEqual => "ge",
            Comparison::Less => "lt",
            Comparison::LessOrEqual => "le",
        }
    }

    /// Whether it asks for the order of two values.
    pub(super) const fn is_order(self) -> bool {
        matches!(self, Comparison::Greater | Comparison::GreaterOrEqual | Comparison::Less | Comparison::LessOrEqual)
    }
}

/// A value in a filter, as JSON writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number.
    Number(Number),
    /// A text in quotation marks, without them and without escapes.
    Text(String),
}

impl Literal {
    /// The literal as a JSON value; a text that says true or false as a boolean where one
    /// is wanted. Null is no value.
    pub(super) fn as_json(&self, boolean: bool) -> Option<Json> {
        match self {
            Literal::Null => None,
            Literal::Boolean(truth) => Some(Json::Bool(*truth)),
            Literal::Number(number) => Some(Json::Number(number.clone())),
            Literal::Text(text) => {
                let truth = if boolean { truth(text) } else { None };
                Some(truth.map_or_else(|| Json::from(text.as_str()), Json::Bool))
            }
        }
    }
}

/// The boolean that a text says, in any case.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl Filter {
    /// Whether an element of a multi-valued attribute fits.
    ///
    /// Texts are compared regardless of case, `$ref`, `id` and `externalId` with regard
    /// to it (documented: `caseExact` of RFC 7643), dateTimes by instant. `eq null` holds
    /// where there is no value, `ne` wherever `eq` does not. `primary eq "True"` compares
    /// a boolean with the text for it (evident). `value` of an element that is no object
    /// is the element itself (inferred).
    #[must_use]
    pub fn matches(&self, element: &Json) -> bool {
        match self {
            Filter::And(parts) => parts.iter().all(|part| part.matches(element)),
            Filter::Or(parts) => parts.iter().any(|part| part.matches(element)),
            Filter::Not(part) => !part.matches(element),
            Filter::Present(attribute) => find(element, attribute).is_some_and(is_present),
            Filter::Compare { attribute, operator, value } => {
                let exact = is_exact(attribute.sub.as_ref().unwrap_or(&attribute.name));
                let found = find(element, attribute).filter(|json| is_present(json));
                match operator {
                    Comparison::NotEqual => !any(found, |json| equal(json, value, exact), *value == Literal::Null),
                    Comparison::Equal => any(found, |json| equal(json, value, exact), *value == Literal::Null),
                    _ => any(found, |json| related(json, *operator, value, exact), false),
                }
            }
        }
    }
}

/// Whether a value, or one of several, passes a test; `absent` where there is none.
fn any(found: Option<&Json>, test: impl Fn(&Json) -> bool, absent: bool) -> bool {
    match found {
        None => absent,
        Some(Json::Array(values)) => values.iter().any(test),
        Some(value) => test(value),
    }
}

fn find<'j>(element: &'j Json, attribute: &AttributePath) -> Option<&'j Json> {
    let found = match element {
        Json::Object(members) => member(members, &attribute.name)?,
        simple if attribute.name.eq_ignore_ascii_case("value") => simple,
        _ => return None,
    };
    match (&attribute.sub, found) {
        (None, _) => Some(found),
        (Some(sub), Json::Object(members)) => member(members, sub),
        (Some(_), _) => None,
    }
}

fn is_present(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Array(values) => values.iter().any(|value| !value.is_null()),
        Json::Object(members) => members.values().any(|value| !value.is_null()),
        Json::String(text) => !text.is_empty(),
        Json::Bool(_) | Json::Number(_) => true,
    }
}

/// Whether the case of a sub-attribute's text counts.
fn is_exact(name: &str) -> bool {
    ["$ref", "id", "externalId"].iter().any(|exact| exact.eq_ignore_ascii_case(name))
}

/// A text as it is compared.
fn folded(text: &str, exact: bool) -> String {
    if exact { text.to_owned() } else { text.to_lowercase() }
}

fn equal(json: &Json, literal: &Literal, exact: bool) -> bool {
    match (json, literal) {
        (Json::String(text), Literal::Text(wanted)) => text == wanted || folded(text, exact) == folded(wanted, exact),
        (Json::Bool(held), Literal::Boolean(wanted)) => held == wanted,
        (Json::Bool(held), Literal::Text(text)) => truth(text) == Some(*held),
        (Json::String(text), Literal::Boolean(wanted)) => truth(text) == Some(*wanted),
        (Json::Number(held), Literal::Number(wanted)) => order(held, wanted) == Some(Ordering::Equal),
        _ => false,
    }
}

fn order(left: &Number, right: &Number) -> Option<Ordering> {
    // Integers beyond 2^53 must not meet as doubles.
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn related(json: &Json, operator: Comparison, literal: &Literal, exact: bool) -> bool {
    let ordering = match (json, literal) {
        (Json::String(text), Literal::Text(wanted)) => {
            let (held, part) = (folded(text, exact), folded(wanted, exact));
            match operator {
                Comparison::Contains => return held.contains(&part),
                Comparison::StartsWith => return held.starts_with(&part),
                Comparison::EndsWith => return held.ends_with(&part),
                _ => instants(text, wanted).or_else(|| Some(held.cmp(&part))),
            }
        }
        (Json::Number(held), Literal::Number(wanted)) => order(held, wanted),
        _ => None,
    };
    ordering.is_some_and(|ordering| match operator {
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        _ => false,
    })
}

/// The order of two texts that are both dateTimes.
fn instants(left: &str, right: &str) -> Option<Ordering> {
    let read = |text| DateTime::parse_from_rfc3339(text).ok();
    Some(read(left)?.cmp(&read(right)?))
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Boolean(truth) => write!(f, "{truth}"),
            Literal::Number(number) => write!(f, "{number}"),
            Literal::Text(text) => write!(f, "{}", Json::from(text.as_str())),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Compare { attribute, operator, value } => write!(f, "{attribute} {} {value}", operator.as_str()),
            Filter::Present(attribute) => write!(f, "{attribute} pr"),
            Filter::Not(part) => write!(f, "not ({part})"),
            Filter::And(parts) => joined(parts, " and ", |part| matches!(part, Filter::Or(_) | Filter::And(_)), f),
            Filter::Or(parts) => joined(parts, " or ", |part| matches!(part, Filter::Or(_)), f),
        }
    }
}

fn joined(
    parts: &[Filter],
    between: &str,
    in_parentheses: impl Fn(&Filter) -> bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        if in_parentheses(part) { write!(f, "({part})") } else { write!(f, "{part}") }?;
    }
    Ok(())
}
