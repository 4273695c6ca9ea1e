//! Comparison and search by `StringComparison`, and Visual Basic's `InStr`.

use super::case::simple_upper;
use super::units::{RangeError, byte_of_unit, length, unit_of_byte};
use core::cmp::Ordering;
use core::fmt::{self, Write};
use core::str::FromStr;
use memchr::memmem;
use std::borrow::Cow;

/// How text is compared (`System.StringComparison`).
///
/// The two invariant ones need the feature `collation`. The current culture is
/// the invariant one here, so `CurrentCulture` reads as `InvariantCulture`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StringComparison {
    /// By UTF-16 code units.
    Ordinal,
    /// By code points of the simple upper case, where ı and ſ stay.
    OrdinalIgnoreCase,
    /// By the root collation of Unicode.
    #[cfg(feature = "collation")]
    InvariantCulture,
    /// By the root collation of Unicode without differences of case.
    #[cfg(feature = "collation")]
    InvariantCultureIgnoreCase,
}

/// A name that is no string comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a string comparison")]
pub struct UnknownComparison(String);

impl FromStr for StringComparison {
    type Err = UnknownComparison;

    /// Reads the names of .NET, whatever the case.
    fn from_str(name: &str) -> Result<Self, UnknownComparison> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match () {
            () if is("Ordinal") => Ok(Self::Ordinal),
            () if is("OrdinalIgnoreCase") => Ok(Self::OrdinalIgnoreCase),
            #[cfg(feature = "collation")]
            () if is("InvariantCulture") || is("CurrentCulture") => Ok(Self::InvariantCulture),
            #[cfg(feature = "collation")]
            () if is("InvariantCultureIgnoreCase") || is("CurrentCultureIgnoreCase") => {
                Ok(Self::InvariantCultureIgnoreCase)
            }
            () => Err(UnknownComparison(name.to_owned())),
        }
    }
}

/// Upper case for ordinal comparison: the simple one, except that the dotless i
/// and the long s do not become ASCII letters (inferred from recorded behaviour;
/// .NET documents only that the invariant culture's casing is used).
#[inline]
fn ordinal_upper(c: char) -> char {
    match c {
        'ı' | 'ſ' => c,
        _ => simple_upper(c),
    }
}

/// Order of two different characters by their UTF-16 code units: a character
/// beyond U+FFFF starts with a surrogate and so sorts before U+E000 to U+FFFF.
fn utf16_order(a: char, b: char) -> Ordering {
    let key = |c: char| (if u32::from(c) > 0xFFFF { 0xD800 } else { u32::from(c) }, c);
    key(a).cmp(&key(b))
}

fn compare_units(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) => return utf16_order(x, y),
        }
    }
}

/// `String.Compare(a, b, comparison)` as an ordering.
///
/// ```
/// use attrflow::dotnet::text::{StringComparison, compare};
/// assert!(compare("B", "a", StringComparison::Ordinal).is_lt());
/// assert!(compare("B", "a", StringComparison::OrdinalIgnoreCase).is_gt());
/// ```
pub fn compare(a: &str, b: &str, comparison: StringComparison) -> Ordering {
    match comparison {
        StringComparison::Ordinal => compare_units(a, b),
        StringComparison::OrdinalIgnoreCase => {
            // Unlike the ordinal comparison this one is by code points (as .NET does it).
            a.chars().map(ordinal_upper).cmp(b.chars().map(ordinal_upper))
        }
        #[cfg(feature = "collation")]
        StringComparison::InvariantCulture => super::collate::compare_invariant(a, b, false),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCultureIgnoreCase => super::collate::compare_invariant(a, b, true),
    }
}

/// `String.Equals(a, b, comparison)`.
pub fn equals(a: &str, b: &str, comparison: StringComparison) -> bool {
    match comparison {
        StringComparison::Ordinal => a == b,
        StringComparison::OrdinalIgnoreCase if a.is_ascii() && b.is_ascii() => a.eq_ignore_ascii_case(b),
        _ => compare(a, b, comparison).is_eq(),
    }
}

