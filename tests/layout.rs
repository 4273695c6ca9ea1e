//! What the project promises about itself: one declaration a function, documented and
//! with examples; files that a reader finds and can hold; kept copies equal to their
//! originals.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

mod support;

use attrflow::functions::{Basis, Body, Function, Presence};
use attrflow::{Dialect, Registry};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

fn sentence(text: &str) -> bool {
    // A sentence may begin with a parameter's name.
    let first = text.split([' ', ':', ',']).next().unwrap_or("");
    let begins = first.chars().any(|c| c.is_uppercase() || c.is_numeric() || c == '"');
    begins && text.ends_with(['.', ')']) && !text.contains("  ")
}

#[test]
fn every_function_is_declared_whole() {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<&str, Vec<&Function>> = BTreeMap::new();
    let registry = Registry::builtin();
    for function in registry.iter() {
        let name = function.name(Dialect::Provisioning).unwrap();
        let mut fault = |what: &str| faults.push(format!("{name}: {what}"));
        if !sentence(function.summary) {
            fault("the summary is no sentence");
        }
        if function.examples.len() < 2 && !matches!(name, "Now" | "Guid" | "DefaultDomain") {
            fault("has fewer than two examples");
        }
        if function.page.address().is_none() {
            fault("names no page that describes it");
        }
        if function.rules.is_empty() {
            fault("has no rules");
        }
        for rule in function.rules {
            if !sentence(rule.text) {
                fault(&format!("no sentence: {}", rule.text));
            }
        }
        for parameter in function.parameters {
            if !sentence(parameter.doc) {
                fault(&format!("parameter {}: no sentence", parameter.name));
            }
            if parameter.key.is_empty() {
                fault(&format!("parameter {}: no key", parameter.name));
            }
        }
        for other in seen.get(name).into_iter().flatten() {
            let ((low, high), (other_low, other_high)) = (function.arity(), other.arity());
            if low <= other_high.unwrap_or(usize::MAX) && other_low <= high.unwrap_or(usize::MAX) {
                fault("two declarations take the same number of arguments");
            }
        }
        let repeats = function
            .parameters
            .iter()
            .any(|p| matches!(p.presence, Presence::Pair { .. } | Presence::Repeating { .. }));
        if repeats && matches!(function.body, Body::Prepared(_)) && function.parameters.len() > 60 {
            fault("repeats beyond what a call tells of omission");
        }
        seen.entry(name).or_default().push(function);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    said!("{} functions under {} names", registry.iter().count(), seen.len());
    let documented = registry.iter().flat_map(|function| function.rules).filter(|rule| rule.basis == Basis::Documented);
    assert!(documented.count() > registry.iter().count() / 3, "the reference says more than that");
}

/// Every function that the two references, the Graph list and the vendor's examples have.
#[test]
fn the_language_is_complete() {
    let names = "Append AppRoleAssignments AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate \
        Coalesce Contains ConvertFromBase64 ConvertToBase64 ConvertToUTF8Hex Count CRef CStr DateAdd DateDiff DateFromNum \
        DefaultDomain DNComponent Error FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr IsNothing IsNull IsNullOrEmpty \
        IsPresent IsString Item Join Left Len LTrim Mid NormalizeDiacritics Not Now NumFromDate PCase Prepend RandomString \
        Redact RemoveDuplicates Replace Right RTrim SelectUniqueValue SingleAppRoleAssignment Split StringFromSid StripSpaces \
        Switch ToLower ToUpper Trim Word";
    let registry = Registry::builtin();
    let missing: Vec<_> =
        names.split_whitespace().filter(|name| registry.named(Dialect::Provisioning, name).next().is_none()).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn a_function_is_named_in_one_file() {
    let mut sources = Vec::new();
    files(&support::root().join("src"), ".rs", &mut sources);
    for function in ["Switch", "NormalizeDiacritics", "FormatDateTime", "SelectUniqueValue"] {
        let declared = format!("provisioning: \"{function}\"");
        let places: HashSet<_> = sources.iter().filter(|path| support::read(path).contains(&declared)).collect();
        assert_eq!(places.len(), 1, "{function} is declared in {places:?}");
    }
}

#[test]
fn files_are_small_enough_to_know_where_to_look() {
    let mut sources = Vec::new();
    files(&support::root().join("src"), ".rs", &mut sources);
    for path in sources {
        let lines = support::read(&path).lines().count();
        assert!(lines <= 900, "{} has {lines} lines: split it", path.display());
    }
}

#[test]
fn kept_conformance_data_equals_the_shared() {
    let shared = support::root().join("../shared/conformance");
    if !shared.exists() {
        said!("skipped: there is no ../shared beside this clone");
        return;
    }
    for folder in ["dotnet", "provisioning"] {
        for entry in std::fs::read_dir(shared.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let kept = support::root().join("tests/data/conformance").join(folder).join(path.file_name().unwrap());
            assert!(std::fs::read(&path).unwrap() == std::fs::read(&kept).unwrap(), "{} differs", kept.display());
        }
    }
}

/// The architecture page shows the diff of a real function; it must still be one file.
#[test]
fn the_machine_and_compiler_know_no_function_by_name() {
    let registry = Registry::builtin();
    let mut sources = Vec::new();
    for folder in ["src/machine", "src/compile", "src/check", "src/syntax"] {
        files(&support::root().join(folder), ".rs", &mut sources);
    }
    for path in sources {
        let text = support::read(&path);
        for function in registry.iter() {
            let quoted = format!("\"{}\"", function.name(Dialect::Provisioning).unwrap());
            assert!(!text.contains(&quoted), "{} knows {quoted}", path.display());
        }
    }
}

/// A row that differs from .NET is excused by a reason only if the docs give that reason.
#[test]
fn reasons_to_deviate_are_in_the_docs() {
    for area in ["date", "pattern", "scalar", "text"] {
        let test = support::read(&support::root().join(format!("tests/dotnet_{area}.rs")));
        let page = support::read(&support::root().join(format!("src/dotnet/deviations/{area}.md")));
        let table = test.split("const DEVIATIONS").nth(1).and_then(|rest| rest.split("];").next()).unwrap_or("");
        let reasons: Vec<&str> = table
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|text| text.contains('-') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
            .collect();
        for reason in &reasons {
            assert!(page.contains(reason), "{area}: '{reason}' is not explained");
        }
        println!("{area}: {} reasons", reasons.len());
    }
}
