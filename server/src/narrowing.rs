//! What of Jira, Confluence and the tools may be used: the operator's limits and those of a request, as
//! one value that only ever becomes narrower. Checking objects against it is `atlassian`'s part.

mod headers;
mod list;

use std::collections::BTreeSet;
use std::fmt;

use atlassian::{Projects, Spaces};
use mcp::{Effect, Entry};

pub(crate) use headers::{HEADERS, MalformedHeader, read};
pub(crate) use list::{entries, tool_name};

/// Limits of what is reached and done, whatever the credentials allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    pub(crate) tools: ToolLimits,
    /// The Jira projects within reach.
    pub(crate) projects: Projects,
    /// The Confluence spaces within reach.
    pub(crate) spaces: Spaces,
}

/// Which tools may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolLimits {
    pub(crate) writing: Writing,
    /// Only these, unless there is no such list.
    pub(crate) enabled: Option<BTreeSet<String>>,
    /// None of these, whatever else says.
    pub(crate) disabled: BTreeSet<String>,
}

/// Whether anything may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Writing {
    Forbidden,
    Allowed,
}

impl Narrowing {
    /// What leaves everything that the credential allows.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            tools: ToolLimits {
                writing: Writing::Allowed,
                enabled: None,
                disabled: BTreeSet::new(),
            },
            projects: Projects::everything(),
            spaces: Spaces::everything(),
        }
    }

    /// What both let through.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self {
            tools: self.tools.and(&other.tools),
            projects: self.projects.and(&other.projects),
            spaces: self.spaces.and(&other.spaces),
        }
    }

    /// Sentences on the limits for a model, each after a space; nothing where there are none.
    pub(crate) fn instructions(&self) -> String {
        let mut text = String::new();
        if self.tools.writing == Writing::Forbidden {
            text += " This server only reads: tools that change something are not offered.";
        }
        if !self.projects.is_everything() {
            text += &format!(
                " Of Jira it reaches these projects only: {}.",
                self.projects
            );
        }
        if !self.spaces.is_everything() {
            text += &format!(
                " Of Confluence it reaches these spaces only: {}.",
                self.spaces
            );
        }
        text
    }
}

impl ToolLimits {
    pub(crate) fn and(&self, other: &Self) -> Self {
        let enabled = match (&self.enabled, &other.enabled) {
            (Some(ours), Some(theirs)) => Some(ours & theirs),
            (ours, theirs) => ours.clone().or_else(|| theirs.clone()),
        };
        Self {
            writing: self.writing.min(other.writing),
            enabled,
            disabled: &self.disabled | &other.disabled,
        }
    }

    /// Why a tool may not be used; `None` when it may.
    pub(crate) fn withhold<C: Sync>(&self, tool: &Entry<C>) -> Option<&'static str> {
        self.withholds(tool.name(), tool.effect())
    }

    fn withholds(&self, name: &str, effect: Effect) -> Option<&'static str> {
        let listed = |names: &BTreeSet<String>| names.contains(name);
        if self.writing == Writing::Forbidden && effect != Effect::ReadOnly {
            Some("it writes, and this server or this request only reads")
        } else if listed(&self.disabled) || self.enabled.as_ref().is_some_and(|only| !listed(only))
        {
            Some("it is not among the tools enabled on this server and by this request")
        } else {
            None
        }
    }
}

/// For the log: each limit that holds.
impl fmt::Display for Narrowing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |names: &BTreeSet<String>| {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            names.join(", ")
        };
        let tools = &self.tools;
        let writing = (tools.writing == Writing::Forbidden).then(|| "read-only".to_owned());
        let enabled = tools
            .enabled
            .as_ref()
            .map(|only| format!("only the tools {}", names(only)));
        let disabled = !tools.disabled.is_empty();
        let disabled = disabled.then(|| format!("without the tools {}", names(&tools.disabled)));
        let projects =
            (!self.projects.is_everything()).then(|| format!("Jira projects {}", self.projects));
        let spaces =
            (!self.spaces.is_everything()).then(|| format!("Confluence spaces {}", self.spaces));
        let limits = [writing, enabled, disabled, projects, spaces];
        let limits: Vec<_> = limits.into_iter().flatten().collect();
        formatter.write_str(&limits.join("; "))
    }
}

#[cfg(test)]
mod tests;
