//! A mapping set over many records: each mapping runs over a block of them, and
//! what depends only on columns of few distinct values is evaluated once for each
//! combination that occurs.
//!
//! The code and the bodies are the same as for a single record, so the answers are.

use super::block::{self, BlockFrame, Column, LANES, LONGEST, first_lanes};
use super::run::{self, Frame};
use super::trace::Silent;
use super::{Context, Machine};
use crate::functions::{Purity, Returns};
use crate::mapping::{MappingSet, Operation};
use crate::outcome::Evaluation;
use crate::program::{Entry, Program};
use crate::record::{AttributeRef, Attributes};
use crate::value::Value;
use bumpalo::Bump;
use std::cell::Cell;
use std::ops::Range;

/// Columns are worked through by their distinct values where there are so many rows for each
/// combination: what occurs for the first time costs several rows.
const ROWS_PER_PLACE: usize = 4;

/// Many records, by row or by column.
///
/// Slices of [`Attributes`] are rows; [`Columns`](crate::Columns) are columns. A host
/// implements it for record batches of its own.
pub trait Rows {
    /// The number of records.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of an attribute in a row; null where it is absent.
    fn attribute<'a>(&'a self, row: usize, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a>;

    /// A number that stands for the row's record, as [`Attributes::identity`].
    fn identity(&self, row: usize) -> u64 {
        let _ = row;
        0
    }

    /// The codes of an attribute's values, a code a row, and the number of codes:
    /// rows of one code have one value. Known where columns are dictionaries.
    fn codes(&self, wanted: AttributeRef<'_>) -> Option<(&[u32], usize)> {
        let _ = wanted;
        None
    }

    /// An attribute's values, a text or null a row, where they lie ready in memory.
    fn texts(&self, wanted: AttributeRef<'_>) -> Option<&[Option<&str>]> {
        let _ = wanted;
        None
    }
}

impl<R: Attributes> Rows for [R] {
    fn len(&self) -> usize {
        <[R]>::len(self)
    }

    #[inline]
    fn attribute<'a>(&'a self, row: usize, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        self.get(row).map_or(Value::Null, |record| record.attribute(wanted, arena))
    }

    fn identity(&self, row: usize) -> u64 {
        self.get(row).map_or(0, Attributes::identity)
    }
}

/// A row of a batch as a record.
struct Lane<'r, S: ?Sized> {
    rows: &'r S,
    row: usize,
}

impl<S: Rows + ?Sized> Attributes for Lane<'_, S> {
    #[inline]
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        self.rows.attribute(self.row, wanted, arena)
    }

    fn identity(&self) -> u64 {
        self.rows.identity(self.row)
    }
}

/// The results of a mapping set on a block of consecutive rows.
#[derive(Debug)]
pub struct Block<'b> {
    set: &'b MappingSet,
    first: usize,
    count: usize,
    columns: &'b [ResultColumn<'b>],
}

/// The results of one mapping on a block.
#[derive(Debug, Clone, Copy)]
pub enum ResultColumn<'b> {
    /// A text or null a row, and nothing else came of any of them.
    Texts(&'b [Option<&'b str>]),
    /// One result a row.
    Each(&'b [Evaluation<'b>]),
    /// The place of each row's result among those that occurred so far in the batch.
    Distinct {
        /// A place in `results` for each row.
        places: &'b [u32],
        /// The results that occurred so far.
        results: &'b [Evaluation<'b>],
    },
}

impl<'b> ResultColumn<'b> {
    /// The same with another value in the place of null.
    fn or(self, default: Value<'b>, arena: &'b Bump) -> Self {
        match (self, default) {
            (ResultColumn::Texts(texts), Value::Text(default)) => {
                ResultColumn::Texts(arena.alloc_slice_fill_iter(texts.iter().map(|text| text.or(Some(default)))))
            }
            (ResultColumn::Texts(texts), _) => {
                ResultColumn::Each(arena.alloc_slice_fill_iter(texts.iter().map(|text| of_text(*text).or(default))))
            }
            (ResultColumn::Each(results), _) => {
                ResultColumn::Each(arena.alloc_slice_fill_iter(results.iter().map(|result| result.or(default))))
            }
            (distinct, _) => distinct,
        }
    }

