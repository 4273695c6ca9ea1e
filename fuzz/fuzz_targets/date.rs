#![no_main]
#[path = "../dotnet.rs"]
#[allow(dead_code)]
mod properties;

// A format, a text and ticks.
libfuzzer_sys::fuzz_target!(|input: (&str, &str, i64)| properties::dates(input.0, input.1, input.2));
