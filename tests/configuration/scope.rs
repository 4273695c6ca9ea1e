//! Scoping filters: one case a line.

use attrflow::configuration::{Configuration, NullPolicy, Scope, Subject};
use attrflow::graph::Document;
use attrflow::{AttributeBag, Environment, Machine};
use serde_json::{Value as Json, json};

/// Whether a clause holds, by the filter it stands in: in `groups`, in
/// `inputFilterGroups`, or what the object fails with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    Always,
    Never,
    /// In an input filter, because the attribute is null or empty.
    InInput,
    Fails(&'static str),
}

use Held::{Always, Fails, InInput, Never};

/// The attribute's value (nothing where it is absent), the operator, its values, the
/// result.
#[rustfmt::skip]
const CLAUSES: &[(&str, &str, &str, Held)] = &[
    (r#""Sales""#, "EQUALS", r#"["Sales"]"#, Always),
    (r#""sales""#, "EQUALS", r#"["Sales"]"#, Never),
    (r#""Sales ""#, "EQUALS", r#"["Sales"]"#, Never),
    (r#""Sales""#, "EQUALS", r#"["HR", "Sales"]"#, Always),
    (r#""IT""#, "EQUALS", r#"["HR", "Sales"]"#, Never),
    (r#"7"#, "EQUALS", r#"["7"]"#, Always),
    (r#""07""#, "EQUALS", r#"["7"]"#, Never),
    (r#""7""#, "EQUALS", r#"["7"]"#, Always),
    (r#"true"#, "EQUALS", r#"["True"]"#, Always),
    (r#"true"#, "EQUALS", r#"["true"]"#, Never),
    (r#""e\u0301""#, "EQUALS", r#"["é"]"#, Never),
    (r#"["Sales", "Sales"]"#, "EQUALS", r#"["Sales"]"#, Always),
    (r#"["Sales", "HR"]"#, "EQUALS", r#"["Sales"]"#, Never),
    (r#"["Sales", "HR"]"#, "EQUALS", r#"["Sales", "HR"]"#, Always),
    ("", "EQUALS", r#"["Sales"]"#, Never),
    ("", "EQUALS", r#"[""]"#, Never),
    ("null", "EQUALS", r#"["Sales"]"#, Never),
    (r#""""#, "EQUALS", r#"[""]"#, Never),
    ("[]", "EQUALS", r#"["Sales"]"#, Never),

    (r#""Sales""#, "NOT EQUALS", r#"["Sales"]"#, Never),
    (r#""sales""#, "NOT EQUALS", r#"["Sales"]"#, Always),
    (r#""IT""#, "NOT EQUALS", r#"["HR", "Sales"]"#, Always),
    (r#""HR""#, "NOT EQUALS", r#"["HR", "Sales"]"#, Never),
    (r#"["IT", "Legal"]"#, "NOT EQUALS", r#"["Sales"]"#, Always),
    (r#"["IT", "Sales"]"#, "NOT EQUALS", r#"["Sales"]"#, Never),
    ("", "NOT EQUALS", r#"["Sales"]"#, InInput),
    ("null", "NOT EQUALS", r#"["Sales"]"#, InInput),
    (r#""""#, "NOT EQUALS", r#"["Sales"]"#, InInput),
    ("[]", "NOT EQUALS", r#"["Sales"]"#, InInput),

    ("true", "IS TRUE", "", Always),
    (r#""true""#, "IS TRUE", "", Always),
    (r#""TRUE""#, "IS TRUE", "", Always),
    ("false", "IS TRUE", "", Never),
    (r#""yes""#, "IS TRUE", "", Never),
    ("[true, true]", "IS TRUE", "", Always),
    ("[true, false]", "IS TRUE", "", Never),
    ("", "IS TRUE", "", Never),
    (r#""""#, "IS TRUE", "", Never),
    ("false", "IS FALSE", "", Always),
    (r#""False""#, "IS FALSE", "", Always),
    ("true", "IS FALSE", "", Never),
    (r#""no""#, "IS FALSE", "", Never),
    ("[false, true]", "IS FALSE", "", Never),
    ("", "IS FALSE", "", InInput),
    ("null", "IS FALSE", "", InInput),
    (r#""""#, "IS FALSE", "", InInput),

    ("", "IS NULL", "", Always),
    ("null", "IS NULL", "", Always),
    (r#""""#, "IS NULL", "", Always),
    ("[]", "IS NULL", "", Always),
    (r#"" ""#, "IS NULL", "", Never),
    (r#"[""]"#, "IS NULL", "", Never),
    ("0", "IS NULL", "", Never),
    ("false", "IS NULL", "", Never),
    ("", "IS NOT NULL", "", Never),
    (r#""""#, "IS NOT NULL", "", Never),
    ("[]", "IS NOT NULL", "", Never),
    (r#"" ""#, "IS NOT NULL", "", Always),
    (r#"["a", "b"]"#, "IS NOT NULL", "", Always),
    ("0", "IS NOT NULL", "", Always),

    (r#""+33 1 23""#, "REGEX MATCH", r#"["\\+33"]"#, Always),
    (r#""ann@contoso.com""#, "REGEX MATCH", r#"["contoso"]"#, Always),
    (r#""ann@contoso.com""#, "REGEX MATCH", r#"["^contoso"]"#, Never),
    (r#""ann@contoso.com""#, "REGEX MATCH", r#"["CONTOSO"]"#, Never),
    (r#""ann@contoso.com""#, "REGEX MATCH", r#"["(?i)CONTOSO"]"#, Always),
    (r#""ann@contoso.com""#, "REGEX MATCH", r#"["^x", "com$"]"#, Always),
    (r#""ann@contoso.com\n""#, "REGEX MATCH", r#"["com$"]"#, Always),
    (r#"["a1", "b2"]"#, "REGEX MATCH", r#"["^[a-z]\\d$"]"#, Always),
    (r#"["a1", "b"]"#, "REGEX MATCH", r#"["^[a-z]\\d$"]"#, Never),
    (r#"42"#, "REGEX MATCH", r#"["^4"]"#, Always),
    ("", "REGEX MATCH", r#"[".*"]"#, Never),
    (r#""""#, "REGEX MATCH", r#"["^$"]"#, Never),
    (r#""User_1""#, "NOT REGEX MATCH", r#"["^User_"]"#, Never),
    (r#""x""#, "NOT REGEX MATCH", r#"["^User_"]"#, Always),
    (r#""x""#, "NOT REGEX MATCH", r#"["^User_", "x"]"#, Never),
    (r#"["x", "User_1"]"#, "NOT REGEX MATCH", r#"["^User_"]"#, Never),
    ("", "NOT REGEX MATCH", r#"["^User_"]"#, InInput),
    (r#""""#, "NOT REGEX MATCH", r#"["^User_"]"#, InInput),

    ("11", "GREATER_THAN", r#"["10"]"#, Always),
    ("10", "GREATER_THAN", r#"["10"]"#, Never),
    (r#""9""#, "GREATER_THAN", r#"["10"]"#, Never),
    (r#""-3""#, "GREATER_THAN", r#"["-4"]"#, Always),
    (r#"5"#, "GREATER_THAN", r#"["10", "3"]"#, Always),
    ("[11, 12]", "GREATER_THAN", r#"["10"]"#, Always),
    ("[11, 9]", "GREATER_THAN", r#"["10"]"#, Never),
    (r#""ten""#, "GREATER_THAN", r#"["10"]"#, Fails("AF401")),
    (r#"[11, "ten"]"#, "GREATER_THAN", r#"["10"]"#, Fails("AF401")),
    // The first value decides already.
    (r#"[9, "ten"]"#, "GREATER_THAN", r#"["10"]"#, Never),
    ("", "GREATER_THAN", r#"["10"]"#, Never),
    (r#""""#, "GREATER_THAN", r#"["-1"]"#, Never),
    ("9223372036854775807", "GREATER_THAN", r#"["9223372036854775806"]"#, Always),
    ("10", "GREATER_THAN_OR_EQUALS", r#"["10"]"#, Always),
    ("9", "GREATER_THAN_OR_EQUALS", r#"["10"]"#, Never),
    (r#""x""#, "GREATER_THAN_OR_EQUALS", r#"["10"]"#, Fails("AF401")),
    ("", "GREATER_THAN_OR_EQUALS", r#"["0"]"#, Never),

    (r#""Head of Sales""#, "INCLUDES", r#"["Sales"]"#, Always),
    (r#""Head of sales""#, "INCLUDES", r#"["Sales"]"#, Never),
    (r#""x""#, "INCLUDES", r#"["Sales", "x"]"#, Always),
    (r#""x""#, "INCLUDES", r#"[""]"#, Always),
    (r#"["Sales EU", "Sales US"]"#, "INCLUDES", r#"["Sales"]"#, Always),
    (r#"["Sales EU", "HR"]"#, "INCLUDES", r#"["Sales"]"#, Never),
    ("", "INCLUDES", r#"["Sales"]"#, Never),
    (r#""ann@contoso.com""#, "ENDS_WITH", r#"["@contoso.com"]"#, Always),
    (r#""ann@contoso.COM""#, "ENDS_WITH", r#"["@contoso.com"]"#, Never),
    (r#""x@b""#, "ENDS_WITH", r#"["@a", "@b"]"#, Always),
    ("", "ENDS_WITH", r#"["x"]"#, Never),

    ("512", "&", r#"["512"]"#, Always),
    ("514", "&", r#"["2"]"#, Always),
    ("512", "&", r#"["2"]"#, Never),
    // Any of the bits, which the vendor's own filter needs.
    ("2", "&", r#"["566259712", "2"]"#, Always),
    ("128", "&", r#"["129"]"#, Always),
    (r#""0""#, "&", r#"["1"]"#, Never),
    (r#""abc""#, "&", r#"["1"]"#, Fails("AF401")),
    ("", "&", r#"["1"]"#, Never),
    ("512", "!&", r#"["2"]"#, Always),
    ("514", "!&", r#"["2"]"#, Never),
    ("1", "!&", r#"["566259712"]"#, Always),
    (r#""abc""#, "!&", r#"["1"]"#, Fails("AF401")),
    ("", "!&", r#"["566259712"]"#, InInput),
    (r#""""#, "!&", r#"["1"]"#, InInput),

    // Names in any case and spacing.
    (r#""a""#, "Equals", r#"["a"]"#, Always),
    (r#""a""#, "equals", r#"["a"]"#, Always),
    (r#""a""#, "NotEquals", r#"["a"]"#, Never),
    (r#""a""#, "Not_Equals", r#"["a"]"#, Never),
    (r#""a""#, "not  equals", r#"["a"]"#, Never),
    ("true", "IsTrue", "", Always),
    ("", "isnull", "", Always),
    ("", "Is_Not_Null", "", Never),
    (r#""a""#, "RegexMatch", r#"["a"]"#, Always),
    (r#""a""#, "Not Regex_Match", r#"["a"]"#, Never),
    ("2", "Greater_Than", r#"["1"]"#, Always),
    ("2", "greater than", r#"["2"]"#, Never),
    ("2", "Greater_Than_OR_EQUALS", r#"["2"]"#, Always),
    ("2", "GreaterThanOrEquals", r#"["2"]"#, Always),
    (r#""ab""#, "Includes", r#"["b"]"#, Always),
    (r#""ab""#, "Ends With", r#"["b"]"#, Always),
    ("3", " & ", r#"["1"]"#, Always),
    ("3", "! &", r#"["1"]"#, Never),
];

/// A filter over the attribute `a`; its clauses or groups as they are.
fn configuration(scope: Json) -> Configuration {
    let mapping = json!({
        "scope": scope,
        "attributeMappings": [
            {"targetAttributeName": "id", "matchingPriority": 1, "source": {"expression": "[id]"}},
        ],
    });
    Configuration::compile(&Document::from_json(mapping).unwrap().schema()).unwrap()
}

fn clause(attribute: &str, operator: &str, values: &str) -> Json {
    let mut clause = json!({"sourceOperandName": attribute, "operatorName": operator});
    if !values.is_empty() {
        clause["targetOperand"] = json!({"values": serde_json::from_str::<Json>(values).unwrap()});
    }
    clause
}

fn record(value: &str) -> AttributeBag {
    let mut bag = AttributeBag::from_iter([("id", "1")]);
    if !value.is_empty() {
        bag.set("a", attrflow::OwnedValue::from(&serde_json::from_str::<Json>(value).unwrap()));
    }
    bag
}

/// What the filter says, and whether the explanation says the same and names the policy.
fn scope(configuration: &Configuration, bag: &AttributeBag, policy: Option<NullPolicy>) -> Result<Scope, String> {
    let flow = configuration.only_flow().unwrap();
    let mut machine = Machine::with_environment(Environment::fixed("2026-01-01T00:00:00Z").unwrap());
    let subject = Subject::new(flow, bag);
    let scope = flow.scope(&mut machine, &subject);
    let trace = flow.explain_scope(&mut machine, &subject);
    assert_eq!(trace.scope, scope);
    assert_eq!(trace.groups[0].clauses[0].policy, policy);
    scope.map_err(|error| error.code.to_string())
}

#[test]
fn clauses_hold_as_operators_say() {
    for (value, operator, values, expected) in CLAUSES {
        let case = format!("{value} | {operator} | {values}");
        let bag = record(value);
        let spelled = operator.replace([' ', '_'], "").to_uppercase();
        let asks_null = spelled == "ISNULL" || spelled == "ISNOTNULL";
        let empty = ["", "null", "\"\"", "[]"].contains(value) && !asks_null;
        let filter = |list: &str| configuration(json!({list: [{"clauses": [clause("a", operator, values)]}]}));
        let scoping = scope(&filter("groups"), &bag, empty.then_some(NullPolicy::NeverHolds));
        // Only a negative clause is decided by the other policy.
        let negative = ["ISFALSE", "NOTEQUALS", "NOTREGEXMATCH", "!&"].contains(&spelled.trim());
        let policy = if negative { NullPolicy::NegativeHolds } else { NullPolicy::NeverHolds };
        let input = scope(&filter("inputFilterGroups"), &bag, empty.then_some(policy));
        let category = scope(&filter("categoryFilterGroups"), &bag, empty.then_some(NullPolicy::NeverHolds));
        let (wanted, wanted_of_input) = match expected {
            Always => (Ok(Scope::In), Ok(Scope::In)),
            Never => (Ok(Scope::Out), Ok(Scope::Unread)),
            InInput => (Ok(Scope::Out), Ok(Scope::In)),
            Fails(code) => (Err((*code).to_owned()), Err((*code).to_owned())),
        };
        let wanted_of_category = if wanted == Ok(Scope::Out) { Ok(Scope::Unread) } else { wanted.clone() };
        assert_eq!(scoping, wanted, "{case} in groups");
        assert_eq!(input, wanted_of_input, "{case} in inputFilterGroups");
        assert_eq!(category, wanted_of_category, "{case} in categoryFilterGroups");
    }
}

/// Every operator that is declared has cases here.
#[test]
fn every_operator_has_cases() {
    use attrflow::functions::{Page, Registry};
    let registry = Registry::scoping();
    let mut count = 0;
    for operator in registry.iter().filter(|function| function.page == Page::Scoping) {
        let name = operator.name(attrflow::Dialect::Provisioning).unwrap();
        let of: Vec<_> = CLAUSES.iter().filter(|(_, known, ..)| *known == name).collect();
        assert!(of.len() >= 4, "{name}");
        for held in [Always, Never] {
            assert!(of.iter().any(|case| case.3 == held), "{name} {held:?}");
        }
        count += 1;
    }
    assert_eq!(count, 14);
}

/// Groups, each with the operators' results of its clauses: what the filter says.
const GROUPS: &[(&[&[bool]], bool)] = &[
    (&[], true),
    (&[&[]], true),
    (&[&[true]], true),
    (&[&[true, true]], true),
    (&[&[true, false]], false),
    (&[&[false, true]], false),
    (&[&[false], &[true]], true),
    (&[&[false], &[true, false]], false),
    (&[&[false, false], &[false], &[true, true]], true),
    (&[&[false], &[]], true),
];

#[test]
fn clauses_of_a_group_must_all_hold_and_of_groups_one() {
    let groups = |groups: &[&[bool]]| -> Json {
        let clause = |holds: &bool| clause("a", if *holds { "IS NOT NULL" } else { "IS NULL" }, "");
        groups.iter().map(|clauses| json!({"clauses": clauses.iter().map(clause).collect::<Vec<_>>()})).collect()
    };
    let bag = record("1");
    let scope = |filter: Json| {
        let configuration = configuration(filter);
        let flow = configuration.only_flow().unwrap();
        flow.scope(&mut Machine::new(), &Subject::new(flow, &bag)).unwrap()
    };
    for (one, holds) in GROUPS {
        assert_eq!(scope(json!({"groups": groups(one)})) == Scope::In, *holds, "{one:?}");
        for (other, also) in GROUPS {
            let expected = match (holds, also) {
                (false, _) => Scope::Unread,
                (true, false) => Scope::Out,
                (true, true) => Scope::In,
            };
            assert_eq!(scope(json!({"inputFilterGroups": groups(one), "groups": groups(other)})), expected);
            assert_eq!(scope(json!({"categoryFilterGroups": groups(one), "groups": groups(other)})), expected);
        }
    }
}

/// What does not compile, or not silently: the clause, the code, and a part of what is said or advised.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &str, &str, &str)] = &[
    ("a", "EQUALL", r#"["x"]"#, "AF504", "did you mean EQUALS?"),
    ("a", "NOT EQUAL", r#"["x"]"#, "AF504", "did you mean NOT EQUALS?"),
    ("a", "REGEXMATCHES", r#"["x"]"#, "AF504", "did you mean REGEX MATCH?"),
    ("a", "IS_NUL", "", "AF504", "did you mean IS NULL?"),
    ("a", "ENDSWITH_", r#"["x"]"#, "", ""),
    ("a", "LIKE", r#"["x"]"#, "AF504", "'LIKE' is no operator of scoping filters"),
    // Functions of the language are no operators.
    ("a", "Contains", r#"["x"]"#, "AF504", "'Contains' is no operator of scoping filters"),
    ("a", "Not", "", "AF504", "'Not' is no operator of scoping filters"),
    ("a", "", "", "AF504", "is no operator"),
    ("a", "IsMemberOf", r#"["x"]"#, "AF505", "the service does not support it"),
    ("a", "is member_of", r#"["x"]"#, "AF505", "IsMemberOf cannot be used"),
    ("", "EQUALS", r#"["x"]"#, "AF506", "the clause has no source attribute"),
    ("a", "EQUALS", "", "AF506", "EQUALS compares with a value, and has none"),
    ("a", "!&", "[]", "AF506", "!& compares with a value, and has none"),
    ("a", "IS TRUE", r#"["x"]"#, "AF506", "IS TRUE takes no value"),
    ("a", "NOT REGEX MATCH", r#"["a", "["]"#, "AF207", "["),
    ("a", "GREATER_THAN_OR_EQUALS", r#"["1", "x"]"#, "AF205", "wants an integer"),
    ("OK", "IS NULL", "", "AF106", "the attribute [OK] is named [ok]"),
];

#[test]
fn clauses_that_cannot_be_used_are_told_with_their_place() {
    for (attribute, operator, values, code, words) in WRONG {
        let mapping = json!({
            "scope": {"groups": [{"clauses": [clause("ok", "IS NULL", ""), clause(attribute, operator, values)]}]},
            "attributeMappings": [{"targetAttributeName": "id", "matchingPriority": 1, "source": {"expression": "[id]"}}],
        });
        let compiled = Configuration::compile(&Document::from_json(mapping).unwrap().schema());
        if code.is_empty() {
            assert!(compiled.is_ok(), "{operator}");
            continue;
        }
        let found = compiled.map_or_else(|error| error.findings().to_vec(), |known| known.findings().to_vec());
        let [finding] = &*found else { panic!("{operator}: {found:#?}") };
        let diagnostic = &finding.diagnostic;
        assert_eq!(diagnostic.code.as_str(), *code, "{operator}: {found:#?}");
        // A clause is no text that could be changed at a place.
        assert_eq!(diagnostic.fix, None, "{operator}");
        let said = format!("{} {}", diagnostic.message, diagnostic.help.clone().unwrap_or_default());
        assert!(said.contains(words), "{operator}: {said}");
        assert_eq!(finding.pointer, "/synchronizationRules/0/objectMappings/0/scope/groups/0/clauses/1");
    }
}
