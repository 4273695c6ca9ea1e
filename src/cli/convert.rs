//! `attrflow convert`.

use super::output::Output;
use super::record::LanguageArgs;
use super::{Status, fmt, input, say};
use crate::graph::Source;
use anyhow::Context;

/// Options of `convert`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An expression or an attributeMappingSource tree, or a file that holds one; - is standard input
    #[arg(value_name = "FILE|EXPR|TREE", allow_hyphen_values = true)]
    input: String,
    /// What to convert to; by default, text to the tree and a tree to text
    #[arg(long, value_enum, value_name = "FORM")]
    to: Option<Form>,
    /// Print the tree on one line
    #[arg(long)]
    compact: bool,
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
