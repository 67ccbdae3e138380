//! The clients of the configured sites, or of the embedded sample site; not who uses them.

use std::sync::Arc;

use atlassian::{
    Confluence, Deployment, DeploymentSetting, InvalidCredential, Jira, Meter, SiteError,
    SiteSettings, SiteUrl,
};
use mcp::FingerprintKey;
use sandbox::{Personality, Sandbox};

use crate::identity::{Configuration, Identity, Policy};
use crate::narrowing::Narrowing;
use crate::settings::{DemoDeployment, ServiceSettings, SiteSource};
use crate::tools::Services;

/// What the server works with for as long as it runs.
pub(crate) struct Sites {
    pub(crate) jira: Option<Configuration<Jira>>,
    pub(crate) confluence: Option<Configuration<Confluence>>,
    pub(crate) services: Services,
    /// What of them nobody may reach or do.
    pub(crate) narrowing: Narrowing,
    /// The embedded sample site; it ends when this is dropped.
    _sandbox: Option<Sandbox>,
}

/// Why a site cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum SitesError {
    /// A client cannot be made.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// A credential of the environment can never be sent.
    #[error("{variable}: {problem}")]
    Credential {
        /// The variable it came from.
        variable: String,
        /// What is wrong with it; never its value.
        problem: InvalidCredential,
    },
    /// Neither service is there.
    #[error("no site to work with")]
    None,
    /// The embedded sample site did not start.
    #[error("the sample site did not start: {0}")]
    Sandbox(#[from] std::io::Error),
}

impl Sites {
    /// Clients of the sites, whose calls are counted by `meter`, and what nobody may reach there.
    pub(crate) async fn open(
        source: SiteSource,
        narrowing: Narrowing,
        meter: Arc<dyn Meter>,
    ) -> Result<Self, SitesError> {
        let sites = match source {
            SiteSource::Configured { jira, confluence } => {
                Self::configured(jira, confluence, &meter)?
            }
            SiteSource::Demo(deployment) => Self::demo(deployment, &meter).await?,
        };
        Ok(Self { narrowing, ..sites })
    }

    fn configured(
        jira: Option<Box<ServiceSettings>>,
        confluence: Option<Box<ServiceSettings>>,
        meter: &Arc<dyn Meter>,
    ) -> Result<Self, SitesError> {
        let jira = jira
            .map(|settings| open(*settings, meter, Jira::new))
            .transpose()?;
        let confluence = confluence
            .map(|settings| open(*settings, meter, Confluence::new))
            .transpose()?;
        let services = match (&jira, &confluence) {
            (Some(_), Some(_)) => Services::Both,
            (Some(_), None) => Services::Jira,
            (None, Some(_)) => Services::Confluence,
            (None, None) => return Err(SitesError::None),
        };
        Ok(Self {
            jira,
            confluence,
            services,
            narrowing: Narrowing::none(),
            _sandbox: None,
        })
    }

    /// Both services of the sample site; nothing of the environment is used.
    async fn demo(deployment: DemoDeployment, meter: &Arc<dyn Meter>) -> Result<Self, SitesError> {
        let sandbox = Sandbox::start().await?;
        let (jira, confluence, deployment) = match deployment {
            DemoDeployment::Cloud => (
                Personality::JiraCloud,
                Personality::ConfluenceCloud,
                Deployment::Cloud,
            ),
            DemoDeployment::Datacenter => (
                Personality::JiraDataCenter,
                Personality::ConfluenceDataCenter,
                Deployment::DataCenter,
            ),
        };
        let settings = |personality| {
            let url = SiteUrl::parse(sandbox.url(personality).as_str());
            let mut site = SiteSettings::new(url.expect("the sample site's own address is one"));
            site.deployment = DeploymentSetting::Fixed(deployment);
            Box::new(ServiceSettings {
                site,
                credential: None,
            })
        };
        let sites = Self::configured(Some(settings(jira)), Some(settings(confluence)), meter)?;
        Ok(Self {
            _sandbox: Some(sandbox),
            ..sites
        })
    }

    /// Who requests act as at these sites.
    pub(crate) fn identity(&self, policy: Policy, key: FingerprintKey) -> Identity {
        Identity::new(self.jira.clone(), self.confluence.clone(), policy, key)
            .within(self.narrowing.clone())
    }

    /// Says at start where each service is and whose credentials it is used with (fault B-02: it was
    /// used anonymously without a word).
    pub(crate) fn log(&self, policy: Policy) {
        let services = [
            self.jira
                .as_ref()
                .map(|c| ("Jira", c.site.base_url(), c.variable.as_deref())),
            self.confluence
                .as_ref()
                .map(|c| ("Confluence", c.site.base_url(), c.variable.as_deref())),
        ];
        for (service, url, variable) in services.into_iter().flatten() {
            match variable {
                Some(variable) => {
                    tracing::info!(%url, own = variable, %policy, "{service}: headers, then the environment");
                }
                None => tracing::info!(%url, "{service}: credentials come with each request"),
            }
        }
        if self.narrowing != Narrowing::none() {
            tracing::info!("limited for everybody: {}", self.narrowing);
        }
    }
}

fn open<S>(
    settings: ServiceSettings,
    meter: &Arc<dyn Meter>,
    client: impl FnOnce(SiteSettings) -> Result<S, SiteError>,
) -> Result<Configuration<S>, SitesError> {
    let ServiceSettings {
        mut site,
        credential,
    } = settings;
    site.meter = Some(Arc::clone(meter));
    Configuration::new(client(site)?, credential)
        .map_err(|(variable, problem)| SitesError::Credential { variable, problem })
}
