//! JSON objects as records, and JSON forms of values (feature `serde`).

use super::{AttributeRef, Attributes};
use crate::dotnet::date::DateTime;
use crate::value::{Field, OwnedValue, Value};
use bumpalo::Bump;
use serde_json::{Map, Value as Json};

/// A JSON object is a record: members are attributes, arrays multi-valued ones,
/// objects complex ones. A number without a fraction is an integer; one
/// above the largest is text, so that no digit is lost.
impl Attributes for Map<String, Json> {
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        self.get(wanted.name()).map_or(Value::Null, |json| borrow(json, arena))
    }

    fn identity(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        self.iter().fold(0, |sum: u64, (name, json)| {
            let mut hasher = DefaultHasher::new();
            (name, json.to_string()).hash(&mut hasher);
            sum.wrapping_add(hasher.finish())
        })
    }
}

/// A JSON value as a value that borrows from it.
fn borrow<'a>(json: &'a Json, arena: &'a Bump) -> Value<'a> {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            // Beyond 64 bits with a sign it stays what it was as text, digit for digit.
            None if number.is_u64() => Value::Text(arena.alloc_str(&number.to_string())),
            None => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::Text(text),
        Json::Array(values) => Value::Multi(arena.alloc_slice_fill_iter(values.iter().map(|v| borrow(v, arena)))),
        Json::Object(fields) => Value::Complex(
            arena.alloc_slice_fill_iter(fields.iter().map(|(name, v)| Field { name, value: borrow(v, arena) })),
        ),
    }
}

impl From<&Json> for OwnedValue {
    fn from(json: &Json) -> Self {
        borrow(json, &Bump::new()).into()
    }
}

impl From<Json> for OwnedValue {
    fn from(json: Json) -> Self {
        OwnedValue::from(&json)
    }
}

/// Booleans, integers and numbers as such, a dateTime as the language's text, bytes
/// as base64, lists as arrays, objects as objects.
impl From<&OwnedValue> for Json {
    fn from(value: &OwnedValue) -> Self {
        match value {
            OwnedValue::Null => Json::Null,
            OwnedValue::Integer(integer) => Json::from(*integer),
            OwnedValue::Number(number) => Json::from(*number),
            OwnedValue::Boolean(truth) => Json::from(*truth),
            OwnedValue::Multi(values) => values.iter().map(Json::from).collect(),
            OwnedValue::Complex(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), Json::from(value))).collect()
            }
            text => Json::from(text.to_string()),
        }
    }
}

impl serde::Serialize for OwnedValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::from(self).serialize(serializer)
    }
}

impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        OwnedValue::from(*self).serialize(serializer)
    }
}

/// The text that the language has for an instant.
impl serde::Serialize for DateTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Value::DateTime(*self))
    }
}
