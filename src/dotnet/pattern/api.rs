//! [`Pattern`]: the operations of .NET's `Regex`.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memmem;

use super::Options;
use super::emit::Linear;
use super::error::{MatchError, PatternError, PatternErrorKind as Kind};
use super::groups::Groups;
use super::parse::parse;
use super::program::Program;
use super::replace::{Output, Replacement};
use super::search::{ClassScan, Walk, with_scratch};
use super::sequence::Sequence;
use super::tree::Node;

/// A .NET regular expression, compiled once. Cloning shares the compiled form; all threads can use it at
/// the same time.
///
/// Offsets are byte offsets into the text, not .NET's UTF-16 ones.
#[derive(Clone)]
pub struct Pattern {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    /// Number of the pattern among all of the process.
    pub(super) id: u64,
    text: Box<str>,
    pub(super) options: Options,
    groups: Groups,
    /// The slot of a group that is the whole pattern: its text is the match's, and need
    /// not be looked for.
    whole: Option<usize>,
    /// Set if the pattern is a mere text.
    pub(super) literal: Option<memmem::Finder<'static>>,
    pub(super) class: Option<ClassScan>,
    /// Set if the pattern has no choices.
    pub(super) sequence: Option<Sequence>,
    pub(super) linear: Option<Linear>,
    pub(super) program: Program,
}

/// An engine that needs no memory of its own.
#[derive(Clone, Copy)]
pub(super) enum ShortEngine<'p> {
    Sequence(&'p Sequence),
    Class(&'p ClassScan),
}

/// A match: a piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Match<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Match<'t> {
    /// Byte offset of the match in the text.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// Byte offset behind the match.
    #[must_use]
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The matched text.
    #[must_use]
    pub fn as_str(&self) -> &'t str {
        self.text
    }
}

/// The piece of a text between two positions, unless one of them is in the middle of a character.
fn piece(text: &str, (start, end): (usize, usize)) -> Result<&str, MatchError> {
    text.get(start..end).ok_or_else(|| {
        let split = if text.is_char_boundary(start) { end } else { start };
        MatchError::SplitCharacter { offset: split.saturating_sub(2) }
    })
}

impl Pattern {
    /// Reads and compiles a pattern.
    ///
    /// # Errors
    /// Where .NET throws a `RegexParseException`, with the same kind and place; and where the pattern is
    /// longer or nested deeper than this crate allows.
    pub fn new(text: &str, options: Options) -> Result<Self, PatternError> {
        static NEXT_ID: AtomicU64 = AtomicU64::new(0);
        let excluded = options.explicit_capture || options.singleline || options.ignore_pattern_white_space;
        if options.ecma_script && excluded {
            return Err(PatternError::new(
                Kind::OptionsConflict,
                0,
                "ECMAScript can only be combined with IgnoreCase and Multiline.",
            ));
        }
        let parsed = parse(text, &options)?;
        let slots = parsed.groups.len();
        let literal = literal_text(&parsed.root);
        let class = ClassScan::new(&parsed.root);
        let linear = if literal.is_none() { Linear::new(&parsed.root, slots) } else { None };
        let inner = Inner {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            text: text.into(),
            options,
            program: Program::new(&parsed.root, slots),
            literal: literal.map(|literal| memmem::Finder::new(literal.as_bytes()).into_owned()),
            class,
            sequence: Sequence::new(&parsed.root, slots),
            linear,
            whole: whole_group(&parsed.root),
            groups: parsed.groups,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.inner.text
    }

    /// The options the pattern was compiled with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    #[cfg(test)]
    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The engines of short ASCII texts, if one of them takes the text.
    #[inline]
    pub(super) fn short(&self, text: &str) -> Option<ShortEngine<'_>> {
        if let Some(sequence) = &self.inner.sequence {
            return sequence.fits(text).then_some(ShortEngine::Sequence(sequence));
        }
        let class = self.inner.class.as_ref()?;
        (text.len() <= ClassScan::LONGEST).then_some(ShortEngine::Class(class))
    }

    /// The number of the slot that a group's name stands for; 0 where the group is all of
    /// the pattern.
    pub(crate) fn slot(&self, name: &str) -> Option<usize> {
        let slot = self.inner.groups.slot_of_name(name)?;
        Some(if self.inner.whole == Some(slot) { 0 } else { slot })
    }

    pub(super) fn groups(&self) -> &Groups {
        &self.inner.groups
    }

