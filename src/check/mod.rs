//! Names, arity, kinds and constants: `Expr` to `Checked`, with everything that is wrong.

mod arguments;
mod names;
pub(crate) mod types;

#[cfg(feature = "serde")]
pub(crate) use names::nearest;

use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::dialect::{Dialect, Meaning};
use crate::functions::{Body, Function, Placement, Registry};
use crate::record::{Schema, Slot};
use crate::syntax::{Expr, Node, NumberValue, Operator};
use crate::value::OwnedValue;
use types::Knowledge;

/// The checked tree: every call bound to its declaration, lazy functions lowered to
/// the forms below.
#[derive(Debug)]
pub(crate) struct Checked<'r> {
    pub(crate) span: Span,
    pub(crate) term: Term<'r>,
}

/// A node of the checked tree.
#[derive(Debug)]
pub(crate) enum Term<'r> {
    Constant(OwnedValue),
    Attribute(Slot),
    Parameter(u32),
    Call(BoundCall<'r>),
    Compare {
        operator: Operator,
        left: Box<Checked<'r>>,
        right: Box<Checked<'r>>,
    },
    Concatenate(Vec<Checked<'r>>),
    /// Leaves the flow.
    Stop(Control),
    /// One of two values.
    If {
        condition: Box<Checked<'r>>,
        then: Box<Checked<'r>>,
        otherwise: Box<Checked<'r>>,
    },
    /// The value whose key is the source.
    Match {
        source: Box<Checked<'r>>,
        cases: Vec<(Checked<'r>, Checked<'r>)>,
        default: Box<Checked<'r>>,
    },
    /// The first that is not null.
    First(Vec<Checked<'r>>),
    /// The first that nothing in the target has.
    Unique(Vec<Checked<'r>>),
}

/// What leaves the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Attribute,
    Object,
}

/// A call whose arguments stand at their parameters.
#[derive(Debug)]
pub(crate) struct BoundCall<'r> {
    pub(crate) function: &'r Function,
    /// One for each fixed parameter, then the repeated ones.
    pub(crate) arguments: Vec<BoundArgument<'r>>,
}

/// An argument at its parameter.
#[derive(Debug)]
pub(crate) struct BoundArgument<'r> {
    /// The parameter's index.
    pub(crate) parameter: usize,
    pub(crate) span: Span,
    /// Nothing where it is omitted.
    pub(crate) value: Option<Checked<'r>>,
}

impl<'r> BoundArgument<'r> {
    /// The argument, or null where it is omitted.
    pub(crate) fn or_null(self) -> Checked<'r> {
        self.value.unwrap_or(Checked { span: self.span, term: Term::Constant(OwnedValue::Null) })
    }
}

/// What names mean while an expression is checked.
pub(crate) struct Scope<'r> {
    pub(crate) dialect: Dialect,
    pub(crate) registry: &'r Registry,
    pub(crate) known: &'r Knowledge,
    /// Grows where it is open.
    pub(crate) schema: Schema,
    /// The parameters mentioned so far.
    pub(crate) parameters: Vec<String>,
}

/// Checks a tree; gives the checked one where no error was found.
pub(crate) fn resolve<'r>(expr: &Expr, scope: &mut Scope<'r>, found: &mut Vec<Diagnostic>) -> Option<Checked<'r>> {
    let mut resolver = Resolver { scope, found, nested: false, chooses: false };
    let checked = resolver.expr(expr)?;
    if resolver.chooses {
        conditions(&checked, scope, found);
    }
    Some(checked)
}

/// The reference lists conditions on null or empty sources among IIF's known limitations.
fn conditions(checked: &Checked<'_>, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for doubt in types::doubts(checked, &|slot| scope.known.of(scope.schema.name(slot))) {
        let name = scope.schema.name(doubt.attribute);
        let mut diagnostic = Diagnostic::new(
            Code::ConditionMayBeNull,
            doubt.condition,
            format!(
                "the condition looks at [{name}], and the reference says that IIF fails where a source is null or empty"
            ),
        )
        .help("Switch tests for empty values reliably: Switch([x], [x], \"\", \"when empty\")");
        // Exported configurations rely on it; only where an attribute is compared is it a trap.
        if doubt.called {
            diagnostic.severity = Severity::Hint;
        }
        found.push(diagnostic);
    }
}

