//! The forms of an expression that choose, and what a record chose in them.
//!
//! The machine tells the values of nodes, not the way it took; the way follows from the
//! values of conditions, sources and keys, by the same comparisons.

use super::{Branch, Default, Kind};
use crate::check::{BoundCall, Checked, Term};
use crate::diagnostic::Span;
use crate::machine::Watched;
use crate::value::{self, OwnedValue};
use bumpalo::Bump;

/// A node of the checked tree, as far as it matters which way a record takes.
#[derive(Debug, Clone)]
pub(super) struct Form {
    /// Its number among the watched nodes.
    node: usize,
    /// Whether it is read where it stands: what comes before it has been evaluated.
    is_leaf: bool,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    Constant(OwnedValue),
    /// Its value is what the machine tells, once its parts have values.
    Plain(Vec<Form>),
    /// The same, where the branch is reached if the value differs from that of the first part.
    Changing(Vec<Form>, Vec<usize>),
    If {
        condition: Box<Form>,
        then: (Box<Form>, usize),
        otherwise: (Box<Form>, usize),
    },
    Match {
        source: Box<Form>,
        cases: Vec<(Form, Form, usize)>,
        default: (Box<Form>, usize),
        /// Where values that fall to the default are counted.
        counted: Option<usize>,
    },
    First {
        values: Vec<(Form, usize)>,
        nothing: Option<usize>,
    },
    Unique(Vec<(Form, usize)>),
}

impl Form {
    /// A node that chooses nothing.
    pub(super) const fn leaf() -> Form {
        Form { node: 0, is_leaf: true, shape: Shape::Plain(Vec::new()) }
    }
}

