//! The report as one page that stands alone, for those who decide.

use super::kind::Severity;
use super::report::{Group, Report, objects};
use crate::cli::render::Shown;
use maud::{DOCTYPE, Markup, html};

/// What the page looks like; it loads nothing.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d8dee4}\
td.count,th.count{text-align:right;white-space:nowrap}\
code{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
.severe,.high{color:#a40e26}.severe{font-weight:bold}.low,.dim{color:#57606a}\
del{color:#a40e26;text-decoration:none}ins{color:#116329;text-decoration:none}\
.verdict{font-size:1.1rem;padding:.8rem 1rem;background:#f6f8fa;border-left:4px solid #57606a}\
meter{width:6rem}details{margin:.2rem 0}summary{cursor:pointer}\
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}td,th{border-color:#30363d}.verdict{background:#161b22}\
.severe,.high,del{color:#f85149}ins{color:#3fb950}.low,.dim{color:#8b949e}}";

/// The page.
pub(super) fn page(report: &Report, shown: &Shown) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (report.verdict()) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { (report.old) " → " (report.new) }
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
            }
        }
    };
    markup.into_string() + "\n"
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
