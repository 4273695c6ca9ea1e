//! Rules about unique values, chance, time and passwords.

use super::view::{Expression, Mapping, argument, arguments, called, is_constant, mentions, name, value};
use super::{Check, Rule, Sample};
use crate::compiler::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::Basis;
use crate::mapping::Apply;
use crate::syntax::{Expr, Node, Operator};

pub(super) static RULES: &[Rule] = &[
    UNNORMALIZED_UNIQUE,
    UNIQUE_ON_UPDATE,
    UNIQUE_ON_MATCHING,
    UNIQUE_RULES_ALIKE,
    UNIQUE_UNSUPPORTED,
    RANDOM_ON_UPDATE,
    TIME_ON_UPDATE,
    UNREDACTED_PASSWORD,
    CONSTANT_PASSWORD,
];

const SELECT_UNIQUE_VALUE: &str = "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#selectuniquevalue";

const UNIQUE: &str = "SelectUniqueValue(NormalizeDiacritics([alias]), NormalizeDiacritics([mailNickname]))";

const UNNORMALIZED_UNIQUE: Rule = Rule {
    code: Code::UnnormalizedUnique,
    why: "The search in Active Directory does not escape letters with diacritics, and a name that has some ends in an \
          error. The reference asks for NormalizeDiacritics in every rule.",
    basis: Basis::Documented,
    source: SELECT_UNIQUE_VALUE,
    bad: &[Sample::expression("SelectUniqueValue([alias], [mailNickname])")],
    good: &[Sample::expression(UNIQUE)],
    check: Check::Compiler,
};

/// Where SelectUniqueValue stands, if it is what the expression is.
fn unique<'e>(view: &Mapping<'e>) -> Option<&'e Expr> {
    view.tree.filter(|tree| called(tree, view.compiler) == Some("SelectUniqueValue"))
}

const UNIQUE_ON_UPDATE: Rule = Rule {
    code: Code::UniqueOnUpdate,
    why: "The function is meant for the creation of objects. Applied at every update it finds the object's own value \
          taken, and gives it another one.",
    basis: Basis::Documented,
    source: SELECT_UNIQUE_VALUE,
    bad: &[Sample::mapping("userPrincipalName", UNIQUE)],
    good: &[Sample::mapping("userPrincipalName", UNIQUE).only_on_create()],
    check: Check::Mapping(|view, found| {
        if let Some(tree) = unique(view).filter(|_| view.subject.apply == Apply::Always) {
            let message = format!("{} is chosen again whenever the object is updated", view.subject.target);
            found.push(
                Diagnostic::new(Code::UniqueOnUpdate, head(tree), message)
                    .help("apply the mapping only during object creation"),
            );
        }
    }),
};

const UNIQUE_ON_MATCHING: Rule = Rule {
    code: Code::UniqueOnMatching,
    why: "An attribute with a matching precedence has to come out the same for the same person every time. The reference \
          says that the function cannot be applied to one.",
    basis: Basis::Documented,
    source: SELECT_UNIQUE_VALUE,
    bad: &[Sample::mapping("userPrincipalName", UNIQUE).only_on_create().matching(1)],
    good: &[Sample::mapping("userPrincipalName", UNIQUE).only_on_create()],
    check: Check::Mapping(|view, found| {
        if let Some(tree) = unique(view).filter(|_| view.matches()) {
            let message = format!("{} is a matching attribute", view.subject.target);
            found.push(
                Diagnostic::new(Code::UniqueOnMatching, head(tree), message)
                    .help("match by an attribute that the source has, such as the employee ID"),
            );
        }
    }),
};

