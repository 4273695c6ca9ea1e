//! Sets of UTF-16 code units: what a character class means.

use std::sync::OnceLock;

use super::CaseCulture;
use super::blocks::named_block;
use super::casing;
use super::category_data::CATEGORY_RUNS;

/// A set of code units as sorted, separated ranges.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CharSet {
    ranges: Vec<(u16, u16)>,
    /// Membership of the first 128 code units, one bit each.
    ascii: u128,
}

impl CharSet {
    fn from_sorted(ranges: Vec<(u16, u16)>) -> Self {
        let mut ascii = 0u128;
        for &(first, last) in &ranges {
            for unit in first..=last.min(127) {
                ascii |= 1u128 << unit;
            }
        }
        Self { ranges, ascii }
    }

    /// The set of all units in any of the ranges, which need not be sorted.
    pub(super) fn from_ranges(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if u32::from(first) <= u32::from(*end) + 1 => *end = (*end).max(last),
                _ => merged.push((first, last)),
            }
        }
        Self::from_sorted(merged)
    }

    pub(super) fn single(unit: u16) -> Self {
        Self::from_sorted(vec![(unit, unit)])
    }

    /// Every code unit, as `.` is with the option Singleline.
    pub(super) fn any() -> Self {
        Self::from_sorted(vec![(0, u16::MAX)])
    }

    /// What `.` excludes is the line feed alone.
    pub(super) fn not_line_feed() -> Self {
        Self::single(u16::from(b'\n')).complement()
    }

    pub(super) fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(0u16);
        for &(first, last) in &self.ranges {
            if let Some(start) = next
                && start < first
            {
                ranges.push((start, first - 1));
            }
            next = last.checked_add(1);
        }
        if let Some(start) = next {
            ranges.push((start, u16::MAX));
        }
        Self::from_sorted(ranges)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut ranges = self.ranges.clone();
        ranges.extend_from_slice(&other.ranges);
        Self::from_ranges(ranges)
    }

    fn minus(&self, other: &Self) -> Self {
        self.complement().union(other).complement()
    }

    #[inline]
    pub(super) fn contains(&self, unit: u16) -> bool {
        if unit < 128 {
            return self.ascii >> unit & 1 == 1;
        }
        self.contains_wide(unit)
    }

    fn contains_wide(&self, unit: u16) -> bool {
        self.ranges
            .binary_search_by(|&(first, last)| {
                if last < unit {
                    core::cmp::Ordering::Less
                } else if first > unit {
                    core::cmp::Ordering::Greater
                } else {
                    core::cmp::Ordering::Equal
                }
            })
            .is_ok()
    }

    pub(super) fn ranges(&self) -> &[(u16, u16)] {
        &self.ranges
    }

    /// The only member, if there is exactly one.
    pub(super) fn only(&self) -> Option<u16> {
        match self.ranges.as_slice() {
            &[(first, last)] if first == last => Some(first),
            _ => None,
        }
    }
}

/// General categories, numbered as in `System.Globalization.UnicodeCategory`.
const CATEGORY_NAMES: &[&str] = &[
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
];

const fn bit(number: u32) -> u32 {
    1 << number
}

const LETTERS: u32 = bit(0) | bit(1) | bit(2) | bit(3) | bit(4);
const CASED_LETTERS: u32 = bit(0) | bit(1) | bit(2);
const DIGITS: u32 = bit(8);
/// `\w` of .NET: L, Mn, Nd and Pc (neither Mc nor the joiners).
const WORD: u32 = LETTERS | bit(5) | DIGITS | bit(18);

/// The categories a name of `\p{..}` stands for: a category or a whole class such as `L`.
fn category_mask(name: &str) -> Option<u32> {
    let mask = CATEGORY_NAMES
        .iter()
        .enumerate()
        .filter(|(_, known)| **known == name || (name.len() == 1 && known.starts_with(name)))
        .fold(0u32, |mask, (number, _)| mask | 1 << number);
    (mask != 0).then_some(mask)
}

fn set_of_categories(mask: u32) -> CharSet {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    let mut runs = CATEGORY_RUNS.iter().peekable();
    while let Some(&run) = runs.next() {
        if mask >> (run & 0xFF) & 1 == 0 {
            continue;
        }
        let end = runs.peek().map_or(0xFFFF, |&&next| (next >> 8).saturating_sub(1));
        if let (Ok(first), Ok(last)) = (u16::try_from(run >> 8), u16::try_from(end)) {
            ranges.push((first, last));
        }
    }
    CharSet::from_ranges(ranges)
}

/// `\d`: decimal digits of every script, or 0 to 9 under ECMAScript.
pub(super) fn digits(ecma: bool) -> CharSet {
    if ecma {
        return CharSet::from_ranges(vec![(0x30, 0x39)]);
    }
    static DIGIT_SET: OnceLock<CharSet> = OnceLock::new();
    DIGIT_SET.get_or_init(|| set_of_categories(DIGITS)).clone()
}

