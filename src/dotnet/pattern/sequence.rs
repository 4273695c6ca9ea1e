//! Patterns without choices: one pass along a text matches them.
//!
//! Such a pattern is a sequence of classes with counts, of which none can take a
//! character that the next one needs. A count that can vary then takes all it can get, and
//! giving some of it back could not make the rest match. Most patterns of mappings are of
//! this kind: digits behind a sign, what stands before or behind an `@`.

use super::class::CharSet;
use super::tree::{Anchor, Node};

/// Longest text that is run here. Every start is tried, which longer texts leave to the
/// linear-time engine.
const LONGEST: usize = 256;

/// Most classes of a pattern.
const MOST: usize = 12;

/// A pattern that one pass along an ASCII text matches.
#[derive(Debug)]
pub(super) struct Sequence {
    items: Vec<Item>,
    /// Where the groups are, by slot.
    groups: Vec<Option<Group>>,
    /// The pattern matches at the start of the text only.
    at_start: bool,
    end: End,
    /// The least number of bytes that match.
    least: usize,
}

/// How a pattern ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Anywhere,
    /// At the end of the text.
    Text,
    /// There, or before a final line feed; such texts are left to others.
    Line,
}

/// A class and how often it stands there.
#[derive(Debug)]
struct Item {
    class: Class,
    least: usize,
    most: usize,
}

/// The ASCII characters that a class has.
#[derive(Debug)]
enum Class {
    Range { first: u8, width: u8 },
    Table(Box<[bool; 128]>),
}

/// What a group captures.
#[derive(Debug, Clone, Copy)]
enum Group {
    /// The text from one item up to another.
    Items { first: usize, behind: usize },
    /// The last character of an item.
    Last { item: usize },
}

/// Where the items of a match begin, and behind the last one where it ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds([u16; MOST + 1]);

impl Bounds {
    fn get(&self, item: usize) -> usize {
        self.0.get(item).copied().map_or(0, usize::from)
    }
}

impl Class {
    fn new(set: &CharSet) -> (Self, u128) {
        let mut members = 0_u128;
        let mut table = [false; 128];
        for (unit, member) in (0_u16..128).zip(&mut table) {
            *member = set.contains(unit);
            members |= u128::from(*member) << unit;
        }
        let (first, behind) = (members.trailing_zeros(), 128 - members.leading_zeros());
        let class = match (u8::try_from(first), u8::try_from(behind)) {
            (Ok(first), Ok(behind)) if behind > first && members.count_ones() == u32::from(behind - first) => {
                Class::Range { first, width: behind - first - 1 }
            }
            _ => Class::Table(Box::new(table)),
        };
        (class, members)
    }

    #[inline(always)]
    fn has(&self, byte: u8) -> bool {
        match self {
            Class::Range { first, width } => byte.wrapping_sub(*first) <= *width,
            Class::Table(table) => table.get(usize::from(byte)).copied().unwrap_or(false),
        }
    }

    /// How many of the first bytes are members.
    #[inline]
    fn run(&self, bytes: &[u8]) -> usize {
        let end = match self {
            Class::Range { first, width } => bytes.iter().position(|byte| byte.wrapping_sub(*first) > *width),
            table => bytes.iter().position(|byte| !table.has(*byte)),
        };
        end.unwrap_or(bytes.len())
    }

    /// Whether all bytes are members.
    #[inline]
    fn all(&self, bytes: &[u8]) -> bool {
        match self {
            Class::Range { first, width } => {
                bytes.iter().fold(true, |all, byte| all & (byte.wrapping_sub(*first) <= *width))
            }
            table => bytes.iter().all(|byte| table.has(*byte)),
        }
    }
}

/// A pattern as it is read.
struct Reader {
    items: Vec<Item>,
    /// The members of each item.
    members: Vec<u128>,
    groups: Vec<Option<Group>>,
    at_start: bool,
    end: End,
}

