//! What can be wrong with a path, with the use of one, with a change and with a PATCH.

use crate::diagnostic::Span;

/// A text is no path, or its brackets hold no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct PathError {
    /// Where in the text, in bytes.
    pub span: Span,
    /// What is wrong.
    #[source]
    pub problem: PathProblem,
}

/// What is wrong with a path. Its text is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// Nothing is there.
    #[error("There is no path.")]
    Empty,
    /// A name is missing, or has a character that names do not have.
    #[error(
        "'{0}' is no attribute name: a letter comes first, then letters, digits, hyphens, underscores or dollar signs."
    )]
    Name(String),
    /// A name has more than one dot.
    #[error("A path has one sub-attribute at most.")]
    TooManyParts,
    /// What stands before the last colon is no URN.
    #[error("'{0}' is no URN of a schema.")]
    Schema(String),
    /// The extension's attribute stands behind a dot.
    #[error("An attribute of an extension stands behind a colon, not behind a dot.")]
    ExtensionDot,
    /// A filter stands behind a sub-attribute.
    #[error("A filter stands behind the attribute, before the dot of its sub-attribute.")]
    FilterAfterPart,
    /// The filter has no closing bracket.
    #[error("The closing bracket of the filter is missing.")]
    Unclosed,
    /// A parenthesis is not closed.
    #[error("A closing parenthesis is missing.")]
    UnclosedParenthesis,
    /// Something follows the end.
    #[error("'{0}' follows the end of the path.")]
    AfterEnd(String),
    /// A comparison or parenthesis is missing.
    #[error("A comparison such as type eq \"work\" is missing here.")]
    Comparison,
    /// The operator is unknown.
    #[error("'{0}' is no operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr is.")]
    Operator(String),
    /// There is no operator.
    #[error("An operator is missing behind the attribute.")]
    NoOperator,
    /// There is no value to compare with, or none that JSON knows.
    #[error(
        "A value is missing behind the operator: a text in straight quotation marks, a number, true, false or null."
    )]
    Value,
    /// A text in quotation marks does not end, or has an escape that JSON does not know.
    #[error("The text in quotation marks has no end or an escape that JSON does not know.")]
    Text,
    /// A number is out of range.
    #[error("'{0}' is no number that JSON can hold.")]
    Number(String),
    /// The operator needs an order, and booleans and null have none.
    #[error("{0} needs a text or a number: true, false and null have no order.")]
    NoOrder(&'static str),
    /// `not` stands without parentheses.
    #[error("not stands before parentheses.")]
    Not,
    /// Two comparisons stand side by side.
    #[error("and, or, or the end of the filter is expected here.")]
    Connective,
    /// Parentheses are nested too deep.
    #[error("Parentheses are nested deeper than {limit}.")]
    TooDeep {
        /// The most that is read.
        limit: usize,
    },
}

/// A filter that selects elements says nothing of what a new one looks like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ElementError {
    /// Another operator than `eq`, or `or`, `not`, `pr`.
    #[error("A filter with {0} selects elements and makes none: only eq, joined by and, does.")]
    NotEquality(&'static str),
    /// A comparison with null.
    #[error("An element cannot be made by comparing {0} with null.")]
    Null(String),
    /// The attribute has a sub-attribute or a schema of its own.
    #[error("An element cannot be made by a comparison of {0}, which is no sub-attribute of it.")]
    Nested(String),
    /// One sub-attribute would have two values.
    #[error("An element cannot have two values of {0}.")]
    Contradiction(String),
}

/// A target attribute cannot be written as SCIM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// It is no path.
    #[error("{attribute}: {error}")]
    Path {
        /// The attribute as the configuration writes it.
        attribute: String,
        /// What is wrong with it, and where.
        #[source]
        error: PathError,
    },
    /// Its filter makes no element.
    #[error("{attribute}: {error}")]
    Element {
        /// The attribute as the configuration writes it.
        attribute: String,
        /// Why.
        #[source]
        error: ElementError,
    },
}

impl LayoutError {
    /// The attribute as the configuration writes it.
    #[must_use]
    pub fn attribute(&self) -> &str {
        match self {
            LayoutError::Path { attribute, .. } | LayoutError::Element { attribute, .. } => attribute,
        }
    }
}

/// The target attributes that cannot be written as SCIM, each with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutErrors(pub(super) Vec<LayoutError>);

impl LayoutErrors {
    /// The errors, at least one, in the order of the attributes.
    #[must_use]
    pub fn errors(&self) -> &[LayoutError] {
        &self.0
    }
}

impl std::fmt::Display for LayoutErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LayoutErrors {}

/// A value or change of an object cannot be written as SCIM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The layout has no such attribute.
    #[error("{0} is not among the target attributes.")]
    UnknownAttribute(String),
    /// Several values for one sub-attribute of an element that others describe as well.
    #[error("{0} has several values, and other attributes describe the same element.")]
    ManyValues(String),
    /// The value is nested too deep.
    #[error("A value of {0} is nested deeper than 100.")]
    TooDeep(String),
}

/// A PATCH cannot be applied; the resource is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", .operation.map(|index| format!("operation {}: ", index + 1)).unwrap_or_default())]
pub struct PatchError {
    /// Which operation, counted from 0; none where the request as a whole is wrong.
    pub operation: Option<usize>,
    /// What is wrong.
    #[source]
    pub problem: PatchProblem,
}

/// What is wrong with a PATCH. Its text is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatchProblem {
    /// It is no PATCH request.
    #[error("{0}")]
    Syntax(&'static str),
    /// The path is none.
    #[error("The path cannot be read: {0}")]
    Path(#[source] PathError),
    /// A `remove` does not say what.
    #[error("An operation that removes has no path.")]
    NoPath,
    /// The path leads to nothing that the operation could work on.
    #[error("'{0}' leads to no value that could be changed.")]
    NoTarget(String),
    /// The value is missing or of the wrong form.
    #[error("{0}")]
    Value(&'static str),
    /// The attribute is the service provider's own.
    #[error("'{0}' cannot be changed by a client.")]
    ReadOnly(String),
}

impl PatchProblem {
    /// The `scimType` of the error response (RFC 7644 section 3.12).
    #[must_use]
    pub const fn scim_type(&self) -> &'static str {
        match self {
            PatchProblem::Syntax(_) => "invalidSyntax",
            PatchProblem::Path(_) => "invalidPath",
            PatchProblem::NoPath | PatchProblem::NoTarget(_) => "noTarget",
            PatchProblem::Value(_) => "invalidValue",
            PatchProblem::ReadOnly(_) => "mutability",
        }
    }
}
