//! One way to search for both engines, and the walk over all matches of a text.

use std::cell::RefCell;

use memchr::memmem;
use regex::{CaptureLocations, Regex};

use super::api::Inner;
use super::error::MatchError;
use super::machine::{Budget, Machine, Memory};
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
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Runs `work` with the thread's scratch memory, or with fresh memory if that is in use (a writer that
/// itself matches patterns).
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => {
            let result = work(&mut scratch);
            scratch.memory.shrink();
            result
        }
        Err(_) => work(&mut Scratch::default()),
    })
}

/// The engine that is right for one text.
enum Route<'a> {
    Literal(&'a memmem::Finder<'static>),
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
    pub(super) fn new(
        inner: &'a Inner,
        text: &'t str,
        groups: bool,
        scratch: &'a mut Scratch,
    ) -> Self {
        let route = if let Some(literal) = &inner.literal {
            Route::Literal(literal)
        } else if let Some(engine) = inner.linear.as_ref().and_then(|linear| linear.fits(text)) {
            let locations =
                groups.then(|| locations_of(inner.id, text.is_ascii(), engine, scratch));
            Route::Linear { engine, locations }
        } else {
            Route::Machine(Budget::new(inner.options.step_limit, text))
        };
        Self {
            inner,
            text,
            scratch,
            route,
            from: Some(0),
            search_start: 0,
            found: (0, 0),
        }
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
        self.from = if start == end {
            next_unit(self.text.as_bytes(), end).map(|(_, next)| next)
        } else {
            Some(end)
        };
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
            Route::Literal(_) => None,
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
    if let Some(at) = scratch
        .locations
        .iter()
        .position(|(known, _)| *known == key)
    {
        return at;
    }
    if scratch.locations.len() >= MAX_LOCATIONS {
        scratch.locations.clear();
    }
    scratch.locations.push((key, engine.capture_locations()));
    scratch.locations.len() - 1
}
