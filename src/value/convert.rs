//! Values to the kinds that parameters want. One place for every rule.
//!
//! Text from values (spec): integers without separators, `True`/`False`, dateTimes as
//! `M/d/yyyy h:mm:ss tt` in UTC (documented for Now and CDate). Values from text:
//! integers by .NET's invariant rules, booleans as `true`/`false` in any case or a
//! number. Bytes give base64 (inferred).

use super::Value;
use crate::diagnostic::Code;
use crate::dotnet::date::{self, DateTime, Defaults};
use crate::dotnet::scalar;
use bumpalo::{Bump, collections::String as ArenaString};
use std::fmt::{self, Write};

/// A value has no form of the kind that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConvertError {
    pub(crate) code: Code,
    /// What was wanted, with its article.
    pub(crate) wanted: &'static str,
}

const fn failed(code: Code, wanted: &'static str) -> ConvertError {
    ConvertError { code, wanted }
}

/// Writes the text of a value; lists and objects as JSON.
pub(super) fn write_text(value: &Value<'_>, out: &mut (impl Write + ?Sized)) -> fmt::Result {
    match value {
        Value::Null => Ok(()),
        Value::Text(text) | Value::Reference(text) => out.write_str(text),
        Value::Integer(integer) => write!(out, "{integer}"),
        Value::Number(number) => scalar::write_double(*number, &mut Pass(out)),
        Value::Boolean(true) => out.write_str("True"),
        Value::Boolean(false) => out.write_str("False"),
        Value::DateTime(instant) => write_instant(*instant, out),
        Value::Binary(bytes) => {
            out.write_str(&base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes))
        }
        Value::Multi(_) | Value::Complex(_) => write_json(value, out),
    }
}

/// `M/d/yyyy h:mm:ss tt`.
fn write_instant(instant: DateTime, out: &mut (impl Write + ?Sized)) -> fmt::Result {
    let (year, month, day) = (instant.year(), instant.month(), instant.day());
    let (hour, minute, second) = (instant.hour(), instant.minute(), instant.second());
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    write!(out, "{month}/{day}/{year:04} {hour}:{minute:02}:{second:02} {half}")
}

/// Lets a `W: Write` parameter take an unsized writer.
struct Pass<'w, W: ?Sized>(&'w mut W);

impl<W: Write + ?Sized> Write for Pass<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

fn write_json(value: &Value<'_>, out: &mut (impl Write + ?Sized)) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Integer(_) | Value::Number(_) => write_text(value, out),
        Value::Boolean(truth) => write!(out, "{truth}"),
        Value::Multi(values) => {
            out.write_char('[')?;
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                write_json(value, out)?;
            }
            out.write_char(']')
        }
        Value::Complex(fields) => {
            out.write_char('{')?;
            for (index, field) in fields.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                write_json_text(field.name, out)?;
                out.write_char(':')?;
                write_json(&field.value, out)?;
            }
            out.write_char('}')
        }
        other => write_json_text(&other.to_string(), out),
    }
}

fn write_json_text(text: &str, out: &mut (impl Write + ?Sized)) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            control if control < ' ' => write!(out, "\\u{:04x}", u32::from(control))?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('"')
}

/// The text of a value that is not null.
pub(crate) fn to_text<'a>(value: Value<'a>, arena: &'a Bump) -> &'a str {
    match value {
        Value::Text(text) | Value::Reference(text) => text,
        Value::Boolean(true) => "True",
        Value::Boolean(false) => "False",
        Value::Null => "",
        other => {
            let mut text = ArenaString::with_capacity_in(24, arena);
            // Writing to memory does not fail.
            let _ = write_text(&other, &mut text);
            text.into_bump_str()
        }
    }
}

/// The integer that a value is or reads as.
pub(crate) fn to_integer(value: Value<'_>) -> Result<i64, ConvertError> {
    const WANTED: ConvertError = failed(Code::NotAnInteger, "an integer");
    match value {
        Value::Integer(integer) => Ok(integer),
        Value::Boolean(truth) => Ok(i64::from(truth)),
        // 2^63 itself is out, and so is everything with a fraction.
        Value::Number(number) if number.fract() == 0.0 && (-9.2e18..9.2e18).contains(&number) => Ok(number as i64),
        Value::Text(text) | Value::Reference(text) => scalar::to_int64(text).map_err(|_| WANTED),
        _ => Err(WANTED),
    }
}

/// The number that a value is or reads as.
pub(crate) fn to_number(value: Value<'_>) -> Result<f64, ConvertError> {
    const WANTED: ConvertError = failed(Code::NotANumber, "a number");
    match value {
        Value::Integer(integer) => Ok(integer as f64),
        Value::Number(number) => Ok(number),
        Value::Text(text) | Value::Reference(text) => scalar::to_double(text).map_err(|_| WANTED),
        _ => Err(WANTED),
    }
}

/// The truth value that a value is or reads as; null and the empty text are false.
pub(crate) fn to_boolean(value: Value<'_>) -> Result<bool, ConvertError> {
    const WANTED: ConvertError = failed(Code::NotABoolean, "True or False");
    match value {
        Value::Boolean(truth) => Ok(truth),
        Value::Null => Ok(false),
        Value::Integer(integer) => Ok(integer != 0),
        Value::Number(number) => Ok(number != 0.0),
        Value::Text(text) | Value::Reference(text) => match text.trim() {
            "" => Ok(false),
            word if word.eq_ignore_ascii_case("true") => Ok(true),
            word if word.eq_ignore_ascii_case("false") => Ok(false),
            number => scalar::to_double(number).map(|n| n != 0.0).map_err(|_| WANTED),
        },
        _ => Err(WANTED),
    }
}

/// The instant (UTC) that a value is or reads as; parts that a text lacks come from the day of `now`.
pub(crate) fn to_date(value: Value<'_>, now: impl FnOnce() -> DateTime) -> Result<DateTime, ConvertError> {
    const WANTED: ConvertError = failed(Code::NotADate, "a date");
    match value {
        Value::DateTime(instant) => Ok(instant),
        Value::Text(text) | Value::Reference(text) => date::parse_utc(text, &Defaults::at(now())).map_err(|_| WANTED),
        _ => Err(WANTED),
    }
}

/// The bytes that a value is or that its text holds as base64.
pub(crate) fn to_binary<'a>(value: Value<'a>, arena: &'a Bump) -> Result<&'a [u8], ConvertError> {
    const WANTED: ConvertError = failed(Code::NotConvertible, "binary");
    match value {
        Value::Binary(bytes) => Ok(bytes),
        Value::Text(text) => {
            let engine = &base64::engine::general_purpose::STANDARD;
            let bytes = arena.alloc_slice_fill_copy(base64::decoded_len_estimate(text.len()), 0_u8);
            let length = base64::Engine::decode_slice(engine, text.trim(), bytes).map_err(|_| WANTED)?;
            bytes.get(..length).ok_or(WANTED)
        }
        _ => Err(WANTED),
    }
}
