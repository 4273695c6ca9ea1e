//! The characters of a pattern and what is common to its two readings: escapes, numbers, names,
//! options, comments.
//!
//! .NET reads a pattern twice: once to number the groups (`groups.rs`) and once to build the tree
//! (`parse.rs`). Both stumble over the same escapes and classes, so the first reading reports errors too.

use super::casing;
use super::class::{CharSet, is_word_unit};
use super::error::{PatternError, PatternErrorKind as Kind};
use super::groups::Groups;
use super::tree::Anchor;
use super::{CaseCulture, Options};

/// Options that can change inside a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) explicit_capture: bool,
    pub(super) singleline: bool,
    pub(super) ignore_white_space: bool,
}

impl Flags {
    fn new(options: &Options) -> Self {
        Self {
            ignore_case: options.ignore_case,
            multiline: options.multiline,
            explicit_capture: options.explicit_capture,
            singleline: options.singleline,
            ignore_white_space: options.ignore_pattern_white_space,
        }
    }
}

/// What an escape outside a class stands for.
#[derive(Debug)]
pub(super) enum Escape {
    Unit(u16),
    Set(CharSet),
    Anchor(Anchor),
    /// A group slot.
    Backreference(usize),
    /// Met while groups are still being numbered, where only its extent matters.
    Skipped,
}

/// Deepest nesting of groups and of class subtractions.
pub(super) const MAX_DEPTH: usize = 100;

/// A position in a pattern, with the options in force there.
pub(super) struct Reader<'p> {
    text: &'p str,
    units: Vec<u16>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    pub(super) culture: CaseCulture,
    pub(super) ecma: bool,
    /// Numbered groups; None while they are being numbered.
    pub(super) groups: Option<Groups>,
    /// Ranges of all classes together, for the limit on memory.
    pub(super) ranges_read: usize,
}

/// A code unit of the pattern compared with an ASCII character.
pub(super) fn is(unit: Option<u16>, character: u8) -> bool {
    unit == Some(u16::from(character))
}

/// The ASCII character a code unit is, or 0 for any other and for the end.
pub(super) fn ascii(unit: Option<u16>) -> u8 {
    unit.and_then(|unit| u8::try_from(unit).ok()).filter(u8::is_ascii).unwrap_or(0)
}

fn show(unit: u16) -> String {
    char::from_u32(u32::from(unit)).map_or_else(|| format!("\\u{unit:04X}"), String::from)
}

impl<'p> Reader<'p> {
    pub(super) fn new(text: &'p str, options: &Options) -> Self {
        Self {
            text,
            units: text.encode_utf16().collect(),
            at: 0,
            flags: Flags::new(options),
            culture: options.culture,
            ecma: options.ecma_script,
            groups: None,
            ranges_read: 0,
        }
    }

