//! Arguments by key to arguments by position.

use super::read::{Place, Reader};
use super::{Source, SourceParameter, TreeFinding};
use crate::diagnostic::Code;
use crate::functions::{Function, Kind, Parameter, Presence};
use crate::syntax::{Argument, Call, Expr};

impl<'c> Reader<'c> {
    /// The declaration that takes every key of the node: the one that the text calls if
    /// it does, else the one with the fewest parameters.
    pub(super) fn declaration(
        &self,
        source: &Source,
        name: &str,
        call: Option<&Call>,
    ) -> Result<&'c Function, TreeFinding> {
        let (registry, dialect) = (self.walk.compiler.registry(), self.walk.compiler.dialect);
        let called = call.and_then(|call| registry.meant(dialect, name, call.arguments.len()));
        let alike = || registry.alike(dialect, name);
        if alike().next().is_none() {
            return Err(self.walk.finding(Code::UnknownFunction, format!("{name} is not a function of this language")));
        }
        let stranger = |function: &Function| source.parameters.iter().find(|argument| !takes(function, &argument.key));
        let fitting =
            || alike().filter(|function| stranger(function).is_none()).min_by_key(|function| function.parameters.len());
        called.filter(|function| stranger(function).is_none()).or_else(fitting).ok_or_else(|| {
            let key = alike().find_map(stranger).map_or("", |argument| argument.key.as_str());
            self.malformed(format!("{name} has no parameter of the key '{key}'"))
        })
    }

    /// The arguments at their positions. `call` is what the text has.
    pub(super) fn arguments(
        &mut self,
        function: &Function,
        source: &Source,
        call: Option<&Call>,
        place: Place<'_>,
    ) -> Result<Vec<Option<Expr>>, TreeFinding> {
        let texts = call.map_or(&[][..], |call| call.arguments.as_slice());
        let repeats =
            |parameter: &&Parameter| matches!(parameter.presence, Presence::Repeating { .. } | Presence::Pair { .. });
        let fixed =
            function.parameters.iter().position(|parameter| repeats(&parameter)).unwrap_or(function.parameters.len());
        let mut arguments = Vec::with_capacity(source.parameters.len().max(fixed));
        for (index, parameter) in function.parameters.iter().take(fixed).enumerate() {
            let text = texts.get(index).and_then(|argument| argument.value.as_ref());
            self.walk.path.push(parameter.key.to_owned());
            arguments.push(self.fixed(parameter, source, below(place, text, parameter.kind))?);
            self.walk.path.pop();
        }
        let tail: Vec<&Parameter> = function.parameters.iter().skip(fixed).collect();
        if tail.is_empty() {
            // A text that drops omitted arguments at the end is as good as one that has them.
            while call.is_some() && arguments.len() > texts.len() && arguments.last().is_some_and(Option::is_none) {
                arguments.pop();
            }
            return Ok(arguments);
        }
        let values = interleaved(source, &tail);
        let texts = self.layout(&values, texts.get(fixed..).unwrap_or_default());
        let mut values = values.into_iter();
        for (index, text) in texts.into_iter().enumerate() {
            let Some(parameter) = tail.get(index % tail.len()) else { break };
            let Spot::Value(text) = text else {
                arguments.push(None);
                continue;
            };
            let Some(value) = values.next() else { break };
            self.walk.path.push(parameter.key.to_owned());
            arguments.push(self.value(&value.value, below(place, text, parameter.kind))?);
            self.walk.path.pop();
        }
        Ok(arguments)
    }

    /// The argument of a parameter that does not repeat.
    fn fixed(&mut self, parameter: &Parameter, source: &Source, place: Place<'_>) -> Result<Option<Expr>, TreeFinding> {
        let of = |key: &'_ str| {
            source.parameters.iter().filter(move |argument| argument.key.eq_ignore_ascii_case(key)).collect::<Vec<_>>()
        };
        let found = of(parameter.key);
        if found.len() > 1 {
            self.warn("the tree has several arguments for this parameter; the first counts");
        }
        let Some(first) = found.first() else {
            if place.text.is_some() {
                self.warn("the text has an argument that the tree lacks; the text counts");
            }
            return Ok(place.text.cloned());
        };
        match parameter.comparison {
            Some((operator, right)) => {
                let rest = (of(operator).first().copied(), of(right).first().copied());
                self.spread(parameter, first, rest, place)
            }
            None => self.value(&first.value, place),
        }
    }

    /// Which positions of the repeated arguments the tree's values take, and what the
    /// text has there.
    fn layout<'t>(&mut self, values: &[&SourceParameter], texts: &'t [Argument]) -> Vec<Spot<'t>> {
        let written = texts.iter().filter(|argument| argument.value.is_some()).count();
        if values.len() == texts.len() {
            texts.iter().map(|argument| Spot::Value(argument.value.as_ref())).collect()
        } else if values.len() == written {
            let spot =
                |argument: &'t Argument| argument.value.as_ref().map_or(Spot::Omitted, |text| Spot::Value(Some(text)));
            texts.iter().map(spot).collect()
        } else {
            if !texts.is_empty() {
                self.warn("the text and the tree differ in the number of arguments; the tree counts");
            }
            values.iter().map(|_| Spot::Value(None)).collect()
        }
    }
}

/// A position among the repeated arguments.
enum Spot<'t> {
    /// A value of the tree, and what the text has in its place.
    Value(Option<&'t Expr>),
    /// An omitted argument, of which the tree says nothing.
    Omitted,
}

fn below<'t>(place: Place<'_>, text: Option<&'t Expr>, kind: Kind) -> Place<'t> {
    Place { text, kind, depth: place.depth + 1 }
}

fn takes(function: &Function, key: &str) -> bool {
    let is = |own: &str| own.eq_ignore_ascii_case(key);
    function.parameters.iter().any(|parameter| {
        is(parameter.key) || parameter.comparison.is_some_and(|(operator, right)| is(operator) || is(right))
    })
}

/// The values of the repeated parameters in the order of the call: as they stand where
/// one key serves them all, else one of each key in turn.
fn interleaved<'s>(source: &'s Source, tail: &[&Parameter]) -> Vec<&'s SourceParameter> {
    let of =
        |key: &'static str| source.parameters.iter().filter(move |argument| argument.key.eq_ignore_ascii_case(key));
    let Some(first) = tail.first() else { return Vec::new() };
    if tail.iter().all(|parameter| parameter.key == first.key) {
        return of(first.key).collect();
    }
    let mut columns: Vec<_> = tail.iter().map(|parameter| of(parameter.key)).collect();
    let mut values = Vec::new();
    'rows: loop {
        for column in &mut columns {
            let Some(value) = column.next() else { break 'rows };
            values.push(value);
        }
    }
    values
}
