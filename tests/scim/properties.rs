//! What holds for any paths, values and requests.

use super::quoted;
use super::scim_schema::{normalized, validate};
use attrflow::dotnet::date::{DateTime, Kind};
use attrflow::scim::{self, Layout, PATCH_OP, Path, ResourceType};
use attrflow::{AttributeChange, Bump, Manner, OwnedValue};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// What a target attribute holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    Text,
    Boolean,
    Country,
    Ids,
    Roles,
    Texts,
    Integer,
    Date,
}

/// Target attributes that no two of write the same place.
fn targets() -> Vec<(String, Holds)> {
    let plain = [
        ("displayName", Holds::Text),
        ("name.givenName", Holds::Text),
        ("name.familyName", Holds::Text),
        ("active", Holds::Boolean),
        ("emails[type eq 'work'].value", Holds::Text),
        ("emails[type eq 'work'].primary", Holds::Boolean),
        ("emails[type eq 'home'].value", Holds::Text),
        ("emails[type eq 'other'].value", Holds::Texts),
        ("addresses[type eq 'work'].country", Holds::Country),
        ("addresses[type eq 'work'].locality", Holds::Text),
        ("addresses[type eq 'work'].postalCode", Holds::Text),
        ("addresses[type eq 'home' and primary eq true].locality", Holds::Text),
        ("phoneNumbers[type eq 'mobile'].value", Holds::Text),
        ("entitlements[primary eq 'True'].value", Holds::Text),
        ("entitlements[primary eq 'True'].type", Holds::Text),
        ("roles", Holds::Roles),
        ("externalId", Holds::Text),
        ("E:department", Holds::Text),
        ("E:manager", Holds::Text),
        ("C:tags", Holds::Texts),
        ("C:count", Holds::Integer),
        ("C:since", Holds::Date),
    ];
    plain.into_iter().map(|(path, holds)| (quoted(path), holds)).collect()
}

fn held(holds: Holds) -> BoxedStrategy<OwnedValue> {
    let text = || prop::sample::select(vec!["", "a", "A", "é", "b c", "\"q\"", "\\", "true", "1"]);
    let some = match holds {
        Holds::Text => text().prop_map(OwnedValue::from).boxed(),
        Holds::Boolean => any::<bool>().prop_map(OwnedValue::from).boxed(),
        Holds::Country => prop::sample::select(vec!["DE", "FR"]).prop_map(OwnedValue::from).boxed(),
        Holds::Integer => any::<i64>().prop_map(OwnedValue::from).boxed(),
        Holds::Date => (0..3_000_000_000_000_000_000_i64)
            .prop_map(|ticks| OwnedValue::DateTime(DateTime::from_ticks(ticks, Kind::Utc).unwrap()))
            .boxed(),
        Holds::Ids => prop::collection::btree_set("[0-9a-f]{1,2}", 0..6)
            .prop_map(|ids| OwnedValue::Multi(ids.into_iter().map(OwnedValue::Reference).collect()))
            .boxed(),
        Holds::Texts => prop::collection::btree_set(text(), 0..4)
            .prop_map(|texts| OwnedValue::from(texts.into_iter().collect::<Vec<_>>()))
            .boxed(),
        Holds::Roles => prop::collection::btree_set("[a-c]", 0..3)
            .prop_map(|names| {
                let role = |name: String| {
                    OwnedValue::Complex(vec![("primary".into(), false.into()), ("value".into(), name.into())])
                };
                OwnedValue::Multi(names.into_iter().map(role).collect())
            })
            .boxed(),
    };
    prop_oneof![1 => Just(OwnedValue::Null), 2 => some].boxed()
}

fn list(value: &OwnedValue) -> Vec<OwnedValue> {
    match value {
        OwnedValue::Null => Vec::new(),
        OwnedValue::Multi(values) => values.clone(),
        single => vec![single.clone()],
    }
}

type Flow = (usize, OwnedValue, OwnedValue, Manner);

fn user_flows() -> impl Strategy<Value = Vec<Flow>> {
    let one = |(index, (_, holds)): (usize, &(String, Holds))| {
        let manner = match holds {
            Holds::Texts => prop::sample::select(vec![Manner::Set, Manner::Add]).boxed(),
            Holds::Roles => prop::sample::select(vec![Manner::Set, Manner::Assert, Manner::Add]).boxed(),
            _ => Just(Manner::Set).boxed(),
        };
        // Half of all values stay.
        (held(*holds), held(*holds), any::<bool>(), manner).prop_map(move |(before, after, stays, manner)| {
            let after = if stays && manner != Manner::Add { before.clone() } else { after };
            (index, before, after, manner)
        })
    };
    let all: Vec<_> = targets().iter().enumerate().map(one).collect();
    all.prop_shuffle()
}

