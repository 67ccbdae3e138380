//! One Atlassian address and how to reach it: settings, parsed at the edge, and the two deployments.
//! Sending requests is `http`'s job, identity is the caller's.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::meter::Meter;

mod address;
mod network;
mod pasted;

pub use address::{InvalidSiteUrl, SiteUrl};
pub use network::{ClientCertificate, InvalidProxyUrl, Network, Proxy, ProxyUrl};

/// One of the two products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Jira, with its issues.
    Jira,
    /// Confluence, with its pages.
    Confluence,
}

impl Service {
    /// Name of an environment variable of this service: `Service::Jira.variable("URL")` is
    /// `JIRA_URL`.
    ///
    /// Only for sentences that tell a person what to set; nothing in this crate reads the
    /// environment.
    #[must_use]
    pub fn variable(self, suffix: &str) -> String {
        match self {
            Self::Jira => format!("JIRA_{suffix}"),
            Self::Confluence => format!("CONFLUENCE_{suffix}"),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
        })
    }
}

/// The two ways Atlassian products are run; their REST interfaces differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deployment {
    /// Run by Atlassian: Jira REST v3, Confluence REST v2, rich text in ADF, `email:token` sign-in.
    Cloud,
    /// Run by the customer (Server or Data Center): REST v2 and v1, wiki markup, personal access
    /// tokens.
    DataCenter,
}

impl fmt::Display for Deployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud => "Cloud",
            Self::DataCenter => "Data Center",
        })
    }
}

/// How the deployment of a site is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeploymentSetting {
    /// By the host name, otherwise by one probe without credentials.
    #[default]
    Auto,
    /// The operator said so; nothing is probed.
    Fixed(Deployment),
}

/// Whether the certificate of an `https://` site is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TlsVerification {
    /// Against the trust store of the operating system and [`Network::authorities`].
    #[default]
    On,
    /// Not at all (`*_SSL_VERIFY=false`): whoever sits in between can read the tokens.
    Off,
}

/// Limits on the time of one HTTP call. A verb that needs several calls has them for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// Between two pieces of the answer.
    pub read: Duration,
    /// For the whole call, redirects and body included.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // A slow site is silent while it searches, so silence ends a call no sooner than time does.
            read: Duration::from_secs(60),
            total: Duration::from_secs(60),
        }
    }
}

/// What a client needs to know about its site.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// Address, context path included.
    pub base_url: SiteUrl,
    /// Whether the certificate of the site is checked.
    pub tls: TlsVerification,
    /// What lies between this machine and the site.
    pub network: Network,
    /// Where Atlassian's gateway is, which takes the scoped tokens of a Cloud site. A credential that the
    /// site refuses is tried there once, if the site is known to be on Cloud. None, unless it is set, for
    /// sites that are not at `*.atlassian.net`.
    pub gateway: Option<SiteUrl>,
    /// Where the deployment comes from.
    pub deployment: DeploymentSetting,
    /// Time limits of every call.
    pub timeouts: Timeouts,
    /// How many calls one credential may have under way; further ones wait.
    pub max_concurrent: NonZeroUsize,
    /// What counts the calls, if anything does.
    pub meter: Option<Arc<dyn Meter>>,
}

/// Enough for a tool that asks several things at once, and too little to burn a site's quota.
const MAX_CONCURRENT: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

impl SiteSettings {
    /// Settings with certificate checks, automatic deployment and the default limits.
    #[must_use]
    pub fn new(base_url: SiteUrl) -> Self {
        Self {
            gateway: base_url.gateway(),
            base_url,
            tls: TlsVerification::default(),
            network: Network::default(),
            deployment: DeploymentSetting::default(),
            timeouts: Timeouts::default(),
            max_concurrent: MAX_CONCURRENT,
            meter: None,
        }
    }

    /// The deployment, where settings or host name alone tell it.
    #[must_use]
    pub fn known_deployment(&self) -> Option<Deployment> {
        match self.deployment {
            DeploymentSetting::Fixed(deployment) => Some(deployment),
            DeploymentSetting::Auto => self.base_url.is_cloud_host().then_some(Deployment::Cloud),
        }
    }
}

/// Why no client could be made for a site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// The TLS part did not start, as a rule because the machine has no CA certificates.
    #[error(
        "cannot verify the certificate of {service} ({reason}): install the system's CA \
         certificates (package ca-certificates), point SSL_CERT_FILE at a bundle, or set {}=false",
        service.variable("SSL_VERIFY")
    )]
    Tls {
        /// Whose client it was.
        service: Service,
        /// What the TLS library said.
        reason: String,
    },
    /// The system has no randomness to tell credentials apart with.
    #[error("cannot make a client for {service}: the system gives no random numbers ({reason})")]
    Randomness {
        /// Whose client it was.
        service: Service,
        /// What the system said.
        reason: String,
    },
}
