//! The Confluence client: who the caller is, pages with comments, files and versions,
//! search, writing.
//! Cloud is read through REST v2 where that exists (B-45); how requests travel is in `http`.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::credential::Credential;
use crate::error::Error;
use crate::http::{Repeat, Site};
use crate::model::{Quota, Space, User};
use crate::site::{Deployment, Service, SiteError, SiteSettings, SiteUrl};
use crate::trace::TraceContext;

mod attachments;
mod commenting;
mod comments;
mod creating;
mod names;
mod pages;
mod paging;
mod people;
mod reach;
mod search;
mod spaces;
mod updating;
mod versions;
mod wire;

pub use comments::ThreadRange;
pub use reach::{AdmittedPage, AdmittedSpace};

use names::Names;

/// One Confluence site, or what [`Confluence::within`] leaves of it. Cheap to clone; all clones share one
/// connection pool and no identity; the names they remember are kept apart by credential.
#[derive(Debug, Clone)]
pub struct Confluence {
    site: Arc<Site>,
    people: Arc<Names<User>>,
    spaces: Arc<Names<Space>>,
    reach: reach::Reach,
}

impl Confluence {
    /// A client for the site; nothing is sent yet. On Cloud, `/wiki` is added to the address
    /// unless it is there (B-46).
    ///
    /// # Errors
    /// An `https://` address on a machine without CA certificates.
    pub fn new(mut settings: SiteSettings) -> Result<Self, SiteError> {
        if settings.known_deployment() == Some(Deployment::Cloud) {
            settings.base_url = settings.base_url.with_wiki();
        }
        Ok(Self {
            site: Arc::new(Site::new(Service::Confluence, settings)?),
            people: Arc::default(),
            spaces: Arc::default(),
            reach: reach::Reach::everything(),
        })
    }

    /// The address of the site, on Cloud with `/wiki`.
    #[must_use]
    pub fn base_url(&self) -> &SiteUrl {
        &self.site.base
    }

    /// The same site, for calls that belong to a trace.
    #[must_use]
    pub fn in_trace(&self, trace: TraceContext) -> Self {
        Self {
            site: Arc::new(self.site.in_trace(trace)),
            ..self.clone()
        }
    }

    /// Whether the site is Cloud or Data Center.
    ///
    /// Settings and host name decide at once. Otherwise `server-information`, which only Data
    /// Center has, is asked for once without credentials: data as an answer means Data Center. A
    /// refusal (401, 403, 404: no such resource, or none for strangers) leaves the address to
    /// decide: one that ends in `/wiki` is Cloud behind a name of its own, any other an older or
    /// closed Data Center. What was found is remembered; callers who ask at the same time share
    /// the request.
    ///
    /// # Errors
    /// The site is not reachable, or does not answer like Confluence. Not remembered.
    pub async fn deployment(&self) -> Result<Deployment, Error> {
        self.site.detection.find(self.probe(Repeat::ByMethod)).await
    }

    /// The user the credential belongs to.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the credential is not accepted; Confluence may also tell that
    /// by calling the caller anonymous.
    pub async fn current_user(&self, credential: &Credential) -> Result<User, Error> {
        // Cloud has no v2 resource for this, so both deployments share one path.
        let path = ["rest", "api", "user", "current"];
        let call = self
            .site
            .read(&path, "user for this credential")
            .acting_as(credential);
        let user: wire::User = call.fetch().await?;
        if user.is_anonymous() {
            return Err(Error::Unauthorized {
                service: Service::Confluence,
                deployment: self.site.detection.known(),
                scheme: Some(credential.scheme()),
                message: Some("Confluence sees an anonymous visitor".to_owned()),
            });
        }
        Ok(user.into())
    }

    /// The release the site runs, as in `9.2.1`, asked for without credentials. Cloud has none, and
    /// Data Center tells it since 9.1.
    ///
    /// # Errors
    /// The site is not reachable, or does not answer like Confluence.
    pub async fn release(&self) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct ServerInformation {
            version: Option<String>,
        }
        if self.deployment().await? == Deployment::Cloud {
            return Ok(None);
        }
        let path = ["rest", "api", "server-information"];
        let call = self.site.read(&path, "server information");
        match call.fetch::<ServerInformation>().await {
            Ok(information) => Ok(information.version),
            Err(error) if is_refusal(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the site last said about the quota of this credential.
    #[must_use]
    pub fn quota(&self, credential: &Credential) -> Option<Quota> {
        self.site.quota(credential)
    }

    /// Whether the site answers at all, asked once, without credentials, and not remembered.
    ///
    /// # Errors
    /// The site is not reachable, or does not answer like itself.
    pub async fn answers(&self) -> Result<(), Error> {
        self.probe(Repeat::Never).await.map(drop)
    }

    async fn probe(&self, repeat: Repeat) -> Result<Deployment, Error> {
        let path = ["rest", "api", "server-information"];
        match self
            .site
            .read(&path, "server information")
            .repeating(repeat)
            .fetch::<IgnoredAny>()
            .await
        {
            Err(error) if is_refusal(&error) && self.site.base.ends_in_wiki() => {
                Ok(Deployment::Cloud)
            }
            Err(error) if !is_refusal(&error) => Err(error.of_probe()),
            Ok(_) | Err(_) => Ok(Deployment::DataCenter),
        }
    }
}

/// Whether strangers are not told, or there is nothing to tell.
fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::Unauthorized { .. } | Error::Forbidden { .. } | Error::NotFound { .. }
    )
}
