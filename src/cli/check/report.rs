//! Findings in the forms that people, editors and build servers read.

use super::Format;
use super::document::{Document, Item};
use crate::cli::file::File;
use crate::cli::output::Output;
use crate::cli::render::Painter;
use crate::cli::say;
use crate::cli::scalar::Scalar;
use crate::cli::suppress::Suppressions;
use crate::lint::Rule;
use crate::{Compiler, Diagnostic, Severity};
use serde_json::{Value as Json, json};
use std::ops::Range;

/// A file, or an expression of the command line, with what was found about it.
#[derive(Debug)]
pub(super) struct Report {
    file: File,
    checked: Vec<Checked>,
}

/// An expression with what was found about it.
#[derive(Debug)]
pub(super) struct Checked {
    expression: String,
    target: Option<String>,
    scalar: Option<Scalar>,
    start: usize,
    found: Vec<Diagnostic>,
    /// What is accepted, and why.
    suppressed: Vec<(Diagnostic, String)>,
}

impl Report {
    /// Checks a document. `reason` says why a finding is accepted.
    pub(super) fn new(
        document: Document,
        compiler: &Compiler,
        reason: impl Fn(Option<&str>, &Diagnostic) -> Option<String>,
    ) -> Self {
        let mut checked = Vec::new();
        for group in document.groups {
            let all = group.check(compiler);
            for loose in group.loose {
                let target = Some(loose.subject).filter(|subject| !subject.is_empty());
                let accepted = reason(target.as_deref(), &loose.found);
                let mut one = Checked {
                    expression: loose.text,
                    target,
                    scalar: None,
                    start: loose.start,
                    found: Vec::new(),
                    suppressed: Vec::new(),
                };
                match accepted {
                    Some(reason) => one.suppressed.push((loose.found, reason)),
                    None => one.found.push(loose.found),
                }
                checked.push(one);
            }
            for (item, found) in group.items.into_iter().zip(all) {
                let Item { expression, target, scalar, start, .. } = item;
                let mut one = Checked { expression, target, scalar, start, found: Vec::new(), suppressed: Vec::new() };
                for finding in found {
                    match reason(one.target.as_deref(), &finding) {
                        Some(reason) => one.suppressed.push((finding, reason)),
                        None => one.found.push(finding),
                    }
                }
                checked.push(one);
            }
        }
        // In the order of the file, whatever found it.
        checked.sort_by_key(|one| one.start);
        Report { file: File::new(document.name, document.text), checked }
    }

    /// Suppressions that accept nothing, as findings about their file.
    pub(super) fn unused(suppressions: &Suppressions) -> Option<Self> {
        let found = suppressions.unused();
        let text = suppressions.text.clone();
        (!found.is_empty()).then(|| Report {
            file: File::new(suppressions.path.display().to_string(), text.clone()),
            checked: vec![Checked {
                expression: text.clone(),
                target: None,
                scalar: Some(Scalar::bare(&text)),
                start: 0,
                found,
                suppressed: Vec::new(),
            }],
        })
    }

    /// What is not accepted.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Checked, &Diagnostic)> {
        self.checked.iter().flat_map(|one| one.found.iter().map(move |found| (one, found)))
    }

    /// Where a finding starts and ends in the file, as line and column.
    fn places(&self, one: &Checked, found: &Diagnostic) -> ((usize, usize), (usize, usize)) {
        let range = one.range(found);
        (self.file.place(range.start), self.file.place(range.end))
    }
}

impl Checked {
    /// The part of the file that a finding is about.
    fn range(&self, found: &Diagnostic) -> Range<usize> {
        let range = self.scalar.as_ref().and_then(|scalar| scalar.range(found.span));
        range.unwrap_or(self.start..self.start)
    }
}

