//! Reading by a format: .NET's `ParseExact`.

use super::calendar;
use super::digits::{fits, number_at};
use super::error::{FormatError, ParseDateError};
use super::finish::{Context, Found, Parts, Target, Zone};
use super::names::{self, is_letter, is_white_space, starts_with_word};
use super::read_program::{NumberField, ReadLayout, ReadProgram, ReadPrograms, ReadStep};
use super::styles::Styles;
use super::value::offset_ticks;
use super::write::Field;

/// What a standard format adds to its custom form when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    /// Nothing, or a custom format.
    Plain,
    /// `r`: quoted GMT is a time zone for a date with an offset.
    Rfc1123,
    /// `u`: quoted Z is a time zone for a date with an offset.
    SortableUtc,
    /// `U`: the text is in UTC.
    Universal,
    /// `o`: read strictly when no style is given.
    RoundTrip,
}

/// Reads text by a format.
pub(crate) fn parse(
    programs: &ReadPrograms,
    standard: Standard,
    text: &str,
    context: &Context<'_>,
) -> Result<Found, ParseDateError> {
    let styles = context.styles;
    if text.is_empty() {
        return Err(ParseDateError::Empty);
    }
    if standard == Standard::Universal && context.target == Target::DateTimeOffset {
        return Err(FormatError::NoUniversalForOffset.into());
    }
    if standard == Standard::RoundTrip && styles == Styles::NONE {
        return round_trip(text, context);
    }
    let leading = styles.contains(Styles::ALLOW_LEADING_WHITE);
    let trailing = styles.contains(Styles::ALLOW_TRAILING_WHITE);
    let program = programs.get(leading, trailing)?;
    if standard == Standard::Plain
        && let Some((clock, zone)) = plain(program, text.as_bytes())
    {
        return context.found(clock, zone);
    }
    let mut text = text;
    if trailing {
        text = text.trim_end_matches(is_white_space);
    }
    if leading {
        text = text.trim_start_matches(is_white_space);
    }
    let mut reader = Reader {
        rest: text,
        parts: Parts::NONE,
        fraction: None,
        half: None,
        hour12: false,
        short_year: false,
        inner: styles.contains(Styles::ALLOW_INNER_WHITE),
        trailing,
    };
    if standard == Standard::Universal {
        reader.parts.zone = Zone::UTC;
    }
    let quoted_zone = match (context.target, standard) {
        (Target::DateTimeOffset, Standard::Rfc1123) => Some("GMT"),
        (Target::DateTimeOffset, Standard::SortableUtc) => Some("Z"),
        _ => None,
    };
    reader.run(program, quoted_zone)?;
    context.finish(reader.end()?)
}

/// The clock and the zone of a text that has digits and marks at fixed places, and behind them
/// an offset where the format wants one. Nothing where it has anything else, or no such date:
/// the steps then read it, or say what is wrong.
#[inline]
pub(crate) fn plain(program: &ReadProgram, text: &[u8]) -> Option<(i64, Zone)> {
    let ReadLayout { layout, steps } = program.layout.as_ref()?;
    let template = layout.template();
    let (head, rest) = text.split_at_checked(template.len())?;
    let digit = |c: u8| c.is_ascii_digit().then(|| i32::from(c & 15));
    let zone = match (program.steps.get(*steps..)?, rest) {
        ([], []) => Zone::NONE,
        ([ReadStep::Offset(3)], &[sign @ (b'+' | b'-'), a, b, b':', c, d]) => {
            let (hours, minutes) = (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?);
            if minutes >= 60 {
                return None;
            }
            Zone::ahead_by(offset_ticks(hours, minutes, sign == b'-'))
        }
        _ => return None,
    };
    if !fits(head, template) {
        return None;
    }
    let (mut year, mut month, mut day, mut time, mut fraction) = (None, 1, 1, (0, 0, 0), 0);
    for &(at, width, field) in layout.fields() {
        let value = number_at(head, at, at + width);
        match field {
            Field::Year => year = Some(value),
            Field::Month => month = value,
            Field::Day => day = value,
            Field::Hour => time.0 = value,
            Field::Minute => time.1 = value,
            Field::Second => time.2 = value,
            Field::Fraction => fraction = scale(value, width),
        }
    }
    let clock = calendar::join(year?, month, day, time)?.checked_add(fraction)?;
    (clock <= calendar::MAX_TICKS).then_some((clock, zone))
}

