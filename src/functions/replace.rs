//! Replace: which arguments are given chooses one of five ways to replace.

use super::{
    Body, Call, Constants, Example, Function, Given, Gives, Kind, Names, Nulls, Page, Parameter, Prepared, Problem,
    Returns, Room, Rule, Stop, Takes, Writer,
};
use crate::diagnostic::Code;
use crate::dotnet::pattern::{MatchError, Options, Pattern, PatternError, Replacement, Short};
use crate::value::Value;
use memchr::memmem::Finder;

pub(super) static FUNCTIONS: &[Function] = &[REPLACE];

/// The places of the arguments.
const SOURCE: usize = 0;
const OLD: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const NEW: usize = 4;
const OTHER: usize = 5;
const TEMPLATE: usize = 6;

const REPLACE: Function = Function {
    names: Names { provisioning: "Replace" },
    page: Page::Provisioning,
    summary: "Gives the text with parts of it replaced; which arguments are given chooses how.",
    parameters: &[
        Parameter::each_text("source", "The text to work on.").sees_null(),
        Parameter::text("oldValue", "What is replaced in the source, or in the template.")
            .optional()
            .keyed("Find")
            .sought(),
        Parameter::text("regexPattern", "A .NET pattern for what is replaced.")
            .optional()
            .keyed("RegularExpression")
            .sought(),
        Parameter::text("regexGroupName", "The group of the pattern that is replaced or extracted.")
            .optional()
            .keyed("RegularExpressionGroupName"),
        Parameter::text("replacementValue", "What takes its place.").optional().keyed("Replacement"),
        Parameter::text("replacementAttributeName", "Where a value is extracted from if the source has none.")
            .optional()
            .keyed("ReplacementPropertyName"),
        Parameter::text("template", "A text into which the source is put.").optional().keyed("Template"),
    ],
    returns: Kind::Text,
    gives: Gives::NullWithFirst { unless: &[OTHER, TEMPLATE] },
    rules: &[
        Rule::documented("oldValue and replacementValue: every occurrence in the source is replaced; case counts."),
        Rule::documented("oldValue and template: every occurrence in the template is replaced by the source."),
        Rule::documented(
            "regexPattern and replacementValue: every match in the source is replaced; $1, ${name}, $& and $$ stand in the replacement for what .NET says.",
        ),
        Rule::documented(
            "regexPattern, regexGroupName and replacementValue: in every match the group's text is replaced, by the literal replacement.",
        ),
        Rule::documented(
            "regexPattern, regexGroupName and replacementAttributeName: the source if it has a value; else what the group matches in the attribute. The cloud sync reference has it the other way round; the reference's example shows this one.",
        ),
        Rule::inferred("Nothing that the pattern matches there gives null."),
        Rule::inferred(
            "An argument that is the empty text counts as left out, except the replacement where it makes the mode.",
        ),
        Rule::inferred(
            "A null source gives null. On a record, a null or empty oldValue or pattern replaces nothing, and a null replacement is empty.",
        ),
        Rule::evident("A multi-valued source is worked through value by value."),
        Rule::inferred("A pattern that needs more steps than the limit fails the record."),
    ],
    examples: &[
        Example::text(
            "Replace([BusinessTitle], \"Product Developer\", , , \"Software Engineer\", , )",
            "Software Engineer",
        )
        .with(&[("BusinessTitle", "Product Developer")]),
        Example::text("Replace([UserID], \"<username>\", , , , , \"<username>@contoso.com\")", "jsmith@contoso.com")
            .with(&[("UserID", "jsmith")]),
        Example::text(
            "Replace([tel], , \"\\\\+(?<isdCode>\\\\d* )(?<phoneNumber>\\\\d{10})\", , \"${phoneNumber}\", , )",
            "9998887777",
        )
        .with(&[("tel", "+91 9998887777")]),
        Example::text("Replace([mobile], , \"[()\\\\s-]+\", , \"\", , )", "+19998887777")
            .with(&[("mobile", "+1 (999) 888-7777")]),
        Example::text("Replace([upn], , \"(?<Suffix>@(.)*)\", \"Suffix\", \"\", , )", "jsmith")
            .with(&[("upn", "jsmith@contoso.com")]),
        Example::text(
            "Replace([tel], , \"\\\\+(?<isd>\\\\d* )(?<number>\\\\d{10})\", \"number\", , [mobile], )",
            "8887779999",
        )
        .with(&[("tel", ""), ("mobile", "+91 8887779999")]),
        Example::null("Replace([missing], \"a\", , , \"b\", , )"),
        Example::list("Replace([a], \"SMTP:\", , , \"\", , )", &["x", "y"]).with(&[("a", "SMTP:x"), ("a", "SMTP:y")]),
        Example::fails("Replace([a], \"b\", , , , , )", Code::ReplaceMode),
        Example::fails("Replace([a], \"b\", \"c\", , \"d\", , )", Code::ReplaceMode),
        Example::fails("Replace([a], , \"(\", , \"\", , )", Code::InvalidPattern),
        Example::fails("Replace([a], , \"(?<x>a)\", \"y\", \"\", , )", Code::InvalidPattern),
        Example::fails("Replace(\"a\", , [pattern], , \"\", , )", Code::PatternAtRun).with(&[("pattern", "(")]),
        Example::fails("Replace([a], , \"^(a+)+(?=b)$\", , \"\", , )", Code::PatternWork)
            .with(&[("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac")]),
    ],
    body: Body::Prepared(prepare),
    ..Function::NEW
};

