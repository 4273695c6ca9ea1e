//! Functions that are about lists of values.

use super::text::integer;
use super::{
    Body, Call, Constants, Example, Function, Gives, Kind, Names, Page, Parameter, Prepared, Problem, Returns, Rule,
};
use crate::diagnostic::Code;
use crate::dotnet::text::{self, StringComparison};
use crate::value::{self, Value};
use bumpalo::collections::Vec as ArenaVec;

pub(super) static FUNCTIONS: &[Function] = &[CONTAINS, COUNT, ITEM, REMOVE_DUPLICATES];

const COUNT: Function = Function {
    names: Names { provisioning: "Count" },
    page: Page::Provisioning,
    summary: "Gives the number of values.",
    parameters: &[Parameter::list("attribute", "The multi-valued attribute.").sees_null().keyed("source")],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented("It counts the values of a multi-valued attribute."),
        Rule::inferred("A single value counts as one, the empty text too; null counts as none."),
    ],
    examples: &[
        Example::integer("Count([proxyAddresses])", 2).with(&[("proxyAddresses", "a"), ("proxyAddresses", "b")]),
        Example::integer("Count(\"a\")", 1),
        Example::integer("Count([missing])", 0),
        Example::fails("Count()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(integer(call.list(0).len()))),
    ..Function::NEW
};

const ITEM: Function = Function {
    names: Names { provisioning: "Item" },
    page: Page::Provisioning,
    summary: "Gives one of the values, by its number.",
    parameters: &[
        Parameter::list("attribute", "The multi-valued attribute.").keyed("source"),
        Parameter::new("index", Kind::INTEGER, "Which value, from 1."),
    ],
    returns: Kind::Any,
    gives: Gives::OneOf,
    rules: &[
        Rule::documented("The first value has the number 1; 0 is not to be used."),
        Rule::documented("A number that no value has is an error (cloud sync reference)."),
        Rule::inferred("A null attribute gives null; a single value is a list of one."),
    ],
    examples: &[
        Example::text("Item([proxyAddresses], 1)", "SMTP:a@contoso.com")
            .with(&[("proxyAddresses", "SMTP:a@contoso.com"), ("proxyAddresses", "smtp:b@contoso.com")]),
        Example::text("Mid(Item([proxyAddresses], Contains([proxyAddresses], \"SMTP:\")), 6)", "b@contoso.com")
            .with(&[("proxyAddresses", "smtp:a@contoso.com"), ("proxyAddresses", "SMTP:b@contoso.com")]),
        Example::text("Item(\"a\", 1)", "a"),
        Example::null("Item([missing], 1)"),
        Example::fails("Item([proxyAddresses], 3)", Code::NoSuchItem)
            .with(&[("proxyAddresses", "a"), ("proxyAddresses", "b")]),
        Example::fails("Item([a], Contains([a], \"x\"))", Code::NoSuchItem).with(&[("a", "b")]),
        Example::fails("Item([a], 0)", Code::ArgumentRange),
    ],
    body: Body::Prepared(prepare_item),
    ..Function::NEW
};

/// A number below 1 is an error when compiling if it is constant; on a record it is
/// an item that is not there, as the 0 that Contains gives.
fn prepare_item(constants: &Constants<'_>) -> Result<Box<dyn Prepared>, Problem> {
    match constants.integer(1) {
        Some(index) if index < 1 => {
            Err(Problem::at(1, Code::ArgumentRange, format!("'index' is 1 or more, and this is {index}"))
                .help("values are counted from 1"))
        }
        _ => Ok(Box::new(Item)),
    }
}

#[derive(Debug)]
struct Item;

impl Prepared for Item {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let (values, index) = (call.list(0), call.integer(1));
        let place = index.checked_sub(1).and_then(|place| usize::try_from(place).ok());
        place.and_then(|place| values.get(place)).copied().ok_or_else(|| {
            let count = values.len();
            let s = if count == 1 { "" } else { "s" };
            call.fault_at(1, Code::NoSuchItem, format_args!("there is no item {index}: the list has {count} value{s}"))
        })
    }
}

const CASE_TYPES: &[&str] = &["CaseInsensitive", "CaseSensitive"];

