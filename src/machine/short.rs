//! The short way: entries and instructions that give a text for texts, which are nearly
//! all of them. It has no effect, so that what turns out to be no case for it is run as
//! usual, from the start.

use crate::functions::{Nulls, Returns, Room};
use crate::outcome::{Evaluation, Marks};
use crate::program::{Entry, Instruction, NEAR, Operand, Plan, Program, RESULT, Run};
use crate::record::{AttributeRef, Attributes, Slot};
use crate::syntax::Operator;
use crate::value::{self, Value};
use bumpalo::Bump;
use std::cell::Cell;

/// Runs an entry on a record the short way. Gives whether that did.
#[inline(always)]
pub(super) fn run<'a, R: Attributes + ?Sized>(
    entry: &Entry,
    reader: &Reader<'_, 'a, R, ()>,
    result: &mut Evaluation<'a>,
) -> bool {
    match reader.entry(entry) {
        Made::Text(text) => *result = Evaluation { returned: Ok(Value::Text(text)), marks: Marks::default() },
        Made::Integer(integer) => {
            *result = Evaluation { returned: Ok(Value::Integer(integer)), marks: Marks::default() };
        }
        Made::Null => *result = Evaluation::NULL,
        Made::Nothing => return false,
    }
    true
}

/// A text, or what there is instead of one. It fits into two machine words.
pub(super) type Short<'a> = Result<&'a str, Other>;

/// What the short way of an entry made.
pub(super) enum Made<'a> {
    Text(&'a str),
    Integer(i64),
    Null,
    /// Nothing: it is to be run as usual.
    Nothing,
}

/// What there is instead of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    Null,
    /// Another value, or nothing that the short way can make.
    Value,
}

/// What an argument is to the short way, by what a null does.
#[inline(always)]
fn seen(source: Short<'_>, null: Nulls) -> Short<'_> {
    match (source, null) {
        (Err(Other::Null), Nulls::Empty) => Ok(""),
        (Err(Other::Null), Nulls::Seen) => Err(Other::Value),
        (source, _) => source,
    }
}

/// Registers as short ways see them.
pub(super) trait Texts<'a> {
    fn text(&self, register: u16) -> Short<'a>;
}

/// What stands alone has none.
impl<'a> Texts<'a> for () {
    #[inline(always)]
    fn text(&self, _: u16) -> Short<'a> {
        Err(Other::Value)
    }
}

impl<'a> Texts<'a> for [Returns<'a>] {
    #[inline(always)]
    fn text(&self, register: u16) -> Short<'a> {
        match self.get(usize::from(register)) {
            Some(Ok(Value::Text(text))) => Ok(text),
            Some(Ok(Value::Null)) => Err(Other::Null),
            _ => Err(Other::Value),
        }
    }
}

impl<'a> Texts<'a> for [Cell<Short<'a>>; NEAR] {
    #[inline(always)]
    fn text(&self, register: u16) -> Short<'a> {
        self.get(usize::from(register)).map_or(Err(Other::Value), Cell::get)
    }
}

/// What short ways read.
pub(super) struct Reader<'r, 'a, R: ?Sized, T: ?Sized> {
    pub(super) program: &'a Program,
    pub(super) record: &'a R,
    pub(super) arena: &'a Bump,
    pub(super) registers: &'r T,
}

