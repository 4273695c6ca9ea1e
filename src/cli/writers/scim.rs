//! What SCIM requests of a flow are made with.

use crate::configuration::ObjectFlow;
use crate::scim::{Layout, LayoutErrors, ResourceType};

/// The target attributes of a flow as SCIM has them, and the path of its resources.
///
/// # Errors
/// The target attributes that cannot be written as SCIM.
pub fn layout(flow: &ObjectFlow) -> Result<(Layout, &'static str), LayoutErrors> {
    let group = flow.target_object().to_lowercase().contains("group");
    let (kind, path) = if group { (ResourceType::Group, "/Groups") } else { (ResourceType::User, "/Users") };
    let targets = flow.mappings().mappings().iter().map(|mapping| mapping.target.as_str());
    Ok((Layout::new(kind, targets)?, path))
}
