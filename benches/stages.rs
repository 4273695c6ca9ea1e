//! What each stage costs: parse, compile (parse, check, compile), evaluate.
#![allow(missing_docs, clippy::unwrap_used)]

use attrflow::{AttributeBag, Compiler, Dialect, Expression, Machine, syntax};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const EXPRESSIONS: &[(&str, &str)] = &[
    ("attribute", "[mail]"),
    (
        "switch",
        r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#,
    ),
    (
        "upn",
        r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com"))"#,
    ),
    (
        "nested",
        r#"IIF(IsPresent([mail]), [mail], IIF(IsPresent([alias]), Join("@", [alias], "contoso.com"), Error("no address")))"#,
    ),
    ("phone", r#"Replace([phone], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#),
    ("date", r#"FormatDateTime([hired], , "yyyy-MM-ddzzz", "dd.MM.yyyy")"#),
];

fn bag() -> AttributeBag {
    AttributeBag::from_iter([
        ("mail", "zoe.desouza@contoso.com"),
        ("state", "QLD"),
        ("givenName", "Zoë"),
        ("surname", "De Souza"),
        ("phone", "+91 9998887777"),
        ("hired", "2026-01-31+02:00"),
    ])
}

fn stages(criterion: &mut Criterion) {
    let compiler = Compiler::new();
    for (name, text) in EXPRESSIONS {
        criterion.bench_with_input(BenchmarkId::new("parse", name), text, |bencher, text| {
            bencher.iter(|| syntax::parse(black_box(text), Dialect::Provisioning));
        });
        criterion.bench_with_input(BenchmarkId::new("compile", name), text, |bencher, text| {
            bencher.iter(|| compiler.expression(black_box(text)).unwrap());
        });
        let expression = Expression::parse(text).unwrap();
        let bag = bag();
        let mut machine = Machine::new();
        criterion.bench_function(&format!("evaluate/{name}"), |bencher| {
            bencher.iter(|| black_box(machine.evaluate(&expression, black_box(&bag)).outcome().is_ok()));
        });
    }
}

/// Compile time and look-up against the number of keys.
fn switch_keys(criterion: &mut Criterion) {
    let limits = attrflow::Limits { length: 10_000_000, nodes: 1_000_000, ..Default::default() };
    let compiler = Compiler::new().limits(limits);
    for keys in [10, 100, 1_000, 10_000] {
        let pairs: String = (0..keys).map(|key| format!(", \"key{key}\", \"value{key}\"")).collect();
        let text = format!("Switch([k], {pairs})").replace("[k], , ", "[k], , ");
        criterion.bench_function(&format!("switch/compile/{keys}"), |bencher| {
            bencher.iter_batched(|| text.clone(), |text| compiler.expression(&text).unwrap(), BatchSize::LargeInput);
        });
        let expression = compiler.expression(&text).unwrap();
        let bag = AttributeBag::from_iter([("k", format!("key{}", keys / 2))]);
        let mut machine = Machine::new();
        criterion.bench_function(&format!("switch/evaluate/{keys}"), |bencher| {
            bencher.iter(|| black_box(machine.evaluate(&expression, black_box(&bag)).outcome().is_ok()));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = stages, switch_keys
}
criterion_main!(benches);
