//! What evaluation needs from outside: the clock, random numbers, parameters, and
//! the directory that knows which values are taken. A host passes it; there is no
//! other source of time, chance or I/O.

use crate::dotnet::date::{DateTime, Kind};
use crate::value::OwnedValue;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// Where evaluation gets time, chance, parameters and the directory from.
///
/// ```
/// use attrflow::{Environment, Expression, Machine, AttributeBag};
///
/// let environment = Environment::fixed("2026-01-01T00:00:00Z")?.with_parameter("DomainFQDN", "contoso.com");
/// let mut machine = Machine::with_environment(environment);
/// let now = Expression::parse("Now()")?;
/// let bag = AttributeBag::new();
/// assert_eq!(machine.evaluate(&now, &bag).into_owned()?.to_string(), "1/1/2026 12:00:00 AM");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Environment {
    pub(crate) clock: Clock,
    pub(crate) seed: Option<u64>,
    pub(crate) parameters: HashMap<String, OwnedValue>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) references: Option<Arc<dyn References>>,
}

/// Where Now takes the time from.
#[derive(Clone, Default)]
pub(crate) enum Clock {
    #[default]
    System,
    Fixed(DateTime),
    Host(Arc<dyn Fn() -> DateTime + Send + Sync>),
}

impl Environment {
    /// The system's clock, the operating system's entropy, no parameters, and a
    /// directory in which nothing is taken.
    #[must_use]
    pub fn new() -> Self {
        Environment {
            clock: Clock::System,
            seed: None,
            parameters: HashMap::new(),
            directory: Arc::new(InMemoryDirectory::default()),
            references: None,
        }
    }

    /// A clock that stands at `now` (RFC 3339) and random values from the seed 0: the
    /// same inputs give the same results.
    ///
    /// # Errors
    /// Where `now` is not an RFC 3339 instant.
    pub fn fixed(now: &str) -> Result<Self, InvalidInstant> {
        let instant = rfc3339(now).ok_or_else(|| InvalidInstant(now.to_owned()))?;
        Ok(Environment::new().with_clock(instant).with_seed(0))
    }

    /// Stops the clock at an instant (UTC).
    #[must_use]
    pub fn with_clock(mut self, now: DateTime) -> Self {
        self.clock = Clock::Fixed(now);
        self
    }

    /// Takes the time (UTC) from the host.
    #[must_use]
    pub fn with_clock_from(mut self, now: impl Fn() -> DateTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::Host(Arc::new(now));
        self
    }

    /// Draws Guid and RandomString from this seed and the record: the same seed and
    /// record give the same values, in whatever order or thread records run. Two
    /// records that hold the same attributes draw the same; without a seed the
    /// operating system's entropy is used.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets `%name%`.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: impl Into<OwnedValue>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// Sets the directory that SelectUniqueValue asks.
    #[must_use]
    pub fn with_directory(mut self, directory: impl Directory + 'static) -> Self {
        self.directory = Arc::new(directory);
        self
    }

    /// Sets what references to other objects are resolved by. Without it they flow as
    /// the source has them.
    #[must_use]
    pub fn with_references(mut self, references: impl References + 'static) -> Self {
        self.references = Some(Arc::new(references));
        self
    }

