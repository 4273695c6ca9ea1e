//! Checked tree to register code.

mod emit;
mod fold;

use crate::check::Checked;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::program::Program;
use crate::record::Schema;
use std::sync::Arc;

pub(crate) use emit::Emitter;

/// How a program is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    /// Bytes of a produced value.
    pub(crate) limit: usize,
    /// Whether constant subtrees are evaluated when compiling; off in tests that
    /// hold the folded program against the other.
    pub(crate) fold: bool,
}

/// Compiles one expression after the other into one program.
#[derive(Debug)]
pub(crate) struct Builder {
    settings: Settings,
    emitter: Emitter,
}

impl Builder {
    pub(crate) fn new(settings: Settings) -> Self {
        Builder { settings, emitter: Emitter::new(settings.dialect) }
    }

    /// Adds an entry for an expression.
    pub(crate) fn expression(&mut self, mut checked: Checked<'_>, found: &mut Vec<Diagnostic>) {
        if self.settings.fold {
            fold::fold(&mut checked, &self.settings, found);
        }
        self.emitter.entry(checked, found);
    }

    /// The program; `parameters` are those that the checked trees number.
    pub(crate) fn finish(self, schema: Arc<Schema>, parameters: Vec<String>) -> Program {
        self.emitter.finish(self.settings, schema, parameters)
    }
}
