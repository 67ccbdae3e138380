//! One next step per failure, for the person behind the assistant.
//! The failure itself is worded in the parent file.

mod handshake;

use std::time::Duration;

use super::{ConnectFailure, Error};
use crate::credential::Scheme;
use crate::site::{Deployment, Service};

impl Error {
    /// What the person can do next: a setting to change, a permission to ask for, a time to wait.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::Unauthorized { .. }
            | Self::RefusedBefore { .. }
            | Self::MissingScope { .. }
            | Self::CaptchaRequired { .. } => self.check_credential(),
            Self::Forbidden { service, .. } => {
                format!("ask an administrator of {service} for permission")
            }
            Self::NotFound { what, .. } => {
                format!("check the spelling of {what}, or ask for permission to see it")
            }
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                wait(*retry_after)
            }
            Self::Rejected { status: 410, .. } => {
                "Atlassian has removed this interface; update this server".to_owned()
            }
            Self::Conflict { .. } | Self::Taken { .. } | Self::OutcomeUnknown { .. } => {
                self.look_first()
            }
            Self::Rejected { .. } => "change the request as the message says".to_owned(),
            Self::Interrupted { .. } | Self::NoAnswer { .. } => "try again".to_owned(),
            Self::Crowded { service, .. } => format!(
                "wait until the others have ended; {} on the server allows more at once",
                service.variable("MAX_CONCURRENT")
            ),
            Self::TooLarge { .. }
            | Self::FileTooLarge { .. }
            | Self::FileHost { .. }
            | Self::NotPlaced { .. }
            | Self::QueryNotLimited { .. }
            | Self::InvalidCursor { .. } => self.ask_otherwise().to_owned(),
            Self::TimedOut { service, .. }
            | Self::Unreachable { service, .. }
            | Self::Malformed { service, .. }
            | Self::LoginPage { service, .. }
            | Self::Redirected { service, .. }
            | Self::KeptElsewhere { service, .. }
            | Self::DeploymentUnknown { service, .. } => self.check_address(*service),
        }
    }

    /// The step for failures that come from the credential.
    fn check_credential(&self) -> String {
        let service = self.service();
        match self {
            Self::Unauthorized {
                deployment, scheme, ..
            } => sign_in(service, *deployment, *scheme),
            Self::RefusedBefore {
                deployment, scheme, ..
            } => sign_in(service, *deployment, Some(*scheme)),
            Self::MissingScope { .. } => format!(
                "create an API token for {service} with the scopes for this, or one without scopes"
            ),
            _ => format!("sign in to {service} once in a browser, then try again"),
        }
    }

    /// The step for writes that found, or left, something else than expected.
    fn look_first(&self) -> String {
        match self {
            Self::Conflict { what, .. } => {
                format!("read {what} again and make the change on what is there now")
            }
            Self::OutcomeUnknown { what, .. } => format!(
                "look at {what} before you try again: a second try may make the change twice"
            ),
            _ => "change that one, or choose another title".to_owned(),
        }
    }

    /// The step for what cannot be had in the way it was asked for.
    fn ask_otherwise(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "open it in a browser",
            Self::FileHost { .. } => {
                "try again: an address of a file there is valid for a short time only"
            }
            Self::NotPlaced { .. } => "name the issue as well",
            Self::QueryNotLimited { .. } => {
                "close every bracket and quote, and put values with signs into double quotes"
            }
            Self::InvalidCursor { .. } => "start again without a cursor",
            _ => "ask for fewer results",
        }
    }

    /// The step for failures that come from the settings or the network between us and the site.
    fn check_address(&self, service: Service) -> String {
        let url = service.variable("URL");
        match self {
            Self::TimedOut { .. } => {
                format!("try again with a smaller request; if it stays, check {url} and network")
            }
            Self::Unreachable { cause, .. } => connection(service, cause),
            Self::Redirected { .. } | Self::KeptElsewhere { .. } => format!(
                "set {url} to the address {service} itself uses: scheme, host and context path"
            ),
            Self::DeploymentUnknown { .. } => format!(
                "set {} to cloud or datacenter, and check {url}",
                service.variable("DEPLOYMENT")
            ),
            _ => format!(
                "check that {url} is the address of {service} itself, with its context path if it \
                 has one, and that no sign-in page or proxy stands in between"
            ),
        }
    }
}

fn sign_in(service: Service, deployment: Option<Deployment>, scheme: Option<Scheme>) -> String {
    match (deployment, scheme) {
        // Cloud API tokens are never Bearer tokens; this is the usual mistake (B-15).
        (Some(Deployment::Cloud), Some(Scheme::Bearer)) => format!(
            "{service} Cloud takes an API token together with the e-mail address of its account: \
             send email:token as the credential"
        ),
        (Some(Deployment::Cloud), _) => format!(
            "check e-mail address and API token for {service}; the token may be revoked or expired"
        ),
        (Some(Deployment::DataCenter), Some(Scheme::Bearer)) => format!(
            "the personal access token for {service} may be expired or revoked: create a new one \
             in your {service} profile"
        ),
        (Some(Deployment::DataCenter), Some(Scheme::Basic)) => {
            format!("send a personal access token of {service}, or check user name and password")
        }
        _ => format!("check the credential for {service}; it may be expired or revoked"),
    }
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(
        || "wait a minute and try again".to_owned(),
        // Gateways send a bogus 0 now and then; one second is the least that makes sense.
        |wait| format!("wait {} s and try again", wait.as_secs().max(1)),
    )
}

fn connection(service: Service, cause: &ConnectFailure) -> String {
    let url = service.variable("URL");
    match cause {
        ConnectFailure::Name => format!("check the host name in {url}, DNS and VPN"),
        ConnectFailure::Refused => format!("check host and port in {url}; is {service} running?"),
        ConnectFailure::Tls(failure) => handshake::advice(service, failure),
        ConnectFailure::Reset | ConnectFailure::Other => {
            format!("check {url}, network, proxy and VPN")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unauthorized(deployment: Deployment, scheme: Scheme) -> Error {
        Error::Unauthorized {
            service: Service::Jira,
            deployment: Some(deployment),
            scheme: Some(scheme),
            message: Some("Client must be authenticated".to_owned()),
        }
    }

    #[test]
    fn b_15_a_refused_credential_is_explained_for_the_deployment() {
        let cloud = unauthorized(Deployment::Cloud, Scheme::Bearer);
        assert_eq!(
            cloud.to_string(),
            "Jira did not accept the credential (401: Client must be authenticated)"
        );
        assert!(cloud.next_step().contains("email:token"));
        let own = unauthorized(Deployment::DataCenter, Scheme::Bearer);
        assert!(own.next_step().contains("personal access token"));
    }

    #[test]
    fn advice_names_the_variable_of_the_service() {
        let page = Error::LoginPage {
            service: Service::Jira,
            status: 200,
        };
        assert!(page.next_step().contains("JIRA_URL"));
        let unknown = Error::DeploymentUnknown {
            service: Service::Jira,
            reason: "404".to_owned(),
        };
        assert!(unknown.next_step().contains("JIRA_DEPLOYMENT"));
    }

    #[test]
    fn the_time_to_wait_is_told_and_never_zero() {
        for (given, told) in [
            (Some(30), "wait 30 s"),
            (Some(0), "wait 1 s"),
            (None, "a minute"),
        ] {
            let error = Error::RateLimited {
                service: Service::Jira,
                retry_after: given.map(Duration::from_secs),
                tries: 1,
            };
            assert!(error.next_step().contains(told), "{error:?}");
        }
    }
}
