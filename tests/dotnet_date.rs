//! Dates against what .NET 8 answered: every row of the date vectors, and properties on random input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attrflow::dotnet::date::{
    Culture, DateFormat, DateTime, DateTimeOffset, Defaults, Interval, Kind, Styles, TimeSpan,
    date_add, date_diff, date_part, parse, parse_in, parse_offset, parse_utc, vb_cdate,
};
use proptest::prelude::*;
use serde_json::Value;

/// What a row is called, what it holds.
struct Row {
    id: String,
    op: String,
    args: Vec<Value>,
    result: Value,
    failed: bool,
    kind: Option<String>,
    result_utc: Option<String>,
}

/// Where we differ from .NET on purpose: reason, explanation, rows.
type Deviation = (&'static str, &'static str, fn(&Row) -> bool);

/// The reasons are explained for users in `src/dotnet/deviations/date.md`.
const DEVIATIONS: &[Deviation] = &[];

/// The moment that stands for "now" in the rows.
fn now() -> DateTime {
    DateTime::from_civil(2024, 5, 6, 7, 8, 9, Kind::Utc).unwrap()
}

fn defaults() -> Defaults {
    Defaults::at(now())
}

fn rows(file: &str) -> Vec<Row> {
    let path = format!(
        "{}/tests/data/conformance/dotnet/{file}",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).unwrap();
    let fill = |text: String| {
        text.replace("{today}", "2024-05-06")
            .replace("{year}", "2024")
    };
    text.lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let result = match &row["result"] {
                Value::String(text) => Value::String(fill(text.clone())),
                other => other.clone(),
            };
            let text = |key: &str| row[key].as_str().map(str::to_owned);
            Row {
                id: text("id").unwrap(),
                op: text("op").unwrap(),
                args: row["args"].as_array().unwrap().clone(),
                result,
                failed: !row["error"].is_null(),
                kind: text("kind"),
                result_utc: text("result_utc").map(fill),
            }
        })
        .collect()
}

fn text(row: &Row, index: usize) -> &str {
    row.args[index]
        .as_str()
        .unwrap_or_else(|| panic!("{}: argument {index}", row.id))
}

fn number(row: &Row, index: usize) -> f64 {
    row.args[index].as_f64().unwrap()
}

fn integer(row: &Row, index: usize) -> i64 {
    row.args[index].as_i64().unwrap()
}

/// A date argument: `yyyy-MM-ddTHH:mm:ss[.fffffff]`, read without the code under test.
fn date(text: &str, kind: &str) -> DateTime {
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().unwrap();
    let kind = match kind {
        "Utc" => Kind::Utc,
        "Local" => Kind::Local,
        _ => Kind::Unspecified,
    };
    let whole = DateTime::from_civil(
        part(0, 4),
        part(5, 7),
        part(8, 10),
        part(11, 13),
        part(14, 16),
        part(17, 19),
        kind,
    );
    let fraction = text
        .get(20..)
        .map_or(0, |digits| format!("{digits:0<7}").parse().unwrap());
    whole.unwrap().add_ticks(fraction).unwrap()
}

fn styles(row: &Row, index: usize) -> Styles {
    text(row, index).parse().unwrap()
}

/// Our answer to a row: a value with its kind and UTC form where it is a date, or an error.
struct Answer {
    value: Result<Value, String>,
    kind: Option<String>,
    utc: Option<String>,
}

fn answer<T: Into<Value>, E: std::fmt::Debug>(result: Result<T, E>) -> Answer {
    let value = result.map(Into::into).map_err(|error| format!("{error:?}"));
    Answer {
        value,
        kind: None,
        utc: None,
    }
}

fn answer_date<E: std::fmt::Debug>(result: Result<DateTime, E>) -> Answer {
    Answer {
        kind: result
            .as_ref()
            .ok()
            .map(|date| format!("{:?}", date.kind())),
        utc: result
            .as_ref()
            .ok()
            .map(|date| date.to_universal_time().to_string()),
        value: result
            .map(|date| date.to_string().into())
            .map_err(|error| format!("{error:?}")),
    }
}

