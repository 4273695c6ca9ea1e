//! Test suites: YAML, JSON or JSON lines, and the files of HRProvisioningTests.

use super::configs::{Configs, Mapped};
use crate::cli::record::instant;
use crate::cli::tree::{Data, Node, Syntax};
use crate::cli::{input, locate};
use crate::configuration::ObjectFlow;
use crate::{AttributeBag, Environment, InMemoryDirectory, OwnedValue};
use anyhow::{Context, anyhow, bail};
use std::path::{Path, PathBuf};

/// One case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// The line of the file it starts on, where that is known.
    pub(super) line: Option<usize>,
    pub(super) subject: Subject,
    pub(super) input: AttributeBag,
    pub(super) expect: Expectation,
    pub(super) settings: Settings,
}

/// What is tested.
#[derive(Debug)]
pub(super) enum Subject {
    Expression(String),
    /// What flows to one target attribute.
    Mapping(Mapped),
    /// Whether an object is in scope.
    Scope(ObjectFlow),
}

impl Subject {
    pub(super) fn text(&self) -> &str {
        match self {
            Subject::Expression(text) => text,
            Subject::Mapping(mapped) => &mapped.mapping().expression,
            Subject::Scope(_) => "",
        }
    }
}

/// What a case sets beside the record.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) now: Option<String>,
    pub(super) seed: Option<u64>,
    taken: Option<InMemoryDirectory>,
    pub(super) parameters: Vec<(String, OwnedValue)>,
}

/// What a case expects.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expectation {
    Value(OwnedValue),
    Null,
    Skip,
    SkipObject,
    /// Part of the message, or a code.
    Error(String),
}

/// A suite as it was read: its cases, and those that could not be read.
#[derive(Debug, Default)]
pub(super) struct Suite {
    pub(super) file: String,
    pub(super) cases: Vec<Case>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// A case, or a whole file, that could not be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) file: String,
    pub(super) line: Option<usize>,
    /// Which case it is, from 1; none for a file.
    pub(super) number: Option<usize>,
    pub(super) name: Option<String>,
    pub(super) message: String,
}

impl Unreadable {
    /// A file of which nothing can be read.
    pub(super) fn file(path: &Path, error: &anyhow::Error) -> Self {
        Unreadable { file: input::name(path), line: None, number: None, name: None, message: format!("{error:#}") }
    }

    /// What reports call it.
    pub(super) fn title(&self) -> String {
        match (&self.name, self.number) {
            (Some(name), _) => name.clone(),
            (None, Some(number)) => format!("case {number}"),
            (None, None) => self.file.clone(),
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.number) {
            (Some(line), _) => write!(f, "{}:{line}: {}", self.file, self.message),
            (None, Some(number)) => write!(f, "{}, case {number}: {}", self.file, self.message),
            // What ended the reading of a file names the file.
            (None, None) => f.write_str(&self.message),
        }
    }
}

