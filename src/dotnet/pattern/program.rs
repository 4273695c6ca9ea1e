//! A pattern as instructions of the backtracking machine (`machine.rs`).

use std::sync::Arc;

use super::class::CharSet;
use super::tree::{Anchor, Node};

/// What a repetition of single code units accepts.
#[derive(Debug, Clone, Copy)]
pub(super) enum Accept {
    Unit(u16),
    /// Index into the program's sets.
    Set(usize),
}

/// One instruction. `back` reads the unit before the position instead of the one behind it, as the
/// inside of a lookbehind does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Accept {
        what: Accept,
        back: bool,
    },
    /// A literal text, by index; forwards only.
    Text(usize),
    Repeat {
        what: Accept,
        min: u32,
        max: u32,
        lazy: bool,
        back: bool,
    },
    /// Goes on with the next instruction and, if that fails, at `otherwise`.
    Split {
        otherwise: usize,
    },
    Jump(usize),
    /// Enters a loop. `count` is how many of the required rounds are still missing (negative), `unmarked`
    /// that no round has been made, so that even an empty first round counts as progress.
    LoopStart {
        register: usize,
        count: i64,
        unmarked: bool,
    },
    /// Decides after each round; `limit` is the largest count. `defect` is the register that notes a
    /// round .NET 8 goes wrong after (see [`Program::defect`]).
    LoopNext {
        register: usize,
        limit: i64,
        body: usize,
        lazy: bool,
        defect: Option<usize>,
    },
    CaptureStart {
        register: usize,
    },
    CaptureEnd {
        register: usize,
        slot: Option<usize>,
        balanced: Option<usize>,
    },
    Backreference {
        slot: usize,
        ignore_case: bool,
        back: bool,
    },
    Anchor(Anchor),
    /// Remembers the position and the choices made so far; if the part that follows fails, goes on at
    /// `otherwise`, if given.
    Isolate {
        register: usize,
        otherwise: Option<usize>,
    },
    /// Forgets the choices made since `Isolate`, and returns to its position if asked.
    Commit {
        register: usize,
        return_to_mark: bool,
    },
    /// Undoes everything since `Isolate` and fails: the end of a negative lookaround.
    Refuse {
        register: usize,
    },
    IfGroup {
        slot: usize,
        otherwise: usize,
    },
    Match,
}

/// The instructions of a pattern.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) sets: Vec<Arc<CharSet>>,
    pub(super) texts: Vec<Box<str>>,
    pub(super) registers: usize,
    pub(super) slots: usize,
    /// What every match starts with, if it cannot be empty.
    pub(super) first: Option<CharSet>,
    /// Register that counts empty rounds of lazy loops without counters, if there are such loops. After
    /// such a round .NET 8 leaves its stack in disorder (dotnet/runtime issues 43314, 58786, 63385, 111051,
    /// 114626; repaired by pull request 120872 for later versions): matches start at wrong places or
    /// never end. A match that has such a round is therefore refused.
    pub(super) defect: Option<usize>,
    /// Every match starts at the start of the text.
    pub(super) only_at_beginning: bool,
}

/// No upper bound of a repetition.
pub(super) const UNBOUNDED: u32 = u32::MAX;

impl Program {
    pub(super) fn new(root: &Node, slots: usize) -> Self {
        let mut program = Self { slots, ..Self::default() };
        program.emit(root, false);
        program.ops.push(Op::Match);
        program.first = first_units(root).filter(|first| !first.empty).map(|first| first.set);
        program.only_at_beginning = starts_at_beginning(root);
        program
    }

    fn register(&mut self) -> usize {
        self.registers += 1;
        self.registers - 1
    }

    fn accept(&mut self, node: &Node) -> Option<Accept> {
        match node {
            Node::Unit(unit) => Some(Accept::Unit(*unit)),
            Node::Set(set) => {
                let known = self.sets.iter().position(|known| Arc::ptr_eq(known, set));
                Some(Accept::Set(known.unwrap_or_else(|| {
                    self.sets.push(Arc::clone(set));
                    self.sets.len() - 1
                })))
            }
            _ => None,
        }
    }

    /// Sets the target of an instruction emitted before its target was known.
    fn patch(&mut self, at: usize) {
        let target = self.ops.len();
        match self.ops.get_mut(at) {
            Some(Op::Split { otherwise } | Op::IfGroup { otherwise, .. }) => *otherwise = target,
            Some(Op::Isolate { otherwise, .. }) => *otherwise = Some(target),
            Some(Op::Jump(to)) => *to = target,
            _ => {}
        }
    }

