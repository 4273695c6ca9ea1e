//! JSON objects: an array of them, a page of Graph, a SCIM list or bulk request, one a
//! line, or one after the other.
//!
//! Records are cut out of the text by brackets and quotation marks: one that is broken
//! is reported with its line when it is read, and the next is read.

use super::{Bytes, Chunk, RowError};
use std::io;

/// How objects follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing has been read yet.
    Unknown,
    /// One a line.
    Lines,
    /// Inside a list; a page goes on behind it.
    List { page: bool },
    /// One after the other, over any number of lines.
    Stream,
    /// The end was seen.
    Done,
}

/// Cuts objects.
pub(super) struct Objects {
    text: Scanner,
    shape: Shape,
    bulk: bool,
}

/// The line and the byte that a record starts with.
type Start = (usize, u64);

impl Objects {
    pub(super) const fn new(bytes: Bytes, shape: Shape) -> Self {
        Objects { text: Scanner { bytes, line: 1, offset: 0 }, shape, bulk: false }
    }

    /// Whether the records are operations of a bulk request; known once one was cut.
    pub(super) const fn is_bulk(&self) -> bool {
        self.bulk
    }

    /// Appends the next record, or what is wrong with it; nothing at the end of the input.
    pub(super) fn cut(&mut self, chunk: &mut Chunk) -> bool {
        let begin = chunk.bytes.len();
        match self.next(&mut chunk.bytes) {
            Ok(None) => return false,
            Ok(Some((line, _))) if chunk.bytes.len() == begin => {
                chunk.error(RowError::new(line, "the input ends before its list does"));
            }
            Ok(Some((line, offset))) => chunk.record(begin, offset, line),
            Err(error) => {
                chunk.bytes.truncate(begin);
                self.shape = Shape::Done;
                chunk.error(RowError::new(self.text.line, format!("the input cannot be read: {error}")));
            }
        }
        true
    }

    fn next(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<Start>> {
        loop {
            match self.shape {
                Shape::Done => return Ok(None),
                Shape::Unknown => {
                    if let Some(start) = self.begin(raw)? {
                        return Ok(Some(start));
                    }
                }
                Shape::Lines => {
                    let (begin, start) = (raw.len(), self.text.start());
                    if !self.text.take_line(raw)? {
                        self.shape = Shape::Done;
                        return Ok(None);
                    }
                    if !raw.get(begin..).unwrap_or_default().trim_ascii().is_empty() {
                        return Ok(Some(start));
                    }
                    raw.truncate(begin);
                }
                Shape::List { page } => match self.text.peek_after_space()? {
                    Some(b',') => self.text.skip()?,
                    Some(b']') => {
                        self.text.skip()?;
                        // What else a page holds is about the page.
                        self.shape = if page { Shape::Done } else { Shape::Stream };
                    }
                    Some(_) => return self.value(raw).map(Some),
                    None => {
                        self.shape = Shape::Done;
                        // Nothing was cut out: that is told as the input's end.
                        return Ok(Some(self.text.start()));
                    }
                },
                Shape::Stream => match self.text.peek_after_space()? {
                    Some(_) => return self.value(raw).map(Some),
                    None => self.shape = Shape::Done,
                },
            }
        }
    }

    fn value(&mut self, raw: &mut Vec<u8>) -> io::Result<Start> {
        let start = self.text.start();
        if !self.text.take_value(raw)? {
            // The end of the input is told with the record that it cuts off.
            self.shape = Shape::Done;
        }
        Ok(start)
    }

    /// Finds out how objects follow each other. An object that turns out to be a record
    /// is left in `raw`.
    fn begin(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<Start>> {
        match self.text.peek_after_space()? {
            Some(b'[') => {
                self.text.skip()?;
                self.shape = Shape::List { page: false };
                return Ok(None);
            }
            Some(b'{') => {}
            _ => {
                self.shape = Shape::Stream;
                return Ok(None);
            }
        }
        let (begin, start) = (raw.len(), self.text.start());
        self.shape = Shape::Stream;
        self.text.take(raw)?;
        loop {
            match self.text.peek_behind_space(raw)? {
                Some(b'"') => {
                    let key = raw.len();
                    self.text.take_value(raw)?;
                    let list = self.list(raw.get(begin..key).unwrap_or_default(), raw.get(key..).unwrap_or_default());
                    if self.text.peek_behind_space(raw)? == Some(b':') {
                        self.text.take(raw)?;
                    }
                    match self.text.peek_behind_space(raw)? {
                        Some(b'[') if list.is_some() => {
                            self.text.skip()?;
                            raw.truncate(begin);
                            self.bulk = list == Some(List::Operations);
                            self.shape = Shape::List { page: true };
                            return Ok(None);
                        }
                        Some(_) => {
                            self.text.take_value(raw)?;
                        }
                        None => return Ok(Some(start)),
                    }
                }
                Some(b',') => self.text.take(raw)?,
                Some(b'}') => {
                    self.text.take(raw)?;
                    // An object on a line of its own: the others are too, and a broken one
                    // does not reach beyond its line.
                    if self.text.line == start.0 && self.text.ends_line()? {
                        self.shape = Shape::Lines;
                    }
                    return Ok(Some(start));
                }
                Some(_) => {
                    // This is not JSON; the line is reported.
                    self.text.take_line(raw)?;
                    self.shape = Shape::Lines;
                    return Ok(Some(start));
                }
                None => return Ok(Some(start)),
            }
        }
    }

    /// Whether a member holds the records: `value` in a page of Graph, `Resources` in a
    /// SCIM list response, `Operations` in a bulk request (RFC 7644, 3.7), which a patch
    /// request has too.
    fn list(&self, before: &[u8], key: &[u8]) -> Option<List> {
        match key {
            b"\"value\"" | b"\"Resources\"" => Some(List::Objects),
            b"\"Operations\"" if memchr::memmem::find(before, b"PatchOp").is_none() => Some(List::Operations),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Objects,
    Operations,
}

/// Reads bytes and counts lines.
struct Scanner {
    bytes: Bytes,
    line: usize,
    offset: u64,
}

impl Scanner {
    const fn start(&self) -> Start {
        (self.line, self.offset)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.bytes.fill_buf()?.first().copied())
    }

    /// The next byte that is no white space, left where it is.
    fn peek_after_space(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.skip()?;
        }
        Ok(None)
    }

    /// The next byte that is no white space, left where it is; the space is taken.
    fn peek_behind_space(&mut self, out: &mut Vec<u8>) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.take(out)?;
        }
        Ok(None)
    }

