//! What attrflow has to say about an expression or a record: stable codes, spans,
//! one sentence on what is wrong, and the fix where one is known.

use std::fmt;

/// A range of the expression's text, in bytes, always on character boundaries.
///
/// ```
/// let span = attrflow::Span::new(3, 6);
/// assert_eq!(span.of("ab [x]"), "[x]");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` up to `end`. Offsets beyond 4 GiB are cut to the largest
    /// one a span can hold; no accepted expression is nearly that long.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { start: cut(start), end: cut(end.max(start)) }
    }

    /// The text under the span; empty where the span is not one of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// The span as a range of byte offsets.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Hint,
    /// It runs, but probably not as meant.
    Warning,
    /// It does not compile, or the record failed.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Hint => "hint",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

macro_rules! codes {
    ($($name:ident = $number:literal, $severity:ident, $meaning:literal;)*) => {
        /// The stable code of a diagnostic or a record's error.
        ///
        /// Numbers are never reused: AF0xx is syntax, AF1xx names, AF2xx arguments,
        /// AF3xx advice, AF4xx what a record can fail with, AF5xx mapping sets.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// Every code, in order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as printed, `AF101`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $number,)* }
            }

            /// One sentence on what the code stands for.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }

            /// The severity that diagnostics with this code have.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    Empty = "AF001", Error, "There is no expression.";
    UnterminatedText = "AF002", Error, "A text in quotation marks has no end.";
    TypographicQuotes = "AF003", Error, "Typographic quotation marks stand where straight ones belong.";
    SingleQuotes = "AF004", Error, "Text stands in single quotes.";
    UnclosedAttribute = "AF005", Error, "An attribute's closing bracket is missing.";
    EmptyAttribute = "AF006", Error, "An attribute reference has no name.";
    UnclosedParenthesis = "AF007", Error, "A closing parenthesis is missing.";
    ForeignOperator = "AF008", Error, "An operator of another language is used.";
    OperatorAtTop = "AF009", Error, "A comparison or concatenation stands at the top of the expression.";
    MissingOperand = "AF010", Error, "An operator has nothing on one side.";
    MissingComma = "AF011", Error, "Two values stand side by side.";
    TextAfterEnd = "AF012", Error, "Something follows the end of the expression.";
    WrongSeparator = "AF013", Error, "Arguments are separated by something other than a comma.";
    UnexpectedCharacter = "AF014", Error, "A character has no meaning here.";
    ChainedComparison = "AF015", Error, "Comparisons are chained.";
    NumberOutOfRange = "AF016", Error, "A number is too large.";
    Indexing = "AF017", Error, "A value is indexed with brackets.";
    SingleBackslash = "AF018", Hint, "A single backslash in a text stands for itself.";
    EmptyGroup = "AF019", Error, "Parentheses hold nothing.";
    TooLong = "AF020", Error, "The expression is longer than the limit.";
    TooDeep = "AF021", Error, "The expression is nested deeper than the limit.";
    TooManyNodes = "AF022", Error, "The expression has more parts than the limit.";
    UnknownFunction = "AF101", Error, "No function has this name.";
    FunctionCase = "AF102", Warning, "A function is written in other case than its name.";
    UnknownWord = "AF103", Error, "A bare word has no meaning in this language.";
    WordCase = "AF104", Warning, "A bare word is written in other case than its name.";
    UnknownAttribute = "AF105", Error, "The schema has no attribute of this name.";
    AttributeCase = "AF106", Warning, "An attribute is written in other case than in the schema.";
    AmbiguousAttribute = "AF107", Error, "Several attributes have this name but for case.";
    TooFewArguments = "AF201", Error, "A function has too few arguments.";
    TooManyArguments = "AF202", Error, "A function has too many arguments.";
    OmittedArgument = "AF203", Error, "A required argument is left out.";
    UnpairedArgument = "AF204", Error, "Arguments that come in pairs are odd in number.";
    WrongKind = "AF205", Error, "An argument is of the wrong kind.";
    ArgumentRange = "AF206", Error, "A constant argument is out of range.";
    InvalidPattern = "AF207", Error, "A pattern cannot be used.";
    InvalidFormat = "AF208", Error, "A date format or its styles cannot be used.";
    ReplaceMode = "AF209", Error, "The arguments of Replace fit none of its modes.";
    UnknownOption = "AF210", Error, "An argument is none of the words that the function takes.";
    UnknownCulture = "AF211", Error, "No culture has this name.";
    ImpossibleDemand = "AF212", Error, "The arguments demand what cannot be.";
    NotAtTop = "AF213", Error, "A function that must stand at the top is nested.";
    AlwaysFails = "AF214", Warning, "A call with constant arguments fails on every record.";
    ConditionMayBeNull = "AF301", Warning, "A condition of IIF looks at an attribute that may be null.";
    PresenceAsSource = "AF302", Warning, "A test for presence is the source of Switch.";
    RepeatedKey = "AF303", Warning, "A key of Switch stands there twice.";
    UnmatchableKey = "AF304", Warning, "A key of Switch can never match.";
    UnnormalizedUnique = "AF305", Hint, "A rule of SelectUniqueValue may give diacritics.";
    ConstantCondition = "AF306", Warning, "A condition is the same for every record.";
    SameBranches = "AF307", Warning, "Every branch of a choice gives the same.";
    UnreachedSource = "AF308", Warning, "A source of Coalesce is never reached.";
    NestedSwitch = "AF309", Hint, "The default of a Switch looks the same source up again.";
    TextOrder = "AF310", Warning, "Numbers are put in order as text.";
    ImpossibleComparison = "AF311", Warning, "A comparison is between values that can never be equal.";
    InverseExists = "AF312", Hint, "A negation can be written without Not.";
    BrokenAddress = "AF313", Warning, "An address is built around an attribute that may be null.";
    LooseSeparator = "AF314", Hint, "A separator is written as a value and stays where its neighbour is null.";
    NoFurtherEffect = "AF315", Hint, "A function is undone or repeated by the one around it.";
    ReplaceNothing = "AF316", Warning, "A replacement can never change its source.";
    TenantDomain = "AF317", Hint, "The initial domain of a tenant is written into an expression.";
    SlowPattern = "AF318", Warning, "A pattern can take very long on some texts.";
    UnescapedDot = "AF319", Warning, "A dot of a pattern stands for any character where a dot seems meant.";
    GroupKeepsSpace = "AF320", Warning, "A group takes a space with it and is then compared.";
    EmptyMatch = "AF321", Warning, "A pattern matches nothing as well, so its replacement is put between all characters.";
    UnknownGroup = "AF322", Warning, "A replacement names a group that the pattern lacks.";
    PatternAsText = "AF323", Warning, "A pattern stands where Replace wants plain text.";
    MonthsAndMinutes = "AF324", Warning, "A date format has minutes where months belong, or months where minutes belong.";
    HourWithoutHalf = "AF325", Warning, "A date format has hours up to 12 and no AM or PM.";
    FormatLetters = "AF326", Warning, "A date format has letters that stand for nothing.";
    MissingFormat = "AF327", Warning, "FormatDateTime has three arguments where four were meant.";
    TextAsDate = "AF328", Hint, "A date function takes an attribute without CDate.";
    InputFormatUnused = "AF329", Hint, "An input format stands beside a source that is a date already.";
    FutureForPast = "AF330", Warning, "A difference of dates is compared against its own sign.";
    UniqueOnUpdate = "AF331", Warning, "A unique value is chosen again at every update.";
    UniqueOnMatching = "AF332", Warning, "A unique value is chosen for a matching attribute.";
    UniqueRulesAlike = "AF333", Warning, "Two rules of SelectUniqueValue are the same.";
    RandomOnUpdate = "AF334", Warning, "A random value changes at every update.";
    TimeOnUpdate = "AF335", Warning, "The time of the run flows at every update.";
    UnredactedPassword = "AF336", Warning, "A password is shown in the provisioning logs.";
    ConstantPassword = "AF337", Warning, "A password is written into an expression.";
    MatchingIsConstant = "AF338", Warning, "A matching attribute is the same for every object.";
    MatchingNotUnique = "AF339", Warning, "A matching attribute is one that several people share.";
    MatchingExtension = "AF340", Warning, "A matching attribute is one that the directory cannot search.";
    MatchingPrecedence = "AF341", Warning, "Two matching attributes have the same precedence.";
    UnfilterableAttribute = "AF342", Warning, "A scoping filter looks at an attribute that the service does not filter by.";
    TextForBoolean = "AF343", Warning, "A boolean attribute is filled with text that is neither true nor false.";
    BooleanInCapitals = "AF344", Warning, "An Exchange boolean is not written in capitals.";
    TooLongForTarget = "AF345", Warning, "A value may be longer than its target attribute takes.";
    PrimaryKeyTarget = "AF346", Warning, "The primary key of the target is filled by a mapping.";
    UnparsedRoles = "AF347", Warning, "App role assignments flow without a function that reads them.";
    SwitchOnReference = "AF348", Warning, "A reference is filled by Switch.";
    DefaultUnused = "AF349", Hint, "A default value stands beside an expression that is never null.";
    SoftDeletedIgnored = "AF350", Warning, "The active flag does not follow IsSoftDeleted.";
    MailOnUpdate = "AF351", Warning, "Mail is updated in a directory that takes it only at creation.";
    ContradictoryClauses = "AF352", Warning, "The clauses of a scoping filter can never hold together.";
    UniqueUnsupported = "AF353", Warning, "SelectUniqueValue is used where the service does not support it.";
    NegativeClause = "AF354", Hint, "A negative clause of a scoping filter leaves out objects without a value.";
    UnanchoredPattern = "AF355", Hint, "A pattern of a scoping filter matches anywhere in a value.";
    UnavailableSource = "AF356", Warning, "A mapping reads an attribute that the service does not offer as a source.";
    PhotoUnsupported = "AF357", Warning, "A photo is mapped, which the service does not provision.";
    UnusedSuppression = "AF399", Warning, "A suppression applies to no finding.";
    NotAnInteger = "AF401", Error, "A value does not read as an integer.";
    NotANumber = "AF402", Error, "A value does not read as a number.";
    NotABoolean = "AF403", Error, "A value is neither true nor false.";
    NotADate = "AF404", Error, "A value does not read as a date.";
    OutOfRange = "AF405", Error, "A value is out of range.";
    ManyValues = "AF406", Error, "A multi-valued attribute stands where one value belongs.";
    Raised = "AF407", Error, "The expression raised an error of its own.";
    AllTaken = "AF408", Error, "No rule gave a unique value.";
    NotConvertible = "AF409", Error, "A value has no form of the kind that is wanted.";
    NoSuchItem = "AF410", Error, "A list has no item at this place.";
    DirectoryFailed = "AF411", Error, "The directory could not say whether a value is taken.";
    PatternWork = "AF412", Error, "A pattern took more steps than the limit.";
    ValueTooLarge = "AF413", Error, "A value grew beyond the limit.";
    NotBase64 = "AF414", Error, "A text is not base64 of the encoding.";
    NotASid = "AF415", Error, "A value is not a security identifier.";
    NotADn = "AF416", Error, "A text is not a distinguished name.";
    NotARole = "AF417", Error, "A value is not an app role assignment.";
    ManyRoles = "AF418", Error, "More than one app role is assigned.";
    NoParameter = "AF419", Error, "A parameter has no value.";
    PatternAtRun = "AF420", Error, "A pattern that the record supplied cannot be used.";
    FormatAtRun = "AF421", Error, "A format or option that the record supplied cannot be used.";
    HostFailed = "AF422", Error, "A function of the host failed.";
    RequiredEmpty = "AF430", Error, "A required target attribute is left empty.";
    NotTargetType = "AF431", Error, "A value does not become what the target attribute takes.";
    NoMatchingValue = "AF432", Error, "A source object has no value for any matching attribute.";
    SeveralMatches = "AF433", Error, "Several target objects match one source object.";
    SharedMatch = "AF434", Error, "Several source objects match one target object.";
    MissingReference = "AF435", Warning, "An object refers to one that the target does not have.";
    UnreadableObject = "AF436", Error, "An object of the input cannot be read.";
    RepeatedAnchor = "AF437", Error, "Two objects of a directory have the same anchor.";
    CyclicReference = "AF438", Warning, "References lead from an object back to itself.";
    DuplicateTarget = "AF501", Error, "Two mappings of a set have the same target attribute.";
    ContradictoryTree = "AF502", Warning, "The tree of a mapping's source and its text contradict each other.";
    MalformedTree = "AF503", Error, "The tree of a mapping's source is not one of an expression.";
    UnknownOperator = "AF504", Error, "A scoping filter has an operator that is not known.";
    RefusedOperator = "AF505", Error, "A scoping filter has an operator that the service refuses.";
    IncompleteClause = "AF506", Error, "A clause of a scoping filter lacks what it needs.";
    DuplicateMatching = "AF507", Error, "Two mappings fill one matching attribute.";
    UnknownTarget = "AF508", Warning, "The target's definition has no such attribute.";
    NeverTargetType = "AF509", Error, "A value can never become what the target attribute takes.";
    UnknownType = "AF510", Warning, "An attribute's definition has a type that is not known.";
    NoTargetName = "AF511", Error, "A mapping has no target attribute.";
    NoMatchingAttribute = "AF512", Hint, "No mapping serves to find the target object.";
    UnknownSource = "AF513", Warning, "The source's definition has no such attribute.";
    RequiredUnmapped = "AF514", Warning, "No mapping fills a required target attribute.";
    UnknownFlowType = "AF515", Error, "A mapping has a flow type that is not known.";
    ReadOnlyTarget = "AF516", Warning, "A mapping fills a target attribute that can only be read.";
    NullLetIn = "AF517", Hint, "An input filter lets objects in that lack the attribute it asks for.";
    RequiredMayBeNull = "AF518", Warning, "A mapping may leave a required target attribute without a value.";
    SeveralForOne = "AF519", Warning, "Several values may flow into an attribute that takes a single one.";
    SeveralInExtension = "AF520", Warning, "A directory extension with several values is used.";
    SeveralInFilter = "AF521", Warning, "A scoping filter looks at an attribute with several values.";
    FlowNullValues = "AF522", Warning, "Null values are let through where they clear nothing, must not, or are not supported.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A change of the text that removes the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// The text that takes its place.
    pub replacement: String,
}

