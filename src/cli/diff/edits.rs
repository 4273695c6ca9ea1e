//! What was edited in the configuration, whoever it touches.

use super::filters;
use super::kind::Kind;
use crate::check::Control;
use crate::cli::configuration::Loaded;
use crate::configuration::ObjectFlow;
use crate::graph::{
    AttributeDefinition, AttributeMapping, Filter, FlowType, ObjectMapping, Property, SynchronizationRule,
};
use crate::program::Instruction;
use crate::{Dialect, syntax};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One of the two configurations.
pub(super) struct Half {
    pub(super) loaded: Loaded,
    pub(super) flow: ObjectFlow,
}

/// A target attribute in both configurations.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) name: String,
    /// The mapping in the old configuration, and in the new one.
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    /// Whether a value can differ at all.
    pub(super) differs: bool,
    /// Whether it can take the whole object out of the flow.
    pub(super) skips: bool,
    /// What is to be said of the attribute's changes.
    pub(super) notes: Notes,
}

/// What tells how far a change reaches.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Notes {
    /// It flows while an object is created only.
    on_creation: bool,
    /// Values are added, and none is removed.
    adds: bool,
    /// The target attribute is not case-exact.
    ignores_case: bool,
    /// Null clears what the target has.
    clears: bool,
}

impl Notes {
    /// One sentence on a change of this kind, where there is something to say.
    pub(super) fn sentence(self, kind: Kind) -> Option<&'static str> {
        match kind {
            _ if self.on_creation => Some("flows into new objects only: existing ones keep their values"),
            Kind::Case if self.ignores_case => {
                Some("the target attribute ignores case: existing objects keep their values")
            }
            Kind::Cleared if !self.clears => {
                Some("nothing flows any more: existing objects keep their values, new ones get none")
            }
            Kind::ValuesRemoved | Kind::ValuesReplaced if self.adds => {
                Some("values are only added: existing objects keep what they have")
            }
            _ => None,
        }
    }
}

/// An edit of the configuration.
#[derive(Debug)]
pub(super) struct Edit {
    /// The target attribute; `scope`, `object mapping`, or the source attribute.
    pub(super) subject: String,
    /// What was edited: a property of the mapping, `mapping` itself, `clause`.
    pub(super) property: &'static str,
    /// Nothing where it was not there.
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// The lines in the two files.
    pub(super) lines: [Option<usize>; 2],
    pub(super) reach: Reach,
}

/// Longer texts are shown around what differs.
const WHOLE: usize = 240;
const AROUND: usize = 60;

impl Edit {
    /// The lines in the two files; empty where there is none to tell.
    pub(super) fn place(&self) -> String {
        match self.lines {
            [Some(old), Some(new)] if old != new => format!("{old} → {new}"),
            [old, new] => new.or(old).map_or_else(String::new, |line| line.to_string()),
        }
    }

    /// Both texts for people: long ones around what differs only.
    pub(super) fn shown(&self) -> [Option<String>; 2] {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before.len().max(after.len()) > WHOLE => {
                let same = |(one, other): &(char, char)| one == other;
                let start: usize =
                    before.chars().zip(after.chars()).take_while(same).map(|(letter, _)| letter.len_utf8()).sum();
                let [one, other] = [before, after].map(|text| text.get(start..).unwrap_or_default());
                let end: usize = one
                    .chars()
                    .rev()
                    .zip(other.chars().rev())
                    .take_while(same)
                    .map(|(letter, _)| letter.len_utf8())
                    .sum();
                [before, after].map(|text| Some(around(text, start, text.len() - end)))
            }
            (before, after) => [before.clone(), after.clone()],
        }
    }
}

/// A part of a text, with a little of what stands around it.
fn around(text: &str, start: usize, end: usize) -> String {
    let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let (part, after) = rest.split_at_checked(end.saturating_sub(start)).unwrap_or((rest, ""));
    let from = before.char_indices().rev().nth(AROUND).map_or(0, |(place, _)| place);
    let to = after.char_indices().nth(AROUND).map_or(after.len(), |(place, _)| place);
    let cut = |there: bool| if there { "…" } else { "" };
    let (lead, trail) = (before.get(from..).unwrap_or_default(), after.get(..to).unwrap_or_default());
    format!("{}{lead}{part}{trail}{}", cut(from > 0), cut(to < after.len()))
}

