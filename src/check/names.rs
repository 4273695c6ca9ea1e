//! Functions, bare words and attributes: exact names first, then the same name in
//! other case with a warning, then the nearest name as advice.

use super::{Resolver, Term};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::functions::{Function, Kind};
use crate::record::{Found, Slot};
use crate::syntax::Call;

impl<'r> Resolver<'_, 'r> {
    /// The declaration that a call means: by name, then by number of arguments.
    pub(super) fn function(&mut self, call: &Call) -> Option<&'r Function> {
        let (dialect, written) = (self.scope.dialect, call.name.text.as_str());
        let best = self.scope.registry.meant(dialect, written, call.arguments.len());
        let Some(function) = best else {
            self.unknown_function(call);
            return None;
        };
        if let Some(name) = function.name(dialect).filter(|name| *name != written) {
            self.report(
                Diagnostic::new(Code::FunctionCase, call.name.span, format!("'{written}' is written {name}"))
                    .help("function names are case-sensitive in the product")
                    .fix(call.name.span, name),
            );
        }
        Some(function)
    }

    fn unknown_function(&mut self, call: &Call) {
        let written = call.name.text.as_str();
        let dialect = self.scope.dialect;
        let mut diagnostic = Diagnostic::new(
            Code::UnknownFunction,
            call.name.span,
            format!("{written} is not a function of this language"),
        );
        let stranger = dialect.profile().strangers.iter().find(|(name, _)| name.eq_ignore_ascii_case(written));
        let names = self.scope.registry.iter().filter_map(|function| function.name(dialect));
        if let Some((_, advice)) = stranger {
            diagnostic = diagnostic.help(format!("write {advice}"));
        } else if let Some(near) = nearest(written, names) {
            diagnostic = diagnostic.help(format!("did you mean {near}?")).fix(call.name.span, near);
        } else {
            diagnostic = diagnostic.help("'attrflow functions' lists all there are");
        }
        self.report(diagnostic);
    }

    /// A bare word that no parameter asks for.
    pub(super) fn word(&mut self, word: &str, span: Span) -> Option<Term<'r>> {
        let words = self.scope.dialect.profile().words;
        if let Some((_, meaning)) = words.iter().find(|(name, _)| *name == word) {
            return Some(Self::meaning(*meaning));
        }
        if let Some((name, meaning)) = words.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
            self.report(Diagnostic::new(Code::WordCase, span, format!("'{word}' is written {name}")).fix(span, *name));
            return Some(Self::meaning(*meaning));
        }
        let option_of = self.scope.registry.iter().find(|function| {
            function.parameters.iter().any(|p| matches!(p.kind, Kind::Choice(words) if words.contains(&word)))
        });
        let mut diagnostic = Diagnostic::new(Code::UnknownWord, span, format!("'{word}' has no meaning on its own"));
        let function = self.scope.registry.iter().any(|f| f.name(self.scope.dialect) == Some(word));
        diagnostic = match option_of.and_then(|function| function.name(self.scope.dialect)) {
            Some(name) => diagnostic.help(format!("it is an option of {name}")),
            None if function => diagnostic.help(format!("a function is called with parentheses: {word}(…)")),
            None => diagnostic
                .help(format!("an attribute stands in brackets, [{word}]; a text in quotation marks, \"{word}\"")),
        };
        self.report(diagnostic);
        None
    }

    /// The slot of an attribute.
    pub(super) fn attribute(&mut self, name: &str, span: Span) -> Option<Slot> {
        let schema = &mut self.scope.schema;
        let (slot, diagnostic) = match schema.find(name) {
            Found::Exactly(slot) => return Some(slot),
            Found::IgnoringCase(slot, known) => {
                let diagnostic =
                    Diagnostic::new(Code::AttributeCase, span, format!("the attribute [{name}] is named [{known}]"))
                        .help("attribute names are case-sensitive in the product")
                        .fix(span, format!("[{known}]"));
                (Some(slot), diagnostic)
            }
            Found::Several(one, two) => {
                let diagnostic =
                    Diagnostic::new(Code::AmbiguousAttribute, span, format!("[{name}] could be [{one}] or [{two}]"))
                        .help("write the name as the schema has it");
                (None, diagnostic)
            }
            Found::Nowhere if schema.is_open() => return Some(schema.add(name.to_owned())),
            Found::Nowhere => {
                let mut diagnostic =
                    Diagnostic::new(Code::UnknownAttribute, span, format!("the schema has no attribute [{name}]"));
                if let Some(near) = nearest(name, schema.names().iter().map(String::as_str)) {
                    diagnostic = diagnostic.help(format!("did you mean [{near}]?")).fix(span, format!("[{near}]"));
                }
                (None, diagnostic)
            }
        };
        debug_assert!(slot.is_some() || diagnostic.severity == Severity::Error);
        self.report(diagnostic);
        slot
    }
}

/// The known name that a written one is likely meant to be.
pub(crate) fn nearest<'n>(written: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = written.to_ascii_lowercase();
    known
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(written.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
