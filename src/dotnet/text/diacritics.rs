//! `NormalizeDiacritics` of the expression language.

use super::normalize::is_nonspacing_mark;
use core::fmt::{self, Write};
use core::iter::Peekable;
use core::str::Bytes;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

/// Replacement of U+00C0 to U+017F, one byte each; `.` for the characters that
/// [`letters`] replaces or that stay.
const LATIN: &[u8; 192] = b"AAAAAA.CEEEEIIII.NOOOOO..UUUUY..aaaaaa.ceeeeiiii.nooooo..uuuuy.y\
AaAaAaCcCcCcCcDd..EeEeEeEeEeGgGgGgGgHh..IiIiIiIiIi..JjKk.LlLlLl.\
.LlNnNnNn...OoOoOo..RrRrRrSsSsSsSsTtTt..UuUuUuUuUuUuWwYyYZzZzZz.";

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

/// How much has to be known to replace a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Stays,
    /// Goes.
    Mark,
    /// Look into [`LATIN`].
    Latin,
    /// Decomposes to one letter or sign and nonspacing marks, and composes with
    /// such marks only.
    OneLetter,
    /// Has to be seen with what stands around it.
    Context,
}

#[inline]
fn class(c: char) -> Class {
    match c {
        '\0'..='\u{BF}' => Class::Stays,
        'Œ' | 'œ' => Class::Context,
        '\u{C0}'..='\u{17F}' => Class::Latin,
        '\u{300}'..='\u{36F}' | '\u{3099}' | '\u{309A}' => Class::Mark,
        '\u{180}'..='\u{482}' | '\u{48A}'..='\u{52F}' | '\u{1E00}'..='\u{206F}' | '\u{3040}'..='\u{30FF}' => {
            Class::OneLetter
        }
        // Han and the syllables of Korean have no diacritics, and stay composed.
        '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => Class::Stays,
        _ => Class::Context,
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
    if text.is_ascii() {
        return out.write_str(text);
    }
    if is_latin(text) {
        return write_latin(text, out);
    }
    if text.chars().any(|c| class(c) == Class::Context) {
        return write_general(text, out);
    }
    for c in text.chars() {
        match class(c) {
            Class::Stays | Class::Context => out.write_char(c)?,
            Class::Mark => {}
            Class::Latin => match LATIN.get(u32::from(c).wrapping_sub(0xC0) as usize) {
                Some(b'.') | None => write_letter(c, out)?,
                Some(&letter) => out.write_char(char::from(letter))?,
            },
            Class::OneLetter => {
                let mut first = None;
                decompose_canonical(c, |part| first = first.or(Some(part)));
                write_letter(first.unwrap_or(c), out)?;
            }
        }
    }
    Ok(())
}

/// Whether the text has nothing but ASCII, U+0080 to U+017F and the common marks
/// U+0300 to U+033F, by the first bytes of its characters. No early end, so that
/// the compiler can look at many bytes at once.
fn is_latin(text: &str) -> bool {
    text.bytes().fold(true, |latin, b| latin & (b <= 0xC5 || b == 0xCC))
}

/// The European names, byte by byte: every other character takes two bytes.
fn write_latin<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let mut bytes = text.bytes();
    while let Some(lead) = bytes.next() {
        if lead.is_ascii() {
            out.write_char(char::from(lead))?;
            continue;
        }
        let low = bytes.next().unwrap_or(0) & 0x3F;
        if lead == 0xCC {
            continue;
        }
        let code = u32::from(lead & 0x1F) << 6 | u32::from(low);
        match code.checked_sub(0xC0).and_then(|index| LATIN.get(index as usize)) {
            Some(&letter) if letter != b'.' => out.write_char(char::from(letter))?,
            _ => match char::from_u32(code) {
                Some(oe @ ('œ' | 'Œ')) if is_long(&bytes) => {
                    out.write_str(if oe == 'œ' { "oe" } else { "OE" })?;
                }
                Some(c) => write_letter(c, out)?,
                None => {}
            },
        }
    }
    Ok(())
}

/// Whether the first mark above among the marks that follow is the macron.
fn is_long(rest: &Bytes<'_>) -> bool {
    let mut rest = rest.clone();
    while rest.next() == Some(0xCC) {
        let mark = char::from_u32(0x300 | u32::from(rest.next().unwrap_or(0) & 0x3F)).unwrap_or('\0');
        if canonical_combining_class(mark) == 230 {
            return mark == '\u{304}';
        }
    }
    false
}

/// Writes a letter that decomposes no further.
fn write_letter<W: Write + ?Sized>(c: char, out: &mut W) -> fmt::Result {
    match letters(c) {
        Some(letters) => out.write_str(letters),
        None => out.write_char(c),
    }
}

fn write_general<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    let replaced = Replaced { decomposed: text.nfd().peekable(), second: None };
    let mut composed = replaced.nfc();
    composed.try_for_each(|c| out.write_char(c))
}

/// `text` with its diacritics normalized, borrowed where it has none.
/// See [`write_normalize_diacritics`].
///
/// ```
/// use attrflow::dotnet::text::normalize_diacritics;
/// assert_eq!(normalize_diacritics("Zoë Müller-Østby"), "Zoe Muller-OEstby");
/// assert_eq!(normalize_diacritics("Zoe\u{308}"), "Zoe");
/// ```
pub fn normalize_diacritics(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_normalize_diacritics(text, &mut out);
    super::borrow_unchanged(text, out)
}
