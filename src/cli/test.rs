//! `attrflow test PATH…`.

use super::cases::{self, Case, Expectation, Subject, Suite};
use super::explain::tree;
use super::output::Output;
use super::record::{RunArgs, Taken};
use super::render::{Origin, Painter, Shown, literal, outcome_json, visible};
use super::{Status, input, say};
use crate::{
    CompileError, Compiler, Environment, Expression, Machine, Outcome, OwnedValue, RecordError, Schema, Severity, Trace,
};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Suites (YAML, JSON, JSON lines), and folders that hold some
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    /// The form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Failed cases with their trace, and how many passed
    #[default]
    Pretty,
    /// One object
    Json,
    /// What build servers read
    Junit,
}

/// What came of a case.
#[derive(Debug)]
struct Verdict {
    passed: bool,
    actual: Actual,
    /// How the value came about, where the case failed and its expression compiles.
    trace: Option<Trace>,
}

#[derive(Debug)]
enum Actual {
    Ran {
        outcome: Result<Outcome, RecordError>,
        redacted: bool,
    },
    NotCompiled(CompileError),
    /// The case's own settings are unusable.
    Unusable(String),
}

struct Done<'s> {
    file: &'s str,
    case: &'s Case,
    verdict: Verdict,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let environment = args.run.environment(Taken::Anywhere)?;
    let mut suites = Vec::new();
    let mut status = Status::Clean;
    let mut complain = |message: &dyn std::fmt::Display| {
        say(format_args!("error: {message}"));
        status = Status::Unusable;
    };
    for path in &args.paths {
        match read(path) {
            Ok(found) => suites.extend(found),
            Err(error) => complain(&format_args!("{error:#}")),
        }
    }
    suites.iter().flat_map(|(_, suite)| &suite.errors).for_each(|error| complain(error));
    let mut done = Vec::new();
    for (file, suite) in &suites {
        for case in &suite.cases {
            done.push(Done { file, case, verdict: judge(case, &args.run, &environment) });
        }
    }
    let mut out = Output::standard();
    let shown = args.run.shown();
    match args.format {
        Format::Pretty => pretty(&done, &shown, &mut out)?,
        Format::Json => out.json(&report_json(&done, &shown))?,
        Format::Junit => out.text(&junit(&done, &shown)?)?,
    }
    out.finish()?;
    let failed = done.iter().any(|done| !done.verdict.passed);
    Ok(if failed { status.max(Status::Findings) } else { status })
}

fn read(path: &Path) -> anyhow::Result<Vec<(String, Suite)>> {
    cases::find(path)?.into_iter().map(|file| Ok((input::name(&file), Suite::read(&file)?))).collect()
}

fn judge(case: &Case, run: &RunArgs, base: &Environment) -> Verdict {
    let environment = match case.environment(base) {
        Ok(environment) => environment,
        Err(error) => {
            return Verdict { passed: false, actual: Actual::Unusable(format!("{error:#}")), trace: None };
        }
    };
    let compiler = run.language.compiler().schema(Schema::open(case.input.iter().map(|(name, _)| name)));
    let evaluated = match &case.subject {
        Subject::Expression(text) => evaluate(&compiler, text, case, &environment),
        Subject::Mapping(mapping) => match compiler.mapping_set([mapping.clone()]) {
            Ok(set) => {
                let mut machine = Machine::with_environment(environment.clone());
                let output = machine.apply(&set, &case.input);
                match output.results() {
                    [result] => Ok(Actual::Ran { outcome: result.into_owned(), redacted: result.is_redacted() }),
                    // One mapping has one result.
                    _ => Ok(Actual::Ran { outcome: Ok(Outcome::Skip), redacted: false }),
                }
            }
            // On its own the expression fails the same way, but for its target.
            Err(_) => evaluate(&compiler, &mapping.expression, case, &environment),
        },
    };
    let actual = evaluated.unwrap_or_else(Actual::NotCompiled);
    let passed = matches(&case.expect, &actual);
    let trace = (!passed).then(|| compiler.expression(case.subject.text()).ok()).flatten();
    let trace = trace.map(|expression| Machine::with_environment(environment).trace(&expression, &case.input));
    Verdict { passed, actual, trace }
}

fn evaluate(compiler: &Compiler, text: &str, case: &Case, environment: &Environment) -> Result<Actual, CompileError> {
    let expression: Expression = compiler.expression(text)?;
    let mut machine = Machine::with_environment(environment.clone());
    let evaluation = machine.evaluate(&expression, &case.input);
    Ok(Actual::Ran { redacted: evaluation.is_redacted(), outcome: evaluation.into_owned() })
}

fn matches(expect: &Expectation, actual: &Actual) -> bool {
    match (expect, actual) {
        (Expectation::Error(part), Actual::Ran { outcome: Err(error), .. }) => {
            names(part, error.code.as_str(), &error.message)
        }
        (Expectation::Error(part), Actual::NotCompiled(error)) => error
            .diagnostics()
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .any(|found| names(part, found.code.as_str(), &found.message)),
        (Expectation::Null, Actual::Ran { outcome: Ok(Outcome::Null), .. })
        | (Expectation::Skip, Actual::Ran { outcome: Ok(Outcome::Skip), .. })
        | (Expectation::SkipObject, Actual::Ran { outcome: Ok(Outcome::SkipObject), .. }) => true,
        (Expectation::Value(expected), Actual::Ran { outcome: Ok(Outcome::Value(value)), .. }) => same(expected, value),
        _ => false,
    }
}

