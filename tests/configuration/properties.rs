//! What holds for any configurations, records and target objects.

use super::scim_schema::{normalized, validate};
use attrflow::configuration::{ChangeSet, Configuration, FilterList, NoObject, ObjectFlow, Scope, Subject};
use attrflow::graph::Document;
use attrflow::scim::{self, Layout, ResourceType};
use attrflow::{AttributeBag, AttributeChange, Environment, Machine, Manner, Operation, OwnedValue, Slot};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

/// The source attributes, of which the last two let null flow.
const SOURCES: [&str; 5] = ["s0", "s1", "s2", "s3", "s4"];

/// What mappings are made of; none where only the default value flows.
const EXPRESSIONS: &[&str] = &[
    "[s0]",
    "[s1]",
    "[s2]",
    "[s3]",
    "[s4]",
    "",
    r#"Switch([s0], [s1], "a", "1", "True", "0")"#,
    "IgnoreFlowIfNullOrEmpty([s0])",
    "IgnoreFlowIfNullOrEmpty([s3])",
    r#"Split([s2], ",")"#,
    "RemoveDuplicates([s4])",
    r#"IIF(IsPresent([s0]), [s3], [s4])"#,
    r#"Coalesce([s3], [s1])"#,
    r#"Append([s4], "x")"#,
    r#""1""#,
    "NULL",
];

const KINDS: [&str; 6] = ["String", "Integer", "Boolean", "DateTime", "Binary", "Reference"];
const FLOW_TYPES: [&str; 5] = ["Always", "ObjectAddOnly", "MultiValueAddOnly", "AttributeAddOnly", "ValueAddOnly"];

/// A mapping, and the definition of its target attribute.
fn mapping(number: usize) -> impl Strategy<Value = (Json, Option<Json>)> {
    let definition = (
        select(&KINDS[..]),
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        prop::option::weighted(0.2, select(&["1", "True"][..])),
    );
    let parts = (
        select(EXPRESSIONS),
        select(&FLOW_TYPES[..]),
        any::<bool>(),
        prop::option::weighted(0.3, select(&["1", "a", "True", ""][..])),
        prop::option::weighted(0.9, definition),
    );
    parts.prop_map(move |(expression, flow_type, nulls, default, definition)| {
        let name = format!("t{number}");
        let mut mapping = json!({
            "targetAttributeName": name,
            "flowType": flow_type,
            "flowNullValues": nulls,
            "defaultValue": default,
        });
        if !expression.is_empty() {
            mapping["source"] = json!({"expression": expression});
        }
        let definition = definition.map(|(kind, several, exact, required, immutable, default)| {
            json!({
                "name": name, "type": kind, "multivalued": several, "caseExact": exact, "required": required,
                "mutability": if immutable { "Immutable" } else { "ReadWrite" }, "defaultValue": default,
            })
        });
        (mapping, definition)
    })
}

/// A configuration that compiles; constants of the wrong type make others, which are
/// thrown away.
fn configuration() -> impl Strategy<Value = Json> {
    let mappings: [_; 6] = std::array::from_fn(mapping);
    mappings.prop_filter_map("a constant of the wrong type", |mappings| {
        let source: Vec<Json> = SOURCES
            .iter()
            .enumerate()
            .map(|(number, name)| json!({"name": name, "flowNullValues": number > 2, "multivalued": number == 4}))
            .collect();
        let mut target = vec![json!({"name": "id"})];
        target.extend(mappings.iter().filter_map(|(_, definition)| definition.clone()));
        let mut all =
            vec![json!({"targetAttributeName": "id", "matchingPriority": 1, "source": {"expression": "[id]"}})];
        all.extend(mappings.into_iter().map(|(mapping, _)| mapping));
        let json = json!({
            "synchronizationRules": [{"sourceDirectoryName": "S", "targetDirectoryName": "T", "objectMappings": [
                {"sourceObjectName": "u", "targetObjectName": "u", "attributeMappings": all}]}],
            "directories": [{"name": "S", "objects": [{"name": "u", "attributes": source}]},
                            {"name": "T", "objects": [{"name": "u", "attributes": target}]}],
        });
        let document = Document::from_json(json.clone()).unwrap();
        Configuration::compile(&document.schema()).ok().map(|_| json)
    })
}

