//! A Graph tree to an expression's tree, with the texts beside it as witnesses.

use super::{ReadTree, Source, SourceKind, SourceParameter, TreeFinding, Walk};
use crate::compiler::Compiler;
use crate::diagnostic::{Code, Span};
use crate::functions::{Function, Kind, Parameter};
use crate::syntax::ast::Name;
use crate::syntax::{self, Argument, Call, Expr, Node, Operation, Operator, Text};

pub(super) fn tree(source: &Source, compiler: &Compiler) -> Result<ReadTree, TreeFinding> {
    let mut reader = Reader { walk: Walk::new(compiler), warnings: Vec::new() };
    let Some(mut tree) =
        reader.value(source, Place { text: None, kind: Kind::Any, depth: 0 }).map_err(|finding| *finding)?
    else {
        return Err(reader.walk.finding(Code::MalformedTree, "the source has neither name nor text"));
    };
    forget_places(&mut tree);
    Ok(ReadTree { tree, warnings: reader.warnings })
}

/// The texts' nodes come from several texts, so that their places say nothing.
fn forget_places(expr: &mut Expr) {
    expr.span = Span::default();
    match &mut expr.node {
        Node::Group(inner) => forget_places(inner),
        Node::Operation(operation) => operation.operands.iter_mut().for_each(forget_places),
        Node::Call(call) => {
            call.name.span = Span::default();
            for argument in &mut call.arguments {
                argument.span = Span::default();
                argument.value.iter_mut().for_each(forget_places);
            }
        }
        _ => {}
    }
}

/// Findings are boxed on the way, because what recurses should take little of the stack.
pub(super) type Step<T> = Result<T, Box<TreeFinding>>;

/// What a function node is.
enum Head<'c> {
    /// What the text alone says.
    Done(Expr),
    /// An operator.
    Operator(Operator),
    /// A call, with what the node's own text says.
    Call { name: String, function: &'c Function, own: Option<Expr> },
}

fn made(name: String, arguments: Vec<Option<Expr>>) -> Expr {
    let name = Name { text: name, span: Span::default() };
    let arguments = arguments.into_iter().map(|value| Argument { span: Span::default(), value }).collect();
    Expr::new(Node::Call(Call { name, arguments }))
}

pub(super) struct Reader<'c> {
    pub(super) walk: Walk<'c>,
    warnings: Vec<TreeFinding>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    /// What the text around it has there.
    pub(super) text: Option<&'t Expr>,
    /// What is taken there.
    pub(super) kind: Kind,
    pub(super) depth: usize,
}

impl<'t> Place<'t> {
    fn below(self, text: Option<&'t Expr>, kind: Kind) -> Self {
        Place { text, kind, depth: self.depth + 1 }
    }
}

