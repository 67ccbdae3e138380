//! Optional arguments as hosts and models send them. What each argument means is known to its tool.

/// An optional argument that says something: hosts fill in empty texts for what a model left out, so a
/// blank one means what an absent one means (B-25).
pub(super) fn said(argument: Option<&String>) -> Option<&str> {
    let text = argument?.trim();
    (!text.is_empty()).then_some(text)
}

/// Words for nothing that models send where an id, a key or a person is named optionally. None of them is
/// the name of anything.
const NOBODY_AND_NOTHING: [&str; 3] = ["null", "None", "undefined"];

/// An optional argument that names something.
pub(super) fn named(argument: Option<&String>) -> Option<&str> {
    said(argument).filter(|text| !says_nothing(text))
}

/// Whether a text is only a word for nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    NOBODY_AND_NOTHING.contains(&text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_25_a_blank_argument_says_as_little_as_an_absent_one() {
        assert_eq!(said(None), None);
        assert_eq!(said(Some(&String::new())), None);
        assert_eq!(said(Some(&" \n".to_owned())), None);
        assert_eq!(said(Some(&" DEMO ".to_owned())), Some("DEMO"));
    }

    #[test]
    fn a_word_for_nothing_names_nothing_and_may_be_said_all_the_same() {
        for nothing in ["null", " None ", "undefined", ""] {
            assert_eq!(named(Some(&nothing.to_owned())), None, "{nothing}");
        }
        assert_eq!(named(Some(&"NULL".to_owned())), Some("NULL"));
        assert_eq!(said(Some(&"null".to_owned())), Some("null"));
    }
}