/// Writes what was found.
pub(super) fn write(format: Format, reports: &[Report], out: &mut Output) -> anyhow::Result<()> {
    let all = || reports.iter().flat_map(|report| report.findings().map(move |(one, found)| (report, one, found)));
    let count = |severity| all().filter(|(_, _, found)| found.severity == severity).count();
    let (errors, warnings, hints) = (count(Severity::Error), count(Severity::Warning), count(Severity::Hint));
    let suppressed: usize = reports.iter().flat_map(|report| &report.checked).map(|one| one.suppressed.len()).sum();
    match format {
        Format::Pretty => {
            let painter = Painter::standard_output();
            for (report, one, found) in all() {
                let start = one.range(found).start;
                out.line(report.file.draw(painter, one.target.as_deref(), &one.expression, start, found))?;
                out.line("")?;
            }
            if errors + warnings + hints + suppressed > 0 {
                say(summary(&[(errors, "error"), (warnings, "warning"), (hints, "hint")], suppressed));
            }
        }
        Format::Json => {
            let findings: Vec<Json> = all().map(|(report, one, found)| finding(report, one, found)).collect();
            out.json(&json!({
                "findings": findings, "errors": errors, "warnings": warnings, "hints": hints, "suppressed": suppressed,
            }))?;
        }
        Format::Github => {
            for (report, one, found) in all() {
                out.line(github(report, one, found))?;
            }
        }
        Format::Sarif => out.json(&sarif(reports))?,
    }
    Ok(())
}

fn summary(counts: &[(usize, &str)], suppressed: usize) -> String {
    let parts = counts.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> =
        parts.map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" })).collect();
    if suppressed > 0 {
        parts.push(format!("{suppressed} suppressed"));
    }
    parts.join(", ")
}

fn finding(report: &Report, one: &Checked, found: &Diagnostic) -> Json {
    let ((line, column), (end_line, end_column)) = report.places(one, found);
    let mut finding = json!({
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "span": found.span,
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "expression": one.expression,
    });
    if let Json::Object(fields) = &mut finding {
        let optional = [
            ("file", report.file.name().map(|file| json!(file))),
            ("target", one.target.as_ref().map(|target| json!(target))),
            ("help", found.help.as_ref().map(|help| json!(help))),
            ("fix", found.fix.as_ref().map(|fix| json!(fix))),
        ];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    finding
}

/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn github(report: &Report, one: &Checked, found: &Diagnostic) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let mut properties = Vec::new();
    if let Some(file) = report.file.name() {
        let ((line, column), (end_line, end_column)) = report.places(one, found);
        properties.push(format!("file={},line={line},endLine={end_line}", property(file)));
        // Columns are taken for lines that are the same only.
        if line == end_line {
            properties.push(format!("col={column},endColumn={end_column}"));
        }
    }
    properties.push(format!("title={}", found.code));
    let mut message = found.message.clone();
    if let Some(target) = one.target.as_ref().filter(|target| !target.is_empty()) {
        message = format!("{target}: {message}");
    }
    if let Some(help) = &found.help {
        message = format!("{message} ({help})");
    }
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

fn sarif(reports: &[Report]) -> Json {
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let rules: Vec<Json> = crate::Code::ALL
        .iter()
        .map(|code| {
            let mut rule = json!({
                "id": code.as_str(),
                "shortDescription": {"text": code.meaning()},
                "defaultConfiguration": {"level": level(code.severity())},
            });
            if let (Json::Object(fields), Some(declared)) = (&mut rule, Rule::of(*code)) {
                fields.insert("fullDescription".to_owned(), json!({"text": declared.why}));
                if let Some(start) = declared.source.find("https://") {
                    fields.insert("helpUri".to_owned(), json!(declared.source.get(start..)));
                }
            }
            rule
        })
        .collect();
    let result = |report: &Report, one: &Checked, found: &Diagnostic| {
        let mut message = found.message.clone();
        if let Some(help) = &found.help {
            message = format!("{message} ({help})");
        }
        let mut location = json!({});
        if let Json::Object(location) = &mut location {
            if let Some(file) = report.file.name() {
                let ((line, column), (end_line, end_column)) = report.places(one, found);
                location.insert("physicalLocation".to_owned(), json!({
                    "artifactLocation": {"uri": uri(file)},
                    "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
                }));
            }
            if let Some(target) = one.target.as_ref().filter(|target| !target.is_empty()) {
                location.insert("logicalLocations".to_owned(), json!([{"name": target}]));
            }
        }
        json!({
            "ruleId": found.code,
            "level": level(found.severity),
            "message": {"text": message},
            "locations": [location],
        })
    };
    let mut results = Vec::new();
    for report in reports {
        for one in &report.checked {
            results.extend(one.found.iter().map(|found| result(report, one, found)));
            for (found, reason) in &one.suppressed {
                let mut result = result(report, one, found);
                if let Json::Object(fields) = &mut result {
                    let suppression = json!([{"kind": "external", "justification": reason}]);
                    fields.insert("suppressions".to_owned(), suppression);
                }
                results.push(result);
            }
        }
    }
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

/// A path as a URI reference: slashes, and nothing that a URI cannot hold.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
