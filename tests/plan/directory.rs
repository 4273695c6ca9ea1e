//! The plan from HR as LDIF, loaded into a real directory that holds the sample accounts.

use crate::HR;
use crate::command::text;
use crate::slapd::{Objects, Slapd, bytes};
use attrflow::ldif::{Dn, Writer};
use attrflow::{OwnedValue, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

const SUFFIX: &str = "dc=contoso,dc=com";

/// Attributes of Active Directory that the schemas of people lack: name, kind.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("objectGUID", "text"),
    ("employeeID", "text"),
    ("userPrincipalName", "text"),
    ("sAMAccountName", "text"),
    ("mailNickname", "text"),
    ("company", "text"),
    ("department", "text"),
    ("countryCode", "integer"),
    ("accountDisabled", "boolean"),
    ("accountExpires", "integer"),
    ("proxyAddresses", "several"),
    ("msDS-HABSeniorityIndex", "integer"),
    ("extensionAttribute1", "text"),
    ("extensionAttribute2", "text"),
    ("extensionAttribute14", "text"),
    ("extensionAttribute15", "text"),
];

/// A user as Active Directory has one: a class that goes beside `inetOrgPerson`.
fn definitions() -> String {
    let mut text = String::new();
    for (number, (name, kind)) in ATTRIBUTES.iter().enumerate() {
        let rest = match *kind {
            "integer" => "EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE",
            "boolean" => "EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE",
            "several" => "EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15",
            // In Active Directory a value in other case is another value to write.
            _ => "EQUALITY caseExactMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE",
        };
        text += &format!("attributetype ( 1.1.3.1.{number} NAME '{name}' {rest} )\n");
    }
    let names: Vec<&str> = ATTRIBUTES.iter().map(|(name, _)| *name).collect();
    // The standard class has no country, and `co` and `c` are of it.
    text + &format!("objectclass ( 1.1.3.2 NAME 'adUser' AUXILIARY MAY ( {} $ c $ co ) )\n", names.join(" $ "))
}

/// An account with its values as the directory is to hold them.
type Account = BTreeMap<String, BTreeSet<Vec<u8>>>;

