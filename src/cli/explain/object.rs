//! One object through a configuration: in scope or not, the match, and every attribute.

use super::{Args, Format, html, pretty, time};
use crate::cli::configuration::Loaded;
use crate::cli::output::Output;
use crate::cli::population::{Binding, Origin, Population, Source};
use crate::cli::record::{Taken, object};
use crate::cli::render::{Shown, literal};
use crate::cli::{Status, say};
use crate::configuration::{Action, FilterList, Match, ObjectFlow, Scope, ScopeTrace, Subject, TargetIndex};
use crate::functions::Basis;
use crate::{
    AttributeBag, Code, Compiler, Environment, Machine, Operation, Outcome, OwnedValue, Presence, RecordError,
    Registry, Schema, Slot,
};
use anyhow::{anyhow, bail};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::sync::Arc;

/// Everything there is to say of one object.
pub(super) struct Explanation {
    pub(super) configuration: String,
    pub(super) flow: String,
    pub(super) record: Vec<(String, OwnedValue)>,
    pub(super) scope: ScopeTrace,
    pub(super) matching: Matching,
    pub(super) operation: &'static str,
    pub(super) reason: String,
    pub(super) attributes: Vec<Attribute>,
}

/// How the target object is looked for.
pub(super) struct Matching {
    /// The values, or what the object fails with.
    pub(super) keys: Result<Vec<(String, String)>, RecordError>,
    /// What was found, in words.
    pub(super) found: String,
}

/// One target attribute.
pub(super) struct Attribute {
    pub(super) target: String,
    pub(super) expression: String,
    pub(super) steps: Vec<Step>,
    pub(super) before: OwnedValue,
    /// What flows; nothing where the attribute stays out of the flow.
    pub(super) after: Option<OwnedValue>,
    pub(super) outcome: &'static str,
    /// Why, where the value does not say it.
    pub(super) why: Option<String>,
    pub(super) error: Option<RecordError>,
}

/// A node of an expression with its value.
pub(super) struct Step {
    pub(super) text: String,
    pub(super) depth: usize,
    pub(super) value: OwnedValue,
    /// What is to be said of it: where null came in, which branch was taken, and the rule
    /// with its basis.
    pub(super) note: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    let loaded = Loaded::read(Path::new(&args.subject))?;
    let bag = match &args.input {
        Some(input) => record_of(input, args.condition.as_deref())?,
        None => args.record.bag()?,
    };
    // The names of the record go first: a name in other case is found, with a warning.
    let compiler = args.run.compiler_for(&bag);
    let Some(configuration) = loaded.compile(&compiler)? else { return Ok(Status::Unusable) };
    let flow = loaded.flow(&configuration, args.mapping.as_deref())?;
    if args.from.is_some() {
        return time::run(args, &flow, &bag);
    }
    let environment = args.run.environment(Taken::ByTarget)?;
    // Values and the steps that lead to them are evaluated apart: one instant and one seed for all.
    let now = environment.now();
    let seed = environment.seed.unwrap_or(now.ticks().unsigned_abs());
    let environment = environment.with_clock(now).with_seed(seed);
    let found = match (&args.current, &args.target) {
        (Some(path), _) => Found::Given(object(path)?),
        (None, Some(path)) => looked_up(path, &flow, &environment, &bag)?,
        (None, None) => Found::NotAsked,
    };
    let shown = args.run.shown();
    let explainer = Explainer { compiler: &compiler, environment: &environment, flow: &flow, shown: &shown };
    let mut explanation = explainer.explain(&bag, &found);
    loaded.name().clone_into(&mut explanation.configuration);
    if !args.attribute.is_empty() {
        let wanted = |name: &str| args.attribute.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        for name in &args.attribute {
            let filled = flow.mappings().mappings().iter().any(|mapping| mapping.target.eq_ignore_ascii_case(name));
            anyhow::ensure!(filled, "{}: no mapping fills {name}", loaded.name());
        }
        explanation.attributes.retain(|attribute| wanted(&attribute.target));
    }
    let mut out = Output::to(args.output.as_deref())?;
    match args.format {
        Format::Pretty => pretty::write(&explanation, &mut out, args.output.is_some())?,
        Format::Json => out.json(&explanation.json())?,
        Format::Html => out.text(&html::page(&explanation))?,
    }
    out.finish()?;
    let aside = matches!(explanation.operation, "quarantine" | "conflict");
    Ok(if aside { Status::Findings } else { Status::Clean })
}

