//! The small format of mapping files: `target: expression`, in YAML or JSON.

use super::tree::{Data, Node};
use crate::graph::{
    AttributeMapping, Filter, FilterClause, FilterGroup, FilterOperand, FlowType, ObjectMapping, Property, Source,
    SynchronizationRule, SynchronizationSchema,
};
use crate::{Apply, Mapping, OwnedValue};
use anyhow::{anyhow, bail};
use std::collections::HashMap;

/// A mapping, and the line of the file that its expression starts on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) mapping: Mapping,
    pub(super) line: Option<usize>,
    /// The offset of the expression in the file, where the reader knows it.
    pub(super) start: Option<usize>,
    /// By which of the matching attributes objects are matched first.
    pub(super) priority: Option<i64>,
    /// Whether values are added and none is removed.
    adds: bool,
}

/// The only object mapping of the schema that is made of the short format.
const OBJECT: &str = "/synchronizationRules/0/objectMappings/0";

/// What leads to a mapping of the short format in the schema.
pub(super) fn pointer(index: usize) -> String {
    format!("{OBJECT}/attributeMappings/{index}")
}

/// A document of the short format as a schema, with the place in the file of what each
/// pointer in it leads to.
pub(super) fn schema(node: &Node) -> anyhow::Result<(SynchronizationSchema, HashMap<String, usize>)> {
    let mut starts = HashMap::new();
    let mut mappings = Vec::new();
    for (index, item) in items(node)?.into_iter().enumerate() {
        starts.extend(item.start.map(|start| (pointer(index), start)));
        mappings.push(item.attribute_mapping());
    }
    let mut groups = Vec::new();
    for (index, (group, clauses)) in when(node)?.into_iter().enumerate() {
        for (place, start) in clauses.into_iter().enumerate() {
            starts.extend(start.map(|start| (format!("{OBJECT}/scope/groups/{index}/clauses/{place}"), start)));
        }
        groups.push(group);
    }
    let mapping = ObjectMapping {
        attribute_mappings: Property::Value(mappings),
        scope: Property::Value(Filter { groups: Property::Value(groups), ..Filter::default() }),
        ..ObjectMapping::default()
    };
    let rule =
        SynchronizationRule { object_mappings: Property::Value(vec![mapping]), ..SynchronizationRule::default() };
    let schema = SynchronizationSchema {
        synchronization_rules: Property::Value(vec![rule]),
        ..SynchronizationSchema::default()
    };
    Ok((schema, starts))
}

/// A group of clauses with their places in the file.
type Group = (FilterGroup, Vec<Option<usize>>);

/// The scoping filter: a list of groups, each a list of clauses or one clause.
fn when(node: &Node) -> anyhow::Result<Vec<Group>> {
    let Some(when) = node.get("when").filter(|_| node.get("mappings").is_some()) else { return Ok(Vec::new()) };
    let Data::List(groups) = &when.data else {
        bail!("when{} is {}; a list of groups of clauses is wanted", when.place(), when.kind());
    };
    let group = |node: &Node| -> anyhow::Result<Group> {
        let clauses = match &node.data {
            Data::List(clauses) => clauses.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let starts = clauses.iter().map(|clause| clause.start).collect();
        let clauses = clauses.iter().map(clause).collect::<anyhow::Result<_>>()?;
        Ok((FilterGroup { clauses: Property::Value(clauses), ..FilterGroup::default() }, starts))
    };
    groups.iter().map(group).collect()
}

/// `department EQUALS Sales`, `[department] IS NOT NULL`.
fn clause(node: &Node) -> anyhow::Result<FilterClause> {
    let text = node
        .text()
        .ok_or_else(|| anyhow!("the clause{} is {}; attribute OPERATOR value is wanted", node.place(), node.kind()))?;
    let text = text.trim();
    let (attribute, rest) = match text.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((attribute, rest)) => (attribute, rest.trim_start()),
        None => text.split_once(char::is_whitespace).map_or((text, ""), |(name, rest)| (name, rest.trim_start())),
    };
    // The longest name that fits: IS NOT NULL, not IS; in any case and spacing.
    let ends = rest.char_indices().filter(|(_, letter)| letter.is_whitespace()).map(|(at, _)| at).chain([rest.len()]);
    let mut named = ends.filter_map(|end| {
        let (words, value) = rest.split_at_checked(end)?;
        Some((crate::configuration::operator_name(words)?, value.trim()))
    });
    let (operator, value) = named.next_back().unwrap_or_else(|| match rest.split_once(char::is_whitespace) {
        Some((operator, value)) => (operator, value.trim_start()),
        None => (rest, ""),
    });
    let operand = (!value.is_empty())
        .then(|| FilterOperand { values: Property::Value(vec![value.to_owned()]), ..FilterOperand::default() });
    Ok(FilterClause {
        source_operand_name: Property::Value(attribute.to_owned()),
        operator_name: Property::Value(operator.to_owned()),
        target_operand: operand.into(),
        ..FilterClause::default()
    })
}

