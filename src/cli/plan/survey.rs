//! The first pass over the source: scope and match of every object.

use super::Cycle;
use super::references::{Known, Reference};
use super::target::Targets;
use crate::cli::output::OutputError;
use crate::cli::parallel;
use crate::cli::policies::Policies;
use crate::cli::population::{Binding, Parser, Raw, RecordReader, RowError};
use crate::configuration::{Action, Match, MatchKey, NoObject, NullPolicy, ObjectFlow, Reason, Scope, Subject};
use crate::environment::fold;
use crate::ldif;
use crate::{AttributeBag, Code, Machine, Operation, OwnedValue, RecordError, Slot};
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What is to become of a source object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    Create,
    Update(u32),
    Disable(u32),
    Delete(u32),
    Skip(Reason, Option<u32>),
    /// Another row in scope has the object.
    Superseded(u32),
    /// So many target objects match; the first of them.
    Several {
        count: usize,
        shown: Box<[u32]>,
    },
    /// An earlier object of the source matches the same target object, or would make the
    /// same new one: its line.
    Shared(usize),
    /// The target object that it matches cannot be told from another.
    Twin(u32),
    Failed(Box<RecordError>),
    Unreadable,
}

/// What the first pass found.
pub(super) struct Survey {
    pub(super) decisions: Vec<Decision>,
    /// What source objects are called, and what they are in the target.
    pub(super) references: HashMap<(u32, String), Reference>,
    /// By target object: whether a source object matches it.
    touched: Vec<bool>,
    /// Objects that fail before it is known what they are in the target.
    unmatched: usize,
    /// How many objects each policy for null decided on.
    pub(super) policies: Policies,
    /// The line of the last object, where the source seems to be cut off there.
    pub(super) cut_off: Option<usize>,
}

impl Survey {
    /// Objects of the target that are managed and that no source object matches.
    pub(super) fn orphans(&self, flow: &ObjectFlow, targets: &Targets) -> Vec<u32> {
        if !flow.flow_types().delete {
            return Vec::new();
        }
        let free = |number: &usize| targets.is_managed(*number) && !self.touched.get(*number).copied().unwrap_or(true);
        (0..targets.len()).filter(free).filter_map(|number| u32::try_from(number).ok()).collect()
    }

    /// Why the source does not tell which objects are gone, where it does not: it has no
    /// objects, most of them fail, or too many cannot be told apart.
    pub(super) fn blindness(&self) -> Option<String> {
        let all = self.decisions.len();
        let lost = self.decisions.iter().filter(|d| matches!(d, Decision::Unreadable)).count() + self.unmatched;
        let failed = self.decisions.iter().filter(|d| matches!(d, Decision::Failed(_))).count() + lost;
        if all == 0 {
            Some("the source has no objects".to_owned())
        } else if failed * 2 > all {
            Some(format!("{failed} of {all} objects of the source fail"))
        } else if lost * 20 > all {
            Some(format!("{lost} of {all} objects of the source cannot be read or matched"))
        } else {
            None
        }
    }

    /// How many source objects are to be disabled or deleted.
    pub(super) fn deletes(&self) -> usize {
        self.decisions.iter().filter(|d| matches!(d, Decision::Disable(_) | Decision::Delete(_))).count()
    }
}

/// So many of the target objects that match one source object are shown.
const SHOWN: usize = 20;

/// One object, as a worker found it.
struct Surveyed {
    decision: Decision,
    line: usize,
    policy: Option<NullPolicy>,
    /// Whether it is in scope and there.
    live: bool,
    /// For a new object: what else would make the same.
    keys: Vec<MatchKey>,
    /// What other objects refer to it by: the attribute's number, and the value.
    names: Vec<(u32, String)>,
    /// For a new object: what references to it hold.
    future: Option<String>,
    /// Where it cannot be read because the source ends.
    cut_off: Option<usize>,
    /// Target objects that are no orphans, whatever becomes of this one.
    touches: Vec<u32>,
}

struct Surveyor<'c> {
    flow: &'c ObjectFlow,
    targets: &'c Targets,
    machine: Machine,
    parser: Parser,
    binding: Binding,
    bag: AttributeBag,
    reader: RecordReader,
    target_binding: Binding,
    current: AttributeBag,
    /// The attributes that references mean.
    named: Vec<Slot>,
    /// The policy for null that decided on the scope of the object at hand.
    policy: Option<NullPolicy>,
}

