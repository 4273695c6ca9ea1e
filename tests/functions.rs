//! What holds for functions beyond their examples: marks, random values, and that no
//! combination of arguments does harm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use attrflow::functions::Presence;
use attrflow::{
    AttributeBag, Code, Compiler, Dialect, Environment, Expression, Field, Machine, Mapping, MappingSet, Outcome,
    OwnedValue, Registry, Value,
};

fn seeded(seed: u64) -> Machine {
    Machine::with_environment(Environment::fixed("2026-01-01T12:00:00Z").unwrap().with_seed(seed))
}

fn text(machine: &mut Machine, expression: &str, bag: &AttributeBag) -> String {
    let expression = Expression::parse(expression).unwrap();
    machine.evaluate(&expression, bag).into_owned().unwrap().to_string()
}

#[test]
fn a_seed_and_a_record_give_the_same_in_any_order() {
    let set = MappingSet::compile([Mapping::new("id", "Guid()"), Mapping::new("key", "Guid()")]).unwrap();
    let bags: Vec<AttributeBag> = (0..50).map(|n| AttributeBag::from_iter([("n", n.to_string())])).collect();
    let run = |machine: &mut Machine, bag| -> Vec<String> {
        machine.apply(&set, bag).iter().map(|(_, e)| e.outcome().unwrap().to_string()).collect()
    };
    let (mut one, mut two) = (seeded(7), seeded(7));
    let forwards: Vec<_> = bags.iter().map(|bag| run(&mut one, bag)).collect();
    let mut backwards: Vec<_> = bags.iter().rev().map(|bag| run(&mut two, bag)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    let mut all: Vec<&String> = forwards.iter().flatten().collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 100, "records and targets draw different values");
    assert_ne!(run(&mut seeded(8), &bags[0]), forwards[0], "another seed draws others");
}

#[test]
fn a_guid_is_of_version_4() {
    let mut machine = Machine::new();
    for _ in 0..100 {
        let guid = text(&mut machine, "Guid()", &AttributeBag::new());
        let parts: Vec<&str> = guid.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(guid.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c)), "{guid}");
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{guid}");
    }
}

