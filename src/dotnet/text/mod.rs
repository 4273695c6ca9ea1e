//! .NET text.
