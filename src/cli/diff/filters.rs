//! What was edited in the scoping filters.

use super::edits::{Edit, Reach, Sides};
use crate::configuration::FilterList;
use crate::graph::{FilterClause, FilterGroup};

/// Lists the edits of groups and clauses; gives whether the scope is the same for every
/// object.
pub(super) fn compare(old: &Sides<'_>, new: &Sides<'_>, edits: &mut Vec<Edit>) -> bool {
    let mut same = true;
    for list in [FilterList::Input, FilterList::Category, FilterList::Scoping] {
        let (before, after) = (Group::all(old, list), Group::all(new, list));
        same &= before.iter().map(|group| &group.clauses).eq(after.iter().map(|group| &group.clauses));
        for (before, after) in partners(&before, &after) {
            let mut editing = Editing { old, new, list, edits };
            editing.group(before, after);
        }
    }
    same
}

/// A group of a filter.
struct Group {
    name: String,
    /// What people call it; empty where it is the only one.
    title: String,
    clauses: Vec<String>,
    pointer: String,
}

impl Group {
    fn all(side: &Sides<'_>, list: FilterList) -> Vec<Group> {
        let Some(filter) = side.filter() else { return Vec::new() };
        let groups: &[FilterGroup] = match list {
            FilterList::Input => filter.input_filter_groups.items(),
            FilterList::Category => filter.category_filter_groups.items(),
            FilterList::Scoping => filter.groups.items(),
        };
        let group = |(index, group): (usize, &FilterGroup)| {
            let name = group.name.text().unwrap_or_default().to_owned();
            Group {
                title: match name.as_str() {
                    "" if groups.len() > 1 => format!("group {}", index + 1),
                    name => name.to_owned(),
                },
                name,
                clauses: group.clauses.items().iter().map(text).collect(),
                pointer: format!("{}/scope/{}/{index}", side.half.flow.pointer(), list.property()),
            }
        };
        groups.iter().enumerate().map(group).collect()
    }

    fn says(&self, clause: &str) -> String {
        if self.title.is_empty() { clause.to_owned() } else { format!("{}: {clause}", self.title) }
    }
}

/// A clause as people read it.
fn text(clause: &FilterClause) -> String {
    let mut text = clause.source_operand_name.text().unwrap_or_default().to_owned();
    text.push(' ');
    text.push_str(clause.operator_name.text().unwrap_or_default());
    let values = clause.target_operand.get().map_or(&[][..], |operand| operand.values.items());
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index == 0 { " " } else { ", " });
        text.push_str(value);
    }
    text
}

/// Which group became which: those of one name, those that say the same, then those that
/// are left, in their order.
fn partners<'g>(old: &'g [Group], new: &'g [Group]) -> Vec<(Option<&'g Group>, Option<&'g Group>)> {
    let mut free: Vec<&Group> = new.iter().collect();
    let mut pairs: Vec<(&Group, Option<&Group>)> = old.iter().map(|group| (group, None)).collect();
    let rules: [fn(&Group, &Group) -> bool; 3] = [
        |one, other| !one.name.is_empty() && one.name == other.name,
        |one, other| one.clauses == other.clauses,
        |_, _| true,
    ];
    for fits in rules {
        for (group, partner) in pairs.iter_mut().filter(|(_, partner)| partner.is_none()) {
            *partner = free.iter().position(|other| fits(group, other)).map(|place| free.remove(place));
        }
    }
    let kept = pairs.into_iter().map(|(group, partner)| (Some(group), partner));
    kept.chain(free.into_iter().map(|group| (None, Some(group)))).collect()
}

/// A clause of a group: its place and its text.
type Clause<'g> = (usize, &'g str);

struct Editing<'e, 'h> {
    old: &'e Sides<'h>,
    new: &'e Sides<'h>,
    list: FilterList,
    edits: &'e mut Vec<Edit>,
}

impl Editing<'_, '_> {
    fn group(&mut self, old: Option<&Group>, new: Option<&Group>) {
        fn clauses(group: Option<&Group>) -> Vec<Clause<'_>> {
            group.map_or(&[][..], |group| &group.clauses).iter().map(String::as_str).enumerate().collect()
        }
        let (mut removed, mut added) = (clauses(old), clauses(new));
        // A group without clauses holds for everybody, so that its coming and going is an
        // edit of its own.
        if removed.is_empty() && added.is_empty() && (old.is_none() || new.is_none()) {
            let [before, after] = [old, new].map(|group| group.map(|group| group.says("no clauses")));
            self.push("group", before, after, [None, None]);
            return;
        }
        removed.retain(|(_, clause)| match added.iter().position(|(_, other)| other == clause) {
            Some(place) => {
                added.remove(place);
                false
            }
            None => true,
        });
        for clause in removed {
            // A clause that went and one that came on the same attribute are one edit.
            let attribute = |(_, text): &Clause<'_>| text.split(' ').next().map(str::to_owned);
            let twin = added.iter().position(|other| attribute(other) == attribute(&clause));
            let twin = twin.map(|place| added.remove(place));
            self.clause(old.zip(Some(clause)), new.zip(twin));
        }
        for clause in added {
            self.clause(None, new.zip(Some(clause)));
        }
    }

    fn clause(&mut self, before: Option<(&Group, Clause<'_>)>, after: Option<(&Group, Clause<'_>)>) {
        let line = |side: &Sides<'_>, clause: Option<(&Group, Clause<'_>)>| {
            let (group, (place, _)) = clause?;
            side.half.loaded.line(&format!("{}/clauses/{place}", group.pointer))
        };
        let lines = [line(self.old, before), line(self.new, after)];
        let says = |(group, (_, text)): (&Group, Clause<'_>)| group.says(text);
        self.push("clause", before.map(says), after.map(says), lines);
    }

    fn push(
        &mut self,
        property: &'static str,
        before: Option<String>,
        after: Option<String>,
        lines: [Option<usize>; 2],
    ) {
        let subject = match self.list {
            FilterList::Scoping => "scope".to_owned(),
            list => format!("scope, {}", list.property()),
        };
        self.edits.push(Edit { subject, property, before, after, lines, reach: Reach::Scope });
    }
}
