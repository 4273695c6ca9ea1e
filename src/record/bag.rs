//! A record that owns its attributes.

use super::{AttributeRef, Attributes, Schema, Slot};
use crate::value::{OwnedValue, Value};
use bumpalo::Bump;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A record that owns its attributes, in slots.
///
/// [`AttributeBag::new`] takes any name. [`AttributeBag::with_schema`] shares the
/// schema of compiled mappings, so that reading needs no names; such a bag is filled
/// by slot, cleared and filled again, and keeps its memory.
///
/// ```
/// use attrflow::AttributeBag;
/// let mut bag = AttributeBag::new();
/// bag.set("givenName", "Zoë");
/// bag.set("proxyAddresses", vec!["SMTP:a@contoso.com", "smtp:b@contoso.com"]);
/// assert_eq!(bag.get("givenName").and_then(|v| v.as_str()), Some("Zoë"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct AttributeBag {
    schema: Arc<Schema>,
    slots: Vec<Option<OwnedValue>>,
}

/// Whether a record has an attribute: the difference that a flow sees and functions
/// do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The record does not mention it.
    Absent,
    /// It is there, and null.
    Null,
    /// It is there, and the empty text or a list without values.
    Empty,
    /// It has a value.
    Value,
}

impl AttributeBag {
    /// An empty bag that takes any name.
    #[must_use]
    pub fn new() -> Self {
        AttributeBag::with_schema(Arc::new(Schema::open::<String>([])))
    }

    /// An empty bag with the slots of a schema.
    #[must_use]
    pub fn with_schema(schema: Arc<Schema>) -> Self {
        let slots = schema.names().iter().map(|_| None).collect();
        AttributeBag { schema, slots }
    }

    /// Sets an attribute by name. A name that the schema lacks gets a slot of its own.
    pub fn set(&mut self, name: &str, value: impl Into<OwnedValue>) {
        let slot = match self.schema.slot(name) {
            Some(slot) => slot,
            None => Arc::make_mut(&mut self.schema).add(name.to_owned()),
        };
        self.put(slot, Some(value.into()));
    }

    /// Sets an attribute by slot. A slot beyond the schema is ignored by programs
    /// compiled for it.
    pub fn set_slot(&mut self, slot: Slot, value: impl Into<OwnedValue>) {
        self.put(slot, Some(value.into()));
    }

    /// Sets an attribute by slot to text, in the memory of the text that it held.
    pub fn set_text(&mut self, slot: Slot, text: &str) {
        if let Some(Some(OwnedValue::Text(held))) = self.slots.get_mut(slot as usize) {
            held.clear();
            held.push_str(text);
        } else {
            self.put(slot, Some(text.into()));
        }
    }

    /// Makes an attribute absent.
    pub fn remove(&mut self, name: &str) {
        if let Some(slot) = self.schema.slot(name) {
            self.put(slot, None);
        }
    }

    fn put(&mut self, slot: Slot, value: Option<OwnedValue>) {
        let index = slot as usize;
        // A slot far beyond the schema would only waste memory.
        if index >= self.slots.len() && index <= self.schema.names().len() {
            self.slots.resize(index + 1, None);
        }
        if let Some(held) = self.slots.get_mut(index) {
            *held = value;
        }
    }

    /// Makes every attribute absent.
    pub fn clear(&mut self) {
        self.slots.iter_mut().for_each(|slot| *slot = None);
    }

    /// The value of an attribute; nothing where it is absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OwnedValue> {
        self.schema.slot(name).and_then(|slot| self.slots.get(slot as usize)).and_then(Option::as_ref)
    }

    /// Whether and how the record has an attribute.
    #[must_use]
    pub fn presence(&self, name: &str) -> Presence {
        match self.get(name) {
            None => Presence::Absent,
            Some(OwnedValue::Null) => Presence::Null,
            Some(value) if value.borrow(&Bump::new()).is_null_or_empty() => Presence::Empty,
            Some(_) => Presence::Value,
        }
    }

    /// The attributes that are not absent, by slot.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OwnedValue)> {
        self.schema.names().iter().zip(&self.slots).filter_map(|(name, value)| Some((name.as_str(), value.as_ref()?)))
    }

    /// The schema whose slots the bag has.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }
}

impl Attributes for AttributeBag {
    #[inline]
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        let value = if std::ptr::eq(wanted.schema(), Arc::as_ptr(&self.schema)) {
            self.slots.get(wanted.slot() as usize).and_then(Option::as_ref)
        } else {
            self.get(wanted.name())
        };
        value.map_or(Value::Null, |value| value.borrow(arena))
    }

    /// A hash of the attributes' names and values.
    fn identity(&self) -> u64 {
        // A sum does not depend on the order in which names came to their slots.
        self.iter().fold(0, |sum: u64, (name, value)| {
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            value.to_string().hash(&mut hasher);
            sum.wrapping_add(hasher.finish())
        })
    }
}

impl<N: AsRef<str>, V: Into<OwnedValue>> FromIterator<(N, V)> for AttributeBag {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(attributes: I) -> Self {
        let mut bag = AttributeBag::new();
        for (name, value) in attributes {
            bag.set(name.as_ref(), value);
        }
        bag
    }
}
