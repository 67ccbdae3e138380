//! Issues, pages and their files as MCP resources: what changed of late, the templates, and what each holds.

mod attachments;

use atlassian::ids::{ConfluenceAttachmentId, IssueKey, JiraAttachmentId, PageId, SpaceKey};
use atlassian::model::{Issue, SearchHit};
use atlassian::query::{Cql, Jql};
use atlassian::{Error, IssueDetail, IssueFields, SearchRequest, Service};
use futures::future::BoxFuture;
use mcp::{
    CallContext, Failure, ResourceContents, ResourceDescription, ResourceTemplate, Resources,
};

use crate::answer::{Budget, Reading, Share, one_line};
use crate::identity::Caller;
use crate::tools::Services;
use crate::tools::confluence::pages::reading as pages;
use crate::tools::jira::issues::reading as issues;

/// How many recent things of each service are listed.
const RECENT: u32 = 10;

const MARKDOWN: &str = "text/markdown";

/// What can be read besides what is listed: whose it is, template, name, description, media type.
type Family = (
    Service,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const FAMILIES: [Family; 5] = [
    (
        Service::Jira,
        "jira://issue/{issue_key}",
        "Jira issue",
        "An issue with its description and newest comments.",
        Some(MARKDOWN),
    ),
    (
        Service::Jira,
        "jira://attachment/{attachment_id}",
        "File of a Jira issue",
        "A file by its number: text, or its bytes.",
        None,
    ),
    (
        Service::Confluence,
        "confluence://page/{page_id}",
        "Confluence page",
        "A page, by its number.",
        Some(MARKDOWN),
    ),
    (
        Service::Confluence,
        "confluence://space/{space_key}/page/{page_id}",
        "Confluence page in a space",
        "A page, by its space and number.",
        Some(MARKDOWN),
    ),
    (
        Service::Confluence,
        "confluence://attachment/{attachment_id}",
        "File of a Confluence page",
        "The current version of a file by its id: text, or its bytes.",
        None,
    ),
];

/// The resources of the services this server has.
pub(crate) struct Readable {
    services: Services,
}

/// What a URI names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Issue(IssueKey),
    Page(PageId),
    JiraAttachment(JiraAttachmentId),
    ConfluenceAttachment(ConfluenceAttachmentId),
}

impl Readable {
    pub(crate) fn of(services: Services) -> Self {
        Self { services }
    }
}

impl Resources<Caller> for Readable {
    fn list<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Vec<ResourceDescription>, Failure>> {
        Box::pin(async move {
            let (issues, pages) = tokio::join!(recent_issues(caller), recent_pages(caller));
            let mut list = Vec::new();
            for (service, found) in [(Service::Jira, issues), (Service::Confluence, pages)] {
                match found {
                    Ok(found) => list.extend(found),
                    // What the other service has is worth listing all the same.
                    Err(failure) => {
                        tracing::debug!(%service, reason = failure.text(), "no recent resources");
                    }
                }
            }
            Ok(list)
        })
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        let offered = FAMILIES
            .into_iter()
            .filter(|(service, ..)| self.services.has(*service));
        let template = |(_, uri, name, description, mime_type): Family| ResourceTemplate {
            uri_template: uri.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            mime_type: mime_type.map(str::to_owned),
        };
        offered.map(template).collect()
    }

    fn read<'a>(
        &'a self,
        caller: &'a Caller,
        uri: &'a str,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Option<Vec<ResourceContents>>, Failure>> {
        Box::pin(async move {
            let markdown = |text| ResourceContents::text(uri, MARKDOWN, text);
            let contents = match named(uri) {
                None => None,
                Some(Named::Issue(key)) => issue(caller, &key).await?.map(markdown),
                Some(Named::Page(id)) => page(caller, &id).await?.map(markdown),
                Some(Named::JiraAttachment(id)) => attachments::of_jira(caller, uri, &id).await?,
                Some(Named::ConfluenceAttachment(id)) => {
                    attachments::of_confluence(caller, uri, &id).await?
                }
            };
            Ok(contents.map(|contents| vec![contents]))
        })
    }
}

async fn recent_issues(caller: &Caller) -> Result<Vec<ResourceDescription>, Failure> {
    let jira = caller.jira()?;
    let request = SearchRequest {
        fields: IssueFields::Overview,
        limit: RECENT,
        cursor: None,
    };
    let found = jira
        .site
        .search(jira.credential, &Jql::recently_updated(), request)
        .await;
    let found = found.map_err(|error| jira.failure(&error))?;
    Ok(found.issues.iter().map(listed_issue).collect())
}

fn listed_issue(issue: &Issue) -> ResourceDescription {
    let summary = one_line(issue.summary.as_deref().unwrap_or("No summary"));
    let status = issue
        .status
        .as_ref()
        .map_or("Unknown", |status| status.name.as_str());
    ResourceDescription {
        uri: format!("jira://issue/{}", issue.key),
        name: format!("Jira: {}: {summary}", issue.key),
        description: format!("Status: {}", one_line(status)),
        mime_type: MARKDOWN.to_owned(),
    }
}

