//! What must hold for any input: plain functions, run by the fuzz targets and, on
//! generated and kept inputs, by `tests/properties.rs`.

use attrflow::syntax::parse;
use attrflow::{AttributeBag, Compiler, Diagnostic, Dialect, Environment, Machine, Severity};

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
    let unfolded = compiler.clone().folding(false).expression(text).expect("compiles without folding, too");
    let unfolded = run(&unfolded);
    // Folding moves no failure and no value.
    assert_eq!(format!("{folded:?}"), format!("{unfolded:?}"), "{text}");
    let trace = Machine::with_environment(environment.clone()).trace(&expression, &bag);
    assert_eq!(format!("{:?}", trace.outcome), format!("{folded:?}"), "traced: {text}");
}
