//! .NET's rules beside the plainest Rust for the same job, in one run.
#![allow(missing_docs, clippy::unwrap_used)]

use attrflow::{AttributeBag, Expression, Machine};
use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use regex::Regex;
use std::hint::black_box;
use unicode_normalization::UnicodeNormalization;

type Plain = Box<dyn Fn(&str) -> String>;

struct Case {
    name: &'static str,
    expression: &'static str,
    input: &'static str,
    plain: Plain,
}

fn strip(text: &str) -> String {
    text.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).nfc().collect()
}

/// The first letter of each word in upper case, the others in lower case.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if character.is_alphanumeric() || character == '\'' {
            if inside {
                out.extend(character.to_lowercase());
            } else {
                out.extend(character.to_uppercase());
            }
            inside = true;
        } else {
            out.push(character);
            inside = false;
        }
    }
    out
}

fn cases() -> Vec<Case> {
    let phone = Regex::new(r"\+(?<isdCode>\d* )(?<phoneNumber>\d{10})").unwrap();
    let suffix = Regex::new("(?<Suffix>@(.)*)").unwrap();
    let punctuation = Regex::new(r"[()\s-]+").unwrap();
    vec![
        Case {
            name: "FormatDateTime/date",
            expression: r#"FormatDateTime([x], , "yyyy-MM-dd", "dd.MM.yyyy")"#,
            input: "2026-01-31",
            plain: Box::new(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap().format("%d.%m.%Y").to_string()),
        },
        Case {
            name: "FormatDateTime/stamp",
            expression: r#"FormatDateTime([x], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd HH:mm:ss")"#,
            input: "20150123105347.1Z",
            plain: Box::new(|text| {
                let instant = chrono::NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.fZ").unwrap();
                instant.format("%Y-%m-%d %H:%M:%S").to_string()
            }),
        },
        Case {
            name: "Replace/named-groups",
            expression: r#"Replace([x], , "\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})", , "${phoneNumber}", , )"#,
            input: "+91 9998887777",
            plain: Box::new(move |text| phone.replace_all(text, "${phoneNumber}").into_owned()),
        },
        Case {
            name: "Replace/one-group",
            expression: r#"Replace([x], , "(?<Suffix>@(.)*)", "Suffix", "", , )"#,
            input: "katherine.johnson@contoso.com",
            plain: Box::new(move |text| suffix.replace_all(text, "").into_owned()),
        },
        Case {
            name: "Replace/class",
            expression: r#"Replace([x], , "[()\\s-]+", , "", , )"#,
            input: "+1 (999) 888-7777",
            plain: Box::new(move |text| punctuation.replace_all(text, "").into_owned()),
        },
        Case {
            name: "NormalizeDiacritics/ascii",
            expression: "NormalizeDiacritics([x])",
            input: "Katherine Johnson",
            plain: Box::new(strip),
        },
        Case {
            name: "NormalizeDiacritics/accented",
            expression: "NormalizeDiacritics([x])",
            input: "Zoë Núñez Šimić",
            plain: Box::new(strip),
        },
        Case {
            name: "PCase/ascii",
            expression: "PCase([x])",
            input: "KATHERINE JOHNSON-SMITH",
            plain: Box::new(title),
        },
        Case {
            name: "PCase/accented", expression: "PCase([x])", input: "ZOË NÚÑEZ ŠIMIĆ", plain: Box::new(title)
        },
    ]
}

fn dotnet(criterion: &mut Criterion) {
    for case in cases() {
        let expression = Expression::parse(case.expression).unwrap();
        let bag = AttributeBag::from_iter([("x", case.input)]);
        let mut machine = Machine::new();
        // Both agree on the input before anything is timed.
        assert_eq!(
            machine.evaluate(&expression, &bag).into_owned().unwrap().to_string(),
            (case.plain)(case.input),
            "{}",
            case.name
        );
        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("attrflow", |bencher| {
            bencher.iter(|| black_box(machine.evaluate(&expression, black_box(&bag)).outcome().is_ok()));
        });
        group.bench_function("plain", |bencher| bencher.iter(|| black_box((case.plain)(black_box(case.input))).len()));
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(40).measurement_time(std::time::Duration::from_secs(1)).warm_up_time(std::time::Duration::from_millis(400));
    targets = dotnet
}
criterion_main!(benches);
