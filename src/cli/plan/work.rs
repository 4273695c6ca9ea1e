//! The second pass: attributes flow, object by object.

use super::Cycle;
use super::entry::{Done, Item, Painting, Verb};
use super::references::{Resolver, Table};
use super::survey::Decision;
use super::target::{Taken, Targets, identifiers};
use crate::cli::population::{Binding, Parser, Raw, RecordReader, RowError};
use crate::cli::render::Shown;
use crate::configuration::{ChangeSet, NoObject, ObjectFlow, Reason, Subject};
use crate::ldif::{Dn, PARENT};
use crate::{AttributeBag, Code, Machine, Operation, OwnedValue, RecordError, Slot};

/// What one thread works with.
pub(super) struct Worker<'c> {
    flow: &'c ObjectFlow,
    targets: &'c Targets,
    painting: &'c Painting,
    shown: &'c Shown,
    machine: Machine,
    resolver: Option<Resolver>,
    parser: Parser,
    binding: Binding,
    bag: AttributeBag,
    /// What identifies source objects.
    anchors: Vec<Slot>,
    reader: RecordReader,
    target_binding: Binding,
    current: AttributeBag,
    identifiers: Vec<Slot>,
    source_name: String,
}

impl<'c> Worker<'c> {
    pub(super) fn new(
        cycle: &'c Cycle<'_>,
        targets: &'c Targets,
        references: &Table,
        painting: &'c Painting,
        shown: &'c Shown,
    ) -> Self {
        let flow = &cycle.flow;
        let mut environment = cycle.environment.clone();
        if flow.seeks_unique_values() {
            let other = environment.directory.clone();
            environment = environment.with_directory(Taken { target: targets.taken.clone(), other });
        }
        let resolver = references.resolver(targets);
        if let Some(resolver) = &resolver {
            environment = environment.with_references(resolver.clone());
        }
        let schema = flow.mappings().schema();
        let mut anchors: Vec<Slot> = flow.source_anchors().iter().filter_map(|name| flow.source_slot(name)).collect();
        if anchors.is_empty() {
            // Without a definition, what objects are matched by names them well enough.
            let read = flow.matching().iter().flat_map(|mapping| flow.mappings().reads(*mapping));
            anchors.extend(read);
        }
        anchors.dedup();
        let slots: Vec<Slot> = flow.reads().chain(anchors.iter().copied()).collect();
        let binding = Binding::reading(schema.clone(), slots, cycle.args.run.is_seeded());
        let target_schema = flow.target_schema();
        let all = 0..Slot::try_from(target_schema.names().len()).unwrap_or(Slot::MAX);
        Worker {
            flow,
            targets,
            painting,
            shown,
            machine: Machine::with_environment(environment),
            resolver,
            parser: cycle.source.parser(),
            binding,
            bag: AttributeBag::with_schema(schema.clone()),
            anchors,
            reader: cycle.target.reader(),
            target_binding: Binding::reading(target_schema.clone(), all, false),
            current: AttributeBag::with_schema(target_schema.clone()),
            identifiers: identifiers(flow),
            source_name: cycle.source.name(),
        }
    }

