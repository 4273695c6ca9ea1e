//! Where the characters of a text stand in the file that it was read from.
//!
//! A reader of YAML or JSON gives the place at which a scalar starts. From there the
//! file is held against the text, character by character: what the file has more
//! (escapes, doubled quotation marks, indentation, folded lines) is stepped over. Where
//! the two do not agree there is no map, and nothing in the file is changed.

use crate::Span;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// The file is the text.
    Bare,
    /// A plain or block scalar of YAML.
    Plain,
    Single,
    /// JSON's, or YAML's with the same escapes and more.
    Double,
}

/// The places of a text's characters in a file.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    style: Style,
    /// The file's offset of each byte of the text, and of its end.
    offsets: Vec<usize>,
    /// The file's offset behind the character that each byte of the text is of.
    ends: Vec<usize>,
    /// Whether the file has the very text.
    exact: bool,
}

impl Scalar {
    /// A file that is nothing but the text.
    pub(super) fn bare(text: &str) -> Self {
        Scalar {
            style: Style::Bare,
            offsets: (0..=text.len()).collect(),
            ends: (1..=text.len()).collect(),
            exact: true,
        }
    }

    /// The map of `text`, which was read from the scalar at `start` of the file.
    pub(super) fn of(file: &str, start: usize, text: &str) -> Option<Self> {
        let (style, mut at) = match file.get(start..)?.chars().next()? {
            '"' => (Style::Double, start + 1),
            '\'' => (Style::Single, start + 1),
            // The text of a block starts on the line after its head.
            '|' | '>' => (Style::Plain, start + file.get(start..)?.find('\n')? + 1),
            _ => (Style::Plain, start),
        };
        let (mut offsets, mut ends) = (Vec::with_capacity(text.len() + 1), Vec::with_capacity(text.len()));
        for character in text.chars() {
            let (found, behind) = step(file, at, character, style)?;
            offsets.extend(std::iter::repeat_n(found, character.len_utf8()));
            ends.extend(std::iter::repeat_n(behind, character.len_utf8()));
            at = behind;
        }
        offsets.push(at);
        Some(Scalar { style, offsets, ends, exact: true })
    }

    /// The map of a text that the file has in other words: what is alike at both ends
    /// stands where `written` has it, and all that is between where the difference starts.
    /// The start stays the start.
    pub(super) fn nearly(self, written: &str, text: &str) -> Self {
        if text.is_empty() || text == written {
            return self;
        }
        let alike = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(one, other)| one == other).count();
        let start = alike(&mut written.bytes().zip(text.bytes()));
        let least = (written.len() - start).min(text.len() - start.max(1));
        let end = alike(&mut written.bytes().rev().zip(text.bytes().rev()).take(least));
        let place = self.offsets.get(start).copied();
        let between = place.into_iter().cycle().take(text.len() - start - end);
        let map = |known: &[usize]| -> Vec<usize> {
            let (head, tail) = (known.iter().take(start), known.iter().skip(written.len() - end));
            head.copied().chain(between.clone()).chain(tail.copied()).collect()
        };
        Scalar { style: self.style, offsets: map(&self.offsets), ends: map(&self.ends), exact: false }
    }

    /// Whether what stands in the file is the text, so that it can be changed there.
    pub(super) const fn is_exact(&self) -> bool {
        self.exact
    }

    /// The part of the file that a span of the text is written in.
    pub(super) fn range(&self, span: Span) -> Option<std::ops::Range<usize>> {
        let range = span.range();
        let start = *self.offsets.get(range.start)?;
        // The end of the last character, not the start of the next: indentation may lie between.
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        let end = last.map_or(Some(start), |last| self.ends.get(last).copied())?;
        Some(start..end)
    }

    /// A text as it is written in a scalar of this style; nothing where it cannot be.
    pub(super) fn written(&self, text: &str) -> Option<String> {
        match self.style {
            Style::Bare => Some(text.to_owned()),
            _ if text.contains(['\n', '\r']) => None,
            Style::Plain => Some(text.to_owned()),
            Style::Single => Some(text.replace('\'', "''")),
            Style::Double => {
                let quoted = serde_json::to_string(text).ok()?;
                Some(quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned())
            }
        }
    }
}

