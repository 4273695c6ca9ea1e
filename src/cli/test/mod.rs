//! `attrflow test PATH…`: suites of cases ([`cases`]) are judged ([`judge`]) and reported;
//! what they reach of their mappings is counted ([`coverage`]), and a first suite is written
//! ([`init`]).

mod cases;
mod configs;
mod coverage;
mod init;
mod judge;
mod markup;
mod report;

use super::output::Output;
use super::population::{Format as InputFormat, Origin};
use super::record::{RunArgs, Taken};
use super::render::{Painter, Shown};
use super::{Status, say};
use anyhow::{bail, ensure};
use cases::{Suite, Unreadable};
use configs::Configs;
use coverage::{Covered, rounded};
use judge::Judge;
use report::{Done, Report};
use std::path::PathBuf;

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Suites (YAML, JSON, JSON lines), and folders that hold some
    #[arg(required_unless_present_any = ["init", "input"], conflicts_with = "init", value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    /// The form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    cover: CoverArgs,
    /// Write a suite for a configuration: a case a mapping, which expects what comes out today
    #[arg(long, value_name = "CONFIG", help_heading = "First suite")]
    init: Option<PathBuf>,
    /// So many records a mapping, each of which reaches a branch that those before do not
    #[arg(long, value_name = "N", default_value_t = 1, requires = "init", help_heading = "First suite")]
    samples: usize,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Coverage")]
struct CoverArgs {
    /// Report which branches of the mappings are reached: conditions, keys and defaults, alternatives, patterns
    #[arg(long)]
    coverage: bool,
    /// End with 1 where fewer percent of the branches are reached
    #[arg(long, value_parser = threshold, value_name = "PERCENT")]
    threshold: Option<f64>,
    /// Write the coverage in the form of lcov, too
    #[arg(long, value_name = "FILE")]
    lcov: Option<PathBuf>,
    /// The configuration that is covered, and no other; otherwise those that the cases name
    #[arg(long, value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// The object mapping, by name, where the configuration has several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// Records that count as cases do, for coverage, or that --init takes samples from
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// What the input is, where its name and beginning do not show it
    #[arg(long, value_enum, value_name = "FORMAT", requires = "input")]
    input_format: Option<InputFormat>,
    /// An empty cell of CSV is an absent attribute, not the empty text
    #[arg(long, requires = "input")]
    empty_is_absent: bool,
}

impl CoverArgs {
    const fn wanted(&self) -> bool {
        self.coverage || self.threshold.is_some() || self.lcov.is_some()
    }

    fn origin(&self) -> Option<Origin> {
        let input = self.input.as_ref()?;
        let origin = Origin::file(input);
        Some(Origin { format: self.input_format, empty_is_absent: self.empty_is_absent, ..origin })
    }
}

fn threshold(text: &str) -> Result<f64, String> {
    let percent = text.strip_suffix('%').unwrap_or(text).parse::<f64>();
    percent.ok().filter(|percent| (0.0..=100.0).contains(percent)).ok_or_else(|| "0 to 100 is wanted".to_owned())
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Failed cases with their trace, and how many passed
    #[default]
    Pretty,
    /// One object
    Json,
    /// What build servers read
    Junit,
    /// Annotations of a pull request
    Github,
    /// For a comment
    Markdown,
    /// One page that stands alone
    Html,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    if let Some(config) = &args.init {
        return init::run(args, config);
    }
    let wanted = args.cover.wanted();
    ensure!(
        wanted || (args.cover.input.is_none() && args.cover.config.is_none()),
        "--input and --config are for --coverage, --threshold, --lcov and --init"
    );
    let environment = args.run.environment(Taken::Anywhere)?;
    let mut configs = Configs::new(args.run.language.compiler());
    let mut suites: Vec<Suite> = Vec::new();
    let mut unreadable: Vec<Unreadable> = Vec::new();
    for path in &args.paths {
        let files = match cases::find(path) {
            Ok(files) => files,
            Err(error) => {
                unreadable.push(Unreadable::file(path, &error));
                continue;
            }
        };
        for file in files {
            match Suite::read(&file, &mut configs) {
                Ok(mut suite) => {
                    unreadable.append(&mut suite.unreadable);
                    suites.push(suite);
                }
                Err(error) => unreadable.push(Unreadable::file(&file, &error)),
            }
        }
    }
    unreadable.iter().for_each(|case| say(format_args!("error: {case}")));
    let mut status = if unreadable.is_empty() { Status::Clean } else { Status::Unusable };

    let mut judge = Judge::new(&args.run, &environment);
    let mut done = Vec::new();
    for suite in &suites {
        for case in &suite.cases {
            done.push(Done { file: &suite.file, case, verdict: judge.judge(case) });
        }
    }
    if done.iter().any(|done| !done.verdict.passed) {
        status = status.max(Status::Findings);
    }
    let covered = if wanted { Some(cover(args, &mut configs, &suites, &environment, &mut status)?) } else { None };
    let shown = args.run.shown();
    let report = Report { done: &done, unreadable: &unreadable, coverage: covered.as_ref(), shown: &shown };
    write(args, &report)?;
    if let Some(covered) = &covered {
        status = status.max(held_against(args, covered, &shown)?);
    }
    Ok(status)
}

