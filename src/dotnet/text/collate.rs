//! Comparison and search by culture (feature `collation`), over ICU4X, which has
//! the collation data and algorithm of the ICU that .NET calls.

use super::compare::{StringComparison, compare as compare_ordinal};
use super::culture::Culture;
use core::cmp::Ordering;
use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, MaxVariable, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;
use std::borrow::Cow;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// What a comparison by culture leaves out (`System.Globalization.CompareOptions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct CompareOptions {
    /// `IgnoreCase`.
    pub ignore_case: bool,
    /// `IgnoreNonSpace`: without differences of marks.
    pub ignore_non_space: bool,
    /// `IgnoreSymbols`: without spaces, punctuation and symbols.
    pub ignore_symbols: bool,
    /// `IgnoreKanaType`: Hiragana and Katakana are the same.
    pub ignore_kana_type: bool,
    /// `IgnoreWidth`: full and half width are the same.
    pub ignore_width: bool,
}

impl CompareOptions {
    /// No option.
    pub const NONE: Self = Self {
        ignore_case: false,
        ignore_non_space: false,
        ignore_symbols: false,
        ignore_kana_type: false,
        ignore_width: false,
    };
    /// `IgnoreCase` alone.
    pub const IGNORE_CASE: Self = Self { ignore_case: true, ..Self::NONE };

    /// The collator's options, as .NET sets them: case differs on the third
    /// level and marks on the second, so what is left out lowers the strength.
    fn collator_options(self) -> CollatorOptions {
        let mut options = CollatorOptions::default();
        options.strength = Some(if self.ignore_non_space {
            Strength::Primary
        } else if self.ignore_case {
            Strength::Secondary
        } else {
            Strength::Tertiary
        });
        if self.ignore_non_space && !self.ignore_case {
            options.case_level = Some(CaseLevel::On);
        }
        if self.ignore_symbols {
            options.alternate_handling = Some(AlternateHandling::Shifted);
            options.max_variable = Some(MaxVariable::Currency);
        }
        options
    }
}

/// The collator of the invariant culture, with and without differences of case.
fn invariant(ignore_case: bool) -> Option<&'static CollatorBorrowed<'static>> {
    static COLLATORS: OnceLock<[Option<CollatorBorrowed<'static>>; 2]> = OnceLock::new();
    let both = COLLATORS.get_or_init(|| {
        [CompareOptions::NONE, CompareOptions::IGNORE_CASE]
            .map(|options| Collator::try_new(CollatorPreferences::default(), options.collator_options()).ok())
    });
    both.get(usize::from(ignore_case)).and_then(Option::as_ref)
}

/// Kinds of characters that differ from their plain form in width or kana only.
fn variant(c: char) -> (bool, bool) {
    // .NET adds no rules for the wide space and the wide backslash.
    let wide = matches!(c, '\u{FF01}'..='\u{FFEE}') && c != '\u{FF3C}';
    let katakana = matches!(c, '\u{30A1}'..='\u{30FE}' | '\u{FF66}'..='\u{FF9D}');
    (wide, katakana)
}

/// Where the collation finds two texts equal below its third level, .NET still
/// tells widths and kana apart (it adds rules for that), the plain form first.
/// Compares the kinds of characters, one for each that has weight.
fn by_variant(collator: &CollatorBorrowed<'_>, a: &str, b: &str, options: CompareOptions) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return Ordering::Equal;
    }
    let kinds = |text: &str| -> Vec<(bool, bool)> {
        text.chars()
            .filter(|c| collator.compare(c.encode_utf8(&mut [0; 4]), "").is_ne())
            .flat_map(|c| {
                let (wide, katakana) = variant(c);
                let kind = (wide && !options.ignore_width, katakana && !options.ignore_kana_type);
                // Ligatures count as their letters, and marks not at all.
                let letters = core::iter::once(c).nfkd().filter(|&c| canonical_combining_class(c) == 0).count();
                core::iter::repeat_n(kind, letters)
            })
            .collect()
    };
    let (a, b) = (kinds(a), kinds(b));
    // Only what is wide or Katakana differs: ß is ss, though one letter longer.
    let plain = |kinds: &[(bool, bool)]| kinds.iter().all(|&kind| kind == (false, false));
    if plain(&a) && plain(&b) {
        return Ordering::Equal;
    }
    a.cmp(&b)
}

/// The text with widths or kana made alike, for comparisons that ignore them on
/// the third level, where the collation would tell them apart.
fn fold(text: &str, options: CompareOptions) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| {
        if options.ignore_width && variant(c).0 { core::iter::once(c).nfkd().collect() } else { c.to_string() }
    };
    let hiragana = |c: char| match u32::from(c) {
        kana @ 0x30A1..=0x30F6 if options.ignore_kana_type => char::from_u32(kana.wrapping_sub(0x60)).unwrap_or(c),
        _ => c,
    };
    Cow::Owned(text.chars().flat_map(|c| narrow(c).chars().map(hiragana).collect::<Vec<_>>()).collect())
}

