//! YAML and JSON as one kind of tree, which knows its lines and keeps keys that repeat.

use crate::OwnedValue;
use anyhow::anyhow;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_saphyr::Spanned;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// A value in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The line it starts on, where the reader knows it (YAML).
    pub(super) line: Option<usize>,
    /// The offset of its first byte, where the reader knows it (YAML, and JSON that is read for its places).
    pub(super) start: Option<usize>,
    pub(super) data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// The languages of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Yaml,
    Json,
    JsonLines,
}

impl Syntax {
    /// By the file's name.
    pub(super) fn of(path: &Path) -> Option<Syntax> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Syntax::Yaml),
            "json" => Some(Syntax::Json),
            "jsonl" | "ndjson" => Some(Syntax::JsonLines),
            _ => None,
        }
    }

    /// By the text, where the name does not say.
    pub(super) fn guess(text: &str) -> Syntax {
        if text.trim_start().starts_with(['{', '[']) { Syntax::Json } else { Syntax::Yaml }
    }
}

impl Node {
    /// Reads a document.
    pub(super) fn read(text: &str, syntax: Syntax) -> anyhow::Result<Node> {
        match syntax {
            Syntax::Yaml => {
                let mut options = serde_saphyr::options! {
                    // `no` is Norway.
                    strict_booleans: true,
                    with_snippet: false,
                };
                // A suite may be long; depth and aliases stay bounded.
                if let Some(budget) = &mut options.budget {
                    budget.max_events = 50_000_000;
                    budget.max_nodes = 20_000_000;
                    budget.max_total_scalar_bytes = usize::MAX;
                }
                let node: Yaml =
                    serde_saphyr::from_str_with_options(text, options).map_err(|error| anyhow!("{error}"))?;
                Ok(node.0)
            }
            Syntax::Json => Ok(serde_json::from_str::<Plain>(text)?.0),
            Syntax::JsonLines => {
                let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
                let nodes = lines.map(|(number, line)| {
                    let Plain(node) =
                        serde_json::from_str(line).map_err(|error| anyhow!("line {number}: {}", place_free(&error)))?;
                    Ok(Node { line: Some(number), ..node })
                });
                Ok(Node { line: Some(1), start: None, data: Data::List(nodes.collect::<anyhow::Result<_>>()?) })
            }
        }
    }

