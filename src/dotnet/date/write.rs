//! Writing: a format as a list of steps, and a faster form for formats of fixed width.

use core::fmt::Write;

use super::calendar::{self, Civil, TICKS_PER_HOUR, TICKS_PER_MINUTE};
use super::error::FormatError;
use super::names;
use super::value::Kind;

/// One step of writing.
#[derive(Clone, Debug)]
enum Step {
    Literal(String),
    Day(usize),
    ShortDayName,
    DayName,
    Month(usize),
    ShortMonthName,
    MonthName,
    /// The last two digits of the year.
    ShortYear(usize),
    Year(usize),
    Era,
    Hour12(usize),
    Hour(usize),
    Minute(usize),
    Second(usize),
    Fraction(usize),
    /// Without trailing zeros; takes back a dot that comes before if nothing is left.
    TrimmedFraction(usize),
    HalfOfDayLetter,
    HalfOfDay,
    Offset(usize),
    /// Offset or `Z`, by the kind.
    Zone,
    /// Several steps of fixed width at once.
    Layout(Layout),
}

/// What is written: the parts, and what time zone they are in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) civil: Civil,
    pub(crate) weekday: u32,
    pub(crate) zone: WriteZone,
}

/// The time zone of what is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WriteZone {
    Kind(Kind),
    /// Ticks that the clock is ahead of UTC.
    Offset(i64),
}

/// A compiled format for writing.
#[derive(Clone, Debug)]
pub(crate) struct WriteProgram {
    steps: Box<[Step]>,
    /// A step may take back a dot, so dots are held back.
    holds_dots: bool,
}

impl WriteProgram {
    /// Compiles a custom format.
    pub(crate) fn compile(format: &str) -> Result<Self, FormatError> {
        let mut compiler = Compiler { steps: Vec::new() };
        let chars: Vec<char> = format.chars().collect();
        compiler.run(&chars, true)?;
        let mut steps = compiler.steps;
        let holds_dots = steps.iter().any(|step| matches!(step, Step::TrimmedFraction(_)));
        if !holds_dots {
            steps = join_layouts(steps);
        }
        Ok(Self { steps: steps.into_boxed_slice(), holds_dots })
    }

    /// The layout, if the format is one.
    pub(crate) fn layout(&self) -> Option<&Layout> {
        match &*self.steps {
            [Step::Layout(layout)] => Some(layout),
            _ => None,
        }
    }

    /// Writes a date of the given ticks.
    #[inline]
    pub(crate) fn write<W: Write + ?Sized>(&self, ticks: i64, zone: WriteZone, out: &mut W) -> core::fmt::Result {
        let civil = calendar::split(ticks);
        if let [Step::Layout(layout)] = &*self.steps {
            let bytes = layout.fill(&civil);
            let bytes = bytes.get(..layout.len).unwrap_or_default();
            return out.write_str(core::str::from_utf8(bytes).map_err(|_| core::fmt::Error)?);
        }
        let moment = Moment { civil, weekday: calendar::weekday(ticks), zone };
        let mut sink = Sink { out, bytes: [0; SINK], len: 0, dots: 0, holds_dots: self.holds_dots };
        for step in &self.steps {
            step.write(&moment, &mut sink)?;
        }
        sink.finish()
    }
}

/// Joins steps of fixed width that stand together.
fn join_layouts(steps: Vec<Step>) -> Vec<Step> {
    let mut joined = Vec::with_capacity(steps.len());
    let mut rest = steps.as_slice();
    while let Some(first) = rest.first() {
        let mut builder = LayoutBuilder::new();
        let added = |step: &&Step| add_to_layout(&mut builder, step).is_some();
        let count = rest.iter().take_while(added).count();
        joined.push(if count > 1 { Step::Layout(builder.build()) } else { first.clone() });
        rest = rest.get(count.max(1)..).unwrap_or_default();
    }
    joined
}

/// Adds a step to a layout, or gives nothing if it has no fixed width.
fn add_to_layout(builder: &mut LayoutBuilder, step: &Step) -> Option<()> {
    match step {
        Step::Literal(text) if text.is_ascii() => builder.literal(text.as_bytes()),
        Step::Year(4) => builder.field(4, Field::Year),
        Step::Month(2) => builder.field(2, Field::Month),
        Step::Day(2) => builder.field(2, Field::Day),
        Step::Hour(2) => builder.field(2, Field::Hour),
        Step::Minute(2) => builder.field(2, Field::Minute),
        Step::Second(2) => builder.field(2, Field::Second),
        Step::Fraction(width) => builder.field(*width, Field::Fraction),
        _ => None,
    }
}

