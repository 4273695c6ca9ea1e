//! The report as one page that stands alone, for those who decide.

use super::kind::Severity;
use super::report::{Group, Report, objects};
use crate::cli::page;
use crate::cli::render::Shown;
use maud::{Markup, html};

/// The page.
pub(super) fn page(report: &Report, shown: &Shown) -> String {
    let body = html! {
        p.verdict { strong { (report.verdict()) }
            @for more in report.scopes().into_iter().chain((report.unreadable > 0).then(|| report.gap())) { "; " (more) }
        }
        @if !report.groups.is_empty() {
            h2 { "Differences, the worst first" }
            table {
                thead { tr { th {} th { "Attribute" } th { "Difference" } th {} th.count { "Objects" } } }
                tbody { @for group in &report.groups { (row(report, group, shown)) } }
            }
        }
        @if !report.edits.list.is_empty() { (edits(report)) }
    };
    page::page(&format!("{} → {}", report.old, report.new), &body)
}

fn row(report: &Report, group: &Group, shown: &Shown) -> Markup {
    let severity = group.severity();
    let class = match severity {
        Severity::Severe => "severe",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    };
    html! {
        tr {
            td class=(class) { (severity.word()) }
            td { strong { (report.subject(group.place)) } }
            td {
                (group.title())
                @if let Some(note) = report.note(group) { div.dim { (note) } }
                @if !group.samples.is_empty() {
                    details {
                        summary { "samples" }
                        table {
                            @for sample in &group.samples {
                                tr {
                                    td.dim { (sample.who(shown)) }
                                    td { code { del { (sample.before.text(shown)) } " → " ins { (sample.after.text(shown)) } } }
                                    td.count { @if sample.objects > 1 { "×" (sample.objects) } }
                                }
                            }
                        }
                        @if group.others() > 0 { p.dim { "and " (group.others()) " more" } }
                    }
                }
            }
            td { meter min="0" max=(report.objects) value=(group.objects) {} }
            td.count { (group.objects) }
        }
    }
}

fn edits(report: &Report) -> Markup {
    html! {
        h2 { "Edits of the configuration" }
        table {
            thead { tr { th { "What" } th { "Edit" } th.count { "Touches" } } }
            tbody {
                @for edit in &report.edits.list {
                    tr {
                        td { strong { (edit.subject) } div.dim { (edit.property) } }
                        td {
                            @let [before, after] = edit.shown();
                            @if let Some(before) = before { div { code { del { (before) } } } }
                            @if let Some(after) = after { div { code { ins { (after) } } } }
                        }
                        td.count { @match report.touched(edit.reach) { Some(count) => (objects(count)), None => "–" } }
                    }
                }
            }
        }
    }
}