fn accounts() -> Vec<Map<String, Json>> {
    text(HR.target).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The values of an attribute; the empty text is none in LDAP.
fn values(json: &Json) -> BTreeSet<Vec<u8>> {
    let text = |json: &Json| match json {
        Json::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let all: Vec<String> = match json {
        Json::Null => Vec::new(),
        Json::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    };
    all.into_iter().filter(|text| !text.is_empty()).map(String::into_bytes).collect()
}

/// What is no attribute of an entry.
fn is_place(name: &str) -> bool {
    ["distinguishedName", "parentDistinguishedName"].contains(&name)
}

/// The directory as it is before the plan.
fn before() -> String {
    let mut out = Writer::new(Vec::new());
    let top = ["dcObject", "organization"].map(Value::Text);
    out.add(SUFFIX, [("objectClass", Value::Multi(&top)), ("o", "Contoso".into())]).unwrap();
    // The units above all accounts, and those to which new ones go.
    let mut units = BTreeMap::new();
    let mut above = |dn: &str| {
        let mut name = Dn::parse(dn).unwrap();
        while name.rdns().len() > 2 {
            units.insert((name.rdns().len(), name.key()), name.to_string());
            name = name.parent().unwrap();
        }
    };
    for account in accounts() {
        above(&Dn::parse(account["distinguishedName"].as_str().unwrap()).unwrap().parent().unwrap().to_string());
    }
    for object in HR.plan(&["--format", "ndjson"]).lines() {
        if let Some(parent) = object["attributes"]["parentDistinguishedName"]["after"].as_str() {
            above(parent);
        }
    }
    for unit in units.values() {
        out.add(unit, [("objectClass", "organizationalUnit".into())]).unwrap();
    }
    let classes = ["inetOrgPerson", "adUser"].map(Value::Text);
    for account in accounts() {
        let arena = attrflow::Bump::new();
        let held: Vec<(String, OwnedValue)> = account
            .iter()
            .filter(|(name, _)| !is_place(name))
            .map(|(name, json)| (name.clone(), json.into()))
            .collect();
        // The class of people asks for a surname, which services do not have.
        let surname = (!account.contains_key("sn")).then_some(("sn", Value::Text("-")));
        let all = [("objectClass", Value::Multi(&classes))].into_iter().chain(surname);
        let all = all.chain(held.iter().map(|(name, value)| (name.as_str(), value.borrow(&arena))));
        out.add(account["distinguishedName"].as_str().unwrap(), all).unwrap();
    }
    String::from_utf8(out.finish().unwrap()).unwrap()
}

/// What the plan asks for, done to the sample accounts.
fn expected() -> BTreeMap<String, Account> {
    let mut people: BTreeMap<String, (String, Account)> = accounts()
        .into_iter()
        .map(|account| {
            let dn = account["distinguishedName"].as_str().unwrap().to_owned();
            let held = account.iter().filter(|(name, _)| !is_place(name));
            (dn.clone(), (dn, held.map(|(name, json)| (name.clone(), values(json))).collect()))
        })
        .collect();
    for object in HR.plan(&["--format", "ndjson"]).lines() {
        let changes = object["attributes"].as_object().cloned().unwrap_or_default();
        let after = |name: &str| changes.get(name).and_then(|change| change["after"].as_str());
        let dn = object["target"]["distinguishedName"].as_str().unwrap_or_default();
        match object["operation"].as_str().unwrap() {
            "create" => {
                let cn = attrflow::ldif::escape_dn_value(after("cn").unwrap());
                let dn = format!("CN={cn},{}", after("parentDistinguishedName").unwrap());
                let held = changes.iter().filter(|(name, _)| !is_place(name));
                let held = held.map(|(name, change)| (name.clone(), values(&change["after"]))).collect();
                assert!(people.insert(dn.clone(), (dn, held)).is_none());
            }
            "update" | "disable" => {
                let (place, account) = people.get_mut(dn).unwrap();
                let old = Dn::parse(place).unwrap();
                let own = after("cn").map(|cn| format!("CN={}", attrflow::ldif::escape_dn_value(cn)));
                let own = own.unwrap_or_else(|| old.rdn().unwrap().to_string());
                let parent = after("parentDistinguishedName").map(str::to_owned);
                *place = format!("{own},{}", parent.unwrap_or_else(|| old.parent().unwrap().to_string()));
                for (name, change) in changes.iter().filter(|(name, _)| !is_place(name)) {
                    let held = account.entry(name.clone()).or_default();
                    if change["manner"] != "add" {
                        held.clear();
                    }
                    held.extend(values(&change["after"]));
                }
            }
            "delete" => assert!(people.remove(dn).is_some()),
            _ => assert!(changes.is_empty()),
        }
    }
    people.into_values().map(|(dn, account)| (Dn::parse(&dn).unwrap().key(), account)).collect()
}

/// Holds what a directory has against what it is to have.
fn holds(found: &Objects, expected: &BTreeMap<String, Account>) {
    let names: Vec<&String> = found.keys().collect();
    assert_eq!(names, expected.keys().collect::<Vec<_>>());
    for (dn, account) in expected {
        let object = &found[dn];
        for (name, values) in account {
            // What it is called first in the schemas of people.
            let name = if name == "streetAddress" { "street" } else { name };
            let held = object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, values)| values);
            let held = held.cloned().unwrap_or_default();
            if name == "manager" {
                let key = |value: &Vec<u8>| Dn::parse(std::str::from_utf8(value).unwrap()).unwrap().key();
                assert_eq!(held.iter().map(key).collect::<Vec<_>>(), values.iter().map(key).collect::<Vec<_>>());
                continue;
            }
            assert_eq!(held, *values, "{name} of {dn}");
        }
        for (name, values) in object {
            let name = if name == "street" { "streetAddress" } else { name };
            let known = account.keys().any(|known| known.eq_ignore_ascii_case(name));
            // Services got a surname of the test's.
            let own = name == "objectClass" || (name == "sn" && *values == bytes(&"-".into()));
            assert!(known || own, "{dn} has {name}: {values:?}");
        }
    }
}

#[test]
fn a_real_directory_carries_out_the_plan() {
    let slapd = match Slapd::start(SUFFIX, &definitions()) {
        Ok(slapd) => slapd,
        Err(missing) => {
            said!("SKIPPED: the plan was not loaded into a directory: {missing}");
            return;
        }
    };
    slapd.load(&before());
    assert_eq!(slapd.people().len(), accounts().len());
    let plan = HR.plan(&["--format", "ldif", "--object-class", "inetOrgPerson", "--object-class", "adUser"]);
    assert_eq!(plan.code, 1, "{}", plan.err);
    for set_aside in ["conflict: employeeId 201295", "quarantine: employeeId 201393"] {
        assert!(plan.err.contains(set_aside), "{}", plan.err);
    }
    slapd.load(&plan.out);
    let expected = expected();
    assert_eq!(expected.len(), 275 + 11 - 3);
    holds(&slapd.people(), &expected);
    said!("the plan was loaded into a directory at {}", slapd.address);
}