fn compare_with(collator: Option<&CollatorBorrowed<'_>>, a: &str, b: &str, options: CompareOptions) -> Ordering {
    // The data is compiled in, so there is a collator; without one, ordinal order is the nearest.
    let Some(collator) = collator else {
        return compare_ordinal(a, b, StringComparison::Ordinal);
    };
    if options.ignore_case || options.ignore_non_space {
        return collator.compare(a, b).then_with(|| by_variant(collator, a, b, options));
    }
    if options.ignore_width || options.ignore_kana_type {
        return collator.compare(&fold(a, options), &fold(b, options));
    }
    collator.compare(a, b)
}

pub(super) fn compare_invariant(a: &str, b: &str, ignore_case: bool) -> Ordering {
    compare_with(invariant(ignore_case), a, b, CompareOptions { ignore_case, ..CompareOptions::NONE })
}

/// Whether the texts are the same to the invariant culture without differences of case.
pub(crate) fn compare_ignore_case_invariant(a: &str, b: &str) -> Ordering {
    compare_invariant(a, b, true)
}

/// ISO 639-1 code of a language that has a sort order of its own, for its code
/// of ISO 639-2: ICU turns one into the other, ICU4X does not.
fn short_language(language: &str) -> Option<&'static str> {
    const CODES: &str = "afr af,ara ar,aze az,bel be,bos bs,bul bg,ces cs,cym cy,dan da,deu de,\
                         ell el,est et,fao fo,fas fa,fin fi,heb he,hin hi,hrv hr,hun hu,hye hy,\
                         isl is,jpn ja,kat ka,kor ko,lav lv,lit lt,mkd mk,mlt mt,nob nb,nno nn,\
                         nor no,pol pl,ron ro,slk sk,slv sl,spa es,sqi sq,srp sr,swe sv,tha th,\
                         tur tr,ukr uk,urd ur,vie vi,zho zh";
    CODES
        .split(',')
        .filter_map(|pair| pair.split_once(' '))
        .find(|(long, _)| long.eq_ignore_ascii_case(language))
        .map(|(_, short)| short)
}

/// `CultureInfo(culture).CompareInfo.Compare(a, b, options)` as an ordering.
///
/// A language without a sort order of its own has the root order. Builds the
/// culture's collator on each call: for repeated use with the invariant culture
/// see [`compare`](super::compare).
///
/// ```
/// use attrflow::dotnet::text::{CompareOptions, Culture, compare_culture};
/// let swedish = Culture::new("sv-SE")?;
/// assert!(compare_culture("ö", "z", &swedish, CompareOptions::NONE).is_gt());
/// assert!(compare_culture("ö", "z", &Culture::INVARIANT, CompareOptions::NONE).is_lt());
/// # Ok::<(), attrflow::dotnet::text::CultureNotFound>(())
/// ```
pub fn compare_culture(a: &str, b: &str, culture: &Culture, options: CompareOptions) -> Ordering {
    if culture.is_invariant() && matches!(options, CompareOptions::NONE | CompareOptions::IGNORE_CASE) {
        return compare_invariant(a, b, options.ignore_case);
    }
    let plain_name = culture.name().split('_').next().unwrap_or("");
    let (language, rest) = plain_name.split_at_checked(3).unwrap_or((plain_name, ""));
    let preferences = match short_language(language) {
        Some(short) if rest.is_empty() || rest.starts_with('-') => format!("{short}{rest}").parse::<Locale>(),
        _ => plain_name.parse::<Locale>(),
    };
    let preferences = preferences.map(|locale| CollatorPreferences::from(&locale)).unwrap_or_default();
    let collator = Collator::try_new(preferences, options.collator_options()).ok();
    compare_with(collator.as_ref(), a, b, options)
}

/// How a search compares.
#[derive(Clone, Copy)]
struct Search {
    collator: &'static CollatorBorrowed<'static>,
    options: CompareOptions,
}

impl Search {
    fn new(options: CompareOptions) -> Option<Self> {
        invariant(options.ignore_case).map(|collator| Self { collator, options })
    }

    fn equal(self, a: &str, b: &str) -> bool {
        compare_with(Some(self.collator), a, b, self.options).is_eq()
    }

    /// Whether the text has no weight at all: controls, soft hyphen, joiners.
    fn ignorable(self, text: &str) -> bool {
        self.collator.compare(text, "").is_eq()
    }

    fn ignorable_char(self, c: char) -> bool {
        match c {
            ' '..='~' => false,
            _ => self.ignorable(c.encode_utf8(&mut [0; 4])),
        }
    }

    /// Whether ICU's search may begin or end a match before `rest`: not within a
    /// character and its marks.
    fn boundary(rest: &str) -> bool {
        rest.chars().next().is_none_or(|c| canonical_combining_class(c) == 0)
    }

