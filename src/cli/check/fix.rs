//! `attrflow check --fix`: safe fixes, written into the file where the expression stands.
//!
//! Only the characters of the fix change. The file is read again afterwards, and if it
//! does not hold exactly the expressions that the fixes give, nothing is written.

use super::document::{Document, Item};
use crate::cli::output::Output;
use crate::cli::say;
use crate::cli::tree::Syntax;
use crate::lint::{Linter, fix_is_safe};
use crate::{Compiler, Diagnostic, Fix};
use anyhow::Context;
use std::ops::Range;
use std::path::Path;

/// A fix may bring another one to light, such as the inner of two negations.
const ROUNDS: usize = 20;

/// Fixes a file as far as it can be; gives the document as it is then. `accepted` says
/// which findings stay as they are.
pub(super) fn fix(
    path: &Path,
    mut document: Document,
    compiler: &Compiler,
    accepted: impl Fn(Option<&str>, &Diagnostic) -> bool,
) -> anyhow::Result<Document> {
    let bytes = std::fs::read(path).with_context(|| document.name.clone())?;
    let Some(mark) = utf8(&bytes, &document.text) else {
        say(format_args!("{}: not fixed, because it is not UTF-8", document.name));
        return Ok(document);
    };
    let linter = Linter::new(compiler);
    let mut count = 0;
    for _ in 0..ROUNDS {
        let edits = edits(&document, &linter, &accepted);
        if edits.is_empty() {
            break;
        }
        let Some(next) = applied(&document, &edits, Syntax::of(path), compiler) else {
            say(format_args!("{}: a fix would change more than its expression; nothing is written", document.name));
            break;
        };
        count += edits.iter().map(|edit| edit.changes.len()).sum::<usize>();
        document = next;
    }
    if count > 0 {
        let mut file = Output::to(Some(path))?;
        file.text(mark)?;
        file.text(&document.text)?;
        file.finish()?;
        let fixes = if count == 1 { "fix" } else { "fixes" };
        say(format_args!("{}: {count} {fixes}", document.name));
    }
    Ok(document)
}

/// The byte order mark of a file, where it is UTF-8 and holds the text.
fn utf8(bytes: &[u8], text: &str) -> Option<&'static str> {
    let whole = std::str::from_utf8(bytes).ok()?;
    let (mark, rest) = match whole.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", whole),
    };
    (rest == text).then_some(mark)
}

/// What happens to one expression.
struct Edit {
    group: usize,
    item: usize,
    /// The expression as it is afterwards.
    expression: String,
    /// Ranges of the file and what takes their place.
    changes: Vec<(Range<usize>, String)>,
}

fn edits(document: &Document, linter: &Linter, accepted: &impl Fn(Option<&str>, &Diagnostic) -> bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (group, mappings) in document.groups.iter().enumerate() {
        for (item, (mapping, found)) in mappings.items.iter().zip(mappings.check(linter)).enumerate() {
            // The tree beside a text counts, so a text that differs from it would not.
            if mapping.has_tree {
                continue;
            }
            let wanted =
                found.iter().filter(|found| fix_is_safe(found.code) && !accepted(mapping.target.as_deref(), found));
            let fixes: Vec<&Fix> = wanted.filter_map(|found| found.fix.as_ref()).collect();
            edits.extend(edit(mapping, &fixes).map(|(expression, changes)| Edit { group, item, expression, changes }));
        }
    }
    edits
}

type Changes = Vec<(Range<usize>, String)>;

/// The fixes of an expression that do not overlap, the outer ones first.
fn edit(item: &Item, fixes: &[&Fix]) -> Option<(String, Changes)> {
    let scalar = item.scalar.as_ref()?;
    let mut fixes = fixes.to_vec();
    fixes.sort_by_key(|fix| (fix.span.start, std::cmp::Reverse(fix.span.end)));
    let mut expression = String::new();
    let mut changes = Vec::new();
    let mut behind = 0;
    for fix in fixes {
        let range = fix.span.range();
        if range.start < behind {
            continue;
        }
        let (Some(place), Some(written)) = (scalar.range(fix.span), scalar.written(&fix.replacement)) else { continue };
        expression.push_str(item.expression.get(behind..range.start)?);
        expression.push_str(&fix.replacement);
        behind = range.end;
        changes.push((place, written));
    }
    expression.push_str(item.expression.get(behind..)?);
    (!changes.is_empty()).then_some((expression, changes))
}

/// The document with the edits; nothing if it does not come out as it should.
fn applied(document: &Document, edits: &[Edit], syntax: Option<Syntax>, compiler: &Compiler) -> Option<Document> {
    let mut text = document.text.clone();
    let mut changes: Vec<_> = edits.iter().flat_map(|edit| &edit.changes).collect();
    changes.sort_by_key(|(range, _)| range.start);
    for (range, written) in changes.iter().rev() {
        text.get(range.clone())?;
        text.replace_range(range.clone(), written);
    }
    let next = Document::of(&document.name, text, syntax, compiler).ok()?;
    let mut expected = edits.iter().peekable();
    let same_shape = next.groups.len() == document.groups.len()
        && next.groups.iter().zip(&document.groups).all(|(now, before)| now.items.len() == before.items.len());
    let mut right = same_shape;
    for (group, (now, before)) in next.groups.iter().zip(&document.groups).enumerate() {
        for (item, (now, before)) in now.items.iter().zip(&before.items).enumerate() {
            let edit = expected.next_if(|edit| (edit.group, edit.item) == (group, item));
            let wanted = edit.map_or(&before.expression, |edit| &edit.expression);
            right &= now.expression == *wanted && now.target == before.target;
        }
    }
    right.then_some(next)
}
