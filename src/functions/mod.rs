//! The functions: each is one [`Function`] value, declared with its implementation.
//!
//! Everything else is derived from the declarations: lookup, arity and type checks,
//! signature help, the reference page, the keys of the Graph tree, the example tests
//! and the benches. To add a function, write its declaration and body in the file of
//! its family and name it in that file's `FUNCTIONS`.

mod call;
mod choice;
mod control;
mod convert;
mod date;
mod directory;
mod encode;
mod inspect;
mod letters;
mod multivalue;
mod random;
mod replace;
mod roles;
mod scoping;
mod text;

pub(crate) use call::fault;
pub use call::{Call, Constants, Fault, Prepared, Problem, Returns, Room, Stop, Takes, Writer};
pub(crate) use call::{Constant, Given};
use call::{of_text, short, within};
#[cfg(feature = "serde")]
pub(crate) use scoping::{OPERATORS, REFUSED};

pub use crate::check::{Advice, LazyBody};
use crate::dialect::Dialect;
use crate::value::OwnedValue;
use std::fmt;
use std::sync::Arc;

/// The families, in the order of the reference page. The only list of functions.
static FAMILIES: &[Family] = &[
    Family { title: "Choosing", functions: choice::FUNCTIONS },
    Family { title: "Asking about a value", functions: inspect::FUNCTIONS },
    Family { title: "Joining, cutting and searching text", functions: text::FUNCTIONS },
    Family { title: "Replacing text", functions: replace::FUNCTIONS },
    Family { title: "Case and diacritics", functions: letters::FUNCTIONS },
    Family { title: "Multi-valued attributes", functions: multivalue::FUNCTIONS },
    Family { title: "Dates", functions: date::FUNCTIONS },
    Family { title: "Converting", functions: convert::FUNCTIONS },
    Family { title: "Encoding", functions: encode::FUNCTIONS },
    Family { title: "Directories", functions: directory::FUNCTIONS },
    Family { title: "App roles", functions: roles::FUNCTIONS },
    Family { title: "Random values", functions: random::FUNCTIONS },
    Family { title: "Steering the flow", functions: control::FUNCTIONS },
];

/// Functions that belong together.
#[derive(Debug)]
pub struct Family {
    /// The heading on the reference page.
    pub title: &'static str,
    /// The functions, in the order of the page.
    pub functions: &'static [Function],
}

/// The declaration of a function.
///
/// A host declares its own in the same way and passes it to
/// [`Compiler::function`](crate::Compiler::function).
///
/// ```
/// use attrflow::functions::{Body, Example, Function, Kind, Names, Parameter, Rule};
/// use attrflow::{AttributeBag, Compiler, Value};
///
/// // A constant, so that what it refers to lasts.
/// const REVERSE: Function = Function {
///     names: Names { provisioning: "Reverse" },
///     summary: "Gives the text backwards.",
///     parameters: &[Parameter::each_text("source", "The text.")],
///     returns: Kind::Text,
///     rules: &[Rule::inferred("A null source gives null.")],
///     examples: &[Example::text(r#"Reverse("abc")"#, "cba")],
///     body: Body::Eager(|call| {
///         let mut text = call.writer();
///         text.push_all(call.text(0).chars().rev())?;
///         text.finish()
///     }),
///     ..Function::NEW
/// };
/// let compiler = Compiler::new().function(REVERSE);
/// let expression = compiler.expression(r#"ToUpper(Reverse([a]))"#)?;
/// let bag = AttributeBag::from_iter([("a", "xyz")]);
/// assert_eq!(expression.evaluate(&bag)?.to_string(), "ZYX");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Function {
    /// What it is called, by dialect.
    pub names: Names,
    /// The page of the vendor's that describes it.
    pub page: Page,
    /// What it gives, in sentences.
    pub summary: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// What it gives.
    pub returns: Kind,
    /// What can be said of the result before there is a record.
    pub gives: Gives,
    /// What a condition tells that is made of it.
    pub tells: Tells,
    /// What holds for nulls, empty text, limits and the like, each with its source.
    pub rules: &'static [Rule],
    /// Examples; every one is a test.
    pub examples: &'static [Example],
    /// Whether the result depends on the arguments alone.
    pub purity: Purity,
    /// Where it may stand.
    pub placement: Placement,
    /// The documented pitfalls of calling it, if it has some.
    pub advice: Option<Advice>,
    /// The implementation.
    pub body: Body,
}

