//! The linter: what compiles and runs, and is probably not what was meant.
//!
//! A rule is one [`Rule`] value, declared beside its check in the file of its family:
//! its code (which has the severity and the one sentence), why, the page or section it
//! comes from, what that rests on, and an example of each kind, which are tests. The
//! list of rules, `attrflow check --explain`, the page of rules and the tests are
//! derived from the declarations.
//!
//! A rule looks at an expression, at a mapping with its properties, at all mappings of an
//! object, or at its scoping filters. What the compiler itself reports (AF301, AF303, AF305) is declared here
//! too, so that it is explained, suppressed and documented like the rest.
//!
//! ```
//! use attrflow::lint::{Linter, Subject};
//! use attrflow::{Code, Compiler};
//!
//! let linter = Linter::new(&Compiler::new());
//! let found = linter.expression(r#"Switch(ToLower([state]), , "QLD", "Brisbane")"#);
//! assert_eq!(found[0].code, Code::UnmatchableKey);
//! assert_eq!(found[0].fix.as_ref().unwrap().replacement, "\"qld\"");
//!
//! let password = Subject::new("unicodePwd", "RandomString(16, 2, 2, 2, 2)");
//! let found = linter.mappings(&[password]);
//! let codes: Vec<&str> = found[0].iter().map(|found| found.code.as_str()).collect();
//! assert_eq!(codes, ["AF334", "AF336"]);
//! ```
//!
//! # The rules
#![doc = include_str!("../docs/rules.md")]
// The rules, by code. Expressions:
//   AF301 ConditionMayBeNull   AF302 PresenceAsSource     AF303 RepeatedKey        AF304 UnmatchableKey
//   AF305 UnnormalizedUnique   AF306 ConstantCondition    AF307 SameBranches       AF308 UnreachedSource
//   AF309 NestedSwitch         AF310 TextOrder            AF311 ImpossibleComparison
//   AF312 InverseExists        AF313 BrokenAddress        AF314 LooseSeparator     AF315 NoFurtherEffect
//   AF316 ReplaceNothing       AF317 TenantDomain         AF318 SlowPattern        AF319 UnescapedDot
//   AF320 GroupKeepsSpace      AF321 EmptyMatch           AF322 UnknownGroup       AF323 PatternAsText
//   AF324 MonthsAndMinutes     AF325 HourWithoutHalf      AF326 FormatLetters      AF327 MissingFormat
//   AF328 TextAsDate           AF329 InputFormatUnused    AF333 UniqueRulesAlike
// Mappings:
//   AF330 FutureForPast        AF331 UniqueOnUpdate       AF332 UniqueOnMatching   AF334 RandomOnUpdate
//   AF335 TimeOnUpdate         AF336 UnredactedPassword   AF337 ConstantPassword   AF338 MatchingIsConstant
//   AF339 MatchingNotUnique    AF340 MatchingExtension    AF343 TextForBoolean     AF344 BooleanInCapitals
//   AF345 TooLongForTarget     AF346 PrimaryKeyTarget     AF347 UnparsedRoles      AF348 SwitchOnReference
//   AF349 DefaultUnused        AF350 SoftDeletedIgnored   AF351 MailOnUpdate       AF353 UniqueUnsupported
//   AF356 UnavailableSource    AF357 PhotoUnsupported
// Configurations:
//   AF341 MatchingPrecedence
// Scoping filters:
//   AF342 UnfilterableAttribute  AF352 ContradictoryClauses  AF354 NegativeClause  AF355 UnanchoredPattern
// What a configuration as a whole is compiled with reports itself (AF5xx): targets filled twice, no matching
// attribute, attributes that a definition lacks, required ones that nothing fills, clauses that cannot be used,
// values that are not what a definition says.

mod choice;
mod date;
mod facts;
mod pattern;
mod scope;
mod target;
mod text;
mod unique;
mod view;

use crate::compiler::Compiler;
use crate::diagnostic::{Code, Diagnostic, Fix, Severity};
use crate::functions::Basis;
use crate::mapping::{Apply, Mapping};
use crate::syntax::{self, Expr};
use crate::value::OwnedValue;
use std::collections::HashSet;
use std::sync::OnceLock;

