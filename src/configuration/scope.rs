//! Which source objects a flow is for: scoping filters, lowered to the machine.

use super::{Finding, ObjectFlow, Subject, finding};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::dialect::Dialect;
use crate::functions::{Page, Presence, REFUSED, Registry};
use crate::graph::{Filter, FilterClause, FilterGroup};
use crate::machine::Machine;
use crate::outcome::RecordError;
use crate::record::{AttributeRef, Attributes};
use crate::syntax::ast::Name;
use crate::syntax::{Argument, Call, Expr, Node, Number, NumberValue, Text};
use crate::value::{OwnedValue, Value};

/// Whether a source object is processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It flows.
    In,
    /// It does not, and an object that it has in the target is deprovisioned.
    Out,
    /// An input filter or category filter keeps it out: it is as if it were not there,
    /// and an object that it has in the target stays as it is (documented for
    /// `inputFilterGroups` of the Graph filter).
    Unread,
}

/// Which of a configuration's filters a group belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FilterList {
    /// `inputFilterGroups`.
    Input,
    /// `categoryFilterGroups`.
    Category,
    /// `groups`, the scoping filters that engineers write.
    Scoping,
}

impl FilterList {
    const ALL: [FilterList; 3] = [FilterList::Input, FilterList::Category, FilterList::Scoping];

    /// The property of the Graph filter.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            FilterList::Input => "inputFilterGroups",
            FilterList::Category => "categoryFilterGroups",
            FilterList::Scoping => "groups",
        }
    }

    fn of(self, filter: &Filter) -> &[FilterGroup] {
        match self {
            FilterList::Input => filter.input_filter_groups.items(),
            FilterList::Category => filter.category_filter_groups.items(),
            FilterList::Scoping => filter.groups.items(),
        }
    }

    /// What a clause gives for an attribute that is null or empty.
    const fn policy(self) -> NullPolicy {
        match self {
            FilterList::Input => NullPolicy::NegativeHolds,
            FilterList::Category | FilterList::Scoping => NullPolicy::NeverHolds,
        }
    }

    /// Whether a clause does not hold for an attribute that is null or empty.
    fn keeps_null_out(self, clause: &FilterClause) -> bool {
        let operator = clause.operator_name.text().and_then(operator_name);
        let holds = self.policy() == NullPolicy::NegativeHolds;
        operator.is_some_and(|name| name != "IS NULL" && !(holds && NEGATIVE.contains(&name)))
    }
}

/// What a clause gives for an attribute that is null or empty.
///
/// The page on scoping filters says that it does not hold. The vendor's own input
/// filters (`IS FALSE isCriticalSystemObject`) would then keep every ordinary user out,
/// so in input filters a negative clause holds (evident).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullPolicy {
    /// It does not hold (documented).
    NeverHolds,
    /// A negative clause holds, any other does not (evident).
    NegativeHolds,
}

impl NullPolicy {
    /// One sentence on the policy.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            NullPolicy::NeverHolds => "a clause on a null or empty attribute does not hold (documented)",
            NullPolicy::NegativeHolds => {
                "in an input filter a negative clause on a null or empty attribute holds (evident)"
            }
        }
    }
}

/// A group of clauses of a compiled flow.
#[derive(Debug)]
pub(super) struct Group {
    list: FilterList,
    name: String,
    clauses: Vec<Clause>,
}

/// A clause of a compiled flow.
#[derive(Debug)]
struct Clause {
    /// As people read it: `department EQUALS sales`.
    text: String,
    operator: String,
    /// Whether null is the question itself.
    asks_null: bool,
    /// The entry of the program.
    entry: usize,
}

/// A clause as a tree, with its place.
pub(super) struct Lowered {
    pub(super) list: FilterList,
    pub(super) tree: Expr,
    pub(super) pointer: String,
    /// As people read it.
    pub(super) text: String,
}

/// The operators that hold for what an attribute is not.
const NEGATIVE: [&str; 4] = ["IS FALSE", "NOT EQUALS", "NOT REGEX MATCH", "!&"];

