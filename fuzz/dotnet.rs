//! What must hold of .NET's rules for any input: plain functions, run by the fuzz
//! targets and, on generated and kept inputs, by `tests/properties.rs`.

use attrflow::dotnet::date::{self, DateFormat, DateTime, Defaults, Kind, Styles};
use attrflow::dotnet::pattern::{self, MatchError, Options, Pattern, Replacement};

fn defaults() -> Defaults {
    Defaults::at(DateTime::from_civil(2026, 1, 31, 12, 34, 56, Kind::Utc).expect("a date"))
}

/// Any format and any text are read or refused. A format that says everything, in
/// whatever order, reads what it wrote.
pub(crate) fn dates(format: &str, text: &str, ticks: i64) {
    let defaults = defaults();
    for styles in [Styles::NONE, Styles::ROUNDTRIP_KIND, Styles::ADJUST_TO_UNIVERSAL | Styles::ASSUME_UNIVERSAL] {
        let _ = date::parse(text, styles, &defaults);
        let _ = date::parse_offset(text, styles, &defaults);
    }
    let _ = date::parse_utc(text, &defaults);
    let _ = date::vb_cdate(text, &defaults);
    let ticks = ticks.rem_euclid(DateTime::MAX.ticks());
    let instant = DateTime::from_ticks(ticks, Kind::Unspecified).expect("in range");
    if let Ok(compiled) = DateFormat::new(format) {
        let _ = compiled.parse_exact(text, Styles::ALLOW_WHITE_SPACES, &defaults);
        if let Ok(written) = compiled.format(&instant) {
            let _ = compiled.parse_exact(&written, Styles::ROUNDTRIP_KIND, &defaults);
        }
    }
    // Every part once, in an order and with separators that the input chooses.
    let mut parts = vec!["yyyy", "MM", "dd", "HH", "mm", "ss", "fffffff"];
    let mut whole = String::new();
    let mut bytes = format.bytes().chain(std::iter::repeat(0)).map(usize::from);
    while !parts.is_empty() {
        let choice = bytes.next().unwrap_or(0);
        whole.push_str(parts.remove(choice % parts.len()));
        whole.push_str(["|", "/", "-", " ", "'T'", "\\d", ".", ":"][(choice / 8) % 8]);
    }
    let compiled = DateFormat::new(&whole).expect("says everything");
    let written = compiled.format(&instant).expect("in range");
    assert_eq!(compiled.parse_exact(&written, Styles::NONE, &defaults), Ok(instant), "{whole:?} wrote {written:?}");
}

/// Any pattern is read or refused with a place inside it; what is accepted runs, ends,
/// and finds matches that lie in the text, in order.
pub(crate) fn patterns(text: &str, subject: &str, options: u8) {
    let options = Options {
        ignore_case: options & 1 != 0,
        multiline: options & 2 != 0,
        explicit_capture: options & 4 != 0,
        singleline: options & 8 != 0,
        ignore_pattern_white_space: options & 16 != 0,
        step_limit: 20_000,
        ..Options::default()
    };
    let compiled = match Pattern::new(text, options) {
        Ok(compiled) => compiled,
        Err(error) => {
            assert!(error.offset <= text.len() && text.is_char_boundary(error.offset), "{error:?} in {text:?}");
            return;
        }
    };
    assert_eq!(compiled.as_str(), text);
    if let Ok(matches) = compiled.matches(subject) {
        for found in &matches {
            assert_eq!(subject.get(found.start()..found.end()), Some(found.as_str()));
        }
        assert_eq!(compiled.count(subject).ok(), Some(matches.len()));
        assert_eq!(compiled.is_match(subject).ok(), Some(!matches.is_empty()));
    }
    let escaped = pattern::escape(subject);
    assert_eq!(pattern::unescape(&escaped).as_deref(), Ok(subject));
}

/// Any replacement is read or refused; replacing every match by itself changes nothing.
pub(crate) fn replacements(text: &str, replacement: &str, subject: &str) {
    let options = Options { step_limit: 20_000, ..Options::default() };
    let Ok(compiled) = Pattern::new(text, options) else { return };
    if let Ok(replacement) = Replacement::new(replacement, &compiled) {
        let _ = compiled.replace(subject, &replacement);
    }
    let itself = Replacement::new("$&", &compiled).expect("reads");
    match compiled.replace(subject, &itself) {
        Ok(same) => assert_eq!(same, subject),
        Err(MatchError::StepLimit { .. } | MatchError::SplitCharacter { .. } | MatchError::EmptyLazyRound) => {}
        Err(other) => panic!("{other:?}"),
    }
    for name in compiled.group_names() {
        let _ = compiled.replace_group(subject, name, replacement);
    }
}
