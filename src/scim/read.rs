//! What a target resource has for each target attribute.

use super::path::Path;
use super::vocabulary::{is_multi_valued, is_reference, is_type, member};
use crate::value::OwnedValue;
use serde_json::Value as Json;

/// The value of each path in a resource, in the order of the paths; null where there is
/// none.
///
/// With a filter it is that of the elements that fit: `emails[type eq "work"].value`
/// gives the text of the work address, several of them a list. Without one, an attribute
/// with an array is a list, and a sub-attribute of such an attribute is what its elements
/// have. Members of a group, the manager and other objects that hold nothing else than a
/// `value` are read as that, as they are written (inferred). What is text in JSON is
/// text: the type that the target declares is not the resource's to tell.
///
/// ```
/// use attrflow::scim::{Path, flatten};
/// use serde_json::json;
/// let paths = [Path::parse("emails[type eq \"work\"].value")?, Path::parse("active")?];
/// let user = json!({"active": true, "emails": [{"type": "home", "value": "a"}, {"type": "work", "value": "b"}]});
/// let values = flatten(&user, &paths);
/// assert_eq!(values, ["b".into(), true.into()]);
/// # Ok::<(), attrflow::scim::PathError>(())
/// ```
#[must_use]
pub fn flatten(resource: &Json, paths: &[Path]) -> Vec<OwnedValue> {
    paths.iter().map(|path| path.read(resource)).collect()
}

impl Path {
    /// The value of the path in a resource, as [`flatten`] reads it.
    #[must_use]
    pub fn read(&self, resource: &Json) -> OwnedValue {
        self.find(resource).unwrap_or_default()
    }

    fn find(&self, resource: &Json) -> Option<OwnedValue> {
        let mut holder = resource.as_object()?;
        if let Some(urn) = self.extension()
            && !is_type(holder, urn)
        {
            holder = member(holder, urn)?.as_object()?;
        }
        let found = member(holder, &self.name)?;
        let (schema, name) = (self.extension(), self.name());
        if self.filter.is_none() && self.sub.is_none() {
            return Some(match found {
                Json::Array(values) if values.is_empty() => OwnedValue::Null,
                Json::Array(values) if is_multi_valued(schema, name) => {
                    OwnedValue::Multi(values.iter().map(|value| element(value, name)).collect())
                }
                reference if is_reference(schema, name) => value_of(reference).unwrap_or(reference).into(),
                other => other.into(),
            });
        }
        let elements = match found {
            Json::Array(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        let fitting =
            elements.iter().filter(|element| self.filter.as_ref().is_none_or(|filter| filter.matches(element)));
        let mut values: Vec<OwnedValue> = match self.sub() {
            None => fitting.map(OwnedValue::from).collect(),
            Some(sub) => fitting.filter_map(|element| part(element, sub)).collect(),
        };
        values.retain(|value| *value != OwnedValue::Null);
        match values.len() {
            0 | 1 => values.pop(),
            _ => Some(OwnedValue::Multi(values)),
        }
    }
}

fn part(element: &Json, sub: &str) -> Option<OwnedValue> {
    match element {
        Json::Object(members) => member(members, sub).map(OwnedValue::from),
        simple if sub.eq_ignore_ascii_case("value") => Some(simple.into()),
        _ => None,
    }
}

fn value_of(json: &Json) -> Option<&Json> {
    member(json.as_object()?, "value")
}

/// An element: its `value` where it has nothing else of its own.
fn element(json: &Json, name: &str) -> OwnedValue {
    // What a service provider adds to a member of a group beside its id.
    let added: &[&str] = if ["members", "groups"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
        &["$ref", "display", "type"]
    } else {
        &[]
    };
    let Some(members) = json.as_object() else {
        return json.into();
    };
    let bare = members.iter().all(|(key, value)| {
        value.is_null()
            || key.eq_ignore_ascii_case("value")
            || added.iter().any(|known| known.eq_ignore_ascii_case(key))
    });
    match member(members, "value") {
        Some(value) if bare => value.into(),
        _ => json.into(),
    }
}
