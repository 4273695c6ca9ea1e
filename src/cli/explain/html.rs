//! An explanation as one page that stands alone.

use super::object::{Attribute, Explanation, code, filter_title, scope_word, shown_literal};
use crate::configuration::Scope;
use maud::{DOCTYPE, Markup, html};

/// What the page looks like; it loads nothing.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d8dee4}\
code{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
.yes{color:#116329}.no{color:#a40e26}.dim{color:#57606a}.verdict{font-size:1.1rem;padding:.8rem 1rem;background:#f6f8fa;border-left:4px solid #57606a}\
details{margin:.2rem 0}summary{cursor:pointer}ul.steps{list-style:none;padding-left:0}\
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}td,th{border-color:#30363d}.verdict{background:#161b22}.yes{color:#3fb950}.no{color:#f85149}.dim{color:#8b949e}}";

/// The page.
pub(super) fn page(explanation: &Explanation) -> String {
    let title = if explanation.flow.is_empty() { explanation.configuration.as_str() } else { &explanation.flow };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p.verdict { strong { (explanation.operation) } ": " (explanation.reason) }
                (scope(explanation))
                h2 { "Match" }
                @match &explanation.matching.keys {
                    Ok(keys) => p {
                        @for (index, (name, key)) in keys.iter().enumerate() {
                            @if index > 0 { ", " }
                            code { (name) " = " (key) }
                        }
                        @if !keys.is_empty() { ": " }
                        (explanation.matching.found)
                    },
                    Err(error) => p.no { (error) },
                }
                h2 { "Attributes" }
                table {
                    thead { tr { th { "Attribute" } th { "Before" } th { "After" } th { "How" } } }
                    tbody { @for attribute in &explanation.attributes { (row(attribute)) } }
                }
                h2 { "The record" }
                table {
                    tbody {
                        @for (name, value) in &explanation.record {
                            tr { td { code { (name) } } td { code { (shown_literal(value)) } } }
                        }
                    }
                }
            }
        }
    };
    markup.into_string() + "\n"
}

fn scope(explanation: &Explanation) -> Markup {
    html! {
        h2 { "Scope" }
        p class=(if explanation.scope.scope == Ok(Scope::In) { "yes" } else { "no" }) {
            (match scope_word(&explanation.scope.scope) {
                "in" => "In scope",
                "out" => "Out of scope",
                "unread" => "Kept out by an input filter",
                _ => "The scope cannot be told",
            })
            @if explanation.scope.groups.is_empty() { " (there is no filter)" }
        }
        @for group in &explanation.scope.groups {
            p { (filter_title(group.list)) " " (group.name) ": "
                span class=(if group.holds { "yes" } else { "no" }) { (if group.holds { "holds" } else { "does not hold" }) } }
            table {
                tbody {
                    @for clause in &group.clauses {
                        tr {
                            td { code { (clause.text) } }
                            td { code { (shown_literal(&clause.value)) } }
                            td {
                                @match &clause.holds {
                                    Ok(true) => span.yes { "holds" },
                                    Ok(false) => span.no { "does not hold" },
                                    Err(error) => span.no { (error) },
                                }
                                @if let Some(policy) = clause.policy { div.dim { (policy.meaning()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn row(attribute: &Attribute) -> Markup {
    html! {
        tr {
            td { strong { (attribute.target) } }
            td { code { (shown_literal(&attribute.before)) } }
            td {
                @match (&attribute.error, &attribute.after) {
                    (Some(error), _) => span.no { (code(error)) ": " (error.message) },
                    (None, Some(after)) => code class=(if attribute.outcome == "changes" { "yes" } else { "dim" }) { (shown_literal(after)) },
                    (None, None) => span.dim { "stays as it is" },
                }
                @if let Some(why) = &attribute.why { div.dim { (why) } }
            }
            td {
                details {
                    summary { code { (attribute.expression) } }
                    ul.steps {
                        @for step in &attribute.steps {
                            li style=(format!("padding-left:{}rem", step.depth.min(40) * 2)) {
                                code { (step.text) } " = " code { strong { (shown_literal(&step.value)) } }
                                @if let Some(note) = &step.note { div.dim { (note) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
