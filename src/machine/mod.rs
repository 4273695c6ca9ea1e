//! Runs programs: the loop, and the memory that records share one after the other.

mod arguments;
mod batch;
mod block;
mod draw;
mod parallel;
mod run;
mod short;
mod trace;

pub use batch::{Block, ResultColumn, Rows};
pub(crate) use draw::Draws;
pub(crate) use trace::Watched;
pub use trace::{Step, Trace};

use crate::dotnet::date::DateTime;
use crate::environment::Environment;
use crate::expression::Expression;
use crate::mapping::{MappingSet, Operation, Output};
use crate::outcome::{Evaluation, Marks};
use crate::program::{Entry, Operand, Plan, Program};
use crate::record::{AttributeRef, Attributes, Slot};
use crate::value::Value;
use bumpalo::Bump;
use run::Frame;
use short::{Made, Reader};
use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use trace::Silent;

/// Runs compiled expressions on one record after the other, in memory that it
/// keeps: once warm, a record allocates nothing. One machine a thread; programs are
/// shared.
///
/// ```
/// use attrflow::{AttributeBag, Expression, Machine};
///
/// let greeting = Expression::parse(r#"Join(" ", "Dear", [givenName])"#)?;
/// let mut machine = Machine::new();
/// for name in ["Ann", "Bo"] {
///     let bag = AttributeBag::from_iter([("givenName", name)]);
///     println!("{}", machine.evaluate(&greeting, &bag).into_owned()?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Machine {
    /// Holds what belongs to the record or block at hand.
    arena: Bump,
    /// Holds what lasts for a whole batch.
    kept: Bump,
    environment: Environment,
    state: State,
}

/// What lasts from record to record.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Values that SelectUniqueValue has given out in this run, by target.
    claims: RefCell<HashMap<String, HashSet<String>>>,
    /// Working memory of prepared calls, by what it serves.
    scratch: RefCell<HashMap<(usize, TypeId), Box<dyn Any + Send>>>,
    /// Drawn from so far where there is no seed.
    entropy: RefCell<Option<rand_chacha::ChaCha12Rng>>,
    /// The record's identity, where something is drawn at random.
    identity: Cell<u64>,
    /// The time, once something has asked: a record sees one instant.
    moment: Cell<Option<DateTime>>,
    /// Which call draws, and how often it has on this record.
    draw: Cell<(u32, u32)>,
    marks: Cell<Marks>,
}

/// What an evaluation has at hand.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) arena: &'a Bump,
    pub(crate) environment: &'a Environment,
    pub(crate) state: &'a State,
    /// Bytes of a produced value.
    pub(crate) limit: usize,
    /// The target attribute of the mapping; empty for an expression on its own.
    pub(crate) target: Cell<&'a str>,
}

impl<'a> Context<'a> {
    fn new(arena: &'a Bump, environment: &'a Environment, state: &'a State, program: &Program) -> Self {
        Context { arena, environment, state, limit: program.limit, target: Cell::new("") }
    }

    /// The time, UTC; the same for all that runs in one evaluation.
    pub(crate) fn now(&self) -> DateTime {
        self.state.moment.get().unwrap_or_else(|| {
            let now = self.environment.now();
            self.state.moment.set(Some(now));
            now
        })
    }

    /// Marks the value: reports do not show it.
    pub(crate) fn redact(&self) {
        self.state.marks.set(Marks { redacted: true, ..self.state.marks.get() });
    }

    /// Marks the flow: it replaces what the target has.
    pub(crate) fn assert_values(&self) {
        self.state.marks.set(Marks { assertive: true, ..self.state.marks.get() });
    }

    /// Works with memory that is kept between records for the prepared call that
    /// `owner` is the address of.
    pub(crate) fn with_scratch<S: Any + Send + Default, T>(&self, owner: usize, work: impl FnOnce(&mut S) -> T) -> T {
        let mut scratch = self.state.scratch.borrow_mut();
        let kept = scratch.entry((owner, TypeId::of::<S>())).or_insert_with(|| Box::new(S::default()));
        match kept.downcast_mut::<S>() {
            Some(kept) => work(kept),
            // The key holds the type, so this is only for the compiler.
            None => work(&mut S::default()),
        }
    }
}

impl Machine {
    /// A machine with the system's clock and entropy.
    #[must_use]
    pub fn new() -> Self {
        Machine::default()
    }