    /// Starts again, now that the groups are known.
    pub(super) fn restart(&mut self, groups: Groups, options: &Options) {
        self.at = 0;
        self.flags = Flags::new(options);
        self.groups = Some(groups);
        self.ranges_read = 0;
    }

    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.units.len()
    }

    pub(super) fn peek(&self) -> Option<u16> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u16> {
        self.units.get(self.at + ahead).copied()
    }

    pub(super) fn unit(&self, index: usize) -> Option<u16> {
        self.units.get(index).copied()
    }

    pub(super) fn next(&mut self) -> Option<u16> {
        let unit = self.peek()?;
        self.at += 1;
        Some(unit)
    }

    /// Goes to the next occurrence of a character, or to the end (false).
    fn seek(&mut self, character: u8) -> bool {
        while let Some(unit) = self.peek() {
            if unit == u16::from(character) {
                return true;
            }
            self.at += 1;
        }
        false
    }

    /// An error at the position reached.
    pub(super) fn error(&self, kind: Kind, message: impl Into<String>) -> PatternError {
        let mut left = self.at.min(self.units.len());
        let mut offset = 0;
        for character in self.text.chars() {
            if left < character.len_utf16() {
                break;
            }
            left -= character.len_utf16();
            offset += character.len_utf8();
        }
        PatternError::new(kind, offset, message)
    }

    /// Decimal digits, as far as they go; the value of none is 0.
    pub(super) fn decimal(&mut self) -> Result<u32, PatternError> {
        let mut value = 0u32;
        while let digit @ b'0'..=b'9' = ascii(self.peek()) {
            self.at += 1;
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u32::from(digit - b'0')))
                .filter(|&value| value <= 0x7FFF_FFFF)
                .ok_or_else(|| {
                    self.error(
                        Kind::QuantifierOrCaptureGroupOutOfRange,
                        "A number is larger than 2147483647; use a smaller one.",
                    )
                })?;
        }
        Ok(value)
    }

    /// Word characters, as far as they go.
    pub(super) fn name(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(is_word_unit) {
            self.at += 1;
        }
        String::from_utf16_lossy(self.units.get(start..self.at).unwrap_or_default())
    }

    /// Letters that switch options on and off, as far as they go: `imnsx-imnsx`.
    pub(super) fn options(&mut self) {
        let mut on = true;
        while let Some(unit) = self.peek() {
            // .NET folds with bit 0x20, which also lets some control characters through.
            let folded = u8::try_from(unit | 0x20).unwrap_or(0);
            match (ascii(Some(unit)), folded) {
                (b'-', _) => on = false,
                (b'+', _) => on = true,
                (_, b'i') => self.flags.ignore_case = on,
                (_, b'm') => self.flags.multiline = on,
                (_, b'n') => self.flags.explicit_capture = on,
                (_, b's') => self.flags.singleline = on,
                (_, b'x') => self.flags.ignore_white_space = on,
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Skips comments `(?#..)` and, with the option, white space and comments to the end of the line.
    pub(super) fn skip_blank(&mut self) -> Result<(), PatternError> {
        loop {
            if self.flags.ignore_white_space {
                while matches!(ascii(self.peek()), b'\t' | b'\n' | 0x0C | b'\r' | b' ') {
                    self.at += 1;
                }
            }
            if self.flags.ignore_white_space && is(self.peek(), b'#') {
                self.seek(b'\n');
            } else if is(self.peek(), b'(') && is(self.peek_at(1), b'?') && is(self.peek_at(2), b'#') {
                if !self.seek(b')') {
                    return Err(self.error(Kind::UnterminatedComment, "A comment (?# is not closed; close it with )."));
                }
                self.at += 1;
            } else {
                return Ok(());
            }
        }
    }

    /// What follows a backslash outside a class. Not to be called at the end of the pattern.
    pub(super) fn escape(&mut self) -> Result<Escape, PatternError> {
        let ecma = self.ecma;
        let letter = ascii(self.peek());
        let known = match letter {
            b'b' => Escape::Anchor(Anchor::Boundary { negated: false, ecma }),
            b'B' => Escape::Anchor(Anchor::Boundary { negated: true, ecma }),
            b'A' => Escape::Anchor(Anchor::Beginning),
            b'G' => Escape::Anchor(Anchor::SearchStart),
            b'Z' => Escape::Anchor(Anchor::EndOrFinalLineFeed),
            b'z' => Escape::Anchor(Anchor::End),
            b'p' | b'P' => {
                self.at += 1;
                if self.groups.is_none() {
                    // The name is looked at in the second reading only.
                    return Ok(Escape::Skipped);
                }
                return self.property(letter == b'P').map(Escape::Set);
            }
            b'w' | b'W' | b's' | b'S' | b'd' | b'D' => {
                self.at += 1;
                if self.groups.is_none() {
                    return Ok(Escape::Skipped);
                }
                return Ok(Escape::Set(self.shorthand(letter)));
            }
            _ => return self.reference_or_character(),
        };
        self.at += 1;
        Ok(known)
    }

    /// The set of `\w`, `\s`, `\d` and their opposites.
    pub(super) fn shorthand(&self, letter: u8) -> CharSet {
        use super::class::{digits, white_space, word};
        let set = match letter.to_ascii_lowercase() {
            b'w' => word(self.ecma),
            b's' => white_space(self.ecma),
            _ => digits(self.ecma),
        };
        if letter.is_ascii_uppercase() { set.complement() } else { set }
    }

    fn property(&mut self, inverted: bool) -> Result<CharSet, PatternError> {
        let name = self.property_name()?;
        let set = self.property_set(&name)?;
        let mut class = super::class::ClassBuilder::default();
        class.add_set(&set, inverted, name.starts_with("Is"));
        Ok(class.finish(self.flags.ignore_case.then_some(self.culture)))
    }

    /// The name between the braces behind `\p`.
    pub(super) fn property_name(&mut self) -> Result<String, PatternError> {
        const INCOMPLETE: &str =
            "A \\p{...} is not complete; write a general category such as \\p{L} or a block such as \\p{IsGreek}.";
        if self.at + 2 >= self.len() {
            return Err(self.error(Kind::InvalidUnicodePropertyEscape, INCOMPLETE));
        }
        if !is(self.next(), b'{') {
            return Err(self.error(
                Kind::MalformedUnicodePropertyEscape,
                "\\p is not followed by {; write the name in braces, as in \\p{L}.",
            ));
        }
        let start = self.at;
        while self.peek().is_some_and(|unit| is_word_unit(unit) || unit == u16::from(b'-')) {
            self.at += 1;
        }
        let name = String::from_utf16_lossy(self.units.get(start..self.at).unwrap_or_default());
        if self.at_end() || !is(self.next(), b'}') {
            return Err(self.error(Kind::InvalidUnicodePropertyEscape, INCOMPLETE));
        }
        Ok(name)
    }

    pub(super) fn property_set(&self, name: &str) -> Result<CharSet, PatternError> {
        super::class::property(name, self.flags.ignore_case).ok_or_else(|| {
            let fix = super::class::property_suggestion(name)
                .map_or_else(String::new, |known| format!(" Did you mean \\p{{{known}}}?"));
            self.error(
                Kind::UnrecognizedUnicodeProperty,
                format!(
                    "\\p{{{name}}} is no general category and no named block of .NET (names are case-sensitive).{fix}"
                ),
            )
        })
    }

    fn slot_of_number(&self, number: u32) -> Option<usize> {
        self.groups.as_ref().and_then(|groups| groups.slot_of_number(number))
    }

    /// A backreference in one of its four spellings, else a character escape.
    fn reference_or_character(&mut self) -> Result<Escape, PatternError> {
        let start = self.at;
        let scan_only = self.groups.is_none();
        let mut close = None;
        let first = ascii(self.peek());
        if first == b'k' {
            if self.peek_at(1).is_some() {
                self.at += 1;
                close = match ascii(self.next()) {
                    b'<' => Some(b'>'),
                    b'\'' => Some(b'\''),
                    _ => None,
                };
            }
            if close.is_none() || self.at_end() {
                return Err(
                    self.error(Kind::MalformedNamedReference, "\\k is not followed by a group name; write \\k<name>.")
                );
            }
        } else if matches!(first, b'<' | b'\'') && self.peek_at(1).is_some() {
            // The old spelling \<name>.
            close = Some(if first == b'<' { b'>' } else { b'\'' });
            self.at += 1;
        }
        match (close, ascii(self.peek())) {
            (Some(close), b'0'..=b'9') => {
                let number = self.decimal()?;
                if !self.at_end() && is(self.next(), close) {
                    if scan_only {
                        return Ok(Escape::Skipped);
                    }
                    return match self.slot_of_number(number) {
                        Some(slot) => Ok(Escape::Backreference(slot)),
                        None => Err(self.undefined_number(number)),
                    };
                }
            }
            (None, digit @ b'1'..=b'9') if self.ecma => {
                if let Some(slot) = self.ecma_reference(u32::from(digit - b'0')) {
                    return Ok(if scan_only { Escape::Skipped } else { Escape::Backreference(slot) });
                }
            }
            (None, b'1'..=b'9') => {
                let number = self.decimal()?;
                if scan_only {
                    return Ok(Escape::Skipped);
                }
                if let Some(slot) = self.slot_of_number(number) {
                    return Ok(Escape::Backreference(slot));
                }
                if number <= 9 {
                    return Err(self.undefined_number(number));
                }
                // Two digits or more without such a group are an octal code.
            }
            (Some(close), _) if self.peek().is_some_and(is_word_unit) => {
                let name = self.name();
                if !self.at_end() && is(self.next(), close) {
                    if scan_only {
                        return Ok(Escape::Skipped);
                    }
                    let slot = self.groups.as_ref().and_then(|groups| groups.slot_of_known_name(&name));
                    return match slot {
                        Some(slot) => Ok(Escape::Backreference(slot)),
                        None => Err(self.error(
                            Kind::UndefinedNamedReference,
                            format!("The backreference names the group {name}, which the pattern does not have (names are case-sensitive)."),
                        )),
                    };
                }
            }
            _ => {}
        }
        self.at = start;
        self.character_escape().map(Escape::Unit)
    }

    fn undefined_number(&self, number: u32) -> PatternError {
        self.error(
            Kind::UndefinedNumberedReference,
            format!("The backreference asks for group {number}, which the pattern does not have."),
        )
    }

    /// Under ECMAScript a backreference takes as many digits as still number a group that was opened
    /// before it.
    fn ecma_reference(&mut self, first: u32) -> Option<usize> {
        let before = self.at.saturating_sub(1);
        let top = self.groups.as_ref().map_or(0, Groups::top);
        let (mut found, mut number) = (None, first);
        while number <= top {
            let opened = self.groups.as_ref().and_then(|groups| groups.opened_at(number));
            if opened.is_some_and(|opened| opened < before) {
                found = self.slot_of_number(number);
            }
            self.at += 1;
            let digit @ b'0'..=b'9' = ascii(self.peek()) else {
                break;
            };
            number = number.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
        }
        found
    }

    /// A character written as an escape, in and outside classes. Not to be called at the end.
    pub(super) fn character_escape(&mut self) -> Result<u16, PatternError> {
        let Some(unit) = self.next() else {
            return Err(self.error(
                Kind::UnescapedEndingBackslash,
                "The pattern ends with a backslash; double it to match a backslash.",
            ));
        };
        match ascii(Some(unit)) {
            b'0'..=b'7' => {
                self.at -= 1;
                Ok(self.octal())
            }
            b'x' => self.hexadecimal(2),
            b'u' => self.hexadecimal(4),
            b'a' => Ok(0x07),
            b'b' => Ok(0x08),
            b'e' => Ok(0x1B),
            b'f' => Ok(0x0C),
            b'n' => Ok(0x0A),
            b'r' => Ok(0x0D),
            b't' => Ok(0x09),
            b'v' => Ok(0x0B),
            b'c' => self.control(),
            _ if !self.ecma && is_word_unit(unit) => Err(self.error(
                Kind::UnrecognizedEscape,
                format!("\\{0} is no escape; write {0} without the backslash.", show(unit)),
            )),
            _ => Ok(unit),
        }
    }

    fn octal(&mut self) -> u16 {
        let mut value = 0u16;
        for _ in 0..3 {
            let digit @ b'0'..=b'7' = ascii(self.peek()) else {
                break;
            };
            self.at += 1;
            value = value * 8 + u16::from(digit - b'0');
            if self.ecma && value >= 0x20 {
                break;
            }
        }
        value & 0xFF
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<u16, PatternError> {
        let mut value = 0u32;
        let mut left = digits;
        if self.at + digits <= self.len() {
            while left > 0 {
                let Some(digit) = char::from(ascii(self.next())).to_digit(16) else {
                    break;
                };
                value = value << 4 | digit;
                left -= 1;
            }
        }
        if left > 0 {
            return Err(self.error(
                Kind::InsufficientOrInvalidHexDigits,
                format!("A hexadecimal escape needs exactly {digits} hexadecimal digits."),
            ));
        }
        Ok(u16::try_from(value).unwrap_or(u16::MAX))
    }

    fn control(&mut self) -> Result<u16, PatternError> {
        let Some(unit) = self.next() else {
            return Err(
                self.error(Kind::MissingControlCharacter, "\\c ends the pattern; a letter has to follow, as in \\cA.")
            );
        };
        let upper = match ascii(Some(unit)) {
            letter @ b'a'..=b'z' => u16::from(letter.to_ascii_uppercase()),
            _ => unit,
        };
        let control = upper.wrapping_sub(u16::from(b'@'));
        if control < u16::from(b' ') {
            return Ok(control);
        }
        Err(self.error(
            Kind::UnrecognizedControlCharacter,
            "\\c is not followed by a letter from A to Z or one of @ [ \\ ] ^ _.",
        ))
    }

    /// All spellings of one literal code unit under the options in force.
    pub(super) fn equivalents(&self, unit: u16) -> Option<&'static [u16]> {
        if self.flags.ignore_case { casing::equivalents(self.culture, unit) } else { None }
    }
}
