//! An input that is read again, from its beginning or at any record.

use super::parser::Layout;
use super::source::{decoded, marks};
use super::store::Store;
use super::{Binding, Extent, Origin, Parser, Raw, RowError, Source};
use crate::AttributeBag;
use crate::cli::input;
use anyhow::Context;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// An input that can be read any number of times and at any record.
///
/// A regular file in UTF-8 is read where it is, and not closed meanwhile, so that all
/// passes see the same file. Standard input, a pipe, and text in another encoding are
/// kept as UTF-8 in a temporary file that has no name and goes with the process.
pub struct Population {
    store: Store,
    origin: Origin,
    layout: Layout,
    names: Vec<String>,
}

impl Population {
    /// Opens an input, and reads its first record.
    ///
    /// # Errors
    /// The input cannot be opened or has no header; what has to be kept cannot be.
    pub fn open(origin: &Origin) -> anyhow::Result<Self> {
        let context = || input::name(&origin.path);
        // What cannot be opened says its name itself.
        let file = if input::is_standard(&origin.path) { None } else { Some(input::file(&origin.path)?) };
        let store = store(origin, file).with_context(context)?;
        let mut population = Population { store, origin: origin.clone(), layout: Layout::Ldif, names: Vec::new() };
        let mut source = population.source()?;
        population.layout = source.layout();
        population.names = source.names();
        Ok(population)
    }

    /// What messages call the input: `file:line: message`.
    #[must_use]
    pub fn name(&self) -> String {
        input::name(&self.origin.path)
    }

    /// The attributes' names, as far as they are known before the records are read: the
    /// header's, or those of the first object.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The header of CSV: the names that all rows have, and no others.
    #[must_use]
    pub fn header(&self) -> Option<&[String]> {
        matches!(self.layout, Layout::Csv(_)).then_some(self.names.as_slice())
    }

    /// How many bytes of UTF-8 it has: an [`Extent::offset`] shows how far a pass is.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn size(&self) -> anyhow::Result<u64> {
        self.store.size().with_context(|| self.name())
    }

    /// Begins a pass over all records.
    ///
    /// # Errors
    /// The input cannot be read, or has another beginning than before.
    pub fn source(&self) -> anyhow::Result<Source> {
        let bytes = BufReader::with_capacity(1 << 18, self.store.pass());
        Source::begin(Box::new(bytes), &self.origin).with_context(|| self.name())
    }

    /// What reads the records that [`Source::fill`] cuts; one for each thread.
    #[must_use]
    pub fn parser(&self) -> Parser {
        Parser::new(&self.layout)
    }

    /// What reads records at any place; one for each thread.
    #[must_use]
    pub fn reader(&self) -> RecordReader {
        RecordReader {
            store: self.store.clone(),
            layout: self.layout.clone(),
            parser: self.parser(),
            bytes: Vec::new(),
        }
    }
}

/// Reads the records of a [`Population`] at any place. A clone reads the same input, for
/// another thread.
pub struct RecordReader {
    store: Store,
    layout: Layout,
    parser: Parser,
    bytes: Vec<u8>,
}

impl RecordReader {
    /// Reads the record that lies there into a bag, which has nothing else then.
    ///
    /// # Errors
    /// The record is broken, or the file has become another one.
    pub fn read(&mut self, extent: Extent, binding: &mut Binding, bag: &mut AttributeBag) -> Result<(), RowError> {
        let length = usize::try_from(extent.len).unwrap_or(usize::MAX);
        self.bytes.resize(length, 0);
        self.store
            .read_exact_at(&mut self.bytes, extent.offset)
            .map_err(|error| RowError::new(extent.line(), format!("the record cannot be read again: {error}")))?;
        self.parser.read(Raw { extent, bytes: &self.bytes }, binding, bag)
    }
}

impl Clone for RecordReader {
    fn clone(&self) -> Self {
        let parser = Parser::new(&self.layout);
        RecordReader { store: self.store.clone(), layout: self.layout.clone(), parser, bytes: Vec::new() }
    }
}

fn store(origin: &Origin, file: Option<File>) -> anyhow::Result<Store> {
    const KEPT: &str = "the input cannot be kept in a temporary file";
    let Some(file) = file else {
        return Store::keep(decoded(input::open(&origin.path)?, origin.encoding)?).context(KEPT);
    };
    if !file.metadata()?.is_file() {
        return Store::keep(decoded(Box::new(BufReader::with_capacity(1 << 16, file)), origin.encoding)?).context(KEPT);
    }
    let whole = Store::new(file);
    let mut bytes = BufReader::with_capacity(1 << 16, whole.pass());
    match marks(bytes.fill_buf()?, origin.encoding) {
        (None, mark) => Ok(whole.behind(mark as u64)),
        _ => Store::keep(decoded(Box::new(bytes), origin.encoding)?).context(KEPT),
    }
}
