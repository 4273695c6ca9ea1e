//! Functions that put texts together, cut them and search them.

use super::{
    Body, Call, Example, Function, Given, Gives, Kind, Names, Nulls, Page, Parameter, Prepared, Returns, Room, Rule,
    Stop, Takes, of_text, short, within,
};
use crate::diagnostic::Code;
use crate::dotnet::text::{self, SplitOptions, TextCompare};
use crate::value::{self, Value};
use bumpalo::collections::Vec as ArenaVec;

pub(super) static FUNCTIONS: &[Function] =
    &[APPEND, IN_STR, JOIN, LEFT, LEN, L_TRIM, MID, PREPEND, RIGHT, R_TRIM, SPLIT, STRIP_SPACES, TRIM, WORD];

/// The rule that all functions of a single text share.
const EACH: Rule =
    Rule::evident("A multi-valued source is worked through value by value, as the exported mappings do with Trim.");
const UNITS: Rule =
    Rule::evident("Characters are counted as .NET does, in UTF-16 code units; a cut never halves a character.");

/// A whole number as a value; no text is longer than an integer counts.
pub(super) fn integer<'a>(number: usize) -> Value<'a> {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Append and Prepend.
#[derive(Debug)]
struct Both;

impl Prepared for Both {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        both(call, call.text(0), call.text(1))
    }

    fn takes(&self) -> Option<Takes> {
        Some(Takes::several(0..2))
    }

    #[inline]
    fn texts<'a>(&'a self, sources: &[&'a str], room: Room<'a>) -> Option<&'a str> {
        match *sources {
            [only, ""] | ["", only] => Some(only),
            [first, second] => room.join(&[first, second]),
            _ => None,
        }
    }
}

/// One text behind the other, without copying where one of them is empty.
fn both<'a>(call: &Call<'_, 'a>, first: &'a str, second: &'a str) -> Returns<'a> {
    if second.is_empty() {
        return Ok(Value::Text(first));
    }
    if first.is_empty() {
        return Ok(Value::Text(second));
    }
    let mut text = call.writer_for(first.len().saturating_add(second.len()));
    text.push(first)?;
    text.push(second)?;
    text.finish()
}

