//! `attrflow check FILE…`, `attrflow check --expr EXPR` and `attrflow check --explain CODE`.

mod document;
mod explain;
mod fix;
mod report;

use super::output::Output;
use super::record::LanguageArgs;
use super::suppress::Suppressions;
use super::{Status, input, say};
use crate::Severity;
use document::Document;
pub(super) use document::written;
use report::Report;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files: one expression each, mappings (YAML, JSON), or a schema of Microsoft Graph; - is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["expr", "explain"])]
    files: Vec<PathBuf>,
    /// An expression
    #[arg(short, long, value_name = "EXPR", allow_hyphen_values = true)]
    expr: Vec<String>,
    /// Say what a code stands for: why, where that is written, and an example of each kind
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "expr", "fix"])]
    explain: Option<String>,
    /// Apply the fixes that need no judgement, and report what is left
    #[arg(long)]
    fix: bool,
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

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    if let Some(code) = &args.explain {
        return explain::explain(code, args.format == Format::Json);
    }
    let compiler = args.language.compiler();
    let mut reports: Vec<Report> =
        args.expr.iter().map(|text| Report::new(Document::expression(text), &compiler, |_, _| None)).collect();
    let mut status = Status::Clean;
    // By folder, because files of one folder share them.
    let mut suppressions: BTreeMap<PathBuf, Option<Suppressions>> = BTreeMap::new();
    for path in &args.files {
        let mut one = || -> anyhow::Result<Report> {
            let folder = path.parent().unwrap_or(path).to_owned();
            let known = match suppressions.entry(folder) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) if input::is_standard(path) => entry.insert(None),
                std::collections::btree_map::Entry::Vacant(entry) => entry.insert(Suppressions::beside(path)?),
            };
            let reason = |target: Option<&str>, found: &crate::Diagnostic| known.as_ref()?.reason(target, found);
            let mut document = Document::read(path, &compiler)?;
            if args.fix {
                anyhow::ensure!(!input::is_standard(path), "standard input cannot be fixed in place");
                document = fix::fix(path, document, &compiler, |target, found| reason(target, found).is_some())?;
            }
            Ok(Report::new(document, &compiler, |target, found| reason(target, found).map(str::to_owned)))
        };
        match one() {
            Ok(report) => reports.push(report),
            // The other files are checked all the same.
            Err(error) => {
                say(format_args!("error: {error:#}"));
                status = Status::Unusable;
            }
        }
    }
    reports.extend(suppressions.values().flatten().filter_map(Report::unused));
    let mut out = Output::standard();
    report::write(args.format, &reports, &mut out)?;
    out.finish()?;
    let failing = reports.iter().flat_map(Report::findings).any(|(_, found)| found.severity >= args.fail_level.least());
    Ok(if failing { status.max(Status::Findings) } else { status })
}