    /// A machine with what a host passes.
    #[must_use]
    pub fn with_environment(environment: Environment) -> Self {
        Machine { environment, ..Machine::default() }
    }

    /// Clock, parameters and directory.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Forgets which values SelectUniqueValue has given out.
    pub fn forget_unique_values(&mut self) {
        self.state.claims.borrow_mut().clear();
    }

    /// Evaluates an expression on a record.
    pub fn evaluate<'m, R: Attributes + ?Sized>(
        &'m mut self,
        expression: &'m Expression,
        record: &'m R,
    ) -> Evaluation<'m> {
        self.run_entry(expression.program(), 0, "", record)
    }

    /// Evaluates an expression on a record and notes the value of every node.
    pub fn trace<'m, R: Attributes + ?Sized>(&'m mut self, expression: &'m Expression, record: &'m R) -> Trace {
        self.arena.reset();
        let mut steps = Vec::new();
        let machine: &'m Machine = self;
        let context = machine.context(expression.program(), "", record);
        let evaluation = machine.run_observed(expression.program(), 0, &context, record, &mut steps);
        Trace::new(expression, steps, evaluation)
    }

    /// Applies a mapping set to a record as for a new object: all target attributes.
    pub fn apply<'m, R: Attributes + ?Sized>(&'m mut self, set: &'m MappingSet, record: &'m R) -> Output<'m> {
        self.apply_as(Operation::Create, set, record)
    }

    /// Applies a mapping set to a record. For an update, mappings that apply only
    /// while an object is created are skipped, and default values do not flow.
    pub fn apply_as<'m, R: Attributes + ?Sized>(
        &'m mut self,
        operation: Operation,
        set: &'m MappingSet,
        record: &'m R,
    ) -> Output<'m> {
        self.apply_some(operation, set, record, |_| true)
    }

    /// Applies those mappings of a set that depend on attributes that have changed, and
    /// those whose value may change without (the time, parameters, chance). The others
    /// are skipped: their targets stay as they are.
    ///
    /// ```
    /// use attrflow::{AttributeBag, Machine, Mapping, MappingSet, Operation};
    /// let set = MappingSet::compile([Mapping::new("cn", "Coalesce([a], [b])"), Mapping::new("mail", "[m]")])?;
    /// let bag = AttributeBag::from_iter([("b", "x"), ("m", "y")]);
    /// let changed = [set.schema().slot("b").unwrap()];
    /// let mut machine = Machine::new();
    /// let output = machine.apply_changed(Operation::Update, &set, &bag, &changed);
    /// let flowing: Vec<_> = output.iter().filter_map(|(name, e)| Some((name, e.value()?.to_string()))).collect();
    /// assert_eq!(flowing, [("cn", "x".to_owned())]);
    /// # Ok::<(), attrflow::MappingSetError>(())
    /// ```
    pub fn apply_changed<'m, R: Attributes + ?Sized>(
        &'m mut self,
        operation: Operation,
        set: &'m MappingSet,
        record: &'m R,
        changed: &[Slot],
    ) -> Output<'m> {
        self.apply_some(operation, set, record, |index| set.is_affected(index, changed))
    }

    fn apply_some<'m, R: Attributes + ?Sized>(
        &'m mut self,
        operation: Operation,
        set: &'m MappingSet,
        record: &'m R,
        wanted: impl Fn(usize) -> bool,
    ) -> Output<'m> {
        self.apply_where(operation, set, record, wanted).0
    }

    /// Applies the mappings that are wanted; gives the machine back, so that what follows
    /// works in the same memory.
    pub(crate) fn apply_where<'m, R: Attributes + ?Sized>(
        &'m mut self,
        operation: Operation,
        set: &'m MappingSet,
        record: &'m R,
        wanted: impl Fn(usize) -> bool,
    ) -> (Output<'m>, &'m Machine) {
        self.arena.reset();
        let machine: &'m Machine = self;
        let program = set.program();
        let context = machine.context(program, "", record);
        let results = machine.arena.alloc_slice_fill_copy(set.mappings().len(), Evaluation::SKIPPED);
        let mut near;
        let registers = run::registers!(program, machine.arena, near);
        let memos = memos(&machine.arena, program, 1);
        let mut frame = Frame { program, record, context: &context, registers, memos };
        let reader = Reader { program, record, arena: &machine.arena, registers: &() };
        for (index, (entry, result)) in program.entries.iter().zip(results.iter_mut()).enumerate() {
            if wanted(index) && (entry.ruled || !short::run(entry, &reader, result)) {
                machine.usual((set, index, operation), entry, &reader, &mut frame, result);
            }
        }
        (Output::new(set, results), machine)
    }

    /// Runs a mapping that has flow rules of its own, or that the short way does not do for.
    /// Apart from the loop over the others, which has few variables so.
    #[inline(never)]
    fn usual<'m, R: Attributes + ?Sized>(
        &'m self,
        (set, index, operation): (&'m MappingSet, usize, Operation),
        entry: &'m Entry,
        reader: &Reader<'_, 'm, R, ()>,
        frame: &mut Frame<'_, 'm, R>,
        result: &mut Evaluation<'m>,
    ) {
        let Some(rules) = set.rules(index, operation) else { return };
        if !entry.ruled || !short::run(entry, reader, result) {
            frame.context.target.set(set.target(index));
            run::entry(entry, frame, &mut Silent, result);
        }
        if let Some(default) = rules.default {
            *result = result.or(default.borrow(&self.arena));
        }
    }

    /// What the record at hand is worked on in.
    #[cfg(feature = "serde")]
    pub(crate) const fn arena(&self) -> &Bump {
        &self.arena
    }

    /// Runs one entry of a program in fresh memory.
    pub(crate) fn run_entry<'m, R: Attributes + ?Sized>(
        &'m mut self,
        program: &'m Program,
        entry: usize,
        target: &'m str,
        record: &'m R,
    ) -> Evaluation<'m> {
        self.arena.reset();
        match program.entries.get(entry) {
            // An attribute alone needs nothing of what follows.
            Some(Entry { plan: Plan::Leaf, leaf: Operand::Attribute(slot), .. }) => {
                if let Value::Text(text) = record.attribute(AttributeRef::new(&program.schema, *slot), &self.arena) {
                    return run::hand_out_text(text, Marks::default());
                }
            }
            // A single instruction needs little.
            Some(entry) if entry.plan != Plan::Code => {
                match (Reader { program, record, arena: &self.arena, registers: &() }).entry(entry) {
                    Made::Text(text) => return run::hand_out_text(text, Marks::default()),
                    Made::Integer(integer) => return run::hand_out_integer(integer, Marks::default()),
                    Made::Null => return Evaluation::NULL,
                    Made::Nothing => {}
                }
            }
            _ => {}
        }
        self.run_code(program, entry, target, record)
    }

    #[inline(never)]
    fn run_code<'m, R: Attributes + ?Sized>(
        &'m self,
        program: &'m Program,
        entry: usize,
        target: &'m str,
        record: &'m R,
    ) -> Evaluation<'m> {
        let context = self.context(program, target, record);
        self.run_observed(program, entry, &context, record, &mut Silent)
    }

    fn context<'m, R: Attributes + ?Sized>(&'m self, program: &'m Program, target: &'m str, record: &R) -> Context<'m> {
        let context = Context::new(&self.arena, &self.environment, &self.state, program);
        context.target.set(target);
        self.state.moment.set(None);
        if program.draws && self.environment.seed.is_some() {
            self.state.identity.set(record.identity());
        }
        context
    }

    fn run_observed<'m, R: Attributes + ?Sized>(
        &'m self,
        program: &'m Program,
        entry: usize,
        context: &Context<'m>,
        record: &'m R,
        observer: &mut impl trace::Observer,
    ) -> Evaluation<'m> {
        let mut result = Evaluation::NULL;
        let mut near;
        let registers = run::registers!(program, self.arena, near);
        let memos = memos(&self.arena, program, 1);
        let mut frame = Frame { program, record, context, registers, memos };
        if let Some(entry) = program.entries.get(entry) {
            run::entry(entry, &mut frame, observer, &mut result);
        }
        run::hand_out(&result)
    }
}

/// Room for what mappings share, on `lanes` records.
fn memos<'m>(arena: &'m Bump, program: &Program, lanes: usize) -> &'m [Cell<Option<Value<'m>>>] {
    match usize::from(program.memos).saturating_mul(lanes) {
        0 => &[],
        count => arena.alloc_slice_fill_with(count, |_| Cell::new(None)),
    }
}
