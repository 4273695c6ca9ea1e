//! One object through a flow: match keys, and what becomes of the target's attributes.

use super::{Attribute, ObjectFlow};
use crate::change::{AttributeChange, Manner};
use crate::diagnostic::{Code, Span};
use crate::dotnet::date::DateTime;
use crate::functions::Stop;
use crate::machine::Machine;
use crate::mapping::Operation;
use crate::outcome::{Outcome, RecordError};
use crate::record::{AttributeRef, Attributes, Slot};
use crate::value::{OwnedValue, Value};
use bumpalo::{Bump, collections::Vec as ArenaVec};

/// A source object on its way through a flow.
///
/// The service tells every source object whether it was deleted or has left the scope,
/// as `IsSoftDeleted`; where the record does not say it, the subject does.
///
/// ```
/// use attrflow::configuration::{Configuration, NoObject, Subject};
/// use attrflow::{AttributeBag, Machine, Operation, graph::Document};
/// let text = r#"[{"targetAttributeName": "active", "source": {"expression": "Not([IsSoftDeleted])"}}]"#;
/// let configuration = Configuration::compile(&Document::read(text)?.schema())?;
/// let flow = &configuration.flows()[0];
/// let (mut machine, bag) = (Machine::new(), AttributeBag::new());
///
/// let leaver = Subject::new(flow, &bag).soft_deleted();
/// let changes = flow.apply(&mut machine, Operation::Update, &leaver, &NoObject);
/// assert_eq!(changes.changes[0].after.to_string(), "False");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Subject<'r, R: ?Sized> {
    record: &'r R,
    slot: Option<Slot>,
    soft_deleted: bool,
}

impl<'r, R: Attributes + ?Sized> Subject<'r, R> {
    /// The object that a record describes.
    #[must_use]
    pub fn new(flow: &ObjectFlow, record: &'r R) -> Self {
        Subject { record, slot: flow.inner.soft_deleted, soft_deleted: false }
    }

    /// The same object once it was deleted or has left the scope.
    #[must_use]
    pub fn soft_deleted(mut self) -> Self {
        self.soft_deleted = true;
        self
    }
}

impl<R: Attributes + ?Sized> Attributes for Subject<'_, R> {
    #[inline]
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        if self.slot != Some(wanted.slot()) {
            return self.record.attribute(wanted, arena);
        }
        if self.soft_deleted {
            return Value::Boolean(true);
        }
        match self.record.attribute(wanted, arena) {
            Value::Null => Value::Boolean(false),
            said => said,
        }
    }

    fn identity(&self) -> u64 {
        self.record.identity()
    }
}

/// A target object that is not there: a new object is compared with it.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObject;

impl Attributes for NoObject {
    fn attribute<'a>(&'a self, _wanted: AttributeRef<'_>, _arena: &'a Bump) -> Value<'a> {
        Value::Null
    }

    fn identity(&self) -> u64 {
        0
    }
}

/// What a target object is looked for by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MatchKey {
    /// The mapping.
    pub mapping: usize,
    /// The value in the form in which values are equal that are the same to the target
    /// attribute; [`ObjectFlow::target_key`] makes the same of a target object's value.
    pub key: String,
}

/// What becomes of a target object. Borrows from the machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangeSet<'m> {
    /// What each mapping gives, as the target attribute takes it; nothing where it fails,
    /// does not apply, or leaves the attribute out of the flow.
    pub wanted: &'m [Option<Value<'m>>],
    /// The attributes that differ, in the order of the mappings.
    pub changes: &'m [AttributeChange<'m>],
    /// Which mapping each change comes from.
    pub mappings: &'m [usize],
    /// The mappings that failed: the object is to be set aside.
    pub failures: &'m [AttributeFailure<'m>],
    /// Whether a mapping takes the object out of the flow.
    pub skips_object: bool,
}

/// A mapping that failed on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeFailure<'m> {
    /// The mapping.
    pub mapping: usize,
    /// The target attribute.
    pub attribute: &'m str,
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: &'m str,
    /// Where in the expression's text.
    pub span: Span,
}

