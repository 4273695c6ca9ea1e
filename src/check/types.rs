//! What a value can be, told without a record: of which forms, whether it may be null,
//! and how many values it has. It follows from what is known of the attributes, from the
//! forms of the checked tree, and from the declarations of the functions.
//!
//! What cannot be told is `Any` or `Unknown`: who speaks up relies on the rest.

use super::{BoundArgument, BoundCall, Checked, Control, Term};
use crate::diagnostic::Span;
use crate::environment::fold;
use crate::functions::{Gives, Kind, Nulls, Tells};
use crate::record::Slot;
use crate::syntax::Operator;
use crate::value::OwnedValue;
use std::collections::HashMap;

/// The form of a single value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Anything.
    Any,
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    Binary,
    Reference,
    Complex,
    /// There is no value: the object or attribute leaves the flow, or fails.
    Stops,
}

/// Whether a value is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Null {
    Never,
    /// It cannot be told.
    Unknown,
    /// Where this is null.
    Maybe(Cause),
    Always,
}

/// What makes a value null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) span: Span,
    /// The attribute, where it is one.
    pub(crate) attribute: Option<Slot>,
}

/// Whether there is more than one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Several {
    Never,
    /// It cannot be told.
    Unknown,
    /// What stands here may give several.
    Maybe(Span),
}

/// Whether an attribute has a value, from the least that can be known to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    /// Some records lack it.
    #[cfg_attr(not(any(feature = "serde", test)), expect(dead_code, reason = "only definitions say so"))]
    Sometimes,
    /// It cannot be told.
    Unknown,
    /// It is not null.
    NotNull,
    /// Nor is it the empty text.
    NotEmpty,
}

/// What is known of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) form: Form,
    pub(crate) held: Held,
    /// Whether it holds several values; nothing where that cannot be told.
    pub(crate) several: Option<bool>,
}

impl Known {
    pub(crate) const NOTHING: Known = Known { form: Form::Any, held: Held::Unknown, several: None };
}

/// What is known of attributes, by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Knowledge {
    exact: HashMap<String, Known>,
    folded: HashMap<String, Known>,
}

impl Knowledge {
    /// Of several names that are the same, the first counts.
    #[cfg(feature = "serde")]
    pub(crate) fn new<'n>(known: impl IntoIterator<Item = (&'n str, Known)>) -> Self {
        let mut knowledge = Knowledge::default();
        for (name, known) in known {
            knowledge.exact.entry(name.to_owned()).or_insert(known);
            knowledge.folded.entry(fold(name)).or_insert(known);
        }
        knowledge
    }

    /// What is known of an attribute; where there is none of exactly this name, of one in
    /// other case.
    pub(crate) fn of(&self, name: &str) -> Known {
        let found = self.exact.get(name).or_else(|| self.folded.get(&fold(name)));
        found.copied().unwrap_or(Known::NOTHING)
    }
}

/// One of the values that an expression chooses between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Alternative<'c> {
    pub(crate) span: Span,
    pub(crate) form: Form,
    /// The value, where it is constant.
    pub(crate) constant: Option<&'c OwnedValue>,
    /// Whether the form is an attribute's definition's, which the values of records need not have.
    pub(crate) defined: bool,
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Type<'c> {
    /// What it can be besides null.
    pub(crate) alternatives: Vec<Alternative<'c>>,
    pub(crate) null: Null,
    pub(crate) several: Several,
    /// What takes the attribute out of the flow on some records.
    pub(crate) skips: Option<Cause>,
}

impl Type<'_> {
    /// The form of every value that it can be.
    pub(crate) fn form(&self) -> Form {
        match self.alternatives.split_first() {
            None if self.null == Null::Never => Form::Stops,
            Some((first, rest)) if rest.iter().all(|other| other.form == first.form) => first.form,
            _ => Form::Any,
        }
    }
}