#[test]
fn random_strings_are_as_demanded() {
    let special = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/";
    let expression = Expression::parse(r#"RandomString(20, 3, 4, 5, 6, "aA0,?")"#).unwrap();
    let mut machine = Machine::new();
    let mut first = std::collections::HashSet::new();
    for _ in 0..500 {
        let text = machine.evaluate(&expression, &AttributeBag::new()).into_owned().unwrap().to_string();
        let count = |is: &dyn Fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
        assert_eq!(text.chars().count(), 20);
        assert!(count(&|c| c.is_ascii_digit()) >= 3, "{text}");
        assert!(count(&|c| special.contains(c)) >= 4, "{text}");
        assert!(count(&|c| c.is_ascii_uppercase()) >= 5, "{text}");
        assert!(count(&|c| c.is_ascii_lowercase()) >= 6, "{text}");
        assert!(!text.contains(['a', 'A', '0', ',', '?']), "{text}");
        first.insert(text.chars().next().unwrap());
    }
    assert!(first.len() > 30, "every kind of character can come first");
    // Only kinds that are asked for.
    let digits = text(&mut machine, "RandomString(200, 1, 0, 0, 0)", &AttributeBag::new());
    assert!(digits.chars().all(|c| c.is_ascii_digit()), "{digits}");
}

#[test]
fn every_character_is_equally_likely() {
    let expression = Expression::parse("RandomString(250, 250, 0, 0, 0)").unwrap();
    let mut machine = Machine::new();
    let mut counts = [0_usize; 10];
    for _ in 0..400 {
        let text = machine.evaluate(&expression, &AttributeBag::new()).into_owned().unwrap().to_string();
        text.bytes().for_each(|b| counts[usize::from(b - b'0')] += 1);
    }
    // 10,000 of each are expected; 500 are five standard deviations.
    assert!(counts.iter().all(|count| count.abs_diff(10_000) < 500), "{counts:?}");
}

#[test]
fn redact_and_the_assertive_roles_mark_their_mapping_alone() {
    let roles = r#"{"id":"1","value":"Admin","displayName":"Admin"}"#;
    let set = MappingSet::compile([
        Mapping::new("a", r#"Redact("constant")"#),
        Mapping::new("b", "[x]"),
        Mapping::new("roles", "AssertiveAppRoleAssignmentsComplex([r])"),
        Mapping::new("other", "AppRoleAssignmentsComplex([r])"),
    ])
    .unwrap();
    let bag = AttributeBag::from_iter([("x", "1"), ("r", roles)]);
    let mut machine = Machine::new();
    for _ in 0..2 {
        let marks: Vec<_> =
            machine.apply(&set, &bag).iter().map(|(_, e)| (e.is_redacted(), e.is_assertive())).collect();
        assert_eq!(marks, [(true, false), (false, false), (false, true), (false, false)]);
    }
}

#[test]
fn mappings_that_share_a_call_each_have_its_mark_and_its_error() {
    let set = MappingSet::compile([
        Mapping::new("a", "ToLower(Redact([x]))"),
        Mapping::new("b", "Append(ToLower(Redact([x])), \"!\")"),
        Mapping::new("c", "IIF(IsPresent([y]), [y], Error(\"no y\"))"),
        Mapping::new("d", "Append(IIF(IsPresent([y]), [y], Error(\"no y\")), \"!\")"),
        Mapping::new("e", "IIF(IsPresent([x]), [x], Error(\"no y\"))"),
    ])
    .unwrap();
    let bag = AttributeBag::from_iter([("x", "A")]);
    let mut machine = Machine::new();
    for _ in 0..2 {
        let results: Vec<_> = machine
            .apply(&set, &bag)
            .iter()
            .map(|(_, e)| {
                (e.is_redacted(), e.into_owned().map(|value| value.to_string()).map_err(|error| error.message))
            })
            .collect();
        let expected = [
            (true, Ok("a".to_owned())),
            (true, Ok("a!".to_owned())),
            (false, Err("no y".to_owned())),
            (false, Err("no y".to_owned())),
            (false, Ok("A".to_owned())),
        ];
        assert_eq!(results, expected);
    }
}

#[test]
fn functions_take_values_that_text_cannot_show() {
    let sid = [1_u8, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xF4, 1, 0, 0];
    let mut bag = AttributeBag::new();
    bag.set("sid", OwnedValue::Binary(sid.to_vec()));
    bag.set("high", OwnedValue::Binary(vec![1, 1, 1, 0, 0, 0, 0, 5, 2, 0, 0, 0]));
    bag.set("role", OwnedValue::Complex(vec![("value".into(), "Admin".into())]));
    bag.set("ref", OwnedValue::Reference("cn=Joe,dc=contoso".into()));
    let mut machine = Machine::new();
    assert_eq!(text(&mut machine, "StringFromSid([sid])", &bag), "S-1-5-21-1-2-3-500");
    assert_eq!(text(&mut machine, "StringFromSid([high])", &bag), "S-1-0x010000000005-2");
    assert_eq!(text(&mut machine, "ConvertToBase64([high])", &bag), "AQEBAAAAAAUCAAAA");
    assert_eq!(text(&mut machine, "SingleAppRoleAssignment([role])", &bag), "Admin");
    assert_eq!(text(&mut machine, "DNComponent([ref], 2)", &bag), "contoso");
    assert_eq!(text(&mut machine, "IsString([sid])", &bag), "False");
    assert_eq!(text(&mut machine, r#"Contains([ref], "cn=Joe,dc=contoso")"#, &bag), "1");
    assert_eq!(text(&mut machine, r#"Contains([ref], "Joe")"#, &bag), "0");

    let expression = Expression::parse("AppRoleAssignmentsComplex([role])").unwrap();
    let evaluation = machine.evaluate(&expression, &bag);
    let Ok(Outcome::Value(Value::Multi([Value::Complex(fields)]))) = evaluation.outcome() else {
        panic!("{evaluation:?}")
    };
    assert_eq!(fields[0], Field { name: "primary", value: Value::Boolean(false) });
    assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["primary", "type", "display", "value"]);
}

#[test]
fn a_pattern_that_is_wrong_is_pointed_at() {
    let text = r#"Replace([x], , "a(b", , "", , )"#;
    let error = Expression::parse(text).unwrap_err();
    let problem = error.first().unwrap();
    assert_eq!((problem.code, problem.span.of(text)), (Code::InvalidPattern, "b"));
    let error = Expression::parse(r#"Replace([x], "a", "b", , "c", , )"#).unwrap_err();
    let help = error.first().unwrap().help.clone().unwrap();
    for word in ["oldValue and template", "regexPattern and replacementValue", "replacementAttributeName"] {
        assert!(help.contains(word), "{help}");
    }
}

#[test]
fn patterns_of_records_are_compiled_anew_when_they_change() {
    let expression = Expression::parse(r#"Replace([x], , [p], , "-", , )"#).unwrap();
    let mut machine = Machine::new();
    for (pattern, result) in [("b", "a-c"), ("b", "a-c"), ("c", "ab-"), ("", "abc"), ("b", "a-c")] {
        let bag = AttributeBag::from_iter([("x", "abc"), ("p", pattern)]);
        assert_eq!(machine.evaluate(&expression, &bag).into_owned().unwrap().to_string(), result);
    }
}

#[test]
fn time_stands_still_within_an_expression_and_comes_from_the_host() {
    let mut machine = seeded(0);
    let bag = AttributeBag::from_iter([("t", "10:30")]);
    assert_eq!(text(&mut machine, "Now()", &bag), "1/1/2026 12:00:00 PM");
    assert_eq!(text(&mut machine, "CDate([t])", &bag), "1/1/2026 10:30:00 AM");
    // A constant is not read when compiling, where it would be of another day.
    assert_eq!(text(&mut machine, r#"CDate("10:30")"#, &bag), "1/1/2026 10:30:00 AM");
    assert_eq!(text(&mut machine, r#"FormatDateTime("10:30", "HH:mm", "s")"#, &bag), "2026-01-01T10:30:00");
}

#[test]
fn no_arguments_do_harm() {
    let list = |values: &[&str]| OwnedValue::from(values.to_vec());
    let pool = [
        OwnedValue::Null,
        "".into(),
        "x".into(),
        "Zoë 😀, ß\\=\"".into(),
        "-1".into(),
        "3".into(),
        "9223372036854775807".into(),
        "2020-12-31-08:00".into(),
        "True".into(),
        "yyyy".into(),
        "(a+)+$".into(),
        "{\"value\":\"a\"}".into(),
        "[1,{}]".into(),
        "cn=a\\,b,dc=c".into(),
        OwnedValue::Integer(i64::MIN),
        OwnedValue::Integer(2),
        OwnedValue::Number(f64::NAN),
        OwnedValue::Number(1.5),
        OwnedValue::Boolean(true),
        OwnedValue::DateTime(Environment::fixed("9999-12-31T23:59:59Z").unwrap().now()),
        OwnedValue::Binary(vec![1, 2, 3]),
        OwnedValue::Reference("cn=a".into()),
        list(&[]),
        list(&["one"]),
        list(&["b", "a", "b", ""]),
        OwnedValue::Multi(vec![OwnedValue::Null, list(&["n"]), OwnedValue::Complex(vec![])]),
        OwnedValue::Complex(vec![("value".into(), OwnedValue::Integer(1))]),
    ];
    // A small generator is enough to go through combinations, and always the same ones.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut runs = 0;
    let mut machine = seeded(1);
    for function in Registry::builtin().iter() {
        let name = function.name(Dialect::Provisioning).unwrap();
        for _ in 0..60 {
            let mut arguments: Vec<String> = Vec::new();
            let extra = if function.arity().1.is_none() { 4 } else { 0 };
            for place in 0..function.parameters.len() + extra {
                let Some((_, parameter)) = function.parameter(place) else { break };
                let leave = parameter.presence == Presence::Optional && next(2) == 0;
                arguments.push(if leave { String::new() } else { format!("[a{place}]") });
            }
            let expression = format!("{name}({})", arguments.join(", "));
            // What the checker refuses (a mixture of Replace) needs no run.
            let Ok(expression) = Compiler::new().expression(&expression) else { continue };
            for _ in 0..20 {
                let mut bag = AttributeBag::new();
                for place in 0..arguments.len() {
                    bag.set(&format!("a{place}"), pool[next(pool.len())].clone());
                }
                let outcome = machine.evaluate(&expression, &bag).into_owned();
                runs += 1;
                if let Err(error) = outcome {
                    assert!(!error.message.is_empty() && error.code.as_str() > "AF400", "{expression}: {error:?}");
                    assert!(error.span.end as usize <= expression.text().len(), "{expression}: {error:?}");
                }
            }
        }
    }
    println!("{runs} runs with arguments of every kind");
    assert!(runs > 50_000);
}

#[test]
fn an_expression_draws_the_same_wherever_it_stands() {
    let text = r#"Join("-", Trim(" x "), Guid(), RandomString(8, 1, 1, 1, 1))"#;
    let bag = AttributeBag::from_iter([("n", "1")]);
    let target = |set: &MappingSet| {
        let mut machine = seeded(3);
        let output = machine.apply(set, &bag);
        let (_, evaluation) = output.iter().find(|(name, _)| *name == "t").unwrap();
        evaluation.outcome().unwrap().to_string()
    };
    let alone = MappingSet::compile([Mapping::new("t", text)]).unwrap();
    let behind = MappingSet::compile([Mapping::new("id", "Guid()"), Mapping::new("t", text)]).unwrap();
    let unfolded = Compiler::new().folding(false).mapping_set([Mapping::new("t", text)]).unwrap();
    assert_eq!(target(&alone), target(&behind));
    assert_eq!(target(&alone), target(&unfolded));
}