    fn push(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    fn emit(&mut self, node: &Node, back: bool) {
        match node {
            Node::Empty => {}
            Node::Unit(_) | Node::Set(_) => {
                if let Some(what) = self.accept(node) {
                    self.push(Op::Accept { what, back });
                }
            }
            Node::Sequence(nodes) if back => {
                for node in nodes.iter().rev() {
                    self.emit(node, true);
                }
            }
            Node::Sequence(nodes) => self.emit_sequence(nodes),
            Node::Alternatives(nodes) => {
                let mut ends = Vec::new();
                for (place, node) in nodes.iter().enumerate() {
                    if place + 1 == nodes.len() {
                        self.emit(node, back);
                        continue;
                    }
                    let split = self.push(Op::Split { otherwise: 0 });
                    self.emit(node, back);
                    ends.push(self.push(Op::Jump(0)));
                    self.patch(split);
                }
                for end in ends {
                    self.patch(end);
                }
            }
            Node::Loop { node, min, max, lazy } => self.emit_loop(node, *min, *max, *lazy, back),
            Node::Capture { slot, balanced, node } => {
                let register = self.register();
                self.push(Op::CaptureStart { register });
                self.emit(node, back);
                self.push(Op::CaptureEnd { register, slot: *slot, balanced: *balanced });
            }
            Node::Anchor(anchor) => {
                self.push(Op::Anchor(*anchor));
            }
            Node::Backreference { slot, ignore_case } => {
                self.push(Op::Backreference { slot: *slot, ignore_case: *ignore_case, back });
            }
            Node::Look { behind, negative, node } => {
                let register = self.register();
                let isolate = self.push(Op::Isolate { register, otherwise: None });
                self.emit(node, *behind);
                if *negative {
                    self.push(Op::Refuse { register });
                    self.patch(isolate);
                } else {
                    self.push(Op::Commit { register, return_to_mark: true });
                }
            }
            Node::Atomic(node) => {
                let register = self.register();
                self.push(Op::Isolate { register, otherwise: None });
                self.emit(node, back);
                self.push(Op::Commit { register, return_to_mark: false });
            }
            Node::IfGroup { slot, yes, no } => {
                let test = self.push(Op::IfGroup { slot: *slot, otherwise: 0 });
                self.emit_branches(test, yes, no, back);
            }
            Node::IfMatches { condition, yes, no } => {
                let register = self.register();
                let test = self.push(Op::Isolate { register, otherwise: Some(0) });
                self.emit(condition, back);
                self.push(Op::Commit { register, return_to_mark: true });
                self.emit_branches(test, yes, no, back);
            }
        }
    }

    fn emit_branches(&mut self, test: usize, yes: &Node, no: &Node, back: bool) {
        self.emit(yes, back);
        let end = self.push(Op::Jump(0));
        self.patch(test);
        self.emit(no, back);
        self.patch(end);
    }

    /// A sequence, in which runs of literal units become one text where they are whole characters.
    fn emit_sequence(&mut self, nodes: &[Node]) {
        let mut run: Vec<u16> = Vec::new();
        for node in nodes {
            if let Node::Unit(unit) = node {
                run.push(*unit);
                continue;
            }
            self.emit_text(&mut run);
            self.emit(node, false);
        }
        self.emit_text(&mut run);
    }

    fn emit_text(&mut self, run: &mut Vec<u16>) {
        match String::from_utf16(run) {
            Ok(text) if run.len() > 1 => {
                self.texts.push(text.into_boxed_str());
                let index = self.texts.len() - 1;
                self.push(Op::Text(index));
            }
            _ => {
                for &unit in run.iter() {
                    let what = Accept::Unit(unit);
                    self.push(Op::Accept { what, back: false });
                }
            }
        }
        run.clear();
    }

    fn emit_loop(&mut self, node: &Node, min: u32, max: Option<u32>, lazy: bool, back: bool) {
        if let Some(what) = self.accept(node) {
            let max = max.unwrap_or(UNBOUNDED);
            self.push(Op::Repeat { what, min, max, lazy, back });
            return;
        }
        let register = self.register();
        // As in .NET, a loop with a lower bound counts from one below it and makes its first round
        // before it decides anything; one without decides first.
        let count = 1i64.saturating_sub(i64::from(min)).min(0);
        self.push(Op::LoopStart { register, count, unmarked: min == 0 });
        let jump = (min == 0).then(|| self.push(Op::Jump(0)));
        let body = self.ops.len();
        self.emit(node, back);
        if let Some(jump) = jump {
            self.patch(jump);
        }
        let limit = max.map_or(i64::MAX, |max| i64::from(max) - i64::from(min));
        let defect = if lazy && max.is_none() && min <= 1 && node.can_be_empty() {
            let known = self.defect.unwrap_or_else(|| self.register());
            self.defect = Some(known);
            Some(known)
        } else {
            None
        };
        self.push(Op::LoopNext { register, limit, body, lazy, defect });
    }
}

/// The units a node can start with, and whether it can match without reading any.
struct First {
    set: CharSet,
    empty: bool,
}

/// None where it is not known.
fn first_units(node: &Node) -> Option<First> {
    let nothing = || First { set: CharSet::from_ranges(Vec::new()), empty: true };
    match node {
        Node::Empty | Node::Anchor(_) | Node::Look { .. } => Some(nothing()),
        Node::Unit(unit) => Some(First { set: CharSet::single(*unit), empty: false }),
        Node::Set(set) => Some(First { set: CharSet::clone(set), empty: false }),
        Node::Sequence(nodes) => {
            let mut all = nothing();
            for node in nodes {
                let first = first_units(node)?;
                all.set = all.set.union(&first.set);
                if !first.empty {
                    all.empty = false;
                    break;
                }
            }
            Some(all)
        }
        Node::Alternatives(nodes) => {
            let mut all = First { empty: false, ..nothing() };
            for node in nodes {
                let first = first_units(node)?;
                all.set = all.set.union(&first.set);
                all.empty |= first.empty;
            }
            Some(all)
        }
        Node::Loop { node, min, .. } => {
            first_units(node).map(|first| First { empty: first.empty || *min == 0, set: first.set })
        }
        Node::Capture { node, .. } | Node::Atomic(node) => first_units(node),
        Node::Backreference { .. } | Node::IfGroup { .. } | Node::IfMatches { .. } => None,
    }
}

fn starts_at_beginning(node: &Node) -> bool {
    match node {
        Node::Anchor(Anchor::Beginning) => true,
        Node::Sequence(nodes) => nodes.first().is_some_and(starts_at_beginning),
        Node::Alternatives(nodes) => nodes.iter().all(starts_at_beginning),
        Node::Capture { node, .. } | Node::Atomic(node) => starts_at_beginning(node),
        Node::Loop { node, min, .. } => *min > 0 && starts_at_beginning(node),
        _ => false,
    }
}
