//! What tests, or a population, reach of the mappings of configurations.

use super::cases::{Case, Subject};
use super::configs::{Mapped, Opened};
use super::judge::bound;
use crate::cli::parallel;
use crate::cli::population::{Binding, Origin, Parser, Population, RowError};
use crate::cli::record::RunArgs;
use crate::cli::render::Shown;
use crate::cli::{input, say};
use crate::configuration::{ObjectFlow, Scope, Subject as SourceObject};
use crate::coverage::{Branch, Coverage, Default, Kind};
use crate::{Apply, AttributeBag, Attributes, Compiler, Dialect, Environment, Machine, Operation, Schema};
use anyhow::anyhow;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// The coverage of everything that is looked at.
#[derive(Debug, Default)]
pub(super) struct Covered {
    pub(super) groups: Vec<Group>,
    /// Records of a population, where there is one, and how many of them are in scope.
    pub(super) records: Option<(usize, usize)>,
}

/// The mappings of a flow, or the expressions of a suite.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) file: String,
    /// The flow, where it is one of a configuration.
    flow: Option<ObjectFlow>,
    pub(super) units: Vec<Unit>,
    /// By canonical text, the first unit that has it.
    by_text: HashMap<String, usize>,
}

/// An expression whose branches are counted.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) name: String,
    pub(super) line: Option<usize>,
    pub(super) coverage: Coverage,
    /// Whether reports hide its values (Redact).
    redacted: bool,
}

fn canonical(text: &str, dialect: Dialect) -> Option<String> {
    crate::syntax::parse(text, dialect).0.map(|tree| tree.to_string())
}

impl Unit {
    fn record<R: Attributes + ?Sized>(&mut self, machine: &mut Machine, record: &R) {
        self.redacted |= self.coverage.record(machine, record).is_redacted();
    }

    /// How its values are shown.
    pub(super) fn shown<'s>(&self, shown: &'s Shown, hidden: &'s Shown) -> &'s Shown {
        if self.redacted { hidden } else { shown }
    }

    /// The branches that are not reached: of an expression that never ran, itself.
    pub(super) fn missing(&self) -> Vec<&Branch> {
        let runs = |branch: &&Branch| branch.kind != Kind::Whole;
        match self.coverage.missing().next() {
            Some(whole) if !runs(&whole) => vec![whole],
            _ => self.coverage.missing().collect(),
        }
    }

    /// A branch's call on one short line.
    pub(super) fn call(&self, branch: &Branch) -> String {
        shortened(branch.call.of(self.coverage.text()))
    }

    /// Where in the expression a branch stands, in characters from 1.
    pub(super) fn column(&self, branch: &Branch) -> usize {
        let before = self.coverage.text().get(..branch.span.range().start).unwrap_or_default();
        before.chars().count() + 1
    }
}

/// A text on one line, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST - 1).chain(['…']).collect() }
}

/// `7 values, 312 records`.
pub(super) fn fallen(default: &Default) -> String {
    let many = |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let more = if default.unlisted > 0 { "more than " } else { "" };
    format!("{more}{}, {}", many(default.len() as u64, "value"), many(default.records, "record"))
}

/// The units of a flow's mappings.
pub(super) fn units(opened: &Opened, flow: &ObjectFlow, compiler: &Compiler) -> anyhow::Result<Vec<Unit>> {
    let compiler = compiler.clone().schema(flow.mappings().schema().as_ref().clone());
    let units = flow.mappings().mappings().iter().enumerate().map(|(index, mapping)| {
        Ok(Unit {
            name: mapping.target.clone(),
            line: opened.loaded.line(flow.mapping_pointer(index)),
            coverage: Coverage::new(&compiler, &mapping.target, &mapping.expression)
                .map_err(|error| anyhow!("{}: {error}", mapping.target))?,
            redacted: false,
        })
    });
    units.collect()
}

