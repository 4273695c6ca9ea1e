//! Which branches of an expression records reach.
//!
//! A branch is a value that a form of the language may choose: what a condition gives
//! where it holds and where it does not, each key of a switch and its default, each
//! value of a list of alternatives and none of them, each rule for a unique value, and
//! whether a replacement ever finds what it looks for. That the expression runs at all
//! is its first branch, so that one without forms counts too.
//!
//! ```
//! use attrflow::coverage::{Coverage, Kind};
//! use attrflow::{AttributeBag, Compiler, Machine};
//!
//! let text = r#"Switch([country], "Other", "DE", "Berlin", "FR", "Paris")"#;
//! let mut coverage = Coverage::new(&Compiler::new(), "city", text)?;
//! let mut machine = Machine::new();
//! for country in ["DE", "ES", "ES", "PT"] {
//!     coverage.record(&mut machine, &AttributeBag::from_iter([("country", country)]));
//! }
//! let missing: Vec<&str> = coverage.missing().map(|branch| branch.what.as_str()).collect();
//! assert_eq!(missing, [r#"key "FR""#]);
//! assert_eq!((coverage.covered(), coverage.branches().len()), (3, 4));
//!
//! // What falls to the default, the most frequent first.
//! let default = coverage.defaults().next().unwrap();
//! assert_eq!((default.source.as_str(), default.records), ("[country]", 3));
//! assert_eq!(default.most_frequent()[0], (&"ES".into(), 2));
//! # Ok::<(), attrflow::CompileError>(())
//! ```
//!
//! The branches are those of the checked tree: a function that becomes one of its forms
//! is covered, whatever it is called, and so is one that declares what it looks for
//! ([`Parameter::sought`](method@crate::functions::Parameter::sought)), a host's too.

mod form;

use crate::compiler::Compiler;
use crate::diagnostic::{CompileError, Span};
use crate::expression::Expression;
use crate::machine::{Machine, Watched};
use crate::outcome::Evaluation;
use crate::record::{Attributes, Schema};
use crate::value::OwnedValue;
use form::{Form, Walk};
use std::collections::HashMap;
use std::sync::Arc;

/// The branches of one expression, with how many records reached each.
///
/// Several of them, one a thread, can be added up: [`absorb`](Self::absorb).
#[derive(Debug, Clone)]
pub struct Coverage {
    expression: Expression,
    target: String,
    form: Form,
    watched: Watched,
    branches: Vec<Branch>,
    defaults: Vec<Default>,
}

/// A branch of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// What kind of branch it is.
    pub kind: Kind,
    /// Where in the expression's text the value, key or pattern of the branch stands; where
    /// it was left out, the place of the call.
    pub span: Span,
    /// Where the call stands whose branch it is.
    pub call: Span,
    /// What it is, for people: `key "DE"`, `the condition holds`.
    pub what: String,
    /// How many records have reached it.
    pub hits: u64,
}

/// The kinds of branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The expression itself.
    Whole,
    /// What a condition gives where it holds.
    True,
    /// What a condition gives where it does not hold.
    False,
    /// The value of a key.
    Key,
    /// The value where no key is the source.
    Default,
    /// A value in a list of which the first that is not null is taken.
    Value,
    /// All values of such a list are null. A list that ends with a constant has no such
    /// branch.
    Nothing,
    /// A rule for a value that nothing in the target has.
    Rule,
    /// What is looked for is found: the result differs from the source. A match that is
    /// replaced by the same text does not count (inferred: it has no effect).
    Found,
}

impl Kind {
    /// A word for reports in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Whole => "whole",
            Kind::True => "true",
            Kind::False => "false",
            Kind::Key => "key",
            Kind::Default => "default",
            Kind::Value => "value",
            Kind::Nothing => "nothing",
            Kind::Rule => "rule",
            Kind::Found => "found",
        }
    }
}

/// The values that fell to the default of one switch. Defaults that hand the source on
/// (`Switch([x], [x], "", …)`) have none of these: nothing is lost there.
#[derive(Debug, Clone, PartialEq)]
pub struct Default {
    /// Where the call stands.
    pub call: Span,
    /// The text of what was looked up: `[country]`.
    pub source: String,
    /// How many records fell to the default.
    pub records: u64,
    /// How many of these records have values that are not in the list, because it had
    /// grown to [`Default::MOST`] values.
    pub unlisted: u64,
    values: Vec<(OwnedValue, u64)>,
    /// By text: where in the list a value is.
    places: HashMap<String, usize>,
}