/// The groups of a filter, with the tree of each clause; the entries of the clauses
/// follow `first`.
pub(super) fn lower(
    filter: &Filter,
    pointer: &str,
    first: usize,
    found: &mut Vec<Finding>,
) -> (Vec<Group>, Vec<Lowered>) {
    let operators = Registry::scoping();
    let mut groups = Vec::new();
    let mut trees = Vec::new();
    for list in FilterList::ALL {
        for (index, group) in list.of(filter).iter().enumerate() {
            let mut clauses = Vec::new();
            for (place, clause) in group.clauses.items().iter().enumerate() {
                let pointer = format!("{pointer}/scope/{}/{index}/clauses/{place}", list.property());
                match tree(clause, list, &operators) {
                    Ok((operator, tree)) => {
                        clauses.push(Clause {
                            text: text(clause, &operator),
                            asks_null: matches!(operator.as_str(), "IS NULL" | "IS NOT NULL"),
                            operator,
                            entry: first + trees.len(),
                        });
                        let text = text(clause, clause.operator_name.text().unwrap_or_default());
                        trees.push(Lowered { list, tree, pointer, text });
                    }
                    Err(diagnostic) => {
                        let written = text(clause, clause.operator_name.text().unwrap_or_default());
                        found.push(finding(pointer, "scope", &written, *diagnostic));
                    }
                }
            }
            hint_at_policy(list, &clauses, index, pointer, found);
            groups.push(Group { list, name: group.name.text().unwrap_or_default().to_owned(), clauses });
        }
    }
    (groups, trees)
}

/// The attributes that objects in scope have: every group of one of the lists has a clause
/// on them that does not hold for null.
pub(super) fn present(filter: &Filter) -> Vec<&str> {
    let asked_by = |list: FilterList| {
        let mut groups = list.of(filter).iter().map(|group| {
            let asks = group.clauses.items().iter().filter(|clause| list.keeps_null_out(clause));
            asks.filter_map(|clause| clause.source_operand_name.text()).collect::<Vec<_>>()
        });
        let mut names = groups.next().unwrap_or_default();
        groups.for_each(|others| names.retain(|name| others.iter().any(|other| other.eq_ignore_ascii_case(name))));
        names
    };
    FilterList::ALL.into_iter().flat_map(asked_by).collect()
}

/// Says once a group which of its clauses hold for objects that lack the attribute, where
/// the page says otherwise.
fn hint_at_policy(list: FilterList, clauses: &[Clause], group: usize, pointer: &str, found: &mut Vec<Finding>) {
    if list.policy() != NullPolicy::NegativeHolds {
        return;
    }
    let Some((place, clause)) =
        clauses.iter().enumerate().find(|(_, clause)| NEGATIVE.contains(&clause.operator.as_str()))
    else {
        return;
    };
    let pointer = format!("{pointer}/scope/{}/{group}/clauses/{place}", list.property());
    let message = format!("an object without the attribute is let in: {}", list.policy().meaning());
    found.push(finding(pointer, "scope", &clause.text, Diagnostic::new(Code::NullLetIn, Span::default(), message)));
}

/// A clause as people read it.
fn text(clause: &FilterClause, operator: &str) -> String {
    let attribute = clause.source_operand_name.text().unwrap_or_default();
    let values = clause.target_operand.get().map_or(&[][..], |operand| operand.values.items());
    let mut text = format!("{attribute} {operator}");
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index == 0 { " " } else { ", " });
        text.push_str(value);
    }
    text
}

