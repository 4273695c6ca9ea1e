//! `NormalizeDiacritics` of the expression language.

use super::normalize::is_nonspacing_mark;
use core::fmt::{self, Write};
use core::iter::Peekable;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Replacement of U+00C0 to U+017F, one byte each; `.` for the characters that
/// stay or that [`fast`] names.
const LATIN: &[u8; 192] = b"AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.y\
AaAaAaCcCcCcCcDd..EeEeEeEeEeGgGgGgGgHh..IiIiIiIiIi..JjKk.LlLlLl.\
.LlNnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt..UuUuUuUuUuUuWwYyYZzZzZz.";

/// What becomes of one character when only the character itself is looked at.
enum Step {
    Keep,
    Drop,
    Letter(char),
    Letters(&'static str),
    /// Needs canonical decomposition.
    General,
}

/// Letters that the documented table replaces although Unicode does not
/// decompose them. The rest of the table is what removing marks gives.
#[inline]
fn letters(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'Æ' => "AE",
        'ø' => "oe",
        'Ø' => "OE",
        'ß' => "ss",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        _ => return None,
    })
}

#[inline]
fn fast(c: char) -> Step {
    match c {
        '\0'..='\u{BF}' => Step::Keep,
        'Œ' | 'œ' => Step::General,
        '\u{C0}'..='\u{17F}' => {
            let index = u32::from(c).wrapping_sub(0xC0) as usize;
            match LATIN.get(index) {
                Some(b'.') | None => letters(c).map_or(Step::Keep, Step::Letters),
                Some(&letter) => Step::Letter(char::from(letter)),
            }
        }
        '\u{300}'..='\u{36F}' => Step::Drop,
        // Han and the syllables of Korean: nothing to remove, and they stay composed.
        '\u{4E00}'..='\u{9FFF}' => Step::Keep,
        _ => Step::General,
    }
}

/// Applies the table to decomposed text and leaves out the marks.
struct Replaced<I: Iterator<Item = char>> {
    decomposed: Peekable<I>,
    second: Option<char>,
}

impl<I: Iterator<Item = char>> Replaced<I> {
    /// œ is in the table with a macron only, and stays without. The macron is
    /// its mark above when no other mark above comes before it; marks below do
    /// not matter, for they are ordered first without changing the meaning.
    fn oe(&mut self, plain: char, small: bool) -> char {
        let mut above = None;
        while let Some(mark) = self.decomposed.next_if(|&c| is_nonspacing_mark(c)) {
            if above.is_none() && canonical_combining_class(mark) == 230 {
                above = Some(mark);
            }
        }
        if above != Some('\u{304}') {
            return plain;
        }
        self.second = Some(if small { 'e' } else { 'E' });
        if small { 'o' } else { 'O' }
    }
}

impl<I: Iterator<Item = char>> Iterator for Replaced<I> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        loop {
            let c = self.decomposed.next()?;
            if is_nonspacing_mark(c) {
                continue;
            }
            if matches!(c, 'œ' | 'Œ') {
                return Some(self.oe(c, c == 'œ'));
            }
            let Some(letters) = letters(c) else {
                return Some(c);
            };
            let mut letters = letters.chars();
            let first = letters.next();
            self.second = letters.next();
            return first;
        }
    }
}

/// Writes `text` with its diacritics normalized, without allocating for ASCII
/// and the Latin letters of European names.
///
/// 1. The documented table: ä, á, ǟ … give a, likewise for the other letters; æ
///    gives ae, ø and œ̄ (not œ) give oe, ß gives ss, ł gives l, ı gives i; the
///    capitals likewise. It is applied to canonical equivalents alike, so
///    precomposed and decomposed text give the same.
/// 2. Every other nonspacing mark (category Mn) is removed after canonical
///    decomposition, and the rest is composed again.
/// 3. Other letters stay: đ, þ, œ, and every other script.
///
/// The table is documented by the vendor of the expression language; steps 2
/// and 3 are attrflow's reading of "remove the remaining diacritics".
///
/// # Errors
/// Those of the writer.
pub fn write_normalize_diacritics<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    write_from(text, 0, out)
}

/// The same, where the first `skip` bytes are known to stay.
fn write_from<W: Write + ?Sized>(text: &str, skip: usize, out: &mut W) -> fmt::Result {
    // Start of the characters that stay and are not written yet.
    let mut kept = 0usize;
    let rest = text.get(skip..).unwrap_or("");
    for (at, c) in rest.char_indices() {
        if c.is_ascii() {
            continue;
        }
        let at = skip.saturating_add(at);
        let step = fast(c);
        if matches!(step, Step::Keep) {
            continue;
        }
        out.write_str(text.get(kept..at).unwrap_or(""))?;
        kept = at.saturating_add(c.len_utf8());
        match step {
            Step::Keep | Step::Drop => {}
            Step::Letter(letter) => out.write_char(letter)?,
            Step::Letters(letters) => out.write_str(letters)?,
            // What was written ends before this character, and a mark here
            // would only be dropped: the two parts do not touch each other.
            Step::General => return write_general(text.get(at..).unwrap_or(""), out),
        }
    }
    out.write_str(text.get(kept..).unwrap_or(""))
}

fn write_general<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let replaced = Replaced {
        decomposed: text.nfd().peekable(),
        second: None,
    };
    let mut composed = replaced.nfc();
    composed.try_for_each(|c| out.write_char(c))
}

/// `text` with its diacritics normalized, borrowed where it has none.
/// See [`write_normalize_diacritics`].
///
/// ```
/// use attrflow::dotnet::text::normalize_diacritics;
/// assert_eq!(normalize_diacritics("Zoë Müller-Øst"), "Zoe Muller-Oest");
/// assert_eq!(normalize_diacritics("Zoe\u{308}"), "Zoe");
/// ```
pub fn normalize_diacritics(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let change = text
        .char_indices()
        .find(|&(_, c)| !c.is_ascii() && !matches!(fast(c), Step::Keep));
    let Some((at, c)) = change else {
        return Cow::Borrowed(text);
    };
    if matches!(fast(c), Step::General) {
        // Only the general rules know whether anything changes.
        return super::cow!(text, |out| write_from(text, at, out));
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_from(text, at, &mut out);
    Cow::Owned(out)
}