/// The families of rules. The only list.
static FAMILIES: &[&[Rule]] =
    &[choice::RULES, text::RULES, pattern::RULES, date::RULES, unique::RULES, target::RULES, scope::RULES];

/// The declaration of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The code, which has the severity ([`Code::severity`]) and the rule in one sentence
    /// ([`Code::meaning`]).
    pub code: Code,
    /// What goes wrong and why, in sentences.
    pub why: &'static str,
    /// What the rule rests on.
    pub basis: Basis,
    /// The page or section that says so, or that the judgement starts from.
    pub source: &'static str,
    /// Mappings in which the rule finds something; for a rule about expressions, one.
    pub bad: &'static [Sample],
    /// The same, written so that the rule is silent.
    pub good: &'static [Sample],
    /// What the rule does.
    check: Check,
}

/// What a rule does.
#[derive(Debug, Clone, Copy)]
enum Check {
    /// The compiler reports it while it compiles an expression.
    Compiler,
    Expression(fn(&view::Expression<'_>, &mut Vec<Diagnostic>)),
    Mapping(fn(&view::Mapping<'_>, &mut Vec<Diagnostic>)),
    /// Findings with the number of the mapping that they are about.
    Configuration(fn(&[view::Mapping<'_>], &mut Vec<(usize, Diagnostic)>)),
    /// Findings with the number of the clause that they are about.
    Scope(fn(&[Clause<'_>], &mut Vec<(usize, Diagnostic)>)),
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// An expression alone.
    Expression,
    /// A mapping with its target attribute and properties.
    Mapping,
    /// All mappings of an object.
    Configuration,
    /// The clauses of an object's scoping filters.
    Scope,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Expression => "expression",
            Level::Mapping => "mapping",
            Level::Configuration => "configuration",
            Level::Scope => "scoping filter",
        }
    }
}

impl Rule {
    /// Every rule, by code.
    ///
    /// ```
    /// assert!(attrflow::lint::Rule::all().len() >= 30);
    /// ```
    #[must_use]
    pub fn all() -> &'static [&'static Rule] {
        static SORTED: OnceLock<Vec<&'static Rule>> = OnceLock::new();
        SORTED.get_or_init(|| {
            let mut rules: Vec<&Rule> = FAMILIES.iter().flat_map(|family| family.iter()).collect();
            rules.sort_by_key(|rule| rule.code.as_str());
            rules
        })
    }

    /// The rule of a code, if the code is one of a rule.
    #[must_use]
    pub fn of(code: Code) -> Option<&'static Rule> {
        Rule::all().iter().copied().find(|rule| rule.code == code)
    }

    /// What the rule looks at.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self.check {
            Check::Compiler | Check::Expression(_) => Level::Expression,
            Check::Mapping(_) => Level::Mapping,
            Check::Configuration(_) => Level::Configuration,
            Check::Scope(_) => Level::Scope,
        }
    }

    /// The change of the text that removes what the rule finds in its bad example, if the
    /// change is mechanical.
    #[must_use]
    pub fn sample_fix(&self) -> Option<Fix> {
        let found = Linter::new(&Compiler::new()).samples(self.bad);
        found.into_iter().flatten().find(|found| found.code == self.code)?.fix
    }
}

/// A mapping of a rule's example.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The target attribute; empty for an expression alone.
    pub target: &'static str,
    /// The expression.
    pub expression: &'static str,
    /// What flows where the expression gives null; empty where there is none.
    pub default: &'static str,
    /// When the mapping applies.
    pub apply: Apply,
    /// The matching precedence; 0 where the attribute is not one to match by.
    pub matching: u32,
    /// The names of the source and the target directory; empty where they are not known.
    pub directories: (&'static str, &'static str),
    /// In place of a mapping, the clauses of a scoping filter: attribute, operator, value.
    pub clauses: &'static [(&'static str, &'static str, &'static str)],
}

impl Sample {
    /// A scoping filter.
    #[must_use]
    pub const fn clauses(clauses: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        Sample { clauses, ..Sample::expression("") }
    }

    /// An expression alone.
    #[must_use]
    pub const fn expression(expression: &'static str) -> Self {
        Sample::mapping("", expression)
    }

    /// A mapping that always applies.
    #[must_use]
    pub const fn mapping(target: &'static str, expression: &'static str) -> Self {
        Sample {
            target,
            expression,
            default: "",
            apply: Apply::Always,
            matching: 0,
            directories: ("", ""),
            clauses: &[],
        }
    }

