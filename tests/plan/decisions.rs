//! What a cycle does to an object: one case a line.

use crate::command::Files;
use crate::plan;
use serde_json::{Value as Json, json};

/// The flow types, whether the target keeps disabled objects, the source's rows and the
/// target's objects (letters: see below), and what the plan says of each, in order.
///
/// A source row is a name and what it is: `+` in scope, `-` out of scope, `!` deleted in
/// the source. A target object is a name: active `+`, or disabled `-`.
#[rustfmt::skip]
const CASES: &[(&str, bool, &str, &str, &str)] = &[
    ("Add,Update,Delete", true,  "a+ b+", "a+", "skip create"),
    ("Add,Update,Delete", true,  "a-", "a+", "disable"),
    ("Add,Update,Delete", true,  "a-", "a-", "skip"),
    ("Add,Update,Delete", true,  "a!", "a+", "disable"),
    ("Add,Update,Delete", true,  "a- b!", "", "skip skip"),
    ("Add,Update,Delete", true,  "a+", "a-", "update"),
    ("Add,Update,Delete", true,  "", "a+ b-", "delete delete"),
    ("Add,Update,Delete", false, "a- b! c+", "a+ b+ c+", "delete delete skip"),
    ("Add,Update,Delete", false, "a- b!", "a- b-", "delete delete"),
    ("Add, Update",       true,  "a- b+ c+", "a+ b-  d+", "disable update create"),
    ("Add, Update",       false, "a- b+ c+", "a+ b-  d+", "skip update create"),
    ("add",               true,  "a- b+ c+", "a+ b-  d+", "skip skip create"),
    ("Update",            true,  "a- b+ c+", "a+ b-  d+", "disable update skip"),
    ("Delete",            false, "a- b+ c+", "a+ b-  d+", "delete skip skip delete"),
    ("None",              true,  "a- b+ c+", "a+ b-  d+", "skip skip skip"),
    // Who is in scope goes before who has left, whatever the order; the first of the living has it.
    ("Add,Update,Delete", true,  "a- a+", "a+", "skip skip"),
    ("Add,Update,Delete", true,  "a+ a-", "a+", "skip skip"),
    ("Add,Update,Delete", true,  "a! a+", "a-", "skip update"),
    ("Add,Update,Delete", true,  "a+ a+", "a-", "update conflict"),
    ("Add,Update,Delete", true,  "a- a-", "a+", "disable conflict"),
    ("Add,Update,Delete", false, "a- a+", "a+", "skip skip"),
    ("Add,Update,Delete", true,  "a+ a+ b+", "", "create conflict create"),
    // Two accounts with a name: neither changes, neither goes.
    ("Add,Update,Delete", true,  "a+ b+", "a+ a- b+", "conflict skip"),
    ("Add,Update,Delete", true,  "a-", "a+ a+", "conflict"),
];

fn config(flow_types: &str, soft_deletion: bool) -> String {
    let json = json!({
        "synchronizationRules": [{"sourceDirectoryName": "S", "targetDirectoryName": "T", "objectMappings": [{
            "sourceObjectName": "u", "targetObjectName": "u", "flowTypes": flow_types,
            "scope": {"groups": [{"clauses": [{"sourceOperandName": "in", "operatorName": "IS TRUE"}]}]},
            "attributeMappings": [
                {"targetAttributeName": "name", "matchingPriority": 1, "source": {"expression": "[name]"}},
                {"targetAttributeName": "active", "source": {"expression": "Not([IsSoftDeleted])"}},
            ]}]}],
        "directories": [
            {"name": "S", "objects": [{"name": "u", "attributes": [
                {"name": "name"}, {"name": "in", "type": "Boolean"}]}]},
            {"name": "T", "objects": [{"name": "u",
                "attributes": [{"name": "id", "anchor": true}, {"name": "name"}, {"name": "active", "type": "Boolean"}],
                "metadata": [{"key": "IsSoftDeletionSupported", "value": soft_deletion.to_string()}]}]},
        ],
    });
    json.to_string()
}

fn lines(text: &str, object: impl Fn(usize, &str, char) -> Json) -> String {
    let one = |(number, word): (usize, &str)| {
        let (name, sign) = word.split_at(1);
        format!("{}\n", object(number, name, sign.chars().next().unwrap()))
    };
    text.split_whitespace().enumerate().map(one).collect()
}

#[test]
fn operations_follow_from_scope_match_and_flow_types() {
    let files = Files::new();
    for case in CASES {
        let (flow_types, soft_deletion, source, target, expected) = case;
        let config = files.write("c.json", config(flow_types, *soft_deletion));
        let source = lines(
            source,
            |_, name, sign| json!({"name": name, "in": sign != '-', "IsSoftDeleted": (sign == '!').then_some(true)}),
        );
        let target =
            lines(target, |number, name, sign| json!({"id": number.to_string(), "name": name, "active": sign == '+'}));
        let (source, target) = (files.write("s.jsonl", source), files.write("t.jsonl", target));
        for threads in ["1", "3"] {
            let run =
                plan(&config, &source, &target, &["--format", "ndjson", "--allow-deletes", "--threads", threads], b"");
            let found: Vec<String> =
                run.lines().iter().map(|line| line["operation"].as_str().unwrap().to_owned()).collect();
            assert_eq!(found.join(" "), *expected, "{case:?}\n{}{}", run.out, run.err);
            assert_eq!(run.code, i32::from(expected.contains("conflict")), "{case:?}");
        }
    }
}