/// Makes forms of a checked tree, and lists their branches.
pub(super) struct Builder<'t> {
    text: &'t str,
    spans: Vec<Span>,
    branches: Vec<Branch>,
    defaults: Vec<Default>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let all = Span::new(0, text.len());
        let whole = Branch { kind: Kind::Whole, span: all, call: all, what: "the expression".to_owned(), hits: 0 };
        Builder { text, spans: Vec::new(), branches: vec![whole], defaults: Vec::new() }
    }

    pub(super) fn finish(self) -> (Vec<Span>, Vec<Branch>, Vec<Default>) {
        (self.spans, self.branches, self.defaults)
    }

    pub(super) fn form(&mut self, checked: &Checked<'_>) -> Form {
        let node = self.spans.len();
        self.spans.push(checked.span);
        let call = checked.span;
        let shape = match &checked.term {
            Term::Constant(value) => Shape::Constant(value.clone()),
            Term::Attribute(_) | Term::Parameter(_) | Term::Stop(_) => Shape::Plain(Vec::new()),
            Term::Compare { left, right, .. } => Shape::Plain(vec![self.form(left), self.form(right)]),
            Term::Concatenate(parts) => Shape::Plain(parts.iter().map(|part| self.form(part)).collect()),
            Term::Call(bound) => self.call(bound, call),
            Term::If { condition, then, otherwise } => {
                let holds = self.branch(Kind::True, call, then, "the condition holds".to_owned());
                let fails = self.branch(Kind::False, call, otherwise, "the condition does not hold".to_owned());
                Shape::If {
                    condition: Box::new(self.form(condition)),
                    then: (Box::new(self.form(then)), holds),
                    otherwise: (Box::new(self.form(otherwise)), fails),
                }
            }
            Term::Match { source, cases, default } => {
                let keys: Vec<usize> = cases
                    .iter()
                    .map(|(key, _)| self.branch(Kind::Key, call, key, format!("key {}", self.source(key))))
                    .collect();
                let fallen = self.branch(Kind::Default, call, default, "the default".to_owned());
                let counted = (!self.hands_on(source, default)).then(|| {
                    self.defaults.push(Default {
                        call,
                        source: self.source(source),
                        records: 0,
                        unlisted: 0,
                        values: Vec::new(),
                        places: std::collections::HashMap::new(),
                    });
                    self.defaults.len() - 1
                });
                let source = Box::new(self.form(source));
                let cases = cases.iter().zip(keys).map(|((key, value), branch)| {
                    let key = self.form(key);
                    (key, self.form(value), branch)
                });
                Shape::Match {
                    source,
                    cases: cases.collect(),
                    default: (Box::new(self.form(default)), fallen),
                    counted,
                }
            }
            Term::First(values) => {
                let branches: Vec<usize> = (1..)
                    .zip(values)
                    .map(|(place, value)| {
                        self.branch(Kind::Value, call, value, format!("value {place}, {}", self.source(value)))
                    })
                    .collect();
                let ends =
                    |value: &Checked<'_>| matches!(&value.term, Term::Constant(value) if *value != OwnedValue::Null);
                let nothing = (!values.last().is_some_and(ends))
                    .then(|| self.add(Kind::Nothing, call, call, "no value: all are null".to_owned()));
                Shape::First { values: self.numbered(values, branches), nothing }
            }
            Term::Unique(rules) => {
                let branches: Vec<usize> = (1..)
                    .zip(rules)
                    .map(|(place, rule)| {
                        self.branch(Kind::Rule, call, rule, format!("rule {place}, {}", self.source(rule)))
                    })
                    .collect();
                Shape::Unique(self.numbered(rules, branches))
            }
        };
        let is_leaf = matches!(checked.term, Term::Constant(_) | Term::Attribute(_));
        Form { node, is_leaf, shape }
    }

    fn numbered(&mut self, values: &[Checked<'_>], branches: Vec<usize>) -> Vec<(Form, usize)> {
        values.iter().zip(branches).map(|(value, branch)| (self.form(value), branch)).collect()
    }

    fn call(&mut self, bound: &BoundCall<'_>, call: Span) -> Shape {
        let mut sought = Vec::new();
        for argument in &bound.arguments {
            let looks = bound.function.parameters.get(argument.parameter).is_some_and(|parameter| parameter.sought);
            // An empty constant stands for what an editor with a field for each left out.
            let given =
                |value: &&Checked<'_>| !matches!(&value.term, Term::Constant(value) if value.to_string().is_empty());
            if let Some(value) = argument.value.as_ref().filter(given)
                && looks
            {
                let what = format!("{} is found", self.source(value));
                sought.push(self.branch(Kind::Found, call, value, what));
            }
        }
        let parts = bound.arguments.iter().filter_map(|argument| argument.value.as_ref());
        let parts = parts.map(|value| self.form(value)).collect();
        if sought.is_empty() { Shape::Plain(parts) } else { Shape::Changing(parts, sought) }
    }

    fn branch(&mut self, kind: Kind, call: Span, value: &Checked<'_>, what: String) -> usize {
        let span = if value.span.end > value.span.start { value.span } else { call };
        self.add(kind, call, span, what)
    }

    fn add(&mut self, kind: Kind, call: Span, span: Span, what: String) -> usize {
        self.branches.push(Branch { kind, span, call, what, hits: 0 });
        self.branches.len() - 1
    }

    /// A node's text on one line.
    fn source(&self, checked: &Checked<'_>) -> String {
        checked.span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a default gives the source, or something made of it.
    fn hands_on(&self, source: &Checked<'_>, default: &Checked<'_>) -> bool {
        self.source(default).contains(&self.source(source))
    }
}

/// One record's way.
pub(super) struct Walk<'w> {
    pub(super) watched: &'w Watched,
    pub(super) branches: &'w mut [Branch],
    pub(super) defaults: &'w mut [Default],
    /// Whether the evaluation came to its end.
    pub(super) ended: bool,
}

static NULL: OwnedValue = OwnedValue::Null;

impl<'w> Walk<'w> {
    fn reach(&mut self, branch: usize) {
        if let Some(branch) = self.branches.get_mut(branch) {
            branch.hits += 1;
        }
    }

