//! Reports of a run of suites as text, JSON, JUnit and annotations.

use super::cases::{Case, Expectation, Subject, Unreadable};
use super::coverage::{Covered, Group, Unit, fallen, percent, rounded, shortened};
use super::judge::{Actual, Verdict};
use crate::Outcome;
use crate::cli::explain::tree;
use crate::cli::output::{Output, OutputError};
use crate::cli::render::{Origin, Painter, Shown, literal, outcome_json, visible};
use crate::coverage::Kind;
use serde_json::{Value as Json, json};

/// A case with what came of it.
pub(super) struct Done<'s> {
    pub(super) file: &'s str,
    pub(super) case: &'s Case,
    pub(super) verdict: Verdict,
}

/// What there is to report.
pub(super) struct Report<'r> {
    pub(super) done: &'r [Done<'r>],
    pub(super) unreadable: &'r [Unreadable],
    pub(super) coverage: Option<&'r Covered>,
    pub(super) shown: &'r Shown,
}

impl<'r> Report<'r> {
    pub(super) fn failed(&self) -> impl Iterator<Item = &'r Done<'r>> {
        self.done.iter().filter(|done| !done.verdict.passed)
    }

    /// Whether there were cases at all: a population may be covered without.
    fn has_cases(&self) -> bool {
        !self.done.is_empty() || !self.unreadable.is_empty()
    }

    pub(super) fn summary(&self) -> String {
        let failed = self.failed().count();
        format!("{} passed, {failed} failed", self.done.len() - failed)
    }
}

impl Done<'_> {
    pub(super) fn place(&self) -> String {
        match self.case.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.to_owned(),
        }
    }

    /// What is tested, as a report names it.
    pub(super) fn subject(&self) -> &str {
        match &self.case.subject {
            Subject::Scope(_) => "the object's scope",
            subject => subject.text().trim_end(),
        }
    }
}

impl Expectation {
    pub(super) fn describe(&self, shown: &Shown) -> String {
        match self {
            Expectation::Value(value) => literal(&shown.value(value)),
            Expectation::Null => "null".to_owned(),
            Expectation::Skip => "the attribute leaves the flow".to_owned(),
            Expectation::SkipObject => "the object leaves the flow".to_owned(),
            Expectation::Error(part) => format!("an error with {}", Json::from(part.as_str())),
        }
    }

    /// In the form of suites.
    pub(super) fn json(&self, shown: &Shown) -> Json {
        match self {
            Expectation::Value(value) => Json::from(&shown.value(value)),
            Expectation::Null => Json::Null,
            Expectation::Skip => json!({"skip": true}),
            Expectation::SkipObject => json!({"skipObject": true}),
            Expectation::Error(part) => json!({"error": part}),
        }
    }
}

impl Actual {
    pub(super) fn describe(&self, shown: &Shown) -> String {
        match self {
            Actual::Ran { outcome: Ok(Outcome::Value(value)), .. } => literal(&shown.value(value)),
            Actual::Ran { outcome: Ok(Outcome::Null), .. } => "null".to_owned(),
            Actual::Ran { outcome: Ok(Outcome::Skip), .. } => "the attribute leaves the flow".to_owned(),
            Actual::Ran { outcome: Ok(Outcome::SkipObject), .. } => "the object leaves the flow".to_owned(),
            Actual::Ran { outcome: Err(error), .. } => {
                format!("error[{}]: {}", error.code, shown.message(error.code, &error.message))
            }
            Actual::NotCompiled(error) => format!("does not compile: {error}"),
            Actual::Unusable(message) => message.clone(),
        }
    }

    pub(super) fn json(&self, shown: &Shown) -> Json {
        match self {
            Actual::Ran { outcome, .. } => outcome_json(outcome, shown),
            Actual::NotCompiled(error) => crate::cli::eval::not_compiled(error),
            Actual::Unusable(message) => json!({"outcome": "error", "message": message}),
        }
    }
}

