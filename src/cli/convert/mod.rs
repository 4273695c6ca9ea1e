//! `attrflow convert`.

mod configuration;

use super::configuration::Loaded;
use super::output::Output;
use super::record::LanguageArgs;
use super::tree::Syntax;
use super::{Status, fmt, input, say};
use crate::graph::Source;
use anyhow::Context;
use serde_json::Value as Json;
use std::path::Path;

/// Options of `convert`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An expression or an attributeMappingSource tree, or a file that holds one; or a configuration, which is
    /// converted between an export of Graph and the short format; - is standard input
    #[arg(value_name = "FILE|EXPR|TREE", allow_hyphen_values = true)]
    input: String,
    /// What to convert to; by default, text to the tree and a tree to text
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    /// Print JSON on one line
    #[arg(long)]
    compact: bool,
    /// The object mapping, by name, where a configuration has several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    #[command(flatten)]
    language: LanguageArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// The attributeMappingSource tree of Microsoft Graph, as JSON
    Graph,
    /// The expression's text
    Text,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let compiler = args.language.compiler();
    let source = fmt::read(&args.input)?;
    let name = source.file.as_deref().map(input::name);
    if let Some(path) = &source.file
        && let Some(loaded) = configuration_in(path, &source.text)?
    {
        return converted(&loaded, args);
    }
    let text = source.text.trim();
    let what = name.clone().unwrap_or_else(|| "the tree".to_owned());
    // No expression starts with a brace.
    let given = if text.starts_with('{') {
        let tree: Source = serde_json::from_str(text).with_context(|| format!("{what} is not a tree of Graph"))?;
        let read = tree.to_tree(&compiler).with_context(|| what.clone())?;
        read.warnings.iter().for_each(say);
        Some(read.tree)
    } else {
        fmt::parse(text, args.language.dialect, name.as_deref())
    };
    let Some(tree) = given else { return Ok(Status::Unusable) };
    let to = args.to.unwrap_or(if text.starts_with('{') { Form::Text } else { Form::Graph });
    let mut out = Output::standard();
    match to {
        Form::Text => out.line(tree)?,
        Form::Graph => {
            let source = Source::from_tree(&tree, &compiler)?;
            if args.compact {
                out.json(&source)?;
            } else {
                out.line(serde_json::to_string_pretty(&source)?)?;
            }
        }
    }
    out.finish()?;
    Ok(Status::Clean)
}

/// The configuration that a file holds; nothing where it holds an expression or a tree.
fn configuration_in(path: &Path, text: &str) -> anyhow::Result<Option<Loaded>> {
    let is = match Syntax::of(path) {
        Some(Syntax::Yaml) => true,
        Some(Syntax::Json) => {
            let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
            // A tree has a name, a text and a type.
            let tree = ["type", "expression", "parameters"].iter().any(|key| json.get(key).is_some());
            !tree && (json.is_object() || json.is_array())
        }
        _ => false,
    };
    if is { Loaded::read(path).map(Some) } else { Ok(None) }
}

/// Writes a configuration in its other form.
fn converted(loaded: &Loaded, args: &Args) -> anyhow::Result<Status> {
    let compiler = args.language.compiler();
    let mut out = Output::standard();
    if loaded.is_graph() {
        let short = configuration::to_short(loaded, &compiler, args.mapping.as_deref())?;
        if args.compact {
            out.json(&short)?;
        } else {
            out.text(&serde_saphyr::to_string(&short).context("the configuration cannot be written as YAML")?)?;
        }
    } else {
        let graph = configuration::to_graph(loaded, &compiler)?;
        if args.compact {
            out.json(&graph)?;
        } else {
            out.line(serde_json::to_string_pretty(&graph)?)?;
        }
    }
    out.finish()?;
    Ok(Status::Clean)
}
