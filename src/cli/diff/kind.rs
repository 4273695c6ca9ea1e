//! What an edit does to a value, and how bad that is.

use crate::Value;
use crate::dotnet::text::normalize_diacritics;
use crate::ldif::Dn;

/// What differs for an object, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    LeavesScope,
    LeavesFlow,
    LookedForOtherwise,
    NoLongerDisabled,
    NewError,
    Cleared,
    BecameEmpty,
    OuMoved,
    DomainChanged,
    EntersScope,
    EntersFlow,
    ScopeOtherwise,
    ValuesRemoved,
    OtherError,
    ValuesReplaced,
    ValuesAdded,
    Other,
    PrefixRemoved,
    SuffixRemoved,
    PrefixAdded,
    SuffixAdded,
    TypeChanged,
    Appears,
    ErrorGone,
    NowDisabled,
    Accents,
    Case,
    WhiteSpace,
    Spelling,
}

/// How bad a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Severity {
    /// Accounts are lost, mistaken for others, set aside, or lose values.
    Severe,
    /// People cannot be found or sign in where they did.
    High,
    /// Values differ.
    Medium,
    /// Values differ in spelling.
    Low,
}

impl Severity {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Severity::Severe => "severe",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        }
    }
}

impl Kind {
    const fn row(self) -> (&'static str, &'static str, Severity) {
        use Severity::{High, Low, Medium, Severe};
        match self {
            Kind::LeavesScope => ("leavesScope", "leaves the scope", Severe),
            Kind::LeavesFlow => ("leavesFlow", "leaves the flow", Severe),
            Kind::EntersFlow => ("entersFlow", "enters the flow", High),
            Kind::LookedForOtherwise => ("lookedForOtherwise", "looked for by other attributes", Severe),
            Kind::NoLongerDisabled => ("noLongerDisabled", "no longer set", Severe),
            Kind::NewError => ("newError", "new error", Severe),
            Kind::Cleared => ("cleared", "value cleared", Severe),
            Kind::BecameEmpty => ("becameEmpty", "became empty", Severe),
            Kind::OuMoved => ("ouMoved", "OU moved", High),
            Kind::DomainChanged => ("domainChanged", "domain changed", High),
            Kind::EntersScope => ("entersScope", "enters the scope", High),
            Kind::ScopeOtherwise => ("scopeOtherwise", "out of scope in another way", High),
            Kind::ValuesRemoved => ("valuesRemoved", "values removed", High),
            Kind::OtherError => ("otherError", "another error", High),
            Kind::ValuesReplaced => ("valuesReplaced", "values replaced", Medium),
            Kind::ValuesAdded => ("valuesAdded", "values added", Medium),
            Kind::Other => ("other", "another value", Medium),
            Kind::PrefixRemoved => ("prefixRemoved", "prefix removed", Medium),
            Kind::SuffixRemoved => ("suffixRemoved", "suffix removed", Medium),
            Kind::PrefixAdded => ("prefixAdded", "prefix added", Medium),
            Kind::SuffixAdded => ("suffixAdded", "suffix added", Medium),
            Kind::TypeChanged => ("typeChanged", "another type", Medium),
            Kind::Appears => ("appears", "value appears", Medium),
            Kind::ErrorGone => ("errorGone", "error gone", Medium),
            Kind::NowDisabled => ("nowDisabled", "now set", Medium),
            Kind::Accents => ("accents", "accents only", Low),
            Kind::Case => ("case", "case only", Low),
            Kind::WhiteSpace => ("whiteSpace", "white space only", Low),
            Kind::Spelling => ("spelling", "case, accents and white space only", Low),
        }
    }

