//! One served site: its state, its routes below the context path, and the answer to what it lacks.
//! What single endpoints answer is in the modules of the products.

pub(crate) mod call;
pub(crate) mod credential;
pub(crate) mod download;
pub(crate) mod effects;
pub(crate) mod gate;
pub(crate) mod paging;
pub(crate) mod params;
pub(crate) mod refusal;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::{Router, middleware};
use tokio::sync::watch;

use crate::change::Changes;
use crate::fault::Faults;
use crate::gateway;
use crate::moment::Clock;
use crate::personality::Personality;
use crate::record::{Host, Record};
use crate::site::refusal::Refusal;
use crate::store::Store;
use crate::{confluence_cloud, confluence_dc, jira};

/// What all four sites share.
pub(crate) struct Shared {
    pub(crate) store: Mutex<Store>,
    pub(crate) record: Record,
    pub(crate) changes: Changes,
    pub(crate) faults: Faults,
    pub(crate) clock: Clock,
}

impl Shared {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the four sites, as its endpoints know it.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) personality: Personality,
    pub(crate) host: Host,
    /// Scheme, host and port, without context path and without a slash at the end.
    pub(crate) origin: String,
    /// Where Cloud keeps the bytes of files.
    pub(crate) media: SocketAddr,
    pub(crate) shared: Arc<Shared>,
    /// Closes when the last handle of the sandbox is dropped.
    pub(crate) open: watch::Receiver<()>,
}

impl Site {
    /// The site's base URL: origin and context path.
    pub(crate) fn base(&self) -> String {
        format!("{}{}", self.origin, self.personality.context_path())
    }

    /// Waits until the sandbox is dropped.
    pub(crate) async fn closed(&self) {
        let mut open = self.open.clone();
        // Nothing is ever sent: the only change is that the sender goes away.
        while open.changed().await.is_ok() {}
    }
}

/// Everything this site offers, behind the gate.
pub(crate) fn router(site: Site) -> Router {
    let personality = site.personality;
    let offered = match personality {
        Personality::JiraCloud | Personality::JiraDataCenter => jira::routes(personality),
        Personality::ConfluenceCloud => confluence_cloud::routes(),
        Personality::ConfluenceDataCenter => confluence_dc::routes(),
    };
    let offered = offered.method_not_allowed_fallback(wrong_method);
    let placed = match personality.context_path() {
        "" => offered,
        context => Router::new().nest(context, offered),
    };
    placed
        .merge(gateway::edge(&site))
        .fallback(not_offered)
        .layer(middleware::from_fn_with_state(site.clone(), gate::pass))
        .with_state(site)
}

async fn not_offered(request: Request) -> Refusal {
    let what = gate::line(&request);
    let Some(Site { personality, .. }) = request.extensions().get::<Site>() else {
        return Refusal::not_found(format!("sandbox: {what} is not offered"));
    };
    let hint = match personality.context_path() {
        "" => "compare path and version with Atlassian's documentation of this product".to_owned(),
        context => format!("everything of this site lives below {context}, see Atlassian's docs"),
    };
    Refusal::not_found(format!(
        "sandbox: {what} is not offered by {personality}; {hint}"
    ))
}

async fn wrong_method(request: Request) -> Refusal {
    let what = gate::line(&request);
    Refusal::new(
        405,
        format!("sandbox: {what}: this path exists, but not with this method"),
    )
}
