//! The configurations that cases name, each read and compiled once.

use crate::cli::configuration::Loaded;
use crate::configuration::{Configuration, ObjectFlow};
use crate::{Compiler, Mapping, Operation};
use anyhow::{anyhow, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was read of configurations so far. What cannot be read is tried once.
#[derive(Debug)]
pub(super) struct Configs {
    compiler: Compiler,
    known: HashMap<PathBuf, Result<Arc<Opened>, String>>,
}

/// A configuration that compiles.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) loaded: Loaded,
    pub(super) configuration: Configuration,
}

/// A mapping of a configuration.
#[derive(Debug, Clone)]
pub(super) struct Mapped {
    pub(super) opened: Arc<Opened>,
    pub(super) flow: ObjectFlow,
    /// Which of the flow's mappings.
    pub(super) index: usize,
    pub(super) operation: Operation,
    mapping: Mapping,
}

impl Mapped {
    pub(super) const fn mapping(&self) -> &Mapping {
        &self.mapping
    }
}

impl Configs {
    pub(super) fn new(compiler: Compiler) -> Self {
        Configs { compiler, known: HashMap::new() }
    }

    pub(super) const fn compiler(&self) -> &Compiler {
        &self.compiler
    }

    /// Reads and compiles a configuration.
    pub(super) fn open(&mut self, path: &Path) -> anyhow::Result<Arc<Opened>> {
        // Two ways to one file are one configuration.
        let key = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let compiler = &self.compiler;
        let opened = self.known.entry(key).or_insert_with(|| {
            let loaded = Loaded::read(path).map_err(|error| format!("{error:#}"))?;
            let configuration = Configuration::compile_with(&loaded.schema, compiler)
                .map_err(|error| format!("{}: {error}", loaded.name()))?;
            Ok(Arc::new(Opened { loaded, configuration }))
        });
        opened.clone().map_err(|message| anyhow!("{message}"))
    }
}

impl Opened {
    /// The flow of that name, or the only one that is enabled.
    pub(super) fn flow(&self, wanted: Option<&str>) -> anyhow::Result<ObjectFlow> {
        self.loaded.flow(&self.configuration, wanted)
    }

    /// A mapping by its place in a flow.
    pub(super) fn mapped_at(self: &Arc<Self>, flow: &ObjectFlow, index: usize, operation: Operation) -> Option<Mapped> {
        let mapping = flow.mappings().mappings().get(index)?.clone();
        Some(Mapped { opened: Arc::clone(self), flow: flow.clone(), index, operation, mapping })
    }

    /// The mapping of a target attribute: in the flow of that name, or in the only one that
    /// is enabled and has it.
    pub(super) fn mapped(
        self: &Arc<Self>,
        target: &str,
        wanted: Option<&str>,
        operation: Operation,
    ) -> anyhow::Result<Mapped> {
        let find = |flow: &ObjectFlow| {
            let index = flow.mappings().mappings().iter().position(|mapping| mapping.target == target)?;
            self.mapped_at(flow, index, operation)
        };
        let name = &self.loaded.name();
        if wanted.is_some() {
            let found = find(&self.flow(wanted)?);
            return found.ok_or_else(|| anyhow!("{name}: the object mapping has no mapping of {target}"));
        }
        let mut found = self.configuration.flows().iter().filter(|flow| flow.is_enabled()).filter_map(find);
        match (found.next(), found.next()) {
            (Some(mapped), None) => Ok(mapped),
            (None, _) => bail!("{name} has no mapping of {target}"),
            (Some(one), Some(two)) => bail!(
                "{name}: '{}' and '{}' both have a mapping of {target}; say which with mapping:",
                one.flow.name(),
                two.flow.name()
            ),
        }
    }
}
