//! What a target resource has for a path.

use super::{quoted, read, spelled};
use attrflow::OwnedValue;
use attrflow::scim::{self, Path};
use serde_json::json;

/// Path, resource, and the value.
const FLAT: &[(&str, &str, &str)] = &[
    ("USERNAME", "{'userName': 'ann'}", "'ann'"),
    ("name.givenName", "{'name': {'givenName': 'A'}}", "'A'"),
    ("name.givenName", "{'name': 'A'}", "null"),
    ("title", "{}", "null"),
    ("active", "{'active': false}", "false"),
    (
        "emails[type eq 'work'].value",
        "{'emails': [{'type': 'home', 'value': 'a'}, {'type': 'Work', 'value': 'b'}]}",
        "'b'",
    ),
    ("emails[type eq 'work'].value", "{'emails': [{'type': 'home', 'value': 'a'}]}", "null"),
    ("emails[type eq 'work'].value", "{'emails': [{'type': 'work'}]}", "null"),
    (
        "emails[type eq 'x'].value",
        "{'emails': [{'type': 'x', 'value': 'a'}, {'type': 'x', 'value': 'b'}]}",
        "['a', 'b']",
    ),
    ("emails[type eq 'work']", "{'emails': [{'type': 'work', 'value': 'a'}]}", "{'type': 'work', 'value': 'a'}"),
    ("emails.value", "{'emails': [{'value': 'a'}, {'value': 'b'}]}", "['a', 'b']"),
    ("members", "{'members': [{'value': '1', '$ref': '/Users/1', 'display': 'A'}, {'value': '2'}]}", "['1', '2']"),
    ("members", "{'members': []}", "null"),
    ("roles", "{'roles': [{'value': '1', 'primary': false}]}", "[{'value': '1', 'primary': false}]"),
    ("E:department", "{'E': {'department': 'S'}}", "'S'"),
    ("E:department", "{'department': 'S'}", "null"),
    ("E:manager", "{'E': {'manager': {'value': '1', 'displayName': 'Bo'}}}", "'1'"),
    ("E:manager", "{'E': {'manager': '1'}}", "'1'"),
    ("E:manager.value", "{'E': {'manager': {'value': '1'}}}", "'1'"),
    ("urn:ietf:params:scim:schemas:core:2.0:User:title", "{'title': 'x'}", "'x'"),
    ("urn:x:D:2.0:Device:serial", "{'schemas': ['urn:x:D:2.0:Device'], 'serial': 7}", "7"),
    ("C:tags", "{'C': {'tags': ['a', 'b']}}", "['a', 'b']"),
];

#[test]
fn targets_are_read() {
    for (path, resource, expected) in FLAT {
        let path = Path::parse(&quoted(path)).unwrap();
        let value = path.read(&read(&spelled(resource)));
        assert_eq!(value, OwnedValue::from(read(expected)), "{path} of {resource}");
    }
    assert_eq!(scim::flatten(&json!(1), &[Path::parse("a").unwrap()]), [OwnedValue::Null]);
    said!("{} values read", FLAT.len());
}
