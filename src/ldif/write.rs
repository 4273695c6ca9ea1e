//! Change records from attributes and their changes.

use super::dn::{Dn, DnError, Rdn};
use crate::change::{AttributeChange, Manner};
use crate::dotnet::date::DateTime;
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};

/// Writes LDIF change records.
///
/// A record is written whole or not at all: what cannot be written as LDIF is an error
/// before its first byte. Lines end in a line feed and are folded at 76 columns; values
/// that are no SAFE-STRING are in base64 (RFC 2849).
///
/// Values: a dateTime is a GeneralizedTime such as `20260131080000.0Z`, a boolean `TRUE`
/// or `FALSE` (RFC 4517), bytes are base64, everything else is its text. The empty text
/// is no value in LDAP (RFC 4517, 3.3.6: a DirectoryString is not empty): it is left out
/// of a new object, and clears an attribute that is there. Of equal values of one
/// attribute, one is written, since a directory refuses the others.
///
/// See the [module](super) for an example.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    /// The record that is being put together.
    record: Vec<u8>,
    line: Vec<u8>,
    began: bool,
}

/// A record could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The stream does not take it.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A distinguished name is none.
    #[error(transparent)]
    Dn(#[from] DnError),
    /// An attribute's value has fields, which LDAP does not know.
    #[error("{attribute} is complex, and LDAP has only single values and lists of them")]
    Complex {
        /// The attribute.
        attribute: String,
    },
    /// An attribute's name is no attribute description of LDAP.
    #[error("'{attribute}' is no name of an LDAP attribute")]
    Name {
        /// The attribute.
        attribute: String,
    },
    /// The root of the directory cannot be written.
    #[error("the distinguished name is empty")]
    Root,
}

impl<W: Write> Writer<W> {
    /// Writes to a stream.
    pub const fn new(out: W) -> Self {
        Writer { out, record: Vec::new(), line: Vec::new(), began: false }
    }

    /// Writes to a stream that has its version line already: records that several threads
    /// make are put behind each other.
    pub const fn continuing(out: W) -> Self {
        Writer { out, record: Vec::new(), line: Vec::new(), began: true }
    }