impl Covered {
    /// The group of a flow; it is made where it is new.
    pub(super) fn flow(
        &mut self,
        opened: &Opened,
        flow: &ObjectFlow,
        compiler: &Compiler,
    ) -> anyhow::Result<&mut Group> {
        let file = opened.loaded.name();
        let is = |group: &Group| {
            group.file == file && group.flow.as_ref().is_some_and(|known| known.pointer() == flow.pointer())
        };
        let place = match self.groups.iter().position(is) {
            Some(place) => place,
            None => {
                let units = units(opened, flow, compiler)?;
                let mut by_text = HashMap::new();
                for (index, unit) in units.iter().enumerate() {
                    if let Some(text) = canonical(unit.coverage.text(), compiler.dialect) {
                        by_text.entry(text).or_insert(index);
                    }
                }
                self.groups.push(Group { file: file.to_owned(), flow: Some(flow.clone()), units, by_text });
                self.groups.len() - 1
            }
        };
        self.groups.get_mut(place).ok_or_else(|| anyhow!("{file}: there are no mappings in it"))
    }

    /// Leaves only a flow of a configuration.
    pub(super) fn keep(&mut self, file: &str, flow: &ObjectFlow) {
        self.groups.retain(|group| {
            group.file == file && group.flow.as_ref().is_some_and(|known| known.pointer() == flow.pointer())
        });
    }

    /// Counts what a case reaches. With `only`, expressions that are no mapping of a
    /// configuration do not count.
    pub(super) fn case(
        &mut self,
        file: &str,
        case: &Case,
        base: &Environment,
        compiler: &Compiler,
        only: bool,
    ) -> anyhow::Result<()> {
        // What such a case fails with is said in its verdict.
        let Ok(environment) = case.environment(base) else { return Ok(()) };
        let mut machine = Machine::with_environment(environment);
        match &case.subject {
            Subject::Mapping(mapped) => self.mapped(mapped, &mut machine, &case.input, compiler),
            Subject::Expression(text) => {
                self.expression(file, case, text, &mut machine, compiler, only);
                Ok(())
            }
            Subject::Scope(_) => Ok(()),
        }
    }

    fn mapped(
        &mut self,
        mapped: &Mapped,
        machine: &mut Machine,
        input: &AttributeBag,
        compiler: &Compiler,
    ) -> anyhow::Result<()> {
        let group = self.flow(&mapped.opened, &mapped.flow, compiler)?;
        // It does not run then.
        if mapped.operation == Operation::Update && mapped.mapping().apply == Apply::OnCreate {
            return Ok(());
        }
        let bag = bound(mapped.flow.mappings().schema(), input);
        let subject = SourceObject::new(&mapped.flow, &bag);
        group.units.get_mut(mapped.index).into_iter().for_each(|unit| unit.record(machine, &subject));
        Ok(())
    }

    fn expression(
        &mut self,
        file: &str,
        case: &Case,
        text: &str,
        machine: &mut Machine,
        compiler: &Compiler,
        only: bool,
    ) {
        let Some(key) = canonical(text, compiler.dialect) else { return };
        // One that stands in a configuration tests the mapping there.
        let mut found = false;
        for group in &mut self.groups {
            let Some(flow) = &group.flow else { continue };
            if let Some(unit) = group.by_text.get(&key).and_then(|index| group.units.get_mut(*index)) {
                let bag = bound(flow.mappings().schema(), &case.input);
                unit.record(machine, &SourceObject::new(flow, &bag));
                found = true;
            }
        }
        if found || only {
            return;
        }
        let place = self.groups.iter().position(|group| group.flow.is_none() && group.file == file);
        let place = place.unwrap_or_else(|| {
            self.groups.push(Group { file: file.to_owned(), flow: None, units: Vec::new(), by_text: HashMap::new() });
            self.groups.len() - 1
        });
        let Some(group) = self.groups.get_mut(place) else { return };
        let index = match group.by_text.get(&key) {
            Some(index) => *index,
            None => {
                let names = case.input.iter().map(|(name, _)| name);
                let compiler = compiler.clone().schema(Schema::open(names));
                // What does not compile has no branches.
                let Ok(coverage) = Coverage::new(&compiler, "", text) else { return };
                group.units.push(Unit { name: shortened(text), line: case.line, coverage, redacted: false });
                group.by_text.insert(key, group.units.len() - 1);
                group.units.len() - 1
            }
        };
        if let Some(unit) = group.units.get_mut(index) {
            let bag = bound(unit.coverage.schema(), &case.input);
            unit.record(machine, &bag);
        }
    }