    /// The mapping applies only while an object is created.
    #[must_use]
    pub const fn only_on_create(mut self) -> Self {
        self.apply = Apply::OnCreate;
        self
    }

    /// Objects are matched by the attribute.
    #[must_use]
    pub const fn matching(mut self, precedence: u32) -> Self {
        self.matching = precedence;
        self
    }

    /// What flows where the expression gives null.
    #[must_use]
    pub const fn default_value(mut self, value: &'static str) -> Self {
        self.default = value;
        self
    }

    /// The directories that the mapping flows between.
    #[must_use]
    pub const fn between(mut self, source: &'static str, target: &'static str) -> Self {
        self.directories = (source, target);
        self
    }

    fn subject(&self) -> Subject<'static> {
        let known = |name: &'static str| Some(name).filter(|name| !name.is_empty());
        let mut subject = Subject::new(self.target, self.expression);
        subject.apply = self.apply;
        subject.default = known(self.default).map(OwnedValue::from);
        subject.matching = (!self.target.is_empty()).then_some(self.matching);
        subject.source_directory = known(self.directories.0);
        subject.target_directory = known(self.directories.1);
        subject
    }
}

/// A mapping as the rules see it. What is not known is left out, and rules that need it
/// are silent.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Subject<'m> {
    /// The target attribute; empty for an expression alone.
    pub target: &'m str,
    /// The expression's text.
    pub expression: &'m str,
    /// What flows where the expression gives null while an object is created.
    pub default: Option<OwnedValue>,
    /// When the mapping applies.
    pub apply: Apply,
    /// The matching precedence, 0 where the attribute is not one to match by; nothing
    /// where the configuration does not say how objects are matched.
    pub matching: Option<u32>,
    /// The name of the directory that the attributes come from, as the configuration has it.
    pub source_directory: Option<&'m str>,
    /// The name of the directory that the object is in, as the configuration has it.
    pub target_directory: Option<&'m str>,
}

impl<'m> Subject<'m> {
    /// A mapping that always applies, of which nothing else is known.
    #[must_use]
    pub const fn new(target: &'m str, expression: &'m str) -> Self {
        Subject {
            target,
            expression,
            default: None,
            apply: Apply::Always,
            matching: None,
            source_directory: None,
            target_directory: None,
        }
    }
}

impl<'m> From<&'m Mapping> for Subject<'m> {
    fn from(mapping: &'m Mapping) -> Self {
        let mut subject = Subject::new(&mapping.target, &mapping.expression);
        subject.default.clone_from(&mapping.default);
        subject.apply = mapping.apply;
        subject
    }
}

/// A clause of a scoping filter as the rules see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause<'c> {
    /// Which group of clauses it is in; all clauses of a group must hold.
    pub group: usize,
    /// The source attribute.
    pub attribute: &'c str,
    /// The operator's name.
    pub operator: &'c str,
    /// What it compares with; empty where there is nothing.
    pub value: &'c str,
}

/// Applies the rules.
#[derive(Debug, Clone)]
pub struct Linter {
    compiler: Compiler,
}

impl Linter {
    /// A linter for expressions as `compiler` compiles them.
    #[must_use]
    pub fn new(compiler: &Compiler) -> Self {
        Linter { compiler: compiler.clone() }
    }

    /// Everything about an expression: what the compiler has to say, and the rules that
    /// look at expressions. In order of place.
    #[must_use]
    pub fn expression(&self, text: &str) -> Vec<Diagnostic> {
        self.one(&Subject::new("", text), self.compiler.check(text))
    }