/// The attributes of source objects that references mean, each with its number.
pub(super) fn referring(flow: &ObjectFlow) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for mapping in 0..flow.mappings().mappings().len() {
        let Some((by, _)) = flow.reference(mapping) else { continue };
        // Directories refer by distinguished name, whatever the definition leaves open.
        for name in [by, "distinguishedName"] {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

pub(super) fn read(cycle: &Cycle<'_>, targets: &Targets) -> anyhow::Result<Survey> {
    let flow = &cycle.flow;
    let schema = flow.mappings().schema();
    let named: Vec<Slot> = referring(flow).iter().filter_map(|name| flow.source_slot(name)).collect();
    let numbers: Vec<u32> = (0..).take(named.len()).collect();
    // Disabling may read anything, so that everything that the program reads is bound.
    let slots: Vec<Slot> = flow.reads().chain(named.iter().copied()).collect();
    let binding = Binding::reading(schema.clone(), slots, cycle.args.run.is_seeded());
    let target_slots = (0..flow.mappings().mappings().len()).filter(|m| flow.reads_soft_deleted(*m));
    let target_binding =
        Binding::reading(flow.target_schema().clone(), target_slots.filter_map(|mapping| flow.slot(mapping)), false);
    let mut workers: Vec<Surveyor<'_>> = (0..cycle.threads)
        .map(|_| Surveyor {
            flow,
            targets,
            machine: Machine::with_environment(cycle.environment.clone()),
            parser: cycle.source.parser(),
            binding: binding.clone(),
            bag: AttributeBag::with_schema(schema.clone()),
            reader: cycle.target.reader(),
            target_binding: target_binding.clone(),
            current: AttributeBag::with_schema(flow.target_schema().clone()),
            named: named.clone(),
            policy: None,
        })
        .collect();
    let mut survey = Survey {
        decisions: Vec::new(),
        references: HashMap::new(),
        touched: vec![false; targets.len()],
        unmatched: 0,
        policies: Policies::default(),
        cut_off: None,
    };
    let mut claims = Claims::default();
    parallel::records(
        &cycle.source,
        "matching",
        &mut workers,
        |worker, _, raw| worker.survey(raw, &numbers),
        |surveyed| {
            survey.take(surveyed, &mut claims);
            Ok::<(), OutputError>(())
        },
    )?;
    survey.settle(&claims);
    Ok(survey)
}

impl Surveyor<'_> {
    fn survey(&mut self, raw: Result<Raw<'_>, &RowError>, numbers: &[u32]) -> Surveyed {
        let mut surveyed = Surveyed {
            decision: Decision::Unreadable,
            line: 0,
            policy: None,
            live: false,
            keys: Vec::new(),
            names: Vec::new(),
            future: None,
            cut_off: None,
            touches: Vec::new(),
        };
        let ends = |error: &RowError| error.cut_off.then_some(error.line);
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => {
                surveyed.cut_off = ends(error);
                return surveyed;
            }
        };
        surveyed.line = raw.extent.line();
        if let Err(error) = self.parser.read(raw, &mut self.binding, &mut self.bag) {
            surveyed.cut_off = ends(&error);
            return surveyed;
        }
        let schema = self.flow.mappings().schema();
        for (number, slot) in numbers.iter().zip(&self.named) {
            let held = self.bag.get(schema.name(*slot));
            let single =
                held.filter(|held| !matches!(held, OwnedValue::Null | OwnedValue::Multi(_) | OwnedValue::Complex(_)));
            let value = single.map(ToString::to_string).filter(|value| !value.is_empty());
            surveyed.names.extend(value.map(|value| (*number, fold(&value))));
        }
        self.policy = None;
        let decided = self.decide();
        surveyed.policy = self.policy;
        match decided {
            Ok((decision, live)) => {
                surveyed.decision = decision;
                surveyed.live = live;
            }
            Err(error) => surveyed.decision = Decision::Failed(Box::new(error)),
        }
        // What fails or is not read has its objects all the same: they are no orphans.
        if matches!(
            surveyed.decision,
            Decision::Failed(_) | Decision::Several { .. } | Decision::Skip(Reason::Unread, _)
        ) {
            surveyed.touches = self.candidates();
        }
        if surveyed.decision == Decision::Create {
            let subject = Subject::new(self.flow, &self.bag);
            surveyed.keys = self.flow.match_keys(&mut self.machine, &subject).unwrap_or_default();
            if !self.named.is_empty() {
                surveyed.future = self.future();
            }
        }
        surveyed
    }

    /// The target objects that any matching attribute leads to; what fails leads nowhere.
    fn candidates(&mut self) -> Vec<u32> {
        let subject = Subject::new(self.flow, &self.bag);
        let mut candidates = Vec::new();
        for mapping in self.flow.matching() {
            let Ok(Some(key)) = self.flow.match_key(*mapping, &mut self.machine, &subject) else { continue };
            match self.targets.index.find(std::slice::from_ref(&key)) {
                Match::None => {}
                Match::One(number) => candidates.push(number),
                Match::Several(numbers) => candidates.extend_from_slice(numbers),
            }
        }
        candidates
    }

    fn decide(&mut self) -> Result<(Decision, bool), RecordError> {
        let flow = self.flow;
        let subject = Subject::new(flow, &self.bag);
        let scope = flow.scope(&mut self.machine, &subject)?;
        self.policy = flow.null_policy(scope, &subject);
        if scope == Scope::Unread {
            // It is as if it were not there, whatever its matching attributes say.
            return Ok((Decision::Skip(Reason::Unread, None), false));
        }
        let gone = subject.is_soft_deleted(flow);
        let found = match self.targets.index.look_up(&mut self.machine, &subject) {
            Ok(found) => found,
            // What is out of scope needs no counterpart.
            Err(error) if error.code == Code::NoMatchingValue && (scope != Scope::In || gone) => Match::None,
            Err(error) => return Err(error),
        };
        let matched = match found {
            Match::One(number) => Some(number),
            _ => None,
        };
        let decision = match flow.decide(scope, gone, &found) {
            Action::Update(number) | Action::Disable(number) | Action::Delete(number)
                if self.targets.twin(number).is_some() =>
            {
                Decision::Twin(number)
            }
            Action::Create => Decision::Create,
            Action::Update(number) => Decision::Update(number),
            Action::Disable(number) if self.is_disabled(number) => Decision::Skip(Reason::Same, matched),
            Action::Disable(number) => Decision::Disable(number),
            Action::Delete(number) => Decision::Delete(number),
            Action::Skip(reason) => Decision::Skip(reason, matched),
            Action::Conflict(numbers) => {
                Decision::Several { count: numbers.len(), shown: numbers.into_iter().take(SHOWN).collect() }
            }
        };
        Ok((decision, scope == Scope::In && !gone))
    }

    /// Whether disabling would change nothing.
    fn is_disabled(&mut self, number: u32) -> bool {
        let Some(extent) = self.targets.extent(number) else { return false };
        if self.reader.read(extent, &mut self.target_binding, &mut self.current).is_err() {
            return false;
        }
        let leaver = Subject::new(self.flow, &self.bag).soft_deleted();
        let set = self.flow.disable(&mut self.machine, &leaver, &self.current);
        set.failures.is_empty() && set.changes.is_empty()
    }

    /// What references to a new object hold, where its mappings tell.
    fn future(&mut self) -> Option<String> {
        let flow = self.flow;
        let count = flow.mappings().mappings().len();
        let (_, named) = (0..count).find_map(|mapping| flow.reference(mapping))?;
        let mapped = |name: &str| {
            (0..count).find(|m| flow.target_attribute(*m).is_some_and(|known| known.name.eq_ignore_ascii_case(name)))
        };
        let own = mapped(named);
        let (cn, parent) = (mapped("cn"), mapped("parentDistinguishedName"));
        let wanted = |mapping: usize| match own {
            Some(own) => mapping == own,
            None => Some(mapping) == cn || Some(mapping) == parent,
        };
        // A unique value is for the second pass to give out.
        if (0..count).any(|mapping| wanted(mapping) && flow.seeks_unique_value(mapping)) {
            return None;
        }
        let subject = Subject::new(flow, &self.bag);
        let set = flow.apply_where(&mut self.machine, Operation::Create, &subject, &NoObject, wanted);
        let text = |mapping: usize| set.wanted.get(mapping).copied().flatten().map(|value| value.to_string());
        match own {
            Some(own) => text(own),
            None if named.eq_ignore_ascii_case("distinguishedName") => Some(ldif::placed(&text(cn?)?, &text(parent?)?)),
            None => None,
        }
    }
}

