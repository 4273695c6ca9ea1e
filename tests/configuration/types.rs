//! What is found of types before anything runs: expressions against the definitions of
//! both sides.

use attrflow::Code;
use attrflow::configuration::{Configuration, Finding};
use attrflow::graph::Document;
use serde_json::{Value as Json, json};

/// The source attributes `required` and `sure` are required, the target attributes are named after
/// what they take.
fn findings(target: &str, expression: &str, more: &Json, scope: &Json) -> Vec<Finding> {
    compiled(&document(target, expression, more, scope))
}

fn document(target: &str, expression: &str, more: &Json, scope: &Json) -> Json {
    let source = |name: &str, kind: &str| json!({"name": name, "type": kind});
    let mut mapping = json!({"targetAttributeName": target, "source": {"expression": expression}});
    mapping.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({
        "synchronizationRules": [{
            "sourceDirectoryName": "S", "targetDirectoryName": "T",
            "objectMappings": [{
                "sourceObjectName": "u", "targetObjectName": "U", "scope": scope,
                "attributeMappings": [
                    {"targetAttributeName": "key", "matchingPriority": 1, "source": {"expression": "[id]"}},
                    mapping,
                ],
            }],
        }],
        "directories": [
            {"name": "S", "objects": [{"name": "u", "attributes": [
                {"name": "id", "anchor": true, "required": true},
                {"name": "text"}, {"name": "other"}, source("integer", "Integer"), source("flag", "Boolean"),
                source("date", "DateTime"), source("bytes", "Binary"), source("manager", "Reference"),
                {"name": "list", "multivalued": true}, {"name": "required", "required": true},
                {"name": "sure", "type": "Boolean", "required": true},
                {"name": "anchor", "anchor": true}, {"name": "odd", "type": "Colour"},
                {"name": "extension_0a_skills", "multivalued": true}, {"name": "cleared", "flowNullValues": true},
                // The first of a name counts, in whatever case.
                {"name": "twice", "multivalued": true}, {"name": "Twice"}, {"name": "twice"},
            ]}]},
            {"name": "T", "objects": [{"name": "U", "attributes": [
                {"name": "key", "anchor": true}, {"name": "text"}, source("integer", "Integer"),
                source("flag", "Boolean"), source("date", "DateTime"), source("bytes", "Binary"),
                source("manager", "Reference"), {"name": "list", "multivalued": true},
                {"name": "needed", "required": true},
                {"name": "filled", "required": true, "defaultValue": "x"},
                {"name": "flags", "type": "Boolean", "multivalued": true},
            ]}]},
        ],
    })
}

fn compiled(document: &Json) -> Vec<Finding> {
    let document = Document::read(&document.to_string()).unwrap();
    match Configuration::compile(&document.schema()) {
        Ok(configuration) => configuration.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    }
}

/// What of the findings is about types, as `severity code place`.
fn said(found: &[Finding]) -> Vec<String> {
    let other = [Code::RequiredUnmapped];
    let types = found.iter().filter(|finding| {
        let code = finding.diagnostic.code;
        code.as_str().starts_with("AF5") && !other.contains(&code)
    });
    let line = |finding: &Finding| {
        let found = &finding.diagnostic;
        format!("{} {} {}", found.severity, found.code, found.span.of(&finding.text)).trim_end().to_owned()
    };
    types.map(line).collect()
}

