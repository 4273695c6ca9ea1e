//! Free parsing from the first part of a text to the last.

use super::calendar::four_digit_year;
use super::culture::Culture;
use super::error::ParseDateError;
use super::finish::{Context, Found, Zone};
use super::iso::time_behind_mark;
use super::meaning::Content;
use super::names::is_letter;
use super::offset::{take_fraction, take_offset};
use super::scan::{Between, Label, Piece, Scan, Word};
use super::shapes::{Added, Aside, Group, Join, Part};

type Step = Result<(), ParseDateError>;
const MISMATCH: ParseDateError = ParseDateError::Mismatch;

/// Reads a text part by part.
pub(crate) struct Reader<'a> {
    scan: Scan<'a>,
    context: &'a Context<'a>,
    group: Group,
    content: Content<'a>,
    /// Half of the day; true is the afternoon.
    half: Option<bool>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(culture: Culture, scan: Scan<'a>, context: &'a Context<'a>) -> Self {
        Self { scan, context, group: Group::Empty, content: Content::new(culture, context), half: None }
    }

    pub(crate) fn read(mut self) -> Result<Found, ParseDateError> {
        loop {
            match self.scan.piece() {
                Piece::End => return self.end(),
                Piece::Number(value) => {
                    if let Some(found) = self.number(value)? {
                        return Ok(found);
                    }
                }
                Piece::LongNumber(value) => self.long_number(value)?,
                Piece::Overlong => return Err(MISMATCH),
                Piece::Word(word) => self.word(word)?,
                Piece::Pause => {}
                Piece::Other => self.other()?,
            }
        }
    }

    fn end(mut self) -> Result<Found, ParseDateError> {
        self.advance(self.group.at_end())?;
        if !self.content.has_group {
            return Err(MISMATCH);
        }
        if let Some(afternoon) = self.half {
            let hour = &mut self.content.parts.hour;
            // 24-hour times may have a mark, but not the wrong one for the morning.
            let clock = hour.unwrap_or(0);
            let last = if afternoon { 23 } else { 12 };
            if !(0..=last).contains(&clock) {
                return Err(MISMATCH);
            }
            *hour = Some(clock % 12 + if afternoon { 12 } else { 0 });
        }
        self.context.finish(self.content.parts)
    }

    /// Goes on with the group, or to the next one where it is complete.
    fn advance(&mut self, added: Added) -> Step {
        self.group = match added {
            Added::Open(group) => group,
            Added::Complete(meaning) => {
                self.content.complete(meaning)?;
                Group::Empty
            }
            Added::Refused => return Err(MISMATCH),
        };
        Ok(())
    }

    /// Reads on behind a number of one or two digits. Gives the date if the rest was all of it.
    fn number(&mut self, value: i32) -> Result<Option<Found>, ParseDateError> {
        self.behind_digits()?;
        let before = self.scan.position();
        let join = match self.scan.between() {
            Between::End => Join::End,
            Between::Gap => Join::Gap,
            Between::Slash => Join::Slash,
            Between::Hyphen => self.hyphen(Part::Number, before),
            Between::Colon => Join::Colon,
            Between::Half(afternoon) => {
                // The number before a second mark is forgotten, and so is the mark.
                if self.half.is_some() {
                    return Ok(None);
                }
                self.half = Some(afternoon);
                if self.group.is_in_time() {
                    self.offset_in_time()?;
                }
                Join::Half
            }
            Between::TimeMark => return self.iso_time(value).map(Some),
            Between::Label(label) => {
                let value = match label {
                    Label::Year => four_digit_year(value),
                    _ => value,
                };
                return self.labelled(label, value).map(|()| None);
            }
        };
        self.content.add_number(value);
        self.advance(self.group.with(Part::Number, join))?;
        Ok(None)
    }

    /// Reads on behind a number of three digits or more, which is a year if it has no label.
    fn long_number(&mut self, value: i32) -> Step {
        self.behind_digits()?;
        self.content.set_year(value)?;
        let before = self.scan.position();
        let join = match self.scan.between() {
            Between::End => Join::End,
            Between::Gap => Join::Gap,
            Between::Slash => Join::Slash,
            Between::Hyphen => self.hyphen(Part::Year, before),
            Between::Half(afternoon) => {
                if self.half.is_some() {
                    return Ok(());
                }
                // The mark belongs to an hour elsewhere.
                self.half = Some(afternoon);
                Join::Gap
            }
            Between::Label(label) => return self.labelled(label, value),
            Between::Colon | Between::TimeMark => return Err(MISMATCH),
        };
        self.advance(self.group.with(Part::Year, join))
    }

    fn labelled(&mut self, label: Label, value: i32) -> Step {
        self.content.set_labelled(label, value)?;
        let part = if label.is_of_a_date() { Part::LabelledDate } else { Part::LabelledTime };
        self.advance(self.group.with(part, Join::Gap))
    }

    /// A hyphen is a slash; but behind the last part of a group it is the sign of an offset, and is
    /// left where it is.
    fn hyphen(&mut self, part: Part, before: usize) -> Join {
        if matches!(self.group.with(part, Join::Gap), Added::Complete(_)) {
            self.scan.return_to(before);
            Join::Gap
        } else {
            Join::Slash
        }
    }

    fn word(&mut self, word: Word) -> Step {
        let aside = match word {
            Word::Month(month) => return self.month(month),
            Word::Half(afternoon) if self.half.is_none() => {
                self.half = Some(afternoon);
                return Ok(());
            }
            Word::Weekday(day) if self.content.parts.weekday.is_none() => {
                self.content.parts.weekday = Some(day);
                Aside::Weekday
            }
            Word::Utc if self.content.parts.zone.is_none() => {
                self.content.parts.zone = Zone::UTC;
                Aside::Utc
            }
            Word::Era => Aside::Era,
            Word::Half(_) | Word::Weekday(_) | Word::Utc => return Err(MISMATCH),
        };
        self.group = self.group.around(aside).ok_or(MISMATCH)?;
        Ok(())
    }

    fn month(&mut self, month: i32) -> Step {
        self.content.set_month(month)?;
        let before = self.scan.position();
        let join = match self.scan.between() {
            Between::End => Join::End,
            Between::Gap => Join::Gap,
            Between::Slash => Join::Slash,
            Between::Hyphen => self.hyphen(Part::Month, before),
            _ => return Err(MISMATCH),
        };
        self.advance(self.group.with(Part::Month, join))
    }

    /// What may stand right behind digits: the fraction of a second, and the offset of a time.
    fn behind_digits(&mut self) -> Step {
        if self.content.is_full() {
            return Err(MISMATCH);
        }
        if self.group == Group::ToSecond && self.scan.has_more_than_one() && self.scan.take(&['.', ',']).is_some() {
            // A mark without digits behind it is just passed over.
            self.content.parts.fraction = take_fraction(&mut self.scan).unwrap_or(0);
        }
        if self.group.is_in_time() { self.offset_in_time() } else { Ok(()) }
    }

    /// An offset behind a number of a time, where white space may come before it.
    fn offset_in_time(&mut self) -> Step {
        if !self.scan.has_more_than_one() {
            return Ok(());
        }
        let before = self.scan.position();
        self.scan.skip_white_space();
        if !self.scan.rest().starts_with(['+', '-']) {
            self.scan.return_to(before);
            return Ok(());
        }
        if !self.content.parts.zone.is_none() {
            return Err(MISMATCH);
        }
        self.content.parts.zone.ahead = Some(take_offset(&mut self.scan).ok_or(MISMATCH)?);
        Ok(())
    }

    /// Characters that start no part: an offset, or what wraps the text.
    fn other(&mut self) -> Step {
        let before = self.scan.position();
        let current = self.scan.current();
        if current.is_some_and(is_letter) {
            return Err(ParseDateError::UnknownWord { offset: before });
        }
        if self.content.parts.zone.is_none() {
            if let Some(ahead) = take_offset(&mut self.scan) {
                self.content.parts.zone.ahead = Some(ahead);
                return Ok(());
            }
            self.scan.return_to(before);
        }
        if self.scan.take_wrapping() { Ok(()) } else { Err(MISMATCH) }
    }

    /// Reads the rest of the text behind `T`. A day of the week before it is not checked.
    fn iso_time(&mut self, day: i32) -> Result<Found, ParseDateError> {
        if !self.group.lacks_only_the_day() {
            return Err(MISMATCH);
        }
        self.content.add_number(day);
        let date = self.content.iso_date();
        self.context.finish(time_behind_mark(&mut self.scan, date)?)
    }
}
