//! The front door to compiling: dialect, limits, schema, functions of a host.

use crate::check::types::Knowledge;
use crate::check::{self, Scope};
use crate::compile::{Builder, Settings};
use crate::diagnostic::{CompileError, Diagnostic, Severity};
use crate::dialect::Dialect;
#[cfg(feature = "serde")]
use crate::environment::fold;
use crate::expression::Expression;
use crate::functions::{Function, Registry};
use crate::limits::Limits;
use crate::mapping::{Mapping, MappingSet, MappingSetError};
use crate::program::Program;
use crate::record::Schema;
use crate::syntax::{self, Expr};
#[cfg(feature = "serde")]
use std::collections::HashMap;
use std::sync::Arc;

/// Compiles expressions and mapping sets.
///
/// ```
/// use attrflow::{Compiler, Schema};
///
/// // With a closed schema, an attribute that it lacks is an error.
/// let compiler = Compiler::new().schema(Schema::new(["givenName", "surname"]));
/// let error = compiler.expression("Trim([givenname2])").unwrap_err();
/// assert_eq!(error.diagnostics()[0].code.as_str(), "AF105");
/// ```
#[derive(Debug, Clone)]
pub struct Compiler {
    pub(crate) dialect: Dialect,
    pub(crate) limits: Limits,
    schema: Schema,
    known: Arc<Knowledge>,
    registry: Registry,
    fold: bool,
}

impl Compiler {
    /// The provisioning dialect, default limits, and a schema that takes any name.
    #[must_use]
    pub fn new() -> Self {
        Compiler {
            dialect: Dialect::default(),
            limits: Limits::default(),
            schema: Schema::open::<String>([]),
            known: Arc::default(),
            registry: Registry::builtin(),
            fold: true,
        }
    }