    /// The result of a row of the block, counted from the block's first.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Evaluation<'b>> {
        match self {
            ResultColumn::Texts(texts) => texts.get(row).map(|text| of_text(*text)),
            ResultColumn::Each(results) => results.get(row).copied(),
            ResultColumn::Distinct { places, results } => results.get(*places.get(row)? as usize).copied(),
        }
    }
}

impl<'b> Block<'b> {
    /// The batch's row that the block begins with.
    #[must_use]
    pub const fn first_row(&self) -> usize {
        self.first
    }

    /// The number of rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.count
    }

    /// The results, a column for each mapping of the set.
    #[must_use]
    pub const fn columns(&self) -> &'b [ResultColumn<'b>] {
        self.columns
    }

    /// The target attributes of one row of the block, in the order of the mappings.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (&'b str, Evaluation<'b>)> {
        self.set
            .mappings()
            .iter()
            .zip(self.columns)
            .filter_map(move |(mapping, column)| Some((mapping.target.as_str(), column.get(row)?)))
    }
}

/// What came of a mapping that gave a value.
#[inline]
fn of_value(value: Value<'_>) -> Evaluation<'_> {
    Evaluation { returned: Ok(value), ..Evaluation::NULL }
}

/// The same for a text or null.
#[inline]
fn of_text(text: Option<&str>) -> Evaluation<'_> {
    of_value(text.map_or(Value::Null, Value::Text))
}

/// How a mapping is evaluated over a batch.
enum Way<'k, 'r> {
    /// Row by row.
    Each,
    /// A block at a time, as long as that does for most rows.
    Block,
    /// Once for each combination of codes.
    Distinct(Distinct<'k, 'r>),
}

impl<'k, 'r> Way<'k, 'r> {
    fn new<S: Rows + ?Sized>(program: &Program, entry: &Entry, rows: &'r S) -> Self {
        match Distinct::plan(program, entry, rows) {
            Some(distinct) => Way::Distinct(distinct),
            None if entry.purity == Purity::Volatile || entry.marks => Way::Each,
            None if (entry.end - entry.start) as usize > LONGEST => Way::Each,
            None => Way::Block,
        }
    }
}

/// A mapping whose columns have few distinct values.
struct Distinct<'k, 'r> {
    /// The codes of each column, with how far apart its values lie in the table.
    columns: Vec<(&'r [u32], u32)>,
    /// The place of a combination's result, once it has one.
    table: Vec<u32>,
    results: Vec<Evaluation<'k>>,
}

const UNKNOWN: u32 = u32::MAX;

impl<'k, 'r> Distinct<'k, 'r> {
    /// A plan, if every column that the entry reads has known values and their
    /// combinations are few against the rows.
    fn plan<S: Rows + ?Sized>(program: &Program, entry: &Entry, rows: &'r S) -> Option<Self> {
        if entry.purity >= Purity::Environment || entry.reads.is_empty() {
            return None;
        }
        let mut columns = Vec::with_capacity(entry.reads.len());
        let mut size = 1_u32;
        for slot in &entry.reads {
            let (codes, count) = rows.codes(AttributeRef::new(&program.schema, *slot))?;
            columns.push((codes, size));
            size = size.checked_mul(u32::try_from(count.max(1)).ok()?)?;
        }
        let size = size as usize;
        let few = size <= (rows.len() / ROWS_PER_PLACE).max(64);
        few.then(|| Distinct { columns, table: vec![UNKNOWN; size], results: Vec::new() })
    }

    /// The places of the results of a block's rows; those that are the first of their kind are
    /// evaluated.
    fn places<'a>(
        &mut self,
        first: usize,
        count: usize,
        arena: &'a Bump,
        mut evaluate: impl FnMut(usize) -> Evaluation<'k>,
    ) -> &'a [u32] {
        let places = arena.alloc_slice_fill_copy(count, 0_u32);
        for (codes, stride) in &self.columns {
            for (place, code) in places.iter_mut().zip(codes.get(first..).unwrap_or(&[])) {
                *place = place.wrapping_add(code.wrapping_mul(*stride));
            }
        }
        for (row, place) in (first..).zip(places.iter_mut()) {
            *place = match self.table.get_mut(*place as usize) {
                Some(known) if *known != UNKNOWN => *known,
                known => {
                    let next = u32::try_from(self.results.len()).unwrap_or(UNKNOWN);
                    self.results.push(evaluate(row));
                    if let Some(known) = known {
                        *known = next;
                    }
                    next
                }
            };
        }
        places
    }
}

