//! Free parsing: .NET's `DateTime.Parse`, which finds out the form of the text.
//!
//! The usual ISO 8601 forms are read at once by [`iso`]. Any other text goes through four modules:
//! [`scan`](super::scan) takes it apart, [`shapes`](super::shapes) has the rules of what is a date
//! or a time, [`meaning`](super::meaning) makes numbers into years, days and hours by them, and
//! [`reader`](super::reader) runs the whole.

use super::culture::Culture;
use super::error::ParseDateError;
use super::finish::{Context, Found, Target};
use super::reader::Reader;
use super::styles::Styles;
use super::value::{DateTime, DateTimeOffset, Defaults};
use super::{iso, scan::Scan};

/// Reads a date of any form that .NET understands, in the invariant culture.
///
/// ISO 8601 forms, `1/5/2020` (month first), `5 January 2020`, `Mon, 16 Mar 2020 10:20:30 GMT`,
/// `10:30 PM`, East Asian forms and many more. Missing parts come from `defaults`: a time alone is
/// of today.
///
/// A date is three of these, in any order: numbers of one or two digits, the name of a month, a
/// year of three digits or more. Numbers alone are month, day and year; beside a year, they are
/// month and day. Two of the three are enough at the end of the text, but for two names or two
/// years: numbers are then month and day, and `2020 5` and `May 2020` are months.
/// Day of the week, `A.D.`, `GMT`, offset, commas and dots may be added.
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
/// here are our own account of what .NET 8 does, checked against its answers.
pub fn parse(text: &str, styles: Styles, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
    parse_in(Culture::Invariant, text, styles, defaults)
}

/// Reads a date as [`parse`] does, in another culture.
///
/// # Errors
/// As [`parse`].
pub fn parse_in(culture: Culture, text: &str, styles: Styles, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
    styles.validate()?;
    let context = Context { styles, target: Target::DateTime, defaults };
    read(culture, text, &context).map(|found| found.date)
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
pub fn parse_offset(text: &str, styles: Styles, defaults: &Defaults) -> Result<DateTimeOffset, ParseDateError> {
    let styles = styles.validate_for_offset()?;
    let context = Context { styles, target: Target::DateTimeOffset, defaults };
    read(Culture::Invariant, text, &context)?.with_offset()
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
    parse(text, Styles::ASSUME_UNIVERSAL | Styles::ADJUST_TO_UNIVERSAL, defaults)
}

fn read(culture: Culture, text: &str, context: &Context<'_>) -> Result<Found, ParseDateError> {
    if text.is_empty() {
        return Err(ParseDateError::Empty);
    }
    if let Some(parts) = iso::plain(text) {
        return context.finish(parts);
    }
    Reader::new(culture, Scan::new(text, culture), context).read()
}
