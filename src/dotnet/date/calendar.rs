//! Calendar arithmetic on ticks: the proleptic Gregorian calendar of the years 1 to 9999.
//!
//! Dates are turned into day numbers and back with integer arithmetic only, because this is the
//! larger part of the cost of reading and writing a date in a constant format.

/// Ticks (100 ns) in a millisecond.
pub(crate) const TICKS_PER_MILLISECOND: i64 = 10_000;
/// Ticks in a second.
pub(crate) const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a minute.
pub(crate) const TICKS_PER_MINUTE: i64 = 600_000_000;
/// Ticks in an hour.
pub(crate) const TICKS_PER_HOUR: i64 = 36_000_000_000;
/// Ticks in a day.
pub(crate) const TICKS_PER_DAY: i64 = 864_000_000_000;
/// The last tick of the year 9999.
pub(crate) const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
/// Ticks of 1601-01-01, where Windows file times start.
pub(crate) const FILE_TIME_ZERO: i64 = 504_911_232_000_000_000;

/// Days from 0000-03-01, where the algorithm below starts its eras, to 0001-01-01.
const DAYS_TO_YEAR_ONE: u32 = 306;

/// A date and time of day, split into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    /// Ticks within the second.
    pub(crate) fraction: u32,
}

/// Whether a year has a 29 February.
pub(crate) const fn is_leap_year(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days in a month of a year; 0 for a month that does not exist.
pub(crate) const fn month_length(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => {
            if is_leap_year(year) {
                29
            } else {
                28
            }
        }
        _ => 0,
    }
}

/// Whether the three numbers name a day of the years 1 to 9999.
pub(crate) const fn is_valid_day(year: i32, month: i32, day: i32) -> bool {
    year >= 1
        && year <= 9999
        && month >= 1
        && month <= 12
        && day >= 1
        && day as u32 <= month_length(year as u32, month as u32)
}

/// Days from 0001-01-01 to a valid date.
pub(crate) const fn days_from_civil(year: u32, month: u32, day: u32) -> u32 {
    // Years are counted from March, so that the leap day is the last day of its year.
    let (year, month) = if month <= 2 { (year.wrapping_sub(1), month + 12) } else { (year, month) };
    let century = year / 100;
    let days_before_year = 1461 * year / 4 - century + century / 4;
    let days_before_month = (979 * month - 2919) / 32;
    (days_before_year + days_before_month + day - 1).wrapping_sub(DAYS_TO_YEAR_ONE)
}

/// The date (year, month, day) that is so many days after 0001-01-01.
///
/// Euclidean affine functions, after C. Neri and L. Schneider, "Euclidean affine functions and
/// their application to calendar algorithms" (2022).
#[inline]
pub(crate) const fn civil_from_days(days: u32) -> (u32, u32, u32) {
    let from_march = 4 * (days + DAYS_TO_YEAR_ONE) + 3;
    let century = from_march / 146_097;
    let in_century = (from_march % 146_097) | 3;
    let product = 2_939_745u64 * in_century as u64;
    let year_of_century = (product >> 32) as u32;
    let day_of_year = (product as u32) / 2_939_745 / 4;
    let scaled = 2141 * day_of_year + 197_913;
    let month = scaled >> 16;
    let day = (scaled & 0xffff) / 2141;
    let after_december = day_of_year >= 306;
    (100 * century + year_of_century + after_december as u32, if after_december { month - 12 } else { month }, day + 1)
}

/// Splits ticks within the range of dates into parts.
#[inline]
pub(crate) const fn split(ticks: i64) -> Civil {
    let (year, month, day) = civil_from_days((ticks / TICKS_PER_DAY) as u32);
    let of_day = ticks % TICKS_PER_DAY;
    let seconds = (of_day / TICKS_PER_SECOND) as u32;
    Civil {
        year,
        month,
        day,
        hour: seconds / 3600,
        minute: seconds / 60 % 60,
        second: seconds % 60,
        fraction: (of_day % TICKS_PER_SECOND) as u32,
    }
}

/// Ticks of a date and a time of day, or nothing where a part is out of range.
pub(crate) const fn join(year: i32, month: i32, day: i32, time: (i32, i32, i32)) -> Option<i64> {
    let (hour, minute, second) = time;
    if !is_valid_day(year, month, day)
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 59
    {
        return None;
    }
    let days = days_from_civil(year as u32, month as u32, day as u32) as i64;
    let seconds = (hour * 3600 + minute * 60 + second) as i64;
    Some(days * TICKS_PER_DAY + seconds * TICKS_PER_SECOND)
}

/// The day of the week of ticks, 0 for Sunday.
pub(crate) const fn weekday(ticks: i64) -> u32 {
    // 0001-01-01 is a Monday.
    ((ticks / TICKS_PER_DAY + 1) % 7) as u32
}

/// The century that .NET 8 gives a year of two digits in the invariant culture: 1950 to 2049.
pub(crate) const fn four_digit_year(year: i32) -> i32 {
    if year < 0 || year > 99 {
        year
    } else if year > 49 {
        1900 + year
    } else {
        2000 + year
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_goes_to_its_date_and_back() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        for days in 0..=3_652_058 {
            assert_eq!(civil_from_days(days), (year, month, day));
            assert_eq!(days_from_civil(year, month, day), days);
            day += 1;
            if day > month_length(year, month) {
                day = 1;
                month += 1;
            }
            if month > 12 {
                month = 1;
                year += 1;
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
    }
}
