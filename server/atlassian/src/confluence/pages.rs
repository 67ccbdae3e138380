//! Reading pages, by number or by title.
//! Finding pages by content is in `search`.

use tokio::time::Instant;

use super::Confluence;
use super::wire::{Answer, v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::http::Repeat;
use crate::ids::{PageId, SpaceKey};
use crate::model::{Page, PageKind, Space};
use crate::site::{Deployment, Service};

/// What a Data Center page needs to be complete.
pub(super) const EXPAND: &str = "body.storage,version,space,history";

impl Confluence {
    /// One page or blog post with its content.
    ///
    /// Cloud needs up to four requests, because v2 keeps blog posts apart and names neither space nor
    /// author; without the permission to see those, they stay empty.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not exist or the caller may not see it.
    pub async fn page(&self, credential: &Credential, id: &PageId) -> Result<Page, Error> {
        let found = self.page_by_id(credential, id).await;
        let page = found.map_err(|error| self.reach.hide(error))?;
        page.ok_or_else(|| self.reach.hidden(format!("page {id}")))
    }

    /// The page; `None` when it is out of reach.
    async fn page_by_id(
        &self,
        credential: &Credential,
        id: &PageId,
    ) -> Result<Option<Page>, Error> {
        let what = format!("page {id}");
        match self.deployment().await? {
            Deployment::Cloud => {
                let body = [("body-format", "storage")];
                let (page, kind) = self.page_or_post(credential, id, &body).await?;
                Ok(self.complete(credential, page, kind, None).await)
            }
            Deployment::DataCenter => {
                let call = self
                    .site
                    .read(&["rest", "api", "content", id.as_str()], what);
                let call = call.acting_as(credential).query("expand", EXPAND);
                let page: v1::Content = call.fetch().await?;
                Ok(page.into_page(self.base_url(), &self.reach))
            }
        }
    }

    /// What Cloud has under a number, which tells a page from a blog post only by the path it is found
    /// under.
    pub(super) async fn page_or_post(
        &self,
        credential: &Credential,
        id: &PageId,
        query: &[(&str, &str)],
    ) -> Result<(v2::Page, PageKind), Error> {
        let find = async |kind| {
            let path = ["api", "v2", v2::collection(kind), id.as_str()];
            let call = self.site.read(&path, format!("page {id}"));
            let call = call.acting_as(credential);
            let call = query
                .iter()
                .fold(call, |call, (name, value)| call.query(name, value));
            call.fetch().await.map(|page| (page, kind))
        };
        match find(PageKind::Page).await {
            Err(missing @ Error::NotFound { .. }) => {
                find(PageKind::BlogPost).await.map_err(|_| missing)
            }
            found => found,
        }
    }

    /// The page with exactly this title in this space (B-57).
    ///
    /// # Errors
    /// [`Error::NotFound`] names the space or the page, whichever is missing.
    pub async fn page_by_title(
        &self,
        credential: &Credential,
        space: &SpaceKey,
        title: &str,
    ) -> Result<Page, Error> {
        let space = self.admit_space(space)?;
        let found = self.page_titled(credential, space.key(), title).await;
        let page = found.map_err(|error| self.reach.hide(error))?;
        page.ok_or_else(|| self.reach.hidden(describe(space.key(), title)))
    }

    /// The page; `None` when it is out of reach.
    async fn page_titled(
        &self,
        credential: &Credential,
        space: &SpaceKey,
        title: &str,
    ) -> Result<Option<Page>, Error> {
        match self.deployment().await? {
            Deployment::Cloud => self.page_by_title_cloud(credential, space, title).await,
            Deployment::DataCenter => {
                let what = describe(space, title);
                let call = self.site.read(&["rest", "api", "content"], what.clone());
                let call = call
                    .acting_as(credential)
                    .query("spaceKey", space.as_str())
                    .query("title", title)
                    .query("type", "page")
                    .query("expand", EXPAND);
                let found = call.fetch::<Answer<v1::Content>>().await?;
                let page = exact(found, title, |page| page.title.as_deref());
                let page = page.ok_or_else(|| missing(what))?;
                Ok(page.into_page(self.base_url(), &self.reach))
            }
        }
    }

    async fn page_by_title_cloud(
        &self,
        credential: &Credential,
        key: &SpaceKey,
        title: &str,
    ) -> Result<Option<Page>, Error> {
        let space = self.space_by_key(credential, key).await?;
        let what = describe(key, title);
        let call = self
            .site
            .read(&["api", "v2", "pages"], what.clone())
            .acting_as(credential);
        let call = call
            .query("title", title)
            .query("space-id", &space.id)
            .query("status", "current")
            .query("body-format", "storage");
        let found = call.fetch::<Answer<v2::Page>>().await?;
        let page =
            exact(found, title, |page| page.title.as_deref()).ok_or_else(|| missing(what))?;
        let is_there = page.space_id.as_ref().is_none_or(|id| *id == space.id);
        let space = is_there.then(|| space.into());
        Ok(self.complete(credential, page, PageKind::Page, space).await)
    }

    /// A space of Cloud, whose number v2 wants wherever people write its key.
    pub(super) async fn space_by_key(
        &self,
        credential: &Credential,
        key: &SpaceKey,
    ) -> Result<v2::Space, Error> {
        let call = self
            .site
            .read(&["api", "v2", "spaces"], format!("space {key}"));
        let call = call.acting_as(credential).query("keys", key.as_str());
        let spaces = call.fetch::<Answer<v2::Space>>().await?;
        let space = spaces.results.into_iter().flatten().next();
        space.ok_or_else(|| missing(format!("space {key}")))
    }

    /// Adds what v2 leaves out: the space, unless it is known, and the name of the author.
    pub(super) async fn complete(
        &self,
        credential: &Credential,
        page: v2::Page,
        kind: PageKind,
        space: Option<Space>,
    ) -> Option<Page> {
        let author = page
            .version
            .as_ref()
            .and_then(|version| version.author_id.as_ref());
        let (people, space) = tokio::join!(self.people(credential, [author]), async {
            match space {
                Some(space) => Some(space),
                None => self.space(credential, page.space_id.as_deref()).await,
            }
        });
        page.into_page(kind, self.base_url(), (space, &self.reach), &people)
    }

    /// A space by its number. A failure costs the name of the space, never the page, which does not
    /// wait for another try.
    pub(super) async fn space(&self, credential: &Credential, id: Option<&str>) -> Option<Space> {
        let id = id?;
        let caller = self.site.fingerprint(credential);
        if let Some(space) = self.spaces.recall(caller, id, Instant::now()) {
            return Some(space);
        }
        let call = self.site.read(&["api", "v2", "spaces", id], "space");
        let call = call.acting_as(credential).repeating(Repeat::Never);
        let space: Space = call.fetch::<v2::Space>().await.ok()?.into();
        self.spaces
            .remember(caller, id, space.clone(), Instant::now());
        Some(space)
    }
}

/// The hit with this very title, or else with the same in other capitals: Data Center compares
/// without regard to them.
fn exact<T>(found: Answer<T>, title: &str, of: impl Fn(&T) -> Option<&str>) -> Option<T> {
    let mut hits: Vec<T> = found.results.unwrap_or_default();
    let lower = title.to_lowercase();
    let same = |hit: &T| of(hit) == Some(title);
    let similar = |hit: &T| of(hit).is_some_and(|found| found.to_lowercase() == lower);
    let at = hits
        .iter()
        .position(same)
        .or_else(|| hits.iter().position(similar))?;
    Some(hits.swap_remove(at))
}

pub(super) fn describe(space: &SpaceKey, title: &str) -> String {
    format!("page {title:?} in space {space}")
}

pub(super) fn missing(what: String) -> Error {
    Error::NotFound {
        service: Service::Confluence,
        what,
        message: None,
    }
}
