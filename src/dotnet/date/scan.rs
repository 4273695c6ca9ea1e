//! Taking a text apart for free parsing: numbers, words, and what stands between them.

use super::culture::Culture;
use super::names::{self, is_letter, is_white_space};

/// What the next part of a text starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// One digit or two.
    Number(i32),
    /// Three digits to eight: too long for anything but a year.
    LongNumber(i32),
    /// More digits than any part of a date has.
    Overlong,
    Word(Word),
    /// A comma or dot, which is passed over.
    Pause,
    /// Something else; it has not been taken.
    Other,
    End,
}

/// A word that means something in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A month, 1 to 12.
    Month(i32),
    /// A day of the week, 0 for Sunday.
    Weekday(u32),
    /// A half of the day; true is the afternoon.
    Half(bool),
    /// `GMT` or `Z`.
    Utc,
    Era,
}

/// What stands behind a number or the name of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// The text ends, perhaps after white space.
    End,
    /// Nothing of the others: white space, or the next part right away.
    Gap,
    Slash,
    /// Like a slash, or the sign of an offset from UTC.
    Hyphen,
    Colon,
    Half(bool),
    /// `T`, which announces the time of day in ISO 8601.
    TimeMark,
    Label(Label),
}

/// The character behind a number that says what it counts, as East Asian dates have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Label {
    /// The Chinese, Japanese and Korean labels.
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "年" | "년" => Self::Year,
            "月" | "월" => Self::Month,
            "日" | "일" => Self::Day,
            "時" | "时" => Self::Hour,
            "分" => Self::Minute,
            "秒" => Self::Second,
            _ => return None,
        })
    }

    pub(crate) const fn is_of_a_date(self) -> bool {
        matches!(self, Self::Year | Self::Month | Self::Day)
    }
}

/// The right-to-left mark, which some cultures put between the parts.
const RIGHT_TO_LEFT: char = '\u{200f}';

/// A text and how far it has been read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'t> {
    text: &'t str,
    /// Bytes that have been read.
    at: usize,
    culture: Culture,
}

impl<'t> Scan<'t> {
    pub(crate) const fn new(text: &'t str, culture: Culture) -> Self {
        Self { text, at: 0, culture }
    }

    pub(crate) const fn position(&self) -> usize {
        self.at
    }