const CONTAINS: Function = Function {
    names: Names { provisioning: "Contains" },
    page: Page::Connect,
    summary: "Gives the number of the first value that holds a text, or 0.",
    parameters: &[
        Parameter::list("attribute", "The multi-valued attribute.").sees_null().keyed("source"),
        Parameter::text("search", "The text to find."),
        Parameter::new("Casetype", Kind::Choice(CASE_TYPES), "Whether case counts; it does where this is omitted.")
            .optional(),
    ],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Values are counted from 1; 0 stands for not found (Connect reference)."),
        Rule::documented(
            "In text the search finds a part of a value; a reference must be the text (Connect reference).",
        ),
        Rule::documented("Case counts unless CaseInsensitive says otherwise (Connect reference)."),
        Rule::inferred("In a null attribute nothing is found; a null search gives null."),
    ],
    examples: &[
        Example::integer("Contains([proxyAddresses], \"SMTP:\")", 2)
            .with(&[("proxyAddresses", "smtp:a@contoso.com"), ("proxyAddresses", "SMTP:b@contoso.com")]),
        Example::integer("Contains([proxyAddresses], \"SMTP:\", CaseInsensitive)", 1)
            .with(&[("proxyAddresses", "smtp:a@contoso.com"), ("proxyAddresses", "SMTP:b@contoso.com")]),
        Example::integer("Contains(CRef(\"cn=Joe,dc=contoso\"), \"cn=Joe\")", 0),
        Example::integer("Contains([missing], \"x\")", 0),
        Example::null("Contains([a], [missing])").with(&[("a", "x")]),
        Example::fails("Contains([a], \"x\", Insensitive)", Code::UnknownOption),
    ],
    body: Body::Eager(|call| {
        let search = call.text(1);
        let comparison = match call.optional_text(2) {
            None | Some("") => StringComparison::Ordinal,
            Some(word) if word.eq_ignore_ascii_case("CaseSensitive") => StringComparison::Ordinal,
            Some(word) if word.eq_ignore_ascii_case("CaseInsensitive") => StringComparison::OrdinalIgnoreCase,
            Some(word) => {
                let message = format_args!("'{word}' is neither CaseInsensitive nor CaseSensitive");
                return Err(call.fault_at(2, Code::FormatAtRun, message));
            }
        };
        let holds = |value: &Value<'_>| match value {
            Value::Reference(text) => text::equals(text, search, comparison),
            value => text::index_of(value::to_text(*value, call.arena()), search, comparison).is_some(),
        };
        Ok(integer(call.list(0).iter().position(holds).map_or(0, |place| place.saturating_add(1))))
    }),
    ..Function::NEW
};

const REMOVE_DUPLICATES: Function = Function {
    names: Names { provisioning: "RemoveDuplicates" },
    page: Page::Provisioning,
    summary: "Gives every value once.",
    parameters: &[Parameter::list("attribute", "The multi-valued attribute.").keyed("source")],
    returns: Kind::List,
    gives: Gives::First,
    rules: &[
        Rule::documented("Of equal values one stays."),
        Rule::inferred("It is the first; the order stays. Values are equal by their text, and case counts."),
        Rule::inferred("A null attribute gives null."),
    ],
    examples: &[
        Example::list("RemoveDuplicates([proxyAddresses])", &["a", "b"]).with(&[
            ("proxyAddresses", "a"),
            ("proxyAddresses", "b"),
            ("proxyAddresses", "a"),
        ]),
        Example::list("RemoveDuplicates(Trim([proxyAddresses]))", &["a", "A"]).with(&[
            ("proxyAddresses", "a "),
            ("proxyAddresses", "A"),
            ("proxyAddresses", "a"),
        ]),
        Example::list("RemoveDuplicates(\"a\")", &["a"]),
        Example::null("RemoveDuplicates([missing])"),
        Example::fails("RemoveDuplicates()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(remove_duplicates(call, call.list(0)))),
    ..Function::NEW
};

fn remove_duplicates<'a>(call: &Call<'_, 'a>, values: &'a [Value<'a>]) -> Value<'a> {
    let arena = call.arena();
    // By text and place: equal values come together, the first of them first. Sorting
    // keeps this fast for a million values, and needs no memory outside the arena.
    let mut sorted = ArenaVec::with_capacity_in(values.len(), arena);
    sorted.extend(values.iter().enumerate().map(|(place, value)| (value::to_text(*value, arena), place)));
    sorted.sort_unstable();
    let mut kept = ArenaVec::with_capacity_in(values.len(), arena);
    let mut last = None;
    for (text, place) in sorted {
        if last != Some(text) {
            last = Some(text);
            kept.push(place);
        }
    }
    if kept.len() == values.len() {
        return Value::Multi(values);
    }
    kept.sort_unstable();
    Value::Multi(arena.alloc_slice_fill_iter(kept.iter().map(|place| values.get(*place).copied().unwrap_or_default())))
}
