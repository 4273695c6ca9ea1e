//! Records by the block: the answers of single records, by row and by column.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use attrflow::{
    AttributeBag, Bump, Columns, Compiler, Environment, Evaluation, Machine, Mapping, MappingSet, Operation,
    OwnedValue, ResultColumn, Rows, Schema, Value,
};
use std::sync::Arc;

/// Every form of code that a block runs, with texts, nulls, other values and failures on the way.
const EXPRESSIONS: &[&str] = &[
    "[given]",
    "[count]",
    "[tags]",
    r#""constant""#,
    r#"Append([given], ".test")"#,
    r#"Append([given], [missing])"#,
    r#"Join(" ", [given], [surname])"#,
    r#"Join("-", [given], [surname], [state])"#,
    r#"Join("-", [given], [count], [tags])"#,
    r#"Join(";", [tags])"#,
    r#"ToLower(Join("@", NormalizeDiacritics(StripSpaces(Join(".", [given], [surname]))), "contoso.com"))"#,
    // The same call again, where only some records have come to it, then others, then all.
    r#"IIF([state]="QLD", StripSpaces(Join("/", [given], [surname])), "none")"#,
    r#"IIF([state]="SA", StripSpaces(Join("/", [given], [surname])), "none")"#,
    r#"Append(StripSpaces(Join("/", [given], [surname])), "!")"#,
    r#"Append(StripSpaces(Join("/", [given], [surname])), "?")"#,
    r#"IIF([state]="", "none", [given])"#,
    r#"IIF("ann"=[given], "ann", "none")"#,
    r#"Append(Mid([given], 1, 3), Mid([surname], 1, 5))"#,
    r#"Switch([state], "?", "QLD", "Brisbane", "SA", "Adelaide", "", "nowhere")"#,
    r#"Switch([state], CRef("cn=x"), "QLD", "Brisbane")"#,
    r#"Append(Switch([state], "?", "QLD", "Brisbane"), "!")"#,
    r#"Switch([state], [given], "QLD", [surname], "SA", ToUpper([given]))"#,
    r#"Switch([given], "other", [surname], "same")"#,
    r#"IIF([state]="QLD", IIF([given]<>"Ann", "yes", [given]), "no")"#,
    r#"IIF([state]="", [missing], BitAnd([count], 1))"#,
    r#"IIF(IsPresent([surname]), ToUpper([surname]), [count])"#,
    r#"IIF([given]=[surname], "same", [tags])"#,
    r#"Append(IIF([state]="SA", ToUpper([given]), [surname]), "!")"#,
    r#"Join("", IIF([state]="SA", [count], [tags]), "!")"#,
    "Coalesce([surname], [given])",
    "Coalesce([missing], [count], [given])",
    r#"Coalesce(Trim([surname]), Replace([given], "n", , , "m", , ))"#,
    "BitAnd([count], 3)",
    "CDate([hired])",
    r#"FormatDateTime([hired], , "yyyy-MM-dd", "dd.MM.yyyy")"#,
    "Item([tags], 2)",
    r#"Left([given], [count])"#,
    "Redact([given])",
    r#"IIF([state]="QLD", IgnoreFlowIfNullOrEmpty([surname]), [given])"#,
    r#"IIF([state]="QLD", Error("no"), [given])"#,
    "Not([flag])",
];

fn schema() -> Schema {
    Schema::new(["given", "surname", "state", "count", "tags", "hired", "flag", "missing"])
}

fn set() -> MappingSet {
    let mappings = EXPRESSIONS.iter().enumerate().map(|(number, text)| {
        let mapping = Mapping::new(format!("target{number}"), *text);
        match number % 4 {
            1 => mapping.default_value("default"),
            2 => mapping.default_value(7),
            3 => mapping.only_on_create(),
            _ => mapping,
        }
    });
    Compiler::new().schema(schema()).mapping_set(mappings).unwrap()
}

/// Records that differ in where they have nothing, the empty text, something else, or a mistake.
fn people(set: &MappingSet, count: usize) -> Vec<AttributeBag> {
    let given = ["Ann", "José", "Mary Ann", "Bo", "", "Ann"];
    let surnames = ["Lee", "Håkansson", "van der Berg", "Ann", ""];
    let states = ["QLD", "SA", "NSW", ""];
    (0..count)
        .map(|number| {
            let mut bag = AttributeBag::with_schema(set.schema().clone());
            let mut put = |name: &str, every: usize, value: OwnedValue| {
                if number % every > 0 {
                    bag.set(name, value);
                }
            };
            put("given", 8, given[number % given.len()].into());
            put("surname", 6, surnames[number % surnames.len()].into());
            put("state", 5, states[number / 3 % states.len()].into());
            put("count", 9, OwnedValue::Integer(i64::try_from(number % 6).unwrap()));
            put("tags", 7, vec!["a", "", "b"][..number % 4].to_vec().into());
            put("hired", 10, if number % 11 > 0 { "2026-01-31" } else { "soon" }.into());
            put("flag", 3, OwnedValue::Boolean(number % 2 == 0));
            bag
        })
        .collect()
}

