//! A format as a list of steps for reading.
//!
//! .NET reads by the text of the format, whose ends are trimmed where the styles allow white space.
//! A format is therefore compiled once for each combination of trimmed ends that makes a
//! difference.

use super::error::FormatError;
use super::names::is_white_space;
use super::write::{Field, Layout, LayoutBuilder, quoted};

/// One step of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadStep {
    /// A number with so many digits; one digit means one or two.
    Number(NumberField, usize),
    MonthName,
    ShortMonthName,
    DayName,
    ShortDayName,
    Era,
    /// Exactly so many digits.
    Fraction(usize),
    /// At most so many digits, or none.
    OptionalFraction(usize),
    HalfOfDayLetter,
    HalfOfDay,
    /// An offset by the number of `z`, at most 3.
    Offset(usize),
    /// `Z`: a mark for UTC.
    UtcMark,
    /// `K`: a mark for UTC, an offset or nothing.
    Zone,
    /// `GMT` in the format.
    Gmt,
    /// A character as it is.
    Char(char),
    /// White space outside of quotes, which white space styles can make optional.
    Space(char),
    /// Text between quotes, whose white space may stand for any other.
    Quoted(Box<str>),
    /// A dot; where it is missing, reading goes on at the given step if there is one.
    Dot(Option<usize>),
}

/// Which number a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberField {
    /// Two digits or fewer, which are given a century.
    ShortYear,
    Year,
    Month,
    Day,
    /// Read as an hour of a half of the day.
    Hour12,
    Hour,
    Minute,
    Second,
}

/// A compiled format for one way of trimming its ends.
#[derive(Clone, Debug)]
pub(crate) struct ReadProgram {
    pub(crate) steps: Box<[ReadStep]>,
    pub(crate) layout: Option<ReadLayout>,
}

/// The start of a format that reads digits at fixed places, and how many steps that is.
#[derive(Clone, Debug)]
pub(crate) struct ReadLayout {
    pub(crate) layout: Layout,
    pub(crate) steps: usize,
}

/// A format with its programs by trimmed ends.
#[derive(Clone, Debug)]
pub(crate) struct ReadPrograms {
    programs: Vec<Result<ReadProgram, FormatError>>,
    /// Index into `programs` by leading (1) and trailing (2) white space being allowed.
    by_trimming: [usize; 4],
}

impl ReadPrograms {
    /// Compiles a custom format for every way of trimming.
    pub(crate) fn compile(format: &str) -> Self {
        let mut trimmed: Vec<Vec<char>> = Vec::new();
        let mut by_trimming = [0; 4];
        for (trimming, index) in by_trimming.iter_mut().enumerate() {
            let chars = trim(format, trimming & 1 != 0, trimming & 2 != 0);
            *index = trimmed.iter().position(|known| *known == chars).unwrap_or(trimmed.len());
            if *index == trimmed.len() {
                trimmed.push(chars);
            }
        }
        let programs = trimmed.iter().map(|chars| compile(chars)).collect();
        Self { programs, by_trimming }
    }

    /// Whether all of them read a year, which no dot that is missing skips.
    pub(crate) fn tell_year(&self) -> bool {
        self.programs.iter().flatten().all(|program| {
            let reads_year =
                |step: &ReadStep| matches!(step, ReadStep::Number(NumberField::Year | NumberField::ShortYear, _));
            let skips = |step: &ReadStep| matches!(step, ReadStep::Dot(Some(_)));
            program.steps.iter().any(reads_year) && !program.steps.iter().any(skips)
        })
    }

    /// The program for allowed white space at the ends.
    pub(crate) fn get(&self, leading: bool, trailing: bool) -> Result<&ReadProgram, FormatError> {
        let trimming = usize::from(leading) | usize::from(trailing) << 1;
        let index = self.by_trimming.get(trimming).copied().unwrap_or_default();
        match self.programs.get(index) {
            Some(Ok(program)) => Ok(program),
            Some(Err(error)) => Err(*error),
            None => Err(FormatError::Empty),
        }
    }
}

