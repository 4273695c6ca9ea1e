//! Whether a SCIM resource is one that RFC 7643 allows: written from sections 2.2 to 2.5
//! and 3.1, 4.1 to 4.3 and 8.7.1, without regard to how the library writes resources.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use base64::Engine;
use serde_json::{Map, Value as Json};

/// Section 3.1, of every resource.
const COMMON: &str = "
    schemas string several required
    id string
    externalId string
    meta complex
    meta.resourceType string
    meta.created dateTime
    meta.lastModified dateTime
    meta.location reference
    meta.version string
";

/// Sections 4.1 and 8.7.1.
const USER: &str = "
    userName string required
    name complex
    name.formatted string
    name.familyName string
    name.givenName string
    name.middleName string
    name.honorificPrefix string
    name.honorificSuffix string
    displayName string
    nickName string
    profileUrl reference
    title string
    userType string
    preferredLanguage string
    locale string
    timezone string
    active boolean
    password string
    emails complex several
    emails.value string
    emails.display string
    emails.type string work home other
    emails.primary boolean
    phoneNumbers complex several
    phoneNumbers.value string
    phoneNumbers.display string
    phoneNumbers.type string work home mobile fax pager other
    phoneNumbers.primary boolean
    ims complex several
    ims.value string
    ims.display string
    ims.type string aim gtalk icq xmpp msn skype qq yahoo
    ims.primary boolean
    photos complex several
    photos.value reference
    photos.display string
    photos.type string photo thumbnail
    photos.primary boolean
    addresses complex several
    addresses.formatted string
    addresses.streetAddress string
    addresses.locality string
    addresses.region string
    addresses.postalCode string
    addresses.country country
    addresses.type string work home other
    addresses.primary boolean
    groups complex several
    groups.value string
    groups.$ref reference
    groups.display string
    groups.type string direct indirect
    entitlements complex several
    entitlements.value string
    entitlements.display string
    entitlements.type string
    entitlements.primary boolean
    roles complex several
    roles.value string
    roles.display string
    roles.type string
    roles.primary boolean
    x509Certificates complex several
    x509Certificates.value binary
    x509Certificates.display string
    x509Certificates.type string
    x509Certificates.primary boolean
";

/// Sections 4.2 and 8.7.1.
const GROUP: &str = "
    displayName string required
    members complex several
    members.value string
    members.$ref reference
    members.display string
    members.type string User Group
";

/// Sections 4.3 and 8.7.1.
const ENTERPRISE: &str = "
    employeeNumber string
    costCenter string
    organization string
    division string
    department string
    manager complex
    manager.value string
    manager.$ref reference
    manager.displayName string
";

const USER_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP_URN: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// One line of a table.
#[derive(Debug, Clone)]
struct Attribute {
    name: &'static str,
    kind: &'static str,
    several: bool,
    required: bool,
    canonical: Vec<&'static str>,
}

fn table(text: &'static str) -> Vec<Attribute> {
    let line = |line: &'static str| {
        let mut words = line.split_whitespace();
        let (name, kind) = (words.next()?, words.next()?);
        let rest: Vec<&str> = words.collect();
        let flags = ["several", "required"].map(|flag| rest.contains(&flag));
        let canonical = rest.into_iter().filter(|word| !["several", "required"].contains(word)).collect();
        Some(Attribute { name, kind, several: flags[0], required: flags[1], canonical })
    };
    text.lines().filter_map(line).collect()
}

/// What is wrong with a User or Group, with the enterprise and any other extension; empty
/// where it is valid.
pub(crate) fn validate(resource: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(members) = resource.as_object() else {
        return vec!["the resource is no object".to_owned()];
    };
    let listed: Vec<&str> =
        members.get("schemas").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
    let core = match (listed.contains(&USER_URN), listed.contains(&GROUP_URN)) {
        (true, false) => USER,
        (false, true) => GROUP,
        _ => {
            wrong.push("schemas lists neither or both of User and Group".to_owned());
            return wrong;
        }
    };
    let core_urn = if core == USER { USER_URN } else { GROUP_URN };
    for urn in &listed {
        if listed.iter().filter(|other| other.eq_ignore_ascii_case(urn)).count() > 1 {
            wrong.push(format!("schemas lists {urn} twice"));
        }
        if *urn != core_urn && !members.contains_key(*urn) {
            wrong.push(format!("schemas lists {urn}, which holds nothing"));
        }
    }
    let mut attributes = table(COMMON);
    attributes.extend(table(core));
    let (extensions, own): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| name.contains(':'));
    let own: Map<String, Json> = own.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    object("", &own, &attributes, &mut wrong);
    for (urn, extension) in extensions {
        if !listed.contains(&urn.as_str()) {
            wrong.push(format!("schemas does not list {urn}"));
        }
        match extension.as_object() {
            Some(members) if !members.is_empty() => {
                if urn == ENTERPRISE_URN {
                    object(&format!("{urn}:"), members, &table(ENTERPRISE), &mut wrong);
                } else {
                    nothing_unassigned(urn, extension, &mut wrong);
                }
            }
            _ => wrong.push(format!("{urn} is no object with attributes")),
        }
    }
    wrong
}

