//! Options that say where a population is and how it is written.

use encoding_rs::Encoding;
use std::path::{Path, PathBuf};

/// The population that records flow from.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Input")]
pub struct PopulationArgs {
    /// The population: CSV, LDIF, a JSON array, JSON lines, a page of Graph, a SCIM list or bulk request; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub input: PathBuf,
    /// What the input is, where its name and beginning do not show it
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub input_format: Option<Format>,
    /// The encoding of an input without byte order mark, such as windows-1252
    #[arg(long, value_parser = encoding, value_name = "NAME")]
    pub encoding: Option<&'static Encoding>,
    /// What separates the cells of CSV: a character, or tab; otherwise it is found in the header
    #[arg(long, value_parser = delimiter, value_name = "CHARACTER")]
    pub delimiter: Option<u8>,
    /// An empty cell of CSV is an absent attribute, not the empty text
    #[arg(long)]
    pub empty_is_absent: bool,
}

impl PopulationArgs {
    /// Where the records are.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            path: self.input.clone(),
            format: self.input_format,
            encoding: self.encoding,
            delimiter: self.delimiter,
            empty_is_absent: self.empty_is_absent,
        }
    }
}

/// The objects that a target has already.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Target")]
pub struct TargetArgs {
    /// The objects that the target has, in any form that an input may have; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub target: PathBuf,
    /// What the target's file is, where its name and beginning do not show it
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub target_format: Option<Format>,
    /// The encoding of a target's file without byte order mark
    #[arg(long, value_parser = encoding, value_name = "NAME")]
    pub target_encoding: Option<&'static Encoding>,
    /// What separates the cells of a target's CSV
    #[arg(long, value_parser = delimiter, value_name = "CHARACTER")]
    pub target_delimiter: Option<u8>,
    /// An empty cell of a target's CSV is an absent attribute, not the empty text
    #[arg(long)]
    pub target_empty_is_absent: bool,
}

impl TargetArgs {
    /// Where the records are.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            path: self.target.clone(),
            format: self.target_format,
            encoding: self.target_encoding,
            delimiter: self.target_delimiter,
            empty_is_absent: self.target_empty_is_absent,
        }
    }
}

/// Where a population is and how it is written, whatever the options are called.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// How records are written; otherwise the file's name and beginning show it.
    pub format: Option<Format>,
    /// The encoding of bytes without byte order mark; otherwise UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// What separates the cells of CSV; otherwise the header shows it.
    pub delimiter: Option<u8>,
    /// Whether an empty cell of CSV is an absent attribute.
    pub empty_is_absent: bool,
}

impl Origin {
    /// A file whose form is found out by itself.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Origin { path: path.into(), format: None, encoding: None, delimiter: None, empty_is_absent: false }
    }
}

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Rows under a header
    Csv,
    /// An array of objects, a page {"value": […]}, a SCIM list or bulk request, or objects one after the other
    Json,
    /// An object a line
    Jsonl,
    /// Objects of a directory
    Ldif,
}

impl Format {
    /// By the file's name, then by how it begins.
    pub(super) fn find(origin: &Origin, start: &[u8]) -> Format {
        let start = start.trim_ascii_start();
        let begins = |sign: &[u8]| start.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign));
        origin.format.or_else(|| Format::by_name(&origin.path)).unwrap_or_else(|| match start {
            [b'{' | b'[', ..] => Format::Json,
            _ if begins(b"dn:") || begins(b"version: 1") || begins(b"version:1") => Format::Ldif,
            // ldapsearch says first what it writes.
            _ if begins(b"# extended LDIF") || begins(b"# LDIF") => Format::Ldif,
            _ => Format::Csv,
        })
    }

    fn by_name(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "ldif" | "ldf" => Some(Format::Ldif),
            _ => None,
        }
    }
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
