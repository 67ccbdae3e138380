//! A person, as far as the caller may see them.
//! Finding people is done in `jira`.

/// A user of Jira or Confluence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct User {
    /// Account id on Cloud, user name on Data Center.
    pub id: Option<String>,
    /// Name for people to read.
    pub display_name: Option<String>,
    /// E-mail address; Cloud hides it from most callers.
    pub email: Option<String>,
}

impl User {
    /// The best name there is.
    #[must_use]
    pub fn label(&self) -> &str {
        self.display_name
            .as_deref()
            .or(self.id.as_deref())
            .unwrap_or("unknown user")
    }
}
