//! Configurations: what Graph exports hold survives, compiles, and flows.

#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "configuration/scope.rs"]
mod scope;

#[path = "support/scim_schema.rs"]
mod scim_schema;

#[path = "configuration/values.rs"]
mod values;

#[path = "configuration/types.rs"]
mod types;

#[path = "configuration/properties.rs"]
mod properties;

use attrflow::configuration::{Configuration, NoObject, NullPolicy, Scope, Subject};
use attrflow::graph::Document;
use attrflow::{AttributeBag, Code, Environment, Machine, Operation, OwnedValue};
use serde_json::Value as Json;
use std::path::Path;

/// A configuration that third parties exported; they stay where they are.
fn exported(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/schemas").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("{} is not here: skipped", path.display());
    }
    text
}

fn exports() -> impl Iterator<Item = (&'static str, String)> {
    ["cloudsync-ad2aad-full-schema.json", "objectmapping-salesforce.json"]
        .into_iter()
        .filter_map(|name| Some((name, exported(name)?)))
}

#[test]
fn what_was_read_is_written_back() {
    for (name, text) in exports() {
        let document = Document::read(&text).unwrap();
        let before: Json = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        assert_eq!(serde_json::to_value(&document).unwrap(), before, "{name}");
    }
}

#[test]
fn exported_configurations_compile() {
    for (name, text) in exports() {
        let configuration = Configuration::compile(&Document::read(&text).unwrap().schema()).unwrap();
        // The vendor's own expressions have the documented pitfall of IIF, and its filters the
        // policy on null; nothing else.
        let known = [Code::ConditionMayBeNull, Code::NullLetIn];
        let other = configuration.findings().iter().find(|finding| !known.contains(&finding.diagnostic.code));
        assert_eq!(other, None, "{name}");
        assert!(configuration.only_flow().is_some(), "{name}");
    }
}

fn full() -> Option<Configuration> {
    Some(
        Configuration::compile(&Document::read(&exported("cloudsync-ad2aad-full-schema.json")?).unwrap().schema())
            .unwrap(),
    )
}

fn ordinary_user() -> AttributeBag {
    AttributeBag::from_iter([
        ("objectGUID", "AAECAwQFBgcICQoLDA0ODw=="),
        ("sAMAccountName", "ann"),
        ("userPrincipalName", "ann@contoso.com"),
        ("distinguishedName", "CN=Ann,OU=Cloud,DC=mydomain,DC=tld"),
        ("cn", "Ann Lee"),
        ("userAccountControl", "512"),
        ("givenName", " Ann "),
    ])
}

#[test]
fn an_ordinary_user_is_in_scope_by_the_policy_for_input_filters() {
    let Some(configuration) = full() else { return };
    let flow = configuration.only_flow().unwrap();
    let mut machine = Machine::with_environment(
        Environment::fixed("2026-01-01T00:00:00Z")
            .unwrap()
            .with_parameter("DomainFQDN", "contoso.com")
            .with_parameter("DomainNetBios", "CONTOSO"),
    );
    let user = ordinary_user();
    let subject = Subject::new(flow, &user);
    assert_eq!(flow.scope(&mut machine, &subject), Ok(Scope::In));
    let trace = flow.explain_scope(&mut machine, &subject);
    let decided: Vec<&str> = trace.groups[0]
        .clauses
        .iter()
        .filter(|clause| clause.policy == Some(NullPolicy::NegativeHolds))
        .map(|clause| clause.text.as_str())
        .collect();
    assert!(decided.contains(&"isCriticalSystemObject IS FALSE"), "{decided:?}");
    assert!(decided.contains(&"adminDescription NOT REGEX MATCH ^User_"), "{decided:?}");

    let changes = flow.apply(&mut machine, Operation::Create, &subject, &NoObject);
    assert_eq!(changes.failures, []);
    let value = |name: &str| {
        changes.changes.iter().find(|change| change.attribute == name).map(|change| OwnedValue::from(change.after))
    };
    assert_eq!(value("AccountEnabled"), Some(OwnedValue::Boolean(true)));
    assert_eq!(value("GivenName"), Some("Ann".into()));
    assert_eq!(value("dnsDomainName"), Some("contoso.com".into()));
    assert_eq!(value("Surname"), None);
}

#[test]
fn a_parse_expression_request_is_answered_as_the_service_answers_it() {
    let (Some(request), Some(response)) =
        (exported("parseexpression-request.json"), exported("parseexpression-response.json"))
    else {
        return;
    };
    let request: attrflow::graph::ParseExpressionRequest = serde_json::from_str(&request).unwrap();
    let answer = request.answer(&attrflow::Compiler::new(), Environment::new());
    let expected: Json = serde_json::from_str(&response).unwrap();
    assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
}