/// Whom an edit touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those whose value of the pair differs.
    Values(usize),
    /// Those who have a value of the pair.
    Holders(usize),
    /// Those for whom the pair has none.
    Lacking(usize),
    /// Those who are looked for in another way.
    Matching,
    /// Those whose scope differs.
    Scope,
    /// Everybody in scope.
    Everybody,
    /// Nobody: it says the same in another layout.
    Nobody,
    /// It cannot be told from the source alone.
    Unknown,
}

/// The two configurations, held against each other.
#[derive(Default)]
pub(super) struct Edits {
    pub(super) pairs: Vec<Pair>,
    pub(super) list: Vec<Edit>,
    /// Whether an object can have another scope.
    pub(super) scope: bool,
    /// Whether an object in scope can have other values, or be looked for by others.
    pub(super) flow: bool,
    /// Whether an object can be looked for by other values.
    pub(super) matching: bool,
    /// Whether they are looked for by the same attributes in the same order.
    pub(super) same_order: bool,
}

impl Edits {
    /// Whether a mapping that is evaluated looks for a value that nothing else has.
    pub(super) fn seek_unique_values(&self, halves: &[Half; 2]) -> bool {
        let [old, new] = halves;
        let unique = |half: &Half, mapping: Option<usize>| mapping.is_some_and(|m| half.flow.seeks_unique_value(m));
        self.pairs.iter().any(|pair| pair.differs && (unique(old, pair.old) || unique(new, pair.new)))
    }
}

/// What the Graph model has about a flow.
pub(super) struct Sides<'h> {
    pub(super) half: &'h Half,
    rule: Option<&'h SynchronizationRule>,
    mapping: Option<&'h ObjectMapping>,
    source: Vec<&'h AttributeDefinition>,
    target: HashMap<String, &'h AttributeDefinition>,
}

impl<'h> Sides<'h> {
    fn new(half: &'h Half) -> Self {
        // /synchronizationRules/0/objectMappings/1
        let mut numbers = half.flow.pointer().split('/').filter_map(|segment| segment.parse::<usize>().ok());
        let schema = &half.loaded.schema;
        let rule = numbers.next().and_then(|place| schema.synchronization_rules.items().get(place));
        let mapping = rule.zip(numbers.next()).and_then(|(rule, place)| rule.object_mappings.items().get(place));
        let attributes = |directory: Option<&str>, object: Option<&str>| {
            let directory = schema.directories.items().iter().find(|known| known.name.text() == directory)?;
            let object = directory.objects.items().iter().find(|known| known.name.text() == object)?;
            Some(object.attributes.items())
        };
        let of = |directory: Option<&Property<String>>, object: Option<&Property<String>>| {
            attributes(directory.and_then(Property::text), object.and_then(Property::text)).unwrap_or_default()
        };
        let named = |definitions: &'h [AttributeDefinition]| {
            definitions.iter().filter_map(|known| Some((known.name.text()?.to_lowercase(), known))).collect()
        };
        Sides {
            half,
            rule,
            mapping,
            source: of(rule.map(|r| &r.source_directory_name), mapping.map(|m| &m.source_object_name)).iter().collect(),
            target: named(of(rule.map(|r| &r.target_directory_name), mapping.map(|m| &m.target_object_name))),
        }
    }

    fn definition(&self, target: &str) -> Option<&'h AttributeDefinition> {
        self.target.get(&target.to_lowercase()).copied()
    }

    fn item(&self, mapping: usize) -> Option<&'h AttributeMapping> {
        let place = self.half.flow.mapping_pointer(mapping).rsplit('/').next()?.parse::<usize>().ok()?;
        self.mapping?.attribute_mappings.items().get(place)
    }

    fn line(&self, mapping: Option<usize>) -> Option<usize> {
        self.half.loaded.line(self.half.flow.mapping_pointer(mapping?))
    }

    fn expression(&self, mapping: usize) -> &'h str {
        self.half.flow.mappings().mappings().get(mapping).map_or("", |mapping| mapping.expression.as_str())
    }

    pub(super) fn filter(&self) -> Option<&'h Filter> {
        self.mapping.and_then(|mapping| mapping.scope.get())
    }

    /// The matching attributes in the order in which they are tried.
    fn order(&self) -> Vec<String> {
        self.half.flow.matching_names().map(str::to_lowercase).collect()
    }
}

