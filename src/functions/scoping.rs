//! The operators of scoping filters. They are declared as functions are, and run on
//! the same machine, but are no part of the expression language: a
//! [`Registry`](super::Registry) of their own holds them.
//!
//! Each takes the attribute, whether the clause holds where the attribute is null or
//! empty (the null policy of the filter it stands in), and the clause's values.

use super::{Body, Call, Constants, Function, Kind, Names, Page, Parameter, Prepared, Problem, Returns, Rule, Stop};
use crate::diagnostic::Code;
use crate::dotnet::pattern::{Options, Pattern};
use crate::value::{self, Value};

/// Every operator.
pub(crate) static OPERATORS: &[Function] = &[
    EQUALS,
    NOT_EQUALS,
    IS_TRUE,
    IS_FALSE,
    IS_NULL,
    IS_NOT_NULL,
    REGEX_MATCH,
    NOT_REGEX_MATCH,
    GREATER_THAN,
    GREATER_THAN_OR_EQUALS,
    INCLUDES,
    ENDS_WITH,
    ANY_BIT,
    NO_BIT,
];

/// The operators that the service refuses, with the reason.
#[cfg(feature = "serde")]
pub(crate) const REFUSED: &[(&str, &str)] = &[("IsMemberOf", "the service does not support it as a scoping filter")];

/// The places of the arguments.
const ATTRIBUTE: usize = 0;
const NULL_HOLDS: usize = 1;
const VALUES: usize = 2;

const ATTRIBUTE_PARAMETER: Parameter = Parameter::any("attribute", "The source attribute.");
const POLICY: Parameter = Parameter::new("nullHolds", Kind::Boolean, "Whether the clause holds for null.").sees_null();
const UNARY: &[Parameter] = &[ATTRIBUTE_PARAMETER, POLICY];
const TEXTS: &[Parameter] =
    &[ATTRIBUTE_PARAMETER, POLICY, Parameter::text("value", "What it is compared with.").null_is_empty().repeating(1)];
const INTEGERS: &[Parameter] = &[
    ATTRIBUTE_PARAMETER,
    POLICY,
    Parameter::new("value", Kind::INTEGER, "What it is compared with.").sees_null().repeating(1),
];

const NULL: Rule =
    Rule::documented("A null or empty attribute does not hold; in an input filter a negative clause does.");
const EVERY: Rule = Rule::evident("All values of a multi-valued attribute must hold (multivaluedComparisonType All).");
const SEVERAL: Rule =
    Rule::inferred("With several values in the clause, one of them is enough; a negative clause needs all.");

/// An operator to fill in.
const OPERATOR: Function = Function { page: Page::Scoping, returns: Kind::Boolean, ..Function::NEW };

const EQUALS: Function = Function {
    names: Names { provisioning: "EQUALS" },
    summary: "The attribute is the value; case counts.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL],
    body: Body::Eager(|call| texts(call, true, |text, value| text == value)),
    ..OPERATOR
};

const NOT_EQUALS: Function = Function {
    names: Names { provisioning: "NOT EQUALS" },
    summary: "The attribute is not the value; case counts.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL],
    body: Body::Eager(|call| texts(call, false, |text, value| text == value)),
    ..OPERATOR
};

const INCLUDES: Function = Function {
    names: Names { provisioning: "INCLUDES" },
    summary: "The attribute contains the value; case counts.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL],
    body: Body::Eager(|call| texts(call, true, |text, value| text.contains(value))),
    ..OPERATOR
};

const ENDS_WITH: Function = Function {
    names: Names { provisioning: "ENDS_WITH" },
    summary: "The attribute ends with the value; case counts.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL, Rule::inferred("Case counts as for the other operators on text.")],
    body: Body::Eager(|call| texts(call, true, |text, value| text.ends_with(value))),
    ..OPERATOR
};

const IS_TRUE: Function = Function {
    names: Names { provisioning: "IS TRUE" },
    summary: "The attribute is true, as a boolean or as text in any case.",
    parameters: UNARY,
    rules: &[NULL, EVERY, Rule::inferred("A value that is neither true nor false does not hold.")],
    body: Body::Eager(|call| truth(call, true)),
    ..OPERATOR
};

const IS_FALSE: Function = Function {
    names: Names { provisioning: "IS FALSE" },
    summary: "The attribute is false, as a boolean or as text in any case.",
    parameters: UNARY,
    rules: &[NULL, EVERY, Rule::inferred("A value that is neither true nor false does not hold.")],
    body: Body::Eager(|call| truth(call, false)),
    ..OPERATOR
};

const IS_NULL: Function = Function {
    names: Names { provisioning: "IS NULL" },
    summary: "The attribute is absent, null or empty.",
    parameters: UNARY,
    rules: &[Rule::documented("An empty attribute counts as null.")],
    body: Body::Eager(|call| Ok(Value::Boolean(call.value(ATTRIBUTE).is_null_or_empty()))),
    ..OPERATOR
};

const IS_NOT_NULL: Function = Function {
    names: Names { provisioning: "IS NOT NULL" },
    summary: "The attribute has a value that is not empty.",
    parameters: UNARY,
    rules: &[Rule::documented("An empty attribute counts as null.")],
    body: Body::Eager(|call| Ok(Value::Boolean(!call.value(ATTRIBUTE).is_null_or_empty()))),
    ..OPERATOR
};

