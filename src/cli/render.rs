//! Diagnostics and values for people.

use crate::{Code, Diagnostic, Outcome, OwnedValue, RecordError, Severity, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::io;

/// Draws on one of the streams, with colour where it takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Painter {
    color: bool,
}

/// What a diagnostic is about, and where that stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// The mapping.
    pub(super) subject: Option<String>,
    /// The file, with the line and column (in characters) of the diagnostic, from 1.
    pub(super) place: Option<(String, usize, usize)>,
}

/// Longer texts are shown around the place only.
const WHOLE: usize = 1500;
const AROUND: usize = 300;
/// A longer change is not drawn: the help says what it is.
const PATCH: usize = 400;

impl Painter {
    pub(super) fn standard_output() -> Self {
        Painter { color: anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never }
    }

    pub(super) fn standard_error() -> Self {
        Painter { color: anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never }
    }

    /// Without colour, wherever it goes.
    pub(super) const fn plain() -> Self {
        Painter { color: false }
    }

    const fn style(self, code: &'static str) -> &'static str {
        if self.color { code } else { "" }
    }

    pub(super) fn bold(self, text: &str) -> String {
        format!("{}{text}{}", self.style("\x1b[1m"), self.style("\x1b[0m"))
    }

    pub(super) fn good(self, text: &str) -> String {
        format!("{}{text}{}", self.style("\x1b[32m"), self.style("\x1b[0m"))
    }

    pub(super) fn bad(self, text: &str) -> String {
        format!("{}{text}{}", self.style("\x1b[1;31m"), self.style("\x1b[0m"))
    }

    pub(super) fn dim(self, text: &str) -> String {
        format!("{}{text}{}", self.style("\x1b[2m"), self.style("\x1b[0m"))
    }

    /// A diagnostic with the line it is about, carets under the place, and the advice.
    pub(super) fn diagnostic(self, text: &str, origin: &Origin, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Hint => Level::NOTE.with_name("hint"),
        };
        let excerpt = Excerpt::of(text, diagnostic.span);
        let title = match &origin.subject {
            Some(subject) => format!("{subject}: {}", diagnostic.message),
            None => diagnostic.message.clone(),
        };
        // The row that the place is in has the number that it has in the file.
        let (path, line) = match &origin.place {
            Some((path, at, _)) => (Some(path.as_str()), at.saturating_sub(excerpt.above).max(1)),
            None => (None, excerpt.line),
        };
        let mut group = Group::with_title(level.primary_title(visible(&title)).id(diagnostic.code.as_str())).element(
            Snippet::source(excerpt.text.as_ref())
                .line_start(line)
                .path(path)
                .annotation(AnnotationKind::Primary.span(excerpt.span.clone())),
        );
        let mut report = Vec::new();
        let patch = diagnostic.fix.as_ref().filter(|_| text.len() <= PATCH && excerpt.whole);
        match (&diagnostic.help, patch) {
            (Some(help), None) => group = group.element(Level::HELP.message(visible(help))),
            (help, Some(fix)) => {
                let title = help.as_deref().unwrap_or("write this instead");
                report.push(
                    Group::with_title(Level::HELP.secondary_title(visible(title))).element(
                        Snippet::source(text)
                            .line_start(line)
                            .path(path)
                            .patch(Patch::new(fix.span.range(), visible(&fix.replacement))),
                    ),
                );
            }
            (None, None) => {}
        }
        report.insert(0, group);
        let renderer = if self.color { Renderer::styled() } else { Renderer::plain() };
        let drawn = renderer.decor_style(DecorStyle::Ascii).render(&report);
        // The renderer counts in the snippet, which is no line of the file.
        let counted = path.map(|path| format!("{path}:{}:", line + excerpt.above));
        match (&origin.place, counted.and_then(|counted| drawn.split_once(&counted))) {
            (Some((path, at, column)), Some((before, rest))) => {
                let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                format!("{before}{path}:{at}:{column}{rest}")
            }
            _ => drawn,
        }
    }

    /// What a record failed with, drawn as a diagnostic.
    pub(super) fn failure(self, text: &str, origin: &Origin, error: &RecordError, shown: &Shown) -> String {
        self.diagnostic(
            text,
            origin,
            &Diagnostic::new(error.code, error.span, shown.message(error.code, &error.message)),
        )
    }
}

