//! Which texts are dates and times, and what they mean.
//!
//! Free parsing takes a text for a sequence of *groups*, each of which is a date or a time of day:
//! `1/2/2020 10:20` has two. A group is a sequence of [`Part`]s, each with the [`Join`] behind it.
//! These groups are known (`n` is a number of one or two digits, `m` the name of a month, `y` a
//! number that is long enough for a year, `_` a gap):
//!
//! | group | what it means |
//! | --- | --- |
//! | three of `n`, `m` and `y`, in any order, with `m` and `y` at most once | a date, complete at once |
//! | two of them that are not the same, or `n n`, where the text ends | a date; its day or year is missing |
//! | `n:n`, `n:n:n` | a time of day |
//! | `n am` | an hour |
//! | `n_n am`, `n_n_n am` | a time of day as well |
//! | `n/n_n am` | month and day, and an hour |
//! | `2020年3月16日` and less of it | a date by labels, in any order |
//! | `10時20分30秒` and less of it | a time of day by labels, in any order |
//! | date labels and a number where the text ends | the number is the day |
//! | date labels and `n_n` or `n:n` | a time of day behind the date |
//! | a number and date labels where the text ends | the number is the year |
//! | a number, date labels and a number | month and day, or day and year, whichever has no label |
//!
//! In a date, parts are joined by gaps or slashes (a hyphen counts as a slash), and nothing but a
//! gap, a half of the day or the end of the text comes behind the last one. [`Group::with`] is
//! these rules part by part, so that a group that no rule can complete is refused where it goes
//! wrong; it also has the exceptions, each of which was seen in what .NET answers. The tests below
//! have examples of all of them.

/// A part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// One digit or two.
    Number,
    /// The name of a month.
    Month,
    /// Three digits or more.
    Year,
    /// A number with a label of a year, month or day.
    LabelledDate,
    /// A number with a label of an hour, minute or second.
    LabelledTime,
}

/// What joins a part to the next one. Parts with a label have a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Gap,
    Slash,
    Colon,
    /// A half of the day, `AM` or `PM`.
    Half,
    /// Nothing follows.
    End,
}

/// Words between the parts that are no part of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    Weekday,
    Utc,
    Era,
}

/// What the parts of a complete group mean. Numbers are meant in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Month and day of the current year, in the order of the culture.
    MonthDay,
    /// Month and day of the current year as before, and an hour.
    MonthDayHour,
    /// Month and day in the order of the culture, and a short year.
    MonthDayShortYear,
    /// Month and day in the order of the culture; the year is long.
    MonthDayYear,
    /// A long year, then or around it month and day, in this order in every culture.
    YearMonthDay,
    /// A long year and a month.
    YearMonth,
    /// A long year and a named month.
    YearName,
    /// A long year, a named month and a day.
    YearNameDay,
    /// A named month and two numbers: day and short year, or short year and day.
    NameDayShortYear,
    /// A named month before a number: its day or its year, as the culture writes them.
    NameNumber,
    /// A number before a named month: its day or its year, as the culture writes them.
    NumberName,
    Hour,
    HourMinute,
    HourMinuteSecond,
    /// The labels say everything.
    Labels,
    /// Labels, and a day.
    LabelsDay,
    /// A short year, and labels.
    YearLabels,
    /// Two numbers, and labels for the part that they leave open.
    TwoNumbersLabels,
}

/// A part of a date that is not complete, with what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    part: Part,
    /// A slash, not a gap.
    slash: bool,
}

impl Joined {
    const fn by_gap(part: Part) -> Self {
        Self { part, slash: false }
    }

    const fn by_slash(part: Part) -> Self {
        Self { part, slash: true }
    }
}

/// The parts of a group so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// None.
    Empty,
    /// One part of a date.
    One(Joined),
    /// Two parts of a date.
    Two(Joined, Joined),
    /// An hour and a colon.
    ToMinute,
    /// Hour and minute with their colons.
    ToSecond,
    /// Parts with date labels, perhaps behind a number.
    DateLabels { number_before: bool },
    /// Parts with time labels.
    TimeLabels,
}

