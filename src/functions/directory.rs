//! Functions of directories: distinguished names, security identifiers, the domain.

use super::{Body, Call, Example, Function, Kind, Names, Page, Parameter, Purity, Returns, Rule, Stop};
use crate::diagnostic::Code;
use crate::value::{self, Value};
use bumpalo::collections::Vec as ArenaVec;
use std::fmt::Write;

pub(super) static FUNCTIONS: &[Function] = &[DEFAULT_DOMAIN, DN_COMPONENT, STRING_FROM_SID];

const DEFAULT_DOMAIN: Function = Function {
    names: Names { provisioning: "DefaultDomain" },
    page: Page::Graph,
    summary: "Gives the default domain of the tenant.",
    parameters: &[],
    returns: Kind::Text,
    rules: &[
        Rule::evident("The function list of Microsoft Graph has it; the reference does not."),
        Rule::inferred(
            "The host passes the domain as the parameter DefaultDomain; where it has not, the record fails.",
        ),
    ],
    examples: &[
        // Tests run examples with the parameter set to contoso.com.
        Example::text("Join(\"@\", [alias], DefaultDomain())", "ann@contoso.com").with(&[("alias", "ann")]),
        Example::fails("DefaultDomain(1)", Code::TooManyArguments),
    ],
    purity: Purity::Environment,
    body: Body::Eager(|call| match call.environment().parameters.get("DefaultDomain") {
        Some(domain) => Ok(domain.borrow(call.arena())),
        None => Err(call.fault(Code::NoParameter, format_args!("the parameter DefaultDomain has no value"))),
    }),
    ..Function::NEW
};

const DN_COMPONENT: Function = Function {
    names: Names { provisioning: "DNComponent" },
    page: Page::CloudSync,
    summary: "Gives the value of one component of a distinguished name.",
    parameters: &[
        Parameter::each_text("dn", "The distinguished name.").keyed("source"),
        Parameter::integer("ComponentNumber", 1, i64::MAX, "Which component, from 1, from the left."),
    ],
    returns: Kind::Text,
    rules: &[
        Rule::documented("Components are counted from the left (cloud sync reference)."),
        Rule::evident(
            "Names are read by RFC 4514: escapes give the characters they stand for; spaces around a component do not count.",
        ),
        Rule::inferred("Of a component with several attributes (cn=Joe+uid=1) it is the first one's value."),
        Rule::inferred(
            "A component that is not there and a text that is no name are errors; a null or empty text gives null.",
        ),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("DNComponent([dn], 1)", "Joe").with(&[("dn", "cn=Joe,ou=Sales,dc=contoso,dc=com")]),
        Example::text("DNComponent([dn], 2)", "Sales, EMEA").with(&[("dn", "cn=Joe, ou=Sales\\, EMEA, dc=contoso")]),
        Example::text("DNComponent([dn], 1)", "Zoë").with(&[("dn", "CN=Zo\\C3\\AB,DC=contoso")]),
        Example::text("DNComponent([dn], 1)", "a,b").with(&[("dn", "cn=\"a,b\",dc=contoso")]),
        Example::null("DNComponent([missing], 1)"),
        Example::fails("DNComponent([dn], 3)", Code::NoSuchItem).with(&[("dn", "cn=Joe,dc=contoso")]),
        Example::fails("DNComponent([dn], 1)", Code::NotADn).with(&[("dn", "Joe")]),
        Example::fails("DNComponent([dn], 0)", Code::ArgumentRange),
    ],
    body: Body::Eager(dn_component),
    ..Function::NEW
};

fn dn_component<'a>(call: &Call<'_, 'a>) -> Returns<'a> {
    let (dn, wanted) = (call.text(0), call.integer(1));
    if dn.trim().is_empty() {
        return Ok(Value::Null);
    }
    let mut rest = Some(dn);
    let mut number = 0_i64;
    let mut found = None;
    while let Some(text) = rest {
        number = number.saturating_add(1);
        let (component, behind) = component(call, text)?;
        if number == wanted {
            found = Some(component);
        }
        rest = behind;
    }
    match found {
        Some(component) => unescape(call, component),
        None => {
            let s = if number == 1 { "" } else { "s" };
            let message = format_args!("there is no component {wanted}: the name has {number} component{s}");
            Err(call.fault_at(1, Code::NoSuchItem, message))
        }
    }
}

fn not_a_dn<'a>(call: &Call<'_, 'a>, why: &str) -> Stop<'a> {
    call.fault_at(0, Code::NotADn, format_args!("the text is not a distinguished name: {why}"))
}