/// Holds the new configuration against the old one.
pub(super) fn compare(old: &Half, new: &Half, dialect: Dialect) -> Edits {
    let (old, new) = (Sides::new(old), Sides::new(new));
    let mut comparison = Comparison { old, new, dialect, list: Vec::new() };
    comparison.flows();
    let same_scope = filters::compare(&comparison.old, &comparison.new, &mut comparison.list);
    let mut pairs = comparison.pairs();
    for (index, pair) in pairs.iter_mut().enumerate() {
        comparison.pair(index, pair);
    }
    comparison.sources();
    let Comparison { old, new, list, .. } = comparison;
    // An object that one mapping takes out of the flow has no values at all: all mappings
    // have a say then.
    for pair in &mut pairs {
        pair.skips = pair.old.is_some_and(|mapping| may_skip(&old.half.flow, mapping))
            || pair.new.is_some_and(|mapping| may_skip(&new.half.flow, mapping));
    }
    if pairs.iter().any(|pair| pair.differs) && pairs.iter().any(|pair| pair.skips) {
        pairs.iter_mut().for_each(|pair| pair.differs = true);
    }
    // Who comes first gets a unique value, and the scope decides who comes.
    if !same_scope {
        for pair in &mut pairs {
            pair.differs |= pair.old.is_some_and(|mapping| old.half.flow.seeks_unique_value(mapping));
        }
    }
    let same_order = old.order() == new.order();
    let matches = |pair: &Pair| {
        pair.old.is_some_and(|mapping| old.half.flow.matching().contains(&mapping))
            || pair.new.is_some_and(|mapping| new.half.flow.matching().contains(&mapping))
    };
    let matching = !same_order || pairs.iter().any(|pair| pair.differs && matches(pair));
    if matching {
        // A unique value that objects are looked for by is found where it flows.
        let unique = |half: &Half, mapping: Option<usize>| mapping.is_some_and(|m| half.flow.seeks_unique_value(m));
        let is_key = |pair: &Pair| matches(pair) && (unique(old.half, pair.old) || unique(new.half, pair.new));
        pairs.iter_mut().for_each(|pair| pair.differs |= is_key(pair));
    }
    let flow = matching || pairs.iter().any(|pair| pair.differs);
    Edits { pairs, list, scope: !same_scope, flow, matching, same_order }
}

/// Whether a mapping may take an object out of the flow.
fn may_skip(flow: &ObjectFlow, mapping: usize) -> bool {
    let program = flow.mappings().program();
    let entry = program.entries.get(mapping);
    let code = entry.and_then(|entry| program.code.get(entry.start as usize..entry.end as usize));
    let stops = |instruction: &Instruction| matches!(instruction, Instruction::Stop { control: Control::Object });
    code.unwrap_or_default().iter().any(stops)
}

struct Comparison<'h> {
    old: Sides<'h>,
    new: Sides<'h>,
    dialect: Dialect,
    list: Vec<Edit>,
}

