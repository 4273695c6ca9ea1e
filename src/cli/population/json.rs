//! JSON objects: an array of them, a page of Graph, one a line, or one after the other.
//!
//! Records are cut out of the text first, by brackets and quotation marks, and read
//! then: one that is broken is reported with its line, and the next is read.

use super::{Binding, Place, RowError};
use crate::AttributeBag;
use crate::cli::record::{kind, owned};
use crate::cli::tree::place_free;
use serde_json::{Map, Value as Json};
use std::io::{self, BufRead};

/// How objects follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Shape {
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

type Object = Map<String, Json>;

/// Reads objects.
pub(in crate::cli) struct Objects {
    text: Scanner,
    shape: Shape,
    raw: Vec<u8>,
    /// The first object, when it was read for its names.
    first: Option<Option<Result<(usize, Object), RowError>>>,
}

impl Objects {
    pub(super) fn new(bytes: Box<dyn BufRead>, shape: Shape) -> Self {
        Objects { text: Scanner { bytes, line: 1 }, shape, raw: Vec::new(), first: None }
    }

    pub(super) fn names(&mut self) -> Vec<String> {
        if self.first.is_none() {
            self.first = Some(self.object());
        }
        match &self.first {
            Some(Some(Ok((_, object)))) => object.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn next(&mut self, binding: &mut Binding, bag: &mut AttributeBag) -> Option<Result<usize, RowError>> {
        let next = match self.first.take() {
            Some(first) => first,
            None => self.object(),
        };
        let (line, object) = match next? {
            Ok(read) => read,
            Err(error) => return Some(Err(error)),
        };
        bag.clear();
        let mut alike = Vec::new();
        for (name, value) in object {
            match binding.place(&name) {
                Place::Slot(slot) => bag.set_slot(slot, owned(value)),
                Place::Alike(slot) => alike.push((slot, value)),
                Place::Extra => bag.set(&name, owned(value)),
                Place::Ignored => {}
            }
        }
        for (slot, value) in alike {
            if bag.get(binding.name(slot)).is_none() {
                bag.set_slot(slot, owned(value));
            }
        }
        Some(Ok(line))
    }

    fn object(&mut self) -> Option<Result<(usize, Object), RowError>> {
        self.raw.clear();
        let line = match self.cut() {
            Ok(Some(line)) => line,
            Ok(None) => return None,
            Err(error) => {
                self.shape = Shape::Done;
                return Some(Err(RowError::new(self.text.line, format!("the input cannot be read: {error}"))));
            }
        };
        if self.raw.is_empty() {
            return Some(Err(RowError::new(line, "the input ends before its list does")));
        }
        Some(match serde_json::from_slice::<Json>(self.raw.trim_ascii_end()) {
            Ok(Json::Object(object)) => Ok((line, object)),
            Ok(other) => Err(RowError::new(line, format!("the record is {}; an object is wanted", kind(&other)))),
            Err(error) => {
                let place = line + error.line().saturating_sub(1);
                Err(RowError::new(place, format!("the record is not JSON: {}", place_free(&error))))
            }
        })
    }

    /// Cuts the next record out into `raw`; gives the line it starts on.
    fn cut(&mut self) -> io::Result<Option<usize>> {
        loop {
            match self.shape {
                Shape::Done => return Ok(None),
                Shape::Unknown => {
                    if let Some(line) = self.begin()? {
                        return Ok(Some(line));
                    }
                }
                Shape::Lines => {
                    let line = self.text.line;
                    if !self.text.take_line(&mut self.raw)? {
                        self.shape = Shape::Done;
                        return Ok(None);
                    }
                    if !self.raw.trim_ascii().is_empty() {
                        return Ok(Some(line));
                    }
                    self.raw.clear();
                }
                Shape::List { page } => match self.text.peek_after_space()? {
                    Some(b',') => self.text.skip()?,
                    Some(b']') => {
                        self.text.skip()?;
                        // What else a page holds is about the page.
                        self.shape = if page { Shape::Done } else { Shape::Stream };
                    }
                    Some(_) => return self.value().map(Some),
                    None => {
                        self.shape = Shape::Done;
                        // Nothing was cut out: that is told as the input's end.
                        return Ok(Some(self.text.line));
                    }
                },
                Shape::Stream => match self.text.peek_after_space()? {
                    Some(_) => return self.value().map(Some),
                    None => self.shape = Shape::Done,
                },
            }
        }
    }

    fn value(&mut self) -> io::Result<usize> {
        let line = self.text.line;
        if !self.text.take_value(&mut self.raw)? {
            // The end of the input is told with the record that it cuts off.
            self.shape = Shape::Done;
        }
        Ok(line)
    }

    /// Finds out how objects follow each other. An object that turns out to be a record
    /// is left in `raw`.
    fn begin(&mut self) -> io::Result<Option<usize>> {
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
        let line = self.text.line;
        self.shape = Shape::Stream;
        self.text.take(&mut self.raw)?;
        loop {
            match self.text.peek_after_space()? {
                Some(b'"') => {
                    let start = self.raw.len();
                    self.text.take_value(&mut self.raw)?;
                    // A page of Graph has its objects under `value`, a SCIM list response under `Resources`.
                    let is_value = matches!(self.raw.get(start..), Some(b"\"value\"" | b"\"Resources\""));
                    if self.text.peek_after_space()? == Some(b':') {
                        self.text.take(&mut self.raw)?;
                    }
                    match self.text.peek_after_space()? {
                        Some(b'[') if is_value => {
                            self.text.skip()?;
                            self.raw.clear();
                            self.shape = Shape::List { page: true };
                            return Ok(None);
                        }
                        Some(_) => {
                            self.text.take_value(&mut self.raw)?;
                        }
                        None => return Ok(Some(line)),
                    }
                }
                Some(b',') => self.text.take(&mut self.raw)?,
                Some(b'}') => {
                    self.text.take(&mut self.raw)?;
                    // An object on a line of its own: the others are too, and a broken one
                    // does not reach beyond its line.
                    if self.text.line == line && self.text.ends_line()? {
                        self.shape = Shape::Lines;
                    }
                    return Ok(Some(line));
                }
                Some(_) => {
                    // This is not JSON; the line is reported.
                    self.text.take_line(&mut self.raw)?;
                    self.shape = Shape::Lines;
                    return Ok(Some(line));
                }
                None => return Ok(Some(line)),
            }
        }
    }
}

/// Reads bytes and counts lines.
struct Scanner {
    bytes: Box<dyn BufRead>,
    line: usize,
}

impl Scanner {
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

    fn skip(&mut self) -> io::Result<()> {
        if let Some(byte) = self.peek()? {
            self.line += usize::from(byte == b'\n');
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
        let mut depth = 0_usize;
        let mut quoted = false;
        let mut escaped = false;
        let start = out.len();
        loop {
            let buffer = self.bytes.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            let mut end = None;
            for (index, byte) in buffer.iter().enumerate() {
                let first = index == 0 && out.len() == start;
                if quoted {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            quoted = false;
                            if depth == 0 {
                                end = Some(index + 1);
                            }
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' if depth > 0 || first => quoted = true,
                        b'{' | b'[' if depth > 0 || first => depth += 1,
                        b'}' | b']' if depth > 1 => depth -= 1,
                        b'}' | b']' if depth == 1 => end = Some(index + 1),
                        // A lone sign is taken, so that reading goes on behind it.
                        _ if first => {}
                        b',' | b'}' | b']' if depth == 0 => end = Some(index),
                        byte if depth == 0 && byte.is_ascii_whitespace() => end = Some(index),
                        _ => {}
                    }
                }
                if end.is_some() {
                    break;
                }
            }
            let taken = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            out.extend_from_slice(taken);
            self.line += memchr::memchr_iter(b'\n', taken).count();
            let length = taken.len();
            self.bytes.consume(length);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
