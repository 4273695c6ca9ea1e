//! The open engine for identity attribute flow.
#![forbid(unsafe_code)]

pub mod dotnet;
