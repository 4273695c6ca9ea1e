//! What a function's body gets and gives.

use super::{ConstantArgument, Nulls};
use crate::diagnostic::{Code, Span};
use crate::dotnet::date::DateTime;
use crate::machine::Context;
use crate::value::{OwnedValue, Value};
use bumpalo::{Bump, collections::String as ArenaString};
use std::fmt;

/// What a body gives: a value, or a reason to stop.
pub type Returns<'a> = Result<Value<'a>, Stop<'a>>;

/// Why an evaluation stops without a value. One word: what there is to say of a
/// failure lies in the arena.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop<'a> {
    /// The attribute leaves the flow.
    Skip,
    /// The object leaves the flow.
    SkipObject,
    /// The record fails.
    Fault(&'a Fault<'a>),
}

/// What a record failed with. Bodies make it with [`Call::fault`]; the machine adds
/// the place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("error[{code}]: {message}")]
pub struct Fault<'a> {
    /// The stable code.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: &'a str,
    /// The argument that is to blame, from 0; none blames the call.
    pub argument: Option<u8>,
    /// Where in the expression's text.
    pub span: Span,
}

/// A call as its body sees it: converted arguments, the arena and the environment.
///
/// Arguments are numbered from 0. The accessors give a neutral value where the
/// argument is null, which a body that does not see nulls never meets.
#[derive(Debug, Clone, Copy)]
pub struct Call<'c, 'a> {
    pub(crate) arguments: &'c [Value<'a>],
    pub(crate) omitted: u64,
    pub(crate) context: &'c Context<'a>,
}

impl<'c, 'a> Call<'c, 'a> {
    /// The number of arguments, omitted ones among them.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.arguments.len()
    }

    /// Whether there are no arguments.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    /// The arguments.
    #[must_use]
    pub const fn arguments(&self) -> &'c [Value<'a>] {
        self.arguments
    }

    /// An argument; null where there is none.
    #[must_use]
    pub fn value(&self, index: usize) -> Value<'a> {
        self.arguments.get(index).copied().unwrap_or_default()
    }

    /// Whether nothing stands in the argument's place, which is not the same as null.
    #[must_use]
    pub fn is_omitted(&self, index: usize) -> bool {
        index >= self.arguments.len() || (index < 64 && self.omitted & (1 << index) != 0)
    }

    /// A text argument; empty where it is null.
    #[must_use]
    pub fn text(&self, index: usize) -> &'a str {
        // By reference: a copy of the whole value would wait for the stores that made it.
        match self.arguments.get(index) {
            Some(Value::Text(text) | Value::Reference(text)) => text,
            _ => "",
        }
    }

    /// A text argument; nothing where it is null or omitted.
    #[must_use]
    pub fn optional_text(&self, index: usize) -> Option<&'a str> {
        self.arguments.get(index).and_then(Value::as_str)
    }

    /// An integer argument; 0 where it is null.
    #[must_use]
    pub fn integer(&self, index: usize) -> i64 {
        self.optional_integer(index).unwrap_or(0)
    }

    /// An integer argument; nothing where it is null or omitted.
    #[must_use]
    pub fn optional_integer(&self, index: usize) -> Option<i64> {
        match self.arguments.get(index) {
            Some(Value::Integer(integer)) => Some(*integer),
            _ => None,
        }
    }

    /// A boolean argument; false where it is null.
    #[must_use]
    pub fn boolean(&self, index: usize) -> bool {
        matches!(self.arguments.get(index), Some(Value::Boolean(true)))
    }

    /// A dateTime argument; nothing where it is null or omitted.
    #[must_use]
    pub fn date(&self, index: usize) -> Option<DateTime> {
        match self.arguments.get(index) {
            Some(Value::DateTime(instant)) => Some(*instant),
            _ => None,
        }
    }

    /// A list argument; empty where it is null.
    #[must_use]
    pub fn list(&self, index: usize) -> &'a [Value<'a>] {
        match self.arguments.get(index) {
            Some(Value::Multi(values)) => values,
            _ => &[],
        }
    }

    /// The arena that results are made in; it lives as long as the record's values.
    #[must_use]
    pub const fn arena(&self) -> &'a Bump {
        self.context.arena
    }

    /// What the host passed: clock, parameters, directory.
    #[must_use]
    pub const fn environment(&self) -> &'a crate::Environment {
        self.context.environment
    }

    /// What the machine holds for the run.
    pub(crate) const fn context(&self) -> &'c Context<'a> {
        self.context
    }

    /// A text under construction in the arena.
    #[must_use]
    pub fn writer(&self) -> Writer<'a> {
        Writer { text: ArenaString::new_in(self.context.arena), limit: self.context.limit }
    }

    /// A text under construction, with room for `bytes`.
    #[must_use]
    pub fn writer_for(&self, bytes: usize) -> Writer<'a> {
        let limit = self.context.limit;
        Writer { text: ArenaString::with_capacity_in(bytes.min(limit), self.context.arena), limit }
    }

    /// Where the call makes new texts.
    pub(crate) const fn room(&self) -> Room<'a> {
        Room { arena: self.context.arena, limit: self.context.limit }
    }

    /// A failure of the call.
    #[must_use]
    pub fn fault(&self, code: Code, message: fmt::Arguments<'_>) -> Stop<'a> {
        fault(self.context.arena, code, message, None)
    }

    /// A failure that an argument is to blame for.
    #[must_use]
    pub fn fault_at(&self, argument: usize, code: Code, message: fmt::Arguments<'_>) -> Stop<'a> {
        fault(self.context.arena, code, message, u8::try_from(argument).ok())
    }
}

/// A failure in the arena.
#[cold]
pub(crate) fn fault<'a>(arena: &'a Bump, code: Code, message: fmt::Arguments<'_>, argument: Option<u8>) -> Stop<'a> {
    Stop::Fault(arena.alloc(Fault { code, message: say(arena, message), argument, span: Span::default() }))
}

/// A message in the arena, so that a record's failure allocates nothing either.
pub(crate) fn say<'a>(arena: &'a Bump, message: fmt::Arguments<'_>) -> &'a str {
    match message.as_str() {
        Some(fixed) => fixed,
        None => {
            let mut text = ArenaString::new_in(arena);
            // Writing to memory does not fail.
            let _ = fmt::write(&mut text, message);
            text.into_bump_str()
        }
    }
}

/// A text under construction in the arena, up to the limit on produced values.
#[derive(Debug)]
pub struct Writer<'a> {
    text: ArenaString<'a>,
    limit: usize,
}

