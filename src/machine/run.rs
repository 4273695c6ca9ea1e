//! The loop over the instructions of an entry, for all kinds of values.

use super::Context;
use super::arguments::{self, Shown};
use super::short::{Other, Reader, Short};
use super::trace::Observer;
use crate::check::Control;
use crate::diagnostic::{Code, Span};
use crate::environment::fold;
use crate::functions::{Fault, Purity, Returns, Stop, fault};
use crate::outcome::{Evaluation, Marks};
use crate::program::{Entry, Instruction, Operand, Plan, Program, RESULT, Run, Site, Table};
use crate::record::Attributes;
use crate::value::{self, OwnedValue, Value};
use bumpalo::collections::String as ArenaString;
use std::cell::Cell;

/// Runs an entry of a program on a record.
#[inline(never)]
pub(super) fn entry<'a, R: Attributes + ?Sized>(
    entry: &'a Entry,
    frame: &mut Frame<'_, 'a, R>,
    observer: &mut impl Observer,
    result: &mut Evaluation<'a>,
) {
    if entry.plan == Plan::Leaf {
        let value = frame.look(entry.leaf);
        observer.value(entry.span, &value);
        put(&mut result.returned, value);
        result.marks = Marks::default();
        return;
    }
    if entry.marks {
        frame.context.state.marks.set(Marks::default());
    }
    frame.run(entry, observer, &mut result.returned);
    result.marks = if entry.marks { frame.context.state.marks.get() } else { Marks::default() };
}

/// Makes registers for any entry of a program: none, some on the stack, or in the arena.
macro_rules! registers {
    ($program:expr, $arena:expr, $near:ident) => {
        match usize::from($program.registers) {
            0 => &mut [][..],
            1..=$crate::program::NEAR => {
                $near = [Ok($crate::value::Value::Null); $crate::program::NEAR];
                &mut $near[..]
            }
            count => $arena.alloc_slice_fill_copy(count, Ok($crate::value::Value::Null)),
        }
    };
}
pub(super) use registers;

/// Writes a value where it is wanted.
///
/// By kind: a value that has just been made was stored word by word, and a copy of more
/// than a word at a time would wait for those stores (measured: 4 ns a copy).
#[inline(always)]
fn put<'a>(slot: &mut Returns<'a>, value: Value<'a>) {
    match value {
        Value::Text(text) => put_text(slot, text),
        Value::Null => *slot = Ok(Value::Null),
        Value::Integer(integer) => put_integer(slot, integer),
        other => *slot = Ok(other),
    }
}

/// Out of line, so that the words go through registers.
#[inline(never)]
fn put_integer(slot: &mut Returns<'_>, integer: i64) {
    *slot = Ok(Value::Integer(integer));
}

#[inline(never)]
fn put_text<'a>(slot: &mut Returns<'a>, text: &'a str) {
    *slot = Ok(Value::Text(text));
}

/// The same for an argument.
#[inline(always)]
pub(super) fn put_argument<'a>(slot: &mut Value<'a>, value: Value<'a>) {
    match value {
        Value::Text(text) => put_argument_text(slot, text),
        Value::Null => *slot = Value::Null,
        Value::Integer(integer) => put_argument_integer(slot, integer),
        Value::Multi(values) => put_argument_list(slot, values),
        other => *slot = other,
    }
}

#[inline(never)]
fn put_argument_list<'a>(slot: &mut Value<'a>, values: &'a [Value<'a>]) {
    *slot = Value::Multi(values);
}

#[inline(never)]
fn put_argument_integer(slot: &mut Value<'_>, integer: i64) {
    *slot = Value::Integer(integer);
}

#[inline(never)]
fn put_argument_text<'a>(slot: &mut Value<'a>, text: &'a str) {
    *slot = Value::Text(text);
}

/// Calls a function on values.
#[inline(always)]
pub(super) fn call_on<'a>(
    site: &'a Site,
    values: impl ExactSizeIterator<Item = Value<'a>>,
    context: &Context<'a>,
) -> Returns<'a> {
    const FEW: usize = 4;
    let mut few = [Value::Null; FEW];
    let arguments: &mut [Value<'a>] = match few.get_mut(..values.len()) {
        Some(few) => few,
        None => context.arena.alloc_slice_fill_copy(values.len(), Value::Null),
    };
    for (argument, value) in arguments.iter_mut().zip(values) {
        put_argument(argument, value);
    }
    arguments::call(site, arguments, context)
}

