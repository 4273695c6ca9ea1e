//! The rules of the linter, held against their own examples and against the
//! configuration that the service exports.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::lint::{Level, Linter, Rule, Subject, fix_is_safe};
use attrflow::{Code, Compiler, Diagnostic, Severity};
use std::path::Path;

fn linter() -> Linter {
    Linter::new(&Compiler::new())
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn every_rule_is_declared_whole() {
    let mut faults = Vec::new();
    let mut last = "";
    for rule in Rule::all() {
        let mut fault = |what: &str| faults.push(format!("{}: {what}", rule.code));
        if rule.code.as_str() <= last {
            fault("has a code that another rule has");
        }
        last = rule.code.as_str();
        if !rule.code.as_str().starts_with("AF3") {
            fault("is no advice by its code");
        }
        if rule.code.severity() == Severity::Error {
            fault("would keep a configuration from running");
        }
        if rule.why.len() < 60 || !rule.why.ends_with('.') || rule.why.contains("  ") {
            fault("does not say why in sentences");
        }
        if !rule.source.contains("https://learn.microsoft.com/") && !rule.source.starts_with("Language specification") {
            fault("names neither a page nor a section");
        }
        if rule.bad.is_empty() || rule.good.is_empty() {
            fault("lacks an example");
        }
        if rule.level() == Level::Expression && rule.bad.len() != 1 {
            fault("looks at one expression and has several");
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(Rule::all().len() >= 30);
    let silent: Vec<_> = Code::ALL
        .iter()
        .filter(|code| {
            code.as_str().starts_with("AF3") && Rule::of(**code).is_none() && **code != Code::UnusedSuppression
        })
        .collect();
    assert!(silent.is_empty(), "advice without a rule: {silent:?}");
    said!("{} rules", Rule::all().len());
}

#[test]
fn rules_fire_on_their_bad_examples_and_not_on_their_good_ones() {
    let linter = linter();
    let mut faults = Vec::new();
    for rule in Rule::all() {
        let bad: Vec<Diagnostic> = linter.samples(rule.bad).into_iter().flatten().collect();
        if !bad.iter().any(|found| found.code == rule.code) {
            faults.push(format!("{} is silent on its bad example; there is {:?}", rule.code, codes(&bad)));
        }
        let good: Vec<Diagnostic> = linter.samples(rule.good).into_iter().flatten().collect();
        if good.iter().any(|found| found.code == rule.code) {
            faults.push(format!("{} fires on its good example", rule.code));
        }
        for found in bad.iter().chain(&good).filter(|found| found.severity == Severity::Error) {
            faults.push(format!("{}: an example does not compile: {found}", rule.code));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn apply(text: &str, found: &Diagnostic) -> String {
    let fix = found.fix.as_ref().unwrap();
    let mut fixed = text.to_owned();
    fixed.replace_range(fix.span.range(), &fix.replacement);
    fixed
}

#[test]
fn fixes_remove_what_was_found() {
    let linter = linter();
    let mut count = 0;
    for rule in Rule::all() {
        for (sample, found) in rule.bad.iter().zip(linter.samples(rule.bad)) {
            for finding in found.iter().filter(|found| found.code == rule.code && found.fix.is_some()) {
                let mut subject = Subject::new(sample.target, sample.expression);
                subject.apply = sample.apply;
                let before = linter.mappings(&[subject.clone()]).remove(0);
                let fixed = apply(sample.expression, finding);
                subject.expression = &fixed;
                let after = linter.mappings(&[subject]).remove(0);
                let of = |found: &[Diagnostic]| found.iter().filter(|found| found.code == rule.code).count();
                assert_eq!(of(&after) + 1, of(&before), "{}: {fixed}", rule.code);
                assert!(!after.iter().any(|found| found.severity == Severity::Error), "{}: {fixed}", rule.code);
                count += 1;
            }
        }
    }
    said!("{count} fixes");
    assert!(count >= 10);
}

/// What rules say about the configuration that the service exports: a documented
/// limitation that the vendor's own mappings rely on, and nothing else.
#[test]
fn the_exported_configuration_is_clean() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/schemas/cloudsync-ad2aad-full-schema.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        said!("skipped: there is no {}", path.display());
        return;
    };
    let json: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let mut expressions = 0;
    let mut others = Vec::new();
    for object in json["synchronizationRules"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|rule| rule["objectMappings"].as_array().unwrap())
    {
        let mappings: Vec<_> = object["attributeMappings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|mapping| Some((mapping, mapping["source"]["expression"].as_str()?)))
            .collect();
        let subjects: Vec<Subject<'_>> = mappings
            .iter()
            .map(|(mapping, expression)| {
                let mut subject = Subject::new(mapping["targetAttributeName"].as_str().unwrap(), expression);
                subject.matching = mapping["matchingPriority"].as_u64().map(|precedence| precedence as u32);
                subject.default = mapping["defaultValue"].as_str().map(Into::into);
                subject.source_directory = Some("Active Directory");
                subject.target_directory = Some("Azure Active Directory");
                subject
            })
            .collect();
        expressions += mappings.iter().filter(|(mapping, _)| mapping["source"]["type"] == "Function").count();
        for (subject, found) in subjects.iter().zip(linter().mappings(&subjects)) {
            for found in found.iter().filter(|found| found.code != Code::ConditionMayBeNull) {
                others.push(format!("{}: {found}", subject.target));
            }
        }
    }
    assert_eq!(expressions, 58);
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// What the rules make of expressions that are close to their examples, and to the
/// vendor's pages: an expression, and the codes it gets.
#[test]
fn rules_tell_alike_expressions_apart() {
    let cases = include_str!("diagnostics/lint.txt");
    let linter = linter();
    let mut faults = Vec::new();
    let mut count = 0;
    for (number, line) in (1..).zip(cases.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let (expected, rest) = line.split_once(" | ").unwrap_or_else(|| panic!("line {number}: {line}"));
        let (target, expression) = rest.split_once(" | ").unwrap_or(("", rest));
        let found = match target {
            "" => linter.expression(expression),
            target => linter.mappings(&[Subject::new(target, expression)]).remove(0),
        };
        let got = match codes(&found).join(" ") {
            none if none.is_empty() => "-".to_owned(),
            some => some,
        };
        count += 1;
        if got != expected.trim() {
            faults.push(format!("line {number}: {rest}\n    expected {expected}, got {got}"));
        }
    }
    said!("{count} expressions");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn safe_fixes_keep_what_an_expression_gives() {
    // Those that change it say so in their rule.
    for code in [Code::InverseExists, Code::NoFurtherEffect, Code::TextAsDate] {
        assert!(fix_is_safe(code));
        let rule = Rule::of(code).unwrap();
        let fix = rule.sample_fix().unwrap();
        let sample = rule.bad[0].expression;
        let mut fixed = sample.to_owned();
        fixed.replace_range(fix.span.range(), &fix.replacement);
        for value in [None, Some(""), Some("2026-01-31"), Some(" 2026-02-01 ")] {
            let mut bag = attrflow::AttributeBag::new();
            for name in ["mail", "department", "StatusHireDate"] {
                if let Some(value) = value {
                    bag.set(name, value);
                }
            }
            let of = |text: &str| {
                attrflow::Expression::parse(text).unwrap().evaluate(&bag).map(|outcome| outcome.to_string())
            };
            assert_eq!(of(sample), of(&fixed), "{code} on {value:?}");
        }
    }
}
