//! Replacement texts with `$` substitutions, and the writing of results.
//!
//! Source: *Substitutions in regular expressions*, and the replacement reader of .NET 8's RegexParser for
//! what is literal.

use core::fmt;

use super::api::ShortEngine;
use super::class::is_word_unit;
use super::error::{MatchError, PatternError};
use super::reader::{Reader, ascii, is};
use super::sequence::Bounds;
use super::units::{is_middle, next_unit};
use super::{Options, Pattern};

/// A replacement text, compiled once for one pattern.
///
/// | Substitution | Stands for |
/// |---|---|
/// | `$1`, `${1}`, `${name}` | the last capture of a group; nothing if it has none |
/// | `$$` | a dollar sign |
/// | `$&` or `$0` | the match |
/// | `` $` ``, `$'` | the text before and behind the match |
/// | `$+` | the group with the highest number |
/// | `$_` | the whole text |
///
/// All digits behind a `$` belong to the number: `$12` is group 12 and never group 1 and a 2. Anything
/// else, and a group the pattern does not have, stays as it is written, as in .NET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    parts: Vec<Part>,
    needs_groups: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(Box<str>),
    /// A slot; 0 is the match.
    Group(usize),
    Before,
    Behind,
    Whole,
}

impl Replacement {
    /// Reads a replacement text for a pattern, whose groups it refers to. Using it with another pattern
    /// is no error, but its groups are then taken by their place.
    ///
    /// # Errors
    /// Only where .NET has one: a group number above 2,147,483,647.
    ///
    /// ```
    /// use attrflow::dotnet::pattern::{Options, Pattern, Replacement};
    /// let pattern = Pattern::new(r"(?<user>[^@]+)@(?<domain>.+)", Options::default()).unwrap();
    /// let replacement = Replacement::new("${domain}: $1", &pattern).unwrap();
    /// assert_eq!(pattern.replace("ann@contoso.com", &replacement).unwrap(), "contoso.com: ann");
    /// ```
    pub fn new(text: &str, pattern: &Pattern) -> Result<Self, PatternError> {
        let mut reader = Reader::new(text, &Options::default());
        reader.ecma = pattern.options().ecma_script;
        let mut parts: Vec<Part> = Vec::new();
        let mut literal: Vec<u16> = Vec::new();
        let dollar = u16::from(b'$');
        while let Some(unit) = reader.next() {
            if unit != dollar {
                literal.push(unit);
                continue;
            }
            match substitution(&mut reader, pattern)? {
                Some(part) => {
                    push_literal(&mut parts, &mut literal);
                    parts.push(part);
                }
                None => literal.push(dollar),
            }
        }
        push_literal(&mut parts, &mut literal);
        let needs_groups = parts.iter().any(|part| matches!(part, Part::Group(slot) if *slot > 0));
        Ok(Self { parts, needs_groups })
    }

    /// A replacement that is taken as it is, without substitutions.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let parts = if text.is_empty() { Vec::new() } else { vec![Part::Literal(text.into())] };
        Self { parts, needs_groups: false }
    }

    /// Whether captures other than the whole match are used.
    pub(super) fn needs_groups(&self) -> bool {
        self.needs_groups
    }

    /// Writes the replacement of one match. `group` gives the last capture of a slot.
    #[inline]
    pub(super) fn write<W: fmt::Write + ?Sized>(
        &self,
        output: &mut Output<'_, '_, W>,
        found: (usize, usize),
        group: impl Fn(usize) -> Option<(usize, usize)>,
    ) -> Result<(), MatchError> {
        let end = output.text.len();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => output.literal(literal)?,
                Part::Group(0) => output.copy(found.0, found.1)?,
                Part::Group(slot) => {
                    if let Some((start, end)) = group(*slot) {
                        output.copy(start, end)?;
                    }
                }
                Part::Before => output.copy(0, found.0)?,
                Part::Behind => output.copy(found.1, end)?,
                Part::Whole => output.copy(0, end)?,
            }
        }
        Ok(())
    }
}

