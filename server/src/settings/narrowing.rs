//! The operator's limits: read-only mode, lists of tools, projects and spaces. What a request adds to
//! them is in `narrowing`.
#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::collections::BTreeSet;

use atlassian::ids::{InvalidId, ProjectKey, SpaceKey};
use atlassian::{Projects, Spaces};
use shared::environment::Environment;

use super::{SettingsError, invalid};
use crate::narrowing::{Narrowing, ToolLimits, Writing, entries, tool_name};
use crate::tools;

/// Variables that only one of the services has.
pub(super) const VARIABLES_OF_ONE_SERVICE: [&str; 2] =
    ["JIRA_PROJECTS_FILTER", "CONFLUENCE_SPACES_FILTER"];

/// The flags that limit what callers may do, whatever their credentials.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct NarrowingArguments {
    /// Offer no tool that changes anything [env: READ_ONLY]
    #[arg(long)]
    pub read_only: bool,

    /// Offer these tools only, separated by commas [env: ENABLED_TOOLS]
    #[arg(long, value_name = "TOOLS")]
    pub enabled_tools: Option<String>,

    /// Do not offer these tools, separated by commas [env: DISABLED_TOOLS]
    #[arg(long, value_name = "TOOLS")]
    pub disabled_tools: Option<String>,

    /// Reach these Jira projects only, by key, separated by commas [env: JIRA_PROJECTS_FILTER]
    #[arg(long, value_name = "KEYS")]
    pub jira_projects_filter: Option<String>,

    /// Reach these Confluence spaces only, by key, separated by commas [env: CONFLUENCE_SPACES_FILTER]
    #[arg(long, value_name = "KEYS")]
    pub confluence_spaces_filter: Option<String>,
}

/// Reads the operator's limits.
pub(super) fn narrowing(
    arguments: &NarrowingArguments,
    environment: &Environment,
) -> Result<Narrowing, SettingsError> {
    let NarrowingArguments {
        read_only: _,
        enabled_tools,
        disabled_tools,
        jira_projects_filter,
        confluence_spaces_filter,
    } = arguments;
    let names = ("--enabled-tools", "ENABLED_TOOLS");
    let enabled = List::find(enabled_tools.as_deref(), names, environment);
    let names = ("--disabled-tools", "DISABLED_TOOLS");
    let disabled = List::find(disabled_tools.as_deref(), names, environment);
    let names = ("--jira-projects-filter", "JIRA_PROJECTS_FILTER");
    let projects = List::find(jira_projects_filter.as_deref(), names, environment);
    let names = ("--confluence-spaces-filter", "CONFLUENCE_SPACES_FILTER");
    let spaces = List::find(confluence_spaces_filter.as_deref(), names, environment);
    let projects = projects
        .map(|list| list.read(ProjectKey::parse))
        .transpose()?;
    let spaces = spaces.map(|list| list.read(SpaceKey::parse)).transpose()?;
    Ok(Narrowing {
        tools: ToolLimits {
            writing: writing(arguments, environment)?,
            enabled: enabled.map(|list| list.tools()).transpose()?,
            disabled: disabled.map_or(Ok(BTreeSet::new()), |list| list.tools())?,
        },
        projects: projects.map_or(Projects::everything(), Projects::only),
        spaces: spaces.map_or(Spaces::everything(), Spaces::only),
    })
}

fn writing(
    arguments: &NarrowingArguments,
    environment: &Environment,
) -> Result<Writing, SettingsError> {
    let variable = environment.filled("READ_ONLY").unwrap_or("false");
    match variable.to_ascii_lowercase().as_str() {
        _ if arguments.read_only => Ok(Writing::Forbidden),
        "true" | "1" | "yes" | "on" => Ok(Writing::Forbidden),
        "false" | "0" | "no" | "off" => Ok(Writing::Allowed),
        // Whoever sets it wants to be safe, so a value that is not understood must not mean "no".
        _ => Err(invalid("READ_ONLY", "it must be true or false")),
    }
}

