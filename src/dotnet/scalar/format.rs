//! Numbers to text: the shortest form and the standard numeric formats.

use super::custom;
use super::digits::{Digits, Precision};
use core::fmt::{self, Write};

/// Why a numeric format is refused (`FormatException` of .NET).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// A single letter that is no standard format, or none for this type.
    #[error("`{0}` is no numeric format for this type of number")]
    UnknownLetter(char),
    /// A precision above 10,000, where .NET allows 999,999,999: the output
    /// would only be zeros and could fill the memory.
    #[error("the precision of the numeric format is too large")]
    PrecisionTooLarge,
}

/// Largest precision that is written out.
const MOST_DIGITS: u32 = 10_000;

/// A numeric format, read once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format<'f> {
    Standard { letter: char, precision: Option<u32> },
    Custom(&'f str),
}

impl<'f> Format<'f> {
    /// Splits a standard format from a custom one. An empty format is `G`.
    fn new(text: &'f str) -> Result<Self, FormatError> {
        let mut chars = text.chars();
        let letter = match chars.next() {
            // .NET takes U+0000 for the end of a format.
            None | Some('\0') => {
                return Ok(Self::Standard { letter: 'G', precision: None });
            }
            Some(letter) if letter.is_ascii_alphabetic() => letter,
            Some(_) => return Ok(Self::Custom(text)),
        };
        let digits = chars.as_str();
        let digits = digits.split('\0').next().unwrap_or(digits);
        if digits.is_empty() {
            return Ok(Self::Standard { letter, precision: None });
        }
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Custom(text));
        }
        let precision = digits.trim_start_matches('0');
        let precision = if precision.is_empty() { Some(0) } else { precision.parse::<u32>().ok() };
        match precision {
            Some(precision) if precision <= MOST_DIGITS => Ok(Self::Standard { letter, precision: Some(precision) }),
            _ => Err(FormatError::PrecisionTooLarge),
        }
    }
}

/// A numeric format for doubles, read once and used often. The source of the
/// rules is .NET's pages "Standard numeric format strings" and "Custom numeric
/// format strings", under the invariant culture.
///
/// ```
/// use attrflow::dotnet::scalar::DoubleFormat;
/// let format = DoubleFormat::new("#,##0.00")?;
/// let mut out = String::new();
/// format.write(1234567.891, &mut out).ok();
/// assert_eq!(out, "1,234,567.89");
/// # Ok::<(), attrflow::dotnet::scalar::FormatError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoubleFormat<'f>(Format<'f>);

/// A numeric format for 64-bit integers, read once and used often. See
/// [`DoubleFormat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Int64Format<'f>(Format<'f>);

impl<'f> DoubleFormat<'f> {
    /// Reads a format: `C`, `E`, `F`, `G`, `N`, `P` or `R` with an optional
    /// precision, or a custom format.
    ///
    /// # Errors
    /// Another single letter (with digits), and a precision that is too large.
    pub fn new(format: &'f str) -> Result<Self, FormatError> {
        let format = Format::new(format)?;
        match format {
            Format::Standard { letter, .. } if !"CEFGNPR".contains(letter.to_ascii_uppercase()) => {
                Err(FormatError::UnknownLetter(letter))
            }
            _ => Ok(Self(format)),
        }
    }

    /// Writes the number (`Double.ToString(format)`), without allocating.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write<W: Write + ?Sized>(&self, value: f64, out: &mut W) -> fmt::Result {
        if let Some(symbol) = symbol(value) {
            return out.write_str(symbol);
        }
        let (letter, precision) = match self.0 {
            // Custom formats see 15 digits, as ever.
            Format::Custom(format) => {
                return custom::write(Digits::of_double(value, Precision::Significant(15)), format, out);
            }
            Format::Standard { letter, precision } => (letter, precision),
        };
        let places = |default: u32| Precision::Places(precision.unwrap_or(default) as usize);
        let digits = match letter.to_ascii_uppercase() {
            'E' => Precision::Significant((precision.unwrap_or(6) as usize).saturating_add(1)),
            'G' => match precision.filter(|&digits| digits > 0) {
                None => return write_double_as(value, letter, out),
                Some(digits) => Precision::Significant(digits as usize),
            },
            'R' => return write_double_as(value, if letter == 'r' { 'g' } else { 'G' }, out),
            'P' => Precision::Places((precision.unwrap_or(2) as usize).saturating_add(2)),
            _ => places(2),
        };
        write_standard(Digits::of_double(value, digits), letter, precision, out)
    }
}

