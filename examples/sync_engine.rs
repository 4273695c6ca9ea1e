//! A sync engine's loop: scope, match, decide, flow and write, one call of the library
//! each. The engine itself reads the source, holds the target and sends what comes out;
//! here the target is a few users in memory, and a request is printed.
#![allow(clippy::print_stdout)]

use attrflow::configuration::{Action, Configuration, NoObject, ObjectFlow, Scope, Subject, TargetIndex};
use attrflow::graph::Document;
use attrflow::scim::{self, Layout, ResourceType};
use attrflow::{AttributeBag, Environment, Machine, Operation};
use serde_json::{Value as Json, json};

/// Exported from the portal, or written by hand as here.
const CONFIGURATION: &str = r#"{
    "scope": {"groups": [{"clauses": [
        {"sourceOperandName": "company", "operatorName": "EQUALS", "targetOperand": {"values": ["Contoso"]}}]}]},
    "attributeMappings": [
        {"targetAttributeName": "userName", "matchingPriority": 1, "source": {"expression": "[mail]"}},
        {"targetAttributeName": "active", "source": {"expression": "Not([IsSoftDeleted])"}},
        {"targetAttributeName": "name.givenName", "source": {"expression": "Trim([givenName])"}},
        {"targetAttributeName": "emails[type eq \"work\"].value", "source": {"expression": "ToLower([mail])"}}
    ]}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Once: everything that is wrong with the configuration comes here, each with its place.
    let configuration = Configuration::compile(&Document::read(CONFIGURATION)?.schema())?;
    let flow = configuration.only_flow().ok_or("the configuration has several object mappings")?;
    let layout = Layout::new(ResourceType::User, flow.mappings().mappings().iter().map(|mapping| &mapping.target))?;

    // The target: of each object the engine keeps what it is found by.
    let mut users = vec![
        json!({"id": "a1", "userName": "Ann@contoso.com", "active": true, "name": {"givenName": "Anne"},
               "emails": [{"type": "work", "value": "ann@contoso.com"}]}),
        json!({"id": "b2", "userName": "bo@contoso.com", "active": true}),
    ];
    let mut index = TargetIndex::new(flow);
    for (number, user) in (0..).zip(&users) {
        index.add(number, &held(flow, &layout, user));
    }

    let person =
        |mail, company, given| AttributeBag::from_iter([("mail", mail), ("company", company), ("givenName", given)]);
    let source = [
        person("ann@contoso.com", "Contoso", " Ann "),
        person("bo@contoso.com", "Fabrikam", "Bo"),
        person("cy@contoso.com", "Contoso", "Cy"),
        person("", "Contoso", "Di"),
    ];
    // A machine for each thread; it keeps the memory that values lie in.
    let mut machine = Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z")?);
    let mut wrong = 0;
    for record in &source {
        if let Err(error) = object(flow, &layout, &mut machine, &index, &mut users, record) {
            // What fails is this object; the cycle goes on.
            wrong += 1;
            println!("set aside: {error}");
        }
    }
    println!("{} users, {wrong} set aside", users.len());
    Ok(())
}

/// One source object through the cycle.
fn object(
    flow: &ObjectFlow,
    layout: &Layout,
    machine: &mut Machine,
    index: &TargetIndex,
    users: &mut Vec<Json>,
    record: &AttributeBag,
) -> Result<(), Box<dyn std::error::Error>> {
    let subject = Subject::new(flow, record);
    let scope = flow.scope(machine, &subject)?;
    // An object that is not for the target needs nothing to be matched by.
    let keys = match flow.match_keys(machine, &subject) {
        Ok(keys) => keys,
        Err(_) if scope != Scope::In => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let action = flow.decide(scope, subject.is_soft_deleted(flow), &index.find(&keys));

    // What the target has now decides what differs. A change set borrows all that it is of.
    let (leaver, current);
    let (number, changes) = match &action {
        Action::Create => (None, flow.apply(machine, Operation::Create, &subject, &NoObject)),
        Action::Update(number) | Action::Disable(number) => {
            let user = users.get(*number as usize).ok_or("the index holds no other numbers")?;
            current = held(flow, layout, user);
            let changes = if matches!(action, Action::Update(_)) {
                flow.apply(machine, Operation::Update, &subject, &current)
            } else {
                leaver = subject.soft_deleted();
                flow.disable(machine, &leaver, &current)
            };
            (Some(*number as usize), changes)
        }
        Action::Delete(number) => return Err(format!("DELETE of {number}: the application does not ask for it").into()),
        Action::Skip(reason) => {
            println!("skip: {reason}");
            return Ok(());
        }
        Action::Conflict(numbers) => return Err(format!("{} users match", numbers.len()).into()),
    };
    // One attribute that fails keeps the whole object back.
    if let Some(failure) = changes.failures.first() {
        return Err(format!("{}: {}", failure.attribute, failure.message).into());
    }
    match number.and_then(|number| users.get_mut(number)) {
        None => {
            let user = layout.resource(changes.changes.iter().map(|change| (change.attribute, change.after)))?;
            println!("POST /Users {user}");
            users.push(user);
        }
        Some(user) => match layout.patch(changes.changes)? {
            Some(patch) => {
                println!("PATCH /Users/{} {patch}", user["id"].as_str().unwrap_or_default());
                scim::apply_patch(user, &patch)?;
            }
            None => println!("nothing to do for {}", user["userName"]),
        },
    }
    Ok(())
}

/// What the target has of an object, by the names of the mappings.
fn held(flow: &ObjectFlow, layout: &Layout, user: &Json) -> AttributeBag {
    let names = flow.mappings().mappings().iter().map(|mapping| mapping.target.as_str());
    names.zip(layout.flatten(user)).collect()
}
