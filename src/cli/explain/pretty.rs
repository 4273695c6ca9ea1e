//! An explanation as a tree, for people.

use super::expression::branches;
use super::object::{Attribute, Explanation, filter_title, shown_literal};
use crate::cli::output::{Output, OutputError};
use crate::cli::render::{Painter, visible};
use crate::configuration::Scope;

pub(super) fn write(explanation: &Explanation, out: &mut Output, plain: bool) -> Result<(), OutputError> {
    let painter = if plain { Painter::plain() } else { Painter::standard_output() };
    if !explanation.flow.is_empty() {
        out.line(painter.bold(&visible(&explanation.flow)))?;
    }
    scope(explanation, painter, out)?;
    match &explanation.matching.keys {
        Ok(keys) => {
            let keys: Vec<String> = keys.iter().map(|(name, key)| format!("{name} = {key}")).collect();
            let keys = if keys.is_empty() { "no matching attribute".to_owned() } else { keys.join(", ") };
            out.line(format_args!("{} {}: {}", painter.bold("match"), visible(&keys), explanation.matching.found))?;
        }
        Err(error) => {
            out.line(format_args!("{} {}", painter.bold("match"), painter.bad(&visible(&error.to_string()))))?
        }
    }
    let operation = format!("{}: {}", painter.bold(explanation.operation), visible(&explanation.reason));
    out.line(format_args!("{} {operation}", painter.bold("operation")))?;
    for attribute in &explanation.attributes {
        out.line("")?;
        one(attribute, painter, out)?;
    }
    Ok(())
}

fn scope(explanation: &Explanation, painter: Painter, out: &mut Output) -> Result<(), OutputError> {
    let decision = match &explanation.scope.scope {
        Ok(Scope::In) => painter.good("in scope"),
        Ok(Scope::Out) => painter.bad("out of scope"),
        Ok(Scope::Unread) => painter.bad("not read"),
        Err(error) => painter.bad(&error.to_string()),
    };
    let none = if explanation.scope.groups.is_empty() { " (there is no filter)" } else { "" };
    out.line(format_args!("{} {decision}{none}", painter.bold("scope")))?;
    for group in &explanation.scope.groups {
        let name = if group.name.is_empty() { String::new() } else { format!(" {}", group.name) };
        let word = if group.holds { painter.good("holds") } else { painter.bad("does not hold") };
        out.line(format_args!("  {}{}  {word}", filter_title(group.list), visible(&name)))?;
        for clause in &group.clauses {
            let word = match &clause.holds {
                Ok(true) => painter.good("holds"),
                Ok(false) => painter.bad("does not hold"),
                Err(error) => painter.bad(&error.to_string()),
            };
            let value = shown_literal(&clause.value);
            out.line(format_args!(
                "    {}  {}  {word}",
                visible(&clause.text),
                painter.dim(&visible(&format!("({value})")))
            ))?;
            if let Some(policy) = clause.policy {
                out.line(format_args!("      {}", painter.dim(policy.meaning())))?;
            }
        }
    }
    Ok(())
}

fn one(attribute: &Attribute, painter: Painter, out: &mut Output) -> Result<(), OutputError> {
    let name = painter.bold(&visible(&attribute.target));
    let before = shown_literal(&attribute.before);
    let after = attribute.after.as_ref().map(shown_literal).unwrap_or_default();
    let line = match attribute.outcome {
        "changes" => format!(
            "{name}  {} {} {}",
            painter.dim(&visible(&before)),
            painter.dim("→"),
            painter.good(&visible(&after))
        ),
        "same" => format!("{name}  {}  {}", visible(&after), painter.dim("as the target has it")),
        "fails" => {
            let error = attribute.error.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{name}  {}", painter.bad(&visible(&error)))
        }
        _ => format!("{name}  {}", painter.dim("stays as it is")),
    };
    out.line(line)?;
    if let Some(why) = &attribute.why {
        out.line(format_args!("  {}", painter.dim(&visible(why))))?;
    }
    let depths: Vec<usize> = attribute.steps.iter().map(|step| step.depth).collect();
    for (step, branch) in attribute.steps.iter().zip(branches(&depths)) {
        let source = step.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = shown_literal(&step.value);
        let note =
            step.note.as_ref().map(|note| format!("  {}", painter.dim(&format!("· {note}")))).unwrap_or_default();
        out.line(format_args!(
            "  {branch}{}  {} {}{note}",
            visible(&source),
            painter.dim("="),
            painter.bold(&visible(&value))
        ))?;
    }
    Ok(())
}
