//! When the target attributes of one object change, though its record does not: hire,
//! rehire, leave.
//!
//! Dates in expressions count in days, so the beginning of every day is looked at, and
//! the instants that the record's own dates name. Between two instants that give
//! different values the change is found by halving the time, down to the second.

use super::{Args, Format};
use crate::cli::Status;
use crate::cli::output::Output;
use crate::cli::record::{Taken, instant};
use crate::cli::render::{Painter, Shown, literal, visible};
use crate::configuration::{NoObject, ObjectFlow, Subject};
use crate::dotnet::date::{DateTime, Kind};
use crate::{AttributeBag, Environment, Machine, Operation, OwnedValue, Value, value};
use anyhow::{Context, bail, ensure};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const SECOND: i64 = 10_000_000;
const DAY: i64 = 86_400 * SECOND;
/// A longer time would rather be a mistake.
const MOST_DAYS: i64 = 366 * 200;

/// A day, or an instant.
fn moment(text: &str) -> anyhow::Result<DateTime> {
    match text.len() {
        10 => instant(&format!("{text}T00:00:00Z")),
        _ => instant(text),
    }
    .with_context(|| format!("{text}: a day such as 2026-01-31 is wanted, or an instant"))
}

/// What an attribute is at an instant: its value, nothing where it stays out of the
/// flow, or the code it fails with.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Value(OwnedValue),
    /// One that reports do not show.
    Hidden(OwnedValue),
    Stays,
    Fails(String),
}

/// An attribute that becomes another.
struct Change {
    at: i64,
    attribute: String,
    before: State,
    after: State,
}

/// Evaluates the mappings that depend on the time.
struct Clockwork<'c> {
    flow: &'c ObjectFlow,
    bag: &'c AttributeBag,
    environment: &'c Environment,
    mappings: Vec<usize>,
}

impl Clockwork<'_> {
    fn at(&self, ticks: i64) -> Vec<State> {
        let Ok(now) = DateTime::from_ticks(ticks, Kind::Utc) else { return Vec::new() };
        let mut machine = Machine::with_environment(self.environment.clone().with_clock(now));
        let subject = Subject::new(self.flow, self.bag);
        // Nothing has changed but the time.
        let set = self.flow.apply_changed(&mut machine, Operation::Create, &subject, &NoObject, &[]);
        let state = |mapping: &usize| {
            if let Some(failure) = set.failures.iter().find(|failure| failure.mapping == *mapping) {
                return State::Fails(failure.code.as_str().to_owned());
            }
            match set.wanted.get(*mapping).copied().flatten() {
                Some(Value::Null) | None => State::Stays,
                Some(value) if set.redacted.get(*mapping) == Some(&true) => State::Hidden(value.into()),
                Some(value) => State::Value(value.into()),
            }
        };
        self.mappings.iter().map(state).collect()
    }

    /// The first second after `from`, up to `to`, at which a mapping has another state.
    fn turn(&self, place: usize, mut from: i64, mut to: i64, before: &State) -> i64 {
        while to - from > SECOND {
            let middle = from + (to - from) / 2 / SECOND * SECOND;
            let middle = if middle <= from { from + SECOND } else { middle };
            if middle >= to {
                break;
            }
            match self.at(middle).get(place) {
                Some(state) if state == before => from = middle,
                _ => to = middle,
            }
        }
        to
    }
}

