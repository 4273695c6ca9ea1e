//! Distinguished names (RFC 4514).

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};

/// A distinguished name: relative names from the object up to the root.
///
/// Names are equal as directories compare them: attribute types and values ignoring
/// case, runs of spaces in a value as one space, parts of a multi-valued relative name
/// in any order. (RFC 4517, caseIgnoreMatch, which the naming attributes of RFC 4519
/// have; attributes of other rules are compared so too: inferred.)
///
/// Beyond RFC 4514, spaces around `,`, `+` and `=` and values in quotation marks are
/// read, as RFC 2253 asks for older writers.
///
/// ```
/// use attrflow::ldif::Dn;
/// let dn = Dn::parse(r"CN=Lee\, Ann,OU=Sales,DC=contoso,DC=com")?;
/// assert_eq!(dn.rdn().map(|rdn| rdn.first()), Some(("CN", "Lee, Ann")));
/// assert_eq!(dn.parent().map(|dn| dn.to_string()).as_deref(), Some("OU=Sales,DC=contoso,DC=com"));
/// assert_eq!(dn, Dn::parse(r"cn=lee\2c ann, ou=sales, dc=contoso, dc=com")?);
/// # Ok::<(), attrflow::ldif::DnError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dn {
    rdns: Vec<Rdn>,
}

/// A relative distinguished name: one or several attributes with their values, such
/// as `CN=Ann Lee` or `OU=Sales+CN=Ann`.
#[derive(Debug, Clone)]
pub struct Rdn {
    /// As it was written, without the spaces around it.
    written: String,
    /// Attribute types and unescaped values; at least one.
    first: (String, String),
    more: Vec<(String, String)>,
}

/// What is wrong with a distinguished name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' is not a distinguished name: {why}")]
pub struct DnError {
    name: String,
    why: &'static str,
}

impl Dn {
    /// Splits a distinguished name. The empty text is the name of the root.
    ///
    /// # Errors
    /// A component without `=` or type, a character that needs an escape (`" + , ; < >`
    /// and NUL), a broken escape, escaped bytes that are not UTF-8.
    pub fn parse(text: &str) -> Result<Self, DnError> {
        let fail = |why| DnError { name: text.chars().take(200).collect(), why };
        let mut rdns = Vec::new();
        let mut rest = text;
        if rest.trim().is_empty() {
            return Ok(Dn::default());
        }
        loop {
            let start = rest.trim_start_matches(' ');
            let mut parts = Vec::new();
            let mut at = start;
            let end = loop {
                let (part, end, behind) = part(at).map_err(fail)?;
                parts.push(part);
                at = behind;
                if end != Some('+') {
                    break end;
                }
            };
            let length = start.len() - at.len() - usize::from(end.is_some());
            let written = start.get(..length).unwrap_or(start);
            // Space at the end belongs to the value where it is escaped.
            let trimmed = written.trim_end_matches(' ');
            let escaped = (trimmed.len() - trimmed.trim_end_matches('\\').len()) % 2 == 1;
            let written = written.get(..trimmed.len() + usize::from(escaped)).unwrap_or(trimmed).to_owned();
            let mut parts = parts.into_iter();
            if let Some(first) = parts.next() {
                rdns.push(Rdn { written, first, more: parts.collect() });
            }
            if end.is_none() {
                return Ok(Dn { rdns });
            }
            rest = at;
        }
    }

    /// The relative names, the object's own first.
    #[must_use]
    pub fn rdns(&self) -> &[Rdn] {
        &self.rdns
    }

    /// The object's own relative name; nothing for the root.
    #[must_use]
    pub fn rdn(&self) -> Option<&Rdn> {
        self.rdns.first()
    }

    /// The name of the object above; nothing for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Dn> {
        self.rdns.split_first().map(|(_, above)| Dn { rdns: above.to_vec() })
    }

    /// Whether both have the same object above them.
    #[must_use]
    pub fn is_beside(&self, other: &Dn) -> bool {
        self.rdns.get(1..) == other.rdns.get(1..)
    }

    /// A text that is the same for all spellings of the name: a key for maps.
    ///
    /// ```
    /// use attrflow::ldif::Dn;
    /// assert_eq!(Dn::parse("CN = Ann  Lee, DC=x")?.key(), "cn=ann lee,dc=x");
    /// # Ok::<(), attrflow::ldif::DnError>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        let keys: Vec<String> = self.rdns.iter().map(Rdn::key).collect();
        keys.join(",")
    }
}

/// The name as RFC 4514 writes it, the relative names as they were written.
impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.rdns.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            rdn.fmt(f)?;
        }
        Ok(())
    }
}

impl Rdn {
    /// The first attribute and its unescaped value; most relative names have one.
    #[must_use]
    pub fn first(&self) -> (&str, &str) {
        (&self.first.0, &self.first.1)
    }

