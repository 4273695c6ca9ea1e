//! What can be wrong with a pattern, and what can go wrong when it is applied to a text.

use core::fmt;
use thiserror::Error;

/// What is wrong with a pattern or a replacement text.
///
/// The kinds up to [`PatternErrorKind::UnterminatedComment`] carry the names of .NET's
/// `RegexParseError`; the rest are limits of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternErrorKind {
    /// A conditional group opens its condition with a comment: `(?(?#`.
    AlternationHasComment,
    /// The condition of a conditional group is not complete.
    AlternationHasMalformedCondition,
    /// A conditional group names a group by a number that is not closed: `(?(1x`.
    AlternationHasMalformedReference,
    /// A conditional group captures under a name in its condition.
    AlternationHasNamedCapture,
    /// A conditional group has more than a yes and a no branch.
    AlternationHasTooManyConditions,
    /// A conditional group asks for a group number that does not exist.
    AlternationHasUndefinedReference,
    /// A group name starts with or contains a character that is not a word character.
    CaptureGroupNameInvalid,
    /// A group is numbered zero, which is the whole match.
    CaptureGroupOfZero,
    /// A class goes on after its subtraction: `[a-z-[b]c]`.
    ExclusionGroupNotLast,
    /// A group is not closed.
    InsufficientClosingParentheses,
    /// `\x` or `\u` is not followed by two or four hexadecimal digits.
    InsufficientOrInvalidHexDigits,
    /// A closing parenthesis closes nothing.
    InsufficientOpeningParentheses,
    /// What follows `(?` is no kind of group.
    InvalidGroupingConstruct,
    /// The name of `\p{..}` is not closed or has a character that cannot be part of it.
    InvalidUnicodePropertyEscape,
    /// `\k` is not followed by a name in angle brackets or quotes.
    MalformedNamedReference,
    /// `\p` is not followed by an opening brace.
    MalformedUnicodePropertyEscape,
    /// `\c` ends the pattern.
    MissingControlCharacter,
    /// A quantifier follows a quantifier.
    NestedQuantifiersNotParenthesized,
    /// A quantifier has nothing to repeat.
    QuantifierAfterNothing,
    /// A number is larger than 2,147,483,647.
    QuantifierOrCaptureGroupOutOfRange,
    /// A range in a class runs backwards: `[z-a]`.
    ReversedCharacterRange,
    /// A quantifier's largest count is below its smallest: `a{3,2}`.
    ReversedQuantifierRange,
    /// A class such as `\d` ends a range: `[a-\d]`.
    ShorthandClassInCharacterRange,
    /// A backreference names a group that does not exist.
    UndefinedNamedReference,
    /// A backreference numbers a group that does not exist.
    UndefinedNumberedReference,
    /// The pattern ends with a backslash.
    UnescapedEndingBackslash,
    /// `\c` is not followed by a control character's letter.
    UnrecognizedControlCharacter,
    /// A letter, digit or underscore is escaped that has no meaning as an escape.
    UnrecognizedEscape,
    /// `\p{..}` names no general category and no block that .NET knows.
    UnrecognizedUnicodeProperty,
    /// A character class is not closed.
    UnterminatedBracket,
    /// A comment `(?#` is not closed.
    UnterminatedComment,
    /// Groups or classes are nested deeper than this crate reads.
    NestedTooDeeply,
    /// The pattern is longer, or needs more memory, than this crate allows.
    TooLarge,
    /// The options exclude each other (ECMAScript with one it cannot be combined with).
    OptionsConflict,
}

/// A pattern (or a replacement text) that .NET refuses, or that is above a limit of this crate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong.
    pub kind: PatternErrorKind,
    /// Byte offset into the text where reading stopped; the place .NET reports, which is usually just
    /// behind the mistake. Always a character boundary, at most the length of the text.
    pub offset: usize,
    /// One sentence that says what is wrong and, where it is known, how to mend it.
    pub message: String,
}

impl PatternError {
    pub(super) fn new(kind: PatternErrorKind, offset: usize, message: impl Into<String>) -> Self {
        Self { kind, offset, message: message.into() }
    }
}

/// Why a pattern could not be applied to one text.
///
/// Output that was written before the error is incomplete and has to be thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MatchError {
    /// Backtracking took more steps than allowed, as it does where a pattern can match the same text in
    /// very many ways. .NET would run on, or stop at its match timeout.
    #[error(
        "the pattern needed more than {limit} steps on this text; rewrite nested repetitions so that they cannot match the same text in several ways"
    )]
    StepLimit {
        /// The number of steps that was allowed.
        limit: u64,
    },
    /// The result would hold one half of a surrogate pair: .NET matches UTF-16 code units and can cut a
    /// character above U+FFFF (most emoji) in two, which no Rust text can hold.
    #[error("the pattern cuts the character at byte {offset} in two, which leaves no valid text")]
    SplitCharacter {
        /// Byte offset of the character in the text.
        offset: usize,
    },
    /// A lazy loop such as `(?:a|)+?` made a round that matched nothing, after which .NET 8 gives wrong
    /// results (dotnet/runtime issue 43314, repaired in later versions).
    #[error(
        "a lazy repetition matched nothing in this text, where .NET 8 is known to give wrong results; let what is repeated match at least one character"
    )]
    EmptyLazyRound,
    /// The writer the result goes to refused it.
    #[error("the result could not be written")]
    Write,
}

impl From<fmt::Error> for MatchError {
    fn from(_: fmt::Error) -> Self {
        Self::Write
    }
}
