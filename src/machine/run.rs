//! The loop.

use super::Context;
use super::arguments::{self, Shown};
use super::trace::Observer;
use crate::check::Control;
use crate::diagnostic::{Code, Span};
use crate::environment::fold;
use crate::functions::{Fault, Purity, Returns, Stop, fault};
use crate::outcome::{Evaluation, Marks};
use crate::program::{Entry, Instruction, Operand, Program, RESULT, Run};
use crate::record::{AttributeRef, Attributes};
use crate::value::{self, OwnedValue, Value};
use bumpalo::collections::String as ArenaString;
use std::cell::Cell;

/// Runs an entry of a program on a record.
#[inline]
pub(super) fn entry<'a, R: Attributes + ?Sized>(
    program: &'a Program,
    entry: &'a Entry,
    record: &'a R,
    memos: &[Cell<Option<Value<'a>>>],
    context: &Context<'a>,
    observer: &mut impl Observer,
) -> Evaluation<'a> {
    if entry.start == entry.end {
        let value = fetch(program, record, context, &[], entry.leaf);
        observer.value(entry.span, &value);
        return Evaluation { returned: Ok(value), marks: Marks::default() };
    }
    context.state.marks.set(Marks::default());
    let mut near = [Value::Null; NEAR];
    let registers = match near.get_mut(..usize::from(entry.registers)) {
        Some(registers) => registers,
        None => context.arena.alloc_slice_fill_copy(usize::from(entry.registers), Value::Null),
    };
    let mut frame = Frame { program, record, context, registers, memos };
    let returned = frame.run(entry, observer);
    Evaluation { returned, marks: context.state.marks.get() }
}

/// So many registers lie on the stack.
const NEAR: usize = 4;

/// The value of an operand.
#[inline(always)]
pub(super) fn fetch<'a, R: Attributes + ?Sized>(
    program: &'a Program,
    record: &'a R,
    context: &Context<'a>,
    registers: &[Value<'a>],
    operand: Operand,
) -> Value<'a> {
    match operand {
        Operand::Register(register) => registers.get(usize::from(register)).copied().unwrap_or_default(),
        Operand::Attribute(slot) => record.attribute(AttributeRef::new(&program.schema, slot), context.arena),
        Operand::Constant(index) => match program.constants.get(index as usize) {
            Some(OwnedValue::Text(text)) => Value::Text(text),
            Some(OwnedValue::Integer(integer)) => Value::Integer(*integer),
            Some(constant) => constant.borrow(context.arena),
            None => Value::Null,
        },
        Operand::Null => Value::Null,
    }
}

/// A record on its way through a program.
pub(super) struct Frame<'f, 'a, R: ?Sized> {
    pub(super) program: &'a Program,
    pub(super) record: &'a R,
    pub(super) context: &'f Context<'a>,
    pub(super) registers: &'f mut [Value<'a>],
    /// What mappings of a set share, as far as it is known.
    pub(super) memos: &'f [Cell<Option<Value<'a>>>],
}

