//! .NET date.
