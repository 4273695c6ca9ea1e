//! A plan that was carried out leaves nothing to do: what it says is done to the target,
//! by other means than the library's where there are some, and planned again.

use crate::command::{Files, Run, text};
use crate::scim_schema::validate;
use crate::{HR, SCIM};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The operations of a plan that was made after it was carried out: nothing but what
/// could not be decided the first time, and skips.
fn settled(first: &Run, second: &Run) {
    let of = |run: &Run, operations: &[&str]| -> Vec<(Json, Json)> {
        let is = |object: &&Json| operations.contains(&object["operation"].as_str().unwrap());
        run.lines().iter().filter(is).map(|object| (object["source"].clone(), object["operation"].clone())).collect()
    };
    let changes = ["create", "update", "disable", "delete"];
    assert_eq!(of(second, &changes), [], "{}", second.err);
    let aside = ["conflict", "quarantine"];
    assert_eq!(of(second, &aside), of(first, &aside));
    let removed = of(first, &["delete"]).iter().filter(|(source, _)| source.is_null()).count();
    assert_eq!(second.lines().len(), first.lines().len() - removed);
}

#[test]
fn scim_requests_that_were_sent_leave_nothing_to_do() {
    let first = SCIM.plan(&["--format", "ndjson"]);
    let requests = SCIM.plan(&["--format", "scim"]);
    let list: Json = serde_json::from_str(&text(SCIM.target)).unwrap();
    let mut users = list["Resources"].as_array().unwrap().clone();
    for user in &users {
        assert_eq!(validate(user), [""; 0], "{user}");
    }
    let mut sent = BTreeMap::<String, usize>::new();
    for request in requests.lines() {
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        *sent.entry(method.to_owned()).or_default() += 1;
        if method == "POST" {
            assert_eq!(path, "/Users");
            let mut user = request["data"].clone();
            assert_eq!(validate(&user), [""; 0], "{user}");
            user["id"] = format!("new-{}", users.len()).into();
            users.push(user);
            continue;
        }
        let id = path.strip_prefix("/Users/").unwrap();
        let place = users.iter().position(|user| user["id"] == id).unwrap_or_else(|| panic!("there is no user {id}"));
        if method == "DELETE" {
            assert!(request.get("data").is_none());
            users.remove(place);
            continue;
        }
        assert_eq!(method, "PATCH");
        let before = users[place].clone();
        attrflow::scim::apply_patch(&mut users[place], &request["data"]).unwrap();
        assert_ne!(users[place], before, "{request}");
        assert_eq!(validate(&users[place]), [""; 0], "{request}");
    }
    assert_eq!(sent, BTreeMap::from([("POST".to_owned(), 3), ("PATCH".to_owned(), 11), ("DELETE".to_owned(), 2)]));
    let list = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": users.len(),
        "Resources": users,
    });
    let files = Files::new();
    let target = files.write("users.json", list.to_string());
    settled(&first, &SCIM.plan_against(&target, &["--format", "ndjson"]));
    assert_eq!(SCIM.plan_against(&target, &["--format", "scim"]).out, "");
}

/// The distinguished name that a directory gives an object.
fn name_of(object: &Map<String, Json>) -> String {
    let (cn, parent) = (object["cn"].as_str().unwrap(), object["parentDistinguishedName"].as_str().unwrap());
    format!("CN={},{parent}", attrflow::ldif::escape_dn_value(cn))
}

/// What a directory does with an object of the plan.
fn carry_out(accounts: &mut Vec<Map<String, Json>>, object: &Json) {
    let id = &object["target"]["objectGUID"];
    let place = accounts.iter().position(|account| !id.is_null() && account["objectGUID"] == *id);
    let changes = object["attributes"].as_object().cloned().unwrap_or_default();
    match object["operation"].as_str().unwrap() {
        "create" => {
            let mut account = Map::new();
            for (name, change) in changes {
                assert!(change["before"].is_null());
                account.insert(name, change["after"].clone());
            }
            account.insert("objectGUID".to_owned(), format!("new-{}", accounts.len()).into());
            account.insert("distinguishedName".to_owned(), name_of(&account).into());
            accounts.push(account);
        }
        "update" | "disable" => {
            let account = &mut accounts[place.unwrap()];
            assert!(!changes.is_empty());
            for (name, change) in changes {
                let held = account.get(&name).cloned().unwrap_or_default();
                assert_eq!(held, change["before"], "{name} of {object}");
                match (change["manner"].as_str(), &change["after"]) {
                    (Some("add"), Json::Array(new)) => {
                        let mut values = held.as_array().cloned().unwrap_or_default();
                        values.extend(new.iter().cloned());
                        account.insert(name, values.into());
                    }
                    (None, Json::Null) => drop(account.shift_remove(&name)),
                    (None, after) => drop(account.insert(name, after.clone())),
                    other => panic!("{other:?}"),
                }
            }
            let new = Json::from(name_of(account));
            let old = std::mem::replace(&mut account["distinguishedName"], new.clone());
            // A directory keeps references to an object that moves.
            for account in accounts.iter_mut() {
                if let Some(manager) = account.get_mut("manager").filter(|manager| **manager == old) {
                    *manager = new.clone();
                }
            }
        }
        "delete" => drop(accounts.remove(place.unwrap())),
        _ => assert!(changes.is_empty(), "{object}"),
    }
}

#[test]
fn a_plan_that_was_carried_out_leaves_nothing_to_do() {
    let first = HR.plan(&["--format", "ndjson"]);
    let mut accounts: Vec<Map<String, Json>> =
        text(HR.target).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for object in first.lines() {
        carry_out(&mut accounts, &object);
    }
    assert_eq!(accounts.len(), 275 + 11 - 3);
    let files = Files::new();
    let lines: String = accounts.iter().map(|account| format!("{}\n", Json::from(account.clone()))).collect();
    let target = files.write("directory.jsonl", lines);
    let second = HR.plan_against(&target, &["--format", "ndjson"]);
    settled(&first, &second);
    // LDIF has nothing to say then but what it is.
    assert_eq!(HR.plan_against(&target, &["--format", "ldif"]).out, "version: 1\n\n");
    // Somebody else at the same target differs by what flowed, and by nothing else.
    let again = HR.plan_against(&target, &["--format", "ndjson", "--param", "DefaultDomain=fabrikam.com"]);
    for object in again.lines().iter().filter(|object| object["operation"] == "update") {
        let changed: Vec<&String> = object["attributes"].as_object().unwrap().keys().collect();
        assert_eq!(changed, ["extensionAttribute14"], "{object}");
    }
}
