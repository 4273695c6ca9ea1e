//! The only writer of instructions.

use super::Settings;
use super::share::Shared;
use crate::check::{BoundArgument, BoundCall, Checked, Term};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Body, Constant, Constants, Kind, Nulls, Problem, Purity};
use crate::program::{
    ArgumentCheck, ArgumentRule, Entry, Instruction, NEAR, Operand, Place, Plan, Program, RESULT, Ready, Run, Site,
    SiteBody, Table,
};
use crate::record::{Schema, Slot};
use crate::syntax::Operator;
use crate::value::OwnedValue;
use std::collections::HashMap;
use std::sync::Arc;

/// Writes register code. Registers are taken like a stack: a node's result lies
/// where the first of its own operands lay.
#[derive(Debug)]
pub(super) struct Emitter {
    settings: Settings,
    shared: Shared,
    code: Vec<Instruction>,
    places: Vec<Place>,
    operands: Vec<Operand>,
    operand_spans: Vec<Span>,
    constants: Vec<OwnedValue>,
    texts: HashMap<String, u32>,
    sites: Vec<Site>,
    tables: Vec<Table>,
    entries: Vec<Entry>,
    next: u16,
    most: u16,
    /// What the entry being written reads and depends on.
    reads: Vec<Slot>,
    purity: Purity,
    /// The volatile calls of the entry so far.
    draws: u32,
}

