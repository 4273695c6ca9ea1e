//! Rows of comma-separated (or semicolon- or tab-separated) values.
//!
//! Where a row ends is found here, by line ends and quotation marks, as the crate that
//! splits cells finds it: so rows can be split by several threads, and a quotation mark
//! that is not closed costs its own line and not the rest of the input.

use super::binding::Place;
use super::text::Text;
use super::{Binding, Bytes, Chunk, RowError};
use crate::{AttributeBag, Slot};
use anyhow::{bail, ensure};
use csv_core::ReadRecordResult;
use std::io::{self, BufRead};
use std::sync::Arc;

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

/// The delimiter that a line before the header names, as spreadsheets write and read it.
fn named(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => {
            (delimiter.is_ascii_punctuation() || *delimiter == b'\t').then_some(*delimiter)
        }
        _ => None,
    }
}

/// What all rows of an input have in common.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    delimiter: u8,
    header: Arc<[String]>,
    empty_is_absent: bool,
}

impl Layout {
    pub(super) fn names(&self) -> Vec<String> {
        self.header.iter().filter(|name| !name.is_empty()).cloned().collect()
    }
}

/// Cuts rows.
pub(super) struct Rows {
    text: Text,
    delimiter: u8,
    /// The place of the byte that is read next, and its line.
    offset: u64,
    line: usize,
    /// The last byte was a carriage return that ended a row: a line feed belongs to it.
    after_return: bool,
    /// Up to here a line is a row: a quotation mark before was not closed.
    by_line: u64,
}

/// Where in a row the scan stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside quotation marks, behind this byte.
    Plain(u8),
    Quoted,
    /// Behind a quotation mark inside quotation marks: a second one is a part of the cell.
    Closing,
}

/// A row that goes on for so long has a quotation mark that is not closed.
const LONGEST: usize = 16 << 20;

impl Rows {
    /// Reads the header.
    pub(super) fn new(
        mut bytes: Bytes,
        delimiter: Option<u8>,
        empty_is_absent: bool,
    ) -> anyhow::Result<(Self, Layout)> {
        // What lies in the buffer holds the header, or enough of it.
        let sniffed = sniff(bytes.fill_buf()?);
        let text = Text::new(bytes);
        let mut rows =
            Rows { text, delimiter: delimiter.unwrap_or(sniffed), offset: 0, line: 1, after_return: false, by_line: 0 };
        let mut chunk = Chunk::new();
        let mut header = rows.cut(&mut chunk);
        if let Some(Ok(row)) = chunk.get(0)
            && let Some(named) = named(row.bytes)
        {
            rows.delimiter = delimiter.unwrap_or(named);
            chunk.clear();
            header = rows.cut(&mut chunk);
        }
        let delimiter = rows.delimiter;
        let first = match chunk.get(0) {
            Some(Ok(row)) if header => row,
            Some(Err(error)) => bail!("{error}"),
            _ => bail!("there is no header line"),
        };
        let mut cells = Cells::new(delimiter);
        cells.split(first.bytes);
        let mut header: Vec<String> = Vec::new();
        let line = first.extent.line;
        for cell in cells.iter() {
            match std::str::from_utf8(cell) {
                // A column without a name belongs to nobody.
                Ok(name) => {
                    ensure!(
                        name.is_empty() || !header.iter().any(|known| known == name),
                        "line {line}: two columns are named {name}"
                    );
                    header.push(name.to_owned());
                }
                Err(_) => bail!("line {line} is not UTF-8 text; --encoding says what it is"),
            }
        }
        ensure!(header.iter().any(|name| !name.is_empty()), "there is no header line");
        Ok((rows, Layout { delimiter, header: header.into(), empty_is_absent }))
    }

