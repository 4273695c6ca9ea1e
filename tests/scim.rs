//! SCIM: paths and filters, resources, PATCH requests and what they do, one line a case.
//! Properties stand in `scim/properties.rs`, the schemas of RFC 7643 in
//! `support/scim_schema.rs`.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

#[path = "support/scim_schema.rs"]
mod scim_schema;

#[path = "scim/properties.rs"]
mod properties;

#[path = "scim/reading.rs"]
mod reading;

#[path = "scim/validator.rs"]
mod validator;

use attrflow::dotnet::date::{DateTime, Kind};
use attrflow::scim::{self, ENTERPRISE_USER, Layout, PATCH_OP, Path, ResourceType};
use attrflow::{AttributeChange, Bump, Manner, OwnedValue, Value};
use serde_json::{Value as Json, json};

/// Path, and how it prints where that differs.
const PATHS: &[(&str, &str)] = &[
    ("userName", ""),
    ("name.givenName", ""),
    ("externalId", ""),
    ("active", ""),
    ("members", ""),
    (r#"emails[type eq "work"].value"#, ""),
    (r#"emails[type eq "other"].Value"#, ""),
    (r#"addresses[type eq "work"].country"#, ""),
    (r#"phoneNumbers[type eq "mobile"].value"#, ""),
    (r#"roles[primary eq "True"].value"#, ""),
    (r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#, ""),
    (r#"members[value eq "1"].$ref"#, ""),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", ""),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", ""),
    ("urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User:tag", ""),
    ("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", ""),
    ("urn:scim:schemas:extension:enterprise:1.0:name.part", ""),
    (r#"urn:x:y:1.0:Thing:parts[kind eq "a:b]c"].size"#, ""),
    (r#"emails[TYPE EQ "work" AND primary Eq true]"#, r#"emails[TYPE eq "work" and primary eq true]"#),
    (r#"emails[  type   eq   "work"  ].value"#, r#"emails[type eq "work"].value"#),
    (r#"a[b eq 1 or c eq -2.5e3 and d eq null]"#, r#"a[b eq 1 or c eq -2500.0 and d eq null]"#),
    (r#"a[(b eq 1 or c eq 2) and d pr]"#, ""),
    (r#"a[((b eq 1) and (c eq 2 and d pr))]"#, r#"a[b eq 1 and c eq 2 and d pr]"#),
    (r#"a[not (b eq 1)]"#, ""),
    (r#"a[NOT(b eq 1) and not (c pr or d pr)]"#, r#"a[not (b eq 1) and not (c pr or d pr)]"#),
    (r#"a[not eq 1]"#, ""),
    (r#"a[and eq 1 and or pr]"#, ""),
    (r#"a[b ne "x" and c co "x" and d sw "x" and e ew "x"]"#, ""),
    (r#"a[b gt "x" or c ge 1 or d lt 2.5 or e le "2026-01-31T00:00:00Z"]"#, ""),
    (r#"a[b eq "say \"hi\" \\ \u00e9"]"#, r#"a[b eq "say \"hi\" \\ é"]"#),
    (r#"a[urn:x:y:2.0:User:b.c eq false]"#, ""),
];

#[test]
fn paths_are_read_and_printed() {
    for (text, printed) in PATHS {
        let path = Path::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(path.to_string(), *if printed.is_empty() { text } else { printed });
        assert_eq!(Path::parse(&path.to_string()).unwrap(), path, "{text}");
    }
    let path = Path::parse(PATHS[13].0).unwrap();
    assert_eq!((path.extension(), path.name(), path.sub()), (Some(ENTERPRISE_USER), "manager", Some("value")));
    assert_eq!(Path::parse(PATHS[15].0).unwrap().extension(), None);
    said!("{} paths", PATHS.len());
}

/// Text, what the error points at, and the beginning of its sentence.
const NOT_PATHS: &[(&str, &str, &str)] = &[
    ("", "", "There is no path."),
    (" userName", " userName", "' userName' is no attribute name"),
    ("user name", "user name", "'user name' is no attribute name"),
    ("1st", "1st", "'1st' is no attribute name"),
    ("name.", "", "'' is no attribute name"),
    ("name.given.x", ".x", "A path has one sub-attribute"),
    ("name.2nd", "2nd", "'2nd' is no attribute name"),
    (":userName", "", "'' is no URN"),
    ("no urn:x", "no urn", "'no urn' is no URN"),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department", ".", "An attribute of an extension"),
    ("emails.value[type eq \"work\"]", "[", "A filter stands behind the attribute"),
    ("emails[", "", "A comparison"),
    ("emails[]", "]", "A comparison"),
    ("emails[type]", "]", "An operator is missing"),
    ("emails[type eq]", "]", "A value is missing"),
    ("emails[type eq \"work\"", "", "The closing bracket"),
    ("emails[type eq \"work]", "\"work]", "The text in quotation marks"),
    ("emails[type eq \"wo\\q\"]", "\"wo\\q\"", "The text in quotation marks"),
    ("emails[type eq “work”]", "“work”", "A value is missing"),
    ("emails[type eq work]", "work", "A value is missing"),
    ("emails[type eq 'work']", "'work'", "A value is missing"),
    ("emails[type = \"work\"]", "=", "'=' is no operator"),
    ("emails[type gt true]", "true", "gt needs a text or a number"),
    ("emails[type eq 1e999]", "1e999", "'1e999' is no number"),
    ("emails[type eq 01]", "01", "'01' is no number"),
    ("emails[type eq \"a\" type eq \"b\"]", "t", "and, or, or the end"),
    ("emails[type eq \"a\" and]", "]", "A comparison"),
    ("emails[not type eq \"a\"]", "not", "not stands before parentheses"),
    ("emails[(type eq \"a\"]", "(", "A closing parenthesis"),
    ("emails[(type eq \"a\" x pr)]", "x", "and, or, or the end"),
    ("emails[type eq \"a\")]", ")", "and, or, or the end"),
    ("emails[type eq \"a\"]value", "value", "'value' follows the end"),
    ("emails[type eq \"a\"].value.x", ".x", "'.x' follows the end"),
    ("emails[type eq \"a\"].", "", "'' is no attribute name"),
    ("Zoë", "Zoë", "'Zoë' is no attribute name"),
];

#[test]
fn what_is_no_path_is_told_with_its_place() {
    for (text, place, sentence) in NOT_PATHS {
        let error = Path::parse(text).expect_err(text);
        assert_eq!(error.span.of(text), *place, "{text}: {error}");
        let told = error.to_string();
        assert!(told.starts_with(sentence) && told.ends_with('.'), "{text}: {told}");
    }
    let deep = |depth| format!("a[{}b pr{}]", "(".repeat(depth), ")".repeat(depth));
    assert!(Path::parse(&deep(50)).is_ok());
    assert!(Path::parse(&deep(51)).unwrap_err().to_string().contains("deeper than 50"));
    assert!(Path::parse(&deep(100_000)).is_err());
    assert!(Path::parse(&format!("a[{}b pr]", "b pr and ".repeat(100_000))).is_ok(), "a long list is not deep");
    said!("{} mistakes", NOT_PATHS.len());
}

/// Filter, element, and whether it fits.
const FILTERS: &[(&str, &str, bool)] = &[
    (r#"type eq "work""#, r#"{"type": "work"}"#, true),
    (r#"type eq "work""#, r#"{"Type": "WORK"}"#, true),
    (r#"type eq "work""#, r#"{"type": "home"}"#, false),
    (r#"type eq "work""#, r#"{}"#, false),
    (r#"$ref eq "a""#, r#"{"$ref": "A"}"#, false),
    (r#"type ne "work""#, r#"{"type": "home"}"#, true),
    (r#"type ne "work""#, r#"{}"#, true),
    (r#"type eq null"#, r#"{}"#, true),
    (r#"type eq null"#, r#"{"type": null}"#, true),
    (r#"type ne null"#, r#"{"type": "x"}"#, true),
    (r#"primary eq true"#, r#"{"primary": true}"#, true),
    (r#"primary eq "True""#, r#"{"primary": true}"#, true),
    (r#"primary eq "True""#, r#"{"primary": false}"#, false),
    (r#"primary eq "yes""#, r#"{"primary": true}"#, false),
    (r#"primary eq true"#, r#"{"primary": "True"}"#, true),
    (r#"value co "CONTOSO""#, r#"{"value": "a@contoso.com"}"#, true),
    (r#"value sw "a@""#, r#"{"value": "a@contoso.com"}"#, true),
    (r#"value ew "@""#, r#"{"value": "a@contoso.com"}"#, false),
    (r#"value co "x""#, r#"{"value": 1}"#, false),
    (r#"value gt 2"#, r#"{"value": 10}"#, true),
    (r#"value ge 2"#, r#"{"value": 2.0}"#, true),
    (r#"value lt 9007199254740993"#, r#"{"value": 9007199254740992}"#, true),
    (r#"value le "b""#, r#"{"value": "B"}"#, true),
    (r#"value gt "2026-01-31T00:00:00Z""#, r#"{"value": "2026-01-31T00:30:00+01:00"}"#, false),
    (r#"value gt "2""#, r#"{"value": 3}"#, false),
    (r#"type pr"#, r#"{"type": "x"}"#, true),
    (r#"type pr"#, r#"{"type": ""}"#, false),
    (r#"type pr"#, r#"{"type": []}"#, false),
    (r#"not (type pr)"#, r#"{"type": null}"#, true),
    (r#"type eq "a" or type eq "b" and primary eq true"#, r#"{"type": "a"}"#, true),
    (r#"(type eq "a" or type eq "b") and primary eq true"#, r#"{"type": "a"}"#, false),
    (r#"tags eq "b""#, r#"{"tags": ["a", "b"]}"#, true),
    (r#"tags ne "b""#, r#"{"tags": ["a", "b"]}"#, false),
    (r#"name.given eq "Ann""#, r#"{"name": {"given": "ann"}}"#, true),
    (r#"value eq "x""#, r#""X""#, true),
    (r#"type eq "x""#, r#""x""#, false),
];

#[test]
fn filters_select() {
    for (filter, element, fits) in FILTERS {
        let path = Path::parse(&format!("a[{filter}]")).unwrap();
        let element: Json = serde_json::from_str(element).unwrap();
        assert_eq!(path.filter().unwrap().matches(&element), *fits, "{filter} on {element}");
    }
    said!("{} filters", FILTERS.len());
}

/// A JSON text, with single quotation marks for double ones.
fn read(text: &str) -> Json {
    let text = text.replace('\'', "\"");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Short names of URNs in the cases below.
fn spelled(text: &str) -> String {
    text.replace("E:", &format!("{ENTERPRISE_USER}:"))
        .replace("'E'", &format!("'{ENTERPRISE_USER}'"))
        .replace("'U'", &format!("'{}'", scim::USER))
        .replace("C:", "urn:x:C:2.0:User:")
        .replace("'C'", "'urn:x:C:2.0:User'")
}

/// Paths, the values that flow to them as JSON, and the resource without the core schema
/// where that is all that is listed.
const RESOURCES: &[(&[(&str, &str)], &str)] = &[
    (&[("userName", "'ann'"), ("title", "null"), ("nickName", "''")], "{'userName': 'ann', 'nickName': ''}"),
    (&[("name.givenName", "'A'"), ("Name.familyName", "'L'")], "{'name': {'givenName': 'A', 'familyName': 'L'}}"),
    (&[("active", "'False'")], "{'active': false}"),
    (&[("active", "true")], "{'active': true}"),
    (&[("active", "'maybe'")], "{'active': 'maybe'}"),
    (&[("C:count", "7")], "{'schemas': ['U', 'C'], 'C': {'count': 7}}"),
    (&[("E:department", "null")], "{}"),
    (
        &[("C:tag", "'t'"), ("E:department", "'Sales'"), ("E:manager", "'26118915'")],
        "{'schemas': ['U', 'C', 'E'], 'C': {'tag': 't'}, 'E': {'department': 'Sales', 'manager': {'value': '26118915'}}}",
    ),
    (&[("E:manager.value", "'1'")], "{'schemas': ['U', 'E'], 'E': {'manager': {'value': '1'}}}"),
    (&[("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "'A'")], "{'name': {'givenName': 'A'}}"),
    (&[("emails[type eq 'work'].value", "'a@x'")], "{'emails': [{'type': 'work', 'value': 'a@x'}]}"),
    (&[("emails[type eq 'work'].value", "null")], "{}"),
    (
        &[
            ("addresses[type eq 'work'].country", "'DE'"),
            ("addresses[TYPE eq 'Work'].locality", "'Köln'"),
            ("addresses[type eq 'home'].country", "'FR'"),
        ],
        "{'addresses': [{'type': 'work', 'country': 'DE', 'locality': 'Köln'}, {'type': 'home', 'country': 'FR'}]}",
    ),
    (
        &[("roles[primary eq 'True'].value", "'Admin'"), ("roles[primary eq 'True'].display", "'Administrator'")],
        "{'roles': [{'primary': true, 'value': 'Admin', 'display': 'Administrator'}]}",
    ),
    (
        &[("emails[type eq 'work' and primary eq true].value", "'a'")],
        "{'emails': [{'type': 'work', 'primary': true, 'value': 'a'}]}",
    ),
    (
        &[("emails[type eq 'other'].value", "['a', 'b']")],
        "{'emails': [{'type': 'other', 'value': 'a'}, {'type': 'other', 'value': 'b'}]}",
    ),
    (&[("emails[type eq 'other'].value", "['a']")], "{'emails': [{'type': 'other', 'value': 'a'}]}"),
    (&[("emails[type eq 'work'].primary", "'True'")], "{'emails': [{'type': 'work', 'primary': true}]}"),
    (&[("emails[type eq 'work']", "{'value': 'a'}")], "{'emails': [{'type': 'work', 'value': 'a'}]}"),
    (&[("emails.value", "'a'")], "{'emails': [{'value': 'a'}]}"),
    (&[("roles", "[{'value': 'a', 'primary': false}]")], "{'roles': [{'value': 'a', 'primary': false}]}"),
    (&[("members", "['1', '2']")], "{'members': [{'value': '1'}, {'value': '2'}]}"),
    (&[("members", "[]")], "{}"),
    (&[("members", "'1'")], "{'members': [{'value': '1'}]}"),
    (&[("C:tags", "['a', null]")], "{'schemas': ['U', 'C'], 'C': {'tags': ['a']}}"),
    (&[("C:box", "{'a': null}")], "{}"),
];

fn quoted(path: &str) -> String {
    spelled(path).replace('\'', "\"")
}

#[test]
fn resources_are_built() {
    let arena = Bump::new();
    for (flows, expected) in RESOURCES {
        let names: Vec<String> = flows.iter().map(|(path, _)| quoted(path)).collect();
        let layout = Layout::new(ResourceType::User, &names).unwrap();
        let values: Vec<OwnedValue> = flows.iter().map(|(_, value)| read(value).into()).collect();
        let values = names.iter().map(String::as_str).zip(values.iter().map(|value| value.borrow(&arena)));
        let mut expected = read(&spelled(expected));
        if expected.get("schemas").is_none() {
            expected["schemas"] = json!([scim::USER]);
        }
        assert_eq!(layout.resource(values).unwrap(), expected, "{flows:?}");
    }
    said!("{} resources", RESOURCES.len());
}

#[test]
fn types_are_kept() {
    let layout = Layout::new(
        ResourceType::Other("urn:x:Device:2.0:Device".into()),
        ["urn:x:Device:2.0:Device:seen", "key", "owner", "load", "nothing", "serial"],
    );
    let device = layout.unwrap().resource([
        (
            "urn:x:Device:2.0:Device:seen",
            Value::DateTime(DateTime::from_ticks(637_199_508_305_000_000, Kind::Utc).unwrap()),
        ),
        ("key", Value::Binary(&[0, 255])),
        ("owner", Value::Reference("u1")),
        ("load", Value::Number(0.5)),
        ("nothing", Value::Number(f64::NAN)),
        ("serial", Value::Integer(i64::MAX)),
    ]);
    let expected = json!({
        "schemas": ["urn:x:Device:2.0:Device"], "seen": "2020-03-16T10:20:30.5Z", "key": "AP8=", "owner": "u1",
        "load": 0.5, "serial": i64::MAX,
    });
    assert_eq!(device.unwrap(), expected);
    let layout = Layout::new(ResourceType::User, ["x"]).unwrap();
    let fraction = DateTime::from_ticks(637_199_508_300_050_000, Kind::Utc).unwrap();
    assert_eq!(layout.resource([("x", Value::DateTime(fraction))]).unwrap()["x"], "2020-03-16T10:20:30.005Z");
    let whole = DateTime::from_civil(2020, 3, 16, 10, 20, 30, Kind::Unspecified).unwrap();
    assert_eq!(layout.resource([("x", Value::DateTime(whole))]).unwrap()["x"], "2020-03-16T10:20:30Z");
}

#[test]
fn what_cannot_be_written_is_told() {
    let told = |attributes: &[&str]| match Layout::new(ResourceType::User, attributes) {
        Ok(_) => String::new(),
        Err(errors) => errors.errors().iter().map(|e| format!("{e} ({})", e.attribute())).collect::<Vec<_>>().join("|"),
    };
    let cases = [
        (r#"emails[type ne "work"].value"#, "A filter with ne selects elements and makes none"),
        (r#"emails[type eq "work" or type eq "home"].value"#, "A filter with or"),
        (r#"emails[not (type eq "work")].value"#, "A filter with not"),
        ("emails[type pr].value", "A filter with pr"),
        ("emails[type eq null].value", "comparing type with null"),
        (r#"emails[type.x eq "work"].value"#, "comparison of type.x"),
        (r#"emails[type eq "work" and type eq "home"].value"#, "two values of type"),
        ("emails[type", "An operator is missing"),
    ];
    for (attribute, sentence) in cases {
        let told = told(&[attribute]);
        assert!(told.contains(sentence) && told.starts_with(attribute), "{attribute}: {told}");
    }
    assert_eq!(told(&["a b", "ok", "c d"]).matches('|').count(), 1, "every mistake is told");

    let attributes = [r#"emails[type eq "work"].value"#, r#"emails[type eq "work"].display"#, "userName"];
    let layout = Layout::new(ResourceType::User, attributes).unwrap();
    let two = [Value::Text("a"), Value::Text("b")];
    let several = layout.resource([(attributes[0], Value::Multi(&two))]).unwrap_err();
    assert!(several.to_string().contains("several values"), "{several}");
    let unknown = layout.resource([("nickName", Value::Null)]).unwrap_err();
    assert_eq!(unknown.to_string(), "nickName is not among the target attributes.");
    let arena = Bump::new();
    let deep = (0..200).fold(Value::Integer(1), |inner, _| Value::Multi(arena.alloc([inner])));
    assert!(layout.resource([("userName", deep)]).unwrap_err().to_string().contains("deeper"));
}

/// Attributes, and whether they write the same place.
const CONFLICTS: &[(&[&str], bool)] = &[
    (&["userName", "userName"], true),
    (&["userName", "USERNAME"], true),
    (&["name", "name.givenName"], true),
    (&["name.givenName", "name.familyName"], false),
    (&["roles", "roles[primary eq 'True'].value"], true),
    (&["roles[primary eq 'True'].value", "roles[primary eq true].type"], false),
    (&["emails[type eq 'work'].value", "emails[type eq 'home'].value"], false),
    (&["emails[type eq 'work'].value", "emails[type eq 'WORK'].VALUE"], true),
    (&["emails[type eq 'work'].value", "emails[type eq 'work' and primary eq true].value"], true),
    (&["emails[type eq 'work'].value", "emails[primary eq true].type"], true),
    (&["emails[type eq 'work'].type"], true),
    (&["emails[type eq 'work']", "emails[type eq 'work'].value"], true),
    (&["emails.value", "emails[type eq 'work'].value"], true),
    (&["emails[type eq 'work'].value", "phoneNumbers[type eq 'work'].value"], false),
    (&["E:tag", "C:tag", "tag"], false),
    (&["urn:ietf:params:scim:schemas:core:2.0:User:title", "title"], true),
];

#[test]
fn conflicts_are_found() {
    for (attributes, conflict) in CONFLICTS {
        let names: Vec<String> = attributes.iter().map(|path| quoted(path)).collect();
        let layout = Layout::new(ResourceType::User, &names).unwrap();
        assert_eq!(!layout.conflicts().is_empty(), *conflict, "{attributes:?}: {:?}", layout.conflicts());
        let turned = Layout::new(ResourceType::User, names.iter().rev()).unwrap();
        assert_eq!(turned.conflicts().len(), layout.conflicts().len(), "{attributes:?} the other way round");
    }
}

/// Changes (path, before, after, manner) and the operations.
type PatchCase = (&'static [(&'static str, &'static str, &'static str, Manner)], &'static str);
const PATCHES: &[PatchCase] = &[
    (&[("nickName", "null", "'Babs'", Manner::Set)], "[{'op': 'add', 'path': 'nickName', 'value': 'Babs'}]"),
    (&[("active", "true", "'False'", Manner::Set)], "[{'op': 'replace', 'path': 'active', 'value': false}]"),
    (&[("active", "true", "'True'", Manner::Set)], "[]"),
    (&[("title", "'x'", "null", Manner::Set)], "[{'op': 'remove', 'path': 'title'}]"),
    (&[("title", "'x'", "''", Manner::Set)], "[{'op': 'replace', 'path': 'title', 'value': ''}]"),
    (&[("title", "null", "null", Manner::Set)], "[]"),
    (
        &[("E:department", "null", "'S'", Manner::Set)],
        "[{'op': 'add', 'path': 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', 'value': 'S'}]",
    ),
    (
        &[("E:manager", "'1'", "'2'", Manner::Set)],
        "[{'op': 'replace', 'path': 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', 'value': {'value': '2'}}]",
    ),
    (
        &[("members", "['1', '2', '3']", "['1', '4', '5']", Manner::Set)],
        "[{'op': 'remove', 'path': 'members[value eq *2*]'}, {'op': 'remove', 'path': 'members[value eq *3*]'}, \
          {'op': 'add', 'path': 'members', 'value': [{'value': '4'}, {'value': '5'}]}]",
    ),
    (&[("members", "['1']", "null", Manner::Set)], "[{'op': 'remove', 'path': 'members'}]"),
    (
        &[("members", "['1', '1']", "['1']", Manner::Set)],
        "[{'op': 'replace', 'path': 'members', 'value': [{'value': '1'}]}]",
    ),
    (&[("members", "['1']", "['2']", Manner::Add)], "[{'op': 'add', 'path': 'members', 'value': [{'value': '2'}]}]"),
    (&[("C:tags", "['1']", "'2'", Manner::Add)], "[{'op': 'add', 'path': 'urn:x:C:2.0:User:tags', 'value': ['2']}]"),
    (&[("C:tags", "['1']", "null", Manner::Add)], "[]"),
    (
        &[("roles", "null", "[{'value': 'a'}]", Manner::Assert)],
        "[{'op': 'replace', 'path': 'roles', 'value': [{'value': 'a'}]}]",
    ),
    (&[("roles", "[{'value': 'a'}]", "null", Manner::Assert)], "[{'op': 'remove', 'path': 'roles'}]"),
    (
        &[("emails[type eq 'work'].value", "'a'", "null", Manner::Set)],
        "[{'op': 'remove', 'path': 'emails[type eq *work*]'}]",
    ),
    (
        &[
            ("addresses[type eq 'work'].country", "'DE'", "null", Manner::Set),
            ("addresses[type eq 'work'].locality", "'Köln'", "null", Manner::Set),
            ("title", "'x'", "'y'", Manner::Set),
        ],
        "[{'op': 'remove', 'path': 'addresses[type eq *work*]'}, {'op': 'replace', 'path': 'title', 'value': 'y'}]",
    ),
    (
        &[
            ("addresses[type eq 'work'].country", "'DE'", "null", Manner::Set),
            ("addresses[type eq 'work'].locality", "'Köln'", "'Köln'", Manner::Set),
        ],
        "[{'op': 'remove', 'path': 'addresses[type eq *work*].country'}]",
    ),
    (
        &[("roles[primary eq 'True'].value", "null", "'Admin'", Manner::Set)],
        "[{'op': 'add', 'path': 'roles[primary eq *True*].value', 'value': 'Admin'}]",
    ),
    (
        &[("emails[type eq 'other'].value", "['a', 'b']", "['b', 'c']", Manner::Set)],
        "[{'op': 'remove', 'path': 'emails[type eq *other*]'}, {'op': 'add', 'path': 'emails', \
          'value': [{'type': 'other', 'value': 'b'}, {'type': 'other', 'value': 'c'}]}]",
    ),
    (
        &[("emails[type eq 'other'].value", "'a'", "'b'", Manner::Add)],
        "[{'op': 'add', 'path': 'emails', 'value': [{'type': 'other', 'value': 'b'}]}]",
    ),
    (
        &[("name", "{'givenName': 'A', 'familyName': 'L'}", "{'givenName': 'B'}", Manner::Set)],
        "[{'op': 'remove', 'path': 'name'}, {'op': 'add', 'path': 'name', 'value': {'givenName': 'B'}}]",
    ),
    (
        &[("name", "{'givenName': 'A'}", "{'givenName': 'B', 'familyName': 'L'}", Manner::Set)],
        "[{'op': 'replace', 'path': 'name', 'value': {'givenName': 'B', 'familyName': 'L'}}]",
    ),
];

#[test]
fn patches_are_written() {
    let arena = Bump::new();
    for (changes, expected) in PATCHES {
        let names: Vec<String> = changes.iter().map(|change| quoted(change.0)).collect();
        let layout = Layout::new(ResourceType::User, &names).unwrap();
        let value = |text| OwnedValue::from(read(text));
        let values: Vec<_> = changes.iter().map(|change| (value(change.1), value(change.2))).collect();
        let changes: Vec<AttributeChange<'_>> = changes
            .iter()
            .zip(names.iter().zip(&values))
            .map(|(change, (attribute, (before, after)))| AttributeChange {
                attribute,
                before: before.borrow(&arena),
                after: after.borrow(&arena),
                manner: change.3,
            })
            .collect();
        let patch = layout.patch(&changes).unwrap();
        let expected: Json = read(&expected.replace('*', "\\\""));
        match patch {
            None => assert_eq!(expected, json!([]), "{changes:?}"),
            Some(patch) => assert_eq!(patch, json!({"schemas": [PATCH_OP], "Operations": expected}), "{changes:?}"),
        }
    }
    said!("{} requests", PATCHES.len());
}

/// Resource, operations, and what becomes of it or the scimType of the error.
const APPLIED: &[(&str, &str, &str)] = &[
    ("{}", "[{'op': 'add', 'path': 'title', 'value': 'x'}]", "{'title': 'x'}"),
    ("{'Title': 'x'}", "[{'op': 'REPLACE', 'path': 'tiTle', 'value': 'y'}]", "{'Title': 'y'}"),
    ("{'title': 'x'}", "[{'op': 'Remove', 'path': 'title'}]", "{}"),
    ("{}", "[{'op': 'remove', 'path': 'title'}]", "{}"),
    ("{'title': 'x'}", "[{'op': 'replace', 'path': 'title', 'value': null}]", "{}"),
    ("{'title': 'x'}", "[{'op': 'add', 'path': 'title'}]", "invalidValue"),
    ("{'title': 'x'}", "[{'op': 'remove'}]", "noTarget"),
    ("{'title': 'x'}", "[{'op': 'move', 'path': 'title'}]", "invalidSyntax"),
    ("{'title': 'x'}", "[{'op': 'add', 'path': 'a b', 'value': 1}]", "invalidPath"),
    ("{'title': 'x'}", "[{'op': 'add', 'path': 7, 'value': 1}]", "invalidSyntax"),
    ("{'title': 'x'}", "[{'op': 'replace', 'path': 'id', 'value': '1'}]", "mutability"),
    ("{'title': 'x'}", "[]", "invalidSyntax"),
    ("{'title': 'x'}", "[{'op': 'replace', 'path': 'title', 'value': 'y'}, {'op': 'remove'}]", "noTarget"),
    // Objects.
    ("{}", "[{'op': 'add', 'path': 'name.givenName', 'value': 'A'}]", "{'name': {'givenName': 'A'}}"),
    ("{'name': {'givenName': 'A'}}", "[{'op': 'remove', 'path': 'name.givenName'}]", "{}"),
    (
        "{'name': {'givenName': 'A', 'x': 1}}",
        "[{'op': 'replace', 'path': 'name', 'value': {'GivenName': 'B', 'y': null}}]",
        "{'name': {'givenName': 'B', 'x': 1}}",
    ),
    (
        "{'name': {'givenName': 'A', 'x': 1}}",
        "[{'op': 'replace', 'path': 'name', 'value': {'x': null}}]",
        "{'name': {'givenName': 'A'}}",
    ),
    // Without a path.
    (
        "{'title': 'x', 'name': {'a': '1'}}",
        "[{'op': 'replace', 'value': {'title': 'y', 'name': {'b': '2'}, 'active': false}}]",
        "{'title': 'y', 'name': {'a': '1', 'b': '2'}, 'active': false}",
    ),
    (
        "{'emails': [{'type': 'work', 'value': 'a'}]}",
        "[{'op': 'replace', 'value': {'name.givenName': 'K', 'E:employeeNumber': '7', 'emails[type eq *work*].value': 'b'}}]",
        "{'emails': [{'type': 'work', 'value': 'b'}], 'name': {'givenName': 'K'}, 'schemas': ['E'], 'E': {'employeeNumber': '7'}}",
    ),
    (
        "{}",
        "[{'op': 'add', 'value': {'E': {'department': 'S', 'manager': {'value': '1', '$ref': null}}}}]",
        "{'schemas': ['E'], 'E': {'department': 'S', 'manager': {'value': '1'}}}",
    ),
    (
        "{}",
        "[{'op': 'add', 'value': {'E:manager': {'value': '1'}}}]",
        "{'schemas': ['E'], 'E': {'manager': {'value': '1'}}}",
    ),
    ("{}", "[{'op': 'add', 'value': {'E': {'E:department': 'S'}}}]", "{'schemas': ['E'], 'E': {'department': 'S'}}"),
    ("{'title': 'x'}", "[{'op': 'replace', 'value': {'title': null}}]", "{}"),
    ("{'name': {'a': '1', 'b': '2'}}", "[{'op': 'replace', 'value': {'name': {'a': null}}}]", "{'name': {'b': '2'}}"),
    ("{}", "[{'op': 'add', 'value': 'x'}]", "invalidValue"),
    // Extensions.
    (
        "{'schemas': ['U', 'E'], 'E': {'department': 'S'}}",
        "[{'op': 'remove', 'path': 'E:department'}]",
        "{'schemas': ['U']}",
    ),
    ("{'schemas': ['U', 'E'], 'E': {'department': 'S'}}", "[{'op': 'remove', 'path': 'E'}]", "{'schemas': ['U']}"),
    ("{'schemas': ['U']}", "[{'op': 'remove', 'path': 'E:department'}]", "{'schemas': ['U']}"),
    ("{'schemas': ['U']}", "[{'op': 'remove', 'path': 'E:tags[a eq 1]'}]", "noTarget"),
    (
        "{'schemas': ['U', 'E'], 'E': {'department': 'S'}}",
        "[{'op': 'replace', 'path': 'URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:Department', 'value': 'T'}]",
        "{'schemas': ['U', 'E'], 'E': {'department': 'T'}}",
    ),
    ("{'E': {'department': 'S'}}", "[{'op': 'replace', 'path': 'E', 'value': 'T'}]", "invalidValue"),
    (
        "{}",
        "[{'op': 'add', 'path': 'urn:ietf:params:scim:schemas:core:2.0:User:title', 'value': 'x'}]",
        "{'title': 'x'}",
    ),
    (
        "{'schemas': ['urn:x:D:2.0:Device'], 'serial': 7}",
        "[{'op': 'replace', 'path': 'urn:x:D:2.0:Device:serial', 'value': 8}, {'op': 'add', 'path': 'C:tag', 'value': 't'}]",
        "{'schemas': ['urn:x:D:2.0:Device', 'C'], 'serial': 8, 'C': {'tag': 't'}}",
    ),
    (
        "{'schemas': ['E', 'U'], 'userName': 'a'}",
        "[{'op': 'add', 'path': 'E:department', 'value': 'S'}]",
        "{'schemas': ['E', 'U'], 'userName': 'a', 'E': {'department': 'S'}}",
    ),
    // Several values.
    (
        "{'members': [{'value': '1'}]}",
        "[{'op': 'add', 'path': 'members', 'value': [{'value': '2'}, {'value': '1'}]}]",
        "{'members': [{'value': '1'}, {'value': '2'}]}",
    ),
    (
        "{}",
        "[{'op': 'add', 'path': 'members', 'value': [{'$ref': null, 'value': '1'}]}]",
        "{'members': [{'value': '1'}]}",
    ),
    ("{}", "[{'op': 'add', 'path': 'members', 'value': {'value': '1'}}]", "{'members': [{'value': '1'}]}"),
    (
        "{'members': [{'value': '1'}]}",
        "[{'op': 'replace', 'path': 'members', 'value': [{'value': '2'}]}]",
        "{'members': [{'value': '2'}]}",
    ),
    (
        "{'members': [{'value': '1'}, {'value': '2'}]}",
        "[{'op': 'remove', 'path': 'members[value eq *1*]'}]",
        "{'members': [{'value': '2'}]}",
    ),
    (
        "{'members': [{'value': '1'}, {'value': '2'}]}",
        "[{'op': 'Remove', 'path': 'members', 'value': [{'$ref': null, 'value': '2'}]}]",
        "{'members': [{'value': '1'}]}",
    ),
    ("{'members': [{'value': '1'}]}", "[{'op': 'remove', 'path': 'members'}]", "{}"),
    ("{'members': [{'value': '1'}]}", "[{'op': 'remove', 'path': 'members[value eq *1*]'}]", "{}"),
    ("{'tags': ['a', 'b']}", "[{'op': 'remove', 'path': 'tags[value eq *a*]'}]", "{'tags': ['b']}"),
    ("{'tags': ['a']}", "[{'op': 'add', 'path': 'tags', 'value': ['a', 'b']}]", "{'tags': ['a', 'b']}"),
    // Filters.
    (
        "{'emails': [{'type': 'work', 'value': 'a'}, {'type': 'home', 'value': 'b'}]}",
        "[{'op': 'replace', 'path': 'emails[type eq *work*].value', 'value': 'c'}]",
        "{'emails': [{'type': 'work', 'value': 'c'}, {'type': 'home', 'value': 'b'}]}",
    ),
    (
        "{'emails': [{'type': 'home'}]}",
        "[{'op': 'replace', 'path': 'emails[type eq *work*].value', 'value': 'c'}]",
        "noTarget",
    ),
    ("{'emails': [{'type': 'home'}]}", "[{'op': 'remove', 'path': 'emails[type eq *work*].value'}]", "noTarget"),
    (
        "{'emails': [{'type': 'home'}]}",
        "[{'op': 'add', 'path': 'emails[type ne *home*].value', 'value': 'c'}]",
        "noTarget",
    ),
    ("{}", "[{'op': 'replace', 'path': 'emails[type eq *work*].value', 'value': 'c'}]", "noTarget"),
    (
        "{}",
        "[{'op': 'add', 'path': 'emails[type eq *work*].value', 'value': 'c'}]",
        "{'emails': [{'type': 'work', 'value': 'c'}]}",
    ),
    (
        "{'emails': [{'type': 'home'}]}",
        "[{'op': 'add', 'path': 'emails[type eq *work*].value', 'value': 'c'}, {'op': 'add', 'path': 'emails[type eq *work*].display', 'value': 'C'}]",
        "{'emails': [{'type': 'home'}, {'type': 'work', 'value': 'c', 'display': 'C'}]}",
    ),
    (
        "{}",
        "[{'op': 'add', 'path': 'roles[primary eq *True*].value', 'value': 'a'}]",
        "{'roles': [{'primary': true, 'value': 'a'}]}",
    ),
    (
        "{'emails': [{'type': 'work', 'value': 'a', 'x': 1}]}",
        "[{'op': 'replace', 'path': 'emails[type eq *work*]', 'value': {'type': 'work', 'value': 'b'}}]",
        "{'emails': [{'type': 'work', 'value': 'b'}]}",
    ),
    (
        "{'emails': [{'type': 'work', 'value': 'a', 'x': 1}]}",
        "[{'op': 'add', 'path': 'emails[type eq *work*]', 'value': {'value': 'b'}}]",
        "{'emails': [{'type': 'work', 'value': 'b', 'x': 1}]}",
    ),
    (
        "{'emails': [{'type': 'work', 'value': 'a'}]}",
        "[{'op': 'remove', 'path': 'emails[type eq *work*].value'}]",
        "{'emails': [{'type': 'work'}]}",
    ),
    ("{'emails': [{'value': 'a'}]}", "[{'op': 'remove', 'path': 'emails[value eq *A*].value'}]", "{}"),
    (
        "{'emails': [{'a': 1}, {'a': 1}]}",
        "[{'op': 'replace', 'path': 'emails[a eq 1].b', 'value': 2}]",
        "{'emails': [{'a': 1, 'b': 2}, {'a': 1, 'b': 2}]}",
    ),
    ("{'title': 'x'}", "[{'op': 'add', 'path': 'title[a eq 1].b', 'value': 2}]", "noTarget"),
    (
        "{'emails': [{'a': 1}, {'a': 2}]}",
        "[{'op': 'replace', 'path': 'emails.display', 'value': 'd'}]",
        "{'emails': [{'a': 1, 'display': 'd'}, {'a': 2, 'display': 'd'}]}",
    ),
    ("{}", "[{'op': 'add', 'path': 'emails.value', 'value': 'd'}]", "{'emails': [{'value': 'd'}]}"),
    // One primary value.
    (
        "{'emails': [{'type': 'a', 'primary': true}, {'type': 'b'}]}",
        "[{'op': 'add', 'path': 'emails[type eq *b*].primary', 'value': true}]",
        "{'emails': [{'type': 'a', 'primary': false}, {'type': 'b', 'primary': true}]}",
    ),
    (
        "{'emails': [{'type': 'a', 'primary': true}]}",
        "[{'op': 'add', 'path': 'emails', 'value': [{'type': 'b', 'primary': true}]}]",
        "{'emails': [{'type': 'a', 'primary': false}, {'type': 'b', 'primary': true}]}",
    ),
];

#[test]
fn patches_are_applied() {
    for (resource, operations, expected) in APPLIED {
        let before = read(&spelled(resource));
        let operations = read(&spelled(operations).replace('*', "\\\""));
        let mut resource = before.clone();
        let result = scim::apply_patch(&mut resource, &json!({"schemas": [PATCH_OP], "Operations": operations}));
        match result {
            Ok(()) => assert_eq!(resource, read(&spelled(expected)), "{before} {operations}"),
            Err(error) => {
                assert_eq!(error.problem.scim_type(), *expected, "{before} {operations}: {error}");
                assert_eq!(resource, before, "nothing of a PATCH that fails is applied");
            }
        }
    }
    let error = scim::apply_patch(&mut json!({}), &json!({"Operations": []})).unwrap_err();
    assert_eq!(error.to_string(), "The request does not list the schema of PatchOp.");
    let request = json!({"schemas": [PATCH_OP], "Operations": [
        {"op": "add", "path": "a", "value": 1}, {"op": "replace", "path": "b[c eq 1]", "value": 1}]});
    let error = scim::apply_patch(&mut json!({}), &request).unwrap_err();
    assert_eq!(error.to_string(), "operation 2: 'b[c eq 1]' leads to no value that could be changed.");
    assert!(scim::apply_patch(&mut json!([]), &request).is_err());
    said!("{} applied", APPLIED.len());
}