fn compiled(json: &Json) -> Configuration {
    Configuration::compile(&Document::from_json(json.clone()).unwrap().schema()).unwrap()
}

fn value() -> impl Strategy<Value = OwnedValue> {
    let text = select(&["", "a", "A", "b,c,b", "1", "True", "false", "2026-01-31", "AQID", " x "][..]);
    let one = prop_oneof![
        6 => text.prop_map(OwnedValue::from),
        1 => (-2_i64..3).prop_map(OwnedValue::Integer),
        1 => any::<bool>().prop_map(OwnedValue::Boolean),
        1 => Just(OwnedValue::Null),
        1 => Just(OwnedValue::Complex(vec![("value".to_owned(), "a".into())])),
        1 => Just(OwnedValue::Complex(vec![("Value".to_owned(), "1".into()), ("type".to_owned(), "x".into())])),
    ];
    prop_oneof![4 => one.clone(), 1 => vec(one, 0..4).prop_map(OwnedValue::Multi)]
}

/// A record: what is absent is none of it.
fn record() -> impl Strategy<Value = AttributeBag> {
    vec(prop::option::of(value()), SOURCES.len()).prop_map(|values| {
        let mut bag = AttributeBag::from_iter([("id", "1")]);
        for (name, value) in SOURCES.iter().zip(values) {
            if let Some(value) = value {
                bag.set(name, value);
            }
        }
        bag
    })
}

/// A target object, new or with anything.
fn target() -> impl Strategy<Value = Option<AttributeBag>> {
    let values = vec(prop::option::of(value()), 6);
    prop::option::of(values.prop_map(|values| {
        let mut bag = AttributeBag::from_iter([("id", "1")]);
        for (number, value) in values.into_iter().enumerate() {
            if let Some(value) = value {
                bag.set(&format!("t{number}"), value);
            }
        }
        bag
    }))
}

fn machine() -> Machine {
    Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap())
}

/// What a change set says, free of the machine.
type Said = (Vec<(String, OwnedValue, OwnedValue, Manner)>, Vec<(String, String)>, bool);

fn said(set: &ChangeSet<'_>) -> Said {
    let owned = |change: &AttributeChange<'_>| {
        (change.attribute.to_owned(), change.before.into(), change.after.into(), change.manner)
    };
    let failed = set.failures.iter().map(|failure| (failure.attribute.to_owned(), failure.code.to_string()));
    (set.changes.iter().map(owned).collect(), failed.collect(), set.skips_object)
}

fn flow_into(flow: &ObjectFlow, record: &AttributeBag, target: Option<&AttributeBag>) -> Said {
    let (mut machine, subject) = (machine(), Subject::new(flow, record));
    match target {
        Some(target) => said(&flow.apply(&mut machine, Operation::Update, &subject, target)),
        None => said(&flow.apply(&mut machine, Operation::Create, &subject, &NoObject)),
    }
}

