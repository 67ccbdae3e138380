//! Reading the history of a page (B-48), and the content of one version of it.
//! The current version is read in `pages`.

use super::Confluence;
use super::wire::{Answer, v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::PageId;
use crate::model::{Page, PageKind, PageVersion};
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
        kind: PageKind,
        limit: u32,
    ) -> Result<Vec<PageVersion>, Error> {
        let page = self.admit_page(credential, id).await?;
        let id = page.id();
        let mut versions = match self.deployment().await? {
            Deployment::Cloud => self.versions_cloud(credential, (id, kind), limit).await?,
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

    /// The content in storage format that one version of a page had; none where Confluence tells none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is, or was, no such version.
    pub async fn page_content_of(
        &self,
        credential: &Credential,
        page: &Page,
        version: u64,
    ) -> Result<Option<String>, Error> {
        let admitted = self.admit_page(credential, &page.id).await?;
        let (id, number) = (admitted.id().as_str(), version.to_string());
        let what = format!("version {version} of page {id}");
        let body = match self.deployment().await? {
            Deployment::Cloud => {
                let path = ["api", "v2", v2::collection(page.kind), id];
                let call = self.site.read(&path, what).acting_as(credential);
                let call = call
                    .query("body-format", "storage")
                    .query("version", &number);
                call.fetch::<v2::Page>().await?.into_text()
            }
            Deployment::DataCenter => {
                let path = ["rest", "api", "content", id];
                let call = self.site.read(&path, what).acting_as(credential);
                let call = call.query("status", "historical").query("version", &number);
                let call = call.query("expand", "body.storage");
                call.fetch::<v1::Content>().await?.into_text()
            }
        };
        Ok(body.and_then(|body| body.storage().map(str::to_owned)))
    }

    async fn versions_cloud(
        &self,
        credential: &Credential,
        (id, kind): (&PageId, PageKind),
        limit: u32,
    ) -> Result<Vec<PageVersion>, Error> {
        let path = ["api", "v2", v2::collection(kind), id.as_str(), "versions"];
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
