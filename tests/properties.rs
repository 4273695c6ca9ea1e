//! Properties on generated expressions and records.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../fuzz/properties.rs"]
mod fuzzed;

#[path = "../fuzz/dotnet.rs"]
mod dotnet;

use attrflow::functions::Kind;
use attrflow::{Compiler, Dialect, Expression, Limits, Registry};
use proptest::prelude::*;

/// Texts of constants that functions may stumble over.
fn constant() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            r#""""#,
            r#"" ""#,
            r#""Zoë""#,
            r#"",""#,
            r#""2026-01-31""#,
            r#""1/31/2026 8:00:00 AM""#,
            r#""d""#,
            r#""yyyy-MM-dd""#,
            r#""[a-z]+""#,
            r#""(?<x>\\d*)""#,
            r#""x""#,
            r#""${x}""#,
            r#""tr-TR""#,
            r#""True""#,
            r#""0""#,
            r#""SMTP:""#,
            "0",
            "1",
            "3",
            "-1",
            "&HF",
            "1.5",
            "9223372036854775807",
            "True",
            "False",
            "NULL",
            "%P%",
        ])
        .prop_map(str::to_owned),
        "[ -~]{0,6}".prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    "[a-m]".prop_map(|name| format!("[{name}]"))
}

/// Expressions that mostly compile: calls of declared functions with a fitting number
/// of arguments.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![constant(), attribute(), attribute()];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let registry = Registry::builtin();
        let functions: Vec<(String, usize, usize, Vec<&'static str>)> = registry
            .iter()
            .map(|function| {
                let (fewest, most) = function.arity();
                let words = function
                    .parameters
                    .iter()
                    .find_map(|parameter| match parameter.kind {
                        Kind::Choice(words) => Some(words.to_vec()),
                        _ => None,
                    })
                    .unwrap_or_default();
                (function.name(Dialect::Provisioning).unwrap().to_owned(), fewest, most.unwrap_or(fewest + 4), words)
            })
            .collect();
        let call = (prop::sample::select(functions), prop::collection::vec(inner.clone(), 8), any::<(u8, u8)>())
            .prop_map(|((name, fewest, most, words), mut arguments, (extra, mark))| {
                arguments.truncate((fewest + usize::from(extra) % (most - fewest + 1)).min(8));
                if let Some(argument) = arguments.get_mut(usize::from(mark) % 8) {
                    match mark / 32 {
                        0 => argument.clear(),
                        1 if !words.is_empty() => *argument = words.first().copied().unwrap().to_owned(),
                        _ => {}
                    }
                }
                format!("{name}({})", arguments.join(", "))
            });
        let operators = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">=", "&"]);
        let compared = (inner.clone(), operators, inner.clone(), inner)
            .prop_map(|(left, operator, right, value)| format!("IIF({left} {operator} {right}, {value}, {left})"));
        prop_oneof![4 => call, 1 => compared]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_says_why(text in "\\PC{0,80}") {
        fuzzed::parses(&text);
        fuzzed::evaluates(&text, "x");
    }

    #[test]
    fn any_mixture_of_tokens_parses_or_says_why(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "(", ")", ",", ";", "[", "]", "\"", "'", "“", "”", "&", "&&", "=", "<>", "<", "&HF", "1", "-1", "1.5", "%P%", "%",
                "[a]", "\"x\"", "Join", "IIF", "True", "and", "//", "\\", " ", "\n", "\u{FEFF}", "[x[y eq \"z\"].w]", "Switch(",
            ]),
            0..24,
        )
    ) {
        fuzzed::parses(&tokens.concat());
        fuzzed::evaluates(&tokens.concat(), "x");
    }

    #[test]
    fn expressions_evaluate_alike_folded_or_not(text in expression(), seed in "\\PC{0,12}") {
        fuzzed::parses(&text);
        fuzzed::evaluates(&text, &seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn dates_are_read_or_refused(format in "[yMdHhmsfFtzKg':/ .\\\\%-]{0,12}", text in "[0-9A-Za-z:/. +-]{0,24}", ticks in any::<i64>()) {
        dotnet::dates(&format, &text, ticks);
    }

    #[test]
    fn patterns_are_read_or_refused(text in "[a-c(){}\\[\\]?*+|^$.<>:=!\\\\wdsbkpL0-2-]{0,12}", subject in "[a-c\\n😀é ]{0,8}", options in any::<u8>()) {
        dotnet::patterns(&text, &subject, options);
    }

    #[test]
    fn replacements_are_read_or_refused(text in "[a-c()?*+.<>x]{0,8}", replacement in "[$0-2{}x&_`'+]{0,8}", subject in "[a-c x]{0,8}") {
        dotnet::replacements(&text, &replacement, &subject);
    }
}

#[test]
fn kept_inputs_hold() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let text = String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()).into_owned();
        let (seed, expression) = text.split_once('\n').unwrap_or(("x", &text));
        fuzzed::parses(expression);
        fuzzed::evaluates(expression, seed);
    }
}

#[test]
fn deep_and_wide_input_is_refused_or_done() {
    // On a thread with the smallest stack that a host is likely to give.
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(|| {
            let nested =
                |open: &str, close: &str, depth: usize| format!("{}[a]{}", open.repeat(depth), close.repeat(depth));
            let deepest = Compiler::new().limits(Limits {
                depth: 1_000_000,
                length: 10_000_000,
                nodes: 1_000_000,
                ..Limits::default()
            });
            let code = |text: &str, compiler: &Compiler| {
                compiler.expression(text).err().and_then(|error| error.first().map(|first| first.code.as_str()))
            };
            assert_eq!(code(&nested("Coalesce(", ")", 100), &Compiler::new()), None);
            assert_eq!(code(&nested("Coalesce(", ")", 101), &Compiler::new()), Some("AF021"));
            assert_eq!(code(&nested("Coalesce(", ")", 200), &deepest), None);
            assert_eq!(code(&nested("Coalesce(", ")", 100_000), &Compiler::new()), Some("AF020"));
            assert_eq!(code(&nested("Coalesce(", ")", 100_000), &deepest), Some("AF021"));
            assert_eq!(code(&nested("IIF([a]=", ", 1, 2)", 200), &deepest), None);
            assert_eq!(code(&"(".repeat(100_000), &deepest), Some("AF021"));
            assert_eq!(code(&"[".repeat(100_000), &deepest), Some("AF005"));
            assert_eq!(code(&"“\"(".repeat(50_000), &deepest), Some("AF021"));
            let wide = format!("Coalesce({})", vec!["[a]"; 100_000].join(", "));
            assert_eq!(code(&wide, &deepest), None);
            assert_eq!(
                code(&wide, &Compiler::new().limits(Limits { length: 10_000_000, ..Limits::default() })),
                Some("AF022")
            );
            let joined = format!("Coalesce({})", vec!["[a]"; 100_000].join(" & "));
            assert_eq!(code(&joined, &deepest), None);
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn programs_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    fn moved<T: Send>(_: &T) {}
    shared(&Expression::parse("Coalesce([a], [b])").unwrap());
    moved(&attrflow::Machine::new());
}
