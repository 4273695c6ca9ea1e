//! What a target attribute takes, and values made so.

use crate::dotnet::date::DateTime;
use crate::environment::fold;
use crate::graph::{AttributeDefinition, AttributeType};
use crate::value::{self, Field, Value};
use bumpalo::{Bump, collections::Vec as ArenaVec};
use std::collections::HashSet;

/// So many values are compared one by one; more are sorted or hashed.
const FEW: usize = 32;

/// What a target attribute takes, from its definition; without one it takes anything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetAttribute {
    /// Its name, as the mapping writes it.
    pub name: String,
    /// The type of its values.
    pub kind: Option<TargetKind>,
    /// Whether it holds several values; unknown without a definition.
    pub multivalued: Option<bool>,
    /// Whether objects must have it.
    pub required: bool,
    /// Whether values that differ in case are different. They are without a definition
    /// (inferred: a name that changes in case only is then not passed over).
    pub case_exact: bool,
}

/// The type of a target attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetKind {
    /// Text.
    Text,
    /// A 64-bit integer.
    Integer,
    /// True or false.
    Boolean,
    /// An instant, UTC.
    DateTime,
    /// Bytes.
    Binary,
    /// Another object.
    Reference,
}

/// A value has no form that the attribute takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// What is wanted, with its article.
    pub(crate) wanted: &'static str,
}

impl TargetAttribute {
    pub(crate) fn new(name: &str, definition: Option<&AttributeDefinition>) -> Self {
        let flag = |property: &crate::graph::Property<bool>| property.get().copied().unwrap_or_default();
        TargetAttribute {
            name: name.to_owned(),
            // What a definition does not say is text and a single value (documented).
            kind: definition.and_then(|definition| TargetKind::new(definition.r#type.get())),
            multivalued: definition.map(|definition| flag(&definition.multivalued)),
            required: definition.is_some_and(|definition| flag(&definition.required)),
            case_exact: definition.is_none_or(|definition| flag(&definition.case_exact)),
        }
    }

    /// The value as the attribute holds it; in an attribute of one value a list without
    /// values is null.
    ///
    /// A date in text that lacks parts takes them from the day of `now`.
    pub(crate) fn fit<'a>(
        &self,
        value: Value<'a>,
        arena: &'a Bump,
        now: impl Fn() -> DateTime + Copy,
    ) -> Result<Value<'a>, Unfit> {
        match (value, self.multivalued) {
            (Value::Null, _) => Ok(Value::Null),
            (Value::Multi(values), Some(false)) => {
                let mut held = values.iter().filter(|value| !value.is_null());
                match (held.next(), held.next()) {
                    (None, _) => Ok(Value::Null),
                    (Some(only), None) => self.fit_one(*only, arena, now),
                    (Some(_), Some(_)) => Err(Unfit { wanted: "a single value" }),
                }
            }
            (Value::Multi(values), _) => {
                if values.iter().all(|value| self.has_type(*value) && !value.is_null()) {
                    return Ok(Value::Multi(values));
                }
                // Null is no value of a list.
                let mut fitted = ArenaVec::with_capacity_in(values.len(), arena);
                for value in values {
                    let one = self.fit_one(*value, arena, now)?;
                    fitted.extend((!one.is_null()).then_some(one));
                }
                Ok(Value::Multi(fitted.into_bump_slice()))
            }
            (single, Some(true)) => Ok(match self.fit_one(single, arena, now)? {
                Value::Null => Value::Null,
                single => Value::Multi(std::slice::from_ref(arena.alloc(single))),
            }),
            (single, _) => self.fit_one(single, arena, now),
        }
    }

    /// Whether a value needs no conversion.
    const fn has_type(&self, value: Value<'_>) -> bool {
        matches!(
            (self.kind, value),
            (None, _)
                | (Some(TargetKind::Text), Value::Text(_))
                | (Some(TargetKind::Integer), Value::Integer(_))
                | (Some(TargetKind::Boolean), Value::Boolean(_))
                | (Some(TargetKind::DateTime), Value::DateTime(_))
                | (Some(TargetKind::Binary), Value::Binary(_))
                | (Some(TargetKind::Reference), Value::Reference(_))
        )
    }

