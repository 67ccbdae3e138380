//! Finding issues with JQL, by two interfaces that share nothing but the query (B-33).
//! The query itself is made in `query`.

use serde::Deserialize;
use serde_json::json;

use super::{Jira, wire};
use crate::credential::Credential;
use crate::error::Error;
use crate::model::{Cursor, Issue, IssuePage, Total};
use crate::query::Jql;
use crate::site::{Deployment, Service};

/// What to return of the issues a query finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// Which fields to fill.
    pub fields: IssueFields,
    /// Most issues in one answer.
    pub limit: u32,
    /// Where to continue; `None` for the beginning.
    pub cursor: Option<Cursor>,
}

/// How much of each issue a search returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueFields {
    /// What fits into a list: all but description and links.
    Overview,
    /// Every field of [`Issue`].
    All,
}

impl IssueFields {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Overview => &wire::ALL_FIELDS[..wire::OVERVIEW_FIELDS],
            Self::All => &wire::ALL_FIELDS,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CloudAnswer {
    issues: Option<Vec<wire::Issue>>,
    next_page_token: Option<String>,
    is_last: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct DataCenterAnswer {
    issues: Option<Vec<wire::Issue>>,
    total: Option<u64>,
}

impl Jira {
    /// The issues a query finds.
    ///
    /// Cloud does not count: the total is exact when one page holds everything, approximate on
    /// the first page of more, unknown on later ones. Data Center always counts.
    ///
    /// # Errors
    /// [`Error::Rejected`] with Jira's explanation when it does not understand the query,
    /// [`Error::QueryNotLimited`] when the client is limited and the query cannot be,
    /// [`Error::InvalidCursor`] for a cursor of another deployment.
    pub async fn search(
        &self,
        credential: &Credential,
        jql: &Jql,
        request: SearchRequest,
    ) -> Result<IssuePage, Error> {
        let Some(limited) = self.reach.limit(jql)? else {
            return Ok(IssuePage::nothing());
        };
        match self
            .search_as_it_is(credential, &limited, request.clone())
            .await
        {
            Err(refusal @ Error::Rejected { status: 400, .. })
                if !self.projects().is_everything() =>
            {
                self.search_seen(credential, jql, request, refusal).await
            }
            found => found,
        }
    }

    /// What Jira finds for a query to which the limit is joined already.
    pub(super) async fn search_as_it_is(
        &self,
        credential: &Credential,
        jql: &Jql,
        request: SearchRequest,
    ) -> Result<IssuePage, Error> {
        match self.deployment().await? {
            Deployment::Cloud => self.search_cloud(credential, jql, request).await,
            Deployment::DataCenter => self.search_data_center(credential, jql, request).await,
        }
    }

    async fn search_cloud(
        &self,
        credential: &Credential,
        jql: &Jql,
        request: SearchRequest,
    ) -> Result<IssuePage, Error> {
        let mut question = json!({
            "jql": jql.as_str(),
            "maxResults": request.limit,
            // Without this list, Cloud returns nothing but ids.
            "fields": request.fields.names(),
        });
        if let Some(cursor) = &request.cursor {
            question["nextPageToken"] = cursor.as_str().into();
        }
        let path = ["rest", "api", "3", "search", "jql"];
        let call = self
            .site
            .ask(&path, &question, "search results")
            .acting_as(credential);
        let answer = call.fetch::<CloudAnswer>().await?;
        let issues = self.issues(answer.issues);
        let next = answer
            .next_page_token
            .filter(|token| !token.is_empty() && answer.is_last != Some(true))
            .map(Cursor::new);
        let total = match (request.cursor, &next) {
            (None, None) => Total::Exact(issues.len() as u64),
            (None, Some(_)) => self.approximate_count(credential, jql).await,
            (Some(_), _) => Total::Unknown,
        };
        Ok(IssuePage {
            issues,
            next,
            total,
        })
    }

    /// Cloud's estimate; a search is not worth failing for it.
    async fn approximate_count(&self, credential: &Credential, jql: &Jql) -> Total {
        #[derive(Deserialize)]
        struct Answer {
            count: u64,
        }
        let path = ["rest", "api", "3", "search", "approximate-count"];
        let question = json!({ "jql": jql.as_str() });
        let call = self
            .site
            .ask(&path, &question, "count of results")
            .acting_as(credential);
        call.fetch::<Answer>()
            .await
            .map_or(Total::Unknown, |it| Total::Approximate(it.count))
    }

    async fn search_data_center(
        &self,
        credential: &Credential,
        jql: &Jql,
        request: SearchRequest,
    ) -> Result<IssuePage, Error> {
        let start = match &request.cursor {
            Some(cursor) => cursor.offset().ok_or(Error::InvalidCursor {
                service: Service::Jira,
            })?,
            None => 0,
        };
        let question = json!({
            "jql": jql.as_str(),
            "startAt": start,
            "maxResults": request.limit,
            "fields": request.fields.names(),
        });
        let path = ["rest", "api", "2", "search"];
        let call = self
            .site
            .ask(&path, &question, "search results")
            .acting_as(credential);
        let answer = call.fetch::<DataCenterAnswer>().await?;
        let told = answer.issues.as_ref().map_or(0, Vec::len) as u64;
        let issues = self.issues(answer.issues);
        let end = start + told;
        let more = told > 0 && answer.total.is_some_and(|total| end < total);
        let next = more.then(|| Cursor::new(end.to_string()));
        Ok(IssuePage {
            issues,
            next,
            total: answer.total.map_or(Total::Unknown, Total::Exact),
        })
    }

    fn issues(&self, found: Option<Vec<wire::Issue>>) -> Vec<Issue> {
        found
            .into_iter()
            .flatten()
            .filter_map(|issue| issue.into_issue(self.base_url(), &self.reach))
            .collect()
    }
}
