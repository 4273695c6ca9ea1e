//! attrflow's batch call. `attrflow-batch` runs over the same rows as the record call, `attrflow-columns` over columns, of
//! which those that hold few distinct values (department, country, state and the like) are dictionaries, as a database or
//! Arrow delivers them. Dictionaries are built when the population is loaded ("ingest"); the columns of a range are put
//! together when it is first asked for.
use super::attrflow::{emit, Record};
use crate::ast::*;
use crate::engine::*;
use crate::model::*;
use ::attrflow::{AttributeRef, Attributes, Block, Bump, Columns, Compiler, Machine, Mapping, MappingSet, Operation, ResultColumn, Rows, Schema, Slot, Value};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

const FEW: [usize; 11] = [DEPT, COUNTRY, STATE, ENABLED, TITLE, COMPANY, CITY, USAGE, LANG, GIVEN, SURNAME];

fn set(row: &Row) -> Result<MappingSet, String> {
    let mappings = row.exprs.iter().enumerate().map(|(k, e)| Mapping::new(format!("target{k}"), e.entra()));
    Compiler::new().schema(Schema::new(ATTRS)).mapping_set(mappings).map_err(|e| e.to_string())
}
#[inline]
fn emit_block(block: &Block<'_>, k: &mut Sink) {
    for row in 0..block.rows() {
        for column in block.columns() {
            match column {
                ResultColumn::Texts(texts) => k.opt(texts[row]),
                column => if let Some(evaluation) = column.get(row) { emit(&evaluation, k); },
            }
        }
    }
}

/// The population's records from one on.
struct Part<'p> { pop: &'p Population, range: Range<usize> }
impl Rows for Part<'_> {
    fn len(&self) -> usize { self.range.len() }
    #[inline]
    fn attribute<'a>(&'a self, row: usize, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        let slot = wanted.slot() as usize;
        let index = self.range.start + row;
        if slot == PROXY || slot == UAC {
            return arena.alloc(Record::new(self.pop, index)).attribute(wanted, arena);
        }
        self.pop.text(self.pop.slots[index * N + slot]).map_or(Value::Null, Value::Text)
    }
}
#[derive(Default)]
pub struct AttrflowBatch { pop: Option<Arc<Population>>, sets: HashMap<&'static str, MappingSet>, machine: Machine }
impl Engine for AttrflowBatch {
    fn name(&self) -> &'static str { "attrflow-batch" }
    fn load(&mut self, p: &Arc<Population>) { self.pop = Some(p.clone()) }
    fn prepare(&mut self, row: &Row) -> Result<(), String> { self.sets.insert(row.id, set(row)?); Ok(()) }
    fn run_row(&mut self, row: &Row, range: Range<usize>, k: &mut Sink) {
        let part = Part { pop: self.pop.as_ref().unwrap(), range };
        self.machine.apply_batch(Operation::Create, &self.sets[row.id], &part, |block| emit_block(block, k));
    }
}

/// One attribute of the whole population; the population is leaked, so that columns can be kept.
enum Held { Values(&'static [Value<'static>]), Texts(&'static [Option<&'static str>]), Codes(&'static [u32], &'static [Value<'static>]) }
#[derive(Default)]
pub struct AttrflowColumns { held: Vec<Held>, sets: HashMap<&'static str, MappingSet>, cut: HashMap<(&'static str, Range<usize>), Columns<'static>>, machine: Machine }
impl Engine for AttrflowColumns {
    fn name(&self) -> &'static str { "attrflow-columns" }
    fn load(&mut self, p: &Arc<Population>) {
        let pop: &'static Population = Box::leak(Box::new(p.clone()));
        let arena: &'static Bump = Box::leak(Box::new(Bump::new()));
        self.held = (0..N).map(|attribute| {
            let value = |index: usize| match pop.val(index, attribute) {
                Val::Null => Value::Null,
                Val::Str(text) => Value::Text(text),
                Val::Int(integer) => Value::Integer(integer),
                Val::List(list) => Value::Multi(arena.alloc_slice_fill_iter(list.iter().map(|s| Value::Text(pop.text(*s).unwrap())))),
            };
            if attribute != PROXY && attribute != UAC && !FEW.contains(&attribute) {
                return Held::Texts((0..pop.n).map(|index| pop.get(index, attribute)).collect::<Vec<_>>().leak());
            }
            if !FEW.contains(&attribute) {
                return Held::Values((0..pop.n).map(value).collect::<Vec<_>>().leak());
            }
            let (mut values, mut known) = (Vec::new(), HashMap::new());
            let codes: Vec<u32> = (0..pop.n).map(|index| {
                let text = pop.get(index, attribute);
                *known.entry(text).or_insert_with(|| { values.push(value(index)); values.len() as u32 - 1 })
            }).collect();
            Held::Codes(codes.leak(), values.leak())
        }).collect();
    }
    fn prepare(&mut self, row: &Row) -> Result<(), String> { self.sets.insert(row.id, set(row)?); Ok(()) }
    fn run_row(&mut self, row: &Row, range: Range<usize>, k: &mut Sink) {
        let (set, held) = (&self.sets[row.id], &self.held);
        let columns = self.cut.entry((row.id, range.clone())).or_insert_with(|| {
            let read: Vec<Slot> = (0..row.outputs()).flat_map(|mapping| set.reads(mapping)).copied().collect();
            let none = Columns::new(set.schema().clone(), range.len());
            read.iter().fold(none, |columns, slot| match held[*slot as usize] {
                Held::Values(values) => columns.with_values(ATTRS[*slot as usize], &values[range.clone()]),
                Held::Texts(texts) => columns.with_texts(ATTRS[*slot as usize], &texts[range.clone()]),
                Held::Codes(codes, values) => columns.with_codes(ATTRS[*slot as usize], &codes[range.clone()], values),
            })
        });
        self.machine.apply_batch(Operation::Create, set, columns, |block| emit_block(block, k));
    }
}