/// What a target makes of changes.
fn changed(target: Option<&AttributeBag>, (changes, ..): &Said) -> AttributeBag {
    let mut bag = target.cloned().unwrap_or_default();
    for (attribute, _, after, manner) in changes {
        match (manner, after) {
            (_, OwnedValue::Null) => bag.remove(attribute),
            (Manner::Add, OwnedValue::Multi(new)) => {
                let mut values = match bag.get(attribute).cloned() {
                    None | Some(OwnedValue::Null) => Vec::new(),
                    Some(OwnedValue::Multi(values)) => values,
                    Some(single) => vec![single],
                };
                values.extend(new.iter().cloned());
                bag.set(attribute, OwnedValue::Multi(values));
            }
            (Manner::Add, other) => panic!("{attribute} adds {other:?}"),
            (_, after) => bag.set(attribute, after.clone()),
        }
    }
    bag
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_global_rejects: 50_000, ..ProptestConfig::default() })]

    #[test]
    fn what_was_applied_changes_nothing_again(
        json in configuration(), record in record(), target in target(),
    ) {
        let configuration = compiled(&json);
        let flow = configuration.only_flow().unwrap();
        let first = flow_into(flow, &record, target.as_ref());
        prop_assume!(first.1.is_empty());
        let after = changed(target.as_ref(), &first);
        let second = flow_into(flow, &record, Some(&after));
        prop_assert_eq!(&second.0, &[], "{:?}\n{:?}\n{}", first.0, after, json);
        prop_assert_eq!(&second.1, &[], "{:?}\n{:?}\n{}", first.0, after, json);
    }

    #[test]
    fn a_delta_changes_what_everything_would(
        json in configuration(), old in record(), new in record(), target in target(),
        kept in vec(any::<bool>(), SOURCES.len()),
    ) {
        let configuration = compiled(&json);
        let flow = configuration.only_flow().unwrap();
        // Some attributes stay what they were.
        let mut new = new;
        for (name, _) in SOURCES.iter().zip(kept).filter(|(_, kept)| *kept) {
            match old.get(name) {
                Some(value) => new.set(name, value.clone()),
                None => new.remove(name),
            }
        }
        let before = flow_into(flow, &old, target.as_ref());
        prop_assume!(before.1.is_empty());
        let held = changed(target.as_ref(), &before);
        let schema = flow.mappings().schema();
        let slots: Vec<Slot> = SOURCES
            .iter()
            .filter(|name| old.presence(name) != new.presence(name) || old.get(name) != new.get(name))
            .filter_map(|name| schema.slot(name))
            .collect();
        let whole = flow_into(flow, &new, Some(&held));
        let (mut machine, subject) = (machine(), Subject::new(flow, &new));
        let delta = said(&flow.apply_changed(&mut machine, Operation::Update, &subject, &held, &slots));
        prop_assert_eq!(&delta, &whole, "{}", json);
        if !flow.is_affected(&slots) {
            prop_assert_eq!(whole.0, []);
        }
    }

    #[test]
    fn the_explanation_of_scope_is_the_decision(
        filters in filters(), record in record(),
    ) {
        let json = json!({"scope": filters, "attributeMappings": [
            {"targetAttributeName": "id", "matchingPriority": 1, "source": {"expression": "[id]"}}]});
        let configuration = compiled(&json);
        let flow = configuration.only_flow().unwrap();
        let (mut machine, subject) = (machine(), Subject::new(flow, &record));
        let scope = flow.scope(&mut machine, &subject);
        let trace = flow.explain_scope(&mut machine, &subject);
        prop_assert_eq!(&trace.scope, &scope);
        for group in &trace.groups {
            prop_assert_eq!(group.holds, group.clauses.iter().all(|clause| clause.holds == Ok(true)));
            for clause in &group.clauses {
                // The policy decides for what is null or empty, and for nothing else.
                let null = record.get(clause.text.split(' ').next().unwrap()).is_none_or(|value| match value {
                    OwnedValue::Null => true,
                    OwnedValue::Text(text) => text.is_empty(),
                    OwnedValue::Multi(values) => values.is_empty(),
                    _ => false,
                });
                prop_assert_eq!(clause.policy.is_some(), null && !clause.operator.contains("NULL"), "{:?}", clause);
            }
        }
        let failed = trace.groups.iter().flat_map(|group| &group.clauses).any(|clause| clause.holds.is_err());
        if !failed {
            let passes = |list: FilterList| {
                let mut groups = trace.groups.iter().filter(|group| group.list == list).peekable();
                groups.peek().is_none() || groups.any(|group| group.holds)
            };
            let expected = if !passes(FilterList::Input) || !passes(FilterList::Category) {
                Scope::Unread
            } else if passes(FilterList::Scoping) {
                Scope::In
            } else {
                Scope::Out
            };
            prop_assert_eq!(scope, Ok(expected));
        }
    }

    #[test]
    fn the_patch_makes_the_new_object_of_the_old_one(old in person(), new in person()) {
        let configuration = application();
        let flow = configuration.only_flow().unwrap();
        let paths: Vec<&str> = PATHS.iter().map(|(path, ..)| *path).collect();
        let layout = Layout::new(ResourceType::User, &paths).unwrap();
        let (mut machine, subject) = (machine(), Subject::new(flow, &old));
        let created = flow.apply(&mut machine, Operation::Create, &subject, &NoObject);
        prop_assert_eq!(created.failures, []);
        let mut resource = layout.resource(created.changes.iter().map(|c| (c.attribute, c.after))).unwrap();
        prop_assert_eq!(validate(&resource), [""; 0], "{}", resource);

        // What the application has, as a host reads it.
        let held = |resource: &Json| -> AttributeBag {
            paths.iter().zip(layout.flatten(resource)).filter(|(_, value)| *value != OwnedValue::Null).collect()
        };
        let before = held(&resource);
        let subject = Subject::new(flow, &old);
        let again = flow.apply(&mut machine, Operation::Update, &subject, &before);
        prop_assert_eq!(again.changes, [], "{}", resource);

        let subject = Subject::new(flow, &new);
        let changes = flow.apply(&mut machine, Operation::Update, &subject, &before);
        prop_assert_eq!(changes.failures, []);
        if let Some(patch) = layout.patch(changes.changes).unwrap() {
            scim::apply_patch(&mut resource, &patch).unwrap();
        }
        prop_assert_eq!(validate(&resource), [""; 0], "{}", resource);
        // All null flows and nothing is kept, so that it is the object that would be new.
        let mut fresh = self::machine();
        let created = flow.apply(&mut fresh, Operation::Create, &subject, &NoObject);
        let expected = layout.resource(created.changes.iter().map(|c| (c.attribute, c.after))).unwrap();
        let mut bare = resource.clone();
        without_empty_elements(&mut bare);
        prop_assert_eq!(normalized(&bare), normalized(&expected));
        let after = held(&resource);
        let settled = flow.apply(&mut fresh, Operation::Update, &subject, &after);
        prop_assert_eq!(settled.changes, [], "{}", resource);
    }

    #[test]
    fn any_document_is_written_back_as_it_was_read(json in document()) {
        let document = Document::from_json(json.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&document).unwrap(), json.clone());
        let text = serde_json::to_string(&json).unwrap();
        prop_assert_eq!(serde_json::to_value(Document::read(&text).unwrap()).unwrap(), json);
        // It compiles or says why not, at places that are there.
        let schema = document.schema();
        let whole = serde_json::to_value(&schema).unwrap();
        let found = match Configuration::compile(&schema) {
            Ok(configuration) => configuration.findings().to_vec(),
            Err(error) => error.findings().to_vec(),
        };
        for finding in found {
            prop_assert!(whole.pointer(&finding.pointer).is_some(), "{}", finding);
        }
    }
}

