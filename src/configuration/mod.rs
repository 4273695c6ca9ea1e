//! A synchronization job's configuration, compiled: which objects flow, how they find
//! their counterpart in the target, and what becomes of its attributes.
//!
//! The steps are those of a provisioning cycle, one call each:
//!
//! ```
//! use attrflow::configuration::{Configuration, NoObject, Scope, Subject};
//! use attrflow::graph::Document;
//! use attrflow::{AttributeBag, Machine, Operation};
//!
//! let document = Document::read(r#"{
//!     "scope": {"groups": [{"clauses": [{"sourceOperandName": "department", "operatorName": "EQUALS",
//!                                        "targetOperand": {"values": ["Sales"]}}]}]},
//!     "attributeMappings": [
//!         {"targetAttributeName": "userName", "matchingPriority": 1, "source": {"expression": "[mail]"}},
//!         {"targetAttributeName": "displayName", "source": {"expression": "Trim([displayName])"}}
//!     ]}"#)?;
//! let configuration = Configuration::compile(&document.schema())?;
//! let flow = configuration.only_flow().unwrap();
//!
//! let mut machine = Machine::new();
//! let ann = AttributeBag::from_iter([("department", "Sales"), ("mail", "ann@contoso.com"), ("displayName", " Ann ")]);
//! let subject = Subject::new(flow, &ann);
//! assert_eq!(flow.scope(&mut machine, &subject)?, Scope::In);
//!
//! let keys = flow.match_keys(&mut machine, &subject)?;
//! assert_eq!(keys[0].key, "ann@contoso.com");
//!
//! // The host looks the key up; here the target has no such object.
//! let changes = flow.apply(&mut machine, Operation::Create, &subject, &NoObject);
//! let values: Vec<String> = changes.changes.iter().map(|change| change.after.to_string()).collect();
//! assert_eq!(values, ["ann@contoso.com", "Ann"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where the sources of the rules disagree, each item says which one counts and
//! whether it is documented, evident in exported configurations, or inferred.

mod compile;
mod decision;
mod definition;
mod flow;
mod matching;
mod scope;
mod types;

#[cfg(feature = "cli")]
pub(crate) use compile::{compiler_of, expression_of, source};
pub use decision::{Action, Reason};
pub use definition::{TargetAttribute, TargetKind};
pub use flow::{AttributeFailure, ChangeSet, Leaver, MatchKey, MissingReference, NoObject, Subject};
pub use matching::{Match, TargetIndex};
#[cfg(feature = "cli")]
pub(crate) use scope::operator_name;
pub use scope::{ClauseTrace, FilterList, GroupTrace, NullPolicy, Scope, ScopeTrace};

use crate::compiler::Compiler;
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::SynchronizationSchema;
use crate::mapping::MappingSet;
use crate::record::{Found, Schema, Slot};
use std::fmt;
use std::sync::Arc;

/// A compiled configuration: a flow for each object mapping that has mappings.
/// Shared between threads freely.
#[derive(Debug, Clone)]
pub struct Configuration {
    flows: Vec<ObjectFlow>,
    findings: Vec<Finding>,
}

/// Something about a configuration, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// The JSON pointer (RFC 6901) in the schema to what it is about;
    /// [`Document::pointer`](crate::graph::Document::pointer) makes it one of the file.
    pub pointer: String,
    /// What it is about, for people: the target attribute, or `scope`.
    pub subject: String,
    /// The text that the diagnostic's span is of.
    pub text: String,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

fn finding(pointer: impl Into<String>, subject: &str, text: &str, diagnostic: Diagnostic) -> Finding {
    Finding { pointer: pointer.into(), subject: subject.to_owned(), text: text.to_owned(), diagnostic }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic { code, severity, message, .. } = &self.diagnostic;
        write!(f, "{} ({}): {severity}[{code}]: {message}", self.subject, self.pointer)
    }
}

/// A configuration does not compile. Holds everything that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationError {
    findings: Vec<Finding>,
}

impl ConfigurationError {
    /// Everything that was found, errors and the rest, in the order of the configuration.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.findings.iter().filter(|finding| finding.diagnostic.severity == Severity::Error);
        for (index, error) in errors.enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigurationError {}

impl Configuration {
    /// Compiles a configuration in the provisioning language;
    /// [`compile_with`](Self::compile_with) has more to set.
    ///
    /// # Errors
    /// Everything that was found, if one finding is an error.
    pub fn compile(schema: &SynchronizationSchema) -> Result<Self, ConfigurationError> {
        Configuration::compile_with(schema, &Compiler::new())
    }

