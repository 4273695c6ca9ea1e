//! What goes wrong when compiling and on a record, each with a code and a place.
#![allow(clippy::print_stdout)]

use attrflow::{AttributeBag, Compiler, Expression, Schema, Span};

/// The text with carets under a part of it.
fn point(text: &str, span: Span) {
    let before = text.get(..span.range().start).map_or(0, |part| part.chars().count());
    let width = span.of(text).chars().count().max(1);
    println!("  {text}\n  {}{}", " ".repeat(before), "^".repeat(width));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Every mistake of a text is found in one pass, with advice, and a change of the
    // text where one is certain.
    let compiler = Compiler::new().schema(Schema::new(["givenName", "surname", "state"]));
    let broken = [
        "Swich([state], , \"QLD\", \"Brisbane\")",
        "Coalesce([givenname], [middleName])",
        "Join(“ ”, [givenName], [surname])",
        "IIF([state]=\"QLD\" AND [surname]=\"Lee\", \"1\", \"2\")",
        "Left([givenName], 3",
        "[givenName] & [surname]",
    ];
    for text in broken {
        let Err(error) = compiler.expression(text) else { continue };
        for found in error.diagnostics() {
            println!("{found}");
            point(text, found.span);
            if let Some(fix) = &found.fix {
                let mut mended = text.to_owned();
                mended.replace_range(fix.span.range(), &fix.replacement);
                println!("  mended: {mended}");
            }
        }
    }

    // On a record: the part of the text that failed, and what with. Other records,
    // and other mappings on the same record, go on.
    let expression = Expression::parse("DateDiff(\"d\", CDate([start]), CDate([end]))")?;
    let bag = AttributeBag::from_iter([("start", "2026-01-01"), ("end", "soon")]);
    if let Err(error) = expression.evaluate(&bag) {
        println!("{error}");
        point(expression.text(), error.span);
    }
    Ok(())
}
