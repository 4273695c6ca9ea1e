//! What the name of a directory tells.

/// Whether a directory is one of Microsoft Entra: exported configurations name it "Azure
/// Active Directory". Words are compared, as "Central HR" has the letters too.
pub(crate) fn is_entra(directory: &str) -> bool {
    let directory = directory.to_ascii_lowercase();
    directory.contains("azure active directory") || has_word(&directory, &["entra", "entraid"])
}

/// Whether a directory is a source of inbound provisioning: Workday, SuccessFactors, or what
/// calls the provisioning API.
pub(crate) fn is_hr(directory: &str) -> bool {
    let directory = directory.to_ascii_lowercase();
    ["workday", "successfactors"].iter().any(|name| directory.contains(name)) || has_word(&directory, &["api"])
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_tell() {
        for name in ["Azure Active Directory", "Microsoft Entra ID", "entraid"] {
            assert!(super::is_entra(name) && !super::is_hr(name), "{name}");
        }
        for name in ["Workday", "SuccessFactors prod", "API"] {
            assert!(super::is_hr(name) && !super::is_entra(name), "{name}");
        }
        for name in ["Central HR", "Capital HR", "Active Directory", ""] {
            assert!(!super::is_hr(name) && !super::is_entra(name), "{name}");
        }
    }
}