fn machine() -> Machine {
    Machine::with_environment(Environment::fixed("2026-01-31T12:34:56Z").unwrap())
}

fn show(evaluation: &Evaluation<'_>) -> String {
    format!("{:?} {}", evaluation.into_owned(), evaluation.is_redacted())
}

fn of_rows<S: Rows + ?Sized>(operation: Operation, set: &MappingSet, rows: &S) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    machine().apply_batch(operation, set, rows, |block| {
        assert_eq!(block.first_row(), all.len());
        for row in 0..block.rows() {
            all.push(block.row(row).map(|(_, evaluation)| show(&evaluation)).collect());
        }
    });
    all
}

#[test]
fn a_batch_gives_what_single_records_give() {
    let set = set();
    // One record, blocks that are full, and blocks that are not.
    for count in [1, 63, 64, 65, 700] {
        let people = people(&set, count);
        let arena = Bump::new();
        let column = |name: &str| -> Vec<Value<'_>> {
            people.iter().map(|bag| bag.get(name).map_or(Value::Null, |value| value.borrow(&arena))).collect()
        };
        let held: Vec<(String, Vec<Value<'_>>)> =
            set.schema().names().iter().map(|name| ((*name).to_owned(), column(name))).collect();
        let texts: Vec<Vec<Option<&str>>> =
            held.iter().map(|(_, values)| values.iter().map(Value::as_str).collect()).collect();
        // A value for each text that occurs, and a code a row.
        let coded: Vec<(Vec<u32>, Vec<Value<'_>>)> = held
            .iter()
            .map(|(_, values)| {
                let mut known: Vec<Value<'_>> = Vec::new();
                let codes = values.iter().map(|value| {
                    let code = known.iter().position(|known| known == value).unwrap_or_else(|| {
                        known.push(*value);
                        known.len() - 1
                    });
                    u32::try_from(code).unwrap()
                });
                (codes.collect(), known)
            })
            .collect();
        // Columns of a schema that has the attributes in another order, too.
        let reversed: Arc<Schema> = Arc::new(Schema::new(set.schema().names().iter().rev().cloned()));
        for operation in [Operation::Create, Operation::Update] {
            let mut single = machine();
            let expected: Vec<Vec<String>> = people
                .iter()
                .map(|bag| single.apply_as(operation, &set, bag).results().iter().map(show).collect())
                .collect();
            assert_eq!(of_rows(operation, &set, people.as_slice()), expected, "{count} rows, {operation:?}");
            for (by, schema) in [("values", set.schema()), ("texts", set.schema()), ("codes", set.schema())]
                .into_iter()
                .chain([("texts", &reversed), ("codes", &reversed)])
            {
                let mut columns = Columns::new(schema.clone(), count);
                for (((name, values), texts), (codes, known)) in held.iter().zip(&texts).zip(&coded) {
                    let all_texts = values.iter().all(|value| matches!(value, Value::Text(_) | Value::Null));
                    columns = match by {
                        "codes" => columns.with_codes(name, codes, known),
                        "texts" if all_texts => columns.with_texts(name, texts),
                        _ => columns.with_values(name, values),
                    };
                }
                assert_eq!(of_rows(operation, &set, &columns), expected, "{count} rows as {by}, {operation:?}");
            }
        }
    }
}

#[test]
fn texts_are_handed_out_as_they_lie_in_memory() {
    let set = MappingSet::compile([Mapping::new("mail", "[mail]"), Mapping::new("count", "Len([mail])")]).unwrap();
    let mails = [Some("a@x"), None, Some("")];
    // Rows beyond the texts have null.
    let columns = Columns::new(set.schema().clone(), 3).with_texts("mail", &mails);
    let short = Columns::new(set.schema().clone(), 3).with_texts("mail", &mails[..1]);
    let mut seen = Vec::new();
    for columns in [&columns, &short] {
        machine().apply_batch(Operation::Create, &set, columns, |block| match block.columns() {
            [ResultColumn::Texts(texts), ResultColumn::Each(_)] => {
                let owned: Vec<_> = texts.iter().map(|text| text.map(str::to_owned)).collect();
                seen.push((owned, texts.as_ptr().addr()));
            }
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(seen[0].0, [Some("a@x".to_owned()), None, Some(String::new())]);
    assert_eq!(seen[0].1, mails.as_ptr().addr(), "nothing is copied");
    assert_eq!(seen[1].0, [Some("a@x".to_owned()), None, None]);
}