struct Compiler {
    steps: Vec<Step>,
}

impl Compiler {
    fn run(&mut self, format: &[char], percent_allowed: bool) -> Result<(), FormatError> {
        let mut rest = format;
        while let Some((&first, after)) = rest.split_first() {
            let run = 1 + after.iter().take_while(|c| **c == first).count();
            let mut used = run;
            match first {
                'd' => self.steps.push(match run {
                    1 | 2 => Step::Day(run),
                    3 => Step::ShortDayName,
                    _ => Step::DayName,
                }),
                'M' => self.steps.push(match run {
                    1 | 2 => Step::Month(run),
                    3 => Step::ShortMonthName,
                    _ => Step::MonthName,
                }),
                'y' => {
                    self.steps.push(if run <= 2 { Step::ShortYear(run) } else { Step::Year(run) });
                }
                'g' => self.steps.push(Step::Era),
                'h' => self.steps.push(Step::Hour12(run.min(2))),
                'H' => self.steps.push(Step::Hour(run.min(2))),
                'm' => self.steps.push(Step::Minute(run.min(2))),
                's' => self.steps.push(Step::Second(run.min(2))),
                'f' | 'F' if run > 7 => return Err(FormatError::LongFraction),
                'f' => self.steps.push(Step::Fraction(run)),
                'F' => self.steps.push(Step::TrimmedFraction(run)),
                't' if run == 1 => self.steps.push(Step::HalfOfDayLetter),
                't' => self.steps.push(Step::HalfOfDay),
                'z' => self.steps.push(Step::Offset(run.min(3))),
                'K' => {
                    used = 1;
                    self.steps.push(Step::Zone);
                }
                '\'' | '"' => {
                    let (text, length) = quoted(rest)?;
                    used = length;
                    self.literal(&text);
                }
                '\\' => {
                    let escaped = after.first().ok_or(FormatError::TrailingEscape)?;
                    used = 2;
                    self.literal(escaped.encode_utf8(&mut [0; 4]));
                }
                '%' => match after.first() {
                    // The next character is a format of its own, so `%dd` is `d` and again `d`.
                    Some(next) if *next != '%' && percent_allowed => {
                        used = 2;
                        self.run(core::slice::from_ref(next), false)?;
                    }
                    _ => return Err(FormatError::BadPercent),
                },
                other => {
                    used = 1;
                    self.literal(other.encode_utf8(&mut [0; 4]));
                }
            }
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    fn literal(&mut self, text: &str) {
        if let Some(Step::Literal(last)) = self.steps.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.steps.push(Step::Literal(text.to_owned()));
        }
    }
}

/// The text between quotes at the start of `format`, and how much of the format it takes.
pub(crate) fn quoted(format: &[char]) -> Result<(String, usize), FormatError> {
    let mut text = String::new();
    let Some((&quote, rest)) = format.split_first() else {
        return Ok((text, 0));
    };
    let mut chars = rest.iter().enumerate();
    while let Some((index, &c)) = chars.next() {
        if c == quote {
            return Ok((text, index + 2));
        }
        if c == '\\' {
            text.push(*chars.next().ok_or(FormatError::TrailingEscape)?.1);
        } else {
            text.push(c);
        }
    }
    Err(FormatError::OpenQuote(quote))
}

impl Step {
    fn write<W: Write + ?Sized>(&self, moment: &Moment, out: &mut Sink<'_, W>) -> core::fmt::Result {
        let civil = &moment.civil;
        let name = |names: &[&'static str], index: u32| names.get(index as usize).copied().unwrap_or_default();
        match self {
            Self::Literal(text) => out.text(text),
            Self::Layout(layout) => {
                let bytes = layout.fill(civil);
                out.ascii(bytes.get(..layout.len).unwrap_or_default())
            }
            Self::Day(width) => out.number(civil.day, *width),
            Self::ShortDayName => out.text(name(&names::SHORT_DAYS, moment.weekday)),
            Self::DayName => out.text(name(&names::DAYS, moment.weekday)),
            Self::Month(width) => out.number(civil.month, *width),
            Self::ShortMonthName => out.text(name(&names::SHORT_MONTHS, civil.month.wrapping_sub(1))),
            Self::MonthName => out.text(name(&names::MONTHS, civil.month.wrapping_sub(1))),
            Self::ShortYear(width) => out.number(civil.year % 100, *width),
            Self::Year(width) => out.number(civil.year, *width),
            Self::Era => out.text(names::ERA),
            Self::Hour12(width) => out.number((civil.hour + 11) % 12 + 1, *width),
            Self::Hour(width) => out.number(civil.hour, *width),
            Self::Minute(width) => out.number(civil.minute, *width),
            Self::Second(width) => out.number(civil.second, *width),
            Self::Fraction(width) => out.number(leading_digits(civil.fraction, *width), *width),
            Self::TrimmedFraction(width) => {
                let (mut digits, mut width) = (leading_digits(civil.fraction, *width), *width);
                while width > 0 && digits.is_multiple_of(10) {
                    digits /= 10;
                    width -= 1;
                }
                if width == 0 {
                    out.take_back_dot();
                    return Ok(());
                }
                out.number(digits, width)
            }
            Self::HalfOfDayLetter => out.text(if civil.hour < 12 { "A" } else { "P" }),
            Self::HalfOfDay => out.text(if civil.hour < 12 { "AM" } else { "PM" }),
            Self::Offset(width) => {
                let offset = match moment.zone {
                    WriteZone::Kind(_) => 0,
                    WriteZone::Offset(offset) => offset,
                };
                out.offset(offset, *width)
            }
            Self::Zone => match moment.zone {
                WriteZone::Kind(Kind::Unspecified) => Ok(()),
                WriteZone::Kind(Kind::Utc) => out.text("Z"),
                WriteZone::Kind(Kind::Local) => out.offset(0, 3),
                WriteZone::Offset(offset) => out.offset(offset, 3),
            },
        }
    }
}

/// The first digits of a fraction of seven digits.
fn leading_digits(fraction: u32, width: usize) -> u32 {
    const POWERS: [u32; 7] = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    fraction / POWERS.get(width.wrapping_sub(1)).copied().unwrap_or(1)
}

/// Bytes that are collected before they are passed on.
const SINK: usize = 64;

/// Collects small pieces, so that the writer is called rarely.
struct Sink<'w, W: Write + ?Sized> {
    out: &'w mut W,
    bytes: [u8; SINK],
    len: usize,
    /// Dots at the end that have not been written yet.
    dots: usize,
    holds_dots: bool,
}

impl<W: Write + ?Sized> Sink<'_, W> {
    fn text(&mut self, text: &str) -> core::fmt::Result {
        if !self.holds_dots {
            return self.append(text);
        }
        let body = text.trim_end_matches('.');
        if !body.is_empty() {
            self.release_dots()?;
            self.append(body)?;
        }
        self.dots += text.len() - body.len();
        Ok(())
    }

