//! Title case (`TextInfo.ToTitleCase`) and the proper case built on it.

use super::borrow_unchanged;
use super::case::{lower_char, upper_char, write_ascii, write_lower};
use super::culture::{Casing, Culture};
use super::unicode_15::assigned_later;
use core::fmt::{self, Write};
use std::borrow::Cow;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// What a character is to title case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A small letter: a word that has one is not an acronym.
    SmallLetter,
    /// Any other letter.
    Letter,
    /// Parts words.
    Separator,
    /// Belongs to the word it is in, but does not start one.
    Inside,
}

/// The role by Unicode's general category, with short cuts for the letters that
/// names are made of (the full table takes a binary search).
#[inline]
fn role(c: char) -> Role {
    match c {
        'a'..='z' => Role::SmallLetter,
        'A'..='Z' => Role::Letter,
        '0'..='9' => Role::Inside,
        '\0'..='\x7F' => Role::Separator,
        '×' | '÷' => Role::Separator,
        // A letter without case since Unicode 15.1, but .NET 8 has version 15.0.
        '\u{295}' => Role::SmallLetter,
        // In these blocks there are only letters, and being lower case is the same as category Ll.
        '\u{C0}'..='\u{2AF}' | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => {
            if c.is_lowercase() {
                Role::SmallLetter
            } else {
                Role::Letter
            }
        }
        '\u{300}'..='\u{36F}' => Role::Inside,
        // Here every small letter but one modifier is of category Ll as well.
        '\u{370}'..='\u{3FF}' if c.is_lowercase() && c != '\u{37A}' => Role::SmallLetter,
        '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => Role::Letter,
        _ => role_by_category(c),
    }
}

/// The role in lower-cased text, where it does not matter which letters are small.
#[inline]
fn role_in_small(c: char) -> Role {
    match c {
        '×' | '÷' => Role::Separator,
        '\u{C0}'..='\u{2AF}' | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => Role::Letter,
        _ => role(c),
    }
}

fn role_by_category(c: char) -> Role {
    use GeneralCategory as G;
    if assigned_later(c) {
        return Role::Inside;
    }
    match c.general_category() {
        G::LowercaseLetter => Role::SmallLetter,
        G::UppercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter => Role::Letter,
        G::NonspacingMark
        | G::SpacingMark
        | G::EnclosingMark
        | G::DecimalNumber
        | G::LetterNumber
        | G::OtherNumber
        | G::Surrogate
        | G::PrivateUse
        | G::Unassigned => Role::Inside,
        _ => Role::Separator,
    }
}

/// First letter of a word: upper case, but title case for the digraphs.
#[inline]
fn title_char(c: char, culture: &Culture) -> char {
    match c {
        '\u{1C4}'..='\u{1C6}' => '\u{1C5}',
        '\u{1C7}'..='\u{1C9}' => '\u{1C8}',
        '\u{1CA}'..='\u{1CC}' => '\u{1CB}',
        '\u{1F1}'..='\u{1F3}' => '\u{1F2}',
        _ => upper_char(c, culture),
    }
}

/// Writes `TextInfo.ToTitleCase(text)`, without allocating.
///
/// In each word the first letter becomes upper case (title case for Ǆ, Ǉ, Ǌ and
/// Ǳ) and the rest lower case, but a word without a small letter stays as it is,
/// being taken for an acronym. Words are parted by spaces, controls, punctuation
/// and symbols, not by digits and marks. An apostrophe (U+0027) belongs to its
/// word, and what follows it becomes lower case. Under `nl-…` a word that begins
/// with ij begins with IJ.
///
/// # Errors
/// Those of the writer.
pub fn write_title_case<W: Write + ?Sized>(text: &str, culture: &Culture, out: &mut W) -> fmt::Result {
    let mut chars = text.chars();
    while let Some(first) = chars.next() {
        let mut found = role(first);
        if !matches!(found, Role::SmallLetter | Role::Letter) {
            out.write_char(first)?;
            continue;
        }
        if culture.dutch && matches!(first, 'i' | 'I') && chars.as_str().starts_with(['j', 'J']) {
            chars.next();
            out.write_str("IJ")?;
        } else {
            out.write_char(title_char(first, culture))?;
        }
        let mut has_small = found == Role::SmallLetter;
        let mut part = chars.as_str();
        loop {
            let here = chars.as_str();
            let next = chars.next();
            found = next.map_or(Role::Separator, role);
            match (found, next) {
                (Role::SmallLetter, _) => has_small = true,
                (Role::Letter | Role::Inside, _) => {}
                (Role::Separator, Some('\'')) => {
                    let rest = chars.as_str();
                    write_part(before(part, rest), has_small, culture, out)?;
                    part = rest;
                    has_small = true;
                }
                (Role::Separator, _) => {
                    write_part(before(part, here), has_small, culture, out)?;
                    if let Some(c) = next {
                        out.write_char(c)?;
                    }
                    break;
                }
            }
        }
    }
    Ok(())
}

/// What `part` has before its own tail `rest`.
#[inline]
fn before<'t>(part: &'t str, rest: &str) -> &'t str {
    part.get(..part.len().saturating_sub(rest.len())).unwrap_or(part)
}

#[inline]
fn write_part<W: Write + ?Sized>(part: &str, lower: bool, culture: &Culture, out: &mut W) -> fmt::Result {
    if lower { write_lower(part, culture, out) } else { out.write_str(part) }
}

