//! Records: what expressions read attributes from.

mod bag;
mod columns;
#[cfg(feature = "serde")]
mod json;
mod schema;

pub use bag::{AttributeBag, Presence};
pub use columns::Columns;
pub(crate) use schema::Found;
pub use schema::{Schema, Slot};

use crate::value::Value;
use bumpalo::Bump;

/// An attribute that a program reads: its slot and name in the program's schema.
#[derive(Debug, Clone, Copy)]
pub struct AttributeRef<'s> {
    schema: &'s Schema,
    slot: Slot,
}

impl<'s> AttributeRef<'s> {
    pub(crate) const fn new(schema: &'s Schema, slot: Slot) -> Self {
        AttributeRef { schema, slot }
    }

    /// The number of the attribute in the schema that the program was compiled for.
    #[must_use]
    pub const fn slot(self) -> Slot {
        self.slot
    }

    /// The schema that the program was compiled for.
    #[must_use]
    pub const fn schema(self) -> &'s Schema {
        self.schema
    }

    /// The attribute's name.
    #[must_use]
    pub fn name(self) -> &'s str {
        self.schema.name(self.slot)
    }
}

/// A record that expressions read attributes from. A host implements it for its own
/// type, and nothing is copied.
///
/// ```
/// use attrflow::{AttributeRef, Attributes, Bump, Expression, Value};
///
/// struct Person { given: String, surname: String }
///
/// impl Attributes for Person {
///     fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, _arena: &'a Bump) -> Value<'a> {
///         match wanted.name() {
///             "givenName" => Value::Text(&self.given),
///             "surname" => Value::Text(&self.surname),
///             _ => Value::Null,
///         }
///     }
/// }
///
/// let ann = Person { given: "Ann".into(), surname: "Lee".into() };
/// let name = Expression::parse(r#"Join(" ", [givenName], [surname])"#)?;
/// assert_eq!(name.evaluate(&ann)?.to_string(), "Ann Lee");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A record that is compiled against its own [`Schema`] answers by
/// [`slot`](AttributeRef::slot) rather than by name.
pub trait Attributes {
    /// The value of an attribute; null where it is absent. Lists are laid into the arena.
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a>;

    /// A number that stands for the record, from which seeded random values are
    /// drawn. Records that should draw different values give different numbers.
    fn identity(&self) -> u64 {
        0
    }
}

impl<R: Attributes + ?Sized> Attributes for &R {
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        (**self).attribute(wanted, arena)
    }

    fn identity(&self) -> u64 {
        (**self).identity()
    }
}