/// Ticks of a fraction with so many digits, at most seven.
fn scale(value: i32, digits: usize) -> i64 {
    const POWERS: [i64; 8] = [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    i64::from(value) * POWERS.get(digits).copied().unwrap_or(1)
}

struct Reader<'t> {
    rest: &'t str,
    parts: Parts,
    /// Ticks of a fraction that was read.
    fraction: Option<i64>,
    /// Half of the day; true is the afternoon.
    half: Option<bool>,
    hour12: bool,
    short_year: bool,
    inner: bool,
    trailing: bool,
}

type Step = Result<(), ParseDateError>;

impl Reader<'_> {
    fn run(&mut self, program: &ReadProgram, quoted_zone: Option<&str>) -> Step {
        let mut at = program.layout.as_ref().map_or(0, |layout| self.layout(layout));
        while let Some(step) = program.steps.get(at) {
            at += 1;
            if self.inner {
                self.skip_white_space();
            }
            match step {
                ReadStep::Dot(target) if !self.take_char('.') => {
                    at = target.ok_or(ParseDateError::Mismatch)?;
                }
                // A space that is missing is forgiven if trailing white space is allowed and the
                // format goes on: .NET means a mark for the half of the day that may be empty.
                ReadStep::Space(space) if !self.inner && !self.take_char(*space) => {
                    if !self.trailing || at == program.steps.len() {
                        return Err(ParseDateError::Mismatch);
                    }
                }
                ReadStep::Quoted(text) => {
                    self.quoted(text)?;
                    if quoted_zone == Some(text.as_ref()) {
                        self.parts.zone.ahead = Some(0);
                    }
                }
                step => self.step(step)?,
            }
        }
        if self.rest.is_empty() { Ok(()) } else { Err(ParseDateError::Mismatch) }
    }

    fn step(&mut self, step: &ReadStep) -> Step {
        match step {
            ReadStep::Number(field, digits) => self.number(*field, *digits),
            ReadStep::MonthName => self.month_name(&names::MONTHS),
            ReadStep::ShortMonthName => self.month_name(&names::SHORT_MONTHS),
            ReadStep::DayName => self.day_name(&names::DAYS),
            ReadStep::ShortDayName => self.day_name(&names::SHORT_DAYS),
            ReadStep::Era => {
                let found = self.take_word(names::ERA) || self.take_word(names::SHORT_ERA);
                expect(found)
            }
            ReadStep::Fraction(digits) => self.fraction(*digits, false),
            ReadStep::OptionalFraction(digits) => self.fraction(*digits, true),
            ReadStep::HalfOfDayLetter => {
                let morning = self.take_char('A');
                expect(morning || self.take_char('P'))?;
                set(&mut self.half, !morning)
            }
            ReadStep::HalfOfDay => {
                let morning = self.take_word("AM");
                expect(morning || self.take_word("PM"))?;
                set(&mut self.half, !morning)
            }
            ReadStep::Offset(width) => self.offset(*width),
            ReadStep::UtcMark => {
                self.utc_mark()?;
                let found = self.take_whole_word("GMT") || self.take_whole_word("Z");
                expect(found)
            }
            ReadStep::Zone => {
                if self.take_char('Z') {
                    self.utc_mark()
                } else if self.rest.starts_with(['+', '-']) {
                    self.offset(3)
                } else {
                    Ok(())
                }
            }
            ReadStep::Gmt => {
                self.parts.zone.ahead = Some(0);
                let rest = self.rest.strip_prefix("GMT");
                self.rest = rest.ok_or(ParseDateError::Mismatch)?;
                Ok(())
            }
            ReadStep::Char(c) => expect(self.take_char(*c)),
            // These three are handled where the next step is chosen.
            ReadStep::Quoted(_) | ReadStep::Space(_) | ReadStep::Dot(_) => Ok(()),
        }
    }

    /// Reads digits at fixed places; gives the number of steps that this was.
    ///
    /// Where the text does not fit, nothing is taken: the steps then decide what is wrong, or how
    /// white space makes it fit.
    #[inline]
    fn layout(&mut self, layout: &ReadLayout) -> usize {
        let template = layout.layout.template();
        let bytes = self.rest.as_bytes();
        let (true, Some(rest)) = (fits(bytes, template), self.rest.get(template.len()..)) else {
            return 0;
        };
        for &(at, width, field) in layout.layout.fields() {
            let value = number_at(bytes, at, at + width);
            match field {
                Field::Year => self.parts.year = Some(value),
                Field::Month => self.parts.month = Some(value),
                Field::Day => self.parts.day = Some(value),
                Field::Hour => self.parts.hour = Some(value),
                Field::Minute => self.parts.minute = Some(value),
                Field::Second => self.parts.second = Some(value),
                Field::Fraction => self.fraction = Some(scale(value, width)),
            }
        }
        self.rest = rest;
        // A space at the end stands for any white space where that is allowed.
        if self.inner && template.ends_with(b" ") {
            self.skip_white_space();
        }
        layout.steps
    }

    fn skip_white_space(&mut self) {
        self.rest = self.rest.trim_start_matches(is_white_space);
    }

    fn take_char(&mut self, c: char) -> bool {
        // Since ICU 72 some cultures write no-break spaces; .NET takes them for spaces.
        let rest = match c {
            ' ' => self.rest.strip_prefix([' ', '\u{a0}', '\u{202f}']),
            c => self.rest.strip_prefix(c),
        };
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes an ASCII word in any case.
    fn take_word(&mut self, word: &str) -> bool {
        if !starts_with_word(self.rest.as_bytes(), word) {
            return false;
        }
        self.rest = self.rest.get(word.len()..).unwrap_or_default();
        true
    }

    /// Takes an ASCII word that no letter follows.
    fn take_whole_word(&mut self, word: &str) -> bool {
        let next = self.rest.get(word.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(is_letter) && self.take_word(word)
    }

    /// Takes digits, as many as there are up to a number; gives the number and how many they were.
    fn take_digits(&mut self, most: usize) -> (i32, usize) {
        let digits = self.rest.bytes().take(most).take_while(u8::is_ascii_digit);
        let (value, count) = digits.fold((0i32, 0), |(value, count), digit| {
            (value.wrapping_mul(10).wrapping_add(i32::from(digit - b'0')), count + 1)
        });
        self.rest = self.rest.get(count..).unwrap_or_default();
        (value, count)
    }

    /// Takes exactly so many digits, where one means one or two.
    fn digits(&mut self, digits: usize) -> Result<i32, ParseDateError> {
        let most = if digits == 1 { 2 } else { digits };
        let (value, count) = self.take_digits(most);
        if count < digits { Err(ParseDateError::Mismatch) } else { Ok(value) }
    }

    fn number(&mut self, field: NumberField, digits: usize) -> Step {
        let value = self.digits(digits)?;
        let part = match field {
            NumberField::ShortYear => {
                self.short_year = true;
                &mut self.parts.year
            }
            NumberField::Year => &mut self.parts.year,
            NumberField::Month => &mut self.parts.month,
            NumberField::Day => &mut self.parts.day,
            NumberField::Hour12 => {
                self.hour12 = true;
                &mut self.parts.hour
            }
            NumberField::Hour => &mut self.parts.hour,
            NumberField::Minute => &mut self.parts.minute,
            NumberField::Second => &mut self.parts.second,
        };
        set(part, value)
    }

    fn take_name(&mut self, names: &[&str]) -> Result<usize, ParseDateError> {
        let found = names::find_name(self.rest.as_bytes(), names);
        let (index, length) = found.ok_or(ParseDateError::Mismatch)?;
        self.rest = self.rest.get(length..).unwrap_or_default();
        Ok(index)
    }

    fn month_name(&mut self, names: &[&str]) -> Step {
        let index = self.take_name(names)?;
        set(&mut self.parts.month, index as i32 + 1)
    }

    fn day_name(&mut self, names: &[&str]) -> Step {
        let index = self.take_name(names)?;
        set(&mut self.parts.weekday, index as u32)
    }

    fn fraction(&mut self, most: usize, optional: bool) -> Step {
        if most > 7 {
            return Err(FormatError::LongFraction.into());
        }
        let (value, count) = self.take_digits(most);
        if count < most && !optional {
            return Err(ParseDateError::Mismatch);
        }
        set(&mut self.fraction, scale(value, count))
    }

    fn utc_mark(&mut self) -> Step {
        if self.parts.zone.ahead.is_some_and(|ahead| ahead != 0) {
            return Err(ParseDateError::Repeated);
        }
        self.parts.zone = Zone::UTC;
        Ok(())
    }

    /// Reads a sign, hours and, for three `z`, minutes with or without a colon.
    fn offset(&mut self, width: usize) -> Step {
        let negative = self.take_char('-');
        expect(negative || self.take_char('+'))?;
        let hours = self.digits(if width == 2 { 2 } else { 1 })?;
        let mut minutes = 0;
        if width > 2 {
            self.take_char(':');
            minutes = self.digits(2)?;
        }
        expect(minutes < 60)?;
        let offset = offset_ticks(hours, minutes, negative);
        set(&mut self.parts.zone.ahead, offset)
    }

    fn quoted(&mut self, text: &str) -> Step {
        for c in text.chars() {
            if self.inner && is_white_space(c) {
                self.skip_white_space();
            } else {
                expect(self.take_char(c))?;
            }
        }
        Ok(())
    }

    /// What follows from the parts together.
    fn end(mut self) -> Result<Parts, ParseDateError> {
        let parts = &mut self.parts;
        if self.short_year {
            expect(parts.year.is_none_or(|year| year < 100))?;
            parts.year = parts.year.map(calendar::four_digit_year);
        }
        let hour = parts.hour.unwrap_or(0);
        if self.hour12 {
            expect(hour <= 12)?;
            parts.hour = Some(hour % 12 + if self.half == Some(true) { 12 } else { 0 });
        } else {
            expect(self.half.is_none_or(|afternoon| (hour >= 12) == afternoon))?;
        }
        parts.fraction = self.fraction.unwrap_or(0);
        Ok(self.parts)
    }
}

fn expect(holds: bool) -> Step {
    if holds { Ok(()) } else { Err(ParseDateError::Mismatch) }
}

/// Sets a part, or compares it with what it is already.
fn set<T: Copy + PartialEq>(part: &mut Option<T>, value: T) -> Step {
    if *part.get_or_insert(value) == value { Ok(()) } else { Err(ParseDateError::Repeated) }
}

/// The strict reading of the format `o`, which .NET takes when no style is given.
///
/// It differs from the custom form of the format in the offset: the colon is needed, and minutes
/// may be beyond 59.
fn round_trip(text: &str, context: &Context<'_>) -> Result<Found, ParseDateError> {
    const TEMPLATE: &[u8] = b"0000-00-00T00:00:00.0000000";
    let (head, zone) = text.as_bytes().split_at_checked(TEMPLATE.len()).ok_or(ParseDateError::Mismatch)?;
    expect(fits(head, TEMPLATE))?;
    let number = |from, to| number_at(head, from, to);
    let digit = |c: u8| c.is_ascii_digit().then(|| i32::from(c & 15)).ok_or(ParseDateError::Mismatch);
    let zone = match *zone {
        [] => Zone::NONE,
        [b'Z'] => Zone::UTC,
        [sign @ (b'+' | b'-'), ref hours @ .., b':', tens, ones] => {
            let minutes = digit(tens)? * 10 + digit(ones)?;
            let hours = match *hours {
                [ones] => digit(ones)?,
                [tens, ones] => digit(tens)? * 10 + digit(ones)?,
                _ => return Err(ParseDateError::Mismatch),
            };
            Zone::ahead_by(offset_ticks(hours, minutes, sign == b'-'))
        }
        _ => return Err(ParseDateError::Mismatch),
    };
    context.finish(Parts {
        year: Some(number(0, 4)),
        month: Some(number(5, 7)),
        day: Some(number(8, 10)),
        hour: Some(number(11, 13)),
        minute: Some(number(14, 16)),
        second: Some(number(17, 19)),
        fraction: i64::from(number(20, 27)),
        zone,
        ..Parts::NONE
    })
}
