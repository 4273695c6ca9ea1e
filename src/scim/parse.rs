//! The grammar of paths and filters (RFC 7644 section 3.4.2.2, figure 1, and section 3.5.2,
//! figure 7): one function a rule. Only parentheses recurse.

use super::error::{PathError, PathProblem};
use super::filter::{Comparison, Filter, Literal};
use super::path::{AttributePath, Path};
use super::vocabulary::is_schema;
use crate::diagnostic::Span;
use serde_json::Number;

/// How deep parentheses may be nested.
const DEEPEST: usize = 50;

pub(super) fn path(text: &str) -> Result<Path, PathError> {
    let mut reader = Reader { text, at: 0 };
    if text.is_empty() {
        return Err(reader.error(0, PathProblem::Empty));
    }
    let head = reader.take_until('[');
    let AttributePath { schema, name, mut sub } = attribute(head, 0)?;
    let mut filter = None;
    if reader.take('[') {
        if sub.is_some() {
            return Err(reader.error_between(head.len(), head.len() + 1, PathProblem::FilterAfterPart));
        }
        filter = Some(reader.any_of(0)?);
        reader.skip_spaces();
        if !reader.take(']') {
            return Err(reader.error(reader.at, reader.unexpected(PathProblem::Unclosed)));
        }
        if reader.take('.') {
            let start = reader.at;
            let part = reader.take_while(is_name_character);
            sub = Some(attribute_name(part, start)?);
        }
        if !reader.rest().is_empty() {
            return Err(reader.error_between(reader.at, text.len(), PathProblem::AfterEnd(reader.rest().to_owned())));
        }
    }
    Ok(Path { schema, name, filter, sub })
}

/// `attrPath`: a URN and a colon, a name, a dot and a name.
fn attribute(text: &str, start: usize) -> Result<AttributePath, PathError> {
    let (schema, rest) = match text.rsplit_once(':') {
        Some((schema, rest)) => (Some(schema), rest),
        None => (None, text),
    };
    let behind = start + text.len() - rest.len();
    let wrong = |from: usize, to: usize, problem| Err(PathError { span: Span::new(from, to), problem });
    if let Some(schema) = schema
        && !is_uri(schema)
    {
        return wrong(start, behind - 1, PathProblem::Schema(schema.to_owned()));
    }
    let (name, sub) = match rest.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (rest, None),
    };
    let dot = behind + name.len();
    if let Some(sub) = sub {
        let of_resource = ["User", "Group"].iter().any(|known| known.eq_ignore_ascii_case(name));
        if of_resource && schema.is_some_and(|schema| is_schema(&format!("{schema}:{name}"))) {
            return wrong(dot, dot + 1, PathProblem::ExtensionDot);
        }
        if let Some((first, _)) = sub.split_once('.')
            && rest.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            return wrong(dot + 1 + first.len(), start + text.len(), PathProblem::TooManyParts);
        }
    }
    Ok(AttributePath {
        name: attribute_name(name, behind)?,
        sub: sub.map(|sub| attribute_name(sub, dot + 1)).transpose()?,
        schema: schema.map(str::to_owned),
    })
}

fn attribute_name(text: &str, start: usize) -> Result<String, PathError> {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '$');
    if first && text.chars().all(is_name_character) {
        return Ok(text.to_owned());
    }
    let span = Span::new(start, start + text.len());
    Err(PathError { span, problem: PathProblem::Name(text.to_owned()) })
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$')
}