impl Reader {
    fn node(&mut self, node: &Node) -> Option<()> {
        // Nothing stands behind an end.
        if self.end != End::Anywhere && !matches!(node, Node::Empty) {
            return None;
        }
        match node {
            Node::Empty => {}
            Node::Unit(unit) => self.item(&CharSet::single(*unit), 1, Some(1))?,
            Node::Set(set) => self.item(set, 1, Some(1))?,
            Node::Sequence(nodes) => nodes.iter().try_for_each(|node| self.node(node))?,
            Node::Loop { node, min, max, lazy } => {
                if *lazy && *max != Some(*min) {
                    return None;
                }
                match node.as_ref() {
                    Node::Unit(unit) => self.item(&CharSet::single(*unit), *min, *max)?,
                    Node::Set(set) => self.item(set, *min, *max)?,
                    Node::Capture { slot: Some(slot), balanced: None, node } => {
                        let item = self.items.len();
                        match node.as_ref() {
                            Node::Unit(unit) => self.item(&CharSet::single(*unit), *min, *max)?,
                            Node::Set(set) => self.item(set, *min, *max)?,
                            _ => return None,
                        }
                        self.group(*slot, Group::Last { item })?;
                    }
                    _ => return None,
                }
            }
            Node::Capture { slot: Some(slot), balanced: None, node } => {
                let first = self.items.len();
                self.node(node)?;
                self.group(*slot, Group::Items { first, behind: self.items.len() })?;
            }
            Node::Anchor(Anchor::Beginning) if self.items.is_empty() => self.at_start = true,
            Node::Anchor(Anchor::End) => self.end = End::Text,
            Node::Anchor(Anchor::EndOrFinalLineFeed) => self.end = End::Line,
            _ => return None,
        }
        Some(())
    }

    fn item(&mut self, set: &CharSet, least: u32, most: Option<u32>) -> Option<()> {
        if self.items.len() == MOST {
            return None;
        }
        let (class, members) = Class::new(set);
        self.items.push(Item { class, least: least as usize, most: most.map_or(usize::MAX, |most| most as usize) });
        self.members.push(members);
        Some(())
    }

    /// Places a group; one that stands twice captures by rules of its own.
    fn group(&mut self, slot: usize, group: Group) -> Option<()> {
        let place = self.groups.get_mut(slot)?;
        if place.is_some() {
            return None;
        }
        *place = Some(group);
        Some(())
    }

    /// Whether no item whose count varies can take what the items behind it need.
    fn has_no_choices(&self) -> bool {
        self.items.iter().enumerate().all(|(at, item)| {
            if item.least == item.most {
                return true;
            }
            let own = self.members.get(at).copied().unwrap_or(0);
            for (next, members) in self.items.iter().zip(&self.members).skip(at + 1) {
                if own & members != 0 {
                    return false;
                }
                if next.least > 0 {
                    break;
                }
            }
            true
        })
    }
}

impl Sequence {
    /// Reads a pattern, unless it has choices.
    pub(super) fn new(root: &Node, slots: usize) -> Option<Self> {
        let mut reader = Reader {
            items: Vec::new(),
            members: Vec::new(),
            groups: vec![None; slots],
            at_start: false,
            end: End::Anywhere,
        };
        reader.node(root)?;
        if !reader.has_no_choices() {
            return None;
        }
        let least = reader.items.iter().map(|item| item.least).fold(0, usize::saturating_add);
        let Reader { items, groups, at_start, end, .. } = reader;
        Some(Sequence { items, groups, at_start, end, least })
    }

    /// Whether the pattern's meaning on a text is known here.
    #[inline]
    pub(super) fn fits(&self, text: &str) -> bool {
        text.len() <= LONGEST && text.is_ascii() && !(self.end == End::Line && text.as_bytes().last() == Some(&b'\n'))
    }

    /// The first match from a byte offset on.
    #[inline]
    pub(super) fn find(&self, text: &[u8], from: usize, bounds: &mut Bounds) -> Option<(usize, usize)> {
        let last = text.len().checked_sub(self.least)?;
        if self.at_start {
            return if from == 0 { self.match_at(text, 0, bounds).map(|end| (0, end)) } else { None };
        }
        let mut start = from;
        while start <= last {
            if let Some(Item { class, least: 1.., .. }) = self.items.first() {
                // Where the first class is not, the pattern does not start.
                start += text.get(start..)?.iter().position(|byte| class.has(*byte))?;
            }
            if let Some(end) = self.match_at(text, start, bounds) {
                return Some((start, end));
            }
            start += 1;
        }
        None
    }

