//! Populations: many records from one input, one at a time.

pub(super) mod csv;
mod json;

use super::{input, say};
use crate::{AttributeBag, MappingSet, Schema, Slot};
use anyhow::Context;
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Where records come from.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Input")]
pub(super) struct PopulationArgs {
    /// The population: CSV, a JSON array, JSON lines, or a page of Graph; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(super) input: PathBuf,
    /// What the input is, where its name and beginning do not show it
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Format>,
    /// The encoding of an input without byte order mark, such as windows-1252
    #[arg(long, value_parser = encoding, value_name = "NAME")]
    encoding: Option<&'static Encoding>,
    /// What separates the cells of CSV: a character, or tab; otherwise it is found in the header
    #[arg(long, value_parser = delimiter, value_name = "CHARACTER")]
    delimiter: Option<u8>,
    /// An empty cell of CSV is an absent attribute, not the empty text
    #[arg(long)]
    empty_is_absent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Rows under a header
    Csv,
    /// An array of objects, a page {"value": […]}, or objects one after the other
    Json,
    /// An object a line
    Jsonl,
}

fn encoding(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes()).ok_or_else(|| "there is no such encoding".to_owned())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        (_, [byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ => Err("one ASCII character is wanted, or tab".to_owned()),
    }
}

/// A record could not be read; the others can, if the source goes on.
#[derive(Debug)]
pub(super) struct RowError {
    /// The line of the input on which the record starts, from 1.
    pub(super) line: usize,
    pub(super) message: String,
}

impl RowError {
    fn new(line: usize, message: impl Into<String>) -> Self {
        RowError { line, message: message.into() }
    }
}

/// Reads records into one bag.
pub(super) enum Source {
    Csv(csv::Rows),
    Json(json::Objects),
}

impl Source {
    pub(super) fn open(args: &PopulationArgs) -> anyhow::Result<Self> {
        let bytes = input::open(&args.input)?;
        Self::begin(bytes, args).with_context(|| input::name(&args.input))
    }

    fn begin(bytes: Box<dyn BufRead>, args: &PopulationArgs) -> anyhow::Result<Self> {
        let mut bytes = decoded(bytes, args.encoding)?;
        // Read as CSV it would give records of nulls.
        let start = bytes.fill_buf()?.trim_ascii_start();
        if args.input_format.is_none()
            && [&b"dn:"[..], b"version: 1", b"version:1"].iter().any(|sign| start.starts_with(sign))
        {
            anyhow::bail!("this is LDIF, which is not read: give CSV, JSON or JSON lines");
        }
        let format = match args.input_format.or_else(|| by_name(&args.input)) {
            Some(format) => format,
            None => match bytes.fill_buf()?.trim_ascii_start() {
                [b'{' | b'[', ..] => Format::Json,
                _ => Format::Csv,
            },
        };
        Ok(match format {
            Format::Csv => Source::Csv(csv::Rows::new(bytes, args.delimiter, args.empty_is_absent)?),
            Format::Json => Source::Json(json::Objects::new(bytes, json::Shape::Unknown)),
            Format::Jsonl => Source::Json(json::Objects::new(bytes, json::Shape::Lines)),
        })
    }

    /// The attributes' names, as far as they are known before the records are read.
    pub(super) fn names(&mut self) -> Vec<String> {
        match self {
            Source::Csv(rows) => rows.names(),
            Source::Json(objects) => objects.names(),
        }
    }

    /// Reads the next record into the bag; gives its line, and nothing at the end.
    pub(super) fn next(&mut self, binding: &mut Binding, bag: &mut AttributeBag) -> Option<Result<usize, RowError>> {
        match self {
            Source::Csv(rows) => rows.next(binding, bag),
            Source::Json(objects) => objects.next(binding, bag),
        }
    }
}

fn by_name(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "tab" => Some(Format::Csv),
        "json" => Some(Format::Json),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        _ => None,
    }
}

/// UTF-8 without byte order mark. UTF-8 itself passes unseen, so that a record with
/// other bytes can be reported by its line.
fn decoded(mut bytes: Box<dyn BufRead>, encoding: Option<&'static Encoding>) -> io::Result<Box<dyn BufRead>> {
    let start = bytes.fill_buf()?;
    let marked = Encoding::for_bom(start);
    let chosen = marked.map(|(encoding, _)| encoding).or(encoding).filter(|chosen| *chosen != encoding_rs::UTF_8);
    match chosen {
        None => {
            bytes.consume(marked.map_or(0, |(_, length)| length));
            Ok(bytes)
        }
        Some(encoding) => {
            // A byte order mark is taken off, and goes over what was chosen.
            let decoder = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(bytes);
            Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)))
        }
    }
}

/// Which slot an attribute of the input goes to.
#[derive(Debug)]
pub(super) struct Binding {
    schema: std::sync::Arc<Schema>,
    /// By slot, whether a mapping reads it.
    read: Vec<bool>,
    /// Everything is kept, read or not: seeded values are drawn from the whole record.
    everything: bool,
    /// By name, once it was looked up.
    known: HashMap<String, Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Slot(Slot),
    /// The slot of a name that differs in case; the exact name goes first.
    Alike(Slot),
    /// No mapping reads it, but the record is to hold it.
    Extra,
    Ignored,
}

impl Binding {
    pub(super) fn new(set: &MappingSet, everything: bool) -> Self {
        let schema = set.schema().clone();
        let mut read = vec![false; schema.names().len()];
        for mapping in 0..set.mappings().len() {
            for slot in set.reads(mapping) {
                if let Some(read) = read.get_mut(*slot as usize) {
                    *read = true;
                }
            }
        }
        Binding { schema, read, everything, known: HashMap::new() }
    }

    fn is_read(&self, slot: Slot) -> bool {
        self.read.get(slot as usize).is_some_and(|read| *read)
    }

    /// Looks a name up exactly, then ignoring case; that is said once.
    pub(super) fn place(&mut self, name: &str) -> Place {
        if let Some(place) = self.known.get(name) {
            return *place;
        }
        let place = self.find(name);
        if let Place::Alike(slot) = place {
            say(format_args!(
                "warning[AF106]: the attribute {name} of the input is read as [{}]",
                self.schema.name(slot)
            ));
        }
        self.known.insert(name.to_owned(), place);
        place
    }

    fn find(&self, name: &str) -> Place {
        if let Some(slot) = self.schema.slot(name) {
            return if self.everything || self.is_read(slot) { Place::Slot(slot) } else { Place::Ignored };
        }
        let folded = name.to_lowercase();
        let mut alike = (0..)
            .zip(self.schema.names())
            .filter(|(slot, known)| self.is_read(*slot) && known.to_lowercase() == folded);
        match (alike.next(), alike.next()) {
            (Some((slot, _)), None) => Place::Alike(slot),
            _ if self.everything => Place::Extra,
            _ => Place::Ignored,
        }
    }

    pub(super) fn name(&self, slot: Slot) -> &str {
        self.schema.name(slot)
    }
}
