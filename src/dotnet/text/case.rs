//! Case mapping: one character to one character, as .NET does it.

use super::culture::{Casing, Culture};
use core::fmt::{self, Write};
use std::borrow::Cow;

/// Whether Unicode gave the letter a case partner only after version 15.0, on
/// which .NET 8's ICU 72 stands: to .NET 8 such a letter has no case.
fn cased_later(c: char) -> bool {
    matches!(u32::from(c),
        // Unicode 16.
        0x019B | 0x0264 | 0x1C89 | 0x1C8A | 0xA7CB..=0xA7CD | 0xA7DA..=0xA7DC | 0x10D50..=0x10D65 | 0x10D70..=0x10D85
        // Unicode 17.
        | 0xA7CE | 0xA7CF | 0xA7D2..=0xA7D5 | 0x16EA0..=0x16EB8 | 0x16EBB..=0x16ED3)
}

/// Upper case in the blocks that European names are made of, where pairs stand
/// side by side or at a fixed distance; std looks each letter up in a table.
#[inline]
fn near_upper(c: char) -> Option<char> {
    let code = u32::from(c);
    let upper = match code {
        0xE0..=0xF6 | 0xF8..=0xFE | 0x430..=0x44F => code.wrapping_sub(0x20),
        0xC0..=0xDE | 0x400..=0x42F => code,
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 => code & !1,
        0x139..=0x148 | 0x179..=0x17E => code.wrapping_sub(1) | 1,
        0x450..=0x45F => code.wrapping_sub(0x50),
        _ => return None,
    };
    char::from_u32(upper)
}

/// Lower case in the same blocks.
#[inline]
fn near_lower(c: char) -> Option<char> {
    let code = u32::from(c);
    let lower = match code {
        0xC0..=0xD6 | 0xD8..=0xDE | 0x410..=0x42F => code.wrapping_add(0x20),
        0xDF..=0xFF | 0x430..=0x45F => code,
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17E => code.wrapping_add(1) & !1,
        0x400..=0x40F => code.wrapping_add(0x50),
        _ => return None,
    };
    char::from_u32(lower)
}

/// Simple upper case mapping of Unicode 15.0 (ICU's `u_toupper`).
#[inline]
pub(super) fn simple_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    if let Some(upper) = near_upper(c) {
        return upper;
    }
    let mut full = c.to_uppercase();
    match (full.next(), full.next()) {
        (Some(upper), None) if upper == c || !cased_later(c) => upper,
        // Where the full mapping has several characters, the simple one is the
        // character itself, except for Greek with iota subscript.
        (Some(_), Some(_)) => match c {
            '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => {
                char::from_u32(u32::from(c).wrapping_add(8)).unwrap_or(c)
            }
            '\u{1FB3}' => '\u{1FBC}',
            '\u{1FC3}' => '\u{1FCC}',
            '\u{1FF3}' => '\u{1FFC}',
            _ => c,
        },
        _ => c,
    }
}

/// Simple lower case mapping of Unicode 15.0 (ICU's `u_tolower`).
#[inline]
pub(super) fn simple_lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if let Some(lower) = near_lower(c) {
        return lower;
    }
    let mut full = c.to_lowercase();
    match (full.next(), full.next()) {
        (Some(lower), None) if lower == c || !cased_later(c) => lower,
        // The dotted capital I is the one letter with a longer lower case.
        (Some(first), Some(_)) => first,
        _ => c,
    }
}

/// Lower case of one character under the culture (`TextInfo.ToLower(char)`,
/// for characters outside the Basic Multilingual Plane as in a string).
#[inline]
pub fn lower_char(c: char, culture: &Culture) -> char {
    match (culture.casing, c) {
        (Casing::Turkish, 'I') => 'ı',
        (Casing::Invariant, 'İ') => 'İ',
        _ => simple_lower(c),
    }
}

/// Upper case of one character under the culture (`TextInfo.ToUpper(char)`,
/// for characters outside the Basic Multilingual Plane as in a string).
#[inline]
pub fn upper_char(c: char, culture: &Culture) -> char {
    match (culture.casing, c) {
        (Casing::Turkish, 'i') => 'İ',
        (Casing::Invariant, 'ı') => 'ı',
        _ => simple_upper(c),
    }
}

