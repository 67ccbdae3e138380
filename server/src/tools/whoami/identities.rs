//! Identities at the services, for programs and as Markdown. How they are found out is the tool's part.

use std::fmt::Write as _;

use atlassian::model::{Quota, User};
use atlassian::{Deployment, Scheme, Service};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::one_line;
use crate::identity::{Access, CredentialSource};

/// The services this server has.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Identities {
    pub(super) services: Vec<Identity>,
}

/// As whom the caller acts at one service.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Identity {
    /// `Jira` or `Confluence`.
    service: &'static str,
    signed_in: bool,
    /// Account id on Cloud, user name on Data Center.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// `basic` or `bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'static str>,
    /// `header`, or `environment` for the server's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_left: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What a service says.
pub(super) struct Told {
    /// The user, or why there is none.
    pub(super) user: Result<User, String>,
    pub(super) url: String,
    pub(super) deployment: Option<Deployment>,
    pub(super) version: Option<String>,
    pub(super) quota: Option<Quota>,
}

impl Identity {
    /// What a service says about the owner of a credential.
    pub(super) fn of<S>(service: Service, access: &Access<'_, S>, told: Told) -> Self {
        let (user, problem) = match told.user {
            Ok(user) => (Some(user), None),
            Err(problem) => (None, Some(problem)),
        };
        let signed_in = user.is_some();
        let user = user.unwrap_or_default();
        Self {
            service: name_of(service),
            signed_in,
            account: user.id,
            name: user.display_name,
            email: user.email,
            url: Some(told.url),
            deployment: told.deployment.map(deployment_name),
            version: told.version,
            scheme: Some(scheme_name(access.credential.scheme())),
            source: Some(source_name(access.source)),
            requests_left: told.quota.map(|quota| quota.remaining),
            request_limit: told.quota.and_then(|quota| quota.limit),
            problem,
        }
    }

    /// No way to the service.
    pub(super) fn none(service: Service, problem: &str) -> Self {
        Self {
            service: name_of(service),
            problem: Some(problem.to_owned()),
            ..Self::default()
        }
    }

    /// Who it is, in words.
    fn who(&self) -> Option<String> {
        let name = self.name.as_ref().or(self.account.as_ref())?;
        Some(match &self.account {
            Some(account) if account != name => format!("{name} ({account})"),
            _ => name.clone(),
        })
    }

    fn site(&self) -> Option<String> {
        let url = self.url.as_ref()?;
        Some(match (self.deployment, &self.version) {
            (Some(deployment), Some(version)) => format!("{url} ({deployment} {version})"),
            (Some(deployment), None) => format!("{url} ({deployment})"),
            (None, _) => url.clone(),
        })
    }

    fn credential(&self) -> Option<String> {
        let whose = match self.source? {
            "header" => "from this request",
            _ => "the server's own",
        };
        Some(format!("{}, {whose}", self.scheme?))
    }

    fn rate_limit(&self) -> Option<String> {
        let left = self.requests_left?;
        let limit = self.request_limit;
        let limit = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
        Some(format!("{left}{limit} requests left"))
    }
}

impl Identities {
    /// The same as Markdown.
    pub(super) fn to_markdown(&self) -> String {
        let mut out = String::new();
        for identity in &self.services {
            let gap = if out.is_empty() { "" } else { "\n" };
            let _infallible = writeln!(out, "{gap}# {}\n", identity.service);
            let not_signed_in = (!identity.signed_in).then(|| "not signed in".to_owned());
            for (label, value) in [
                ("Account", not_signed_in.or(identity.who())),
                ("Email", identity.email.clone()),
                ("Site", identity.site()),
                ("Credential", identity.credential()),
                ("Rate limit", identity.rate_limit()),
                ("Problem", identity.problem.clone()),
            ] {
                if let Some(value) = value {
                    let _infallible = writeln!(out, "- {label}: {}", one_line(&value));
                }
            }
        }
        out
    }
}

fn name_of(service: Service) -> &'static str {
    match service {
        Service::Jira => "Jira",
        Service::Confluence => "Confluence",
    }
}

fn deployment_name(deployment: Deployment) -> &'static str {
    match deployment {
        Deployment::Cloud => "cloud",
        Deployment::DataCenter => "datacenter",
    }
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Basic => "basic",
        Scheme::Bearer => "bearer",
    }
}

fn source_name(source: CredentialSource) -> &'static str {
    match source {
        CredentialSource::Header => "header",
        CredentialSource::Environment => "environment",
    }
}