    /// One source object.
    pub(super) fn source(&mut self, decision: &Decision, raw: Result<Raw<'_>, &RowError>) -> Done {
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => return self.unreadable(error),
        };
        if let Err(error) = self.parser.read(raw, &mut self.binding, &mut self.bag) {
            return self.unreadable(&error);
        }
        let line = raw.extent.line();
        let mut done = self.flowing(decision, line);
        done.line = line;
        if let Some([only]) = self.resolver.as_ref().map(Resolver::take_seen).as_deref() {
            done.refers_to = Some(*only);
        }
        done
    }

    /// A target object that no source object matches.
    pub(super) fn orphan(&mut self, number: u32) -> Done {
        let target = self.target(number).unwrap_or_default();
        let mut item = match self.targets.twin(number) {
            Some(line) => {
                let mut item = Item::new(Verb::Quarantine, "no object of the source matches it".to_owned());
                item.code = Some(Code::RepeatedAnchor);
                item.errors.push((String::new(), Code::RepeatedAnchor, twin_message(line)));
                item
            }
            None => Item::new(Verb::Delete, "no object of the source matches it".to_owned()),
        };
        item.target = target;
        item.removed = true;
        self.painting.paint(&item, &[], self.shown)
    }

    fn unreadable(&self, error: &RowError) -> Done {
        let mut item = Item::new(Verb::Quarantine, "the row cannot be read".to_owned());
        item.line = Some(error.line);
        item.unreadable = true;
        item.code = Some(Code::UnreadableObject);
        item.errors.push((String::new(), Code::UnreadableObject, error.message.clone()));
        let mut done = self.painting.paint(&item, &[], self.shown);
        done.line = error.line;
        done.messages.push(format!("{}:{}: error[AF436]: {}", self.source_name, error.line, error.message));
        done
    }

    /// Reads a target object; gives what identifies it.
    fn target(&mut self, number: u32) -> Result<Vec<(String, String)>, RecordError> {
        let broken = |message: String| RecordError {
            code: Code::UnreadableObject,
            message: format!("the target's object cannot be read again: {message}"),
            span: crate::Span::default(),
        };
        let extent = self.targets.extent(number).ok_or_else(|| broken("it is not there".to_owned()))?;
        self.reader
            .read(extent, &mut self.target_binding, &mut self.current)
            .map_err(|error| broken(error.to_string()))?;
        self.place();
        Ok(identity(&self.current, self.flow.target_schema().names(), &self.identifiers))
    }

    /// A directory's own export has the place of an object in its name only.
    fn place(&mut self) {
        let schema = self.flow.target_schema();
        let Some(slot) = schema.slot(PARENT).filter(|_| self.current.get(PARENT).is_none()) else { return };
        let name = self.current.get("distinguishedName").map(ToString::to_string);
        if let Some(parent) = name.and_then(|name| Dn::parse(&name).ok()?.parent()) {
            self.current.set_slot(slot, parent.to_string());
        }
    }

    fn item(&self, verb: Verb, line: usize, reason: impl Into<String>) -> Item {
        let mut item = Item::new(verb, reason.into());
        item.line = Some(line);
        item.source = identity(&self.bag, self.flow.mappings().schema().names(), &self.anchors);
        item
    }

    fn paint(&self, item: &Item) -> Done {
        self.painting.paint(item, &[], self.shown)
    }

    fn failed(&self, line: usize, target: Vec<(String, String)>, error: &RecordError) -> Done {
        let mut item = self.item(Verb::Quarantine, line, "the object fails");
        item.target = target;
        item.code = Some(error.code);
        item.errors.push((String::new(), error.code, self.shown.message(error.code, &error.message).to_owned()));
        self.paint(&item)
    }

    fn conflict(&mut self, line: usize, code: Code, reason: String, numbers: &[u32]) -> Done {
        let mut item = self.item(Verb::Conflict, line, reason);
        item.code = Some(code);
        for number in numbers {
            item.candidates.push(self.target(*number).unwrap_or_default());
        }
        self.paint(&item)
    }

    fn flowing(&mut self, decision: &Decision, line: usize) -> Done {
        match decision {
            Decision::Create => self.create(line),
            Decision::Update(number) => self.change(*number, line, false),
            Decision::Disable(number) => self.change(*number, line, true),
            Decision::Delete(number) => match self.target(*number) {
                Ok(target) => {
                    let mut item =
                        self.item(Verb::Delete, line, "it has left, and the target does not keep disabled objects");
                    item.target = target;
                    self.paint(&item)
                }
                Err(error) => self.failed(line, Vec::new(), &error),
            },
            Decision::Skip(reason, number) => {
                let target = number.and_then(|number| self.target(number).ok()).unwrap_or_default();
                self.skip(line, *reason, target)
            }
            Decision::Superseded(number) => {
                let mut item = self.item(Verb::Skip, line, "another object of the source, which is in scope, has it");
                item.target = self.target(*number).unwrap_or_default();
                self.paint(&item)
            }
            Decision::Several { count, shown } => {
                let more = if *count > shown.len() {
                    format!(", the first {} of them here", shown.len())
                } else {
                    String::new()
                };
                self.conflict(line, Code::SeveralMatches, format!("{count} target objects match{more}"), shown)
            }
            Decision::Shared(earlier) => {
                let reason = format!("line {earlier} of the source matches the same target object");
                self.conflict(line, Code::SharedMatch, reason, &[])
            }
            Decision::Twin(number) => {
                let line_of_twin = self.targets.twin(*number).unwrap_or_default();
                let target = self.target(*number).unwrap_or_default();
                let error = RecordError {
                    code: Code::RepeatedAnchor,
                    message: twin_message(line_of_twin),
                    span: crate::Span::default(),
                };
                self.failed(line, target, &error)
            }
            Decision::Failed(error) => self.failed(line, Vec::new(), error),
            Decision::Unreadable => {
                self.unreadable(&RowError { line, message: "it could not be read before".to_owned(), cut_off: false })
            }
        }
    }

    fn skip(&self, line: usize, reason: Reason, target: Vec<(String, String)>) -> Done {
        let mut item = self.item(Verb::Skip, line, reason.to_string());
        item.target = target;
        self.paint(&item)
    }

    fn create(&mut self, line: usize) -> Done {
        let mut item = self.item(Verb::Create, line, "in scope, and the target does not have it");
        let subject = Subject::new(self.flow, &self.bag);
        let set = self.flow.apply(&mut self.machine, Operation::Create, &subject, &NoObject);
        finish(self.painting, self.shown, &mut item, &set, false)
    }

    fn change(&mut self, number: u32, line: usize, disable: bool) -> Done {
        let target = match self.target(number) {
            Ok(target) => target,
            Err(error) => return self.failed(line, Vec::new(), &error),
        };
        let mut item = match disable {
            false => self.item(Verb::Update, line, String::new()),
            true => self.item(Verb::Disable, line, "it has left the scope or the source"),
        };
        item.target = target;
        item.dn = self.current.get("distinguishedName").map(ToString::to_string);
        let subject = Subject::new(self.flow, &self.bag);
        if disable {
            let leaver = subject.soft_deleted();
            let set = self.flow.disable(&mut self.machine, &leaver, &self.current);
            finish(self.painting, self.shown, &mut item, &set, true)
        } else {
            let set = self.flow.apply(&mut self.machine, Operation::Update, &subject, &self.current);
            finish(self.painting, self.shown, &mut item, &set, true)
        }
    }
}

