//! What a file holds: expressions, with their mappings and their places.

use crate::cli::scalar::Scalar;
use crate::cli::tree::{Data, Node, Syntax};
use crate::cli::{config, input, locate};
use crate::configuration::{self, Configuration, Finding};
use crate::graph::{
    self, Filter, FilterClause, ObjectMapping, Source, SourceKind, SynchronizationRule, SynchronizationSchema,
};
use crate::lint::{Clause, Linter, Subject};
use crate::{Apply, Code, Compiler, Diagnostic, OwnedValue, Severity, Span};
use anyhow::{Context, bail};
use std::ops::Range;
use std::path::Path;

/// A file that is checked.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) name: String,
    /// Its text, without a byte order mark.
    pub(super) text: String,
    /// Mappings of one object, or expressions one by one.
    pub(super) groups: Vec<Group>,
}

/// Expressions that are looked at together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) items: Vec<Item>,
    source_directory: Option<String>,
    target_directory: Option<String>,
    /// One that knows the source attributes, where there is a configuration around it.
    compiler: Option<Compiler>,
    /// It is switched off, and keeps nothing else from running.
    off: bool,
    /// What was found about anything but an expression.
    pub(super) loose: Vec<Loose>,
}

/// A finding about a part of a configuration that is no expression.
#[derive(Debug)]
pub(super) struct Loose {
    /// What it is about, as people read it.
    pub(super) text: String,
    /// A target attribute, or `scope`.
    pub(super) subject: String,
    /// Where it stands in the file.
    pub(super) start: usize,
    pub(super) found: Diagnostic,
}

/// An expression of a file.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) expression: String,
    /// The target attribute, where it belongs to a mapping.
    pub(super) target: Option<String>,
    default: Option<OwnedValue>,
    apply: Apply,
    matching: Option<u32>,
    /// Where the expression's characters stand; nothing where the file does not have them.
    pub(super) scalar: Option<Scalar>,
    /// Where it starts, or the mapping it belongs to.
    pub(super) start: usize,
    /// What was found about the mapping's tree.
    beside: Vec<Diagnostic>,
    /// There is no expression, because the tree cannot be read.
    unread: bool,
    /// What leads to the mapping in the file.
    pointer: String,
    /// The tree that stands beside the text, so that a change of the text alone contradicts it.
    pub(super) tree: Option<Tree>,
}

/// A source of Microsoft Graph, in which the expression stands as text and as a tree.
#[derive(Debug)]
pub(super) struct Tree {
    /// Where the source stands in the file.
    pub(super) range: Range<usize>,
    pub(super) source: Source,
}

impl Document {
    /// Reads a file.
    pub(super) fn read(path: &Path, compiler: &Compiler) -> anyhow::Result<Document> {
        let name = input::name(path);
        let text = input::text(path)?;
        Document::of(&name, text, Syntax::of(path), compiler).with_context(|| name)
    }

    /// An expression of the command line.
    pub(super) fn expression(text: &str) -> Document {
        let group = Group { items: vec![Item::bare(text)], ..Group::default() };
        Document { name: String::new(), text: text.to_owned(), groups: vec![group] }
    }

    /// What a text holds, by the language that the file's name says or the text shows.
    pub(super) fn of(
        name: &str,
        text: String,
        syntax: Option<Syntax>,
        compiler: &Compiler,
    ) -> anyhow::Result<Document> {
        let groups = match syntax.or_else(|| holds_json(&text)) {
            None => vec![Group { items: vec![Item::bare(text.trim_end_matches(['\r', '\n']))], ..Group::default() }],
            Some(syntax) => groups(&text, &Node::read_placed(&text, syntax)?, compiler)?,
        };
        Ok(Document { name: name.to_owned(), text, groups })
    }
}