impl Machine {
    /// Applies a mapping set to many records. `each` gets the results block by block, in
    /// the order of the rows; they live as long as the call.
    ///
    /// ```
    /// use attrflow::{AttributeBag, Machine, Mapping, MappingSet, Operation};
    /// let set = MappingSet::compile([Mapping::new("cn", r#"Join(" ", [given], [surname])"#)])?;
    /// let people = [("Ann", "Lee"), ("Bo", "Li")]
    ///     .map(|(given, surname)| AttributeBag::from_iter([("given", given), ("surname", surname)]));
    /// let mut names = Vec::new();
    /// Machine::new().apply_batch(Operation::Create, &set, people.as_slice(), |block| {
    ///     for row in 0..block.rows() {
    ///         for (_, evaluation) in block.row(row) {
    ///             names.push(evaluation.outcome().map_or_else(|f| f.to_string(), |o| o.to_string()));
    ///         }
    ///     }
    /// });
    /// assert_eq!(names, ["Ann Lee", "Bo Li"]);
    /// # Ok::<(), attrflow::MappingSetError>(())
    /// ```
    pub fn apply_batch<S: Rows + ?Sized>(
        &mut self,
        operation: Operation,
        set: &MappingSet,
        rows: &S,
        each: impl FnMut(&Block<'_>),
    ) {
        self.batch(operation, set, rows, std::iter::once(0..rows.len()), each);
    }

    /// Applies a mapping set to parts of many records.
    pub(super) fn batch<S: Rows + ?Sized>(
        &mut self,
        operation: Operation,
        set: &MappingSet,
        rows: &S,
        parts: impl Iterator<Item = Range<usize>>,
        mut each: impl FnMut(&Block<'_>),
    ) {
        let program = set.program();
        self.kept.reset();
        self.state.moment.set(None);
        let mut plans: Vec<Way<'_, '_>> = program.entries.iter().map(|entry| Way::new(program, entry, rows)).collect();
        let (mut slots, mut read) = (vec![u16::MAX; program.schema.names().len()], 0);
        for slot in program.entries.iter().flat_map(|entry| &entry.reads) {
            if let Some(place @ &mut u16::MAX) = slots.get_mut(*slot as usize) {
                *place = read;
                read = read.saturating_add(1);
            }
        }
        let kept_context = Context::new(&self.kept, &self.environment, &self.state, program);
        let blocks = parts.flat_map(|part| {
            let end = part.end;
            part.step_by(LANES).map(move |first| (first, LANES.min(end - first)))
        });
        for (first, count) in blocks {
            self.arena.reset();
            let arena = &self.arena;
            let context = Context::new(arena, &self.environment, &self.state, program);
            let frame = BlockFrame {
                program,
                rows,
                first,
                count,
                context: &context,
                slots: &slots,
                attributes: arena.alloc_slice_fill_copy(usize::from(read), None),
                registers: arena.alloc_slice_fill_copy(usize::from(program.registers), Column::NULL),
                memos: arena.alloc_slice_fill_copy(usize::from(program.memos), block::UNKNOWN),
                waiting: &mut [0; LONGEST],
            };
            let mut running = Running { frame, alone: None };
            let columns = arena.alloc_slice_fill_copy(plans.len(), ResultColumn::Texts(&[]));
            for (index, ((plan, entry), column)) in
                plans.iter_mut().zip(&program.entries).zip(&mut *columns).enumerate()
            {
                *column = match plan {
                    Way::Distinct(distinct) => {
                        let context = &kept_context;
                        let places = distinct.places(first, count, arena, |row| {
                            let lane: &Lane<'_, S> = context.arena.alloc(Lane { rows, row });
                            let mut near;
                            let registers = run::registers!(program, context.arena, near);
                            let memos = super::memos(context.arena, program, 1);
                            let mut frame = Frame { program, record: lane, context, registers, memos };
                            let mut result = Evaluation::SKIPPED;
                            if let Some(rules) = set.rules(index, operation) {
                                context.target.set(set.target(index));
                                run::entry(entry, &mut frame, &mut Silent, &mut result);
                                if let Some(default) = rules.default {
                                    result = result.or(default.borrow(context.arena));
                                }
                            }
                            result
                        });
                        ResultColumn::Distinct { places, results: &[] }
                    }
                    plan => match set.rules(index, operation) {
                        None => ResultColumn::Each(arena.alloc_slice_fill_copy(count, Evaluation::SKIPPED)),
                        Some(rules) => {
                            context.target.set(set.target(index));
                            let column = match plan {
                                Way::Block => {
                                    let (column, left) = running.block(entry);
                                    if left * 2 > count {
                                        *plan = Way::Each;
                                    }
                                    column
                                }
                                _ => running.each(entry),
                            };
                            rules.default.map_or(column, |default| column.or(default.borrow(arena), arena))
                        }
                    },
                };
            }
            for (plan, column) in plans.iter().zip(&mut *columns) {
                if let (Way::Distinct(distinct), ResultColumn::Distinct { results, .. }) = (plan, column) {
                    *results = &distinct.results;
                }
            }
            each(&Block { set, first, count, columns });
        }
    }
}

/// A block of records that a set is run on.
struct Running<'f, 'a, S: ?Sized> {
    frame: BlockFrame<'f, 'a, S>,
    /// What records need that run alone, once there is one.
    alone: Option<Alone<'a, S>>,
}

struct Alone<'a, S: ?Sized> {
    lanes: &'a [Lane<'a, S>],
    registers: &'a mut [Returns<'a>],
    memos: &'a [Cell<Option<Value<'a>>>],
}

