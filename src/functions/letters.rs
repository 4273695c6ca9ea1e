//! Functions that change the letters of a text: case and diacritics.

use super::{
    Body, Call, Constants, Example, Function, Given, Gives, Kind, Names, Page, Parameter, Prepared, Problem, Returns,
    Room, Rule, Takes, Writer, of_text, short, within,
};
use crate::diagnostic::Code;
use crate::dotnet::text::{self, Culture};

pub(super) static FUNCTIONS: &[Function] = &[NORMALIZE_DIACRITICS, P_CASE, TO_LOWER, TO_UPPER];

const CASE_PARAMETERS: &[Parameter] = &[
    Parameter::each_text("source", "The text to convert."),
    Parameter::text("culture", "The culture whose letters count, such as tr-TR; the invariant one where omitted.")
        .optional(),
];

const CASE_RULES: &[Rule] = &[
    Rule::documented("Without a culture the invariant one is used."),
    Rule::evident("The culture matters as in .NET: to tr and az, which have two letters I."),
    Rule::evident("Every character gives one character, as in .NET: ß has no upper case."),
    Rule::evident("A name that .NET refuses as a culture is an error, when compiling if it is constant."),
    Rule::inferred("A null text gives null; a null or empty culture is the invariant one."),
    Rule::evident("A multi-valued source is worked through value by value."),
];

const TO_LOWER: Function = Function {
    names: Names { provisioning: "ToLower" },
    page: Page::Provisioning,
    summary: "Gives the text in lower case.",
    parameters: CASE_PARAMETERS,
    returns: Kind::Text,
    gives: Gives::Value,
    rules: CASE_RULES,
    examples: &[
        Example::text("ToLower([userPrincipalName])", "john.smith@contoso.com")
            .with(&[("userPrincipalName", "John.Smith@Contoso.com")]),
        Example::text("ToLower(\"ISTANBUL\", \"tr-TR\")", "ıstanbul"),
        Example::text("ToLower(\"ÀÉ\")", "àé"),
        Example::null("ToLower([missing])"),
        Example::fails("ToLower([a], \"not a culture\")", Code::UnknownCulture),
        Example::fails("ToLower(\"A\", [culture])", Code::FormatAtRun).with(&[("culture", "?")]),
    ],
    body: Body::Prepared(|constants| prepare(constants, &LOWER)),
    ..Function::NEW
};

const TO_UPPER: Function = Function {
    names: Names { provisioning: "ToUpper" },
    page: Page::Provisioning,
    summary: "Gives the text in upper case.",
    parameters: CASE_PARAMETERS,
    returns: Kind::Text,
    gives: Gives::Value,
    rules: CASE_RULES,
    examples: &[
        Example::text("ToUpper([country])", "DE").with(&[("country", "de")]),
        Example::text("ToUpper(\"izmir\", \"tr\")", "İZMİR"),
        Example::text("ToUpper(\"straße\")", "STRAßE"),
        Example::null("ToUpper([missing])"),
        Example::fails("ToUpper([a], \"e\")", Code::UnknownCulture),
    ],
    body: Body::Prepared(|constants| prepare(constants, &UPPER)),
    ..Function::NEW
};

/// One direction of case mapping.
#[derive(Debug)]
struct Direction {
    /// The short way for ASCII in cultures that map it as usual.
    ascii: for<'a> fn(&'a str, Room<'a>) -> Option<&'a str>,
    is: fn(&str, &Culture) -> bool,
    write: fn(&str, &Culture, &mut Writer<'_>) -> std::fmt::Result,
}

static LOWER: Direction = Direction {
    ascii: lower_ascii,
    is: text::is_lower,
    write: |text, culture, out| text::write_lower(text, culture, out),
};
static UPPER: Direction = Direction {
    ascii: upper_ascii,
    is: text::is_upper,
    write: |text, culture, out| text::write_upper(text, culture, out),
};

fn lower_ascii<'a>(source: &'a str, room: Room<'a>) -> Option<&'a str> {
    if !has_letter(source, b'A')? {
        return Some(source);
    }
    let text = room.copy(source)?;
    text.make_ascii_lowercase();
    Some(text)
}

fn upper_ascii<'a>(source: &'a str, room: Room<'a>) -> Option<&'a str> {
    if !has_letter(source, b'a')? {
        return Some(source);
    }
    let text = room.copy(source)?;
    text.make_ascii_uppercase();
    Some(text)
}

/// Whether an ASCII text has one of the 26 letters from `first` on; nothing where it is not
/// ASCII. Eight bytes at a time: sums of bytes below 128 do not run into each other.
fn has_letter(text: &str, first: u8) -> Option<bool> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let from = ONES * u64::from(0x80 - first);
    let behind = ONES * u64::from(0x80 - first - 26);
    let (mut all, mut found) = (0, 0);
    let mut look = |word: u64| {
        all |= word;
        found |= word.wrapping_add(from) & !word.wrapping_add(behind);
    };
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| look(u64::from_le_bytes(*word)));
    match bytes.last_chunk::<8>() {
        Some(word) => look(u64::from_le_bytes(*word)),
        None => rest.iter().for_each(|byte| look(u64::from(*byte))),
    }
    (all & HIGH == 0).then_some(found & HIGH != 0)
}