/// What a group is when something is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// More is needed.
    Open(Group),
    /// The group is complete.
    Complete(Meaning),
    /// No date or time is like this.
    Refused,
}

use Added::{Complete, Open, Refused};
use Part::{LabelledDate, LabelledTime, Month, Number, Year};

impl Group {
    /// Adds a part.
    pub(crate) fn with(self, part: Part, join: Join) -> Added {
        match self {
            Self::Empty => first(part, join),
            Self::One(before) => second(before, part, join),
            Self::Two(before, between) => third(before, between, part, join),
            Self::ToMinute => minute(part, join),
            Self::ToSecond => match (part, join) {
                (Number, Join::End | Join::Gap | Join::Half) => Complete(Meaning::HourMinuteSecond),
                (LabelledTime, _) => Open(Self::TimeLabels),
                _ => Refused,
            },
            Self::DateLabels { number_before } => behind_date_labels(self, number_before, part, join),
            Self::TimeLabels => behind_time_labels(part, join),
        }
    }

    /// The end of the text.
    pub(crate) fn at_end(self) -> Added {
        match self {
            Self::Empty => Open(self),
            // After a slash something must come.
            Self::Two(before, last) if !last.slash => pair(before, last.part, true),
            Self::DateLabels { number_before: true } => Complete(Meaning::YearLabels),
            Self::DateLabels { .. } | Self::TimeLabels => Complete(Meaning::Labels),
            _ => Refused,
        }
    }

    /// A word that is no part; nothing if it must not stand here.
    pub(crate) fn around(self, aside: Aside) -> Option<Self> {
        const NUMBER: Joined = Joined::by_gap(Number);
        match (aside, self) {
            // A date must not be interrupted by a time zone, unless it is still nothing but
            // numbers that may as well be a time.
            (Aside::Utc, Self::One(NUMBER) | Self::Two(NUMBER, NUMBER)) => Some(self),
            (Aside::Utc, Self::One(_) | Self::Two(..) | Self::DateLabels { .. }) => None,
            (Aside::Weekday, Self::ToMinute) => None,
            // With a long year, the word takes the place of the slash.
            (Aside::Weekday | Aside::Era, Self::Two(before, last)) if has(Year, before, last) => {
                Some(Self::Two(before, Joined::by_gap(last.part)))
            }
            _ => Some(self),
        }
    }

    /// Whether this is a long year and a number, which the time of ISO 8601 may follow when the
    /// next number, the day, has been read.
    pub(crate) fn lacks_only_the_day(self) -> bool {
        matches!(self, Self::Two(a, b) if has(Year, a, b) && has(Number, a, b))
    }

    /// Whether a number of a time is expected, which a fraction or an offset may follow.
    pub(crate) const fn is_in_time(self) -> bool {
        matches!(self, Self::ToMinute | Self::ToSecond)
    }
}

fn has(part: Part, a: Joined, b: Joined) -> bool {
    a.part == part || b.part == part
}

/// The first part of a group.
const fn first(part: Part, join: Join) -> Added {
    match (part, join) {
        (LabelledDate, _) => Open(Group::DateLabels { number_before: false }),
        (LabelledTime, _) => Open(Group::TimeLabels),
        (Number, Join::Half) => Complete(Meaning::Hour),
        (Number, Join::Colon) => Open(Group::ToMinute),
        (_, Join::Gap) => Open(Group::One(Joined::by_gap(part))),
        (_, Join::Slash) => Open(Group::One(Joined::by_slash(part))),
        _ => Refused,
    }
}

/// The second part of a date.
fn second(before: Joined, part: Part, join: Join) -> Added {
    const NUMBER: Joined = Joined::by_gap(Number);
    match (before, part, join) {
        (NUMBER, LabelledDate, _) => Open(Group::DateLabels { number_before: true }),
        // `2020 3月` is like `2020 March`.
        (Joined { part: Year, .. }, LabelledDate, _) => Open(Group::Two(before, Joined::by_gap(Month))),
        (NUMBER, Number, Join::Half) => Complete(Meaning::HourMinute),
        (Joined { part: other, .. }, _, _) if other == part && part != Number => Refused,
        (_, Number | Month | Year, Join::End) => pair(before, part, false),
        (_, Number | Month | Year, Join::Gap) => Open(Group::Two(before, Joined::by_gap(part))),
        (_, Number | Month | Year, Join::Slash) => Open(Group::Two(before, Joined::by_slash(part))),
        _ => Refused,
    }
}

