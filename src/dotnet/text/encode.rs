//! Text as Base64 and as hexadecimal bytes.

use core::fmt::{self, Write};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Streams bytes into Base64, so that UTF-16 needs no buffer of its own.
fn write_base64<W: Write + ?Sized>(mut bytes: impl Iterator<Item = u8>, out: &mut W) -> fmt::Result {
    let digit = |bits: u32| BASE64.get((bits & 63) as usize).map_or('A', |&b| char::from(b));
    while let Some(first) = bytes.next() {
        let (second, third) = (bytes.next(), bytes.next());
        let bits = u32::from(first) << 16 | u32::from(second.unwrap_or(0)) << 8 | u32::from(third.unwrap_or(0));
        out.write_char(digit(bits >> 18))?;
        out.write_char(digit(bits >> 12))?;
        out.write_char(if second.is_some() { digit(bits >> 6) } else { '=' })?;
        out.write_char(if third.is_some() { digit(bits) } else { '=' })?;
    }
    Ok(())
}

/// Writes the Base64 of the text's UTF-16 little endian bytes
/// (`Convert.ToBase64String(Encoding.Unicode.GetBytes(text))`).
///
/// # Errors
/// Those of the writer.
pub fn write_base64_unicode<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    write_base64(text.encode_utf16().flat_map(u16::to_le_bytes), out)
}

/// Writes the Base64 of the text's UTF-8 bytes
/// (`Convert.ToBase64String(Encoding.UTF8.GetBytes(text))`).
///
/// # Errors
/// Those of the writer.
pub fn write_base64_utf8<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    write_base64(text.bytes(), out)
}

/// Writes the text's UTF-8 bytes as upper case hexadecimal digits
/// (`Convert.ToHexString(Encoding.UTF8.GetBytes(text))`).
///
/// # Errors
/// Those of the writer.
pub fn write_utf8_hex<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    text.bytes().try_for_each(|b| write!(out, "{b:02X}"))
}

/// Base64 of the text's UTF-16 little endian bytes. See [`write_base64_unicode`].
///
/// ```
/// assert_eq!(attrflow::dotnet::text::base64_unicode("a"), "YQA=");
/// ```
pub fn base64_unicode(text: &str) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_base64_unicode(text, &mut out);
    out
}

/// Base64 of the text's UTF-8 bytes. See [`write_base64_utf8`].
pub fn base64_utf8(text: &str) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_base64_utf8(text, &mut out);
    out
}

/// The text's UTF-8 bytes in hexadecimal. See [`write_utf8_hex`].
pub fn utf8_hex(text: &str) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_utf8_hex(text, &mut out);
    out
}
