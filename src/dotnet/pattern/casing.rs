//! Which code units are equal when case is ignored.
//!
//! .NET 7 and later expand a pattern's letters into sets of equivalent letters when the pattern is
//! read: letters are equivalent if they have the same simple lower-case mapping in Unicode 15.0 (so K,
//! k and KELVIN SIGN are, s and LONG S are not). The only letters that depend on the culture are I, i,
//! U+0130 and U+0131. Source: *Case-insensitive matching* in .NET's regular expression options, and
//! the recorded vectors.

use std::sync::OnceLock;

use super::CaseCulture;
use super::casing_data::LOWER_RUNS;

/// One group of equivalent code units.
type Equivalents = Vec<u16>;

/// All groups that do not depend on the culture, each sorted, ordered by their lower-case member.
fn groups() -> &'static [(u16, Equivalents)] {
    static GROUPS: OnceLock<Vec<(u16, Equivalents)>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        let mut pairs: Vec<(u16, u16)> = Vec::new();
        for &(first, last, step, delta) in LOWER_RUNS {
            for upper in (first..=last).step_by(usize::from(step.max(1))) {
                if let Ok(lower) = u16::try_from(i32::from(upper) + delta) {
                    pairs.push((lower, upper));
                }
            }
        }
        pairs.sort_unstable();
        let mut groups: Vec<(u16, Equivalents)> = Vec::new();
        for (lower, upper) in pairs {
            match groups.last_mut() {
                Some((known, members)) if *known == lower => members.push(upper),
                _ => groups.push((lower, vec![lower, upper])),
            }
        }
        for (_, members) in &mut groups {
            members.sort_unstable();
        }
        groups
    })
}

/// The letters I in the culture at hand.
fn letters_i(culture: CaseCulture) -> &'static [&'static [u16]] {
    const UPPER: u16 = 0x49;
    const LOWER: u16 = 0x69;
    const DOTTED: u16 = 0x130;
    const DOTLESS: u16 = 0x131;
    match culture {
        CaseCulture::Invariant => &[&[UPPER, LOWER]],
        CaseCulture::NonTurkish => &[&[UPPER, LOWER, DOTTED]],
        CaseCulture::Turkish => &[&[UPPER, DOTLESS], &[LOWER, DOTTED]],
    }
}

/// Calls `add` with every group that has a member for which `holds` is true.
pub(super) fn for_each_equivalent_group(
    culture: CaseCulture,
    holds: impl Fn(u16) -> bool,
    mut add: impl FnMut(&[u16]),
) {
    let generic = groups().iter().map(|(_, members)| members.as_slice());
    for members in generic.chain(letters_i(culture).iter().copied()) {
        if members.iter().any(|&unit| holds(unit)) {
            add(members);
        }
    }
}

/// The group a single code unit belongs to, if it has a case.
pub(super) fn equivalents(culture: CaseCulture, unit: u16) -> Option<&'static [u16]> {
    if let Some(group) = letters_i(culture).iter().find(|group| group.contains(&unit)) {
        return Some(group);
    }
    if matches!(unit, 0x49 | 0x69 | 0x130 | 0x131) {
        return None;
    }
    // The lower-case member orders the groups; an upper-case letter finds it through its run.
    let lower = LOWER_RUNS
        .iter()
        .find(|&&(first, last, step, _)| (first..=last).contains(&unit) && (unit - first).is_multiple_of(step.max(1)))
        .and_then(|&(_, _, _, delta)| u16::try_from(i32::from(unit) + delta).ok())
        .unwrap_or(unit);
    let groups = groups();
    groups
        .binary_search_by_key(&lower, |&(known, _)| known)
        .ok()
        .and_then(|at| groups.get(at))
        .map(|(_, members)| members.as_slice())
}

/// Whether two code units are equal when case is ignored.
pub(super) fn equal_ignoring_case(culture: CaseCulture, left: u16, right: u16) -> bool {
    left == right || equivalents(culture, left).is_some_and(|group| group.contains(&right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_the_recorded_size_and_members() {
        // .NET 8's own table holds 2336 code units in 1164 groups, I and i included.
        assert_eq!(groups().len() + 1, 1164);
        let members: usize = groups().iter().map(|(_, members)| members.len()).sum();
        assert_eq!(members + 2, 2336);
        let invariant = CaseCulture::Invariant;
        assert_eq!(equivalents(invariant, 0x212A), Some(&[0x4B, 0x6B, 0x212A][..]));
        assert_eq!(equivalents(invariant, 0x69), Some(&[0x49, 0x69][..]));
        assert_eq!(equivalents(invariant, 0x17F), None);
        assert_eq!(equivalents(invariant, 0x130), None);
        assert!(equal_ignoring_case(CaseCulture::NonTurkish, 0x130, 0x49));
        assert!(equal_ignoring_case(invariant, 0xDF, 0x1E9E));
    }
}