/// An element that holds its type only says nothing; a PATCH of one of its attributes
/// cannot know that it was the last.
fn without_empty_elements(resource: &mut Json) {
    let members = resource.as_object_mut().unwrap();
    members.retain(|_, value| match value {
        Json::Array(elements) => {
            elements
                .retain(|element| element.as_object().is_none_or(|members| members.keys().any(|name| name != "type")));
            !elements.is_empty()
        }
        _ => true,
    });
}

/// Filters over the source attributes.
fn filters() -> impl Strategy<Value = Json> {
    let operators = select(
        &[
            ("EQUALS", "a"),
            ("NOT EQUALS", "a"),
            ("IS TRUE", ""),
            ("IS FALSE", ""),
            ("IS NULL", ""),
            ("IS NOT NULL", ""),
            ("REGEX MATCH", "^[aA]"),
            ("NOT REGEX MATCH", "[aA1]$"),
            ("GREATER_THAN", "0"),
            ("GREATER_THAN_OR_EQUALS", "1"),
            ("INCLUDES", "a"),
            ("ENDS_WITH", "A"),
            ("&", "1"),
            ("!&", "1"),
        ][..],
    );
    let clause = (select(&SOURCES[..]), operators).prop_map(|(attribute, (operator, value))| {
        let values: Vec<&str> = Some(value).filter(|value| !value.is_empty()).into_iter().collect();
        json!({"sourceOperandName": attribute, "operatorName": operator, "targetOperand": {"values": values}})
    });
    let groups = || vec(vec(clause.clone(), 0..4).prop_map(|clauses| json!({"clauses": clauses})), 0..3);
    (groups(), groups(), groups())
        .prop_map(|(input, category, scoping)| {
            json!({"inputFilterGroups": input, "categoryFilterGroups": category, "groups": scoping})
        })
}