/// Length in bytes of the start of `text` that equals `sought` ignoring case.
fn prefix_ignore_case(text: &str, sought: &str) -> Option<usize> {
    let mut chars = text.chars();
    for wanted in sought.chars() {
        if ordinal_upper(chars.next()?) != ordinal_upper(wanted) {
            return None;
        }
    }
    Some(text.len().saturating_sub(chars.as_str().len()))
}

/// Byte offset of the first occurrence.
fn find(text: &str, sought: &str, comparison: StringComparison) -> Option<usize> {
    match comparison {
        StringComparison::Ordinal => memmem::find(text.as_bytes(), sought.as_bytes()),
        StringComparison::OrdinalIgnoreCase => {
            starts(text).find(|&at| text.get(at..).is_some_and(|rest| prefix_ignore_case(rest, sought).is_some()))
        }
        #[cfg(feature = "collation")]
        StringComparison::InvariantCulture => super::collate::find(text, sought, false),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCultureIgnoreCase => super::collate::find(text, sought, true),
    }
}

/// Byte offsets of the characters and of the end.
fn starts(text: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    text.char_indices().map(|(at, _)| at).chain(core::iter::once(text.len()))
}

/// `String.IndexOf(sought, comparison)` in UTF-16 code units. Empty text is
/// found at 0.
///
/// ```
/// use attrflow::dotnet::text::{StringComparison, index_of};
/// assert_eq!(index_of("x😀y", "Y", StringComparison::OrdinalIgnoreCase), Some(3));
/// ```
pub fn index_of(text: &str, sought: &str, comparison: StringComparison) -> Option<usize> {
    find(text, sought, comparison).map(|at| unit_of_byte(text, at))
}

/// `String.IndexOf(sought, start, comparison)`, `start` and the answer in UTF-16
/// code units from the beginning of the text.
///
/// A start inside a surrogate pair is lowered to the start of its character.
///
/// # Errors
/// A start below zero or behind the end.
pub fn index_of_from(
    text: &str,
    sought: &str,
    start: i64,
    comparison: StringComparison,
) -> Result<Option<usize>, RangeError> {
    let Ok(from) = usize::try_from(start) else {
        return Err(RangeError::StartTooSmall(start));
    };
    let behind = || RangeError::StartBehindEnd { start, length: length(text) };
    let from_byte = byte_of_unit(text, from).ok_or_else(behind)?;
    let rest = text.get(from_byte..).ok_or_else(behind)?;
    let base = unit_of_byte(text, from_byte);
    Ok(index_of(rest, sought, comparison).map(|at| at.saturating_add(base)))
}

/// `String.LastIndexOf(sought, comparison)` in UTF-16 code units. Empty text is
/// found at the end (since .NET 5).
pub fn last_index_of(text: &str, sought: &str, comparison: StringComparison) -> Option<usize> {
    let found = match comparison {
        StringComparison::Ordinal => memmem::rfind(text.as_bytes(), sought.as_bytes()),
        StringComparison::OrdinalIgnoreCase => {
            starts(text).rev().find(|&at| text.get(at..).is_some_and(|rest| prefix_ignore_case(rest, sought).is_some()))
        }
        #[cfg(feature = "collation")]
        StringComparison::InvariantCulture => super::collate::rfind(text, sought, false),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCultureIgnoreCase => super::collate::rfind(text, sought, true),
    };
    found.map(|at| unit_of_byte(text, at))
}

/// `String.StartsWith(sought, comparison)`.
pub fn starts_with(text: &str, sought: &str, comparison: StringComparison) -> bool {
    match comparison {
        StringComparison::Ordinal => text.starts_with(sought),
        StringComparison::OrdinalIgnoreCase => prefix_ignore_case(text, sought).is_some(),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCulture => super::collate::starts_with(text, sought, false),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCultureIgnoreCase => super::collate::starts_with(text, sought, true),
    }
}

