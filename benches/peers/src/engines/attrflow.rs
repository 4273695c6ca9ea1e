//! attrflow, as a sync engine would link it: the population's own records are read in place through `Attributes`, one
//! machine, expressions (W1 to W15) and the mapping set (W16) compiled once from their Entra text. No shortcut: the same
//! calls as the crate's documentation shows.
use crate::ast::*;
use crate::engine::*;
use crate::model::*;
use ::attrflow::{AttributeRef, Attributes, Bump, Compiler, Evaluation, Expression, Machine, Mapping, MappingSet, Schema, Value};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

pub struct Record<'p> { pub pop: &'p Population, pub slots: &'p [Slot; N] }
impl<'p> Record<'p> {
    pub fn new(pop: &'p Population, index: usize) -> Self { Record { pop, slots: pop.rec(index) } }
    #[inline(never)]
    fn other<'a>(&'a self, slot: usize, arena: &'a Bump) -> Value<'a> {
        match (slot, self.slots[slot]) {
            (_, Slot { len: NULL, .. }) => Value::Null,
            (UAC, Slot { off, .. }) => Value::Integer(off.into()),
            (_, Slot { off, len }) => {
                let list = &self.pop.multi[off as usize..(off + len) as usize];
                Value::Multi(arena.alloc_slice_fill_iter(list.iter().map(|s| Value::Text(self.pop.text(*s).unwrap_or("")))))
            }
        }
    }
}
impl Attributes for Record<'_> {
    #[inline]
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        let slot = wanted.slot() as usize;
        if slot == PROXY || slot == UAC { return self.other(slot, arena); }
        self.pop.text(self.slots[slot]).map_or(Value::Null, Value::Text)
    }
}

pub enum Program { One(Expression), Set(MappingSet) }
pub fn compile(row: &Row) -> Result<Program, String> {
    let compiler = Compiler::new().schema(Schema::new(ATTRS));
    if row.is_set() {
        let mappings = row.exprs.iter().enumerate().map(|(k, e)| Mapping::new(format!("target{k}"), e.entra()));
        compiler.mapping_set(mappings).map(Program::Set).map_err(|e| e.to_string())
    } else {
        compiler.expression(&row.exprs[0].entra()).map(Program::One).map_err(|e| e.to_string())
    }
}
#[inline(always)]
pub fn emit(evaluation: &Evaluation<'_>, k: &mut Sink) {
    match evaluation.value() {
        Some(Value::Text(text)) => k.str(text),
        Some(Value::Integer(integer)) => k.int(integer),
        Some(other) => emit_other(other, k),
        None => k.null(),
    }
}

#[cold]
fn emit_other(value: Value<'_>, k: &mut Sink) { k.str(&value.to_string()) }

#[derive(Default)]
pub struct Attrflow { pop: Option<Arc<Population>>, programs: HashMap<&'static str, Program>, machine: Machine }
impl Engine for Attrflow {
    fn name(&self) -> &'static str { "attrflow" }
    fn load(&mut self, p: &Arc<Population>) { self.pop = Some(p.clone()) }
    fn prepare(&mut self, row: &Row) -> Result<(), String> { self.programs.insert(row.id, compile(row)?); Ok(()) }
    fn run_row(&mut self, row: &Row, r: Range<usize>, k: &mut Sink) {
        let (pop, machine) = (self.pop.as_ref().unwrap(), &mut self.machine);
        match &self.programs[row.id] {
            Program::One(expression) => for index in r {
                emit(&machine.evaluate(expression, &Record::new(pop, index)), k);
            },
            Program::Set(set) => for index in r {
                for evaluation in machine.apply(set, &Record::new(pop, index)).results() { emit(evaluation, k); }
            },
        }
    }
    fn compile_once(&mut self, row: &Row) -> Option<()> { compile(row).ok().map(drop) }
    fn source(&self, row: &Row) -> Option<String> { Some(row.exprs.iter().map(E::entra).collect::<Vec<_>>().join("\n")) }
}