/// `TextInfo.ToTitleCase(text)`, borrowed where nothing changes.
/// See [`write_title_case`].
///
/// ```
/// use attrflow::dotnet::text::{Culture, title_case};
/// assert_eq!(title_case("don't call NASA", &Culture::INVARIANT), "Don't Call NASA");
/// ```
pub fn title_case<'t>(text: &'t str, culture: &Culture) -> Cow<'t, str> {
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_title_case(text, culture, &mut out);
    borrow_unchanged(text, out)
}

/// Writes the proper case of `text`: title case of its lower case, so that words
/// in capitals change as well. One pass, no allocation.
///
/// This is what `PCase(text)` of the expression language means here. That it is
/// .NET's `ToTitleCase` of the lower-cased text is inferred from the documented
/// examples; the two steps themselves are as documented by .NET.
///
/// # Errors
/// Those of the writer.
pub fn write_proper_case<W: Write + ?Sized>(text: &str, culture: &Culture, out: &mut W) -> fmt::Result {
    if culture.dutch {
        return write_proper_case_dutch(text, culture, out);
    }
    let mut in_word = false;
    if text.is_ascii() && culture.casing != Casing::Turkish {
        return write_ascii(text, out, |b| {
            let small = b.to_ascii_lowercase();
            if small.is_ascii_lowercase() {
                let first = !core::mem::replace(&mut in_word, true);
                return if first { small.to_ascii_uppercase() } else { small };
            }
            in_word &= small.is_ascii_digit() || small == b'\'';
            small
        });
    }
    for c in text.chars() {
        let small = lower_char(c, culture);
        match role_in_small(small) {
            Role::SmallLetter | Role::Letter if !in_word => {
                in_word = true;
                out.write_char(title_char(small, culture))?;
            }
            Role::Separator => {
                in_word = in_word && small == '\'';
                out.write_char(small)?;
            }
            _ => out.write_char(small)?,
        }
    }
    Ok(())
}

/// The same with IJ, which needs a look at the next character.
fn write_proper_case_dutch<W: Write + ?Sized>(text: &str, culture: &Culture, out: &mut W) -> fmt::Result {
    let mut in_word = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let small = lower_char(c, culture);
        match role_in_small(small) {
            Role::SmallLetter | Role::Letter if !in_word => {
                in_word = true;
                if small == 'i' && chars.as_str().starts_with(['j', 'J']) {
                    chars.next();
                    out.write_str("IJ")?;
                } else {
                    out.write_char(title_char(small, culture))?;
                }
            }
            Role::Separator => {
                in_word = in_word && small == '\'';
                out.write_char(small)?;
            }
            _ => out.write_char(small)?,
        }
    }
    Ok(())
}

/// Proper case of `text`, borrowed where nothing changes.
/// See [`write_proper_case`].
///
/// ```
/// use attrflow::dotnet::text::{Culture, proper_case};
/// assert_eq!(proper_case("PABLO GONSALVES (SECOND)", &Culture::INVARIANT), "Pablo Gonsalves (Second)");
/// ```
pub fn proper_case<'t>(text: &'t str, culture: &Culture) -> Cow<'t, str> {
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_proper_case(text, culture, &mut out);
    borrow_unchanged(text, out)
}

/// Writes the proper case of `text` where only the characters of `separators`
/// part words: the first character of each word in upper case (title case for
/// the digraphs), every other in lower case.
///
/// This is `PCase(text, separators)` of the expression language, after its
/// documentation; it has no counterpart in .NET.
///
/// # Errors
/// Those of the writer.
pub fn write_proper_case_with<W: Write + ?Sized>(
    text: &str,
    separators: &str,
    culture: &Culture,
    out: &mut W,
) -> fmt::Result {
    // The separators in ASCII as bits, so that looking one up is no search.
    let ascii = separators.bytes().filter(u8::is_ascii).fold(0u128, |bits, b| bits | 1 << b);
    let others = !separators.is_ascii();
    let parts = |c: char| match u8::try_from(c) {
        Ok(b) if b.is_ascii() => ascii >> b & 1 == 1,
        _ => others && separators.contains(c),
    };
    let mut in_word = false;
    if text.is_ascii() && culture.casing != Casing::Turkish {
        return write_ascii(text, out, |b| {
            let parts = ascii >> (b & 0x7F) & 1 == 1;
            let inside = core::mem::replace(&mut in_word, !parts);
            match (parts, inside) {
                (true, _) => b,
                (false, true) => b.to_ascii_lowercase(),
                (false, false) => b.to_ascii_uppercase(),
            }
        });
    }
    for c in text.chars() {
        if parts(c) {
            in_word = false;
            out.write_char(c)?;
        } else if in_word {
            out.write_char(lower_char(c, culture))?;
        } else {
            in_word = true;
            out.write_char(title_char(c, culture))?;
        }
    }
    Ok(())
}

/// Proper case with the given separators, borrowed where nothing changes.
/// See [`write_proper_case_with`].
///
/// ```
/// use attrflow::dotnet::text::{Culture, proper_case_with};
/// assert_eq!(proper_case_with("PINTO-DE'SILVA", " '-", &Culture::INVARIANT), "Pinto-De'Silva");
/// ```
pub fn proper_case_with<'t>(text: &'t str, separators: &str, culture: &Culture) -> Cow<'t, str> {
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_proper_case_with(text, separators, culture, &mut out);
    borrow_unchanged(text, out)
}