const UNIQUE_UNSUPPORTED: Rule = Rule {
    code: Code::UniqueUnsupported,
    why: "The service supports the function from Workday, SuccessFactors and API-driven provisioning to on-premises \
          Active Directory, and nowhere else.",
    basis: Basis::Documented,
    source: SELECT_UNIQUE_VALUE,
    bad: &[Sample::mapping("userPrincipalName", UNIQUE).only_on_create().between("Workday", "Azure Active Directory")],
    good: &[Sample::mapping("userPrincipalName", UNIQUE).only_on_create().between("Workday", "Active Directory")],
    check: Check::Mapping(|view, found| {
        let Some(directory) = view.subject.target_directory else { return };
        let on_premises = directory.to_ascii_lowercase().contains("active directory") && !view.fills_entra();
        if let Some(tree) = unique(view).filter(|_| !on_premises) {
            let message = format!("the service does not support SelectUniqueValue for {directory}");
            found.push(Diagnostic::new(Code::UniqueUnsupported, head(tree), message));
        }
    }),
};

const UNIQUE_RULES_ALIKE: Rule = Rule {
    code: Code::UniqueRulesAlike,
    why: "Rules are tried until one gives a value that is free; the same rule a second time gives the value that was \
          taken the first time.",
    basis: Basis::Documented,
    source: SELECT_UNIQUE_VALUE,
    bad: &[Sample::expression("SelectUniqueValue(NormalizeDiacritics([alias]), NormalizeDiacritics([alias]))")],
    good: &[Sample::expression(
        "SelectUniqueValue(NormalizeDiacritics([alias]), NormalizeDiacritics(Append([alias], \"2\")))",
    )],
    check: Check::Expression(unique_rules_alike),
};

fn unique_rules_alike(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        if name != "SelectUniqueValue" {
            return;
        }
        let rules: Vec<&Expr> = arguments(call).collect();
        for (place, rule) in rules.iter().enumerate() {
            // Chance gives another value each time.
            let earlier = rules.iter().take(place).any(|other| other == rule);
            if earlier && !mentions(rule, view.compiler, &CHANCE) {
                found.push(
                    Diagnostic::new(Code::UniqueRulesAlike, rule.span, "this rule stands there before")
                        .help("add something that differs: a middle initial, or a number"),
                );
            }
        }
    });
}

const CHANCE: [&str; 2] = ["RandomString", "Guid"];

const RANDOM_ON_UPDATE: Rule = Rule {
    code: Code::RandomOnUpdate,
    why: "Guid and RandomString give another value at each evaluation. In a mapping that always applies, the attribute of \
          every object changes whenever anything else about it does.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#guid",
    bad: &[Sample::mapping("externalId", "Guid()")],
    good: &[Sample::mapping("externalId", "Guid()").only_on_create()],
    check: Check::Mapping(|view, found| {
        let Some(tree) = view.tree.filter(|_| view.subject.apply == Apply::Always && unique(view).is_none()) else {
            return;
        };
        let mut place = None;
        tree.walk(&mut |expr| {
            if let Some(name) = called(expr, view.compiler).filter(|name| CHANCE.contains(name)) {
                place.get_or_insert((expr.span, name));
            }
        });
        if let Some((span, name)) = place {
            let message = format!("{name} gives another value at every update of the object");
            found.push(
                Diagnostic::new(Code::RandomOnUpdate, span, message)
                    .help("apply the mapping only during object creation"),
            );
        }
    }),
};

const TIME_ON_UPDATE: Rule = Rule {
    code: Code::TimeOnUpdate,
    why: "Now() is the time of the run. Where it flows as a value, the attribute differs at every run, and the object is \
          updated although nothing about the person has changed.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#now",
    bad: &[Sample::mapping("extensionAttribute1", "FormatDateTime(Now(), , , \"yyyy-MM-dd\")")],
    good: &[Sample::mapping("extensionAttribute1", "FormatDateTime(Now(), , , \"yyyy-MM-dd\")").only_on_create()],
    check: Check::Mapping(|view, found| {
        if view.subject.apply == Apply::Always
            && let Some(place) = view.tree.and_then(|tree| flowing_now(tree, view.compiler))
        {
            found.push(
                Diagnostic::new(Code::TimeOnUpdate, place, "the time of the run flows into the attribute")
                    .help("apply the mapping only during object creation, or compare with DateDiff"),
            );
        }
    }),
};

