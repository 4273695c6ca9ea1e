//! One object through both configurations.

use super::edits::{Edits, Half, Pair};
use super::kind::Kind;
use crate::cli::population::{Binding, Parser, Population, Raw, RowError};
use crate::configuration::{ChangeSet, NoObject, ObjectFlow, Scope, Subject};
use crate::record::AttributeRef;
use crate::{AttributeBag, Attributes, Bump, Code, Environment, Machine, Operation, OwnedValue, Slot, Value};

/// What one thread works with.
pub(super) struct Worker<'c> {
    halves: &'c [Half; 2],
    edits: &'c Edits,
    /// By mapping, whether it is evaluated: old and new.
    wanted: [Vec<bool>; 2],
    machines: [Machine; 2],
    parser: Parser,
    binding: Binding,
    bag: AttributeBag,
    /// What identifies objects.
    anchors: Vec<Slot>,
    /// Whether values are handed out once.
    unique: bool,
    /// Whether what disabling an account writes can differ.
    disabling: bool,
    pub(super) counts: Counts,
}

/// What a worker counts by itself.
#[derive(Debug, Default, Clone)]
pub(super) struct Counts {
    /// Objects in scope: old and new.
    pub(super) in_scope: [u64; 2],
    /// By pair: objects that have a value in one of the configurations.
    pub(super) holders: Vec<u64>,
    /// By pair: objects for which the new configuration gives none.
    pub(super) lacking: Vec<u64>,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Counts) {
        for (sum, more) in self.in_scope.iter_mut().zip(other.in_scope) {
            *sum += more;
        }
        for (sums, more) in [(&mut self.holders, &other.holders), (&mut self.lacking, &other.lacking)] {
            sums.resize(sums.len().max(more.len()), 0);
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        }
    }
}

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    Scope,
    /// Whether mappings let the object flow.
    Flow,
    /// How the target object is looked for.
    Matching,
    /// A target attribute, by the number of its pair.
    Attribute(usize),
    /// The same when the object is out of scope, and its account is disabled.
    Disabled(usize),
}

/// One side of a difference.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Side {
    /// A value; null where there is none.
    Value(OwnedValue),
    /// A value that the configuration hides (Redact).
    Hidden,
    Error {
        code: Code,
        message: String,
    },
    /// No value of the object's: a scope, the names of attributes.
    Words(String),
}

/// One difference of one object.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) place: Place,
    pub(super) kind: Kind,
    /// Whether the target object is looked for by another value.
    pub(super) matching: bool,
    pub(super) before: Side,
    pub(super) after: Side,
}

/// What became of one object.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) line: usize,
    /// What identifies it; only where something differs.
    pub(super) who: Vec<(String, String)>,
    pub(super) differences: Vec<Difference>,
    /// Why it could not be read.
    pub(super) unreadable: Option<String>,
}

/// A record whose slots both programs share: the schema of the new one begins with the
/// names of the old one.
struct Shared<'b>(&'b AttributeBag);

impl Attributes for Shared<'_> {
    #[inline]
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        self.0.attribute(AttributeRef::new(self.0.schema(), wanted.slot()), arena)
    }

    fn identity(&self) -> u64 {
        self.0.identity()
    }
}

/// What looking for the target object gives for a matching attribute.
type Key = Result<Option<String>, (Code, String)>;

