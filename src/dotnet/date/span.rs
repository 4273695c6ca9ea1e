//! The difference of two dates.

use core::fmt;

use super::calendar::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// A length of time in ticks of 100 ns, which may be negative.
///
/// ```
/// use attrflow::dotnet::date::TimeSpan;
/// let span = TimeSpan::from_ticks(-36_000_000_001);
/// assert_eq!(span.to_string(), "-01:00:00.0000001");
/// assert_eq!((span.hours(), span.minutes()), (-1, 0));
/// ```
///
/// Source: .NET API, `System.TimeSpan`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan {
    ticks: i64,
}

impl TimeSpan {
    /// A span of so many ticks.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Self {
        Self { ticks }
    }

    /// The length in ticks.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        self.ticks
    }

    /// Whole days.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.ticks / TICKS_PER_DAY
    }

    /// Hours beyond whole days, -23 to 23.
    #[must_use]
    pub const fn hours(self) -> i64 {
        self.ticks / TICKS_PER_HOUR % 24
    }

    /// Minutes beyond whole hours, -59 to 59.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.ticks / TICKS_PER_MINUTE % 60
    }

    /// Seconds beyond whole minutes, -59 to 59.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.ticks / TICKS_PER_SECOND % 60
    }

    /// Milliseconds beyond whole seconds, -999 to 999.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.ticks / TICKS_PER_MILLISECOND % 1000
    }

    /// The length in days.
    #[must_use]
    pub fn total_days(self) -> f64 {
        self.total(TICKS_PER_DAY)
    }

    /// The length in hours.
    #[must_use]
    pub fn total_hours(self) -> f64 {
        self.total(TICKS_PER_HOUR)
    }

    /// The length in minutes.
    #[must_use]
    pub fn total_minutes(self) -> f64 {
        self.total(TICKS_PER_MINUTE)
    }

    /// The length in seconds.
    #[must_use]
    pub fn total_seconds(self) -> f64 {
        self.total(TICKS_PER_SECOND)
    }

    /// The length in milliseconds.
    #[must_use]
    pub fn total_milliseconds(self) -> f64 {
        self.total(TICKS_PER_MILLISECOND)
    }

    fn total(self, unit: i64) -> f64 {
        self.ticks as f64 / unit as f64
    }
}

/// .NET's constant format: `[-][d.]hh:mm:ss[.fffffff]`.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ticks < 0 {
            f.write_str("-")?;
        }
        if self.days() != 0 {
            write!(f, "{}.", self.days().unsigned_abs())?;
        }
        write!(
            f,
            "{:02}:{:02}:{:02}",
            self.hours().unsigned_abs(),
            self.minutes().unsigned_abs(),
            self.seconds().unsigned_abs()
        )?;
        let fraction = (self.ticks % TICKS_PER_SECOND).unsigned_abs();
        if fraction != 0 { write!(f, ".{fraction:07}") } else { Ok(()) }
    }
}
