//! Runs every example that every function declares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::functions::{Example, Expect};
use attrflow::{
    AttributeBag, Code, Compiler, Dialect, Environment, Expression, Machine, Outcome, OwnedValue, Registry, Severity,
};

/// What the examples may rely on: DefaultDomain needs its parameter.
fn environment() -> Environment {
    Environment::fixed("2026-01-01T12:00:00Z").unwrap().with_parameter("DefaultDomain", "contoso.com")
}

fn record(example: &Example) -> AttributeBag {
    let mut bag = AttributeBag::new();
    for (name, _) in example.input {
        let values: Vec<&str> = example.input.iter().filter(|(n, _)| n == name).map(|(_, value)| *value).collect();
        match values.as_slice() {
            [single] => bag.set(name, *single),
            several => bag.set(name, several.to_vec()),
        }
    }
    bag
}

/// What the example gives, or the codes it fails with.
fn run(example: &Example, machine: &mut Machine) -> Result<Outcome, Vec<Code>> {
    let expression = Expression::parse(example.expression).map_err(|error| {
        error.diagnostics().iter().filter(|d| d.severity == Severity::Error).map(|d| d.code).collect::<Vec<_>>()
    })?;
    machine.evaluate(&expression, &record(example)).into_owned().map_err(|error| vec![error.code])
}

fn check(example: &Example) -> Result<(), String> {
    let mut machine = Machine::with_environment(environment());
    let got = run(example, &mut machine);
    let fits = match (&example.expect, &got) {
        (Expect::Text(text), Ok(Outcome::Value(value))) => {
            !matches!(value, OwnedValue::Multi(_)) && value.to_string() == *text
        }
        (Expect::Integer(integer), Ok(Outcome::Value(OwnedValue::Integer(got)))) => got == integer,
        (Expect::Boolean(truth), Ok(Outcome::Value(OwnedValue::Boolean(got)))) => got == truth,
        (Expect::List(texts), Ok(Outcome::Value(OwnedValue::Multi(got)))) => {
            got.iter().map(ToString::to_string).eq(texts.iter().map(|text| (*text).to_owned()))
        }
        (Expect::Null, Ok(Outcome::Null))
        | (Expect::Skip, Ok(Outcome::Skip))
        | (Expect::SkipObject, Ok(Outcome::SkipObject)) => true,
        (Expect::Fails(code), Err(codes)) => codes.contains(code),
        (Expect::Varies { length }, Ok(Outcome::Value(OwnedValue::Text(first)))) => {
            // The same seed and record give the same; entropy gives another each time.
            let again = run(example, &mut Machine::with_environment(environment()));
            let mut free = Machine::new();
            let others = (run(example, &mut free), run(example, &mut free));
            first.encode_utf16().count() == *length && again == got && others.0 != others.1 && others.0 != got
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "{}:{}: {}\n    with {:?}\n    expected {:?}, got {got:?}",
        example.location.file(),
        example.location.line(),
        example.expression,
        example.input,
        example.expect
    ))
}

#[test]
fn every_declared_example_gives_what_it_says() {
    let registry = Registry::builtin();
    let (mut functions, mut examples, mut failures) = (0, 0, Vec::new());
    for function in registry.iter().filter(|function| function.name(Dialect::Provisioning).is_some()) {
        functions += 1;
        for example in function.examples {
            examples += 1;
            failures.extend(check(example).err());
        }
    }
    said!("{examples} examples of {functions} functions ran");
    assert!(failures.is_empty(), "{} of {examples} examples fail:\n{}", failures.len(), failures.join("\n"));
    assert!(functions >= 60 && examples >= 300, "the registry lost functions or examples");
}

#[test]
fn examples_give_the_same_unfolded() {
    let mut compared = 0;
    let unfolded = Compiler::new().folding(false);
    for example in Registry::builtin().iter().flat_map(|function| function.examples) {
        let (Ok(folded), Ok(plain)) = (Expression::parse(example.expression), unfolded.expression(example.expression))
        else {
            continue;
        };
        let mut machine = Machine::with_environment(environment());
        let one = machine.evaluate(&folded, &record(example)).into_owned().map_err(|error| error.code);
        machine.forget_unique_values();
        let two = machine.evaluate(&plain, &record(example)).into_owned().map_err(|error| error.code);
        assert_eq!(one, two, "{}", example.expression);
        compared += 1;
    }
    said!("{compared} examples give the same folded and unfolded");
    assert!(compared > 200);
}

#[test]
fn every_function_is_declared_in_full() {
    for function in Registry::builtin().iter() {
        let name = function.name(Dialect::Provisioning).unwrap();
        assert!(!function.summary.is_empty() && function.summary.ends_with('.'), "{name} has no summary");
        assert!(!function.rules.is_empty(), "{name} has no rules");
        assert!(function.examples.len() >= 2, "{name} has fewer than two examples");
        assert!(
            function.parameters.iter().all(|p| !p.name.is_empty() && !p.key.is_empty() && p.doc.ends_with('.')),
            "{name} has a parameter without name, key or documentation"
        );
        assert!(function.rules.iter().all(|rule| rule.text.ends_with('.')), "{name} has a rule that is no sentence");
    }
}