/// A clause as a call of its operator; gives the operator's own name too.
fn tree(clause: &FilterClause, list: FilterList, operators: &Registry) -> Result<(String, Expr), Box<Diagnostic>> {
    let error = |code, message: String| Box::new(Diagnostic::new(code, Span::default(), message));
    let Some(attribute) = clause.source_operand_name.text().filter(|name| !name.is_empty()) else {
        return Err(error(Code::IncompleteClause, "the clause has no source attribute".to_owned()));
    };
    let written = clause.operator_name.text().unwrap_or_default();
    let spelled = spelling(written);
    if let Some((name, reason)) = REFUSED.iter().find(|(name, _)| spelling(name) == spelled) {
        return Err(error(Code::RefusedOperator, format!("{name} cannot be used: {reason}")));
    }
    // A registry has the functions of the language too, and they are no operators.
    let operators = || operators.iter().filter(|operator| operator.page == Page::Scoping);
    let known = || operators().filter_map(|operator| Some((operator, operator.name(Dialect::Provisioning)?)));
    let Some((operator, name)) = known().find(|(_, name)| spelling(name) == spelled) else {
        let diagnostic = error(Code::UnknownOperator, format!("'{written}' is no operator of scoping filters"));
        let near = crate::check::nearest(written, known().map(|(_, name)| name));
        return Err(match near {
            Some(near) => Box::new(diagnostic.help(format!("did you mean {near}?"))),
            None => diagnostic,
        });
    };
    let values = clause.target_operand.get().map_or(&[][..], |operand| operand.values.items());
    let takes_values = operator.parameters.iter().any(|p| matches!(p.presence, Presence::Repeating { .. }));
    match (takes_values, values) {
        (true, []) => return Err(error(Code::IncompleteClause, format!("{name} compares with a value, and has none"))),
        (false, [_, ..]) => return Err(error(Code::IncompleteClause, format!("{name} takes no value"))),
        _ => {}
    }
    let holds = list.policy() == NullPolicy::NegativeHolds && NEGATIVE.contains(&name);
    let mut arguments = vec![
        Expr::new(Node::Attribute(attribute.to_owned())),
        Expr::new(Node::Word(if holds { "True" } else { "False" }.to_owned())),
    ];
    if takes_values {
        arguments.extend(values.iter().map(|value| Expr::new(constant(value))));
    }
    let arguments = arguments.into_iter().map(|value| Argument { span: Span::default(), value: Some(value) }).collect();
    let call = Call { name: Name { text: name.to_owned(), span: Span::default() }, arguments };
    Ok((name.to_owned(), Expr::new(Node::Call(call))))
}

fn constant(value: &str) -> Node {
    match value.parse::<i64>() {
        // What reads back the same is no other text.
        Ok(integer) if integer.to_string() == value => {
            Node::Number(Number { raw: value.to_owned(), value: NumberValue::Integer(integer) })
        }
        _ => Node::Text(Text::new(value)),
    }
}

/// The name of an operator, from any spelling of it.
#[must_use]
pub(crate) fn operator_name(written: &str) -> Option<&'static str> {
    let spelled = spelling(written);
    crate::functions::OPERATORS
        .iter()
        .filter_map(|operator| operator.name(Dialect::Provisioning))
        .find(|name| spelling(name) == spelled)
}

/// An operator without what its spellings differ in.
fn spelling(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '_')).flat_map(char::to_uppercase).collect()
}

/// What became of every clause of a flow's filters.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeTrace {
    /// The decision, or what the object fails with.
    pub scope: Result<Scope, RecordError>,
    /// The groups, in the order they were looked at.
    pub groups: Vec<GroupTrace>,
}

/// What became of a group's clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupTrace {
    /// The filter that it belongs to.
    pub list: FilterList,
    /// Its name.
    pub name: String,
    /// Whether all its clauses hold.
    pub holds: bool,
    /// The clauses; all are evaluated here, also behind one that does not hold.
    pub clauses: Vec<ClauseTrace>,
}

/// What became of a clause.
#[derive(Debug, Clone, PartialEq)]
pub struct ClauseTrace {
    /// The clause: `department EQUALS sales`.
    pub text: String,
    /// The operator's name.
    pub operator: String,
    /// The attribute's value.
    pub value: OwnedValue,
    /// Whether it holds, or what the object fails with.
    pub holds: Result<bool, RecordError>,
    /// The policy, where it decided because the attribute is null or empty.
    pub policy: Option<NullPolicy>,
}

