//! UTF-16 code units read straight from UTF-8 text.
//!
//! .NET's patterns work on UTF-16 code units. To keep that meaning without converting the text, a
//! position here is a byte offset that is either a character boundary or, for a character of four bytes
//! (a surrogate pair in UTF-16), its middle: two bytes in, between the high and the low surrogate.
//! Positions therefore stay ordered as in UTF-16.

/// Whether `at` lies between the two surrogates of a pair.
#[inline]
pub(super) fn is_middle(text: &[u8], at: usize) -> bool {
    matches!(text.get(at), Some(byte) if byte & 0xC0 == 0x80)
}

/// The code unit that starts at `at`, and the position behind it.
#[inline]
pub(super) fn next_unit(text: &[u8], at: usize) -> Option<(u16, usize)> {
    let first = *text.get(at)?;
    if first < 0x80 {
        return Some((u16::from(first), at + 1));
    }
    next_wide(text, at, first)
}

fn next_wide(text: &[u8], at: usize, first: u8) -> Option<(u16, usize)> {
    let low_bits = |offset: usize| text.get(at + offset).map(|byte| u16::from(byte & 0x3F));
    if first < 0xC0 {
        // Middle of a pair: the low surrogate is the last ten bits of the scalar value.
        let high = u16::from(first & 0x0F) << 6;
        return Some((0xDC00 | high | low_bits(1)?, at + 2));
    }
    let lead = u16::from(first);
    if first < 0xE0 {
        return Some(((lead & 0x1F) << 6 | low_bits(1)?, at + 2));
    }
    if first < 0xF0 {
        return Some(((lead & 0x0F) << 12 | low_bits(1)? << 6 | low_bits(2)?, at + 3));
    }
    let top = (lead & 0x07) << 8 | low_bits(1)? << 2 | low_bits(2)? >> 4;
    Some((0xD800 | top.wrapping_sub(0x40) & 0x3FF, at + 2))
}

/// The code unit that ends at `at`, and the position before it.
#[inline]
pub(super) fn previous_unit(text: &[u8], at: usize) -> Option<(u16, usize)> {
    let last = *text.get(at.checked_sub(1)?)?;
    if last < 0x80 {
        return Some((u16::from(last), at - 1));
    }
    // Two bytes back is the start of a two-byte character or of one half of a pair; only a
    // character of three bytes starts further away.
    let two = at.checked_sub(2)?;
    let here = *text.get(two)?;
    let start = if here >= 0xC0 {
        two
    } else {
        let three = at.checked_sub(3)?;
        if *text.get(three)? >= 0xE0 { three } else { two }
    };
    next_unit(text, start).map(|(unit, _)| (unit, start))
}

/// Whether the text has a character above U+FFFF, which .NET sees as two code units.
#[inline]
pub(super) fn has_pairs(text: &str) -> bool {
    text.as_bytes().iter().fold(0, |top: u8, &byte| top.max(byte)) >= 0xF0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_agree_with_encode_utf16_both_ways() {
        let text = "aé日\u{10000}😀\u{10FFFF}z\u{FFFF}\u{7FF}\u{800}";
        let expected: Vec<u16> = text.encode_utf16().collect();
        let bytes = text.as_bytes();
        let (mut at, mut forward) = (0, Vec::new());
        while let Some((unit, next)) = next_unit(bytes, at) {
            forward.push(unit);
            at = next;
        }
        assert_eq!(forward, expected);
        let mut backward = Vec::new();
        while let Some((unit, before)) = previous_unit(bytes, at) {
            backward.push(unit);
            at = before;
        }
        backward.reverse();
        assert_eq!(backward, expected);
    }
}
