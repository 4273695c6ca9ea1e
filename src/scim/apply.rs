//! A PATCH applied to a resource, as a service provider does it.

use super::error::{PatchError, PatchProblem};
use super::json::{edit_array, edit_object};
use super::path::Path;
use super::vocabulary::{self, PATCH_OP, is_multi_valued, is_type, key, member, take_out};
use serde_json::{Map, Value as Json, json};

type Members = Map<String, Json>;
type Result<T = ()> = std::result::Result<T, PatchProblem>;

/// How deep nulls are looked for in a value: the elements of a list, and their members.
const DEEPEST: usize = 8;

/// Applies a PATCH request to a resource, as RFC 7644 section 3.5.2 defines it.
///
/// All operations or none are applied. Names of attributes, URNs and operations may be in
/// any case. Filters are evaluated on each element. What is added to a multi-valued
/// attribute and is there already is not added again; an element that becomes primary
/// makes the others not primary. Replacing an object sets the members that are sent and
/// keeps the others. A filter that nothing fits is an error (`noTarget`), except when it
/// is added to and says what the element holds (`eq`, joined by `and`): then the element
/// is made, as the vendor's service expects of a service provider.
///
/// `schemas` gains an extension with its first attribute and loses it with its last.
/// Null unassigns. An object or array that has lost its last part is unassigned as well.
///
/// Two forms that the vendor's service sends and the RFC does not know are understood
/// (documented): members named `name.givenName` in the value of an operation without a
/// path, and `remove` with a list of the values to remove.
///
/// ```
/// use attrflow::scim::{PATCH_OP, apply_patch};
/// use serde_json::json;
/// let mut user = json!({"userName": "ann", "emails": [{"type": "work", "value": "a@contoso.com"}]});
/// apply_patch(&mut user, &json!({"schemas": [PATCH_OP], "Operations": [
///     {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@contoso.com"},
///     {"op": "remove", "path": "nickName"},
/// ]}))?;
/// assert_eq!(user["emails"][0]["value"], "b@contoso.com");
/// # Ok::<(), attrflow::scim::PatchError>(())
/// ```
///
/// # Errors
/// A request that is no PATCH, and an operation that cannot be applied, with its number;
/// the resource is then as it was.
pub fn apply_patch(resource: &mut Json, patch: &Json) -> std::result::Result<(), PatchError> {
    let whole = |problem| PatchError { operation: None, problem };
    let operations = operations(patch).map_err(whole)?;
    let Json::Object(members) = &*resource else {
        return Err(whole(PatchProblem::Value("The resource is no JSON object.")));
    };
    let mut members = members.clone();
    for (index, operation) in operations.iter().enumerate() {
        apply(&mut members, operation).map_err(|problem| PatchError { operation: Some(index), problem })?;
    }
    *resource = Json::Object(members);
    Ok(())
}

