//! Custom numeric formats such as `#,##0.00;(#,##0.00);zero`.

use super::digits::Digits;
use super::format::write_exponent;
use core::fmt::{self, Write};
use core::str::Chars;

/// What one section of a format says about digits.
#[derive(Debug, Clone, Copy)]
struct Section {
    /// Digit places in all.
    places: i64,
    /// Digit places before the point.
    point: i64,
    /// Places before the point from the first `0` on: so many digits at least.
    least_whole: i64,
    /// Places behind the point up to the last `0`: so many at least.
    least_fraction: i64,
    scientific: bool,
    groups: bool,
    /// Power of ten from `%`, `‰` and commas at the end of the whole places.
    scale: i64,
}

/// A walk over the characters of a format up to its end or a U+0000.
#[derive(Clone)]
struct Walk<'f>(Chars<'f>);

impl<'f> Walk<'f> {
    fn new(format: &'f str) -> Self {
        let end = format.find('\0').unwrap_or(format.len());
        Self(format.get(..end).unwrap_or(format).chars())
    }

    fn next(&mut self) -> Option<char> {
        self.0.next()
    }

    fn peek(&self) -> Option<char> {
        self.0.clone().next()
    }

    /// The text in quotes, behind the opening one, with its closing one taken.
    fn quoted(&mut self, quote: char) -> &'f str {
        let text = self.0.as_str();
        let (inside, rest) = text.split_once(quote).unwrap_or((text, ""));
        self.0 = rest.chars();
        inside
    }

    /// Behind an E: the sign and the number of zeros of an exponent, taken where
    /// this is one.
    fn exponent(&mut self) -> Option<(Option<char>, usize)> {
        let text = self.0.as_str();
        let sign = text.chars().next().filter(|c| matches!(c, '+' | '-'));
        let zeros = text.trim_start_matches(['+', '-']);
        // One sign at most, and at least one zero.
        let zeros = if sign.is_some() { text.get(1..).unwrap_or("") } else { zeros };
        let rest = zeros.trim_start_matches('0');
        let count = zeros.len().saturating_sub(rest.len());
        if count == 0 {
            return None;
        }
        self.0 = rest.chars();
        Some((sign, count))
    }
}

/// The section of the format for positive numbers (0), negative numbers (1) or
/// zero (2), and whether that is the first one. An empty or missing section
/// gives way to the first.
fn find_section(format: &str, wanted: usize) -> (&str, bool) {
    if wanted == 0 {
        return (format, true);
    }
    let mut walk = Walk::new(format);
    let mut passed = 0usize;
    while let Some(c) = walk.next() {
        match c {
            '\'' | '"' => {
                walk.quoted(c);
            }
            '\\' => {
                walk.next();
            }
            ';' => {
                passed = passed.saturating_add(1);
                if passed == wanted {
                    return match walk.peek() {
                        None | Some(';') => (format, true),
                        Some(_) => (walk.0.as_str(), false),
                    };
                }
            }
            _ => {}
        }
    }
    (format, true)
}

impl Section {
    fn read(format: &str) -> Self {
        let mut walk = Walk::new(format);
        let (mut places, mut point) = (0i64, None);
        let (mut first_zero, mut last_zero) = (None, 0i64);
        let (mut scientific, mut groups, mut scale) = (false, false, 0i64);
        // Place of the last comma, and how many there are at it.
        let mut comma: Option<(i64, i64)> = None;
        while let Some(c) = walk.next() {
            match c {
                '#' => places = places.saturating_add(1),
                '0' => {
                    first_zero = first_zero.or(Some(places));
                    places = places.saturating_add(1);
                    last_zero = places;
                }
                '.' => point = point.or(Some(places)),
                ',' if places > 0 && point.is_none() => {
                    comma = match comma {
                        Some((at, count)) if at == places => Some((at, count.saturating_add(1))),
                        before => {
                            groups |= before.is_some();
                            Some((places, 1))
                        }
                    };
                }
                '%' => scale = scale.saturating_add(2),
                '‰' => scale = scale.saturating_add(3),
                '\'' | '"' => {
                    walk.quoted(c);
                }
                '\\' => {
                    walk.next();
                }
                'E' | 'e' => scientific |= walk.exponent().is_some(),
                ';' => break,
                _ => {}
            }
        }
        let point = point.unwrap_or(places);
        match comma {
            // Commas right before the point divide by a thousand each.
            Some((at, count)) if at == point => scale = scale.saturating_sub(count.saturating_mul(3)),
            Some(_) => groups = true,
            None => {}
        }
        let least_whole = first_zero.map_or(0, |first| point.saturating_sub(first).max(0));
        let least_fraction = last_zero.saturating_sub(point).max(0);
        Self { places, point, least_whole, least_fraction, scientific, groups, scale }
    }
}

/// Counts what is written, to learn whether anything is.
struct Any(bool);

impl Write for Any {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 |= !text.is_empty();
        Ok(())
    }
}

