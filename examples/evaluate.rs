//! One expression on one record: two lines, and what the result can be.
#![allow(clippy::print_stdout)]

use attrflow::{AttributeBag, Expression, Outcome};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bag = AttributeBag::from_iter([("state", "QLD"), ("givenName", "Zoë"), ("surname", "O'Brien")]);

    // The two lines. Compiling happens once; the expression can be kept and shared.
    let city = Expression::parse(r#"Switch([state], "elsewhere", "NSW", "Sydney", "QLD", "Brisbane")"#)?;
    println!("city: {}", city.evaluate(&bag)?);

    // A result is a value or one of three things that are not.
    let texts = [
        r#"ToLower(Join(".", NormalizeDiacritics([givenName]), Replace([surname], "'", , , "", , )))"#,
        "Coalesce([mail], [otherMail])",
        "IgnoreFlowIfNullOrEmpty([mail])",
        "IsPresent([mail])",
    ];
    for text in texts {
        let expression = Expression::parse(text)?;
        match expression.evaluate(&bag)? {
            Outcome::Value(value) => println!("{text}\n  gives {value}"),
            Outcome::Null => println!("{text}\n  gives null: nothing flows"),
            Outcome::Skip => println!("{text}\n  leaves the attribute as it is"),
            Outcome::SkipObject => println!("{text}\n  leaves the whole object as it is"),
            other => println!("{text}\n  gives {other:?}"),
        }
    }
    Ok(())
}
