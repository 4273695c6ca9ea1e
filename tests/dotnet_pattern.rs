//! `attrflow::dotnet::pattern` against the vectors recorded from .NET 8, and its own promises.
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
use std::time::Instant;

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
            let all: Vec<&str> = pattern.matches(text)?.iter().map(|found| found.as_str()).collect();
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
        let args: Vec<&str> = row["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
        let began = Instant::now();
        let got = match run(op, &args) {
            Ok(value) => Outcome::Value(value),
            Err(outcome) => outcome,
        };
        let took = began.elapsed();
        if op == "catastrophic" {
            // Only an end is asked for, with a result or with the step limit.
            let ended = matches!(got, Outcome::Value(_) | Outcome::MatchError(MatchError::StepLimit { .. }));
            assert!(ended, "{args:?}");
            println!("{args:?}: {took:?}");
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
                let pattern = if op.starts_with("regex_") || op == "group_names" { args[0] } else { args[1] };
                // An offset between two surrogates is given as that of the character.
                let recorded = usize::try_from(row["error_offset"].as_u64().unwrap_or(0)).unwrap();
                let ours = utf16_offset(pattern, error.offset);
                let pair = pattern[error.offset..].chars().next().is_some_and(|next| next.len_utf16() == 2);
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
            Outcome::MatchError(MatchError::SplitCharacter { .. }) if row["result"]["utf16"].is_array() => {
                *deviations.entry(DEVIATIONS[0].0).or_default() += 1;
                continue;
            }
            Outcome::PatternError(error) => format!("{error:?}"),
            Outcome::MatchError(error) => format!("{error:?}"),
        };
        differ += 1;
        println!("differs: {} {op} {args:?} expected {} got {shown}", row["id"], row["result"]);
    }
    let deviating: usize = deviations.values().sum();
    said!(
        "regex.jsonl: agree {agree}, deviation {deviating} {deviations:?}, differ {differ}; errors with the same kind and offset: {offsets} of {errors}"
    );
    assert_eq!(differ, 0);
    assert_eq!(offsets, errors);
    assert!(deviating * 100 <= file.lines().count() * 8);
}

fn replace(pattern: &str, text: &str, replacement: &str) -> String {
    let pattern = Pattern::new(pattern, Options::default()).unwrap();
    let replacement = Replacement::new(replacement, &pattern).unwrap();
    pattern.replace(text, &replacement).unwrap().into_owned()
}

