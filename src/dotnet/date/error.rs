//! What can go wrong with formats, texts and arithmetic of dates.

/// A format that .NET refuses (a `FormatException` there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The format is empty, where text is to be read by it.
    #[error("the date format is empty")]
    Empty,
    /// A format of one character is a standard format, and this is none of them.
    #[error("`{0}` alone is not a standard date format; write `%{0}` for the custom specifier")]
    UnknownStandard(char),
    /// A quoted part is not closed.
    #[error("the quoted text that starts with {0} is not closed")]
    OpenQuote(char),
    /// A backslash is the last character.
    #[error("the date format ends in a backslash")]
    TrailingEscape,
    /// A percent sign is last, or comes before another.
    #[error("`%` must be followed by a format specifier")]
    BadPercent,
    /// More than seven `f` or `F` stand together.
    #[error("a fraction of a second has at most seven digits")]
    LongFraction,
    /// The standard format `U`, which does not exist for a date with an offset.
    #[error("the standard format `U` cannot be used with a date that has an offset")]
    NoUniversalForOffset,
}

/// Why a date could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteDateError {
    /// The format can be read by, but not written: .NET's two directions differ for some formats.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The writer that was passed in refused the text.
    #[error("the text could not be written")]
    Writer,
}

impl From<core::fmt::Error> for WriteDateError {
    fn from(_: core::fmt::Error) -> Self {
        Self::Writer
    }
}

/// Styles that are unknown or contradict each other (an `ArgumentException` in .NET).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StylesError {
    /// A name that is not one of .NET's `DateTimeStyles`.
    #[error(
        "unknown date style; .NET's names are None, AllowLeadingWhite, AllowTrailingWhite, AllowInnerWhite, AllowWhiteSpaces, NoCurrentDateDefault, AdjustToUniversal, AssumeLocal, AssumeUniversal, RoundtripKind"
    )]
    UnknownName,
    /// `AssumeLocal` together with `AssumeUniversal`.
    #[error("the date styles AssumeLocal and AssumeUniversal exclude each other")]
    AssumeBoth,
    /// `RoundtripKind` together with a style that changes the kind.
    #[error("the date style RoundtripKind excludes AssumeLocal, AssumeUniversal and AdjustToUniversal")]
    RoundtripAndAdjust,
    /// `NoCurrentDateDefault` for a date with an offset.
    #[error("the date style NoCurrentDateDefault cannot be used for a date with an offset")]
    NoDefaultForOffset,
}

/// Why a text is not read as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseDateError {
    /// The text is empty.
    #[error("the text is empty")]
    Empty,
    /// The text is not a date, or does not fit the format.
    #[error("the text is not a date of the expected form")]
    Mismatch,
    /// A word that is no part of a date, at this byte offset.
    #[error("unknown word at offset {offset}")]
    UnknownWord {
        /// Byte offset of the word's first character.
        offset: usize,
    },
    /// The same part is given twice with different values.
    #[error("the same part of the date is given twice with different values")]
    Repeated,
    /// A part is out of its range: month 13, 29 February 2019, hour 24.
    #[error("there is no such date or time of day")]
    NoSuchDate,
    /// The day of the week is not that of the date.
    #[error("the day of the week does not belong to the date")]
    DayOfWeek,
    /// The offset from UTC is more than 14 hours.
    #[error("the offset from UTC is more than 14 hours")]
    OffsetRange,
    /// The date is outside the years 1 to 9999 when converted to UTC.
    #[error("the date in UTC is outside the years 1 to 9999")]
    UtcRange,
    /// Month and day with an offset but without a year.
    #[error("a date with an offset needs a year")]
    YearNeeded,
    /// The format cannot be read by.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The styles contradict each other.
    #[error(transparent)]
    Styles(#[from] StylesError),
}

/// A value outside the years 1 to 9999 (an `ArgumentOutOfRangeException` in .NET).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the date is outside the years 1 to 9999")]
pub struct DateRangeError;

/// Why Visual Basic's date functions fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntervalError {
    /// The text is not one of the interval names (an `ArgumentException`).
    #[error("unknown date interval; one of yyyy, q, m, y, d, w, ww, h, n, s is expected")]
    Unknown,
    /// The first day of the week is not 0 (system) to 7 (Saturday).
    #[error("the first day of the week must be 0 to 7")]
    FirstDay,
    /// The number does not fit an integer of 32 bits (an `OverflowException`).
    #[error("the number of intervals is too large")]
    Overflow,
    /// The result is outside the years 1 to 9999.
    #[error(transparent)]
    Range(#[from] DateRangeError),
}
