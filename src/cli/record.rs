//! The record and the surroundings that options give to one expression.

use super::{input, render};
use crate::{AttributeBag, Compiler, Dialect, Environment, InMemoryDirectory, OwnedValue, Schema};
use anyhow::{Context, anyhow, bail};
use serde_json::Value as Json;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The attributes of one record.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Record")]
pub(super) struct RecordArgs {
    /// Set an attribute; repeated for one name it is multi-valued, NAME= is the empty text, one not set is absent
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Read attributes from a file that holds one JSON object; --set goes over it
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

impl RecordArgs {
    /// Whether the record comes from standard input.
    pub(super) fn reads_standard(&self) -> bool {
        self.data.as_deref().is_some_and(input::is_standard)
    }

    /// The record.
    pub(super) fn bag(&self) -> anyhow::Result<AttributeBag> {
        let mut bag = match &self.data {
            Some(path) => object(path)?,
            None => AttributeBag::new(),
        };
        let mut set: Vec<(&str, Vec<OwnedValue>)> = Vec::new();
        for option in &self.set {
            let (name, value) = pair(option, "--set")?;
            match set.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value.into()),
                None => set.push((name, vec![value.into()])),
            }
        }
        for (name, mut values) in set {
            match values.pop() {
                Some(single) if values.is_empty() => bag.set(name, single),
                Some(last) => {
                    values.push(last);
                    bag.set(name, values);
                }
                None => {}
            }
        }
        Ok(bag)
    }
}

/// The object that a JSON file holds.
pub(super) fn object(path: &Path) -> anyhow::Result<AttributeBag> {
    let text = input::text(path)?;
    let json: Json = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", input::name(path)))?;
    let mut bag = AttributeBag::new();
    match json {
        Json::Object(attributes) => attributes.into_iter().for_each(|(name, value)| bag.set(&name, owned(value))),
        other => bail!("{} holds {}; one JSON object is wanted", input::name(path), kind(&other)),
    }
    Ok(bag)
}

/// A JSON value as a value, its texts moved.
pub(super) fn owned(json: Json) -> OwnedValue {
    match json {
        Json::String(text) => OwnedValue::Text(text),
        Json::Array(values) => OwnedValue::Multi(values.into_iter().map(owned).collect()),
        Json::Object(fields) => {
            OwnedValue::Complex(fields.into_iter().map(|(name, value)| (name, owned(value))).collect())
        }
        leaf => OwnedValue::from(&leaf),
    }
}

/// What messages call a JSON value.
pub(super) const fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn pair<'o>(option: &'o str, name: &str) -> anyhow::Result<(&'o str, &'o str)> {
    // Names may hold brackets and quotes, in which an equals sign is part of the name:
    // emails[type="work"].value=…
    let mut depth = 0_usize;
    for (place, letter) in option.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => {
                let (key, rest) = option.split_at(place);
                if key.is_empty() {
                    break;
                }
                return Ok((key, rest.strip_prefix('=').unwrap_or(rest)));
            }
            _ => {}
        }
    }
    Err(anyhow!("{name} {option}: NAME=VALUE is wanted"))
}

/// What an evaluation has besides the record.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Surroundings")]
pub(super) struct RunArgs {
    /// Stop the clock at an instant, such as 2026-01-31T08:00:00Z
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Fix Guid and RandomString: the same seed and record give the same values
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Values that the target has already, for SelectUniqueValue: one a line, or CSV or JSON with attribute names
    #[arg(long, value_name = "FILE")]
    taken: Option<PathBuf>,
    /// Set a %NAME% parameter
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    #[command(flatten)]
    pub(super) language: LanguageArgs,
    /// Hash attribute values in traces, messages and reports (results are not reports: they stay as they are)
    #[arg(long)]
    pub(super) redact: bool,
}

/// The language of expressions.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct LanguageArgs {
    /// The language of the expressions
    #[arg(long, value_parser = dialect, default_value = "provisioning", value_name = "NAME")]
    pub(super) dialect: Dialect,
}