/// The value of the first component, as it is written, and what stands behind its comma.
fn component<'a>(call: &Call<'_, 'a>, text: &'a str) -> Result<(&'a str, Option<&'a str>), Stop<'a>> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(not_a_dn(call, "a component has no '='"));
    };
    let name = name.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(not_a_dn(call, "a component has no attribute name before '='"));
    }
    let (mut escaped, mut quoted) = (false, false);
    let mut first_end = None;
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '+' if !quoted => first_end = first_end.or(Some(at)),
            // RFC 2253 took the semicolon from older names; nobody may write it bare since.
            ',' | ';' if !quoted => {
                let own = value.get(..first_end.unwrap_or(at)).unwrap_or(value);
                return Ok((own, value.get(at.saturating_add(1)..)));
            }
            _ => {}
        }
    }
    if escaped || quoted {
        return Err(not_a_dn(call, if quoted { "a quotation mark is not closed" } else { "it ends in a backslash" }));
    }
    Ok((value.get(..first_end.unwrap_or(value.len())).unwrap_or(value), None))
}

/// The value that is written so, without a copy where nothing is escaped.
fn unescape<'a>(call: &Call<'_, 'a>, written: &'a str) -> Returns<'a> {
    let start = written.trim_start_matches(' ');
    let mut written = start.trim_end_matches(' ');
    // An escaped space at the end belongs to the value.
    let backslashes = written.len().saturating_sub(written.trim_end_matches('\\').len());
    if backslashes % 2 == 1 {
        written = start.get(..written.len().saturating_add(1)).unwrap_or(start);
    }
    if let Some(inner) = written.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        written = inner;
    }
    if !written.contains('\\') {
        return Ok(Value::Text(written));
    }
    let mut bytes = ArenaVec::with_capacity_in(written.len(), call.arena());
    let mut rest = written.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let Some(next) = rest.next() else { return Err(not_a_dn(call, "it ends in a backslash")) };
        match digit(next) {
            None => bytes.push(next),
            Some(high) => match rest.next().and_then(digit) {
                Some(low) => bytes.push(high << 4 | low),
                None => return Err(not_a_dn(call, "an escape has only one hexadecimal digit")),
            },
        }
    }
    let bytes: &'a [u8] = bytes.into_bump_slice();
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Value::Text(text)),
        Err(_) => Err(not_a_dn(call, "escaped bytes are not UTF-8")),
    }
}

const STRING_FROM_SID: Function = Function {
    names: Names { provisioning: "StringFromSid" },
    page: Page::CloudSync,
    summary: "Gives the text of a security identifier.",
    parameters: &[Parameter::new("ObjectSID", Kind::Any, "The identifier's bytes, or their base64.")
        .each()
        .keyed("source")],
    returns: Kind::Text,
    rules: &[
        Rule::documented("It converts the bytes of a security identifier to a text (cloud sync reference)."),
        Rule::evident("The text is S-1-…, as Windows writes it; an authority beyond 32 bits is in hexadecimal."),
        Rule::inferred("Text is taken as base64 of the bytes. A null or empty text gives null."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("StringFromSid([objectSid])", "S-1-5-32-544").with(&[("objectSid", "AQIAAAAAAAUgAAAAIAIAAA==")]),
        Example::text("StringFromSid([objectSid])", "S-1-5-18").with(&[("objectSid", "AQEAAAAAAAUSAAAA")]),
        Example::null("StringFromSid([missing])"),
        Example::fails("StringFromSid([objectSid])", Code::NotASid).with(&[("objectSid", "AQIAAAAAAAUgAAAA")]),
        Example::fails("StringFromSid([objectSid])", Code::NotASid).with(&[("objectSid", "S-1-5-18")]),
    ],
    body: Body::Eager(|call| {
        if call.value(0).is_null_or_empty() {
            return Ok(Value::Null);
        }
        let wrong =
            |why: &str| call.fault_at(0, Code::NotASid, format_args!("the value is not a security identifier: {why}"));
        let bytes =
            value::to_binary(call.value(0), call.arena()).map_err(|_| wrong("it is neither bytes nor base64"))?;
        let ([revision, count, authority @ ..], subs) =
            bytes.split_first_chunk::<8>().ok_or_else(|| wrong("it is too short"))?;
        if *revision != 1 {
            return Err(wrong("its revision is not 1"));
        }
        if *count > 15 || subs.len() != usize::from(*count).saturating_mul(4) {
            return Err(wrong("its length is not what its count of parts says"));
        }
        let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let mut text = call.writer_for(64);
        let written = if authority > u64::from(u32::MAX) {
            write!(text, "S-1-0x{authority:012X}")
        } else {
            write!(text, "S-1-{authority}")
        };
        written.map_err(super::Writer::overflow)?;
        for part in subs.chunks_exact(4) {
            let part = part.iter().rev().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
            write!(text, "-{part}").map_err(super::Writer::overflow)?;
        }
        text.finish()
    }),
    ..Function::NEW
};
