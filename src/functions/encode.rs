//! Functions that encode text as base64 or hexadecimal digits, and back.

use super::{Body, Call, Example, Function, Gives, Kind, Names, Page, Parameter, Returns, Rule, Writer};
use crate::diagnostic::Code;
use crate::dotnet::text;
use crate::value::{self, Value};
use base64::alphabet;
use base64::engine::{Engine, GeneralPurpose, GeneralPurposeConfig};
use bumpalo::collections::String as ArenaString;

pub(super) static FUNCTIONS: &[Function] = &[CONVERT_FROM_BASE64, CONVERT_TO_BASE64, CONVERT_TO_UTF8_HEX];

/// As .NET's Convert.FromBase64String: padding is required, and the bits that the last
/// digit has too many are not looked at.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

const CONVERT_TO_BASE64: Function = Function {
    names: Names { provisioning: "ConvertToBase64" },
    page: Page::Provisioning,
    summary: "Gives the base64 of the text's UTF-16 bytes.",
    parameters: &[Parameter::new("source", Kind::Any, "The text to encode.").each()],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The text is encoded as Unicode, which is UTF-16 with the lower byte first."),
        Rule::documented("Binary is encoded as it is (cloud sync reference)."),
        Rule::inferred("A null text gives null, the empty text the empty text."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("ConvertToBase64(\"Hello world!\")", "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
        Example::text("ConvertToBase64(\"a\")", "YQA="),
        Example::text("ConvertToBase64(\"\")", ""),
        Example::list("ConvertToBase64(RemoveDuplicates(\"a\"))", &["YQA="]),
        Example::null("ConvertToBase64([missing])"),
        Example::fails("ConvertToBase64()", Code::TooFewArguments),
    ],
    body: Body::Eager(|call| {
        let source = value::to_text(call.value(0), call.arena());
        if let Value::Binary(_) = call.value(0) {
            // The text of bytes is their base64.
            return Ok(Value::Text(source));
        }
        // Four digits for three bytes, of which a character has two.
        let mut out = call.writer_for(text::length(source).saturating_mul(8) / 3 + 4);
        text::write_base64_unicode(source, &mut out).map_err(Writer::overflow)?;
        out.finish()
    }),
    ..Function::NEW
};

const ENCODINGS: &[&str] = &["Unicode", "ASCII", "UTF8"];

const CONVERT_FROM_BASE64: Function = Function {
    names: Names { provisioning: "ConvertFromBase64" },
    page: Page::CloudSync,
    summary: "Gives the text that base64 stands for.",
    parameters: &[
        Parameter::each_text("source", "The base64."),
        Parameter::new("Encoding", Kind::Choice(ENCODINGS), "How the text was encoded; Unicode where omitted.")
            .optional(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Without an encoding the bytes are taken as Unicode, which is UTF-16 (cloud sync reference)."),
        Rule::evident("White space inside is skipped and padding is required, as in .NET's Convert.FromBase64String."),
        Rule::inferred(
            "Bytes that are no text of the encoding are an error; .NET would put a replacement character there.",
        ),
        Rule::inferred("A null text gives null, the empty text the empty text."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("ConvertFromBase64(\"SABlAGwAbABvACAAdwBvAHIAbABkACEA\")", "Hello world!"),
        Example::text("ConvertFromBase64(\"SGVsbG8gd29ybGQh\", UTF8)", "Hello world!"),
        Example::text("ConvertFromBase64(\"\")", ""),
        Example::null("ConvertFromBase64([missing])"),
        Example::fails("ConvertFromBase64([a])", Code::NotBase64).with(&[("a", "no base64!")]),
        Example::fails("ConvertFromBase64([a], UTF8)", Code::NotBase64).with(&[("a", "/w==")]),
        Example::fails("ConvertFromBase64([a], UTF7)", Code::UnknownOption),
    ],
    body: Body::Eager(from_base64),
    ..Function::NEW
};

fn from_base64<'a>(call: &Call<'_, 'a>) -> Returns<'a> {
    let arena = call.arena();
    let mut source = call.text(0);
    let is_space = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
    if source.contains(is_space) {
        let mut digits = ArenaString::with_capacity_in(source.len(), arena);
        digits.extend(source.chars().filter(|c| !is_space(*c)));
        source = digits.into_bump_str();
    }
    let bytes = arena.alloc_slice_fill_copy(base64::decoded_len_estimate(source.len()), 0_u8);
    let length = BASE64
        .decode_slice(source, bytes)
        .map_err(|error| call.fault_at(0, Code::NotBase64, format_args!("the text is not base64: {error}")))?;
    let bytes: &'a [u8] = bytes.get(..length).unwrap_or_default();
    let wrong = |encoding: &str, advice: &str| {
        call.fault_at(0, Code::NotBase64, format_args!("the bytes are no text in {encoding}; {advice}"))
    };
    match call.optional_text(1) {
        Some(word) if word.eq_ignore_ascii_case("UTF8") => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text)),
            Err(_) => Err(wrong("UTF-8", "without an encoding they are read as UTF-16")),
        },
        Some(word) if word.eq_ignore_ascii_case("ASCII") => match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => Ok(Value::Text(text)),
            _ => Err(wrong("ASCII", "pass UTF8, or leave the encoding out for UTF-16")),
        },
        None | Some("") => utf16(call, bytes),
        Some(word) if word.eq_ignore_ascii_case("Unicode") => utf16(call, bytes),
        Some(word) => {
            let message = format_args!("'{word}' is none of the encodings Unicode, ASCII and UTF8");
            Err(call.fault_at(1, Code::FormatAtRun, message))
        }
    }
}

/// The text of UTF-16 bytes, the lower byte first.
fn utf16<'a>(call: &Call<'_, 'a>, bytes: &[u8]) -> Returns<'a> {
    let wrong = || {
        let message = format_args!("the bytes are no text in UTF-16; pass UTF8 as the encoding if they are UTF-8");
        call.fault_at(0, Code::NotBase64, message)
    };
    if bytes.len() % 2 == 1 {
        return Err(wrong());
    }
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let mut text = call.writer_for(bytes.len());
    for character in char::decode_utf16(units) {
        text.push_all([character.map_err(|_| wrong())?])?;
    }
    text.finish()
}

const CONVERT_TO_UTF8_HEX: Function = Function {
    names: Names { provisioning: "ConvertToUTF8Hex" },
    page: Page::Provisioning,
    summary: "Gives the text's UTF-8 bytes in hexadecimal digits.",
    parameters: &[Parameter::each_text("source", "The text to encode.")],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Every byte gives two digits; letters are capitals."),
        Rule::inferred("A null text gives null, the empty text the empty text."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("ConvertToUTF8Hex(\"Hello world!\")", "48656C6C6F20776F726C6421"),
        Example::text("ConvertToUTF8Hex(\"ë\")", "C3AB"),
        Example::text("ConvertToUTF8Hex(\"\")", ""),
        Example::null("ConvertToUTF8Hex([missing])"),
        Example::fails("ConvertToUTF8Hex([a], UTF8)", Code::TooManyArguments),
    ],
    body: Body::Eager(|call| {
        let source = call.text(0);
        let mut out = call.writer_for(source.len().saturating_mul(2));
        text::write_utf8_hex(source, &mut out).map_err(Writer::overflow)?;
        out.finish()
    }),
    ..Function::NEW
};
