//! The rules of the linter, held against their own examples and against the
//! configuration that the service exports.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::lint::{Level, Linter, Rule, Subject, fix_is_safe};
use attrflow::{Code, Compiler, Diagnostic, Severity};
use std::path::Path;

fn linter() -> Linter {
    Linter::new(&Compiler::new())
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn every_rule_is_declared_whole() {
    let mut faults = Vec::new();
    let mut last = "";
    for rule in Rule::all() {
        let mut fault = |what: &str| faults.push(format!("{}: {what}", rule.code));
        if rule.code.as_str() <= last {
            fault("has a code that another rule has");
        }
        last = rule.code.as_str();
        if !rule.code.as_str().starts_with("AF3") {
            fault("is no advice by its code");
        }
        if rule.code.severity() == Severity::Error {
            fault("would keep a configuration from running");
        }
        if rule.why.len() < 60 || !rule.why.ends_with('.') || rule.why.contains("  ") {
            fault("does not say why in sentences");
        }
        if !rule.source.contains("https://learn.microsoft.com/") && !rule.source.starts_with("Language specification") {
            fault("names neither a page nor a section");
        }
        if rule.bad.is_empty() || rule.good.is_empty() {
            fault("lacks an example");
        }
        if rule.level() == Level::Expression && rule.bad.len() != 1 {
            fault("looks at one expression and has several");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(Rule::all().len() >= 30);
    let silent: Vec<_> = Code::ALL
        .iter()
        .filter(|code| {
            code.as_str().starts_with("AF3") && Rule::of(**code).is_none() && **code != Code::UnusedSuppression
        })
        .collect();
    assert!(silent.is_empty(), "advice without a rule: {silent:?}");
    said!("{} rules", Rule::all().len());
}

#[test]
fn rules_fire_on_their_bad_examples_and_not_on_their_good_ones() {
    let linter = linter();
    let mut faults = Vec::new();
    for rule in Rule::all() {
        let bad: Vec<Diagnostic> = linter.samples(rule.bad).into_iter().flatten().collect();
        if !bad.iter().any(|found| found.code == rule.code) {
            faults.push(format!("{} is silent on its bad example; there is {:?}", rule.code, codes(&bad)));
        }
        let good: Vec<Diagnostic> = linter.samples(rule.good).into_iter().flatten().collect();
        if good.iter().any(|found| found.code == rule.code) {
            faults.push(format!("{} fires on its good example", rule.code));
        }
        for found in bad.iter().chain(&good).filter(|found| found.severity == Severity::Error) {
            faults.push(format!("{}: an example does not compile: {found}", rule.code));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn apply(text: &str, found: &Diagnostic) -> String {
    let fix = found.fix.as_ref().unwrap();
    let mut fixed = text.to_owned();
    fixed.replace_range(fix.span.range(), &fix.replacement);
    fixed
}

#[test]
fn fixes_remove_what_was_found() {
    let linter = linter();
    let mut count = 0;
    for rule in Rule::all() {
        for (sample, found) in rule.bad.iter().zip(linter.samples(rule.bad)) {
            for finding in found.iter().filter(|found| found.code == rule.code && found.fix.is_some()) {
                let mut subject = Subject::new(sample.target, sample.expression);
                subject.apply = sample.apply;
                let before = linter.mappings(&[subject.clone()]).remove(0);
                let fixed = apply(sample.expression, finding);
                subject.expression = &fixed;
                let after = linter.mappings(&[subject]).remove(0);
                let of = |found: &[Diagnostic]| found.iter().filter(|found| found.code == rule.code).count();
                assert_eq!(of(&after) + 1, of(&before), "{}: {fixed}", rule.code);
                assert!(!after.iter().any(|found| found.severity == Severity::Error), "{}: {fixed}", rule.code);
                count += 1;
            }
        }
    }
    said!("{count} fixes");
    assert!(count >= 10);
}

/// What rules say about the configuration that the service exports: a documented
/// limitation that the vendor's own mappings rely on, and nothing else.
#[test]
fn the_exported_configuration_is_clean() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/schemas/cloudsync-ad2aad-full-schema.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        said!("skipped: there is no {}", path.display());
        return;
    };
    let json: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let mut expressions = 0;
    let mut others = Vec::new();
    for object in json["synchronizationRules"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|rule| rule["objectMappings"].as_array().unwrap())
    {
        let mappings: Vec<_> = object["attributeMappings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|mapping| Some((mapping, mapping["source"]["expression"].as_str()?)))
            .collect();
        let subjects: Vec<Subject<'_>> = mappings
            .iter()
            .map(|(mapping, expression)| {
                let mut subject = Subject::new(mapping["targetAttributeName"].as_str().unwrap(), expression);
                subject.matching = mapping["matchingPriority"].as_u64().map(|precedence| precedence as u32);
                subject.default = mapping["defaultValue"].as_str().map(Into::into);
                subject.source_directory = Some("Active Directory");
                subject.target_directory = Some("Azure Active Directory");
                subject
            })
            .collect();
        expressions += mappings.iter().filter(|(mapping, _)| mapping["source"]["type"] == "Function").count();
        for (subject, found) in subjects.iter().zip(linter().mappings(&subjects)) {
            for found in found.iter().filter(|found| found.code != Code::ConditionMayBeNull) {
                others.push(format!("{}: {found}", subject.target));
            }
        }
    }
    assert_eq!(expressions, 58);
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// What the rules make of expressions that are close to their examples, and to the
/// vendor's pages: an expression, and the codes it gets.
#[test]
fn rules_tell_alike_expressions_apart() {
    let cases = include_str!("diagnostics/lint.txt");
    let linter = linter();
    let mut faults = Vec::new();
    let mut count = 0;
    for (number, line) in (1..).zip(cases.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let (expected, rest) = line.split_once(" | ").unwrap_or_else(|| panic!("line {number}: {line}"));
        let (target, expression) = rest.split_once(" | ").unwrap_or(("", rest));
        let found = match target {
            "" => linter.expression(expression),
            target => linter.mappings(&[Subject::new(target, expression)]).remove(0),
        };
        let got = match codes(&found).join(" ") {
            none if none.is_empty() => "-".to_owned(),
            some => some,
        };
        count += 1;
        if got != expected.trim() {
            faults.push(format!("line {number}: {rest}\n    expected {expected}, got {got}"));
        }
    }
    said!("{count} expressions");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn safe_fixes_keep_what_an_expression_gives() {
    // Those that change it say so in their rule.
    for code in [Code::InverseExists, Code::NoFurtherEffect, Code::TextAsDate] {
        assert!(fix_is_safe(code));
        let rule = Rule::of(code).unwrap();
        let fix = rule.sample_fix().unwrap();
        let sample = rule.bad[0].expression;
        let mut fixed = sample.to_owned();
        fixed.replace_range(fix.span.range(), &fix.replacement);
        for value in [None, Some(""), Some("2026-01-31"), Some(" 2026-02-01 ")] {
            let mut bag = attrflow::AttributeBag::new();
            for name in ["mail", "department", "StatusHireDate"] {
                if let Some(value) = value {
                    bag.set(name, value);
                }
            }
            let of = |text: &str| {
                attrflow::Expression::parse(text).unwrap().evaluate(&bag).map(|outcome| outcome.to_string())
            };
            assert_eq!(of(sample), of(&fixed), "{code} on {value:?}");
        }
    }
}

mod generated {
    //! On whatever people write, the rules come to an end and point into the text.

    use super::linter;
    use attrflow::lint::Subject;
    use proptest::prelude::*;

    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "[a]",
            "[StatusHireDate]",
            "\"\"",
            "\"@contoso.com\"",
            "\"(a+)+\"",
            "\"${x}\"",
            "\"é{\"",
            "\"yyyy-mm-DD hh\"",
            "1",
            "True",
            "NULL",
            "IgnoreAttributeFlow",
            "Now()",
            "Guid()",
            "",
            "%P%",
            "[a]=\"X\"",
            "[a] & \"@x\"",
            "\"[^\"",
            "\"\\\\\"",
            "9999999999999999999",
        ])
        .prop_map(str::to_owned);
        let names = [
            "IIF",
            "Switch",
            "Coalesce",
            "Join",
            "Append",
            "Replace",
            "FormatDateTime",
            "DateDiff",
            "DateAdd",
            "ToLower",
            "Trim",
            "Not",
            "IsPresent",
            "SelectUniqueValue",
            "Mid",
            "Left",
            "Redact",
            "RandomString",
            "Split",
            "ſplit",
        ];
        leaf.prop_recursive(4, 40, 7, move |inner| {
            (prop::sample::select(names.to_vec()), prop::collection::vec(inner, 0..8))
                .prop_map(|(name, arguments)| format!("{name}({})", arguments.join(", ")))
        })
    }

    proptest! {
        #[test]
        fn findings_point_into_the_text(
            text in expression(),
            target in prop::sample::select(vec!["", "active", "accountDisabled", "sAMAccountName", "unicodePwd", "id", "manager"]),
            matching in prop::option::of(0_u32..3),
        ) {
            let mut subject = Subject::new(target, &text);
            subject.matching = matching;
            subject.default = Some("x".into());
            for found in linter().mappings(&[subject.clone(), subject]).into_iter().flatten() {
                prop_assert!(text.get(found.span.range()).is_some(), "{found} at {:?}", found.span);
                if let Some(fix) = &found.fix {
                    prop_assert!(text.get(fix.span.range()).is_some(), "{found} fixes {:?}", fix.span);
                }
            }
        }
    }
}

#[cfg(feature = "cli")]
mod command {
    //! `attrflow check` with rules, places, fixes and suppressions, run as people run it.

    use serde_json::{Value, json};
    use std::path::PathBuf;
    use std::process::{Command, Output};
    use tempfile::TempDir;

    struct Folder(TempDir);

    impl Folder {
        fn new() -> Self {
            Folder(tempfile::tempdir().unwrap())
        }

        fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
            let path = self.0.path().join(name);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.0.path().join(name)).unwrap()
        }
    }

    fn check(args: &[&str]) -> (Output, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_attrflow")).arg("check").args(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        (output, out, err)
    }

    /// Code, line and column of every finding, and what stands there in the file.
    #[track_caller]
    fn places(path: &str) -> Vec<(String, u64, u64, String)> {
        let (_, out, err) = check(&[path, "--format", "json"]);
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
        let file = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        let file = file.trim_start_matches('\u{feff}');
        let findings = report["findings"].as_array().unwrap().iter().map(|found| {
            let number = |name: &str| found[name].as_u64().unwrap();
            let (line, column) = (number("line"), number("column"));
            let text = file.lines().nth(line as usize - 1).unwrap_or("");
            let end = if number("endLine") == line { number("endColumn") - column } else { 200 };
            let there = text.chars().skip(column as usize - 1).take(end as usize).collect();
            (found["code"].as_str().unwrap().to_owned(), line, column, there)
        });
        findings.collect()
    }

    fn place(code: &str, line: u64, column: u64, there: &str) -> (String, u64, u64, String) {
        (code.to_owned(), line, column, there.to_owned())
    }

    #[test]
    fn places_are_those_of_the_file() {
        let folder = Folder::new();
        let yaml = folder.write(
            "map.yaml",
            "# é\n- mail: trim([mail])\n- 'cn': 'Join(\"''\", trim([cn]), [sn])'\n- name: \"Join(\\\"é\\\", trim([a]))\"\n\
             - title: |\n    Join(\" \",\n      trim([a]),\n      trim([b]))\n- city: >-\n    Join(\" \",\n    trim([a]))\n\
             - state:\n    expression: trim([st])\n    apply: create\n",
        );
        assert_eq!(
            places(&yaml),
            [
                place("AF102", 2, 9, "trim"),
                place("AF102", 3, 21, "trim"),
                place("AF102", 4, 22, "trim"),
                place("AF102", 7, 7, "trim"),
                place("AF102", 8, 7, "trim"),
                place("AF102", 11, 5, "trim"),
                place("AF102", 13, 17, "trim"),
            ]
        );
        let json = folder.write(
            "map.json",
            "\u{feff}{\n  \"é\": \"Join(\\\"\\u00e9\\\", trim([a]))\",\n  \"b\": {\"expression\": \"trim([b])\"}\n}",
        );
        assert_eq!(places(&json), [place("AF102", 2, 26, "trim"), place("AF102", 3, 24, "trim")]);
        let lines = folder.write("map.jsonl", "{\"a\": \"Trim([a])\"}\n\n{\"b\": \"trim([b])\"}\n");
        assert_eq!(places(&lines), [place("AF102", 3, 8, "trim")]);
        let suite = folder.write("s.yaml", "tests:\n- name: x\n  expression: trim([a])\n  expect: y\n");
        assert_eq!(places(&suite), [place("AF102", 3, 15, "trim")]);
    }

    fn graph(mappings: &[Value]) -> String {
        let schema = json!({"id": "x", "synchronizationRules": [{
            "sourceDirectoryName": "Workday",
            "targetDirectoryName": "Azure Active Directory",
            "objectMappings": [{"name": "users", "attributeMappings": mappings}],
        }]});
        serde_json::to_string_pretty(&schema).unwrap()
    }

    fn mapping(target: &str, expression: &str, more: Value) -> Value {
        let name = expression.split('(').next();
        let source = json!({"expression": expression, "name": name, "type": "Function", "parameters": []});
        let mut mapping =
            json!({"targetAttributeName": target, "flowType": "Always", "matchingPriority": 0, "source": source});
        mapping.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        mapping
    }

    #[test]
    fn a_schema_is_checked_with_what_it_says_of_its_mappings() {
        let folder = Folder::new();
        let none = json!({});
        let text = graph(&[
            mapping("employeeId", "Trim([WorkerID])", json!({"matchingPriority": 1})),
            mapping("mail", "ToLower([Email])", none.clone()),
            mapping(
                "id",
                "SelectUniqueValue(NormalizeDiacritics([a]), NormalizeDiacritics([b]))",
                json!({"flowType": "ObjectAddOnly"}),
            ),
            mapping("city", "Switch(ToLower([City]), \"\", \"Sydney\", \"1\")", none.clone()),
            json!({"targetAttributeName": "type", "source": {"name": "Employee", "type": "Constant", "expression": null}}),
            json!({"targetAttributeName": "extensionAttribute3", "matchingPriority": 2, "source": {"name": "W", "type": "Attribute", "expression": "[W]"}}),
            json!({"targetAttributeName": "nothing", "source": null}),
            json!({"targetAttributeName": "none", "source": {"name": null, "type": "Constant", "expression": null}}),
            json!({"targetAttributeName": "tree", "source": {"name": "Tirm", "type": "Function", "parameters": []}}),
            mapping("once", "Tirm([a])", none),
        ]);
        let path = folder.write("schema.json", &text);
        let found: Vec<_> = places(&path).into_iter().map(|(code, line, _, there)| (code, line, there)).collect();
        let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() as u64 + 1;
        let expected = [
            ("AF351", line("ToLower([Email])"), "ToLower([Email])"),
            ("AF346", line("SelectUnique"), "SelectUniqueValue(NormalizeDiacritics([a]), NormalizeDiacritics([b]))"),
            ("AF353", line("SelectUnique"), "SelectUniqueValue"),
            ("AF304", line("Sydney"), "\\\"Sydney\\\""),
            ("AF340", line("\"[W]\""), "[W]"),
            ("AF101", line("\"tree\"") + 1, ""),
            ("AF101", line("Tirm([a])"), "Tirm"),
        ];
        let expected: Vec<_> =
            expected.into_iter().map(|(code, line, there)| (code.to_owned(), line, there.to_owned())).collect();
        let mut sorted = found.clone();
        sorted.sort_by_key(|(code, line, _)| (*line, code.clone()));
        let mut wanted = expected;
        wanted.sort_by_key(|(code, line, _)| (*line, code.clone()));
        assert_eq!(sorted, wanted);
    }

    /// Ten faults that the vendor's pages warn of, one a mapping or clause.
    #[test]
    fn planted_faults_are_found_where_they_are_and_nothing_else() {
        let folder = Folder::new();
        let create = || json!({"flowType": "ObjectAddOnly"});
        let faults = [
            // functions page, Switch: presence as the source; case; known issues: passwords; and so on.
            ("AF302", mapping("title", "Switch(IsPresent([jobTitle]), \"none\", \"True\", [jobTitle])", json!({}))),
            ("AF304", mapping("country", "Switch(ToLower([country]), \"\", \"USA\", \"US\")", json!({}))),
            (
                "AF331",
                mapping(
                    "userPrincipalName",
                    "SelectUniqueValue(NormalizeDiacritics([a]), NormalizeDiacritics([b]))",
                    json!({}),
                ),
            ),
            ("AF305", mapping("mailNickname", "SelectUniqueValue(NormalizeDiacritics([a]), [b])", create())),
            ("AF336", mapping("unicodePwd", "RandomString(16, 2, 2, 2, 2)", create())),
            (
                "AF330",
                mapping(
                    "accountDisabled",
                    "Switch([StatusHireDate], IIF(DateDiff(\"d\", Now(), CDate([StatusHireDate])) >= 0, \"False\", \"True\"), \"\", \"True\")",
                    json!({}),
                ),
            ),
            (
                "AF344",
                mapping(
                    "msExchHideFromAddressLists",
                    "Switch([Active], , \"1\", \"FALSE\", \"0\", \"true\")",
                    json!({}),
                ),
            ),
            ("AF101", mapping("department", "Uppercase([Department])", json!({}))),
            ("AF345", mapping("sAMAccountName", "Join(\".\", [FirstName], [LastName])", create())),
        ];
        let mut mappings = vec![mapping("employeeId", "Trim([WorkerID])", json!({"matchingPriority": 1}))];
        mappings.extend(faults.iter().map(|(_, mapping)| mapping.clone()));
        let clause = |name: &str, operator: &str, value: &str| json!({"sourceOperandName": name, "operatorName": operator, "targetOperand": {"values": [value]}});
        let clauses = [clause("WorkerType", "EQUALS", "Employee"), clause("userType", "EQUALS", "Member")];
        let mut schema: Value = serde_json::from_str(&graph(&mappings)).unwrap();
        schema["synchronizationRules"][0]["targetDirectoryName"] = json!("Active Directory");
        schema["synchronizationRules"][0]["objectMappings"][0]["scope"] =
            json!({"groups": [{"name": "all", "clauses": clauses}]});
        let text = serde_json::to_string_pretty(&schema).unwrap();
        let path = folder.write("planted.json", &text);
        let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() as u64 + 1;
        let mut expected: Vec<(String, u64)> = faults
            .iter()
            .map(|(code, mapping)| {
                let written = serde_json::to_string(&mapping["source"]["expression"]).unwrap();
                ((*code).to_owned(), line(&written))
            })
            .collect();
        expected.push(("AF342".to_owned(), line("\"userType\"") - 1));
        let mut found: Vec<_> = places(&path).into_iter().map(|(code, line, ..)| (code, line)).collect();
        let order = |one: &(String, u64)| (one.1, one.0.clone());
        found.sort_by_key(order);
        expected.sort_by_key(order);
        assert_eq!(found, expected);
    }

    /// Faults that the vendor's pages tell people not to make, taken from the pages in the
    /// order of reading: the page, the code, the line, and what stands there.
    #[test]
    fn ten_faults_of_the_pages_are_ten_findings() {
        const FAULTS: [(&str, &str, u64, &str); 10] = [
            ("scoping filters: multi-valued attributes", "AF521", 37, "{"),
            ("scoping filters: Greater_Than takes an integer", "AF205", 46, "{"),
            ("known issues: userType is no source", "AF356", 239, "[userType]"),
            ("customize: names of extensions are case-sensitive", "AF106", 253, "_acmecostcenter]"),
            ("known issues: multivalue extensions", "AF520", 267, "_acmeSkills]"),
            ("customize: appRoleAssignments mapped directly", "AF347", 281, "[appRoleAssignments]"),
            ("customize: photos", "AF357", 295, "[thumbnailPhoto]"),
            ("functions, Item: index 0", "AF206", 309, "0"),
            ("functions, IIF: AND", "AF008", 323, "AND"),
            ("clear attribute values: outbound provisioning", "AF522", 337, "[department]"),
        ];
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ten-faults.json");
        let file = std::fs::read_to_string(path).unwrap();
        let found = places(path);
        assert_eq!(found.len(), FAULTS.len(), "{found:#?}");
        for (page, code, line, words) in FAULTS {
            let one =
                found.iter().find(|(.., found, _, _)| *found == line).unwrap_or_else(|| panic!("{page}: nothing"));
            let text = file.lines().nth(line as usize - 1).unwrap();
            assert!(one.0 == code && text.contains(words), "{page}: {one:?}, {text}");
        }
        // The name in other case stands in the text and beside it.
        let folder = Folder::new();
        let copy = folder.write("faults.json", &file);
        check(&[&copy, "--fix"]);
        assert_eq!(folder.read("faults.json").matches("acmecostcenter").count(), 0);
        assert!(places(&copy).iter().all(|(code, ..)| code != "AF106" && code != "AF502"));
    }

    /// A mapping, what it is filled into, and the one finding that tells what is wrong.
    #[test]
    fn one_fault_is_one_finding() {
        let folder = Folder::new();
        let one = |more: &[Value]| {
            let mut mappings = vec![mapping("userName", "Trim([upn])", json!({"matchingPriority": 1}))];
            mappings.extend(more.iter().cloned());
            let mut schema: Value = serde_json::from_str(&graph(&mappings)).unwrap();
            let object = &mut schema["synchronizationRules"][0]["objectMappings"][0];
            object["sourceObjectName"] = json!("Worker");
            object["targetObjectName"] = json!("User");
            schema["directories"] = json!([
                {"name": "Workday", "objects": [{"name": "Worker", "attributes": [
                    {"name": "upn"}, {"name": "Status"}, {"name": "Birth", "type": "DateTime"}]}]},
                {"name": "Azure Active Directory", "objects": [{"name": "User", "attributes": [
                    {"name": "userName"}, {"name": "active", "type": "Boolean"}, {"name": "city", "required": true},
                    {"name": "id", "mutability": "ReadOnly"}]}]},
            ]);
            let path = folder.write("one.json", serde_json::to_string_pretty(&schema).unwrap());
            let found = places(&path).into_iter().map(|(code, _, _, there)| (code, there));
            // The required attribute is filled in one case only.
            found.filter(|(code, _)| code != "AF514").collect::<Vec<_>>()
        };
        let none = || json!({});
        let direct = |target: &str, name: &str| {
            json!({"targetAttributeName": target, "source":
                {"expression": format!("[{name}]"), "name": name, "type": "Attribute", "parameters": []}})
        };
        let whole = |code: &str, there: &str| vec![(code.to_owned(), there.to_owned())];
        // A second mapping for the attribute that objects are matched by.
        assert_eq!(one(&[direct("userName", "Status")]), whole("AF507", ""));
        // A text that cannot be read, beside a tree.
        let mut broken = mapping("active", "Not([Status]", none());
        broken["source"]["name"] = json!("Not");
        broken["source"]["parameters"] = json!([{"key": "source", "value": {"type": "Attribute", "name": "Status"}}]);
        assert_eq!(one(&[broken]), whole("AF502", ""));
        // Text for a boolean, by its name and by its definition.
        let active = mapping("active", "Switch([Status], \"True\", \"A\", \"gone\")", none());
        assert_eq!(one(&[active]), whole("AF509", "\\\"gone\\\""));
        assert_eq!(one(&[direct("active", "Birth")]), whole("AF509", "[Birth]"));
        // An attribute that the definition lacks is null as well.
        assert_eq!(one(&[direct("city", "City")]), whole("AF513", ""));
        assert_eq!(one(&[mapping("city", "Trim([Status])", none())]), whole("AF518", "[Status]"));
        // Its primary key can only be read.
        assert_eq!(one(&[direct("id", "Status")]), whole("AF346", "[Status]"));
    }

    #[test]
    fn the_short_format_is_checked_with_its_filters() {
        let folder = Folder::new();
        let text =
            "when:\n- - department NOT EQUALS Sales\nmappings:\n- mail: '[mail]'\n- city: '[city]'\n  match: 1\n";
        let path = folder.write("map.yaml", text);
        let found: Vec<_> = places(&path).into_iter().map(|(code, line, ..)| (code, line)).collect();
        assert_eq!(found, [("AF354".to_owned(), 2), ("AF339".to_owned(), 5)]);
        let path = folder.write("alone.yaml", "- mail: '[mail]'\n- Mail: '[x]'\n");
        let found: Vec<_> = places(&path).into_iter().map(|(code, line, ..)| (code, line)).collect();
        assert_eq!(found, [("AF501".to_owned(), 2)]);
    }

    #[test]
    fn fix_changes_the_expression_and_nothing_else() {
        let folder = Folder::new();
        let yaml = "# ours\r\n- mail:   trim([mail])   # é\r\n- 'cn': 'Join(\"'' \", trim([cn]), [sn])'\r\n- name: \"Switch(toLower([a]), \\\"x\\\", \\\"QLD\\\", \\\"1\\\")\"\r\n";
        let path = folder.write("map.yaml", yaml);
        let (_, out, err) = check(&[&path, "--fix"]);
        let fixed = yaml.replace("trim", "Trim").replace("toLower", "ToLower").replace("QLD", "qld");
        assert_eq!(folder.read("map.yaml"), fixed, "{out}{err}");
        assert!(err.contains("4 fixes"), "{err}");
        // A second run has nothing to do.
        let (_, _, err) = check(&[&path, "--fix"]);
        assert!(!err.contains("fixes"), "{err}");

        let text = format!("\u{feff}{}\n", graph(&[mapping("a", "trim(Trim([\u{e9}]))", json!({}))]));
        let path = folder.write("schema.json", &text);
        check(&[&path, "--fix"]);
        assert_eq!(folder.read("schema.json"), text.replace("trim(Trim([\u{e9}]))", "Trim([\u{e9}])"));

        let block = "- a: |\n    Join(\" \",\n      trim([a]),\n      switch([b], , \"x\", [c]))\n";
        let path = folder.write("block.yaml", block);
        check(&[&path, "--fix"]);
        assert_eq!(folder.read("block.yaml"), block.replace("trim", "Trim").replace("switch", "Switch"));

        let path = folder.write("one.txt", "Trim(\n  trim([a]))\n");
        check(&[&path, "--fix"]);
        assert_eq!(folder.read("one.txt"), "Trim([a])\n");
    }

    /// A mapping of `join("@", [b], last)` in both of its forms.
    fn with_tree(expression: &str, last: &str) -> Value {
        let mut one = mapping("a", expression, json!({"scope": null}));
        let leaf = |key: &str, kind: &str, name: &str, text: Option<&str>| json!({"key": key, "value": {"expression": text, "name": name, "type": kind, "parameters": []}});
        let last_text = format!("\"{last}\"");
        one["source"]["parameters"] = json!([
            leaf("separator", "Constant", "@", Some("\"@\"")),
            leaf("source", "Attribute", "b", Some("[b]")),
            leaf("source", "Constant", last, (!last.starts_with('%')).then_some(&last_text)),
        ]);
        one["source"]["odd"] = json!({"kept": 1});
        one
    }

    #[test]
    fn fix_keeps_the_tree_beside_the_text_in_step() {
        let folder = Folder::new();
        let pretty = graph(&[with_tree("join(\"@\", [b], \"é\")", "é"), with_tree("Join(\"@\", [b], \"x\")", "x")]);
        let compact = serde_json::to_string(&serde_json::from_str::<Value>(&pretty).unwrap()).unwrap();
        let tabs = pretty.replace("  ", "\t").replace('\n', "\r\n");
        let python = compact.replace("\":", "\": ").replace(",\"", ", \"").replace(",{", ", {");
        for text in [pretty, compact, tabs, python] {
            let path = folder.write("schema.json", &text);
            let (_, _, err) = check(&[&path, "--fix"]);
            // The name in the tree and the text: nothing else.
            assert_eq!(folder.read("schema.json"), text.replace("join", "Join"), "{err}");
        }
    }

    #[test]
    fn fix_leaves_alone_what_it_cannot_write() {
        let folder = Folder::new();
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("trim([a])".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let path = folder.write("one.txt", &utf16);
        let (_, out, err) = check(&[&path, "--fix"]);
        assert!(err.contains("not UTF-8") && out.contains("AF102"), "{out}{err}");
        assert_eq!(std::fs::read(&path).unwrap(), utf16);
        // The tree holds a parameter of which the text says nothing.
        let text = graph(&[with_tree("join(\"@\", [b], )", "%DomainFQDN%")]);
        let path = folder.write("schema.json", &text);
        let (_, _, err) = check(&[&path, "--fix"]);
        assert_eq!(folder.read("schema.json"), text);
        assert!(err.contains("1 not fixed"), "{err}");
        let (output, ..) = check(&["-", "--fix"]);
        assert_eq!(output.status.code(), Some(2));
    }

    /// The types are made from the schema of SARIF 2.1.0: what it requires must be there,
    /// enumerations must hold its words, and what it does not know would be lost on the way.
    #[test]
    fn sarif_is_what_its_schema_says() {
        let folder = Folder::new();
        let faults = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ten-faults.json");
        let map = folder.write("ä b.yaml", "- mail: trim([mail])\n- cn: Tirm([cn])\n- sn: '[sn]'\n- sn: '[b]'\n");
        folder.write("attrflow.toml", "[[suppress]]\ncode = \"AF102\"\nreason = \"the product takes it\"\n");
        for args in [&[faults, &map][..], &["--expr", "Switch([a], , \"x\", \"1\", \"x\", \"2\")"], &["--expr", "[a]"]]
        {
            let (_, out, err) = check(&[args, &["--format", "sarif"]].concat());
            let read: serde_sarif::sarif::Sarif =
                serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"));
            let written: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), written);
            // What a schema cannot say: the rules are there, and regions have an extent.
            let run = &read.runs[0];
            let rules = run.tool.driver.rules.as_ref().unwrap();
            for result in run.results.as_ref().unwrap() {
                let id = result.rule_id.as_ref().unwrap();
                assert!(rules.iter().any(|rule| rule.id == *id), "{id}");
                for region in
                    result.locations.iter().flatten().filter_map(|l| l.physical_location.as_ref()?.region.as_ref())
                {
                    let [start, end] = [region.start_line, region.end_line].map(Option::unwrap);
                    let [from, to] = [region.start_column, region.end_column].map(Option::unwrap);
                    assert!(start >= 1 && from >= 1 && (start, from) <= (end, to), "{region:?}");
                }
            }
        }
    }

    #[test]
    fn suppressions_have_a_reason_and_a_use() {
        let folder = Folder::new();
        let map = folder.write("map.yaml", "- mail: trim([mail])\n- cn: trim([cn])\n- sn: Tirm([sn])\n");
        let of = |path: &str| places(path).into_iter().map(|(code, line, ..)| (code, line)).collect::<Vec<_>>();
        let suppress = |text: &str| folder.write("attrflow.toml", text);
        suppress("[[suppress]]\ncode = \"AF102\"\ntarget = \"mail\"\nreason = \"the product takes it\"\n");
        assert_eq!(of(&map), [("AF102".to_owned(), 2), ("AF101".to_owned(), 3)]);
        let sarif: Value = serde_json::from_str(&check(&[&map, "--format", "sarif"]).1).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 3);
        assert_eq!(results[0]["suppressions"], json!([{"kind": "external", "justification": "the product takes it"}]));
        assert!(results[1]["suppressions"].is_null());
        // What is accepted is not fixed either.
        check(&[&map, "--fix"]);
        assert_eq!(folder.read("map.yaml"), "- mail: trim([mail])\n- cn: Trim([cn])\n- sn: Tirm([sn])\n");

        suppress(
            "[[suppress]]\ncode = \"AF102\"\nreason = \"old\"\n\n[[suppress]]\ncode = \"AF303\"\nreason = \"unused\"\n\n[[suppress]]\ncode = \"AF101\"\nreason = \"no\"\n",
        );
        let (_, out, err) = check(&[&map]);
        assert!(out.contains("attrflow.toml:6:8") && out.contains("there is no AF303"), "{out}");
        assert!(out.contains("AF101 is an error, which cannot be suppressed"), "{out}");
        assert!(err.contains("1 suppressed"), "{err}");
        for (text, part) in [
            ("[[suppress]]\ncode = \"AF102\"\n", "reason"),
            ("[[suppress]]\ncode = \"AF102\"\nreason = \" \"\n", "no reason"),
            ("[[suppress]]\ncode = \"AF999\"\nreason = \"x\"\n", "AF999 is no code"),
            ("[[suppress]]\ncode = \"AF102\"\nreason = \"x\"\nfor = \"ever\"\n", "for"),
        ] {
            suppress(text);
            let (output, _, err) = check(&[&map]);
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(err.contains(part), "no {part:?} in {err}");
        }
    }

    #[test]
    fn explain_prints_the_declaration() {
        for rule in attrflow::lint::Rule::all() {
            let (output, out, _) = check(&["--explain", rule.code.as_str()]);
            assert_eq!(output.status.code(), Some(0));
            let clause = rule.bad[0].clauses.first().map_or("", |clause| clause.0);
            for part in [rule.code.as_str(), rule.code.meaning(), rule.why, rule.source, rule.bad[0].expression, clause]
            {
                assert!(out.contains(part), "no {part:?} in {out}");
            }
        }
        let (_, out, _) = check(&["--explain", "af304", "--format", "json"]);
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&json["code"], &json["basis"], &json["fix"]),
            (&json!("AF304"), &json!("documented"), &json!("safe"))
        );
        assert!(check(&["--explain", "AF101"]).1.contains("No function has this name."));
        assert_eq!(check(&["--explain", "AF999"]).0.status.code(), Some(2));
    }

    #[test]
    fn the_exported_schema_is_checked_as_a_file() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/conformance/schemas/cloudsync-ad2aad-full-schema.json");
        if !path.exists() {
            said!("skipped: there is no {}", path.display());
            return;
        }
        let found = places(path.to_str().unwrap());
        // AF517 is about the file's input filter, and no expression of it.
        assert!(found.iter().all(|(code, ..)| code == "AF301" || code == "AF517"), "{found:?}");
        // Every one about an expression points at the condition.
        let found: Vec<_> = found.into_iter().filter(|(code, ..)| code == "AF301").collect();
        assert!(
            !found.is_empty()
                && found.iter().all(|(.., there)| there.starts_with("IsPresent(") || there.starts_with("BitAnd(")),
            "{found:?}"
        );
        said!("{} findings, all of the documented limitation", found.len());
    }
}

