//! SCIM 2.0 (RFC 7643, RFC 7644): target attributes as paths, and the objects and PATCH
//! requests that a flow of attributes makes of them.
//!
//! In a provisioning configuration the target attribute of a SCIM application is a path
//! such as `name.givenName`, `emails[type eq "work"].value` or
//! `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`. A [`Layout`]
//! reads the paths of a configuration once; then, object by object, it builds the
//! resource that is created ([`Layout::resource`]), the PATCH that updates one
//! ([`Layout::patch`]) and reads what a target has ([`Layout::flatten`]). [`apply_patch`]
//! does what a service provider does with a PATCH.
//!
//! ```
//! use attrflow::scim::{self, Layout, ResourceType};
//! use attrflow::{AttributeChange, Manner, Value};
//! use serde_json::json;
//!
//! let layout = Layout::new(ResourceType::User, ["userName", "emails[type eq \"work\"].value"])?;
//! let mut ann = layout.resource([
//!     ("userName", Value::Text("ann@contoso.com")),
//!     ("emails[type eq \"work\"].value", Value::Text("ann@contoso.com")),
//! ])?;
//! assert_eq!(ann, json!({
//!     "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
//!     "userName": "ann@contoso.com",
//!     "emails": [{"type": "work", "value": "ann@contoso.com"}],
//! }));
//!
//! let patch = layout.patch(&[AttributeChange {
//!     attribute: "emails[type eq \"work\"].value",
//!     before: Value::Text("ann@contoso.com"),
//!     after: Value::Text("ann.lee@contoso.com"),
//!     manner: Manner::Set,
//! }])?;
//! let patch = patch.unwrap_or_default();
//! assert_eq!(patch["Operations"], json!([
//!     {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "ann.lee@contoso.com"},
//! ]));
//! scim::apply_patch(&mut ann, &patch)?;
//! assert_eq!(ann["emails"][0]["value"], "ann.lee@contoso.com");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the rules rest on
//!
//! Documented: the two RFCs, and the vendor's pages "Develop and plan provisioning for a
//! SCIM endpoint in Microsoft Entra ID" and "Known issues with SCIM 2.0 protocol
//! compliance". Where the vendor describes two forms of a request, that of the feature
//! flag `aadOptscim062020` is followed, which it calls compliant: operations in lower
//! case, booleans as such (`active`), members removed by a filter on their value. One
//! part of it is not: it gathers replacements into one operation without a path whose
//! value has members named `name.givenName`, which no RFC knows. Here every attribute has
//! an operation of its own with its path, as the vendor's first page shows. [`apply_patch`]
//! understands both.
//!
//! Evident: `roles[primary eq "True"].value` compares a boolean with a text, and paths
//! stand in requests as the configuration writes them.
//!
//! Inferred:
//! - A value that is text where RFC 7643 has an object becomes its `value`: the members of
//!   a group, the manager of an enterprise user, elements of `emails` and the like.
//!   Reading does the reverse.
//! - Several values for a path with a filter make an element each.
//! - When the last attribute that a configuration maps to such an element is cleared, the
//!   element goes as a whole; an element that holds only its `type` says nothing.
//! - An object without members and an array without values are unassigned, so they are
//!   left out (RFC 7643 section 2.5 says so of arrays).

mod apply;
mod error;
mod filter;
mod json;
mod layout;
mod parse;
mod patch;
mod path;
mod read;
mod resource;
mod vocabulary;

pub use apply::apply_patch;
pub use error::{
    ChangeError, ElementError, LayoutError, LayoutErrors, PatchError, PatchProblem, PathError, PathProblem,
};
pub use filter::{Comparison, Filter, Literal};
pub use layout::{Conflict, Layout, ResourceType};
pub use path::{AttributePath, Path};
pub use read::flatten;
pub use vocabulary::{ENTERPRISE_USER, GROUP, PATCH_OP, USER};