/// The type of a checked tree.
#[cfg(any(feature = "serde", test))]
pub(crate) fn of<'c>(checked: &'c Checked<'_>, known: &dyn Fn(Slot) -> Known) -> Type<'c> {
    Inference::new(known, &mut |_, _| {}).of(checked)
}

/// A condition that reads an attribute which may be null or empty there.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub(crate) condition: Span,
    pub(crate) attribute: Slot,
    /// Whether the condition is a call, not a comparison or the attribute itself.
    pub(crate) called: bool,
}

/// The conditions of a checked tree that read an attribute which may be null or empty
/// there, each with the first of these.
pub(crate) fn doubts(checked: &Checked<'_>, known: &dyn Fn(Slot) -> Known) -> Vec<Doubt> {
    let mut visit = |_, _: &Type<'_>| {};
    let mut inference = Inference::new(known, &mut visit);
    inference.of(checked);
    inference.doubts
}

/// The form of every node of a checked tree, and whether it is null, by the node's place;
/// nothing is known of the attributes.
pub(crate) fn by_place(checked: &Checked<'_>) -> HashMap<Span, (Form, Null)> {
    let mut found = HashMap::new();
    let visit = &mut |span, of: &Type<'_>| {
        found.insert(span, (of.form(), of.null));
    };
    Inference::new(&|_| Known::NOTHING, visit).of(checked);
    found
}

struct Inference<'a> {
    known: &'a dyn Fn(Slot) -> Known,
    /// The attributes that the conditions around the node look at, and what these tell of
    /// them in the branch that it stands in.
    asked: Vec<(Slot, Held)>,
    visit: &'a mut dyn FnMut(Span, &Type<'_>),
    /// The attributes read so far that may be null or empty where they are read.
    doubtful: Vec<Slot>,
    doubts: Vec<Doubt>,
}

fn constant(value: &OwnedValue, span: Span) -> Type<'_> {
    let form = match value {
        OwnedValue::Null => return Type { null: Null::Always, ..single(None) },
        OwnedValue::Text(_) => Form::Text,
        OwnedValue::Integer(_) => Form::Integer,
        OwnedValue::Number(_) => Form::Number,
        OwnedValue::Boolean(_) => Form::Boolean,
        OwnedValue::DateTime(_) => Form::Date,
        OwnedValue::Binary(_) => Form::Binary,
        OwnedValue::Reference(_) => Form::Reference,
        OwnedValue::Complex(_) => Form::Complex,
        OwnedValue::Multi(_) => Form::Any,
    };
    single(Some(Alternative { span, form, constant: Some(value), defined: false }))
}

