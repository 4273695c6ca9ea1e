//! Values: what attributes hold and functions give.

mod compare;
mod convert;
mod json;
mod owned;

pub(crate) use compare::{SPREAD, compare, digest, same_key, same_text, single};
#[cfg(feature = "serde")]
pub(crate) use convert::ConvertError;
pub(crate) use convert::{to_binary, to_boolean, to_date, to_integer, to_number, to_text};
pub(crate) use json::read_json;
pub use owned::OwnedValue;

use crate::dotnet::date::DateTime;

/// A value that borrows: from the record it was read from, from the compiled
/// program, or from the machine's arena.
///
/// A dateTime is always UTC with ticks of 100 ns. Text is UTF-8 here; the language
/// counts it in UTF-16 code units.
///
/// ```
/// use attrflow::Value;
/// let names = [Value::Text("Ann"), Value::Text("Bo")];
/// assert_eq!(Value::Multi(&names).to_string(), "Ann\nBo");
/// assert_eq!(Value::Boolean(true).to_string(), "True");
/// ```
// A tag of a whole word: with a smaller one a boolean lies beside it, and copying a
// value made of a word and two halves stalls on the stores before it (measured: a call
// took twice as long).
#[repr(u64)]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Value<'a> {
    /// No value: the attribute is absent, or null.
    #[default]
    Null,
    /// Text; the empty text is a value.
    Text(&'a str),
    /// A 64-bit integer.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// An instant, UTC.
    DateTime(DateTime),
    /// Bytes.
    Binary(&'a [u8]),
    /// A distinguished name or an id of another object.
    Reference(&'a str),
    /// Several values, in order.
    Multi(&'a [Value<'a>]),
    /// An object with named fields, in order.
    Complex(&'a [Field<'a>]),
}

/// A field of a complex value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'a> {
    /// The field's name.
    pub name: &'a str,
    /// Its value.
    pub value: Value<'a>,
}

impl<'a> Value<'a> {
    /// Whether there is no value. The empty text and the empty list are values.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether there is nothing to flow: null, the empty text, or a list without values.
    ///
    /// Documented for text (IsNullOrEmpty); inferred for lists.
    #[must_use]
    pub const fn is_null_or_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) | Value::Reference(text) => text.is_empty(),
            Value::Multi(values) => values.is_empty(),
            _ => false,
        }
    }

    /// The text of a text or a reference.
    #[must_use]
    pub const fn as_str(&self) -> Option<&'a str> {
        match self {
            Value::Text(text) | Value::Reference(text) => Some(text),
            _ => None,
        }
    }

    /// The kind's name, as `eval --format json` prints it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Text(_) => "string",
            Value::Integer(_) => "integer",
            Value::Number(_) => "number",
            Value::Boolean(_) => "boolean",
            Value::DateTime(_) => "dateTime",
            Value::Binary(_) => "binary",
            Value::Reference(_) => "reference",
            Value::Multi(_) => "multi",
            Value::Complex(_) => "complex",
        }
    }
}

impl std::fmt::Display for Value<'_> {
    /// The text of the value as the language defines it; a list has a value a line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Value::Multi(values) = self {
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    f.write_str("\n")?;
                }
                value.fmt(f)?;
            }
            return Ok(());
        }
        convert::write_text(self, f)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(integer: i64) -> Self {
        Value::Integer(integer)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Boolean(truth)
    }
}

impl From<DateTime> for Value<'_> {
    fn from(instant: DateTime) -> Self {
        Value::DateTime(instant)
    }
}
