//! `attrflow test`: suites, their reports, coverage of configurations, and first suites.
#![cfg(feature = "cli")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
mod support;

use command::{Files, Run, attrflow_in};
use serde_json::{Value, json};
use std::path::Path;

fn samples(name: &str) -> String {
    support::root().join("examples/data").join(name).display().to_string()
}

fn run(args: &[&str]) -> Run {
    run_in(&support::root(), args)
}

fn run_in(folder: &Path, args: &[&str]) -> Run {
    attrflow_in(folder, args, b"")
}

// Cases of configurations

/// Two object mappings, definitions with types, a default, a scope.
const SCHEMA: &str = r#"{
  "directories": [
    {"name": "HR", "objects": [{"name": "Worker", "attributes": [
      {"name": "id", "type": "String", "anchor": true}, {"name": "level", "type": "String"},
      {"name": "city", "type": "String"}, {"name": "name", "type": "String"}]}]},
    {"name": "AD", "objects": [
      {"name": "user", "attributes": [
        {"name": "employeeID", "type": "String"}, {"name": "level", "type": "Integer"},
        {"name": "city", "type": "String"}, {"name": "alias", "type": "String", "required": true}, {"name": "active", "type": "Boolean"}]},
      {"name": "contact", "attributes": [{"name": "employeeID", "type": "String"}, {"name": "mail", "type": "String"}]}]}
  ],
  "synchronizationRules": [{"name": "HR to AD", "sourceDirectoryName": "HR", "targetDirectoryName": "AD", "objectMappings": [
    {"name": "Users", "enabled": true, "sourceObjectName": "Worker", "targetObjectName": "user",
     "scope": {"groups": [{"clauses": [{"sourceOperandName": "city", "operatorName": "IS NOT NULL"}]}]},
     "attributeMappings": [
      {"targetAttributeName": "employeeID", "matchingPriority": 1, "source": {"expression": "[id]"}},
      {"targetAttributeName": "level", "source": {"expression": "[level]"}},
      {"targetAttributeName": "city", "defaultValue": "Sydney", "source": {"expression": "[city]"}},
      {"targetAttributeName": "alias", "flowType": "ObjectAddOnly", "source": {"expression": "ToLower([name])"}},
      {"targetAttributeName": "active", "source": {"expression": "Not([IsSoftDeleted])"}}]},
    {"name": "Contacts", "enabled": true, "sourceObjectName": "Worker", "targetObjectName": "contact", "attributeMappings": [
      {"targetAttributeName": "employeeID", "matchingPriority": 1, "source": {"expression": "[id]"}},
      {"targetAttributeName": "mail", "source": {"expression": "Join(\"@\", [id], \"contoso.com\")"}}]}
  ]}]
}"#;

#[test]
fn a_case_sees_what_would_be_provisioned() {
    let folder = Files::with(&[
        ("schema.json", SCHEMA),
        (
            "a.attrflow-test.yaml",
            "- {config: schema.json, target: level, input: {level: '7'}, expect: 7}\n\
             - {config: schema.json, target: level, input: {level: seven}, expect: {error: not an Integer}}\n\
             - {config: schema.json, target: level, input: {LEVEL: ' 7 '}, expect: 7}\n\
             - {config: schema.json, target: city, expect: Sydney}\n\
             - {config: schema.json, target: city, operation: update, expect: null}\n\
             - {config: schema.json, target: city, input: {city: ''}, expect: ''}\n\
             - {config: schema.json, target: alias, input: {name: ANN}, expect: ann}\n\
             - {config: schema.json, target: alias, input: {name: ANN}, operation: update, expect: {skip: true}}\n\
             - {config: schema.json, target: active, expect: true}\n\
             - {config: schema.json, target: active, input: {IsSoftDeleted: true}, expect: false}\n\
             - {config: schema.json, target: mail, input: {id: 7}, expect: 7@contoso.com}\n\
             - {config: schema.json, target: employeeID, mapping: Contacts, input: {id: x}, expect: x}\n\
             - {config: schema.json, mapping: Users, scope: true, input: {city: Oslo}}\n\
             - {config: schema.json, mapping: Users, scope: false, input: {name: Ann}}\n",
        ),
    ]);
    let run = folder.run(&["test", "."]);
    assert_eq!((run.out.as_str(), run.code), ("14 passed, 0 failed\n", 0), "{}", run.err);
}