impl<'f> Int64Format<'f> {
    /// Reads a format: `B`, `C`, `D`, `E`, `F`, `G`, `N`, `P`, `R` or `X` with an
    /// optional precision, or a custom format. `R` is documented for doubles
    /// only, but .NET 8 reads it as `G` here.
    ///
    /// # Errors
    /// Another single letter (with digits), and a precision that is too large.
    pub fn new(format: &'f str) -> Result<Self, FormatError> {
        let format = Format::new(format)?;
        match format {
            Format::Standard { letter, .. } if !"BCDEFGNPRX".contains(letter.to_ascii_uppercase()) => {
                Err(FormatError::UnknownLetter(letter))
            }
            _ => Ok(Self(format)),
        }
    }

    /// Writes the number (`Int64.ToString(format)`), without allocating.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write<W: Write + ?Sized>(&self, value: i64, out: &mut W) -> fmt::Result {
        let (letter, precision) = match self.0 {
            Format::Custom(format) => return custom::write(Digits::of_int64(value), format, out),
            Format::Standard { letter, precision } => (letter, precision),
        };
        let width = precision.unwrap_or(1) as usize;
        let bits = value.cast_unsigned();
        match letter {
            'x' => write!(out, "{bits:0width$x}"),
            'X' => write!(out, "{bits:0width$X}"),
            'b' | 'B' => write!(out, "{bits:0width$b}"),
            'd' | 'D' => {
                out.write_str(if value < 0 { "-" } else { "" })?;
                write!(out, "{:0width$}", value.unsigned_abs())
            }
            'g' | 'G' if precision.is_none_or(|digits| digits == 0) => write!(out, "{value}"),
            _ => write_standard(Digits::of_int64(value), letter, precision, out),
        }
    }
}

/// What stands for a double that is not finite.
fn symbol(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    }
}

/// Digits before the shortest form turns to an exponent.
const ROUND_TRIP_DIGITS: usize = 17;

/// `G` or `g` without a precision: the shortest digits that read back the same.
fn write_double_as<W: Write + ?Sized>(value: f64, letter: char, out: &mut W) -> fmt::Result {
    let number = Digits::of_double(value, Precision::Shortest);
    let most = number.count().max(ROUND_TRIP_DIGITS);
    write_general(&number, most, letter, out)
}

/// Writes `Double.ToString()`: the shortest text that reads back as the same
/// number, with an exponent below 0.0001 and from 10¹⁷ on (asked of .NET 8.0.4: 1E+16
/// is written out, 1E+17 is not; -0 keeps its sign; of two texts that are equally
/// near the one with the even last digit). Visual Basic's
/// `CStr(double)` is the same.
///
/// # Errors
/// Those of the writer.
pub fn write_double<W: Write + ?Sized>(value: f64, out: &mut W) -> fmt::Result {
    match symbol(value) {
        Some(symbol) => out.write_str(symbol),
        None => write_double_as(value, 'G', out),
    }
}

/// `Double.ToString()`. See [`write_double`].
///
/// ```
/// use attrflow::dotnet::scalar::double_text;
/// assert_eq!(double_text(0.00001), "1E-05");
/// assert_eq!(double_text(-0.0), "-0");
/// ```
pub fn double_text(value: f64) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_double(value, &mut out);
    out
}

/// Writes `Int64.ToString()`.
///
/// # Errors
/// Those of the writer.
pub fn write_int64<W: Write + ?Sized>(value: i64, out: &mut W) -> fmt::Result {
    write!(out, "{value}")
}

/// `Double.ToString(format)`. See [`DoubleFormat`].
///
/// # Errors
/// A format that is none; not for NaN and infinity, where .NET does not look at it.
pub fn format_double(value: f64, format: &str) -> Result<String, FormatError> {
    if let Some(symbol) = symbol(value) {
        return Ok(symbol.to_owned());
    }
    let format = DoubleFormat::new(format)?;
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = format.write(value, &mut out);
    Ok(out)
}

/// `Int64.ToString(format)`. See [`Int64Format`].
///
/// # Errors
/// A format that is none.
pub fn format_int64(value: i64, format: &str) -> Result<String, FormatError> {
    let format = Int64Format::new(format)?;
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = format.write(value, &mut out);
    Ok(out)
}

