//! The members of a JSON object become attributes, without a tree between them.

use super::binding::{Known, Place};
use super::{Binding, RowError};
use crate::cli::record::{kind, owned};
use crate::cli::tree::place_free;
use crate::{AttributeBag, OwnedValue, Slot};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value};
use serde_json::{Map, Value as Json};
use std::fmt;

/// Reads an object, or the operation of a bulk request that holds one, into a bag.
pub(super) fn read(
    text: &[u8],
    line: usize,
    bulk: bool,
    binding: &mut Binding,
    bag: &mut AttributeBag,
) -> Result<(), RowError> {
    let text = text.trim_ascii();
    let broken = |error: &serde_json::Error| {
        let place = line + error.line().saturating_sub(1);
        let said = RowError::new(place, format!("the record is not JSON: {}", place_free(error)));
        if error.is_eof() { said.cut_off() } else { said }
    };
    if text.first() != Some(&b'{') {
        return Err(match serde_json::from_slice::<Json>(text) {
            Ok(other) => RowError::new(line, format!("the record is {}; an object is wanted", kind(&other))),
            Err(error) => broken(&error),
        });
    }
    bag.clear();
    let mut members = Members { binding, bag, alike: Vec::new(), roots: Map::new() };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut operation = Operation::default();
    let read = if bulk {
        Object(Whole::Operation(&mut operation, &mut members)).deserialize(&mut reader)
    } else {
        Object(Whole::Record(&mut members)).deserialize(&mut reader)
    };
    read.and_then(|()| reader.end()).map_err(|error| broken(&error))?;
    members.finish();
    if bulk { operation.check(line) } else { Ok(()) }
}

/// The names of an object's members.
pub(super) fn names(text: &[u8], bulk: bool) -> Vec<String> {
    match serde_json::from_slice::<Json>(text.trim_ascii()) {
        Ok(Json::Object(mut object)) => {
            if bulk {
                object = match object.remove("data") {
                    Some(Json::Object(data)) => data,
                    _ => return Vec::new(),
                };
            }
            object.into_iter().map(|(name, _)| name).collect()
        }
        _ => Vec::new(),
    }
}

/// What an operation of a bulk request is, besides its object (RFC 7644, 3.7).
#[derive(Debug, Default)]
struct Operation {
    method: Option<String>,
    has_data: bool,
}

impl Operation {
    /// POST and PUT hold whole objects; the others do not say what the object is.
    fn check(&self, line: usize) -> Result<(), RowError> {
        let method = self.method.as_deref().unwrap_or("POST");
        let whole = method.eq_ignore_ascii_case("POST") || method.eq_ignore_ascii_case("PUT");
        if !whole {
            let message = format!("the operation {method} does not hold a whole object; POST and PUT are read");
            return Err(RowError::new(line, message));
        }
        if !self.has_data {
            return Err(RowError::new(line, "the operation has no data that is an object"));
        }
        Ok(())
    }
}

/// Puts members into a bag.
struct Members<'b> {
    binding: &'b mut Binding,
    bag: &'b mut AttributeBag,
    /// Values under a name in other case, which go behind the exact name.
    alike: Vec<(Slot, OwnedValue)>,
    /// Values that names lead into.
    roots: Map<String, Json>,
}

impl Members<'_> {
    fn finish(self) {
        for (slot, value) in self.alike {
            if self.bag.get(self.binding.name(slot)).is_none() {
                self.bag.set_slot(slot, value);
            }
        }
        self.binding.follow(self.roots, self.bag);
    }
}

/// Which members an object has.
enum Whole<'o, 'b> {
    Record(&'o mut Members<'b>),
    Operation(&'o mut Operation, &'o mut Members<'b>),
}

struct Object<'o, 'b>(Whole<'o, 'b>);

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match self.0 {
            Whole::Record(members) => {
                while let Some((known, name)) = map.next_key_seed(Name(members.binding))? {
                    if known.root {
                        let value: Json = map.next_value()?;
                        let name = name.unwrap_or_default();
                        match known.place {
                            Place::Slot(slot) => members.bag.set_slot(slot, owned(value.clone())),
                            Place::Alike(slot) => members.alike.push((slot, owned(value.clone()))),
                            Place::Extra => members.bag.set(&name, owned(value.clone())),
                            Place::Ignored => {}
                        }
                        members.roots.insert(name, value);
                        continue;
                    }
                    match known.place {
                        Place::Slot(slot) => {
                            let value = map.next_value_seed(Owned)?;
                            members.bag.set_slot(slot, value);
                        }
                        Place::Alike(slot) => members.alike.push((slot, map.next_value_seed(Owned)?)),
                        Place::Extra => {
                            let value = map.next_value_seed(Owned)?;
                            members.bag.set(&name.unwrap_or_default(), value);
                        }
                        Place::Ignored => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
            }
            Whole::Operation(operation, members) => {
                while let Some(name) = map.next_key::<std::borrow::Cow<'_, str>>()? {
                    match &*name {
                        "data" if !operation.has_data => {
                            map.next_value_seed(Object(Whole::Record(members)))?;
                            operation.has_data = true;
                        }
                        "method" => operation.method = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// A member's name: what is to become of it, and itself where that needs it.
struct Name<'b>(&'b mut Binding);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = (Known, Option<String>);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = (Known, Option<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let known = self.0.known(name);
        let kept = known.root || known.place == Place::Extra;
        Ok((known, kept.then(|| name.to_owned())))
    }
}

/// A value. Numbers are those of records everywhere: see `Attributes` for
/// JSON objects.
struct Owned;

impl<'de> DeserializeSeed<'de> for Owned {
    type Value = OwnedValue;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<OwnedValue, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Owned {
    type Value = OwnedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OwnedValue, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<OwnedValue, E> {
        Ok(text.into())
    }

    fn visit_unit<E: Error>(self) -> Result<OwnedValue, E> {
        Ok(OwnedValue::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<OwnedValue, E> {
        Ok(truth.into())
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<OwnedValue, E> {
        Ok(integer.into())
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<OwnedValue, E> {
        Ok(owned(Json::from(integer)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<OwnedValue, E> {
        Ok(owned(Json::from(number)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<OwnedValue, A::Error> {
        let json: Json = serde::Deserialize::deserialize(value::SeqAccessDeserializer::new(list))?;
        Ok(owned(json))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<OwnedValue, A::Error> {
        let json: Json = serde::Deserialize::deserialize(value::MapAccessDeserializer::new(object))?;
        Ok(owned(json))
    }
}