impl Function {
    /// A declaration to fill in: pure, allowed anywhere, without parameters.
    pub const NEW: Function = Function {
        names: Names::NONE,
        page: Page::Host,
        summary: "",
        parameters: &[],
        returns: Kind::Any,
        gives: Gives::Anything,
        tells: Tells::Nothing,
        rules: &[],
        examples: &[],
        purity: Purity::Pure,
        placement: Placement::Anywhere,
        advice: None,
        body: Body::Eager(|_| Ok(crate::Value::Null)),
    };

    /// What the function is called in a dialect, if it is part of it.
    #[must_use]
    pub const fn name(&self, dialect: Dialect) -> Option<&'static str> {
        let name = match dialect {
            Dialect::Provisioning => self.names.provisioning,
        };
        if name.is_empty() { None } else { Some(name) }
    }

    /// The fewest and the most arguments, counting omitted ones; no most where the
    /// last parameters repeat.
    #[must_use]
    pub fn arity(&self) -> (usize, Option<usize>) {
        let mut fewest = 0;
        let mut most = Some(0);
        for (index, parameter) in self.parameters.iter().enumerate() {
            match parameter.presence {
                Presence::Required => fewest = index + 1,
                Presence::Optional => {}
                Presence::Repeating { least } => {
                    fewest = index + least;
                    most = None;
                }
                Presence::Pair { least } => {
                    fewest = index + 2 * least;
                    return (fewest, None);
                }
            }
            most = most.map(|most| most + 1);
        }
        (fewest, most)
    }

    /// The parameter that takes the argument at `index`.
    #[must_use]
    pub fn parameter(&self, index: usize) -> Option<(usize, &'static Parameter)> {
        let pairs = self.parameters.iter().position(|p| matches!(p.presence, Presence::Pair { .. }));
        let last = self.parameters.len().checked_sub(1)?;
        let place = match (pairs, self.parameters.last()) {
            (Some(first), _) if index >= first => first + (index - first) % 2,
            (_, Some(Parameter { presence: Presence::Repeating { .. }, .. })) => index.min(last),
            _ => index,
        };
        self.parameters.get(place).map(|parameter| (place, parameter))
    }

    /// The signature as one reads it: `Switch(source, [default], key, value, …)`.
    ///
    /// ```
    /// let registry = attrflow::Registry::builtin();
    /// let switch = registry.named(Default::default(), "Switch").next().unwrap();
    /// assert_eq!(switch.signature(Default::default()), "Switch(source, [defaultValue], key, value, …)");
    /// ```
    #[must_use]
    pub fn signature(&self, dialect: Dialect) -> String {
        let mut text = format!("{}(", self.name(dialect).unwrap_or("?"));
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                text.push_str(", ");
            }
            match parameter.presence {
                Presence::Optional => text.extend(["[", parameter.name, "]"]),
                _ => text.push_str(parameter.name),
            }
            let repeats = matches!(parameter.presence, Presence::Repeating { .. } | Presence::Pair { .. });
            if repeats && index + 1 == self.parameters.len() {
                text.push_str(", …");
            }
        }
        text.push(')');
        text
    }
}

/// Where a function is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Page {
    /// The reference of application provisioning.
    Provisioning,
    /// The reference of cloud sync.
    CloudSync,
    /// The function reference of Connect Sync.
    Connect,
    /// The page on customizing attribute mappings.
    Attributes,
    /// Microsoft Graph's list of functions; it has names and parameters, no descriptions.
    Graph,
    /// The page on scoping filters.
    Scoping,
    /// Nowhere: a function of the host.
    Host,
}