/// The target object that belongs to the record.
enum Found {
    /// Nobody said what the target has.
    NotAsked,
    /// It was given.
    Given(AttributeBag),
    /// The target was searched: what was found, and the object if it is one.
    Searched(Result<usize, RecordError>, AttributeBag),
}

/// The record of a population that meets a condition; the first one without.
fn record_of(input: &Path, condition: Option<&str>) -> anyhow::Result<AttributeBag> {
    let condition = match condition {
        Some(condition) => {
            Some(condition.split_once('=').ok_or_else(|| anyhow!("--where {condition}: NAME=VALUE is wanted"))?)
        }
        None => None,
    };
    let mut source = Source::open(&Origin::file(input))?;
    let schema = Arc::new(Schema::open(source.names()));
    let mut binding = Binding::whole(schema.clone());
    let mut bag = AttributeBag::with_schema(schema);
    while let Some(read) = source.next(&mut binding, &mut bag) {
        if let Err(error) = read {
            say(error.within(&input.display().to_string()));
            continue;
        }
        if condition.is_none_or(|(name, value)| bag.get(name).is_some_and(|held| held.to_string() == value)) {
            return Ok(bag);
        }
    }
    match condition {
        Some((name, value)) => bail!("{}: no record has {name}={value}", input.display()),
        None => bail!("{}: there is no record", input.display()),
    }
}

/// Looks for the record's object among those of the target.
fn looked_up(path: &Path, flow: &ObjectFlow, environment: &Environment, bag: &AttributeBag) -> anyhow::Result<Found> {
    let target = Population::open(&Origin::file(path))?;
    let schema = flow.target_schema();
    let all = 0..Slot::try_from(schema.names().len()).unwrap_or(Slot::MAX);
    let mut binding = Binding::reading(schema.clone(), all, false);
    let mut object = AttributeBag::with_schema(schema.clone());
    let (mut index, mut places) = (TargetIndex::new(flow), Vec::new());
    let mut source = target.source()?;
    while let Some(read) = source.next(&mut binding, &mut object) {
        match read {
            Ok(extent) => {
                index.add(u32::try_from(places.len())?, &object);
                places.push(extent);
            }
            Err(error) => say(error.within(&target.name())),
        }
    }
    let mut machine = Machine::with_environment(environment.clone());
    let found = index.look_up(&mut machine, &Subject::new(flow, bag));
    object.clear();
    let found = match found {
        Ok(Match::None) => Ok(0),
        Ok(Match::Several(objects)) => Ok(objects.len()),
        Ok(Match::One(number)) => {
            if let Some(extent) = places.get(number as usize) {
                target.reader().read(*extent, &mut binding, &mut object)?;
            }
            Ok(1)
        }
        Err(error) => Err(error),
    };
    Ok(Found::Searched(found, object))
}

struct Explainer<'e> {
    compiler: &'e Compiler,
    environment: &'e Environment,
    flow: &'e ObjectFlow,
    shown: &'e Shown,
}

