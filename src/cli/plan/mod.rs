//! `attrflow plan CONFIG --input FILE --target FILE`: what a provisioning cycle would do.
//!
//! The target is read once, and only the keys of its objects and their places in the
//! file are kept ([`target`]). The source is read twice: a survey finds scope and match of
//! every object ([`survey`]), after which conflicts, references and the number of deletes
//! are known; then attributes flow, and each object is written ([`work`], [`entry`]).

mod entry;
mod references;
mod survey;
mod target;
mod totals;
mod work;

use super::configuration::Loaded;
use super::output::Output;
use super::parallel;
use super::population::{Population, PopulationArgs, TargetArgs};
use super::record::{RunArgs, Taken};
use super::{Status, input, say};
use crate::configuration::ObjectFlow;
use crate::{Environment, Schema};
use anyhow::{anyhow, ensure};
use entry::{Format, Painting};
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use survey::Decision;
use totals::Totals;

/// Options of `plan`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The configuration: an exported schema, or target: expression in YAML or JSON
    config: PathBuf,
    #[command(flatten)]
    population: PopulationArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    run: RunArgs,
    /// The object mapping, by name, where the configuration has several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// So many objects, or so many percent of the target, may be disabled or deleted
    #[arg(long, value_parser = threshold, default_value = "500", value_name = "N or N%")]
    delete_threshold: Threshold,
    /// List disables and deletes even above the threshold
    #[arg(long)]
    allow_deletes: bool,
    /// How many threads work; the result is the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// The form of the plan
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// For LDIF: the object classes of new objects (repeatable)
    #[arg(long, value_name = "NAME")]
    object_class: Vec<String>,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How many deletes are no accident.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Threshold {
    Objects(usize),
    Percent(f64),
}

fn threshold(text: &str) -> Result<Threshold, String> {
    match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse().ok().filter(|p| (0.0..=100.0).contains(p)).map(Threshold::Percent),
        None => text.trim().parse().ok().map(Threshold::Objects),
    }
    .ok_or_else(|| "a number of objects is wanted, or percent such as 5%".to_owned())
}

impl Threshold {
    fn allows(self, deletes: usize, objects: usize) -> bool {
        match self {
            Threshold::Objects(most) => deletes <= most,
            Threshold::Percent(most) => deletes as f64 * 100.0 <= most * objects as f64,
        }
    }
}

/// Whether a mapping fills a target attribute.
fn fills(flow: &ObjectFlow, name: &str) -> bool {
    flow.mappings().mappings().iter().any(|mapping| mapping.target.eq_ignore_ascii_case(name))
}

/// What all passes share.
struct Cycle<'c> {
    flow: ObjectFlow,
    environment: Environment,
    source: Population,
    target: Population,
    args: &'c Args,
    threads: usize,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let standard = [&args.config, &args.population.input, &args.target.target]
        .iter()
        .filter(|path| input::is_standard(path))
        .count();
    ensure!(standard < 2, "only one of configuration, input and target can come from standard input");
    let loaded = Loaded::read(&args.config)?;
    let source = Population::open(&args.population.origin())?;
    let target = Population::open(&args.target.origin())?;
    let compiler = args.run.language.compiler().schema(Schema::open(source.names().iter().cloned()));
    let Some(configuration) = loaded.compile(&compiler)? else { return Ok(Status::Unusable) };
    let flow = loaded.flow(&configuration, args.mapping.as_deref())?;
    ensure!(
        !flow.matching().is_empty(),
        "{}: no mapping has a matching priority ('match' in the short format), so that no object of the target can be found",
        loaded.name()
    );
    parallel::missing_columns(&source, &flow);
    if flow.target_anchors().is_empty() {
        say(format_args!(
            "warning: {}: there is no definition of the target: values are not converted to its types, and references are \
             compared as they are",
            loaded.name()
        ));
    }
    if args.format == Format::Ldif && args.object_class.is_empty() && !fills(&flow, "objectClass") {
        say(
            "warning: no mapping fills objectClass, and --object-class is not given: a directory refuses new objects without",
        );
    }
    // One instant for the whole cycle: both passes decide alike.
    let environment = args.run.environment(Taken::ByTarget)?;
    let now = environment.now();
    let environment = environment.with_clock(now);
    // Who comes first gets a unique value, so that objects go one after the other.
    let threads = if flow.seeks_unique_values() { 1 } else { args.threads.unwrap_or_else(parallel::threads).get() };
    let cycle = Cycle { flow, environment, source, target, args, threads };
    cycle.run()
}

