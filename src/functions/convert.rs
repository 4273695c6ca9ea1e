//! Functions that make one kind of value another, and the logic on bits and booleans.

use super::{
    Body, Call, Example, Function, Gives, Kind, Names, Page, Parameter, Prepared, Returns, Rule, Takes, Tells,
};
use crate::diagnostic::Code;
use crate::value::{self, Value};

pub(super) static FUNCTIONS: &[Function] = &[BIT_AND, C_BOOL, C_REF, C_STR, NOT];

const C_BOOL: Function = Function {
    names: Names { provisioning: "CBool" },
    page: Page::Provisioning,
    summary: "Gives True where the expression is true or not zero, and False otherwise.",
    parameters: &[Parameter::new("Expression", Kind::Boolean, "A comparison, or a value that is true or false.")
        .sees_null()
        .keyed("source")],
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Truth,
    rules: &[
        Rule::documented("What is not zero is True, and zero is False."),
        Rule::evident("Text counts as .NET reads it: True and False in any case, and numbers; other text is an error."),
        Rule::evident("Null is False, as .NET's Convert.ToBoolean has it, and so is the empty text."),
    ],
    examples: &[
        Example::boolean("CBool([attribute1] = [attribute2])", true).with(&[("attribute1", "x"), ("attribute2", "x")]),
        Example::boolean("CBool([attribute1] = [attribute2])", false).with(&[("attribute1", "x"), ("attribute2", "y")]),
        Example::boolean("CBool(\"tRUE\")", true),
        Example::boolean("CBool(\"-2\")", true),
        Example::boolean("CBool(0)", false),
        Example::boolean("CBool([missing])", false),
        Example::fails("CBool([a])", Code::NotABoolean).with(&[("a", "yes")]),
        Example::fails("CBool(\"yes\")", Code::WrongKind),
    ],
    body: Body::Eager(|call| Ok(Value::Boolean(call.boolean(0)))),
    ..Function::NEW
};

const C_STR: Function = Function {
    names: Names { provisioning: "CStr" },
    page: Page::Provisioning,
    summary: "Gives the text of a value.",
    parameters: &[Parameter::each_text("value", "A number, reference, boolean, dateTime or text.").keyed("source")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Numbers, references and booleans have a text."),
        Rule::documented("A dateTime has the text M/d/yyyy h:mm:ss tt, in UTC."),
        Rule::evident("Booleans have the text True and False; numbers are written without separators, as in .NET."),
        Rule::inferred("A null gives null; binary gives its base64; an object gives its JSON."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("CStr([dn])", "cn=Joe,dc=contoso,dc=com").with(&[("dn", "cn=Joe,dc=contoso,dc=com")]),
        Example::text("CStr(1000)", "1000"),
        Example::text("CStr([a]=[b])", "True"),
        Example::null("CStr([missing])"),
        Example::fails("CStr()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(Value::Text(call.text(0)))),
    ..Function::NEW
};

const C_REF: Function = Function {
    names: Names { provisioning: "CRef" },
    page: Page::Connect,
    summary: "Gives the text as a reference to another object.",
    parameters: &[Parameter::each_text("value", "A distinguished name or an id.").keyed("source")],
    returns: Kind::Reference,
    gives: Gives::Value,
    rules: &[
        Rule::documented("It makes a text a reference attribute (Connect reference)."),
        Rule::inferred("The text is not looked at; a null gives null."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("DNComponent(CRef([dn]), 1)", "Joe").with(&[("dn", "cn=Joe,dc=contoso,dc=com")]),
        Example::text("CRef(\"cn=Joe\")", "cn=Joe"),
        Example::null("CRef([missing])"),
        Example::fails("CRef()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(Value::Reference(call.text(0)))),
    ..Function::NEW
};

const NOT: Function = Function {
    names: Names { provisioning: "Not" },
    page: Page::Provisioning,
    summary: "Gives False where the source is True, and True otherwise.",
    parameters: &[Parameter::text("source", "A boolean, or the text True or False.").sees_null()],
    returns: Kind::Boolean,
    gives: Gives::Value,
    tells: Tells::Untruth,
    rules: &[
        Rule::documented("A source that is True gives False; every other gives True."),
        Rule::inferred("So null, the empty text and text that is no boolean give True."),
        Rule::inferred("True is told from False as CBool does: in any case, and a number that is not zero is True."),
    ],
    examples: &[
        Example::boolean("Not([IsSoftDeleted])", false).with(&[("IsSoftDeleted", "True")]),
        Example::boolean("Not([IsSoftDeleted])", true).with(&[("IsSoftDeleted", "False")]),
        Example::boolean("Not([a]=\"x\")", false).with(&[("a", "x")]),
        Example::boolean("Not([missing])", true),
        Example::boolean("Not(\"perhaps\")", true),
        Example::fails("Not([a])", Code::ManyValues).with(&[("a", "True"), ("a", "False")]),
    ],
    body: Body::Eager(|call| {
        let truth = call.optional_text(0).is_some_and(|text| value::to_boolean(Value::Text(text)) == Ok(true));
        Ok(Value::Boolean(!truth))
    }),
    ..Function::NEW
};

const BIT_AND: Function = Function {
    names: Names { provisioning: "BitAnd" },
    page: Page::Provisioning,
    summary: "Gives the bits that are set in both numbers.",
    parameters: &[
        Parameter::new("value1", Kind::INTEGER, "A whole number.").keyed("left"),
        Parameter::new("value2", Kind::INTEGER, "Another one.").keyed("right"),
    ],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented("A bit of the result is set where it is set in both numbers."),
        Rule::evident(
            "Text is read as a decimal number: exported mappings pass userAccountControl so. Hexadecimal stands as a literal only, &HF.",
        ),
        Rule::inferred("Numbers have 64 bits. A null or the empty text gives null."),
    ],
    examples: &[
        Example::integer("BitAnd(&HF, &HF7)", 7),
        Example::integer("BitAnd([userAccountControl], 2)", 2).with(&[("userAccountControl", "514")]),
        Example::integer("BitAnd([userAccountControl], 2)", 0).with(&[("userAccountControl", "512")]),
        Example::text("IIF(BitAnd([userAccountControl], 2)=\"0\", \"True\", \"False\")", "True")
            .with(&[("userAccountControl", "512")]),
        Example::null("BitAnd([missing], 2)"),
        Example::fails("BitAnd([a], 2)", Code::NotAnInteger).with(&[("a", "&HF")]),
        Example::fails("BitAnd([a], \"two\")", Code::WrongKind),
    ],
    body: Body::Prepared(|constants| {
        let other = |constant: usize, other| constants.integer(constant).map(|bits| (other, bits));
        Ok(Box::new(Bits { known: other(1, 0).or_else(|| other(0, 1)) }))
    }),
    ..Function::NEW
};

/// BitAnd, with the argument that is not constant and the bits of the one that is.
#[derive(Debug)]
struct Bits {
    known: Option<(usize, i64)>,
}

impl Prepared for Bits {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        Ok(Value::Integer(call.integer(0) & call.integer(1)))
    }

    fn takes(&self) -> Option<Takes> {
        self.known.map(|(argument, _)| Takes::integer(argument))
    }

    fn integer(&self, source: i64) -> Option<i64> {
        self.known.map(|(_, bits)| source & bits)
    }
}
