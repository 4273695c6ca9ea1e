//! `attrflow functions [NAME]`.

use super::output::Output;
use super::record::LanguageArgs;
use super::render::Painter;
use super::{Status, say};
use crate::functions::{Function, Registry};
use crate::{Dialect, reference};
use serde_json::Value as Json;

/// Options of `functions`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A function; without it, all are listed
    name: Option<String>,
    /// The form of the reference
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    #[command(flatten)]
    language: LanguageArgs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Pretty,
    /// For editors
    Json,
    /// The reference page
    Markdown,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let dialect = args.language.dialect;
    let mut out = Output::standard();
    let Some(name) = &args.name else {
        match args.format {
            Format::Pretty => list(dialect, &mut out)?,
            Format::Json => out.json(&reference::json(dialect))?,
            Format::Markdown => out.text(&reference::markdown(dialect))?,
        }
        out.finish()?;
        return Ok(Status::Clean);
    };
    let found = named(dialect, name);
    if found.is_empty() {
        say(format_args!("error: there is no function {name}{}", nearest(dialect, name)));
        return Ok(Status::Unusable);
    }
    match args.format {
        Format::Pretty => found.iter().try_for_each(|function| one(function, dialect, &mut out))?,
        Format::Json => {
            // One name may have several declarations, told apart by the number of arguments.
            let mut entries: Vec<Json> =
                found.iter().map(|function| reference::entry_json(function, dialect)).collect();
            match entries.pop() {
                Some(single) if entries.is_empty() => out.json(&single)?,
                last => {
                    entries.extend(last);
                    out.json(&entries)?;
                }
            }
        }
        Format::Markdown => found.iter().try_for_each(|function| out.text(&reference::entry(function, dialect)))?,
    }
    out.finish()?;
    Ok(Status::Clean)
}

fn named(dialect: Dialect, name: &str) -> Vec<&'static Function> {
    let all = || Registry::families().iter().flat_map(|family| family.functions);
    let exact: Vec<_> = all().filter(|function| function.name(dialect) == Some(name)).collect();
    if !exact.is_empty() {
        return exact;
    }
    // Somebody who asks for `switch` means Switch.
    all().filter(|function| function.name(dialect).is_some_and(|known| known.eq_ignore_ascii_case(name))).collect()
}

/// `: did you mean Switch?`, or why there is none, or nothing.
fn nearest(dialect: Dialect, name: &str) -> String {
    let wanted = name.to_lowercase();
    let strangers = dialect.profile().strangers;
    if let Some((_, advice)) = strangers.iter().find(|(stranger, _)| stranger.eq_ignore_ascii_case(name)) {
        return format!(": {advice}");
    }
    let names =
        Registry::families().iter().flat_map(|family| family.functions).filter_map(|function| function.name(dialect));
    let close = names.map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &wanted), known));
    match close.min() {
        Some((distance, known)) if distance <= 1 + wanted.chars().count() / 3 => format!("; did you mean {known}?"),
        _ => "; attrflow functions lists them all".to_owned(),
    }
}

fn list(dialect: Dialect, out: &mut Output) -> anyhow::Result<()> {
    let painter = Painter::standard_output();
    for (index, family) in Registry::families().iter().enumerate() {
        let functions: Vec<_> =
            family.functions.iter().filter_map(|function| Some((function.name(dialect)?, function.summary))).collect();
        if functions.is_empty() {
            continue;
        }
        if index > 0 {
            out.line("")?;
        }
        out.line(painter.bold(family.title))?;
        for (name, summary) in functions {
            out.line(format_args!("  {name:<34}{summary}"))?;
        }
    }
    Ok(())
}

fn one(function: &Function, dialect: Dialect, out: &mut Output) -> anyhow::Result<()> {
    let painter = Painter::standard_output();
    out.line(painter.bold(&function.signature(dialect)))?;
    out.line(format_args!("  {}", function.summary))?;
    if !function.parameters.is_empty() {
        out.line(format_args!("\n{}", painter.bold("Parameters")))?;
        for parameter in function.parameters {
            out.line(format_args!("  {}  {}", parameter.name, painter.dim(&reference::takes(parameter))))?;
            out.line(format_args!("      {}", parameter.doc))?;
            out.line(format_args!("      null: {}", reference::null_rule(parameter)))?;
        }
    }
    out.line(format_args!("\n{}\n  {}", painter.bold("Gives"), reference::kind(&function.returns)))?;
    if !function.rules.is_empty() {
        out.line(format_args!("\n{}", painter.bold("Rules")))?;
        for rule in function.rules {
            out.line(format_args!("  - {} {}", rule.text, painter.dim(&format!("({})", rule.basis.as_str()))))?;
        }
    }
    if let Some(address) = function.page.address() {
        out.line(format_args!("\n{}\n  {address}", painter.bold("Source")))?;
    }
    if !function.examples.is_empty() {
        out.line(format_args!("\n{}", painter.bold("Examples")))?;
        for example in function.examples {
            out.line(format_args!("  {}", reference::example_line(example)))?;
        }
    }
    Ok(())
}
