//! Rules about the patterns of Replace.

use super::view::{Expression, argument, bare, call, text, written};
use super::{Check, Rule, Sample};
use crate::diagnostic::{Code, Diagnostic};
use crate::dotnet::pattern::{Options, Pattern};
use crate::functions::Basis;
use crate::syntax::{Call, Expr, Node};

pub(super) static RULES: &[Rule] =
    &[SLOW_PATTERN, UNESCAPED_DOT, GROUP_KEEPS_SPACE, EMPTY_MATCH, UNKNOWN_GROUP, PATTERN_AS_TEXT];

const REPLACE: &str =
    "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#replace";

/// The constant pattern of a Replace, which is the third argument.
fn pattern(call: &Call) -> Option<(&Expr, &str)> {
    let expr = argument(call, 2)?;
    Some((expr, text(expr).filter(|pattern| !pattern.is_empty())?))
}

/// Calls `visit` with every Replace that has a constant pattern.
fn patterns<'e>(view: &Expression<'e>, mut visit: impl FnMut(&'e Call, &'e Expr, &'e str)) {
    view.calls(|_, call, name| {
        if let ("Replace", Some((expr, pattern))) = (name, pattern(call)) {
            visit(call, expr, pattern);
        }
    });
}

const SLOW_PATTERN: Rule = Rule {
    code: Code::SlowPattern,
    why: "Where a repeated group holds nothing but repeated parts, the engine of .NET tries every way to share a text out \
          among them before it gives up; each further character doubles the time.",
    basis: Basis::Evident,
    source: "https://learn.microsoft.com/dotnet/standard/base-types/backtracking-in-regular-expressions",
    bad: &[Sample::expression("Replace([displayName], , \"^(\\\\w+\\\\s?)*$\", , \"\", , )")],
    good: &[Sample::expression("Replace([displayName], , \"^\\\\w+(\\\\s\\\\w+)*$\", , \"\", , )")],
    check: Check::Expression(slow_pattern),
};

fn slow_pattern(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    patterns(view, |_, expr, pattern| {
        if nests_repetition(pattern) {
            found.push(
                Diagnostic::new(
                    Code::SlowPattern,
                    expr.span,
                    "the pattern repeats a group of which every part repeats",
                )
                .help("give each turn of the group a part that must be there, such as its separator"),
            );
        }
    });
}

/// A group that is being read.
#[derive(Default)]
struct Group {
    /// A part of the current alternative must be there exactly so often.
    firm: bool,
    /// A part of the current alternative repeats without end.
    repeats: bool,
    /// An alternative before it has no firm part and repeats.
    loose: bool,
}

impl Group {
    fn alternative(&mut self) {
        self.loose |= self.repeats && !self.firm;
        self.firm = false;
        self.repeats = false;
    }

    /// What an item with this quantifier adds.
    fn item(&mut self, quantifier: Quantifier) {
        match quantifier {
            Quantifier::Once => self.firm = true,
            Quantifier::Endless => self.repeats = true,
            Quantifier::Optional => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantifier {
    Once,
    Optional,
    Endless,
}

/// Whether a group that repeats without end holds an alternative whose parts all repeat
/// or are optional, one of them without end.
fn nests_repetition(pattern: &str) -> bool {
    let mut characters = pattern.chars().peekable();
    let mut open: Vec<Group> = vec![Group::default()];
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                // `\b`, `\B`, `\A`, `\z`, `\Z` and `\G` take no part.
                let anchor = matches!(characters.next(), Some('b' | 'B' | 'A' | 'z' | 'Z' | 'G'));
                if anchor {
                    continue;
                }
            }
            '[' => {
                let mut first = true;
                while let Some(inside) = characters.next() {
                    match inside {
                        '\\' => drop(characters.next()),
                        ']' if !first => break,
                        '^' if first => continue,
                        _ => {}
                    }
                    first = false;
                }
            }
            '(' => {
                if characters.next_if_eq(&'?').is_some() {
                    match characters.next() {
                        // A name has an end of its own.
                        Some('<') if !matches!(characters.peek(), Some('=' | '!')) => {
                            while characters.next().is_some_and(|letter| letter != '>') {}
                        }
                        Some('<') => drop(characters.next()),
                        Some('\'') => while characters.next().is_some_and(|letter| letter != '\'') {},
                        _ => {}
                    }
                }
                open.push(Group::default());
                continue;
            }
            ')' => {
                let Some(mut group) = open.pop().filter(|_| !open.is_empty()) else { return false };
                let firm = group.firm;
                group.alternative();
                let quantifier = quantifier(&mut characters);
                if group.loose && quantifier == Quantifier::Endless {
                    return true;
                }
                if let Some(around) = open.last_mut() {
                    around.item(quantifier);
                    // What repeats inside a group that stands once repeats around it as well.
                    if group.loose && quantifier == Quantifier::Once {
                        around.firm = firm;
                        around.repeats = true;
                    }
                }
                continue;
            }
            '|' => {
                if let Some(group) = open.last_mut() {
                    group.alternative();
                }
                continue;
            }
            '^' | '$' => continue,
            _ => {}
        }
        let quantifier = quantifier(&mut characters);
        if let Some(group) = open.last_mut() {
            group.item(quantifier);
        }
    }
    false
}

