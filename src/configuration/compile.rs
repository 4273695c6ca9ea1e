//! A configuration to programs, with everything that is wrong with it.

use super::{Attribute, FilterList, Finding, FlowTypes, Inner, ObjectFlow, TargetAttribute, finding, scope, types};
use crate::check::types::{Form, Held, Knowledge, Known};
use crate::compiler::Compiler;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::directory::is_entra;
use crate::graph::{
    AttributeDefinition, AttributeMapping, AttributeType, FlowBehavior, FlowType, MappingSource, Mutability,
    ObjectDefinition, ObjectMapping, Source, SynchronizationRule, SynchronizationSchema, TreeFinding,
};
use crate::mapping::{Mapping, MappingSet};
use crate::record::{Found, Schema};
use crate::syntax::{Expr, Node, Text};
use crate::value::Value;
use bumpalo::Bump;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What the source calls an object that was deleted or has left the scope.
pub(super) const SOFT_DELETED: &str = "IsSoftDeleted";

/// Source attributes that the service makes, whatever the definitions say (evident:
/// exported mappings read them, and no definition lists them).
const MADE_BY_THE_SERVICE: [&str; 2] = [SOFT_DELETED, "appRoleAssignments"];

/// What names target objects beside their anchors: hosts show it, and address objects by it.
const IDENTIFIERS: [&str; 2] = ["distinguishedName", "id"];

/// What the values of a reference are, as its definition says.
fn referenced_property(definition: Option<&AttributeDefinition>) -> Option<String> {
    let referenced = definition?.referenced_objects.items().first()?;
    referenced.referenced_property.text().map(str::to_owned)
}

pub(super) fn configuration(schema: &SynchronizationSchema, compiler: &Compiler) -> (Vec<ObjectFlow>, Vec<Finding>) {
    let mut flows = Vec::new();
    let mut found = Vec::new();
    for (place, rule) in schema.synchronization_rules.items().iter().enumerate() {
        for (index, mapping) in rule.object_mappings.items().iter().enumerate() {
            // A nameless helper without mappings flows nothing (evident).
            if mapping.attribute_mappings.items().is_empty() {
                continue;
            }
            let pointer = format!("/synchronizationRules/{place}/objectMappings/{index}");
            let sides = Sides::new(schema, rule, mapping);
            let mut own = Vec::new();
            flows.extend(Compilation { rule, mapping, sides, pointer, compiler, found: &mut own }.flow());
            // What is switched off keeps nothing else from running.
            if mapping.enabled.get() == Some(&false) {
                own.iter_mut().for_each(|finding| {
                    finding.diagnostic.severity = finding.diagnostic.severity.min(Severity::Warning);
                });
            }
            found.extend(own);
        }
    }
    (flows, found)
}

/// A compiler that knows the source attributes of an object mapping.
#[cfg(feature = "cli")]
pub(crate) fn compiler_of(
    schema: &SynchronizationSchema,
    rule: &SynchronizationRule,
    mapping: &ObjectMapping,
    compiler: &Compiler,
) -> Compiler {
    Sides::new(schema, rule, mapping).compiler(mapping, compiler)
}

/// The source of a mapping, if it has one.
pub(crate) fn source(item: &AttributeMapping) -> Option<&Source> {
    item.source.get().map(MappingSource::source).filter(|source| !source.is_omitted())
}

/// The expression of a source as text, and what is wrong with its tree. There is none where
/// the tree cannot be read, and the text does not say why.
pub(crate) fn expression_of(source: &Source, compiler: &Compiler) -> (Option<String>, Vec<Diagnostic>) {
    let about = |found: TreeFinding| {
        let place = if found.path.is_empty() { String::new() } else { format!(" at {}", found.path) };
        Diagnostic::new(found.code, Span::default(), format!("{}{place}", found.message))
    };
    let parse = |text: &str| crate::syntax::parse::parse_within(text, compiler.dialect, &compiler.limits).0;
    let compiles = |text: &str| compiler.check(text).iter().all(|found| found.severity != Severity::Error);
    let written = source.expression.as_deref().filter(|text| !text.trim().is_empty());
    match (source.to_tree(compiler), written) {
        // The text as it is written, where it says the same: places are those of the file then.
        (Ok(read), Some(written)) if parse(written).as_ref() == Some(&read.tree) => {
            (Some(written.to_owned()), read.warnings.into_iter().map(about).collect())
        }
        // What is wrong with the text says more than what is wrong with the tree.
        (Ok(read), Some(written)) if !compiles(&read.tree.to_string()) && !compiles(written) => {
            (Some(written.to_owned()), Vec::new())
        }
        (Err(_), Some(written)) if !compiles(written) => (Some(written.to_owned()), Vec::new()),
        (Ok(read), _) => (Some(read.tree.to_string()), read.warnings.into_iter().map(about).collect()),
        (Err(found), _) => (None, vec![about(found)]),
    }
}