impl Explainer<'_> {
    fn machine(&self) -> Machine {
        Machine::with_environment(self.environment.clone())
    }

    /// The values by which the object is looked for, up to one that fails: the first that
    /// finds anything decides.
    fn keys(
        &self,
        machine: &mut Machine,
        subject: &Subject<'_, AttributeBag>,
    ) -> Result<Vec<crate::configuration::MatchKey>, RecordError> {
        let mut keys = Vec::new();
        for mapping in self.flow.matching() {
            match self.flow.match_key(*mapping, machine, subject) {
                Ok(key) => keys.extend(key),
                Err(error) if keys.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        if keys.is_empty() { self.flow.match_keys(machine, subject) } else { Ok(keys) }
    }

    /// A failure as reports show it: messages quote values.
    fn masked(&self, error: &RecordError) -> RecordError {
        RecordError { message: self.shown.message(error.code, &error.message).to_owned(), ..error.clone() }
    }

    fn explain(&self, bag: &AttributeBag, found: &Found) -> Explanation {
        let flow = self.flow;
        let mut machine = self.machine();
        let subject = Subject::new(flow, bag);
        let mut scope = flow.explain_scope(&mut machine, &subject);
        for clause in scope.groups.iter_mut().flat_map(|group| &mut group.clauses) {
            clause.value = self.shown.value(&clause.value);
            clause.holds = clause.holds.clone().map_err(|error| self.masked(&error));
        }
        scope.scope = scope.scope.map_err(|error| self.masked(&error));
        let mut keys = self.keys(&mut machine, &subject);
        if let Found::Searched(Err(error), _) = found {
            keys = Err(self.masked(error));
        }
        let several = [0, 0];
        let (current, found, words) = match found {
            Found::NotAsked => (None, Match::None, "no target was given".to_owned()),
            Found::Given(current) => {
                let mut index = TargetIndex::new(flow);
                index.add(0, current);
                // An object that is given is the match, whether a key leads to it or not.
                let leads = keys.as_ref().is_ok_and(|keys| index.find(keys) == Match::One(0));
                let words = if leads { "" } else { ", to which no matching attribute leads" };
                (Some(current), Match::One(0), format!("the target object that was given{words}"))
            }
            Found::Searched(Ok(0), _) => (None, Match::None, "the target has no such object".to_owned()),
            Found::Searched(Ok(1), current) => (Some(current), Match::One(0), "one target object".to_owned()),
            Found::Searched(Ok(count), _) => (None, Match::Several(&several), format!("{count} target objects")),
            Found::Searched(Err(_), _) => (None, Match::None, String::new()),
        };
        let matching = Matching {
            found: words,
            keys: keys.map_err(|error| self.masked(&error)).map(|keys| {
                let name = |mapping| flow.target_attribute(mapping).map_or("", |attribute| attribute.name.as_str());
                keys.iter().map(|key| (name(key.mapping).to_owned(), self.shown.text(&key.key).into_owned())).collect()
            }),
        };
        let gone = subject.is_soft_deleted(flow);
        let action = scope.scope.clone().map(|scope| flow.decide(scope, gone, &found));
        let (operation, disabling) = match &action {
            Ok(Action::Update(_)) => (Operation::Update, false),
            Ok(Action::Disable(_)) => (Operation::Update, true),
            _ => (Operation::Create, false),
        };
        let empty = AttributeBag::new();
        let attributes = self.attributes(bag, current.unwrap_or(&empty), operation, disabling);
        let failed = attributes.iter().find_map(|attribute| attribute.error.as_ref());
        let changes = attributes.iter().filter(|attribute| attribute.outcome == "changes").count();
        let (operation, reason) = match (&action, &matching.keys, failed) {
            (Err(error), ..) => ("quarantine", error.to_string()),
            (Ok(Action::Skip(reason)), ..) => ("skip", reason.to_string()),
            (_, Err(error), _) => ("quarantine", error.to_string()),
            (Ok(Action::Conflict(_)), ..) => ("conflict", "several target objects match".to_owned()),
            (Ok(Action::Delete(_)), ..) => ("delete", left(gone).to_owned()),
            (.., Some(error)) => ("quarantine", error.to_string()),
            (Ok(Action::Create), ..) => ("create", "in scope, and the target does not have it".to_owned()),
            (Ok(Action::Disable(_)), ..) if changes > 0 => ("disable", left(gone).to_owned()),
            (Ok(Action::Update(_)), ..) if changes > 0 => ("update", count(changes)),
            (Ok(_), ..) => ("skip", "the target is as it should be".to_owned()),
        };
        Explanation {
            configuration: String::new(),
            flow: flow.name().to_owned(),
            record: bag.iter().map(|(name, value)| (name.to_owned(), self.shown.value(value))).collect(),
            scope,
            matching,
            operation,
            reason,
            attributes,
        }
    }

    fn attributes(
        &self,
        bag: &AttributeBag,
        current: &AttributeBag,
        operation: Operation,
        disabling: bool,
    ) -> Vec<Attribute> {
        let flow = self.flow;
        let mut machine = self.machine();
        let subject = Subject::new(flow, bag);
        let leaver = subject.soft_deleted();
        let set = if disabling {
            flow.disable(&mut machine, &leaver, current)
        } else {
            flow.apply(&mut machine, operation, &subject, current)
        };
        let mut record = bag.clone();
        if disabling {
            record.set("IsSoftDeleted", true);
        } else if record.presence("IsSoftDeleted") == Presence::Absent
            && flow.mappings().schema().slot("IsSoftDeleted").is_some()
        {
            record.set("IsSoftDeleted", false);
        }
        let hidden = Shown::new(true);
        let mut attributes = Vec::new();
        for (mapping, item) in flow.mappings().mappings().iter().enumerate() {
            if disabling && !flow.reads_soft_deleted(mapping) {
                continue;
            }
            let redacted = set.redacted.get(mapping).copied().unwrap_or_default();
            let (steps, outcome) = self.steps(&item.expression, &record, redacted);
            let show = |value: OwnedValue| match value {
                OwnedValue::Null => OwnedValue::Null,
                _ if redacted => OwnedValue::from("[Redact]"),
                value => self.shown.value(&value),
            };
            let failure = set.failures.iter().find(|failure| failure.mapping == mapping);
            let change = set.mappings.iter().position(|known| *known == mapping).and_then(|at| set.changes.get(at));
            let wanted = set.wanted.get(mapping).copied().flatten();
            let before = flow.slot(mapping).and_then(|slot| current.get(flow.target_schema().name(slot)));
            let create_only = item.apply == crate::Apply::OnCreate && operation == Operation::Update;
            let defaulted = flow.default_value(mapping).filter(|_| matches!(outcome, Some(Ok(Outcome::Null))));
            let refers = flow.reference(mapping).is_some();
            let (word, why) = match (failure, change, wanted) {
                (Some(_), ..) => ("fails", None),
                (_, Some(_), _) if refers => {
                    let why = "a reference: plan, which sees all objects, says what the target calls the other one";
                    ("reference", Some(why.to_owned()))
                }
                (_, Some(change), _) if change.clears() => {
                    ("changes", Some("null flows here, and clears the attribute".to_owned()))
                }
                (_, Some(_), _) => {
                    ("changes", defaulted.map(|_| "the default value, because the expression gives null".to_owned()))
                }
                (.., Some(value)) if value.is_null() => ("stays", Some("null does not flow (documented)".to_owned())),
                (.., Some(_)) => ("same", None),
                _ if create_only => ("stays", Some("it applies only while an object is created".to_owned())),
                _ => ("stays", Some("the attribute leaves the flow".to_owned())),
            };
            attributes.push(Attribute {
                target: item.target.clone(),
                expression: item.expression.clone(),
                steps: if create_only { Vec::new() } else { steps },
                before: show(before.cloned().unwrap_or_default()),
                after: change.map(|change| change.after).or(wanted).map(|value| show(value.into())),
                outcome: word,
                why,
                error: failure.map(|failure| RecordError {
                    code: failure.code,
                    message: if redacted { &hidden } else { self.shown }
                        .message(failure.code, failure.message)
                        .to_owned(),
                    span: failure.span,
                }),
            });
        }
        attributes
    }

    /// The nodes of an expression with their values.
    fn steps(
        &self,
        text: &str,
        record: &AttributeBag,
        redacted: bool,
    ) -> (Vec<Step>, Option<Result<Outcome, RecordError>>) {
        let compiler = self.compiler.clone().schema(Schema::open(record.iter().map(|(name, _)| name)));
        let Ok(expression) = compiler.expression(text) else { return (Vec::new(), None) };
        let trace = self.machine().trace(&expression, record);
        let registry = compiler.registry();
        let nulls: Vec<bool> = trace.steps.iter().map(|step| step.value == OwnedValue::Null).collect();
        let mut steps = Vec::with_capacity(trace.steps.len());
        for (index, step) in trace.steps.iter().enumerate() {
            // The nodes right below this one.
            let below: Vec<usize> = (index + 1..trace.steps.len())
                .take_while(|below| trace.steps.get(*below).is_some_and(|inner| inner.depth > step.depth))
                .filter(|below| trace.steps.get(*below).is_some_and(|inner| inner.depth == step.depth + 1))
                .collect();
            let is_null = |index: &usize| nulls.get(*index).copied().unwrap_or_default();
            let note = note(registry, &step.text, is_null(&index), below.iter().any(is_null), record);
            let value = match &step.value {
                OwnedValue::Null => OwnedValue::Null,
                _ if redacted => OwnedValue::from("[Redact]"),
                value => self.shown.value(value),
            };
            steps.push(Step { text: step.text.clone(), depth: step.depth, value, note });
        }
        (steps, Some(trace.outcome))
    }
}

fn left(deleted: bool) -> &'static str {
    if deleted { "deleted in the source" } else { "out of scope" }
}

