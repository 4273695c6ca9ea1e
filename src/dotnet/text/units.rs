//! Positions and lengths in UTF-16 code units, and the cuts made at them.

/// Why a cut was refused. .NET throws `ArgumentOutOfRangeException` (Substring)
/// or `ArgumentException` (Visual Basic) for the same arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// A start before the first character (0 for Substring, 1 for Mid).
    #[error("start {0} is before the first character")]
    StartTooSmall(i64),
    /// A start behind the end of the text.
    #[error("start {start} is behind the end of a text of {length} UTF-16 units")]
    StartBehindEnd {
        /// The start that was asked for.
        start: i64,
        /// The text's length in UTF-16 code units.
        length: usize,
    },
    /// A length below zero.
    #[error("length {0} is negative")]
    NegativeLength(i64),
    /// A length that reaches behind the end of the text.
    #[error("{length} UTF-16 units from {start} reach behind the end of the text")]
    LengthBehindEnd {
        /// The start that was asked for.
        start: i64,
        /// The length that was asked for.
        length: i64,
    },
}

/// Length of `text` in UTF-16 code units (`String.Length`).
#[inline]
pub fn length(text: &str) -> usize {
    // Every byte that is not a continuation byte starts a unit, and a lead byte
    // of four-byte sequences stands for two units. Summing bytes lets the
    // compiler vectorise what a walk over characters would not.
    text.bytes().map(|b| usize::from((b as i8) >= -0x40) + usize::from(b >= 0xF0)).sum()
}

/// Byte offset of UTF-16 position `unit`.
///
/// A position inside a surrogate pair gives the offset before its character.
/// `None` when the text is shorter than `unit`.
#[inline]
pub fn byte_of_unit(text: &str, unit: usize) -> Option<usize> {
    // Up to the first non-ASCII character both count alike.
    let prefix = text.as_bytes().get(..unit);
    if prefix.is_some_and(<[u8]>::is_ascii) {
        return Some(unit);
    }
    let mut units = 0usize;
    for (at, c) in text.char_indices() {
        let after = units.saturating_add(c.len_utf16());
        if after > unit {
            return Some(at);
        }
        units = after;
    }
    (units == unit).then_some(text.len())
}

/// UTF-16 position of byte offset `byte`, which is lowered to the start of its
/// character and to the end of the text where needed.
#[inline]
pub fn unit_of_byte(text: &str, byte: usize) -> usize {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).map_or(0, length)
}

/// The part of `text` from UTF-16 position `start` up to position `end`, both
/// lowered to the length of the text and to the start of a character they would
/// split. Never fails.
#[inline]
pub fn cut(text: &str, start: usize, end: usize) -> &str {
    // Up to the first non-ASCII character units and bytes count alike.
    let reached = end.min(text.len());
    if text.as_bytes().get(..reached).is_some_and(<[u8]>::is_ascii) {
        return text.get(start..reached).unwrap_or("");
    }
    let Some(from) = byte_of_unit(text, start) else {
        return "";
    };
    let rest = text.get(from..).unwrap_or("");
    if end <= start {
        return "";
    }
    let to = byte_of_unit(text, end).unwrap_or(text.len());
    rest.get(..to.saturating_sub(from)).unwrap_or("")
}

/// `String.Substring(start)` and `String.Substring(start, length)`: zero based,
/// in UTF-16 code units, as a slice of `text`.
///
/// Where .NET would return half a surrogate pair the cut falls before the
/// character, so that adjoining cuts neither lose nor repeat a character.
///
/// # Errors
/// As .NET: a negative start or length, a start behind the end, a length that
/// reaches behind the end.
///
/// ```
/// use attrflow::dotnet::text::substring;
/// assert_eq!(substring("hello", 1, Some(3)), Ok("ell"));
/// assert!(substring("hello", 1, Some(5)).is_err());
/// ```
pub fn substring(text: &str, start: i64, length: Option<i64>) -> Result<&str, RangeError> {
    let Ok(from) = usize::try_from(start) else {
        return Err(RangeError::StartTooSmall(start));
    };
    let all = self::length(text);
    if from > all {
        return Err(RangeError::StartBehindEnd { start, length: all });
    }
    let Some(wanted) = length else {
        return Ok(cut(text, from, all));
    };
    let Ok(count) = usize::try_from(wanted) else {
        return Err(RangeError::NegativeLength(wanted));
    };
    match from.checked_add(count) {
        Some(end) if end <= all => Ok(cut(text, from, end)),
        _ => Err(RangeError::LengthBehindEnd { start, length: wanted }),
    }
}

/// Visual Basic's `Left(text, count)`: at most the first `count` UTF-16 units.
///
/// # Errors
/// A negative count.
pub fn left(text: &str, count: i64) -> Result<&str, RangeError> {
    let Ok(count) = usize::try_from(count) else {
        return Err(RangeError::NegativeLength(count));
    };
    Ok(cut(text, 0, count))
}

/// Visual Basic's `Mid(text, start)` and `Mid(text, start, length)`: `start`
/// counts from 1, and what lies behind the end is empty instead of an error.
///
/// # Errors
/// A start below 1 or a negative length.
///
/// ```
/// use attrflow::dotnet::text::mid;
/// assert_eq!(mid("hello", 2, Some(3)), Ok("ell"));
/// assert_eq!(mid("hello", 5, Some(100)), Ok("o"));
/// assert_eq!(mid("hello", 100, None), Ok(""));
/// ```
pub fn mid(text: &str, start: i64, length: Option<i64>) -> Result<&str, RangeError> {
    let from = match start.checked_sub(1).map(usize::try_from) {
        Some(Ok(from)) => from,
        _ => return Err(RangeError::StartTooSmall(start)),
    };
    let end = match length {
        None => usize::MAX,
        Some(wanted) => match usize::try_from(wanted) {
            Ok(count) => from.saturating_add(count),
            Err(_) => return Err(RangeError::NegativeLength(wanted)),
        },
    };
    Ok(cut(text, from, end))
}
