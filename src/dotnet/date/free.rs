//! Free parsing: .NET's `DateTime.Parse`, which finds out the form of the text.

use super::calendar::{self, TICKS_PER_SECOND};
use super::culture::{Culture, MonthNumber};
use super::digits::{fits, number_at};
use super::error::ParseDateError;
use super::finish::{Context, Found, Parts, Target, Zone};
use super::lexer::{Lexer, Regular, Separator, Suffix};
use super::names::{is_letter, is_white_space};
use super::states::{State, Token, next};
use super::styles::Styles;
use super::value::{DateTime, DateTimeOffset, Defaults, offset_ticks};

/// Reads a date of any form that .NET understands, in the invariant culture.
///
/// ISO 8601 forms, `1/5/2020` (month first), `5 January 2020`, `Mon, 16 Mar 2020 10:20:30 GMT`,
/// `10:30 PM`, East Asian forms and many more. Missing parts come from `defaults`: a time alone is
/// of today.
///
/// ```
/// use attrflow::dotnet::date::{parse, DateTime, Defaults, Kind, Styles};
/// let now = Defaults::at(DateTime::from_civil(2024, 5, 6, 0, 0, 0, Kind::Utc)?);
/// assert_eq!(parse("Jan 5", Styles::NONE, &now)?.to_string(), "2024-01-05T00:00:00.0000000");
/// assert_eq!(parse("5 Jan", Styles::NONE, &now)?.to_string(), "2005-01-01T00:00:00.0000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Text that is no date, a date that does not exist, styles that contradict each other.
///
/// Source: .NET API, `DateTime.Parse`. What is understood is documented by examples only; the rules
/// are those of .NET 8's public source, checked against recorded results.
pub fn parse(text: &str, styles: Styles, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
    parse_in(Culture::Invariant, text, styles, defaults)
}

/// Reads a date as [`parse`] does, in another culture.
///
/// # Errors
/// As [`parse`].
pub fn parse_in(
    culture: Culture,
    text: &str,
    styles: Styles,
    defaults: &Defaults,
) -> Result<DateTime, ParseDateError> {
    styles.validate()?;
    let context = Context {
        styles,
        target: Target::DateTime,
        defaults,
    };
    Parser::new(culture, text, &context)
        .parse()
        .map(|found| found.date)
}

/// Reads a date with its offset from UTC, which is 0 where the text has none.
///
/// ```
/// use attrflow::dotnet::date::{parse_offset, DateTime, Defaults, Kind, Styles};
/// let now = Defaults::at(DateTime::from_civil(2024, 5, 6, 0, 0, 0, Kind::Utc)?);
/// let date = parse_offset("2021-06-30+08:00", Styles::NONE, &now)?;
/// assert_eq!(date.to_string(), "2021-06-30T00:00:00.0000000+08:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`parse`]; also an offset of more than 14 hours, and month and day with an offset but without
/// a year.
///
/// Source: .NET API, `DateTimeOffset.Parse`.
pub fn parse_offset(
    text: &str,
    styles: Styles,
    defaults: &Defaults,
) -> Result<DateTimeOffset, ParseDateError> {
    let styles = styles.validate_for_offset()?;
    let context = Context {
        styles,
        target: Target::DateTimeOffset,
        defaults,
    };
    Parser::new(Culture::Invariant, text, &context)
        .parse()?
        .with_offset()
}

/// Reads a date as Visual Basic's `CDate` does: a time alone is of 0001-01-01.
///
/// # Errors
/// Text that is no date, or a date that does not exist.
///
/// Source: .NET API, `Microsoft.VisualBasic.CompilerServices.Conversions.ToDate`.
pub fn vb_cdate(text: &str, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
    let styles = Styles::ALLOW_WHITE_SPACES | Styles::NO_CURRENT_DATE_DEFAULT;
    parse(text, styles, defaults)
}

/// Reads a date and gives it in UTC: text without a time zone is UTC, an offset is converted.
///
/// The expression language's `CDate`. Dates with an offset are among what [`parse`] reads.
///
/// ```
/// use attrflow::dotnet::date::{parse_utc, DateTime, Defaults, Kind};
/// let now = Defaults::at(DateTime::from_civil(2024, 5, 6, 0, 0, 0, Kind::Utc)?);
/// assert_eq!(parse_utc("2020-03-16-07:00", &now)?.to_string(), "2020-03-16T07:00:00.0000000Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Text that is no date, or a date that does not exist.
pub fn parse_utc(text: &str, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
    parse(
        text,
        Styles::ASSUME_UNIVERSAL | Styles::ADJUST_TO_UNIVERSAL,
        defaults,
    )
}