fn index(length: usize) -> u32 {
    // Programs are bounded by the limit on nodes, far below this.
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Emitter {
    pub(super) fn new(settings: Settings) -> Self {
        Emitter {
            settings,
            shared: Shared::default(),
            code: Vec::new(),
            places: Vec::new(),
            operands: Vec::new(),
            operand_spans: Vec::new(),
            constants: Vec::new(),
            texts: HashMap::new(),
            sites: Vec::new(),
            tables: Vec::new(),
            entries: Vec::new(),
            next: 0,
            most: 0,
            reads: Vec::new(),
            purity: Purity::Pure,
            draws: 0,
        }
    }

    /// Computes what several entries call for once a record.
    pub(super) fn share(&mut self, entries: &[Checked<'_>]) {
        self.shared = Shared::find(entries);
    }

    pub(super) fn entry(&mut self, checked: &Checked<'_>, found: &mut Vec<Diagnostic>) {
        let start = self.here();
        let first_site = self.sites.len();
        (self.next, self.most) = (0, 0);
        self.purity = Purity::Pure;
        self.draws = 0;
        let leaf = self.leaf(checked);
        if leaf.is_none() {
            self.emit_into(checked, RESULT, found);
        }
        if self.most == u16::MAX {
            found.push(
                Diagnostic::new(
                    Code::TooManyNodes,
                    checked.span,
                    "the expression needs more than 65,534 values at a time",
                )
                .help("split it over several mappings"),
            );
        }
        self.reads.sort_unstable();
        self.reads.dedup();
        let decides = |instruction: &Instruction| {
            matches!(instruction, Instruction::JumpUnlessCompare { .. } | Instruction::Move { to: RESULT, .. })
        };
        let plan = match self.code.get(start as usize..) {
            Some([]) | None => Plan::Leaf,
            Some([Instruction::CallInteger { .. }]) => Plan::Integer,
            Some([instruction]) if self.is_short(instruction) => Plan::Short,
            Some(code) if !code.iter().all(|instruction| self.is_short(instruction)) => Plan::Code,
            Some(code) if code.iter().all(decides) => Plan::Decision,
            Some(_) if usize::from(self.most) <= NEAR => Plan::Texts,
            Some(_) => Plan::Code,
        };
        let marks =
            self.sites.get(first_site..).is_some_and(|sites| sites.iter().any(|site| site.purity == Purity::Marks));
        let entry = Entry {
            start,
            plan,
            ruled: false,
            marks,
            end: self.here(),
            leaf: leaf.unwrap_or(Operand::Null),
            span: checked.span,
            registers: self.most,
            reads: std::mem::take(&mut self.reads).into_boxed_slice(),
            purity: self.purity,
        };
        self.entries.push(entry);
    }

    pub(super) fn finish(self, schema: Arc<Schema>, parameters: Vec<String>) -> Program {
        let draws = self.sites.iter().any(|site| site.purity == Purity::Volatile);
        Program {
            schema,
            code: self.code,
            places: self.places,
            operands: self.operands,
            operand_spans: self.operand_spans,
            constants: self.constants,
            parameters,
            sites: self.sites,
            tables: self.tables,
            registers: self.entries.iter().map(|entry| entry.registers).max().unwrap_or(0),
            entries: self.entries,
            memos: self.shared.len(),
            limit: self.settings.limit,
            draws,
        }
    }

    /// Whether an instruction makes nothing but texts and nulls of texts and nulls, and asks
    /// for nothing but values of the record.
    fn is_short(&self, instruction: &Instruction) -> bool {
        let constant = |operand: &Operand| match operand {
            Operand::Constant(index) => self.constants.get(*index as usize),
            _ => None,
        };
        let is_text =
            |operand: &Operand| constant(operand).is_none_or(|constant| matches!(constant, OwnedValue::Text(_)));
        match instruction {
            Instruction::Branch { .. } | Instruction::Jump { .. } | Instruction::JumpIfPresent { .. } => true,
            Instruction::CallOne { source: from, .. } | Instruction::Move { from, .. } => is_text(from),
            Instruction::CallTwo { sources, .. } => sources.iter().all(is_text),
            Instruction::CallSeveral { sources: run, .. } | Instruction::First { of: run, .. } => {
                run.of(&self.operands).iter().all(is_text)
            }
            Instruction::Select { table, .. } => {
                self.tables.get(*table as usize).is_some_and(|table| table.values.iter().all(is_text))
            }
            Instruction::JumpUnlessCompare { operator: Operator::Equal | Operator::NotEqual, right, .. } => {
                constant(right).is_some() && is_text(right)
            }
            _ => false,
        }
    }

    fn here(&self) -> u32 {
        index(self.code.len())
    }

    fn write(&mut self, node: Span, instruction: Instruction) -> usize {
        self.write_at(Place { node, ..Place::default() }, instruction)
    }

    fn write_at(&mut self, place: Place, instruction: Instruction) -> usize {
        self.code.push(instruction);
        self.places.push(place);
        self.code.len() - 1
    }

    fn register(&mut self) -> u16 {
        let register = self.next;
        self.next = self.next.saturating_add(1);
        self.most = self.most.max(self.next);
        register
    }

    fn constant(&mut self, value: &OwnedValue) -> Operand {
        if *value == OwnedValue::Null {
            return Operand::Null;
        }
        let next = index(self.constants.len());
        if let OwnedValue::Text(text) = value {
            if let Some(known) = self.texts.get(text) {
                return Operand::Constant(*known);
            }
            self.texts.insert(text.clone(), next);
        }
        self.constants.push(value.clone());
        Operand::Constant(next)
    }

    fn run(&mut self, operands: &[(Operand, Span)]) -> Run {
        let first = index(self.operands.len());
        self.operands.extend(operands.iter().map(|(operand, _)| *operand));
        self.operand_spans.extend(operands.iter().map(|(_, span)| *span));
        Run { first, count: index(operands.len()) }
    }

    /// A node that needs no instruction.
    fn leaf(&mut self, checked: &Checked<'_>) -> Option<Operand> {
        match &checked.term {
            Term::Constant(value) => Some(self.constant(value)),
            Term::Attribute(slot) => {
                self.reads.push(*slot);
                Some(Operand::Attribute(*slot))
            }
            _ => None,
        }
    }

    fn is_leaf(checked: &Checked<'_>) -> bool {
        matches!(checked.term, Term::Constant(_) | Term::Attribute(_))
    }

    /// The operand that holds a node's value once the code written here has run.
    fn operand(&mut self, checked: &Checked<'_>, found: &mut Vec<Diagnostic>) -> Operand {
        match self.leaf(checked) {
            Some(leaf) => leaf,
            None => {
                let to = self.register();
                self.emit_into(checked, to, found);
                Operand::Register(to)
            }
        }
    }

    /// Writes code that leaves a node's value in a register, or ends the entry with it.
    /// Registers above it are free again afterwards.
    fn emit_into(&mut self, checked: &Checked<'_>, to: u16, found: &mut Vec<Diagnostic>) {
        let mark = self.next;
        let span = checked.span;
        match &checked.term {
            Term::Parameter(parameter) => {
                self.purity = self.purity.max(Purity::Environment);
                self.write(span, Instruction::Parameter { to, parameter: *parameter });
            }
            Term::Constant(_) | Term::Attribute(_) => {
                let from = self.leaf(checked).unwrap_or(Operand::Null);
                self.write(span, Instruction::Move { to, from });
            }
            Term::Stop(control) => {
                self.write(span, Instruction::Stop { control: *control });
            }
            Term::Call(call) => match self.shared.memo(call) {
                Some(memo) => {
                    let at = self.holding(to);
                    let over = self.write(span, Instruction::Recall { to: at, memo, over: 0 });
                    self.call(call, span, at, found);
                    self.write(span, Instruction::Keep { from: at, memo });
                    self.land(over);
                    self.hand_over(span, at, to);
                }
                None => self.call(call, span, to, found),
            },
            Term::Compare { operator, left, right } => {
                let place = Place { node: span, left: left.span, right: right.span };
                let (left, right) = (self.operand(left, found), self.operand(right, found));
                self.write_at(place, Instruction::Compare { to, operator: *operator, left, right });
            }
            Term::Concatenate(parts) => {
                let operands: Vec<_> = parts.iter().map(|part| (self.operand(part, found), part.span)).collect();
                let parts = self.run(&operands);
                self.write(span, Instruction::Concatenate { to, parts });
            }
            Term::If { condition, then, otherwise } => {
                let skip = self.unless(condition, found);
                self.next = mark;
                self.emit_into(then, to, found);
                let over = self.jump_over(span, to);
                self.land(skip);
                self.emit_into(otherwise, to, found);
                over.into_iter().for_each(|jump| self.land(jump));
            }
            Term::Match { source, cases, default } => self.choose(span, source, cases, default, to, found),
            Term::First(values) => self.first(span, values, to, found),
            Term::Unique(rules) => {
                self.purity = Purity::Volatile;
                let at = self.holding(to);
                let mut taken = Vec::new();
                for rule in rules {
                    self.emit_into(rule, at, found);
                    taken.push(self.write(rule.span, Instruction::TakeUnique { value: Operand::Register(at), to: 0 }));
                }
                self.write(span, Instruction::Exhausted);
                taken.into_iter().for_each(|jump| self.land(jump));
                self.hand_over(span, at, to);
            }
        }
        self.next = mark;
    }

    /// A jump over the branches that were not taken; what gives the result needs none.
    fn jump_over(&mut self, span: Span, to: u16) -> Option<usize> {
        (to != RESULT).then(|| self.write(span, Instruction::Jump { to: 0 }))
    }

    /// A register that can be read again before the value goes where it is wanted.
    fn holding(&mut self, to: u16) -> u16 {
        if to == RESULT { self.register() } else { to }
    }

    /// Moves a value that was held to where it is wanted.
    fn hand_over(&mut self, span: Span, at: u16, to: u16) {
        if at != to {
            self.write(span, Instruction::Move { to, from: Operand::Register(at) });
        }
    }

    /// Sets a jump's destination to what is written next.
    fn land(&mut self, jump: usize) {
        let here = self.here();
        match self.code.get_mut(jump) {
            Some(
                Instruction::Jump { to }
                | Instruction::JumpUnless { to, .. }
                | Instruction::JumpUnlessCompare { to, .. }
                | Instruction::JumpUnlessKey { to, .. }
                | Instruction::JumpIfPresent { to, .. }
                | Instruction::Recall { over: to, .. }
                | Instruction::TakeUnique { to, .. },
            ) => *to = here,
            _ => debug_assert!(false, "only jumps land"),
        }
    }

    /// A jump that is taken unless the condition holds.
    fn unless(&mut self, condition: &Checked<'_>, found: &mut Vec<Diagnostic>) -> usize {
        if let Term::Compare { operator, left, right } = &condition.term {
            let place = Place { node: condition.span, left: left.span, right: right.span };
            let (left, right) = (self.operand(left, found), self.operand(right, found));
            let jump = Instruction::JumpUnlessCompare { operator: *operator, left, right, to: 0 };
            return self.write_at(place, jump);
        }
        let operand = self.operand(condition, found);
        let place = Place { node: condition.span, left: condition.span, ..Place::default() };
        self.write_at(place, Instruction::JumpUnless { condition: operand, to: 0 })
    }

    fn first(&mut self, span: Span, values: &[Checked<'_>], to: u16, found: &mut Vec<Diagnostic>) {
        if values.iter().all(Self::is_leaf) {
            let operands: Vec<_> = values.iter().map(|value| (self.operand(value, found), value.span)).collect();
            let of = self.run(&operands);
            self.write(span, Instruction::First { to, of });
            return;
        }
        let at = self.holding(to);
        let mut jumps = Vec::new();
        for (place, value) in values.iter().enumerate() {
            self.emit_into(value, at, found);
            if place + 1 < values.len() {
                jumps.push(self.write(value.span, Instruction::JumpIfPresent { value: Operand::Register(at), to: 0 }));
            }
        }
        jumps.into_iter().for_each(|jump| self.land(jump));
        self.hand_over(span, at, to);
    }

    fn choose(
        &mut self,
        span: Span,
        source: &Checked<'_>,
        cases: &[(Checked<'_>, Checked<'_>)],
        default: &Checked<'_>,
        to: u16,
        found: &mut Vec<Diagnostic>,
    ) {
        let mark = self.next;
        // The source outlives the register of the result while keys are compared.
        let source_operand = self.operand(source, found);
        let place = Place { node: span, left: source.span, ..Place::default() };
        let constant = |key: &Checked<'_>| match &key.term {
            Term::Constant(key) => Some(key.to_string().into_boxed_str()),
            _ => None,
        };
        if let Some(keys) = cases.iter().map(|(key, _)| constant(key)).collect::<Option<Vec<_>>>() {
            let mut table = Table::new(keys);
            let values = cases.iter().map(|(_, value)| value).chain([default]);
            let number = index(self.tables.len());
            if values.clone().all(Self::is_leaf) {
                table.values = values.filter_map(|value| self.leaf(value)).collect();
                self.tables.push(table);
                self.write_at(place, Instruction::Select { to, source: source_operand, table: number });
            } else {
                self.tables.push(table);
                self.write_at(place, Instruction::Branch { source: source_operand, table: number });
                self.next = mark;
                let mut addresses = Vec::new();
                let mut over = Vec::new();
                for (_, value) in cases {
                    addresses.push(self.here());
                    self.emit_into(value, to, found);
                    over.extend(self.jump_over(value.span, to));
                }
                addresses.push(self.here());
                self.emit_into(default, to, found);
                over.into_iter().for_each(|jump| self.land(jump));
                if let Some(table) = self.tables.get_mut(number as usize) {
                    table.addresses = addresses;
                }
            }
            return;
        }
        let mut over = Vec::new();
        for (key, value) in cases {
            let inner = self.next;
            let key_operand = self.operand(key, found);
            let place = Place { node: key.span, left: source.span, right: key.span };
            let miss =
                self.write_at(place, Instruction::JumpUnlessKey { source: source_operand, key: key_operand, to: 0 });
            self.next = inner;
            self.emit_into(value, to, found);
            over.extend(self.jump_over(value.span, to));
            self.land(miss);
        }
        self.emit_into(default, to, found);
        over.into_iter().for_each(|jump| self.land(jump));
    }

    fn call(&mut self, call: &BoundCall<'_>, span: Span, to: u16, found: &mut Vec<Diagnostic>) {
        let name = call.function.name(self.settings.dialect).unwrap_or("?");
        let body = match &call.function.body {
            Body::Prepared(prepare) => {
                let constants: Vec<_> = call.arguments.iter().map(|argument| constant_of(call, argument)).collect();
                let constants = Constants { arguments: &constants, dialect: self.settings.dialect };
                match prepare(&constants) {
                    Ok(prepared) => Some(SiteBody::Prepared(prepared)),
                    Err(problem) => {
                        found.push(diagnose(problem, call, span));
                        None
                    }
                }
            }
            other => SiteBody::unprepared(other),
        };
        let mut operands = Vec::with_capacity(call.arguments.len());
        let mut omitted = 0_u64;
        let mut rules = Vec::with_capacity(call.arguments.len());
        for (place, argument) in call.arguments.iter().enumerate() {
            let parameter = call.function.parameters.get(argument.parameter);
            let operand = match &argument.value {
                Some(value) => self.operand(value, found),
                None => {
                    omitted |= 1_u64.checked_shl(index(place)).unwrap_or(0);
                    Operand::Null
                }
            };
            operands.push((operand, argument.span));
            if let Some(parameter) = parameter {
                // What is omitted is for the body to see.
                let null = if argument.value.is_none() { Nulls::Seen } else { parameter.null };
                let ready = match (&argument.value, parameter.kind, null) {
                    (None, ..) | (_, Kind::Any, Nulls::Seen) => Ready::Always,
                    (Some(Checked { term: Term::Constant(constant), .. }), kind, _) if fits(kind, constant) => {
                        Ready::Always
                    }
                    (_, Kind::Text, _) => Ready::Text,
                    (_, Kind::INTEGER, _) => Ready::Integer,
                    (_, Kind::Any, _) => Ready::Single,
                    _ => Ready::Never,
                };
                rules.push(ArgumentRule { ready, kind: parameter.kind, null, each: parameter.each });
            }
        }
        let Some(body) = body else { return };
        let site = index(self.sites.len());
        let purity = call.function.purity;
        self.purity = self.purity.max(purity);
        let draw = self.draws;
        self.draws += u32::from(purity == Purity::Volatile);
        let arguments = self.run(&operands);
        let (call, nulls) = form(&body, &rules, &operands, arguments, to, site);
        let checks = (0..)
            .zip(&rules)
            .filter(|(_, rule)| rule.ready != Ready::Always)
            .map(|(argument, rule)| ArgumentCheck {
                argument,
                ready: rule.ready,
                null_result: rule.null == Nulls::Result,
            })
            .collect();
        let rules = rules.into_boxed_slice();
        self.sites.push(Site { name, body, arguments, nulls, checks, rules, omitted, purity, draw });
        self.write(span, call);
    }
}

/// The instruction for a call, by the arguments that its body takes as texts, and what a
/// null does to one or two of them.
fn form(
    body: &SiteBody,
    rules: &[ArgumentRule],
    operands: &[(Operand, Span)],
    arguments: Run,
    to: u16,
    site: u32,
) -> (Instruction, [Nulls; 2]) {
    let call = (Instruction::Call { to, site }, [Nulls::Seen; 2]);
    let SiteBody::Prepared(prepared) = body else { return call };
    let Some(takes) = prepared.takes() else { return call };
    let (Some(rules), Some(taken)) = (rules.get(takes.arguments.clone()), operands.get(takes.arguments.clone())) else {
        return call;
    };
    let null = |rule: &ArgumentRule| takes.null.unwrap_or(rule.null);
    match (rules, taken) {
        ([rule], [(source, _)]) if takes.integers && rule.kind == Kind::INTEGER => {
            (Instruction::CallInteger { to, site, source: *source }, [null(rule); 2])
        }
        _ if takes.integers || !rules.iter().all(|rule| matches!(rule.kind, Kind::Text | Kind::Any)) => call,
        ([rule], [(source, _)]) => (Instruction::CallOne { to, site, source: *source }, [null(rule); 2]),
        ([first, second], [(one, _), (two, _)]) => {
            (Instruction::CallTwo { to, site, sources: [*one, *two] }, [null(first), null(second)])
        }
        ([_, _, _, ..], _)
            if taken.len() <= Instruction::MOST_TEXTS && rules.iter().all(|rule| null(rule) == Nulls::Empty) =>
        {
            let first = arguments.first.saturating_add(index(takes.arguments.start));
            let sources = Run { first, count: index(taken.len()) };
            (Instruction::CallSeveral { to, site, sources }, [Nulls::Empty; 2])
        }
        _ => call,
    }
}

fn constant_of<'c>(call: &BoundCall<'_>, argument: &'c BoundArgument<'_>) -> Constant<'c> {
    let kind = call.function.parameters.get(argument.parameter).map_or(Kind::Any, |parameter| parameter.kind);
    match &argument.value {
        None => Constant::Omitted,
        Some(Checked { term: Term::Constant(value), .. }) if *value == OwnedValue::Null || fits(kind, value) => {
            Constant::Known(Some(value))
        }
        // One that a folded call gave may be of another kind: it is converted, or
        // refused, on the record.
        Some(_) => Constant::Unknown,
    }
}

