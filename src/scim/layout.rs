//! The target attributes of a configuration, read once.

use super::error::{ChangeError, ElementError, LayoutError, LayoutErrors};
use super::filter::truth;
use super::json::to_json;
use super::path::Path;
use super::vocabulary;
use crate::value::{OwnedValue, Value};
use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};

/// What kind of resource is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ResourceType {
    /// A user, of the schema [`USER`](super::USER).
    #[default]
    User,
    /// A group, of the schema [`GROUP`](super::GROUP).
    Group,
    /// Another, by the URN of its schema.
    Other(String),
}

impl ResourceType {
    /// The URN of its core schema.
    #[must_use]
    pub fn schema(&self) -> &str {
        match self {
            ResourceType::User => vocabulary::USER,
            ResourceType::Group => vocabulary::GROUP,
            ResourceType::Other(schema) => schema,
        }
    }
}

/// Two target attributes that write the same place, so that the later one undoes what the
/// earlier one wrote, or changes elements of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The number of the earlier one, from 0.
    pub first: usize,
    /// The number of the later one.
    pub second: usize,
}

/// The target attributes of a mapping set as SCIM paths, read once and used for any number
/// of objects; threads may share it.
///
/// ```
/// use attrflow::Value;
/// use attrflow::scim::{ENTERPRISE_USER, Layout, ResourceType};
/// use serde_json::json;
///
/// let department = format!("{ENTERPRISE_USER}:department");
/// let layout = Layout::new(ResourceType::User, ["userName", "name.givenName", &department])?;
/// let user = layout.resource([
///     ("userName", Value::Text("zoe")),
///     ("name.givenName", Value::Text("Zoë")),
///     (&department, Value::Text("Sales")),
/// ])?;
/// assert_eq!(user["name"], json!({"givenName": "Zoë"}));
/// assert_eq!(user[ENTERPRISE_USER], json!({"department": "Sales"}));
/// assert_eq!(user["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE_USER]));
/// assert_eq!(layout.flatten(&user)[2].as_str(), Some("Sales"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Layout {
    pub(super) resource_type: ResourceType,
    pub(super) targets: Vec<Target>,
    pub(super) extensions: Vec<String>,
    pub(super) elements: Vec<Element>,
    paths: Vec<Path>,
    names: FxHashMap<String, usize>,
    conflicts: Vec<Conflict>,
}

/// Where one attribute is written.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// As the configuration writes it, for messages and for requests.
    pub(super) attribute: String,
    /// The number of the extension that holds it; none for the core.
    pub(super) extension: Option<usize>,
    /// The attribute, in the case in which the layout has it first.
    pub(super) name: String,
    pub(super) place: Place,
    boolean: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Place {
    /// The attribute itself, in one of three forms.
    Whole(Form),
    /// A sub-attribute of an object.
    Sub(String),
    /// A sub-attribute of an element, or the element itself.
    Element { element: usize, sub: Option<String> },
}

/// What an attribute holds as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// What flows.
    Plain,
    /// An object that refers by its `value`.
    Reference,
    /// Several objects.
    Objects,
}

/// An element of a multi-valued attribute that one path or several describe.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// The path up to and with the filter, for requests.
    pub(super) path: String,
    /// The path without the filter.
    pub(super) attribute: String,
    /// What it holds when it is new.
    pub(super) template: Vec<(String, Json)>,
    /// How many paths describe it.
    pub(super) paths: usize,
}

/// Where and what an element is, so that paths that mean the same one share it: extension,
/// attribute, and the sorted comparisons, all in lower case.
type ElementKey = (Option<usize>, String, Vec<(String, String)>);

