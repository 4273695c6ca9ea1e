//! `attrflow diff OLD NEW --input FILE`: every object through two configurations.
//!
//! The configurations are held against each other first ([`edits`]): what cannot make a
//! difference is not evaluated. Then the population goes through both, a record read
//! once for both ([`work`]), and only counts and samples are kept ([`report`]). Values
//! are those of a new object: what a target holds already plays no part, so that a
//! difference says what the configuration asks for, not what a cycle would write.
//!
//! A value that nothing else may have (SelectUniqueValue) depends on who came before:
//! each configuration hands values out by itself, in the order of the input.

mod edits;
mod filters;
mod html;
mod kind;
mod markdown;
mod pretty;
mod report;
mod work;

use super::configuration::Loaded;
use super::output::{Output, OutputError};
use super::population::{Population, PopulationArgs};
use super::record::{RunArgs, Taken};
use super::render::Painter;
use super::{Status, input, parallel, say};
use crate::Schema;
use crate::configuration::Configuration;
use anyhow::ensure;
use edits::Half;
use report::Report;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use work::{Counts, Worker};

const NOTES: &str = "\
Values are those of a new object: what the target has already plays no part. Objects that neither configuration \
has in scope are compared in what disabling their accounts writes. Clock and seed are the same for both. A value \
that nothing else may have (SelectUniqueValue) goes to whoever comes first in the input, for each configuration \
by itself. Every edit of the configuration is listed, with the number of objects it touches; several edits of one \
mapping touch them together.

Worst first: severe (leaves the scope, another matching key, new error, value cleared), high (OU moved, domain \
changed, enters the scope, values removed), medium (another value), low (case, accents, white space).";

/// Options of `diff`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = NOTES)]
pub(super) struct Args {
    /// The configuration as it was
    old: PathBuf,
    /// The configuration as it is to be
    new: PathBuf,
    #[command(flatten)]
    population: PopulationArgs,
    #[command(flatten)]
    run: RunArgs,
    /// The object mapping, by name, where the configurations have several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// So many samples of each difference
    #[arg(long, default_value_t = 5, value_name = "N")]
    samples: usize,
    /// End with 1 where anything differs, be it an edit that touches nobody
    #[arg(long)]
    exit_code: bool,
    /// How many threads work; the result is the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines, for people
    #[default]
    Pretty,
    /// One object
    Json,
    /// A comment on a pull request
    Markdown,
    /// One self-contained page
    Html,
}

/// So many rows that cannot be read are said one by one.
const ROWS: u64 = 20;

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let files: [&Path; 3] = [&args.old, &args.new, &args.population.input];
    ensure!(
        files.iter().filter(|path| input::is_standard(path)).count() < 2,
        "only one of the configurations and the input can come from standard input"
    );
    let (old, new) = (Loaded::read(&args.old)?, Loaded::read(&args.new)?);
    let population = Population::open(&args.population.origin())?;
    let compiler = args.run.language.compiler();
    let compiled = old.compile(&compiler.clone().schema(Schema::open(population.names().iter().cloned())))?;
    let names = compiled.as_ref().map(|configuration| old.flow(configuration, args.mapping.as_deref())).transpose()?;
    // The names of the old configuration keep their slots in the new one, so that one
    // record serves both.
    let known = match &names {
        Some(flow) => flow.mappings().schema().names().to_vec(),
        None => population.names().to_vec(),
    };
    let said = compiled.as_ref().map_or(&[][..], Configuration::findings);
    let configuration = new.compile_beside(&compiler.schema(Schema::open(known)), said)?;
    let (Some(old_flow), Some(configuration)) = (names, configuration) else { return Ok(Status::Unusable) };
    let new_flow = new.flow(&configuration, args.mapping.as_deref())?;
    let halves = [Half { loaded: old, flow: old_flow }, Half { loaded: new, flow: new_flow }];
    compare(args, &halves, &population)
}

fn compare(args: &Args, halves: &[Half; 2], population: &Population) -> anyhow::Result<Status> {
    let [old, new] = halves;
    let edits = edits::compare(old, new, args.run.language.dialect);
    let environment = args.run.environment(Taken::ByTarget)?;
    // One instant and one seed for both: what is drawn differs where it is drawn otherwise.
    let now = environment.now();
    let mut environment = environment.with_clock(now);
    if !args.run.is_seeded() {
        environment = environment.with_seed(0);
    }
    // Who comes first gets a unique value, so that objects go one after the other.
    let threads =
        if edits.seek_unique_values(halves) { 1 } else { args.threads.unwrap_or_else(parallel::threads).get() };
    let mut workers: Vec<Worker<'_>> =
        (0..threads).map(|_| Worker::new(halves, &edits, population, &environment, args.run.is_seeded())).collect();
    let mut report = Report::new(old.loaded.name(), new.loaded.name(), args.samples);
    let name = population.name();
    parallel::records(
        population,
        "comparing",
        &mut workers,
        |worker, _, raw| worker.examine(raw),
        |examined| {
            if let Some(message) = examined.unreadable.as_ref().filter(|_| report.unreadable < ROWS) {
                say(format_args!("{name}:{}: error[AF436]: {message}", examined.line));
            }
            report.add(examined);
            Ok::<(), OutputError>(())
        },
    )?;
    let mut counts = Counts::default();
    workers.iter().for_each(|worker| counts.add(&worker.counts));
    drop(workers);
    report.finish(edits, counts);
    if report.unreadable > 0 {
        say(format_args!("error: {}: the report is incomplete", report.gap()));
    }

    let shown = args.run.shown();
    let mut out = Output::to(args.output.as_deref())?;
    match args.format {
        Format::Pretty => {
            let painter = if args.output.is_some() { Painter::plain() } else { Painter::standard_output() };
            pretty::write(&report, &mut out, painter, &shown)?;
        }
        Format::Json => out.json(&report.json(&shown))?,
        Format::Markdown => out.text(&markdown::page(&report, &shown))?,
        Format::Html => out.text(&html::page(&report, &shown))?,
    }
    out.finish()?;
    let findings = report.unreadable > 0 || (args.exit_code && report.differs());
    Ok(if findings { Status::Findings } else { Status::Clean })
}
