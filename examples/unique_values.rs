//! SelectUniqueValue: the host says which values are taken, and the run remembers
//! which ones it has given out.
#![allow(clippy::print_stdout)]

use attrflow::{
    AttributeBag, Directory, DirectoryError, Environment, InMemoryDirectory, Machine, Mapping, MappingSet, Operation,
};

/// A directory of the host: names that nobody gets, and a search in what is there.
struct Target {
    reserved: &'static [&'static str],
    accounts: InMemoryDirectory,
}

impl Directory for Target {
    fn is_taken(&self, target: &str, value: &str) -> Result<bool, DirectoryError> {
        let local = value.split('@').next().unwrap_or(value);
        Ok(self.reserved.iter().any(|name| name.eq_ignore_ascii_case(local))
            || self.accounts.is_taken(target, value)?)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let set = MappingSet::compile([Mapping::new(
        "userPrincipalName",
        r#"SelectUniqueValue(
            ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com")),
            ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", Left([givenName], 1), [surname]))), "contoso.com")),
            ToLower(Join("@", [employeeId], "contoso.com")))"#,
    )
    .only_on_create()])?;

    let mut accounts = InMemoryDirectory::default();
    accounts.take("userPrincipalName", "Anna.Mueller@contoso.com");
    let target = Target { reserved: &["admin", "root"], accounts };
    let mut machine = Machine::with_environment(Environment::new().with_directory(target));

    // The last Anna Mueller finds every name taken, and that record alone fails.
    for id in ["1001", "1002", "1003", "1003"] {
        let bag = AttributeBag::from_iter([("givenName", "Anna"), ("surname", "Mueller"), ("employeeId", id)]);
        for evaluation in machine.apply(&set, &bag).results() {
            match evaluation.outcome() {
                Ok(outcome) => println!("{id}: {outcome}"),
                Err(failure) => println!("{id}: {} {}", failure.code, failure.message),
            }
        }
    }

    // An account that exists keeps its name: the mapping does not run for an update.
    let bag = AttributeBag::from_iter([("givenName", "Anna"), ("surname", "Mueller"), ("employeeId", "1001")]);
    for evaluation in machine.apply_as(Operation::Update, &set, &bag).results() {
        println!("update of 1001: {:?}", evaluation.outcome());
    }
    Ok(())
}
