//! Jira and Confluence over REST, Cloud and Data Center alike. Knows no MCP and no HTTP server.
pub mod credential;
mod deployment;
pub mod error;
mod http;
pub mod ids;
pub mod query;
pub mod site;

pub use credential::{Credential, InvalidCredential};
pub use error::Error;
pub use site::{
    Deployment, DeploymentSetting, InvalidSiteUrl, Service, SiteError, SiteSettings, SiteUrl,
    Timeouts, TlsVerification,
};
