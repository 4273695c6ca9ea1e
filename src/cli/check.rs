//! `attrflow check FILE…` and `attrflow check --expr EXPR`.

use super::output::Output;
use super::record::LanguageArgs;
use super::render::{Origin, Painter, place};
use super::tree::{Data, Node, Syntax};
use super::{Status, config, input, say};
use crate::{CompileError, Compiler, Diagnostic, Mapping, Severity};
use anyhow::Context;
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files: one expression each, or mappings (YAML, JSON); - is standard input
    #[arg(value_name = "FILE", required_unless_present = "expr")]
    files: Vec<PathBuf>,
    /// An expression
    #[arg(short, long, value_name = "EXPR", allow_hyphen_values = true)]
    expr: Vec<String>,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_level: FailLevel,
    #[command(flatten)]
    language: LanguageArgs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// With the line and carets, for people
    #[default]
    Pretty,
    /// One object
    Json,
    /// Workflow commands that GitHub shows at the line
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum FailLevel {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Everything
    Hint,
}

impl FailLevel {
    const fn least(self) -> Severity {
        match self {
            FailLevel::Error => Severity::Error,
            FailLevel::Warning => Severity::Warning,
            FailLevel::Hint => Severity::Hint,
        }
    }
}

/// An expression with what was found about it.
#[derive(Debug)]
struct Checked {
    text: String,
    file: Option<String>,
    target: Option<String>,
    /// The line of the file on which the expression starts.
    line: usize,
    found: Vec<Diagnostic>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let compiler = args.language.compiler();
    let mut checked = Vec::new();
    let mut status = Status::Clean;
    for text in &args.expr {
        let found = compiler.check(text);
        checked.push(Checked { text: text.clone(), file: None, target: None, line: 1, found });
    }
    for path in &args.files {
        match file(path, &compiler) {
            Ok(found) => checked.extend(found),
            // The other files are checked all the same.
            Err(error) => {
                say(format_args!("error: {error:#}"));
                status = Status::Unusable;
            }
        }
    }
    let mut out = Output::standard();
    report(args.format, &checked, &mut out)?;
    out.finish()?;
    let failing = checked.iter().flat_map(|one| &one.found).any(|found| found.severity >= args.fail_level.least());
    Ok(if failing { status.max(Status::Findings) } else { status })
}

fn file(path: &Path, compiler: &Compiler) -> anyhow::Result<Vec<Checked>> {
    let name = input::name(path);
    let text = input::text(path)?;
    let one = |text: &str, line: usize| Checked {
        text: text.to_owned(),
        file: Some(name.clone()),
        target: None,
        line,
        found: compiler.check(text),
    };
    let Some(syntax) = Syntax::of(path).or_else(|| holds_json(&text)) else {
        return Ok(vec![one(text.trim_end_matches(['\r', '\n']), 1)]);
    };
    let node = Node::read(&text, syntax).with_context(|| name.clone())?;
    if let Some(expression) = node.text() {
        return Ok(vec![one(expression, node.line.unwrap_or(1))]);
    }
    if let Some(cases) = cases(&node) {
        return Ok(cases.into_iter().map(|(text, line)| one(text, line)).collect());
    }
    let items = config::items(&node).with_context(|| name.clone())?;
    let lines: Vec<usize> = items.iter().map(|item| item.line.unwrap_or(1)).collect();
    let mappings: Vec<Mapping> = items.into_iter().map(|item| item.mapping).collect();
    let found = match compiler.mapping_set(mappings.clone()) {
        Ok(set) => set.diagnostics().to_vec(),
        Err(error) => {
            // The others are compiled alone, for their warnings.
            let failed: HashMap<usize, &CompileError> = config::failed(&mappings, &error).into_iter().collect();
            let found = |(index, mapping): (usize, &Mapping)| match failed.get(&index) {
                Some(error) => error.diagnostics().to_vec(),
                None => compiler.check(&mapping.expression),
            };
            mappings.iter().enumerate().map(found).collect()
        }
    };
    let checked = mappings.into_iter().zip(lines).zip(found).map(|((mapping, line), found)| Checked {
        text: mapping.expression,
        file: Some(name.clone()),
        target: Some(mapping.target),
        line,
        found,
    });
    Ok(checked.collect())
}

/// An expression may start with a bracket too, but not with what a list or an object does.
fn holds_json(text: &str) -> Option<Syntax> {
    let text = text.trim_start();
    let list = text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'));
    (list || text.starts_with('{')).then_some(Syntax::Json)
}

