//! What a target attribute takes, and when it differs: one case a line.

use attrflow::configuration::{Configuration, Subject};
use attrflow::graph::Document;
use attrflow::{AttributeBag, Environment, Machine, Operation, OwnedValue};
use serde_json::{Value as Json, json};

/// The attribute's definition (`-` for none) with the mapping's flow type or gate behind
/// it, what the source has, what the target has, and what it is to have: nothing where it
/// stays, `!` where the object fails.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str, &str)] = &[
    ("-", r#""a""#, r#""a""#, ""),
    ("-", r#""a""#, r#""A""#, r#""a""#),
    ("-", "1", r#""1""#, ""),
    ("-", r#"["a"]"#, r#""a""#, ""),
    ("-", r#"["a","b"]"#, r#"["b","a"]"#, ""),
    ("-", "null", r#""a""#, ""),
    ("-", "[]", r#""a""#, ""),
    ("String", r#""a""#, r#""A""#, ""),
    ("String exact", r#""a""#, r#""A""#, r#""a""#),
    ("String", r#""straße""#, r#""STRASSE""#, r#""straße""#),
    ("String", r#""é""#, r#""É""#, ""),
    ("String", "7", r#""7""#, ""),
    ("String", r#""""#, r#""a""#, r#""""#),
    ("String", r#""""#, "null", r#""""#),
    ("String", r#"["a","b"]"#, r#""a""#, "!"),
    ("String", r#"["a",null]"#, r#""b""#, r#""a""#),
    ("Integer", r#""7""#, "7", ""),
    ("Integer", r#""7""#, r#""7""#, ""),
    ("Integer", r#""07""#, "7", ""),
    ("Integer", r#""""#, "7", ""),
    ("Integer", r#""x""#, "7", "!"),
    ("Integer", "7", r#""x""#, "7"),
    ("Boolean", r#""TRUE""#, "true", ""),
    ("Boolean", r#""False""#, "true", "false"),
    ("Boolean", r#""0""#, "true", "false"),
    ("Boolean", r#""no""#, "true", "!"),
    ("DateTime", r#""2026-01-31T00:00:00Z""#, r#""2026-01-31T01:00:00+01:00""#, ""),
    ("DateTime", r#""31/12/2026""#, "null", "!"),
    ("Binary", r#""AQID""#, r#""AQID""#, ""),
    ("Binary", r#""aqid""#, r#""AQID""#, r#""aqid""#),
    ("Reference", r#""CN=a""#, r#""cn=A""#, ""),
    ("Reference exact", r#""x1""#, r#""X1""#, r#""x1""#),
    // A reference to an object is its value, whatever else a service says of it.
    ("Reference", r#""x1""#, r#"{"value":"x1","$ref":"../Users/x1","displayName":"Xi"}"#, ""),
    ("Reference", r#""x2""#, r#"{"value":"x1"}"#, r#""x2""#),
    ("Reference many", r#"["x1","x2"]"#, r#"[{"value":"x2","display":"b"},{"value":"x1"}]"#, ""),
    ("Reference many", r#"["x1","x3"]"#, r#"[{"value":"x2","display":"b"},{"value":"x1"}]"#, r#"["x1","x3"]"#),
    // Values with parts are the same whatever the order and case of the names.
    ("String many", r#"[{"value":"r","type":"x"}]"#, r#"[{"type":"X","Value":"r","display":null}]"#, ""),
    ("String many", r#"[{"value":"r","type":"x"}]"#, r#"[{"value":"r"}]"#, r#"[{"value":"r","type":"x"}]"#),
    ("String many", r#"[{"value":"r"}]"#, r#"["r"]"#, ""),
    ("String many exact", r#"[{"value":"r","type":"x"}]"#, r#"[{"value":"r","type":"X"}]"#, r#"[{"value":"r","type":"x"}]"#),
    ("Integer", r#"{"value":"7"}"#, "7", ""),
    ("Integer", r#"{"other":"7"}"#, "7", "!"),
    ("String many", r#""a""#, r#"["A"]"#, ""),
    ("String many", r#"["a","a"]"#, r#"["a"]"#, r#"["a","a"]"#),
    ("String many", r#"["a",null,""]"#, r#"["","a"]"#, ""),
    ("Boolean many", r#"[""]"#, "[true]", ""),
    // Adding.
    ("String many adds", r#"["a","b"]"#, r#"["B","c"]"#, r#"["a"]"#),
    ("String many adds", r#"["b"]"#, r#"["B","c"]"#, ""),
    ("String many adds", r#"["a","A","a"]"#, "null", r#"["a"]"#),
    ("String many adds exact", r#"["a","A","a"]"#, "null", r#"["a","A"]"#),
    ("String adds", r#""b""#, r#""a""#, ""),
    ("String adds", r#""b""#, "null", r#""b""#),
    // Only where there is none.
    ("String fills", r#""b""#, r#""a""#, ""),
    ("String fills", r#""b""#, r#""""#, r#""b""#),
    ("String immutable", r#""b""#, r#""a""#, ""),
    ("String immutable", r#""b""#, "null", r#""b""#),
    // Null: it flows where both gates are open, and the default stays.
    ("String clears", "null", r#""a""#, "null"),
    ("String clears", "null", "null", ""),
    ("String clears", r#""""#, r#""a""#, r#""""#),
    ("Integer clears", r#""""#, "7", "null"),
    ("String many clears", "null", r#"["a"]"#, ""),
    ("String clears default", "null", r#""a""#, "null"),
    ("String clears default", "null", r#""D""#, ""),
    ("String required", r#""""#, r#""a""#, "!"),
    ("String required", "null", r#""a""#, ""),
    ("String required", "null", "null", "!"),
    ("String required clears", "null", r#""a""#, "!"),
];

#[test]
fn values_flow_as_the_definition_says() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (words, source, target, expected) = case;
        let has = |word: &str| words.split(' ').any(|known| known == word);
        let kind = words.split(' ').next().unwrap();
        let flow_type = match () {
            () if has("adds") => "MultiValueAddOnly",
            () if has("fills") => "AttributeAddOnly",
            () => "Always",
        };
        let mut attributes = vec![json!({"name": "id"})];
        if kind != "-" {
            attributes.push(json!({
                "name": "t", "type": kind, "multivalued": has("many"), "caseExact": has("exact"),
                "required": has("required"), "mutability": if has("immutable") { "Immutable" } else { "ReadWrite" },
            }));
        }
        let json = json!({
            "synchronizationRules": [{"sourceDirectoryName": "S", "targetDirectoryName": "T", "objectMappings": [
                {"sourceObjectName": "u", "targetObjectName": "u", "attributeMappings": [
                    {"targetAttributeName": "id", "matchingPriority": 1, "source": {"expression": "[id]"}},
                    {"targetAttributeName": "t", "source": {"expression": "[s]"}, "flowType": flow_type,
                     "flowNullValues": has("clears"), "defaultValue": has("default").then_some("d")},
                ]}]}],
            "directories": [
                {"name": "S", "objects": [{"name": "u", "attributes": [
                    {"name": "id"}, {"name": "s", "flowNullValues": true}]}]},
                {"name": "T", "objects": [{"name": "u", "attributes": attributes}]}],
        });
        let configuration = Configuration::compile(&Document::from_json(json).unwrap().schema()).unwrap();
        let flow = configuration.only_flow().unwrap();
        let value = |text: &str| OwnedValue::from(&serde_json::from_str::<Json>(text).unwrap());
        let bag = |name: &str, text: &str| {
            let mut bag = AttributeBag::from_iter([("id", "1")]);
            bag.set(name, value(text));
            bag
        };
        let (record, held) = (bag("s", source), bag("t", target));
        let subject = Subject::new(flow, &record);
        let mut machine = Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap());
        let set = flow.apply(&mut machine, Operation::Update, &subject, &held);
        let found = match (set.failures, set.changes) {
            ([], []) => String::new(),
            ([], [change]) => Json::from(&OwnedValue::from(change.after)).to_string(),
            ([_], _) => "!".to_owned(),
            other => panic!("{case:?}: {other:?}"),
        };
        if found != *expected {
            wrong.push(format!("{case:?} gives {found}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
