//! A record type of the host's own, read without copying its attributes.
#![allow(clippy::print_stdout)]

use attrflow::{AttributeRef, Attributes, Bump, Expression, Machine, Value};

/// What a sync engine might hold of a person.
struct Person {
    given: String,
    family: String,
    mails: Vec<String>,
    badge: Option<i64>,
}

impl Attributes for Person {
    // Text is lent to the machine. A list is laid into the arena, which the machine
    // empties before the next record; the texts in it are lent all the same.
    fn attribute<'a>(&'a self, wanted: AttributeRef<'_>, arena: &'a Bump) -> Value<'a> {
        match wanted.name() {
            "givenName" => Value::Text(&self.given),
            "surname" => Value::Text(&self.family),
            "badge" => self.badge.map_or(Value::Null, Value::Integer),
            "mails" => Value::Multi(arena.alloc_slice_fill_iter(self.mails.iter().map(|mail| Value::Text(mail)))),
            _ => Value::Null,
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let people = [
        Person {
            given: "Ayşe".into(),
            family: "Yılmaz".into(),
            mails: vec!["AY@contoso.com".into(), "ay@contoso.com".into()],
            badge: Some(17),
        },
        Person { given: "Pádraig".into(), family: "Ó Sé".into(), mails: Vec::new(), badge: None },
    ];
    let texts = [
        r#"Join(", ", [surname], [givenName])"#,
        "RemoveDuplicates(ToLower([mails]))",
        r#"IIF(IsPresent([badge]), Join("-", "B", [badge]), "no badge")"#,
    ];
    let expressions = texts.into_iter().map(Expression::parse).collect::<Result<Vec<_>, _>>()?;
    let mut machine = Machine::new();
    for person in &people {
        for expression in &expressions {
            println!("{} = {}", expression.text(), machine.evaluate(expression, person).into_owned()?);
        }
    }
    Ok(())
}
