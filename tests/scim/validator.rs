//! The validator of RFC 7643 itself: what it lets pass and what not.

use super::scim_schema::validate;
use super::{read, spelled};

/// A resource, and what the validator says of it.
const VALIDATED: &[(&str, &str)] = &[
    ("{'schemas': ['U'], 'userName': 'a'}", ""),
    ("{'schemas': ['U']}", "userName is required"),
    ("{'schemas': ['U'], 'userName': ''}", "userName is required"),
    ("{'userName': 'a'}", "schemas lists neither"),
    ("{'schemas': ['U', 'E'], 'userName': 'a'}", "which holds nothing"),
    ("{'schemas': ['U'], 'userName': 'a', 'E': {'department': 'x'}}", "does not list"),
    ("{'schemas': ['U', 'E'], 'userName': 'a', 'E': {'department': 'x'}}", ""),
    ("{'schemas': ['U', 'E'], 'userName': 'a', 'E': {'team': 'x'}}", "no attribute of the schema"),
    ("{'schemas': ['U', 'E'], 'userName': 'a', 'E': {'manager': 'x'}}", "manager is no complex"),
    ("{'schemas': ['U', 'C'], 'userName': 'a', 'C': {'tag': 'x'}}", ""),
    ("{'schemas': ['U', 'C'], 'userName': 'a', 'C': {}}", "no object with attributes"),
    ("{'schemas': ['U'], 'userName': 'a', 'active': 'True'}", "active is no boolean"),
    ("{'schemas': ['U'], 'userName': 'a', 'title': null}", "title is null"),
    ("{'schemas': ['U'], 'userName': 'a', 'roles': []}", "roles has no values"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': {'value': 'a'}}", "emails is no array"),
    ("{'schemas': ['U'], 'userName': 'a', 'title': ['a']}", "title has several values"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': ['a']}", "emails is no complex"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': [{'type': 'office', 'value': 'a'}]}", "none of work, home, other"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': [{'primary': 'true'}]}", "primary is no boolean"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': [{'primary': true}, {'primary': true}]}", "two primary"),
    ("{'schemas': ['U'], 'userName': 'a', 'emails': [{'value': 'a'}, {'value': 'a'}]}", "value twice"),
    ("{'schemas': ['U'], 'userName': 'a', 'name': {'first': 'a'}}", "name.first is no attribute"),
    ("{'schemas': ['U'], 'userName': 'a', 'addresses': [{'country': 'Germany'}]}", "is no country"),
    ("{'schemas': ['U'], 'userName': 'a', 'x509Certificates': [{'value': '*'}]}", "is no binary"),
    ("{'schemas': ['U'], 'userName': 'a', 'meta': {'created': 'yesterday'}}", "is no dateTime"),
    (
        "{'schemas': ['urn:ietf:params:scim:schemas:core:2.0:Group'], 'displayName': 'g', 'members': [{'value': '1'}]}",
        "",
    ),
    (
        "{'schemas': ['urn:ietf:params:scim:schemas:core:2.0:Group'], 'displayName': 'g', 'members': ['1']}",
        "is no complex",
    ),
    ("{'schemas': ['urn:ietf:params:scim:schemas:core:2.0:Group']}", "displayName is required"),
];

#[test]
fn the_validator_sees_what_is_wrong() {
    for (resource, expected) in VALIDATED {
        let wrong = validate(&read(&spelled(resource)));
        match *expected {
            "" => assert_eq!(wrong, Vec::<String>::new(), "{resource}"),
            part => assert!(wrong.len() == 1 && wrong[0].contains(part), "{resource}: {wrong:?}"),
        }
    }
}
