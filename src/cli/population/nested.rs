//! Attribute names that lead into nested objects: `name.givenName`,
//! `emails[type eq "work"].value`.
//!
//! This is the only place that knows how such a name is read and followed.

use crate::cli::record::owned;
use crate::{OwnedValue, scim};
use serde_json::{Map, Value as Json};

/// The way that a name describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    root: String,
    way: Way,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// From field to field.
    Fields(Vec<String>),
    /// As SCIM has it: through a schema extension, or a filter on the elements of a list.
    Scim(Box<scim::Path>),
}

impl Path {
    /// Reads a name; nothing where it names an attribute of the record itself.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if name.contains([':', '[']) {
            let path = scim::Path::parse(name).ok()?;
            let root = path.extension().unwrap_or(path.name()).to_owned();
            return Some(Path { root, way: Way::Scim(Box::new(path)) });
        }
        let mut parts = name.split('.').map(str::to_owned);
        let root = parts.next()?;
        let fields: Vec<String> = parts.collect();
        let whole = !root.is_empty() && !fields.is_empty() && fields.iter().all(|field| !field.is_empty());
        whole.then_some(Path { root, way: Way::Fields(fields) })
    }

    /// The member of the record that it goes into. Its case means nothing.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// What a record has there, of which the members that names lead into are enough;
    /// nothing where the way ends before. The fields of several objects are several
    /// values.
    pub(super) fn find(&self, record: &Json) -> Option<OwnedValue> {
        match &self.way {
            Way::Fields(fields) => follow(member(record.as_object()?, &self.root)?, fields).map(owned),
            Way::Scim(path) => Some(path.read(record)).filter(|value| *value != OwnedValue::Null),
        }
    }
}

/// Goes no deeper than the name has fields; lists lie in a record no deeper than the
/// reader lets them.
fn follow(value: &Json, fields: &[String]) -> Option<Json> {
    let Some((field, rest)) = fields.split_first() else { return Some(value.clone()) };
    match value {
        Json::Object(members) => follow(member(members, field)?, rest),
        Json::Array(values) => {
            let found: Vec<Json> = values.iter().filter_map(|value| follow(value, fields)).collect();
            (!found.is_empty()).then_some(Json::Array(found))
        }
        _ => None,
    }
}

/// A member by its name, else by its name in other case.
fn member<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    let alike = || object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    object.get(name).or_else(alike)
}
