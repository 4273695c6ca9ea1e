//! The command line, run as people run it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use command::{Files, Run, finish, program as attrflow, utf16};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;

impl Run {
    #[track_caller]
    fn gives(&self, out: &str) {
        assert_eq!((self.out.as_str(), self.code), (out, 0), "{}", self.err);
    }

    /// Ends with a code, and says these on standard error.
    #[track_caller]
    fn fails(&self, code: i32, words: &[&str]) {
        self.says(code, words);
    }
}

fn run(args: &[&str]) -> Run {
    feed(args, b"")
}

fn feed(args: &[&str], input: &[u8]) -> Run {
    finish(attrflow().args(args), input)
}

fn in_repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_str().unwrap().to_owned()
}

// eval

const UPN: &str = r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [PreferredFirstName], [PreferredLastName]))), "contoso.com"))"#;

#[test]
fn eval_takes_the_record_from_options_files_and_standard_input() {
    let files = Files::new();
    let set = ["--set", "PreferredFirstName=Zoë", "--set", "PreferredLastName=De Souza"];
    let record = r#"{"PreferredFirstName": "Zoë", "PreferredLastName": "De Souza"}"#;
    let data = files.write("record.json", record);
    run(&["eval", UPN, set[0], set[1], set[2], set[3]]).gives("zoe.desouza@contoso.com\n");
    run(&["eval", UPN, "--data", &data]).gives("zoe.desouza@contoso.com\n");
    feed(&["eval", UPN, "--data", "-"], record.as_bytes()).gives("zoe.desouza@contoso.com\n");
    feed(&["eval", "-", "--data", &data], format!("{UPN}\n").as_bytes()).gives("zoe.desouza@contoso.com\n");
    // What PowerShell 5.1 writes, and an option over the file.
    let data = files.write("record16.json", utf16(record));
    run(&["eval", UPN, "--data", &data, "--set", "PreferredLastName=Lee"]).gives("zoe.lee@contoso.com\n");
    run(&["eval", UPN, "--data", &data, "--format", "json"])
        .gives("{\"outcome\":\"value\",\"type\":\"string\",\"value\":\"zoe.desouza@contoso.com\"}\n");
}

