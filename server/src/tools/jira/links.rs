//! extract-confluence-links: where an issue points to. How links are found is in `links`.

use mcp::{Annotations, Answer, CallContext, Entry, Failure, Tool};
use schemars::JsonSchema;
use serde::Deserialize;

use super::issues::{READ, key_of};
use crate::answer::{Budget, Origin, Reading};
use crate::identity::Caller;
use crate::links::{Links, Listed, Wanted};
use atlassian::IssueDetail;

/// How many of the newest comments are looked through.
const COMMENTS: u32 = 100;

/// Which issue, and which links.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExtractConfluenceLinks {
    /// Key of the issue, such as DEMO-1, or its URL.
    issue_key: String,
    /// Also list links to Git repositories.
    #[serde(default = "yes")]
    include_git_urls: bool,
}

fn yes() -> bool {
    true
}

impl Tool<Caller> for ExtractConfluenceLinks {
    const NAME: &'static str = "extract-confluence-links";
    const TITLE: &'static str = "List an issue's Confluence and Git links";
    const DESCRIPTION: &'static str = "Lists the Confluence pages and Git repositories that a Jira issue \
        links to, in its remote links, description and comments, each once with its sources.";
    const ANNOTATIONS: Annotations = READ;

    async fn call(self, caller: &Caller, _: &CallContext) -> Result<Answer, Failure> {
        let jira = caller.jira()?;
        let key = key_of(&jira, &self.issue_key)?;
        let (site, credential) = (jira.site, jira.credential);
        let (issue, comments, remote) = tokio::join!(
            site.issue(credential, &key, IssueDetail::Fields),
            site.comments(credential, &key, COMMENTS),
            site.remote_links(credential, &key),
        );
        let told = |error: atlassian::Error| jira.failure(&error);
        let (issue, comments) = (issue.map_err(told)?, comments.map_err(told)?);
        let mut links = Links::new(caller.confluence_address());
        // Issue linking can be switched off; that must not hide the other links.
        links.collect(
            &issue,
            &comments.comments,
            remote.as_deref().unwrap_or_default(),
        );
        let wanted = if self.include_git_urls {
            Wanted::ConfluenceAndGit
        } else {
            Wanted::Confluence
        };
        let mut reading = Reading::within(Budget::DEFAULT);
        tell(&mut reading, &issue.key, &links.listed(wanted));
        if let Err(error) = &remote {
            reading.say("*The remote links could not be read:*");
            reading.quote(&Origin::default(), &error.to_string());
        }
        let unread = comments
            .total
            .saturating_sub(comments.comments.len() as u64);
        if unread > 0 {
            reading.say(format_args!(
                "*{unread} older comments were not looked through.*"
            ));
        }
        Ok(Answer::new(reading.into_text()).with_metadata(jira.metadata(None)))
    }
}

fn tell(reading: &mut Reading, key: &atlassian::ids::IssueKey, listed: &Listed) {
    let total = listed.confluence + listed.git.unwrap_or(0);
    if total == 0 {
        let kinds = match listed.git {
            Some(_) => "Confluence or Git",
            None => "Confluence",
        };
        return reading.say(format_args!("No {kinds} links found in {key}."));
    }
    reading.say(format_args!("# Links Found in {key}"));
    let split = match listed.git {
        Some(git) => format!(" ({} Confluence, {git} Git)", listed.confluence),
        None => String::new(),
    };
    reading.say(format_args!("*{total} link(s) total{split}*"));
    let room = reading.room();
    if reading
        .quote_part(&Origin::default(), &listed.text, 0, room)
        .is_some()
    {
        reading.say("*The rest of the links is left out: the issue has too many of them.*");
    }
}

/// The tools of this file.
pub(crate) const TOOLS: &[Entry<Caller>] = &[Entry::of::<ExtractConfluenceLinks>()];
