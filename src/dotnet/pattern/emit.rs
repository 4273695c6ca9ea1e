//! A pattern written for the linear-time engine of the `regex` crate, where its meaning can be kept.
//!
//! Every construct is spelled out, so that nothing depends on that engine's own tables: classes are lists
//! of ranges (Unicode 15.0, as .NET 8), letters whose case is ignored are classes. Constructs whose
//! meaning is the same only on some texts are written for those texts, and [`Linear::fits`] says whether
//! a text is one of them; the backtracking machine does the rest:
//!
//! - The engine works on characters, .NET on UTF-16 code units. On texts without characters above U+FFFF
//!   these are the same.
//! - `$` also matches before a final line feed. On texts that do not end with one it is `\z`.
//! - `\b` has .NET's own idea of a word. On ASCII texts it is the ASCII word boundary.
//!
//! What is never written here: lookaround, atomic and balancing groups, conditional groups,
//! backreferences, `\G`, `\B`, loops of several rounds around something that can be empty (.NET ends such a
//! loop after an empty round and keeps that round's captures), and groups that share a number.

use std::fmt::Write as _;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::class::CharSet;
use super::tree::{Anchor, Node};
use super::units::has_pairs;

/// Memory one compiled form may take; above it the machine, whose programs stay small, takes over.
const SIZE_LIMIT: usize = 8 << 20;
/// Longest pattern that is written out.
const MAX_WRITTEN: usize = 1 << 20;

/// A pattern in the linear-time engine.
#[derive(Debug)]
pub(super) struct Linear {
    /// For ASCII texts: its classes are cut down to ASCII, which keeps it small and fast.
    /// Compiled, as the other is, when the first such text comes: many patterns never need it.
    ascii: OnceLock<Option<Regex>>,
    ascii_source: String,
    /// For texts up to U+FFFF.
    wide: OnceLock<Option<Regex>>,
    wide_source: Option<String>,
    /// Capture group in the engine for each slot of the pattern.
    groups: Vec<Option<usize>>,
    /// The pattern has a `$` written as `\z`.
    no_final_line_feed: bool,
}

impl Linear {
    /// Writes a pattern for the engine, or None if its meaning cannot be kept.
    pub(super) fn new(root: &Node, slots: usize) -> Option<Self> {
        let mut ascii = Writer::new(slots, true);
        ascii.node(root)?;
        let mut wide = Writer::new(slots, false);
        let wide_source = wide.node(root).map(|()| wide.out);
        Some(Self {
            ascii: OnceLock::new(),
            ascii_source: ascii.out,
            wide: OnceLock::new(),
            wide_source,
            groups: ascii.groups,
            no_final_line_feed: ascii.no_final_line_feed,
        })
    }

    /// The compiled form whose meaning on this text is .NET's, if there is one.
    #[inline]
    pub(super) fn fits(&self, text: &str) -> Option<&Regex> {
        if self.no_final_line_feed && text.as_bytes().last() == Some(&b'\n') {
            return None;
        }
        if text.is_ascii() {
            return self.ascii();
        }
        self.fits_wide(text)
    }

    fn ascii(&self) -> Option<&Regex> {
        self.ascii.get_or_init(|| compile(&self.ascii_source)).as_ref()
    }

    /// Whether the engine takes the pattern: one that grows beyond the limit is refused.
    pub(super) fn compiles(&self) -> bool {
        self.ascii().is_some()
    }

    fn fits_wide(&self, text: &str) -> Option<&Regex> {
        let source = self.wide_source.as_ref()?;
        if has_pairs(text) {
            return None;
        }
        self.wide.get_or_init(|| compile(source)).as_ref()
    }

    /// The engine's number of the group in a slot.
    pub(super) fn group(&self, slot: usize) -> Option<usize> {
        self.groups.get(slot).copied().flatten()
    }
}

fn compile(source: &str) -> Option<Regex> {
    RegexBuilder::new(source).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build().ok()
}

struct Writer {
    out: String,
    ascii: bool,
    groups: Vec<Option<usize>>,
    next_group: usize,
    no_final_line_feed: bool,
}

/// A class without members.
const NOTHING: &str = r"[^\x00-\x{10FFFF}]";

