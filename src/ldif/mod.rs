//! LDIF and distinguished names: what goes into and comes out of LDAP directories.
//!
//! [`Reader`] cuts a stream into records and [`Entry::parse`] reads one of them;
//! [`Writer`] writes change records (add, modify, modrdn, delete) from attributes and
//! from [`AttributeChange`](crate::AttributeChange)s; [`Dn`] splits, compares and
//! writes distinguished names.
//!
//! ```
//! use attrflow::ldif::{Reader, Writer};
//! use attrflow::{AttributeChange, Manner, Value};
//!
//! let mut out = Writer::new(Vec::new());
//! out.add("CN=Ann Lee,DC=contoso", [("objectClass", Value::Text("person")), ("sn", Value::Text("Léa"))])?;
//! let change = AttributeChange {
//!     attribute: "sn",
//!     before: Value::Text("Léa"),
//!     after: Value::Text("Lee"),
//!     manner: Manner::Set,
//! };
//! out.update("CN=Ann Lee,DC=contoso", "CN=Ann Lee,OU=Sales,DC=contoso", &[change])?;
//! let text = String::from_utf8(out.finish()?)?;
//! assert!(text.contains("changetype: modrdn\nnewrdn: CN=Ann Lee\ndeleteoldrdn: 1\nnewsuperior: OU=Sales,DC=contoso\n"));
//!
//! let mut reader = Reader::new(text.as_bytes());
//! let ann = reader.next().transpose()?.expect("the added entry");
//! assert_eq!(ann.dn, "CN=Ann Lee,DC=contoso");
//! assert_eq!(ann.value("sn").and_then(|value| value.as_str()), Some("Léa"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where the rules come from
//!
//! RFC 2849 for the format, RFC 4514 for distinguished names, RFC 4517 for the text of
//! values (GeneralizedTime, Boolean, no empty DirectoryString). What readers accept
//! beyond them is said at each item.

mod dn;
mod entry;
mod read;
mod write;

/// What configurations call the object above a new one (documented: the vendor's HR
/// connectors fill it). It is no attribute of LDAP: with `cn` it makes up the
/// distinguished name.
pub const PARENT: &str = "parentDistinguishedName";

/// The distinguished name of an object named by `cn` below [`PARENT`].
///
/// ```
/// assert_eq!(attrflow::ldif::placed("Lee, Ann", "DC=contoso"), "CN=Lee\\, Ann,DC=contoso");
/// ```
#[must_use]
pub fn placed(cn: &str, parent: &str) -> String {
    format!("CN={},{parent}", escape_dn_value(cn))
}

pub use dn::{Dn, DnError, Rdn, escape_dn_value};
pub use entry::{Entry, LdifError, LdifFault};
pub use read::{Cut, Cutter, Reader};
pub use write::{WriteError, Writer};