impl Comparison<'_> {
    /// What the object mapping says of itself.
    fn flows(&mut self) {
        let of =
            |get: fn(&ObjectMapping) -> Option<String>| [&self.old, &self.new].map(|side| side.mapping.and_then(get));
        let rule = |get: fn(&SynchronizationRule) -> Option<String>| {
            [&self.old, &self.new].map(|side| side.rule.and_then(get))
        };
        let properties: [(&'static str, [Option<String>; 2]); 6] = [
            ("flowTypes", of(|mapping| mapping.flow_types.text().map(str::to_owned))),
            ("enabled", of(|mapping| mapping.enabled.get().map(ToString::to_string))),
            ("sourceObjectName", of(|mapping| mapping.source_object_name.text().map(str::to_owned))),
            ("targetObjectName", of(|mapping| mapping.target_object_name.text().map(str::to_owned))),
            ("sourceDirectoryName", rule(|rule| rule.source_directory_name.text().map(str::to_owned))),
            ("targetDirectoryName", rule(|rule| rule.target_directory_name.text().map(str::to_owned))),
        ];
        for (property, [before, after]) in properties {
            if before != after {
                let subject = "object mapping".to_owned();
                let lines = [&self.old, &self.new].map(|side| side.half.loaded.line(side.half.flow.pointer()));
                self.list.push(Edit { subject, property, before, after, lines, reach: Reach::Everybody });
            }
        }
    }

    /// The mappings of both, by target attribute: in the order of the old configuration,
    /// then those that are new.
    fn pairs(&self) -> Vec<Pair> {
        let keys = |side: &Sides<'_>| {
            let mut times: HashMap<String, usize> = HashMap::new();
            let names = side.half.flow.mappings().mappings().iter().map(|mapping| mapping.target.clone());
            let keyed = names.map(|name| {
                let folded = name.to_lowercase();
                let time = times.entry(folded.clone()).and_modify(|time| *time += 1).or_default();
                ((folded, *time), name)
            });
            keyed.collect::<Vec<_>>()
        };
        let (old, new) = (keys(&self.old), keys(&self.new));
        let places: HashMap<&(String, usize), usize> =
            new.iter().zip(0..).map(|((key, _), place)| (key, place)).collect();
        let pair = |name: &str, old, new| {
            let name = name.to_owned();
            Pair { name, old, new, differs: false, skips: false, notes: Notes::default() }
        };
        let mut pairs: Vec<Pair> = old
            .iter()
            .enumerate()
            .map(|(place, (key, name))| pair(name, Some(place), places.get(key).copied()))
            .collect();
        let known: HashSet<&(String, usize)> = old.iter().map(|(key, _)| key).collect();
        let added = new.iter().enumerate().filter(|(_, (key, _))| !known.contains(key));
        pairs.extend(added.map(|(place, (_, name))| pair(name, None, Some(place))));
        pairs
    }

    fn pair(&mut self, index: usize, pair: &mut Pair) {
        let known = self.list.len();
        self.pair_edits(index, pair);
        // Finding a line takes a pass over the file: that is for edits only.
        let edits = self.list.get_mut(known..).unwrap_or_default();
        if !edits.is_empty() {
            let lines = [self.old.line(pair.old), self.new.line(pair.new)];
            edits.iter_mut().for_each(|edit| edit.lines = lines);
        }
    }

    fn pair_edits(&mut self, index: usize, pair: &mut Pair) {
        let lines = [None, None];
        let name = pair.name.clone();
        let mut edit = |property, before: Option<String>, after: Option<String>, reach| {
            if before != after {
                self.list.push(Edit { subject: name.clone(), property, before, after, lines, reach });
            }
        };
        let values = Reach::Values(index);
        let (old, new) = match (pair.old, pair.new) {
            (Some(old), Some(new)) => (old, new),
            (old, new) => {
                pair.differs = true;
                let before = old.map(|mapping| self.old.expression(mapping).to_owned());
                let after = new.map(|mapping| self.new.expression(mapping).to_owned());
                edit("mapping", before, after, values);
                return;
            }
        };
        let items = [self.old.item(old), self.new.item(new)];
        // Without a source the default value is all there is, and named below.
        let sourceless = items.iter().all(|item| item.is_some_and(|item| crate::configuration::source(item).is_none()));
        let (before, after) = (self.old.expression(old), self.new.expression(new));
        if before != after && !sourceless {
            let same = same_tree(before, after, self.dialect);
            pair.differs |= !same;
            let (property, reach) =
                if same { ("layout of the expression", Reach::Nobody) } else { ("expression", values) };
            edit(property, Some(before.to_owned()), Some(after.to_owned()), reach);
        }
        let of = |get: fn(&AttributeMapping) -> Option<String>| items.map(|item| item.and_then(get));
        let flag = |get: fn(&AttributeMapping) -> Option<bool>| {
            items.map(|item| item.and_then(get).unwrap_or_default().to_string()).map(Some)
        };
        let defaults = of(|item| item.default_value.text().map(str::to_owned));
        let [before, after] = defaults;
        pair.differs |= before != after;
        edit("defaultValue", before, after, values);
        let [before, after] =
            of(|item| item.matching_priority.get().copied().filter(|priority| *priority > 0).map(|p| p.to_string()));
        edit("matchingPriority", before, after, Reach::Matching);
        let [before, after] = of(|item| Some(flow_type(item)));
        edit("flowType", before, after, Reach::Holders(index));
        let [before, after] = of(|item| {
            Some(match item.flow_behavior.get() {
                Some(behavior) => format!("{:?}", behavior.known().unwrap_or_else(|| behavior.clone())),
                None => "FlowWhenChanged".to_owned(),
            })
        });
        edit("flowBehavior", before, after, Reach::Holders(index));
        let [before, after] = flag(|item| item.flow_null_values.get().copied());
        edit("flowNullValues", before, after, Reach::Lacking(index));
        let [before, after] = flag(|item| item.export_missing_references.get().copied());
        edit("exportMissingReferences", before, after, Reach::Holders(index));
        let definitions = [self.old.definition(&pair.name), self.new.definition(&pair.name)];
        for (property, before, after) in definition_edits(definitions) {
            pair.differs = true;
            let reach = if property == "definition: mutability" { Reach::Holders(index) } else { values };
            edit(property, before, after, reach);
        }
        let taken = self.new.half.flow.target_attribute(new);
        pair.differs |= self.old.half.flow.target_attribute(old).map(kindless) != taken.map(kindless);
        let flow_types = items.map(|item| item.map(flow_type).unwrap_or_default());
        let adds = |word: &String| ["MultiValueAddOnly", "MultiValueAdd", "ValueAddOnly"].contains(&word.as_str());
        pair.notes = Notes {
            on_creation: flow_types.iter().all(|word| word == "ObjectAddOnly"),
            adds: flow_types.iter().all(adds),
            clears: items.last().copied().flatten().is_some_and(|item| item.flow_null_values.get() == Some(&true)),
            ignores_case: taken.is_some_and(|taken| !taken.case_exact),
        };
        // Pairs whose holders are counted are evaluated for that.
        pair.differs |=
            self.list.iter().any(|edit| matches!(edit.reach, Reach::Holders(of) | Reach::Lacking(of) if of == index));
    }

    /// Definitions of source attributes that a flow reads.
    fn sources(&mut self) {
        let read = |side: &Sides<'_>| {
            let schema = side.half.flow.mappings().schema();
            side.half.flow.reads().map(|slot| schema.name(slot).to_lowercase()).collect::<HashSet<_>>()
        };
        let (old, new) = (read(&self.old), read(&self.new));
        let mut definitions: BTreeMap<String, [Option<&AttributeDefinition>; 2]> = BTreeMap::new();
        for (side, sources) in [&self.old.source, &self.new.source].into_iter().enumerate() {
            for definition in sources {
                let Some(name) = definition.name.text().map(str::to_lowercase) else { continue };
                if let Some(place) = definitions.entry(name).or_default().get_mut(side) {
                    *place = Some(definition);
                }
            }
        }
        for (name, definitions) in definitions {
            let defined = definitions.iter().all(Option::is_some);
            let read = old.contains(&name) && new.contains(&name);
            if !(defined && read) {
                continue;
            }
            let subject = definitions.into_iter().flatten().next().and_then(|d| d.name.text()).unwrap_or(&name);
            let subject = format!("source attribute {subject}");
            for (property, before, after) in definition_edits(definitions) {
                let lines = [None, None];
                self.list.push(Edit {
                    subject: subject.clone(),
                    property,
                    before,
                    after,
                    lines,
                    reach: Reach::Unknown,
                });
            }
        }
    }
}