    fn skip(&mut self) -> io::Result<()> {
        if let Some(byte) = self.peek()? {
            self.line += usize::from(byte == b'\n');
            self.offset += 1;
            self.bytes.consume(1);
        }
        Ok(())
    }

    fn take(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend(self.peek()?);
        self.skip()
    }

    /// The rest of the line; whether there was one.
    fn take_line(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let read = self.bytes.read_until(b'\n', out)?;
        self.line += 1;
        self.offset += read as u64;
        Ok(read > 0)
    }

    /// Whether nothing more stands on the line.
    fn ends_line(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.peek()? {
            match byte {
                b'\n' => return Ok(true),
                byte if byte.is_ascii_whitespace() => self.skip()?,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// A value, up to where its brackets are closed; a scalar up to what cannot be part
    /// of it. Whether it is JSON is seen when it is read. Gives whether it ends before
    /// the input does.
    fn take_value(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let mut value = Nesting { depth: 0, state: State::First };
        loop {
            let buffer = self.bytes.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let end = value.end(buffer);
            let taken = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            out.extend_from_slice(taken);
            self.line += memchr::memchr_iter(b'\n', taken).count();
            let length = taken.len();
            self.offset += length as u64;
            self.bytes.consume(length);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// How deep inside brackets and quotation marks a scan is.
struct Nesting {
    depth: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte.
    First,
    Plain,
    Quoted,
    /// Behind a backslash.
    Escaped,
}

impl Nesting {
    /// Where the value ends, if it does so in these bytes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            match self.state {
                State::Escaped => {
                    at += 1;
                    self.state = State::Quoted;
                }
                State::Quoted => {
                    let place = memchr::memchr2(b'"', b'\\', rest)?;
                    at += place + 1;
                    if rest.get(place) == Some(&b'\\') {
                        self.state = State::Escaped;
                    } else {
                        self.state = State::Plain;
                        if self.depth == 0 {
                            return Some(at);
                        }
                    }
                }
                State::First | State::Plain => {
                    let byte = *rest.first()?;
                    let first = self.state == State::First;
                    self.state = State::Plain;
                    at += 1;
                    match byte {
                        b'"' if self.depth > 0 || first => self.state = State::Quoted,
                        b'{' | b'[' if self.depth > 0 || first => self.depth += 1,
                        b'}' | b']' if self.depth > 1 => self.depth -= 1,
                        b'}' | b']' if self.depth == 1 => return Some(at),
                        // A lone sign is taken, so that reading goes on behind it.
                        _ if first => {}
                        b',' | b'}' | b']' if self.depth == 0 => return Some(at - 1),
                        byte if self.depth == 0 && byte.is_ascii_whitespace() => return Some(at - 1),
                        _ => {}
                    }
                }
            }
        }
    }
}
