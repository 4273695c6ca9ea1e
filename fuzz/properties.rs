//! What must hold for any input: plain functions, run by the fuzz targets and, on
//! generated and kept inputs, by `tests/properties.rs`.

use attrflow::syntax::parse;
use attrflow::{
    AttributeBag, Bump, Columns, Compiler, Diagnostic, Dialect, Environment, Evaluation, Machine, Mapping, MappingSet,
    Operation, Severity, Value,
};

fn spans_lie_within(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        for span in [Some(diagnostic.span), diagnostic.fix.as_ref().map(|fix| fix.span)].into_iter().flatten() {
            assert!(text.get(span.range()).is_some(), "{diagnostic:?} points outside {text:?}");
        }
        assert!(!diagnostic.message.is_empty());
    }
}

/// Any text parses or gives an error with a place; a tree prints to a text that
/// gives the same tree.
pub(crate) fn parses(text: &str) {
    let (tree, found) = parse(text, Dialect::Provisioning);
    spans_lie_within(text, &found);
    let failed = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(tree.is_none(), failed, "a tree or an error: {text:?}");
    if let Some(tree) = tree {
        let printed = tree.to_string();
        let (again, _) = parse(&printed, Dialect::Provisioning);
        assert_eq!(again.as_ref(), Some(&tree), "{text:?} printed as {printed:?}");
        assert_eq!(again.map(|tree| tree.to_string()).as_ref(), Some(&printed));
    }
}

/// A record with a value of every kind, some of them hostile.
pub(crate) fn record(seed: &str) -> AttributeBag {
    let mut bag = AttributeBag::new();
    bag.set("a", seed);
    bag.set("b", "Zoë O'Neil-Straße");
    bag.set("c", "2026-01-31T08:00:00+02:00");
    bag.set("d", "");
    bag.set("e", i64::MIN);
    bag.set("f", vec!["SMTP:a@contoso.com", "smtp:b@contoso.com", seed]);
    bag.set("g", Vec::<&str>::new());
    bag.set("h", true);
    bag.set("i", "7");
    bag.set("j", "\u{1F600}e\u{301}\u{202E}\u{0}");
    bag.set("k", attrflow::OwnedValue::Number(f64::NAN));
    bag.set("l", attrflow::OwnedValue::Binary(vec![1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0]));
    bag
}

/// Whatever compiles evaluates without panic; folded and unfolded programs agree;
/// a failure's span lies in the text; the same inputs give the same result.
pub(crate) fn evaluates(text: &str, seed: &str) {
    let compiler = Compiler::new();
    let expression = match compiler.expression(text) {
        Ok(expression) => expression,
        Err(error) => return spans_lie_within(text, error.diagnostics()),
    };
    spans_lie_within(text, expression.diagnostics());
    assert!(!expression.disassembly().is_empty());
    let bag = record(seed);
    let environment = Environment::fixed("2026-01-31T12:34:56Z").expect("an instant").with_parameter("P", "x");
    let run = |expression| Machine::with_environment(environment.clone()).evaluate(expression, &bag).into_owned();
    let folded = run(&expression);
    if let Err(error) = &folded {
        assert!(text.get(error.span.range()).is_some(), "{error:?} points outside {text:?}");
    }
    match compiler.clone().folding(false).expression(text) {
        // Folding moves no failure and no value.
        Ok(unfolded) => assert_eq!(format!("{folded:?}"), format!("{:?}", run(&unfolded)), "{text}"),
        // Constants choose how Replace works, and folding makes more of them: an argument
        // that turns out to be the empty text counts as left out.
        Err(error) => {
            let known = |found: &attrflow::Diagnostic| {
                found.severity < attrflow::Severity::Error || found.code == attrflow::Code::ReplaceMode
            };
            assert!(error.diagnostics().iter().all(known), "{text}: {error}");
        }
    }
    paths_agree(text, &bag, &environment);
    let trace = Machine::with_environment(environment.clone()).trace(&expression, &bag);
    assert_eq!(format!("{:?}", trace.outcome), format!("{folded:?}"), "traced: {text}");
}

/// Row by row, as a batch of rows, as columns with and without codes, and as a delta of
/// everything: the same for every mapping of a set.
fn paths_agree(text: &str, bag: &AttributeBag, environment: &Environment) {
    let mappings = [
        Mapping::new("first", text),
        Mapping::new("second", text).default_value("none"),
        Mapping::new("third", "Coalesce([a], [b])"),
        Mapping::new("fourth", format!("Coalesce(Trim([b]), Trim([a]), {text})")),
    ];
    // SelectUniqueValue stands at the top only, so the fourth may not compile.
    let Ok(set) = MappingSet::compile(mappings.clone()).or_else(|_| MappingSet::compile(mappings[..3].to_vec())) else {
        return;
    };
    let machine = || Machine::with_environment(environment.clone());
    let show = |evaluation: &Evaluation<'_>| {
        format!("{:?} {} {}", evaluation.into_owned(), evaluation.is_redacted(), evaluation.is_assertive())
    };
    for operation in [Operation::Create, Operation::Update] {
        let mut row = machine();
        let expected: Vec<String> = row.apply_as(operation, &set, bag).results().iter().map(show).collect();

        let slots: Vec<_> = (0..).take(set.schema().names().len()).collect();
        let mut delta = machine();
        let changed = delta.apply_changed(operation, &set, bag, &slots);
        for (index, evaluation) in changed.results().iter().enumerate() {
            if set.is_affected(index, &slots) {
                assert_eq!(show(evaluation), expected[index], "delta, {operation:?}: {text}");
            }
        }

        // Rows that lack one attribute each take other ways through the same block.
        let bags: Vec<AttributeBag> = (["", ""].into_iter().chain(bag.iter().map(|(name, _)| name)))
            .map(|name| {
                let mut other = bag.clone();
                other.remove(name);
                other
            })
            .collect();
        let mut rows = Vec::new();
        machine().apply_batch(operation, &set, bags.as_slice(), |block| {
            for row in 0..block.rows() {
                rows.push(block.row(row).map(|(_, evaluation)| show(&evaluation)).collect::<Vec<_>>());
            }
        });
        let mut row = machine();
        for (place, bag) in bags.iter().enumerate() {
            let alone: Vec<String> = row.apply_as(operation, &set, bag).results().iter().map(show).collect();
            assert_eq!(rows.get(place), Some(&alone), "row {place} of a batch, {operation:?}: {text}");
        }

        // Columns have no identity of the record's, so what draws differs from rows.
        if (0..expected.len()).any(|index| set.is_affected(index, &[])) {
            continue;
        }
        let arena = Bump::new();
        let values: Vec<(&str, [Value<'_>; 1])> =
            bag.iter().map(|(name, value)| (name, [value.borrow(&arena)])).collect();
        for by in ["values", "codes", "texts"] {
            let mut columns = Columns::new(set.schema().clone(), 1);
            let texts: Vec<_> = values.iter().map(|(_, value)| [value[0].as_str()]).collect();
            for ((name, value), text) in values.iter().zip(&texts) {
                columns = match by {
                    "codes" => columns.with_codes(name, &[0], value),
                    "texts" if matches!(value[0], Value::Text(_)) => columns.with_texts(name, text),
                    _ => columns.with_values(name, value),
                };
            }
            let mut found = Vec::new();
            machine().apply_batch(operation, &set, &columns, |block| {
                found.extend(block.row(0).map(|(_, evaluation)| show(&evaluation)));
            });
            assert_eq!(found, expected, "columns, {by}, {operation:?}: {text}");
        }
    }
}