    /// Appends the next row, or what is wrong with it; nothing at the end of the input.
    pub(super) fn cut(&mut self, chunk: &mut Chunk) -> bool {
        match self.skip_empty().and_then(|more| if more { self.row(chunk) } else { Ok(false) }) {
            Ok(more) => more,
            Err(error) => {
                chunk.error(RowError::new(self.line, format!("the input cannot be read: {error}")).cut_off());
                self.text.end();
                true
            }
        }
    }

    /// Goes over lines without anything on them; whether there is something behind.
    fn skip_empty(&mut self) -> io::Result<bool> {
        loop {
            match self.text.fill_buf()?.first() {
                None => return Ok(false),
                Some(b'\n') => self.line += usize::from(!self.after_return),
                Some(b'\r') => self.line += 1,
                Some(_) => {
                    self.after_return = false;
                    return Ok(true);
                }
            }
            self.after_return = self.text.fill_buf()?.first() == Some(&b'\r');
            self.text.consume(1);
            self.offset += 1;
        }
    }

    fn row(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let start = chunk.bytes.len();
        let mut state = State::Plain(self.delimiter);
        loop {
            let bytes = self.text.fill_buf()?;
            let by_line = self.offset < self.by_line;
            let (taken, ended) =
                match if by_line { line_end(bytes) } else { row_end(bytes, self.delimiter, &mut state) } {
                    Some(end) => (end, true),
                    None => (bytes.len(), bytes.is_empty()),
                };
            chunk.bytes.extend_from_slice(bytes.get(..taken).unwrap_or_default());
            self.text.consume(taken);
            let length = chunk.bytes.len() - start;
            let row = chunk.bytes.get(start..).unwrap_or_default();
            if by_line && ended {
                let mut state = State::Plain(self.delimiter);
                row_end(row, self.delimiter, &mut state);
                if state == State::Quoted {
                    chunk.bytes.truncate(start);
                    chunk.error(RowError::new(self.line, "a quotation mark is not closed on the line"));
                    self.passed(length, 1);
                    return Ok(true);
                }
            } else if state == State::Quoted && (ended || length > LONGEST) {
                self.unclosed(chunk, start, ended);
                return Ok(true);
            }
            if ended {
                self.after_return = row.last() == Some(&b'\r');
                let breaks = memchr::memchr_iter(b'\n', row).count() + usize::from(self.after_return);
                chunk.record(start, self.offset, self.line);
                self.passed(length, breaks);
                return Ok(true);
            }
        }
    }

    fn passed(&mut self, bytes: usize, lines: usize) {
        self.offset += bytes as u64;
        self.line += lines;
    }

    /// A quotation mark takes everything up to the end into its row: the line it stands
    /// on is given up, and what follows is read a line a row.
    fn unclosed(&mut self, chunk: &mut Chunk, start: usize, at_end: bool) {
        let row = chunk.bytes.get(start..).unwrap_or_default();
        let first = memchr::memchr(b'\n', row).map_or(row.len(), |end| end + 1);
        self.by_line = self.offset + row.len() as u64;
        self.text.put_back(row.get(first..).unwrap_or_default());
        let message = if at_end {
            "a quotation mark is not closed, so that the row goes on to the end of the input"
        } else {
            "a quotation mark is not closed, so that the row goes on for more than 16 MiB"
        };
        chunk.bytes.truncate(start);
        chunk.error(RowError::new(self.line, message));
        self.passed(first, 1);
    }
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes).map(|end| end + 1)
}

/// Where the row ends, its line end included; the state goes on where it does not.
fn row_end(bytes: &[u8], delimiter: u8, state: &mut State) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        match *state {
            State::Quoted => {
                at += memchr::memchr(b'"', rest)? + 1;
                *state = State::Closing;
            }
            State::Closing if rest.first() == Some(&b'"') => {
                at += 1;
                *state = State::Quoted;
            }
            State::Closing => *state = State::Plain(b'"'),
            State::Plain(before) => {
                let Some(place) = memchr::memchr3(b'"', b'\n', b'\r', rest) else {
                    *state = State::Plain(*rest.last()?);
                    return None;
                };
                let before = if place == 0 { before } else { *rest.get(place - 1)? };
                at += place + 1;
                match rest.get(place..)? {
                    // Only at the beginning of a cell does it quote.
                    [b'"', ..] if before == delimiter => *state = State::Quoted,
                    [b'"', ..] => *state = State::Plain(b'"'),
                    [b'\r', b'\n', ..] => return Some(at + 1),
                    _ => return Some(at),
                }
            }
        }
    }
}

