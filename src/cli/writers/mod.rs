//! Forms that objects and their changes are written in, over any `std::io::Write`.
//! LDIF is written by [`crate::ldif::Writer`].

pub mod csv;
pub mod json_lines;
pub mod scim;

/// Where failed mappings are listed in an object; no attribute's name starts so.
pub const ERRORS: &str = "@errors";
