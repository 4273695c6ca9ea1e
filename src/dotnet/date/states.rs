//! The state machine of free parsing: what a sequence of tokens can still become.
//!
//! The states and transitions are those of .NET's date parser. They decide what is a date at all
//! (why `5 Jan` is January 2005 and `Jan 5` is a day of this year), so they are data and not
//! written as code.

/// What has been read, or what a group of tokens turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nothing, or everything so far is done with.
    Begin,
    /// One number.
    N,
    /// Two numbers.
    NN,
    /// In a date: a number and a separator.
    DateNSep,
    /// In a date: two numbers.
    DateNN,
    /// In a date: two numbers and a separator.
    DateNNSep,
    /// A month name.
    DateM,
    /// A month name and a number.
    DateMN,
    /// A number and a month name.
    DateNM,
    /// A month name, a number and a separator.
    DateMNSep,
    /// A number and a number with a date suffix.
    DateNSuffix,
    /// A year.
    DateY,
    /// A year and a number.
    DateYN,
    /// A year, a number and a separator.
    DateYNSep,
    /// A year and a month name.
    DateYM,
    /// A year, a month name and a separator.
    DateYMSep,
    /// Numbers with date suffixes.
    DateSuffix,
    /// Numbers with time suffixes.
    TimeSuffix,
    /// In a time: a number and a separator.
    TimeNSep,
    /// In a time: two numbers and a separator.
    TimeNNSep,
    /// No date.
    Error,
    /// Month and day, or day and month.
    IsNN,
    /// A date of three numbers.
    IsNNN,
    /// Month name and number.
    IsMN,
    /// Number and month name.
    IsNM,
    /// Month name and two numbers.
    IsMNN,
    /// Suffixes say it all.
    IsSuffixes,
    /// Suffixes and a number.
    IsSuffixesN,
    /// A number and suffixes.
    IsNSuffixes,
    /// Two numbers and suffixes.
    IsNNSuffixes,
    /// A year and two numbers.
    IsYNN,
    /// A year, a month name and a number.
    IsYMN,
    /// A year and a number.
    IsYN,
    /// A year and a month name.
    IsYM,
    /// An hour with a half of the day.
    TimeN,
    /// Hour and minute.
    TimeNN,
    /// Hour, minute and second.
    TimeNNN,
    /// Suffixes say the whole time.
    TimeSuffixes,
    /// Two numbers and a year.
    IsNNY,
}

impl State {
    /// A group is complete.
    pub(crate) const fn is_complete(self) -> bool {
        self as u8 > State::Error as u8
    }
}

/// A token: a number, name or mark with what comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    End,
    NumberEnd,
    NumberHalfOfDay,
    NumberSpace,
    NumberDateSep,
    NumberTimeSep,
    MonthEnd,
    MonthSpace,
    MonthDateSep,
    NumberDateSuffix,
    NumberTimeSuffix,
    DayOfWeek,
    YearSpace,
    YearDateSep,
    YearEnd,
    TimeZone,
    Era,
}

/// The state after a token.
pub(crate) fn next(state: State, token: Token) -> State {
    let row = TABLE.get(state as usize).unwrap_or(&TABLE[0]);
    row.get(token as usize).copied().unwrap_or(State::Error)
}

use State::{
    Begin, DateM, DateMN, DateMNSep, DateNM, DateNN, DateNNSep, DateNSep, DateNSuffix, DateSuffix,
    DateY, DateYM, DateYMSep, DateYN, DateYNSep, Error as E, IsMN, IsMNN, IsNM, IsNN, IsNNN,
    IsNNSuffixes, IsNNY, IsNSuffixes, IsSuffixes, IsSuffixesN, IsYM, IsYMN, IsYN, IsYNN, N, NN,
    TimeN, TimeNN, TimeNNN, TimeNNSep, TimeNSep, TimeSuffix, TimeSuffixes,
};

