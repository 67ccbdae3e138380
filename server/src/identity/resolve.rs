//! From the headers of one request to its caller: service header before `Authorization` before the
//! environment, and a header that is present decides, never falls back (fault B-05).

use std::sync::Arc;

use atlassian::{Confluence, Credential, Deployment, Error, InvalidCredential, Jira, Service};
use mcp::{Fingerprint, FingerprintKey, Identified, Refused, RequestHead, Unauthorized};
use shared::credentials::{
    Configured, CredentialHeader, EmailToken, Presented, PresentedCredential, PresentedCredentials,
};

use super::caller::{Account, Caller, CredentialSource, Grant, Missing};
use super::policy::{EnvironmentUse, Policy};
use crate::attachment::Attachments;
use crate::narrowing::{self, Narrowing};
use crate::observe::trace_now;
use crate::settings::ConfiguredCredential;
use crate::tools::confirmation::Confirmation;

/// Turns requests into callers. Holds sites and the server's own credentials, and nobody's identity
/// (fault B-01).
pub(crate) struct Identity {
    jira: Option<Configuration<Jira>>,
    confluence: Option<Configuration<Confluence>>,
    policy: Policy,
    key: FingerprintKey,
    /// Limits that hold for everybody.
    narrowing: Narrowing,
    confirmation: Confirmation,
    attachments: Arc<Attachments>,
}

/// One configured service: its site and the server's own credential for it.
#[derive(Debug, Clone)]
pub(crate) struct Configuration<S> {
    pub(crate) site: S,
    /// The variable the server's own credential came from, if it has one.
    pub(crate) variable: Option<String>,
    own: Option<Configured>,
}

impl<S> Configuration<S> {
    /// # Errors
    /// The variable and the reason, when its credential could never be sent.
    pub(crate) fn new(
        site: S,
        own: Option<ConfiguredCredential>,
    ) -> Result<Self, (String, InvalidCredential)> {
        let Some(ConfiguredCredential { value, variable }) = own else {
            return Ok(Self {
                site,
                variable: None,
                own: None,
            });
        };
        let sendable = match &value {
            Configured::Token(token) => Credential::bearer(token.expose()),
            Configured::EmailToken(both) => Credential::basic(&both.email, both.token.expose()),
        };
        match sendable {
            Ok(_) => Ok(Self {
                site,
                variable: Some(variable),
                own: Some(value),
            }),
            Err(problem) => Err((variable, problem)),
        }
    }
}

/// What differs between the two services here: how each tells its deployment.
trait Site: Clone + Sync {
    const SERVICE: Service;
    fn deployment(&self) -> impl Future<Output = Result<Deployment, Error>> + Send;
}

impl Site for Jira {
    const SERVICE: Service = Service::Jira;
    async fn deployment(&self) -> Result<Deployment, Error> {
        Self::deployment(self).await
    }
}

impl Site for Confluence {
    const SERVICE: Service = Service::Confluence;
    async fn deployment(&self) -> Result<Deployment, Error> {
        Self::deployment(self).await
    }
}

impl Identity {
    pub(crate) fn new(
        jira: Option<Configuration<Jira>>,
        confluence: Option<Configuration<Confluence>>,
        policy: Policy,
        key: FingerprintKey,
    ) -> Self {
        Self {
            jira,
            confluence,
            policy,
            key,
            narrowing: Narrowing::none(),
            confirmation: Confirmation::default(),
            attachments: Arc::default(),
        }
    }

    /// The same, with limits for everybody.
    pub(crate) fn within(self, narrowing: Narrowing) -> Self {
        Self { narrowing, ..self }
    }

    /// The same, asking people or not.
    pub(crate) fn confirming(self, confirmation: Confirmation) -> Self {
        Self {
            confirmation,
            ..self
        }
    }

    /// The same, reading attached files like this.
    pub(crate) fn attaching(self, attachments: Arc<Attachments>) -> Self {
        Self {
            attachments,
            ..self
        }
    }

    /// The limits that hold for everybody.
    pub(crate) fn narrowing(&self) -> &Narrowing {
        &self.narrowing
    }

    /// Says who a request acts as, and how far.
    ///
    /// # Errors
    /// [`Refused`] when a credential header is present and unusable, or a narrowing header cannot be read.
    pub(crate) async fn identify(
        &self,
        head: RequestHead<'_>,
    ) -> Result<Identified<Caller>, Refused> {
        let narrowing = self.narrowing.and(&narrowing::read(head.headers)?);
        let presented =
            PresentedCredentials::read(head.headers).map_err(|refused| Unauthorized {
                message: refused.to_string(),
            })?;
        let lending = self.policy.environment_use(head, &presented);
        let caller = Caller {
            jira: account(self.jira.as_ref(), presented.jira.as_ref(), lending).await?,
            confluence: account(
                self.confluence.as_ref(),
                presented.confluence.as_ref(),
                lending,
            )
            .await?,
            tools: Narrowing::none().tools,
            confirmation: self.confirmation,
            trace: None,
            attachments: Arc::clone(&self.attachments),
        };
        let caller = match trace_now(head.headers) {
            Some((trace, source)) => caller.in_trace(&trace, source),
            None => caller,
        };
        Ok(Identified {
            caller: caller.within(&narrowing),
            fingerprint: self.fingerprint(&presented),
        })
    }

