//! A backtracking machine with the meaning of .NET's own interpreter.
//!
//! It exists beside the linear-time engine because .NET's meaning cannot be had from an engine that works
//! on whole characters: positions are UTF-16 code units, a lookbehind is matched from right to left, a
//! repetition ends after an empty round and keeps that round's captures, a balancing group takes captures
//! away. Every change of state is written to one stack, so going back is popping it. Steps are counted,
//! so that a pattern cannot run on for ever.

use super::casing;
use super::class::is_word_unit;
use super::program::{Accept, Op, Program, UNBOUNDED};
use super::tree::Anchor;
use super::units::{next_unit, previous_unit};
use super::{CaseCulture, MatchError};

/// One entry of the stack: a choice to return to, or a value to restore on the way.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Choice {
        op: usize,
        at: usize,
    },
    /// A greedy repetition that can give back units until it is at `least`.
    GiveBack {
        op: usize,
        at: usize,
        least: usize,
    },
    /// A lazy repetition that can take up to `left` more units.
    TakeMore {
        op: usize,
        at: usize,
        left: u32,
    },
    /// A lazy loop that can make another round.
    AnotherRound {
        op: usize,
        at: usize,
    },
    Register {
        register: usize,
        value: Register,
    },
    /// The captures of a slot before a change.
    Captures {
        slot: usize,
        head: Option<u32>,
        stored: u32,
    },
}

#[derive(Debug, Clone, Copy, Default)]
struct Register {
    /// Position, or None for a loop that has not made a round.
    mark: Option<usize>,
    count: i64,
    /// Height of the stack.
    height: usize,
}

/// A capture; earlier ones of the same group follow as a list.
#[derive(Debug, Clone, Copy)]
struct Capture {
    start: usize,
    end: usize,
    before: Option<u32>,
}

/// Memory of the machine, kept between texts so that matching allocates nothing.
#[derive(Debug, Default, Clone)]
pub(super) struct Memory {
    frames: Vec<Frame>,
    registers: Vec<Register>,
    heads: Vec<Option<u32>>,
    captures: Vec<Capture>,
}

impl Memory {
    /// The last capture of a slot in the match found last.
    pub(super) fn capture(&self, slot: usize) -> Option<(usize, usize)> {
        let head = (*self.heads.get(slot)?)?;
        self.captures.get(head as usize).map(|capture| (capture.start, capture.end))
    }

    /// Gives back what a text that needed unusually much has left behind.
    #[inline]
    pub(super) fn shrink(&mut self) {
        const KEPT: usize = 1 << 16;
        if self.frames.capacity() > KEPT || self.captures.capacity() > KEPT {
            self.frames = Vec::new();
            self.captures = Vec::new();
        }
    }
}

/// Steps that may still be made for one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) limit: u64,
    pub(super) left: u64,
}

impl Budget {
    /// A limit grows with the text, so that long texts alone never exceed it.
    pub(super) fn new(limit: u64, text: &str) -> Self {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let limit = limit.saturating_add(length.saturating_mul(64));
        Self { limit, left: limit }
    }

    #[inline]
    fn spend(&mut self, steps: u64) -> Result<(), MatchError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(MatchError::StepLimit { limit: self.limit }),
        }
    }
}

/// One search of one program in one text.
pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) text: &'a [u8],
    pub(super) culture: CaseCulture,
    pub(super) ecma: bool,
    pub(super) memory: &'a mut Memory,
    pub(super) budget: &'a mut Budget,
    /// Where the search began, for `\G`.
    pub(super) search_start: usize,
}