    /// All attributes and their unescaped values.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        std::iter::once(&self.first).chain(&self.more).map(|(kind, value)| (kind.as_str(), value.as_str()))
    }

    fn key(&self) -> String {
        let mut parts: Vec<String> = self
            .parts()
            .map(|(kind, value)| {
                let mut key = kind.to_ascii_lowercase();
                key.push('=');
                let folded = value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
                key.push_str(&escape_dn_value(&folded));
                key
            })
            .collect();
        parts.sort_unstable();
        parts.join("+")
    }
}

/// The relative name as it was written.
impl fmt::Display for Rdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for Rdn {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written || self.key() == other.key()
    }
}

impl Eq for Rdn {}

impl Hash for Rdn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// An attribute and its value, the sign that ends it, and what lies behind that.
type Part<'t> = ((String, String), Option<char>, &'t str);

fn part(text: &str) -> Result<Part<'_>, &'static str> {
    let (kind, rest) = text.split_once('=').ok_or("a component has no '='")?;
    let kind = kind.trim_matches(' ');
    if kind.is_empty() {
        return Err("a component has no attribute type before '='");
    }
    if !kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b';')) {
        return Err("an attribute type has other signs than letters, digits, '-' and '.'");
    }
    let rest = rest.trim_start_matches(' ');
    let (value, behind) = match rest.strip_prefix('"') {
        Some(inside) => quoted(inside)?,
        None => {
            let (value, behind) = plain(rest)?;
            let digits = value.strip_prefix('#').filter(|_| rest.starts_with('#'));
            if digits.is_some_and(|digits| {
                digits.is_empty() || digits.len() % 2 == 1 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            }) {
                return Err("a value that begins with '#' is not hexadecimal");
            }
            (value, behind)
        }
    };
    let mut behind = behind.chars();
    Ok(((kind.to_owned(), value), behind.next(), behind.as_str()))
}

/// A value, and the separator behind it with what follows.
fn plain(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = Unescaped::default();
    let mut rest = text.char_indices();
    while let Some((at, letter)) = rest.next() {
        match letter {
            ',' | '+' => return Ok((value.finish()?, text.get(at..).unwrap_or_default())),
            '"' | ';' | '<' | '>' | '\0' => return Err("a sign that needs an escape stands without one"),
            '\\' => value.escape(&mut rest)?,
            letter => value.push(letter),
        }
    }
    Ok((value.finish()?, ""))
}

fn quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut value = Unescaped::default();
    let mut rest = text.char_indices();
    while let Some((_, letter)) = rest.next() {
        match letter {
            '"' => {
                let behind = rest.as_str().trim_start_matches(' ');
                if !(behind.is_empty() || behind.starts_with([',', '+'])) {
                    return Err("something follows a closed quotation mark");
                }
                value.kept = value.bytes.len();
                return Ok((value.finish()?, behind));
            }
            '\\' => value.escape(&mut rest)?,
            letter => value.push(letter),
        }
    }
    Err("a quotation mark is not closed")
}

#[derive(Default)]
struct Unescaped {
    bytes: Vec<u8>,
    /// So many bytes stay when space at the end is cut off.
    kept: usize,
}

impl Unescaped {
    fn push(&mut self, letter: char) {
        self.bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        if letter != ' ' {
            self.kept = self.bytes.len();
        }
    }

    fn escape(&mut self, rest: &mut std::str::CharIndices<'_>) -> Result<(), &'static str> {
        let (_, next) = rest.next().ok_or("it ends in a backslash")?;
        match next.to_digit(16) {
            Some(high) => {
                let low = rest.next().and_then(|(_, letter)| letter.to_digit(16));
                let low = low.ok_or("an escape has only one hexadecimal digit")?;
                self.bytes.push(u8::try_from(high << 4 | low).unwrap_or_default());
            }
            None => self.push(next),
        }
        self.kept = self.bytes.len();
        Ok(())
    }

    fn finish(mut self) -> Result<String, &'static str> {
        self.bytes.truncate(self.kept);
        String::from_utf8(self.bytes).map_err(|_| "escaped bytes are not UTF-8")
    }
}