/// Where `character` stands at or behind `at`, and what is behind it.
fn step(file: &str, mut at: usize, character: char, style: Style) -> Option<(usize, usize)> {
    loop {
        let rest = file.get(at..)?;
        let raw = rest.chars().next()?;
        if style == Style::Double && raw == '\\' {
            let (meant, length) = escape(rest)?;
            match meant {
                Some(meant) if meant == character => return Some((at, at + length)),
                Some(_) => return None,
                // A line break that is escaped is not there, with the indentation behind it.
                None => at += length,
            }
        } else if style == Style::Single && raw == '\'' {
            return (character == '\'' && rest.starts_with("''")).then_some((at, at + 2));
        } else if raw == character {
            return Some((at, at + raw.len_utf8()));
        } else if style != Style::Bare && raw.is_ascii_whitespace() {
            if character == ' ' {
                // A folded line.
                let length = rest.len() - rest.trim_ascii_start().len();
                return Some((at, at + length));
            }
            at += raw.len_utf8();
        } else {
            return None;
        }
    }
}

/// What an escape at the start of a text stands for, and its length.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    let letter = text.chars().nth(1)?;
    let simple = |meant: char| Some((Some(meant), 1 + letter.len_utf8()));
    let digits = |from: usize, count: usize| u32::from_str_radix(text.get(from..from + count)?, 16).ok();
    match letter {
        'n' => simple('\n'),
        't' | '\t' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        '"' | '\\' | '/' | ' ' => simple(letter),
        '0' => simple('\0'),
        '_' => simple('\u{a0}'),
        'x' => Some((char::from_u32(digits(2, 2)?), 4)),
        'U' => Some((char::from_u32(digits(2, 8)?), 10)),
        'u' => {
            let first = digits(2, 4)?;
            if (0xd800..0xdc00).contains(&first) && text.get(6..8) == Some("\\u") {
                let second = digits(8, 4)?.checked_sub(0xdc00)?;
                return Some((char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second), 12));
            }
            Some((char::from_u32(first), 6))
        }
        '\n' => Some((None, 2)),
        '\r' => Some((None, 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Scalar;

    /// A file, the place of its scalar, the text, and a part of both.
    #[track_caller]
    fn holds(file: &str, start: usize, text: &str, part: &str, written: &str) {
        let place = text.find(part);
        let range =
            place.and_then(|place| Scalar::of(file, start, text)?.range(crate::Span::new(place, place + part.len())));
        assert_eq!(range.and_then(|range| file.get(range)), Some(written), "{file:?}");
    }

    #[test]
    fn scalars_of_every_style_are_mapped() {
        holds("a: Trim([b])\n", 3, "Trim([b])", "[b]", "[b]");
        holds("a: 'it''s [b]'\n", 3, "it's [b]", "'s", "''s");
        holds(r#"{"a": "Trim(\"x\", [b])"}"#, 6, r#"Trim("x", [b])"#, r#""x""#, r#"\"x\""#);
        holds(r#"{"a": "\u00e4 \ud83d\ude00 [b]"}"#, 6, "ä 😀 [b]", "😀", r"\ud83d\ude00");
        holds("a: |\n  Join(\n    [b],\n  \"x\")\n", 3, "Join(\n  [b],\n\"x\")\n", "[b]", "[b]");
        holds("a: Join(\n   [b],\n   [c])\n", 3, "Join( [b], [c])", "[c]", "[c]");
        holds("a: >-\n  Join(\n  [b])\n", 3, "Join( [b])", "[b]", "[b]");
        holds("a: \"Join(\\\n   [b])\"\n", 3, "Join([b])", "[b]", "[b]");
        assert!(Scalar::of("a: Trim", 3, "Trin").is_none());
        // In other words: what is alike keeps its place.
        let near = |text: &str, part: &str, expected: &str| {
            let (file, written) = (r#"{"a": "Join(\"é\", [b], ) "}"#, r#"Join("é", [b], )"#);
            let range = text.find(part).and_then(|place| {
                let scalar = Scalar::of(file, 6, written)?.nearly(written, text);
                scalar.range(crate::Span::new(place, place + part.len()))
            });
            assert_eq!(range.and_then(|range| file.get(range)), Some(expected), "{text}");
        };
        near(r#"Join("é", [b], %D%)"#, "[b]", "[b]");
        near(r#"Join("é", [b], %D%)"#, "%D%", "");
        near(r#"Join("è", [b], )"#, "[b]", "[b]");
        near("Join([b], )", "[b]", "[b]");
        near("", "", "");
        assert!(Scalar::of("a: Trim", 30, "Trim").is_none());
    }
}
