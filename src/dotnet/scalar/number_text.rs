//! Reading a number's digits out of text under .NET's `NumberStyles`.

/// What is allowed around and in a number. White space is always allowed at
/// both ends here, as are a leading sign, a decimal point and thousands: every
/// style that is needed has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Styles {
    exponent: bool,
    trailing_sign: bool,
    /// Parentheses for a negative number, and the currency symbol ¤.
    currency: bool,
}

/// `NumberStyles.Float | NumberStyles.AllowThousands`.
pub(super) const FLOAT: Styles = Styles { exponent: true, trailing_sign: false, currency: false };
/// `NumberStyles.Number`.
pub(super) const NUMBER: Styles = Styles { exponent: false, trailing_sign: true, currency: false };
/// `NumberStyles.Any`, which Visual Basic's conversions use.
pub(super) const VISUAL_BASIC: Styles = Styles { exponent: true, trailing_sign: true, currency: true };

/// Digits that are kept; 767 are enough to round every double correctly.
const KEPT: usize = 767;

/// A number as it was written: 0.d₁d₂d₃… times ten to the power of `scale`.
#[derive(Debug, Clone)]
pub(super) struct NumberText {
    pub(super) negative: bool,
    pub(super) scale: i64,
    /// Whether a digit other than zero follows those that are kept.
    pub(super) more: bool,
    digits: [u8; KEPT],
    count: usize,
}

impl NumberText {
    /// The digits in ASCII, without leading zeros.
    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..self.count).unwrap_or(&[])
    }

    fn push(&mut self, digit: u8) {
        match self.digits.get_mut(self.count) {
            Some(place) => {
                *place = digit;
                self.count = self.count.saturating_add(1);
            }
            None => self.more |= digit != b'0',
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.count == 0
    }
}

/// White space to number parsing: space and U+0009 to U+000D.
pub(super) fn is_white(b: u8) -> bool {
    matches!(b, b' ' | 0x09..=0x0D)
}

/// The currency symbol of the invariant culture, in UTF-8.
const CURRENCY: &[u8] = "¤".as_bytes();

/// Reads a number, or `None` where the text is not one under the styles.
pub(super) fn read(text: &str, styles: Styles) -> Option<NumberText> {
    let mut number = NumberText { negative: false, scale: 0, more: false, digits: [0; KEPT], count: 0 };
    let mut rest = text.as_bytes();
    let mut sign = false;
    let mut parentheses = false;
    let mut currency = styles.currency;
    let mut currency_seen = false;

    // Signs, white space and currency in front, each sign and currency once.
    while let Some((&b, after)) = rest.split_first() {
        // No white space between a sign and the digits, unless currency is between.
        if is_white(b) && (!sign || currency_seen) {
            rest = after;
        } else if matches!(b, b'+' | b'-') && !sign {
            sign = true;
            number.negative = b == b'-';
            rest = after;
        } else if b == b'(' && styles.currency && !sign {
            sign = true;
            parentheses = true;
            number.negative = true;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(CURRENCY).filter(|_| currency) {
            currency = false;
            currency_seen = true;
            rest = after;
        } else {
            break;
        }
    }

    let mut any_digit = false;
    let mut point = false;
    while let Some((&b, after)) = rest.split_first() {
        match b {
            b'0' if number.is_zero() => {
                any_digit = true;
                if point {
                    number.scale = number.scale.saturating_sub(1);
                }
            }
            b'0'..=b'9' => {
                any_digit = true;
                number.push(b);
                if !point {
                    number.scale = number.scale.saturating_add(1);
                }
            }
            b'.' if !point => point = true,
            b',' if any_digit && !point => {}
            _ => break,
        }
        rest = after;
    }
    if !any_digit {
        return None;
    }

    if let Some((b'e' | b'E', after)) = rest.split_first().filter(|_| styles.exponent) {
        let (negative, digits) = match after.split_first() {
            Some((b'+', digits)) => (false, digits),
            Some((b'-', digits)) => (true, digits),
            _ => (false, after),
        };
        let length = digits.iter().take_while(|b| b.is_ascii_digit()).count();
        // An e without digits is not part of the number, and so an error below.
        if let Some((digits, after)) = digits.split_at_checked(length).filter(|_| length > 0) {
            let exponent = digits
                .iter()
                .fold(0i64, |sum, b| sum.saturating_mul(10).saturating_add(i64::from(b.wrapping_sub(b'0'))));
            let exponent = exponent.min(i64::from(i32::MAX));
            number.scale = number.scale.saturating_add(if negative { -exponent } else { exponent });
            rest = after;
        }
    }

    while let Some((&b, after)) = rest.split_first() {
        if is_white(b) {
            rest = after;
        } else if matches!(b, b'+' | b'-') && styles.trailing_sign && !sign {
            sign = true;
            number.negative = b == b'-';
            rest = after;
        } else if b == b')' && parentheses {
            parentheses = false;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(CURRENCY).filter(|_| currency) {
            currency = false;
            rest = after;
        } else {
            break;
        }
    }
    // .NET lets a number end in any count of U+0000.
    (!parentheses && rest.iter().all(|&b| b == 0)).then_some(number)
}