/// Both sides as a report shows them.
pub(super) fn sides(done: &Done<'_>, shown: &Shown) -> (String, String) {
    if done.verdict.actual.is_redacted() {
        let hidden = "[Redact]".to_owned();
        return match done.verdict.actual {
            // What it failed with may be told, not with which value.
            Actual::Ran { outcome: Err(_), .. } => (hidden, done.verdict.actual.describe(&Shown::new(true))),
            _ => (hidden.clone(), hidden),
        };
    }
    (done.case.expect.describe(shown), done.verdict.actual.describe(shown))
}

pub(super) fn pretty(report: &Report<'_>, out: &mut Output) -> anyhow::Result<()> {
    let painter = Painter::standard_output();
    for done in report.failed() {
        out.line(format_args!(
            "{} {} {}",
            painter.bad("FAILED"),
            painter.bold(&visible(&done.case.name)),
            painter.dim(&format!("({})", done.place()))
        ))?;
        out.text(&details(done, report.shown, painter))?;
        out.line("")?;
    }
    if report.has_cases() {
        let summary = report.summary();
        let good = report.failed().next().is_none();
        out.line(if good { painter.good(&summary) } else { painter.bad(&summary) })?;
    }
    if let Some(coverage) = report.coverage {
        coverage_lines(coverage, report.shown, painter, &mut |line| out.line(line))?;
    }
    Ok(())
}

/// The coverage of every mapping, what is missing, and what falls to defaults.
pub(super) fn coverage_lines<E>(
    coverage: &Covered,
    shown: &Shown,
    painter: Painter,
    line: &mut impl FnMut(String) -> Result<(), E>,
) -> Result<(), E> {
    let hidden = Shown::new(true);
    for group in &coverage.groups {
        line(format!("{} {}", painter.bold("coverage of"), painter.bold(&visible(&group.file))))?;
        for unit in &group.units {
            let (covered, all) = (unit.coverage.covered(), unit.coverage.branches().len());
            let count = format!("{covered}/{all}");
            let count = if covered == all { painter.good(&count) } else { painter.bad(&count) };
            let place = painter.dim(&place(group, unit));
            line(format!("  {}  {count}  {place}", visible(&unit.name)))?;
            for branch in unit.missing() {
                let text = if branch.kind == Kind::Whole {
                    "    never  runs".to_owned()
                } else {
                    let (what, call) = (shortened(&branch.what), unit.call(branch));
                    format!("    never  {}  (in {}, character {})", visible(&what), visible(&call), unit.column(branch))
                };
                line(text)?;
            }
        }
    }
    let mut first = true;
    for group in &coverage.groups {
        for unit in &group.units {
            for default in unit.coverage.defaults() {
                if std::mem::take(&mut first) {
                    line(painter.bold("values that fall to a default"))?;
                }
                let title = format!("{}: {}", default.source, fallen(default));
                line(format!(
                    "  {}  {}",
                    visible(&title),
                    painter.dim(&format!("{} {}", unit.name, place(group, unit)))
                ))?;
                let values = default.most_frequent();
                for (value, records) in values.iter().take(LISTED) {
                    let value = literal(&unit.shown(shown, &hidden).value(value));
                    line(format!("    {records:>6}  {}", visible(&value)))?;
                }
                if values.len() > LISTED {
                    line(format!("            and {} more", values.len() - LISTED))?;
                }
            }
        }
    }
    if let Some((records, in_scope)) = coverage.records {
        line(format!(
            "{records} record{} of the population, {in_scope} in scope",
            if records == 1 { "" } else { "s" }
        ))?;
    }
    line(coverage_summary(coverage))
}

/// So many values that fall to a default are listed for people; JSON has all.
pub(super) const LISTED: usize = 10;

pub(super) fn coverage_summary(coverage: &Covered) -> String {
    let totals = coverage.totals();
    format!("coverage {}%: {} of {} branches", rounded(percent(totals)), totals.0, totals.1)
}

pub(super) fn place(group: &Group, unit: &Unit) -> String {
    match unit.line {
        Some(line) => format!("({}:{line})", group.file),
        None => format!("({})", group.file),
    }
}