impl Writer {
    fn new(slots: usize, ascii: bool) -> Self {
        let mut groups = vec![None; slots];
        if let Some(whole) = groups.first_mut() {
            *whole = Some(0);
        }
        Self { out: String::new(), ascii, groups, next_group: 1, no_final_line_feed: false }
    }

    fn node(&mut self, node: &Node) -> Option<()> {
        if self.out.len() > MAX_WRITTEN {
            return None;
        }
        match node {
            Node::Empty => self.out.push_str("(?:)"),
            Node::Unit(unit) => self.unit(*unit),
            Node::Set(set) => self.set(set),
            Node::Sequence(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Alternatives(nodes) => {
                self.out.push_str("(?:");
                for (place, node) in nodes.iter().enumerate() {
                    if place > 0 {
                        self.out.push('|');
                    }
                    self.node(node)?;
                }
                self.out.push(')');
            }
            Node::Loop { node, min, max, lazy } => {
                if !node.is_single_unit() && *max != Some(1) && node.can_be_empty() {
                    return None;
                }
                self.out.push_str("(?:");
                self.node(node)?;
                self.out.push(')');
                match (min, max) {
                    (0, None) => self.out.push('*'),
                    (1, None) => self.out.push('+'),
                    (0, Some(1)) => self.out.push('?'),
                    (min, None) => write!(self.out, "{{{min},}}").ok()?,
                    (min, Some(max)) => write!(self.out, "{{{min},{max}}}").ok()?,
                }
                if *lazy {
                    self.out.push('?');
                }
            }
            Node::Capture { slot: Some(slot), balanced: None, node } => {
                let place = self.groups.get_mut(*slot)?;
                if place.is_some() {
                    return None;
                }
                *place = Some(self.next_group);
                self.next_group += 1;
                self.out.push('(');
                self.node(node)?;
                self.out.push(')');
            }
            Node::Anchor(anchor) => self.anchor(*anchor)?,
            Node::Capture { .. }
            | Node::Backreference { .. }
            | Node::Look { .. }
            | Node::Atomic(_)
            | Node::IfGroup { .. }
            | Node::IfMatches { .. } => return None,
        }
        Some(())
    }

    fn anchor(&mut self, anchor: Anchor) -> Option<()> {
        self.out.push_str(match anchor {
            Anchor::Beginning => r"\A",
            Anchor::LineStart => "(?m:^)",
            Anchor::LineEnd => "(?m:$)",
            Anchor::End => r"\z",
            Anchor::EndOrFinalLineFeed => {
                self.no_final_line_feed = true;
                r"\z"
            }
            Anchor::Boundary { negated: false, .. } if self.ascii => r"(?-u:\b)",
            Anchor::Boundary { .. } | Anchor::SearchStart => return None,
        });
        Some(())
    }

    fn unit(&mut self, unit: u16) {
        // Half a pair does not occur in the texts this is for.
        match char::from_u32(u32::from(unit)) {
            Some(character) if character.is_ascii() || !self.ascii => {
                if character.is_ascii_alphanumeric() {
                    self.out.push(character);
                } else {
                    // Writing into a String cannot fail.
                    let _ = write!(self.out, "\\x{{{unit:X}}}");
                }
            }
            _ => self.out.push_str(NOTHING),
        }
    }

    fn set(&mut self, set: &CharSet) {
        let before = self.out.len();
        self.out.push('[');
        let empty = self.out.len();
        let top = if self.ascii { 0x7F } else { u32::from(u16::MAX) };
        for &(first, last) in set.ranges() {
            let (first, last) = (u32::from(first), u32::from(last).min(top));
            if first > last {
                break;
            }
            // The surrogates in the middle are left out; beyond U+FFFF there is nothing to meet, so an
            // open end is written as one, which is the simpler automaton.
            self.range(first, last.min(0xD7FF));
            let last = if last == 0xFFFF { 0x10_FFFF } else { last };
            self.range(first.max(0xE000), last);
        }
        if self.out.len() == empty {
            self.out.truncate(before);
            self.out.push_str(NOTHING);
        } else {
            self.out.push(']');
        }
    }

    fn range(&mut self, first: u32, last: u32) {
        if first <= last {
            let _ = write!(self.out, "\\x{{{first:X}}}-\\x{{{last:X}}}");
        }
    }
}
