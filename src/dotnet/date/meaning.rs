//! From numbers to the parts of a date: applies what a complete group means.

use super::calendar::{four_digit_year, is_valid_day};
use super::culture::{Culture, MonthNumber};
use super::error::ParseDateError;
use super::finish::{Context, Parts};
use super::scan::Label;
use super::shapes::Meaning;

type Step = Result<(), ParseDateError>;
const MISMATCH: ParseDateError = ParseDateError::Mismatch;

/// What has been read so far: complete groups in [`Parts`], the rest beside them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'a> {
    culture: Culture,
    context: &'a Context<'a>,
    pub(crate) parts: Parts,
    /// Numbers of the group that is being read.
    numbers: [i32; 3],
    count: usize,
    /// The year that stands for itself, as it is long or has a label.
    year: Option<i32>,
    /// The month that stands for itself, as it is a name or has a label.
    month: Option<i32>,
    /// The labels that were there, one bit each.
    labels: u8,
    has_date: bool,
    has_time: bool,
    /// A group was complete.
    pub(crate) has_group: bool,
}

impl<'a> Content<'a> {
    pub(crate) const fn new(culture: Culture, context: &'a Context<'a>) -> Self {
        Self {
            culture,
            context,
            parts: Parts::NONE,
            numbers: [0; 3],
            count: 0,
            year: None,
            month: None,
            labels: 0,
            has_date: false,
            has_time: false,
            has_group: false,
        }
    }

    /// Whether no other number can belong to the group.
    pub(crate) const fn is_full(&self) -> bool {
        self.count == self.numbers.len()
    }

    pub(crate) fn add_number(&mut self, value: i32) {
        if let Some(number) = self.numbers.get_mut(self.count) {
            *number = value;
            self.count += 1;
        }
    }

    /// The second year of a text, or the second name of a month, is refused.
    pub(crate) fn set_year(&mut self, year: i32) -> Step {
        set_once(&mut self.year, year)
    }

    pub(crate) fn set_month(&mut self, month: i32) -> Step {
        set_once(&mut self.month, month)
    }

    /// Takes over a number with a label.
    pub(crate) fn set_labelled(&mut self, label: Label, value: i32) -> Step {
        if self.has_label(label) {
            return Err(MISMATCH);
        }
        self.labels |= 1 << label as u8;
        let parts = &mut self.parts;
        let part = match label {
            Label::Year => {
                self.year = Some(value);
                &mut parts.year
            }
            Label::Month => {
                self.month = Some(value);
                &mut parts.month
            }
            Label::Day => &mut parts.day,
            Label::Hour => &mut parts.hour,
            Label::Minute => &mut parts.minute,
            Label::Second => &mut parts.second,
        };
        *part = Some(value);
        Ok(())
    }

    const fn has_label(&self, label: Label) -> bool {
        self.labels & (1 << label as u8) != 0
    }

    /// Year, month and day of the date of ISO 8601, whose year is long.
    pub(crate) const fn iso_date(&self) -> Parts {
        let [month, day, _] = self.numbers;
        Parts { year: self.year, month: Some(month), day: Some(day), zone: self.parts.zone, ..Parts::NONE }
    }

    /// Takes over a complete group. A second date of numbers, or a second time, is refused.
    pub(crate) fn complete(&mut self, meaning: Meaning) -> Step {
        use Meaning as M;
        self.has_group = true;
        let is_time = matches!(meaning, M::Hour | M::HourMinute | M::HourMinuteSecond | M::MonthDayHour);
        // A name with a number does not count as a date for a later group.
        let is_name_and_number = matches!(meaning, M::NameNumber | M::NumberName);
        let by_labels = matches!(meaning, M::Labels | M::LabelsDay | M::YearLabels | M::TwoNumbersLabels);
        let is_date = !by_labels && (!is_time || meaning == M::MonthDayHour);
        if (is_date && self.has_date) || (is_time && self.has_time) {
            return Err(MISMATCH);
        }
        if is_time {
            self.read_time(meaning);
        }
        if by_labels {
            self.read_beside_labels(meaning)?;
        } else if is_date {
            self.read_date(meaning)?;
        }
        self.has_time |= is_time;
        self.has_date |= is_date && !is_name_and_number;
        self.count = 0;
        Ok(())
    }