/// `\s`: what `Char.IsWhiteSpace` accepts, or the six ASCII ones under ECMAScript.
pub(super) fn white_space(ecma: bool) -> CharSet {
    let mut ranges = vec![(0x09, 0x0D), (0x20, 0x20)];
    if !ecma {
        ranges.extend([
            (0x85, 0x85),
            (0xA0, 0xA0),
            (0x1680, 0x1680),
            (0x2000, 0x200A),
            (0x2028, 0x2029),
            (0x202F, 0x202F),
            (0x205F, 0x205F),
            (0x3000, 0x3000),
        ]);
    }
    CharSet::from_ranges(ranges)
}

/// `\w`: letters, nonspacing marks, decimal digits and connectors; under ECMAScript the ASCII ones and,
/// as in .NET, U+0130.
pub(super) fn word(ecma: bool) -> CharSet {
    if ecma {
        let ranges = vec![(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0x130, 0x130)];
        return CharSet::from_ranges(ranges);
    }
    static WORD_SET: OnceLock<CharSet> = OnceLock::new();
    WORD_SET.get_or_init(|| set_of_categories(WORD)).clone()
}

/// Whether `\b` takes the unit for a word character; group names are made of these as well.
pub(super) fn is_word_unit(unit: u16) -> bool {
    if let Ok(byte @ 0..=0x7F) = u8::try_from(unit) {
        return byte.is_ascii_alphanumeric() || byte == b'_';
    }
    matches!(unit, 0x200C | 0x200D) || WORD >> category_of(unit) & 1 == 1
}

fn category_of(unit: u16) -> u32 {
    let key = u32::from(unit) << 8 | 0xFF;
    let after = CATEGORY_RUNS.partition_point(|&run| run <= key);
    after.checked_sub(1).and_then(|at| CATEGORY_RUNS.get(at)).map_or(29, |run| run & 0xFF)
}

/// The set behind `\p{name}`, or None if .NET does not know the name. With `ignore_case` the three
/// cased categories all mean any cased letter.
pub(super) fn property(name: &str, ignore_case: bool) -> Option<CharSet> {
    if let Some(mask) = category_mask(name) {
        let cased = ignore_case && matches!(name, "Lu" | "Ll" | "Lt");
        return Some(set_of_categories(if cased { CASED_LETTERS } else { mask }));
    }
    named_block(name).map(|range| CharSet::from_ranges(vec![range]))
}

/// Collects the parts of one class while it is read.
#[derive(Debug, Default)]
pub(super) struct ClassBuilder {
    pub(super) negated: bool,
    /// Ranges spelled out, to which case equivalents are added.
    ranges: Vec<(u16, u16)>,
    /// Sets named by an escape; ignoring case leaves these alone.
    named: Vec<(u16, u16)>,
    pub(super) subtracted: Option<CharSet>,
}

impl ClassBuilder {
    pub(super) fn add_range(&mut self, first: u16, last: u16) {
        self.ranges.push((first, last));
    }

    /// Adds a set named by an escape. Blocks and ECMAScript's sets are ranges to .NET, which take part
    /// in ignoring case (`spelled_out`); categories do not.
    pub(super) fn add_set(&mut self, set: &CharSet, inverted: bool, spelled_out: bool) {
        let target = if spelled_out { &mut self.ranges } else { &mut self.named };
        if inverted {
            target.extend_from_slice(set.complement().ranges());
        } else {
            target.extend_from_slice(set.ranges());
        }
    }

    /// Number of ranges collected so far, for the limit on memory.
    pub(super) fn len(&self) -> usize {
        self.ranges.len() + self.named.len()
    }

    /// The finished set: negation comes before the subtraction, ignoring case before both.
    pub(super) fn finish(self, ignore_case: Option<CaseCulture>) -> CharSet {
        let mut set = CharSet::from_ranges(self.ranges);
        if let Some(culture) = ignore_case {
            let mut added: Vec<(u16, u16)> = Vec::new();
            let mut add = |group: &[u16]| added.extend(group.iter().map(|&unit| (unit, unit)));
            let members: usize = set.ranges.iter().map(|&(first, last)| usize::from(last - first) + 1).sum();
            if members <= 128 {
                // A few units are looked up one by one, many in one pass over all letters.
                let units = set.ranges.iter().flat_map(|&(first, last)| first..=last);
                units.filter_map(|unit| casing::equivalents(culture, unit)).for_each(&mut add);
            } else {
                casing::for_each_equivalent_group(culture, |unit| set.contains(unit), &mut add);
            }
            set = set.union(&CharSet::from_ranges(added));
        }
        if !self.named.is_empty() {
            set = set.union(&CharSet::from_ranges(self.named));
        }
        if self.negated {
            set = set.complement();
        }
        match self.subtracted {
            Some(subtracted) => set.minus(&subtracted),
            None => set,
        }
    }
}

/// A name .NET knows that is close to one it does not: another spelling, or the block of that name.
pub(super) fn property_suggestion(name: &str) -> Option<String> {
    let category = CATEGORY_NAMES.iter().find(|known| known.eq_ignore_ascii_case(name));
    category.map(|known| (*known).to_owned()).or_else(|| {
        let block = format!("Is{name}");
        named_block(&block).map(|_| block)
    })
}
