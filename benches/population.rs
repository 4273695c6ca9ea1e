//! Reading populations: cutting records, making bags of them, and reading them at random.
#![allow(missing_docs, clippy::unwrap_used)]

use attrflow::cli::population::{Binding, Chunk, Extent, Origin, Population};
use attrflow::{AttributeBag, Schema};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write as _;
use std::sync::Arc;

const NAMES: [&str; 12] = [
    "employeeId",
    "givenName",
    "surname",
    "displayName",
    "mail",
    "department",
    "title",
    "city",
    "country",
    "manager",
    "hireDate",
    "status",
];

/// So many records in every form: names of files and their contents.
fn forms(records: usize) -> [(&'static str, String); 4] {
    let (mut lines, mut rows, mut entries) = (String::new(), NAMES.join(",") + "\n", String::new());
    let mut list = Vec::new();
    for record in 0..records {
        let value = |name: &str| format!("{name} of Zoë, {record}");
        let members: Vec<String> = NAMES.iter().map(|name| format!("\"{name}\":\"{}\"", value(name))).collect();
        let cells: Vec<String> = NAMES.iter().map(|name| format!("\"{}\"", value(name))).collect();
        let object = format!("{{{}}}", members.join(","));
        writeln!(lines, "{object}").unwrap();
        list.push(object);
        writeln!(rows, "{}", cells.join(",")).unwrap();
        writeln!(entries, "dn: CN={record},DC=x").unwrap();
        NAMES.iter().for_each(|name| writeln!(entries, "{name}: {}", value(name)).unwrap());
        entries.push('\n');
    }
    [("a.jsonl", lines), ("a.json", format!("[{}]", list.join(",\n"))), ("a.csv", rows), ("a.ldif", entries)]
}

fn places(population: &Population) -> Vec<Extent> {
    let (mut source, mut chunk, mut places) = (population.source().unwrap(), Chunk::new(), Vec::new());
    while source.fill(&mut chunk, 1000) {
        places.extend(chunk.iter().map(|raw| raw.unwrap().extent));
    }
    places
}

fn populations(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in forms(20_000) {
        let path = folder.path().join(name);
        std::fs::write(&path, &content).unwrap();
        let population = Population::open(&Origin::file(path)).unwrap();
        let mut binding = Binding::whole(Arc::new(Schema::open(population.names().to_vec())));
        let mut bag = AttributeBag::with_schema(binding.schema().clone());
        let mut group = criterion.benchmark_group(format!("population/{name}"));
        group.throughput(Throughput::Bytes(content.len() as u64)).sample_size(20);
        group.bench_function("cut", |bencher| bencher.iter(|| places(&population).len()));
        group.bench_function("read", |bencher| {
            bencher.iter(|| {
                let (mut source, mut chunk) = (population.source().unwrap(), Chunk::new());
                let mut parser = population.parser();
                while source.fill(&mut chunk, 1000) {
                    for raw in chunk.iter() {
                        parser.read(raw.unwrap(), &mut binding, &mut bag).unwrap();
                    }
                }
            });
        });
        let (places, mut reader) = (places(&population), population.reader());
        group.bench_function("at random", |bencher| {
            bencher.iter(|| {
                for place in places.iter().rev() {
                    reader.read(*place, &mut binding, &mut bag).unwrap();
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, populations);
criterion_main!(benches);
