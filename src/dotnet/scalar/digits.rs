//! The decimal digits of a number on their way to text.

use super::real::StackText;
use core::fmt::Write;

/// Digits that are kept: no double has more.
const KEPT: usize = 772;

/// Digits are asked of std up to this many places; all behind are zeros.
const MOST_PLACES: usize = 1_080;

/// Digits behind the point that a double halfway between two shortest texts can
/// have: 17 digits are divisible by no higher power of five.
const TIE_PLACES: i64 = 25;

/// Mantissa and power of two of a positive finite double.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i32::try_from(bits >> 52).unwrap_or(0);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent.saturating_sub(1075)) }
}

/// How many digits a double is to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// As few as tell the double from its neighbours.
    Shortest,
    /// So many from the first that is not zero; at least one.
    Significant(usize),
    /// So many behind the point.
    Places(usize),
}

/// A number as digits: ±0.d₁d₂d₃… times ten to the power of `scale`.
#[derive(Debug, Clone)]
pub(super) struct Digits {
    pub(super) negative: bool,
    pub(super) scale: i64,
    /// Whether the number is a double: those have a negative zero, and their
    /// digits come rounded already.
    pub(super) float: bool,
    digits: [u8; KEPT],
    count: usize,
}

impl Digits {
    fn empty(negative: bool, float: bool) -> Self {
        Self { negative, scale: 0, float, digits: [0; KEPT], count: 0 }
    }

    /// The digits of a finite double, rounded half to even where they are cut.
    pub(super) fn of_double(value: f64, precision: Precision) -> Self {
        let mut number = Self::empty(value.is_sign_negative(), true);
        let value = value.abs();
        if value == 0.0 {
            return number;
        }
        let mut text = StackText::<1_500>::new();
        let written = match precision {
            Precision::Shortest => write!(text, "{value:e}"),
            Precision::Significant(count) => {
                write!(text, "{value:.*e}", count.clamp(1, KEPT).saturating_sub(1))
            }
            Precision::Places(count) => write!(text, "{value:.*}", count.min(MOST_PLACES)),
        };
        if written.is_ok() {
            number.read(text.as_str());
        }
        if precision == Precision::Shortest {
            number.tie_to_even(value);
        }
        number
    }

    /// Where two shortest texts are equally near to the double, std takes the
    /// greater one and .NET the one with the even last digit.
    ///
    /// The double then lies half a unit of the last digit below these digits. A
    /// tie needs digits behind the point: among integers of that size the
    /// doubles are further apart than the texts.
    fn tie_to_even(&mut self, value: f64) {
        let Some(last) = self.count.checked_sub(1) else {
            return;
        };
        let fraction = i64::try_from(self.count).unwrap_or(i64::MAX).saturating_sub(self.scale);
        if self.digits.get(last).is_none_or(|digit| digit % 2 == 0) || !(1..=TIE_PLACES).contains(&fraction) {
            return;
        }
        let (mantissa, exponent) = parts(value);
        // One more digit, so that the half is a whole number: digits·10 − 5.
        let below = self
            .digits
            .iter()
            .take(self.count)
            .fold(0u128, |sum, digit| sum.saturating_mul(10).saturating_add(u128::from(digit.wrapping_sub(b'0'))))
            .saturating_mul(10)
            .saturating_sub(5);
        // value = mantissa·2^exponent is compared with below·10^-places, both times 10^places.
        let places = u32::try_from(fraction.saturating_add(1)).unwrap_or(0);
        let left = 5u128.checked_pow(places).and_then(|five| five.checked_mul(u128::from(mantissa)));
        let shift = exponent.saturating_add(places.cast_signed());
        let right =
            u32::try_from(shift.saturating_neg()).ok().and_then(|shift| below.checked_mul(1u128.checked_shl(shift)?));
        let tie = left.is_some() && left == right;
        if let Some(digit) = self.digits.get_mut(last).filter(|_| tie) {
            *digit = digit.wrapping_sub(1);
        }
    }

    /// The digits of an integer.
    pub(super) fn of_int64(value: i64) -> Self {
        let mut number = Self::empty(value < 0, false);
        let mut text = StackText::<32>::new();
        if value != 0 && write!(text, "{}", value.unsigned_abs()).is_ok() {
            number.read(text.as_str());
        }
        number
    }

    /// Takes in what std wrote: digits, perhaps a point, perhaps an exponent.
    fn read(&mut self, text: &str) {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut point = false;
        for b in digits.bytes() {
            match b {
                b'.' => point = true,
                b'0' if self.count == 0 => self.scale = self.scale.saturating_sub(i64::from(point)),
                _ => {
                    if let Some(place) = self.digits.get_mut(self.count) {
                        *place = b;
                        self.count = self.count.saturating_add(1);
                    }
                    self.scale = self.scale.saturating_add(i64::from(!point));
                }
            }
        }
        self.scale = self.scale.saturating_add(exponent.parse().unwrap_or(0));
        if self.count == 0 {
            self.scale = 0;
        }
    }

    /// The digit at a place, as a character; `None` behind the last.
    pub(super) fn get(&self, place: usize) -> Option<char> {
        self.digits.get(..self.count)?.get(place).map(|&b| char::from(b))
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn is_zero(&self) -> bool {
        self.count == 0
    }

    /// Cuts to `places` digits, rounding half away from zero unless the digits
    /// `came_rounded`, and takes off the zeros at the end.
    pub(super) fn round(&mut self, places: i64, came_rounded: bool) {
        // With a negative number of places nothing is near enough to round up.
        let asked = usize::try_from(places).ok();
        let mut kept = asked.unwrap_or(0).min(self.count);
        let up = !came_rounded
            && asked
                .filter(|&places| places < self.count)
                .and_then(|places| self.digits.get(places))
                .is_some_and(|&digit| digit >= b'5');
        let last = |digits: &[u8], kept: usize| kept.checked_sub(1).and_then(|i| digits.get(i).copied());
        if up {
            while last(&self.digits, kept) == Some(b'9') {
                kept = kept.saturating_sub(1);
            }
            if let Some(digit) = kept.checked_sub(1).and_then(|i| self.digits.get_mut(i)) {
                *digit = digit.saturating_add(1);
            } else if let Some(first) = self.digits.first_mut() {
                *first = b'1';
                kept = 1;
                self.scale = self.scale.saturating_add(1);
            }
        } else {
            while last(&self.digits, kept) == Some(b'0') {
                kept = kept.saturating_sub(1);
            }
        }
        self.count = kept;
        if kept == 0 {
            self.scale = 0;
            // Only doubles have a negative zero.
            self.negative &= self.float;
        }
    }
}
