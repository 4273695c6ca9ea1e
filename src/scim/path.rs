//! Paths: attribute names of a SCIM target, as RFC 7644 writes them.

use super::error::{ElementError, PathError};
use super::filter::{Comparison, Filter};
use super::{parse, vocabulary};
use serde_json::Value as Json;
use std::fmt;
use std::str::FromStr;

/// An attribute, with the URN of its schema and a sub-attribute where they are written:
/// `attrPath` of RFC 7644.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttributePath {
    /// The URN of the schema, such as `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`.
    pub schema: Option<String>,
    /// The attribute.
    pub name: String,
    /// The sub-attribute behind the dot.
    pub sub: Option<String>,
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        self.sub.iter().try_for_each(|sub| write!(f, ".{sub}"))
    }
}

/// A target attribute of a SCIM application: `PATH` of RFC 7644 section 3.5.2.
///
/// Names keep the case they are written in and mean the same in any (RFC 7643 section
/// 2.1). A path prints as RFC 7644 writes it: one space around operators, operators in
/// lower case, no needless parentheses.
///
/// ```
/// use attrflow::scim::Path;
/// let path: Path = r#"addresses[type eq "work"].country"#.parse()?;
/// assert_eq!(path.name(), "addresses");
/// assert_eq!(path.sub(), Some("country"));
/// assert_eq!(path.to_string(), r#"addresses[type eq "work"].country"#);
///
/// let error = Path::parse(r#"emails[type = "work"].value"#).unwrap_err();
/// assert_eq!(error.span.range(), 12..13);
/// assert_eq!(error.to_string(), "'=' is no operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr is.");
/// # Ok::<(), attrflow::scim::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) filter: Option<Filter>,
    pub(super) sub: Option<String>,
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// A text that is none, with the place and one sentence. Parentheses of a filter may
    /// be 50 deep.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        parse::path(text)
    }

    /// The URN of the schema, where it is written.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The URN of the schema extension whose object holds the attribute; nothing for
    /// attributes of the core, also where its URN is written.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.schema().filter(|schema| !vocabulary::is_core(schema))
    }

    /// The attribute.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The filter in brackets.
    #[must_use]
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The sub-attribute behind the dot.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        self.sub.as_deref()
    }

    /// The path without its filter and sub-attribute.
    #[must_use]
    pub fn attribute(&self) -> Path {
        Path { filter: None, sub: None, ..self.clone() }
    }

    /// What an element that the filter describes holds when it is new: `type` with the
    /// text `work` for `[type eq "work"]`. Without a filter, nothing.
    ///
    /// `primary` is a boolean even where it is compared with a text, as in
    /// `roles[primary eq "True"]` (RFC 7643 section 2.4).
    ///
    /// # Errors
    /// A filter that is more than equalities joined by `and`.
    pub fn element(&self) -> Result<Vec<(String, Json)>, ElementError> {
        let mut members = Vec::new();
        if let Some(filter) = &self.filter {
            self.describe(filter, &mut members)?;
        }
        Ok(members)
    }

    fn describe(&self, filter: &Filter, members: &mut Vec<(String, Json)>) -> Result<(), ElementError> {
        match filter {
            Filter::And(parts) => parts.iter().try_for_each(|part| self.describe(part, members)),
            Filter::Or(_) => Err(ElementError::NotEquality("or")),
            Filter::Not(_) => Err(ElementError::NotEquality("not")),
            Filter::Present(_) => Err(ElementError::NotEquality("pr")),
            Filter::Compare { attribute, operator: Comparison::Equal, value } => {
                if attribute.schema.is_some() || attribute.sub.is_some() {
                    return Err(ElementError::Nested(attribute.to_string()));
                }
                let boolean = attribute.name.eq_ignore_ascii_case("primary");
                let Some(json) = value.as_json(boolean) else {
                    return Err(ElementError::Null(attribute.name.clone()));
                };
                match members.iter().find(|(name, _)| name.eq_ignore_ascii_case(&attribute.name)) {
                    None => members.push((attribute.name.clone(), json)),
                    Some((_, other)) if *other == json => {}
                    Some((name, _)) => return Err(ElementError::Contradiction(name.clone())),
                }
                Ok(())
            }
            Filter::Compare { operator, .. } => Err(ElementError::NotEquality(operator.as_str())),
        }
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        Path::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        self.filter.iter().try_for_each(|filter| write!(f, "[{filter}]"))?;
        self.sub.iter().try_for_each(|sub| write!(f, ".{sub}"))
    }
}
