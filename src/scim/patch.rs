//! The PATCH request (RFC 7644 section 3.5.2) for the changes of an object.

use super::error::ChangeError;
use super::filter::{Comparison, Filter, Literal};
use super::layout::{Element, Form, Layout, Place, Target};
use super::path::AttributePath;
use super::vocabulary::{self, PATCH_OP};
use crate::change::{AttributeChange, Manner};
use serde_json::{Map, Value as Json, json};

/// A change, as JSON values.
struct Change<'l> {
    target: &'l Target,
    before: Option<Json>,
    after: Option<Json>,
    manner: Manner,
}

impl Layout {
    /// The PATCH that makes the changes; nothing where nothing changes.
    ///
    /// An attribute that had no value is added, one that had is replaced, one that has none
    /// afterwards is removed; [`Manner::Add`] adds the values, [`Manner::Assert`] replaces
    /// them all (documented for AssertiveAppRoleAssignmentsComplex). Members of a group
    /// that go are removed one by one by a filter on their value, new ones are added in one
    /// operation (documented by the vendor as the compliant form), so that a change of a
    /// large group stays small.
    ///
    /// Operations stand in the order of the changes. Each has a `path`, as the
    /// configuration writes it. Operations are in lower case and booleans are booleans,
    /// the form that the vendor calls compliant.
    ///
    /// The request adds to a path with a filter that nothing fits yet. The vendor's service
    /// does so and expects the service provider to make the element; RFC 7644 leaves it open.
    ///
    /// A change whose `before` equals its `after` makes no operation, but tells that the
    /// attribute stays: when all attributes that describe an element are among the changes
    /// and none has a value afterwards, the whole element is removed. Attributes that are
    /// not among the changes are taken to have a value.
    ///
    /// # Errors
    /// As [`resource`](Layout::resource).
    pub fn patch(&self, changes: &[AttributeChange<'_>]) -> Result<Option<Json>, ChangeError> {
        let mut read = Vec::new();
        for change in changes {
            let Some(target) = self.targets.get(self.index(change.attribute)?) else {
                continue;
            };
            // Most attributes of most objects stay; only where they describe an element do
            // they matter then.
            if change.before == change.after && !matches!(target.place, Place::Element { .. }) {
                continue;
            }
            let (before, after) = (target.json(change.before)?, target.json(change.after)?);
            read.push(Change { target, before, after, manner: change.manner });
        }
        let mut emptied = self.emptied(&read);
        let mut operations = Vec::new();
        for change in &read {
            if change.before == change.after {
                continue;
            }
            match &change.target.place {
                Place::Element { element, sub } => {
                    let Some(shape) = self.elements.get(*element) else { continue };
                    match emptied.get_mut(*element) {
                        // One operation removes the element for all of its attributes.
                        Some(state @ Emptied::Yes) => {
                            operations.push(json!({"op": "remove", "path": shape.path}));
                            *state = Emptied::Done;
                        }
                        Some(Emptied::Done) => {}
                        _ => change.of_element(shape, sub.as_deref(), &mut operations)?,
                    }
                }
                Place::Whole(Form::Objects) if change.target.name.eq_ignore_ascii_case("members") => {
                    match change.of_members() {
                        Some(few) => operations.extend(few),
                        None => change.of_attribute(&mut operations),
                    }
                }
                _ => change.of_attribute(&mut operations),
            }
        }
        Ok((!operations.is_empty()).then(|| json!({"schemas": [PATCH_OP], "Operations": operations})))
    }

    /// For each element, whether the changes leave it without any attribute.
    fn emptied(&self, changes: &[Change<'_>]) -> Vec<Emptied> {
        let mut cleared = vec![0; self.elements.len()];
        for change in changes {
            if let Place::Element { element, .. } = change.target.place
                && change.after.is_none()
                && change.manner != Manner::Add
                && let Some(count) = cleared.get_mut(element)
            {
                *count += 1;
            }
        }
        let all = |(element, count): (&Element, usize)| if count == element.paths { Emptied::Yes } else { Emptied::No };
        self.elements.iter().zip(cleared).map(all).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Emptied {
    No,
    Yes,
    /// And the operation that removes it is written.
    Done,
}

impl Change<'_> {
    /// Operations on an attribute or a sub-attribute of an object.
    fn of_attribute(&self, operations: &mut Vec<Json>) {
        let path = &self.target.attribute;
        match (&self.before, &self.after, self.manner) {
            (_, None, Manner::Add) | (None, None, _) => {}
            (_, Some(after), Manner::Add) => {
                let values = if after.is_array() { after.clone() } else { json!([after]) };
                operations.push(json!({"op": "add", "path": path, "value": values}));
            }
            (_, Some(after), Manner::Assert) => {
                operations.push(json!({"op": "replace", "path": path, "value": after}));
            }
            (Some(_), None, _) => operations.push(json!({"op": "remove", "path": path})),
            (None, Some(after), Manner::Set) => operations.push(json!({"op": "add", "path": path, "value": after})),
            (Some(before), Some(after), Manner::Set) => {
                // Replacing an object sets the members that are sent and keeps the others.
                let lost = match (before, after) {
                    (Json::Object(before), Json::Object(after)) => {
                        before.keys().any(|name| vocabulary::member(after, name).is_none())
                    }
                    _ => false,
                };
                if lost {
                    operations.push(json!({"op": "remove", "path": path}));
                    operations.push(json!({"op": "add", "path": path, "value": after}));
                } else {
                    operations.push(json!({"op": "replace", "path": path, "value": after}));
                }
            }
        }
    }

    /// Operations on an element of a multi-valued attribute.
    fn of_element(&self, shape: &Element, sub: Option<&str>, operations: &mut Vec<Json>) -> Result<(), ChangeError> {
        let several = |json: &Option<Json>| matches!(json, Some(Json::Array(_)));
        let adds = self.manner == Manner::Add;
        let alone = sub.is_some() && !several(&self.before) && !several(&self.after);
        // Another element beside one that several attributes describe would pass for it.
        if alone && (!adds || self.before.is_none() || shape.paths > 1) {
            self.of_part(operations);
            return Ok(());
        }
        if shape.paths > 1 && (several(&self.before) || several(&self.after)) {
            return Err(ChangeError::ManyValues(self.target.attribute.clone()));
        }
        // Values that go, or that come, are whole elements here.
        if self.before.is_some() && !adds {
            operations.push(json!({"op": "remove", "path": shape.path}));
        }
        let new: Vec<Json> = match self.after.clone() {
            Some(Json::Array(values)) => values.into_iter().map(|value| shape.json(sub, value)).collect(),
            Some(value) => vec![shape.json(sub, value)],
            None => Vec::new(),
        };
        if !new.is_empty() {
            operations.push(json!({"op": "add", "path": shape.attribute, "value": new}));
        }
        Ok(())
    }

    /// One operation on a single value.
    fn of_part(&self, operations: &mut Vec<Json>) {
        let path = &self.target.attribute;
        match (&self.before, &self.after) {
            (_, None) if self.manner == Manner::Add => {}
            (_, None) => operations.push(json!({"op": "remove", "path": path})),
            (None, Some(after)) => operations.push(json!({"op": "add", "path": path, "value": after})),
            (Some(_), Some(after)) => operations.push(json!({"op": "replace", "path": path, "value": after})),
        }
    }

    /// Operations that remove and add single members, where that gives what is wanted.
    fn of_members(&self) -> Option<Vec<Json>> {
        let (Some(Json::Array(before)), Some(Json::Array(after)), Manner::Set) =
            (&self.before, &self.after, self.manner)
        else {
            return None;
        };
        let keyed = |list| -> Option<Map<String, Json>> {
            let mut keyed = Map::new();
            for value in list {
                let id = Json::as_str(Json::get(value, "value")?)?;
                // A filter on the value finds it in any case.
                keyed.insert(id.to_lowercase(), Json::clone(value)).is_none().then_some(())?;
            }
            Some(keyed)
        };
        let (old, new) = (keyed(before)?, keyed(after)?);
        let id_of = |value: &Json| value.get("value").and_then(Json::as_str).map(str::to_lowercase).unwrap_or_default();
        let gone = before.iter().filter(|value| new.get(&id_of(value)) != Some(value));
        let come: Vec<&Json> = after.iter().filter(|value| old.get(&id_of(value)) != Some(value)).collect();
        let mut operations = Vec::new();
        for id in gone.filter_map(|value| value.get("value")?.as_str()) {
            let attribute = AttributePath { schema: None, name: "value".to_owned(), sub: None };
            let value = Literal::Text(id.to_owned());
            let filter = Filter::Compare { attribute, operator: Comparison::Equal, value };
            operations.push(json!({"op": "remove", "path": format!("{}[{filter}]", self.target.attribute)}));
        }
        if !come.is_empty() {
            operations.push(json!({"op": "add", "path": self.target.attribute, "value": come}));
        }
        (!operations.is_empty()).then_some(operations)
    }
}
