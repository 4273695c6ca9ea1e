//! Calls that several mappings of a set make with the same arguments.

use crate::check::{BoundCall, Checked, Term};
use crate::functions::{Body, Purity};
use std::collections::HashMap;
use std::fmt::Write;

/// The calls that are computed once a record, by key, with the memo that keeps each.
#[derive(Debug, Default)]
pub(super) struct Shared {
    memos: HashMap<String, u16>,
}

impl Shared {
    /// Finds the calls that more than one of the expressions makes.
    pub(super) fn find(entries: &[Checked<'_>]) -> Self {
        if entries.len() < 2 {
            return Shared::default();
        }
        let mut counts: HashMap<String, u32> = HashMap::new();
        for entry in entries {
            count(entry, &mut counts);
        }
        let mut keys: Vec<String> = counts.into_iter().filter(|(_, count)| *count > 1).map(|(key, _)| key).collect();
        keys.sort_unstable();
        Shared { memos: keys.into_iter().zip(0..u16::MAX).collect() }
    }

    /// The memo of a call that is shared.
    pub(super) fn memo(&self, call: &BoundCall<'_>) -> Option<u16> {
        if self.memos.is_empty() {
            return None;
        }
        self.memos.get(&key(call)?).copied()
    }

    pub(super) fn len(&self) -> u16 {
        u16::try_from(self.memos.len()).unwrap_or(u16::MAX)
    }
}

fn count(checked: &Checked<'_>, counts: &mut HashMap<String, u32>) {
    match &checked.term {
        Term::Constant(_) | Term::Attribute(_) | Term::Parameter(_) | Term::Stop(_) => {}
        Term::Call(call) => {
            if let Some(key) = key(call) {
                let seen = counts.entry(key).or_default();
                *seen += 1;
                // What lies inside a shared call is computed once with it.
                if *seen > 1 {
                    return;
                }
            }
            call.arguments.iter().filter_map(|argument| argument.value.as_ref()).for_each(|value| count(value, counts));
        }
        Term::Compare { left, right, .. } => [left, right].into_iter().for_each(|part| count(part, counts)),
        Term::Concatenate(parts) | Term::First(parts) | Term::Unique(parts) => {
            parts.iter().for_each(|part| count(part, counts));
        }
        Term::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|part| count(part, counts));
        }
        Term::Match { source, cases, default } => {
            count(source, counts);
            for (key, value) in cases {
                count(key, counts);
                count(value, counts);
            }
            count(default, counts);
        }
    }
}

/// What makes two calls the same: function, arguments, and nothing but pure calls of
/// attributes and constants in them. Forms that choose are left alone: they are cheap.
fn key(call: &BoundCall<'_>) -> Option<String> {
    let mut text = String::new();
    write_call(call, &mut text)?;
    Some(text)
}

fn write_call(call: &BoundCall<'_>, out: &mut String) -> Option<()> {
    if call.function.purity != Purity::Pure || matches!(call.function.body, Body::Lazy(_)) {
        return None;
    }
    // The declaration's address stands for the function.
    write!(out, "{:p}(", std::ptr::from_ref(call.function)).ok()?;
    for argument in &call.arguments {
        match argument.value.as_ref().map(|value| &value.term) {
            None => {}
            Some(Term::Constant(constant)) => write!(out, "{constant:?}").ok()?,
            Some(Term::Attribute(slot)) => write!(out, "[{slot}]").ok()?,
            Some(Term::Parameter(parameter)) => write!(out, "%{parameter}").ok()?,
            Some(Term::Call(inner)) => write_call(inner, out)?,
            Some(_) => return None,
        }
        out.push(',');
    }
    out.push(')');
    Some(())
}
