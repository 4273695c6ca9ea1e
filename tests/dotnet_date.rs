//! Dates against what .NET 8 answered: every row of the date vectors, and properties on random input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attrflow::dotnet::date::Styles as S;
use attrflow::dotnet::date::{
    Culture, DateFormat, DateTime, DateTimeOffset, Defaults, Interval, Kind, Styles, TimeSpan, date_add, date_diff,
    date_part, parse, parse_in, parse_offset, parse_utc, vb_cdate,
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
const DEVIATIONS: &[Deviation] = &[
    ("hebrew-numerals", "numbers in Hebrew letters are not read", |row| {
        let hebrew = |c: char| ('\u{590}'..='\u{5ff}').contains(&c);
        row.args.first().and_then(Value::as_str).is_some_and(|text| text.contains(hebrew))
    }),
    ("cultures", "parsing knows four cultures", |row| {
        row.op == "parse_culture" && Culture::from_name(text(row, 1)).is_none()
    }),
];

/// The moment that stands for "now" in the rows.
fn now() -> DateTime {
    DateTime::from_civil(2024, 5, 6, 7, 8, 9, Kind::Utc).unwrap()
}

fn defaults() -> Defaults {
    Defaults::at(now())
}

fn rows(file: &str) -> Vec<Row> {
    let path = format!("{}/tests/data/conformance/dotnet/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let fill = |text: String| text.replace("{today}", "2024-05-06").replace("{year}", "2024");
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
    row.args[index].as_str().unwrap_or_else(|| panic!("{}: argument {index}", row.id))
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
    let whole =
        DateTime::from_civil(part(0, 4), part(5, 7), part(8, 10), part(11, 13), part(14, 16), part(17, 19), kind);
    let fraction = text.get(20..).map_or(0, |digits| format!("{digits:0<7}").parse().unwrap());
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
    Answer { value, kind: None, utc: None }
}

fn answer_date<E: std::fmt::Debug>(result: Result<DateTime, E>) -> Answer {
    Answer {
        kind: result.as_ref().ok().map(|date| format!("{:?}", date.kind())),
        utc: result.as_ref().ok().map(|date| date.to_universal_time().to_string()),
        value: result.map(|date| date.to_string().into()).map_err(|error| format!("{error:?}")),
    }
}

fn answer_offset<E: std::fmt::Debug>(result: Result<DateTimeOffset, E>) -> Answer {
    Answer {
        kind: None,
        utc: result.as_ref().ok().map(|date| date.utc_date_time().to_string()),
        value: result.map(|date| date.to_string().into()).map_err(|error| format!("{error:?}")),
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
        "datetime_tostring" => {
            answer(format(2).map_err(|e| e.to_string()).and_then(|f| f.format(&dated(0)).map_err(|e| e.to_string())))
        }
        "datetime_default_tostring" => answer(DateFormat::new("").unwrap().format(&dated(0))),
        "datetimeoffset_tostring" => {
            let value = DateTimeOffset::new(plain(0), int(1)).unwrap();
            answer(
                format(2).map_err(|e| e.to_string()).and_then(|f| f.format_offset(&value).map_err(|e| e.to_string())),
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
            let parsed = format(1).unwrap().parse_exact(text(row, 0), styles(row, 2), defaults);
            answer(parsed.map(|date| format(3).unwrap().format(&date).unwrap()))
        }
        "parse" => answer_date(parse(text(row, 0), Styles::NONE, defaults)),
        "parse_styles" => answer_date(parse(text(row, 0), styles(row, 1), defaults)),
        "parse_culture" => match Culture::from_name(text(row, 1)) {
            Some(culture) => answer_date(parse_in(culture, text(row, 0), Styles::NONE, defaults)),
            None => answer::<String, _>(Err("culture")),
        },
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
        "subtract" => answer::<_, ()>(Ok(component(plain(1).subtract(plain(0)), text(row, 2), true))),
        "subtract_component" => answer::<_, ()>(Ok(component(plain(1).subtract(plain(0)), text(row, 2), false))),
        "timespan_tostring" => answer::<_, ()>(Ok(plain(1).subtract(plain(0)).to_string())),
        "vb_dateadd" => answer_date(interval().and_then(|i| date_add(i, number(row, 1), dated(2)).map_err(strings))),
        "vb_datediff" => answer(interval().and_then(|i| {
            let first = row.args.get(3).map_or(1, |v| v.as_i64().unwrap() as i32);
            date_diff(i, plain(1), plain(2), first).map_err(strings)
        })),
        "vb_datepart" => answer(interval().and_then(|i| date_part(i, plain(1), int(2), int(3)).map_err(strings))),
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
                !row.failed && (*value == row.result || (value.is_number() && value.as_f64() == row.result.as_f64()))
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
            let expected = if row.failed { "error".to_owned() } else { row.result.to_string() };
            let args = Value::from(row.args.clone());
            let _ = writeln!(
                report,
                "  {} {} {args}\n    expected {expected} {:?} {:?}\n    got {:?} {:?} {:?}",
                row.id, row.op, row.kind, row.result_utc, got.value, got.kind, got.utc
            );
        }
    }
    let deviating: usize = deviations.values().sum();
    said!("{file}: agree {agree}, deviation {deviating} {deviations:?}, differ {differ}\n{report}");
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

/// The value of a format round trip must be the value that went in, up to what the format shows.
fn any_date() -> impl Strategy<Value = DateTime> {
    let kinds = [Kind::Unspecified, Kind::Utc, Kind::Local];
    (0..=DateTime::MAX.ticks(), 0..3usize)
        .prop_map(move |(ticks, kind)| DateTime::from_ticks(ticks, kinds[kind]).unwrap())
}

/// Pieces of formats and of the texts that they read.
fn format_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[dMyhHmsfFtgzKZ]{1,8}",
        2 => "[-/:., T'\"%\\\\]",
        1 => "'[^']{0,3}'",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn date_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,9}",
        3 => "[-/:., T+#\0]",
        2 => prop::sample::select(vec!["Jan", "March", "Mon", "AM", "PM", "Z", "GMT", "A.D.", "年", "月", "日", "時"])
            .prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_styles() -> impl Strategy<Value = Styles> {
    let all = [
        Styles::ALLOW_LEADING_WHITE,
        Styles::ALLOW_TRAILING_WHITE,
        Styles::ALLOW_INNER_WHITE,
        Styles::NO_CURRENT_DATE_DEFAULT,
        Styles::ADJUST_TO_UNIVERSAL,
        Styles::ASSUME_LOCAL,
        Styles::ASSUME_UNIVERSAL,
        Styles::ROUNDTRIP_KIND,
    ];
    prop::sample::subsequence(all.to_vec(), 0..4)
        .prop_map(|flags| flags.into_iter().fold(Styles::NONE, |styles, flag| styles | flag))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_written_is_read_back(date in any_date()) {
        // Formats that show everything but the kind, and how many ticks they are exact to.
        for (format, unit) in [
            ("yyyy-MM-ddTHH:mm:ss.fffffff", 1),
            ("yyyyMMddHHmmssfffffff", 1),
            ("dddd, dd MMMM yyyy h:mm:ss.FFFFFFF tt", 1),
            ("ss'x'mm\\yHH d MMM yyyyy", 10_000_000),
            ("s", 10_000_000),
            ("r", 10_000_000),
            ("u", 10_000_000),
            ("F", 10_000_000),
            ("MM/dd/yyyy HH:mm", 600_000_000),
            ("yyyyMMdd", 864_000_000_000),
            ("ddd d.M.yyyy", 864_000_000_000),
        ] {
            let compiled = DateFormat::new(format).unwrap();
            let written = compiled.format(&date).unwrap();
            let read = compiled.parse_exact(&written, Styles::NONE, &defaults());
            prop_assert_eq!(read.unwrap().ticks(), date.ticks() / unit * unit, "{}", written);
        }
        let round = DateFormat::new("o").unwrap();
        let written = round.format(&date).unwrap();
        prop_assert_eq!(&written, &date.to_string());
        for read in [
            round.parse_exact(&written, Styles::ROUNDTRIP_KIND, &defaults()).unwrap(),
            parse(&written, Styles::ROUNDTRIP_KIND, &defaults()).unwrap(),
        ] {
            prop_assert_eq!((read.ticks(), read.kind()), (date.ticks(), date.kind()));
        }
        prop_assert_eq!(parse_utc(&written, &defaults()).unwrap().ticks(), date.ticks());
    }

    #[test]
    fn an_offset_is_read_back(date in any_date(), minutes in -840..=840i32) {
        if let Ok(date) = DateTimeOffset::new(date, minutes) {
            let format = DateFormat::new("o").unwrap();
            let written = format.format_offset(&date).unwrap();
            let read = format.parse_exact_offset(&written, Styles::NONE, &defaults()).unwrap();
            prop_assert_eq!((read, read.offset_minutes()), (date, minutes));
            let free = parse_offset(&written, Styles::NONE, &defaults()).unwrap();
            prop_assert_eq!((free, free.offset_minutes()), (date, minutes));
        }
    }

    #[test]
    fn no_format_or_text_makes_it_panic(
        format in format_like(), text in date_like(), date in any_date(), styles in any_styles()
    ) {
        let now = defaults();
        if let Ok(compiled) = DateFormat::new(&format) {
            let offset = DateTimeOffset::new(date, 90);
            let _ = offset.map(|offset| compiled.format_offset(&offset));
            let _ = compiled.parse_exact(&text, styles, &now);
            let _ = compiled.parse_exact_offset(&text, styles, &now);
            if let Ok(written) = compiled.format(&date) {
                let _ = compiled.parse_exact(&written, styles, &now);
            }
        }
        let _ = (parse(&text, styles, &now), parse_offset(&text, styles, &now), vb_cdate(&text, &now));
        let _ = parse_in(Culture::GermanGermany, &text, styles, &now);
    }

    #[test]
    fn fixed_places_read_like_steps(date in any_date(), at in 0..19usize, c in any::<char>()) {
        // The same format with and without a layout: `K` has no fixed width, and reads nothing.
        let fast = DateFormat::new("yyyy-MM-dd HH:mm:ss").unwrap();
        let slow = DateFormat::new("Kyyyy-MM-dd HH:mm:ss").unwrap();
        let mut text = fast.format(&date).unwrap();
        text.replace_range(at..=at, c.encode_utf8(&mut [0; 4]));
        for styles in [Styles::NONE, Styles::ALLOW_WHITE_SPACES, Styles::ALLOW_TRAILING_WHITE] {
            let fast = fast.parse_exact(&text, styles, &defaults());
            prop_assert_eq!(fast.ok(), slow.parse_exact(&text, styles, &defaults()).ok());
        }
    }

    #[test]
    fn arithmetic_does_not_panic(date in any_date(), other in any_date(), number in any::<f64>(), n in any::<i32>()) {
        let _ = (date.add_days(number), date.add_hours(number), date.add_milliseconds(number));
        let _ = (date.add_months(n), date.add_years(n), date.add_ticks(i64::from(n).wrapping_mul(i64::MAX / 3)));
        for name in ["yyyy", "q", "m", "y", "d", "w", "ww", "h", "n", "s"] {
            let interval: Interval = name.parse().unwrap();
            let _ = (date_add(interval, number, date), date_add(interval, f64::from(n), date));
            let _ = (date_diff(interval, date, other, n % 9), date_part(interval, date, n % 9, n % 4));
        }
    }
}

/// Texts, formats, styles and what .NET 8.0.4 in UTC reads (nothing: an error), for rules that the
/// vectors do not reach: white space, skipped dots, the two ways to read `o`, ends of the calendar.
#[rustfmt::skip]
const EXACT: &[(&str, &str, S, &str)] = &[
    ("2020 Jan5", "yyyy MMM\td", S::ALLOW_TRAILING_WHITE, "2020-01-05T00:00:00.0000000"),
    ("2020 Jan5", "yyyy MMM\td", S::ALLOW_INNER_WHITE, "2020-01-05T00:00:00.0000000"),
    ("2020 Jan 5", "yyyy MMM\td", S::ALLOW_INNER_WHITE, "2020-01-05T00:00:00.0000000"),
    ("2020 Jan 5", "yyyy MMM\td", S::NONE, ""),
    ("2020 Jan\t5", "yyyy MMM'\t'd", S::ALLOW_INNER_WHITE, "2020-01-05T00:00:00.0000000"),
    ("2020 Jan 5", "yyyy MMM\\ d", S::ALLOW_INNER_WHITE, ""),
    ("2020 Jan 5", "yyyy MMM\\ d", S::NONE, "2020-01-05T00:00:00.0000000"),
    ("2020 Jan\u{a0}5", "yyyy MMM d", S::NONE, "2020-01-05T00:00:00.0000000"),
    ("2020\u{202f}Jan", "yyyy' 'MMM", S::NONE, "2020-01-01T00:00:00.0000000"),
    ("20200  ", "yyyyf ", S::ALLOW_INNER_WHITE, "2020-01-01T00:00:00.0000000"),
    ("2020-01-02 05", "yyyy-MM-dd ss.FF", S::NONE, "2020-01-02T00:00:05.0000000"),
    ("2020-01-02 05", "yyyy-MM-dd ss.F", S::NONE, ""),
    ("2020-01-02 05", "yyyy-MM-dd ss.FFFFFFFF", S::NONE, "2020-01-02T00:00:05.0000000"),
    ("2020-01-02 05.1", "yyyy-MM-dd ss.FFFFFFFF", S::NONE, ""),
    ("2020-01-02 05Z", "yyyy-MM-dd ss.fFZ", S::NONE, "2020-01-02T00:00:05.0000000+00:00"),
    ("2020-01-02 05x", "yyyy-MM-dd ss.'F'x", S::NONE, ""),
    ("2020-01-02T03:04:05.1234567+05:75", "o", S::NONE, "2020-01-01T20:49:05.1234567+00:00"),
    ("2020-01-02T03:04:05.1234567+05:75", "o", S::ROUNDTRIP_KIND, ""),
    ("2020-01-02T03:04:05.1234567+0530", "o", S::NONE, ""),
    ("2020-01-02T03:04:05.1234567+0530", "o", S::ROUNDTRIP_KIND, "2020-01-01T21:34:05.1234567+00:00"),
    ("2020-01-02T03:04:05.1234567-7:00", "o", S::NONE, "2020-01-02T10:04:05.1234567+00:00"),
    ("THU, 02 JAN 2020 03:04:05 GMT", "r", S::NONE, "2020-01-02T03:04:05.0000000"),
    ("Thu, 02 Jan 2020 03:04:05 gmt", "r", S::NONE, ""),
    ("2020-01-02 03:04:05Z", "u", S::ASSUME_UNIVERSAL, "2020-01-02T03:04:05.0000000+00:00"),
    ("2020-01-02gmt", "yyyy-MM-ddZ", S::NONE, "2020-01-02T00:00:00.0000000+00:00"),
    ("2020-01-02GMTx", "yyyy-MM-ddZ'x'", S::NONE, ""),
    ("2020-01-02 GMT", "yyyy-MM-dd GMT", S::NONE, "2020-01-02T00:00:00.0000000+00:00"),
    ("2020-01-02 GMT", "yyyy-MM-dd Gmt", S::ROUNDTRIP_KIND, "2020-01-02T00:00:00.0000000+00:00"),
    ("2020-01-02Z", "yyyy-MM-dd%Z", S::ROUNDTRIP_KIND, "2020-01-02T00:00:00.0000000Z"),
    ("2d020", "%yd020", S::NONE, ""),
    ("2020d", "yyyy%\\d", S::NONE, "2020-01-01T00:00:00.0000000"),
    ("2020d", "yyyy%'d'", S::NONE, "2020-01-01T00:00:00.0000000"),
    ("20205", "yyyy%%d", S::NONE, ""),
    ("2020 ", "yyyy' '", S::ALLOW_TRAILING_WHITE, "2020-01-01T00:00:00.0000000"),
    ("2020", "yyyy'  '", S::ALLOW_TRAILING_WHITE, "2020-01-01T00:00:00.0000000"),
    ("x2020", "'  x'yyyy", S::ALLOW_LEADING_WHITE, "2020-01-01T00:00:00.0000000"),
    ("2020x", "yyyy\\ ", S::ALLOW_TRAILING_WHITE, ""),
    ("0:5 2020", "h:m yyyy", S::NONE, "2020-01-01T00:05:00.0000000"),
    ("13:5 2020", "h:m yyyy", S::NONE, ""),
    ("12 AM 2020", "H tt yyyy", S::NONE, ""),
    ("05 AM 2020", "HH tt yyyy", S::NONE, "2020-01-01T05:00:00.0000000"),
    ("20-2020", "yy-yyyy", S::NONE, ""),
    ("2020-20", "yyyy-yy", S::NONE, ""),
    ("50 49", "yy yy", S::NONE, ""),
    ("50", "yy", S::NONE, "1950-01-01T00:00:00.0000000"),
    ("49", "yy", S::NONE, "2049-01-01T00:00:00.0000000"),
    ("1.50 1.5 2020", "s.ff s.f yyyy", S::NONE, "2020-01-01T00:00:01.5000000"),
    ("2020-01-02+15:00", "yyyy-MM-ddzzz", S::NONE, ""),
    ("0001-01-01+05:00", "yyyy-MM-ddzzz", S::NONE, "0001-01-01T19:00:00.0000000+00:00"),
    ("0001-01-02+05:00", "yyyy-MM-ddzzz", S::ADJUST_TO_UNIVERSAL, "0001-01-01T19:00:00.0000000Z"),
    ("0001-01-01+05:00", "yyyy-MM-ddzzz", S::ADJUST_TO_UNIVERSAL, "0001-01-01T19:00:00.0000000Z"),
    ("9999-12-31-05:00", "yyyy-MM-ddzzz", S::NONE, "9999-12-31T05:00:00.0000000+00:00"),
    ("2020-01-02+05:00 +06:00", "yyyy-MM-ddzzz zzz", S::NONE, ""),
    ("2020 Mon", "yyyy ddd", S::NONE, ""),
    ("2020 Wed", "yyyy ddd", S::NONE, "2020-01-01T00:00:00.0000000"),
];

/// Texts and what .NET 8.0.4 in UTC finds in them without a format.
#[rustfmt::skip]
const FREE: &[(&str, &str)] = &[
    ("2020-03-16 10:20:30,5", "2020-03-16T10:20:30.5000000"),
    ("2020-03-16 10:20:30.", "2020-03-16T10:20:30.0000000"),
    ("Mon 2020-03-17T10:00:00", "2020-03-17T10:00:00.0000000"),
    ("Mon 2020-03-17 10:00", ""),
    ("#2020-03-16#", "2020-03-16T00:00:00.0000000"),
    ("#2020-03-16T10:20:30Z# \0", "2020-03-16T10:20:30.0000000+00:00"),
    ("#1/5/2020", ""),
    ("2020-03-16T10:20:30Z\0\0", "2020-03-16T10:20:30.0000000+00:00"),
    ("2020-03-16\0x", ""),
    ("1/10/2020 5 AM", "2020-01-10T05:00:00.0000000"),
    ("AM 2020-01-02 10:20 PM", ""),
    ("10:20 AM 2020 1 2 PM", "2020-01-01T10:20:00.0000000"),
    ("2020-12-31 23:59:59-08:00", "2021-01-01T07:59:59.0000000+00:00"),
    ("0001-01-01T00:00:00+05:00", "0001-01-01T19:00:00.0000000+00:00"),
    ("0001-01-02 00:00+05:00", "0001-01-01T19:00:00.0000000+00:00"),
    ("9999-12-31T23:59:59.99999999", ""),
    ("9999-12-31 23:00 -05:00", ""),
    ("20\u{5e74}3\u{6708}16\u{65e5}", "2020-03-16T00:00:00.0000000"),
    ("2020\u{5e74}3\u{6708}", "2020-03-01T00:00:00.0000000"),
    ("2020\u{5e74}", "2020-01-01T00:00:00.0000000"),
    ("2020\u{5e74}3\u{6708}16\u{65e5} 10\u{6642}20\u{5206}30\u{79d2}", "2020-03-16T10:20:30.0000000"),
    ("2020\u{5e74} 3 16", "2020-01-01T03:16:00.0000000"),
    ("2020\u{5e74}3\u{6708} 16", "2020-03-16T00:00:00.0000000"),
    ("2020-03", "2020-03-01T00:00:00.0000000"),
    ("03-2020", "2020-03-01T00:00:00.0000000"),
    ("2020 March", "2020-03-01T00:00:00.0000000"),
    ("March 2020", "2020-03-01T00:00:00.0000000"),
    ("March 20 20", "2020-03-20T00:00:00.0000000"),
    ("20 March 20", "2020-03-20T00:00:00.0000000"),
    ("1 2 3", "2003-01-02T00:00:00.0000000"),
    ("1 2 3 4", ""),
    ("5 January 2020 10:30 PM +02:00", "2020-01-05T20:30:00.0000000+00:00"),
    ("2020-W12", ""),
    ("1:2:3:4", ""),
    ("1/2/2020 24:00:00", ""),
    ("2020-03-16T10:20:30+0530", "2020-03-16T04:50:30.0000000+00:00"),
    ("2020-03-16T10:20:30 +05:30", "2020-03-16T04:50:30.0000000+00:00"),
    ("2020-03-16T10:20:30+5:3", "2020-03-16T05:17:30.0000000+00:00"),
    ("2020-03-16T10:20:30+05: 30", ""),
    ("2020-03-16T10:20+", ""),
    ("2020-03-16T 10 : 20 : 30.5", "2020-03-16T10:20:30.5000000"),
    ("2020-03-16T10:20:30 .5", ""),
    ("2020,03,16", "2020-03-16T00:00:00.0000000"),
    ("16.03.2020", ""),
    ("03.16.2020", "2020-03-16T00:00:00.0000000"),
    ("Jan.5.2020", "2020-01-05T00:00:00.0000000"),
    ("5.Jan.2020", "2020-01-05T00:00:00.0000000"),
    ("Jan/5/2020", "2020-01-05T00:00:00.0000000"),
    ("Jan-2020", "2020-01-01T00:00:00.0000000"),
    ("2020-Jan", "2020-01-01T00:00:00.0000000"),
    ("1/2/2020 a.d.", "2020-01-02T00:00:00.0000000"),
    ("Z 1/2/2020", "2020-01-02T00:00:00.0000000+00:00"),
    ("1/2/2020 GMT", "2020-01-02T00:00:00.0000000+00:00"),
    ("1/2/2020Z", "2020-01-02T00:00:00.0000000+00:00"),
    ("1/2/2020 10:20 GMT+2", ""),
    ("1/2/2020T10:20", ""),
    ("2020-1-2T10:20", "2020-01-02T10:20:00.0000000"),
    ("2020-1-2T1:20", ""),
    ("2020 1 2 T10:20", "2020-01-02T10:20:00.0000000"),
    ("2020-01-02t10:20:30z", "2020-01-02T10:20:30.0000000+00:00"),
    ("2020-01-02T10:20:30Z Z", ""),
    ("1/1/0", "2000-01-01T00:00:00.0000000"),
    ("1/1/000", ""),
    ("1/1/0000", ""),
    ("1/2/2020 13:00 PM", "2020-01-02T13:00:00.0000000"),
    ("1/2/2020 13:00 AM", ""),
    ("1/2/2020 0 PM", "2020-01-02T12:00:00.0000000"),
    ("1/2/2020 24 PM", ""),
    ("Monday, January 6, 2020", "2020-01-06T00:00:00.0000000"),
    ("Tue, January 6, 2020", ""),
    ("5MAY2020", "2020-05-05T00:00:00.0000000"),
    ("2020 5 2021", ""),
    ("May 2020 5 6", ""),
    ("1/2/2020\u{200f}10:20", "2020-01-02T10:20:00.0000000"),
    ("1/2/2020 10:20\u{202f}PM", "2020-01-02T22:20:00.0000000"),
    ("2020-03-16T10:20:30.123456785Z", "2020-03-16T10:20:30.1234568+00:00"),
    ("2020-03-16T10:20:30.123456775Z", "2020-03-16T10:20:30.1234568+00:00"),
    ("2020-03-16T10:20:30.00000005", "2020-03-16T10:20:30.0000001"),
    ("12345678", ""),
    ("123456789", ""),
    ("2020-03-16-07:00", "2020-03-16T07:00:00.0000000+00:00"),
    ("1/2/2020 +02:00", "2020-01-01T22:00:00.0000000+00:00"),
    ("1/2/2020-2", "2020-01-02T02:00:00.0000000+00:00"),
];

#[test]
fn more_texts_are_read_by_format_as_dotnet_reads_them() {
    for (text, format, styles, expected) in EXACT {
        let read = DateFormat::new(format)
            .map_err(|e| e.to_string())
            .and_then(|format| format.parse_exact(text, *styles, &defaults()).map_err(|e| e.to_string()));
        let read = read.map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(read, *expected, "{text:?} by {format:?}, {styles}");
    }
}

#[test]
fn more_texts_are_read_freely_as_dotnet_reads_them() {
    for (text, expected) in FREE {
        let read = parse(text, Styles::NONE, &defaults());
        let read = read.map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(read, *expected, "{text:?}");
    }
}

#[test]
fn styles_are_read_and_checked() {
    let read = |text: &str| text.parse::<Styles>();
    assert_eq!(read("").unwrap(), Styles::NONE);
    assert_eq!(read("none").unwrap(), Styles::NONE);
    let both = Styles::ALLOW_WHITE_SPACES | Styles::ROUNDTRIP_KIND;
    assert_eq!(read("AllowWhiteSpaces, RoundtripKind").unwrap(), both);
    assert_eq!(read("AllowWhiteSpaces|RoundtripKind").unwrap(), both);
    assert_eq!(read(&both.to_string()).unwrap(), both);
    assert!(read("AllowWhiteSpace").is_err());
    assert!(read("RoundtripKind,").is_err());
    assert!(read("RoundtripKind, AssumeLocal").unwrap().validate().is_err());
    assert!(read("AssumeUniversal, AssumeLocal").unwrap().validate().is_err());
    assert!(read("NoCurrentDateDefault").unwrap().validate_for_offset().is_err());
    assert_eq!(both.validate_for_offset(), Ok(Styles::ALLOW_WHITE_SPACES));
}

#[test]
fn a_format_of_one_direction_says_which() {
    let only_written = DateFormat::new("").unwrap();
    assert!(only_written.write_error().is_none() && only_written.read_error().is_some());
    let only_read = DateFormat::new("yyyy%\\d").unwrap();
    assert!(only_read.write_error().is_some() && only_read.read_error().is_none());
    for neither in ["X", "%", "yyyy'", "yyyy\\", "yyyy%", "%%y", "ffffffff"] {
        assert!(DateFormat::new(neither).is_err(), "{neither}");
    }
    // The character takes two UTF-16 units, so this is a custom format of literal text.
    assert_eq!(DateFormat::new("😀").unwrap().format(&now()).unwrap(), "😀");
}
