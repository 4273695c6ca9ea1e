//! Register code: what the compiler makes and the machine runs.

use crate::check::Control;
use crate::diagnostic::Span;
use crate::functions::{Body, Call, HostBody, Kind, Nulls, Prepared, Purity, Returns, Room};
use crate::record::{Schema, Slot};
use crate::syntax::Operator;
use crate::value::{self, OwnedValue, Value};
use std::fmt;
use std::sync::Arc;

/// Where an instruction takes a value from. Leaves cost no instruction of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    Register(u16),
    Constant(u32),
    Attribute(Slot),
    /// Null, because nothing stands there.
    Null,
}

/// A run of the operand table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Run {
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        let first = self.first as usize;
        table.get(first..first.saturating_add(self.count as usize)).unwrap_or(&[])
    }
}

/// The register that stands for the result: an instruction that writes it ends the entry.
pub(crate) const RESULT: u16 = u16::MAX;

/// So many registers lie on the stack.
pub(crate) const NEAR: usize = 4;

/// One step. Jumps go forward only, so every program ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Instruction {
    Move {
        to: u16,
        from: Operand,
    },
    /// Reads a parameter of the environment.
    Parameter {
        to: u16,
        parameter: u32,
    },
    Call {
        to: u16,
        site: u32,
    },
    /// A call of which one argument decides, and is nearly always a text: made without
    /// its arguments being gathered.
    CallOne {
        to: u16,
        site: u32,
        source: Operand,
    },
    /// The same for two texts.
    CallTwo {
        to: u16,
        site: u32,
        sources: [Operand; 2],
    },
    /// The same for several texts, of which null counts as the empty one.
    CallSeveral {
        to: u16,
        site: u32,
        sources: Run,
    },
    Compare {
        to: u16,
        operator: Operator,
        left: Operand,
        right: Operand,
    },
    Concatenate {
        to: u16,
        parts: Run,
    },
    /// A call of which one argument decides, and is nearly always an integer; it gives one.
    CallInteger {
        to: u16,
        site: u32,
        source: Operand,
    },
    /// The first of several leaves that is not null.
    First {
        to: u16,
        of: Run,
    },
    /// The value that a constant table has for the source; values are leaves.
    Select {
        to: u16,
        source: Operand,
        table: u32,
    },
    /// Goes on where a constant table says.
    Branch {
        source: Operand,
        table: u32,
    },
    Jump {
        to: u32,
    },
    JumpUnless {
        condition: Operand,
        to: u32,
    },
    JumpUnlessCompare {
        operator: Operator,
        left: Operand,
        right: Operand,
        to: u32,
    },
    JumpUnlessKey {
        source: Operand,
        key: Operand,
        to: u32,
    },
    JumpIfPresent {
        value: Operand,
        to: u32,
    },
    /// Takes a value that an earlier mapping of the set has computed for this record,
    /// and jumps over computing it.
    Recall {
        to: u16,
        memo: u16,
        over: u32,
    },
    /// Keeps a value for later mappings of the set.
    Keep {
        from: u16,
        memo: u16,
    },
    /// Takes a value for the target if nothing has it, and jumps.
    TakeUnique {
        value: Operand,
        to: u32,
    },
    /// No rule of SelectUniqueValue gave a free value.
    Exhausted,
    Stop {
        control: Control,
    },
}

impl Instruction {
    /// The most texts of one call that are gathered on the stack.
    pub(crate) const MOST_TEXTS: usize = 6;

    /// The register that it writes, if it writes one.
    pub(crate) const fn target(&self) -> Option<u16> {
        match *self {
            Instruction::Move { to, .. }
            | Instruction::Parameter { to, .. }
            | Instruction::Call { to, .. }
            | Instruction::CallOne { to, .. }
            | Instruction::CallTwo { to, .. }
            | Instruction::CallSeveral { to, .. }
            | Instruction::CallInteger { to, .. }
            | Instruction::Compare { to, .. }
            | Instruction::Concatenate { to, .. }
            | Instruction::First { to, .. }
            | Instruction::Select { to, .. } => Some(to),
            _ => None,
        }
    }

    /// The site that it calls, if it is a call.
    pub(crate) const fn site(&self) -> Option<u32> {
        match *self {
            Instruction::Call { site, .. }
            | Instruction::CallOne { site, .. }
            | Instruction::CallTwo { site, .. }
            | Instruction::CallSeveral { site, .. }
            | Instruction::CallInteger { site, .. } => Some(site),
            _ => None,
        }
    }
}

