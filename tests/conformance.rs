//! Holds the provisioning functions against the cases of the vendor's reference pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::{AttributeBag, Environment, Expression, InMemoryDirectory, Machine, Outcome, OwnedValue};
use serde_json::Value as Json;

const CASES: &str = include_str!("data/conformance/provisioning/documented.jsonl");
const DIACRITICS: &str = include_str!("data/conformance/provisioning/normalize_diacritics.tsv");

fn value(json: &Json) -> OwnedValue {
    match json {
        Json::Null => OwnedValue::Null,
        Json::Bool(truth) => OwnedValue::Boolean(*truth),
        Json::Number(number) => OwnedValue::Integer(number.as_i64().expect("cases hold integers only")),
        Json::String(text) => OwnedValue::from(text.as_str()),
        Json::Array(values) => OwnedValue::Multi(values.iter().map(value).collect()),
        Json::Object(_) => panic!("no case has an object as input"),
    }
}

fn check(case: &Json) -> Result<(), String> {
    let expression = Expression::parse(case["expression"].as_str().unwrap()).map_err(|error| error.to_string())?;
    let mut bag = AttributeBag::new();
    for (name, input) in case["input"].as_object().unwrap() {
        bag.set(name, value(input));
    }
    let mut environment = Environment::fixed(case["now"].as_str().unwrap_or("2026-01-01T00:00:00Z")).unwrap();
    if let Some(taken) = case["taken"].as_array() {
        let mut directory = InMemoryDirectory::default();
        taken.iter().for_each(|value| directory.take_anywhere(value.as_str().unwrap()));
        environment = environment.with_directory(directory);
    }
    let mut machine = Machine::with_environment(environment);
    let got = machine.evaluate(&expression, &bag).into_owned();
    let expect = &case["expect"];
    let fits = match &got {
        Err(error) => expect["error"].as_str().is_some_and(|part| error.message.contains(part)),
        Ok(Outcome::Skip) => expect["skip"] == true,
        Ok(Outcome::Null) => expect.is_null(),
        Ok(Outcome::Value(got)) => match expect {
            // A text is also what a dateTime, and a comparison's True, print as.
            Json::String(text) => !matches!(got, OwnedValue::Multi(_)) && got.to_string() == *text,
            Json::Object(_) => false,
            other => *got == value(other),
        },
        Ok(_) => false,
    };
    if fits { Ok(()) } else { Err(format!("expected {expect}, got {got:?}")) }
}

#[test]
fn documented_cases() {
    let cases: Vec<Json> = CASES.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| check(case).err().map(|why| format!("{}: {}\n    {why}", case["id"], case["expression"])))
        .collect();
    said!("{} of {} documented cases pass", cases.len() - failures.len(), cases.len());
    assert!(failures.is_empty(), "{} of {} cases fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
    assert_eq!(cases.len(), 118);
}

#[test]
fn diacritics_of_the_documented_table() {
    let expression = Expression::parse("NormalizeDiacritics([x])").unwrap();
    let mut machine = Machine::new();
    let mut rows = 0;
    for row in DIACRITICS.lines().skip(1) {
        let (character, plain) = row.split_once('\t').unwrap();
        let bag = AttributeBag::from_iter([("x", character)]);
        let got = machine.evaluate(&expression, &bag).into_owned().unwrap();
        assert_eq!(got.to_string(), plain, "for {character}");
        rows += 1;
    }
    said!("{rows} rows of the table of diacritics pass");
    assert!(rows > 250);
}
