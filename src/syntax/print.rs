//! Tree to canonical text: one line, `", "` between arguments, empty ones too, as
//! the service itself prints (seen in exported configurations).

use super::ast::{Expr, Node, Operator};
use std::fmt::{self, Display, Formatter};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Text(text) => write!(f, "\"{}\"", text.raw),
            Node::Number(number) => f.write_str(&number.raw),
            Node::Word(word) => f.write_str(word),
            Node::Attribute(name) => write!(f, "[{name}]"),
            Node::Parameter(name) => write!(f, "%{name}%"),
            Node::Group(inner) => write!(f, "({inner})"),
            Node::Call(call) => {
                write!(f, "{}(", call.name.text)?;
                for (index, argument) in call.arguments.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    if let Some(value) = &argument.value {
                        value.fmt(f)?;
                    }
                }
                f.write_str(")")
            }
            Node::Operation(operation) => {
                for (index, operand) in operation.operands.iter().enumerate() {
                    if index > 0 {
                        // The service prints comparisons without spaces.
                        match operation.operator {
                            Operator::Concatenate => f.write_str(" & ")?,
                            comparison => f.write_str(comparison.as_str())?,
                        }
                    }
                    operand.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