impl Page {
    /// The page's address; none for a function of the host.
    #[must_use]
    pub const fn address(self) -> Option<&'static str> {
        Some(match self {
            Page::Provisioning => {
                "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data"
            }
            Page::CloudSync => "https://learn.microsoft.com/entra/identity/hybrid/cloud-sync/reference-expressions",
            Page::Connect => {
                "https://learn.microsoft.com/entra/identity/hybrid/connect/reference-connect-sync-functions-reference"
            }
            Page::Attributes => {
                "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes"
            }
            Page::Graph => "https://learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions",
            Page::Scoping => {
                "https://learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts"
            }
            Page::Host => return None,
        })
    }
}

/// A function's name in each dialect; empty where the dialect lacks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// In Microsoft Entra provisioning and cloud sync.
    pub provisioning: &'static str,
}

impl Names {
    /// No name in any dialect.
    pub const NONE: Names = Names { provisioning: "" };
}

/// One parameter of a function.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name in the reference.
    pub name: &'static str,
    /// The key in the Graph tree, where it is not the name.
    pub key: &'static str,
    /// The keys in the Graph tree of the operator and of the right side, where a
    /// comparison that stands as the argument is spread over three keys.
    pub comparison: Option<(&'static str, &'static str)>,
    /// What it takes; arguments are converted to it.
    pub kind: Kind,
    /// Whether it must be there.
    pub presence: Presence,
    /// What a null does.
    pub null: Nulls,
    /// Whether the function works through a multi-valued argument here, value by
    /// value, and gives a multi-valued result.
    pub each: bool,
    /// Whether it says what is looked for: where the result is not the first argument, it
    /// was found. Coverage counts whether it ever is.
    pub sought: bool,
    /// What it is for.
    pub doc: &'static str,
}

impl Parameter {
    /// A required parameter of a kind; a null argument makes the result null.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Parameter {
            name,
            key: name,
            comparison: None,
            kind,
            presence: Presence::Required,
            null: Nulls::Result,
            each: false,
            sought: false,
            doc,
        }
    }

    /// A single text through whose values the function works if there are several.
    #[must_use]
    pub const fn each_text(name: &'static str, doc: &'static str) -> Self {
        Parameter { each: true, ..Parameter::new(name, Kind::Text, doc) }
    }

    /// A single text.
    #[must_use]
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Parameter::new(name, Kind::Text, doc)
    }

    /// An integer from `least` to `most`.
    #[must_use]
    pub const fn integer(name: &'static str, least: i64, most: i64, doc: &'static str) -> Self {
        Parameter::new(name, Kind::Integer { least, most }, doc)
    }

    /// Any value, handed on as it is; the function looks at null itself.
    #[must_use]
    pub const fn any(name: &'static str, doc: &'static str) -> Self {
        Parameter { null: Nulls::Seen, ..Parameter::new(name, Kind::Any, doc) }
    }

    /// A list; a single value counts as a list of one.
    #[must_use]
    pub const fn list(name: &'static str, doc: &'static str) -> Self {
        Parameter::new(name, Kind::List, doc)
    }

    /// The parameter may be omitted; the body sees null then, and can ask
    /// [`Call::is_omitted`].
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.presence = Presence::Optional;
        self.null = Nulls::Seen;
        self
    }

    /// The last parameter, which repeats at least `least` times.
    #[must_use]
    pub const fn repeating(mut self, least: usize) -> Self {
        self.presence = Presence::Repeating { least };
        self
    }

    /// One of the two last parameters, which come in pairs, at least `least` of them.
    #[must_use]
    pub const fn pair(mut self, least: usize) -> Self {
        self.presence = Presence::Pair { least };
        self
    }

    /// The argument says what is looked for.
    #[must_use]
    pub const fn sought(mut self) -> Self {
        self.sought = true;
        self
    }

    /// The function looks at null itself.
    #[must_use]
    pub const fn sees_null(mut self) -> Self {
        self.null = Nulls::Seen;
        self
    }

    /// A null counts as the empty text.
    #[must_use]
    pub const fn null_is_empty(mut self) -> Self {
        self.null = Nulls::Empty;
        self
    }

    /// The function works through a multi-valued argument here.
    #[must_use]
    pub const fn each(mut self) -> Self {
        self.each = true;
        self
    }

    /// The key in the Graph tree.
    #[must_use]
    pub const fn keyed(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// The keys in the Graph tree of a comparison's left side (and of an argument that
    /// is not a comparison), operator and right side.
    #[must_use]
    pub const fn spread(mut self, left: &'static str, operator: &'static str, right: &'static str) -> Self {
        self.key = left;
        self.comparison = Some((operator, right));
        self
    }
}