/// The expressions of a test suite, which are checked as they are.
fn cases(node: &Node) -> Option<Vec<(&str, usize)>> {
    let list = node.get("tests").unwrap_or(node);
    let Data::List(nodes) = &list.data else { return None };
    // A mapping has no `expect`, unless that is a target attribute.
    let is_case = |node: &Node| {
        node.get("expect").is_some() && (node.get("expression").is_some() || node.get("config").is_some())
    };
    if !nodes.first().is_some_and(is_case) {
        return None;
    }
    let expressions = nodes.iter().filter_map(|node| node.get("expression"));
    Some(expressions.filter_map(|node| Some((node.text()?, node.line.unwrap_or(1)))).collect())
}

fn report(format: Format, checked: &[Checked], out: &mut Output) -> anyhow::Result<()> {
    let all = || checked.iter().flat_map(|one| one.found.iter().map(move |found| (one, found)));
    let count = |severity| all().filter(|(_, found)| found.severity == severity).count();
    let (errors, warnings, hints) = (count(Severity::Error), count(Severity::Warning), count(Severity::Hint));
    match format {
        Format::Pretty => {
            let painter = Painter::standard_output();
            for (one, found) in all() {
                out.line(painter.diagnostic(&one.text, &one.origin(), found))?;
                out.line("")?;
            }
            if errors + warnings + hints > 0 {
                say(summary(errors, warnings, hints));
            }
        }
        Format::Json => {
            let findings: Vec<Json> = all().map(|(one, found)| finding(one, found)).collect();
            out.json(&json!({"findings": findings, "errors": errors, "warnings": warnings, "hints": hints}))?;
        }
        Format::Github => {
            for (one, found) in all() {
                out.line(github(one, found))?;
            }
        }
        Format::Sarif => out.json(&sarif(checked))?,
    }
    Ok(())
}

fn summary(errors: usize, warnings: usize, hints: usize) -> String {
    let parts = [(errors, "error"), (warnings, "warning"), (hints, "hint")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> =
        parts.map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" })).collect();
    parts.join(", ")
}

impl Checked {
    fn origin(&self) -> Origin {
        let path = match (&self.file, &self.target) {
            (Some(file), Some(target)) => Some(format!("{file} ({target})")),
            (Some(file), None) => Some(file.clone()),
            _ => None,
        };
        Origin { path, line: Some(self.line) }
    }

    /// Lines in the file; columns are those of the expression.
    fn place(&self, offset: u32) -> (usize, usize) {
        let (line, column) = place(&self.text, offset as usize);
        (self.line + line - 1, column)
    }
}

fn finding(one: &Checked, found: &Diagnostic) -> Json {
    let (line, column) = one.place(found.span.start);
    let mut finding = json!({
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "span": found.span,
        "line": line,
        "column": column,
        "expression": one.text,
    });
    if let Json::Object(fields) = &mut finding {
        let optional = [
            ("file", one.file.as_ref().map(|file| json!(file))),
            ("target", one.target.as_ref().map(|target| json!(target))),
            ("help", found.help.as_ref().map(|help| json!(help))),
            ("fix", found.fix.as_ref().map(|fix| json!(fix))),
        ];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    finding
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn github(one: &Checked, found: &Diagnostic) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let mut properties = Vec::new();
    if let Some(file) = &one.file {
        let (line, column) = one.place(found.span.start);
        let (end_line, end_column) = one.place(found.span.end);
        properties.push(format!("file={},line={line},endLine={end_line}", property(file)));
        // Columns are known where the file is the expression.
        if one.target.is_none() && line == end_line {
            properties.push(format!("col={column},endColumn={end_column}"));
        }
    }
    properties.push(format!("title={}", found.code));
    let mut message = found.message.clone();
    if let Some(target) = &one.target {
        message = format!("{target}: {message}");
    }
    if let Some(help) = &found.help {
        message = format!("{message} ({help})");
    }
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

fn sarif(checked: &[Checked]) -> Json {
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let rules: Vec<Json> = crate::Code::ALL
        .iter()
        .map(|code| {
            json!({
                "id": code.as_str(),
                "shortDescription": {"text": code.meaning()},
                "defaultConfiguration": {"level": level(code.severity())},
            })
        })
        .collect();
    let results: Vec<Json> = checked
        .iter()
        .flat_map(|one| one.found.iter().map(move |found| (one, found)))
        .map(|(one, found)| {
            let (line, column) = one.place(found.span.start);
            let (end_line, end_column) = one.place(found.span.end);
            let mut message = found.message.clone();
            if let Some(help) = &found.help {
                message = format!("{message} ({help})");
            }
            let mut location = json!({});
            if let (Json::Object(location), Some(file)) = (&mut location, &one.file) {
                location.insert("physicalLocation".to_owned(), json!({
                    "artifactLocation": {"uri": file.replace('\\', "/")},
                    "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
                }));
            }
            if let (Json::Object(location), Some(target)) = (&mut location, &one.target) {
                location.insert("logicalLocations".to_owned(), json!([{"name": target}]));
            }
            json!({
                "ruleId": found.code,
                "level": level(found.severity),
                "message": {"text": message},
                "locations": [location],
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "attrflow",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}