    /// Compiles a configuration with a compiler's dialect, limits and functions. The
    /// compiler's schema tells the names of the source attributes.
    ///
    /// # Errors
    /// Everything that was found, if one finding is an error.
    pub fn compile_with(schema: &SynchronizationSchema, compiler: &Compiler) -> Result<Self, ConfigurationError> {
        let (flows, findings) = compile::configuration(schema, compiler);
        if findings.iter().any(|finding| finding.diagnostic.severity == Severity::Error) {
            return Err(ConfigurationError { findings });
        }
        Ok(Configuration { flows, findings })
    }

    /// The flows, in the order of the configuration; object mappings without attribute
    /// mappings have none.
    #[must_use]
    pub fn flows(&self) -> &[ObjectFlow] {
        &self.flows
    }

    /// The flow of a configuration that has but one that is enabled.
    #[must_use]
    pub fn only_flow(&self) -> Option<&ObjectFlow> {
        let mut enabled = self.flows.iter().filter(|flow| flow.is_enabled());
        enabled.next().filter(|_| enabled.next().is_none())
    }

    /// Warnings and hints.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// The flow of one kind of source objects to one kind of target objects.
#[derive(Debug, Clone)]
pub struct ObjectFlow {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    rule: String,
    name: String,
    source: String,
    target: String,
    pointer: String,
    enabled: bool,
    may: FlowTypes,
    set: MappingSet,
    groups: Vec<scope::Group>,
    /// By mapping.
    attributes: Vec<Attribute>,
    /// The mappings that find the target object, the first one first.
    matching: Vec<usize>,
    /// The attributes of target objects that the flow knows: those that it fills, then
    /// the anchors.
    target_schema: Arc<Schema>,
    source_anchors: Vec<String>,
    target_anchors: Vec<String>,
    soft_deletion: bool,
    /// Whether the source says that an object is gone: `IsSoftDeleted`.
    soft_deleted: Option<Slot>,
}

/// What a mapping does besides its expression.
#[derive(Debug)]
struct Attribute {
    target: TargetAttribute,
    slot: Slot,
    pointer: String,
    /// What flows where the expression gives null.
    default: Option<String>,
    /// Whether the default is all that there is.
    sourceless: bool,
    adds: bool,
    /// Whether it flows only where the target has no value.
    fills: bool,
    /// Whether it flows without a change of the source.
    always: bool,
    /// Whether it cannot change once it has a value.
    immutable: bool,
    /// Whether the value is one that nothing in the target has: it stays what it is then.
    unique: bool,
    /// For references: the attribute of the target's objects that the value is, and the
    /// attribute of source objects that the source's value is; the anchors where nothing
    /// is said.
    referenced: Option<String>,
    refers_by: Option<String>,
    /// What flows into a new object where the mapping gives nothing: the definition's.
    definition_default: Option<String>,
    /// Whether the expression marks its value, so that reports do not show it.
    hides: bool,
    /// Whether null clears the attribute.
    clears: bool,
    exports_missing: bool,
}

/// What a flow may do to target objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowTypes {
    /// Make new ones.
    pub add: bool,
    /// Change them.
    pub update: bool,
    /// Delete them; disabling is a change.
    pub delete: bool,
}

impl ObjectFlow {
    /// The object mapping's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The kind of the source objects.
    #[must_use]
    pub fn source_object(&self) -> &str {
        &self.inner.source
    }

    /// The kind of the target objects.
    #[must_use]
    pub fn target_object(&self) -> &str {
        &self.inner.target
    }

    /// The JSON pointer in the schema to the object mapping.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.inner.pointer
    }

    /// The JSON pointer in the schema to a mapping.
    #[must_use]
    pub fn mapping_pointer(&self, mapping: usize) -> &str {
        self.inner.attributes.get(mapping).map_or("", |attribute| &attribute.pointer)
    }

