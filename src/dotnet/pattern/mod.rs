//! .NET pattern.
