//! A mapping set over many records: each mapping runs over a block of them, and
//! what depends only on columns of few distinct values is evaluated once for each
//! combination that occurs.
//!
//! The steps are the same as for a single record, so the answers are.

use super::run::{self, Frame, Reader};
use super::trace::Silent;
use super::{Context, Machine};
use crate::functions::{Purity, Returns};
use crate::mapping::{MappingSet, Operation};
use crate::outcome::Evaluation;
use crate::program::{Entry, Program};
use crate::record::{AttributeRef, Attributes, Slot};
use crate::value::Value;
use bumpalo::Bump;
use std::cell::Cell;
use std::ops::Range;

/// Records in a block: so few that they, their texts and all results stay in the nearest cache.
const LANES: usize = 16;

/// A distinct value's table is not larger than this for each row of the batch.
const TABLE_PER_ROW: usize = 2;

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
    fn codes(&self, slot: Slot) -> Option<(&[u32], usize)> {
        let _ = slot;
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
    /// The result of a row of the block, counted from the block's first.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&'b Evaluation<'b>> {
        match self {
            ResultColumn::Each(results) => results.get(row),
            ResultColumn::Distinct { places, results } => results.get(*places.get(row)? as usize),
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
    pub fn row(&self, row: usize) -> impl Iterator<Item = (&'b str, &'b Evaluation<'b>)> {
        self.set
            .mappings()
            .iter()
            .zip(self.columns)
            .filter_map(move |(mapping, column)| Some((mapping.target.as_str(), column.get(row)?)))
    }
}

/// How a mapping is evaluated over a batch.
enum Plan<'k, 'r> {
    /// Row by row.
    Each,
    /// Once for each combination of codes.
    Distinct(Distinct<'k, 'r>),
}

/// A mapping whose columns have few distinct values.
struct Distinct<'k, 'r> {
    /// The codes of each column, with how far apart its values lie in the table.
    columns: Vec<(&'r [u32], usize)>,
    /// The place of a combination's result, once it has one.
    table: Vec<u32>,
    results: Vec<Evaluation<'k>>,
}

const UNKNOWN: u32 = u32::MAX;

impl<'k, 'r> Distinct<'k, 'r> {
    /// A plan, if every column that the entry reads has known values and their
    /// combinations are few against the rows.
    fn plan<S: Rows + ?Sized>(entry: &Entry, rows: &'r S) -> Option<Self> {
        if entry.purity >= Purity::Environment || entry.start == entry.end {
            return None;
        }
        let mut columns = Vec::with_capacity(entry.reads.len());
        let mut size = 1_usize;
        for slot in &entry.reads {
            let (codes, count) = rows.codes(*slot)?;
            columns.push((codes, size));
            size = size.checked_mul(count.max(1))?;
        }
        let most = rows.len().saturating_mul(TABLE_PER_ROW).max(64);
        (size <= most && !columns.is_empty()).then(|| Distinct {
            columns,
            table: vec![UNKNOWN; size],
            results: Vec::new(),
        })
    }

    /// The place of a row's result, which is evaluated if it is the first of its kind.
    #[inline]
    fn place(&mut self, row: usize, evaluate: impl FnOnce() -> Evaluation<'k>) -> u32 {
        let mut index = 0_usize;
        for (codes, stride) in &self.columns {
            index = index.saturating_add((codes.get(row).copied().unwrap_or(0) as usize).saturating_mul(*stride));
        }
        match self.table.get_mut(index) {
            Some(place) if *place != UNKNOWN => *place,
            known => {
                let next = u32::try_from(self.results.len()).unwrap_or(UNKNOWN);
                self.results.push(evaluate());
                if let Some(known) = known {
                    *known = next;
                }
                next
            }
        }
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
        let mut plans: Vec<Plan<'_, '_>> = program
            .entries
            .iter()
            .map(|entry| Distinct::plan(entry, rows).map_or(Plan::Each, Plan::Distinct))
            .collect();
        let kept_context = Context::new(&self.kept, &self.environment, &self.state, program);
        let blocks = parts.flat_map(|part| {
            let end = part.end;
            part.step_by(LANES).map(move |first| (first, LANES.min(end - first)))
        });
        for (first, count) in blocks {
            self.arena.reset();
            let arena = &self.arena;
            let context = Context::new(arena, &self.environment, &self.state, program);
            let lanes: &[Lane<'_, S>] =
                arena.alloc_slice_fill_iter((first..first + count).map(|row| Lane { rows, row }));
            let block = Lanes { program, lanes, context: &context, memos: super::memos(arena, program, count) };
            let registers = arena.alloc_slice_fill_copy(usize::from(program.registers), Ok(Value::Null));
            let places: &mut [&[u32]] = arena.alloc_slice_fill_copy(plans.len(), &[][..]);
            let each_results: &mut [&[Evaluation<'_>]] = arena.alloc_slice_fill_copy(plans.len(), &[][..]);
            for (index, plan) in plans.iter_mut().enumerate() {
                let Some(entry) = program.entries.get(index) else { continue };
                match plan {
                    Plan::Each => {
                        let results = arena.alloc_slice_fill_copy(count, Evaluation::SKIPPED);
                        if let Some(rules) = set.rules(index, operation) {
                            context.target.set(set.target(index));
                            block.run(entry, registers, results);
                            if let Some(default) = rules.default {
                                results.iter_mut().for_each(|result| *result = result.or(default.borrow(arena)));
                            }
                        }
                        if let Some(column) = each_results.get_mut(index) {
                            *column = results;
                        }
                    }
                    Plan::Distinct(distinct) => {
                        let lanes = arena.alloc_slice_fill_with(count, |lane| {
                            let row = first + lane;
                            distinct.place(row, || {
                                let lane: &Lane<'_, S> = kept_context.arena.alloc(Lane { rows, row });
                                let mut near;
                                let registers = run::registers!(program, kept_context.arena, near);
                                let memos = super::memos(kept_context.arena, program, 1);
                                let context = &kept_context;
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
                            })
                        });
                        if let Some(column) = places.get_mut(index) {
                            *column = lanes;
                        }
                    }
                }
            }
            let columns = arena.alloc_slice_fill_iter(plans.iter().zip(places.iter().zip(each_results.iter())).map(
                |(plan, (places, results))| match plan {
                    Plan::Each => ResultColumn::Each(results),
                    Plan::Distinct(distinct) => ResultColumn::Distinct { places, results: &distinct.results },
                },
            ));
            each(&Block { set, first, count, columns });
        }
    }
}

/// The records of a block.
struct Lanes<'f, 'a, S: ?Sized> {
    program: &'a Program,
    lanes: &'a [Lane<'a, S>],
    context: &'f Context<'a>,
    memos: &'f [Cell<Option<Value<'a>>>],
}

impl<'a, S: Rows + ?Sized> Lanes<'_, 'a, S> {
    fn frame<'g>(
        &'g self,
        lane: usize,
        record: &'a Lane<'a, S>,
        registers: &'g mut [Returns<'a>],
    ) -> Frame<'g, 'a, Lane<'a, S>> {
        let width = usize::from(self.program.memos);
        let first = lane * width;
        let memos = self.memos.get(first..first + width).unwrap_or(&[]);
        Frame { program: self.program, record, context: self.context, registers, memos }
    }

    /// Runs an entry on every record, one after the other: its code, its patterns and what
    /// the processor has learned of its jumps stay at hand (measured against one instruction
    /// on every record: the values between two instructions then go through memory).
    fn run(&self, entry: &'a Entry, registers: &mut [Returns<'a>], results: &mut [Evaluation<'a>]) {
        let draws = entry.purity == Purity::Volatile && self.program.draws && self.context.environment.seed.is_some();
        for ((lane, record), result) in self.lanes.iter().enumerate().zip(results) {
            if draws {
                self.context.state.identity.set(record.identity());
            }
            let reader = Reader { program: self.program, record, arena: self.context.arena, registers: &() };
            if !run::short(entry, &reader, result) {
                let mut frame = self.frame(lane, record, registers);
                run::entry(entry, &mut frame, &mut Silent, result);
            }
        }
    }
}
