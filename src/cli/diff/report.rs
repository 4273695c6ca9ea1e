//! What a comparison adds up to: counts, and samples; no more of the population is kept.

use super::edits::{Edits, Reach};
use super::kind::{Kind, Severity};
use super::work::{Counts, Difference, Examined, Place, Side};
use crate::OwnedValue;
use crate::cli::render::{Shown, literal, visible};
use rustc_hash::{FxHashMap, FxHasher};
use serde_json::{Map, Value as Json, json};
use std::cmp::Reverse;
use std::fmt::{self, Write};
use std::hash::Hasher;

/// What a comparison adds up to.
pub(super) struct Report {
    pub(super) old: String,
    pub(super) new: String,
    /// What was edited; filled in at the end.
    pub(super) edits: Edits,
    /// So many samples of a group.
    most: usize,
    pub(super) objects: u64,
    pub(super) differing: u64,
    pub(super) unreadable: u64,
    pub(super) counts: Counts,
    pub(super) groups: Vec<Group>,
    places: FxHashMap<(Place, Kind, bool), usize>,
}

/// Differences of one attribute and one kind.
pub(super) struct Group {
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) matching: bool,
    pub(super) objects: u64,
    pub(super) samples: Vec<Sample>,
    /// Where the sample of two sides is, while objects come in.
    prints: FxHashMap<u64, usize>,
}

/// A difference as one object has it first.
pub(super) struct Sample {
    pub(super) line: usize,
    pub(super) who: Vec<(String, String)>,
    pub(super) before: Side,
    pub(super) after: Side,
    /// How many objects have the very same.
    pub(super) objects: u64,
}

impl Report {
    pub(super) fn new(old: &str, new: &str, most: usize) -> Self {
        Report {
            old: old.to_owned(),
            new: new.to_owned(),
            edits: Edits::default(),
            most,
            objects: 0,
            differing: 0,
            unreadable: 0,
            counts: Counts::default(),
            groups: Vec::new(),
            places: FxHashMap::default(),
        }
    }

