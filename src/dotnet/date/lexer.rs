//! The tokens of free parsing: numbers, names and separators.
//!
//! The same characters are asked for in two roles. A regular token starts a part of the date; a
//! separator is looked for behind a number or a month name and says what it belongs to.

use super::culture::Culture;
use super::names::{self, is_letter, is_white_space};

/// The start of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Regular {
    /// A number of one or two digits.
    Number(i32),
    /// A number of three digits or more, which is a year.
    Year(i32),
    /// A number of more than eight digits.
    TooLong,
    /// Half of the day; true is the afternoon.
    HalfOfDay(bool),
    /// A month by its name, 1 to 12.
    Month(i32),
    /// A day of the week, 0 for Sunday.
    DayOfWeek(u32),
    /// `GMT` or `Z`.
    TimeZone,
    /// `A.D.`
    Era,
    /// A comma or dot.
    Ignored,
    Unknown,
    End,
}

/// What is behind a number or month name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    End,
    Space,
    HalfOfDay(bool),
    Date,
    Time,
    /// A hyphen: between parts of a date, or the sign of an offset.
    DateOrOffset,
    /// `T` of ISO 8601.
    TimeMark,
    /// A suffix of East Asian dates.
    Suffix(Suffix),
}

/// What a number with an East Asian suffix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suffix {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Suffix {
    pub(crate) const fn is_date(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day)
    }
}

/// Longest number that is looked at.
const MOST_DIGITS: usize = 8;

/// The right-to-left mark, which some cultures put between the parts.
const RIGHT_TO_LEFT: char = '\u{200f}';

/// The text and where reading has come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    pub(crate) at: usize,
    culture: Culture,
}

impl<'t> Lexer<'t> {
    pub(crate) const fn new(text: &'t str, culture: Culture) -> Self {
        Self {
            text,
            at: 0,
            culture,
        }
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn current(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether another character follows the current one.
    ///
    /// Some marks are only looked for if they are not the last character.
    pub(crate) fn has_more_than_one(&self) -> bool {
        self.rest().encode_utf16().nth(1).is_some()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn skip_white_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_white_space).len();
    }

    pub(crate) fn take(&mut self, c: char) -> bool {
        let found = self.current() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// The next part, behind white space.
    pub(crate) fn regular(&mut self) -> Regular {
        self.skip_white_space();
        let Some(first) = self.current() else {
            return Regular::End;
        };
        if first.is_ascii_digit() {
            let (value, count) = self.take_number();
            return match count {
                0..3 => Regular::Number(value),
                3..=MOST_DIGITS => Regular::Year(value),
                _ => Regular::TooLong,
            };
        }
        if matches!(first, ',' | '.') {
            self.at += 1;
            return Regular::Ignored;
        }
        if !is_letter(first) {
            return Regular::Unknown;
        }
        self.take_name()
    }

    /// Takes all digits; gives the number of the first of them and how many they are.
    pub(crate) fn take_number(&mut self) -> (i32, usize) {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit);
        let (value, count) = digits.fold((0i32, 0), |(value, count), digit| {
            (
                value.wrapping_mul(10).wrapping_add(i32::from(digit - b'0')),
                count + 1,
            )
        });
        self.at += count;
        (value, count)
    }

    /// Whether a word is here, in any case, that no letter follows.
    fn is_word(&self, word: &str) -> bool {
        let rest = self.rest();
        let Some((start, after)) = rest.split_at_checked(word.len()) else {
            return false;
        };
        let same = start.eq_ignore_ascii_case(word)
            || (!word.is_ascii() && start.to_lowercase() == word.to_lowercase());
        same && !after.chars().next().is_some_and(is_letter)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn take_name(&mut self) -> Regular {
        for (name, month) in self.culture.month_names() {
            if self.take_word(name) {
                return Regular::Month(month.cast_signed());
            }
        }
        for (name, day) in self.culture.day_names() {
            if self.take_word(name) {
                return Regular::DayOfWeek(*day);
            }
        }
        if let Some(afternoon) = self.half_of_day() {
            return Regular::HalfOfDay(afternoon);
        }
        let months = names::MONTHS.iter().zip(names::SHORT_MONTHS);
        for (number, (name, short)) in (1..).zip(months) {
            if self.take_word(name) || self.take_word(short) {
                return Regular::Month(number);
            }
        }
        let days = names::DAYS.iter().zip(names::SHORT_DAYS);
        for (number, (name, short)) in (0..).zip(days) {
            if self.take_word(name) || self.take_word(short) {
                return Regular::DayOfWeek(number);
            }
        }
        if self.take_word("GMT") || self.take_word("Z") {
            return Regular::TimeZone;
        }
        if self
            .culture
            .era_names()
            .iter()
            .any(|era| self.take_word(era))
        {
            return Regular::Era;
        }
        Regular::Unknown
    }

    fn half_of_day(&mut self) -> Option<bool> {
        if self.take_word("AM") {
            return Some(false);
        }
        self.take_word("PM").then_some(true)
    }

    /// What separates the part that was just read from the next one.
    pub(crate) fn separator(&mut self) -> Separator {
        let rest = self.rest();
        let skipped = |c| is_white_space(c) || c == RIGHT_TO_LEFT;
        self.at += rest.len() - rest.trim_start_matches(skipped).len();
        let Some(first) = self.current() else {
            return Separator::End;
        };
        let found = match first {
            '/' => Separator::Date,
            '.' if self.culture.dot_separates() => Separator::Date,
            ':' => Separator::Time,
            '-' => Separator::DateOrOffset,
            c if c.is_ascii_alphabetic() => {
                if self.take_word("T") {
                    return Separator::TimeMark;
                }
                return self
                    .half_of_day()
                    .map_or(Separator::Space, Separator::HalfOfDay);
            }
            c => {
                let suffix = match c {
                    '年' | '년' => Suffix::Year,
                    '月' | '월' => Suffix::Month,
                    '日' | '일' => Suffix::Day,
                    '時' | '时' => Suffix::Hour,
                    '分' => Suffix::Minute,
                    '秒' => Suffix::Second,
                    _ => return Separator::Space,
                };
                let after = self.rest().chars().nth(1);
                if after.is_some_and(is_letter) {
                    return Separator::Space;
                }
                Separator::Suffix(suffix)
            }
        };
        self.at += first.len_utf8();
        found
    }

    /// Whether a number sign or null character here may be skipped; if so, it is.
    ///
    /// Visual Basic puts dates between number signs, and old programs leave nulls at the end.
    pub(crate) fn take_punctuation(&mut self) -> bool {
        match self.current() {
            Some('#') => {
                if !encloses(self.text) {
                    return false;
                }
                self.at += 1;
                true
            }
            Some('\0') => {
                let nulls = self.rest().bytes().all(|byte| byte == 0);
                if nulls {
                    self.at = self.text.len();
                }
                nulls
            }
            _ => false,
        }
    }
}

/// Whether the text is enclosed in exactly two number signs, with only white space outside of them
/// and null characters only behind them.
fn encloses(text: &str) -> bool {
    let mut signs = 0;
    for c in text.chars() {
        let allowed = match c {
            '#' => {
                signs += 1;
                signs <= 2
            }
            '\0' => signs == 2,
            c => is_white_space(c) || signs == 1,
        };
        if !allowed {
            return false;
        }
    }
    signs == 2
}
