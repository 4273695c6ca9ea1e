//! `attrflow eval EXPR`.

use super::output::Output;
use super::record::{RecordArgs, RunArgs, Taken};
use super::render::{Origin, Painter, Shown, outcome_json};
use super::{Status, input, say};
use crate::graph::ParseExpressionRequest;
use crate::{CompileError, Diagnostic, Expression, Machine, Outcome};
use anyhow::{Context, ensure};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Options of `eval`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The expression; - reads it from standard input
    #[arg(value_name = "EXPR", allow_hyphen_values = true, required_unless_present = "request")]
    expression: Option<String>,
    /// Answer a parseExpression request of Microsoft Graph: a JSON file with expression and testInputObject
    #[arg(long, value_name = "FILE", conflicts_with_all = ["expression", "set", "data"])]
    request: Option<PathBuf>,
    #[command(flatten)]
    record: RecordArgs,
    #[command(flatten)]
    run: RunArgs,
    /// The form of the result: pretty prints a multi-valued one a value a line, json one object on one line
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Pretty,
    /// For programs
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let argument = match (&args.request, &args.expression) {
        (Some(request), _) => return answer(request, args),
        (None, expression) => expression.as_deref().unwrap_or_default(),
    };
    ensure!(
        !(argument == "-" && args.record.reads_standard()),
        "the expression and the record cannot both come from standard input"
    );
    let text = input::expression(argument)?;
    let bag = args.record.bag()?;
    let environment = args.run.environment(Taken::Anywhere)?;
    let mut out = Output::standard();
    let expression = match compile(&text, &args.run, &bag) {
        Ok(expression) => expression,
        Err(error) => {
            if args.format == Format::Json {
                out.json(&not_compiled(&error))?;
            }
            out.finish()?;
            return Ok(Status::Unusable);
        }
    };
    let mut machine = Machine::with_environment(environment);
    let evaluation = machine.evaluate(&expression, &bag);
    // What a message quotes may be what Redact hides.
    let shown = Shown::new(args.run.redact || evaluation.is_redacted());
    let outcome = evaluation.into_owned();
    let status = if outcome.is_ok() { Status::Clean } else { Status::Findings };
    if let Err(error) = &outcome {
        say(Painter::standard_error().failure(&text, &Origin::default(), error, &shown));
    }
    match (args.format, &outcome) {
        // The result is what was asked for, not a report: --redact leaves it.
        (Format::Json, Ok(_)) => out.json(&outcome_json(&outcome, &Shown::new(false)))?,
        (Format::Json, Err(_)) => out.json(&outcome_json(&outcome, &shown))?,
        (Format::Pretty, Ok(Outcome::Value(value))) => out.line(value)?,
        (Format::Pretty, Ok(Outcome::Null)) => say("null"),
        (Format::Pretty, Ok(Outcome::Skip)) => say("skip: the attribute leaves the flow"),
        (Format::Pretty, Ok(Outcome::SkipObject)) => say("skip: the object leaves the flow"),
        (Format::Pretty, Err(_)) => {}
    }
    out.finish()?;
    Ok(status)
}

/// What Graph's `parseExpression` answers.
fn answer(path: &Path, args: &Args) -> anyhow::Result<Status> {
    let text = input::text(path)?;
    let request: ParseExpressionRequest =
        serde_json::from_str(&text).with_context(|| format!("{} is no parseExpression request", input::name(path)))?;
    let response = request.answer(&args.run.language.compiler(), args.run.environment(Taken::Anywhere)?);
    let mut out = Output::standard();
    out.json(&response)?;
    out.finish()?;
    Ok(match (response.parsing_succeeded, response.evaluation_succeeded) {
        (true, true) => Status::Clean,
        (true, false) => Status::Findings,
        (false, _) => Status::Unusable,
    })
}

/// Compiles for a record, and says on standard error what there is to say.
pub(super) fn compile(text: &str, run: &RunArgs, bag: &crate::AttributeBag) -> Result<Expression, CompileError> {
    let compiled = run.compiler_for(bag).expression(text);
    let diagnostics: &[Diagnostic] = match &compiled {
        Ok(expression) => expression.diagnostics(),
        Err(error) => error.diagnostics(),
    };
    let painter = Painter::standard_error();
    for diagnostic in diagnostics {
        say(painter.diagnostic(text, &Origin::default(), diagnostic));
    }
    compiled
}

/// The first error, in the contract's form.
pub(super) fn not_compiled(error: &CompileError) -> serde_json::Value {
    error.first().map_or_else(
        || json!({"outcome": "error"}),
        |first| json!({"outcome": "error", "code": first.code.as_str(), "message": first.message, "span": first.span}),
    )
}
