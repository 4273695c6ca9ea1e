//! A compiled date format.

use core::fmt::Write;

use super::calendar::TICKS_PER_DAY;
use super::error::{FormatError, ParseDateError, WriteDateError};
use super::exact::{self, Standard};
use super::finish::{Context, Target};
use super::read_program::ReadPrograms;
use super::styles::Styles;
use super::value::{DateTime, DateTimeOffset, Defaults};
use super::write::{WriteProgram, WriteZone};

/// A standard or custom date format, compiled once and used for writing and exact reading.
///
/// A format of one character is a standard format: `d D f F g G m M o O r R s t T u U y Y`. Any
/// other is a custom format of the specifiers `d M y g h H m s f F t z K : / % \ ' "` and literal
/// text.
///
/// ```
/// use attrflow::dotnet::date::{DateFormat, DateTime, Defaults, Kind, Styles};
/// let now = Defaults::at(DateTime::from_civil(2024, 1, 1, 0, 0, 0, Kind::Utc)?);
/// let format = DateFormat::new("M/d/yyyy h:mm:ss tt")?;
/// let date = format.parse_exact("1/16/2020 11:30:00 PM", Styles::NONE, &now)?;
/// assert_eq!(date.to_string(), "2020-01-16T23:30:00.0000000");
/// assert_eq!(DateFormat::new("yyyy-MM-dd'T'HH:mm:ssK")?.format(&date)?, "2020-01-16T23:30:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: .NET API, `System.Globalization.DateTimeFormatInfo`, "Standard date and time format
/// strings" and "Custom date and time format strings".
#[derive(Clone, Debug)]
pub struct DateFormat {
    written: Result<WriteProgram, FormatError>,
    /// Where a date with an offset is written in another form, as it is for an empty format.
    written_with_offset: Option<Result<WriteProgram, FormatError>>,
    /// A date with an offset is converted to UTC before it is written.
    to_utc: bool,
    read: ReadPrograms,
    read_error: Option<FormatError>,
    standard: Standard,
}

const SORTABLE: &str = "yyyy'-'MM'-'dd'T'HH':'mm':'ss";
const ROUND_TRIP: &str = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK";
const SORTABLE_UTC: &str = "yyyy'-'MM'-'dd HH':'mm':'ss'Z'";
const RFC1123: &str = "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'";
const GENERAL: &str = "MM/dd/yyyy HH:mm:ss";
const FULL: &str = "dddd, dd MMMM yyyy HH:mm:ss";

/// The custom form of a standard format in the invariant culture.
const fn custom_form(standard: char) -> Option<&'static str> {
    Some(match standard {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => FULL,
        'g' => "MM/dd/yyyy HH:mm",
        'G' => GENERAL,
        'm' | 'M' => "MMMM dd",
        'o' | 'O' => ROUND_TRIP,
        'r' | 'R' => RFC1123,
        's' => SORTABLE,
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => SORTABLE_UTC,
        'y' | 'Y' => "yyyy MMMM",
        _ => return None,
    })
}

impl DateFormat {
    /// Compiles a format.
    ///
    /// A few formats can be written but not read, or the other way round: the empty format writes
    /// like `G` and cannot be read, and `%\d` reads a `d` and cannot be written. These compile, and
    /// the direction that does not exist is an error when it is used (see
    /// [`DateFormat::write_error`] and [`DateFormat::read_error`]).
    ///
    /// # Errors
    /// A format that .NET can neither write nor read.
    pub fn new(format: &str) -> Result<Self, FormatError> {
        let mut chars = format.chars();
        let only = match (chars.next(), chars.next()) {
            // A character that takes two UTF-16 units is not one character to .NET.
            (Some(c), None) if c.len_utf16() == 1 => Some(c),
            _ => None,
        };
        let custom = match only {
            Some(c) => custom_form(c).ok_or(FormatError::UnknownStandard(c))?,
            None => format,
        };
        let standard = match only {
            Some('o' | 'O') => Standard::RoundTrip,
            Some('r' | 'R') => Standard::Rfc1123,
            Some('u') => Standard::SortableUtc,
            Some('U') => Standard::Universal,
            _ => Standard::Plain,
        };
        let empty = format.is_empty();
        let written = WriteProgram::compile(if empty { GENERAL } else { custom });
        let written_with_offset = if empty {
            Some(WriteProgram::compile("MM/dd/yyyy HH:mm:ss zzz"))
        } else if standard == Standard::Universal {
            Some(Err(FormatError::NoUniversalForOffset))
        } else {
            None
        };
        let read = ReadPrograms::compile(custom);
        let read_error = if empty { Some(FormatError::Empty) } else { read.get(false, false).err() };
        if let (Err(error), Some(_)) = (&written, read_error) {
            return Err(*error);
        }
        let to_utc = matches!(standard, Standard::Rfc1123 | Standard::SortableUtc);
        Ok(Self { written, written_with_offset, to_utc, read, read_error, standard })
    }