/// More characters have no count between braces.
const COUNT: usize = 24;

/// The quantifier that follows, taken off.
fn quantifier(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Quantifier {
    let found = match characters.peek() {
        Some('*' | '+') => {
            characters.next();
            Quantifier::Endless
        }
        Some('?') => {
            characters.next();
            Quantifier::Optional
        }
        Some('{') => {
            let ahead: String = characters.clone().skip(1).take(COUNT).take_while(|letter| *letter != '}').collect();
            let counts = !ahead.is_empty() && ahead.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
            if !counts || ahead.starts_with(',') {
                return Quantifier::Once;
            }
            while characters.next().is_some_and(|letter| letter != '}') {}
            match ahead.split_once(',') {
                Some((_, "")) => Quantifier::Endless,
                Some(("0", _)) => Quantifier::Optional,
                _ => Quantifier::Once,
            }
        }
        _ => return Quantifier::Once,
    };
    // Lazy or not is the same to a text that does not match.
    characters.next_if_eq(&'?');
    found
}

const UNESCAPED_DOT: Rule = Rule {
    code: Code::UnescapedDot,
    why: "In a pattern a dot stands for any character, so \"@contoso.com\" matches \"@contosoXcom\" as well. A dot that \
          is meant is written \\\\. in an expression.",
    basis: Basis::Evident,
    source: "https://learn.microsoft.com/dotnet/standard/base-types/character-classes-in-regular-expressions",
    bad: &[Sample::expression("Replace([mail], , \"@contoso.com$\", , \"@fabrikam.com\", , )")],
    good: &[Sample::expression("Replace([mail], , \"@contoso\\\\.com$\", , \"@fabrikam.com\", , )")],
    check: Check::Expression(unescaped_dot),
};

fn unescaped_dot(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    patterns(view, |_, expr, pattern| {
        let dots = domain_dots(pattern);
        if dots.is_empty() {
            return;
        }
        let mut escaped = String::new();
        for (place, character) in pattern.char_indices() {
            if dots.contains(&place) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        let escaped = written(&escaped);
        found.push(
            Diagnostic::new(Code::UnescapedDot, expr.span, "the dot of this domain stands for any character")
                .help(format!("write {escaped}"))
                .fix(expr.span, escaped),
        );
    });
}

/// The places of dots between letters or digits, outside of classes, in a pattern that
/// has an address or a domain in it.
fn domain_dots(pattern: &str) -> Vec<usize> {
    const ENDINGS: [&str; 8] = [".com", ".org", ".net", ".local", ".edu", ".gov", ".onmicrosoft", ".io"];
    let bytes = pattern.as_bytes();
    let word = |place: Option<usize>| place.and_then(|place| bytes.get(place)).is_some_and(u8::is_ascii_alphanumeric);
    let mut inside = false;
    let mut skip = false;
    let mut dots = Vec::new();
    for (place, byte) in bytes.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match byte {
            b'\\' => skip = true,
            b'[' => inside = true,
            b']' => inside = false,
            b'.' if !inside && word(place.checked_sub(1)) && word(place.checked_add(1)) => {
                let rest = pattern.get(place..).unwrap_or_default();
                if pattern.contains('@') || ENDINGS.iter().any(|ending| starts_with(rest, ending)) {
                    dots.push(place);
                }
            }
            _ => {}
        }
    }
    dots
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

const GROUP_KEEPS_SPACE: Rule = Rule {
    code: Code::GroupKeepsSpace,
    why: "A group that ends in a space takes the space with it: `(?<isdCode>\\d* )` gives \"1 \", which no key and no \
          comparison without the space is equal to. The guides of the vendor have this themselves.",
    basis: Basis::Documented,
    source: "Language specification, What check knows; \
             https://learn.microsoft.com/entra/identity/app-provisioning/workday-expression-mapping-functions-guide",
    bad: &[Sample::expression(
        "Switch(Replace([telephoneNumber], , \"\\\\+(?<code>\\\\d* )(?<rest>.*)\", , \"${code}\", , ), \"\", \"1\", \"USA\")",
    )],
    good: &[Sample::expression(
        "Switch(Replace([telephoneNumber], , \"\\\\+(?<code>\\\\d*) (?<rest>.*)\", , \"${code}\", , ), \"\", \"1\", \"USA\")",
    )],
    check: Check::Expression(group_keeps_space),
};

fn group_keeps_space(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    let mut look = |source: &Expr, constants: &[&str]| {
        let Some(replace) = call(source).filter(|_| view.called(source) == Some("Replace")) else { return };
        let (Some((place, pattern)), Some(replacement)) = (pattern(replace), argument(replace, 4).and_then(text))
        else {
            return;
        };
        let Some(group) = replacement.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else { return };
        if !ends_in_space(pattern, group) || constants.iter().any(|constant| constant.ends_with(' ')) {
            return;
        }
        let message = format!("the group '{group}' ends in a space, so its text never equals what it is compared with");
        found.push(
            Diagnostic::new(Code::GroupKeepsSpace, place.span, message)
                .help("close the group before the space, or wrap the Replace in Trim(…)"),
        );
    };
    view.tree.walk(&mut |expr| match &expr.node {
        Node::Call(call) if view.called(expr) == Some("Switch") => {
            let keys = call.arguments.iter().skip(2).step_by(2).filter_map(super::view::value);
            let keys: Vec<&str> = keys.filter_map(text).collect();
            if let Some(source) = argument(call, 0).filter(|_| !keys.is_empty()) {
                look(source, &keys);
            }
        }
        Node::Operation(operation) => {
            if let [one, two] = operation.operands.as_slice() {
                for (source, constant) in [(one, two), (two, one)] {
                    if let Some(constant) = text(constant) {
                        look(bare(source), &[constant]);
                    }
                }
            }
        }
        _ => {}
    });
}

/// Whether a named group ends in a space that must be there.
fn ends_in_space(pattern: &str, group: &str) -> bool {
    let Some((_, inside)) = pattern.split_once(&format!("(?<{group}>")) else { return false };
    let mut depth = 1_usize;
    let mut escaped = false;
    for (place, letter) in inside.char_indices() {
        match letter {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let body = inside.get(..place).unwrap_or_default();
                    return body.ends_with(' ') || body.ends_with("\\s");
                }
            }
            _ => {}
        }
    }
    false
}

