//! The fast path: a mapping set over many records, in memory that is used again.
#![allow(clippy::print_stdout)]

use attrflow::{AttributeBag, Compiler, Environment, Machine, Mapping, Schema};
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The schema gives every attribute a slot, so that no record is searched for names.
    // An expression with an attribute that is not in it does not compile.
    let schema = Schema::new(["givenName", "surname", "department", "hireDate", "country"]);
    let set = Compiler::new().schema(schema).mapping_set([
        Mapping::new("displayName", r#"Join(" ", [givenName], [surname])"#),
        Mapping::new("mailNickname", r#"ToLower(NormalizeDiacritics(Join(".", [givenName], [surname])))"#),
        Mapping::new("department", r#"Switch([department], [department], "ENG", "Engineering", "FIN", "Finance")"#),
        Mapping::new("accountEnabled", r#"IIF(DateDiff("d", Now(), CDate([hireDate]))<=14, "True", "False")"#),
        Mapping::new("usageLocation", "[country]").default_value("DE"),
    ])?;
    let mut machine = Machine::with_environment(Environment::fixed("2026-01-15T00:00:00Z")?);
    let mut bag = AttributeBag::with_schema(Arc::clone(set.schema()));

    // A real host reads its rows here; texts go into the memory of those before them.
    let names = [("Zoë", "Müller"), ("Søren", "Łuczak"), ("José", "Nguyễn"), ("Anna", "O'Brien")];
    let (records, mut enabled) = (100_000, 0);
    let start = Instant::now();
    for (number, (given, family)) in names.iter().cycle().take(records).enumerate() {
        let hired = if number % 10 == 0 { "2026-09-01" } else { "2019-04-01" };
        for (slot, text) in (0..).zip([given, family, "ENG", hired]) {
            bag.set_text(slot, text);
        }
        for (target, evaluation) in machine.apply(&set, &bag).iter() {
            let outcome = match evaluation.outcome() {
                Ok(outcome) => outcome,
                // This attribute of this record failed; everything else goes on.
                Err(failure) => {
                    println!("{number}: {target}: {} {}", failure.code, failure.message);
                    continue;
                }
            };
            if number < 2 {
                println!("{number}: {target} = {outcome}");
            }
            let value = outcome.value().and_then(|value| value.as_str());
            enabled += usize::from(target == "accountEnabled" && value == Some("True"));
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{records} records, {enabled} of them enabled, {:.0} records a second", records as f64 / seconds);
    Ok(())
}
