//! Holds `dotnet::scalar` against the vectors recorded from .NET 8.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs
)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::dotnet::scalar::{self, Guid, ScalarError};
use proptest::prelude::*;
use serde_json::{Value, json};

struct Row {
    id: String,
    op: String,
    args: Vec<Value>,
    result: Value,
    bits: Option<u64>,
    error: Option<String>,
}

fn rows(file: &str) -> Vec<Row> {
    let path = format!("{}/tests/data/conformance/dotnet/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| {
            let mut row: Value = serde_json::from_str(line).unwrap();
            Row {
                id: row["id"].as_str().unwrap().into(),
                op: row["op"].as_str().unwrap().into(),
                args: row["args"].as_array().unwrap().clone(),
                bits: row["result_bits"].as_str().map(|bits| u64::from_str_radix(bits, 16).unwrap()),
                error: row["error"].as_str().map(Into::into),
                result: row["result"].take(),
            }
        })
        .collect()
}

/// The exception that .NET throws for ours.
fn exception(error: ScalarError) -> String {
    match error {
        ScalarError::Format => "FormatException",
        ScalarError::Overflow => "OverflowException",
        ScalarError::InvalidCast => "InvalidCastException",
        _ => "ArgumentException",
    }
    .into()
}

/// A double argument by its bits where they are given, by its text elsewhere.
fn double(row: &Row) -> f64 {
    if let Some(bits) = row.args.get(1).and_then(Value::as_str).filter(|bits| bits.len() == 16) {
        return f64::from_bits(u64::from_str_radix(bits, 16).unwrap());
    }
    match &row.args[0] {
        Value::String(text) => text.parse().unwrap(),
        number => number.as_f64().unwrap(),
    }
}

fn run(row: &Row) -> Result<Value, String> {
    let text = || row.args[0].as_str().unwrap();
    let format = |i: usize| row.args[i].as_str().unwrap();
    let int = || row.args[0].as_i64().unwrap();
    let refused = |_| "FormatException".to_owned();
    Ok(match row.op.as_str() {
        "bool_parse" => json!(scalar::bool_parse(text()).map_err(exception)?),
        "convert_toboolean_string" => json!(scalar::to_boolean(text()).map_err(exception)?),
        "vb_cbool" => json!(scalar::vb_cbool(text()).map_err(exception)?),
        "convert_toboolean_number" => json!(scalar::number_to_boolean(double(row))),
        "bool_tostring" => json!(scalar::bool_text(row.args[0].as_bool().unwrap())),
        "convert_toint32" => json!(scalar::to_int32(text()).map_err(exception)?),
        "convert_toint64" => json!(scalar::to_int64(text()).map_err(exception)?),
        "vb_cint" => json!(scalar::vb_cint(text()).map_err(exception)?),
        "vb_clng" => json!(scalar::vb_clng(text()).map_err(exception)?),
        "convert_double_toint32" => json!(scalar::double_to_int32(double(row)).map_err(exception)?),
        "convert_double_toint64" => json!(scalar::double_to_int64(double(row)).map_err(exception)?),
        "convert_todecimal" => json!(scalar::to_decimal(text()).map_err(exception)?.to_string()),
        "convert_todouble" => {
            let value = scalar::to_double(text()).map_err(exception)?;
            assert_eq!(Some(value.to_bits()), row.bits, "{}: bits of {}", row.id, text());
            row.result.clone()
        }
        "double_tostring" | "vb_cstr_double" => json!(scalar::double_text(double(row))),
        "double_tostring_fmt" => {
            json!(scalar::format_double(double(row), format(2)).map_err(refused)?)
        }
        "int64_tostring" => {
            let mut out = String::new();
            scalar::write_int64(int(), &mut out).unwrap();
            json!(out)
        }
        "int64_tostring_fmt" => json!(scalar::format_int64(int(), format(1)).map_err(refused)?),
        "guid_parse" => json!(Guid::parse(text()).map_err(exception)?.to_string()),
        other => panic!("unknown op {other}"),
    })
}

