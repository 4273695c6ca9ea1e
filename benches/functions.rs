//! One bench for the first declared example of each function that gives a value.
#![allow(missing_docs, clippy::unwrap_used)]

use attrflow::functions::Expect;
use attrflow::{AttributeBag, Compiler, Dialect, Environment, Machine, Registry};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn functions(criterion: &mut Criterion) {
    // Without folding: an example's arguments are constants.
    let compiler = Compiler::new().folding(false);
    let registry = Registry::builtin();
    let mut group = criterion.benchmark_group("functions");
    for function in registry.iter() {
        let name = function.name(Dialect::Provisioning).unwrap();
        let example = function.examples.iter().find(|example| !matches!(example.expect, Expect::Fails(_)));
        let Some(example) = example else { continue };
        let Ok(expression) = compiler.expression(example.expression) else { continue };
        let bag = AttributeBag::from_iter(example.input.iter().copied());
        let environment =
            Environment::fixed("2026-01-31T08:00:00Z").unwrap().with_parameter("DefaultDomain", "contoso.com");
        let mut machine = Machine::with_environment(environment);
        group.bench_function(format!("{name}/{}", function.parameters.len()), |bencher| {
            bencher.iter(|| black_box(machine.evaluate(&expression, black_box(&bag)).outcome().is_ok()));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_millis(500)).warm_up_time(std::time::Duration::from_millis(200));
    targets = functions
}
criterion_main!(benches);