    /// Reads JSON or JSON lines with the place of every value. Each level reads its own
    /// text again, so that this is for files of a configuration's size.
    pub(super) fn read_placed(text: &str, syntax: Syntax) -> anyhow::Result<Node> {
        let mut lines = Vec::new();
        match syntax {
            Syntax::Yaml => return Node::read(text, syntax),
            Syntax::Json => return placed(text, serde_json::from_str(text)?, 0),
            Syntax::JsonLines => {
                for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                    let node =
                        serde_json::from_str(line).map_err(|error| anyhow!("line {number}: {}", place_free(&error)));
                    lines.push(placed(text, node?, 0)?);
                }
            }
        }
        Ok(Node { line: Some(1), start: None, data: Data::List(lines) })
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// What a pointer (RFC 6901) leads to, or the nearest node around it.
    pub(super) fn around(&self, pointer: &str) -> &Node {
        let mut node = self;
        for segment in pointer.split('/').skip(1) {
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let next = match &node.data {
                Data::List(nodes) => segment.parse().ok().and_then(|index: usize| nodes.get(index)),
                _ => node.get(&segment),
            };
            let Some(next) = next else { break };
            node = next;
        }
        node
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as text: files write `7` where a text is meant.
    pub(super) fn scalar(&self) -> Option<String> {
        match &self.data {
            Data::List(_) | Data::Map(_) | Data::Null => None,
            _ => Some(OwnedValue::from(self).to_string()),
        }
    }

    /// What messages call it.
    pub(super) const fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Boolean(_) => "a boolean",
            Data::Integer(_) | Data::Number(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// ` on line 7`, or nothing.
    pub(super) fn place(&self) -> String {
        self.line.map_or_else(String::new, |line| format!(" on line {line}"))
    }
}

/// A message of serde_json without the place in it, which is one in a part of the file.
pub(super) fn place_free(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

impl From<&Node> for OwnedValue {
    fn from(node: &Node) -> Self {
        match &node.data {
            Data::Null => OwnedValue::Null,
            Data::Boolean(truth) => OwnedValue::Boolean(*truth),
            Data::Integer(integer) => OwnedValue::Integer(*integer),
            Data::Number(number) => OwnedValue::Number(*number),
            Data::Text(text) => OwnedValue::Text(text.clone()),
            Data::List(nodes) => OwnedValue::Multi(nodes.iter().map(OwnedValue::from).collect()),
            Data::Map(entries) => {
                OwnedValue::Complex(entries.iter().map(|(name, node)| (name.clone(), node.into())).collect())
            }
        }
    }
}

/// A value inside other JSON values, as deep as serde_json itself goes.
const DEEPEST: usize = 128;

/// A node of JSON with its place. `raw` is a part of `whole`.
fn placed(whole: &str, raw: &RawValue, depth: usize) -> anyhow::Result<Node> {
    anyhow::ensure!(depth < DEEPEST, "it is nested deeper than {DEEPEST} levels");
    let text = raw.get();
    let start = (text.as_ptr() as usize).checked_sub(whole.as_ptr() as usize);
    let data = match text.as_bytes().first() {
        Some(b'{') => {
            let Entries(entries) = serde_json::from_str(text)?;
            let nodes = entries.into_iter().map(|(key, raw)| Ok((key, placed(whole, raw, depth + 1)?)));
            Data::Map(nodes.collect::<anyhow::Result<_>>()?)
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(text)?;
            Data::List(values.into_iter().map(|raw| placed(whole, raw, depth + 1)).collect::<anyhow::Result<_>>()?)
        }
        _ => serde_json::from_str::<Plain>(text)?.0.data,
    };
    Ok(Node { line: None, start, data })
}

/// The entries of a JSON object, in order, those that repeat too.
struct Entries<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Reading)
    }
}

/// A node of JSON.
struct Plain(Node);

/// A node of YAML, with its line.
struct Yaml(Node);

/// The inside of a node of YAML.
struct Inside(Data);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let data = deserializer.deserialize_any(Reader::<Plain>(PhantomData))?;
        Ok(Plain(Node { line: None, start: None, data }))
    }
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Inside>::deserialize(deserializer)?;
        let line = usize::try_from(spanned.referenced.line()).ok().filter(|line| *line > 0);
        let start = spanned.referenced.span().byte_offset().and_then(|start| usize::try_from(start).ok());
        Ok(Yaml(Node { line, start, data: spanned.value.0 }))
    }
}

impl<'de> Deserialize<'de> for Inside {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader::<Yaml>(PhantomData)).map(Inside)
    }
}

impl From<Plain> for Node {
    fn from(node: Plain) -> Self {
        node.0
    }
}

impl From<Yaml> for Node {
    fn from(node: Yaml) -> Self {
        node.0
    }
}

/// Reads the inside of a node; `N` reads the nodes in it.
struct Reader<N>(PhantomData<N>);

impl<'de, N: Deserialize<'de> + Into<Node>> Visitor<'de> for Reader<N> {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Data, E> {
        Ok(Data::Boolean(truth))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Data, E> {
        Ok(Data::Integer(integer))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Data, E> {
        // Beyond 64 bits with a sign there is no integer in the language.
        #[allow(clippy::cast_precision_loss)]
        Ok(i64::try_from(integer).map_or(Data::Number(integer as f64), Data::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Data, E> {
        Ok(Data::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Data, E> {
        Ok(Data::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Data, E> {
        Ok(Data::Text(text))
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Data, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element::<N>()? {
            nodes.push(node.into());
        }
        Ok(Data::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, node)) = map.next_entry::<String, N>()? {
            entries.push((key, node.into()));
        }
        Ok(Data::Map(entries))
    }
}