    /// Everything about the mappings of an object, a list for each. A finding about a
    /// mapping as a whole has an empty span at the start.
    #[must_use]
    pub fn mappings(&self, subjects: &[Subject<'_>]) -> Vec<Vec<Diagnostic>> {
        let texts: Vec<&str> = subjects.iter().map(|subject| subject.expression).collect();
        let mut all: Vec<Vec<Diagnostic>> = self
            .compiler
            .check_all(&texts)
            .into_iter()
            .zip(subjects)
            .map(|(found, subject)| self.one(subject, found))
            .collect();
        // Targets take an attribute in any case.
        let mut targets = HashSet::new();
        for (subject, found) in subjects.iter().zip(&mut all) {
            if !subject.target.is_empty() && !targets.insert(subject.target.to_lowercase()) {
                found.push(crate::mapping::refilled(subject.target));
            }
        }
        let trees: Vec<Option<Expr>> = subjects.iter().map(|subject| self.tree(subject.expression)).collect();
        let none = view::Types::new();
        let views: Vec<view::Mapping<'_>> = subjects
            .iter()
            .zip(&trees)
            .map(|(subject, tree)| view::Mapping {
                subject,
                tree: tree.as_ref(),
                types: &none,
                compiler: &self.compiler,
            })
            .collect();
        let mut found = Vec::new();
        for rule in Rule::all() {
            if let Check::Configuration(check) = rule.check {
                check(&views, &mut found);
            }
        }
        for (index, diagnostic) in found {
            if let Some(list) = all.get_mut(index) {
                list.push(diagnostic);
            }
        }
        all.iter_mut().for_each(|found| crate::diagnostic::sort(found));
        all
    }

    /// What the rules find in the clauses of an object's scoping filters, a list for each.
    ///
    /// ```
    /// use attrflow::lint::{Clause, Linter};
    /// let clause = |value| Clause { group: 0, attribute: "country", operator: "EQUALS", value };
    /// let found = Linter::new(&attrflow::Compiler::new()).scope(&[clause("US"), clause("DE")]);
    /// assert_eq!(found[1][0].code.as_str(), "AF352");
    /// ```
    #[must_use]
    pub fn scope(&self, clauses: &[Clause<'_>]) -> Vec<Vec<Diagnostic>> {
        let mut found = Vec::new();
        for rule in Rule::all() {
            if let Check::Scope(check) = rule.check {
                check(clauses, &mut found);
            }
        }
        let mut all = vec![Vec::new(); clauses.len()];
        for (index, diagnostic) in found {
            if let Some(list) = all.get_mut(index) {
                list.push(diagnostic);
            }
        }
        all
    }

    /// Everything about an example.
    #[must_use]
    pub fn samples(&self, samples: &[Sample]) -> Vec<Vec<Diagnostic>> {
        if samples.iter().any(|sample| !sample.clauses.is_empty()) {
            let clauses = samples.iter().enumerate().flat_map(|(group, sample)| {
                let clause = move |&(attribute, operator, value)| Clause { group, attribute, operator, value };
                sample.clauses.iter().map(clause)
            });
            return self.scope(&clauses.collect::<Vec<_>>());
        }
        let subjects: Vec<Subject<'_>> = samples.iter().map(Sample::subject).collect();
        self.mappings(&subjects)
    }

    /// What the compiler found, and the rules about expressions and mappings.
    fn one(&self, subject: &Subject<'_>, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        // What does not compile says nothing about what was meant.
        let broken = found.iter().any(|found| found.severity == Severity::Error);
        if let Some(tree) = self.tree(subject.expression).filter(|_| !broken) {
            let types = view::types(&tree, &self.compiler);
            let expression = view::Expression { tree: &tree, types: &types, compiler: &self.compiler };
            let mapping = view::Mapping { subject, tree: Some(&tree), types: &types, compiler: &self.compiler };
            for rule in Rule::all() {
                match rule.check {
                    Check::Expression(check) => check(&expression, &mut found),
                    Check::Mapping(check) if !subject.target.is_empty() => check(&mapping, &mut found),
                    _ => {}
                }
            }
        }
        crate::diagnostic::sort(&mut found);
        found
    }

    fn tree(&self, text: &str) -> Option<Expr> {
        syntax::parse::parse_within(text, self.compiler.dialect, &self.compiler.limits).0
    }
}

/// Whether the fix of a finding with this code may be made without looking: the
/// expression gives the same afterwards, or what it could only have been meant to give.
/// Fixes of other codes are proposals.
#[must_use]
pub const fn fix_is_safe(code: Code) -> bool {
    matches!(
        code,
        Code::TypographicQuotes
            | Code::SingleBackslash
            | Code::FunctionCase
            | Code::WordCase
            | Code::AttributeCase
            | Code::UnmatchableKey
            | Code::InverseExists
            | Code::NoFurtherEffect
            | Code::TextAsDate
            | Code::BooleanInCapitals
    )
}