const APPEND: Function = Function {
    names: Names { provisioning: "Append" },
    page: Page::Provisioning,
    summary: "Gives the source with the suffix behind it.",
    parameters: &[
        Parameter::each_text("source", "The text to extend."),
        Parameter::text("suffix", "What is put behind it.").null_is_empty(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The suffix is put behind the source as it is, without a separator."),
        Rule::inferred("A null source gives null; a null suffix counts as empty."),
        EACH,
    ],
    examples: &[
        Example::text("Append([userPrincipalName], \".test\")", "John.Doe@contoso.com.test")
            .with(&[("userPrincipalName", "John.Doe@contoso.com")]),
        Example::text("Append(\"\", \"@contoso.com\")", "@contoso.com"),
        Example::text("Append([alias], [suffix])", "ann").with(&[("alias", "ann")]),
        Example::null("Append([alias], \"@contoso.com\")"),
        Example::list("Append([tags], \"!\")", &["a!", "b!"]).with(&[("tags", "a"), ("tags", "b")]),
        Example::fails("Append([alias])", Code::TooFewArguments),
    ],
    body: Body::Prepared(|_| Ok(Box::new(Both))),
    ..Function::NEW
};

const PREPEND: Function = Function {
    names: Names { provisioning: "Prepend" },
    page: Page::Graph,
    summary: "Gives the source with the prefix before it.",
    parameters: &[
        Parameter::text("prefix", "What is put before it.").null_is_empty(),
        Parameter::each_text("source", "The text to extend."),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::evident("The function list of Microsoft Graph has it, with the prefix first; the reference does not."),
        Rule::inferred("A null source gives null; a null prefix counts as empty, as with Append."),
        EACH,
    ],
    examples: &[
        Example::text("Prepend(\"smtp:\", [mail])", "smtp:ann@contoso.com").with(&[("mail", "ann@contoso.com")]),
        Example::text("Prepend([prefix], [mail])", "ann@contoso.com").with(&[("mail", "ann@contoso.com")]),
        Example::null("Prepend(\"smtp:\", [mail])"),
        Example::fails("Prepend(\"smtp:\")", Code::TooFewArguments),
    ],
    body: Body::Prepared(|_| Ok(Box::new(Both))),
    ..Function::NEW
};

const JOIN: Function = Function {
    names: Names { provisioning: "Join" },
    page: Page::Provisioning,
    summary: "Gives the sources as one text, with the separator between them.",
    parameters: &[
        Parameter::text("separator", "What stands between two sources; may be empty.").null_is_empty(),
        Parameter::any("source", "A text, or a multi-valued attribute, all of whose values are joined.").repeating(1),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Every value of a multi-valued source is joined, with the same separator."),
        Rule::documented("A source that is null or empty is left out, and so is the separator beside it."),
        Rule::evident("Numbers and other values are joined as their text: exported mappings join 1000 and an id."),
        Rule::inferred("Where no source has a value the result is the empty text, as .NET's String.Join has it."),
    ],
    examples: &[
        Example::text("Join(\", \", \"\", [surname], [givenName])", "Doe, John")
            .with(&[("givenName", "John"), ("surname", "Doe")]),
        Example::text("Join(\";\", [proxyAddresses], \"x\")", "a;b;x")
            .with(&[("proxyAddresses", "a"), ("proxyAddresses", "b")]),
        Example::text("Join(\"\", 1000, [id])", "1000abc").with(&[("id", "abc")]),
        Example::text("Join(\".\", [givenName], [surname])", "Doe").with(&[("surname", "Doe")]),
        Example::text("Join(\".\", [givenName], [surname])", ""),
        Example::fails("Join(\".\")", Code::TooFewArguments),
    ],
    body: Body::Prepared(|constants| {
        Ok(Box::new(Join {
            separator: match constants.given(0) {
                Given::Absent => Some("".into()),
                Given::Text(separator) => Some(separator.into()),
                Given::Later => None,
            },
            sources: constants.arguments.len(),
        }))
    }),
    ..Function::NEW
};

/// Join, with its separator if that is constant.
#[derive(Debug)]
struct Join {
    separator: Option<Box<str>>,
    /// The number of arguments.
    sources: usize,
}

impl Prepared for Join {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let separator = call.text(0);
        // One piece alone is given as it is; only a second one makes a new text.
        let (mut only, mut pieces, mut bytes) = ("", 0_usize, 0_usize);
        each_piece(call, |piece| {
            only = piece;
            pieces += 1;
            bytes = bytes.saturating_add(piece.len()).saturating_add(separator.len());
            Ok(())
        })?;
        if pieces < 2 {
            return Ok(Value::Text(only));
        }
        let mut text = call.writer_for(bytes);
        let mut first = true;
        each_piece(call, |piece| {
            if !std::mem::take(&mut first) {
                text.push(separator)?;
            }
            text.push(piece)
        })?;
        text.finish()
    }

    fn takes(&self) -> Option<Takes> {
        self.separator.as_ref().map(|_| Takes::several(1..self.sources).null(Nulls::Empty))
    }

    #[inline]
    fn texts<'a>(&'a self, sources: &[&'a str], room: Room<'a>) -> Option<&'a str> {
        join(self.separator.as_deref()?, sources.iter().copied(), room)
    }

    fn list<'a>(&'a self, values: &[Value<'a>], room: Room<'a>) -> Option<&'a str> {
        if !values.iter().all(|value| matches!(value, Value::Text(_))) {
            return None;
        }
        join(self.separator.as_deref()?, values.iter().filter_map(Value::as_str), room)
    }
}

/// The texts that are not empty, with the separator between them; a single one as it is.
#[inline(always)]
fn join<'a>(separator: &str, sources: impl Iterator<Item = &'a str> + Clone, room: Room<'a>) -> Option<&'a str> {
    let (mut only, mut pieces, mut bytes) = ("", 0_usize, 0_usize);
    for source in sources.clone() {
        if !source.is_empty() {
            only = source;
            pieces += 1;
            bytes += source.len() + separator.len();
        }
    }
    if pieces < 2 {
        return Some(only);
    }
    let mut text = room.writer(bytes - separator.len())?;
    for source in sources {
        if !source.is_empty() {
            match (text.is_empty(), separator.as_bytes()) {
                (true, _) => {}
                // Copying so little is mostly the call.
                (_, [one]) => text.push(char::from(*one)),
                _ => text.push_str(separator),
            }
            text.push_str(source);
        }
    }
    Some(text.into_bump_str())
}