/// Expression, both sides with the difference marked, and the trace.
pub(super) fn details(done: &Done<'_>, shown: &Shown, painter: Painter) -> String {
    let mut text = String::new();
    let mut lines = done.subject().lines();
    text.push_str(&format!("  expression  {}\n", visible(lines.next().unwrap_or_default())));
    lines.for_each(|line| text.push_str(&format!("              {}\n", visible(line))));
    let (expected, actual) = sides(done, shown);
    let (before, marks) = difference(&expected, &actual);
    text.push_str(&format!("  expected    {}\n", visible(&expected)));
    text.push_str(&format!("  actual      {}\n", visible(&actual)));
    if marks > 0 && !matches!(done.verdict.actual, Actual::NotCompiled(_)) {
        text.push_str(&format!("              {}{}\n", " ".repeat(before), painter.bad(&"^".repeat(marks))));
    }
    match (&done.verdict.actual, &done.verdict.trace) {
        (Actual::NotCompiled(error), _) => {
            for found in error.diagnostics() {
                let drawn = painter.diagnostic(error.source_text(), &Origin::default(), found);
                drawn.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
            }
        }
        (_, Some(trace)) => {
            let mut trace = trace.clone();
            trace.steps.iter_mut().for_each(|step| step.value = shown.value(&step.value));
            text.push_str("  trace\n");
            tree(&trace, painter).lines().for_each(|line| text.push_str(&format!("    {line}\n")));
            if let Some(note) = after_the_trace(done) {
                text.push_str(&format!("    {}\n", painter.dim(note)));
            }
        }
        _ => {}
    }
    for group in done.verdict.scope.iter().flat_map(|scope| &scope.groups) {
        let name = if group.name.is_empty() { String::new() } else { format!(" {}", visible(&group.name)) };
        text.push_str(&format!("  group{name}  {}\n", holds(group.holds)));
        for clause in &group.clauses {
            let value = literal(&shown.value(&clause.value));
            let word = match &clause.holds {
                Ok(truth) => holds(*truth).to_owned(),
                Err(error) => format!("error[{}]: {}", error.code, shown.message(error.code, &error.message)),
            };
            text.push_str(&format!("    {}  ({})  {}\n", visible(&clause.text), visible(&value), visible(&word)));
        }
    }
    text
}

const fn holds(truth: bool) -> &'static str {
    if truth { "holds" } else { "does not hold" }
}