/// A target attribute, an expression, and what is found of it.
#[rustfmt::skip]
const CASES: &[(&str, &str, &[&str])] = &[
    // What a value can never become.
    ("flag", "[date]", &["warning AF509 [date]"]),
    ("flag", "[bytes]", &["warning AF509 [bytes]"]),
    ("integer", "[bytes]", &["warning AF509 [bytes]"]),
    ("integer", "[date]", &["warning AF509 [date]"]),
    ("date", "[flag]", &["warning AF509 [flag]"]),
    ("date", "[integer]", &["warning AF509 [integer]"]),
    ("bytes", "[integer]", &["warning AF509 [integer]"]),
    ("flags", "[date]", &["warning AF509 [date]"]),
    ("date", "Len([text])", &["warning AF509 Len([text])"]),
    ("flag", "DateAdd(\"d\", 1, [text])", &["warning AF509 DateAdd(\"d\", 1, [text])"]),
    ("flag", "Redact(Now())", &["error AF509 Now()"]),
    ("date", "IIF([flag], 1, 2)", &["error AF509 1", "error AF509 2"]),
    // What it can, or may.
    ("integer", "[text]", &[]),
    ("integer", "[flag]", &[]),
    ("flag", "[integer]", &[]),
    ("date", "[text]", &[]),
    ("bytes", "[text]", &[]),
    ("text", "[bytes]", &[]),
    ("text", "[date]", &[]),
    ("manager", "[text]", &[]),
    ("manager", "[integer]", &[]),
    ("flag", "[odd]", &[]),
    ("integer", "NumFromDate([date])", &[]),
    ("flag", "IsPresent([date])", &[]),
    ("flag", "IIF([flag], Error(\"no\"), IgnoreAttributeFlow)", &[]),
    // A branch that never fits.
    ("integer", "Switch([text], \"0\", \"a\", \"n/a\", \"b\", \"7\")", &["warning AF509 \"n/a\""]),
    ("integer", "Switch([text], \"low\", \"a\", \"high\")", &["error AF509 \"low\"", "error AF509 \"high\""]),
    ("flag", "IIF([text]=\"a\", [date], [flag])", &["warning AF509 [date]"]),
    ("flag", "Coalesce([date], \"False\")", &["warning AF509 [date]"]),
    ("integer", "Switch([text], , \"a\", \"\")", &[]),
    // Null fits, and an attribute that is left out does not fail.
    ("integer", "IIF([text]=\"Z\", \"abc\", NULL)", &["warning AF509 \"abc\""]),
    ("integer", "IIF([text]=\"Z\", \"abc\", IgnoreAttributeFlow)", &["warning AF509 \"abc\""]),
    ("integer", "IIF([text]=\"Z\", \"abc\", Error(\"no\"))", &["error AF509 \"abc\""]),
    // Records may hold another form than the definition says; what a function gives is sure.
    ("date", "[sure]", &["warning AF509 [sure]"]),
    ("date", "RemoveDuplicates([sure])", &["warning AF509 [sure]"]),
    ("date", "Item([sure], 1)", &["warning AF509 Item([sure], 1)"]),
    ("date", "Not([sure])", &["error AF509 Not([sure])"]),
    // A day that only leap years have.
    ("date", "\"02/29\"", &[]),
    ("date", "\"02/30\"", &["error AF509 \"02/30\""]),
    // Several values for one.
    ("text", "[list]", &["warning AF519 [list]"]),
    ("text", "ToLower(Trim([list]))", &["warning AF519 [list]"]),
    ("text", "Split([text], \",\")", &["warning AF519 Split([text], \",\")"]),
    ("text", "RemoveDuplicates([list])", &["warning AF519 [list]"]),
    ("text", "IIF([flag], [text], [list])", &["warning AF519 [list]"]),
    ("text", "[LIST]", &["warning AF519 [LIST]"]),
    ("text", "[twice]", &["warning AF519 [twice]"]),
    ("text", "[Twice]", &["warning AF519 [Twice]"]),
    ("text", "Item([list], 1)", &[]),
    ("text", "Join(\",\", [list])", &[]),
    ("integer", "Count([list])", &[]),
    // A condition may ask how many there are.
    ("text", "IIF(Count([list])=1, [list], \"\")", &[]),
    ("text", "IIF([flag], [list], IIF(Count([list])=1, [list], \"\"))", &["warning AF519 [list]"]),
    ("list", "[list]", &[]),
    ("list", "[text]", &[]),
    // Nothing for what is required.
    ("needed", "[text]", &["warning AF518 [text]"]),
    ("needed", "Append(ToLower([text]), \"x\")", &["warning AF518 [text]"]),
    ("needed", "Replace([text], \"a\", , , \"b\", , )", &["warning AF518 [text]"]),
    ("needed", "Item([list], 1)", &["warning AF518 [list]"]),
    ("needed", "NumFromDate([date])", &["warning AF518 [date]"]),
    ("needed", "Coalesce([text], [other])", &["warning AF518 [text]"]),
    ("needed", "IgnoreFlowIfNullOrEmpty([text])", &["warning AF518 [text]"]),
    ("needed", "IIF([flag], [required], IgnoreAttributeFlow)", &["warning AF518 IgnoreAttributeFlow"]),
    ("needed", "IIF([flag], [text], \"x\")", &["warning AF518 [text]"]),
    ("needed", "IIF([flag], \"x\")", &["warning AF518 IIF([flag], \"x\")"]),
    ("needed", "Switch([text], , \"a\", \"b\")", &["warning AF518 Switch([text], , \"a\", \"b\")"]),
    ("needed", "Switch([text], \"x\", \"\", NULL)", &["warning AF518 NULL"]),
    ("needed", "Switch([text], \"x\", \"\", \"\")", &["warning AF518 \"\""]),
    ("needed", "NULL", &["warning AF518"]),
    ("needed", "[required]", &[]),
    ("needed", "Trim([required])", &[]),
    ("needed", "[anchor]", &[]),
    ("needed", "Coalesce([text], [required])", &[]),
    ("needed", "Join(\" \", [text], [other])", &[]),
    ("needed", "IIF(IsPresent([text]), [text], \"x\")", &[]),
    ("needed", "IIF(IsNullOrEmpty([text]), \"x\", ToLower([text]))", &[]),
    ("needed", "IIF(Not(IsNull([text])), [text], \"x\")", &[]),
    ("needed", "IIF([text]=\"\", \"x\", [text])", &[]),
    ("needed", "Switch([text], [text], \"\", \"x\")", &[]),
    ("needed", "Switch([text], \"x\", \"a\", [text])", &[]),
    ("needed", "Switch(IsPresent([text]), \"x\", \"True\", [text])", &[]),
    // What a condition looks at may be tested by it in ways that are not known.
    ("needed", "IIF(Len([text])>0, [text], \"x\")", &[]),
    ("needed", "IIF([flag], Error(\"no\"), \"x\")", &[]),
    ("needed", "SelectUniqueValue([text], [other])", &[]),
    ("needed", "%name%", &[]),
    ("filled", "[text]", &[]),
    // One fault is one finding.
    ("needed", "[gone]", &["warning AF513"]),
];