    /// Goes back, or on, to a position that was asked for before.
    pub(crate) const fn return_to(&mut self, position: usize) {
        self.at = position;
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn current(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Whether the current character, in UTF-16, is not the last one.
    pub(crate) fn has_more_than_one(&self) -> bool {
        self.rest().encode_utf16().nth(1).is_some()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Takes all characters of a sort.
    fn skip(&mut self, sort: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(sort).len();
    }

    pub(crate) fn skip_white_space(&mut self) {
        self.skip(is_white_space);
    }

    /// Takes the current character if it is one of those.
    pub(crate) fn take(&mut self, wanted: &[char]) -> Option<char> {
        let found = self.current().filter(|c| wanted.contains(c))?;
        self.at += found.len_utf8();
        Some(found)
    }

    /// Takes all digits; gives their number, and how many they are.
    ///
    /// The number is right for up to eight of them, and more are never used.
    pub(crate) fn take_number(&mut self) -> (i32, usize) {
        let mut value = 0i32;
        let start = self.at;
        while let Some(digit) = self.take_digit() {
            value = value.wrapping_mul(10).wrapping_add(digit);
        }
        (value, self.at - start)
    }

    pub(crate) fn take_digit(&mut self) -> Option<i32> {
        let first = self.text.as_bytes().get(self.at)?;
        let digit = first.is_ascii_digit().then(|| i32::from(first - b'0'))?;
        self.at += 1;
        Some(digit)
    }

    /// The next part, behind white space.
    pub(crate) fn piece(&mut self) -> Piece {
        self.skip_white_space();
        match self.current() {
            None => Piece::End,
            Some('0'..='9') => match self.take_number() {
                (value, 0..=2) => Piece::Number(value),
                (value, 3..=8) => Piece::LongNumber(value),
                _ => Piece::Overlong,
            },
            Some(',' | '.') => {
                self.at += 1;
                Piece::Pause
            }
            Some(c) if is_letter(c) => self.take_word().map_or(Piece::Other, Piece::Word),
            Some(_) => Piece::Other,
        }
    }

    /// What is between the part that was just read and the next one.
    pub(crate) fn between(&mut self) -> Between {
        self.skip(|c| is_white_space(c) || c == RIGHT_TO_LEFT);
        let Some(c) = self.current() else {
            return Between::End;
        };
        let found = match c {
            '/' => Between::Slash,
            '.' if self.culture.dot_separates() => Between::Slash,
            '-' => Between::Hyphen,
            ':' => Between::Colon,
            c if is_letter(c) => return self.letters_between(),
            _ => return Between::Gap,
        };
        self.at += 1;
        found
    }

    /// Takes the letters behind a part where they belong to it.
    fn letters_between(&mut self) -> Between {
        let letters = self.letters();
        let found = if letters.eq_ignore_ascii_case("T") {
            Between::TimeMark
        } else if let Some(Word::Half(afternoon)) = marker(letters) {
            Between::Half(afternoon)
        } else if let Some(label) = Label::of(letters) {
            Between::Label(label)
        } else {
            return Between::Gap;
        };
        self.at += letters.len();
        found
    }

    /// The letters from here up to the first other character.
    fn letters(&self) -> &'t str {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(is_letter).len();
        rest.get(..length).unwrap_or_default()
    }

    /// Takes a word that is known; the culture's own words come first.
    fn take_word(&mut self) -> Option<Word> {
        let (word, length) = self.phrase().or_else(|| {
            let letters = self.letters();
            let word = marker(letters).or_else(|| english_name(letters))?;
            Some((word, letters.len()))
        })?;
        self.at += length;
        Some(word)
    }

    /// A word of the culture, which may have dots and spaces in it, and its length.
    fn phrase(&self) -> Option<(Word, usize)> {
        let months = self.culture.month_names().iter();
        let days = self.culture.day_names().iter();
        let eras = self.culture.era_names().iter();
        months
            .map(|(name, month)| (*name, Word::Month(month.cast_signed())))
            .chain(days.map(|(name, day)| (*name, Word::Weekday(*day))))
            .chain(eras.map(|name| (*name, Word::Era)))
            .find(|(name, _)| starts_with_phrase(self.rest(), name))
            .map(|(name, word)| (word, name.len()))
    }

    /// Takes a number sign that encloses the text, or null characters that end it.
    ///
    /// Visual Basic writes dates between number signs, and old programs leave nulls at the end.
    pub(crate) fn take_wrapping(&mut self) -> bool {
        match self.current() {
            Some('#') if is_enclosed(self.text) => self.at += 1,
            Some('\0') if self.rest().bytes().all(|byte| byte == 0) => self.at = self.text.len(),
            _ => return false,
        }
        true
    }
}

/// Whether a text starts with a phrase, in any case, and no letter follows.
fn starts_with_phrase(text: &str, phrase: &str) -> bool {
    let Some((start, after)) = text.split_at_checked(phrase.len()) else {
        return false;
    };
    let same =
        start.eq_ignore_ascii_case(phrase) || (!phrase.is_ascii() && start.to_lowercase() == phrase.to_lowercase());
    same && !after.starts_with(is_letter)
}

/// The short words beside the names.
fn marker(letters: &str) -> Option<Word> {
    let is = |word| letters.eq_ignore_ascii_case(word);
    if is("AM") || is("PM") {
        Some(Word::Half(is("PM")))
    } else if is("GMT") || is("Z") {
        Some(Word::Utc)
    } else {
        None
    }
}

/// A month or day of the week by its English name or its first three letters.
fn english_name(letters: &str) -> Option<Word> {
    let find = |names: &[&str], short: &[&str]| {
        let mut both = names.iter().zip(short);
        both.position(|(name, short)| letters.eq_ignore_ascii_case(name) || letters.eq_ignore_ascii_case(short))
    };
    if let Some(index) = find(&names::MONTHS, &names::SHORT_MONTHS) {
        return Some(Word::Month(index as i32 + 1));
    }
    find(&names::DAYS, &names::SHORT_DAYS).map(|index| Word::Weekday(index as u32))
}

/// Whether a text is enclosed in exactly two number signs, with only white space outside of them
/// and null characters only behind them.
fn is_enclosed(text: &str) -> bool {
    let mut sections = text.split('#');
    let (Some(before), Some(inside), Some(after), None) =
        (sections.next(), sections.next(), sections.next(), sections.next())
    else {
        return false;
    };
    before.chars().all(is_white_space)
        && !inside.contains('\0')
        && after.chars().all(|c| c == '\0' || is_white_space(c))
}
