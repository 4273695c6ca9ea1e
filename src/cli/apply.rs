//! `attrflow apply CONFIG --input FILE`.

use super::codes::Codes;
use super::configuration::Loaded;
use super::output::{Output, OutputError};
use super::policies::Policies;
use super::population::{Binding, Parser, PopulationArgs, Raw, RowError, Source};
use super::record::{RunArgs, Taken};
use super::render::Shown;
use super::writers::{csv, json_lines, scim};
use super::{Status, input, parallel, say};
use crate::configuration::{AttributeFailure, NoObject, NullPolicy, ObjectFlow, Scope, Subject};
use crate::ldif;
use crate::scim::Layout;
use crate::{AttributeBag, Code, Environment, Machine, Operation, RecordError, Schema, Value};
use anyhow::{anyhow, ensure};
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Options of `apply`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The configuration: an exported schema, or target: expression in YAML or JSON
    config: PathBuf,
    #[command(flatten)]
    population: PopulationArgs,
    #[command(flatten)]
    run: RunArgs,
    /// The object mapping, by name, where the configuration has several
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// What the objects are for: mappings that apply only on creation, and defaults, flow for new ones
    #[arg(long, value_enum, default_value_t, value_name = "OPERATION")]
    operation: For,
    /// The form of the target objects
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// For LDIF: the object classes of the objects (repeatable)
    #[arg(long, value_name = "NAME")]
    object_class: Vec<String>,
    /// How many threads work; the result is the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Write to a file, which is there when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum For {
    /// New objects
    #[default]
    Create,
    /// Objects that the target has
    Update,
}

/// An attribute that leaves the flow is not in its object, a null is null. Where a mapping fails, the object has the
/// others, and @errors says what failed; SCIM and LDIF have no place for that, and leave the object out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A JSON object a line
    #[default]
    Ndjson,
    /// Rows under a header; lists and objects as JSON, null as an empty cell, the empty text as ""
    Csv,
    /// A SCIM resource a line
    Scim,
    /// LDIF: an object a record
    Ldif,
}

#[derive(Debug, Default)]
struct Totals {
    written: usize,
    out_of_scope: usize,
    left_out: usize,
    failed: usize,
    unreadable: usize,
    codes: Codes,
    policies: Policies,
}

/// What became of a record.
enum Fate {
    Written,
    OutOfScope,
    LeftOut,
    Failed,
    Unreadable,
}

/// A record that is done.
struct Done {
    fate: Fate,
    policy: Option<NullPolicy>,
    text: Vec<u8>,
    /// The first code that it fails with.
    code: Option<Code>,
    messages: Vec<Message>,
}

/// What is said of a record.
struct Message {
    /// The record's place.
    place: String,
    text: String,
    /// Whether every record has it alike, so that it is said once.
    once: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Status> {
    ensure!(
        !(input::is_standard(&args.config) && input::is_standard(&args.population.input)),
        "the configuration and the input cannot both come from standard input"
    );
    let loaded = Loaded::read(&args.config)?;
    let mut source = Source::open(&args.population.origin())?;
    let compiler = args.run.language.compiler().schema(Schema::open(source.names()));
    let Some(configuration) = loaded.compile(&compiler)? else { return Ok(Status::Unusable) };
    let flow = loaded.flow(&configuration, args.mapping.as_deref())?;
    let form = Form::new(args, &flow)?;
    let environment = args.run.environment(Taken::ByTarget)?;
    // Who comes first gets a unique value, so that objects go one after the other.
    let threads = if flow.seeks_unique_values() { 1 } else { args.threads.unwrap_or_else(parallel::threads).get() };
    let shown = args.run.shown();
    let mut workers: Vec<Worker<'_>> = Vec::with_capacity(threads);
    let binding = Binding::reading(flow.mappings().schema().clone(), flow.reads(), args.run.is_seeded());
    for _ in 0..threads {
        workers.push(Worker::new(args, &flow, &form, &environment, &shown, source.parser(), binding.clone()));
    }
    let mut out = Output::to(args.output.as_deref())?;
    form.begin(&flow, &mut out)?;
    let mut totals = Totals::default();
    let mut said = HashSet::new();
    let size = std::fs::metadata(&args.population.input).map(|file| file.len()).unwrap_or_default();
    let progress = parallel::progress(size, "applying");
    parallel::stream(
        source,
        &progress,
        &mut workers,
        |worker, _, raw| worker.record(raw),
        |done| {
            for Message { place, text, once } in done.messages {
                if !once || said.insert(text.clone()) {
                    say(format_args!("{place}{text}"));
                }
            }
            totals.count(&done.fate);
            totals.codes.count(done.code);
            totals.policies.count(done.policy);
            out.write_all(&done.text).map_err(OutputError::from)
        },
    )?;
    out.finish()?;
    say(&totals);
    Ok(if totals.failed + totals.unreadable > 0 { Status::Findings } else { Status::Clean })
}

/// The form of objects, prepared.
enum Form {
    Ndjson,
    Csv,
    Scim(Box<Layout>),
    Ldif(Vec<String>),
}

impl Form {
    fn new(args: &Args, flow: &ObjectFlow) -> anyhow::Result<Form> {
        Ok(match args.format {
            Format::Ndjson => Form::Ndjson,
            Format::Csv => Form::Csv,
            Format::Ldif => Form::Ldif(args.object_class.clone()),
            Format::Scim => {
                let (layout, _) = scim::layout(flow)
                    .map_err(|error| anyhow!("the target attributes cannot be written as SCIM: {error}"))?;
                Form::Scim(Box::new(layout))
            }
        })
    }

