//! Holds `dotnet::text` against the vectors recorded from .NET 8.
#![cfg(feature = "collation")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs
)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::dotnet::text::{
    self, CompareOptions, Culture, NormalizationForm, SplitOptions, StringComparison, TextCompare,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// (reason, explanation, matcher): what differs on purpose. See
/// `src/dotnet/deviations/text.md`.
type Deviation = (&'static str, &'static str, fn(&Row) -> bool);
const DEVIATIONS: &[Deviation] = &[
    ("half-a-character-result", "a cut inside a surrogate pair falls before the character", |row| is_half(&row.result)),
    ("half-a-character-input", "text with an unpaired surrogate cannot exist in Rust", |row| {
        row.args.iter().any(is_half) && row.error.is_none()
    }),
];

fn is_half(value: &Value) -> bool {
    value.get("utf16").is_some()
}

struct Row {
    id: String,
    op: String,
    args: Vec<Value>,
    result: Value,
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
                error: row["error"].as_str().map(Into::into),
                result: row["result"].take(),
            }
        })
        .collect()
}

fn sign(order: std::cmp::Ordering) -> Value {
    json!(order as i32)
}

fn position(found: Option<usize>) -> Value {
    found.map_or(json!(-1), |at| json!(at))
}

/// Text of an argument; an unpaired surrogate is an error, as in .NET's Normalize.
fn text_of(value: &Value) -> Result<String, String> {
    if let Some(units) = value.get("utf16") {
        let units: Vec<u16> = units.as_array().unwrap().iter().map(|u| u.as_u64().unwrap() as u16).collect();
        return String::from_utf16(&units).map_err(|e| e.to_string());
    }
    value.as_str().map(Into::into).ok_or_else(|| format!("no text: {value}"))
}

fn split_options(value: &Value) -> SplitOptions {
    let names = value.as_str().unwrap();
    SplitOptions { remove_empty: names.contains("RemoveEmptyEntries"), trim: names.contains("TrimEntries") }
}

fn compare_options(value: &Value) -> CompareOptions {
    let names = value.as_str().unwrap();
    CompareOptions {
        ignore_case: names.contains("IgnoreCase"),
        ignore_non_space: names.contains("IgnoreNonSpace"),
        ignore_symbols: names.contains("IgnoreSymbols"),
        ignore_kana_type: names.contains("IgnoreKanaType"),
        ignore_width: names.contains("IgnoreWidth"),
    }
}

