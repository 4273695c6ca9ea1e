//! Findings that somebody has looked at and accepted: `attrflow.toml` beside the
//! configuration. The language has no comments, so the reasons stand there.

use crate::cli::input;
use crate::{Code, Diagnostic, Severity};
use anyhow::{Context, bail};
use serde::Deserialize;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The file's name.
const NAME: &str = "attrflow.toml";

/// The suppressions of a folder.
#[derive(Debug)]
pub(super) struct Suppressions {
    pub(super) path: PathBuf,
    pub(super) text: String,
    list: Vec<Suppression>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default)]
    suppress: Vec<Suppression>,
}

/// A finding that is accepted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppression {
    code: Spanned<String>,
    /// The target attribute; without one, every mapping of the folder is meant.
    target: Option<String>,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

impl Suppressions {
    /// The suppressions beside a file, if there are some.
    pub(super) fn beside(path: &Path) -> anyhow::Result<Option<Suppressions>> {
        let path = path.parent().unwrap_or(Path::new("")).join(NAME);
        if !path.is_file() {
            return Ok(None);
        }
        let text = input::text(&path)?;
        let contents: Contents = toml::from_str(&text).with_context(|| path.display().to_string())?;
        for suppression in &contents.suppress {
            let code = suppression.code.get_ref();
            if !Code::ALL.iter().any(|known| known.as_str() == code) {
                bail!("{}: {code} is no code; attrflow check --explain CODE shows one", path.display());
            }
            if suppression.reason.trim().is_empty() {
                bail!("{}: the suppression of {code} has no reason", path.display());
            }
        }
        Ok(Some(Suppressions { path, text, list: contents.suppress }))
    }

    /// The reason for which a finding is accepted. Errors are not: what does not compile
    /// does not run.
    pub(super) fn reason(&self, target: Option<&str>, found: &Diagnostic) -> Option<&str> {
        if found.severity == Severity::Error {
            return None;
        }
        let mut reason = None;
        // All that fit are used, so that the order in the file does not matter.
        for suppression in &self.list {
            let meant = suppression.target.as_deref().is_none_or(|meant| Some(meant) == target);
            if meant && suppression.code.get_ref() == found.code.as_str() {
                suppression.used.set(true);
                reason.get_or_insert(suppression.reason.as_str());
            }
        }
        reason
    }

    /// A finding for each suppression that accepted nothing.
    pub(super) fn unused(&self) -> Vec<Diagnostic> {
        let unused = self.list.iter().filter(|suppression| !suppression.used.get());
        unused
            .map(|suppression| {
                let code = suppression.code.get_ref();
                let of = suppression.target.as_ref().map_or_else(String::new, |target| format!(" of {target}"));
                let span = suppression.code.span();
                let message = match Code::ALL.iter().find(|known| known.as_str() == code).map(|code| code.severity()) {
                    Some(Severity::Error) => format!("{code}{of} is an error, which cannot be suppressed"),
                    _ => format!("there is no {code}{of} to suppress"),
                };
                Diagnostic::new(Code::UnusedSuppression, crate::Span::new(span.start, span.end), message)
                    .help("remove it")
            })
            .collect()
    }
}
