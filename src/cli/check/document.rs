//! What a file holds: expressions, with their mappings and their places.

use super::scalar::Scalar;
use crate::cli::tree::{Data, Node, Syntax};
use crate::cli::{config, input};
use crate::graph::{Source, TreeFinding};
use crate::lint::{Linter, Subject};
use crate::{Apply, Code, Compiler, Diagnostic, OwnedValue, Span};
use anyhow::Context;
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
    pub(super) fn check(&self, linter: &Linter) -> Vec<Vec<Diagnostic>> {
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
    if schema(file, node, (None, None), compiler, &mut found) {
        return Ok(found);
    }
    let items = config::items(node)?.into_iter().map(|item| {
        let at = Item::at(file, &item.mapping.expression, item.start, item.line);
        let config::Item { mapping, .. } = item;
        Item { target: Some(mapping.target), default: mapping.default, apply: mapping.apply, ..at }
    });
    Ok(vec![Group { items: items.collect(), ..Group::default() }])
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

/// The names of the source and the target directory.
type Directories<'n> = (Option<&'n str>, Option<&'n str>);

/// The mappings of a synchronization schema of Microsoft Graph, of a rule, object mapping
/// or list of mappings of one, or of a template around it; false where it is none.
fn schema<'n>(
    file: &str,
    node: &'n Node,
    directories: Directories<'n>,
    compiler: &Compiler,
    found: &mut Vec<Group>,
) -> bool {
    let list = |key: &str| match node.get(key).map(|node| &node.data) {
        Some(Data::List(nodes)) => Some(nodes.as_slice()),
        _ => None,
    };
    if let Some(inner) = node.get("schema").filter(|inner| inner.get("synchronizationRules").is_some()) {
        return schema(file, inner, directories, compiler, found);
    }
    if let Some(rules) = list("synchronizationRules") {
        for rule in rules {
            schema(file, rule, directories, compiler, found);
        }
        return true;
    }
    if let Some(objects) = list("objectMappings") {
        let name = |key: &str| node.get(key).and_then(Node::text);
        let directories = (name("sourceDirectoryName"), name("targetDirectoryName"));
        for object in objects {
            schema(file, object, directories, compiler, found);
        }
        return true;
    }
    let mappings = match &node.data {
        Data::Map(_) if node.get("attributeMappings").is_some() => list("attributeMappings").unwrap_or_default(),
        Data::Map(_) if node.get("targetAttributeName").is_some() => std::slice::from_ref(node),
        Data::List(nodes) if nodes.first().is_some_and(|first| first.get("targetAttributeName").is_some()) => nodes,
        _ => return false,
    };
    found.push(Group {
        items: mappings.iter().filter_map(|mapping| attribute_mapping(file, mapping, compiler)).collect(),
        source_directory: directories.0.map(str::to_owned),
        target_directory: directories.1.map(str::to_owned),
    });
    true
}

/// An attribute mapping of Microsoft Graph; nothing where it has no source.
fn attribute_mapping(file: &str, node: &Node, compiler: &Compiler) -> Option<Item> {
    let source = node.get("source").filter(|source| matches!(source.data, Data::Map(_)))?;
    let kind = source.get("type").and_then(Node::text).unwrap_or("Function");
    let written = source.get("expression").filter(|text| text.text().is_some_and(|text| !text.trim().is_empty()));
    // What the tree says; a Constant may have nothing else.
    let parsed = source.start.and_then(|start| {
        let mut values = serde_json::Deserializer::from_str(file.get(start..)?).into_iter::<Source>();
        let tree: Source = values.next()?.ok()?;
        Some(Tree { range: start..start + values.byte_offset(), source: tree })
    });
    let read = parsed.as_ref().map(|tree| tree.source.to_tree(compiler));
    let text = written.filter(|_| !kind.eq_ignore_ascii_case("Constant"));
    let mut item = match (text, &read) {
        (Some(text), _) => Item::at(file, text.text()?, text.start, text.line),
        (None, Some(Ok(read))) => Item { start: source.start.unwrap_or(0), ..Item::new(&read.tree.to_string()) },
        // A mapping of the type None: only its default value flows.
        (None, _) if source.get("name").and_then(Node::text).is_none_or(str::is_empty) => return None,
        (None, _) => Item { start: source.start.unwrap_or(0), unread: true, ..Item::new("") },
    };
    item.beside = match read {
        Some(Ok(read)) => read.warnings.iter().map(beside).collect(),
        // Where there is a text, it says itself which function there is none of.
        Some(Err(finding)) if item.unread || finding.code == Code::MalformedTree => vec![beside(&finding)],
        _ => Vec::new(),
    };
    item.tree = parsed.filter(|tree| !tree.source.parameters.is_empty());
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

/// What was found about a tree, as a finding about its mapping.
fn beside(finding: &TreeFinding) -> Diagnostic {
    let place = if finding.path.is_empty() { String::new() } else { format!(" at {}", finding.path) };
    Diagnostic::new(finding.code, Span::default(), format!("{}{place}", finding.message))
}
