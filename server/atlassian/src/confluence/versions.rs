//! Reading the history of a page (B-48).
//! The content of old versions is not read.

use super::Confluence;
use super::wire::{Answer, v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::PageId;
use crate::model::PageVersion;
use crate::site::Deployment;

impl Confluence {
    /// The versions of a page, newest first, at most `limit`.
    ///
    /// Data Center keeps the list under an experimental path that not every version has; without
    /// it, the current and the first version are told, which every version knows.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the page does not exist or the caller may not see it.
    pub async fn page_versions(
        &self,
        credential: &Credential,
        id: &PageId,
        limit: u32,
    ) -> Result<Vec<PageVersion>, Error> {
        let page = self.admit_page(credential, id).await?;
        let id = page.id();
        let mut versions = match self.deployment().await? {
            Deployment::Cloud => self.versions_cloud(credential, id, limit).await?,
            Deployment::DataCenter => {
                match self.versions_data_center(credential, id, limit).await {
                    Err(Error::NotFound { .. }) => self.known_versions(credential, id).await?,
                    answer => answer?,
                }
            }
        };
        versions.sort_by_key(|version| std::cmp::Reverse(version.number));
        versions.truncate(limit as usize);
        Ok(versions)
    }

    async fn versions_cloud(
        &self,
        credential: &Credential,
        id: &PageId,
        limit: u32,
    ) -> Result<Vec<PageVersion>, Error> {
        let path = ["api", "v2", "pages", id.as_str(), "versions"];
        let call = self
            .site
            .read(&path, format!("page {id}"))
            .acting_as(credential);
        let call = call
            .query("limit", &limit.to_string())
            .query("sort", "-modified-date");
        let answer = call.fetch::<Answer<v2::Version>>().await?;
        let found = answer.results.unwrap_or_default();
        let people = self
            .people(credential, found.iter().map(|it| it.author_id.as_ref()))
            .await;
        Ok(found
            .into_iter()
            .filter_map(|version| version.into_version(&people))
            .collect())
    }

    async fn versions_data_center(
        &self,
        credential: &Credential,
        id: &PageId,
        limit: u32,
    ) -> Result<Vec<PageVersion>, Error> {
        let path = ["rest", "experimental", "content", id.as_str(), "version"];
        let call = self
            .site
            .read(&path, format!("versions of page {id}"))
            .acting_as(credential);
        let call = call.query("start", "0").query("limit", &limit.to_string());
        let answer = call.fetch::<Answer<v1::Version>>().await?;
        Ok(answer
            .results
            .into_iter()
            .flatten()
            .filter_map(v1::Version::into_version)
            .collect())
    }

    async fn known_versions(
        &self,
        credential: &Credential,
        id: &PageId,
    ) -> Result<Vec<PageVersion>, Error> {
        let path = ["rest", "api", "content", id.as_str()];
        let call = self
            .site
            .read(&path, format!("page {id}"))
            .acting_as(credential);
        let page: v1::Content = call.query("expand", "version,history").fetch().await?;
        Ok(page.into_versions())
    }
}
