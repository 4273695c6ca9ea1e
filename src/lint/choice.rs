//! Rules about IIF, Switch, Coalesce and comparisons.

use super::facts::{Form, Never, Null};
use super::view::{Expression, argument, arguments, attribute, bare, is_constant, text, written};
use super::{Check, Rule, Sample};
use crate::AttributeBag;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Basis;
use crate::syntax::{Call, Expr, Node, Operation, Operator};

pub(super) static RULES: &[Rule] = &[
    CONDITION_MAY_BE_NULL,
    PRESENCE_AS_SOURCE,
    REPEATED_KEY,
    UNMATCHABLE_KEY,
    CONSTANT_CONDITION,
    SAME_BRANCHES,
    UNREACHED_SOURCE,
    NESTED_SWITCH,
    TEXT_ORDER,
    IMPOSSIBLE_COMPARISON,
    INVERSE_EXISTS,
];

const REFERENCE: &str =
    "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data";

const CONDITION_MAY_BE_NULL: Rule = Rule {
    code: Code::ConditionMayBeNull,
    why: "The reference lists it among the limitations of IIF: where the source in the condition is null or empty, the \
          check fails. Exported configurations of the vendor test for presence in IIF all the same, so a test for \
          presence is a hint, and a comparison a warning. Where a condition or a Switch around it has told that the \
          source is neither null nor empty, or its definition says so (required, and no text, which may be empty), \
          nothing is said.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#iif",
    bad: &[Sample::expression("IIF([country]=\"USA\", [state], \"abroad\")")],
    good: &[
        Sample::expression("Switch([country], \"abroad\", \"USA\", [state])"),
        Sample::expression(
            "Switch([leaveDate], IIF(DateDiff(\"d\", Now(), CDate([leaveDate]))>=0, \"True\", \"False\"), \"\", \"True\")",
        ),
    ],
    check: Check::Compiler,
};

const REPEATED_KEY: Rule = Rule {
    code: Code::RepeatedKey,
    why: "Switch takes the value of the first key that matches, so the second value is never given.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#switch",
    bad: &[Sample::expression("Switch([state], \"\", \"QLD\", \"Brisbane\", \"QLD\", \"Cairns\")")],
    good: &[Sample::expression("Switch([state], \"\", \"QLD\", \"Brisbane\", \"NSW\", \"Sydney\")")],
    check: Check::Compiler,
};

const PRESENCE_AS_SOURCE: Rule = Rule {
    code: Code::PresenceAsSource,
    why: "The reference warns not to use IsPresent, IsNull or IsNullOrEmpty as the source of Switch, and to write the \
          empty text as a key: null and empty sources both match it.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#switch",
    bad: &[Sample::expression("Switch(IsPresent([jobTitle]), \"none\", \"True\", [jobTitle])")],
    good: &[Sample::expression("Switch([jobTitle], [jobTitle], \"\", \"none\")")],
    check: Check::Expression(presence_as_source),
};

fn presence_as_source(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("Switch", Some(source)) = (name, argument(call, 0)) else { return };
        let Some(test @ ("IsPresent" | "IsNull" | "IsNullOrEmpty")) = view.called(source) else { return };
        let mut finding =
            Diagnostic::new(Code::PresenceAsSource, source.span, format!("{test} is the source of this Switch"));
        let subject = super::view::call(source).and_then(|test| argument(test, 0));
        if let Some(subject) = subject {
            finding = finding.help(format!("look {subject} up itself: the key \"\" matches where it is null or empty"));
        }
        found.push(finding);
    });
}

const UNMATCHABLE_KEY: Rule = Rule {
    code: Code::UnmatchableKey,
    why: "Switch compares its source with each key as text and case-sensitively. A key in capitals never is what \
          ToLower gives, and no key but True and False is what a test gives; its value is never chosen.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#switch",
    bad: &[Sample::expression("Switch(ToLower([state]), \"\", \"QLD\", \"Brisbane\")")],
    good: &[Sample::expression("Switch(ToLower([state]), \"\", \"qld\", \"Brisbane\")")],
    check: Check::Expression(unmatchable_key),
};