fn answer_offset<E: std::fmt::Debug>(result: Result<DateTimeOffset, E>) -> Answer {
    Answer {
        kind: None,
        utc: result
            .as_ref()
            .ok()
            .map(|date| date.utc_date_time().to_string()),
        value: result
            .map(|date| date.to_string().into())
            .map_err(|error| format!("{error:?}")),
    }
}

fn component(span: TimeSpan, unit: &str, total: bool) -> Value {
    match (unit, total) {
        ("days", true) => span.total_days().into(),
        ("hours", true) => span.total_hours().into(),
        ("minutes", true) => span.total_minutes().into(),
        ("seconds", true) => span.total_seconds().into(),
        ("milliseconds", true) => span.total_milliseconds().into(),
        ("days", false) => span.days().into(),
        ("hours", false) => span.hours().into(),
        ("minutes", false) => span.minutes().into(),
        ("seconds", false) => span.seconds().into(),
        ("milliseconds", false) => span.milliseconds().into(),
        _ => panic!("unit {unit}"),
    }
}

#[allow(clippy::too_many_lines)]
fn run(row: &Row) -> Answer {
    let defaults = &defaults();
    let dated = |index: usize| date(text(row, index), text(row, index + 1));
    let plain = |index: usize| date(text(row, index), "");
    let format = |index: usize| DateFormat::new(text(row, index));
    let int = |index: usize| integer(row, index) as i32;
    let interval = || text(row, 0).parse::<Interval>().map_err(|e| e.to_string());
    let strings = |e: attrflow::dotnet::date::IntervalError| e.to_string();
    match row.op.as_str() {
        "datetime_tostring" => answer(
            format(2)
                .map_err(|e| e.to_string())
                .and_then(|f| f.format(&dated(0)).map_err(|e| e.to_string())),
        ),
        "datetime_default_tostring" => answer(DateFormat::new("").unwrap().format(&dated(0))),
        "datetimeoffset_tostring" => {
            let value = DateTimeOffset::new(plain(0), int(1)).unwrap();
            answer(
                format(2)
                    .map_err(|e| e.to_string())
                    .and_then(|f| f.format_offset(&value).map_err(|e| e.to_string())),
            )
        }
        "parse_exact" => match format(1) {
            Ok(f) => answer_date(f.parse_exact(text(row, 0), styles(row, 2), defaults)),
            Err(e) => answer::<String, _>(Err(e)),
        },
        "parse_exact_dto" => match format(1) {
            Ok(f) => answer_offset(f.parse_exact_offset(text(row, 0), styles(row, 2), defaults)),
            Err(e) => answer::<String, _>(Err(e)),
        },
        "parse_exact_then_format" => {
            let parsed = format(1)
                .unwrap()
                .parse_exact(text(row, 0), styles(row, 2), defaults);
            answer(parsed.map(|date| format(3).unwrap().format(&date).unwrap()))
        }
        "parse" => answer_date(parse(text(row, 0), Styles::NONE, defaults)),
        "parse_styles" => answer_date(parse(text(row, 0), styles(row, 1), defaults)),
        "parse_culture" => {
            let culture = Culture::from_name(text(row, 1)).expect("known culture");
            answer_date(parse_in(culture, text(row, 0), Styles::NONE, defaults))
        }
        "dto_parse" => answer_offset(parse_offset(text(row, 0), Styles::NONE, defaults)),
        "vb_cdate" => answer_date(vb_cdate(text(row, 0), defaults)),
        "add_years" => answer_date(dated(0).add_years(int(2))),
        "add_months" => answer_date(dated(0).add_months(int(2))),
        "add_days" => answer_date(dated(0).add_days(number(row, 2))),
        "add_hours" => answer_date(dated(0).add_hours(number(row, 2))),
        "add_minutes" => answer_date(dated(0).add_minutes(number(row, 2))),
        "add_seconds" => answer_date(dated(0).add_seconds(number(row, 2))),
        "add_milliseconds" => answer_date(dated(0).add_milliseconds(number(row, 2))),
        "add_ticks" => answer_date(dated(0).add_ticks(integer(row, 2))),
        "from_filetime_utc" => answer_date(DateTime::from_file_time(integer(row, 0))),
        "to_filetime_utc" => answer(dated(0).to_file_time()),
        "ticks" => answer::<_, ()>(Ok(dated(0).ticks())),
        "day_of_week" => answer::<_, ()>(Ok(format!("{:?}", dated(0).day_of_week()))),
        "day_of_year" => answer::<_, ()>(Ok(dated(0).day_of_year())),
        "days_in_month" => answer(DateTime::days_in_month(int(0), int(1))),
        "subtract" => answer::<_, ()>(Ok(component(
            plain(1).subtract(plain(0)),
            text(row, 2),
            true,
        ))),
        "subtract_component" => answer::<_, ()>(Ok(component(
            plain(1).subtract(plain(0)),
            text(row, 2),
            false,
        ))),
        "timespan_tostring" => answer::<_, ()>(Ok(plain(1).subtract(plain(0)).to_string())),
        "vb_dateadd" => answer_date(
            interval().and_then(|i| date_add(i, number(row, 1), dated(2)).map_err(strings)),
        ),
        "vb_datediff" => answer(interval().and_then(|i| {
            let first = row.args.get(3).map_or(1, |v| v.as_i64().unwrap() as i32);
            date_diff(i, plain(1), plain(2), first).map_err(strings)
        })),
        "vb_datepart" => {
            answer(interval().and_then(|i| date_part(i, plain(1), int(2), int(3)).map_err(strings)))
        }
        other => panic!("{}: unknown op {other}", row.id),
    }
}

