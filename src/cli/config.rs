//! The small format of mapping files: `target: expression`, in YAML or JSON.

use super::input;
use super::tree::{Data, Node, Syntax};
use crate::{Apply, Mapping, OwnedValue};
use anyhow::{Context, anyhow, bail};
use std::path::Path;

/// A mapping, and the line of the file that its expression starts on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) mapping: Mapping,
    pub(super) line: Option<usize>,
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

fn element(node: &Node) -> anyhow::Result<Item> {
    if let Some(target) = node.get("target") {
        let name = target.scalar().ok_or_else(|| anyhow!("the target{} is {}", target.place(), target.kind()))?;
        return entry(&name, node);
    }
    match &node.data {
        Data::Map(entries) => match entries.as_slice() {
            [(target, node)] => entry(target, node),
            _ => bail!("the mapping{} has no target", node.place()),
        },
        _ => bail!("the mapping{} is {}; target: expression is wanted", node.place(), node.kind()),
    }
}

fn entry(target: &str, node: &Node) -> anyhow::Result<Item> {
    let Data::Map(entries) = &node.data else {
        return Ok(Item { mapping: Mapping::new(target, expression(target, node)?), line: node.line });
    };
    let source =
        node.get("expression").ok_or_else(|| anyhow!("the mapping of {target}{} has no expression", node.place()))?;
    let mut mapping = Mapping::new(target, expression(target, source)?);
    for (key, value) in entries {
        match key.as_str() {
            "target" | "expression" => {}
            "default" => mapping.default = Some(OwnedValue::from(value)),
            "apply" => mapping.apply = apply(target, value)?,
            // A property that is passed over would give other objects than the file asks for.
            _ => bail!("the mapping of {target}{} has '{key}', which is not known", value.place()),
        }
    }
    Ok(Item { mapping, line: source.line })
}

fn apply(target: &str, node: &Node) -> anyhow::Result<Apply> {
    match node.text().map(str::to_ascii_lowercase).as_deref() {
        Some("always") => Ok(Apply::Always),
        Some("oncreate") => Ok(Apply::OnCreate),
        _ => bail!("apply of {target}{} is neither always nor onCreate", node.place()),
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