impl<'c> Reader<'c> {
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        let finding = self.walk.finding(Code::ContradictoryTree, message);
        self.warnings.push(finding);
    }

    pub(super) fn malformed(&self, message: impl Into<String>) -> Box<TreeFinding> {
        Box::new(self.walk.finding(Code::MalformedTree, message))
    }

    /// The expression of a node, or nothing where it stands for an omitted argument.
    pub(super) fn value(&mut self, source: &Source, place: Place<'_>) -> Step<Option<Expr>> {
        self.walk.enter(place.depth).map_err(Box::new)?;
        if let Some(Expr { node: Node::Group(inner), .. }) = place.text {
            let value = self.value(source, place.below(Some(inner), place.kind))?;
            return Ok(value.map(|value| Expr::new(Node::Group(Box::new(value)))));
        }
        let (kind, own) = self.kind(source);
        match kind {
            SourceKind::Function => self.function(source, own, place).map(Some),
            SourceKind::Attribute => self.attribute(source, own, place).map(Some),
            _ => self.constant(source, own, place),
        }
    }

    /// What a node is, and what its own text says.
    fn kind(&mut self, source: &Source) -> (SourceKind, Option<Expr>) {
        let own = self.own(source);
        let kind = match &source.kind {
            Some(SourceKind::Other(kind)) => {
                self.warn(format!("'{kind}' is no kind of source that is known"));
                implied(source, own.as_ref())
            }
            Some(kind) => kind.clone(),
            None => implied(source, own.as_ref()),
        };
        (kind, own)
    }

    /// The tree of a node's own text, without parentheses around it.
    fn own(&mut self, source: &Source) -> Option<Expr> {
        let text = source.expression.as_deref().filter(|text| !text.trim().is_empty())?;
        // An operation alone is no expression; the text of the call around it holds it.
        if source.kind == Some(SourceKind::Function)
            && source.name.as_deref().is_some_and(|name| operator(name).is_some())
        {
            return None;
        }
        let compiler = self.walk.compiler;
        let (tree, found) = syntax::parse::parse_within(text, compiler.dialect, &compiler.limits);
        if tree.is_none() {
            let why = found.first().map_or_else(String::new, |found| format!(" ({})", found.message));
            self.warn(format!("the text is not an expression{why}, so the tree alone counts"));
        }
        tree.map(|tree| match tree.node {
            Node::Group(_) => tree.inside().clone(),
            _ => tree,
        })
    }

    fn parse(&self, text: &str) -> Option<Expr> {
        let compiler = self.walk.compiler;
        syntax::parse::parse_within(text, compiler.dialect, &compiler.limits).0
    }

    fn attribute(&mut self, source: &Source, own: Option<Expr>, place: Place<'_>) -> Step<Expr> {
        let witnesses = own.iter().chain(place.text);
        let Some(name) = &source.name else {
            let said = witnesses.clone().find(|text| matches!(text.node, Node::Attribute(_)));
            return said.cloned().ok_or_else(|| self.malformed("an attribute has no name"));
        };
        let expr = Expr::new(Node::Attribute(name.clone()));
        let contradicted = witnesses.clone().any(|text| *text != expr);
        if contradicted {
            self.warn(format!("the text does not have [{name}] here"));
        }
        if self.parse(&expr.to_string()).as_ref() != Some(&expr) {
            return Err(self.malformed(format!("'{name}' cannot be the name of an attribute")));
        }
        Ok(expr)
    }

    fn constant(&mut self, source: &Source, own: Option<Expr>, place: Place<'_>) -> Step<Option<Expr>> {
        if !source.parameters.is_empty() {
            self.warn("a constant has no arguments, so they do not count");
        }
        if source.is_omitted() {
            return Ok(place.text.cloned());
        }
        let Some(name) = &source.name else { return Ok(own.or_else(|| place.text.cloned())) };
        let witnesses = || place.text.into_iter().chain(&own);
        if let Some(found) = witnesses().find(|text| constant_name(text).is_some_and(|said| said == *name)) {
            // Exports quote numbers in the tree, and write them bare in the text around.
            let quoted = matches!(found.node, Node::Text(_)) && place.text.is_none();
            let number = if quoted { self.number(name, place.kind) } else { None };
            return Ok(Some(number.unwrap_or_else(|| found.clone())));
        }
        if witnesses().next().is_some() {
            self.warn(format!("the text does not have \"{name}\" here"));
        }
        if source.expression.is_none()
            && let Some(parameter) = self.parse(name).filter(|tree| matches!(tree.node, Node::Parameter(_)))
        {
            return Ok(Some(parameter));
        }
        let number = self.number(name, place.kind);
        Ok(Some(number.unwrap_or_else(|| Expr::new(Node::Text(Text::new(name))))))
    }

    /// The bare number of a constant where a number is taken.
    fn number(&self, name: &str, kind: Kind) -> Option<Expr> {
        if !matches!(kind, Kind::Integer { .. } | Kind::Number) {
            return None;
        }
        self.parse(name).filter(|tree| matches!(&tree.node, Node::Number(number) if number.raw == name))
    }

    fn function(&mut self, source: &Source, own: Option<Expr>, place: Place<'_>) -> Step<Expr> {
        let (name, function, own) = match self.head(source, own, place)? {
            Head::Done(expr) => return Ok(expr),
            Head::Operator(operator) => return self.operation(source, operator, place),
            Head::Call { name, function, own } => (name, function, own),
        };
        let call = match own.as_ref().or(place.text).map(|text| &text.node) {
            Some(Node::Call(call)) if call.name.text.eq_ignore_ascii_case(&name) => Some(call),
            _ => None,
        };
        let arguments = self.arguments(function, source, call, place.depth)?;
        Ok(made(name, arguments))
    }

    /// What a function node is, before its arguments are looked at.
    fn head(&mut self, source: &Source, own: Option<Expr>, place: Place<'_>) -> Step<Head<'c>> {
        let name = match (&source.name, own.as_ref().or(place.text).map(|text| &text.node)) {
            (Some(name), _) => name.clone(),
            (None, Some(Node::Call(call))) => call.name.text.clone(),
            (None, _) => return Err(self.malformed("a function has no name")),
        };
        if let Some(operator) = operator(&name) {
            return Ok(Head::Operator(operator));
        }
        if let (Some(own), Some(around)) = (&own, place.text)
            && *own != *around
        {
            self.warn("the text differs from the one around it");
        }
        let call = match own.as_ref().or(place.text).map(|text| &text.node) {
            Some(Node::Call(call)) if call.name.text.eq_ignore_ascii_case(&name) => Some(call),
            Some(_) => {
                self.warn(format!("the text does not call {name} here"));
                None
            }
            None => None,
        };
        // Hosts write sources that have a text alone.
        if let (Some(call), true) = (call, source.parameters.is_empty()) {
            return Ok(Head::Done(Expr::new(Node::Call(call.clone()))));
        }
        match self.declaration(source, &name, call) {
            Ok(function) => Ok(Head::Call { name, function, own }),
            Err(finding) => {
                let Some(call) = call else { return Err(finding) };
                self.warn(format!("{}, so the text alone counts", finding.message));
                Ok(Head::Done(Expr::new(Node::Call(call.clone()))))
            }
        }
    }

    /// The operands of an operator, in the order in which they stand.
    fn operation(&mut self, source: &Source, operator: Operator, place: Place<'_>) -> Step<Expr> {
        let texts = match place.text.map(|text| &text.node) {
            Some(Node::Operation(said)) if said.operator == operator => said.operands.as_slice(),
            Some(_) => {
                self.warn(format!("the text does not have {} here", operator.as_str()));
                &[]
            }
            None => &[],
        };
        let count = source.parameters.len();
        let fits = if operator == Operator::Concatenate { count >= 2 } else { count == 2 };
        if !fits {
            return Err(self.malformed(format!("{} has {count} operands", operator.as_str())));
        }
        let texts = if texts.len() == count { texts } else { &[] };
        let mut operands = Vec::with_capacity(count);
        for (index, parameter) in source.parameters.iter().enumerate() {
            operands.push(self.operand(parameter, operator, place.below(texts.get(index), Kind::Any))?);
        }
        Ok(Expr::new(Node::Operation(Operation { operator, operands })))
    }

    /// A comparison that is spread over three keys, or the argument that is not one.
    pub(super) fn spread(
        &mut self,
        parameter: &Parameter,
        left: &SourceParameter,
        rest: (Option<&SourceParameter>, Option<&SourceParameter>),
        place: Place<'_>,
    ) -> Step<Option<Expr>> {
        let (sign, right) = match rest {
            (None, None) => return self.value(&left.value, place.below(place.text, parameter.kind)),
            (Some(sign), Some(right)) => (sign, right),
            _ => return Err(self.malformed("a comparison has an operator or a right side, but not both")),
        };
        if let Some(Expr { node: Node::Group(inner), .. }) = place.text {
            self.walk.enter(place.depth).map_err(Box::new)?;
            let value = self.spread(parameter, left, rest, place.below(Some(inner), place.kind))?;
            return Ok(value.map(|value| Expr::new(Node::Group(Box::new(value)))));
        }
        let written = sign.value.name.as_deref().unwrap_or_default();
        let Some(operator) = Operator::comparison(written) else {
            return Err(self.malformed(format!("'{written}' is not a comparison")));
        };
        let operands = match place.text.map(|text| &text.node) {
            Some(Node::Operation(said)) if said.operator == operator => said.operands.as_slice(),
            Some(_) => {
                self.warn(format!("the text does not compare with {written} here"));
                &[]
            }
            None => &[],
        };
        let first = self.operand(left, operator, place.below(operands.first(), Kind::Any))?;
        let second = self.operand(right, operator, place.below(operands.get(1), Kind::Any))?;
        Ok(Some(Expr::new(Node::Operation(Operation { operator, operands: vec![first, second] }))))
    }

    fn operand(&mut self, parameter: &SourceParameter, around: Operator, place: Place<'_>) -> Step<Expr> {
        self.walk.path.push(parameter.key.clone());
        let Some(operand) = self.value(&parameter.value, place)? else {
            return Err(self.malformed(format!("{} has nothing on one side", around.as_str())));
        };
        self.walk.path.pop();
        // Only a concatenation in a comparison reads the same without parentheses.
        let grouped = match &operand.node {
            Node::Operation(inner) => inner.operator != Operator::Concatenate || around == Operator::Concatenate,
            _ => false,
        };
        Ok(if grouped { Expr::new(Node::Group(Box::new(operand))) } else { operand })
    }
}

/// What a node without a kind can only be.
fn implied(source: &Source, own: Option<&Expr>) -> SourceKind {
    match own.map(|text| &text.node) {
        _ if !source.parameters.is_empty() => SourceKind::Function,
        Some(Node::Call(_)) => SourceKind::Function,
        Some(Node::Attribute(_)) => SourceKind::Attribute,
        _ => SourceKind::Constant,
    }
}

fn operator(name: &str) -> Option<Operator> {
    let concatenate = Some(Operator::Concatenate).filter(|operator| operator.as_str() == name);
    concatenate.or_else(|| Operator::comparison(name))
}

/// The name that a constant has in the tree.
fn constant_name(expr: &Expr) -> Option<std::borrow::Cow<'_, str>> {
    match &expr.node {
        Node::Text(text) => Some(text.value.as_str().into()),
        Node::Number(number) => Some(number.raw.as_str().into()),
        Node::Word(word) => Some(word.as_str().into()),
        Node::Parameter(name) => Some(format!("%{name}%").into()),
        _ => None,
    }
}
