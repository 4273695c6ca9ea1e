//! Integers out of text and of doubles.

use super::ScalarError;
use super::number_text::{VISUAL_BASIC, is_white};
use super::real::{parse_decimal, parse_double};

/// `Int64.Parse(text, NumberStyles.Integer)` into a wider type: white space
/// around, a leading sign, ASCII digits, U+0000 at the very end.
fn parse_integer(text: &str) -> Result<i128, ScalarError> {
    let mut rest = text.as_bytes();
    while let Some((_, after)) = rest.split_first().filter(|(b, _)| is_white(**b)) {
        rest = after;
    }
    let negative = rest.first() == Some(&b'-');
    if let Some((b'+' | b'-', after)) = rest.split_first() {
        rest = after;
    }
    let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, mut rest) = rest.split_at_checked(count).filter(|_| count > 0).ok_or(ScalarError::Format)?;
    while let Some((_, after)) = rest.split_first().filter(|(b, _)| is_white(**b)) {
        rest = after;
    }
    // The form comes first: too long and malformed is malformed.
    if !rest.iter().all(|&b| b == 0) {
        return Err(ScalarError::Format);
    }
    // Saturation is far outside of what the callers accept.
    let value =
        digits.iter().fold(0i128, |sum, b| sum.saturating_mul(10).saturating_add(i128::from(b.wrapping_sub(b'0'))));
    Ok(if negative { value.saturating_neg() } else { value })
}

/// `Convert.ToInt32(text, CultureInfo.InvariantCulture)`.
///
/// # Errors
/// [`ScalarError::Format`] where the text is not an integer (no point, comma or
/// exponent, no `0x`), [`ScalarError::Overflow`] where it does not fit.
pub fn to_int32(text: &str) -> Result<i32, ScalarError> {
    i32::try_from(parse_integer(text)?).map_err(|_| ScalarError::Overflow)
}

/// `Convert.ToInt64(text, CultureInfo.InvariantCulture)`. See [`to_int32`].
///
/// # Errors
/// As [`to_int32`].
pub fn to_int64(text: &str) -> Result<i64, ScalarError> {
    i64::try_from(parse_integer(text)?).map_err(|_| ScalarError::Overflow)
}

/// `Convert.ToInt32(double)` and Visual Basic's `CInt(double)`: rounded half to
/// even.
///
/// # Errors
/// [`ScalarError::Overflow`], also for NaN.
pub fn double_to_int32(value: f64) -> Result<i32, ScalarError> {
    let rounded = value.round_ties_even();
    if rounded >= f64::from(i32::MIN) && rounded <= f64::from(i32::MAX) {
        // In range and integral, so the cast is exact.
        Ok(rounded as i32)
    } else {
        Err(ScalarError::Overflow)
    }
}

/// `Convert.ToInt64(double)` and Visual Basic's `CLng(double)`: rounded half to
/// even.
///
/// # Errors
/// [`ScalarError::Overflow`], also for NaN.
pub fn double_to_int64(value: f64) -> Result<i64, ScalarError> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let rounded = value.round_ties_even();
    if (-LIMIT..LIMIT).contains(&rounded) {
        // In range and integral, so the cast is exact.
        Ok(rounded as i64)
    } else {
        Err(ScalarError::Overflow)
    }
}

/// A Visual Basic number in the notation `&H…` or `&O…`, with spaces before it
/// (U+0020 and U+3000). `None` where the text is not in that notation.
pub(super) fn hex_or_octal(text: &str) -> Result<Option<i64>, ScalarError> {
    let text = text.trim_start_matches([' ', '\u{3000}']);
    let Some(rest) = text.strip_prefix('&') else {
        return Ok(None);
    };
    let mut chars = rest.chars();
    let letter = chars.next();
    let digits = chars.as_str();
    if digits.is_empty() {
        // Too short for the notation: a plain number that starts with & follows, and fails.
        return Ok(None);
    }
    match letter {
        Some('h' | 'H') => parse_radix(digits, 16).map(Some),
        Some('o' | 'O') => parse_radix(digits, 8).map(Some),
        _ => Err(ScalarError::Format),
    }
}

/// `Convert.ToInt64(text, 16)` and `Convert.ToInt64(text, 8)`: 64 bits, of which
/// the highest is the sign.
fn parse_radix(text: &str, radix: u32) -> Result<i64, ScalarError> {
    if text.starts_with('-') {
        return Err(ScalarError::Argument);
    }
    let mut digits = text.strip_prefix('+').unwrap_or(text);
    if radix == 16 {
        digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits);
    }
    let mut value = 0u64;
    let mut any = false;
    for c in digits.chars() {
        let digit = c.to_digit(radix).ok_or(ScalarError::Format)?;
        any = true;
        value = value
            .checked_mul(u64::from(radix))
            .and_then(|v| v.checked_add(u64::from(digit)))
            .ok_or(ScalarError::Overflow)?;
    }
    if any { Ok(value.cast_signed()) } else { Err(ScalarError::Format) }
}

/// Visual Basic's `CInt(text)`: a number in any notation of
/// `NumberStyles.Any`, or `&H…`, `&O…`; rounded half to even.
///
/// # Errors
/// [`ScalarError::InvalidCast`] where the text is not a number,
/// [`ScalarError::Overflow`] where it does not fit.
pub fn vb_cint(text: &str) -> Result<i32, ScalarError> {
    match hex_or_octal(text).map_err(ScalarError::for_visual_basic)? {
        Some(value) => i32::try_from(value).map_err(|_| ScalarError::Overflow),
        None => double_to_int32(parse_double(text, VISUAL_BASIC).map_err(ScalarError::for_visual_basic)?),
    }
}

/// Visual Basic's `CLng(text)`: like [`vb_cint`], but read as a decimal, so that
/// all digits of a 64-bit integer count.
///
/// # Errors
/// As [`vb_cint`].
pub fn vb_clng(text: &str) -> Result<i64, ScalarError> {
    match hex_or_octal(text).map_err(ScalarError::for_visual_basic)? {
        Some(value) => Ok(value),
        None => parse_decimal(text, VISUAL_BASIC).map_err(ScalarError::for_visual_basic)?.to_int64(),
    }
}
