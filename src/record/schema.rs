//! Attribute names and their slots.

use std::collections::HashMap;

/// The number of an attribute in a [`Schema`], from 0.
pub type Slot = u32;

/// The attributes of records, each with a slot, so that programs and records need
/// no names while they run.
///
/// A closed schema knows every attribute there is: any other is an error (AF105). An
/// open one takes new names as expressions mention them.
///
/// ```
/// use attrflow::Schema;
/// let schema = Schema::new(["mail", "givenName"]);
/// assert_eq!(schema.slot("givenName"), Some(1));
/// assert_eq!(schema.name(0), "mail");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    names: Vec<String>,
    slots: HashMap<String, Slot>,
    open: bool,
}

/// What a schema says of a name.
pub(crate) enum Found<'s> {
    Exactly(Slot),
    IgnoringCase(Slot, &'s str),
    Several(&'s str, &'s str),
    Nowhere,
}

impl Schema {
    /// A closed schema of these attributes. A name that comes twice has one slot.
    #[must_use]
    pub fn new<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut schema = Schema::default();
        for name in names {
            schema.add(name.into());
        }
        schema
    }

    /// A schema of these attributes that takes new names as expressions mention them.
    #[must_use]
    pub fn open<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Schema { open: true, ..Schema::new(names) }
    }

    /// The slot of an attribute of exactly this name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.slots.get(name).copied()
    }

    /// The name of a slot; empty where there is no such slot.
    #[must_use]
    pub fn name(&self, slot: Slot) -> &str {
        self.names.get(slot as usize).map_or("", String::as_str)
    }

    /// The names in the order of their slots.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    pub(crate) fn add(&mut self, name: String) -> Slot {
        let next = Slot::try_from(self.names.len()).unwrap_or(Slot::MAX);
        *self.slots.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            next
        })
    }

    /// Looks a name up exactly, then ignoring case.
    pub(crate) fn find(&self, name: &str) -> Found<'_> {
        if let Some(slot) = self.slot(name) {
            return Found::Exactly(slot);
        }
        let folded = crate::environment::fold(name);
        let mut alike = (0..).zip(&self.names).filter(|(_, known)| crate::environment::fold(known) == folded);
        match (alike.next(), alike.next()) {
            (Some((_, one)), Some((_, two))) => Found::Several(one, two),
            (Some((slot, known)), None) => Found::IgnoringCase(slot, known),
            _ => Found::Nowhere,
        }
    }
}