/// What two parts mean as a date.
///
/// `5/Jan` is a number before a name, but where only punctuation follows, as in `5/Jan,`, it is
/// read as if the name came first.
fn pair(first: Joined, second: Part, punctuation_follows: bool) -> Added {
    Complete(match (first.part, second) {
        (Number, Number) => Meaning::MonthDay,
        (Number, Month) if first.slash && punctuation_follows => Meaning::NameNumber,
        (Number, Month) => Meaning::NumberName,
        (Month, Number) => Meaning::NameNumber,
        (Year, Number) | (Number, Year) => Meaning::YearMonth,
        (Year, Month) | (Month, Year) => Meaning::YearName,
        _ => return Refused,
    })
}

/// The third part, which completes a date, or shows that there is a time.
fn third(before: Joined, between: Joined, part: Part, join: Join) -> Added {
    let without_year = !has(Year, before, between);
    let only_numbers = without_year && !has(Month, before, between);
    let in_slashes = (before.slash, between.slash);
    match (part, join) {
        (_, Join::Slash) => Refused,
        // In `Jan 5 10:30` and `1 2 3:04` the colon makes a time of all numbers, beginning with
        // the first one. What is too much for a time is then refused, or forgotten.
        (Number, Join::Colon) if without_year && !between.slash => Open(Group::ToMinute),
        (_, Join::Colon) => Refused,
        (Number, Join::Half) if only_numbers => Complete(match in_slashes {
            (_, true) => Meaning::MonthDayShortYear,
            (true, false) => Meaning::MonthDayHour,
            (false, false) => Meaning::HourMinuteSecond,
        }),
        (Number, Join::Half) if without_year && between.slash => Refused,
        // A label makes the numbers before it meaningless: they are forgotten.
        (LabelledDate, _) => match (only_numbers, in_slashes) {
            (true, (false, false)) => Refused,
            (true, _) => Complete(Meaning::Labels),
            (false, (_, false)) if without_year => Complete(Meaning::Labels),
            (false, _) => Refused,
        },
        (LabelledTime, _) if without_year && !between.slash => Open(Group::TimeLabels),
        (LabelledTime, _) => Refused,
        (Number | Month | Year, _) => triple(before.part, between.part, part),
    }
}

/// What three parts mean as a date.
const fn triple(first: Part, second: Part, third: Part) -> Added {
    Complete(match (first, second, third) {
        (Number, Number, Number) => Meaning::MonthDayShortYear,
        (Number, Number, Year) => Meaning::MonthDayYear,
        (Year, Number, Number) | (Number, Year, Number) => Meaning::YearMonthDay,
        (Month, Number, Number) | (Number, Month, Number) | (Number, Number, Month) => Meaning::NameDayShortYear,
        (Number, Month, Year)
        | (Number, Year, Month)
        | (Month, Number, Year)
        | (Month, Year, Number)
        | (Year, Number, Month)
        | (Year, Month, Number) => Meaning::YearNameDay,
        _ => return Refused,
    })
}

/// What comes behind `10:`.
const fn minute(part: Part, join: Join) -> Added {
    match (part, join) {
        (Number, Join::End | Join::Gap | Join::Half) => Complete(Meaning::HourMinute),
        (Number, Join::Colon) => Open(Group::ToSecond),
        (LabelledTime, _) => Open(Group::TimeLabels),
        // A month makes a date of the number before the colon.
        (Month, Join::End) => Complete(Meaning::NumberName),
        (Month, Join::Gap) => Open(Group::Two(Joined::by_gap(Number), Joined::by_gap(Month))),
        _ => Refused,
    }
}

