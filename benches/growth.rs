//! What mapping sets cost as they and their populations grow: compile time, memory, cost a record by the number
//! of records, threads, nodes and keys. Prints tables; under `cargo bench -- --test` it only sees that all of it runs.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use attrflow::{AttributeBag, Compiler, Expression, Limits, Machine, Mapping, MappingSet, Operation, Schema};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Mappings as configurations have them; the set repeats them for other targets.
const MAPPINGS: [&str; 15] = [
    "[mail]",
    r#"Append([userPrincipalName], ".test")"#,
    r#"Join(" ", [givenName], [surname])"#,
    r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#,
    r#"Switch([country], "Unknown", "USA", "United States", "AUS", "Australia", "DEU", "Germany", "FRA", "France")"#,
    r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
    r#"Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#,
    r#"Replace([mail], "@contoso.com", , , "", , )"#,
    r#"FormatDateTime([hireDate], , "yyyy-MM-ddzzz", "yyyy-MM-dd")"#,
    r#"IIF([country]="USA", IIF([state]="CA", "True", "False"), "False")"#,
    "Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))",
    "Coalesce([mail], [userPrincipalName])",
    r#"Join(", ", [surname], [givenName])"#,
    r#"Word([displayName], 2, " ")"#,
    "[department]",
];
const ATTRIBUTES: [&str; 11] = [
    "mail",
    "userPrincipalName",
    "givenName",
    "surname",
    "state",
    "country",
    "telephoneNumber",
    "hireDate",
    "displayName",
    "department",
    "key",
];

fn compiler() -> Compiler {
    let limits = Limits { length: 1 << 24, nodes: 1 << 20, ..Limits::default() };
    Compiler::new().schema(Schema::new(ATTRIBUTES)).limits(limits)
}

fn set() -> MappingSet {
    let mappings = (0..30).map(|place| Mapping::new(format!("target{place}"), MAPPINGS[place % 15]));
    compiler().mapping_set(mappings).unwrap()
}

fn records(schema: &Arc<Schema>, count: usize) -> Vec<AttributeBag> {
    let given = ["Ann", "José", "Katherine", "Mary Ann", "Bo"];
    let surnames = ["Lee", "O'Brien", "Håkansson", "van der Berg", "Nguyen", "Li", "Johnson"];
    (0..count)
        .map(|number| {
            let mut bag = AttributeBag::with_schema(schema.clone());
            let (given, surname) = (given[number % 5], surnames[number % 7]);
            bag.set("mail", format!("user.{number}@contoso.com"));
            bag.set("userPrincipalName", format!("user.{number}@contoso.com"));
            bag.set("givenName", given);
            if number % 6 > 0 {
                bag.set("surname", surname);
            }
            bag.set("displayName", format!("{given} {surname}"));
            bag.set("state", ["QLD", "CA", "NSW", "SA"][number % 4]);
            bag.set("country", ["USA", "AUS", "DEU"][number % 3]);
            bag.set("telephoneNumber", "+1 4255550100");
            bag.set("hireDate", format!("20{:02}-0{}-1{}-08:00", number % 30, 1 + number % 9, number % 10));
            bag.set("department", "Engineering");
            bag.set("key", format!("key-{:06}", number % 10));
            bag
        })
        .collect()
}

/// The median time of several runs, in nanoseconds.
fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_nanos() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds a record of an expression.
fn evaluate(expression: &Expression, records: &[AttributeBag], runs: usize) -> f64 {
    let mut machine = Machine::new();
    let time = median(runs, || {
        for record in records {
            black_box(machine.evaluate(expression, record).outcome().is_ok());
        }
    });
    time / records.len() as f64
}

