//! `attrflow fmt`.

use super::file::File;
use super::output::{self, Output};
use super::record::LanguageArgs;
use super::render::Painter;
use super::{Status, input, say};
use crate::syntax::{self, Expr};
use crate::{Dialect, Severity};
use std::path::{Path, PathBuf};

/// Options of `fmt`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files that hold one expression each, or an expression; - is standard input
    #[arg(value_name = "FILE|EXPR", required_unless_present = "expr")]
    inputs: Vec<String>,
    /// An expression
    #[arg(short, long, value_name = "EXPR", allow_hyphen_values = true)]
    expr: Vec<String>,
    /// Print nothing but the names of what is not in canonical layout, and exit with 1 if there is some
    #[arg(long)]
    check: bool,
    /// Write files back instead of printing
    #[arg(short, long, conflicts_with = "check")]
    write: bool,
    #[command(flatten)]
    language: LanguageArgs,
}

/// A text, and the file it came from.
pub(super) struct Source {
    pub(super) text: String,
    pub(super) file: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let mut out = Output::standard();
    let mut status = Status::Clean;
    let given = args.expr.iter().map(|text| Ok(Source { text: text.clone(), file: None }));
    for source in given.chain(args.inputs.iter().map(|input| read(input))) {
        match source.and_then(|source| one(args, &source, &mut out)) {
            Ok(done) => status = status.max(done),
            // Results that cannot be written end everything, an input that cannot be read only itself.
            Err(error) if error.is::<output::OutputError>() => return Err(error),
            Err(error) => {
                say(format_args!("error: {error:#}"));
                status = Status::Unusable;
            }
        }
    }
    out.finish()?;
    Ok(status)
}

/// Whether an argument is an expression can be seen: none does without these signs, and
/// hardly a file's name has them.
pub(super) fn read(argument: &str) -> anyhow::Result<Source> {
    let path = Path::new(argument);
    if !input::is_standard(path) && !path.exists() && argument.contains(['{', '(', '[', '"', '“', '%']) {
        return Ok(Source { text: argument.to_owned(), file: None });
    }
    Ok(Source { text: input::text(path)?, file: Some(path.to_owned()) })
}

fn one(args: &Args, source: &Source, out: &mut Output) -> anyhow::Result<Status> {
    let text = source.text.trim_end_matches(['\r', '\n']);
    let name = source.file.as_deref().map(input::name);
    let Some(canonical) = canonical(text, args.language.dialect, name.as_deref()) else { return Ok(Status::Unusable) };
    if args.check {
        if text == canonical {
            return Ok(Status::Clean);
        }
        out.line(name.as_deref().unwrap_or(text))?;
        return Ok(Status::Findings);
    }
    match &source.file {
        Some(path) if args.write && !input::is_standard(path) => {
            if text != canonical {
                let mut file = Output::to(Some(path))?;
                file.text(&canonical)?;
                file.text(source.text.get(text.len()..).unwrap_or_default())?;
                file.finish()?;
            }
        }
        _ => out.line(canonical)?,
    }
    Ok(Status::Clean)
}

/// The canonical text; nothing, and the errors on standard error, where it does not parse.
fn canonical(text: &str, dialect: Dialect, name: Option<&str>) -> Option<String> {
    parse(text, dialect, name).map(|tree| tree.to_string())
}

/// The tree; nothing, and the errors on standard error, where it does not parse.
pub(super) fn parse(text: &str, dialect: Dialect, name: Option<&str>) -> Option<Expr> {
    let (tree, found) = syntax::parse(text, dialect);
    let painter = Painter::standard_error();
    let file = File::new(name.unwrap_or_default().to_owned(), text.to_owned());
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        say(file.draw(painter, None, text, diagnostic.span.range().start, diagnostic));
    }
    tree
}