/// Which parts had a suffix or make up a date or time already.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    suffixes: [bool; 6],
    date: bool,
    time: bool,
}

impl Seen {
    fn suffix(&self, suffix: Suffix) -> bool {
        self.suffixes
            .get(suffix as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// What the lexer found.
enum Lexed {
    Token(Token),
    /// Something without meaning for the date.
    Nothing,
    /// A number and the `T` of ISO 8601 behind it.
    TimeMark,
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    culture: Culture,
    context: &'a Context<'a>,
    parts: Parts,
    seen: Seen,
    /// Numbers of the current group.
    numbers: [i32; 3],
    count: usize,
    /// A year of three digits or more, and a month by its name.
    year: i32,
    month: i32,
    /// A number with a suffix that the token brings along.
    suffixed: Option<(Suffix, i32)>,
    half: Option<bool>,
    fraction: f64,
}

type Step = Result<(), ParseDateError>;
const MISMATCH: ParseDateError = ParseDateError::Mismatch;

impl<'a> Parser<'a> {
    const fn new(culture: Culture, text: &'a str, context: &'a Context<'a>) -> Self {
        Self {
            lexer: Lexer::new(text, culture),
            culture,
            context,
            parts: Parts {
                hour: 0,
                minute: 0,
                second: 0,
                ..Parts::EMPTY
            },
            seen: Seen {
                suffixes: [false; 6],
                date: false,
                time: false,
            },
            numbers: [0; 3],
            count: 0,
            year: -1,
            month: -1,
            suffixed: None,
            half: None,
            fraction: 0.0,
        }
    }

    fn parse(mut self) -> Result<Found, ParseDateError> {
        if self.lexer.is_at_end() {
            return Err(ParseDateError::Empty);
        }
        if let Some(parts) = plain_iso(self.lexer.rest()) {
            return self.context.finish(parts);
        }
        let mut state = State::Begin;
        let mut complete = false;
        loop {
            let token = match self.lex(state)? {
                Lexed::Nothing => continue,
                Lexed::TimeMark => {
                    return match state {
                        State::DateYN | State::DateYNSep => self.iso_time(),
                        _ => Err(MISMATCH),
                    };
                }
                Lexed::Token(token) => token,
            };
            if let Some((suffix, value)) = self.suffixed.take() {
                self.set_suffixed(suffix, value)?;
            }
            state = next(state, token);
            if state == State::Error {
                return Err(MISMATCH);
            }
            if state.is_complete() {
                self.complete(state)?;
                complete = true;
                state = State::Begin;
            }
            if matches!(token, Token::End | Token::NumberEnd | Token::MonthEnd) {
                break;
            }
        }
        if !complete {
            return Err(MISMATCH);
        }
        let hour = &mut self.parts.hour;
        match self.half {
            Some(false) if !(0..=12).contains(hour) => return Err(MISMATCH),
            Some(false) => *hour %= 12,
            Some(true) if !(0..=23).contains(hour) => return Err(MISMATCH),
            Some(true) => *hour = *hour % 12 + 12,
            None => {}
        }
        self.parts.fraction = fraction_ticks(self.fraction);
        self.context.finish(self.parts)
    }

    /// Reads the next token. The state decides what a number may have behind it.
    fn lex(&mut self, state: State) -> Result<Lexed, ParseDateError> {
        let in_time = matches!(state, State::TimeNSep | State::TimeNNSep);
        Ok(match self.lexer.regular() {
            Regular::Number(value) => {
                self.before_separator(state, in_time)?;
                return self.number(state, in_time, value);
            }
            Regular::Year(value) => {
                self.before_separator(state, in_time)?;
                if self.year != -1 {
                    return Err(MISMATCH);
                }
                self.year = value;
                return self.year_number(state, value);
            }
            Regular::TooLong => return Err(MISMATCH),
            Regular::DayOfWeek(day) => {
                if self.parts.weekday.is_some() {
                    return Err(MISMATCH);
                }
                self.parts.weekday = Some(day);
                Lexed::Token(Token::DayOfWeek)
            }
            Regular::Month(month) => {
                if self.month != -1 {
                    return Err(MISMATCH);
                }
                let before = self.lexer.at;
                let token = match self.lexer.separator() {
                    Separator::End => Token::MonthEnd,
                    Separator::Space => Token::MonthSpace,
                    Separator::Date => Token::MonthDateSep,
                    Separator::DateOrOffset => {
                        self.hyphen(state, Token::MonthDateSep, Token::MonthSpace, before)
                    }
                    _ => return Err(MISMATCH),
                };
                self.month = month;
                Lexed::Token(token)
            }
            Regular::Era => Lexed::Token(Token::Era),
            Regular::TimeZone => {
                if self.parts.zone.used {
                    return Err(MISMATCH);
                }
                self.parts.zone = Zone::UTC;
                Lexed::Token(Token::TimeZone)
            }
            Regular::End => Lexed::Token(Token::End),
            Regular::Ignored => Lexed::Nothing,
            Regular::HalfOfDay(afternoon) => {
                if self.half.is_some() {
                    return Err(MISMATCH);
                }
                self.half = Some(afternoon);
                Lexed::Nothing
            }
            Regular::Unknown => {
                self.unknown()?;
                Lexed::Nothing
            }
        })
    }

    /// What may come right behind a number of a time: a fraction and an offset.
    fn before_separator(&mut self, state: State, in_time: bool) -> Step {
        if self.count == 3 {
            return Err(MISMATCH);
        }
        if state == State::TimeNNSep
            && self.lexer.has_more_than_one()
            && matches!(self.lexer.current(), Some('.' | ','))
        {
            self.lexer.at += 1;
            // A mark without digits behind it is just skipped.
            self.fraction = self.take_fraction().unwrap_or(0.0);
        }
        if in_time {
            self.offset_behind_time()
        } else {
            Ok(())
        }
    }

    fn number(&mut self, state: State, in_time: bool, value: i32) -> Result<Lexed, ParseDateError> {
        let before = self.lexer.at;
        let token = match self.lexer.separator() {
            Separator::End => Token::NumberEnd,
            Separator::HalfOfDay(afternoon) => {
                // A second mark is not refused here: .NET forgets the number and goes on.
                if self.half.is_some() {
                    return Ok(Lexed::Nothing);
                }
                self.half = Some(afternoon);
                // In `1/10 5 AM` the date is complete before the hour.
                if state == State::DateNN {
                    self.complete(State::IsNN)?;
                }
                self.add(value);
                if in_time {
                    self.offset_behind_time()?;
                }
                return Ok(Lexed::Token(Token::NumberHalfOfDay));
            }
            Separator::Space => Token::NumberSpace,
            Separator::Date => Token::NumberDateSep,
            Separator::DateOrOffset => {
                self.hyphen(state, Token::NumberDateSep, Token::NumberSpace, before)
            }
            Separator::Time => Token::NumberTimeSep,
            Separator::TimeMark => {
                self.add(value);
                return Ok(Lexed::TimeMark);
            }
            Separator::Suffix(suffix) => {
                let value = match suffix {
                    Suffix::Year => calendar::four_digit_year(value),
                    _ => value,
                };
                return Ok(Lexed::Token(self.suffix(suffix, value)));
            }
        };
        self.add(value);
        Ok(Lexed::Token(token))
    }

    fn year_number(&mut self, state: State, value: i32) -> Result<Lexed, ParseDateError> {
        let before = self.lexer.at;
        Ok(Lexed::Token(match self.lexer.separator() {
            Separator::End => Token::YearEnd,
            Separator::HalfOfDay(afternoon) => {
                if self.half.is_some() {
                    return Ok(Lexed::Nothing);
                }
                self.half = Some(afternoon);
                Token::YearSpace
            }
            Separator::Space => Token::YearSpace,
            Separator::Date => Token::YearDateSep,
            Separator::DateOrOffset => {
                self.hyphen(state, Token::YearDateSep, Token::YearSpace, before)
            }
            Separator::Suffix(suffix) => self.suffix(suffix, value),
            Separator::Time | Separator::TimeMark => return Err(MISMATCH),
        }))
    }

    /// A hyphen is the sign of an offset if the date is complete without what comes behind it; it
    /// is then put back.
    fn hyphen(&mut self, state: State, separator: Token, space: Token, before: usize) -> Token {
        if next(state, separator) == State::Error && next(state, space).is_complete() {
            self.lexer.at = before;
            space
        } else {
            separator
        }
    }

    fn suffix(&mut self, suffix: Suffix, value: i32) -> Token {
        self.suffixed = Some((suffix, value));
        if suffix.is_date() {
            Token::NumberDateSuffix
        } else {
            Token::NumberTimeSuffix
        }
    }

    fn add(&mut self, value: i32) {
        if let Some(number) = self.numbers.get_mut(self.count) {
            *number = value;
            self.count += 1;
        }
    }

    /// Anything that is no part of a date: an offset, or punctuation that is forgiven.
    fn unknown(&mut self) -> Step {
        let current = self.lexer.current();
        if current.is_some_and(is_letter) {
            return Err(ParseDateError::UnknownWord {
                offset: self.lexer.at,
            });
        }
        if matches!(current, Some('+' | '-')) && !self.parts.zone.used {
            let start = self.lexer.at;
            if let Some(offset) = self.offset() {
                self.parts.zone.used = true;
                self.parts.zone.offset = offset;
                return Ok(());
            }
            self.lexer.at = start;
        }
        if self.lexer.take_punctuation() {
            Ok(())
        } else {
            Err(MISMATCH)
        }
    }

    /// Digits behind a decimal mark, as a double that is summed up digit by digit.
    fn take_fraction(&mut self) -> Option<f64> {
        let mut sum = 0.0;
        let mut weight = 0.1;
        let start = self.lexer.at;
        while let Some(digit) = self.lexer.current().and_then(|c| c.to_digit(10)) {
            sum += f64::from(digit) * weight;
            weight *= 0.1;
            self.lexer.at += 1;
        }
        (self.lexer.at > start).then_some(sum)
    }

    /// An offset that stands right behind a time, or behind white space.
    fn offset_behind_time(&mut self) -> Step {
        if !self.lexer.has_more_than_one() {
            return Ok(());
        }
        let rest = self.lexer.rest();
        let trimmed = rest.trim_start_matches(is_white_space);
        if !trimmed.starts_with(['+', '-']) {
            return Ok(());
        }
        if self.parts.zone.used {
            return Err(MISMATCH);
        }
        self.lexer.at += rest.len() - trimmed.len();
        self.parts.zone.offset = self.offset().ok_or(MISMATCH)?;
        self.parts.zone.used = true;
        Ok(())
    }

    /// A sign, hours and perhaps minutes: `+8`, `+08`, `+8:00`, `+800`, `+0800`.
    fn offset(&mut self) -> Option<i64> {
        let negative = self.lexer.take('-');
        if !negative && !self.lexer.take('+') {
            return None;
        }
        let (value, digits) = self.lexer.take_number();
        let (hours, minutes) = match digits {
            1 | 2 => {
                let mut minutes = 0;
                if self.lexer.take(':') {
                    let (value, digits) = self.lexer.take_number();
                    if !(1..=2).contains(&digits) {
                        return None;
                    }
                    minutes = value;
                }
                (value, minutes)
            }
            3 | 4 => (value / 100, value % 100),
            _ => return None,
        };
        (minutes < 60).then(|| offset_ticks(hours, minutes, negative))
    }

    fn set_suffixed(&mut self, suffix: Suffix, value: i32) -> Step {
        let seen = self
            .seen
            .suffixes
            .get_mut(suffix as usize)
            .ok_or(MISMATCH)?;
        if core::mem::replace(seen, true) {
            return Err(MISMATCH);
        }
        match suffix {
            Suffix::Year => {
                self.parts.year = value;
                self.year = value;
            }
            Suffix::Month => {
                self.parts.month = value;
                self.month = value;
            }
            Suffix::Day => self.parts.day = value,
            Suffix::Hour => self.parts.hour = value,
            Suffix::Minute => self.parts.minute = value,
            Suffix::Second => self.parts.second = value,
        }
        Ok(())
    }

    fn set_date(&mut self, year: i32, month: i32, day: i32) -> Step {
        if !calendar::is_valid_day(year, month, day) {
            return Err(ParseDateError::NoSuchDate);
        }
        (self.parts.year, self.parts.month, self.parts.day) = (year, month, day);
        Ok(())
    }

    /// Month and day in the order of the culture.
    fn set_month_and_day(&mut self, year: i32, first: i32, second: i32) -> Step {
        if self.culture.day_first() {
            self.set_date(year, second, first)
        } else {
            self.set_date(year, first, second)
        }
    }

    fn default_year(&mut self) -> i32 {
        self.parts.year_defaulted = true;
        self.parts.year = self.context.today(self.parts.zone).0;
        self.parts.year
    }

    fn month_and_number(&mut self, meaning: MonthNumber, number: i32) -> Step {
        match meaning {
            MonthNumber::Year => self.set_date(calendar::four_digit_year(number), self.month, 1),
            MonthNumber::Day => {
                let year = self.default_year();
                self.set_date(year, self.month, number)
            }
        }
    }

    /// Takes over the numbers of a complete group.
    fn complete(&mut self, state: State) -> Step {
        let [a, b, c] = self.numbers;
        let is_time = matches!(state, State::TimeN | State::TimeNN | State::TimeNNN);
        let is_date = matches!(
            state,
            State::IsNN
                | State::IsNNN
                | State::IsMNN
                | State::IsYNN
                | State::IsNNY
                | State::IsYMN
                | State::IsYN
                | State::IsYM
        );
        let month_name = matches!(state, State::IsMN | State::IsNM);
        if (is_time && self.seen.time) || ((is_date || month_name) && self.seen.date) {
            return Err(MISMATCH);
        }
        match state {
            State::IsNN => {
                let year = self.default_year();
                self.set_month_and_day(year, a, b)?;
            }
            State::IsNNN => self.set_month_and_day(calendar::four_digit_year(c), a, b)?,
            State::IsMN => self.month_and_number(self.culture.number_after_month(), a)?,
            State::IsNM => self.month_and_number(self.culture.number_before_month(), a)?,
            State::IsMNN => {
                // The year is the second number, or the first where that makes no date.
                let second = self.set_date(calendar::four_digit_year(b), self.month, a);
                if second.is_err() {
                    self.set_date(calendar::four_digit_year(a), self.month, b)?;
                }
            }
            State::IsYNN => self.set_date(self.year, a, b)?,
            State::IsNNY => self.set_month_and_day(self.year, a, b)?,
            State::IsYMN => self.set_date(self.year, self.month, a)?,
            State::IsYN => self.set_date(self.year, a, 1)?,
            State::IsYM => self.set_date(self.year, self.month, 1)?,
            State::TimeN => {
                if self.half.is_none() {
                    return Err(MISMATCH);
                }
                self.parts.hour = a;
            }
            State::TimeNN => (self.parts.hour, self.parts.minute) = (a, b),
            State::TimeNNN => {
                (self.parts.hour, self.parts.minute, self.parts.second) = (a, b, c);
            }
            State::IsSuffixesN => {
                if self.count != 1 || self.parts.day != -1 {
                    return Err(MISMATCH);
                }
                self.parts.day = a;
            }
            State::IsNSuffixes => {
                if self.parts.month == -1 || self.parts.year != -1 {
                    return Err(MISMATCH);
                }
                self.parts.year = calendar::four_digit_year(a);
                self.parts.day = 1;
            }
            State::IsNNSuffixes => self.numbers_and_suffixes(a, b)?,
            _ => {}
        }
        self.seen.time |= is_time;
        self.seen.date |= is_date;
        self.count = 0;
        Ok(())
    }

    /// Two numbers beside a year with a suffix, or beside a month with one.
    fn numbers_and_suffixes(&mut self, a: i32, b: i32) -> Step {
        let year = self.seen.suffix(Suffix::Year);
        let month = self.seen.suffix(Suffix::Month);
        if year == month || self.seen.suffix(Suffix::Day) {
            return Err(MISMATCH);
        }
        if year {
            self.set_date(calendar::four_digit_year(self.year), a, b)
        } else {
            self.set_date(calendar::four_digit_year(b), self.parts.month, a)
        }
    }

    /// The time of day behind the `T` of ISO 8601, up to the end of the text.
    ///
    /// A day of the week before the date is not checked, as .NET does not.
    fn iso_time(mut self) -> Result<Found, ParseDateError> {
        self.lexer.skip_white_space();
        let hour = self.two_digits()?;
        self.lexer.skip_white_space();
        if !self.lexer.take(':') {
            return Err(MISMATCH);
        }
        self.lexer.skip_white_space();
        let minute = self.two_digits()?;
        self.lexer.skip_white_space();
        let mut second = 0;
        let mut fraction = 0.0;
        if self.lexer.take(':') {
            self.lexer.skip_white_space();
            second = self.two_digits()?;
            if self.lexer.take('.') || self.lexer.take(',') {
                fraction = self.take_fraction().ok_or(MISMATCH)?;
            }
            self.lexer.skip_white_space();
        }
        let mut zone = self.parts.zone;
        if matches!(self.lexer.current(), Some('+' | '-')) {
            zone.used = true;
            zone.offset = self.offset().ok_or(MISMATCH)?;
        } else if self.lexer.take('Z') || self.lexer.take('z') {
            zone = Zone::UTC;
        }
        self.end_of_iso()?;
        let [month, day, _] = self.numbers;
        let parts = Parts {
            year: self.year,
            month,
            day,
            hour,
            minute,
            second,
            fraction: fraction_ticks(fraction),
            zone,
            ..Parts::EMPTY
        };
        self.context.finish(parts)
    }

    /// Only white space and forgiven punctuation may be left.
    fn end_of_iso(&mut self) -> Step {
        self.lexer.skip_white_space();
        if self.lexer.current() == Some('#') {
            if !self.lexer.take_punctuation() {
                return Err(MISMATCH);
            }
            // .NET skips the character behind the sign, too; only white space and nulls can be there.
            if let Some(c) = self.lexer.current() {
                self.lexer.at += c.len_utf8();
            }
            self.lexer.skip_white_space();
        }
        if self.lexer.current() == Some('\0') && !self.lexer.take_punctuation() {
            return Err(MISMATCH);
        }
        if self.lexer.is_at_end() {
            Ok(())
        } else {
            Err(MISMATCH)
        }
    }

    fn two_digits(&mut self) -> Result<i32, ParseDateError> {
        match *self.lexer.rest().as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
                self.lexer.at += 2;
                Ok(i32::from(tens & 15) * 10 + i32::from(ones & 15))
            }
            _ => Err(MISMATCH),
        }
    }
}

/// The parts of `yyyy-MM-dd`, perhaps with `THH:mm:ss` and then perhaps with `Z` or an offset.
///
/// The state machine finds the same in these forms, but they are most of what is parsed and this is
/// faster. Any other text is left to it.
fn plain_iso(text: &str) -> Option<Parts> {
    let text = text.as_bytes();
    if !fits(text, b"0000-00-00") {
        return None;
    }
    let date = Parts {
        year: number_at(text, 0, 4),
        month: number_at(text, 5, 7),
        day: number_at(text, 8, 10),
        hour: 0,
        minute: 0,
        second: 0,
        ..Parts::EMPTY
    };
    let (_, time) = text.split_at_checked(10)?;
    if time.is_empty() {
        return Some(date);
    }
    if !fits(time, b"T00:00:00") {
        return None;
    }
    let (_, zone) = time.split_at_checked(9)?;
    let zone = match *zone {
        [] => Zone::default(),
        [b'Z'] => Zone::UTC,
        [sign @ (b'+' | b'-'), ref offset @ ..] if offset.len() == 5 && fits(offset, b"00:00") => {
            let minutes = number_at(offset, 3, 5);
            if minutes > 59 {
                return None;
            }
            let offset = offset_ticks(number_at(offset, 0, 2), minutes, sign == b'-');
            Zone {
                used: true,
                utc: false,
                offset,
            }
        }
        _ => return None,
    };
    Some(Parts {
        hour: number_at(time, 1, 3),
        minute: number_at(time, 4, 6),
        second: number_at(time, 7, 9),
        zone,
        ..date
    })
}

/// A fraction of a second in ticks, rounded to the nearest, halves to the even one.
fn fraction_ticks(fraction: f64) -> i64 {
    (fraction * TICKS_PER_SECOND as f64).round_ties_even() as i64
}
