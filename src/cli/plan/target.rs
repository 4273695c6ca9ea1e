//! The target's objects: what they are found by, and where they lie in the file.

use super::Cycle;
use super::totals::Totals;
use crate::cli::population::{Binding, Extent, RowError};
use crate::cli::say;
use crate::configuration::{ObjectFlow, TargetIndex};
use crate::{AttributeBag, Directory, DirectoryError, InMemoryDirectory, OwnedValue, Slot};
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// So many repeated anchors are said one by one; a wrong file repeats nearly all of them.
const SAID: usize = 20;

/// What is kept of a target's population.
pub(super) struct Targets {
    pub(super) index: TargetIndex,
    extents: Arc<Vec<Extent>>,
    /// Whether an object has a value for a matching attribute.
    managed: Vec<bool>,
    /// Objects with an anchor that another has: the line of that one.
    twins: FxHashMap<u32, usize>,
    /// Values that only one object may have.
    pub(super) taken: Arc<InMemoryDirectory>,
}

impl Targets {
    pub(super) fn len(&self) -> usize {
        self.extents.len()
    }

    /// The places of all objects.
    pub(super) fn extents(&self) -> Arc<Vec<Extent>> {
        self.extents.clone()
    }

    pub(super) fn extent(&self, number: u32) -> Option<Extent> {
        self.extents.get(number as usize).copied()
    }

    /// The line of another object that has the same anchor.
    pub(super) fn twin(&self, number: u32) -> Option<usize> {
        self.twins.get(&number).copied()
    }

    pub(super) fn is_managed(&self, number: usize) -> bool {
        self.managed.get(number).copied().unwrap_or_default()
    }

    pub(super) fn never_managed(&self) -> usize {
        self.managed.iter().filter(|managed| !**managed).count()
    }
}

/// The attributes that identify target objects, in the order in which they are shown.
pub(super) fn identifiers(flow: &ObjectFlow) -> Vec<Slot> {
    let schema = flow.target_schema();
    let names = flow.target_anchors().iter().map(String::as_str).chain(["distinguishedName", "id"]);
    let mut slots: Vec<Slot> = Vec::new();
    for slot in names.filter_map(|name| schema.slot(name)) {
        if !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    slots
}

/// Reads the target's population.
pub(super) fn read(cycle: &Cycle<'_>, totals: &mut Totals) -> anyhow::Result<Targets> {
    let flow = &cycle.flow;
    let schema = flow.target_schema();
    let anchor = flow.target_anchors().first().and_then(|name| schema.slot(name));
    let unique: Vec<Slot> = (0..flow.mappings().mappings().len())
        .filter(|mapping| flow.seeks_unique_value(*mapping))
        .filter_map(|mapping| flow.slot(mapping))
        .collect();
    let matching = flow.matching().iter().filter_map(|mapping| flow.slot(*mapping));
    let read: Vec<Slot> = matching.chain(anchor).chain(unique.iter().copied()).collect();
    let mut binding = Binding::reading(schema.clone(), read, false);
    let mut bag = AttributeBag::with_schema(schema.clone());
    let mut source = cycle.target.source()?;
    let name = cycle.target.name();
    let mut targets = Targets {
        index: TargetIndex::new(flow),
        extents: Arc::default(),
        managed: Vec::new(),
        twins: FxHashMap::default(),
        taken: Arc::new(InMemoryDirectory::default()),
    };
    let shown = cycle.args.run.shown();
    let mut taken = InMemoryDirectory::default();
    let mut extents = Vec::new();
    let mut anchors: FxHashMap<u64, (u32, usize)> = FxHashMap::default();
    // An attacker who chooses anchors cannot make them collide.
    let hasher = RandomState::new();
    while let Some(read) = source.next(&mut binding, &mut bag) {
        let extent = match read {
            Ok(extent) => extent,
            Err(RowError { line, message, .. }) => {
                say(format_args!("{name}:{line}: error[AF436]: {message}"));
                totals.unreadable_targets += 1;
                continue;
            }
        };
        let anchor = anchor.and_then(|slot| bag.get(schema.name(slot))).map(ToString::to_string).unwrap_or_default();
        let number = u32::try_from(extents.len())?;
        if !anchor.is_empty()
            && let Some((twin, earlier)) = anchors.insert(hasher.hash_one(&anchor), (number, extent.line()))
        {
            targets.twins.insert(number, earlier);
            targets.twins.entry(twin).or_insert(extent.line());
            totals.repeated_anchors += 1;
            if totals.repeated_anchors <= SAID {
                say(format_args!(
                    "{name}:{}: error[AF437]: the object has the anchor {}, as that of line {earlier} has",
                    extent.line(),
                    shown.text(&anchor)
                ));
            }
        }
        for slot in &unique {
            let target = schema.name(*slot);
            each(bag.get(target), &mut |value| taken.take(target, value));
        }
        let managed = targets.index.add(number, &bag);
        targets.managed.push(managed);
        extents.push(extent);
    }
    targets.taken = Arc::new(taken);
    targets.extents = Arc::new(extents);
    Ok(targets)
}

fn each(value: Option<&OwnedValue>, take: &mut impl FnMut(&str)) {
    match value {
        Some(OwnedValue::Multi(values)) => values.iter().for_each(|value| each(Some(value), take)),
        Some(OwnedValue::Null) | None => {}
        Some(value) => take(&value.to_string()),
    }
}

/// What the target has, and what else is taken.
pub(super) struct Taken {
    pub(super) target: Arc<InMemoryDirectory>,
    pub(super) other: Arc<dyn Directory>,
}

impl Directory for Taken {
    fn is_taken(&self, target: &str, value: &str) -> Result<bool, DirectoryError> {
        Ok(self.target.is_taken(target, value)? || self.other.is_taken(target, value)?)
    }
}