fn count(changes: usize) -> String {
    format!("{changes} attribute{} differ{}", if changes == 1 { "" } else { "s" }, if changes == 1 { "s" } else { "" })
}

/// What is to be said of a node: where a null came in, and the rule that made it so.
fn note(registry: &Registry, text: &str, is_null: bool, null_below: bool, record: &AttributeBag) -> Option<String> {
    if let Some(name) = text.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).filter(|_| is_null) {
        return Some(match record.presence(name) {
            Presence::Null => "null comes in here: the attribute is null".to_owned(),
            _ => "null comes in here: the record does not have the attribute".to_owned(),
        });
    }
    let (name, _) = text.split_once('(')?;
    let function = registry.named(crate::Dialect::Provisioning, name.trim()).next()?;
    if !is_null && !null_below {
        return None;
    }
    let rule = function.rules.iter().find(|rule| rule.text.to_lowercase().contains("null"));
    match rule {
        Some(rule) => Some(format!("{} ({})", rule.text.trim_end_matches('.'), basis(rule.basis))),
        // What holds for every function unless its declaration says otherwise.
        None if is_null && null_below => Some("a null argument makes the result null (documented)".to_owned()),
        None => None,
    }
}

const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "documented",
        Basis::Evident => "evident",
        Basis::Inferred => "inferred",
    }
}