/// What a mapping gives.
#[derive(Clone, Copy)]
enum Given<'m> {
    Value(Value<'m>),
    Error(Code, &'m str),
}

impl<'c> Worker<'c> {
    pub(super) fn new(
        halves: &'c [Half; 2],
        edits: &'c Edits,
        population: &Population,
        environment: &Environment,
        everything: bool,
    ) -> Self {
        let [old, new] = halves;
        let mask = |half: &Half, mapping: fn(&Pair) -> Option<usize>| {
            let mut wanted = vec![false; half.flow.mappings().mappings().len()];
            for pair in edits.pairs.iter().filter(|pair| pair.differs) {
                if let Some(place) = mapping(pair).and_then(|mapping| wanted.get_mut(mapping)) {
                    *place = true;
                }
            }
            wanted
        };
        let wanted = [mask(old, |pair| pair.old), mask(new, |pair| pair.new)];
        let schema = new.flow.mappings().schema();
        let mut anchors: Vec<Slot> = new.flow.source_anchors().iter().filter_map(|name| schema.slot(name)).collect();
        if anchors.is_empty() {
            // Without a definition, what objects are matched by names them well enough.
            let read = new.flow.matching().iter().flat_map(|mapping| new.flow.mappings().reads(*mapping));
            anchors.extend(read);
        }
        anchors.dedup();
        let mut slots = anchors.clone();
        for (half, wanted) in halves.iter().zip(&wanted) {
            slots.extend(reads(&half.flow, wanted, edits.matching));
        }
        let count = edits.pairs.len();
        Worker {
            halves,
            edits,
            wanted,
            machines: [(); 2].map(|()| Machine::with_environment(environment.clone())),
            parser: population.parser(),
            binding: Binding::reading(schema.clone(), slots, everything),
            bag: AttributeBag::with_schema(schema.clone()),
            anchors,
            unique: edits.seek_unique_values(halves),
            disabling: halves.iter().all(|half| half.flow.supports_soft_deletion() && half.flow.flow_types().update)
                && edits.pairs.iter().any(|pair| pair.differs && writes_on_disabling(pair, halves) != [false; 2]),
            counts: Counts { in_scope: [0; 2], holders: vec![0; count], lacking: vec![0; count] },
        }
    }

    /// One object.
    pub(super) fn examine(&mut self, raw: Result<Raw<'_>, &RowError>) -> Examined {
        let unreadable = |error: &RowError| Examined {
            line: error.line,
            who: Vec::new(),
            differences: Vec::new(),
            unreadable: Some(error.message.clone()),
        };
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => return unreadable(error),
        };
        if let Err(error) = self.parser.read(raw, &mut self.binding, &mut self.bag) {
            return unreadable(&error);
        }
        let mut differences = Vec::new();
        self.compare(&mut differences);
        let who = if differences.is_empty() { Vec::new() } else { self.who() };
        Examined { line: raw.extent.line(), who, differences, unreadable: None }
    }

    fn who(&self) -> Vec<(String, String)> {
        let name = |slot: &Slot| {
            let name = self.bag.schema().name(*slot);
            let value = self.bag.get(name)?;
            (!value.borrow(&Bump::new()).is_null_or_empty()).then(|| (name.to_owned(), value.to_string()))
        };
        self.anchors.iter().filter_map(name).collect()
    }

    fn compare(&mut self, differences: &mut Vec<Difference>) {
        let record = Shared(&self.bag);
        let [old, new] = self.halves;
        let [old_machine, new_machine] = &mut self.machines;
        let (old_subject, new_subject) = (Subject::new(&old.flow, &record), Subject::new(&new.flow, &record));

        let before = old.flow.scope(old_machine, &old_subject);
        let after = if self.edits.scope { new.flow.scope(new_machine, &new_subject) } else { before.clone() };
        for (count, scope) in self.counts.in_scope.iter_mut().zip([&before, &after]) {
            *count += u64::from(*scope == Ok(Scope::In));
        }
        let same = match (&before, &after) {
            (Err(before), Err(after)) => before.code == after.code && before.message == after.message,
            (before, after) => before == after,
        };
        if !same {
            // Whoever is in scope takes the unique values that come to it.
            if self.unique {
                let [old_wanted, new_wanted] = &self.wanted;
                if before == Ok(Scope::In) {
                    flow(&old.flow, old_machine, &old_subject, old_wanted);
                }
                if after == Ok(Scope::In) {
                    flow(&new.flow, new_machine, &new_subject, new_wanted);
                }
            }
            let kind = match (&before, &after) {
                (Err(_), Err(_)) => Kind::OtherError,
                (Ok(_), Err(_)) => Kind::NewError,
                (Err(_), Ok(_)) => Kind::ErrorGone,
                (Ok(Scope::In), Ok(_)) => Kind::LeavesScope,
                (Ok(_), Ok(Scope::In)) => Kind::EntersScope,
                (Ok(_), Ok(_)) => Kind::ScopeOtherwise,
            };
            let [before, after] = [before, after].map(|scope| match scope {
                Ok(scope) => Side::Words(word(scope).to_owned()),
                Err(error) => Side::Error { code: error.code, message: error.message },
            });
            differences.push(Difference { place: Place::Scope, kind, matching: false, before, after });
            return;
        }
        if before == Ok(Scope::Out) && self.disabling {
            let leavers = (old_subject.soft_deleted(), new_subject.soft_deleted());
            let before = old.flow.disable(old_machine, &leavers.0, &NoObject);
            let after = new.flow.disable(new_machine, &leavers.1, &NoObject);
            disabled(self.edits, self.halves, [&before, &after], differences);
        }
        if before != Ok(Scope::In) || !self.edits.flow {
            return;
        }

        let keys = if self.edits.matching {
            [keys(&old.flow, old_machine, &old_subject), keys(&new.flow, new_machine, &new_subject)]
        } else {
            [Vec::new(), Vec::new()]
        };
        let [old_wanted, new_wanted] = &self.wanted;
        let before = flow(&old.flow, old_machine, &old_subject, old_wanted);
        let after = flow(&new.flow, new_machine, &new_subject, new_wanted);
        match (before.skips_object, after.skips_object) {
            (false, false) => {}
            (true, true) => return,
            (leaves, _) => {
                let kind = if leaves { Kind::EntersFlow } else { Kind::LeavesFlow };
                let [before, after] = [before, after].map(|set| {
                    Side::Words(if set.skips_object { "a mapping takes it out" } else { "flows" }.to_owned())
                });
                differences.push(Difference { place: Place::Flow, kind, matching: false, before, after });
                return;
            }
        }
        let [old_keys, new_keys] = completed([(&old.flow, &before), (&new.flow, &after)], keys);
        let looked = [(&old.flow, &old_keys), (&new.flow, &new_keys)].map(|(flow, keys)| LookedFor::new(flow, keys));
        let [old_looked, new_looked] = looked;
        differences.extend(looked_for(self.edits, old_looked, new_looked));
        for (index, pair) in self.edits.pairs.iter().enumerate().filter(|(_, pair)| pair.differs) {
            let key = |keys: &[(usize, Key)], mapping: Option<usize>| {
                keys.iter().find(|(of, _)| Some(*of) == mapping).map(|(_, key)| key.clone())
            };
            let (old_key, new_key) = (key(&old_keys, pair.old), key(&new_keys, pair.new));
            let matching = matches!((&old_key, &new_key), (Some(Ok(old)), Some(Ok(new))) if old != new);
            let (one, other) = (given(&before, pair.old, old_key.as_ref()), given(&after, pair.new, new_key.as_ref()));
            let has = |given: Given<'_>| matches!(given, Given::Value(value) if !value.is_null());
            if let Some(count) = self.counts.holders.get_mut(index) {
                *count += u64::from(has(one) || has(other));
            }
            if let Some(count) = self.counts.lacking.get_mut(index) {
                *count += u64::from(matches!(other, Given::Value(Value::Null)));
            }
            let kind = kind(one, other);
            let sides = match kind {
                Some(_) => [side(&before, pair.old, one), side(&after, pair.new, other)],
                // The value is the same, and its key is another: the definition's doing.
                None if matching => [old_key, new_key].map(|key| {
                    let key = key.and_then(Result::ok).flatten();
                    Side::Value(key.map_or(OwnedValue::Null, OwnedValue::Text))
                }),
                None => continue,
            };
            let [before, after] = sides;
            let place = Place::Attribute(index);
            differences.push(Difference { place, kind: kind.unwrap_or(Kind::Other), matching, before, after });
        }
    }
}

