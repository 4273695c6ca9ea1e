//! `Regex.Escape` and `Regex.Unescape`.

use std::borrow::Cow;

use super::Options;
use super::error::{PatternError, PatternErrorKind as Kind};
use super::reader::Reader;

/// Puts a backslash before every character that means something in a pattern, so that the result matches
/// the text itself. As in .NET, `]` and `}` are not escaped, and a line feed becomes `\n`.
///
/// Source: `System.Text.RegularExpressions.Regex.Escape`.
///
/// ```
/// assert_eq!(attrflow::dotnet::pattern::escape("a.b*c"), r"a\.b\*c");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    let special = |character: char| "\t\n\u{C}\r #$()*+.?[\\^{|".contains(character);
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if special(character) {
            out.push('\\');
        }
        out.push(match character {
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{C}' => 'f',
            other => other,
        });
    }
    Cow::Owned(out)
}

/// Replaces escapes by the characters they stand for; the opposite of [`escape`].
///
/// Source: `System.Text.RegularExpressions.Regex.Unescape`.
///
/// # Errors
/// An escape that .NET does not know, and (where .NET would make ill-formed text) an escape of half a
/// surrogate pair without its other half.
///
/// ```
/// assert_eq!(attrflow::dotnet::pattern::unescape(r"\x41\.").unwrap(), "A.");
/// ```
pub fn unescape(text: &str) -> Result<Cow<'_, str>, PatternError> {
    if !text.contains('\\') {
        return Ok(Cow::Borrowed(text));
    }
    let mut reader = Reader::new(text, &Options::default());
    let mut units: Vec<u16> = Vec::with_capacity(reader.len());
    while let Some(unit) = reader.next() {
        if unit != u16::from(b'\\') {
            units.push(unit);
        } else if !reader.at_end() {
            // A backslash at the very end is dropped.
            units.push(reader.character_escape()?);
        }
    }
    String::from_utf16(&units).map(Cow::Owned).map_err(|_| {
        reader.error(
            Kind::InsufficientOrInvalidHexDigits,
            "An escape names half a surrogate pair, which is no text; write both halves.",
        )
    })
}
