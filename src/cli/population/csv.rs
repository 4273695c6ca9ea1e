//! Rows of comma-separated (or semicolon- or tab-separated) values.

use super::{Binding, Place, RowError};
use crate::{AttributeBag, Slot};
use anyhow::{bail, ensure};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// Reads rows.
pub(in crate::cli) struct Rows {
    rows: Reader<Watched>,
    header: Vec<String>,
    columns: Option<Vec<(usize, Slot)>>,
    row: ByteRecord,
    /// A row that was read ahead, with its line.
    ahead: Option<(ByteRecord, usize)>,
    empty_is_absent: bool,
}

/// Notes what the rows' reader does not tell: quotation marks, of which an odd number
/// means that one is not closed, and where lines end.
struct Watched {
    bytes: Box<dyn BufRead>,
    quotes: usize,
    /// Bytes that have passed.
    passed: u64,
    /// Line breaks that have passed and lie behind the last row.
    breaks: VecDeque<u64>,
    /// Line breaks before that.
    lines: usize,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.quotes += memchr::memchr_iter(b'"', bytes).count();
        self.breaks.extend(memchr::memchr_iter(b'\n', bytes).map(|place| self.passed + place as u64));
        self.passed += read as u64;
        Ok(read)
    }
}

impl Watched {
    /// The line on which a row starts that ends before the byte `end` and holds `inside`
    /// line breaks. The reader's own count is of where it stands before the row: that may
    /// be in the middle of CR LF, or before empty lines.
    fn line(&mut self, end: u64, inside: usize) -> usize {
        let mut last = None;
        while let Some(place) = self.breaks.front().copied().filter(|place| *place < end) {
            self.breaks.pop_front();
            self.lines += 1;
            last = Some(place + 1);
        }
        let own = usize::from(last == Some(end));
        (self.lines + 1).saturating_sub(inside + own).max(1)
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
            .from_reader(Watched { bytes, quotes: 0, passed: 0, breaks: VecDeque::new(), lines: 0 });
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
        let line = match self.ahead.take() {
            Some((row, line)) => {
                self.row = row;
                line
            }
            None => match self.rows.read_byte_record(&mut self.row) {
                Ok(true) => line(&mut self.rows, &self.row),
                Ok(false) => return None,
                Err(error) => return Some(Err(self.unreadable(&error))),
            },
        };
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
        let last = self.row.iter().next_back().unwrap_or_default();
        if memchr::memchr(b'\n', last).is_none() {
            return Ok(());
        }
        let mut ahead = ByteRecord::new();
        if matches!(self.rows.read_byte_record(&mut ahead), Ok(true)) {
            let line = self::line(&mut self.rows, &ahead);
            self.ahead = Some((ahead, line));
            return Ok(());
        }
        if self.rows.get_ref().quotes.is_multiple_of(2) {
            return Ok(());
        }
        // What looked like the end of the row was a part of it.
        let line = line + usize::from(last.ends_with(b"\n"));
        Err(RowError::new(line, "a quotation mark is not closed, so that the row goes on to the end of the input"))
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

/// The line on which the row starts that was read just now.
fn line(rows: &mut Reader<Watched>, row: &ByteRecord) -> usize {
    let end = rows.position().byte();
    let inside = memchr::memchr_iter(b'\n', row.as_slice()).count();
    rows.get_mut().line(end, inside)
}

fn cells(count: usize) -> String {
    format!("{count} cell{}", if count == 1 { "" } else { "s" })
}
