//! The common end of exact and free parsing: from the parts of a text to a value.

use super::calendar::{self, TICKS_PER_DAY};
use super::error::ParseDateError;
use super::styles::Styles;
use super::value::{DateTime, DateTimeOffset, Defaults, Kind};

/// Fourteen hours, the largest offset, in ticks.
const MAX_OFFSET: i64 = 14 * calendar::TICKS_PER_HOUR;

/// What the text said about its time zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zone {
    /// Ticks that the clock is ahead of UTC, if the text tells.
    pub(crate) ahead: Option<i64>,
    /// The text names UTC, by `Z` or `GMT`.
    pub(crate) names_utc: bool,
}

impl Zone {
    pub(crate) const NONE: Self = Self { ahead: None, names_utc: false };

    pub(crate) const UTC: Self = Self { ahead: Some(0), names_utc: true };

    pub(crate) const fn ahead_by(ticks: i64) -> Self {
        Self { ahead: Some(ticks), names_utc: false }
    }

    pub(crate) const fn is_none(self) -> bool {
        self.ahead.is_none()
    }
}

/// The parts that a text has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) year: Option<i32>,
    pub(crate) month: Option<i32>,
    pub(crate) day: Option<i32>,
    pub(crate) hour: Option<i32>,
    pub(crate) minute: Option<i32>,
    pub(crate) second: Option<i32>,
    /// Ticks to add to the second.
    pub(crate) fraction: i64,
    /// Day of the week, 0 for Sunday.
    pub(crate) weekday: Option<u32>,
    /// The year is not from the text.
    pub(crate) year_is_current: bool,
    pub(crate) zone: Zone,
}

impl Parts {
    pub(crate) const NONE: Self = Self {
        year: None,
        month: None,
        day: None,
        hour: None,
        minute: None,
        second: None,
        fraction: 0,
        weekday: None,
        year_is_current: false,
        zone: Zone::NONE,
    };
}

/// Which of .NET's two types is wanted.
///
/// The styles have been checked for the type before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    DateTime,
    DateTimeOffset,
}

/// A date with the offset that was found, before it is made a value of either type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) date: DateTime,
    pub(crate) offset: i64,
}

impl Found {
    pub(crate) fn with_offset(self) -> Result<DateTimeOffset, ParseDateError> {
        let minutes = i32::try_from(self.offset / calendar::TICKS_PER_MINUTE);
        let minutes = minutes.map_err(|_| ParseDateError::OffsetRange)?;
        DateTimeOffset::new(self.date, minutes).map_err(|_| ParseDateError::UtcRange)
    }
}

/// How reading is to be done; passed through all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'d> {
    pub(crate) styles: Styles,
    pub(crate) target: Target,
    pub(crate) defaults: &'d Defaults,
}

impl Context<'_> {
    /// The day that missing parts are taken from.
    ///
    /// For a date with an offset, it is the day of a clock at that offset.
    pub(crate) fn today(&self, zone: Zone) -> (i32, i32, i32) {
        let ahead = match self.target {
            Target::DateTime => 0,
            Target::DateTimeOffset => zone.ahead.unwrap_or(0),
        };
        self.defaults.today(ahead)
    }

    /// Makes a date of the parts.
    pub(crate) fn finish(&self, parts: Parts) -> Result<Found, ParseDateError> {
        let (year, month, day) = self.day(&parts)?;
        let [hour, minute, second] = [parts.hour, parts.minute, parts.second].map(|part| part.unwrap_or(0));
        let ticks = calendar::join(year, month, day, (hour, minute, second))
            .and_then(|ticks| ticks.checked_add(parts.fraction))
            .filter(|ticks| *ticks <= calendar::MAX_TICKS)
            .ok_or(ParseDateError::NoSuchDate)?;
        let fits = |day| day == calendar::weekday(ticks);
        if !parts.weekday.is_none_or(fits) {
            return Err(ParseDateError::DayOfWeek);
        }
        self.found(ticks, parts.zone)
    }

    /// What a clock in a zone shows.
    pub(crate) fn found(&self, ticks: i64, zone: Zone) -> Result<Found, ParseDateError> {
        match self.target {
            Target::DateTime => self.date_of(ticks, zone),
            Target::DateTimeOffset => self.date_and_offset_of(ticks, zone),
        }
    }

    /// Year, month and day, with what the text leaves out: the current day if it has none of them,
    /// else the current year, January and the first.
    fn day(&self, parts: &Parts) -> Result<(i32, i32, i32), ParseDateError> {
        match (parts.year, parts.month, parts.day) {
            (None, None, None) if self.styles.contains(Styles::NO_CURRENT_DATE_DEFAULT) => Ok((1, 1, 1)),
            (None, None, None) => Ok(self.today(parts.zone)),
            (year, month, day) => {
                // Which year is the current one depends on the offset here.
                let is_current = year.is_none() || parts.year_is_current;
                let asks_for_day = month.is_some() || day.is_some();
                if self.target == Target::DateTimeOffset && is_current && asks_for_day && !parts.zone.is_none() {
                    return Err(ParseDateError::YearNeeded);
                }
                let year = year.unwrap_or_else(|| self.today(parts.zone).0);
                Ok((year, month.unwrap_or(1), day.unwrap_or(1)))
            }
        }
    }

    /// The value for a clock that shows these ticks: in UTC, or in the time zone of the machine,
    /// which is UTC as well, if the text or the styles tell a zone.
    fn date_of(&self, clock: i64, zone: Zone) -> Result<Found, ParseDateError> {
        let assumed = self.styles.contains(Styles::ASSUME_LOCAL) || self.styles.contains(Styles::ASSUME_UNIVERSAL);
        let to_universal = self.styles.contains(Styles::ADJUST_TO_UNIVERSAL);
        let (ticks, kind) = match zone.ahead {
            None if !assumed => (clock, Kind::Unspecified),
            Some(ahead) if ahead.abs() > MAX_OFFSET => return Err(ParseDateError::OffsetRange),
            Some(_) if zone.names_utc && self.styles.contains(Styles::ROUNDTRIP_KIND) => (clock, Kind::Utc),
            ahead => {
                let mut utc = clock - ahead.unwrap_or(0);
                // A time of day alone wraps around at midnight. Conversion to UTC does this for
                // any date, conversion to local time for the first day only.
                if utc < 0 && (to_universal || clock < TICKS_PER_DAY) {
                    utc += TICKS_PER_DAY;
                }
                (utc, if to_universal { Kind::Utc } else { Kind::Local })
            }
        };
        let date = DateTime::from_ticks(ticks, kind).map_err(|_| ParseDateError::UtcRange)?;
        Ok(Found { date, offset: 0 })
    }

    /// The value with its offset, which is 0 where the text tells none.
    fn date_and_offset_of(&self, clock: i64, zone: Zone) -> Result<Found, ParseDateError> {
        let offset = zone.ahead.unwrap_or(0);
        let at = |ticks| DateTime::from_ticks(ticks, Kind::Unspecified);
        let utc = at(clock - offset).map_err(|_| ParseDateError::UtcRange)?;
        if offset.abs() > MAX_OFFSET {
            return Err(ParseDateError::OffsetRange);
        }
        if self.styles.contains(Styles::ADJUST_TO_UNIVERSAL) {
            return Ok(Found { date: utc, offset: 0 });
        }
        let date = at(clock).map_err(|_| ParseDateError::NoSuchDate)?;
        Ok(Found { date, offset })
    }
}
