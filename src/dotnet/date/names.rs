//! The invariant culture's names of months, days, eras and halves of the day.

/// Month names, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Abbreviated month names.
pub(crate) const SHORT_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Day names, Sunday first.
pub(crate) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Abbreviated day names.
pub(crate) const SHORT_DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// The only era, as it is written.
pub(crate) const ERA: &str = "A.D.";
/// The era as it may also be read.
pub(crate) const SHORT_ERA: &str = "AD";

/// Whether `text` starts with an ASCII `word` in any case.
pub(crate) fn starts_with_word(text: &[u8], word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// The first of `names` that `text` starts with: its index and length.
pub(crate) fn find_name(text: &[u8], names: &[&str]) -> Option<(usize, usize)> {
    names.iter().enumerate().find(|(_, name)| starts_with_word(text, name)).map(|(i, n)| (i, n.len()))
}

/// `char.IsWhiteSpace`, which is the property White_Space of Unicode.
pub(crate) fn is_white_space(c: char) -> bool {
    c.is_whitespace()
}

/// `char.IsLetter` of a UTF-16 code unit: halves of surrogate pairs are no letters.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (!c.is_ascii() && c.len_utf16() == 1 && c.is_alphabetic())
}
