//! One object through a flow: match keys, and what becomes of the target's attributes.

use super::{Attribute, ObjectFlow};
use crate::change::{AttributeChange, Manner};
use crate::diagnostic::{Code, Span};
use crate::dotnet::date::DateTime;
use crate::environment::{References, Resolved};
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
/// let subject = Subject::new(flow, &bag);
/// let changes = flow.apply(&mut machine, Operation::Update, &subject, &NoObject);
/// assert_eq!(changes.changes[0].after.to_string(), "True");
///
/// let leaver = subject.soft_deleted();
/// let changes = flow.disable(&mut machine, &leaver, &NoObject);
/// assert_eq!(changes.changes[0].after.to_string(), "False");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Subject<'r, R: ?Sized> {
    record: &'r R,
    slot: Option<Slot>,
    soft_deleted: bool,
}

impl<R: ?Sized> Clone for Subject<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

// A derive would ask it of the record.
impl<R: ?Sized> Copy for Subject<'_, R> {}

impl<'r, R: Attributes + ?Sized> Subject<'r, R> {
    /// The object that a record describes.
    #[must_use]
    pub fn new(flow: &ObjectFlow, record: &'r R) -> Self {
        Subject { record, slot: flow.inner.soft_deleted, soft_deleted: false }
    }

    /// The same object once it was deleted or has left the scope.
    #[must_use]
    pub fn soft_deleted(self) -> Leaver<'r, R> {
        Leaver(Subject { soft_deleted: true, ..self })
    }
}

/// A source object that was deleted or has left the scope.
#[derive(Debug)]
pub struct Leaver<'r, R: ?Sized>(Subject<'r, R>);

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
    /// References to objects that the target does not have.
    pub missing: &'m [MissingReference<'m>],
    /// By mapping, whether reports are to hide the value (Redact).
    pub redacted: &'m [bool],
    /// Whether a mapping takes the object out of the flow.
    pub skips_object: bool,
}

