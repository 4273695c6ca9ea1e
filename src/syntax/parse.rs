//! Text to tree. Pest reads the text by `grammar/call.pest`; this file lowers its
//! pairs, and turns the grammar's rules for mistakes into diagnostics with advice.

use super::ast::{Argument, Call, Expr, Name, Node, Number, NumberValue, Operation, Operator, Text};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::dialect::{Dialect, Profile};
use crate::limits::Limits;
use pest::Parser;
use pest::iterators::{Pair, Pairs};

#[allow(missing_docs)] // What pest derives has no place for documentation.
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/call.pest"]
    pub(super) struct CallParser;
}
use grammar::{CallParser, Rule};

/// Parses an expression within the default limits.
///
/// Gives the tree where the text has no error, and every diagnostic: errors with
/// their fix, and hints beside a good tree.
///
/// ```
/// use attrflow::{Dialect, syntax::parse};
///
/// let (tree, diagnostics) = parse("Join(“ ”, [a]", Dialect::Provisioning);
/// assert!(tree.is_none());
/// let codes: Vec<_> = diagnostics.iter().map(|d| d.code.as_str()).collect();
/// assert_eq!(codes, ["AF007", "AF003"]);
/// ```
#[must_use]
pub fn parse(text: &str, dialect: Dialect) -> (Option<Expr>, Vec<Diagnostic>) {
    parse_within(text, dialect, &Limits::default())
}

/// Parses an expression within limits.
pub(crate) fn parse_within(text: &str, dialect: Dialect, limits: &Limits) -> (Option<Expr>, Vec<Diagnostic>) {
    let mut lowering =
        Lowering { text, profile: dialect.profile(), limits, nodes: 0, found: Vec::new(), errors: 0, swallowed: false };
    let tree = lowering.run();
    let Lowering { mut found, .. } = lowering;
    crate::diagnostic::sort(&mut found);
    let failed = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    (tree.filter(|_| !failed), found)
}

struct Lowering<'t> {
    text: &'t str,
    profile: &'static Profile,
    limits: &'t Limits,
    nodes: usize,
    found: Vec<Diagnostic>,
    /// Counted as they come: texts with a mistake at every character stay linear.
    errors: usize,
    /// Whether the rest of the text went into one mistake.
    swallowed: bool,
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    let place = pair.as_span();
    Span::new(place.start(), place.end())
}

