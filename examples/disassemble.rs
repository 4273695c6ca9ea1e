//! The program that an expression compiles to, with and without folding.
#![allow(clippy::print_stdout)]

use attrflow::{Compiler, Mapping};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = std::env::args().nth(1).unwrap_or_else(|| {
        r#"IIF(IsPresent([mail]), ToLower([mail]), Join("@", [alias], Append("contoso", ".com")))"#.to_owned()
    });
    println!("; {text}");
    println!("{}", Compiler::new().expression(&text)?.disassembly());

    // Constant parts are evaluated when compiling; this is what would run otherwise.
    println!("; the same without folding");
    println!("{}", Compiler::new().folding(false).expression(&text)?.disassembly());

    // A mapping set is one program with an entry for each mapping.
    let set = Compiler::new().mapping_set([
        Mapping::new("alias", "Trim([alias])"),
        Mapping::new("city", r#"Switch([state], "elsewhere", "NSW", "Sydney", "QLD", "Brisbane")"#),
    ])?;
    println!("; a mapping set\n{}", set.disassembly());
    Ok(())
}
