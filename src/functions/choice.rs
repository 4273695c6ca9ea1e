//! Functions that choose between values without evaluating the others.

use super::{Advice, Body, Example, Function, Kind, LazyBody, Names, Page, Parameter, Placement, Purity, Rule};
use crate::check::{BoundArgument, BoundCall, Checked, Term};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{Call, Expr, Node};
use crate::value::OwnedValue;
use std::collections::HashSet;

pub(super) static FUNCTIONS: &[Function] = &[COALESCE, IIF, SELECT_UNIQUE_VALUE, SWITCH];

const COALESCE: Function = Function {
    names: Names { provisioning: "Coalesce" },
    page: Page::Provisioning,
    summary: "Gives the first source that is not null.",
    parameters: &[Parameter::any("source", "Tried from left to right; the last one is the default value.").repeating(1)],
    returns: Kind::Any,
    rules: &[
        Rule::documented("Where all sources are null, the result is null."),
        Rule::inferred("The empty text is a value, so Coalesce stops at it."),
        Rule::inferred("Sources behind the first value are not evaluated."),
    ],
    examples: &[
        Example::text("Coalesce([mail], [userPrincipalName])", "ann@contoso.com")
            .with(&[("userPrincipalName", "ann@contoso.com")]),
        Example::text("Coalesce([mail], \"none\")", "").with(&[("mail", "")]),
        Example::null("Coalesce([mail], [otherMail])"),
    ],
    body: Body::Lazy(LazyBody(lower_coalesce)),
    ..Function::NEW
};

fn lower_coalesce(call: BoundCall<'_>) -> Term<'_> {
    Term::First(call.arguments.into_iter().map(BoundArgument::or_null).collect())
}

const IIF: Function = Function {
    names: Names { provisioning: "IIF" },
    page: Page::Provisioning,
    summary: "Gives one of two values, as a condition holds or not.",
    parameters: &[
        Parameter::any("condition", "A comparison, or any value that is true or false.").spread("one", "two", "three"),
        Parameter::any("valueIfTrue", "Given where the condition holds.").keyed("four"),
        Parameter::any("valueIfFalse", "Given otherwise; null where it is omitted.").keyed("five").optional(),
    ],
    returns: Kind::Any,
    rules: &[
        Rule::evident(
            "The condition is evaluated as logic, null or not: the reference says that a null source makes IIF fail, and \
             the vendor's own exported mappings test for presence in it.",
        ),
        Rule::evident("The last value may be omitted; the result is then null."),
        Rule::inferred("A condition that is null or empty does not hold."),
        Rule::inferred("Only the value that is chosen is evaluated."),
    ],
    examples: &[
        Example::text("IIF([country]=\"USA\", [country], [department])", "Sales")
            .with(&[("country", "DE"), ("department", "Sales")]),
        Example::text("IIF(IsPresent([displayName]), [displayName], [cn])", "ann").with(&[("cn", "ann")]),
        Example::text("IIF([a]=\"1\", \"one\", Error(\"not reached\"))", "one").with(&[("a", "1")]),
        Example::null("IIF(False, \"x\", )"),
        Example::fails("IIF([country], \"a\", \"b\")", Code::NotABoolean).with(&[("country", "maybe")]),
        Example::fails("IIF([a]=\"x\")", Code::TooFewArguments),
    ],
    body: Body::Lazy(LazyBody(lower_iif)),
    ..Function::NEW
};

fn lower_iif(call: BoundCall<'_>) -> Term<'_> {
    let mut arguments = call.arguments.into_iter().map(|argument| Box::new(argument.or_null()));
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(condition), Some(then), Some(otherwise)) => Term::If { condition, then, otherwise },
        // Binding has set an argument at every parameter.
        _ => Term::Constant(OwnedValue::Null),
    }
}

const SELECT_UNIQUE_VALUE: Function = Function {
    names: Names { provisioning: "SelectUniqueValue" },
    page: Page::Provisioning,
    summary: "Gives the value of the first rule that no object of the target has.",
    parameters: &[Parameter::any("uniqueValueRule", "Tried from left to right.").keyed("rule").repeating(2)],
    returns: Kind::Text,
    rules: &[
        Rule::documented("Rules are tried in order; where every value is taken the object fails."),
        Rule::documented("It stands at the top of an expression, not inside another function, with at least two rules."),
        Rule::documented("It is meant for mappings that apply only while an object is created, and not for matching attributes."),
        Rule::inferred("Values are compared without case, and one that this run has given out counts as taken."),
        Rule::inferred("A rule that gives null or the empty text is passed over."),
    ],
    examples: &[
        Example::text("SelectUniqueValue(Join(\"@\", [alias], \"contoso.com\"), Join(\"@\", Append([alias], \"1\"), \"contoso.com\"))", "ann@contoso.com")
            .with(&[("alias", "ann")]),
        Example::text("SelectUniqueValue([nickname], [alias])", "ann").with(&[("alias", "ann")]),
        Example::fails("ToLower(SelectUniqueValue([a], [b]))", Code::NotAtTop),
        Example::fails("SelectUniqueValue([a])", Code::TooFewArguments),
        Example::fails("SelectUniqueValue([a], [b])", Code::AllTaken),
    ],
    purity: Purity::Volatile,
    placement: Placement::Top,
    advice: Some(Advice(advise_unique)),
    body: Body::Lazy(LazyBody(lower_unique)),
    ..Function::NEW
};

