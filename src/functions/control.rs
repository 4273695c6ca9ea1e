//! Functions that steer the flow: raise an error, leave an attribute out, hide a value.

use super::{Body, Example, Function, Gives, Kind, Names, Page, Parameter, Purity, Rule, Stop};
use crate::diagnostic::Code;

pub(super) static FUNCTIONS: &[Function] = &[ERROR, IGNORE_FLOW_IF_NULL_OR_EMPTY, REDACT];

const ERROR: Function = Function {
    names: Names { provisioning: "Error" },
    page: Page::CloudSync,
    summary: "Raises an error: the object fails with the message.",
    parameters: &[Parameter::text("ErrorMessage", "What the error says.").sees_null().keyed("message")],
    returns: Kind::Never,
    rules: &[
        Rule::documented("It raises an error on the object (cloud sync reference)."),
        Rule::inferred("In a branch that is not taken nothing happens."),
        Rule::inferred("Without a message it says that the mapping raised an error."),
    ],
    examples: &[
        Example::fails(
            "IIF(IsPresent([accountName]), [accountName], Error(\"AccountName is required\"))",
            Code::Raised,
        ),
        Example::text("IIF(IsPresent([accountName]), [accountName], Error(\"AccountName is required\"))", "joe")
            .with(&[("accountName", "joe")]),
        Example::fails("Error([missing])", Code::Raised),
        Example::fails("Error()", Code::TooFewArguments),
    ],
    // Never folded, so that it is raised on the record; it draws nothing at random.
    purity: Purity::Environment,
    body: Body::Eager(|call| {
        Err(match call.text(0) {
            "" => call.fault(Code::Raised, format_args!("the mapping raised an error without a message")),
            message => call.fault(Code::Raised, format_args!("{message}")),
        })
    }),
    ..Function::NEW
};

const IGNORE_FLOW_IF_NULL_OR_EMPTY: Function = Function {
    names: Names { provisioning: "IgnoreFlowIfNullOrEmpty" },
    page: Page::Provisioning,
    summary: "Gives the value, or leaves the attribute out of the flow where it is null or empty.",
    parameters: &[Parameter::any("expression", "The value in question.").keyed("source")],
    returns: Kind::Any,
    gives: Gives::Present,
    rules: &[
        Rule::documented("A value that is null or empty takes the attribute out of the flow."),
        Rule::inferred("A list without values counts as empty."),
    ],
    examples: &[
        Example::skips("IgnoreFlowIfNullOrEmpty([department])"),
        Example::skips("IgnoreFlowIfNullOrEmpty([department])").with(&[("department", "")]),
        Example::text("IgnoreFlowIfNullOrEmpty([department])", "Sales").with(&[("department", "Sales")]),
        Example::skips("IgnoreFlowIfNullOrEmpty(Switch([prefix], \"\", \"3443\", \"Dr.\"))").with(&[("prefix", "1")]),
        Example::fails("IgnoreFlowIfNullOrEmpty()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| {
        let value = call.value(0);
        if value.is_null_or_empty() { Err(Stop::Skip) } else { Ok(value) }
    }),
    ..Function::NEW
};

const REDACT: Function = Function {
    names: Names { provisioning: "Redact" },
    page: Page::Provisioning,
    summary: "Gives the value, and keeps it out of logs and reports.",
    parameters: &[Parameter::any("value", "What must not be seen.").keyed("source")],
    returns: Kind::Any,
    gives: Gives::First,
    rules: &[
        Rule::documented("Logs show [Redact] in place of the value."),
        Rule::inferred("The value itself flows unchanged, null too; the whole mapping counts as redacted."),
    ],
    examples: &[
        Example::text("Redact([userPrincipalName])", "ann@contoso.com")
            .with(&[("userPrincipalName", "ann@contoso.com")]),
        Example::text("Redact(\"StringToBeRedacted\")", "StringToBeRedacted"),
        Example::null("Redact([missing])"),
        Example::varies("Redact(RandomString(6, 3, 0, 0, 3))", 6),
        Example::fails("Redact()", Code::TooFewArguments),
    ],
    // Never folded: the mark is made on every record.
    purity: Purity::Marks,
    body: Body::Eager(|call| {
        call.context().redact();
        Ok(call.value(0))
    }),
    ..Function::NEW
};
