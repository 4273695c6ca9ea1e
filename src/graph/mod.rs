//! The tree of Microsoft Graph's `attributeMappingSource`, and the way between it and
//! an expression.
//!
//! In an exported configuration every source of a mapping stands twice: as text
//! (`expression`) and as a tree of functions, attributes and constants. What the pages
//! of Microsoft Graph leave open about the tree is settled here by what exported
//! configurations hold (*evident*), else by choice (*inferred*).
//!
//! Evident:
//! - Arguments have keys, not positions, and an omitted argument is not there. The keys
//!   are those of the function's declaration ([`Parameter::key`](crate::functions::Parameter::key));
//!   a parameter that repeats repeats its key.
//! - A constant's `name` is the text that is meant, its `expression` the text in
//!   quotation marks. Numbers are constants like any other: `2` is `"\"2\""`. In the
//!   text of the function around it a number stands bare again, so where there is no
//!   such text, a constant that reads as a number and stands where a function takes a
//!   number is written bare.
//! - A comparison as the condition of IIF is spread over three keys: left side,
//!   operator, right side ([`Parameter::comparison`](crate::functions::Parameter::comparison)).
//! - A parameter (`%DomainFQDN%`) is a constant of that name without a text, and the text
//!   of the call around it shows an omitted argument in its place.
//!
//! Inferred:
//! - Any other comparison is a function named as its operator (`=`) with the keys `left`
//!   and `right`; a concatenation one named `&` that repeats the key `source`.
//! - A bare word (`True`, `NULL`, `vbTextCompare`) is a constant whose text is the word
//!   without quotation marks, and a number that stands alone one whose text is the bare
//!   number.
//! - An omitted argument that must keep its place (a key or value of Switch, one among
//!   others that are parameters) is a constant with neither name nor text.
//! - Parentheses are in the text only.
//! - A parameter beside an operator is written out, because a text without it could not
//!   be read.
//!
//! From a tree to an expression, the tree counts where it says more than the text (a
//! parameter), the text where it says more than the tree (bare numbers, escapes,
//! parentheses, a tree without arguments). Where they contradict each other the tree
//! counts, and there is a warning.
//!
//! ```
//! use attrflow::graph::Source;
//! use attrflow::{Compiler, Expression};
//!
//! let compiler = Compiler::new();
//! let expression = Expression::parse(r#"IIF([country]="US", "Domestic", )"#)?;
//! let source = Source::from_tree(expression.tree(), &compiler)?;
//! let keys: Vec<&str> = source.parameters.iter().map(|parameter| parameter.key.as_str()).collect();
//! assert_eq!(keys, ["one", "two", "three", "four"]);
//!
//! let read = source.to_tree(&compiler)?;
//! assert_eq!(read.tree.to_string(), r#"IIF([country]="US", "Domestic", )"#);
//! assert!(read.warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod document;
mod places;
mod property;
mod read;
mod request;
mod schema;
mod write;

pub use document::{Document, ReadError};
pub use property::Property;
pub use request::{
    ExpressionError, ExpressionInputObject, KeyedValue, ParseExpressionRequest, ParseExpressionResponse,
};
pub use schema::{
    AttributeDefinition, AttributeMapping, AttributeType, DirectoryDefinition, Filter, FilterClause, FilterGroup,
    FilterOperand, FlowBehavior, FlowType, MappingSource, MetadataEntry, Mutability, ObjectDefinition, ObjectMapping,
    ReferencedObject, SynchronizationRule, SynchronizationSchema, SynchronizationTemplate,
};