/// What a parameter takes or a function gives.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Any value as it is, lists too.
    Any,
    /// One text; other values give their text.
    Text,
    /// One integer, also as text. Constants out of the range are errors at check time.
    Integer {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// One number, also as text.
    Number,
    /// True or false, also as text or a number; null and the empty text count as false.
    Boolean,
    /// An instant (UTC), also as text that CDate reads.
    Date,
    /// Bytes, also as base64 text.
    Binary,
    /// One of these words, bare or as text.
    Choice(&'static [&'static str]),
    /// A list of values.
    List,
    /// A reference to another object.
    Reference,
    /// A complex value.
    Complex,
    /// Nothing: the function always stops.
    Never,
}

impl Kind {
    /// Any integer.
    pub const INTEGER: Kind = Kind::Integer { least: i64::MIN, most: i64::MAX };

    /// The kind in the words of the reference page.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Kind::Any => "any value",
            Kind::Text => "text",
            Kind::Integer { .. } => "integer",
            Kind::Number => "number",
            Kind::Boolean => "boolean",
            Kind::Date => "dateTime",
            Kind::Binary => "binary",
            Kind::Choice(_) => "word",
            Kind::List => "multi-valued",
            Kind::Reference => "reference",
            Kind::Complex => "complex",
            Kind::Never => "nothing",
        }
    }
}

/// Whether an argument must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It may be omitted.
    Optional,
    /// The last parameter repeats.
    Repeating {
        /// At least so often.
        least: usize,
    },
    /// The two last parameters repeat together.
    Pair {
        /// At least so many pairs.
        least: usize,
    },
}

/// What a null argument does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// The result is null.
    Result,
    /// It counts as the empty text.
    Empty,
    /// The function sees it.
    Seen,
}

/// What can be said of a result before there is a record, besides its kind and what the
/// null rules of the parameters make of it. `check` tells by it what cannot flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gives {
    /// Nothing: it may be null for reasons of its own.
    Anything,
    /// It is not null unless the null rule of a parameter makes it so.
    Value,
    /// It is null where the first argument is, and nowhere else unless one of these
    /// arguments is given.
    NullWithFirst {
        /// The places of the arguments, from 0.
        unless: &'static [usize],
    },
    /// It is the first argument, or the values of it.
    First,
    /// It is the first argument; where that is null, the attribute leaves the flow.
    Present,
    /// It is one of the values of the first argument.
    OneOf,
}

/// What is told of the first argument where the result is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tells {
    /// Nothing.
    Nothing,
    /// It is neither null nor empty; where the result is false, it is one of them.
    Present,
    /// It is null; where the result is false, it is not.
    Null,
    /// It is null or empty; where the result is false, it is neither.
    Empty,
    /// It is true.
    Truth,
    /// It is not true; where the result is false, it is.
    Untruth,
}

/// What a result depends on besides the arguments, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purity {
    /// Nothing: calls with constant arguments are evaluated when compiling, and equal
    /// calls give equal results.
    Pure,
    /// Nothing, but the call leaves a mark on the flow (Redact), so it runs wherever it
    /// stands.
    Marks,
    /// The environment (clock, parameters): the same for all calls on one record.
    Environment,
    /// Chance, or an effect: another result at each call, or none at all.
    Volatile,
}