    fn begin(&self, flow: &ObjectFlow, out: &mut Output) -> Result<(), OutputError> {
        match self {
            Form::Csv => {
                let targets = flow.mappings().mappings().iter().map(|mapping| mapping.target.as_str());
                Ok(csv::header(out, targets)?)
            }
            Form::Ldif(_) => out.text("version: 1\n\n"),
            Form::Ndjson | Form::Scim(_) => Ok(()),
        }
    }

    /// Writes an object: by mapping, its target attribute and value.
    fn write(
        &self,
        out: &mut Vec<u8>,
        attributes: &[(&str, Option<Value<'_>>)],
        errors: &[Json],
    ) -> Result<(), String> {
        let there = || attributes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        match self {
            Form::Ndjson => json_lines::object(out, there(), errors).map_err(|error| error.to_string()),
            Form::Csv => {
                let cells = attributes.iter().map(|(_, value)| value.filter(|value| !value.is_null()));
                csv::row(out, cells, errors).map_err(|error| error.to_string())
            }
            Form::Scim(_) | Form::Ldif(_) if !errors.is_empty() => Ok(()),
            Form::Scim(layout) => {
                let resource = layout.resource(there()).map_err(|error| error.to_string())?;
                serde_json::to_writer(&mut *out, &resource).map_err(|error| error.to_string())?;
                out.push(b'\n');
                Ok(())
            }
            Form::Ldif(classes) => {
                let text = |wanted: &str| {
                    let found = there().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
                    found.map(|(_, value)| value.to_string()).filter(|text| !text.is_empty())
                };
                let placed = || {
                    let (cn, parent) = (text("cn")?, text(ldif::PARENT)?);
                    Some(ldif::placed(&cn, &parent))
                };
                let dn = text("distinguishedName").or_else(|| text("dn")).or_else(placed).ok_or_else(|| {
                    "it has no distinguished name: map distinguishedName, or cn and parentDistinguishedName".to_owned()
                })?;
                let classes: Vec<Value<'_>> = classes.iter().map(|class| Value::Text(class)).collect();
                let class = (!classes.is_empty()).then_some(("objectClass", Value::Multi(&classes)));
                let values = there().filter(|(name, _)| !name.eq_ignore_ascii_case(ldif::PARENT));
                ldif::Writer::continuing(out)
                    .entry(&dn, class.into_iter().chain(values))
                    .map_err(|error| error.to_string())
            }
        }
    }
}

/// What one thread works with.
struct Worker<'a> {
    flow: &'a ObjectFlow,
    form: &'a Form,
    shown: &'a Shown,
    hidden: Shown,
    name: String,
    operation: Operation,
    machine: Machine,
    parser: Parser,
    binding: Binding,
    bag: AttributeBag,
}

impl<'a> Worker<'a> {
    fn new(
        args: &'a Args,
        flow: &'a ObjectFlow,
        form: &'a Form,
        environment: &Environment,
        shown: &'a Shown,
        parser: Parser,
        binding: Binding,
    ) -> Self {
        Worker {
            flow,
            form,
            shown,
            hidden: Shown::new(true),
            name: input::name(&args.population.input),
            operation: match args.operation {
                For::Create => Operation::Create,
                For::Update => Operation::Update,
            },
            machine: Machine::with_environment(environment.clone()),
            parser,
            bag: AttributeBag::with_schema(binding.schema().clone()),
            binding,
        }
    }

