//! One way to search for both engines, and the walk over all matches of a text.

use std::cell::Cell;
use std::sync::Arc;

use memchr::memmem;
use regex::{CaptureLocations, Regex};

use super::api::Inner;
use super::class::CharSet;
use super::error::MatchError;
use super::machine::{Budget, Machine, Memory};
use super::sequence::{Bounds, Sequence};
use super::tree::Node;
use super::units::next_unit;

/// Memory kept between searches, so that in the long run they allocate nothing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    memory: Memory,
    /// Group positions of the linear engine, by pattern and compiled form.
    locations: Vec<(LocationsKey, CaptureLocations)>,
}

/// Pattern and whether the form for ASCII texts is meant.
type LocationsKey = (u64, bool);

/// More patterns than this at a time lose their locations and get new ones.
const MAX_LOCATIONS: usize = 128;

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Runs `work` with the thread's scratch memory, or with fresh memory if that is in use (by a writer that
/// itself matches patterns) or gone (at the end of the thread).
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    let kept = SCRATCH.try_with(Cell::take).ok().flatten();
    let mut scratch = kept.unwrap_or_default();
    let result = work(&mut scratch);
    scratch.memory.shrink();
    let _ = SCRATCH.try_with(|cell| cell.set(Some(scratch)));
    result
}

/// A pattern that is one class, or one or more members of it, and captures nothing. Its matches are the
/// members, or the longest runs of them, on every text.
#[derive(Debug)]
pub(super) struct ClassScan {
    set: Arc<CharSet>,
    /// The ASCII members, by byte.
    ascii: [bool; 256],
    runs: bool,
}

impl ClassScan {
    /// Texts longer than this are left to the linear engine where it can run them: it can skip many bytes
    /// at a time, which makes up for its greater cost per match.
    pub(super) const LONGEST: usize = 256;

    pub(super) fn new(root: &Node) -> Option<Self> {
        let (node, runs) = match root {
            Node::Loop { node, min: 1, max: None, lazy: false } => (node.as_ref(), true),
            _ => (root, false),
        };
        let set = match node {
            Node::Set(set) => Arc::clone(set),
            Node::Unit(unit) => Arc::new(CharSet::single(*unit)),
            _ => return None,
        };
        let mut ascii = [false; 256];
        for (unit, member) in (0..128).zip(&mut ascii) {
            *member = set.contains(unit);
        }
        Some(Self { set, ascii, runs })
    }

    /// Whether the unit at a position is a member, and where the next one starts.
    #[inline]
    fn member(&self, text: &[u8], at: usize) -> Option<(bool, usize)> {
        let byte = *text.get(at)?;
        if byte < 0x80 {
            let member = self.ascii.get(usize::from(byte)).copied();
            return Some((member.unwrap_or(false), at + 1));
        }
        next_unit(text, at).map(|(unit, next)| (self.set.contains(unit), next))
    }

    #[inline]
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let mut start = from;
        let mut end = loop {
            match self.member(text, start)? {
                (true, next) => break next,
                (false, next) => start = next,
            }
        };
        if self.runs {
            while let Some((true, next)) = self.member(text, end) {
                end = next;
            }
        }
        Some((start, end))
    }
}

/// The engine that is right for one text.
enum Route<'a> {
    Literal(&'a memmem::Finder<'static>),
    Class(&'a ClassScan),
    Sequence {
        sequence: &'a Sequence,
        bounds: Bounds,
    },
    Linear {
        engine: &'a Regex,
        /// Place of the pattern's locations in the scratch memory, if groups are wanted.
        locations: Option<usize>,
    },
    Machine(Budget),
}

/// Walks over the matches of a pattern in a text, as `Regex.Matches` does: after an empty match the
/// search goes on one code unit further, after any other where it ended (so an empty match may follow).
pub(super) struct Walk<'a, 't> {
    inner: &'a Inner,
    text: &'t str,
    scratch: &'a mut Scratch,
    route: Route<'a>,
    /// Where the next search starts; None when the text is used up.
    from: Option<usize>,
    /// Where the match before ended, for `\G`.
    search_start: usize,
    found: (usize, usize),
}