/// Files of a folder that are suites: `*.attrflow-test.yaml` and the like, and
/// `Data/*.json` as HRProvisioningTests lays them out.
pub(super) fn find(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    // Folders that link into each other are not followed for ever.
    collect(path, 32, &mut files)?;
    if files.is_empty() {
        bail!("{} has no test suites (*.attrflow-test.yaml, .json, .jsonl, Data/*.json)", path.display());
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let is_data = folder.file_name().is_some_and(|name| name.eq_ignore_ascii_case("data"));
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("{} cannot be read", folder.display()))?.path();
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, files)?;
            }
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let is_suite = stem.to_ascii_lowercase().ends_with(".attrflow-test") && Syntax::of(&path).is_some();
        if is_suite || (is_data && Syntax::of(&path) == Some(Syntax::Json) && is_foreign(&path)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether a file is one of HRProvisioningTests.
fn is_foreign(path: &Path) -> bool {
    input::text(path).is_ok_and(|text| text.contains("\"ExpectedResult\"") && text.contains("\"Expression\""))
}

impl Suite {
    /// Reads a file.
    pub(super) fn read(path: &Path, configs: &mut Configs) -> anyhow::Result<Suite> {
        let name = input::name(path);
        let text = input::text(path)?;
        let mut suite = Suite { file: name.clone(), ..Suite::default() };
        match Syntax::of(path).unwrap_or_else(|| guess(&text)) {
            Syntax::JsonLines => {
                for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                    match Node::read(line, Syntax::Json) {
                        Ok(node) => suite.push(path, &Node { line: Some(number), ..node }, number, configs),
                        Err(error) => suite.unreadable.push(Unreadable {
                            file: name.clone(),
                            line: Some(number),
                            number: Some(number),
                            name: None,
                            message: error.to_string(),
                        }),
                    }
                }
            }
            syntax => {
                let node = Node::read(&text, syntax).with_context(|| name.clone())?;
                let (list, pointer) = match node.get("tests") {
                    Some(list) => (list, "/tests"),
                    None => (&node, ""),
                };
                match &list.data {
                    Data::List(nodes) => {
                        // Readers of JSON do not tell lines.
                        let lines = if syntax == Syntax::Json { locate::lines(&text, pointer) } else { Vec::new() };
                        for (index, node) in nodes.iter().enumerate() {
                            let node = Node { line: node.line.or(lines.get(index).copied()), ..node.clone() };
                            suite.push(path, &node, index + 1, configs);
                        }
                    }
                    Data::Map(_) => {
                        let line = list.line.or_else(|| locate::line(&text, pointer));
                        suite.push(path, &Node { line, ..list.clone() }, 1, configs);
                    }
                    _ => bail!("{name} holds {}; a list of cases is wanted", list.kind()),
                }
            }
        }
        if suite.cases.is_empty() && suite.unreadable.is_empty() {
            bail!("{name} holds no cases");
        }
        Ok(suite)
    }

    fn push(&mut self, path: &Path, node: &Node, number: usize, configs: &mut Configs) {
        match Case::read(path, node, number, configs) {
            Ok(case) => self.cases.push(case),
            Err(error) => self.unreadable.push(Unreadable {
                file: self.file.clone(),
                line: node.line,
                number: Some(number),
                name: name(node),
                message: format!("{error:#}"),
            }),
        }
    }
}

/// Whether a case is one of HRProvisioningTests.
fn is_foreign_case(node: &Node) -> bool {
    node.get("ExpectedResult").is_some() && node.get("Expression").is_some()
}

/// What a case says that it is called.
fn name(node: &Node) -> Option<String> {
    if !is_foreign_case(node) {
        return node.get("name").or_else(|| node.get("id")).and_then(Node::scalar);
    }
    let part = |key: &str| node.get(key).and_then(Node::scalar);
    match (part("TargetAttributeName"), part("Description")) {
        (Some(target), Some(description)) => Some(format!("{target}: {description}")),
        (target, description) => target.or(description),
    }
}

/// Several lines that each hold an object are JSON lines, whatever the file is called.
fn guess(text: &str) -> Syntax {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let whole = |line: Option<&str>| {
        line.is_some_and(|line| line.trim_start().starts_with('{') && Node::read(line, Syntax::Json).is_ok())
    };
    if whole(lines.next()) && lines.next().is_some() { Syntax::JsonLines } else { Syntax::guess(text) }
}

impl Case {
    fn read(path: &Path, node: &Node, number: usize, configs: &mut Configs) -> anyhow::Result<Case> {
        let foreign = is_foreign_case(node);
        let key = |own: &'static str, other: &'static str| if foreign { other } else { own };
        let subject = subject(path, node, key("expression", "Expression"), configs)?;
        let expected = match &subject {
            Subject::Scope(_) => node.get("scope"),
            _ => node.get(key("expect", "ExpectedResult")),
        };
        let expect = expectation(expected.ok_or_else(|| anyhow!("the case has no expect"))?)?;
        Ok(Case {
            name: name(node).unwrap_or_else(|| match &subject {
                Subject::Expression(text) => text.clone(),
                Subject::Mapping(mapped) => format!("{} {number}", mapped.mapping().target),
                Subject::Scope(_) => format!("scope {number}"),
            }),
            line: node.line,
            input: record(node.get(key("input", "InputAttributes")))?,
            expect,
            settings: settings(node)?,
            subject,
        })
    }

    /// The environment of a run with what the case sets.
    pub(super) fn environment(&self, base: &Environment) -> anyhow::Result<Environment> {
        let mut environment = base.clone();
        if let Some(now) = &self.settings.now {
            environment = environment.with_clock(instant(now)?);
        }
        if let Some(seed) = self.settings.seed {
            environment = environment.with_seed(seed);
        }
        if let Some(directory) = &self.settings.taken {
            environment = environment.with_directory(directory.clone());
        }
        for (name, value) in &self.settings.parameters {
            environment = environment.with_parameter(name, value.clone());
        }
        Ok(environment)
    }
}

