//! Which of the projects within reach an account sees. Jira refuses a query that names any other project,
//! and a limit may well name projects that not every account sees.

use serde::Deserialize;

use super::{Jira, SearchRequest};
use crate::credential::Credential;
use crate::error::Error;
use crate::extent::Projects;
use crate::ids::ProjectKey;
use crate::model::IssuePage;
use crate::query::Jql;
use crate::site::Deployment;

/// How many projects Cloud tells at a time, and how often it is asked for more: 1,000 projects.
const BATCH: usize = 100;
const BATCHES: usize = 10;

#[derive(Deserialize)]
struct Project {
    key: ProjectKey,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Page {
    values: Option<Vec<Project>>,
    is_last: Option<bool>,
}

impl Jira {
    /// What Jira finds for a query it refused when the limit was joined to it: the same with those
    /// projects left out that the account does not see. Where it sees them all, the refusal stands.
    pub(super) async fn search_seen(
        &self,
        credential: &Credential,
        jql: &Jql,
        request: SearchRequest,
        refusal: Error,
    ) -> Result<IssuePage, Error> {
        let narrower = self.within(&self.projects_seen(credential).await?);
        if narrower.projects() == self.projects() {
            return Err(refusal);
        }
        match narrower.reach.limit(jql)? {
            Some(jql) => narrower.search_as_it_is(credential, &jql, request).await,
            None => Ok(IssuePage::nothing()),
        }
    }

    async fn projects_seen(&self, credential: &Credential) -> Result<Projects, Error> {
        let what = "list of projects";
        let mut seen = Vec::new();
        if self.deployment().await? == Deployment::DataCenter {
            let path = ["rest", "api", "2", "project"];
            let call = self.site.read(&path, what).acting_as(credential);
            seen = call.fetch::<Vec<Project>>().await?;
        } else {
            for _ in 0..BATCHES {
                let path = ["rest", "api", "3", "project", "search"];
                let call = self.site.read(&path, what).acting_as(credential);
                let call = call.query("startAt", &seen.len().to_string());
                let call = call.query("maxResults", &BATCH.to_string());
                let page: Page = call.fetch().await?;
                let found = page.values.unwrap_or_default();
                let is_last = found.is_empty() || page.is_last == Some(true);
                seen.extend(found);
                if is_last {
                    break;
                }
            }
        }
        Ok(Projects::only(seen.into_iter().map(|project| project.key)))
    }
}