impl Cycle<'_> {
    fn run(&self) -> anyhow::Result<Status> {
        let mut totals = Totals::default();
        let targets = target::read(self, &mut totals)?;
        let mut survey = survey::read(self, &targets)?;
        let orphans = survey.orphans(&self.flow, &targets);
        let deletes = survey.deletes() + orphans.iter().filter(|number| targets.twin(**number).is_none()).count();
        let held = !self.args.delete_threshold.allows(deletes, targets.len()) && !self.args.allow_deletes;
        // What a source that was cut off does not have may be in what was cut off.
        let name = self.source.name();
        let blind = survey
            .cut_off
            .map(|line| format!("{name}:{line}: the source seems to be cut off here"))
            .or_else(|| survey.blindness().map(|why| format!("{name}: {why}")))
            .filter(|_| !self.args.allow_deletes && !orphans.is_empty());

        let mut out = Output::to(self.args.output.as_deref())?;
        let painting = Painting::new(self.args.format, &self.flow, &self.args.object_class, self.args.output.is_some())
            .map_err(|error| anyhow!("the target attributes cannot be written so: {error}"))?;
        painting.begin(&mut out)?;
        let shown = self.args.run.shown();
        let references = references::Table::new(&self.flow, std::mem::take(&mut survey.references), &self.target);
        let mut workers: Vec<work::Worker<'_>> =
            (0..self.threads).map(|_| work::Worker::new(self, &targets, &references, &painting, &shown)).collect();
        let decisions = &survey.decisions;
        let mut links = references::Links::default();
        let refers = !survey::referring(&self.flow).is_empty();
        parallel::records(
            &self.source,
            "planning",
            &mut workers,
            |worker, ordinal, raw| worker.source(decisions.get(ordinal).unwrap_or(&Decision::Unreadable), raw),
            |done| {
                if refers {
                    links.extend(&done);
                }
                write(&mut out, &done, held, &mut totals)
            },
        )?;
        if let Some(worker) = workers.first_mut() {
            for number in orphans {
                write(&mut out, &worker.orphan(number), held || blind.is_some(), &mut totals)?;
            }
        }
        totals.never_managed = targets.never_managed();
        totals.policies = survey.policies;
        out.finish()?;
        for cycle in links.cycles(&survey.decisions) {
            totals.cycles += 1;
            say(format_args!("warning[AF438]: references lead from line {cycle} back to it"));
        }
        self.conclude(&totals, held.then_some(deletes), blind.as_deref(), deletes > 0)
    }

    /// Says what it comes to: `held` are deletes beyond the threshold, `blind` says
    /// why the source does not tell which objects are gone.
    fn conclude(
        &self,
        totals: &Totals,
        held: Option<usize>,
        blind: Option<&str>,
        deletes: bool,
    ) -> anyhow::Result<Status> {
        say(totals);
        let mut status = if totals.failed() > 0 { Status::Findings } else { Status::Clean };
        if totals.unreadable > 0 && deletes && held.is_none() && blind.is_none() {
            say(format_args!(
                "warning: {} of the source could not be read; an object that only such a row describes is listed as a delete",
                totals::counted(totals.unreadable, "row", "rows")
            ));
        }
        if totals.unreadable_targets > 0 {
            say(format_args!(
                "warning: {} of the target could not be read; a source object that has it is listed as a create",
                totals::counted(totals.unreadable_targets, "object", "objects")
            ));
        }
        if let Some(why) = blind {
            status = Status::Findings;
            say(format_args!(
                "error: {why}, so that deletes of objects which it does not have are not in the plan (--allow-deletes takes \
                 them in)"
            ));
        }
        if let Some(deletes) = held {
            status = Status::Findings;
            let limit = match self.args.delete_threshold {
                Threshold::Objects(most) => most.to_string(),
                Threshold::Percent(most) => format!("{most}%"),
            };
            say(format_args!(
                "error: {deletes} objects would be disabled or deleted, more than the threshold of {limit}: none of them \
                 is in the plan (--allow-deletes takes them in)"
            ));
        }
        if totals.most_failed() {
            status = Status::Findings;
            say("error: most objects failed: the service would quarantine the whole cycle");
        }
        Ok(status)
    }
}

/// Writes an object's entry; a delete that is held back is listed on standard error.
fn write(
    out: &mut Output,
    done: &entry::Done,
    held: bool,
    totals: &mut Totals,
) -> Result<(), super::output::OutputError> {
    totals.add(done);
    for message in &done.messages {
        say(message);
    }
    if held && done.operation.removes() {
        say(format_args!("held back: {} {}", done.operation.word(), done.who));
        return Ok(());
    }
    Ok(out.write_all(&done.text)?)
}