impl Lowering<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        // An unterminated text swallows everything behind it; its own message is enough.
        self.swallowed |= diagnostic.code == Code::UnterminatedText;
        self.found.push(diagnostic);
    }

    fn run(&mut self) -> Option<Expr> {
        let text = self.text;
        let whole = Span::new(0, text.len());
        // Bytes are never fewer than characters, so the count is made only for long texts.
        if text.len() > self.limits.length {
            let length = text.chars().count();
            if length > self.limits.length {
                self.report(
                    Diagnostic::new(
                        Code::TooLong,
                        Span::new(0, 0),
                        format!("the expression has {length} characters, {} are allowed", self.limits.length),
                    )
                    .help("move long tables into an attribute of the source, or raise the limit"),
                );
                return None;
            }
        }
        if let Some(place) = too_deep(text, self.limits.depth.min(Limits::DEEPEST)) {
            self.report(
                Diagnostic::new(
                    Code::TooDeep,
                    place,
                    format!("the expression is nested deeper than {} levels", self.limits.depth.min(Limits::DEEPEST)),
                )
                .help("split it over two mappings, or use one Switch for nested IIFs"),
            );
            return None;
        }
        let mut pairs = match CallParser::parse(Rule::start, text) {
            Ok(mut pairs) => pairs.next().map(Pair::into_inner)?,
            Err(error) => {
                // The grammar takes any text; this is for the day when it does not.
                self.report(Diagnostic::new(Code::UnexpectedCharacter, whole, error.variant.message().into_owned()));
                return None;
            }
        };
        let mut tree = None;
        let mut anything = false;
        for pair in pairs.by_ref() {
            match pair.as_rule() {
                Rule::operation => {
                    anything = true;
                    tree = self.operation(pair);
                }
                Rule::leftover => {
                    anything = true;
                    self.leftover(&pair);
                }
                _ => {}
            }
        }
        if !anything {
            self.report(Diagnostic::new(Code::Empty, whole, "there is no expression here"));
        }
        let tree = tree?;
        self.top(&tree);
        Some(tree)
    }

    /// At the top stands one call, one attribute or one constant.
    fn top(&mut self, tree: &Expr) {
        let mut inner = tree;
        while let Node::Group(grouped) = &inner.node {
            inner = grouped;
        }
        if let Node::Operation(operation) = &inner.node
            && !self.profile.operators_at_top
        {
            let advice = match operation.operator {
                Operator::Concatenate => {
                    let operands: Vec<_> = operation.operands.iter().map(Expr::to_string).collect();
                    format!("write Join(\"\", {})", operands.join(", "))
                }
                _ => format!("write CBool({inner}) for a truth value, or IIF({inner}, …, …) to choose"),
            };
            self.report(
                Diagnostic::new(
                    Code::OperatorAtTop,
                    inner.span,
                    format!("'{}' stands outside a function's arguments", operation.operator.as_str()),
                )
                .help(advice),
            );
        } else if let Node::Group(_) = &tree.node {
            self.report(
                Diagnostic::new(Code::OperatorAtTop, tree.span, "the expression stands in parentheses of its own")
                    .help("remove the outer parentheses")
                    .fix(tree.span, inner.to_string()),
            );
        }
    }

    fn leftover(&mut self, pair: &Pair<'_, Rule>) {
        let place = span(pair);
        let rest = pair.as_str();
        let (message, help) = match rest.chars().next() {
            Some(')') => ("a closing parenthesis has no opening one", "remove it"),
            Some(',') => (
                "a comma stands outside a function's arguments",
                "only one value stands at the top; join several with Join",
            ),
            Some(';') => ("text follows the end of the expression", "an expression ends without a semicolon"),
            _ => ("text follows the end of the expression", "only one value stands at the top"),
        };
        self.report(Diagnostic::new(Code::TextAfterEnd, place, message).help(help));
    }

    fn node(&mut self, place: Span, node: Node) -> Option<Expr> {
        self.nodes += 1;
        if self.nodes == self.limits.nodes.saturating_add(1) {
            self.report(
                Diagnostic::new(
                    Code::TooManyNodes,
                    place,
                    format!("the expression has more than {} parts", self.limits.nodes),
                )
                .help("split it over several mappings, or raise the limit"),
            );
        }
        (self.nodes <= self.limits.nodes).then_some(Expr { span: place, node })
    }

    fn operation(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let mut pairs = pair.into_inner();
        let first = pairs.next()?;
        let mut left = self.concatenation(first);
        let mut compared = false;
        while let Some(pair) = pairs.next() {
            match pair.as_rule() {
                Rule::operator => {
                    let right = match pairs.peek() {
                        Some(next) if next.as_rule() == Rule::concatenation => {
                            pairs.next();
                            Some(self.concatenation(next))
                        }
                        _ => None,
                    };
                    left = self.comparison(left, &pair, right, &mut compared);
                }
                // Beside something that is wrong in itself, one message is enough.
                _ => {
                    self.adjacent(&pair, left.is_some());
                    left = None;
                }
            }
        }
        left
    }

    /// `left operator right`, where the operator may belong to another language.
    fn comparison(
        &mut self,
        left: Option<Expr>,
        operator: &Pair<'_, Rule>,
        right: Option<Option<Expr>>,
        compared: &mut bool,
    ) -> Option<Expr> {
        let place = span(operator);
        let spelling = operator.as_str();
        let known = Operator::comparison(spelling).filter(|o| self.profile.operators.contains(o));
        let Some(operator) = known else {
            self.foreign(place, spelling);
            // What stands beside it is a value of its own; a comparison may follow.
            *compared = false;
            return None;
        };
        let Some(right) = right else {
            self.report(
                Diagnostic::new(Code::MissingOperand, place, format!("'{spelling}' has nothing to its right"))
                    .help("compare with \"\" for empty text"),
            );
            return None;
        };
        if std::mem::replace(compared, true) {
            self.report(
                Diagnostic::new(Code::ChainedComparison, place, "a comparison follows another")
                    .help("a condition compares two values; nest IIF for a second condition"),
            );
            return None;
        }
        let (left, right) = (left?, right?);
        self.node(left.span.to(right.span), Node::Operation(Operation { operator, operands: vec![left, right] }))
    }

    fn foreign(&mut self, place: Span, spelling: &str) {
        let lower = spelling.to_ascii_lowercase();
        let advice = self.profile.foreign.iter().find(|f| f.spellings.contains(&lower.as_str())).map(|f| f.advice);
        let mut diagnostic =
            Diagnostic::new(Code::ForeignOperator, place, format!("'{spelling}' is not an operator of this language"));
        diagnostic.help = advice.map(str::to_owned);
        match lower.as_str() {
            "==" => diagnostic = diagnostic.fix(place, "="),
            "!=" => diagnostic = diagnostic.fix(place, "<>"),
            _ => {}
        }
        self.report(diagnostic);
    }

    /// Two values without anything between them.
    fn adjacent(&mut self, pair: &Pair<'_, Rule>, report: bool) {
        let place = span(pair);
        let mut inner = pair.clone();
        while let Some(next) = inner.clone().into_inner().next() {
            if !matches!(inner.as_rule(), Rule::adjacent | Rule::concatenation) {
                break;
            }
            inner = next;
        }
        let known = self.errors;
        if let Some(concatenation) = pair.clone().into_inner().next() {
            self.concatenation(concatenation);
        }
        if self.errors > known || !report {
            return;
        }
        let text = inner.as_str();
        let index = inner.as_rule() == Rule::attribute
            && text.trim_matches(['[', ']']).trim().chars().all(|c| c.is_ascii_digit());
        self.report(if index {
            Diagnostic::new(Code::Indexing, place, "a value is indexed with brackets")
                .help("take one value of several with Item(attribute, number); counting starts at 1")
        } else {
            Diagnostic::new(Code::MissingComma, place, "two values stand side by side")
                .help("put a comma between arguments, or & to join text")
                .fix(Span { start: place.start, end: place.start }, ", ")
        });
    }

    fn concatenation(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let whole = span(&pair);
        let mut operands = Vec::new();
        let mut failed = false;
        let mut pending: Option<Span> = None;
        for part in pair.into_inner() {
            if part.as_rule() == Rule::concat {
                if let Some(place) = pending.replace(span(&part)) {
                    self.missing_right(place);
                    failed = true;
                }
                continue;
            }
            pending = None;
            match self.operand(part) {
                Some(operand) => operands.push(operand),
                None => failed = true,
            }
        }
        if let Some(place) = pending {
            self.missing_right(place);
            failed = true;
        }
        if failed {
            return None;
        }
        if operands.len() == 1 {
            return operands.pop();
        }
        self.node(whole, Node::Operation(Operation { operator: Operator::Concatenate, operands }))
    }

    fn missing_right(&mut self, place: Span) {
        self.report(Diagnostic::new(Code::MissingOperand, place, "'&' has nothing to its right"));
    }

    fn operand(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let place = span(&pair);
        match pair.as_rule() {
            Rule::call => self.call(pair),
            Rule::group => self.group(pair),
            Rule::string => {
                let text = Text::from_raw(pair.into_inner().next().map_or("", |body| body.as_str()));
                self.backslashes(place, &text);
                self.node(place, Node::Text(text))
            }
            Rule::attribute => {
                let name = pair.into_inner().next().map_or("", |name| name.as_str());
                if name.trim().is_empty() {
                    self.report(
                        Diagnostic::new(Code::EmptyAttribute, place, "the brackets hold no attribute name")
                            .help("write the attribute's name between them; an empty text is \"\""),
                    );
                    return None;
                }
                self.node(place, Node::Attribute(name.to_owned()))
            }
            Rule::parameter => {
                let name = pair.as_str().trim_matches('%').to_owned();
                self.node(place, Node::Parameter(name))
            }
            Rule::number => self.number(&pair),
            Rule::word => self.node(place, Node::Word(pair.as_str().to_owned())),
            _ => {
                self.mistake(&pair);
                None
            }
        }
    }

    fn number(&mut self, pair: &Pair<'_, Rule>) -> Option<Expr> {
        let (place, raw) = (span(pair), pair.as_str());
        let value = if let Some(digits) = raw.get(2..).filter(|_| raw.starts_with('&')) {
            i64::from_str_radix(digits, 16).ok().map(NumberValue::Integer)
        } else if raw.contains('.') {
            raw.parse().ok().filter(|number: &f64| number.is_finite()).map(NumberValue::Fraction)
        } else {
            raw.parse().ok().map(NumberValue::Integer)
        };
        let Some(value) = value else {
            self.report(
                Diagnostic::new(Code::NumberOutOfRange, place, format!("{raw} does not fit into 64 bits"))
                    .help("write a number from -9223372036854775808 to 9223372036854775807, or a text"),
            );
            return None;
        };
        self.node(place, Node::Number(Number { raw: raw.to_owned(), value }))
    }

    fn call(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let whole = span(&pair);
        let mut parts = pair.into_inner();
        let name = parts.next()?;
        let name = Name { text: name.as_str().to_owned(), span: span(&name) };
        let (arguments, failed) = parts.next().map(|pair| self.arguments(pair))?;
        self.closing(&mut parts, name.span, "call")?;
        if failed {
            return None;
        }
        self.node(whole, Node::Call(Call { name, arguments }))
    }

    fn arguments(&mut self, pair: Pair<'_, Rule>) -> (Vec<Argument>, bool) {
        let mut arguments = Vec::new();
        let mut failed = false;
        for part in pair.into_inner() {
            let place = span(&part);
            if part.as_rule() == Rule::semicolon {
                self.report(
                    Diagnostic::new(Code::WrongSeparator, place, "a semicolon stands between arguments")
                        .help("separate arguments with a comma")
                        .fix(place, ","),
                );
                failed = true;
                continue;
            }
            let inner = part.into_inner().next();
            let omitted = inner.is_none();
            let value = inner.and_then(|inner| match inner.as_rule() {
                Rule::operation => self.operation(inner),
                _ => self.operand(inner),
            });
            failed |= value.is_none() && !omitted;
            let place = value.as_ref().map_or(place, |value| value.span);
            arguments.push(Argument { span: place, value });
        }
        // `Now()` has no arguments rather than one that is left out.
        if let [only] = arguments.as_slice()
            && only.value.is_none()
        {
            arguments.clear();
        }
        (arguments, failed)
    }

    fn group(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        let whole = span(&pair);
        let mut parts = pair.into_inner();
        let mut inner = None;
        let mut empty = true;
        if parts.peek().is_some_and(|part| part.as_rule() == Rule::operation) {
            empty = false;
            inner = parts.next().and_then(|operation| self.operation(operation));
        }
        let opening = Span { start: whole.start, end: whole.start.saturating_add(1) };
        self.closing(&mut parts, opening, "group")?;
        if empty {
            self.report(Diagnostic::new(Code::EmptyGroup, whole, "the parentheses hold nothing"));
        }
        let inner = inner?;
        self.node(whole, Node::Group(Box::new(inner)))
    }

    /// Reports a missing closing parenthesis, pointing at what was opened.
    fn closing(&mut self, parts: &mut Pairs<'_, Rule>, opened: Span, what: &str) -> Option<()> {
        let closing = parts.next()?;
        if closing.as_rule() == Rule::close {
            return Some(());
        }
        let rest = self.text.get(closing.as_span().start()..).unwrap_or("").trim_start();
        if !self.swallowed {
            let message = match what {
                "call" => format!("the call of {} is not closed", opened.of(self.text)),
                _ => "the parenthesis is not closed".to_owned(),
            };
            let end = self.text.trim_end().len();
            let mut diagnostic = Diagnostic::new(Code::UnclosedParenthesis, opened, message).help("add ')'");
            if rest.is_empty() {
                diagnostic = diagnostic.help("add ')' at the end").fix(Span::new(end, end), ")");
            }
            self.report(diagnostic);
        }
        None
    }

    /// The grammar's rules for mistakes.
    fn mistake(&mut self, pair: &Pair<'_, Rule>) {
        let (place, text) = (span(pair), pair.as_str());
        let diagnostic = match pair.as_rule() {
            Rule::open_string => {
                let mut diagnostic =
                    Diagnostic::new(Code::UnterminatedText, place, "the text has no closing quotation mark");
                if text.contains(['\u{201C}', '\u{201D}', '\u{201E}']) {
                    diagnostic = diagnostic.help("typographic quotes do not close a text: use \"");
                } else if text.contains("\\\"") {
                    diagnostic = diagnostic
                        .help("\\\" is a quotation mark inside the text; a backslash at its end is written \\\\");
                } else {
                    diagnostic = diagnostic.help("add \" where the text ends");
                }
                diagnostic
            }
            Rule::curly_string => {
                let inner =
                    text.trim_matches(|c: char| "\u{201C}\u{201D}\u{201E}\u{201F}\u{2033}\u{AB}\u{BB}\"".contains(c));
                Diagnostic::new(Code::TypographicQuotes, place, "typographic quotation marks stand around a text")
                    .help("typographic quotes: use \"")
                    .fix(place, format!("\"{}\"", Text::new(inner).raw))
            }
            Rule::single_string => {
                let inner = text.trim_matches(['\'', '\u{2018}', '\u{2019}']);
                Diagnostic::new(Code::SingleQuotes, place, "single quotes stand around a text")
                    .help("single quotes: use \"")
                    .fix(place, format!("\"{}\"", Text::new(inner).raw))
            }
            Rule::open_attribute => {
                Diagnostic::new(Code::UnclosedAttribute, place, "the attribute reference is not closed")
                    .help(format!("close the name with ]: {}]", text.trim_end()))
                    .fix(place, format!("{}]", text.trim_end()))
            }
            Rule::comment => {
                self.swallowed |= text.starts_with("//");
                Diagnostic::new(Code::UnexpectedCharacter, place, "a comment stands in the expression")
                    .help("there are no comments: remove it")
                    .fix(place, "")
            }
            _ => {
                let help = match text {
                    "{" | "}" => "attributes stand in square brackets: [name]",
                    "\\" => "a backslash has a meaning inside quotation marks only",
                    "%" => "a parameter stands between percent signs: %Name%",
                    "=" | "<" | ">" => "a comparison needs a value on its left",
                    _ => "text stands in quotation marks, attributes in square brackets",
                };
                Diagnostic::new(Code::UnexpectedCharacter, place, format!("'{text}' has no meaning here")).help(help)
            }
        };
        self.report(diagnostic);
    }

    /// `"\d"` works as `"\\d"` does; the second says what is meant.
    fn backslashes(&mut self, place: Span, text: &Text) {
        if !text.raw.contains('\\') || Text::new(&text.value).raw == text.raw {
            return;
        }
        self.report(
            Diagnostic::new(Code::SingleBackslash, place, "a single backslash in a text stands for itself")
                .help("write it doubled, as the reference asks for")
                .fix(place, format!("\"{}\"", Text::new(&text.value).raw)),
        );
    }
}

/// Where the nesting of parentheses passes `limit`, found without recursion.
///
/// Texts with few opening parentheses, nearly all, are settled by counting them.
fn too_deep(text: &str, limit: usize) -> Option<Span> {
    if text.bytes().filter(|byte| *byte == b'(').count() <= limit {
        return None;
    }
    let mut depth = 0_usize;
    for pair in CallParser::parse(Rule::scan, text).ok()?.flat_map(Pair::into_inner) {
        match pair.as_rule() {
            Rule::opening => {
                depth += 1;
                if depth > limit {
                    return Some(span(&pair));
                }
            }
            Rule::closing => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