/// `String.EndsWith(sought, comparison)`.
pub fn ends_with(text: &str, sought: &str, comparison: StringComparison) -> bool {
    match comparison {
        StringComparison::Ordinal => text.ends_with(sought),
        StringComparison::OrdinalIgnoreCase => {
            let mut chars = text.chars().rev();
            sought.chars().rev().all(|wanted| chars.next().is_some_and(|c| ordinal_upper(c) == ordinal_upper(wanted)))
        }
        #[cfg(feature = "collation")]
        StringComparison::InvariantCulture => super::collate::ends_with(text, sought, false),
        #[cfg(feature = "collation")]
        StringComparison::InvariantCultureIgnoreCase => super::collate::ends_with(text, sought, true),
    }
}

/// How Visual Basic's string functions compare (`CompareMethod`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextCompare {
    /// `CompareMethod.Binary` (0): ordinal.
    #[default]
    Binary,
    /// `CompareMethod.Text` (1): by culture, without differences of case, width
    /// and kana type. Without the feature `collation` this falls back to
    /// `OrdinalIgnoreCase`, which agrees on ASCII.
    Text,
}

/// Visual Basic's `InStr(start, text, sought, compare)`: position of the first
/// occurrence from `start` on, counted from 1 in UTF-16 code units; 0 where there
/// is none. An empty `sought` is found at `start`, unless `text` is empty or ends
/// before.
///
/// # Errors
/// A start below 1.
///
/// ```
/// use attrflow::dotnet::text::{TextCompare, in_str};
/// assert_eq!(in_str(3, "repEated", "e", TextCompare::Binary), Ok(7));
/// assert_eq!(in_str(3, "repEated", "e", TextCompare::Text), Ok(4));
/// ```
pub fn in_str(start: i64, text: &str, sought: &str, compare: TextCompare) -> Result<usize, RangeError> {
    let from = match start.checked_sub(1).map(usize::try_from) {
        Some(Ok(from)) => from,
        _ => return Err(RangeError::StartTooSmall(start)),
    };
    let Some(from_byte) = byte_of_unit(text, from).filter(|_| !text.is_empty()) else {
        return Ok(0);
    };
    if sought.is_empty() {
        return Ok(from.saturating_add(1));
    }
    let rest = text.get(from_byte..).unwrap_or("");
    let found = match compare {
        TextCompare::Binary => find(rest, sought, StringComparison::Ordinal),
        #[cfg(feature = "collation")]
        TextCompare::Text => super::collate::find_ignoring_width_and_kana(rest, sought),
        #[cfg(not(feature = "collation"))]
        TextCompare::Text => find(rest, sought, StringComparison::OrdinalIgnoreCase),
    };
    Ok(found.map_or(0, |at| unit_of_byte(text, from_byte.saturating_add(at)).saturating_add(1)))
}

/// Writes `text.Replace(old, new)`: every occurrence from the left, ordinally.
/// Nothing is replaced where `old` is empty, for which .NET throws.
///
/// # Errors
/// Those of the writer.
pub fn write_replace<W: Write + ?Sized>(text: &str, old: &str, new: &str, out: &mut W) -> fmt::Result {
    if old.is_empty() {
        return out.write_str(text);
    }
    let mut done = 0usize;
    for at in memmem::find_iter(text.as_bytes(), old.as_bytes()) {
        out.write_str(text.get(done..at).unwrap_or(""))?;
        out.write_str(new)?;
        done = at.saturating_add(old.len());
    }
    out.write_str(text.get(done..).unwrap_or(""))
}

/// `text.Replace(old, new)`, borrowed where `old` does not occur; `None` where
/// `old` is empty, for which .NET throws `ArgumentException`.
///
/// ```
/// use attrflow::dotnet::text::replace;
/// assert_eq!(replace("aaa", "aa", "b").as_deref(), Some("ba"));
/// assert_eq!(replace("aaa", "", "b"), None);
/// ```
pub fn replace<'t>(text: &'t str, old: &str, new: &str) -> Option<Cow<'t, str>> {
    if old.is_empty() {
        return None;
    }
    if memmem::find(text.as_bytes(), old.as_bytes()).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_replace(text, old, new, &mut out);
    Some(Cow::Owned(out))
}