/// The texts that are joined: those of every source that is not empty, and of every
/// value of one that has several.
fn each_piece<'a>(call: &Call<'_, 'a>, mut add: impl FnMut(&'a str) -> Result<(), Stop<'a>>) -> Result<(), Stop<'a>> {
    let mut add = |value: &Value<'a>| match value {
        Value::Text("") | Value::Null => Ok(()),
        Value::Text(piece) => add(piece),
        other => match value::to_text(*other, call.arena()) {
            "" => Ok(()),
            piece => add(piece),
        },
    };
    for source in call.arguments().iter().skip(1) {
        match source {
            Value::Multi(values) => values.iter().try_for_each(&mut add)?,
            single => add(single)?,
        }
    }
    Ok(())
}

const LEFT: Function = Function {
    names: Names { provisioning: "Left" },
    page: Page::Provisioning,
    summary: "Gives so many characters from the left of the text.",
    parameters: &[
        Parameter::each_text("String", "The text to cut.").null_is_empty().keyed("source"),
        Parameter::new("NumChars", Kind::INTEGER, "How many characters to give.").keyed("length"),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("0 gives the empty text, a negative number the whole text, as does one beyond its length."),
        Rule::documented("A null text gives the empty text."),
        UNITS,
        EACH,
    ],
    examples: &[
        Example::text("Left(\"John Doe\", 3)", "Joh"),
        Example::text("Left(\"John Doe\", 0)", ""),
        Example::text("Left(\"John Doe\", -1)", "John Doe"),
        Example::text("Left(\"Jo\", 3)", "Jo"),
        Example::text("Left(\"a😀b\", 2)", "a"),
        Example::text("Left([missing], 3)", ""),
        Example::fails("Left([a], \"three\")", Code::WrongKind),
    ],
    body: Body::Prepared(|constants| {
        let body = constants.integer(1).map(|count| short(move |text, _| Some(left(text, count))));
        Ok(of_text(|call| Ok(Value::Text(left(call.text(0), call.integer(1)))), body))
    }),
    ..Function::NEW
};

/// A negative number gives the whole text.
fn left(text: &str, count: i64) -> &str {
    text::left(text, count).unwrap_or(text)
}

const RIGHT: Function = Function {
    names: Names { provisioning: "Right" },
    page: Page::Connect,
    summary: "Gives so many characters from the right of the text.",
    parameters: &[
        Parameter::each_text("string", "The text to cut.").null_is_empty().keyed("source"),
        Parameter::new("NumChars", Kind::INTEGER, "How many characters to give.").keyed("length"),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented(
            "0 gives the empty text, a negative number the whole text, as does one beyond its length (Connect reference).",
        ),
        Rule::documented("A null text gives the empty text (Connect reference)."),
        UNITS,
        EACH,
    ],
    examples: &[
        Example::text("Right(\"John Doe\", 3)", "Doe"),
        Example::text("Right(\"John Doe\", 0)", ""),
        Example::text("Right(\"John Doe\", -1)", "John Doe"),
        Example::text("Right(\"Jo\", 3)", "Jo"),
        Example::text("Right([missing], 3)", ""),
        Example::fails("Right([a], 1.5)", Code::WrongKind),
    ],
    body: Body::Prepared(|constants| {
        let body = constants.integer(1).map(|count| short(move |text, _| Some(right(text, count))));
        Ok(of_text(|call| Ok(Value::Text(right(call.text(0), call.integer(1)))), body))
    }),
    ..Function::NEW
};

/// A negative number gives the whole text.
fn right(text: &str, count: i64) -> &str {
    let Ok(count) = usize::try_from(count) else { return text };
    let length = text::length(text);
    text::cut(text, length.saturating_sub(count), length)
}

