//! JSON objects: an array of them, a page of Graph, a SCIM list or bulk request, one a
//! line, or one after the other.
//!
//! Records are cut out of the text by brackets and quotation marks: one that is broken
//! is reported with its line when it is read, and the next is read. One whose brackets
//! are not closed would take everything behind it along: it ends where a line that is
//! not further in begins with `{`.

use super::text::Text;
use super::{Bytes, Chunk, RowError};
use serde_json::Value as Json;
use std::io::{self, BufRead};

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
    /// What stands before the list of a page.
    head: Vec<u8>,
    /// The objects of the page so far.
    count: u64,
    /// What there is to say of a page that is not the last one.
    partial: Option<&'static str>,
}

/// What stands around the list of a page is about the page; more than this is not looked at.
const AROUND: usize = 1 << 20;

/// The line and the byte that a record starts with.
type Start = (usize, u64);

impl Objects {
    pub(super) const fn new(bytes: Bytes, shape: Shape) -> Self {
        Objects { text: Scanner::new(bytes), shape, bulk: false, head: Vec::new(), count: 0, partial: None }
    }

    /// Whether the records are operations of a bulk request; known once one was cut.
    pub(super) const fn is_bulk(&self) -> bool {
        self.bulk
    }

    /// Appends the next record, or what is wrong with it; nothing at the end of the input.
    pub(super) fn cut(&mut self, chunk: &mut Chunk) -> bool {
        let begin = chunk.bytes.len();
        match self.next(&mut chunk.bytes) {
            Ok(None) => match self.partial.take() {
                Some(message) => chunk.error(RowError::new(self.text.line, message).cut_off()),
                None => return false,
            },
            Ok(Some((line, _))) if chunk.bytes.len() == begin => {
                chunk.error(RowError::new(line, "the input ends before its list does").cut_off());
            }
            Ok(Some((line, offset))) => chunk.record(begin, offset, line),
            Err(error) => {
                chunk.bytes.truncate(begin);
                self.shape = Shape::Done;
                chunk.error(RowError::new(self.text.line, format!("the input cannot be read: {error}")).cut_off());
            }
        }
        true
    }

