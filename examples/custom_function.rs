//! A function of the host, declared as the built-in ones are: checks, conversion,
//! nulls, multi-valued input and signature help come from the declaration.
#![allow(clippy::print_stdout)]

use attrflow::functions::{Body, Example, Function, Kind, Names, Parameter, Rule};
use attrflow::{AttributeBag, Code, Compiler, Dialect};
use std::collections::HashMap;
use std::sync::Arc;

/// A pure function: the same arguments always give the same result, so that a call
/// with constant arguments is evaluated when compiling.
const MASK: Function = Function {
    names: Names { provisioning: "Mask" },
    summary: "Gives the last characters of a text, and a star for each one before them.",
    parameters: &[
        Parameter::each_text("source", "The text."),
        Parameter::integer("shown", 0, 64, "How many characters stay."),
    ],
    returns: Kind::Text,
    rules: &[Rule::inferred("A null source gives null.")],
    examples: &[Example::text(r#"Mask("12345678", 4)"#, "****5678")],
    body: Body::Eager(|call| {
        let text = call.text(0);
        let shown = usize::try_from(call.integer(1)).unwrap_or(0);
        let hidden = text.chars().count().saturating_sub(shown);
        let mut masked = call.writer_for(text.len());
        masked.push_all(text.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }))?;
        masked.finish()
    }),
    ..Function::NEW
};

/// A function that keeps something of the host's gets its body later.
const COST_CENTER: Function = Function {
    names: Names { provisioning: "CostCenter" },
    summary: "Gives the cost centre of a department.",
    parameters: &[Parameter::text("department", "The department's name.")],
    returns: Kind::Text,
    ..Function::NEW
};

fn cost_center(table: HashMap<String, String>) -> Function {
    let body = Body::Host(Arc::new(move |call| match table.get(call.text(0)) {
        Some(center) => {
            let mut text = call.writer();
            text.push(center)?;
            text.finish()
        }
        None => Err(call.fault_at(0, Code::HostFailed, format_args!("{} has no cost centre", call.text(0)))),
    }));
    Function { body, ..COST_CENTER }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = HashMap::from([("Engineering".to_owned(), "4711".to_owned())]);
    let compiler = Compiler::new().function(MASK).function(cost_center(table));

    let mut bag = AttributeBag::from_iter([("iban", "IE64IRCE92050112345678"), ("department", "Engineering")]);
    bag.set("cards", vec!["4000111122223333", "5000444455556666"]);
    for text in ["Mask([iban], 4)", "Mask([cards], 4)", r#"Append("CC-", CostCenter([department]))"#] {
        println!("{text} = {}", compiler.expression(text)?.evaluate(&bag)?.to_string().replace('\n', " | "));
    }

    // What the declaration says is checked before anything runs.
    for text in ["Mask([iban])", "Mask([iban], 100)", "Mask([iban], \"many\")"] {
        if let Err(error) = compiler.expression(text) {
            println!("{error}");
        }
    }
    for function in compiler.registry().named(Dialect::Provisioning, "Mask") {
        println!("{}: {}", function.signature(Dialect::Provisioning), function.summary);
    }

    // A failure of the function has its place in the text.
    let failing = compiler.expression("Append(\"CC-\", CostCenter([city]))")?;
    bag.set("city", "Atlantis");
    if let Err(error) = failing.evaluate(&bag) {
        println!("{error}, at {}", error.span.of(failing.text()));
    }
    Ok(())
}
