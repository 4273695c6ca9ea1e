//! The target's objects by their matching attributes.

use super::{MatchKey, ObjectFlow, Subject};
use crate::machine::Machine;
use crate::outcome::RecordError;
use crate::record::{AttributeRef, Attributes};
use crate::value::Value;
use bumpalo::Bump;
use std::collections::HashMap;

/// The objects of a target by the values of their matching attributes: all of the
/// target that a cycle needs in memory.
///
/// ```
/// use attrflow::configuration::{Configuration, Match, Subject, TargetIndex};
/// use attrflow::{AttributeBag, Machine, graph::Document};
/// let text = r#"[{"targetAttributeName": "userName", "matchingPriority": 1, "source": {"expression": "[mail]"}}]"#;
/// let configuration = Configuration::compile(&Document::read(text)?.schema())?;
/// let flow = &configuration.flows()[0];
///
/// let mut target = TargetIndex::new(flow);
/// target.add(7, &AttributeBag::from_iter([("userName", "Ann@contoso.com")]));
///
/// let ann = AttributeBag::from_iter([("mail", "ann@contoso.com")]);
/// assert_eq!(target.look_up(&mut Machine::new(), &Subject::new(flow, &ann))?, Match::One(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TargetIndex {
    flow: ObjectFlow,
    /// By matching attribute, in the order in which they are tried.
    keys: Vec<HashMap<String, Holders>>,
}

/// The objects that have a value. Nearly every value has one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Holders {
    One(u32),
    Several(Vec<u32>),
}

/// What a source object finds in the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<'t> {
    /// No object.
    None,
    /// One object: its number.
    One(u32),
    /// Several objects with the same value of a matching attribute.
    Several(&'t [u32]),
}

impl TargetIndex {
    /// An empty index for the objects of a flow's target.
    #[must_use]
    pub fn new(flow: &ObjectFlow) -> Self {
        TargetIndex { keys: flow.matching().iter().map(|_| HashMap::new()).collect(), flow: flow.clone() }
    }

    /// Adds an object under a number of the host's. Gives whether it has a value for a
    /// matching attribute: one without was never managed by the flow.
    pub fn add<C: Attributes + ?Sized>(&mut self, number: u32, object: &C) -> bool {
        let mut managed = false;
        let arena = Bump::new();
        for (mapping, keys) in self.flow.matching().iter().zip(&mut self.keys) {
            let Some(slot) = self.flow.slot(*mapping) else { continue };
            let value = object.attribute(AttributeRef::new(self.flow.target_schema(), slot), &arena);
            // An object with several values is found by each.
            let values: &[Value<'_>] = match &value {
                Value::Multi(values) => values,
                single => std::slice::from_ref(single),
            };
            for value in values {
                let Some(key) = self.flow.target_key(*mapping, *value) else { continue };
                managed = true;
                keys.entry(key).and_modify(|holders| holders.push(number)).or_insert(Holders::One(number));
            }
        }
        managed
    }

    /// What a source object finds: the matching attributes are tried one after the other,
    /// and the first by which there is anything decides (documented).
    ///
    /// # Errors
    /// Where a matching attribute's mapping fails before anything is found, or none of
    /// them has a value (AF432).
    pub fn look_up<R: Attributes + ?Sized>(
        &self,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<Match<'_>, RecordError> {
        let mut any = self.flow.matching().is_empty();
        for mapping in self.flow.matching() {
            let Some(key) = self.flow.match_key(*mapping, machine, subject)? else { continue };
            any = true;
            match self.find(std::slice::from_ref(&key)) {
                Match::None => {}
                found => return Ok(found),
            }
        }
        if any { Ok(Match::None) } else { Err(self.flow.no_matching_value()) }
    }

    /// What the first key finds that finds anything.
    #[must_use]
    pub fn find(&self, keys: &[MatchKey]) -> Match<'_> {
        for key in keys {
            let place = self.flow.matching().iter().position(|mapping| *mapping == key.mapping);
            let found = place.and_then(|place| self.keys.get(place)).and_then(|known| known.get(&key.key));
            match found {
                None => {}
                Some(Holders::One(number)) => return Match::One(*number),
                Some(Holders::Several(numbers)) => return Match::Several(numbers),
            }
        }
        Match::None
    }
}

impl Holders {
    fn push(&mut self, number: u32) {
        match self {
            Holders::One(first) if *first == number => {}
            // One object comes with all its values at once.
            Holders::Several(numbers) if numbers.last() == Some(&number) => {}
            Holders::One(first) => *self = Holders::Several(vec![*first, number]),
            Holders::Several(numbers) => numbers.push(number),
        }
    }
}
