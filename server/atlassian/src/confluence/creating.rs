//! Making pages.
//! Changing them is in `updating`.

use http::Method;
use serde_json::json;

use super::pages::{EXPAND, describe};
use super::wire::{v1, v2};
use super::{AdmittedSpace, Confluence};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::SpaceKey;
use crate::model::{NewPage, Page, PageKind};
use crate::site::{Deployment, Service};

impl Confluence {
    /// Makes a page; none is told when Confluence says that it was made and no more. Sent once (see
    /// [`Error::OutcomeUnknown`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the space does not exist or the caller may not see it,
    /// [`Error::Taken`] with the page that has the title already.
    pub async fn create_page(
        &self,
        credential: &Credential,
        page: &NewPage<'_>,
    ) -> Result<Option<Page>, Error> {
        let space = self.admit_space(page.space)?;
        if let Some(parent) = page.parent {
            self.admit_page(credential, &parent.id).await?;
        }
        let made = match self.deployment().await? {
            Deployment::Cloud => self.create_cloud(credential, &space, page).await,
            Deployment::DataCenter => self.create_data_center(credential, &space, page).await,
        };
        match made {
            Err(error) => Err(self.taken(credential, page.space, page.title, error).await),
            made => made,
        }
    }

    async fn create_cloud(
        &self,
        credential: &Credential,
        space: &AdmittedSpace,
        page: &NewPage<'_>,
    ) -> Result<Option<Page>, Error> {
        let space = self.space_by_key(credential, space.key()).await?;
        let mut new = json!({
            "spaceId": space.id,
            "status": "current",
            "title": page.title,
            "body": { "representation": "storage", "value": page.storage },
        });
        if let Some(parent) = page.parent {
            new["parentId"] = json!(parent.id.as_str());
        }
        let path = ["api", "v2", "pages"];
        let what = format!("space {}", page.space);
        let call = self.site.write(Method::POST, &path, &new, what);
        let made: Option<v2::Page> = call.acting_as(credential).fetch().await?;
        match made {
            Some(made) => {
                let space = Some(space.into());
                Ok(self.complete(credential, made, PageKind::Page, space).await)
            }
            None => Ok(None),
        }
    }

    async fn create_data_center(
        &self,
        credential: &Credential,
        space: &AdmittedSpace,
        page: &NewPage<'_>,
    ) -> Result<Option<Page>, Error> {
        let mut new = json!({
            "type": "page",
            "title": page.title,
            "space": { "key": space.key().as_str() },
            "body": { "storage": { "value": page.storage, "representation": "storage" } },
        });
        if let Some(parent) = page.parent {
            new["ancestors"] = json!([{ "id": parent.id.as_str() }]);
        }
        let path = ["rest", "api", "content"];
        let what = format!("space {}", page.space);
        let call = self.site.write(Method::POST, &path, &new, what);
        let call = call.acting_as(credential).query("expand", EXPAND);
        let made: Option<v1::Content> = call.fetch().await?;
        Ok(made.and_then(|made| made.into_page(self.base_url(), &self.reach)))
    }

    /// The error of a write of this title: the page that has it already, if that is the reason.
    /// Confluence says 400 for this and for much else.
    pub(super) async fn taken(
        &self,
        credential: &Credential,
        space: &SpaceKey,
        title: &str,
        error: Error,
    ) -> Error {
        if !matches!(error, Error::Rejected { status: 400, .. }) {
            return error;
        }
        match self.page_by_title(credential, space, title).await {
            Ok(page) => Error::taken(space, &page),
            Err(_) => error,
        }
    }
}

impl Error {
    /// The title of a page that is there already.
    #[must_use]
    pub fn taken(space: &SpaceKey, page: &Page) -> Self {
        Self::Taken {
            service: Service::Confluence,
            what: format!("{} (page_id {})", describe(space, &page.title), page.id),
            url: page.url.clone(),
        }
    }
}
