//! A file that is reported on: places in it, and findings drawn at them.

use super::render::{Origin, Painter};
use crate::Diagnostic;

/// A file, or an expression of the command line, which has no name.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
    /// The offset of each line.
    lines: Vec<usize>,
}

impl File {
    pub(super) fn new(name: String, text: String) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let lines = std::iter::once(0).chain(ends.map(|end| end + 1)).collect();
        File { name, text, lines }
    }

    /// The file's name; nothing for an expression of the command line.
    pub(super) fn name(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Line and column (in characters) of an offset, from 1.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }

    /// A finding, drawn at the offset that it stands at: about an expression, or where there
    /// is none about the line.
    pub(super) fn draw(
        &self,
        painter: Painter,
        subject: Option<&str>,
        expression: &str,
        offset: usize,
        finding: &Diagnostic,
    ) -> String {
        let (line, column) = self.place(offset);
        let shown =
            if expression.is_empty() { self.text.lines().nth(line - 1).unwrap_or_default().trim() } else { expression };
        let origin = Origin {
            subject: subject.filter(|subject| !subject.is_empty()).map(str::to_owned),
            place: self.name().map(|name| (name.to_owned(), line, column)),
        };
        painter.diagnostic(shown, &origin, finding)
    }
}
