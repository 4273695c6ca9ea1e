//! `attrflow check --fix`: safe fixes, written into the file where the expression stands.
//!
//! Only the characters of the fix change. Where the tree of Microsoft Graph stands beside
//! the text, it says the same and counts more, so both are written anew, in the layout of
//! the file. The file is read again afterwards, and if it does not hold exactly the
//! expressions that the fixes give, nothing is written.

use super::document::{Document, Item, Tree};
use crate::cli::output::Output;
use crate::cli::say;
use crate::cli::tree::Syntax;
use crate::graph::Source;
use crate::lint::fix_is_safe;
use crate::{Compiler, Diagnostic, Fix, syntax};
use anyhow::Context;
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
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
    let mut count = 0;
    for _ in 0..ROUNDS {
        let edits = edits(&document, compiler, &accepted);
        if edits.is_empty() {
            break;
        }
        let Some(next) = applied(&document, &edits, Syntax::of(path), compiler) else {
            say(format_args!("{}: a fix would change more than its expression; nothing is written", document.name));
            break;
        };
        count += edits.iter().map(|edit| edit.fixes).sum::<usize>();
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
    let left = document.groups.iter().flat_map(|group| group.items.iter().zip(group.check(compiler)));
    let left: usize = left.map(|(item, found)| wanted(item, &found, &accepted).count()).sum();
    if left > 0 {
        say(format_args!(
            "{}: {left} not fixed, because the file cannot hold the change as it is written",
            document.name
        ));
    }
    Ok(document)
}

/// The fixes of an expression that are to be made.
fn wanted<'f>(
    item: &Item,
    found: &'f [Diagnostic],
    accepted: &impl Fn(Option<&str>, &Diagnostic) -> bool,
) -> impl Iterator<Item = &'f Fix> {
    let wanted = found.iter().filter(|found| fix_is_safe(found.code) && !accepted(item.target.as_deref(), found));
    wanted.filter_map(|found| found.fix.as_ref())
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
    changes: Changes,
    /// How many fixes it takes in.
    fixes: usize,
}

fn edits(document: &Document, compiler: &Compiler, accepted: &impl Fn(Option<&str>, &Diagnostic) -> bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (group, mappings) in document.groups.iter().enumerate() {
        for (item, (mapping, found)) in mappings.items.iter().zip(mappings.check(compiler)).enumerate() {
            let fixes: Vec<&Fix> = wanted(mapping, &found, accepted).collect();
            let Some((expression, changes)) = edit(mapping, &fixes) else { continue };
            let fixes = changes.len();
            let changes = match &mapping.tree {
                None => changes,
                Some(tree) => match beside(&document.text, tree, &mapping.expression, &expression, compiler) {
                    Some(source) => vec![(tree.range.clone(), source)],
                    None => continue,
                },
            };
            edits.push(Edit { group, item, expression, changes, fixes });
        }
    }
    edits
}

type Changes = Vec<(Range<usize>, String)>;

/// The fixes of an expression that do not overlap, the outer ones first.
fn edit(item: &Item, fixes: &[&Fix]) -> Option<(String, Changes)> {
    let scalar = item.scalar.as_ref().filter(|scalar| scalar.is_exact())?;
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

/// The source with the text and the tree of another expression, as the file would have
/// it. Nothing where the tree says more than the text, or holds what the text cannot.
fn beside(file: &str, tree: &Tree, before: &str, after: &str, compiler: &Compiler) -> Option<String> {
    let parse = |text: &str| syntax::parse(text, compiler.dialect).0;
    if tree.source.to_tree(compiler).ok()?.tree != parse(before)? || holds_more(&tree.source) {
        return None;
    }
    let mut source = Source::from_tree(&parse(after)?, compiler).ok()?;
    // The text keeps its layout.
    source.expression = Some(after.to_owned());
    source.other.clone_from(&tree.source.other);
    let written = file.get(tree.range.clone())?;
    let Some((_, inside)) = written.split_once('\n') else {
        let compact = serde_json::to_string(&source).ok()?;
        // As tools put it that leave a space behind colons and commas.
        return Some(if written.contains("\": ") { spaced(&compact) } else { compact });
    };
    let margin = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let around = margin(written.rsplit('\n').next()?);
    let first = inside.lines().next()?;
    let unit = first.get(around..margin(first))?;
    let mut bytes = Vec::new();
    let layout = PrettyFormatter::with_indent(unit.as_bytes());
    source.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, layout)).ok()?;
    let end = if written.contains("\r\n") { "\r\n" } else { "\n" };
    let outer = first.get(..around)?;
    Some(String::from_utf8(bytes).ok()?.replace('\n', &format!("{end}{outer}")))
}

/// Whether a node below the outermost one has properties that are not known.
fn holds_more(source: &Source) -> bool {
    source.parameters.iter().any(|parameter| {
        !parameter.other.is_empty() || !parameter.value.other.is_empty() || holds_more(&parameter.value)
    })
}

/// Compact JSON with a space behind each colon and comma that is not in a text.
fn spaced(compact: &str) -> String {
    let (mut spaced, mut quoted, mut escaped) = (String::with_capacity(compact.len() * 2), false, false);
    for letter in compact.chars() {
        spaced.push(letter);
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            ':' | ',' if !quoted => spaced.push(' '),
            _ => {}
        }
    }
    spaced
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