/// Whether the mappings of a pair say what disabling an account writes.
fn writes_on_disabling(pair: &Pair, halves: &[Half; 2]) -> [bool; 2] {
    let [old, new] = halves;
    [(old, pair.old), (new, pair.new)]
        .map(|(half, mapping)| mapping.is_some_and(|mapping| half.flow.reads_soft_deleted(mapping)))
}

/// What differs in what disabling an account writes.
fn disabled(edits: &Edits, halves: &[Half; 2], sets: [&ChangeSet<'_>; 2], differences: &mut Vec<Difference>) {
    let [before, after] = sets;
    for (index, pair) in edits.pairs.iter().enumerate().filter(|(_, pair)| pair.differs) {
        let (one, other) = (given(before, pair.old, None), given(after, pair.new, None));
        let stays = || Side::Words("stays as it is".to_owned());
        let sides = || [side(before, pair.old, one), side(after, pair.new, other)];
        // Null leaves an attribute as it is, just as no mapping does.
        let says = |given: Given<'_>| !matches!(given, Given::Value(Value::Null));
        let (kind, [before, after]) = match writes_on_disabling(pair, halves) {
            [false, false] => continue,
            [true, true] => match kind(one, other) {
                Some(kind) => (kind, sides()),
                None => continue,
            },
            [true, false] if says(one) => (Kind::NoLongerDisabled, [side(before, pair.old, one), stays()]),
            [false, true] if says(other) => (Kind::NowDisabled, [stays(), side(after, pair.new, other)]),
            _ => continue,
        };
        differences.push(Difference { place: Place::Disabled(index), kind, matching: false, before, after });
    }
}

/// What became of what a mapping gives; nothing where it is the same.
fn kind(before: Given<'_>, after: Given<'_>) -> Option<Kind> {
    match (before, after) {
        (Given::Value(before), Given::Value(after)) => Kind::of(before, after),
        (Given::Value(_), Given::Error(..)) => Some(Kind::NewError),
        (Given::Error(..), Given::Value(_)) => Some(Kind::ErrorGone),
        (Given::Error(code, message), Given::Error(new_code, new_message)) => {
            (code != new_code || message != new_message).then_some(Kind::OtherError)
        }
    }
}

/// By which attributes an object is looked for.
struct LookedFor<'f> {
    flow: &'f ObjectFlow,
    /// Those that have a value, in the order in which they are tried.
    names: Vec<&'f str>,
    /// Whether none has, and the object is set aside for it.
    fails: bool,
}