/// Writes the number in the custom format.
pub(super) fn write<W: Write + ?Sized>(mut number: Digits, format: &str, out: &mut W) -> fmt::Result {
    let wanted = if number.is_zero() { 2 } else { usize::from(number.negative) };
    let (mut text, mut first) = find_section(format, wanted);
    let mut section = Section::read(text);
    if number.is_zero() {
        number.round(0, true);
    } else {
        number.scale = number.scale.saturating_add(section.scale);
        let places = if section.scientific {
            section.places
        } else {
            number.scale.saturating_add(section.places).saturating_sub(section.point)
        };
        number.round(places, false);
        let (zero, zero_first) = find_section(format, 2);
        // A number that rounds to zero is shown as zero is.
        if number.is_zero() && zero.len() != text.len() {
            (text, first) = (zero, zero_first);
            section = Section::read(text);
        }
    }
    if number.negative && first {
        if number.scale != 0 {
            out.write_char('-')?;
        } else {
            // A number without whole digits gets its sign only if anything is written.
            let mut any = Any(false);
            write_section(&number, section, text, &mut any)?;
            if any.0 {
                out.write_char('-')?;
            }
        }
    }
    write_section(&number, section, text, out)
}

/// The digits on their way into a section.
struct Writer<'w, 'n, W: Write + ?Sized> {
    out: &'w mut W,
    number: &'n Digits,
    section: Section,
    /// Next digit of the number.
    digit: usize,
    /// Places left before the point; behind it zero and less.
    place: i64,
    /// How many digits of the number are more (or, below zero, less) than the
    /// section has places before its point.
    adjust: i64,
    point_written: bool,
}

impl<W: Write + ?Sized> Writer<'_, '_, W> {
    fn next_digit(&mut self) -> Option<char> {
        let digit = self.number.get(self.digit)?;
        self.digit = self.digit.saturating_add(1);
        Some(digit)
    }

    /// Writes a digit and the comma behind it, where one is due.
    fn put(&mut self, digit: char) -> fmt::Result {
        self.out.write_char(digit)?;
        let left = self.place.saturating_sub(1);
        if self.section.groups && left > 0 && left % 3 == 0 {
            self.out.write_char(',')?;
        }
        Ok(())
    }

    /// Digits that have no place of their own go before the first place.
    fn surplus(&mut self) -> fmt::Result {
        while self.adjust > 0 {
            let digit = self.next_digit().unwrap_or('0');
            self.put(digit)?;
            self.place = self.place.saturating_sub(1);
            self.adjust = self.adjust.saturating_sub(1);
        }
        Ok(())
    }

    fn place(&mut self) -> fmt::Result {
        let digit = if self.adjust < 0 {
            self.adjust = self.adjust.saturating_add(1);
            (self.place <= self.section.least_whole).then_some('0')
        } else {
            let zero = (self.place > self.section.least_fraction.saturating_neg()).then_some('0');
            self.next_digit().or(zero)
        };
        if let Some(digit) = digit {
            self.put(digit)?;
        }
        self.place = self.place.saturating_sub(1);
        Ok(())
    }

    fn point(&mut self) -> fmt::Result {
        if self.place != 0 || self.point_written {
            return Ok(());
        }
        let more = self.section.point < self.section.places && self.number.get(self.digit).is_some();
        if self.section.least_fraction > 0 || more {
            self.point_written = true;
            self.out.write_char('.')?;
        }
        Ok(())
    }
}

fn write_section<W: Write + ?Sized>(number: &Digits, section: Section, format: &str, out: &mut W) -> fmt::Result {
    let (place, adjust) = if section.scientific {
        (section.point, 0)
    } else {
        (number.scale.max(section.point), number.scale.saturating_sub(section.point))
    };
    let mut writer = Writer { out, number, section, digit: 0, place, adjust, point_written: false };
    let mut scientific = section.scientific;
    let mut walk = Walk::new(format);
    while let Some(c) = walk.next() {
        if matches!(c, '#' | '0' | '.') {
            writer.surplus()?;
        }
        match c {
            '#' | '0' => writer.place()?,
            '.' => writer.point()?,
            '‰' | '%' => writer.out.write_char(c)?,
            ',' => {}
            '\'' | '"' => writer.out.write_str(walk.quoted(c))?,
            '\\' => {
                if let Some(literal) = walk.next() {
                    writer.out.write_char(literal)?;
                }
            }
            'E' | 'e' => {
                let before = walk.clone();
                match walk.exponent() {
                    Some((sign, zeros)) if scientific => {
                        let exponent = if number.is_zero() { 0 } else { number.scale.saturating_sub(section.point) };
                        write_exponent(exponent, c, zeros.min(10), sign == Some('+'), writer.out)?;
                        scientific = false;
                    }
                    exponent => {
                        writer.out.write_char(c)?;
                        // A later exponent is text, and so are its sign and zeros.
                        if exponent.is_some() {
                            let text = before.0.as_str();
                            let length = text.len().saturating_sub(walk.0.as_str().len());
                            writer.out.write_str(text.get(..length).unwrap_or(""))?;
                        }
                    }
                }
            }
            ';' => break,
            _ => writer.out.write_char(c)?,
        }
    }
    Ok(())
}
