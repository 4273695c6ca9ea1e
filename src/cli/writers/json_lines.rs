//! A JSON object a line.

use super::ERRORS;
use crate::{AttributeChange, Manner, OwnedValue, Value};
use serde_json::Value as Json;
use std::io::{self, Write};

/// Writes an object on one line: its attributes, and what failed, where anything did.
///
/// # Errors
/// The stream fails.
pub fn object<'v>(
    out: &mut impl Write,
    attributes: impl IntoIterator<Item = (&'v str, Value<'v>)>,
    errors: &[Json],
) -> io::Result<()> {
    let mut separator = "{";
    for (name, value) in attributes {
        out.write_all(separator.as_bytes())?;
        separator = ",";
        self::text(out, name)?;
        out.write_all(b":")?;
        self::value(out, value)?;
    }
    if !errors.is_empty() {
        out.write_all(separator.as_bytes())?;
        separator = ",";
        self::text(out, ERRORS)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, errors)?;
    }
    out.write_all(if separator == "{" { b"{}\n" } else { b"}\n" })
}

/// Writes changes as one JSON object, without a line end: for each attribute `before`
/// and `after`, and `manner` (`add`, `assert`) where values are not simply set.
///
/// # Errors
/// The stream fails.
pub fn changes(out: &mut impl Write, changes: &[AttributeChange<'_>]) -> io::Result<()> {
    out.write_all(b"{")?;
    for (index, change) in changes.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        text(out, change.attribute)?;
        out.write_all(b":{\"before\":")?;
        value(out, change.before)?;
        out.write_all(b",\"after\":")?;
        value(out, change.after)?;
        out.write_all(match change.manner {
            Manner::Set => b"}".as_slice(),
            Manner::Add => b",\"manner\":\"add\"}",
            Manner::Assert => b",\"manner\":\"assert\"}",
        })?;
    }
    out.write_all(b"}")
}

/// Writes text as JSON.
///
/// # Errors
/// The stream fails.
pub fn text(out: &mut impl Write, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(out, text)?)
}

/// Writes a value as JSON.
///
/// # Errors
/// The stream fails.
pub fn value(out: &mut impl Write, value: Value<'_>) -> io::Result<()> {
    match value {
        // The common cases without a copy.
        Value::Text(text) | Value::Reference(text) => self::text(out, text),
        Value::Null => out.write_all(b"null"),
        Value::Integer(integer) => write!(out, "{integer}"),
        Value::Boolean(truth) => out.write_all(if truth { b"true" } else { b"false" }),
        other => Ok(serde_json::to_writer(out, &Json::from(&OwnedValue::from(other)))?),
    }
}
