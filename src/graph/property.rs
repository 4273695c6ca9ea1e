//! A property of a JSON object: not there, null, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A property of a JSON object that may be absent or null, which reading and writing
/// keep apart.
///
/// ```
/// use attrflow::graph::{AttributeMapping, Property};
/// let mapping: AttributeMapping = serde_json::from_str(r#"{"targetAttributeName": "mail", "source": null}"#)?;
/// assert_eq!(mapping.target_attribute_name.get().map(String::as_str), Some("mail"));
/// assert_eq!((mapping.source, mapping.default_value), (Property::Null, Property::Absent));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Property<T> {
    /// The object does not mention it.
    #[default]
    Absent,
    /// It is there, and null.
    Null,
    /// It has a value.
    Value(T),
}

impl<T> Property<T> {
    /// The value, if there is one.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Property::Value(value) => Some(value),
            Property::Absent | Property::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Property::Value(value) => Some(value),
            Property::Absent | Property::Null => None,
        }
    }

    /// Whether the object does not mention it.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Property::Absent)
    }
}

impl Property<String> {
    /// The text, if there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.get().map(String::as_str)
    }
}

impl<T> Property<Vec<T>> {
    /// The items; none where there is no list.
    #[must_use]
    pub fn items(&self) -> &[T] {
        self.get().map_or(&[], Vec::as_slice)
    }
}

impl<T> From<T> for Property<T> {
    fn from(value: T) -> Self {
        Property::Value(value)
    }
}

/// Null where there is nothing.
impl<T> From<Option<T>> for Property<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Property::Null, Property::Value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Property<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Option::deserialize(input).map(Property::from)
    }
}

impl<T: Serialize> Serialize for Property<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // What is absent is passed over by the object that it belongs to.
        self.get().serialize(out)
    }
}