/// Where the time becomes a part of the value, and not only of a condition.
fn flowing_now(expr: &Expr, compiler: &Compiler) -> Option<Span> {
    match &expr.node {
        Node::Group(inner) => flowing_now(inner, compiler),
        Node::Operation(operation) if operation.operator == Operator::Concatenate => {
            operation.operands.iter().find_map(|operand| flowing_now(operand, compiler))
        }
        Node::Call(call) => match name(call, compiler)? {
            "Now" => Some(expr.span),
            // A number of days, or a yes or no.
            "DateDiff" | "IsPresent" | "IsNull" | "IsNullOrEmpty" => None,
            "IIF" => call.arguments.iter().skip(1).filter_map(value).find_map(|value| flowing_now(value, compiler)),
            "Switch" => {
                let default = argument(call, 1).into_iter();
                let values = call.arguments.iter().skip(3).step_by(2).filter_map(value);
                default.chain(values).find_map(|value| flowing_now(value, compiler))
            }
            _ => arguments(call).find_map(|argument| flowing_now(argument, compiler)),
        },
        _ => None,
    }
}

/// Whether the target attribute is a password.
fn is_password(view: &Mapping<'_>) -> bool {
    let target = view.subject.target.to_ascii_lowercase();
    ["password", "pwd", "secret"].iter().any(|ending| target.ends_with(ending))
}

const UNREDACTED_PASSWORD: Rule = Rule {
    code: Code::UnredactedPassword,
    why: "Provisioning logs show the values that flow. The page of known issues asks for Redact around the initial \
          password of a local account.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/known-issues",
    bad: &[Sample::mapping("userPassword", "RandomString(16, 2, 2, 2, 2)").only_on_create()],
    good: &[Sample::mapping("userPassword", "Redact(RandomString(16, 2, 2, 2, 2))").only_on_create()],
    check: Check::Mapping(|view, found| {
        let Some(tree) = view.tree.filter(|_| is_password(view)) else { return };
        if !mentions(tree, view.compiler, &["Redact"]) {
            let message = format!("the logs show the value of {}", view.subject.target);
            found.push(
                Diagnostic::new(Code::UnredactedPassword, tree.span, message)
                    .help(format!("write Redact({tree})"))
                    .fix(tree.span, format!("Redact({tree})")),
            );
        }
    }),
};

const CONSTANT_PASSWORD: Rule = Rule {
    code: Code::ConstantPassword,
    why: "Everybody gets the same password, and everybody who may read the configuration or its export reads it.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/known-issues",
    bad: &[Sample::mapping("userPassword", "Redact(\"Welcome2026!\")").only_on_create()],
    good: &[Sample::mapping("userPassword", "Redact(RandomString(16, 2, 2, 2, 2))").only_on_create()],
    check: Check::Mapping(|view, found| {
        let Some(tree) = view.tree.filter(|_| is_password(view)) else { return };
        let fixed = !mentions(tree, view.compiler, &CHANCE) && tree.attributes().is_empty();
        if fixed
            && !has_parameter(tree)
            && (is_constant(tree, view.compiler) || mentions(tree, view.compiler, &["Redact"]))
        {
            found.push(
                Diagnostic::new(Code::ConstantPassword, tree.span, "the password stands in the expression")
                    .help("generate one: Redact(RandomString(16, 2, 2, 2, 2)), only during object creation"),
            );
        }
    }),
};

fn has_parameter(tree: &Expr) -> bool {
    let mut found = false;
    tree.walk(&mut |expr| found |= matches!(expr.node, Node::Parameter(_)));
    found
}

/// The function's name.
fn head(tree: &Expr) -> Span {
    super::view::call(tree).map_or(tree.span, |call| call.name.span)
}
