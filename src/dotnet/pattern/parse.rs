//! Reading of a pattern into its tree: literals, quantifiers, groups.
//!
//! Source: *Regular expression language - quick reference* and its sub-pages, and RegexParser of .NET 8
//! for what they leave open (where a brace is literal, which error comes first, at which offset).

use std::collections::HashSet;
use std::sync::Arc;

use super::Options;
use super::class::{CharSet, is_word_unit};
use super::error::{PatternError, PatternErrorKind as Kind};
use super::groups::{Groups, number_groups};
use super::reader::{Escape, Flags, MAX_DEPTH, Reader, ascii, is};
use super::tree::{Anchor, Node};

/// Longest pattern, in UTF-16 code units.
const MAX_UNITS: usize = 32_768;

/// A pattern as read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) groups: Groups,
}

/// What a parenthesis opened.
#[derive(Debug)]
enum Opened {
    Whole,
    Plain,
    Capture { slot: Option<usize>, balanced: Option<usize> },
    Look { behind: bool, negative: bool },
    Atomic,
    IfGroup { slot: usize },
    IfMatches,
}

/// A group that is not closed yet.
#[derive(Debug)]
struct Open {
    kind: Opened,
    /// Finished alternatives; of a conditional group: the condition, if it is an expression, and branches.
    branches: Vec<Node>,
    current: Vec<Node>,
    /// Options to return to at the closing parenthesis.
    outer: Flags,
}

/// Reads a pattern.
pub(super) fn parse(text: &str, options: &Options) -> Result<Parsed, PatternError> {
    let mut reader = Reader::new(text, options);
    if reader.len() > MAX_UNITS {
        return Err(PatternError::new(
            Kind::TooLarge,
            0,
            format!("The pattern is longer than {MAX_UNITS} characters."),
        ));
    }
    let groups = number_groups(&mut reader)?;
    reader.restart(groups.clone(), options);
    let outer = reader.flags;
    let parser = Parser {
        reader,
        stack: Vec::new(),
        open: Open::new(Opened::Whole, outer),
        unit: None,
        next_number: 1,
        skip_next_group: false,
        sets: HashSet::new(),
    };
    let root = parser.run()?;
    Ok(Parsed { root, groups })
}

impl Open {
    fn new(kind: Opened, outer: Flags) -> Self {
        Self { kind, branches: Vec::new(), current: Vec::new(), outer }
    }
}

struct Parser<'p> {
    reader: Reader<'p>,
    stack: Vec<Open>,
    open: Open,
    /// The last atom, to which a quantifier can still be attached.
    unit: Option<Node>,
    next_number: u32,
    /// The parenthesis of a condition does not capture.
    skip_next_group: bool,
    /// Sets are shared: the same class is kept once.
    sets: HashSet<Arc<CharSet>>,
}

/// Characters that end a run of literals; a brace only where it is a quantifier.
fn is_special(character: u8) -> bool {
    matches!(character, b'$' | b'(' | b')' | b'.' | b'[' | b'\\' | b'^' | b'|' | b'*' | b'+' | b'?' | b'{')
}

fn is_quantifier(character: u8) -> bool {
    matches!(character, b'*' | b'+' | b'?' | b'{')
}

