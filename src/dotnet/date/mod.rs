//! .NET 8's dates: formatting, parsing and Visual Basic's date arithmetic, in the invariant culture.
//!
//! The time zone of the machine is taken to be UTC, so [`Kind::Local`] is UTC with another name.
//! There is no clock in this module: what missing parts are taken from is passed in as
//! [`Defaults`].
//!
//! - [`DateTime`], [`DateTimeOffset`], [`TimeSpan`]: values in ticks of 100 ns.
//! - [`DateFormat`]: a standard or custom format, compiled once, that writes dates and reads text
//!   exactly.
//! - [`parse`], [`parse_offset`], [`parse_utc`], [`vb_cdate`]: free parsing, where the form of the
//!   text is found out.
//! - [`date_add`], [`date_diff`], [`date_part`]: Visual Basic's functions by [`Interval`].
//!
//! ```
//! use attrflow::dotnet::date::{DateFormat, DateTime, Defaults, Kind, Styles};
//! let defaults = Defaults::at(DateTime::from_civil(2024, 1, 1, 0, 0, 0, Kind::Utc)?);
//! let input = DateFormat::new("yyyyMMddHHmmss.fZ")?;
//! let output = DateFormat::new("dd MMM yyyy")?;
//! let date = input.parse_exact("20150123105347.1Z", Styles::ROUNDTRIP_KIND, &defaults)?;
//! assert_eq!(output.format(&date)?, "23 Jan 2015");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where a rule is documented by .NET, the API page is named; rules that the documentation leaves
//! open (which text free parsing understands, how fractions are cut off) are our own account of
//! what .NET 8 does, checked against its answers.

mod calendar;
mod culture;
mod digits;
mod error;
mod exact;
mod finish;
mod format;
mod free;
mod iso;
mod math;
mod meaning;
mod names;
mod offset;
mod read_program;
mod reader;
mod scan;
mod shapes;
mod span;
mod styles;
mod value;
mod visual_basic;
mod write;

pub use culture::Culture;
pub use error::{DateRangeError, FormatError, IntervalError, ParseDateError, StylesError, WriteDateError};
pub use format::DateFormat;
pub use free::{parse, parse_in, parse_offset, parse_utc, vb_cdate};
pub use span::TimeSpan;
pub use styles::Styles;
pub use value::{DateTime, DateTimeOffset, DayOfWeek, Defaults, Kind};
pub use visual_basic::{Interval, date_add, date_diff, date_part};