/// Where a function may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Anywhere.
    Anywhere,
    /// At the top of an expression only.
    Top,
}

/// What a rule of a function rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The vendor's reference says so.
    Documented,
    /// Exported configurations or .NET show it.
    Evident,
    /// We chose it where nothing says.
    Inferred,
}

impl Basis {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::Documented => "documented",
            Basis::Evident => "evident",
            Basis::Inferred => "inferred",
        }
    }
}

/// A rule of a function, with what it rests on.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The rule, one sentence.
    pub text: &'static str,
    /// What it rests on.
    pub basis: Basis,
}

impl Rule {
    /// A rule from the vendor's reference.
    #[must_use]
    pub const fn documented(text: &'static str) -> Self {
        Rule { text, basis: Basis::Documented }
    }

    /// A rule that exported configurations or .NET show.
    #[must_use]
    pub const fn evident(text: &'static str) -> Self {
        Rule { text, basis: Basis::Evident }
    }

    /// A rule that we chose.
    #[must_use]
    pub const fn inferred(text: &'static str) -> Self {
        Rule { text, basis: Basis::Inferred }
    }
}

/// An example of a function; a test runs it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The expression, in the first dialect that names the function.
    pub expression: &'static str,
    /// Attributes of the record; several of one name make a multi-valued one.
    pub input: &'static [(&'static str, &'static str)],
    /// What it gives.
    pub expect: Expect,
    /// Where the example stands, for the test's message.
    pub location: &'static std::panic::Location<'static>,
}

/// What an example gives.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Expect {
    /// A value whose text this is.
    Text(&'static str),
    /// An integer.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A list of values with these texts.
    List(&'static [&'static str]),
    /// Null.
    Null,
    /// The attribute leaves the flow.
    Skip,
    /// The object leaves the flow.
    SkipObject,
    /// The record fails with this code, or the expression does not compile with it.
    Fails(crate::Code),
    /// A different text each time, this many UTF-16 units long.
    Varies {
        /// The length.
        length: usize,
    },
}

impl Example {
    #[track_caller]
    const fn new(expression: &'static str, expect: Expect) -> Self {
        Example { expression, input: &[], expect, location: std::panic::Location::caller() }
    }

    /// It gives a text.
    #[must_use]
    #[track_caller]
    pub const fn text(expression: &'static str, expect: &'static str) -> Self {
        Example::new(expression, Expect::Text(expect))
    }

    /// It gives an integer.
    #[must_use]
    #[track_caller]
    pub const fn integer(expression: &'static str, expect: i64) -> Self {
        Example::new(expression, Expect::Integer(expect))
    }

    /// It gives a truth value.
    #[must_use]
    #[track_caller]
    pub const fn boolean(expression: &'static str, expect: bool) -> Self {
        Example::new(expression, Expect::Boolean(expect))
    }