    /// The names of all groups in the order of their numbers, as `Regex.GetGroupNames`: the whole match
    /// `0` first, a group without a name by its number.
    pub fn group_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.inner.groups.names().iter().map(String::as_str)
    }

    /// Whether the pattern has a group of this name (case-sensitive; a number is the name of a group
    /// without one).
    #[must_use]
    pub fn has_group(&self, name: &str) -> bool {
        self.inner.groups.slot_of_name(name).is_some()
    }

    /// Whether the pattern runs in linear time on most texts. Texts that need the backtracking machine all
    /// the same have a character above U+FFFF, or (for patterns with `$` or `\Z`) end with a line feed, or
    /// (for patterns with `\b`) are not ASCII. If false, every text needs it, and a match can fail with
    /// [`MatchError::StepLimit`].
    #[must_use]
    pub fn is_linear(&self) -> bool {
        self.inner.literal.is_some()
            || self.inner.class.is_some()
            || self.inner.linear.as_ref().is_some_and(Linear::compiles)
    }

    /// `Regex.IsMatch`.
    ///
    /// # Errors
    /// [`MatchError::StepLimit`].
    pub fn is_match(&self, text: &str) -> Result<bool, MatchError> {
        if let Some(engine) = self.inner.linear.as_ref().and_then(|linear| linear.fits(text)) {
            return Ok(engine.is_match(text));
        }
        with_scratch(|scratch| Ok(Walk::new(&self.inner, text, false, scratch).next()?.is_some()))
    }

    /// `Regex.Match`: the first match.
    ///
    /// # Errors
    /// [`MatchError::StepLimit`], and [`MatchError::SplitCharacter`] for half a character.
    pub fn find<'t>(&self, text: &'t str) -> Result<Option<Match<'t>>, MatchError> {
        self.find_at(text, 0)
    }

    /// `Regex.Match(text, start)`: the first match from a byte offset on. What is before the offset still
    /// counts for `^`, `\b` and lookbehinds. An offset inside a character or behind the end finds nothing.
    ///
    /// # Errors
    /// As [`Pattern::find`].
    pub fn find_at<'t>(&self, text: &'t str, start: usize) -> Result<Option<Match<'t>>, MatchError> {
        if !text.is_char_boundary(start) {
            return Ok(None);
        }
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, false, scratch);
            walk.start_at(start);
            walk.next()?.map(|found| to_match(text, found)).transpose()
        })
    }

    /// `Match.Groups[name].Value` of the first match: the last capture of a group. None if there is no
    /// match, no such group, or the group has not captured (where .NET gives an empty text).
    ///
    /// # Errors
    /// As [`Pattern::find`].
    ///
    /// ```
    /// use attrflow::dotnet::pattern::{Options, Pattern};
    /// let pattern = Pattern::new(r"(?<region>[^/]+)/(?<dept>[^/]+)", Options::default()).unwrap();
    /// assert_eq!(pattern.group("EMEA/Sales/1234", "dept"), Ok(Some("Sales")));
    /// ```
    pub fn group<'t>(&self, text: &'t str, name: &str) -> Result<Option<&'t str>, MatchError> {
        let Some(slot) = self.inner.groups.slot_of_name(name) else {
            return Ok(None);
        };
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, slot > 0, scratch);
            if walk.next()?.is_none() {
                return Ok(None);
            }
            walk.group(slot).map(|found| piece(text, found)).transpose()
        })
    }

    /// `Regex.Count`: the number of matches.
    ///
    /// # Errors
    /// [`MatchError::StepLimit`].
    pub fn count(&self, text: &str) -> Result<usize, MatchError> {
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, false, scratch);
            let mut count = 0;
            while walk.next()?.is_some() {
                count += 1;
            }
            Ok(count)
        })
    }

    /// `Regex.Matches`: all matches, in order.
    ///
    /// # Errors
    /// As [`Pattern::find`].
    pub fn matches<'t>(&self, text: &'t str) -> Result<Vec<Match<'t>>, MatchError> {
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, false, scratch);
            let mut all = Vec::new();
            while let Some(found) = walk.next()? {
                all.push(to_match(text, found)?);
            }
            Ok(all)
        })
    }

    /// `Regex.Split`: the pieces between the matches and, behind each, the captures of its groups. A text
    /// without a match is the only piece.
    ///
    /// # Errors
    /// As [`Pattern::find`].
    pub fn split<'t>(&self, text: &'t str) -> Result<Vec<&'t str>, MatchError> {
        with_scratch(|scratch| {
            let slots = self.inner.groups.len();
            let mut walk = Walk::new(&self.inner, text, slots > 1, scratch);
            let mut pieces = Vec::new();
            let mut done = 0;
            while let Some((start, end)) = walk.next()? {
                pieces.push(piece(text, (done, start))?);
                done = end;
                for slot in 1..slots {
                    if let Some(found) = walk.group(slot) {
                        pieces.push(piece(text, found)?);
                    }
                }
            }
            pieces.push(piece(text, (done, text.len()))?);
            Ok(pieces)
        })
    }

    /// `Regex.Replace` into a writer. `limit` is the largest number of matches to replace, None all.
    /// Returns whether there was a match; if not, nothing is written and the text is the result.
    ///
    /// # Errors
    /// [`MatchError`]; what was written before it is incomplete.
    pub fn replace_to<W: fmt::Write + ?Sized>(
        &self,
        text: &str,
        replacement: &Replacement,
        limit: Option<usize>,
        writer: &mut W,
    ) -> Result<bool, MatchError> {
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, replacement.needs_groups(), scratch);
            let mut output = Output::new(text, writer);
            let mut left = limit.unwrap_or(usize::MAX);
            let mut done = None;
            while left > 0
                && let Some((start, end)) = walk.next()?
            {
                output.copy(done.unwrap_or(0), start)?;
                replacement.write(&mut output, (start, end), |slot| walk.group(slot))?;
                done = Some(end);
                left -= 1;
            }
            let Some(done) = done else { return Ok(false) };
            output.copy(done, text.len())?;
            output.finish()?;
            Ok(true)
        })
    }

    /// `Regex.Replace` of all matches; the text itself if there is none.
    ///
    /// # Errors
    /// [`MatchError`].
    pub fn replace<'t>(&self, text: &'t str, replacement: &Replacement) -> Result<Cow<'t, str>, MatchError> {
        let mut out = String::new();
        let changed = self.replace_to(text, replacement, None, &mut out)?;
        Ok(if changed { Cow::Owned(out) } else { Cow::Borrowed(text) })
    }

    /// Replaces, in every match (at most `limit` of them), the last capture of one group by a literal
    /// text, and copies the rest. Returns whether anything was replaced; if not, nothing is written.
    ///
    /// This is no operation of .NET but what attrflow takes "replace the group" to mean, as recorded in
    /// the vectors. A capture outside its match (made in a lookaround) is replaced where it stands, unless
    /// it begins before the end of one replaced already.
    ///
    /// # Errors
    /// [`MatchError`]; what was written before it is incomplete.
    ///
    /// ```
    /// use attrflow::dotnet::pattern::{Options, Pattern};
    /// let pattern = Pattern::new(r"(?<user>\w+)@(?<domain>[\w.]+)", Options::default()).unwrap();
    /// let mut out = String::new();
    /// assert!(pattern.replace_group_to("ann@contoso.com", "domain", "fabrikam.com", None, &mut out).unwrap());
    /// assert_eq!(out, "ann@fabrikam.com");
    /// ```
    pub fn replace_group_to<W: fmt::Write + ?Sized>(
        &self,
        text: &str,
        group: &str,
        replacement: &str,
        limit: Option<usize>,
        writer: &mut W,
    ) -> Result<bool, MatchError> {
        let Some(slot) = self.inner.groups.slot_of_name(group) else {
            return Ok(false);
        };
        let slot = if self.inner.whole == Some(slot) { 0 } else { slot };
        with_scratch(|scratch| {
            let mut walk = Walk::new(&self.inner, text, slot > 0, scratch);
            let mut output = Output::new(text, writer);
            let mut left = limit.unwrap_or(usize::MAX);
            let mut done = None;
            while left > 0 && walk.next()?.is_some() {
                left -= 1;
                let Some((start, end)) = walk.group(slot) else {
                    continue;
                };
                if done.is_some_and(|done| start < done) {
                    continue;
                }
                output.copy(done.unwrap_or(0), start)?;
                output.literal(replacement)?;
                done = Some(end);
            }
            let Some(done) = done else { return Ok(false) };
            output.copy(done, text.len())?;
            output.finish()?;
            Ok(true)
        })
    }

    /// [`Pattern::replace_group_to`] for all matches; the text itself if nothing is replaced.
    ///
    /// # Errors
    /// [`MatchError`].
    pub fn replace_group<'t>(&self, text: &'t str, group: &str, replacement: &str) -> Result<Cow<'t, str>, MatchError> {
        let mut out = String::new();
        let changed = self.replace_group_to(text, group, replacement, None, &mut out)?;
        Ok(if changed { Cow::Owned(out) } else { Cow::Borrowed(text) })
    }
}

fn to_match(text: &str, (start, end): (usize, usize)) -> Result<Match<'_>, MatchError> {
    let text = piece(text, (start, end))?;
    Ok(Match { start, text })
}

/// The slot of a group that everything in the pattern lies in. Of captures inside with
/// the same slot it is the last one to end, and so the one that counts.
fn whole_group(root: &Node) -> Option<usize> {
    match root {
        Node::Capture { slot, balanced: None, .. } => *slot,
        Node::Sequence(nodes) => match nodes.as_slice() {
            [only] => whole_group(only),
            _ => None,
        },
        _ => None,
    }
}

/// The text a pattern stands for, if it is nothing but a text of whole characters.
fn literal_text(root: &Node) -> Option<String> {
    let units: Vec<u16> = match root {
        Node::Unit(unit) => vec![*unit],
        Node::Sequence(nodes) => nodes
            .iter()
            .map(|node| match node {
                Node::Unit(unit) => Some(*unit),
                _ => None,
            })
            .collect::<Option<_>>()?,
        _ => return None,
    };
    String::from_utf16(&units).ok()
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Pattern").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    /// Compiles a pattern with the default options.
    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::new(text, Options::default())
    }
}
