//! What is wrong with configurations, populations and disks: each has its own message
//! with its place, and what is wrong with one object is that object's only.

use crate::command::{self, Files, Run};
use crate::plan;
use serde_json::{Value as Json, json};

const SOURCE: &str =
    "{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"1\"}\n{\"id\":\"2\",\"mail\":\"b@x\",\"level\":\"2\"}\n";
const TARGET: &str =
    "{\"key\":\"A\",\"userName\":\"a@x\",\"level\":9}\n{\"key\":\"C\",\"userName\":\"c@x\",\"level\":9}\n";

/// A configuration on several lines, with a definition of both sides.
fn config(change: impl FnOnce(&mut Json)) -> String {
    let mut config = json!({
        "synchronizationRules": [{
            "sourceDirectoryName": "S",
            "targetDirectoryName": "T",
            "objectMappings": [{
                "name": "users", "sourceObjectName": "u", "targetObjectName": "U",
                "attributeMappings": [
                    {"targetAttributeName": "userName", "matchingPriority": 1, "source": {"expression": "[mail]"}},
                    {"targetAttributeName": "level", "source": {"expression": "[level]"}},
                    {"targetAttributeName": "manager", "source": {"expression": "[manager]"}},
                ],
            }],
        }],
        "directories": [
            {"name": "S", "objects": [{"name": "u", "attributes": [
                {"name": "id", "anchor": true}, {"name": "mail"}, {"name": "level"},
                {"name": "manager", "type": "Reference",
                 "referencedObjects": [{"referencedObjectName": "u", "referencedProperty": "id"}]},
            ]}]},
            {"name": "T", "objects": [{"name": "U", "attributes": [
                {"name": "key", "anchor": true}, {"name": "userName"}, {"name": "level", "type": "Integer"},
                {"name": "manager", "type": "Reference",
                 "referencedObjects": [{"referencedObjectName": "U", "referencedProperty": "key"}]},
            ]}]},
        ],
    });
    change(&mut config);
    serde_json::to_string_pretty(&config).unwrap()
}

fn mappings(config: &mut Json) -> &mut Vec<Json> {
    config["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"].as_array_mut().unwrap()
}

/// A run over two texts.
fn run(config: &str, source: &str, target: &str, more: &[&str]) -> Run {
    let files = Files::new();
    let (config, source) = (files.write("c.json", config), files.write("s.jsonl", source));
    let mut all = vec!["--format", "ndjson"];
    all.extend(more);
    plan(&config, &source, &files.write("t.jsonl", target), &all, b"")
}

/// The line of a text on which words stand first.
fn line_of(text: &str, words: &str) -> usize {
    1 + text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words} in {text}"))
}