struct Resolver<'s, 'r> {
    scope: &'s mut Scope<'r>,
    found: &'s mut Vec<Diagnostic>,
    /// Whether the node stands inside a call.
    nested: bool,
    /// Whether there is a condition somewhere.
    chooses: bool,
}

impl<'r> Resolver<'_, 'r> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn expr(&mut self, expr: &Expr) -> Option<Checked<'r>> {
        let span = expr.span;
        let term = match &expr.node {
            Node::Group(inner) => return self.expr(inner),
            Node::Text(text) => Term::Constant(OwnedValue::Text(text.value.clone())),
            Node::Number(number) => Term::Constant(match number.value {
                NumberValue::Integer(integer) => OwnedValue::Integer(integer),
                NumberValue::Fraction(fraction) => OwnedValue::Number(fraction),
            }),
            Node::Word(word) => self.word(word, span)?,
            Node::Attribute(name) => Term::Attribute(self.attribute(name, span)?),
            Node::Parameter(name) => Term::Parameter(self.parameter(name)),
            Node::Call(call) => self.call(call, span)?,
            Node::Operation(operation) => {
                // Every operand is checked, so that one pass reports what all of them have.
                let operands: Vec<_> = operation.operands.iter().map(|operand| self.expr(operand)).collect();
                let mut operands = operands.into_iter().collect::<Option<Vec<_>>>()?;
                match operation.operator {
                    Operator::Concatenate => Term::Concatenate(operands),
                    operator => {
                        let right = Box::new(operands.pop()?);
                        let left = Box::new(operands.pop()?);
                        Term::Compare { operator, left, right }
                    }
                }
            }
        };
        Some(Checked { span, term })
    }

    fn parameter(&mut self, name: &str) -> u32 {
        let known = self.scope.parameters.iter().position(|parameter| parameter == name);
        let index = known.unwrap_or_else(|| {
            self.scope.parameters.push(name.to_owned());
            self.scope.parameters.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    fn call(&mut self, call: &crate::syntax::Call, span: Span) -> Option<Term<'r>> {
        let nested = std::mem::replace(&mut self.nested, true);
        let term = self.call_inside(call, span, nested);
        self.nested = nested;
        term
    }

    fn call_inside(&mut self, call: &crate::syntax::Call, span: Span, nested: bool) -> Option<Term<'r>> {
        let Some(function) = self.function(call) else {
            // The arguments are checked all the same.
            for value in call.arguments.iter().filter_map(|argument| argument.value.as_ref()) {
                // But a bare word may be an option of the function that is not known.
                if !matches!(value.node, Node::Word(_)) {
                    self.expr(value);
                }
            }
            return None;
        };
        if function.placement == Placement::Top && nested {
            let name = function.name(self.scope.dialect).unwrap_or("it");
            self.report(
                Diagnostic::new(Code::NotAtTop, call.name.span, format!("{name} stands inside another function"))
                    .help("make it the outermost function, and move the other into each of its rules"),
            );
        }
        if let Some(advice) = &function.advice {
            (advice.0)(call, self.found);
        }
        let bound = self.bind(function, call, span)?;
        let term = match &function.body {
            Body::Lazy(form) => (form.0)(bound),
            _ => Term::Call(bound),
        };
        self.chooses |= matches!(term, Term::If { .. });
        Some(term)
    }

    fn meaning(meaning: Meaning) -> Term<'r> {
        match meaning {
            Meaning::Boolean(truth) => Term::Constant(OwnedValue::Boolean(truth)),
            Meaning::Null => Term::Constant(OwnedValue::Null),
            Meaning::Skip => Term::Stop(Control::Attribute),
            Meaning::SkipObject => Term::Stop(Control::Object),
        }
    }
}

/// How a lazy function becomes a form of the checked tree.
#[derive(Debug, Clone, Copy)]
pub struct LazyBody(pub(crate) for<'r> fn(BoundCall<'r>) -> Term<'r>);

/// What a function has to say about the way it is called: its documented pitfalls.
#[derive(Debug, Clone, Copy)]
pub struct Advice(pub(crate) fn(&crate::syntax::Call, &mut Vec<Diagnostic>));
