//! Which branches of expressions records reach; the command's tests are in `suites.rs`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use attrflow::coverage::{Coverage, Kind};
use attrflow::{AttributeBag, Compiler, Environment, Expression, InMemoryDirectory, Machine, OwnedValue, Registry};
use proptest::prelude::*;

/// Records are parted by a bar, attributes by a blank; a name alone is the empty text.
fn records(text: &str) -> Vec<AttributeBag> {
    let record = |text: &str| {
        text.split_whitespace().map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect::<AttributeBag>()
    };
    text.split('|').map(record).collect()
}

fn covered(text: &str, bags: &[AttributeBag]) -> Coverage {
    let mut coverage = Coverage::new(&Compiler::new(), "", text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut directory = InMemoryDirectory::default();
    directory.take_anywhere("taken");
    let mut machine = Machine::with_environment(Environment::new().with_directory(directory));
    for bag in bags {
        coverage.record(&mut machine, bag);
    }
    coverage
}

/// Expression, records, and what is missing, parted by semicolons.
const MISSING: &[(&str, &str, &str)] = &[
    // Conditions
    (r#"IIF([a]="1", "x", "y")"#, "a=1", "the condition does not hold"),
    (r#"IIF([a]="1", "x", "y")"#, "a=2", "the condition holds"),
    (r#"IIF([a]="1", "x", "y")"#, "a=1 | b=1", ""),
    (r#"IIF([a], "x")"#, "a=true | b=1", ""),
    (r#"IIF([a], "x")"#, "a=perhaps", "the condition holds;the condition does not hold"),
    (r#"IIF(IsPresent([a]), [a], [b])"#, "a=1", "the condition does not hold"),
    (r#"IIF(True, "x", "y")"#, "a=1", "the condition does not hold"),
    (r#"Trim(IIF([a]="1", IIF([b]="1", "x", "y"), "z"))"#, "a=1 b=1 | a=2", "the condition does not hold"),
    // The inner one is not reached, so none of its branches is.
    (
        r#"IIF([a]="1", IIF(True, "x", "y"), "z")"#,
        "a=2",
        "the condition holds;the condition holds;the condition does not hold",
    ),
    // A branch that leaves the flow or fails is reached.
    (r#"IIF([a]="1", IgnoreAttributeFlow, Error("no"))"#, "a=1 | a=2", ""),
    // What stops before the choice reaches none.
    (
        r#"Join(" ", CDate([d]), IIF([a]="1", "x", "y"))"#,
        "d=never a=1",
        "the condition holds;the condition does not hold",
    ),
    // Keys
    (r#"Switch([a], "d", "1", "one", "2", "two")"#, "a=1", r#"key "2";the default"#),
    (r#"Switch([a], "d", "1", "one", "2", "two")"#, "a=3 | a=2", r#"key "1""#),
    (r#"Switch([a], "d", "", "none")"#, "b=1 | a | a=x", ""),
    (r#"Switch([a], "d", "A", "one")"#, "a=a", r#"key "A""#),
    (r#"Switch([a], [b], [c], "same", "1", ToUpper([b]))"#, "a=1 c=1 | a=2 b=x", r#"key "1""#),
    (r#"Switch([a], [b], [c], "same", "1", ToUpper([b]))"#, "a=1 b=x | a=2 b=x", "key [c]"),
    (r#"Switch(IsPresent([a]), "no", True, "yes")"#, "a=1", "the default"),
    (r#"Switch([a], , "1", IIF([b]="1", "x", "y"))"#, "a=1 b=1 | a=2", "the condition does not hold"),
    // The second of two equal keys is never chosen.
    (r#"Switch([a], "d", "1", "one", "1", "two")"#, "a=1 | a=2", r#"key "1""#),
    // Alternatives
    ("Coalesce([a], [b])", "a=1", "value 2, [b];no value: all are null"),
    ("Coalesce([a], [b])", "a | b=1 | c=1", ""),
    (r#"Coalesce([a], "none")"#, "a=1", r#"value 2, "none""#),
    (r#"Coalesce([a], "none")"#, "a=1 | b=1", ""),
    (
        "Coalesce(Trim([a]), ToUpper([b]), [c])",
        "c=1",
        "value 1, Trim([a]);value 2, ToUpper([b]);no value: all are null",
    ),
    ("Trim(Coalesce(Trim([a]), [b]))", "x=1", "value 1, Trim([a]);value 2, [b]"),
    (r#"Switch(Coalesce([a], Trim([b])), "d", "", "none")"#, "x=1 | b=1", "value 1, [a]"),
    // Unique values
    ("SelectUniqueValue([a], [b], [c])", "a=x", "rule 2, [b];rule 3, [c]"),
    ("SelectUniqueValue([a], [b], [c])", "a=x | a=X b=y", "rule 3, [c]"),
    ("SelectUniqueValue([a], [b], [c])", "a=taken b=taken c=y", "rule 1, [a];rule 2, [b]"),
    ("SelectUniqueValue([a], [b])", "a=taken b=taken", "rule 1, [a];rule 2, [b]"),
    (r#"SelectUniqueValue([a], "k")"#, "b=1", "rule 1, [a]"),
    (
        r#"SelectUniqueValue([a], IIF(True, "k", "l"))"#,
        "a=1",
        r#"rule 2, IIF(True, "k", "l");the condition holds;the condition does not hold"#,
    ),
    // Patterns
    (r#"Replace([a], , "[0-9]+", , "", , )"#, "a=x", r#""[0-9]+" is found"#),
    (r#"Replace([a], , "[0-9]+", , "", , )"#, "a=x | a=1", ""),
    (r#"Replace([a], "x", "", , "y", , )"#, "a=z", r#""x" is found"#),
    (r#"Replace([a], "x", "", , "y", , )"#, "b=1 | a=xz", ""),
    (r#"Replace(Replace([a], "x", , , "y", , ), "y", , , "z", , )"#, "a=y", r#""x" is found"#),
    (r#"Replace([a], , "(?<n>\\d+)", "n", , [b], )"#, "a=1 b=2", r#""(?<n>\\d+)" is found"#),
    (r#"Replace([a], , "(?<n>\\d+)", "n", , [b], )"#, "b=2", ""),
    // None at all
    ("[a]", "a=1", ""),
    ("IgnoreAttributeFlow", "a=1", ""),
];

#[test]
fn what_no_record_reaches_is_missing() {
    let mut faults = String::new();
    for (text, bags, missing) in MISSING {
        let coverage = covered(text, &records(bags));
        let found: Vec<&str> = coverage.missing().map(|branch| branch.what.as_str()).collect();
        let mut expected: Vec<&str> = missing.split(';').filter(|part| !part.is_empty()).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        if sorted != expected {
            faults += &format!("{text} on {bags}: {found:?}\n");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_branch_has_its_place() {
    let text = r#"IIF([a]="1", Switch([b], , "k", "v"), Coalesce([c], Replace([d], "x", , , "y", , )))"#;
    let coverage = covered(text, &[]);
    let places: Vec<(Kind, &str, &str)> = coverage
        .branches()
        .iter()
        .map(|branch| (branch.kind, branch.span.of(text), branch.call.of(text).split('(').next().unwrap()))
        .collect();
    let switch = r#"Switch([b], , "k", "v")"#;
    let replace = r#"Replace([d], "x", , , "y", , )"#;
    let coalesce = r#"Coalesce([c], Replace([d], "x", , , "y", , ))"#;
    assert_eq!(
        places,
        [
            (Kind::Whole, text, "IIF"),
            (Kind::True, switch, "IIF"),
            (Kind::False, coalesce, "IIF"),
            (Kind::Key, "\"k\"", "Switch"),
            // The default was left out: the call stands for it.
            (Kind::Default, switch, "Switch"),
            (Kind::Value, "[c]", "Coalesce"),
            (Kind::Value, replace, "Coalesce"),
            (Kind::Nothing, coalesce, "Coalesce"),
            (Kind::Found, "\"x\"", "Replace"),
        ]
    );
    assert_eq!(coverage.covered(), 0);
}

#[test]
fn values_that_fall_to_a_default_are_counted() {
    let text = r#"Switch([country], "Other", "DE", "Berlin")"#;
    let coverage = covered(text, &records("country=ES | country=PT | x=1 | country=DE | country=PT | country"));
    let default = coverage.defaults().next().unwrap();
    let values: Vec<(String, u64)> =
        default.most_frequent().into_iter().map(|(value, records)| (format!("{value:?}"), records)).collect();
    assert_eq!(
        values,
        [
            (r#"Text("PT")"#.to_owned(), 2),
            (r#"Text("ES")"#.to_owned(), 1),
            ("Null".to_owned(), 1),
            (r#"Text("")"#.to_owned(), 1)
        ]
    );
    assert_eq!((default.records, default.len(), default.unlisted), (5, 4, 0));
    // A default that hands the source on loses nothing.
    let coverage = covered(r#"Switch([a], Trim([a]), "", [b])"#, &records("a=1 | a=2"));
    assert_eq!(coverage.defaults().count(), 0);
}

#[test]
fn the_list_of_values_is_bounded() {
    let bags: Vec<AttributeBag> =
        (0..10_050).map(|number| AttributeBag::from_iter([("a", number.to_string())])).collect();
    let coverage = covered(r#"Switch([a], "d", "x", "y")"#, &bags);
    let mut both = coverage.fresh();
    assert_eq!(both.covered(), 0);
    both.absorb(&coverage);
    both.absorb(&coverage);
    let default = both.defaults().next().unwrap();
    assert_eq!((default.records, default.len(), default.unlisted), (20_100, 10_000, 100));
}

/// Covering changes nothing: every example of every function gives what it gives.
#[test]
fn what_comes_out_is_the_same() {
    let mut count = 0;
    for function in Registry::builtin().iter() {
        for example in function.examples {
            let Ok(expression) = Expression::parse(example.expression) else { continue };
            let mut bag = AttributeBag::new();
            for (name, value) in example.input {
                match bag.get(name).cloned() {
                    Some(OwnedValue::Multi(mut values)) => {
                        values.push((*value).into());
                        bag.set(name, values);
                    }
                    Some(held) => bag.set(name, vec![held, (*value).into()]),
                    None => bag.set(name, *value),
                }
            }
            let environment = Environment::fixed("2026-01-01T00:00:00Z").unwrap();
            let mut machine = Machine::with_environment(environment.clone());
            let plain = machine.evaluate(&expression, &bag).into_owned();
            let mut coverage = Coverage::new(&Compiler::new(), "", example.expression).unwrap();
            let mut machine = Machine::with_environment(environment);
            let observed = coverage.record(&mut machine, &bag).into_owned();
            assert_eq!(plain, observed, "{}", example.expression);
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}

/// A choice between leaves, each of which is a text of its own.
#[derive(Debug, Clone)]
enum Choice {
    Leaf,
    If(&'static str, Box<Choice>, Box<Choice>),
    Switch(&'static str, Vec<&'static str>, Vec<Choice>),
    Coalesce(Vec<Choice>),
    Trim(Box<Choice>),
}

fn choice() -> impl Strategy<Value = Choice> {
    let condition = prop::sample::select(vec![r#"[a]="x""#, "IsPresent([b])", "[t]", "[a]<>[b]", "True"]);
    let source = prop::sample::select(vec!["[a]", "[b]", "ToUpper([a])", "\"x\""]);
    let key = prop::sample::select(vec!["\"x\"", "\"y\"", "\"\"", "\"X\"", "[b]", "Trim([a])"]);
    Just(Choice::Leaf).prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            (condition.clone(), inner.clone(), inner.clone()).prop_map(|(test, one, other)| Choice::If(
                test,
                one.into(),
                other.into()
            )),
            (source.clone(), prop::collection::vec((key.clone(), inner.clone()), 1..4), inner.clone()).prop_map(
                |(source, cases, default)| {
                    let (keys, mut values): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
                    values.push(default);
                    Choice::Switch(source, keys, values)
                }
            ),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Choice::Coalesce),
            inner.prop_map(|inner| Choice::Trim(inner.into())),
        ]
    })
}

impl Choice {
    fn write(&self, leaves: &mut usize) -> String {
        match self {
            Choice::Leaf => {
                *leaves += 1;
                format!("\"leaf{leaves}.\"")
            }
            Choice::If(test, one, other) => {
                let one = one.write(leaves);
                format!("IIF({test}, {one}, {})", other.write(leaves))
            }
            Choice::Switch(source, keys, values) => {
                let default = values.last().unwrap().write(leaves);
                let cases: String =
                    keys.iter().zip(values).map(|(key, value)| format!(", {key}, {}", value.write(leaves))).collect();
                format!("Switch({source}, {default}{cases})")
            }
            Choice::Coalesce(values) => {
                let mut values: Vec<String> = values.iter().map(|value| value.write(leaves)).collect();
                values.insert(0, "[c]".to_owned());
                format!("Coalesce({})", values.join(", "))
            }
            Choice::Trim(inner) => format!("Trim({})", inner.write(leaves)),
        }
    }
}

proptest! {
    /// The branches that are reached are those around the leaf that came out.
    #[test]
    fn the_branches_lead_to_what_came_out(
        choice in choice(),
        a in prop::option::of("[xyX]?"),
        b in prop::option::of("[xyX]?"),
        t in prop::sample::select(vec!["true", "false", ""]),
        c in prop::option::of(Just("given")),
    ) {
        let text = choice.write(&mut 0);
        let mut bag = AttributeBag::from_iter([("t", t)]);
        for (name, value) in [("a", a), ("b", b), ("c", c.map(str::to_owned))] {
            if let Some(value) = value {
                bag.set(name, value);
            }
        }
        let mut coverage = Coverage::new(&Compiler::new(), "", &text).unwrap();
        let outcome = coverage.record(&mut Machine::new(), &bag).into_owned().unwrap().to_string();
        let plain = Expression::parse(&text).unwrap().evaluate(&bag).unwrap().to_string();
        prop_assert_eq!(&outcome, &plain);
        let mut calls: Vec<attrflow::Span> = coverage.branches().iter().map(|branch| branch.call).skip(1).collect();
        calls.dedup();
        for call in calls {
            let taken: Vec<_> =
                coverage.branches().iter().skip(1).filter(|branch| branch.call == call && branch.hits > 0).collect();
            prop_assert!(taken.len() <= 1, "{} takes {:?}", text, taken);
            if outcome == "given" {
                continue;
            }
            let leaf = text.find(&format!("\"{outcome}\"")).unwrap();
            let inside = call.range().contains(&leaf);
            prop_assert!(!inside || taken.len() == 1, "{text}: {outcome} came out of {}", call.of(&text));
            let Some(branch) = taken.first().filter(|_| inside) else { continue };
            match branch.kind {
                // The value stands behind its key, before the next one.
                Kind::Key => {
                    let next = coverage
                        .branches()
                        .iter()
                        .filter(|other| other.call == call && other.kind == Kind::Key)
                        .map(|other| other.span.start)
                        .find(|start| *start > branch.span.start);
                    let end = next.unwrap_or(call.end) as usize;
                    prop_assert!((branch.span.end as usize..end).contains(&leaf), "{text}: {branch:?} to {outcome}");
                }
                _ => prop_assert!(branch.span.range().contains(&leaf), "{text}: {branch:?} to {outcome}"),
            }
        }
    }

    /// Counted by two threads and added up is counted by one.
    #[test]
    fn halves_add_up(values in prop::collection::vec("[abc]?", 0..40), at in 0_usize..40) {
        let text = r#"Switch([v], IIF([v]="b", "x", "y"), "a", "one")"#;
        let bags: Vec<AttributeBag> = values.iter().map(|value| AttributeBag::from_iter([("v", value.as_str())])).collect();
        let (one, other) = bags.split_at(at.min(bags.len()));
        let whole = covered(text, &bags);
        let mut sum = covered(text, one);
        sum.absorb(&covered(text, other));
        prop_assert_eq!(sum.branches(), whole.branches());
        prop_assert_eq!(sum.defaults().collect::<Vec<_>>(), whole.defaults().collect::<Vec<_>>());
    }
}
