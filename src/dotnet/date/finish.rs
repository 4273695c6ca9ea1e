//! The common end of exact and free parsing: defaults, range checks and the time zone.

use super::calendar::{self, TICKS_PER_DAY};
use super::error::ParseDateError;
use super::styles::Styles;
use super::value::{DateTime, DateTimeOffset, Defaults, Kind};

/// Fourteen hours, the largest offset, in ticks.
const MAX_OFFSET: i64 = 14 * calendar::TICKS_PER_HOUR;

/// What the text said about its time zone.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Zone {
    /// There was a time zone.
    pub(crate) used: bool,
    /// It was a mark for UTC, not an offset.
    pub(crate) utc: bool,
    /// Ticks that the clock is ahead of UTC.
    pub(crate) offset: i64,
}

impl Zone {
    pub(crate) const UTC: Self = Self {
        used: true,
        utc: true,
        offset: 0,
    };
}

/// The parts that were found; -1 is a missing one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) year: i32,
    pub(crate) month: i32,
    pub(crate) day: i32,
    pub(crate) hour: i32,
    pub(crate) minute: i32,
    pub(crate) second: i32,
    /// Ticks to add to the second.
    pub(crate) fraction: i64,
    /// Day of the week, 0 for Sunday.
    pub(crate) weekday: Option<u32>,
    /// The year was not in the text.
    pub(crate) year_defaulted: bool,
    pub(crate) zone: Zone,
}

impl Parts {
    pub(crate) const EMPTY: Self = Self {
        year: -1,
        month: -1,
        day: -1,
        hour: -1,
        minute: -1,
        second: -1,
        fraction: 0,
        weekday: None,
        year_defaulted: false,
        zone: Zone {
            used: false,
            utc: false,
            offset: 0,
        },
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
    pub(crate) fn today(&self, zone: Zone) -> (i32, i32, i32) {
        let offset = if self.target == Target::DateTimeOffset && zone.used {
            zone.offset
        } else {
            0
        };
        self.defaults.today(offset)
    }

    /// Makes a date of the parts.
    pub(crate) fn finish(&self, mut parts: Parts) -> Result<Found, ParseDateError> {
        self.fill_in(&mut parts)?;
        let time = (parts.hour.max(0), parts.minute.max(0), parts.second.max(0));
        let ticks = calendar::join(parts.year, parts.month, parts.day, time)
            .and_then(|ticks| ticks.checked_add(parts.fraction))
            .filter(|ticks| *ticks <= calendar::MAX_TICKS)
            .ok_or(ParseDateError::NoSuchDate)?;
        if parts
            .weekday
            .is_some_and(|day| day != calendar::weekday(ticks))
        {
            return Err(ParseDateError::DayOfWeek);
        }
        self.apply_zone(ticks, parts.zone)
    }

    /// Fills in missing year, month and day.
    fn fill_in(&self, parts: &mut Parts) -> Result<(), ParseDateError> {
        if self.target == Target::DateTimeOffset
            && (parts.month != -1 || parts.day != -1)
            && (parts.year == -1 || parts.year_defaulted)
            && parts.zone.used
        {
            return Err(ParseDateError::YearNeeded);
        }
        if parts.year != -1 && parts.month != -1 && parts.day != -1 {
            return Ok(());
        }
        if parts.year == -1 && parts.month == -1 && parts.day == -1 {
            (parts.year, parts.month, parts.day) =
                if self.styles.contains(Styles::NO_CURRENT_DATE_DEFAULT) {
                    (1, 1, 1)
                } else {
                    self.today(parts.zone)
                };
            return Ok(());
        }
        if parts.year == -1 {
            parts.year = self.today(parts.zone).0;
        }
        if parts.month == -1 {
            parts.month = 1;
        }
        if parts.day == -1 {
            parts.day = 1;
        }
        Ok(())
    }

    /// Converts by the time zone in the text or the one that the styles assume.
    pub(crate) fn apply_zone(&self, ticks: i64, mut zone: Zone) -> Result<Found, ParseDateError> {
        if self.target == Target::DateTimeOffset {
            return self.apply_zone_keeping_offset(ticks, zone);
        }
        if zone.offset.abs() > MAX_OFFSET {
            return Err(ParseDateError::OffsetRange);
        }
        let found = |ticks, kind| match DateTime::from_ticks(ticks, kind) {
            Ok(date) => Ok(Found { date, offset: 0 }),
            Err(_) => Err(ParseDateError::UtcRange),
        };
        let to_universal = self.styles.contains(Styles::ADJUST_TO_UNIVERSAL);
        if !zone.used {
            let local = self.styles.contains(Styles::ASSUME_LOCAL);
            if !local && !self.styles.contains(Styles::ASSUME_UNIVERSAL) {
                return found(ticks, Kind::Unspecified);
            }
            zone = Zone {
                used: true,
                utc: false,
                offset: 0,
            };
        }
        if self.styles.contains(Styles::ROUNDTRIP_KIND) && zone.utc {
            return found(ticks, Kind::Utc);
        }
        let mut utc = ticks - zone.offset;
        // A time of day alone wraps around at midnight. Conversion to UTC does this for any date,
        // conversion to local time for the first day only.
        if utc < 0 && (to_universal || ticks < TICKS_PER_DAY) {
            utc += TICKS_PER_DAY;
        }
        found(utc, if to_universal { Kind::Utc } else { Kind::Local })
    }

    fn apply_zone_keeping_offset(&self, ticks: i64, zone: Zone) -> Result<Found, ParseDateError> {
        let offset = if zone.used { zone.offset } else { 0 };
        let utc = DateTime::from_ticks(ticks - offset, Kind::Unspecified);
        let utc = utc.map_err(|_| ParseDateError::UtcRange)?;
        if offset.abs() > MAX_OFFSET {
            return Err(ParseDateError::OffsetRange);
        }
        if self.styles.contains(Styles::ADJUST_TO_UNIVERSAL) {
            return Ok(Found {
                date: utc,
                offset: 0,
            });
        }
        let date = DateTime::from_ticks(ticks, Kind::Unspecified);
        Ok(Found {
            date: date.map_err(|_| ParseDateError::NoSuchDate)?,
            offset,
        })
    }
}