impl Parser<'_> {
    fn run(mut self) -> Result<Node, PatternError> {
        let mut quantifier_next = false;
        while !self.reader.at_end() {
            let quantifier_before = std::mem::replace(&mut quantifier_next, false);
            quantifier_next = self.step(quantifier_before)?;
        }
        if !self.stack.is_empty() {
            return Err(self.reader.error(
                Kind::InsufficientClosingParentheses,
                "A group is not closed; close it with ), or write \\( for a parenthesis.",
            ));
        }
        self.close_group()?;
        Ok(self.unit.unwrap_or(Node::Empty))
    }

    /// Reads a run of literals and the special character behind it, with its quantifier. Returns whether
    /// a quantifier was read last.
    fn step(&mut self, quantifier_before: bool) -> Result<bool, PatternError> {
        let mut quantifier_before = quantifier_before;
        self.reader.skip_blank()?;
        let start = self.reader.at;
        while let Some(unit) = self.reader.peek() {
            let character = ascii(Some(unit));
            let blank =
                self.reader.flags.ignore_white_space && matches!(character, b'\t' | b'\n' | 0x0C | b'\r' | b' ' | b'#');
            if blank || is_special(character) && (character != b'{' || self.at_quantifier()) {
                break;
            }
            self.reader.at += 1;
        }
        let end = self.reader.at;
        self.reader.skip_blank()?;

        let special = self.reader.peek().map(|unit| ascii(Some(unit))).filter(|&character| is_special(character));
        let mut quantifier_read = false;
        if let Some(character) = special {
            quantifier_read = is_quantifier(character);
            self.reader.at += 1;
        }
        if start < end {
            quantifier_before = false;
            let literals = end - usize::from(quantifier_read);
            for index in start..literals {
                if let Some(unit) = self.reader.unit(index) {
                    let node = self.literal(unit);
                    self.open.current.push(node);
                }
            }
            if quantifier_read && let Some(unit) = self.reader.unit(end - 1) {
                self.unit = Some(self.literal(unit));
            }
        }
        let Some(character) = special else {
            return Ok(quantifier_read);
        };
        match character {
            b'[' => {
                let set = self.reader.class(0)?;
                self.unit = Some(self.set(set));
            }
            b'(' => {
                self.open_group()?;
                return Ok(quantifier_read);
            }
            b'|' => {
                self.end_branch();
                return Ok(quantifier_read);
            }
            b')' => {
                if self.stack.is_empty() {
                    return Err(self.reader.error(
                        Kind::InsufficientOpeningParentheses,
                        "A closing parenthesis closes no group; write \\) for a parenthesis.",
                    ));
                }
                self.close_group()?;
                if !self.return_to_outer()? {
                    return Ok(quantifier_read);
                }
            }
            b'\\' => {
                if self.reader.at_end() {
                    return Err(self.reader.error(
                        Kind::UnescapedEndingBackslash,
                        "The pattern ends with a backslash; double it to match a backslash.",
                    ));
                }
                let node = self.escape()?;
                self.unit = Some(node);
            }
            b'^' => {
                let line = self.reader.flags.multiline;
                self.unit = Some(Node::Anchor(if line { Anchor::LineStart } else { Anchor::Beginning }));
            }
            b'$' => {
                let line = self.reader.flags.multiline;
                self.unit = Some(Node::Anchor(if line { Anchor::LineEnd } else { Anchor::EndOrFinalLineFeed }));
            }
            b'.' => {
                let any = self.reader.flags.singleline;
                self.unit = Some(self.set(if any { CharSet::any() } else { CharSet::not_line_feed() }));
            }
            _ => {
                if self.unit.is_none() {
                    let shown = char::from(character);
                    return Err(if quantifier_before {
                        self.reader.error(
                            Kind::NestedQuantifiersNotParenthesized,
                            format!("The quantifier {shown} follows another quantifier; put what it repeats in a group (?:...)."),
                        )
                    } else {
                        self.reader.error(
                            Kind::QuantifierAfterNothing,
                            format!(
                                "The quantifier {shown} has nothing to repeat; write \\{shown} to match the character."
                            ),
                        )
                    });
                }
                self.reader.at -= 1;
            }
        }
        self.quantified()
    }

    /// Attaches a quantifier, if there is one, to the atom just read.
    fn quantified(&mut self) -> Result<bool, PatternError> {
        self.reader.skip_blank()?;
        let Some(node) = self.unit.take() else {
            return Ok(false);
        };
        if self.reader.at_end() || !self.at_quantifier() {
            self.open.current.push(node);
            return Ok(false);
        }
        let (min, max) = match ascii(self.reader.next()) {
            b'*' => (0, None),
            b'?' => (0, Some(1)),
            b'+' => (1, None),
            _ => {
                // `at_quantifier` has seen digits, perhaps a comma and digits, and the brace.
                let min = self.reader.decimal()?;
                let max = if is(self.reader.peek(), b',') {
                    self.reader.at += 1;
                    if is(self.reader.peek(), b'}') { None } else { Some(self.reader.decimal()?) }
                } else {
                    Some(min)
                };
                self.reader.at += 1;
                // The largest number there is means no limit to .NET.
                (min, max.filter(|&max| max < 0x7FFF_FFFF))
            }
        };
        self.reader.skip_blank()?;
        let lazy = is(self.reader.peek(), b'?');
        if lazy {
            self.reader.at += 1;
        }
        if max.is_some_and(|max| min > max) {
            return Err(self.reader.error(
                Kind::ReversedQuantifierRange,
                "A quantifier {n,m} has its larger number first; write the smaller one first.",
            ));
        }
        self.open.current.push(node.repeated(min, max, lazy));
        Ok(true)
    }

    /// Whether a quantifier starts here; a brace that is none is a literal.
    fn at_quantifier(&self) -> bool {
        let character = ascii(self.reader.peek());
        if character != b'{' {
            return is_quantifier(character);
        }
        let digits = |mut at: usize| {
            while ascii(self.reader.peek_at(at)).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let behind = digits(1);
        if behind == 1 {
            return false;
        }
        match ascii(self.reader.peek_at(behind)) {
            b'}' => true,
            b',' => is(self.reader.peek_at(digits(behind + 1)), b'}'),
            _ => false,
        }
    }

    fn set(&mut self, set: CharSet) -> Node {
        if let Some(only) = set.only() {
            return Node::Unit(only);
        }
        let known = self.sets.get(&set).map(Arc::clone);
        Node::Set(known.unwrap_or_else(|| {
            let shared = Arc::new(set);
            self.sets.insert(Arc::clone(&shared));
            shared
        }))
    }

    fn literal(&mut self, unit: u16) -> Node {
        match self.reader.equivalents(unit) {
            Some(group) => {
                let ranges = group.iter().map(|&unit| (unit, unit)).collect();
                self.set(CharSet::from_ranges(ranges))
            }
            None => Node::Unit(unit),
        }
    }

    fn escape(&mut self) -> Result<Node, PatternError> {
        Ok(match self.reader.escape()? {
            Escape::Unit(unit) => self.literal(unit),
            Escape::Set(set) => self.set(set),
            Escape::Anchor(anchor) => Node::Anchor(anchor),
            Escape::Backreference(slot) => Node::Backreference { slot, ignore_case: self.reader.flags.ignore_case },
            Escape::Skipped => Node::Empty,
        })
    }

    fn end_branch(&mut self) {
        let branch = Node::sequence(std::mem::take(&mut self.open.current));
        self.open.branches.push(branch);
    }

    /// Turns the innermost group into a node, which becomes the atom a quantifier can follow.
    fn close_group(&mut self) -> Result<(), PatternError> {
        self.end_branch();
        let branches = std::mem::take(&mut self.open.branches);
        let allowed = match self.open.kind {
            Opened::IfGroup { .. } => 2,
            Opened::IfMatches => 3,
            _ => usize::MAX,
        };
        if branches.len() > allowed {
            return Err(self.reader.error(
                Kind::AlternationHasTooManyConditions,
                "A conditional group has more than two branches; put alternatives in a group (?:...).",
            ));
        }
        let mut parts = branches.into_iter();
        let mut part = || Box::new(parts.next().unwrap_or(Node::Empty));
        self.unit = Some(match self.open.kind {
            Opened::IfGroup { slot } => Node::IfGroup { slot, yes: part(), no: part() },
            Opened::IfMatches => Node::IfMatches { condition: part(), yes: part(), no: part() },
            Opened::Whole | Opened::Plain => Node::alternatives(parts.collect()),
            Opened::Capture { slot, balanced } => {
                Node::Capture { slot, balanced, node: Box::new(Node::alternatives(parts.collect())) }
            }
            Opened::Look { behind, negative } => {
                Node::Look { behind, negative, node: Box::new(Node::alternatives(parts.collect())) }
            }
            Opened::Atomic => Node::Atomic(Box::new(Node::alternatives(parts.collect()))),
        });
        Ok(())
    }

    /// Returns to the group around the one just closed. False if the closed group was the condition of a
    /// conditional group and cannot be quantified.
    fn return_to_outer(&mut self) -> Result<bool, PatternError> {
        self.reader.flags = self.open.outer;
        let Some(outer) = self.stack.pop() else {
            return Ok(true);
        };
        self.open = outer;
        if matches!(self.open.kind, Opened::IfMatches) && self.open.branches.is_empty() {
            let Some(condition) = self.unit.take() else {
                return Err(self.reader.error(
                    Kind::AlternationHasMalformedCondition,
                    "The condition of a conditional group is not complete.",
                ));
            };
            self.open.branches.push(condition);
            return Ok(false);
        }
        Ok(true)
    }

    /// What follows an opening parenthesis.
    fn open_group(&mut self) -> Result<(), PatternError> {
        let outer = self.reader.flags;
        let Some(kind) = self.group_kind()? else {
            return Ok(());
        };
        if self.stack.len() >= MAX_DEPTH {
            return Err(self
                .reader
                .error(Kind::NestedTooDeeply, format!("Groups are nested more than {MAX_DEPTH} deep.")));
        }
        let opened = Open::new(kind, outer);
        self.stack.push(std::mem::replace(&mut self.open, opened));
        self.unit = None;
        Ok(())
    }

    /// The kind of group, or None if the parentheses only set options.
    fn group_kind(&mut self) -> Result<Option<Opened>, PatternError> {
        if !is(self.reader.peek(), b'?') || is(self.reader.peek_at(1), b')') {
            let skip = std::mem::take(&mut self.skip_next_group);
            if self.reader.flags.explicit_capture || skip {
                return Ok(Some(Opened::Plain));
            }
            let number = self.next_number;
            self.next_number = number.saturating_add(1);
            return Ok(Some(Opened::Capture { slot: self.slot_of_number(number), balanced: None }));
        }
        self.reader.at += 1;
        let Some(unit) = self.reader.next() else {
            return Err(self.invalid_group());
        };
        match ascii(Some(unit)) {
            b':' => Ok(Some(Opened::Plain)),
            b'=' => Ok(Some(Opened::Look { behind: false, negative: false })),
            b'!' => Ok(Some(Opened::Look { behind: false, negative: true })),
            b'>' => Ok(Some(Opened::Atomic)),
            b'\'' => self.named_group(b'\'').map(Some),
            b'<' => self.named_group(b'>').map(Some),
            b'(' => self.conditional().map(Some),
            _ => {
                self.reader.at -= 1;
                // .NET takes no options directly inside a conditional group.
                if !matches!(self.open.kind, Opened::IfMatches) {
                    self.reader.options();
                }
                match ascii(self.reader.next()) {
                    b')' => Ok(None),
                    b':' => Ok(Some(Opened::Plain)),
                    _ => Err(self.invalid_group()),
                }
            }
        }
    }

    fn invalid_group(&self) -> PatternError {
        self.reader.error(
            Kind::InvalidGroupingConstruct,
            "What follows (? is no kind of group; known are (?: (?= (?! (?<= (?<! (?> (?<name> (?( (?# and options such as (?i).",
        )
    }

    fn slot_of_number(&self, number: u32) -> Option<usize> {
        self.reader.groups.as_ref().and_then(|groups| groups.slot_of_number(number))
    }

    fn slot_of_name(&self, name: &str) -> Option<usize> {
        self.reader.groups.as_ref().and_then(|groups| groups.slot_of_known_name(name))
    }

    fn invalid_name(&self) -> PatternError {
        self.reader.error(
            Kind::CaptureGroupNameInvalid,
            "A group name has to be made of word characters and start with a letter or be a number.",
        )
    }

    /// `(?<` or `(?'`: a lookbehind, a named group or a balancing group.
    fn named_group(&mut self, close: u8) -> Result<Opened, PatternError> {
        let Some(unit) = self.reader.next() else {
            return Err(self.invalid_group());
        };
        let first = ascii(Some(unit));
        if matches!(first, b'=' | b'!') {
            if close == b'\'' {
                return Err(self.invalid_group());
            }
            return Ok(Opened::Look { behind: true, negative: first == b'!' });
        }
        self.reader.at -= 1;
        let ends_name = |unit: Option<u16>| unit.is_none() || is(unit, close) || is(unit, b'-');
        let mut slot = None;
        let mut balance_only = false;
        if first.is_ascii_digit() {
            let number = self.reader.decimal()?;
            slot = self.slot_of_number(number);
            if !ends_name(self.reader.peek()) {
                return Err(self.invalid_name());
            }
            if slot == Some(0) {
                return Err(self
                    .reader
                    .error(Kind::CaptureGroupOfZero, "Group 0 is the whole match; number groups from 1."));
            }
        } else if is_word_unit(unit) {
            let name = self.reader.name();
            slot = self.slot_of_name(&name);
            if !ends_name(self.reader.peek()) {
                return Err(self.invalid_name());
            }
        } else if first == b'-' {
            balance_only = true;
        } else {
            return Err(self.invalid_name());
        }
        let mut balanced = None;
        if (slot.is_some() || balance_only) && is(self.reader.peek(), b'-') && self.reader.peek_at(1).is_some() {
            self.reader.at += 1;
            balanced = Some(self.balanced_slot(close)?);
        }
        if (slot.is_some() || balanced.is_some()) && !self.reader.at_end() && is(self.reader.next(), close) {
            return Ok(Opened::Capture { slot, balanced });
        }
        Err(self.invalid_group())
    }

    /// The group whose capture a balancing group takes away.
    fn balanced_slot(&mut self, close: u8) -> Result<usize, PatternError> {
        let Some(unit) = self.reader.peek() else {
            return Err(self.invalid_name());
        };
        let slot = if ascii(Some(unit)).is_ascii_digit() {
            let number = self.reader.decimal()?;
            self.slot_of_number(number).ok_or_else(|| {
                self.reader.error(
                    Kind::UndefinedNumberedReference,
                    format!("A balancing group names group {number}, which the pattern does not have."),
                )
            })?
        } else if is_word_unit(unit) {
            let name = self.reader.name();
            self.slot_of_name(&name).ok_or_else(|| {
                self.reader.error(
                    Kind::UndefinedNamedReference,
                    format!("A balancing group names the group {name}, which the pattern does not have."),
                )
            })?
        } else {
            return Err(self.invalid_name());
        };
        if self.reader.peek().is_some_and(|unit| unit != u16::from(close)) {
            return Err(self.invalid_name());
        }
        Ok(slot)
    }

    /// `(?(`: a conditional group.
    fn conditional(&mut self) -> Result<Opened, PatternError> {
        let condition = self.reader.at;
        if let Some(unit) = self.reader.peek() {
            if ascii(Some(unit)).is_ascii_digit() {
                let number = self.reader.decimal()?;
                if self.reader.at_end() || !is(self.reader.next(), b')') {
                    return Err(self.reader.error(
                        Kind::AlternationHasMalformedReference,
                        format!("The condition (?({number} is not closed; close it with )."),
                    ));
                }
                return match self.slot_of_number(number) {
                    Some(slot) => Ok(Opened::IfGroup { slot }),
                    None => Err(self.reader.error(
                        Kind::AlternationHasUndefinedReference,
                        format!("The condition asks for group {number}, which the pattern does not have."),
                    )),
                };
            }
            if is_word_unit(unit) {
                let name = self.reader.name();
                if let Some(slot) = self.slot_of_name(&name)
                    && !self.reader.at_end()
                    && is(self.reader.next(), b')')
                {
                    return Ok(Opened::IfGroup { slot });
                }
            }
        }
        // No group is meant: the parenthesis is read again as the expression that decides.
        self.reader.at = condition - 1;
        self.skip_next_group = true;
        if is(self.reader.peek_at(1), b'?') {
            let kind = ascii(self.reader.peek_at(2));
            if kind == b'#' {
                return Err(self
                    .reader
                    .error(Kind::AlternationHasComment, "The condition of a conditional group cannot be a comment."));
            }
            let behind = self.reader.peek_at(3);
            let named = kind == b'<' && behind.is_some() && !is(behind, b'!') && !is(behind, b'=');
            if kind == b'\'' || named {
                return Err(self.reader.error(
                    Kind::AlternationHasNamedCapture,
                    "The condition of a conditional group cannot be a named group; name it inside the condition's parentheses.",
                ));
            }
        }
        Ok(Opened::IfMatches)
    }
}