impl<'a> Writer<'a> {
    /// Appends a text.
    ///
    /// # Errors
    /// AF413 where the value grows beyond the limit.
    pub fn push(&mut self, text: &str) -> Result<(), Stop<'a>> {
        if self.text.len().saturating_add(text.len()) > self.limit {
            return Err(too_large());
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Appends characters.
    ///
    /// # Errors
    /// AF413 where the value grows beyond the limit.
    pub fn push_all(&mut self, characters: impl IntoIterator<Item = char>) -> Result<(), Stop<'a>> {
        for character in characters {
            if self.text.len().saturating_add(4) > self.limit {
                return Err(too_large());
            }
            self.text.push(character);
        }
        Ok(())
    }

    /// The length so far, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text, as a value.
    ///
    /// # Errors
    /// None today; a result so that a body can end with it.
    pub fn finish(self) -> Returns<'a> {
        Ok(Value::Text(self.text.into_bump_str()))
    }

    /// The text.
    #[must_use]
    pub fn into_str(self) -> &'a str {
        self.text.into_bump_str()
    }
}

/// Fails beyond the limit on produced values; turn that into
/// [`Writer::overflow`]'s fault.
impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text).map_err(|_| fmt::Error)
    }

    fn write_char(&mut self, character: char) -> fmt::Result {
        if self.text.len().saturating_add(4) > self.limit {
            return Err(fmt::Error);
        }
        self.text.push(character);
        Ok(())
    }
}

impl Writer<'_> {
    /// The fault of a write that failed.
    pub fn overflow<'a>(_: fmt::Error) -> Stop<'a> {
        too_large()
    }
}

/// A text that was [written](Room::written), or the fault.
pub(super) fn within(text: Option<&str>) -> Returns<'_> {
    text.map(Value::Text).ok_or(too_large())
}

const fn too_large<'a>() -> Stop<'a> {
    const FAULT: Fault<'static> = Fault {
        code: Code::ValueTooLarge,
        message: "the value grew beyond the limit",
        argument: None,
        span: Span { start: 0, end: 0 },
    };
    Stop::Fault(&FAULT)
}

/// The constant arguments of a call, for [`Body::Prepared`](super::Body::Prepared).
#[derive(Debug)]
pub struct Constants<'c> {
    pub(crate) arguments: &'c [Constant<'c>],
    pub(crate) dialect: crate::Dialect,
}

/// What is known of an argument when compiling.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Constant<'c> {
    Omitted,
    Known(ConstantArgument<'c>),
    Unknown,
}

/// What is known of a text argument when compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given<'c> {
    /// It is omitted, or null.
    Absent,
    /// It is this.
    Text(&'c str),
    /// The record supplies it.
    Later,
}