    /// The rule's name.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.inner.rule
    }

    /// The source attributes that the flow reads: for scope, matching and mappings. Some
    /// come more than once.
    pub fn reads(&self) -> impl Iterator<Item = Slot> {
        let entries = self.inner.set.program().entries.len();
        (0..entries).flat_map(|entry| self.inner.set.reads(entry).iter().copied()).chain(self.inner.soft_deleted)
    }

    /// Whether one mapping looks for a value that nothing in the target has.
    #[must_use]
    pub fn seeks_unique_value(&self, mapping: usize) -> bool {
        self.inner.attributes.get(mapping).is_some_and(|attribute| attribute.unique)
    }

    /// Whether a mapping looks for a value that nothing in the target has: objects are
    /// then to be processed one after the other.
    #[must_use]
    pub fn seeks_unique_values(&self) -> bool {
        self.inner.attributes.iter().any(|attribute| attribute.unique)
    }

    /// Whether it is processed.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.inner.enabled
    }

    /// What it may do to target objects.
    #[must_use]
    pub fn flow_types(&self) -> FlowTypes {
        self.inner.may
    }

    /// The mappings.
    #[must_use]
    pub fn mappings(&self) -> &MappingSet {
        &self.inner.set
    }

    /// What the target attribute of a mapping takes.
    #[must_use]
    pub fn target_attribute(&self, mapping: usize) -> Option<&TargetAttribute> {
        self.inner.attributes.get(mapping).map(|attribute| &attribute.target)
    }

    /// The slot of a mapping's target attribute in the target's schema.
    #[must_use]
    pub fn slot(&self, mapping: usize) -> Option<Slot> {
        self.inner.attributes.get(mapping).map(|attribute| attribute.slot)
    }

    /// The mappings that find the target object, the first one first.
    #[must_use]
    pub fn matching(&self) -> &[usize] {
        &self.inner.matching
    }

    /// The attributes of target objects that the flow reads, with their slots: those
    /// that it fills, then the target's anchors.
    #[must_use]
    pub fn target_schema(&self) -> &Arc<Schema> {
        &self.inner.target_schema
    }

    /// The slot of a source attribute, whatever the case of its name.
    #[must_use]
    pub fn source_slot(&self, name: &str) -> Option<Slot> {
        match self.inner.set.schema().find(name) {
            Found::Exactly(slot) | Found::IgnoringCase(slot, _) => Some(slot),
            Found::Several(..) | Found::Nowhere => None,
        }
    }

    /// The attributes that identify source objects; none without a definition.
    #[must_use]
    pub fn source_anchors(&self) -> &[String] {
        &self.inner.source_anchors
    }

    /// The attributes that identify target objects; none without a definition.
    #[must_use]
    pub fn target_anchors(&self) -> &[String] {
        &self.inner.target_anchors
    }

    /// Whether the target keeps objects that are disabled; it does where its definition
    /// does not deny it.
    #[must_use]
    pub fn supports_soft_deletion(&self) -> bool {
        self.inner.soft_deletion
    }

    /// Whether a mapping looks at `IsSoftDeleted`, and so says what disabling does.
    #[must_use]
    pub fn reads_soft_deleted(&self, mapping: usize) -> bool {
        self.inner.soft_deleted.is_some_and(|slot| self.inner.set.reads(mapping).contains(&slot))
    }

    /// For a mapping to a reference: the attribute of source objects that the source's
    /// value is, and the attribute of target objects that the target's value is, as the
    /// definitions say it (`referencedProperty`), else the anchors.
    #[must_use]
    pub fn reference(&self, mapping: usize) -> Option<(&str, &str)> {
        let attribute = self.inner.attributes.get(mapping)?;
        (attribute.target.kind == Some(TargetKind::Reference)).then_some(())?;
        let by = attribute.refers_by.as_deref().or(self.inner.source_anchors.first().map(String::as_str))?;
        let named = attribute.referenced.as_deref().or(self.inner.target_anchors.first().map(String::as_str))?;
        Some((by, named))
    }

    /// The default value of a mapping, as text.
    #[must_use]
    pub fn default_value(&self, mapping: usize) -> Option<&str> {
        self.inner.attributes.get(mapping).and_then(|attribute| attribute.default.as_deref())
    }

    /// Whether a mapping adds values and removes none.
    #[must_use]
    pub fn adds_values(&self, mapping: usize) -> bool {
        self.inner.attributes.get(mapping).is_some_and(|attribute| attribute.adds)
    }

    /// Whether a mapping has no source, so that its default value is all that flows.
    #[must_use]
    pub fn has_no_source(&self, mapping: usize) -> bool {
        self.inner.attributes.get(mapping).is_some_and(|attribute| attribute.sourceless)
    }

    /// Whether references to objects that the target lacks flow from a mapping.
    #[must_use]
    pub fn exports_missing_references(&self, mapping: usize) -> bool {
        self.inner.attributes.get(mapping).is_some_and(|attribute| attribute.exports_missing)
    }

    /// Whether anything about an object may be different once these source attributes
    /// have changed: its scope, its match, or an attribute that flows.
    #[must_use]
    pub fn is_affected(&self, changed: &[Slot]) -> bool {
        let entries = self.inner.set.program().entries.len();
        self.inner.attributes.iter().any(|attribute| attribute.always)
            || (0..entries).any(|entry| self.inner.set.is_affected(entry, changed))
    }
}