/// What the arguments choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Text,
    Template,
    Pattern,
    Group,
    Extract,
}

#[derive(Debug)]
struct Replace {
    mode: Mode,
    /// Finds a constant old value.
    old: Option<Finder<'static>>,
    /// A constant new value.
    new: Option<Box<str>>,
    pattern: Compiled,
    /// Compiled where pattern and replacement are constant.
    replacement: Option<Replacement>,
    /// What is replaced in each match, and by what, where all of it is constant.
    short: Option<(usize, Replacement)>,
}

/// A pattern: compiled once where it is constant.
#[derive(Debug)]
enum Compiled {
    Absent,
    Ready(Pattern),
    Later,
}

/// The last pattern that a record supplied; records often supply the same.
type LastPattern = Option<(String, Pattern)>;

fn mode(constants: &Constants<'_>) -> Option<Mode> {
    // What stands there as the empty text was left out in an editor that has a field for each.
    let given = |index| !matches!(constants.given(index), Given::Absent | Given::Text(""));
    let has_new = !constants.is_omitted(NEW);
    match (given(OLD), given(PATTERN), given(GROUP), given(OTHER), given(TEMPLATE)) {
        (true, false, false, false, true) if !given(NEW) => Some(Mode::Template),
        (true, false, false, false, false) if has_new => Some(Mode::Text),
        (false, true, false, false, false) if has_new => Some(Mode::Pattern),
        (false, true, true, false, false) if has_new => Some(Mode::Group),
        (false, true, true, true, false) if !given(NEW) => Some(Mode::Extract),
        _ => None,
    }
}

fn prepare(constants: &Constants<'_>) -> Result<Box<dyn Prepared>, Problem> {
    let Some(mode) = mode(constants) else {
        return Err(Problem::of_call(Code::ReplaceMode, "these arguments fit none of the ways to replace").help(
            "give oldValue and replacementValue; oldValue and template; regexPattern and replacementValue; regexPattern, \
             regexGroupName and replacementValue; or regexPattern, regexGroupName and replacementAttributeName",
        ));
    };
    let pattern = match constants.given(PATTERN) {
        Given::Absent | Given::Text("") => Compiled::Absent,
        Given::Later => Compiled::Later,
        Given::Text(text) => {
            Compiled::Ready(Pattern::new(text, Options::default()).map_err(|e| invalid(PATTERN, text, &e))?)
        }
    };
    let mut replacement = None;
    if let Compiled::Ready(pattern) = &pattern {
        if let Given::Text(group) = constants.given(GROUP)
            && matches!(mode, Mode::Group | Mode::Extract)
            && !pattern.has_group(group)
        {
            let names: Vec<&str> =
                pattern.group_names().filter(|name| !name.bytes().all(|b| b.is_ascii_digit())).collect();
            let problem = Problem::at(GROUP, Code::InvalidPattern, format!("the pattern has no group '{group}'"));
            return Err(match names.as_slice() {
                [] => problem.help(format!("name one in the pattern: (?<{group}>…)")),
                names => problem.help(format!("its groups are {}", names.join(", "))),
            });
        }
        if mode == Mode::Pattern {
            replacement = match constants.given(NEW) {
                Given::Absent => Some(Replacement::literal("")),
                Given::Text(text) => Some(Replacement::new(text, pattern).map_err(|error| invalid(NEW, text, &error))?),
                Given::Later => None,
            };
        }
    }
    let old = match constants.given(OLD) {
        Given::Text(text) if !text.is_empty() => Some(Finder::new(text).into_owned()),
        _ => None,
    };
    let new: Option<Box<str>> = match constants.given(NEW) {
        Given::Absent => Some("".into()),
        Given::Text(text) => Some(text.into()),
        Given::Later => None,
    };
    let short = match (mode, &pattern, &replacement) {
        (Mode::Pattern, _, Some(replacement)) => Some((0, replacement.clone())),
        (Mode::Group, Compiled::Ready(pattern), _) => match (constants.given(GROUP), &new) {
            (Given::Text(group), Some(new)) => pattern.slot(group).map(|slot| (slot, Replacement::literal(new))),
            _ => None,
        },
        _ => None,
    };
    Ok(Box::new(Replace { mode, old, new, pattern, replacement, short }))
}

