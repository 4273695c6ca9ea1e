//! What a cycle does to one object.

use super::{Match, ObjectFlow, Scope, Subject};
use crate::record::{AttributeRef, Attributes};
use crate::value::{self, Value};
use bumpalo::Bump;
use std::fmt;

/// What a cycle does to the target object of one source object. Numbers are those of
/// the [`TargetIndex`](super::TargetIndex).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Makes a new object.
    Create,
    /// Changes what differs.
    Update(u32),
    /// Disables it: the mappings that look at `IsSoftDeleted` flow.
    Disable(u32),
    /// Deletes it.
    Delete(u32),
    /// Nothing.
    Skip(Reason),
    /// Nothing, because it cannot be told which of these objects is meant.
    Conflict(Vec<u32>),
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The object is out of scope, and the target does not have it.
    OutOfScope,
    /// An input filter keeps the object out.
    Unread,
    /// The object is deleted in the source, and the target does not have it.
    Deleted,
    /// The flow may not create objects.
    MayNotAdd,
    /// The flow may not change objects.
    MayNotUpdate,
    /// The flow may not delete objects.
    MayNotDelete,
    /// The object is to be disabled, and no mapping looks at `IsSoftDeleted`.
    CannotDisable,
    /// The target has what the flow wants.
    Same,
    /// A mapping takes the object out of the flow.
    LeavesFlow,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::OutOfScope => "out of scope, and the target does not have it",
            Reason::Unread => "kept out by an input filter",
            Reason::Deleted => "deleted in the source, and the target does not have it",
            Reason::MayNotAdd => "the flow types do not let it create",
            Reason::MayNotUpdate => "the flow types do not let it update",
            Reason::MayNotDelete => "the flow types do not let it delete",
            Reason::CannotDisable => "it is to be disabled, but no mapping looks at IsSoftDeleted",
            Reason::Same => "the target is as it should be",
            Reason::LeavesFlow => "a mapping takes the object out of the flow",
        })
    }
}

impl<R: Attributes + ?Sized> Subject<'_, R> {
    /// Whether the source says that the object is deleted: its `IsSoftDeleted` is true.
    #[must_use]
    pub fn is_soft_deleted(&self, flow: &ObjectFlow) -> bool {
        let Some(slot) = flow.inner.soft_deleted else { return false };
        let arena = Bump::new();
        let value = self.attribute(AttributeRef::new(flow.mappings().schema(), slot), &arena);
        !matches!(value, Value::Null) && value::to_boolean(value) == Ok(true)
    }
}

impl ObjectFlow {
    /// Whether a mapping looks at `IsSoftDeleted`, and so says what disabling does.
    #[must_use]
    pub fn disables(&self) -> bool {
        (0..self.inner.attributes.len()).any(|mapping| self.reads_soft_deleted(mapping))
    }

    /// What a cycle does, from what is known of an object.
    ///
    /// An object that leaves the scope or is deleted in the source is disabled where
    /// the target keeps disabled objects, which is an update, and deleted where it does
    /// not (documented). Without a mapping that looks at `IsSoftDeleted` nothing says how
    /// to disable, and nothing happens (documented).
    /// An object that an input filter keeps out stays as it is (documented).
    #[must_use]
    pub fn decide(&self, scope: Scope, soft_deleted: bool, found: &Match<'_>) -> Action {
        let may = self.inner.may;
        let gone = soft_deleted || scope == Scope::Out;
        match found {
            _ if scope == Scope::Unread => Action::Skip(Reason::Unread),
            Match::Several(objects) => Action::Conflict(objects.to_vec()),
            Match::None if scope == Scope::Out => Action::Skip(Reason::OutOfScope),
            Match::None if gone => Action::Skip(Reason::Deleted),
            Match::None if may.add => Action::Create,
            Match::None => Action::Skip(Reason::MayNotAdd),
            Match::One(object) if gone && self.inner.soft_deletion => match (may.update, self.disables()) {
                (false, _) => Action::Skip(Reason::MayNotUpdate),
                (true, false) => Action::Skip(Reason::CannotDisable),
                (true, true) => Action::Disable(*object),
            },
            Match::One(_) if gone && !may.delete => Action::Skip(Reason::MayNotDelete),
            Match::One(object) if gone => Action::Delete(*object),
            Match::One(object) if may.update => Action::Update(*object),
            Match::One(_) => Action::Skip(Reason::MayNotUpdate),
        }
    }
}