/// A list that is set, and by what.
struct List<'a> {
    setting: &'static str,
    text: &'a str,
}

impl<'a> List<'a> {
    /// From the flag, else the variable.
    fn find(
        given: Option<&'a str>,
        (flag, variable): (&'static str, &'static str),
        environment: &'a Environment,
    ) -> Option<Self> {
        let from_variable = || {
            let text = environment.filled(variable)?;
            Some(Self {
                setting: variable,
                text,
            })
        };
        given
            .map(|text| Self {
                setting: flag,
                text,
            })
            .or_else(from_variable)
    }

    fn read<T>(
        &self,
        entry: impl Fn(&str) -> Result<T, InvalidId>,
    ) -> Result<Vec<T>, SettingsError> {
        let entries =
            entries(self.text, entry).map_err(|problem| invalid(self.setting, problem))?;
        if entries.is_empty() {
            return Err(invalid(self.setting, "name at least one, or leave it out"));
        }
        Ok(entries)
    }

    /// Names of tools of this server, whichever services it has.
    fn tools(&self) -> Result<BTreeSet<String>, SettingsError> {
        let names = self.read(tool_name)?;
        let known: Vec<_> = tools::names().collect();
        match names.iter().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                let known = known.join(", ");
                let problem = format!("there is no tool `{name}`; there are {known}");
                Err(invalid(self.setting, problem))
            }
            None => Ok(names.into_iter().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(flags: &[&str], variables: &[(&str, &str)]) -> Result<String, String> {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            narrowing: NarrowingArguments,
        }
        let line: Line = clap::Parser::parse_from(["server"].iter().chain(flags));
        let environment = Environment::from_iter(variables.iter().copied());
        let read = narrowing(&line.narrowing, &environment);
        read.map(|it| it.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn flags_come_before_variables() {
        let variables = [
            ("READ_ONLY", "true"),
            ("ENABLED_TOOLS", "get-jira-issue,search-confluence"),
            ("DISABLED_TOOLS", "search-confluence"),
            ("JIRA_PROJECTS_FILTER", "ops, demo"),
            ("CONFLUENCE_SPACES_FILTER", "DOCS"),
        ];
        let all = "read-only; only the tools get-jira-issue, search-confluence; without the tools \
                   search-confluence; Jira projects DEMO, OPS; Confluence spaces DOCS";
        assert_eq!(limits(&[], &variables).as_deref(), Ok(all));
        let flags = ["--read-only", "--jira-projects-filter", "HR"];
        let both = limits(
            &flags,
            &[("READ_ONLY", "false"), ("JIRA_PROJECTS_FILTER", "OPS")],
        );
        assert_eq!(both.as_deref(), Ok("read-only; Jira projects HR"));
        assert_eq!(
            limits(&[], &[("JIRA_PROJECTS_FILTER", " ")]).as_deref(),
            Ok("")
        );
    }

    #[test]
    fn what_is_not_understood_keeps_the_server_from_starting() {
        for (name, value, said) in [
            ("READ_ONLY", "ture", "READ_ONLY: it must be true or false"),
            (
                "ENABLED_TOOLS",
                "get-jira-isue",
                "ENABLED_TOOLS: there is no tool `get-jira-isue`",
            ),
            (
                "DISABLED_TOOLS",
                "a b",
                "DISABLED_TOOLS: entry 1 is no tool name",
            ),
            (
                "JIRA_PROJECTS_FILTER",
                "A,B-1",
                "JIRA_PROJECTS_FILTER: entry 2 is no project key",
            ),
            (
                "CONFLUENCE_SPACES_FILTER",
                "A B",
                "CONFLUENCE_SPACES_FILTER: entry 1 is no space key",
            ),
        ] {
            let error = limits(&[], &[(name, value)]).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
        let empty = limits(&["--jira-projects-filter", ""], &[]).unwrap_err();
        assert!(
            empty.starts_with("--jira-projects-filter: name at least one"),
            "{empty}"
        );
    }
}
