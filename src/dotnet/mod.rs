//! .NET's rules for dates, patterns, text and scalars, which the provisioning service
//! inherits from the platform it runs on.
//!
//! Usable without the expression language: the functions of the language call these
//! modules and have no rules of their own for what .NET decides. What is known to
//! differ from .NET, and why, is listed in [`deviations`].
//!
//! ```
//! use attrflow::dotnet::date::{DateFormat, DateTime, Defaults, Kind, Styles};
//! use attrflow::dotnet::pattern::{Options, Pattern, Replacement};
//! use attrflow::dotnet::text;
//!
//! let stamp = DateFormat::new("yyyyMMddHHmmss.fZ")?;
//! let instant = stamp.parse_exact("20150123105347.1Z", Styles::NONE, &Defaults::at(DateTime::MIN))?;
//! assert_eq!(DateFormat::new("yyyy-MM-dd")?.format(&instant)?, "2015-01-23");
//!
//! // .NET finds an empty match behind the first one, so the replacement stands twice.
//! let all = Pattern::new("(.*)", Options::default())?;
//! assert_eq!(all.replace("abc", &Replacement::new("x", &all)?)?, "xx");
//!
//! assert_eq!(text::proper_case("O'NEIL-STRASSE", &text::Culture::INVARIANT), "O'neil-Strasse");
//! # let _ = Kind::Utc;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod date;
pub mod pattern;
pub mod scalar;
pub mod text;

pub mod deviations {
    //! Where attrflow differs from .NET 8, and what it does instead.
    //!
    //! Tests hold these tables against the recorded vectors: a row that differs is
    //! counted under one of the reasons here, or fails the test.
    #![doc = include_str!("deviations/date.md")]
    #![doc = include_str!("deviations/pattern.md")]
    #![doc = include_str!("deviations/scalar.md")]
    #![doc = include_str!("deviations/text.md")]
}