#[test]
fn types_are_judged_before_anything_runs() {
    for (target, expression, expected) in CASES {
        let found = findings(target, expression, &json!({}), &json!(null));
        assert_eq!(said(&found), *expected, "{target}: {expression}: {found:#?}");
    }
}

#[test]
fn what_stands_beside_an_expression_counts() {
    let cases = [
        ("needed", "[text]", json!({"defaultValue": "x"}), json!(null), &[][..]),
        ("needed", "[text]", json!({"matchingPriority": 2}), json!(null), &[]),
        ("needed", "[text]", json!({"flowNullValues": true}), json!(null), &["warning AF522"]),
        ("needed", "[cleared]", json!({"flowNullValues": true}), json!(null), &["warning AF522"]),
        ("text", "[cleared]", json!({"flowNullValues": true}), json!(null), &[]),
        ("text", "[text]", json!({"flowNullValues": true}), json!(null), &["warning AF522"]),
        ("text", "[cleared]", json!({"flowNullValues": true, "matchingPriority": 2}), json!(null), &["warning AF522"]),
        ("list", "[cleared]", json!({"flowNullValues": true}), json!(null), &["warning AF522"]),
    ];
    for (target, expression, more, scope, expected) in cases {
        assert_eq!(said(&findings(target, expression, &more, &scope)), expected, "{target}: {expression}: {more}");
    }
}

