//! A caller: one way to each service, or the reason why there is none. Made per request, passed down,
//! kept by nobody.

use std::sync::Arc;

use atlassian::{Confluence, Credential, Error, Jira, Service, SiteUrl, TraceContext};
use mcp::{Failure, Metadata};
use serde::Serialize;
use serde_json::json;

use super::policy::Denial;
use crate::attachment::Attachments;
use crate::narrowing::{Narrowing, ToolLimits};
use crate::tools::confirmation::Confirmation;

/// The `_meta` member that tells programs whose account an answer was made with.
pub(crate) const IDENTITY_METADATA: &str = "io.github.mcp-jira-confluence/identity";

/// Who a request acts as, at each configured service, and how far. The clients are limited already, so
/// that no tool can forget it.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(super) jira: Option<Account<Jira>>,
    pub(super) confluence: Option<Account<Confluence>>,
    pub(crate) tools: ToolLimits,
    /// Whether a person is asked before their data is changed for good.
    pub(super) confirmation: Confirmation,
    pub(super) trace: Option<TraceSource>,
    /// How attached files are read.
    pub(crate) attachments: Arc<Attachments>,
}

/// What named a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TraceSource {
    /// Headers of the request.
    Header,
    /// The message itself, or this server, which exports what it does.
    Other,
}

/// A service and the caller's credential for it.
#[derive(Debug, Clone)]
pub(super) struct Account<S> {
    pub(super) site: S,
    pub(super) grant: Grant,
}

/// What the caller has for a service.
#[derive(Debug, Clone)]
pub(super) enum Grant {
    Credential(Credential, CredentialSource),
    Missing(Missing),
    /// Which credential it is depends on the deployment, and the site did not tell.
    Undecided(Error),
}

/// Where a credential came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialSource {
    /// The request.
    Header,
    /// The server's environment: the answer is what the server's own account sees.
    Environment,
}

impl CredentialSource {
    /// The word for it in metadata, metrics and the record.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Environment => "environment",
        }
    }
}

/// Why there is no credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The environment has none either.
    Nowhere,
    /// The environment has one that does not serve this request.
    Withheld(Denial),
}

/// A way to one service with one credential.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access<'a, S> {
    pub(crate) site: &'a S,
    pub(crate) credential: &'a Credential,
    pub(crate) source: CredentialSource,
    pub(crate) confirmation: Confirmation,
    service: Service,
}

impl Caller {
    /// The same caller, limited further.
    pub(crate) fn within(&self, narrowing: &Narrowing) -> Self {
        Self {
            jira: self.jira.as_ref().map(|account| Account {
                site: account.site.within(&narrowing.projects),
                grant: account.grant.clone(),
            }),
            confluence: self.confluence.as_ref().map(|account| Account {
                site: account.site.within(&narrowing.spaces),
                grant: account.grant.clone(),
            }),
            tools: self.tools.and(&narrowing.tools),
            confirmation: self.confirmation,
            trace: self.trace,
            attachments: Arc::clone(&self.attachments),
        }
    }

    /// The caller's way to Jira.
    pub(crate) fn jira(&self) -> Result<Access<'_, Jira>, Failure> {
        access(Service::Jira, self.jira.as_ref(), self.confirmation)
    }

    /// The caller's way to Confluence.
    pub(crate) fn confluence(&self) -> Result<Access<'_, Confluence>, Failure> {
        access(
            Service::Confluence,
            self.confluence.as_ref(),
            self.confirmation,
        )
    }

    /// The same caller, whose calls belong to a trace.
    pub(crate) fn in_trace(&self, trace: &TraceContext, source: TraceSource) -> Self {
        Self {
            jira: self.jira.as_ref().map(|account| Account {
                site: account.site.in_trace(trace.clone()),
                grant: account.grant.clone(),
            }),
            confluence: self.confluence.as_ref().map(|account| Account {
                site: account.site.in_trace(trace.clone()),
                grant: account.grant.clone(),
            }),
            tools: self.tools.clone(),
            confirmation: self.confirmation,
            trace: Some(source),
            attachments: Arc::clone(&self.attachments),
        }
    }

    /// What named the trace that the caller's calls belong to, if they belong to one.
    pub(crate) fn trace_source(&self) -> Option<TraceSource> {
        self.trace
    }

    /// What calls of a service are made with, and where it came from.
    pub(crate) fn credential(&self, service: Service) -> Option<(&Credential, CredentialSource)> {
        let grant = match service {
            Service::Jira => self.jira.as_ref().map(|account| &account.grant),
            Service::Confluence => self.confluence.as_ref().map(|account| &account.grant),
        };
        match grant? {
            Grant::Credential(credential, source) => Some((credential, *source)),
            Grant::Missing(_) | Grant::Undecided(_) => None,
        }
    }
}

impl Caller {
    /// Whether this server has a service, whoever may use it.
    pub(crate) fn has(&self, service: Service) -> bool {
        match service {
            Service::Jira => self.jira.is_some(),
            Service::Confluence => self.confluence.is_some(),
        }
    }

    /// The address of the configured Confluence, whether the caller has a way to it or not.
    pub(crate) fn confluence_address(&self) -> Option<SiteUrl> {
        let account = self.confluence.as_ref()?;
        Some(account.site.base_url().clone())
    }
}

fn access<S>(
    service: Service,
    account: Option<&Account<S>>,
    confirmation: Confirmation,
) -> Result<Access<'_, S>, Failure> {
    let Some(account) = account else {
        let url = service.variable("URL");
        return Err(Failure::new(format!(
            "this server has no {service}: set {url} on it"
        )));
    };
    match &account.grant {
        Grant::Credential(credential, source) => Ok(Access {
            site: &account.site,
            credential,
            source: *source,
            confirmation,
            service,
        }),
        Grant::Missing(missing) => Err(Failure::new(missing.text(service))),
        Grant::Undecided(error) => Err(failure(error)),
    }
}

/// An error of a service as a tool tells it: what failed and what to do next.
fn failure(error: &Error) -> Failure {
    Failure::new(format!("{error}\n\nNext step: {}", error.next_step()))
}

impl<S> Access<'_, S> {
    /// Facts for programs: at which service, with whose account and, where known, as whom.
    pub(crate) fn metadata(&self, name: Option<&str>) -> Metadata {
        let mut account = json!({"source": self.source});
        if let Some(name) = name {
            account["name"] = json!(name);
        }
        let service = self.service.to_string().to_lowercase();
        Metadata::from_iter([(IDENTITY_METADATA.to_owned(), json!({service: account}))])
    }

    /// An error of the service, told with the account it was met with.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        failure(error).with_metadata(self.metadata(None))
    }
}

impl Missing {
    fn text(self, service: Service) -> String {
        let variable = service.variable("PERSONAL_TOKEN");
        let why = match self {
            Self::Nowhere => "this request brings no credential for it and the server has none",
            Self::Withheld(Denial::HeadersOnly) => {
                "this request brings no credential for it and the server lends its own to nobody \
                 (--credentials headers-only)"
            }
            Self::Withheld(Denial::BringsAnother) => {
                "this request brings a credential for the other service only, and the server lends \
                 its own only to requests that bring none (--credentials fallback)"
            }
            Self::Withheld(Denial::NotLocal) => {
                "this request brings no credential for it, and without --credentials the server \
                 lends its own only to programs on its machine"
            }
        };
        format!(
            "{service}: {why}. Send the header `X-{service}-Token: <token>`, or `Authorization: \
             Bearer <token>` for both services; with the bridge, set {variable} in its environment"
        )
    }
}

#[cfg(test)]
mod tests;