fn unmatchable_key(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("Switch", Some(source)) = (name, argument(call, 0)) else { return };
        // A constant source is another rule's.
        if is_constant(source, view.compiler) {
            return;
        }
        let facts = view.facts(source);
        let keys: Vec<&Expr> = keys(call).collect();
        for key in &keys {
            let value = match &key.node {
                Node::Text(text) => text.value.clone(),
                Node::Word(word) if word.eq_ignore_ascii_case("true") => "True".to_owned(),
                Node::Word(word) if word.eq_ignore_ascii_case("false") => "False".to_owned(),
                Node::Number(number) => number.raw.clone(),
                _ => continue,
            };
            let Some(never) = facts.never(&value) else { continue };
            found.push(match never {
                Never::Spelled(spelling) => {
                    let finding = Diagnostic::new(
                        Code::UnmatchableKey,
                        key.span,
                        format!("the source of this Switch is never {key}"),
                    )
                    .help(format!("write {}", written(&spelling)));
                    // A second key of that spelling would never be reached.
                    let taken = keys.iter().any(|other| text(other) == Some(spelling.as_str()));
                    if taken { finding } else { finding.fix(key.span, written(&spelling)) }
                }
                Never::Because(why) => Diagnostic::new(
                    Code::UnmatchableKey,
                    key.span,
                    format!("the source of this Switch is never {key}: {why}"),
                ),
            });
        }
    });
}

/// The keys of Switch.
fn keys(call: &Call) -> impl Iterator<Item = &Expr> {
    call.arguments.iter().skip(2).step_by(2).filter_map(super::view::value)
}

const CONSTANT_CONDITION: Rule = Rule {
    code: Code::ConstantCondition,
    why: "A choice whose condition reads no attribute takes the same branch for every record; the other is left over \
          from an edit, or an attribute has quotation marks where brackets belong.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#syntax-overview",
    bad: &[Sample::expression("IIF(\"country\"=\"USA\", \"home\", \"abroad\")")],
    good: &[Sample::expression("Switch([country], \"abroad\", \"USA\", \"home\")")],
    check: Check::Expression(constant_condition),
};

fn constant_condition(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let Some(source) = argument(call, 0).filter(|_| matches!(name, "IIF" | "Switch")) else { return };
        if !is_constant(source, view.compiler) {
            return;
        }
        let message = match (name, holds(source, view)) {
            ("IIF", Some(true)) => "the condition holds for every record, so the second value is never given",
            ("IIF", Some(false)) => "the condition holds for no record, so the first value is never given",
            ("IIF", None) => "the condition is the same for every record",
            _ => "the source of this Switch is the same for every record",
        };
        let finding = Diagnostic::new(Code::ConstantCondition, source.span, message);
        found.push(match quoted_name(source) {
            Some(name) => finding.help(format!("an attribute stands in brackets: [{name}]")),
            None => finding,
        });
    });
}

/// Whether a constant condition holds.
fn holds(condition: &Expr, view: &Expression<'_>) -> Option<bool> {
    let text = format!("IIF({condition}, \"1\", \"0\")");
    let outcome = view.compiler.expression(&text).ok()?.evaluate(&AttributeBag::new()).ok()?;
    Some(outcome.to_string() == "1")
}

/// A constant that looks like the name of an attribute.
fn quoted_name(source: &Expr) -> Option<&str> {
    let candidate = match &bare(source).node {
        Node::Operation(operation) => operation.operands.first().and_then(text),
        _ => text(source),
    };
    candidate.filter(|name| {
        name.len() > 1
            && name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.eq_ignore_ascii_case("true")
            && !name.eq_ignore_ascii_case("false")
    })
}

const SAME_BRANCHES: Rule = Rule {
    code: Code::SameBranches,
    why: "Where every branch gives the same, the choice decides nothing; a branch was copied and not changed.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#iif",
    bad: &[Sample::expression("Switch([type], [mail], \"internal\", [mail])")],
    good: &[Sample::expression("Switch([type], [mail], \"internal\", [otherMail])")],
    check: Check::Expression(same_branches),
};