const EMPTY_MATCH: Rule = Rule {
    code: Code::EmptyMatch,
    why: "A pattern that also matches nothing, such as [0-9]*, matches at every place of a text, and .NET puts the \
          replacement at each of them. With + in place of * it matches what is there.",
    basis: Basis::Evident,
    source: "https://learn.microsoft.com/dotnet/standard/base-types/quantifiers-in-regular-expressions",
    bad: &[Sample::expression("Replace([employeeId], , \"[a-z]*\", , \"x\", , )")],
    good: &[Sample::expression("Replace([employeeId], , \"[a-z]+\", , \"x\", , )")],
    check: Check::Expression(empty_match),
};

fn empty_match(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    patterns(view, |call, expr, pattern| {
        let Some(replacement) = argument(call, 4).and_then(text) else { return };
        // With a group only the group's text is replaced; with anchors it matches once.
        let anchored = pattern.contains(['^', '$']) || pattern.contains("\\b") || pattern.contains("(?");
        if argument(call, 3).is_some() || anchored || literal(replacement).is_empty() {
            return;
        }
        let matches = Pattern::new(pattern, Options::default()).is_ok_and(|pattern| pattern.is_match("") == Ok(true));
        if matches {
            found.push(
                Diagnostic::new(Code::EmptyMatch, expr.span, "the pattern matches nothing as well, at every place")
                    .help("write + for *, so that something must be there"),
            );
        }
    });
}