fn group_flows() -> impl Strategy<Value = (OwnedValue, OwnedValue, Manner)> {
    (held(Holds::Ids), held(Holds::Ids), prop::sample::select(vec![Manner::Set, Manner::Add, Manner::Assert]))
}

/// What an attribute holds when a change is done.
fn then(before: &OwnedValue, after: &OwnedValue, manner: Manner) -> OwnedValue {
    if manner != Manner::Add {
        return after.clone();
    }
    let mut values = list(before);
    let new: Vec<_> = list(after).into_iter().filter(|value| !values.contains(value)).collect();
    values.extend(new);
    OwnedValue::Multi(values)
}

fn built<'n>(layout: &Layout, values: impl IntoIterator<Item = (&'n str, OwnedValue)>) -> Json {
    let arena = Bump::new();
    let values: Vec<(&str, OwnedValue)> = values.into_iter().collect();
    layout.resource(values.iter().map(|(name, value)| (*name, value.borrow(&arena)))).unwrap()
}

/// What no mapping writes, which a PATCH leaves alone.
fn with_unmapped(mut user: Json) -> Json {
    user["userName"] = json!("kept");
    user["id"] = json!("1");
    let kept = json!({"type": "pager", "value": "kept"});
    match user.get_mut("phoneNumbers").and_then(Json::as_array_mut) {
        Some(numbers) => numbers.push(kept),
        None => user["phoneNumbers"] = json!([kept]),
    }
    user
}

fn changes<'a>(names: &'a [String], flows: &'a [Flow], arena: &'a Bump) -> Vec<AttributeChange<'a>> {
    let change = |(index, before, after, manner): &'a Flow| AttributeChange {
        attribute: &names[*index],
        before: before.borrow(arena),
        after: after.borrow(arena),
        manner: *manner,
    };
    flows.iter().map(change).collect()
}