/// The source attribute that objects are matched by, where there is but this one: an object
/// without it fails, whatever the default value.
fn matched_by(mapping: &ObjectMapping, compiler: &Compiler) -> Option<String> {
    let items = mapping.attribute_mappings.items().iter();
    let mut matching = items.filter(|item| item.matching_priority.get().is_some_and(|priority| *priority > 0));
    let (Some(only), None) = (matching.next(), matching.next()) else { return None };
    match source(only)?.to_tree(compiler).ok()?.tree.node {
        Node::Attribute(name) => Some(name),
        _ => None,
    }
}

/// The definitions of both sides.
#[derive(Clone, Copy)]
struct Sides<'s> {
    source: Option<&'s ObjectDefinition>,
    target: Option<&'s ObjectDefinition>,
    /// Whether the source is the vendor's own directory.
    from_entra: bool,
}

impl<'s> Sides<'s> {
    fn new(schema: &'s SynchronizationSchema, rule: &SynchronizationRule, mapping: &ObjectMapping) -> Self {
        let definition = |directory: Option<&str>, object: Option<&str>| {
            let directory = schema.directories.items().iter().find(|known| known.name.text() == directory)?;
            let mut objects = directory.objects.items().iter();
            objects.find(|known| known.name.text() == object && known.name.text().is_some())
        };
        Sides {
            source: definition(rule.source_directory_name.text(), mapping.source_object_name.text()),
            target: definition(rule.target_directory_name.text(), mapping.target_object_name.text()),
            from_entra: rule.source_directory_name.text().is_some_and(is_entra),
        }
    }

    /// A compiler that knows the attributes of the source.
    fn compiler(&self, mapping: &ObjectMapping, compiler: &Compiler) -> Compiler {
        let defined = self.source.map_or(&[][..], |definition| definition.attributes.items());
        let defined = || defined.iter().filter_map(|attribute| Some((attribute.name.text()?, Some(attribute))));
        let names = defined().map(|(name, _)| name.to_owned()).chain([SOFT_DELETED.to_owned()]);
        let mut present = mapping.scope.get().map_or_else(Vec::new, scope::present);
        let matched = matched_by(mapping, compiler);
        present.extend(matched.as_deref());
        let asked = present.iter().map(|name| (*name, Sides::attribute(self.source, name)));
        let known = defined().chain([(SOFT_DELETED, None)]).chain(asked);
        let known = known.map(|(name, definition)| (name, self.known(name, definition, &present)));
        compiler.clone().also_knowing(names).knowing(Knowledge::new(known))
    }

    /// What can be said of a source attribute; objects in scope have those in `present`.
    fn known(&self, name: &str, definition: Option<&AttributeDefinition>, present: &[&str]) -> Known {
        if name == SOFT_DELETED {
            return Known { form: Form::Boolean, held: Held::NotEmpty, several: Some(false) };
        }
        let known = definition.filter(|_| !MADE_BY_THE_SERVICE.contains(&name)).map_or(Known::NOTHING, types::known);
        // That it has several values is said already.
        let known = if self.is_extension(name) { Known { several: None, ..known } } else { known };
        // No more than that: who has left the scope may lack them, and is still disabled by a mapping.
        let is_present = present.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_present { Known { held: known.held.max(Held::NotNull), ..known } } else { known }
    }