impl<'f> LookedFor<'f> {
    fn new(flow: &'f ObjectFlow, keys: &[(usize, Key)]) -> Self {
        let with_value = keys.iter().filter(|(_, key)| matches!(key, Ok(Some(_))));
        let names = with_value.filter_map(|(mapping, _)| Some(flow.target_attribute(*mapping)?.name.as_str()));
        let fails = !keys.is_empty() && keys.iter().all(|(_, key)| *key == Ok(None));
        LookedFor { flow, names: names.collect(), fails }
    }

    fn side(self) -> Side {
        if self.fails {
            let names: Vec<&str> = self.flow.matching_names().collect();
            let message = format!("there is no value for {}, by which objects are matched", names.join(" or "));
            return Side::Error { code: Code::NoMatchingValue, message };
        }
        Side::Words(if self.names.is_empty() { "nothing".to_owned() } else { self.names.join(", then ") })
    }
}

fn looked_for(edits: &Edits, old: LookedFor<'_>, new: LookedFor<'_>) -> Option<Difference> {
    let kind = match (old.fails, new.fails) {
        (false, true) => Kind::NewError,
        (true, false) => Kind::ErrorGone,
        (true, true) => return None,
        (false, false) if edits.same_order || old.names == new.names => return None,
        (false, false) => Kind::LookedForOtherwise,
    };
    let (before, after) = (old.side(), new.side());
    Some(Difference { place: Place::Matching, kind, matching: false, before, after })
}

/// What the mappings that are wanted give a new object.
fn flow<'m, R: Attributes>(
    flow: &'m ObjectFlow,
    machine: &'m mut Machine,
    subject: &'m Subject<'_, R>,
    wanted: &[bool],
) -> ChangeSet<'m> {
    let wanted = |mapping: usize| wanted.get(mapping).copied().unwrap_or_default();
    flow.apply_where(machine, Operation::Create, subject, &NoObject, wanted)
}

const fn word(scope: Scope) -> &'static str {
    match scope {
        Scope::In => "in",
        Scope::Out => "out",
        Scope::Unread => "kept out by an input filter",
    }
}

/// What the mappings that are wanted, the scope and the matching read.
fn reads(flow: &ObjectFlow, wanted: &[bool], matching: bool) -> Vec<Slot> {
    let set = flow.mappings();
    let read = (0..set.program().entries.len()).filter(|entry| {
        let evaluated = wanted.get(*entry).copied();
        evaluated.unwrap_or(true) || (matching && flow.matching().contains(entry))
    });
    read.flat_map(|entry| set.reads(entry).iter().copied()).collect()
}

/// What the target object is looked for by. A unique value is looked for once: it is
/// filled in from what flows.
fn keys<R: Attributes>(flow: &ObjectFlow, machine: &mut Machine, subject: &Subject<'_, R>) -> Vec<(usize, Key)> {
    let key = |mapping: &usize| {
        if flow.seeks_unique_value(*mapping) {
            return (*mapping, Ok(None));
        }
        let key = flow.match_key(*mapping, machine, subject);
        (*mapping, key.map(|key| key.map(|key| key.key)).map_err(|error| (error.code, error.message)))
    };
    flow.matching().iter().map(key).collect()
}

fn completed(sets: [(&ObjectFlow, &ChangeSet<'_>); 2], mut keys: [Vec<(usize, Key)>; 2]) -> [Vec<(usize, Key)>; 2] {
    for ((flow, set), keys) in sets.into_iter().zip(&mut keys) {
        for (mapping, key) in keys.iter_mut().filter(|(mapping, _)| flow.seeks_unique_value(*mapping)) {
            let value = set.wanted.get(*mapping).copied().flatten();
            *key = Ok(value.and_then(|value| flow.target_key(*mapping, value)));
        }
    }
    keys
}

/// What a mapping gives; what is not in the flow has no value.
fn given<'m>(set: &ChangeSet<'m>, mapping: Option<usize>, key: Option<&'m Key>) -> Given<'m> {
    let Some(mapping) = mapping else { return Given::Value(Value::Null) };
    if let Some(failure) = set.failures.iter().find(|failure| failure.mapping == mapping) {
        return Given::Error(failure.code, failure.message);
    }
    if let Some(Err((code, message))) = key {
        return Given::Error(*code, message);
    }
    Given::Value(set.wanted.get(mapping).copied().flatten().unwrap_or_default())
}

fn side(set: &ChangeSet<'_>, mapping: Option<usize>, given: Given<'_>) -> Side {
    let hidden = mapping.and_then(|mapping| set.redacted.get(mapping)).copied().unwrap_or_default();
    match given {
        Given::Value(value) if hidden && !value.is_null() => Side::Hidden,
        Given::Value(value) => Side::Value(value.into()),
        Given::Error(code, message) => Side::Error { code, message: message.to_owned() },
    }
}
