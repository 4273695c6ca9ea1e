//! Configuration files: exported schemas, and the short format.

use super::check::written;
use super::file::File;
use super::render::Painter;
use super::scalar::Scalar;
use super::suppress::Suppressions;
use super::tree::{Data, Node, Syntax};
use super::{config, input, locate, say};
use crate::configuration::{Configuration, Finding, ObjectFlow};
use crate::graph::{Document, ReadError, SynchronizationSchema};
use crate::{Compiler, Severity};
use anyhow::{Context, anyhow, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct Loaded {
    file: File,
    /// The file's own shape; none for the short format.
    document: Option<Document>,
    pub(super) schema: SynchronizationSchema,
    /// What stands in the file, once it is asked for.
    tree: OnceLock<Option<Node>>,
    /// In the short format: the place of what a pointer leads to.
    starts: HashMap<String, usize>,
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
        let (name, path) = (input::name(path), path.to_owned());
        let syntax = Syntax::of(&path).unwrap_or_else(|| Syntax::guess(&text));
        if syntax == Syntax::Json {
            match Document::read(&text) {
                Ok(document) => {
                    let schema = document.schema();
                    let (document, starts, tree) = (Some(document), HashMap::new(), OnceLock::new());
                    return Ok(Loaded { file: File::new(name, text), document, schema, tree, starts, path });
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
        let (schema, starts) = config::schema(&Node::read_placed(&text, syntax)?)?;
        let (file, tree) = (File::new(name, text), OnceLock::new());
        Ok(Loaded { file, document: None, schema, tree, starts, path })
    }

    /// What messages call it.
    pub(super) fn name(&self) -> &str {
        &self.file.name
    }

    /// Whether it is an export of Graph, or a part of one.
    pub(super) fn is_graph(&self) -> bool {
        self.document.is_some()
    }

    /// The line, from 1, of what a pointer in the schema leads to.
    pub(super) fn line(&self, pointer: &str) -> Option<usize> {
        Some(self.file.place(self.start(pointer).0?).0)
    }

    /// Where what a pointer in the schema leads to starts in the file. What a mapping is
    /// about is its source: the expression's text, where it has one.
    fn start(&self, pointer: &str) -> (Option<usize>, Option<&str>) {
        let Some(document) = &self.document else { return (self.starts.get(pointer).copied(), None) };
        let tree = self.tree.get_or_init(|| Node::read_placed(&self.file.text, Syntax::Json).ok());
        let Some(tree) = tree else { return (None, None) };
        let node = tree.around(&document.pointer(pointer));
        let node = node.get("source").filter(|source| matches!(source.data, Data::Map(_))).unwrap_or(node);
        let node = written(node).unwrap_or(node);
        (node.start, node.text())
    }

    /// Where a finding stands in the file.
    fn offset(&self, finding: &Finding) -> usize {
        let (start, text) = self.start(&finding.pointer);
        let start = start.unwrap_or(0);
        let short = self.document.is_none() && finding.pointer.contains("/attributeMappings/");
        let Some(text) = text.or(short.then_some(finding.text.as_str())) else { return start };
        // The text may be printed otherwise than the file has it.
        let scalar = Scalar::of(&self.file.text, start, text).map(|scalar| scalar.nearly(text, &finding.text));
        scalar.and_then(|scalar| scalar.range(finding.diagnostic.span)).map_or(start, |range| range.start)
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
            let subject = Some(finding.subject.as_str());
            say(self.file.draw(painter, subject, &finding.text, self.offset(finding), &finding.diagnostic));
        }
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
                        self.name(),
                        list(&mut all.iter().copied())
                    ),
                    _ => bail!(
                        "{}: several object mappings are called '{wanted}': {}",
                        self.name(),
                        list(&mut all.iter().copied())
                    ),
                }
            }
            None => match enabled().collect::<Vec<_>>().as_slice() {
                [only] => Ok((*only).clone()),
                [] => bail!("{}: no object mapping that is enabled has attribute mappings", self.name()),
                _ => bail!(
                    "{}: there are several object mappings, choose one with --mapping: {}",
                    self.name(),
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
