//! The entries of a plan, in each of its forms.

use crate::cli::output::{Output, OutputError};
use crate::cli::render::{Painter, Shown, literal, visible};
use crate::cli::writers::{self, json_lines};
use crate::configuration::ObjectFlow;
use crate::ldif::{self, PARENT, escape_dn_value};
use crate::scim::Layout;
use crate::{AttributeChange, Code, Manner, OwnedValue, Value};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};
use std::io::{self, Write};

/// The form of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// What changes, for people
    #[default]
    Pretty,
    /// A JSON object a line for every object
    Ndjson,
    /// A SCIM request a line: POST, PATCH, DELETE
    Scim,
    /// LDIF change records
    Ldif,
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Verb {
    Create,
    Update,
    Disable,
    Delete,
    Skip,
    Conflict,
    Quarantine,
}

impl Verb {
    pub(super) const ALL: [Verb; 7] =
        [Verb::Create, Verb::Update, Verb::Disable, Verb::Delete, Verb::Skip, Verb::Conflict, Verb::Quarantine];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::Disable => "disable",
            Verb::Delete => "delete",
            Verb::Skip => "skip",
            Verb::Conflict => "conflict",
            Verb::Quarantine => "quarantine",
        }
    }

    /// Whether somebody loses an account by it.
    pub(super) const fn removes(self) -> bool {
        matches!(self, Verb::Disable | Verb::Delete)
    }
}

/// Attributes with their values as text.
type Named = Vec<(String, String)>;

/// What there is to say of one object.
pub(super) struct Item {
    pub(super) verb: Verb,
    pub(super) reason: String,
    pub(super) line: Option<usize>,
    pub(super) source: Named,
    pub(super) target: Named,
    /// The target object's distinguished name.
    pub(super) dn: Option<String>,
    pub(super) code: Option<Code>,
    pub(super) errors: Vec<(String, Code, String)>,
    pub(super) missing: Named,
    pub(super) candidates: Vec<Named>,
    /// By change, whether reports hide the value.
    pub(super) redacted: Vec<bool>,
    /// Whether it is of the target only.
    pub(super) removed: bool,
    pub(super) unreadable: bool,
}

impl Item {
    pub(super) fn new(verb: Verb, reason: String) -> Self {
        Item {
            verb,
            reason,
            line: None,
            source: Vec::new(),
            target: Vec::new(),
            dn: None,
            code: None,
            errors: Vec::new(),
            missing: Vec::new(),
            candidates: Vec::new(),
            redacted: Vec::new(),
            removed: false,
            unreadable: false,
        }
    }

    fn is_redacted(&self, change: usize) -> bool {
        self.redacted.get(change).copied().unwrap_or_default()
    }
}

/// An entry that is written, and what is counted of it.
pub(super) struct Done {
    pub(super) operation: Verb,
    pub(super) reason: String,
    pub(super) code: Option<Code>,
    pub(super) text: Vec<u8>,
    /// The object in a few words.
    pub(super) who: String,
    pub(super) line: usize,
    /// The source object that its only reference leads to.
    pub(super) refers_to: Option<usize>,
    pub(super) missing: usize,
    pub(super) unreadable: bool,
    /// Whether it is of the target only.
    pub(super) removed: bool,
    /// What goes to standard error.
    pub(super) messages: Vec<String>,
}

/// How entries are written.
pub(super) struct Painting {
    form: Form,
}

enum Form {
    Pretty(Painter),
    Ndjson,
    Scim(Box<Layout>, &'static str),
    Ldif { classes: Vec<String> },
}

impl Painting {
    pub(super) fn new(
        format: Format,
        flow: &ObjectFlow,
        classes: &[String],
        to_file: bool,
    ) -> Result<Self, crate::scim::LayoutErrors> {
        Ok(Painting {
            form: match format {
                Format::Pretty if to_file => Form::Pretty(Painter::plain()),
                Format::Pretty => Form::Pretty(Painter::standard_output()),
                Format::Ndjson => Form::Ndjson,
                Format::Scim => {
                    let (layout, path) = writers::scim::layout(flow)?;
                    Form::Scim(Box::new(layout), path)
                }
                Format::Ldif => Form::Ldif { classes: classes.to_vec() },
            },
        })
    }

