//! Makes records of what was cut.

use super::{Binding, Raw, RowError, csv, ldif, members};
use crate::AttributeBag;

/// How the records of an input are written.
#[derive(Debug, Clone)]
pub(super) enum Layout {
    Csv(csv::Layout),
    /// Objects, or operations of a bulk request that hold them.
    Json {
        bulk: bool,
    },
    Ldif,
}

/// Reads cut records into bags. Every thread has its own.
pub struct Parser {
    kind: Kind,
}

enum Kind {
    Csv(Box<csv::Reader>),
    Json { bulk: bool },
    Ldif,
}

impl Parser {
    pub(super) fn new(layout: &Layout) -> Self {
        let kind = match layout {
            Layout::Csv(layout) => Kind::Csv(Box::new(csv::Reader::new(layout))),
            Layout::Json { bulk } => Kind::Json { bulk: *bulk },
            Layout::Ldif => Kind::Ldif,
        };
        Parser { kind }
    }

    /// Reads a record into a bag, which has nothing else then. A parser is used with one
    /// binding (and copies of it), a bag with one parser.
    ///
    /// # Errors
    /// The record is broken; the bag holds a part of it, or of the one before.
    pub fn read(&mut self, raw: Raw<'_>, binding: &mut Binding, bag: &mut AttributeBag) -> Result<(), RowError> {
        let line = raw.extent.line();
        match &mut self.kind {
            Kind::Csv(reader) => reader.read(raw.bytes, line, binding, bag),
            Kind::Json { bulk } => members::read(raw.bytes, line, *bulk, binding, bag),
            Kind::Ldif => ldif::read(raw.bytes, line, binding, bag),
        }
    }
}
