//! Searching with CQL, the one thing Cloud still answers through REST v1 only (B-45).
//! The query itself is made in `query`.

use serde::Deserialize;

use super::Confluence;
use super::paging::{next_cursor, position_parameter, valid};
use super::reach::Reach;
use super::wire::{Links, User};
use crate::credential::Credential;
use crate::error::Error;
use crate::markup::plain_line;
use crate::model::{Cursor, SearchHit, SearchPage, Timestamp, Total};
use crate::query::Cql;
use crate::site::Deployment;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    results: Option<Vec<Hit>>,
    total_size: Option<u64>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Hit {
    content: Option<Content>,
    space: Option<Space>,
    user: Option<User>,
    title: Option<String>,
    excerpt: Option<String>,
    url: Option<String>,
    entity_type: Option<String>,
    last_modified: Option<String>,
    result_global_container: Option<Container>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    id: Option<String>,
    r#type: Option<String>,
    title: Option<String>,
    space: Option<Space>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Space {
    key: Option<String>,
    name: Option<String>,
}

/// Where a hit is kept, for people: the name of the space and a link to it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Container {
    title: Option<String>,
    display_url: Option<String>,
}

impl Confluence {
    /// What a query finds, without bodies (B-54).
    ///
    /// # Errors
    /// [`Error::Rejected`] with Confluence's explanation when it does not understand the query,
    /// [`Error::QueryNotLimited`] when the client is limited and the query cannot be,
    /// [`Error::InvalidCursor`] for a cursor of another deployment.
    pub async fn search(
        &self,
        credential: &Credential,
        cql: &Cql,
        limit: u32,
        cursor: Option<&Cursor>,
    ) -> Result<SearchPage, Error> {
        let Some(cql) = self.reach.limit(cql)? else {
            return Ok(SearchPage::nothing());
        };
        let deployment = self.deployment().await?;
        let mut call = self
            .site
            .read(&["rest", "api", "search"], "search results")
            .acting_as(credential)
            .query("cql", cql.as_str())
            .query("limit", &limit.to_string())
            .query("excerpt", "highlight")
            .query("expand", "content.space");
        if let Some(cursor) = cursor {
            call = call.query(
                position_parameter(deployment),
                valid(deployment, cursor)?.as_str(),
            );
        }
        let answer = call.fetch::<Answer>().await?;
        let links = answer.links.unwrap_or_default();
        let site = links
            .base
            .clone()
            .unwrap_or_else(|| self.base_url().to_string());
        let total = total(answer.total_size, deployment);
        let next = links.next.and_then(|link| next_cursor(deployment, &link));
        let hits = answer
            .results
            .into_iter()
            .flatten()
            .filter_map(|hit| hit.into_hit(&site, &self.reach))
            .collect();
        Ok(SearchPage { hits, total, next })
    }
}

/// Cloud estimates, Data Center counts.
fn total(told: Option<u64>, deployment: Deployment) -> Total {
    match (told, deployment) {
        (None, _) => Total::Unknown,
        (Some(count), Deployment::Cloud) => Total::Approximate(count),
        (Some(count), Deployment::DataCenter) => Total::Exact(count),
    }
}

impl Hit {
    /// The hit; `None` when it is out of reach.
    fn into_hit(self, site: &str, reach: &Reach) -> Option<SearchHit> {
        let content = self.content.unwrap_or_default();
        let container = self.result_global_container.unwrap_or_default();
        let space = content.space.or(self.space).unwrap_or_default();
        let person = self.user.map(crate::model::User::from);
        let title = content
            .title
            .or_else(|| self.title.map(|title| unmarked(&title)))
            .or_else(|| person.map(|user| user.label().to_owned()));
        reach.shown(SearchHit {
            id: content.id,
            title: title.unwrap_or_default(),
            kind: content.r#type.or(self.entity_type).unwrap_or_default(),
            space_key: space
                .key
                .or_else(|| container.display_url.as_deref().and_then(key_in)),
            space_name: space.name.or(container.title),
            excerpt: self
                .excerpt
                .map(|text| unmarked(&text))
                .filter(|text| !text.is_empty()),
            last_modified: self.last_modified.as_deref().and_then(Timestamp::parse),
            url: self.url.map(|path| format!("{site}{path}")),
        })
    }
}

/// The text without highlight marks and entities, on one line.
fn unmarked(text: &str) -> String {
    plain_line(&text.replace("@@@hl@@@", "").replace("@@@endhl@@@", ""))
}

/// The key in a link such as `/spaces/DOCS` or `/display/DOCS`.
fn key_in(link: &str) -> Option<String> {
    let rest = link
        .strip_prefix("/spaces/")
        .or_else(|| link.strip_prefix("/display/"))?;
    let key = rest.split('/').next().filter(|key| !key.is_empty())?;
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_entities_are_removed_from_excerpts() {
        let marked =
            "How to @@@hl@@@deploy@@@endhl@@@ &amp; roll&nbsp;back &#8211; now\n  &lt;b&gt;";
        assert_eq!(unmarked(marked), "How to deploy & roll back – now <b>");
    }

    #[test]
    fn a_hit_without_content_is_told_from_what_there_is() {
        let hit: Hit = serde_json::from_str(
            r#"{"title":"@@@hl@@@Docs@@@endhl@@@","content":null,"space":{"key":"DOCS","name":"Docs"},
                "entityType":"space","url":"/spaces/DOCS","excerpt":"","lastModified":null}"#,
        )
        .unwrap();
        let hit = hit
            .into_hit("https://a.example/wiki", &Reach::everything())
            .unwrap();
        assert_eq!((hit.kind.as_str(), hit.title.as_str()), ("space", "Docs"));
        assert_eq!(
            hit.url.as_deref(),
            Some("https://a.example/wiki/spaces/DOCS")
        );
        assert_eq!((hit.id, hit.excerpt), (None, None));
    }

    #[test]
    fn the_space_key_is_found_in_the_container_link() {
        assert_eq!(key_in("/spaces/DOCS").as_deref(), Some("DOCS"));
        assert_eq!(key_in("/display/~jdoe/x").as_deref(), Some("~jdoe"));
        assert_eq!(key_in("/x"), None);
    }
}
