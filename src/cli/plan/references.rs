//! References to other objects: what the source calls them, and what the target does.

use super::entry::Done;
use super::survey::{Decision, referring};
use super::target::Targets;
use crate::cli::population::{Binding, Extent, Population, RecordReader};
use crate::configuration::ObjectFlow;
use crate::environment::fold;
use crate::{AttributeBag, References, Resolved};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A source object that others may refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Its number in the source.
    pub(super) ordinal: usize,
    pub(super) known: Known,
}

impl From<(usize, Known)> for Reference {
    fn from((ordinal, known): (usize, Known)) -> Self {
        Reference { ordinal, known }
    }
}

/// What a source object is in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// This object.
    Target(u32),
    /// One that this cycle makes, with what references to it hold, where that is known.
    New(Option<String>),
    /// The target does not have it.
    Nowhere,
}

/// What every thread looks references up in.
pub(super) struct Table {
    /// By target attribute: the attribute of target objects that references hold.
    held: Arc<FxHashMap<String, String>>,
    entries: Arc<HashMap<(u32, String), Reference>>,
    /// How many attributes of source objects references mean.
    kinds: u32,
    reader: RecordReader,
    binding: Option<Binding>,
    flow: ObjectFlow,
}

impl Table {
    pub(super) fn new(flow: &ObjectFlow, entries: HashMap<(u32, String), Reference>, target: &Population) -> Self {
        let mut held = FxHashMap::default();
        for (mapping, item) in flow.mappings().mappings().iter().enumerate() {
            held.extend(flow.reference(mapping).map(|(_, named)| (item.target.clone(), named.to_owned())));
        }
        let schema = flow.target_schema();
        let slots: Vec<_> = held.values().filter_map(|name: &String| schema.slot(name)).collect();
        let binding = (!slots.is_empty()).then(|| Binding::reading(schema.clone(), slots, false));
        Table {
            held: Arc::new(held),
            entries: Arc::new(entries),
            kinds: u32::try_from(referring(flow).len()).unwrap_or_default(),
            reader: target.reader(),
            binding,
            flow: flow.clone(),
        }
    }

    /// A resolver for one thread; none where nothing refers to anything.
    pub(super) fn resolver(&self, targets: &Targets) -> Option<Resolver> {
        let binding = self.binding.clone()?;
        let state = State {
            reader: self.reader.clone(),
            binding,
            bag: AttributeBag::with_schema(self.flow.target_schema().clone()),
            names: FxHashMap::default(),
            seen: Vec::new(),
        };
        Some(Resolver {
            held: self.held.clone(),
            entries: self.entries.clone(),
            kinds: self.kinds,
            places: targets.extents(),
            state: Arc::new(Mutex::new(state)),
        })
    }
}

/// Looks references up, on one thread.
#[derive(Clone)]
pub(super) struct Resolver {
    held: Arc<FxHashMap<String, String>>,
    entries: Arc<HashMap<(u32, String), Reference>>,
    kinds: u32,
    places: Arc<Vec<Extent>>,
    state: Arc<Mutex<State>>,
}

struct State {
    reader: RecordReader,
    binding: Binding,
    bag: AttributeBag,
    /// What objects are called, once it was read: managers come again and again.
    names: FxHashMap<(u32, String), Option<String>>,
    /// The source objects that references led to since they were last taken.
    seen: Vec<usize>,
}

impl Resolver {
    /// The source objects that references of the last object led to.
    pub(super) fn take_seen(&self) -> Vec<usize> {
        std::mem::take(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).seen)
    }
}

impl References for Resolver {
    fn resolve(&self, target: &str, value: &str) -> Resolved {
        let Some(held) = self.held.get(target) else { return Resolved::Unchanged };
        let folded = fold(value);
        let found = (0..self.kinds).find_map(|kind| self.entries.get(&(kind, folded.clone())));
        let Some(entry) = found else { return Resolved::Missing };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen.push(entry.ordinal);
        match &entry.known {
            Known::Nowhere => Resolved::Missing,
            Known::New(name) => name.clone().map_or(Resolved::Missing, Resolved::Target),
            Known::Target(number) => match state.name(*number, held, &self.places) {
                Some(name) => Resolved::Target(name),
                None => Resolved::Missing,
            },
        }
    }
}

impl State {
    /// The attribute of a target object that references to it hold.
    fn name(&mut self, number: u32, attribute: &str, places: &[Extent]) -> Option<String> {
        const MOST: usize = 1 << 16;
        let key = (number, attribute.to_owned());
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let extent = places.get(number as usize)?;
        let read = self.reader.read(*extent, &mut self.binding, &mut self.bag);
        let name = read.ok().and_then(|()| self.bag.get(attribute)).map(ToString::to_string).filter(|n| !n.is_empty());
        if self.names.len() >= MOST {
            self.names.clear();
        }
        self.names.insert(key, name.clone());
        name
    }
}

/// Who refers to whom, to find references that lead back.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By number in the source: the object that it refers to, where that is one.
    to: Vec<Option<usize>>,
    lines: Vec<usize>,
}

impl Links {
    pub(super) fn extend(&mut self, done: &Done) {
        self.to.push(done.refers_to);
        self.lines.push(done.line);
    }

    /// The cycles, each as the lines that it leads over.
    pub(super) fn cycles(&self, decisions: &[Decision]) -> Vec<String> {
        const UNSEEN: u32 = 0;
        let mut mark = vec![UNSEEN; self.to.len()];
        let mut cycles = Vec::new();
        for start in 0..self.to.len() {
            let round = u32::try_from(start).unwrap_or(u32::MAX - 1) + 1;
            let mut at = start;
            let lives = |at: usize| !matches!(decisions.get(at), Some(Decision::Unreadable) | None);
            while let Some(seen) = mark.get_mut(at) {
                if *seen != UNSEEN {
                    if *seen == round && lives(at) {
                        cycles.push(self.cycle(at));
                    }
                    break;
                }
                *seen = round;
                match self.to.get(at).copied().flatten() {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
        cycles
    }

    fn cycle(&self, start: usize) -> String {
        let line = |at: usize| self.lines.get(at).copied().unwrap_or_default().to_string();
        let mut text = line(start);
        let mut at = self.to.get(start).copied().flatten();
        let mut steps = 0;
        while let Some(next) = at.filter(|next| *next != start) {
            steps += 1;
            // A long cycle is as wrong as a short one.
            if steps > 20 {
                text.push_str(" → …");
                break;
            }
            text.push_str(" → ");
            text.push_str(&line(next));
            at = self.to.get(next).copied().flatten();
        }
        text
    }
}