/// A source object that matches a target object.
#[derive(Debug, Clone, Copy)]
struct Holder {
    ordinal: usize,
    line: usize,
    live: bool,
}

/// Who has which target object, in the order of the source.
#[derive(Default)]
struct Claims {
    /// By target object: the source objects that match it.
    matched: FxHashMap<u32, Holder>,
    /// Those that more than one matches.
    contested: FxHashMap<u32, Vec<Holder>>,
    /// What new objects are made from.
    made: HashMap<(usize, String), usize>,
}

impl Claims {
    fn claim(&mut self, number: u32, holder: Holder) {
        match self.matched.entry(number) {
            Entry::Vacant(free) => {
                free.insert(holder);
            }
            Entry::Occupied(first) => self.contested.entry(number).or_insert_with(|| vec![*first.get()]).push(holder),
        }
    }
}

impl Survey {
    fn take(&mut self, surveyed: Surveyed, claims: &mut Claims) {
        let ordinal = self.decisions.len();
        self.policies.count(surveyed.policy);
        // Only the last one says that the source ends too early.
        self.cut_off = surveyed.cut_off;
        let holder = Holder { ordinal, line: surveyed.line, live: surveyed.live };
        let mut decision = surveyed.decision;
        let mut touch = |number: u32| {
            if let Some(touched) = self.touched.get_mut(number as usize) {
                *touched = true;
            }
        };
        match &decision {
            Decision::Update(number) | Decision::Disable(number) | Decision::Delete(number) => {
                touch(*number);
                claims.claim(*number, holder);
            }
            Decision::Twin(number) => touch(*number),
            Decision::Skip(_, Some(number)) => {
                touch(*number);
                claims.claim(*number, holder);
            }
            Decision::Create => {
                let taken = surveyed.keys.iter().find_map(|key| claims.made.get(&(key.mapping, key.key.clone())));
                match taken {
                    Some(earlier) => decision = Decision::Shared(*earlier),
                    None => {
                        claims.made.extend(surveyed.keys.into_iter().map(|key| ((key.mapping, key.key), surveyed.line)))
                    }
                }
            }
            _ => {}
        }
        surveyed.touches.iter().copied().for_each(&mut touch);
        self.unmatched += usize::from(matches!(decision, Decision::Failed(_)) && surveyed.touches.is_empty());
        for name in surveyed.names {
            let known = match &decision {
                Decision::Failed(_) | Decision::Skip(Reason::Unread, _) => match surveyed.touches.as_slice() {
                    [only] => Known::Target(*only),
                    _ => Known::Nowhere,
                },
                Decision::Update(number)
                | Decision::Disable(number)
                | Decision::Twin(number)
                | Decision::Skip(_, Some(number)) => Known::Target(*number),
                Decision::Create => Known::New(surveyed.future.clone()),
                _ => Known::Nowhere,
            };
            // A live object goes before one that has left under the same name.
            let entry = self.references.entry(name).or_insert(Reference { ordinal, known: Known::Nowhere });
            if known != Known::Nowhere && (surveyed.live || entry.known == Known::Nowhere) {
                *entry = (ordinal, known).into();
            }
        }
        self.decisions.push(decision);
    }

    /// Where several source objects match one target object, the live ones go first;
    /// of several live ones the first has it.
    fn settle(&mut self, claims: &Claims) {
        for (number, holders) in &claims.contested {
            let Some(holder) = holders.iter().find(|holder| holder.live).or(holders.first()) else { continue };
            for other in holders.iter().filter(|other| other.ordinal != holder.ordinal) {
                if let Some(decision) = self.decisions.get_mut(other.ordinal) {
                    *decision = if other.live || !holder.live {
                        Decision::Shared(holder.line)
                    } else {
                        Decision::Superseded(*number)
                    };
                }
            }
        }
    }
}