/// A reference to an object that the target does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingReference<'m> {
    /// The mapping.
    pub mapping: usize,
    /// The target attribute.
    pub attribute: &'m str,
    /// What the source has.
    pub value: &'m str,
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
            keys.extend(self.match_key(*mapping, machine, subject)?);
        }
        if keys.is_empty() && !self.inner.matching.is_empty() {
            return Err(self.no_matching_value());
        }
        Ok(keys)
    }

    /// The value of one matching attribute; nothing where the object has none.
    ///
    /// # Errors
    /// Where the mapping fails.
    pub fn match_key<R: Attributes + ?Sized>(
        &self,
        mapping: usize,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<Option<MatchKey>, RecordError> {
        let Some(attribute) = self.inner.attributes.get(mapping) else { return Ok(None) };
        // Only text that is to be a date asks for the day.
        let now = match attribute.target.kind {
            Some(super::TargetKind::DateTime) => machine.environment().now(),
            _ => DateTime::MIN,
        };
        let evaluation = machine.run_entry(self.inner.set.program(), mapping, &attribute.target.name, subject);
        let Outcome::Value(value) = evaluation.outcome()? else { return Ok(None) };
        let arena = Bump::new();
        let key = self.target_key_at(attribute, value, &arena, now).map_err(|message| RecordError {
            code: Code::NotTargetType,
            message,
            span: Span::default(),
        })?;
        Ok(key.map(|key| MatchKey { mapping, key }))
    }

    pub(super) fn no_matching_value(&self) -> RecordError {
        let names: Vec<&str> = self.matching_names().collect();
        let message = format!("there is no value for {}, by which objects are matched", names.join(" or "));
        RecordError { code: Code::NoMatchingValue, message, span: Span::default() }
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
    ///   let null flow. The default value stays: an object would lose with the next cycle
    ///   what it was given when it was made (inferred). A list without values does not flow (inferred).
    /// - Mappings that apply only while an object is created are left out of an update.
    /// - A reference becomes what the environment's [`References`] say
    ///   that the target calls the object; one that the target lacks is listed, and its
    ///   attribute stays; of several references those that the target lacks drop out.
    /// - A value that nothing else in the target may have (SelectUniqueValue) is looked for
    ///   once: an object that has one keeps it (inferred; the reference says that the
    ///   function is for new objects).
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

    /// The same for those mappings that depend on source attributes that have changed, or
    /// on the time, parameters or chance, and for those that flow always.
    pub fn apply_changed<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        operation: Operation,
        subject: &'m Subject<'_, R>,
        current: &'m C,
        changed: &[Slot],
    ) -> ChangeSet<'m> {
        self.apply_where(machine, operation, subject, current, |mapping| {
            let always = self.inner.attributes.get(mapping).is_some_and(|attribute| attribute.always);
            always || self.inner.set.is_affected(mapping, changed)
        })
    }

    /// What disabling a target object changes: the mappings that look at
    /// `IsSoftDeleted` flow, for an object that was deleted or has left the scope.
    pub fn disable<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        leaver: &'m Leaver<'_, R>,
        current: &'m C,
    ) -> ChangeSet<'m> {
        self.apply_where(machine, Operation::Update, &leaver.0, current, |mapping| self.reads_soft_deleted(mapping))
    }

    pub(crate) fn apply_where<'m, R: Attributes + ?Sized, C: Attributes + ?Sized>(
        &'m self,
        machine: &'m mut Machine,
        operation: Operation,
        subject: &'m Subject<'_, R>,
        current: &'m C,
        asked: impl Fn(usize) -> bool,
    ) -> ChangeSet<'m> {
        let named = |attribute: &Attribute| AttributeRef::new(&self.inner.target_schema, attribute.slot);
        let wanted = |mapping| {
            asked(mapping)
                && self.inner.attributes.get(mapping).is_none_or(|attribute| {
                    let fixed = operation == Operation::Update && attribute.unique;
                    !fixed || current.attribute(named(attribute), &Bump::new()).is_null_or_empty()
                })
        };
        let (output, machine) = machine.apply_where(operation, &self.inner.set, subject, wanted);
        let arena = machine.arena();
        let count = output.results().len();
        let mut made = Made {
            wanted: arena.alloc_slice_fill_copy(count, None),
            redacted: arena.alloc_slice_fill_copy(count, false),
            changes: ArenaVec::with_capacity_in(count, arena),
            mappings: ArenaVec::with_capacity_in(count, arena),
            failures: ArenaVec::new_in(arena),
            missing: ArenaVec::new_in(arena),
        };
        for (mapping, (evaluation, attribute)) in output.results().iter().zip(&self.inner.attributes).enumerate() {
            if let Some(redacted) = made.redacted.get_mut(mapping) {
                // What fails may quote what would have been hidden.
                *redacted = evaluation.is_redacted() || (attribute.hides && evaluation.returned.is_err());
            }
            let work = Work { attribute, mapping, operation, machine, arena };
            let flowing = match evaluation.returned {
                Ok(value) => work.flowing(value, &mut made.missing),
                Err(Stop::Fault(fault)) => Err(work.failure(fault.code, fault.message, fault.span)),
                Err(_) => Ok(None),
            };
            let after = match flowing {
                Ok(after) => after,
                Err(failure) => {
                    made.failures.push(failure);
                    continue;
                }
            };
            if let Some(wanted) = made.wanted.get_mut(mapping) {
                *wanted = after;
            }
            let held = current.attribute(named(attribute), arena);
            // What the target holds against its own definition differs from everything.
            let before = attribute.target.fit(held, arena, || machine.environment().now()).unwrap_or(held);
            let change = after.and_then(|after| work.change(before, after, evaluation.is_assertive()));
            let left = change.map_or(before, |change| change.after);
            // What nobody asked for is no matter of this change: disabling an object does not
            // fail by what it lacks otherwise.
            if attribute.target.required && left.is_null_or_empty() && !output.skips_object() && asked(mapping) {
                let message =
                    bumpalo::format!(in arena, "{} is required in the target, and has no value", attribute.target.name);
                made.failures.push(work.failure(Code::RequiredEmpty, message.into_bump_str(), Span::default()));
            } else if let Some(change) = change {
                made.changes.push(change);
                made.mappings.push(mapping);
            }
        }
        ChangeSet {
            wanted: made.wanted,
            redacted: made.redacted,
            changes: made.changes.into_bump_slice(),
            mappings: made.mappings.into_bump_slice(),
            failures: made.failures.into_bump_slice(),
            missing: made.missing.into_bump_slice(),
            skips_object: output.skips_object(),
        }
    }

    /// The value of the source attribute that an entry reads, as explanations show it.
    pub(super) fn source_value<R: Attributes + ?Sized>(&self, entry: usize, subject: &Subject<'_, R>) -> OwnedValue {
        let schema = self.inner.set.schema();
        let arena = Bump::new();
        let slot = self.inner.set.reads(entry).first();
        let value = slot.map(|slot| subject.attribute(AttributeRef::new(schema, *slot), &arena));
        value.map_or(OwnedValue::Null, OwnedValue::from)
    }
}

/// One mapping of one object.
#[derive(Clone, Copy)]
struct Work<'m> {
    attribute: &'m Attribute,
    mapping: usize,
    operation: Operation,
    machine: &'m Machine,
    arena: &'m Bump,
}

