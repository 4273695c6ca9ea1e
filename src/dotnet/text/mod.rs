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
mod unicode_15;
mod units;

pub use case::{is_lower, is_upper, lower, lower_char, upper, upper_char, write_lower, write_upper};
#[cfg(feature = "collation")]
pub use collate::{CompareOptions, compare_culture};
pub use compare::{
    StringComparison, TextCompare, UnknownComparison, compare, ends_with, equals, in_str, index_of, index_of_from,
    last_index_of, replace, starts_with, write_replace,
};
pub use culture::{Culture, CultureNotFound};
pub use diacritics::{normalize_diacritics, write_normalize_diacritics};
pub use encode::{base64_unicode, base64_utf8, utf8_hex, write_base64_unicode, write_base64_utf8, write_utf8_hex};
pub use normalize::{
    NormalizationForm, UnknownForm, normalize, strip_diacritics, write_normalized, write_strip_diacritics,
};
pub use split::{
    Split, SplitOptions, join, split_chars, split_string, strip_spaces, word, write_join, write_strip_spaces,
};
pub use title::{
    proper_case, proper_case_with, title_case, write_proper_case, write_proper_case_with, write_title_case,
};
pub use trim::{
    is_null_or_white_space, is_white_space, trim, trim_chars, trim_end, trim_end_chars, trim_start, trim_start_chars,
};
pub use units::{RangeError, byte_of_unit, cut, left, length, mid, substring, unit_of_byte};

#[cfg(feature = "collation")]
pub(crate) use collate::compare_ignore_case_invariant;

use std::borrow::Cow;

/// What became of `text`, borrowed from it where nothing did.
fn borrow_unchanged(text: &str, out: String) -> Cow<'_, str> {
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}
