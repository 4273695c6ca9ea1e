//! Rows under a header: null as an empty cell, the empty text as `""`, lists and objects
//! as JSON.

use super::ERRORS;
use crate::{OwnedValue, Value};
use serde_json::Value as Json;
use std::io::{self, Write};

/// Writes the header: the names, and a column for what failed.
///
/// # Errors
/// The stream fails.
pub fn header<'n>(out: &mut impl Write, names: impl IntoIterator<Item = &'n str>) -> io::Result<()> {
    for name in names {
        cell(out, name)?;
        out.write_all(b",")?;
    }
    cell(out, ERRORS)?;
    out.write_all(b"\n")
}

/// Writes an object as a row: a value or nothing for each name of the header, and what
/// failed, where anything did.
///
/// # Errors
/// The stream fails.
pub fn row<'v>(
    out: &mut impl Write,
    values: impl IntoIterator<Item = Option<Value<'v>>>,
    errors: &[Json],
) -> io::Result<()> {
    for value in values {
        match value {
            None | Some(Value::Null) => {}
            Some(Value::Text(text) | Value::Reference(text)) => cell(out, text)?,
            Some(value @ (Value::Multi(_) | Value::Complex(_))) => {
                cell(out, &Json::from(&OwnedValue::from(value)).to_string())?;
            }
            Some(value) => cell(out, &value.to_string())?,
        }
        out.write_all(b",")?;
    }
    if !errors.is_empty() {
        cell(out, &Json::from(errors).to_string())?;
    }
    out.write_all(b"\n")
}

/// Writes a cell, in quotation marks where they are needed; the empty text has them, so
/// that it is not null.
///
/// # Errors
/// The stream fails.
pub fn cell(out: &mut impl Write, text: &str) -> io::Result<()> {
    let plain = !text.is_empty()
        && !text.contains([',', ';', '\t', '"', '\r', '\n'])
        && !text.starts_with(' ')
        && !text.ends_with(' ');
    if plain {
        return out.write_all(text.as_bytes());
    }
    out.write_all(b"\"")?;
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"\"")
}