const fn behind_date_labels(group: Group, number_before: bool, part: Part, join: Join) -> Added {
    match (part, join) {
        (LabelledDate, _) => Open(group),
        (LabelledTime, _) => Open(Group::TimeLabels),
        (Number, Join::Colon) => Open(Group::ToMinute),
        (Number, Join::End | Join::Gap | Join::Half) if number_before => Complete(Meaning::TwoNumbersLabels),
        (Number, Join::End) => Complete(Meaning::LabelsDay),
        (Number, Join::Half) => Complete(Meaning::Hour),
        // A gap is as good as a colon here.
        (Number, Join::Gap) => Open(Group::ToMinute),
        _ => Refused,
    }
}

const fn behind_time_labels(part: Part, join: Join) -> Added {
    match (part, join) {
        (LabelledDate, _) => Open(Group::DateLabels { number_before: false }),
        (LabelledTime, _) => Open(Group::TimeLabels),
        // The number is forgotten.
        (Number, Join::End | Join::Half) => Complete(Meaning::Labels),
        (Number, Join::Gap) => Open(Group::ToMinute),
        (Number, Join::Slash) => Open(Group::One(Joined::by_slash(Number))),
        _ => Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DateTime, Defaults, Kind, vb_cdate};

    /// Texts and what .NET 8 answers in the year 2026, where a time alone is of 0001-01-01.
    const ANSWERS: &[(&str, &str)] = &[
        // Three of number, name and year.
        ("1 2 2020", "2020-01-02T00:00"),
        ("2020 1 2", "2020-01-02T00:00"),
        ("1 2020 2", "2020-01-02T00:00"),
        ("1/2/20", "2020-01-02T00:00"),
        ("Jan 2 2020", "2020-01-02T00:00"),
        ("2 Jan 2020", "2020-01-02T00:00"),
        ("2 2020 Jan", "2020-01-02T00:00"),
        ("Jan 5 40", "2040-01-05T00:00"),
        ("Jan 40 5", "2040-01-05T00:00"),
        ("1/2/2020/", ""),
        // Two of them.
        ("1 2", "2026-01-02T00:00"),
        ("1 2020", "2020-01-01T00:00"),
        ("2020 Jan", "2020-01-01T00:00"),
        ("Jan 5", "2026-01-05T00:00"),
        ("5 Jan", "2005-01-01T00:00"),
        ("5/Jan,", "2026-01-05T00:00"),
        ("2020-05-", ""),
        ("2020-05- AD", "2020-05-01T00:00"),
        // Times of day, and what begins like a date.
        ("10:20", "0001-01-01T10:20"),
        ("10:20:30.5 PM", "0001-01-01T22:20:30.5"),
        ("5 PM", "0001-01-01T17:00"),
        ("10 20 PM", "0001-01-01T22:20"),
        ("10 20 30 AM", "0001-01-01T10:20:30"),
        ("1/2 3 PM", "2026-01-02T15:00"),
        ("1/2 3:04", ""),
        ("1 2 3:Jan", "2001-01-01T00:00"),
        ("Jan 5 10:30", "0001-01-01T05:10"),
        ("Jan 5 10:30:15", ""),
        ("Jan 5 2020 10:30", "2020-01-05T10:30"),
        // Labels.
        ("2020年3月16日 10時20分30秒", "2020-03-16T10:20:30"),
        ("2020年3月 16", "2020-03-16T00:00"),
        ("2020年 3 16", "2020-01-01T03:16"),
        ("20 3月", "2020-03-01T00:00"),
        ("16 3月 20", "2020-03-16T00:00"),
        ("2020 3月", "2020-03-01T00:00"),
        ("1/2 20年", "2020-01-01T00:00"),
        // A time zone among the parts.
        ("1 GMT 2 2020", "2020-01-02T00:00"),
        ("2020 GMT 1 2", ""),
    ];

    #[test]
    fn every_shape_means_what_dotnet_means() -> Result<(), super::super::DateRangeError> {
        let now = Defaults::at(DateTime::from_civil(2026, 11, 21, 0, 0, 0, Kind::Utc)?);
        for (text, answer) in ANSWERS {
            let found = vb_cdate(text, &now).map(|date| date.to_string());
            match found {
                Ok(found) => assert!(!answer.is_empty() && found.starts_with(answer), "{text}: {found}"),
                Err(error) => assert!(answer.is_empty(), "{text}: {error}"),
            }
        }
        Ok(())
    }
}
