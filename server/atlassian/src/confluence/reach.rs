//! What a Confluence client reaches: the limit to spaces, checked on pages as Confluence tells them.
//! Which spaces these are is told by the caller, see [`Spaces`].

use super::Confluence;
use super::wire::v1;
use crate::credential::Credential;
use crate::error::Error;
use crate::extent::Spaces;
use crate::ids::{PageId, SpaceKey};
use crate::model::{SearchHit, Space};
use crate::query::Cql;
use crate::site::{Deployment, Service};

/// The limit of one client. Decoding a page takes it, so that no verb returns one unchecked.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    spaces: Spaces,
}

/// A page that was found within reach. Made only by checking, see [`Confluence::admit_page`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedPage(PageId);

/// A space within reach. Made only by checking, see [`Confluence::admit_space`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmittedSpace(SpaceKey);

impl AdmittedPage {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> &PageId {
        &self.0
    }
}

impl AdmittedSpace {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> &SpaceKey {
        &self.0
    }
}

impl Confluence {
    /// The same client, limited to these spaces, too. It shares connections and memory, and what was
    /// out of reach before stays so.
    ///
    /// What is out of reach is answered like what does not exist, with a hint that there is a limit.
    #[must_use]
    pub fn within(&self, spaces: &Spaces) -> Self {
        Self {
            reach: Reach {
                spaces: self.reach.spaces.and(spaces),
            },
            ..self.clone()
        }
    }

    /// The spaces within reach.
    #[must_use]
    pub fn spaces(&self) -> &Spaces {
        &self.reach.spaces
    }

    /// Checks that a page is within reach, by the space it is in now. Every verb that names a page in
    /// its path begins with this, one that writes above all; whole pages are checked when they are
    /// decoded.
    ///
    /// Costs up to two small requests when the client is limited, and none otherwise.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a page out of reach and for one that does not exist, in the same words.
    pub async fn admit_page(
        &self,
        credential: &Credential,
        id: &PageId,
    ) -> Result<AdmittedPage, Error> {
        if self.reach.spaces.is_everything() {
            return Ok(AdmittedPage(id.clone()));
        }
        let what = format!("page {id}");
        if self.reach.spaces.is_nothing() {
            return Err(self.reach.hidden(what));
        }
        let found = self.space_of(credential, id).await;
        let space = found.map_err(|error| self.reach.hide(error))?;
        if self.reach.includes(space.as_ref()) {
            Ok(AdmittedPage(id.clone()))
        } else {
            Err(self.reach.hidden(what))
        }
    }

    async fn space_of(&self, credential: &Credential, id: &PageId) -> Result<Option<Space>, Error> {
        match self.deployment().await? {
            Deployment::Cloud => {
                let (page, _) = self.page_or_post(credential, id, &[]).await?;
                Ok(self.space(credential, page.space_id.as_deref()).await)
            }
            Deployment::DataCenter => {
                let path = ["rest", "api", "content", id.as_str()];
                let call = self.site.read(&path, format!("page {id}"));
                let call = call.acting_as(credential);
                let page: v1::Content = call.query("expand", "space").fetch().await?;
                Ok(page.into_space())
            }
        }
    }

    /// Checks that a space is within reach; sends nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not.
    pub fn admit_space(&self, key: &SpaceKey) -> Result<AdmittedSpace, Error> {
        if self.reach.spaces.includes(key.as_str()) {
            Ok(AdmittedSpace(key.clone()))
        } else {
            Err(self.reach.hidden(format!("space {key}")))
        }
    }
}

impl Reach {
    pub(super) fn everything() -> Self {
        Self {
            spaces: Spaces::everything(),
        }
    }

    /// Whether what is in this space is within reach; what is in an unknown one is not.
    pub(super) fn includes(&self, space: Option<&Space>) -> bool {
        let key = space.and_then(|space| space.key.as_deref());
        self.spaces.is_everything() || key.is_some_and(|key| self.spaces.includes(key))
    }

    /// A hit within reach.
    pub(super) fn shown(&self, hit: SearchHit) -> Option<SearchHit> {
        let key = hit.space_key.as_deref();
        let within = key.is_some_and(|key| self.spaces.includes(key));
        (self.spaces.is_everything() || within).then_some(hit)
    }

    /// The query for what is within reach; `None` when nothing is.
    pub(super) fn limit(&self, cql: &Cql) -> Result<Option<Cql>, Error> {
        let Some(places) = self.spaces.places() else {
            return Ok(Some(cql.clone()));
        };
        if places.len() == 0 {
            return Ok(None);
        }
        let limited = cql.within(places);
        limited.map(Some).map_err(|why| Error::QueryNotLimited {
            service: Service::Confluence,
            why: why.text(),
        })
    }

    /// One answer for what does not exist, what the account may not see and what is out of reach.
    pub(super) fn hide(&self, error: Error) -> Error {
        match error {
            Error::NotFound { what, .. } | Error::Forbidden { what, .. }
                if !self.spaces.is_everything() =>
            {
                self.hidden(what)
            }
            other => other,
        }
    }

    pub(super) fn hidden(&self, what: String) -> Error {
        Error::NotFound {
            service: Service::Confluence,
            what,
            message: Some(format!(
                "this server or this request is limited to Confluence spaces: {}",
                self.spaces
            )),
        }
    }
}
