//! Documented mappings beside the same transformation written by hand in Rust: once
//! naturally, once tuned (borrowed text, buffers that are reused).
#![allow(missing_docs, clippy::unwrap_used)]

use attrflow::{AttributeBag, Expression, Machine};
use criterion::{Criterion, criterion_group, criterion_main};
use std::collections::HashMap;
use std::hint::black_box;

struct Case {
    name: &'static str,
    expression: &'static str,
    natural: fn(&HashMap<String, String>) -> Option<String>,
    tuned: for<'a> fn(&'a Person, &'a mut String) -> Option<&'a str>,
}

/// What tuned code would hold a record in.
struct Person {
    given: String,
    surname: String,
    state: String,
    mail: Option<String>,
    upn: String,
    title: String,
}

const CASES: &[Case] = &[
    Case {
        name: "join",
        expression: r#"Join(" ", [givenName], [surname])"#,
        natural: |record| {
            let parts: Vec<_> = ["givenName", "surname"]
                .iter()
                .filter_map(|name| record.get(*name).cloned())
                .filter(|part| !part.is_empty())
                .collect();
            Some(parts.join(" "))
        },
        tuned: |person, buffer| {
            buffer.push_str(&person.given);
            if !person.given.is_empty() && !person.surname.is_empty() {
                buffer.push(' ');
            }
            buffer.push_str(&person.surname);
            Some(buffer)
        },
    },
    Case {
        name: "switch",
        expression: r#"Switch([state], "Australia/Sydney", "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane", "SA", "Australia/Adelaide")"#,
        natural: |record| {
            let zones = HashMap::from([
                ("NSW", "Australia/Sydney"),
                ("QLD", "Australia/Brisbane"),
                ("SA", "Australia/Adelaide"),
            ]);
            let state = record.get("state").map_or("", String::as_str);
            Some((*zones.get(state).unwrap_or(&"Australia/Sydney")).to_owned())
        },
        tuned: |person, _| {
            Some(match person.state.as_str() {
                "QLD" => "Australia/Brisbane",
                "SA" => "Australia/Adelaide",
                _ => "Australia/Sydney",
            })
        },
    },
    Case {
        name: "coalesce",
        expression: "Coalesce([mail], [userPrincipalName])",
        natural: |record| record.get("mail").or_else(|| record.get("userPrincipalName")).cloned(),
        tuned: |person, _| Some(person.mail.as_deref().unwrap_or(&person.upn)),
    },
    Case {
        name: "alias",
        expression: "Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))",
        natural: |record| {
            let cut = |name: &str, length| record.get(name).map(|text| text.chars().take(length).collect::<String>());
            Some(cut("givenName", 3)? + &cut("surname", 5)?)
        },
        tuned: |person, buffer| {
            let cut = |text: &str, length| text.char_indices().nth(length).map_or(text.len(), |(index, _)| index);
            buffer.push_str(person.given.get(..cut(&person.given, 3))?);
            buffer.push_str(person.surname.get(..cut(&person.surname, 5))?);
            Some(buffer)
        },
    },
    Case {
        name: "domain",
        expression: r#"Replace([userPrincipalName], "@contoso.com", , , "", , )"#,
        natural: |record| record.get("userPrincipalName").map(|upn| upn.replace("@contoso.com", "")),
        tuned: |person, _| person.upn.strip_suffix("@contoso.com").or(Some(&person.upn)),
    },
    Case {
        name: "trim-left",
        expression: "Left(Trim([title]), 10)",
        natural: |record| record.get("title").map(|title| title.trim().chars().take(10).collect()),
        tuned: |person, _| {
            let title = person.title.trim();
            title.get(..title.char_indices().nth(10).map_or(title.len(), |(index, _)| index))
        },
    },
];

fn mappings(criterion: &mut Criterion) {
    let attributes = [
        ("givenName", "Katherine"),
        ("surname", "Johnson"),
        ("state", "QLD"),
        ("userPrincipalName", "katherine.johnson@contoso.com"),
        ("title", "  Senior Software Engineer "),
    ];
    let bag = AttributeBag::from_iter(attributes);
    let record: HashMap<String, String> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let person = Person {
        given: "Katherine".into(),
        surname: "Johnson".into(),
        state: "QLD".into(),
        mail: None,
        upn: "katherine.johnson@contoso.com".into(),
        title: "  Senior Software Engineer ".into(),
    };
    for case in CASES {
        let expression = Expression::parse(case.expression).unwrap();
        let mut machine = Machine::new();
        // The three agree before anything is timed.
        let mut buffer = String::new();
        let expected = (case.tuned)(&person, &mut buffer).unwrap().to_owned();
        assert_eq!((case.natural)(&record).as_deref(), Some(expected.as_str()), "{}", case.name);
        assert_eq!(machine.evaluate(&expression, &bag).into_owned().unwrap().to_string(), expected, "{}", case.name);

        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("attrflow", |bencher| {
            bencher.iter(|| black_box(machine.evaluate(&expression, black_box(&bag)).outcome().is_ok()));
        });
        group.bench_function("natural", |bencher| bencher.iter(|| (case.natural)(black_box(&record))));
        group.bench_function("tuned", |bencher| {
            bencher.iter(|| {
                buffer.clear();
                black_box((case.tuned)(black_box(&person), &mut buffer)).map(str::len)
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(1)).warm_up_time(std::time::Duration::from_millis(300));
    targets = mappings
}
criterion_main!(benches);