impl Layout {
    /// Reads target attributes, in the order of their mappings.
    ///
    /// # Errors
    /// One for each attribute that is no path, or whose filter makes no element (only
    /// `eq` joined by `and` does).
    pub fn new<A: AsRef<str>>(
        resource_type: ResourceType,
        attributes: impl IntoIterator<Item = A>,
    ) -> Result<Layout, LayoutErrors> {
        let mut layout = Layout {
            resource_type,
            targets: Vec::new(),
            extensions: Vec::new(),
            elements: Vec::new(),
            paths: Vec::new(),
            names: FxHashMap::default(),
            conflicts: Vec::new(),
        };
        let mut errors = Vec::new();
        let mut keys = FxHashMap::default();
        for attribute in attributes {
            let attribute = attribute.as_ref();
            let path =
                Path::parse(attribute).map_err(|error| LayoutError::Path { attribute: attribute.to_owned(), error });
            let added = path.and_then(|path| {
                layout
                    .add(attribute, path, &mut keys)
                    .map_err(|error| LayoutError::Element { attribute: attribute.to_owned(), error })
            });
            errors.extend(added.err());
        }
        if !errors.is_empty() {
            return Err(LayoutErrors(errors));
        }
        layout.conflicts = layout.find_conflicts();
        Ok(layout)
    }

    fn add(
        &mut self,
        attribute: &str,
        path: Path,
        keys: &mut FxHashMap<ElementKey, usize>,
    ) -> Result<(), ElementError> {
        let template = path.element()?;
        let outside = path.extension().filter(|schema| !schema.eq_ignore_ascii_case(self.resource_type.schema()));
        let extension = outside.map(|urn| {
            let known = self.extensions.iter().position(|other| other.eq_ignore_ascii_case(urn));
            known.unwrap_or_else(|| {
                self.extensions.push(urn.to_owned());
                self.extensions.len() - 1
            })
        });
        let known = self.targets.iter().find(|t| t.extension == extension && t.name.eq_ignore_ascii_case(path.name()));
        let name = known.map_or(path.name(), |target| &target.name).to_owned();
        let several = vocabulary::is_multi_valued(path.extension(), path.name());
        let place = match (path.filter(), path.sub()) {
            (None, None) if several => Place::Whole(Form::Objects),
            (None, None) if vocabulary::is_reference(path.extension(), path.name()) => Place::Whole(Form::Reference),
            (None, None) => Place::Whole(Form::Plain),
            (None, Some(sub)) if !several => Place::Sub(sub.to_owned()),
            (_, sub) => {
                let mut parts: Vec<_> = template
                    .iter()
                    .map(|(name, value)| (name.to_lowercase(), value.to_string().to_lowercase()))
                    .collect();
                parts.sort_unstable();
                let next = self.elements.len();
                let element = *keys.entry((extension, name.to_lowercase(), parts)).or_insert(next);
                if element == next {
                    let base = Path { sub: None, ..path.clone() };
                    let (attribute, path) = (base.attribute().to_string(), base.to_string());
                    self.elements.push(Element { path, attribute, template, paths: 0 });
                }
                if let Some(element) = self.elements.get_mut(element) {
                    element.paths += 1;
                }
                Place::Element { element, sub: sub.map(str::to_owned) }
            }
        };
        let boolean = vocabulary::is_boolean(path.extension(), path.name(), path.sub());
        self.names.insert(attribute.to_owned(), self.targets.len());
        self.targets.push(Target { attribute: attribute.to_owned(), extension, name, place, boolean });
        self.paths.push(path);
        Ok(())
    }

    /// The paths, in the order of their mappings.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// What kind of resource is written.
    #[must_use]
    pub fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    /// Attributes that write the same place: one twice, an attribute beside a part of it,
    /// or elements one of which may pass for the other
    /// (`emails[type eq "work"].value` beside `emails[type eq "work" and primary eq true].value`).
    ///
    /// They are written all the same, in order. Only without them is the object that a
    /// PATCH leaves sure to be the one that would be built anew.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// The value of each target attribute in a resource, in the order of the mappings, as
    /// [`flatten`](super::flatten) reads it.
    #[must_use]
    pub fn flatten(&self, resource: &Json) -> Vec<OwnedValue> {
        super::flatten(resource, &self.paths)
    }

    pub(super) fn index(&self, attribute: &str) -> Result<usize, ChangeError> {
        self.names.get(attribute).copied().ok_or_else(|| ChangeError::UnknownAttribute(attribute.to_owned()))
    }

