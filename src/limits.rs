//! Limits that turn hostile or broken input into errors with a code.

/// What an expression and its values may be at most.
///
/// The defaults hold everything that the product accepts. A host that compiles
/// generated expressions (a Switch with ten thousand keys) raises `length` and
/// `nodes`.
///
/// ```
/// let limits = attrflow::Limits { length: 1_000_000, nodes: 100_000, ..Default::default() };
/// assert_eq!(limits.depth, 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Characters of an expression. The product's limit, 10,000 (documented), is the default.
    pub length: usize,
    /// Calls and parentheses inside each other; more than 200 is taken as 200,
    /// which a thread's default stack holds.
    pub depth: usize,
    /// Nodes of the tree.
    pub nodes: usize,
    /// Bytes of a value that a function produces. Attributes that flow unchanged do not count.
    pub value: usize,
}

impl Limits {
    /// The depth that no setting exceeds.
    pub(crate) const DEEPEST: usize = 200;
}

impl Default for Limits {
    fn default() -> Self {
        Limits { length: 10_000, depth: 100, nodes: 5_000, value: 1 << 20 }
    }
}
