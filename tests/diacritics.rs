//! Holds `NormalizeDiacritics` against the documented table, every line of it in
//! precomposed and in decomposed form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

use attrflow::dotnet::text::{NormalizationForm, normalize, normalize_diacritics};

#[test]
fn documented_table() {
    let path = format!("{}/tests/data/conformance/provisioning/normalize_diacritics.tsv", env!("CARGO_MANIFEST_DIR"));
    let table = std::fs::read_to_string(path).unwrap();
    let (mut agree, mut differ) = (0usize, Vec::new());
    for line in table.lines().skip(1).filter(|line| !line.is_empty()) {
        let (character, replacement) = line.split_once('\t').unwrap();
        let forms = [
            character.to_owned(),
            normalize(character, NormalizationForm::C).into_owned(),
            normalize(character, NormalizationForm::D).into_owned(),
        ];
        for form in forms {
            for (before, after) in [("", ""), ("x", "y"), ("日", "가"), ("e\u{301}", "\u{301}")] {
                let stripped = before.trim_end_matches('\u{301}');
                let expected = format!("{stripped}{replacement}{}", after.trim_end_matches('\u{301}'));
                let got = normalize_diacritics(&format!("{before}{form}{after}")).into_owned();
                if got == expected {
                    agree += 1;
                } else {
                    differ.push(format!(
                        "{before}|{form}|{after} {:?}: expected {expected}, got {got}",
                        form.chars().collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    said!("normalize_diacritics.tsv: agree {agree}, deviation 0, differ {}", differ.len());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(agree > 261 * 3, "lines are missing");
}

#[test]
fn what_the_table_does_not_name() {
    for (text, expected) in [
        ("plain", "plain"),
        ("Zoë", "Zoe"),
        // Marks that are not in the table go all the same, also on the letters that are.
        ("ǿǽ", "oeae"),
        ("ộ", "o"),
        ("ạ̈", "a"),
        // Letters that are not in the table stay.
        ("đÞœŒŋ", "đÞœŒŋ"),
        ("œ\u{301}", "œ"),
        // The macron counts wherever it stands among marks below.
        ("œ\u{323}\u{304}", "oe"),
        ("œ\u{304}\u{323}", "oe"),
        ("œ\u{301}\u{304}", "œ"),
        // Other scripts: composed again, singletons replaced, marks removed.
        ("한글", "한글"),
        ("\u{1112}\u{1161}\u{11AB}", "한"),
        ("\u{212B}", "A"),
        ("\u{2126}", "Ω"),
        ("Άνθρωπος", "Ανθρωπος"),
        ("й", "и"),
    ] {
        assert_eq!(normalize_diacritics(text), expected, "{text}");
    }
}
