//! Test suites: YAML, JSON or JSON lines, and the files of HRProvisioningTests.

use super::record::instant;
use super::tree::{Data, Node, Syntax};
use super::{config, input};
use crate::{AttributeBag, Environment, InMemoryDirectory, Mapping, OwnedValue};
use anyhow::{Context, anyhow, bail};
use std::collections::HashMap;
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
    settings: Settings,
}

/// What is tested.
#[derive(Debug)]
pub(super) enum Subject {
    Expression(String),
    Mapping(Mapping),
}

impl Subject {
    pub(super) fn text(&self) -> &str {
        match self {
            Subject::Expression(text) => text,
            Subject::Mapping(mapping) => &mapping.expression,
        }
    }
}

/// What a case sets beside the record.
#[derive(Debug, Default)]
struct Settings {
    now: Option<String>,
    seed: Option<u64>,
    taken: Option<InMemoryDirectory>,
    parameters: Vec<(String, OwnedValue)>,
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

/// Configurations that cases name, read once.
type Configs = HashMap<PathBuf, Vec<config::Item>>;

/// A suite as it was read: its cases, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Suite {
    pub(super) cases: Vec<Case>,
    pub(super) errors: Vec<String>,
    configs: Configs,
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
    pub(super) fn read(path: &Path) -> anyhow::Result<Suite> {
        let name = input::name(path);
        let text = input::text(path)?;
        let mut suite = Suite::default();
        match Syntax::of(path).unwrap_or_else(|| guess(&text)) {
            Syntax::JsonLines => {
                for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                    match Node::read(line, Syntax::Json) {
                        Ok(node) => suite.push(path, &name, &Node { line: Some(number), ..node }, number),
                        Err(error) => suite.errors.push(format!("{name}:{number}: {error}")),
                    }
                }
            }
            syntax => {
                let node = Node::read(&text, syntax).with_context(|| name.clone())?;
                let list = node.get("tests").unwrap_or(&node);
                match &list.data {
                    Data::List(nodes) => {
                        for (number, node) in (1..).zip(nodes) {
                            suite.push(path, &name, node, number);
                        }
                    }
                    Data::Map(_) => suite.push(path, &name, list, 1),
                    _ => bail!("{name} holds {}; a list of cases is wanted", list.kind()),
                }
            }
        }
        if suite.cases.is_empty() && suite.errors.is_empty() {
            bail!("{name} holds no cases");
        }
        Ok(suite)
    }

    fn push(&mut self, path: &Path, file: &str, node: &Node, number: usize) {
        match Case::read(path, node, number, &mut self.configs) {
            Ok(case) => self.cases.push(case),
            Err(error) => {
                let place = node.line.map_or_else(|| format!("{file}, case {number}"), |line| format!("{file}:{line}"));
                self.errors.push(format!("{place}: {error:#}"));
            }
        }
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
        let foreign = node.get("ExpectedResult").is_some() && node.get("Expression").is_some();
        let key = |own: &'static str, other: &'static str| if foreign { other } else { own };
        let expect = node.get(key("expect", "ExpectedResult")).ok_or_else(|| anyhow!("the case has no expect"))?;
        let subject = subject(path, node, key("expression", "Expression"), configs)?;
        let name = if foreign {
            let part = |key: &str| node.get(key).and_then(Node::scalar);
            match (part("TargetAttributeName"), part("Description")) {
                (Some(target), Some(description)) => Some(format!("{target}: {description}")),
                (target, description) => target.or(description),
            }
        } else {
            node.get("name").or_else(|| node.get("id")).and_then(Node::scalar)
        };
        Ok(Case {
            name: name.unwrap_or_else(|| match &subject {
                Subject::Expression(text) => text.clone(),
                Subject::Mapping(mapping) => format!("{} {number}", mapping.target),
            }),
            line: node.line,
            input: record(node.get(key("input", "InputAttributes")))?,
            expect: expectation(expect)?,
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
    let (Some(config), Some(target)) =
        (node.get("config").and_then(Node::text), node.get("target").and_then(Node::scalar))
    else {
        bail!("the case has neither an expression nor a config with its target");
    };
    // Beside the suite, wherever the program is run.
    let config = path.parent().unwrap_or(Path::new("")).join(config);
    if !configs.contains_key(&config) {
        configs.insert(config.clone(), config::read(&config)?);
    }
    let items = configs.get(&config).map(Vec::as_slice).unwrap_or_default();
    match items.iter().find(|item| item.mapping.target == target) {
        Some(item) => Ok(Subject::Mapping(item.mapping.clone())),
        None => bail!("{} has no mapping of {target}", config.display()),
    }
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