    fn next(&mut self, raw: &mut Vec<u8>) -> io::Result<Option<Start>> {
        loop {
            match self.shape {
                Shape::Done => return Ok(None),
                Shape::Unknown => {
                    let begin = raw.len();
                    if let Some(start) = self.begin(raw)? {
                        if self.shape == Shape::Stream && self.text.fill_buf()?.is_empty() {
                            self.text.recover(raw, begin);
                        }
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
                        if page {
                            self.page_ends()?;
                        } else {
                            self.shape = Shape::Stream;
                        }
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

    /// Looks at what else a page holds: whether there are more objects than these.
    fn page_ends(&mut self) -> io::Result<()> {
        self.shape = Shape::Done;
        let mut page = std::mem::take(&mut self.head);
        page.extend_from_slice(b"null");
        while page.len() < AROUND && self.text.take_line(&mut page)? {}
        let page: Json = serde_json::from_slice(page.trim_ascii_end()).unwrap_or_default();
        let next = |name: &str| page.get(name).is_some_and(|link| !link.is_null());
        self.partial = if next("@odata.nextLink") || next("odata.nextLink") {
            Some("this is one page of several: it has a nextLink")
        } else if page.get("totalResults").and_then(Json::as_u64).is_some_and(|all| all > self.count) {
            Some("this is a part of a list: totalResults says that there are more")
        } else {
            None
        };
        Ok(())
    }

    fn value(&mut self, raw: &mut Vec<u8>) -> io::Result<Start> {
        let start = self.text.start();
        self.count += 1;
        if self.text.take_record(raw)? == Taken::End {
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
                            self.head =
                                raw.get(begin..).filter(|head| head.len() < AROUND).unwrap_or_default().to_vec();
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
                    self.text.recover_at(raw, begin, 0);
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
    bytes: Text,
    line: usize,
    offset: u64,
    /// How far in the line begins, and whether nothing else stands on it yet.
    indent: usize,
    fresh: bool,
    /// Up to here, text is read again because a record was not closed.
    careful: u64,
    /// Where the next record begins at the latest, in text that is read again.
    next: u64,
}

/// How a record ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// With its last bracket.
    Whole,
    /// Where the next seems to begin.
    Cut,
    /// With the input.
    End,
}

/// A record that is longer has a bracket that is not closed, if another one seems to
/// begin in it.
const LONGEST: usize = 64 << 20;

impl Scanner {
    const fn new(bytes: Bytes) -> Self {
        Scanner { bytes: Text::new(bytes), line: 1, offset: 0, indent: 0, fresh: true, careful: 0, next: 0 }
    }

    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.bytes.fill_buf()
    }

    /// These bytes have been read.
    fn pass(&mut self, taken: &[u8]) {
        self.line += memchr::memchr_iter(b'\n', taken).count();
        self.offset += taken.len() as u64;
        let begun = match memchr::memrchr(b'\n', taken) {
            Some(end) => {
                (self.indent, self.fresh) = (0, true);
                taken.get(end + 1..).unwrap_or_default()
            }
            None => taken,
        };
        if self.fresh {
            let blank = begun.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.indent += blank;
            self.fresh = blank == begun.len();
        }
    }

    /// A value that is a record: as [`Scanner::take_value`], but one that does not end
    /// costs itself only.
    fn take_record(&mut self, out: &mut Vec<u8>) -> io::Result<Taken> {
        let (begin, indent) = (out.len(), self.indent);
        if self.offset < self.careful {
            let rest = self.bytes.returned();
            if self.offset >= self.next {
                let length = boundary(rest, indent).unwrap_or(rest.len());
                self.next = self.offset + length as u64;
            }
            let length = usize::try_from(self.next - self.offset).unwrap_or(usize::MAX);
            if let Some(own) = rest.get(..length).filter(|own| own.len() < rest.len()) {
                let end = Nesting::new().end(own);
                out.extend_from_slice(own.get(..end.unwrap_or(length)).unwrap_or_default());
                let taken = out.get(begin..).unwrap_or_default();
                self.bytes.consume(taken.len());
                self.pass(taken);
                return Ok(if end.is_some() { Taken::Whole } else { Taken::Cut });
            }
        }
        let mut value = Nesting::new();
        let ended = self.take_more(out, &mut value, LONGEST)?;
        if (!ended || value.crossed) && self.recover_at(out, begin, indent) {
            return Ok(Taken::Cut);
        }
        // What is that long may be a record for all that.
        let ended = ended || self.take_more(out, &mut value, usize::MAX)?;
        Ok(if ended { Taken::Whole } else { Taken::End })
    }

    /// Gives back what was taken along from where the next record seems to begin; whether
    /// there is such a place.
    fn recover_at(&mut self, out: &mut Vec<u8>, begin: usize, indent: usize) -> bool {
        let raw = out.get(begin..).unwrap_or_default();
        let Some(length) = boundary(raw, indent) else { return false };
        let back = raw.get(length..).unwrap_or_default();
        self.careful = self.offset;
        self.next = 0;
        self.offset -= back.len() as u64;
        self.line -= memchr::memchr_iter(b'\n', back).count();
        (self.indent, self.fresh) = (0, true);
        self.bytes.put_back(back);
        out.truncate(begin + length);
        true
    }

    /// The same for the first record, which begins its line.
    fn recover(&mut self, out: &mut Vec<u8>, begin: usize) {
        if Nesting::new().end(out.get(begin..).unwrap_or_default()).is_none() {
            self.recover_at(out, begin, 0);
        }
    }

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
            self.pass(&[byte]);
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
        (self.indent, self.fresh) = (0, true);
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
        self.take_more(out, &mut Nesting::new(), usize::MAX)
    }

    fn take_more(&mut self, out: &mut Vec<u8>, value: &mut Nesting, longest: usize) -> io::Result<bool> {
        let begin = out.len();
        loop {
            let buffer = self.bytes.fill_buf()?;
            if buffer.is_empty() || out.len() - begin > longest {
                return Ok(false);
            }
            let end = value.end(buffer);
            let from = out.len();
            out.extend_from_slice(buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default());
            let taken = out.get(from..).unwrap_or_default();
            self.bytes.consume(taken.len());
            self.pass(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// Where a line of the text behind its first begins with `{`, not further in than so.
fn boundary(text: &[u8], indent: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', text).map(|end| end + 1).find(|start| {
        let line = text.get(*start..).unwrap_or_default();
        let blank = line.iter().take(indent + 1).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        blank <= indent && line.get(blank) == Some(&b'{')
    })
}

/// How deep inside brackets and quotation marks a scan is.
struct Nesting {
    /// The brackets that are open.
    open: Vec<u8>,
    /// A bracket was closed by one of the other kind.
    crossed: bool,
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
    const fn new() -> Self {
        Nesting { open: Vec::new(), crossed: false, state: State::First }
    }

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
                        if self.open.is_empty() {
                            return Some(at);
                        }
                    }
                }
                State::First | State::Plain => {
                    let byte = *rest.first()?;
                    let first = self.state == State::First;
                    self.state = State::Plain;
                    at += 1;
                    let inside = !self.open.is_empty();
                    match byte {
                        b'"' if inside || first => self.state = State::Quoted,
                        b'{' | b'[' if inside || first => self.open.push(byte),
                        b'}' | b']' if inside => {
                            let opened = self.open.pop();
                            self.crossed |= (opened == Some(b'{')) != (byte == b'}');
                            if self.open.is_empty() {
                                return Some(at);
                            }
                        }
                        // A lone sign is taken, so that reading goes on behind it.
                        _ if first => {}
                        b',' | b'}' | b']' if !inside => return Some(at - 1),
                        byte if !inside && byte.is_ascii_whitespace() => return Some(at - 1),
                        _ => {}
                    }
                }
            }
        }
    }
}
