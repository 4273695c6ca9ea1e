//! `test --init CONFIG`: a first suite, which expects what comes out today.

use super::Args;
use super::cases::{Case, Expectation, Settings, Subject};
use super::configs::{Configs, Mapped};
use super::coverage::{Unit, units};
use super::judge::{Actual, Judge};
use crate::cli::output::Output;
use crate::cli::population::{Binding, Population};
use crate::cli::record::Taken;
use crate::cli::{Status, say};
use crate::configuration::{ObjectFlow, Scope, Subject as SourceObject};
use crate::functions::Purity;
use crate::{AttributeBag, Environment, Machine, Operation, Outcome, OwnedValue};
use anyhow::{Context, ensure};
use serde_json::Value as Json;
use std::path::{Component, Path, PathBuf};

/// The record of one case, and the number it has in the population, from 1.
struct Sample {
    mapping: usize,
    record: AttributeBag,
    number: Option<usize>,
}

pub(super) fn run(args: &Args, config: &Path) -> anyhow::Result<Status> {
    ensure!(!args.run.redact, "--redact hides what a suite is made of");
    let mut configs = Configs::new(args.run.language.compiler());
    let opened = configs.open(config)?;
    let flow = opened.flow(args.cover.mapping.as_deref())?;
    // A case cannot name all values that a target has.
    let environment = args.run.environment(Taken::ByTarget)?.with_directory(crate::InMemoryDirectory::default());
    let (samples, unreadable) = match args.cover.origin() {
        Some(origin) => {
            let population = Population::open(&origin)?;
            let units = units(&opened, &flow, configs.compiler())?;
            chosen(&population, &flow, units, args.samples, &environment)?
        }
        None => (invented(&flow), 0),
    };
    let mut judge = Judge::new(&args.run, &environment);
    let named = relative(config, args.output.as_deref());
    let mut text = format!(
        "# What the mappings of {named} give today. A case that fails shows a change; whether it is wanted is for you to say.\n"
    );
    for sample in &samples {
        let mapped = opened.mapped_at(&flow, sample.mapping, Operation::Create).context("a mapping is gone")?;
        text.push('\n');
        text.push_str(&case(&mapped, sample, &named, args.cover.mapping.as_deref(), &environment, &mut judge));
    }
    let mut out = Output::to(args.output.as_deref())?;
    out.text(&text)?;
    out.finish()?;
    say(format_args!("{} cases of {} mappings", samples.len(), flow.mappings().mappings().len()));
    Ok(if unreadable > 0 { Status::Findings } else { Status::Clean })
}

/// The least there is: no attribute has a value.
fn invented(flow: &ObjectFlow) -> Vec<Sample> {
    let mappings = 0..flow.mappings().mappings().len();
    mappings.map(|mapping| Sample { mapping, record: AttributeBag::new(), number: None }).collect()
}

/// For each mapping, the first records in scope that reach a branch which those before do
/// not; at least one, if there is any.
fn chosen(
    population: &Population,
    flow: &ObjectFlow,
    mut units: Vec<Unit>,
    most: usize,
    environment: &Environment,
) -> anyhow::Result<(Vec<Sample>, usize)> {
    let schema = flow.mappings().schema();
    let mut binding = Binding::whole(schema.clone());
    let mut bag = AttributeBag::with_schema(schema.clone());
    let mut machine = Machine::with_environment(environment.clone());
    let mut samples = Vec::new();
    let mut taken = vec![0; units.len()];
    let (mut number, mut unreadable) = (0, 0);
    let mut source = population.source()?;
    while let Some(read) = source.next(&mut binding, &mut bag) {
        number += 1;
        if let Err(error) = read {
            say(error.within(&population.name()));
            unreadable += 1;
            continue;
        }
        let subject = SourceObject::new(flow, &bag);
        if flow.scope(&mut machine, &subject) != Ok(Scope::In) {
            continue;
        }
        let mut open = false;
        for (mapping, (unit, taken)) in units.iter_mut().zip(&mut taken).enumerate() {
            if *taken >= most.max(1) || unit.coverage.missing().next().is_none() {
                continue;
            }
            open = true;
            let before = unit.coverage.covered();
            // Each case has a target of its own.
            machine.forget_unique_values();
            unit.coverage.record(&mut machine, &subject);
            if unit.coverage.covered() > before {
                *taken += 1;
                samples.push(Sample { mapping, record: bag.clone(), number: Some(number) });
            }
        }
        if !open {
            break;
        }
    }
    ensure!(!samples.is_empty(), "{} has no record in scope", population.name());
    samples.sort_by_key(|sample| sample.mapping);
    Ok((samples, unreadable))
}