impl<'a, S: Rows + ?Sized> Running<'_, 'a, S> {
    /// Runs an entry on every record, one after the other: its code, its patterns and what
    /// the processor has learned of its jumps stay at hand.
    fn each(&mut self, entry: &'a Entry) -> ResultColumn<'a> {
        let results = self.frame.context.arena.alloc_slice_fill_copy(self.frame.count, Evaluation::SKIPPED);
        for (lane, result) in results.iter_mut().enumerate() {
            self.one(entry, lane, result);
        }
        ResultColumn::Each(results)
    }

    /// Runs an entry on all records at once, and on its own each that is left over. Gives how
    /// many were.
    fn block(&mut self, entry: &'a Entry) -> (ResultColumn<'a>, usize) {
        let (arena, count) = (self.frame.context.arena, self.frame.count);
        let (column, left) = self.frame.run(entry);
        if (column.other | left) & first_lanes(count) == 0 {
            return (ResultColumn::Texts(column.texts(count, arena)), 0);
        }
        let results = arena.alloc_slice_fill_with(count, |lane| of_value(column.value(lane)));
        for lane in block::each(left) {
            if let Some(result) = results.get_mut(lane) {
                self.one(entry, lane, result);
            }
        }
        (ResultColumn::Each(results), left.count_ones() as usize)
    }

    /// Runs an entry on one record.
    #[inline(always)]
    fn one(&mut self, entry: &'a Entry, lane: usize, result: &mut Evaluation<'a>) {
        let BlockFrame { program, rows, first, count, context, .. } = self.frame;
        let alone = self.alone.get_or_insert_with(|| Alone {
            lanes: context.arena.alloc_slice_fill_with(count, |lane| Lane { rows, row: first + lane }),
            registers: context.arena.alloc_slice_fill_copy(usize::from(program.registers), Ok(Value::Null)),
            memos: super::memos(context.arena, program, count),
        });
        let Some(record) = alone.lanes.get(lane) else { return };
        if entry.purity == Purity::Volatile && program.draws && context.environment.seed.is_some() {
            context.state.identity.set(record.identity());
        }
        let width = usize::from(program.memos);
        let memos = alone.memos.get(lane * width..(lane + 1) * width).unwrap_or(&[]);
        let mut frame = Frame { program, record, context, registers: alone.registers, memos };
        run::entry(entry, &mut frame, &mut Silent, result);
    }
}
