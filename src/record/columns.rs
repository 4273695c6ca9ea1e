//! Records by column.

use super::{AttributeRef, Schema};
use crate::machine::Rows;
use crate::value::Value;
use bumpalo::Bump;
use std::sync::Arc;

/// Records by column: a value or a text a row, or a code a row and the values that the
/// codes stand for.
///
/// What depends only on columns with codes is evaluated once for each combination of
/// codes that occurs.
///
/// ```
/// use attrflow::{Columns, Machine, Mapping, MappingSet, Operation, Value};
/// let set = MappingSet::compile([Mapping::new("zone", r#"Switch([state], "?", "QLD", "Brisbane")"#)])?;
/// let states = [Value::Text("QLD"), Value::Text("SA")];
/// let columns = Columns::new(set.schema().clone(), 3).with_codes("state", &[0, 1, 0], &states);
/// let mut zones = Vec::new();
/// Machine::new().apply_batch(Operation::Create, &set, &columns, |block| {
///     for row in 0..block.rows() {
///         zones.extend(block.row(row).map(|(_, evaluation)| evaluation.outcome().unwrap().to_string()));
///     }
/// });
/// assert_eq!(zones, ["Brisbane", "?", "Brisbane"]);
/// # Ok::<(), attrflow::MappingSetError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Columns<'c> {
    schema: Arc<Schema>,
    rows: usize,
    columns: Vec<Column<'c>>,
}

/// One attribute of every record.
#[derive(Debug, Clone, Copy, Default)]
enum Column<'c> {
    /// No record has it.
    #[default]
    Absent,
    Values(&'c [Value<'c>]),
    Texts(&'c [Option<&'c str>]),
    Codes {
        codes: &'c [u32],
        values: &'c [Value<'c>],
        /// Whether every row has a code and every code a value: only then do codes
        /// have a place in a table of results.
        sound: bool,
    },
}

impl<'c> Columns<'c> {
    /// So many rows without attributes.
    #[must_use]
    pub fn new(schema: Arc<Schema>, rows: usize) -> Self {
        let columns = schema.names().iter().map(|_| Column::Absent).collect();
        Columns { schema, rows, columns }
    }

    /// Sets an attribute: a value a row; rows beyond the values have null. A name that
    /// the schema lacks is not read by anything, and left out.
    #[must_use]
    pub fn with_values(self, name: &str, values: &'c [Value<'c>]) -> Self {
        self.with(name, Column::Values(values))
    }

    /// Sets an attribute: a text or null a row, which is read without being copied; rows
    /// beyond them have null.
    #[must_use]
    pub fn with_texts(self, name: &str, texts: &'c [Option<&'c str>]) -> Self {
        self.with(name, Column::Texts(texts))
    }

    /// Sets an attribute: a code a row, an index into `values`; rows beyond the codes
    /// and codes beyond the values have null.
    #[must_use]
    pub fn with_codes(self, name: &str, codes: &'c [u32], values: &'c [Value<'c>]) -> Self {
        let sound = codes.len() >= self.rows && codes.iter().all(|code| (*code as usize) < values.len());
        self.with(name, Column::Codes { codes, values, sound })
    }

    fn with(mut self, name: &str, column: Column<'c>) -> Self {
        if let Some(held) = self.schema.slot(name).and_then(|slot| self.columns.get_mut(slot as usize)) {
            *held = column;
        }
        self
    }

    /// The column of an attribute, which another schema may have in another place.
    #[inline]
    fn column(&self, wanted: AttributeRef<'_>) -> Column<'c> {
        let slot = match std::ptr::eq(wanted.schema(), Arc::as_ptr(&self.schema)) {
            true => Some(wanted.slot()),
            false => self.schema.slot(wanted.name()),
        };
        slot.and_then(|slot| self.columns.get(slot as usize)).copied().unwrap_or_default()
    }
}

impl Rows for Columns<'_> {
    fn len(&self) -> usize {
        self.rows
    }

    #[inline]
    fn attribute<'a>(&'a self, row: usize, wanted: AttributeRef<'_>, _arena: &'a Bump) -> Value<'a> {
        match self.column(wanted) {
            Column::Absent => Value::Null,
            Column::Values(values) => values.get(row).copied().unwrap_or_default(),
            Column::Texts(texts) => texts.get(row).copied().flatten().map_or(Value::Null, Value::Text),
            Column::Codes { codes, values, .. } => {
                codes.get(row).and_then(|code| values.get(*code as usize)).copied().unwrap_or_default()
            }
        }
    }

    fn identity(&self, row: usize) -> u64 {
        u64::try_from(row).unwrap_or(u64::MAX)
    }

    fn codes(&self, wanted: AttributeRef<'_>) -> Option<(&[u32], usize)> {
        match self.column(wanted) {
            Column::Codes { codes, values, sound: true } => Some((codes, values.len())),
            _ => None,
        }
    }

    fn texts(&self, wanted: AttributeRef<'_>) -> Option<&[Option<&str>]> {
        match self.column(wanted) {
            Column::Texts(texts) => Some(texts),
            _ => None,
        }
    }
}
