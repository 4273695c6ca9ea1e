//! What happened on the way to a value.

use super::Machine;
use crate::diagnostic::Span;
use crate::expression::Expression;
use crate::outcome::{Evaluation, Outcome, RecordError};
use crate::record::Attributes;
use crate::syntax::Node;
use crate::value::{OwnedValue, Value};
use std::fmt;

/// Hears of every value that a program reads or makes. The silent one costs nothing.
pub(super) trait Observer {
    /// Whether it hears anything.
    fn listens(&self) -> bool;

    fn value(&mut self, span: Span, value: &Value<'_>);
}

/// Hears nothing.
pub(super) struct Silent;

impl Observer for Silent {
    #[inline(always)]
    fn listens(&self) -> bool {
        false
    }

    #[inline(always)]
    fn value(&mut self, _: Span, _: &Value<'_>) {}
}

impl Observer for Vec<(Span, OwnedValue)> {
    fn listens(&self) -> bool {
        true
    }

    fn value(&mut self, span: Span, value: &Value<'_>) {
        self.push((span, (*value).into()));
    }
}

/// Hears of chosen nodes only, and keeps the last value of each.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// By place in the text, with the number of the node.
    spans: Box<[(Span, usize)]>,
    /// By number.
    values: Vec<Option<OwnedValue>>,
}

impl Watched {
    /// Watches the nodes at these places; their numbers are their places in the list.
    pub(crate) fn new(spans: Vec<Span>) -> Self {
        let values = vec![None; spans.len()];
        let mut spans: Box<[(Span, usize)]> =
            spans.into_iter().zip(0..).filter(|(span, _)| span.end > span.start).collect();
        spans.sort_unstable();
        Watched { spans, values }
    }

    /// The value of a node in the last evaluation; nothing where it was not evaluated.
    pub(crate) fn value(&self, node: usize) -> Option<&OwnedValue> {
        self.values.get(node)?.as_ref()
    }
}

impl Observer for Watched {
    fn listens(&self) -> bool {
        true
    }

    fn value(&mut self, span: Span, value: &Value<'_>) {
        let first = self.spans.partition_point(|(known, _)| *known < span);
        for (_, node) in self.spans.iter().skip(first).take_while(|(known, _)| *known == span) {
            if let Some(kept) = self.values.get_mut(*node) {
                *kept = Some((*value).into());
            }
        }
    }
}

impl Machine {
    /// Evaluates an expression for a target attribute, and keeps the values of the nodes
    /// that are watched.
    pub(crate) fn watch<'m, R: Attributes + ?Sized>(
        &'m mut self,
        expression: &'m Expression,
        target: &'m str,
        record: &'m R,
        watched: &mut Watched,
    ) -> Evaluation<'m> {
        self.arena.reset();
        watched.values.iter_mut().for_each(|value| *value = None);
        let machine: &'m Machine = self;
        let context = machine.context(expression.program(), target, record);
        machine.run_observed(expression.program(), 0, &context, record, watched)
    }
}

/// How a value came about: the value of every node that was evaluated.
///
/// ```
/// use attrflow::{AttributeBag, Expression, Machine};
/// let expression = Expression::parse(r#"IIF([a]="x", Trim([b]), "no")"#)?;
/// let bag = AttributeBag::from_iter([("a", "x"), ("b", " y ")]);
/// let trace = Machine::new().trace(&expression, &bag);
/// assert_eq!(trace.to_string().lines().next(), Some(r#"IIF([a]="x", Trim([b]), "no")  =  y"#));
/// assert!(!trace.to_string().contains("no\"  ="), "the branch that was not taken has no value");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Outer nodes before the inner ones, in the order of the text.
    pub steps: Vec<Step>,
    /// What came of it.
    pub outcome: Result<Outcome, RecordError>,
}

/// The value of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where the node stands in the text.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// How deep it lies in what was evaluated, from 0.
    pub depth: usize,
    /// Its value.
    pub value: OwnedValue,
}

impl Trace {
    pub(super) fn new(expression: &Expression, seen: Vec<(Span, OwnedValue)>, evaluation: Evaluation<'_>) -> Self {
        let redacted = evaluation.is_redacted();
        let outcome = evaluation.into_owned();
        let mut steps: Vec<Step> = Vec::new();
        let step = |span: Span, value: OwnedValue| {
            let value = if redacted { OwnedValue::from("[Redact]") } else { value };
            Step { span, text: span.of(expression.text()).to_owned(), depth: 0, value }
        };
        let chosen = choices(expression, &seen, matches!(outcome, Ok(Outcome::Value(_) | Outcome::Null)));
        for (span, value) in seen.into_iter().filter(|(span, _)| span.end > span.start).chain(chosen) {
            let new = step(span, value);
            // The last value of a node counts: a result is moved to where it is wanted.
            match steps.iter_mut().find(|step| step.span == span) {
                Some(step) => *step = new,
                None => steps.push(new),
            }
        }
        // Outer before inner.
        steps.sort_by_key(|step| (step.span.start, std::cmp::Reverse(step.span.end)));
        let mut open: Vec<Span> = Vec::new();
        for step in &mut steps {
            while open.last().is_some_and(|outer| outer.end < step.span.end || outer.end <= step.span.start) {
                open.pop();
            }
            step.depth = open.len();
            open.push(step.span);
        }
        Trace { steps, outcome }
    }
}

/// The values of calls that choose: a branch leaves its value where the call's is wanted,
/// so that the call has no instruction of its own. What was heard of last inside it is
/// its value, unless the evaluation stopped there.
fn choices(expression: &Expression, seen: &[(Span, OwnedValue)], complete: bool) -> Vec<(Span, OwnedValue)> {
    let mut found = Vec::new();
    expression.tree().walk(&mut |expr| {
        let inside = |span: Span| expr.span.start <= span.start && span.end <= expr.span.end;
        let heard = seen.iter().any(|(span, _)| *span == expr.span);
        if heard || !matches!(expr.node, Node::Call(_)) {
            return;
        }
        if let Some(last) = seen.iter().rposition(|(span, _)| inside(*span))
            && (complete || last + 1 < seen.len())
            && let Some((_, value)) = seen.get(last)
        {
            found.push((expr.span, value.clone()));
        }
    });
    found
}

impl fmt::Display for Trace {
    /// A node a line, indented by depth, with its value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let indent = step.depth * 2;
            let value = match &step.value {
                OwnedValue::Null => "null".to_owned(),
                OwnedValue::Text(text) if text.is_empty() => "\"\"".to_owned(),
                OwnedValue::Multi(_) => step.value.to_string().replace('\n', " | "),
                value => value.to_string(),
            };
            let text = step.text.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(f, "{:indent$}{text}  =  {value}", "")?;
        }
        if let Err(error) = &self.outcome {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}
