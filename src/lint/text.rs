//! Rules about joining, cutting and replacing text.

use super::facts::{Letters, Null};
use super::view::{Expression, argument, attribute, bare, name, text, value};
use super::{Check, Rule, Sample};
use crate::compiler::Compiler;
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Basis;
use crate::syntax::{Expr, Node, Operator};

pub(super) static RULES: &[Rule] =
    &[BROKEN_ADDRESS, LOOSE_SEPARATOR, NO_FURTHER_EFFECT, REPLACE_NOTHING, TENANT_DOMAIN];

const BROKEN_ADDRESS: Rule = Rule {
    code: Code::BrokenAddress,
    why: "Join leaves out a source that is null, so that only the domain is left of the address: \"contoso.com\" or \
          \"@contoso.com\" flows as a sign-in name or mail address.",
    basis: Basis::Documented,
    source: "Language specification, Null, empty, multi-valued: rule 1; \
             https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#join",
    bad: &[Sample::expression("Join(\"@\", [mailNickname], \"contoso.com\")")],
    good: &[Sample::expression("Append([mailNickname], \"@contoso.com\")")],
    check: Check::Expression(broken_address),
};

fn broken_address(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.walk(&mut |expr| {
        let Some(parts) = Parts::of(expr, view.compiler) else { return };
        let Some(local) = parts.local() else { return };
        // Several sources are rarely null together.
        let variable: Vec<&Expr> = local.iter().copied().filter(|part| text(part).is_none()).collect();
        let &[single] = variable.as_slice() else { return };
        let Some(name) = fragile(single, view) else { return };
        let message = format!("where [{name}] is null, only the rest of the address is left");
        found.push(
            Diagnostic::new(Code::BrokenAddress, single.span, message)
                .help("Append([x], \"@…\") is null where its source is, and the address does not flow"),
        );
    });
}

/// What is put behind each other.
struct Parts<'e> {
    separator: &'e str,
    /// Nothing for an omitted argument.
    parts: Vec<Option<&'e Expr>>,
}

impl<'e> Parts<'e> {
    fn of(expr: &'e Expr, compiler: &Compiler) -> Option<Self> {
        match &expr.node {
            Node::Call(call) if name(call, compiler) == Some("Join") => Some(Parts {
                separator: argument(call, 0).and_then(text)?,
                parts: call.arguments.iter().skip(1).map(value).collect(),
            }),
            Node::Operation(operation) if operation.operator == Operator::Concatenate => {
                Some(Parts { separator: "", parts: operation.operands.iter().map(|part| Some(bare(part))).collect() })
            }
            _ => None,
        }
    }

    /// The parts before the `@` of an address, if this is one and none of them is omitted.
    fn local(&self) -> Option<Vec<&'e Expr>> {
        let at = if self.separator.contains('@') {
            1
        } else {
            self.parts.iter().position(|part| part.and_then(text).is_some_and(|text| text.starts_with('@')))?
        };
        if self.parts.len() <= at {
            return None;
        }
        self.parts.iter().take(at).copied().collect()
    }
}

/// Functions that give null where their first argument is.
const KEEP_NULL: [&str; 10] =
    ["ToLower", "ToUpper", "Trim", "LTrim", "RTrim", "StripSpaces", "NormalizeDiacritics", "PCase", "Left", "Mid"];

/// The attribute whose null makes a part null, where there is one.
fn fragile<'e>(part: &'e Expr, view: &Expression<'_>) -> Option<&'e str> {
    let mut part = bare(part);
    while let Node::Call(call) = &part.node {
        name(call, view.compiler).filter(|name| KEEP_NULL.contains(name))?;
        part = argument(call, 0)?;
    }
    attribute(part).filter(|_| view.facts(part).null != Null::Never)
}

const LOOSE_SEPARATOR: Rule = Rule {
    code: Code::LooseSeparator,
    why: "Join leaves out sources that are null, with the separator that would stand between them. A separator that is \
          written as a value of its own stays: \"ann.\" where the surname is null.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#join",
    bad: &[Sample::expression("Join(\"\", [givenName], \".\", [surname])")],
    good: &[Sample::expression("Join(\".\", [givenName], [surname])")],
    check: Check::Expression(loose_separator),
};

fn loose_separator(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.walk(&mut |expr| {
        let Some(parts) = Parts::of(expr, view.compiler) else { return };
        for window in parts.parts.windows(3) {
            let &[Some(before), Some(between), Some(behind)] = window else { continue };
            let Some(separator) = text(between).filter(|text| is_separator(text)) else { continue };
            // Text is left out on neither side.
            if text(before).is_some() || text(behind).is_some() {
                continue;
            }
            let Some(name) = [before, behind].into_iter().find_map(|part| fragile(part, view)) else { continue };
            found.push(
                Diagnostic::new(
                    Code::LooseSeparator,
                    between.span,
                    format!("\"{separator}\" stays where [{name}] is null"),
                )
                .help("make it the separator of a Join of its own"),
            );
            return;
        }
    });
}