    /// The word of the JSON report.
    pub(super) const fn word(self) -> &'static str {
        self.row().0
    }

    /// What people read.
    pub(super) const fn title(self) -> &'static str {
        self.row().1
    }

    pub(super) const fn severity(self) -> Severity {
        self.row().2
    }

    /// What became of a value; nothing where it is the same.
    ///
    /// The order of several values means nothing, and a list of one is its value.
    pub(super) fn of(before: Value<'_>, after: Value<'_>) -> Option<Kind> {
        match (single(before), single(after)) {
            (before, after) if before == after => None,
            (Value::Null, after) if after.is_null_or_empty() => Some(Kind::BecameEmpty),
            (Value::Null, _) => Some(Kind::Appears),
            (_, Value::Null) => Some(Kind::Cleared),
            (before, after) if before.is_null_or_empty() => (!after.is_null_or_empty()).then_some(Kind::Appears),
            (_, after) if after.is_null_or_empty() => Some(Kind::BecameEmpty),
            (Value::Multi(before), Value::Multi(after)) => Kind::of_lists(before, after),
            (Value::Multi(before), after) => Kind::of_lists(before, &[after]),
            (before, Value::Multi(after)) => Kind::of_lists(&[before], after),
            (before, after) => Some(match (before.as_str(), after.as_str()) {
                (Some(one), Some(other)) if one == other => Kind::TypeChanged,
                (Some(before), Some(after)) => Kind::of_texts(before, after),
                _ if before.kind() != after.kind() && before.to_string() == after.to_string() => Kind::TypeChanged,
                _ => Kind::Other,
            }),
        }
    }

    /// Every object may come by here for every attribute: nothing is allocated before the
    /// texts can be alike.
    fn of_texts(before: &str, after: &str) -> Kind {
        fn dense(text: &str) -> impl Iterator<Item = char> {
            text.chars().filter(|letter| !letter.is_whitespace())
        }
        fn folded(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
            letters.flat_map(char::to_lowercase)
        }
        // What both begin with makes no difference to any of these.
        let (rest, other) = differing(before, after);
        if folded(rest.chars()).eq(folded(other.chars())) {
            return Kind::Case;
        }
        if dense(rest).eq(dense(other)) {
            return Kind::WhiteSpace;
        }
        if folded(dense(rest)).eq(folded(dense(other))) {
            return Kind::Spelling;
        }
        if !(before.is_ascii() && after.is_ascii()) {
            let (before, after) = (normalize_diacritics(before), normalize_diacritics(after));
            if before == after {
                return Kind::Accents;
            }
            if folded(dense(&before)).eq(folded(dense(&after))) {
                return Kind::Spelling;
            }
        }
        if let Some(kind) = Kind::of_places(before, after) {
            return kind;
        }
        if let (Some((name, _)), Some((other, _))) = (before.rsplit_once('@'), after.rsplit_once('@'))
            && !name.is_empty()
            && folded(name.chars()).eq(folded(other.chars()))
        {
            return Kind::DomainChanged;
        }
        match () {
            () if after.ends_with(before) => Kind::PrefixAdded,
            () if after.starts_with(before) => Kind::SuffixAdded,
            () if before.ends_with(after) => Kind::PrefixRemoved,
            () if before.starts_with(after) => Kind::SuffixRemoved,
            () => Kind::Other,
        }
    }

    /// Distinguished names whose container is another one. What is named by a container
    /// (OU, DC) is a place itself; other objects are in one.
    fn of_places(before: &str, after: &str) -> Option<Kind> {
        if !(before.contains('=') && after.contains('=')) {
            return None;
        }
        let (before, after) = (Dn::parse(before).ok()?, Dn::parse(after).ok()?);
        let (own, other) = (before.rdn()?, after.rdn()?);
        let is_container = ["OU", "DC"].iter().any(|kind| own.first().0.eq_ignore_ascii_case(kind));
        let container = |dn: &Dn| if is_container { Some(dn.key()) } else { dn.parent().map(|parent| parent.key()) };
        let same_kind = own.first().0.eq_ignore_ascii_case(other.first().0);
        let several = before.rdns().len() > 1 || after.rdns().len() > 1;
        (several && same_kind && container(&before) != container(&after)).then_some(Kind::OuMoved)
    }

    fn of_lists(before: &[Value<'_>], after: &[Value<'_>]) -> Option<Kind> {
        let sorted = |values: &[Value<'_>]| {
            let mut texts: Vec<String> = values.iter().map(ToString::to_string).collect();
            texts.sort_unstable();
            texts
        };
        let (before, after) = (sorted(before), sorted(after));
        let (removed, added) = (missing(&before, &after), missing(&after, &before));
        match (removed.is_empty(), added.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Kind::ValuesAdded),
            (false, true) => Some(Kind::ValuesRemoved),
            // Where every value became another in the same way, that says more.
            (false, false) => {
                let mut kinds = removed.iter().zip(&added).map(|(before, after)| Kind::of_texts(before, after));
                let first = kinds.next().filter(|_| removed.len() == added.len());
                let first = first.filter(|first| *first != Kind::Other && kinds.all(|kind| kind == *first));
                Some(first.unwrap_or(Kind::ValuesReplaced))
            }
        }
    }
}

/// Two texts from the first letter that differs.
fn differing<'t>(one: &'t str, other: &'t str) -> (&'t str, &'t str) {
    let mut start = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    while !one.is_char_boundary(start) || !other.is_char_boundary(start) {
        start -= 1;
    }
    (one.get(start..).unwrap_or_default(), other.get(start..).unwrap_or_default())
}