async fn recent_pages(caller: &Caller) -> Result<Vec<ResourceDescription>, Failure> {
    let confluence = caller.confluence()?;
    let (site, credential) = (confluence.site, confluence.credential);
    let found = site
        .search(credential, &Cql::recently_changed(), RECENT, None)
        .await;
    let found = found.map_err(|error| confluence.failure(&error))?;
    Ok(found.hits.iter().filter_map(listed_page).collect())
}

fn listed_page(hit: &SearchHit) -> Option<ResourceDescription> {
    let id = hit.id.as_ref()?;
    let space = hit.space_key.as_deref();
    Some(ResourceDescription {
        uri: space.map_or_else(
            || format!("confluence://page/{id}"),
            |space| format!("confluence://space/{space}/page/{id}"),
        ),
        name: format!("Confluence: {}", one_line(&hit.title)),
        description: space.map_or_else(String::new, |space| format!("Space: {space}")),
        mime_type: MARKDOWN.to_owned(),
    })
}

/// What a URI names; nothing when it is of no template.
fn named(uri: &str) -> Option<Named> {
    let (scheme, path) = uri.split_once("://")?;
    match (scheme, &path.split('/').collect::<Vec<_>>()[..]) {
        ("jira", ["issue", key]) => IssueKey::parse(key).ok().map(Named::Issue),
        ("jira", ["attachment", id]) => {
            let id = JiraAttachmentId::parse(id).ok()?;
            Some(Named::JiraAttachment(id))
        }
        ("confluence", ["attachment", id]) => {
            let id = ConfluenceAttachmentId::parse(id).ok()?;
            Some(Named::ConfluenceAttachment(id))
        }
        ("confluence", ["page", id]) => PageId::parse(id).ok().map(Named::Page),
        // A page keeps its number when it moves, so the space is checked for its form only.
        ("confluence", ["space", space, "page", id]) => {
            SpaceKey::parse(space).ok()?;
            PageId::parse(id).ok().map(Named::Page)
        }
        _ => None,
    }
}

async fn issue(caller: &Caller, key: &IssueKey) -> Result<Option<String>, Failure> {
    const COMMENTS: u32 = 10;
    let jira = caller.jira()?;
    let (site, credential) = (jira.site, jira.credential);
    let (issue, comments) = tokio::join!(
        site.issue(credential, key, IssueDetail::Fields),
        site.comments(credential, key, COMMENTS),
    );
    let (issue, comments) = match (issue, comments) {
        (Ok(issue), Ok(comments)) => (issue, comments),
        (Err(Error::NotFound { .. }), _) | (_, Err(Error::NotFound { .. })) => return Ok(None),
        (Err(error), _) | (_, Err(error)) => return Err(jira.failure(&error)),
    };
    let mut reading = Reading::referring_to("call get-jira-issue", Budget::LARGEST);
    reading.say(format_args!("# {}", issue.key));
    issues::issue(&mut reading, &issue, Share::All);
    issues::comments(&mut reading, &comments, 0, 0);
    Ok(Some(reading.into_text()))
}

async fn page(caller: &Caller, id: &PageId) -> Result<Option<String>, Failure> {
    let confluence = caller.confluence()?;
    let (site, credential) = (confluence.site, confluence.credential);
    let page = match site.page(credential, id).await {
        Ok(mut page) => {
            site.name_mentions(credential, page.body.as_mut()).await;
            page
        }
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(confluence.failure(&error)),
    };
    let mut reading = Reading::referring_to("call get-confluence-page", Budget::LARGEST);
    reading.say(format_args!("# Confluence page {}", page.id));
    pages::page(&mut reading, &page, Share::All);
    Ok(Some(reading.into_text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_an_issue_a_page_a_file_or_nothing() {
        let issue = |key: &str| Some(Named::Issue(IssueKey::parse(key).unwrap()));
        let page = |id: &str| Some(Named::Page(PageId::parse(id).unwrap()));
        let of_issue = JiraAttachmentId::parse("10042").unwrap();
        let of_page = ConfluenceAttachmentId::parse("65590").unwrap();
        for (uri, expected) in [
            (
                "jira://attachment/10042",
                Some(Named::JiraAttachment(of_issue)),
            ),
            (
                "confluence://attachment/att65590",
                Some(Named::ConfluenceAttachment(of_page)),
            ),
            ("jira://attachment/att65590", None),
            ("confluence://attachment/trace.log", None),
            ("jira://issue/DEMO-1", issue("DEMO-1")),
            ("confluence://page/98310", page("98310")),
            ("confluence://space/DOCS/page/98310", page("98310")),
            ("confluence://space/~jdoe/page/98310", page("98310")),
            ("jira://issue/DEMO-1/..", None),
            ("jira://issue/DEMO", None),
            ("jira://my-assigned-issues", None),
            ("confluence://page/98310?x", None),
            ("confluence://space/a b/page/98310", None),
            ("https://example.org/jira://issue/DEMO-1", None),
            ("", None),
        ] {
            assert_eq!(named(uri), expected, "{uri}");
        }
    }
}