/// What the matching mapping and the object mapping say.
#[test]
fn what_stands_around_a_mapping_counts() {
    let null = ["warning AF518 [text]"];
    let cases = [
        // Without what it is matched by an object fails, and nothing is left empty.
        ("[text]", json!({}), json!({}), &[][..]),
        ("[TEXT]", json!({}), json!({}), &[]),
        ("ToLower([text])", json!({}), json!({}), &null),
        ("[other]", json!({}), json!({}), &null),
        ("[text]", json!({"defaultValue": "x"}), json!({}), &[]),
        // What creates no objects needs no value for them.
        ("[id]", json!({}), json!({"flowTypes": "Update, Delete"}), &[]),
        ("[id]", json!({}), json!({"flowTypes": "Add, Update"}), &null),
    ];
    let set = |into: &mut Json, more: &Json| into.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let second = json!({"targetAttributeName": "text", "matchingPriority": 2, "source": {"expression": "[other]"}});
    for (key, of_key, of_object, expected) in cases {
        let mut document = document("needed", "[text]", &json!({}), &json!(null));
        let object = &mut document["synchronizationRules"][0]["objectMappings"][0];
        set(object, &of_object);
        object["attributeMappings"][0]["source"]["expression"] = json!(key);
        set(&mut object["attributeMappings"][0], &of_key);
        let found = compiled(&document);
        assert_eq!(said(&found), expected, "{key} {of_key} {of_object}: {found:#?}");
        // Who lacks one of two attributes may be matched by the other.
        let mut two = document.clone();
        let mappings = &mut two["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"];
        mappings.as_array_mut().unwrap().push(second.clone());
        let creates = of_object["flowTypes"] != "Update, Delete";
        assert_eq!(said(&compiled(&two)), if creates { &null[..] } else { &[] }, "{key} {of_key} {of_object}");
        // Nor is an attribute missed that no mapping fills.
        let attributes = &mut document["directories"][1]["objects"][0]["attributes"];
        attributes.as_array_mut().unwrap().push(json!({"name": "gap", "required": true}));
        let missed = compiled(&document).iter().any(|one| one.diagnostic.code == Code::RequiredUnmapped);
        assert_eq!(missed, creates, "{of_object}");
    }
}

/// The name of the source directory tells whether it is the vendor's own.
#[test]
fn the_source_directory_counts() {
    let cases = [
        ("Azure Active Directory", "[cleared]", &["warning AF522"][..], "is not supported in outbound provisioning"),
        ("Microsoft Entra ID", "[cleared]", &["warning AF522"], "is not supported in outbound provisioning"),
        ("Central HR", "[cleared]", &[], ""),
        ("Central AD", "[cleared]", &[], ""),
        ("Azure Active Directory", "[extension_0a_skills]", &["warning AF520"], "an extension with several values"),
        ("SQL", "[extension_0a_skills]", &["warning AF519 [extension_0a_skills]"], "this may have several"),
    ];
    for (directory, expression, expected, words) in cases {
        let more = json!({"flowNullValues": expression == "[cleared]"});
        let mut document = document("text", expression, &more, &json!(null));
        document["synchronizationRules"][0]["sourceDirectoryName"] = json!(directory);
        document["directories"][0]["name"] = json!(directory);
        let found = compiled(&document);
        assert_eq!(said(&found), expected, "{directory}: {expression}: {found:#?}");
        assert!(found.iter().any(|one| one.diagnostic.message.contains(words)), "{directory}: {found:#?}");
    }
}

