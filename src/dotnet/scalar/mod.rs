//! .NET scalar.