const MID: Function = Function {
    names: Names { provisioning: "Mid" },
    page: Page::Provisioning,
    summary: "Gives a part of the text: so many characters from a position on.",
    parameters: &[
        Parameter::each_text("source", "The text to cut."),
        Parameter::integer("start", 1, i64::MAX, "The position of the first character to give, from 1."),
        Parameter::integer("length", 0, i64::MAX, "How many characters to give; all that follow where it is omitted.")
            .optional(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The first character has position 1. A length beyond the end gives what there is."),
        Rule::documented("The length may be omitted: the cloud sync reference takes the address from \"SMTP:…\" so."),
        Rule::inferred(
            "A start behind the end gives the empty text; a start below 1 or a negative length is an error.",
        ),
        Rule::inferred("A null source, start or length gives null."),
        UNITS,
        EACH,
    ],
    examples: &[
        Example::text("Mid([givenName], 1, 3)", "Joh").with(&[("givenName", "John")]),
        Example::text("Mid(\"John Doe\", 6, 999)", "Doe"),
        Example::text("Mid([x], \"2\", \"1\")", "b").with(&[("x", "abc")]),
        Example::text("Mid(\"SMTP:a@contoso.com\", 6)", "a@contoso.com"),
        Example::text("Mid(\"abc\", 9, 1)", ""),
        Example::null("Mid([missing], 1, 3)"),
        Example::fails("Mid([x], 0, 1)", Code::ArgumentRange),
        Example::fails("Mid(\"abc\", [start], 1)", Code::OutOfRange).with(&[("start", "0")]),
    ],
    body: Body::Prepared(|constants| {
        let (start, length) = (constants.integer(1), constants.integer(2));
        let known = start.filter(|_| length.is_some() || constants.is_omitted(2));
        // The machine has held start and length against their ranges.
        let body = known.map(|start| short(move |text, _| text::mid(text, start, length).ok()));
        Ok(of_text(mid, body))
    }),
    ..Function::NEW
};

fn mid<'a>(call: &Call<'_, 'a>) -> Returns<'a> {
    let length = call.optional_integer(2);
    if length.is_none() && !call.is_omitted(2) {
        return Ok(Value::Null);
    }
    Ok(Value::Text(text::mid(call.text(0), call.integer(1), length).unwrap_or("")))
}

const LEN: Function = Function {
    names: Names { provisioning: "Len" },
    page: Page::Connect,
    summary: "Gives the number of characters of the text.",
    parameters: &[Parameter::each_text("value", "The text to measure.").keyed("source")],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented("It counts the characters (Connect reference)."),
        UNITS,
        Rule::inferred("A null text gives null."),
        EACH,
    ],
    examples: &[
        Example::integer("Len(\"John Doe\")", 8),
        Example::integer("Len(\"\")", 0),
        Example::integer("Len(\"a😀\")", 3),
        Example::null("Len([missing])"),
        Example::fails("Len()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| Ok(integer(text::length(call.text(0))))),
    ..Function::NEW
};

const TRIM: Function = Function {
    names: Names { provisioning: "Trim" },
    page: Page::CloudSync,
    summary: "Gives the text without the white space around it.",
    parameters: &[Parameter::each_text("value", "The text to trim.").keyed("source")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("White space is removed at both ends; of a multi-valued source, at every value."),
        Rule::evident("White space is what .NET's String.Trim removes, line breaks and the no-break space among it."),
        Rule::inferred("A null text gives null."),
    ],
    examples: &[
        Example::text("Trim(\" Test \")", "Test"),
        Example::text("Trim([a])", "").with(&[("a", "\t \u{a0}")]),
        Example::list("Trim([proxyAddresses])", &["a", "b"])
            .with(&[("proxyAddresses", " a"), ("proxyAddresses", "b ")]),
        Example::null("Trim([missing])"),
        Example::fails("Trim([a], \" \")", Code::TooManyArguments),
    ],
    body: Body::Prepared(|_| {
        Ok(of_text(|call| Ok(Value::Text(text::trim(call.text(0)))), Some(short(|text, _| Some(text::trim(text))))))
    }),
    ..Function::NEW
};

const L_TRIM: Function = Function {
    names: Names { provisioning: "LTrim" },
    page: Page::Connect,
    summary: "Gives the text without the white space before it.",
    parameters: &[Parameter::each_text("value", "The text to trim.").keyed("source")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("White space is removed at the left end (Connect reference)."),
        Rule::inferred("A null text gives null."),
        EACH,
    ],
    examples: &[
        Example::text("LTrim(\" Test \")", "Test "),
        Example::text("LTrim(\"\")", ""),
        Example::null("LTrim([missing])"),
        Example::fails("LTrim()", Code::TooFewArguments),
    ],
    body: Body::Prepared(|_| {
        Ok(of_text(
            |call| Ok(Value::Text(text::trim_start(call.text(0)))),
            Some(short(|text, _| Some(text::trim_start(text)))),
        ))
    }),
    ..Function::NEW
};

const R_TRIM: Function = Function {
    names: Names { provisioning: "RTrim" },
    page: Page::Connect,
    summary: "Gives the text without the white space behind it.",
    parameters: &[Parameter::each_text("value", "The text to trim.").keyed("source")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("White space is removed at the right end (Connect reference)."),
        Rule::inferred("A null text gives null."),
        EACH,
    ],
    examples: &[
        Example::text("RTrim(\" Test \")", " Test"),
        Example::text("RTrim(\"\")", ""),
        Example::null("RTrim([missing])"),
        Example::fails("RTrim()", Code::TooFewArguments),
    ],
    body: Body::Prepared(|_| {
        Ok(of_text(
            |call| Ok(Value::Text(text::trim_end(call.text(0)))),
            Some(short(|text, _| Some(text::trim_end(text)))),
        ))
    }),
    ..Function::NEW
};

const STRIP_SPACES: Function = Function {
    names: Names { provisioning: "StripSpaces" },
    page: Page::Provisioning,
    summary: "Gives the text without its spaces.",
    parameters: &[Parameter::each_text("source", "The text to strip.")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Spaces are removed wherever they stand; other white space stays."),
        Rule::inferred("A null text gives null."),
        EACH,
    ],
    examples: &[
        Example::text("StripSpaces([displayName])", "JohnMDoe").with(&[("displayName", "John M Doe")]),
        Example::text("StripSpaces(\"a\u{a0}b\tc\")", "a\u{a0}b\tc"),
        Example::null("StripSpaces([missing])"),
        Example::fails("StripSpaces()", Code::TooFewArguments),
    ],
    body: Body::Prepared(|_| {
        Ok(of_text(|call| within(strip_spaces(call.text(0), call.room())), Some(short(strip_spaces))))
    }),
    ..Function::NEW
};

fn strip_spaces<'a>(source: &'a str, room: Room<'a>) -> Option<&'a str> {
    if memchr::memchr(b' ', source.as_bytes()).is_none() {
        return Some(source);
    }
    room.written(source.len(), |text| text::write_strip_spaces(source, text))
}

const SPLIT: Function = Function {
    names: Names { provisioning: "Split" },
    page: Page::Provisioning,
    summary: "Gives the parts of the text between the delimiters, as several values.",
    parameters: &[
        Parameter::each_text("source", "The text to split."),
        Parameter::text("delimiter", "What stands between two parts."),
    ],
    returns: Kind::List,
    gives: Gives::Value,
    rules: &[
        Rule::documented("White space around the parts is removed, as in the reference's example."),
        Rule::inferred("Empty parts are left out; a delimiter of several characters is looked for as a whole."),
        Rule::inferred("An empty delimiter gives the text as the only value; a null text or delimiter gives null."),
        Rule::inferred("Of a multi-valued source every value is split, into one list."),
    ],
    examples: &[
        Example::list("Split([extensionAttribute5], \",\")", &["PermissionSetOne", "PermissionSetTwo"])
            .with(&[("extensionAttribute5", "PermissionSetOne, PermissionSetTwo")]),
        Example::list("Split(\"a,,b,\", \",\")", &["a", "b"]),
        Example::list("Split(\"\", \",\")", &[]),
        Example::list("Split(\"a, b\", \"\")", &["a, b"]),
        Example::null("Split([missing], \",\")"),
        Example::fails("Split([a], \",\", 2)", Code::TooManyArguments),
    ],
    body: Body::Eager(|call| {
        let mut values = ArenaVec::new_in(call.arena());
        let mut bytes = 0_usize;
        for part in text::split_string(call.text(0), call.text(1), SplitOptions { remove_empty: true, trim: true }) {
            bytes = bytes.saturating_add(part.len());
            if bytes > call.context().limit {
                return Err(call.fault(Code::ValueTooLarge, format_args!("the parts together are beyond the limit")));
            }
            values.push(Value::Text(part));
        }
        Ok(Value::Multi(values.into_bump_slice()))
    }),
    ..Function::NEW
};

const WORD: Function = Function {
    names: Names { provisioning: "Word" },
    page: Page::Provisioning,
    summary: "Gives one of the words of the text, by its number.",
    parameters: &[
        Parameter::each_text("String", "The text to look in.").null_is_empty().keyed("source"),
        Parameter::new("WordNumber", Kind::INTEGER, "Which word, from 1."),
        Parameter::text("delimiters", "The characters that part words.").null_is_empty(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Each character of the delimiters parts words."),
        Rule::documented("A number below 1, a null text and a word that is not there give the empty text."),
        Rule::inferred("Delimiters next to each other count as one; without delimiters the text is one word."),
        EACH,
    ],
    examples: &[
        Example::text("Word(\"The quick brown fox\", 3, \" \")", "brown"),
        Example::text("Word(\"This,string!has&many separators\", 3, \",!&#\")", "has"),
        Example::text("Word(\"a  b\", 2, \" \")", "b"),
        Example::text("Word(\"a b\", 0, \" \")", ""),
        Example::text("Word(\"a b\", 3, \" \")", ""),
        Example::text("Word([missing], 1, \" \")", ""),
        Example::fails("Word([a], \"first\", \" \")", Code::WrongKind),
    ],
    body: Body::Prepared(|constants| {
        let delimiters = match constants.given(2) {
            Given::Absent => Some(""),
            Given::Text(delimiters) => Some(delimiters),
            Given::Later => None,
        };
        let known = constants.integer(1).zip(delimiters.map(Box::<str>::from));
        let body = known.map(|(number, delimiters)| short(move |text, _| Some(text::word(text, number, &delimiters))));
        Ok(of_text(|call| Ok(Value::Text(text::word(call.text(0), call.integer(1), call.text(2)))), body))
    }),
    ..Function::NEW
};

const COMPARE_TYPES: &[&str] = &["vbTextCompare", "vbBinaryCompare"];

const IN_STR: Function = Function {
    names: Names { provisioning: "InStr" },
    page: Page::Provisioning,
    summary: "Gives the position of the first occurrence of a text in another, or 0.",
    parameters: &[
        Parameter::each_text("value1", "The text to search.").keyed("source"),
        Parameter::text("value2", "The text to find."),
        Parameter::integer("start", 1, i64::MAX, "The position to search from, from 1.").optional(),
        Parameter::new("compareType", Kind::Choice(COMPARE_TYPES), "Whether case counts (vbBinaryCompare) or not.")
            .optional(),
    ],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Positions count from 1; 0 stands for not found."),
        Rule::evident("Without a compare type case counts, as it does in Visual Basic."),
        Rule::evident("vbTextCompare ignores case, width and kana type, as Visual Basic does on .NET."),
        Rule::evident("An empty text is found at the start, except in an empty text."),
        Rule::inferred("A null text gives null; a null start or compare type counts as omitted."),
        UNITS,
    ],
    examples: &[
        Example::integer("InStr(\"The quick brown fox\", \"quick\")", 5),
        Example::integer("InStr(\"repEated\", \"e\", 3, vbBinaryCompare)", 7),
        Example::integer("InStr(\"repEated\", \"e\", 3, vbTextCompare)", 4),
        Example::integer("InStr(\"abc\", \"x\")", 0),
        Example::integer("InStr(\"abc\", \"\")", 1),
        Example::null("InStr([missing], \"x\")"),
        Example::fails("InStr([a], \"x\", 0)", Code::ArgumentRange),
        Example::fails("InStr([a], \"x\", 1, vbDatabaseCompare)", Code::UnknownOption),
        Example::fails("InStr(\"abc\", \"x\", 1, [how])", Code::FormatAtRun).with(&[("how", "other")]),
    ],
    body: Body::Eager(|call| {
        let compare = match call.optional_text(3) {
            None | Some("") => TextCompare::Binary,
            Some(word) if word.eq_ignore_ascii_case("vbTextCompare") => TextCompare::Text,
            Some(word) if word.eq_ignore_ascii_case("vbBinaryCompare") => TextCompare::Binary,
            Some(word) => {
                let message = format_args!("'{word}' is neither vbTextCompare nor vbBinaryCompare");
                return Err(call.fault_at(3, Code::FormatAtRun, message));
            }
        };
        let start = call.optional_integer(2).unwrap_or(1);
        // The machine has held the start against its range.
        Ok(integer(text::in_str(start, call.text(0), call.text(1), compare).unwrap_or(0)))
    }),
    ..Function::NEW
};
