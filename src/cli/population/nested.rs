//! Attribute names that lead into nested objects: `name.givenName`,
//! `emails[type eq "work"].value`.
//!
//! This is the only place that knows how such a name is read and followed.

use crate::{OwnedValue, scim};
use serde_json::Value as Json;

/// The way that a name describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// The attribute of the record that it goes into.
    pub(super) root: String,
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

    /// What the root's value has there; nothing where the way ends before. The fields of
    /// several objects are several values.
    pub(super) fn find(&self, root: &OwnedValue) -> Option<OwnedValue> {
        match &self.way {
            Way::Fields(fields) => follow(root, fields),
            Way::Scim(path) => {
                let resource = Json::Object([(self.root.clone(), Json::from(root))].into_iter().collect());
                Some(path.read(&resource)).filter(|value| *value != OwnedValue::Null)
            }
        }
    }
}

/// Goes no deeper than the name has fields; lists lie in a record no deeper than the
/// reader lets them.
fn follow(value: &OwnedValue, fields: &[String]) -> Option<OwnedValue> {
    let Some((field, rest)) = fields.split_first() else { return Some(value.clone()) };
    match value {
        OwnedValue::Complex(members) => {
            let exact = members.iter().find(|(name, _)| name == field);
            let alike = || members.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
            follow(&exact.or_else(alike)?.1, rest)
        }
        OwnedValue::Multi(values) => {
            let found: Vec<OwnedValue> = values.iter().filter_map(|value| follow(value, fields)).collect();
            (!found.is_empty()).then_some(OwnedValue::Multi(found))
        }
        _ => None,
    }
}