/// Trims a format like .NET does before reading: also the spaces inside of quotes at its ends.
fn trim(format: &str, leading: bool, trailing: bool) -> Vec<char> {
    let mut chars: Vec<char> = format.chars().collect();
    if trailing {
        while chars.last().is_some_and(|c| is_white_space(*c)) {
            chars.pop();
        }
        if let [.., before, quote @ ('\'' | '"')] = *chars.as_slice()
            && chars.len() > 2
            && is_white_space(before)
        {
            chars.pop();
            while chars.last().is_some_and(|c| is_white_space(*c)) {
                chars.pop();
            }
            chars.push(quote);
        }
    }
    if leading {
        let skipped = chars.iter().take_while(|c| is_white_space(**c)).count();
        let quote = chars.first().is_some_and(|c| matches!(c, '\'' | '"')) && chars.len() > 2;
        if quote {
            let spaces = chars.iter().skip(1).take_while(|c| is_white_space(**c)).count();
            chars.drain(1..=spaces);
        } else {
            chars.drain(..skipped);
        }
    }
    chars
}

fn compile(format: &[char]) -> Result<ReadProgram, FormatError> {
    let mut steps = Vec::new();
    // Where each step starts in the format, and dots that may be skipped: step and position after.
    let mut starts = Vec::new();
    let mut dots = Vec::new();
    let mut at = 0;
    let mut after_percent = false;
    while let Some((&first, after)) = format.get(at..).unwrap_or_default().split_first() {
        let run = 1 + after.iter().take_while(|c| **c == first).count();
        let mut used = run;
        let number = |field, digits: usize| ReadStep::Number(field, digits);
        // A percent sign is the start of the step after it.
        if !core::mem::take(&mut after_percent) {
            starts.push(at);
        }
        let step = match first {
            'y' if run <= 2 => number(NumberField::ShortYear, run),
            'y' => number(NumberField::Year, run),
            'M' if run <= 2 => number(NumberField::Month, run),
            'M' if run == 3 => ReadStep::ShortMonthName,
            'M' => ReadStep::MonthName,
            'd' if run <= 2 => number(NumberField::Day, run),
            'd' if run == 3 => ReadStep::ShortDayName,
            'd' => ReadStep::DayName,
            'g' => ReadStep::Era,
            'h' => number(NumberField::Hour12, run.min(2)),
            'H' => number(NumberField::Hour, run.min(2)),
            'm' => number(NumberField::Minute, run.min(2)),
            's' => number(NumberField::Second, run.min(2)),
            // Too long a fraction fails when it is reached, which a skipped dot can prevent.
            'f' => ReadStep::Fraction(run),
            'F' => ReadStep::OptionalFraction(run),
            't' if run == 1 => ReadStep::HalfOfDayLetter,
            't' => ReadStep::HalfOfDay,
            'z' => ReadStep::Offset(run.min(3)),
            'Z' => {
                used = 1;
                ReadStep::UtcMark
            }
            'K' => {
                used = 1;
                ReadStep::Zone
            }
            '\'' | '"' => {
                let (text, length) = quoted(format.get(at..).unwrap_or_default())?;
                used = length;
                ReadStep::Quoted(text.into_boxed_str())
            }
            '%' => {
                match after.first() {
                    None | Some('%') => return Err(FormatError::BadPercent),
                    Some(_) => {}
                }
                after_percent = true;
                at += 1;
                continue;
            }
            '\\' => {
                used = 2;
                ReadStep::Char(*after.first().ok_or(FormatError::TrailingEscape)?)
            }
            '.' => {
                used = 1;
                // Without the dot, any one character and a run of F after it are skipped.
                let mut rest = after.iter().skip(1);
                let fraction = rest.by_ref().take_while(|c| **c == 'F').count();
                if fraction > 0 {
                    dots.push((steps.len(), at + 2 + fraction));
                }
                ReadStep::Dot(None)
            }
            space if is_white_space(space) => {
                used = 1;
                ReadStep::Space(space)
            }
            other => {
                used = 1;
                let start = format.get(at..at + 3).unwrap_or_default();
                if start.iter().zip("GMT".chars()).filter(|(a, b)| a.eq_ignore_ascii_case(b)).count() == 3 {
                    used = 3;
                    ReadStep::Gmt
                } else {
                    ReadStep::Char(other)
                }
            }
        };
        steps.push(step);
        at += used;
    }
    starts.push(format.len());
    let mut checked = 0;
    for (dot, after) in dots {
        // A position inside of a step (a quoted text that starts with F) has no step of its own;
        // .NET would go on with half of the quotes, which fails for want of a closing quote.
        let target = starts.binary_search(&after).ok();
        if let Some(step) = steps.get_mut(dot) {
            *step = ReadStep::Dot(target);
        }
        // Too long a fraction is no mistake where it may be skipped.
        if has_long_fraction(&steps, checked..dot) {
            return Err(FormatError::LongFraction);
        }
        checked = checked.max(target.unwrap_or(dot));
    }
    if has_long_fraction(&steps, checked..steps.len()) {
        return Err(FormatError::LongFraction);
    }
    let layout = layout(&steps);
    Ok(ReadProgram { steps: steps.into_boxed_slice(), layout })
}