/// One value, which is not null; without an alternative none at all.
fn single(alternative: Option<Alternative<'_>>) -> Type<'_> {
    Type { alternatives: alternative.into_iter().collect(), null: Null::Never, several: Several::Never, skips: None }
}

fn form(kind: Kind) -> Form {
    match kind {
        Kind::Any | Kind::List => Form::Any,
        Kind::Text | Kind::Choice(_) => Form::Text,
        Kind::Integer { .. } => Form::Integer,
        Kind::Number => Form::Number,
        Kind::Boolean => Form::Boolean,
        Kind::Date => Form::Date,
        Kind::Binary => Form::Binary,
        Kind::Reference => Form::Reference,
        Kind::Complex => Form::Complex,
        Kind::Never => Form::Stops,
    }
}

impl<'a> Inference<'a> {
    fn new(known: &'a dyn Fn(Slot) -> Known, visit: &'a mut dyn FnMut(Span, &Type<'_>)) -> Self {
        Inference { known, asked: Vec::new(), visit, doubtful: Vec::new(), doubts: Vec::new() }
    }

    fn of<'c>(&mut self, checked: &'c Checked<'_>) -> Type<'c> {
        let span = checked.span;
        let found = match &checked.term {
            Term::Constant(value) => constant(value, span),
            Term::Attribute(slot) => self.attribute(*slot, span),
            Term::Parameter(_) => Type { null: Null::Unknown, ..given(Form::Any, span) },
            Term::Call(call) => self.call(call, span),
            Term::Compare { left, right, .. } => {
                let skips = [self.of(left), self.of(right)].into_iter().find_map(|side| side.skips);
                Type { skips, ..given(Form::Boolean, span) }
            }
            Term::Concatenate(parts) => {
                let parts: Vec<Type<'_>> = parts.iter().map(|part| self.of(part)).collect();
                let full = parts.iter().any(|part| part.null == Null::Never);
                Type {
                    null: if full { Null::Never } else { Null::Unknown },
                    skips: parts.iter().find_map(|part| part.skips),
                    ..given(Form::Text, span)
                }
            }
            Term::Stop(Control::Attribute) => Type { skips: Some(Cause { span, attribute: None }), ..single(None) },
            Term::Stop(Control::Object) => single(None),
            Term::If { condition, then, otherwise } => {
                self.condition(condition);
                let branches = [(&**then, true), (&**otherwise, false)].map(|(branch, holds)| {
                    let of = self.inside(&[condition], |inner| inner.proven(condition, holds), branch);
                    (branch.span, of)
                });
                one_of(branches, span)
            }
            Term::Match { source, cases, default } => {
                self.of(source);
                let empty = cases.iter().any(|(key, _)| is_empty(key));
                let mut branches = Vec::with_capacity(cases.len() + 1);
                for (key, value) in cases {
                    self.of(key);
                    let of = self.inside(&[source, key], |inner| inner.matched(source, key), value);
                    branches.push((value.span, of));
                }
                let otherwise = |_: &mut Self| match source.term {
                    Term::Attribute(slot) if empty => vec![(slot, Held::NotEmpty)],
                    _ => Vec::new(),
                };
                branches.push((default.span, self.inside(&[source], otherwise, default)));
                one_of(branches, span)
            }
            Term::First(sources) => {
                let sources: Vec<_> = sources.iter().map(|source| (source.span, self.of(source))).collect();
                let has = |wanted: fn(&Null) -> bool| sources.iter().any(|(_, source)| wanted(&source.null));
                let null = if has(|null| *null == Null::Never) {
                    Null::Never
                } else if has(|null| *null == Null::Unknown) {
                    Null::Unknown
                } else {
                    let cause = sources.iter().find(|(_, source)| matches!(source.null, Null::Maybe(_)));
                    cause.map_or(Null::Always, |(_, source)| source.null)
                };
                // What stands behind a value that is never null is not reached.
                let last = sources.iter().position(|(_, source)| source.null == Null::Never);
                let count = last.map_or(sources.len(), |last| last + 1);
                Type { null, ..one_of(sources.into_iter().take(count), span) }
            }
            // A rule that gives null is passed over, and when all are, the object fails.
            Term::Unique(rules) => {
                let rules: Vec<_> = rules.iter().map(|rule| (rule.span, self.of(rule))).collect();
                Type { null: Null::Never, ..one_of(rules, span) }
            }
        };
        (self.visit)(span, &found);
        found
    }

    /// Looks at a condition, and notes an attribute in it that may be null or empty.
    fn condition(&mut self, condition: &Checked<'_>) {
        let before = self.doubtful.len();
        self.of(condition);
        if let Some(attribute) = self.doubtful.get(before).copied() {
            let called = !matches!(condition.term, Term::Compare { .. } | Term::Concatenate(_) | Term::Attribute(_));
            self.doubts.push(Doubt { condition: condition.span, attribute, called });
        }
    }

    fn attribute<'c>(&mut self, slot: Slot, span: Span) -> Type<'c> {
        let known = (self.known)(slot);
        let mut asked = self.asked.iter().filter(|(asked, _)| *asked == slot).map(|(_, held)| *held).peekable();
        // A condition around may ask how many values there are.
        let counted = asked.peek().is_some();
        let held = asked.fold(known.held, Held::max);
        if held < Held::NotEmpty {
            self.doubtful.push(slot);
        }
        let null = match held {
            Held::NotNull | Held::NotEmpty => Null::Never,
            Held::Unknown => Null::Unknown,
            Held::Sometimes => Null::Maybe(Cause { span, attribute: Some(slot) }),
        };
        let several = match known.several {
            Some(false) => Several::Never,
            Some(true) if !counted => Several::Maybe(span),
            Some(true) | None => Several::Unknown,
        };
        let value = Alternative { span, form: known.form, constant: None, defined: true };
        Type { null, several, ..single(Some(value)) }
    }

    /// The type of a branch: what its condition looks at is not known to be null there,
    /// and of what `proven` gives more is known.
    fn inside<'c>(
        &mut self,
        conditions: &[&Checked<'_>],
        proven: impl FnOnce(&mut Self) -> Vec<(Slot, Held)>,
        branch: &'c Checked<'_>,
    ) -> Type<'c> {
        let before = self.asked.len();
        let proven = proven(self);
        self.asked.extend(proven);
        conditions.iter().for_each(|condition| read(condition, &mut |slot| self.asked.push((slot, Held::Unknown))));
        let found = self.of(branch);
        self.asked.truncate(before);
        found
    }

    /// The attributes that have a value where a condition comes out as `holds`.
    fn proven(&self, condition: &Checked<'_>, holds: bool) -> Vec<(Slot, Held)> {
        match &condition.term {
            Term::Call(call) => {
                let Some(first) = call.arguments.first().and_then(|argument| argument.value.as_ref()) else {
                    return Vec::new();
                };
                match (call.function.tells, &first.term) {
                    (Tells::Present, Term::Attribute(slot)) if holds => vec![(*slot, Held::NotEmpty)],
                    (Tells::Empty, Term::Attribute(slot)) if !holds => vec![(*slot, Held::NotEmpty)],
                    (Tells::Null, Term::Attribute(slot)) if !holds => vec![(*slot, Held::NotNull)],
                    (Tells::Truth, _) => self.proven(first, holds),
                    (Tells::Untruth, _) => self.proven(first, !holds),
                    _ => Vec::new(),
                }
            }
            Term::Compare { operator, left, right } => {
                let (slot, other) = match (&left.term, &right.term) {
                    (Term::Attribute(slot), _) => (*slot, right),
                    (_, Term::Attribute(slot)) => (*slot, left),
                    _ => return Vec::new(),
                };
                // `[a]="x"` holds for no empty value, `[a]<>""` neither; nothing is in order with null.
                let filled = matches!(other.term, Term::Constant(_)) && !is_empty(other);
                let held = match operator {
                    Operator::Equal if (holds && filled) || (!holds && is_empty(other)) => Held::NotEmpty,
                    Operator::NotEqual if (holds && is_empty(other)) || (!holds && filled) => Held::NotEmpty,
                    Operator::Equal | Operator::NotEqual => Held::Unknown,
                    _ if holds => Held::NotNull,
                    _ => Held::Unknown,
                };
                vec![(slot, held)]
            }
            _ => Vec::new(),
        }
    }

    /// The attributes that have a value where the source of a choice is a key.
    fn matched(&self, source: &Checked<'_>, key: &Checked<'_>) -> Vec<(Slot, Held)> {
        let Term::Constant(value) = &key.term else { return Vec::new() };
        match &source.term {
            Term::Attribute(slot) if !is_empty(key) => vec![(*slot, Held::NotEmpty)],
            Term::Call(_) | Term::Compare { .. } => match value.to_string().to_ascii_lowercase().as_str() {
                "true" => self.proven(source, true),
                "false" => self.proven(source, false),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn call<'c>(&mut self, call: &'c BoundCall<'_>, span: Span) -> Type<'c> {
        let arguments: Vec<_> = call.arguments.iter().map(|argument| (argument, self.argument(argument))).collect();
        let skips = arguments.iter().find_map(|(_, argument)| argument.skips);
        let mut null = if matches!(call.function.gives, Gives::Anything) { Null::Unknown } else { Null::Never };
        let mut several = match call.function.returns {
            Kind::List => Several::Maybe(span),
            Kind::Any => Several::Unknown,
            _ => Several::Never,
        };
        for (argument, of) in &arguments {
            let Some(parameter) = call.function.parameters.get(argument.parameter) else { continue };
            if parameter.null == Nulls::Result {
                null = graver(null, result_null(parameter.kind, of));
            }
            if parameter.each && several == Several::Never {
                several = of.several;
            }
        }
        let first = arguments.into_iter().next().map(|(_, first)| first);
        match (call.function.gives, first) {
            _ if call.function.returns == Kind::Never => Type { skips, ..single(None) },
            (Gives::First, Some(first)) => Type { skips, ..first },
            (Gives::Present, Some(first)) => {
                let skips = skips.or(match first.null {
                    Null::Maybe(cause) => Some(cause),
                    Null::Always => Some(Cause { span, attribute: None }),
                    Null::Never | Null::Unknown => None,
                });
                Type { null: Null::Never, skips, ..first }
            }
            (Gives::OneOf, Some(first)) => {
                let defined = first.alternatives.iter().any(|one| one.defined);
                Type { null, skips, ..single(Some(Alternative { span, form: first.form(), constant: None, defined })) }
            }
            (Gives::NullWithFirst { unless }, Some(first)) => {
                let given_one = |place: &usize| call.arguments.get(*place).is_some_and(|given| given.value.is_some());
                let null = if unless.iter().any(given_one) { Null::Unknown } else { first.null };
                Type { null, several, skips, ..given(form(call.function.returns), span) }
            }
            _ => Type { null, several, skips, ..given(form(call.function.returns), span) },
        }
    }

    fn argument<'c>(&mut self, argument: &'c BoundArgument<'_>) -> Type<'c> {
        match &argument.value {
            Some(value) => self.of(value),
            None => Type { null: Null::Always, ..single(None) },
        }
    }
}

/// A value of a form.
fn given<'c>(form: Form, span: Span) -> Type<'c> {
    single(Some(Alternative { span, form, constant: None, defined: false }))
}

/// Whether the null rule of a parameter makes a result null.
fn result_null(kind: Kind, argument: &Type<'_>) -> Null {
    // An empty text where a number or a date belongs counts as null, and a list may be empty.
    let converts = matches!(kind, Kind::Integer { .. } | Kind::Number | Kind::Boolean | Kind::Date | Kind::Binary);
    let text = |one: &Alternative<'_>| match one.constant {
        Some(constant) => constant.as_str() == Some(""),
        None => matches!(one.form, Form::Any | Form::Text | Form::Reference),
    };
    let empty = (converts && argument.alternatives.iter().any(text)) || argument.several != Several::Never;
    if argument.null == Null::Never && empty { Null::Unknown } else { argument.null }
}

/// Of what two arguments make of a result, the one that counts.
fn graver(one: Null, two: Null) -> Null {
    let weight = |null| match null {
        Null::Never => 0,
        Null::Unknown => 1,
        Null::Maybe(_) => 2,
        Null::Always => 3,
    };
    if weight(two) > weight(one) { two } else { one }
}

/// One of several values, each with its place; the whole stands at `span`.
fn one_of<'c>(branches: impl IntoIterator<Item = (Span, Type<'c>)>, span: Span) -> Type<'c> {
    let mut all = single(None);
    let (mut nulls, mut several, mut nothing) = (Vec::new(), Vec::new(), None);
    for (place, branch) in branches {
        // What stops gives no value.
        if branch.form() != Form::Stops {
            nulls.push(branch.null);
            several.push(branch.several);
        }
        if branch.null == Null::Always {
            // An omitted branch has no place of its own.
            nothing = nothing.or(Some(if place.start < place.end { place } else { span }));
        }
        all.alternatives.extend(branch.alternatives);
        all.skips = all.skips.or(branch.skips);
    }
    let maybe = nulls.iter().find(|null| matches!(null, Null::Maybe(_)));
    let all_are = |wanted| nulls.iter().all(|null| *null == wanted);
    all.null = match (maybe, nothing) {
        (Some(maybe), _) => *maybe,
        _ if all_are(Null::Never) => Null::Never,
        _ if all_are(Null::Always) => Null::Always,
        (None, Some(span)) => Null::Maybe(Cause { span, attribute: None }),
        (None, None) => Null::Unknown,
    };
    all.several = match several.iter().find(|several| matches!(several, Several::Maybe(_))) {
        Some(maybe) => *maybe,
        None if several.contains(&Several::Unknown) => Several::Unknown,
        None => Several::Never,
    };
    all
}

