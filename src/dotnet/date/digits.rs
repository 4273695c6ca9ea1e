//! Digits at fixed places of a text.

/// Whether a text starts like a template, in which zeros stand for any digit.
#[inline]
pub(crate) fn fits(text: &[u8], template: &[u8]) -> bool {
    // No early end: comparing all bytes without branches is faster for texts this short.
    text.len() >= template.len()
        && text
            .iter()
            .zip(template)
            .fold(true, |fits, (have, want)| fits & ((have == want) | ((*want == b'0') & have.is_ascii_digit())))
}

/// The number that ASCII digits make.
#[inline]
pub(crate) fn number_of(digits: &[u8]) -> i32 {
    let digit = |c: u8| i32::from(c & 15);
    match *digits {
        [a, b] => digit(a) * 10 + digit(b),
        [a, b, c, d] => digit(a) * 1000 + digit(b) * 100 + digit(c) * 10 + digit(d),
        _ => digits.iter().fold(0, |sum, c| sum * 10 + digit(*c)),
    }
}

/// The number at `from..to` of a text that is known to have digits there.
#[inline]
pub(crate) fn number_at(text: &[u8], from: usize, to: usize) -> i32 {
    number_of(text.get(from..to).unwrap_or_default())
}
