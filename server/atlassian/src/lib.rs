//! Jira and Confluence over REST, Cloud and Data Center alike. Knows neither MCP nor the headers
//! of any server of ours, and keeps no identity: every call is handed the credential it acts with.
//!
//! ```text
//! Jira, Confluence          verbs: one method per question, the same for both deployments
//!   │   ids, query          what a question is made of: checked, quoted, path-safe
//!   │   model, markup       what an answer is made of: null-tolerant nouns, text as Markdown
//!   ▼
//! http                      the one send function: limits, turns, tries, redirects, status, decoding
//!   │   credential          an argument of every call, never part of a client
//!   │   meter, trace        what is counted of it, and which trace it belongs to
//!   │   site, deployment    where the site is and which of the two REST dialects it speaks
//!   ▼
//! Error                     what happened and what to do next
//! ```
//!
//! ```no_run
//! use atlassian::ids::IssueKey;
//! use atlassian::{Credential, IssueDetail, Jira, SiteSettings, SiteUrl};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let jira = Jira::new(SiteSettings::new(SiteUrl::parse("https://jira.example.com")?))?;
//! let me = Credential::bearer("a personal access token")?;
//! let issue = jira.issue(&me, &IssueKey::parse("DEMO-1")?, IssueDetail::Fields).await?;
//! if let Some(description) = issue.description {
//!     println!("{}", description.to_markdown());
//! }
//! # Ok(())
//! # }
//! ```

mod confluence;
mod credential;
mod deployment;
mod error;
mod http;
pub mod ids;
mod jira;
pub mod markup;
mod meter;
pub mod model;
pub mod query;
mod site;
mod trace;

pub use confluence::Confluence;
pub use credential::{Credential, Fingerprint, FingerprintKey, InvalidCredential, Scheme};
pub use error::{ConnectFailure, Error};
pub use jira::{IssueDetail, IssueFields, Jira, SearchRequest};
pub use markup::RichText;
pub use meter::{Counted, Meter};
pub use site::{
    Authorities, ClientCertificate, Deployment, DeploymentSetting, InvalidCertificate,
    InvalidProxyUrl, InvalidSiteUrl, Network, Proxy, ProxyUrl, Service, SiteError, SiteSettings,
    SiteUrl, Timeouts, TlsVerification,
};
pub use trace::TraceContext;