/// The standard formats that work on digits, for doubles and integers alike.
fn write_standard<W: Write + ?Sized>(
    mut number: Digits,
    letter: char,
    precision: Option<u32>,
    out: &mut W,
) -> fmt::Result {
    let rounded = number.float;
    let places = i64::from(precision.unwrap_or(2));
    match letter.to_ascii_uppercase() {
        'C' => {
            number.round(number.scale.saturating_add(places), rounded);
            out.write_str(if number.negative { "(¤" } else { "¤" })?;
            write_fixed(&number, places, true, out)?;
            out.write_str(if number.negative { ")" } else { "" })
        }
        'E' => {
            let count = i64::from(precision.unwrap_or(6)).saturating_add(1);
            number.round(count, rounded);
            write_sign(&number, out)?;
            write_scientific(&number, count, letter, out)
        }
        'G' | 'R' => {
            let count = precision.filter(|&digits| digits > 0).map_or(number.count(), |digits| digits as usize);
            number.round(count as i64, rounded);
            write_general(&number, count, letter, out)
        }
        'P' => {
            if !number.is_zero() {
                number.scale = number.scale.saturating_add(2);
            }
            number.round(number.scale.saturating_add(places), rounded);
            write_sign(&number, out)?;
            write_fixed(&number, places, true, out)?;
            out.write_str(" %")
        }
        other => {
            number.round(number.scale.saturating_add(places), rounded);
            write_sign(&number, out)?;
            write_fixed(&number, places, other == 'N', out)
        }
    }
}

fn write_sign<W: Write + ?Sized>(number: &Digits, out: &mut W) -> fmt::Result {
    out.write_str(if number.negative { "-" } else { "" })
}

/// Digits with a point and `places` behind it, with commas where `groups` says.
fn write_fixed<W: Write + ?Sized>(number: &Digits, places: i64, groups: bool, out: &mut W) -> fmt::Result {
    let digit = |place: i64| usize::try_from(place).ok().and_then(|place| number.get(place)).unwrap_or('0');
    if number.scale <= 0 {
        out.write_char('0')?;
    }
    for place in 0..number.scale {
        out.write_char(digit(place))?;
        let left = number.scale.saturating_sub(place).saturating_sub(1);
        if groups && left > 0 && left % 3 == 0 {
            out.write_char(',')?;
        }
    }
    if places > 0 {
        out.write_char('.')?;
        for place in 0..places {
            out.write_char(digit(number.scale.saturating_add(place)))?;
        }
    }
    Ok(())
}

/// One digit, a point, the other digits up to `count`, and the exponent.
fn write_scientific<W: Write + ?Sized>(number: &Digits, count: i64, letter: char, out: &mut W) -> fmt::Result {
    let count = usize::try_from(count).unwrap_or(1);
    out.write_char(number.get(0).unwrap_or('0'))?;
    if count > 1 {
        out.write_char('.')?;
    }
    for place in 1..count {
        out.write_char(number.get(place).unwrap_or('0'))?;
    }
    let exponent = if number.is_zero() { 0 } else { number.scale.saturating_sub(1) };
    write_exponent(exponent, letter, 3, true, out)
}

/// E, the sign of the exponent and at least `width` digits.
pub(super) fn write_exponent<W: Write + ?Sized>(
    exponent: i64,
    letter: char,
    width: usize,
    plus: bool,
    out: &mut W,
) -> fmt::Result {
    out.write_char(letter)?;
    if exponent < 0 {
        out.write_char('-')?;
    } else if plus {
        out.write_char('+')?;
    }
    write!(out, "{:0width$}", exponent.unsigned_abs())
}

/// All digits as they are, with an exponent where the number is too large for
/// `most` digits or below 0.0001.
fn write_general<W: Write + ?Sized>(number: &Digits, most: usize, letter: char, out: &mut W) -> fmt::Result {
    write_sign(number, out)?;
    let scientific = number.scale > most as i64 || number.scale < -3;
    let point = if scientific { 1 } else { number.scale };
    let digit = |place: i64| usize::try_from(place).ok().and_then(|place| number.get(place));
    if point <= 0 {
        out.write_char('0')?;
    }
    for place in 0..point {
        out.write_char(digit(place).unwrap_or('0'))?;
    }
    if digit(point.max(0)).is_some() {
        out.write_char('.')?;
        for place in point..number.count() as i64 {
            out.write_char(digit(place).unwrap_or('0'))?;
        }
    }
    if scientific {
        let letter = if letter.is_ascii_lowercase() { 'e' } else { 'E' };
        write_exponent(number.scale.saturating_sub(1), letter, 2, true, out)?;
    }
    Ok(())
}
