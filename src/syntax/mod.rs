//! Text to tree and back. The tree is true to the text; meaning comes later.

pub mod ast;
pub(crate) mod parse;
pub(crate) mod print;

pub use ast::{Argument, Call, Expr, Node, Number, NumberValue, Operation, Operator, Text};
pub use parse::parse;
