//! The configuration of a synchronization job as Microsoft Graph has it.
//!
//! Every property may be absent or null on reading, and properties that this version
//! does not know are kept, so that a configuration is written back as it was read.
//! Names and meanings are those of the resources `synchronizationSchema`,
//! `synchronizationRule`, `objectMapping`, `attributeMapping`, `filter`,
//! `directoryDefinition`, `objectDefinition` and `attributeDefinition` of Microsoft
//! Graph (documented); what exported configurations show beyond them is marked evident.

use super::{Property, Source};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Declares objects whose properties may all be absent.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, skip_serializing_if = "Property::is_absent")]
                pub $field: Property<$kind>,
            )*
            /// What else the object holds.
            #[serde(flatten)]
            pub other: Map<String, Value>,
        }
    )*};
}

/// Declares enumerations that keep what they do not know.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
            /// A word that this version does not know, or knows in other case.
            #[serde(untagged)]
            Other(String),
        }

        impl $name {
            /// The word that is meant, whatever its case (Microsoft Graph documents both);
            /// nothing where it is not known.
            #[must_use]
            pub fn known(&self) -> Option<Self> {
                match self {
                    $name::Other(text) => {
                        $(if text.eq_ignore_ascii_case(stringify!($word)) {
                            return Some($name::$word);
                        })*
                        None
                    }
                    known => Some(known.clone()),
                }
            }
        }
    )*};
}

objects! {
    /// The whole configuration of a job.
    SynchronizationSchema {
        /// Its identifier.
        id: String,
        /// Its version.
        version: String,
        /// What is synchronized, in order of priority.
        synchronization_rules: Vec<SynchronizationRule>,
        /// What the directories on both sides hold.
        directories: Vec<DirectoryDefinition>,
    }

    /// A configuration that jobs are made from.
    SynchronizationTemplate {
        /// Its identifier.
        id: String,
        /// The configuration.
        schema: SynchronizationSchema,
    }

    /// Which objects of one directory flow to another.
    SynchronizationRule {
        /// Its identifier.
        id: String,
        /// Its name.
        name: String,
        /// Rules with a lower number are processed first.
        priority: i64,
        /// The directory that objects come from.
        source_directory_name: String,
        /// The directory that objects go to.
        target_directory_name: String,
        /// Which kinds of objects flow.
        object_mappings: Vec<ObjectMapping>,
        /// Settings by name.
        metadata: Vec<MetadataEntry>,
    }

    /// A setting; its value is often JSON inside text (evident).
    MetadataEntry {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    }

    /// How objects of one kind become objects of another.
    ObjectMapping {
        /// Its name.
        name: String,
        /// Whether it is processed.
        enabled: bool,
        /// What it may do: `Add`, `Update`, `Delete`, or `None`, separated by commas.
        flow_types: String,
        /// The kind of the source objects.
        source_object_name: String,
        /// The kind of the target objects.
        target_object_name: String,
        /// Which objects it is for.
        scope: Filter,
        /// How attributes flow.
        attribute_mappings: Vec<AttributeMapping>,
        /// Settings by name.
        metadata: Vec<MetadataEntry>,
    }

    /// How one target attribute is filled.
    AttributeMapping {
        /// The target attribute.
        target_attribute_name: String,
        /// Where its value comes from; none where only the default value flows.
        source: MappingSource,
        /// The default value.
        default_value: String,
        /// Above 0, the attribute serves to find the target object; lower goes first.
        matching_priority: i64,
        /// When it flows.
        flow_type: FlowType,
        /// Whether it flows without a change of the source.
        flow_behavior: FlowBehavior,
        /// Whether references to objects that the target lacks flow.
        export_missing_references: bool,
        /// Whether a null clears the target attribute, where the source attribute's
        /// definition says so as well.
        flow_null_values: bool,
    }

    /// Scoping filters, by what they are for.
    Filter {
        /// The scoping filters that engineers write. A group holds where all its
        /// clauses do, and one group is enough.
        groups: Vec<FilterGroup>,
        /// Filters on what is read from the source at all.
        input_filter_groups: Vec<FilterGroup>,
        /// Filters that choose between object mappings.
        category_filter_groups: Vec<FilterGroup>,
    }

    /// Clauses that must all hold.
    FilterGroup {
        /// Its name.
        name: String,
        /// The clauses.
        clauses: Vec<FilterClause>,
    }

    /// A condition on one source attribute.
    FilterClause {
        /// The source attribute.
        source_operand_name: String,
        /// The operator.
        operator_name: String,
        /// What it is compared with.
        target_operand: FilterOperand,
    }

    /// What an attribute is compared with.
    FilterOperand {
        /// The values.
        values: Vec<String>,
    }

    /// What a directory holds.
    DirectoryDefinition {
        /// Its identifier.
        id: String,
        /// Its name, which rules refer to.
        name: String,
        /// The kinds of its objects.
        objects: Vec<ObjectDefinition>,
    }

    /// A kind of objects.
    ObjectDefinition {
        /// Its name, which object mappings refer to.
        name: String,
        /// Its attributes.
        attributes: Vec<AttributeDefinition>,
        /// Settings by name.
        metadata: Vec<MetadataEntry>,
    }

    /// An attribute of a kind of objects.
    AttributeDefinition {
        /// Its name.
        name: String,
        /// The type of its values.
        r#type: AttributeType,
        /// Whether it holds several values.
        multivalued: bool,
        /// Whether objects must have it.
        required: bool,
        /// Whether it identifies objects.
        anchor: bool,
        /// Whether values that differ in case are different.
        case_exact: bool,
        /// What may be done with it.
        mutability: Mutability,
        /// Its value in new objects.
        default_value: String,
        /// Whether a null in it may clear target attributes.
        flow_null_values: bool,
        /// For references: what they refer to.
        referenced_objects: Vec<ReferencedObject>,
        /// Settings by name.
        metadata: Vec<MetadataEntry>,
    }

    /// What a reference refers to.
    ReferencedObject {
        /// The kind of object.
        referenced_object_name: String,
        /// The property that holds the reference; the anchor where it is null.
        referenced_property: String,
    }
}

