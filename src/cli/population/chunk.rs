//! Records that are cut, and not yet read.

use super::RowError;

/// Where a record lies in an input: 16 bytes, so that the places of a whole target fit
/// into memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Extent {
    /// Its first byte in the input's UTF-8 text, from 0, behind a byte order mark.
    pub offset: u64,
    /// How many bytes it has.
    pub len: u32,
    /// The line it starts on, from 1.
    pub line: u32,
}

impl Extent {
    /// The line it starts on, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        usize::try_from(self.line).unwrap_or(usize::MAX)
    }
}

/// A record that is cut, and not yet read.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'c> {
    /// Where it lies.
    pub extent: Extent,
    /// Its text.
    pub bytes: &'c [u8],
}

/// Several records that are cut, one behind the other in one piece of memory, which
/// stays when the chunk is filled again.
#[derive(Debug, Default)]
pub struct Chunk {
    pub(super) bytes: Vec<u8>,
    /// The records: where they begin in `bytes`, and what could not be cut.
    records: Vec<Result<(usize, Extent), RowError>>,
}

impl Chunk {
    /// An empty chunk.
    #[must_use]
    pub fn new() -> Self {
        Chunk::default()
    }

    /// How many records it has, those that could not be cut among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many bytes the records have.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The records in the order of the input; an error stands where one could not be cut.
    pub fn iter(&self) -> impl Iterator<Item = Result<Raw<'_>, &RowError>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// A record by its number.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Result<Raw<'_>, &RowError>> {
        Some(match self.records.get(index)? {
            Ok((start, extent)) => {
                let length = usize::try_from(extent.len).unwrap_or(usize::MAX);
                let bytes = self.bytes.get(*start..start.saturating_add(length)).unwrap_or_default();
                Ok(Raw { extent: *extent, bytes })
            }
            Err(error) => Err(error),
        })
    }

    /// Takes all records out.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.records.clear();
    }

    /// What was appended to the bytes since `start` is a record.
    pub(super) fn record(&mut self, start: usize, offset: u64, line: usize) {
        let length = self.bytes.len().saturating_sub(start);
        match u32::try_from(length) {
            Ok(len) => {
                let line = u32::try_from(line).unwrap_or(u32::MAX);
                self.records.push(Ok((start, Extent { offset, len, line })));
            }
            Err(_) => {
                self.bytes.truncate(start);
                self.error(RowError::new(line, "the record is longer than 4 GiB"));
            }
        }
    }

    /// A record that could not be cut.
    pub(super) fn error(&mut self, error: RowError) {
        self.records.push(Err(error));
    }
}