#[test]
fn agrees_with_dotnet() {
    let (mut agree, mut skipped, mut differ) = (0usize, 0usize, Vec::new());
    for row in rows("parse.jsonl") {
        // Dates as text belong to dotnet::date.
        if row.op == "datetime_default_tostring" {
            skipped += 1;
            continue;
        }
        let got = run(&row);
        let same = match (&got, &row.error) {
            (Ok(value), None) => *value == row.result,
            (Err(error), Some(expected)) => error == expected,
            _ => false,
        };
        if same {
            agree += 1;
        } else {
            differ.push(format!(
                "{} {} {} expected {} got {got:?}",
                row.id,
                row.op,
                json!(row.args),
                row.error.as_deref().map_or_else(|| row.result.to_string(), |e| e.to_owned()),
            ));
        }
    }
    said!("parse.jsonl: agree {agree}, deviation 0, differ {}, skipped (dates) {skipped}", differ.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// By the rules of .NET's documentation, beyond the recorded rows.
#[test]
fn formats() {
    for (value, format, expected) in [
        (1234.5678, "C", "¤1,234.57"),
        (-1234.5678, "C1", "(¤1,234.6)"),
        (1234.5678, "E2", "1.23E+003"),
        (0.0, "E", "0.000000E+000"),
        (1234.5678, "e0", "1e+003"),
        (0.5, "F0", "0"),
        (1.5, "F0", "2"),
        (2.5, "F0", "2"),
        (-0.001, "F2", "-0.00"),
        (0.125, "F2", "0.12"),
        (1.005, "N2", "1.00"),
        (1e21, "F0", "1000000000000000000000"),
        (0.1, "F20", "0.10000000000000000555"),
        (0.1, "G20", "0.10000000000000000555"),
        (12345.0, "G3", "1.23E+04"),
        (12345.0, "g3", "1.23e+04"),
        (0.00001234, "G", "1.234E-05"),
        (0.0001234, "G2", "0.00012"),
        (1e16, "R", "10000000000000000"),
        (1e17, "r", "1e+17"),
        (0.12345, "P", "12.35 %"),
        (0.12345, "P1", "12.3 %"),
        (-0.5, "P0", "-50 %"),
        (f64::NAN, "Z", "NaN"),
        (f64::NEG_INFINITY, "F2", "-Infinity"),
        (1234567.0, "#,##0", "1,234,567"),
        (1234567.0, "0,0", "1,234,567"),
        (1234567.0, "#,##0,", "1,235"),
        (1234567.0, "0,,", "1"),
        (1234567.0, "0.00,,", "1234567.00"),
        (12.0, "00000", "00012"),
        (12.0, "0,000", "0,012"),
        (0.256, "0.0%", "25.6%"),
        (0.256, "#‰", "256‰"),
        (1234.5, "0.00E+00", "1.23E+03"),
        (1234.5, "0.00e0", "1.23e3"),
        (1234.5, "##0.0#E-000", "123.45E001"),
        (0.00012, "0.0E+0", "1.2E-4"),
        (5.0, "'id' 0", "id 5"),
        (5.0, "\"a;b\"0", "a;b5"),
        (5.0, "\\#0", "#5"),
        (-5.0, "0;neg 0", "neg 5"),
        (-5.0, "0;;zero", "-5"),
        (-0.001, "0.0;(0.0);zero", "zero"),
        (-0.001, "0.0;(0.0)", "-0.0"),
        (0.0, "0;neg;", "0"),
        (0.0, "#", ""),
        (-0.0, "#", ""),
        (-0.0, "0", "-0"),
        (0.5, "#.##", ".5"),
        (1.0, "0.##", "1"),
        (1.0, "0.0.0", "1.00"),
        (123456.0, "###-###", "123-456"),
        (2065551212.0, "(###) ###-####", "(206) 555-1212"),
        (1.0, "text", "text"),
        (-1.0, "text", "-text"),
        (1.0, "0E", "1E"),
        (9.5, "0", "10"),
        (99.95, "0.0", "100.0"),
    ] {
        assert_eq!(scalar::format_double(value, format).as_deref(), Ok(expected), "{value} {format}");
    }
    for format in ["D", "X", "Z", "A5", "b"] {
        assert!(scalar::format_double(1.0, format).is_err(), "{format}");
    }
    for (value, format, expected) in [
        (1234, "D8", "00001234"),
        (-1234, "d8", "-00001234"),
        (-1, "X", "FFFFFFFFFFFFFFFF"),
        (255, "x4", "00ff"),
        (5, "B8", "00000101"),
        (12345, "G3", "1.23E+04"),
        (12350, "G3", "1.24E+04"),
        (-1200, "R", "-1200"),
        (0, "r", "0"),
        (1200, "R1", "1E+03"),
        (1000, "G5", "1000"),
        (-1234567, "N0", "-1,234,567"),
        (1234567, "E3", "1.235E+006"),
        (5, "F", "5.00"),
        (5, "P", "500.00 %"),
        (-5, "C0", "(¤5)"),
        (0, "N", "0.00"),
        (0, "", "0"),
        (i64::MIN, "D", "-9223372036854775808"),
        (-7, "000;(000)", "(007)"),
    ] {
        assert_eq!(scalar::format_int64(value, format).as_deref(), Ok(expected), "{value} {format}");
    }
    for format in ["Z", "D20000", "D99999999999"] {
        assert!(scalar::format_int64(1, format).is_err(), "{format}");
    }
}

#[test]
fn numbers_from_text() {
    for (text, expected) in [
        ("79228162514264337593543950335", Ok("79228162514264337593543950335")),
        ("79228162514264337593543950336", Err(ScalarError::Overflow)),
        ("79228162514264337593543950335.4", Ok("79228162514264337593543950335")),
        ("79228162514264337593543950335.5", Err(ScalarError::Overflow)),
        ("7.9228162514264337593543950336", Ok("7.922816251426433759354395034")),
        ("0.00000000000000000000000000005", Ok("0.0000000000000000000000000000")),
        ("0.000000000000000000000000000051", Ok("0.0000000000000000000000000001")),
        ("-0", Ok("0")),
        ("-0.0", Ok("0.0")),
        ("1-", Ok("-1")),
        (" 1,2,3.50 ", Ok("123.50")),
        ("(1)", Err(ScalarError::Format)),
        ("", Err(ScalarError::Format)),
        (".", Err(ScalarError::Format)),
        (".5", Ok("0.5")),
    ] {
        assert_eq!(scalar::to_decimal(text).map(|d| d.to_string()).as_deref(), expected.as_ref().map(|t| *t), "{text}");
    }
    for (text, expected) in [
        ("1e400", Ok(f64::INFINITY)),
        ("-1e99999999999999999999", Ok(f64::NEG_INFINITY)),
        (" -Infinity ", Ok(f64::NEG_INFINITY)),
        ("+infinity", Ok(f64::INFINITY)),
        ("1e", Err(ScalarError::Format)),
        ("1e+", Err(ScalarError::Format)),
        ("- 1", Err(ScalarError::Format)),
        ("1 2", Err(ScalarError::Format)),
        ("\u{A0}1", Err(ScalarError::Format)),
        ("1\0\0", Ok(1.0)),
        ("1,2,3", Ok(123.0)),
    ] {
        assert_eq!(scalar::to_double(text), expected, "{text}");
    }
    let long = format!("9007199254740993.{}1", "0".repeat(2_000));
    assert_eq!(scalar::to_double(&long), Ok(9007199254740994.0), "the last digit decides the tie");
    for (text, expected) in [
        ("2.5", Ok(2)),
        ("3.5", Ok(4)),
        ("1e3", Ok(1000)),
        ("¤12", Ok(12)),
        ("-¤ 12", Ok(-12)),
        ("12-", Ok(-12)),
        ("&HFF", Ok(255)),
        ("  &o17", Ok(15)),
        ("&HFFFFFFFF", Err(ScalarError::Overflow)),
        ("&HFFFFFFFFFFFFFFFF", Ok(-1)),
        ("&H", Err(ScalarError::InvalidCast)),
        ("&HG", Err(ScalarError::InvalidCast)),
        ("&H-1", Err(ScalarError::Argument)),
        ("&X1", Err(ScalarError::InvalidCast)),
        ("NaN", Err(ScalarError::Overflow)),
        ("", Err(ScalarError::InvalidCast)),
    ] {
        assert_eq!(scalar::vb_cint(text), expected, "{text}");
    }
    assert_eq!(scalar::vb_clng("9223372036854775807"), Ok(i64::MAX));
    assert_eq!(scalar::vb_clng("9223372036854775807.5"), Err(ScalarError::Overflow));
    assert_eq!(scalar::vb_clng("-9223372036854775808.5"), Ok(i64::MIN));
    assert_eq!(scalar::to_int64(" +7 \0"), Ok(7));
    assert_eq!(scalar::to_int64("7\0 "), Err(ScalarError::Format));
    assert_eq!(scalar::to_int64("99999999999999999999x"), Err(ScalarError::Format));
}

#[test]
fn guids() {
    let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    for text in [
        " 0F8FAD5B-D9CB-469F-A165-70867728950E ",
        "0f8fad5bd9cb469fa16570867728950e",
        "{0f8fad5b-d9cb-469f-a165-70867728950e}",
        "(0f8fad5b-d9cb-469f-a165-70867728950e)",
        "{0x0f8fad5b,0xd9cb,0x469f,{0xa1,0x65,0x70,0x86,0x77,0x28,0x95,0x0e}}",
        "{ 0xf8fad5b, 0xd9cb, 0x469f, {0xa1,0x65,0x70,0x86,0x77,0x28,0x95,0xe} }",
    ] {
        assert_eq!(Guid::parse(text).map(|g| g.to_string()).as_deref(), Ok(guid), "{text}");
    }
    for text in [
        "",
        "0f8fad5b",
        "{0f8fad5b-d9cb-469f-a165-70867728950e",
        "(0f8fad5bd9cb469fa16570867728950e)",
        "{}",
        "{0x1,0x2,0x3}",
        "0f8fad5b-d9cb-469f-a165-70867728950g",
        "0f8fad5b-d9cb-469f-a165-70867728950é",
    ] {
        assert!(Guid::parse(text).is_err(), "{text}");
    }
}

/// Formats made of the characters that mean something in one.
fn any_format() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z][0-9]{0,3}",
        prop::collection::vec(prop::sample::select("00##,,..%‰Ee+-;;'\"\\ \0aé".chars().collect::<Vec<_>>()), 0..16)
            .prop_map(String::from_iter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shortest_text_reads_back(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        let text = scalar::double_text(value);
        let back = scalar::to_double(&text).unwrap();
        prop_assert!(value.is_nan() && back.is_nan() || back.to_bits() == bits, "{text}");
        for digits in [17, 30] {
            let text = scalar::format_double(value, &format!("G{digits}")).unwrap();
            let back = scalar::to_double(&text).unwrap();
            prop_assert!(value.is_nan() && back.is_nan() || back.to_bits() == bits, "{text}");
        }
    }

    #[test]
    fn formats_never_panic(bits in any::<u64>(), small in -1e6..1e6f64, int in any::<i64>(), format in any_format()) {
        for value in [f64::from_bits(bits), small, small.round(), 0.0, -0.0] {
            let _ = scalar::format_double(value, &format);
        }
        for value in [int, int % 1000, 0] {
            let _ = scalar::format_int64(value, &format);
        }
    }

    #[test]
    fn parsers_never_panic(text in "[ \t\0+\\-0-9.,eEnNaAiIfFtTyY()¤&HhOoxX{}\u{3000}]{0,40}") {
        let _ = (scalar::to_double(&text), scalar::to_decimal(&text), scalar::to_int32(&text), scalar::to_int64(&text));
        let _ = (scalar::vb_cint(&text), scalar::vb_clng(&text), scalar::vb_cbool(&text), scalar::bool_parse(&text));
        let _ = Guid::parse(&text);
    }

    #[test]
    fn any_text_parses_or_not(text in any::<String>()) {
        let _ = (scalar::to_double(&text), scalar::to_decimal(&text), scalar::to_int64(&text));
        let _ = (scalar::vb_cint(&text), scalar::vb_clng(&text), scalar::vb_cbool(&text), scalar::bool_parse(&text));
        let _ = (Guid::parse(&text), scalar::format_double(1234.5, &text), scalar::format_int64(-1234, &text));
    }

    #[test]
    fn integers_read_back(value in any::<i64>()) {
        prop_assert_eq!(scalar::to_int64(&value.to_string()), Ok(value));
        prop_assert_eq!(scalar::vb_clng(&scalar::format_int64(value, "N2").unwrap()), Ok(value));
        prop_assert_eq!(scalar::format_int64(value, "G").unwrap(), value.to_string());
    }
}

/// What the .NET 8.0.4 runtime answered in random differential tests and in
/// questions that its documentation leaves open.
#[test]
fn asked_of_the_runtime() {
    for (value, expected) in [
        (100000000000000.0, "100000000000000"),
        (1000000000000000.0, "1000000000000000"),
        (1e+16, "10000000000000000"),
        (-1e+16, "-10000000000000000"),
        (1e+17, "1E+17"),
        (1.2345678901234568e+17, "1.2345678901234568E+17"),
        (1.2345678901234568e+16, "12345678901234568"),
        (9007199254740992.0, "9007199254740992"),
        (734024730853890.2, "734024730853890.2"),
        (-1352646601284339.2, "-1352646601284339.2"),
        (899338420074167.2, "899338420074167.2"),
        (589684447467098.2, "589684447467098.2"),
        (0.0001, "0.0001"),
        (1e-05, "1E-05"),
        (5e-324, "5E-324"),
        (2.2250738585072014e-308, "2.2250738585072014E-308"),
        (1.7976931348623157e+308, "1.7976931348623157E+308"),
        (9.999999999999998e+16, "99999999999999980"),
    ] {
        assert_eq!(scalar::double_text(value), expected, "{value:e}");
    }
    for (value, format, expected) in [
        (5e-324, "0.0#", "0.0"),
        (5e-324, "x0.0#", "x0.0"),
        (-7e-200, "x0.0#", "-x0.0"),
        (6e-300, "0%;neg;zero", "zero"),
        (-6e-300, "0;neg;zero", "zero"),
        (1e+16, "R", "10000000000000000"),
        (1e+16, "G", "10000000000000000"),
        (1e+16, "0", "10000000000000000"),
        (1e+17, "G17", "1E+17"),
        (2.5, "0", "3"),
        (0.45, "0.#", "0.5"),
        (-0.4, "0", "-0"),
        (1234.5, "N", "1,234.50"),
        (0.125, "F2", "0.12"),
        (1e+16, "N0", "10,000,000,000,000,000"),
        (1e+22, "#,##0", "10,000,000,000,000,000,000,000"),
    ] {
        let got = scalar::format_double(value, format);
        assert_eq!(got.as_deref(), Ok(expected), "{value:e} {format}");
    }
    for (value, format, expected) in [
        (25, "R", "25"),
        (-25, "R5", "-25"),
        (1234, "r", "1234"),
        (1234, "R2", "1.2E+03"),
        (12, "D5", "00012"),
        (-255, "X", "FFFFFFFFFFFFFF01"),
        (1234567, "E2", "1.23E+006"),
    ] {
        let got = scalar::format_int64(value, format);
        assert_eq!(got.as_deref(), Ok(expected), "{value} {format}");
    }
    for (text, expected) in [
        ("{0x0X1,0xAB,0x0,{0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8}}", Some("00000001-00ab-0000-0102-030405060708")),
        ("{0x1,0x12345,0x0,{0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8}}", Some("00000001-2345-0000-0102-030405060708")),
        ("{0x1,0x2,0x3,{0x,0x2,0x3,0x4,0x5,0x6,0x7,0x8}}", None),
        ("{0x1,0x2,0x3,{0x+,0x2,0x3,0x4,0x5,0x6,0x7,0x8}}", Some("00000001-0002-0003-0002-030405060708")),
        ("{0x1,0x2,0x3,{0x100,0x2,0x3,0x4,0x5,0x6,0x7,0x8}}", None),
    ] {
        let got = Guid::parse(text).ok().map(|guid| guid.to_string());
        assert_eq!(got.as_deref(), expected, "{text}");
    }
}
