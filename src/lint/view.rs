//! What a rule is given to look at, and the questions that most rules ask.

use super::Subject;
use super::facts::{self, Facts, Form, Null};
use crate::check::types;
use crate::compiler::Compiler;
use crate::diagnostic::Span;
use crate::directory::is_entra;
use crate::syntax::{Argument, Call, Expr, Node};
use std::collections::HashMap;

/// The types of the nodes of a tree, by their places.
pub(super) type Types = HashMap<Span, (Form, Null)>;

/// The types of a tree's nodes; none where the tree has an error.
pub(super) fn types(tree: &Expr, compiler: &Compiler) -> Types {
    compiler.checked(tree, types::by_place).unwrap_or_default()
}

/// An expression.
pub(super) struct Expression<'e> {
    pub(super) tree: &'e Expr,
    pub(super) types: &'e Types,
    pub(super) compiler: &'e Compiler,
}

/// A mapping.
pub(super) struct Mapping<'e> {
    pub(super) subject: &'e Subject<'e>,
    /// Nothing where the text cannot be read.
    pub(super) tree: Option<&'e Expr>,
    pub(super) types: &'e Types,
    pub(super) compiler: &'e Compiler,
}

impl<'e> Expression<'e> {
    /// Calls `visit` with every call that has a known function, by the function's name.
    pub(super) fn calls(&self, mut visit: impl FnMut(&'e Expr, &'e Call, &'static str)) {
        self.tree.walk(&mut |expr| {
            if let Node::Call(call) = &expr.node
                && let Some(name) = name(call, self.compiler)
            {
                visit(expr, call, name);
            }
        });
    }

    pub(super) fn facts(&self, expr: &Expr) -> Facts {
        facts::of(expr, self)
    }

    /// The name of the function that a node calls.
    pub(super) fn called(&self, expr: &Expr) -> Option<&'static str> {
        called(expr, self.compiler)
    }
}

impl<'e> Mapping<'e> {
    pub(super) fn expression(&self) -> Option<Expression<'e>> {
        self.tree.map(|tree| Expression { tree, types: self.types, compiler: self.compiler })
    }

    /// Whether the target attribute has one of these names, in any case.
    pub(super) fn fills(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.subject.target))
    }

    /// Whether objects are matched by the attribute.
    pub(super) fn matches(&self) -> bool {
        self.subject.matching.is_some_and(|precedence| precedence > 0)
    }

    /// Whether the target directory is one of Microsoft Entra.
    pub(super) fn fills_entra(&self) -> bool {
        self.subject.target_directory.is_some_and(is_entra)
    }
}

/// The name of the function that a call means, as the declarations spell it.
pub(super) fn name(call: &Call, compiler: &Compiler) -> Option<&'static str> {
    compiler.registry().meant(compiler.dialect, &call.name.text, call.arguments.len())?.name(compiler.dialect)
}

/// The name of the function that a node calls.
pub(super) fn called(expr: &Expr, compiler: &Compiler) -> Option<&'static str> {
    match &bare(expr).node {
        Node::Call(call) => name(call, compiler),
        _ => None,
    }
}

/// A node without the parentheses around it.
pub(super) fn bare(mut expr: &Expr) -> &Expr {
    while let Node::Group(inner) = &expr.node {
        expr = inner;
    }
    expr
}

/// The argument at a place, where it is not omitted.
pub(super) fn argument(call: &Call, place: usize) -> Option<&Expr> {
    call.arguments.get(place)?.value.as_ref().map(bare)
}

/// The arguments that are not omitted.
pub(super) fn arguments(call: &Call) -> impl Iterator<Item = &Expr> {
    call.arguments.iter().filter_map(value)
}

pub(super) fn value(argument: &Argument) -> Option<&Expr> {
    argument.value.as_ref().map(bare)
}

/// The call that a node is.
pub(super) fn call(expr: &Expr) -> Option<&Call> {
    match &bare(expr).node {
        Node::Call(call) => Some(call),
        _ => None,
    }
}

/// The text of a constant.
pub(super) fn text(expr: &Expr) -> Option<&str> {
    match &bare(expr).node {
        Node::Text(text) => Some(&text.value),
        _ => None,
    }
}

/// The name of an attribute.
pub(super) fn attribute(expr: &Expr) -> Option<&str> {
    match &bare(expr).node {
        Node::Attribute(name) => Some(name),
        _ => None,
    }
}

/// Whether a function of one of these names is called anywhere in the tree.
pub(super) fn mentions(tree: &Expr, compiler: &Compiler, names: &[&str]) -> bool {
    let mut found = false;
    tree.walk(&mut |expr| found |= called(expr, compiler).is_some_and(|name| names.contains(&name)));
    found
}

/// Whether the tree depends on nothing but itself: no attributes, parameters, time or chance.
pub(super) fn is_constant(tree: &Expr, compiler: &Compiler) -> bool {
    let mut constant = true;
    tree.walk(&mut |expr| {
        constant &= match &expr.node {
            Node::Attribute(_) | Node::Parameter(_) => false,
            Node::Word(word) => !word.starts_with("Ignore"),
            Node::Call(call) => compiler
                .registry()
                .meant(compiler.dialect, &call.name.text, call.arguments.len())
                .is_some_and(|function| function.purity == crate::functions::Purity::Pure),
            _ => true,
        };
    });
    constant
}

/// A text constant as it is written, quotation marks included.
pub(super) fn written(value: &str) -> String {
    format!("\"{}\"", syntax_raw(value))
}

fn syntax_raw(value: &str) -> String {
    crate::syntax::Text::new(value).raw
}
