//! The report for a comment on a pull request: a table, and what is behind it folded.

use super::report::{Group, Report, objects};
use crate::cli::render::{Shown, visible};
use std::fmt::{self, Write};

/// A comment on GitHub holds 65,536 characters. Beyond this samples are left out.
const LONG: usize = 60_000;
/// A longer expression is no help in a comment.
const EXPRESSION: usize = 2_000;

pub(super) fn page(report: &Report, shown: &Shown) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(report, shown, &mut text);
    text
}

fn write(report: &Report, shown: &Shown, out: &mut String) -> fmt::Result {
    writeln!(out, "### {}", report.verdict())?;
    writeln!(out)?;
    write!(out, "{} → {}", code(&report.old), code(&report.new))?;
    for more in report.scopes().into_iter().chain((report.unreadable > 0).then(|| report.gap())) {
        write!(out, "; {more}")?;
    }
    writeln!(out, ".")?;
    if !report.groups.is_empty() {
        writeln!(out, "\n| | attribute | difference | objects |\n|---|---|---|--:|")?;
        for group in &report.groups {
            let subject = code(report.subject(group.place));
            writeln!(out, "| {} | {subject} | {} | {} |", group.severity().word(), group.title(), group.objects)?;
        }
    }
    if !report.edits.list.is_empty() {
        edits(report, out)?;
    }
    let mut left_out = 0;
    for group in &report.groups {
        let mut block = String::new();
        samples(report, group, shown, &mut block)?;
        if out.len() + block.len() > LONG {
            left_out += 1;
        } else {
            out.push_str(&block);
        }
    }
    match left_out {
        0 => Ok(()),
        1 => writeln!(out, "\nThe samples of one more group do not fit into a comment."),
        count => writeln!(out, "\nThe samples of {count} more groups do not fit into a comment."),
    }
}

fn edits(report: &Report, out: &mut String) -> fmt::Result {
    let list = &report.edits.list;
    let edits = if list.len() == 1 { "1 edit".to_owned() } else { format!("{} edits", list.len()) };
    writeln!(out, "\n<details><summary>{edits} of the configuration</summary>\n")?;
    writeln!(out, "| what | property | line | objects |\n|---|---|--:|--:|")?;
    for edit in list {
        let touched = report.touched(edit.reach).map_or_else(|| "–".to_owned(), |count| count.to_string());
        writeln!(out, "| {} | {} | {} | {touched} |", code(&edit.subject), edit.property, edit.place())?;
    }
    let mut block = String::new();
    for edit in list {
        let [before, after] = edit.shown();
        let sides = before.iter().map(|text| ('-', text)).chain(after.iter().map(|text| ('+', text)));
        writeln!(block, "  {} {}", visible(&edit.subject), edit.property)?;
        for (sign, text) in sides {
            let short = text.char_indices().nth(EXPRESSION).and_then(|(end, _)| text.get(..end));
            for line in short.unwrap_or(text).lines() {
                writeln!(block, "{sign} {}", visible(line))?;
            }
        }
    }
    let fence = fence(&block, 3);
    if block.len() + out.len() < LONG {
        writeln!(out, "\n{fence}diff\n{block}{fence}")?;
    }
    writeln!(out, "\n</details>")
}

fn samples(report: &Report, group: &Group, shown: &Shown, out: &mut String) -> fmt::Result {
    if group.samples.is_empty() {
        return Ok(());
    }
    let subject = escaped(report.subject(group.place));
    writeln!(out, "\n<details><summary>{subject}: {}, {}</summary>\n", group.title(), objects(group.objects))?;
    if let Some(note) = report.note(group) {
        writeln!(out, "{note}\n")?;
    }
    writeln!(out, "| object | before | after | objects |\n|---|---|---|--:|")?;
    for sample in &group.samples {
        let [who, before, after] =
            [sample.who(shown), sample.before.text(shown), sample.after.text(shown)].map(|text| code(&text));
        writeln!(out, "| {who} | {before} | {after} | {} |", sample.objects)?;
    }
    if group.others() > 0 {
        writeln!(out, "\nand {} more", group.others())?;
    }
    writeln!(out, "\n</details>")
}

/// Text as code that fits into a cell of a table.
fn code(text: &str) -> String {
    let text = visible(text).replace(['\n', '\r', '\t'], " ").replace('|', "\\|");
    let fence = fence(&text, 1);
    // A backtick at an end would become part of the fence.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// More backticks in a row than the text has.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(least.max(if longest == 0 { 0 } else { longest + 1 }))
}

/// Text between tags.
fn escaped(text: &str) -> String {
    maud::html! { (visible(text)) }.into_string()
}

#[cfg(test)]
mod tests {
    use super::{code, escaped};

    #[test]
    fn values_do_not_leave_their_cell() {
        let cases = [("a|b", r"`a\|b`"), ("a`b", "``a`b``"), ("``", "``` `` ```"), ("a\nb", "`a b`"), ("<b>", "`<b>`")];
        for (text, expected) in cases {
            assert_eq!(code(text), expected);
        }
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
    }
}