#[derive(Debug)]
struct Case {
    direction: &'static Direction,
    /// Nothing where the record supplies it.
    culture: Option<Culture>,
}

fn prepare(constants: &Constants<'_>, direction: &'static Direction) -> Result<Box<dyn Prepared>, Problem> {
    let culture = match constants.given(1) {
        Given::Absent => Some(Culture::INVARIANT),
        Given::Text(name) => Some(Culture::new(name).map_err(|_| {
            Problem::at(1, Code::UnknownCulture, format!("no culture has the name '{name}'"))
                .help("cultures are named as en-US, tr or ja-JP")
        })?),
        Given::Later => None,
    };
    Ok(Box::new(Case { direction, culture }))
}

impl Prepared for Case {
    fn takes(&self) -> Option<Takes> {
        self.culture.as_ref().filter(|culture| culture.keeps_ascii()).map(|_| Takes::one(0))
    }

    fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        (self.direction.ascii)(source, room)
            .or_else(|| self.culture.as_ref().and_then(|culture| self.direction.convert(source, culture, room)))
    }

    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        match &self.culture {
            Some(culture) => within(self.direction.convert(call.text(0), culture, call.room())),
            None => {
                let name = call.text(1);
                let culture = Culture::new(name).map_err(|_| {
                    call.fault_at(1, Code::FormatAtRun, format_args!("no culture has the name '{name}'"))
                })?;
                within(self.direction.convert(call.text(0), &culture, call.room()))
            }
        }
    }
}

impl Direction {
    /// The text in this case; nothing where it grows beyond the limit.
    fn convert<'a>(&self, source: &'a str, culture: &Culture, room: Room<'a>) -> Option<&'a str> {
        if (self.is)(source, culture) {
            return Some(source);
        }
        room.written(source.len(), |text| (self.write)(source, culture, text))
    }
}

const P_CASE: Function = Function {
    names: Names { provisioning: "PCase" },
    page: Page::Provisioning,
    summary: "Gives the text with the first letter of every word in upper case and all others in lower case.",
    parameters: &[
        Parameter::each_text("source", "The text to convert."),
        Parameter::text("wordSeparators", "The characters that part words; .NET's own where omitted.").optional(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Without separators words are those of .NET's ToTitleCase; with some, only these part words."),
        Rule::documented("All letters behind the first of a word become lower case, in words of capitals too."),
        Rule::inferred("A null text gives null; null separators count as omitted, empty ones part nothing."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("PCase([firstName])", "Pablo Gonsalves (Second)")
            .with(&[("firstName", "PABLO GONSALVES (SECOND)")]),
        Example::text("PCase([lastName], \" '-\")", "Pinto-De'Silva").with(&[("lastName", "PINTO-DE'SILVA")]),
        Example::text("PCase(\"o'neil\")", "O'neil"),
        Example::text("PCase(\"ANN LEE\", \"\")", "Ann lee"),
        Example::null("PCase([missing])"),
        Example::fails("PCase()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| {
        let source = call.text(0);
        let mut text = call.writer_for(source.len());
        match call.optional_text(1) {
            Some(separators) => text::write_proper_case_with(source, separators, &Culture::INVARIANT, &mut text),
            None => text::write_proper_case(source, &Culture::INVARIANT, &mut text),
        }
        .map_err(Writer::overflow)?;
        text.finish()
    }),
    ..Function::NEW
};

const NORMALIZE_DIACRITICS: Function = Function {
    names: Names { provisioning: "NormalizeDiacritics" },
    page: Page::Provisioning,
    summary: "Gives the text with plain letters in place of those with diacritics.",
    parameters: &[Parameter::each_text("source", "The text to convert, usually a name.")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The reference's table says what a letter becomes: ø and œ̄ give oe, ß gives ss, ł gives l."),
        Rule::inferred("Of letters that the table lacks the combining marks are removed; other letters stay."),
        Rule::evident("Composed and decomposed letters give the same."),
        Rule::inferred("A null text gives null."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("NormalizeDiacritics([givenName])", "Zoe").with(&[("givenName", "Zoë")]),
        Example::text("NormalizeDiacritics(\"Søren Łukasz Weiß\")", "Soeren Lukasz Weiss"),
        Example::text("NormalizeDiacritics(\"Zoe\u{308}\")", "Zoe"),
        Example::text("NormalizeDiacritics(\"\")", ""),
        Example::null("NormalizeDiacritics([missing])"),
        Example::fails("NormalizeDiacritics([a], [b])", Code::TooManyArguments),
    ],
    body: Body::Prepared(|_| {
        Ok(of_text(|call| within(normalize_diacritics(call.text(0), call.room())), Some(short(normalize_diacritics))))
    }),
    ..Function::NEW
};

fn normalize_diacritics<'a>(source: &'a str, room: Room<'a>) -> Option<&'a str> {
    if source.is_ascii() {
        return Some(source);
    }
    room.written(source.len(), |text| text::write_normalize_diacritics(source, text))
}
