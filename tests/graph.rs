//! Trees of Microsoft Graph: every expression of an exported configuration there and
//! back, and random expressions besides.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::graph::{Source, SourceKind, SourceParameter};
use attrflow::syntax::{Expr, Node};
use attrflow::{Code, Compiler, Expression, Limits};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Exported configurations are not part of the repository; they lie beside it.
fn schema(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/schemas").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()),
        Err(error) => {
            said!("SKIPPED: {}: {error}", path.display());
            None
        }
    }
}

/// Every source of a mapping in a configuration, each once.
fn sources(node: &Value, into: &mut Vec<Value>) {
    match node {
        Value::Object(object) => {
            if let Some(source) = object.get("source").filter(|source| source.get("parameters").is_some())
                && !into.contains(source)
            {
                into.push(source.clone());
            }
            object.values().for_each(|value| sources(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| sources(value, into)),
        _ => {}
    }
}

fn read(value: &Value) -> Source {
    serde_json::from_value(value.clone()).unwrap()
}

/// The tree of a text, which must compile.
fn tree(text: &str) -> Expr {
    Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).tree().clone()
}

fn convert(text: &str) -> Source {
    Source::from_tree(&tree(text), &Compiler::new()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Takes out the arguments that only the tree holds: constants without a text.
fn without_parameters(source: &mut Source) {
    source
        .parameters
        .retain(|argument| argument.value.kind != Some(SourceKind::Constant) || argument.value.expression.is_some());
    source.parameters.iter_mut().for_each(|argument| without_parameters(&mut argument.value));
}

/// Takes out the texts of functions, so that the tree must speak for itself.
fn without_texts(source: &mut Source) {
    if source.kind == Some(SourceKind::Function) {
        source.expression = None;
    }
    source.parameters.iter_mut().for_each(|argument| without_texts(&mut argument.value));
}

fn holds_there_and_back(source: &Value) {
    let compiler = Compiler::new();
    let parsed = read(source);
    assert_eq!(serde_json::to_value(&parsed).unwrap(), *source, "the properties survive");

    let text = parsed.expression.clone().unwrap();
    let expression = compiler.expression(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(expression.tree().to_string(), text);

    let mut expected = parsed.clone();
    without_parameters(&mut expected);
    let converted = Source::from_tree(expression.tree(), &compiler).unwrap();
    assert_eq!(serde_json::to_value(converted).unwrap(), serde_json::to_value(expected).unwrap(), "{text}");

    let mut bare = parsed.clone();
    without_texts(&mut bare);
    for from in [&parsed, &bare] {
        let back = from.to_tree(&compiler).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(back.warnings, [], "{text}");
        // The text of the configuration shows no parameters; written again, it is the same.
        let again = Source::from_tree(&back.tree, &compiler).unwrap();
        assert_eq!(again, parsed, "{text}");
        compiler.expression_from(&back.tree).unwrap_or_else(|error| panic!("{}: {error}", back.tree));
    }
}

#[test]
fn exported_configuration_there_and_back() {
    let Some(configuration) = schema("cloudsync-ad2aad-full-schema.json") else { return };
    let mut found = Vec::new();
    sources(&configuration, &mut found);
    let functions: Vec<_> = found.iter().filter(|source| source["type"] == "Function").collect();
    functions.iter().for_each(|source| holds_there_and_back(source));
    assert_eq!(functions.len(), 58);

    let compiler = Compiler::new();
    for source in found.iter().filter(|source| source["type"] != "Function") {
        let read = read(source).to_tree(&compiler).unwrap();
        assert_eq!(read.warnings, [], "{source}");
        assert_eq!(serde_json::to_value(Source::from_tree(&read.tree, &compiler).unwrap()).unwrap(), *source);
    }
    said!("{} functions, {} other sources", functions.len(), found.len() - functions.len());
}

#[test]
fn smaller_exports_there_and_back() {
    if let Some(response) = schema("parseexpression-response.json") {
        holds_there_and_back(&response["parsedExpression"]);
    }
    if let Some(mapping) = schema("objectmapping-salesforce.json") {
        let mut found = Vec::new();
        sources(&mapping, &mut found);
        let functions: Vec<_> = found.iter().filter(|source| source["type"] == "Function").collect();
        functions.iter().for_each(|source| holds_there_and_back(source));
        assert_eq!(functions.len(), 4);
    }
}

/// The list of functions that Graph publishes has the same keys.
#[test]
fn keys_are_those_of_the_published_list() {
    let Some(list) = schema("graph-functions.json") else { return };
    let functions = list["value"].as_array().unwrap();
    assert!(!functions.is_empty());
    let registry = attrflow::Registry::builtin();
    for function in functions {
        let name = function["name"].as_str().unwrap();
        let keys: Vec<_> =
            function["parameters"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        let declared: Vec<Vec<_>> = registry
            .named(attrflow::Dialect::Provisioning, name)
            .map(|f| f.parameters.iter().map(|p| p.key).collect())
            .collect();
        // Switch repeats one key for two parameters, and later versions have parameters at the end.
        let same = declared.iter().any(|own| {
            let mut own = own.clone();
            own.dedup();
            own.starts_with(&keys)
        });
        assert!(same, "{name}: the list has {keys:?}, the declarations {declared:?}");
    }
}

#[test]
fn a_condition_is_spread_over_three_keys() {
    let source = convert(r#"IIF(IIF([a]="1", True, False)<>"False", "yes")"#);
    let keys: Vec<_> = source.parameters.iter().map(|argument| argument.key.as_str()).collect();
    assert_eq!(keys, ["one", "two", "three", "four"]);
    assert_eq!(
        serde_json::to_value(&source.parameters[1]).unwrap(),
        json!({"key": "two", "value": {"expression": "\"<>\"", "name": "<>", "type": "Constant", "parameters": []}})
    );
    assert_eq!(source.parameters[0].value.expression.as_deref(), Some(r#"IIF([a]="1", True, False)"#));
    assert_eq!(source.to_tree(&Compiler::new()).unwrap().tree, tree(source.expression.as_deref().unwrap()));
}

#[test]
fn operators_elsewhere_are_functions_of_their_own() {
    let source = convert(r#"Coalesce([a] & "-" & ([b]="x"), IsNull([a]<=3))"#);
    let concatenation = &source.parameters[0].value;
    assert_eq!((concatenation.name.as_deref(), concatenation.parameters.len()), (Some("&"), 3));
    let comparison = &concatenation.parameters[2].value;
    assert_eq!(comparison.name.as_deref(), Some("="));
    assert_eq!(comparison.parameters.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), ["left", "right"]);

    let mut bare = source.clone();
    without_texts(&mut bare);
    let back = bare.to_tree(&Compiler::new()).unwrap();
    assert_eq!(back.tree.to_string(), r#"Coalesce([a] & "-" & ([b]="x"), IsNull([a]<="3"))"#);
    assert_eq!(source.to_tree(&Compiler::new()).unwrap().tree.to_string(), source.expression.unwrap());
}

#[test]
fn a_parameter_is_in_the_tree_and_not_in_the_text() {
    let source = convert("Coalesce([a], %DomainFQDN%)");
    assert_eq!(source.expression.as_deref(), Some("Coalesce([a], )"));
    assert_eq!(
        serde_json::to_value(&source.parameters[1].value).unwrap(),
        json!({"expression": null, "name": "%DomainFQDN%", "type": "Constant", "parameters": []})
    );
    let back = source.to_tree(&Compiler::new()).unwrap();
    assert_eq!((back.tree.to_string().as_str(), back.warnings.len()), ("Coalesce([a], %DomainFQDN%)", 0));
}

#[test]
fn an_omitted_argument_keeps_its_place_where_it_counts() {
    let cases = [
        (r#"Switch([a], , "1", , "2", "two")"#, "switchValue", 4),
        (r#"Coalesce(, %DomainFQDN%, [a])"#, "source", 3),
        (r#"Coalesce([a], , [b])"#, "source", 2),
    ];
    for (text, key, count) in cases {
        let mut source = convert(text);
        assert_eq!(source.parameters.iter().filter(|argument| argument.key == key).count(), count);
        assert_eq!(source.to_tree(&Compiler::new()).unwrap().tree.to_string(), text);
        without_texts(&mut source);
        let bare = if count == 2 { "Coalesce([a], [b])" } else { text };
        assert_eq!(source.to_tree(&Compiler::new()).unwrap().tree.to_string(), bare);
    }
}

#[test]
fn the_text_counts_where_it_says_more() {
    let source = read(&json!({"type": "Function", "name": "Coalesce", "expression": "Coalesce([a], \"x\")"}));
    let back = source.to_tree(&Compiler::new()).unwrap();
    assert_eq!((back.tree.to_string().as_str(), back.warnings.len()), ("Coalesce([a], \"x\")", 0));

    let mut partial = convert(r#"IIF([a]="1", "x", "y")"#);
    partial.parameters.pop();
    let back = partial.to_tree(&Compiler::new()).unwrap();
    assert_eq!(back.tree.to_string(), r#"IIF([a]="1", "x", "y")"#);
    assert_eq!(back.warnings[0].code, Code::ContradictoryTree);
    assert_eq!(back.warnings[0].path, "five");
}

#[test]
fn the_tree_counts_where_they_contradict_each_other() {
    let mut source = convert(r#"IIF([a]="1", [b], "y")"#);
    source.parameters[2].value.name = Some("2".to_owned());
    source.parameters[3].value.name = Some("c".to_owned());
    let back = source.to_tree(&Compiler::new()).unwrap();
    assert_eq!(back.tree.to_string(), r#"IIF([a]="2", [c], "y")"#);
    let paths: Vec<_> = back.warnings.iter().map(|warning| (warning.code, warning.path.as_str())).collect();
    assert_eq!(paths, [(Code::ContradictoryTree, "one/three"), (Code::ContradictoryTree, "four")]);
}

#[test]
fn unknown_properties_survive() {
    let value = json!({
        "@odata.type": "#microsoft.graph.attributeMappingSource",
        "expression": "Coalesce([a])", "name": "Coalesce", "type": "Function", "future": {"x": [1]},
        "parameters": [{"key": "source", "@y": 1, "value": {
            "expression": "[a]", "name": "a", "type": "Reference", "parameters": [], "z": null
        }}]
    });
    let source = read(&value);
    assert_eq!(source.parameters[0].value.kind, Some(SourceKind::Other("Reference".to_owned())));
    assert_eq!(serde_json::to_value(&source).unwrap(), value);
    assert_eq!(source.to_tree(&Compiler::new()).unwrap().tree.to_string(), "Coalesce([a])");
    assert_eq!(read(&json!({"parameters": null, "name": null})), Source::default());
}

#[test]
fn what_is_no_expression_is_an_error_with_its_path() {
    let constant = |name: &str| json!({"type": "Constant", "name": name});
    let cases = [
        (json!({}), Code::MalformedTree, ""),
        (json!({"type": "Function"}), Code::MalformedTree, ""),
        (json!({"type": "Attribute"}), Code::MalformedTree, ""),
        (json!({"type": "Attribute", "name": "a]b"}), Code::MalformedTree, ""),
        (json!({"type": "Function", "name": "Nope"}), Code::UnknownFunction, ""),
        (json!({"type": "Function", "name": "="}), Code::MalformedTree, ""),
        (
            json!({"type": "Function", "name": "IIF", "parameters": [{"key": "six", "value": constant("x")}]}),
            Code::MalformedTree,
            "",
        ),
        (
            json!({"type": "Function", "name": "IIF", "parameters": [
                {"key": "one", "value": constant("x")}, {"key": "two", "value": constant("~")}, {"key": "three", "value": constant("x")}
            ]}),
            Code::MalformedTree,
            "one",
        ),
        (
            json!({"type": "Function", "name": "IIF", "parameters": [
                {"key": "one", "value": constant("x")}, {"key": "two", "value": constant("=")}
            ]}),
            Code::MalformedTree,
            "one",
        ),
    ];
    for (value, code, path) in cases {
        let error = read(&value).to_tree(&Compiler::new()).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (code, path), "{value}: {error}");
    }
}

#[test]
fn deep_and_large_trees_are_errors() {
    let compiler = Compiler::new();
    let mut source = read(&json!({"type": "Attribute", "name": "a"}));
    for _ in 0..5_000 {
        let argument = SourceParameter { key: "source".to_owned(), value: source, ..Default::default() };
        source = Source {
            name: Some("Coalesce".to_owned()),
            kind: Some(SourceKind::Function),
            parameters: vec![argument],
            ..Default::default()
        };
    }
    assert_eq!(source.to_tree(&compiler).unwrap_err().code, Code::TooDeep);
    let deepest = Compiler::new().limits(Limits { depth: usize::MAX, nodes: usize::MAX, ..Limits::default() });
    assert_eq!(source.to_tree(&deepest).unwrap_err().code, Code::TooDeep);

    let attribute = SourceParameter {
        key: "source".to_owned(),
        value: read(&json!({"name": "a", "type": "Attribute"})),
        ..Default::default()
    };
    let wide = Source { name: Some("Coalesce".to_owned()), parameters: vec![attribute; 50_000], ..Default::default() };
    assert_eq!(wide.to_tree(&compiler).unwrap_err().code, Code::TooManyNodes);

    let mut expr = Expr::new(Node::Attribute("a".to_owned()));
    for _ in 0..5_000 {
        expr = Expr::new(Node::Group(Box::new(expr)));
    }
    assert_eq!(Source::from_tree(&expr, &compiler).unwrap_err().code, Code::TooDeep);
    assert_eq!(Source::from_tree(&expr, &deepest).unwrap_err().code, Code::TooDeep);

    let deep = format!("{}[a]{}", "Coalesce(".repeat(90), ")".repeat(90));
    let back = convert(&deep).to_tree(&compiler).unwrap();
    assert_eq!(back.tree.to_string(), deep);

    let json = "{\"parameters\":[{\"value\":".repeat(100_000);
    assert!(serde_json::from_str::<Source>(&json).is_err());
    let small = Compiler::new().limits(Limits { nodes: 2, ..Limits::default() });
    assert_eq!(Source::from_tree(&tree(r#"Switch([a], "b", "c", "d")"#), &small).unwrap_err().code, Code::TooManyNodes);
}

/// The text of a random expression: functions whose keys repeat, are spread, or differ by
/// the number of arguments, with omitted arguments.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_.:-]{0,8}".prop_map(|name| format!("[{name}]")),
        "[ -~äß🎉]{0,8}".prop_map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
        // A backslash before other characters stands for itself, as written.
        "[a-z]{1,3}".prop_map(|text| format!("\"\\{text}\"")),
        any::<i32>().prop_map(|number| number.to_string()),
        Just("&HFF".to_owned()),
        Just("1.50".to_owned()),
        Just("True".to_owned()),
        Just("NULL".to_owned()),
        Just("%DomainFQDN%".to_owned()),
    ];
    let call = leaf.clone().prop_recursive(5, 60, 6, |inner| {
        let operation = prop_oneof![
            3 => inner.clone(),
            1 => (inner.clone(), "=|<>|<|<=|>|>=", inner.clone()).prop_map(|(a, o, b)| format!("{a}{o}{b}")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("{a} & {b} & {c}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}=\"x\") & ({b})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a} & {b})<>\"x\")")),
        ]
        .boxed();
        let one = operation.clone();
        let maybe = prop_oneof![3 => operation, 1 => Just(String::new())].boxed();
        prop_oneof![
            (one.clone(), maybe.clone(), prop::collection::vec((maybe.clone(), maybe.clone()), 1..4)).prop_map(
                |(s, d, pairs)| {
                    let pairs: String = pairs.iter().map(|(key, value)| format!(", {key}, {value}")).collect();
                    format!("Switch({s}, {d}{pairs})")
                }
            ),
            (one.clone(), one.clone(), maybe.clone()).prop_map(|(c, t, f)| format!("IIF({c}, {t}, {f})")),
            (one.clone(), one.clone()).prop_map(|(c, t)| format!("IIF({c}, {t})")),
            prop::collection::vec(maybe.clone(), 1..4)
                .prop_map(|arguments| format!("Coalesce({})", arguments.join(", "))),
            one.clone().prop_map(|source| format!("IsPresent({source})")),
            (one.clone(), prop::collection::vec(maybe.clone(), 1..4))
                .prop_map(|(by, all)| format!("Join({by}, {})", all.join(", "))),
            (one.clone(), any::<bool>(), 0..9).prop_map(|(a, quoted, n)| if quoted {
                format!("Left({a}, \"{n}\")")
            } else {
                format!("Left({a}, {n})")
            }),
            (one.clone(), one.clone(), maybe.clone(), maybe.clone())
                .prop_map(|(a, f, r, n)| format!("Replace({a}, {f}, {r}, , {n}, , )")),
            (one.clone(), maybe.clone(), one.clone()).prop_map(|(a, i, o)| format!("FormatDateTime({a}, {i}, {o})")),
            (one.clone(), maybe.clone(), maybe, one.clone())
                .prop_map(|(a, s, i, o)| format!("FormatDateTime({a}, {s}, {i}, {o})")),
            (one.clone(), one).prop_map(|(a, b)| format!("InStr({a}, {b}, 1, vbTextCompare)")),
        ]
    });
    prop_oneof![1 => leaf, 9 => call]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_expressions_there_and_back(text in expressions()) {
        let compiler = Compiler::new();
        let (tree, found) = attrflow::syntax::parse(&text, attrflow::Dialect::Provisioning);
        let Some(tree) = tree else { panic!("{text}: {found:?}") };
        let source = Source::from_tree(&tree, &compiler).unwrap();
        let back = source.to_tree(&compiler).unwrap();
        prop_assert!(back.tree == tree, "{} is not {}", back.tree, text);
        prop_assert_eq!(back.warnings, []);

        // Without the texts the spelling of numbers and parentheses is lost, not more.
        let mut bare = source.clone();
        without_texts(&mut bare);
        let back = bare.to_tree(&compiler).unwrap();
        prop_assert_eq!(back.warnings, []);
        let mut again = Source::from_tree(&back.tree, &compiler).unwrap();
        without_texts(&mut again);
        prop_assert_eq!(again, bare);
    }

    #[test]
    fn no_tree_panics(
        names in prop::collection::vec(prop::option::of("IIF|Switch|Coalesce|=|&|%A%|[a-z\\[\\]\"%&=() ]{0,5}"), 1..12),
        texts in prop::collection::vec(prop::option::of("\\[a\\]|\"x\"|IIF\\(\\[a\\]=1, 2\\)|[a-zA-Z\\[\\]\"%&=(), ]{0,12}"), 1..12),
        keys in prop::collection::vec("one|two|three|four|five|source|switchValue|left|zzz", 1..12),
        shape in prop::collection::vec((0usize..4, 0usize..4), 1..12),
    ) {
        let mut done: Vec<Source> = Vec::new();
        for (index, (kind, take)) in shape.into_iter().enumerate() {
            let arguments = done.split_off(done.len().saturating_sub(take));
            let parameters = arguments.into_iter().enumerate().map(|(at, value)| SourceParameter {
                key: keys[(index + at) % keys.len()].clone(), value, ..Default::default()
            });
            done.push(Source {
                name: names[index % names.len()].clone(),
                expression: texts[index % texts.len()].clone(),
                kind: [None, Some(SourceKind::Attribute), Some(SourceKind::Constant), Some(SourceKind::Function)][kind].clone(),
                parameters: parameters.collect(),
                ..Default::default()
            });
        }
        let compiler = Compiler::new();
        for source in done {
            if let Ok(read) = source.to_tree(&compiler)
                && let Ok(expression) = compiler.expression_from(&read.tree)
            {
                let written = Source::from_tree(expression.tree(), &compiler).unwrap();
                prop_assert_eq!(&written.to_tree(&compiler).unwrap().tree, expression.tree());
            }
        }
    }
}