/// A case in YAML: every value as JSON, which is YAML and cannot be read as another kind.
fn case(
    mapped: &Mapped,
    sample: &Sample,
    config: &str,
    flow: Option<&str>,
    base: &Environment,
    judge: &mut Judge<'_>,
) -> String {
    let set = mapped.flow.mappings();
    let mut names: Vec<&str> = set.reads(mapped.index).iter().map(|slot| set.schema().name(*slot)).collect();
    names.sort_unstable();
    let mut record = AttributeBag::new();
    for name in &names {
        if let Some(value) = sample.record.get(name).filter(|value| **value != OwnedValue::Null) {
            record.set(name, value.clone());
        }
    }
    let program = set.program();
    let purity = program.entries.get(mapped.index).map_or(Purity::Pure, |entry| entry.purity);
    let mut settings = Settings::default();
    if purity >= Purity::Environment {
        // To the second: that is what people read.
        let now = base.now().to_string();
        settings.now = Some(now.split_once('.').map_or(now.clone(), |(seconds, _)| format!("{seconds}Z")));
        settings.parameters = parameters(&mapped.mapping().expression, base);
    }
    if purity == Purity::Volatile {
        settings.seed = Some(base.seed.unwrap_or(1));
    }
    let target = &mapped.mapping().target;
    let name = match sample.number {
        Some(number) => format!("{target}, record {number}"),
        None => format!("{target} of an empty record"),
    };
    let case = Case {
        name: name.clone(),
        line: None,
        subject: Subject::Mapping(mapped.clone()),
        input: record,
        expect: Expectation::Null,
        settings,
    };
    let expected = match judge.judge(&case).actual {
        Actual::Ran { outcome: Ok(Outcome::Value(value)), .. } => Expectation::Value(value),
        Actual::Ran { outcome: Ok(Outcome::Skip), .. } => Expectation::Skip,
        Actual::Ran { outcome: Ok(Outcome::SkipObject), .. } => Expectation::SkipObject,
        Actual::Ran { outcome: Err(error), .. } => Expectation::Error(error.code.as_str().to_owned()),
        // It compiled with the configuration.
        Actual::Ran { outcome: Ok(Outcome::Null), .. } | Actual::NotCompiled(_) | Actual::Unusable(_) => {
            Expectation::Null
        }
    };
    let inputs: Vec<String> = names
        .iter()
        .map(|name| format!("{}: {}", quoted(name), yaml(case.input.get(name).unwrap_or(&OwnedValue::Null))))
        .collect();
    let mut text = format!("- name: {}\n  config: {}\n", quoted(&name), quoted(config));
    if let Some(flow) = flow {
        text.push_str(&format!("  mapping: {}\n", quoted(flow)));
    }
    text.push_str(&format!("  target: {}\n  input: {{{}}}\n", quoted(target), inputs.join(", ")));
    if let Some(now) = &case.settings.now {
        text.push_str(&format!("  now: {}\n", quoted(now)));
    }
    if let Some(seed) = case.settings.seed {
        text.push_str(&format!("  seed: {seed}\n"));
    }
    if !case.settings.parameters.is_empty() {
        let parameters = case.settings.parameters.iter();
        let parameters: Vec<String> =
            parameters.map(|(name, value)| format!("{}: {}", quoted(name), yaml(value))).collect();
        text.push_str(&format!("  parameters: {{{}}}\n", parameters.join(", ")));
    }
    let expected = match &expected {
        Expectation::Value(value) => yaml(value),
        Expectation::Null => "null".to_owned(),
        Expectation::Skip => "{skip: true}".to_owned(),
        Expectation::SkipObject => "{skipObject: true}".to_owned(),
        Expectation::Error(code) => format!("{{error: {code}}}"),
    };
    text.push_str(&format!("  expect: {expected}\n"));
    text
}

/// The parameters that an expression mentions, with their values.
fn parameters(expression: &str, base: &Environment) -> Vec<(String, OwnedValue)> {
    let (tree, _) = crate::syntax::parse(expression, crate::Dialect::default());
    let mut found: Vec<(String, OwnedValue)> = Vec::new();
    if let Some(tree) = &tree {
        tree.walk(&mut |expr| {
            if let crate::syntax::Node::Parameter(name) = &expr.node
                && let Some(value) = base.parameters.get(name)
                && !found.iter().any(|(known, _)| known == name)
            {
                found.push((name.clone(), value.clone()));
            }
        });
    }
    found
}

fn yaml(value: &OwnedValue) -> String {
    match value {
        OwnedValue::Multi(values) => format!("[{}]", values.iter().map(yaml).collect::<Vec<_>>().join(", ")),
        OwnedValue::Complex(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{}: {}", quoted(name), yaml(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        OwnedValue::Null | OwnedValue::Boolean(_) | OwnedValue::Integer(_) => Json::from(value).to_string(),
        // An expectation matches by text.
        value => quoted(&value.to_string()),
    }
}

/// A text in quotation marks, as JSON and YAML both read it.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for letter in Json::from(text).to_string().chars() {
        match letter {
            // YAML does not take these as they are.
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted
}

/// The configuration as a suite names it that is written to a file: relative to the suite's
/// folder.
fn relative(config: &Path, suite: Option<&Path>) -> String {
    let folder = match suite.and_then(Path::parent) {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let (Ok(from), Ok(to)) = (std::fs::canonicalize(folder), std::fs::canonicalize(config)) else {
        return config.display().to_string();
    };
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    // Another drive has no way to it.
    if common == 0 {
        return config.display().to_string();
    }
    let up = from.iter().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.iter().skip(common).copied()).collect();
    // A slash is read on every system.
    path.display().to_string().replace('\\', "/")
}
