//! `attrflow check --explain CODE`.

use crate::cli::output::Output;
use crate::cli::render::Painter;
use crate::cli::{Status, say};
use crate::lint::{Rule, Sample, fix_is_safe};
use crate::reference::sample_line;
use crate::{Apply, Code};
use serde_json::{Value as Json, json};

/// Prints what a code stands for.
pub(super) fn explain(wanted: &str, as_json: bool) -> anyhow::Result<Status> {
    let Some(code) = Code::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(wanted)) else {
        say(format_args!("error: there is no code {wanted}; codes are AF and three digits, such as AF304"));
        return Ok(Status::Unusable);
    };
    let mut out = Output::standard();
    if as_json {
        out.json(&in_json(code))?;
    } else {
        pretty(code, &mut out)?;
    }
    out.finish()?;
    Ok(Status::Clean)
}

fn pretty(code: Code, out: &mut Output) -> anyhow::Result<()> {
    let painter = Painter::standard_output();
    out.line(format_args!("{} {}", painter.bold(&format!("{code} ({})", code.severity())), code.meaning()))?;
    let Some(rule) = Rule::of(code) else { return Ok(()) };
    out.line(format_args!(
        "\n{}\n  {} {}",
        painter.bold("Why"),
        rule.why,
        painter.dim(&format!("({})", rule.basis.as_str()))
    ))?;
    out.line(format_args!("\n{}\n  {}", painter.bold("Source"), rule.source))?;
    for (title, samples) in [("Found in", rule.bad), ("Silent on", rule.good)] {
        out.line(format_args!("\n{}", painter.bold(title)))?;
        for sample in samples {
            out.line(format_args!("  {}", sample_line(sample)))?;
        }
    }
    if rule.sample_fix().is_some() {
        let how = if fix_is_safe(code) { "attrflow check --fix corrects it" } else { "proposed with the finding" };
        out.line(format_args!("\n{}\n  {how}", painter.bold("Fix")))?;
    }
    Ok(())
}

fn in_json(code: Code) -> Json {
    let mut json = json!({"code": code, "severity": code.severity(), "meaning": code.meaning()});
    if let (Json::Object(fields), Some(rule)) = (&mut json, Rule::of(code)) {
        let samples = |samples: &[Sample]| samples.iter().map(sample).collect::<Vec<_>>();
        let fix = rule.sample_fix().map(|_| if fix_is_safe(code) { "safe" } else { "proposed" });
        let more = [
            ("level", json!(rule.level().as_str())),
            ("why", json!(rule.why)),
            ("basis", json!(rule.basis.as_str())),
            ("source", json!(rule.source)),
            ("bad", json!(samples(rule.bad))),
            ("good", json!(samples(rule.good))),
            ("fix", json!(fix)),
        ];
        fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    json
}

fn sample(sample: &Sample) -> Json {
    if !sample.clauses.is_empty() {
        return json!({"clauses": sample.clauses});
    }
    let mut json = json!({"expression": sample.expression});
    if let Json::Object(fields) = &mut json
        && !sample.target.is_empty()
    {
        let apply = if sample.apply == Apply::OnCreate { "create" } else { "always" };
        let more = [("target", json!(sample.target)), ("apply", json!(apply)), ("matching", json!(sample.matching))];
        fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    json
}
