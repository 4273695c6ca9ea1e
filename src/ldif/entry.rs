//! One LDIF record as an object with attributes.

use crate::value::OwnedValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::HashMap;

/// An object of a directory as an LDIF record has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// The distinguished name.
    pub dn: String,
    /// The attributes in the order of their first values, under the names they have
    /// there, options included (`cn;lang-de`, `userCertificate;binary`). An attribute
    /// that comes once is text or binary; one that comes again, in whatever case, is
    /// multi-valued.
    pub attributes: Vec<(String, OwnedValue)>,
}

/// A record that is not the object of a directory, and the line of the stream that
/// says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct LdifError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: LdifFault,
}

/// What can be wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LdifFault {
    /// It does not begin with its name.
    #[error("the record does not begin with 'dn:'")]
    NoDn,
    /// Another version of the format.
    #[error("version {0} of LDIF is not known; 1 is")]
    Version(String),
    /// A line that is not `attribute: value`.
    #[error("'attribute: value' is wanted")]
    NoAttribute,
    /// A continuation with nothing before it.
    #[error("the line continues one that is not there")]
    NothingToContinue,
    /// `attribute:: …` holds other signs than base64.
    #[error("the value of {0} is not base64")]
    NotBase64(String),
    /// Bytes that are not text stand without base64.
    #[error("the value of {0} is not UTF-8 text; bytes are written in base64, after '::'")]
    NotText(String),
    /// `attribute:< URL`: values are taken from the record only.
    #[error("the value of {0} is in another place ({1}), which is not opened")]
    Elsewhere(String, String),
    /// A change other than add: it does not say what the object is.
    #[error("the record changes an object (changetype: {0}); whole objects and changetype: add are read")]
    Change(String),
    /// What ldapsearch writes behind the objects, when it did not get all of them.
    #[error("the search that wrote this ended early: {0}")]
    SearchEnded(String),
}

/// A line without its folds: where it starts, and its bytes.
struct Logical<'r> {
    line: usize,
    bytes: Cow<'r, [u8]>,
}

impl Entry {
    /// Reads a record: the lines from `dn:` to the empty line behind it. `line` is the
    /// number of its first line, for errors.
    ///
    /// Content records and `changetype: add` are read (RFC 2849); controls of the
    /// latter are passed over. Text beyond ASCII that is not in base64 is read as
    /// UTF-8, which the RFC forbids and many tools write (evident). A value in base64
    /// is text where its bytes are UTF-8, unless the attribute has the option
    /// `binary`; all others are binary.
    ///
    /// ```
    /// use attrflow::ldif::Entry;
    /// let entry = Entry::parse(b"dn: CN=a\nmail: a@x\nMail: b@\n x\ncn:: Wm/Dqw==\n", 1)?;
    /// assert_eq!(entry.value("mail").map(ToString::to_string).as_deref(), Some("a@x\nb@x"));
    /// assert_eq!(entry.value("cn").and_then(|cn| cn.as_str()), Some("Zoë"));
    /// # Ok::<(), attrflow::ldif::LdifError>(())
    /// ```
    ///
    /// # Errors
    /// What [`LdifFault`] lists, with the line it stands on.
    pub fn parse(record: &[u8], line: usize) -> Result<Entry, LdifError> {
        let mut entry = Entry::default();
        let mut index = Index::default();
        let mut lines = Lines { rest: record, next: line };
        let mut named = false;
        // Only directly behind the name do these words belong to the record.
        let mut head = true;
        while let Some(logical) = lines.next_line()? {
            let fail = |fault| LdifError { line: logical.line, fault };
            let (name, value) = split(&logical.bytes)
                .ok_or_else(|| fail(if named { LdifFault::NoAttribute } else { LdifFault::NoDn }))?;
            if !named {
                match name.to_ascii_lowercase().as_str() {
                    "dn" => {
                        entry.dn = match value.read(name).map_err(fail)? {
                            OwnedValue::Text(text) => text,
                            _ => return Err(fail(LdifFault::NotText(name.to_owned()))),
                        };
                        named = true;
                    }
                    "version" => {
                        let version = String::from_utf8_lossy(value.bytes).trim().to_owned();
                        if version != "1" {
                            return Err(fail(LdifFault::Version(version)));
                        }
                    }
                    "search" => {}
                    "result" => {
                        return Err(fail(LdifFault::SearchEnded(String::from_utf8_lossy(value.bytes).into_owned())));
                    }
                    _ => return Err(fail(LdifFault::NoDn)),
                }
                continue;
            }
            if head && name.eq_ignore_ascii_case("control") {
                continue;
            }
            if head && name.eq_ignore_ascii_case("changetype") {
                let kind = String::from_utf8_lossy(value.bytes).trim().to_owned();
                if !kind.eq_ignore_ascii_case("add") {
                    return Err(fail(LdifFault::Change(kind)));
                }
                continue;
            }
            head = false;
            let read = value.read(name).map_err(fail)?;
            index.put(&mut entry.attributes, name, read);
        }
        if !named {
            return Err(LdifError { line, fault: LdifFault::NoDn });
        }
        Ok(entry)
    }