/// One row for each state up to [`State::TimeNNSep`], one column for each [`Token`]; the lines of a
/// row hold the tokens up to `NumberTimeSep`, up to `NumberTimeSuffix` and the rest.
#[rustfmt::skip]
const TABLE: [[State; 17]; 20] = [
    // Begin
    [Begin, E, TimeN, N, DateNSep, TimeNSep,
     E, DateM, DateM, DateSuffix, TimeSuffix,
     Begin, DateY, DateY, E, Begin, Begin],
    // N
    [E, IsNN, TimeNN, NN, DateNNSep, E,
     IsNM, DateNM, DateMNSep, DateNSuffix, E,
     N, DateYN, DateYNSep, IsYN, N, N],
    // NN
    [IsNN, IsNNN, TimeNNN, IsNNN, E, TimeNSep,
     IsMNN, IsMNN, E, E, TimeSuffix,
     NN, IsNNY, E, IsNNY, NN, NN],
    // DateNSep
    [E, IsNN, E, DateNN, DateNNSep, E,
     IsNM, DateMN, DateMNSep, E, E,
     DateNSep, DateYN, DateYNSep, IsYN, E, DateNSep],
    // DateNN
    [IsNN, IsNNN, TimeN, IsNNN, E, TimeNSep,
     IsMNN, IsMNN, E, IsSuffixes, TimeSuffix,
     DateNN, IsNNY, E, IsNNY, E, DateNN],
    // DateNNSep
    [E, IsNNN, IsNNN, IsNNN, E, E,
     IsMNN, IsMNN, E, IsSuffixes, E,
     DateNNSep, IsNNY, E, IsNNY, E, DateNNSep],
    // DateM
    [E, IsMN, E, DateMN, DateMNSep, E,
     E, E, E, E, E,
     DateM, DateYM, DateYMSep, IsYM, E, DateM],
    // DateMN
    [IsMN, IsMNN, IsMNN, IsMNN, E, TimeNSep,
     E, E, E, IsSuffixes, TimeSuffix,
     DateMN, IsYMN, E, IsYMN, E, DateMN],
    // DateNM
    [IsNM, IsMNN, IsMNN, IsMNN, E, TimeNSep,
     E, E, E, IsSuffixes, TimeSuffix,
     DateNM, IsYMN, E, IsYMN, E, DateNM],
    // DateMNSep
    [E, IsMNN, E, IsMNN, E, E,
     E, E, E, E, E,
     DateMNSep, IsYMN, E, IsYMN, E, DateMNSep],
    // DateNSuffix
    [IsNSuffixes, IsNNSuffixes, IsNNSuffixes, IsNNSuffixes, E, TimeNSep,
     E, E, E, DateNSuffix, TimeSuffix,
     DateNSuffix, E, E, E, E, DateNSuffix],
    // DateY
    [E, IsYN, E, DateYN, DateYNSep, E,
     IsYM, DateYM, DateYMSep, DateYM, E,
     DateY, E, E, E, E, DateY],
    // DateYN
    [IsYN, IsYNN, IsYNN, IsYNN, E, E,
     IsYMN, IsYMN, E, E, E,
     DateYN, E, E, E, E, DateYN],
    // DateYNSep
    [E, IsYNN, IsYNN, IsYNN, E, E,
     IsYMN, IsYMN, E, E, E,
     DateYN, E, E, E, E, DateYN],
    // DateYM
    [IsYM, IsYMN, IsYMN, IsYMN, E, E,
     E, E, E, E, E,
     DateYM, E, E, E, E, DateYM],
    // DateYMSep
    [E, IsYMN, IsYMN, IsYMN, E, E,
     E, E, E, E, E,
     DateYM, E, E, E, E, DateYM],
    // DateSuffix
    [IsSuffixes, IsSuffixesN, TimeN, TimeNSep, E, TimeNSep,
     E, E, E, DateSuffix, TimeSuffix,
     DateSuffix, E, E, E, E, DateSuffix],
    // TimeSuffix
    [TimeSuffixes, TimeSuffixes, TimeSuffixes, TimeNSep, DateNSep, E,
     E, E, E, DateSuffix, TimeSuffix,
     TimeSuffix, E, E, E, TimeSuffix, TimeSuffix],
    // TimeNSep
    [E, TimeNN, TimeNN, TimeNN, E, TimeNNSep,
     IsNM, DateNM, E, E, TimeSuffix,
     E, E, E, E, TimeNSep, TimeNSep],
    // TimeNNSep
    [E, TimeNNN, TimeNNN, TimeNNN, E, E,
     E, E, E, E, TimeSuffix,
     TimeNNSep, E, E, E, TimeNNSep, TimeNNSep],
];
