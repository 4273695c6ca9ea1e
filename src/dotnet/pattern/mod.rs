//! .NET regular expressions: patterns, matching, replacement.
//!
//! For code that has to give the same answer as `System.Text.RegularExpressions` on .NET 8: patterns keep
//! .NET's syntax, group numbering, character classes (Unicode 15.0), case rules, UTF-16 code units, empty
//! matches and replacement syntax. Two engines stand behind one interface. A pattern that the `regex`
//! crate can run with exactly that meaning runs there, in linear time; every other one (lookaround,
//! backreferences, atomic, balancing and conditional groups, texts with characters above U+FFFF, ...) runs
//! on a backtracking machine that counts its steps and gives up with [`MatchError::StepLimit`].
//!
//! What .NET documents is taken from *Regular expression language - quick reference* and its sub-pages on
//! learn.microsoft.com; where these are silent, from RegexParser and RegexInterpreter of .NET 8 and from
//! vectors recorded on .NET 8.0.4. Known differences are listed in `deviations/pattern.md`.
//!
//! ```
//! use attrflow::dotnet::pattern::{Options, Pattern, Replacement};
//!
//! let pattern = Pattern::new(r"^(\d{3})(\d{3})(\d{4})$", Options::default())?;
//! let replacement = Replacement::new("($1) $2-$3", &pattern)?;
//! assert_eq!(pattern.replace("4255551234", &replacement)?, "(425) 555-1234");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod blocks;
mod casing;
mod casing_data;
mod category_data;
mod class;
mod emit;
mod error;
mod escape;
mod groups;
mod machine;
mod parse;
mod parse_class;
mod program;
mod reader;
mod replace;
mod search;
mod sequence;
mod tree;
mod units;

pub use api::{Match, Pattern};
pub use error::{MatchError, PatternError, PatternErrorKind};
pub use escape::{escape, unescape};
pub use replace::Replacement;
pub(crate) use replace::Short;

/// Which letters I are the same letter when case is ignored. All other letters are the same in every
/// culture.
///
/// Source: *Regular expression options*, "Compare using the invariant culture"; the sets are those of
/// .NET 8, as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CaseCulture {
    /// The invariant culture: I and i. U+0130 and U+0131 are equal to nothing else.
    #[default]
    Invariant,
    /// A culture with a name that is neither Turkish nor Azeri: I, i and U+0130.
    NonTurkish,
    /// Turkish or Azeri: I and U+0131; i and U+0130.
    Turkish,
}

/// How a pattern is read and matched; the default is .NET's `RegexOptions.None` with the invariant
/// culture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Options {
    /// `RegexOptions.IgnoreCase`, inline `i`.
    pub ignore_case: bool,
    /// `RegexOptions.Multiline`, inline `m`: `^` and `$` also match at line feeds.
    pub multiline: bool,
    /// `RegexOptions.ExplicitCapture`, inline `n`: only named groups capture.
    pub explicit_capture: bool,
    /// `RegexOptions.Singleline`, inline `s`: `.` also matches a line feed.
    pub singleline: bool,
    /// `RegexOptions.IgnorePatternWhitespace`, inline `x`.
    pub ignore_pattern_white_space: bool,
    /// `RegexOptions.ECMAScript`: `\w`, `\d`, `\s` and `\b` are (almost) ASCII, backreferences as in
    /// ECMAScript. Cannot be combined with `explicit_capture`, `singleline` or
    /// `ignore_pattern_white_space`.
    pub ecma_script: bool,
    /// The culture whose letters I are meant when case is ignored.
    pub culture: CaseCulture,
    /// Steps the backtracking machine may take for one text, to which 64 are added for each byte of the
    /// text. The default of 1,000,000 is reached within some ten milliseconds.
    pub step_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ignore_case: false,
            multiline: false,
            explicit_capture: false,
            singleline: false,
            ignore_pattern_white_space: false,
            ecma_script: false,
            culture: CaseCulture::Invariant,
            step_limit: 1_000_000,
        }
    }
}
