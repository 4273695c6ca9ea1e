//! Doubles and decimals out of text.

use super::number_text::{FLOAT, NUMBER, Styles, read};
use super::{Decimal, ScalarError};
use core::fmt::Write;

/// Text of bounded length without a heap, for the detour over std's conversions.
pub(super) struct StackText<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> StackText<N> {
    pub(super) fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

impl<const N: usize> Write for StackText<N> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let end = self.length.saturating_add(text.len());
        let place = self.bytes.get_mut(self.length..end).ok_or(core::fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// NaN with the bits that .NET's parser gives.
const NAN: f64 = f64::from_bits(0xFFF8_0000_0000_0000);

/// `Double.Parse(text, styles)` under the invariant culture.
pub(super) fn parse_double(text: &str, styles: Styles) -> Result<f64, ScalarError> {
    let Some(number) = read(text, styles) else {
        return named(text).ok_or(ScalarError::Format);
    };
    let mut digits = StackText::<832>::new();
    let kept = number.digits();
    // One more digit stands for all that were left out: it decides a tie as they would.
    let exponent = number.scale.saturating_sub(kept.len() as i64).saturating_sub(i64::from(number.more));
    let written = core::str::from_utf8(kept)
        .is_ok_and(|kept| write!(digits, "0{kept}{}e{exponent}", if number.more { "1" } else { "" }).is_ok());
    let value = digits.as_str().parse::<f64>().ok().filter(|_| written).ok_or(ScalarError::Format)?;
    Ok(if number.negative { -value } else { value })
}

/// The symbols for what is not a finite number.
fn named(text: &str) -> Option<f64> {
    let text = text.trim_matches(char::is_whitespace);
    let is = |text: &str, symbol: &str| text.eq_ignore_ascii_case(symbol);
    if let Some(rest) = text.strip_prefix('-') {
        return if is(rest, "Infinity") { Some(f64::NEG_INFINITY) } else { is(rest, "NaN").then_some(NAN) };
    }
    let rest = text.strip_prefix('+').unwrap_or(text);
    if is(rest, "Infinity") { Some(f64::INFINITY) } else { is(rest, "NaN").then_some(NAN) }
}

/// `Convert.ToDouble(text, CultureInfo.InvariantCulture)`: white space, a
/// leading sign, digits with commas, a point and an exponent; `NaN`, `Infinity`
/// and `-Infinity` in any case. Too large gives infinity, too small zero.
///
/// # Errors
/// [`ScalarError::Format`].
pub fn to_double(text: &str) -> Result<f64, ScalarError> {
    parse_double(text, FLOAT)
}

/// `Convert.ToDecimal(text, CultureInfo.InvariantCulture)`: white space, a sign
/// at either end, digits with commas and a point; no exponent. Digits behind
/// what 96 bits hold are rounded half to even; zeros at the end are kept.
///
/// # Errors
/// [`ScalarError::Format`]; [`ScalarError::Overflow`] above 2⁹⁶ − 1.
pub fn to_decimal(text: &str) -> Result<Decimal, ScalarError> {
    parse_decimal(text, NUMBER)
}

/// `Decimal.Parse(text, styles)` under the invariant culture.
pub(super) fn parse_decimal(text: &str, styles: Styles) -> Result<Decimal, ScalarError> {
    let number = read(text, styles).ok_or(ScalarError::Format)?;
    Decimal::from_number(&number).ok_or(ScalarError::Overflow)
}