    /// Sets the language.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the attributes that there are.
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = schema;
        self
    }

    /// Adds names that the schema knows, if it is open.
    #[cfg(feature = "serde")]
    pub(crate) fn also_knowing(mut self, names: impl IntoIterator<Item = String>) -> Self {
        if self.schema.is_open() {
            // How many names there are of each form. To ask the schema would fold them all for each.
            let mut alike: HashMap<String, usize> = HashMap::new();
            for known in self.schema.names() {
                *alike.entry(fold(known)).or_default() += 1;
            }
            for name in names {
                // A name in other case is known already: what the input holds goes first.
                let alike = alike.entry(fold(&name)).or_default();
                if *alike != 1 && self.schema.slot(&name).is_none() {
                    *alike += 1;
                    self.schema.add(name);
                }
            }
        }
        self
    }

    /// Sets what is known of attributes.
    #[cfg(feature = "serde")]
    pub(crate) fn knowing(mut self, known: Knowledge) -> Self {
        self.known = Arc::new(known);
        self
    }

    #[cfg(feature = "serde")]
    pub(crate) fn known(&self) -> &Knowledge {
        &self.known
    }

    /// Adds a function of the host.
    #[must_use]
    pub fn function(mut self, function: Function) -> Self {
        self.registry.add(function);
        self
    }

    /// Whether constant parts are evaluated when compiling (they are by default).
    /// The result is the same either way; switching it off serves tests and readers
    /// of the disassembly.
    #[must_use]
    pub fn folding(mut self, fold: bool) -> Self {
        self.fold = fold;
        self
    }

    /// The functions that expressions may call.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// Every diagnostic, if one of them is an error.
    pub fn expression(&self, text: &str) -> Result<Expression, CompileError> {
        let (tree, found) = syntax::parse::parse_within(text, self.dialect, &self.limits);
        match tree {
            Some(tree) => self.tree(tree, text, found),
            None => Err(CompileError::new(text, found)),
        }
    }

    /// Compiles a tree that was not read from text: its text is the canonical one.
    ///
    /// # Errors
    /// Every diagnostic, if one of them is an error.
    pub fn expression_from(&self, tree: &Expr) -> Result<Expression, CompileError> {
        // Through the text, so that every diagnostic and failure has its place in it.
        self.expression(&tree.to_string())
    }

    /// Every diagnostic of an expression, warnings and hints too.
    #[must_use]
    pub fn check(&self, text: &str) -> Vec<Diagnostic> {
        match self.expression(text) {
            Ok(expression) => expression.diagnostics().to_vec(),
            Err(error) => error.diagnostics().to_vec(),
        }
    }

    /// Every diagnostic of expressions that read one kind of record, a list for each: an
    /// attribute that one of them spells in other case than those before it is reported.
    pub(crate) fn check_all(&self, texts: &[&str]) -> Vec<Vec<Diagnostic>> {
        let mut scope = self.scope();
        let mut all = Vec::with_capacity(texts.len());
        for text in texts {
            let (tree, mut found) = syntax::parse::parse_within(text, self.dialect, &self.limits);
            let mut builder = self.builder();
            if let Some(checked) = tree.and_then(|tree| check::resolve(&tree, &mut scope, &mut found))
                && !failed(&found)
            {
                builder.expression(checked, &mut found);
            }
            // The schema is lent to the program and taken back, as a copy for each would cost the most.
            let schema = Arc::new(std::mem::take(&mut scope.schema));
            let (program, emitted) = builder.finish(schema, scope.parameters.clone());
            scope.schema = Arc::unwrap_or_clone(program.schema);
            found.extend(emitted.into_iter().flatten());
            crate::diagnostic::sort(&mut found);
            all.push(found);
        }
        all
    }

    fn tree(&self, tree: Expr, text: &str, mut found: Vec<Diagnostic>) -> Result<Expression, CompileError> {
        let mut scope = self.scope();
        let mut builder = self.builder();
        let checked = check::resolve(&tree, &mut scope, &mut found);
        if let Some(checked) = checked
            && !failed(&found)
        {
            builder.expression(checked, &mut found);
        }
        let (program, emitted) = builder.finish(Arc::new(scope.schema), scope.parameters);
        found.extend(emitted.into_iter().flatten());
        if failed(&found) {
            return Err(CompileError::new(text, found));
        }
        crate::diagnostic::sort(&mut found);
        Ok(Expression::new(text, tree, found, program))
    }

    /// Compiles a mapping set.
    ///
    /// ```
    /// use attrflow::{Compiler, Mapping};
    /// let set = Compiler::new().mapping_set([
    ///     Mapping::new("displayName", r#"Join(" ", [givenName], [surname])"#),
    ///     Mapping::new("mailNickname", "StripSpaces([givenName])").only_on_create(),
    /// ])?;
    /// assert_eq!(set.mappings().len(), 2);
    /// # Ok::<(), attrflow::MappingSetError>(())
    /// ```
    ///
    /// # Errors
    /// Every mapping's diagnostics, if one of them is an error.
    pub fn mapping_set(&self, mappings: impl IntoIterator<Item = Mapping>) -> Result<MappingSet, MappingSetError> {
        let compiled = self.mappings_and_clauses(mappings.into_iter().collect(), &[], |_, _, _| Vec::new());
        match compiled.program {
            Some(program) => Ok(MappingSet::new(compiled.mappings, compiled.found, program)),
            None => Err(MappingSetError::new(compiled.mappings, compiled.found)),
        }
    }

    /// Compiles mappings, and behind them the clauses of scoping filters, to one program;
    /// `judge` tells what else there is to say of a mapping's checked tree.
    pub(crate) fn mappings_and_clauses(
        &self,
        mappings: Vec<Mapping>,
        clauses: &[Expr],
        mut judge: impl FnMut(usize, &check::Checked<'_>, &Schema) -> Vec<Diagnostic>,
    ) -> Compiled {
        let operators = Registry::scoping();
        let mut scope = self.scope();
        let mut builder = self.builder();
        let mut all = Vec::with_capacity(mappings.len() + clauses.len());
        // What each entry of the program belongs to, as long as all is well.
        let mut entries = Vec::with_capacity(mappings.len() + clauses.len());
        for (index, mapping) in mappings.iter().enumerate() {
            let (tree, mut found) = syntax::parse::parse_within(&mapping.expression, self.dialect, &self.limits);
            if let Some(duplicate) = crate::mapping::duplicate(&mappings, index) {
                found.push(duplicate);
            }
            if let Some(checked) = tree.and_then(|tree| check::resolve(&tree, &mut scope, &mut found))
                && !failed(&found)
            {
                found.extend(judge(index, &checked, &scope.schema));
                builder.expression(checked, &mut found);
                entries.push(index);
            }
            all.push(found);
        }
        let mut scope = Scope { registry: &operators, ..scope };
        for clause in clauses {
            let mut found = Vec::new();
            if let Some(checked) = check::resolve(clause, &mut scope, &mut found)
                && !failed(&found)
            {
                builder.expression(checked, &mut found);
                entries.push(all.len());
            }
            all.push(found);
        }
        let (program, emitted) = builder.finish(Arc::new(scope.schema), scope.parameters);
        for (index, more) in entries.into_iter().zip(emitted) {
            if let Some(found) = all.get_mut(index) {
                found.extend(more);
            }
        }
        all.iter_mut().for_each(|found| crate::diagnostic::sort(found));
        let program = (!all.iter().any(|found| failed(found))).then_some(program);
        let clauses = all.split_off(mappings.len());
        Compiled { mappings, found: all, clauses, program }
    }

    /// What is made of the checked tree of an expression; nothing where the tree has an
    /// error.
    pub(crate) fn checked<T>(&self, tree: &Expr, make: impl FnOnce(&check::Checked<'_>) -> T) -> Option<T> {
        check::resolve(tree, &mut self.scope(), &mut Vec::new()).map(|checked| make(&checked))
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            dialect: self.dialect,
            registry: &self.registry,
            known: &self.known,
            schema: self.schema.clone(),
            parameters: Vec::new(),
        }
    }

    fn builder(&self) -> Builder<'_> {
        Builder::new(Settings { dialect: self.dialect, limit: self.limits.value, fold: self.fold })
    }
}

/// Mappings and clauses, compiled together.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) mappings: Vec<Mapping>,
    /// What was found in each mapping.
    pub(crate) found: Vec<Vec<Diagnostic>>,
    /// What was found in each clause.
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "only configurations have clauses"))]
    pub(crate) clauses: Vec<Vec<Diagnostic>>,
    /// An entry a mapping, then an entry a clause; none where one of them has an error.
    pub(crate) program: Option<Program>,
}

impl Default for Compiler {
    fn default() -> Self {
        Compiler::new()
    }
}

fn failed(found: &[Diagnostic]) -> bool {
    found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
