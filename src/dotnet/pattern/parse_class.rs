//! Reading of character classes `[..]`.

use super::class::{CharSet, ClassBuilder};
use super::error::{PatternError, PatternErrorKind as Kind};
use super::reader::{MAX_DEPTH, Reader, ascii, is};

/// Ranges all classes of a pattern may have together.
const MAX_RANGES: usize = 200_000;

impl Reader<'_> {
    /// A class, read from behind its opening bracket. While groups are being numbered only its extent
    /// is found and the result is an empty set.
    pub(super) fn class(&mut self, depth: usize) -> Result<CharSet, PatternError> {
        if depth > MAX_DEPTH {
            return Err(
                self.error(Kind::NestedTooDeeply, format!("Class subtractions are nested more than {MAX_DEPTH} deep."))
            );
        }
        let building = self.groups.is_some();
        let mut class = ClassBuilder::default();
        let mut first = true;
        // Start of a range whose dash has been read.
        let mut range_start: Option<u16> = None;
        let mut closed = false;

        if is(self.peek(), b'^') {
            self.at += 1;
            class.negated = true;
            if self.ecma && is(self.peek(), b']') {
                first = false;
            }
        }
        while let Some(mut unit) = self.next() {
            let at_first = std::mem::replace(&mut first, false);
            let mut escaped = false;
            if is(Some(unit), b']') {
                if !at_first {
                    closed = true;
                    break;
                }
            } else if is(Some(unit), b'\\') && !self.at_end() {
                let letter = ascii(self.peek());
                match letter {
                    b'd' | b'D' | b's' | b'S' | b'w' | b'W' | b'p' | b'P' => {
                        self.at += 1;
                        self.class_escape(letter, range_start.is_some(), &mut class)?;
                        continue;
                    }
                    b'-' => {
                        self.at += 1;
                        let dash = u16::from(b'-');
                        if building {
                            let start = range_start.take().unwrap_or(dash);
                            self.add_range(&mut class, start, dash)?;
                        }
                        continue;
                    }
                    _ => {
                        unit = self.character_escape()?;
                        escaped = true;
                    }
                }
            }
            if let Some(start) = range_start.take() {
                if !building {
                    continue;
                }
                if is(Some(unit), b'[') && !escaped && !at_first {
                    // What looked like a range is a single character and a subtraction.
                    class.add_range(start, start);
                    self.subtraction(&mut class, depth)?;
                } else {
                    self.add_range(&mut class, start, unit)?;
                }
            } else if is(self.peek(), b'-') && self.peek_at(1).is_some_and(|next| next != u16::from(b']')) {
                range_start = Some(unit);
                self.at += 1;
            } else if is(Some(unit), b'-') && !escaped && is(self.peek(), b'[') && !at_first {
                self.at += 1;
                self.subtraction(&mut class, depth)?;
            } else {
                class.add_range(unit, unit);
            }
        }
        if !closed {
            return Err(self.error(
                Kind::UnterminatedBracket,
                "A character class [ is not closed; close it with ], or write \\[ for a bracket.",
            ));
        }
        if !building {
            return Ok(CharSet::from_ranges(Vec::new()));
        }
        self.ranges_read += class.len();
        if self.ranges_read > MAX_RANGES {
            return Err(
                self.error(Kind::TooLarge, "The character classes of the pattern need more memory than is allowed.")
            );
        }
        let culture = self.flags.ignore_case.then_some(self.culture);
        Ok(class.finish(culture))
    }

    fn add_range(&self, class: &mut ClassBuilder, first: u16, last: u16) -> Result<(), PatternError> {
        if first > last {
            return Err(self.error(
                Kind::ReversedCharacterRange,
                "A range in a character class runs backwards; write the lower character first (characters above U+FFFF count as two).",
            ));
        }
        class.add_range(first, last);
        Ok(())
    }

    fn subtraction(&mut self, class: &mut ClassBuilder, depth: usize) -> Result<(), PatternError> {
        let subtracted = self.class(depth + 1)?;
        if self.groups.is_none() {
            return Ok(());
        }
        class.subtracted = Some(subtracted);
        if self.peek().is_some_and(|unit| unit != u16::from(b']')) {
            return Err(self
                .error(Kind::ExclusionGroupNotLast, "A subtraction has to be the last part of its character class."));
        }
        Ok(())
    }

    /// A shorthand or property inside a class, read from behind its letter.
    fn class_escape(&mut self, letter: u8, in_range: bool, class: &mut ClassBuilder) -> Result<(), PatternError> {
        let property = matches!(letter, b'p' | b'P');
        if self.groups.is_none() {
            if property {
                self.property_name()?;
            }
            return Ok(());
        }
        if in_range {
            return Err(self.error(
                Kind::ShorthandClassInCharacterRange,
                format!(
                    "\\{} cannot end a range in a character class; put the dash first or last.",
                    char::from(letter)
                ),
            ));
        }
        if property {
            let name = self.property_name()?;
            let set = self.property_set(&name)?;
            class.add_set(&set, letter == b'P', name.starts_with("Is"));
        } else {
            class.add_set(&self.shorthand(letter), false, self.ecma);
        }
        Ok(())
    }
}