/// Expressions that are nested as deep as the limit allows, each function in itself: work
/// that doubled with every level would not end.
#[test]
fn deep_expressions_are_looked_at_once_a_level() {
    let linter = linter();
    let calls = [
        ("ToLower(", ")"),
        ("Coalesce([b], ", ")"),
        ("IIF(IsPresent([b]), ", ", \"x\")"),
        ("Switch([b], ", ", \"\", \"x\")"),
        ("Join(\"@\", ", ", \"contoso.com\")"),
        ("Replace(", ", \"a\", , , \"\", , )"),
        ("Not(", ")"),
        ("FormatDateTime(", ", , \"yyyy\", \"yy\")"),
        ("Switch(", ", \"\", \"X\", \"x\")"),
        ("Coalesce(", ", [b])"),
        ("IIF(Not(", "), \"x\", \"x\")"),
    ];
    for (open, close) in calls {
        let depth = if open.starts_with("IIF(Not") { 48 } else { 97 };
        let text = format!("{}[a]{}", open.repeat(depth), close.repeat(depth));
        let found = linter.mappings(&[Subject::new("sAMAccountName", &text)]).remove(0);
        assert!(!found.iter().any(|found| found.severity == Severity::Error), "{open}: {found:?}");
    }
    let braces = format!("Replace([a], , \"{}\", , \"\", , )", "a{".repeat(4_000));
    let dots = format!("Replace([a], , \"@{}com\", , \"\", , )", "a.".repeat(4_000));
    drop(linter.expression(&braces));
    drop(linter.expression(&dots));
}