    fn append(&mut self, text: &str) -> core::fmt::Result {
        if self.len + text.len() > SINK {
            self.flush()?;
        }
        match self.bytes.get_mut(self.len..self.len + text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.len += text.len();
                Ok(())
            }
            None => self.out.write_str(text),
        }
    }

    fn ascii(&mut self, text: &[u8]) -> core::fmt::Result {
        if self.len + text.len() > SINK {
            self.flush()?;
        }
        // All callers pass less than what fits.
        if let Some(room) = self.bytes.get_mut(self.len..self.len + text.len()) {
            room.copy_from_slice(text);
            self.len += text.len();
        }
        Ok(())
    }

    /// A number with leading zeros.
    fn number(&mut self, value: u32, width: usize) -> core::fmt::Result {
        self.release_dots()?;
        if value < 100 && width <= 2 {
            let digits = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
            let one = usize::from(value < 10 && width < 2);
            return self.ascii(digits.get(one..).unwrap_or_default());
        }
        let mut digits = [b'0'; 10];
        let mut rest = value;
        let mut used = 0;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            used += 1;
            if rest == 0 && used >= width {
                break;
            }
        }
        // A run of `y` may ask for more zeros than any number has digits.
        for _ in used..width {
            self.ascii(b"0")?;
        }
        self.ascii(digits.get(digits.len() - used..).unwrap_or_default())
    }

    fn offset(&mut self, ticks: i64, width: usize) -> core::fmt::Result {
        self.text(if ticks < 0 { "-" } else { "+" })?;
        let ticks = ticks.unsigned_abs();
        let hours = (ticks / TICKS_PER_HOUR.unsigned_abs()) as u32;
        self.number(hours, width.min(2))?;
        if width > 2 {
            let minutes = (ticks / TICKS_PER_MINUTE.unsigned_abs() % 60) as u32;
            self.text(":")?;
            self.number(minutes, 2)?;
        }
        Ok(())
    }

    fn take_back_dot(&mut self) {
        self.dots = self.dots.saturating_sub(1);
    }

    fn release_dots(&mut self) -> core::fmt::Result {
        while self.dots > 0 {
            self.append(".")?;
            self.dots -= 1;
        }
        Ok(())
    }

    fn flush(&mut self) -> core::fmt::Result {
        // Only whole pieces are appended, so this is always valid text.
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        let result = self.out.write_str(core::str::from_utf8(bytes).map_err(|_| core::fmt::Error)?);
        self.len = 0;
        result
    }

    fn finish(&mut self) -> core::fmt::Result {
        self.release_dots()?;
        self.flush()
    }
}

