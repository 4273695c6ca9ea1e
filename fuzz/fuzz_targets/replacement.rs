#![no_main]
#[path = "../dotnet.rs"]
#[allow(dead_code)]
mod properties;

// A pattern, a replacement and a text.
libfuzzer_sys::fuzz_target!(|input: (&str, &str, &str)| properties::replacements(input.0, input.1, input.2));