    fn read_time(&mut self, meaning: Meaning) {
        let [a, b, c] = self.numbers.map(Some);
        let parts = &mut self.parts;
        match meaning {
            Meaning::Hour => parts.hour = a,
            Meaning::MonthDayHour => parts.hour = c,
            Meaning::HourMinute => (parts.hour, parts.minute) = (a, b),
            _ => (parts.hour, parts.minute, parts.second) = (a, b, c),
        }
    }

    fn read_date(&mut self, meaning: Meaning) -> Step {
        use Meaning as M;
        let [a, b, c] = self.numbers;
        // Where the meaning has a long year or a named month, they are there.
        let year = self.year.unwrap_or(0);
        let month = self.month.unwrap_or(0);
        match meaning {
            M::MonthDay | M::MonthDayHour => {
                let year = self.current_year();
                self.set_in_order(year, a, b)
            }
            M::MonthDayShortYear => self.set_in_order(four_digit_year(c), a, b),
            M::MonthDayYear => self.set_in_order(year, a, b),
            M::YearMonthDay => self.set_date(year, a, b),
            M::YearMonth => self.set_date(year, a, 1),
            M::YearName => self.set_date(year, month, 1),
            M::YearNameDay => self.set_date(year, month, a),
            M::NameDayShortYear => {
                self.set_date(four_digit_year(b), month, a).or_else(|_| self.set_date(four_digit_year(a), month, b))
            }
            M::NameNumber => self.name_and_number(self.culture.number_after_month(), month, a),
            M::NumberName => self.name_and_number(self.culture.number_before_month(), month, a),
            _ => Ok(()),
        }
    }

    fn name_and_number(&mut self, meaning: MonthNumber, month: i32, number: i32) -> Step {
        match meaning {
            MonthNumber::Year => self.set_date(four_digit_year(number), month, 1),
            MonthNumber::Day => {
                let year = self.current_year();
                self.set_date(year, month, number)
            }
        }
    }

    /// Numbers without a label beside some that have one.
    fn read_beside_labels(&mut self, meaning: Meaning) -> Step {
        let [a, b, _] = self.numbers;
        match meaning {
            Meaning::LabelsDay => {
                if self.count != 1 || self.parts.day.is_some() {
                    return Err(MISMATCH);
                }
                self.parts.day = Some(a);
            }
            Meaning::YearLabels => {
                if self.parts.month.is_none() || self.parts.year.is_some() {
                    return Err(MISMATCH);
                }
                self.parts.year = Some(four_digit_year(a));
                self.parts.day = Some(1);
            }
            Meaning::TwoNumbersLabels => {
                let label = |label| self.has_label(label);
                let year = four_digit_year(self.year.unwrap_or(0));
                let month = self.parts.month.unwrap_or(0);
                match [Label::Year, Label::Month, Label::Day].map(label) {
                    [true, false, false] => self.set_date(year, a, b)?,
                    [false, true, false] => self.set_date(four_digit_year(b), month, a)?,
                    _ => return Err(MISMATCH),
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Month and day in the order of the culture.
    fn set_in_order(&mut self, year: i32, first: i32, second: i32) -> Step {
        if self.culture.day_first() { self.set_date(year, second, first) } else { self.set_date(year, first, second) }
    }

    fn set_date(&mut self, year: i32, month: i32, day: i32) -> Step {
        if !is_valid_day(year, month, day) {
            return Err(ParseDateError::NoSuchDate);
        }
        let parts = &mut self.parts;
        (parts.year, parts.month, parts.day) = (Some(year), Some(month), Some(day));
        Ok(())
    }

    /// The year for a date without one.
    fn current_year(&mut self) -> i32 {
        self.parts.year_is_current = true;
        self.context.today(self.parts.zone).0
    }
}

fn set_once(part: &mut Option<i32>, value: i32) -> Step {
    if part.is_some() {
        return Err(MISMATCH);
    }
    *part = Some(value);
    Ok(())
}
