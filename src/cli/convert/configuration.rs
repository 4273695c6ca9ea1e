//! Configurations between the form of Microsoft Graph and the short format.

use crate::cli::config;
use crate::cli::configuration::Loaded;
use crate::cli::say;
use crate::configuration::{Configuration, ObjectFlow};
use crate::graph::{AttributeMapping, FlowBehavior, FlowType, ObjectMapping, Property, Source};
use crate::{Apply, Compiler};
use anyhow::{Context, anyhow, bail};
use serde_json::{Map, Value as Json};

/// What a short file holds, as an object mapping with the tree of every source.
pub(super) fn to_graph(loaded: &Loaded, compiler: &Compiler) -> anyhow::Result<Json> {
    let rule = loaded.schema.synchronization_rules.items().first();
    let mapping = rule.and_then(|rule| rule.object_mappings.items().first());
    let mut mapping: ObjectMapping =
        mapping.cloned().ok_or_else(|| anyhow!("{}: there are no mappings", loaded.name()))?;
    let mut attributes = Vec::new();
    for attribute in mapping.attribute_mappings.items() {
        attributes.push(written_out(attribute, compiler).with_context(|| loaded.name().to_owned())?);
    }
    mapping.attribute_mappings = Property::Value(attributes);
    mapping.enabled = Property::Value(true);
    mapping.flow_types = Property::Value("Add, Update, Delete".to_owned());
    Ok(serde_json::to_value(mapping)?)
}

/// A mapping with all that an export has.
fn written_out(attribute: &AttributeMapping, compiler: &Compiler) -> anyhow::Result<AttributeMapping> {
    let target = attribute.target_attribute_name.text().unwrap_or_default();
    let text = attribute.source.get().and_then(|source| source.source().expression.clone()).unwrap_or_default();
    let expression = compiler.expression(&text).map_err(|error| anyhow!("{target}: {error}"))?;
    let source = Source::from_tree(expression.tree(), compiler)?;
    let mut written = attribute.clone();
    written.source = Property::Value(source.into());
    written.export_missing_references = Property::Value(false);
    written.flow_behavior = Property::Value(FlowBehavior::FlowWhenChanged);
    if written.flow_type.get().is_none() {
        written.flow_type = Property::Value(FlowType::Always);
    }
    if written.matching_priority.get().is_none() {
        written.matching_priority = Property::Value(0);
    }
    Ok(written)
}

/// The flow of a configuration in the short format. What the format has no place for is
/// said.
pub(super) fn to_short(loaded: &Loaded, compiler: &Compiler, wanted: Option<&str>) -> anyhow::Result<Json> {
    let configuration =
        Configuration::compile_with(&loaded.schema, compiler).map_err(|error| anyhow!("{}: {error}", loaded.name()))?;
    let flow = loaded.flow(&configuration, wanted)?;
    let original = object_mapping(loaded, &flow);
    let mut document = Map::new();
    if let Some(filter) = original.and_then(|mapping| mapping.scope.get()) {
        let mut groups = Vec::new();
        for group in filter.groups.items() {
            let mut clauses = Vec::new();
            for clause in group.clauses.items() {
                clauses.push(Json::from(config::clause_text(clause).with_context(|| loaded.name().to_owned())?));
            }
            groups.push(Json::from(clauses));
        }
        if !groups.is_empty() {
            document.insert("when".to_owned(), Json::from(groups));
        }
        if !(filter.input_filter_groups.items().is_empty() && filter.category_filter_groups.items().is_empty()) {
            say("warning: input filters and category filters have no place in the short format, and are left out");
        }
    }
    if let Some(original) = original {
        lost(original);
    }
    let mut mappings = Vec::new();
    for (index, item) in flow.mappings().mappings().iter().enumerate() {
        let mut entry = Map::new();
        if config::is_property(&item.target) {
            entry.insert("target".to_owned(), item.target.as_str().into());
            entry.insert("expression".to_owned(), item.expression.as_str().into());
        } else {
            entry.insert(item.target.clone(), item.expression.as_str().into());
        }
        if let Some(place) = flow.matching().iter().position(|mapping| *mapping == index) {
            entry.insert("match".to_owned(), (place + 1).into());
        }
        if item.apply == Apply::OnCreate {
            entry.insert("apply".to_owned(), "create".into());
        } else if flow.adds_values(index) {
            entry.insert("apply".to_owned(), "add".into());
        }
        if let Some(default) = flow.default_value(index).filter(|_| !flow.has_no_source(index)) {
            entry.insert("default".to_owned(), default.into());
        }
        mappings.push(Json::from(entry));
    }
    if !loaded.schema.directories.items().is_empty() {
        say(
            "warning: the definitions of both directories have no place in the short format: nothing is converted to the target's types",
        );
    }
    if mappings.is_empty() {
        bail!("{}: there are no mappings", loaded.name());
    }
    document.insert("mappings".to_owned(), Json::from(mappings));
    Ok(Json::from(document))
}

/// Says what the short format has no place for.
fn lost(mapping: &ObjectMapping) {
    let types = mapping.flow_types.text().unwrap_or("Add, Update, Delete");
    if !["Add", "Update", "Delete"].iter().all(|wanted| types.split(',').any(|word| word.trim() == *wanted)) {
        say(format_args!(
            "warning: the flow types '{types}' have no place in the short format, which may do everything"
        ));
    }
    for item in mapping.attribute_mappings.items() {
        let target = item.target_attribute_name.text().unwrap_or_default();
        let flow_type = item.flow_type.get().and_then(FlowType::known);
        let parts = [
            (flow_type == Some(FlowType::AttributeAddOnly), "flowType AttributeAddOnly"),
            (item.flow_behavior.get().and_then(FlowBehavior::known) == Some(FlowBehavior::FlowAlways), "FlowAlways"),
            (item.flow_null_values.get() == Some(&true), "flowNullValues"),
            (item.export_missing_references.get() == Some(&true), "exportMissingReferences"),
        ];
        for (_, part) in parts.into_iter().filter(|(lost, _)| *lost) {
            say(format_args!("warning: {part} of {target} has no place in the short format, and is left out"));
        }
    }
}

fn object_mapping<'l>(loaded: &'l Loaded, flow: &ObjectFlow) -> Option<&'l ObjectMapping> {
    let rules = loaded.schema.synchronization_rules.items().iter().enumerate();
    let mut all = rules.flat_map(|(rule, held)| {
        let mappings = held.object_mappings.items().iter().enumerate();
        mappings.map(move |(index, mapping)| (format!("/synchronizationRules/{rule}/objectMappings/{index}"), mapping))
    });
    all.find(|(pointer, _)| pointer == flow.pointer()).map(|(_, mapping)| mapping)
}