    fn attribute(definition: Option<&'s ObjectDefinition>, name: &str) -> Option<&'s AttributeDefinition> {
        let attributes = definition?.attributes.items();
        let exact = attributes.iter().find(|attribute| attribute.name.text() == Some(name));
        exact.or_else(|| {
            attributes.iter().find(|known| known.name.text().is_some_and(|known| known.eq_ignore_ascii_case(name)))
        })
    }

    /// Whether a source attribute is a directory extension, by its name.
    fn is_extension(&self, name: &str) -> bool {
        self.from_entra && name.starts_with("extension_")
    }

    fn anchors(definition: Option<&ObjectDefinition>) -> Vec<String> {
        let attributes = definition.map_or(&[][..], |definition| definition.attributes.items());
        // An anchor that objects must have identifies them better than one that they may have.
        let mut anchors: Vec<_> = attributes.iter().filter(|a| a.anchor.get() == Some(&true)).collect();
        anchors.sort_by_key(|attribute| attribute.required.get() != Some(&true));
        anchors.into_iter().filter_map(|attribute| attribute.name.text().map(str::to_owned)).collect()
    }
}

/// An object mapping on its way.
struct Compilation<'c, 's> {
    rule: &'s SynchronizationRule,
    mapping: &'s ObjectMapping,
    sides: Sides<'s>,
    pointer: String,
    compiler: &'c Compiler,
    found: &'c mut Vec<Finding>,
}

impl Compilation<'_, '_> {
    fn report(&mut self, pointer: &str, subject: &str, code: Code, message: String) {
        self.found.push(finding(pointer, subject, "", Diagnostic::new(code, Span::default(), message)));
    }

    /// What the object mapping may do in the target.
    fn may(&self) -> FlowTypes {
        flow_types(self.mapping.flow_types.text())
    }