    fn fit_one<'a>(
        &self,
        value: Value<'a>,
        arena: &'a Bump,
        now: impl Fn() -> DateTime + Copy,
    ) -> Result<Value<'a>, Unfit> {
        let Some(kind) = self.kind else { return Ok(value) };
        if value.is_null() || self.has_type(value) {
            return Ok(value);
        }
        if let Value::Complex(fields) = value {
            return self.fit_complex(value, fields, arena, now);
        }
        // The empty text is a value of text alone; elsewhere there is nothing to convert.
        let empty = matches!(value, Value::Text(text) if text.is_empty());
        Ok(match kind {
            TargetKind::Text => Value::Text(value::to_text(value, arena)),
            TargetKind::Reference => Value::Reference(value::to_text(value, arena)),
            _ if empty => Value::Null,
            TargetKind::Integer => Value::Integer(value::to_integer(value).map_err(Unfit::from)?),
            TargetKind::Boolean => Value::Boolean(value::to_boolean(value).map_err(Unfit::from)?),
            TargetKind::DateTime => Value::DateTime(value::to_date(value, now).map_err(Unfit::from)?),
            TargetKind::Binary => Value::Binary(value::to_binary(value, arena).map_err(Unfit::from)?),
        })
    }

    /// A value that has parts. Definitions call such attributes text too, and they hold
    /// what they are given (evident: `roles`). One that has nothing but a `value` is that
    /// value, and a reference to an object is its `value` whatever else is said of the
    /// object (RFC 7643 sections 2.4 and 4.2).
    fn fit_complex<'a>(
        &self,
        whole: Value<'a>,
        fields: &'a [Field<'a>],
        arena: &'a Bump,
        now: impl Fn() -> DateTime + Copy,
    ) -> Result<Value<'a>, Unfit> {
        let own = fields.iter().find(|field| field.name.eq_ignore_ascii_case("value"));
        // A value with parts in a value with parts is no form of a single one.
        let own = own.map(|field| field.value).filter(|own| !matches!(own, Value::Complex(_) | Value::Multi(_)));
        let bare = fields.iter().all(|field| field.value.is_null() || field.name.eq_ignore_ascii_case("value"));
        match (self.kind, own) {
            (Some(TargetKind::Text), Some(own)) if bare => self.fit_one(own, arena, now),
            (Some(TargetKind::Text), _) => Ok(whole),
            (_, Some(own)) => self.fit_one(own, arena, now),
            (_, None) => Err(Unfit { wanted: "a single value without parts" }),
        }
    }

    /// Whether two values, both as the attribute holds them, are the same to it: case
    /// counts where it is case-exact, and the order of several values never does.
    pub(crate) fn same(&self, one: Value<'_>, other: Value<'_>) -> bool {
        match (one, other) {
            (Value::Multi(one), Value::Multi(other)) => {
                one.len() == other.len() && (one == other || self.same_values(one, other))
            }
            // Without a definition a list of one and its value are not told apart.
            (Value::Multi([one]), other) => self.same_one(*one, other),
            (one, Value::Multi([other])) => self.same_one(one, *other),
            (one, other) => self.same_one(one, other),
        }
    }

    fn same_values(&self, one: &[Value<'_>], other: &[Value<'_>]) -> bool {
        if one.len() > FEW {
            let sorted = |values: &[Value<'_>]| {
                let mut texts: Vec<String> = values.iter().map(|value| self.comparable(*value)).collect();
                texts.sort_unstable();
                texts
            };
            return sorted(one) == sorted(other);
        }
        // Each of the other's values answers for one.
        let mut used = 0_u64;
        one.iter().all(|value| {
            let found = (0_u32..)
                .zip(other)
                .find(|(index, known)| used & (1 << index) == 0 && self.same_one(*value, **known))
                .map(|(index, _)| index);
            found.inspect(|index| used |= 1 << index).is_some()
        })
    }

    /// The values of `new` that `held` does not have, each once.
    pub(crate) fn missing<'a>(&self, held: &[Value<'a>], new: &[Value<'a>], arena: &'a Bump) -> &'a [Value<'a>] {
        let mut missing = ArenaVec::new_in(arena);
        if held.len() + new.len() > FEW {
            let mut known: HashSet<String> = held.iter().map(|value| self.comparable(*value)).collect();
            missing.extend(new.iter().filter(|value| known.insert(self.comparable(**value))).copied());
        } else {
            for value in new {
                if !held.iter().chain(&missing).any(|known| self.same_one(*known, *value)) {
                    missing.push(*value);
                }
            }
        }
        missing.into_bump_slice()
    }

    /// A text that is equal for values that are the same.
    fn comparable(&self, value: Value<'_>) -> String {
        match value {
            Value::Complex(fields) => {
                let mut parts: Vec<String> = parts(fields)
                    .map(|field| format!("{:?}:{:?}", field.name.to_ascii_lowercase(), self.comparable(field.value)))
                    .collect();
                parts.sort_unstable();
                parts.join(",")
            }
            Value::Text(text) | Value::Reference(text) if !self.case_exact => fold(text),
            other => other.to_string(),
        }
    }

    fn same_one(&self, one: Value<'_>, other: Value<'_>) -> bool {
        match (one, other) {
            (Value::Text(one) | Value::Reference(one), Value::Text(other) | Value::Reference(other)) => {
                one == other || (!self.case_exact && same_ignoring_case(one, other))
            }
            (one, other) if one == other => true,
            (Value::Complex(one), Value::Complex(other)) => {
                parts(one).count() == parts(other).count()
                    && parts(one).all(|part| {
                        let same = |known: &Field<'_>| part.name.eq_ignore_ascii_case(known.name);
                        parts(other).find(|known| same(known)).is_some_and(|known| self.same(part.value, known.value))
                    })
            }
            (Value::Null, _) | (_, Value::Null) => false,
            // Without a type the forms of one value in two files may differ.
            (one, other) => self.kind.is_none() && one.to_string() == other.to_string(),
        }
    }

    /// What two values have in common that are the same to the attribute, when objects
    /// are matched by it. Without a definition case does not count (inferred: directories
    /// compare names so).
    #[must_use]
    pub fn key(&self, value: Value<'_>) -> String {
        let exact = self.case_exact && self.kind.is_some();
        match value {
            Value::Text(text) | Value::Reference(text) if exact => text.to_owned(),
            Value::Text(text) | Value::Reference(text) => fold(text),
            // The letters of base64 are no spelling.
            binary @ Value::Binary(_) => binary.to_string(),
            other => fold(&other.to_string()),
        }
    }
}

/// The parts of a value that have a value.
fn parts<'f, 'a>(fields: &'f [Field<'a>]) -> impl Iterator<Item = &'f Field<'a>> {
    fields.iter().filter(|field| !field.value.is_null())
}

fn same_ignoring_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

impl From<value::ConvertError> for Unfit {
    fn from(error: value::ConvertError) -> Self {
        Unfit { wanted: error.wanted }
    }
}

impl TargetKind {
    /// What the type of a definition stands for; nothing where it is not known.
    pub(super) fn new(kind: Option<&AttributeType>) -> Option<Self> {
        let Some(kind) = kind else { return Some(TargetKind::Text) };
        Some(match kind.known()? {
            AttributeType::String => TargetKind::Text,
            AttributeType::Integer => TargetKind::Integer,
            AttributeType::Boolean => TargetKind::Boolean,
            AttributeType::DateTime => TargetKind::DateTime,
            AttributeType::Binary => TargetKind::Binary,
            AttributeType::Reference => TargetKind::Reference,
            AttributeType::Other(_) => return None,
        })
    }
}
