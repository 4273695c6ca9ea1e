//! The committed pages are what the declarations give. `ATTRFLOW_BLESS=1 cargo test
//! --test reference` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use attrflow::{Code, Dialect, Registry, reference};
use std::path::Path;

fn fresh(file: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs").join(file);
    if std::env::var_os("ATTRFLOW_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let line = committed.lines().zip(page.lines()).position(|(old, new)| old != new);
    assert!(
        committed == page,
        "src/docs/{file} is stale from line {}: run ATTRFLOW_BLESS=1 cargo test --test reference",
        line.unwrap_or_else(|| committed.lines().count().min(page.lines().count())) + 1
    );
}

#[test]
fn function_page_is_fresh() {
    fresh("functions.md", &reference::markdown(Dialect::Provisioning));
}

#[test]
fn code_page_is_fresh() {
    fresh("codes.md", &reference::codes());
}

#[test]
fn rule_page_is_fresh() {
    fresh("rules.md", &reference::rules());
}

#[test]
fn function_page_has_every_function() {
    let page = reference::markdown(Dialect::Provisioning);
    let mut count = 0;
    for function in Registry::builtin().iter() {
        let Some(name) = function.name(Dialect::Provisioning) else { continue };
        assert!(page.contains(&format!("### {name}\n")), "{name} is missing");
        assert!(page.contains(&function.signature(Dialect::Provisioning)), "{name} has no signature");
        count += 1;
    }
    assert!(count > 0, "the registry is empty");
    println!("{count} functions on the page");
}

#[test]
fn code_page_has_every_code() {
    let page = reference::codes();
    for code in Code::ALL {
        assert!(page.contains(&format!("| {code} | {} |", code.severity())), "{code} is missing");
    }
}

#[cfg(feature = "serde")]
#[test]
fn json_has_what_editors_need() {
    let json = reference::json(Dialect::Provisioning);
    let functions = json.as_array().unwrap();
    assert_eq!(functions.len(), Registry::builtin().iter().count());
    let switch = functions.iter().find(|function| function["name"] == "Switch").unwrap();
    assert_eq!(switch["signature"], "Switch(source, [defaultValue], key, value, …)");
    assert_eq!(switch["parameters"][1]["presence"], "optional");
    assert_eq!(switch["parameters"][2]["least"], 1);
    assert!(switch["rules"].as_array().unwrap().iter().all(|rule| rule["basis"].is_string()));
    assert_eq!(switch["examples"][0]["expect"], "Australia/Brisbane");
}
