//! Arguments to their parameters: number, omission, pairs, and constants of the
//! right kind and range.

use super::names::nearest;
use super::{BoundArgument, BoundCall, Checked, Resolver, Term};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Function, Kind, Nulls, Parameter, Presence};
use crate::syntax::{Argument, Call, Node};
use crate::value::{self, OwnedValue};
use bumpalo::Bump;

impl<'r> Resolver<'_, 'r> {
    /// Sets every argument at its parameter, reporting all that does not fit.
    pub(super) fn bind(&mut self, function: &'r Function, call: &Call, span: Span) -> Option<BoundCall<'r>> {
        let mut good = self.count(function, call, span);
        let mut arguments = Vec::with_capacity(call.arguments.len().max(function.parameters.len()));
        for (index, argument) in call.arguments.iter().enumerate() {
            let Some((place, parameter)) = function.parameter(index) else {
                // One too many: reported by its number, checked for what it holds.
                argument.value.as_ref().map(|value| self.expr(value));
                continue;
            };
            match self.argument(function, parameter, place, argument) {
                Some(bound) => arguments.push(bound),
                None => good = false,
            }
        }
        // Trailing arguments that were dropped are omitted ones.
        for (place, parameter) in function.parameters.iter().enumerate().skip(call.arguments.len()) {
            if parameter.presence == Presence::Optional {
                let end = Span { start: span.end, end: span.end };
                arguments.push(BoundArgument { parameter: place, span: end, value: None });
            }
        }
        good.then_some(BoundCall { function, arguments })
    }

    /// Whether the number of arguments fits.
    fn count(&mut self, function: &Function, call: &Call, span: Span) -> bool {
        let given = call.arguments.len();
        let (fewest, most) = function.arity();
        let signature = function.signature(self.scope.dialect);
        let name = function.name(self.scope.dialect).unwrap_or_default();
        let fixed = function.parameters.iter().position(|p| matches!(p.presence, Presence::Pair { .. }));
        let odd = fixed.is_some_and(|fixed| given > fixed && (given - fixed) % 2 == 1);
        let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
        let (code, place, message) = if odd {
            let last = call.arguments.last().map_or(span, |argument| argument.span);
            let place = if last.start == last.end { call.name.span } else { last };
            (Code::UnpairedArgument, place, format!("the last key of {name} has no value"))
        } else if given < fewest {
            let message = format!("{name} takes at least {fewest} {}, and has {given}", plural(fewest));
            (Code::TooFewArguments, call.name.span, message)
        } else if most.is_some_and(|most| given > most) {
            let most = most.unwrap_or_default();
            let extra = call.arguments.get(most).map_or(span, |argument| argument.span);
            let place = if extra.start == extra.end { call.name.span } else { extra };
            let message = match most {
                0 => format!("{name} takes no arguments, and has {given}"),
                most => format!("{name} takes at most {most} {}, and has {given}", plural(most)),
            };
            (Code::TooManyArguments, place, message)
        } else {
            return true;
        };
        self.report(Diagnostic::new(code, place, message).help(signature));
        false
    }

    fn argument(
        &mut self,
        function: &Function,
        parameter: &Parameter,
        place: usize,
        argument: &Argument,
    ) -> Option<BoundArgument<'r>> {
        let Some(expr) = &argument.value else {
            let may = match parameter.presence {
                Presence::Optional => true,
                // The service itself prints an argument away that stands only in the tree.
                Presence::Repeating { .. } => parameter.null == Nulls::Seen,
                // A key must be there, its value need not.
                Presence::Pair { .. } => place + 1 == function.parameters.len(),
                Presence::Required => false,
            };
            if may && self.scope.dialect.profile().omitted_arguments {
                return Some(BoundArgument { parameter: place, span: argument.span, value: None });
            }
            let name = function.name(self.scope.dialect).unwrap_or_default();
            self.report(
                Diagnostic::new(
                    Code::OmittedArgument,
                    argument.span,
                    format!("{name} needs its argument '{}'", parameter.name),
                )
                .help(function.signature(self.scope.dialect)),
            );
            return None;
        };
        // A choice takes its words bare.
        let checked = match (&expr.node, parameter.kind) {
            (Node::Word(word), Kind::Choice(_)) => {
                Checked { span: expr.span, term: Term::Constant(OwnedValue::Text(word.clone())) }
            }
            _ => self.expr(expr)?,
        };
        let value = match checked.term {
            Term::Constant(constant) => {
                Checked { span: checked.span, term: Term::Constant(self.constant(constant, parameter, checked.span)?) }
            }
            term => Checked { span: checked.span, term },
        };
        Some(BoundArgument { parameter: place, span: expr.span, value: Some(value) })
    }

    /// A constant as its parameter takes it; conversions that need nothing but the
    /// constant are made here, once.
    fn constant(&mut self, constant: OwnedValue, parameter: &Parameter, span: Span) -> Option<OwnedValue> {
        if constant == OwnedValue::Null {
            return Some(constant);
        }
        let arena = Bump::new();
        let borrowed = constant.borrow(&arena);
        let wrong = |wanted: &str| {
            Diagnostic::new(
                Code::WrongKind,
                span,
                format!("'{}' wants {wanted}, and this is {}", parameter.name, describe(&constant)),
            )
        };
        match parameter.kind {
            Kind::Text | Kind::Reference => Some(OwnedValue::Text(constant.to_string())),
            Kind::Integer { least, most } => match value::to_integer(borrowed) {
                Ok(integer) if (least..=most).contains(&integer) => Some(OwnedValue::Integer(integer)),
                Ok(integer) => {
                    let range = match (least, most) {
                        (least, i64::MAX) => format!("{least} or more"),
                        (least, most) => format!("from {least} to {most}"),
                    };
                    self.report(Diagnostic::new(
                        Code::ArgumentRange,
                        span,
                        format!("'{}' is {range}, and this is {integer}", parameter.name),
                    ));
                    None
                }
                Err(error) => {
                    self.report(wrong(error.wanted));
                    None
                }
            },
            Kind::Number => match value::to_number(borrowed) {
                Ok(number) => Some(OwnedValue::Number(number)),
                Err(error) => {
                    self.report(wrong(error.wanted));
                    None
                }
            },
            Kind::Boolean => match value::to_boolean(borrowed) {
                Ok(truth) => Some(OwnedValue::Boolean(truth)),
                Err(error) => {
                    self.report(wrong(error.wanted));
                    None
                }
            },
            // A date may take its missing parts from today, so it stays a text here.
            // The empty text is no date and no error, as on a record.
            Kind::Date if constant.as_str() == Some("") => Some(constant),
            Kind::Date => match value::to_date(borrowed, || crate::dotnet::date::DateTime::MIN) {
                Ok(_) => Some(constant),
                Err(error) => {
                    self.report(
                        wrong(error.wanted)
                            .help("CDate reads dates such as 2026-01-31, 1/31/2026 8:00:00 AM or 2026-01-31T08:00:00Z"),
                    );
                    None
                }
            },
            Kind::Choice(words) => self.choice(&constant, words, parameter, span),
            _ => Some(constant),
        }
    }

    fn choice(
        &mut self,
        constant: &OwnedValue,
        words: &'static [&'static str],
        parameter: &Parameter,
        span: Span,
    ) -> Option<OwnedValue> {
        let written = constant.to_string();
        let exact = words.iter().find(|word| **word == written);
        let alike = words.iter().find(|word| word.eq_ignore_ascii_case(&written));
        if let Some(word) = exact.or(alike) {
            if exact.is_none() && !word.chars().all(|c| c.is_ascii_lowercase()) {
                self.report(
                    Diagnostic::new(Code::WordCase, span, format!("'{written}' is written {word}"))
                        .help("case counts in the product"),
                );
            }
            return Some(OwnedValue::Text((*word).to_owned()));
        }
        let list = words.join(", ");
        let mut diagnostic = Diagnostic::new(
            Code::UnknownOption,
            span,
            format!("'{written}' is none of the values of '{}'", parameter.name),
        );
        diagnostic = match nearest(&written, words.iter().copied()) {
            Some(near) if words.len() > 4 => diagnostic.help(format!("did you mean {near}? One of {list}")),
            _ => diagnostic.help(format!("one of {list}")),
        };
        self.report(diagnostic);
        None
    }
}

/// A constant in a message.
fn describe(constant: &OwnedValue) -> String {
    match constant {
        OwnedValue::Text(text) if text.is_empty() => "the empty text".to_owned(),
        OwnedValue::Text(text) => format!("the text \"{text}\""),
        OwnedValue::Boolean(_) => format!("the word {constant}"),
        other => format!("{other}"),
    }
}
