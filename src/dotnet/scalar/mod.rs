//! .NET scalar.
#![allow(missing_docs)]
use std::fmt;
pub fn write_double<W: fmt::Write>(n: f64, w: &mut W) -> fmt::Result { write!(w, "{n}") }
pub fn parse_int64(t: &str) -> Result<i64, ()> { t.trim().parse().map_err(|_| ()) }
pub fn parse_double(t: &str) -> Result<f64, ()> { t.trim().parse().map_err(|_| ()) }
