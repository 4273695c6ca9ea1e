//! The syntax tree that every dialect shares.

use crate::diagnostic::Span;

/// A node of the tree with its place in the text.
///
/// Two trees are equal where they say the same; their places do not count.
///
/// ```
/// let (one, _) = attrflow::syntax::parse("Trim( [a] )", attrflow::Dialect::Provisioning);
/// let (two, _) = attrflow::syntax::parse("Trim([a])", attrflow::Dialect::Provisioning);
/// assert_eq!(one, two);
/// assert_eq!(one.unwrap().to_string(), "Trim([a])");
/// ```
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Expr {
    /// Where the node stands in the text.
    pub span: Span,
    /// What it is.
    pub node: Node,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// What a node can be.
///
/// Languages to come add bindings (a variable over a list); a `match` outside this
/// crate therefore needs an arm for the unknown.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub enum Node {
    /// `"text"`.
    Text(Text),
    /// `12`, `-1.5`, `&HF`.
    Number(Number),
    /// A bare word: `True`, `NULL`, `vbTextCompare`, `IgnoreAttributeFlow`.
    Word(String),
    /// `[name]`, without the brackets.
    Attribute(String),
    /// `%Name%`, without the percent signs.
    Parameter(String),
    /// `Name(argument, …)`.
    Call(Call),
    /// Operands joined by one operator.
    Operation(Operation),
    /// `( … )`.
    Group(Box<Expr>),
}

/// A text constant, as written and as meant.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Text {
    /// What stands between the quotation marks, escapes included.
    pub raw: String,
    /// The text that is meant.
    pub value: String,
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Text {
    /// A constant for a text: quotation marks and backslashes are escaped.
    ///
    /// ```
    /// let text = attrflow::syntax::Text::new(r#"\d "x""#);
    /// assert_eq!(text.raw, r#"\\d \"x\""#);
    /// ```
    #[must_use]
    pub fn new(value: &str) -> Self {
        Text { raw: value.replace('\\', "\\\\").replace('"', "\\\""), value: value.to_owned() }
    }

    /// A constant from what stands between the quotation marks.
    #[must_use]
    pub fn from_raw(raw: &str) -> Self {
        let mut value = String::with_capacity(raw.len());
        let mut characters = raw.chars();
        while let Some(character) = characters.next() {
            if character == '\\' {
                match characters.next() {
                    Some(escaped @ ('"' | '\\')) => value.push(escaped),
                    Some(other) => value.extend(['\\', other]),
                    None => value.push('\\'),
                }
            } else {
                value.push(character);
            }
        }
        Text { raw: raw.to_owned(), value }
    }
}

/// A number constant, as written and as meant.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Number {
    /// The text of the number: `+7`, `&HF`, `1.50`.
    pub raw: String,
    /// Its value.
    pub value: NumberValue,
}

/// The value of a number constant.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(untagged))]
pub enum NumberValue {
    /// Written without a fraction.
    Integer(i64),
    /// Written with one.
    Fraction(f64),
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Call {
    /// The name as written.
    pub name: Name,
    /// What stands between the commas, omitted arguments too.
    pub arguments: Vec<Argument>,
}

/// A function's name with its place.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Name {
    /// The name as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A place between commas: a value, or nothing.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Argument {
    /// Where it stands; empty for an omitted argument.
    pub span: Span,
    /// The value, or nothing where the argument is omitted.
    pub value: Option<Expr>,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// Two or more operands with one operator between them.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Operation {
    /// What joins them.
    pub operator: Operator,
    /// What is joined; two for a comparison.
    pub operands: Vec<Expr>,
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&`
    Concatenate,
}

impl Operator {
    /// The operator as written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::NotEqual => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Concatenate => "&",
        }
    }

    /// The comparison of that spelling.
    #[must_use]
    pub fn comparison(text: &str) -> Option<Self> {
        [
            Operator::Equal,
            Operator::NotEqual,
            Operator::Less,
            Operator::LessOrEqual,
            Operator::Greater,
            Operator::GreaterOrEqual,
        ]
        .into_iter()
        .find(|operator| operator.as_str() == text)
    }
}

impl Expr {
    /// A node without a place, as a tree that was not read from text has them.
    #[must_use]
    pub fn new(node: Node) -> Self {
        Expr { span: Span::default(), node }
    }

    /// Calls `visit` with this node and every node below it, parents first.
    pub fn walk<'t>(&'t self, visit: &mut impl FnMut(&'t Expr)) {
        visit(self);
        match &self.node {
            Node::Call(call) => {
                call.arguments.iter().filter_map(|a| a.value.as_ref()).for_each(|value| value.walk(visit));
            }
            Node::Operation(operation) => operation.operands.iter().for_each(|operand| operand.walk(visit)),
            Node::Group(inner) => inner.walk(visit),
            _ => {}
        }
    }

    /// The names of the attributes that the tree refers to, in the order of their
    /// first use, each once.
    #[must_use]
    pub fn attributes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.walk(&mut |expr| {
            if let Node::Attribute(name) = &expr.node
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        });
        names
    }
}