/// What came of a replacement by the short way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Short<'t> {
    /// The result is a piece of the text.
    Piece(&'t str),
    /// It was written.
    Written,
    /// This is no case for the short way, and what was written is no result.
    No,
}

impl Pattern {
    /// Replaces a slot's text (0 is the match's) in every match, as
    /// [`replace_to`](Pattern::replace_to) and
    /// [`replace_group_to`](Pattern::replace_group_to) do, in short texts and for patterns
    /// that need no memory.
    #[inline]
    pub(crate) fn replace_short<'t, W: fmt::Write>(
        &self,
        text: &'t str,
        slot: usize,
        replacement: &Replacement,
        writer: &mut W,
    ) -> Short<'t> {
        self.try_replace_short(text, slot, replacement, writer).unwrap_or(Short::No)
    }

    fn try_replace_short<'t, W: fmt::Write>(
        &self,
        text: &'t str,
        slot: usize,
        replacement: &Replacement,
        writer: &mut W,
    ) -> Option<Short<'t>> {
        let engine = self.short(text)?;
        let bytes = text.as_bytes();
        let mut bounds = Bounds::default();
        let (mut from, mut done) = (0, None);
        while from <= bytes.len() {
            let found = match engine {
                ShortEngine::Sequence(sequence) => sequence.find(bytes, from, &mut bounds),
                ShortEngine::Class(class) => class.find(bytes, from),
            };
            let Some(found) = found else { break };
            let group = |slot: usize| match (slot, engine) {
                (0, _) => Some(found),
                (_, ShortEngine::Sequence(sequence)) => sequence.group(slot, &bounds),
                (_, ShortEngine::Class(_)) => None,
            };
            from = found.1 + usize::from(found.0 == found.1);
            let Some((start, end)) = group(slot) else { continue };
            if done.is_none() && end == text.len() {
                match *replacement.parts.as_slice() {
                    [] => return text.get(..start).map(Short::Piece),
                    [Part::Group(part)] if start == 0 => {
                        let (start, end) = group(part).unwrap_or((0, 0));
                        return text.get(start..end).map(Short::Piece);
                    }
                    _ => {}
                }
            }
            writer.write_str(text.get(done.unwrap_or(0)..start)?).ok()?;
            for part in &replacement.parts {
                match part {
                    Part::Literal(literal) => writer.write_str(literal).ok()?,
                    Part::Group(part) => {
                        if let Some((start, end)) = group(*part) {
                            writer.write_str(text.get(start..end)?).ok()?;
                        }
                    }
                    Part::Before | Part::Behind | Part::Whole => return None,
                }
            }
            done = Some(end);
        }
        let Some(done) = done else { return Some(Short::Piece(text)) };
        writer.write_str(text.get(done..)?).ok()?;
        Some(Short::Written)
    }
}

fn push_literal(parts: &mut Vec<Part>, literal: &mut Vec<u16>) {
    if !literal.is_empty() {
        // The units come from a text and are cut at dollar signs only, so they are well-formed.
        parts.push(Part::Literal(String::from_utf16_lossy(literal).into_boxed_str()));
        literal.clear();
    }
}

/// What follows a dollar sign, or None (at the place behind the sign) if the sign is literal.
fn substitution(reader: &mut Reader<'_>, pattern: &Pattern) -> Result<Option<Part>, PatternError> {
    let start = reader.at;
    let groups = pattern.groups();
    let braced = is(reader.peek(), b'{') && reader.peek_at(1).is_some();
    if braced {
        reader.at += 1;
    }
    let closes = |reader: &mut Reader<'_>| is(reader.next(), b'}');
    let slot = match ascii(reader.peek()) {
        b'0'..=b'9' if reader.ecma && !braced => return longest_number(reader, pattern, start),
        b'0'..=b'9' => {
            let number = reader.decimal()?;
            let slot = groups.slot_of_number(number);
            if !braced || closes(reader) { slot } else { None }
        }
        _ if braced => {
            let mut slot = None;
            if reader.peek().is_some_and(is_word_unit) {
                let name = reader.name();
                if closes(reader) {
                    slot = groups.slot_of_known_name(&name);
                }
            }
            slot
        }
        sign => {
            let part = match sign {
                b'$' => Some(Part::Literal("$".into())),
                b'&' => Some(Part::Group(0)),
                b'`' => Some(Part::Before),
                b'\'' => Some(Part::Behind),
                b'+' => Some(Part::Group(groups.len().saturating_sub(1))),
                b'_' => Some(Part::Whole),
                _ => None,
            };
            if part.is_some() {
                reader.at += 1;
            }
            return Ok(part);
        }
    };
    if slot.is_none() {
        reader.at = start;
    }
    Ok(slot.map(Part::Group))
}

