//! Giving a page its next version. Confluence's optimistic lock, the number of the version, is told
//! and never worked around: nothing here writes over what the caller has not seen (B-53).

use http::Method;
use serde_json::{Value, json};

use super::Confluence;
use super::pages::EXPAND;
use super::wire::{v1, v2};
use crate::credential::Credential;
use crate::error::Error;
use crate::ids::{PageId, SpaceKey};
use crate::model::{NextVersion, Page, PageVersion};
use crate::site::{Deployment, Service};

impl Confluence {
    /// Gives a page that was read before its next version, unless it has one by now; none is told when
    /// Confluence says that it was saved and no more.
    ///
    /// Sent once. When no answer comes the page is looked at again: if it has become just this, all is
    /// well; otherwise [`Error::OutcomeUnknown`] tells which version is there.
    ///
    /// # Errors
    /// [`Error::Conflict`] tells who saved which version in between, [`Error::Taken`] which page has
    /// the new title already.
    pub async fn update_page(
        &self,
        credential: &Credential,
        page: &Page,
        next: &NextVersion<'_>,
    ) -> Result<Option<Page>, Error> {
        self.admit_page(credential, &page.id).await?;
        let number = base_version(page)?.number + 1;
        let saved = match self.deployment().await? {
            Deployment::Cloud => self.update_cloud(credential, page, next, number).await,
            Deployment::DataCenter => {
                self.update_data_center(credential, page, next, number)
                    .await
            }
        };
        match saved {
            Err(Error::Rejected {
                status: 409,
                message,
                ..
            }) => Err(self.conflict(credential, page, message).await),
            Err(Error::OutcomeUnknown { cause, .. }) => {
                self.look_again(credential, page, next, cause).await
            }
            Err(error) if next.title != page.title => match space_key(page) {
                Some(space) => Err(self.taken(credential, &space, next.title, error).await),
                None => Err(error),
            },
            saved => saved,
        }
    }

    async fn update_cloud(
        &self,
        credential: &Credential,
        page: &Page,
        next: &NextVersion<'_>,
        number: u64,
    ) -> Result<Option<Page>, Error> {
        let change = json!({
            "id": page.id.as_str(),
            "status": "current",
            "title": next.title,
            "body": { "representation": "storage", "value": next.storage },
            "version": version(number, next.message),
        });
        let path = ["api", "v2", v2::collection(page.kind), page.id.as_str()];
        let call = self.site.write(Method::PUT, &path, &change, what(&page.id));
        let saved: Option<v2::Page> = call.acting_as(credential).fetch().await?;
        match saved {
            Some(saved) => {
                let space = page.space.clone();
                Ok(self.complete(credential, saved, page.kind, space).await)
            }
            None => Ok(None),
        }
    }

    async fn update_data_center(
        &self,
        credential: &Credential,
        page: &Page,
        next: &NextVersion<'_>,
        number: u64,
    ) -> Result<Option<Page>, Error> {
        let change = json!({
            "type": v1::type_of(page.kind),
            "title": next.title,
            "body": { "storage": { "value": next.storage, "representation": "storage" } },
            "version": version(number, next.message),
        });
        let path = ["rest", "api", "content", page.id.as_str()];
        let call = self.site.write(Method::PUT, &path, &change, what(&page.id));
        let call = call.acting_as(credential).query("expand", EXPAND);
        let saved: Option<v1::Content> = call.fetch().await?;
        Ok(saved.and_then(|saved| saved.into_page(self.base_url(), &self.reach)))
    }

    /// What a 409 means: who saved which version since the page was read.
    async fn conflict(&self, credential: &Credential, page: &Page, said: Option<String>) -> Error {
        let now = self.page(credential, &page.id).await;
        let newer = now.ok().and_then(|now| now.version);
        let base = page.version.as_ref().map(|version| version.number);
        match newer.filter(|newer| base.is_none_or(|base| newer.number > base)) {
            Some(newer) => Error::conflict(&page.id, base, &newer),
            None => Error::Conflict {
                service: Service::Confluence,
                what: what(&page.id),
                detail: said.unwrap_or_else(|| "it did not say by whom".to_owned()),
            },
        }
    }

    /// What became of a change that was sent and not answered.
    async fn look_again(
        &self,
        credential: &Credential,
        page: &Page,
        next: &NextVersion<'_>,
        cause: Box<Error>,
    ) -> Result<Option<Page>, Error> {
        let now = self.page(credential, &page.id).await.ok();
        let is_next = |now: &&Page| {
            let storage = now.body.as_ref().and_then(|body| body.storage());
            number(now) == number(page).map(|base| base + 1)
                && now.title == next.title
                && storage == Some(next.storage)
        };
        if now.as_ref().is_some_and(|now| is_next(&now)) {
            return Ok(now);
        }
        let version = now.and_then(|now| now.version);
        Err(Error::OutcomeUnknown {
            service: Service::Confluence,
            what: what(&page.id),
            seen: version.map(|version| format!("version {version} is there now")),
            cause,
        })
    }
}

impl Error {
    /// The page has another version than the one a change was made for; nothing was sent, or it was
    /// refused.
    #[must_use]
    pub fn conflict(page: &PageId, seen: Option<u64>, now: &PageVersion) -> Self {
        let seen = seen.map_or_else(String::new, |seen| {
            format!("; the change was made for version {seen}")
        });
        Self::Conflict {
            service: Service::Confluence,
            what: what(page),
            detail: format!("version {now} is there{seen}"),
        }
    }
}

fn what(page: &PageId) -> String {
    format!("page {page}")
}

fn number(page: &Page) -> Option<u64> {
    page.version.as_ref().map(|version| version.number)
}

fn version(number: u64, message: Option<&str>) -> Value {
    let mut version = json!({ "number": number });
    if let Some(message) = message {
        version["message"] = json!(message);
    }
    version
}

fn space_key(page: &Page) -> Option<SpaceKey> {
    SpaceKey::parse(page.space.as_ref()?.key.as_ref()?).ok()
}

fn base_version(page: &Page) -> Result<&PageVersion, Error> {
    page.version.as_ref().ok_or_else(|| Error::Malformed {
        service: Service::Confluence,
        what: what(&page.id),
        path: "version.number".to_owned(),
        detail: "the number of the version is missing, without which nothing can be saved"
            .to_owned(),
    })
}