    /// It gives a list.
    #[must_use]
    #[track_caller]
    pub const fn list(expression: &'static str, expect: &'static [&'static str]) -> Self {
        Example::new(expression, Expect::List(expect))
    }

    /// It gives null.
    #[must_use]
    #[track_caller]
    pub const fn null(expression: &'static str) -> Self {
        Example::new(expression, Expect::Null)
    }

    /// The attribute leaves the flow.
    #[must_use]
    #[track_caller]
    pub const fn skips(expression: &'static str) -> Self {
        Example::new(expression, Expect::Skip)
    }

    /// It fails with a code, when compiled or on the record.
    #[must_use]
    #[track_caller]
    pub const fn fails(expression: &'static str, code: crate::Code) -> Self {
        Example::new(expression, Expect::Fails(code))
    }

    /// It gives another text each time, of this length.
    #[must_use]
    #[track_caller]
    pub const fn varies(expression: &'static str, length: usize) -> Self {
        Example::new(expression, Expect::Varies { length })
    }

    /// The record's attributes.
    #[must_use]
    pub const fn with(mut self, input: &'static [(&'static str, &'static str)]) -> Self {
        self.input = input;
        self
    }
}

/// A function of a host that keeps something of its own.
pub type HostBody = dyn for<'a> Fn(&Call<'_, 'a>) -> Returns<'a> + Send + Sync;

/// The implementation of a function.
#[derive(Clone)]
pub enum Body {
    /// Called with its arguments evaluated and converted.
    Eager(for<'a> fn(&Call<'_, 'a>) -> Returns<'a>),
    /// Given the constant arguments when compiling; makes what is called on records.
    Prepared(fn(&Constants<'_>) -> Result<Box<dyn Prepared>, Problem>),
    /// Emits its own instructions; arguments that are not chosen are not evaluated.
    Lazy(LazyBody),
    /// A closure of the host.
    Host(Arc<HostBody>),
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Body::Eager(_) => "Eager",
            Body::Prepared(_) => "Prepared",
            Body::Lazy(_) => "Lazy",
            Body::Host(_) => "Host",
        })
    }
}

/// The functions that expressions may call: the built-in ones and a host's own.
///
/// ```
/// use attrflow::{Dialect, Registry};
/// let registry = Registry::builtin();
/// assert!(registry.named(Dialect::Provisioning, "Switch").next().is_some());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    own: Vec<Function>,
}

impl Registry {
    /// The built-in functions.
    #[must_use]
    pub const fn builtin() -> Self {
        Registry { own: Vec::new() }
    }

    /// The operators of scoping filters, by the names that configurations have.
    ///
    /// ```
    /// let operators = attrflow::Registry::scoping();
    /// assert!(operators.named(Default::default(), "NOT REGEX MATCH").next().is_some());
    /// ```
    #[must_use]
    pub fn scoping() -> Self {
        Registry { own: scoping::OPERATORS.to_vec() }
    }

    /// Adds a function. One of the same name and number of arguments as a built-in
    /// function takes its place.
    pub fn add(&mut self, function: Function) {
        self.own.push(function);
    }

    /// The functions of a dialect that have exactly this name, a host's first.
    pub fn named<'r>(&'r self, dialect: Dialect, name: &'r str) -> impl Iterator<Item = &'r Function> {
        self.iter().filter(move |function| function.name(dialect) == Some(name))
    }

    /// The declaration that a call means: by exact name, else by the name in other
    /// case, then by number of arguments.
    pub(crate) fn meant(&self, dialect: Dialect, written: &str, arguments: usize) -> Option<&Function> {
        // Of several declarations none of which fits, the nearest one is meant.
        self.alike(dialect, written).min_by_key(|function| {
            let (fewest, most) = function.arity();
            fewest.saturating_sub(arguments).max(most.map_or(0, |most| arguments.saturating_sub(most)))
        })
    }

    /// The declarations with this name; without one, those that differ in case only.
    pub(crate) fn alike<'r, 'n>(
        &'r self,
        dialect: Dialect,
        written: &'n str,
    ) -> impl Iterator<Item = &'r Function> + use<'r, 'n> {
        let exact = self.named(dialect, written).next().is_some();
        self.iter().filter(move |function| {
            function
                .name(dialect)
                .is_some_and(|name| if exact { name == written } else { name.eq_ignore_ascii_case(written) })
        })
    }

    /// Every function, a host's first.
    pub fn iter(&self) -> impl Iterator<Item = &Function> {
        let builtin = FAMILIES.iter().flat_map(|family| family.functions.iter());
        self.own.iter().chain(builtin)
    }

    /// The families of the built-in functions, in the order of the reference page.
    #[must_use]
    pub fn families() -> &'static [Family] {
        FAMILIES
    }
}

/// A constant argument, converted to its parameter's kind.
pub(crate) type ConstantArgument<'c> = Option<&'c OwnedValue>;
