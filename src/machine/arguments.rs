//! What applies to every function, before its body runs: conversion to the
//! parameter's kind, the null rule, and working through several values.

use super::Context;
use crate::diagnostic::Code;
use crate::functions::{self, Call, Kind, Nulls, Returns, Stop};
use crate::program::{ArgumentRule, Ready, Site};
use crate::value::{self, Value};
use bumpalo::collections::Vec as ArenaVec;

/// What a rule makes of an argument.
enum Converted<'a> {
    Value(Value<'a>),
    /// The result of the whole call is null.
    NullResult,
    /// The function works through these.
    Each(&'a [Value<'a>]),
}

/// Calls a function on arguments that are converted in place.
#[inline(always)]
pub(super) fn call<'a>(site: &'a Site, arguments: &mut [Value<'a>], context: &Context<'a>) -> Returns<'a> {
    for check in &site.checks {
        let ready = match (arguments.get(usize::from(check.argument)), check.ready) {
            (Some(Value::Text(_)), Ready::Text | Ready::Single) => true,
            (Some(Value::Integer(_)), Ready::Integer | Ready::Single) => true,
            // What stands before it was ready, so nothing fails first.
            (Some(Value::Null), _) if check.null_result => return Ok(Value::Null),
            (Some(Value::Null | Value::Multi(_)), _) => false,
            (_, ready) => ready == Ready::Single,
        };
        if !ready {
            return call_converted(site, arguments, context);
        }
    }
    site.body.call(&Call { arguments, omitted: site.omitted, context })
}

/// The same where an argument needs a conversion, is null, or has several values.
#[inline(never)]
fn call_converted<'a>(site: &'a Site, arguments: &mut [Value<'a>], context: &Context<'a>) -> Returns<'a> {
    let mut each = None;
    for (index, (argument, rule)) in arguments.iter_mut().zip(&site.rules).enumerate() {
        if let (Value::Text(_), Kind::Text) = (&*argument, rule.kind) {
            continue;
        }
        match convert(*argument, rule, index, context)? {
            Converted::Value(value) => *argument = value,
            Converted::NullResult => return Ok(Value::Null),
            Converted::Each(values) => each = Some((index, rule, values)),
        }
    }
    let Some((index, rule, values)) = each else {
        return site.body.call(&Call { arguments, omitted: site.omitted, context });
    };
    let mut results = ArenaVec::with_capacity_in(values.len(), context.arena);
    for value in values {
        let converted = match value {
            Value::Multi(_) => return Err(many(index, context)),
            value => convert(*value, rule, index, context)?,
        };
        let (Converted::Value(value), Some(argument)) = (converted, arguments.get_mut(index)) else { continue };
        *argument = value;
        match site.body.call(&Call { arguments, omitted: site.omitted, context })? {
            // A null among the results is no value (inferred).
            Value::Null => {}
            Value::Multi(values) => results.extend_from_slice(values),
            value => results.push(value),
        }
    }
    Ok(Value::Multi(results.into_bump_slice()))
}

fn many<'a>(index: usize, context: &Context<'a>) -> Stop<'a> {
    fault(
        index,
        Code::ManyValues,
        context,
        format_args!("a single value belongs here, and the attribute has several; take one with Item, or Join them"),
    )
}

fn fault<'a>(index: usize, code: Code, context: &Context<'a>, message: std::fmt::Arguments<'_>) -> Stop<'a> {
    functions::fault(context.arena, code, message, u8::try_from(index).ok())
}

fn convert<'a>(
    value: Value<'a>,
    rule: &ArgumentRule,
    index: usize,
    context: &Context<'a>,
) -> Result<Converted<'a>, Stop<'a>> {
    if let Kind::Any = rule.kind {
        return Ok(match (value, rule.null) {
            (Value::Null, Nulls::Result) => Converted::NullResult,
            (Value::Null, Nulls::Empty) => Converted::Value(Value::Text("")),
            (Value::Multi(values), _) if rule.each => Converted::Each(values),
            _ => Converted::Value(value),
        });
    }
    if let (Value::Multi(values), false) = (value, matches!(rule.kind, Kind::List)) {
        return match values {
            _ if rule.each => Ok(Converted::Each(values)),
            [] => convert(Value::Null, rule, index, context),
            [only] => convert(*only, rule, index, context),
            _ => Err(many(index, context)),
        };
    }
    if value.is_null() {
        return Ok(match rule.null {
            Nulls::Result => Converted::NullResult,
            Nulls::Empty => Converted::Value(Value::Text("")),
            Nulls::Seen => Converted::Value(Value::Null),
        });
    }
    let converted = match rule.kind {
        Kind::Text | Kind::Choice(_) => Ok(Value::Text(value::to_text(value, context.arena))),
        Kind::Reference => Ok(Value::Reference(value::to_text(value, context.arena))),
        Kind::Integer { .. } => value::to_integer(value).map(Value::Integer),
        Kind::Number => value::to_number(value).map(Value::Number),
        Kind::Boolean => value::to_boolean(value).map(Value::Boolean),
        Kind::Date => value::to_date(value, || context.now()).map(Value::DateTime),
        Kind::Binary => value::to_binary(value, context.arena).map(Value::Binary),
        Kind::List => match value {
            Value::Multi(_) => Ok(value),
            single => Ok(Value::Multi(context.arena.alloc_slice_copy(&[single]))),
        },
        Kind::Any | Kind::Complex | Kind::Never => Ok(value),
    };
    match converted {
        Ok(Value::Integer(integer)) => match rule.kind {
            Kind::Integer { least, most } if !(least..=most).contains(&integer) => {
                let message = if most == i64::MAX {
                    format_args!("{integer} is out of range: {least} or more belongs here")
                } else {
                    format_args!("{integer} is out of range: from {least} to {most} belongs here")
                };
                Err(fault(index, Code::OutOfRange, context, message))
            }
            _ => Ok(Converted::Value(Value::Integer(integer))),
        },
        Ok(value) => Ok(Converted::Value(value)),
        // An empty text where a number or a date belongs is no value (inferred: HR
        // systems export absent dates so).
        Err(_) if rule.null == Nulls::Result && value.is_null_or_empty() => Ok(Converted::NullResult),
        Err(error) => Err(fault(index, error.code, context, format_args!("{} is not {}", Shown(value), error.wanted))),
    }
}

/// A value in a message: quoted, and cut where it is long.
pub(super) struct Shown<'a>(pub(super) Value<'a>);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MOST: usize = 60;
        match self.0 {
            Value::Text(text) | Value::Reference(text) => {
                let mut characters = text.chars();
                f.write_str("'")?;
                for character in characters.by_ref().take(MOST) {
                    match character {
                        '\n' | '\r' | '\t' => f.write_str(" ")?,
                        other => std::fmt::Write::write_char(f, other)?,
                    }
                }
                f.write_str(if characters.next().is_some() { "…'" } else { "'" })
            }
            Value::Multi(_) => f.write_str("a list"),
            Value::Complex(_) => f.write_str("an object"),
            Value::Binary(_) => f.write_str("binary"),
            other => other.fmt(f),
        }
    }
}