use crate::compiler::Compiler;
use crate::diagnostic::Code;
use crate::syntax::Expr;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// The source of a mapping: a node of the tree, with the text of all that is below it.
///
/// Every property may be absent, and properties that this version does not know are kept.
///
/// serde_json reads 128 levels of JSON, of which a function in a function takes three,
/// so that about 40 functions inside each other are the most that can be read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Source {
    /// The text of the node and all that is below it.
    #[serde(default)]
    pub expression: Option<String>,
    /// The function's name, the attribute's, or the text of the constant.
    #[serde(default)]
    pub name: Option<String>,
    /// What the node is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SourceKind>,
    /// The arguments of a function.
    #[serde(default, deserialize_with = "null_as_default")]
    pub parameters: Vec<SourceParameter>,
    /// What else the node holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a node of the tree is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SourceKind {
    /// An attribute of the source object.
    Attribute,
    /// A constant, or a parameter of the synchronization job.
    Constant,
    /// A function call.
    Function,
    /// A kind that this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// An argument of a function in the tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SourceParameter {
    /// The parameter that it is for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub key: String,
    /// The argument.
    #[serde(default, deserialize_with = "null_as_default")]
    pub value: Source,
    /// What else the argument holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(input: D) -> Result<T, D::Error> {
    Option::deserialize(input).map(Option::unwrap_or_default)
}

impl Source {
    /// The Graph tree of an expression's tree, as the functions of `compiler` declare
    /// their keys.
    ///
    /// # Errors
    /// A function that nobody declares, more arguments than it takes, or a tree beyond
    /// the compiler's limits.
    pub fn from_tree(tree: &Expr, compiler: &Compiler) -> Result<Source, TreeFinding> {
        write::source(tree, compiler)
    }

    /// The expression's tree of a Graph tree. It prints as the text of the expression,
    /// and [`Compiler::expression_from`] compiles it.
    ///
    /// # Errors
    /// A tree that stands for no expression, or one beyond the compiler's limits.
    pub fn to_tree(&self, compiler: &Compiler) -> Result<ReadTree, TreeFinding> {
        read::tree(self, compiler)
    }

    fn constant(name: impl Into<String>, expression: Option<String>) -> Source {
        Source { expression, name: Some(name.into()), kind: Some(SourceKind::Constant), ..Source::default() }
    }

    fn function(name: &str, parameters: Vec<SourceParameter>) -> Source {
        Source { name: Some(name.to_owned()), kind: Some(SourceKind::Function), parameters, ..Source::default() }
    }

    /// Whether the node stands for an omitted argument; alone, for no source.
    pub(crate) fn is_omitted(&self) -> bool {
        let empty = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        let leaf = matches!(self.kind, None | Some(SourceKind::Constant));
        leaf && self.parameters.is_empty() && empty(&self.name) && empty(&self.expression)
    }
}

impl SourceParameter {
    fn new(key: &str, value: Source) -> Self {
        SourceParameter { key: key.to_owned(), value, other: Map::new() }
    }
}

/// An expression's tree, read from a Graph tree.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadTree {
    /// The tree. Its nodes have no places, because it was not read from one text.
    pub tree: Expr,
    /// Where the Graph tree and its texts contradict each other.
    pub warnings: Vec<TreeFinding>,
}

/// Something about a Graph tree, with its place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFinding {
    /// The stable code.
    pub code: Code,
    /// The keys that lead to the node, `four/source`; empty for the outermost one.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl fmt::Display for TreeFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.code.severity(), self.code, self.message)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, " at {}", self.path) }
    }
}

impl std::error::Error for TreeFinding {}

/// Nodes inside each other that a thread's default stack holds.
const DEEPEST: usize = 300;

/// Where a conversion stands in the tree, and how much it may still take.
struct Walk<'c> {
    compiler: &'c Compiler,
    nodes: usize,
    path: Vec<String>,
}

impl<'c> Walk<'c> {
    fn new(compiler: &'c Compiler) -> Self {
        Walk { compiler, nodes: 0, path: Vec::new() }
    }

    fn finding(&self, code: Code, message: impl Into<String>) -> TreeFinding {
        TreeFinding { code, path: self.path.join("/"), message: message.into() }
    }

    /// Counts a node; `depth` bounds the recursion that comes here.
    fn enter(&mut self, depth: usize) -> Result<(), TreeFinding> {
        self.nodes += 1;
        let limits = &self.compiler.limits;
        // Each level of calls and parentheses may hold a concatenation in a comparison.
        if depth > limits.depth.saturating_mul(3).min(DEEPEST) {
            return Err(self.finding(Code::TooDeep, "the tree is nested deeper than the limit"));
        }
        if self.nodes > limits.nodes.saturating_mul(2) {
            return Err(self.finding(Code::TooManyNodes, "the tree has more nodes than the limit"));
        }
        Ok(())
    }
}