    /// Takes what became of an object; objects come in the order of the input.
    pub(super) fn add(&mut self, examined: Examined) {
        self.objects += 1;
        self.unreadable += u64::from(examined.unreadable.is_some());
        self.differing += u64::from(!examined.differences.is_empty());
        for Difference { place, kind, matching, before, after } in examined.differences {
            let groups = &mut self.groups;
            let number = *self.places.entry((place, kind, matching)).or_insert_with(|| {
                groups.push(Group {
                    place,
                    kind,
                    matching,
                    objects: 0,
                    samples: Vec::new(),
                    prints: FxHashMap::default(),
                });
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(number) else { continue };
            group.objects += 1;
            let print = fingerprint(&before, &after);
            let same = |sample: &&mut Sample| sample.before == before && sample.after == after;
            let known = group.prints.get(&print).copied();
            if let Some(sample) = known.and_then(|place| group.samples.get_mut(place)).filter(same) {
                sample.objects += 1;
                continue;
            }
            if group.samples.len() < self.most {
                let (line, who) = (examined.line, examined.who.clone());
                group.prints.insert(print, group.samples.len());
                group.samples.push(Sample { line, who, before, after, objects: 1 });
            }
        }
    }

    /// Puts the groups in order, the worst first.
    pub(super) fn finish(&mut self, edits: Edits, counts: Counts) {
        self.edits = edits;
        self.counts = counts;
        let place = |group: &Group| group.place;
        self.groups.sort_by_key(|group| (group.rank(), Reverse(group.objects), place(group)));
        for group in &mut self.groups {
            group.samples.sort_by_key(|sample| (Reverse(sample.objects), sample.line));
        }
    }

    /// Whether there is anything to say.
    pub(super) fn differs(&self) -> bool {
        self.differing > 0 || !self.edits.list.is_empty()
    }

    /// What a group is about.
    pub(super) fn subject(&self, place: Place) -> &str {
        match place {
            Place::Scope => "scope",
            Place::Flow => "flow",
            Place::Matching => "matching",
            Place::Attribute(pair) | Place::Disabled(pair) => {
                self.edits.pairs.get(pair).map_or("", |pair| pair.name.as_str())
            }
        }
    }

    /// What is to be said of a group beside its kind.
    pub(super) fn note(&self, group: &Group) -> Option<&'static str> {
        let Place::Attribute(pair) = group.place else { return None };
        self.edits.pairs.get(pair)?.notes.sentence(group.kind)
    }

    /// How many objects an edit touches; nothing where the source cannot tell.
    pub(super) fn touched(&self, reach: Reach) -> Option<u64> {
        let sum =
            |of: &dyn Fn(&Group) -> bool| self.groups.iter().filter(|group| of(group)).map(|group| group.objects).sum();
        let [_, in_scope] = self.counts.in_scope;
        Some(match reach {
            Reach::Values(pair) => {
                let skips = self.edits.pairs.get(pair).is_some_and(|pair| pair.skips);
                sum(&|group| match group.place {
                    Place::Attribute(of) | Place::Disabled(of) => of == pair,
                    place => skips && place == Place::Flow,
                })
            }
            Reach::Holders(pair) => self.counts.holders.get(pair).copied().unwrap_or_default(),
            Reach::Lacking(pair) => self.counts.lacking.get(pair).copied().unwrap_or_default(),
            Reach::Matching => sum(&|group| group.place == Place::Matching),
            Reach::Scope => sum(&|group| group.place == Place::Scope),
            Reach::Everybody => in_scope,
            Reach::Nobody => 0,
            Reach::Unknown => return None,
        })
    }

    /// The whole report, for machines.
    pub(super) fn json(&self, shown: &Shown) -> Json {
        let [old_scope, new_scope] = self.counts.in_scope;
        let edits: Vec<Json> = self
            .edits
            .list
            .iter()
            .map(|edit| {
                let [old_line, new_line] = edit.lines;
                json!({
                    "subject": edit.subject,
                    "property": edit.property,
                    "before": edit.before,
                    "after": edit.after,
                    "oldLine": old_line,
                    "newLine": new_line,
                    "objects": self.touched(edit.reach),
                })
            })
            .collect();
        let groups: Vec<Json> = self.groups.iter().map(|group| self.group_json(group, shown)).collect();
        json!({
            "old": self.old,
            "new": self.new,
            "objects": self.objects,
            "differing": self.differing,
            "unreadable": self.unreadable,
            "inScope": {"old": old_scope, "new": new_scope},
            "edits": edits,
            "groups": groups,
        })
    }

    fn group_json(&self, group: &Group, shown: &Shown) -> Json {
        let sample = |sample: &Sample| {
            let object: Map<String, Json> =
                sample.who.iter().map(|(name, value)| (name.clone(), shown.text(value).into_owned().into())).collect();
            json!({
                "line": sample.line,
                "object": object,
                "before": sample.before.json(shown),
                "after": sample.after.json(shown),
                "objects": sample.objects,
            })
        };
        let about = match group.place {
            Place::Attribute(_) | Place::Disabled(_) => "attribute",
            Place::Scope | Place::Flow | Place::Matching => "aspect",
        };
        let mut json = json!({
            about: self.subject(group.place),
            "kind": group.kind.word(),
            "matchingKey": group.matching,
            "whenDisabled": matches!(group.place, Place::Disabled(_)),
            "severity": group.severity().word(),
            "objects": group.objects,
        });
        if let Some(object) = json.as_object_mut() {
            if let Some(note) = self.note(group) {
                object.insert("note".to_owned(), note.into());
            }
            object.insert("samples".to_owned(), group.samples.iter().map(sample).collect());
        }
        json
    }

    /// The first sentence: how many objects differ.
    pub(super) fn verdict(&self) -> String {
        match (self.differing, self.objects - self.unreadable) {
            (0, 0) => "There are no objects to compare".to_owned(),
            (0, 1) => "The only object is the same".to_owned(),
            (0, all) => format!("All {all} objects are the same"),
            (1, all) => format!("1 of {} differs", objects(all)),
            (some, all) => format!("{some} of {} differ", objects(all)),
        }
    }

    /// What the verdict leaves open; empty where all could be read.
    pub(super) fn gap(&self) -> String {
        match self.unreadable {
            0 => String::new(),
            1 => "1 object could not be read".to_owned(),
            count => format!("{count} objects could not be read"),
        }
    }

    /// How the number of objects in scope changes, where it does.
    pub(super) fn scopes(&self) -> Option<String> {
        let [old, new] = self.counts.in_scope;
        (old != new).then(|| format!("in scope: {old} before, {new} after"))
    }
}

/// The same for the same sides.
fn fingerprint(before: &Side, after: &Side) -> u64 {
    struct Hashing(FxHasher);
    impl fmt::Write for Hashing {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut hashing = Hashing(FxHasher::default());
    for side in [before, after] {
        match side {
            // Nearly all of them.
            Side::Value(OwnedValue::Text(text)) => hashing.0.write(text.as_bytes()),
            // Hashing does not fail.
            other => drop(write!(hashing, "{other:?}")),
        }
        hashing.0.write_u8(0xff);
    }
    hashing.0.finish()
}

/// A number of objects.
pub(super) fn objects(count: u64) -> String {
    if count == 1 { "1 object".to_owned() } else { format!("{count} objects") }
}

impl Group {
    pub(super) fn severity(&self) -> Severity {
        match self.place {
            _ if self.matching => Severity::Severe,
            // Accounts of people who are gone.
            Place::Disabled(_) => self.kind.severity().min(Severity::High),
            _ => self.kind.severity(),
        }
    }

    /// The worst first: losing the scope, being mistaken for another, then by kind.
    fn rank(&self) -> (Severity, Kind) {
        (self.severity(), if self.matching { Kind::LookedForOtherwise } else { self.kind })
    }

    /// What people read.
    pub(super) fn title(&self) -> String {
        match self.place {
            _ if self.matching => format!("matching key changed ({})", self.kind.title()),
            Place::Disabled(_) => format!("{} when an account is disabled", self.kind.title()),
            _ => self.kind.title().to_owned(),
        }
    }

    /// How many objects no sample shows.
    pub(super) fn others(&self) -> u64 {
        self.objects - self.samples.iter().map(|sample| sample.objects).sum::<u64>()
    }
}

/// A longer value is cut: reports are read, not parsed.
const LONG: usize = 160;

impl Sample {
    /// The object in a few words.
    pub(super) fn who(&self, shown: &Shown) -> String {
        let line = format!("line {}", self.line);
        let who: Vec<String> = self.who.iter().map(|(_, value)| shown.text(value).into_owned()).collect();
        visible(&if who.is_empty() { line } else { format!("{} ({line})", cut(&who.join(", "))) }).into_owned()
    }
}

impl Side {
    /// What people read, on one line.
    pub(super) fn text(&self, shown: &Shown) -> String {
        let text = match self {
            Side::Value(OwnedValue::Null) => "no value".to_owned(),
            Side::Value(value) => literal(&shown.value(value)),
            Side::Hidden => "[Redact]".to_owned(),
            Side::Error { code, message } => format!("error[{code}]: {}", shown.message(*code, message)),
            Side::Words(words) => words.clone(),
        };
        let text = text.replace(['\n', '\t'], " ");
        cut(&visible(&text))
    }

    fn json(&self, shown: &Shown) -> Json {
        match self {
            Side::Value(value) => Json::from(&shown.value(value)),
            Side::Hidden => "[Redact]".into(),
            Side::Error { code, message } => {
                json!({"error": {"code": code.as_str(), "message": shown.message(*code, message)}})
            }
            Side::Words(words) => json!({ "is": words }),
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