/// A clause in the short format.
pub(super) fn clause_text(clause: &FilterClause) -> anyhow::Result<String> {
    let attribute = clause.source_operand_name.text().unwrap_or_default();
    let operator = clause.operator_name.text().unwrap_or_default();
    let operator = crate::configuration::operator_name(operator).unwrap_or(operator);
    let attribute =
        if attribute.contains(char::is_whitespace) { format!("[{attribute}]") } else { attribute.to_owned() };
    match clause.target_operand.get().map_or(&[][..], |operand| operand.values.items()) {
        [] => Ok(format!("{attribute} {operator}")),
        [value] if value.trim() == value && !value.is_empty() => Ok(format!("{attribute} {operator} {value}")),
        _ => bail!("the clause on {attribute} has a value that the short format cannot hold"),
    }
}

/// Whether a name stands for a property beside an expression.
pub(super) fn is_property(name: &str) -> bool {
    PROPERTIES.contains(&name)
}

impl Item {
    fn attribute_mapping(self) -> AttributeMapping {
        let Mapping { target, expression, default, apply } = self.mapping;
        let flow_type = match apply {
            Apply::OnCreate => Property::Value(FlowType::ObjectAddOnly),
            Apply::Always if self.adds => Property::Value(FlowType::MultiValueAddOnly),
            Apply::Always => Property::Absent,
        };
        let source = Source { expression: Some(expression), ..Source::default() };
        AttributeMapping {
            target_attribute_name: Property::Value(target),
            source: Property::Value(source.into()),
            default_value: default.map(|value| value.to_string()).into(),
            matching_priority: self.priority.into(),
            flow_type,
            ..AttributeMapping::default()
        }
    }
}

/// The mappings of a document.
pub(super) fn items(node: &Node) -> anyhow::Result<Vec<Item>> {
    // A wrapper leaves room for what stands beside the mappings.
    if let Some(inner) = node.get("mappings").filter(|inner| matches!(inner.data, Data::List(_) | Data::Map(_)))
        && inner.get("expression").is_none()
    {
        if let Data::Map(entries) = &node.data
            && let Some((key, _)) = entries.iter().find(|(key, _)| key != "mappings" && key != "when")
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
const PROPERTIES: [&str; 5] = ["target", "expression", "default", "apply", "match"];

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
            properties(&mut item, entries.iter().filter(|(key, _)| key != target))?;
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
        return Ok(Item { start: node.start, ..Item::new(Mapping::new(target, expression(target, node)?), node.line) });
    };
    let source =
        node.get("expression").ok_or_else(|| anyhow!("the mapping of {target}{} has no expression", node.place()))?;
    let mut item = Item::new(Mapping::new(target, expression(target, source)?), source.line);
    let beside = entries.iter().filter(|(key, _)| key != "target" && key != "expression");
    properties(&mut item, beside)?;
    Ok(Item { start: source.start, ..item })
}

fn properties<'n>(item: &mut Item, entries: impl Iterator<Item = &'n (String, Node)>) -> anyhow::Result<()> {
    for (key, value) in entries {
        let target = &item.mapping.target;
        match key.as_str() {
            "default" if matches!(value.data, Data::List(_) | Data::Map(_)) => {
                bail!("default of {target}{} is {}; one value is wanted", value.place(), value.kind())
            }
            "default" => {
                item.mapping.default = Some(OwnedValue::from(value)).filter(|value| *value != OwnedValue::Null)
            }
            "apply" => match value.text().map(str::to_ascii_lowercase).as_deref() {
                Some("always") => item.mapping.apply = Apply::Always,
                Some("create" | "oncreate") => item.mapping.apply = Apply::OnCreate,
                Some("add") => item.adds = true,
                _ => bail!("apply of {target}{} is none of always, create and add", value.place()),
            },
            "match" => match value.data {
                Data::Integer(priority) if priority > 0 => item.priority = Some(priority),
                _ => bail!("match of {target}{} is no whole number from 1", value.place()),
            },
            // A property that is passed over would give other objects than the file asks for.
            _ => bail!("the mapping of {target}{} has '{key}', which is not known", value.place()),
        }
    }
    Ok(())
}

impl Item {
    fn new(mapping: Mapping, line: Option<usize>) -> Self {
        Item { mapping, line, start: None, priority: None, adds: false }
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
