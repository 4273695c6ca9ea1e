//! `attrflow diff`, run as people run it.
#![cfg(feature = "cli")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use attrflow::configuration::{ChangeSet, Configuration, NoObject, ObjectFlow, Scope, Subject};
use attrflow::graph::Document;
use attrflow::{AttributeBag, Environment, Machine, Operation, OwnedValue, Schema, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

struct Run {
    out: String,
    err: String,
    code: i32,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs `attrflow diff` in the project's root, so that names in reports are the same anywhere.
fn diff(args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attrflow"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.current_dir(root()).arg("diff").args(args).output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

const OLD: &str = "examples/data/hr-to-ad.json";
const NEW: &str = "examples/data/hr-to-ad.new.json";
const WORKERS: &str = "examples/data/workers.csv";
const CLOCK: [&str; 4] = ["--now", "2026-11-21T00:00:00Z", "--param", "DefaultDomain=contoso.com"];

fn sample(old: &str, new: &str, more: &[&str]) -> Run {
    diff(&[&[old, new, "--input", WORKERS], &CLOCK[..], more].concat())
}

/// Holds a report against its golden file; `ATTRFLOW_BLESS=1` writes it.
#[track_caller]
fn golden(name: &str, got: &str) {
    let path = root().join("tests/diffs").join(name);
    if std::env::var_os("ATTRFLOW_BLESS").is_some() {
        std::fs::write(&path, got).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(got == expected, "{}:\n{got}\nATTRFLOW_BLESS=1 accepts", path.display());
}

// The sample configuration with three edits.

#[test]
fn the_planted_edits_are_named_and_nothing_else() {
    let run = sample(OLD, NEW, &["--format", "json"]);
    let report: Json = serde_json::from_str(&run.out).unwrap();
    let edits: Vec<_> = report["edits"].as_array().unwrap().iter().map(|e| (&e["subject"], &e["property"])).collect();
    let expected =
        json!([["mail", "expression"], ["parentDistinguishedName", "expression"], ["department", "expression"]]);
    assert_eq!(json!(edits), expected);
    let groups: Vec<_> = report["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| json!([g["severity"], g["attribute"], g["kind"], g["matchingKey"], g["objects"]]))
        .collect();
    let expected = json!([
        ["severe", "mail", "domainChanged", true, 257],
        ["high", "parentDistinguishedName", "ouMoved", false, 29],
        ["low", "department", "case", false, 39],
    ]);
    assert_eq!(json!(groups), expected);
    assert_eq!((&report["objects"], &report["unreadable"]), (&json!(294), &json!(1)));
    // The row with a cell too many is told on standard error, and is a failed record.
    assert!(run.err.contains("examples/data/workers.csv:296: error[AF436]"), "{}", run.err);
    assert_eq!(run.code, 1);
}

/// What is found of both configurations is said of the first.
#[test]
fn a_finding_is_said_once() {
    let run = sample(OLD, NEW, &[]);
    assert_eq!(run.err.matches("warning[AF518]").count(), 1, "{}", run.err);
    assert!(!run.err.contains("hr-to-ad.new.json"), "{}", run.err);
}

#[test]
fn reports_in_every_form() {
    for (format, name) in
        [("pretty", "hr-to-ad.txt"), ("json", "hr-to-ad.json"), ("markdown", "hr-to-ad.md"), ("html", "hr-to-ad.html")]
    {
        let run = sample(OLD, NEW, &["--format", format, "--samples", "3"]);
        // A line a property is easier to compare.
        let got = match serde_json::from_str::<Json>(&run.out) {
            Ok(json) => serde_json::to_string_pretty(&json).unwrap() + "\n",
            Err(_) => run.out,
        };
        golden(name, &got);
    }
}

#[test]
fn the_report_is_the_same_in_any_number_of_threads() {
    let one = sample(OLD, NEW, &["--format", "json", "--threads", "1"]).out;
    for threads in ["2", "7"] {
        assert_eq!(sample(OLD, NEW, &["--format", "json", "--threads", threads]).out, one);
    }
}

#[test]
fn redact_hides_every_value() {
    let mut rows = csv::Reader::from_path(root().join(WORKERS)).unwrap();
    // What identifies people and what flows into mail; the rest of what differs are
    // constants, which the edits show.
    let people: Vec<[String; 2]> = rows
        .records()
        .filter_map(Result::ok)
        .map(|row| [row[0].to_owned(), row[16].trim().to_lowercase()])
        .filter(|[id, mail]| !id.is_empty() && !mail.is_empty())
        .collect();
    assert!(people.len() > 250);
    let open = sample(OLD, NEW, &["--samples", "400"]).out;
    assert!(people.iter().filter(|[id, mail]| open.contains(id) && open.contains(mail)).count() > 250);
    // Digits in a row may be those of a hash.
    let hash = regex::Regex::new("#[0-9a-f]{16}").unwrap();
    for format in ["pretty", "json", "markdown", "html"] {
        let run = sample(OLD, NEW, &["--format", format, "--redact", "--samples", "400"]);
        let said = hash.replace_all(&run.out, "#").into_owned() + &run.err;
        for value in people.iter().flatten() {
            assert!(!said.contains(value), "{format}: {value}");
        }
    }
    let report: Json = serde_json::from_str(&sample(OLD, NEW, &["--format", "json", "--redact"]).out).unwrap();
    for sample in report["groups"].as_array().unwrap().iter().flat_map(|group| group["samples"].as_array().unwrap()) {
        for value in [&sample["before"], &sample["after"], &sample["object"]["employeeId"]] {
            assert!(value.as_str().unwrap().starts_with('#'), "{sample}");
        }
    }
}

#[test]
fn samples_are_as_many_as_wanted() {
    for (wanted, expected) in [("0", 0), ("2", 2), ("300", 256)] {
        let run = sample(OLD, NEW, &["--format", "json", "--samples", wanted]);
        let report: Json = serde_json::from_str(&run.out).unwrap();
        let samples = report["groups"][0]["samples"].as_array().unwrap();
        assert_eq!(samples.len(), expected);
        if wanted == "300" {
            // Two rows have one address between them.
            assert_eq!(samples.iter().map(|sample| sample["objects"].as_u64().unwrap()).sum::<u64>(), 257);
        }
    }
}

#[test]
fn the_same_configuration_makes_no_difference() {
    for config in [OLD, NEW, "examples/data/hr-to-ad.yaml"] {
        let report: Json = serde_json::from_str(&sample(config, config, &["--format", "json"]).out).unwrap();
        assert_eq!((&report["differing"], &report["edits"], &report["groups"]), (&json!(0), &json!([]), &json!([])));
    }
}

// Small configurations.

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Files(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// What a pair of short configurations differs in, over a CSV: a line an edit and a line a group.
fn short(old: &str, new: &str, people: &str, more: &[&str]) -> (Vec<String>, i32) {
    let files = Files::new();
    let (old, new) = (files.write("old.yaml", old), files.write("new.yaml", new));
    let people = files.write("people.csv", people);
    let run = diff(&[&[&old, &new, "--input", &people, "--format", "json"], more].concat());
    (lines(&run), run.code)
}

fn lines(run: &Run) -> Vec<String> {
    let report: Json = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err));
    let text = |json: &Json| match json {
        Json::String(text) => text.clone(),
        Json::Object(side) if side.contains_key("error") => side["error"]["code"].as_str().unwrap().to_owned(),
        Json::Object(side) if side.contains_key("is") => side["is"].as_str().unwrap().to_owned(),
        other => other.to_string(),
    };
    let edits = report["edits"].as_array().unwrap().iter().map(|edit| {
        format!(
            "{} {}: {} -> {} ({})",
            text(&edit["subject"]),
            text(&edit["property"]),
            text(&edit["before"]),
            text(&edit["after"]),
            edit["objects"]
        )
    });
    let groups = report["groups"].as_array().unwrap().iter().map(|group| {
        let subject = group.get("attribute").or(group.get("aspect")).unwrap();
        let first = &group["samples"][0];
        let disabled = if group["whenDisabled"] == json!(true) { " disabled" } else { "" };
        let key = if group["matchingKey"] == json!(true) { " key" } else { "" };
        format!(
            "{} {}{key}{disabled} {}: {} -> {}",
            text(subject),
            text(&group["kind"]),
            group["objects"],
            text(&first["before"]),
            text(&first["after"])
        )
    });
    edits.chain(groups).collect()
}

const PEOPLE: &str = "id,name,city,mail,ou\n\
    1,Zoë Lee,Köln,zoe@contoso.com,\"CN=1,OU=A,DC=c\"\n\
    2,Bo Ek,,bo@contoso.com,\"CN=2,OU=B,DC=c\"\n\
    3,ann lee,Paris,,\"CN=3,OU=B,DC=c\"\n";

/// Old, new, and what is said.
const CASES: &[(&str, &str, &[&str])] = &[
    ("a: '[name]'", "a: '[name]'", &[]),
    // Layout is named, and touches nobody.
    ("a: Left([name],2)", "a: Left([name], 2)", &["a layout of the expression: Left([name],2) -> Left([name], 2) (0)"]),
    // An edit that makes no difference to anybody is still named.
    ("a: '[name]'", "a: Trim([name])", &["a expression: [name] -> Trim([name]) (0)"]),
    ("a: '[name]'", "a: PCase([name])", &["a expression: [name] -> PCase([name]) (1)", "a case 1: ann lee -> Ann Lee"]),
    (
        "a: '[name]'",
        "a: NormalizeDiacritics([name])",
        &["a expression: [name] -> NormalizeDiacritics([name]) (1)", "a accents 1: Zoë Lee -> Zoe Lee"],
    ),
    (
        "a: '[name]'",
        "a: StripSpaces([name])",
        &["a expression: [name] -> StripSpaces([name]) (3)", "a whiteSpace 3: Zoë Lee -> ZoëLee"],
    ),
    ("{a: '[name]', b: '[id]'}", "{a: '[name]'}", &["b mapping: [id] -> null (3)", "b cleared 3: 1 -> null"]),
    (
        "{a: '[name]'}",
        "{a: '[name]', b: '[city]'}",
        &["b mapping: null -> [city] (3)", "b becameEmpty 1: null -> ", "b appears 2: null -> Köln"],
    ),
    (
        "a: '[city]'",
        "a: IgnoreFlowIfNullOrEmpty([city])",
        &["a expression: [city] -> IgnoreFlowIfNullOrEmpty([city]) (1)", "a cleared 1:  -> null"],
    ),
    (
        "a: 'Switch([city], [city], \"\", Error(\"none\"))'",
        "a: '[city]'",
        &["a expression: Switch([city], [city], \"\", Error(\"none\")) -> [city] (1)", "a errorGone 1: AF407 -> "],
    ),
    (
        "a: '[city]'",
        "a: 'Switch([city], [city], \"\", Error(\"none\"))'",
        &["a expression: [city] -> Switch([city], [city], \"\", Error(\"none\")) (1)", "a newError 1:  -> AF407"],
    ),
    (
        "a: 'Switch([city], [city], \"\", Error(\"none\"))'",
        "a: 'Switch([city], [city], \"\", Error(\"no city\"))'",
        &[
            "a expression: Switch([city], [city], \"\", Error(\"none\")) -> Switch([city], [city], \"\", Error(\"no city\")) (1)",
            "a otherError 1: AF407 -> AF407",
        ],
    ),
    (
        "a: '[ou]'",
        "a: 'Replace([ou], \"OU=B\", , , \"OU=C\", , )'",
        &[
            "a expression: [ou] -> Replace([ou], \"OU=B\", , , \"OU=C\", , ) (2)",
            "a ouMoved 2: CN=2,OU=B,DC=c -> CN=2,OU=C,DC=c",
        ],
    ),
    (
        "a: {expression: 'Switch([city], [city], \"\", NULL)', default: x}",
        "a: {expression: 'Switch([city], [city], \"\", NULL)', default: y}",
        &["a defaultValue: x -> y (1)", "a other 1: x -> y"],
    ),
    ("a: {expression: '[name]', apply: create}", "a: '[name]'", &["a flowType: ObjectAddOnly -> Always (3)"]),
    // The key of matching is the attribute's value without regard to case.
    (
        "a: {expression: '[mail]', match: 1}",
        "a: {expression: 'ToUpper([mail])', match: 1}",
        &["a expression: [mail] -> ToUpper([mail]) (2)", "a case 2: zoe@contoso.com -> ZOE@CONTOSO.COM"],
    ),
    (
        "a: {expression: '[mail]', match: 1}",
        "a: {expression: 'Replace([mail], \"contoso\", , , \"fabrikam\", , )', match: 1}",
        &[
            "a expression: [mail] -> Replace([mail], \"contoso\", , , \"fabrikam\", , ) (2)",
            "a domainChanged key 2: zoe@contoso.com -> zoe@fabrikam.com",
        ],
    ),
    (
        "{a: {expression: '[id]', match: 1}, b: {expression: '[mail]', match: 2}}",
        "{a: {expression: '[id]', match: 2}, b: {expression: '[mail]', match: 1}}",
        &[
            "a matchingPriority: 1 -> 2 (2)",
            "b matchingPriority: 2 -> 1 (2)",
            "matching lookedForOtherwise 2: a, then b -> b, then a",
        ],
    ),
    (
        "{a: {expression: '[id]', match: 1}, b: '[mail]'}",
        "{a: '[id]', b: {expression: '[mail]', match: 1}}",
        &[
            "a matchingPriority: 1 -> null (3)",
            "b matchingPriority: null -> 1 (3)",
            "matching lookedForOtherwise 2: a -> b",
            "matching newError 1: a -> AF432",
        ],
    ),
    (
        "{when: [['city IS NOT NULL']], mappings: {a: '[name]'}}",
        "{mappings: {a: '[name]'}}",
        &["scope clause: city IS NOT NULL -> null (1)", "scope entersScope 1: out -> in"],
    ),
    (
        "{when: [['id NOT EQUALS 3']], mappings: {a: '[name]'}}",
        "{when: [['id NOT EQUALS 3', 'city EQUALS Paris']], mappings: {a: 'PCase([name])'}}",
        &[
            "scope clause: null -> city EQUALS Paris (2)",
            "a expression: [name] -> PCase([name]) (0)",
            "scope leavesScope 2: in -> out",
        ],
    ),
    (
        "{when: [['id EQUALS 3']], mappings: {a: '[name]'}}",
        "{when: [['id EQUALS 2']], mappings: {a: '[name]'}}",
        &[
            "scope clause: id EQUALS 3 -> id EQUALS 2 (2)",
            "scope leavesScope 1: in -> out",
            "scope entersScope 1: out -> in",
        ],
    ),
    (
        "{when: [['city EQUALS Paris']], mappings: {a: '[name]'}}",
        "{when: [['city EQUALS Paris'], ['id GREATER_THAN 2']], mappings: {a: '[name]'}}",
        &["scope clause: null -> group 2: id GREATER_THAN 2 (0)"],
    ),
    // What disabling writes differs for those who are out of scope.
    (
        "{when: [['id NOT EQUALS 1']], mappings: {a: 'Not([IsSoftDeleted])'}}",
        "{when: [['id NOT EQUALS 1']], mappings: {a: 'Switch([IsSoftDeleted], \"True\", \"True\", \"off\")'}}",
        &[
            "a expression: Not([IsSoftDeleted]) -> Switch([IsSoftDeleted], \"True\", \"True\", \"off\") (3)",
            "a other disabled 1: false -> off",
            "a typeChanged 2: true -> True",
        ],
    ),
    (
        "{when: [['id NOT EQUALS 1']], mappings: {a: 'Not([IsSoftDeleted])'}}",
        "{when: [['id NOT EQUALS 1']], mappings: {a: 'CBool(\"True\")'}}",
        &[
            "a expression: Not([IsSoftDeleted]) -> CBool(\"True\") (1)",
            "a noLongerDisabled disabled 1: false -> stays as it is",
        ],
    ),
    // One mapping takes the whole object out of the flow.
    (
        "{a: '[name]', b: '[id]'}",
        "{a: 'PCase([name])', b: 'Switch([city], [id], \"Paris\", IgnoreObjectFlow)'}",
        &[
            "a expression: [name] -> PCase([name]) (0)",
            "b expression: [id] -> Switch([city], [id], \"Paris\", IgnoreObjectFlow) (1)",
            "flow leavesFlow 1: flows -> a mapping takes it out",
        ],
    ),
    (
        "{a: '[name]', b: 'Switch([city], [id], \"Paris\", IgnoreObjectFlow)'}",
        "{a: 'PCase([name])', b: 'Switch([city], [id], \"Paris\", IgnoreObjectFlow)'}",
        &["a expression: [name] -> PCase([name]) (0)"],
    ),
    // Values that are drawn differ where they are drawn otherwise.
    ("a: Guid()", "a: Guid()", &[]),
    ("{a: 'Guid()', b: '[id]'}", "{a: 'Guid()', b: 'Trim([id])'}", &["b expression: [id] -> Trim([id]) (0)"]),
    // Who is in scope decides who gets a unique value first.
    (
        "{mappings: {a: 'SelectUniqueValue(\"x\", [id])'}}",
        "{when: [['id NOT EQUALS 1']], mappings: {a: 'SelectUniqueValue(\"x\", [id])'}}",
        &["scope clause: null -> id NOT EQUALS 1 (1)", "scope leavesScope 1: in -> out", "a other 1: 2 -> x"],
    ),
];

#[test]
fn edits_and_what_they_do() {
    let mut faults = String::new();
    for (old, new, expected) in CASES {
        let (got, code) = short(old, new, PEOPLE, &["--exit-code"]);
        if got != *expected || code != i32::from(!expected.is_empty()) {
            faults += &format!("\n{old}\n{new}\n  {} (ends with {code})\n", got.join("\n  "));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn exit_codes() {
    let (same, other) = ("a: '[name]'", "a: PCase([name])");
    let nobody = "a: Trim([name])";
    for (old, new, more, expected) in [
        (same, same, &[][..], 0),
        (same, same, &["--exit-code"][..], 0),
        (same, other, &[], 0),
        (same, other, &["--exit-code"], 1),
        (same, nobody, &["--exit-code"], 1),
    ] {
        assert_eq!(short(old, new, PEOPLE, more).1, expected, "{old} {new} {more:?}");
    }
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let files = Files::new();
    let good = files.write("good.yaml", "a: '[name]'");
    let wrong = files.write("wrong.yaml", "a: Lft([name])");
    let people = files.write("people.csv", PEOPLE);
    let nowhere = Path::new(&good).with_file_name("nowhere.yaml").to_str().unwrap().to_owned();
    for (args, word) in [
        ([&nowhere, &good, &people], "there is no such file"),
        ([&good, &nowhere, &people], "there is no such file"),
        ([&good, &good, &nowhere], "there is no such file"),
        ([&wrong, &good, &people], "error[AF101]"),
        ([&good, &wrong, &people], "error[AF101]"),
    ] {
        let run = diff(&[args[0], args[1], "--input", args[2]]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.contains(word), "{}", run.err);
    }
    let run = diff(&["-", &good, "--input", "-"]);
    assert!(run.code == 2 && run.err.contains("standard input"), "{}", run.err);
}

#[test]
fn a_value_that_the_configuration_hides_stays_hidden() {
    let old = "a: Redact([name])";
    let (got, _) = short(old, "a: Redact(PCase([name]))", PEOPLE, &[]);
    assert_eq!(got[1], "a case 1: [Redact] -> [Redact]");
}

#[test]
fn definitions_of_attributes_are_edits_too() {
    let files = Files::new();
    let schema = |kind: &str, exact: bool| {
        json!({
            "synchronizationRules": [{
                "sourceDirectoryName": "HR", "targetDirectoryName": "AD",
                "objectMappings": [{
                    "sourceObjectName": "w", "targetObjectName": "u",
                    "attributeMappings": [{"targetAttributeName": "a", "matchingPriority": 1, "source": {"expression": "[id]"}}]
                }]
            }],
            "directories": [{"name": "AD", "objects": [{"name": "u", "attributes": [
                {"name": "a", "type": kind, "caseExact": exact}
            ]}]}]
        })
        .to_string()
    };
    let people = files.write("people.csv", "id\n1\nx\n");
    let old = files.write("old.json", &schema("String", false));
    for (new, expected) in [
        (schema("String", true), &["a definition: caseExact: false -> true (0)"][..]),
        (
            schema("Integer", false),
            &["a definition: type: String -> Integer (2)", "a newError 1: x -> AF431", "a typeChanged 1: 1 -> 1"],
        ),
    ] {
        let new = files.write("new.json", &new);
        assert_eq!(lines(&diff(&[&old, &new, "--input", &people, "--format", "json"])), expected);
    }
}

#[test]
fn values_do_not_break_reports() {
    let files = Files::new();
    let old = files.write("old.yaml", "a: '[name]'");
    let new = files.write("new.yaml", "a: ToUpper([name])");
    let people = files.write("people.csv", "name\n\"<b>|`x`\r\ny\u{1b}[31m</b>\"\n");
    let markdown = diff(&[&old, &new, "--input", &people, "--format", "markdown"]).out;
    assert!(markdown.contains(r#"``"<b>\|`x`\\r\\ny\\u001b[31m</b>"``"#) || !markdown.contains('\u{1b}'), "{markdown}");
    let row = markdown.lines().find(|line| line.contains("line 2")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    let page = diff(&[&old, &new, "--input", &people, "--format", "html"]).out;
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>") && !page.contains('\u{1b}'), "{page}");
}

// Everything through `apply`, one object at a time, without what `diff` leaves out.

const EXPRESSIONS: [&str; 13] = [
    "[n]",
    "ToUpper([n])",
    "Trim([n])",
    "Switch([c], [c], \"\", NULL)",
    "Switch([c], [c], \"\", Error(\"no\"))",
    "Join(\"@\", [n], \"contoso.com\")",
    "Join(\"@\", [n], \"fabrikam.com\")",
    "IgnoreFlowIfNullOrEmpty([c])",
    "Split([c], \";\")",
    "CBool([n])",
    "Not([IsSoftDeleted])",
    "IIF([IsSoftDeleted]=\"True\", [n], [c])",
    "Switch([n], [n], \"a\", IgnoreObjectFlow)",
];
const CLAUSES: [(&str, &str); 4] = [("c", "IS NOT NULL"), ("n", "IS NULL"), ("i", "EQUALS"), ("i", "GREATER_THAN")];

/// By target: expression, matching priority, default.
type Mappings = Vec<(usize, usize, i64, bool)>;

fn configuration() -> impl Strategy<Value = String> {
    let mapping = (0..4_usize, 0..EXPRESSIONS.len(), prop_oneof![3 => Just(0_i64), 1 => 1..3_i64], any::<bool>());
    let clause = proptest::option::of((0..CLAUSES.len(), 0..4_i64));
    (proptest::collection::vec(mapping, 1..5), clause).prop_map(|(mappings, clause)| text(&mappings, clause))
}

fn text(mappings: &Mappings, clause: Option<(usize, i64)>) -> String {
    let mut known = Vec::new();
    let mut items = Vec::new();
    for (target, expression, priority, default) in mappings {
        if known.contains(target) {
            continue;
        }
        known.push(*target);
        items.push(json!({
            "targetAttributeName": format!("t{target}"),
            "source": {"expression": EXPRESSIONS[*expression]},
            "matchingPriority": priority,
            "defaultValue": default.then_some("none"),
        }));
    }
    let clauses: Vec<Json> = clause
        .into_iter()
        .map(|(clause, value)| {
            let (name, operator) = CLAUSES[clause];
            let value = (!operator.starts_with("IS")).then(|| json!({"values": [value.to_string()]}));
            json!({"sourceOperandName": name, "operatorName": operator, "targetOperand": value})
        })
        .collect();
    let groups = if clauses.is_empty() { json!([]) } else { json!([{"clauses": clauses}]) };
    json!({"scope": {"groups": groups}, "attributeMappings": items}).to_string()
}

/// What an object becomes: its scope, its keys, and what every mapping gives, by target.
fn outcome(flow: &ObjectFlow, bag: &AttributeBag, environment: &Environment) -> String {
    let mut machine = Machine::with_environment(environment.clone());
    let subject = Subject::new(flow, bag);
    let scope = flow.scope(&mut machine, &subject);
    if scope == Ok(Scope::Out) {
        let leaver = subject.soft_deleted();
        let set = flow.disable(&mut machine, &leaver, &NoObject);
        return format!("out {:?}", values(flow, &set, |mapping| flow.reads_soft_deleted(mapping)));
    }
    if scope != Ok(Scope::In) {
        return scope.map_or_else(|error| error.to_string(), |scope| format!("{scope:?}"));
    }
    let mut keys = Vec::new();
    for mapping in flow.matching() {
        // A mapping that fails says so below.
        if let Ok(Some(key)) = flow.match_key(*mapping, &mut machine, &subject) {
            keys.push(format!("{}={}", flow.target_attribute(*mapping).unwrap().name, key.key));
        }
    }
    let nobody = keys.is_empty()
        && !flow.matching().is_empty()
        && flow.matching().iter().all(|m| matches!(flow.match_key(*m, &mut machine, &subject), Ok(None)));
    let set: ChangeSet<'_> = flow.apply(&mut machine, Operation::Create, &subject, &NoObject);
    if set.skips_object {
        return "leaves the flow".to_owned();
    }
    format!("{nobody} {keys:?} {:?}", values(flow, &set, |_| true))
}

/// What mappings give, by target.
fn values(flow: &ObjectFlow, set: &ChangeSet<'_>, wanted: impl Fn(usize) -> bool) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for (index, mapping) in flow.mappings().mappings().iter().enumerate().filter(|(index, _)| wanted(*index)) {
        let failure = set.failures.iter().find(|failure| failure.mapping == index);
        let value = match (failure, set.wanted[index]) {
            (Some(failure), _) => format!("{} {}", failure.code, failure.message),
            (None, None | Some(Value::Null)) => continue,
            (None, Some(Value::Multi(values))) => {
                let mut values: Vec<String> = values.iter().map(|v| format!("{v:?}")).collect();
                values.sort();
                values.join(";")
            }
            (None, Some(value)) => format!("{value:?}"),
        };
        values.push(format!("{}={value}", mapping.target));
    }
    values.sort();
    values
}

fn people() -> impl Strategy<Value = Vec<(String, String, i64)>> {
    let text = || {
        prop_oneof![
            Just(String::new()),
            "[ab]{1,2}",
            Just("true".to_owned()),
            Just("x;y".to_owned()),
            Just("y;x".to_owned())
        ]
    };
    proptest::collection::vec((text(), text(), 0..4_i64), 0..8)
}

fn run_over(files: &Files, old: &str, new: &str, people: &[(String, String, i64)], more: &[&str]) -> Json {
    let lines: Vec<String> =
        people.iter().map(|(n, c, i)| json!({"n": n, "c": c, "i": i.to_string()}).to_string()).collect();
    let (old, new) = (files.write("old.json", old), files.write("new.json", new));
    let input = files.write("people.jsonl", &(lines.join("\n") + "\n"));
    let run =
        diff(&[&[&old, &new, "--input", &input, "--format", "json", "--now", "2026-01-01T00:00:00Z"], more].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_many_differ_as_through_apply(old in configuration(), new in configuration(), people in people()) {
        let files = Files::new();
        let flows = [&old, &new].map(|text| {
            let compiler = attrflow::Compiler::new().schema(Schema::open(["n", "c", "i"]));
            Configuration::compile_with(&Document::read(text).unwrap().schema(), &compiler).unwrap().flows()[0].clone()
        });
        let environment = Environment::fixed("2026-01-01T00:00:00Z").unwrap();
        let differing = people
            .iter()
            .filter(|(n, c, i)| {
                let bag = AttributeBag::from_iter([
                    ("n", OwnedValue::from(n.as_str())), ("c", OwnedValue::from(c.as_str())), ("i", OwnedValue::from(i.to_string())),
                ]);
                let [old, new] = flows.each_ref().map(|flow| outcome(flow, &bag, &environment));
                old != new
            })
            .count();
        let report = run_over(&files, &old, &new, &people, &[]);
        prop_assert_eq!(&report["differing"], &json!(differing), "{}\n{}\n{:?}\n{}", old, new, people, report);
        prop_assert_eq!(&report["objects"], &json!(people.len()));

        // Nothing differs from itself, and there and back is the same way.
        let same = run_over(&files, &old, &old, &people, &["--exit-code"]);
        prop_assert_eq!((&same["differing"], &same["edits"]), (&json!(0), &json!([])));
        let back = run_over(&files, &new, &old, &people, &[]);
        prop_assert_eq!(&back["differing"], &report["differing"]);
    }
}