#[test]
fn what_a_case_leaves_open_is_said() {
    let folder = Files::with(&[
        ("schema.json", SCHEMA),
        ("broken.json", r#"[{"targetAttributeName": "a", "source": {"expression": "Lft([a])"}}]"#),
        (
            "a.yaml",
            "- {config: schema.json, target: employeeID, expect: x}\n\
             - {config: schema.json, target: none, expect: x}\n\
             - {config: schema.json, target: mail, mapping: Users, expect: x}\n\
             - {config: schema.json, target: mail, mapping: Groups, expect: x}\n\
             - {config: schema.json, target: city, operation: delete, expect: x}\n\
             - {config: schema.json, mapping: Users, scope: perhaps}\n\
             - {config: schema.json, input: {a: b}}\n\
             - {config: broken.json, target: a, expect: x}\n\
             - {config: none.json, target: a, expect: x}\n\
             - {config: none.json, target: b, expect: x}\n\
             - {name: fine, expression: '1', expect: 1}\n",
        ),
    ]);
    let run = folder.run(&["test", "a.yaml"]);
    assert_eq!((run.out.as_str(), run.code), ("1 passed, 0 failed\n", 2));
    for (line, words) in [
        (1, "'Users' and 'Contacts' both have a mapping of employeeID"),
        (2, "has no mapping of none"),
        (3, "no mapping of mail"),
        (4, "no object mapping is called 'Groups'"),
        (5, "the operation is 'delete'; create or update is wanted"),
        (6, "scope is a text; true or false is wanted"),
        (7, "neither a target nor a scope"),
        (8, "AF101"),
        (9, "there is no such file"),
        (10, "there is no such file"),
    ] {
        let said = run.err.lines().any(|text| text.contains(&format!("a.yaml:{line}: ")) && text.contains(words));
        assert!(said, "{line} {words}: {}", run.err);
    }
}

// Reports

/// One case of each kind: passes, fails, fails by an error, hides its value, cannot be read.
const MIXED: &str = "- {name: good, expression: '[a]', input: {a: x}, expect: x}\n\
    - {name: 'joins, badly: 100%', expression: 'Join(\" \", [a], [b])', input: {a: John, b: Smith}, expect: John Smyth}\n\
    - {name: '<fails> | *here*', expression: 'CDate([a])', input: {a: never}, expect: x}\n\
    - {name: secret, expression: 'Redact([a])', input: {a: hush}, expect: other}\n\
    - {name: no expectation, expression: '1'}\n";

/// A file of which nothing can be read.
const BROKEN: &str = "- a: [\n";

fn mixed() -> Files {
    Files::with(&[("mixed.attrflow-test.yaml", MIXED), ("t.attrflow-test.yaml", BROKEN)])
}

#[test]
fn junit_is_read_by_a_parser_and_lists_every_case() {
    let run = mixed().run(&["test", ".", "--format", "junit"]);
    assert_eq!(run.code, 2, "{run:?}");
    let document = roxmltree::Document::parse(&run.out).unwrap();
    let root = document.root_element();
    let count = |name: &str| root.attribute(name).unwrap().parse::<usize>().unwrap();
    assert_eq!((root.tag_name().name(), count("tests"), count("failures"), count("errors")), ("testsuites", 6, 3, 2));
    let cases: Vec<(&str, &str, Option<&str>)> = root
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| {
            let problem = case.children().find(|child| child.is_element());
            (
                case.attribute("name").unwrap(),
                case.attribute("classname").unwrap(),
                problem.map(|problem| problem.tag_name().name()),
            )
        })
        .collect();
    let file = "./mixed.attrflow-test.yaml";
    assert_eq!(
        cases,
        [
            ("good", format!("{file}:1").as_str(), None),
            ("joins, badly: 100%", format!("{file}:2").as_str(), Some("failure")),
            ("<fails> | *here*", format!("{file}:3").as_str(), Some("failure")),
            ("secret", format!("{file}:4").as_str(), Some("failure")),
            ("no expectation", format!("{file}:5").as_str(), Some("error")),
            ("./t.attrflow-test.yaml", "./t.attrflow-test.yaml", Some("error")),
        ]
    );
    let failure = root.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert_eq!(failure.attribute("message"), Some(r#"expected "John Smyth"; actual: "John Smith""#));
    let text = failure.text().unwrap();
    for line in
        ["expression  Join(\" \", [a], [b])", "                      ^", "Join(\" \", [a], [b])  = \"John Smith\""]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!run.out.contains("hush"));
}

#[test]
fn json_lists_what_cannot_be_read() {
    let json = mixed().run(&["test", ".", "--format", "json"]).json();
    assert_eq!((&json["passed"], &json["failed"]), (&json!(1), &json!(3)));
    assert_eq!(json["unreadable"][0]["name"], "no expectation");
    assert_eq!(json["unreadable"][0]["line"], 5);
    assert_eq!(json["unreadable"][0]["message"], "the case has no expect");
    assert_eq!(json["unreadable"][1]["file"], "./t.attrflow-test.yaml");
    assert_eq!(json["unreadable"].as_array().unwrap().len(), 2);
}

#[test]
fn annotations_have_file_and_line() {
    let run = mixed().run(&["test", ".", "--format", "github"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines.len(), 6, "{lines:#?}");
    assert!(
        lines[0].starts_with(
            "::error file=./mixed.attrflow-test.yaml,line=2,title=joins%2C badly%3A 100%25::expected \"John Smyth\"; actual: \"John Smith\"%0A  expression  Join"
        ),
        "{}",
        lines[0]
    );
    assert!(
        lines[3]
            .starts_with("::error file=./mixed.attrflow-test.yaml,line=5,title=no expectation::the case has no expect")
    );
    assert!(lines[4].starts_with("::error file=./t.attrflow-test.yaml,title="));
    assert_eq!(lines[5], "1 passed, 3 failed");
    // Lines of JSON are told, too.
    let cases =
        "{\"tests\": [\n  {\"expression\": \"1\", \"expect\": 1},\n\n  {\"expression\": \"1\", \"expect\": 2}]}";
    let folder = Files::with(&[("a.json", cases)]);
    let run = folder.run(&["test", "a.json", "--format", "github"]);
    assert!(run.out.starts_with("::error file=a.json,line=4,title=1::expected 2; actual: 1"), "{}", run.out);
}

#[test]
fn markdown_is_text_whatever_the_cases_hold() {
    let run = mixed().run(&["test", ".", "--format", "markdown"]);
    assert!(run.out.starts_with("## Tests: 1 passed, 3 failed\n"), "{}", run.out);
    for part in [
        "**&#60;fails&#62; &#124; &#42;here&#42;** (./mixed.attrflow-test.yaml:3)\n",
        "```text\n  expression  Join(\" \", [a], [b])\n  expected    \"John Smyth\"\n",
        "### Cases that cannot be read\n\n- ./mixed.attrflow-test.yaml:5: the case has no expect\n",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    // A fence within is within.
    let folder = Files::with(&[("a.yaml", "- {expression: '\"```\"', expect: x}\n")]);
    let run = folder.run(&["test", "a.yaml", "--format", "markdown"]);
    assert_eq!(run.out.matches("````").count(), 2, "{}", run.out);
}

#[test]
fn the_page_stands_alone_and_marks_the_difference() {
    let folder = mixed();
    let run = folder.run(&["test", ".", "--format", "html", "--output", "report.html"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let page = folder.read("report.html");
    assert!(page.contains("<code>&quot;John Sm<mark>i</mark>th&quot;</code>"), "{page}");
    assert!(page.contains("&lt;fails&gt; | *here*") && !page.contains("<fails>"));
    assert!(!page.contains("http") && !page.contains("<script") && !page.contains("hush"));
}

#[test]
fn hashed_reports_hold_no_value() {
    for format in ["pretty", "json", "junit", "github", "markdown", "html"] {
        let run = mixed().run(&["test", ".", "--redact", "--format", format]);
        assert!(
            !run.out.contains("John") && !run.out.contains("never") && !run.out.contains("hush"),
            "{format}: {run:?}"
        );
    }
}

/// Reports as they read, of the suites that stand in the same folder.
#[test]
fn reports_read_as_they_should() {
    let folder = support::root().join("tests/suites");
    support::golden("suites/reports.txt", |command| {
        let mut args: Vec<&str> = vec!["test"];
        args.extend(command.split_whitespace());
        let run = run_in(&folder, &args);
        format!("{}{}exit code {}", run.out, run.err, run.code)
    });
}

// HRProvisioningTests

#[test]
fn a_directory_of_the_powershell_module_runs_unchanged() {
    let run = run(&["test", "tests/data/hr-tests", "--format", "junit"]);
    assert_eq!(run.code, 0, "{run:?}");
    let document = roxmltree::Document::parse(&run.out).unwrap();
    let names: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| case.attribute("name").unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "givenName: When name is 'Žofie'",
            "givenName: When name has no marks",
            "sn: When the export is in capitals",
            "sn: When there is none",
            "title: When the grade is 1",
            "title: When the grade is unknown",
            "userPrincipalName: When marks and blanks go",
        ]
    );
}

#[test]
fn its_expressions_are_covered() {
    let json = run(&["test", "tests/data/hr-tests", "--coverage", "--format", "json"]).json();
    let title = json["coverage"]["files"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| file["targets"].as_array().unwrap())
        .find(|target| target["target"].as_str().unwrap().starts_with("Switch"))
        .unwrap();
    assert_eq!(title["line"], 1);
    assert!(title["branches"].as_array().unwrap().iter().any(|branch| branch["what"] == "key \"2\""), "{title}");
}

// Coverage

#[test]
fn the_sample_configuration_is_covered_by_its_suite() {
    let suite = samples("cases.attrflow-test.yaml");
    let run = run(&["test", &suite, "--coverage", "--format", "json"]);
    let coverage = &run.json()["coverage"];
    let of = |target: &str| {
        let targets = coverage["files"][0]["targets"].as_array().unwrap();
        targets.iter().find(|known| known["target"] == target).unwrap_or_else(|| panic!("no {target}")).clone()
    };
    assert_eq!(coverage["files"][0]["file"], suite.replace("cases.attrflow-test.yaml", "mappings.yaml"));
    // What is written in the suite, counted by hand.
    let never = |target: &str| -> Vec<String> {
        let branches = of(target)["branches"].as_array().unwrap().clone();
        let missing = branches.iter().filter(|branch| branch["hits"] == 0);
        missing.map(|branch| branch["what"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(never("accountEnabled"), [""; 0]);
    assert_eq!(never("telephoneNumber"), ["the condition does not hold"]);
    assert_eq!(never("jobTitle"), ["the expression"]);
    assert_eq!(of("department")["defaults"][0]["source"], "[departmentCode]");
    assert_eq!(of("telephoneNumber")["line"], 43);
    let (covered, all) = (coverage["covered"].as_u64().unwrap(), coverage["branches"].as_u64().unwrap());
    assert!(covered > 40 && covered < all, "{covered} of {all}");
}

/// An exported schema, with its scope, types and defaults.
#[test]
fn the_sample_schema_is_covered_by_its_suite() {
    let suite = samples("hr-to-ad.attrflow-test.yaml");
    let covered = run(&["test", &suite, "--coverage"]);
    assert!(covered.code == 0 && covered.out.starts_with("30 passed, 0 failed\n"), "{covered:?}");
    for line in [
        "  accountDisabled  8/9  (",
        "    never  the condition holds  (in IIF(DateDiff(\"d\", Now(), CDate([leaveDate]))>=0, \"False\", \"…, character 94)",
        "  [departmentCode]: 1 value, 1 record  department (",
    ] {
        assert!(covered.out.contains(line), "{line}: {}", covered.out);
    }
    assert_eq!(run(&["test", &suite, "--threshold", "30"]).code, 0);
    let below = run(&["test", &suite, "--threshold", "90"]);
    assert!(below.code == 1 && below.err.contains("is below the threshold of 90%"), "{below:?}");
}

const SWITCH: &str = "city: Switch([country], \"Other\", \"DE\", \"Berlin\", \"FR\", \"Paris\")\n\
    plain: '[plain]'\nname: Redact(Switch([name], \"?\", \"Ann\", \"A\"))\n";

const HALF: &str = "- {config: map.yaml, target: city, input: {country: DE}, expect: Berlin}\n\
    - {config: map.yaml, target: city, input: {country: ES}, expect: Other}\n\
    - {config: map.yaml, target: name, input: {name: Xaver}, expect: '?'}\n";

fn half() -> Files {
    Files::with(&[("map.yaml", SWITCH), ("half.attrflow-test.yaml", HALF)])
}

#[test]
fn coverage_is_told_mapping_by_mapping() {
    let run = half().run(&["test", ".", "--coverage"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.out,
        "3 passed, 0 failed\n\
         coverage of ./map.yaml\n  \
         city  3/4  (./map.yaml:1)\n    \
         never  key \"FR\"  (in Switch([country], \"Other\", \"DE\", \"Berlin\", \"FR\", \"Paris\"), character 44)\n  \
         plain  0/1  (./map.yaml:2)\n    \
         never  runs\n  \
         name  2/3  (./map.yaml:3)\n    \
         never  key \"Ann\"  (in Switch([name], \"?\", \"Ann\", \"A\"), character 28)\n\
         values that fall to a default\n  \
         [country]: 1 value, 1 record  city (./map.yaml:1)\n         \
         1  \"ES\"\n  \
         [name]: 1 value, 1 record  name (./map.yaml:3)\n         \
         1  \"[hidden]\"\n\
         coverage 62.5%: 5 of 8 branches\n"
            .replace("\"[hidden]\"", run.out.lines().rev().nth(1).unwrap().trim_start().trim_start_matches("1  "))
    );
    // Redact hides it here as well.
    assert!(!run.out.contains("Xaver"));
    let hashed = half().run(&["test", ".", "--coverage", "--redact"]);
    assert!(!hashed.out.contains("\"ES\"") && hashed.out.contains("1 value, 1 record"), "{}", hashed.out);
}

#[test]
fn the_threshold_works_both_ways() {
    let below = half().run(&["test", ".", "--threshold", "62.6"]);
    assert_eq!(below.code, 1);
    assert!(below.out.contains("never  key \"FR\""), "{}", below.out);
    assert!(below.err.contains("coverage 62.5% is below the threshold of 62.6%"), "{}", below.err);
    assert_eq!(half().run(&["test", ".", "--threshold", "62.5%"]).code, 0);
    // Where the report has no place for it, the missing branches are told beside it.
    let junit = half().run(&["test", ".", "--threshold", "100", "--format", "junit"]);
    assert_eq!(junit.code, 1);
    assert!(junit.err.contains("never  key \"FR\"") && roxmltree::Document::parse(&junit.out).is_ok(), "{junit:?}");
    let folder = half();
    folder.write(
        "rest.attrflow-test.yaml",
        "- {config: map.yaml, target: city, input: {country: FR}, expect: Paris}\n\
         - {config: map.yaml, target: plain, expect: null}\n\
         - {config: map.yaml, target: name, input: {name: Ann}, expect: A}\n",
    );
    let full = folder.run(&["test", ".", "--threshold", "100"]);
    assert!(full.code == 0 && full.out.ends_with("coverage 100%: 8 of 8 branches\n"), "{full:?}");
    for wrong in ["101", "-1", "many"] {
        assert_eq!(half().run(&["test", ".", &format!("--threshold={wrong}")]).code, 2);
    }
}

#[test]
fn lcov_is_read_by_a_reader() {
    let folder = half();
    let run = folder.run(&["test", ".", "--lcov", "cover.info"]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = folder.read("cover.info");
    let records: Vec<lcov::Record> =
        lcov::Reader::new(text.as_bytes()).collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{error}: {text}"));
    let report = lcov::Report::from_reader(lcov::Reader::new(text.as_bytes())).unwrap();
    let (_, section) = report.sections.iter().next().unwrap();
    let lines: Vec<(u32, u64)> = section.lines.iter().map(|(key, value)| (key.line, value.count)).collect();
    assert_eq!(lines, [(1, 2), (2, 0), (3, 1)]);
    let branches: Vec<(u32, Option<u64>)> =
        section.branches.iter().map(|(key, value)| (key.line, value.taken)).collect();
    assert_eq!(branches, [(1, Some(1)), (1, Some(0)), (1, Some(1)), (3, Some(0)), (3, Some(1))]);
    let found = records.iter().find_map(|record| match record {
        lcov::Record::BranchesFound { found } => Some(*found),
        _ => None,
    });
    assert_eq!(found, Some(5));
    assert!(text.contains("SF:./map.yaml\n") && text.contains("FNDA:2,city\n") && text.ends_with("end_of_record\n"));
}

#[test]
fn a_population_covers_a_configuration() {
    let config = samples("mappings.yaml");
    let people = samples("people.csv");
    let now = "2026-01-15T08:00:00Z";
    let run = run(&["test", "--coverage", "--config", &config, "--input", &people, "--now", now, "--format", "json"]);
    let json = run.json();
    let coverage = &json["coverage"];
    let records = coverage["records"].as_u64().unwrap();
    assert!(records >= 290, "{records}");
    let targets = coverage["files"][0]["targets"].as_array().unwrap();
    // Every mapping runs for every record that can be read.
    for target in targets {
        assert_eq!(target["branches"][0]["hits"], records, "{}", target["target"]);
    }
    let department = targets.iter().find(|target| target["target"] == "department").unwrap();
    let default = &department["defaults"][0];
    let listed: u64 =
        default["values"].as_array().unwrap().iter().map(|value| value["records"].as_u64().unwrap()).sum();
    assert_eq!(default["records"], listed);
    let fallen = department["branches"].as_array().unwrap().iter().find(|b| b["kind"] == "default").unwrap();
    assert_eq!(fallen["hits"], default["records"]);
    let frequent: Vec<u64> =
        default["values"].as_array().unwrap().iter().map(|value| value["records"].as_u64().unwrap()).collect();
    assert!(frequent.is_sorted_by(|one, other| one >= other), "{frequent:?}");
    // What cases reach is added.
    let suite = samples("cases.attrflow-test.yaml");
    let both = run_in(
        &support::root(),
        &["test", &suite, "--coverage", "--config", &config, "--input", &people, "--now", now, "--format", "json"],
    );
    let sum = &both.json()["coverage"];
    assert_eq!(sum["files"].as_array().unwrap().len(), 1, "the expression of the suite is no mapping");
    assert!(sum["covered"].as_u64() >= coverage["covered"].as_u64());
    assert_eq!(run_in(&support::root(), &["test", "--coverage", "--input", &people]).code, 2, "no configuration");
    assert_eq!(run_in(&support::root(), &["test", &suite, "--input", &people]).code, 2, "nothing to cover");
}

/// Objects out of scope do not flow, and reach nothing; a row that is broken is told.
#[test]
fn only_what_is_in_scope_is_covered() {
    let (config, workers) = (samples("hr-to-ad.json"), samples("workers.csv"));
    let args = ["test", "--coverage", "--config", &config, "--input", &workers, "--now", "2026-11-21T00:00:00Z"];
    let run = run(&[&args[..], &["--param", "DefaultDomain=contoso.com", "--format", "json"]].concat());
    assert!(run.code == 1 && run.err.contains("workers.csv:296:"), "{}", run.err);
    let json = run.json();
    let coverage = &json["coverage"];
    assert_eq!((&coverage["records"], &coverage["inScope"]), (&json!(293), &json!(278)));
    assert!(coverage["percent"].as_f64().unwrap() > 95.0, "{}", coverage["percent"]);
}

#[test]
fn expressions_that_are_mappings_cover_them() {
    let folder = half();
    folder.write(
        "Tests/city/Data/case1.json",
        r#"{"TargetAttributeName": "city", "Description": "France", "ExpectedResult": "Paris",
            "Expression": "Switch( [country],\"Other\",\"DE\",\"Berlin\",\"FR\",\"Paris\" )", "InputAttributes": {"country": "FR"}}"#,
    );
    let run = folder.run(&["test", "Tests", "--coverage", "--config", "map.yaml", "--format", "json"]);
    let json: Value = run.json();
    assert_eq!(json["coverage"]["files"][0]["targets"][0]["covered"], 2, "{json}");
    assert_eq!(json["coverage"]["files"].as_array().unwrap().len(), 1);
}

// First suites

#[test]
fn a_first_suite_passes_and_fails_once_something_changes() {
    let folder = half();
    folder.write("tests/README", "");
    folder.write(
        "people.csv",
        "country,plain,name\nDE,a,Ann\nDE,b,Ann\nES,,\"O'Brien \"\"x\"\"\"\nFR,\u{85}\u{feff},Zoë\n",
    );
    let run = folder.run(&[
        "test",
        "--init",
        "map.yaml",
        "--input",
        "people.csv",
        "--samples",
        "3",
        "-o",
        "tests/first.attrflow-test.yaml",
    ]);
    assert_eq!((run.code, run.err.as_str()), (0, "6 cases of 3 mappings\n"));
    let suite = folder.read("tests/first.attrflow-test.yaml");
    assert!(
        suite.contains(
            "- name: \"city, record 3\"\n  config: \"../map.yaml\"\n  target: \"city\"\n  input: {\"country\": \"ES\"}\n  expect: \"Other\"\n"
        ),
        "{suite}"
    );
    let passes = folder.run(&["test", "tests", "--coverage", "--threshold", "100"]);
    assert_eq!(passes.code, 0, "{passes:?}");
    folder.write("map.yaml", SWITCH.replace("Berlin", "Bonn"));
    let fails = folder.run(&["test", "tests"]);
    assert!(fails.code == 1 && fails.out.ends_with("5 passed, 1 failed\n"), "{fails:?}");
}

#[test]
fn a_first_suite_is_made_without_a_population() {
    let folder = Files::with(&[(
        "map.yaml",
        "- a: Join(\" \", [x], \"é \\\"q\\\"\")\n- b: Now()\n- c: Guid()\n- d: '%p%'\n- e: IgnoreAttributeFlow\n- f: CDate([x])\n\
         - g: '[x]'\n  default: \"yes\"\n- h: Split(\"a,b\", \",\")\n- i: Error(\"no\")\n- j: IsPresent([x])\n- k: '%q%'\n",
    )]);
    let run = folder.run(&["test", "--init", "map.yaml", "--param", "p=q: r", "-o", "all.attrflow-test.yaml"]);
    assert_eq!((run.code, run.err.as_str()), (0, "11 cases of 11 mappings\n"));
    let suite = folder.read("all.attrflow-test.yaml");
    for part in [
        "input: {\"x\": null}",
        "seed: 1",
        "parameters: {\"p\": \"q: r\"}",
        "expect: {skip: true}",
        "expect: [\"a\", \"b\"]",
        "expect: false",
        "expect: {error: AF",
    ] {
        assert!(suite.contains(part), "{part}: {suite}");
    }
    let passes = folder.run(&["test", "all.attrflow-test.yaml"]);
    assert_eq!((passes.out.as_str(), passes.code), ("11 passed, 0 failed\n", 0), "{}", passes.err);
    // On standard output the configuration is named from here.
    assert!(folder.run(&["test", "--init", "map.yaml"]).out.contains("config: \"map.yaml\""));
    assert_eq!(folder.run(&["test", "--init", "map.yaml", "--redact"]).code, 2);
    assert_eq!(folder.run(&["test", "--init", "map.yaml", "all.attrflow-test.yaml"]).code, 2);
}

#[test]
fn a_first_suite_of_one_object_mapping_names_it() {
    let folder = Files::with(&[("schema.json", SCHEMA)]);
    let which = folder.run(&["test", "--init", "schema.json"]);
    assert!(which.code == 2 && which.err.contains("choose one with --mapping: Users; Contacts"), "{which:?}");
    let run = folder.run(&["test", "--init", "schema.json", "--mapping", "Contacts", "-o", "c.attrflow-test.yaml"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(folder.read("c.attrflow-test.yaml").matches("  mapping: \"Contacts\"\n").count(), 2);
    assert_eq!(folder.run(&["test", "."]).code, 0);
    // Nobody is in scope: there is nothing to take samples from.
    folder.write("none.csv", "id,name\n1,Ann\n");
    let none = folder.run(&["test", "--init", "schema.json", "--mapping", "Users", "--input", "none.csv"]);
    assert!(none.code == 2 && none.err.contains("has no record in scope"), "{none:?}");
}

#[test]
fn first_suites_of_the_sample_configurations_pass() {
    let folder = Files::with(&[]);
    for (config, input) in
        [("hr-to-ad.json", "workers.csv"), ("ad-to-scim.json", "ad-users.jsonl"), ("mappings.yaml", "people.csv")]
    {
        let file = format!("{config}.attrflow-test.yaml");
        let run = folder.run(&[
            "test",
            "--init",
            &samples(config),
            "--input",
            &samples(input),
            "--samples",
            "4",
            "--param",
            "DefaultDomain=contoso.com",
            "--now",
            "2026-11-21T00:00:00Z",
            "-o",
            &file,
        ]);
        assert!(run.code < 2, "{run:?}");
        let passes = folder.run(&["test", &file]);
        assert_eq!(passes.code, 0, "{config}: {}", passes.out);
    }
}
