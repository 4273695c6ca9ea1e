//! The sample plans: what they say, and that they always say it.

use crate::command::{Files, Run, golden, text, utf16};
use crate::{HR, SCIM, Sample, plan};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: [&str; 7] = ["create", "update", "disable", "delete", "skip", "conflict", "quarantine"];

/// What a run says of the whole: from the line with the numbers on.
fn totals(run: &Run) -> &str {
    let start = run.err.find(" objects: ").unwrap_or_else(|| panic!("no totals: {}", run.err));
    &run.err[run.err[..start].rfind('\n').map_or(0, |end| end + 1)..]
}

/// The operations of a plan, counted.
fn counted(run: &Run) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in run.lines() {
        *counts.entry(line["operation"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// The numbers of a sentence such as `3 create, 8 update`.
fn numbers(sentence: &str) -> BTreeMap<String, usize> {
    let parts = sentence.split([',', ';', '.', ':', '\n']).filter_map(|part| part.trim().split_once(' '));
    parts
        .filter(|(_, word)| OPERATIONS.contains(word))
        .filter_map(|(number, word)| Some((word.to_owned(), number.parse().ok()?)))
        .collect()
}

#[test]
fn sample_plans_are_those_that_are_kept() {
    for sample in [HR, SCIM] {
        let lines = sample.plan(&["--format", "ndjson"]);
        let pretty = sample.plan(&[]);
        assert_eq!((lines.code, pretty.code), (1, 1), "something is set aside");
        golden(&format!("plans/{}.ndjson", sample.name), &lines.out);
        golden(&format!("plans/{}.txt", sample.name), &format!("{}\n{}", pretty.out, totals(&pretty)));
        assert_eq!(totals(&lines), totals(&pretty));
        for operation in OPERATIONS {
            assert!(counted(&lines).contains_key(operation), "{} has no {operation}", sample.name);
        }
        assert_eq!(counted(&lines), numbers(totals(&lines).lines().next().unwrap()));
    }
}

#[test]
fn every_number_of_threads_gives_the_same_bytes() {
    for sample in [HR, SCIM] {
        for format in ["ndjson", "pretty", "scim", "ldif"] {
            // What has no form for a configuration says so, and no threads change that.
            let run = |threads: &str| sample.plan(&["--format", format, "--threads", threads]);
            let one = run("1");
            assert_eq!(run("2"), one, "{} as {format}", sample.name);
            assert_eq!(run("3"), one, "{} as {format}", sample.name);
        }
    }
}

/// Without unique values several threads really share the work; many more rows than
/// threads take at a time.
#[test]
fn threads_that_share_the_work_give_the_same_bytes() {
    let files = Files::new();
    let mut config: Json = serde_json::from_str(&text(HR.config)).unwrap();
    let mappings = config["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"].as_array_mut().unwrap();
    let before = mappings.len();
    mappings.retain(|mapping| {
        !mapping["source"]["expression"].as_str().is_some_and(|text| text.contains("SelectUniqueValue"))
    });
    assert_eq!(before - mappings.len(), 3);
    // A copy must not require what nothing fills any more.
    let attributes = config["directories"][1]["objects"][0]["attributes"].as_array_mut().unwrap();
    for attribute in attributes {
        if ["userPrincipalName", "sAMAccountName"].contains(&attribute["name"].as_str().unwrap()) {
            attribute["required"] = false.into();
        }
    }
    let config = files.write("config.json", config.to_string());
    let workers = text(HR.input);
    let (header, rows) = workers.split_once('\n').unwrap();
    let mut many = format!("{header}\n");
    for _ in 0..12 {
        many.push_str(rows);
    }
    let many = files.write("workers.csv", many);
    let run = |threads: &str| plan(&config, &many, HR.target, &["--format", "ndjson", "--threads", threads], b"");
    let one = run("1");
    assert_eq!(one.lines().len(), 294 * 12 + 3);
    // Every account but one has rows enough to be quarrelled about.
    assert!(counted(&one)["conflict"] > 2000, "{:?}", counted(&one));
    for threads in ["2", "3", "7"] {
        let several = run(threads);
        assert!(several.out == one.out && several.err == one.err, "with {threads} threads");
    }
}

/// The tables of the sample data's README: the cells of each row.
fn table(sample: &Sample) -> (String, Vec<Vec<String>>) {
    let readme = text("examples/data/README.md");
    let part = readme.split("\n## ").find(|part| part.starts_with(sample.name)).unwrap();
    let totals = part.lines().find(|line| line.starts_with("Totals:")).unwrap().to_owned();
    let rows = part.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    (totals, rows.map(cells).collect())
}

/// What stands in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What stands in bold first: the operation.
fn operation(cell: &str) -> &str {
    cell.split("**").nth(1).unwrap()
}

#[test]
fn the_readme_tells_the_plan_from_hr() {
    let run = HR.plan(&["--format", "ndjson"]);
    let (totals, rows) = table(&HR);
    assert_eq!(counted(&run), numbers(&totals.replace("Totals:", "")));
    let lines = run.lines();
    assert!(totals.contains(&format!("{} lines, ", lines.len())), "{totals}");
    assert!(run.err.contains("4 target objects were never managed"), "{}", run.err);
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for row in &rows {
        let [line, _, who, _, expected] = row.as_slice() else { panic!("{row:?}") };
        let wanted = operation(expected);
        if line == "–" {
            let dn = expected.split("** ").nth(1).unwrap();
            let found = lines.iter().find(|object| object["target"]["distinguishedName"] == dn).unwrap();
            assert_eq!(found["operation"], wanted, "{who}");
            continue;
        }
        let line: usize = line.parse().unwrap();
        told.insert(line);
        let found = lines.iter().find(|object| object["source"]["line"] == line).unwrap_or_else(|| panic!("{row:?}"));
        assert_eq!(found["operation"], wanted, "{who}: {found}");
        let changed: BTreeSet<&str> =
            found["attributes"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        match wanted {
            "update" | "disable" => {
                assert_eq!(changed, quoted(expected).collect(), "{who}");
                for (name, values) in expected.split("; ").filter_map(|part| part.split_once("` ")) {
                    let name = name.rsplit('`').next().unwrap();
                    let Some((before, after)) = values.split_once(" → ") else { continue };
                    assert!(matches(&found["attributes"][name]["before"], before), "{who}: {name} was {before}");
                    assert!(matches(&found["attributes"][name]["after"], after), "{who}: {name} becomes {after}");
                }
            }
            "create" => {
                let (upn, rest) = expected.split("** ").nth(1).unwrap().split_once(',').unwrap();
                assert_eq!(found["attributes"]["userPrincipalName"]["after"], upn, "{who}");
                for part in rest.split([',', ';']).map(str::trim) {
                    let (name, value) = part.split_once(' ').unwrap();
                    let after = &found["attributes"][name.trim_matches('`')]["after"];
                    assert!(matches(after, value), "{who}: {part}, and not {after}");
                }
            }
            "quarantine" => {
                let attributes: BTreeSet<&str> =
                    found["errors"].as_array().unwrap().iter().filter_map(|error| error["target"].as_str()).collect();
                let named: BTreeSet<&str> = quoted(expected).collect();
                assert_eq!(attributes, named, "{who}");
                if let Some(code) = expected.split_whitespace().find(|word| word.starts_with("AF")) {
                    assert_eq!(found["code"], code, "{who}");
                }
            }
            "conflict" => {
                for candidate in found["candidates"].as_array().into_iter().flatten() {
                    assert!(expected.contains(candidate["objectGUID"].as_str().unwrap()), "{candidate}");
                }
            }
            _ => assert!(changed.is_empty(), "{who}"),
        }
    }
    // What the table does not name is a skip.
    for object in &lines {
        let line = object["source"]["line"].as_u64().map_or(0, |line| usize::try_from(line).unwrap());
        if line > 0 && !told.contains(&line) {
            assert_eq!(object["operation"], "skip", "{object}");
        }
    }
}

/// Whether a value is what the README writes.
fn matches(value: &Json, written: &str) -> bool {
    let written = written.trim_end_matches([',', '.']);
    match written {
        "nothing" => value.is_null(),
        _ if written.starts_with("the DN of ") => {
            value.as_str().is_some_and(|dn| dn.contains(&format!("({})", written.trim_start_matches("the DN of "))))
        }
        _ => match value {
            Json::String(text) => text == written.trim_matches('"'),
            other => format!("{other}") == written,
        },
    }
}

#[test]
fn the_readme_tells_the_plan_to_scim() {
    let run = SCIM.plan(&["--format", "ndjson"]);
    let (totals, rows) = table(&SCIM);
    assert_eq!(counted(&run), numbers(&totals.replace("Totals:", "")));
    let mut told = BTreeMap::<String, usize>::new();
    for row in &rows {
        let [_, _, expected] = row.as_slice() else { panic!("{row:?}") };
        *told.entry(operation(expected).to_owned()).or_default() += 1;
    }
    for (operation, count) in counted(&run) {
        if operation != "skip" {
            assert_eq!(told.get(&operation), Some(&count), "{operation}");
        }
    }
    // The names of the accounts that change are those of the table.
    let users: Vec<Json> = text(SCIM.input).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for object in run.lines().iter().filter(|object| object["operation"] != "skip" && object["source"].is_object()) {
        let user = users.iter().find(|user| user["objectGUID"] == object["source"]["objectGUID"]).unwrap();
        let name = user["userPrincipalName"].as_str().or(user["displayName"].as_str()).unwrap();
        let row = rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("{name} is not in the table"));
        assert_eq!(object["operation"], operation(&row[2]), "{name}");
        if object["operation"] == "update" {
            let changed: Vec<&str> = object["attributes"].as_object().unwrap().keys().map(String::as_str).collect();
            let named: Vec<&str> = quoted(&row[2]).filter(|name| !name.starts_with('…')).collect();
            assert_eq!(changed.len(), named.len(), "{name}: {changed:?}");
            for name in named {
                assert!(changed.iter().any(|attribute| attribute.ends_with(name)), "{name} is not in {changed:?}");
            }
        }
    }
}

#[test]
fn deletes_above_the_threshold_are_held_back() {
    for (sample, removed, target_size) in [(HR, 5, 275), (SCIM, 5, 52)] {
        let whole = sample.plan(&["--format", "ndjson"]);
        let percent = 100.0 * f64::from(removed) / f64::from(target_size);
        for (threshold, held) in [
            ((removed - 1).to_string(), true),
            (removed.to_string(), false),
            ("0".to_owned(), true),
            (format!("{:.3}%", percent - 0.01), true),
            (format!("{:.3}%", percent + 0.01), false),
            ("0%".to_owned(), true),
            ("100%".to_owned(), false),
        ] {
            for format in ["ndjson", "pretty"] {
                let run = sample.plan(&["--format", format, "--delete-threshold", &threshold]);
                assert_eq!(run.code, 1);
                assert_eq!(run.err.contains("more than the threshold of"), held, "{threshold}: {}", run.err);
                assert_eq!(run.err.matches("held back: ").count(), if held { 5 } else { 0 }, "{threshold}");
                let emitted = match format {
                    "ndjson" => counted(&run).iter().filter(|(verb, _)| removes(verb)).map(|(_, count)| count).sum(),
                    _ => run.out.lines().filter(|line| removes(line.split(' ').next().unwrap())).count(),
                };
                assert_eq!(emitted, if held { 0 } else { 5 }, "{threshold}");
                // Everything else is in the plan as before.
                if held && format == "ndjson" {
                    assert_eq!(run.lines().len(), whole.lines().len() - 5);
                }
            }
            let allowed = sample.plan(&["--format", "ndjson", "--delete-threshold", &threshold, "--allow-deletes"]);
            assert_eq!((&allowed.out, allowed.code), (&whole.out, 1), "{threshold}");
        }
    }
    // The other forms hold back as well.
    let scim = SCIM.plan(&["--format", "scim", "--delete-threshold", "4"]);
    assert!(!scim.out.contains("DELETE") && !scim.out.contains("\"active\",\"value\":false"), "{}", scim.out);
    let ldif = HR.plan(&["--format", "ldif", "--delete-threshold", "4"]);
    assert!(!ldif.out.contains("changetype: delete"), "{}", ldif.out);
    for wrong in ["-1", "x", "101%", "NaN%", "%", ""] {
        let run = HR.plan(&[&format!("--delete-threshold={wrong}")]);
        run.says(2, &["a number of objects is wanted, or percent"]);
    }
}

fn removes(operation: &str) -> bool {
    matches!(operation, "disable" | "delete")
}

/// With a threshold that is kept, and nothing set aside, the exit code is 0.
#[test]
fn a_plan_without_trouble_ends_with_0() {
    let files = Files::new();
    let workers = text(HR.input);
    let few: Vec<&str> = workers.lines().take(20).collect();
    let input = files.write("few.csv", few.join("\n"));
    let run = plan(HR.config, &input, HR.target, &["--format", "ndjson", "--delete-threshold", "100%"], b"");
    run.says(0, &["objects: "]);
    assert!(counted(&run)["delete"] > 200);
}

#[test]
fn every_way_to_read_gives_the_same_plan() {
    let files = Files::new();
    for sample in [HR, SCIM] {
        let more = ["--format", "ndjson"];
        let whole = sample.plan(&more);
        let (source, target) = (text(sample.input), text(sample.target));
        let standard_source = plan(sample.config, "-", sample.target, &more, source.as_bytes());
        assert_eq!((&standard_source.out, standard_source.code), (&whole.out, 1), "{}", standard_source.err);
        let standard_target = plan(sample.config, sample.input, "-", &more, target.as_bytes());
        assert_eq!((&standard_target.out, standard_target.code), (&whole.out, 1), "{}", standard_target.err);
        let standard_config = plan("-", sample.input, sample.target, &more, text(sample.config).as_bytes());
        assert_eq!((&standard_config.out, standard_config.code), (&whole.out, 1), "{}", standard_config.err);
        let config = files.write("config16.json", utf16(&text(sample.config)));
        let extension = sample.input.rsplit('.').next().unwrap();
        let input = files.write(&format!("input16.{extension}"), utf16(&source));
        let mut marked = "\u{feff}".as_bytes().to_vec();
        marked.extend(target.as_bytes());
        let target = files.write(&format!("marked.{}", sample.target.rsplit('.').next().unwrap()), marked);
        let wide = plan(&config, &input, &target, &more, b"");
        assert_eq!((&wide.out, wide.code), (&whole.out, 1), "{}", wide.err);
        // A file instead of standard output.
        let path = files.path("plan.ndjson");
        let filed = plan(sample.config, sample.input, sample.target, &["--format", "ndjson", "-o", &path], b"");
        assert_eq!((filed.out.as_str(), filed.code), ("", 1));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), whole.out);
    }
    let twice = plan(HR.config, "-", "-", &[], b"");
    twice.says(2, &["only one of configuration, input and target can come from standard input"]);
}