fn subject(path: &Path, node: &Node, key: &str, configs: &mut Configs) -> anyhow::Result<Subject> {
    if let Some(expression) = node.get(key) {
        return Ok(Subject::Expression(
            expression.scalar().ok_or_else(|| anyhow!("the expression is {}", expression.kind()))?,
        ));
    }
    let Some(config) = node.get("config").and_then(Node::text) else {
        bail!("the case has neither an expression nor a config with its target");
    };
    // Beside the suite, wherever the program is run.
    let config = path.parent().unwrap_or(Path::new("")).join(config);
    let opened = configs.open(&config)?;
    let mapping = node.get("mapping").and_then(Node::scalar);
    let Some(target) = node.get("target").and_then(Node::scalar) else {
        let Some(scope) = node.get("scope") else {
            bail!("the case has a config, and neither a target nor a scope");
        };
        if !matches!(scope.data, Data::Boolean(_)) {
            bail!("scope is {}; true or false is wanted", scope.kind());
        }
        return Ok(Subject::Scope(opened.flow(mapping.as_deref())?));
    };
    let operation = match node.get("operation").map(|node| node.scalar().unwrap_or_default()).as_deref() {
        None | Some("create") => crate::Operation::Create,
        Some("update") => crate::Operation::Update,
        Some(other) => bail!("the operation is '{other}'; create or update is wanted"),
    };
    Ok(Subject::Mapping(opened.mapped(&target, mapping.as_deref(), operation)?))
}

fn record(node: Option<&Node>) -> anyhow::Result<AttributeBag> {
    let mut bag = AttributeBag::new();
    match node.map(|node| &node.data) {
        None | Some(Data::Null) => {}
        Some(Data::Map(entries)) => {
            for (name, value) in entries.iter().filter(|(_, value)| value.data != Data::Null) {
                bag.set(name, OwnedValue::from(value));
            }
        }
        Some(_) => bail!("the input is no map of attributes"),
    }
    Ok(bag)
}

fn expectation(node: &Node) -> anyhow::Result<Expectation> {
    if let Data::Map(entries) = &node.data
        && let [(key, value)] = entries.as_slice()
    {
        match (key.as_str(), &value.data) {
            ("skip", Data::Boolean(true)) => return Ok(Expectation::Skip),
            ("skipObject", Data::Boolean(true)) => return Ok(Expectation::SkipObject),
            ("error", _) => {
                return Ok(Expectation::Error(value.scalar().ok_or_else(|| anyhow!("the expected error is no text"))?));
            }
            _ => {}
        }
    }
    Ok(match OwnedValue::from(node) {
        OwnedValue::Null => Expectation::Null,
        value => Expectation::Value(value),
    })
}

fn settings(node: &Node) -> anyhow::Result<Settings> {
    let mut settings = Settings::default();
    let given = |key: &str| node.get(key).filter(|node| node.data != Data::Null);
    if let Some(now) = given("now") {
        let text = now.scalar().ok_or_else(|| anyhow!("now is {}", now.kind()))?;
        // Said when the suite is read, not when the case runs.
        instant(&text)?;
        settings.now = Some(text);
    }
    if let Some(seed) = given("seed") {
        match seed.data {
            Data::Integer(number) if number >= 0 => settings.seed = Some(number.unsigned_abs()),
            _ => bail!("the seed is {}; a whole number is wanted", seed.kind()),
        }
    }
    if let Some(taken) = given("taken") {
        let mut directory = InMemoryDirectory::default();
        match &taken.data {
            Data::List(values) => {
                values.iter().filter_map(Node::scalar).for_each(|value| directory.take_anywhere(&value));
            }
            // By target attribute; an expression on its own has none, so they count for it too.
            Data::Map(entries) => {
                for (target, values) in entries {
                    let values = match &values.data {
                        Data::List(values) => values.iter().filter_map(Node::scalar).collect(),
                        _ => values.scalar().into_iter().collect::<Vec<_>>(),
                    };
                    for value in values {
                        directory.take(target, &value);
                        directory.take("", &value);
                    }
                }
            }
            _ => bail!("taken is {}; a list of values is wanted", taken.kind()),
        }
        settings.taken = Some(directory);
    }
    if let Some(parameters) = given("parameters") {
        let Data::Map(entries) = &parameters.data else { bail!("parameters is {}", parameters.kind()) };
        settings.parameters = entries.iter().map(|(name, value)| (name.clone(), OwnedValue::from(value))).collect();
    }
    Ok(settings)
}