#[test]
fn eval_prints_every_kind_of_result_in_json() {
    let json = |expression: &str, set: &[&str]| {
        let mut args = vec!["eval", expression, "--format", "json", "--now", "2026-01-01T00:00:00Z"];
        set.iter().for_each(|set| args.extend(["--set", set]));
        let run = run(&args);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(run.out.lines().count(), 1);
        run.json()
    };
    assert_eq!(json(r#"BitAnd(&HF, &HF7)"#, &[]), json!({"outcome": "value", "type": "integer", "value": 7}));
    assert_eq!(json("Not([a])", &["a=False"]), json!({"outcome": "value", "type": "boolean", "value": true}));
    assert_eq!(json("Now()", &[]), json!({"outcome": "value", "type": "dateTime", "value": "1/1/2026 12:00:00 AM"}));
    assert_eq!(json("[a]", &["a=1", "a=2"]), json!({"outcome": "value", "type": "multi", "value": ["1", "2"]}));
    assert_eq!(json("[a]", &["a="]), json!({"outcome": "value", "type": "string", "value": ""}));
    assert_eq!(json("[a]", &[]), json!({"outcome": "null"}));
    assert_eq!(json("IgnoreFlowIfNullOrEmpty([a])", &[]), json!({"outcome": "skip"}));
    assert_eq!(json("IgnoreObjectFlow", &[]), json!({"outcome": "skipObject"}));
}

#[test]
fn eval_prints_for_people() {
    run(&["eval", "Not([a])", "--set", "a=False"]).gives("True\n");
    run(&["eval", r#"Split([a], ",")"#, "--set", "a=x,y"]).gives("x\ny\n");
    let null = run(&["eval", "[a]"]);
    assert_eq!((null.out.as_str(), null.err.as_str(), null.code), ("", "null\n", 0));
    let skip = run(&["eval", "IgnoreFlowIfNullOrEmpty([a])"]);
    assert_eq!((skip.out.as_str(), skip.code), ("", 0));
    assert!(skip.err.contains("leaves the flow"), "{skip:?}");
}

#[test]
fn eval_tells_what_a_record_fails_with() {
    let failed = run(&["eval", "CDate([d])", "--set", "d=soon", "--format", "json"]);
    failed.fails(1, &["error[AF404]", "CDate([d])", "^^^"]);
    let json = failed.json();
    assert_eq!((&json["outcome"], &json["code"]), (&json!("error"), &json!("AF404")));
    assert_eq!(json["span"], json!({"start": 6, "end": 9}));
    assert!(json["message"].as_str().unwrap().contains("soon"), "{json}");
    let hidden = run(&["eval", "CDate([d])", "--set", "d=soon", "--format", "json", "--redact"]);
    assert!(!hidden.out.contains("soon") && !hidden.err.contains("soon"), "{hidden:?}");
    let broken = run(&["eval", r#"Left([a], 3"#, "--format", "json"]);
    broken.fails(2, &["error[AF007]", "add ')' at the end"]);
    assert_eq!(broken.json()["code"], "AF007");
}

#[test]
fn eval_finds_names_in_other_case_with_a_warning() {
    let run = run(&["eval", "[Mail]", "--set", "mail=x"]);
    run.gives("x\n");
    assert!(run.err.contains("warning[AF106]"), "{run:?}");
}

#[test]
fn eval_is_reproducible_and_takes_its_surroundings() {
    let guid = |seed: &str| run(&["eval", "Guid()", "--seed", seed]).out;
    assert_eq!(guid("7"), guid("7"));
    assert_ne!(guid("7"), guid("8"));
    run(&["eval", "%DomainFQDN%", "--param", "DomainFQDN=contoso.com"]).gives("contoso.com\n");
    let files = Files::new();
    let unique = r#"SelectUniqueValue([a], [b])"#;
    let cases = [
        ("taken.txt", "x\n\n"),
        ("taken.csv", "mail;other\nX;\n"),
        ("taken.json", r#"[{"mail": ["y", "x"]}]"#),
        ("taken.jsonl", "{\"mail\":\"x\"}\n{\"mail\":null}\n"),
        ("names.json", r#"["x"]"#),
    ];
    for (name, content) in cases {
        let taken = files.write(name, content);
        run(&["eval", unique, "--set", "a=x", "--set", "b=z", "--taken", &taken]).gives("z\n");
    }
    run(&["eval", unique, "--set", "a=x", "--set", "b=z"]).gives("x\n");
    let bracketed = r#"emails[type eq "work"].value=a=b"#;
    run(&["eval", r#"[emails[type eq "work"].value]"#, "--set", bracketed]).gives("a=b\n");
}

#[test]
fn eval_refuses_what_it_cannot_use() {
    let files = Files::new();
    run(&["eval", "[a]", "--set", "a"]).fails(2, &["--set a: NAME=VALUE is wanted"]);
    run(&["eval", "[a]", "--now", "today"]).fails(2, &["--now", "today"]);
    run(&["eval", "[a]", "--seed", "x"]).fails(2, &["--seed"]);
    run(&["eval", "[a]", "--dialect", "basic"]).fails(2, &["provisioning"]);
    run(&["eval"]).fails(2, &["EXPR"]);
    run(&["eval", "-", "--data", "-"]).fails(2, &["standard input"]);
    run(&["eval", "[a]", "--data", &files.path("none.json")]).fails(2, &["none.json", "no such file"]);
    run(&["eval", "[a]", "--data", &files.path("")]).fails(2, &["is a folder"]);
    let list = files.write("list.json", "[1]");
    run(&["eval", "[a]", "--data", &list]).fails(2, &["list.json", "a list", "one JSON object"]);
    let cut = files.write("cut.json", "{\"a\":\n \"x");
    run(&["eval", "[a]", "--data", &cut]).fails(2, &["cut.json", "line 2"]);
    let latin = files.write("latin.json", b"{\"a\":\n\"\xe4\"}");
    run(&["eval", "[a]", "--data", &latin]).fails(2, &["latin.json", "line 2", "UTF-8"]);
}

// check

#[test]
fn check_finds_the_documented_mistakes() {
    let cases = [
        (r#"Switch([a], "x", "k")"#, "AF204", "key, value"),
        ("Join(“ ”, [a])", "AF003", "typographic quotes"),
        ("Left([a], 3", "AF007", "add ')'"),
        ("Lft([a],3)", "AF101", "did you mean Left?"),
        (r#"IIF([a]="x" AND [b]="y", "1", "2")"#, "AF008", "nest IIF"),
        (r#"[a] & "x""#, "AF009", "write Join"),
    ];
    for (expression, code, advice) in cases {
        let run = run(&["check", "--expr", expression]);
        assert_eq!(run.code, 1, "{run:?}");
        for part in [&format!("error[{code}]: "), expression, "^", advice] {
            assert!(run.out.contains(part), "no {part} in {}", run.out);
        }
    }
    for expression in [r#"Replace([x], , "[()\\s-]+", , "", , )"#, r#"[emails[type eq "work"].value]"#] {
        run(&["check", "--expr", expression]).gives("");
    }
}

#[test]
fn check_reads_files_of_every_kind() {
    let files = Files::new();
    let plain = files.write("one.txt", "\u{feff}Trim(\n  [a], 7)\n");
    let found = run(&["check", &plain]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("one.txt:2:8") && found.out.contains("AF202"), "{found:?}");
    let yaml = files.write("map.yaml", "# mappings\n- mail: Trm([mail])\n- cn: '[cn]'\n- cn: '[sn]'\n");
    let found = run(&["check", &yaml]);
    assert_eq!(found.code, 1);
    for part in ["map.yaml:2:9\n", "AF101]: mail: Trm", "did you mean Trim?", "AF501]: cn: another"] {
        assert!(found.out.contains(part), "no {part} in {}", found.out);
    }
    let cases = files.write("c.yaml", "tests:\n- {expression: 'Trm([a])', expect: x}\n");
    assert_eq!(run(&["check", &cases]).code, 1);
    // One that cannot be read does not keep the others from being checked.
    let both = run(&["check", &files.path("none"), &plain]);
    both.fails(2, &["no such file"]);
    assert!(both.out.contains("AF202"));
    feed(&["check", "-"], b"Trim([a])").gives("");
    run(&["check"]).fails(2, &[]);
}

#[test]
fn check_has_formats_and_levels() {
    let files = Files::new();
    let plain = files.write("a,b.txt", "IIF([a], \"x\",\n \"y\")");
    run(&["check", &plain, "--fail-level", "error", "--format", "github"]);
    let github = run(&["check", &plain, "--format", "github"]);
    assert_eq!(github.code, 0, "a warning does not fail");
    assert!(github.out.starts_with("::warning file="), "{github:?}");
    assert!(github.out.contains("a%2Cb.txt,line=1,endLine=1,col=5,endColumn=8,title=AF301::"), "{github:?}");
    let json = run(&["check", &plain, "--format", "json", "--fail-level", "warning"]);
    assert_eq!(json.code, 1);
    let report = json.json();
    assert_eq!((&report["errors"], &report["warnings"]), (&json!(0), &json!(1)));
    let finding = &report["findings"][0];
    assert_eq!((&finding["code"], &finding["severity"]), (&json!("AF301"), &json!("warning")));
    assert_eq!((&finding["line"], &finding["column"]), (&json!(1), &json!(5)));
    assert!(finding["help"].is_string());
    let sarif = run(&["check", &plain, "--format", "sarif"]).json();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "AF301");
    let hint = ["check", "--expr", r#"Replace([a], , "\d", , "", , )"#, "--fail-level"];
    assert_eq!(run(&[&hint[..], &["warning"]].concat()).code, 0);
    assert_eq!(run(&[&hint[..], &["hint"]].concat()).code, 1);
}

#[test]
fn color_follows_options_and_environment() {
    let args = ["check", "--expr", "Lft([a],3)"];
    let styled = |run: Run| run.out.contains("\u{1b}[");
    assert!(!styled(run(&args)), "no terminal, no colour");
    assert!(styled(run(&[&args[..], &["--color", "always"]].concat())));
    assert!(styled(finish(attrflow().args(args).env("CLICOLOR_FORCE", "1"), b"")));
    assert!(!styled(finish(attrflow().args(args).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"), b"")));
    assert!(!styled(finish(attrflow().args(args).args(["--color", "never"]).env("CLICOLOR_FORCE", "1"), b"")));
}

// fmt, explain, functions, convert, completions, man

#[test]
fn fmt_prints_canonical_text_and_checks() {
    let files = Files::new();
    let messy = "IIF( [a]=\"1\" ,\n\"x\",)";
    let canonical = "IIF([a]=\"1\", \"x\", )";
    run(&["fmt", messy]).gives(&format!("{canonical}\n"));
    run(&["fmt", "--expr", canonical, "--check"]).gives("");
    feed(&["fmt", "-"], messy.as_bytes()).gives(&format!("{canonical}\n"));
    let path = files.write("a.txt", format!("{messy}\n"));
    let check = run(&["fmt", &path, "--check"]);
    assert_eq!((check.out.trim_end(), check.code), (path.as_str(), 1));
    run(&["fmt", &path, "--write"]).gives("");
    assert_eq!(files.read("a.txt"), format!("{canonical}\n"));
    run(&["fmt", &path, "--check"]).gives("");
    run(&["fmt", "Left([a]"]).fails(2, &["AF007"]);
    run(&["fmt", &files.path("none.txt")]).fails(2, &["no such file"]);
}

#[test]
fn explain_shows_every_value_and_the_branch() {
    let expression = r#"IIF([a]="1", Coalesce([b], "y"), ToUpper("n"))"#;
    let tree = run(&["explain", expression, "--set", "a=1"]);
    assert_eq!(tree.code, 0);
    assert!(tree.out.contains("├─ [a]=\"1\"  = True\n│  └─ [a]  = \"1\"\n"), "{}", tree.out);
    assert!(tree.out.contains("└─ [b]  = null"), "{}", tree.out);
    assert!(!tree.out.contains("ToUpper(\"n\")  ="), "the other branch was not taken: {}", tree.out);
    let json = run(&["explain", expression, "--set", "a=1", "--format", "json"]).json();
    assert_eq!(json["result"], json!({"outcome": "value", "type": "string", "value": "y"}));
    assert_eq!(json["steps"][0]["depth"], 0);
    let hidden = run(&["explain", "ToUpper(Redact([a]))", "--set", "a=secret"]);
    assert!(hidden.out.contains("[Redact]") && !hidden.out.to_lowercase().contains("secret"), "{hidden:?}");
    let json = run(&["explain", "Redact([a])", "--set", "a=secret", "--format", "json"]).json();
    assert_eq!((&json["result"]["value"], json.to_string().contains("secret")), (&json!("[Redact]"), false));
    let hashed = run(&["explain", "ToUpper([a])", "--set", "a=secret", "--redact", "--format", "json"]);
    assert!(!hashed.out.to_lowercase().contains("secret"), "{hashed:?}");
    let hashed = run(&["explain", "ToUpper([a])", "--set", "a=secret", "--redact"]);
    assert!(hashed.out.contains('#') && !hashed.out.to_lowercase().contains("secret"), "{hashed:?}");
    run(&["explain", "CDate([a])", "--set", "a=soon"]).fails(1, &["AF404"]);
}

#[test]
fn functions_are_listed_and_shown() {
    let list = run(&["functions"]);
    assert!(list.code == 0 && list.out.contains("Switch") && list.out.contains("Join"), "{list:?}");
    let one = run(&["functions", "Switch"]);
    for part in ["Switch(source, [defaultValue], key, value, …)", "null:", "(documented)", "Examples", "NSW"] {
        assert!(one.out.contains(part), "no {part} in {}", one.out);
    }
    assert_eq!(run(&["functions", "switch"]).out, one.out);
    run(&["functions", "Swich"]).fails(2, &["did you mean Switch?"]);
    assert_eq!(run(&["functions", "Switch", "--format", "json"]).json()["name"], "Switch");
    assert!(run(&["functions", "--format", "json"]).json().as_array().unwrap().len() > 40);
    assert_eq!(
        run(&["functions", "--format", "markdown"]).out,
        std::fs::read_to_string(in_repository("src/docs/functions.md")).unwrap()
    );
}

#[test]
fn convert_goes_both_ways() {
    let files = Files::new();
    let text = r#"IIF([a]="x", Trim([b]), )"#;
    let tree = run(&["convert", text]);
    assert_eq!(tree.code, 0);
    assert_eq!(tree.json()["parameters"][0]["key"], "one");
    let file = files.write("tree.json", &tree.out);
    run(&["convert", &file]).gives(&format!("{text}\n"));
    feed(&["convert", "-"], tree.out.as_bytes()).gives(&format!("{text}\n"));
    assert_eq!(run(&["convert", text, "--compact"]).out.lines().count(), 1);
    run(&["convert", "Trim([a]"]).fails(2, &["AF007"]);
    run(&["convert", "{\"name\": "]).fails(2, &["not a tree of Graph"]);
    run(&["convert", &files.path("none")]).fails(2, &["no such file"]);
}

#[test]
fn shells_get_completions_and_manuals() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]);
        assert!(script.code == 0 && script.out.contains("attrflow") && script.out.contains("eval"), "{shell}");
    }
    assert!(run(&["man"]).out.contains(".TH attrflow"));
    let files = Files::new();
    run(&["man", "--output", &files.path("pages")]).gives("");
    assert!(files.read("pages/attrflow-eval.1").contains("\\-\\-set"));
}

#[test]
fn usage_has_its_codes() {
    assert_eq!(run(&["--help"]).code, 0);
    assert!(run(&["--version"]).out.starts_with("attrflow "));
    run(&[]).fails(2, &[]);
    run(&["plan"]).fails(2, &["plan"]);
    run(&["eval", "[a]", "--format", "xml"]).fails(2, &["xml"]);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = attrflow()
        .args(["functions", "--format", "markdown"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
}

// test

#[test]
fn the_documented_cases_pass() {
    let run = run(&["test", &in_repository("tests/data/conformance/provisioning/documented.jsonl")]);
    assert_eq!((run.out.as_str(), run.code), ("118 passed, 0 failed\n", 0), "{}", run.err);
}

/// A suite of cases that all hold.
const HOLDS: &str = r##"
tests:
  - name: text, and unknown keys
    doc: anything
    expression: Join(" ", [givenName], [surname])
    input: {givenName: John, surname: Smith, other: null}
    expect: John Smith
  - {expression: 'Coalesce([a], [b])', input: {a: null}, expect: null}
  - {expression: 'IsPresent([a])', input: {a: no}, expect: true}
  - {expression: '[a]', input: {a: "True"}, expect: true}
  - {expression: '[a]', input: {a: "7"}, expect: 7}
  - {expression: 'BitAnd([a], 7)', input: {a: 15}, expect: 7}
  - {expression: 'BitAnd([a], 7)', input: {a: 15}, expect: "7"}
  - {expression: 'Split([a], ",")', input: {a: "x,y"}, expect: [x, y]}
  - {expression: '[a]', input: {a: {b: [1]}}, expect: {b: [1]}}
  - {expression: 'IgnoreFlowIfNullOrEmpty([a])', expect: {skip: true}}
  - {expression: 'IgnoreObjectFlow', expect: {skipObject: true}}
  - {expression: 'Error("No manager")', expect: {error: no MANAGER}}
  - {expression: 'CDate([a])', input: {a: x}, expect: {error: AF404}}
  - {expression: 'Lft([a], 1)', expect: {error: AF101}}
  - {expression: 'Now()', now: 2026-01-31T08:00:00+01:00, expect: 1/31/2026 7:00:00 AM}
  - {expression: '%p%', parameters: {p: q}, expect: q}
  - {expression: 'SelectUniqueValue([a], [b])', input: {a: x, b: y}, taken: [X], expect: y}
  - {expression: 'SelectUniqueValue([a], [b])', input: {a: x, b: y}, taken: {mail: x}, expect: y}
"##;

#[test]
fn suites_of_every_form_run() {
    let files = Files::new();
    let yaml = files.write("a.attrflow-test.yaml", HOLDS);
    run(&["test", &yaml]).gives("18 passed, 0 failed\n");
    feed(&["test", "-"], HOLDS.as_bytes()).gives("18 passed, 0 failed\n");
    let json = files.write("b.json", r#"[{"expression":"[a]","input":{"a":"x"},"expect":"x"}]"#);
    let lines =
        files.write("c.jsonl", "{\"expression\":\"[a]\",\"expect\":null}\n\n{\"expression\":\"1\",\"expect\":1}\n");
    run(&["test", &json, &lines]).gives("3 passed, 0 failed\n");
    // A mapping of a configuration, with its default.
    files.write("map.yaml", "- cn: ToUpper([cn])\n- c: '[c]'\n  default: AU\n");
    files.write(
        "d.attrflow-test.yaml",
        "- {config: map.yaml, target: cn, input: {cn: a}, expect: A}\n- {config: map.yaml, target: c, expect: AU}\n",
    );
    files.write(
        "Tests/givenName/Data/case1.json",
        r#"{"TargetAttributeName": "givenName", "Description": "plain", "ExpectedResult": "Lukas",
            "Expression": "NormalizeDiacritics([firstName])", "InputAttributes": {"firstName": "Lukáš"}}"#,
    );
    files.write("Tests/givenName/Data/other.json", "{}");
    run(&["test", &files.path("")]).gives("21 passed, 0 failed\n");
    let samples = run(&["test", &in_repository("examples/data")]);
    assert!(samples.code == 0 && samples.out.ends_with(" passed, 0 failed\n"), "{samples:?}");
}

#[test]
fn failing_cases_show_what_differs() {
    let files = Files::new();
    let suite = files.write(
        "s.yaml",
        "- {name: joins, expression: 'Join(\" \", [a], [b])', input: {a: John, b: Smith}, expect: John Smyth}\n\
         - {expression: '[a]', input: {a: 7}, expect: '7'}\n\
         - {name: text is not a number, expression: '[a]', input: {a: 07}, expect: '7.0'}\n\
         - {name: list, expression: '[a]', input: {a: [x]}, expect: x}\n\
         - {name: broken, expression: 'Lft([a])', expect: x}\n\
         - {name: secret, expression: 'Redact([a])', input: {a: hush}, expect: other}\n",
    );
    let failed = run(&["test", &suite]);
    assert_eq!(failed.code, 1);
    assert!(failed.out.ends_with("1 passed, 5 failed\n"), "{}", failed.out);
    let joins = "  expression  Join(\" \", [a], [b])\n  expected    \"John Smyth\"\n  actual      \"John Smith\"\n                      ^\n  trace\n    Join(\" \", [a], [b])  = \"John Smith\"\n";
    assert!(failed.out.contains(&format!("s.yaml:1)\n{joins}")), "{}", failed.out);
    assert!(failed.out.contains("actual      [\"x\"]"), "{}", failed.out);
    assert!(failed.out.contains("did you mean Left?"), "{}", failed.out);
    assert!(!failed.out.contains("hush"), "{}", failed.out);
    let json = run(&["test", &suite, "--format", "json"]).json();
    assert_eq!((&json["passed"], &json["failed"]), (&json!(1), &json!(5)));
    assert_eq!(json["cases"][0]["actual"]["value"], "John Smith");
    assert_eq!(json["cases"][0]["line"], 1);
    assert!(!json.to_string().contains("hush"));
    let junit = run(&["test", &suite, "--format", "junit"]);
    assert_eq!(junit.code, 1);
    assert!(junit.out.contains("tests=\"6\" skipped=\"0\" failures=\"5\""), "{}", junit.out);
    assert!(!junit.out.contains("hush"));
    let hashed = run(&["test", &suite, "--redact"]);
    assert!(!hashed.out.contains("John"), "{}", hashed.out);
}

#[test]
fn suites_that_cannot_be_read_are_told() {
    let files = Files::new();
    let lines = files.write("a.jsonl", "{\"expression\":\"1\",\"expect\":1}\n{\"expression\":\n{\"expect\":1}\n");
    let run_lines = run(&["test", &lines]);
    run_lines.fails(2, &["a.jsonl:2:", "a.jsonl:3:", "neither an expression nor a config"]);
    assert_eq!(run_lines.out, "1 passed, 0 failed\n");
    let yaml = files.write("b.yaml", "- {expression: '1'}\n- {expression: '1', expect: 1, now: soon}\n");
    run(&["test", &yaml]).fails(2, &["b.yaml:1: the case has no expect", "b.yaml:2:", "soon"]);
    let broken = files.write("c.yaml", "- a: [\n");
    run(&["test", &broken]).fails(2, &["c.yaml", "line"]);
    run(&["test", &files.path("none.yaml")]).fails(2, &["no such file"]);
    std::fs::create_dir(files.path("empty")).unwrap();
    run(&["test", &files.path("empty")]).fails(2, &["no test suites"]);
    run(&["test"]).fails(2, &[]);
}

// apply

const MAPPINGS: &str = r#"
- name: Join(" ", [first], [last])
- mail: '[mail]'
- country: '[country]'
  default: AU
- id: '[id]'
  apply: create
"#;

fn apply(files: &Files, mappings: &str, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Run {
    let mappings = files.write("map.yaml", mappings);
    let input = files.write(name, content);
    run(&[&["apply", mappings.as_str(), "--input", input.as_str()], more].concat())
}

#[test]
fn apply_reads_every_form_of_population() {
    let files = Files::new();
    let expected = "{\"name\":\"Zoë Lee\",\"mail\":\"\",\"country\":\"AU\",\"id\":\"1\"}\n";
    let csv = "first,last,mail,id,unused\r\nZoë,Lee,,1,x\r\n";
    let flows = |name: &str, content: &[u8], more: &[&str]| {
        let run = apply(&files, MAPPINGS, name, content, more);
        run.gives(expected);
        assert_eq!(run.err, "1 record: 1 flowed\n");
    };
    flows("a.csv", csv.as_bytes(), &[]);
    flows("b.csv", format!("\u{feff}{csv}").as_bytes(), &[]);
    flows("c.csv", &utf16(csv), &[]);
    flows("d.csv", csv.replace(',', ";").as_bytes(), &[]);
    flows("e.txt", csv.replace(',', "\t").as_bytes(), &[]);
    flows("f.csv", csv.replace(',', "|").as_bytes(), &["--delimiter", "|"]);
    flows("g.csv", &csv.chars().map(|letter| letter as u8).collect::<Vec<_>>(), &["--encoding", "windows-1252"]);
    let object = r#"{"first":"Zoë","last":"Lee","mail":"","id":"1","unused":[{"a":1}]}"#;
    flows("h.json", format!("[{object}]").as_bytes(), &[]);
    flows("i.json", object.as_bytes(), &[]);
    flows("j.jsonl", format!("{object}\n\n").as_bytes(), &[]);
    flows("k.json", format!("{{\"@odata.context\": \"x\", \"value\": [\n{object}\n], \"z\": {{}}}}").as_bytes(), &[]);
    flows("l.json", &utf16(&format!("[{object}]")), &[]);
    flows("m.txt", object.as_bytes(), &[]);
}

#[test]
fn apply_keeps_absent_null_empty_and_list_apart() {
    let files = Files::new();
    let mappings = "a: '[a]'\ns: IgnoreFlowIfNullOrEmpty([a])\n";
    let rows = "{}\n{\"a\":null}\n{\"a\":\"\"}\n{\"a\":[]}\n{\"a\":[\"x\"]}\n{\"a\":7}\n";
    apply(&files, mappings, "a.jsonl", rows, &[]).gives(
        "{\"a\":null}\n{\"a\":null}\n{\"a\":\"\"}\n{\"a\":[]}\n{\"a\":[\"x\"],\"s\":[\"x\"]}\n{\"a\":7,\"s\":7}\n",
    );
    apply(&files, mappings, "a.jsonl", rows, &["--format", "csv"])
        .gives("a,s,@errors\n,,\n,,\n\"\",,\n[],,\n\"[\"\"x\"\"]\",\"[\"\"x\"\"]\",\n7,7,\n");
    let cells = "a,b\n,1\n";
    apply(&files, mappings, "a.csv", cells, &[]).gives("{\"a\":\"\"}\n");
    apply(&files, mappings, "a.csv", cells, &["--empty-is-absent"]).gives("{\"a\":null}\n");
}

#[test]
fn apply_reports_bad_rows_by_line_and_goes_on() {
    let files = Files::new();
    let csv = b"first,last\r\nA,B\r\n\r\nshort\r\n\"C\nD\",E\r\nF,\xe4\r\nG,H,I\r\nJ,\"K\r\n";
    let rows = apply(&files, "n: '[first]'\nl: '[last]'\n", "a.csv", csv, &[]);
    assert_eq!(rows.out, "{\"n\":\"A\",\"l\":\"B\"}\n{\"n\":\"C\\nD\",\"l\":\"E\"}\n");
    rows.fails(
        1,
        &[
            "a.csv:4: the row has 1 cell, the header 2 cells",
            "a.csv:7: last is not UTF-8",
            "a.csv:8: the row has 3 cells",
            "a.csv:9: a quotation mark is not closed",
            "6 records: 2 flowed, 4 could not be read",
        ],
    );
    let json = "[{\"first\":1},\n {\"first\": \"b\" 2},\n 7,\n {\"first\":\n tru},\n{\"first\":3},\n{\"first\":";
    let rows = apply(&files, "n: '[first]'\n", "a.json", json, &[]);
    assert_eq!(rows.out, "{\"n\":1}\n{\"n\":3}\n");
    rows.fails(1, &["a.json:2:", "a.json:3: the record is a number", "a.json:5:", "a.json:7:", "6 records"]);
    let lines = "{\"first\":1}\n{\"first\":\n[]\n{\"first\":2}";
    let rows = apply(&files, "n: '[first]'\n", "a.jsonl", lines, &[]);
    assert_eq!(rows.out, "{\"n\":1}\n{\"n\":2}\n");
    rows.fails(1, &["a.jsonl:2:", "a.jsonl:3: the record is a list"]);
    let rows = feed(&["apply", &files.path("map.yaml"), "--input", "-"], lines.as_bytes());
    assert_eq!(rows.out, "{\"n\":1}\n{\"n\":2}\n");
    rows.fails(1, &["standard input:2:"]);
}

#[test]
fn apply_reports_failed_mappings_and_writes_the_others() {
    let files = Files::new();
    let mappings = "when: CDate([d])\nname: '[n]'\n";
    let rows = "n,d\nAnn,2026-01-31\nBo,soon\n";
    let failed = apply(&files, mappings, "a.csv", rows, &[]);
    failed.fails(1, &["a.csv:3: when: error[AF404]:", "soon", "2 records: 1 flowed, 1 failed"]);
    let objects: Vec<Value> = failed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[0], json!({"when": "1/31/2026 12:00:00 AM", "name": "Ann"}));
    assert_eq!(objects[1]["name"], "Bo");
    assert_eq!(
        (&objects[1]["@errors"][0]["target"], &objects[1]["@errors"][0]["code"]),
        (&json!("when"), &json!("AF404"))
    );
    assert!(failed.err.ends_with("1 failed\n  AF404: 1: A value does not read as a date.\n"), "{}", failed.err);
    // What the run lacks is said once an attribute, and counted.
    let lacking = "when: CDate([d])\nmail: 'Join(\"@\", [n], %Domain%)'\nupn: '%Domain%'\n";
    let failed = apply(&files, lacking, "a.csv", rows, &[]);
    assert_eq!(failed.out.matches("AF419").count(), 4, "{}", failed.out);
    assert_eq!(failed.err.matches("error[AF419]").count(), 2, "{}", failed.err);
    assert!(failed.err.contains("a.csv:2: upn: error[AF419]") && failed.err.contains("a.csv:3: when: error[AF404]"));
    assert!(failed.err.contains("\n  AF404: 1: ") && failed.err.contains("\n  AF419: 1: "), "{}", failed.err);
    let hidden = apply(&files, mappings, "a.csv", rows, &["--redact"]);
    assert!(!hidden.err.contains("soon") && hidden.err.contains("AF404"), "{hidden:?}");
    let skipped = apply(&files, "a: 'IIF([n]=\"Bo\", IgnoreObjectFlow, [n])'\n", "a.csv", rows, &[]);
    assert_eq!((skipped.out.as_str(), skipped.code), ("{\"a\":\"Ann\"}\n", 0));
    assert!(skipped.err.ends_with("2 records: 1 flowed, 1 left the flow\n"), "{skipped:?}");
}

#[test]
fn apply_writes_files_whole_or_not_at_all() {
    let files = Files::new();
    let out = files.path("out.ndjson");
    apply(&files, MAPPINGS, "a.csv", "id\n1\n", &["-o", &out]).gives("");
    assert!(files.read("out.ndjson").contains("\"id\":\"1\""));
    let nowhere = files.path("no/such/folder/out.csv");
    apply(&files, MAPPINGS, "a.csv", "id\n1\n", &["-o", &nowhere]).fails(2, &["out.csv"]);
    let left: Vec<PathBuf> = std::fs::read_dir(files.path("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| !path.to_str().unwrap().contains(".attrflow-")), "{left:?}");
}

#[test]
fn apply_follows_rules_and_names() {
    let files = Files::new();
    apply(&files, MAPPINGS, "a.csv", "id,COUNTRY\n1,NZ\n", &["--operation", "update", "--empty-is-absent"])
        .gives("{\"name\":\"\",\"mail\":null,\"country\":\"NZ\"}\n");
    let names = apply(
        &files,
        "m: '[mail]'\n",
        "a.jsonl",
        "{\"x\":1}\n{\"Mail\":\"a\"}\n{\"Mail\":\"b\",\"mail\":\"c\"}\n",
        &[],
    );
    names.gives("{\"m\":null}\n{\"m\":\"a\"}\n{\"m\":\"c\"}\n");
    assert_eq!(names.err.matches("AF106").count(), 1, "said once: {}", names.err);
    // Nothing in the record is read, and yet every record draws a value of its own.
    let drawn = apply(&files, "g: Guid()\n", "a.csv", "id\n1\n2\n", &["--seed", "7"]);
    let values: Vec<&str> = drawn.out.lines().collect();
    assert_ne!(values[0], values[1]);
    assert_eq!(apply(&files, "g: Guid()\n", "a.csv", "id\n1\n2\n", &["--seed", "7"]).out, drawn.out);
    let unique = "mail: SelectUniqueValue([a], [b])\n";
    let taken = files.write("taken.csv", "mail,cn\nx,\n,y\n");
    apply(&files, unique, "a.csv", "a,b\nx,y\ny,z\n", &["--taken", &taken])
        .gives("{\"mail\":\"y\"}\n{\"mail\":\"z\"}\n");
}

#[test]
fn configurations_that_cannot_be_used_are_told() {
    let files = Files::new();
    let broken = |mappings: &str, words: &[&str]| apply(&files, mappings, "a.csv", "a\n1\n", &[]).fails(2, words);
    broken("- mail: Trm([mail])\n- cn: '[cn]'\n", &["map.yaml:1:9\n", "AF101]: mail: Trm", "did you mean Trim?"]);
    broken("mail: [mail]\n", &["quotes", "'[mail]'", "line 1"]);
    broken("- mail: '[mail]'\n  defualt: x\n", &["'mail' and 'defualt'", "line 1"]);
    broken("- {target: mail, expression: '[a]', when: x}\n", &["'when'", "not known"]);
    broken("- {target: mail, expression: '[a]', apply: never}\n", &["none of always, create and add"]);
    broken("- {target: mail}\n", &["no expression"]);
    broken("7\n", &["a number"]);
    broken("a: \"\n", &["map.yaml"]);
    broken("- a: '[a]'\n- b: '[b]'\n- a: '[a]'\n", &["map.yaml:3:7\n", "AF501]: a: another"]);
    for config in [r#"{"a": "[a]"}"#, r#"[{"a": "[a]"}]"#, r#"{"mappings": [{"target": "a", "expression": "[a]"}]}"#] {
        let path = files.write("map.json", config);
        run(&["apply", &path, "--input", &files.write("a.csv", "a\n1\n")]).gives("{\"a\":\"1\"}\n");
    }
    let path = files.write("map.json", r#"{"a": "[a]"}"#);
    run(&["apply", &path, "--input", &files.path("none.csv")]).fails(2, &["none.csv", "no such file"]);
    run(&["apply", &path, "--input", &files.path("")]).fails(2, &["is a folder"]);
    run(&["apply", &path, "--input", &files.write("empty.csv", "")]).fails(2, &["no header line"]);
    run(&["apply", &path, "--input", &files.write("twice.csv", "a,a\n1,2\n")]).fails(2, &["two columns are named a"]);
    run(&["apply", &path]).fails(2, &["--input"]);
}

// Hostile input

#[test]
fn large_and_deep_input_ends_in_an_error_or_a_result() {
    let files = Files::new();
    let text = "x".repeat(10 << 20);
    let data = files.write("big.json", format!("{{\"a\":\"{text}\"}}"));
    let big = run(&["eval", "[a]", "--data", &data]);
    assert_eq!((big.code, big.out.len()), (0, text.len() + 1));
    let doubled = run(&["eval", "Append([a], [a])", "--data", &data, "--format", "json"]);
    doubled.fails(1, &["AF413"]);
    let long = feed(&["eval", "-"], format!("Trim(\"{text}\")").as_bytes());
    long.fails(2, &["AF020"]);
    assert!(long.err.len() < 10_000, "the line is cut: {}", long.err.len());
    let nested = "Trim(".repeat(100_000) + "[a]" + &")".repeat(100_000);
    for command in ["eval", "explain", "fmt", "check", "convert"] {
        let run = feed(&[command, "-"], nested.as_bytes());
        assert_eq!(run.code, if command == "check" { 1 } else { 2 }, "{command}");
        assert!(format!("{}{}", run.err, run.out).contains("AF02"), "{command}");
    }
    let deep = "[".repeat(100_000);
    for name in ["deep.json", "deep.yaml", "deep.jsonl"] {
        let path = files.write(name, &deep);
        run(&["test", &path]).fails(2, &[name]);
        run(&["check", &path]).fails(2, &[name]);
    }
    let path = files.write("deep.json", format!("[{}]", "{\"a\":".repeat(100_000)));
    let config = files.write("map.yaml", "a: '[a]'\n");
    run(&["apply", &config, "--input", &path]).fails(1, &["deep.json:1:"]);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &(b'b'..=b'i').fold(String::new(), |text, letter| {
            let (name, before) = (letter as char, (letter - 1) as char);
            let nine = vec![format!("*{before}"); 9].join(",");
            text + &format!("{name}: &{name} [{nine}]\n")
        });
    run(&["check", &files.write("bomb.yaml", bomb)]).fails(2, &["bomb.yaml"]);
}

#[test]
fn a_number_expected_is_not_met_by_other_text() {
    let files = Files::new();
    let suite = files.write(
        "ids.jsonl",
        "{\"expression\":\"[id]\",\"input\":{\"id\":\"007\"},\"expect\":7}\n{\"expression\":\"[id]\",\"input\":{\"id\":\"7\"},\"expect\":7}\n",
    );
    let found = run(&["test", &suite]);
    assert!(found.code == 1 && found.out.ends_with("1 passed, 1 failed\n"), "{found:?}");
}

#[test]
fn a_scim_page_and_ldif_are_read() {
    let files = Files::new();
    let mappings = files.write("q.yaml", "q: '[a]'\n");
    let scim = files.write("page.json", r#"{"totalResults":2,"Resources":[{"a":1},{"a":2}]}"#);
    run(&["apply", &mappings, "--input", &scim]).gives("{\"q\":1}\n{\"q\":2}\n");
    let ldif = files.write("people.ldif", "dn: CN=a\na: 1\n");
    run(&["apply", &mappings, "--input", &ldif]).gives("{\"q\":\"1\"}\n");
}
