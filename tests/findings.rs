//! What is wrong with a configuration is the same to every command: what `check` says, and
//! what the commands say that compile it to run it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/command.rs"]
mod command;

use attrflow::lint::Rule;
use command::{Files, attrflow};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Rules whose findings the compiler makes.
const OF_THE_COMPILER: [&str; 3] = ["AF301", "AF303", "AF305"];

/// The title and the place of every finding in a command's output.
fn findings(text: &str) -> BTreeSet<(String, String)> {
    let titled = |line: &str| ["error[AF", "warning[AF", "hint[AF"].iter().any(|start| line.starts_with(start));
    let lines: Vec<&str> = text.lines().collect();
    let place = |line: Option<&&str>| line.and_then(|line| line.trim_start().strip_prefix("--> ")).unwrap().to_owned();
    let found = lines.iter().enumerate().filter(|(_, line)| titled(line));
    found.map(|(index, line)| ((*line).to_owned(), place(lines.get(index + 1)))).collect()
}

/// Whether the commands that run a configuration look for it: no hint, and no rule of the
/// linter's own.
fn told_by_all(title: &str) -> bool {
    let code = title.split(['[', ']']).nth(1).unwrap();
    let rule = Rule::all().iter().any(|rule| rule.code.as_str() == code);
    !title.starts_with("hint") && (!rule || OF_THE_COMPILER.contains(&code))
}

/// What `check` says of a file, which is what `apply` says; without errors also all the
/// warnings.
#[track_caller]
fn same(config: &str, people: &str) -> BTreeSet<(String, String)> {
    let checked = attrflow(&["check", config], b"");
    let applied = attrflow(&["apply", config, "--input", people], b"");
    let (all, run) = (findings(&checked.out), findings(&applied.err));
    let failed = run.iter().any(|(title, _)| title.starts_with("error"));
    let wanted = |(title, _): &&(String, String)| told_by_all(title) && (!failed || title.starts_with("error"));
    let expected: BTreeSet<_> = all.iter().filter(wanted).cloned().collect();
    assert_eq!(run, expected, "{config}: {}", checked.out);
    assert_eq!(applied.code == 2, failed, "{config}: {}", applied.err);
    assert_eq!(checked.code == 1, failed, "{config}: {}", checked.out);
    all
}

#[test]
fn check_and_apply_say_the_same_of_the_samples() {
    let files = Files::new();
    let people = files.write("people.jsonl", "{}\n");
    let samples = ["ad-to-scim.json", "hr-to-ad.json", "hr-to-ad.new.json", "hr-to-ad.yaml", "mappings.yaml"];
    let mut paths: Vec<String> = samples.iter().map(|name| format!("examples/data/{name}")).collect();
    paths.push("tests/data/ten-faults.json".to_owned());
    for name in ["cloudsync-ad2aad-full-schema.json", "objectmapping-salesforce.json"] {
        let path = format!("{}/../shared/conformance/schemas/{name}", env!("CARGO_MANIFEST_DIR"));
        paths.extend(Path::new(&path).exists().then_some(path));
    }
    for path in paths {
        // Beside the file its findings are accepted.
        let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
        let copy = files.write(name, std::fs::read(command::project(&path)).unwrap());
        same(&copy, &people);
    }
}

/// The places are those that build servers and editors get.
#[test]
fn places_are_those_of_every_format() {
    for path in ["examples/data/hr-to-ad.json", "examples/data/hr-to-ad.yaml", "tests/data/ten-faults.json"] {
        let report = attrflow(&["check", path, "--format", "json"], b"").json();
        let place = |found: &Json| format!("{path}:{}:{}", found["line"], found["column"]);
        let expected: BTreeSet<String> = report["findings"].as_array().unwrap().iter().map(place).collect();
        let pretty = findings(&attrflow(&["check", path], b"").out);
        assert_eq!(pretty.into_iter().map(|(_, place)| place).collect::<BTreeSet<_>>(), expected);
    }
}

/// A source, and the codes that are found in a mapping of it.
fn sources() -> Vec<(Json, &'static [&'static str])> {
    let source = |kind: &str, name: Json, text: Json| json!({"type": kind, "name": name, "expression": text});
    let leaf = json!([{"key": "source", "value": {"type": "Attribute", "name": "mail", "expression": "[mail]"}}]);
    let with = |source: Json| {
        let mut source = source;
        source["parameters"] = leaf.clone();
        source
    };
    vec![
        // A function that is an attribute or a constant.
        (source("Function", json!("mail"), json!("[mail]")), &["AF101"]),
        (source("Function", json!(null), json!("[mail]")), &["AF503"]),
        (source("Function", json!(""), json!("[mail]")), &["AF101"]),
        (source("Function", json!("x"), json!("\"x\"")), &["AF101"]),
        (with(source("Function", json!("mail"), json!("[mail]"))), &["AF101"]),
        (source("Function", json!("Trim"), json!("[mail]")), &["AF201", "AF502"]),
        // A text and a tree, of which one or both are wrong.
        (source("Function", json!("Trim"), json!("Trim([mail])")), &[]),
        (source("Function", json!("Tirm"), json!("Trim([mail])")), &["AF101"]),
        (source("Function", json!("Trim"), json!("Trim([mail]")), &["AF007"]),
        (with(source("Function", json!("Trim"), json!("Trim([mail]"))), &["AF502"]),
        (with(source("Function", json!("Trim"), json!("ToLower([mail])"))), &["AF502"]),
        (source("Function", json!("mail"), json!("[mail] & \"x\"")), &["AF009"]),
        (source("Attribute", json!("mail"), json!("Trim([mail])")), &["AF502"]),
        (source("Attribute", json!("mail"), json!("mail")), &["AF502"]),
        (source("Constant", json!("mail"), json!("[mail]")), &["AF502"]),
        (source("Other", json!("Trim"), json!("Trim([mail])")), &["AF502"]),
        // Nothing to look at, and no source at all.
        (source("Function", json!("mail"), json!("")), &["AF101"]),
        (source("Function", json!(null), json!(null)), &["AF503"]),
        (source("Constant", json!(null), json!(null)), &[]),
        (json!(null), &[]),
    ]
}

fn configuration(source: &Json, enabled: bool) -> String {
    let mapping = |target: &str, priority: u32, source: &Json| json!({"targetAttributeName": target, "matchingPriority": priority, "source": source});
    let id = json!({"type": "Attribute", "name": "id", "expression": "[id]"});
    let mappings = [mapping("employeeId", 1, &id), mapping("mail", 0, source)];
    let other = json!({"name": "other", "attributeMappings": [mapping("employeeId", 1, &id)]});
    let one = json!({"name": "one", "enabled": enabled, "attributeMappings": mappings});
    let objects = if enabled { vec![one] } else { vec![one, other] };
    let schema = json!({"synchronizationRules": [{"sourceDirectoryName": "HR", "objectMappings": objects}]});
    serde_json::to_string_pretty(&schema).unwrap()
}

#[test]
fn check_and_apply_say_the_same_of_every_source() {
    let files = Files::new();
    let people = files.write("people.jsonl", "{\"id\": 1}\n");
    for (source, codes) in sources() {
        for enabled in [true, false] {
            let path = files.write("c.json", configuration(&source, enabled));
            let found = same(&path, &people);
            let found: Vec<&str> = found.iter().map(|(title, _)| title.split(['[', ']']).nth(1).unwrap()).collect();
            assert_eq!(found, codes, "{source}, enabled: {enabled}");
        }
    }
}