fn same_branches(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let branches: Vec<Option<&Expr>> = match name {
            "IIF" => vec![argument(call, 1), argument(call, 2)],
            "Switch" => {
                let values = call.arguments.iter().skip(3).step_by(2).map(super::view::value);
                std::iter::once(argument(call, 1)).chain(values).collect()
            }
            _ => return,
        };
        let Some(first) = branches.first().filter(|_| branches.len() > 1) else { return };
        if branches.iter().all(|branch| branch == first) {
            let what = first.map_or_else(|| "null".to_owned(), ToString::to_string);
            found.push(
                Diagnostic::new(
                    Code::SameBranches,
                    call.name.span,
                    format!("every branch of this {name} gives {what}"),
                )
                .help("write that value alone, or correct the branch that was meant to differ"),
            );
        }
    });
}

const UNREACHED_SOURCE: Rule = Rule {
    code: Code::UnreachedSource,
    why: "Coalesce gives its first source that is not null, so nothing behind a constant is ever given, and a source \
          that stands there twice is null the second time as well. The empty text is a constant too.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#coalesce",
    bad: &[Sample::expression("Coalesce([mail], \"\", [userPrincipalName])")],
    good: &[Sample::expression("Coalesce([mail], [userPrincipalName], \"\")")],
    check: Check::Expression(unreached_source),
};

fn unreached_source(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        if name != "Coalesce" {
            return;
        }
        let sources: Vec<&Expr> = arguments(call).collect();
        for (place, source) in sources.iter().enumerate() {
            let (before, behind) = sources.split_at(place);
            if is_constant(source, view.compiler) && view.facts(source).null == Null::Never && behind.len() > 1 {
                let message = format!("Coalesce stops at {source}, so no source behind it is ever given");
                found.push(
                    Diagnostic::new(Code::UnreachedSource, source.span, message)
                        .help("put the constant last, as the default"),
                );
                return;
            }
            if before.contains(source) && is_plain(source) {
                let message = format!("{source} stands before this already, and is null here");
                found.push(Diagnostic::new(Code::UnreachedSource, source.span, message).help("remove it"));
            }
        }
    });
}

/// An attribute: the same wherever it is read.
fn is_plain(expr: &Expr) -> bool {
    attribute(expr).is_some()
}

const NESTED_SWITCH: Rule = Rule {
    code: Code::NestedSwitch,
    why: "A Switch in the default of another one over the same source can only meet the keys that are left; its pairs \
          can stand in the outer Switch, where the next reader looks for them.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#switch",
    bad: &[Sample::expression("Switch([state], Switch([state], \"\", \"NSW\", \"Sydney\"), \"QLD\", \"Brisbane\")")],
    good: &[Sample::expression("Switch([state], \"\", \"QLD\", \"Brisbane\", \"NSW\", \"Sydney\")")],
    check: Check::Expression(nested_switch),
};

fn nested_switch(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("Switch", Some(source), Some(default)) = (name, argument(call, 0), argument(call, 1)) else { return };
        let Some(inner) = super::view::call(default).filter(|_| view.called(default) == Some("Switch")) else { return };
        if argument(inner, 0) == Some(source) && is_plain(source) {
            let message = format!("the default looks {source} up again");
            found.push(
                Diagnostic::new(Code::NestedSwitch, inner.name.span, message)
                    .help("move the inner keys and values into the outer Switch, and keep the inner default"),
            );
        }
    });
}

const TEXT_ORDER: Rule = Rule {
    code: Code::TextOrder,
    why: "Two texts are put in order letter by letter, so that \"10\" stands before \"9\". A number without quotation \
          marks is compared as a number.",
    basis: Basis::Inferred,
    source: "Language specification, Values: comparison",
    bad: &[Sample::expression("IIF([level] > \"9\", \"senior\", \"junior\")")],
    good: &[Sample::expression("IIF([level] > 9, \"senior\", \"junior\")")],
    check: Check::Expression(text_order),
};

fn text_order(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    operations(view, |_, operation, one, two| {
        if matches!(operation.operator, Operator::Equal | Operator::NotEqual) {
            return;
        }
        for (constant, other) in [(one, two), (two, one)] {
            let Some(number) = text(constant).filter(|text| text.trim().parse::<i64>().is_ok()) else { continue };
            if matches!(view.facts(other).form, Form::Any | Form::Text) && text(other).is_none() {
                let message =
                    format!("{other} is compared with \"{number}\" as text, where \"10\" stands before \"9\"");
                found.push(
                    Diagnostic::new(Code::TextOrder, constant.span, message)
                        .help(format!("write the number bare: {}", number.trim()))
                        .fix(constant.span, number.trim()),
                );
            }
        }
    });
}

