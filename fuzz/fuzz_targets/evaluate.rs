#![no_main]
#[path = "../properties.rs"]
#[allow(dead_code)]
mod properties;

// The first line is an attribute of the record, the rest the expression.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let (seed, expression) = text.split_once('\n').unwrap_or(("x", text));
    properties::evaluates(expression, seed);
});