    fn record(&mut self, raw: Result<Raw<'_>, &RowError>) -> Done {
        let mut done = Done { fate: Fate::Written, policy: None, text: Vec::new(), code: None, messages: Vec::new() };
        let read = raw
            .map_err(RowError::clone)
            .and_then(|raw| self.parser.read(raw, &mut self.binding, &mut self.bag).map(|()| raw.extent.line()));
        let line = match read {
            Ok(line) => line,
            Err(error) => {
                done.fate = Fate::Unreadable;
                done.say(String::new(), error.within(&self.name));
                return done;
            }
        };
        let place = || format!("{}:{line}: ", self.name);
        let subject = Subject::new(self.flow, &self.bag);
        let scope = self.flow.scope(&mut self.machine, &subject);
        done.policy = scope.as_ref().ok().and_then(|scope| self.flow.null_policy(*scope, &subject));
        match scope {
            Ok(Scope::In) => {}
            Ok(Scope::Out | Scope::Unread) => {
                done.fate = Fate::OutOfScope;
                return done;
            }
            Err(RecordError { code, message, .. }) => {
                let message = self.shown.message(code, &message);
                done.fail(code, place(), "scope", message);
                done.fate = Fate::Failed;
                return done;
            }
        }
        let set = self.flow.apply(&mut self.machine, self.operation, &subject, &NoObject);
        if set.skips_object {
            done.fate = Fate::LeftOut;
            return done;
        }
        let mut errors = Vec::with_capacity(set.failures.len());
        for failure in set.failures {
            let AttributeFailure { mapping, attribute, code, message, .. } = *failure;
            let redacted = set.redacted.get(mapping).copied().unwrap_or_default();
            let message = if redacted { &self.hidden } else { self.shown }.message(code, message);
            done.fail(code, place(), attribute, message);
            errors.push(json!({"target": attribute, "code": code.as_str(), "message": message, "span": failure.span}));
        }
        if !errors.is_empty() {
            done.fate = Fate::Failed;
        }
        let targets = self.flow.mappings().mappings().iter().map(|mapping| mapping.target.as_str());
        let attributes: Vec<(&str, Option<Value<'_>>)> = targets.zip(set.wanted.iter().copied()).collect();
        if let Err(error) = self.form.write(&mut done.text, &attributes, &errors) {
            done.text.clear();
            done.say(place(), format!("error: {error}"));
            done.fate = Fate::Failed;
        }
        done
    }
}

impl Done {
    fn say(&mut self, place: String, text: String) {
        self.messages.push(Message { place, text, once: false });
    }

    fn fail(&mut self, code: Code, place: String, subject: &str, message: &str) {
        self.code = self.code.or(Some(code));
        // What the run lacks is no matter of the record.
        let once = code == Code::NoParameter;
        self.messages.push(Message { place, text: format!("{subject}: error[{code}]: {message}"), once });
    }
}

impl Totals {
    fn count(&mut self, fate: &Fate) {
        *match fate {
            Fate::Written => &mut self.written,
            Fate::OutOfScope => &mut self.out_of_scope,
            Fate::LeftOut => &mut self.left_out,
            Fate::Failed => &mut self.failed,
            Fate::Unreadable => &mut self.unreadable,
        } += 1;
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.written + self.out_of_scope + self.left_out + self.failed + self.unreadable;
        write!(f, "{all} record{}: {} flowed", if all == 1 { "" } else { "s" }, self.written)?;
        let rest = [
            (self.failed, "failed"),
            (self.unreadable, "could not be read"),
            (self.left_out, "left the flow"),
            (self.out_of_scope, "out of scope"),
        ];
        for (count, word) in rest.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {word}")?;
        }
        self.codes.fmt(f)?;
        self.policies.fmt(f)
    }
}