    /// The time, UTC.
    #[must_use]
    pub fn now(&self) -> DateTime {
        match &self.clock {
            Clock::Fixed(instant) => *instant,
            Clock::Host(now) => now(),
            Clock::System => system_now(),
        }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Environment::new()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("seed", &self.seed)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

/// A text is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an instant such as 2026-01-31T08:00:00Z")]
pub struct InvalidInstant(String);

/// An RFC 3339 instant as UTC.
pub(crate) fn rfc3339(text: &str) -> Option<DateTime> {
    let instant = chrono::DateTime::parse_from_rfc3339(text.trim()).ok()?;
    from_unix(instant.timestamp(), instant.timestamp_subsec_nanos())
}

fn system_now() -> DateTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    from_unix(seconds, since.subsec_nanos()).unwrap_or(DateTime::MIN)
}

fn from_unix(seconds: i64, nanoseconds: u32) -> Option<DateTime> {
    const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;
    let ticks =
        seconds.checked_mul(10_000_000)?.checked_add(i64::from(nanoseconds / 100))?.checked_add(UNIX_EPOCH_TICKS)?;
    DateTime::from_ticks(ticks, Kind::Utc).ok()
}

/// Knows which values are taken in the target, for SelectUniqueValue.
///
/// Comparison ignores case (inferred: directories compare these attributes so).
///
/// ```
/// use attrflow::{Directory, DirectoryError};
///
/// struct Reserved;
/// impl Directory for Reserved {
///     fn is_taken(&self, _target: &str, value: &str) -> Result<bool, DirectoryError> {
///         Ok(value.eq_ignore_ascii_case("admin@contoso.com"))
///     }
/// }
/// assert_eq!(Reserved.is_taken("userPrincipalName", "Admin@contoso.com"), Ok(true));
/// ```
pub trait Directory: Send + Sync {
    /// Whether an object of the target has this value for the attribute `target`
    /// (empty where an expression is evaluated on its own).
    ///
    /// # Errors
    /// Where the directory cannot tell; the record then fails with AF411.
    fn is_taken(&self, target: &str, value: &str) -> Result<bool, DirectoryError>;
}

/// Knows what the target calls the objects that source objects refer to: a manager, the
/// members of a group.
///
/// ```
/// use attrflow::{References, Resolved};
///
/// struct Managers;
/// impl References for Managers {
///     fn resolve(&self, _target: &str, value: &str) -> Resolved {
///         match value {
///             "4711" => Resolved::Target("CN=Ann Lee,DC=contoso,DC=com".into()),
///             _ => Resolved::Missing,
///         }
///     }
/// }
/// assert_eq!(Managers.resolve("manager", "4712"), Resolved::Missing);
/// ```
pub trait References: Send + Sync {
    /// What the target attribute `target` is to hold for a reference that the source has.
    fn resolve(&self, target: &str, value: &str) -> Resolved;
}

/// What becomes of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// The target's name of the object.
    Target(String),
    /// The target does not have the object. It does not flow, unless the mapping exports
    /// missing references: then the source's value does.
    Missing,
    /// It flows as the source has it.
    Unchanged,
}

/// The directory could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DirectoryError(pub String);

/// A directory of values held in memory.
///
/// ```
/// use attrflow::{Directory, InMemoryDirectory};
///
/// let mut directory = InMemoryDirectory::default();
/// directory.take_anywhere("john.smith@contoso.com");
/// directory.take("sAMAccountName", "jsmith");
/// assert_eq!(directory.is_taken("mail", "John.Smith@contoso.com"), Ok(true));
/// assert_eq!(directory.is_taken("mail", "jsmith"), Ok(false));
/// ```
#[derive(Debug, Clone, Default)]
pub struct InMemoryDirectory {
    anywhere: HashSet<String>,
    by_target: HashMap<String, HashSet<String>>,
}

impl InMemoryDirectory {
    /// A value that is taken whatever the attribute.
    pub fn take_anywhere(&mut self, value: &str) {
        self.anywhere.insert(fold(value));
    }

    /// A value of one attribute.
    pub fn take(&mut self, target: &str, value: &str) {
        self.by_target.entry(target.to_owned()).or_default().insert(fold(value));
    }
}

impl Directory for InMemoryDirectory {
    fn is_taken(&self, target: &str, value: &str) -> Result<bool, DirectoryError> {
        let folded = fold(value);
        let here = self.by_target.get(target).is_some_and(|values| values.contains(&folded));
        Ok(here || self.anywhere.contains(&folded))
    }
}

/// The form in which values that differ in case are the same.
pub(crate) fn fold(value: &str) -> String {
    value.chars().flat_map(char::to_lowercase).collect()
}