/// A scheme, a colon, and characters that a URI may have.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let allowed = |c: char| c.is_ascii_graphic() && !"\"<>[]\\^`{|}".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !rest.is_empty()
        && !rest.ends_with(':')
        && rest.chars().all(allowed)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = rest.get(..rest.find(|c| !test(c)).unwrap_or(rest.len())).unwrap_or("");
        self.at += taken.len();
        taken
    }

    fn take_until(&mut self, end: char) -> &'t str {
        self.take_while(|c| c != end)
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// What stands here up to a space, a parenthesis, a bracket or a quotation mark.
    fn take_word(&mut self) -> &'t str {
        self.take_while(|c| !c.is_whitespace() && !"()[]\"".contains(c))
    }

    /// An error at the character that starts at a byte.
    fn error(&self, at: usize, problem: PathProblem) -> PathError {
        let length = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.error_between(at, at + length, problem)
    }

    fn error_between(&self, start: usize, end: usize, problem: PathProblem) -> PathError {
        PathError { span: Span::new(start, end), problem }
    }

    /// What is wrong where something else than a connective follows a comparison.
    fn unexpected(&self, at_end: PathProblem) -> PathProblem {
        if self.rest().is_empty() { at_end } else { PathProblem::Connective }
    }

    fn any_of(&mut self, depth: usize) -> Result<Filter, PathError> {
        let mut parts = Vec::new();
        loop {
            // A list in a list of the same kind is one list, so that a filter that is
            // printed and read again is the same.
            match self.all_of(depth)? {
                Filter::Or(inner) => parts.extend(inner),
                part => parts.push(part),
            }
            if !self.take_connective("or") {
                return Ok(only(&mut parts).unwrap_or(Filter::Or(parts)));
            }
        }
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, PathError> {
        let mut parts = Vec::new();
        loop {
            match self.one(depth)? {
                Filter::And(inner) => parts.extend(inner),
                part => parts.push(part),
            }
            if !self.take_connective("and") {
                return Ok(only(&mut parts).unwrap_or(Filter::And(parts)));
            }
        }
    }

    fn take_connective(&mut self, wanted: &str) -> bool {
        let before = self.at;
        self.skip_spaces();
        let found = self.take_word().eq_ignore_ascii_case(wanted);
        if !found {
            self.at = before;
        }
        found
    }

    /// A comparison, or a filter in parentheses with or without `not`.
    fn one(&mut self, depth: usize) -> Result<Filter, PathError> {
        self.skip_spaces();
        let start = self.at;
        if self.peek() == Some('(') {
            return self.in_parentheses(depth);
        }
        let word = self.take_word();
        if word.is_empty() {
            return Err(self.error(start, PathProblem::Comparison));
        }
        let behind = self.at;
        self.skip_spaces();
        if word.eq_ignore_ascii_case("not") {
            if self.peek() == Some('(') {
                return Ok(Filter::Not(Box::new(self.in_parentheses(depth)?)));
            }
            let next = self.rest().get(..2).unwrap_or("");
            // An attribute may be called not; then an operator follows.
            if operator(next).is_none() && !next.eq_ignore_ascii_case("pr") {
                return Err(self.error_between(start, behind, PathProblem::Not));
            }
        }
        self.comparison(attribute(word, start)?)
    }

    fn in_parentheses(&mut self, depth: usize) -> Result<Filter, PathError> {
        let start = self.at;
        if depth >= DEEPEST {
            return Err(self.error(start, PathProblem::TooDeep { limit: DEEPEST }));
        }
        self.take('(');
        let inner = self.any_of(depth + 1)?;
        self.skip_spaces();
        if self.take(')') {
            return Ok(inner);
        }
        if self.peek().is_none_or(|c| c == ']') {
            return Err(self.error(start, PathProblem::UnclosedParenthesis));
        }
        Err(self.error(self.at, PathProblem::Connective))
    }

    fn comparison(&mut self, attribute: AttributePath) -> Result<Filter, PathError> {
        let start = self.at;
        let word = self.take_word();
        if word.is_empty() {
            return Err(self.error(start, PathProblem::NoOperator));
        }
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(attribute));
        }
        let Some(operator) = operator(word) else {
            return Err(self.error_between(start, self.at, PathProblem::Operator(word.to_owned())));
        };
        self.skip_spaces();
        let at = self.at;
        let value = self.literal()?;
        if operator.is_order() && matches!(value, Literal::Null | Literal::Boolean(_)) {
            return Err(self.error_between(at, self.at, PathProblem::NoOrder(operator.as_str())));
        }
        Ok(Filter::Compare { attribute, operator, value })
    }

    /// `compValue`: a value as JSON writes it.
    fn literal(&mut self) -> Result<Literal, PathError> {
        let start = self.at;
        if self.peek() == Some('"') {
            return self.text_literal();
        }
        let word = self.take_word();
        match word {
            "null" => return Ok(Literal::Null),
            "true" => return Ok(Literal::Boolean(true)),
            "false" => return Ok(Literal::Boolean(false)),
            _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {}
            "" => return Err(self.error(start, PathProblem::Value)),
            _ => return Err(self.error_between(start, self.at, PathProblem::Value)),
        }
        match serde_json::from_str::<Number>(word) {
            Ok(number) => Ok(Literal::Number(number)),
            Err(_) => Err(self.error_between(start, self.at, PathProblem::Number(word.to_owned()))),
        }
    }

    fn text_literal(&mut self) -> Result<Literal, PathError> {
        let start = self.at;
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let length = end.map_or(self.rest().len(), |(index, _)| index + 1);
        let raw = self.rest().get(..length).unwrap_or("");
        self.at += length;
        let text = end.and_then(|_| serde_json::from_str(raw).ok());
        text.map(Literal::Text).ok_or_else(|| self.error_between(start, self.at, PathProblem::Text))
    }
}

fn operator(word: &str) -> Option<Comparison> {
    Comparison::ALL.into_iter().find(|operator| operator.as_str().eq_ignore_ascii_case(word))
}

fn only(parts: &mut Vec<Filter>) -> Option<Filter> {
    if parts.len() == 1 { parts.pop() } else { None }
}