impl Constants<'_> {
    /// Whether nothing stands in the argument's place.
    #[must_use]
    pub fn is_omitted(&self, index: usize) -> bool {
        matches!(self.arguments.get(index), None | Some(Constant::Omitted))
    }

    /// Whether the argument is known when compiling: a constant, or omitted.
    #[must_use]
    pub fn is_known(&self, index: usize) -> bool {
        !matches!(self.arguments.get(index), Some(Constant::Unknown))
    }

    /// A constant argument, converted to its parameter's kind; nothing where it is
    /// not constant, omitted, or null.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&OwnedValue> {
        match self.arguments.get(index) {
            Some(Constant::Known(value)) => value.filter(|value| **value != OwnedValue::Null),
            _ => None,
        }
    }

    /// A constant text argument.
    #[must_use]
    pub fn text(&self, index: usize) -> Option<&str> {
        self.value(index).and_then(OwnedValue::as_str)
    }

    /// A constant integer argument.
    #[must_use]
    pub fn integer(&self, index: usize) -> Option<i64> {
        match self.value(index) {
            Some(OwnedValue::Integer(integer)) => Some(*integer),
            _ => None,
        }
    }

    /// What is known of a text argument.
    pub(crate) fn given(&self, index: usize) -> Given<'_> {
        match self.arguments.get(index) {
            None | Some(Constant::Omitted) => Given::Absent,
            Some(Constant::Unknown) => Given::Later,
            Some(Constant::Known(_)) => match self.value(index) {
                None => Given::Absent,
                // A folded value of another kind is converted when the call runs.
                Some(value) => value.as_str().map_or(Given::Later, Given::Text),
            },
        }
    }

    /// The dialect that is compiled.
    #[must_use]
    pub const fn dialect(&self) -> crate::Dialect {
        self.dialect
    }
}

/// Why constant arguments cannot be used: a check error at the argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// The argument that is to blame; none blames the call.
    pub argument: Option<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
    /// The part of the argument's text that is to blame, in bytes of its value.
    pub within: Option<std::ops::Range<usize>>,
}

impl Problem {
    /// A problem with an argument.
    #[must_use]
    pub fn at(argument: usize, code: Code, message: impl Into<String>) -> Self {
        Problem { code, argument: Some(argument), message: message.into(), help: None, within: None }
    }

    /// A problem with the call.
    #[must_use]
    pub fn of_call(code: Code, message: impl Into<String>) -> Self {
        Problem { code, argument: None, message: message.into(), help: None, within: None }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points into the argument's text.
    #[must_use]
    pub fn within(mut self, range: std::ops::Range<usize>) -> Self {
        self.within = Some(range);
        self
    }
}

/// A call that was prepared from its constant arguments: a compiled pattern or
/// format, a table, the mode that was chosen.
///
/// One that gives a text for texts and needs nothing else says so with
/// [`takes`](Prepared::takes); most calls of it are then made the short way.
///
/// ```
/// use attrflow::functions::{Body, Call, Function, Kind, Names, Parameter, Prepared, Returns, Room, Takes};
/// use attrflow::{AttributeBag, Compiler};
///
/// #[derive(Debug)]
/// struct Quoted;
///
/// impl Prepared for Quoted {
///     fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
///         let mut text = call.writer();
///         ["'", call.text(0), "'"].into_iter().try_for_each(|part| text.push(part))?;
///         text.finish()
///     }
///
///     fn takes(&self) -> Option<Takes> {
///         Some(Takes::one(0))
///     }
///
///     fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
///         room.join(&["'", source, "'"])
///     }
/// }
///
/// const QUOTED: Function = Function {
///     names: Names { provisioning: "Quoted" },
///     parameters: &[Parameter::each_text("source", "The text.")],
///     returns: Kind::Text,
///     body: Body::Prepared(|_| Ok(Box::new(Quoted))),
///     ..Function::NEW
/// };
/// let quoted = Compiler::new().function(QUOTED).expression("Quoted([a])")?;
/// assert_eq!(quoted.evaluate(&AttributeBag::from_iter([("a", "x")]))?.to_string(), "'x'");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Prepared: fmt::Debug + Send + Sync {
    /// Evaluates the call for a record.
    ///
    /// # Errors
    /// A stop where the record fails or leaves the flow.
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a>;

    /// The arguments that [`text`](Prepared::text), [`texts`](Prepared::texts) or
    /// [`integer`](Prepared::integer) takes, where the call depends on nothing else; nothing
    /// where it has no short way.
    fn takes(&self) -> Option<Takes> {
        None
    }