impl ObjectFlow {
    /// Whether a source object is processed.
    ///
    /// Clauses of a group must all hold; of the groups of a filter one is enough, and
    /// no groups hold for everybody (documented).
    ///
    /// # Errors
    /// Where a clause fails on the object: an attribute that is no integer is compared
    /// in order, or a pattern takes too many steps.
    pub fn scope<R: Attributes + ?Sized>(
        &self,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<Scope, RecordError> {
        for list in FilterList::ALL {
            if !self.list_holds(list, machine, subject)? {
                return Ok(if list == FilterList::Scoping { Scope::Out } else { Scope::Unread });
            }
        }
        Ok(Scope::In)
    }

    /// The policy for null that the decision on an object rests on: a clause on an
    /// attribute that it lacks let it in, or kept it out. Nothing where no clause met one.
    #[must_use]
    pub fn null_policy<R: Attributes + ?Sized>(&self, scope: Scope, subject: &Subject<'_, R>) -> Option<NullPolicy> {
        let list = match scope {
            Scope::In => FilterList::Input,
            Scope::Out => FilterList::Scoping,
            Scope::Unread => return None,
        };
        let policy = list.policy();
        let schema = self.inner.set.schema();
        let arena = bumpalo::Bump::new();
        let met = self.inner.groups.iter().filter(|group| group.list == list).flat_map(|group| &group.clauses).any(
            |clause| {
                let decides = match policy {
                    NullPolicy::NegativeHolds => NEGATIVE.contains(&clause.operator.as_str()),
                    NullPolicy::NeverHolds => !clause.asks_null,
                };
                decides
                    && self.inner.set.reads(clause.entry).first().is_some_and(|slot| {
                        subject.attribute(AttributeRef::new(schema, *slot), &arena).is_null_or_empty()
                    })
            },
        );
        met.then_some(policy)
    }

    fn list_holds<R: Attributes + ?Sized>(
        &self,
        list: FilterList,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<bool, RecordError> {
        let mut none = true;
        for group in self.inner.groups.iter().filter(|group| group.list == list) {
            none = false;
            let mut all = true;
            for clause in &group.clauses {
                if !self.clause_holds(clause, machine, subject)? {
                    all = false;
                    break;
                }
            }
            if all {
                return Ok(true);
            }
        }
        Ok(none)
    }

    fn clause_holds<R: Attributes + ?Sized>(
        &self,
        clause: &Clause,
        machine: &mut Machine,
        subject: &Subject<'_, R>,
    ) -> Result<bool, RecordError> {
        let evaluation = machine.run_entry(self.inner.set.program(), clause.entry, "", subject);
        match evaluation.returned {
            Ok(value) => Ok(value == Value::Boolean(true)),
            Err(crate::functions::Stop::Fault(fault)) => {
                Err(RecordError { message: format!("{}: {}", clause.text, fault.message), ..RecordError::from(fault) })
            }
            Err(_) => Ok(false),
        }
    }

    /// The same with what became of every clause, and the policy where it decided.
    #[must_use]
    pub fn explain_scope<R: Attributes + ?Sized>(&self, machine: &mut Machine, subject: &Subject<'_, R>) -> ScopeTrace {
        let mut groups = Vec::new();
        for group in &self.inner.groups {
            let mut clauses = Vec::new();
            for clause in &group.clauses {
                let value = self.source_value(clause.entry, subject);
                let empty = value.borrow(&bumpalo::Bump::new()).is_null_or_empty();
                clauses.push(ClauseTrace {
                    text: clause.text.clone(),
                    operator: clause.operator.clone(),
                    policy: (empty && !clause.asks_null).then(|| match group.list.policy() {
                        NullPolicy::NegativeHolds if NEGATIVE.contains(&clause.operator.as_str()) => {
                            NullPolicy::NegativeHolds
                        }
                        _ => NullPolicy::NeverHolds,
                    }),
                    holds: self.clause_holds(clause, machine, subject),
                    value,
                });
            }
            let holds = clauses.iter().all(|clause| clause.holds == Ok(true));
            groups.push(GroupTrace { list: group.list, name: group.name.clone(), holds, clauses });
        }
        ScopeTrace { scope: self.scope(machine, subject), groups }
    }
}
