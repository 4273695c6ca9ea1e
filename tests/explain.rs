//! `attrflow explain CONFIG`: one object, step by step, and over time.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod support;

#[path = "support/command.rs"]
mod command;

use command::Run;
use serde_json::Value as Json;
use std::path::Path;

fn attrflow(args: &[&str]) -> Run {
    command::attrflow(args, b"")
}

fn json(run: &Run) -> Json {
    run.lines().remove(0)
}

const HR: [&str; 6] = [
    "examples/data/hr-to-ad.json",
    "--input",
    "examples/data/workers.csv",
    "--param",
    "DefaultDomain=contoso.com",
    "--where",
];

/// Explains a worker of the sample.
fn worker(condition: &str, more: &[&str]) -> Run {
    attrflow(&[&["explain"], &HR[..], &[condition], more].concat())
}

/// The same against the sample directory.
fn against(condition: &str, more: &[&str]) -> Run {
    let target = ["--target", "examples/data/directory.jsonl", "--now", "2026-11-21T00:00:00Z"];
    worker(condition, &[&target[..], more].concat())
}

#[test]
fn explanations_of_the_sample() {
    support::golden("explanations/hr-to-ad.txt", |case| {
        let mut words = case.split_whitespace();
        let condition = words.next().unwrap();
        let more: Vec<&str> = words.collect();
        let run = against(condition, &more);
        format!("{}exit {}", run.out, run.code)
    });
}

#[test]
fn the_forms_say_the_same() {
    let json = json(&against("employeeId=201050", &["--format", "json"]));
    assert_eq!(json["operation"], "disable");
    assert_eq!(json["scope"]["decision"], "out");
    let clause = &json["scope"]["groups"][0]["clauses"][0];
    assert_eq!((&clause["clause"], &clause["holds"]), (&"employeeType NOT EQUALS Contractor".into(), &false.into()));
    let attribute = &json["attributes"][0];
    assert_eq!((&attribute["target"], &attribute["after"]), (&"accountDisabled".into(), &true.into()));

    let page = against("employeeId=201050", &["--format", "html"]).out;
    for part in ["<!DOCTYPE html>", "disable", "employeeType NOT EQUALS Contractor", "accountDisabled", "IsSoftDeleted"]
    {
        assert!(page.contains(part), "{part}");
    }
    // It loads nothing, and what a record holds is text.
    assert!(!page.contains("http") && !page.contains("<script"));
    let hostile = attrflow(&[
        "explain",
        "examples/data/hr-to-ad.json",
        "--set",
        "employeeId=<script>alert(1)</script>",
        "--format",
        "html",
    ]);
    assert!(!hostile.out.contains("<script"), "{}", hostile.out);
}

#[test]
fn the_exported_configuration_explains_an_ordinary_user_and_names_the_policy() {
    let schema = "../shared/conformance/schemas/cloudsync-ad2aad-full-schema.json";
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(schema).exists() {
        println!("{schema} is not here: skipped");
        return;
    }
    let user = [
        "objectGUID=AAECAwQFBgcICQoLDA0ODw==",
        "sAMAccountName=ann",
        "userPrincipalName=ann@contoso.com",
        "distinguishedName=CN=Ann,OU=Cloud,DC=mydomain,DC=tld",
        "cn=Ann Lee",
        "userAccountControl=512",
    ];
    let mut args = vec!["explain", schema, "--param", "DomainFQDN=contoso.com", "--param", "DomainNetBios=CONTOSO"];
    user.iter().for_each(|attribute| args.extend(["--set", attribute]));
    let run = attrflow(&args);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "scope in scope",
        "isCriticalSystemObject IS FALSE  (null)  holds",
        "adminDescription NOT REGEX MATCH ^User_  (null)  holds",
        "in an input filter a negative clause on a null or empty attribute holds (evident)",
        "operation create",
        "DisplayName  null → \"Ann Lee\"",
    ] {
        assert!(run.out.contains(part), "no {part:?} in {}", run.out);
    }
}

#[test]
fn what_does_not_show_stays_hidden() {
    let run = against("employeeId=200462", &["--redact"]);
    assert!(run.out.contains("mobile"), "{}", run.out);
    for value in ["+491705550142", "Peña", "200462"] {
        assert!(!run.out.contains(value), "{value} in {}", run.out);
    }
}

#[test]
fn attributes_over_time() {
    // A worker who starts in 2027: the account opens fourteen days before, to the second.
    let hire = worker("employeeId=202002", &["--from", "2026-01-01", "--to", "2028-01-01"]);
    assert_eq!(hire.out, "2027-01-17T00:00:01Z  accountDisabled  True → False\n");
    // One who leaves.
    let leave = json(&worker("employeeId=200364", &["--from", "2026-11-01", "--to", "2027-01-01", "--format", "json"]));
    assert_eq!(leave["changes"][0]["instant"], "2026-11-14T00:00:00Z");
    assert_eq!(leave["changes"][0]["after"], true);
    assert_eq!(leave["changes"].as_array().unwrap().len(), 1);
    // Somebody whose dates are all past.
    assert_eq!(worker("employeeId=200007", &["--from", "2026-01-01", "--to", "2027-01-01"]).out, "nothing changes\n");
}

#[test]
fn what_changes_with_the_clock_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clock.yaml");
    std::fs::write(&path, "stamp: FormatDateTime(Now(), , , \"yyyy-MM-dd\")\nid: '[id]'\n").unwrap();
    let path = path.to_str().unwrap();
    let run = attrflow(&["explain", path, "--set", "id=1", "--from", "2026-01-01", "--to", "2026-03-01"]);
    assert_eq!(run.out, "always  stamp  changes with the clock\n", "{}", run.err);
}

#[test]
fn wrong_use_is_told() {
    let told = |args: &[&str], words: &str| {
        let run = attrflow(args);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(words), "no {words:?} in {}", run.err);
    };
    told(&["explain", "nowhere.json"], "no such file");
    told(&["explain", "Now()", "--from", "2026-01-01", "--to", "2026-02-01"], "for configurations");
    told(&[&["explain"], &HR[..], &["employeeId=1"]].concat(), "no record has employeeId=1");
    told(&[&["explain"], &HR[..], &["employeeId"]].concat(), "NAME=VALUE is wanted");
    told(
        &[&["explain"], &HR[..], &["employeeId=200007", "--from", "soon", "--to", "2026-01-01"]].concat(),
        "a day such as",
    );
    told(&[&["explain"], &HR[..], &["employeeId=200007", "--mapping", "x"]].concat(), "no object mapping is called");
}
