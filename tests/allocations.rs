//! Once warm, a machine allocates nothing per record: not for values, not for errors.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::{AttributeBag, Compiler, Environment, Expression, Machine, Mapping, MappingSet, Operation, OwnedValue};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The rows of the comparison with other engines (`benches/peers`), then more of what people write.
const EXPRESSIONS: &[&str] = &[
    "[mail]",
    r#"Append([userPrincipalName], ".test")"#,
    r#"Join(" ", [givenName], [surname])"#,
    r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#,
    r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
    r#"Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#,
    r#"Replace([mail], "@contoso.com", , , "", , )"#,
    r#"FormatDateTime([hireDate], , "yyyy-MM-ddzzz", "yyyy-MM-dd")"#,
    r#"IIF([country]="USA", IIF([state]="CA", "True", "False"), "False")"#,
    "Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))",
    "Coalesce([mail], [userPrincipalName])",
    r#"Join(";", [proxyAddresses])"#,
    r#"Word([displayName], 2, " ")"#,
    "BitAnd(512, [userAccountControl])",
    "RemoveDuplicates(Trim([proxyAddresses]))",
    "PCase([surname])",
    r#"PCase([surname], " '-")"#,
    "ToUpper([givenName])",
    r#"Replace([mobile], , "[()\\s-]+", , "", , )"#,
    r#"Replace([userPrincipalName], , "(?<Suffix>@(.)*)", "Suffix", "", , )"#,
    r#"Switch(ToLower([state]), "?", "qld", Join("-", [state], [country]), "nsw", [state])"#,
    r#"FormatDateTime([hireDate], , "yyyy-MM-ddzzz", "dddd, dd MMMM yyyy")"#,
    "CDate([hireDate])",
    r#"DateAdd("d", -14, CDate([hireDate]))"#,
    r#"IIF(DateDiff("d", Now(), CDate([hireDate])) > 5, "False", "True")"#,
    "NumFromDate(CDate([hireDate]))",
    r#"Split([displayName], " ")"#,
    "Left(Trim([displayName]), 4)",
    r#"InStr([mail], "@")"#,
    r#"IIF(IsPresent([userAccountControl]), IIF(BitAnd([userAccountControl], 2)="0", "True", "False"), Not([accountDisabled]))"#,
    "Item([proxyAddresses], 1)",
    "ConvertToUTF8Hex([givenName])",
    r#"[givenName]"#,
    // Errors, too.
    "Item([proxyAddresses], 9)",
    "CDate([givenName])",
    r#"Error("always")"#,
    "Left([mail], [givenName])",
    "Mid([mail], [zero], 2)",
];

fn people() -> Vec<AttributeBag> {
    let names =
        [("Zoë", "De Souza"), ("Ann", "O'Neil"), ("Jürgen", "Weiß"), ("X", "Li"), ("Maria del Carmen", "Núñez")];
    names
        .iter()
        .enumerate()
        .map(|(index, (given, surname))| {
            let mut bag = AttributeBag::new();
            bag.set("givenName", *given);
            bag.set("surname", *surname);
            bag.set("displayName", format!("{given} {surname}"));
            bag.set("userPrincipalName", format!("user{index}@contoso.com"));
            if index % 2 == 0 {
                bag.set("mail", format!("user{index}@contoso.com"));
            }
            bag.set("state", ["QLD", "NSW", "", "VIC", "SA"].get(index).copied().unwrap_or_default());
            bag.set("country", if index == 1 { "USA" } else { "AUS" });
            bag.set("telephoneNumber", "+91 9998887777");
            bag.set("mobile", "+1 (999) 888-7777");
            bag.set("hireDate", "2026-01-31+02:00");
            bag.set("proxyAddresses", vec!["SMTP:a@contoso.com", " smtp:b@contoso.com", "smtp:b@contoso.com"]);
            bag.set("userAccountControl", OwnedValue::Integer(512 + 2 * i64::from(index == 3)));
            bag.set("zero", "0");
            bag
        })
        .collect()
}

fn machine() -> Machine {
    Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap())
}

/// The allocations of some work: the least of three runs, because the test harness's own
/// thread shares the allocator.
fn allocations(mut work: impl FnMut()) -> usize {
    let mut counts = [0; 3];
    for count in &mut counts {
        let region = Region::new(ALLOCATOR);
        work();
        let change = region.change();
        *count = change.allocations + change.reallocations;
    }
    counts.into_iter().min().unwrap_or_default()
}

#[test]
fn a_warm_machine_allocates_nothing() {
    let people = people();
    let mut wrong = Vec::new();
    for text in EXPRESSIONS {
        let expression = Expression::parse(text).unwrap();
        let mut machine = machine();
        let mut run = |times: usize| {
            for _ in 0..times {
                for person in &people {
                    std::hint::black_box(machine.evaluate(&expression, person).outcome().is_ok());
                }
            }
        };
        run(3);
        let count = allocations(|| run(20));
        if count > 0 {
            wrong.push(format!("{count} allocations on 100 records: {text}"));
        }
    }
    let mappings = EXPRESSIONS.iter().enumerate().map(|(index, text)| Mapping::new(format!("t{index}"), *text));
    let set: MappingSet = Compiler::new().mapping_set(mappings).unwrap();
    let mut machine = machine();
    let mut record = AttributeBag::with_schema(set.schema().clone());
    let mut run = |times: usize| {
        for _ in 0..times {
            for person in &people {
                for (name, value) in person.iter() {
                    let slot = set.schema().slot(name);
                    if let (Some(slot), Some(text)) = (slot, value.as_str()) {
                        record.set_text(slot, text);
                    }
                }
                std::hint::black_box(machine.apply(&set, &record).results().len());
            }
        }
    };
    run(3);
    let count = allocations(|| run(20));
    if count > 0 {
        wrong.push(format!("{count} allocations on 100 records of the whole set"));
    }
    // A batch plans once, for any number of records.
    let many: Vec<AttributeBag> = people.iter().cycle().take(2000).cloned().collect();
    let mut machine = self::machine();
    let mut batch = |count: usize| {
        machine.apply_batch(Operation::Create, &set, &many[..count], |block| {
            std::hint::black_box(block.columns().len());
        });
    };
    batch(many.len());
    let (few, all) = (allocations(|| batch(200)), allocations(|| batch(many.len())));
    if all > few {
        wrong.push(format!("{all} allocations in a batch of {} records, {few} in one of 200", many.len()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    said!("{} expressions, each on 100 records, and all of them as one set: no allocation", EXPRESSIONS.len());
}