/// The first place of a text in another. In short ones a look at each first byte is done
/// before the finder has chosen its way.
fn find_short(text: &str, finder: &Finder<'_>) -> Option<usize> {
    const SHORT: usize = 64;
    let (bytes, needle) = (text.as_bytes(), finder.needle());
    let Some(first) = needle.first().filter(|_| bytes.len() <= SHORT) else { return finder.find(bytes) };
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(*first, bytes.get(from..)?)?;
        if bytes.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// What is wrong with a constant pattern, where in its text.
fn invalid(argument: usize, text: &str, error: &PatternError) -> Problem {
    // The offset is that behind the mistake: the character before it is pointed at.
    let before = text.get(..error.offset).and_then(|before| before.chars().next_back()).map_or(0, char::len_utf8);
    let start = error.offset.saturating_sub(before);
    Problem::at(argument, Code::InvalidPattern, error.message.clone()).within(start..error.offset)
}

impl Prepared for Replace {
    fn takes(&self) -> Option<Takes> {
        let known = match self.mode {
            Mode::Text => self.old.is_some() && self.new.is_some(),
            _ => self.short.is_some(),
        };
        known.then(|| Takes::one(SOURCE).null(Nulls::Result))
    }

    fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        match (&self.short, &self.pattern) {
            (Some((slot, replacement)), Compiled::Ready(pattern)) => {
                let mut out = room.writer(0)?;
                match pattern.replace_short(source, *slot, replacement, &mut out) {
                    Short::Piece(piece) => Some(piece),
                    Short::Written => (out.len() <= room.limit).then(|| out.into_bump_str()),
                    Short::No => None,
                }
            }
            _ => self.replace_text_short(source, room),
        }
    }

    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let source = call.optional_text(SOURCE);
        if self.mode == Mode::Extract {
            return match source {
                Some(source) if !source.is_empty() => Ok(Value::Text(source)),
                _ => self.extract(call),
            };
        }
        let Some(source) = source else { return Ok(Value::Null) };
        match self.mode {
            Mode::Text => self.replace_text(call, source, call.text(NEW)),
            Mode::Template => match call.optional_text(TEMPLATE) {
                Some(template) => self.replace_text(call, template, source),
                None => Ok(Value::Null),
            },
            _ => match self.pattern(call)? {
                Some(pattern) => self.replace(call, &pattern, source),
                None => Ok(Value::Text(source)),
            },
        }
    }
}

impl Replace {
    fn replace_text_short<'a>(&self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        let (finder, new) = (self.old.as_ref()?, self.new.as_deref()?);
        let Some(first) = find_short(source, finder) else { return Some(source) };
        let rest = source.get(first.checked_add(finder.needle().len())?..)?;
        match (new, rest) {
            ("", "") => source.get(..first),
            _ if find_short(rest, finder).is_none() => room.join(&[source.get(..first)?, new, rest]),
            _ => None,
        }
    }

    /// Replaces every occurrence of the old value in a text.
    fn replace_text<'a>(&self, call: &Call<'_, 'a>, text: &'a str, new: &str) -> Returns<'a> {
        let old = call.text(OLD);
        match &self.old {
            Some(finder) => replace_text(call, text, finder, new),
            None if old.is_empty() => Ok(Value::Text(text)),
            None => replace_text(call, text, &Finder::new(old), new),
        }
    }
}

