//! The headers by which a request narrows what it may do; the operator's limits are in `settings`.

use atlassian::ids::{ProjectKey, SpaceKey};
use atlassian::{Projects, Spaces};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Narrowing, Writing, entries, tool_name};

const READ_ONLY_MODE: HeaderName = HeaderName::from_static("x-read-only-mode");
const ENABLED_TOOLS: HeaderName = HeaderName::from_static("x-enabled-tools");
const JIRA_PROJECTS_FILTER: HeaderName = HeaderName::from_static("x-jira-projects-filter");
const CONFLUENCE_SPACES_FILTER: HeaderName = HeaderName::from_static("x-confluence-spaces-filter");

/// All of them.
pub(crate) static HEADERS: [HeaderName; 4] = [
    READ_ONLY_MODE,
    ENABLED_TOOLS,
    JIRA_PROJECTS_FILTER,
    CONFLUENCE_SPACES_FILTER,
];

/// A narrowing header that cannot be read. Ignoring it would allow what its sender meant to forbid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {header} header cannot be read: {problem}")]
pub(crate) struct MalformedHeader {
    /// As people write it.
    header: &'static str,
    problem: String,
}

/// What the headers of a request leave. Each of several headers of one name narrows.
pub(crate) fn read(headers: &HeaderMap) -> Result<Narrowing, MalformedHeader> {
    let mut narrowing = Narrowing::none();
    for value in headers.get_all(READ_ONLY_MODE) {
        let writing = text(value).and_then(writing);
        let writing = writing.map_err(malformed("X-Read-Only-Mode"))?;
        narrowing.tools.writing = narrowing.tools.writing.min(writing);
    }
    for value in headers.get_all(ENABLED_TOOLS) {
        let names = text(value).and_then(|value| entries(value, tool_name));
        let names = names.map_err(malformed("X-Enabled-Tools"))?;
        let mut further = narrowing.tools.clone();
        further.enabled = Some(names.into_iter().collect());
        narrowing.tools = narrowing.tools.and(&further);
    }
    for value in headers.get_all(JIRA_PROJECTS_FILTER) {
        let keys = text(value).and_then(|value| entries(value, ProjectKey::parse));
        let keys = keys.map_err(malformed("X-Jira-Projects-Filter"))?;
        narrowing.projects = narrowing.projects.and(&Projects::only(keys));
    }
    for value in headers.get_all(CONFLUENCE_SPACES_FILTER) {
        let keys = text(value).and_then(|value| entries(value, SpaceKey::parse));
        let keys = keys.map_err(malformed("X-Confluence-Spaces-Filter"))?;
        narrowing.spaces = narrowing.spaces.and(&Spaces::only(keys));
    }
    Ok(narrowing)
}

fn malformed(header: &'static str) -> impl Fn(String) -> MalformedHeader {
    move |problem| MalformedHeader { header, problem }
}

fn text(value: &HeaderValue) -> Result<&str, String> {
    let text = value.to_str();
    text.map_err(|_| "it holds characters other than ASCII".to_owned())
}

fn writing(text: &str) -> Result<Writing, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(Writing::Forbidden),
        "false" | "0" | "no" | "off" => Ok(Writing::Allowed),
        _ => Err("send true or false".to_owned()),
    }
}
