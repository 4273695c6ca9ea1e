//! The values: a date with its kind, and a date with an offset from UTC.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::calendar::{self, Civil, MAX_TICKS, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE};
use super::error::DateRangeError;
use super::span::TimeSpan;

/// What a [`DateTime`] is relative to (.NET's `DateTimeKind`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Not known.
    #[default]
    Unspecified,
    /// UTC.
    Utc,
    /// The time zone of the machine, which this crate takes to be UTC.
    Local,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayOfWeek {
    /// Day 0.
    Sunday,
    /// Day 1.
    Monday,
    /// Day 2.
    Tuesday,
    /// Day 3.
    Wednesday,
    /// Day 4.
    Thursday,
    /// Day 5.
    Friday,
    /// Day 6.
    Saturday,
}

impl DayOfWeek {
    pub(crate) const fn from_number(number: u32) -> Self {
        match number % 7 {
            0 => Self::Sunday,
            1 => Self::Monday,
            2 => Self::Tuesday,
            3 => Self::Wednesday,
            4 => Self::Thursday,
            5 => Self::Friday,
            _ => Self::Saturday,
        }
    }
}

/// A date and time of day in ticks of 100 ns since 0001-01-01, with a [`Kind`].
///
/// The years are 1 to 9999. Two dates are equal when their ticks are, whatever their kinds, as in
/// .NET.
///
/// ```
/// use attrflow::dotnet::date::{DateTime, Kind};
/// let date = DateTime::from_civil(2020, 3, 16, 10, 20, 30, Kind::Utc)?;
/// assert_eq!(date.ticks(), 637_199_508_300_000_000);
/// assert_eq!(date.to_string(), "2020-03-16T10:20:30.0000000Z");
/// # Ok::<(), attrflow::dotnet::date::DateRangeError>(())
/// ```
///
/// Source: .NET API, `System.DateTime`.
#[derive(Clone, Copy)]
pub struct DateTime {
    /// Ticks in the lower 62 bits, kind above.
    packed: u64,
}

impl DateTime {
    /// 0001-01-01T00:00:00, unspecified.
    pub const MIN: Self = Self::pack(0, Kind::Unspecified);
    /// The last tick of the year 9999, unspecified.
    pub const MAX: Self = Self::pack(MAX_TICKS, Kind::Unspecified);

    const fn pack(ticks: i64, kind: Kind) -> Self {
        Self { packed: ticks as u64 | (kind as u64) << 62 }
    }

    /// The date so many ticks after 0001-01-01.
    ///
    /// # Errors
    /// Negative ticks, or beyond the year 9999.
    pub const fn from_ticks(ticks: i64, kind: Kind) -> Result<Self, DateRangeError> {
        if ticks < 0 || ticks > MAX_TICKS {
            return Err(DateRangeError);
        }
        Ok(Self::pack(ticks, kind))
    }

    /// A date from year, month, day, hour, minute and second.
    ///
    /// # Errors
    /// A part out of its range.
    pub const fn from_civil(
        year: i32,
        month: i32,
        day: i32,
        hour: i32,
        minute: i32,
        second: i32,
        kind: Kind,
    ) -> Result<Self, DateRangeError> {
        match calendar::join(year, month, day, (hour, minute, second)) {
            Some(ticks) => Ok(Self::pack(ticks, kind)),
            None => Err(DateRangeError),
        }
    }

    /// The date of a Windows file time (ticks since 1601-01-01 UTC), as UTC.
    ///
    /// # Errors
    /// Negative file times, or beyond the year 9999.
    ///
    /// Source: .NET API, `DateTime.FromFileTimeUtc`.
    pub const fn from_file_time(file_time: i64) -> Result<Self, DateRangeError> {
        if file_time < 0 || file_time > MAX_TICKS - calendar::FILE_TIME_ZERO {
            return Err(DateRangeError);
        }
        Ok(Self::pack(file_time + calendar::FILE_TIME_ZERO, Kind::Utc))
    }

    /// The Windows file time of this date.
    ///
    /// # Errors
    /// Dates before 1601.
    ///
    /// Source: .NET API, `DateTime.ToFileTimeUtc`.
    pub const fn to_file_time(self) -> Result<i64, DateRangeError> {
        if self.ticks() < calendar::FILE_TIME_ZERO {
            return Err(DateRangeError);
        }
        Ok(self.ticks() - calendar::FILE_TIME_ZERO)
    }

    /// Ticks of 100 ns since 0001-01-01T00:00:00.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        (self.packed & (u64::MAX >> 2)) as i64
    }

    /// What the date is relative to.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self.packed >> 62 {
            1 => Kind::Utc,
            2 => Kind::Local,
            _ => Kind::Unspecified,
        }
    }

    /// The same ticks with another kind.
    #[must_use]
    pub const fn with_kind(self, kind: Kind) -> Self {
        Self::pack(self.ticks(), kind)
    }

    /// The same moment in UTC. Local and unspecified dates are taken to be UTC already.
    #[must_use]
    pub const fn to_universal_time(self) -> Self {
        self.with_kind(Kind::Utc)
    }

    pub(crate) const fn civil(self) -> Civil {
        calendar::split(self.ticks())
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> u32 {
        self.civil().year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.civil().month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.civil().day
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u32 {
        self.civil().hour
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u32 {
        self.civil().minute
    }

    /// The second, 0 to 59.
    #[must_use]
    pub const fn second(self) -> u32 {
        self.civil().second
    }

    /// The millisecond, 0 to 999.
    #[must_use]
    pub const fn millisecond(self) -> u32 {
        self.civil().fraction / 10_000
    }

    /// Midnight of the same day, with the same kind.
    #[must_use]
    pub const fn date(self) -> Self {
        Self::pack(self.ticks() - self.ticks() % TICKS_PER_DAY, self.kind())
    }

    /// The time since midnight.
    #[must_use]
    pub const fn time_of_day(self) -> TimeSpan {
        TimeSpan::from_ticks(self.ticks() % TICKS_PER_DAY)
    }

    /// The day of the week.
    #[must_use]
    pub const fn day_of_week(self) -> DayOfWeek {
        DayOfWeek::from_number(calendar::weekday(self.ticks()))
    }

    /// The day of the year, 1 to 366.
    #[must_use]
    pub const fn day_of_year(self) -> u32 {
        let days = (self.ticks() / TICKS_PER_DAY) as u32;
        days - calendar::days_from_civil(self.year(), 1, 1) + 1
    }

    /// The number of days in a month.
    ///
    /// # Errors
    /// A year outside 1 to 9999, or a month outside 1 to 12.
    ///
    /// Source: .NET API, `DateTime.DaysInMonth`.
    pub const fn days_in_month(year: i32, month: i32) -> Result<u32, DateRangeError> {
        if !calendar::is_valid_day(year, month, 1) {
            return Err(DateRangeError);
        }
        Ok(calendar::month_length(year as u32, month as u32))
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.ticks() == other.ticks()
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ticks().cmp(&other.ticks())
    }
}

impl Hash for DateTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ticks().hash(state);
    }
}

