//! GUIDs.

use super::ScalarError;
use core::fmt::{self, Display, Formatter};

/// A GUID. Displays in .NET's format `D`: 32 small hexadecimal digits with
/// hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(u128);

/// Lengths of the groups of format `D`.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl Guid {
    /// `Guid.Parse(text)`: the formats `N`, `D`, `B`, `P` and `X`, with white
    /// space around.
    ///
    /// # Errors
    /// [`ScalarError::Format`].
    ///
    /// ```
    /// use attrflow::dotnet::scalar::Guid;
    /// let guid = Guid::parse("{0F8FAD5B-D9CB-469F-A165-70867728950E}")?;
    /// assert_eq!(guid.to_string(), "0f8fad5b-d9cb-469f-a165-70867728950e");
    /// # Ok::<(), attrflow::dotnet::scalar::ScalarError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ScalarError> {
        let text = text.trim_matches(char::is_whitespace);
        let inner = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        let value = if text.starts_with('(') {
            inner('(', ')').and_then(hyphened)
        } else if text.starts_with('{') && text.contains('-') {
            inner('{', '}').and_then(hyphened)
        } else if text.starts_with('{') {
            listed(text)
        } else if text.contains('-') {
            hyphened(text)
        } else {
            Some(text).filter(|text| text.len() == 32).and_then(hex)
        };
        value.map(Self).ok_or(ScalarError::Format)
    }

    /// The GUID as a number: its 32 hexadecimal digits.
    pub fn to_u128(self) -> u128 {
        self.0
    }
}

/// Up to 32 hexadecimal digits and nothing else.
fn hex(text: &str) -> Option<u128> {
    let plain = text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(text).filter(|_| plain).and_then(|text| u128::from_str_radix(text, 16).ok())
}

/// A group without the plus and the `0x` that .NET takes in front of its digits
/// for compatibility, even behind a `0x` that has to be there.
fn compatible(group: &str) -> &str {
    let digits = group.strip_prefix('+').unwrap_or(group);
    digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits)
}

/// Format `D`. For compatibility .NET takes a plus and `0x` in place of leading
/// digits of a group.
fn hyphened(text: &str) -> Option<u128> {
    let mut groups = text.split('-');
    let mut value = 0u128;
    for length in GROUPS {
        let group = groups.next().filter(|group| group.len() == length)?;
        let digits = compatible(group);
        let bits = u32::try_from(length.saturating_mul(4)).ok()?;
        value = value.checked_shl(bits)? | if digits.is_empty() { 0 } else { hex(digits)? };
    }
    groups.next().is_none().then_some(value)
}

/// Format `X`: `{0xdddddddd,0xdddd,0xdddd,{0xdd,0xdd,0xdd,0xdd,0xdd,0xdd,0xdd,0xdd}}`,
/// where the numbers may be shorter and white space may be anywhere.
fn listed(text: &str) -> Option<u128> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = packed.strip_prefix('{')?.strip_suffix("}}")?;
    let (head, bytes) = rest.split_once(",{")?;
    let mut value = 0u128;
    let mut take = |number: &str, bits: u32| -> Option<()> {
        let digits = number.strip_prefix("0x").or_else(|| number.strip_prefix("0X"))?;
        let digits = compatible(Some(digits).filter(|digits| !digits.is_empty())?).trim_start_matches('0');
        let number = if digits.is_empty() { 0 } else { hex(digits)? };
        // The numbers are read as 32 bits, of which .NET keeps the lower half
        // for a short one, without a look at the upper half.
        let most = if bits == 16 { 32 } else { bits };
        let number = Some(number).filter(|n| n.checked_shr(most) == Some(0))?;
        value = value.checked_shl(bits)? | number & 1u128.checked_shl(bits)?.wrapping_sub(1);
        Some(())
    };
    let mut heads = head.split(',');
    for bits in [32, 16, 16] {
        take(heads.next()?, bits)?;
    }
    let mut parts = bytes.split(',');
    for _ in 0..8 {
        take(parts.next()?, 8)?;
    }
    (heads.next().is_none() && parts.next().is_none()).then_some(value)
}

impl Display for Guid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = 128usize;
        for (i, length) in GROUPS.into_iter().enumerate() {
            if i > 0 {
                f.write_str("-")?;
            }
            let bits = length.saturating_mul(4);
            rest = rest.saturating_sub(bits);
            let group = (self.0 >> rest) & ((1u128 << bits) - 1);
            write!(f, "{group:0length$x}")?;
        }
        Ok(())
    }
}