impl<'a, 't> Walk<'a, 't> {
    pub(super) fn new(inner: &'a Inner, text: &'t str, groups: bool, scratch: &'a mut Scratch) -> Self {
        let short = text.len() <= ClassScan::LONGEST;
        let route = if let Some(literal) = &inner.literal {
            Route::Literal(literal)
        } else if let Some(class) = inner.class.as_ref().filter(|_| short) {
            Route::Class(class)
        } else if let Some(sequence) = inner.sequence.as_ref().filter(|sequence| sequence.fits(text)) {
            Route::Sequence { sequence, bounds: Bounds::default() }
        } else if let Some(engine) = inner.linear.as_ref().and_then(|linear| linear.fits(text)) {
            let locations = groups.then(|| locations_of(inner.id, text.is_ascii(), engine, scratch));
            Route::Linear { engine, locations }
        } else if let Some(class) = &inner.class {
            Route::Class(class)
        } else {
            Route::Machine(Budget::new(inner.options.step_limit, text))
        };
        Self { inner, text, scratch, route, from: Some(0), search_start: 0, found: (0, 0) }
    }

    /// Starts the walk at a byte offset, which has to be a character boundary.
    pub(super) fn start_at(&mut self, at: usize) {
        self.from = Some(at);
        self.search_start = at;
    }

    /// The next match, as positions of `units.rs`.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(usize, usize)>, MatchError> {
        let Some(from) = self.from else {
            return Ok(None);
        };
        let Some((start, end)) = self.search(from)? else {
            self.from = None;
            return Ok(None);
        };
        self.found = (start, end);
        self.search_start = end;
        self.from = if start == end { next_unit(self.text.as_bytes(), end).map(|(_, next)| next) } else { Some(end) };
        Ok(Some((start, end)))
    }

    #[inline]
    fn search(&mut self, from: usize) -> Result<Option<(usize, usize)>, MatchError> {
        match &mut self.route {
            Route::Literal(finder) => {
                let Some(rest) = self.text.as_bytes().get(from..) else {
                    return Ok(None);
                };
                let length = finder.needle().len();
                Ok(finder.find(rest).map(|at| (from + at, from + at + length)))
            }
            Route::Class(class) => Ok(class.find(self.text.as_bytes(), from)),
            Route::Sequence { sequence, bounds } => Ok(sequence.find(self.text.as_bytes(), from, bounds)),
            Route::Linear { engine, locations } => {
                let place = locations.and_then(|at| self.scratch.locations.get_mut(at));
                let found = match place {
                    Some((_, locations)) => engine.captures_read_at(locations, self.text, from),
                    None => engine.find_at(self.text, from),
                };
                Ok(found.map(|found| (found.start(), found.end())))
            }
            Route::Machine(budget) => Machine {
                program: &self.inner.program,
                text: self.text.as_bytes(),
                culture: self.inner.options.culture,
                ecma: self.inner.options.ecma_script,
                memory: &mut self.scratch.memory,
                budget,
                search_start: self.search_start,
            }
            .search(from),
        }
    }

    /// The last capture of a slot in the match found last. Slots other than 0 need `groups`.
    #[inline]
    pub(super) fn group(&self, slot: usize) -> Option<(usize, usize)> {
        if slot == 0 {
            return Some(self.found);
        }
        match &self.route {
            Route::Literal(_) | Route::Class(_) => None,
            Route::Sequence { sequence, bounds } => sequence.group(slot, bounds),
            Route::Linear { locations, .. } => {
                let (_, locations) = self.scratch.locations.get((*locations)?)?;
                locations.get(self.inner.linear.as_ref()?.group(slot)?)
            }
            Route::Machine(_) => self.scratch.memory.capture(slot),
        }
    }
}