    fn find_conflicts(&self) -> Vec<Conflict> {
        let mut places: FxHashMap<(Option<usize>, &str), Vec<usize>> = FxHashMap::default();
        for (index, target) in self.targets.iter().enumerate() {
            places.entry((target.extension, &target.name)).or_default().push(index);
        }
        let mut conflicts = Vec::new();
        for indices in places.values() {
            for (nth, first) in indices.iter().enumerate() {
                let rest = indices.iter().skip(nth + 1);
                let met = rest.filter(|second| self.meet(*first, **second));
                conflicts.extend(met.map(|second| Conflict { first: *first, second: *second }));
                if self.meets_itself(*first) {
                    conflicts.push(Conflict { first: *first, second: *first });
                }
            }
        }
        conflicts.sort_unstable_by_key(|conflict| (conflict.second, conflict.first));
        conflicts
    }

    fn element_of(&self, index: usize) -> Option<(usize, &Element, Option<&str>)> {
        match &self.targets.get(index)?.place {
            Place::Element { element, sub } => Some((*element, self.elements.get(*element)?, sub.as_deref())),
            _ => None,
        }
    }

    /// Whether a path writes what its own filter asks for.
    fn meets_itself(&self, index: usize) -> bool {
        self.element_of(index).is_some_and(|(_, element, sub)| asks_for(element, sub))
    }

    /// Whether two targets of the same attribute write the same place.
    fn meet(&self, first: usize, second: usize) -> bool {
        let (Some((one, left, left_sub)), Some((other, right, right_sub))) =
            (self.element_of(first), self.element_of(second))
        else {
            let subs = [first, second].map(|index| match self.targets.get(index).map(|target| &target.place) {
                Some(Place::Sub(sub)) => Some(sub),
                _ => None,
            });
            return match subs {
                [Some(left), Some(right)] => left.eq_ignore_ascii_case(right),
                _ => true,
            };
        };
        if one == other {
            return match (left_sub, right_sub) {
                (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
                _ => true,
            };
        }
        let within = |small: &Element, large: &Element| {
            small.template.iter().all(|(name, value)| {
                let fits = |(other, held): &(String, Json)| {
                    other.eq_ignore_ascii_case(name)
                        && held.to_string().to_lowercase() == value.to_string().to_lowercase()
                };
                large.template.iter().any(fits)
            })
        };
        within(left, right) || within(right, left) || asks_for(left, right_sub) || asks_for(right, left_sub)
    }
}

/// Whether the filter of an element asks for a sub-attribute.
fn asks_for(element: &Element, sub: Option<&str>) -> bool {
    sub.is_some_and(|sub| element.template.iter().any(|(name, _)| name.eq_ignore_ascii_case(sub)))
}

impl Target {
    /// A value as it is written here; nothing where the attribute is left out.
    pub(super) fn json(&self, value: Value<'_>) -> Result<Option<Json>, ChangeError> {
        let json = to_json(value).map_err(|_| ChangeError::TooDeep(self.attribute.clone()))?;
        Ok(json.map(|json| match (&self.place, json) {
            (_, Json::String(text)) if self.boolean => truth(&text).map_or(Json::String(text), Json::Bool),
            (Place::Whole(Form::Reference), json) => object(json),
            (Place::Whole(Form::Objects), Json::Array(values)) => values.into_iter().map(object).collect(),
            (Place::Whole(Form::Objects), single) => json!([object(single)]),
            // An element has one value; a list of one is that.
            (Place::Element { .. }, Json::Array(mut values)) if values.len() == 1 => values.remove(0),
            (_, json) => json,
        }))
    }
}

/// A value that stands where RFC 7643 has an object.
fn object(json: Json) -> Json {
    if json.is_object() { json } else { json!({ "value": json }) }
}

impl Element {
    /// The element for a sub-attribute with a value, or for a value that is itself one.
    pub(super) fn json(&self, sub: Option<&str>, value: Json) -> Json {
        let mut members: serde_json::Map<String, Json> = self.template.iter().cloned().collect();
        match (sub, value) {
            (Some(sub), value) => {
                members.insert(sub.to_owned(), value);
            }
            (None, Json::Object(more)) => members.extend(more),
            (None, value) => {
                members.insert("value".to_owned(), value);
            }
        }
        Json::Object(members)
    }
}