/// Rules of .NET's reader that the vectors do not touch, worked out from its documentation and source.
#[test]
fn rules_beyond_the_vectors() {
    let rows: &[(&str, &str, &str, &str)] = &[
        // A name that is no group makes the condition an expression.
        ("(?(foo)foobar|baz)", "foobar baz", "x", "x x"),
        ("(?(a)ab)", "ab b", "x", "xx xbx"),
        // Braces that are no quantifier.
        ("a{,2}", "a{,2} aa", "x", "x aa"),
        ("a{ 1}", "a{ 1}a", "x", "xa"),
        ("{", "a{b", "x", "axb"),
        ("(?x)a{ 2 }", "a{2}", "x", "x"),
        // Octal codes and backreferences.
        (r"\08", "\u{0}8", "x", "x"),
        (r"\400", "\u{0}", "x", "x"),
        (r"\18", "\u{1}8", "x", "x"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10", "abcdefghijj", "$10|$1", "j|a"),
        (r"\<n>(?<n>a)|(?<n>b)\<n>", "bb", "x", "x"),
        (r"[\b\cA\e]", "a\u{8}\u{1}\u{1b}", "x", "axxx"),
        // White space in patterns.
        ("(?x)a # a comment ( [ \n b", "ab", "x", "x"),
        ("(?x)[ a]", " a", "x", "xx"),
        ("(?x:a b)c d", "abc d", "x", "x"),
        ("a(?#c)+", "aa", "x", "x"),
        // Groups.
        ("(?<n>a)(?<n>b)", "ab", "${n}", "b"),
        ("(?<10>a)", "a", "$10$1", "a$1"),
        ("(?n:(a)(?<x>b))", "ab", "$1", "b"),
        ("(a)|b", "b", "[$1]", "[]"),
        ("(a)(?:b)(c)", "abc", "$+$_$0", "cabcabc"),
        ("b", "abc", "$+", "abc"),
        ("(?<a>x)(y)", "xy", "$1${2}${a}", "yxx"),
        // What ends a loop around something that can be empty keeps its captures.
        ("(a|b?)*c", "aac", "[$1]", "[]"),
        ("(a*)*", "b", "[$1]", "[]b[]"),
        ("(a*?)+?b", "aab", "[$1]", "[a]"),
        (r"(?<open>\()+[^()]*(?<close-open>\))+(?(open)(?!))", "((a)) (b)) ((c)", "<${close}>", "<(a)> <b>) (<c>"),
        // Lookbehinds of any length, matched from right to left.
        (r"(?<=\$\d+\.)\d\d", "$1234.56", "00", "$1234.00"),
        (r"(?<=(\d+)(\d+))$", "1234", "[$1,$2]", "1234[1,234]"),
        (r"(?<=\1(a))b", "aab", "x", "aax"),
        (r"\G\d", "12a3", "x", "xxa3"),
        ("x*", "axb", "-", "-a--b-"),
        // Case.
        ("(?i)straße", "STRAẞE Strasse", "x", "x Strasse"),
        (r"(?i)(k)\1", "kK K\u{212A}", "x", "x x"),
        ("(?i)[^k]", "\u{212A}a", "x", "\u{212A}x"),
        (r"(?i)\p{Lu}", "aǅ1", "x", "xx1"),
        (r"\p{IsGreek}\P{IsGreek}", "αβaγ", "x", "αxγ"),
        (r"[\p{L}-[\p{IsBasicLatin}]]", "aéb", "x", "axb"),
        // Code units above U+FFFF.
        (".", "😀", "$&", "😀"),
        ("(?<=.{3})b", "a😀b", "x", "a😀x"),
        ("^.{4}$", "a😀b", "x", "x"),
        (r"\uD83D\uDE00", "😀", "x", "x"),
        ("[😀]", "😀", "x", "xx"),
        (r"\b😀\b", "a😀b", "x", "axb"),
        // Replacements that look like something else.
        ("a", "a", "${0}$00$", "aa$"),
        ("a", "a", "$01$", "$01$"),
        ("(a)", "a", "${01}$01", "aa"),
        ("(?<é>a)", "a", "${é}", "a"),
        ("a", "a", "$ {0}", "$ {0}"),
        ("a", "a", "$$1", "$1"),
    ];
    for (pattern, text, replacement, expected) in rows {
        assert_eq!(replace(pattern, text, replacement), *expected, "{pattern} on {text}");
    }
}

#[test]
fn errors_say_where_and_how() {
    let rows: &[(&str, &str, usize)] = &[
        ("a)", "InsufficientOpeningParentheses", 2),
        ("(?#", "UnterminatedComment", 3),
        ("(?<0>a)", "CaptureGroupOfZero", 4),
        ("(?<a", "InvalidGroupingConstruct", 4),
        ("(?<1-2>a)", "UndefinedNumberedReference", 6),
        (r"\1", "UndefinedNumberedReference", 2),
        (r"\k", "MalformedNamedReference", 1),
        (r"\kx", "MalformedNamedReference", 3),
        (r"a\", "UnescapedEndingBackslash", 2),
        (r"\c", "MissingControlCharacter", 2),
        (r"\u12", "InsufficientOrInvalidHexDigits", 2),
        (r"\pL", "InvalidUnicodePropertyEscape", 2),
        (r"\pLu}", "MalformedUnicodePropertyEscape", 3),
        (r"[a-\d]", "ShorthandClassInCharacterRange", 5),
        ("a{2,1}", "ReversedQuantifierRange", 6),
        ("a{99999999999}", "QuantifierOrCaptureGroupOutOfRange", 12),
        ("(?(1", "AlternationHasMalformedReference", 4),
        ("(?(?#a)b)", "AlternationHasComment", 2),
        ("(?(?<n>a)b)", "AlternationHasNamedCapture", 2),
        ("(?(a)b|c|d)", "AlternationHasTooManyConditions", 11),
        ("(?(a)(?i:b))", "InvalidGroupingConstruct", 8),
        ("a{2}{3}", "NestedQuantifiersNotParenthesized", 5),
        ("a???", "NestedQuantifiersNotParenthesized", 4),
        ("é(", "InsufficientClosingParentheses", 3),
    ];
    for (pattern, kind, offset) in rows {
        let error = Pattern::new(pattern, Options::default()).unwrap_err();
        assert_eq!((format!("{:?}", error.kind).as_str(), error.offset), (*kind, *offset), "{pattern}: {error}");
        assert!(error.message.ends_with('.') || error.message.ends_with('?'), "{}", error.message);
    }
    let suggested = Pattern::new(r"\p{Greek}", Options::default()).unwrap_err();
    assert!(suggested.message.contains("IsGreek"), "{}", suggested.message);
    let deep = "(".repeat(5000) + &")".repeat(5000);
    assert_eq!(format!("{:?}", Pattern::new(&deep, Options::default()).unwrap_err().kind), "NestedTooDeeply");
    let deep = "[a-".repeat(5000) + "[a]" + &"]".repeat(5000);
    assert_eq!(format!("{:?}", Pattern::new(&deep, Options::default()).unwrap_err().kind), "NestedTooDeeply");
    let long = "a".repeat(40_000);
    assert_eq!(format!("{:?}", Pattern::new(&long, Options::default()).unwrap_err().kind), "TooLarge");
    let mixed = Options { ecma_script: true, singleline: true, ..Options::default() };
    assert_eq!(format!("{:?}", Pattern::new("a", mixed).unwrap_err().kind), "OptionsConflict");
    let pattern = Pattern::new("a", Options::default()).unwrap();
    assert!(Replacement::new("$2147483648", &pattern).is_err());
}

#[test]
fn operations_besides_replace() {
    let pattern = Pattern::new(r"(?<key>\w)=(?<value>\w)?", Options::default()).unwrap();
    assert_eq!(pattern.group("k=", "value"), Ok(None));
    assert_eq!(pattern.group("k=v", "nope"), Ok(None));
    assert_eq!(pattern.group("none", "key"), Ok(None));
    assert_eq!(pattern.find_at("a=1 b=2", 1).unwrap().unwrap().as_str(), "b=2");
    assert_eq!(pattern.find_at("é=1", 1), Ok(None));
    assert_eq!(pattern.find_at("a=1", 99), Ok(None));
    assert_eq!(pattern.split("x a=1 b=2").unwrap(), ["x ", "a", "1", " ", "b", "2", ""]);
    assert_eq!(pattern.group_names().collect::<Vec<_>>(), ["0", "key", "value"]);
    let mut out = String::new();
    let replacement = Replacement::new("<$1>", &pattern).unwrap();
    assert!(pattern.replace_to("a=1 b=2", &replacement, Some(1), &mut out).unwrap());
    assert_eq!(out, "<a> b=2");
    for (text, limit) in [("a=1", Some(0)), ("nothing", None)] {
        out.clear();
        assert!(!pattern.replace_to(text, &replacement, limit, &mut out).unwrap());
        assert!(out.is_empty());
    }
    assert_eq!(pattern.replace("a=1", &Replacement::literal("$1")).unwrap(), "$1");
    let half = Pattern::new("(?<c>.)b", Options::default()).unwrap();
    assert_eq!(half.group("a😀b", "c"), Err(MatchError::SplitCharacter { offset: 1 }));
    assert_eq!(half.find("a😀b"), Err(MatchError::SplitCharacter { offset: 1 }));
    assert_eq!(half.is_match("a😀b"), Ok(true));
    // Known to go wrong in .NET 8, where this finds matches without end.
    let lazy = Pattern::new("(?:(?:0?)+?(?:a?)+?)?", Options::default()).unwrap();
    assert_eq!(lazy.count("0a"), Err(MatchError::EmptyLazyRound));
}

#[test]
fn patterns_are_shared_between_threads() {
    let pattern = Pattern::new(r"(?<=a)(b+)", Options::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let pattern = pattern.clone();
            scope.spawn(move || assert_eq!(pattern.group("abb", "1"), Ok(Some("bb"))));
        }
    });
}