/// A Switch of so many keys, of which records have the first ten.
fn switch(keys: usize) -> String {
    let pairs: Vec<_> = (0..keys).map(|key| format!("\"key-{key:06}\", \"value-{key}\"")).collect();
    format!("Switch([key], \"none\", {})", pairs.join(", "))
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (runs, most) = if test { (1, 1000) } else { (9, 1_000_000) };

    println!("| compiled | µs | memory, KiB |\n|---|---:|---:|");
    let compiled = |name: &str, work: &dyn Fn() -> Box<dyn std::any::Any>| {
        black_box(work());
        let region = Region::new(ALLOCATOR);
        let held = work();
        let change = region.change();
        let memory = change.bytes_allocated as f64 - change.bytes_deallocated as f64;
        drop(held);
        let time = median(runs * 5, || drop(black_box(work())));
        println!("| {name} | {:.1} | {:.1} |", time / 1e3, memory / 1024.0);
    };
    compiled("`[mail]`", &|| Box::new(compiler().expression(MAPPINGS[0]).unwrap()));
    compiled("a Join", &|| Box::new(compiler().expression(MAPPINGS[2]).unwrap()));
    compiled("the alias (5 calls)", &|| Box::new(compiler().expression(MAPPINGS[5]).unwrap()));
    compiled("a pattern", &|| Box::new(compiler().expression(MAPPINGS[6]).unwrap()));
    compiled("the set of 30", &|| Box::new(set()));

    println!("\n| keys of Switch | compile, µs | look-up, ns |\n|---:|---:|---:|");
    let schema = Arc::new(Schema::new(ATTRIBUTES));
    let few = records(&schema, 1000);
    for keys in [10, 100, 1000, 10_000] {
        let text = switch(keys);
        let time = median(runs, || drop(black_box(compiler().expression(&text).unwrap())));
        let expression = compiler().expression(&text).unwrap();
        let few = records(expression.schema(), few.len());
        println!("| {keys} | {:.0} | {:.1} |", time / 1e3, evaluate(&expression, &few, runs * 5));
    }

    println!("\n| nodes | compile, µs | a record, ns | a node, ns |\n|---:|---:|---:|---:|");
    for nodes in [10, 100, 1000, 10_000] {
        // Each call joins two attributes: three nodes with the separator's left out.
        let calls: Vec<_> = (0..nodes / 4).map(|_| r#"Join(".", [givenName], [surname])"#).collect();
        let text = format!("Join(\" \", {})", calls.join(", "));
        let time = median(runs, || drop(black_box(compiler().expression(&text).unwrap())));
        let expression = compiler().expression(&text).unwrap();
        let few = records(expression.schema(), 100);
        let record = evaluate(&expression, &few, runs);
        println!("| {nodes} | {:.0} | {record:.0} | {:.1} |", time / 1e3, record / nodes as f64);
    }

    println!(
        "\n| records | set of 30: a record, ns | a mapping, ns | in batches, ns | on 2 threads, ns | gain |\n|---:|---:|---:|---:|---:|---:|"
    );
    let set = set();
    let all = records(set.schema(), most);
    for count in [1000, 10_000, 100_000, 1_000_000] {
        let Some(part) = all.get(..count) else { break };
        // Small populations are run often enough that a clock can tell.
        let rounds = (100_000 / count).max(1);
        let a_record = |time: f64| time / (rounds * count) as f64;
        let mut machine = Machine::new();
        let one = a_record(median(runs.min(5), || {
            for record in (0..rounds).flat_map(|_| part) {
                black_box(machine.apply(&set, record).results().len());
            }
        }));
        let batch = a_record(median(runs.min(5), || {
            for _ in 0..rounds {
                machine.apply_batch(Operation::Create, &set, part, |block| {
                    black_box(block.columns().len());
                });
            }
        }));
        let two = a_record(median(runs.min(5), || {
            for _ in 0..rounds {
                let threads = NonZeroUsize::new(2).unwrap();
                machine.apply_parallel(
                    threads,
                    Operation::Create,
                    &set,
                    part,
                    |block| block.rows(),
                    |rows| {
                        black_box(rows);
                    },
                );
            }
        }));
        println!("| {count} | {one:.0} | {:.1} | {batch:.0} | {two:.0} | {:.2} |", one / 30.0, batch / two);
    }
}
