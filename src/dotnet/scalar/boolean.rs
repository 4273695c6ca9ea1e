//! Truth values.

use super::ScalarError;
use super::integer::hex_or_octal;
use super::number_text::VISUAL_BASIC;
use super::real::parse_double;

/// `Boolean.Parse(text)`: `true` or `false` in any case, with white space and
/// U+0000 around it.
///
/// # Errors
/// [`ScalarError::Format`] for everything else.
pub fn bool_parse(text: &str) -> Result<bool, ScalarError> {
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(ScalarError::Format)
    }
}

/// `Convert.ToBoolean(string)`: the same as [`bool_parse`].
///
/// # Errors
/// [`ScalarError::Format`] for everything else.
pub fn to_boolean(text: &str) -> Result<bool, ScalarError> {
    bool_parse(text)
}

/// `Convert.ToBoolean(double)`: whether the number is not zero; true for NaN.
pub fn number_to_boolean(value: f64) -> bool {
    value != 0.0
}

/// `Boolean.ToString()`.
pub fn bool_text(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Whether the invariant culture, ignoring case, takes the text for the word.
fn is_word(text: &str, word: &str) -> bool {
    if text.eq_ignore_ascii_case(word) {
        return true;
    }
    // Culture ignores controls and a few other characters without weight.
    #[cfg(feature = "collation")]
    return crate::dotnet::text::compare_ignore_case_invariant(text, word).is_eq();
    #[cfg(not(feature = "collation"))]
    return text
        .chars()
        .filter(|&c| !matches!(c, '\0'..='\x08' | '\x0E'..='\x1F' | '\x7F'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'))
        .map(|c| c.to_ascii_lowercase())
        .eq(word.chars().map(|c| c.to_ascii_lowercase()));
}

/// Visual Basic's `CBool(text)`: the words true and false as the culture
/// compares them, `&H` and `&O` numbers, and everything that is a number, which
/// is true unless zero.
///
/// # Errors
/// [`ScalarError::InvalidCast`] where the text is none of these (white space
/// around a word counts), [`ScalarError::Overflow`] and
/// [`ScalarError::Argument`] from `&H` and `&O` numbers.
pub fn vb_cbool(text: &str) -> Result<bool, ScalarError> {
    if is_word(text, "False") {
        return Ok(false);
    }
    if is_word(text, "True") {
        return Ok(true);
    }
    match hex_or_octal(text).map_err(ScalarError::for_visual_basic)? {
        Some(value) => Ok(value != 0),
        None => parse_double(text, VISUAL_BASIC).map(number_to_boolean).map_err(ScalarError::for_visual_basic),
    }
}
