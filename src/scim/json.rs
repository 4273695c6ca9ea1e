//! Values as SCIM writes them in JSON (RFC 7643 section 2.3).

use crate::dotnet::date::DateTime;
use crate::value::Value;
use serde_json::{Map, Number, Value as Json};

/// How deep values may be nested.
const DEEPEST: usize = 100;

/// A value is nested deeper than that.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooDeep;

/// A value as JSON; nothing where there is none, which null, a list without values, an
/// object without members and a number that is not finite are.
///
/// A dateTime is RFC 3339 text in UTC, bytes are base64, a reference is its text.
pub(super) fn to_json(value: Value<'_>) -> Result<Option<Json>, TooDeep> {
    nested(value, 0)
}

fn nested(value: Value<'_>, depth: usize) -> Result<Option<Json>, TooDeep> {
    if depth > DEEPEST {
        return Err(TooDeep);
    }
    Ok(match value {
        Value::Null => None,
        Value::Text(text) | Value::Reference(text) => Some(Json::from(text)),
        Value::Integer(integer) => Some(Json::from(integer)),
        Value::Number(number) => Number::from_f64(number).map(Json::Number),
        Value::Boolean(truth) => Some(Json::Bool(truth)),
        Value::DateTime(instant) => Some(Json::from(rfc3339(instant))),
        Value::Binary(_) => Some(Json::from(value.to_string())),
        Value::Multi(values) => {
            let mut list = Vec::with_capacity(values.len());
            for value in values {
                list.extend(nested(*value, depth + 1)?);
            }
            (!list.is_empty()).then_some(Json::Array(list))
        }
        Value::Complex(fields) => {
            let mut members = Map::new();
            for field in fields {
                if let Some(json) = nested(field.value, depth + 1)? {
                    members.insert(field.name.to_owned(), json);
                }
            }
            (!members.is_empty()).then_some(Json::Object(members))
        }
    })
}

/// `2026-01-31T08:00:00Z`, with as many digits of the second's fraction as it has.
fn rfc3339(instant: DateTime) -> String {
    // .NET's round-trip form has seven digits always; with the kind UTC it ends in Z.
    let text = instant.to_universal_time().to_string();
    match text.strip_suffix('Z').and_then(|text| text.split_once('.')) {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => format!("{whole}Z"),
            fraction => format!("{whole}.{fraction}Z"),
        },
        None => text,
    }
}

/// Edits the object that a member is. Where it is something else, an object takes its place.
pub(super) fn edit_object<T>(
    holder: &mut Map<String, Json>,
    name: &str,
    edit: impl FnOnce(&mut Map<String, Json>) -> T,
) -> T {
    match holder.get_mut(name) {
        Some(Json::Object(members)) => edit(members),
        _ => {
            let mut members = Map::new();
            let result = edit(&mut members);
            holder.insert(name.to_owned(), Json::Object(members));
            result
        }
    }
}

/// Edits the array that a member is. Where it is something else, an array takes its place.
pub(super) fn edit_array<T>(holder: &mut Map<String, Json>, name: &str, edit: impl FnOnce(&mut Vec<Json>) -> T) -> T {
    match holder.get_mut(name) {
        Some(Json::Array(values)) => edit(values),
        _ => {
            let mut values = Vec::new();
            let result = edit(&mut values);
            holder.insert(name.to_owned(), Json::Array(values));
            result
        }
    }
}