impl<'a, R: Attributes + ?Sized> Frame<'_, 'a, R> {
    /// Steps through the code.
    #[inline]
    fn run(&mut self, entry: &'a Entry, observer: &mut impl Observer) -> Returns<'a> {
        let program = self.program;
        let mut next = entry.start as usize;
        // Every path ends in a result or a stop; the bound is for the compiler.
        while let Some(instruction) = program.code.get(next) {
            let address = next;
            next += 1;
            self.show_operands(address, instruction, observer);
            let done = self.step(instruction, &mut next);
            if observer.listens() {
                self.show_result(address, instruction, done.as_ref(), observer);
            }
            match done {
                None => {}
                Some(Ok(value)) => return Ok(value),
                Some(Err(stop)) => return Err(self.placed(address, instruction, stop)),
            }
        }
        Ok(Value::Null)
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
            (None, Some(to)) => observer.value(place.node, &self.fetch(Operand::Register(to))),
            _ => {}
        }
    }

    /// Writes a register, or ends with the value.
    #[inline(always)]
    fn give(&mut self, to: u16, value: Value<'a>) -> Option<Returns<'a>> {
        if to == RESULT {
            return Some(Ok(value));
        }
        if let Some(register) = self.registers.get_mut(usize::from(to)) {
            *register = value;
        }
        None
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
                observer.value(span, &self.fetch(operand));
            }
        };
        match *instruction {
            Instruction::Call { arguments: run, .. } | Instruction::Concatenate { parts: run, .. } => {
                let operands = run.of(&self.program.operands);
                operands
                    .iter()
                    .zip(run.of(&self.program.operand_spans))
                    .for_each(|(operand, span)| show(*operand, *span));
            }
            Instruction::First { of, .. } => {
                for (operand, span) in of.of(&self.program.operands).iter().zip(of.of(&self.program.operand_spans)) {
                    show(*operand, *span);
                    if !self.fetch(*operand).is_null() {
                        break;
                    }
                }
            }
            Instruction::Compare { left, right, .. } | Instruction::JumpUnlessCompare { left, right, .. } => {
                show(left, place.left);
                show(right, place.right);
                if let Instruction::JumpUnlessCompare { operator, .. } = *instruction
                    && let Some(holds) = value::compare(operator, self.fetch(left), self.fetch(right))
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
            _ => {}
        }
    }

    /// A stop with the place in the text that it belongs to.
    #[cold]
    pub(super) fn placed(&self, address: usize, instruction: &Instruction, stop: Stop<'a>) -> Stop<'a> {
        let Stop::Fault(fault) = stop else { return stop };
        let node = self.program.places.get(address).copied().unwrap_or_default().node;
        let span = match (fault.argument, instruction) {
            (Some(argument), Instruction::Call { arguments, .. }) => {
                let argument = arguments.of(&self.program.operand_spans).get(usize::from(argument)).copied();
                argument.filter(|argument| argument.end > argument.start).unwrap_or(node)
            }
            _ => node,
        };
        Stop::Fault(self.context.arena.alloc(Fault { span, ..*fault }))
    }

    #[inline(always)]
    pub(super) fn fetch(&self, operand: Operand) -> Value<'a> {
        fetch(self.program, self.record, self.context, self.registers, operand)
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
    fn several(&self) -> Stop<'a> {
        self.fault(
            Code::ManyValues,
            format_args!("a list of several values is compared; take one with Item, or Join them"),
        )
    }

    /// One instruction: something where the entry ends with it.
    #[inline(always)]
    pub(super) fn step(&mut self, instruction: &'a Instruction, next: &mut usize) -> Option<Returns<'a>> {
        match *instruction {
            Instruction::Move { to, from } => self.give(to, self.fetch(from)),
            Instruction::Parameter { to, parameter } => match self.parameter(parameter) {
                Ok(value) => self.give(to, value),
                Err(stop) => Some(Err(stop)),
            },
            Instruction::Call { to, site, arguments } => {
                if to == RESULT {
                    return Some(self.call(site, arguments));
                }
                match self.call(site, arguments) {
                    Ok(value) => self.give(to, value),
                    Err(stop) => Some(Err(stop)),
                }
            }
            Instruction::Compare { to, operator, left, right } => {
                match value::compare(operator, self.fetch(left), self.fetch(right)) {
                    Some(holds) => self.give(to, Value::Boolean(holds)),
                    None => Some(Err(self.several())),
                }
            }
            Instruction::Concatenate { to, parts } => match self.concatenate(parts) {
                Ok(value) => self.give(to, value),
                Err(stop) => Some(Err(stop)),
            },
            Instruction::First { to, of } => {
                let mut operands = of.of(&self.program.operands).iter();
                loop {
                    let Some(operand) = operands.next() else { return self.give(to, Value::Null) };
                    let value = self.fetch(*operand);
                    if !value.is_null() {
                        return self.give(to, value);
                    }
                }
            }
            Instruction::Select { to, source, table } => match self.case(source, table) {
                Ok((case, table)) => {
                    let operand = table.and_then(|table| table.values.get(case)).copied().unwrap_or(Operand::Null);
                    self.give(to, self.fetch(operand))
                }
                Err(stop) => Some(Err(stop)),
            },
            Instruction::Branch { source, table } => match self.case(source, table) {
                Ok((case, table)) => {
                    if let Some(address) = table.and_then(|table| table.addresses.get(case)) {
                        *next = *address as usize;
                    }
                    None
                }
                Err(stop) => Some(Err(stop)),
            },
            Instruction::Jump { to } => {
                *next = to as usize;
                None
            }
            Instruction::JumpUnless { condition, to } => self.unless(self.truth(condition), to, next),
            Instruction::JumpUnlessCompare { operator, left, right, to } => {
                let holds = value::compare(operator, self.fetch(left), self.fetch(right));
                self.unless(holds.ok_or_else(|| self.several()), to, next)
            }
            Instruction::JumpUnlessKey { source, key, to } => {
                let same = value::same_key(self.fetch(source), self.fetch(key));
                self.unless(same.ok_or_else(|| self.several()), to, next)
            }
            Instruction::JumpIfPresent { value, to } => self.unless(Ok(self.fetch(value).is_null()), to, next),
            Instruction::Recall { to, memo, over } => match self.memos.get(usize::from(memo)).map(Cell::get) {
                Some(Some(value)) => {
                    *next = over as usize;
                    self.give(to, value)
                }
                _ => None,
            },
            Instruction::Keep { from, memo } => {
                if let Some(kept) = self.memos.get(usize::from(memo)) {
                    kept.set(Some(self.registers.get(usize::from(from)).copied().unwrap_or_default()));
                }
                None
            }
            Instruction::TakeUnique { value, to } => {
                self.unless(self.take(self.fetch(value)).map(|taken| !taken), to, next)
            }
            Instruction::Exhausted => Some(Err(self.fault(
                Code::AllTaken,
                format_args!("no rule gave a unique value: every one is taken in the target or in this run"),
            ))),
            Instruction::Stop { control: Control::Attribute } => Some(Err(Stop::Skip)),
            Instruction::Stop { control: Control::Object } => Some(Err(Stop::SkipObject)),
        }
    }

    /// Jumps unless something holds.
    #[inline(always)]
    fn unless(&self, holds: Result<bool, Stop<'a>>, to: u32, next: &mut usize) -> Option<Returns<'a>> {
        match holds {
            Ok(true) => None,
            Ok(false) => {
                *next = to as usize;
                None
            }
            Err(stop) => Some(Err(stop)),
        }
    }

    /// Whether a condition that is no comparison holds.
    fn truth(&self, condition: Operand) -> Result<bool, Stop<'a>> {
        let condition = self.fetch(condition);
        if let Value::Boolean(truth) = condition {
            return Ok(truth);
        }
        let single = value::single(condition).ok_or_else(|| self.several())?;
        value::to_boolean(single).map_err(|error| {
            self.fault(error.code, format_args!("the condition {} is not {}", Shown(single), error.wanted))
        })
    }

    #[inline]
    fn call(&self, number: u32, run: Run) -> Returns<'a> {
        let Some(site) = self.program.sites.get(number as usize) else { return Ok(Value::Null) };
        if site.purity == Purity::Volatile {
            self.context.state.draw.set((site.draw, 0));
        }
        // Arrays of the very length: most calls have one to three arguments.
        match *run.of(&self.program.operands) {
            [] => arguments::call(site, &mut [], self.context),
            [a] => arguments::call(site, &mut [self.fetch(a)], self.context),
            [a, b] => arguments::call(site, &mut [self.fetch(a), self.fetch(b)], self.context),
            [a, b, c] => arguments::call(site, &mut [self.fetch(a), self.fetch(b), self.fetch(c)], self.context),
            ref operands => {
                let arguments = self.context.arena.alloc_slice_fill_copy(operands.len(), Value::Null);
                for (argument, operand) in arguments.iter_mut().zip(operands) {
                    *argument = self.fetch(*operand);
                }
                arguments::call(site, arguments, self.context)
            }
        }
    }

    /// The case of a constant table that the source chooses.
    #[inline]
    fn case(&self, source: Operand, table: u32) -> Result<(usize, Option<&'a crate::program::Table>), Stop<'a>> {
        let Some(table) = self.program.tables.get(table as usize) else { return Ok((0, None)) };
        let source = self.fetch(source);
        let case = match source {
            Value::Text(text) => table.case(text),
            Value::Null => table.case(""),
            other => {
                let single = value::single(other).ok_or_else(|| self.several())?;
                table.case(value::to_text(single, self.context.arena))
            }
        };
        Ok((case, Some(table)))
    }

    /// `&`: a null counts as empty text; of nothing but nulls the result is null
    /// (inferred, as Visual Basic has it).
    fn concatenate(&self, parts: Run) -> Returns<'a> {
        let mut text = ArenaString::new_in(self.context.arena);
        let mut any = false;
        for operand in parts.of(&self.program.operands) {
            let part = value::single(self.fetch(*operand)).ok_or_else(|| self.several())?;
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
        let single = value::single(value).ok_or_else(|| self.several())?;
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