fn nothing_unassigned(place: &str, json: &Json, wrong: &mut Vec<String>) {
    match json {
        Json::Null => wrong.push(format!("{place} is null")),
        Json::Array(values) if values.is_empty() => wrong.push(format!("{place} has no values")),
        Json::Array(values) => values.iter().for_each(|value| nothing_unassigned(place, value, wrong)),
        Json::Object(members) => {
            members.iter().for_each(|(name, value)| nothing_unassigned(&format!("{place}.{name}"), value, wrong));
        }
        _ => {}
    }
}

fn object(place: &str, members: &Map<String, Json>, attributes: &[Attribute], wrong: &mut Vec<String>) {
    for attribute in attributes.iter().filter(|attribute| attribute.required) {
        let held = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute.name));
        if held.is_none_or(|(_, value)| value.as_str() == Some("")) {
            wrong.push(format!("{place}{} is required", attribute.name));
        }
    }
    for (name, value) in members {
        let place = format!("{place}{name}");
        let Some(attribute) = attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name)) else {
            wrong.push(format!("{place} is no attribute of the schema"));
            continue;
        };
        nothing_unassigned(&place, value, wrong);
        let part = |other: &Attribute| {
            let name = other.name.strip_prefix(attribute.name)?.strip_prefix('.')?;
            Some(Attribute { name, ..other.clone() })
        };
        let parts: Vec<Attribute> = attributes.iter().filter_map(part).collect();
        match value {
            Json::Array(values) if attribute.several => {
                values.iter().for_each(|value| single(&place, value, attribute, &parts, wrong));
                several(&place, values, wrong);
            }
            Json::Array(_) => wrong.push(format!("{place} has several values")),
            _ if attribute.several => wrong.push(format!("{place} is no array")),
            value => single(&place, value, attribute, &parts, wrong),
        }
    }
}

/// Section 2.4: one primary value at most, and no pair of type and value twice.
fn several(place: &str, values: &[Json], wrong: &mut Vec<String>) {
    if values.iter().filter(|value| value["primary"] == Json::Bool(true)).count() > 1 {
        wrong.push(format!("{place} has two primary values"));
    }
    let pairs: Vec<_> = values.iter().map(|value| (&value["type"], &value["value"])).collect();
    let twice = |(index, pair): (usize, &(&Json, &Json))| !pair.1.is_null() && pairs[..index].contains(pair);
    if pairs.iter().enumerate().any(twice) {
        wrong.push(format!("{place} has a type and value twice"));
    }
}

fn single(place: &str, value: &Json, attribute: &Attribute, parts: &[Attribute], wrong: &mut Vec<String>) {
    if value.is_null() {
        // Told already: it is unassigned.
        return;
    }
    let text = value.as_str();
    let fits = match attribute.kind {
        "string" => text.is_some(),
        "boolean" => value.is_boolean(),
        "reference" => text.is_some_and(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
        "dateTime" => text.is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok()),
        "binary" => text.is_some_and(|text| base64::engine::general_purpose::STANDARD.decode(text).is_ok()),
        "country" => text.is_some_and(|text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())),
        "complex" => value.is_object(),
        other => panic!("the table has a type {other}"),
    };
    if !fits {
        wrong.push(format!("{place} is no {}: {value}", attribute.kind));
        return;
    }
    if let Some(text) = text
        && !attribute.canonical.is_empty()
        && !attribute.canonical.iter().any(|known| known.eq_ignore_ascii_case(text))
    {
        wrong.push(format!("{place} is none of {}: {text}", attribute.canonical.join(", ")));
    }
    if let Some(members) = value.as_object() {
        object(&format!("{place}."), members, parts, wrong);
    }
}

/// A resource in a form in which two that mean the same are equal: neither multi-valued
/// attributes nor `schemas` have an order (section 2.4).
pub(crate) fn normalized(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut sorted: Vec<_> = members.iter().map(|(name, value)| (name.clone(), normalized(value))).collect();
            sorted.sort_by(|left, right| left.0.cmp(&right.0));
            Json::Object(sorted.into_iter().collect())
        }
        Json::Array(values) => {
            let mut sorted: Vec<Json> = values.iter().map(normalized).collect();
            sorted.sort_by_key(Json::to_string);
            Json::Array(sorted)
        }
        other => other.clone(),
    }
}
