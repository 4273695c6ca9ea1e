//! An expression's tree to a Graph tree.

use super::{Source, SourceKind, SourceParameter, TreeFinding, Walk};
use crate::compiler::Compiler;
use crate::diagnostic::Code;
use crate::functions::{Parameter, Presence};
use crate::syntax::{Argument, Call, Expr, Node, Operation, Operator};

pub(super) fn source(tree: &Expr, compiler: &Compiler) -> Result<Source, TreeFinding> {
    let mut walk = Walk::new(compiler);
    // The depth is measured before the tree is copied, which recurses as well.
    walk.measure(tree, 0)?;
    walk.nodes = 0;
    let mut source = walk.source(&mut tree.clone())?;
    if let Node::Number(number) = &tree.inside().node {
        source.expression = Some(number.raw.clone());
    }
    Ok(source)
}

impl Walk<'_> {
    fn measure(&mut self, expr: &Expr, depth: usize) -> Result<(), TreeFinding> {
        self.enter(depth)?;
        match &expr.node {
            Node::Group(inner) => self.measure(inner, depth + 1),
            Node::Call(call) => call
                .arguments
                .iter()
                .filter_map(|argument| argument.value.as_ref())
                .try_for_each(|value| self.measure(value, depth + 1)),
            Node::Operation(operation) => {
                operation.operands.iter().try_for_each(|operand| self.measure(operand, depth + 1))
            }
            _ => Ok(()),
        }
    }

    /// The node for `expr`. What the service leaves out of its text is taken out of
    /// `expr` on the way, so that it prints as the service would print it.
    fn source(&mut self, expr: &mut Expr) -> Result<Source, TreeFinding> {
        let mut source = match &mut expr.node {
            Node::Group(inner) => return self.source(inner),
            Node::Text(text) => return Ok(Source::constant(text.value.clone(), Some(format!("\"{}\"", text.raw)))),
            Node::Number(number) => {
                return Ok(Source::constant(number.raw.clone(), Some(format!("\"{}\"", number.raw))));
            }
            Node::Word(word) => return Ok(Source::constant(word.clone(), Some(word.clone()))),
            Node::Parameter(name) => return Ok(Source::constant(format!("%{name}%"), None)),
            Node::Attribute(name) => {
                let text = format!("[{name}]");
                return Ok(Source { kind: Some(SourceKind::Attribute), ..Source::constant(name.clone(), Some(text)) });
            }
            Node::Call(call) => self.call(call)?,
            Node::Operation(operation) => self.operation(operation)?,
        };
        source.expression = Some(expr.to_string());
        Ok(source)
    }

    fn call(&mut self, call: &mut Call) -> Result<Source, TreeFinding> {
        let (registry, dialect) = (self.compiler.registry(), self.compiler.dialect);
        let name = call.name.text.as_str();
        let Some(function) = registry.meant(dialect, name, call.arguments.len()) else {
            return Err(self.finding(Code::UnknownFunction, format!("{name} is not a function of this language")));
        };
        let mut parameters = Vec::with_capacity(call.arguments.len());
        let is_parameter = |argument: &Argument| {
            argument.value.as_ref().is_some_and(|value| matches!(value.inside().node, Node::Parameter(_)))
        };
        let mixed = call.arguments.iter().any(is_parameter);
        for (index, argument) in call.arguments.iter_mut().enumerate() {
            let Some((_, parameter)) = function.parameter(index) else {
                return Err(self.finding(Code::TooManyArguments, format!("{name} does not take as many arguments")));
            };
            self.path.push(parameter.key.to_owned());
            match &mut argument.value {
                Some(value) => {
                    self.argument(parameter, value, &mut parameters)?;
                    if matches!(value.inside().node, Node::Parameter(_)) {
                        argument.value = None;
                    }
                }
                // Keys and values would change places if one of them were not there, and
                // the text does not tell an omitted argument from a parameter.
                None if matches!(parameter.presence, Presence::Pair { .. })
                    || (mixed && matches!(parameter.presence, Presence::Repeating { .. })) =>
                {
                    let nothing = Source { kind: Some(SourceKind::Constant), ..Source::default() };
                    parameters.push(SourceParameter::new(parameter.key, nothing));
                }
                None => {}
            }
            self.path.pop();
        }
        Ok(Source::function(name, parameters))
    }

    fn argument(
        &mut self,
        parameter: &Parameter,
        value: &mut Expr,
        into: &mut Vec<SourceParameter>,
    ) -> Result<(), TreeFinding> {
        if let Some((operator_key, right_key)) = parameter.comparison
            && let Node::Operation(operation) = &mut value.inside_mut().node
            && operation.operator != Operator::Concatenate
            && let [left, right] = operation.operands.as_mut_slice()
        {
            let operator = operation.operator.as_str();
            into.push(SourceParameter::new(parameter.key, self.source(left)?));
            into.push(SourceParameter::new(operator_key, Source::constant(operator, Some(format!("\"{operator}\"")))));
            into.push(SourceParameter::new(right_key, self.source(right)?));
        } else {
            into.push(SourceParameter::new(parameter.key, self.source(value)?));
        }
        Ok(())
    }

    fn operation(&mut self, operation: &mut Operation) -> Result<Source, TreeFinding> {
        let keys: [&str; 2] = match operation.operator {
            Operator::Concatenate => ["source", "source"],
            _ => ["left", "right"],
        };
        let keys = keys.into_iter().chain(std::iter::repeat("source"));
        let operands = operation.operands.iter_mut().zip(keys);
        let parameters = operands
            .map(|(operand, key)| Ok(SourceParameter::new(key, self.source(operand)?)))
            .collect::<Result<_, _>>()?;
        Ok(Source::function(operation.operator.as_str(), parameters))
    }
}

impl Expr {
    /// The node without the parentheses around it.
    pub(super) fn inside(&self) -> &Expr {
        let mut expr = self;
        while let Node::Group(inner) = &expr.node {
            expr = inner;
        }
        expr
    }

    fn inside_mut(&mut self) -> &mut Expr {
        match self {
            Expr { node: Node::Group(inner), .. } => inner.inside_mut(),
            bare => bare,
        }
    }
}