/// What becomes of an expression's value on the way to the target.
fn after_the_trace(done: &Done<'_>) -> Option<&'static str> {
    let (Subject::Mapping(_), Actual::Ran { outcome, redacted: false }) = (&done.case.subject, &done.verdict.actual)
    else {
        return None;
    };
    let made = &done.verdict.trace.as_ref()?.outcome;
    match (made, outcome) {
        (Ok(Outcome::Null), Ok(Outcome::Value(_))) => Some("null: the default value takes its place"),
        (Ok(Outcome::Value(made)), Ok(Outcome::Value(value))) if made != value => {
            Some("converted to what the target attribute takes")
        }
        (Ok(_), Err(_)) => Some("the target attribute does not take it"),
        (Ok(Outcome::Value(_) | Outcome::Null), Ok(Outcome::Skip)) => Some("does not flow in an update"),
        _ => None,
    }
}

/// Where two texts differ: characters before, and characters of the second one from the
/// first difference to the last.
pub(super) fn difference(expected: &str, actual: &str) -> (usize, usize) {
    let (expected, actual): (Vec<char>, Vec<char>) = (expected.chars().collect(), actual.chars().collect());
    if expected == actual {
        return (0, 0);
    }
    let before = expected.iter().zip(&actual).take_while(|(one, other)| one == other).count();
    let most = expected.len().min(actual.len()) - before;
    let behind =
        expected.iter().rev().zip(actual.iter().rev()).take(most).take_while(|(one, other)| one == other).count();
    // Where something is missing, the place is marked.
    (before, (actual.len() - before - behind).max(1))
}

pub(super) fn json(report: &Report<'_>) -> Json {
    let hidden = Shown::new(true);
    let cases: Vec<Json> = report
        .done
        .iter()
        .map(|done| {
            let shown = if done.verdict.actual.is_redacted() { &hidden } else { report.shown };
            let mut case = json!({
                "name": done.case.name,
                "file": done.file,
                "line": done.case.line,
                "passed": done.verdict.passed,
                "expression": done.case.subject.text(),
                "expected": done.case.expect.json(shown),
                "actual": done.verdict.actual.json(shown),
            });
            if let (Some(trace), Json::Object(fields)) = (&done.verdict.trace, &mut case) {
                let steps = trace.steps.iter().map(|step| {
                    json!({"text": step.text, "span": step.span, "depth": step.depth,
                        "value": Json::from(&shown.value(&step.value))})
                });
                fields.insert("trace".to_owned(), steps.collect());
            }
            case
        })
        .collect();
    let failed = report.failed().count();
    let unreadable: Vec<Json> = report
        .unreadable
        .iter()
        .map(|case| json!({"name": case.title(), "file": case.file, "line": case.line, "message": case.message}))
        .collect();
    let mut json =
        json!({"passed": report.done.len() - failed, "failed": failed, "unreadable": unreadable, "cases": cases});
    if let (Some(coverage), Json::Object(fields)) = (report.coverage, &mut json) {
        fields.insert("coverage".to_owned(), coverage.json(report.shown));
    }
    json
}

/// A suite a file. A case that cannot be read is an error there, a case that does not pass
/// a failure.
pub(super) fn junit(report: &Report<'_>) -> anyhow::Result<String> {
    use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

    let painter = Painter::plain();
    let mut suites: Vec<TestSuite> = Vec::new();
    let mut add = |file: &str, case: TestCase| match suites.iter_mut().find(|suite| suite.name.as_str() == file) {
        Some(suite) => {
            suite.add_test_case(case);
        }
        None => {
            let mut suite = TestSuite::new(file);
            suite.add_test_case(case);
            suites.push(suite);
        }
    };
    for done in report.done {
        let status = if done.verdict.passed {
            TestCaseStatus::success()
        } else {
            let (expected, actual) = sides(done, report.shown);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("expected {expected}; actual: {actual}"));
            status.set_description(details(done, report.shown, painter));
            status
        };
        let mut case = TestCase::new(done.case.name.as_str(), status);
        case.set_classname(done.place());
        add(done.file, case);
    }
    for unreadable in report.unreadable {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(unreadable.message.as_str());
        let mut case = TestCase::new(unreadable.title(), status);
        case.set_classname(match unreadable.line {
            Some(line) => format!("{}:{line}", unreadable.file),
            None => unreadable.file.clone(),
        });
        add(&unreadable.file, case);
    }
    let mut document = Document::new("attrflow");
    document.add_test_suites(suites);
    Ok(document.to_string()?)
}

/// Annotations, as
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions> has them.
pub(super) fn github(report: &Report<'_>, out: &mut Output) -> Result<(), OutputError> {
    let painter = Painter::plain();
    for done in report.failed() {
        let (expected, actual) = sides(done, report.shown);
        let message = format!("expected {expected}; actual: {actual}\n{}", details(done, report.shown, painter));
        out.line(annotation("error", done.file, done.case.line, &done.case.name, message.trim_end()))?;
    }
    for case in report.unreadable {
        out.line(annotation("error", &case.file, case.line, &case.title(), &case.message))?;
    }
    for group in report.coverage.iter().flat_map(|coverage| &coverage.groups) {
        for unit in &group.units {
            let missing: Vec<String> = unit
                .missing()
                .into_iter()
                .map(|branch| match branch.kind {
                    Kind::Whole => branch.what.clone(),
                    _ => format!("{} (in {})", shortened(&branch.what), unit.call(branch)),
                })
                .collect();
            if !missing.is_empty() {
                let message = format!("never reached: {}", missing.join("; "));
                out.line(annotation("warning", &group.file, unit.line, &unit.name, &message))?;
            }
        }
    }
    if report.has_cases() {
        out.line(report.summary())?;
    }
    report.coverage.map_or(Ok(()), |coverage| out.line(coverage_summary(coverage)))
}

fn annotation(command: &str, file: &str, line: Option<usize>, title: &str, message: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
    format!("::{command} file={}{line},title={}::{}", property(file), property(title), data(&visible(message)))
}
