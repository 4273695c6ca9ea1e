//! Objects of a directory, as LDIF has them.

use super::binding::Place;
use super::{Binding, Bytes, Chunk, RowError};
use crate::ldif::{Cutter, Entry};
use crate::{AttributeBag, OwnedValue};
use std::io;

/// The attribute that holds an object's distinguished name.
const DN: &str = "dn";
/// The name that Active Directory has for it; it is given to objects without an
/// attribute of this name.
const DISTINGUISHED_NAME: &str = "distinguishedName";

/// Cuts records.
pub(super) struct Records {
    cutter: Cutter<Bytes>,
}

impl Records {
    pub(super) const fn new(bytes: Bytes) -> Self {
        Records { cutter: Cutter::new(bytes) }
    }

    /// Appends the next record; nothing at the end of the input.
    pub(super) fn cut(&mut self, chunk: &mut Chunk) -> bool {
        let start = chunk.bytes.len();
        match self.cutter.cut(&mut chunk.bytes) {
            Ok(Some(cut)) => {
                chunk.record(start, cut.offset, cut.line);
                true
            }
            Ok(None) => false,
            Err(error) => {
                chunk.bytes.truncate(start);
                chunk.error(RowError::new(self.cutter.line(), format!("the input cannot be read: {error}")).cut_off());
                self.cutter = Cutter::new(Box::new(io::empty()));
                true
            }
        }
    }
}

/// The names of a record's attributes.
pub(super) fn names(record: &[u8]) -> Vec<String> {
    let mut names = vec![DN.to_owned()];
    if let Ok(entry) = Entry::parse(record, 1) {
        names.extend(entry.attributes.into_iter().map(|(name, _)| name).filter(|name| name != DN));
    }
    names
}

/// Reads a record into a bag. Names are compared ignoring case, as LDAP does.
pub(super) fn read(record: &[u8], line: usize, binding: &mut Binding, bag: &mut AttributeBag) -> Result<(), RowError> {
    let entry = Entry::parse(record, line).map_err(|error| RowError::new(error.line, error.fault.to_string()))?;
    bag.clear();
    let mut named = false;
    for (name, value) in entry.attributes {
        named |= name.eq_ignore_ascii_case(DISTINGUISHED_NAME);
        put(&name, value, binding, bag);
    }
    if !named && !matches!(binding.known_in_any_case(DISTINGUISHED_NAME).place, Place::Extra | Place::Ignored) {
        put(DISTINGUISHED_NAME, entry.dn.as_str().into(), binding, bag);
    }
    put(DN, entry.dn.into(), binding, bag);
    Ok(())
}

fn put(name: &str, value: OwnedValue, binding: &mut Binding, bag: &mut AttributeBag) {
    match binding.known_in_any_case(name).place {
        Place::Slot(slot) | Place::Alike(slot) => bag.set_slot(slot, value),
        Place::Extra => bag.set(name, value),
        Place::Ignored => {}
    }
}
