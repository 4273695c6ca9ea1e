//! White space and trimming.

/// Whether .NET counts the character as white space (`Char.IsWhiteSpace`):
/// U+0009 to U+000D, U+0020, U+0085, U+00A0 and the categories Zs, Zl and Zp.
#[inline]
pub fn is_white_space(c: char) -> bool {
    // The property White_Space of Unicode is the same set, and has been stable since Unicode 6.3.
    c.is_whitespace()
}

/// `String.IsNullOrWhiteSpace(text)` for text that is there.
pub fn is_null_or_white_space(text: &str) -> bool {
    text.chars().all(is_white_space)
}

/// `String.Trim()`: without white space at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_white_space)
}

/// `String.TrimStart()`.
pub fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_white_space)
}

/// `String.TrimEnd()`.
pub fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_white_space)
}

/// `String.Trim(chars)`: without the given characters at both ends. As in .NET,
/// an empty set stands for white space.
pub fn trim_chars<'t>(text: &'t str, chars: &str) -> &'t str {
    text.trim_matches(|c| in_set(c, chars))
}

/// `String.TrimStart(chars)`; an empty set stands for white space.
pub fn trim_start_chars<'t>(text: &'t str, chars: &str) -> &'t str {
    text.trim_start_matches(|c| in_set(c, chars))
}

/// `String.TrimEnd(chars)`; an empty set stands for white space.
pub fn trim_end_chars<'t>(text: &'t str, chars: &str) -> &'t str {
    text.trim_end_matches(|c| in_set(c, chars))
}

/// Membership in a set of characters, where the empty set means white space.
pub(super) fn in_set(c: char, chars: &str) -> bool {
    if chars.is_empty() { is_white_space(c) } else { chars.contains(c) }
}