/// Why nothing is done to a target object that cannot be told from another.
fn twin_message(line: usize) -> String {
    format!("the target object has the anchor of that on line {line}, so that they cannot be told apart")
}

/// An object once its attributes have flown.
fn finish(painting: &Painting, shown: &Shown, item: &mut Item, set: &ChangeSet<'_>, there: bool) -> Done {
    item.missing = set
        .missing
        .iter()
        .map(|missing| (missing.attribute.to_owned(), shown.text(missing.value).into_owned()))
        .collect();
    if let Some(first) = set.failures.first() {
        item.verb = Verb::Quarantine;
        "an attribute fails".clone_into(&mut item.reason);
        item.code = Some(first.code);
        item.errors = set
            .failures
            .iter()
            .map(|failure| {
                let message = shown.message(failure.code, failure.message).to_owned();
                (failure.attribute.to_owned(), failure.code, message)
            })
            .collect();
        return painting.paint(item, &[], shown);
    }
    if set.skips_object || (there && set.changes.is_empty()) {
        item.verb = Verb::Skip;
        item.reason = if set.skips_object { Reason::LeavesFlow } else { Reason::Same }.to_string();
        return painting.paint(item, &[], shown);
    }
    if item.verb == Verb::Update {
        let count = set.changes.len();
        item.reason = if count == 1 { "1 attribute differs".to_owned() } else { format!("{count} attributes differ") };
    }
    item.redacted =
        set.mappings.iter().map(|mapping| set.redacted.get(*mapping).copied().unwrap_or_default()).collect();
    painting.paint(item, set.changes, shown)
}

/// The attributes that identify an object, with their values.
fn identity(bag: &AttributeBag, names: &[String], slots: &[Slot]) -> Vec<(String, String)> {
    let value = |slot: &Slot| {
        let name = names.get(*slot as usize)?;
        let value =
            bag.get(name).filter(|value| !matches!(value, OwnedValue::Null | OwnedValue::Multi(_)))?.to_string();
        (!value.is_empty()).then(|| (name.clone(), value))
    };
    slots.iter().filter_map(value).collect()
}