impl<'m> Work<'m> {
    fn failure(&self, code: Code, message: &'m str, span: Span) -> AttributeFailure<'m> {
        AttributeFailure { mapping: self.mapping, attribute: &self.attribute.target.name, code, message, span }
    }

    /// The value as the target attribute takes it.
    fn fit(&self, value: Value<'m>) -> Result<Value<'m>, AttributeFailure<'m>> {
        let target = &self.attribute.target;
        target.fit(value, self.arena, || self.machine.environment().now()).map_err(|unfit| {
            let message =
                bumpalo::format!(in self.arena, "the value is not {}, which {} takes", unfit.wanted, target.name);
            self.failure(Code::NotTargetType, message.into_bump_str(), Span::default())
        })
    }

    /// What flows for a result: the value or a default in its place, references resolved.
    /// Nothing flows where all that it refers to is missing.
    fn flowing(
        &self,
        value: Value<'m>,
        missing: &mut ArenaVec<'m, MissingReference<'m>>,
    ) -> Result<Option<Value<'m>>, AttributeFailure<'m>> {
        let attribute = self.attribute;
        let fitted = self.fit(value)?;
        if fitted.is_null() {
            let create = self.operation == Operation::Create;
            let default = attribute.default.as_ref().filter(|_| create || attribute.sourceless);
            let default = default.or_else(|| attribute.definition_default.as_ref().filter(|_| create));
            return default.map_or(Ok(Value::Null), |default| self.fit(Value::Text(default))).map(Some);
        }
        match (attribute.target.kind, &self.machine.environment().references) {
            (Some(super::TargetKind::Reference), Some(references)) => {
                Ok(self.resolved(fitted, references.as_ref(), missing))
            }
            _ => Ok(Some(fitted)),
        }
    }

    /// The default value that flows into a new object.
    fn default(&self) -> Option<&'m str> {
        self.attribute.default.as_deref().or(self.attribute.definition_default.as_deref())
    }

    /// Whether the attribute holds what it got when the object was made: null leaves it.
    fn is_default(&self, before: Value<'m>) -> bool {
        let fitted = self.default().and_then(|default| self.fit(Value::Text(default)).ok());
        fitted.is_some_and(|default| self.attribute.target.same(before, default))
    }

    fn resolved(
        &self,
        value: Value<'m>,
        references: &dyn References,
        missing: &mut ArenaVec<'m, MissingReference<'m>>,
    ) -> Option<Value<'m>> {
        let target = &self.attribute.target.name;
        let mut one = |text: &'m str| match references.resolve(target, text) {
            Resolved::Target(name) => Some(Value::Reference(self.arena.alloc_str(&name))),
            Resolved::Unchanged => Some(Value::Reference(text)),
            Resolved::Missing => {
                missing.push(MissingReference { mapping: self.mapping, attribute: target, value: text });
                self.attribute.exports_missing.then_some(Value::Reference(text))
            }
        };
        match value {
            // An empty text refers to nothing.
            Value::Reference("") => Some(Value::Null),
            Value::Reference(text) => one(text),
            Value::Multi(values) => {
                let mut resolved = ArenaVec::with_capacity_in(values.len(), self.arena);
                let named = values.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
                resolved.extend(named.filter_map(&mut one));
                (values.is_empty() || !resolved.is_empty()).then(|| Value::Multi(resolved.into_bump_slice()))
            }
            other => Some(other),
        }
    }

    fn change(&self, before: Value<'m>, after: Value<'m>, assertive: bool) -> Option<AttributeChange<'m>> {
        let attribute = self.attribute;
        let target = &attribute.target;
        let change = |after, manner| Some(AttributeChange { attribute: &target.name, before, after, manner });
        if matches!(after, Value::Multi([])) {
            return None;
        }
        if after.is_null() {
            let clears = attribute.clears && !before.is_null() && target.multivalued != Some(true);
            let clears = clears && !self.is_default(before);
            return if clears { change(after, Manner::Set) } else { None };
        }
        // An attribute of one value gets no other without losing the one it has.
        let adds_one = attribute.adds && target.multivalued == Some(false);
        if (attribute.fills || attribute.immutable || adds_one) && !before.is_null_or_empty() {
            return None;
        }
        if attribute.adds && !adds_one {
            let held: &[Value<'_>] = match &before {
                Value::Multi(values) => values,
                Value::Null => &[],
                single => std::slice::from_ref(single),
            };
            let values: &[Value<'m>] = match after {
                Value::Multi(values) => values,
                single => std::slice::from_ref(self.arena.alloc(single)),
            };
            let new = target.missing(held, values, self.arena);
            return if new.is_empty() { None } else { change(Value::Multi(new), Manner::Add) };
        }
        if target.same(before, after) {
            return None;
        }
        change(after, if assertive { Manner::Assert } else { Manner::Set })
    }
}

/// A change set under construction.
struct Made<'m> {
    wanted: &'m mut [Option<Value<'m>>],
    redacted: &'m mut [bool],
    changes: ArenaVec<'m, AttributeChange<'m>>,
    mappings: ArenaVec<'m, usize>,
    failures: ArenaVec<'m, AttributeFailure<'m>>,
    missing: ArenaVec<'m, MissingReference<'m>>,
}