/// A field of fixed width in a [`Layout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
}

#[inline]
fn two_digits(room: &mut [u8], value: u32) {
    if let [tens, ones] = room {
        *tens = b'0' + (value / 10) as u8;
        *ones = b'0' + (value % 10) as u8;
    }
}

#[inline]
fn four_digits(room: &mut [u8], value: u32) {
    if let Some((high, low)) = room.split_at_mut_checked(2) {
        two_digits(high, value / 100);
        two_digits(low, value % 100);
    }
}

/// The longest format that is treated as a layout.
const LAYOUT: usize = 40;

/// A format in which everything has a fixed width: a template with digits to fill in.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    template: [u8; LAYOUT],
    len: usize,
    /// Position, width and meaning of the digits.
    fields: Box<[(usize, usize, Field)]>,
}

impl Layout {
    /// The template with the digits of a date.
    #[inline]
    fn fill(&self, civil: &Civil) -> [u8; LAYOUT] {
        let mut bytes = self.template;
        for &(at, width, field) in &self.fields {
            let Some(room) = bytes.get_mut(at..at + width) else {
                continue;
            };
            match field {
                Field::Year => four_digits(room, civil.year),
                Field::Month => two_digits(room, civil.month),
                Field::Day => two_digits(room, civil.day),
                Field::Hour => two_digits(room, civil.hour),
                Field::Minute => two_digits(room, civil.minute),
                Field::Second => two_digits(room, civil.second),
                Field::Fraction => {
                    let mut value = leading_digits(civil.fraction, width);
                    for digit in room.iter_mut().rev() {
                        *digit = b'0' + (value % 10) as u8;
                        value /= 10;
                    }
                }
            }
        }
        bytes
    }

    /// The template, in which zeros stand for the digits of fields.
    pub(crate) fn template(&self) -> &[u8] {
        self.template.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn fields(&self) -> &[(usize, usize, Field)] {
        &self.fields
    }

    /// The length, if this shows nothing but the day, as the start of another layout does.
    pub(crate) fn day_that_starts(&self, other: &Layout) -> Option<usize> {
        let days = self.fields.iter().all(|(_, _, field)| matches!(field, Field::Year | Field::Month | Field::Day));
        let same = other.template().starts_with(self.template()) && other.fields.starts_with(&self.fields);
        (days && same).then_some(self.len)
    }
}

/// Collects a [`Layout`]; every method gives nothing where the format is too long.
pub(crate) struct LayoutBuilder {
    template: [u8; LAYOUT],
    len: usize,
    fields: Vec<(usize, usize, Field)>,
}

impl LayoutBuilder {
    pub(crate) fn new() -> Self {
        Self { template: [0; LAYOUT], len: 0, fields: Vec::new() }
    }

    pub(crate) fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.template.get_mut(self.len..self.len + text.len())?.copy_from_slice(text);
        self.len += text.len();
        Some(())
    }

    pub(crate) fn field(&mut self, width: usize, field: Field) -> Option<()> {
        self.template.get_mut(self.len..self.len + width)?.fill(b'0');
        self.fields.push((self.len, width, field));
        self.len += width;
        Some(())
    }

    /// Whether a field is there already.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.fields.iter().any(|(_, _, known)| *known == field)
    }

    pub(crate) fn build(self) -> Layout {
        Layout { template: self.template, len: self.len, fields: self.fields.into_boxed_slice() }
    }
}
