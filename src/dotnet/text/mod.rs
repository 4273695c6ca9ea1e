//! .NET's rules for text: UTF-16 positions, case mapping, title case, comparison
//! and search, normalization, trimming and splitting, over Rust's `&str`.
//!
//! .NET counts text in UTF-16 code units, and so does every position and length
//! in this module. Rust text cannot hold half a surrogate pair, so a cut that
//! would fall inside one falls before the character instead (see [`substring`]).
//!
//! Sources: the API pages of `System.String`, `System.Globalization.TextInfo`,
//! `System.StringComparison`, `System.Text.NormalizationForm`, `System.Char` and
//! `Microsoft.VisualBasic.Strings`, and values recorded from .NET 8 on ICU 72.
//!
//! ```
//! use attrflow::dotnet::text::{self, Culture};
//!
//! assert_eq!(text::proper_case("ANNA-LENA O'NEIL", &Culture::INVARIANT), "Anna-Lena O'neil");
//! assert_eq!(text::normalize_diacritics("Søren Łukasz Weiß"), "Soeren Lukasz Weiss");
//! assert_eq!(text::length("a😀"), 3);
//! ```

mod case;
#[cfg(feature = "collation")]
mod collate;
mod compare;
mod culture;
mod diacritics;
mod encode;
mod normalize;
mod split;
mod title;
mod trim;
mod units;

pub use case::{
    is_lower, is_upper, lower, lower_char, upper, upper_char, write_lower, write_upper,
};
#[cfg(feature = "collation")]
pub use collate::{CompareOptions, compare_culture};
pub use compare::{
    StringComparison, TextCompare, UnknownComparison, compare, ends_with, equals, in_str, index_of,
    index_of_from, last_index_of, replace, starts_with, write_replace,
};
pub use culture::{Culture, CultureNotFound};
pub use diacritics::{normalize_diacritics, write_normalize_diacritics};
pub use encode::{
    base64_unicode, base64_utf8, utf8_hex, write_base64_unicode, write_base64_utf8, write_utf8_hex,
};
pub use normalize::{
    NormalizationForm, UnknownForm, normalize, strip_diacritics, write_normalized,
    write_strip_diacritics,
};
pub use split::{
    Split, SplitOptions, join, split_chars, split_string, strip_spaces, word, write_join,
    write_strip_spaces,
};
pub use title::{
    proper_case, proper_case_with, title_case, write_proper_case, write_proper_case_with,
    write_title_case,
};
pub use trim::{
    is_null_or_white_space, is_white_space, trim, trim_chars, trim_end, trim_end_chars, trim_start,
    trim_start_chars,
};
pub use units::{RangeError, byte_of_unit, cut, left, length, mid, substring, unit_of_byte};

#[cfg(feature = "collation")]
pub(crate) use collate::compare_ignore_case_invariant;

use core::fmt::{self, Write};

/// Compares what is written with a text, and fails at the first difference: a
/// way to learn that a transformation changes nothing before allocating for it.
struct Unchanged<'t> {
    rest: &'t str,
}

impl Write for Unchanged<'_> {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.rest = self.rest.strip_prefix(piece).ok_or(fmt::Error)?;
        Ok(())
    }

    #[inline]
    fn write_char(&mut self, c: char) -> fmt::Result {
        self.rest = self.rest.strip_prefix(c).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// Runs a transformation of `$text` into the writer `$out` and gives its output,
/// borrowed where it equals the input. A macro, so that the transformation is
/// compiled for each writer instead of calling through a pointer per character.
macro_rules! cow {
    ($text:expr, |$out:ident| $run:expr) => {{
        let text: &str = $text;
        let mut same = $crate::dotnet::text::Unchanged { rest: text };
        let unchanged = {
            let $out = &mut same;
            $run.is_ok()
        };
        if unchanged && same.rest.is_empty() {
            ::std::borrow::Cow::Borrowed(text)
        } else {
            let mut owned = String::with_capacity(text.len().saturating_add(text.len() / 8));
            {
                let $out = &mut owned;
                // Writing to a String does not fail.
                let _ = $run;
            }
            ::std::borrow::Cow::Owned(owned)
        }
    }};
}
use cow;