    pub(super) fn begin(&self, out: &mut Output) -> Result<(), OutputError> {
        match self.form {
            Form::Ldif { .. } => out.text("version: 1\n\n"),
            _ => Ok(()),
        }
    }

    /// Writes an entry.
    pub(super) fn paint(&self, item: &Item, changes: &[AttributeChange<'_>], shown: &Shown) -> Done {
        let mut text = Vec::new();
        let mut messages = Vec::new();
        let done = |written: Result<(), String>| {
            // What cannot be written in this form is said, and counts as set aside.
            written.err().map(|error| {
                let error = if shown.hides() { "it cannot be written in this form" } else { error.as_str() };
                format!("error: {}: {error}", who(item, shown))
            })
        };
        let failed = match &self.form {
            Form::Pretty(painter) => {
                text = pretty(*painter, item, changes, shown).into_bytes();
                None
            }
            Form::Ndjson => done(ndjson(&mut text, item, changes, shown).map_err(|error| error.to_string())),
            Form::Scim(layout, path) => done(scim(&mut text, layout, path, item, changes)),
            Form::Ldif { classes } => done(ldif(&mut text, classes, item, changes)),
        };
        let (operation, code) = match &failed {
            Some(_) => (Verb::Quarantine, Some(Code::NotConvertible)),
            None => (item.verb, item.code),
        };
        messages.extend(failed);
        let silent = !matches!(self.form, Form::Pretty(_) | Form::Ndjson);
        if silent && matches!(item.verb, Verb::Conflict | Verb::Quarantine) {
            // These forms have no place for what fails.
            let errors: Vec<String> =
                item.errors.iter().map(|(_, code, message)| format!("[{code}] {message}")).collect();
            let candidates = item.candidates.iter().map(|candidate| {
                let names = candidate.iter().map(|(name, value)| format!("{name} {}", shown.text(value)));
                names.collect::<Vec<_>>().join(", ")
            });
            let more: Vec<String> = errors.into_iter().chain(candidates).collect();
            messages.push(format!("{}: {}: {}: {}", item.verb.word(), who(item, shown), item.reason, more.join("; ")));
        }
        Done {
            operation,
            reason: item.reason.clone(),
            code,
            text,
            who: who(item, shown),
            line: item.line.unwrap_or_default(),
            refers_to: None,
            missing: item.missing.len(),
            unreadable: item.unreadable,
            removed: item.removed,
            messages,
        }
    }
}

/// An object in a few words.
fn who(item: &Item, shown: &Shown) -> String {
    let named = |named: &Named| named.first().map(|(name, value)| format!("{name} {}", shown.text(value)));
    // A distinguished name says more than an anchor.
    let dn =
        item.target.iter().find(|(name, _)| name == "distinguishedName").map(|(_, dn)| shown.text(dn).into_owned());
    let source = named(&item.source);
    let target = dn.or_else(|| named(&item.target));
    let line = item.line.map(|line| format!("line {line}"));
    let parts: Vec<String> = [source, line.filter(|_| !item.removed), target].into_iter().flatten().collect();
    parts.join(", ")
}

fn pretty(painter: Painter, item: &Item, changes: &[AttributeChange<'_>], shown: &Shown) -> String {
    if item.verb == Verb::Skip {
        // Nothing happens; the totals count it, and the other forms list it.
        let listed = !item.missing.is_empty();
        if !listed {
            return String::new();
        }
    }
    let word = format!("{:<10}", item.verb.word());
    let word = match item.verb {
        Verb::Create => painter.good(&word),
        Verb::Update | Verb::Skip => painter.bold(&word),
        Verb::Disable | Verb::Delete | Verb::Conflict | Verb::Quarantine => painter.bad(&word),
    };
    let mut text = format!("{word} {}  {}\n", visible(&who(item, shown)), painter.dim(&visible(&item.reason)));
    let mut line = |content: String| {
        text.push_str("           ");
        text.push_str(&content);
        text.push('\n');
    };
    for (index, change) in changes.iter().enumerate() {
        let value = |value: Value<'_>| {
            if item.is_redacted(index) && !value.is_null() {
                return "[Redact]".to_owned();
            }
            let value = literal(&shown.value(&OwnedValue::from(value)));
            visible(&value).into_owned()
        };
        let name = visible(change.attribute);
        line(match change.manner {
            Manner::Add => format!("{name}  {} {}", painter.dim("adds"), painter.good(&value(change.after))),
            _ if item.verb == Verb::Create => format!("{name}  {}", value(change.after)),
            _ => format!(
                "{name}  {} {} {}",
                painter.dim(&value(change.before)),
                painter.dim("→"),
                painter.good(&value(change.after))
            ),
        });
    }
    for (attribute, code, message) in &item.errors {
        let place = if attribute.is_empty() { String::new() } else { format!("{attribute}: ") };
        line(painter.bad(&visible(&format!("{place}error[{code}]: {message}"))));
    }
    for candidate in &item.candidates {
        let names: Vec<String> =
            candidate.iter().map(|(name, value)| format!("{name} {}", shown.text(value))).collect();
        line(visible(&names.join(", ")).into_owned());
    }
    for (attribute, value) in &item.missing {
        line(format!("{}  refers to {}, which the target does not have", visible(attribute), visible(value)));
    }
    text
}

fn object(named: &Named, shown: &Shown) -> Json {
    named
        .iter()
        .map(|(name, value)| (name.clone(), Json::from(shown.text(value).into_owned())))
        .collect::<Map<_, _>>()
        .into()
}

fn ndjson(out: &mut Vec<u8>, item: &Item, changes: &[AttributeChange<'_>], shown: &Shown) -> io::Result<()> {
    out.write_all(b"{\"operation\":")?;
    json_lines::text(out, item.verb.word())?;
    if let Some(line) = item.line {
        let mut source = Map::new();
        source.insert("line".to_owned(), line.into());
        if let Json::Object(named) = object(&item.source, shown) {
            source.extend(named);
        }
        write!(out, ",\"source\":{}", Json::Object(source))?;
    }
    if !item.target.is_empty() {
        write!(out, ",\"target\":{}", object(&item.target, shown))?;
    }
    if !changes.is_empty() {
        out.write_all(b",\"attributes\":")?;
        if shown.hides() || item.redacted.contains(&true) {
            write!(out, "{}", hidden(item, changes, shown))?;
        } else {
            json_lines::changes(out, changes)?;
        }
    }
    out.write_all(b",\"reason\":")?;
    json_lines::text(out, &item.reason)?;
    if let Some(code) = item.code {
        write!(out, ",\"code\":\"{code}\"")?;
    }
    if !item.errors.is_empty() {
        let errors: Vec<Json> = item
            .errors
            .iter()
            .map(|(attribute, code, message)| match attribute.as_str() {
                "" => json!({"code": code.as_str(), "message": message}),
                name => json!({"target": name, "code": code.as_str(), "message": message}),
            })
            .collect();
        write!(out, ",\"errors\":{}", Json::from(errors))?;
    }
    if !item.candidates.is_empty() {
        let candidates: Vec<Json> = item.candidates.iter().map(|named| object(named, shown)).collect();
        write!(out, ",\"candidates\":{}", Json::from(candidates))?;
    }
    if !item.missing.is_empty() {
        let missing: Vec<Json> =
            item.missing.iter().map(|(name, value)| json!({"attribute": name, "reference": value})).collect();
        write!(out, ",\"missing\":{}", Json::from(missing))?;
    }
    out.write_all(b"}\n")
}

/// The changes with values hidden.
fn hidden(item: &Item, changes: &[AttributeChange<'_>], shown: &Shown) -> Json {
    let value = |index: usize, value: Value<'_>| {
        if item.is_redacted(index) && !value.is_null() {
            return Json::from("[Redact]");
        }
        Json::from(&shown.value(&OwnedValue::from(value)))
    };
    let one = |(index, change): (usize, &AttributeChange<'_>)| {
        let mut json = json!({"before": value(index, change.before), "after": value(index, change.after)});
        let manner = match change.manner {
            Manner::Set => None,
            Manner::Add => Some("add"),
            Manner::Assert => Some("assert"),
        };
        if let (Some(manner), Some(object)) = (manner, json.as_object_mut()) {
            object.insert("manner".to_owned(), manner.into());
        }
        (change.attribute.to_owned(), json)
    };
    changes.iter().enumerate().map(one).collect::<Map<_, _>>().into()
}

/// What stands in a path as it is (RFC 3986: unreserved).
const NON_ALPHANUMERIC_OR_MARK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn scim(
    out: &mut Vec<u8>,
    layout: &Layout,
    path: &str,
    item: &Item,
    changes: &[AttributeChange<'_>],
) -> Result<(), String> {
    let id = item.target.iter().find(|(name, _)| name == "id").or(item.target.first()).map(|(_, id)| id.as_str());
    let place = || {
        id.map(|id| format!("{path}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC_OR_MARK)))
            .ok_or_else(|| "the target object has no id".to_owned())
    };
    let request = match item.verb {
        Verb::Create => {
            let values = changes.iter().map(|change| (change.attribute, change.after));
            let resource = layout.resource(values).map_err(|error| error.to_string())?;
            json!({"method": "POST", "path": path, "data": resource})
        }
        Verb::Update | Verb::Disable => match layout.patch(changes).map_err(|error| error.to_string())? {
            Some(patch) => json!({"method": "PATCH", "path": place()?, "data": patch}),
            None => return Ok(()),
        },
        Verb::Delete => json!({"method": "DELETE", "path": place()?}),
        Verb::Skip | Verb::Conflict | Verb::Quarantine => return Ok(()),
    };
    serde_json::to_writer(&mut *out, &request).map_err(|error| error.to_string())?;
    out.push(b'\n');
    Ok(())
}

fn ldif(out: &mut Vec<u8>, classes: &[String], item: &Item, changes: &[AttributeChange<'_>]) -> Result<(), String> {
    let after = |name: &str| {
        let found = changes.iter().find(|change| change.attribute.eq_ignore_ascii_case(name));
        found.filter(|change| !change.clears()).map(|change| change.after.to_string()).filter(|text| !text.is_empty())
    };
    let held = item
        .dn
        .clone()
        .or_else(|| item.target.iter().find(|(name, _)| name == "distinguishedName").map(|(_, dn)| dn.clone()));
    let no_name =
        || "it has no distinguished name: map distinguishedName, or cn and parentDistinguishedName".to_owned();
    let mut writer = ldif::Writer::continuing(&mut *out);
    let attributes = || changes.iter().filter(|change| !change.attribute.eq_ignore_ascii_case(PARENT));
    match item.verb {
        Verb::Create => {
            let dn = after("distinguishedName").or_else(|| Some(ldif::placed(&after("cn")?, &after(PARENT)?)));
            let class_values: Vec<Value<'_>> = classes.iter().map(|class| Value::Text(class)).collect();
            let class = (!classes.is_empty()).then_some(("objectClass", Value::Multi(&class_values)));
            let values = attributes().map(|change| (change.attribute, change.after));
            writer.add(&dn.ok_or_else(no_name)?, class.into_iter().chain(values)).map_err(|error| error.to_string())
        }
        Verb::Update | Verb::Disable => {
            let held = held.ok_or_else(no_name)?;
            let new = after("distinguishedName").map_or_else(|| renamed(&held, after("cn"), after(PARENT)), Ok)?;
            // The name's own attribute changes with the rename.
            let rest: Vec<AttributeChange<'_>> = attributes().copied().collect();
            writer.update(&held, &new, &rest).map(|_| ()).map_err(|error| error.to_string())
        }
        Verb::Delete => writer.delete(&held.ok_or_else(no_name)?).map_err(|error| error.to_string()),
        Verb::Skip | Verb::Conflict | Verb::Quarantine => Ok(()),
    }
}

/// The name of an object whose own name or parent changes.
fn renamed(held: &str, cn: Option<String>, parent: Option<String>) -> Result<String, String> {
    let dn = ldif::Dn::parse(held).map_err(|error| error.to_string())?;
    let named_by_cn = dn.rdn().is_some_and(|rdn| rdn.first().0.eq_ignore_ascii_case("cn"));
    let own = match cn.filter(|_| named_by_cn) {
        Some(cn) => format!("CN={}", escape_dn_value(&cn)),
        None => dn.rdn().map(ToString::to_string).unwrap_or_default(),
    };
    let above = parent.or_else(|| dn.parent().map(|parent| parent.to_string())).unwrap_or_default();
    Ok(if above.is_empty() { own } else { format!("{own},{above}") })
}