fn operations(patch: &Json) -> Result<&[Json]> {
    let request = patch.as_object().ok_or(PatchProblem::Syntax("The request is no JSON object."))?;
    let schemas = member(request, "schemas").and_then(Json::as_array);
    let is_patch = |schema: &Json| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(PATCH_OP));
    if !schemas.is_some_and(|schemas| schemas.iter().any(is_patch)) {
        return Err(PatchProblem::Syntax("The request does not list the schema of PatchOp."));
    }
    match member(request, "Operations").and_then(Json::as_array) {
        Some(operations) if !operations.is_empty() => Ok(operations),
        _ => Err(PatchProblem::Syntax("The request has no operations.")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

fn apply(resource: &mut Members, operation: &Json) -> Result {
    let operation = operation.as_object().ok_or(PatchProblem::Syntax("An operation is no JSON object."))?;
    let verb = match member(operation, "op").and_then(Json::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("add") => Verb::Add,
        Some("replace") => Verb::Replace,
        Some("remove") => Verb::Remove,
        _ => return Err(PatchProblem::Syntax("An operation's op is none of add, replace and remove.")),
    };
    let value = member(operation, "value").cloned();
    if verb != Verb::Remove && value.is_none() {
        return Err(PatchProblem::Value("An operation that adds or replaces has no value."));
    }
    let value = value.unwrap_or(Json::Null);
    match member(operation, "path") {
        None | Some(Json::Null) if verb == Verb::Remove => Err(PatchProblem::NoPath),
        None | Some(Json::Null) => match value {
            Json::Object(members) => merge(resource, verb, members),
            _ => Err(PatchProblem::Value("Without a path the value is an object of attributes.")),
        },
        Some(Json::String(path)) => at_path(resource, verb, path, value),
        Some(_) => Err(PatchProblem::Syntax("A path is no text.")),
    }
}

/// The attributes of an object, each added or replaced.
fn merge(resource: &mut Members, verb: Verb, attributes: Members) -> Result {
    attributes.into_iter().try_for_each(|(name, value)| at_path(resource, verb, &name, value))
}

fn at_path(resource: &mut Members, verb: Verb, text: &str, value: Json) -> Result {
    let held = text.contains(':').then(|| member(resource, text)).flatten();
    if held.is_some_and(Json::is_object) || (value.is_object() && vocabulary::is_schema(text)) {
        return at_schema(resource, verb, text, value);
    }
    let path = Path::parse(text).map_err(PatchProblem::Path)?;
    at(resource, verb, &path, text, value)
}

/// A whole extension, or attributes of the core under its URN.
fn at_schema(resource: &mut Members, verb: Verb, urn: &str, value: Json) -> Result {
    match (verb, value) {
        (Verb::Remove, _) | (Verb::Replace, Json::Null) => {
            take_out(resource, urn);
            list_schema(resource, urn, false);
            Ok(())
        }
        (_, Json::Null) => Ok(()),
        (_, Json::Object(attributes)) => attributes.into_iter().try_for_each(|(name, value)| {
            // A name that is qualified already says where it belongs.
            let text = if name.contains(':') { name } else { format!("{urn}:{name}") };
            let path = Path::parse(&text).map_err(PatchProblem::Path)?;
            at(resource, verb, &path, &text, value)
        }),
        _ => Err(PatchProblem::Value("The value of an extension is an object of its attributes.")),
    }
}

fn at(resource: &mut Members, verb: Verb, path: &Path, text: &str, value: Json) -> Result {
    if path.extension().is_none() && ["id", "meta"].iter().any(|own| own.eq_ignore_ascii_case(path.name())) {
        return Err(PatchProblem::ReadOnly(path.name().to_owned()));
    }
    let Some(urn) = path.extension().filter(|urn| !is_type(resource, urn)) else {
        return Edit { verb, path, text }.attribute(resource, value);
    };
    let name = key(resource, urn).into_owned();
    if verb == Verb::Remove && !resource.contains_key(&name) {
        return if path.filter().is_some() { Err(PatchProblem::NoTarget(text.to_owned())) } else { Ok(()) };
    }
    edit_object(resource, &name, |extension| Edit { verb, path, text }.attribute(extension, value))?;
    let empty = resource.get(&name).and_then(Json::as_object).is_some_and(Members::is_empty);
    if empty {
        take_out(resource, &name);
    }
    list_schema(resource, &name, !empty);
    Ok(())
}

/// Lists an extension among the schemas, or takes it from the list.
fn list_schema(resource: &mut Members, urn: &str, used: bool) {
    let name = key(resource, "schemas").into_owned();
    let is_it = |schema: &Json| schema.as_str().is_some_and(|other| other.eq_ignore_ascii_case(urn));
    match resource.get_mut(&name) {
        Some(Json::Array(schemas)) => match (used, schemas.iter().any(is_it)) {
            (true, false) => schemas.push(Json::from(urn)),
            (false, true) => schemas.retain(|schema| !is_it(schema)),
            _ => {}
        },
        _ if used => {
            resource.insert(name, json!([urn]));
        }
        _ => {}
    }
}

/// One operation on one attribute.
#[derive(Clone, Copy)]
struct Edit<'p> {
    verb: Verb,
    path: &'p Path,
    text: &'p str,
}

impl Edit<'_> {
    fn attribute(self, holder: &mut Members, value: Json) -> Result {
        let name = key(holder, self.path.name()).into_owned();
        match (self.path.filter(), self.path.sub()) {
            (None, None) => self.whole(holder, &name, value),
            (None, Some(sub)) => self.part(holder, &name, sub, value),
            (Some(_), _) => self.elements(holder, &name, value)?,
        }
        // What has lost its last part is unassigned.
        if let Some(Json::Array(values)) = holder.get_mut(&name) {
            values.retain(|value| !value.as_object().is_some_and(Members::is_empty));
        }
        let empty = match holder.get(&name) {
            Some(Json::Object(members)) => members.is_empty(),
            Some(Json::Array(values)) => values.is_empty(),
            Some(Json::Null) => true,
            _ => false,
        };
        if empty {
            take_out(holder, &name);
        }
        Ok(())
    }

    /// The attribute as a whole.
    fn whole(self, holder: &mut Members, name: &str, value: Json) {
        match (self.verb, holder.get_mut(name), value) {
            // The vendor's service names the values to remove.
            (Verb::Remove, Some(Json::Array(held)), Json::Array(listed)) => {
                held.retain(|element| !listed.iter().any(|wanted| fits(element, wanted)));
            }
            (Verb::Remove, ..) | (Verb::Replace, _, Json::Null) => take_out(holder, name),
            (Verb::Add, _, Json::Null) => {}
            (Verb::Add, Some(Json::Array(held)), value) => {
                let new = if let Json::Array(values) = value { values } else { vec![value] };
                let mut made = Vec::new();
                for value in new {
                    let value = without_nulls(value, 0);
                    if !held.contains(&value) {
                        made.push(held.len());
                        held.push(value);
                    }
                }
                one_primary(held, &made);
            }
            (Verb::Replace, Some(Json::Array(_)), value) | (_, None, value) if !value.is_array() => {
                let several = holder.contains_key(name) || is_multi_valued(self.path.extension(), self.path.name());
                let value = without_nulls(value, 0);
                holder.insert(name.to_owned(), if several { json!([value]) } else { value });
            }
            (_, Some(Json::Object(held)), Json::Object(members)) => set_members(held, members),
            (_, _, value) => {
                holder.insert(name.to_owned(), without_nulls(value, 0));
            }
        }
    }

    /// A sub-attribute, of the object or of every element.
    fn part(self, holder: &mut Members, name: &str, sub: &str, value: Json) {
        match holder.get_mut(name) {
            Some(Json::Array(elements)) if !elements.is_empty() => {
                for element in elements.iter_mut().filter_map(Json::as_object_mut) {
                    self.member(element, sub, value.clone());
                }
            }
            Some(Json::Object(members)) => self.member(members, sub, value),
            _ if self.verb == Verb::Remove || value.is_null() => {}
            _ => {
                let object = json!({ sub: without_nulls(value, 0) });
                let several = is_multi_valued(self.path.extension(), self.path.name());
                holder.insert(name.to_owned(), if several { json!([object]) } else { object });
            }
        }
    }

    fn member(self, object: &mut Members, sub: &str, value: Json) {
        if self.verb == Verb::Remove || (self.verb == Verb::Replace && value.is_null()) {
            take_out(object, sub);
        } else if !value.is_null() {
            let name = key(object, sub).into_owned();
            match (self.verb, object.get_mut(&name), value) {
                (Verb::Add, Some(Json::Array(held)), Json::Array(new)) => {
                    for value in new {
                        if !held.contains(&value) {
                            held.push(value);
                        }
                    }
                }
                (_, _, value) => {
                    object.insert(name, without_nulls(value, 0));
                }
            }
        }
    }

    /// The elements that the filter fits, or a sub-attribute of each.
    fn elements(self, holder: &mut Members, name: &str, value: Json) -> Result {
        let no_target = || PatchProblem::NoTarget(self.text.to_owned());
        let value = if self.verb == Verb::Remove { Json::Null } else { value };
        let held = holder.get(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let fitting =
            held.iter().enumerate().filter(|(_, element)| self.path.filter().is_some_and(|f| f.matches(element)));
        let mut fitting: Vec<usize> = fitting.map(|(index, _)| index).collect();
        if fitting.is_empty() {
            let template = self.path.element().map_err(|_| no_target())?;
            let occupied = holder.get(name).is_some_and(|held| !held.is_array() && !held.is_null());
            if self.verb != Verb::Add || occupied {
                return Err(no_target());
            }
            if value.is_null() {
                return Ok(());
            }
            edit_array(holder, name, |elements| {
                fitting.push(elements.len());
                elements.push(Json::Object(template.into_iter().collect()));
            });
        }
        let Some(Json::Array(elements)) = holder.get_mut(name) else {
            return Err(no_target());
        };
        for index in &fitting {
            let Some(element) = elements.get_mut(*index) else { continue };
            match (self.path.sub(), element, &value) {
                (Some(sub), Json::Object(members), value) => self.member(members, sub, value.clone()),
                (Some(sub), simple, value) if sub.eq_ignore_ascii_case("value") => *simple = value.clone(),
                (None, Json::Object(members), Json::Object(new)) if self.verb == Verb::Add => {
                    set_members(members, new.clone());
                }
                (None, Json::Object(members), value) if self.verb == Verb::Add => {
                    self.member(members, "value", value.clone());
                }
                (None, element, value) => *element = without_nulls(value.clone(), 0),
                (Some(_), ..) => return Err(no_target()),
            }
        }
        if self.verb != Verb::Remove {
            one_primary(elements, &fitting);
        }
        elements.retain(|element| !element.is_null());
        Ok(())
    }
}

/// Sets members of an object and keeps the others.
fn set_members(held: &mut Members, members: Members) {
    for (name, value) in members {
        if value.is_null() {
            take_out(held, &name);
        } else {
            let name = key(held, &name).into_owned();
            held.insert(name, without_nulls(value, 0));
        }
    }
}

/// When an element that was changed is primary, no other is (RFC 7644 section 3.5.2).
fn one_primary(elements: &mut [Json], changed: &[usize]) {
    let primary =
        |element: &Json| element.as_object().and_then(|members| member(members, "primary")) == Some(&Json::Bool(true));
    if !changed.iter().filter_map(|index| elements.get(*index)).any(primary) {
        return;
    }
    for (index, element) in elements.iter_mut().enumerate() {
        if !changed.contains(&index)
            && primary(element)
            && let Some(members) = element.as_object_mut()
        {
            let name = key(members, "primary").into_owned();
            members.insert(name, Json::Bool(false));
        }
    }
}

/// Whether an element has everything that is listed of it.
fn fits(element: &Json, listed: &Json) -> bool {
    match (element, listed) {
        (Json::Object(held), Json::Object(wanted)) => {
            // The vendor's service sends a $ref that is null.
            let mut wanted = wanted.iter().filter(|(_, value)| !value.is_null()).peekable();
            wanted.peek().is_some() && wanted.all(|(name, value)| member(held, name) == Some(value))
        }
        _ => element == listed,
    }
}

/// A value without the members that are null, which are unassigned.
fn without_nulls(value: Json, depth: usize) -> Json {
    match value {
        Json::Object(members) if depth < DEEPEST => {
            let kept = members.into_iter().filter(|(_, value)| !value.is_null());
            Json::Object(kept.map(|(name, value)| (name, without_nulls(value, depth + 1))).collect())
        }
        Json::Array(values) if depth < DEEPEST => {
            values.into_iter().filter(|value| !value.is_null()).map(|value| without_nulls(value, depth + 1)).collect()
        }
        other => other,
    }
}