fn write_iso(f: &mut fmt::Formatter<'_>, date: DateTime) -> fmt::Result {
    let c = date.civil();
    write!(
        f,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}",
        c.year, c.month, c.day, c.hour, c.minute, c.second, c.fraction
    )
}

/// The round-trip form, .NET's standard format `o`.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_iso(f, *self)?;
        match self.kind() {
            Kind::Unspecified => Ok(()),
            Kind::Utc => f.write_str("Z"),
            Kind::Local => f.write_str("+00:00"),
        }
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({self})")
    }
}

/// A date with the offset of its clock from UTC, in minutes.
///
/// Equality and order are by the moment: the same moment at two offsets is equal, as in .NET.
///
/// Source: .NET API, `System.DateTimeOffset`.
#[derive(Clone, Copy)]
pub struct DateTimeOffset {
    clock: DateTime,
    minutes: i16,
}

impl DateTimeOffset {
    /// A date from what the clock shows and its offset from UTC in minutes.
    ///
    /// # Errors
    /// An offset of more than 14 hours, or a moment outside the years 1 to 9999.
    pub fn new(clock: DateTime, offset_minutes: i32) -> Result<Self, DateRangeError> {
        if !(-840..=840).contains(&offset_minutes) {
            return Err(DateRangeError);
        }
        let utc = clock.ticks() - i64::from(offset_minutes) * TICKS_PER_MINUTE;
        DateTime::from_ticks(utc, Kind::Utc)?;
        let minutes = i16::try_from(offset_minutes).map_err(|_| DateRangeError)?;
        Ok(Self { clock: clock.with_kind(Kind::Unspecified), minutes })
    }

    /// What the clock shows, unspecified.
    #[must_use]
    pub const fn date_time(self) -> DateTime {
        self.clock
    }

    /// The moment in UTC.
    #[must_use]
    pub const fn utc_date_time(self) -> DateTime {
        // The constructor has made sure that this is in range.
        DateTime::pack(self.clock.ticks() - self.offset_ticks(), Kind::Utc)
    }

    /// The offset from UTC in minutes, -840 to 840.
    #[must_use]
    pub const fn offset_minutes(self) -> i32 {
        self.minutes as i32
    }

    pub(crate) const fn offset_ticks(self) -> i64 {
        self.minutes as i64 * TICKS_PER_MINUTE
    }
}

impl PartialEq for DateTimeOffset {
    fn eq(&self, other: &Self) -> bool {
        self.utc_date_time() == other.utc_date_time()
    }
}

impl Eq for DateTimeOffset {}

impl PartialOrd for DateTimeOffset {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTimeOffset {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc_date_time().cmp(&other.utc_date_time())
    }
}

impl Hash for DateTimeOffset {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.utc_date_time().hash(state);
    }
}

/// The round-trip form, .NET's standard format `o`.
impl fmt::Display for DateTimeOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_iso(f, self.clock)?;
        let minutes = self.minutes.unsigned_abs();
        let sign = if self.minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for DateTimeOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTimeOffset({self})")
    }
}

/// What missing parts of a date are taken from: the current moment, which the caller passes in.
///
/// ```
/// use attrflow::dotnet::date::{DateTime, Defaults, Kind};
/// let defaults = Defaults::at(DateTime::from_civil(2024, 5, 6, 7, 8, 9, Kind::Utc)?);
/// # let _ = defaults;
/// # Ok::<(), attrflow::dotnet::date::DateRangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults {
    now: DateTime,
}

impl Defaults {
    /// Missing parts come from the day of this moment (in UTC).
    #[must_use]
    pub const fn at(now: DateTime) -> Self {
        Self { now }
    }

    /// The current day, year first, for a clock at an offset from UTC.
    pub(crate) fn today(self, offset_ticks: i64) -> (i32, i32, i32) {
        let ticks = self.now.ticks().saturating_add(offset_ticks).clamp(0, MAX_TICKS);
        let (year, month, day) = calendar::civil_from_days((ticks / TICKS_PER_DAY) as u32);
        (year.cast_signed(), month.cast_signed(), day.cast_signed())
    }
}

/// Hours and minutes of an offset as ticks.
pub(crate) const fn offset_ticks(hours: i32, minutes: i32, negative: bool) -> i64 {
    let ticks = hours as i64 * TICKS_PER_HOUR + minutes as i64 * TICKS_PER_MINUTE;
    if negative { -ticks } else { ticks }
}