/// The operation and code of each line.
fn verdicts(run: &Run) -> Vec<String> {
    let code = |line: &Json| line["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
    run.lines().iter().map(|line| format!("{}{}", line["operation"].as_str().unwrap(), code(line))).collect()
}

#[test]
fn an_ordinary_run_is_the_measure() {
    let found = run(&config(|_| {}), SOURCE, TARGET, &[]);
    assert_eq!(verdicts(&found), ["update", "create", "delete"], "{}", found.err);
    assert_eq!(found.code, 0);
}

/// A clause, a code, and what is said.
#[rustfmt::skip]
const CLAUSES: &[(&str, &str, &str)] = &[
    (r#"{"sourceOperandName":"mail","operatorName":"EQULAS","targetOperand":{"values":["x"]}}"#, "AF504", "did you mean EQUALS?"),
    (r#"{"sourceOperandName":"mail","operatorName":"CONTAINS","targetOperand":{"values":["x"]}}"#, "AF504", "'CONTAINS' is no operator of scoping filters"),
    (r#"{"sourceOperandName":"mail","operatorName":"","targetOperand":{"values":["x"]}}"#, "AF504", "'' is no operator"),
    (r#"{"sourceOperandName":"mail","operatorName":"IsMemberOf","targetOperand":{"values":["x"]}}"#, "AF505", "IsMemberOf cannot be used"),
    (r#"{"sourceOperandName":"mail","operatorName":"EQUALS","targetOperand":{"values":[]}}"#, "AF506", "EQUALS compares with a value, and has none"),
    (r#"{"sourceOperandName":"mail","operatorName":"IS NULL","targetOperand":{"values":["x"]}}"#, "AF506", "IS NULL takes no value"),
    (r#"{"operatorName":"EQUALS","targetOperand":{"values":["x"]}}"#, "AF506", "the clause has no source attribute"),
    (r#"{"sourceOperandName":"mail","operatorName":"REGEX MATCH","targetOperand":{"values":["("]}}"#, "AF207", "A group is not closed"),
    (r#"{"sourceOperandName":"mail","operatorName":"GREATER_THAN","targetOperand":{"values":["ten"]}}"#, "AF205", "wants an integer"),
    (r#"{"sourceOperandName":"mail","operatorName":"&","targetOperand":{"values":["1.5"]}}"#, "AF205", "wants an integer"),
];

#[test]
fn clauses_that_cannot_be_used_are_told_at_their_lines() {
    for (clause, code, words) in CLAUSES {
        let text = config(|config| {
            config["synchronizationRules"][0]["objectMappings"][0]["scope"] =
                json!({"groups": [{"clauses": [serde_json::from_str::<Json>(clause).unwrap()]}]});
        });
        // The clause begins on the line before its first property.
        let line = line_of(&text, "\"clauses\"") + 1;
        let column = 1 + text.lines().nth(line - 1).unwrap().find('{').unwrap();
        let found = run(&text, SOURCE, TARGET, &[]);
        found.says(2, &[&format!("error[{code}]: scope: "), words, &format!("c.json:{line}:{column}\n")]);
        assert_eq!(found.out, "", "{clause}");
    }
}

/// The expression of `level` or a mapping beside it, a code, what is said, and the words
/// in the file on whose line.
#[rustfmt::skip]
const MAPPINGS: &[(&str, &str, &str, &str)] = &[
    (r#"{"targetAttributeName":"level","source":{"expression":"Join(\" \", [level]"}}"#, "AF007", "the call of Join is not closed", "Join("),
    (r#"{"targetAttributeName":"level","source":{"expression":"Jion([level])"}}"#, "AF101", "did you mean Join?", "Jion("),
    (r#"{"targetAttributeName":"level","source":{"expression":"\"abc\""}}"#, "AF509", "the constant 'abc' is not an integer, which level takes", "abc"),
    (r#"{"targetAttributeName":"level","source":{"expression":"[level]"},"defaultValue":"abc"}"#, "AF509", "the default value 'abc' is not an integer", "\"[level]\""),
    (r#"{"targetAttributeName":"level","defaultValue":"abc"}"#, "AF509", "the default value 'abc' is not an integer", ""),
    (r#"{"targetAttributeName":"userName","matchingPriority":2,"source":{"expression":"[upn]"}}"#, "AF507", "another mapping fills userName already", "[upn]"),
    (r#"{"targetAttributeName":"userName","source":{"expression":"[upn]"}}"#, "AF507", "another mapping fills userName already", "[upn]"),
    (r#"{"targetAttributeName":"USERNAME","source":{"expression":"[upn]"}}"#, "AF507", "another mapping fills USERNAME already", "[upn]"),
    (r#"{"targetAttributeName":"manager","source":{"expression":"[boss]"}}"#, "AF501", "another mapping fills manager already", "[boss]"),
    (r#"{"source":{"expression":"[level]"}}"#, "AF511", "the mapping has no target attribute", "\"[level]\""),
];

#[test]
fn mappings_that_cannot_be_used_are_told_at_their_lines() {
    for (mapping, code, words, place) in MAPPINGS {
        let text = config(|config| {
            let mappings = mappings(config);
            mappings.remove(1);
            mappings.push(serde_json::from_str(mapping).unwrap());
        });
        let found = run(&text, SOURCE, TARGET, &[]);
        found.says(2, &[&format!("error[{code}]"), words]);
        assert_eq!(found.out, "", "{mapping}");
        if !place.is_empty() {
            let line = 1 + text.lines().count() - line_of(&text.lines().rev().collect::<Vec<_>>().join("\n"), place);
            assert!(found.err.contains(&format!("c.json:{line}:")), "{mapping}: line {line}: {}", found.err);
        }
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = config(|config| {
        let mappings = mappings(config);
        mappings.extend(MAPPINGS.iter().map(|(mapping, ..)| serde_json::from_str::<Json>(mapping).unwrap()));
        config["synchronizationRules"][0]["objectMappings"][0]["scope"] = json!({"groups": [{"clauses":
            CLAUSES.iter().map(|(clause, ..)| serde_json::from_str::<Json>(clause).unwrap()).collect::<Vec<_>>()}]});
    });
    let found = run(&text, SOURCE, TARGET, &[]);
    for code in ["AF007", "AF101", "AF504", "AF505", "AF506", "AF207", "AF205", "AF507", "AF501", "AF511"] {
        found.says(2, &[&format!("error[{code}]")]);
    }
}

/// What is accepted beside the configuration is said by no command.
#[test]
fn accepted_findings_are_not_said() {
    let config = config(|config| {
        let target = &mut config["directories"][1]["objects"][0]["attributes"][2];
        target["required"] = json!(true);
    });
    let files = Files::new();
    let (path, source) = (files.write("c.json", &config), files.write("s.jsonl", SOURCE));
    let target = files.write("t.jsonl", TARGET);
    let said = || plan(&path, &source, &target, &[], b"");
    said().says(0, &["warning[AF518]", "level is required in the target, and [level] may be null"]);
    let accept = |of: &str| {
        files.write(
            "attrflow.toml",
            format!("[[suppress]]\ncode = \"AF518\"\ntarget = \"{of}\"\nreason = \"HR has it\"\n"),
        )
    };
    accept("manager");
    said().says(0, &["warning[AF518]"]);
    accept("level");
    assert_eq!(said().code, 0);
    assert!(!said().err.contains("AF518"), "{}", said().err);
    let apply = command::attrflow(&["apply", &path, "--input", &source], b"");
    assert!(apply.code == 0 && !apply.err.contains("AF518"), "{apply:?}");
}

/// Source rows beside the second one of the sample, which goes through whatever the
/// other holds: the row, the operation and code, and what is said.
#[rustfmt::skip]
const ROWS: &[(&str, &str, &str)] = &[
    (r#"{"id":"1","mail":"a@x","level":"abc"}"#, "quarantine AF431", "level: the value is not an integer, which level takes"),
    (r#"{"id":"1","mail":"a@x","level":[1,2]}"#, "quarantine AF431", "level: the value is not a single value, which level takes"),
    (r#"{"id":"1","mail":"a@x","level":1e40}"#, "quarantine AF431", "level: the value is not an integer"),
    (r#"{"id":"1","mail":"a@x","level":{"a":1}}"#, "quarantine AF431", "level: the value is not a single value without parts"),
    (r#"{"id":"1","mail":["a@x","z@x"]}"#, "quarantine AF431", "userName"),
    (r#"{"id":"1","mail":null,"level":1}"#, "quarantine AF432", "there is no value for userName, by which objects are matched"),
    (r#"{"id":"1","mail":"","level":1}"#, "quarantine AF432", "there is no value for userName"),
    (r#"{"id":"1","mail":"a@x","level":1"#, "quarantine AF436", "the record is not JSON"),
    (r#"["a@x"]"#, "quarantine AF436", "the record is a list; an object is wanted"),
    (r#"{"id":"1","mail":"B@X"}"#, "create", ""),
];

#[test]
fn what_is_wrong_with_one_object_is_that_object_s() {
    for (row, verdict, words) in ROWS {
        let good = r#"{"id":"2","mail":"b@x","level":"2"}"#;
        let found = run(&config(|_| {}), &format!("{row}\n{good}\n"), TARGET, &[]);
        let verdicts = verdicts(&found);
        assert_eq!(verdicts[0], *verdict, "{row}: {found:#?}");
        if *verdict == "create" {
            // Both rows would make one object: the second is the conflict.
            assert_eq!(verdicts[1], "conflict AF434");
            continue;
        }
        assert_eq!((verdicts[1].as_str(), found.code), ("create", 1), "{row}");
        let line = &found.lines()[0];
        assert_eq!(line["source"]["line"], 1);
        let error = &line["errors"][0];
        let said = match error["target"].as_str() {
            Some(target) => format!("{target}: {}", error["message"].as_str().unwrap()),
            None => error["message"].as_str().unwrap().to_owned(),
        };
        assert!(said.contains(words), "{row}: {said}");
    }
}

#[test]
fn a_bad_date_sets_its_row_aside() {
    let text = config(|config| {
        mappings(config)[1]["source"]["expression"] = r#"DateDiff("d", CDate([level]), Now())"#.into();
    });
    let rows = "{\"mail\":\"a@x\",\"level\":\"31/11/2025\"}\n{\"mail\":\"b@x\",\"level\":\"2026-11-11\"}\n";
    let found = run(&text, rows, TARGET, &[]);
    assert_eq!(verdicts(&found), ["quarantine AF404", "create", "delete"]);
    assert_eq!(found.lines()[1]["attributes"]["level"]["after"], 10);
    let message = found.lines()[0]["errors"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("31/11/2025"), "{message}");
    let hidden = run(&text, rows, TARGET, &["--redact"]);
    assert!(!hidden.out.contains("31/11/2025") && !hidden.err.contains("31/11/2025"), "{hidden:#?}");
}

/// References: rows, what the manager of each is to be, and what is said.
#[test]
fn references_that_are_missing_or_lead_back_are_told() {
    let row = |id: &str, manager: &str| format!("{{\"id\":\"{id}\",\"mail\":\"{id}@x\",\"manager\":\"{manager}\"}}\n");
    let target: String =
        ["a", "b", "c"].iter().map(|id| format!("{{\"key\":\"K{id}\",\"userName\":\"{id}@x\"}}\n")).collect();
    let managers = |rows: &[(&str, &str)], more: &[&str], text: &str| {
        let source: String = rows.iter().map(|(id, manager)| row(id, manager)).collect();
        let found = run(text, &source, &target, more);
        let of = |line: &Json| line["attributes"]["manager"]["after"].as_str().unwrap_or("-").to_owned();
        (found.lines().iter().map(of).collect::<Vec<_>>().join(" "), found)
    };
    let plain = config(|_| {});
    let (held, found) = managers(&[("a", "b"), ("b", "c"), ("c", "")], &[], &plain);
    assert_eq!((held.as_str(), found.code), ("Kb Kc -", 0), "{found:#?}");
    // Nobody is called so, or nobody there is.
    let (held, found) = managers(&[("a", "z"), ("b", "d"), ("c", "a"), ("d", "")], &[], &plain);
    assert_eq!(held, "- - Ka -");
    assert_eq!(found.lines()[0]["missing"], json!([{"attribute": "manager", "reference": "z"}]));
    // The new object has no key that could be known.
    assert_eq!(found.lines()[1]["missing"], json!([{"attribute": "manager", "reference": "d"}]));
    assert!(found.err.contains("2 references to objects that the target does not have"), "{}", found.err);
    let exporting = config(|config| mappings(config)[2]["exportMissingReferences"] = true.into());
    let (held, _) = managers(&[("a", "z"), ("b", "a"), ("c", "")], &[], &exporting);
    assert_eq!(held, "z Ka -");
    for (rows, cycle) in [
        (&[("a", "b"), ("b", "c"), ("c", "a")][..], "line 1 → 2 → 3 back to it"),
        (&[("a", "b"), ("b", "a"), ("c", "a")], "line 1 → 2 back to it"),
        (&[("a", "b"), ("b", "c"), ("c", "c")], "line 3 back to it"),
    ] {
        let (_, found) = managers(rows, &[], &plain);
        found.says(0, &[&format!("warning[AF438]: references lead from {cycle}")]);
        assert_eq!(found.err.matches("AF438").count(), 1);
    }
}

#[test]
fn an_anchor_that_is_listed_twice_is_told_and_nothing_happens_to_its_objects() {
    let target = format!(
        "{TARGET}{}\n{}\n{}\n",
        r#"{"key":"A","userName":"d@x","level":9}"#,
        r#"{"key":"E","userName":"b@x","level":9}"#,
        r#"{"userName":"f@x"}"#
    );
    let found = run(&config(|_| {}), SOURCE, &target, &[]);
    found.says(1, &["t.jsonl:3: error[AF437]: the object has the anchor A, as that of line 1 has"]);
    // Of the two with the anchor A, one is matched and the other is not: neither can be addressed.
    assert_eq!(verdicts(&found), ["quarantine AF437", "update", "delete", "quarantine AF437", "delete"]);
    assert!(found.lines()[0]["errors"][0]["message"].as_str().unwrap().contains("of that on line 3"));
    assert_eq!(found.lines()[1]["target"]["key"], "E");
    // They are no deletes that count.
    let held = run(&config(|_| {}), SOURCE, &target, &["--delete-threshold", "2"]);
    assert!(!held.err.contains("threshold"), "{}", held.err);
}

#[test]
fn several_matches_name_all_anchors() {
    let target = format!("{TARGET}{}\n", r#"{"key":"D","userName":"A@X"}"#);
    let found = run(&config(|_| {}), SOURCE, &target, &[]);
    assert_eq!(verdicts(&found), ["conflict AF433", "create", "delete"]);
    assert_eq!(found.lines()[0]["candidates"], json!([{"key": "A"}, {"key": "D"}]));
}

#[test]
fn files_that_were_cut_off_are_told_with_their_lines() {
    let files = Files::new();
    let whole = config(|_| {});
    let (config_file, source) = (files.write("c.json", &whole), files.write("s.jsonl", SOURCE));
    let target = files.write("t.jsonl", TARGET);
    // Every cut of the configuration.
    for end in (0..whole.len()).step_by(97).skip(1) {
        let cut = files.write("cut.json", &whole[..end]);
        let lines = whole[..end].lines().count();
        let found = plan(&cut, &source, &target, &[], b"");
        found.says(2, &["error: ", "cut.json: line ", "this is not JSON: EOF"]);
        assert!(found.err.contains(&format!("line {lines},")) || whole[..end].ends_with('\n'), "{}", found.err);
    }
    let list = |text: &str| format!("{{\"value\":[\n{}\n]}}", text.trim_end().replace('\n', ",\n"));
    let source_list = list(SOURCE);
    for (name, text) in [
        ("s1.json", &source_list[..source_list.len() - 2]),
        ("s2.json", &source_list[..source_list.len() - 20]),
        ("s3.jsonl", &SOURCE[..SOURCE.len() - 10]),
        ("s4.csv", "id,mail,level\n1,a@x,1\n2,b@"),
    ] {
        let cut = files.write(name, text);
        let found = plan(&config_file, &cut, &target, &["--format", "ndjson"], b"");
        // The target has an object that the source may have had.
        found.says(1, &["error[AF436]", "the source seems to be cut off here", "held back: delete", name]);
        assert!(!verdicts(&found).contains(&"delete".to_owned()), "{name}");
        let line = 1 + text.matches('\n').count();
        assert!(found.err.contains(&format!("{name}:{line}: ")), "{}", found.err);
        let allowed = plan(&config_file, &cut, &target, &["--format", "ndjson", "--allow-deletes"], b"");
        assert!(verdicts(&allowed).contains(&"delete".to_owned()), "{name}");
    }
    let target_list = list(TARGET);
    let cut = files.write("t1.json", &target_list[..target_list.len() - 10]);
    let found = plan(&config_file, &source, &cut, &["--format", "ndjson"], b"");
    found.says(1, &["t1.json:3: error[AF436]", "a source object that has it is listed as a create"]);
    assert_eq!(verdicts(&found), ["update", "create"]);
    for (name, text, words) in [
        ("empty.json", "", "this is not JSON: EOF"),
        ("list.json", "[1]", "list.json: "),
        ("other.json", "7", "other.json: "),
        (
            "type.json",
            "{\"attributeMappings\":\n[{\"targetAttributeName\":7}]}",
            "type.json: line 2: /attributeMappings/0/targetAttributeName: invalid type",
        ),
    ] {
        plan(&files.write(name, text), &source, &target, &[], b"").says(2, &[words]);
    }
    for (config, source, target) in [
        ("nope.json", &source, &target),
        (&config_file, &"nope.jsonl".to_owned(), &target),
        (&config_file, &source, &"nope.jsonl".to_owned()),
    ] {
        let found = plan(config, source, target, &[], b"");
        found.says(2, &["nope.json", ": there is no such file"]);
        assert_eq!(found.err.matches("nope").count(), 1, "{}", found.err);
    }
}

#[test]
fn what_is_not_complete_never_has_the_name_of_what_is() {
    let files = Files::new();
    let (config, source) = (files.write("c.json", config(|_| {})), files.write("s.jsonl", SOURCE));
    let (target, old) = (files.write("t.jsonl", TARGET), files.write("plan.ndjson", "what was there before\n"));
    let before = files.names();
    // It fails before the end, after the end was written, and before the beginning.
    for (source, format) in [("nope.jsonl", "ndjson"), (source.as_str(), "scim")] {
        let broken = files.write("broken.json", if format == "scim" { "{" } else { "[]" });
        let config = if format == "scim" { &broken } else { &config };
        plan(config, source, &target, &["--format", format, "-o", &old], b"").says(2, &["error: "]);
        std::fs::remove_file(broken).unwrap();
        assert_eq!(files.names(), before);
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "what was there before\n");
    }
    let folder = files.folder().to_str().unwrap();
    plan(&config, &source, &target, &["-o", folder], b"").says(2, &["is a folder"]);
    plan(&config, &source, &target, &["-o", &files.path("no/plan")], b"").says(2, &["cannot be written"]);
    assert_eq!(files.names(), before);
    plan(&config, &source, &target, &["-o", &old], b"").says(0, &["objects: "]);
    assert!(std::fs::read_to_string(&old).unwrap().starts_with("update "));
    assert_eq!(files.names(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    use std::os::unix::fs::FileTypeExt;
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        said!("SKIPPED: there is no /dev/full");
        return;
    }
    let found = run(&config(|_| {}), SOURCE, TARGET, &["-o", "/dev/full"]);
    found.says(3, &["error: the results cannot be written: ", "No space left"]);
    // The device is still there, and no file in its place.
    assert!(std::fs::metadata(full).unwrap().file_type().is_char_device());
    let files = Files::new();
    let (config, source) = (files.write("c.json", config(|_| {})), files.write("s.jsonl", SOURCE));
    let target = files.write("t.jsonl", TARGET);
    for format in ["pretty", "ndjson", "scim", "ldif"] {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_attrflow"))
            .args(["plan", &config, "--input", &source, "--target", &target, "--format", format])
            .stdout(std::fs::File::options().write(true).open(full).unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(3), "{said}");
        assert!(said.contains("the results cannot be written"), "{said}");
    }
}

#[test]
fn disabling_goes_without_what_the_object_lacks_otherwise() {
    let text = config(|config| {
        config["directories"][1]["objects"][0]["attributes"][2]["required"] = true.into();
        let mappings = mappings(config);
        mappings.push(json!({"targetAttributeName": "active", "source": {"expression": "Not([IsSoftDeleted])"}}));
        config["directories"][1]["objects"][0]["attributes"]
            .as_array_mut()
            .unwrap()
            .push(json!({"name": "active", "type": "Boolean"}));
    });
    let source = "{\"mail\":\"a@x\",\"IsSoftDeleted\":true}\n{\"mail\":\"b@x\",\"IsSoftDeleted\":\"True\"}\n\
                  {\"mail\":\"c@x\",\"level\":1}\n{\"mail\":\"d@x\"}\n";
    let target = "{\"key\":\"A\",\"userName\":\"a@x\",\"active\":true}\n{\"key\":\"B\",\"userName\":\"b@x\",\"active\":false}\n\
                  {\"key\":\"C\",\"userName\":\"c@x\",\"active\":true}\n{\"key\":\"D\",\"userName\":\"d@x\",\"active\":true}\n";
    let found = run(&text, source, target, &["--delete-threshold", "1"]);
    assert_eq!(verdicts(&found), ["disable", "skip", "update", "quarantine AF430"], "{}", found.err);
    assert_eq!(found.lines()[0]["attributes"], json!({"active": {"before": true, "after": false}}));
}

#[test]
fn objects_of_rows_that_fail_or_are_not_read_are_no_orphans() {
    // The scope cannot be told: neither the object nor its account is touched.
    let failing = config(|config| {
        config["synchronizationRules"][0]["objectMappings"][0]["scope"] = json!({"groups": [{"clauses": [
            {"sourceOperandName": "level", "operatorName": "GREATER_THAN", "targetOperand": {"values": ["0"]}},
        ]}]});
    });
    let source =
        "{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"high\"}\n{\"id\":\"3\",\"mail\":\"c@x\",\"level\":\"9\"}\n";
    let verdicts_of = |config: &str, source: &str| verdicts(&run(config, source, TARGET, &[]));
    assert_eq!(verdicts_of(&failing, source), ["quarantine AF401", "skip"]);
    // Kept out by an input filter, once and twice: as if they were not there, and their accounts stay.
    let unread = config(|config| {
        config["synchronizationRules"][0]["objectMappings"][0]["scope"] = json!({"inputFilterGroups": [{"clauses": [
            {"sourceOperandName": "level", "operatorName": "EQUALS", "targetOperand": {"values": ["9"]}},
        ]}]});
    });
    let source = "{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"1\"}\n{\"id\":\"2\",\"mail\":\"a@x\",\"level\":\"1\"}\n{\"id\":\"3\",\"mail\":\"c@x\",\"level\":\"9\"}\n";
    assert_eq!(verdicts_of(&unread, source), ["skip", "skip", "skip"]);
}

#[test]
fn a_missing_reference_leaves_what_the_target_has() {
    let open = config(|config| {
        mappings(config)[2]["flowNullValues"] = json!(true);
        config["directories"][0]["objects"][0]["attributes"][3]["flowNullValues"] = json!(true);
    });
    let target = "{\"key\":\"A\",\"userName\":\"a@x\",\"level\":1,\"manager\":\"C\"}\n";
    let missing = "{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"1\",\"manager\":\"77\"}\n";
    let run_with = |source: &str| run(&open, source, target, &[]);
    let line: Json = serde_json::from_str(run_with(missing).out.lines().next().unwrap()).unwrap();
    assert_eq!((&line["operation"], &line["missing"][0]["reference"]), (&json!("skip"), &json!("77")));
    // No reference at all clears it, where null flows.
    let none = "{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"1\",\"manager\":null}\n";
    let line: Json = serde_json::from_str(run_with(none).out.lines().next().unwrap()).unwrap();
    assert_eq!(line["attributes"]["manager"]["after"], json!(null));
}

#[test]
fn what_redact_marks_is_hidden_also_where_it_fails() {
    let secret = config(|config| {
        mappings(config)[1]["source"] = json!({"expression": "Redact(CNum([level]))"});
    });
    let files = Files::new();
    let path = files.write("schema.json", &secret);
    for level in ["SECRET1", "4711"] {
        let source = format!("{{\"id\":\"1\",\"mail\":\"a@x\",\"level\":\"{level}\"}}\n");
        let planned = run(&secret, &source, TARGET, &[]);
        let level_set = format!("level={level}");
        let explained = crate::command::attrflow(&["explain", &path, "--set", &level_set, "--set", "mail=a@x"], b"");
        for text in [&planned.out, &planned.err, &explained.out, &explained.err] {
            assert!(!text.contains(level), "{level} in {text}");
        }
    }
}

#[test]
fn a_page_of_several_is_not_taken_for_the_whole() {
    let page = |more: &str| format!("{{\"value\": [{}]{more}}}", SOURCE.trim_end().replace('\n', ","));
    let plain = config(|_| {});
    let planned = |source: &str| {
        let files = Files::new();
        let (config, source) = (files.write("c.json", &plain), files.write("s.json", source));
        plan(&config, &source, &files.write("t.jsonl", TARGET), &["--format", "ndjson"], b"")
    };
    assert_eq!(verdicts(&planned(&page(""))), ["update", "create", "delete"]);
    let part = planned(&page(", \"@odata.nextLink\": \"https://x\""));
    assert_eq!(verdicts(&part), ["update", "create", "quarantine AF436"]);
    part.says(1, &["it has a nextLink", "deletes of objects which it does not have are not in the plan"]);
    let list = page("").replace("\"value\"", "\"totalResults\": 3, \"Resources\"");
    planned(&list).says(1, &["totalResults says that there are more"]);
    let whole = page("").replace("\"value\"", "\"totalResults\": 2, \"Resources\"");
    assert_eq!(verdicts(&planned(&whole)), ["update", "create", "delete"]);
}
