//! Rules about scoping filters.

use super::{Check, Clause, Rule, Sample};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::Basis;

pub(super) static RULES: &[Rule] =
    &[UNFILTERABLE_ATTRIBUTE, CONTRADICTORY_CLAUSES, NEGATIVE_CLAUSE, UNANCHORED_PATTERN];

const FILTERS: &str = "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts";

/// An operator without what its spellings differ in.
fn operator(clause: &Clause<'_>) -> String {
    clause.operator.chars().filter(|letter| !matches!(letter, ' ' | '_')).flat_map(char::to_uppercase).collect()
}

fn about(code: Code, message: String) -> Diagnostic {
    Diagnostic::new(code, Span::default(), message)
}

const UNFILTERABLE_ATTRIBUTE: Rule = Rule {
    code: Code::UnfilterableAttribute,
    why: "The page of known issues lists attributes that scoping filters do not support: appRoleAssignments, userType, \
          manager, and dates such as StatusHireDate, startDate, endDate and accountExpires.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/known-issues",
    bad: &[Sample::clauses(&[("StatusHireDate", "IS NOT NULL", "")])],
    good: &[Sample::clauses(&[("Active", "EQUALS", "1")])],
    check: Check::Scope(|clauses, found| {
        const REFUSED: [&str; 8] = [
            "appRoleAssignments",
            "userType",
            "manager",
            "StatusHireDate",
            "StatusTerminationDate",
            "startDate",
            "endDate",
            "accountExpires",
        ];
        for (index, clause) in clauses.iter().enumerate() {
            if REFUSED.iter().any(|name| name.eq_ignore_ascii_case(clause.attribute)) {
                let message = format!("scoping filters do not support {}", clause.attribute);
                let help =
                    "leave the object out with IgnoreObjectFlow in an expression, or filter by another attribute";
                found.push((index, about(Code::UnfilterableAttribute, message).help(help)));
            }
        }
    }),
};

const CONTRADICTORY_CLAUSES: Rule = Rule {
    code: Code::ContradictoryClauses,
    why: "All clauses of a filter must hold, and a value equals one text only: with two EQUALS on one attribute nobody is \
          in scope. Filters beside each other are alternatives.",
    basis: Basis::Documented,
    source: FILTERS,
    bad: &[Sample::clauses(&[("department", "EQUALS", "Sales"), ("department", "EQUALS", "Finance")])],
    good: &[Sample::clauses(&[("department", "REGEX MATCH", "^(Sales|Finance)$")])],
    check: Check::Scope(|clauses, found| {
        for (index, clause) in clauses.iter().enumerate() {
            let name = operator(clause);
            let before = clauses
                .iter()
                .take(index)
                .filter(|other| other.group == clause.group && other.attribute.eq_ignore_ascii_case(clause.attribute));
            let contradicts = |other: &Clause<'_>| match (operator(other).as_str(), name.as_str()) {
                ("EQUALS", "EQUALS") => other.value != clause.value,
                ("EQUALS", "NOTEQUALS") | ("NOTEQUALS", "EQUALS") => other.value == clause.value,
                ("ISNULL", "ISNOTNULL" | "EQUALS" | "ISTRUE") | ("ISNOTNULL" | "EQUALS" | "ISTRUE", "ISNULL") => true,
                ("ISTRUE", "ISFALSE") | ("ISFALSE", "ISTRUE") => true,
                _ => false,
            };
            if let Some(other) = before.into_iter().find(|other| contradicts(other)) {
                let message =
                    format!("this and {} {} {} never hold together", other.attribute, other.operator, other.value);
                let help = "put the two into filters of their own: one of them is enough then";
                found.push((index, about(Code::ContradictoryClauses, message).help(help)));
            }
        }
    }),
};

const NEGATIVE_CLAUSE: Rule = Rule {
    code: Code::NegativeClause,
    why: "A clause is false where the attribute is null or empty, NOT EQUALS and NOT REGEX MATCH too: people without a \
          department are not in scope of department NOT EQUALS Sales.",
    basis: Basis::Documented,
    source: FILTERS,
    bad: &[Sample::clauses(&[("department", "NOT EQUALS", "Sales")])],
    good: &[Sample::clauses(&[("department", "NOT EQUALS", "Sales"), ("department", "IS NOT NULL", "")])],
    check: Check::Scope(|clauses, found| {
        for (index, clause) in clauses.iter().enumerate() {
            if !matches!(operator(clause).as_str(), "NOTEQUALS" | "NOTREGEXMATCH") {
                continue;
            }
            // Somebody who asks for a value as well has thought of it.
            let asked = clauses.iter().any(|other| {
                other.attribute.eq_ignore_ascii_case(clause.attribute)
                    && matches!(operator(other).as_str(), "ISNULL" | "ISNOTNULL")
            });
            if !asked {
                let message = format!("objects without {} are out of scope too", clause.attribute);
                let help =
                    format!("add a filter with {} IS NULL, or IS NOT NULL here if that is meant", clause.attribute);
                found.push((index, about(Code::NegativeClause, message).help(help)));
            }
        }
    }),
};

const UNANCHORED_PATTERN: Rule = Rule {
    code: Code::UnanchoredPattern,
    why: ".NET finds a pattern anywhere in a value, so (1[0-9]{6}) holds for 9912345678 as well; ^ and $ bind it to the \
          whole value.",
    basis: Basis::Evident,
    source: FILTERS,
    bad: &[Sample::clauses(&[("workerID", "REGEX MATCH", "1[0-9]{6}")])],
    good: &[Sample::clauses(&[("workerID", "REGEX MATCH", "^1[0-9]{6}$")])],
    check: Check::Scope(|clauses, found| {
        for (index, clause) in clauses.iter().enumerate() {
            let pattern = clause.value;
            let bound = pattern.starts_with(['^', '.']) || pattern.ends_with('$') || pattern.ends_with(".*");
            if operator(clause) == "REGEXMATCH" && !bound && !pattern.is_empty() {
                let message = format!("the pattern matches anywhere in {}", clause.attribute);
                let help = format!("write ^{pattern}$ if the whole value is meant");
                found.push((index, about(Code::UnanchoredPattern, message).help(help)));
            }
        }
    }),
};