/// What applies to an argument before the body sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArgumentRule {
    pub(crate) ready: Ready,
    pub(crate) kind: Kind,
    pub(crate) null: Nulls,
    pub(crate) each: bool,
}

/// Which values an argument may have to be handed on without a further look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ready {
    /// Any: it is a constant that has been converted, or the body looks itself.
    Always,
    Text,
    Integer,
    /// Anything but null and a list.
    Single,
    Never,
}

/// An argument that is looked at before it is handed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArgumentCheck {
    pub(crate) argument: u16,
    pub(crate) ready: Ready,
    /// Whether null makes the result null.
    pub(crate) null_result: bool,
}

/// A call: its body and the rules of its arguments.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) body: SiteBody,
    pub(crate) arguments: Run,
    /// What a null does to a call of one or two texts.
    pub(crate) nulls: [Nulls; 2],
    /// The arguments that need a look.
    pub(crate) checks: Box<[ArgumentCheck]>,
    pub(crate) rules: Box<[ArgumentRule]>,
    pub(crate) omitted: u64,
    pub(crate) purity: Purity,
    /// Which of the entry's volatile calls this is. Folding and the entries before it do
    /// not change the number, so that an expression draws the same wherever it stands.
    pub(crate) draw: u32,
}

/// A body, ready to be called.
pub(crate) enum SiteBody {
    Eager(for<'a> fn(&Call<'_, 'a>) -> Returns<'a>),
    Prepared(Box<dyn Prepared>),
    Host(Arc<HostBody>),
}

impl SiteBody {
    #[inline]
    pub(crate) fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        match self {
            SiteBody::Eager(body) => body(call),
            SiteBody::Prepared(prepared) => prepared.call(call),
            SiteBody::Host(body) => body(call),
        }
    }

    /// The text for one text, where that is all that the call depends on.
    #[inline(always)]
    pub(crate) fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        match self {
            SiteBody::Prepared(prepared) => prepared.text(source, room),
            _ => None,
        }
    }

    /// The same for several.
    #[inline(always)]
    pub(crate) fn texts<'a>(&'a self, sources: &[&'a str], room: Room<'a>) -> Option<&'a str> {
        match self {
            SiteBody::Prepared(prepared) => prepared.texts(sources, room),
            _ => None,
        }
    }

    /// The integer for one.
    #[inline(always)]
    pub(crate) fn integer(&self, source: i64) -> Option<i64> {
        match self {
            SiteBody::Prepared(prepared) => prepared.integer(source),
            _ => None,
        }
    }

    /// The text for a list.
    #[inline(always)]
    pub(crate) fn list<'a>(&'a self, values: &[Value<'a>], room: Room<'a>) -> Option<&'a str> {
        match self {
            SiteBody::Prepared(prepared) => prepared.list(values, room),
            _ => None,
        }
    }

    /// The body of an eager or a host's function.
    pub(crate) fn unprepared(body: &Body) -> Option<Self> {
        match body {
            Body::Eager(body) => Some(SiteBody::Eager(*body)),
            Body::Host(body) => Some(SiteBody::Host(body.clone())),
            Body::Prepared(_) | Body::Lazy(_) => None,
        }
    }
}

impl fmt::Debug for SiteBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SiteBody::Eager(_) => f.write_str("Eager"),
            SiteBody::Prepared(prepared) => prepared.fmt(f),
            SiteBody::Host(_) => f.write_str("Host"),
        }
    }
}

/// A constant table of Switch. The empty key stands for null, too.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Where each key is: open addressing, a power of two places, at most half of them
    /// taken.
    places: Box<[KeyPlace]>,
    /// How far a hash is shifted to give a place.
    shift: u32,
    /// Operands for Select, addresses for Branch.
    pub(crate) values: Vec<Operand>,
    pub(crate) addresses: Vec<u32>,
    /// The keys as written, for the disassembly and for what a place leaves open.
    pub(crate) order: Vec<Box<str>>,
}

/// A key of a table: its first case, and what tells it from others at once.
#[derive(Debug, Clone, Copy, Default)]
struct KeyPlace {
    digest: u64,
    length: u32,
    /// One more than the case; 0 where no key is.
    case: u32,
}

