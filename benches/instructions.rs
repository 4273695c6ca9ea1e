//! Fixed work to count instructions of: `.ci/instructions` runs it under valgrind and holds
//! the counts against the kept ones. Two runs of a case that differ only in the number of
//! rounds differ only by the work itself.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use attrflow::{AttributeBag, Compiler, Environment, Limits, Machine, Mapping, MappingSet, Operation, Schema};
use std::hint::black_box;
use std::sync::Arc;

const ATTRIBUTES: [&str; 12] = [
    "userPrincipalName",
    "givenName",
    "surname",
    "displayName",
    "mail",
    "country",
    "state",
    "telephoneNumber",
    "hireDate",
    "department",
    "accountEnabled",
    "employeeId",
];

/// A case a line: its name and its expression. All of them together are the mapping set.
const ROWS: &[(&str, &str)] = &[
    ("direct", "[mail]"),
    ("append", r#"Append([userPrincipalName], ".test")"#),
    ("join", r#"Join(" ", [givenName], [surname])"#),
    (
        "switch",
        r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#,
    ),
    (
        "alias",
        r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
    ),
    (
        "pattern",
        r#"Replace([telephoneNumber], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#,
    ),
    ("replace", r#"Replace([mail], "@contoso.com", , , "", , )"#),
    ("date", r#"FormatDateTime([hireDate], , "yyyy-MM-ddzzz", "yyyy-MM-dd")"#),
    ("choice", r#"IIF([country]="USA", IIF([state]="CA", "True", "False"), "False")"#),
    ("cut", "Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))"),
    ("first", "Coalesce([mail], [userPrincipalName])"),
    ("word", r#"Word([displayName], 2, " ")"#),
    ("bits", "BitAnd([employeeId], 512)"),
];

fn schema() -> Schema {
    Schema::new(ATTRIBUTES)
}

fn records(schema: &Arc<Schema>) -> Vec<AttributeBag> {
    let given = ["Ann", "José", "Katherine", "Mary Ann", "Bo"];
    let surnames = ["Lee", "O'Brien", "Håkansson", "van der Berg", "Nguyen", "Li", "Johnson"];
    let states = ["QLD", "CA", "NSW", "Region", "SA"];
    (0..100)
        .map(|number: usize| {
            let mut bag = AttributeBag::with_schema(schema.clone());
            let (given, surname) = (given[number % 5], surnames[number % 7]);
            let mut set = |name: &str, value: String, every: usize| {
                if !number.is_multiple_of(every) {
                    bag.set(name, value);
                }
            };
            set("givenName", given.to_owned(), 8);
            set("surname", surname.to_owned(), 9);
            set("displayName", format!("{given} {surname}"), 10);
            set("userPrincipalName", format!("user.{number}@contoso.com"), 101);
            set("mail", format!("user.{number}@{}", ["contoso.com", "fabrikam.com"][number % 2]), 6);
            set("country", ["USA", "AUS", "DEU"][number % 3].to_owned(), 11);
            set("state", states[number % 5].to_owned(), 7);
            set("telephoneNumber", ["+1 4255550100", "+61 255501001234", "(425) 555-0100"][number % 3].to_owned(), 6);
            set("hireDate", format!("20{:02}-0{}-1{}-08:00", number % 30, 1 + number % 9, number % 10), 7);
            set("department", ["Sales", "Engineering", "Legal"][number % 3].to_owned(), 5);
            set("accountEnabled", "True".to_owned(), 5);
            set("employeeId", (1000 + number * 7).to_string(), 9);
            bag
        })
        .collect()
}

fn mapping_set() -> MappingSet {
    let mappings = ROWS.iter().map(|(name, text)| Mapping::new(*name, *text));
    Compiler::new().schema(schema()).mapping_set(mappings).unwrap()
}

/// A compiler that takes long expressions.
fn compiler() -> Compiler {
    let limits = Limits { length: 1 << 20, nodes: 1 << 16, ..Limits::default() };
    Compiler::new().schema(schema()).limits(limits)
}

/// A Switch of so many keys.
fn switch(keys: usize) -> String {
    let pairs: Vec<_> = (0..keys).map(|key| format!("\"key-{key:06}\", \"value-{key}\"")).collect();
    format!("Switch([employeeId], \"none\", {})", pairs.join(", "))
}

/// Does a case's work so many times on 100 records.
fn run(case: &str, rounds: usize) {
    let mut machine = Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap());
    match case {
        "set" | "batch" | "changed" => {
            let set = mapping_set();
            let records = records(set.schema());
            let changed = [set.schema().slot("surname").unwrap()];
            for _ in 0..rounds {
                match case {
                    "batch" => machine.apply_batch(Operation::Create, &set, records.as_slice(), |block| {
                        black_box(block.columns().len());
                    }),
                    "set" => records.iter().for_each(|record| {
                        black_box(machine.apply(&set, record).results().len());
                    }),
                    _ => records.iter().for_each(|record| {
                        black_box(machine.apply_changed(Operation::Update, &set, record, &changed).results().len());
                    }),
                }
            }
        }
        "compile" => (0..rounds).for_each(|_| {
            black_box(mapping_set());
        }),
        "compile-switch" => (0..rounds).for_each(|_| {
            black_box(compiler().expression(&switch(200)).unwrap());
        }),
        name => {
            let text = ROWS.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
            let expression = compiler().expression(&text.unwrap_or_else(|| switch(1000))).unwrap();
            let records = records(expression.schema());
            for record in (0..rounds).flat_map(|_| &records) {
                black_box(machine.evaluate(&expression, record).outcome().is_ok());
            }
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let more = ["set", "batch", "changed", "compile", "compile-switch", "switch-1000"];
    let cases = || ROWS.iter().map(|(name, _)| *name).chain(more);
    match arguments.as_slice() {
        [list] if list == "list" => cases().for_each(|case| println!("{case}")),
        [case, rounds] if !case.starts_with("--") => run(case, rounds.parse().unwrap()),
        // Under `cargo bench`: that every case runs.
        _ => cases().for_each(|case| run(case, 1)),
    }
}
