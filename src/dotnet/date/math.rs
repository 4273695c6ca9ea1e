//! Adding to dates and subtracting them.

use super::calendar::{self, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use super::error::DateRangeError;
use super::span::TimeSpan;
use super::value::DateTime;

/// The largest number of units that .NET adds: what lies between the first and the last date.
const fn most(unit: i64) -> f64 {
    (calendar::MAX_TICKS / unit) as f64
}

impl DateTime {
    /// Adds ticks of 100 ns.
    ///
    /// # Errors
    /// A result outside the years 1 to 9999.
    pub fn add_ticks(self, ticks: i64) -> Result<Self, DateRangeError> {
        let sum = self.ticks().checked_add(ticks).ok_or(DateRangeError)?;
        Self::from_ticks(sum, self.kind())
    }

    /// Adds a span.
    ///
    /// # Errors
    /// A result outside the years 1 to 9999.
    pub fn add_span(self, span: TimeSpan) -> Result<Self, DateRangeError> {
        self.add_ticks(span.ticks())
    }

    /// Adds a number of units: whole units exactly, and the rest cut off at a tick.
    ///
    /// This is what .NET does since version 7; before, the number was rounded to milliseconds.
    fn add_units(self, value: f64, unit: i64) -> Result<Self, DateRangeError> {
        if value.is_nan() || value.abs() > most(unit) {
            return Err(DateRangeError);
        }
        let whole = value.trunc();
        let rest = value - whole;
        let ticks = (whole as i64).checked_mul(unit).ok_or(DateRangeError)?;
        self.add_ticks(ticks.saturating_add((rest * unit as f64) as i64))
    }

    /// Adds days, which may have a fraction.
    ///
    /// # Errors
    /// A result outside the years 1 to 9999, or not a number.
    ///
    /// Source: .NET API, `DateTime.AddDays`; the handling of the fraction is that of recorded
    /// .NET 8 results.
    pub fn add_days(self, days: f64) -> Result<Self, DateRangeError> {
        self.add_units(days, TICKS_PER_DAY)
    }

    /// Adds hours; see [`DateTime::add_days`].
    ///
    /// # Errors
    /// A result outside the years 1 to 9999, or not a number.
    pub fn add_hours(self, hours: f64) -> Result<Self, DateRangeError> {
        self.add_units(hours, TICKS_PER_HOUR)
    }

    /// Adds minutes; see [`DateTime::add_days`].
    ///
    /// # Errors
    /// A result outside the years 1 to 9999, or not a number.
    pub fn add_minutes(self, minutes: f64) -> Result<Self, DateRangeError> {
        self.add_units(minutes, TICKS_PER_MINUTE)
    }

    /// Adds seconds; see [`DateTime::add_days`].
    ///
    /// # Errors
    /// A result outside the years 1 to 9999, or not a number.
    pub fn add_seconds(self, seconds: f64) -> Result<Self, DateRangeError> {
        self.add_units(seconds, TICKS_PER_SECOND)
    }

    /// Adds milliseconds; see [`DateTime::add_days`].
    ///
    /// # Errors
    /// A result outside the years 1 to 9999, or not a number.
    pub fn add_milliseconds(self, milliseconds: f64) -> Result<Self, DateRangeError> {
        self.add_units(milliseconds, TICKS_PER_MILLISECOND)
    }

    /// Adds months. A day that the month does not have becomes its last day.
    ///
    /// ```
    /// use attrflow::dotnet::date::{DateTime, Kind};
    /// let date = DateTime::from_civil(2020, 1, 31, 0, 0, 0, Kind::Utc)?;
    /// assert_eq!(date.add_months(1)?.day(), 29);
    /// # Ok::<(), attrflow::dotnet::date::DateRangeError>(())
    /// ```
    ///
    /// # Errors
    /// More than 120,000 months either way, or a result outside the years 1 to 9999.
    ///
    /// Source: .NET API, `DateTime.AddMonths`.
    pub fn add_months(self, months: i32) -> Result<Self, DateRangeError> {
        if !(-120_000..=120_000).contains(&months) {
            return Err(DateRangeError);
        }
        let civil = self.civil();
        let counted = civil.year.cast_signed() * 12 + civil.month.cast_signed() - 1 + months;
        let (year, month) = (counted.div_euclid(12), counted.rem_euclid(12) + 1);
        if !(1..=9999).contains(&year) {
            return Err(DateRangeError);
        }
        let (year, month) = (year.cast_unsigned(), month.cast_unsigned());
        let day = civil.day.min(calendar::month_length(year, month));
        let days = calendar::days_from_civil(year, month, day);
        let ticks = i64::from(days) * TICKS_PER_DAY + self.ticks() % TICKS_PER_DAY;
        Self::from_ticks(ticks, self.kind())
    }

    /// Adds years. 29 February becomes 28 February in other years.
    ///
    /// # Errors
    /// More than 10,000 years either way, or a result outside the years 1 to 9999.
    ///
    /// Source: .NET API, `DateTime.AddYears`.
    pub fn add_years(self, years: i32) -> Result<Self, DateRangeError> {
        if !(-10_000..=10_000).contains(&years) {
            return Err(DateRangeError);
        }
        self.add_months(years * 12)
    }

    /// The span from `other` to this date. Kinds are not looked at.
    #[must_use]
    pub const fn subtract(self, other: Self) -> TimeSpan {
        TimeSpan::from_ticks(self.ticks() - other.ticks())
    }
}