    /// Counts what the records of a population reach; gives how many cannot be read.
    pub(super) fn population(
        &mut self,
        opened: &Opened,
        flow: &ObjectFlow,
        compiler: &Compiler,
        origin: &Origin,
        run: &RunArgs,
        environment: &Environment,
    ) -> anyhow::Result<usize> {
        let group = self.flow(opened, flow, compiler)?;
        let population = Population::open(origin)?;
        let schema = flow.mappings().schema();
        // Values that nothing else may have depend on who comes first.
        let threads = if flow.seeks_unique_values() { 1 } else { parallel::threads().get() };
        let fresh: Vec<Unit> = group.units.iter().map(Unit::fresh).collect();
        let mut workers: Vec<Worker> = (0..threads)
            .map(|_| Worker {
                units: fresh.clone(),
                machine: Machine::with_environment(environment.clone()),
                parser: population.parser(),
                binding: Binding::reading(schema.clone(), flow.reads(), run.is_seeded()),
                bag: AttributeBag::with_schema(schema.clone()),
            })
            .collect();
        let (mut records, mut in_scope, mut unreadable) = (0, 0, 0);
        parallel::records(
            &population,
            "covering",
            &mut workers,
            |worker, _, raw| worker.record(flow, raw),
            |read| {
                match read {
                    Ok(flows) => {
                        records += 1;
                        in_scope += usize::from(flows);
                    }
                    Err(error) => {
                        say(error.within(&input::name(&origin.path)));
                        unreadable += 1;
                    }
                }
                Ok(())
            },
        )?;
        for worker in &workers {
            for (unit, more) in group.units.iter_mut().zip(&worker.units) {
                unit.coverage.absorb(&more.coverage);
                unit.redacted |= more.redacted;
            }
        }
        self.records = Some((records, in_scope));
        Ok(unreadable)
    }

    /// How many branches are reached, and how many there are.
    pub(super) fn totals(&self) -> (usize, usize) {
        let units = self.groups.iter().flat_map(|group| &group.units);
        units.fold((0, 0), |(covered, all), unit| {
            (covered + unit.coverage.covered(), all + unit.coverage.branches().len())
        })
    }

    /// How much is reached, in percent; all of nothing.
    pub(super) fn percent(&self) -> f64 {
        percent(self.totals())
    }

    pub(super) fn json(&self, shown: &Shown) -> Json {
        let hidden = Shown::new(true);
        let (covered, branches) = self.totals();
        let groups: Vec<Json> = self
            .groups
            .iter()
            .map(|group| {
                let units: Vec<Json> = group.units.iter().map(|unit| unit.json(unit.shown(shown, &hidden))).collect();
                let mapping = group.flow.as_ref().map(ObjectFlow::name).filter(|name| !name.is_empty());
                json!({"file": group.file, "mapping": mapping, "targets": units})
            })
            .collect();
        json!({"covered": covered, "branches": branches, "percent": rounded(self.percent()), "records": self.records.map(|(records, _)| records), "inScope": self.records.map(|(_, in_scope)| in_scope), "files": groups})
    }

