//! How freely text is read and what becomes of its time zone.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};
use core::str::FromStr;

use super::error::StylesError;

/// .NET's `DateTimeStyles`: a set of flags with the same names and bit values.
///
/// ```
/// use attrflow::dotnet::date::Styles;
/// let styles: Styles = "AssumeUniversal, AdjustToUniversal".parse()?;
/// assert!(styles.contains(Styles::ADJUST_TO_UNIVERSAL));
/// assert_eq!(styles.to_string(), "AdjustToUniversal, AssumeUniversal");
/// # Ok::<(), attrflow::dotnet::date::StylesError>(())
/// ```
///
/// Source: .NET API, `System.Globalization.DateTimeStyles`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Styles(u8);

/// Every name, with its flags; names of single flags come before the name of several.
const NAMES: [(&str, Styles); 10] = [
    ("None", Styles::NONE),
    ("AllowLeadingWhite", Styles::ALLOW_LEADING_WHITE),
    ("AllowTrailingWhite", Styles::ALLOW_TRAILING_WHITE),
    ("AllowInnerWhite", Styles::ALLOW_INNER_WHITE),
    ("AllowWhiteSpaces", Styles::ALLOW_WHITE_SPACES),
    ("NoCurrentDateDefault", Styles::NO_CURRENT_DATE_DEFAULT),
    ("AdjustToUniversal", Styles::ADJUST_TO_UNIVERSAL),
    ("AssumeLocal", Styles::ASSUME_LOCAL),
    ("AssumeUniversal", Styles::ASSUME_UNIVERSAL),
    ("RoundtripKind", Styles::ROUNDTRIP_KIND),
];

impl Styles {
    /// No flag: the text must fit as it is.
    pub const NONE: Self = Self(0);
    /// White space before the date is skipped.
    pub const ALLOW_LEADING_WHITE: Self = Self(1);
    /// White space after the date is skipped.
    pub const ALLOW_TRAILING_WHITE: Self = Self(2);
    /// White space between the parts is skipped.
    pub const ALLOW_INNER_WHITE: Self = Self(4);
    /// The three above.
    pub const ALLOW_WHITE_SPACES: Self = Self(7);
    /// A time alone is of 0001-01-01 and not of today.
    pub const NO_CURRENT_DATE_DEFAULT: Self = Self(8);
    /// The result is converted to UTC.
    pub const ADJUST_TO_UNIVERSAL: Self = Self(16);
    /// Text without a time zone is local time.
    pub const ASSUME_LOCAL: Self = Self(32);
    /// Text without a time zone is UTC.
    pub const ASSUME_UNIVERSAL: Self = Self(64);
    /// The kind is kept: `Z` gives UTC, an offset gives local time.
    pub const ROUNDTRIP_KIND: Self = Self(128);

    /// Whether all flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The flags that are not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// .NET's bit values.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Refuses flags that .NET refuses for a date without an offset.
    ///
    /// # Errors
    /// Both `Assume` flags, or `RoundtripKind` with one of them or with `AdjustToUniversal`.
    pub const fn validate(self) -> Result<(), StylesError> {
        if self.contains(Self::ASSUME_LOCAL) && self.contains(Self::ASSUME_UNIVERSAL) {
            return Err(StylesError::AssumeBoth);
        }
        let changes = Self::ASSUME_LOCAL.0 | Self::ASSUME_UNIVERSAL.0 | Self::ADJUST_TO_UNIVERSAL.0;
        if self.contains(Self::ROUNDTRIP_KIND) && self.0 & changes != 0 {
            return Err(StylesError::RoundtripAndAdjust);
        }
        Ok(())
    }

    /// Refuses flags that .NET refuses for a date with an offset and drops those it ignores there.
    ///
    /// # Errors
    /// Both `Assume` flags, or `NoCurrentDateDefault`.
    pub const fn validate_for_offset(self) -> Result<Self, StylesError> {
        if self.contains(Self::ASSUME_LOCAL) && self.contains(Self::ASSUME_UNIVERSAL) {
            return Err(StylesError::AssumeBoth);
        }
        if self.contains(Self::NO_CURRENT_DATE_DEFAULT) {
            return Err(StylesError::NoDefaultForOffset);
        }
        Ok(self.difference(Self(Self::ROUNDTRIP_KIND.0 | Self::ASSUME_LOCAL.0)))
    }
}

impl BitOr for Styles {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Styles {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}

impl FromStr for Styles {
    type Err = StylesError;

    /// Reads names between commas or vertical bars, in any case; empty text is `None`.
    ///
    /// Whether the flags go together is not looked at; see [`Styles::validate`].
    fn from_str(text: &str) -> Result<Self, StylesError> {
        if text.trim().is_empty() {
            return Ok(Self::NONE);
        }
        let mut styles = Self::NONE;
        for name in text.split([',', '|']) {
            let name = name.trim();
            let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            styles |= known.ok_or(StylesError::UnknownName)?.1;
        }
        Ok(styles)
    }
}

impl fmt::Display for Styles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NONE {
            return f.write_str("None");
        }
        let spaces = self.contains(Self::ALLOW_WHITE_SPACES);
        let mut first = true;
        for (name, flags) in NAMES {
            let bits = flags.0.count_ones();
            let shown = match bits {
                0 => false,
                1 => !(spaces && Self::ALLOW_WHITE_SPACES.contains(flags)),
                _ => spaces,
            };
            if shown && self.contains(flags) {
                if !first {
                    f.write_str(", ")?;
                }
                f.write_str(name)?;
                first = false;
            }
        }
        Ok(())
    }
}