fn is_separator(text: &str) -> bool {
    !text.is_empty() && text.len() <= 3 && text.chars().all(|letter| !letter.is_alphanumeric() && letter != '@')
}

const NO_FURTHER_EFFECT: Rule = Rule {
    code: Code::NoFurtherEffect,
    why: "The outer function undoes what the inner one did, or does it once more: only the outer one counts.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#tolower",
    bad: &[Sample::expression("Trim(Trim([department]))")],
    good: &[Sample::expression("Trim([department])")],
    check: Check::Expression(no_further_effect),
};

fn no_further_effect(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    const REPEATED: [&str; 7] = ["ToLower", "ToUpper", "Trim", "LTrim", "RTrim", "StripSpaces", "RemoveDuplicates"];
    const CASES: [&str; 3] = ["ToLower", "ToUpper", "PCase"];
    view.calls(|whole, call, outer| {
        let Some(source) = argument(call, 0) else { return };
        let (Some(inner), Some(inside)) = (view.called(source), super::view::call(source)) else { return };
        // A culture or separators may make the difference.
        if call.arguments.len() != 1 || inside.arguments.len() != 1 {
            return;
        }
        let message = format!("the inner {inner} makes no difference to {outer}");
        let finding = Diagnostic::new(Code::NoFurtherEffect, inside.name.span, message);
        if outer == inner && REPEATED.contains(&outer) {
            let shorter = source.to_string();
            found.push(finding.help(format!("write {shorter}")).fix(whole.span, shorter));
        } else if CASES.contains(&outer) && CASES.contains(&inner) {
            // A few letters change for good (ı, ß), so this is advice.
            let advice =
                argument(inside, 0).map_or_else(String::new, |kept| format!("write {}({kept})", call.name.text));
            found.push(finding.help(advice));
        }
    });
}

const REPLACE_NOTHING: Rule = Rule {
    code: Code::ReplaceNothing,
    why: "Replace looks case-sensitively for the text that is to go. In what ToLower gives it finds no capitals, in what \
          StripSpaces gives no spaces, and replacing a text by itself changes nothing.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#replace",
    bad: &[Sample::expression("Replace(ToLower([company]), \" GmbH\", , , \"\", , )")],
    good: &[Sample::expression("Replace(ToLower([company]), \" gmbh\", , , \"\", , )")],
    check: Check::Expression(replace_nothing),
};

fn replace_nothing(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("Replace", Some(source), Some(old)) = (name, argument(call, 0), argument(call, 1)) else { return };
        let Some(sought) = text(old).filter(|old| !old.is_empty() && argument(call, 6).is_none()) else { return };
        if argument(call, 4).and_then(text) == Some(sought) {
            let message = format!("{old} is replaced by itself");
            found.push(Diagnostic::new(Code::ReplaceNothing, old.span, message));
            return;
        }
        let facts = view.facts(source);
        let why = if facts.letters == Letters::Lower && sought.chars().any(char::is_uppercase) {
            "the source is in lower case"
        } else if facts.letters == Letters::Upper && sought.chars().any(char::is_lowercase) {
            "the source is in capitals"
        } else if facts.spaceless && sought.contains(' ') {
            "the source has no spaces"
        } else {
            return;
        };
        found.push(
            Diagnostic::new(Code::ReplaceNothing, old.span, format!("{old} is never found: {why}"))
                .help("spell it as the source has it, or replace before the source is changed"),
        );
    });
}

const TENANT_DOMAIN: Rule = Rule {
    code: Code::TenantDomain,
    why: "The initial domain is that of one tenant. A configuration that is copied to a test or partner tenant then \
          gives addresses of the old one; DefaultDomain() names the domain of the tenant it runs in.",
    basis: Basis::Inferred,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#syntax-overview",
    bad: &[Sample::expression("Append([mailNickname], \"@contoso.onmicrosoft.com\")")],
    good: &[Sample::expression("Join(\"@\", Coalesce([mailNickname], \"unknown\"), DefaultDomain())")],
    check: Check::Expression(tenant_domain),
};

fn tenant_domain(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.tree.walk(&mut |expr| {
        let Some(domain) = text(expr).filter(|text| text.to_ascii_lowercase().contains(".onmicrosoft.com")) else {
            return;
        };
        // Groups hide the same text a second time.
        if matches!(expr.node, Node::Group(_)) {
            return;
        }
        found.push(
            Diagnostic::new(Code::TenantDomain, expr.span, format!("\"{domain}\" belongs to one tenant"))
                .help("DefaultDomain() gives the domain of the tenant, or a parameter such as %DomainFQDN%"),
        );
    });
}
