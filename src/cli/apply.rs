//! `attrflow apply CONFIG --input FILE`.

use super::output::{Output, OutputError};
use super::population::{Binding, PopulationArgs, RowError, Source};
use super::record::{RunArgs, Taken};
use super::render::{Origin, Painter, Shown};
use super::writers::{csv, json_lines};
use super::{Status, config, input, say};
use crate::functions::Fault;
use crate::{
    AttributeBag, Compiler, Evaluation, Machine, Mapping, MappingSet, Operation, Outcome, Schema, Severity, Value,
};
use anyhow::ensure;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Options of `apply`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The mappings: YAML or JSON with target: expression
    config: PathBuf,
    #[command(flatten)]
    population: PopulationArgs,
    #[command(flatten)]
    run: RunArgs,
    /// What the objects are for: mappings that apply only on creation, and defaults, flow for new ones
    #[arg(long, value_enum, default_value_t, value_name = "OPERATION")]
    operation: For,
    /// The form of the target objects
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum For {
    /// New objects
    #[default]
    Create,
    /// Objects that the target has
    Update,
}

/// An attribute that leaves the flow is not in its object, a null is null. Where a mapping fails, the object has the
/// others, and @errors says what failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A JSON object a line
    #[default]
    Ndjson,
    /// Rows under a header; lists and objects as JSON, null as an empty cell, the empty text as ""
    Csv,
}

#[derive(Debug, Default)]
struct Totals {
    written: usize,
    left_out: usize,
    failed: usize,
    unreadable: usize,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    ensure!(
        !(input::is_standard(&args.config) && input::is_standard(&args.population.input)),
        "the configuration and the input cannot both come from standard input"
    );
    let items = config::read(&args.config)?;
    let name = input::name(&args.population.input);
    let mut source = Source::open(&args.population.origin())?;
    let compiler = args.run.language.compiler().schema(Schema::open(source.names()));
    let Some(set) = compile(&compiler, &args.config, items) else { return Ok(Status::Unusable) };

    let mut out = Output::to(args.output.as_deref())?;
    let mut binding = Binding::new(&set, args.run.is_seeded());
    let mut bag = AttributeBag::with_schema(set.schema().clone());
    let mut machine = Machine::with_environment(args.run.environment(Taken::ByTarget)?);
    let operation = match args.operation {
        For::Create => Operation::Create,
        For::Update => Operation::Update,
    };
    let (shown, hidden) = (args.run.shown(), Shown::new(true));
    let mut totals = Totals::default();
    if args.format == Format::Csv {
        csv::header(&mut out, set.mappings().iter().map(|mapping| mapping.target.as_str()))
            .map_err(OutputError::from)?;
    }
    while let Some(read) = source.next(&mut binding, &mut bag) {
        let line = match read {
            Ok(extent) => extent.line(),
            Err(RowError { line, message }) => {
                say(format_args!("{name}:{line}: {message}"));
                totals.unreadable += 1;
                continue;
            }
        };
        let output = machine.apply_as(operation, &set, &bag);
        if output.skips_object() {
            totals.left_out += 1;
            continue;
        }
        let mut errors = Vec::new();
        for (target, evaluation) in output.iter() {
            if let Err(failure) = evaluation.outcome() {
                let message =
                    if evaluation.is_redacted() { &hidden } else { &shown }.message(failure.code, failure.message);
                say(format_args!("{name}:{line}: {target}: error[{}]: {message}", failure.code));
                errors.push(error(target, failure, message));
            }
        }
        totals.failed += usize::from(!errors.is_empty());
        totals.written += usize::from(errors.is_empty());
        match args.format {
            Format::Ndjson => {
                let flowing = output.iter().filter_map(|(target, evaluation)| Some((target, flowing(evaluation)?)));
                json_lines::object(&mut out, flowing, &errors)
            }
            Format::Csv => csv::row(&mut out, output.iter().map(|(_, evaluation)| flowing(evaluation)), &errors),
        }
        .map_err(OutputError::from)?;
    }
    out.finish()?;
    say(&totals);
    Ok(if totals.failed + totals.unreadable > 0 { Status::Findings } else { Status::Clean })
}

/// Compiles the mappings, and says what there is to say about them.
pub(super) fn compile(compiler: &Compiler, path: &Path, items: Vec<config::Item>) -> Option<MappingSet> {
    let lines: Vec<Option<usize>> = items.iter().map(|item| item.line).collect();
    let mappings: Vec<Mapping> = items.into_iter().map(|item| item.mapping).collect();
    let painter = Painter::standard_error();
    let origin = |index: usize, target: &str| Origin {
        path: Some(format!("{} ({target})", input::name(path))),
        line: lines.get(index).copied().flatten(),
    };
    match compiler.mapping_set(mappings.iter().cloned()) {
        Ok(set) => {
            for (index, (mapping, found)) in set.mappings().iter().zip(set.diagnostics()).enumerate() {
                // Hints are for `check`.
                for diagnostic in found.iter().filter(|found| found.severity >= Severity::Warning) {
                    say(painter.diagnostic(&mapping.expression, &origin(index, &mapping.target), diagnostic));
                }
            }
            Some(set)
        }
        Err(error) => {
            for (index, error) in config::failed(&mappings, &error) {
                let target = mappings.get(index).map_or("", |mapping| mapping.target.as_str());
                for diagnostic in error.diagnostics() {
                    say(painter.diagnostic(error.source_text(), &origin(index, target), diagnostic));
                }
            }
            None
        }
    }
}

fn error(target: &str, failure: &Fault<'_>, message: &str) -> Json {
    json!({"target": target, "code": failure.code.as_str(), "message": message, "span": failure.span})
}

/// What of a mapping is in its target object: a value or null. What leaves the flow is not.
fn flowing<'m>(evaluation: &'m Evaluation<'m>) -> Option<Value<'m>> {
    match evaluation.outcome() {
        Ok(Outcome::Value(value)) => Some(value),
        Ok(Outcome::Null) => Some(Value::Null),
        _ => None,
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.written + self.left_out + self.failed + self.unreadable;
        write!(f, "{all} record{}: {} flowed", if all == 1 { "" } else { "s" }, self.written)?;
        let rest = [(self.failed, "failed"), (self.unreadable, "could not be read"), (self.left_out, "left the flow")];
        for (count, word) in rest.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {word}")?;
        }
        Ok(())
    }
}
