//! An entry on a block of records: an instruction runs on every record before the next one
//! does, so what it needs is looked up once a block. Nearly all that flows is text, so a
//! column is texts, and values beside them where there are others.
//!
//! A record on which something fails, or that comes to an instruction which is not known
//! here, is left over and runs alone (`run.rs`). Nothing here has an effect or leaves a mark.

use super::Context;
use super::batch::Rows;
use super::run::{call_on, put_argument};
use crate::functions::{Nulls, Room};
use crate::program::{Entry, Instruction, Operand, Program, RESULT, Run, Site};
use crate::record::{AttributeRef, Slot};
use crate::syntax::Operator;
use crate::value::{self, OwnedValue, Value};
use bumpalo::Bump;

/// Records in a block, a bit each in a word. Measured: with half as many a set takes a tenth
/// longer, with twice as many no less.
pub(super) const LANES: usize = 64;

/// Entries of more instructions run record by record.
pub(super) const LONGEST: usize = 64;

/// Records of a block, a bit each.
pub(super) type Lanes = u64;

/// The first so many records.
pub(super) fn first_lanes(count: usize) -> Lanes {
    u32::try_from(count).ok().and_then(|count| 1_u64.checked_shl(count)).map_or(Lanes::MAX, |next| next - 1)
}

/// Goes through the records of a set. Where it is asked which records have a value, a loop
/// over those that have one takes the place of a branch, which cannot be foreseen.
#[inline(always)]
pub(super) fn each(mut lanes: Lanes) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = lanes.trailing_zeros();
        lanes &= lanes.wrapping_sub(1);
        (lane < Lanes::BITS).then_some(lane as usize)
    })
}

#[inline(always)]
fn has(lanes: Lanes, lane: usize) -> bool {
    lanes >> lane & 1 == 1
}

#[inline(always)]
fn bit(holds: bool, lane: usize) -> Lanes {
    Lanes::from(holds) << lane
}

/// What an operand is on a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    texts: Texts<'a>,
    /// The records that have a text.
    present: Lanes,
    /// The records that have a value which is neither a text nor null.
    pub(super) other: Lanes,
    values: &'a [Value<'a>],
}

/// The texts of the records that have one; none for the others.
#[derive(Debug, Clone, Copy)]
enum Texts<'a> {
    Each(&'a [Option<&'a str>]),
    Same(&'a str),
}

impl<'a> Column<'a> {
    pub(super) const NULL: Self = Column { texts: Texts::Each(&[]), present: 0, other: 0, values: &[] };

    fn of_texts(texts: &'a [Option<&'a str>], present: Lanes) -> Self {
        Column { texts: Texts::Each(texts), present, ..Column::NULL }
    }

    fn null(&self) -> Lanes {
        !(self.present | self.other)
    }

    /// The text of a record, empty where it has none.
    #[inline(always)]
    fn text(&self, lane: usize) -> &'a str {
        match self.texts {
            Texts::Each(texts) => texts.get(lane).copied().flatten().unwrap_or_default(),
            Texts::Same(text) => text,
        }
    }

    #[inline(always)]
    pub(super) fn value(&self, lane: usize) -> Value<'a> {
        match has(self.present, lane) {
            true => Value::Text(self.text(lane)),
            false => self.values.get(lane).copied().unwrap_or_default(),
        }
    }

    /// The texts, one or none a record.
    pub(super) fn texts(&self, count: usize, arena: &'a Bump) -> &'a [Option<&'a str>] {
        match self.texts {
            Texts::Each(texts) if texts.len() == count => texts,
            _ => arena.alloc_slice_fill_with(count, |lane| has(self.present, lane).then(|| self.text(lane))),
        }
    }
}

/// What an instruction makes, and the records for which that is not known.
type Made<'a> = (Column<'a>, Lanes);

pub(super) const UNKNOWN: Made<'_> = (Column::NULL, Lanes::MAX);