    fn flow(mut self) -> Option<ObjectFlow> {
        let items = self.mapping.attribute_mappings.items();
        let mut mappings = Vec::with_capacity(items.len());
        let mut attributes: Vec<Attribute> = Vec::with_capacity(items.len());
        let mut matching = Vec::new();
        let mut target_names: Vec<String> = Vec::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{}/attributeMappings/{index}", self.pointer);
            let Some(target) = item.target_attribute_name.text().filter(|name| !name.is_empty()) else {
                self.report(&pointer, "", Code::NoTargetName, "the mapping has no target attribute".to_owned());
                continue;
            };
            let place = mappings.len();
            let priority = item.matching_priority.get().copied().unwrap_or_default();
            if let Some(earlier) = seen.get(&target.to_lowercase()).copied() {
                let matches = |mapping: usize| matching.iter().any(|(_, known)| *known == mapping);
                if priority > 0 || matches(earlier) {
                    let message = format!("another mapping fills {target} already, by which objects are matched");
                    self.report(&pointer, target, Code::DuplicateMatching, message);
                    continue;
                }
                // The same name in other case; the very same is found where the set is compiled.
                if !target_names.iter().any(|known| known == target) {
                    let message = format!("another mapping fills {target} already, in other case");
                    self.report(&pointer, target, Code::DuplicateTarget, message);
                }
            }
            seen.insert(target.to_lowercase(), place);
            if priority > 0 {
                matching.push((priority, place));
            }
            let attribute = self.attribute(item, target, pointer);
            target_names.push(target.to_owned());
            mappings.push(self.expression(item, target, &attribute));
            attributes.push(attribute);
        }
        matching.sort_unstable();
        if matching.is_empty() {
            let pointer = self.pointer.clone();
            let name = self.mapping.name.text().unwrap_or_default().to_owned();
            self.report(
                &pointer,
                &name,
                Code::NoMatchingAttribute,
                "no mapping has a matching priority, so that no object of the target is ever found".to_owned(),
            );
        }
        self.required(&attributes);
        let (groups, clauses) = match self.mapping.scope.get() {
            Some(filter) => scope::lower(filter, &self.pointer, mappings.len(), self.found),
            None => (Vec::new(), Vec::new()),
        };
        let trees: Vec<Expr> = clauses.iter().map(|clause| clause.tree.clone()).collect();
        let compiler = self.sides.compiler(self.mapping, self.compiler);
        let matches = |mapping: usize| matching.iter().any(|(_, known)| *known == mapping);
        let may = self.may();
        let mut reads = vec![Vec::new(); attributes.len()];
        let compiled = compiler.mappings_and_clauses(mappings, &trees, |index, checked, schema| {
            if let Some(names) = reads.get_mut(index) {
                crate::check::types::read(checked, &mut |slot| names.push(schema.name(slot).to_owned()));
            }
            // A default value is looked at by itself.
            let Some(attribute) = attributes.get(index).filter(|attribute| !attribute.sourceless) else {
                return Vec::new();
            };
            let of = crate::check::types::of(checked, &|slot| compiler.known().of(schema.name(slot)));
            // That objects have a value to be matched by is asked of the population, and a gate
            // that lets null into a required attribute is reported by itself.
            let replaced = attribute.default.is_some() || attribute.definition_default.is_some();
            let needed = may.add && !matches(index) && !attribute.clears && !replaced;
            types::judge(&attribute.target, &of, needed, schema)
        });
        for ((mapping, attribute), found) in compiled.mappings.iter().zip(&attributes).zip(&compiled.found) {
            for diagnostic in found {
                self.found.push(finding(&attribute.pointer, &mapping.target, &mapping.expression, diagnostic.clone()));
            }
        }
        for (clause, found) in clauses.iter().zip(&compiled.clauses) {
            for diagnostic in found {
                // The clause was no text: what its spans are of, people never saw.
                let diagnostic = Diagnostic { span: Span::default(), fix: None, ..diagnostic.clone() };
                self.found.push(finding(clause.pointer.as_str(), "scope", &clause.text, diagnostic));
            }
        }
        self.sources(&attributes, &reads, &clauses);
        for (index, (attribute, reads)) in attributes.iter_mut().zip(&reads).enumerate() {
            self.nulls(attribute, matches(index), reads);
        }
        let set = MappingSet::new(compiled.mappings, compiled.found, compiled.program?);
        for (attribute, entry) in attributes.iter_mut().zip(&set.program().entries) {
            attribute.unique = set.program().is_unique(entry);
            attribute.hides = entry.marks;
        }
        self.identifiers_in_bytes(&set, &mut attributes);
        for (index, attribute) in attributes.iter_mut().enumerate() {
            let read = set.reads(index).iter().map(|slot| set.schema().name(*slot));
            attribute.refers_by =
                read.filter_map(|name| referenced_property(Sides::attribute(self.sides.source, name))).next();
        }
        let target_anchors = Sides::anchors(self.sides.target);
        target_names.extend(target_anchors.iter().cloned());
        target_names.extend(attributes.iter().filter_map(|attribute| attribute.referenced.clone()));
        target_names.extend(IDENTIFIERS.map(str::to_owned));
        let target_schema = Arc::new(Schema::new(target_names));
        for attribute in &mut attributes {
            attribute.slot = target_schema.slot(&attribute.target.name).unwrap_or_default();
        }
        for word in self.mapping.flow_types.text().unwrap_or_default().split(',').map(str::trim) {
            if !["", "add", "update", "delete", "none"].contains(&word.to_lowercase().as_str()) {
                let (pointer, name) = (self.pointer.clone(), self.mapping.name.text().unwrap_or_default().to_owned());
                let message = format!("'{word}' is no flow type: Add, Update, Delete and None are");
                self.report(&pointer, &name, Code::UnknownFlowType, message);
            }
        }
        let soft_deletion = self.sides.target.is_none_or(|definition| {
            let mut settings = definition.metadata.items().iter();
            settings
                .find(|entry| entry.key.text() == Some("IsSoftDeletionSupported"))
                .is_none_or(|entry| entry.value.text().is_none_or(|value| !value.eq_ignore_ascii_case("false")))
        });
        Some(ObjectFlow {
            inner: Arc::new(Inner {
                rule: self.rule.name.text().unwrap_or_default().to_owned(),
                name: self.mapping.name.text().unwrap_or_default().to_owned(),
                source: self.mapping.source_object_name.text().unwrap_or_default().to_owned(),
                target: self.mapping.target_object_name.text().unwrap_or_default().to_owned(),
                pointer: self.pointer,
                enabled: self.mapping.enabled.get().copied().unwrap_or(true),
                may,
                groups,
                attributes,
                matching: matching.into_iter().map(|(_, mapping)| mapping).collect(),
                target_schema,
                source_anchors: Sides::anchors(self.sides.source),
                target_anchors,
                soft_deletion,
                soft_deleted: match set.schema().find(SOFT_DELETED) {
                    Found::Exactly(slot) | Found::IgnoringCase(slot, _) => Some(slot),
                    Found::Several(..) | Found::Nowhere => None,
                },
                set,
            }),
        })
    }