fn patched(old: &Json, patch: Option<Json>) -> Json {
    let mut resource = old.clone();
    if let Some(patch) = patch {
        scim::apply_patch(&mut resource, &patch).unwrap_or_else(|error| panic!("{old} {patch}: {error}"));
    }
    resource
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_patch_gives_the_object_that_would_be_built(flows in user_flows()) {
        let names: Vec<String> = targets().into_iter().map(|(name, _)| name).collect();
        let layout = Layout::new(ResourceType::User, &names).unwrap();
        prop_assert!(layout.conflicts().is_empty());
        let mut sorted = flows.clone();
        sorted.sort_by_key(|flow| flow.0);
        let name = |flow: &Flow| names[flow.0].as_str();
        let old = with_unmapped(built(&layout, sorted.iter().map(|flow| (name(flow), flow.1.clone()))));
        let new = sorted.iter().map(|flow| (name(flow), then(&flow.1, &flow.2, flow.3)));
        let new = with_unmapped(built(&layout, new));
        prop_assert_eq!(validate(&old), Vec::<String>::new());
        prop_assert_eq!(validate(&new), Vec::<String>::new());

        let arena = Bump::new();
        let got = patched(&old, layout.patch(&changes(&names, &flows, &arena)).unwrap());
        prop_assert_eq!(normalized(&got), normalized(&new));
        prop_assert_eq!(validate(&got), Vec::<String>::new());

        // What the target has may come from the target, and what stays need not be told:
        // then the attributes are right, and an element may be left that holds only its type.
        let read = layout.flatten(&old);
        let told: Vec<Flow> = flows
            .iter()
            .map(|(index, _, after, manner)| (*index, read[*index].clone(), after.clone(), *manner))
            .collect();
        let got = patched(&old, layout.patch(&changes(&names, &told, &arena)).unwrap());
        prop_assert_eq!(normalized(&got), normalized(&new));
        let few: Vec<Flow> = flows.iter().filter(|flow| flow.1 != flow.2).cloned().collect();
        let got = patched(&old, layout.patch(&changes(&names, &few, &arena)).unwrap());
        let flat = |user: &Json| normalized(&layout.flatten(user).iter().map(Json::from).collect());
        prop_assert_eq!(flat(&got), flat(&new));

        // No change, no PATCH.
        let same: Vec<Flow> =
            flows.iter().map(|(index, before, ..)| (*index, before.clone(), before.clone(), Manner::Set)).collect();
        prop_assert_eq!(layout.patch(&changes(&names, &same, &arena)).unwrap(), None);
    }

    #[test]
    fn members_come_and_go((before, after, manner) in group_flows()) {
        let layout = Layout::new(ResourceType::Group, ["displayName", "members"]).unwrap();
        let group = |members: OwnedValue| {
            built(&layout, [("displayName", OwnedValue::from("g")), ("members", members)])
        };
        let (old, new) = (group(before.clone()), group(then(&before, &after, manner)));
        prop_assert_eq!(validate(&new), Vec::<String>::new());
        let arena = Bump::new();
        let change = AttributeChange {
            attribute: "members", before: before.borrow(&arena), after: after.borrow(&arena), manner,
        };
        let got = patched(&old, layout.patch(&[change]).unwrap());
        prop_assert_eq!(normalized(&got), normalized(&new));
    }

    #[test]
    fn what_prints_reads_back(text in path_text()) {
        let path = Path::parse(&text).unwrap();
        let printed = path.to_string();
        prop_assert_eq!(Path::parse(&printed).unwrap(), path);
        prop_assert_eq!(Path::parse(&printed).unwrap().to_string(), printed);
    }

    #[test]
    fn no_text_is_too_much(text in prop_oneof!["\\PC{0,30}", r#"[a-c:\[\]().$"\\ =0-9é]{0,40}"#, mutilated()]) {
        if let Err(error) = Path::parse(&text) {
            prop_assert!(text.get(error.span.range()).is_some(), "{}: {:?}", text, error.span);
        }
    }

    #[test]
    fn any_patch_of_any_resource_ends(resource in json_like(), value in json_like(), text in path_text(), op in 0..3_usize) {
        let verb = ["add", "replace", "remove"][op];
        let operation = json!({"op": verb, "path": text, "value": value});
        let mut patched = resource.clone();
        let result = scim::apply_patch(&mut patched, &json!({"schemas": [PATCH_OP], "Operations": [operation]}));
        prop_assert!(result.is_ok() || patched == resource);
        let path = Path::parse(&text).unwrap();
        // What was removed is gone.
        if result.is_ok() && op == 2 && path.filter().is_none() && value.is_null() {
            prop_assert_eq!(path.read(&patched), OwnedValue::Null);
        }
    }
}

/// Texts of paths that can be read.
fn path_text() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec!["\"\"", "\"work\"", "\"a\\\"b\\\\\"", "\"]\"", "1", "-0.5", "1e300"]);
    let equal = prop_oneof![value.clone(), prop::sample::select(vec!["true", "false", "null"])];
    let attribute = || prop::sample::select(vec!["type", "VALUE", "a.b", "urn:x:1.0:y", "$ref", "not", "and"]);
    let leaf = prop_oneof![
        (attribute(), prop::sample::select(vec!["eq", "NE", "co", "sw", "ew"]), equal)
            .prop_map(|(attribute, operator, value)| format!("{attribute} {operator} {value}")),
        (attribute(), prop::sample::select(vec!["gt", "ge", "LT", "le"]), value)
            .prop_map(|(attribute, operator, value)| format!("{attribute}  {operator}  {value}")),
        attribute().prop_map(|attribute| format!("{attribute} pr")),
    ];
    let filter = leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" and ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" OR ")),
            inner.clone().prop_map(|part| format!("( {part} )")),
            inner.prop_map(|part| format!("not({part})")),
        ]
    });
    let schema = prop::sample::select(vec!["", "urn:x:C:2.0:User:", "urn:ietf:params:scim:schemas:core:2.0:User:"]);
    let filter =
        prop::option::of(filter).prop_map(|filter| filter.map_or(String::new(), |filter| format!("[{filter}]")));
    (schema, prop::sample::select(vec!["emails", "a", "x-y_z"]), filter, prop::sample::select(vec!["", ".value", ".b"]))
        .prop_map(|(schema, name, filter, sub)| format!("{schema}{name}{filter}{sub}"))
}

/// Paths that lack a piece.
fn mutilated() -> impl Strategy<Value = String> {
    (path_text(), any::<prop::sample::Index>(), 0..4_usize).prop_map(|(text, at, length)| {
        let at = at.index(text.len());
        text.chars().enumerate().filter(|(index, _)| *index < at || *index >= at + length).map(|(_, c)| c).collect()
    })
}

/// Objects with the names that `path_text` uses.
fn json_like() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0..3_i64).prop_map(Json::from),
        prop::sample::select(vec!["", "work", "x"]).prop_map(Json::from),
    ];
    let name =
        prop::sample::select(vec!["emails", "a", "b", "type", "value", "primary", "urn:x:C:2.0:User", "schemas"]);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((name.clone(), inner), 0..4)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}