/// What a replacement puts in besides what was matched.
fn literal(replacement: &str) -> String {
    let mut rest = replacement;
    let mut kept = String::new();
    while let Some((before, behind)) = rest.split_once('$') {
        kept.push_str(before);
        rest = match behind.strip_prefix('{').and_then(|named| named.split_once('}')) {
            Some((_, behind)) => behind,
            None => behind.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '&'),
        };
    }
    kept + rest
}

const UNKNOWN_GROUP: Rule = Rule {
    code: Code::UnknownGroup,
    why: ".NET leaves a reference to a group that the pattern does not have in the result, as it is written: people get \
          the name ${lastName}.",
    basis: Basis::Evident,
    source: "https://learn.microsoft.com/dotnet/standard/base-types/substitutions-in-regular-expressions",
    bad: &[Sample::expression("Replace([name], , \"(?<first>\\\\w+) (?<last>\\\\w+)\", , \"${lastName}\", , )")],
    good: &[Sample::expression("Replace([name], , \"(?<first>\\\\w+) (?<last>\\\\w+)\", , \"${last}\", , )")],
    check: Check::Expression(unknown_group),
};

fn unknown_group(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    patterns(view, |call, _, pattern| {
        let Some((place, replacement)) = argument(call, 4).and_then(|place| Some((place, text(place)?))) else {
            return;
        };
        if argument(call, 3).is_some() {
            return; // The replacement of a group is literal.
        }
        let Ok(pattern) = Pattern::new(pattern, Options::default()) else { return };
        let mut rest = replacement;
        while let Some((_, behind)) = rest.split_once("${") {
            let Some((name, behind)) = behind.split_once('}') else { return };
            rest = behind;
            if !name.is_empty() && !pattern.has_group(name) {
                let known: Vec<&str> = pattern.group_names().filter(|name| *name != "0").collect();
                let finding = Diagnostic::new(
                    Code::UnknownGroup,
                    place.span,
                    format!("the pattern has no group '{name}', so ${{{name}}} stays in the result"),
                );
                found.push(match known.as_slice() {
                    [] => finding.help(format!("name the part of the pattern that is meant: (?<{name}>…)")),
                    known => finding.help(format!("its groups are {}", known.join(", "))),
                });
                return;
            }
        }
    });
}

const PATTERN_AS_TEXT: Rule = Rule {
    code: Code::PatternAsText,
    why: "The second argument of Replace is searched for as it stands; patterns are the third argument. A pattern in the \
          second one is never found in a name.",
    basis: Basis::Documented,
    source: REPLACE,
    bad: &[Sample::expression("Replace([mobile], \"[^0-9]+\", , , \"\", , )")],
    good: &[Sample::expression("Replace([mobile], , \"[^0-9]+\", , \"\", , )")],
    check: Check::Expression(pattern_as_text),
};

fn pattern_as_text(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("Replace", Some(old)) = (name, argument(call, 1)) else { return };
        let Some(sought) = text(old).filter(|_| argument(call, 2).is_none() && argument(call, 6).is_none()) else {
            return;
        };
        if looks_like_pattern(sought) {
            found.push(
                Diagnostic::new(
                    Code::PatternAsText,
                    old.span,
                    format!("{old} is searched for as text, not as a pattern"),
                )
                .help("put one more comma before it: the pattern is the third argument"),
            );
        }
    });
}

fn looks_like_pattern(text: &str) -> bool {
    let class = text.split_once('[').is_some_and(|(_, inside)| {
        inside.split_once(']').is_some_and(|(class, behind)| {
            class.contains('-') && class.len() > 2 || class.starts_with('^') || behind.starts_with(['+', '*', '{'])
        })
    });
    let escape = ["\\d", "\\w", "\\s", "\\."].iter().any(|escape| text.contains(escape));
    let group = text.contains("(?<") || text.contains("(?:");
    class || escape || group || text.contains(".*") || text.contains(".+")
}
