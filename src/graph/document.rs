//! A configuration as a file holds it: a whole schema, or a part of one.

use super::{
    AttributeMapping, ObjectMapping, Property, SynchronizationRule, SynchronizationSchema, SynchronizationTemplate,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a configuration file holds, written back as it was read.
///
/// ```
/// use attrflow::graph::Document;
/// let text = r#"[{"targetAttributeName": "mail", "source": {"expression": "[mail]"}, "mine": 1}]"#;
/// let document = Document::read(text)?;
/// assert_eq!(document.schema().synchronization_rules.items().len(), 1);
/// let written = serde_json::to_value(&document).unwrap();
/// assert_eq!(written, serde_json::from_str::<serde_json::Value>(text).unwrap());
/// # Ok::<(), attrflow::graph::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Document {
    /// The whole configuration of a job.
    Schema(SynchronizationSchema),
    /// A configuration that jobs are made from.
    Template(SynchronizationTemplate),
    /// One rule of it.
    Rule(SynchronizationRule),
    /// The mapping of one kind of objects.
    ObjectMapping(ObjectMapping),
    /// Mappings of attributes alone.
    AttributeMappings(Vec<AttributeMapping>),
}

/// A text is not a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not JSON.
    #[error("it is not JSON: {message}")]
    NotJson {
        /// What is wrong.
        message: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A property holds what it cannot hold.
    #[error("{path}: {message}")]
    WrongType {
        /// The properties that lead there, `/synchronizationRules/0/name`.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// It is JSON of something else.
    #[error(
        "it is not a configuration: a synchronizationSchema, synchronizationRule, objectMapping or a list of \
         attributeMapping is wanted"
    )]
    Unknown,
}

impl Document {
    /// Reads JSON; a byte order mark is passed over.
    ///
    /// # Errors
    /// Text that is not JSON, JSON that is no part of a configuration, and properties
    /// that hold what they cannot hold, with their place.
    pub fn read(text: &str) -> Result<Document, ReadError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let json: Value = serde_json::from_str(text).map_err(|error| ReadError::NotJson {
            message: place_free(&error),
            line: error.line(),
            column: error.column(),
        })?;
        Document::from_json(json)
    }

    /// Reads parsed JSON.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn from_json(json: Value) -> Result<Document, ReadError> {
        let has = |key: &str| json.get(key).is_some();
        if has("synchronizationRules") || has("directories") {
            return typed(json).map(Document::Schema);
        }
        if json.get("schema").is_some_and(Value::is_object) {
            return typed(json).map(Document::Template);
        }
        if has("objectMappings") {
            return typed(json).map(Document::Rule);
        }
        if has("attributeMappings") {
            return typed(json).map(Document::ObjectMapping);
        }
        match &json {
            Value::Array(items) if items.iter().all(|item| item.get("targetAttributeName").is_some()) => {
                typed(json).map(Document::AttributeMappings)
            }
            _ => Err(ReadError::Unknown),
        }
    }

    /// The whole configuration, of which a part makes up the only rule or mapping.
    #[must_use]
    pub fn schema(&self) -> SynchronizationSchema {
        let rule = match self {
            Document::Schema(schema) => return schema.clone(),
            Document::Template(template) => return template.schema.get().cloned().unwrap_or_default(),
            Document::Rule(rule) => rule.clone(),
            Document::ObjectMapping(mapping) => rule(mapping.clone()),
            Document::AttributeMappings(mappings) => rule(ObjectMapping {
                attribute_mappings: Property::Value(mappings.clone()),
                ..ObjectMapping::default()
            }),
        };
        SynchronizationSchema { synchronization_rules: Property::Value(vec![rule]), ..SynchronizationSchema::default() }
    }

    /// The pointer (RFC 6901) in this document to what has this pointer in
    /// [`schema`](Self::schema).
    ///
    /// ```
    /// use attrflow::graph::Document;
    /// let document = Document::read(r#"{"attributeMappings": []}"#)?;
    /// let pointer = "/synchronizationRules/0/objectMappings/0/attributeMappings/3";
    /// assert_eq!(document.pointer(pointer), "/attributeMappings/3");
    /// # Ok::<(), attrflow::graph::ReadError>(())
    /// ```
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> String {
        let rest = match self {
            Document::Schema(_) => Some(pointer),
            Document::Template(_) => return format!("/schema{pointer}"),
            Document::Rule(_) => pointer.strip_prefix("/synchronizationRules/0"),
            Document::ObjectMapping(_) => pointer.strip_prefix("/synchronizationRules/0/objectMappings/0"),
            Document::AttributeMappings(_) => {
                // The list has no place for what is about the whole mapping.
                Some(pointer.strip_prefix("/synchronizationRules/0/objectMappings/0/attributeMappings").unwrap_or(""))
            }
        };
        rest.unwrap_or(pointer).to_owned()
    }
}

fn rule(mapping: ObjectMapping) -> SynchronizationRule {
    SynchronizationRule { object_mappings: Property::Value(vec![mapping]), ..SynchronizationRule::default() }
}

fn typed<T: for<'de> Deserialize<'de>>(json: Value) -> Result<T, ReadError> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let path: String = error
            .path()
            .iter()
            .filter_map(|segment| match segment {
                serde_path_to_error::Segment::Seq { index } => Some(format!("/{index}")),
                serde_path_to_error::Segment::Map { key } => {
                    Some(format!("/{}", key.replace('~', "~0").replace('/', "~1")))
                }
                _ => None,
            })
            .collect();
        ReadError::WrongType { path, message: error.into_inner().to_string() }
    })
}

/// The message without serde_json's own telling of the place.
fn place_free(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}