/// Whether it is the constant null or empty text, which compare as equal.
fn is_empty(checked: &Checked<'_>) -> bool {
    match &checked.term {
        Term::Constant(value) => *value == OwnedValue::Null || value.as_str() == Some(""),
        _ => false,
    }
}

/// Calls `visit` with every attribute that a tree reads.
pub(crate) fn read(checked: &Checked<'_>, visit: &mut impl FnMut(Slot)) {
    match &checked.term {
        Term::Attribute(slot) => visit(*slot),
        Term::Constant(_) | Term::Parameter(_) | Term::Stop(_) => {}
        Term::Call(call) => {
            call.arguments.iter().filter_map(|argument| argument.value.as_ref()).for_each(|value| read(value, visit));
        }
        Term::Compare { left, right, .. } => [left, right].into_iter().for_each(|side| read(side, visit)),
        Term::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|part| read(part, visit));
        }
        Term::Match { source, cases, default } => {
            read(source, visit);
            for (key, value) in cases {
                read(key, visit);
                read(value, visit);
            }
            read(default, visit);
        }
        Term::Concatenate(parts) | Term::First(parts) | Term::Unique(parts) => {
            parts.iter().for_each(|part| read(part, visit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Held, Known, Null, Several, constant, of};
    use crate::{AttributeBag, Compiler, Outcome, OwnedValue, Registry};

    /// What the examples of the declarations give is nothing that their types rule out.
    #[test]
    fn examples_are_of_their_types() {
        let compiler = Compiler::new();
        let mut seen = 0;
        for example in Registry::builtin().iter().flat_map(|function| function.examples) {
            let Ok(expression) = compiler.expression(example.expression) else { continue };
            let bag: AttributeBag = example.input.iter().copied().collect();
            let Ok(outcome) = expression.evaluate(&bag) else { continue };
            let names = expression.schema().clone();
            let known = |slot| {
                let count = example.input.iter().filter(|(name, _)| *name == names.name(slot)).count();
                let held = if count == 0 { Held::Sometimes } else { Held::NotNull };
                Known { form: Form::Text, held, several: Some(count > 1) }
            };
            let tree = expression.tree();
            let right = compiler.checked(tree, |checked| {
                let of = of(checked, &known);
                match &outcome {
                    Outcome::Null => of.null != Null::Never,
                    Outcome::Value(value) => {
                        let form = constant(value, crate::Span::default()).form();
                        let several = matches!(value, OwnedValue::Multi(values) if values.len() > 1);
                        let single = form == Form::Any || [Form::Any, form].contains(&of.form());
                        of.null != Null::Always && single && (!several || of.several != Several::Never)
                    }
                    // An empty text may leave the flow, too, and that is not told.
                    _ => true,
                }
            });
            assert_eq!(right, Some(true), "{} at {}", example.expression, example.location);
            seen += 1;
        }
        assert!(seen > 150, "{seen}");
    }
}