fn flow_type(item: &AttributeMapping) -> String {
    match item.flow_type.get() {
        Some(FlowType::Other(word)) => {
            item.flow_type.get().and_then(FlowType::known).map_or_else(|| word.clone(), |known| format!("{known:?}"))
        }
        Some(known) => format!("{known:?}"),
        None => "Always".to_owned(),
    }
}

/// What an attribute takes, but for the spelling of its name.
fn kindless(taken: &crate::configuration::TargetAttribute) -> crate::configuration::TargetAttribute {
    crate::configuration::TargetAttribute { name: String::new(), ..taken.clone() }
}

/// Whether two expressions are one tree.
fn same_tree(one: &str, other: &str, dialect: Dialect) -> bool {
    let tree = |text| syntax::parse(text, dialect).0;
    tree(one).is_some_and(|one| tree(other) == Some(one))
}

/// The properties of an attribute's definition that differ.
fn definition_edits(
    definitions: [Option<&AttributeDefinition>; 2],
) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let of = |get: fn(&AttributeDefinition) -> Option<String>| definitions.map(|definition| definition.and_then(get));
    fn flag(property: &Property<bool>) -> Option<String> {
        Some(property.get().copied().unwrap_or_default().to_string())
    }
    let properties =
        [
            (
                "definition: type",
                of(|d| {
                    Some(d.r#type.get().map_or_else(
                        || "String".to_owned(),
                        |t| format!("{:?}", t.known().unwrap_or_else(|| t.clone())),
                    ))
                }),
            ),
            ("definition: multivalued", of(|d| flag(&d.multivalued))),
            ("definition: required", of(|d| flag(&d.required))),
            ("definition: caseExact", of(|d| flag(&d.case_exact))),
            (
                "definition: mutability",
                of(|d| d.mutability.get().map(|m| format!("{:?}", m.known().unwrap_or_else(|| m.clone())))),
            ),
            ("definition: defaultValue", of(|d| d.default_value.text().map(str::to_owned))),
            ("definition: flowNullValues", of(|d| flag(&d.flow_null_values))),
        ];
    let differing = properties.into_iter().filter(|(_, [before, after])| before != after);
    differing.map(|(property, [before, after])| (property, before, after)).collect()
}