words! {
    /// When a mapping flows.
    FlowType {
        /// Whenever an object is created or updated.
        Always,
        /// Only while an object is created.
        ObjectAddOnly,
        /// Values are added, and none is removed.
        MultiValueAddOnly,
        /// Another name of it.
        MultiValueAdd,
        /// Values are added, and none is removed.
        ValueAddOnly,
        /// Only where the target object has no value.
        AttributeAddOnly,
    }

    /// Whether a mapping flows without a change.
    FlowBehavior {
        /// When the source changed.
        FlowWhenChanged,
        /// In every cycle.
        FlowAlways,
    }

    /// The type of an attribute's values.
    AttributeType {
        /// Text.
        String,
        /// An integer.
        Integer,
        /// Another object.
        Reference,
        /// Bytes.
        Binary,
        /// True or false.
        Boolean,
        /// An instant.
        DateTime,
    }

    /// What may be done with an attribute.
    Mutability {
        /// Reading and writing.
        ReadWrite,
        /// Reading.
        ReadOnly,
        /// Writing once.
        Immutable,
        /// Writing.
        WriteOnly,
    }
}

/// The source of a mapping, written back as it was read.
///
/// In a [`Source`] a property that is absent and one that is null are the same; a
/// configuration that is only read and written keeps the difference.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MappingSource {
    source: Source,
    /// What it was read from.
    read: Option<Value>,
}

impl MappingSource {
    /// The source.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }
}

impl From<Source> for MappingSource {
    fn from(source: Source) -> Self {
        MappingSource { source, read: None }
    }
}

impl<'de> Deserialize<'de> for MappingSource {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let read = Value::deserialize(input)?;
        let source = Source::deserialize(&read).map_err(serde::de::Error::custom)?;
        Ok(MappingSource { source, read: Some(read) })
    }
}

impl Serialize for MappingSource {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match &self.read {
            Some(read) => read.serialize(out),
            None => self.source.serialize(out),
        }
    }
}