impl<'a, R: Attributes + ?Sized, T: Texts<'a> + ?Sized> Reader<'_, 'a, R, T> {
    #[inline(always)]
    pub(super) fn attribute(&self, slot: Slot) -> Value<'a> {
        self.record.attribute(AttributeRef::new(&self.program.schema, slot), self.arena)
    }

    /// The text of an operand that is one.
    #[inline(always)]
    pub(super) fn text(&self, operand: Operand) -> Short<'a> {
        let Operand::Attribute(slot) = operand else { return self.at_hand(operand) };
        match self.attribute(slot) {
            Value::Text(text) => Ok(text),
            Value::Null => Err(Other::Null),
            _ => Err(Other::Value),
        }
    }

    /// The text of an operand that is no attribute.
    #[inline(always)]
    fn at_hand(&self, operand: Operand) -> Short<'a> {
        match operand {
            Operand::Register(register) => self.registers.text(register),
            Operand::Constant(index) => self.program.text(index).ok_or(Other::Value),
            Operand::Null => Err(Other::Null),
            Operand::Attribute(_) => Err(Other::Value),
        }
    }

    /// What an entry that is no code gives.
    #[inline(always)]
    pub(super) fn entry(&self, entry: &Entry) -> Made<'a> {
        let short = match entry.plan {
            Plan::Leaf => self.text(entry.leaf),
            Plan::Decision => self.decide(entry),
            Plan::Texts => self.texts(entry),
            Plan::Code => return Made::Nothing,
            Plan::Short | Plan::Integer => match self.program.code.get(entry.start as usize) {
                Some(Instruction::CallOne { site, source, .. }) => self.one(*site, *source),
                Some(Instruction::CallTwo { site, sources, .. }) => self.two(*site, *sources),
                Some(Instruction::CallSeveral { site, sources, .. }) => self.several(*site, *sources),
                Some(Instruction::First { of, .. }) => self.first(*of),
                Some(Instruction::Select { source, table, .. }) => self.select(*source, *table),
                Some(Instruction::CallInteger { site, source, .. }) => {
                    return match self.integer(*site, *source) {
                        Ok(integer) => Made::Integer(integer),
                        Err(Other::Null) => Made::Null,
                        Err(Other::Value) => Made::Nothing,
                    };
                }
                _ => Err(Other::Value),
            },
        };
        match short {
            Ok(text) => Made::Text(text),
            Err(Other::Null) => Made::Null,
            Err(Other::Value) => Made::Nothing,
        }
    }

    /// A call of one integer.
    #[inline(always)]
    pub(super) fn integer(&self, site: u32, source: Operand) -> Result<i64, Other> {
        let site = self.program.sites.get(site as usize).ok_or(Other::Value)?;
        let Operand::Attribute(slot) = source else { return Err(Other::Value) };
        let integer = match self.attribute(slot) {
            Value::Integer(integer) => integer,
            text @ Value::Text(_) => value::to_integer(text).map_err(|_| Other::Value)?,
            Value::Null if site.nulls == [Nulls::Result; 2] => return Err(Other::Null),
            _ => return Err(Other::Value),
        };
        site.body.integer(integer).ok_or(Other::Value)
    }

    /// Follows comparisons to the leaf that they lead to.
    #[inline(always)]
    fn decide(&self, entry: &Entry) -> Short<'a> {
        let mut next = entry.start as usize;
        loop {
            match self.program.code.get(next) {
                Some(Instruction::JumpUnlessCompare { operator, left, right, to }) => {
                    next = if self.holds(*operator, *left, *right)? { next + 1 } else { *to as usize };
                }
                Some(Instruction::Move { from, .. }) => return self.text(*from),
                _ => return Err(Other::Value),
            }
        }
    }

    /// Steps through code as long as there are nothing but texts and nulls. It has no effect,
    /// so that what was begun here can be run again as usual.
    #[inline(never)]
    fn texts(&self, entry: &Entry) -> Short<'a> {
        let Reader { program, record, arena, .. } = *self;
        let registers = &[const { Cell::new(Err(Other::Null)) }; NEAR];
        let reader = Reader { program, record, arena, registers };
        let mut next = entry.start as usize;
        while let Some(instruction) = program.code.get(next) {
            next += 1;
            let (to, short) = match *instruction {
                Instruction::CallOne { to, site, source } => (to, reader.one(site, source)),
                Instruction::CallTwo { to, site, sources } => (to, reader.two(site, sources)),
                Instruction::CallSeveral { to, site, sources } => (to, reader.several(site, sources)),
                Instruction::First { to, of } => (to, reader.first(of)),
                Instruction::Select { to, source, table } => (to, reader.select(source, table)),
                Instruction::Move { to, from } => (to, reader.text(from)),
                Instruction::JumpUnlessCompare { operator, left, right, to } => {
                    if !reader.holds(operator, left, right)? {
                        next = to as usize;
                    }
                    continue;
                }
                Instruction::JumpIfPresent { value, to } => {
                    match reader.text(value) {
                        Ok(_) => next = to as usize,
                        Err(Other::Null) => {}
                        other => return other,
                    }
                    continue;
                }
                Instruction::Branch { source, table } => {
                    let table = program.tables.get(table as usize).ok_or(Other::Value)?;
                    let case = table.case(seen(reader.text(source), Nulls::Empty)?);
                    next = *table.addresses.get(case).ok_or(Other::Value)? as usize;
                    continue;
                }
                Instruction::Jump { to } => {
                    next = to as usize;
                    continue;
                }
                _ => return Err(Other::Value),
            };
            if to == RESULT || short == Err(Other::Value) {
                return short;
            }
            if let Some(register) = registers.get(usize::from(to)) {
                register.set(short);
            }
        }
        Err(Other::Null)
    }

    /// Whether a comparison of a text with a constant holds, as nearly all are.
    #[inline(always)]
    pub(super) fn holds(&self, operator: Operator, left: Operand, right: Operand) -> Result<bool, Other> {
        let Operand::Constant(index) = right else { return Err(Other::Value) };
        let right = self.program.text(index).ok_or(Other::Value)?;
        let equal = match self.text(left) {
            Ok(left) => value::same_text(left, right),
            Err(Other::Null) => right.is_empty(),
            Err(Other::Value) => return Err(Other::Value),
        };
        match operator {
            Operator::Equal => Ok(equal),
            Operator::NotEqual => Ok(!equal),
            _ => Err(Other::Value),
        }
    }

    /// A call of one text, or of a list where the body has a short way for it.
    #[inline(always)]
    pub(super) fn one(&self, site: u32, source: Operand) -> Short<'a> {
        let site = self.program.sites.get(site as usize).ok_or(Other::Value)?;
        let text = match source {
            Operand::Attribute(slot) => match self.attribute(slot) {
                Value::Text(text) => Ok(text),
                Value::Null => Err(Other::Null),
                Value::Multi(values) => return site.body.list(values, self.room()).ok_or(Other::Value),
                _ => Err(Other::Value),
            },
            other => self.at_hand(other),
        };
        let [null, _] = site.nulls;
        site.body.text(seen(text, null)?, self.room()).ok_or(Other::Value)
    }

    #[inline(always)]
    pub(super) fn two(&self, site: u32, [one, two]: [Operand; 2]) -> Short<'a> {
        let site = self.program.sites.get(site as usize).ok_or(Other::Value)?;
        let [null_one, null_two] = site.nulls;
        let sources = [seen(self.text(one), null_one)?, seen(self.text(two), null_two)?];
        site.body.texts(&sources, self.room()).ok_or(Other::Value)
    }

    #[inline(always)]
    pub(super) fn several(&self, site: u32, sources: Run) -> Short<'a> {
        let site = self.program.sites.get(site as usize).ok_or(Other::Value)?;
        let mut texts = [""; Instruction::MOST_TEXTS];
        let sources = sources.of(&self.program.operands);
        for (text, operand) in texts.iter_mut().zip(sources) {
            *text = seen(self.text(*operand), Nulls::Empty)?;
        }
        site.body.texts(texts.get(..sources.len()).unwrap_or(&texts), self.room()).ok_or(Other::Value)
    }

    /// The first that is not null, where it is a text.
    #[inline(always)]
    pub(super) fn first(&self, of: Run) -> Short<'a> {
        for operand in of.of(&self.program.operands) {
            match self.text(*operand) {
                Err(Other::Null) => {}
                found => return found,
            }
        }
        Err(Other::Null)
    }

    /// The value that a table has for a text, where it is a text.
    #[inline(always)]
    pub(super) fn select(&self, source: Operand, table: u32) -> Short<'a> {
        let table = self.program.tables.get(table as usize).ok_or(Other::Value)?;
        self.text(table.value(table.case(seen(self.text(source), Nulls::Empty)?)))
    }

    #[inline(always)]
    fn room(&self) -> Room<'a> {
        Room { arena: self.arena, limit: self.program.limit }
    }
}
