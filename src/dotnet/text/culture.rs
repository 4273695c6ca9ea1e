//! Cultures, as far as text rules depend on them.

use std::borrow::Cow;

/// A name that .NET does not take for a culture (`CultureNotFoundException`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a culture name")]
pub struct CultureNotFound {
    /// The name as it was given.
    pub name: String,
}

/// How letters change their case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Casing {
    /// Simple mapping, where the dotted capital and the dotless small i stay as they are.
    Invariant,
    /// Simple mapping of Unicode.
    Plain,
    /// Simple mapping with i and İ, ı and I as the pairs.
    Turkish,
}

/// A culture by its name: it decides case mapping, title case and sort order.
///
/// .NET on ICU takes every well-formed name for a culture, whether or not such a
/// language exists (recorded: `xx-XX`, `english` and `abcdefghij` all work), and
/// gives an unknown language the root rules. [`Culture::new`] does the same and
/// refuses what .NET's own check of the form refuses: see there.
///
/// ```
/// use attrflow::dotnet::text::{Culture, lower};
/// let turkish = Culture::new("tr-TR")?;
/// assert_eq!(lower("ISTANBUL", &turkish), "ıstanbul");
/// assert_eq!(lower("ISTANBUL", &Culture::INVARIANT), "istanbul");
/// # Ok::<(), attrflow::dotnet::text::CultureNotFound>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Culture {
    name: Cow<'static, str>,
    pub(super) casing: Casing,
    pub(super) dutch: bool,
}

/// Longest name of a culture, in characters.
const LONGEST_NAME: usize = 85;
/// Longest language subtag that ICU has room for.
const LONGEST_LANGUAGE: usize = 11;

impl Culture {
    /// The invariant culture, whose name is empty.
    pub const INVARIANT: Self = Self { name: Cow::Borrowed(""), casing: Casing::Invariant, dutch: false };

    /// The culture of that name (`CultureInfo.GetCultureInfo(name)`), whatever
    /// the case of its letters. The empty name is the invariant culture.
    ///
    /// # Errors
    /// As .NET 8: a name of one character (other than `C`) or more than 85; another character
    /// than an ASCII letter, digit, `-` or `_`; a separator at either end or two
    /// in a row; more than one `_`. Beyond that (inferred from ICU's limits): a
    /// language part of more than 11 characters.
    pub fn new(name: &str) -> Result<Self, CultureNotFound> {
        let refuse = || CultureNotFound { name: name.to_owned() };
        if name.is_empty() {
            return Ok(Self::INVARIANT);
        }
        // One letter is too short, except for the locale C, which cases as the invariant culture.
        let c = name.eq_ignore_ascii_case("c");
        let too_short = name.len() < 2 && !c;
        if too_short || name.len() > LONGEST_NAME {
            return Err(refuse());
        }
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(refuse());
        }
        let mut parts = name.split(['-', '_']);
        if parts.any(str::is_empty) || name.bytes().filter(|&b| b == b'_').count() > 1 {
            return Err(refuse());
        }
        let language = name.split(['-', '_']).next().unwrap_or(name);
        if language.len() > LONGEST_LANGUAGE {
            return Err(refuse());
        }
        // ICU turns three-letter codes into the two-letter ones of ISO 639-1.
        let is = |codes: [&str; 2]| codes.iter().any(|code| language.eq_ignore_ascii_case(code));
        let casing = if is(["tr", "tur"]) || is(["az", "aze"]) {
            Casing::Turkish
        } else if c {
            Casing::Invariant
        } else {
            Casing::Plain
        };
        // Title case asks for the prefix "nl-": the language alone does not do.
        let dutch = is(["nl", "nld"]) && name.as_bytes().get(language.len()) == Some(&b'-');
        Ok(Self { name: Cow::Owned(name.to_owned()), casing, dutch })
    }

    /// The name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether letters of ASCII change their case as in English.
    pub fn keeps_ascii(&self) -> bool {
        self.casing != Casing::Turkish
    }

    /// Whether this is the invariant culture.
    pub fn is_invariant(&self) -> bool {
        self.name.is_empty()
    }
}

impl Default for Culture {
    fn default() -> Self {
        Self::INVARIANT
    }
}

impl core::str::FromStr for Culture {
    type Err = CultureNotFound;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}
