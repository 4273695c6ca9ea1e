//! Visual Basic's date functions: `DateAdd`, `DateDiff` and `DatePart`.
//!
//! Source: .NET API, `Microsoft.VisualBasic.DateAndTime`. Culture invariant: weeks start on Sunday
//! and the first week is the one with 1 January, where "system" is asked for.

use core::str::FromStr;

use super::calendar::{self, TICKS_PER_DAY};
use super::error::{DateRangeError, IntervalError};
use super::value::{DateTime, Kind};

/// A unit that Visual Basic adds or counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interval {
    /// `yyyy`
    Year,
    /// `q`
    Quarter,
    /// `m`
    Month,
    /// `y`
    DayOfYear,
    /// `d`
    Day,
    /// `ww`: calendar weeks, from one first day of the week to the next.
    WeekOfYear,
    /// `w`: a day when added, a span of seven days when counted.
    Weekday,
    /// `h`
    Hour,
    /// `n`
    Minute,
    /// `s`
    Second,
}

impl FromStr for Interval {
    type Err = IntervalError;

    /// Reads `yyyy`, `q`, `m`, `y`, `d`, `w`, `ww`, `h`, `n` or `s`, in any case.
    fn from_str(text: &str) -> Result<Self, IntervalError> {
        const NAMES: [(&str, Interval); 10] = [
            ("yyyy", Interval::Year),
            ("q", Interval::Quarter),
            ("m", Interval::Month),
            ("y", Interval::DayOfYear),
            ("d", Interval::Day),
            ("ww", Interval::WeekOfYear),
            ("w", Interval::Weekday),
            ("h", Interval::Hour),
            ("n", Interval::Minute),
            ("s", Interval::Second),
        ];
        let known = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        known.map(|(_, interval)| *interval).ok_or(IntervalError::Unknown)
    }
}

/// A first day of the week as Visual Basic counts: 0 is the system's (Sunday), 1 is Sunday, 7 is
/// Saturday. The result counts from 0 for Sunday.
const fn first_day(number: i32) -> Result<i64, IntervalError> {
    match number {
        0 => Ok(0),
        1..=7 => Ok(number as i64 - 1),
        _ => Err(IntervalError::FirstDay),
    }
}

/// The day of the week, 1 to 7, where 1 is the given first day.
fn weekday_number(date: DateTime, first: i64) -> i64 {
    (i64::from(calendar::weekday(date.ticks())) - first).rem_euclid(7) + 1
}

/// Visual Basic's `DateAdd`: adds a number of intervals, whose fraction is cut off.
///
/// Adding years or months gives an unspecified kind, as Visual Basic does it by way of the
/// calendar; all other intervals keep the kind.
///
/// ```
/// use attrflow::dotnet::date::{date_add, DateTime, Interval, Kind};
/// let date = DateTime::from_civil(2020, 2, 29, 10, 20, 30, Kind::Utc)?;
/// let sum = date_add(Interval::Year, -1.0, date)?;
/// assert_eq!(sum.to_string(), "2019-02-28T10:20:30.0000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A number beyond 32 bits, or a result outside the years 1 to 9999.
pub fn date_add(interval: Interval, number: f64, date: DateTime) -> Result<DateTime, IntervalError> {
    let whole = number.trunc();
    if !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole) {
        return Err(IntervalError::Overflow);
    }
    let count = whole as i32;
    let sum = match interval {
        // The calendar multiplies without a check for overflow: 2,147,483,647 years are -1 year.
        Interval::Year => date.with_kind(Kind::Unspecified).add_months(count.wrapping_mul(12)),
        Interval::Month => date.with_kind(Kind::Unspecified).add_months(count),
        Interval::Quarter => {
            let months = count.checked_mul(3).ok_or(IntervalError::Overflow)?;
            date.add_months(months)
        }
        Interval::Day | Interval::DayOfYear | Interval::Weekday => date.add_days(whole),
        Interval::WeekOfYear => date.add_days(whole * 7.0),
        Interval::Hour => date.add_hours(whole),
        Interval::Minute => date.add_minutes(whole),
        Interval::Second => date.add_seconds(whole),
    };
    Ok(sum?)
}