/// Whether `ToLower` leaves the text as it is.
#[inline]
pub fn is_lower(text: &str, culture: &Culture) -> bool {
    if text.is_ascii() {
        return !text.bytes().any(|b| b.is_ascii_uppercase());
    }
    text.chars().all(|c| lower_char(c, culture) == c)
}

/// Whether `ToUpper` leaves the text as it is.
#[inline]
pub fn is_upper(text: &str, culture: &Culture) -> bool {
    if text.is_ascii() {
        return !text.bytes().any(|b| b.is_ascii_lowercase());
    }
    text.chars().all(|c| upper_char(c, culture) == c)
}

/// Writes the lower case of `text` (`TextInfo.ToLower(string)`,
/// `String.ToLowerInvariant` for the invariant culture), without allocating.
///
/// Every character maps to one: no final sigma. Under `tr` and `az` I becomes ı;
/// under the invariant culture İ stays.
///
/// # Errors
/// Those of the writer.
#[inline]
pub fn write_lower<W: Write + ?Sized>(text: &str, culture: &Culture, out: &mut W) -> fmt::Result {
    if text.is_ascii() && culture.casing != Casing::Turkish {
        if is_lower(text, culture) {
            return out.write_str(text);
        }
        return write_ascii(text, out, |b| b.to_ascii_lowercase());
    }
    text.chars().try_for_each(|c| out.write_char(lower_char(c, culture)))
}

/// Writes the upper case of `text` (`TextInfo.ToUpper(string)`,
/// `String.ToUpperInvariant` for the invariant culture), without allocating.
///
/// Every character maps to one: ß stays. Under `tr` and `az` i becomes İ; under
/// the invariant culture ı stays.
///
/// # Errors
/// Those of the writer.
#[inline]
pub fn write_upper<W: Write + ?Sized>(text: &str, culture: &Culture, out: &mut W) -> fmt::Result {
    if text.is_ascii() && culture.casing != Casing::Turkish {
        if is_upper(text, culture) {
            return out.write_str(text);
        }
        return write_ascii(text, out, |b| b.to_ascii_uppercase());
    }
    text.chars().try_for_each(|c| out.write_char(upper_char(c, culture)))
}

/// Writes ASCII text with each byte mapped to an ASCII byte, through a buffer on
/// the stack: a slice costs the writer less than many single characters.
#[inline]
pub(super) fn write_ascii<W: Write + ?Sized>(text: &str, out: &mut W, mut map: impl FnMut(u8) -> u8) -> fmt::Result {
    let mut buffer = [0u8; 64];
    for piece in text.as_bytes().chunks(buffer.len()) {
        for (to, from) in buffer.iter_mut().zip(piece) {
            *to = map(*from) & 0x7F;
        }
        let mapped = buffer.get(..piece.len()).and_then(|bytes| core::str::from_utf8(bytes).ok());
        out.write_str(mapped.unwrap_or_default())?;
    }
    Ok(())
}

/// Lower case of `text`, borrowed where it is lower case already.
/// See [`write_lower`].
pub fn lower<'t>(text: &'t str, culture: &Culture) -> Cow<'t, str> {
    if is_lower(text, culture) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_lower(text, culture, &mut out);
    Cow::Owned(out)
}

/// Upper case of `text`, borrowed where it is upper case already.
/// See [`write_upper`].
pub fn upper<'t>(text: &'t str, culture: &Culture) -> Cow<'t, str> {
    if is_upper(text, culture) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_upper(text, culture, &mut out);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{near_lower, near_upper};

    /// The short cuts say what std says, where std's answer is one character.
    #[test]
    fn short_cuts_agree_with_the_table() {
        for c in '\u{80}'..='\u{52F}' {
            if let Some(upper) = near_upper(c) {
                assert!(c.to_uppercase().eq([upper]) || c == 'ß', "{c} {upper}");
            }
            if let Some(lower) = near_lower(c) {
                assert!(c.to_lowercase().eq([lower]), "{c} {lower}");
            }
        }
    }
}
