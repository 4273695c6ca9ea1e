//! Reports as one page of HTML that stands alone: it loads nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What pages look like, in light and dark.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d8dee4}\
td.count,th.count{text-align:right;white-space:nowrap}\
code,pre{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
.yes,ins{color:#116329}.no,.severe,.high,del{color:#a40e26}.dim,.low{color:#57606a}.severe{font-weight:bold}\
ins,del{text-decoration:none}meter{width:6rem}mark{background:#ffd7d5}\
.verdict{font-size:1.1rem;padding:.8rem 1rem;background:#f6f8fa;border-left:4px solid #57606a}\
details{margin:.2rem 0}summary{cursor:pointer}ul.steps{list-style:none;padding-left:0}\
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}td,th{border-color:#30363d}.verdict{background:#161b22}\
.yes,ins{color:#3fb950}.no,.severe,.high,del{color:#f85149}.dim,.low{color:#8b949e}mark{background:#67060c;color:inherit}}";

/// A page with its heading.
pub(super) fn page(title: &str, body: &Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                (body)
            }
        }
    };
    markup.into_string() + "\n"
}