    /// Writes a new object (`changetype: add`). Attributes without a value are left
    /// out, and so are `dn` and `distinguishedName`, which directories make themselves.
    ///
    /// # Errors
    /// The name is none, a value is complex, an attribute's name is not LDAP's, the stream fails.
    pub fn add<'a>(
        &mut self,
        dn: &str,
        attributes: impl IntoIterator<Item = (&'a str, Value<'a>)>,
    ) -> Result<(), WriteError> {
        self.object(dn, true, attributes)
    }

    /// Writes an object as a content record, as an export of a directory has it.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn entry<'a>(
        &mut self,
        dn: &str,
        attributes: impl IntoIterator<Item = (&'a str, Value<'a>)>,
    ) -> Result<(), WriteError> {
        self.object(dn, false, attributes)
    }

    fn object<'a>(
        &mut self,
        dn: &str,
        change: bool,
        attributes: impl IntoIterator<Item = (&'a str, Value<'a>)>,
    ) -> Result<(), WriteError> {
        self.begin(dn)?;
        if change {
            self.text("changetype", "add");
        }
        for (name, value) in attributes.into_iter().filter(|(name, _)| !is_dn(name)) {
            for value in distinct(name, value)? {
                self.value(name, &value);
            }
        }
        self.end()
    }

    /// Writes the changes of an object (`changetype: modify`); gives whether there was
    /// anything to write.
    ///
    /// A single value is replaced; of several, those that go are deleted and those that
    /// come are added, or all are replaced where none stays, where values are bytes
    /// (which directories often cannot compare), and with [`Manner::Assert`]. With
    /// [`Manner::Add`] values are added that are not there. The order of values is no
    /// change. Changes of `dn` and `distinguishedName` are not written: see
    /// [`Writer::update`].
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn modify(&mut self, dn: &str, changes: &[AttributeChange<'_>]) -> Result<bool, WriteError> {
        self.modify_beside(dn, None, changes)
    }

    fn modify_beside(
        &mut self,
        dn: &str,
        renamed: Option<(&Rdn, &Rdn)>,
        changes: &[AttributeChange<'_>],
    ) -> Result<bool, WriteError> {
        self.begin(dn)?;
        self.text("changetype", "modify");
        let empty = self.record.len();
        for change in changes.iter().filter(|change| !is_dn(change.attribute)) {
            let name = change.attribute;
            let (before, after) = (distinct(name, change.before)?, distinct(name, change.after)?);
            let names = |rdn: &Rdn| rdn.parts().any(|(kind, _)| kind.eq_ignore_ascii_case(name));
            match renamed {
                // The rename has given it the value of the new name, and taken that of the
                // old: a difference to what was there before cannot be applied.
                Some((old, new)) if names(old) || names(new) => {
                    let is_own = |only: &Written<'_>| {
                        new.parts()
                            .any(|(kind, value)| kind.eq_ignore_ascii_case(name) && only.bytes() == value.as_bytes())
                    };
                    if !matches!(after.as_slice(), [only] if is_own(only)) {
                        self.part("replace", name, &after);
                    }
                }
                _ => self.difference(change, &before, &after),
            }
        }
        if self.record.len() == empty {
            return Ok(false);
        }
        self.end()?;
        Ok(true)
    }

    fn difference(&mut self, change: &AttributeChange<'_>, before: &[Written<'_>], after: &[Written<'_>]) {
        let name = change.attribute;
        let added = without(after, before);
        match change.manner {
            Manner::Add if added.is_empty() => {}
            Manner::Add => self.part("add", name, &added),
            Manner::Assert if before.is_empty() && after.is_empty() => {}
            Manner::Assert => self.part("replace", name, after),
            Manner::Set => {
                let gone = without(before, after);
                let several = before.len() > 1 || after.len() > 1;
                let comparable = !before.iter().chain(after).any(|value| matches!(value, Written::Bytes(_)));
                if gone.is_empty() && added.is_empty() {
                    return;
                }
                if after.is_empty() {
                    self.part("delete", name, &[]);
                } else if before.is_empty() {
                    self.part(if several { "add" } else { "replace" }, name, after);
                } else if !several || !comparable || gone.len() == before.len() {
                    self.part("replace", name, after);
                } else {
                    if !gone.is_empty() {
                        self.part("delete", name, &gone);
                    }
                    if !added.is_empty() {
                        self.part("add", name, &added);
                    }
                }
            }
        }
    }

    /// Writes that an object gets another name (`changetype: modrdn`, the old naming
    /// value goes), with `newsuperior` where the object above it is another; gives
    /// whether there was anything to write. Names that only differ in case and spaces
    /// are one name to a directory.
    ///
    /// # Errors
    /// A name is none, the stream fails.
    pub fn rename(&mut self, dn: &str, new: &str) -> Result<bool, WriteError> {
        let (old, new) = (Dn::parse(dn)?, Dn::parse(new)?);
        if old == new {
            return Ok(false);
        }
        let (Some(rdn), Some(parent)) = (new.rdn(), new.parent()) else { return Err(WriteError::Root) };
        self.begin(dn)?;
        self.text("changetype", "modrdn");
        self.text("newrdn", &rdn.to_string());
        self.text("deleteoldrdn", "1");
        if !old.is_beside(&new) {
            self.text("newsuperior", &parent.to_string());
        }
        self.end()?;
        Ok(true)
    }

    /// Writes what becomes of an object: [`Writer::rename`] where `new` is another
    /// name, then [`Writer::modify`] under the new one; gives whether there was
    /// anything to write. A change that the rename brings about is not written again.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn update(&mut self, dn: &str, new: &str, changes: &[AttributeChange<'_>]) -> Result<bool, WriteError> {
        // What cannot be written is found before the rename is.
        for change in changes.iter().filter(|change| !is_dn(change.attribute)) {
            distinct(change.attribute, change.before)?;
            distinct(change.attribute, change.after)?;
        }
        if !self.rename(dn, new)? {
            return self.modify(dn, changes);
        }
        let (old, named) = (Dn::parse(dn)?, Dn::parse(new)?);
        let renamed = match (old.rdn(), named.rdn()) {
            (Some(old), Some(new)) if old != new => Some((old, new)),
            _ => None,
        };
        self.modify_beside(new, renamed, changes)?;
        Ok(true)
    }

    /// Writes that an object goes (`changetype: delete`).
    ///
    /// # Errors
    /// The name is none, the stream fails.
    pub fn delete(&mut self, dn: &str) -> Result<(), WriteError> {
        self.begin(dn)?;
        self.text("changetype", "delete");
        self.end()
    }

    /// Writes a comment before the next record, folded like everything else; line
    /// breaks in it begin further comments.
    ///
    /// # Errors
    /// The stream fails.
    pub fn comment(&mut self, text: &str) -> Result<(), WriteError> {
        self.record.clear();
        for line in text.lines() {
            self.line.clear();
            self.line.extend_from_slice(b"# ");
            self.line.extend(line.bytes().map(|byte| if byte == b'\r' || byte == 0 { b' ' } else { byte }));
            fold(&self.line, &mut self.record);
        }
        self.head()?;
        Ok(self.out.write_all(&self.record)?)
    }

    /// Flushes the stream and gives it back.
    ///
    /// # Errors
    /// The stream fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn begin(&mut self, dn: &str) -> Result<(), WriteError> {
        if Dn::parse(dn)?.rdn().is_none() {
            return Err(WriteError::Root);
        }
        self.record.clear();
        self.text("dn", dn);
        Ok(())
    }

    fn head(&mut self) -> io::Result<()> {
        if !self.began {
            self.began = true;
            self.out.write_all(b"version: 1\n\n")?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        self.record.push(b'\n');
        self.head()?;
        Ok(self.out.write_all(&self.record)?)
    }

    fn part(&mut self, verb: &str, name: &str, values: &[Written<'_>]) {
        self.text(verb, name);
        for value in values {
            self.value(name, value);
        }
        self.record.extend_from_slice(b"-\n");
    }

    fn value(&mut self, name: &str, value: &Written<'_>) {
        match value {
            Written::Bytes(bytes) => self.encoded(name, bytes),
            Written::Text(text) => self.text(name, text),
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if !is_safe(text.as_bytes()) {
            return self.encoded(name, text.as_bytes());
        }
        self.line.clear();
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b": ");
        self.line.extend_from_slice(text.as_bytes());
        fold(&self.line, &mut self.record);
    }

    fn encoded(&mut self, name: &str, bytes: &[u8]) {
        self.line.clear();
        self.line.extend_from_slice(name.as_bytes());
        self.line.extend_from_slice(b":: ");
        self.line.extend_from_slice(STANDARD.encode(bytes).as_bytes());
        fold(&self.line, &mut self.record);
    }
}

/// A value in the form that LDAP has for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Written<'v> {
    Text(Cow<'v, str>),
    Bytes(&'v [u8]),
}

impl Written<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Written::Text(text) => text.as_bytes(),
            Written::Bytes(bytes) => bytes,
        }
    }
}