    /// Jira, if it is configured.
    pub(crate) fn jira(&self) -> Option<&Jira> {
        self.jira.as_ref().map(|configuration| &configuration.site)
    }

    /// Confluence, if it is configured.
    pub(crate) fn confluence(&self) -> Option<&Confluence> {
        let configuration = self.confluence.as_ref();
        configuration.map(|configuration| &configuration.site)
    }

    /// Equal for requests that present the same, whichever headers they use.
    fn fingerprint(&self, presented: &PresentedCredentials) -> Option<Fingerprint> {
        if presented.is_empty() {
            return None;
        }
        let parts = [&presented.jira, &presented.confluence].map(|credential| {
            match credential.as_ref().map(|credential| &credential.presented) {
                None => [&b""[..], b"", b""],
                Some(Presented::Token(token)) => [&b"token"[..], token.expose().as_bytes(), b""],
                Some(Presented::Basic { user, password }) => {
                    [&b"basic"[..], user.as_bytes(), password.expose().as_bytes()]
                }
            }
        });
        Some(self.key.fingerprint(&parts.concat()))
    }
}

async fn account<S: Site>(
    configuration: Option<&Configuration<S>>,
    presented: Option<&PresentedCredential>,
    lending: EnvironmentUse,
) -> Result<Option<Account<S>>, Unauthorized> {
    let Some(configuration) = configuration else {
        return Ok(None);
    };
    let grant = match (presented, &configuration.own, lending) {
        (Some(presented), _, _) => from_header(&configuration.site, presented).await?,
        (None, Some(own), EnvironmentUse::Allowed) => {
            from_environment(&configuration.site, own).await
        }
        (None, Some(_), EnvironmentUse::Denied(denial)) => {
            Grant::Missing(Missing::Withheld(denial))
        }
        (None, None, _) => Grant::Missing(Missing::Nowhere),
    };
    Ok(Some(Account {
        site: configuration.site.clone(),
        grant,
    }))
}

async fn from_header<S: Site>(
    site: &S,
    presented: &PresentedCredential,
) -> Result<Grant, Unauthorized> {
    let header = presented.header;
    let credential = match &presented.presented {
        Presented::Token(token) => match EmailToken::split(token) {
            None => Credential::bearer(token.expose()),
            Some(both) => match site.deployment().await {
                Err(error) => return Ok(Grant::Undecided(error)),
                Ok(Deployment::Cloud) => Credential::basic(&both.email, both.token.expose()),
                Ok(Deployment::DataCenter) => Credential::bearer(token.expose()),
            },
        },
        Presented::Basic { user, password } => match site.deployment().await {
            Err(error) => return Ok(Grant::Undecided(error)),
            Ok(Deployment::Cloud) if user.contains('@') => {
                Credential::basic(user, password.expose())
            }
            Ok(Deployment::Cloud) => {
                let problem = "has Basic credentials whose user part is no e-mail address: on Cloud, \
                               encode `email:token`";
                return Err(unauthorized(header, S::SERVICE, problem));
            }
            Ok(Deployment::DataCenter) => {
                let problem = "has Basic credentials, which Data Center does not take here: send a \
                               personal access token as `Bearer <token>`";
                return Err(unauthorized(header, S::SERVICE, problem));
            }
        },
    };
    granted(credential, CredentialSource::Header)
        .map_err(|error| unauthorized(header, S::SERVICE, &format!("cannot be sent on: {error}")))
}

fn unauthorized(header: CredentialHeader, service: Service, problem: &str) -> Unauthorized {
    Unauthorized {
        message: format!("the {} header ({service}) {problem}", header.as_str()),
    }
}

/// The same value means the same wherever it is set: `email:token` is Basic on Cloud.
async fn from_environment<S: Site>(site: &S, own: &Configured) -> Grant {
    let credential = match own {
        Configured::EmailToken(both) => Credential::basic(&both.email, both.token.expose()),
        Configured::Token(token) => match EmailToken::split(token) {
            None => Credential::bearer(token.expose()),
            Some(both) => match site.deployment().await {
                Err(error) => return Grant::Undecided(error),
                Ok(Deployment::Cloud) => Credential::basic(&both.email, both.token.expose()),
                Ok(Deployment::DataCenter) => Credential::bearer(token.expose()),
            },
        },
    };
    // What cannot be sent is refused at start, so nothing is left to tell here but its absence.
    granted(credential, CredentialSource::Environment).unwrap_or(Grant::Missing(Missing::Nowhere))
}

fn granted(
    credential: Result<Credential, InvalidCredential>,
    source: CredentialSource,
) -> Result<Grant, InvalidCredential> {
    credential.map(|credential| Grant::Credential(credential, source))
}

#[cfg(test)]
mod tests;