    /// End of a match of `sought` at the start of `rest`, the nearest one.
    ///
    /// The match may be longer than what is sought (marks apart, expansions,
    /// characters without weight), but not without bound: canonical
    /// decomposition gives at most four characters for one.
    fn prefix(self, rest: &str, sought: &str) -> Option<usize> {
        let limit = sought.nfd().count().saturating_mul(2).saturating_add(4);
        let mut weighty = 0usize;
        let mut asked = true;
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            // A character without weight changes no answer, so none is asked for
            // again; but it may be the mark that had to be waited for.
            if !self.ignorable_char(c) {
                weighty = weighty.saturating_add(1);
                asked = false;
            }
            if weighty > limit {
                return None;
            }
            if asked || !Self::boundary(chars.as_str()) {
                continue;
            }
            asked = true;
            let end = rest.len().saturating_sub(chars.as_str().len());
            if rest.get(..end).is_some_and(|part| self.equal(part, sought)) {
                return Some(end);
            }
        }
        None
    }

    /// Whether a match may begin at `at`, where `rest` begins.
    fn may_start(self, at: usize, rest: &str) -> bool {
        (at == 0 || Self::boundary(rest)) && rest.chars().next().is_some_and(|c| !self.ignorable_char(c))
    }

    fn matches_at(self, text: &str, at: usize, sought: &str) -> bool {
        text.get(at..).is_some_and(|rest| self.may_start(at, rest) && self.prefix(rest, sought).is_some())
    }

    fn find(self, text: &str, sought: &str) -> Option<usize> {
        if self.ignorable(sought) {
            return Some(0);
        }
        if let Some(found) = self.find_plain(text, sought) {
            return found;
        }
        text.char_indices().map(|(at, _)| at).find(|&at| self.matches_at(text, at, sought))
    }

    /// Printable ASCII compares as characters do: no need for the collator.
    fn find_plain(self, text: &str, sought: &str) -> Option<Option<usize>> {
        let plain = |text: &str| text.bytes().all(|b| matches!(b, b' '..=b'~'));
        if !(plain(text) && plain(sought)) {
            return None;
        }
        let windows = text.as_bytes().windows(sought.len());
        let wanted = sought.as_bytes();
        let mut found = windows.enumerate().filter(|(_, window)| {
            if self.options.ignore_case { window.eq_ignore_ascii_case(wanted) } else { *window == wanted }
        });
        Some(found.next().map(|(at, _)| at))
    }
}

fn options(ignore_case: bool) -> CompareOptions {
    CompareOptions { ignore_case, ..CompareOptions::NONE }
}

pub(super) fn find(text: &str, sought: &str, ignore_case: bool) -> Option<usize> {
    Search::new(options(ignore_case))?.find(text, sought)
}

pub(super) fn find_ignoring_width_and_kana(text: &str, sought: &str) -> Option<usize> {
    let options = CompareOptions { ignore_width: true, ignore_kana_type: true, ..CompareOptions::IGNORE_CASE };
    Search::new(options)?.find(text, sought)
}

pub(super) fn rfind(text: &str, sought: &str, ignore_case: bool) -> Option<usize> {
    let search = Search::new(options(ignore_case))?;
    if sought.is_empty() {
        return Some(text.len());
    }
    if search.ignorable(sought) {
        return Some(text.len());
    }
    text.char_indices().rev().map(|(at, _)| at).find(|&at| search.matches_at(text, at, sought))
}

pub(super) fn starts_with(text: &str, sought: &str, ignore_case: bool) -> bool {
    let Some(search) = Search::new(options(ignore_case)) else {
        return false;
    };
    if search.ignorable(sought) {
        // Not at a mark, which would belong to what is sought.
        let first = text.chars().find(|&c| !search.ignorable_char(c));
        return sought.is_empty() || first.is_none_or(|c| canonical_combining_class(c) == 0);
    }
    search.prefix(text, sought).is_some()
}

pub(super) fn ends_with(text: &str, sought: &str, ignore_case: bool) -> bool {
    let Some(search) = Search::new(options(ignore_case)) else {
        return false;
    };
    if search.ignorable(sought) {
        return true;
    }
    // .NET compares the weights from the end on, those of marks one by one: é
    // ends with the acute accent, though a search does not find it there.
    let text = match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfd().collect::<String>()),
    };
    let limit = sought.nfd().count().saturating_mul(2).saturating_add(4);
    let mut weighty = 0usize;
    for (at, c) in text.char_indices().rev() {
        if at > 0 && search.ignorable_char(c) {
            continue;
        }
        weighty = weighty.saturating_add(1);
        if weighty > limit {
            return false;
        }
        let rest = text.get(at..).unwrap_or("");
        if search.equal(rest, sought) {
            return true;
        }
    }
    false
}