/// One finding about an expression's text.
///
/// ```
/// let error = attrflow::Expression::parse("Swich([a], , \"1\", \"2\")").unwrap_err();
/// let diagnostic = &error.diagnostics()[0];
/// assert_eq!(diagnostic.code.as_str(), "AF101");
/// assert_eq!(diagnostic.help.as_deref(), Some("did you mean Switch?"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the text.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write instead, where that is known.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub help: Option<String>,
    /// The same as a change of the text, where it can be made without judgement.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with the severity of its code.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        let severity = code.severity();
        Diagnostic { code, severity, span, message: message.into(), help: None, fix: None }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a change of the text that removes the problem.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into() });
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// The expression does not compile. Holds every diagnostic that was found, in
/// order of their place, and the text they point into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    source: String,
    diagnostics: Vec<Diagnostic>,
}

impl CompileError {
    pub(crate) fn new(source: &str, mut diagnostics: Vec<Diagnostic>) -> Self {
        sort(&mut diagnostics);
        CompileError { source: source.to_owned(), diagnostics }
    }

    /// The text of the expression.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source
    }

    /// What was found: at least one error, and the warnings beside it.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The first error.
    #[must_use]
    pub fn first(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|d| d.severity == Severity::Error)
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        if let Some(first) = rest.next() {
            write!(f, "{first} at byte {}", first.span.start)?;
        }
        match rest.count() {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Orders diagnostics by place, the graver first where two share one.
pub(crate) fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.span.start, b.severity, a.span.end, a.code).cmp(&(b.span.start, a.severity, b.span.end, b.code))
    });
}
