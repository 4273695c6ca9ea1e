//! Comparison, for `=` and the orders and for the keys of Switch.

use super::Value;
use crate::dotnet::scalar;
use crate::syntax::Operator;
use std::cmp::Ordering;

/// Compares two values by an operator.
///
/// By number where both are, or one is and the other is text that reads as one
/// (evident: `BitAnd([userAccountControl], 2)="0"` is in exported configurations);
/// booleans against `True`/`False` in any case; two dateTimes by instant; else by
/// text, ordinal and case-sensitive. Null equals null and the empty text; null
/// compared in order with anything is false.
///
/// Gives nothing where a list of several values is compared.
#[inline]
pub(crate) fn compare(operator: Operator, left: Value<'_>, right: Value<'_>) -> Option<bool> {
    if let (Value::Text(left), Value::Text(right)) = (left, right) {
        return Some(match operator {
            Operator::Equal => left == right,
            Operator::NotEqual => left != right,
            order => holds(order, ordinal(left, right)),
        });
    }
    compare_mixed(operator, single(left)?, single(right)?)
}

/// A number for a text. Texts of the same length of up to eight bytes have the same one
/// only if they are the same.
#[inline(always)]
pub(crate) fn digest(text: &[u8]) -> u64 {
    if let (Some(head), Some(tail)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        let (head, tail) = (u64::from_le_bytes(*head), u64::from_le_bytes(*tail));
        return match text.len() {
            8 => head,
            0..=16 => head ^ tail.rotate_left(29),
            _ => long_digest(text, tail),
        };
    }
    if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*head)) | u64::from(u32::from_le_bytes(*tail)) << 32;
    }
    match *text {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c, ..] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
    }
}

#[inline(never)]
fn long_digest(text: &[u8], tail: u64) -> u64 {
    let (words, _) = text.as_chunks::<8>();
    words.iter().fold(tail, |sum, word| (sum.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(SPREAD))
}

/// 2^64 divided by the golden ratio: what a number is multiplied with to spread its bits.
pub(crate) const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Whether two texts are the same; a look at two words for short ones.
#[inline(always)]
pub(crate) fn same_text(left: &str, right: &str) -> bool {
    if left.len() != right.len() {
        return false;
    }
    if left.len() <= 8 { digest(left.as_bytes()) == digest(right.as_bytes()) } else { left == right }
}

/// A list of one counts as its value, a list of none as null; there is no single
/// value in a longer one.
pub(crate) fn single(value: Value<'_>) -> Option<Value<'_>> {
    match value {
        Value::Multi([]) => Some(Value::Null),
        Value::Multi([only]) => single(*only),
        Value::Multi(_) => None,
        other => Some(other),
    }
}

fn holds(operator: Operator, ordering: Ordering) -> bool {
    match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        Operator::GreaterOrEqual => ordering.is_ge(),
        Operator::Concatenate => false,
    }
}

fn compare_mixed(operator: Operator, left: Value<'_>, right: Value<'_>) -> Option<bool> {
    if left.is_null() || right.is_null() {
        let equal = left.is_null_or_empty() && right.is_null_or_empty();
        return Some(match operator {
            Operator::Equal => equal,
            Operator::NotEqual => !equal,
            _ => false,
        });
    }
    let ordering = match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.ticks().cmp(&right.ticks())),
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(&right)),
        (Value::Boolean(truth), other) => return Some(boolean(operator, truth, other, false)),
        (other, Value::Boolean(truth)) => return Some(boolean(operator, truth, other, true)),
        _ => numbers(left, right),
    };
    let ordering = ordering.unwrap_or_else(|| match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => ordinal(left, right),
        _ => ordinal(&left.to_string(), &right.to_string()),
    });
    Some(holds(operator, ordering))
}

/// The order of two numbers, one of which may be text that reads as one.
fn numbers(left: Value<'_>, right: Value<'_>) -> Option<Ordering> {
    if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
        return Some(left.cmp(&right));
    }
    let is_number = |value| matches!(value, Value::Integer(_) | Value::Number(_));
    if !is_number(left) && !is_number(right) {
        return None;
    }
    // Integers beyond 2^53 must not meet as doubles.
    let integer = |value: Value<'_>| match value {
        Value::Integer(integer) => Some(integer),
        Value::Text(text) => scalar::to_int64(text).ok(),
        _ => None,
    };
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        return Some(left.cmp(&right));
    }
    let number = |value: Value<'_>| match value {
        Value::Integer(integer) => Some(integer as f64),
        Value::Number(number) => Some(number),
        Value::Text(text) => scalar::to_double(text).ok(),
        _ => None,
    };
    number(left)?.partial_cmp(&number(right)?)
}

/// A boolean against something that is none.
fn boolean(operator: Operator, truth: bool, other: Value<'_>, swapped: bool) -> bool {
    let read = match other {
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    };
    let word = if truth { "True" } else { "False" };
    let ordering = match read {
        Some(read) => truth.cmp(&read),
        None => ordinal(word, &other.to_string()),
    };
    holds(operator, if swapped { ordering.reverse() } else { ordering })
}

/// The order of .NET's ordinal comparison: by UTF-16 code units. It differs from the
/// order of UTF-8 bytes where a character beyond U+FFFF meets one above the surrogates.
fn ordinal(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Whether a source of Switch matches a key: by text, case-sensitively; null and the
/// empty text match the empty key.
///
/// Gives nothing where a list of several values is compared.
pub(crate) fn same_key(source: Value<'_>, key: Value<'_>) -> Option<bool> {
    let (source, key) = (single(source)?, single(key)?);
    if source.is_null_or_empty() || key.is_null_or_empty() {
        return Some(source.is_null_or_empty() && key.is_null_or_empty());
    }
    Some(match (source.as_str(), key.as_str()) {
        (Some(source), Some(key)) => source == key,
        _ => source.to_string() == key.to_string(),
    })
}
