//! The command line. Only this part of the library reads files.
//!
//! A command is a file here with its options (`Args`) and a `run` that gives a
//! `Status`; what commands share lies beside them.

mod apply;
mod check;
mod codes;
mod completions;
mod config;
mod configuration;
mod convert;
mod diff;
mod eval;
mod explain;
mod file;
mod fmt;
mod functions;
mod input;
mod locate;
mod man;
mod output;
mod page;
mod parallel;
mod plan;
mod policies;
pub mod population;
mod record;
mod render;
mod scalar;
mod suppress;
mod test;
mod tree;
pub mod writers;

use clap::{CommandFactory, Parser, Subcommand};
use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

/// Runs, checks and tests attribute mapping expressions of Microsoft Entra provisioning.
///
/// Results go to standard output, everything else to standard error; `-` is standard input. The program never uses
/// the network.
#[derive(Debug, Parser)]
#[command(name = "attrflow", version, propagate_version = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

const EXIT_CODES: &str = "Exit codes: 0 clean; 1 findings, failed tests or failed records; 2 wrong usage or unreadable \
                          input; 3 internal error";

#[derive(Debug, Subcommand)]
enum Command {
    /// Evaluate one expression on one record
    Eval(eval::Args),
    /// Apply a configuration to a population: target objects out
    Apply(apply::Args),
    /// Say what a provisioning cycle would do to every object, and why
    Plan(plan::Args),
    /// Compare two configurations over a population: who changes, and how, worst first
    Diff(diff::Args),
    /// Show how values came about: an object through a configuration, or the parts of an expression
    Explain(explain::Args),
    /// Report what is wrong with expressions, and what to write instead
    Check(check::Args),
    /// Print expressions in their canonical layout
    Fmt(fmt::Args),
    /// Run test suites
    Test(test::Args),
    /// Show the function reference
    Functions(functions::Args),
    /// Convert an expression to the Graph attributeMappingSource tree and back
    Convert(convert::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Write the man pages
    Man(man::Args),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What a command that did its work ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    /// Nothing to complain about.
    Clean,
    /// Findings, failed tests or failed records.
    Findings,
    /// The expression does not compile, or an input could not be read.
    Unusable,
}

impl Status {
    const fn code(self) -> u8 {
        match self {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Unusable => 2,
        }
    }
}

const INTERNAL: u8 = 3;

/// Runs the command line and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, with the code 0. Where even this
            // cannot be printed, there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(INTERNAL));
        }
    };
    match cli.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(cli.command)));
    ExitCode::from(match done {
        Ok(Ok(status)) => status.code(),
        Ok(Err(error)) => failed(&error),
        Err(_) => {
            say("internal error: please report the command and the message above");
            INTERNAL
        }
    })
}

fn dispatch(command: Command) -> anyhow::Result<Status> {
    match command {
        Command::Eval(args) => eval::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Functions(args) => functions::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
        Command::Man(args) => man::run(&args, Cli::command()),
    }
}

/// Says what ended the program early, and gives the exit code.
fn failed(error: &anyhow::Error) -> u8 {
    if let Some(output) = error.downcast_ref::<output::OutputError>() {
        // Whoever read the output has seen enough: `attrflow … | head`.
        if output.0.kind() == io::ErrorKind::BrokenPipe {
            return 0;
        }
        say(format_args!("error: {output}"));
        return INTERNAL;
    }
    say(format_args!("error: {error:#}"));
    Status::Unusable.code()
}

/// Writes a line to standard error. Where that is closed, there is nobody to tell.
fn say(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
