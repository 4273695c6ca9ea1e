//! An input that is read once.

use super::parser::Layout;
use super::{Binding, Bytes, Chunk, Extent, Format, Origin, Parser, RowError, csv, json, ldif, members};
use crate::AttributeBag;
use crate::cli::input;
use anyhow::Context;
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::io::{self, BufReader};

/// Reads an input from its beginning to its end and keeps nothing of it.
pub struct Source {
    cutter: Cutter,
    /// The first record, when it was cut for its names.
    first: Option<Chunk>,
    /// For records that are read one at a time.
    chunk: Chunk,
    parser: Option<Parser>,
}

enum Cutter {
    Csv(csv::Rows, csv::Layout),
    Json(json::Objects),
    Ldif(ldif::Records),
}

impl Source {
    /// Opens an input.
    ///
    /// # Errors
    /// The input cannot be opened, or has no header.
    pub fn open(origin: &Origin) -> anyhow::Result<Self> {
        let bytes = input::open(&origin.path)?;
        decoded(bytes, origin.encoding)
            .map_err(anyhow::Error::from)
            .and_then(|bytes| Source::begin(bytes, origin))
            .with_context(|| input::name(&origin.path))
    }

    /// Reads UTF-8 without byte order mark.
    pub(super) fn begin(mut bytes: Bytes, origin: &Origin) -> anyhow::Result<Self> {
        let cutter = match Format::find(origin, bytes.fill_buf()?) {
            Format::Csv => {
                let (rows, layout) = csv::Rows::new(bytes, origin.delimiter, origin.empty_is_absent)?;
                Cutter::Csv(rows, layout)
            }
            Format::Json => Cutter::Json(json::Objects::new(bytes, json::Shape::Unknown)),
            Format::Jsonl => Cutter::Json(json::Objects::new(bytes, json::Shape::Lines)),
            Format::Ldif => Cutter::Ldif(ldif::Records::new(bytes)),
        };
        Ok(Source { cutter, first: None, chunk: Chunk::new(), parser: None })
    }

    /// The attributes' names, as far as they are known before the records are read: the
    /// header's, or those of the first object.
    pub fn names(&mut self) -> Vec<String> {
        if let Cutter::Csv(_, layout) = &self.cutter {
            return layout.names();
        }
        let is_ldif = matches!(self.cutter, Cutter::Ldif(_));
        let bulk = matches!(self.layout(), Layout::Json { bulk: true });
        match self.first().get(0) {
            Some(Ok(raw)) if is_ldif => ldif::names(raw.bytes),
            Some(Ok(raw)) => members::names(raw.bytes, bulk),
            _ => Vec::new(),
        }
    }

    fn first(&mut self) -> &Chunk {
        if self.first.is_none() {
            let mut chunk = Chunk::new();
            self.cut(&mut chunk);
            self.first = Some(chunk);
        }
        self.first.get_or_insert_with(Chunk::new)
    }

    /// How the records are written. For JSON the first has to be looked at.
    pub(super) fn layout(&mut self) -> Layout {
        if matches!(self.cutter, Cutter::Json(_)) {
            self.first();
        }
        match &self.cutter {
            Cutter::Csv(_, layout) => Layout::Csv(layout.clone()),
            Cutter::Json(objects) => Layout::Json { bulk: objects.is_bulk() },
            Cutter::Ldif(_) => Layout::Ldif,
        }
    }

    /// What reads the records that [`Source::fill`] cuts; one for each thread.
    #[must_use]
    pub fn parser(&mut self) -> Parser {
        Parser::new(&self.layout())
    }

    fn cut(&mut self, chunk: &mut Chunk) -> bool {
        match &mut self.cutter {
            Cutter::Csv(rows, _) => rows.cut(chunk),
            Cutter::Json(objects) => objects.cut(chunk),
            Cutter::Ldif(records) => records.cut(chunk),
        }
    }

    /// Cuts up to so many records into the chunk, which has nothing else then, and not
    /// many more bytes than a megabyte; gives whether there are any.
    pub fn fill(&mut self, chunk: &mut Chunk, up_to: usize) -> bool {
        const BYTES: usize = 1 << 20;
        match self.first.take() {
            Some(first) => *chunk = first,
            None => chunk.clear(),
        }
        while chunk.len() < up_to && chunk.size() < BYTES && self.cut(chunk) {}
        !chunk.is_empty()
    }

    /// Reads the next record into the bag; gives where it lies, and nothing at the end.
    pub fn next(&mut self, binding: &mut Binding, bag: &mut AttributeBag) -> Option<Result<Extent, RowError>> {
        let mut chunk = std::mem::take(&mut self.chunk);
        let read = self.fill(&mut chunk, 1).then(|| chunk.get(0)).flatten().map(|cut| {
            let raw = cut.map_err(RowError::clone)?;
            let mut parser = self.parser.take().unwrap_or_else(|| self.parser());
            let read = parser.read(raw, binding, bag);
            self.parser = Some(parser);
            read.map(|()| raw.extent)
        });
        self.chunk = chunk;
        read
    }
}

/// The encoding of an input that is not UTF-8, and the length of its byte order mark.
pub(super) fn marks(start: &[u8], encoding: Option<&'static Encoding>) -> (Option<&'static Encoding>, usize) {
    let marked = Encoding::for_bom(start);
    // A byte order mark goes over what was chosen.
    let chosen = marked.map(|(encoding, _)| encoding).or(encoding);
    (chosen.filter(|chosen| *chosen != encoding_rs::UTF_8), marked.map_or(0, |(_, length)| length))
}

/// UTF-8 without byte order mark. UTF-8 itself passes unseen, so that a record with
/// other bytes can be reported by its line.
pub(super) fn decoded(mut bytes: Bytes, encoding: Option<&'static Encoding>) -> io::Result<Bytes> {
    match marks(bytes.fill_buf()?, encoding) {
        (None, mark) => {
            bytes.consume(mark);
            Ok(bytes)
        }
        (Some(encoding), _) => {
            let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(bytes);
            Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)))
        }
    }
}
