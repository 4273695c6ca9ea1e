//! The tree a pattern is read into, before any engine is chosen.

use std::sync::Arc;

use super::class::CharSet;

/// Places a pattern can ask for without consuming anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// `\A`, and `^` without Multiline: the start of the text.
    Beginning,
    /// `^` with Multiline: the start of the text or behind a line feed.
    LineStart,
    /// `$` with Multiline: the end of the text or before a line feed.
    LineEnd,
    /// `\Z`, and `$` without Multiline: the end of the text or before a line feed that ends it.
    EndOrFinalLineFeed,
    /// `\z`: the end of the text.
    End,
    /// `\G`: where the search began, which is where the match before ended.
    SearchStart,
    /// `\b`, its opposite `\B` with `negated`.
    Boundary { negated: bool, ecma: bool },
}

/// A part of a pattern. Children stand in the order they are written, also inside a lookbehind, where
/// they are matched from the last to the first.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    /// One code unit.
    Unit(u16),
    /// Any code unit of a set.
    Set(Arc<CharSet>),
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    Loop {
        node: Box<Node>,
        min: u32,
        /// None: any number of times.
        max: Option<u32>,
        lazy: bool,
    },
    Capture {
        /// Slot that is filled; None for a group that only balances.
        slot: Option<usize>,
        /// Slot whose last capture is taken away (a balancing group).
        balanced: Option<usize>,
        node: Box<Node>,
    },
    Anchor(Anchor),
    Backreference {
        slot: usize,
        ignore_case: bool,
    },
    Look {
        behind: bool,
        negative: bool,
        node: Box<Node>,
    },
    Atomic(Box<Node>),
    /// `(?(group)yes|no)`
    IfGroup {
        slot: usize,
        yes: Box<Node>,
        no: Box<Node>,
    },
    /// `(?(expression)yes|no)`: the condition is a lookahead that keeps its captures.
    IfMatches {
        condition: Box<Node>,
        yes: Box<Node>,
        no: Box<Node>,
    },
}

impl Node {
    /// A sequence without superfluous levels.
    pub(super) fn sequence(mut nodes: Vec<Node>) -> Node {
        match nodes.len() {
            0 => Node::Empty,
            1 => nodes.pop().unwrap_or(Node::Empty),
            _ => Node::Sequence(nodes),
        }
    }

    /// Alternatives without superfluous levels. As in .NET, alternatives of one unit each are a class.
    pub(super) fn alternatives(mut nodes: Vec<Node>) -> Node {
        match nodes.len() {
            0 => return Node::Empty,
            1 => return nodes.pop().unwrap_or(Node::Empty),
            _ => {}
        }
        let mut ranges = Vec::new();
        for node in &nodes {
            match node {
                Node::Unit(unit) => ranges.push((*unit, *unit)),
                Node::Set(set) => ranges.extend_from_slice(set.ranges()),
                _ => return Node::Alternatives(nodes),
            }
        }
        Node::Set(Arc::new(CharSet::from_ranges(ranges)))
    }

    /// Repeats a node as .NET does: no times leaves nothing, once leaves the node, and a loop of the same
    /// kind directly inside is multiplied out where no count in between gets lost. The last changes no
    /// match but keeps patterns such as `(?:a*)*b` from backtracking without end.
    pub(super) fn repeated(self, min: u32, max: Option<u32>, lazy: bool) -> Node {
        if (min, max) == (0, Some(0)) {
            return Node::Empty;
        }
        if (min, max) == (1, Some(1)) {
            return self;
        }
        match self {
            Node::Loop { node, min: inner_min, max: inner_max, lazy: inner_lazy }
                if inner_lazy == lazy
                    && !(min == 0 && inner_min > 1)
                    && inner_max.is_none_or(|inner_max| u64::from(inner_max) >= u64::from(inner_min) * 2)
                    && inner_min.checked_mul(min).is_some_and(|product| product < 0x7FFF_FFFF) =>
            {
                let product = inner_max.zip(max).and_then(|(inner, outer)| inner.checked_mul(outer));
                Node::Loop {
                    node,
                    min: inner_min.saturating_mul(min),
                    max: product.filter(|&product| product < 0x7FFF_FFFF),
                    lazy,
                }
            }
            node => Node::Loop { node: Box::new(node), min, max, lazy },
        }
    }

    /// Whether the node consumes exactly one code unit, always.
    pub(super) fn is_single_unit(&self) -> bool {
        matches!(self, Node::Unit(_) | Node::Set(_))
    }

    /// Whether the node can match without consuming anything.
    pub(super) fn can_be_empty(&self) -> bool {
        match self {
            Node::Unit(_) | Node::Set(_) => false,
            Node::Empty | Node::Anchor(_) | Node::Backreference { .. } | Node::Look { .. } => true,
            Node::Sequence(nodes) => nodes.iter().all(Node::can_be_empty),
            Node::Alternatives(nodes) => nodes.iter().any(Node::can_be_empty),
            Node::Loop { node, min, .. } => *min == 0 || node.can_be_empty(),
            Node::Capture { node, .. } | Node::Atomic(node) => node.can_be_empty(),
            Node::IfGroup { yes, no, .. } | Node::IfMatches { yes, no, .. } => yes.can_be_empty() || no.can_be_empty(),
        }
    }
}