impl Machine<'_> {
    /// The first match that starts at `from` or behind. Positions are those of `units.rs`.
    pub(super) fn search(&mut self, from: usize) -> Result<Option<(usize, usize)>, MatchError> {
        let mut at = from;
        loop {
            if self.program.only_at_beginning && at > 0 {
                return Ok(None);
            }
            if let Some(first) = &self.program.first {
                loop {
                    let Some((unit, next)) = next_unit(self.text, at) else {
                        return Ok(None);
                    };
                    if first.contains(unit) {
                        break;
                    }
                    at = next;
                }
            }
            if let Some(end) = self.run(at)? {
                return Ok(Some((at, end)));
            }
            match next_unit(self.text, at) {
                Some((_, next)) => at = next,
                None => return Ok(None),
            }
        }
    }

    fn reset(&mut self) {
        let memory = &mut *self.memory;
        memory.frames.clear();
        memory.captures.clear();
        memory.registers.clear();
        memory.registers.resize(self.program.registers, Register::default());
        memory.heads.clear();
        memory.heads.resize(self.program.slots, None);
    }

    fn run(&mut self, start: usize) -> Result<Option<usize>, MatchError> {
        self.reset();
        let (mut op, mut at) = (0usize, start);
        loop {
            self.budget.spend(1)?;
            let Some(&instruction) = self.program.ops.get(op) else {
                return Ok(None);
            };
            let next = match instruction {
                Op::Match => {
                    let disordered = |defect| self.register(defect).count > 0;
                    if self.program.defect.is_some_and(disordered) {
                        return Err(MatchError::EmptyLazyRound);
                    }
                    return Ok(Some(at));
                }
                Op::Accept { what, back } => self.step(what, at, back).map(|at| (op + 1, at)),
                Op::Text(index) => self.text_at(index, at).map(|at| (op + 1, at)),
                Op::Repeat { what, min, max, lazy, back } => {
                    self.repeat(op, at, (what, back), (min, max), lazy)?.map(|at| (op + 1, at))
                }
                Op::Split { otherwise } => {
                    self.memory.frames.push(Frame::Choice { op: otherwise, at });
                    Some((op + 1, at))
                }
                Op::Jump(target) => Some((target, at)),
                Op::LoopStart { register, count, unmarked } => {
                    let mark = (!unmarked).then_some(at);
                    self.set(register, Register { mark, count, height: 0 });
                    Some((op + 1, at))
                }
                Op::LoopNext { register, limit, body, lazy, defect } => {
                    let next = self.loop_next(op, at, register, (limit, body), lazy);
                    if let Some(defect) = defect
                        && next != body
                        && self.register(register).mark == Some(at)
                    {
                        let count = self.register(defect).count.saturating_add(1);
                        let noted = Register { count, ..Register::default() };
                        self.set(defect, noted);
                    }
                    Some((next, at))
                }
                Op::CaptureStart { register } => {
                    let mark = Some(at);
                    self.set(register, Register { mark, ..Register::default() });
                    Some((op + 1, at))
                }
                Op::CaptureEnd { register, slot, balanced } => {
                    self.capture(register, at, slot, balanced).then_some((op + 1, at))
                }
                Op::Backreference { slot, ignore_case, back } => {
                    self.backreference(slot, ignore_case, at, back)?.map(|at| (op + 1, at))
                }
                Op::Anchor(anchor) => self.holds(anchor, at).then_some((op + 1, at)),
                Op::Isolate { register, otherwise } => {
                    let height = self.memory.frames.len();
                    // The register is restored only behind this point, so that the height stays readable.
                    self.set(register, Register { mark: Some(at), count: 0, height });
                    if let Some(otherwise) = otherwise {
                        self.memory.frames.push(Frame::Choice { op: otherwise, at });
                    }
                    Some((op + 1, at))
                }
                Op::Commit { register, return_to_mark } => {
                    let mark = self.commit(register)?;
                    Some((op + 1, if return_to_mark { mark.unwrap_or(at) } else { at }))
                }
                Op::Refuse { register } => {
                    let height = self.register(register).height;
                    while self.memory.frames.len() > height {
                        self.undo();
                    }
                    None
                }
                Op::IfGroup { slot, otherwise } => {
                    let captured = self.memory.heads.get(slot).copied().flatten().is_some();
                    Some((if captured { op + 1 } else { otherwise }, at))
                }
            };
            (op, at) = match next {
                Some(next) => next,
                None => match self.go_back()? {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
        }
    }

    fn register(&self, register: usize) -> Register {
        self.memory.registers.get(register).copied().unwrap_or_default()
    }

    fn set(&mut self, register: usize, value: Register) {
        if let Some(place) = self.memory.registers.get_mut(register) {
            let value = std::mem::replace(place, value);
            self.memory.frames.push(Frame::Register { register, value });
        }
    }

    /// Removes the top of the stack and restores what it holds.
    fn undo(&mut self) -> Option<Frame> {
        let frame = self.memory.frames.pop()?;
        match frame {
            Frame::Register { register, value } => {
                if let Some(place) = self.memory.registers.get_mut(register) {
                    *place = value;
                }
            }
            Frame::Captures { slot, head, stored } => {
                if let Some(place) = self.memory.heads.get_mut(slot) {
                    *place = head;
                }
                self.memory.captures.truncate(stored as usize);
            }
            _ => {}
        }
        Some(frame)
    }

    /// Returns to the last choice and takes its other way.
    fn go_back(&mut self) -> Result<Option<(usize, usize)>, MatchError> {
        while let Some(frame) = self.undo() {
            self.budget.spend(1)?;
            match frame {
                Frame::Choice { op, at } => return Ok(Some((op, at))),
                Frame::GiveBack { op, at, least } => {
                    let Some(&Op::Repeat { back, .. }) = self.program.ops.get(op) else {
                        continue;
                    };
                    let moved = if back { next_unit(self.text, at) } else { previous_unit(self.text, at) };
                    let Some((_, at)) = moved else { continue };
                    if at != least {
                        self.memory.frames.push(Frame::GiveBack { op, at, least });
                    }
                    return Ok(Some((op + 1, at)));
                }
                Frame::TakeMore { op, at, left } => {
                    let Some(&Op::Repeat { what, back, .. }) = self.program.ops.get(op) else {
                        continue;
                    };
                    let Some(at) = self.step(what, at, back) else {
                        continue;
                    };
                    if left > 1 {
                        let left = if left == UNBOUNDED { left } else { left - 1 };
                        self.memory.frames.push(Frame::TakeMore { op, at, left });
                    }
                    return Ok(Some((op + 1, at)));
                }
                Frame::AnotherRound { op, at } => {
                    let Some(&Op::LoopNext { register, body, .. }) = self.program.ops.get(op) else {
                        continue;
                    };
                    let count = self.register(register).count.saturating_add(1);
                    let mark = Some(at);
                    self.set(register, Register { mark, count, height: 0 });
                    return Ok(Some((body, at)));
                }
                Frame::Register { .. } | Frame::Captures { .. } => {}
            }
        }
        Ok(None)
    }

    #[inline]
    fn accepts(&self, what: Accept, unit: u16) -> bool {
        match what {
            Accept::Unit(wanted) => wanted == unit,
            Accept::Set(set) => self.program.sets.get(set).is_some_and(|set| set.contains(unit)),
        }
    }

    #[inline]
    fn step(&self, what: Accept, at: usize, back: bool) -> Option<usize> {
        let (unit, next) = if back { previous_unit(self.text, at)? } else { next_unit(self.text, at)? };
        self.accepts(what, unit).then_some(next)
    }

    fn text_at(&self, index: usize, at: usize) -> Option<usize> {
        let wanted = self.program.texts.get(index)?.as_bytes();
        let end = at.checked_add(wanted.len())?;
        (self.text.get(at..end)? == wanted).then_some(end)
    }

    fn repeat(
        &mut self,
        op: usize,
        start: usize,
        (what, back): (Accept, bool),
        (min, max): (u32, u32),
        lazy: bool,
    ) -> Result<Option<usize>, MatchError> {
        let mut at = start;
        let mut taken = 0u32;
        while taken < min {
            let Some(next) = self.step(what, at, back) else {
                return Ok(None);
            };
            at = next;
            taken += 1;
        }
        let least = at;
        if lazy {
            if max > min {
                let left = if max == UNBOUNDED { max } else { max - min };
                self.memory.frames.push(Frame::TakeMore { op, at, left });
            }
        } else {
            while taken < max {
                let Some(next) = self.step(what, at, back) else {
                    break;
                };
                at = next;
                taken = taken.saturating_add(1);
            }
            if at != least {
                self.memory.frames.push(Frame::GiveBack { op, at, least });
            }
        }
        self.budget.spend(u64::from(taken) >> 3)?;
        Ok(Some(at))
    }

    /// Decides after a round of a loop whether to make another. Returns the next instruction.
    fn loop_next(&mut self, op: usize, at: usize, register: usize, (limit, body): (i64, usize), lazy: bool) -> usize {
        let state = self.register(register);
        // An empty round ends the loop, once the required rounds are made.
        let stuck = state.mark == Some(at);
        let another = Register { mark: Some(at), count: state.count.saturating_add(1), height: 0 };
        if state.count < 0 {
            self.set(register, another);
            return body;
        }
        if state.count >= limit || stuck {
            return op + 1;
        }
        if lazy {
            self.memory.frames.push(Frame::AnotherRound { op, at });
            return op + 1;
        }
        self.memory.frames.push(Frame::Choice { op: op + 1, at });
        self.set(register, another);
        body
    }

    fn store(&mut self, slot: usize, start: usize, end: usize) {
        let stored = u32::try_from(self.memory.captures.len()).unwrap_or(u32::MAX);
        let Some(head) = self.memory.heads.get_mut(slot) else {
            return;
        };
        let before = head.replace(stored);
        self.memory.captures.push(Capture { start, end, before });
        let frame = Frame::Captures { slot, head: before, stored };
        self.memory.frames.push(frame);
    }

    /// Ends a group. False if it should take away a capture that is not there.
    fn capture(&mut self, register: usize, at: usize, slot: Option<usize>, balanced: Option<usize>) -> bool {
        let mark = self.register(register).mark.unwrap_or(at);
        let (mut start, mut end) = (mark.min(at), mark.max(at));
        if let Some(balanced) = balanced {
            let Some((other_start, other_end)) = self.memory.capture(balanced) else {
                return false;
            };
            // The group captures what lies between the capture taken away and itself.
            if start >= other_end {
                end = start;
                start = other_end;
            } else if end <= other_start {
                start = other_start;
            } else {
                end = end.min(other_end);
                start = start.max(other_start);
            }
            self.take_away(balanced);
        }
        if let Some(slot) = slot {
            self.store(slot, start, end);
        }
        true
    }

    fn take_away(&mut self, slot: usize) {
        let stored = u32::try_from(self.memory.captures.len()).unwrap_or(u32::MAX);
        let Some(head) = self.memory.heads.get_mut(slot) else {
            return;
        };
        let last = *head;
        *head = last.and_then(|last| self.memory.captures.get(last as usize)).and_then(|capture| capture.before);
        self.memory.frames.push(Frame::Captures { slot, head: last, stored });
    }

    /// Forgets the choices above the height an isolated part started at. Values to restore stay: if
    /// something before the part is tried again, its captures are undone.
    fn commit(&mut self, register: usize) -> Result<Option<usize>, MatchError> {
        let Register { mark, height, .. } = self.register(register);
        let frames = &mut self.memory.frames;
        let mut kept = height;
        for index in height..frames.len() {
            let Some(&frame) = frames.get(index) else {
                break;
            };
            if matches!(frame, Frame::Register { .. } | Frame::Captures { .. }) {
                if let Some(place) = frames.get_mut(kept) {
                    *place = frame;
                }
                kept += 1;
            }
        }
        let looked_at = frames.len() - height;
        frames.truncate(kept);
        self.budget.spend(u64::try_from(looked_at).unwrap_or(u64::MAX) >> 3)?;
        Ok(mark)
    }

    /// The text of a group again, unit by unit. A group that has captured nothing never matches, except
    /// under ECMAScript, where it matches nothing.
    fn backreference(
        &mut self,
        slot: usize,
        ignore_case: bool,
        at: usize,
        back: bool,
    ) -> Result<Option<usize>, MatchError> {
        let Some((start, end)) = self.memory.capture(slot) else {
            return Ok(self.ecma.then_some(at));
        };
        let mut here = at;
        let mut there = if back { end } else { start };
        let goal = if back { start } else { end };
        while there != goal {
            self.budget.spend(1)?;
            let pair = if back {
                (previous_unit(self.text, there), previous_unit(self.text, here))
            } else {
                (next_unit(self.text, there), next_unit(self.text, here))
            };
            let (Some((wanted, there_next)), Some((found, here_next))) = pair else {
                return Ok(None);
            };
            let equal = wanted == found || ignore_case && casing::equal_ignoring_case(self.culture, wanted, found);
            if !equal {
                return Ok(None);
            }
            (there, here) = (there_next, here_next);
        }
        Ok(Some(here))
    }

    fn holds(&self, anchor: Anchor, at: usize) -> bool {
        let line_feed = u16::from(b'\n');
        match anchor {
            Anchor::Beginning => at == 0,
            Anchor::LineStart => previous_unit(self.text, at).is_none_or(|(unit, _)| unit == line_feed),
            Anchor::LineEnd => next_unit(self.text, at).is_none_or(|(unit, _)| unit == line_feed),
            Anchor::End => at >= self.text.len(),
            Anchor::EndOrFinalLineFeed => {
                at >= self.text.len() || at + 1 == self.text.len() && self.text.last().copied() == Some(b'\n')
            }
            Anchor::SearchStart => at == self.search_start,
            Anchor::Boundary { negated, ecma } => {
                let word = |unit: Option<(u16, usize)>| unit.is_some_and(|(unit, _)| is_word(unit, ecma));
                let boundary = word(previous_unit(self.text, at)) != word(next_unit(self.text, at));
                boundary != negated
            }
        }
    }
}

fn is_word(unit: u16, ecma: bool) -> bool {
    if !ecma {
        return is_word_unit(unit);
    }
    unit == 0x130 || u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