fn run(row: &Row) -> Result<Value, String> {
    let arg = |i: usize| text_of(&row.args[i]);
    let number = |i: usize| row.args[i].as_i64().unwrap();
    let optional = |i: usize| row.args.get(i).and_then(Value::as_i64);
    let culture = |i: usize| Culture::new(row.args[i].as_str().unwrap()).map_err(|e| e.to_string());
    let how = |i: usize| row.args[i].as_str().unwrap().parse::<StringComparison>().map_err(|e| e.to_string());
    let refused = |e: text::RangeError| e.to_string();
    let own = |text: std::borrow::Cow<'_, str>| json!(text);
    let list = |parts: text::Split<'_>| json!(parts.collect::<Vec<_>>());
    Ok(match row.op.as_str() {
        "title_case" => own(text::title_case(&arg(0)?, &culture(1)?)),
        "title_case_lower" => {
            let (text, culture) = (arg(0)?, culture(1)?);
            let two_steps = text::title_case(&text::lower(&text, &culture), &culture).into_owned();
            assert_eq!(text::proper_case(&text, &culture), two_steps, "the one pass differs from the two steps");
            json!(two_steps)
        }
        "to_lower" => own(text::lower(&arg(0)?, &culture(1)?)),
        "to_upper" => own(text::upper(&arg(0)?, &culture(1)?)),
        "normalize" => {
            let form = row.args[1].as_str().unwrap().parse::<NormalizationForm>().map_err(|e| e.to_string())?;
            own(text::normalize(&arg(0)?, form))
        }
        "strip_diacritics" => own(text::strip_diacritics(&arg(0)?)),
        "length" => json!(text::length(&arg(0)?)),
        "substring" => json!(text::substring(&arg(0)?, number(1), optional(2)).map_err(refused)?),
        "vb_left" => json!(text::left(&arg(0)?, number(1)).map_err(refused)?),
        "vb_mid" => json!(text::mid(&arg(0)?, number(1), optional(2)).map_err(refused)?),
        "vb_instr" => {
            let compare = if number(3) == 0 { TextCompare::Binary } else { TextCompare::Text };
            json!(text::in_str(number(0), &arg(1)?, &arg(2)?, compare).map_err(refused)?)
        }
        "compare" => sign(text::compare(&arg(0)?, &arg(1)?, how(2)?)),
        "compare_culture" => {
            sign(text::compare_culture(&arg(0)?, &arg(1)?, &culture(2)?, compare_options(&row.args[3])))
        }
        "equals" => json!(text::equals(&arg(0)?, &arg(1)?, how(2)?)),
        "index_of" => position(text::index_of(&arg(0)?, &arg(1)?, how(2)?)),
        "last_index_of" => position(text::last_index_of(&arg(0)?, &arg(1)?, how(2)?)),
        "index_of_start" => position(text::index_of_from(&arg(0)?, &arg(1)?, number(3), how(2)?).map_err(refused)?),
        "starts_with" => json!(text::starts_with(&arg(0)?, &arg(1)?, how(2)?)),
        "ends_with" => json!(text::ends_with(&arg(0)?, &arg(1)?, how(2)?)),
        "string_replace" => own(text::replace(&arg(0)?, &arg(1)?, &arg(2)?).ok_or("old is empty")?),
        "base64_unicode" => json!(text::base64_unicode(&arg(0)?)),
        "base64_utf8" => json!(text::base64_utf8(&arg(0)?)),
        "utf8_hex" => json!(text::utf8_hex(&arg(0)?)),
        "split_chars" => list(text::split_chars(&arg(0)?, &arg(1)?, split_options(&row.args[2]))),
        "split_string" => list(text::split_string(&arg(0)?, &arg(1)?, split_options(&row.args[2]))),
        "trim" => json!(text::trim(&arg(0)?)),
        "trim_start" => json!(text::trim_start(&arg(0)?)),
        "trim_end" => json!(text::trim_end(&arg(0)?)),
        "trim_chars" => json!(text::trim_chars(&arg(0)?, &arg(1)?)),
        "is_null_or_whitespace" if row.args[0].is_null() => json!(true),
        "is_null_or_whitespace" => json!(text::is_null_or_white_space(&arg(0)?)),
        "char_is_whitespace" => {
            // A surrogate is no character, and no white space.
            json!(char::from_u32(u32::try_from(number(0)).unwrap()).is_some_and(text::is_white_space))
        }
        "join" => {
            let parts: Vec<String> = row.args[1].as_array().unwrap().iter().map(|p| text_of(p).unwrap()).collect();
            json!(text::join(&arg(0)?, parts.iter().map(String::as_str)))
        }
        other => panic!("unknown op {other}"),
    })
}

