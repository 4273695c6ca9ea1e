//! Checked tree to register code.

mod emit;
mod fold;
mod share;

use crate::check::Checked;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::program::Program;
use crate::record::Schema;
use std::sync::Arc;

use emit::Emitter;

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

/// Compiles expressions into one program: all are checked and folded first, so that
/// what several of them compute is known before code is written.
#[derive(Debug)]
pub(crate) struct Builder<'r> {
    settings: Settings,
    entries: Vec<Checked<'r>>,
}

impl<'r> Builder<'r> {
    pub(crate) fn new(settings: Settings) -> Self {
        Builder { settings, entries: Vec::new() }
    }

    /// Adds an entry for an expression.
    pub(crate) fn expression(&mut self, mut checked: Checked<'r>, found: &mut Vec<Diagnostic>) {
        if self.settings.fold {
            fold::fold(&mut checked, &self.settings, found);
        }
        self.entries.push(checked);
    }

    /// The program, with what was found while its entries were written, a list for each;
    /// `parameters` are those that the checked trees number.
    pub(crate) fn finish(self, schema: Arc<Schema>, parameters: Vec<String>) -> (Program, Vec<Vec<Diagnostic>>) {
        let (program, found, _) = self.write(schema, parameters);
        (program, found)
    }

    fn write(self, schema: Arc<Schema>, parameters: Vec<String>) -> (Program, Vec<Vec<Diagnostic>>, Vec<Checked<'r>>) {
        let mut emitter = Emitter::new(self.settings);
        if self.settings.fold {
            emitter.share(&self.entries);
        }
        let mut all = Vec::with_capacity(self.entries.len());
        for checked in &self.entries {
            let mut found = Vec::new();
            emitter.entry(checked, &mut found);
            all.push(found);
        }
        (emitter.finish(schema, parameters), all, self.entries)
    }
}
