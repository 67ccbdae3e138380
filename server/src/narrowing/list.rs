//! Lists separated by commas, as settings and headers have them; not what a list is for.

use atlassian::ids::InvalidId;

/// The entries of a list; none when the text is empty.
///
/// # Errors
/// What is wrong and with which entry, without its value: somebody may have put a token there.
pub(crate) fn entries<T>(
    text: &str,
    entry: impl Fn(&str) -> Result<T, InvalidId>,
) -> Result<Vec<T>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let read = |(at, text): (usize, &str)| {
        entry(text.trim()).map_err(|InvalidId { kind, expected, .. }| {
            format!("entry {} is no {kind}: expected {expected}", at + 1)
        })
    };
    text.split(',').enumerate().map(read).collect()
}

/// A tool's name, as far as its form goes (revision 2025-11-25, tools, "Tool Names").
pub(crate) fn tool_name(text: &str) -> Result<String, InvalidId> {
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if (1..=128).contains(&text.len()) && text.chars().all(is_of_names) {
        return Ok(text.to_owned());
    }
    Err(InvalidId {
        kind: "tool name",
        expected: "letters, digits and hyphens, such as get-jira-issue",
        given: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use atlassian::ids::ProjectKey;

    use super::*;

    #[test]
    fn entries_are_trimmed_and_an_empty_list_has_none() {
        let keys = entries(" demo,OPS ", ProjectKey::parse).unwrap();
        assert_eq!(
            keys.iter().map(ProjectKey::as_str).collect::<Vec<_>>(),
            ["DEMO", "OPS"]
        );
        assert_eq!(entries(" ", ProjectKey::parse).unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_never_by_its_value() {
        for text in [
            "DEMO,",
            ",DEMO",
            "DEMO,,OPS",
            "DEMO OPS",
            "DEMO;OPS",
            "s3cret-token",
        ] {
            let problem = entries(text, ProjectKey::parse).unwrap_err();
            assert!(problem.contains("is no project key"), "{problem}");
            assert!(!problem.contains("s3cret"), "{problem}");
        }
        assert!(
            entries("a,b c", tool_name)
                .unwrap_err()
                .starts_with("entry 2 is no tool name")
        );
    }
}