/// Patterns as long as allowed are read in bounded time and memory.
#[test]
fn large_patterns_are_bounded() {
    for piece in [
        r"\w",
        r"\W+",
        "(?i:[a-z])",
        "(?i)[k]",
        r"\p{L}",
        "(a)",
        "(?<n>a)",
        "[a-z-[b]]",
        "a{1000}",
        "(?:a|)",
        "x|",
        "(?=a)",
    ] {
        let began = Instant::now();
        let pattern = Pattern::new(&piece.repeat(32_000 / piece.len()), Options::default());
        if let Ok(pattern) = pattern {
            let _ = pattern.is_match("aaaa");
            let _ = pattern.is_match("aéaa");
        }
        println!("{piece} 32,000 times: {:?}", began.elapsed());
    }
}

#[test]
fn backtracking_is_bounded() {
    let rows = [
        ("(a|a?)+$", "a".repeat(40) + "!"),
        (r"^(\w+\s?)*\z(?<=x)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".to_owned()),
        (r"(?=(a+)+b)", "a".repeat(60)),
        (r"(.*)*\1x", "a".repeat(200)),
        (r"(?:){2147483646}(?=a)", "a".to_owned()),
        (r"((((((a*)*)*)*)*)*)*b", "a".repeat(40)),
    ];
    for (pattern, text) in rows {
        let pattern = Pattern::new(pattern, Options::default()).unwrap();
        let began = Instant::now();
        let found = pattern.is_match(&text);
        assert!(matches!(found, Ok(_) | Err(MatchError::StepLimit { .. })));
        println!("{pattern}: {:?}", began.elapsed());
    }
    // A long text alone is no reason to give up.
    let long = "word ".repeat(100_000);
    let pattern = Pattern::new(r"\b\w+\b(?= )", Options::default()).unwrap();
    assert_eq!(pattern.count(&long), Ok(100_000));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Texts in which the special characters of patterns are frequent.
    fn pattern_like() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "(", ")", "(?", "(?:", "(?<", "(?<n>", "(?'n'", "(?<=", "(?<!", "(?=", "(?!", "(?>", "(?(", "(?(n)",
            "(?<-n>", "(?#", "(?i)", "(?x-i:", "[", "]", "[^", "-[", "-", "\\", "\\p{", "\\P{Lu}", "}", "{", "{2}",
            "{1,}", "{1,2}", ",", "*", "+", "?", "|", "^", "$", ".", "\\b", "\\B", "\\G", "\\1", "\\k<n>", "\\u00e9",
            "\\x4", "\\c", "\\012", "#", " ", "\n", "a", "b", "é", "😀", "1", "0", "n", ">", "'", "\\w", "\\d", "\\S",
            "\\Z",
        ]);
        prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
    }

    fn any_options() -> impl Strategy<Value = Options> {
        (any::<[bool; 6]>(), 0u8..3).prop_map(|(on, culture)| Options {
            ignore_case: on[0],
            multiline: on[1],
            explicit_capture: on[2],
            singleline: on[3],
            ignore_pattern_white_space: on[4],
            ecma_script: on[5],
            culture: [CaseCulture::Invariant, CaseCulture::NonTurkish, CaseCulture::Turkish][usize::from(culture)],
            step_limit: 20_000,
        })
    }

    fn try_all(pattern: &str, options: Options, text: &str, replacement: &str) {
        match Pattern::new(pattern, options) {
            Ok(compiled) => {
                // Whatever is accepted can be applied; only the named errors may come.
                let _ = compiled.is_match(text);
                let _ = compiled.split(text);
                let _ = compiled.matches(text);
                if let Ok(replacement) = Replacement::new(replacement, &compiled) {
                    let _ = compiled.replace(text, &replacement);
                }
                let _ = compiled.replace_group_to(text, "n", "x", None, &mut String::new());
            }
            Err(error) => assert!(pattern.is_char_boundary(error.offset), "{error:?}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn likely_patterns_never_panic(pattern in pattern_like(), options in any_options(), text in "[abné1😀 \n]{0,10}", replacement in "[$a-c{}0-3&`'+_n]{0,8}") {
            try_all(&pattern, options, &text, &replacement);
        }

        #[test]
        fn arbitrary_patterns_never_panic(pattern in any::<String>(), text in any::<String>(), replacement in any::<String>()) {
            try_all(&pattern, Options::default(), &text, &replacement);
        }

        #[test]
        fn escape_and_unescape_return_the_text(text in any::<String>()) {
            let escaped = escape(&text);
            let unescaped = unescape(&escaped).unwrap();
            prop_assert_eq!(unescaped.as_ref(), text.as_str());
            let _ = unescape(&text);
            // The escaped text matches the text itself, as a whole.
            let pattern = Pattern::new(&format!("^(?:{escaped})\\z"), Options::default()).unwrap();
            prop_assert_eq!(pattern.is_match(&text), Ok(true));
        }

        /// Nothing is lost or invented: replacing every match by itself leaves the text alone.
        #[test]
        fn replacing_by_itself_changes_nothing(pattern in pattern_like(), text in "[abné1😀 \n]{0,10}") {
            if let Ok(pattern) = Pattern::new(&pattern, Options { step_limit: 20_000, ..Options::default() }) {
                let itself = Replacement::new("$&", &pattern).unwrap();
                match pattern.replace(&text, &itself) {
                    Ok(result) => prop_assert_eq!(result.as_ref(), text.as_str()),
                    Err(MatchError::StepLimit { .. } | MatchError::EmptyLazyRound) => {}
                    Err(error) => prop_assert!(false, "{error:?}"),
                }
            }
        }
    }
}
