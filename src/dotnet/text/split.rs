//! Splitting, joining, words and spaces.

use super::trim::{in_set, trim};
use core::fmt::{self, Write};
use memchr::memmem;
use std::borrow::Cow;

/// What becomes of the parts of a split (`StringSplitOptions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct SplitOptions {
    /// Leave out empty parts (after trimming, where that is on as well).
    pub remove_empty: bool,
    /// Trim white space off each part.
    pub trim: bool,
}

impl SplitOptions {
    /// `StringSplitOptions.None`.
    pub const NONE: Self = Self { remove_empty: false, trim: false };
    /// `StringSplitOptions.RemoveEmptyEntries`.
    pub const REMOVE_EMPTY: Self = Self { remove_empty: true, trim: false };
    /// `StringSplitOptions.TrimEntries`.
    pub const TRIM: Self = Self { remove_empty: false, trim: true };
}

/// Length in UTF-8 of a character that is a surrogate pair in UTF-16.
const SURROGATE_PAIR: usize = 4;

/// How the next separator is found.
#[derive(Debug, Clone, Copy)]
enum By<'t> {
    /// Any of these characters, or any white space where there are none.
    Chars(&'t str),
    /// This text; where it is empty there is no separator.
    Text(&'t str),
}

/// The parts of a split, each a slice of the text.
#[derive(Debug, Clone)]
pub struct Split<'t> {
    rest: Option<&'t str>,
    by: By<'t>,
    options: SplitOptions,
    /// Whether an empty part is due: .NET parts at each half of a surrogate pair.
    between_halves: bool,
}

impl<'t> Split<'t> {
    /// Next part as it stands, before the options.
    fn raw(&mut self) -> Option<&'t str> {
        if core::mem::take(&mut self.between_halves) {
            return Some("");
        }
        let rest = self.rest?;
        let found = match self.by {
            By::Chars(chars) => rest
                .char_indices()
                .find(|&(_, c)| in_set(c, chars))
                .map(|(at, c)| (at, at.saturating_add(c.len_utf8()))),
            By::Text("") => None,
            By::Text(separator) => {
                memmem::find(rest.as_bytes(), separator.as_bytes()).map(|at| (at, at.saturating_add(separator.len())))
            }
        };
        let Some((end, next)) = found else {
            self.rest = None;
            return Some(rest);
        };
        self.between_halves = matches!(self.by, By::Chars(_)) && next.saturating_sub(end) == SURROGATE_PAIR;
        self.rest = rest.get(next..);
        rest.get(..end)
    }
}

impl<'t> Iterator for Split<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            let mut part = self.raw()?;
            if self.options.trim {
                part = trim(part);
            }
            if !(self.options.remove_empty && part.is_empty()) {
                return Some(part);
            }
        }
    }
}

/// `String.Split(char[], options)`: at each of the characters of `separators`,
/// at white space where that is empty.
///
/// ```
/// use attrflow::dotnet::text::{SplitOptions, split_chars};
/// let parts: Vec<&str> = split_chars("a,,b", ",", SplitOptions::REMOVE_EMPTY).collect();
/// assert_eq!(parts, ["a", "b"]);
/// ```
pub fn split_chars<'t>(text: &'t str, separators: &'t str, options: SplitOptions) -> Split<'t> {
    Split { rest: Some(text), by: By::Chars(separators), options, between_halves: false }
}

/// `String.Split(string, options)`: at each occurrence of `separator`, compared
/// ordinally; nowhere where that is empty.
pub fn split_string<'t>(text: &'t str, separator: &'t str, options: SplitOptions) -> Split<'t> {
    Split { rest: Some(text), by: By::Text(separator), options, between_halves: false }
}

/// Writes `String.Join(separator, parts)`.
///
/// # Errors
/// Those of the writer.
pub fn write_join<'t, W: Write + ?Sized>(
    separator: &str,
    parts: impl IntoIterator<Item = &'t str>,
    out: &mut W,
) -> fmt::Result {
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.write_str(separator)?;
        }
        out.write_str(part)?;
    }
    Ok(())
}

/// `String.Join(separator, parts)`.
pub fn join<'t>(separator: &str, parts: impl IntoIterator<Item = &'t str>) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_join(separator, parts, &mut out);
    out
}

/// The `number`th word of `text`, counted from 1, where each character of
/// `delimiters` parts words and a run of them counts once. Empty where there is
/// no such word or `number` is below 1.
///
/// This is `Word` of the expression language, after its documentation. Without
/// delimiters the whole text is one word.
///
/// ```
/// use attrflow::dotnet::text::word;
/// assert_eq!(word("The quick brown fox", 3, " "), "brown");
/// assert_eq!(word("a b", 3, " "), "");
/// ```
pub fn word<'t>(text: &'t str, number: i64, delimiters: &str) -> &'t str {
    let Some(before) = number.checked_sub(1).and_then(|n| usize::try_from(n).ok()) else {
        return "";
    };
    let mut characters = delimiters.chars();
    // One delimiter, nearly always a space, is searched for at once.
    if let (Some(only), None) = (characters.next(), characters.next()) {
        if let (Ok(only), true) = (u8::try_from(only), only.is_ascii()) {
            return word_by_byte(text, before, only);
        }
        return text.split(only).filter(|word| !word.is_empty()).nth(before).unwrap_or("");
    }
    text.split(|c| delimiters.contains(c)).filter(|word| !word.is_empty()).nth(before).unwrap_or("")
}

/// The same for a delimiter of one byte, in one pass.
fn word_by_byte(text: &str, before: usize, delimiter: u8) -> &str {
    let (mut start, mut words) = (0, 0);
    for (at, byte) in text.bytes().enumerate() {
        if byte != delimiter {
            continue;
        }
        if at > start {
            if words == before {
                return text.get(start..at).unwrap_or("");
            }
            words += 1;
        }
        start = at + 1;
    }
    if words == before { text.get(start..).unwrap_or("") } else { "" }
}

/// Writes `text` without its spaces (U+0020 only): `StripSpaces` of the
/// expression language.
///
/// # Errors
/// Those of the writer.
pub fn write_strip_spaces<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    text.split(' ').try_for_each(|part| out.write_str(part))
}

/// `text` without its spaces (U+0020 only), borrowed where it has none.
pub fn strip_spaces(text: &str) -> Cow<'_, str> {
    if !text.contains(' ') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_strip_spaces(text, &mut out);
    Cow::Owned(out)
}