/// Calls `visit` with every comparison and its two sides.
fn operations<'e>(view: &Expression<'e>, mut visit: impl FnMut(&'e Expr, &'e Operation, &'e Expr, &'e Expr)) {
    view.tree.walk(&mut |expr| {
        if let Node::Operation(operation) = &expr.node
            && operation.operator != Operator::Concatenate
            && let [one, two] = operation.operands.as_slice()
        {
            visit(expr, operation, bare(one), bare(two));
        }
    });
}

const IMPOSSIBLE_COMPARISON: Rule = Rule {
    code: Code::ImpossibleComparison,
    why: "Texts are compared case-sensitively. What ToLower gives has no capitals and what StripSpaces gives no spaces, \
          so a comparison with a constant that has some comes out the same for every record.",
    basis: Basis::Documented,
    source: REFERENCE,
    bad: &[Sample::expression("IIF(ToLower([country])=\"USA\", \"home\", \"abroad\")")],
    good: &[Sample::expression("IIF(ToLower([country])=\"usa\", \"home\", \"abroad\")")],
    check: Check::Expression(impossible_comparison),
};

fn impossible_comparison(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    operations(view, |whole, operation, one, two| {
        if !matches!(operation.operator, Operator::Equal | Operator::NotEqual) {
            return;
        }
        for (constant, other) in [(one, two), (two, one)] {
            let Some(value) = text(constant).filter(|_| !is_constant(other, view.compiler)) else { continue };
            let facts = view.facts(other);
            // Booleans and numbers compare with their text in any spelling.
            let spelled = match facts.form {
                Form::Boolean => ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
                Form::Integer | Form::Number => value.trim().parse::<f64>().is_ok(),
                Form::Date => true,
                _ => false,
            };
            let Some(never) = facts.never(value).filter(|_| !spelled) else { continue };
            let outcome = if operation.operator == Operator::Equal { "never holds" } else { "always holds" };
            let finding = Diagnostic::new(
                Code::ImpossibleComparison,
                whole.span,
                match &never {
                    Never::Spelled(_) => format!("{other} is never {constant}, so the comparison {outcome}"),
                    Never::Because(why) => format!("the comparison {outcome}: {other} is never {constant}, {why}"),
                },
            );
            found.push(match never {
                Never::Spelled(spelling) => {
                    finding.help(format!("write {}", written(&spelling))).fix(constant.span, written(&spelling))
                }
                Never::Because(_) => finding,
            });
        }
    });
}

const INVERSE_EXISTS: Rule = Rule {
    code: Code::InverseExists,
    why: "IsPresent and IsNullOrEmpty are documented as inverses of each other, and two negations cancel out.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#isnullorempty",
    bad: &[Sample::expression("IgnoreFlowIfNullOrEmpty(IIF(Not(IsPresent([mail])), \"none\", \"some\"))")],
    good: &[Sample::expression("IgnoreFlowIfNullOrEmpty(IIF(IsNullOrEmpty([mail]), \"none\", \"some\"))")],
    check: Check::Expression(inverse_exists),
};

fn inverse_exists(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|whole, call, name| {
        let ("Not", Some(inner)) = (name, argument(call, 0)) else { return };
        let Some(subject) = super::view::call(inner).and_then(|inner| argument(inner, 0)) else { return };
        let shorter = match view.called(inner) {
            Some("IsPresent") => format!("IsNullOrEmpty({subject})"),
            Some("IsNullOrEmpty") => format!("IsPresent({subject})"),
            // Not gives a boolean, so only of a boolean two of them leave the same.
            Some("Not") if view.facts(subject).form == Form::Boolean => subject.to_string(),
            _ => return,
        };
        // A comparison cannot stand where a call can.
        if !matches!(bare(subject).node, Node::Operation(_)) {
            found.push(
                Diagnostic::new(Code::InverseExists, whole.span, format!("{whole} is {shorter}"))
                    .help(format!("write {shorter}"))
                    .fix(whole.span, shorter),
            );
        }
    });
}
