//! Records of a stream, one after the other.

use super::entry::{Entry, LdifError, bare};
use std::io::{self, BufRead};

/// Cuts records out of a stream without reading what is in them, so that threads can
/// do that, and a record can be found again by its place.
///
/// A record ends at an empty line, or where the next `dn:` shows that one is missing.
/// Comments before a record, a first line `version: 1`, and what ldapsearch writes
/// behind the objects of a search that succeeded are no records.
///
/// ```
/// use attrflow::ldif::{Cutter, Entry};
/// let text = b"version: 1\n\n# Ann\ndn: CN=Ann\nsn: Lee\n\ndn: CN=Bo\nsn: Li\n";
/// let (mut cutter, mut record) = (Cutter::new(&text[..]), Vec::new());
/// let first = cutter.cut(&mut record)?.expect("a record");
/// assert_eq!((first.line, first.offset, record.len()), (4, 18, 19));
/// assert_eq!(Entry::parse(&record, first.line)?.dn, "CN=Ann");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Cutter<R> {
    bytes: R,
    /// The line that was read last, and whether it begins the next record.
    text: Vec<u8>,
    held: bool,
    /// The number of the line that is read next, from 1.
    line: usize,
    /// The place of the byte that is read next.
    offset: u64,
    began: bool,
}

/// Where a record lies in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Its first line, from 1.
    pub line: usize,
    /// Its first byte, from 0.
    pub offset: u64,
}

impl<R: BufRead> Cutter<R> {
    /// Reads from a stream of UTF-8 text.
    pub const fn new(bytes: R) -> Self {
        Cutter { bytes, text: Vec::new(), held: false, line: 1, offset: 0, began: false }
    }

    /// The line on which reading stands, from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Appends the next record to `record`; gives its place, and nothing at the end.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn cut(&mut self, record: &mut Vec<u8>) -> io::Result<Option<Cut>> {
        loop {
            let start = record.len();
            let Some(cut) = self.paragraph(record)? else { return Ok(None) };
            if !is_trailer(record.get(start..).unwrap_or_default()) {
                return Ok(Some(cut));
            }
            record.truncate(start);
        }
    }

    fn paragraph(&mut self, record: &mut Vec<u8>) -> io::Result<Option<Cut>> {
        let mut cut = None;
        let mut comment = false;
        while self.held || self.read()? {
            self.held = false;
            let line = bare(&self.text);
            if line.is_empty() {
                comment = false;
                self.pass();
                if cut.is_some() {
                    break;
                }
                continue;
            }
            if cut.is_none() {
                comment = line.starts_with(b"#") || comment && line.starts_with(b" ");
                let version = !self.began && is_version(line);
                if comment || version {
                    self.began |= version;
                    self.pass();
                    continue;
                }
                self.began = true;
                cut = Some(Cut { line: self.line, offset: self.offset });
            } else if line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"dn:")) {
                self.held = true;
                break;
            }
            record.extend_from_slice(&self.text);
            self.pass();
        }
        Ok(cut)
    }

    fn read(&mut self) -> io::Result<bool> {
        self.text.clear();
        Ok(self.bytes.read_until(b'\n', &mut self.text)? > 0)
    }

    fn pass(&mut self) {
        self.line += 1;
        self.offset += self.text.len() as u64;
    }
}

fn is_version(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.strip_prefix(b"version:").is_some_and(|version| version.trim_ascii() == b"1")
}

/// What ldapsearch writes that is no object: references to other servers, and the
/// result of a search that succeeded.
fn is_trailer(record: &[u8]) -> bool {
    record.starts_with(b"ref: ")
        || record.starts_with(b"search: ")
            && record.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"result: 0 "))
}

/// The objects of a stream, one at a time. A record that cannot be read is an error,
/// and the next goes on behind it; after an error of the stream itself there is no
/// next.
///
/// See the [module](super) for an example.
#[derive(Debug)]
pub struct Reader<R> {
    cutter: Cutter<R>,
    record: Vec<u8>,
    done: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from a stream of UTF-8 text.
    pub const fn new(bytes: R) -> Self {
        Reader { cutter: Cutter::new(bytes), record: Vec::new(), done: false }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Entry>;

    /// The next object. A record that is none gives an error of the kind
    /// [`InvalidData`](io::ErrorKind::InvalidData) that holds an [`LdifError`].
    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        self.record.clear();
        match self.cutter.cut(&mut self.record) {
            Ok(Some(cut)) => Some(
                Entry::parse(&self.record, cut.line)
                    .map_err(|error: LdifError| io::Error::new(io::ErrorKind::InvalidData, error)),
            ),
            Ok(None) => None,
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }
}
