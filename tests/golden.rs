//! Diagnostics and bytecode, held against files that show source and result together.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use attrflow::{Compiler, Diagnostic, Expression, Schema};
use std::fmt::Write;

fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let before = text.get(..diagnostic.span.start as usize).unwrap_or(text);
        let line = before.matches('\n').count();
        let shown = text.lines().nth(line).unwrap_or("");
        let column = before.rsplit('\n').next().unwrap_or("").chars().count();
        let width = diagnostic.span.of(text).lines().next().unwrap_or("").chars().count().max(1);
        writeln!(out, "{}[{}]: {}", diagnostic.severity, diagnostic.code, diagnostic.message).unwrap();
        writeln!(out, "  | {shown}").unwrap();
        writeln!(out, "  | {}{}", " ".repeat(column), "^".repeat(width)).unwrap();
        if let Some(help) = &diagnostic.help {
            writeln!(out, "  = help: {help}").unwrap();
        }
        if let Some(fix) = &diagnostic.fix {
            let mut fixed = text.to_owned();
            fixed.replace_range(fix.span.range(), &fix.replacement);
            writeln!(out, "  = fix: {}", fixed.replace('\n', "⏎")).unwrap();
        }
    }
    out
}

#[test]
fn diagnostics() {
    for file in ["diagnostics/syntax.txt", "diagnostics/names.txt", "diagnostics/arguments.txt"] {
        support::golden(file, |text| {
            let found = Compiler::new().check(text);
            if found.is_empty() { "nothing to say".to_owned() } else { render(text, &found) }
        });
    }
}

#[test]
fn diagnostics_against_a_schema() {
    support::golden("diagnostics/schema.txt", |text| {
        let schema = Schema::new(["givenName", "surname", "mail", "Mail", "userPrincipalName"]);
        let found = Compiler::new().schema(schema).check(text);
        if found.is_empty() { "nothing to say".to_owned() } else { render(text, &found) }
    });
}

#[test]
fn bytecode() {
    support::golden("bytecode/forms.txt", |text| Expression::parse(text).unwrap().disassembly());
}