    /// Follows the record through a node, and gives the node's value; nothing where the
    /// evaluation stopped in it.
    pub(super) fn visit<'f: 'w>(&mut self, form: &'f Form) -> Option<&'w OwnedValue> {
        let told = self.watched.value(form.node);
        match &form.shape {
            Shape::Constant(value) => Some(value),
            Shape::Plain(parts) => {
                self.parts(parts)?;
                told
            }
            Shape::Changing(parts, branches) => {
                let first = self.parts(parts)?;
                let value = told?;
                if first.is_some_and(|first| first != value) {
                    branches.iter().for_each(|branch| self.reach(*branch));
                }
                Some(value)
            }
            Shape::If { condition, then, otherwise } => {
                let (chosen, branch) = if truth(self.visit(condition)?)? { then } else { otherwise };
                self.reach(*branch);
                let value = self.visit(chosen);
                told.or(value)
            }
            Shape::Match { source, cases, default, counted } => {
                let source = self.visit(source)?;
                for (key, value, branch) in cases {
                    if same_key(source, self.visit(key)?)? {
                        self.reach(*branch);
                        let value = self.visit(value);
                        return told.or(value);
                    }
                }
                let (default, branch) = default;
                self.reach(*branch);
                if let Some(counted) = counted.and_then(|counted| self.defaults.get_mut(counted)) {
                    counted.add(source, 1);
                }
                let value = self.visit(default);
                told.or(value)
            }
            Shape::First { values, nothing } => {
                for (value, branch) in values {
                    let value = self.visit(value)?;
                    if *value != OwnedValue::Null {
                        self.reach(*branch);
                        return Some(value);
                    }
                }
                nothing.iter().for_each(|branch| self.reach(*branch));
                Some(&NULL)
            }
            Shape::Unique(rules) => {
                let mut last = None;
                for (rule, branch) in rules {
                    // Whether a rule ran is told of it or of its parts.
                    if !self.heard(rule) {
                        break;
                    }
                    self.visit(rule);
                    last = Some(*branch);
                }
                // The last rule that ran gave the value; where none did, the object fails.
                last.filter(|_| self.ended).into_iter().for_each(|branch| self.reach(branch));
                told
            }
        }
    }

    /// Follows the record through the parts of a node; gives the first one's value, or
    /// nothing at all where the evaluation stopped in one of them.
    fn parts<'f: 'w>(&mut self, parts: &'f [Form]) -> Option<Option<&'w OwnedValue>> {
        let mut first = None;
        for (index, part) in parts.iter().enumerate() {
            let value = self.visit(part);
            if value.is_none() && !part.is_leaf {
                return None;
            }
            if index == 0 {
                first = value;
            }
        }
        Some(first)
    }

    /// Whether the machine told anything of a node or of one below it.
    fn heard(&self, form: &Form) -> bool {
        let mut any = self.watched.value(form.node).is_some();
        let mut look = |form: &Form| any = any || self.heard(form);
        match &form.shape {
            Shape::Constant(_) => {}
            Shape::Plain(parts) | Shape::Changing(parts, _) => parts.iter().for_each(look),
            Shape::If { condition, then, otherwise } => {
                [condition, &then.0, &otherwise.0].into_iter().for_each(|form| look(form))
            }
            Shape::Match { source, cases, default, .. } => {
                look(source);
                cases.iter().for_each(|(key, value, _)| {
                    look(key);
                    look(value);
                });
                look(&default.0);
            }
            Shape::First { values, .. } | Shape::Unique(values) => values.iter().for_each(|(value, _)| look(value)),
        }
        any
    }
}

/// Whether a condition holds; nothing where it is neither true nor false.
fn truth(value: &OwnedValue) -> Option<bool> {
    let arena = Bump::new();
    value::to_boolean(value::single(value.borrow(&arena))?).ok()
}

fn same_key(source: &OwnedValue, key: &OwnedValue) -> Option<bool> {
    let arena = Bump::new();
    value::same_key(source.borrow(&arena), key.borrow(&arena))
}
