//! The four sites the sandbox can be: product and deployment, with the context path of each.
//! What each of them answers is not here but in the modules named after them.

use std::fmt;

/// One of the four sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Personality {
    /// Jira Cloud: REST v3, rich text as ADF, users by account id.
    JiraCloud,
    /// Confluence Cloud under `/wiki`: REST v2, and of v1 what is still needed.
    ConfluenceCloud,
    /// Jira Data Center 10.3 under `/jira`: REST v2, wiki markup, users by name.
    JiraDataCenter,
    /// Confluence Data Center under `/confluence`: REST v1.
    ConfluenceDataCenter,
}

/// Where a product runs; decides credentials, user form and body format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deployment {
    Cloud,
    DataCenter,
}

impl Personality {
    /// All four, in a fixed order.
    pub const ALL: &'static [Self] = &[
        Self::JiraCloud,
        Self::ConfluenceCloud,
        Self::JiraDataCenter,
        Self::ConfluenceDataCenter,
    ];

    /// The path below which the whole site lives; empty for Jira Cloud.
    ///
    /// The Data Center paths exist on purpose: a client that drops them must fail.
    pub fn context_path(self) -> &'static str {
        match self {
            Self::JiraCloud => "",
            Self::ConfluenceCloud => "/wiki",
            Self::JiraDataCenter => "/jira",
            Self::ConfluenceDataCenter => "/confluence",
        }
    }

    pub(crate) fn deployment(self) -> Deployment {
        match self {
            Self::JiraCloud | Self::ConfluenceCloud => Deployment::Cloud,
            Self::JiraDataCenter | Self::ConfluenceDataCenter => Deployment::DataCenter,
        }
    }
}

impl fmt::Display for Personality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JiraCloud => "Jira Cloud",
            Self::ConfluenceCloud => "Confluence Cloud",
            Self::JiraDataCenter => "Jira Data Center",
            Self::ConfluenceDataCenter => "Confluence Data Center",
        })
    }
}
