//! Functions that ask about a value.

use super::{Body, Example, Function, Gives, Kind, Names, Page, Parameter, Rule, Tells};
use crate::diagnostic::Code;
use crate::value::{self, Value};

pub(super) static FUNCTIONS: &[Function] = &[IS_NOTHING, IS_NULL, IS_NULL_OR_EMPTY, IS_PRESENT, IS_STRING];

const EXPRESSION: &[Parameter] = &[Parameter::any("expression", "The value in question.").keyed("source")];

const IS_NULL: Function = Function {
    names: Names { provisioning: "IsNull" },
    page: Page::Provisioning,
    summary: "Tells whether the value is null, as the value of an absent attribute is.",
    parameters: EXPRESSION,
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Null,
    rules: &[
        Rule::documented("An absent attribute is null."),
        Rule::inferred("The empty text and the empty list are not null."),
    ],
    examples: &[
        Example::boolean("IsNull([displayName])", true),
        Example::boolean("IsNull([displayName])", false).with(&[("displayName", "")]),
        Example::fails("IsNull()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(Value::Boolean(call.value(0).is_null()))),
    ..Function::NEW
};

const IS_NULL_OR_EMPTY: Function = Function {
    names: Names { provisioning: "IsNullOrEmpty" },
    page: Page::Provisioning,
    summary: "Tells whether the value is null or the empty text.",
    parameters: EXPRESSION,
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Empty,
    rules: &[
        Rule::documented("It is the inverse of IsPresent."),
        Rule::inferred("A list without values counts as empty."),
    ],
    examples: &[
        Example::boolean("IsNullOrEmpty([displayName])", true).with(&[("displayName", "")]),
        Example::boolean("IsNullOrEmpty([displayName])", false).with(&[("displayName", "Ann")]),
    ],
    body: Body::Eager(|call| Ok(Value::Boolean(call.value(0).is_null_or_empty()))),
    ..Function::NEW
};

const IS_PRESENT: Function = Function {
    names: Names { provisioning: "IsPresent" },
    page: Page::Provisioning,
    summary: "Tells whether there is a value that is not the empty text.",
    parameters: EXPRESSION,
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Present,
    rules: &[
        Rule::documented("It is the inverse of IsNullOrEmpty."),
        Rule::inferred("A list without values is not present."),
    ],
    examples: &[
        Example::boolean("IsPresent([displayName])", true).with(&[("displayName", "Ann")]),
        Example::boolean("IsPresent([displayName])", false).with(&[("displayName", "")]),
    ],
    body: Body::Eager(|call| Ok(Value::Boolean(!call.value(0).is_null_or_empty()))),
    ..Function::NEW
};

const IS_NOTHING: Function = Function {
    names: Names { provisioning: "IsNothing" },
    page: Page::Graph,
    summary: "Tells whether the value is null, as IsNull does.",
    parameters: EXPRESSION,
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Null,
    rules: &[
        Rule::evident("The function list of Microsoft Graph has it; the reference does not."),
        Rule::inferred(
            "It asks what Visual Basic's IsNothing asks; the empty text and the empty list are not nothing.",
        ),
    ],
    examples: &[
        Example::boolean("IsNothing([manager])", true),
        Example::boolean("IsNothing([manager])", false).with(&[("manager", "")]),
        Example::fails("IsNothing()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(Value::Boolean(call.value(0).is_null()))),
    ..Function::NEW
};

const IS_STRING: Function = Function {
    names: Names { provisioning: "IsString" },
    page: Page::Provisioning,
    summary: "Tells whether the value has a text, so that CStr gives one.",
    parameters: EXPRESSION,
    returns: Kind::Boolean,
    gives: Gives::Value,
    rules: &[
        Rule::documented("It is True where the value can be evaluated to a text."),
        Rule::inferred("Texts, references, numbers, booleans and dateTimes have one, and a list of one such value."),
        Rule::inferred("Null, binary, objects and longer lists have none."),
    ],
    examples: &[
        Example::boolean("IsString([a])", true).with(&[("a", "")]),
        Example::boolean("IsString(1000)", true),
        Example::boolean("IsString([a])", false).with(&[("a", "x"), ("a", "y")]),
        Example::boolean("IsString([missing])", false),
        Example::fails("IsString()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| {
        let single = value::single(call.value(0)).unwrap_or_default();
        Ok(Value::Boolean(!matches!(single, Value::Null | Value::Binary(_) | Value::Complex(_) | Value::Multi(_))))
    }),
    ..Function::NEW
};