    fn attribute(&mut self, item: &AttributeMapping, target: &str, pointer: String) -> Attribute {
        let definition = Sides::attribute(self.sides.target, target);
        if self.sides.target.is_some() && definition.is_none() {
            let message = format!("the target's definition has no attribute {target}");
            self.report(&pointer, target, Code::UnknownTarget, message);
        }
        if let Some(AttributeType::Other(kind)) = definition.and_then(|definition| definition.r#type.get())
            && AttributeType::Other(kind.clone()).known().is_none()
        {
            let message = format!("{target} has the type '{kind}', which is not known: its values are not converted");
            self.report(&pointer, target, Code::UnknownType, message);
        }
        let flow_type = item.flow_type.get();
        if let Some(FlowType::Other(word)) = flow_type
            && flow_type.and_then(FlowType::known).is_none()
        {
            let message = format!("'{word}' is no flow type, so that it cannot be told when {target} flows");
            self.report(&pointer, target, Code::UnknownFlowType, message);
        }
        let flow_type = flow_type.and_then(FlowType::known);
        let mutability = definition.and_then(|definition| definition.mutability.get()?.known());
        if mutability == Some(Mutability::ReadOnly) {
            let message = format!("{target} can only be read in the target");
            self.report(&pointer, target, Code::ReadOnlyTarget, message);
        }
        let sourceless = source(item).is_none();
        let attribute = Attribute {
            target: TargetAttribute::new(target, definition),
            slot: 0,
            pointer,
            default: item.default_value.text().map(str::to_owned),
            sourceless,
            adds: matches!(
                flow_type,
                Some(FlowType::MultiValueAddOnly | FlowType::MultiValueAdd | FlowType::ValueAddOnly)
            ),
            fills: flow_type == Some(FlowType::AttributeAddOnly),
            always: item.flow_behavior.get().and_then(FlowBehavior::known) == Some(FlowBehavior::FlowAlways),
            immutable: mutability == Some(Mutability::Immutable),
            unique: false,
            hides: false,
            referenced: referenced_property(definition),
            refers_by: None,
            definition_default: definition.and_then(|definition| definition.default_value.text().map(str::to_owned)),
            clears: item.flow_null_values.get() == Some(&true),
            exports_missing: item.export_missing_references.get() == Some(&true),
        };
        if let Some(default) = &attribute.default {
            self.default(&attribute, default);
        }
        attribute
    }

    /// Whether the default value becomes what the target attribute takes.
    fn default(&mut self, attribute: &Attribute, text: &str) {
        if let Some(wanted) = types::wanted(&attribute.target, Value::Text(text), &Bump::new()) {
            let name = &attribute.target.name;
            let message = format!("the default value '{text}' is not {wanted}, which {name} takes");
            self.report(&attribute.pointer, name, Code::NeverTargetType, message);
        }
    }

    /// The mapping's expression as text.
    fn expression(&mut self, item: &AttributeMapping, target: &str, attribute: &Attribute) -> Mapping {
        let text = match source(item) {
            None => match &attribute.default {
                Some(default) => Expr::new(Node::Text(Text::new(default))).to_string(),
                None => "NULL".to_owned(),
            },
            Some(source) => {
                let (text, found) = expression_of(source, self.compiler);
                let written = source.expression.as_deref().unwrap_or_default();
                let about = |diagnostic| finding(&attribute.pointer, target, written, diagnostic);
                self.found.extend(found.into_iter().map(about));
                text.unwrap_or_else(|| "NULL".to_owned())
            }
        };
        let mapping = Mapping::new(target, text);
        if item.flow_type.get().and_then(FlowType::known) == Some(FlowType::ObjectAddOnly) {
            mapping.only_on_create()
        } else {
            mapping
        }
    }

    /// Required target attributes that nothing fills, where objects are created.
    fn required(&mut self, attributes: &[Attribute]) {
        let Some(definition) = self.sides.target.filter(|_| self.may().add) else { return };
        let mapped: HashSet<String> = attributes.iter().map(|a| a.target.name.to_lowercase()).collect();
        for known in definition.attributes.items() {
            let Some(name) = known.name.text() else { continue };
            // Directories make anchors themselves.
            if known.required.get() == Some(&true)
                && known.anchor.get() != Some(&true)
                && known.default_value.get().is_none()
                && !mapped.contains(&name.to_lowercase())
            {
                let pointer = self.pointer.clone();
                let message = format!("{name} is required in the target, and no mapping fills it");
                self.report(&pointer, name, Code::RequiredUnmapped, message);
            }
        }
    }

    /// Source attributes that the definition lacks, or of which the service makes nothing.
    fn sources(&mut self, attributes: &[Attribute], reads: &[Vec<String>], clauses: &[scope::Lowered]) {
        let Some(definition) = self.sides.source else { return };
        let mut said = HashSet::new();
        for clause in clauses {
            for name in clause.tree.attributes() {
                match Sides::attribute(Some(definition), name) {
                    None if said.insert(name.to_owned()) => {
                        let message =
                            format!("the source's definition has no attribute {name}, so that it is always null");
                        self.report(&clause.pointer, "scope", Code::UnknownSource, message);
                    }
                    Some(known) if clause.list == FilterList::Scoping && has_several(known) => {
                        let message = format!("the service does not filter by {name}, which has several values");
                        self.report(&clause.pointer, "scope", Code::SeveralInFilter, message);
                    }
                    _ => {}
                }
            }
        }
        for (attribute, reads) in attributes.iter().zip(reads) {
            for name in reads {
                let (code, message) = match Sides::attribute(Some(definition), name) {
                    None if !MADE_BY_THE_SERVICE.contains(&name.as_str()) => {
                        (Code::UnknownSource, format!("the source's definition has no attribute {name}"))
                    }
                    Some(known) if self.sides.is_extension(name) && has_several(known) => {
                        let message = format!("the service does not map {name}, an extension with several values");
                        (Code::SeveralInExtension, message)
                    }
                    _ => continue,
                };
                if said.insert(name.clone()) {
                    self.report(&attribute.pointer, &attribute.target.name, code, message);
                }
            }
        }
    }

    /// Closes the gate for null where the source attributes' definitions keep it closed: it
    /// is open where the mapping and every source attribute that it reads say so. A gate
    /// that is open for nothing is reported, and so is one that must not be (documented for
    /// clearing attribute values). That the service does not support it outbound closes no
    /// gate: the page does not say what comes of it.
    fn nulls(&mut self, attribute: &mut Attribute, matches: bool, reads: &[String]) {
        if !attribute.clears {
            return;
        }
        let mut own = reads.iter().filter(|name| !MADE_BY_THE_SERVICE.contains(&name.as_str())).peekable();
        let asked = own.peek().is_some();
        let closed = own.find(|name| {
            let definition = Sides::attribute(self.sides.source, name);
            definition.and_then(|definition| definition.flow_null_values.get()) != Some(&true)
        });
        attribute.clears = asked && closed.is_none();
        let name = &attribute.target.name;
        let message = match closed {
            _ if matches => format!("null is let into {name}, by which objects are matched"),
            _ if attribute.target.required => format!("null is let into {name}, which is required in the target"),
            _ if attribute.target.multivalued == Some(true) => {
                format!("null clears nothing in {name}: it has several values")
            }
            _ if self.sides.from_entra => {
                format!("the vendor's page says that null clearing {name} is not supported in outbound provisioning")
            }
            Some(closed) if self.sides.source.is_some() => {
                format!("null clears nothing in {name}: the source's definition of {closed} does not let it through")
            }
            _ => return,
        };
        self.report(&attribute.pointer, name, Code::FlowNullValues, message);
    }

    /// Bytes that flow into text are base64, in which case is no spelling: two identifiers
    /// that differ in case only are two (inferred; exported definitions call the target of
    /// `objectGUID` text that is not case-exact).
    fn identifiers_in_bytes(&self, set: &MappingSet, attributes: &mut [Attribute]) {
        for (index, attribute) in attributes.iter_mut().enumerate() {
            let mut read = set.reads(index).iter().map(|slot| set.schema().name(*slot)).peekable();
            let bytes = |name: &str| {
                let definition = Sides::attribute(self.sides.source, name);
                definition.and_then(|d| d.r#type.get()?.known()) == Some(AttributeType::Binary)
            };
            attribute.target.case_exact |= read.peek().is_some() && read.all(bytes);
        }
    }
}

fn has_several(definition: &AttributeDefinition) -> bool {
    definition.multivalued.get() == Some(&true)
}

/// A set of words separated by commas; everything where there is none.
fn flow_types(text: Option<&str>) -> FlowTypes {
    let Some(text) = text else { return FlowTypes { add: true, update: true, delete: true } };
    let has = |wanted: &str| text.split(',').any(|word| word.trim().eq_ignore_ascii_case(wanted));
    FlowTypes { add: has("Add"), update: has("Update"), delete: has("Delete") }
}