/// Those of the values that are not among the others.
fn without<'v>(values: &[Written<'v>], others: &[Written<'v>]) -> Vec<Written<'v>> {
    let others: HashSet<&Written<'v>> = others.iter().collect();
    values.iter().filter(|value| !others.contains(value)).cloned().collect()
}

/// Names of the distinguished name itself.
fn is_dn(name: &str) -> bool {
    name.eq_ignore_ascii_case("dn") || name.eq_ignore_ascii_case("distinguishedName")
}

/// The values of an attribute that a directory can hold, each once.
fn distinct<'v>(name: &str, value: Value<'v>) -> Result<Vec<Written<'v>>, WriteError> {
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    if !begins || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b';' | b'_')) {
        return Err(WriteError::Name { attribute: name.to_owned() });
    }
    let single = [value];
    let listed = match &value {
        Value::Multi(values) => values,
        _ => &single[..],
    };
    let mut values = Vec::with_capacity(listed.len());
    let mut seen = HashSet::new();
    for value in listed {
        let written = match *value {
            Value::Complex(_) | Value::Multi(_) => return Err(WriteError::Complex { attribute: name.to_owned() }),
            Value::Binary([]) => continue,
            value if value.is_null_or_empty() => continue,
            Value::Binary(bytes) => Written::Bytes(bytes),
            Value::Text(text) | Value::Reference(text) => Written::Text(text.into()),
            Value::Boolean(truth) => Written::Text(if truth { "TRUE" } else { "FALSE" }.into()),
            Value::DateTime(instant) => Written::Text(generalized_time(instant).into()),
            other => Written::Text(other.to_string().into()),
        };
        if listed.len() == 1 || seen.insert(written.clone()) {
            values.push(written);
        }
    }
    Ok(values)
}

/// Whether a value may stand as it is: a SAFE-STRING of RFC 2849 that does not end in
/// a space, which editors and mail take away (its note 8).
fn is_safe(bytes: &[u8]) -> bool {
    let start = !matches!(bytes.first(), Some(b' ' | b':' | b'<'));
    start
        && bytes.last() != Some(&b' ')
        && bytes.iter().all(|byte| byte.is_ascii() && !matches!(byte, 0 | b'\n' | b'\r'))
}

/// Appends a line, folded at 76 columns (RFC 2849, note 2 to 5).
fn fold(line: &[u8], out: &mut Vec<u8>) {
    const COLUMNS: usize = 76;
    let (first, rest) = line.split_at_checked(COLUMNS).unwrap_or((line, &[]));
    out.extend_from_slice(first);
    for part in rest.chunks(COLUMNS - 1) {
        out.extend_from_slice(b"\n ");
        out.extend_from_slice(part);
    }
    out.push(b'\n');
}

/// RFC 4517, 3.3.13, in UTC with a fraction, as Active Directory writes it.
fn generalized_time(instant: DateTime) -> String {
    let mut text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}.",
        instant.year(),
        instant.month(),
        instant.day(),
        instant.hour(),
        instant.minute(),
        instant.second()
    );
    let fraction = format!("{:07}", instant.ticks().rem_euclid(10_000_000));
    let digits = fraction.trim_end_matches('0');
    text.push_str(if digits.is_empty() { "0" } else { digits });
    text.push('Z');
    text
}