/// Under ECMAScript only as many digits are taken as make up the number of a group.
fn longest_number(reader: &mut Reader<'_>, pattern: &Pattern, start: usize) -> Result<Option<Part>, PatternError> {
    let mut found = None;
    let mut taken = start;
    let mut number = 0u32;
    while let digit @ b'0'..=b'9' = ascii(reader.peek()) {
        reader.at += 1;
        let longer = number.checked_mul(10).and_then(|number| number.checked_add(u32::from(digit - b'0')));
        let Some(longer) = longer.filter(|&number| number <= 0x7FFF_FFFF) else {
            // The number is read once more for .NET's own error.
            reader.at = start;
            reader.decimal()?;
            break;
        };
        number = longer;
        if let Some(slot) = pattern.groups().slot_of_number(number) {
            found = Some(Part::Group(slot));
            taken = reader.at;
        }
    }
    reader.at = taken;
    Ok(found)
}

/// Writes pieces of a text and literals. A piece can end in the middle of a surrogate pair; the other
/// half has to come next, or the result would be no text.
pub(super) struct Output<'t, 'w, W: fmt::Write + ?Sized> {
    text: &'t str,
    writer: &'w mut W,
    /// A high surrogate that waits for its low one, and where it stands in the text.
    half: Option<(u16, usize)>,
}

impl<'t, 'w, W: fmt::Write + ?Sized> Output<'t, 'w, W> {
    pub(super) fn new(text: &'t str, writer: &'w mut W) -> Self {
        Self { text, writer, half: None }
    }

    #[inline]
    pub(super) fn literal(&mut self, literal: &str) -> Result<(), MatchError> {
        if !literal.is_empty() {
            self.whole()?;
            self.writer.write_str(literal)?;
        }
        Ok(())
    }

    /// Copies a piece of the text; positions are those of `units.rs`.
    #[inline]
    pub(super) fn copy(&mut self, from: usize, to: usize) -> Result<(), MatchError> {
        if from >= to {
            return Ok(());
        }
        match self.text.get(from..to) {
            Some(piece) if self.half.is_none() => Ok(self.writer.write_str(piece)?),
            _ => self.copy_halves(from, to),
        }
    }

    fn copy_halves(&mut self, from: usize, to: usize) -> Result<(), MatchError> {
        let bytes = self.text.as_bytes();
        let mut from = from;
        if is_middle(bytes, from) {
            let split = MatchError::SplitCharacter { offset: from.saturating_sub(2) };
            let (Some((low, next)), Some((high, _))) = (next_unit(bytes, from), self.half.take()) else {
                return Err(split);
            };
            let character = char::decode_utf16([high, low]).next().and_then(Result::ok);
            self.writer.write_char(character.ok_or(split)?)?;
            from = next;
        } else {
            self.whole()?;
        }
        let end = if is_middle(bytes, to) { to.saturating_sub(2) } else { to };
        if let Some(piece) = self.text.get(from..end) {
            self.writer.write_str(piece)?;
        }
        if end < to {
            self.half = next_unit(bytes, end).map(|(high, _)| (high, end));
        }
        Ok(())
    }

    /// Fails if half a character waits for its other half.
    fn whole(&self) -> Result<(), MatchError> {
        match self.half {
            Some((_, offset)) => Err(MatchError::SplitCharacter { offset }),
            None => Ok(()),
        }
    }

    pub(super) fn finish(self) -> Result<(), MatchError> {
        self.whole()
    }
}
