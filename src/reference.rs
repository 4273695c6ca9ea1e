//! The function reference, the list of codes and the rules of the linter, written from
//! the declarations.
//!
//! The committed pages are `src/docs/functions.md`, `src/docs/codes.md` and
//! `src/docs/rules.md`; tests compare them with what these functions give.

use crate::Code;
use crate::dialect::Dialect;
use crate::functions::{Example, Expect, Function, Kind, Nulls, Parameter, Presence, Registry};
use crate::lint::{Rule, Sample, fix_is_safe};
use std::fmt::Write;

/// The page of all functions of a dialect, in Markdown.
///
/// ```
/// let page = attrflow::reference::markdown(Default::default());
/// assert!(page.contains("### Switch"));
/// ```
#[must_use]
pub fn markdown(dialect: Dialect) -> String {
    let mut page = format!(
        "# Functions of {}\n\nWritten from the declarations; every example is a test. Each rule says what it rests on: \
         *documented* (the vendor's reference says so), *evident* (exported configurations or .NET show it) or \
         *inferred* (nothing says, so we chose).\n",
        dialect.profile().title
    );
    for (title, functions) in families(dialect) {
        let names: Vec<String> = functions
            .iter()
            .filter_map(|function| function.name(dialect))
            .map(|name| format!("[{name}](#{})", name.to_lowercase()))
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {title}\n\n{}\n", names.join(", "));
        for function in functions {
            page.push('\n');
            page.push_str(&entry(function, dialect));
        }
    }
    page
}

/// The entry of one function, in Markdown.
#[must_use]
pub fn entry(function: &Function, dialect: Dialect) -> String {
    let mut page = format!("### {}\n\n", function.name(dialect).unwrap_or("?"));
    let _ = write!(page, "```text\n{}\n```\n\n{}\n", function.signature(dialect), function.summary);
    if !function.parameters.is_empty() {
        page.push_str("\n| parameter | takes | null | |\n|---|---|---|---|\n");
        for parameter in function.parameters {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} |",
                parameter.name,
                cell(&takes(parameter)),
                null_rule(parameter),
                cell(parameter.doc)
            );
        }
    }
    let _ = write!(page, "\nGives {}.\n", kind(&function.returns));
    if !function.rules.is_empty() {
        page.push('\n');
        for rule in function.rules {
            let _ = writeln!(page, "- {} *({})*", rule.text, rule.basis.as_str());
        }
    }
    if let Some(address) = function.page.address() {
        let _ = write!(page, "\nSource: <{address}>\n");
    }
    if !function.examples.is_empty() {
        page.push_str("\n```text\n");
        for example in function.examples {
            let _ = writeln!(page, "{}", example_line(example));
        }
        page.push_str("```\n");
    }
    page
}

/// The page of all codes, in Markdown.
#[must_use]
pub fn codes() -> String {
    let mut page = String::from(
        "# Codes\n\nStable: a number is never given another meaning. AF0xx is syntax, AF1xx names, AF2xx arguments, AF3xx \
         advice, AF4xx what a record can fail with, AF5xx mapping sets.\n\n| code | severity | meaning |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        let _ = writeln!(page, "| {code} | {} | {} |", code.severity(), cell(code.meaning()));
    }
    page
}

/// The page of the linter's rules, in Markdown.
///
/// ```
/// assert!(attrflow::reference::rules().contains("## AF304"));
/// ```
#[must_use]
pub fn rules() -> String {
    let mut page = String::from(
        "Written from the declarations; both examples of a rule are tests. A rule says what it rests on: *documented* (the \
         page says so), *evident* (exported configurations or .NET show it) or *inferred* (our judgement, which the page \
         is the ground for).\n\n| rule | severity | looks at | |\n|---|---|---|---|\n",
    );
    for rule in Rule::all() {
        let (code, level) = (rule.code, rule.level().as_str());
        let _ = writeln!(page, "| {code} | {} | {level} | {} |", code.severity(), cell(code.meaning()));
    }
    for rule in Rule::all() {
        page.push('\n');
        page.push_str(&rule_entry(rule));
    }
    page
}