impl Default {
    /// So many different values are kept: memory stays bounded where every record has
    /// another one.
    pub const MOST: usize = 10_000;

    /// How many different values are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no record fell to the default.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values with how many records had each, the most frequent first, then in the
    /// order in which they came.
    #[must_use]
    pub fn most_frequent(&self) -> Vec<(&OwnedValue, u64)> {
        let mut values: Vec<_> = self.values.iter().map(|(value, records)| (value, *records)).collect();
        values.sort_by_key(|(_, records)| std::cmp::Reverse(*records));
        values
    }

    fn add(&mut self, value: &OwnedValue, records: u64) {
        self.records += records;
        // Null and the empty text are two values, and so are a list and its text.
        let key = format!("{} {value}", value.kind());
        let next = self.values.len();
        match self.places.get(&key) {
            Some(place) => self.values.get_mut(*place).into_iter().for_each(|(_, known)| *known += records),
            None if next < Default::MOST => {
                self.places.insert(key, next);
                self.values.push((value.clone(), records));
            }
            None => self.unlisted += records,
        }
    }
}

impl Coverage {
    /// Compiles an expression whose branches are to be counted. The compiler's schema says
    /// which slots records have their attributes in; the target attribute counts for values
    /// that nothing else in the target may have.
    ///
    /// # Errors
    /// Every diagnostic, if one of them is an error.
    pub fn new(compiler: &Compiler, target: &str, text: &str) -> Result<Self, CompileError> {
        // What is folded leaves no trace; the values are the same.
        let compiler = compiler.clone().folding(false);
        let expression = compiler.expression(text)?;
        let mut builder = form::Builder::new(text);
        let form = match compiler.checked(expression.tree(), |checked| builder.form(checked)) {
            Some(form) => form,
            // What compiles can be checked; the expression counts as a whole.
            None => Form::leaf(),
        };
        let (spans, branches, defaults) = builder.finish();
        let watched = Watched::new(spans);
        Ok(Coverage { expression, target: target.to_owned(), form, watched, branches, defaults })
    }

    /// Runs the expression on a record, counts the branches that it reaches, and gives
    /// what came out.
    pub fn record<'m, R: Attributes + ?Sized>(&'m mut self, machine: &'m mut Machine, record: &'m R) -> Evaluation<'m> {
        let evaluation = machine.watch(&self.expression, &self.target, record, &mut self.watched);
        if let Some(whole) = self.branches.first_mut() {
            whole.hits += 1;
        }
        let ended = evaluation.outcome().is_ok();
        let mut walk =
            Walk { watched: &self.watched, branches: &mut self.branches, defaults: &mut self.defaults, ended };
        walk.visit(&self.form);
        evaluation
    }

    /// The text of the expression.
    #[must_use]
    pub fn text(&self) -> &str {
        self.expression.text()
    }

    /// The attributes that it was compiled for, with the slots that it reads.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        self.expression.schema()
    }

    /// The target attribute.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// All branches: the expression itself, then the others, outer ones before inner ones
    /// in the order of the text.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// How many branches records have reached.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.branches.iter().filter(|branch| branch.hits > 0).count()
    }

    /// The branches that no record has reached.
    pub fn missing(&self) -> impl Iterator<Item = &Branch> {
        self.branches.iter().filter(|branch| branch.hits == 0)
    }

    /// The switches whose default records fell to, with the values that did.
    pub fn defaults(&self) -> impl Iterator<Item = &Default> {
        self.defaults.iter().filter(|default| !default.is_empty())
    }

    /// The same expression with nothing counted, for another thread.
    #[must_use]
    pub fn fresh(&self) -> Coverage {
        let mut fresh = self.clone();
        fresh.branches.iter_mut().for_each(|branch| branch.hits = 0);
        for default in &mut fresh.defaults {
            (default.records, default.unlisted) = (0, 0);
            default.values.clear();
            default.places.clear();
        }
        fresh
    }

    /// Adds what another coverage of the same expression has counted; one of another
    /// expression is left alone.
    pub fn absorb(&mut self, other: &Coverage) {
        if other.text() != self.text() || other.branches.len() != self.branches.len() {
            return;
        }
        for (branch, more) in self.branches.iter_mut().zip(&other.branches) {
            branch.hits += more.hits;
        }
        for (default, more) in self.defaults.iter_mut().zip(&other.defaults) {
            more.values.iter().for_each(|(value, records)| default.add(value, *records));
            default.records += more.unlisted;
            default.unlisted += more.unlisted;
        }
    }
}