/// A condition on a required attribute is sound unless the attribute is text, which may be empty.
#[test]
fn definitions_tell_which_conditions_are_sound() {
    let cases = [
        ("IIF([sure]=True, \"x\", \"y\")", ""),
        ("IIF([SURE]=True, \"x\", \"y\")", ""),
        ("IIF([IsSoftDeleted]=True, \"x\", \"y\")", ""),
        ("IIF([flag]=True, \"x\", \"y\")", "[flag]"),
        ("IIF([required]=\"1\", \"x\", \"y\")", "[required]"),
        ("IIF(Join([required], [sure], [flag])=\"1\", \"x\", \"y\")", "[required]"),
        ("Switch([required], \"x\", \"1\", IIF([sure]=[flag], \"x\", IIF([required]=\"2\", \"y\", \"z\")))", "[flag]"),
    ];
    for (expression, expected) in cases {
        let found = findings("text", expression, &json!({}), &json!(null));
        let found: Vec<_> = found.iter().filter(|one| one.diagnostic.code == Code::ConditionMayBeNull).collect();
        assert_eq!(found.len(), usize::from(!expected.is_empty()), "{expression}: {found:#?}");
        assert!(
            found.iter().all(|one| one.diagnostic.message.contains(&format!("looks at {expected},"))),
            "{found:#?}"
        );
    }
}

/// Objects in scope have what every group of the filter asks of them.
#[test]
fn a_scoping_filter_tells_what_objects_have() {
    let clause = |name: &str, operator: &str| json!({"sourceOperandName": name, "operatorName": operator});
    let valued = json!({"sourceOperandName": "text", "operatorName": "NOT EQUALS", "targetOperand": {"values": ["x"]}});
    let scope = |property: &str, groups: &[Vec<Json>]| {
        let groups: Vec<Json> = groups.iter().map(|clauses| json!({"clauses": clauses})).collect();
        json!({property: groups})
    };
    let needed = |scope: Json| said(&findings("needed", "[text]", &json!({}), &scope));
    let asks = clause("text", "IS NOT NULL");
    let none: [&str; 0] = [];
    let input = |clause: Json| needed(scope("inputFilterGroups", &[vec![clause]]));
    let null = ["warning AF518 [text]"];
    assert_eq!(needed(scope("groups", &[vec![asks.clone()]])), none);
    assert_eq!(needed(scope("groups", &[vec![valued.clone()], vec![clause("flag", "IS TRUE"), asks.clone()]])), none);
    assert_eq!(needed(scope("groups", &[vec![asks.clone()], vec![clause("flag", "IS TRUE")]])), null);
    assert_eq!(needed(scope("groups", &[vec![clause("text", "Is_Null")]])), null);
    let list = scope("groups", &[vec![asks.clone(), clause("list", "IS NOT NULL")]]);
    assert_eq!(needed(list), ["warning AF521"]);
    // Names are compared as everywhere.
    let shouted = clause("TEXT", "IS NOT NULL");
    assert_eq!(needed(scope("groups", &[vec![shouted.clone()]])), none);
    assert_eq!(needed(scope("groups", &[vec![asks.clone()], vec![shouted]])), none);
    // The other lists count too, and for all their groups or not at all.
    assert_eq!(input(asks.clone()), none);
    assert_eq!(input(clause("text", "IS NULL")), null);
    assert_eq!(needed(scope("inputFilterGroups", &[vec![asks.clone()], vec![clause("flag", "IS TRUE")]])), null);
    assert_eq!(needed(scope("categoryFilterGroups", &[vec![valued.clone()]])), none);
    let mut both = scope("groups", &[vec![clause("flag", "IS TRUE")]]);
    both["categoryFilterGroups"] = json!([{"clauses": [asks]}]);
    assert_eq!(needed(both), none);
    // A negative clause of an input filter lets null in.
    assert_eq!(input(valued), ["hint AF517", "warning AF518 [text]"]);
}
