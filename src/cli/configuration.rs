//! Configuration files: exported schemas, and the short format.

use super::render::{Origin, Painter};
use super::suppress::Suppressions;
use super::tree::{Node, Syntax};
use super::{config, input, locate, say};
use crate::configuration::{Configuration, Finding, ObjectFlow};
use crate::graph::{Document, ReadError, SynchronizationSchema};
use crate::{Compiler, Severity};
use anyhow::{Context, anyhow, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) name: String,
    text: String,
    /// The file's own shape; none for the short format.
    document: Option<Document>,
    pub(super) schema: SynchronizationSchema,
    /// In the short format: the line of what a pointer leads to.
    lines: HashMap<String, usize>,
    /// Where it was read from.
    path: PathBuf,
}

impl Loaded {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Loaded> {
        let text = input::text(path)?;
        Loaded::from_text(path, text).with_context(|| input::name(path))
    }

    fn from_text(path: &Path, text: String) -> anyhow::Result<Loaded> {
        let name = input::name(path);
        let syntax = Syntax::of(path).unwrap_or_else(|| Syntax::guess(&text));
        if syntax == Syntax::Json {
            match Document::read(&text) {
                Ok(document) => {
                    let schema = document.schema();
                    let (document, lines, path) = (Some(document), HashMap::new(), path.to_owned());
                    return Ok(Loaded { name, text, document, schema, lines, path });
                }
                // It may be of the short format.
                Err(ReadError::Unknown) => {}
                Err(ReadError::NotJson { message, line, column }) => {
                    bail!("line {line}, column {column}: this is not JSON: {message}")
                }
                Err(error @ ReadError::WrongType { .. }) => {
                    let place = match &error {
                        ReadError::WrongType { path, .. } => locate::line(&text, path),
                        _ => None,
                    };
                    return Err(match place {
                        Some(line) => anyhow!("line {line}: {error}"),
                        None => anyhow!("{error}"),
                    });
                }
            }
        }
        let node = Node::read(&text, syntax)?;
        let (schema, lines) = config::schema(&node)?;
        Ok(Loaded { name, text, document: None, schema, lines, path: path.to_owned() })
    }

    /// Whether it is an export of Graph, or a part of one.
    pub(super) fn is_graph(&self) -> bool {
        self.document.is_some()
    }

    /// The pointer in the file for one in the schema.
    pub(super) fn pointer(&self, pointer: &str) -> String {
        self.document.as_ref().map_or_else(|| pointer.to_owned(), |document| document.pointer(pointer))
    }

    /// The line, from 1, of what a pointer in the schema leads to.
    pub(super) fn line(&self, pointer: &str) -> Option<usize> {
        match &self.document {
            // The expression's text is what a mapping is about.
            Some(document) => {
                let pointer = document.pointer(pointer);
                let expression = format!("{pointer}/source/expression");
                let found = locate::range(&self.text, &expression).map(|_| expression);
                locate::line(&self.text, found.as_deref().unwrap_or(&pointer))
            }
            None => self.lines.get(pointer).copied(),
        }
    }

    /// Compiles it and says what there is to say but for what is accepted beside it;
    /// nothing where it does not compile.
    pub(super) fn compile(&self, compiler: &Compiler) -> anyhow::Result<Option<Configuration>> {
        self.compile_beside(compiler, &[])
    }

    /// The same beside a configuration of which `said` was found: what is found of the same
    /// text once more is not repeated.
    pub(super) fn compile_beside(
        &self,
        compiler: &Compiler,
        said: &[Finding],
    ) -> anyhow::Result<Option<Configuration>> {
        let accepted = if input::is_standard(&self.path) { None } else { Suppressions::beside(&self.path)? };
        let told = |finding: &Finding| {
            let reason = accepted.as_ref().and_then(|all| all.reason(Some(&finding.subject), &finding.diagnostic));
            reason.is_some() || said.iter().any(|other| alike(finding, other))
        };
        Ok(match Configuration::compile_with(&self.schema, compiler) {
            Ok(configuration) => {
                // Hints are for `check`.
                let warnings = configuration.findings().iter().filter(|f| f.diagnostic.severity >= Severity::Warning);
                self.say(warnings.filter(|finding| !told(finding)));
                Some(configuration)
            }
            Err(error) => {
                self.say(error.findings().iter().filter(|f| f.diagnostic.severity == Severity::Error));
                None
            }
        })
    }

    fn say<'f>(&self, findings: impl Iterator<Item = &'f Finding>) {
        let painter = Painter::standard_error();
        for finding in findings {
            let origin = self.origin(finding);
            // What is about no expression shows the line of the file.
            let line = origin.line.and_then(|line| self.text.lines().nth(line - 1)).unwrap_or_default().trim();
            let text = if finding.text.is_empty() { line } else { &finding.text };
            say(painter.diagnostic(text, &origin, &finding.diagnostic));
        }
    }

    /// Where a finding's text comes from.
    pub(super) fn origin(&self, finding: &Finding) -> Origin {
        let subject = if finding.subject.is_empty() { self.pointer(&finding.pointer) } else { finding.subject.clone() };
        Origin { path: Some(format!("{} ({subject})", self.name)), line: self.line(&finding.pointer) }
    }

    /// The flow that a command is for: the one of that name, or the only one that is enabled.
    pub(super) fn flow(&self, configuration: &Configuration, wanted: Option<&str>) -> anyhow::Result<ObjectFlow> {
        let describe = |flow: &ObjectFlow| match (flow.name(), flow.source_object(), flow.target_object()) {
            ("", source, target) => format!("{source} to {target}"),
            (name, ..) => name.to_owned(),
        };
        let all: Vec<&ObjectFlow> = configuration.flows().iter().collect();
        let enabled = || all.iter().filter(|flow| flow.is_enabled()).copied();
        let list = |flows: &mut dyn Iterator<Item = &ObjectFlow>| flows.map(describe).collect::<Vec<_>>().join("; ");
        match wanted {
            Some(wanted) => {
                let is = |flow: &&&ObjectFlow| {
                    [flow.name(), flow.source_object(), describe(flow).as_str()]
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(wanted))
                };
                match all.iter().filter(is).collect::<Vec<_>>().as_slice() {
                    [only] => Ok((**only).clone()),
                    [] => bail!(
                        "{}: no object mapping is called '{wanted}'; there are: {}",
                        self.name,
                        list(&mut all.iter().copied())
                    ),
                    _ => bail!(
                        "{}: several object mappings are called '{wanted}': {}",
                        self.name,
                        list(&mut all.iter().copied())
                    ),
                }
            }
            None => match enabled().collect::<Vec<_>>().as_slice() {
                [only] => Ok((*only).clone()),
                [] => bail!("{}: no object mapping that is enabled has attribute mappings", self.name),
                _ => bail!(
                    "{}: there are several object mappings, choose one with --mapping: {}",
                    self.name,
                    list(&mut enabled())
                ),
            },
        }
    }
}

/// Whether two findings say the same of the same text, wherever it stands.
fn alike(one: &Finding, other: &Finding) -> bool {
    (&one.subject, &one.text, &one.diagnostic) == (&other.subject, &other.text, &other.diagnostic)
}