/// The entry of one rule, in Markdown.
#[must_use]
pub fn rule_entry(rule: &Rule) -> String {
    let code = rule.code;
    let mut page = format!("## {code}: {}\n\n{} *({})*\n", code.meaning(), rule.why, rule.basis.as_str());
    let _ = write!(page, "\nSeverity: {}. Source: {}\n", code.severity(), linked(rule.source));
    let list = |samples: &[Sample]| samples.iter().map(sample_line).collect::<Vec<_>>().join("\n");
    let _ = write!(page, "\n```text\nfound in  {}\n", list(rule.bad).replace('\n', "\n          "));
    let _ = write!(page, "silent on {}\n```\n", list(rule.good).replace('\n', "\n          "));
    if rule.sample_fix().is_some() {
        page.push_str(if fix_is_safe(code) {
            "\n`attrflow check --fix` corrects it.\n"
        } else {
            "\nThe correction is proposed with the finding.\n"
        });
    }
    page
}

/// An example of a rule on one line: target, expression, properties.
pub(crate) fn sample_line(sample: &Sample) -> String {
    if !sample.clauses.is_empty() {
        let clause = |(attribute, operator, value): &(&str, &str, &str)| format!("{attribute} {operator} {value}");
        return sample.clauses.iter().map(|one| clause(one).trim_end().to_owned()).collect::<Vec<_>>().join(" and ");
    }
    let mut line = flat(sample.expression);
    if !sample.target.is_empty() {
        line = format!("{}: {line}", sample.target);
    }
    if sample.apply == crate::Apply::OnCreate {
        line.push_str("  (only on create)");
    }
    if sample.matching > 0 {
        let _ = write!(line, "  (matching {})", sample.matching);
    }
    if !sample.default.is_empty() {
        let _ = write!(line, "  (default {})", quoted(sample.default));
    }
    if let (source, target) = sample.directories
        && !target.is_empty()
    {
        let _ = write!(line, "  ({source} to {target})");
    }
    line
}

/// Addresses in angle brackets, which Markdown makes links of.
fn linked(source: &str) -> String {
    let link = |word: &str| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() };
    source.split(' ').map(link).collect::<Vec<_>>().join(" ")
}

/// All functions of a dialect as JSON, for editors.
///
/// ```
/// let json = attrflow::reference::json(Default::default());
/// assert!(json.as_array().is_some_and(|functions| functions.iter().any(|function| function["name"] == "IIF")));
/// ```
#[cfg(feature = "serde")]
#[must_use]
pub fn json(dialect: Dialect) -> serde_json::Value {
    families(dialect)
        .into_iter()
        .flat_map(|(title, functions)| functions.into_iter().map(move |function| (title, function)))
        .map(|(title, function)| with(entry_json(function, dialect), [("family", title.into())]))
        .collect()
}

/// One function as JSON.
#[cfg(feature = "serde")]
#[must_use]
pub fn entry_json(function: &Function, dialect: Dialect) -> serde_json::Value {
    use serde_json::{Value, json};

    let parameters: Vec<Value> = function
        .parameters
        .iter()
        .map(|parameter| {
            let json = json!({
                "name": parameter.name,
                "key": parameter.key,
                "kind": parameter.kind.title(),
                "null": match parameter.null {
                    Nulls::Result => "result",
                    Nulls::Empty => "empty",
                    Nulls::Seen => "seen",
                },
                "each": parameter.each,
                "summary": parameter.doc,
            });
            let json = match parameter.presence {
                Presence::Required => with(json, [("presence", "required".into())]),
                Presence::Optional => with(json, [("presence", "optional".into())]),
                Presence::Repeating { least } => {
                    with(json, [("presence", "repeating".into()), ("least", least.into())])
                }
                Presence::Pair { least } => with(json, [("presence", "pair".into()), ("least", least.into())]),
            };
            match parameter.kind {
                Kind::Choice(words) => with(json, [("words", words.into())]),
                Kind::Integer { least, most } if parameter.kind != Kind::INTEGER => {
                    with(json, [("minimum", least.into()), ("maximum", most.into())])
                }
                _ => json,
            }
        })
        .collect();
    let rules: Vec<Value> =
        function.rules.iter().map(|rule| json!({"text": rule.text, "basis": rule.basis.as_str()})).collect();
    let examples: Vec<Value> = function
        .examples
        .iter()
        .map(|example| {
            let input: Vec<Value> = example.input.iter().map(|(name, value)| json!([name, value])).collect();
            json!({"expression": example.expression, "input": input, "expect": expectation_json(&example.expect)})
        })
        .collect();
    json!({
        "name": function.name(dialect),
        "signature": function.signature(dialect),
        "summary": function.summary,
        "parameters": parameters,
        "returns": function.returns.title(),
        "rules": rules,
        "source": function.page.address(),
        "examples": examples,
    })
}