/// Finds or makes the locations of a pattern in the scratch memory.
fn locations_of(id: u64, ascii: bool, engine: &Regex, scratch: &mut Scratch) -> usize {
    let key = (id, ascii);
    if let Some(at) = scratch.locations.iter().position(|(known, _)| *known == key) {
        return at;
    }
    if scratch.locations.len() >= MAX_LOCATIONS {
        scratch.locations.clear();
    }
    scratch.locations.push((key, engine.capture_locations()));
    scratch.locations.len() - 1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::super::{Options, Pattern};
    use super::*;

    type Found = Vec<Vec<Option<(usize, usize)>>>;

    /// All matches with all their groups, on the engine asked for.
    fn found(pattern: &Pattern, text: &str, machine: bool) -> Result<Found, MatchError> {
        let mut scratch = Scratch::default();
        let slots = pattern.groups().len();
        let mut walk = Walk::new(pattern.inner(), text, true, &mut scratch);
        if machine {
            walk.route = Route::Machine(Budget::new(50_000, text));
        }
        let mut all = Vec::new();
        while walk.next()?.is_some() {
            all.push((0..slots).map(|slot| walk.group(slot)).collect());
        }
        Ok(all)
    }

    /// Patterns of everything both engines can run.
    fn pattern_text() -> impl Strategy<Value = String> {
        let atom = prop::sample::select(vec![
            "a",
            "b",
            "é",
            "-",
            r"\w",
            r"\d",
            r"\s",
            r"\W",
            "[ab]",
            "[^a]",
            "[é-ü]",
            ".",
            "日",
            "^",
            "$",
            r"\b",
            r"\z",
            "1",
            "(?i:A)",
            r"\p{Lu}",
            "[a-z-[b]]",
            "x{0}",
            r"\n",
        ])
        .prop_map(String::from);
        let quantifier =
            prop::sample::select(vec!["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"]);
        let quantified = |inner: BoxedStrategy<String>, quantifier: prop::sample::Select<&'static str>| {
            (inner, quantifier).prop_map(|(inner, quantifier)| format!("{inner}{quantifier}"))
        };
        quantified(atom.boxed(), quantifier.clone()).boxed().prop_recursive(4, 24, 4, move |inner| {
            let sequence = prop::collection::vec(inner.clone(), 0..4).prop_map(|parts| parts.concat());
            let choice = prop::collection::vec(sequence.clone(), 1..4).prop_map(|parts| parts.join("|"));
            let grouped = (prop::sample::select(vec!["(", "(?:", "(?<n>"]), choice)
                .prop_map(|(open, inside)| format!("{open}{inside})"));
            prop_oneof![sequence, quantified(grouped.boxed(), quantifier.clone())]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        /// Whatever runs on a fast engine has the same matches and captures on the machine.
        #[test]
        fn engines_agree(pattern in pattern_text(), text in "[abBé日ü1 \\-\n]{0,12}") {
            let Ok(pattern) = Pattern::new(&pattern, Options::default()) else { return Ok(()) };
            let (Ok(fast), Ok(slow)) = (found(&pattern, &text, false), found(&pattern, &text, true)) else { return Ok(()) };
            prop_assert_eq!(fast, slow);
        }

        /// The scan for a single class is right on texts with surrogate pairs too.
        #[test]
        fn class_scan_agrees(
            class in prop::sample::select(vec!["[ab]", "[^a]", ".", r"\W", r"\s", "[é😀]", "[\\s()-]", "é", r"\D"]),
            runs in any::<bool>(),
            text in "[abé😀𝐀 ()-]{0,16}",
        ) {
            let pattern = Pattern::new(&format!("{class}{}", if runs { "+" } else { "" }), Options::default()).unwrap();
            prop_assert_eq!(found(&pattern, &text, false), found(&pattern, &text, true));
        }
    }

    #[test]
    fn the_expected_engines_are_chosen() {
        let linear = |pattern: &str, text: &str| {
            let pattern = Pattern::new(pattern, Options::default()).unwrap();
            let mut scratch = Scratch::default();
            !matches!(Walk::new(pattern.inner(), text, true, &mut scratch).route, Route::Machine(_))
        };
        assert!(linear(r"^(\d{3})(\d{3})(\d{4})$", "4255550100"));
        assert!(linear(r"(?<Suffix>@(.)*)", "jörg@contoso.com"));
        assert!(linear(r"\bx", "ascii"));
        assert!(linear("[^a-z]", "😀"));
        assert!(linear("😀", "😀"));
        assert!(!linear(r"\bx", "jörg"));
        assert!(!linear("a$", "a\n"));
        assert!(!linear("^.{2}$", "😀"));
        assert!(!linear("(?=a)b", "ab"));
        assert!(!linear("(a|b?)*", "ab"));
        assert!(linear(r"^(?:Dr\.?)?(x*)?$", "Dr.xx"));
    }
}
