//! The small format of mapping files: `target: expression`, in YAML or JSON.

use super::input;
use super::tree::{Data, Node, Syntax};
use crate::{Apply, Code, CompileError, Mapping, MappingSetError, OwnedValue};
use anyhow::{Context, anyhow, bail};
use std::path::Path;

/// A mapping, and the line of the file that its expression starts on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) mapping: Mapping,
    pub(super) line: Option<usize>,
    /// The offset of the expression in the file, where the reader knows it.
    pub(super) start: Option<usize>,
}

/// Which mappings have errors. A set's errors come in the order of its mappings, without
/// their places.
pub(super) fn failed<'e>(mappings: &[Mapping], error: &'e MappingSetError) -> Vec<(usize, &'e CompileError)> {
    let mut errors = error.errors().iter().peekable();
    let mut failed = Vec::new();
    for (index, mapping) in mappings.iter().enumerate() {
        let repeats = mappings.iter().take(index).any(|earlier| earlier.target == mapping.target);
        let is_own = |target: &str, error: &CompileError| {
            let duplicate = error.diagnostics().iter().any(|found| found.code == Code::DuplicateTarget);
            target == mapping.target && error.source_text() == mapping.expression && (repeats || !duplicate)
        };
        if let Some((_, error)) = errors.next_if(|(target, error)| is_own(target, error)) {
            failed.push((index, error));
        }
    }
    failed
}

/// Reads a mapping file.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Item>> {
    let text = input::text(path)?;
    let syntax = Syntax::of(path).unwrap_or_else(|| Syntax::guess(&text));
    let node = Node::read(&text, syntax).with_context(|| input::name(path))?;
    items(&node).with_context(|| input::name(path))
}

/// The mappings of a document.
pub(super) fn items(node: &Node) -> anyhow::Result<Vec<Item>> {
    // A wrapper leaves room for what stands beside the mappings.
    if let Some(inner) = node.get("mappings").filter(|inner| matches!(inner.data, Data::List(_) | Data::Map(_)))
        && inner.get("expression").is_none()
    {
        if let Data::Map(entries) = &node.data
            && let Some((key, _)) = entries.iter().find(|(key, _)| key != "mappings")
        {
            bail!("'{key}' beside mappings is not known");
        }
        return items(inner);
    }
    let found: Vec<Item> = match &node.data {
        Data::Map(entries) => {
            entries.iter().map(|(target, node)| entry(target, node)).collect::<anyhow::Result<_>>()?
        }
        Data::List(nodes) => nodes.iter().map(element).collect::<anyhow::Result<_>>()?,
        _ => bail!("this is {}; a map or list of target: expression is wanted", node.kind()),
    };
    anyhow::ensure!(!found.is_empty(), "there are no mappings in it");
    Ok(found)
}

/// What may stand beside an expression.
const PROPERTIES: [&str; 4] = ["target", "expression", "default", "apply"];

fn element(node: &Node) -> anyhow::Result<Item> {
    let Data::Map(entries) = &node.data else {
        bail!("the mapping{} is {}; target: expression is wanted", node.place(), node.kind());
    };
    if let Some(target) = node.get("target") {
        let name = target.scalar().ok_or_else(|| anyhow!("the target{} is {}", target.place(), target.kind()))?;
        return entry(&name, node);
    }
    let mut targets = entries.iter().filter(|(key, _)| !PROPERTIES.contains(&key.as_str()));
    match (targets.next(), targets.next()) {
        // Properties stand beside `target: expression`, or inside it.
        (Some((target, source)), None) if entries.len() == 1 => entry(target, source),
        (Some((target, source)), None) => {
            let mut item = entry(target, source)?;
            properties(&mut item.mapping, entries.iter().filter(|(key, _)| key != target))?;
            Ok(item)
        }
        (Some((one, _)), Some((two, _))) => {
            bail!("the mapping{} has '{one}' and '{two}': which is the target?", node.place())
        }
        (None, _) => bail!("the mapping{} has no target", node.place()),
    }
}

fn entry(target: &str, node: &Node) -> anyhow::Result<Item> {
    let Data::Map(entries) = &node.data else {
        let mapping = Mapping::new(target, expression(target, node)?);
        return Ok(Item { mapping, line: node.line, start: node.start });
    };
    let source =
        node.get("expression").ok_or_else(|| anyhow!("the mapping of {target}{} has no expression", node.place()))?;
    let mut mapping = Mapping::new(target, expression(target, source)?);
    let beside = entries.iter().filter(|(key, _)| key != "target" && key != "expression");
    properties(&mut mapping, beside)?;
    Ok(Item { mapping, line: source.line, start: source.start })
}

fn properties<'n>(mapping: &mut Mapping, entries: impl Iterator<Item = &'n (String, Node)>) -> anyhow::Result<()> {
    for (key, value) in entries {
        match key.as_str() {
            "default" => mapping.default = Some(OwnedValue::from(value)),
            "apply" => mapping.apply = apply(&mapping.target, value)?,
            // A property that is passed over would give other objects than the file asks for.
            _ => bail!("the mapping of {}{} has '{key}', which is not known", mapping.target, value.place()),
        }
    }
    Ok(())
}

fn apply(target: &str, node: &Node) -> anyhow::Result<Apply> {
    match node.text().map(str::to_ascii_lowercase).as_deref() {
        Some("always") => Ok(Apply::Always),
        Some("create" | "oncreate") => Ok(Apply::OnCreate),
        _ => bail!("apply of {target}{} is neither always nor create", node.place()),
    }
}

fn expression(target: &str, node: &Node) -> anyhow::Result<String> {
    match (&node.data, node.scalar()) {
        (_, Some(text)) => Ok(text),
        // What YAML makes of `mail: [mail]`.
        (Data::List(names), _) => {
            let inside: Vec<String> = names.iter().filter_map(Node::scalar).collect();
            bail!(
                "the expression of {target}{} is a list to YAML; put quotes around it: '[{}]'",
                node.place(),
                inside.join(", ")
            )
        }
        _ => bail!("the mapping of {target}{} has no expression", node.place()),
    }
}
