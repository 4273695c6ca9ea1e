//! `attrflow::dotnet::pattern` against the vectors recorded from .NET 8, and its own promises.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use attrflow::dotnet::pattern::{
    CaseCulture, MatchError, Options, Pattern, PatternError, Replacement, escape, unescape,
};
use serde_json::{Value, json};

/// Differences that are meant: an id, why, and which results they cover. The same list is explained in
/// `src/dotnet/deviations/pattern.md`.
const DEVIATIONS: &[(&str, &str)] = &[(
    "split-character",
    "the result holds half a surrogate pair, which no UTF-8 text can hold: an error for that text",
)];

enum Outcome {
    Value(Value),
    PatternError(PatternError),
    MatchError(MatchError),
}

impl From<PatternError> for Outcome {
    fn from(error: PatternError) -> Self {
        Self::PatternError(error)
    }
}

impl From<MatchError> for Outcome {
    fn from(error: MatchError) -> Self {
        Self::MatchError(error)
    }
}

fn options(names: &str) -> Options {
    let mut options = Options::default();
    for name in names.split('|') {
        match name {
            "None" | "CultureInvariant" => {}
            "IgnoreCase" => options.ignore_case = true,
            "Multiline" => options.multiline = true,
            "Singleline" => options.singleline = true,
            "ExplicitCapture" => options.explicit_capture = true,
            "IgnorePatternWhitespace" => options.ignore_pattern_white_space = true,
            "ECMAScript" => options.ecma_script = true,
            other => panic!("unknown option {other}"),
        }
    }
    options
}

fn run(op: &str, args: &[&str]) -> Result<Value, Outcome> {
    let mut opts = Options::default();
    if op == "replace_opt" {
        opts = options(args[3]);
    } else if op == "replace_culture" {
        opts.culture = if args[3].starts_with("tr") || args[3].starts_with("az") {
            CaseCulture::Turkish
        } else {
            CaseCulture::NonTurkish
        };
    }
    match op {
        "regex_escape" => return Ok(json!(escape(args[0]))),
        "regex_unescape" => return Ok(json!(unescape(args[0])?)),
        "group_names" => {
            let pattern = Pattern::new(args[0], opts)?;
            return Ok(json!(pattern.group_names().collect::<Vec<_>>()));
        }
        _ => {}
    }
    let text = args[0];
    let pattern = Pattern::new(args[1], opts)?;
    Ok(match op {
        "replace" | "replace_opt" | "replace_culture" | "catastrophic" => {
            let replacement = Replacement::new(args[2], &pattern)?;
            json!(pattern.replace(text, &replacement)?)
        }
        "is_match" => json!(pattern.is_match(text)?),
        "match_value" => json!(pattern.find(text)?.map(|found| found.as_str())),
        "match_count" => json!(pattern.count(text)?),
        "matches" => {
            let all: Vec<&str> = pattern
                .matches(text)?
                .iter()
                .map(|found| found.as_str())
                .collect();
            json!(all)
        }
        "regex_split" => json!(pattern.split(text)?),
        "match_group" => json!(pattern.group(text, args[2])?.unwrap_or("")),
        "group_replace_all" | "group_replace_first" => {
            let limit = (op == "group_replace_first").then_some(1);
            let mut out = String::new();
            let changed = pattern.replace_group_to(text, args[2], args[3], limit, &mut out)?;
            json!(if changed { out } else { text.to_owned() })
        }
        "group_replace_value" => {
            // What the vectors emulate on top of Matches and Groups, from the public interface.
            let mut out = String::new();
            let mut done = 0;
            for found in pattern.matches(text)? {
                out.push_str(&text[done..found.start()]);
                done = found.end();
                let value = pattern.group(found.as_str(), args[2])?.unwrap_or("");
                if value.is_empty() {
                    out.push_str(found.as_str());
                } else {
                    out.push_str(&found.as_str().replace(value, args[3]));
                }
            }
            out.push_str(&text[done..]);
            json!(out)
        }
        other => panic!("unknown op {other}"),
    })
}

fn utf16_offset(text: &str, offset: usize) -> usize {
    text[..offset].encode_utf16().count()
}

#[test]
fn recorded_vectors_agree() {
    let file = include_str!("data/conformance/dotnet/regex.jsonl");
    let (mut agree, mut differ, mut offsets, mut errors) = (0, 0, 0, 0);
    let mut deviations: BTreeMap<&str, usize> = BTreeMap::new();
    for line in file.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let op = row["op"].as_str().unwrap();
        let args: Vec<&str> = row["args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|arg| arg.as_str().unwrap())
            .collect();
        let began = Instant::now();
        let got = match run(op, &args) {
            Ok(value) => Outcome::Value(value),
            Err(outcome) => outcome,
        };
        let took = began.elapsed();
        if op == "catastrophic" {
            // Only an end is asked for, with a result or with the step limit.
            let ended = matches!(
                got,
                Outcome::Value(_) | Outcome::MatchError(MatchError::StepLimit { .. })
            );
            assert!(
                ended && took < Duration::from_millis(1500),
                "{args:?} took {took:?}"
            );
            agree += 1;
            continue;
        }
        let shown = match got {
            Outcome::Value(value) if row["error"].is_null() && value == row["result"] => {
                agree += 1;
                continue;
            }
            Outcome::Value(value) => value.to_string(),
            Outcome::PatternError(error) if !row["error"].is_null() => {
                agree += 1;
                errors += 1;
                let pattern = if op.starts_with("regex_") || op == "group_names" {
                    args[0]
                } else {
                    args[1]
                };
                // An offset between two surrogates is given as that of the character.
                let recorded = usize::try_from(row["error_offset"].as_u64().unwrap_or(0)).unwrap();
                let ours = utf16_offset(pattern, error.offset);
                let pair = pattern[error.offset..]
                    .chars()
                    .next()
                    .is_some_and(|next| next.len_utf16() == 2);
                let same_offset = ours == recorded || pair && ours + 1 == recorded;
                let same_kind = row["error_code"] == json!(format!("{:?}", error.kind));
                if same_offset && same_kind {
                    offsets += 1;
                } else {
                    println!(
                        "other error: {} {args:?} expected {} at {} got {error:?}",
                        row["id"], row["error_code"], row["error_offset"]
                    );
                }
                continue;
            }
            Outcome::MatchError(MatchError::SplitCharacter { .. })
                if row["result"]["utf16"].is_array() =>
            {
                *deviations.entry(DEVIATIONS[0].0).or_default() += 1;
                continue;
            }
            Outcome::PatternError(error) => format!("{error:?}"),
            Outcome::MatchError(error) => format!("{error:?}"),
        };
        differ += 1;
        println!(
            "differs: {} {op} {args:?} expected {} got {shown}",
            row["id"], row["result"]
        );
    }
    let deviating: usize = deviations.values().sum();
    println!(
        "regex.jsonl: agree {agree}, deviation {deviating} {deviations:?}, differ {differ}; errors with the same kind and offset: {offsets} of {errors}"
    );
    assert_eq!(differ, 0);
    assert_eq!(offsets, errors);
    assert!(deviating * 100 <= file.lines().count() * 8);
}
