//! Optional arguments as hosts send them. What each argument means is known to its tool.

/// An optional argument that says something: hosts fill in empty texts for what a model left out, so a
/// blank one means what an absent one means (B-25).
pub(super) fn said(argument: Option<&String>) -> Option<&str> {
    let text = argument?.trim();
    (!text.is_empty()).then_some(text)
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
}