pub(super) fn run(args: &Args, flow: &ObjectFlow, bag: &AttributeBag) -> anyhow::Result<Status> {
    let (Some(from), Some(to)) = (&args.from, &args.to) else { bail!("--from and --to go together") };
    let (from, to) = (moment(from)?.ticks(), moment(to)?.ticks());
    ensure!(from < to, "--from is not before --to");
    ensure!((to - from) / DAY <= MOST_DAYS, "that is more than 200 years");
    // Chance is not what changes with the time.
    let environment = args.run.environment(Taken::ByTarget)?.with_seed(0);
    let wanted =
        |name: &str| args.attribute.is_empty() || args.attribute.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    let targets = flow.mappings().mappings();
    let mappings: Vec<usize> = (0..targets.len())
        .filter(|mapping| flow.mappings().is_affected(*mapping, &[]) && !flow.seeks_unique_value(*mapping))
        .filter(|mapping| targets.get(*mapping).is_some_and(|item| wanted(&item.target)))
        .collect();
    let clockwork = Clockwork { flow, bag, environment: &environment, mappings };
    let (changes, restless) = timeline(&clockwork, from, to);
    let shown = args.run.shown();
    let mut out = Output::to(args.output.as_deref())?;
    match args.format {
        Format::Html => bail!("html is for one instant: leave --from and --to out"),
        Format::Json => {
            let changes: Vec<Json> = changes
                .iter()
                .map(|change| {
                    json!({
                        "instant": text(change.at),
                        "attribute": change.attribute,
                        "before": change.before.json(&shown),
                        "after": change.after.json(&shown),
                    })
                })
                .collect();
            out.json(&json!({"from": text(from), "to": text(to), "changes": changes, "always": restless}))?;
        }
        Format::Pretty => {
            let painter = if args.output.is_some() { Painter::plain() } else { Painter::standard_output() };
            for change in &changes {
                out.line(format_args!(
                    "{}  {}  {} {} {}",
                    text(change.at),
                    painter.bold(&visible(&change.attribute)),
                    painter.dim(&visible(&change.before.text(&shown))),
                    painter.dim("→"),
                    painter.good(&visible(&change.after.text(&shown)))
                ))?;
            }
            for name in &restless {
                out.line(format_args!("always  {}  {}", painter.bold(name), painter.dim("changes with the clock")))?;
            }
            if changes.is_empty() && restless.is_empty() {
                out.line("nothing changes")?;
            }
        }
    }
    out.finish()?;
    Ok(Status::Clean)
}

/// The changes in order, and the attributes that change nearly every day.
fn timeline(clockwork: &Clockwork<'_>, from: i64, to: i64) -> (Vec<Change>, Vec<String>) {
    let mut instants: BTreeSet<i64> = [from, to].into();
    let first = from / DAY + 1;
    instants.extend((first..=to / DAY).map(|day| day * DAY));
    // The record's own dates, and the second behind each.
    for (_, held) in clockwork.bag.iter() {
        let arena = bumpalo::Bump::new();
        if let Ok(date) = value::to_date(held.borrow(&arena), || DateTime::MIN) {
            instants.extend([date.ticks(), date.ticks() + SECOND].into_iter().filter(|at| (from..=to).contains(at)));
        }
    }
    let name = |mapping: &usize| {
        clockwork.flow.mappings().mappings().get(*mapping).map(|item| item.target.clone()).unwrap_or_default()
    };
    let mut counts = vec![0_usize; clockwork.mappings.len()];
    let mut turns: Vec<(usize, i64, i64, State, State)> = Vec::new();
    let mut last: Option<(i64, Vec<State>)> = None;
    let steps = instants.len();
    for at in instants {
        let states = clockwork.at(at);
        if let Some((before_at, before)) = &last {
            for (place, (old, new)) in before.iter().zip(&states).enumerate().filter(|(_, (old, new))| old != new) {
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
                turns.push((place, *before_at, at, old.clone(), new.clone()));
            }
        }
        last = Some((at, states));
    }
    // More than every other day is no event.
    let restless = |place: usize| counts.get(place).is_some_and(|count| *count > 2 && *count * 2 > steps);
    let mut changes: Vec<Change> = turns
        .into_iter()
        .filter(|(place, ..)| !restless(*place))
        .map(|(place, before_at, at, before, after)| Change {
            at: clockwork.turn(place, before_at, at, &before),
            attribute: clockwork.mappings.get(place).map(name).unwrap_or_default(),
            before,
            after,
        })
        .collect();
    changes.sort_by_key(|change| change.at);
    let always = clockwork.mappings.iter().enumerate().filter(|(place, _)| restless(*place));
    (changes, always.map(|(_, mapping)| name(mapping)).collect())
}

/// An instant as RFC 3339, to the second.
fn text(ticks: i64) -> String {
    DateTime::from_ticks(ticks, Kind::Utc).map_or_else(
        |_| "?".to_owned(),
        |at| {
            format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                at.year(),
                at.month(),
                at.day(),
                at.hour(),
                at.minute(),
                at.second()
            )
        },
    )
}

impl State {
    fn text(&self, shown: &Shown) -> String {
        match self {
            State::Value(value) => literal(&shown.value(value)),
            State::Hidden(_) => "[Redact]".to_owned(),
            State::Stays => "stays out of the flow".to_owned(),
            State::Fails(code) => format!("error[{code}]"),
        }
    }

    fn json(&self, shown: &Shown) -> Json {
        match self {
            State::Value(value) => Json::from(&shown.value(value)),
            State::Hidden(_) => "[Redact]".into(),
            State::Stays => Json::Null,
            State::Fails(code) => json!({"error": code}),
        }
    }
}