/// Whether a constant is what its parameter takes, so that nothing is left to convert.
fn fits(kind: Kind, constant: &OwnedValue) -> bool {
    match (kind, constant) {
        // A list may have to be worked through.
        (Kind::Any, constant) => !matches!(constant, OwnedValue::Null | OwnedValue::Multi(_)),
        (Kind::Text, OwnedValue::Text(_))
        | (Kind::Number, OwnedValue::Number(_))
        | (Kind::Boolean, OwnedValue::Boolean(_))
        | (Kind::Date, OwnedValue::DateTime(_))
        | (Kind::Binary, OwnedValue::Binary(_))
        | (Kind::Reference, OwnedValue::Reference(_)) => true,
        (Kind::Integer { least, most }, OwnedValue::Integer(integer)) => (least..=most).contains(integer),
        (Kind::Choice(words), OwnedValue::Text(text)) => words.contains(&text.as_str()),
        _ => false,
    }
}

/// A problem with constant arguments as a diagnostic at its place.
fn diagnose(problem: Problem, call: &BoundCall<'_>, span: Span) -> Diagnostic {
    let argument = problem.argument.and_then(|index| call.arguments.get(index));
    let mut place = argument.map_or(span, |argument| argument.span);
    if let Some(within) = problem.within
        && let Some(Checked { term: Term::Constant(OwnedValue::Text(text)), span }) =
            argument.and_then(|argument| argument.value.as_ref())
        // Escapes shift what stands behind them; without any, the offset is the text's own.
        && (span.end.saturating_sub(span.start)) as usize == text.len() + 2
    {
        let start = span.start as usize + 1;
        let end = (start + within.end.max(within.start + 1)).min(span.end as usize);
        place = Span::new((start + within.start).min(end), end);
    }
    let mut diagnostic = Diagnostic::new(problem.code, place, problem.message);
    diagnostic.help = problem.help;
    debug_assert_ne!(problem.code, Code::Empty);
    diagnostic
}