    /// The value of an attribute, whose name is compared ignoring case, as LDAP does.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&OwnedValue> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Finds the attribute that a further value belongs to. A search is enough for the
/// records there are; a table keeps those that nobody should write linear.
#[derive(Default)]
struct Index {
    places: Option<HashMap<String, usize>>,
}

impl Index {
    fn put(&mut self, attributes: &mut Vec<(String, OwnedValue)>, name: &str, value: OwnedValue) {
        const SEARCHED: usize = 64;
        let place = match attributes.last() {
            Some((last, _)) if last.eq_ignore_ascii_case(name) => Some(attributes.len() - 1),
            _ if attributes.len() < SEARCHED => {
                attributes.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))
            }
            _ => {
                let table = self.places.get_or_insert_with(|| {
                    let names = attributes.iter().map(|(known, _)| known.to_ascii_lowercase());
                    names.enumerate().map(|(place, name)| (name, place)).collect()
                });
                let next = attributes.len();
                let place = *table.entry(name.to_ascii_lowercase()).or_insert(next);
                (place < next).then_some(place)
            }
        };
        match place.and_then(|place| attributes.get_mut(place)) {
            None => attributes.push((name.to_owned(), value)),
            Some((_, OwnedValue::Multi(values))) => values.push(value),
            Some((_, single)) => *single = OwnedValue::Multi(vec![std::mem::take(single), value]),
        }
    }
}

/// The lines of a record without comments and folds.
struct Lines<'r> {
    rest: &'r [u8],
    next: usize,
}

impl<'r> Lines<'r> {
    fn physical(&mut self) -> Option<(usize, &'r [u8])> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at_checked(end)?;
        let number = self.next;
        self.rest = rest;
        self.next += 1;
        Some((number, bare(line)))
    }

    fn next_line(&mut self) -> Result<Option<Logical<'r>>, LdifError> {
        while let Some((line, first)) = self.physical() {
            if first.starts_with(b" ") {
                return Err(LdifError { line, fault: LdifFault::NothingToContinue });
            }
            let mut bytes = Cow::Borrowed(first);
            while self.rest.starts_with(b" ") {
                let Some((_, folded)) = self.physical() else { break };
                bytes.to_mut().extend_from_slice(folded.get(1..).unwrap_or_default());
            }
            if !(bytes.is_empty() || bytes.starts_with(b"#")) {
                return Ok(Some(Logical { line, bytes }));
            }
        }
        Ok(None)
    }
}

/// A line without its end.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// How a value is written.
enum Form {
    Plain,
    Base64,
    Url,
}

struct Written<'l> {
    form: Form,
    bytes: &'l [u8],
}

fn split(line: &[u8]) -> Option<(&str, Written<'_>)> {
    let colon = memchr::memchr(b':', line)?;
    let name = std::str::from_utf8(line.get(..colon)?).ok()?;
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b';' | b'_');
    if name.is_empty() || !name.bytes().all(valid) {
        return None;
    }
    let (form, bytes) = match line.get(colon + 1..).unwrap_or_default() {
        [b':', rest @ ..] => (Form::Base64, rest),
        [b'<', rest @ ..] => (Form::Url, rest),
        rest => (Form::Plain, rest),
    };
    let spaces = bytes.iter().take_while(|byte| **byte == b' ').count();
    Some((name, Written { form, bytes: bytes.get(spaces..).unwrap_or_default() }))
}

impl Written<'_> {
    fn read(&self, name: &str) -> Result<OwnedValue, LdifFault> {
        match self.form {
            Form::Plain => match std::str::from_utf8(self.bytes) {
                Ok(text) => Ok(text.into()),
                Err(_) => Err(LdifFault::NotText(name.to_owned())),
            },
            Form::Base64 => {
                let bytes =
                    STANDARD.decode(self.bytes.trim_ascii_end()).map_err(|_| LdifFault::NotBase64(name.to_owned()))?;
                if name.split(';').skip(1).any(|option| option.eq_ignore_ascii_case("binary")) {
                    return Ok(OwnedValue::Binary(bytes));
                }
                Ok(String::from_utf8(bytes)
                    .map_or_else(|error| OwnedValue::Binary(error.into_bytes()), OwnedValue::Text))
            }
            Form::Url => {
                Err(LdifFault::Elsewhere(name.to_owned(), String::from_utf8_lossy(self.bytes).trim().to_owned()))
            }
        }
    }
}