/// What comes of an instruction.
enum Step<'a> {
    Made(Made<'a>),
    /// Some records go on at the next instruction, the others where it says; for some it is
    /// not known.
    Jump {
        next: Lanes,
        unknown: Lanes,
        to: u32,
    },
}

/// A block on its way through a program.
pub(super) struct BlockFrame<'f, 'a, S: ?Sized> {
    pub(super) program: &'a Program,
    pub(super) rows: &'a S,
    /// The block's first row, and how many it has.
    pub(super) first: usize,
    pub(super) count: usize,
    pub(super) context: &'f Context<'a>,
    /// The places of the slots that entries read.
    pub(super) slots: &'f [u16],
    /// Their attributes, where they have been read.
    pub(super) attributes: &'f mut [Option<Column<'a>>],
    pub(super) registers: &'f mut [Column<'a>],
    /// What mappings share, as far as it is known.
    pub(super) memos: &'f mut [Made<'a>],
    /// Records that go on at a later instruction of an entry; nothing once it has run.
    pub(super) waiting: &'f mut [Lanes; LONGEST],
}

impl<'a, S: Rows + ?Sized> BlockFrame<'_, 'a, S> {
    /// What an entry gives, and the records that are left over.
    pub(super) fn run(&mut self, entry: &Entry) -> Made<'a> {
        let program = self.program;
        let code = program.code.get(entry.start as usize..entry.end as usize).unwrap_or(&[]);
        if code.is_empty() {
            return (self.operand(entry.leaf), 0);
        }
        let all = first_lanes(self.count);
        let (mut active, mut left) = (all, 0);
        let mut results: &'a mut [Option<&'a str>] = &mut [];
        let mut present = 0;
        for (at, instruction) in code.iter().enumerate() {
            active |= self.waiting.get_mut(at).map_or(0, std::mem::take);
            if active == 0 {
                continue;
            }
            let (made, unknown) = match self.step(instruction, active) {
                Step::Made(made) => made,
                Step::Jump { next, unknown, to } => {
                    left |= active & unknown;
                    active &= !unknown;
                    if let Some(waiting) = self.waiting.get_mut(to.saturating_sub(entry.start) as usize) {
                        *waiting |= active & !next;
                    }
                    active &= next;
                    continue;
                }
            };
            left |= active & unknown;
            active &= !unknown;
            match instruction.target() {
                Some(RESULT) if active | left == all => return (made, left),
                Some(RESULT) => {
                    if results.is_empty() {
                        results = self.no_texts();
                    }
                    for lane in each(active & made.present) {
                        if let Some(result) = results.get_mut(lane) {
                            *result = Some(made.text(lane));
                        }
                    }
                    present |= active & made.present;
                    left |= active & made.other;
                    active = 0;
                }
                Some(to) => self.set(to, made, active, active | left == all),
                None => {}
            }
        }
        (Column::of_texts(results, present), left | active)
    }

    /// One instruction, for the records that have come to it.
    fn step(&mut self, instruction: &'a Instruction, active: Lanes) -> Step<'a> {
        Step::Made(match *instruction {
            Instruction::Move { from, .. } => (self.operand(from), 0),
            Instruction::Call { site, .. } => self.call(site, active, None, |_, _| None),
            Instruction::CallInteger { site, source, .. } => {
                let source = self.operand(source);
                self.call(site, active, Some(&[source]), |_, _| None)
            }
            Instruction::CallOne { site, source, .. } => {
                let (source, room) = (self.operand(source), self.room());
                self.call(site, active, Some(&[source]), |site, lane| site.body.text(source.text(lane), room))
            }
            Instruction::CallTwo { site, sources: [one, two], .. } => {
                let (one, two, room) = (self.operand(one), self.operand(two), self.room());
                self.call(site, active, Some(&[one, two]), |site, lane| {
                    site.body.texts(&[one.text(lane), two.text(lane)], room)
                })
            }
            Instruction::CallSeveral { site, sources, .. } => {
                let (sources, room) = (self.operands(sources), self.room());
                self.call(site, active, Some(sources), |site, lane| {
                    let mut texts = [""; Instruction::MOST_TEXTS];
                    texts.iter_mut().zip(sources).for_each(|(text, source)| *text = source.text(lane));
                    site.body.texts(texts.get(..sources.len()).unwrap_or(&texts), room)
                })
            }
            Instruction::First { of, .. } => (self.first(of), 0),
            Instruction::Select { source, table, .. } => self.select(source, table),
            Instruction::Compare { operator, left, right, .. } => {
                let (left, right) = (self.operand(left), self.operand(right));
                let compare = |lane| value::compare(operator, left.value(lane), right.value(lane));
                self.values(self.no_texts(), 0, active, |lane| compare(lane).map(Value::Boolean))
            }
            Instruction::Recall { to, memo, over } => {
                let (known, unknown) = self.memos.get(usize::from(memo)).copied().unwrap_or(UNKNOWN);
                let next = if active & unknown == 0 { 0 } else { active };
                if next == 0 {
                    self.set(to, known, active, active == first_lanes(self.count));
                }
                return Step::Jump { next, unknown: 0, to: over };
            }
            Instruction::Keep { from, memo } => {
                let column = self.operand(Operand::Register(from));
                match self.memos.get_mut(usize::from(memo)) {
                    Some((kept, unknown)) if active | *unknown == Lanes::MAX => {
                        (*kept, *unknown) = (column, !active);
                    }
                    _ => {}
                }
                (Column::NULL, 0)
            }
            Instruction::Jump { to } => return Step::Jump { next: 0, unknown: 0, to },
            Instruction::JumpUnlessCompare { operator, left, right, to } => {
                let (left, right) = (self.operand(left), self.operand(right));
                let same = match (operator, right.texts) {
                    (Operator::Equal | Operator::NotEqual, Texts::Same(text)) => Some(text),
                    _ => None,
                };
                return match same {
                    // Nearly always an attribute is held against a constant; null is the empty text.
                    Some(text) if left.other & active == 0 => {
                        let same = |lane| bit(value::same_text(left.text(lane), text), lane);
                        let none = if text.is_empty() { left.null() } else { 0 };
                        let equal = each(active & left.present).fold(none, |equal, lane| equal | same(lane));
                        let next = if operator == Operator::Equal { equal } else { !equal };
                        Step::Jump { next, unknown: 0, to }
                    }
                    _ => jump(active, to, |lane| value::compare(operator, left.value(lane), right.value(lane))),
                };
            }
            Instruction::JumpUnlessKey { source, key, to } => {
                let (source, key) = (self.operand(source), self.operand(key));
                return jump(active, to, |lane| value::same_key(source.value(lane), key.value(lane)));
            }
            Instruction::JumpUnless { condition, to } => {
                let condition = self.operand(condition);
                return jump(active, to, |lane| match condition.value(lane) {
                    Value::Boolean(truth) => Some(truth),
                    _ => None,
                });
            }
            Instruction::JumpIfPresent { value, to } => {
                return Step::Jump { next: self.operand(value).null(), unknown: 0, to };
            }
            _ => UNKNOWN,
        })
    }

    /// Writes a register for some records, or for all that still count.
    fn set(&mut self, register: u16, made: Column<'a>, active: Lanes, whole: bool) {
        let Some(old) = self.registers.get(usize::from(register)).copied() else { return };
        let both = |lane| Some(if has(active, lane) { made.value(lane) } else { old.value(lane) });
        let made = if whole { made } else { self.values(self.no_texts(), 0, Lanes::MAX, both).0 };
        if let Some(register) = self.registers.get_mut(usize::from(register)) {
            *register = made;
        }
    }

    fn no_texts(&self) -> &'a mut [Option<&'a str>] {
        self.context.arena.alloc_slice_fill_copy(self.count, None)
    }

    fn room(&self) -> Room<'a> {
        Room { arena: self.context.arena, limit: self.context.limit }
    }

    /// A column of texts with the values of some more records; of some it may not be known.
    #[inline(never)]
    fn values(
        &self,
        texts: &'a mut [Option<&'a str>],
        mut present: Lanes,
        more: Lanes,
        mut value: impl FnMut(usize) -> Option<Value<'a>>,
    ) -> Made<'a> {
        let (mut other, mut unknown) = (0, 0);
        let mut values: &'a mut [Value<'a>] = &mut [];
        for lane in each(more & first_lanes(self.count)) {
            match (value(lane), texts.get_mut(lane)) {
                (Some(Value::Text(made)), Some(text)) => {
                    *text = Some(made);
                    present |= bit(true, lane);
                }
                (Some(Value::Null), _) => {}
                (Some(value), _) => {
                    other |= bit(true, lane);
                    self.keep(&mut values, lane, value);
                }
                (None, _) => unknown |= bit(true, lane),
            }
        }
        (Column { texts: Texts::Each(texts), present, other, values }, unknown)
    }

    /// Keeps a value in a column of values, which is made for the first one.
    fn keep(&self, values: &mut &'a mut [Value<'a>], lane: usize, value: Value<'a>) {
        if values.is_empty() {
            *values = self.context.arena.alloc_slice_fill_copy(self.count, Value::Null);
        }
        if let Some(place) = values.get_mut(lane) {
            put_argument(place, value);
        }
    }

    fn operand(&mut self, operand: Operand) -> Column<'a> {
        match operand {
            Operand::Attribute(slot) => self.attribute(slot),
            Operand::Register(register) => self.registers.get(usize::from(register)).copied().unwrap_or(Column::NULL),
            Operand::Constant(index) => match self.program.constants.get(index as usize) {
                Some(OwnedValue::Text(text)) => {
                    Column { texts: Texts::Same(text), present: Lanes::MAX, ..Column::NULL }
                }
                Some(constant) => {
                    let constant = constant.borrow(self.context.arena);
                    let values = self.context.arena.alloc_slice_fill_copy(self.count, constant);
                    Column { values, other: Lanes::MAX, ..Column::NULL }
                }
                None => Column::NULL,
            },
            Operand::Null => Column::NULL,
        }
    }

    fn operands(&mut self, operands: Run) -> &'a [Column<'a>] {
        let (arena, program) = (self.context.arena, self.program);
        arena.alloc_slice_fill_iter(operands.of(&program.operands).iter().map(|operand| self.operand(*operand)))
    }

    #[inline(never)]
    fn attribute(&mut self, slot: Slot) -> Column<'a> {
        let place = self.slots.get(slot as usize).map_or(usize::MAX, |place| usize::from(*place));
        if let Some(Some(known)) = self.attributes.get(place) {
            return *known;
        }
        let (arena, first) = (self.context.arena, self.first);
        let wanted = AttributeRef::new(&self.program.schema, slot);
        let (mut present, mut other) = (0, 0);
        let read = match self.rows.texts(wanted).and_then(|texts| texts.get(first..first + self.count)) {
            Some(texts) => {
                let present = (0..).zip(texts).fold(0, |present, (lane, text)| present | bit(text.is_some(), lane));
                Column::of_texts(texts, present)
            }
            None => {
                let mut values: &'a mut [Value<'a>] = &mut [];
                let texts = arena.alloc_slice_fill_with(self.count, |lane| {
                    let value = self.rows.attribute(first + lane, wanted, arena);
                    let text = match value {
                        Value::Text(text) => Some(text),
                        _ => None,
                    };
                    present |= bit(text.is_some(), lane);
                    if !matches!(value, Value::Text(_) | Value::Null) {
                        other |= bit(true, lane);
                        self.keep(&mut values, lane, value);
                    }
                    text
                });
                Column { texts: Texts::Each(texts), present, other, values }
            }
        };
        if let Some(known) = self.attributes.get_mut(place) {
            *known = Some(read);
        }
        read
    }

    /// The first of several that is not null.
    #[inline(never)]
    fn first(&mut self, of: Run) -> Column<'a> {
        let mut found = Column::NULL;
        for next in self.operands(of) {
            let more = found.null();
            if (found.present | found.other) == 0 {
                found = *next;
            } else if more & (next.present | next.other) != 0 {
                let texts = self.context.arena.alloc_slice_copy(found.texts(self.count, self.context.arena));
                let (old, keep) = (found, found.other);
                let value = |lane| Some(if has(keep, lane) { old.value(lane) } else { next.value(lane) });
                found = self.values(texts, found.present, more & !next.null() | keep, value).0;
            }
        }
        found
    }

    #[inline(never)]
    fn select(&mut self, source: Operand, table: u32) -> Made<'a> {
        let program = self.program;
        let Some(table) = program.tables.get(table as usize) else { return UNKNOWN };
        let source = self.operand(source);
        // A text, or that it is none.
        let select = |text| match table.value(table.case(text)) {
            Operand::Constant(index) => program.text(index),
            _ => None,
        };
        let texts = self.context.arena.alloc_slice_fill_copy(self.count, select(""));
        let (mut present, mut unknown) = (0, source.other);
        if select("").is_some() {
            present |= source.null();
        } else {
            unknown |= source.null();
        }
        for lane in each(source.present & first_lanes(self.count)) {
            if let (Some(place), Some(text)) = (texts.get_mut(lane), select(source.text(lane))) {
                *place = Some(text);
                present |= bit(true, lane);
            } else {
                unknown |= bit(true, lane);
            }
        }
        (Column::of_texts(texts, present), unknown)
    }

    /// A call, the short way where it has one: for texts, by what a null among them does.
    #[inline(never)]
    fn call(
        &mut self,
        site: u32,
        active: Lanes,
        sources: Option<&[Column<'a>]>,
        mut short: impl FnMut(&'a Site, usize) -> Option<&'a str>,
    ) -> Made<'a> {
        let Some(site) = self.program.sites.get(site as usize) else { return UNKNOWN };
        // Those that go the short way, and those for which arguments are gathered.
        let (mut lanes, mut more) = (active, if sources.is_some() { 0 } else { active });
        let nulls = site.nulls.into_iter().chain(std::iter::repeat(Nulls::Empty));
        for (source, null) in sources.unwrap_or_default().iter().zip(nulls) {
            more |= source.other;
            match null {
                Nulls::Result => lanes &= !source.null(),
                Nulls::Empty => {}
                Nulls::Seen => more |= source.null(),
            }
        }
        let texts = self.no_texts();
        let mut present = 0;
        for lane in each(lanes & !more) {
            let text = short(site, lane);
            if let Some(place) = texts.get_mut(lane) {
                *place = text;
            }
            present |= bit(text.is_some(), lane);
        }
        more = active & more | lanes & !present;
        if more == 0 {
            return (Column::of_texts(texts, present), 0);
        }
        let (arguments, room) = (self.operands(site.arguments), self.room());
        self.values(texts, present, more, |lane| {
            let other = match sources {
                Some([source]) => source.value(lane),
                _ => Value::Null,
            };
            let short = match other {
                Value::Multi(values) => site.body.list(values, room).map(Value::Text),
                Value::Integer(integer) => site.body.integer(integer).map(Value::Integer),
                _ => None,
            };
            short.or_else(|| call_on(site, arguments.iter().map(|argument| argument.value(lane)), self.context).ok())
        })
    }
}

/// A jump of the records for which something does not hold.
#[inline(always)]
fn jump<'a>(active: Lanes, to: u32, mut holds: impl FnMut(usize) -> Option<bool>) -> Step<'a> {
    let (mut next, mut unknown) = (0, 0);
    for lane in each(active) {
        let holds = holds(lane);
        next |= bit(holds == Some(true), lane);
        unknown |= bit(holds.is_none(), lane);
    }
    Step::Jump { next, unknown, to }
}