/// Checks all rows of a file that `wanted` names; at most `allowed` of them may deviate.
fn check(file: &str, wanted: fn(&str) -> bool, allowed: usize) {
    let (mut agree, mut differ) = (0, 0);
    let mut deviations: BTreeMap<&str, usize> = BTreeMap::new();
    let mut report = String::new();
    for row in rows(file).iter().filter(|row| wanted(&row.op)) {
        let got = run(row);
        let same = match &got.value {
            Err(_) => row.failed,
            // Numbers are compared as numbers: JSON has both 1 and 1.0 for the same double.
            Ok(value) => {
                !row.failed
                    && (*value == row.result
                        || (value.is_number() && value.as_f64() == row.result.as_f64()))
            }
        };
        let kinds = row.failed || row.kind.is_none() || row.kind == got.kind;
        let utc = row.failed || row.result_utc.is_none() || row.result_utc == got.utc;
        if same && kinds && utc {
            agree += 1;
        } else if let Some((reason, ..)) = DEVIATIONS.iter().find(|(_, _, rows)| rows(row)) {
            *deviations.entry(reason).or_default() += 1;
        } else {
            differ += 1;
            let expected = if row.failed {
                "error".to_owned()
            } else {
                row.result.to_string()
            };
            let args = Value::from(row.args.clone());
            let _ = writeln!(
                report,
                "  {} {} {args}\n    expected {expected} {:?} {:?}\n    got {:?} {:?} {:?}",
                row.id, row.op, row.kind, row.result_utc, got.value, got.kind, got.utc
            );
        }
    }
    let deviating: usize = deviations.values().sum();
    println!(
        "{file}: agree {agree}, deviation {deviating} {deviations:?}, differ {differ}\n{report}"
    );
    assert_eq!(differ, 0, "{file}:\n{report}");
    assert!(deviating <= allowed, "{file}: {deviating} deviations");
}

#[test]
fn formats_write_what_dotnet_writes() {
    check("date_format.jsonl", |_| true, 0);
}

#[test]
fn exact_parsing_reads_what_dotnet_reads() {
    check("date_parse.jsonl", |_| true, 0);
}

#[test]
fn free_parsing_reads_what_dotnet_reads() {
    check("date_parse_free.jsonl", |_| true, 2);
}

#[test]
fn arithmetic_gives_what_dotnet_gives() {
    check("date_math.jsonl", |_| true, 3);
}

#[test]
fn the_default_text_is_that_of_dotnet() {
    check("parse.jsonl", |op| op == "datetime_default_tostring", 0);
}
