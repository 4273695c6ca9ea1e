//! Reports of a run of suites as Markdown, for a pull request, and as one HTML page.

use super::coverage::{fallen, shortened};
use super::report::{Done, LISTED, Report, coverage_summary, details, difference, place, sides};
use crate::cli::page;
use crate::cli::render::{Painter, Shown, literal};
use maud::{Markup, html};
use std::fmt::Write;

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => cell.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '~' | '&' | '$' | '@' => {
                // The entity is text wherever it stands; a backslash is not everywhere.
                let _ = write!(cell, "&#{};", u32::from(letter));
            }
            letter => cell.push(letter),
        }
    }
    cell
}

/// A fence that is longer than any in the text.
fn fenced(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

pub(super) fn markdown(report: &Report<'_>) -> String {
    // Writing to a text does not fail.
    let mut text = format!("## Tests: {}\n", report.summary());
    for done in report.failed() {
        let _ = write!(text, "\n**{}** ({})\n\n", cell(&done.case.name), cell(&done.place()));
        text.push_str(&fenced(&details(done, report.shown, Painter::plain())));
    }
    if !report.unreadable.is_empty() {
        text.push_str("\n### Cases that cannot be read\n\n");
        for case in report.unreadable {
            let _ = writeln!(text, "- {}", cell(&case.to_string()));
        }
    }
    let Some(coverage) = report.coverage else { return text };
    let _ = write!(text, "\n## {}\n", uppercase(&coverage_summary(coverage)));
    text.push_str("\n| target | covered | never reached | where |\n|---|---|---|---|\n");
    for group in &coverage.groups {
        for unit in &group.units {
            let missing: Vec<String> =
                unit.missing().into_iter().map(|branch| cell(&shortened(&branch.what))).collect();
            let (covered, all) = (unit.coverage.covered(), unit.coverage.branches().len());
            let place = cell(place(group, unit).trim_matches(['(', ')']));
            let _ = writeln!(text, "| {} | {covered}/{all} | {} | {place} |", cell(&unit.name), missing.join("; "));
        }
    }
    let hidden = Shown::new(true);
    let units = coverage.groups.iter().flat_map(|group| &group.units);
    let mut defaults = units.flat_map(|unit| unit.coverage.defaults().map(move |default| (unit, default))).peekable();
    if defaults.peek().is_some() {
        text.push_str("\n### Values that fall to a default\n\n");
    }
    for (unit, default) in defaults {
        let shown = unit.shown(report.shown, &hidden);
        let values: Vec<String> = default
            .most_frequent()
            .into_iter()
            .take(LISTED)
            .map(|(value, records)| format!("{} ({records})", cell(&literal(&shown.value(value)))))
            .collect();
        let more = if default.len() > LISTED { ", …" } else { "" };
        let _ = writeln!(
            text,
            "- {} in {}: {}: {}{more}",
            cell(&default.source),
            cell(&unit.name),
            fallen(default),
            values.join(", ")
        );
    }
    text
}

fn uppercase(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

pub(super) fn html(report: &Report<'_>) -> String {
    let title = format!("Tests: {}", report.summary());
    let body = html! {
        @for done in report.failed() { (failure(done, report.shown)) }
        @if !report.unreadable.is_empty() {
            h2 { "Cases that cannot be read" }
            ul { @for case in report.unreadable { li { (case) } } }
        }
        @if let Some(coverage) = report.coverage {
            h2 { (uppercase(&coverage_summary(coverage))) }
            table {
                thead { tr { th { "Target" } th { "Covered" } th { "Never reached" } th { "Where" } } }
                tbody {
                    @for group in &coverage.groups {
                        @for unit in &group.units {
                            tr {
                                td { strong { (unit.name) } }
                                td class=(if unit.coverage.missing().next().is_none() { "yes" } else { "no" }) {
                                    (unit.coverage.covered()) "/" (unit.coverage.branches().len())
                                }
                                td {
                                    @for branch in unit.missing() {
                                        div { code { (shortened(&branch.what)) } }
                                    }
                                }
                                td.dim { (place(group, unit).trim_matches(['(', ')'])) }
                            }
                        }
                    }
                }
            }
            (defaults(report))
        }
        h2 { "Cases" }
        table {
            tbody {
                @for done in report.done {
                    tr {
                        td class=(if done.verdict.passed { "yes" } else { "no" }) {
                            (if done.verdict.passed { "passed" } else { "failed" })
                        }
                        td { (done.case.name) }
                        td.dim { (done.place()) }
                    }
                }
            }
        }
    };
    page::page(&title, &body)
}

fn failure(done: &Done<'_>, shown: &Shown) -> Markup {
    let (expected, actual) = sides(done, shown);
    let (before, marked) = difference(&expected, &actual);
    let mut letters = actual.chars();
    let start: String = letters.by_ref().take(before).collect();
    let middle: String = letters.by_ref().take(marked).collect();
    let end: String = letters.collect();
    html! {
        h2.no { (done.case.name) }
        p.dim { (done.place()) }
        table {
            tbody {
                tr { th { "Expected" } td { code { (expected) } } }
                tr { th { "Actual" } td { code { (start) mark { (middle) } (end) } } }
            }
        }
        details {
            summary { code { (done.subject()) } }
            pre { (details(done, shown, Painter::plain())) }
        }
    }
}

fn defaults(report: &Report<'_>) -> Markup {
    let hidden = Shown::new(true);
    let units = report.coverage.iter().flat_map(|coverage| &coverage.groups).flat_map(|group| &group.units);
    let all: Vec<_> = units.flat_map(|unit| unit.coverage.defaults().map(move |default| (unit, default))).collect();
    html! {
        @if !all.is_empty() {
            h2 { "Values that fall to a default" }
            @for (unit, default) in all {
                p { strong { (unit.name) } ": " code { (default.source) } ": " (fallen(default)) }
                table {
                    tbody {
                        @for (value, records) in default.most_frequent().into_iter().take(LISTED) {
                            tr {
                                td { (records) }
                                td { code { (literal(&unit.shown(report.shown, &hidden).value(value))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