/// A JSON object with more fields.
#[cfg(feature = "serde")]
fn with<const N: usize>(mut json: serde_json::Value, fields: [(&str, serde_json::Value); N]) -> serde_json::Value {
    if let Some(object) = json.as_object_mut() {
        object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    }
    json
}

/// What an example expects, in the form of test suites.
#[cfg(feature = "serde")]
fn expectation_json(expect: &Expect) -> serde_json::Value {
    use serde_json::json;
    match expect {
        Expect::Text(text) => json!(text),
        Expect::Integer(integer) => json!(integer),
        Expect::Boolean(truth) => json!(truth),
        Expect::List(values) => json!(values),
        Expect::Null => json!(null),
        Expect::Skip => json!({"skip": true}),
        Expect::SkipObject => json!({"skipObject": true}),
        Expect::Fails(code) => json!({"error": code.as_str()}),
        Expect::Varies { length } => json!({"varies": true, "length": length}),
    }
}

/// The families that have functions in a dialect.
fn families(dialect: Dialect) -> Vec<(&'static str, Vec<&'static Function>)> {
    let families = Registry::families().iter().map(|family| {
        (family.title, family.functions.iter().filter(|function| function.name(dialect).is_some()).collect::<Vec<_>>())
    });
    families.filter(|(_, functions)| !functions.is_empty()).collect()
}

/// What a parameter takes: `text, also each value of a list; optional`.
pub(crate) fn takes(parameter: &Parameter) -> String {
    let mut text = kind(&parameter.kind);
    if parameter.each {
        text.push_str(", each value of a list");
    }
    match parameter.presence {
        Presence::Required => {}
        Presence::Optional => text.push_str("; optional"),
        Presence::Repeating { least } => {
            let _ = write!(text, "; repeats, at least {least}");
        }
        Presence::Pair { least } => {
            let _ = write!(text, "; in pairs, at least {least}");
        }
    }
    text
}

/// What a null does at a parameter.
pub(crate) const fn null_rule(parameter: &Parameter) -> &'static str {
    match (parameter.null, parameter.presence) {
        (Nulls::Result, _) => "gives null",
        (Nulls::Empty, _) => "counts as empty text",
        (Nulls::Seen, Presence::Optional) => "as if omitted, or by the rules",
        (Nulls::Seen, _) => "by the rules",
    }
}

/// A kind with what narrows it.
pub(crate) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Integer { least: i64::MIN, most: i64::MAX } => "integer".to_owned(),
        Kind::Integer { least, most: i64::MAX } => format!("integer from {least}"),
        Kind::Integer { least: i64::MIN, most } => format!("integer up to {most}"),
        Kind::Integer { least, most } => format!("integer from {least} to {most}"),
        kind => kind.title().to_owned(),
    }
}

/// An example on one line: expression, result, record.
pub(crate) fn example_line(example: &Example) -> String {
    let mut line = format!("{}  =  {}", flat(example.expression), expectation(&example.expect));
    if !example.input.is_empty() {
        let input: Vec<String> =
            example.input.iter().map(|(name, value)| format!("{name} = {}", quoted(value))).collect();
        let _ = write!(line, "    where {}", input.join(", "));
    }
    line
}

fn expectation(expect: &Expect) -> String {
    match expect {
        Expect::Text(text) => quoted(text),
        Expect::Integer(integer) => integer.to_string(),
        Expect::Boolean(truth) => if *truth { "True" } else { "False" }.to_owned(),
        Expect::List(values) => {
            format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
        }
        Expect::Null => "null".to_owned(),
        Expect::Skip => "the attribute leaves the flow".to_owned(),
        Expect::SkipObject => "the object leaves the flow".to_owned(),
        Expect::Fails(code) => format!("error {code}: {}", code.meaning()),
        Expect::Varies { length } => format!("another text each time, {length} long"),
    }
}

/// Text in quotes, on one line and visible.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_debug().to_string().replace("\\'", "'"))
}

fn flat(text: &str) -> String {
    text.split('\n').map(str::trim_start).collect::<Vec<_>>().join(" ")
}

/// Text in a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
