//! The resource that is created for an object.

use super::error::ChangeError;
use super::json::{edit_array, edit_object};
use super::layout::{Element, Layout, Place};
use crate::value::Value;
use serde_json::{Map, Value as Json};

impl Layout {
    /// The resource with these attributes, by their names in the configuration.
    ///
    /// An attribute whose value is null, or a list without values, is left out.
    /// `schemas` lists the core schema and every extension that has an attribute, in the
    /// order of the mappings. Types are kept: a boolean or an integer is one, a dateTime
    /// is text as RFC 3339 has it, bytes are base64, a reference is its text, a list an
    /// array, a complex value an object (RFC 7643 section 2.3); `active` and `primary`
    /// are booleans also where text that says so flows to them (documented by the
    /// vendor as the compliant form).
    ///
    /// Cost: one look-up by name for each value, and the JSON itself.
    ///
    /// # Errors
    /// A name that the layout lacks, several values for a part of an element, a value
    /// nested deeper than 100.
    pub fn resource<'n, 'v>(
        &self,
        values: impl IntoIterator<Item = (&'n str, Value<'v>)>,
    ) -> Result<Json, ChangeError> {
        let mut core = Map::new();
        core.insert("schemas".to_owned(), Json::Null);
        let mut extensions = vec![Map::new(); self.extensions.len()];
        let mut positions = vec![None; self.elements.len()];
        for (attribute, value) in values {
            let Some(target) = self.targets.get(self.index(attribute)?) else {
                continue;
            };
            let Some(json) = target.json(value)? else {
                continue;
            };
            let holder = match target.extension {
                None => &mut core,
                Some(index) => match extensions.get_mut(index) {
                    Some(extension) => extension,
                    None => continue,
                },
            };
            match &target.place {
                Place::Whole(_) => {
                    holder.insert(target.name.clone(), json);
                }
                Place::Sub(sub) => {
                    edit_object(holder, &target.name, |members| members.insert(sub.clone(), json));
                }
                Place::Element { element, sub } => {
                    let (Some(shape), Some(position)) = (self.elements.get(*element), positions.get_mut(*element))
                    else {
                        continue;
                    };
                    if shape.paths > 1 && json.is_array() {
                        return Err(ChangeError::ManyValues(target.attribute.clone()));
                    }
                    edit_array(holder, &target.name, |list| shape.write(sub.as_deref(), json, list, position));
                }
            }
        }
        let mut schemas = vec![Json::from(self.resource_type().schema())];
        for (urn, extension) in self.extensions.iter().zip(extensions) {
            if !extension.is_empty() {
                schemas.push(Json::from(urn.as_str()));
                core.insert(urn.clone(), Json::Object(extension));
            }
        }
        core.insert("schemas".to_owned(), Json::Array(schemas));
        Ok(Json::Object(core))
    }
}

impl Element {
    /// Writes the value of a path with a filter: an element for each of several values,
    /// else into the element at `position`, which is made where there is none yet.
    fn write(&self, sub: Option<&str>, json: Json, list: &mut Vec<Json>, position: &mut Option<usize>) {
        if let Json::Array(values) = json {
            list.extend(values.into_iter().map(|value| self.json(sub, value)));
            return;
        }
        let new = self.json(sub, json);
        let made = position.and_then(|at| list.get_mut(at)).and_then(Json::as_object_mut);
        match (made, new) {
            (Some(made), Json::Object(members)) => made.extend(members),
            (_, new) => {
                *position = Some(list.len());
                list.push(new);
            }
        }
    }
}