    /// The same as [`call`](Prepared::call) for an argument that is a text; nothing
    /// where this is no case for the short way, which then has to have no effect.
    fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        self.texts(&[source], room)
    }

    /// The same for several arguments, each of which is a text.
    fn texts<'a>(&'a self, sources: &[&'a str], room: Room<'a>) -> Option<&'a str> {
        let _ = (sources, room);
        None
    }

    /// The integer for one, of a call that [takes](Takes::integer) an integer.
    fn integer(&self, source: i64) -> Option<i64> {
        let _ = source;
        None
    }

    /// The same for one argument that is a list, where the call takes one text.
    fn list<'a>(&'a self, values: &[Value<'a>], room: Room<'a>) -> Option<&'a str> {
        let _ = (values, room);
        None
    }
}

/// Which arguments a prepared call takes the short way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takes {
    /// Their places, from 0.
    pub arguments: std::ops::Range<usize>,
    /// What a null does, where the parameter leaves that to the function; without this
    /// such a call is made as usual.
    pub null: Option<Nulls>,
    /// Whether they are integers, not texts.
    pub integers: bool,
}

impl Takes {
    /// One text.
    #[must_use]
    pub const fn one(argument: usize) -> Self {
        Takes::several(argument..argument + 1)
    }

    /// One integer.
    #[must_use]
    pub const fn integer(argument: usize) -> Self {
        Takes { integers: true, ..Takes::one(argument) }
    }

    /// The texts of a range of arguments.
    #[must_use]
    pub const fn several(arguments: std::ops::Range<usize>) -> Self {
        Takes { arguments, null: None, integers: false }
    }

    /// Says what a null does.
    #[must_use]
    pub const fn null(mut self, null: Nulls) -> Self {
        self.null = Some(null);
        self
    }
}

/// Where new texts are made: the arena, and the limit on produced values.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    pub(crate) arena: &'a Bump,
    pub(crate) limit: usize,
}

impl<'a> Room<'a> {
    /// The texts one behind the other; nothing where that is beyond the limit.
    #[inline]
    #[must_use]
    pub fn join(self, parts: &[&str]) -> Option<&'a str> {
        let mut text = self.writer(parts.iter().map(|part| part.len()).sum())?;
        parts.iter().for_each(|part| text.push_str(part));
        Some(text.into_bump_str())
    }

    /// A copy of a text that can be changed; nothing where it is beyond the limit.
    #[inline]
    #[must_use]
    pub fn copy(self, text: &str) -> Option<&'a mut str> {
        (text.len() <= self.limit).then(|| self.arena.alloc_str(text))
    }

    /// What is written, with room for `bytes` at first; nothing where it grows beyond the
    /// limit.
    pub(crate) fn written(self, bytes: usize, write: impl FnOnce(&mut Writer<'a>) -> fmt::Result) -> Option<&'a str> {
        let text = ArenaString::with_capacity_in(bytes.min(self.limit), self.arena);
        let mut text = Writer { text, limit: self.limit };
        write(&mut text).ok()?;
        Some(text.into_str())
    }

    /// A text under construction with room for `bytes`; nothing where that is beyond
    /// the limit.
    #[inline]
    pub(crate) fn writer(self, bytes: usize) -> Option<ArenaString<'a>> {
        (bytes <= self.limit).then(|| ArenaString::with_capacity_in(bytes, self.arena))
    }
}

/// A function of one text whose other arguments were seen when it was prepared.
struct OfText<B> {
    call: for<'a> fn(&Call<'_, 'a>) -> Returns<'a>,
    /// Its short way, unless an argument is known on the record only.
    body: Option<B>,
}

impl<B> std::fmt::Debug for OfText<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfText")
    }
}

impl<B: for<'a> Fn(&'a str, Room<'a>) -> Option<&'a str> + Send + Sync> Prepared for OfText<B> {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        (self.call)(call)
    }

    fn takes(&self) -> Option<Takes> {
        self.body.as_ref().map(|_| Takes::one(0))
    }

    fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        self.body.as_ref().and_then(|body| body(source, room))
    }
}

/// Gives a closure back: where it stands as an argument its lifetimes are inferred right.
pub(super) fn short<B: for<'a> Fn(&'a str, Room<'a>) -> Option<&'a str>>(body: B) -> B {
    body
}

/// Prepares a function of one text; without a `body` it has no short way.
pub(super) fn of_text<B>(call: for<'a> fn(&Call<'_, 'a>) -> Returns<'a>, body: Option<B>) -> Box<dyn Prepared>
where
    B: for<'a> Fn(&'a str, Room<'a>) -> Option<&'a str> + Send + Sync + 'static,
{
    Box::new(OfText { call, body })
}