#[test]
fn agrees_with_dotnet() {
    let (mut agree, mut deviations, mut differ) = (0usize, BTreeMap::<&str, usize>::new(), Vec::new());
    let rows = rows("text.jsonl");
    for row in &rows {
        let got = run(row);
        let same = match (&got, &row.error) {
            (Ok(value), None) => *value == row.result,
            (Err(_), Some(_)) => true,
            _ => false,
        };
        if same {
            agree += 1;
        } else if let Some((reason, ..)) = DEVIATIONS.iter().find(|(_, _, matches)| matches(row)) {
            *deviations.entry(reason).or_default() += 1;
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
    let deviating: usize = deviations.values().sum();
    said!("text.jsonl: agree {agree}, deviation {deviating} {deviations:?}, differ {}", differ.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(deviating * 100 <= rows.len() * 3, "more than 3 % deviate");
}

/// Characters that the rules treat differently, more often than chance has them.
fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(
        "aAzZ iIıİſßẞÅæǅǆĳœŒøłéÉ'-_.,;0\u{301}\u{304}\u{323}\u{345}\u{AD}\u{200B}\0\t\r\nΣσςᾳᾼ한각\u{1100}\u{1161}日本😀𐐀𐐨ﬁＡｱア\u{FFFF}\u{958}"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![4 => odd, 1 => any::<char>()], 0..24).prop_map(String::from_iter)
}

fn any_culture() -> impl Strategy<Value = Culture> {
    prop::sample::select(vec!["", "tr-TR", "az", "nl-NL", "lt-LT", "el-GR", "en-US", "xx-XX"])
        .prop_map(|name| Culture::new(name).unwrap())
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_are_slices_at_unit_positions(text in any_text(), start in 0usize..40, end in 0usize..40) {
        let all = units(&text);
        prop_assert_eq!(text::length(&text), all.len());
        let cut = text::cut(&text, start, end);
        prop_assert!(text.contains(cut));
        let (from, to) = (start.min(all.len()), end.min(all.len()).max(start.min(all.len())));
        // Where neither end is inside a pair, the cut is .NET's.
        let splits = |at: usize| at < all.len() && (0xDC00..0xE000).contains(&all[at]);
        if !splits(from) && !splits(to) {
            prop_assert_eq!(units(cut), all[from..to].to_vec());
        }
        // Adjoining cuts make up the whole.
        prop_assert_eq!(format!("{}{}", text::cut(&text, 0, start), text::cut(&text, start, usize::MAX)), text.clone());
        if let Some(byte) = text::byte_of_unit(&text, start) {
            let back = text::unit_of_byte(&text, byte);
            prop_assert!(back == start || back + 1 == start);
        }
        let (s, e) = (start as i64, end as i64);
        let _ = (text::substring(&text, s - 2, Some(e - 2)), text::mid(&text, s - 2, Some(e - 2)), text::left(&text, s - 2));
        prop_assert_eq!(text::substring(&text, s, Some(e)).is_ok(), start + end <= all.len());
    }

    #[test]
    fn case_is_stable_and_keeps_units(text in any_text(), culture in any_culture()) {
        for change in [text::lower, text::upper] {
            let once = change(&text, &culture).into_owned();
            prop_assert_eq!(change(&once, &culture), once.clone());
            prop_assert_eq!(text::length(&once), text::length(&text));
        }
        prop_assert!(text::is_lower(&text::lower(&text, &culture), &culture));
        prop_assert!(text::is_upper(&text::upper(&text, &culture), &culture));
        let proper = text::proper_case(&text, &culture).into_owned();
        let lower = text::lower(&text, &culture).into_owned();
        prop_assert_eq!(&proper, &text::title_case(&lower, &culture));
        prop_assert_eq!(text::length(&proper), text::length(&text));
        let _ = text::proper_case_with(&text, " '-", &culture);
    }

    #[test]
    fn diacritics_do_not_depend_on_the_form(text in any_text()) {
        let plain = text::normalize_diacritics(&text).into_owned();
        for form in [NormalizationForm::C, NormalizationForm::D] {
            let same = text::normalize(&text, form).into_owned();
            prop_assert_eq!(&text::normalize_diacritics(&same), &plain);
        }
        let stripped = text::strip_diacritics(&text).into_owned();
        prop_assert_eq!(text::strip_diacritics(&stripped), stripped.clone());
    }

    #[test]
    fn searches_agree_with_comparisons(text in any_text(), sought in any_text(), start in -3i64..30) {
        for how in [
            StringComparison::Ordinal,
            StringComparison::OrdinalIgnoreCase,
            StringComparison::InvariantCulture,
            StringComparison::InvariantCultureIgnoreCase,
        ] {
            prop_assert_eq!(text::compare(&text, &sought, how), text::compare(&sought, &text, how).reverse());
            prop_assert!(text::equals(&text, &text, how));
            prop_assert!(text::starts_with(&text, &text, how) && text::ends_with(&text, &text, how));
            let first = text::index_of(&text, &sought, how);
            prop_assert_eq!(first.is_some(), text::last_index_of(&text, &sought, how).is_some());
            let _ = text::index_of_from(&text, &sought, start, how);
        }
        let ordinal = text::index_of(&text, &sought, StringComparison::Ordinal);
        let windows = units(&text);
        let wanted = units(&sought);
        let naive = (0..=windows.len()).find(|&at| windows[at..].starts_with(&wanted));
        prop_assert_eq!(ordinal, naive);
        let _ = (text::in_str(start, &text, &sought, TextCompare::Text), text::in_str(start, &text, &sought, TextCompare::Binary));
    }

    #[test]
    fn parts_come_from_the_text(text in any_text(), set in any_text(), number in -3i64..9) {
        let parts: Vec<&str> = text::split_string(&text, &set, SplitOptions::NONE).collect();
        prop_assert_eq!(text::join(&set, parts), text.clone());
        prop_assert!(text.contains(text::word(&text, number, &set)));
        prop_assert!(!text::strip_spaces(&text).contains(' '));
        prop_assert!(text.contains(text::trim(&text)) && text.contains(text::trim_chars(&text, &set)));
        let _ = text::replace(&text, &set, "x");
        prop_assert_eq!(text::base64_utf8(&text).len(), text.len().div_ceil(3) * 4);
    }
}

#[test]
fn culture_comparison() {
    use StringComparison::{InvariantCulture as Tertiary, InvariantCultureIgnoreCase as NoCase};
    for (a, b, how, expected) in [
        ("\u{FB01}", "fi", NoCase, 0),
        ("\u{FB01}", "fi", Tertiary, 1),
        ("co-op", "coop", NoCase, -1),
        ("Ａ", "a", NoCase, 1),
        ("aＡ", "Ａa", NoCase, -1),
        ("あ", "ア", NoCase, -1),
        ("ｱ", "ア", NoCase, 1),
        ("a\0b", "AB", NoCase, 0),
        ("a\u{AD}é", "AE\u{301}", NoCase, 0),
        ("한", "\u{1112}\u{1161}\u{11AB}", NoCase, 0),
        ("a", "A", Tertiary, -1),
        ("\u{212A}", "k", NoCase, 0),
    ] {
        assert_eq!(text::compare(a, b, how) as i32, expected, "{a} {b} {how:?}");
        assert_eq!(text::compare(b, a, how) as i32, -expected, "{b} {a} {how:?}");
    }
    let alike = CompareOptions { ignore_width: true, ignore_kana_type: true, ..CompareOptions::NONE };
    for (a, b) in [("Ａ", "A"), ("ｱ", "あ"), ("ア", "あ"), ("ｶﾞ", "が")] {
        assert!(text::compare_culture(a, b, &Culture::INVARIANT, alike).is_eq(), "{a} {b}");
    }
    assert!(text::compare_culture("Ａ", "a", &Culture::INVARIANT, alike).is_ne());
    let base = CompareOptions { ignore_non_space: true, ignore_case: true, ..CompareOptions::NONE };
    assert!(text::compare_culture("É", "e", &Culture::INVARIANT, base).is_eq());
    let symbols = CompareOptions { ignore_symbols: true, ..CompareOptions::NONE };
    assert!(text::compare_culture("co-op", "coop", &Culture::INVARIANT, symbols).is_eq());
    let turkish = Culture::new("tr-TR").unwrap();
    assert!(text::compare_culture("i", "I", &turkish, CompareOptions::IGNORE_CASE).is_ne());
    assert!(text::compare_culture("ı", "I", &turkish, CompareOptions::IGNORE_CASE).is_eq());
    // What has no weight is found everywhere; the last time at the end (as .NET 8.0.4 gave it).
    assert_eq!(text::last_index_of("ani\u{AD}mal", "\u{AD}", Tertiary), Some(7));
    assert_eq!(text::last_index_of("animal", "\u{AD}", Tertiary), Some(6));
    assert_eq!(text::last_index_of("", "\u{AD}", Tertiary), Some(0));
    assert_eq!(text::in_str(1, "co\u{AD}op", "oo", TextCompare::Text), Ok(2));
    assert_eq!(text::in_str(2, "ＡＢＣ", "c", TextCompare::Text), Ok(3));
}

#[test]
fn culture_names() {
    for name in ["", "de", "en-US", "zh-Hans-CN", "tr_TR", "xx-XX", "english", "abcdefghij", "es-419", "ca-ES-valencia"]
    {
        assert_eq!(Culture::new(name).unwrap().name(), name);
    }
    for name in
        ["x", "-de", "de-", "de--DE", "a_b_c", "de DE", "ä-DE", "de@euro", "de.UTF-8", "abcdefghijkl", &"a-".repeat(50)]
    {
        assert!(Culture::new(name).is_err(), "{name}");
    }
}

#[test]
fn words() {
    for (text, number, delimiters, expected) in [
        ("This,string!has&many separators", 3, ",!&#", "has"),
        ("a b", 0, " ", ""),
        ("a b", -1, " ", ""),
        ("a b", i64::MIN, " ", ""),
        ("  a   b ", 2, " ", "b"),
        ("a b", 1, "", "a b"),
        ("", 1, " ", ""),
    ] {
        assert_eq!(text::word(text, number, delimiters), expected);
    }
}

/// What the .NET 8.0.4 runtime answered in random differential tests and in
/// questions that its documentation leaves open.
#[test]
fn asked_of_the_runtime() {
    for (text, culture, expected) in [
        ("ǆungla ǈ ǌ ǳ", "", "ǅungla ǈ ǋ ǲ"),
        ("o'neil d'ARCY 'tis rock'N'roll", "", "O'neil D'arcy 'Tis Rock'n'roll"),
        ("l’été d’arc", "", "L’Été D’Arc"),
        ("3com x2y 2ND k9", "", "3Com X2y 2ND K9"),
        ("NASA McDONALD IBM ibm", "", "NASA Mcdonald IBM Ibm"),
        ("jean-luc_picard.smith/jones", "", "Jean-Luc_Picard.Smith/Jones"),
        ("ijsland IJSLAND ij", "nl-NL", "IJsland IJSLAND IJ"),
        ("ijsland", "nl", "Ijsland"),
        ("istanbul ISPARTA iI", "tr-TR", "İstanbul ISPARTA İı"),
        ("ŉa ßa ﬁa ΐa", "", "ŉa ßa ﬁa ΐa"),
        ("ΟΔΥΣΣΕΥΣ οδος", "", "ΟΔΥΣΣΕΥΣ Οδος"),
        ("a\u{301}b e\u{301}A", "", "A\u{301}b E\u{301}a"),
        ("ɐʕa", "", "Ɐʕa"),
        ("a\u{1C8A}b", "", "A\u{1C8A}b"),
        ("\u{1C8A}B", "", "\u{1C8A}B"),
    ] {
        let culture = Culture::new(culture).unwrap();
        assert_eq!(text::title_case(text, &culture), expected, "{text}");
    }
    for (text, culture, expected) in [
        ("ǆungla ǈ ǌ ǳ", "", "ǅungla ǈ ǋ ǲ"),
        ("o'neil d'ARCY 'tis rock'N'roll", "", "O'neil D'arcy 'Tis Rock'n'roll"),
        ("l’été d’arc", "", "L’Été D’Arc"),
        ("3com x2y 2ND k9", "", "3Com X2y 2Nd K9"),
        ("NASA McDONALD IBM ibm", "", "Nasa Mcdonald Ibm Ibm"),
        ("jean-luc_picard.smith/jones", "", "Jean-Luc_Picard.Smith/Jones"),
        ("ijsland IJSLAND ij", "nl-NL", "IJsland IJsland IJ"),
        ("ijsland", "nl", "Ijsland"),
        ("istanbul ISPARTA iI", "tr-TR", "İstanbul Isparta İı"),
        ("ŉa ßa ﬁa ΐa", "", "ŉa ßa ﬁa ΐa"),
        ("ΟΔΥΣΣΕΥΣ οδος", "", "Οδυσσευσ Οδος"),
        ("a\u{301}b e\u{301}A", "", "A\u{301}b E\u{301}a"),
        ("ɐʕa", "", "Ɐʕa"),
        ("a\u{1C8A}b", "", "A\u{1C8A}b"),
        ("\u{1C8A}B", "", "\u{1C8A}B"),
    ] {
        let culture = Culture::new(culture).unwrap();
        assert_eq!(text::proper_case(text, &culture), expected, "{text}");
    }
    // Ordinal order is by code units, ordinal order without case by code points.
    for (a, b) in [("\u{E000}", "😀"), ("ﬁ", "\u{10428}")] {
        assert!(text::compare(a, b, StringComparison::Ordinal).is_gt());
        assert!(text::compare(a, b, StringComparison::OrdinalIgnoreCase).is_lt());
    }
    // Each half of a pair is a separator.
    let parts: Vec<&str> = text::split_chars("a😀b", "😀", text::SplitOptions::NONE).collect();
    assert_eq!(parts, ["a", "", "b"]);
    // Characters assigned after Unicode 15.0 and marks beyond U+FFFF.
    assert_eq!(text::normalize("A\u{897}\u{323}", NormalizationForm::D), "A\u{897}\u{323}");
    assert_eq!(text::normalize("A\u{558}", NormalizationForm::KC), "A\u{558}");
    assert_eq!(text::strip_diacritics("\u{1143F}é\u{11446}"), "\u{1143F}e\u{11446}");
    assert_eq!(text::lower("Iİ", &Culture::new("C").unwrap()), "iİ");
    assert!(Culture::new("C").is_ok() && Culture::new("a").is_err());
}

/// The same for comparison and search by culture.
#[test]
#[cfg(feature = "collation")]
fn culture_asked_of_the_runtime() {
    use StringComparison::{InvariantCulture, InvariantCultureIgnoreCase};
    for (start, text, sought, expected) in [
        (1, "Straße", "SS", 0),
        (1, "STRASSE", "ß", 0),
        (1, "ＡＢＣ", "b", 2),
        (1, "カナ", "かな", 1),
        (1, "e\u{301}a", "e", 0),
        (1, "éa", "E\u{301}", 1),
        (1, "a\u{AD}b", "AB", 1),
        (1, "co-op", "coop", 0),
        (2, "éÉ", "É", 2),
        (1, "İi", "i", 2),
        (1, "ıI", "i", 2),
        (1, "a b", "\u{3000}", 2),
        (1, "a\\b", "＼", 2),
        (3, "", "a", 0),
        (5, "abc", "", 0),
    ] {
        let got = text::in_str(start, text, sought, text::TextCompare::Text);
        assert_eq!(got, Ok(expected), "{text} {sought}");
    }
    assert!(text::equals(" ", "\u{3000}", InvariantCultureIgnoreCase));
    assert!(text::equals("\\", "＼", InvariantCultureIgnoreCase));
    assert!(!text::equals("A", "Ａ", InvariantCultureIgnoreCase));
    assert!(text::ends_with("é", "\u{301}", InvariantCulture));
    assert!(!text::starts_with("\u{301}a", "\u{200B}", InvariantCulture));
    assert!(text::starts_with("\u{301}a", "", InvariantCulture));
    let base = CompareOptions { ignore_non_space: true, ..CompareOptions::IGNORE_CASE };
    assert!(text::compare_culture("SS", "ß", &Culture::INVARIANT, base).is_eq());
    let symbols = CompareOptions { ignore_symbols: true, ..CompareOptions::NONE };
    assert!(text::compare_culture("a😀€", "a", &Culture::INVARIANT, symbols).is_eq());
    let turkish = Culture::new("tur-TR").unwrap();
    assert!(text::compare_culture("i", "I", &turkish, CompareOptions::IGNORE_CASE).is_gt());
}