impl Group {
    /// Everything about its expressions, a list for each.
    pub(super) fn check(&self, compiler: &Compiler) -> Vec<Vec<Diagnostic>> {
        let linter = Linter::new(self.compiler.as_ref().unwrap_or(compiler));
        let subject = |item: &'_ Item| -> Vec<Diagnostic> {
            let mut found = linter.expression(&item.expression);
            found.extend(item.beside.iter().cloned());
            found
        };
        if self.items.iter().all(|item| item.target.is_none()) {
            return self.items.iter().map(subject).collect();
        }
        let subjects: Vec<Subject<'_>> = self.items.iter().map(|item| self.subject(item)).collect();
        let mut all = linter.mappings(&subjects);
        for (item, found) in self.items.iter().zip(&mut all) {
            if item.unread {
                found.clear();
            }
            found.extend(item.beside.iter().cloned());
            once(found);
            if self.off {
                found.iter_mut().for_each(|found| found.severity = found.severity.min(Severity::Warning));
            }
        }
        all
    }

    fn subject<'g>(&'g self, item: &'g Item) -> Subject<'g> {
        let mut subject = Subject::new(item.target.as_deref().unwrap_or_default(), &item.expression);
        subject.default.clone_from(&item.default);
        subject.apply = item.apply;
        subject.matching = item.matching;
        subject.source_directory = self.source_directory.as_deref();
        subject.target_directory = self.target_directory.as_deref();
        subject
    }
}

/// Leaves one finding of those about a mapping that tell one fault.
fn once(found: &mut Vec<Diagnostic>) {
    /// A code, and the one that says more of the same.
    const SAID_BY: [(Code, Code); 3] = [
        (Code::DuplicateTarget, Code::DuplicateMatching),
        (Code::ReadOnlyTarget, Code::PrimaryKeyTarget),
        (Code::TextForBoolean, Code::NeverTargetType),
    ];
    let all = found.clone();
    found.retain(|one| {
        !all.iter().any(|other| {
            let place = one.span == other.span || one.span == Span::default() || other.span == Span::default();
            place && SAID_BY.contains(&(one.code, other.code))
        })
    });
}

impl Item {
    fn bare(text: &str) -> Item {
        Item { scalar: Some(Scalar::bare(text)), ..Item::new(text) }
    }

    fn new(expression: &str) -> Item {
        Item {
            expression: expression.to_owned(),
            target: None,
            default: None,
            apply: Apply::Always,
            matching: None,
            scalar: None,
            start: 0,
            beside: Vec::new(),
            unread: false,
            pointer: String::new(),
            tree: None,
        }
    }

    /// An expression that the file has at a place.
    fn at(file: &str, expression: &str, start: Option<usize>, line: Option<usize>) -> Item {
        let scalar = start.and_then(|start| Scalar::of(file, start, expression));
        let line = || line.and_then(|line| line_start(file, line));
        Item { start: start.or_else(line).unwrap_or(0), scalar, ..Item::new(expression) }
    }
}

/// The offset of a line, from 1.
fn line_start(file: &str, line: usize) -> Option<usize> {
    match line.checked_sub(2) {
        None => Some(0),
        Some(before) => memchr::memchr_iter(b'\n', file.as_bytes()).nth(before).map(|end| end + 1),
    }
}

/// An expression may start with a bracket too, but not with what a list or an object does.
fn holds_json(text: &str) -> Option<Syntax> {
    let text = text.trim_start();
    let list = text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'));
    (list || text.starts_with('{')).then_some(Syntax::Json)
}

