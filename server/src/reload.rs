//! Reading the settings again while the server runs. What is wrong leaves everything as it was; what is
//! right is taken by the requests that come from then on.

use std::net::IpAddr;
use std::sync::Arc;

use mcp::FingerprintKey;
use tokio::sync::Notify;

use crate::current::Current;
use crate::identity::Identity;
use crate::observe::Metrics;
use crate::settings::{Origin, SettingsError, SiteSource};
use crate::sites::{Sites, SitesError};
use crate::tools::Services;

/// What is replaced, and what has to stay the same.
pub(crate) struct Reload {
    pub(crate) origin: Origin,
    pub(crate) identity: Arc<Current<Identity>>,
    /// The same as before, so that sessions and streams stay their owners'.
    pub(crate) key: FingerprintKey,
    pub(crate) services: Services,
    pub(crate) listening_on: IpAddr,
    pub(crate) metrics: Arc<Metrics>,
}

/// Why settings that were read again are not taken.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Sites(#[from] SitesError),
    #[error(
        "adding or removing JIRA_URL or CONFLUENCE_URL changes the list of tools: restart the server"
    )]
    OtherServices,
    #[error("the demo has no settings to read again")]
    Demo,
}

impl Reload {
    /// Reads the settings again whenever asked; never ends.
    pub(crate) async fn whenever(self, asked: &Notify) {
        loop {
            asked.notified().await;
            let result = self.once().await;
            self.metrics.reload(&result);
            match result {
                Ok(()) => tracing::info!(
                    "settings read again: accounts, sites and whose credentials are used"
                ),
                Err(error) => tracing::error!(%error, "settings not taken; the old ones stay"),
            }
        }
    }

    async fn once(&self) -> Result<(), Refused> {
        let settings = self.origin.read()?;
        settings.check_exposure(self.listening_on)?;
        settings.log_notices();
        if let SiteSource::Demo(_) = settings.sites {
            return Err(Refused::Demo);
        }
        let sites = Sites::open(settings.sites, settings.narrowing, self.metrics.clone()).await?;
        if sites.services != self.services {
            return Err(Refused::OtherServices);
        }
        sites.log(settings.policy);
        let confirmation = settings.asking.confirmation;
        let identity = sites.identity(settings.policy, confirmation, self.key.clone());
        let identity = identity.attaching(settings.attachments);
        self.identity.replace(identity);
        Ok(())
    }
}
