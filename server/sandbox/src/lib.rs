//! An in-memory Jira and Confluence, served over real HTTP in four personalities, for a demo
//! without an Atlassian site and for tests. It talks like Atlassian's products but is stricter:
//! what it does not know, it refuses with an explanation. It uses none of the other crates.
//!
//! ```text
//!  client ──HTTP──> site::gate          record, faults, who is asking, shape of refusals
//!                     │
//!        ┌────────────┼──────────────┐
//!      jira    confluence_cloud  confluence_dc      one file per group of endpoints
//!        └────────────┼──────────────┘
//!               query │ document        JQL and CQL; rich text in each dialect
//!                     │
//!                   store <── data/*    what the sites know, one copy per deployment
//!                     │
//!  client ──HTTP──> media               bytes of Cloud's files, for whoever has a ticket
//!
//!  personality, people                  the four sites; who may sign in, and with what
//!  record, fault, change                requests as they came; what goes wrong on demand; what was changed
//!  gateway                              the other address of the Cloud sites
//!  confluence_search, storage_form      what both Confluences share: search, the check of bodies
//!  moment                               times, as each product writes them
//! ```
//!
//! The Cloud sites are reached through a gateway, too, which takes scoped API tokens and nothing else,
//! while the sites take all but those.
//!
//! Every authenticated answer sets a session cookie, and a cookie that comes back wins over the
//! `Authorization` header: a client that keeps cookies acts as the wrong person and is found out.
//!
//! ```
//! use sandbox::{Personality, Sandbox, people};
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start().await?;
//! let url = format!("{}/rest/api/2/issue/DEMO-1", sandbox.url(Personality::JiraDataCenter));
//! let answer = reqwest::Client::builder().no_proxy().build()?
//!     .get(url)
//!     .bearer_auth(people::ana().personal_access_token)
//!     .send()
//!     .await?;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(sandbox.requests()[0].person.as_deref(), Some("ana"));
//! # Ok(()) }
//! ```

mod change;
mod confluence_cloud;
mod confluence_dc;
mod confluence_search;
mod document;
mod fault;
mod gateway;
mod jira;
mod media;
mod moment;
pub mod people;
mod personality;
mod query;
mod record;
mod sandbox;
mod site;
mod storage_form;
mod store;

pub use change::Change;
pub use fault::{Effect, Fault, Times};
pub use people::{Belongings, Person};
pub use personality::Personality;
pub use record::{Fingerprint, Host, SeenCredential, SeenRequest};
pub use sandbox::Sandbox;
