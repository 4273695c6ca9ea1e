//! One expression on one record.

use super::{Args, Format};
use crate::cli::eval::{compile, not_compiled};
use crate::cli::output::Output;
use crate::cli::record::Taken;
use crate::cli::render::{Origin, Painter, Shown, literal, outcome_json, visible};
use crate::cli::{Status, input, say};
use crate::{Machine, Outcome, OwnedValue, Trace};
use anyhow::ensure;
use serde_json::{Value as Json, json};

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    ensure!(
        !(args.subject == "-" && args.record.reads_standard()),
        "the expression and the record cannot both come from standard input"
    );
    let text = input::expression(&args.subject)?;
    let bag = args.record.bag()?;
    let environment = args.run.environment(Taken::Anywhere)?;
    let mut out = Output::standard();
    let shown = args.run.shown();
    let expression = match compile(&text, &args.run, &bag) {
        Ok(expression) => expression,
        Err(error) => {
            if args.format == Format::Json {
                out.json(&json!({"expression": text, "result": not_compiled(&error)}))?;
            }
            out.finish()?;
            return Ok(Status::Unusable);
        }
    };
    // Redact marks the value, and a trace is a report.
    let redacted = Machine::with_environment(environment.clone()).evaluate(&expression, &bag).is_redacted();
    let mut trace = Machine::with_environment(environment).trace(&expression, &bag);
    let hidden = Shown::new(true);
    let result = if redacted { &hidden } else { &shown };
    if let (true, Ok(Outcome::Value(value))) = (redacted, &mut trace.outcome) {
        *value = "[Redact]".into();
    }
    if !redacted {
        trace.steps.iter_mut().for_each(|step| step.value = shown.value(&step.value));
    }
    match args.format {
        Format::Json => {
            let steps: Vec<Json> = trace
                .steps
                .iter()
                .map(|step| {
                    json!({
                        "text": step.text,
                        "span": step.span,
                        "depth": step.depth,
                        "type": step.value.kind(),
                        "value": Json::from(&step.value),
                    })
                })
                .collect();
            // What Redact hides stands there already.
            let plain = Shown::new(false);
            let outcome = outcome_json(&trace.outcome, if redacted && trace.outcome.is_ok() { &plain } else { result });
            out.json(&json!({"expression": text, "result": outcome, "steps": steps}))?;
        }
        Format::Html => anyhow::bail!("html is for configurations"),
        Format::Pretty => {
            out.text(&tree(&trace, Painter::standard_output()))?;
            match &trace.outcome {
                Ok(Outcome::Value(_)) => {}
                Ok(Outcome::Null) => out.line("result: null")?,
                Ok(Outcome::Skip) => out.line("result: the attribute leaves the flow")?,
                Ok(Outcome::SkipObject) => out.line("result: the object leaves the flow")?,
                Err(error) => say(Painter::standard_error().failure(&text, &Origin::default(), error, result)),
            }
        }
    }
    out.finish()?;
    Ok(if trace.outcome.is_ok() { Status::Clean } else { Status::Findings })
}

/// The steps as a tree: a node a line, with its value.
pub(in crate::cli) fn tree(trace: &Trace, painter: Painter) -> String {
    let mut text = String::new();
    for (step, branches) in
        trace.steps.iter().zip(branches(&trace.steps.iter().map(|step| step.depth).collect::<Vec<_>>()))
    {
        let source = step.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = match &step.value {
            // Redact has marked it; quotes would make it look like a value.
            OwnedValue::Text(text) if text == "[Redact]" => text.clone(),
            value => literal(value),
        };
        text.push_str(&format!(
            "{branches}{}  {} {}\n",
            visible(&source),
            painter.dim("="),
            painter.bold(&visible(&value))
        ));
    }
    text
}

/// What is drawn before each step, from the last one up: a branch goes on where a later
/// step of its level comes before a shallower one.
pub(super) fn branches(depths: &[usize]) -> Vec<String> {
    let mut goes_on: Vec<bool> = Vec::new();
    let mut drawn: Vec<String> = Vec::new();
    for depth in depths.iter().copied().rev() {
        goes_on.resize(depth + 1, false);
        let mut line = String::new();
        for (level, goes_on) in goes_on.iter().enumerate().skip(1) {
            line.push_str(match (level == depth, goes_on) {
                (true, true) => "├─ ",
                (true, false) => "└─ ",
                (false, true) => "│  ",
                (false, false) => "   ",
            });
        }
        drawn.push(line);
        if let Some(level) = goes_on.last_mut() {
            *level = true;
        }
    }
    drawn.reverse();
    drawn
}
