//! .NET's rules for dates, patterns, text and scalars, which the provisioning
//! service inherits from the platform it runs on. Usable without the expression
//! language.

pub mod date;
pub mod pattern;
pub mod scalar;
pub mod text;