/// Splits a row into cells.
struct Cells {
    reader: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    count: usize,
}

impl Cells {
    fn new(delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Cells { reader, text: vec![0; 1 << 10], ends: vec![0; 64], count: 0 }
    }

    fn split(&mut self, mut row: &[u8]) {
        self.reader.reset();
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, read, wrote, ends) = self.reader.read_record(
                row,
                self.text.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            row = row.get(read..).unwrap_or_default();
            written += wrote;
            ended += ends;
            match result {
                // The next call is of an empty row: that is its end.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2 + row.len(), 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        self.count = ended;
    }

    fn get(&self, cell: usize) -> &[u8] {
        if cell >= self.count {
            return &[];
        }
        let start = cell.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(cell).copied().unwrap_or_default();
        self.text.get(start..end).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(|cell| self.get(cell))
    }
}

/// Reads rows into bags.
pub(super) struct Reader {
    layout: Layout,
    cells: Cells,
    columns: Option<Vec<(usize, Target)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Slot(Slot),
    /// An attribute that the schema lacks and the record is to hold.
    Name,
}

impl Reader {
    pub(super) fn new(layout: &Layout) -> Self {
        Reader { layout: layout.clone(), cells: Cells::new(layout.delimiter), columns: None }
    }

    pub(super) fn read(
        &mut self,
        row: &[u8],
        line: usize,
        binding: &mut Binding,
        bag: &mut AttributeBag,
    ) -> Result<(), RowError> {
        self.cells.split(row);
        let header = &self.layout.header;
        if self.cells.count != header.len() {
            let message = format!("the row has {}, the header {}", cells(self.cells.count), cells(header.len()));
            let error = RowError::new(line, message);
            return Err(if self.cells.count < header.len() { error.cut_off() } else { error });
        }
        for (column, target) in self.columns.get_or_insert_with(|| bind(header, binding)) {
            let cell = self.cells.get(*column);
            let name = || header.get(*column).map_or("", String::as_str);
            if cell.is_empty() && self.layout.empty_is_absent {
                bag.remove(match target {
                    Target::Slot(slot) => binding.name(*slot),
                    Target::Name => name(),
                });
                continue;
            }
            match (std::str::from_utf8(cell), target) {
                (Ok(text), Target::Slot(slot)) => bag.set_text(*slot, text),
                (Ok(text), Target::Name) => bag.set(name(), text),
                (Err(_), _) => {
                    let message = format!("{} is not UTF-8 text; --encoding says what it is", name());
                    return Err(RowError::new(line, message));
                }
            }
        }
        Ok(())
    }
}

/// The columns that have a slot.
fn bind(header: &[String], binding: &mut Binding) -> Vec<(usize, Target)> {
    let mut columns: Vec<(usize, Target)> = Vec::new();
    for (column, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        match binding.known(name).place {
            Place::Slot(slot) => {
                columns.retain(|(_, taken)| *taken != Target::Slot(slot));
                columns.push((column, Target::Slot(slot)));
            }
            Place::Alike(slot) if !columns.iter().any(|(_, taken)| *taken == Target::Slot(slot)) => {
                columns.push((column, Target::Slot(slot)));
            }
            Place::Extra => columns.push((column, Target::Name)),
            Place::Alike(_) | Place::Ignored => {}
        }
    }
    columns
}

fn cells(count: usize) -> String {
    format!("{count} cell{}", if count == 1 { "" } else { "s" })
}
