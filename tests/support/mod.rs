//! What the test binaries share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout
)]

use std::path::{Path, PathBuf};

/// The project's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Shared conformance data: beside the project where it is there, else the copy kept here.
pub(crate) fn conformance(path: &str) -> PathBuf {
    let shared = root().join("../shared/conformance").join(path);
    if shared.exists() { shared } else { root().join("tests/data/conformance").join(path) }
}

/// Reads a file that must be there.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Holds what a program makes of each case of a golden file against the file.
///
/// A file is cases of an input, a line of `----`, and what is expected, parted by a
/// line of `====`. `ATTRFLOW_BLESS=1` writes what came out instead.
pub(crate) fn golden(path: &str, actual: impl Fn(&str) -> String) {
    let path = root().join("tests").join(path);
    let text = read(&path);
    let mut written = String::new();
    let mut differences = String::new();
    let mut count = 0;
    for case in text.split("====\n").filter(|case| !case.trim().is_empty()) {
        count += 1;
        let (input, expected) = case.split_once("----\n").unwrap_or((case, ""));
        let input = input.strip_suffix('\n').unwrap_or(input);
        let got = actual(input);
        let got = got.trim_end();
        if got != expected.trim_end() {
            differences += &format!("\n{input}\n-- expected --\n{}\n-- got --\n{got}\n", expected.trim_end());
        }
        if !written.is_empty() {
            written += "====\n";
        }
        written += &format!("{input}\n----\n{got}\n");
    }
    if std::env::var_os("ATTRFLOW_BLESS").is_some() {
        std::fs::write(&path, written).unwrap();
    } else {
        assert!(differences.is_empty(), "{} ({count} cases):{differences}\nATTRFLOW_BLESS=1 accepts", path.display());
    }
    println!("{}: {count} cases", path.display());
}