fn groups(file: &str, node: &Node, compiler: &Compiler) -> anyhow::Result<Vec<Group>> {
    if let Some(expression) = node.text() {
        return Ok(vec![Group { items: vec![Item::at(file, expression, node.start, node.line)], ..Group::default() }]);
    }
    if let Some(items) = cases(file, node) {
        return Ok(vec![Group { items, ..Group::default() }]);
    }
    let mut found = Vec::new();
    if schema(file, node, &Place::default(), compiler, &mut found) {
        match graph::Document::read(file) {
            Ok(document) => whole(&document, node, compiler, &mut found),
            Err(graph::ReadError::WrongType { path, message }) => {
                let line = locate::line(file, &path).map_or_else(String::new, |line| format!("line {line}: "));
                bail!("{line}{path}: {message}");
            }
            // A mapping alone is no document of its own.
            Err(_) => {}
        }
        return Ok(found);
    }
    let items = config::items(node)?;
    let matches = items.iter().any(|item| item.priority.is_some());
    let items = items.into_iter().zip(0_usize..).map(|(item, index)| {
        let at = Item::at(file, &item.mapping.expression, item.start, item.line);
        let priority = item.priority.and_then(|priority| u32::try_from(priority).ok());
        let config::Item { mapping, .. } = item;
        Item {
            target: Some(mapping.target),
            default: mapping.default,
            apply: mapping.apply,
            // A file that says of no mapping that it matches leaves the matching to others.
            matching: matches.then_some(priority.unwrap_or(0)),
            pointer: config::pointer(index),
            ..at
        }
    });
    let (schema, starts) = config::schema(node)?;
    let mut group = Group { items: items.collect(), ..Group::default() };
    for (_, rule, object) in objects(&schema) {
        group.compiler = Some(configuration::compiler_of(&schema, rule, object, compiler));
    }
    let mut found = vec![group];
    for finding in findings(&schema, compiler) {
        if finding.diagnostic.code != Code::NoMatchingAttribute || matches {
            let start = starts.get(&finding.pointer).copied().unwrap_or(0);
            set(finding.pointer.clone(), finding, start, &mut found);
        }
    }
    Ok(found)
}

/// Sets a finding at the mapping that a pointer leads to, or else at a place in the file.
fn set(pointer: String, finding: Finding, start: usize, groups: &mut [Group]) {
    let item = groups.iter_mut().flat_map(|group| &mut group.items).find(|item| item.pointer == pointer);
    if let Some(item) = item {
        // What it is about may be printed otherwise than the file has it.
        let span = if finding.text == item.expression { finding.diagnostic.span } else { Span::default() };
        item.beside.push(Diagnostic { span, ..finding.diagnostic });
    } else if let Some(group) = groups.first_mut() {
        group.loose.push(loose(finding, start));
    }
}

/// What there is to say of a configuration besides its expressions, each of which is
/// looked at where it stands.
fn findings(schema: &SynchronizationSchema, compiler: &Compiler) -> Vec<Finding> {
    let mut found = match Configuration::compile_with(schema, compiler) {
        Ok(configuration) => configuration.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    };
    // Those about an expression, its tree and its target are found with the expression.
    const WITH_EXPRESSIONS: [Code; 3] = [Code::DuplicateTarget, Code::ContradictoryTree, Code::MalformedTree];
    found.retain(|finding| {
        let code = finding.diagnostic.code;
        (code.as_str().starts_with("AF5") && !WITH_EXPRESSIONS.contains(&code)) || finding.subject == "scope"
    });
    let linter = Linter::new(compiler);
    for (pointer, _, object) in objects(schema) {
        let pointer = format!("{pointer}/scope");
        found.extend(object.scope.get().into_iter().flat_map(|filter| scope(filter, &pointer, &linter)));
    }
    found
}

/// The object mappings of a schema, each with its pointer and rule.
fn objects(schema: &SynchronizationSchema) -> impl Iterator<Item = (String, &SynchronizationRule, &ObjectMapping)> {
    (0_usize..).zip(schema.synchronization_rules.items()).flat_map(|(place, rule)| {
        let pointer = move |index| format!("/synchronizationRules/{place}/objectMappings/{index}");
        (0_usize..).zip(rule.object_mappings.items()).map(move |(index, object)| (pointer(index), rule, object))
    })
}