    /// The end of the match that starts there.
    #[inline]
    fn match_at(&self, text: &[u8], start: usize, bounds: &mut Bounds) -> Option<usize> {
        let mut at = start;
        for (item, bound) in self.items.iter().zip(&mut bounds.0) {
            *bound = at as u16;
            let rest = text.get(at..)?;
            if item.least == item.most {
                if !item.class.all(rest.get(..item.least)?) {
                    return None;
                }
                at += item.least;
            } else {
                let count = item.class.run(rest.get(..item.most).unwrap_or(rest));
                if count < item.least {
                    return None;
                }
                at += count;
            }
        }
        if self.end != End::Anywhere && at != text.len() {
            return None;
        }
        if let Some(bound) = bounds.0.get_mut(self.items.len()) {
            *bound = at as u16;
        }
        Some(at)
    }

    /// The last capture of a slot in the match whose bounds these are.
    #[inline]
    pub(super) fn group(&self, slot: usize, bounds: &Bounds) -> Option<(usize, usize)> {
        match self.groups.get(slot).copied().flatten()? {
            Group::Items { first, behind } => Some((bounds.get(first), bounds.get(behind))),
            Group::Last { item } => {
                let (start, end) = (bounds.get(item), bounds.get(item + 1));
                (end > start).then(|| (end - 1, end))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::super::{Options, Pattern, Replacement, Short};

    /// Patterns that are sequences, and a few that look like ones but have choices.
    fn pattern_text() -> impl Strategy<Value = String> {
        let class = prop::sample::select(vec![
            "a", "b", "-", "[ab]", "[^a]", r"\d", r"\w", ".", " ", "(a)", "(.)", "(?<n>b)", "[^@]", "@", "1",
        ]);
        let count = prop::sample::select(vec!["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "{2}?"]);
        let part = (class, count).prop_map(|(class, count)| format!("{class}{count}"));
        let parts = prop::collection::vec(part, 1..5);
        let wrap =
            prop::sample::select(vec![("", ""), ("(", ")"), ("(?<m>", ")"), ("^", "$"), ("", r"\z"), ("(^", ")")]);
        (parts, wrap, any::<u8>()).prop_map(|(parts, (open, close), split)| {
            let (before, inside) = parts.split_at(usize::from(split) % parts.len());
            match open {
                "^" => format!("^{}$", parts.concat()),
                _ => format!("{}{open}{}{close}", before.concat(), inside.concat()),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        /// The short way of a replacement gives what the usual one gives, on all engines.
        #[test]
        fn short_replacements_agree(
            pattern in pattern_text(),
            text in "[ab1@ é\n-]{0,12}",
            replacement in prop::sample::select(vec!["", "x", "$1", "<$&>", "${n}-", "$1$2", "$`"]),
            group in prop::sample::select(vec!["0", "1", "n", "m"]),
        ) {
            let Ok(pattern) = Pattern::new(&pattern, Options::default()) else { return Ok(()) };
            let replacement = Replacement::new(replacement, &pattern).unwrap();
            let mut out = String::new();
            let short = match pattern.replace_short(&text, 0, &replacement, &mut out) {
                Short::Piece(piece) => Some(piece.to_owned()),
                Short::Written => Some(out),
                Short::No => None,
            };
            if let Some(short) = short {
                prop_assert_eq!(short, pattern.replace(&text, &replacement).unwrap());
            }
            if let Some(slot) = pattern.slot(group) {
                let mut out = String::new();
                let short = match pattern.replace_short(&text, slot, &Replacement::literal("x"), &mut out) {
                    Short::Piece(piece) => Some(piece.to_owned()),
                    Short::Written => Some(out),
                    Short::No => None,
                };
                if let Some(short) = short {
                    prop_assert_eq!(short, pattern.replace_group(&text, group, "x").unwrap());
                }
            }
        }
    }

    #[test]
    fn patterns_of_mappings_need_no_engine() {
        for pattern in
            [r"\+(?<isdCode>\d* )(?<phoneNumber>\d{10})", "(?<Suffix>@(.)*)", "^[^@]+", r"[^0-9]", r"^(\d{3})(\d{4})$"]
        {
            let pattern = Pattern::new(pattern, Options::default()).unwrap();
            assert_short(&pattern);
        }
        let choices = Pattern::new("a*ab", Options::default()).unwrap();
        assert!(choices.short("aab").is_none());
    }

    fn assert_short(pattern: &Pattern) {
        assert!(pattern.short("+1 4255550100").is_some(), "{pattern}");
    }
}
