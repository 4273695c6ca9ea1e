//! Records on several threads: the order and the results of one.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use attrflow::{
    AttributeBag, Block, Columns, Environment, Machine, Mapping, MappingSet, Operation, OwnedValue, Rows, Schema, Value,
};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What came of each mapping on each row of a block.
fn texts(block: &Block<'_>) -> Vec<String> {
    (0..block.rows())
        .map(|row| {
            let values = block.row(row).map(|(target, evaluation)| match evaluation.outcome() {
                Ok(outcome) => format!("{target}={outcome}"),
                Err(fault) => format!("{target}: {fault}"),
            });
            format!("{} {}", block.first_row() + row, values.collect::<Vec<_>>().join("; "))
        })
        .collect()
}

/// All results on so many threads; none is the plain call.
fn run<S: Rows + Sync + ?Sized>(threads: usize, set: &MappingSet, rows: &S) -> Vec<String> {
    let mut machine = Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap());
    let mut all = Vec::new();
    match NonZeroUsize::new(threads) {
        None => machine.apply_batch(Operation::Create, set, rows, |block| all.extend(texts(block))),
        Some(threads) => {
            machine.apply_parallel(threads, Operation::Create, set, rows, texts, |part| all.extend(part));
        }
    }
    all
}

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(["given", "surname", "hired", "state"]))
}

fn people(count: usize) -> Vec<AttributeBag> {
    let schema = schema();
    (0..count)
        .map(|number| {
            let mut bag = AttributeBag::with_schema(schema.clone());
            bag.set("given", format!("Ann{}", number % 700));
            if number % 7 > 0 {
                bag.set("surname", "Lee");
            }
            // Every eleventh record fails.
            bag.set("hired", if number % 11 > 0 { "2026-01-31" } else { "soon" });
            bag.set("state", ["QLD", "SA", "NSW"][number % 3]);
            bag
        })
        .collect()
}

fn set(more: &[(&str, &str)]) -> MappingSet {
    let mappings = [
        ("cn", r#"Join(" ", [given], [surname])"#),
        ("hired", r#"FormatDateTime([hired], , "yyyy-MM-dd", "dd.MM.yyyy")"#),
        ("zone", r#"Switch([state], "?", "QLD", "Brisbane", "SA", "Adelaide")"#),
    ];
    let compiler = attrflow::Compiler::new().schema(Schema::new(["given", "surname", "hired", "state"]));
    compiler.mapping_set(mappings.iter().chain(more).map(|(target, text)| Mapping::new(*target, *text))).unwrap()
}

#[test]
fn threads_give_what_one_gives() {
    let set = set(&[("key", "Guid()"), ("now", "Now()")]);
    // Fewer than a part, parts that end with the rows, and parts that do not.
    for count in [0, 1, 31, 1024, 4096, 5000] {
        let people = people(count);
        let one = run(0, &set, people.as_slice());
        assert_eq!(one.len(), count);
        for threads in [1, 2, 3, 8] {
            assert_eq!(run(threads, &set, people.as_slice()), one, "{count} records on {threads} threads");
        }
    }
}

#[test]
fn columns_give_the_same_on_threads() {
    let set = set(&[]);
    let given: Vec<OwnedValue> = (0..5000).map(|number| OwnedValue::from(format!("Ann{}", number % 700))).collect();
    let given: Vec<Value<'_>> = given.iter().map(|value| Value::Text(value.as_str().unwrap())).collect();
    let states = [Value::Text("QLD"), Value::Null, Value::Text("NSW")];
    let codes: Vec<u32> = (0..5000).map(|number| number % 3).collect();
    let columns = Columns::new(set.schema().clone(), given.len())
        .with_values("given", &given)
        .with_codes("state", &codes, &states);
    let one = run(0, &set, &columns);
    assert_eq!(run(2, &set, &columns), one);
    assert_eq!(one.len(), 5000);
}

#[test]
fn unique_values_are_given_out_in_order() {
    let set = set(&[("alias", r#"SelectUniqueValue([given], Join("", [given], "x"), Join("", [given], [state]))"#)]);
    let people = people(3000);
    let one = run(0, &set, people.as_slice());
    assert_eq!(run(4, &set, people.as_slice()), one);
    assert!(one.iter().any(|line| line.contains("alias=Ann0x")), "the second Ann0 gets another alias");
}