fn write(args: &Args, report: &Report<'_>) -> anyhow::Result<()> {
    let mut out = Output::to(args.output.as_deref())?;
    match args.format {
        Format::Pretty => report::pretty(report, &mut out)?,
        Format::Json => out.json(&report::json(report))?,
        Format::Junit => out.text(&report::junit(report)?)?,
        Format::Github => report::github(report, &mut out)?,
        Format::Markdown => out.text(&markup::markdown(report))?,
        Format::Html => out.text(&markup::html(report))?,
    }
    Ok(out.finish()?)
}

/// What the cases, and the records of the population, reach.
fn cover(
    args: &Args,
    configs: &mut Configs,
    suites: &[Suite],
    environment: &crate::Environment,
    status: &mut Status,
) -> anyhow::Result<Covered> {
    let mut covered = Covered::default();
    let compiler = configs.compiler().clone();
    let chosen = match &args.cover.config {
        Some(path) => {
            let opened = configs.open(path)?;
            let flow = opened.flow(args.cover.mapping.as_deref())?;
            covered.flow(&opened, &flow, &compiler)?;
            Some((opened, flow))
        }
        None => None,
    };
    for suite in suites {
        for case in &suite.cases {
            covered.case(&suite.file, case, environment, &compiler, chosen.is_some())?;
        }
    }
    if let Some((opened, flow)) = &chosen {
        covered.keep(opened.loaded.name(), flow);
    }
    if let Some(origin) = args.cover.origin() {
        let Some((opened, flow)) = chosen else {
            bail!("--input covers a configuration: name it with --config");
        };
        let environment = args.run.environment(Taken::ByTarget)?;
        let unreadable = covered.population(&opened, &flow, &compiler, &origin, &args.run, &environment)?;
        if unreadable > 0 {
            *status = (*status).max(Status::Findings);
        }
    }
    Ok(covered)
}

/// Writes lcov, and holds the coverage against the threshold.
fn held_against(args: &Args, covered: &Covered, shown: &Shown) -> anyhow::Result<Status> {
    if let Some(path) = &args.cover.lcov {
        let mut out = Output::to(Some(path))?;
        out.text(&covered.lcov())?;
        out.finish()?;
    }
    let Some(threshold) = args.cover.threshold.filter(|threshold| covered.percent() < *threshold) else {
        return Ok(Status::Clean);
    };
    // In the other forms the report says what is missing, or has no place for it.
    if args.format == Format::Junit || args.output.is_some() {
        report::coverage_lines(covered, shown, Painter::standard_error(), &mut |line| {
            say(line);
            Ok::<(), std::convert::Infallible>(())
        })?;
    }
    say(format_args!("error: coverage {}% is below the threshold of {threshold}%", rounded(covered.percent())));
    Ok(Status::Findings)
}