impl LanguageArgs {
    /// A compiler of the language.
    pub(super) fn compiler(&self) -> Compiler {
        Compiler::new().dialect(self.dialect)
    }
}

fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::named(name).ok_or_else(|| {
        let known: Vec<_> = Dialect::ALL.iter().map(|dialect| dialect.profile().name).collect();
        format!("there is no such language; there is: {}", known.join(", "))
    })
}

/// Whether values taken for one attribute count for every attribute: an expression
/// on its own has no target attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Anywhere,
    ByTarget,
}

impl RunArgs {
    /// A compiler that knows the record's names, so that one in other case is found,
    /// with a warning.
    pub(super) fn compiler_for(&self, bag: &AttributeBag) -> Compiler {
        self.language.compiler().schema(Schema::open(bag.iter().map(|(name, _)| name)))
    }

    /// The environment.
    pub(super) fn environment(&self, scope: Taken) -> anyhow::Result<Environment> {
        let mut environment = Environment::new();
        if let Some(now) = &self.now {
            environment = environment.with_clock(instant(now).context("--now")?);
        }
        if let Some(seed) = self.seed {
            environment = environment.with_seed(seed);
        }
        for option in &self.param {
            let (name, value) = pair(option, "--param")?;
            environment = environment.with_parameter(name.trim_matches('%'), value);
        }
        if let Some(path) = &self.taken {
            environment = environment.with_directory(taken(path, scope)?);
        }
        Ok(environment)
    }

    /// Whether random values are to be the same from run to run.
    pub(super) const fn is_seeded(&self) -> bool {
        self.seed.is_some()
    }

    /// How reports show values.
    pub(super) fn shown(&self) -> render::Shown {
        render::Shown::new(self.redact)
    }
}

/// An RFC 3339 instant.
pub(super) fn instant(text: &str) -> anyhow::Result<crate::dotnet::date::DateTime> {
    Ok(Environment::fixed(text)?.now())
}

fn taken(path: &Path, scope: Taken) -> anyhow::Result<InMemoryDirectory> {
    let text = input::text(path)?;
    let mut directory = InMemoryDirectory::default();
    let mut take = |target: Option<&str>, value: &str| match target {
        Some(target) if scope == Taken::ByTarget => directory.take(target, value),
        _ => directory.take_anywhere(value),
    };
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "json" | "jsonl" | "ndjson" => {
            for (index, value) in serde_json::Deserializer::from_str(&text).into_iter::<Json>().enumerate() {
                let value = value.with_context(|| format!("{} is not JSON", path.display()))?;
                let values = match value {
                    Json::Array(values) if extension == "json" && index == 0 => values,
                    value => vec![value],
                };
                for value in values {
                    match value {
                        Json::String(value) => take(None, &value),
                        Json::Object(attributes) => {
                            for (name, value) in &attributes {
                                each_text(value, &mut |value| take(Some(name), value));
                            }
                        }
                        other => bail!("{}: {} is neither a value nor an object", path.display(), kind(&other)),
                    }
                }
            }
        }
        "csv" | "tsv" => {
            let delimiter = super::population::csv::sniff(text.as_bytes());
            let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(Cursor::new(text.as_bytes()));
            let header = rows.headers().with_context(|| path.display().to_string())?.clone();
            for row in rows.records() {
                let row = row.with_context(|| path.display().to_string())?;
                for (name, value) in header.iter().zip(&row).filter(|(_, value)| !value.is_empty()) {
                    take(Some(name), value);
                }
            }
        }
        _ => text.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| take(None, line)),
    }
    Ok(directory)
}

fn each_text(value: &Json, take: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => take(text),
        Json::Array(values) => values.iter().for_each(|value| each_text(value, take)),
        Json::Null | Json::Object(_) => {}
        leaf => take(&leaf.to_string()),
    }
}
