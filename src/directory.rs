//! What the name of a directory tells.

/// Whether a directory is one of Microsoft Entra: exported configurations name it "Azure
/// Active Directory". Words are compared, as "Central HR" has the letters too.
pub(crate) fn is_entra(directory: &str) -> bool {
    let directory = directory.to_ascii_lowercase();
    directory.contains("azure active directory")
        || directory.split(|c: char| !c.is_alphanumeric()).any(|word| ["entra", "entraid"].contains(&word))
}