/// What the rules find in the filters that engineers write.
fn scope(filter: &Filter, pointer: &str, linter: &Linter) -> Vec<Finding> {
    let mut values = Vec::new();
    for (group, place) in filter.groups.items().iter().zip(0_usize..) {
        for (clause, index) in group.clauses.items().iter().zip(0_usize..) {
            let value = clause.target_operand.get().map_or(&[][..], |operand| operand.values.items()).join(", ");
            values.push((place, clause, value, format!("{pointer}/groups/{place}/clauses/{index}")));
        }
    }
    let clause = |(group, clause, value, _): &'_ (usize, &FilterClause, String, String)| {
        let of = |text: Option<&str>| text.unwrap_or_default().to_owned();
        (*group, of(clause.source_operand_name.text()), of(clause.operator_name.text()), value.clone())
    };
    let owned: Vec<_> = values.iter().map(clause).collect();
    let clauses: Vec<Clause<'_>> = owned
        .iter()
        .map(|(group, attribute, operator, value)| Clause { group: *group, attribute, operator, value })
        .collect();
    let mut found = Vec::new();
    for ((clause, (.., pointer)), diagnostics) in clauses.iter().zip(&values).zip(linter.scope(&clauses)) {
        let text = format!("{} {} {}", clause.attribute, clause.operator, clause.value);
        found.extend(diagnostics.into_iter().map(|diagnostic| Finding {
            pointer: pointer.clone(),
            subject: "scope".to_owned(),
            text: text.trim_end().to_owned(),
            diagnostic,
        }));
    }
    found
}

fn loose(finding: Finding, start: usize) -> Loose {
    let Finding { text, subject, diagnostic, .. } = finding;
    Loose { text, subject, start, found: Diagnostic { span: Span::default(), ..diagnostic } }
}

/// Sets what was found about a document of Microsoft Graph as a whole at its places.
fn whole(document: &graph::Document, node: &Node, compiler: &Compiler, groups: &mut [Group]) {
    let schema = document.schema();
    for (pointer, rule, object) in objects(&schema) {
        let pointer = document.pointer(&format!("{pointer}/attributeMappings/"));
        let here = |group: &&mut Group| group.items.first().is_some_and(|item| item.pointer.starts_with(&pointer));
        if let Some(group) = groups.iter_mut().find(here) {
            group.compiler = Some(configuration::compiler_of(&schema, rule, object, compiler));
            group.off = object.enabled.get() == Some(&false);
        }
    }
    for finding in findings(&schema, compiler) {
        let pointer = document.pointer(&finding.pointer);
        let start = node.around(&pointer).start.unwrap_or(0);
        set(pointer, finding, start, groups);
    }
}

/// The expressions of a test suite, which are checked as they are.
fn cases(file: &str, node: &Node) -> Option<Vec<Item>> {
    let list = node.get("tests").unwrap_or(node);
    let Data::List(nodes) = &list.data else { return None };
    // A mapping has no `expect`, unless that is a target attribute.
    let is_case = |node: &Node| {
        node.get("expect").is_some() && (node.get("expression").is_some() || node.get("config").is_some())
    };
    if !nodes.first().is_some_and(is_case) {
        return None;
    }
    let expressions = nodes.iter().filter_map(|node| Some((node, node.get("expression")?)));
    let items =
        expressions.filter_map(|(case, node)| Some(Item::at(file, node.text()?, node.start, node.line.or(case.line))));
    Some(items.collect())
}

/// Where a walk through a schema has come to.
#[derive(Debug, Clone, Default)]
struct Place<'n> {
    source: Option<&'n str>,
    target: Option<&'n str>,
    pointer: String,
}

impl<'n> Place<'n> {
    fn below(&self, segment: impl std::fmt::Display) -> Place<'n> {
        Place { pointer: format!("{}/{segment}", self.pointer), ..self.clone() }
    }
}