/// A scope in a word.
pub(super) fn scope_word(scope: &Result<Scope, RecordError>) -> &'static str {
    match scope {
        Ok(Scope::In) => "in",
        Ok(Scope::Out) => "out",
        Ok(Scope::Unread) => "unread",
        Err(_) => "error",
    }
}

fn error_json(error: &RecordError) -> Json {
    json!({"code": error.code.as_str(), "message": error.message, "span": error.span})
}

impl Explanation {
    fn json(&self) -> Json {
        let groups: Vec<Json> = self.scope.groups.iter().map(|group| {
            let clauses: Vec<Json> = group.clauses.iter().map(|clause| {
                let mut json = json!({"clause": clause.text, "value": Json::from(&clause.value), "holds": clause.holds.as_ref().ok()});
                if let (Err(error), Some(object)) = (&clause.holds, json.as_object_mut()) {
                    object.insert("error".to_owned(), error_json(error));
                }
                if let (Some(policy), Some(object)) = (clause.policy, json.as_object_mut()) {
                    object.insert("policy".to_owned(), policy.meaning().into());
                }
                json
            }).collect();
            json!({"filter": group.list.property(), "name": group.name, "holds": group.holds, "clauses": clauses})
        }).collect();
        let matching = match &self.matching.keys {
            Ok(keys) => {
                let keys: Vec<Json> = keys.iter().map(|(name, key)| json!({"attribute": name, "key": key})).collect();
                json!({"keys": keys, "found": self.matching.found})
            }
            Err(error) => json!({"error": error_json(error)}),
        };
        let attributes: Vec<Json> = self
            .attributes
            .iter()
            .map(|attribute| {
                let steps: Vec<Json> = attribute
                    .steps
                    .iter()
                    .map(|step| {
                        let mut json =
                            json!({"text": step.text, "depth": step.depth, "value": Json::from(&step.value)});
                        if let (Some(note), Some(object)) = (&step.note, json.as_object_mut()) {
                            object.insert("note".to_owned(), note.as_str().into());
                        }
                        json
                    })
                    .collect();
                let mut json = json!({
                    "target": attribute.target,
                    "expression": attribute.expression,
                    "outcome": attribute.outcome,
                    "before": Json::from(&attribute.before),
                    "steps": steps,
                });
                if let Some(object) = json.as_object_mut() {
                    object.extend(attribute.after.as_ref().map(|after| ("after".to_owned(), Json::from(after))));
                    object.extend(attribute.why.as_deref().map(|why| ("why".to_owned(), why.into())));
                    object.extend(attribute.error.as_ref().map(|error| ("error".to_owned(), error_json(error))));
                }
                json
            })
            .collect();
        json!({
            "configuration": self.configuration,
            "mapping": self.flow,
            "scope": {"decision": scope_word(&self.scope.scope), "groups": groups},
            "match": matching,
            "operation": self.operation,
            "reason": self.reason,
            "attributes": attributes,
        })
    }
}

/// What people call a filter.
pub(super) const fn filter_title(list: FilterList) -> &'static str {
    match list {
        FilterList::Input => "input filter",
        FilterList::Category => "category filter",
        FilterList::Scoping => "scoping filter",
    }
}

/// A value for people; a marked one as it is.
pub(super) fn shown_literal(value: &OwnedValue) -> String {
    match value {
        OwnedValue::Text(text) if text == "[Redact]" => text.clone(),
        value => literal(value),
    }
}

/// The code of an error, for reports.
pub(super) fn code(error: &RecordError) -> Code {
    error.code
}
