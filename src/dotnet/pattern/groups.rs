//! Numbering of groups: a first reading of the pattern that only looks for parentheses.
//!
//! Unnamed groups are numbered from 1 in the order they open, then names take the free numbers in the
//! order they first occur; numbers written out are taken as they are. Source: *Grouping constructs in
//! regular expressions*, and RegexParser of .NET 8 where the page is silent.

use std::collections::BTreeMap;

use super::error::PatternError;
use super::reader::{Reader, ascii, is};

/// The groups of a pattern. A slot is a group's place among the numbers in use; slot 0 is the match.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// Number of each slot (rising) and where the group opens.
    numbers: Vec<(u32, usize)>,
    /// Name of each slot; for a group without one its number.
    names: Vec<String>,
    /// Whether .NET keeps a table of names, which it does once there is a name or a gap in the numbers.
    has_names: bool,
}

impl Groups {
    pub(super) fn slot_of_number(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search_by_key(&number, |&(known, _)| known).ok()
    }

    /// The slot of a name, numbers included, as `Match.Groups[name]` finds it.
    pub(super) fn slot_of_name(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The slot of a name as the pattern itself finds it: numbers only where a table of names is kept.
    pub(super) fn slot_of_known_name(&self, name: &str) -> Option<usize> {
        if self.has_names { self.slot_of_name(name) } else { None }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of slots, the whole match included.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// One more than the highest number.
    pub(super) fn top(&self) -> u32 {
        self.numbers.last().map_or(0, |&(number, _)| number.saturating_add(1))
    }

    /// Where the group of this number first opens, in code units.
    pub(super) fn opened_at(&self, number: u32) -> Option<usize> {
        self.slot_of_number(number).and_then(|slot| self.numbers.get(slot)).map(|&(_, at)| at)
    }
}

/// Reads the pattern for its groups.
pub(super) fn number_groups(reader: &mut Reader<'_>) -> Result<Groups, PatternError> {
    let mut scan = Scan { numbers: BTreeMap::from([(0, 0)]), names: Vec::new(), next_number: 1 };
    let mut saved = Vec::new();
    let mut skip_next_group = false;
    while let Some(unit) = reader.next() {
        let opened = reader.at - 1;
        match ascii(Some(unit)) {
            b'\\' if !reader.at_end() => {
                reader.escape()?;
            }
            b'#' if reader.flags.ignore_white_space => {
                reader.at -= 1;
                reader.skip_blank()?;
            }
            b'[' => {
                reader.class(0)?;
            }
            b')' => {
                if let Some(flags) = saved.pop() {
                    reader.flags = flags;
                }
            }
            b'(' => {
                if is(reader.peek(), b'?') && is(reader.peek_at(1), b'#') {
                    reader.at -= 1;
                    reader.skip_blank()?;
                    skip_next_group = false;
                    continue;
                }
                saved.push(reader.flags);
                let skip_this = std::mem::take(&mut skip_next_group);
                if !is(reader.peek(), b'?') {
                    if !reader.flags.explicit_capture && !skip_this {
                        let number = scan.next_number;
                        scan.next_number = number.saturating_add(1);
                        scan.numbers.entry(number).or_insert(opened);
                    }
                    continue;
                }
                reader.at += 1;
                if reader.peek_at(1).is_some() && matches!(ascii(reader.peek()), b'<' | b'\'') {
                    reader.at += 1;
                    scan.name(reader, opened)?;
                    continue;
                }
                reader.options();
                match ascii(reader.peek()) {
                    // Options for the rest of the enclosing group.
                    b')' => {
                        reader.at += 1;
                        saved.pop();
                    }
                    // The condition of a conditional group does not capture.
                    b'(' => skip_next_group = true,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(scan.finish())
}

struct Scan {
    numbers: BTreeMap<u32, usize>,
    names: Vec<(String, usize)>,
    next_number: u32,
}

impl Scan {
    /// What follows `(?<` or `(?'`; a lookbehind or a balancing group without a name leaves no trace.
    fn name(&mut self, reader: &mut Reader<'_>, opened: usize) -> Result<(), PatternError> {
        let Some(unit) = reader.peek() else {
            return Ok(());
        };
        match ascii(Some(unit)) {
            b'0' => {}
            b'1'..=b'9' => {
                let number = reader.decimal()?;
                self.numbers.entry(number).or_insert(opened);
            }
            _ if super::class::is_word_unit(unit) => {
                let name = reader.name();
                if !self.names.iter().any(|(known, _)| *known == name) {
                    self.names.push((name, opened));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(mut self) -> Groups {
        let mut named: BTreeMap<u32, String> = BTreeMap::new();
        for (name, opened) in self.names {
            while self.numbers.contains_key(&self.next_number) {
                self.next_number = self.next_number.saturating_add(1);
            }
            self.numbers.insert(self.next_number, opened);
            named.insert(self.next_number, name);
            self.next_number = self.next_number.saturating_add(1);
        }
        let numbers: Vec<(u32, usize)> = self.numbers.into_iter().collect();
        let gap = numbers.iter().zip(0u32..).any(|(&(number, _), place)| number != place);
        let has_names = !named.is_empty() || gap;
        let names =
            numbers.iter().map(|(number, _)| named.remove(number).unwrap_or_else(|| number.to_string())).collect();
        Groups { numbers, names, has_names }
    }
}