impl Table {
    /// A table of keys, without values so far.
    pub(crate) fn new(order: Vec<Box<str>>) -> Self {
        let size = order.len().saturating_mul(2).next_power_of_two().max(2);
        let shift = 64 - size.trailing_zeros();
        let mut table =
            Table { places: vec![KeyPlace::default(); size].into_boxed_slice(), shift, order, ..Table::default() };
        for case in 0..table.order.len() {
            let Some(key) = table.order.get(case) else { break };
            if table.case(key) < case {
                continue;
            }
            let (digest, length) = (value::digest(key.as_bytes()), key.len());
            let mut at = table.first_place(digest, length);
            while let Some(place) = table.places.get_mut(at) {
                if place.case == 0 {
                    let number = u32::try_from(case).unwrap_or(u32::MAX - 1).saturating_add(1);
                    *place = KeyPlace { digest, length: u32::try_from(length).unwrap_or(u32::MAX), case: number };
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        table
    }

    #[inline(always)]
    fn first_place(&self, digest: u64, length: usize) -> usize {
        ((digest ^ length as u64).wrapping_mul(value::SPREAD) >> self.shift) as usize
    }

    /// The value of a case.
    #[inline(always)]
    pub(crate) fn value(&self, case: usize) -> Operand {
        self.values.get(case).copied().unwrap_or(Operand::Null)
    }

    /// The case of a key; the last place is the default's.
    #[inline]
    pub(crate) fn case(&self, key: &str) -> usize {
        if key.len() > 8 {
            return self.case_of_long(key);
        }
        let digest = value::digest(key.as_bytes());
        self.find(digest, key.len(), |_| true)
    }

    #[inline(never)]
    fn case_of_long(&self, key: &str) -> usize {
        let digest = value::digest(key.as_bytes());
        self.find(digest, key.len(), |case| self.order.get(case).is_some_and(|known| **known == *key))
    }

    /// The case of the key with these marks that is the same.
    #[inline(always)]
    fn find(&self, digest: u64, length: usize, same: impl Fn(usize) -> bool) -> usize {
        let mut at = self.first_place(digest, length);
        // A free place ends the search, and half of them are free.
        while let Some(place) = self.places.get(at) {
            if place.case == 0 {
                break;
            }
            let case = place.case as usize - 1;
            if place.digest == digest && place.length as usize == length && same(case) {
                return case;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        self.order.len()
    }
}

/// One expression of a program: where its code is, what it gives, what it reads.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// What it gives where it has no code: a leaf.
    pub(crate) leaf: Operand,
    pub(crate) span: Span,
    pub(crate) registers: u16,
    /// The attributes it may read, in order of slots.
    pub(crate) reads: Box<[Slot]>,
    /// What its value depends on besides.
    pub(crate) purity: Purity,
    /// Whether a call of it leaves marks.
    pub(crate) marks: bool,
    /// How it is run.
    pub(crate) plan: Plan,
    /// Whether its mapping has rules of its own: it applies not always, or has a default.
    pub(crate) ruled: bool,
}

/// How an entry is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It is a leaf.
    Leaf,
    /// It is one instruction that gives a text for texts.
    Short,
    /// It is one call of an integer.
    Integer,
    /// It compares texts with constants, and gives a leaf.
    Decision,
    /// All its instructions give texts for texts, and it needs few registers.
    Texts,
    /// It is code.
    Code,
}

/// Where an instruction comes from: the node, and its operands that stand in the
/// instruction itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Place {
    pub(crate) node: Span,
    pub(crate) left: Span,
    pub(crate) right: Span,
}

/// Compiled expressions: one, or all of a mapping set. Shared between threads freely.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) schema: Arc<Schema>,
    pub(crate) code: Vec<Instruction>,
    /// The place of each instruction; looked at for failures and traces only.
    pub(crate) places: Vec<Place>,
    pub(crate) operands: Vec<Operand>,
    pub(crate) operand_spans: Vec<Span>,
    pub(crate) constants: Vec<OwnedValue>,
    pub(crate) parameters: Vec<String>,
    pub(crate) sites: Vec<Site>,
    pub(crate) tables: Vec<Table>,
    pub(crate) entries: Vec<Entry>,
    /// The most registers that an entry needs.
    pub(crate) registers: u16,
    /// Values that mappings of the set share.
    pub(crate) memos: u16,
    pub(crate) limit: usize,
    /// Whether a call draws random values, and so the record's identity is wanted.
    pub(crate) draws: bool,
}

impl Program {
    /// The text of a constant that is one; a reference is none.
    #[inline(always)]
    pub(crate) fn text(&self, constant: u32) -> Option<&str> {
        match self.constants.get(constant as usize) {
            Some(OwnedValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The arguments of a call.
    pub(crate) fn arguments(&self, instruction: &Instruction) -> Option<Run> {
        Some(self.sites.get(instruction.site()? as usize)?.arguments)
    }

    /// Whether an entry looks for a value that nothing in the target has.
    #[cfg(feature = "serde")]
    pub(crate) fn is_unique(&self, entry: &Entry) -> bool {
        let code = self.code.get(entry.start as usize..entry.end as usize).unwrap_or_default();
        code.iter().any(|instruction| matches!(instruction, Instruction::TakeUnique { .. }))
    }

    fn operand(&self, operand: Operand) -> String {
        match operand {
            Operand::Register(register) => format!("r{register}"),
            Operand::Constant(index) => match self.constants.get(index as usize) {
                Some(OwnedValue::Text(text)) => format!("{text:?}"),
                Some(constant) => constant.to_string(),
                None => "?".to_owned(),
            },
            Operand::Attribute(slot) => format!("[{}]", self.schema.name(slot)),
            Operand::Null => "null".to_owned(),
        }
    }

    fn run(&self, run: Run) -> String {
        let operands: Vec<_> = run.of(&self.operands).iter().map(|operand| self.operand(*operand)).collect();
        operands.join(", ")
    }

    fn cases(&self, table: u32, value: impl Fn(&Table, usize) -> String) -> String {
        let Some(table) = self.tables.get(table as usize) else { return String::new() };
        let mut text = String::new();
        for (case, key) in table.order.iter().enumerate() {
            text.push_str(&format!("{key:?}: {}, ", value(table, case)));
        }
        text + "else: " + &value(table, table.order.len())
    }

    fn instruction(&self, instruction: &Instruction) -> String {
        let operand = |operand: Operand| self.operand(operand);
        // What an instruction writes.
        let to = match instruction.target() {
            Some(RESULT) => "give".to_owned(),
            Some(register) => format!("r{register} ="),
            None => String::new(),
        };
        match *instruction {
            Instruction::Move { from, .. } => format!("{to} {}", operand(from)),
            Instruction::Parameter { parameter, .. } => {
                format!("{to} %{}%", self.parameters.get(parameter as usize).map_or("?", String::as_str))
            }
            Instruction::Call { site, .. }
            | Instruction::CallOne { site, .. }
            | Instruction::CallTwo { site, .. }
            | Instruction::CallSeveral { site, .. }
            | Instruction::CallInteger { site, .. } => match self.sites.get(site as usize) {
                Some(site) => format!("{to} {}({})", site.name, self.run(site.arguments)),
                None => "?".to_owned(),
            },
            Instruction::Compare { operator, left, right, .. } => {
                format!("{to} {} {} {}", operand(left), operator.as_str(), operand(right))
            }
            Instruction::Concatenate { parts, .. } => format!("{to} concatenate {}", self.run(parts)),
            Instruction::First { of, .. } => format!("{to} first {}", self.run(of)),
            Instruction::Select { source, table, .. } => {
                let cases = self.cases(table, |table, case| {
                    table.values.get(case).map_or_else(String::new, |value| self.operand(*value))
                });
                format!("{to} select {} {{ {cases} }}", operand(source))
            }
            Instruction::Branch { source, table } => {
                let cases = self.cases(table, |table, case| {
                    table.addresses.get(case).map_or_else(String::new, |address| format!("@{address}"))
                });
                format!("branch {} {{ {cases} }}", operand(source))
            }
            Instruction::Jump { to } => format!("jump @{to}"),
            Instruction::JumpUnless { condition, to } => format!("unless {} jump @{to}", operand(condition)),
            Instruction::JumpUnlessCompare { operator, left, right, to } => {
                format!("unless {} {} {} jump @{to}", operand(left), operator.as_str(), operand(right))
            }
            Instruction::JumpUnlessKey { source, key, to } => {
                format!("unless {} matches {} jump @{to}", operand(source), operand(key))
            }
            Instruction::JumpIfPresent { value, to } => format!("if {} is not null jump @{to}", operand(value)),
            Instruction::Recall { to, memo, over } => format!("if m{memo} is known r{to} = m{memo}, jump @{over}"),
            Instruction::Keep { from, memo } => format!("m{memo} = r{from}"),
            Instruction::TakeUnique { value, to } => format!("if {} is free take it, jump @{to}", operand(value)),
            Instruction::Exhausted => "fail: all taken".to_owned(),
            Instruction::Stop { control: Control::Attribute } => "skip the attribute".to_owned(),
            Instruction::Stop { control: Control::Object } => "skip the object".to_owned(),
        }
    }
}

/// The disassembly.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            for address in entry.start..entry.end {
                if let Some(instruction) = self.code.get(address as usize) {
                    writeln!(f, "{address:4}  {}", self.instruction(instruction))?;
                }
            }
            if entry.start == entry.end {
                writeln!(f, "      give {}", self.operand(entry.leaf))?;
            }
        }
        Ok(())
    }
}
