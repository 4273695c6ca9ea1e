//! `attrflow convert` on configurations: the short format to Graph's and back.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/command.rs"]
mod command;

use command::{Files, Run};
use serde_json::Value as Json;

const SHORT: &str = "examples/data/hr-to-ad.yaml";

fn attrflow(args: &[&str]) -> Run {
    let run = command::attrflow(args, b"");
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

/// The accounts that a configuration makes of the sample's workers.
fn accounts(config: &str) -> Vec<Json> {
    let fixed = ["--param", "DefaultDomain=contoso.com", "--now", "2026-11-21T00:00:00Z"];
    let args = [&["apply", config, "--input", "examples/data/workers.csv"], &fixed[..]].concat();
    let mut lines = command::attrflow(&args, b"").lines();
    // Where in the text something fails, the layout of the text decides.
    lines.iter_mut().for_each(|line| drop(line.as_object_mut().unwrap().remove("@errors")));
    lines
}

#[test]
fn the_short_format_goes_to_graph_and_back() {
    let files = Files::new();
    let graph = attrflow(&["convert", SHORT]).out;
    let json: Json = serde_json::from_str(&graph).unwrap();
    let first = &json["attributeMappings"][0];
    assert_eq!((&first["targetAttributeName"], &first["matchingPriority"]), (&"employeeID".into(), &1.into()));
    assert_eq!(first["source"]["type"], "Attribute");
    assert_eq!(json["scope"]["groups"][0]["clauses"][0]["operatorName"], "NOT EQUALS");

    let graph = files.write("graph.json", &graph);
    assert!(accounts(&graph) == accounts(SHORT));
    let back = files.write("back.yaml", attrflow(&["convert", &graph]).out);
    assert!(accounts(&back) == accounts(SHORT));
    // Nothing more is lost on a second way.
    let again = files.write("again.json", attrflow(&["convert", &back]).out);
    assert_eq!(std::fs::read_to_string(&again).unwrap(), std::fs::read_to_string(&graph).unwrap());
}

#[test]
fn what_the_short_format_has_no_place_for_is_said() {
    let run = attrflow(&["convert", "examples/data/hr-to-ad.json"]);
    assert!(run.err.contains("definitions of both directories"), "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines.iter().any(|line| line.contains("employeeType NOT EQUALS Contractor")), "{}", run.out);
    assert!(lines.iter().any(|line| line.contains("apply: create")), "{}", run.out);
}

#[test]
fn trees_and_expressions_are_converted_as_before() {
    let files = Files::new();
    let tree = files.write("tree.json", attrflow(&["convert", "Left([name], 3)"]).out);
    assert_eq!(attrflow(&["convert", &tree]).out, "Left([name], 3)\n");
    let text = files.write("text.txt", "Left([name], 3)");
    assert!(attrflow(&["convert", &text, "--compact"]).out.contains("\"Function\""));
}