/// A SCIM application's attributes: path, type, whether they hold several values.
const PATHS: &[(&str, &str, bool)] = &[
    ("userName", "String", false),
    ("displayName", "String", false),
    ("active", "Boolean", false),
    ("name.givenName", "String", false),
    ("name.familyName", "String", false),
    ("emails[type eq \"work\"].value", "String", false),
    ("phoneNumbers[type eq \"mobile\"].value", "String", false),
    ("addresses[type eq \"work\"].locality", "String", false),
    ("addresses[type eq \"work\"].postalCode", "String", false),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "String", false),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "Reference", false),
];

/// Everything flows as it is, null too.
fn application() -> Configuration {
    let mappings: Vec<Json> = PATHS
        .iter()
        .enumerate()
        .map(|(number, (path, ..))| {
            json!({"targetAttributeName": path, "matchingPriority": i64::from(number == 0), "flowNullValues": true,
                   "source": {"expression": format!("[a{number}]")}})
        })
        .collect();
    let source: Vec<Json> =
        (0..PATHS.len()).map(|number| json!({"name": format!("a{number}"), "flowNullValues": true})).collect();
    let target: Vec<Json> = PATHS
        .iter()
        .map(|(path, kind, several)| json!({"name": path, "type": kind, "multivalued": several, "caseExact": true}))
        .collect();
    let json = json!({
        "synchronizationRules": [{"sourceDirectoryName": "S", "targetDirectoryName": "T", "objectMappings": [
            {"sourceObjectName": "u", "targetObjectName": "u", "attributeMappings": mappings}]}],
        "directories": [{"name": "S", "objects": [{"name": "u", "attributes": source}]},
                        {"name": "T", "objects": [{"name": "u", "attributes": target}]}],
    });
    compiled(&json)
}

fn person() -> impl Strategy<Value = AttributeBag> {
    let text = || prop::option::of(select(&["a", "b", "B", "x y"][..]).prop_map(OwnedValue::from));
    (vec(text(), PATHS.len()), prop::option::of(any::<bool>())).prop_map(|(values, active)| {
        let mut bag = AttributeBag::new();
        for (number, value) in values.into_iter().enumerate() {
            let value = match PATHS[number].0 {
                "userName" => Some(value.unwrap_or_else(|| "u".into())),
                "active" => active.map(OwnedValue::Boolean),
                _ => value,
            };
            if let Some(value) = value {
                bag.set(&format!("a{number}"), value);
            }
        }
        bag
    })
}

/// JSON that nobody declares.
fn unknown() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9).prop_map(Json::from),
        "\\PC{0,6}".prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec(("\\PC{0,4}", inner), 0..4).prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// A property: absent, null or of its kind, with its name.
fn property(name: &'static str, kind: BoxedStrategy<Json>) -> BoxedStrategy<Option<(String, Json)>> {
    let value = prop_oneof![4 => kind, 1 => Just(Json::Null)];
    prop::option::weighted(0.7, value).prop_map(move |value| Some((name.to_owned(), value?))).boxed()
}

fn words(words: &'static [&'static str]) -> BoxedStrategy<Json> {
    prop_oneof![8 => select(words).prop_map(Json::from), 1 => "[a-zA-Z]{0,6}".prop_map(Json::from)].boxed()
}

fn object(properties: Vec<BoxedStrategy<Option<(String, Json)>>>) -> BoxedStrategy<Json> {
    let others = vec((prop_oneof!["x[a-z@.]{0,3}", Just("@odata.type".to_owned())], unknown()), 0..2);
    (properties, others)
        .prop_map(|(known, others)| {
            let members: Map<String, Json> = known.into_iter().flatten().chain(others).collect();
            Json::Object(members)
        })
        .boxed()
}

fn list(item: BoxedStrategy<Json>, most: usize) -> BoxedStrategy<Json> {
    vec(item, 0..=most).prop_map(Json::from).boxed()
}