/// The mappings of a synchronization schema of Microsoft Graph, of a rule, object mapping
/// or list of mappings of one, or of a template around it; false where it is none.
fn schema<'n>(file: &str, node: &'n Node, place: &Place<'n>, compiler: &Compiler, found: &mut Vec<Group>) -> bool {
    let list = |key: &str| match node.get(key).map(|node| &node.data) {
        Some(Data::List(nodes)) => Some(nodes.as_slice()),
        _ => None,
    };
    if let Some(inner) = node.get("schema").filter(|inner| inner.get("synchronizationRules").is_some()) {
        return schema(file, inner, &place.below("schema"), compiler, found);
    }
    if let Some(rules) = list("synchronizationRules") {
        for (index, rule) in rules.iter().enumerate() {
            schema(file, rule, &place.below("synchronizationRules").below(index), compiler, found);
        }
        return true;
    }
    if let Some(objects) = list("objectMappings") {
        let name = |key: &str| node.get(key).and_then(Node::text);
        let names = Place { source: name("sourceDirectoryName"), target: name("targetDirectoryName"), ..place.clone() };
        for (index, object) in objects.iter().enumerate() {
            schema(file, object, &names.below("objectMappings").below(index), compiler, found);
        }
        return true;
    }
    let (mappings, around) = match &node.data {
        Data::Map(_) if node.get("attributeMappings").is_some() => {
            (list("attributeMappings").unwrap_or_default(), place.below("attributeMappings"))
        }
        Data::Map(_) if node.get("targetAttributeName").is_some() => (std::slice::from_ref(node), place.clone()),
        Data::List(nodes) if nodes.first().is_some_and(|first| first.get("targetAttributeName").is_some()) => {
            (nodes.as_slice(), place.clone())
        }
        _ => return false,
    };
    let items = mappings.iter().enumerate().filter_map(|(index, mapping)| {
        let item = attribute_mapping(file, mapping, compiler)?;
        Some(Item { pointer: around.below(index).pointer, ..item })
    });
    found.push(Group {
        items: items.collect(),
        source_directory: place.source.map(str::to_owned),
        target_directory: place.target.map(str::to_owned),
        ..Group::default()
    });
    true
}

/// The text of a source of Microsoft Graph; a constant's is its value, and no expression.
pub(in crate::cli) fn written(source: &Node) -> Option<&Node> {
    let constant = source.get("type").and_then(Node::text).is_some_and(|kind| kind.eq_ignore_ascii_case("Constant"));
    let text = source.get("expression").filter(|_| !constant)?;
    text.text().is_some_and(|text| !text.trim().is_empty()).then_some(text)
}

/// An attribute mapping of Microsoft Graph; nothing where it has no source, so that only
/// its default value flows.
fn attribute_mapping(file: &str, node: &Node, compiler: &Compiler) -> Option<Item> {
    let source = node.get("source").filter(|source| matches!(source.data, Data::Map(_)))?;
    // What the tree says; a Constant may have nothing else.
    let parsed = source.start.and_then(|start| {
        let mut values = serde_json::Deserializer::from_str(file.get(start..)?).into_iter::<Source>();
        let tree: Source = values.next()?.ok()?;
        Some(Tree { range: start..start + values.byte_offset(), source: tree })
    });
    if parsed.as_ref().is_some_and(|tree| tree.source.is_omitted()) {
        return None;
    }
    let text = written(source);
    let read = parsed.as_ref().map(|tree| configuration::expression_of(&tree.source, compiler));
    let (expression, beside) = read.unwrap_or_else(|| (text.and_then(Node::text).map(str::to_owned), Vec::new()));
    let at = match text {
        Some(node) => Item::at(file, node.text()?, node.start, node.line),
        None => Item { start: source.start.unwrap_or(0), ..Item::new("") },
    };
    let mut item = match expression {
        Some(expression) if expression == at.expression => at,
        // What is looked at does not stand in the file as it is.
        expression => {
            let unread = expression.is_none();
            let expression = expression.unwrap_or_default();
            let scalar = at.scalar.map(|scalar| scalar.nearly(&at.expression, &expression));
            Item { start: at.start, scalar, unread, ..Item::new(&expression) }
        }
    };
    item.beside = beside;
    // An attribute's name stands beside the text, too.
    let beside_text = |source: &Source| !source.parameters.is_empty() || source.kind == Some(SourceKind::Attribute);
    item.tree = parsed.filter(|tree| beside_text(&tree.source));
    item.target = Some(node.get("targetAttributeName").and_then(Node::text).unwrap_or_default().to_owned());
    item.default = node.get("defaultValue").and_then(Node::text).map(OwnedValue::from);
    item.apply = match node.get("flowType").and_then(Node::text) {
        Some(kind) if kind.eq_ignore_ascii_case("ObjectAddOnly") => Apply::OnCreate,
        _ => Apply::Always,
    };
    item.matching = match node.get("matchingPriority").map(|node| &node.data) {
        Some(Data::Integer(precedence)) => u32::try_from(*precedence).ok(),
        _ => None,
    };
    Some(item)
}