fn replace_text<'a>(call: &Call<'_, 'a>, text: &'a str, finder: &Finder<'_>, new: &str) -> Returns<'a> {
    let length = finder.needle().len();
    let mut places = finder.find_iter(text.as_bytes());
    let Some(first) = places.next() else { return Ok(Value::Text(text)) };
    // A domain that is cut off leaves a part of the text as it is.
    if new.is_empty() && first.saturating_add(length) == text.len() {
        return Ok(Value::Text(text.get(..first).unwrap_or(text)));
    }
    let mut out = call.writer_for(text.len().saturating_add(new.len()));
    let mut done = 0_usize;
    for place in std::iter::once(first).chain(places) {
        out.push(text.get(done..place).unwrap_or(""))?;
        out.push(new)?;
        done = place.saturating_add(length);
    }
    out.push(text.get(done..).unwrap_or(""))?;
    out.finish()
}

/// A pattern of the program, or one that was made for the record.
enum Held<'p> {
    Program(&'p Pattern),
    Record(Pattern),
}

impl std::ops::Deref for Held<'_> {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        match self {
            Held::Program(pattern) => pattern,
            Held::Record(pattern) => pattern,
        }
    }
}

impl Replace {
    /// The pattern; nothing where the record supplies none.
    fn pattern<'a>(&'a self, call: &Call<'_, 'a>) -> Result<Option<Held<'a>>, Stop<'a>> {
        let text = match &self.pattern {
            Compiled::Ready(pattern) => return Ok(Some(Held::Program(pattern))),
            Compiled::Absent => return Ok(None),
            Compiled::Later => call.text(PATTERN),
        };
        if text.is_empty() {
            return Ok(None);
        }
        let owner = std::ptr::from_ref(self).addr();
        let compiled = call.context().with_scratch(owner, |last: &mut LastPattern| match last {
            Some((known, pattern)) if known == text => Ok(pattern.clone()),
            _ => {
                let pattern = Pattern::new(text, Options::default())?;
                *last = Some((text.to_owned(), pattern.clone()));
                Ok(pattern)
            }
        });
        compiled.map(|pattern| Some(Held::Record(pattern))).map_err(|error: PatternError| {
            call.fault_at(PATTERN, Code::PatternAtRun, format_args!("{} (at {})", error.message, error.offset))
        })
    }

    fn replace<'a>(&self, call: &Call<'_, 'a>, pattern: &Pattern, source: &'a str) -> Returns<'a> {
        let mut out = call.writer_for(source.len());
        let changed = if self.mode == Mode::Group {
            let group = group(call, pattern)?;
            pattern.replace_group_to(source, group, call.text(NEW), None, &mut out)
        } else if let Some(replacement) = &self.replacement {
            pattern.replace_to(source, replacement, None, &mut out)
        } else {
            let replacement = Replacement::new(call.text(NEW), pattern)
                .map_err(|error| call.fault_at(NEW, Code::PatternAtRun, format_args!("{}", error.message)))?;
            pattern.replace_to(source, &replacement, None, &mut out)
        };
        if changed.map_err(|error| failed(call, error))? { out.finish() } else { Ok(Value::Text(source)) }
    }

    fn extract<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let (Some(text), Some(pattern)) = (call.optional_text(OTHER), self.pattern(call)?) else {
            return Ok(Value::Null);
        };
        let group = group(call, &pattern)?;
        let found = pattern.group(text, group).map_err(|error| failed(call, error))?;
        Ok(found.map_or(Value::Null, Value::Text))
    }
}

/// The group's name, once it is known that the pattern has it.
fn group<'a>(call: &Call<'_, 'a>, pattern: &Pattern) -> Result<&'a str, Stop<'a>> {
    let group = call.text(GROUP);
    if pattern.has_group(group) {
        return Ok(group);
    }
    Err(call.fault_at(GROUP, Code::PatternAtRun, format_args!("the pattern has no group '{group}'")))
}

fn failed<'a>(call: &Call<'_, 'a>, error: MatchError) -> Stop<'a> {
    match error {
        MatchError::StepLimit { .. } => call.fault_at(PATTERN, Code::PatternWork, format_args!("{error}")),
        MatchError::Write => Writer::overflow(std::fmt::Error),
        error => call.fault_at(PATTERN, Code::NotConvertible, format_args!("{error}")),
    }
}