fn object_mapping() -> BoxedStrategy<Json> {
    let text = || words(&["a", "S", "T", "u", "id", "Add, Update", "", "mail"]);
    let flag = || any::<bool>().prop_map(Json::from).boxed();
    let number = || (-1_i64..4).prop_map(Json::from).boxed();
    let expressions = words(&["[mail]", "Join(\" \", [a], [b])", "\"x\"", "Left([a]", "", "%p%"]);
    let operators = words(&["EQUALS", "IS NULL", "REGEX MATCH", "&", "IsMemberOf", "EQUAL"]);
    let source = object(vec![
        property("expression", expressions),
        property("name", text()),
        property("type", words(&["Attribute", "Constant", "Function"])),
    ]);
    let mapping = object(vec![
        property("targetAttributeName", text()),
        property("source", source),
        property("defaultValue", text()),
        property("matchingPriority", number()),
        property("flowType", words(&["Always", "ObjectAddOnly", "objectaddonly", "MultiValueAdd"])),
        property("flowBehavior", words(&["FlowWhenChanged", "FlowAlways"])),
        property("exportMissingReferences", flag()),
        property("flowNullValues", flag()),
    ]);
    let operand = object(vec![property("values", list(text(), 2))]);
    let clause = object(vec![
        property("sourceOperandName", text()),
        property("operatorName", operators),
        property("targetOperand", operand),
    ]);
    let group = object(vec![property("name", text()), property("clauses", list(clause, 2))]);
    let filter = object(vec![
        property("groups", list(group.clone(), 2)),
        property("inputFilterGroups", list(group.clone(), 1)),
        property("categoryFilterGroups", list(group, 1)),
    ]);
    let entry = object(vec![property("key", text()), property("value", text())]);
    object(vec![
        property("name", text()),
        property("enabled", flag()),
        property("flowTypes", text()),
        property("sourceObjectName", text()),
        property("targetObjectName", text()),
        property("scope", filter),
        property("attributeMappings", list(mapping, 3)),
        property("metadata", list(entry, 1)),
    ])
}

fn schema() -> BoxedStrategy<Json> {
    let text = || words(&["a", "S", "T", "u", "id", "mail", ""]);
    let flag = || any::<bool>().prop_map(Json::from).boxed();
    let rule = object(vec![
        property("id", text()),
        property("name", text()),
        property("priority", any::<i64>().prop_map(Json::from).boxed()),
        property("sourceDirectoryName", text()),
        property("targetDirectoryName", text()),
        property("objectMappings", list(object_mapping(), 2)),
        property("metadata", list(object(vec![property("key", text()), property("value", text())]), 1)),
    ]);
    let referenced = object(vec![property("referencedObjectName", text()), property("referencedProperty", text())]);
    let attribute = object(vec![
        property("name", text()),
        property("type", words(&["String", "Integer", "boolean", "Reference"])),
        property("multivalued", flag()),
        property("required", flag()),
        property("anchor", flag()),
        property("caseExact", flag()),
        property("mutability", words(&["ReadWrite", "Immutable", "readonly"])),
        property("defaultValue", text()),
        property("flowNullValues", flag()),
        property("referencedObjects", list(referenced, 1)),
    ]);
    let definition = object(vec![property("name", text()), property("attributes", list(attribute, 3))]);
    let directory =
        object(vec![property("id", text()), property("name", text()), property("objects", list(definition, 2))]);
    object(vec![
        property("id", text()),
        property("version", text()),
        property("synchronizationRules", list(rule, 2)),
        property("directories", list(directory, 2)),
    ])
}

/// A configuration in any of the shapes that a file may hold.
fn document() -> BoxedStrategy<Json> {
    let with = |json: Json, name: &str, or: Json| match json {
        Json::Object(mut members) => {
            members.entry(name.to_owned()).or_insert(or);
            Json::Object(members)
        }
        other => other,
    };
    prop_oneof![
        3 => schema().prop_map(move |json| with(json, "directories", json!([]))),
        1 => schema().prop_map(|schema| json!({"id": "t", "schema": schema, "x": 1})),
        1 => object_mapping().prop_map(move |json| with(json, "attributeMappings", json!([]))),
    ]
    .boxed()
}