/// The part of a text that a diagnostic shows.
struct Excerpt<'t> {
    text: Cow<'t, str>,
    span: std::ops::Range<usize>,
    /// The line of the text that it starts on, from 1.
    line: usize,
    /// Its rows above the one that the span starts in.
    above: usize,
    whole: bool,
}

impl<'t> Excerpt<'t> {
    fn of(text: &'t str, span: Span) -> Self {
        let range = span.range();
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        if text.len() <= WHOLE {
            let above = rows(text.get(..start).unwrap_or_default());
            return Excerpt { text: Cow::Borrowed(text), span: start..end, line: 1, above, whole: true };
        }
        let from = boundary(text, start.saturating_sub(AROUND));
        let to = boundary(text, start.saturating_add(AROUND));
        let before = text.get(..from).unwrap_or_default();
        let mut shown = String::new();
        if from > 0 {
            shown.push('…');
        }
        let shift = shown.len();
        shown.push_str(text.get(from..to).unwrap_or_default());
        let span = start - from + shift..end.min(to).max(start) - from + shift;
        if to < text.len() {
            shown.push('…');
        }
        Excerpt {
            text: Cow::Owned(shown),
            span,
            line: 1 + rows(before),
            above: rows(text.get(from..start).unwrap_or_default()),
            whole: false,
        }
    }
}

/// The rows that end in a text.
fn rows(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

/// The last character boundary up to an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Text without what a terminal would obey.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .flat_map(|letter| {
                let escaped = hidden(letter).then(|| letter.escape_default());
                let plain = escaped.is_none().then_some(letter);
                escaped.into_iter().flatten().chain(plain)
            })
            .collect(),
    )
}

/// How reports show values: as they are, or hashed.
#[derive(Debug)]
pub(super) struct Shown {
    /// Another key each run: values are the same within a report, and cannot be
    /// guessed by hashing candidates.
    key: Option<RandomState>,
}

impl Shown {
    pub(super) fn new(redact: bool) -> Self {
        Shown { key: redact.then(RandomState::new) }
    }

    pub(super) const fn hides(&self) -> bool {
        self.key.is_some()
    }

    /// A text in place of a value.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.key {
            Some(key) => Cow::Owned(format!("#{:016x}", key.hash_one(text))),
            None => Cow::Borrowed(text),
        }
    }

    /// A value for a report.
    pub(super) fn value(&self, value: &OwnedValue) -> OwnedValue {
        match (value, &self.key) {
            (_, None) | (OwnedValue::Null, _) => value.clone(),
            (OwnedValue::Multi(values), _) => OwnedValue::Multi(values.iter().map(|value| self.value(value)).collect()),
            (value, Some(_)) => OwnedValue::Text(self.text(&value.to_string()).into_owned()),
        }
    }

    /// The message of a failure; messages quote values.
    pub(super) fn message<'t>(&self, code: Code, message: &'t str) -> &'t str {
        if self.hides() { code.meaning() } else { message }
    }
}

/// A value on one line, as a reader of the language would write it.
pub(super) fn literal(value: &OwnedValue) -> String {
    match value {
        OwnedValue::Null => "null".to_owned(),
        OwnedValue::Multi(values) => format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", ")),
        OwnedValue::Boolean(_) | OwnedValue::Integer(_) | OwnedValue::Number(_) => value.to_string(),
        OwnedValue::Complex(_) => Json::from(value).to_string(),
        text => Json::from(text.to_string()).to_string(),
    }
}

/// An outcome as the contract has it in JSON.
pub(super) fn outcome_json(outcome: &Result<Outcome, RecordError>, shown: &Shown) -> Json {
    match outcome {
        Ok(Outcome::Value(value)) => {
            let value = shown.value(value);
            json!({"outcome": "value", "type": value.kind(), "value": Json::from(&value)})
        }
        Ok(Outcome::Null) => json!({"outcome": "null"}),
        Ok(Outcome::Skip) => json!({"outcome": "skip"}),
        Ok(Outcome::SkipObject) => json!({"outcome": "skipObject"}),
        Err(error) => json!({
            "outcome": "error",
            "code": error.code.as_str(),
            "message": shown.message(error.code, &error.message),
            "span": error.span,
        }),
    }
}
