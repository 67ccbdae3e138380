//! Keys and ids proposed while somebody types an argument of a prompt or a resource, by one cheap question
//! to the site, with the credential of whoever types.

use atlassian::ids::SpaceKey;
use atlassian::query::{Cql, Jql};
use atlassian::{IssueFields, SearchRequest};
use futures::future::BoxFuture;
use mcp::{Completion, CompletionRequest, Completions, Failure};

use crate::identity::Caller;

/// How many recent things are looked through for those that begin like what is typed.
const RECENT: u32 = 50;

/// Proposes values for `issue_key`, `space_key` and `page_id`.
pub(crate) struct Suggestions;

impl Completions<Caller> for Suggestions {
    fn complete<'a>(
        &'a self,
        caller: &'a Caller,
        request: CompletionRequest,
    ) -> BoxFuture<'a, Result<Completion, Failure>> {
        Box::pin(async move {
            let typed = request.argument.value.trim();
            let known = &request.context.arguments;
            let space = known
                .get("space_key")
                .and_then(|key| SpaceKey::parse(key).ok());
            // The variables of the resource templates are named like the arguments of the prompts.
            let values = match request.argument.name.as_str() {
                "issue_key" => issues(caller, typed).await?,
                "space_key" => spaces(caller, typed).await?,
                "page_id" => pages(caller, typed, space.as_ref()).await?,
                _ => Vec::new(),
            };
            Ok(Completion::of(values))
        })
    }
}

/// A key that is begun is Jira's picker's business; before there is a number, recent issues will do.
async fn issues(caller: &Caller, typed: &str) -> Result<Vec<String>, Failure> {
    let jira = caller.jira()?;
    let (site, credential) = (jira.site, jira.credential);
    let keys = if typed.contains('-') {
        let picked = site.pick(credential, typed).await;
        picked.map_err(|error| jira.failure(&error))?
    } else {
        let request = SearchRequest {
            fields: IssueFields::Overview,
            limit: RECENT,
            cursor: None,
        };
        let found = site
            .search(credential, &Jql::recently_updated(), request)
            .await;
        let found = found.map_err(|error| jira.failure(&error))?;
        found.issues.into_iter().map(|issue| issue.key).collect()
    };
    let keys = keys.iter().map(|key| key.as_str().to_owned());
    Ok(beginning_like(keys, typed))
}

async fn spaces(caller: &Caller, typed: &str) -> Result<Vec<String>, Failure> {
    let confluence = caller.confluence()?;
    let spaces = confluence.site.first_spaces(confluence.credential).await;
    let spaces = spaces.map_err(|error| confluence.failure(&error))?;
    Ok(beginning_like(
        spaces.into_iter().filter_map(|space| space.key),
        typed,
    ))
}

/// Digits begin an id among recent pages; anything else is the beginning of a title.
async fn pages(
    caller: &Caller,
    typed: &str,
    space: Option<&SpaceKey>,
) -> Result<Vec<String>, Failure> {
    let confluence = caller.confluence()?;
    let by_id = typed.chars().all(|c| c.is_ascii_digit());
    let query = if by_id {
        Cql::recently_changed()
    } else {
        Cql::titles_beginning(typed, space)
    };
    let found = confluence
        .site
        .search(confluence.credential, &query, RECENT, None)
        .await;
    let found = found.map_err(|error| confluence.failure(&error))?;
    let ids = found.hits.into_iter().filter_map(|hit| hit.id);
    Ok(beginning_like(ids, if by_id { typed } else { "" }))
}

/// Those that begin like what has been typed, in any capitals.
fn beginning_like(values: impl Iterator<Item = String>, typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    values
        .filter(|value| value.to_lowercase().starts_with(&typed))
        .collect()
}
