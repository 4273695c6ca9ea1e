//! JSON text to values in the arena: what it holds is borrowed from the text wherever
//! nothing in it is escaped.

use super::{Field, Value};
use bumpalo::{Bump, collections::Vec as ArenaVec};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads JSON text. Numbers without a fraction that fit are integers.
///
/// # Errors
/// Text that is not JSON, is nested deeper than 128, or has something behind its end.
pub(crate) fn read_json<'a>(text: &'a str, arena: &'a Bump) -> Result<Value<'a>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Into { arena }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Into<'a> {
    arena: &'a Bump,
}

impl<'a> DeserializeSeed<'a> for Into<'a> {
    type Value = Value<'a>;

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<Value<'a>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Into<'a> {
    type Value = Value<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'a>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value<'a>, E> {
        Ok(Value::Boolean(truth))
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Value<'a>, E> {
        Ok(Value::Integer(integer))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Value<'a>, E> {
        Ok(i64::try_from(integer).map_or(Value::Number(integer as f64), Value::Integer))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value<'a>, E> {
        Ok(Value::Number(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(self.arena.alloc_str(text)))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Value<'a>, A::Error> {
        let mut values = ArenaVec::new_in(self.arena);
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Multi(values.into_bump_slice()))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut object: A) -> Result<Value<'a>, A::Error> {
        let mut fields = ArenaVec::new_in(self.arena);
        while let Some(name) = object.next_key_seed(self)? {
            let name = name.as_str().unwrap_or("");
            fields.push(Field { name, value: object.next_value_seed(self)? });
        }
        Ok(Value::Complex(fields.into_bump_slice()))
    }
}