/// The result as it is returned, by kind for the same reason.
#[inline(always)]
pub(super) fn hand_out<'a>(result: &Evaluation<'a>) -> Evaluation<'a> {
    let marks = result.marks;
    match result.returned {
        Ok(Value::Text(text)) => hand_out_text(text, marks),
        Ok(Value::Null) => Evaluation { returned: Ok(Value::Null), marks },
        Ok(Value::Integer(integer)) => hand_out_integer(integer, marks),
        _ => *result,
    }
}

#[inline(never)]
pub(super) fn hand_out_integer<'a>(integer: i64, marks: Marks) -> Evaluation<'a> {
    Evaluation { returned: Ok(Value::Integer(integer)), marks }
}

#[inline(never)]
pub(super) fn hand_out_text(text: &str, marks: Marks) -> Evaluation<'_> {
    Evaluation { returned: Ok(Value::Text(text)), marks }
}

/// Where it goes on after an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Jump(u32),
    /// The entry ends, with its result written.
    Done,
}

/// A record on its way through a program.
pub(super) struct Frame<'f, 'a, R: ?Sized> {
    pub(super) program: &'a Program,
    pub(super) record: &'a R,
    pub(super) context: &'f Context<'a>,
    /// Never a stop.
    pub(super) registers: &'f mut [Returns<'a>],
    /// What mappings of a set share, as far as it is known.
    pub(super) memos: &'f [Cell<Option<Value<'a>>>],
}

