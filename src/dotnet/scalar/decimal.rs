//! .NET's decimal: 96 bits of integer and a scale of 0 to 28.

use super::ScalarError;
use super::number_text::NumberText;
use core::fmt::{self, Display, Formatter};

/// A `System.Decimal`: ±`mantissa` / 10^`scale`. Zeros behind the point are part
/// of the value's text, as in .NET (`1.50` stays `1.50`).
///
/// Displays as `Decimal.ToString()` under the invariant culture.
///
/// ```
/// use attrflow::dotnet::scalar::to_decimal;
/// assert_eq!(to_decimal("1,000.50")?.to_string(), "1000.50");
/// # Ok::<(), attrflow::dotnet::scalar::ScalarError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    negative: bool,
    mantissa: u128,
    scale: u8,
}

/// Largest mantissa.
const MAX: u128 = (1 << 96) - 1;
/// Largest scale.
const MAX_SCALE: i64 = 28;

impl Decimal {
    /// Whether the sign is minus. A zero can have it; its text has not.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The digits as an integer, below 2⁹⁶.
    pub fn mantissa(&self) -> u128 {
        self.mantissa
    }

    /// How many of the digits are behind the point, at most 28.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// The value of a number's text, rounded half to even where it has more
    /// digits than fit; `None` where it is too large.
    pub(super) fn from_number(number: &NumberText) -> Option<Self> {
        let negative = number.negative;
        let mut digits = number.digits().iter().map(|b| b.wrapping_sub(b'0'));
        // Power of ten of the last digit taken.
        let mut exponent = number.scale;
        if number.is_zero() {
            let scale = u8::try_from(exponent.saturating_neg().clamp(0, MAX_SCALE)).unwrap_or(0);
            return Some(Self { negative, mantissa: 0, scale });
        }
        if exponent > MAX_SCALE + 1 {
            return None;
        }
        let mut mantissa = 0u128;
        let mut next = digits.next();
        while exponent > 0 || (next.is_some() && exponent > -MAX_SCALE) {
            let digit = next.unwrap_or(0);
            let Some(longer) =
                mantissa.checked_mul(10).and_then(|m| m.checked_add(u128::from(digit))).filter(|&m| m <= MAX)
            else {
                break;
            };
            mantissa = longer;
            exponent = exponent.saturating_sub(1);
            next = digits.next();
        }
        if let Some(digit) = next {
            let mut rest = digits;
            let tie = digit == 5 && !number.more && rest.all(|d| d == 0);
            if digit > 5 || (digit == 5 && (!tie || mantissa % 2 == 1)) {
                mantissa = mantissa.saturating_add(1);
                if mantissa > MAX {
                    // One digit less; what falls off is below a half, or 2⁹⁶ would not end in 6.
                    mantissa = MAX / 10 + 1;
                    exponent = exponent.saturating_add(1);
                }
            }
        }
        if exponent > 0 {
            return None;
        }
        // Smaller than any decimal, that is, zero with all the places there are.
        if exponent < -MAX_SCALE {
            return Some(Self { negative, mantissa: 0, scale: MAX_SCALE as u8 });
        }
        Some(Self { negative, mantissa, scale: u8::try_from(exponent.saturating_neg()).unwrap_or(0) })
    }

    /// `Convert.ToInt64(decimal)`: rounded half to even.
    ///
    /// # Errors
    /// [`ScalarError::Overflow`].
    pub fn to_int64(&self) -> Result<i64, ScalarError> {
        let unit = 10u128.checked_pow(u32::from(self.scale)).unwrap_or(u128::MAX);
        let (mut whole, rest) = (self.mantissa / unit, self.mantissa % unit);
        let twice = rest.saturating_mul(2);
        if twice > unit || (twice == unit && whole % 2 == 1) {
            whole = whole.saturating_add(1);
        }
        let whole = i128::try_from(whole).map_err(|_| ScalarError::Overflow)?;
        i64::try_from(if self.negative { -whole } else { whole }).map_err(|_| ScalarError::Overflow)
    }
}

impl Display for Decimal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.negative && self.mantissa != 0 {
            f.write_str("-")?;
        }
        let scale = usize::from(self.scale);
        let unit = 10u128.checked_pow(u32::from(self.scale)).unwrap_or(u128::MAX);
        write!(f, "{}", self.mantissa / unit)?;
        if scale > 0 {
            write!(f, ".{:0scale$}", self.mantissa % unit)?;
        }
        Ok(())
    }
}
