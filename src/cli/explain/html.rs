//! An explanation as one page that stands alone.

use super::object::{Attribute, Explanation, code, filter_title, scope_word, shown_literal};
use crate::cli::page;
use crate::configuration::Scope;
use maud::{Markup, html};

/// The page.
pub(super) fn page(explanation: &Explanation) -> String {
    let title = if explanation.flow.is_empty() { explanation.configuration.as_str() } else { &explanation.flow };
    let body = html! {
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
    };
    page::page(title, &body)
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