/// A value as it stands in a distinguished name: `" + , ; < > \` and NUL, a space or
/// number sign at the start and a space at the end are escaped (RFC 4514, 2.4), and so
/// are control characters, which many tools cannot pass on.
///
/// ```
/// use attrflow::ldif::escape_dn_value;
/// assert_eq!(format!("CN={}", escape_dn_value("Lee, Ann")), r"CN=Lee\, Ann");
/// ```
#[must_use]
pub fn escape_dn_value(value: &str) -> Cow<'_, str> {
    let last = value.len().saturating_sub(1);
    let needs = |at: usize, letter: char| match letter {
        '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
        '#' => at == 0,
        ' ' => at == 0 || at == last,
        letter => letter.is_ascii_control(),
    };
    if !value.char_indices().any(|(at, letter)| needs(at, letter)) {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 8);
    for (at, letter) in value.char_indices() {
        if letter.is_ascii_control() {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "\\{:02X}", u32::from(letter));
            continue;
        }
        if needs(at, letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Vec<Vec<(String, String)>> {
        let dn = Dn::parse(text).unwrap();
        dn.rdns().iter().map(|rdn| rdn.parts().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()).collect()
    }

    /// The examples of RFC 4514, section 4, and of RFC 2253, section 5.
    #[test]
    fn names_of_the_standard_are_split() {
        type Case = (&'static str, &'static [&'static [(&'static str, &'static str)]]);
        let cases: &[Case] = &[
            ("UID=jsmith,DC=example,DC=net", &[&[("UID", "jsmith")], &[("DC", "example")], &[("DC", "net")]]),
            (
                "OU=Sales+CN=J.  Smith,DC=example,DC=net",
                &[&[("OU", "Sales"), ("CN", "J.  Smith")], &[("DC", "example")], &[("DC", "net")]],
            ),
            (
                r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
                &[&[("CN", "James \"Jim\" Smith, III")], &[("DC", "example")], &[("DC", "net")]],
            ),
            (
                r"CN=Before\0dAfter,DC=example,DC=net",
                &[&[("CN", "Before\rAfter")], &[("DC", "example")], &[("DC", "net")]],
            ),
            ("1.3.6.1.4.1.1466.0=#04024869", &[&[("1.3.6.1.4.1.1466.0", "#04024869")]]),
            (r"CN=Lu\C4\8Di\C4\87", &[&[("CN", "Lučić")]]),
            (r#"CN = "a, b+c" , O=x"#, &[&[("CN", "a, b+c")], &[("O", "x")]]),
            (r"CN=\ a\ ,O=x", &[&[("CN", " a ")], &[("O", "x")]]),
            ("", &[]),
            ("CN=,O=x", &[&[("CN", "")], &[("O", "x")]]),
        ];
        for (text, expected) in cases {
            let expected: Vec<Vec<_>> = expected
                .iter()
                .map(|rdn| rdn.iter().map(|(kind, value)| ((*kind).to_owned(), (*value).to_owned())).collect())
                .collect();
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_told() {
        let cases = [
            ("Joe", "no '='"),
            ("=x", "no attribute type"),
            ("CN=a,", "no '='"),
            ("CN=a;b", "needs an escape"),
            ("CN=a<b", "needs an escape"),
            ("CN=a\\", "backslash"),
            (r"CN=\C3", "UTF-8"),
            (r"CN=\C", "one hexadecimal digit"),
            ("C N=a", "other signs"),
            ("CN=#Cy", "hexadecimal"),
            ("CN=\"a", "not closed"),
            ("CN=\"a\"b", "follows"),
        ];
        for (text, words) in cases {
            let error = Dn::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn names_are_written_as_they_were_read_and_compared_as_directories_do() {
        let dn = Dn::parse(r"CN=Ann\ , OU = Sales ,DC=x").unwrap();
        assert_eq!(dn.to_string(), r"CN=Ann\ ,OU = Sales,DC=x");
        assert_eq!(dn.rdn().unwrap().to_string(), r"CN=Ann\ ");
        let same = [("CN=A B,DC=x", "cn=a  b, dc=X"), ("A=1+B=2", "b=2+a=1"), (r"CN=a\,b", r"CN=a\2Cb")];
        for (one, two) in same {
            assert_eq!(Dn::parse(one), Dn::parse(two));
        }
        assert_ne!(Dn::parse(r"CN=a\,DC=x"), Dn::parse("CN=a,DC=x"));
        assert!(Dn::parse("CN=a,DC=x").unwrap().is_beside(&Dn::parse("CN=b,dc=X").unwrap()));
        assert!(!Dn::parse("CN=a,DC=x").unwrap().is_beside(&Dn::parse("CN=a,OU=s,DC=x").unwrap()));
        assert_eq!(Dn::parse("DC=x").unwrap().parent(), Some(Dn::default()));
        assert_eq!(Dn::default().parent(), None);
    }

    proptest! {
        #[test]
        fn an_escaped_value_is_read_back(value in any::<String>()) {
            let text = format!("CN={},DC=x", escape_dn_value(&value));
            let dn = Dn::parse(&text).unwrap();
            prop_assert_eq!(dn.rdn().unwrap().first().1, &value);
            prop_assert_eq!(dn.rdns().len(), 2);
        }

        #[test]
        fn any_text_is_a_name_or_an_error(text in any::<String>()) {
            if let Ok(dn) = Dn::parse(&text) {
                prop_assert_eq!(Dn::parse(&dn.to_string()).unwrap(), dn);
            }
        }
    }
}