const GREATER_THAN: Function = Function {
    names: Names { provisioning: "GREATER_THAN" },
    summary: "The attribute is greater than the value; both are integers.",
    parameters: INTEGERS,
    rules: &[NULL, EVERY, SEVERAL, Rule::inferred("An attribute that is no integer fails the object.")],
    body: Body::Eager(|call| integers(call, true, |left, right| left > right)),
    ..OPERATOR
};

const GREATER_THAN_OR_EQUALS: Function = Function {
    names: Names { provisioning: "GREATER_THAN_OR_EQUALS" },
    summary: "The attribute is the value or greater; both are integers.",
    parameters: INTEGERS,
    rules: &[NULL, EVERY, SEVERAL, Rule::inferred("An attribute that is no integer fails the object.")],
    body: Body::Eager(|call| integers(call, true, |left, right| left >= right)),
    ..OPERATOR
};

const ANY_BIT: Function = Function {
    names: Names { provisioning: "&" },
    summary: "The attribute has any of the bits of the value.",
    parameters: INTEGERS,
    rules: &[
        NULL,
        EVERY,
        SEVERAL,
        Rule::evident("The vendor's own filters test bits with it, whatever the page says of texts."),
        Rule::inferred("An attribute that is no integer fails the object."),
    ],
    body: Body::Eager(|call| integers(call, true, |left, right| left & right != 0)),
    ..OPERATOR
};

const NO_BIT: Function = Function {
    names: Names { provisioning: "!&" },
    summary: "The attribute has none of the bits of the value.",
    parameters: INTEGERS,
    rules: &[
        NULL,
        EVERY,
        SEVERAL,
        Rule::evident("The vendor's own filters test bits with it, whatever the page says of texts."),
        Rule::inferred("An attribute that is no integer fails the object."),
    ],
    body: Body::Eager(|call| integers(call, false, |left, right| left & right != 0)),
    ..OPERATOR
};

const REGEX_MATCH: Function = Function {
    names: Names { provisioning: "REGEX MATCH" },
    summary: "A .NET pattern matches somewhere in the attribute.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL, Rule::evident("The pattern matches anywhere unless it is anchored.")],
    body: Body::Prepared(|constants| patterns(constants, true)),
    ..OPERATOR
};

const NOT_REGEX_MATCH: Function = Function {
    names: Names { provisioning: "NOT REGEX MATCH" },
    summary: "A .NET pattern matches nowhere in the attribute.",
    parameters: TEXTS,
    rules: &[NULL, EVERY, SEVERAL, Rule::evident("The pattern matches anywhere unless it is anchored.")],
    body: Body::Prepared(|constants| patterns(constants, false)),
    ..OPERATOR
};

/// Tests every value of the attribute; the policy decides where there is none.
fn every<'a>(call: &Call<'_, 'a>, mut holds: impl FnMut(Value<'a>) -> Result<bool, Stop<'a>>) -> Returns<'a> {
    let attribute = call.value(ATTRIBUTE);
    if attribute.is_null_or_empty() {
        return Ok(Value::Boolean(call.boolean(NULL_HOLDS)));
    }
    let values: &[Value<'a>] = match &attribute {
        Value::Multi(values) => values,
        single => std::slice::from_ref(single),
    };
    for value in values {
        if !holds(*value)? {
            return Ok(Value::Boolean(false));
        }
    }
    Ok(Value::Boolean(true))
}

fn texts<'a>(call: &Call<'_, 'a>, wanted: bool, test: impl Fn(&str, &str) -> bool) -> Returns<'a> {
    every(call, |value| {
        let text = value::to_text(value, call.arena());
        Ok((VALUES..call.len()).any(|index| test(text, call.text(index))) == wanted)
    })
}

fn truth<'a>(call: &Call<'_, 'a>, wanted: bool) -> Returns<'a> {
    every(call, |value| Ok(value::to_boolean(value).is_ok_and(|truth| truth == wanted)))
}

fn integers<'a>(call: &Call<'_, 'a>, wanted: bool, test: impl Fn(i64, i64) -> bool) -> Returns<'a> {
    every(call, |value| {
        let integer = value::to_integer(value)
            .map_err(|error| call.fault_at(ATTRIBUTE, error.code, format_args!("'{value}' is not {}", error.wanted)))?;
        Ok((VALUES..call.len()).any(|index| test(integer, call.integer(index))) == wanted)
    })
}

/// The patterns of a clause, compiled.
#[derive(Debug)]
struct Patterns {
    patterns: Vec<Pattern>,
    wanted: bool,
}

fn patterns(constants: &Constants<'_>, wanted: bool) -> Result<Box<dyn Prepared>, Problem> {
    let patterns = (VALUES..)
        .map_while(|index| Some((index, constants.text(index)?)))
        .map(|(index, text)| {
            Pattern::new(text, Options::default())
                .map_err(|error| Problem::at(index, Code::InvalidPattern, error.message.clone()))
        })
        .collect::<Result<_, _>>()?;
    Ok(Box::new(Patterns { patterns, wanted }))
}

impl Prepared for Patterns {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        every(call, |value| {
            let text = value::to_text(value, call.arena());
            for pattern in &self.patterns {
                let matches = pattern
                    .is_match(text)
                    .map_err(|error| call.fault_at(ATTRIBUTE, Code::PatternWork, format_args!("{error}")))?;
                if matches {
                    return Ok(self.wanted);
                }
            }
            Ok(!self.wanted)
        })
    }
}