impl<'a, R: Attributes + ?Sized> Frame<'_, 'a, R> {
    #[inline(always)]
    fn reader(&self) -> Reader<'_, 'a, R, [Returns<'a>]> {
        let Frame { program, record, context, .. } = *self;
        Reader { program, record, arena: context.arena, registers: self.registers }
    }

    /// Steps through the code; what it gives is written where it is wanted.
    #[inline(always)]
    fn run(&mut self, entry: &'a Entry, observer: &mut impl Observer, result: &mut Returns<'a>) {
        let program = self.program;
        let mut next = entry.start as usize;
        // Every path ends in a result or a stop; the bound is for the compiler.
        while let Some(instruction) = program.code.get(next) {
            self.show_operands(next, instruction, observer);
            let step = self.step(instruction, result);
            if observer.listens() {
                self.show_result(next, instruction, (step == Step::Done).then_some(&*result), observer);
            }
            match step {
                Step::Next => next += 1,
                Step::Jump(to) => next = to as usize,
                Step::Done => {
                    if let Err(stop @ Stop::Fault(_)) = *result {
                        *result = Err(self.placed(next, instruction, stop));
                    }
                    return;
                }
            }
        }
        *result = Ok(Value::Null);
    }

    /// Tells an observer what an instruction made.
    #[cold]
    fn show_result(
        &self,
        address: usize,
        instruction: &Instruction,
        done: Option<&Returns<'a>>,
        observer: &mut impl Observer,
    ) {
        let place = self.program.places.get(address).copied().unwrap_or_default();
        match (done, instruction.target()) {
            (Some(Ok(value)), _) => observer.value(place.node, value),
            (None, Some(to)) => observer.value(place.node, &self.look(Operand::Register(to))),
            _ => {}
        }
    }

    /// Writes a register, or ends with the value.
    #[inline(always)]
    fn give(&mut self, to: u16, value: Value<'a>, result: &mut Returns<'a>) -> Step {
        if to == RESULT {
            put(result, value);
            return Step::Done;
        }
        if let Some(register) = self.registers.get_mut(usize::from(to)) {
            put(register, value);
        }
        Step::Next
    }

    /// The same for a text that is in registers.
    #[inline(always)]
    fn give_text(&mut self, to: u16, text: &'a str, result: &mut Returns<'a>) -> Step {
        if to == RESULT {
            *result = Ok(Value::Text(text));
            return Step::Done;
        }
        if let Some(register) = self.registers.get_mut(usize::from(to)) {
            *register = Ok(Value::Text(text));
        }
        Step::Next
    }

    /// The same for what may have failed.
    #[inline(always)]
    fn give_returned(&mut self, to: u16, returned: Returns<'a>, result: &mut Returns<'a>) -> Step {
        match returned {
            Ok(value) => self.give(to, value, result),
            Err(stop) => self.stop(stop, result),
        }
    }

    #[cold]
    fn stop(&self, stop: Stop<'a>, result: &mut Returns<'a>) -> Step {
        *result = Err(stop);
        Step::Done
    }

    /// Tells an observer what the instruction reads from the record and the host.
    #[inline(always)]
    fn show_operands(&self, address: usize, instruction: &Instruction, observer: &mut impl Observer) {
        if !observer.listens() {
            return;
        }
        let place = self.program.places.get(address).copied().unwrap_or_default();
        let mut show = |operand: Operand, span: Span| {
            if let Operand::Attribute(_) = operand {
                observer.value(span, &self.look(operand));
            }
        };
        let operands = |run: Run| run.of(&self.program.operands).iter().zip(run.of(&self.program.operand_spans));
        match *instruction {
            Instruction::Concatenate { parts, .. } => {
                operands(parts).for_each(|(operand, span)| show(*operand, *span));
            }
            Instruction::First { of, .. } => {
                for (operand, span) in operands(of) {
                    show(*operand, *span);
                    if !self.look(*operand).is_null() {
                        break;
                    }
                }
            }
            Instruction::Compare { left, right, .. } | Instruction::JumpUnlessCompare { left, right, .. } => {
                show(left, place.left);
                show(right, place.right);
                if let Instruction::JumpUnlessCompare { operator, .. } = *instruction
                    && let Some(holds) = value::compare(operator, self.look(left), self.look(right))
                {
                    observer.value(place.node, &Value::Boolean(holds));
                }
            }
            Instruction::Select { source, .. } | Instruction::Branch { source, .. } => show(source, place.left),
            Instruction::JumpUnless { condition, .. } => show(condition, place.left),
            Instruction::JumpUnlessKey { source, key, .. } => {
                show(source, place.left);
                show(key, place.right);
            }
            _ => {
                let arguments = self.program.arguments(instruction).into_iter().flat_map(operands);
                arguments.for_each(|(operand, span)| show(*operand, *span));
            }
        }
    }

    /// A stop with the place in the text that it belongs to.
    #[cold]
    fn placed(&self, address: usize, instruction: &Instruction, stop: Stop<'a>) -> Stop<'a> {
        let Stop::Fault(fault) = stop else { return stop };
        let node = self.program.places.get(address).copied().unwrap_or_default().node;
        let arguments = self.program.arguments(instruction).map_or(&[][..], |run| run.of(&self.program.operand_spans));
        let argument = fault.argument.and_then(|argument| arguments.get(usize::from(argument)).copied());
        let span = argument.filter(|argument| argument.end > argument.start).unwrap_or(node);
        Stop::Fault(self.context.arena.alloc(Fault { span, ..*fault }))
    }

    #[inline(always)]
    pub(super) fn fetch(&self, operand: Operand) -> Value<'a> {
        match operand {
            Operand::Attribute(slot) => self.reader().attribute(slot),
            Operand::Register(register) => match self.registers.get(usize::from(register)) {
                Some(Ok(value)) => *value,
                _ => Value::Null,
            },
            Operand::Constant(index) => match self.program.constants.get(index as usize) {
                Some(OwnedValue::Text(text)) => Value::Text(text),
                Some(OwnedValue::Integer(integer)) => Value::Integer(*integer),
                Some(constant) => constant.borrow(self.context.arena),
                None => Value::Null,
            },
            Operand::Null => Value::Null,
        }
    }

    /// The same as [`fetch`](Self::fetch), out of line.
    #[inline(never)]
    pub(super) fn look(&self, operand: Operand) -> Value<'a> {
        self.fetch(operand)
    }

    #[cold]
    fn parameter(&self, index: u32) -> Returns<'a> {
        let name = self.program.parameters.get(index as usize).map_or("", String::as_str);
        match self.context.environment.parameters.get(name) {
            Some(value) => Ok(value.borrow(self.context.arena)),
            None => Err(self.fault(Code::NoParameter, format_args!("the parameter %{name}% has no value"))),
        }
    }

    #[cold]
    fn fault(&self, code: Code, message: std::fmt::Arguments<'_>) -> Stop<'a> {
        fault(self.context.arena, code, message, None)
    }

    #[cold]
    fn several_values(&self) -> Stop<'a> {
        self.fault(
            Code::ManyValues,
            format_args!("a list of several values is compared; take one with Item, or Join them"),
        )
    }

    /// One instruction.
    #[inline(always)]
    fn step(&mut self, instruction: &'a Instruction, result: &mut Returns<'a>) -> Step {
        match *instruction {
            Instruction::Move { to, from } => match self.reader().text(from) {
                Ok(text) => self.give_text(to, text, result),
                _ => self.give(to, self.look(from), result),
            },
            Instruction::Call { to, site } => self.make(to, site, result),
            Instruction::CallOne { to, site, source } => self.made(to, site, self.reader().one(site, source), result),
            Instruction::CallTwo { to, site, sources } => self.made(to, site, self.reader().two(site, sources), result),
            Instruction::CallSeveral { to, site, sources } => {
                self.made(to, site, self.reader().several(site, sources), result)
            }
            Instruction::CallInteger { to, site, source } => match self.reader().integer(site, source) {
                Ok(integer) => self.give(to, Value::Integer(integer), result),
                Err(Other::Null) => self.give(to, Value::Null, result),
                Err(Other::Value) => self.make(to, site, result),
            },
            Instruction::First { to, of } => match self.reader().first(of) {
                Ok(text) => self.give_text(to, text, result),
                Err(Other::Null) => self.give(to, Value::Null, result),
                Err(Other::Value) => self.rare(instruction, result),
            },
            Instruction::Select { to, source, table } => match self.reader().select(source, table) {
                Ok(text) => self.give_text(to, text, result),
                Err(_) => self.rare(instruction, result),
            },
            Instruction::Jump { to } => Step::Jump(to),
            Instruction::JumpUnlessCompare { operator, left, right, to } => {
                match self.reader().holds(operator, left, right) {
                    Ok(true) => Step::Next,
                    Ok(false) => Step::Jump(to),
                    Err(_) => self.rare(instruction, result),
                }
            }
            Instruction::JumpIfPresent { value, to } => {
                if self.look(value).is_null() {
                    Step::Next
                } else {
                    Step::Jump(to)
                }
            }
            _ => self.rare(instruction, result),
        }
    }

    /// Instructions that are rarely met, or do so much that a call more makes no difference.
    #[inline(never)]
    fn rare(&mut self, instruction: &'a Instruction, result: &mut Returns<'a>) -> Step {
        match *instruction {
            Instruction::Parameter { to, parameter } => self.give_returned(to, self.parameter(parameter), result),
            Instruction::Compare { to, operator, left, right } => {
                match value::compare(operator, self.look(left), self.look(right)) {
                    Some(holds) => self.give(to, Value::Boolean(holds), result),
                    None => self.stop(self.several_values(), result),
                }
            }
            Instruction::First { to, of } => {
                let mut values = of.of(&self.program.operands).iter().map(|operand| self.look(*operand));
                self.give(to, values.find(|value| !value.is_null()).unwrap_or_default(), result)
            }
            Instruction::Select { to, source, table } => {
                let Some(table) = self.program.tables.get(table as usize) else { return Step::Next };
                match self.case(source, table) {
                    Ok(case) => self.give(to, self.look(table.value(case)), result),
                    Err(stop) => self.stop(stop, result),
                }
            }
            Instruction::Concatenate { to, parts } => self.give_returned(to, self.concatenate(parts), result),
            Instruction::Branch { source, table } => {
                let Some(table) = self.program.tables.get(table as usize) else { return Step::Next };
                match self.case(source, table) {
                    Ok(case) => table.addresses.get(case).map_or(Step::Next, |address| Step::Jump(*address)),
                    Err(stop) => self.stop(stop, result),
                }
            }
            Instruction::JumpUnless { condition, to } => self.unless(self.truth(condition), to, result),
            Instruction::JumpUnlessKey { source, key, to } => {
                let same = value::same_key(self.look(source), self.look(key));
                self.unless(same.ok_or_else(|| self.several_values()), to, result)
            }
            Instruction::Recall { to, memo, over } => match self.memos.get(usize::from(memo)).map(Cell::get) {
                // What is kept lies in a register: its value does not end the entry.
                Some(Some(value)) => {
                    self.give(to, value, result);
                    Step::Jump(over)
                }
                _ => Step::Next,
            },
            Instruction::Keep { from, memo } => {
                if let Some(kept) = self.memos.get(usize::from(memo)) {
                    kept.set(Some(self.look(Operand::Register(from))));
                }
                Step::Next
            }
            Instruction::TakeUnique { value, to } => {
                self.unless(self.take(self.look(value)).map(|taken| !taken), to, result)
            }
            Instruction::Exhausted => self.stop(
                self.fault(
                    Code::AllTaken,
                    format_args!("no rule gave a unique value: every one is taken in the target or in this run"),
                ),
                result,
            ),
            Instruction::Stop { control: Control::Attribute } => self.stop(Stop::Skip, result),
            Instruction::Stop { control: Control::Object } => self.stop(Stop::SkipObject, result),
            Instruction::JumpUnlessCompare { operator, left, right, to } => {
                let holds = value::compare(operator, self.look(left), self.look(right));
                self.unless(holds.ok_or_else(|| self.several_values()), to, result)
            }
            // The others are in the loop.
            _ => Step::Next,
        }
    }

    /// Jumps unless something holds.
    #[inline(always)]
    fn unless(&self, holds: Result<bool, Stop<'a>>, to: u32, result: &mut Returns<'a>) -> Step {
        match holds {
            Ok(true) => Step::Next,
            Ok(false) => Step::Jump(to),
            Err(stop) => self.stop(stop, result),
        }
    }

    /// Whether a condition that is no comparison holds.
    fn truth(&self, condition: Operand) -> Result<bool, Stop<'a>> {
        let condition = self.look(condition);
        if let Value::Boolean(truth) = condition {
            return Ok(truth);
        }
        let single = value::single(condition).ok_or_else(|| self.several_values())?;
        value::to_boolean(single).map_err(|error| {
            self.fault(error.code, format_args!("the condition {} is not {}", Shown(single), error.wanted))
        })
    }

    /// Gives what the short way of a call made, or makes the call as usual.
    #[inline(always)]
    fn made(&mut self, to: u16, site: u32, short: Short<'a>, result: &mut Returns<'a>) -> Step {
        match short {
            Ok(text) => self.give_text(to, text, result),
            Err(Other::Null) => self.give(to, Value::Null, result),
            Err(Other::Value) => self.make(to, site, result),
        }
    }

    #[inline(never)]
    fn make(&mut self, to: u16, site: u32, result: &mut Returns<'a>) -> Step {
        match self.program.sites.get(site as usize) {
            Some(site) => self.give_returned(to, self.call(site), result),
            None => self.give(to, Value::Null, result),
        }
    }

    #[inline(always)]
    fn call(&self, site: &'a Site) -> Returns<'a> {
        if site.purity == Purity::Volatile {
            self.context.state.draw.set((site.draw, 0));
        }
        let operands = site.arguments.of(&self.program.operands);
        call_on(site, operands.iter().map(|operand| self.fetch(*operand)), self.context)
    }

    /// The case of a constant table that the source chooses.
    fn case(&self, source: Operand, table: &Table) -> Result<usize, Stop<'a>> {
        let source = self.look(source);
        if source.is_null() {
            return Ok(table.case(""));
        }
        let single = value::single(source).ok_or_else(|| self.several_values())?;
        Ok(table.case(value::to_text(single, self.context.arena)))
    }

    /// `&`: a null counts as empty text; of nothing but nulls the result is null
    /// (inferred, as Visual Basic has it).
    fn concatenate(&self, parts: Run) -> Returns<'a> {
        let mut text = ArenaString::new_in(self.context.arena);
        let mut any = false;
        for operand in parts.of(&self.program.operands) {
            let part = value::single(self.look(*operand)).ok_or_else(|| self.several_values())?;
            if part.is_null() {
                continue;
            }
            any = true;
            let part = value::to_text(part, self.context.arena);
            if text.len().saturating_add(part.len()) > self.context.limit {
                return Err(self.fault(Code::ValueTooLarge, format_args!("the value grew beyond the limit")));
            }
            text.push_str(part);
        }
        Ok(if any { Value::Text(text.into_bump_str()) } else { Value::Null })
    }

    /// Takes a value for the target unless something has it. Null and the empty text
    /// are no values to take.
    fn take(&self, value: Value<'a>) -> Result<bool, Stop<'a>> {
        let single = value::single(value).ok_or_else(|| self.several_values())?;
        if single.is_null_or_empty() {
            return Ok(false);
        }
        let text = value::to_text(single, self.context.arena);
        let target = self.context.target.get();
        let taken = self.context.environment.directory.is_taken(target, text);
        if taken.map_err(|error| {
            self.fault(Code::DirectoryFailed, format_args!("the directory could not be asked: {error}"))
        })? {
            return Ok(false);
        }
        let mut claims = self.context.state.claims.borrow_mut();
        let values = match claims.get_mut(target) {
            Some(values) => values,
            None => claims.entry(target.to_owned()).or_default(),
        };
        Ok(values.insert(fold(text)))
    }
}