    /// Why a date cannot be written in this format, if so.
    #[must_use]
    pub fn write_error(&self) -> Option<FormatError> {
        self.written.as_ref().err().copied()
    }

    /// Why text cannot be read by this format, if so.
    #[must_use]
    pub const fn read_error(&self) -> Option<FormatError> {
        self.read_error
    }

    /// Writes a date, as .NET's `DateTime.ToString(format)` does. Nothing is allocated.
    ///
    /// # Errors
    /// A format that cannot be written, or a writer that fails.
    #[inline]
    pub fn write<W: Write + ?Sized>(&self, date: &DateTime, out: &mut W) -> Result<(), WriteDateError> {
        let program = self.written.as_ref().map_err(|error| *error)?;
        // To UTC is the same clock, because local time is UTC; only `K` and `z` could tell, and the
        // formats that convert have neither.
        Ok(program.write(date.ticks(), WriteZone::Kind(date.kind()), out)?)
    }

    /// Writes a date with an offset, as .NET's `DateTimeOffset.ToString(format)` does.
    ///
    /// # Errors
    /// A format that cannot be written (among them `U`), or a writer that fails.
    pub fn write_offset<W: Write + ?Sized>(&self, date: &DateTimeOffset, out: &mut W) -> Result<(), WriteDateError> {
        let program = self.written_with_offset.as_ref().unwrap_or(&self.written);
        let program = program.as_ref().map_err(|error| *error)?;
        let shown = if self.to_utc { date.utc_date_time() } else { date.date_time() };
        Ok(program.write(shown.ticks(), WriteZone::Offset(date.offset_ticks()), out)?)
    }

    /// The text of a date in this format.
    ///
    /// # Errors
    /// A format that cannot be written.
    pub fn format(&self, date: &DateTime) -> Result<String, WriteDateError> {
        let mut text = String::new();
        self.write(date, &mut text)?;
        Ok(text)
    }

    /// The text of a date with an offset in this format.
    ///
    /// # Errors
    /// A format that cannot be written.
    pub fn format_offset(&self, date: &DateTimeOffset) -> Result<String, WriteDateError> {
        let mut text = String::new();
        self.write_offset(date, &mut text)?;
        Ok(text)
    }

    /// Whether every text that fits tells its year, so that reading never asks for the day.
    pub(crate) fn tells_year(&self) -> bool {
        self.read.tell_year()
    }

    /// The number of bytes by which a text of this format starts with its day as `other` writes
    /// it, if it does.
    pub(crate) fn starts_with_day(&self, other: &DateFormat) -> Option<usize> {
        let (Ok(program), Ok(written)) = (self.read.get(true, true), &other.written) else { return None };
        written.layout()?.day_that_starts(&program.layout.as_ref()?.layout)
    }

    /// Whether a text has this format, and its day is still the same in the zone that it is read
    /// into. Only texts with everything at its place are looked at.
    pub(crate) fn keeps_day(&self, text: &str, styles: Styles) -> bool {
        let (true, Ok(program)) = (self.standard == Standard::Plain, self.read.get(true, true)) else { return false };
        let Some((clock, zone)) = exact::plain(program, text.as_bytes()) else { return false };
        let defaults = Defaults::at(DateTime::MIN);
        let context = Context { styles, target: Target::DateTime, defaults: &defaults };
        context.found(clock, zone).is_ok_and(|found| found.date.ticks() / TICKS_PER_DAY == clock / TICKS_PER_DAY)
    }

    /// Reads text that has exactly this format, as .NET's `DateTime.ParseExact` does. Nothing is
    /// allocated.
    ///
    /// # Errors
    /// Text that does not fit, a date that does not exist, a format that cannot be read, styles that
    /// contradict each other.
    #[inline]
    pub fn parse_exact(&self, text: &str, styles: Styles, defaults: &Defaults) -> Result<DateTime, ParseDateError> {
        styles.validate()?;
        let context = Context { styles, target: Target::DateTime, defaults };
        self.parse(text, &context).map(|found| found.date)
    }

    /// Reads text that has exactly this format, as .NET's `DateTimeOffset.ParseExact` does.
    ///
    /// # Errors
    /// As [`DateFormat::parse_exact`]; also an offset of more than 14 hours, and the format `U`.
    pub fn parse_exact_offset(
        &self,
        text: &str,
        styles: Styles,
        defaults: &Defaults,
    ) -> Result<DateTimeOffset, ParseDateError> {
        let styles = styles.validate_for_offset()?;
        let context = Context { styles, target: Target::DateTimeOffset, defaults };
        self.parse(text, &context)?.with_offset()
    }

    fn parse(&self, text: &str, context: &Context<'_>) -> Result<super::finish::Found, ParseDateError> {
        if self.read_error == Some(FormatError::Empty) {
            return Err(FormatError::Empty.into());
        }
        exact::parse(&self.read, self.standard, text, context)
    }
}
