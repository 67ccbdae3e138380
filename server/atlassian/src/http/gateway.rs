//! Atlassian's gateway, the only place that takes scoped tokens and OAuth tokens of Cloud: where it has
//! a site, and which credentials go there. What is sent and received is the parent's work.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

use super::{Answer, Call, body};
use crate::credential::Fingerprint;
use crate::error::Error;
use crate::site::{Deployment, Service, SiteUrl};

/// The most credentials remembered; beyond it all are found out again.
const MOST: usize = 4096;

/// The gateway as far as one site is concerned.
#[derive(Debug)]
pub(super) struct Gateway {
    base: Option<SiteUrl>,
    service: Service,
    cloud: OnceCell<CloudId>,
    through: Mutex<HashSet<Fingerprint>>,
}

/// What Atlassian calls a site by (`GET /_edge/tenant_info`, which anybody may ask for).
#[derive(Debug, Deserialize)]
#[serde(try_from = "TenantInfo")]
pub(super) struct CloudId(String);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TenantInfo {
    cloud_id: String,
}

impl TryFrom<TenantInfo> for CloudId {
    type Error = &'static str;

    fn try_from(info: TenantInfo) -> Result<Self, Self::Error> {
        let id = info.cloud_id;
        // It becomes a part of a path.
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !id.is_empty() && id.chars().all(is_id) {
            Ok(Self(id))
        } else {
            Err("the cloud id is none")
        }
    }
}

impl Gateway {
    /// The gateway at this address, or none.
    pub(super) fn new(base: Option<SiteUrl>, service: Service) -> Self {
        Self {
            base,
            service,
            cloud: OnceCell::new(),
            through: Mutex::default(),
        }
    }

    /// Whether there is one.
    pub(super) fn exists(&self) -> bool {
        self.base.is_some()
    }

    /// Whether this credential was taken by the gateway and not by the site.
    pub(super) fn takes(&self, credential: &Fingerprint) -> bool {
        self.through().contains(credential)
    }

    /// Remembers that the gateway took this credential.
    pub(super) fn remember(&self, credential: Fingerprint) {
        let mut through = self.through();
        if through.len() >= MOST {
            through.clear();
        }
        through.insert(credential);
    }

    /// Where the gateway has what the site has at `url`. `find` asks the site for its id, once; without
    /// an answer there is no way.
    pub(super) async fn address<E>(
        &self,
        url: &Url,
        find: impl Future<Output = Result<CloudId, E>>,
    ) -> Option<Url> {
        let base = self.base.as_ref()?;
        let CloudId(id) = self.cloud.get_or_try_init(|| find).await.ok()?;
        let product = match self.service {
            Service::Jira => "jira",
            Service::Confluence => "confluence",
        };
        let mut address = base.endpoint(&["ex", product, id]);
        address.set_path(&format!("{}{}", address.path(), url.path()));
        address.set_query(url.query());
        Some(address)
    }

    fn through(&self) -> MutexGuard<'_, HashSet<Fingerprint>> {
        self.through.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call<'_> {
    /// Exchanges with the site, or with the gateway where the site refuses a credential that the gateway
    /// takes. A 401 says that nothing was carried out, so this sends no write twice.
    pub(super) async fn either_way(
        &self,
        credential: Fingerprint,
        deadline: Instant,
    ) -> Result<Answer, Error> {
        let gateway = &self.site.gateway;
        let straight_through = gateway.takes(&credential);
        if straight_through && let Some(through) = self.through_gateway(deadline).await {
            return through.exchange(deadline).await;
        }
        let direct = self.exchange(deadline).await;
        if !matches!(direct, Err(Error::Unauthorized { .. })) {
            return direct;
        }
        let Some(through) = self.through_gateway(deadline).await else {
            return direct;
        };
        match through.exchange(deadline).await {
            Err(Error::Unauthorized { .. } | Error::Unreachable { .. }) => direct,
            answer => {
                gateway.remember(credential);
                answer
            }
        }
    }

    /// The same call at the gateway, if there is one that knows the site. A gateway that is configured
    /// for all sites is none for a Data Center, whose tokens are nothing to Atlassian.
    async fn through_gateway(&self, deadline: Instant) -> Option<Self> {
        let is_cloud = self.deployment() == Some(Deployment::Cloud);
        if !self.site.gateway.exists() || !is_cloud {
            return None;
        }
        let mut tenant = self.site.read(&[], "cloud id");
        tenant.url.set_path("/_edge/tenant_info");
        let find = async {
            let answer = tenant.exchange(deadline).await?;
            body::decode::<CloudId>(&tenant, &answer)
        };
        let url = self.site.gateway.address(&self.url, find).await?;
        Some(Self {
            site: self.site,
            method: self.method.clone(),
            url,
            body: self.body.clone(),
            credential: self.credential,
            what: self.what.clone(),
            repeat: self.repeat,
            access: self.access,
            wants: self.wants,
        })
    }
}
