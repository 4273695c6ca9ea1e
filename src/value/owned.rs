//! A value that owns what it holds.

use super::{Field, Value};
use crate::dotnet::date::DateTime;
use bumpalo::Bump;

/// A value that owns what it holds: constants of a program, attributes of an
/// [`AttributeBag`](crate::AttributeBag), results that outlive the machine.
///
/// ```
/// use attrflow::OwnedValue;
/// assert_eq!(OwnedValue::from("x"), OwnedValue::Text("x".into()));
/// assert_eq!(OwnedValue::Integer(7).to_string(), "7");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum OwnedValue {
    /// No value.
    #[default]
    Null,
    /// Text.
    Text(String),
    /// A 64-bit integer.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// An instant, UTC.
    DateTime(DateTime),
    /// Bytes.
    Binary(Vec<u8>),
    /// A distinguished name or an id of another object.
    Reference(String),
    /// Several values, in order.
    Multi(Vec<OwnedValue>),
    /// An object with named fields, in order.
    Complex(Vec<(String, OwnedValue)>),
}

impl OwnedValue {
    /// The value, borrowed; lists and objects lay their spine into the arena.
    #[inline]
    #[must_use]
    pub fn borrow<'a>(&'a self, arena: &'a Bump) -> Value<'a> {
        match self {
            OwnedValue::Text(text) => Value::Text(text),
            other => other.borrow_other(arena),
        }
    }

    fn borrow_other<'a>(&'a self, arena: &'a Bump) -> Value<'a> {
        match self {
            OwnedValue::Null => Value::Null,
            OwnedValue::Text(text) => Value::Text(text),
            OwnedValue::Integer(integer) => Value::Integer(*integer),
            OwnedValue::Number(number) => Value::Number(*number),
            OwnedValue::Boolean(truth) => Value::Boolean(*truth),
            OwnedValue::DateTime(instant) => Value::DateTime(*instant),
            OwnedValue::Binary(bytes) => Value::Binary(bytes),
            OwnedValue::Reference(text) => Value::Reference(text),
            OwnedValue::Multi(values) => {
                Value::Multi(arena.alloc_slice_fill_iter(values.iter().map(|value| value.borrow(arena))))
            }
            OwnedValue::Complex(fields) => {
                Value::Complex(arena.alloc_slice_fill_iter(
                    fields.iter().map(|(name, value)| Field { name, value: value.borrow(arena) }),
                ))
            }
        }
    }

    /// The text of a text or a reference.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            OwnedValue::Text(text) | OwnedValue::Reference(text) => Some(text),
            _ => None,
        }
    }

    /// The kind's name, as [`Value::kind`] gives it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.borrow(&Bump::new()).kind()
    }
}

impl From<Value<'_>> for OwnedValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => OwnedValue::Null,
            Value::Text(text) => OwnedValue::Text(text.to_owned()),
            Value::Integer(integer) => OwnedValue::Integer(integer),
            Value::Number(number) => OwnedValue::Number(number),
            Value::Boolean(truth) => OwnedValue::Boolean(truth),
            Value::DateTime(instant) => OwnedValue::DateTime(instant),
            Value::Binary(bytes) => OwnedValue::Binary(bytes.to_vec()),
            Value::Reference(text) => OwnedValue::Reference(text.to_owned()),
            Value::Multi(values) => OwnedValue::Multi(values.iter().map(|value| (*value).into()).collect()),
            Value::Complex(fields) => {
                OwnedValue::Complex(fields.iter().map(|f| (f.name.to_owned(), f.value.into())).collect())
            }
        }
    }
}

impl From<&str> for OwnedValue {
    fn from(text: &str) -> Self {
        OwnedValue::Text(text.to_owned())
    }
}

impl From<String> for OwnedValue {
    fn from(text: String) -> Self {
        OwnedValue::Text(text)
    }
}

impl From<i64> for OwnedValue {
    fn from(integer: i64) -> Self {
        OwnedValue::Integer(integer)
    }
}

impl From<bool> for OwnedValue {
    fn from(truth: bool) -> Self {
        OwnedValue::Boolean(truth)
    }
}

impl<V: Into<OwnedValue>> From<Vec<V>> for OwnedValue {
    fn from(values: Vec<V>) -> Self {
        OwnedValue::Multi(values.into_iter().map(Into::into).collect())
    }
}

impl std::fmt::Display for OwnedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.borrow(&Bump::new()).fmt(f)
    }
}