/// Whether some steps have a fraction of more than seven digits.
fn has_long_fraction(steps: &[ReadStep], range: core::ops::Range<usize>) -> bool {
    let long = |step: &ReadStep| matches!(step, ReadStep::Fraction(run) | ReadStep::OptionalFraction(run) if *run > 7);
    steps.get(range).is_some_and(|steps| steps.iter().any(long))
}

/// The steps at the start that read digits and marks at fixed places.
fn layout(steps: &[ReadStep]) -> Option<ReadLayout> {
    let mut builder = LayoutBuilder::new();
    let added = |step: &&ReadStep| add_to_layout(&mut builder, step).is_some();
    let steps = steps.iter().take_while(added).count();
    // One step alone is faster without.
    (steps > 1).then(|| ReadLayout { layout: builder.build(), steps })
}

/// Adds a step to a layout, or gives nothing if it has no fixed place.
fn add_to_layout(builder: &mut LayoutBuilder, step: &ReadStep) -> Option<()> {
    let (field, width) = match step {
        ReadStep::Number(NumberField::Year, 4) => (Field::Year, 4),
        ReadStep::Number(NumberField::Month, 2) => (Field::Month, 2),
        ReadStep::Number(NumberField::Day, 2) => (Field::Day, 2),
        ReadStep::Number(NumberField::Hour, 2) => (Field::Hour, 2),
        ReadStep::Number(NumberField::Minute, 2) => (Field::Minute, 2),
        ReadStep::Number(NumberField::Second, 2) => (Field::Second, 2),
        ReadStep::Fraction(width) if *width <= 7 => (Field::Fraction, *width),
        ReadStep::Space(' ') => return builder.literal(b" "),
        ReadStep::Dot(_) => return builder.literal(b"."),
        // A zero stands for a digit in the template, so literal zeros are left to the steps.
        ReadStep::Char(c) if c.is_ascii_graphic() && *c != '0' => {
            return builder.literal(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        // The quoted marks of the formats `r` and `u` can be time zones.
        ReadStep::Quoted(text)
            if text.bytes().all(|b| b.is_ascii_graphic() && b != b'0') && !matches!(text.as_ref(), "GMT" | "Z") =>
        {
            return builder.literal(text.as_bytes());
        }
        _ => return None,
    };
    // The same part twice is compared, which the steps do.
    if builder.has(field) {
        return None;
    }
    builder.field(width, field)
}
