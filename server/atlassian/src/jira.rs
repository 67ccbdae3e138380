//! The Jira client: who the caller is, issues with their comments, files and links,
//! search.
//! How requests travel is in `http`, which words JQL has in `query`.

use std::sync::Arc;

use serde::Deserialize;

use crate::credential::Credential;
use crate::error::Error;
use crate::http::{Repeat, Site};
use crate::model::{Quota, User};
use crate::site::{Deployment, Service, SiteError, SiteSettings, SiteUrl};
use crate::trace::TraceContext;

mod attachments;
mod comments;
mod create;
mod issues;
mod links;
mod people;
mod picker;
mod reach;
mod search;
mod seen;
mod transitions;
mod whereabouts;
mod wire;

pub use comments::CommentAudience;
pub use issues::IssueDetail;
pub use people::Meant;
pub use reach::{AdmittedIssue, AdmittedProject};
pub use search::{IssueFields, SearchRequest};
pub use whereabouts::Whereabouts;

/// One Jira site, or what [`Jira::within`] leaves of it. Cheap to clone; all clones share one connection
/// pool and no identity.
#[derive(Debug, Clone)]
pub struct Jira {
    site: Arc<Site>,
    reach: reach::Reach,
}

impl Jira {
    /// A client for the site; nothing is sent yet.
    ///
    /// # Errors
    /// An `https://` address on a machine without CA certificates.
    pub fn new(settings: SiteSettings) -> Result<Self, SiteError> {
        Ok(Self {
            site: Arc::new(Site::new(Service::Jira, settings)?),
            reach: reach::Reach::everything(),
        })
    }

    /// The address of the site.
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
    /// Settings and host name decide at once. Otherwise `serverInfo`, which Jira shows to
    /// everybody, is read once without credentials and remembered; callers who ask at the same
    /// time share that request.
    ///
    /// # Errors
    /// The site is not reachable, or does not answer like Jira. Not remembered.
    pub async fn deployment(&self) -> Result<Deployment, Error> {
        self.site.detection.find(self.probe(Repeat::ByMethod)).await
    }

    /// The user the credential belongs to.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when the credential is not accepted.
    pub async fn myself(&self, credential: &Credential) -> Result<User, Error> {
        let version = self.version().await?;
        let call = self.site.read(
            &["rest", "api", version, "myself"],
            "user for this credential",
        );
        let user: wire::User = call.acting_as(credential).fetch().await?;
        Ok(user.into())
    }

    /// The release the site runs, as in `10.3.2`, asked for without credentials. Cloud has none that
    /// means anything.
    ///
    /// # Errors
    /// The site is not reachable, or does not answer like Jira.
    pub async fn release(&self) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct ServerInfo {
            version: Option<String>,
        }
        if self.deployment().await? == Deployment::Cloud {
            return Ok(None);
        }
        let path = ["rest", "api", "2", "serverInfo"];
        let call = self.site.read(&path, "server information");
        Ok(call.fetch::<ServerInfo>().await?.version)
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
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct ServerInfo {
            deployment_type: String,
        }
        let call = self
            .site
            .read(&["rest", "api", "2", "serverInfo"], "server information");
        match call.repeating(repeat).fetch::<ServerInfo>().await {
            Ok(info) if info.deployment_type.eq_ignore_ascii_case("cloud") => Ok(Deployment::Cloud),
            Ok(_) => Ok(Deployment::DataCenter),
            Err(error) => Err(error.of_probe()),
        }
    }

    /// Version of the REST interface: 3 speaks ADF, 2 wiki markup.
    async fn version(&self) -> Result<&'static str, Error> {
        Ok(match self.deployment().await? {
            Deployment::Cloud => "3",
            Deployment::DataCenter => "2",
        })
    }
}