    /// In the form of geninfo (lcov): a file's mappings are its functions, and the branches
    /// are on the line of their mapping.
    pub(super) fn lcov(&self) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        let mut files: Vec<&str> = Vec::new();
        for group in &self.groups {
            if !files.contains(&group.file.as_str()) {
                files.push(&group.file);
            }
        }
        for file in files {
            let units: Vec<&Unit> =
                self.groups.iter().filter(|group| group.file == file).flat_map(|group| &group.units).collect();
            let runs = |unit: &Unit| unit.coverage.branches().first().map_or(0, |whole| whole.hits);
            let line = |unit: &Unit| unit.line.unwrap_or(1);
            // Writing to a text does not fail.
            let _ = writeln!(text, "TN:\nSF:{file}");
            for unit in &units {
                // A comma parts the fields.
                let _ = writeln!(text, "FN:{},{}", line(unit), unit.name.replace(',', ";"));
            }
            for unit in &units {
                let _ = writeln!(text, "FNDA:{},{}", runs(unit), unit.name.replace(',', ";"));
            }
            let run = units.iter().filter(|unit| runs(unit) > 0).count();
            let _ = writeln!(text, "FNF:{}\nFNH:{run}", units.len());
            let (mut found, mut hit) = (0, 0);
            for (block, unit) in units.iter().enumerate() {
                for (number, branch) in unit.coverage.branches().iter().skip(1).enumerate() {
                    // A dash: the expression never ran.
                    let taken = if runs(unit) == 0 { "-".to_owned() } else { branch.hits.to_string() };
                    let _ = writeln!(text, "BRDA:{},{block},{number},{taken}", line(unit));
                    found += 1;
                    hit += usize::from(branch.hits > 0);
                }
            }
            let _ = writeln!(text, "BRF:{found}\nBRH:{hit}");
            let mut lines: std::collections::BTreeMap<usize, u64> = std::collections::BTreeMap::new();
            for unit in &units {
                *lines.entry(line(unit)).or_default() += runs(unit);
            }
            for (line, hits) in &lines {
                let _ = writeln!(text, "DA:{line},{hits}");
            }
            let hit = lines.values().filter(|hits| **hits > 0).count();
            let _ = writeln!(text, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
        }
        text
    }
}

/// Covered of all, in percent.
pub(super) fn percent((covered, all): (usize, usize)) -> f64 {
    if all == 0 {
        return 100.0;
    }
    #[allow(clippy::cast_precision_loss)] // There are fewer branches than a float counts.
    let percent = covered as f64 * 100.0 / all as f64;
    percent
}

/// To one place, and never up to a hundred that is not reached.
pub(super) fn rounded(percent: f64) -> f64 {
    (percent * 10.0).floor() / 10.0
}

impl Unit {
    fn fresh(&self) -> Unit {
        Unit { coverage: self.coverage.fresh(), redacted: false, ..self.clone() }
    }

    fn json(&self, shown: &Shown) -> Json {
        let branches = self.coverage.branches().iter().map(|branch| {
            json!({
                "kind": branch.kind.as_str(),
                "what": branch.what,
                "span": branch.span,
                "call": branch.call,
                "hits": branch.hits,
            })
        });
        let defaults = self.coverage.defaults().map(|default| {
            let values = default
                .most_frequent()
                .into_iter()
                .map(|(value, records)| json!({"value": Json::from(&shown.value(value)), "records": records}));
            json!({
                "source": default.source,
                "call": default.call,
                "records": default.records,
                "unlisted": default.unlisted,
                "values": values.collect::<Vec<_>>(),
            })
        });
        json!({
            "target": self.name,
            "line": self.line,
            "expression": self.coverage.text(),
            "covered": self.coverage.covered(),
            "branches": branches.collect::<Vec<_>>(),
            "defaults": defaults.collect::<Vec<_>>(),
        })
    }
}

/// What a thread works with.
struct Worker {
    units: Vec<Unit>,
    machine: Machine,
    parser: Parser,
    binding: Binding,
    bag: AttributeBag,
}

impl Worker {
    /// Runs a record; gives whether it is in scope.
    fn record(
        &mut self,
        flow: &ObjectFlow,
        raw: Result<crate::cli::population::Raw<'_>, &RowError>,
    ) -> Result<bool, RowError> {
        let raw = raw.map_err(Clone::clone)?;
        self.parser.read(raw, &mut self.binding, &mut self.bag)?;
        let subject = SourceObject::new(flow, &self.bag);
        // What is not in scope does not flow, and reaches nothing.
        if flow.scope(&mut self.machine, &subject) != Ok(Scope::In) {
            return Ok(false);
        }
        for unit in &mut self.units {
            unit.record(&mut self.machine, &subject);
        }
        Ok(true)
    }
}
