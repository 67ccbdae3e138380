//! Jira and Confluence over REST, Cloud and Data Center alike. Knows neither MCP nor the headers
//! of any server of ours, and keeps no identity: every call is handed the credential it acts with.
//!
//! ```text
//! Jira, Confluence          verbs: one method per question, the same for both deployments
//!   │   extent, */reach     the projects and spaces a client is limited to
//!   │   ids, query          what a question is made of: checked, quoted, path-safe
//!   │   model, markup       what an answer is made of: null-tolerant nouns, text as Markdown
//!   ▼
//! http                      the one send function: limits, turns, tries, redirects, status, decoding, files
//!   │   credential          an argument of every call, never part of a client
//!   │   meter, trace        what is counted of it, and which trace it belongs to
//!   │   site, deployment    where the site is and which of the two REST dialects it speaks
//!   ▼
//! Error                     what happened and what to do next
//! ```
//!
//! A client can be limited to projects ([`Jira::within`]) or spaces ([`Confluence::within`]); whoever is
//! handed the limited one cannot reach further. A new verb keeps to that in three ways:
//!
//! - It names an issue or a page in its path: it begins with [`Jira::admit_issue`] or
//!   [`Confluence::admit_page`] and uses the key or number of what that returns. A write does so for
//!   everything it touches, for the new parent of a page or issue, too, and takes a project or space
//!   through [`Jira::admit_project`] or [`Confluence::admit_space`].
//! - It returns issues, pages or hits: decoding them takes the reach of the client (`into_issue`,
//!   `into_page`, `into_hit`) and gives nothing for what is out of it.
//! - It searches: the query goes through `self.reach.limit`, and `None` is an empty answer.
//!
//! What has a number of its own and no project in its answer (comments, attachments of Jira) is reached
//! through its issue or page, and remembers it where it is asked for by its number later.
//!
//! An address that an answer tells is asked for only below the site. The bytes of files are the one thing
//! that a redirect may lead elsewhere for, and there nothing of the caller goes along.
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
mod extent;
mod http;
pub mod ids;
mod jira;
pub mod markup;
mod meter;
pub mod model;
pub mod query;
mod site;
mod trace;

pub use confluence::{AdmittedPage, AdmittedSpace, Confluence, ThreadRange};
pub use credential::{Credential, Fingerprint, FingerprintKey, InvalidCredential, Scheme};
pub use error::{Access, ConnectFailure, Error};
pub use extent::{Extent, Projects, Spaces};
pub use jira::{
    AdmittedIssue, AdmittedProject, CommentAudience, IssueDetail, IssueFields, Jira, Meant,
    SearchRequest, Whereabouts,
};
pub use markup::RichText;
pub use meter::{Counted, Meter};
pub use site::{
    ClientCertificate, Deployment, DeploymentSetting, InvalidProxyUrl, InvalidSiteUrl, Network,
    Proxy, ProxyUrl, Service, SiteError, SiteSettings, SiteUrl, Timeouts, TlsVerification,
};
pub use tls::{Authorities, InvalidAuthorities, InvalidIdentity, TlsFailure};
pub use trace::TraceContext;
