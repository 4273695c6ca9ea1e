//! Unicode normalization (`String.Normalize`) and the common idiom that strips
//! diacritics with it.

use super::unicode_15::assigned_later;
use core::fmt::{self, Write};
use core::str::FromStr;
use std::borrow::Cow;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A normalization form (`System.Text.NormalizationForm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NormalizationForm {
    /// Canonical composition, `FormC`.
    C,
    /// Canonical decomposition, `FormD`.
    D,
    /// Compatibility composition, `FormKC`.
    KC,
    /// Compatibility decomposition, `FormKD`.
    KD,
}

/// A name that is no normalization form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a normalization form")]
pub struct UnknownForm(String);

impl FromStr for NormalizationForm {
    type Err = UnknownForm;

    /// Reads `FormC`, `FormD`, `FormKC` or `FormKD`, whatever the case.
    fn from_str(name: &str) -> Result<Self, UnknownForm> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match () {
            () if is("FormC") => Ok(Self::C),
            () if is("FormD") => Ok(Self::D),
            () if is("FormKC") => Ok(Self::KC),
            () if is("FormKD") => Ok(Self::KD),
            () => Err(UnknownForm(name.to_owned())),
        }
    }
}

fn already(text: &str, form: NormalizationForm) -> bool {
    let quick = match form {
        _ if text.is_ascii() => return true,
        NormalizationForm::C => is_nfc_quick(text.chars()),
        NormalizationForm::D => is_nfd_quick(text.chars()),
        NormalizationForm::KC => is_nfkc_quick(text.chars()),
        NormalizationForm::KD => is_nfkd_quick(text.chars()),
    };
    quick == IsNormalized::Yes
}

fn write_all<W: Write + ?Sized>(mut chars: impl Iterator<Item = char>, out: &mut W) -> fmt::Result {
    chars.try_for_each(|c| out.write_char(c))
}

/// Writes `text` in the form (`String.Normalize(form)`).
///
/// # Errors
/// Those of the writer.
pub fn write_normalized<W: Write + ?Sized>(text: &str, form: NormalizationForm, out: &mut W) -> fmt::Result {
    if text.is_ascii() {
        return out.write_str(text);
    }
    // What is unassigned to .NET 8 changes into nothing and composes with
    // nothing: what stands before it and behind it are texts of their own.
    for piece in text.split_inclusive(assigned_later) {
        let (plain, unassigned) = match piece.char_indices().next_back() {
            Some((at, c)) if assigned_later(c) => piece.split_at_checked(at).unwrap_or((piece, "")),
            _ => (piece, ""),
        };
        write_piece(plain, form, out)?;
        out.write_str(unassigned)?;
    }
    Ok(())
}

fn write_piece<W: Write + ?Sized>(text: &str, form: NormalizationForm, out: &mut W) -> fmt::Result {
    if already(text, form) {
        return out.write_str(text);
    }
    match form {
        NormalizationForm::C => write_all(text.nfc(), out),
        NormalizationForm::D => write_all(text.nfd(), out),
        NormalizationForm::KC => write_all(text.nfkc(), out),
        NormalizationForm::KD => write_all(text.nfkd(), out),
    }
}

/// `text` in the form (`String.Normalize(form)`), borrowed where it is already.
///
/// ```
/// use attrflow::dotnet::text::{NormalizationForm, normalize};
/// assert_eq!(normalize("é", NormalizationForm::D), "e\u{301}");
/// ```
pub fn normalize(text: &str, form: NormalizationForm) -> Cow<'_, str> {
    if already(text, form) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_normalized(text, form, &mut out);
    super::borrow_unchanged(text, out)
}

/// Whether the character is a nonspacing mark (category Mn) to code that looks
/// at UTF-16 code units, as the idiom does: a mark beyond U+FFFF is two
/// surrogates there, and stays.
#[inline]
pub(super) fn is_nonspacing_mark(c: char) -> bool {
    match c {
        '\0'..='\u{2FF}' => false,
        '\u{300}'..='\u{36F}' => true,
        '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => false,
        '\u{10000}'.. => false,
        _ => c.general_category() == GeneralCategory::NonspacingMark && !assigned_later(c),
    }
}

/// Writes `text` without diacritics after the idiom common in .NET code: FormD,
/// nonspacing marks left out, FormC. Letters such as ø and ł stay: see
/// [`write_normalize_diacritics`](super::write_normalize_diacritics) for a table
/// of those.
///
/// # Errors
/// Those of the writer.
pub fn write_strip_diacritics<W: Write + ?Sized>(text: &str, out: &mut W) -> fmt::Result {
    if text.is_ascii() {
        return out.write_str(text);
    }
    if text.chars().any(assigned_later) {
        let mut decomposed = String::with_capacity(text.len());
        write_normalized(text, NormalizationForm::D, &mut decomposed)?;
        decomposed.retain(|c| !is_nonspacing_mark(c));
        return write_normalized(&decomposed, NormalizationForm::C, out);
    }
    write_all(text.nfd().filter(|&c| !is_nonspacing_mark(c)).nfc(), out)
}

/// `text` without diacritics, borrowed where it has none.
/// See [`write_strip_diacritics`].
pub fn strip_diacritics(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Writing to a String does not fail.
    let _ = write_strip_diacritics(text, &mut out);
    super::borrow_unchanged(text, out)
}
