//! Which slot an attribute of the input goes to.

use super::nested::Path;
use crate::cli::say;
use crate::{AttributeBag, MappingSet, Schema, Slot};
use serde_json::{Map, Value as Json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Which slot an attribute of the input goes to. Every thread has its own copy; what
/// there is to say about a name is said once by all of them.
#[derive(Debug, Clone)]
pub struct Binding {
    schema: Arc<Schema>,
    /// By slot, whether anything reads it.
    read: Vec<bool>,
    /// Everything is kept, read or not: seeded values are drawn from the whole record.
    everything: bool,
    /// The names that are read and lead into nested objects.
    paths: Arc<[(Slot, Path)]>,
    /// By name, once it was looked up.
    known: HashMap<String, Known>,
    said: Arc<Mutex<HashSet<String>>>,
}

/// What is to become of an attribute of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) place: Place,
    /// Whether names that are read lead into it.
    pub(super) root: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Slot(Slot),
    /// The slot of a name that differs in case; the exact name goes first.
    Alike(Slot),
    /// Nothing reads it, but the record is to hold it.
    Extra,
    Ignored,
}

impl Binding {
    /// The attributes that a mapping set reads; with `everything` the others too.
    #[must_use]
    pub fn new(set: &MappingSet, everything: bool) -> Self {
        let slots = (0..set.mappings().len()).flat_map(|mapping| set.reads(mapping).iter().copied());
        Binding::reading(set.schema().clone(), slots, everything)
    }

    /// The attributes of these slots; with `everything` the others too.
    #[must_use]
    pub fn reading(schema: Arc<Schema>, slots: impl IntoIterator<Item = Slot>, everything: bool) -> Self {
        let mut read = vec![false; schema.names().len()];
        for slot in slots {
            if let Some(read) = read.get_mut(slot as usize) {
                *read = true;
            }
        }
        let paths = (0..)
            .zip(schema.names())
            .filter(|(slot, _)| read.get(*slot as usize).is_some_and(|read| *read))
            .filter_map(|(slot, name): (Slot, _)| Some((slot, Path::parse(name)?)))
            .collect();
        Binding { schema, read, everything, paths, known: HashMap::new(), said: Arc::default() }
    }

    /// All attributes of a schema, and those it lacks.
    #[must_use]
    pub fn whole(schema: Arc<Schema>) -> Self {
        let slots = 0..Slot::try_from(schema.names().len()).unwrap_or(Slot::MAX);
        Binding::reading(schema, slots, true)
    }

    /// The schema whose slots attributes go to.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    fn is_read(&self, slot: Slot) -> bool {
        self.read.get(slot as usize).is_some_and(|read| *read)
    }

    /// Looks a name up exactly, then ignoring case; that is said once.
    pub(super) fn known(&mut self, name: &str) -> Known {
        self.look(name, true)
    }

    /// Looks a name up whose case means nothing.
    pub(super) fn known_in_any_case(&mut self, name: &str) -> Known {
        self.look(name, false)
    }

    fn look(&mut self, name: &str, case_counts: bool) -> Known {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let place = self.find(name);
        if let Place::Alike(slot) = place
            && case_counts
            && self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned())
        {
            say(format_args!(
                "warning[AF106]: the attribute {name} of the input is read as [{}]",
                self.schema.name(slot)
            ));
        }
        let root = self.paths.iter().any(|(_, path)| path.root().eq_ignore_ascii_case(name));
        let known = Known { place, root };
        // Records in which every name is another do not fill the memory.
        if self.known.len() < 1 << 16 {
            self.known.insert(name.to_owned(), known);
        }
        known
    }

    fn find(&self, name: &str) -> Place {
        if let Some(slot) = self.schema.slot(name) {
            return if self.everything || self.is_read(slot) { Place::Slot(slot) } else { Place::Ignored };
        }
        let folded = name.to_lowercase();
        let mut alike = (0..)
            .zip(self.schema.names())
            .filter(|(slot, known)| self.is_read(*slot) && known.to_lowercase() == folded);
        match (alike.next(), alike.next()) {
            (Some((slot, _)), None) => Place::Alike(slot),
            _ if self.everything => Place::Extra,
            _ => Place::Ignored,
        }
    }

    pub(super) fn name(&self, slot: Slot) -> &str {
        self.schema.name(slot)
    }

    /// Gives the names that lead into nested objects their values, from the members that
    /// they lead into. An attribute that has the whole name goes first.
    pub(super) fn follow(&self, roots: Map<String, Json>, bag: &mut AttributeBag) {
        if roots.is_empty() {
            return;
        }
        let roots = Json::Object(roots);
        for (slot, path) in self.paths.iter() {
            if bag.get(self.name(*slot)).is_none()
                && let Some(value) = path.find(&roots)
            {
                bag.set_slot(*slot, value);
            }
        }
    }
}
