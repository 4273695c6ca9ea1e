#![no_main]
#[path = "../dotnet.rs"]
#[allow(dead_code)]
mod properties;

// A pattern, a text and options.
libfuzzer_sys::fuzz_target!(|input: (&str, &str, u8)| properties::patterns(input.0, input.1, input.2));