impl ObjectFlow {
    /// What the target object is looked for by: the values of the matching attributes
    /// that the object has, in the order in which they are tried.
    ///
    /// The first key by which the target has an object decides; several objects with it
    /// are a conflict (documented).
    ///
    /// # Errors
    /// Where a matching attribute's mapping fails, or none of them has a value (AF432).
    pub fn match_keys<R: Attributes + ?Sized>(
        &self,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<Vec<MatchKey>, RecordError> {
        let mut keys = Vec::with_capacity(self.inner.matching.len());
        for mapping in &self.inner.matching {
            let Some(attribute) = self.inner.attributes.get(*mapping) else { continue };
            // Only text that is to be a date asks for the day.
            let now = match attribute.target.kind {
                Some(super::TargetKind::DateTime) => machine.environment().now(),
                _ => DateTime::MIN,
            };
            let evaluation = machine.run_entry(self.inner.set.program(), *mapping, &attribute.target.name, subject);
            match evaluation.outcome() {
                Err(fault) => return Err(fault.into()),
                Ok(Outcome::Value(value)) => {
                    let arena = Bump::new();
                    let key = self.target_key_at(attribute, value, &arena, now).map_err(|message| RecordError {
                        code: Code::NotTargetType,
                        message,
                        span: Span::default(),
                    })?;
                    keys.extend(key.map(|key| MatchKey { mapping: *mapping, key }));
                }
                Ok(_) => {}
            }
        }
        if keys.is_empty() && !self.inner.matching.is_empty() {
            let names: Vec<&str> = self.matching_names().collect();
            let message = format!("there is no value for {}, by which objects are matched", names.join(" or "));
            return Err(RecordError { code: Code::NoMatchingValue, message, span: Span::default() });
        }
        Ok(keys)
    }

    /// The matching attributes, the first one first.
    pub fn matching_names(&self) -> impl Iterator<Item = &str> {
        self.inner.matching.iter().filter_map(|mapping| Some(self.inner.attributes.get(*mapping)?.target.name.as_str()))
    }

    /// What a target object is found by, for a matching mapping; nothing where it has no
    /// value, or one that the attribute does not take.
    #[must_use]
    pub fn target_key(&self, mapping: usize, value: Value<'_>) -> Option<String> {
        let attribute = self.inner.attributes.get(mapping)?;
        let arena = Bump::new();
        // Text that holds half a date matches nothing.
        self.target_key_at(attribute, value, &arena, DateTime::MIN).ok().flatten()
    }

    fn target_key_at<'a>(
        &self,
        attribute: &Attribute,
        value: Value<'a>,
        arena: &'a Bump,
        now: DateTime,
    ) -> Result<Option<String>, String> {
        let name = &attribute.target.name;
        let fitted = attribute
            .target
            .fit(value, arena, || now)
            .map_err(|unfit| format!("'{value}' is not {}, which {name} takes", unfit.wanted))?;
        Ok(match fitted {
            Value::Multi([only]) => Some(attribute.target.key(*only)),
            Value::Multi(_) => return Err(format!("{name} has several values, and objects are matched by one")),
            value if value.is_null_or_empty() => None,
            value => Some(attribute.target.key(value)),
        })
    }