fn single(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Multi([only]) => *only,
        other => other,
    }
}

/// What the first of two sorted lists has more.
fn missing<'t>(one: &'t [String], other: &[String]) -> Vec<&'t str> {
    let mut other = other.iter().peekable();
    let mut found = Vec::new();
    for text in one {
        while other.next_if(|known| *known < text).is_some() {}
        if other.next_if(|known| *known == text).is_none() {
            found.push(text.as_str());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::Value;

    /// Before, after, and the kind; ; parts the values of a list, ∅ is null.
    const CASES: &str = "
        Sales | Sales | -
        ∅ | ∅ | -
        Sales | ∅ | cleared
        ∅ | Sales | appears
        Sales | | becameEmpty
        | Sales | appears
        | ∅ | cleared
        ∅ | | becameEmpty
        Human Resources | Human resources | case
        STRASSE | strasse | case
        Ann Lee | AnnLee | whiteSpace
        Ann Lee | Ann  Lee | whiteSpace
        Zoë | Zoe | accents
        Zoë  Lee | zoe lee | spelling
        Ann Lee | annlee | spelling
        Zoé | Zoè | accents
        Zoé Lee | Zoé  Lee | whiteSpace
        ÀÉ x | Àé x | case
        a@contoso.com | a@contoso.com.au | domainChanged
        a@contoso.com | A@fabrikam.com | domainChanged
        a@contoso.com | A@CONTOSO.com | case
        a@contoso.com | b@contoso.com | other
        @contoso.com | @fabrikam.com | other
        CN=A,OU=X,DC=c | CN=A,OU=Y,DC=c | ouMoved
        CN=A,OU=X,DC=c | CN=B,OU=Y,DC=c | ouMoved
        CN=A,OU=X,DC=c | CN=B,OU=X,DC=c | other
        OU=A,OU=X,DC=c | OU=B,OU=X,DC=c | ouMoved
        OU=X,DC=c | OU=Y,OU=X,DC=c | ouMoved
        OU=X,DC=c | ou=x,dc=C | case
        OU=X, DC=c | OU=X,DC=c | whiteSpace
        CN=A | CN=B | other
        Lee | Dr. Lee | prefixAdded
        Dr. Lee | Lee | prefixRemoved
        Lee | Lee jr. | suffixAdded
        Lee jr. | Lee | suffixRemoved
        Sales | Marketing | other
        a;b | b;a | -
        a;b | a | valuesRemoved
        a | a;b | valuesAdded
        a;a | a;b | valuesReplaced
        a;a | a;b;a | valuesAdded
        a;b | c;d | valuesReplaced
        a;b | A;B | case
        SMTP:a@x.com;smtp:a@y.com | SMTP:a@z.com;smtp:a@v.com | domainChanged
    ";

    #[test]
    fn values_by_kind() {
        let cases = CASES.lines().filter(|line| line.contains('|'));
        for line in cases {
            let mut parts = line.split('|').map(str::trim);
            let mut value = || parts.next().unwrap_or_default();
            let (before, after, expected) = (value(), value(), value());
            let lists = [before, after].map(|text| text.split(';').map(Value::Text).collect::<Vec<_>>());
            let values: Vec<Value<'_>> = lists
                .iter()
                .map(|list| match list.as_slice() {
                    [Value::Text("∅")] => Value::Null,
                    list => Value::Multi(list),
                })
                .collect();
            let [before, after] = values.as_slice() else { continue };
            assert_eq!(Kind::of(*before, *after).map_or("-", Kind::word), expected, "{line}");
        }
        assert_eq!(Kind::of(Value::Integer(7), Value::Text("7")), Some(Kind::TypeChanged));
        assert_eq!(Kind::of(Value::Integer(7), Value::Integer(8)), Some(Kind::Other));
        assert_eq!(Kind::of(Value::Text("CN=A"), Value::Reference("CN=A")), Some(Kind::TypeChanged));
        assert_eq!(Kind::of(Value::Null, Value::Multi(&[])), Some(Kind::BecameEmpty));
        assert_eq!(Kind::of(Value::Multi(&[]), Value::Multi(&[])), None);
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_severity() {
        let all: Vec<Kind> = [
            Kind::LeavesScope,
            Kind::BecameEmpty,
            Kind::OuMoved,
            Kind::OtherError,
            Kind::ValuesReplaced,
            Kind::ErrorGone,
            Kind::Accents,
            Kind::Spelling,
        ]
        .into();
        assert!(all.is_sorted() && all.is_sorted_by_key(|kind| kind.severity()));
    }
}
