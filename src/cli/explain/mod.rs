//! `attrflow explain CONFIG` and `attrflow explain EXPR`: how the values of one object came about.

mod expression;
mod html;
mod object;
mod pretty;
mod time;

pub(super) use expression::tree;

use super::Status;
use super::record::{RecordArgs, RunArgs};
use std::path::{Path, PathBuf};

/// Options of `explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A configuration file, or an expression; - reads an expression from standard input
    #[arg(value_name = "CONFIG or EXPR", allow_hyphen_values = true)]
    subject: String,
    #[command(flatten)]
    record: RecordArgs,
    /// Take the record from a population instead (configurations)
    #[arg(short, long, value_name = "FILE", help_heading = "Record", conflicts_with_all = ["set", "data"])]
    input: Option<PathBuf>,
    /// Which record of the population: the first whose attribute has this value
    #[arg(long = "where", value_name = "NAME=VALUE", help_heading = "Record", requires = "input")]
    condition: Option<String>,
    /// What the target has: a file that holds one JSON object
    #[arg(long, value_name = "FILE", help_heading = "Record")]
    current: Option<PathBuf>,
    /// The objects that the target has, among which the object's own is looked for
    #[arg(short, long, value_name = "FILE", help_heading = "Record", conflicts_with = "current")]
    target: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    /// The object mapping, by name, where the configuration has several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// Only these target attributes (repeatable)
    #[arg(long, value_name = "NAME")]
    attribute: Vec<String>,
    /// List when attributes change, from this day (2026-01-31) or instant on (configurations)
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<String>,
    /// … up to this day or instant
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<String>,
    /// The form of the explanation: a tree, one JSON object, or a page that stands alone
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A tree, for people
    #[default]
    Pretty,
    /// One object
    Json,
    /// One self-contained page (configurations)
    Html,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    if is_file(&args.subject) {
        return object::run(args);
    }
    anyhow::ensure!(args.from.is_none(), "--from and --to are for configurations");
    expression::run(args)
}

/// Whether the argument names a file: no expression is the name of one.
fn is_file(argument: &str) -> bool {
    let path = Path::new(argument);
    let named = super::tree::Syntax::of(path).is_some() && !argument.contains(['(', '[', '"']);
    named || (argument != "-" && path.is_file())
}