    /// What becomes of a target object: the attributes that are to change, with the
    /// values that the target has ([`NoObject`] where it is new).
    ///
    /// - A value is converted to the target attribute's type (evident), and flows where
    ///   the target has another one; case counts where the attribute is case-exact.
    /// - The empty text is a value. Null does not flow (documented): where an object is
    ///   created the default value takes its place, if there is one; and it clears an
    ///   attribute of one value where the mapping and the source attributes' definitions
    ///   let null flow. A list without values counts as null (inferred).
    /// - Mappings that apply only while an object is created are left out of an update.
    /// - Flow behavior makes no difference here: what the target has already is not
    ///   written again (inferred).
    pub fn apply<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        operation: Operation,
        subject: &'m Subject<'_, R>,
        current: &'m C,
    ) -> ChangeSet<'m> {
        self.apply_where(machine, operation, subject, current, |_| true)
    }

    /// The same for those mappings that depend on source attributes that have changed,
    /// or on the time, parameters or chance.
    pub fn apply_changed<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        operation: Operation,
        subject: &'m Subject<'_, R>,
        current: &'m C,
        changed: &[Slot],
    ) -> ChangeSet<'m> {
        self.apply_where(machine, operation, subject, current, |mapping| self.inner.set.is_affected(mapping, changed))
    }

    /// What disabling a target object changes: the mappings that look at
    /// `IsSoftDeleted` flow, for an object that was deleted or has left the scope.
    pub fn disable<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        subject: &'m Subject<'_, R>,
        current: &'m C,
    ) -> ChangeSet<'m> {
        self.apply_where(machine, Operation::Update, subject, current, |mapping| self.reads_soft_deleted(mapping))
    }

    fn apply_where<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        operation: Operation,
        subject: &'m Subject<'_, R>,
        current: &'m C,
        wanted: impl Fn(usize) -> bool,
    ) -> ChangeSet<'m> {
        let (output, machine) = machine.apply_where(operation, &self.inner.set, subject, &wanted);
        let arena = machine.arena();
        let now = || machine.environment().now();
        let wanted = arena.alloc_slice_fill_copy(output.results().len(), None);
        let mut made = Made {
            changes: ArenaVec::with_capacity_in(output.results().len(), arena),
            mappings: ArenaVec::with_capacity_in(output.results().len(), arena),
            failures: ArenaVec::new_in(arena),
        };
        for (mapping, (evaluation, attribute)) in output.results().iter().zip(&self.inner.attributes).enumerate() {
            let target = &attribute.target;
            let failure =
                |code, message, span| AttributeFailure { mapping, attribute: &target.name, code, message, span };
            let flowing = match evaluation.returned {
                Ok(value) => value,
                Err(Stop::Fault(fault)) => {
                    made.failures.push(failure(fault.code, fault.message, fault.span));
                    continue;
                }
                Err(_) => continue,
            };
            let fit = |value| {
                target.fit(value, arena, now).map_err(|unfit| {
                    let message =
                        bumpalo::format!(in arena, "the value is not {}, which {} takes", unfit.wanted, target.name);
                    failure(Code::NotTargetType, message.into_bump_str(), Span::default())
                })
            };
            let after = match fit(flowing) {
                Ok(Value::Null) => match &attribute.default {
                    // A default that cannot flow was found when compiling.
                    Some(default) if operation == Operation::Create || attribute.sourceless => {
                        fit(Value::Text(default)).unwrap_or_default()
                    }
                    _ => Value::Null,
                },
                Ok(value) => value,
                Err(unfit) => {
                    made.failures.push(unfit);
                    continue;
                }
            };
            if let Some(wanted) = wanted.get_mut(mapping) {
                *wanted = Some(after);
            }
            let held = current.attribute(AttributeRef::new(&self.inner.target_schema, attribute.slot), arena);
            // What the target holds against its own definition differs from everything.
            let before = target.fit(held, arena, now).unwrap_or(held);
            if target.required && after.is_null_or_empty() && (before.is_null_or_empty() || !after.is_null()) {
                let message = bumpalo::format!(in arena, "{} is required in the target, and has no value", target.name);
                made.failures.push(failure(Code::RequiredEmpty, message.into_bump_str(), Span::default()));
                continue;
            }
            if let Some(change) = self.change(attribute, before, after, evaluation.is_assertive(), arena) {
                made.changes.push(change);
                made.mappings.push(mapping);
            }
        }
        ChangeSet {
            wanted,
            changes: made.changes.into_bump_slice(),
            mappings: made.mappings.into_bump_slice(),
            failures: made.failures.into_bump_slice(),
            skips_object: output.skips_object(),
        }
    }

    fn change<'m>(
        &'m self,
        attribute: &'m Attribute,
        before: Value<'m>,
        after: Value<'m>,
        assertive: bool,
        arena: &'m Bump,
    ) -> Option<AttributeChange<'m>> {
        let target = &attribute.target;
        let change = |after, manner| Some(AttributeChange { attribute: &target.name, before, after, manner });
        if after.is_null() {
            let clears = attribute.clears && !before.is_null() && target.multivalued != Some(true);
            return if clears { change(after, Manner::Set) } else { None };
        }
        if attribute.fills && !before.is_null_or_empty() {
            return None;
        }
        if attribute.adds {
            let held: &[Value<'_>] = match &before {
                Value::Multi(values) => values,
                Value::Null => &[],
                single => std::slice::from_ref(single),
            };
            let values: &[Value<'m>] = match after {
                Value::Multi(values) => values,
                single => std::slice::from_ref(arena.alloc(single)),
            };
            let mut new = ArenaVec::new_in(arena);
            for value in values {
                if !held.iter().chain(&new).any(|held| target.same(*held, *value)) {
                    new.push(*value);
                }
            }
            return if new.is_empty() { None } else { change(Value::Multi(new.into_bump_slice()), Manner::Add) };
        }
        if target.same(before, after) {
            return None;
        }
        change(after, if assertive { Manner::Assert } else { Manner::Set })
    }

    /// The value of a source attribute by name, as explanations show it.
    pub(super) fn source_value<R: Attributes + ?Sized>(
        &self,
        name: &str,
        _machine: &Machine,
        subject: &Subject<'_, R>,
    ) -> OwnedValue {
        let schema = self.inner.set.schema();
        let arena = Bump::new();
        let value = schema.slot(name).map(|slot| subject.attribute(AttributeRef::new(schema, slot), &arena));
        value.map_or(OwnedValue::Null, OwnedValue::from)
    }
}

/// A change set under construction.
struct Made<'m> {
    changes: ArenaVec<'m, AttributeChange<'m>>,
    mappings: ArenaVec<'m, usize>,
    failures: ArenaVec<'m, AttributeFailure<'m>>,
}
