//! The decimal digits of a number on their way to text.

use super::real::StackText;
use core::fmt::Write;

/// Digits that are kept: no double has more.
const KEPT: usize = 772;

/// Digits are asked of std up to this many places; all behind are zeros.
const MOST_PLACES: usize = 1_080;

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
        Self {
            negative,
            scale: 0,
            float,
            digits: [0; KEPT],
            count: 0,
        }
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
        number
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
        self.digits
            .get(..self.count)?
            .get(place)
            .map(|&b| char::from(b))
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
        let places = usize::try_from(places).unwrap_or(0);
        let mut kept = places.min(self.count);
        // With a negative number of places nothing is near enough to round up.
        let up = places < self.count
            && !came_rounded
            && self.digits.get(places).is_some_and(|&digit| digit >= b'5');
        let last =
            |digits: &[u8], kept: usize| kept.checked_sub(1).and_then(|i| digits.get(i).copied());
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
