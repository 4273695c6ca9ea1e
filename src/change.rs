//! What becomes of a target object: the changes that a flow asks for, whatever the
//! form they are written in.

use crate::value::Value;

/// What becomes of one attribute of a target object.
///
/// Values have the types that the target declares. `before` is null where the target
/// object is new or has no value; a list is a multi-valued attribute.
///
/// ```
/// use attrflow::{AttributeChange, Manner, Value};
/// let change = AttributeChange {
///     attribute: "displayName",
///     before: Value::Text("Ann Le"),
///     after: Value::Text("Ann Lee"),
///     manner: Manner::Set,
/// };
/// assert!(!change.clears());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttributeChange<'a> {
    /// The target attribute as the configuration writes it, such as
    /// `emails[type eq "work"].value`.
    pub attribute: &'a str,
    /// What the target has.
    pub before: Value<'a>,
    /// What it is to have; with [`Manner::Add`] only what is added. Null clears it.
    pub after: Value<'a>,
    /// How one becomes the other.
    pub manner: Manner,
}

/// How an attribute changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// It holds `after` then.
    #[default]
    Set,
    /// Values are added to those it has, and none is removed (flow type MultiValueAdd).
    Add,
    /// All its values are replaced in one go (AssertiveAppRoleAssignmentsComplex).
    Assert,
}

impl AttributeChange<'_> {
    /// Whether the attribute has no value afterwards.
    #[must_use]
    pub const fn clears(&self) -> bool {
        self.after.is_null()
    }
}
