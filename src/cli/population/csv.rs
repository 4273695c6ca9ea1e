//! Rows of comma-separated (or semicolon- or tab-separated) values.

use super::{Binding, Place, RowError};
use crate::{AttributeBag, Slot};
use anyhow::{bail, ensure};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::io::{self, BufRead, Read};

/// Reads rows.
pub(in crate::cli) struct Rows {
    rows: Reader<Quotes>,
    header: Vec<String>,
    columns: Option<Vec<(usize, Slot)>>,
    row: ByteRecord,
    /// A row that was read ahead.
    ahead: Option<ByteRecord>,
    empty_is_absent: bool,
}

/// Counts quotation marks on their way: an odd number means that one is not closed.
struct Quotes {
    bytes: Box<dyn BufRead>,
    count: usize,
}

impl Read for Quotes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.count += memchr::memchr_iter(b'"', buffer.get(..read).unwrap_or_default()).count();
        Ok(read)
    }
}

/// The delimiter that the header line has most of, outside quotation marks.
pub(in crate::cli) fn sniff(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in start.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(delimiter, _)| delimiter == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of equals, so that a header of one column is comma-separated.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

impl Rows {
    pub(super) fn new(
        mut bytes: Box<dyn BufRead>,
        delimiter: Option<u8>,
        empty_is_absent: bool,
    ) -> anyhow::Result<Self> {
        let delimiter = match delimiter {
            Some(delimiter) => delimiter,
            // What lies in the buffer holds the header, or enough of it.
            None => sniff(bytes.fill_buf()?),
        };
        let mut rows = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(true)
            .from_reader(Quotes { bytes, count: 0 });
        let mut header: Vec<String> = Vec::new();
        for cell in rows.byte_headers()? {
            match std::str::from_utf8(cell) {
                // A column without a name belongs to nobody.
                Ok(name) => {
                    ensure!(
                        name.is_empty() || !header.iter().any(|known| known == name),
                        "line 1: two columns are named {name}"
                    );
                    header.push(name.to_owned());
                }
                Err(_) => bail!("line 1 is not UTF-8 text; --encoding says what it is"),
            }
        }
        ensure!(header.iter().any(|name| !name.is_empty()), "there is no header line");
        Ok(Rows { rows, header, columns: None, row: ByteRecord::new(), ahead: None, empty_is_absent })
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.header.iter().filter(|name| !name.is_empty()).cloned().collect()
    }

    pub(super) fn next(&mut self, binding: &mut Binding, bag: &mut AttributeBag) -> Option<Result<usize, RowError>> {
        match self.ahead.take() {
            Some(row) => self.row = row,
            None => match self.rows.read_byte_record(&mut self.row) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(self.unreadable(&error))),
            },
        }
        let line = line(&self.row);
        if let Err(error) = self.unclosed(line) {
            return Some(Err(error));
        }
        if self.row.len() != self.header.len() {
            let message = format!("the row has {}, the header {}", cells(self.row.len()), cells(self.header.len()));
            return Some(Err(RowError::new(line, message)));
        }
        if self.columns.is_none() {
            self.columns = Some(bind(&self.header, binding));
        }
        for (column, slot) in self.columns.as_deref().unwrap_or_default() {
            let cell = self.row.get(*column).unwrap_or_default();
            if cell.is_empty() && self.empty_is_absent {
                bag.remove(binding.name(*slot));
                continue;
            }
            match std::str::from_utf8(cell) {
                Ok(text) => bag.set_text(*slot, text),
                Err(_) => {
                    let name = self.header.get(*column).map_or("", String::as_str);
                    let message = format!("{name} is not UTF-8 text; --encoding says what it is");
                    return Some(Err(RowError::new(line, message)));
                }
            }
        }
        Some(Ok(line))
    }

    /// A quotation mark that is not closed takes the rest of the file into the last row.
    fn unclosed(&mut self, line: usize) -> Result<(), RowError> {
        let last = self.row.iter().last().unwrap_or_default();
        if memchr::memchr(b'\n', last).is_none() {
            return Ok(());
        }
        let mut ahead = ByteRecord::new();
        if matches!(self.rows.read_byte_record(&mut ahead), Ok(true)) {
            self.ahead = Some(ahead);
            return Ok(());
        }
        if self.rows.get_ref().count % 2 == 0 {
            return Ok(());
        }
        let rows = memchr::memchr_iter(b'\n', last).count();
        Err(RowError::new(line, format!("a quotation mark is not closed and takes in the {rows} lines behind it")))
    }

    fn unreadable(&self, error: &csv::Error) -> RowError {
        let line = error.position().map_or_else(|| self.rows.position().line(), csv::Position::line);
        RowError::new(usize::try_from(line).unwrap_or(usize::MAX), error.to_string())
    }
}

/// The columns that have a slot.
fn bind(header: &[String], binding: &mut Binding) -> Vec<(usize, Slot)> {
    let mut columns: Vec<(usize, Slot)> = Vec::new();
    for (column, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        match binding.place(name) {
            Place::Slot(slot) => {
                columns.retain(|(_, taken)| *taken != slot);
                columns.push((column, slot));
            }
            Place::Alike(slot) if !columns.iter().any(|(_, taken)| *taken == slot) => columns.push((column, slot)),
            Place::Alike(_) | Place::Extra | Place::Ignored => {}
        }
    }
    columns
}

fn line(row: &ByteRecord) -> usize {
    row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX))
}

fn cells(count: usize) -> String {
    format!("{count} cell{}", if count == 1 { "" } else { "s" })
}
