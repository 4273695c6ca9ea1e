//! The names that RFC 7643 and RFC 7644 give, and looking members up whatever their case.

use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// The core schema of users (RFC 7643 section 4.1).
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The core schema of groups (RFC 7643 section 4.2).
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The enterprise extension of users (RFC 7643 section 4.3).
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The schema of a PATCH request (RFC 7644 section 3.5.2).
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const CORE: &str = "urn:ietf:params:scim:schemas:core:";

/// Attributes of users and groups that have several values, each an object.
const MULTI_VALUED: [&str; 10] = [
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "groups",
    "entitlements",
    "roles",
    "x509Certificates",
    "members",
];

/// Whether attributes of this schema stand at the top of a resource.
pub(super) fn is_core(schema: &str) -> bool {
    schema.get(..CORE.len()).is_some_and(|start| start.eq_ignore_ascii_case(CORE))
}

/// Whether an attribute is one of the core's with several objects.
pub(super) fn is_multi_valued(schema: Option<&str>, name: &str) -> bool {
    schema.is_none_or(is_core) && MULTI_VALUED.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether an attribute is an object that refers to another resource by its `value`.
pub(super) fn is_reference(schema: Option<&str>, name: &str) -> bool {
    schema.is_some_and(|schema| schema.eq_ignore_ascii_case(ENTERPRISE_USER)) && name.eq_ignore_ascii_case("manager")
}

/// Whether an attribute of the core or the named sub-attribute of it is a boolean.
pub(super) fn is_boolean(schema: Option<&str>, name: &str, sub: Option<&str>) -> bool {
    match sub {
        None => schema.is_none_or(is_core) && name.eq_ignore_ascii_case("active"),
        Some(sub) => is_multi_valued(schema, name) && sub.eq_ignore_ascii_case("primary"),
    }
}

/// Whether a text is the URN of a schema itself: its version and a resource type end it
/// (`…:2.0:User`), where behind that of an attribute a name follows.
pub(super) fn is_schema(urn: &str) -> bool {
    let mut parts = urn.rsplit(':');
    let named = parts.next().is_some_and(|name| !name.is_empty() && !name.contains('.'));
    let version = parts.next().and_then(|version| version.split_once('.'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    named && version.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

/// The value of a member, whatever the case of its name.
pub(super) fn member<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The name under which an object has a member, whatever its case; else the name asked for.
pub(super) fn key<'n>(object: &Map<String, Json>, name: &'n str) -> Cow<'n, str> {
    if object.contains_key(name) {
        return Cow::Borrowed(name);
    }
    match object.keys().find(|key| key.eq_ignore_ascii_case(name)) {
        Some(key) => Cow::Owned(key.clone()),
        None => Cow::Borrowed(name),
    }
}

/// Takes a member out and keeps the order of the others.
pub(super) fn take_out(object: &mut Map<String, Json>, name: &str) {
    object.retain(|key, _| !key.eq_ignore_ascii_case(name));
}

/// Whether attributes of a schema stand at the top of a resource because the schema is
/// its type: it is listed first, no core schema is listed, and nothing is held under it.
///
/// RFC 7643 gives `schemas` no order and no word for the type; creators list it first.
pub(super) fn is_type(resource: &Map<String, Json>, urn: &str) -> bool {
    let listed = member(resource, "schemas").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut listed = listed.iter().filter_map(Json::as_str);
    let first = listed.next();
    first.is_some_and(|first| first.eq_ignore_ascii_case(urn) && !is_core(first))
        && !listed.any(is_core)
        && member(resource, urn).is_none()
}