fn lower_unique(call: BoundCall<'_>) -> Term<'_> {
    Term::Unique(call.arguments.into_iter().map(BoundArgument::or_null).collect())
}

/// The reference warns that the search in the directory does not escape diacritics.
fn advise_unique(call: &Call, found: &mut Vec<Diagnostic>) {
    for rule in call.arguments.iter().filter_map(|argument| argument.value.as_ref()) {
        if rule.attributes().is_empty() || mentions(rule, "NormalizeDiacritics") {
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::UnnormalizedUnique,
                rule.span,
                "the rule's value may hold diacritics, which the product's search does not escape",
            )
            .help("wrap the names in NormalizeDiacritics(…)"),
        );
    }
}

fn mentions(expr: &Expr, function: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| found |= matches!(&expr.node, Node::Call(call) if call.name.text == function));
    found
}

const SWITCH: Function = Function {
    names: Names { provisioning: "Switch" },
    page: Page::Provisioning,
    summary: "Gives the value whose key is the source, or the default value.",
    parameters: &[
        Parameter::any("source", "The value to look up."),
        Parameter::any("defaultValue", "Given where no key matches; null where it is omitted.").optional(),
        Parameter::any("key", "Compared with the source, from left to right.").keyed("switchValue").pair(1),
        Parameter::any("value", "Given where the key before it is the source.").keyed("switchValue").pair(1),
    ],
    returns: Kind::Any,
    rules: &[
        Rule::documented("Keys are compared as text, case-sensitively; the first that matches decides."),
        Rule::documented("A null and an empty source both match the key \"\"."),
        Rule::documented("Keys and values come in pairs."),
        Rule::inferred("A boolean source compares as True or False."),
        Rule::inferred("Only the value that is chosen is evaluated."),
    ],
    examples: &[
        Example::text(
            "Switch([state], \"Australia/Sydney\", \"NSW\", \"Australia/Sydney\", \"QLD\", \"Australia/Brisbane\")",
            "Australia/Brisbane",
        )
        .with(&[("state", "QLD")]),
        Example::text("Switch([country], [country], \"\", \"Other\")", "Other"),
        Example::text("Switch(IsPresent([a]), \"none\", True, [a])", "x").with(&[("a", "x")]),
        Example::null("Switch([state], , \"NSW\", \"Sydney\")").with(&[("state", "nsw")]),
        Example::text("Switch([a], Error(\"not reached\"), \"1\", \"one\")", "one").with(&[("a", "1")]),
        Example::fails("Switch([a], \"x\", \"k\")", Code::UnpairedArgument),
        Example::fails("Switch([a], \"x\")", Code::TooFewArguments),
    ],
    advice: Some(Advice(advise_switch)),
    body: Body::Lazy(LazyBody(lower_switch)),
    ..Function::NEW
};

fn lower_switch(call: BoundCall<'_>) -> Term<'_> {
    let mut arguments = call.arguments.into_iter().map(BoundArgument::or_null);
    let (Some(source), Some(default)) = (arguments.next(), arguments.next()) else {
        return Term::Constant(OwnedValue::Null); // Binding has set an argument at every parameter.
    };
    let mut cases = Vec::new();
    while let (Some(key), Some(value)) = (arguments.next(), arguments.next()) {
        cases.push((key, value));
    }
    let (source, default): (Box<Checked<'_>>, _) = (Box::new(source), Box::new(default));
    Term::Match { source, cases, default }
}

/// A key that repeats is never reached the second time.
fn advise_switch(call: &Call, found: &mut Vec<Diagnostic>) {
    let mut seen: HashSet<&str> = HashSet::new();
    for key in call.arguments.iter().skip(2).step_by(2).filter_map(|argument| argument.value.as_ref()) {
        let Node::Text(text) = &key.node else { continue };
        if !seen.insert(&text.value) {
            found.push(
                Diagnostic::new(
                    Code::RepeatedKey,
                    key.span,
                    format!("the key {key} stands there twice; the first decides"),
                )
                .help("remove one of the two pairs"),
            );
        }
    }
}