/// Visual Basic's `DateDiff`: how many intervals lie between two dates, negative where the second
/// is earlier.
///
/// Years, quarters, months and calendar weeks are counted by their boundaries, all others by the
/// time between the dates. `first_day_of_week` is 0 for the system's (Sunday), 1 for Sunday up to 7
/// for Saturday, and matters to [`Interval::WeekOfYear`] only.
///
/// # Errors
/// A first day of the week that does not exist, or a week that starts before the year 1.
pub fn date_diff(
    interval: Interval,
    from: DateTime,
    to: DateTime,
    first_day_of_week: i32,
) -> Result<i64, IntervalError> {
    let span = to.subtract(from);
    let (a, b) = (from.civil(), to.civil());
    let years = i64::from(b.year) - i64::from(a.year);
    Ok(match interval {
        Interval::Year => years,
        Interval::Quarter => years * 4 + i64::from((b.month - 1) / 3) - i64::from((a.month - 1) / 3),
        Interval::Month => years * 12 + i64::from(b.month) - i64::from(a.month),
        // Spans are counted in doubles, whose rounding can reach the next whole number.
        Interval::Day | Interval::DayOfYear => span.total_days().trunc() as i64,
        Interval::Hour => span.total_hours().trunc() as i64,
        Interval::Minute => span.total_minutes().trunc() as i64,
        Interval::Second => span.total_seconds().trunc() as i64,
        Interval::Weekday => span.total_days().trunc() as i64 / 7,
        Interval::WeekOfYear => {
            let first = first_day(first_day_of_week)?;
            let back = |date: DateTime| {
                let days = weekday_number(date, first);
                date.add_ticks(-days * TICKS_PER_DAY)
            };
            back(to)?.subtract(back(from)?).total_days().trunc() as i64 / 7
        }
    })
}

/// Visual Basic's `DatePart`: the number of a part of a date.
///
/// `first_day_of_week` is 0 for the system's (Sunday), 1 for Sunday up to 7 for Saturday.
/// `first_week_of_year` is 0 or 1 for the week with 1 January, 2 for the first week with four days
/// in the year, 3 for the first full week.
///
/// # Errors
/// A first day of the week that does not exist, where a week or weekday is asked for; the week of a
/// day of the year 1 that belongs to the year before, unless it is midnight.
pub fn date_part(
    interval: Interval,
    date: DateTime,
    first_day_of_week: i32,
    first_week_of_year: i32,
) -> Result<u32, IntervalError> {
    let civil = date.civil();
    Ok(match interval {
        Interval::Year => civil.year,
        Interval::Quarter => (civil.month - 1) / 3 + 1,
        Interval::Month => civil.month,
        Interval::DayOfYear => date.day_of_year(),
        Interval::Day => civil.day,
        Interval::Hour => civil.hour,
        Interval::Minute => civil.minute,
        Interval::Second => civil.second,
        Interval::Weekday => weekday_number(date, first_day(first_day_of_week)?) as u32,
        Interval::WeekOfYear => {
            let first = first_day(first_day_of_week)?;
            week_of_year(date, first, first_week_of_year)? as u32
        }
    })
}

/// The number of the calendar week of a date.
///
/// Source: .NET API, `Calendar.GetWeekOfYear`.
fn week_of_year(date: DateTime, first: i64, rule: i32) -> Result<i64, DateRangeError> {
    let day = i64::from(date.day_of_year()) - 1;
    let weekday = i64::from(calendar::weekday(date.ticks()));
    // The weekday of 1 January, and how many days of its week lie in the old year.
    let january_first = (weekday - day).rem_euclid(7);
    let before = (january_first - first).rem_euclid(7);
    let needed = match rule {
        2 => 4,
        3 => 7,
        _ => return Ok((day + before) / 7 + 1),
    };
    // Days of the week with 1 January that lie in the new year; if these are too few, they belong
    // to the last week of the old year.
    let partial = (7 - before) % 7;
    let skipped = if partial != 0 && partial < needed { partial } else { partial - 7 };
    let skipped = if partial == 0 { 0 } else { skipped };
    if day >= skipped {
        return Ok((day - skipped) / 7 + 1);
    }
    // The last day of the old year has the answer. Before the year 1 lies a common year.
    let (old_day, old_january_first) = match date.add_ticks(-(day + 1) * TICKS_PER_DAY) {
        Ok(old) => {
            let old_day = i64::from(old.day_of_year()) - 1;
            (old_day, (i64::from(calendar::weekday(old.ticks())) - old_day).rem_euclid(7))
        }
        // .NET has an answer for midnight only.
        Err(error) if date.time_of_day().ticks() != 0 => return Err(error),
        Err(DateRangeError) => (364, (january_first - 365).rem_euclid(7)),
    };
    let old_partial = (first - old_january_first).rem_euclid(7);
    let old_skipped = if old_partial == 0 || old_partial >= needed { old_partial - 7 } else { old_partial };
    let old_skipped = if old_partial == 0 { 0 } else { old_skipped };
    Ok((old_day - old_skipped) / 7 + 1)
}
