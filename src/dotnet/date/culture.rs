//! What free parsing takes from a culture: the order of day, month and year, and words.

/// A culture that text can be parsed in. Dates are written in the invariant culture only.
///
/// Entra's expressions use [`Culture::Invariant`]; the others are those that recorded .NET results
/// exist for (ICU 72).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Culture {
    /// No country: English names, `MM/dd/yyyy`.
    #[default]
    Invariant,
    /// `en-US`: `M/d/yyyy`, `March 20` and `20 March` are days.
    EnglishUnitedStates,
    /// `en-GB`: `dd/MM/yyyy`.
    EnglishUnitedKingdom,
    /// `de-DE`: `dd.MM.yyyy`, German names beside the English ones.
    GermanGermany,
}

/// What a number beside a month name alone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MonthNumber {
    Day,
    Year,
}

impl Culture {
    /// The culture of a name like `en-US`, in any case; the empty name is the invariant culture.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        const NAMES: [(&str, Culture); 4] = [
            ("", Culture::Invariant),
            ("en-US", Culture::EnglishUnitedStates),
            ("en-GB", Culture::EnglishUnitedKingdom),
            ("de-DE", Culture::GermanGermany),
        ];
        let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, culture)| *culture)
    }

    /// Whether the day comes before the month among numbers.
    pub(crate) const fn day_first(self) -> bool {
        matches!(self, Self::EnglishUnitedKingdom | Self::GermanGermany)
    }

    /// What the number is in `March 20`.
    ///
    /// It is a year where month and year are written in this order and month and day are not.
    pub(crate) const fn number_after_month(self) -> MonthNumber {
        if self.day_first() { MonthNumber::Year } else { MonthNumber::Day }
    }

    /// What the number is in `20 March`.
    ///
    /// The invariant culture writes `yyyy MMMM` and `MMMM dd`, so it is a year there.
    pub(crate) const fn number_before_month(self) -> MonthNumber {
        match self {
            Self::Invariant => MonthNumber::Year,
            _ => MonthNumber::Day,
        }
    }

    /// Whether a dot after a number separates parts of a date.
    pub(crate) const fn dot_separates(self) -> bool {
        matches!(self, Self::GermanGermany)
    }

    /// Month names beside the English ones, with their numbers.
    pub(crate) const fn month_names(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::Invariant | Self::EnglishUnitedStates => &[],
            Self::EnglishUnitedKingdom => &[("Sept", 9)],
            Self::GermanGermany => &[
                ("Januar", 1),
                ("Jan.", 1),
                ("Februar", 2),
                ("Feb.", 2),
                ("März", 3),
                ("Mär", 3),
                ("April", 4),
                ("Apr.", 4),
                ("Mai", 5),
                ("Juni", 6),
                ("Juli", 7),
                ("August", 8),
                ("Aug.", 8),
                ("September", 9),
                ("Sept.", 9),
                ("Oktober", 10),
                ("Okt.", 10),
                ("Okt", 10),
                ("November", 11),
                ("Nov.", 11),
                ("Dezember", 12),
                ("Dez.", 12),
                ("Dez", 12),
            ],
        }
    }

    /// Day names beside the English ones, with their numbers from Sunday.
    pub(crate) const fn day_names(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::GermanGermany => &[
                ("Sonntag", 0),
                ("Montag", 1),
                ("Dienstag", 2),
                ("Mittwoch", 3),
                ("Donnerstag", 4),
                ("Freitag", 5),
                ("Samstag", 6),
                ("So", 0),
                ("Mo", 1),
                ("Di", 2),
                ("Mi", 3),
                ("Do", 4),
                ("Fr", 5),
                ("Sa", 6),
            ],
            _ => &[],
        }
    }

    /// Names of the era.
    pub(crate) const fn era_names(self) -> &'static [&'static str] {
        match self {
            Self::Invariant => &["A.D.", "AD"],
            Self::EnglishUnitedStates => &["AD", "A"],
            Self::EnglishUnitedKingdom => &["AD"],
            Self::GermanGermany => &["n. Chr."],
        }
    }
}