/// Whether an expectation names an error: by its code, or by part of its message.
fn names(part: &str, code: &str, message: &str) -> bool {
    part == code || message.to_lowercase().contains(&part.to_lowercase())
}

/// A boolean or number expectation matches the same value as text, a text one only the
/// same text.
fn same(expected: &OwnedValue, actual: &OwnedValue) -> bool {
    match (expected, actual) {
        (OwnedValue::Multi(expected), OwnedValue::Multi(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(expected, actual)| same(expected, actual))
        }
        (OwnedValue::Complex(_), OwnedValue::Complex(_)) => Json::from(expected) == Json::from(actual),
        (OwnedValue::Null, actual) => *actual == OwnedValue::Null,
        (_, OwnedValue::Multi(_) | OwnedValue::Complex(_) | OwnedValue::Null)
        | (OwnedValue::Multi(_) | OwnedValue::Complex(_), _) => false,
        (OwnedValue::Integer(expected), OwnedValue::Integer(actual)) => expected == actual,
        // By text, whatever the kinds: seven is 7 as a number and as text, and not 007.
        (expected, actual) => expected.to_string() == actual.to_string(),
    }
}

fn place(done: &Done<'_>) -> String {
    match done.case.line {
        Some(line) => format!("{}:{line}", done.file),
        None => done.file.to_owned(),
    }
}

impl Expectation {
    fn describe(&self, shown: &Shown) -> String {
        match self {
            Expectation::Value(value) => literal(&shown.value(value)),
            Expectation::Null => "null".to_owned(),
            Expectation::Skip => "the attribute leaves the flow".to_owned(),
            Expectation::SkipObject => "the object leaves the flow".to_owned(),
            Expectation::Error(part) => format!("an error with {}", Json::from(part.as_str())),
        }
    }

    /// In the form of suites.
    fn json(&self, shown: &Shown) -> Json {
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
    fn describe(&self, shown: &Shown) -> String {
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

    fn json(&self, shown: &Shown) -> Json {
        match self {
            Actual::Ran { outcome, .. } => outcome_json(outcome, shown),
            Actual::NotCompiled(error) => super::eval::not_compiled(error),
            Actual::Unusable(message) => json!({"outcome": "error", "message": message}),
        }
    }

    /// Redact was passed: the report shows neither side.
    const fn is_redacted(&self) -> bool {
        matches!(self, Actual::Ran { redacted: true, .. })
    }
}

/// Both sides as a report shows them.
fn sides(done: &Done<'_>, shown: &Shown) -> (String, String) {
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

fn pretty(done: &[Done<'_>], shown: &Shown, out: &mut Output) -> anyhow::Result<()> {
    let painter = Painter::standard_output();
    for done in done.iter().filter(|done| !done.verdict.passed) {
        out.line(format_args!(
            "{} {} {}",
            painter.bad("FAILED"),
            painter.bold(&visible(&done.case.name)),
            painter.dim(&format!("({})", place(done)))
        ))?;
        out.text(&details(done, shown, painter))?;
        out.line("")?;
    }
    let failed = done.iter().filter(|done| !done.verdict.passed).count();
    let summary = format!("{} passed, {failed} failed", done.len() - failed);
    out.line(if failed == 0 { painter.good(&summary) } else { painter.bad(&summary) })?;
    Ok(())
}

/// Expression, both sides with the difference marked, and the trace.
fn details(done: &Done<'_>, shown: &Shown, painter: Painter) -> String {
    let mut text = String::new();
    let mut lines = done.case.subject.text().trim_end().lines();
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
        }
        _ => {}
    }
    text
}

/// Where two texts differ: characters before, and characters of the second one from the
/// first difference to the last.
fn difference(expected: &str, actual: &str) -> (usize, usize) {
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

fn report_json(done: &[Done<'_>], shown: &Shown) -> Json {
    let cases: Vec<Json> = done
        .iter()
        .map(|done| {
            let hidden = Shown::new(true);
            let shown = if done.verdict.actual.is_redacted() { &hidden } else { shown };
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
    let failed = done.iter().filter(|done| !done.verdict.passed).count();
    json!({"passed": done.len() - failed, "failed": failed, "cases": cases})
}

/// A suite a file.
fn junit(done: &[Done<'_>], shown: &Shown) -> anyhow::Result<String> {
    use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

    let painter = Painter::plain();
    let mut report = Report::new("attrflow");
    let mut suites: Vec<TestSuite> = Vec::new();
    for done in done {
        let status = if done.verdict.passed {
            TestCaseStatus::success()
        } else {
            let (expected, actual) = sides(done, shown);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("expected {expected}; actual: {actual}"));
            status.set_description(details(done, shown, painter));
            status
        };
        let mut case = TestCase::new(done.case.name.as_str(), status);
        case.set_classname(place(done));
        match suites.last_mut().filter(|suite| suite.name.as_str() == done.file) {
            Some(suite) => {
                suite.add_test_case(case);
            }
            None => {
                let mut suite = TestSuite::new(done.file);
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    report.add_test_suites(suites);
    Ok(report.to_string()?)
}
